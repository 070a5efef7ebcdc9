"""
Finds the prices, and where these alone do not meet a stage's value the leaves, that prove a coupled solution.

Best prices are the duals of a linear program over sets of homes. Sets are added as they turn out to be cheapest at the
prices so far (column generation: Dantzig, Wolfe 1960, doi:10.1287/opre.8.1.101). Where the bound stays below the value,
all allocations are split by one slot's outcome, and so on. Floats only guide the search: every bound that counts is
`Sets.total` in whole numbers.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from ortools.linear_solver import pywraplp

from solver.duality import Found, Leaf, Limit, Sets, levels, totals
from solver.problem import Ints, Problem, Solution, stage_names

_SCALE = 2**20  # prices are whole multiples of 1/_SCALE of a stage's unit
_TIE_SCALE = 2**6
_TIE_HEIGHT = 16.0  # of the largest tie number, in the program
_DEAR = 20.0  # of a slot that gets nothing, times the value of the stage
_FINEST = 2**16  # of the prices for ties, once the bound is within
_NEAR = 100  # of the value
_FLOAT = Fraction(1, 10**6)  # a float program's own error is well below
_STEEP = 1e4  # after a rebase, the gap in the program's unit
_HOPELESS = 12  # a gap so many units wide is not worth splitting
_ROUNDS_MAX = 60  # of adding sets, in one leaf
_REBASES_MAX = 4


def closed_leaves(
    problem: Problem, solution: Solution, seconds_max: float | None
) -> Iterator[tuple[int, int, tuple[Leaf, ...]]]:
    """
    Stage, slot (see StageProof) and leaves of every stage that prices say something about.

    The time is shared: a stage may use what is left of it, divided by the stages left.
    """
    ends = math.inf if seconds_max is None else time.monotonic() + seconds_max
    sets = Sets(problem)
    names = stage_names(problem)
    stages = range(2, len(names) if problem.principle != "order" else 2)
    unserved = np.flatnonzero(~solution.served)
    asks = [(0, -1)] if len(unserved) else []
    asks += [(1, int(slot)) for slot in unserved[np.argsort(problem.order[unserved])]]
    asks += [(stage, -1) for stage in stages]
    pool: list[_Set] = []  # what one stage found is a good start for the next
    for number, (stage, slot) in enumerate(asks):
        now = time.monotonic()
        search = _Search(problem, sets, solution, stage, slot, pool if stage > 1 else [])
        yield stage, slot, search.leaves(now + (ends - now) / (len(asks) - number))


@dataclass(frozen=True, eq=False, kw_only=True)
class _Point:
    """Where the prices stand, in whole numbers: weights of the stages, prices of classes."""

    weights: tuple[int, ...]
    prices: tuple[int, ...]


class _Search:
    """One stage's proof."""

    def __init__(
        self, problem: Problem, sets: Sets, solution: Solution, stage: int, slot: int, pool: list[_Set]
    ) -> None:
        self.problem, self.sets, self.stage = problem, sets, stage
        self.values = totals(problem, solution.counts, solution.served)
        self.names = stage_names(problem)
        self.weighed = 0 if stage < 2 else stage  # the stage whose weight is the unit of prices
        self.of_ties = stage == len(self.names) - 1
        self.must = solution.served.copy()
        if stage == 0:
            self.must[:] = False
        elif stage == 1:
            self.must &= problem.order < problem.order[slot]
            self.must[slot] = True
        # What the leaves have to reach: the value itself, or for `earliest` one more unserved slot than there are.
        self.target = self.values[0] + 1 if stage == 1 else self.values[stage]
        self.master = _Master(self, pool)
        outcome = np.where(solution.counts > 0, problem.ranks, 0).max(axis=1, initial=0)
        self.master.add(Found(counts=solution.counts, outcome=outcome))

    def leaves(self, ends: float) -> tuple[Leaf, ...]:
        """Leaves that cover everything and reach the target; where they cannot be had, the best leaf of everything."""
        weights = [0] * len(self.names)
        weights[self.weighed] = self.master.unit
        start = _Point(weights=tuple(weights), prices=(0,) * self.problem.classes)
        stack: list[tuple[tuple[Limit, ...], _Point]] = [((), start)]
        done: list[Leaf] = []
        root: Leaf | None = None
        while stack:
            limits, point = stack.pop()
            point, closed, split = self._close(limits, point, ends)
            leaf = Leaf(weights=point.weights, prices=point.prices, limits=limits)
            root = root or leaf
            if closed:
                done.append(leaf)
            elif split is None:
                return (root,)
            else:
                stack += [((*limits, (*split, side)), point) for side in (False, True)]
        return tuple(done)

    def _close(
        self, limits: tuple[Limit, ...], point: _Point, ends: float
    ) -> tuple[_Point, bool, tuple[int, int] | None]:
        """The best prices of a part, whether they reach the target, and if not where to split it."""
        best, best_gap = point, Fraction(1 << 200)
        self.master.enter(limits)
        rebases = 0
        for number in range(_ROUNDS_MAX):
            gap, found = self._gap(point, limits)
            if gap is None or gap <= 0:
                return point, True, None
            if Fraction(gap, point.weights[self.weighed]) < best_gap:
                best, best_gap = point, Fraction(gap, point.weights[self.weighed])
            if time.monotonic() > ends:
                return best, False, None
            if not self.master.add(found) and number:
                rebases += 1
                if rebases > _REBASES_MAX or not self.of_ties or best_gap > self.target * _FLOAT:
                    break
                self.master.rebase(best, best_gap)
            moved = self.master.solve()
            if moved is None:
                break
            point = moved
        may_split = self.stage > 1 and self.problem.per == "household" and (self.of_ties or best_gap < _HOPELESS)
        return best, False, self.master.split() if may_split else None

    def _gap(self, point: _Point, limits: tuple[Limit, ...]) -> tuple[int | None, Found]:
        """How far the bound is from the target (≤ 0: reached; None: nobody fits), and the sets at these prices."""
        total, found = self.sets.respond(point.prices, point.weights, self.must, limits)
        if total is None:
            return None, found
        bound = total - sum(p * int(s) for p, s in zip(point.prices, self.problem.supply, strict=True))
        return self.needed(point.weights) - bound, found

    def needed(self, weights: tuple[int, ...]) -> int:
        """The least bound that rounds up to the target."""
        at = self.weighed
        before = sum(w * v for w, v in zip(weights[:at], self.values[:at], strict=True))
        return before + weights[at] * (self.target - 1) + 1


