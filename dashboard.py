"""The dashboard's router: language, who looks, the page. Started by ``anju serve`` (allocation/pages/start.py)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from allocation.messages import LANGS, Lang, sentence
from allocation.pages.access import Viewer, claims, keep_asking, login_served, show_login, show_why, viewer
from allocation.pages.settings import PAGES

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

FOLDER = Path(__file__).resolve().parent / "allocation" / "pages"
LANGUAGE_NAMES: dict[Lang, str] = {"zh": "中文", "en": "English"}


def language() -> Lang:
    """The viewer's language: kept for the session, first taken from ``?lang=`` of the address, else Chinese."""
    asked = st.query_params.get("lang", "zh")
    st.session_state.setdefault("lang", asked if asked in LANGS else "zh")
    lang: Lang = st.radio(
        sentence("page.language"),
        LANGS,
        format_func=LANGUAGE_NAMES.__getitem__,
        key="lang",
        horizontal=True,
        label_visibility="collapsed",
    )
    return lang


def page_of(name: str, seen: Viewer, lang: Lang) -> StreamlitPage | None:
    """The page by its name; closed where this viewer may not see it, None where there is nothing to log in to."""
    open_now = seen.may_see(name) or (name == "round" and login_served())
    if not open_now and not login_served():
        return None
    return st.Page(
        FOLDER / f"{name if open_now else 'closed'}.py",
        title=sentence(f"{name}.title", lang),
        url_path=name,
        default=name == PAGES[0],
        visibility="visible" if open_now else "hidden",
    )


def main() -> None:
    """Draws what all pages share, then the page that the address names; of a page that is not for this viewer, why."""
    st.set_page_config(page_title=sentence("page.product"), layout="wide")
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        lang = language()
        seen = viewer()
        if login_served():
            show_login(lang, seen)
    if login_served():
        show_why(lang, seen)
    pages = [page for name in PAGES if (page := page_of(name, seen, lang)) is not None]
    if login_served() and claims().get("is_logged_in"):
        keep_asking(seen)
    st.navigation(pages, position="top").run()


if __name__ == "__main__":
    main()
