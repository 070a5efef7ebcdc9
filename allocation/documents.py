"""
The ten documents an office issues of a round, each as .docx, .pdf and .html from one source of content.

Public ones carry what everybody may know; private ones go to one household each. Content is made by
``announcements``, ``notices``, ``slips``, ``letters`` and ``settlement_slips``; files by ``word``, ``typeset`` and
``webpage``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from allocation.allocate import Allocation
from allocation.announcements import call_notice, demand_notice, units_notice
from allocation.letters import confirmation_papers, handover_papers, reply_papers
from allocation.messages import LANGS, Fault, Faults, Lang
from allocation.notices import plan_notice, result_notice
from allocation.paper import Paper
from allocation.round import Round
from allocation.settlement_slips import settlement_papers, settlement_sheets
from allocation.settling import settle
from allocation.slips import household_statements, statement_paper, statement_sheets
from allocation.typeset import write_pdf
from allocation.webpage import write_html
from allocation.word import write_docx
from allocation.word_template import fill
from allocation.wording import Occasion
from allocation.workbook import Sheet, write_xlsx

FORMS = ("docx", "pdf", "html")
Languages = Sequence[Lang]
Make = Callable[[Allocation, Occasion], Sequence[Paper]]
MakeEarly = Callable[[Round, Occasion], Sequence[Paper]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """
    One of the ten. ``early``: made of the round alone, before it is decided; else ``make`` of its result. ``public``:
    for everybody; else a paper a household. ``sheets``: worksheets that go with it.
    """

    name: str
    public: bool
    early: MakeEarly | None = None
    make: Make | None = None
    sheets: Callable[[Allocation, Occasion], Sequence[Sheet]] | None = None


def _statements(allocation: Allocation, occasion: Occasion) -> list[Paper]:
    found = household_statements(allocation, occasion.lang)
    return [statement_paper(one, allocation.round, occasion) for one in found]


def _statement_sheets(allocation: Allocation, occasion: Occasion) -> Sequence[Sheet]:
    return statement_sheets(household_statements(allocation, occasion.lang), allocation.round, occasion.lang)


def _settlements(allocation: Allocation, occasion: Occasion) -> list[Paper]:
    return settlement_papers(settle(allocation, occasion.issued_on), allocation.round, occasion)


def _settlement_sheets(allocation: Allocation, occasion: Occasion) -> Sequence[Sheet]:
    return settlement_sheets(settle(allocation, occasion.issued_on), allocation.round, occasion)


DOCUMENTS: tuple[Document, ...] = (
    Document(name="demand", public=True, early=lambda round_, occasion: [demand_notice(round_, occasion)]),
    Document(name="units", public=True, early=lambda round_, occasion: [units_notice(round_, occasion)]),
    Document(name="call", public=True, early=lambda round_, occasion: [call_notice(round_, occasion)]),
    Document(name="plan", public=True, make=lambda allocation, occasion: [plan_notice(allocation, occasion)]),
    Document(name="result", public=True, make=lambda allocation, occasion: [result_notice(allocation, occasion)]),
    Document(name="reply", public=False, early=reply_papers),
    Document(name="statement", public=False, make=_statements, sheets=_statement_sheets),
    Document(name="confirmation", public=False, make=confirmation_papers),
    Document(name="settlement", public=False, make=_settlements, sheets=_settlement_sheets),
    Document(name="handover", public=False, make=handover_papers),
)
BY_NAME = {document.name: document for document in DOCUMENTS}


def papers(document: Document, given: Round | Allocation, occasion: Occasion, langs: Languages) -> list[Paper]:
    """
    The papers of a document, those of one language after those of the other.

    ``given`` is a round for a document made before it is decided, else its result (which holds its round).

    Raises
    ------
    Faults
        What the document needs is not there: no household has a home, nothing is measured, no objection is answered.
    TypeError
        A document that needs a result was given a round.
    """
    made: list[Paper] = []
    for lang in langs:
        now = replace(occasion, lang=lang)
        if document.early is not None:
            made += document.early(given.round if isinstance(given, Allocation) else given, now)
        elif document.make is not None and isinstance(given, Allocation):
            made += document.make(given, now)
        else:
            raise TypeError(f"{document.name} is made of a result, not of a {type(given).__name__}")
    if not made:
        raise Faults([Fault(table="out", code="paper.nobody", value=document.name)])
    return made


def only(given: Sequence[Paper], key: str) -> list[Paper]:
    """
    The papers of one household (or objection).

    Raises
    ------
    Faults
        There is none.
    """
    found = [paper for paper in given if paper.key == key]
    if not found:
        raise Faults([Fault(table="command", code="paper.no_key", value=key)])
    return found


def write(
    document: Document,
    given: Sequence[Paper],
    folder: Path,
    occasion: Occasion,
    *,
    name: str = "",
    template: Path | None = None,
    forms: Sequence[str] = FORMS,
) -> tuple[list[Path], tuple[str, ...]]:
    """
    Write papers as ``folder/<name>.docx``, ``.pdf`` and ``.html``; the folder exists.

    Parameters
    ----------
    given
        At least one paper, of one document.
    name
        Without it the document's own.
    template
        A Word file of the office, with placeholders, for the .docx; without it this program's own layout.

    Returns
    -------
    tuple
        The files, and the characters that no installed font has (〓 in the .pdf).

    Raises
    ------
    Faults
        The template is not right, or no Chinese font is installed; nothing has been written then.
    """
    stem, made_on = name or document.name, occasion.issued_on
    lacking: tuple[str, ...] = ()
    with tempfile.TemporaryDirectory(dir=folder, prefix=f".{stem}.") as half:
        paths = {form: Path(half) / f"{stem}.{form}" for form in forms}
        if "docx" in paths and template is not None:
            fill(template, document.name, given, paths["docx"], made_on=made_on)
        elif "docx" in paths:
            write_docx(given, paths["docx"], made_on=made_on)
        if "pdf" in paths:
            lacking = write_pdf(given, paths["pdf"], made_on=made_on)
        if "html" in paths:
            write_html(given, paths["html"], root=occasion.root)
        return [path.replace(folder / path.name) for path in paths.values()], lacking


def write_sheets(
    document: Document, allocation: Allocation, folder: Path, occasion: Occasion, *, name: str = ""
) -> list[Path]:
    """The worksheets that go with a document, as ``folder/<name>.xlsx``; none for most."""
    if document.sheets is None:
        return []
    path = folder / f"{name or document.name}.xlsx"
    write_xlsx(document.sheets(allocation, occasion), path, made_on=occasion.issued_on)
    return [path]


def write_notices(
    allocation: Allocation, folder: Path, lang: Lang = "zh", *, root: str = "", words: str = ""
) -> list[Path]:
    """
    What ``anju allocate`` leaves in ``folder/notices``: the plan, to be put up, and the statements, each household its
    own page; the statements are missing when nobody got a home. The same allocation gives the same bytes.
    """
    occasion = Occasion(issued_on=allocation.round.head.as_of, lang=lang, root=root, words=words)
    place = folder / "notices"
    place.mkdir(exist_ok=True)
    paths, _ = write(BY_NAME["plan"], papers(BY_NAME["plan"], allocation, occasion, [lang]), place, occasion)
    if allocation.statements:
        document = BY_NAME["statement"]
        given = papers(document, allocation, occasion, [lang])
        more, _ = write(document, given, place, occasion, name="statements")
        paths += more + write_sheets(document, allocation, place, occasion, name="statements")
    return paths


def languages(word: str) -> Languages:
    """``zh``, ``en`` or ``both``."""
    return LANGS if word == "both" else [lang for lang in LANGS if lang == word]
