"""
The auditor's list (疑点清单): everything a round's data shows that somebody will ask about, with the reason and the
approver of each. Nothing on it refuses anything, and nothing on it is silent.

An exception is explained by a row of the table ``exceptions`` with its code, subject and mark, a reason, an approver
and a day. The mark stands for exactly what was found: when the facts change, the exception is open again.

Source: domain.md §8; §2.3 (a check without evidence and date does not hold in court).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from allocation import discrepancies, findings
from allocation.findings import Case, Finding, Result
from allocation.messages import Lang, sentence
from allocation.persons import name_key
from allocation.policy import Policy
from allocation.round import Round
from allocation.schema import Disposition, Tables, fold, localised
from allocation.writers import write_csv

Note = Literal["", "incomplete", "other_mark", "concerned"]
LIST_COLUMNS = ("code", "subject", "mark", "found", "reason", "approver", "decided_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditException:
    """
    A finding with what was decided about it. Open while ``given`` is None or ``note`` says what is wrong with it:
    ``incomplete`` (reason, approver or day is blank), ``other_mark`` (it was given for something else found about the
    subject), ``concerned`` (the approver is one of the people it is about).
    """

    finding: Finding
    given: Disposition | None = None
    note: Note = ""

    @property
    def explained(self) -> bool:
        """Whether reason, approver and day stand for it."""
        return self.given is not None and not self.note


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditList:
    """All exceptions, sorted; dispositions that are about nothing found; codes of what could not be compared."""

    exceptions: tuple[AuditException, ...]
    unused: tuple[Disposition, ...] = ()
    not_compared: tuple[str, ...] = ()

    @property
    def open(self) -> int:
        """Exceptions nobody has explained."""
        return sum(not one.explained for one in self.exceptions)

    @property
    def counts(self) -> dict[str, int]:
        """Open and explained, for reports."""
        return {"open": self.open, "explained": len(self.exceptions) - self.open}


def audit(
    round_: Round,
    *,
    frozen: tuple[Tables, Policy] | None = None,
    pools: tuple[str, str] | None = None,
    result: Result | None = None,
) -> AuditList:
    """
    Everything an auditor would ask about a round.

    Parameters
    ----------
    round_
        The round as judged; its own tables ``survey``, ``resettled``, ``officers`` are what people are compared with,
        ``exceptions`` what was decided, ``head.freeze_on`` the freeze date.
    frozen
        Tables and policy as they were published before the seed could be known.
    pools
        The fingerprint of the roster as it was published then, and as it is now.
    result
        A result: homes given and prices asked.

    Returns
    -------
    AuditList
        Sorted by the order of the checks, subject and mark; it does not depend on the order of rows.
    """
    case = Case(round_=round_, frozen=frozen, pools=pools, result=result)
    found = {(f.code, f.subject, f.mark): f for check in CHECKS for f in check(case)}
    rank = {code: n for n, code in enumerate(dict.fromkeys(f.code for f in found.values()))}
    ordered = sorted(found.values(), key=lambda f: (rank[f.code], f.subject, f.mark))
    # a row of the written list that nobody has filled in yet says nothing
    given = sorted((d for d in round_.tables.exceptions if d.reason.strip() or d.approver.strip()), key=_row_key)
    marks = {finding.mark for finding in ordered}
    listed = tuple(_decided(finding, given, marks) for finding in ordered)
    used = {one.given for one in listed}
    return AuditList(
        exceptions=listed,
        unused=tuple(one for one in given if one not in used),
        not_compared=tuple(code for code, there in _sources(case) if not there),
    )


CHECKS = (*findings.PEOPLE_CHECKS, *discrepancies.CHECKS)


def _sources(case: Case) -> Iterable[tuple[str, bool]]:
    """What the checks need besides the round itself, and whether it is there."""
    return (
        ("audit.without.survey", bool(case.tables.survey)),
        ("audit.without.resettled", bool(case.tables.resettled)),
        ("audit.without.officers", bool(case.tables.officers)),
        ("audit.without.freeze_on", case.round_.head.freeze_on is not None),
        ("audit.without.frozen", bool(case.frozen or case.pools)),
        ("audit.without.result", case.result is not None),
    )


def _row_key(one: Disposition) -> tuple[str, ...]:
    return fold(one.code), fold(one.subject), fold(one.mark), str(one.decided_on), one.approver, one.reason


def _decided(finding: Finding, given: Sequence[Disposition], marks: set[str]) -> AuditException:
    """The finding with the first row that explains it, else with the nearest there is and what is wrong with it."""
    nearest = AuditException(finding=finding)
    concerned = {name_key(name) for name in finding.concerned}
    for one in given:
        own = _mark(one)
        if fold(one.code) != finding.code or fold(one.subject) != fold(finding.subject):
            continue
        note: Note = ""
        if own != finding.mark:
            if own in marks:
                continue
            note = "other_mark"
        elif not (one.reason.strip() and one.approver.strip() and one.decided_on):
            note = "incomplete"
        elif name_key(one.approver) in concerned:
            note = "concerned"
        if not note:
            return AuditException(finding=finding, given=one)
        if nearest.note in ("", "other_mark"):
            nearest = AuditException(finding=finding, given=one, note=note)
    return nearest


def _mark(one: Disposition) -> str:
    return fold(one.mark).casefold()


# -- in words -----------------------------------------------------------------------------------------------------


def found_sentence(finding: Finding, lang: Lang = "zh") -> str:
    """What was found, in words."""
    params = {key: _worded(value, lang) for key, value in {**finding.context, **finding.facts}.items()}
    return sentence(finding.code, lang, subject=finding.subject, village=finding.village, **params)


def why_sentence(finding: Finding, lang: Lang = "zh") -> str:
    """Why it matters, with the case or rule it is taken from."""
    return sentence(f"why.{finding.code}", lang)


def _worded(value: object, lang: Lang) -> object:
    """A value of a finding as it is read; changes as ``column old → new``."""
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, tuple):
        return value
    named = (f"{localised(column.rstrip('.'), lang)} {old} → {new}" for column, old, new in value)
    return ("；" if lang == "zh" else "; ").join(named)


def figures(found: AuditList, lang: Lang = "zh") -> dict[str, Any]:
    """The list as one JSON object."""
    return {
        **found.counts,
        "by_village": _by_village(found),
        "exceptions": [_figures(one, lang) for one in found.exceptions],
        "unused": [
            {"code": d.code, "subject": d.subject, "mark": d.mark, "reason": d.reason, "approver": d.approver}
            for d in found.unused
        ],
        "not_compared": [sentence(code, lang) for code in found.not_compared],
    }


def _by_village(found: AuditList) -> dict[str, int]:
    """Village → exceptions open: 33 impostors of 44 came from eight villages (domain.md §8)."""
    counts: dict[str, int] = {}
    for one in found.exceptions:
        for village in filter(None, one.finding.village.split("、")):
            counts[village] = counts.get(village, 0) + (not one.explained)
    return {village: counts[village] for village in sorted(counts)}


def _figures(one: AuditException, lang: Lang) -> dict[str, Any]:
    finding, given = one.finding, one.given
    return {
        "code": finding.code,
        "subject": finding.subject,
        "mark": finding.mark,
        "where": _where(finding.table, lang),
        "table": finding.table,
        "household_ids": list(finding.household_ids),
        "village": finding.village,
        "found": found_sentence(finding, lang),
        "why": why_sentence(finding, lang),
        "status": "explained" if one.explained else "open",
        "note": sentence(f"audit.note.{one.note}", lang) if one.note else "",
        "reason": given.reason if given else "",
        "approver": given.approver if given else "",
        "decided_on": given.decided_on.isoformat() if given and given.decided_on else "",
    }


def _where(table: str, lang: Lang) -> str:
    return sentence(f"audit.where.{table}", lang) if table in ("result", "policy") else localised(table, lang)


def write_list(path: Path, found: AuditList, lang: Lang = "zh") -> None:
    """
    The list as the table ``exceptions`` for a clerk to complete: what was explained keeps its reason, the rest is
    blank. Rows about nothing found any more stay at the end, so that no decision is ever lost.
    """
    rows: list[Mapping[str, object]] = []
    for one in found.exceptions:
        kept = one.given if one.given and one.note != "other_mark" else None
        rows.append(
            {
                "code": one.finding.code,
                "subject": one.finding.subject,
                "mark": one.finding.mark,
                "found": found_sentence(one.finding, lang)[:2000],
                "reason": kept.reason if kept else "",
                "approver": kept.approver if kept else "",
                "decided_on": kept.decided_on if kept else None,
            }
        )
    stale = [one.given for one in found.exceptions if one.given and one.note == "other_mark"]
    gone = dict.fromkeys([*stale, *found.unused])
    rows += ({name: getattr(one, name) for name in LIST_COLUMNS} for one in gone)
    write_csv(path, rows, LIST_COLUMNS, heading="zh" if lang == "zh" else "code", for_clerk=True)
