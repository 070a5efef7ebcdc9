"""
The selection day in the record: each act of :mod:`allocation.picking` in one transaction, the day a replay of the log.

What is held and confirmed stands in the record's homes, so a home sold by two operators' windows at once is refused by
the transaction, and by the unique index behind it. A round whose choices are entered from paper
(:mod:`allocation.homes`) is not chosen at the table, and the other way round.

Source: spec §4; domain.md §5.3; trust.md §2 rows 22–31.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, get_args

from sqlalchemy import select

from allocation.acts import Clerk, Done, Refused, Row, Transaction, doer, perform, refused
from allocation.chain import Head, canonical
from allocation.database import HOMES, LEFT_OUT, LOG, TURNS
from allocation.homes import not_complete
from allocation.messages import Reason
from allocation.picking import Act, Day, Name, Offer, Opening, opening
from allocation.roster import load_round, round_row
from allocation.round import judge
from allocation.schema import Unit
from allocation.states import MAY
from allocation.store import CHINA, read_head

if TYPE_CHECKING:
    from sqlalchemy import Connection

NAMES: tuple[Name, ...] = get_args(Name)
OUTCOMES: Mapping[str, str] = {"done": "chosen", "waived": "waived", "void": "void"}
"""Standing on the day → outcome of the turn in the record; once the day is over all others are ``absent``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of the day: see :class:`allocation.picking.Act`."""

    act: Name
    household_id: str = ""
    units: tuple[str, ...] = ()
    reason: str = ""
    agent: str = ""
    paper: str = ""
    companion: bool = False
    since: datetime | None = None

    def said(self) -> dict[str, object]:
        """What the log keeps of it; what is blank is left out."""
        given = {name: getattr(self, name) for name in self.__slots__ if name != "act"}
        given["units"] = list(self.units)
        given["since"] = self.since.isoformat() if self.since else ""
        return {name: value for name, value in given.items() if value}

    def at(self, moment: datetime) -> Act:
        """The act at its moment."""
        given = {name: getattr(self, name) for name in self.__slots__}
        return Act(at=moment, **given)


def asked_of(act: str, said: Mapping[str, Any]) -> Asked:
    """What an entry of the log asked of the day."""
    since = said.get("since")
    given = {**said, "units": tuple(said.get("units", ())), "since": datetime.fromisoformat(since) if since else None}
    return Asked(act=next(name for name in NAMES if name == act), **given)


# -- acts ---------------------------------------------------------------------------------------------------------


def open_hall(clerk: Clerk, round_id: str, *, sessions_a_day: int | None = None) -> Done | Refused:
    """The selection day begins: from now on homes of the round are chosen at the table only."""

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        row = round_row(tx.connection, round_id)
        if stopped := _stopped(tx, row, begun=False):
            return stopped
        day = Day(opening_of(tx.connection, row, sessions_a_day))
        return figures_of(day)

    said: dict[str, object] = {"sessions_a_day": sessions_a_day} if sessions_a_day else {}
    return perform(clerk, "hall-open", work, round_id=round_id, said=said)


def act(clerk: Clerk, round_id: str, asked: Asked, *, since: time | None = None) -> Done | Refused:
    """One act of the day. ``since``: of a fault, the time of day of the failure."""
    if since is not None:
        today = clerk.store.clock().astimezone(CHINA).date()
        asked = replace(asked, since=datetime.combine(today, since, CHINA))
    key, day, unchanged = (clerk.store.record_id, round_id), None, None

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        nonlocal day, unchanged
        row = round_row(tx.connection, round_id)
        if stopped := _stopped(tx, row, begun=True):
            return stopped
        head = read_head(tx.connection)
        day = day_since(tx.connection, row, _KEPT.pop(key, None))
        if asked.act == "confirm" and asked.household_id == day.table and (unpaid := _unpaid(tx, row, day)):
            unchanged = Told(head, day)
            return Refused(reasons=tuple(unpaid), earliest=tx.today)
        at = tx.at.replace(microsecond=tx.at.microsecond // 1000 * 1000)  # as the log will tell it
        if reasons := day.do(replace(asked.at(at), by=(" ".join(clerk.who.split()),))):
            unchanged = Told(head, day)
            return Refused(reasons=reasons, earliest=tx.today)
        _write(tx, round_id, day)
        return figures_of(day)

    outcome = perform(clerk, f"hall-{asked.act}", work, round_id=round_id, said=asked.said())
    if unchanged is not None:
        _KEPT[key] = unchanged
    elif day is not None and isinstance(outcome, Done):
        _KEPT[key] = Told(Head(number=outcome.number, hash=outcome.hash), day)
    return outcome


def begun(connection: Connection, round_id: str) -> bool:
    """Whether the round's selection day has been opened."""
    return bool(doer(connection, round_id, "hall-open"))


