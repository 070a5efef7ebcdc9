"""``anju notice``: one of the ten documents, or all that can be made, as Word, PDF and web page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from allocation.console import AsJson, Seconds, err, heard, one_of, out, progress, say
from allocation.messages import Fault, Faults, Lang, sentence

if TYPE_CHECKING:
    from allocation.allocate import Allocation
    from allocation.documents import Document
    from allocation.round import Round
    from allocation.wording import Occasion

NAMES = (
    "demand", "units", "call", "plan", "result", "reply", "statement", "confirmation", "settlement", "handover", "all",
)  # fmt: skip


def notice(
    source: Annotated[
        Path,
        typer.Argument(metavar="ROUND|OUT", help="批次，或 anju allocate 的结果文件夹 · a round, or its result"),
    ],
    document: Annotated[
        str, typer.Argument(metavar="DOCUMENT", help="文书，或 all 全部 · the document, or all: " + " ".join(NAMES))
    ],
    out_dir: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="写到哪里 · where the files go (OUT/notices, ./notices)")
    ] = None,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="签发日期 · day of issue (the publication's day, else the round's)"),
    ] = None,
    household: Annotated[
        str | None, typer.Option("--household", metavar="ID", help="只出一户 · one household only")
    ] = None,
    objection: Annotated[
        str | None, typer.Option("--objection", metavar="ID", help="只答复一件异议 · one objection only")
    ] = None,
    now: Annotated[
        Path | None,
        typer.Option("--round", metavar="ROUND", help="批次现状：后来的收款、异议、实测面积 · the round as it is now"),
    ] = None,
    template: Annotated[
        Path | None, typer.Option(metavar="FILE.docx", help="本单位的 Word 模板 · a Word template of the office")
    ] = None,
    time_limit: Seconds = None,
    json: AsJson = False,
    lang: Annotated[str, typer.Option("--lang", metavar="zh|en|both", help="语言 · language, or both")] = "zh",
) -> None:
    """公示、公告、结算单等文书（Word、PDF、网页）。 Notices, statements and other papers of a round."""
    from allocation.documents import BY_NAME, DOCUMENTS
    from allocation.round import Round
    from allocation.verify import in_words
    from allocation.wording import Occasion

    one_of("DOCUMENT", document, NAMES)
    one_of("--lang", lang, ("zh", "en", "both"))
    if template is not None and document == "all":
        raise Faults([Fault(table="command", code="notice.template_for_one", column="--template")])
    language: Lang = "en" if lang == "en" else "zh"
    wanted = list(DOCUMENTS) if document == "all" else [BY_NAME[document]]
    given, root = _given(source, wanted, now, time_limit, language)
    round_ = given if isinstance(given, Round) else given.round
    folder = _folder(source, out_dir)
    figures: dict[str, Any] = {"round": round_.head.id, "documents": []}
    for one in wanted:
        day = _day(on) if on else issued_on(one.name, round_)
        occasion = Occasion(issued_on=day, lang=language, root=root, words=in_words(root) if root else "")
        try:
            figures["documents"].append(
                _issue(one, given, occasion, folder, lang, household or objection or "", template)
            )
        except Faults as faults:
            if document != "all" or not all(fault.code in _NOTHING_TO_SAY for fault in faults.faults):
                raise
            from allocation.schema import fault_sentence

            err.print(sentence("cli.note", language, text=fault_sentence(faults.faults[0], language)), markup=False)
    say(json, figures, lambda: _print_files(figures, language))


_NOTHING_TO_SAY = frozenset({"reply.none", "settle.none_measured", "paper.nobody", "paper.no_key"})
"""Why a document cannot be made that keep nobody from the others."""


def _given(
    source: Path, wanted: list[Document], now: Path | None, seconds: float | None, lang: Lang
) -> tuple[Round | Allocation, str]:
    """What the documents are made of: a round, or its result, kept or solved now; and the fingerprint of its bundle."""
    from allocation.allocate import allocate
    from allocation.kept import brought_up, is_kept, read_kept, root_of
    from allocation.results import PROOF_SECONDS
    from allocation.round import judge
    from allocation.tables import read_round

    if is_kept(source):
        kept = read_kept(source)
        return (kept if now is None else brought_up(kept, now)), root_of(source)
    round_ = judge(read_round(source))
    if all(document.early is not None for document in wanted):
        return round_, ""
    with progress(lang) as tell:
        solved = heard(lambda: allocate(round_, seconds_max=seconds, proof_seconds_max=PROOF_SECONDS, on_stage=tell))
    return (solved if now is None else brought_up(solved, now)), ""


def _folder(source: Path, asked: Path | None) -> Path:
    from allocation.kept import is_kept

    folder = asked or (source / "notices" if is_kept(source) else Path("notices"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Faults(
            [Fault(table="out", code="out.unwritable", place=str(folder), value=str(error.strerror))]
        ) from error
    return folder


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Faults([Fault(table="command", code="notice.not_a_day", column="--on", value=text)]) from None


def issued_on(document: str, round_: Round) -> date:
    """
    The day a document is issued when nobody says another: of a publication its own day, of a settlement the last
    hand-over, else the day the round is judged on.
    """
    published = [p.published_on for p in round_.tables.publications if p.document == document]
    if published:
        return max(published)
    handed = [row.handed_over_on for row in round_.tables.measured if row.handed_over_on]
    return max([round_.head.as_of, *handed]) if document == "settlement" else round_.head.as_of


def _issue(
    document: Document,
    given: Round | Allocation,
    occasion: Occasion,
    folder: Path,
    lang: str,
    key: str,
    template: Path | None,
) -> dict[str, Any]:
    from allocation.documents import languages, only, papers, write, write_sheets
    from allocation.round import Round

    made = papers(document, given, occasion, languages(lang))
    if key and not document.public:
        made = only(made, key)
    name = f"{document.name}-{key}" if key and not document.public else document.name
    if template is not None:
        err.print(sentence("notice.template_note", occasion.lang), markup=False)
    files, lacking = write(document, made, folder, occasion, name=name, template=template)
    if not key and not isinstance(given, Round):
        files += write_sheets(document, given, folder, occasion)
    for character in lacking:
        point = f"U+{ord(character):04X}"
        err.print(sentence("paper.no_glyph", occasion.lang, character=character, point=point), markup=False)
    return {
        "document": document.name,
        "public": document.public,
        "issued_on": occasion.issued_on,
        "papers": len(made),
        "root": occasion.root,
        "files": [str(path) for path in files],
        "missing_characters": list(lacking),
    }


def _print_files(figures: Mapping[str, Any], lang: Lang) -> None:
    for row in figures["documents"]:
        who = sentence("notice.for_all" if row["public"] else "notice.private", lang)
        title = sentence(f"notice.name.{row['document']}", lang)
        out.print(sentence("notice.written", lang, title=title, papers=row["papers"], who=who), markup=False)
        for file in row["files"]:
            out.print(f"  {file}", markup=False)
