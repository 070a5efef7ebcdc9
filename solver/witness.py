"""
Why not all can be served: the smallest set of slots that competes for too little.

A witness is a set of slots that cannot all be served, with every home of the problem for them alone, though any proper
subset can. Where homes do not couple it violates Hall's condition (P. Hall, "On Representatives of Subsets", 1935):
more homes wanted than there are of the only classes that can meet them. In general it is a minimal infeasible subset.
One is found by halving (Junker, "QuickXplain", AAAI 2004); the smallest by hitting sets (Ignatiev, Previti, Liffiton,
Marques-Silva, "Smallest MUS Extraction with Minimal Hitting Set Dualization", CP 2015): every witness has a slot
outside any set that can be served, so the smallest set that meets all such outsides is one or shows a new outside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from solver.coupled import Clock
from solver.mip import Mip
from solver.problem import Budget, Problem, Solution
from solver.serving import Serving

Rule = Literal["homes", "demand", "size_max", "size_min", "budget", "totals", "need", "group"]
RULES: tuple[Rule, ...] = ("homes", "demand", "size_max", "size_min", "budget", "totals", "need", "group")
Rebudget = Callable[[Problem, int], Budget | None]

TRIES_MAX = 400  # hitting sets looked at before the smallest witness is given up


@dataclass(frozen=True, kw_only=True)
class Witness:
    """
    Slots that cannot all be served together, though any proper subset of them can.

    slots: in order of choice. classes: ascending, what they compete for: of every slot all classes that it can use,
    or, where counting homes is proof enough (``needed > there``), only the classes that count.
    needed: homes they take at least. there: homes in ``classes``.
    rules: each of these alone, waived for all the slots, would let them be served. ``homes``: any number of homes of
    the classes there are. ``demand``: any homes within the size band, in place of those declared. ``budget``: room for
    any extras; ``totals`` (named only where room is not enough): any total size, too.
    smallest: no witness of the problem has fewer slots; else that was not decided in the time allowed.
    minimal: every proper subset can be served; False only when time ran out.
    """

    slots: tuple[int, ...]
    classes: tuple[int, ...]
    needed: int
    there: int
    rules: tuple[Rule, ...]
    smallest: bool
    minimal: bool

    @property
    def counted(self) -> bool:
        """Whether the numbers of homes alone prove it."""
        return self.needed > self.there


@dataclass(frozen=True, kw_only=True)
class Why:
    """Every unserved slot is in one of the witnesses, smallest first, unless ``complete`` is False."""

    witnesses: tuple[Witness, ...]
    complete: bool


# -- witnesses --------------------------------------------------------------------------------------------------------


def witness(problem: Problem, solution: Solution, *, seconds_max: float | None = 20) -> Witness | None:
    """The smallest witness, or None when all are served or none is found in the time allowed."""
    found = witnesses(problem, solution, seconds_max=seconds_max, most=1).witnesses
    return found[0] if found else None


def witnesses(
    problem: Problem,
    solution: Solution,
    *,
    seconds_max: float | None = 20,
    most: int = 5,
    rebudget: Rebudget | None = None,
) -> Why:
    """
    Every slot that cannot be served even alone; then the smallest witness among the others; then, without those of its
    slots that are not served, the next, until all are explained.

    Parameters
    ----------
    problem
        See Problem.
    solution
        An answer to it; ``served`` is read.
    seconds_max
        Wall time, about; None = until all is decided.
    most
        Witnesses of several slots looked for.
    rebudget
        (problem with a rule waived, slot) → the slot's Budget in it; the Budget stays as it is when this is None.

    Returns
    -------
    Why
        The first witness is the smallest of the problem where it says ``smallest``; a later one is so among the slots
        left.

    Complexity: NP-hard already for single homes (the girth of a transversal matroid); bounded by ``TRIES_MAX``.
    """
    serving = Serving(problem, Clock(seconds_max))
    order = np.argsort(problem.order, kind="stable").tolist()
    served = {slot for slot in order if solution.served[slot]}
    alone = [slot for slot in order if slot not in served and serving.all_of([slot]) is False]
    found = [_told(serving, (slot,), True, True, rebudget) for slot in alone]
    pool = [slot for slot in order if slot not in alone]
    for _ in range(most):
        core = _core(serving, pool, served)
        if core is None:
            break
        found.append(_told(serving, *core, rebudget))
        pool = [slot for slot in pool if slot in served or slot not in core[0]]
        if serving.late():
            break
    return Why(witnesses=tuple(found), complete=all(slot in served for slot in pool))


def _core(serving: Serving, pool: Sequence[int], served: set[int]) -> tuple[tuple[int, ...], bool, bool] | None:
    """(slots, smallest, minimal) of a witness within the pool; None when none is proved in time."""
    if served.issuperset(pool) or serving.all_of(pool) is not False:
        return None
    cut = serving.cut(pool)
    known = pool if cut is None else [slot for slot in pool if slot in set(cut.slots)]
    if serving.flow_decides(pool):
        # Homes wanted less homes there are is supermodular: a minimal violator lies in every set where it is greatest.
        pool = known
    asked = _Asked(serving)
    some = asked.shrunk([slot for slot in known if slot not in served], [slot for slot in known if slot in served])
    fewest = serving.flow_decides(pool) and len(some) <= serving.fewest(pool)
    smallest = fewest or (not asked.undecided and _smallest(serving, pool, served, len(some)))
    if isinstance(smallest, tuple):
        return smallest, True, True
    return tuple(slot for slot in pool if slot in some), smallest, not asked.undecided


@dataclass(eq=False)
class _Asked:
    """One minimal set that cannot be served, by halving; a set that is not decided in time counts as servable."""

    serving: Serving
    undecided: bool = False

    def shrunk(self, wanted: Sequence[int], others: Sequence[int]) -> set[int]:
        """A minimal set out of all slots given, with as many of the others left out as halving can."""
        return set(self._halved([], False, [*others[::-1], *wanted]))

    def _fails(self, slots: Sequence[int]) -> bool:
        answer = None if self.serving.late() else self.serving.all_of(slots)
        self.undecided |= answer is None
        return answer is False

    def _halved(self, base: list[int], grew: bool, slots: list[int]) -> list[int]:
        if grew and self._fails(base):
            return []
        if len(slots) == 1:
            return slots
        middle = len(slots) // 2
        left, right = slots[:middle], slots[middle:]
        second = self._halved([*base, *left], bool(left), right)
        first = self._halved([*base, *second], bool(second), left)
        return [*first, *second]


def _smallest(serving: Serving, pool: Sequence[int], served: set[int], known: int) -> tuple[int, ...] | bool:
    """A witness smaller than ``known``, True when there is none, False when that was not decided."""
    outsides = [[slot for slot in pool if slot not in served]]
    for _ in range(TRIES_MAX):
        if serving.late():
            return False
        hit = _hitting(pool, outsides, serving.clock)
        if hit is None:
            return False
        if len(hit) >= known:
            return True
        able = serving.all_of(hit)
        if able is None:
            return False
        if not able:
            return hit
        grown, _ = serving.grown(hit, pool)
        outside = [slot for slot in pool if not grown[slot]]
        if not outside:
            return False
        outsides.append(outside)
    return False


def _hitting(pool: Sequence[int], outsides: Sequence[Sequence[int]], clock: Clock) -> tuple[int, ...] | None:
    """A smallest set with a slot of every outside, in the pool's order; None when not decided."""
    mip = Mip()
    column = {slot: mip.column(0, 1) for slot in pool}
    for outside in outsides:
        mip.row(1, len(outside), [(column[slot], 1.0) for slot in outside])
    answer = mip.solve(dict.fromkeys(column.values(), 1.0), seconds=clock.left())
    if answer.values is None or not answer.finished:
        return None
    return tuple(slot for slot in pool if answer.values[column[slot]] > 0.5)


