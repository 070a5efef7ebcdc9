"""
How long a citizen waits: `python -m benchmarks.checkers [HOUSEHOLDS…]` publishes invented rounds and checks each one
with ``verify.py`` and with ``verify.html`` in a real Chromium.

Prints one line of a table a round. Seconds are wall time: of the command for ``verify.py`` (and its processor time,
which other programs on the machine hardly touch), of the page from its opening to its outcome. Every home is an
outcome, so that all stages can be proved at any size.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import sync_playwright

from allocation import bundle, policy
from allocation.allocate import allocate
from allocation.round import Round, judge
from allocation.schema import Choice, Demand, Household, Publication, RoundHead, Tables, Unit
from allocation.tables import RoundInput

LAYOUTS, SHARES = ("60", "80", "100", "120", "140"), (15, 25, 30, 20, 10)  # m²; of the homes, in %
FLOORS = ({}, {"floor_min": 7}, {"floor_max": 6}, {"floor_min": 7, "floor_max": 11})
DAY = date(2021, 5, 28)
RULES = {
    "entitlement": {"m2_per_person": "50"},
    "pricing": {
        "bands": [{"up_to": "entitlement", "price": "1500.00"}, {"over_m2": "10", "up_percent": 20}, {"price": "3000"}],
        "floors": {"table": {"1": "-20.00", "2-6": "0.00", "7-11": "25.00", "12-": "35.00"}},
    },
    "publicity": {"demand": 7, "units": 7},
    "order": {"rule": "draw"},
    "fairness": {"principle": "leximin", "per": "unit", "max_choices": 5},
}  # fmt: skip


def invented(households: int, seed: int = 0) -> Round:
    """
    A round of so many households with 1–4 declared homes each, exactly as many homes as are wanted, five choices of a
    building, mostly with floors; some buildings are far more popular than others.
    """
    rng = random.Random(f"{households}/{seed}")
    buildings, roster, demand, choices, units = max(8, households // 100), [], [], [], []
    for n in range(households):
        own = f"H{n:06}"
        roster.append(Household(household_id=own, name="王小明", village=f"{n % 16}村", persons=3, signed_on=DAY))
        wanted = rng.choices(LAYOUTS, SHARES, k=rng.choices((1, 2, 3, 4), (25, 45, 20, 10))[0])
        demand += [Demand(household_id=own, layout=one, count=wanted.count(one)) for one in sorted(set(wanted))]
        for layout in wanted:
            units.append(
                Unit(
                    unit_id=f"U{len(units):06}", project="苑", building=f"B{rng.randrange(buildings):02}",
                    floor=rng.randint(1, 18), layout=layout, area_m2=Decimal(layout) + Decimal("0.12"),
                )
            )  # fmt: skip
        for number in range(1, 6):
            popular = min(int(rng.expovariate(4 / buildings)), buildings - 1)
            choices.append(Choice(household_id=own, choice=number, building=f"B{popular:02}", **rng.choice(FLOORS)))
    publications = tuple(Publication(document=d, published_on=date(2021, 5, 1), days=7) for d in ("demand", "units"))
    tables = Tables(
        households=tuple(roster), units=tuple(units), payments=(), publications=publications, objections=(),
        demand=tuple(demand), choices=tuple(choices),
    )  # fmt: skip
    head = RoundHead(id=f"bench-{households}", title="测速批次", as_of=DAY, seed="benchmark")
    return judge(RoundInput(head=head, policy=policy.parse(RULES, "bench"), tables=tables, path=Path("bench")))


def row(households: int) -> str:
    """Publish one round and check it twice; its line of the table."""
    round_ = invented(households)
    with tempfile.TemporaryDirectory() as place:
        numbers = iter(range(1, 10**6))
        bundle.write_bundle(
            allocate(round_), Path(place), salt=lambda: hashlib.sha256(str(next(numbers)).encode()).digest()[:16]
        )
        folder = Path(place) / "bundle"
        begun, spent = time.perf_counter(), processor_seconds()
        command = [sys.executable, "-I", "-S", str(folder / "verify.py"), str(folder)]
        run = subprocess.run(command, capture_output=True, check=False, text=True)
        python, spent = time.perf_counter() - begun, processor_seconds() - spent
        browser, outcome = in_browser(folder / "verify.html")
        size = (folder / "bundle.json").stat().st_size / 1e6
    proved = sum(line.startswith("PASS      V17") for line in run.stdout.splitlines())
    cells = (
        f"{households:,}",
        f"{len(round_.tables.units):,}",
        f"{size:.1f}",
        *(f"{s:.1f}" for s in (python, spent)),
        run.returncode,
    )
    return f"| {' | '.join(map(str, cells))} | {browser:.1f} | {outcome} | {proved} |"


def processor_seconds() -> float:
    """Of the commands that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def in_browser(page_file: Path) -> tuple[float, str]:
    """Seconds from opening the page to its outcome, and the outcome."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium") or "/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        begun = time.perf_counter()
        page.goto(page_file.as_uri())
        page.locator("#results").wait_for(timeout=600_000)
        seconds = time.perf_counter() - begun
        outcome = (page.locator("#verdict").get_attribute("class") or "").split()[-1]
        browser.close()
    return seconds, outcome


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("households", type=int, nargs="*", default=[66, 410, 2413])
    options = parser.parse_args()
    sys.stdout.write(
        "| households | homes | MB | verify.py s | CPU s | exit | verify.html s | outcome | stages proved |\n"
    )
    sys.stdout.write("|---|---|---|---|---|---|---|---|---|\n")
    for households in options.households:
        sys.stdout.write(row(households) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
