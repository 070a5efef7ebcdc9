"""
Whose turn it is on a selection day: rounds, sessions, calls, and where one goes that comes late or was passed over.

A household waits at a *place*; the smallest place of the session that is on is called next. Of a session come first
those led aside who are ready (tier −1), then everybody by order number (0), then those put back to its end (1), then
those of earlier sessions (2), and of a day's last session, whoever was put back to the end of the day (3).
Source: domain.md §5.3; the keys: allocation.procedure, SelectionDay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from allocation.messages import Reason
from allocation.procedure import SelectionDay

Standing = Literal["waiting", "called", "at_table", "skipped", "passed", "rested", "done", "waived", "void"]
"""
``skipped``: called in vain. ``passed``: its time ran out. Both may ask to be called again. ``rested``: it has chosen
in this round of choosing and waits for the next. ``done``, ``waived``, ``void``: its day is over.
"""
Place = tuple[int, int, int, int]  # round, session, tier, number
ASIDE, REGULAR, BACK, LATER, DAY_END = -1, 0, 1, 2, 3
ENDED: tuple[Standing, ...] = ("done", "waived", "void")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One session: the households called in it, in their order; ``day`` counts days from 0."""

    day: int
    households: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Turns:
    """
    Who waits where. ``sittings``: for every round of choosing, its sessions. ``numbers``: for every round, household →
    order number.
    """

    rules: SelectionDay
    sittings: Sequence[Sequence[Sitting]]
    numbers: Sequence[Mapping[str, int]]
    round_no: int = 0
    session: int = 0
    over: bool = False
    table: str = ""
    standing: dict[str, Standing] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    left: dict[str, Place] = field(default_factory=dict)
    """Where a household stood when it was skipped or passed over."""
    asked: int = 0
    barred: set[str] = field(default_factory=set)
    """Households for whom nothing is left as things stand: passed over until somebody makes room."""

    def __post_init__(self) -> None:
        for sitting in self.sittings[0]:
            self.standing |= dict.fromkeys(sitting.households, "waiting")
        self._seat()

    def _seat(self) -> None:
        """Everybody whose day is not over at its place in the round that begins."""
        for session, sitting in enumerate(self.sittings[self.round_no]):
            for household_id in sitting.households:
                if self.standing[household_id] not in ENDED:
                    self.standing[household_id] = "waiting"
                    number = self.numbers[self.round_no][household_id]
                    self.places[household_id] = (self.round_no, session, REGULAR, number)
                    self.left.pop(household_id, None)
                    self.calls.pop(household_id, None)

    @property
    def last_round(self) -> bool:
        """Whether it is the round in which a household takes all that remain."""
        return self.round_no == len(self.sittings) - 1

    @property
    def day(self) -> int:
        """The day of the session that is on, counted from 0."""
        return self.sittings[self.round_no][self.session].day

    def queue(self) -> list[str]:
        """Everybody still to be called in the session that is on, in that order; whoever is being called, first."""
        here = [
            (self.standing[own] != "called", place, own)
            for own, place in self.places.items()
            if place[:2] == self._here() and self.standing[own] in ("waiting", "called")
        ]
        return [own for *_, own in sorted(here) if own not in self.barred]

    # -- at the table

    def call(self, household_id: str) -> Reason | None:
        """The next number is called."""
        if self.table:
            return Reason(code="picking.table_taken", params={"household_id": self.table})
        queue = self.queue()
        if household_id not in queue:
            return self.no_turn(household_id)
        if household_id != queue[0]:
            return Reason(code="picking.not_next", params={"household_id": household_id, "next": queue[0]})
        if self.calls.get(household_id, 0) >= self.rules.calls:
            params = {"household_id": household_id, "calls": self.rules.calls}
            return Reason(code="picking.called_enough", params=params)
        self.calls[household_id] = self.calls.get(household_id, 0) + 1
        self.standing[household_id] = "called"
        return None

    def no_turn(self, household_id: str) -> Reason:
        """Why the household is not in the queue."""
        standing = self.standing.get(household_id)
        code = f"picking.is_{standing}" if standing else "picking.no_household"
        return Reason(code=code, params={"household_id": household_id})

    def arrive(self, household_id: str) -> Reason | None:
        """It is here, and sits down."""
        if self.standing.get(household_id) != "called":
            return Reason(code="picking.not_called", params={"household_id": household_id})
        self.standing[household_id], self.table = "at_table", household_id
        return None

    def skip(self, household_id: str) -> Reason | None:
        """It was called as often as the rules say and did not come."""
        called = self.calls.get(household_id, 0)
        if self.standing.get(household_id) != "called" or called < self.rules.calls:
            params = {"household_id": household_id, "called": called, "calls": self.rules.calls}
            return Reason(code="picking.call_again", params=params)
        self._aside(household_id, "skipped")
        if self.rules.late == self.rules.absent == "void":
            self.standing[household_id] = "void"
        return None

    def passes(self, household_id: str) -> None:
        """Its time ran out: the next number goes."""
        self._aside(household_id, "passed")
        if self.rules.passed == "void":
            self.standing[household_id] = "void"
        elif self.rules.passed == "end_of_session" and not self.rules.written_request:
            self.request(household_id)

    def leaves(self, household_id: str, standing: Standing) -> None:
        """It has chosen, or waived."""
        self.table = ""
        self.standing[household_id] = standing
        self.places.pop(household_id, None)
        self.calls.pop(household_id, None)

    def _aside(self, household_id: str, standing: Standing) -> None:
        self.table = ""
        self.standing[household_id] = standing
        self.calls.pop(household_id, None)
        self.left[household_id] = self.places.pop(household_id)

    # -- called again

    def request(self, household_id: str) -> Reason | None:
        """It is here after all, or has made up its mind, and asks to be called again."""
        standing = self.standing.get(household_id)
        if standing not in ("skipped", "passed"):
            return self.no_turn(household_id)
        place = self._put_back(household_id, standing)
        if place is None:
            return Reason(code="picking.forfeited", params={"household_id": household_id})
        self.places[household_id] = place
        self.standing[household_id] = "waiting"
        self.asked += 1
        return None

    def _put_back(self, household_id: str, standing: Standing) -> Place | None:
        """Where it goes; None where the rules give it no place."""
        was_round, was_session, *_ = self.left[household_id]
        same = (was_round, was_session) == self._here()
        same_day = self.sittings[was_round][was_session].day == self.day
        if standing == "passed" and self.rules.passed == "when_ready":
            return self._place(self.session, ASIDE, self.asked)
        if standing == "passed" and same:
            return self._place(self.session, BACK, self.asked)
        if standing == "skipped" and same_day:
            if self.rules.late == "void":
                return None
            if same and self.rules.late in ("end_of_slot", "end_of_session"):
                return self._place(self.session, BACK, self.asked)
            if self.rules.late in ("end_of_slot", "end_of_day"):
                return self._place(self._last_today(), DAY_END, self.asked)
        if self.rules.absent == "void":
            return None
        if self.rules.absent == "day_of_arrival":
            return self._place(self._last_today(), DAY_END, self.asked)
        return self._place(self.session, LATER, self.numbers[self.round_no][household_id])

    def _place(self, session: int, tier: int, number: int) -> Place:
        return self.round_no, session, tier, number

    def _last_today(self) -> int:
        days = [sitting.day for sitting in self.sittings[self.round_no]]
        return max(session for session, day in enumerate(days) if day == self.day)

    # -- sessions and rounds

    def next_session(self) -> Reason | list[str]:
        """
        The session that is on ends, and the next begins, or the next round, or the day is over. Gives those whose
        number is void by that: called in vain on a day that has ended, where the rules give them no other day.
        """
        if self.over:
            return Reason(code="picking.over")
        if self.table:
            return Reason(code="picking.table_taken", params={"household_id": self.table})
        if queue := self.queue():
            return Reason(code="picking.still_waiting", params={"count": len(queue), "next": queue[0]})
        ended, waiting = self.day, [own for own in self.barred if self.places.get(own, ())[:2] == self._here()]
        if self.session + 1 < len(self.sittings[self.round_no]):
            self.session += 1
        elif not self.last_round:
            self.round_no, self.session = self.round_no + 1, 0
        else:
            self.over = True
        void = []
        if self.rules.absent == "void" and (self.over or self.day != ended):
            void = sorted(own for own, standing in self.standing.items() if standing in ("skipped", "passed"))
            self.standing |= dict.fromkeys(void, "void")
        if self.session == 0 and not self.over:
            self._seat()
        elif not self.over:
            for own in waiting:
                self.places[own] = self._place(self.session, LATER, self.numbers[self.round_no][own])
        return void

    def _here(self) -> tuple[int, int]:
        return self.round_no, self.session
