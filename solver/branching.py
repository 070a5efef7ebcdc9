"""
One stage decided and proved by prices, and where these alone do not meet its value by leaves.

Best prices are the duals of a linear program over sets of homes, solver.master. Where the bound stays below the value,
all allocations are split by one slot's outcome, and so on (branch and price: Barnhart and others 1998,
doi:10.1287/opre.46.3.316). What to split is tried out first, and what is seen of a split is remembered for the whole
tree; that split is taken that promises the smallest tree (Le Bodic, Nemhauser 2017, doi:10.1007/s10107-016-1094-7).
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from solver.duality import Leaf, own_value, totals
from solver.master import Master, Point, Set
from solver.problem import Bools, Ints, Problem, Solution, check_solution, stage_names
from solver.sets import Found, Limit, Sets

_FLOAT = Fraction(1, 10**6)  # a float program's own error is well below
_ROUNDS_MAX = 60  # of adding sets, in one leaf
_REBASES_MAX = 4
_TRIED = 8  # splits tried out in one leaf that nothing is known of
_LEAST_GAIN = 0.02  # of the gap; a split that promises less is taken to give so much


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
    pool: list[Set] = []  # what one stage found is a good start for the next
    for number, (stage, slot) in enumerate(asks):
        now = time.monotonic()
        tree = Tree(sets, solution.counts, solution.served, stage, pool if stage > 1 else [], slot=slot)
        tree.run(now + (ends - now) / (len(asks) - number))
        yield stage, slot, tuple(tree.leaves)


class Tree:
    """
    One stage's search and proof, given the stages before it.

    counts, served: the best answer known; where ``searching``, it gets better when the search comes across a better
    one. leaves: parts of all allocations with their prices; complete: they cover everything and none lets the stage
    be better.
    """

    def __init__(
        self, sets: Sets, counts: Ints, served: Bools, stage: int, pool: list[Set], *, slot: int = -1,
        searching: bool = False,
    ) -> None:  # fmt: skip
        self.sets, self.problem, self.stage, self.searching = sets, sets.problem, stage, searching
        self.counts, self.served = counts, served
        self.values = totals(self.problem, counts, served)
        self.must = served.copy()
        if stage == 0:
            self.must[:] = False
        elif stage == 1:
            self.must &= self.problem.order < self.problem.order[slot]
            self.must[slot] = True
        # What the leaves have to reach: the value itself, or for `earliest` one more unserved slot than there are.
        self.target = self.values[0] + 1 if stage == 1 else self.values[stage]
        asked = np.ones(self.problem.slots, dtype=np.bool_) if stage < 2 else self.must
        self.master = Master(self.problem, stage, self.values, asked, sets.grouped, pool)
        self.master.add(Found.of(self.problem, counts))
        self.gains: dict[Limit, float] = {}
        self.leaves: list[Leaf] = []
        self.complete = False

    def run(self, ends: float) -> None:
        """Close part after part, the open ones last in first out."""
        stack: list[tuple[tuple[Limit, ...], Point]] = [((), self._start())]
        while stack:
            limits, point = stack.pop()
            point, closed, split = self._close(limits, point, ends)
            if closed:
                self.leaves.append(self._leaf(limits, point))
            elif split is None:
                open_ = [*stack, (limits, point)]
                self.leaves += [self._leaf(*part) for part in open_]
                return
            else:
                stack += [((*limits, (*split, side)), point) for side in (False, True)]
        self.complete = True

    @staticmethod
    def _leaf(limits: tuple[Limit, ...], point: Point) -> Leaf:
        return Leaf(weights=point.weights, prices=point.prices, limits=limits)

    def _close(
        self, limits: tuple[Limit, ...], point: Point, ends: float
    ) -> tuple[Point, bool, tuple[int, ...] | None]:
        """The best prices of a part, whether they reach the target, and if not where to split it."""
        master = self.master
        master.enter(limits)
        best, best_gap, rebases = point, Fraction(1 << 200), 0
        moved = point if not limits else self._solve()
        for number in range(_ROUNDS_MAX):
            if moved is None or (limits and not master.rebased and master.gap(self.target) > self._unsure()):
                break
            gap, found = self._gap(moved, limits)
            if gap is None or gap <= 0:
                return moved, True, None
            if Fraction(gap, moved.weights[master.weighed]) < best_gap:
                best, best_gap = moved, Fraction(gap, moved.weights[master.weighed])
            if time.monotonic() > ends:
                return best, False, None
            if not master.add(found) and number:
                rebases += 1
                if rebases > _REBASES_MAX or not master.of_ties or best_gap > self.target * _FLOAT:
                    break
                master.rebase(best, best_gap)
            moved = self._solve()
        if self.searching and self._round(limits, ends):
            gap, _ = self._gap(best, limits)
            if gap is None or gap <= 0:
                return best, True, None
        may_split = self.stage > 1 and time.monotonic() <= ends
        return best, False, self._split(ends) if may_split else None

    def _solve(self) -> Point | None:
        point = self.master.solve()
        if self.searching and self.master.gap(self.target) > 0:
            self._take(self.master.whole())
        return point

    def _round(self, limits: tuple[Limit, ...], ends: float) -> bool:
        """Look for a better answer among the sets known, at first and where there is nothing left to split."""
        if limits and self.master.undecided():
            return False
        return self._take(self.master.best_of_known(max(0.0, ends - time.monotonic())))

    def _take(self, counts: Ints | None) -> bool:
        """Keep an answer that is better."""
        if counts is None:
            return False
        values = totals(self.problem, counts, self.served)
        at = self.stage
        if values[:at] != self.values[:at] or values[at] >= self.values[at]:
            return False
        if check_solution(self.problem, counts, self.served):
            return False
        self.counts, self.values, self.target = counts, values, values[at]
        return True

    def _start(self) -> Point:
        """No prices, and no weights but the stage's own."""
        weights = [0] * len(self.values)
        weights[self.master.weighed] = self.master.unit
        return Point(weights=tuple(weights), prices=(0,) * self.problem.classes)

    def _unsure(self) -> float:
        """A gap of the program that its own errors may have made."""
        return 5e-7 + 1e-9 * abs(self.master.cost)

    def _gap(self, point: Point, limits: tuple[Limit, ...]) -> tuple[int | None, Found]:
        """How far the bound is from the target (≤ 0: reached; None: nobody fits), and the sets at these prices."""
        total, found = self.sets.respond(point.prices, point.weights, self.must, limits)
        if total is None:
            return None, found
        bound = total - sum(p * int(s) for p, s in zip(point.prices, self.problem.supply, strict=True))
        return self._needed(point.weights) - bound, found

    def _needed(self, weights: tuple[int, ...]) -> int:
        """The least bound that rounds up to the target."""
        at = self.master.weighed
        before = sum(w * v for w, v in zip(weights[:at], self.values[:at], strict=True))
        return before + weights[at] * (self.target - 1) + 1

    # --- where to split ------------------------------------------------------------------------------------------

    def _split(self, ends: float) -> tuple[int, ...] | None:
        """The split that promises the smallest tree; None where the program's answer is decided."""
        master, undecided = self.master, self.master.undecided()
        if not undecided:
            return None
        gap = master.gap(self.target)
        tried = 0
        sizes = []
        for split, share in sorted(undecided.items(), key=lambda item: (abs(item[1] - 0.5), item[0])):
            unknown = any((*split, side) not in self.gains for side in (True, False))
            if unknown and (tried >= _TRIED or time.monotonic() > ends):
                continue
            tried += unknown
            gains = [self._gain((*split, side), gap) for side in (True, False)]
            sizes.append((_growth(*(gain / max(gap, 1e-12) for gain in gains)), abs(share - 0.5), split))
        return min(sizes)[2] if sizes else None

    def _gain(self, limit: tuple[int, ...], gap: float) -> float:
        """By how much a limit narrows the gap, as a rule."""
        if limit not in self.gains:
            self.gains[limit] = gap - self.master.probe(limit, self.target)
        return self.gains[limit]


def _growth(one: float, other: float) -> float:
    """
    The root r > 1 of r^-one + r^-other = 1: a tree grows like r^1 when its splits gain such parts of the gap.
    """
    one, other = (min(max(gain, _LEAST_GAIN), 1.0) for gain in (one, other))
    low, high = 0.0, math.log(2.0) / _LEAST_GAIN
    for _ in range(30):
        middle = (low + high) / 2
        if math.exp(-middle * one) + math.exp(-middle * other) > 1.0:
            low = middle
        else:
            high = middle
    return high
