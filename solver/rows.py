"""
The homes that slots may choose from, row by row, and the cheapest choice of every row under given costs.

A row of a block takes so many homes, whichever they are. A row of the menus has a list of make-ups, how many homes of
which type, where budget, need or size band couple them; each type is filled with its cheapest homes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations_with_replacement
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.problem import Bools, Budget, Ints, Problem

Numbers = NDArray[Any]  # int64 where that is wide enough, else Python integers in an object array
Ranks = NDArray[np.int16]

Outcome = tuple[int, int, bool]
"""(slot, rank, side): True = the slot's worst rank is at most rank, False = worse"""

Homes = tuple[int, int, int, bool]
"""(slot, class, homes, side): True = the slot takes at most so many homes of the class, False = more"""

Limit = Outcome | Homes

_OPTIONS_MAX = 400_000  # make-ups of a set that are listed one by one; beyond, the bound ignores what couples them


def affordable(budget: Budget, size: Ints, extra: Ints) -> Bools:
    """bool, shape of size: totals the budget allows."""
    if not len(budget.totals):
        return np.zeros(size.shape, dtype=np.bool_)
    place = np.searchsorted(budget.totals, size).clip(max=len(budget.totals) - 1)
    return np.asarray((budget.totals[place] == size) & (extra <= budget.spare[place]), dtype=np.bool_)


@dataclass(frozen=True, eq=False, kw_only=True)
class Charge:
    """What homes cost by rank (worst + 2,), slots by outcome, a home per tie number and by class (classes,)."""

    home: Numbers
    slot: list[int]
    tie: int
    price: Numbers
    far: int  # what is not there costs this; whatever costs half of it cannot be

    def homes(self, part: Rows) -> Numbers:
        """One home's cost, by row and place."""
        cost = self.home[part.ranks] + self.price[part.classes]
        if self.tie:
            cost += part.ties if self.tie == 1 else part.ties.astype(cost.dtype) * self.tie
        return cost


@dataclass(frozen=True, eq=False)
class Stock:
    """int64 (rows, width): how many homes of a class a row may take, and how many it must."""

    supply: Ints
    forced: Ints


class Rows:
    """
    Rows of homes to choose from. rows: int64 (n,). classes: int64 (n, width) or (1, width). ranks: int16 (n, width),
    worst + 1 where the row may not use the class.
    """

    def __init__(self, problem: Problem, slots: Ints, rows: Ints, classes: Ints, ranks: Ranks) -> None:
        self.problem, self.slots, self.rows, self.classes, self.ranks = problem, slots, rows, classes, ranks
        self.supply = problem.supply[classes]

    @cached_property
    def ties(self) -> Ints:
        """int64 (n, width)"""
        return self.problem.ties[self.slots[:, None], self.classes]

    def stock(self, limits: Sequence[Homes], table: Numbers, far: int) -> Stock | None:
        """What limits on homes leave and force; the table is changed: a forced home costs ``far`` less."""
        found = None
        for slot, cls, homes, side in limits:
            at = np.nonzero((self.slots[:, None] == slot) & (self.classes == cls))
            if not len(at[0]):
                continue
            if found is None:
                found = Stock(np.broadcast_to(self.supply, self.ranks.shape).copy(), np.zeros(table.shape, dtype=int))
            if side:
                found.supply[at] = np.minimum(found.supply[at], homes)
            else:
                found.forced[at] = np.maximum(found.forced[at], homes + 1)
        if found is not None:
            found.supply[found.supply < found.forced] = 0
            table[found.forced > 0] -= far
            table[found.supply == 0] = far
        return found

    def within(self, table: Numbers, top: int, some: Ints, far: int) -> Numbers:
        """The costs of some rows' homes, ``far`` where the rank is worse than top."""
        if len(some) == len(self.ranks):
            return np.where(self.ranks <= top, table, far)
        return np.where(self.ranks[some] <= top, table[some], far)

    def nearest(self, cost: Numbers, stock: Stock | None, some: Ints, deep: int, far: int) -> tuple[Numbers, Ints]:
        """
        The ``deep`` cheapest homes of some rows, one after the other, of a class no more than there are: costs (far
        where there is none) and columns, both (some, deep). ``cost``, (some, width), is used up.
        """
        rows = np.arange(len(cost))
        near = np.full((len(cost), deep), far, dtype=cost.dtype)
        at = np.zeros((len(cost), deep), dtype=np.int64)
        if not cost.shape[1]:
            return near, at
        supply = np.broadcast_to(self.supply, self.ranks.shape) if stock is None else stock.supply
        supply = supply if len(some) == len(supply) and stock is None else supply[some]
        forced = None if stock is None else stock.forced[some]
        run = np.zeros(len(cost), dtype=np.int64)
        for place in range(deep):
            best = cost.argmin(axis=1)
            near[:, place], at[:, place] = np.minimum(cost[rows, best], far), best
            run = np.where(best == at[:, place - 1], run + 1, 1)
            if forced is not None:
                full = np.flatnonzero(run == forced[rows, best])
                cost[full, best[full]] += far
                supply[full, best[full]] -= run[full]
                forced[full, best[full]] = run[full] = 0
            spent = run >= supply[rows, best]
            cost[rows[spent], best[spent]] = far
        return near, at


