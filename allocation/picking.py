"""
选房日: one household after the other chooses, and nobody who comes later is left without.

The day is a replay of its acts: values in, values out, time an argument. An act is done or refused with its reason, and
a refusal changes nothing. Whether a home is safe is asked of solver.guard: after it, the household can complete its
set and every household still to come can be served. The policy's ``selection_day`` and ``order`` say what is allowed.

Source: spec §4 (the selection day), §6 (order); domain.md §5.3; trust.md §2 rows 22–31.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING
from typing import Literal

import numpy as np

from allocation.allocate import Alike, build_problem, classes
from allocation.draw import round_orders
from allocation.messages import Fault, Faults, Reason
from allocation.policy import Policy
from allocation.round import Round
from allocation.schema import Unit
from allocation.turns import ENDED, Sitting, Turns
from solver.guard import Guard, Refusal
from solver.problem import Problem

Name = Literal[
    "call", "arrive", "pick", "undo", "confirm", "waive", "skip", "extend", "expire", "request", "release", "withdraw",
    "next_session", "fault",
]  # fmt: skip
NAMED = 5  # households or homes a refusal names; it counts them all


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """
    One act of the day, as the record keeps it.

    ``units``: picked, undone (none = all that are held), released or withdrawn. ``agent``: who chooses for the
    household by a power of attorney, ``paper``: written or sealed; ``companion``: somebody sits with it. ``since``: of
    a fault, the moment of the failure. ``by``: who recorded it.
    """

    act: Name
    at: datetime
    household_id: str = ""
    units: tuple[str, ...] = ()
    reason: str = ""
    agent: str = ""
    paper: Literal["", "written", "sealed"] = ""
    companion: bool = False
    since: datetime | None = None
    by: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class Opening:
    """
    What a day begins with: the round with its reserve homes among the units, the homes as classes and as a Problem,
    for every round of choosing its order numbers and its sessions.
    """

    round: Round
    alike: tuple[Alike, ...]
    problem: Problem
    numbers: tuple[dict[str, int], ...]
    sittings: tuple[tuple[Sitting, ...], ...]
    reserve: frozenset[str]


def opening(round_: Round, *, sessions_a_day: int | None = None) -> Opening:
    """
    The day of a round as it begins.

    Parameters
    ----------
    round_
        Judged on the day. Its homes with status ``reserved`` are held back, and nothing else keeps them out.
    sessions_a_day
        Sessions are spread over days by so many; None = all on one day. The next round of choosing goes on the day
        after where there are several.

    Raises
    ------
    Faults
        Fewer homes are reserved than the policy's ``reserve_share`` asks for.
    """
    reserve = [u for u in round_.tables.units if u.status == "reserved" and u.construction == "government"]
    needed = round_.policy.selection_day.reserve_share * (len(round_.units) + len(reserve))
    if len(reserve) < needed:
        params = {"there": len(reserve), "needed": int(needed.to_integral_value(ROUND_CEILING))}
        raise Faults([Fault(table="units", code="picking.reserve_short", column="status", params=params)])
    whole = replace(round_, units=tuple(sorted([*round_.units, *reserve], key=lambda u: u.unit_id)))
    alike = classes(whole)
    taking_part = {household.household_id for household in round_.households}
    numbers = tuple(
        {own: number for own, number in order.items() if own in taking_part}
        for order in round_orders(round_.tables.households, round_.policy.order, round_.head.seed)
    )
    size = round_.policy.selection_day.households_a_session or max(1, len(taking_part))
    sittings: list[tuple[Sitting, ...]] = []
    for order in numbers:
        queue = sorted(order, key=lambda own: order[own])
        parts = [tuple(queue[start : start + size]) for start in range(0, max(1, len(queue)), size)]
        first = sittings[-1][-1].day + (sessions_a_day is not None) if sittings else 0
        sittings.append(
            tuple(
                Sitting(day=first + (place // sessions_a_day if sessions_a_day else 0), households=part)
                for place, part in enumerate(parts)
            )
        )
    return Opening(
        round=whole,
        alike=alike,
        problem=build_problem(whole, alike),
        numbers=numbers,
        sittings=tuple(sittings),
        reserve=frozenset(unit.unit_id for unit in reserve),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A home as it stands for the household at the table: its rank, and why it may not take it (None = it may)."""

    unit_id: str
    rank: int
    refusal: Reason | None


