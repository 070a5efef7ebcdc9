"""
How good a plan is after how long: `python -m benchmarks.plan`; writes benchmarks/PLAN.md.

The invented programme of data/programme, nothing done or announced, so that all 24 batches are planned: every k-th
household, with a k-th of the homes and of what the office can serve; then the whole as it stands, and again after a
project has slipped by half a year, as little as possible of the first plan moved. The searches end by their own measure
of work, as on a machine that has nothing else to do: the processor seconds are what such a machine needs.
"""

from __future__ import annotations

import argparse
import platform
import shlex
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from allocation.plan import Plan, make_plan
from allocation.programme_input import ProgrammeInput, read_programme_input
from allocation.programme_tables import Placed

ROOT = Path(__file__).resolve().parent.parent
PARTS = (8, 4, 2, 1)
SLIPS = "和顺苑"
SLIP = timedelta(days=182)
SECONDS = 120.0
CLOCK_MAX = 3_600.0
"""The searches end by their measure of work, so that a busy machine changes no result; see the processor seconds."""
HEADINGS = (
    "| programme | households to place | groups | batches | wall s | processor s | moved | late | allowance, gap "
    "| villages split | waiting, gap | cut by the clock |"
)


def scaled(programme: ProgrammeInput, part: int) -> ProgrammeInput:
    """Every ``part``-th household, a ``part``-th of everything else, nothing done or announced."""
    kept = {row.household_id for row in programme.households[::part]}
    return replace(
        programme,
        head=replace(programme.head, as_of=date(2020, 12, 31)),
        households=tuple(row for row in programme.households if row.household_id in kept),
        demand=tuple(row for row in programme.demand if row.household_id in kept),
        stock=tuple(replace(row, homes=-(-row.homes // part)) for row in programme.stock),
        batches=tuple(
            replace(
                row,
                households_max=-(-row.households_max // part),
                area_max_m2=row.area_max_m2 / part if row.area_max_m2 else None,
            )
            for row in programme.batches
        ),
        actuals=(),
        announced=(),
    )


def slipped(programme: ProgrammeInput, first: Plan) -> ProgrammeInput:
    """The programme after a slip, with the first plan announced."""
    return replace(
        programme,
        projects=tuple(
            replace(row, completed_on=row.completed_on + SLIP) if row.project == SLIPS else row
            for row in programme.projects
        ),
        announced=tuple(
            Placed(household_id=p.household_id, batch=p.batch, project=p.project, households=p.households)
            for p in first.placements
            if p.batch and p.status != "resettled"
        ),
    )


def row(name: str, plan: Plan, wall: float, spent: float) -> str:
    """One line of the table."""
    waiting = sum(group.households for group in plan.desk.groups)
    stages = {stage.name: stage for stage in plan.stages}
    cells = [
        name,
        f"{waiting:,}",
        f"{len(plan.desk.groups):,}",
        str(len(plan.desk.batches)),
        f"{wall:.0f}",
        f"{spent:.0f}",
    ]
    for key in ("moved", "late", "cost", "teams_split", "spread"):
        stage = stages.get(key)
        if stage is None:
            cells.append("–")
        elif key in ("cost", "spread"):
            cells.append(f"{100 * stage.gap:.3f} %")
        else:
            cells.append(str(stage.value) if stage.value == stage.bound else f"{stage.value} (≥ {stage.bound})")
    cells.append("yes" if any(stage.cut_short for stage in plan.stages) else "no")
    return "| " + " | ".join(cells) + " |"


def lines(parts: tuple[int, ...], seconds: float) -> Iterator[str]:
    """The page, line by line."""
    yield f"# Plans, measured by `{shlex.join(['python', '-m', 'benchmarks.plan', *sys.argv[1:]])}`\n"
    yield f"{platform.machine()}, Python {platform.python_version()}, time limit {seconds:.0f} s\n"
    yield "Gap: (value − bound) / value of a stage, those before it held at their values. ≥: a bound that is not met.\n"
    yield HEADINGS
    yield "|" + " --- |" * 12
    programme = read_programme_input(ROOT / "data" / "programme")
    first = None
    for part in parts:
        plan, *spent = timed(scaled(programme, part), seconds)
        yield row(f"1/{part}" if part > 1 else "whole", plan, *spent)
    first, *spent = timed(programme, seconds)
    yield row("as of 2021-06-01", first, *spent)
    again, *spent = timed(slipped(programme, first), seconds)
    yield row(f"{SLIPS} half a year late", again, *spent)


def timed(programme: ProgrammeInput, seconds: float) -> tuple[Plan, float, float]:
    """A plan, with its wall and processor seconds."""
    wall, spent = time.monotonic(), time.process_time()
    plan = make_plan(programme, seconds_max=seconds, clock_max=CLOCK_MAX)
    return plan, time.monotonic() - wall, time.process_time() - spent


def main() -> None:
    """Writes the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1] if __doc__ else "")
    parser.add_argument("--parts", type=int, nargs="*", default=list(PARTS))
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "PLAN.md")
    given = parser.parse_args()
    page = ""
    for line in lines(tuple(given.parts), given.seconds):
        sys.stderr.write(line + "\n")
        page += line + "\n"
        given.out.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