def _told(
    serving: Serving, slots: tuple[int, ...], smallest: bool, minimal: bool, rebudget: Rebudget | None
) -> Witness:
    """The witness with what its slots compete for and the rules behind it."""
    problem, pairs = serving.problem, serving.pairs.copy()
    if len(slots) > 1 and not serving.late():
        for slot in slots:
            pairs[slot] = serving.reach(slot)
    cut = serving.cut(slots, pairs)
    if cut is not None:
        classes, needed, there = cut.classes, cut.needed, cut.there
    else:
        classes = tuple(np.flatnonzero(pairs[list(slots)].any(axis=0)).tolist())
        needed = sum(serving.least_homes(slot, pairs[slot]) for slot in slots)
        there = int(problem.supply[list(classes)].sum())
    rules: list[Rule] = []
    for rule in RULES:
        implied = rule == "totals" and "budget" in rules
        if not implied and _waivable(problem, slots, rule, serving.clock, rebudget):
            rules.append(rule)
    return Witness(
        slots=slots, classes=classes, needed=needed, there=there, rules=tuple(rules), smallest=smallest, minimal=minimal
    )


def _waivable(problem: Problem, slots: Sequence[int], rule: Rule, clock: Clock, rebudget: Rebudget | None) -> bool:
    """Whether the slots can be served once the rule is waived for all of them."""
    if not binds(problem, slots, rule):
        return False
    changed = ample(problem) if rule == "homes" else waived(problem, slots, rule, rebudget)
    return Serving(changed, clock).all_of(slots) is True


