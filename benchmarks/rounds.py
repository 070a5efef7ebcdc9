"""
How long the solver takes on invented rounds: `python -m benchmarks.rounds --seconds S --seeds N --households N …`.

Prints one line of a table a round; times are wall and processor seconds of this process.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time

from benchmarks.instances import VARIANTS, instance
from solver import coupled
from solver.problem import Solution


def row(households: int, variant: str, seed: int, seconds: float) -> str:
    """Solve one round; its line of the table."""
    problem = instance(households, seed, variant=variant)
    wall, processor = time.perf_counter(), time.process_time()
    answer = coupled.solve(problem, seconds_max=seconds)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    cells = (households, int(problem.supply.sum()), problem.classes, variant, seed)
    return f"| {' | '.join(map(str, cells))} | {wall:.1f} | {processor:.1f} | {gaps(answer)} |"


def gaps(answer: Solution) -> str:
    """What is not decided, with its gap in % of the value."""
    undecided = [
        f"{stage.name} {100 * abs(stage.value - stage.bound) / max(1, abs(stage.value)):.2f} %"
        for stage in answer.stages
        if not stage.optimal
    ]
    return "all stages" if not undecided else "open: " + ", ".join(undecided)


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--households", type=int, nargs="+", default=[66, 410, 2413])
    parser.add_argument("--variants", nargs="+", default=list(VARIANTS), choices=VARIANTS)
    options = parser.parse_args()
    write = sys.stdout.write
    write(f"{platform.machine()}, Python {platform.python_version()}, at most {options.seconds:.0f} s a round\n\n")
    write("| households | homes | classes | variant | seed | wall s | processor s | decided |\n")
    write("|---|---|---|---|---|---|---|---|\n")
    for households in options.households:
        for variant in options.variants:
            for seed in range(options.seeds):
                write(row(households, variant, seed, options.seconds) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
