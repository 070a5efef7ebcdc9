"""What would mend a problem in which not all can be served: more homes or one limit widened, found by solving."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from solver.coupled import Clock
from solver.problem import Ints, Problem, Solution
from solver.serving import Serving, first_stages
from solver.witness import (
    RULES,
    Rebudget,
    Rule,
    Why,
    Witness,
    binds,
    dearest,
    homes_most,
    largest,
    rebudgeted,
    richer,
    waived,
    with_value,
)  # fmt: skip

SLOTS_MAX = 12  # slots of a witness whose limits are tried one by one


@dataclass(frozen=True, kw_only=True)
class Mend:
    """
    A change after which more slots are served, found by solving again.

    ``homes``: ``more`` lists (class, homes added), with no smaller number enough. Else the rule is changed for ``slot``
    only: ``size_max`` / ``size_min`` / ``budget`` by ``amount`` (in their unit), with no smaller amount enough;
    ``demand`` (any homes within its size band, in place of those declared), ``need`` and ``group`` waived.
    served: slots served after it. least: whether it is proved that less would not do.
    """

    rule: Rule
    slot: int = -1
    amount: int = 0
    more: tuple[tuple[int, int], ...] = ()
    served: int
    least: bool = True


def mends(
    problem: Problem,
    solution: Solution,
    why: Why,
    *,
    spare: Ints | None = None,
    seconds_max: float | None = 20,
    rebudget: Rebudget | None = None,
) -> tuple[tuple[Mend, ...], bool]:
    """
    Changes that let more be served, each found by solving again.

    Parameters
    ----------
    problem
        See Problem. Classes of supply 0 are homes that could be had.
    solution
        An answer to it; ``served`` is read.
    why
        Its witnesses: only their slots' limits are tried, at most ``SLOTS_MAX`` a witness.
    spare
        int64 (classes,): homes that are only kept back; where the fewest homes can come out of them, they do.
    seconds_max
        Wall time, about; None = until all is decided.
    rebudget
        As in `witnesses`.

    Returns
    -------
    tuple
        The mends: first the fewest homes that serve as many as homes alone can; then, for a slot of a witness and a
        rule at a time, the least change with which the witness's slots can be served and, in all, at least one slot
        more than in ``solution``. And whether all of this was decided.
    """
    clock = Clock(seconds_max)
    found, decided = [], why.complete
    homes = _more_homes(problem, solution, np.full(problem.classes, homes_most(problem)), clock)
    if homes is not None and homes.more and spare is not None:
        kept_back = _more_homes(problem, solution, spare, clock)
        if kept_back is not None and (kept_back.served, kept_back.amount) == (homes.served, homes.amount):
            homes = replace(kept_back, least=homes.least)
    if homes is None:
        decided = False
    elif homes.more:
        found.append(homes)
    tried: set[int] = set()
    for one in why.witnesses:
        decided &= len(one.slots) <= SLOTS_MAX
        for slot in one.slots[-SLOTS_MAX:]:
            if slot in tried:
                continue
            if clock.left() < 0.02:
                return tuple(found), False
            tried.add(slot)
            trial = _Trial(problem, one, slot, int(solution.served.sum()), clock, rebudget)
            found += trial.mends()
            decided &= not trial.undecided
    return tuple(found), decided


def _more_homes(problem: Problem, solution: Solution, there: Ints, clock: Clock) -> Mend | None:
    """
    The fewest homes to add so that as many as possible are served (among equals the earliest), or None when undecided.

    Every class gets a copy with the homes that could be ``there``; that the least number of homes comes out of copies
    is the leximin of two ranks over single homes. Verified by solving with the homes added.
    """
    classes = problem.classes
    twice = {name: np.concatenate([getattr(problem, name)] * 2) for name in ("kinds", "sizes", "extras", "sites")}
    allowed = (problem.ranks > 0).astype(np.int64)
    wider = replace(
        problem, kinds=twice["kinds"], sizes=twice["sizes"], extras=twice["extras"], sites=twice["sites"],
        ranks=np.hstack([allowed, allowed * 2]), ties=np.hstack([problem.ties] * 2), worst=2,
        helps=np.hstack([problem.helps] * 2), supply=np.concatenate([problem.supply, there]),
        principle="leximin", per="unit",
    )  # fmt: skip
    counts, served, decided = first_stages(wider, "outcomes_at_rank_2", clock)
    added = counts[:, classes:].sum(axis=0)
    if served.sum() <= solution.served.sum():
        return Mend(rule="homes", served=int(served.sum())) if decided else None
    _, again, _ = first_stages(replace(problem, supply=problem.supply + added), "served", clock)
    if again.sum() < served.sum():
        return None
    more = tuple((c, int(added[c])) for c in np.flatnonzero(added).tolist())
    return Mend(rule="homes", amount=int(added.sum()), more=more, served=int(again.sum()), least=decided)


@dataclass(eq=False)
class _Trial:
    """One slot of a witness, its limits widened one at a time."""

    problem: Problem
    why: Witness
    slot: int
    before: int
    clock: Clock
    rebudget: Rebudget | None
    undecided: bool = False

    def mends(self) -> Iterator[Mend]:
        for rule in RULES[1:]:
            if rule == "totals" or not binds(self.problem, [self.slot], rule):
                continue
            served = self._served(waived(self.problem, [self.slot], rule, self.rebudget))
            if not served:
                continue
            if rule in ("demand", "need", "group"):
                yield Mend(rule=rule, slot=self.slot, served=served)
            elif (least := self._least(rule)) is not None:
                yield least

    def _able(self, changed: Problem) -> bool:
        """Whether the witness's own slots can be served after the change: what nobody else can make up for."""
        able = Serving(changed, self.clock).all_of(self.why.slots)
        self.undecided |= able is None
        return bool(able)

    def _served(self, changed: Problem) -> int:
        """Slots served after the change when they are more than before, else 0."""
        if not self._able(changed):
            return 0
        _, served, decided = first_stages(changed, "served", self.clock)
        if served.sum() > self.before:
            return int(served.sum())
        self.undecided |= not decided
        return 0

    def _least(self, rule: Rule) -> Mend | None:
        """
        The least change that is enough, by halving: first for the witness alone, from there on for all. None where
        time ran out before one was shown to be.
        """
        before, self.undecided = self.undecided, False
        top = self._top(rule)
        low = self._halved(rule, 1, top, self._able)
        if not self._served(self._changed(rule, low)):
            low = self._halved(rule, low + 1, top, self._served)
        least, self.undecided = not self.undecided, before
        served = self._served(self._changed(rule, low))
        if not served:
            self.undecided = True
            return None
        return Mend(rule=rule, slot=self.slot, amount=low, served=served, least=least)

    def _halved(self, rule: Rule, low: int, high: int, enough: Callable[[Problem], int]) -> int:
        """The least amount that is enough; ``high`` is known to be."""
        while low < high:
            middle = (low + high) // 2
            if enough(self._changed(rule, middle)):
                high = middle
            else:
                low = middle + 1
        return high

    def _top(self, rule: Rule) -> int:
        """An amount as good as the rule waived."""
        if rule == "budget":
            return dearest(self.problem)
        if rule == "size_max":
            return max(1, largest(self.problem) - int(self.problem.size_max[self.slot]))
        return int(self.problem.size_min[self.slot])

    def _changed(self, rule: Rule, amount: int) -> Problem:
        problem, slot = self.problem, self.slot
        if rule == "budget":
            rooms = list(problem.budgets)
            rooms[slot] = richer(problem, slot, amount)
            return replace(problem, budgets=rooms)
        name, sign = ("size_max", 1) if rule == "size_max" else ("size_min", -1)
        value = int(getattr(problem, name)[slot]) + sign * amount
        return rebudgeted(with_value(problem, name, [slot], value), [slot], self.rebudget)
