"""
A stage as a linear program over sets of homes, written column by column, and its duals as whole-number prices.

A unit is a slot, or a group of slots that share a site; it takes one of the sets found so far. Sets are added as they
turn out to be cheapest at the prices so far (column generation: Dantzig, Wolfe 1960, doi:10.1287/opre.8.1.101). Floats
only guide: every bound that counts is `Sets.total` in whole numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from ortools.linear_solver import pywraplp

from solver.mip import Mip
from solver.problem import Bools, Ints, Problem
from solver.rows import Limit
from solver.sets import Found, levels

_SCALE = 2**20  # prices are whole multiples of 1/_SCALE of a stage's unit
_TIE_SCALE = 2**6
_TIE_HEIGHT = 16.0  # of the largest tie number, in the program
_DEAR = 20.0  # of a slot that gets nothing, times the value of the stage
_FINEST = 2**16  # of the prices for ties, once the bound is within
_NEAR = 100  # of the value
_STEEP = 1e4  # after a rebase, the gap in the program's unit
_WHOLE = 1e-6  # as near to 0 or 1 a share counts as whole
_NODES = 100  # of a search among the sets known
_WARM = "use_dual_simplex:true use_preprocessing:false"  # go on from the last basis, which only bounds have left


Split = tuple[int, int] | tuple[int, int, int]
"""A limit without its side."""


def sided(split: Split, side: bool) -> Limit:
    """One side of a split."""
    return (*split, side)


@dataclass(frozen=True, eq=False, kw_only=True)
class Point:
    """Where the prices stand, in whole numbers: weights of the stages, prices of classes."""

    weights: tuple[int, ...]
    prices: tuple[int, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class Set:
    """
    Homes of one unit: classes, one a home; the outcome charged to each slot; the stages' functions.

    key: the unit's number, and its homes and outcomes as bytes.
    """

    key: tuple[int, bytes]
    classes: dict[int, int]
    outcome: list[int]
    functions: list[int]

    @property
    def unit(self) -> int:
        """The unit's number."""
        return self.key[0]


