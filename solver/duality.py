"""
Lower bounds from prices.

No allocation can cost less than its slots' cheapest sets at cost + prices, less prices × supply. That is valid for
any prices ≥ 0, however they were found, because a class is charged for at most its supply. All arithmetic is on whole
numbers. Source: weak Lagrangian duality; spec §8.

The stages as functions that are to be small, each in the form "so many at this rank or worse" so that a worse outcome
never costs less: slots not served; how early those served are; one function a rank; the ranks; the ties.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations_with_replacement
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.problem import TIE_LIMIT, Bools, Ints, Problem, stage_names, stage_value

Numbers = NDArray[Any]  # int64 where that is wide enough, else Python integers in an object array
Limit = tuple[int, int, bool]

_SAFE = 2**58  # a set of a dozen homes at twice this still fits 64 bits
_LOW_BITS = 60
_CHUNK = 2_000_000  # pairs looked at in one go
_OPTIONS_MAX = 400_000  # make-ups of a set that are listed one by one; beyond, the bound ignores what couples them


def levels(problem: Problem) -> Ints:
    """
    The stages between ``earliest`` and ``sum_of_ties`` as functions of a rank, none of which falls with it.

    int64 (stages - 3, worst + 1). Column 0 is not used. The last row, the sum of ranks, is always over homes; the
    others are over homes with ``per = "unit"``, else over slots' outcomes.
    """
    rank = np.arange(problem.worst + 1, dtype=np.int64)
    rows = []
    for name in stage_names(problem)[2:-1]:
        at = name.rpartition("_")[2]
        if not at.isdigit():
            rows.append(rank if name != "order" else 0 * rank)  # what each slot chose is not a number
        elif name.startswith("max_"):
            rows.append(-(rank <= int(at)).astype(np.int64))
        else:
            rows.append((rank >= int(at)).astype(np.int64))
    return np.array(rows, dtype=np.int64)


def totals(problem: Problem, counts: Ints, served: Bools) -> list[int]:
    """The stages' functions at an allocation: slots not served, how early, one total a level, the sum of ties."""
    slot, cls = np.nonzero(counts)
    taken = counts[slot, cls]
    rank = problem.ranks[slot, cls]
    homes = np.bincount(rank, weights=taken, minlength=problem.worst + 1).astype(np.int64)
    outcome = np.zeros(problem.slots, dtype=np.int64)
    np.maximum.at(outcome, slot, rank)
    slots = np.bincount(outcome[served], minlength=problem.worst + 1)
    table = levels(problem)
    principle = homes if problem.per == "unit" else slots
    ties = sum(int(n) * int(tie) for n, tie in zip(taken, problem.ties[slot, cls], strict=True))
    early = stage_value(problem, "earliest", counts, served)
    return [int((~served).sum()), early, *(int(row @ principle) for row in table[:-1]), int(table[-1] @ homes), ties]


def own_value(problem: Problem, name: str, total: int, before: int) -> int:
    """A stage's function in the stage's own sense; ``before``: that of the stage one rank before it, or 0."""
    if name == "served":
        return problem.slots - total
    if not name.rpartition("_")[2].isdigit():
        return total
    return before - total if name.startswith("max_") else total - before


def own_values(problem: Problem, counts: Ints, served: Bools) -> dict[str, int]:
    """Every stage's value at an allocation, in the stage's own sense: as `stage_value`, all at once."""
    reached = totals(problem, counts, served)
    values: dict[str, int] = {}
    for at, name in enumerate(stage_names(problem)):
        values[name] = own_value(problem, name, reached[at], reached[at - 1] if at > 2 else 0)
    if "order" in values:
        values["order"] = stage_value(problem, "order", counts, served)
    return values


def usable(problem: Problem) -> Bools:
    """
    bool (slots, classes): the slot may take a home of the class as far as that home alone can tell.

    For a slot that takes exactly one home this is the whole truth: band, budget and need are included.
    """
    pairs = (problem.ranks > 0) & (problem.supply > 0)
    rows = np.flatnonzero(single(problem))
    closed = rows[problem.open_slots[rows]]
    size = problem.sizes[None, :]
    pairs[closed] &= (size >= problem.size_min[closed, None]) & (size <= problem.size_max[closed, None])
    needy = rows[problem.needs[rows]]
    pairs[needy] &= problem.helps[needy]
    for slot in rows.tolist():
        budget = problem.budgets[slot]
        if budget is not None:
            pairs[slot] &= _affordable(problem, slot, problem.sizes, problem.extras)
    return np.asarray(pairs, dtype=np.bool_)


