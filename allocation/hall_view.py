"""
The selection day at one moment, as values: what the hall's screen and the operator's page are drawn from.

The day is told again only when the record has grown; all who look share the answer. Source: spec §4; domain.md §5.3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import select

from allocation.allocate import price_of
from allocation.chain import Head
from allocation.database import HEAD
from allocation.hall import Told, begun, day_since, figures_of
from allocation.messages import Reason
from allocation.picking import Day, Offer
from allocation.pricing import Forbidden
from allocation.roster import head_of, round_row
from allocation.schema import Unit
from allocation.store import Store, last_moment, open_store, read_head
from allocation.wording import mask

if TYPE_CHECKING:
    from sqlalchemy import Connection

HomeState = Literal["free", "safe", "unsafe", "held", "taken", "reserve", "withdrawn"]
"""``safe``, ``unsafe``: free, as it stands for the household at the table; ``held``: by that household."""
JUMP_SECONDS, TOLD_SECONDS = 10.0, 600.0
"""By how much a clock must jump to be told of, and for how long it is told."""
FREE: tuple[HomeState, ...] = ("free", "safe", "unsafe")


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeNow:
    """
    A home as it stands. ``price``: what it would add to the price of the household at the table, in yuan; None where
    nobody is there, the home is not free or the policy forbids so much area. ``why``: why that household may not.
    """

    unit: Unit
    state: HomeState
    rank: int = 0
    price: Decimal | None = None
    why: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HallView:
    """
    A round's selection day. ``number``, ``at``: the record's newest entry. ``figures``: those of ``hall.figures_of``,
    empty before the day is opened. ``names``: household → its head's name, masked. ``standing``: household → where it
    stands; ``calls``: how often it was called, of ``calls_max``.
    """

    round_id: str
    title: str
    state: str
    drill: bool
    number: int
    at: datetime | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)
    homes: tuple[HomeNow, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    standing: Mapping[str, str] = field(default_factory=dict)
    calls: Mapping[str, int] = field(default_factory=dict)
    calls_max: int = 0
    extensions_left: int = 0
    agents: str = "none"
    companion_from_age: int | None = None

    @property
    def begun(self) -> bool:
        """Whether the day has been opened."""
        return bool(self.figures)

    def called_as(self, household_id: str) -> str:
        """A household as the hall calls it: its number and its head's masked name."""
        return f"{household_id} {self.names.get(household_id, '')}".strip()

    def left(self) -> dict[tuple[str, str], dict[str, int]]:
        """(project, building) → layout → how many homes are free, buildings that have none too."""
        found: dict[tuple[str, str], dict[str, int]] = {}
        for home in self.homes:
            row = found.setdefault((home.unit.project, home.unit.building), {})
            row[home.unit.layout] = row.get(home.unit.layout, 0) + (home.state in FREE)
        return found


def view_of(connection: Connection, round_id: str, day: Day | None, *, drill: bool) -> HallView:
    """
    A round and its day, None before it is opened, as values.

    Raises
    ------
    Faults
        There is no such round.
    """
    row = round_row(connection, round_id)
    said: dict[str, Any] = {"round_id": round_id, "title": head_of(row).title, "state": row["state"], "drill": drill}
    said["number"] = read_head(connection).number
    said["at"] = datetime.fromisoformat(connection.execute(select(HEAD.c.at)).scalar_one())
    if day is None:
        return HallView(**said)
    taking_part = {household.household_id: household for household in day.begun.round.households}
    return HallView(
        figures=figures_of(day),
        homes=_homes(day),
        names={own: mask(household.name) for own, household in taking_part.items()},
        numbers=day.begun.numbers[0],
        standing=dict(day.turns.standing),
        calls=dict(day.turns.calls),
        calls_max=day.rules.calls,
        extensions_left=day.rules.extensions_max - day.extensions,
        agents=day.rules.agents,
        companion_from_age=day.rules.companion_from_age,
        **said,
    )


def _homes(day: Day) -> tuple[HomeNow, ...]:
    offers = {offer.unit_id: offer for offer in day.offers()} if day.table else {}
    held = set(day.homes(day.table)) if day.table else set()
    prices = _prices(day, offers) if offers else {}
    found = []
    for unit in day.begun.round.units:
        offer = offers.get(unit.unit_id)
        if offer is None:
            found.append(HomeNow(unit=unit, state=_state(day, unit.unit_id, held)))
            continue
        state: HomeState = "safe" if offer.refusal is None else "unsafe"
        price = prices.get(unit.unit_id)
        found.append(HomeNow(unit=unit, state=state, rank=offer.rank, price=price, why=offer.refusal))
    return tuple(found)