class Master:
    """
    The linear program of one stage over the sets found so far.

    problem, stage: the stage's place in ``stage_names``. values: the stages' totals at the best answer known; those
    before the stage are held. asked: bool (slots,), slots that take part. pool: sets known from other stages.

    Costs are those left over at a base of prices, divided by a scale: near the end differences matter that a float
    could not hold beside the sums (iterative refinement: Gleixner, Steffy, Wolter 2016, doi:10.1287/ijoc.2016.0692).
    """

    def __init__(
        self, problem: Problem, stage: int, values: Sequence[int], asked: Bools, grouped: Bools, pool: list[Set]
    ) -> None:
        self.problem, self.stage, self.values = problem, stage, list(values)
        self.weighed = 0 if stage < 2 else stage  # the stage whose weight is the unit of prices
        self.of_ties = stage == len(self.values) - 1
        self.levels = levels(problem)
        group = np.where(grouped, problem.groups, -1)
        keys = np.where(group >= 0, group + problem.slots, np.arange(problem.slots))
        self.units = [np.flatnonzero(asked & (keys == key)) for key in np.unique(keys[asked])]
        self.unit_of = {int(slot): unit for unit, slots in enumerate(self.units) for slot in slots}
        looked_at = self.levels[: min(max(stage - 1, 0), len(self.levels))]
        # Ranks below which an outcome may cost less: to split elsewhere changes nothing.
        self.steps = [rank for rank in range(1, problem.worst) if (looked_at[:, rank] < looked_at[:, rank + 1]).any()]
        self.sets = pool
        self.known = {each.key for each in pool}
        self.limits: tuple[Limit, ...] = ()
        self.shares: list[float] = []  # of each set, in the last answer
        self.cost = math.inf  # of the last answer
        self.reset()

    def reset(self) -> None:
        """Write the program around no prices at all."""
        self.unit = _TIE_SCALE if self.of_ties else _SCALE
        one = max(1.0, float(self.problem.ties.max(initial=0)) / _TIE_HEIGHT) if self.of_ties else 1.0
        self.scale = self.unit * one
        self.dear = _DEAR * (1 + abs(self.values[self.stage]) / one)
        self.base = Point(weights=(0,) * len(self.values), prices=(0,) * self.problem.classes)
        self.rebased = False
        self._build()

    def add(self, found: Found) -> bool:
        """Take up the sets found; whether one of them is new."""
        functions: list[list[int]] | None = None
        for unit, slots in enumerate(self.units):
            key = (unit, found.taken[slots].tobytes() + found.outcome[slots].tobytes())
            if key in self.known:
                continue
            functions = self._functions(found) if functions is None else functions
            self.known.add(key)
            classes: dict[int, int] = {}
            for cls in found.taken[slots].ravel().tolist():
                if cls >= 0:
                    classes[cls] = classes.get(cls, 0) + 1
            own = [sum(column) for column in zip(*(functions[slot] for slot in slots.tolist()), strict=True)]
            self.sets.append(Set(key=key, classes=classes, outcome=found.outcome[slots].tolist(), functions=own))
            self._variable(self.sets[-1])
        return functions is not None

    def _functions(self, found: Found) -> list[list[int]]:
        """Every slot's share of the stages' functions: not served, how early, levels, ranks, ties."""
        problem, taken = self.problem, found.taken
        slot, place = np.nonzero(taken >= 0)
        cls = taken[slot, place]
        rank = problem.ranks[slot, cls]
        table = self.levels.T.copy()
        table[0] = 0
        shares = np.zeros((problem.slots, len(self.values)), dtype=np.int64)
        shares[:, 0] = found.outcome == 0
        if problem.per == "unit":
            np.add.at(shares[:, 2:-2], slot, table[rank, :-1])
        else:
            shares[:, 2:-2] = table[found.outcome, :-1]
        np.add.at(shares[:, -2], slot, rank)
        np.add.at(shares[:, -1], slot, problem.ties[slot, cls])
        whole: list[list[int]] = shares.tolist()
        return whole

    # --- the program -------------------------------------------------------------------------------------------------

    def _build(self, solver: str = "GLOP") -> None:
        """The program of all sets at the base."""
        self.solver = pywraplp.Solver.CreateSolver(solver)
        if solver == "GLOP":
            self.solver.SetSolverSpecificParametersAsString(_WARM)
        infinity = self.solver.infinity()
        self.one = [self.solver.Constraint(1.0, 1.0) for _ in self.units]
        self.supply = [self.solver.Constraint(float(s), float(s)) for s in self.problem.supply]
        self.before = {at: self.solver.Constraint(float(self.values[at]), float(self.values[at]))
                       for at in range(2, self.stage)}  # fmt: skip
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
        fitting = ((each.unit, self._left(each)) for each in self.sets if self._fits(each))
        for unit, left in sorted(fitting, reverse=True):
            self.least[unit] = left  # sorted, so that the least comes last
        held = zip(self.base.weights[: self.weighed], self.values[: self.weighed], strict=True)
        self.offset = sum(self.least) - sum(w * v for w, v in held)
        self.offset -= sum(p * int(s) for p, s in zip(self.base.prices, self.problem.supply, strict=True))
        self.variables: list[pywraplp.Variable] = []
        self.numbers: list[list[int]] = [[] for _ in self.units]
        for each in self.sets:
            self._variable(each)

    def _column(self, terms: list[tuple[pywraplp.Constraint, float]], cost: float, upper: float) -> pywraplp.Variable:
        variable = self.solver.NumVar(0.0, upper, "")
        self.objective.SetCoefficient(variable, cost)
        for row, value in terms:
            row.SetCoefficient(variable, value)
        return variable

    def _left(self, each: Set) -> int:
        """A set's cost at the base, in whole numbers."""
        at = self.weighed
        cost = self.unit * each.functions[at]
        cost += sum(w * f for w, f in zip(self.base.weights[:at], each.functions[:at], strict=True))
        return cost + sum(self.base.prices[c] * n for c, n in each.classes.items())

    def _variable(self, each: Set) -> None:
        terms = [(self.one[each.unit], 1.0)]
        terms += [(self.supply[c], float(n)) for c, n in each.classes.items()]
        terms += [(row, float(each.functions[at])) for at, row in self.before.items() if each.functions[at]]
        cost = min((self._left(each) - self.least[each.unit]) / self.scale, self.dear)
        upper = self.solver.infinity() if self._fits(each) else 0.0
        self.numbers[each.unit].append(len(self.variables))
        self.variables.append(self._column(terms, cost, upper))

    def _fits(self, each: Set) -> bool:
        """Whether the set keeps the limits of the part at hand."""
        return all(self._keeps(each, limit) for limit in self.limits if self.unit_of.get(limit[0]) == each.unit)

    def _keeps(self, each: Set, limit: Limit) -> bool:
        place = self.units[each.unit].tolist().index(limit[0])
        if len(limit) == 3:
            return (each.outcome[place] <= limit[1]) is limit[2]
        return int((self._taken(each)[place] == limit[1]).sum() <= limit[2]) == limit[3]

    def _taken(self, each: Set) -> Ints:
        """int64 (slots of the unit, homes): the classes of the homes, -1 = none."""
        slots = len(self.units[each.unit])
        return np.frombuffer(each.key[1], dtype=np.int64)[:-slots].reshape(slots, -1)

    def enter(self, limits: tuple[Limit, ...]) -> None:
        """Look at another part."""
        changed = {self.unit_of[limit[0]] for limit in {*limits}.symmetric_difference(self.limits)}
        self.limits = limits
        if self.rebased:
            self.reset()
            return
        infinity = self.solver.infinity()
        for unit in sorted(changed):
            for number in self.numbers[unit]:
                self.variables[number].SetUb(infinity if self._fits(self.sets[number]) else 0.0)

    def rebase(self, point: Point, gap: Fraction) -> None:
        """Write the program around a point whose bound is so far from the target; near it, with finer prices."""
        self.unit = point.weights[self.weighed]
        if gap < _NEAR:
            finer = _FINEST // self.unit
            point = Point(
                weights=tuple(w * finer for w in point.weights), prices=tuple(p * finer for p in point.prices)
            )
            self.unit *= finer
        self.base, self.scale, self.dear = point, max(float(gap) * self.unit / _STEEP, 1.0), _STEEP * _DEAR
        self.rebased = True
        self._build()

    def run(self) -> bool:
        """Solve; whether the numbers let the solver."""
        for solver in (None, "GLOP", "CLP"):  # as it stands, then without the basis it stumbled over, then by another
            if solver is not None:
                self._build(solver)
            if self.solver.Solve() == pywraplp.Solver.OPTIMAL:
                self.cost = float(self.objective.Value())
                return True
        return False

    def solve(self) -> Point | None:
        """Prices that are best for the sets known; None where the numbers defeat the solver."""
        if not self.run():
            return None
        self.shares = [variable.solution_value() for variable in self.variables]
        weights = [0] * len(self.values)
        weights[self.weighed] = self.unit
        for number, row in self.before.items():
            weights[number] = max(0, self.base.weights[number] - round(row.dual_value() * self.scale))
        prices = [
            max(0, base - round(row.dual_value() * self.scale))
            for base, row in zip(self.base.prices, self.supply, strict=True)
        ]
        return Point(weights=tuple(weights), prices=tuple(prices))

    def complete(self) -> bool:
        """Whether every unit has sets in the last answer, and none has to do without."""
        return sum(self.shares) > len(self.units) - _WHOLE

    def gap(self, target: int) -> float:
        """How far the last answer is from a total of the stage, in units of the program; ≤ 0 = reached."""
        return (self.unit * (target - 1) + 1 - self.offset) / self.scale - self.cost

    def reached(self) -> float:
        """The last answer's total of the stage, about."""
        return (self.offset + self.cost * self.scale) / self.unit

    def probe(self, limit: Limit, target: int) -> float:
        """The gap with one limit more."""
        entered = self.limits
        self.limits = (*entered, limit)
        unit = self.unit_of[limit[0]]
        shut = [n for n in self.numbers[unit] if self.variables[n].Ub() > 0 and not self._fits(self.sets[n])]
        for number in shut:
            self.variables[number].SetUb(0.0)
        gap = self.gap(target) if self.run() else math.inf
        self.limits = entered
        for number in shut:
            self.variables[number].SetUb(self.solver.infinity())
        return gap

    # --- its answer --------------------------------------------------------------------------------------------------

    def undecided(self, *, homes: bool) -> dict[Split, float]:
        """
        What to split, and the share of the sets on its first side, where that is neither 0 nor 1: (slot, rank), an
        outcome ≤ rank; or with ``homes`` where all outcomes are decided, (slot, class, homes), so many homes of the
        class or fewer.
        """
        found: dict[Split, float] = {
            key: share for key, share in self._reached().items() if _WHOLE < share < 1 - _WHOLE
        }
        return found or (self._undecided_homes() if homes else {})

    def decided(self) -> dict[tuple[int, int], bool]:
        """(slot, rank) → whether the outcome is ≤ rank, for ranks where it costs more beyond, as far as decided."""
        return {key: share > 0.5 for key, share in self._reached().items() if not _WHOLE < share < 1 - _WHOLE}

    def best_of_known(self, seconds: float, room: float, gap: float) -> Ints | None:
        """
        A good answer within the limits at hand out of the sets known, by search: counts (slots, classes).

        room: how much worse than the program's last answer it may be. gap: as good as this. Both in its units.
        """
        mip, one = Mip(), self.scale / self.unit
        chosen: dict[int, int] = {}
        takers: dict[int, list[tuple[int, float]]] = {}
        for numbers in self.numbers:
            near = [n for n in numbers if self._fits(self.sets[n]) and self.variables[n].reduced_cost() <= room]
            columns = {mip.column(0, 1): number for number in near}
            mip.row(1, 1, [(column, 1.0) for column in columns])
            chosen |= columns
        for column, number in chosen.items():
            for cls, homes in self.sets[number].classes.items():
                takers.setdefault(cls, []).append((column, float(homes)))
        for cls, terms in takers.items():
            mip.row(-math.inf, int(self.problem.supply[cls]), terms)
        for at in self.before:
            held = [(column, float(self.sets[number].functions[at])) for column, number in chosen.items()]
            mip.row(-math.inf, self.values[at], held)
        objective = {column: self.sets[number].functions[self.stage] / one for column, number in chosen.items()}
        answer = mip.solve(objective, seconds=seconds, gap=gap if self.of_ties else 0.99, nodes=_NODES)
        if answer.values is None:
            return None
        return self._counts([number for column, number in chosen.items() if answer.values[column] > 0.5])

    def _reached(self) -> dict[tuple[int, int], float]:
        """(slot, rank) → share of the slot's sets with an outcome ≤ rank."""
        if self.problem.per == "unit" or not self.shares:
            return {}
        reached = {(slot, rank): 0.0 for slot in self.unit_of for rank in self.steps}
        for each, share in zip(self.sets, self.shares, strict=False):
            if share > _WHOLE / 10:
                for slot, outcome in zip(self.units[each.unit].tolist(), each.outcome, strict=True):
                    for rank in self.steps:
                        if outcome <= rank:
                            reached[slot, rank] += share
        return reached

    def _undecided_homes(self) -> dict[Split, float]:
        homes: dict[tuple[int, int], dict[int, float]] = {}
        for each, share in zip(self.sets, self.shares, strict=False):
            if not _WHOLE / 10 < share < 1 - _WHOLE:
                continue
            for slot, taken in zip(self.units[each.unit].tolist(), self._taken(each), strict=True):
                for cls, count in zip(*np.unique(taken[taken >= 0], return_counts=True), strict=True):
                    own = homes.setdefault((slot, int(cls)), {})
                    own[int(count)] = own.get(int(count), 0.0) + share
        found: dict[Split, float] = {}
        for (slot, cls), parts in homes.items():
            for count in parts:
                share = 1.0 - sum(part for other, part in parts.items() if other >= count)
                found[slot, cls, count - 1] = share
        return {key: share for key, share in found.items() if _WHOLE < share < 1 - _WHOLE}

    def whole(self) -> Ints | None:
        """The last answer as counts (slots, classes) where every unit takes one set whole."""
        chosen = [number for number, share in enumerate(self.shares) if share > 1 - _WHOLE]
        return self._counts(chosen) if len(chosen) == len(self.units) else None

    def _counts(self, chosen: Sequence[int]) -> Ints | None:
        counts = np.zeros(self.problem.ranks.shape, dtype=np.int64)
        for number in chosen:
            each = self.sets[number]
            slots = self.units[each.unit]
            for slot, homes in zip(slots.tolist(), self._taken(each), strict=True):
                np.add.at(counts[slot], homes[homes >= 0], 1)
        return counts
