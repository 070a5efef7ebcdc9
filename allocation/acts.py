"""
One act of the office: asked, done or refused, and told in the log, in one transaction.

An act writes only through its :class:`Transaction`, which notes every row before and after; the entry it appends is
chained to the last. A refusal is a value, and is told in the log too. An act that carries a command id that the log
already holds is not done again: its first outcome is given back (a double click, a retry after a lost connection).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Select, Table, Update, and_, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from allocation.chain import Entry, Head, canonical
from allocation.database import HEAD, LOG
from allocation.messages import Fault, Faults, Reason
from allocation.store import CHINA, Clock, Store, trouble_of, troubled

Row = dict[str, Any]
CLOCK_SLACK = timedelta(minutes=5)
"""How far the clocks of two machines may differ; more, and an act is refused until the clock is right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """An act that was done: the entry that tells of it, and what came out."""

    act: str
    number: int
    hash: str
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """
    An act that was not done, and nothing with it.

    ``reasons``: every condition that is not met. ``earliest``: the first day it can be done if nothing else comes
    in between; None = waiting does not help. ``number``: the entry that tells of the attempt.
    """

    reasons: tuple[Reason, ...]
    earliest: date | None = None
    act: str = ""
    number: int = 0


def refused(code: str, earliest: date | None = None, **params: object) -> Refused:
    """A refusal for one reason."""
    return Refused(reasons=(Reason(code=code, params=params),), earliest=earliest)