def _state(day: Day, unit_id: str, held: set[str]) -> HomeState:
    if unit_id in held:
        return "held"
    if unit_id in day.withdrawn:
        return "withdrawn"
    if unit_id in day.reserve:
        return "reserve"
    return "free" if unit_id in day.free else "taken"


def _prices(day: Day, offers: Mapping[str, Offer]) -> dict[str, Decimal]:
    """What each free home adds to the price of what the household at the table has; homes of a class cost the same."""
    units = {unit.unit_id: unit for unit in day.begun.round.units}
    mine = [units[unit_id] for unit_id in day.homes(day.table)]
    found: dict[str, Decimal] = {}
    try:
        so_far = price_of(day.begun.round, day.table, mine).price_yuan if mine else Decimal(0)
    except Forbidden:
        return found
    for group in day.begun.alike:
        wanted = [unit.unit_id for unit in group.units if unit.unit_id in offers]
        if not wanted:
            continue
        try:
            price = price_of(day.begun.round, day.table, [*mine, units[wanted[0]]]).price_yuan - so_far
        except Forbidden:
            continue
        found |= dict.fromkeys(wanted, price)
    return found


# -- looking on ---------------------------------------------------------------------------------------------------


def open_running(url: str) -> Store:
    """
    The record for a program that stays open. A drill's clock goes on from the drill's last moment, second by second.

    Raises
    ------
    Faults
        See ``store.open_store``.
    """
    store = open_store(url)
    if not store.drill:
        return store
    last, since = last_moment(store), monotonic()

    def clock() -> datetime:
        return last + timedelta(seconds=monotonic() - since)

    return replace(store, clock=clock)


class Watch:
    """Looks at the days of a record; what has not changed since is not worked out again."""

    def __init__(self, store: Store, *, steady: Callable[[], float] = monotonic) -> None:
        self.store = store
        self._steady = steady
        self._seen: dict[str, tuple[Head, HallView]] = {}
        self._told: dict[str, Told] = {}
        self._lock = Lock()
        self._moved: tuple[datetime, float] | None = None
        self._last = (store.clock(), steady())

    def look(self, round_id: str) -> HallView:
        """
        The day as it stands now.

        Raises
        ------
        Faults
            The record cannot be reached, or there is no such round.
        """
        with self._lock, self.store.reading() as connection:
            head = read_head(connection)
            seen = self._seen.get(round_id)
            if seen is None or seen[0] != head:
                row, past = round_row(connection, round_id), self._told.pop(round_id, None)
                day = day_since(connection, row, past) if begun(connection, round_id) else None
                seen = head, view_of(connection, round_id, day, drill=self.store.drill)
                self._seen[round_id] = seen
                if day is not None:
                    self._told[round_id] = Told(head, day)
            return seen[1]

    def last_seen(self, round_id: str) -> HallView | None:
        """What was seen last, for when the record cannot be reached."""
        seen = self._seen.get(round_id)
        return seen[1] if seen else None

    def clock_moved(self) -> tuple[datetime, float] | None:
        """
        When the clock last jumped and by how many seconds, in the last ten minutes; None where it has gone evenly.

        It is compared with a clock that nobody sets, from one question to the next.
        """
        with self._lock:
            clock, steady = self.store.clock(), self._steady()
            (before, was), self._last = self._last, (clock, steady)
            jump = (clock - before).total_seconds() - (steady - was)
            if abs(jump) > JUMP_SECONDS:
                self._moved = clock, jump
            elif self._moved and abs((clock - self._moved[0]).total_seconds()) > TOLD_SECONDS:
                self._moved = None
            return self._moved


def columns_of(units: Sequence[Unit]) -> dict[str, int]:
    """
    unit_id → its place on its floor, counted from 0: homes above each other share a place.

    A room's last two digits say where it is (301 and 401 are above each other); where rooms do not say, the homes of
    a floor stand in the order of their numbers.
    """
    tails = {unit.unit_id: unit.room[-2:] for unit in units if len(unit.room) > 2 and unit.room.isdecimal()}
    if len(tails) < len(units) or len({(u.entrance, u.floor, tails[u.unit_id]) for u in units}) < len(units):
        floors: dict[int, list[str]] = {}
        for unit in sorted(units, key=lambda unit: (unit.entrance, unit.room, unit.unit_id)):
            floors.setdefault(unit.floor, []).append(unit.unit_id)
        return {unit_id: place for own in floors.values() for place, unit_id in enumerate(own)}
    places = sorted({(unit.entrance, tails[unit.unit_id]) for unit in units})
    return {unit.unit_id: places.index((unit.entrance, tails[unit.unit_id])) for unit in units}
