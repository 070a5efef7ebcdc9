"""
Days of choosing played through: every slot in turn takes its best homes, with the guard or without it.

A chooser is careless: it takes the class it ranks best, then the next, and stops as soon as it has a set that it may
leave it at. Of the rules it minds only its own: that what is left still completes its set. With the guard a home is
given only where every slot to come can be served, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from solver.exchange import Exchange, Lumps, lumps_in
from solver.guard import Guard
from solver.makeup import Lister, Makeup, after, lumping
from solver.problem import Problem

Tie = Callable[[int, int], int]
"""(slot, class) → the number by which a slot chooses between classes it ranks alike, smallest first."""


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
        self._wishes: list[list[list[int]]] = [self._ranked(slot) for slot in range(problem.slots)]

    def _ranked(self, slot: int) -> list[list[int]]:
        """The classes the slot may take, best rank first; those of one rank together, by tie number."""
        ranks, ties = self.problem.ranks[slot], self.problem.ties[slot]
        found = (np.flatnonzero(ranks == rank) for rank in range(1, self.problem.worst + 1))
        return [alike[np.argsort(ties[alike], kind="stable")].tolist() for alike in found if alike.size]

    def _wished(self, slot: int, stock: Sequence[int], tie: Tie | None) -> Iterator[int]:
        """Classes in the order in which the slot wishes for them; of those it ranks alike, the ones there still are."""
        for alike in self._wishes[slot]:
            if tie is None or len(alike) == 1:
                yield from alike
            else:
                there = [cls for cls in alike if stock[cls]]
                yield from there if len(there) < 2 else sorted(there, key=lambda cls: (tie(slot, cls), cls))

    def guarded(self, *orders: Sequence[int], tie: Tie | None = None) -> Played:
        """
        The day with the guard. Slots that cannot be served at the beginning, all others considered, are stranded.

        orders: the slots as they choose, in every round of choosing; one home in each but the last, then all that
        remain. tie: instead of the problem's tie numbers.
        """
        guard = self._begun.copy() if self._all else Guard(self._ordered(orders[0]))
        taken: list[tuple[int, int]] = []
        stranded, over = [], set[int]()
        for number, order in enumerate(orders, 1):
            for slot in order:
                if slot in over:
                    continue
                if not guard.admit(slot):
                    stranded.append(slot)
                    over.add(slot)
                    continue
                taken += self._turn(guard, slot, tie, last=number == len(orders))
                if guard.complete(slot):
                    guard.finish(slot)
                    over.add(slot)
        if len(over) < self.problem.slots:
            raise AssertionError("the guard left a slot without a set that it had kept for it")
        return Played(taken=tuple(taken), stranded=tuple(sorted(stranded)))

    def _turn(self, guard: Guard, slot: int, tie: Tie | None, *, last: bool) -> Iterator[tuple[int, int]]:
        """What the slot takes when it is its turn."""
        stock = guard.stock
        for cls in self._wished(slot, stock, tie):
            while stock[cls] and guard.take(slot, cls):
                yield slot, cls
                if not last or guard.complete(slot):
                    return

    def _ordered(self, order: Sequence[int]) -> Problem:
        place = np.empty(self.problem.slots, dtype=np.int64)
        place[list(order)] = np.arange(self.problem.slots)
        return replace(self.problem, order=place)

    def unguarded(self, order: Sequence[int], *, tie: Tie | None = None) -> Played:
        """
        The day without it: a slot that finds no set in what the others left goes without. order, tie: as ``guarded``,
        for one round of choosing.
        """
        stock, lumps, sites = self.problem.supply.tolist(), list(self._by_lump), dict[int, int]()
        taken: list[tuple[int, int]] = []
        stranded = []
        for slot in order:
            group = int(self.problem.groups[slot])
            site = sites.get(group, -1)
            makeups = [made for made in self._lister.of(slot)[0] if made.site == -1 or site in (-1, made.site)]
            homes = self._chosen(slot, makeups, stock, lumps, tie)
            taken += [(slot, cls) for cls in homes]
            if not homes:
                stranded.append(slot)
            elif group >= 0:
                sites[group] = int(self.problem.sites[homes[0]])
        return Played(taken=tuple(taken), stranded=tuple(sorted(stranded)))

    def _chosen(
        self, slot: int, makeups: Sequence[Makeup], stock: list[int], lumps: list[int], tie: Tie | None
    ) -> list[int]:
        """The classes a slot takes out of the stock by its own rules alone; none where they leave it no set."""
        homes: list[int] = []
        for cls in self._wished(slot, stock, tie):
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
