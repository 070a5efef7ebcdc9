"""
The audit: the state told again from the log, and compared with the tables, row by row.

Found is any entry edited, removed, inserted or swapped (the chain, and the anchor for one that was written anew), any
row edited, removed or inserted behind the log's back, and whatever must hold in every state and does not: a home given
twice, a day's balance that is not the sum of its entries, a state that no act leads to, a guard that is missing.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, select, text

from allocation.acts import entries, entry_from, plain
from allocation.chain import NOTHING_BEFORE
from allocation.database import HEAD, TABLES, trigger_names
from allocation.ledger import TOTAL
from allocation.messages import Reason
from allocation.states import STATES, State, is_move
from allocation.store import Store

Rows = dict[tuple[Any, ...], dict[str, Any]]
MOST = 100
"""How many findings are told; more are counted."""


@dataclass(slots=True, kw_only=True)
class Audit:
    """What was looked at, and every finding; none = the record is whole."""

    entries: int = 0
    rows: int = 0
    head: str = NOTHING_BEFORE
    refused: int = 0
    findings: list[Reason] = field(default_factory=list)
    more: int = 0

    def tell(self, code: str, **params: object) -> None:
        """Note a finding."""
        if len(self.findings) < MOST:
            self.findings.append(Reason(code=code, params=params))
        else:
            self.more += 1


@dataclass(slots=True, kw_only=True)
class _Told:
    """The tables as the log tells them."""

    tables: dict[str, Rows] = field(default_factory=lambda: {name: {} for name in TABLES})

    def replay(self, number: int, act: str, body: Mapping[str, Any], found: Audit) -> None:
        """One entry's changes, each checked against what stood before."""
        for name, key_list, before, after in body["changes"]:
            rows, key = self.tables.get(name), tuple(key_list)
            if rows is None:
                found.tell("record.unknown_table", number=number, table=name)
                continue
            there = rows.get(key)
            if before is None:
                if there is not None:
                    found.tell("record.added_twice", number=number, table=name, key=_shown(key))
                rows[key] = dict(after)
                continue
            if there is None or any(there.get(column) != value for column, value in before.items()):
                found.tell("record.before", number=number, table=name, key=_shown(key))
                continue
            if after is None:
                del rows[key]
                continue
            if name == "rounds" and "state" in after:
                self._moved(number, act, before["state"], after["state"], found)
            there.update(after)

    @staticmethod
    def _moved(number: int, act: str, before: str, after: str, found: Audit) -> None:
        known = before in STATES and after in STATES
        if act.startswith("resolve"):
            fine = known and any(
                is_move(f"withdraw.{name}", cast("State", before), cast("State", after))
                for name in ("demand", "units", "plan", "result")
            )
        else:
            fine = known and is_move(act, cast("State", before), cast("State", after))
        if not fine:
            found.tell("record.move", number=number, act=act, from_state=before, to_state=after)


def audit(store: Store) -> Audit:
    """Audit a whole record at one moment of it, and the anchor of this machine."""
    with store.reading() as connection:
        found = audit_connection(connection)
        try:
            known = store.anchor.read()
        except (ValueError, OSError):
            found.tell("record.anchor_broken", anchor=store.anchor.path)
            return found
        if known is None:
            found.tell("record.no_anchor", anchor=store.anchor.path)
        elif known[0] != store.record_id:
            found.tell("record.other_anchor", anchor=store.anchor.path)
        else:
            number, wanted = known[1].number, known[1].hash
            hashed = connection.execute(text("SELECT hash FROM log WHERE number = :n"), {"n": number}).scalar()
            if hashed != wanted:
                found.tell("record.anchor", number=number, anchor=store.anchor.path)
    return found


def audit_connection(connection: Connection) -> Audit:
    """Audit what one open transaction sees."""
    found = Audit()
    told = _read_log(connection, found)
    for name, table in TABLES.items():
        keys = [column.name for column in table.primary_key]
        there: Rows = {}
        for row in connection.execute(select(table)).mappings():
            values = {column: plain(value) for column, value in row.items()}
            there[tuple(values[key] for key in keys)] = values
        found.rows += len(there)
        _compare(name, told.tables[name], there, found)
        told.tables[name] = there
    _guards(connection, found)
    for finding in _validate(told.tables):
        found.tell(finding.code, **finding.params)
    return found


