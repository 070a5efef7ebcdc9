"""Small problems for the solver: feasible, tight and infeasible, in every combination of the options."""

from __future__ import annotations

import random
from itertools import product

import numpy as np

from solver.problem import PRINCIPLES, Budget, Problem

DEMANDS = ("declared", "open", "mixed")
SUPPLIES = ("ample", "tight", "short")
# Every combination of options; seed k has combination k modulo their number.
COMBINATIONS = tuple(
    dict(zip(("principle", "per", "demand", "budgets", "needs", "groups", "supply"), row, strict=True))
    for row in product(
        PRINCIPLES, ("unit", "household"), DEMANDS, (False, True), (False, True), (False, True), SUPPLIES
    )
)


def options_of(seed: int) -> dict[str, object]:
    """The combination of options the seed stands for."""
    return dict(COMBINATIONS[seed % len(COMBINATIONS)])


def random_problem(rng_seed: int) -> Problem:
    """
    A problem of 1–4 slots and 2–6 classes with the options of `options_of`. About one in three has small tie
    numbers, so that several answers are equal in every stage.
    """
    rng = random.Random(rng_seed)
    options = options_of(rng_seed)
    slots, classes = rng.choice((1, 2, 3, 3, 4, 4)), rng.randint(2, 6)
    kinds, worst = rng.randint(1, 2), rng.randint(2, 4)
    kind = [rng.randrange(kinds) for _ in range(classes)]
    sizes = [(60 + 40 * k + rng.choice((0, 0, 3))) for k in kind]
    extras = [rng.randint(-4, 12) for _ in range(classes)]
    open_slot = [options["demand"] == "open" or (options["demand"] == "mixed" and s % 2 == 0) for s in range(slots)]
    wants = [[-1] * kinds if is_open else _wants(rng, kinds) for is_open in open_slot]
    size_min = [rng.choice((50, 60, 100)) for _ in range(slots)]
    size_max = [low + rng.choice((20, 60, 110)) for low in size_min]
    homes = sum(2 if is_open else sum(want) for is_open, want in zip(open_slot, wants, strict=True))
    with_groups = bool(options["groups"])
    tie_top = rng.choice((2**48 - 1, 2**48 - 1, 2))
    return Problem(
        ranks=np.array([[_rank(rng, worst) for _ in range(classes)] for _ in range(slots)]),
        supply=np.array(_supply(rng, classes, homes, str(options["supply"]))),
        ties=np.array([[rng.randint(0, tie_top) for _ in range(classes)] for _ in range(slots)]),
        order=np.array(rng.sample(range(slots), slots)),
        worst=worst,
        kinds=np.array(kind),
        wants=np.array(wants).reshape(slots, kinds),
        units_max=np.array([rng.randint(1, 3) for _ in range(slots)]),
        sizes=np.array(sizes),
        size_min=np.array(size_min),
        size_max=np.array(size_max),
        extras=np.array(extras),
        needs=np.array([bool(options["needs"]) and rng.random() < 0.5 for _ in range(slots)]),
        helps=np.array([[rng.random() < 0.6 for _ in range(classes)] for _ in range(slots)]),
        groups=np.array([rng.choice((-1, 0, 0, 1)) if with_groups else -1 for _ in range(slots)]),
        sites=np.array([rng.randrange(2) for _ in range(classes)]),
        budgets=[_budget(rng, sizes) if options["budgets"] and rng.random() < 0.8 else None for _ in range(slots)],
        principle=options["principle"],  # type: ignore[arg-type]
        per=options["per"],  # type: ignore[arg-type]
    )


def shuffled(problem: Problem, rng_seed: int) -> tuple[Problem, list[int], list[int]]:
    """The same problem with slots and classes in other rows; new row i is old row slots[i], classes[i]."""
    rng = random.Random(rng_seed)
    slots = rng.sample(range(problem.slots), problem.slots)
    classes = rng.sample(range(problem.classes), problem.classes)
    moved = {name: getattr(problem, name)[np.ix_(slots, classes)] for name in ("ranks", "ties", "helps")}
    moved |= {name: getattr(problem, name)[classes] for name in ("supply", "kinds", "sizes", "extras", "sites")}
    for name in ("order", "wants", "units_max", "size_min", "size_max", "needs", "groups"):
        moved[name] = getattr(problem, name)[slots]
    budgets = [problem.budgets[slot] for slot in slots]
    again = Problem(**moved, worst=problem.worst, budgets=budgets, principle=problem.principle, per=problem.per)
    return again, slots, classes


def _wants(rng: random.Random, kinds: int) -> list[int]:
    wants = [0] * kinds
    for _ in range(rng.choice((1, 1, 2, 3))):
        wants[rng.randrange(kinds)] += 1
    return wants


def _rank(rng: random.Random, worst: int) -> int:
    return 0 if rng.random() < 0.15 else rng.randint(1, worst)


def _supply(rng: random.Random, classes: int, homes: int, supply: str) -> list[int]:
    """Homes a class; no class more than 3, so that brute force stays quick."""
    total = {"ample": homes + 3, "tight": homes, "short": max(1, homes // 2)}[supply]
    counts = [0] * classes
    for _ in range(total):
        counts[rng.randrange(classes)] += 1
    return [min(count, 3) for count in counts]


def _budget(rng: random.Random, sizes: list[int]) -> Budget:
    """Most of the totals that can be reached, with less room for extras the larger the total."""
    reachable = sorted({a + b + c for a in sizes for b in (0, *sizes) for c in (0, *sizes)})
    totals = [total for total in reachable if rng.random() < 0.85] or reachable[:1]
    top = rng.randint(10, 40)
    return Budget(totals=np.array(totals), spare=np.array([top - total // 20 + rng.randint(-3, 3) for total in totals]))
