"""
A second way to a round's result: every way to hand out single homes, judged by the letter of spec §6.

Nothing of allocation.allocate or solver is used: homes are single homes, prices are whole statements, areas are
Decimals. Only for rounds with a handful of homes.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from allocation.pricing import Forbidden, statement
from allocation.round import Round
from allocation.schema import Choice, Household, Unit

Given = dict[str, tuple[Unit, ...]]


def rank_of(choices: list[Choice], unit: Unit, worst: int) -> int:
    fitting = [
        c.choice
        for c in choices
        if c.project in ("", unit.project)
        and c.building in ("", unit.building)
        and c.entrance in ("", unit.entrance)
        and c.layout in ("", unit.layout)
        and c.orientation in ("", unit.orientation)
        and c.unit_id in ("", unit.unit_id)
        and (c.floor_min is None or unit.floor >= c.floor_min)
        and (c.floor_max is None or unit.floor <= c.floor_max)
    ]
    return min(fitting, default=worst)


class Oracle:
    def __init__(self, round_: Round, class_of: dict[str, str], principle: str, per: str) -> None:
        self.round, self.class_of, self.principle, self.per = round_, class_of, principle, per
        self.worst = round_.policy.fairness.max_choices + 1
        self.rank = {
            (h.household_id, u.unit_id): rank_of(
                [c for c in round_.tables.choices if c.household_id == h.household_id], u, self.worst
            )
            for h in round_.households
            for u in round_.units
        }
        self.sets = {h.household_id: list(self.allowed_sets(h)) for h in round_.households}
        self.by_order = sorted(round_.households, key=lambda h: round_.order[h.household_id])

    def allowed_sets(self, household: Household) -> Iterator[tuple[Unit, ...]]:
        for size in range(1, len(self.round.units) + 1):
            for units in combinations(self.round.units, size):
                if self.allowed(household, units):
                    yield units

    def allowed(self, household: Household, units: tuple[Unit, ...]) -> bool:
        policy, own = self.round.policy, household.household_id
        entitlement = self.round.entitlements[own].m2
        area = sum((u.area_m2 for u in units), Decimal(0))
        declared = {d.layout: 0 for d in self.round.tables.demand if d.household_id == own}
        for d in self.round.tables.demand:
            if d.household_id == own:
                declared[d.layout] += d.count
        if declared:
            if Counter(u.layout for u in units) != Counter(declared):
                return False
        elif len(units) > policy.area.max_units or not (
            entitlement - policy.area.under_m2 <= area <= entitlement + policy.area.over_m2
        ):
            return False
        if household.access_need == "step_free" and not any(u.step_free for u in units):
            return False
        if household.access_need == "low_floor" and not any(
            u.step_free or u.floor <= policy.access.low_floor_max for u in units
        ):
            return False
        if household.together and len({(u.project, u.building) for u in units}) > 1:
            return False
        try:
            price = statement(units, entitlement, policy.pricing).price_yuan
        except Forbidden:
            return False
        share = policy.prepayment.share
        paid = sum((p.amount for p in self.round.tables.payments if p.household_id == own), Decimal(0))
        return share is None or Fraction(price) * Fraction(share) <= Fraction(paid)

    def all_results(self) -> Iterator[Given]:
        def go(place: int, given: Given, used: frozenset[str]) -> Iterator[Given]:
            if place == len(self.by_order):
                yield dict(given)
                return
            household = self.by_order[place]
            yield from go(place + 1, given, used)
            for units in self.sets[household.household_id]:
                ids = {u.unit_id for u in units}
                if ids & used or not self.together_holds(household, units, given):
                    continue
                yield from go(place + 1, {**given, household.household_id: units}, used | ids)

        yield from go(0, {}, frozenset())

    def together_holds(self, household: Household, units: tuple[Unit, ...], given: Given) -> bool:
        for other in self.round.households:
            if household.together and other.together == household.together and other.household_id in given:
                there = given[other.household_id][0]
                if (there.project, there.building) != (units[0].project, units[0].building):
                    return False
        return True

    def tie(self, household_id: str, unit: Unit) -> int:
        text = f"{self.round.head.seed}|{household_id}|{self.class_of[unit.unit_id]}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")

    def own_outcomes(self, household_id: str, units: tuple[Unit, ...]) -> list[int]:
        ranks = [self.rank[household_id, u.unit_id] for u in units]
        return ranks if self.per == "unit" else [max(ranks)]

    def principle_key(self, given: Given) -> tuple:
        found = Counter(rank for own, units in given.items() for rank in self.own_outcomes(own, units))
        if self.principle == "leximin":
            return tuple(found[rank] for rank in range(self.worst, 0, -1))
        if self.principle == "rank_maximal":
            return tuple(-found[rank] for rank in range(1, self.worst + 1))
        if self.principle == "utilitarian":
            return (sum(rank * count for rank, count in found.items()),)
        keys = []
        for household in self.by_order:
            units = given.get(household.household_id)
            if units:
                own = household.household_id
                outcome = sorted(self.own_outcomes(own, units), reverse=True)
                keys.append(
                    (outcome, sum(self.rank[own, u.unit_id] for u in units), sum(self.tie(own, u) for u in units))
                )
        return tuple(keys)

    def key(self, given: Given) -> tuple:
        served = tuple(0 if h.household_id in given else 1 for h in self.by_order)
        ranks = sum(self.rank[own, u.unit_id] for own, units in given.items() for u in units)
        ties = sum(self.tie(own, u) for own, units in given.items() for u in units)
        return (sum(served), served, self.principle_key(given), ranks, ties)

    def best(self) -> set[tuple[str, str]]:
        """(household_id, unit_id) of the best result, homes of a class paired as spec §6 says."""
        given = min(self.all_results(), key=self.key)
        takers: dict[str, list[str]] = {}
        for own, units in given.items():
            for unit in units:
                takers.setdefault(self.class_of[unit.unit_id], []).append(own)
        pairs = set()
        for name, households in takers.items():
            households.sort(key=lambda own: hashlib.sha256(f"{self.round.head.seed}|{own}".encode()).hexdigest())
            units = sorted(unit_id for unit_id, class_id in self.class_of.items() if class_id == name)
            pairs |= set(zip(households, units, strict=False))
        return pairs