def single(problem: Problem) -> Bools:
    """bool (slots,): takes exactly one home when served, whatever its class."""
    homes = problem.wants.clip(min=0).sum(axis=1)
    if not problem.open_slots.any():
        return np.asarray(homes == 1, dtype=np.bool_)
    least = np.where((problem.ranks > 0) & (problem.supply > 0), problem.sizes[None, :], np.iinfo(np.int64).max // 4)
    least = least.min(axis=1, initial=np.iinfo(np.int64).max // 4)
    one = (problem.units_max <= 1) | (2 * least > problem.size_max)
    return np.asarray(np.where(problem.open_slots, one, homes == 1), dtype=np.bool_)


def bound(
    problem: Problem,
    prices: Sequence[int],
    *,
    weights: Sequence[int],
    must: Bools,
    limits: Sequence[Limit] = (),
    sets: Sets | None = None,
) -> int | None:
    """
    What Σ weights × stage functions cannot go below, by prices alone.

    Parameters
    ----------
    prices
        One whole number ≥ 0 a class.
    weights
        One whole number ≥ 0 a stage. The first is for slots not served: a slot outside ``must`` costs at most this.
    must
        bool (slots,): slots that are served. With ``weights[0] = 0`` the others take nothing.
    limits
        (slot, rank, True): the slot's worst rank is at most rank; (slot, rank, False): it is worse than rank.
    sets
        The problem's Sets when they are at hand.

    Returns
    -------
    int or None
        The bound; None where a slot of ``must`` has no set at all, so that no allocation fits.

    Raises
    ------
    ValueError
        When a price or weight is negative or one is missing.
    """
    if len(prices) != problem.classes or len(weights) != len(stage_names(problem)):
        raise ValueError(f"{len(prices)} prices, {len(weights)} weights; expected {problem.classes}, one a stage")
    if min((*prices, *weights), default=0) < 0:
        raise ValueError("prices and weights must not be negative")
    sets = Sets(problem) if sets is None else sets
    total = sets.total(prices, weights, must, limits)
    if total is None:
        return None
    return total - sum(price * int(supply) for price, supply in zip(prices, problem.supply, strict=True))


def _affordable(problem: Problem, slot: int, size: Ints, extra: Ints) -> Bools:
    """bool, shape of size: totals the slot's budget allows."""
    budget = problem.budgets[slot]
    if budget is None:
        return np.ones(size.shape, dtype=np.bool_)
    if not len(budget.totals):
        return np.zeros(size.shape, dtype=np.bool_)
    place = np.searchsorted(budget.totals, size).clip(max=len(budget.totals) - 1)
    return np.asarray((budget.totals[place] == size) & (extra <= budget.spare[place]), dtype=np.bool_)


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """
    Prices that bound one part of all allocations.

    weights: one whole number a stage of ``stage_names``. prices: one a class. limits: the outcomes that make the part,
    in the order of the splits that made it: (slot, rank, True) = the slot's worst rank is at most rank, False = worse.
    """

    weights: tuple[int, ...]
    prices: tuple[int, ...]
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class _Block:
    """Slots that take ``want`` homes each out of the same classes, any of those ``open`` to them."""

    slots: Ints
    classes: Ints
    want: Ints
    open: Bools  # (slots, classes)
    ranks: Ints  # (slots, classes)


@dataclass(frozen=True, eq=False, kw_only=True)
class _Menu:
    """
    A slot's sets by make-up, where budget, need or band couples its homes.

    kind_of: int64 (classes,), type of a class for this slot, -1 = not usable. sets: int64 (options, homes), each
    entry type × homes + occurrence, or the last index + 1 for no home.
    """

    slot: int
    types: int
    homes: int
    type_of: Ints
    sets: Ints
    floor: bool  # the list would be too long: any one home is taken as the cheapest set


class Sets:
    """
    The cheapest set of every slot of one Problem, under any cost of homes and outcomes.

    Prepared once: slots whose homes are free of each other in blocks by kind, the others with a menu of make-ups.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.usable = usable(problem)
        self.levels = levels(problem)
        one = single(problem)
        bound_up = problem.needs | np.array([budget is not None for budget in problem.budgets], dtype=np.bool_)
        self.menu_slots = ~one & (bound_up | problem.open_slots)
        members = np.bincount(problem.groups[problem.groups >= 0], minlength=1)
        self.grouped = (problem.groups >= 0) & ((members[problem.groups] > 1) | ~one)
        self.blocks = tuple(self._blocks(one))
        self.menus = {int(slot): self._menu(int(slot)) for slot in np.flatnonzero(self.menu_slots)}
        self.possible = problem.open_slots | (problem.wants > 0).any(axis=1)
        self.homes = int(max(problem.wants.clip(min=0).sum(axis=1).max(initial=0), 1))
        if problem.open_slots.any():
            self.homes = max(self.homes, int(problem.units_max[problem.open_slots].max()))
        self.plain = not self.menus and not self.grouped.any()

    def _blocks(self, one: Bools) -> Iterator[_Block]:
        """Declared slots kind by kind, then open slots of one home."""
        problem = self.problem
        declared = ~problem.open_slots & ~self.menu_slots
        everything = [(declared & (problem.wants[:, kind] > 0), problem.wants[:, kind], problem.kinds == kind)
                      for kind in range(problem.wants.shape[1])]  # fmt: skip
        everything.append((problem.open_slots & one, np.ones(problem.slots, dtype=np.int64), problem.supply >= 0))
        for rows, want, cols in everything:
            slots, classes = np.flatnonzero(rows), np.flatnonzero(cols)
            if len(slots):
                at = np.ix_(slots, classes)
                yield _Block(slots=slots, classes=classes, want=want[slots], open=self.usable[at],
                             ranks=problem.ranks[at])  # fmt: skip

    def _menu(self, slot: int) -> _Menu:
        """All make-ups of a set that demand, band, budget and need of the slot allow."""
        problem = self.problem
        cols = np.flatnonzero(self.usable[slot])
        is_open, has_budget = bool(problem.open_slots[slot]), problem.budgets[slot] is not None
        seen = (not is_open, is_open or has_budget, has_budget, bool(problem.needs[slot]))
        traits = np.stack([problem.kinds[cols], problem.sizes[cols], problem.extras[cols], problem.helps[slot, cols]])
        traits[~np.array(seen)] = 0
        types, inverse = np.unique(traits, axis=1, return_inverse=True)
        type_of = np.full(problem.classes, -1, dtype=np.int64)
        type_of[cols] = inverse.reshape(-1)
        homes = int(problem.units_max[slot] if is_open else problem.wants[slot].sum())
        count = types.shape[1]
        long = comb(count + homes, homes) > _OPTIONS_MAX
        sets = np.zeros((0, homes), dtype=np.int64) if long else self._made_up(slot, types, homes)
        return _Menu(slot=slot, types=count, homes=homes, type_of=type_of, sets=sets, floor=long)

    def _made_up(self, slot: int, types: Ints, homes: int) -> Ints:
        """int64 (options, homes): allowed make-ups, as indices into a table (type, occurrence)."""
        problem = self.problem
        count = types.shape[1]
        made = _multisets(count + 1, homes)
        none = made == count  # the last type is "no home"
        kind, size, extra, helps = np.pad(types, ((0, 0), (0, 1)))[:, made]
        good = ~none.all(axis=1)
        good[good] = _affordable(problem, slot, size[good].sum(axis=1), extra[good].sum(axis=1))
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

    # --- costs -------------------------------------------------------------------------------------------------

    def rates(self, weights: Sequence[int]) -> tuple[list[int], list[int], int]:
        """What the weights charge: a home by rank, a slot by outcome, a home per tie number."""
        table = self.levels.tolist()
        home = [weights[-2] * rank for rank in range(self.problem.worst + 1)]
        slot = [0] * (self.problem.worst + 1)
        into = home if self.problem.per == "unit" else slot
        for weight, row in zip(weights[2:-2], table[:-1], strict=True):
            for rank in range(1, self.problem.worst + 1):
                into[rank] += weight * row[rank]
        return home, slot, weights[-1]

    def total(self, prices: Sequence[int], weights: Sequence[int], must: Bools, limits: Sequence[Limit]) -> int | None:
        """Σ over slots of the cheapest set at cost + prices; None where a slot that must be served has none."""
        home, slot, tie = self.rates(weights)
        additive = self.plain and (self.problem.per == "unit" or self.homes == 1)
        if self._height(prices, weights) >= _SAFE and additive and tie == 1 and not limits and not any(weights[:2]):
            return self._total_wide([a + b for a, b in zip(home, slot, strict=True)], prices, must)
        least, most = self.window(limits)
        return self._sum(self._charge(prices, weights), must, least, most, weights[0] or None)

    def _charge(self, prices: Sequence[int], weights: Sequence[int]) -> Charge:
        """What the weights and prices charge, in 64 bits where they are enough."""
        home, slot, tie = self.rates(weights)
        height = self._height(prices, weights)
        narrow = height < _SAFE
        dtype: type[Any] = np.int64 if narrow else np.object_
        far = 2 * _SAFE if narrow else height * 4
        return Charge(
            home=np.array(home, dtype=dtype), slot=slot, tie=tie, price=np.array(prices, dtype=dtype), far=far
        )

    def _height(self, prices: Sequence[int], weights: Sequence[int]) -> int:
        """No set costs as much as this."""
        home, slot, tie = self.rates(weights)
        one = max(map(abs, home)) + max(map(abs, slot)) + tie * TIE_LIMIT + max(prices, default=0) + weights[0]
        return one * (self.homes + 1)

    def _total_wide(self, rate: list[int], prices: Sequence[int], must: Bools) -> int | None:
        """The same for costs of any width that add up home by home, over whole columns at once."""
        total = 0
        for block in self.blocks:
            wide = _Wide([[charge + prices[cls] for cls in block.classes.tolist()] for charge in rate])
            step = max(1, _CHUNK // max(1, len(block.classes)))
            for start in range(0, len(block.slots), step):
                rows = slice(start, start + step)
                asked = must[block.slots[rows]]
                slots = block.slots[rows][asked]
                ties = self.problem.ties[np.ix_(slots, block.classes)]
                part = wide.least(block.ranks[rows][asked], ties, block.open[rows][asked], block.want[rows][asked])
                if part is None:
                    return None
                total += part
        return total

    def window(self, limits: Sequence[Limit]) -> tuple[Ints, Ints]:
        """int64 (slots,) twice: a slot's worst rank is above the first and at most the second."""
        least = np.zeros(self.problem.slots, dtype=np.int64)
        most = np.full(self.problem.slots, self.problem.worst, dtype=np.int64)
        for slot, rank, at_most in limits:
            if at_most:
                most[slot] = min(int(most[slot]), rank)
            else:
                least[slot] = max(int(least[slot]), rank)
        return least, most

    def _sum(
        self, charge: Charge, must: Bools, least: Ints, most: Ints, idle: int | None, found: Found | None = None
    ) -> int | None:
        """Σ of the cheapest sets, which are written into ``found`` where it is given."""
        asked = must if idle is None else np.ones_like(must)
        alone = asked & ~self.grouped
        costs = self._cheapest_of(charge, alone, least, most, None, found)
        total = 0
        for slot, cost in zip(np.flatnonzero(alone).tolist(), costs[alone].tolist(), strict=True):
            if idle is not None and not must[slot] and idle < cost:
                cost = idle
                if found is not None:
                    found.drop(slot)
            elif cost >= charge.far:
                return None
            total += cost
        for cost in self._groups(charge, asked & self.grouped, must, least, most, idle, found):
            if cost >= charge.far:
                return None
            total += cost
        return total

    def _groups(
        self, charge: Charge, asked: Bools, must: Bools, least: Ints, most: Ints, idle: int | None, found: Found | None
    ) -> list[int]:
        """The cheapest site of every group for all its members together."""
        rows = np.flatnonzero(asked)
        groups, member_of = np.unique(self.problem.groups[rows], return_inverse=True)
        best = [int(charge.far)] * len(groups)
        for site in np.unique(self.problem.sites).tolist() if len(rows) else []:
            here = None if found is None else Found.empty(self.problem)
            costs = self._cheapest_of(charge, asked, least, most, self.problem.sites != site, here)[rows].tolist()
            sums = [0] * len(groups)
            for slot, group, cost in zip(rows.tolist(), member_of.tolist(), costs, strict=True):
                if idle is not None and not must[slot] and idle < cost:
                    cost = idle
                    if here is not None:
                        here.drop(slot)
                sums[group] += cost
            better = np.array([new < old for new, old in zip(sums, best, strict=True)])
            best = [min(pair) for pair in zip(sums, best, strict=True)]
            if found is not None and here is not None:
                moved = rows[better[member_of]]
                found.counts[moved], found.outcome[moved] = here.counts[moved], here.outcome[moved]
        return best

    def _cheapest_of(
        self, charge: Charge, asked: Bools, least: Ints, most: Ints, closed: Bools | None, found: Found | None
    ) -> Numbers:
        """
        The cost of every asked slot's cheapest set, ``charge.far`` or more where it has none.

        closed: bool (classes,), classes left out. A set is charged for the outcome ``top`` when all its homes are
        that good or better: outcomes do not cost less as they get worse, so this is the least cost.
        """
        best = np.full(self.problem.slots, charge.far, dtype=charge.home.dtype)
        ranked = any(charge.slot)
        lowest = int(least[asked].min(initial=self.problem.worst)) + 1
        for top in range(lowest, self.problem.worst + 1) if ranked else (self.problem.worst,):
            rows = asked & (top > least) & ((top <= most) | (not ranked))
            counts = None if found is None else np.zeros_like(found.counts)
            cost = self._within(charge, rows, np.minimum(most, top), closed, counts)
            better = rows & (cost + charge.slot[top] < best)
            best[better] = cost[better] + charge.slot[top]
            if found is not None and counts is not None:
                found.counts[better] = counts[better]
                found.outcome[better] = top
        return best

    def respond(
        self, prices: Sequence[int], weights: Sequence[int], must: Bools, limits: Sequence[Limit]
    ) -> tuple[int | None, Found]:
        """``total`` and the sets that reach it; numbers must fit 64 bits or are slow."""
        found = Found.empty(self.problem)
        least, most = self.window(limits)
        charge = self._charge(prices, weights)
        return self._sum(charge, must, least, most, weights[0] or None, found), found

    def _within(self, charge: Charge, rows: Bools, limit: Ints, closed: Bools | None, counts: Ints | None) -> Numbers:
        """The cheapest sets of homes of rank ≤ limit, outcomes apart."""
        problem = self.problem
        cost = np.zeros(problem.slots, dtype=charge.home.dtype)
        cost[rows & ~self.possible] = charge.far
        for block in self.blocks:
            inside = rows[block.slots]
            slots = block.slots[inside]
            if not len(slots):
                continue
            table = charge.homes(problem, slots, block.classes, block.ranks[inside])
            shut = ~block.open[inside] | (block.ranks[inside] > limit[slots][:, None])
            if closed is not None:
                shut |= closed[block.classes][None, :]
            table[shut] = charge.far
            least, taken = _cheapest(table, problem.supply[block.classes], block.want[inside], charge.far)
            cost[slots] = np.minimum(cost[slots] + least, charge.far)
            if counts is not None:
                counts[slots[:, None], block.classes[taken[0]]] += taken[1]
        for slot, menu in self.menus.items():
            if rows[slot]:
                cost[slot] = self._from_menu(menu, charge, int(limit[slot]), closed, counts)
        return cost

    def _from_menu(self, menu: _Menu, charge: Charge, limit: int, closed: Bools | None, counts: Ints | None) -> int:
        """The cheapest listed make-up of one slot's set."""
        problem, slot, homes = self.problem, menu.slot, menu.homes
        fits = (menu.type_of >= 0) & (problem.ranks[slot] <= limit)
        if closed is not None:
            fits &= ~closed
        cols = np.flatnonzero(fits)
        table = np.full(menu.types * homes + 1, charge.far, dtype=charge.home.dtype)
        table[-1] = 0
        owner = np.full(len(table), -1, dtype=np.int64)
        costs = charge.homes(problem, np.array([slot]), cols, problem.ranks[slot, cols][None, :])[0]
        filled = np.zeros(menu.types, dtype=np.int64)
        for place in np.argsort(costs, kind="stable").tolist():
            kind = int(menu.type_of[cols[place]])
            some = min(int(problem.supply[cols[place]]), homes - int(filled[kind]))
            start = kind * homes + int(filled[kind])
            table[start : start + some] = costs[place]
            owner[start : start + some] = cols[place]
            filled[kind] += some
        if menu.floor:
            return self._floor(menu, table)
        if not len(menu.sets):
            return int(charge.far)
        sums = table[menu.sets].sum(axis=1)
        best = int(np.argmin(sums))
        if counts is not None and sums[best] < charge.far:
            np.add.at(counts[slot], owner[menu.sets[best]][owner[menu.sets[best]] >= 0], 1)
        return min(int(sums[best]), int(charge.far))

    def _floor(self, menu: _Menu, table: Numbers) -> int:
        """No more than the cheapest homes, at least one and at most as many as the slot takes."""
        costs = sorted(table[:-1].tolist())[: menu.homes]
        wants = self.problem.wants[menu.slot]
        if wants.min(initial=0) >= 0:
            return int(sum(costs))
        return int(min(sum(costs[:number]) for number in range(1, len(costs) + 1)))


@dataclass(frozen=True, eq=False, kw_only=True)
class Found:
    """Sets found: counts int64 (slots, classes); outcome int64 (slots,), what they are charged for, 0 = not served."""

    counts: Ints
    outcome: Ints

    @classmethod
    def empty(cls, problem: Problem) -> Found:
        """Nobody is served."""
        return cls(
            counts=np.zeros(problem.ranks.shape, dtype=np.int64), outcome=np.zeros(problem.slots, dtype=np.int64)
        )

    def drop(self, slot: int) -> None:
        """The slot is not served."""
        self.counts[slot] = 0
        self.outcome[slot] = 0


@dataclass(frozen=True, eq=False, kw_only=True)
class Charge:
    """What homes cost by rank (worst + 1,), slots by outcome, a home per tie number and by class (classes,)."""

    home: Numbers
    slot: list[int]
    tie: int
    price: Numbers
    far: int

    def homes(self, problem: Problem, slots: Ints, classes: Ints, ranks: Ints) -> Numbers:
        """(slots, classes): one home's cost."""
        cost = self.home[ranks] + self.price[classes]
        if self.tie:
            cost = cost + problem.ties[np.ix_(slots, classes)].astype(cost.dtype) * self.tie
        return cost


class _Wide:
    """Whole numbers of any width by (rank, class), each plus a tie number: compared by high, then low part."""

    def __init__(self, values: list[list[int]]) -> None:
        high = [[value >> _LOW_BITS for value in row] for row in values]
        self.high = sorted({value + carry for row in high for value in row for carry in (0, 1)})
        place = {value: number for number, value in enumerate(self.high)}
        self.place = np.array([[[place[v + carry] for v in row] for row in high] for carry in (0, 1)], dtype=np.int64)
        self.low = np.array([[value & (2**_LOW_BITS - 1) for value in row] for row in values], dtype=np.int64)

    def least(self, ranks: Ints, ties: Ints, allowed: Bools, want: Ints) -> int | None:
        """Σ over rows of want × the least of value + tie; None where a row is allowed nothing."""
        if not ranks.size:
            return None if len(ranks) else 0
        column = np.arange(ranks.shape[1])
        low = self.low[ranks, column] + ties
        place = self.place[low >> _LOW_BITS, ranks, column]
        low &= 2**_LOW_BITS - 1
        place[~allowed] = len(self.high)
        first = place.min(axis=1)
        if (first == len(self.high)).any():
            return None
        low[place != first[:, None]] = 2**_LOW_BITS
        lowest = low.min(axis=1)
        homes = np.bincount(first, weights=want, minlength=len(self.high)).astype(np.int64).tolist()
        high = sum(number * value for number, value in zip(homes, self.high, strict=True))
        half = 2 ** (_LOW_BITS // 2)
        low_sum = int(want @ (lowest // half)) * half + int(want @ (lowest % half))
        return int((high << _LOW_BITS) + low_sum)


@cache
def _multisets(types: int, homes: int) -> Ints:
    """int64 (multisets, homes): ascending types, repeated or not."""
    made = np.array(list(combinations_with_replacement(range(types), homes)), dtype=np.int64).reshape(-1, homes)
    made.setflags(write=False)
    return made


def _cheapest(cost: Numbers, supply: Ints, want: Ints, far: int) -> tuple[Numbers, tuple[Ints, Ints]]:
    """The cheapest ``want`` homes of every row, of a class no more than there are: cost; (columns, homes) taken."""
    deep = min(int(want.max()), cost.shape[1])
    if deep == 0:
        return np.full(len(want), far, dtype=cost.dtype), (np.zeros((len(want), 0), dtype=np.int64),) * 2
    first = cost.argmin(axis=1)[:, None] if deep == 1 else np.argsort(cost, axis=1, kind="stable")[:, :deep]
    near = np.take_along_axis(cost, first, axis=1)
    left = want.copy()
    homes = np.zeros(first.shape, dtype=np.int64)
    total = np.zeros(len(want), dtype=cost.dtype)
    for place in range(deep):
        some = np.where(near[:, place] < far, np.minimum(left, supply[first[:, place]]), 0)
        homes[:, place] = some
        total = total + some * np.where(some > 0, near[:, place], 0)
        left -= some
    return np.where(left > 0, far, total), (first, homes)
