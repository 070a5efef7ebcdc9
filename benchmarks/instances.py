"""Invented rounds of a realistic shape for the solver, from a seed: the same on every machine."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from solver.problem import Budget, Per, Principle, Problem

VARIANTS = ("declared", "slack", "budgets", "needs", "groups", "open")
LAYOUTS = (60, 80, 100, 120, 140)  # m²
SHARES = (15, 25, 30, 20, 10)  # of the homes, in %
BANDS = (1, 2, 7, 12, 16, 19)  # floors 1, 2–6, 7–11, 12–15, 16–18
CHOICES = 5
HOMES_PER_HOUSEHOLD = 141 / 66  # spec §1


@dataclass(frozen=True)
class _Class:
    building: int
    band: int
    layout: int
    homes: int


def instance(
    households: int,
    seed: int = 0,
    *,
    variant: str = "declared",
    principle: Principle = "leximin",
    per: Per = "household",
) -> Problem:
    """
    A round of ``households`` with 2.14 homes each (spec §1), in 8 buildings or more, by building, floor band and
    layout.

    Every household declares 1–4 homes by layout and names 5 choices: a building, mostly with floors, sometimes with a
    layout; some buildings are far more popular than others. ``declared``: demand equals supply in every layout.
    ``slack``: 8 % more homes than demand. ``budgets``, ``needs``, ``groups``: a third of the households has a budget
    that upper floors exceed, a tenth a need, a tenth stays together by twos. ``open``: an area band instead.
    """
    rng = random.Random(f"{households}/{seed}/{variant}")
    wants = _wants(rng, households)
    classes = _classes(rng, wants, households, 1.08 if variant in ("slack", "open") else 1.0)
    ranks = np.array([_ranks(rng, classes, _popular(rng, households)) for _ in range(households)])
    area = wants @ np.array(LAYOUTS)
    few = [rng.random() for _ in range(households)]
    return Problem(
        ranks=ranks,
        supply=np.array([c.homes for c in classes]),
        ties=np.array([[rng.getrandbits(48) for _ in classes] for _ in range(households)]),
        order=np.array(rng.sample(range(households), households)),
        worst=CHOICES + 1,
        kinds=np.array([c.layout for c in classes]),
        wants=np.full_like(wants, -1) if variant == "open" else wants,
        units_max=np.full(households, 4),
        sizes=np.array([LAYOUTS[c.layout] for c in classes]),
        size_min=area - 30,
        size_max=area + 20,
        extras=np.array([(c.band - 1) * 35 * LAYOUTS[c.layout] // 10 for c in classes]),
        needs=np.array([variant == "needs" and x < 0.1 for x in few]),
        helps=np.array([[c.band <= 1 for c in classes]] * households),
        groups=np.array([s // 20 if variant == "groups" and s % 20 < 2 else -1 for s in range(households)]),
        sites=np.array([c.building for c in classes]),
        budgets=[
            _budget(int(area[s]), few[s]) if variant == "budgets" and few[s] < 0.33 else None for s in range(households)
        ],
        principle=principle,
        per=per,
    )


def _buildings(households: int) -> int:
    return max(8, households // 100)


def _wants(rng: random.Random, households: int) -> np.ndarray:
    """int64 (households, layouts): 1–4 homes each, 2.14 on average."""
    homes = round(households * HOMES_PER_HOUSEHOLD)
    counts = [1 + i % 2 for i in range(households)]
    while sum(counts) < homes:
        some = rng.randrange(households)
        counts[some] += counts[some] < 4
    wants = np.zeros((households, len(LAYOUTS)), dtype=np.int64)
    for household, count in enumerate(counts):
        for layout in rng.choices(range(len(LAYOUTS)), weights=SHARES, k=count):
            wants[household, layout] += 1
    return wants


def _classes(rng: random.Random, wants: np.ndarray, households: int, slack: float) -> list[_Class]:
    places = [(b, f) for b in range(_buildings(households)) for f in range(len(BANDS) - 1)]
    floors = [BANDS[f + 1] - BANDS[f] for _, f in places]
    classes = []
    for layout, demand in enumerate(wants.sum(axis=0).tolist()):
        homes = dict.fromkeys(places, 0)
        for place in rng.choices(places, weights=floors, k=round(demand * slack)):
            homes[place] += 1
        classes += [_Class(b, f, layout, n) for (b, f), n in homes.items() if n]
    return classes


def _popular(rng: random.Random, households: int) -> list[int]:
    """Five buildings, the first ones of the list far more often."""
    buildings = list(range(_buildings(households)))
    found: list[int] = []
    while len(found) < CHOICES:
        weights = [1 / (2 + b) if b not in found[-1:] else 0 for b in buildings]
        found += rng.choices(buildings, weights=weights)
    return found


def _ranks(rng: random.Random, classes: list[_Class], buildings: list[int]) -> list[int]:
    filters = []
    for building in buildings:
        low = rng.choice((0, 0, 1, 1, 2, 3))
        high = rng.choice((low, low + 1, 4, 4)) if rng.random() < 0.75 else 4
        layout = rng.randrange(len(LAYOUTS)) if rng.random() < 0.15 else None
        filters.append((building, low, high, layout))
    ranks = []
    for c in classes:
        met = (
            number
            for number, (building, low, high, layout) in enumerate(filters, start=1)
            if c.building == building and low <= c.band <= high and layout in (None, c.layout)
        )
        ranks.append(next(met, CHOICES + 1))
    return ranks


def _budget(area: int, few: float) -> Budget:
    """Enough for a middling floor at the area wanted, for less or for more."""
    spare = round(area * 35 * (0.02 + few * 0.6))
    return Budget(totals=np.array([area]), spare=np.array([spare]))
