"""Brute force for the guard: every set of every slot tried, from spec §6 alone; no helper of the solver is used."""

from __future__ import annotations

from functools import cache

from solver.problem import Problem

from oracles import sets_of

Homes = tuple[int, ...]
Sites = tuple[tuple[int, int], ...]


class Hall:
    """What slots could still be given, with what they hold and what is left."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.classes = list(range(problem.classes))
        self.sets = [sets_of(problem, slot, self.classes) for slot in range(problem.slots)]

    def site(self, take: Homes) -> int:
        return next(int(self.problem.sites[c]) for c, n in enumerate(take) if n)

    def servable(self, slots: tuple[int, ...], held: dict[int, Homes], left: Homes) -> bool:
        """Whether each slot can complete its set, all at once; those that hold homes but are not named bind mates."""
        bound = {
            (int(self.problem.groups[s]), self.site(own)) for s, own in held.items() if self.problem.groups[s] >= 0
        }
        sites = tuple(sorted(bound))
        if len(dict(sites)) < len(sites):
            return False
        nothing = (0,) * len(left)

        @cache
        def rest(place: int, left: Homes, sites: Sites) -> bool:
            if place == len(slots):
                return True
            slot = slots[place]
            own = held.get(slot, nothing)
            for take in self.sets[slot]:
                more = tuple(t - o for t, o in zip(take, own, strict=True))
                if min(more) < 0 or any(m > n for m, n in zip(more, left, strict=True)):
                    continue
                settled, group = dict(sites), int(self.problem.groups[slot])
                if group >= 0 and settled.setdefault(group, self.site(take)) != self.site(take):
                    continue
                after = tuple(n - m for n, m in zip(left, more, strict=True))
                if rest(place + 1, after, tuple(sorted(settled.items()))):
                    return True
            return False

        return rest(0, left, sites)

    def largest(self, left: list[int]) -> list[int]:
        """The largest set of slots that can be served, and among equals the earliest in order."""
        order = sorted(range(self.problem.slots), key=lambda s: int(self.problem.order[s]))
        able = [
            [slot for place, slot in enumerate(order) if mask >> (len(order) - 1 - place) & 1]
            for mask in range(2 ** len(order))
        ]
        able = [slots for slots in able if self.servable(tuple(slots), {}, tuple(left))]
        return max(able, key=lambda slots: (len(slots), [s in slots for s in order]))

    def safe(self, slot: int, later: set[int], held: dict[int, Homes], left: Homes) -> list[bool]:
        """Class by class: may the slot take one home more."""
        found = []
        for c in self.classes:
            if not left[c]:
                found.append(False)
                continue
            own = tuple(n + (k == c) for k, n in enumerate(held.get(slot, (0,) * len(left))))
            after = tuple(n - (k == c) for k, n in enumerate(left))
            found.append(self.servable((slot, *sorted(later - {slot})), {**held, slot: own}, after))
        return found
