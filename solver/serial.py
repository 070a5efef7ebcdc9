"""
Slots choose in turn where homes do not couple: every choice at once the best and safe for all who come later.

The homes a slot can take such that it and every later slot still get all they want are the independent sets of a
matroid (a gammoid: what can be linked away from a matching). So taking the best class that is still safe, again and
again, gives the set with the best worst rank, the least sum of ranks and the least sum of ties at once, and whether a
class is safe is one alternating path. Source: Edmonds, "Matroids and the greedy algorithm" (1971),
doi:10.1007/BF01584082; Schrijver, "Combinatorial Optimization" (2003), chapter 39.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np

from solver.problem import Bools, Ints, Problem


def applies(problem: Problem) -> bool:
    """Whether every slot declares its demand and nothing else couples its homes."""
    coupled = problem.open_slots | problem.needs | (problem.groups >= 0)
    return not coupled.any() and all(budget is None for budget in problem.budgets)


def choices(problem: Problem, counts: Ints, served: Bools) -> Iterator[tuple[int, Ints]]:
    """
    What every served slot takes, in order of choice; slots must be in that order and classes in theirs.

    Parameters
    ----------
    problem
        One to which ``applies``.
    counts
        int64 (slots, classes), any answer that serves the same slots.
    served
        bool (slots,).

    Yields
    ------
    (slot, int64 (classes,)); among classes equal in rank and tie the earlier one.

    Complexity: one search over classes and their holders a class tried.
    """
    table = Turn(problem, counts, served)
    for slot in np.flatnonzero(served):
        yield int(slot), table.choose(int(slot))


class Turn:
    """Who holds what while slots choose: an answer for all later slots, changed by alternating paths."""

    def __init__(self, problem: Problem, counts: Ints, served: Bools) -> None:
        self.problem = problem
        self.free: list[int] = (problem.supply - counts.sum(axis=0)).tolist()
        self.holders: list[dict[int, int]] = [{} for _ in range(problem.classes)]
        for slot, c in zip(*np.nonzero(counts), strict=True):
            self.holders[c][int(slot)] = int(counts[slot, c])
        usable = (problem.ranks > 0) & (problem.supply > 0)
        kinds = [np.flatnonzero(problem.kinds == kind) for kind in range(problem.wants.shape[1])]
        self.reach = {
            (int(slot), kind): [int(c) for c in classes[usable[slot, classes]]]
            for slot in np.flatnonzero(served)
            for kind, classes in enumerate(kinds)
            if problem.wants[slot, kind] > 0
        }

    def choose(self, slot: int) -> Ints:
        """The slot's best safe set, which is no longer the table's."""
        taken = np.zeros(self.problem.classes, dtype=np.int64)
        ranks, ties = self.problem.ranks[slot], self.problem.ties[slot]
        for kind, want in enumerate(self.problem.wants[slot].tolist()):
            for c in sorted(self.reach.get((slot, kind), ()), key=lambda c: (ranks[c], ties[c], c)):
                while want and self._take(slot, kind, c):
                    taken[c] += 1
                    want -= 1
        return taken

    def _take(self, slot: int, kind: int, wanted: int) -> bool:
        """Fix one home of the class for the slot, which gives one it holds back; False when that strands someone."""
        path = self._path(slot, kind, wanted)
        if path is None:
            return False
        for holder, to, come in path:
            self._move(holder, come, -1)
            self._move(holder, to, 1)
        last = path[-1][1] if path else wanted
        if not self.holders[last].get(slot):
            # A free home ends the path, so the slot gives back any home it holds.
            self.free[last] -= 1
            last = next(c for c in self.reach[slot, kind] if self.holders[c].get(slot))
            self.free[last] += 1
        self._move(slot, last, -1)
        return True

    def _move(self, slot: int, cls: int, homes: int) -> None:
        held = self.holders[cls].get(slot, 0) + homes
        if held:
            self.holders[cls][slot] = held
        else:
            del self.holders[cls][slot]

    def _path(self, slot: int, kind: int, wanted: int) -> list[tuple[int, int, int]] | None:
        """Moves (holder, to, from) that free a home of the class, ending at a free home or one that the slot holds."""
        came: dict[int, tuple[int, int]] = {wanted: (-1, -1)}
        queue = deque([wanted])
        while queue:
            here = queue.popleft()
            if self.free[here] or self.holders[here].get(slot):
                path: list[tuple[int, int, int]] = []
                while here != wanted:
                    holder, before = came[here]
                    path.append((holder, here, before))
                    here = before
                return path[::-1]
            for holder in self.holders[here]:
                for there in self.reach[holder, kind]:
                    if there not in came:
                        came[there] = (holder, here)
                        queue.append(there)
        return None
