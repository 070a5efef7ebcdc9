"""
A household's whole story out of the record, for the clerk who answers it, and its own papers.

What stands is read from the record's tables; what happened, from its log: every entry that changed a row of this
household, or was done for it, and the acts on the round that moved everybody. Source: spec §7 (``anju office``).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.acts import Row, entries, select_rows
from allocation.allocate import Allocation, Home, build_problem, classes, price_of
from allocation.database import HANDOVERS, HOMES, LEDGER, LEFT_OUT, OBJECTIONS, PUBLICATIONS, SETTLEMENTS, TURNS
from allocation.documents import BY_NAME, only, papers, write
from allocation.entitlement import Entitlement, entitlement
from allocation.letters import reply_papers
from allocation.messages import Fault, Faults, Lang, Reason
from allocation.pricing import Statement
from allocation.roster import (
    household_of,
    load_round,
    policy_of,
    roster_of,
    round_row,
    units_of,
    yuan,
)
from allocation.round import Round, judge
from allocation.schema import Household, Unit, fold
from allocation.verify import in_words
from allocation.wording import Occasion
from solver.problem import Solution

if TYPE_CHECKING:
    from sqlalchemy import Connection

FOUND_MOST = 50
"""How many households a search names; more, and the clerk has to say more."""
FOR_ALL = (
    "import", "publish.demand", "publish.units", "publish.plan", "publish.result", "withdraw.demand", "withdraw.units",
    "withdraw.plan", "withdraw.result", "freeze", "draw", "allocate", "open-picking", "hall-open", "confirm",
)  # fmt: skip
"""Acts on a round that move every household in it."""
OWN_PAPERS = ("statement", "confirmation", "settlement", "handover", "reply")
"""The private documents, those of one household."""
GIVEN = ("planned", "confirmed")
"""A home in one of these states is the household's; a held one may still be let go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """
    One entry of the log that concerns the household. ``changes``: what it changed of the household's rows, as (table,
    before, after), columns by name; ``reasons``: why it was refused; ``for_all``: an act on the whole round.
    """

    number: int
    at: str
    who: str
    act: str
    refused: bool
    for_all: bool
    said: Mapping[str, Any]
    changes: tuple[tuple[str, Mapping[str, Any], Mapping[str, Any]], ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """
    What the record has of a household. ``tables``: its rows of the roster by table; ``units``: unit_id → home, of all
    homes it ever held; the rest are rows of the record's tables, oldest first.
    """

    household: Household
    entitled: Entitlement
    tables: Mapping[str, Sequence[Any]]
    publications: Sequence[Row]
    turn: Row | None
    left_out: tuple[Reason, ...]
    homes: Sequence[Row]
    units: Mapping[str, Unit]
    ledger: Sequence[Row]
    objections: Sequence[Row]
    settlement: Row | None
    handovers: Sequence[Row]
    events: tuple[Event, ...]


def find(connection: Connection, round_id: str, text: str) -> list[Household]:
    """
    The households with this id, or with this in their name or a member's; by id, at most ``FOUND_MOST`` and one.

    Full-width letters, blanks and case make no difference.
    """
    wanted = fold(text).casefold()
    if not wanted:
        return []
    roster = roster_of(connection, round_id)
    households = sorted(roster["households"], key=lambda one: str(one.household_id))
    exact = [one for one in households if fold(one.household_id).casefold() == wanted]
    if exact:
        return exact
    named = {row.household_id for row in (*households, *roster["members"]) if wanted in fold(row.name).casefold()}
    return [one for one in households if one.household_id in named][: FOUND_MOST + 1]


def story(connection: Connection, round_id: str, household_id: str) -> Story:
    """
    All the record has of a household.

    Raises
    ------
    Faults
        The round has no such household.
    """
    where = {"round_id": round_id, "household_id": household_id}
    tables = household_of(connection, round_id, household_id)
    if not tables["households"]:
        raise Faults([Fault(table="command", code="office.no_household", params={"household_id": household_id})])
    homes = select_rows(connection, HOMES, **where)
    mine = {household_id, "*", *(home["unit_id"] for home in homes)}
    left_out = select_rows(connection, LEFT_OUT, round_id=round_id, kind="household", subject=household_id)
    units = units_of(connection, round_id, dict.fromkeys(home["unit_id"] for home in homes))
    return Story(
        household=tables["households"][0],
        entitled=entitlement(tables["households"][0], tables["members"], policy_of(round_row(connection, round_id))),
        tables=tables,
        publications=select_rows(connection, PUBLICATIONS, round_id=round_id),
        turn=next(iter(select_rows(connection, TURNS, **where)), None),
        left_out=tuple(
            Reason(code=code, params=params) for row in left_out for code, params in json.loads(row["reasons"])
        ),
        homes=homes,
        units={unit.unit_id: unit for unit in units},
        ledger=select_rows(connection, LEDGER, **where),
        objections=[row for row in select_rows(connection, OBJECTIONS, round_id=round_id) if row["subject"] in mine],
        settlement=next(iter(select_rows(connection, SETTLEMENTS, **where)), None),
        handovers=select_rows(connection, HANDOVERS, **where),
        events=tuple(_events(connection, round_id, household_id)),
    )


def balances(rows: Sequence[Row]) -> list[tuple[Row, str]]:
    """Each entry of a household's ledger with what it has in after it, yuan with two places."""
    total, found = 0, []
    for row in rows:
        total += row["amount_fen"]
        found.append((row, f"{yuan(total):,.2f}"))
    return found


