"""The last stage: the least sum of 48-bit tie numbers, exact although no float holds such a sum."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from solver.formulation import Formulation, Linear
from solver.problem import Ints, Problem

if TYPE_CHECKING:
    from solver.coupled import Search

TIE_BITS = 24  # tie numbers are divided by a power of two until they have so many bits before the point
EQUAL_BELOW = 2**32  # tie numbers so small may well have equal sums
EQUALS_MAX = 40  # answers within one such unit of the best that are looked at one by one


def may_be_equal(problem: Problem) -> bool:
    """Whether two sums of tie numbers may well be equal: by chance alone, 48-bit numbers never are."""
    ties = problem.ties[problem.ranks > 0]
    return bool(ties.size and (ties.max() < EQUAL_BELOW or len(np.unique(ties)) < ties.size))


@dataclass(eq=False)
class Draw:
    """
    The least sum of tie numbers of some slots over a program that holds all stages before.

    Tie numbers are divided by a power of two, ``unit``, until the largest has 24 bits before the point; floats hold the
    quotients exactly and HiGHS sums them to far less than half a unit. A good answer is found, excluded, and then one
    is sought that is better or within one unit of it; this again until HiGHS says that no other is left. So every
    answer that may be best in truth has been seen, and their exact integer sums decide. As a rule the first search
    already finds nothing, which proves the best and that it is the only one.

    Small tie numbers have unit 1 and sums that floats hold. If two answers are equal to the last bit, `_first` takes
    the first in the order of slots and classes.

    bound: no answer has less. decided: the answer is the best, and the first of its equals.
    """

    search: Search
    form: Formulation
    slots: Sequence[int]
    bound: int = 0
    decided: bool = False
    unit: int = field(default=1, init=False)
    objective: Linear = field(default_factory=dict, init=False)
    barred: list[int] = field(default_factory=list, init=False)

    def run(self) -> None:
        """Leave the best in ``search``."""
        problem, mip = self.search.problem, self.form.mip
        cells = [cell for slot in self.slots for cell in self.form.cells_of[slot]]
        ties = {cell.column: int(problem.ties[cell.slot, cell.classes[0]]) for cell in cells}
        self.unit = 1 << max(0, max(ties.values(), default=0).bit_length() - TIE_BITS)
        self.objective = {column: tie / self.unit for column, tie in ties.items()}
        margin = 0.5 if self.unit == 1 else 1.0
        near = mip.row(-math.inf, math.inf, self.objective.items())
        seen, equal = self.search.counts, False
        for _ in range(EQUALS_MAX):
            best = self._sum(self.search.counts)
            mip.row_upper[near] = best / self.unit + margin
            self.barred.append(self._bar(seen))
            answer = self.search.solve(self.form, self.objective, gap=margin / 2, hinted=False)
            found = self.search.exact(self.form, answer)
            if found is None:
                self.decided = answer.finished and answer.values is None
                self.bound = max(self.bound, min(best, self._whole(answer.bound)))
                break
            seen = found[0]
            drawn = self._sum(seen)
            self.bound = max(self.bound, min(best, drawn, self._whole(answer.bound)))
            equal = drawn == best or (equal and drawn > best)
            if drawn < best:
                self.search.counts, self.search.served = found
            settled = answer.finished and (drawn > best + self.unit * margin / 2 or (equal and self.unit == 1))
            if settled or not answer.finished:
                self.decided = settled
                break
        if equal:
            for row in self.barred:
                mip.row_lower[row] = -math.inf
            self.decided = self._first() and self.decided
        best = self._sum(self.search.counts)
        self.bound = best if self.decided else min(self.bound, best)

    def _sum(self, counts: Ints) -> int:
        ties = self.search.problem.ties
        return sum(int(n) * int(t) for slot in self.slots for n, t in zip(counts[slot], ties[slot], strict=True) if n)

    def _whole(self, bound: float) -> int:
        """A bound in units, to the safe side, in tie numbers."""
        if not math.isfinite(bound):
            return 0 if bound < 0 else 1 << 200
        return max(0, math.ceil((bound - 1e-6 * max(1.0, abs(bound))) * self.unit))

    def _bar(self, counts: Ints) -> int:
        """
        Exclude the answer: some slot takes less of some class. (More of a class and less of none would raise the sum of
        ranks, which is held.)
        """
        mip, less = self.form.mip, []
        for slot in self.slots:
            for cell in self.form.cells_of[slot]:
                taken = int(counts[slot, cell.classes[0]])
                if taken:
                    drop = mip.column(0, 1)
                    most = mip.upper[cell.column]
                    mip.row(-math.inf, most, [(cell.column, 1.0), (drop, most - taken + 1)])
                    less.append((drop, 1.0))
        return mip.row(1, math.inf, less)

    def _first(self) -> bool:
        """Among equals: as many as can be of the first class for the first slot, and so on; whether time sufficed."""
        search, mip = self.search, self.form.mip
        best = self._sum(search.counts)
        for slot in self.slots:
            for cell in sorted(self.form.cells_of[slot], key=lambda cell: cell.classes):
                while (taken := int(search.counts[slot, cell.classes[0]])) < mip.upper[cell.column]:
                    mip.lower[cell.column] = taken + 1
                    answer = search.solve(self.form, self.objective, gap=0.25, hinted=False)
                    found = search.exact(self.form, answer)
                    if found is None or self._sum(found[0]) != best:
                        if not answer.finished:
                            return False
                        break
                    search.counts, search.served = found
                mip.lower[cell.column] = mip.upper[cell.column] = taken
        return True
