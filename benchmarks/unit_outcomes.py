"""
What exact fairness costs where every home is an outcome: the whole round with its proof against one plain assignment.

`python -m benchmarks.unit_outcomes [HOUSEHOLDS…]` prints a table: seconds of one min-cost flow that only minimises the
sum of ranks (OR-Tools' SimpleMinCostFlow on all arcs, building included), seconds of ``matching.solve`` (all stages,
certificate made and checked in exact integers), their ratio, the growth exponent from the size before, and the peak
memory of a process that does nothing else. The yardstick gets the whole graph; matching may leave arcs out and take
kinds apart, as long as the proof covers all. Every size runs in a process of its own; the better of some runs counts.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from solver import matching
from solver.problem import Problem

SIZES = (66, 410, 2_413, 24_130, 100_000)
BUILDINGS, BANDS, LAYOUTS = 25, 4, 3  # 300 classes
CHOICES = 5


def scaled_round(households: int, seed: int = 0) -> Problem:
    """
    A round of so many households with 1–3 declared homes each over 300 classes, 2 % more homes than demand. Choices
    name a building, often with a floor band; some buildings are far more popular than others.
    """
    rng = np.random.default_rng([households, seed])  # noqa: TID251 - an invented round from a published seed
    building, band, layout = (
        part.reshape(-1) for part in np.meshgrid(*map(np.arange, (BUILDINGS, BANDS, LAYOUTS)), indexing="ij")
    )
    wants = np.zeros((households, LAYOUTS), dtype=np.int64)
    homes = rng.choice([1, 2, 3], households, p=[0.45, 0.41, 0.14])
    for number in range(3):
        rows = np.flatnonzero(homes > number)
        np.add.at(wants, (rows, rng.choice(LAYOUTS, len(rows), p=[0.3, 0.4, 0.3])), 1)
    supply = np.zeros(len(layout), dtype=np.int64)
    for kind in range(LAYOUTS):
        alike = np.flatnonzero(layout == kind)
        supply[alike] = rng.multinomial(int(wants[:, kind].sum() * 1.02) + 1, np.full(len(alike), 1 / len(alike)))
    ranks = np.full((households, len(layout)), CHOICES + 1, dtype=np.int64)
    popular = rng.dirichlet(np.full(BUILDINGS, 0.7))
    for choice in range(CHOICES, 0, -1):
        where = rng.choice(BUILDINGS, households, p=popular)[:, None]
        floor = rng.integers(-1, BANDS, households)[:, None]
        ranks[(building == where) & ((floor < 0) | (band == floor))] = choice
    nothing = np.zeros(households, dtype=np.int64)
    return Problem(
        ranks=ranks, supply=supply, ties=rng.integers(0, 2**48, ranks.shape), order=rng.permutation(households),
        worst=CHOICES + 1, kinds=layout, wants=wants, units_max=nothing + 4, sizes=80 + 20 * layout, size_min=nothing,
        size_max=nothing + 1000, extras=0 * layout, needs=nothing > 0, helps=ranks > CHOICES + 1, groups=nothing - 1,
        sites=building, per="unit",
    )  # fmt: skip


def plain_flow(problem: Problem) -> tuple[NDArray[np.int64], ...]:
    """
    The least sum of ranks by one min-cost flow over all allowed pairs: the yardstick. Returns slots, classes, homes.
    """
    tails, heads, costs, supplies, owners, rows = [], [], [], [], [], 0
    for kind in range(problem.wants.shape[1]):
        slots, classes = np.flatnonzero(problem.wants[:, kind]), np.flatnonzero(problem.kinds == kind)
        part = problem.ranks[np.ix_(slots, classes)]
        row, col = np.nonzero(part)
        tails.append(rows + row)
        heads.append(classes[col])
        costs.append(part[row, col])
        supplies.append(problem.wants[slots, kind])
        owners.append(slots)
        rows += len(slots)
    flow = min_cost_flow.SimpleMinCostFlow()
    tail, head, wanted = np.concatenate(tails), np.concatenate(heads) + rows, np.concatenate(supplies)
    classes, sink = np.arange(problem.classes), rows + problem.classes
    arcs = flow.add_arcs_with_capacity_and_unit_cost(tail, head, wanted[tail], np.concatenate(costs))
    flow.add_arcs_with_capacity_and_unit_cost(rows + classes, np.full(len(classes), sink), problem.supply, 0 * classes)
    flow.set_nodes_supplies(np.arange(sink + 1), np.concatenate([wanted, 0 * classes, [-wanted.sum()]]))
    if flow.solve() != flow.OPTIMAL:
        raise AssertionError("everybody can be served in a scaled round")
    homes = flow.flows(arcs)
    used = np.flatnonzero(homes)
    return np.concatenate(owners)[tail[used]], head[used] - rows, homes[used]


def best_of(runs: int, action: Callable[[], object]) -> float:
    """Seconds of the fastest run."""
    spent = []
    for _ in range(runs):
        started = time.perf_counter()
        action()
        spent.append(time.perf_counter() - started)
    return min(spent)


def measure(households: int, runs: int) -> dict[str, float]:
    """One size, in this process: the matching first, so that the peak memory is its own."""
    problem = scaled_round(households)
    exact = best_of(runs, lambda: matching.solve(problem))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    plain = best_of(runs, lambda: plain_flow(problem))
    return {"households": households, "homes": int(problem.wants.sum()), "plain": plain, "exact": exact, "gb": peak}


def rows_of(sizes: NDArray[np.int64], runs: int) -> list[dict[str, float]]:
    """Every size measured in a process of its own."""
    found = []
    for size in sizes.tolist():
        command = [sys.executable, "-m", "benchmarks.unit_outcomes", "--one", "--runs", str(runs), str(size)]
        found.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    return found


def main() -> None:
    """Print the table, or with ``--one`` a single size as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("households", nargs="*", type=int, default=SIZES)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--one", action="store_true", help="measure in this process, print JSON")
    given = parser.parse_args()
    if given.one:
        sys.stdout.write(json.dumps(measure(given.households[0], given.runs)))
        return
    sys.stdout.write(
        "| households | homes | plain s | exact and proved s | ratio | growth | peak GB |\n" + "|---" * 7 + "|\n"
    )
    before: dict[str, float] | None = None
    for row in rows_of(np.array(given.households), given.runs):
        growth = ""
        if before is not None:
            growth = f"{math.log(row['exact'] / before['exact']) / math.log(row['homes'] / before['homes']):.2f}"
        ratio = row["exact"] / row["plain"]
        sys.stdout.write(
            f"| {row['households']:,} | {row['homes']:,} | {row['plain']:.3f} | {row['exact']:.3f} | {ratio:.2f} |"
            f" {growth} | {row['gb']:.2f} |\n"
        )
        before = row


if __name__ == "__main__":
    main()
