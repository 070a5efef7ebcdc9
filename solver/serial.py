"""
Slots choose in turn where homes do not couple: every choice at once the best and safe for all who come later.

The homes a slot can take such that it and every later slot still get all they want are the independent sets of a
matroid (a gammoid: what can be linked away from a matching). So taking the best class that is still safe, again and
again, gives the set with the best worst rank, the least sum of ranks and the least sum of ties at once, and whether a
class is safe is one alternating path. Source: Edmonds, "Matroids and the greedy algorithm" (1971),
doi:10.1007/BF01584082; Schrijver, "Combinatorial Optimization" (2003), chapter 39.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from solver.exchange import Exchange, lumps_in, lumps_of
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

    Complexity: one search over classes and those who hold them a class tried; see solver.exchange.
    """
    flow = Exchange(problem.supply.tolist())
    usable = (problem.ranks > 0) & (problem.supply > 0)
    types: dict[tuple[int, int], int] = {}
    for slot in np.flatnonzero(served).tolist():
        for kind in np.flatnonzero(problem.wants[slot]).tolist():
            classes = np.flatnonzero(usable[slot] & (problem.kinds == kind)).tolist()
            types[slot, kind] = flow.type_of(lumps_of(classes))
    for slot, c in np.argwhere(counts).tolist():
        for _ in range(int(counts[slot, c])):
            flow.put(types[slot, int(problem.kinds[c])], c)
    for slot in np.flatnonzero(served).tolist():
        yield slot, _choice(problem, flow, slot, types)


def _choice(problem: Problem, flow: Exchange, slot: int, types: dict[tuple[int, int], int]) -> Ints:
    """The slot's best safe set, which leaves the flow with it."""
    taken = np.zeros(problem.classes, dtype=np.int64)
    ranks, ties = problem.ranks[slot], problem.ties[slot]
    for kind in np.flatnonzero(problem.wants[slot]).tolist():
        number, want = types[slot, kind], int(problem.wants[slot, kind])
        for c in sorted(lumps_in(flow.freed(number) & flow.meets[number]), key=lambda c: (ranks[c], ties[c], c)):
            while want and flow.take(number, c):
                taken[c] += 1
                want -= 1
    flow.keep()
    return taken