def _events(connection: Connection, round_id: str, household_id: str) -> Iterator[Event]:
    """The entries of the log that concern a household, in order."""
    named = json.dumps(household_id, ensure_ascii=False)
    keys: dict[str, str] = {}  # its rows by table and key, each with its home: a later change names only what changed
    for entry in entries(connection, round_id=round_id):
        for_all = entry["act"] in FOR_ALL
        if not for_all and named not in entry["body"] and not any(key in entry["body"] for key in keys):
            continue
        body = json.loads(entry["body"])
        changes = tuple(_own_changes(body["changes"], household_id, keys))
        said = body["said"]
        if for_all or changes or said.get("household_id") == household_id:
            yield Event(
                number=entry["number"],
                at=entry["at"],
                who=entry["who"],
                act=entry["act"],
                refused=entry["outcome"] == "refused",
                for_all=for_all and not changes,
                said=said,
                changes=changes,
                reasons=tuple(Reason(code=code, params=params) for code, params in body.get("reasons", ())),
            )


def _own_changes(
    changes: Sequence[Sequence[Any]], household_id: str, keys: dict[str, str]
) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """The changes to rows of this household; ``keys`` learns which rows are."""
    for table, key, before, after in changes:
        known = json.dumps([table, key], ensure_ascii=False, separators=(",", ":"))[1:-1]
        values = [*key, *(before or {}).values(), *(after or {}).values()]
        if table != "day_ends" and (known in keys or household_id in values):
            was, now = _cells(before), _cells(after)
            unit_id = keys.setdefault(known, str(now.get("unit_id", "")))
            if table == "homes":
                was, now = ({**cells, "unit_id": unit_id} if cells else cells for cells in (was, now))
            # a table of the roster whose rows have no id stands under its own name in the key
            yield (str(key[1]) if table == "lists" else table), was, now


def _cells(row: Mapping[str, Any] | None) -> dict[str, Any]:
    """The columns of a row; those of the roster out of their text."""
    given = dict(row or {})
    return given | (json.loads(given.pop("data")) if "data" in given else {})


# -- its papers ---------------------------------------------------------------------------------------------------


def own_result(connection: Connection, round_id: str, household_id: str) -> Allocation:
    """
    The round's result as far as it is this household's: its homes and their price, as its papers need it.

    Raises
    ------
    Faults
        No home has been given to it.
    """
    round_ = judge(load_round(connection, round_id))
    rows = select_rows(connection, HOMES, round_id=round_id, household_id=household_id)
    homes = tuple(
        Home(household_id=household_id, unit_id=row["unit_id"], rank=row["rank"])
        for row in rows
        if row["status"] in GIVEN
    )
    if not homes:
        raise Faults([Fault(table="out", code="story.no_home", place=household_id)])
    return _result(round_, household_id, tuple(sorted(homes, key=lambda home: home.unit_id)))


def _result(round_: Round, household_id: str, homes: tuple[Home, ...]) -> Allocation:
    taken = {home.unit_id for home in homes}
    # reserve homes that were released later are not among those that took part at the freeze
    units = tuple(unit for unit in round_.tables.units if unit.unit_id in taken)
    own = replace(
        round_, households=tuple(h for h in round_.tables.households if h.household_id == household_id), units=units
    )
    alike = classes(own)
    problem = build_problem(own, alike, principle=own.policy.fairness.principle, per=own.policy.fairness.per)
    price: Statement = price_of(own, household_id, units)
    return Allocation(
        round=own,
        principle=own.policy.fairness.principle,
        per=own.policy.fairness.per,
        alike=alike,
        problem=problem,
        solution=Solution(counts=np.array([[len(group.units) for group in alike]]), served=np.array([True]), stages=()),
        homes=homes,
        statements={household_id: price},
        unserved=(),
    )


def own_paper(
    connection: Connection, round_id: str, household_id: str, document: str, *, form: str, lang: Lang, today: date
) -> bytes:
    """
    One of the household's own documents as ``docx``, ``pdf`` or ``html``, made from the record as it stands.

    Raises
    ------
    Faults
        There is nothing to say in it yet; the household has no home, nothing is measured, no objection is answered.
    KeyError
        The document is not one of ``OWN_PAPERS``.
    """
    if document not in OWN_PAPERS:
        raise KeyError(document)
    root = round_row(connection, round_id)["plan_root"]
    occasion = Occasion(issued_on=today, lang=lang, root=root, words=in_words(root) if root else "")
    kind = BY_NAME[document]
    if kind.early is not None:
        round_ = judge(load_round(connection, round_id))
        mine = {row.objection_id for row in round_.tables.objections if row.subject == household_id and row.outcome}
        made = [paper for paper in reply_papers(round_, occasion) if paper.key in mine] if mine else []
    else:
        made = only(papers(kind, own_result(connection, round_id, household_id), occasion, [lang]), household_id)
    if not made:
        raise Faults([Fault(table="out", code="story.no_reply", place=household_id)])
    with tempfile.TemporaryDirectory() as folder:
        files, _ = write(kind, made, Path(folder), occasion, forms=(form,))
        return files[0].read_bytes()
