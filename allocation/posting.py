"""What every public notice has in common: numbered headings, how long it stands, how to check it, the seal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from allocation.messages import Lang
from allocation.paper import Code, Column, Grid, Text, TextStyle
from allocation.public import NOTHING, Disclosure, Public, PublicPaper, listed, refuse_leaks, told
from allocation.round import Round
from allocation.schema import Document
from allocation.wording import ALIGNS, Occasion

Block = Text | Grid | Code
Section = tuple[str, Sequence[Block]]
"""The code of a heading, and what stands below it."""


def paper(round_: Round, occasion: Occasion, kind: str, sections: Iterable[Section]) -> PublicPaper:
    """
    A notice: title, round, opening, the warning that figures are examples, sections, fingerprint, seal and day.

    Parameters
    ----------
    kind
        The document, by which its sentences are named (``notice.<kind>.title`` …).
    sections
        Numbered in their order.

    Raises
    ------
    Faults
        A private value of the roster stands somewhere in it.
    """
    known, lang = Disclosure(round_, occasion), occasion.lang
    blocks: list[Block] = [words(told(f"notice.{kind}.opening", lang, title=known.title), name="opening")]
    if known.example:
        blocks.append(words(known.example, "warning", name="warning"))
    for number, (code, below) in enumerate(sections, 1):
        blocks += [words(heading(code, number, lang), "heading"), *below]
    if printed := known.fingerprint():
        blocks.append(printed)
    made = PublicPaper(
        title=told(f"notice.{kind}.title", lang),
        subtitle=known.title,
        blocks=tuple(blocks),
        closing=(told("notice.seal", lang, office=known.office("office")), known.day),
        lang=lang,
    )
    refuse_leaks(made, round_)
    return made


def heading(code: str, number: int, lang: Lang) -> Public:
    """一、基本情况"""
    return told("notice.heading", lang, number=told(f"notice.number.{number}", lang), heading=told(code, lang))


def words(text: Public, style: TextStyle = "body", *, name: str = "") -> Text:
    """A paragraph."""
    return Text(text=text, style=style, name=name)


def columns(lang: Lang, *wanted: tuple[str, int, str]) -> tuple[Column, ...]:
    """Columns of a public grid from (code of the heading, width in mm, l c or r)."""
    return tuple(
        Column(heading=told(code, lang), width_mm=width, align=ALIGNS[align], name=code.rpartition(".")[2])
        for code, width, align in wanted
    )


def period(round_: Round, occasion: Occasion, document: Document) -> Section:
    """How long the document stands, and how to object: days counted by the policy from the day of issue."""
    known, lang = Disclosure(round_, occasion), occasion.lang
    blocks = [
        words(known.period(document).sentence, name="period"),
        words(told("notice.objections", lang, document=told(f"document.{document}", lang)), name="objections"),
    ]
    return "notice.heading.period", [*blocks, *contact(known)]


def contact(known: Disclosure) -> list[Text]:
    """Where to object or ask: office, telephone, place and hours, and who supervises."""
    keys = ("office", "office_phone", "office_place", "office_hours", "supervision_phone")
    return [words(told(f"notice.contact.{key}", known.lang, value=known.office(key)), name=key) for key in keys]


def checked_by(round_: Round, occasion: Occasion, *, drawn: bool = True) -> Section:
    """
    What anybody can check the notice by: policy and the fingerprint of the rules, and once it is ``drawn`` the seed,
    which nobody may know before the roster stands.
    """
    known, lang = Disclosure(round_, occasion), occasion.lang
    said = {name: value for name, value in known.head.items() if value and (drawn or name not in ("seed", "as_of"))}
    rows = tuple((told(f"notice.check.{name}", lang), value) for name, value in said.items())
    heads = (
        Column(heading=NOTHING, width_mm=34, align="left", name="name"),
        Column(heading=NOTHING, width_mm=122, align="left", name="value"),
    )
    grid = Grid(columns=heads, rows=rows, whole=True, name="checks")
    why = told("notice.check", lang) if drawn else told("notice.check_rules", lang)
    return "notice.heading.check", [words(why, name="check"), grid]


def total_row(lang: Lang, cells: Sequence[Public | None]) -> tuple[Public, ...]:
    """The last row of a grid: 合计 and the cells given; None = blank."""
    return (told("notice.total", lang), *(NOTHING if cell is None else cell for cell in cells))


def joined(parts: Iterable[Public], lang: Lang) -> Public:
    """Sentences one after the other."""
    return listed([part for part in parts if part], lang, mark="")