def _stopped(tx: Transaction, row: Row, *, begun: bool) -> Refused | None:
    round_id = row["round_id"]
    if row["state"] not in MAY["hall"]:
        return refused("office.state", act="hall", state=row["state"], needed=list(MAY["hall"]))
    if doer(tx.connection, round_id, "hall-open"):
        return None if begun else refused("hall.open", tx.today, round_id=round_id)
    if begun:
        return refused("hall.not_open", tx.today, round_id=round_id)
    on_paper = [t for t in tx.rows(TURNS, round_id=round_id) if t["outcome"] not in ("", "left_out")]
    if on_paper or any(home["status"] != "void" for home in tx.rows(HOMES, round_id=round_id)):
        return refused("hall.by_paper", round_id=round_id)
    return None


def _unpaid(tx: Transaction, row: Row, day: Day) -> list[Reason]:
    """Why what the household at the table holds cannot be given to it yet: the payments before the choice."""
    own = day.table
    mine = [home for home in tx.rows(HOMES, round_id=row["round_id"], household_id=own) if home["status"] != "void"]
    if not mine or not day.turns.last_round:
        return []
    return [reason for reason in not_complete(tx, row, own, mine) if not reason.code.startswith("pick.")]


# -- the day out of the log -----------------------------------------------------------------------------------------


def opening_of(connection: Connection, row: Row, sessions_a_day: int | None) -> Opening:
    """The day as it begins: the round as it was frozen, in the order that was drawn."""
    given = load_round(connection, row["round_id"])
    head = replace(given.head, as_of=row["frozen_on"], seed=row["drawn_seed"])
    return opening(judge(replace(given, head=head)), sessions_a_day=sessions_a_day)


def day_of(connection: Connection, row: Row) -> Day:
    """
    The day so far.

    Raises
    ------
    ValueError
        The log's acts are not those of this round: the record was changed by other means; see ``anju office audit``.
    """
    told = _told(connection, row["round_id"], 0)
    day = Day(opening_of(connection, row, told[0][3].get("sessions_a_day")))
    _do(day, told[1:])
    return day


@dataclass(frozen=True, slots=True)
class Told:
    """A day as the log told it up to an entry."""

    head: Head
    day: Day


_KEPT: dict[tuple[str, str], Told] = {}
"""(record, round) → the day as this process left it last, so that the next act need not tell it from its beginning."""


def day_since(connection: Connection, row: Row, told: Told | None) -> Day:
    """
    The day so far, told on from ``told`` where that is this record's past, else from its beginning.

    ``told`` is used up: its day goes on, or is of no use any more. Raises ValueError as ``day_of``.
    """
    if told is not None:
        past = select(LOG.c.hash).where(LOG.c.number == told.head.number)
        known = connection.execute(past).scalar() == told.head.hash
        if known and go_on(connection, row["round_id"], told.day, told.head.number):
            return told.day
    return day_of(connection, row)


def go_on(connection: Connection, round_id: str, day: Day, since: int) -> bool:
    """
    Do with a day, told up to entry ``since``, what the log tells after it.

    False where something other than an act of the day was done to the round since: the day is then to be told anew.
    Raises ValueError as ``day_of``; the day is of no use afterwards.
    """
    told = _told(connection, round_id, since)
    if any(name not in NAMES for name, *_ in told):
        return False
    _do(day, told)
    return True


def _told(connection: Connection, round_id: str, since: int) -> list[tuple[str, str, str, dict[str, Any]]]:
    """What was done to a round after an entry, the day's acts alone where ``since`` is 0: act, moment, who, what."""
    query = select(LOG.c.act, LOG.c.at, LOG.c.who, LOG.c.body).where(
        LOG.c.round_id == round_id, LOG.c.number > since, LOG.c.outcome == "done"
    )
    if not since:
        query = query.where(LOG.c.act.like("hall-%"))
    return [(act.removeprefix("hall-"), at, who, json.loads(body)["said"])
            for act, at, who, body in connection.execute(query.order_by(LOG.c.number))]  # fmt: skip


def _do(day: Day, told: Sequence[tuple[str, str, str, dict[str, Any]]]) -> None:
    for name, at, who, said in told:
        if reasons := day.do(replace(asked_of(name, said).at(datetime.fromisoformat(at)), by=(who,))):
            raise ValueError(f"{name} at {at} is refused: {reasons[0].code}")