def binds(problem: Problem, slots: Sequence[int], rule: Rule) -> bool:
    """Whether the slots are under the rule at all."""
    rows = list(slots)
    under = {
        "homes": True,
        "demand": bool((~problem.open_slots[rows]).any()),
        "size_max": bool(problem.open_slots[rows].any()),
        "size_min": bool(problem.open_slots[rows].any()),
        "budget": any(problem.budgets[slot] is not None for slot in rows),
        "totals": any(problem.budgets[slot] is not None for slot in rows),
        "need": bool(problem.needs[rows].any()),
        "group": bool((problem.groups[rows] >= 0).any()),
    }
    return under[rule]


# -- a rule waived or widened ------------------------------------------------------------------------------------------


def largest(problem: Problem) -> int:
    """A total size that no set of homes exceeds."""
    return homes_most(problem) * int(problem.sizes.max(initial=0))


def ample(problem: Problem) -> Problem:
    """The problem with as many homes of every class as anybody could take."""
    return replace(problem, supply=problem.supply + homes_most(problem))


def homes_most(problem: Problem) -> int:
    """No answer takes more homes."""
    homes = np.where(problem.open_slots, problem.units_max, problem.wants.clip(min=0).sum(axis=1))
    return int(homes.sum())


def waived(problem: Problem, slots: Sequence[int], rule: Rule, rebudget: Rebudget | None) -> Problem:
    """The problem with a rule of the slots waived; budgets follow where total sizes become new."""
    rows = list(slots)
    if rule in ("budget", "totals"):
        rooms = list(problem.budgets)
        for slot in rows:
            rooms[slot] = None if rule == "totals" else richer(problem, slot, dearest(problem))
        return replace(problem, budgets=rooms)
    if rule == "demand":
        ranks, wants = problem.ranks.copy(), problem.wants.copy()
        for slot in rows:
            if wants[slot].min(initial=0) >= 0:
                ranks[slot, (ranks[slot] == 0) & (wants[slot][problem.kinds] == 0)] = problem.worst
                wants[slot] = -1
        return rebudgeted(replace(problem, ranks=ranks, wants=wants), rows, rebudget)
    name = {"size_max": "size_max", "size_min": "size_min", "need": "needs", "group": "groups"}[rule]
    value = {"size_max": largest(problem), "size_min": 0, "need": 0, "group": -1}[rule]
    changed = with_value(problem, name, rows, value)
    return rebudgeted(changed, rows, rebudget) if rule.startswith("size") else changed


def dearest(problem: Problem) -> int:
    """An addition to any room for extras that no set of homes exceeds."""
    rooms = [int(budget.spare.min()) for budget in problem.budgets if budget is not None and budget.spare.size]
    return homes_most(problem) * max(0, int(problem.extras.max(initial=0))) + max(0, -min(rooms, default=0))


def richer(problem: Problem, slot: int, amount: int) -> Budget | None:
    """The slot's budget with more room for extras."""
    budget = problem.budgets[slot]
    return budget and Budget(totals=budget.totals, spare=budget.spare + amount)


def with_value(problem: Problem, name: str, slots: Sequence[int], value: int) -> Problem:
    """The problem with one value of some slots changed."""
    array = getattr(problem, name).copy()
    array[list(slots)] = value
    return replace(problem, **{name: array})


def rebudgeted(problem: Problem, slots: Sequence[int], rebudget: Rebudget | None) -> Problem:
    """The problem with the budgets that follow from its other values, where somebody knows them."""
    if rebudget is None:
        return problem
    budgets = list(problem.budgets)
    for slot in slots:
        budgets[slot] = rebudget(problem, slot)
    return replace(problem, budgets=budgets)
