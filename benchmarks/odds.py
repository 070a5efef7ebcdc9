"""
How fast chances are counted, and what a second worker brings: `python -m benchmarks.odds`; writes benchmarks/ODDS.md.

The Dafeng round, drawn with the guard, by one core, by processes and by a Ray cluster of this machine's own; each row
is one run. "A second" is draws a second once every worker is at work; starting up counts in wall time alone.
Where others use the same cores, wall time measures them too. Processor seconds do not: the busiest worker's are what
the draws would take if it had a core to itself, so that one worker's divided by the busiest of two is the ratio that
two free cores would give, without what it costs to hand the work over.
"""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from allocation.odds import Tally, odds
from allocation.round import Round, judge
from allocation.tables import read_round
from allocation.workers import LOCAL, Done

ROOT = Path(__file__).resolve().parent.parent
SEED = "odds benchmark"
RUNS = (("one core", 1, None), ("processes", 2, None), ("Ray", 1, LOCAL), ("Ray", 2, LOCAL))


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run: its wall seconds, draws a second with all at work, processor seconds in all and of the busiest."""

    name: str
    workers: int
    draws: int
    wall: float
    rate: float
    spent: float
    busiest: float
    tally: Tally


def run(round_: Round, name: str, workers: int, ray: str | None, draws: int) -> Run:
    """Count ``draws`` draws once."""
    told: list[tuple[float, Done[Tally]]] = []
    begun = time.monotonic()
    found = odds(
        round_, draws=draws, seed=SEED, workers=workers, ray=ray,
        on_done=lambda done: told.append((time.monotonic(), done)),
    )  # fmt: skip
    wall = time.monotonic() - begun
    first, by = dict[str, float](), defaultdict[str, float](float)
    for at, done in told:
        first.setdefault(done.where, at)
        by[done.where] += done.seconds
    warm = max(first.values())
    after = sum(done.value.draws for at, done in told if at > warm)
    rate = after / (told[-1][0] - warm)
    return Run(
        name=name, workers=workers, draws=draws, wall=wall, rate=rate, spent=sum(by.values()), busiest=max(by.values()),
        tally=found.tally,
    )  # fmt: skip


def lines(draws: int, repeats: int) -> Iterator[str]:
    """The page, line by line."""
    yield f"# Chances before a draw, measured by `{shlex.join(['python', '-m', 'benchmarks.odds', *sys.argv[1:]])}`\n"
    cores = len(os.sched_getaffinity(0))
    load = f"{cores} cores; processes waiting for them when begun: {os.getloadavg()[0]:.1f}"
    yield f"{platform.machine()}, Python {platform.python_version()}, {load}\n"
    yield (__doc__ or "").strip().partition("\n\n")[2]
    yield "\n| run | workers | draws | wall s | a second | processor s | of the busiest | same counts |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    round_ = judge(read_round(ROOT / "data" / "dafeng"))
    runs: dict[tuple[str, int], list[Run]] = defaultdict(list)
    for _ in range(repeats):
        for name, workers, ray in RUNS:
            found = run(round_, name, workers, ray, draws)
            same = (found.tally.outcomes == runs["one core", 1][0].tally.outcomes).all() if runs else True
            runs[name, workers].append(found)
            cells = (name, workers, f"{draws:,}", f"{found.wall:.1f}", f"{found.rate:.0f}", f"{found.spent:.1f}",
                     f"{found.busiest:.1f}", "yes" if same else "NO")  # fmt: skip
            yield "| " + " | ".join(map(str, cells)) + " |"
    one, two = runs["Ray", 1], runs["Ray", 2]
    yield "\n| two Ray workers over one | ratio |"
    yield "| --- | --- |"
    yield f"| draws a second, best run of each | {max(r.rate for r in two) / max(r.rate for r in one):.2f} |"
    spent, busiest = min(r.spent for r in one), min(r.busiest for r in two)
    yield f"| processor seconds: one worker's to the busiest of two | {spent / busiest:.2f} |"


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("ODDS.md"))
    given = parser.parse_args()
    page = ""
    for line in lines(given.draws, given.repeats):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        page += line + "\n"
    given.out.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
