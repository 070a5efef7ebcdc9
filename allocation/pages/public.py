"""公示与核验: masked notices, the bundle with both checkers, and its fingerprint to compare. Works without a record."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from allocation.acts import select_rows
from allocation.database import PUBLICATIONS, ROUNDS
from allocation.documents import BY_NAME, papers
from allocation.messages import Faults, Lang, sentence
from allocation.overview import published_rounds, published_status
from allocation.pages.access import record_served
from allocation.pages.record import plain, published, show_lost
from allocation.pages.settings import RESULT_VARIABLE
from allocation.public_folder import PublicFolder, read_public_folder
from allocation.roster import earlier_roots, load_round
from allocation.round import judge
from allocation.schema import fault_sentence
from allocation.webpage import html_text
from allocation.wording import Occasion

if TYPE_CHECKING:
    from sqlalchemy import Connection

KINDS = {"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "application/pdf",
         "html": "text/html", "zip": "application/zip", "json": "application/json", "py": "text/x-python"}  # fmt: skip
NOTICE_HEIGHT = 900


# -- what the record has published --------------------------------------------------------------------------------


def look(connection: Connection, today: date, lang: Lang) -> dict[str, Any] | None:
    """The publications of one round, and the notices that can be made of it; None where nothing was put up."""
    found = published_rounds(connection)
    if not found:
        return None
    titles = {row["round"]: row["title"] for row in found}
    round_id: str = st.selectbox(
        sentence("hall.round", lang), list(titles), key="round_published", format_func=lambda i: f"{i} {titles[i]}"
    )
    up = [row for row in select_rows(connection, PUBLICATIONS, round_id=round_id) if row["withdrawn_on"] is None]
    return {
        "round": round_id,
        "status": published_status(connection, round_id, today),
        "up": sorted(up, key=lambda row: row["publication_no"]),
        "notices": {row["document"]: row["published_on"] for row in up if BY_NAME[row["document"]].early},
    }


def notice_page(connection: Connection, _: date, *, round_id: str, document: str, on: date, lang: Lang) -> str:
    """A notice of the demand or the homes as a page, made of the record: public by the type of its texts."""
    given = load_round(connection, round_id)
    round_ = judge(replace(given, head=replace(given.head, as_of=on)))
    return html_text(papers(BY_NAME[document], round_, Occasion(issued_on=on, lang=lang, root="", words=""), [lang]))


def show_published(seen: dict[str, Any], lang: Lang) -> None:
    """What was put up when, and until when it stands."""
    st.subheader(sentence("public.published", lang))
    last = {row["document"]: row.get("last_day") or "—" for row in seen["status"]["publications"]}
    st.table(
        [
            {
                sentence("round.column.document", lang): sentence(f"document.{row['document']}", lang),
                sentence("round.column.published_on", lang): row["published_on"].isoformat(),
                sentence("public.column.days", lang): str(row["days"]),
                sentence("round.column.last_day", lang): last.get(row["document"], "—"),
                sentence("public.column.root", lang): row["bundle_root"][:16] or "—",
            }
            for row in seen["up"]
        ]
    )
    for document, on in seen["notices"].items():
        title = sentence(f"notice.name.{document}", lang)
        if st.toggle(f"{sentence('public.read_here', lang)} · {title}", key=f"read-{document}"):
            page = published(partial(notice_page, round_id=seen["round"], document=document, on=on, lang=lang))
            show_page(page, title)
            st.download_button(
                sentence("public.download", lang, title=title, form=sentence("public.form.html", lang)),
                page,
                file_name=f"{document}.html",
                mime="text/html",
                key=f"save-{document}",
                on_click="ignore",
            )


def show_page(page: str, title: str) -> None:
    """A notice inside this page: in a frame of an origin of its own, which can reach nothing of the dashboard."""
    address = "data:text/html;charset=utf-8;base64," + b64encode(page.encode()).decode()
    st.iframe(address, height=NOTICE_HEIGHT, alt=title)


# -- the bundle ---------------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False, max_entries=4)
def _folder(path: str, _stamp: int) -> PublicFolder:
    return read_public_folder(Path(path))


def folder_served() -> PublicFolder | None:
    """The output folder that was named, as it is now. Faults: it has no sound bundle any more."""
    named = os.environ.get(RESULT_VARIABLE)
    if not named:
        return None
    file = Path(named) / "bundle" / "bundle.json"
    return _folder(named, file.stat().st_mtime_ns if file.is_file() else 0)


def is_out(connection: Connection, folder: PublicFolder) -> bool:
    """Whether the bundle may be given out: the record has published it, or knows nothing of its round."""
    known = select_rows(connection, ROUNDS, round_id=folder.round_id)
    return not known or folder.root in earlier_roots(connection, folder.round_id)


def show_fingerprint(folder: PublicFolder, lang: Lang) -> None:
    """The 24 characters, and a field to type those of the notice board into."""
    st.subheader(sentence("public.fingerprint", lang))
    st.markdown(plain(folder.title))
    with st.container(border=True):
        with st.container(horizontal=True, gap="medium"):
            for number, group in enumerate(folder.words.split(), 1):
                st.metric(str(number), group, width="content")
        st.markdown(f":small[{plain(sentence('public.fingerprint_help', lang))}]")
    st.markdown(sentence("public.hex", lang))
    st.code(folder.root, language=None, wrap_lines=True)
    typed = re.sub(r"\s", "", st.text_input(sentence("public.compare", lang), key="compare", max_chars=200))
    if typed:
        same = typed.lower() == folder.root or typed == folder.words.replace(" ", "")
        (st.success if same else st.error)(sentence("public.same" if same else "public.differs", lang))


def show_downloads(folder: PublicFolder, lang: Lang) -> None:
    """The checkers and the bundle, and what to do with them."""
    st.subheader(sentence("public.check", lang))
    st.markdown(plain(sentence("public.how", lang)))
    files = {name: folder.file(name) for name in ("verify.html", "verify.py", "bundle.json")}
    files["zip"] = _archive(str(folder.path), folder.root)
    with st.container(horizontal=True):
        for name, data in files.items():
            st.download_button(
                sentence(f"public.{name}", lang, size=-(-len(data) // 1000)),
                data,
                file_name=f"{folder.round_id}.zip" if name == "zip" else name,
                mime=KINDS[name.rpartition(".")[2]],
                key=f"save-{name}",
                on_click="ignore",
                type="primary" if name == "verify.html" else "secondary",
            )
    st.markdown(plain(sentence("public.checkers", lang)))
    for name, digest in folder.checkers.items():
        st.code(f"{digest}  {name}", language=None, wrap_lines=True)


@st.cache_data(show_spinner=False, max_entries=4)
def _archive(path: str, _root: str) -> bytes:
    return read_public_folder(Path(path)).archive()


def show_notices(folder: PublicFolder, lang: Lang) -> None:
    """The notices of the output folder, to read here and to take away."""
    if not folder.notices:
        return
    st.subheader(sentence("public.notices", lang))
    for notice in folder.notices:
        title = sentence(f"notice.name.{notice.document}", lang)
        st.markdown(f"**{plain(title)}**")
        with st.container(horizontal=True):
            for form, path in notice.files.items():
                st.download_button(
                    sentence("public.download", lang, title=title, form=sentence(f"public.form.{form}", lang)),
                    path.read_bytes(),
                    file_name=path.name,
                    mime=KINDS[form],
                    key=f"save-{notice.document}-{form}",
                    on_click="ignore",
                )
        if "html" in notice.files and st.toggle(
            f"{sentence('public.read_here', lang)} · {title}", key=f"read-out-{notice.document}"
        ):
            show_page(notice.files["html"].read_text(encoding="utf-8"), title)


def show_result(lang: Lang) -> bool:
    """The bundle of the output folder, where there is one that is out; whether anything was shown."""
    try:
        folder = folder_served()
    except Faults as faults:
        st.error(plain("  \n".join(fault_sentence(fault, lang) for fault in faults.faults)))
        return True
    if folder is None:
        return False
    if record_served() and not published(lambda connection, _: is_out(connection, folder)):
        st.info(sentence("public.not_published", lang))
        return True
    show_fingerprint(folder, lang)
    show_downloads(folder, lang)
    show_notices(folder, lang)
    return True


def main() -> None:
    """The page."""
    lang: Lang = st.session_state["lang"]
    st.title(sentence("public.title", lang))
    st.markdown(plain(sentence("public.intro", lang)))
    try:
        shown = show_result(lang)
        seen = published(lambda connection, today: look(connection, today, lang)) if record_served() else None
        if seen is not None:
            show_published(seen, lang)
    except Faults as faults:
        show_lost(faults, lang)
        return
    if not shown and seen is None:
        st.info(sentence("public.nothing", lang))


if __name__ == "__main__":
    main()
