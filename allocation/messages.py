"""
The sentences anju says to a person, looked up by their code, and the faults they tell of.

The call names only a code; ``allocation.sentences`` holds both languages in one row. ``tests/test_messages.py`` holds
it to: every code used has a sentence, every sentence is used, both languages take the same parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from allocation.sentences import (
    access,
    columns,
    commands,
    exceptions,
    hall,
    notices,
    odds,
    office,
    pages,
    papers,
    picking,
    plans,
    record,
    rules,
    slips,
    tables,
)

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")
SUBJECTS = tuple(
    subject.ROWS
    for subject in (
        access,
        columns,
        commands,
        exceptions,
        hall,
        notices,
        odds,
        office,
        pages,
        papers,
        picking,
        plans,
        record,
        rules,
        slips,
        tables,
    )
)
SENTENCES: dict[str, tuple[str, str]] = {code: row for rows in SUBJECTS for code, row in rows.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """
    One fault of input, where a clerk can find it.

    ``table`` is the spec's name of the table (``units``), or ``round`` / ``policy`` for those files; ``place`` is the
    file or sheet as the clerk sees it; ``row`` is the row as the clerk sees it (the heading is row 1) or None;
    ``column`` the spec's name of the column or the dotted key; ``value`` the text found.
    """

    table: str
    code: str
    place: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


class Faults(Exception):
    """All faults of one input at once; nothing has been written when it is raised."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(f"{len(self.faults)} faults: " + ", ".join(f.code for f in self.faults[:5]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why somebody or something is left out or refused: a code of this table with its values."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


def sentence(code: str, lang: Lang = "zh", **params: object) -> str:
    """The sentence of ``code``; KeyError for an unknown code or a missing parameter."""
    chinese, english = SENTENCES[code]
    return (chinese if lang == "zh" else english).format(**params)


def reason_sentence(reason: Reason, lang: Lang = "zh") -> str:
    """The sentence of a reason with its values; documents, states and acts by their names, lists in a row."""
    return sentence(reason.code, lang, **{key: _named(key, value, lang) for key, value in reason.params.items()})


_NAMES = {
    "document": "document.", "restarted_by": "document.", "state": "state.", "needed": "state.", "from_state": "state.",
    "to_state": "state.", "act": "act.", "first_act": "act.",
}  # fmt: skip


def _named(key: str, value: object, lang: Lang) -> object:
    if isinstance(value, list | tuple):
        return ("、" if lang == "zh" else ", ").join(str(_named(key, part, lang)) for part in value) or "—"
    code = _NAMES.get(key, "") + str(value)
    return sentence(code, lang) if code in SENTENCES else value