class Day:
    """
    A selection day so far.

    ``acts``: those that stand. ``void``: those that a fault undid. ``held``: household → homes picked and not yet
    confirmed. ``given``: household → homes confirmed. ``free``: homes nobody has and that may be chosen. ``reserve``:
    held back; ``withdrawn``: not to be chosen any more. ``turns``:
    who waits where. ``deadline``: until when the household at the table may choose.
    """

    def __init__(self, begun: Opening) -> None:
        self.begun = begun
        policy: Policy = begun.round.policy
        self.rules = policy.selection_day
        self.turns = Turns(rules=self.rules, sittings=begun.sittings, numbers=begun.numbers)
        self.acts: list[Act] = []
        self.void: list[Act] = []
        self.held: dict[str, tuple[str, ...]] = {}
        self.given: dict[str, tuple[str, ...]] = {}
        self.reserve = set(begun.reserve)
        self.withdrawn: set[str] = set()
        self.free = {unit.unit_id for unit in begun.round.units} - self.reserve
        self.deadline: datetime | None = None
        self.extensions = 0
        self._slot = {h.household_id: slot for slot, h in enumerate(begun.round.households)}
        self._class = {unit.unit_id: c for c, group in enumerate(begun.alike) for unit in group.units}
        withheld = np.zeros(begun.problem.classes, dtype=np.int64)
        for unit_id in self.reserve:
            withheld[self._class[unit_id]] += 1
        self.guard = Guard(begun.problem, withheld=withheld)
        self._make_room()

    # -- what stands

    @property
    def table(self) -> str:
        """The household at the table; blank when there is none."""
        return self.turns.table

    def offers(self) -> list[Offer]:
        """Every free home for the household at the table, by unit_id: each is one class's answer."""
        slot = self._slot[self.table]
        safe = self.guard.safe(slot)
        reasons: dict[int, Reason | None] = {}
        found = []
        for unit_id in sorted(self.free):
            c = self._class[unit_id]
            if c not in reasons:
                refusal = None if safe[c] else self.guard.why(slot, c)
                reasons[c] = self._told(refusal, unit_id) if refusal else None
            found.append(Offer(unit_id=unit_id, rank=self.rank(self.table, unit_id), refusal=reasons[c]))
        return found

    def homes(self, household_id: str) -> tuple[str, ...]:
        """What the household has been given and what it holds."""
        return *self.given.get(household_id, ()), *self._held(household_id)

    def rank(self, household_id: str, unit_id: str) -> int:
        """A home's rank for a household."""
        return int(self.begun.problem.ranks[self._slot[household_id], self._class[unit_id]])

    def _held(self, household_id: str) -> tuple[str, ...]:
        return self.held.get(household_id, ())

    # -- acts

    def do(self, act: Act) -> tuple[Reason, ...]:
        """Do an act; the reasons why it is refused, none where it is done. A refused act changes nothing."""
        if self.acts and act.at < self.acts[-1].at:
            return (_reason("picking.clock", at=act.at, last=self.acts[-1].at),)
        if act.household_id and act.household_id not in self._slot:
            return (_reason("picking.no_household", household_id=act.household_id),)
        if self.turns.over and act.act != "fault":
            return (_reason("picking.over"),)
        if act.act in _AT_TABLE and (refusal := self._not_at_table(act)):
            return (refusal,)
        if act.act in _WITH_REASON and not act.reason.strip():
            return (_reason("picking.no_reason"),)
        refusal = _ACTS[act.act](self, act)
        if refusal is None and act.act != "fault":
            self.acts.append(act)
        return (refusal,) if refusal else ()

    def _make_room(self) -> None:
        """Who can be served as things stand, in their order; the others are passed over for now."""
        number, standing = self.begun.numbers[0], self.turns.standing
        waiting = [own for own in sorted(standing, key=lambda own: number[own]) if standing[own] not in ENDED]
        self.turns.barred = {own for own in waiting if not self.guard.admit(self._slot[own])}

    def _not_at_table(self, act: Act) -> Reason | None:
        if act.household_id != self.table:
            return _reason("picking.not_at_table", household_id=act.household_id, table=self.table or "—")
        late, in_time = self.deadline is None or act.at > self.deadline, self._chosen()
        if act.act == "expire":
            if in_time:
                return _reason("picking.chosen_in_time", household_id=self.table)
            return None if late else _reason("picking.time_left", deadline=self.deadline)
        if late and act.act in ("pick", "undo", "extend"):
            return _reason("picking.time_out", household_id=self.table, deadline=self.deadline)
        return None

    def _chosen(self) -> bool:
        """Whether what the household at the table holds is all that it is to choose now."""
        whole = not self.turns.last_round or self.guard.may_stop(self._slot[self.table])
        return bool(self._held(self.table)) and whole

    def _call(self, act: Act) -> Reason | None:
        return self.turns.call(act.household_id)

    def _arrive(self, act: Act) -> Reason | None:
        rule = self.rules.agents
        if act.agent and (rule == "none" or not act.paper or (rule == "sealed" and act.paper != "sealed")):
            return _reason(f"picking.agents_{rule}", household_id=act.household_id, agent=act.agent)
        if act.companion and not self._companion(act):
            return _reason("picking.companion", household_id=act.household_id, age=self.rules.companion_from_age or "—")
        refusal = self.turns.arrive(act.household_id)
        if refusal is None:
            self.extensions = 0
            self.deadline = act.at + timedelta(seconds=self.rules.seconds)
        return refusal

    def _companion(self, act: Act) -> bool:
        """Whether a member is old enough for the household to bring somebody along."""
        age = self.rules.companion_from_age
        members = [m for m in self.begun.round.tables.members if m.household_id == act.household_id]
        return age is not None and any(m.birth_date and _age(m.birth_date, act.at.date()) >= age for m in members)

    def _pick(self, act: Act) -> Reason | None:
        if not act.units or len(set(act.units)) < len(act.units):
            return _reason("picking.which")
        if not self.turns.last_round and len(act.units) + len(self._held(self.table)) > 1:
            return _reason("picking.one_a_round", round=self.turns.round_no + 1)
        for unit_id in act.units:
            if unit_id not in self.free:
                return self._not_free(unit_id)
        taken: list[str] = []
        slot = self._slot[self.table]
        for unit_id in act.units:
            if not self.guard.take(slot, self._class[unit_id]):
                refusal = self.guard.why(slot, self._class[unit_id])
                for other in taken:
                    self.guard.give_back(slot, self._class[other])
                if refusal is None:
                    raise RuntimeError(f"{unit_id} was refused and is safe")
                return self._told(refusal, unit_id)
            taken.append(unit_id)
        self._hold(self.table, taken)
        return None

    def _hold(self, household_id: str, units: Iterable[str]) -> None:
        self.held[household_id] = (*self._held(household_id), *units)
        self.free -= set(units)

    def _not_free(self, unit_id: str) -> Reason:
        if unit_id not in self._class:
            return _reason("picking.no_unit", unit_id=unit_id)
        if unit_id in self.reserve:
            return _reason("picking.reserved", unit_id=unit_id)
        layout = self._unit(unit_id).layout
        left = sorted(other for other in self.free if self._unit(other).layout == layout)
        some = "、".join(left[:NAMED]) or "—"
        return _reason("picking.taken", unit_id=unit_id, layout=layout, left=len(left), some=some)

    def _unit(self, unit_id: str) -> Unit:
        return next(u for u in self.begun.alike[self._class[unit_id]].units if u.unit_id == unit_id)

    def _told(self, refusal: Refusal, unit_id: str) -> Reason:
        """The guard's reason in the office's words."""
        households = [self.begun.round.households[slot].household_id for slot in refusal.slots]
        return _reason(
            f"picking.unsafe_{refusal.ground}",
            unit_id=unit_id,
            count=len(households),
            some="、".join(households[:NAMED]) or "—",
            needed=refusal.needed,
            there=refusal.there,
        )

    def _undo(self, act: Act) -> Reason | None:
        units = act.units or self._held(self.table)
        for unit_id in units:
            if unit_id not in self._held(self.table):
                return _reason("picking.not_held", household_id=self.table, unit_id=unit_id)
        if not units:
            return _reason("picking.nothing_held", household_id=self.table)
        self._give_back(self.table, units)
        return None

    def _give_back(self, household_id: str, units: Iterable[str]) -> None:
        for unit_id in units:
            self.guard.give_back(self._slot[household_id], self._class[unit_id])
            self.free.add(unit_id)
        kept = tuple(unit_id for unit_id in self.held.pop(household_id, ()) if unit_id not in self.free)
        if kept:
            self.held[household_id] = kept

    def _confirm(self, _: Act) -> Reason | None:
        own, slot = self.table, self._slot[self.table]
        complete = self.guard.may_stop(slot)
        if not self._held(own):
            return _reason("picking.nothing_held", household_id=own)
        if self.turns.last_round and not complete:
            return _reason("picking.incomplete", household_id=own, held=len(self.homes(own)))
        self.given[own] = self.homes(own)
        del self.held[own]
        if self.turns.last_round or (complete and not self.guard.safe(slot).any()):
            self.guard.finish(slot)
            self.turns.leaves(own, "done")
        else:
            self.turns.leaves(own, "rested")
        return None

    def _waive(self, _: Act) -> Reason | None:
        """弃选: of what it has not yet confirmed; where that leaves no set it may have, of everything."""
        own, slot = self.table, self._slot[self.table]
        self._give_back(own, self._held(own))
        if self.given.get(own) and self.guard.may_stop(slot):
            self.guard.finish(slot)
            self.turns.leaves(own, "done")
        else:
            self.turns.leaves(own, "waived")
            self._gone(own)
        return None

    def _gone(self, household_id: str) -> None:
        """The household is not to be served any more."""
        self.guard.leave(self._slot[household_id])
        self.free |= set(self.homes(household_id))
        self.given.pop(household_id, None)
        self.held.pop(household_id, None)
        self._make_room()

    def _skip(self, act: Act) -> Reason | None:
        refusal = self.turns.skip(act.household_id)
        if refusal is None and self.turns.standing[act.household_id] == "void":
            self._gone(act.household_id)
        return refusal

    def _extend(self, _: Act) -> Reason | None:
        if self.extensions >= self.rules.extensions_max:
            return _reason("picking.no_extension", household_id=self.table, most=self.rules.extensions_max)
        self.extensions += 1
        self._put_off(timedelta(seconds=self.rules.extension_seconds))
        return None

    def _put_off(self, by: timedelta) -> None:
        self.deadline = self.deadline and self.deadline + by

    def _expire(self, act: Act) -> Reason | None:
        own = self.table
        if self.rules.on_timeout == "assign":
            self._complete(own)
            return self._confirm(act)
        self._give_back(own, self._held(own))
        self.turns.passes(own)
        if self.turns.standing[own] == "void":
            self._gone(own)
        return None

    def _complete(self, household_id: str) -> None:
        """Its best safe home left, again and again: by rank, then tie number, then unit_id."""
        problem, slot = self.begun.problem, self._slot[household_id]
        order = np.lexsort((problem.ties[slot], problem.ranks[slot])).tolist()
        while not self._chosen():
            c = next((c for c in order if self.guard.take(slot, c)), None)
            if c is None:
                raise RuntimeError(f"no home is safe for {household_id}, which was to be served")
            unit_id = next(unit.unit_id for unit in self.begun.alike[c].units if unit.unit_id in self.free)
            self._hold(household_id, [unit_id])

    def _request(self, act: Act) -> Reason | None:
        if self.rules.written_request and not act.reason.strip():
            return _reason("picking.write_it", household_id=act.household_id)
        return self.turns.request(act.household_id)

    def _release(self, act: Act) -> Reason | None:
        for unit_id in act.units:
            if unit_id not in self.reserve:
                return _reason("picking.not_reserved", unit_id=unit_id)
        for unit_id in act.units:
            self.guard.release(self._class[unit_id])
            self.reserve.remove(unit_id)
            self.free.add(unit_id)
        self._make_room()
        return None if act.units else _reason("picking.which")

    def _withdraw(self, act: Act) -> Reason | None:
        if len(act.units) != 1:
            return _reason("picking.which")
        unit_id = act.units[0]
        if unit_id in self.reserve:
            self.reserve.remove(unit_id)
        elif unit_id not in self.free:
            return self._not_free(unit_id)
        elif not self.guard.withdraw(self._class[unit_id]):
            return _reason("picking.needed_still", unit_id=unit_id)
        self.free.discard(unit_id)
        self.withdrawn.add(unit_id)
        return None

    def _next_session(self, _: Act) -> Reason | None:
        void = self.turns.next_session()
        if isinstance(void, Reason):
            return void
        for household_id in void:
            self._gone(household_id)
        return None

    def _fault(self, act: Act) -> Reason | None:
        """
        After a power or computer failure: what came later is void, the state is that of the failure, and the household
        that was at the table goes on with the time it had left.
        """
        if act.since is None or act.since > act.at:
            return _reason("picking.fault_when")
        kept = [done for done in self.acts if done.at <= act.since]
        if self.rules.after_fault == "keep_confirmed":
            sure = [place for place, done in enumerate(self.acts) if done.act in ("confirm", "waive")]
            kept = self.acts[: max(len(kept), sure[-1] + 1 if sure else 0)]
        again = replay(self.begun, kept)
        again.void = [*self.void, *self.acts[len(kept) :]]
        since = max([act.since, *(done.at for done in kept)])
        again._put_off(act.at - since)
        again.acts.append(act)
        self.__dict__.update(again.__dict__)
        return None


_ACTS: dict[Name, Callable[[Day, Act], Reason | None]] = {
    "call": Day._call,
    "arrive": Day._arrive,
    "pick": Day._pick,
    "undo": Day._undo,
    "confirm": Day._confirm,
    "waive": Day._waive,
    "skip": Day._skip,
    "extend": Day._extend,
    "expire": Day._expire,
    "request": Day._request,
    "release": Day._release,
    "withdraw": Day._withdraw,
    "next_session": Day._next_session,
    "fault": Day._fault,
}
_AT_TABLE = ("pick", "undo", "confirm", "waive", "extend", "expire")
_WITH_REASON = ("waive", "extend", "release", "withdraw", "fault")


def _reason(code: str, **params: object) -> Reason:
    return Reason(code=code, params=params)


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def replay(begun: Opening, acts: Iterable[Act]) -> Day:
    """
    The day after its acts.

    Raises
    ------
    ValueError
        An act is refused: the acts are not those of this round's day.
    """
    day = Day(begun)
    for act in acts:
        if refused := day.do(act):
            raise ValueError(f"{act.act} at {act.at} is refused: {refused[0].code}")
    return day