class Transaction:
    """What an act may do: read through ``connection``; write rows of the record, each change noted."""

    def __init__(self, connection: Connection, at: datetime) -> None:
        self.connection = connection
        self.at = at
        self.changes: list[list[Any]] = []

    @property
    def today(self) -> date:
        """The day of the act, in the office's time."""
        return self.at.date()

    def rows(self, table: Table, **where: object) -> list[Row]:
        """Rows of a table with these values, by primary key."""
        return select_rows(self.connection, table, **where)

    def row(self, table: Table, **where: object) -> Row | None:
        """The one row with these values, or None."""
        found = self.rows(table, **where)
        return found[0] if found else None

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Rows that were not there."""
        if not rows:
            return
        self.connection.execute(insert(table), list(rows))
        self.changes += [[table.name, key_of(table, row), None, plain_row(row)] for row in rows]

    def update(self, table: Table, row: Row, **values: object) -> None:
        """Other values for a row as it was read; those that are as they were are left alone."""
        changed = {name: value for name, value in values.items() if row[name] != value}
        if not changed:
            return
        values = {f"key_{column.name}": row[column.name] for column in table.primary_key}
        values |= {f"new_{name}": value for name, value in changed.items()}
        done = self.connection.execute(_updating(table, tuple(changed)), values)
        if done.rowcount != 1:
            raise LookupError(f"{table.name} {key_of(table, row)} is not there")
        before = plain_row({name: row[name] for name in changed})
        self.changes.append([table.name, key_of(table, row), before, plain_row(changed)])

    def delete(self, table: Table, row: Row) -> None:
        """Take a row of the roster out; the log keeps it."""
        self.connection.execute(table.delete().where(_is(table, row)))
        self.changes.append([table.name, key_of(table, row), plain_row(row), None])


def select_rows(connection: Connection, table: Table, **where: object) -> list[Row]:
    """Rows of a table with these values, by primary key, as plain dictionaries."""
    return [dict(row) for row in connection.execute(_selecting(table, tuple(where)), where).mappings()]


@lru_cache(maxsize=256)
def _selecting(table: Table, names: tuple[str, ...]) -> Select[Any]:
    """One statement for every question of a kind: to make it anew each time takes longer than the database."""
    query = select(table).where(*(table.c[name] == bindparam(name) for name in names))
    return query.order_by(*table.primary_key)


@lru_cache(maxsize=256)
def _updating(table: Table, names: tuple[str, ...]) -> Update:
    keys = (column == bindparam(f"key_{column.name}") for column in table.primary_key)
    return update(table).where(*keys).values({name: bindparam(f"new_{name}") for name in names})


def key_of(table: Table, row: Mapping[str, Any]) -> list[Any]:
    """The primary key of a row as JSON has it."""
    return [plain(row[column.name]) for column in table.primary_key]


def plain(value: Any) -> Any:
    """A value as the log tells it: days in ISO form, exact numbers as text."""
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def plain_row(row: Mapping[str, Any]) -> Row:
    """A row as the log tells it; columns without a value are left out."""
    return {name: plain(value) for name, value in row.items()}


def _is(table: Table, row: Mapping[str, Any]) -> Any:
    return and_(*(column == row[column.name] for column in table.primary_key))


# -- one act ------------------------------------------------------------------------------------------------------

Work = Callable[[Transaction], Mapping[str, Any] | Refused]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clerk:
    """Who acts on which record; ``command_id`` is for the next act alone, blank = one is made."""

    store: Store
    who: str
    command_id: str = ""


def perform(clerk: Clerk, act: str, work: Work, *, round_id: str = "", said: Mapping[str, object]) -> Done | Refused:
    """
    Do ``work`` as one act, and tell of it.

    Parameters
    ----------
    clerk
        Who acts, on which record. ``command_id`` is kept by the caller until it has an answer: the same command is
        done once, however often it is sent.
    work
        Reads and writes through the transaction it is given. It returns the figures of what it did, or a refusal, in
        which case it has written nothing.
    said
        What was asked, for the log; values that JSON has, or days and exact numbers.

    Raises
    ------
    Faults
        No name of who acts, a clock that is behind the record, a command id used for something else, trouble with
        the database (then nothing was done, or, when the connection was lost while the record was taking the act and
        has not come back, the fault says that this is unknown).
    """
    who = " ".join(clerk.who.split())
    if not who:
        raise Faults([Fault(table="command", code="office.who", column="--as")])
    call = _Call(
        store=clerk.store,
        act=act,
        who=who,
        round_id=round_id,
        said={name: plain(value) for name, value in said.items()},
        command_id=clerk.command_id or uuid4().hex,
        sent_before=bool(clerk.command_id),
    )
    try:
        outcome, head = call.attempt(work)
    except IntegrityError as error:
        # the last guard: a unique index refused what the act's own checks let through
        guard = refused("office.guard", said=str(error.orig).splitlines()[0])
        with troubled():
            outcome, head = call.attempt(lambda _: guard)
    except SQLAlchemyError as error:
        if trouble_of(error) == "lost":
            return call.after_loss(error)
        with troubled():
            raise
    _remember(clerk.store, head)
    return outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked of the record, and by whom."""

    act: str
    who: str
    said: Mapping[str, Any]
    round_id: str = ""
    command_id: str = field(default_factory=lambda: uuid4().hex)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call(Asked):
    """The two ways an answer comes about; ``sent_before``: the command may be in the log already."""

    store: Store
    sent_before: bool

    def attempt(self, work: Work) -> tuple[Done | Refused, Head]:
        """One transaction from lock to commit: the outcome, and the head after it."""
        with self.store.writing() as (connection, head, last):
            earlier = entry_of(connection, self.command_id) if self.sent_before else None
            if earlier is not None:
                return self._again(earlier), head
            entry, new = tell(connection, self, self.store.clock, work, head, last)
        return outcome_of(entry, new.hash), new

    def after_loss(self, error: SQLAlchemyError) -> Done | Refused:
        """The connection went away in mid-act: ask the record, on a new one, whether the act is in."""
        try:
            with self.store.engine.connect() as connection:
                found = entry_of(connection, self.command_id)
        except SQLAlchemyError:
            params = {"command_id": self.command_id}
            raise Faults([Fault(table="record", code="store.unknown", params=params)]) from error
        if found is None:
            said = str(getattr(error, "orig", error)).strip().splitlines()[0]
            raise Faults([Fault(table="record", code="store.lost", params={"said": said})]) from error
        return self._again(found)

    def _again(self, row: Entry) -> Done | Refused:
        same = (row.act, row.round_id, json.loads(row.body)["said"]) == (self.act, self.round_id, dict(self.said))
        if not same:
            params = {"command_id": self.command_id, "number": row.number}
            raise Faults([Fault(table="command", code="office.command_reused", column="--command-id", params=params)])
        return outcome_of(row, row.hash())


