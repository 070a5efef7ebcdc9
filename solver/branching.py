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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from solver.duality import Leaf, totals
from solver.master import Master, Point, Set, Split, sided
from solver.problem import Bools, Ints, Problem, Solution, check_solution
from solver.rows import Limit
from solver.sets import Found, Sets

Finder = Callable[["Tree"], Ints | None]
"""Asked by a tree for an answer that is better than its best; counts: int64 (slots, classes)"""

_CLOSE = 1e-4  # for the draw as good as the best, in the program's unit
_LIKELY = 0.05  # of the value: no gap is taken to be larger
_FAR = Fraction(1 << 200)
_FLOAT = Fraction(1, 10**6)  # a float program's own error is well below
_ROUNDS_MAX = 60  # of adding sets, in one leaf
_REBASES_MAX = 4
_TRIED = 5  # splits tried out in one leaf that nothing is known of
_LEAST_GAIN = 0.02  # of the gap; a split that promises less is taken to give so much
_WORK = 6e10  # of a whole tree: parts × units³, a part being a program or several


def closed_leaves(
    problem: Problem, solution: Solution, stages: Sequence[int], seconds_max: float | None
) -> Iterator[tuple[int, int, tuple[Leaf, ...]]]:
    """
    Stage, slot (see StageProof) and leaves of those of the stages that prices say something about.

    The time is shared: a stage may use what is left of it, divided by the stages left.
    """
    ends = math.inf if seconds_max is None else time.monotonic() + seconds_max
    sets = Sets(problem)
    unserved = np.flatnonzero(~solution.served)
    early = [(1, int(slot)) for slot in unserved[np.argsort(problem.order[unserved])]]
    asks = [ask for stage in stages for ask in (early if stage == 1 else [(stage, -1)])]
    pool: list[Set] = []  # what one stage found is a good start for the next
    for number, (stage, slot) in enumerate(asks):
        now = time.monotonic()
        tree = Tree(sets, solution.counts, solution.served, stage, pool if stage > 1 else [], slot=slot)
        tree.run(now + (ends - now) / (len(asks) - number))
        yield stage, slot, tuple(tree.leaves)


@dataclass(eq=False, kw_only=True)
class _Part:
    """Allocations within the limits: the best prices found for them, the bound these give, what it may well be."""

    limits: tuple[Limit, ...]
    point: Point
    bound: int
    hope: float
    gap: Fraction = _FAR  # from the target at the prices, in the stage's unit


