"""
Days of choosing played through: every slot in turn takes its best homes, with the guard or without it.

A chooser is careless: it takes the class it ranks best, then the next, and stops as soon as it has a set that it may
leave it at. Of the rules it minds only its own: that what is left still completes its set. With the guard a home is
given only where every slot to come can be served, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from solver.exchange import Exchange, Lumps, lumps_in
from solver.guard import Guard
from solver.makeup import Lister, Makeup, after, lumping
from solver.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """taken: (slot, class) of every home, in the order of the day. stranded: slots that found no set, ascending."""

    taken: tuple[tuple[int, int], ...]
    stranded: tuple[int, ...]


class Rehearsal:
    """A problem to be played through in many orders; what does not depend on the order is done once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        lumped = lumping(problem, problem.supply)
        self._lister, self._lump = Lister(lumped), lumped.lump.tolist()
        self._by_lump = lumped.problem.supply.tolist()
        self._begun = Guard(problem)
        self._all = len(self._begun.to_come) == problem.slots
        ranks = np.where(problem.ranks > 0, problem.ranks, problem.worst + 1)
        self._wishes: list[list[int]] = [
            np.lexsort((problem.ties[slot], ranks[slot]))[: int((problem.ranks[slot] > 0).sum())].tolist()
            for slot in range(problem.slots)
        ]

    def guarded(self, order: Sequence[int]) -> Played:
        """
        The day with the guard. Slots that cannot be served at the beginning, all others considered, are stranded.

        order: the slots as they choose.
        """
        guard = self._begun.copy() if self._all else Guard(self._ordered(order))
        taken: list[tuple[int, int]] = []
        stranded = []
        for slot in order:
            if not guard.admit(slot):
                stranded.append(slot)
                continue
            done, stock = False, guard.stock
            for cls in self._wishes[slot]:
                while not done and stock[cls] and guard.take(slot, cls):
                    taken.append((slot, cls))
                    done = guard.complete(slot)
                if done:
                    break
            guard.finish(slot)
        return Played(taken=tuple(taken), stranded=tuple(sorted(stranded)))

    def _ordered(self, order: Sequence[int]) -> Problem:
        place = np.empty(self.problem.slots, dtype=np.int64)
        place[list(order)] = np.arange(self.problem.slots)
        return replace(self.problem, order=place)

    def unguarded(self, order: Sequence[int]) -> Played:
        """The day without it: a slot that finds no set in what the others left goes without. order: as ``guarded``."""
        stock, lumps, sites = self.problem.supply.tolist(), list(self._by_lump), dict[int, int]()
        taken: list[tuple[int, int]] = []
        stranded = []
        for slot in order:
            group = int(self.problem.groups[slot])
            site = sites.get(group, -1)
            makeups = [made for made in self._lister.of(slot)[0] if made.site == -1 or site in (-1, made.site)]
            homes = self._chosen(slot, makeups, stock, lumps)
            taken += [(slot, cls) for cls in homes]
            if not homes:
                stranded.append(slot)
            elif group >= 0:
                sites[group] = int(self.problem.sites[homes[0]])
        return Played(taken=tuple(taken), stranded=tuple(sorted(stranded)))

    def _chosen(self, slot: int, makeups: Sequence[Makeup], stock: list[int], lumps: list[int]) -> list[int]:
        """The classes a slot takes out of the stock by its own rules alone; none where they leave it no set."""
        homes: list[int] = []
        for cls in self._wishes[slot]:
            lump = self._lump[cls]
            while stock[cls]:
                rest = after(makeups, lump)
                lumps[lump] -= 1
                if not any(_fits(made, lumps) for made in rest):
                    lumps[lump] += 1
                    break
                stock[cls] -= 1
                homes.append(cls)
                if any(not made.wants for made in rest):
                    return homes
                makeups = rest
        return homes


def _fits(made: Makeup, homes: Sequence[int]) -> bool:
    """Whether the homes of each lump meet the wants."""
    seen: Lumps = 0
    for lumps, count in made.wants:
        if seen & lumps:
            flow = Exchange(homes)
            return all(flow.add(flow.type_of(own)) for own, n in made.wants for _ in range(n))
        seen |= lumps
        if sum(homes[lump] for lump in lumps_in(lumps)) < count:
            return False
    return True