def tell(connection: Connection, asked: Asked, clock: Clock, work: Work, head: Head, last: str) -> tuple[Entry, Head]:
    """Do an act in a transaction that is open, and append its entry; the caller commits both."""
    at = _moment(clock, last)
    transaction = Transaction(connection, at)
    outcome = work(transaction)
    body: dict[str, Any] = {"said": dict(asked.said), "changes": transaction.changes}
    if isinstance(outcome, Refused):
        if transaction.changes:
            raise AssertionError(f"{asked.act} was refused after it had written")
        body["reasons"] = [[reason.code, plain_value(reason.params)] for reason in outcome.reasons]
        body["earliest"] = plain(outcome.earliest)
    else:
        body["figures"] = plain_value(outcome)
    entry = Entry(
        number=head.number + 1,
        at=at.isoformat(timespec="milliseconds"),
        who=asked.who,
        act=asked.act,
        round_id=asked.round_id,
        command_id=asked.command_id,
        outcome="refused" if isinstance(outcome, Refused) else "done",
        body=canonical(body),
        prev=head.hash,
    )
    return entry, append(connection, entry)


def _moment(clock: Clock, last: str) -> datetime:
    """The time of an act: never before the last one."""
    at, before = clock().astimezone(CHINA), datetime.fromisoformat(last)
    if before - at > CLOCK_SLACK:
        params = {"now": at.isoformat(timespec="seconds"), "last": last}
        raise Faults([Fault(table="record", code="office.clock_behind", params=params)])
    return max(at, before)


def outcome_of(entry: Entry, hashed: str) -> Done | Refused:
    """The outcome an entry tells of: the same whether it was just made or is read again."""
    body = json.loads(entry.body)
    if entry.outcome == "done":
        return Done(act=entry.act, number=entry.number, hash=hashed, figures=body["figures"])
    earliest = body.get("earliest")
    return Refused(
        reasons=tuple(Reason(code=code, params=params) for code, params in body["reasons"]),
        earliest=date.fromisoformat(earliest) if earliest else None,
        act=entry.act,
        number=entry.number,
    )


def plain_value(value: Any) -> Any:
    """Figures and parameters as JSON has them."""
    if isinstance(value, Mapping):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain_value(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


_ADD = insert(LOG)
_MOVE = update(HEAD).values(number=bindparam("new_number"), hash=bindparam("new_hash"), at=bindparam("new_at"))
_LAST = (
    select(LOG.c.who)
    .where(LOG.c.round_id == bindparam("round_id"), LOG.c.act == bindparam("act"), LOG.c.outcome == "done")
    .order_by(LOG.c.number.desc())
    .limit(1)
)
_FIND = select(LOG).where(LOG.c.command_id == bindparam("command_id"))


def append(connection: Connection, entry: Entry) -> Head:
    """Put an entry at the end of the chain of an open transaction."""
    hashed = entry.hash()
    connection.execute(_ADD, {"hash": hashed, **{name: getattr(entry, name) for name in Entry.__slots__}})
    connection.execute(_MOVE, {"new_number": entry.number, "new_hash": hashed, "new_at": entry.at})
    return Head(number=entry.number, hash=hashed)


def entry_of(connection: Connection, command_id: str) -> Entry | None:
    """The entry of a command, if the log has one."""
    row = connection.execute(_FIND, {"command_id": command_id}).mappings().first()
    return None if row is None else entry_from(row)


def entry_from(row: Mapping[Any, Any]) -> Entry:
    """An entry as the log holds it."""
    return Entry(**{name: row[name] for name in Entry.__slots__})


def entries(connection: Connection, *, after: int = 0, round_id: str = "") -> Iterable[Mapping[Any, Any]]:
    """The log's rows in their order, of one round or of all."""
    query = select(LOG).where(LOG.c.number > after).order_by(LOG.c.number)
    if round_id:
        query = query.where(LOG.c.round_id == round_id)
    return connection.execution_options(yield_per=1000).execute(query).mappings()


def _remember(store: Store, head: Head) -> None:
    """The newest head, outside the database; an act that is in stays in when the anchor cannot be written."""
    try:
        store.anchor.remember(store.record_id, head)
    except OSError as error:
        params = {"number": head.number, "said": str(error.strerror)}
        fault = Fault(table="record", code="store.anchor_unwritten", place=str(store.anchor.path), params=params)
        raise Faults([fault]) from error


def doer(connection: Connection, round_id: str, act: str) -> str:
    """Who did an act of a round last; blank = nobody yet."""
    return connection.execute(_LAST, {"round_id": round_id, "act": act}).scalar() or ""
