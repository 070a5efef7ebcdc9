"""
The cheapest set of homes of every slot, under any prices of classes and any weights of the stages, exact.

This is the inner question of every bound by prices. Slots whose homes are free of each other take the cheapest homes
kind by kind; the others have a list of make-ups (how many homes of which type), each type filled with its cheapest
homes. All slots are looked at together, and outcome by outcome. A class gives a slot no more homes than it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from solver.problem import TIE_LIMIT, Bools, Ints, Problem, stage_names
from solver.rows import Block, Charge, Homes, Limit, Menus, Numbers, Ranks, affordable

_SAFE = 2**58
"""Costs below this are added up in 64 bits; of sets of more than a dozen homes, costs below ``Sets.safe``."""
_LOW_BITS = 60
_CHUNK = 2_000_000  # pairs looked at in one go


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
            pairs[slot] &= affordable(budget, problem.sizes, problem.extras)
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


@dataclass(frozen=True, eq=False, kw_only=True)
class Found:
    """
    One set a slot. taken: int64 (slots, homes), the classes its homes are of, ascending, -1 = none.
    outcome: int64 (slots,), the worst rank it is charged for, 0 = not served.
    """

    taken: Ints
    outcome: Ints

    @classmethod
    def of(cls, problem: Problem, counts: Ints) -> Found:
        """The sets of an allocation. counts: int64 (slots, classes)."""
        slot, kind = np.nonzero(counts)
        slot, kind = (np.repeat(part, counts[slot, kind]) for part in (slot, kind))
        place = np.arange(len(slot)) - np.searchsorted(slot, slot)
        taken = np.full((problem.slots, int(place.max(initial=0)) + 1), -1, dtype=np.int64)
        taken[slot, place] = kind
        outcome = np.where(counts > 0, problem.ranks, 0).max(axis=1, initial=0)
        return cls(taken=taken, outcome=outcome)


class Sets:
    """
    The cheapest set of every slot of one Problem, under any cost of homes and outcomes.

    A row is a slot, or where a slot's group has to share a site, a slot at one site.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.usable = usable(problem)
        self.levels = levels(problem)
        one = single(problem)
        tied = problem.needs | np.array([budget is not None for budget in problem.budgets], dtype=np.bool_)
        menu = ~one & (tied | problem.open_slots)
        members = np.bincount(problem.groups[problem.groups >= 0], minlength=1)
        self.grouped = (problem.groups >= 0) & ((members[problem.groups] > 1) | ~one)
        self._place_rows()
        homes = np.where(problem.open_slots, np.where(one, 1, problem.units_max), problem.wants.sum(axis=1))
        self.homes = int(max(homes.max(initial=0), 1))
        self.safe = min(_SAFE, 2**62 // (self.homes + 4))
        self.blocks = tuple(self._blocks(one, menu))
        self.menus = self._menus(menu)
        self.possible = (problem.open_slots | (problem.wants > 0).any(axis=1))[self.slots]
        self.plain = self.menus is None and not self.grouped.any()

    def _place_rows(self) -> None:
        """slots, sites: int64 (rows,), of every row, -1 = any site. at_site: group → rows by slot, site by site."""
        problem = self.problem
        alone = np.flatnonzero(~self.grouped)
        names, site_of = np.unique(problem.sites, return_inverse=True)
        there = np.zeros((problem.slots, len(names)), dtype=np.bool_)
        for site in range(len(names)) if self.grouped.any() else ():
            there[:, site] = self.usable[:, site_of == site].any(axis=1)
        slots, sites = np.nonzero(there & self.grouped[:, None])
        self.slots = np.concatenate([alone, slots])
        self.sites = np.concatenate([np.full(len(alone), -1), names[sites] if len(names) else sites])
        order = np.lexsort((self.sites, self.slots))
        self.slots, self.sites = self.slots[order], self.sites[order]
        found: dict[int, dict[int, dict[int, int]]] = {int(group): {} for group in problem.groups}
        for row in np.flatnonzero(self.sites >= 0).tolist():
            slot, site = int(self.slots[row]), int(self.sites[row])
            found[int(problem.groups[slot])].setdefault(site, {})[slot] = row
        self.at_site = {group: [rows for _, rows in sorted(sites.items())] for group, sites in found.items()}

    def _open(self, rows: Ints, classes: Ints) -> Ranks:
        """int16 (rows, classes): ranks, worst + 1 where the row may not use the class."""
        at = np.ix_(self.slots[rows], classes)
        open_ = self.usable[at]
        if self.grouped.any():
            open_ &= (self.sites[rows, None] < 0) | (self.sites[rows, None] == self.problem.sites[classes])
        return np.where(open_, self.problem.ranks[at], self.problem.worst + 1).astype(np.int16)

    def _blocks(self, one: Bools, menu: Bools) -> Iterator[Block]:
        """Declared slots kind by kind, then open slots of one home."""
        problem = self.problem
        declared = ~problem.open_slots & ~menu
        everything = [(declared & (problem.wants[:, kind] > 0), problem.wants[:, kind], problem.kinds == kind)
                      for kind in range(problem.wants.shape[1])]  # fmt: skip
        everything.append((problem.open_slots & one, np.ones(problem.slots, dtype=np.int64), problem.supply >= 0))
        filled = np.zeros(len(self.slots), dtype=np.int64)
        for asked, want, cols in everything:
            rows, classes = np.flatnonzero(asked[self.slots]), np.flatnonzero(cols)
            if len(rows):
                slots = self.slots[rows]
                block = Block(problem, slots, rows, classes, self._open(rows, classes), want[slots])
                block.place = filled[rows]
                filled[rows] += block.want
                yield block

    def _menus(self, menu: Bools) -> Menus | None:
        rows = np.flatnonzero(menu[self.slots])
        if not len(rows):
            return None
        every = np.arange(self.problem.classes)
        open_ = [np.flatnonzero(line <= self.problem.worst) for line in self._open(rows, every)]
        return Menus(self.problem, self.slots[rows], rows, open_)

    def within_reach(self) -> Bools:
        """bool (slots, classes): what is part of some set that the slot may have, as far as its own rules tell."""
        found = self.usable.copy()
        if self.menus is not None:
            listed = np.unique(self.menus.slots)
            found[listed] &= self.menus.used()[listed]
        return found

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
        if self._height(prices, weights) >= self.safe and additive and tie == 1 and not limits and not any(weights[:2]):
            return self._total_wide([a + b for a, b in zip(home, slot, strict=True)], prices, must)
        return self.respond(prices, weights, must, limits)[0]

    def respond(
        self, prices: Sequence[int], weights: Sequence[int], must: Bools, limits: Sequence[Limit]
    ) -> tuple[int | None, Found]:
        """``total`` and the sets that reach it; numbers must fit 64 bits or are slow."""
        charge = self._charge(prices, weights)
        idle = weights[0] or None
        asked = must if idle is None else np.ones_like(must)
        cost, taken, outcome = self._cheapest(charge, asked[self.slots], limits)
        total = 0
        found = Found(
            taken=np.full((self.problem.slots, self.homes), -1, dtype=np.int64),
            outcome=np.zeros(self.problem.slots, dtype=np.int64),
        )
        idler = np.zeros_like(must) if idle is None else ~must
        pairs = self._chosen(cost.tolist(), asked, idler, idle or 0, charge.far // 2)
        if pairs is None:
            return None, found
        rows = np.array([row for _, row in pairs if row >= 0], dtype=np.int64)
        found.taken[self.slots[rows]], found.outcome[self.slots[rows]] = taken[rows], outcome[rows]
        found.taken.sort(axis=1)
        total = sum(cost[rows].tolist()) + (idle or 0) * sum(row < 0 for _, row in pairs)
        return total, found

    def _chosen(self, cost: list[int], asked: Bools, idler: Bools, idle: int, far: int) -> list[tuple[int, int]] | None:
        """
        Slot and row of every asked slot that make the least total, -1 = idle; None where a slot or group has none.

        idler: bool (slots,), may stay without a home at the cost ``idle``.
        """
        chosen = []
        rows = np.flatnonzero((asked & ~self.grouped)[self.slots])
        for row, slot, free in zip(rows.tolist(), self.slots[rows].tolist(), idler[self.slots[rows]], strict=True):
            if free and idle < cost[row]:
                chosen.append((slot, -1))
            elif cost[row] >= far:
                return None
            else:
                chosen.append((slot, row))
        members: dict[int, list[int]] = {}
        for slot in np.flatnonzero(asked & self.grouped).tolist():
            members.setdefault(int(self.problem.groups[slot]), []).append(slot)
        for slots in members.values():
            best = (idle * len(slots), [(slot, -1) for slot in slots]) if idler[slots].all() else None
            for rows_of in self.at_site[int(self.problem.groups[slots[0]])]:
                here = self._together(slots, rows_of, cost, idler, idle, far)
                if here is not None and (best is None or here[0] < best[0]):
                    best = here
            if best is None:
                return None
            chosen += best[1]
        return chosen

    @staticmethod
    def _together(
        slots: list[int], rows_of: dict[int, int], cost: list[int], idler: Bools, idle: int, far: int
    ) -> tuple[int, list[tuple[int, int]]] | None:
        """What a group's slots cost at one site, and their rows; None where one that cannot be idle has no set."""
        total, here = 0, []
        for slot in slots:
            row = rows_of.get(slot, -1)
            if idler[slot] and (row < 0 or idle < cost[row]):
                total += idle
                row = -1
            elif row < 0 or cost[row] >= far:
                return None
            else:
                total += cost[row]
            here.append((slot, row))
        return total, here

    def _charge(self, prices: Sequence[int], weights: Sequence[int]) -> Charge:
        """What the weights and prices charge, in 64 bits where they are enough."""
        home, slot, tie = self.rates(weights)
        height = self._height(prices, weights)
        narrow = height < self.safe
        dtype: type[Any] = np.int64 if narrow else np.object_
        far = 2 * self.safe if narrow else height * 4
        return Charge(
            home=np.array([*home, 0], dtype=dtype), slot=slot, tie=tie, price=np.array(prices, dtype=dtype), far=far
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
            classes = block.classes[0]
            wide = _Wide([[charge + prices[cls] for cls in classes.tolist()] for charge in rate])
            step = max(1, _CHUNK // max(1, len(classes)))
            for start in range(0, len(block.slots), step):
                part = slice(start, start + step)
                asked = must[block.slots[part]]
                slots = block.slots[part][asked]
                ties, ranks = self.problem.ties[np.ix_(slots, classes)], block.ranks[part][asked].astype(np.int64)
                open_ = ranks <= self.problem.worst
                ranks[~open_] = 0
                least = wide.least(ranks, ties, open_, block.want[part][asked])
                if least is None:
                    return None
                total += least
        return total

    def window(self, limits: Sequence[Limit]) -> tuple[Ints, Ints]:
        """int64 (slots,) twice: a slot's worst rank is above the first and at most the second."""
        least = np.zeros(self.problem.slots, dtype=np.int64)
        most = np.full(self.problem.slots, self.problem.worst, dtype=np.int64)
        for slot, rank, side in (limit for limit in limits if len(limit) == 3):
            if side:
                most[slot] = min(int(most[slot]), rank)
            else:
                least[slot] = max(int(least[slot]), rank)
        return least, most

    def _forced(self, limits: Sequence[Homes]) -> Ints:
        """int64 (rows,): homes that the limits force."""
        most: dict[tuple[int, int], int] = {}
        for slot, cls, homes, side in limits:
            most[slot, cls] = max(most.get((slot, cls), 0), 0 if side else homes + 1)
        of_slot = np.zeros(self.problem.slots, dtype=np.int64)
        for (slot, _), homes in most.items():
            of_slot[slot] += homes
        of_row: Ints = of_slot[self.slots]
        return of_row

    def _cheapest(self, charge: Charge, asked: Bools, limits: Sequence[Limit]) -> tuple[Numbers, Ints, Ints]:
        """
        Of every asked row the cost of its cheapest set, ``charge.far`` or more where it has none; its homes' classes;
        its outcome.

        A set is charged for the outcome ``top`` when all its homes are that good or better: outcomes do not cost less
        as they get worse, so this is the least cost. A top that costs no less than the next is not looked at.
        """
        worst, far = self.problem.worst, charge.far
        low, high = (bound[self.slots] for bound in self.window(limits))
        on_homes = [limit for limit in limits if len(limit) == 4]
        best = np.full(len(self.slots), far, dtype=charge.home.dtype)
        taken = np.full((len(self.slots), self.homes), -1, dtype=np.int64)
        steps = [top for top in range(1, worst) if charge.slot[top] < charge.slot[top + 1]]
        parts: list[Block | Menus] = [*self.blocks, *([self.menus] if self.menus else [])]
        tables = [charge.homes(part) for part in parts]
        stocks = [part.stock(on_homes, table, far) for part, table in zip(parts, tables, strict=True)]
        bonus = self._forced(on_homes).astype(best.dtype) * far
        asked = asked & self.possible
        for top in sorted({*steps, worst, *high.tolist()}):
            rows = asked & (low < top) & ((high >= top) if top in steps else (high == top))
            if not rows.any():
                continue
            cost = np.zeros(len(self.slots), dtype=best.dtype)
            chosen = np.full(taken.shape, -1, dtype=np.int64)
            for part, table, stock in zip(parts, tables, stocks, strict=True):
                own = part.options if isinstance(part, Menus) else part.rows
                some = np.flatnonzero(rows[own])
                if not len(some):
                    continue
                mine = own[some]
                costs, classes = part.cheapest(table, stock, top, some, far)
                cost[mine] = np.minimum(cost[mine] + costs, far)
                start = part.place[some] if isinstance(part, Block) else np.zeros(len(some), dtype=np.int64)
                for at in range(classes.shape[1]):
                    full = classes[:, at] >= 0
                    chosen[mine[full], start[full] + at] = classes[full, at]
            cost = cost + bonus + charge.slot[top]
            better = rows & (cost < best)
            best[better] = cost[better]
            taken[better] = chosen[better]
        reached = np.zeros_like(taken)
        row, place = np.nonzero(taken >= 0)
        reached[row, place] = self.problem.ranks[self.slots[row], taken[row, place]]
        return best, taken, np.maximum(reached.max(axis=1, initial=0), low + 1)


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