@dataclass(frozen=True, eq=False, kw_only=True)
class _Set:
    """Homes of one unit: how many of which classes, the outcome charged to each slot, the stages' functions.

    key: the unit's number, and its homes and outcomes as bytes.
    """

    key: tuple[int, bytes]
    classes: list[int]
    homes: list[int]
    outcome: list[int]
    functions: list[int]

    @property
    def unit(self) -> int:
        """The unit's number."""
        return self.key[0]


class _Master:
    """
    The linear program over the sets found so far, and its duals as whole-number prices.

    A unit is a slot, or a group of slots that share a site. Costs are those left over at a base of prices, divided by a
    scale: near the end differences matter that a float could not hold beside the sums (iterative refinement: Gleixner,
    Steffy, Wolter 2016, doi:10.1287/ijoc.2016.0692).
    """

    def __init__(self, search: _Search, pool: list[_Set]) -> None:
        self.search, problem = search, search.problem
        self.levels = levels(problem)
        group = np.where(search.sets.grouped, problem.groups, -1)
        keys = np.where(group >= 0, group + problem.slots, np.arange(problem.slots))
        asked = np.ones(problem.slots, dtype=np.bool_) if search.stage < 2 else search.must
        self.units = [np.flatnonzero(asked & (keys == key)) for key in np.unique(keys[asked])]
        looked_at = self.levels[: min(max(search.stage - 1, 0), len(self.levels))]
        # Ranks below which an outcome may cost less: to split elsewhere changes nothing.
        self.steps = [rank for rank in range(1, problem.worst) if (looked_at[:, rank] < looked_at[:, rank + 1]).any()]
        self.sets = pool
        self.known = {each.key for each in pool}
        self.limits: tuple[Limit, ...] = ()
        self.parts: list[float] = []  # of each set, in the last answer
        self._reset()
        self._build()

    def _reset(self) -> None:
        """Write the program around no prices at all."""
        search = self.search
        self.unit = _TIE_SCALE if search.of_ties else _SCALE
        one = max(1.0, float(search.problem.ties.max(initial=0)) / _TIE_HEIGHT) if search.of_ties else 1.0
        self.scale = self.unit * one
        self.dear = _DEAR * (1 + abs(search.values[search.stage]) / one)
        self.base = _Point(weights=(0,) * len(search.names), prices=(0,) * search.problem.classes)
        self.rebased = False

    def add(self, found: Found) -> bool:
        """Take up the sets found; whether one of them is new."""
        new = False
        for unit, slots in enumerate(self.units):
            key = (unit, found.counts[slots].tobytes() + found.outcome[slots].tobytes())
            if key not in self.known:
                self.known.add(key)
                self.sets.append(self._valued(key, found.counts[slots], found.outcome[slots]))
                self._variable(self.sets[-1])
                new = True
        return new

    def _valued(self, key: tuple[int, bytes], counts: Ints, outcome: Ints) -> _Set:
        """A set with its functions: slots not served, then levels by the outcome charged, ranks, ties."""
        problem, slots = self.search.problem, self.units[key[0]]
        homes = counts.sum(axis=0)
        by_rank = np.zeros(problem.worst + 1, dtype=np.int64)
        np.add.at(by_rank, problem.ranks[slots], counts)
        by_outcome = np.bincount(outcome, minlength=problem.worst + 1)
        principle = by_rank if problem.per == "unit" else np.concatenate([[0], by_outcome[1:]])
        ties = sum(
            int(n) * int(tie) for n, tie in zip(counts[counts > 0], problem.ties[slots][counts > 0], strict=True)
        )
        values = [int(row @ principle) for row in self.levels[:-1]]
        functions = [int((outcome == 0).sum()), 0, *values, int(self.levels[-1] @ by_rank), ties]
        classes = np.flatnonzero(homes)
        return _Set(
            key=key, classes=classes.tolist(), homes=homes[classes].tolist(), outcome=outcome.tolist(),
            functions=functions,
        )  # fmt: skip

    # --- the program -------------------------------------------------------------------------------------------------

    def _build(self, solver: str = "GLOP") -> None:
        """The program of all sets at the base."""
        problem, search = self.search.problem, self.search
        self.solver = pywraplp.Solver.CreateSolver(solver)
        infinity = self.solver.infinity()
        self.one = [self.solver.Constraint(1.0, 1.0) for _ in self.units]
        self.supply = [self.solver.Constraint(float(s), float(s)) for s in problem.supply]
        self.before = {at: self.solver.Constraint(float(search.values[at]), float(search.values[at]))
                       for at in range(2, search.stage)}  # fmt: skip
        self.objective = self.solver.Objective()
        slacks = [*zip(self.supply, self.base.prices, strict=True)]
        slacks += [(row, self.base.weights[at]) for at, row in self.before.items()]
        for row, cost in slacks:
            self._column([(row, 1.0)], min(cost / self.scale, self.dear), infinity)
        for row in self.one:
            self._column([(row, 1.0)], self.dear, infinity)
        for row in self.before.values():
            self._column([(row, -1.0)], self.dear, infinity)
        self.least = [0] * len(self.units)
        for unit, left in sorted(
            ((each.unit, self._left(each)) for each in self.sets if self._fits(each)), reverse=True
        ):
            self.least[unit] = left  # sorted, so that the least comes last
        self.variables: list[pywraplp.Variable] = []
        for each in self.sets:
            self._variable(each)

    def _column(self, terms: list[tuple[pywraplp.Constraint, float]], cost: float, upper: float) -> pywraplp.Variable:
        variable = self.solver.NumVar(0.0, upper, "")
        self.objective.SetCoefficient(variable, cost)
        for row, value in terms:
            row.SetCoefficient(variable, value)
        return variable

    def _left(self, each: _Set) -> int:
        """A set's cost at the base, in whole numbers."""
        at = self.search.weighed
        cost = self.unit * each.functions[at]
        cost += sum(w * f for w, f in zip(self.base.weights[:at], each.functions[:at], strict=True))
        return cost + sum(self.base.prices[c] * n for c, n in zip(each.classes, each.homes, strict=True))

    def _variable(self, each: _Set) -> None:
        terms = [(self.one[each.unit], 1.0)]
        terms += [(self.supply[c], float(n)) for c, n in zip(each.classes, each.homes, strict=True)]
        terms += [(row, float(each.functions[at])) for at, row in self.before.items() if each.functions[at]]
        cost = min((self._left(each) - self.least[each.unit]) / self.scale, self.dear)
        upper = self.solver.infinity() if self._fits(each) else 0.0
        self.variables.append(self._column(terms, cost, upper))

    def _fits(self, each: _Set) -> bool:
        """Whether the set keeps the limits of the part at hand."""
        slots = self.units[each.unit].tolist()
        outcome = dict(zip(slots, each.outcome, strict=True))
        return all((outcome[slot] <= rank) is side for slot, rank, side in self.limits if slot in outcome)

    def enter(self, limits: tuple[Limit, ...]) -> None:
        """Look at another part."""
        self.limits = limits
        if self.rebased:
            self._reset()
            self._build()
            return
        for each, variable in zip(self.sets, self.variables, strict=True):
            variable.SetUb(self.solver.infinity() if self._fits(each) else 0.0)

    def rebase(self, point: _Point, gap: Fraction) -> None:
        """Write the program around a point whose bound is so far from the target; near it, with finer prices."""
        self.unit = point.weights[self.search.weighed]
        if gap < _NEAR:
            finer = _FINEST // self.unit
            point = _Point(
                weights=tuple(w * finer for w in point.weights), prices=tuple(p * finer for p in point.prices)
            )
            self.unit *= finer
        self.base, self.scale, self.dear = point, max(float(gap) * self.unit / _STEEP, 1.0), _STEEP * _DEAR
        self.rebased = True
        self._build()

    def solve(self) -> _Point | None:
        """Prices that are best for the sets known; None where the numbers defeat the solver."""
        for solver in (None, "GLOP", "CLP"):  # as it stands, then without the basis it stumbled over, then by another
            if solver is not None:
                self._build(solver)
            if self.solver.Solve() == pywraplp.Solver.OPTIMAL:
                break
        else:
            return None
        self.parts = [variable.solution_value() for variable in self.variables]
        at = self.search.weighed
        weights = [0] * len(self.search.names)
        weights[at] = self.unit
        for number, row in self.before.items():
            weights[number] = max(0, self.base.weights[number] - round(row.dual_value() * self.scale))
        prices = [
            max(0, base - round(row.dual_value() * self.scale))
            for base, row in zip(self.base.prices, self.supply, strict=True)
        ]
        return _Point(weights=tuple(weights), prices=tuple(prices))

    def split(self) -> tuple[int, int] | None:
        """The slot and rank on which the program's answer is most undecided; None where it is decided."""
        reached: dict[tuple[int, int], float] = {}
        for each, part in zip(self.sets, self.parts, strict=False):
            if part > 1e-7:
                for slot, outcome in zip(self.units[each.unit].tolist(), each.outcome, strict=True):
                    for rank in self.steps:
                        if outcome <= rank:
                            reached[slot, rank] = reached.get((slot, rank), 0.0) + part
        best = min(reached.items(), key=lambda item: (abs(item[1] - 0.5), item[0]), default=None)
        return best[0] if best is not None and 1e-6 < best[1] < 1 - 1e-6 else None
