"""Why a household got what it got: for each better choice who holds it, and what giving it would have cost whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from allocation.allocate import Allocation, Home, homes_of, outcomes, pair
from allocation.messages import Fault, Faults, Reason
from allocation.round import Round
from allocation.shortage import Remedy, Shortage, rebudget, remedy, shortage, with_homes_left_out
from allocation.wording import mask, private_numbers, without_private
from solver.mend import mends
from solver.problem import Bools, Solution, stage_names, stage_value
from solver.serving import Serving, forced, part_of
from solver.witness import waived, witnesses

State = Literal["served", "unserved", "left_out"]
Held = Literal["own", "held", "free", "left_out"]
Fit = Literal["fits", "money", "rules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A household as others may see it: id, masked name, order number."""

    household_id: str
    name: str
    order_no: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """
    A home of a better choice. ``held``: by itself, by somebody else, by nobody, or the unit does not take part (then
    ``reasons``). ``rank`` is the household's, ``holder_rank`` the holder's rank of it. ``fit``: whether the household
    could have it in some set of homes; if not, whether only its prepayment stands in the way.
    """

    unit_id: str
    rank: int
    held: Held
    holder: Somebody | None = None
    holder_rank: int = 0
    reasons: tuple[Reason, ...] = ()
    fit: Fit = "rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """
    The first stage that is worse when the better choice is given: its value as it is and as it would be. In stage
    ``order`` the household named is the first in order that chooses worse. ``decided``: both results are decided.
    """

    stage: str
    value: int
    forced: int
    household: Somebody | None = None
    decided: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A household whose outcomes would change: worst first, empty = not served."""

    household: Somebody
    before: tuple[int, ...]
    after: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Better:
    """
    A better choice, for all homes of the household, or for those of one ``layout`` where outcomes count per unit.

    ``cost`` None: no set of homes fits the household itself; then ``remedies`` say what would let it. ``reached``: its
    outcomes when the choice is given. ``worse``: the households that pay for it in that result, ``gaining`` how many
    do better.
    """

    choice: int
    layout: str
    matches: tuple[Match, ...]
    cost: Cost | None
    reached: tuple[int, ...] = ()
    worse: tuple[Affected, ...] = ()
    gaining: int = 0
    remedies: tuple[Remedy, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """``better`` from the choice next to its own up to the first. ``shortage`` where it is unserved."""

    household: Somebody
    state: State
    homes: tuple[Home, ...]
    outcomes: tuple[int, ...]
    better: tuple[Better, ...]
    reasons: tuple[Reason, ...] = ()
    shortage: Shortage | None = None


def explain(allocation: Allocation, household_id: str, *, seconds_max: float | None = None) -> Explanation:
    """
    Why the household got what it got, true by solving again with each better choice forced.

    ``seconds_max`` holds for each of these solves.

    Raises
    ------
    Faults
        The household is not on the roster.

    Source: spec §7.
    """
    round_ = allocation.round
    known(round_, household_id)
    reasons = next((entry.reasons for entry in round_.left_out if entry.household_id == household_id), ())
    homes = tuple(home for home in allocation.homes if home.household_id == household_id)
    state: State = "left_out" if reasons else "served" if homes else "unserved"
    return Explanation(
        household=_Sight(allocation).somebody(household_id),
        state=state,
        homes=homes,
        outcomes=_outcomes(allocation, homes),
        better=() if state == "left_out" else _Choices(allocation, household_id, seconds_max).better(),
        reasons=reasons,
        shortage=_own_shortage(shortage(allocation), household_id) if state == "unserved" else None,
    )


def known(round_: Round, household_id: str) -> None:
    """Raises Faults when the household is not on the roster: asked before a round is solved for it."""
    if all(h.household_id != household_id for h in round_.tables.households):
        raise Faults([Fault(table="command", code="price.household.unknown", value=household_id)])


def _own_shortage(found: Shortage | None, household_id: str) -> Shortage | None:
    """What of it concerns the household."""
    if found is None:
        return None
    competing = tuple(one for one in found.competing if household_id in one.household_ids)
    others = {own for one in competing for own in one.household_ids}
    remedies = tuple(one for one in found.remedies if not one.household_id or one.household_id in others)
    return replace(found, competing=competing, remedies=remedies)


def _outcomes(allocation: Allocation, homes: Sequence[Home]) -> tuple[int, ...]:
    """A household's outcomes, worst first; empty when it is not served."""
    return tuple(sorted(outcomes(homes, allocation.per), reverse=True)) if homes else ()


class _Sight:
    """Households as others may see them."""

    def __init__(self, allocation: Allocation) -> None:
        self.names = {h.household_id: mask(h.name) for h in allocation.round.tables.households}
        self.order = allocation.round.order
        self.private = private_numbers(allocation.round)

    def somebody(self, household_id: str) -> Somebody:
        shown = without_private(household_id, self.private)
        return Somebody(household_id=shown, name=self.names[household_id], order_no=self.order[household_id])


class _Choices:
    """One household's better choices, each solved for once."""

    def __init__(self, allocation: Allocation, household_id: str, seconds_max: float | None) -> None:
        self.allocation, self.own, self.seconds = allocation, household_id, seconds_max
        self.sight = _Sight(allocation)
        self.problem = allocation.problem
        self.slot = [h.household_id for h in allocation.round.households].index(household_id)
        self.holders = {home.unit_id: home for home in allocation.homes}
        self.now = homes_of(allocation.homes)
        self.alike, self.wide = with_homes_left_out(allocation)
        self.fit = self._fit()

    def better(self) -> tuple[Better, ...]:
        found: list[Better] = []
        for layout, part, worst in self._parts():
            answer: Solution | None = None
            for choice in range(worst - 1, 0, -1):
                allowed = ~part | (self.problem.ranks[self.slot] <= choice)
                # A result that already keeps within this choice is the best one for it, too.
                if answer is None or answer.counts[self.slot, ~allowed].any():
                    answer = forced(self.problem, self.slot, allowed, seconds_max=self.seconds)
                matches = self._matches(layout, choice)
                if answer is not None:
                    found.append(self._given(choice, layout, matches, answer))
                    continue
                remedies = self._remedies(part, choice)
                found.append(Better(choice=choice, layout=layout, matches=matches, cost=None, remedies=remedies))
        return tuple(found)

    def _parts(self) -> list[tuple[str, Bools, int]]:
        """(layout, its classes, its worst rank now): all homes at once, or layout by layout where units count."""
        problem, counts = self.problem, self.allocation.solution.counts[self.slot]
        every = np.ones(problem.classes, dtype=np.bool_)
        if problem.per == "household" or problem.open_slots[self.slot] or not counts.any():
            worst = int(problem.ranks[self.slot, counts > 0].max(initial=0)) or problem.worst + 1
            return [("", every, worst)]
        layouts = {
            unit.layout: int(problem.kinds[c]) for c, group in enumerate(self.allocation.alike) for unit in group.units
        }
        parts = []
        for layout, kind in sorted(layouts.items()):
            part = problem.kinds == kind
            if counts[part].any():
                parts.append((layout, part, int(problem.ranks[self.slot, part & (counts > 0)].max())))
        return parts

    # -- the homes of a choice

    def _fit(self) -> list[Fit]:
        """For every class, homes that do not take part included: whether the household could have one in some set."""
        real = [sum(unit.unit_id != "" for unit in group.units) for group in self.alike]
        there = replace(self.wide, supply=np.array(real, dtype=np.int64))
        within = Serving(there).reach(self.slot)
        eased = Serving(waived(there, [self.slot], "budget", None)).reach(self.slot)
        return ["fits" if w else "money" if e else "rules" for w, e in zip(within, eased, strict=True)]

    def _matches(self, layout: str, choice: int) -> tuple[Match, ...]:
        ranks = self.wide.ranks[self.slot]
        found = [
            self._match(unit_id, choice, self.fit[c])
            for c in np.flatnonzero(ranks == choice).tolist()
            for unit_id in (u.unit_id for u in self.alike[c].units if u.unit_id and layout in ("", u.layout))
        ]
        return tuple(sorted(found, key=lambda match: match.unit_id))

    def _match(self, unit_id: str, rank: int, fit: Fit) -> Match:
        home = self.holders.get(unit_id)
        if home is not None:
            held: Held = "own" if home.household_id == self.own else "held"
            holder = self.sight.somebody(home.household_id)
            return Match(unit_id=unit_id, rank=rank, held=held, holder=holder, holder_rank=home.rank, fit=fit)
        reasons = next((entry.reasons for entry in self.allocation.round.left_out if entry.unit_id == unit_id), ())
        return Match(unit_id=unit_id, rank=rank, held="left_out" if reasons else "free", reasons=reasons, fit=fit)

    # -- what it would cost

    def _given(self, choice: int, layout: str, matches: tuple[Match, ...], answer: Solution) -> Better:
        then = homes_of(pair(self.allocation.round, self.allocation.alike, self.problem, answer))
        worse, gaining = [], 0
        for household in self.allocation.round.households:
            own = household.household_id
            before, after = (_outcomes(self.allocation, of.get(own, ())) for of in (self.now, then))
            if _worse(after, before):
                worse.append(Affected(household=self.sight.somebody(own), before=before, after=after))
            gaining += own != self.own and _worse(before, after)
        return Better(
            choice=choice,
            layout=layout,
            matches=matches,
            cost=self._cost(answer),
            reached=_outcomes(self.allocation, then[self.own]),
            worse=tuple(sorted(worse, key=lambda affected: affected.household.order_no)),
            gaining=gaining,
        )

    def _cost(self, answer: Solution) -> Cost:
        now, problem = self.allocation.solution, self.problem
        decided = all(stage.optimal for stage in (*now.stages, *answer.stages))
        for name in stage_names(problem):
            values = [stage_value(problem, name, of.counts, of.served) for of in (now, answer)]
            household = self._first_in_order(answer) if name == "order" else None
            if values[0] != values[1] or household is not None:
                return Cost(stage=name, value=values[0], forced=values[1], household=household, decided=decided)
        return Cost(stage="none", value=0, forced=0, decided=decided)

    def _first_in_order(self, answer: Solution) -> Somebody | None:
        """The first household in order that would have another set: as it chose the best it could, it likes it less."""
        now, problem = self.allocation.solution, self.problem
        for slot in np.argsort(problem.order).tolist():
            mine, other = now.counts[slot], answer.counts[slot]
            if (mine != other).any():
                return self.sight.somebody(self.allocation.round.households[slot].household_id)
        return None

    def _remedies(self, part: Bools, choice: int) -> tuple[Remedy, ...]:
        """What would let the household have the choice at all, nobody else asked."""
        ranks = self.problem.ranks.copy()
        ranks[self.slot, part & (ranks[self.slot] > choice)] = 0
        round_ = self.allocation.round
        only = replace(round_, households=(round_.households[self.slot],))
        alone = part_of(replace(self.problem, ranks=ranks), [self.slot])
        nobody = Solution(counts=np.zeros_like(alone.ranks), served=np.zeros(1, dtype=np.bool_), stages=())
        found, _ = mends(alone, nobody, witnesses(alone, nobody), rebudget=rebudget(only))
        return tuple(remedy(only, self.allocation.alike, mend) for mend in found if mend.rule != "homes")


def _worse(after: tuple[int, ...], before: tuple[int, ...]) -> bool:
    """Whether outcomes (worst first, empty = not served) are worse."""
    return bool(before) and (not after or after > before)