def _read_log(connection: Connection, found: Audit) -> _Told:
    """The chain from its first entry to its head, and the tables it tells of."""
    told = _Told()
    number, prev, at = 0, NOTHING_BEFORE, ""
    for row in entries(connection):
        entry = entry_from(row)
        if entry.number != number + 1:
            found.tell("record.gap", first=number + 1, last=entry.number - 1)
        if entry.prev != prev:
            found.tell("record.link", number=entry.number)
        if entry.hash() != row["hash"]:
            found.tell("record.entry", number=entry.number, act=entry.act)
        if at and datetime.fromisoformat(entry.at) < datetime.fromisoformat(at):
            found.tell("record.time", number=entry.number, at=entry.at, before=at)
        number, prev, at = entry.number, row["hash"], entry.at
        try:
            told.replay(entry.number, entry.act, json.loads(entry.body), found)
        except (ValueError, KeyError, TypeError):
            found.tell("record.unreadable", number=entry.number)
        found.refused += entry.outcome == "refused"
    found.entries, found.head = number, prev
    heads = [(row.number, row.hash, row.at) for row in connection.execute(select(HEAD))]
    if heads != [(number, prev, at)]:
        found.tell("record.head", number=number, found=heads[0][0] if heads else 0)
    return told


def _compare(name: str, told: Rows, there: Rows, found: Audit) -> None:
    """A table as the log tells it against the table as it stands."""
    for key in sorted(told.keys() - there.keys(), key=str):
        found.tell("record.removed", table=name, key=_shown(key))
    for key in sorted(there.keys() - told.keys(), key=str):
        found.tell("record.inserted", table=name, key=_shown(key))
    for key in told.keys() & there.keys():
        if told[key] == there[key]:
            continue
        for column, value in sorted(there[key].items()):
            expected = told[key].get(column)
            if expected != value:
                params = {"expected": _brief(expected), "found": _brief(value)}
                found.tell("record.edited", table=name, key=_shown(key), column=column, **params)


def _shown(key: tuple[Any, ...]) -> str:
    return " / ".join(map(str, key))


def _brief(value: object) -> str:
    shown = "—" if value is None else str(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"


def _guards(connection: Connection, found: Audit) -> None:
    """The triggers and the index that stand behind the program must be there."""
    if connection.dialect.name == "sqlite":
        names = set(connection.execute(text("SELECT name FROM sqlite_master")).scalars())
        broken = connection.exec_driver_sql("PRAGMA quick_check").scalar()
        if broken != "ok":
            found.tell("record.file", said=str(broken).splitlines()[-1])
    else:
        enabled = text(
            "SELECT tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid "
            "WHERE tgenabled IN ('O', 'A') AND c.relnamespace = current_schema()::regnamespace"
        )
        names = set(connection.execute(enabled).scalars())
        indexes = text("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()")
        names |= set(connection.execute(indexes).scalars())
    wanted = trigger_names(connection.dialect.name) | {"ix_homes_given_once"}
    for name in sorted(wanted - names):
        found.tell("record.guard", name=name)


# -- what must hold in every state --------------------------------------------------------------------------------


def _validate(tables: Mapping[str, Rows]) -> Iterator[Reason]:
    """Independent of the log: homes once, takers known, days' balances the sums of their entries."""
    given = Counter((home["project"], home["unit_id"]) for home in tables["homes"].values() if home["status"] != "void")
    for (_, unit_id), count in sorted(given.items()):
        if count > 1:
            yield Reason(code="record.home_twice", params={"unit_id": unit_id, "count": count})
    out = set(tables["left_out"])
    for home in tables["homes"].values():
        for kind, subject in (("household", home["household_id"]), ("unit", home["unit_id"])):
            if home["status"] != "void" and (home["round_id"], kind, subject) in out:
                yield Reason(code="record.left_out", params={"subject": subject, "unit_id": home["unit_id"]})
    yield from _day_ends(tables)
    handed = {(row["round_id"], row["unit_id"], row["household_id"]) for row in tables["handovers"].values()}
    owned = {
        (home["round_id"], home["unit_id"], home["household_id"])
        for home in tables["homes"].values()
        if home["status"] != "void"
    }
    for _, unit_id, household_id in sorted(handed - owned):
        yield Reason(code="record.handed_elsewhere", params={"unit_id": unit_id, "household_id": household_id})


def _day_ends(tables: Mapping[str, Rows]) -> Iterator[Reason]:
    """Every closed day's balance, told again by adding up its entries."""
    booked: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for entry in tables["ledger"].values():
        amount = (entry["booked_on"], entry["amount_fen"])
        booked[entry["round_id"], entry["household_id"]].append(amount)
        booked[entry["round_id"], TOTAL].append(amount)
    for row in tables["day_ends"].values():
        whose = (row["round_id"], row["household_id"])
        total = sum(amount for day, amount in booked[whose] if day <= row["day"])
        if total != row["balance_fen"]:
            params = {"day": row["day"], "found": row["balance_fen"] / 100, "expected": total / 100}
            yield Reason(code="record.day_end", params={"household_id": row["household_id"], **params})