class Block(Rows):
    """Rows that take ``want`` homes each out of the same classes; their homes stand at ``place`` of the row's set."""

    def __init__(self, problem: Problem, slots: Ints, rows: Ints, classes: Ints, ranks: Ranks, want: Ints) -> None:
        super().__init__(problem, slots, rows, classes[None, :], ranks)
        self.want = want
        self.place = np.zeros(len(rows), dtype=np.int64)

    def cheapest(self, table: Numbers, stock: Stock | None, top: int, some: Ints, far: int) -> tuple[Numbers, Ints]:
        """The cheapest ``want`` homes of rank ≤ top of some rows: cost; int64 (some, most) classes, -1 = none."""
        want = self.want[some]
        deep = int(want.max(initial=0))
        cost = self.within(table, top, some, far)
        near, at = self.nearest(cost, stock, some, deep, far)
        out = np.arange(deep)[None, :] >= want[:, None]
        near[out] = 0
        classes = self.classes[0][at] if self.classes.size else at - 1
        classes[out] = -1
        return np.minimum(near.sum(axis=1), far), classes


class Menus(Rows):
    """
    Rows whose homes budget, need or band couple: the make-ups each may have.

    A row's homes are listed type by type: row × types is what `Rows` calls a row here. sets: int64 (options, homes),
    every option of every row, entries into a table (row, type × homes + occurrence), whose last two columns are
    "no home" and "cannot be".
    """

    def __init__(self, problem: Problem, slots: Ints, rows: Ints, open_: Sequence[Ints]) -> None:
        made = [_make_up(problem, int(slot), cols) for slot, cols in zip(slots, open_, strict=True)]
        self.options = rows
        self.types = max((types for types, _, _, _ in made), default=0)
        self.homes = max((sets.shape[1] for _, _, sets, _ in made), default=0)
        self.floor = np.array([floor for *_, floor in made], dtype=np.bool_)
        self.width = self.types * self.homes + 2
        wide = max((int(np.bincount(kinds).max(initial=0)) for _, kinds, _, _ in made), default=0)
        classes = np.zeros((len(made), self.types, wide), dtype=np.int64)
        ranks = np.full(classes.shape, problem.worst + 1, dtype=np.int16)
        sets = []
        for number, ((types, kinds, listed, _), cols, slot) in enumerate(zip(made, open_, slots, strict=True)):
            order = np.argsort(kinds, kind="stable")
            at = np.arange(len(order)) - np.searchsorted(kinds[order], kinds[order])
            classes[number, kinds[order], at] = cols[order]
            ranks[number, kinds[order], at] = problem.ranks[slot, cols[order]]
            kind, occurrence = np.divmod(listed, listed.shape[1])
            entry = np.where(kind == types, self.types * self.homes, kind * self.homes + occurrence)
            entry = np.pad(entry, ((0, 0), (0, self.homes - entry.shape[1])), constant_values=self.types * self.homes)
            if not len(entry):
                entry = np.full((1, self.homes), self.width - 1, dtype=np.int64)
            sets.append(entry + number * self.width)
        self.sets = np.concatenate(sets) if sets else np.zeros((0, self.homes), dtype=np.int64)
        self.starts = np.cumsum([0, *map(len, sets)])[:-1]
        self.owner = np.repeat(np.arange(len(sets)), [len(each) for each in sets])
        flat = (len(made) * self.types, wide)
        lines = np.repeat(np.arange(len(made)), self.types)
        super().__init__(problem, slots[lines], rows[lines], classes.reshape(flat), ranks.reshape(flat))

    def cheapest(self, table: Numbers, stock: Stock | None, top: int, some: Ints, far: int) -> tuple[Numbers, Ints]:
        """The cheapest make-up of homes of rank ≤ top of some rows, as for a block."""
        lines = (some[:, None] * self.types + np.arange(self.types)).ravel()
        cost = self.within(table, top, lines, far)
        near, at = self.nearest(cost, stock, lines, self.homes, far)
        filled = np.zeros((len(self.options), self.width), dtype=table.dtype)
        filled[some, :-2] = near.reshape(len(some), self.width - 2)
        filled[:, -1] = far
        mine = np.zeros(len(self.options), dtype=np.bool_)
        mine[some] = True
        everyone = len(some) == len(self.options)
        sets = self.sets if everyone else self.sets[mine[self.owner]]
        sums = filled.ravel()[sets].sum(axis=1)
        starts = self.starts
        if not everyone:
            lengths = np.bincount(self.owner, minlength=len(self.options))[some]
            starts = np.cumsum(np.concatenate([[0], lengths]))[:-1]
        best = np.minimum.reduceat(sums, starts)
        first = np.flatnonzero(sums == np.repeat(best, np.diff([*starts, len(sums)])))
        first = first[np.searchsorted(first, starts)]
        owners = np.full((len(self.options), self.width), -1, dtype=np.int64)
        owners[some, :-2] = self._class_at(lines, at).reshape(len(some), self.width - 2)
        chosen = owners.ravel()[sets[first]]
        for place in np.flatnonzero(self.floor[some]).tolist():
            best[place], chosen[place] = self._floor(filled[some[place], :-2], int(self.options[some[place]])), -1
        return np.minimum(best, far), chosen

    def used(self) -> Bools:
        """bool (slots, classes): homes that are part of a make-up of their row; every home of a row without a list."""
        entry = self.sets - self.owner[:, None] * self.width
        option, place = np.nonzero(entry < self.types * self.homes)
        kinds = np.zeros((len(self.options), self.types), dtype=np.bool_)
        kinds[self.owner[option], entry[option, place] // self.homes] = True
        kinds[self.floor] = True
        line, at = np.nonzero((self.ranks <= self.problem.worst) & kinds.reshape(-1, 1))
        found = np.zeros(self.problem.ranks.shape, dtype=np.bool_)
        found[self.slots[line], self.classes[line, at]] = True
        return found

    def _class_at(self, lines: Ints, at: Ints) -> Ints:
        found: Ints = np.take_along_axis(self.classes[lines], at, axis=1) if self.classes.size else at
        return found

    def _floor(self, costs: Numbers, row: int) -> int:
        """No more than the cheapest homes, at least one and at most as many as the slot takes."""
        slot = int(self.slots[np.searchsorted(self.rows, row)])
        wants = self.problem.wants[slot]
        near = sorted(costs.tolist())
        if wants.min(initial=0) >= 0:
            return int(sum(near[: int(wants.sum())]))
        return int(min(sum(near[:number]) for number in range(1, int(self.problem.units_max[slot]) + 1)))


def _make_up(problem: Problem, slot: int, cols: Ints) -> tuple[int, Ints, Ints, bool]:
    """
    All make-ups of a set of a slot's homes out of some classes that demand, band, budget and need allow: number of
    types; int64 (cols,), the classes' types; int64 (options, homes), entries type × homes + occurrence, the number of
    types × homes for no home; whether the list would be too long, so that it is left out.
    """
    is_open, has_budget = bool(problem.open_slots[slot]), problem.budgets[slot] is not None
    seen = (not is_open, is_open or has_budget, has_budget, bool(problem.needs[slot]))
    traits = np.stack([problem.kinds[cols], problem.sizes[cols], problem.extras[cols], problem.helps[slot, cols]])
    traits[~np.array(seen)] = 0
    types, kinds = np.unique(traits, axis=1, return_inverse=True)
    homes = int(problem.units_max[slot] if is_open else problem.wants[slot].sum())
    count = types.shape[1]
    long = comb(count + homes, homes) > _OPTIONS_MAX
    sets = np.zeros((0, homes), dtype=np.int64) if long else _listed(problem, slot, types, homes)
    return count, kinds.reshape(-1), sets, long


def _listed(problem: Problem, slot: int, types: Ints, homes: int) -> Ints:
    """int64 (options, homes): allowed make-ups, as entries type × homes + occurrence."""
    count = types.shape[1]
    made = _multisets(count + 1, homes)
    none = made == count  # the last type is "no home"
    kind, size, extra, helps = np.pad(types, ((0, 0), (0, 1)))[:, made]
    good = ~none.all(axis=1)
    budget = problem.budgets[slot]
    if budget is not None:
        good[good] = affordable(budget, size[good].sum(axis=1), extra[good].sum(axis=1))
    if problem.needs[slot]:
        good &= (helps > 0).any(axis=1)
    if problem.open_slots[slot]:
        size = size.sum(axis=1)
        good &= (problem.size_min[slot] <= size) & (size <= problem.size_max[slot])
    else:
        good &= ~none.any(axis=1)
        for number, want in enumerate(problem.wants[slot]):
            good &= (kind == number).sum(axis=1) == want
    made = made[good]
    occurrence = np.zeros_like(made)
    for place in range(1, homes):
        occurrence[:, place] = np.where(made[:, place] == made[:, place - 1], occurrence[:, place - 1] + 1, 0)
    return np.asarray(np.where(made == count, count * homes, made * homes + occurrence), dtype=np.int64)


@cache
def _multisets(types: int, homes: int) -> Ints:
    """int64 (multisets, homes): ascending types, repeated or not."""
    made = np.array(list(combinations_with_replacement(range(types), homes)), dtype=np.int64).reshape(-1, homes)
    made.setflags(write=False)
    return made
