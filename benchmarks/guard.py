"""
How fast the guard answers, and whom it saves: `python -m benchmarks.guard`; writes benchmarks/GUARD.md.

Latency: on a stock of about 5,000 homes, for the first and the last households of a day, the answer for all classes at
once before every home they take. Days: 1,000 selection days in drawn orders with careless choosers, on the Dafeng round
and on invented ones; times are processor time of this process.
"""

from __future__ import annotations

import argparse
import platform
import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from allocation.allocate import build_problem, classes
from allocation.draw import draw_key
from allocation.rehearsal import orders
from allocation.round import judge
from allocation.tables import read_round
from benchmarks.instances import VARIANTS, instance
from solver.days import Rehearsal
from solver.guard import Guard
from solver.problem import Problem

ROOT = Path(__file__).resolve().parent.parent
HOUSEHOLDS = 2_340  # 5,000 homes
TURNS = 150  # at either end of the day
SEED = "guard benchmark"


def latencies(problem: Problem, turns: int) -> tuple[float, list[float]]:
    """Seconds to begin, and of every answer."""
    start = time.process_time()
    guard = Guard(problem)
    begun = time.process_time() - start
    asked: list[float] = []
    order = np.argsort(problem.order).tolist()
    for slot in dict.fromkeys([*order[:turns], *order[-turns:]]):
        while slot in guard.to_come and not guard.complete(slot):
            start = time.process_time()
            safe = guard.safe(slot)
            asked.append(time.process_time() - start)
            best = min(np.flatnonzero(safe).tolist(), key=lambda c: (problem.ranks[slot, c], problem.ties[slot, c]))
            guard.take(slot, best)
    return begun, asked


def latency_row(variant: str, households: int, turns: int) -> str:
    """One line of the first table."""
    problem = instance(households, variant=variant)
    begun, asked = latencies(problem, turns)
    p50, p99 = np.percentile(np.array(asked) * 1000, [50, 99])
    cells = (
        variant, f"{int(problem.supply.sum()):,}", problem.classes, len(asked), f"{begun:.2f} s",
        f"{p50:.2f} ms", f"{p99:.2f} ms", f"{1000 * max(asked):.1f} ms",
    )  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


def days_row(name: str, problem: Problem, days: Sequence[Sequence[int]]) -> str:
    """One line of the second table."""
    played = Rehearsal(problem)
    start = time.process_time()
    with_guard = [played.guarded(order) for order in days]
    middle = time.process_time()
    without = [played.unguarded(order) for order in days]
    spent = (middle - start, time.process_time() - middle)
    cells = (
        name, problem.slots, len(days), sum(bool(day.stranded) for day in with_guard),
        sum(bool(day.stranded) for day in without), sum(len(day.stranded) for day in without),
        *(f"{1000 * seconds / len(days):.1f} ms" for seconds in spent),
    )  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


def page(given: argparse.Namespace) -> Iterator[str]:
    """The file, line by line as it is measured."""
    yield f"# The guard, measured by `{shlex.join(['python', '-m', 'benchmarks.guard', *sys.argv[1:]])}`"
    yield f"\n{platform.machine()}, Python {platform.python_version()}\n"
    yield "## One answer for all homes\n"
    yield "| variant | homes | classes | answers | to begin | median | 99 % within | longest |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for variant in given.variants:
        yield latency_row(variant, given.households, given.turns)
    yield "\n## Days on which somebody is left without a home that all could have had\n"
    yield "| round | households | days | with the guard | without it | households | a day with it | a day without |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    round_ = judge(read_round(ROOT / "data" / "dafeng"))
    dafeng = build_problem(round_, classes(round_))
    yield days_row("Dafeng", dafeng, list(orders(round_, given.days, SEED)))
    for variant in given.variants:
        problem = instance(66, seed=3, variant=variant)
        yield days_row(variant, problem, [drawn(problem.slots, day) for day in range(1, given.days + 1)])


def drawn(slots: int, day: int) -> list[int]:
    """The slots in the order of a draw."""
    return sorted(range(slots), key=lambda slot: draw_key(f"{SEED}|day {day}", str(slot)))


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=HOUSEHOLDS)
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--days", type=int, default=1_000)
    parser.add_argument("--variants", nargs="+", default=list(VARIANTS), choices=VARIANTS)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("GUARD.md"))
    given = parser.parse_args()
    lines = []
    for line in page(given):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        lines.append(line)
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
