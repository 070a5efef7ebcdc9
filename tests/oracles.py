"""
Brute force, written from spec §6 alone: it shares no helper with the solver, so a fault of one is seen by the other.

Every set of homes of every slot is listed by trying each, and every way to give the slots one of their sets (or
none) is tried in turn. Only good for a handful of slots and homes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product

from solver.problem import Problem

Set = tuple[int, ...]  # homes of each class, classes in `class_order`
Left = tuple[int, ...]  # homes left in each class
Sites = tuple[tuple[int, int], ...]  # (group, site) pairs settled so far


@dataclass(frozen=True)
class OracleAnswer:
    """counts[slot][class], served[slot], and the value of every stage by its name."""

    counts: list[list[int]]
    served: list[bool]
    stages: dict[str, int]


def class_order(problem: Problem) -> list[int]:
    """
    Classes in an order that has nothing to do with their rows: by tie numbers, ranks and needs met, slot after slot
    in the order of choice, then by what they are.
    """
    slots = sorted(range(problem.slots), key=lambda slot: int(problem.order[slot]))

    def key(cls: int) -> list[int]:
        seen = [int(table[slot, cls]) for table in (problem.ties, problem.ranks, problem.helps) for slot in slots]
        own = (problem.kinds, problem.sizes, problem.extras, problem.sites, problem.supply)
        return seen + [int(values[cls]) for values in own]

    return sorted(range(problem.classes), key=key)


def sets_of(problem: Problem, slot: int, classes: list[int]) -> list[Set]:
    """Every set of homes the slot may take when it is served, supply apart."""
    most = [int(problem.supply[c]) if problem.ranks[slot, c] > 0 else 0 for c in classes]
    return [take for take in product(*(range(m + 1) for m in most)) if _fits(problem, slot, classes, take)]


def _fits(problem: Problem, slot: int, classes: list[int], take: Set) -> bool:
    homes = [c for c, n in zip(classes, take, strict=True) for _ in range(n)]
    wants = problem.wants[slot].tolist()
    size = sum(int(problem.sizes[c]) for c in homes)
    if not homes:
        return False
    if any(w < 0 for w in wants):
        if len(homes) > problem.units_max[slot]:
            return False
        if not problem.size_min[slot] <= size <= problem.size_max[slot]:
            return False
    else:
        if [sum(1 for c in homes if problem.kinds[c] == kind) for kind in range(len(wants))] != wants:
            return False
    budget = problem.budgets[slot]
    if budget is not None:
        room = dict(zip(budget.totals.tolist(), budget.spare.tolist(), strict=True))
        if size not in room or sum(int(problem.extras[c]) for c in homes) > room[size]:
            return False
    if problem.needs[slot] and not any(problem.helps[slot, c] for c in homes):
        return False
    return problem.groups[slot] < 0 or len({int(problem.sites[c]) for c in homes}) == 1


def brute_force(problem: Problem) -> OracleAnswer:
    """The best assignment by spec §6; among equals in everything, the first by counts, most homes first."""
    return _Search(problem).answer()


class _Search:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.slots = sorted(range(problem.slots), key=lambda slot: int(problem.order[slot]))
        self.classes = class_order(problem)
        self.supply: Left = tuple(int(problem.supply[c]) for c in self.classes)
        self.sets = {slot: sets_of(problem, slot, self.classes) for slot in self.slots}

    def answer(self) -> OracleAnswer:
        _, taken = self.best(self.problem.principle == "order")
        if self.problem.principle == "order":
            taken = self.serial([take is not None for take in taken])
        counts = [[0] * self.problem.classes for _ in self.slots]
        served = [False] * len(self.slots)
        for slot, take in zip(self.slots, taken, strict=True):
            served[slot] = take is not None
            for c, n in zip(self.classes, take or (), strict=take is not None):
                counts[slot][c] = n
        return OracleAnswer(counts, served, self.values(taken))

    # -- one slot's share of the objective, as numbers that add up over slots and are compared from the left

    def ranks(self, slot: int, take: Set) -> list[int]:
        return [int(self.problem.ranks[slot, c]) for c, n in zip(self.classes, take, strict=True) for _ in range(n)]

    def ties(self, slot: int, take: Set) -> int:
        return sum(int(self.problem.ties[slot, c]) * n for c, n in zip(self.classes, take, strict=True))

    def outcomes(self, slot: int, take: Set) -> list[int]:
        ranks = self.ranks(slot, take)
        return ranks if self.problem.per == "unit" else [max(ranks)]

    def share(self, place: int, take: Set | None) -> tuple[int, ...]:
        slot, worst, principle = self.slots[place], self.problem.worst, self.problem.principle
        outcomes = [] if take is None else self.outcomes(slot, take)
        if principle == "leximin":
            middle = [outcomes.count(rank) for rank in range(worst, 0, -1)]
        elif principle == "rank_maximal":
            middle = [-outcomes.count(rank) for rank in range(1, worst + 1)]
        else:
            middle = [sum(outcomes)]
        if take is None:
            return (1, 2 ** (len(self.slots) - 1 - place), *middle, 0, 0)
        return (0, 0, *middle, sum(self.ranks(slot, take)), self.ties(slot, take))

    def best(self, only_served: bool) -> tuple[tuple[int, ...], tuple[Set | None, ...]]:
        """The least total of shares, and the sets that reach it (None = unserved), slots in order."""
        last = len(self.slots)

        @cache
        def rest(place: int, left: Left, sites: Sites) -> tuple[tuple[int, ...], tuple[Set | None, ...]]:
            if place == last:
                return (), ()
            found = []
            options: list[Set | None] = [None, *self.sets[self.slots[place]]]
            for take in options:
                after = self.after(place, take, left, sites)
                if after is None:
                    continue
                share = self.share(place, take)[: 2 if only_served else None]
                later, taken = rest(place + 1, *after)
                total = tuple(a + b for a, b in zip(share, later or (0,) * len(share), strict=True))
                most_first = tuple(-n for n in take or ())
                found.append((total, most_first, tuple(tuple(-n for n in t or ()) for t in taken), take, taken))
            total, _, _, take, taken = min(found, key=lambda row: row[:3])
            return total, (take, *taken)

        return rest(0, self.supply, ())

    def after(self, place: int, take: Set | None, left: Left, sites: Sites) -> tuple[Left, Sites] | None:
        """What is left once the slot has taken the set; None when it cannot."""
        if take is None:
            return left, sites
        if any(n > m for n, m in zip(take, left, strict=True)):
            return None
        left = tuple(m - n for n, m in zip(take, left, strict=True))
        group = int(self.problem.groups[self.slots[place]])
        if group < 0:
            return left, sites
        here = next(int(self.problem.sites[c]) for c, n in zip(self.classes, take, strict=True) if n)
        settled = dict(sites)
        if settled.setdefault(group, here) != here:
            return None
        return left, tuple(sorted(settled.items()))

    def serial(self, served: list[bool]) -> tuple[Set | None, ...]:
        """Slots choose in order, each the best set for itself that leaves every later served slot a set."""
        last = len(self.slots)

        @cache
        def servable(place: int, left: Left, sites: Sites) -> bool:
            if place == last:
                return True
            if not served[place]:
                return servable(place + 1, left, sites)
            afters = (self.after(place, take, left, sites) for take in self.sets[self.slots[place]])
            return any(after is not None and servable(place + 1, *after) for after in afters)

        taken: list[Set | None] = []
        state: tuple[Left, Sites] = (self.supply, ())
        for place, slot in enumerate(self.slots):
            if not served[place]:
                taken.append(None)
                continue
            for take in sorted(self.sets[slot], key=lambda take: self.wish(slot, take)):
                after = self.after(place, take, *state)
                if after is not None and servable(place + 1, *after):
                    taken.append(take)
                    state = after
                    break
        return tuple(taken)

    def wish(self, slot: int, take: Set) -> tuple[list[int], int, int, list[int]]:
        ranks = self.ranks(slot, take)
        outcome = sorted(self.outcomes(slot, take), reverse=True)
        return outcome, sum(ranks), self.ties(slot, take), [-n for n in take]

    def values(self, taken: tuple[Set | None, ...]) -> dict[str, int]:
        """Every stage a solver may report, by name, for the answer chosen."""
        given = [(slot, take) for slot, take in zip(self.slots, taken, strict=True) if take is not None]
        outcomes = [outcome for slot, take in given for outcome in self.outcomes(slot, take)]
        values = {
            "served": len(given),
            "earliest": sum(2 ** (len(taken) - 1 - place) for place, take in enumerate(taken) if take is None),
            "sum_of_outcomes": sum(outcomes),
            "order": len(given),
            "sum_of_ranks": sum(sum(self.ranks(slot, take)) for slot, take in given),
            "sum_of_ties": sum(self.ties(slot, take) for slot, take in given),
        }
        for rank in range(1, self.problem.worst + 1):
            values[f"outcomes_at_rank_{rank}"] = values[f"max_outcomes_at_rank_{rank}"] = outcomes.count(rank)
        return values