class Tree:
    """
    One stage's search and proof, given the stages before it.

    counts, served: the best answer known. With a ``finder`` the tree searches: it asks the finder for a good answer
    once it has a first bound, and takes up every better answer that it comes across; without, the answer is what is to
    be proved. leaves: parts of all allocations with their prices, which cover everything. bound: no answer has a lower
    total; complete: it meets the total of the answer; endless: it was given up, because it had grown too large, which
    the last stage never is.
    """

    def __init__(
        self, sets: Sets, counts: Ints, served: Bools, stage: int, pool: list[Set], *, slot: int = -1,
        finder: Finder | None = None,
    ) -> None:  # fmt: skip
        self.sets, self.problem, self.stage, self.finder = sets, sets.problem, stage, finder
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
        if stage != 1:  # where the slot asked about is not served
            self.master.add(Found.of(self.problem, counts))
        self.gains: dict[Limit, float] = {}
        self.leaves: list[Leaf] = []
        self.parts = 0
        self.bound = 0
        self.complete = self.endless = False

    def run(self, ends: float) -> None:
        """
        Close part after part, that with the lowest hope first: whatever is below the best answer has to be looked at.

        Among equals the deepest comes first, of these the last.
        """
        root = _Part(limits=(), point=self._start(), bound=-(1 << 200), hope=-math.inf)
        stack, open_ = [root], list[_Part]()
        while stack:
            part = stack.pop(min(range(len(stack)), key=lambda n: (stack[n].hope, -len(stack[n].limits), -n)))
            if part.limits and self._worse(part, stack):
                stack.append(part)
                continue
            split = self._close(part, ends)
            if part.bound >= self.target:
                self.leaves += self._leaf(part)
            elif split is None:
                open_.append(part)
                if not self.finder or self.endless or time.monotonic() > ends:
                    open_ += stack
                    break
            else:
                if len(split) > 2:
                    self.leaves += self._leaf(part)
                stack += sorted(self._sides(part, split), key=lambda side: -side.hope)
        self.bound = min([self.target, *(part.bound for part in open_)])
        self.complete = not open_
        if self.complete or self.bound > root.bound:
            self.leaves += (leaf for part in open_ for leaf in self._leaf(part))
        else:
            self.leaves = self._leaf(root)

    def _sides(self, part: _Part, split: Split) -> Iterator[_Part]:
        """Both sides of a part; what is known of the split tells what to hope for."""
        for limit in (sided(split, side) for side in (False, True)):
            hope = max(part.hope, self._hope(self.gains[limit]))
            yield replace(part, limits=(*part.limits, limit), hope=hope, gap=_FAR)

    def _hope(self, gain: float) -> float:
        """What a part may reach whose gap is so much less than that of the last answer."""
        hope = self.master.reached() + gain * self.master.scale / self.master.unit
        return hope * (1 - 1e-9) if self.master.of_ties else math.ceil(hope - 1e-6)

    def _worse(self, part: _Part, others: list[_Part]) -> bool:
        """Whether there is less to hope for in a part than was thought, and less than in another."""
        self.master.enter(part.limits)
        if self._solve() is None or self._hope(0.0) <= part.hope:
            return False
        part.hope = self._hope(0.0)
        return any(other.hope < part.hope for other in others)

    @staticmethod
    def _leaf(part: _Part) -> list[Leaf]:
        """The part's own leaf; none where it was split by homes, whose leaf is that of the part before."""
        limits = tuple(limit for limit in part.limits if len(limit) == 3)
        if len(limits) < len(part.limits):
            return []
        return [Leaf(weights=part.point.weights, prices=part.point.prices, limits=limits)]

    def _close(self, part: _Part, ends: float) -> Split | None:
        """The best prices of a part; where to split it if they do not reach the target, None where that is no use."""
        self.master.enter(part.limits)
        # A search that has little time leaves half of it for better answers.
        late = ends if part.limits or not self.finder else (time.monotonic() + ends) / 2
        self._price(part, late)
        if part.bound >= self.target:
            return None
        self._ask(part, ends)
        if part.bound >= self.target or self.stage < 2 or time.monotonic() > ends:
            return None
        return self._split(ends)

    def _price(self, part: _Part, ends: float) -> None:
        """The best prices of a part, as far as it takes to close it or to see that none do."""
        point: Point | None = self._solve() if part.limits else part.point
        settled, rebases = False, 0
        for number in range(_ROUNDS_MAX):
            homes = not settled and self._only_homes(part)
            if point is None or (part.limits and not homes and self._beyond()):
                break
            found = self._look(part, point)
            if part.bound >= self.target or time.monotonic() > ends:
                break
            if not self.master.add(found) and number:
                if homes:
                    settled = True
                    self._take(self.master.best_of_known(ends - time.monotonic(), self.master.gap(self.target), _CLOSE))
                elif rebases < _REBASES_MAX and self.master.of_ties and part.gap <= self.target * _FLOAT:
                    rebases += 1
                    self.master.rebase(part.point, part.gap)
                else:
                    break
            point = self._solve()

    def _look(self, part: _Part, point: Point) -> Found:
        """The sets at these prices, which are kept where they are better than the part's."""
        gap, found = self._gap(point, part.limits)
        if gap is None or Fraction(gap, point.weights[self.master.weighed]) < part.gap:
            part.point, part.gap = point, Fraction(gap or 0, point.weights[self.master.weighed])
            part.bound = max(part.bound, self._stage_bound(point, gap))
        return found

    def _only_homes(self, part: _Part) -> bool:
        """Whether a search has decided all outcomes and only homes are not, for the first time."""
        if not self.finder or any(len(limit) == 4 for limit in part.limits):
            return False
        return bool(part.limits or self.master.of_ties) and not self.master.undecided(homes=False)

    def _beyond(self) -> bool:
        """Whether no prices reach the target, as the program with the sets known already says."""
        unsure = 5e-7 + 1e-9 * abs(self.master.cost)  # may come of the program's own errors
        return not self.master.rebased and self.master.complete() and self.master.gap(self.target) > unsure

    def _ask(self, part: _Part, ends: float) -> None:
        """Have the finder look for a better answer near the program's, at first often, then ever more rarely."""
        if not part.limits:
            self.bound = part.bound
        if self.finder and self.parts.bit_count() <= 1 and time.monotonic() <= ends:
            self._take(self.finder(self))
        self.parts += 1

    def _stage_bound(self, point: Point, gap: int | None) -> int:
        """What the stage's total cannot go below, from the gap at the point; None = nothing is in the part."""
        if gap is None:
            return self.target
        return self.target - -(-gap // point.weights[self.master.weighed])

    def _solve(self) -> Point | None:
        point = self.master.solve()
        if self.finder and self.master.gap(self.target) > 0:
            self._take(self.master.whole())
        return point

    def _take(self, counts: Ints | None) -> None:
        """Keep an answer that is better."""
        if counts is None:
            return
        values = totals(self.problem, counts, self.served)
        at = self.stage
        if values[: at + 1] < self.values[: at + 1] and not check_solution(self.problem, counts, self.served):
            self.counts, self.values, self.target = counts, values, values[at]

    def _start(self) -> Point:
        """No prices, and no weights but the stage's own."""
        weights = [0] * len(self.values)
        weights[self.master.weighed] = self.master.unit
        return Point(weights=tuple(weights), prices=(0,) * self.problem.classes)

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

    def _split(self, ends: float) -> Split | None:
        """The split that promises the smallest tree; None where the program's answer is decided."""
        master, undecided = self.master, self.master.undecided(homes=self.finder is not None)
        for limit in master.limits:
            undecided.pop(limit[:-1], None)
        if not undecided:
            return None
        gap = master.gap(self.target)
        tried = 0
        tries: list[tuple[float, Split, list[float]]] = []
        for split, share in sorted(undecided.items(), key=lambda item: (abs(item[1] - 0.5), item[0])):
            unknown = any(sided(split, side) not in self.gains for side in (True, False))
            if unknown and (tried >= _TRIED or time.monotonic() > ends):
                continue
            tried += unknown
            gains = [self._gain(sided(split, side), gap) for side in (True, False)]
            tries.append((abs(share - 0.5), split, gains))
        self.endless = not master.of_ties and self.parts * len(master.units) ** 3 > _WORK
        if not tries or self.endless:
            return None
        likely = min(gap, _LIKELY * abs(master.reached()) * master.unit / master.scale)
        return min(
            (_growth(*(gain / max(likely, 1e-12) for gain in gains)), off, split) for off, split, gains in tries
        )[2]

    def _gain(self, limit: Limit, gap: float) -> float:
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