def figures_of(day: Day) -> dict[str, Any]:
    """What the hall's screen shows: who chooses until when, who is next, how many homes are left of each layout."""
    called = next((own for own, standing in day.turns.standing.items() if standing == "called"), "")
    queue = [own for own in day.turns.queue() if own != called]
    units = {unit.unit_id: unit for unit in day.begun.round.units}
    left: dict[str, int] = {}
    for unit_id in sorted(day.free):
        left[units[unit_id].layout] = left.get(units[unit_id].layout, 0) + 1
    standing = list(day.turns.standing.values())
    return {
        "called": called,
        "table": day.table,
        "deadline": day.deadline.isoformat(timespec="seconds") if day.table and day.deadline else "",
        "held": list(day.homes(day.table)) if day.table else [],
        "next": queue[:3],
        "to_call": len(queue),
        "done": standing.count("done"),
        "left": left,
        "session": day.turns.session + 1,
        "round_of_choosing": day.turns.round_no + 1,
        "over": day.turns.over,
    }


def now(connection: Connection, round_id: str) -> dict[str, Any]:
    """As ``figures_of``, for a round by its id; empty before its day is opened."""
    row = round_row(connection, round_id)
    return figures_of(day_of(connection, row)) if begun(connection, round_id) else {}


def offers(connection: Connection, round_id: str) -> list[Offer]:
    """Every free home for the household at the table, safe or why not; none when nobody is there."""
    row = round_row(connection, round_id)
    if not begun(connection, round_id):
        return []
    day = day_of(connection, row)
    return day.offers() if day.table else []


# -- the day into the record ----------------------------------------------------------------------------------------


def _write(tx: Transaction, round_id: str, day: Day) -> None:
    """Bring the record's homes, turns and homes left out to what the day has."""
    wanted = {unit_id: (own, "confirmed") for own, units in day.given.items() for unit_id in units}
    wanted |= {unit_id: (own, "held") for own, units in day.held.items() for unit_id in units}
    rows = tx.rows(HOMES, round_id=round_id)
    stands = {}
    for home in rows:
        if home["status"] == "void":
            continue
        if wanted.get(home["unit_id"], ("", ""))[0] != home["household_id"]:
            tx.update(HOMES, home, status="void")
        else:
            stands[home["unit_id"]] = home
            tx.update(HOMES, home, status=wanted[home["unit_id"]][1])
    units = {unit.unit_id: unit for unit in day.begun.round.units}
    new = sorted(set(wanted) - set(stands))
    tx.insert(HOMES, [_home(round_id, len(rows) + n, units[u], *wanted[u], day) for n, u in enumerate(new, 1)])
    for turn in tx.rows(TURNS, round_id=round_id):
        standing = day.turns.standing.get(turn["household_id"])
        if standing is not None:
            tx.update(TURNS, turn, outcome=OUTCOMES.get(standing, "absent" if day.turns.over else ""))
    _write_left_out(tx, round_id, day)


def _home(round_id: str, number: int, unit: Unit, household_id: str, status: str, day: Day) -> Row:
    return {
        "round_id": round_id,
        "home_no": number,
        "unit_id": unit.unit_id,
        "project": unit.project,
        "household_id": household_id,
        "rank": day.rank(household_id, unit.unit_id),
        "status": status,
    }


def _write_left_out(tx: Transaction, round_id: str, day: Day) -> None:
    """Reserve homes take part once they are released; homes withdrawn do no more."""
    frozen = {entry.unit_id: entry.reasons for entry in day.begun.round.left_out if entry.unit_id in day.begun.reserve}
    wanted = {unit_id: frozen[unit_id] for unit_id in day.reserve}
    wanted |= dict.fromkeys(day.withdrawn, (Reason(code="hall.withdrawn", params={}),))
    for row in tx.rows(LEFT_OUT, round_id=round_id, kind="unit"):
        if row["subject"] in wanted:
            del wanted[row["subject"]]
        elif row["subject"] in day.begun.reserve or row["subject"] in day.free:
            tx.delete(LEFT_OUT, row)
    new = [
        {"round_id": round_id, "kind": "unit", "subject": unit_id,
         "reasons": canonical([[reason.code, {k: str(v) for k, v in reason.params.items()}] for reason in reasons])}
        for unit_id, reasons in sorted(wanted.items())
    ]  # fmt: skip
    tx.insert(LEFT_OUT, new)
