"""
How many acts a second the record takes, and how long its audit: `python -m benchmarks.record`; writes RECORD.md.

The programme's size: 2,413 households with 9,253 persons, 4,076 homes, in one round that is being chosen from. Clerks
are processes of their own; each act is one of a receipt, a home held, a choice confirmed, one transaction flushed to
disk each. A PostgreSQL is started for the measurement, with its own settings for safety (fsync, synchronous_commit).
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from allocation.acts import Clerk, Done, Refused
from allocation.audit import audit
from allocation.backup import backup, init
from allocation.homes import pick, pick_confirm
from allocation.ledger import pay
from allocation.office import draw, freeze, import_round, move
from allocation.policy import parse
from allocation.publishing import publish
from allocation.schema import Choice, Demand, Household, Member, RoundHead, Tables, Unit
from allocation.store import CHINA, Store, open_store
from allocation.tables import RoundInput

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

HOUSEHOLDS, PERSONS, HOMES = 2_413, 9_253, 4_076
ROUND = "programme"
START, CHOOSING = date(2026, 3, 2), date(2026, 3, 12)


@dataclass(frozen=True, slots=True)
class Noon:
    """A clock that stands at noon of a day; it goes along to a clerk's process."""

    day: date

    def __call__(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=CHINA)


def programme(households: int) -> RoundInput:
    """A round of the programme's proportions: declared homes of one layout, money paid in by nobody yet."""
    homes, persons = households * HOMES // HOUSEHOLDS, households * PERSONS // HOUSEHOLDS
    ids = [f"H{n:05}" for n in range(households)]
    heads = [persons * (n + 1) // households - persons * n // households for n in range(households)]
    wants = [homes * (n + 1) // households - homes * n // households for n in range(households)]
    return RoundInput(
        head=RoundHead(id=ROUND, title="programme", as_of=START, seed="-"),
        path=Path(ROUND),
        policy=parse({"pricing": {"bands": [{"price": "1500.00"}]}, "publicity": {"demand": 7, "units": 7}}, "-"),
        tables=Tables(
            households=tuple(
                Household(household_id=i, name=f"户{i}", village=f"村{n % 20}", persons=heads[n], signed_on=START)
                for n, i in enumerate(ids)
            ),
            units=tuple(
                Unit(
                    unit_id=f"U{n:05}",
                    project=f"小区{n % 16}",
                    building=f"{n % 40}栋",
                    floor=n % 18 + 1,
                    layout="80",
                    area_m2=Decimal("80.00"),
                )
                for n in range(homes + households // 20)
            ),
            payments=(),
            publications=(),
            objections=(),
            members=tuple(
                Member(household_id=i, name=f"{i}-{k}", relation="家人", birth_date=date(1990, 1, 1))
                for n, i in enumerate(ids)
                for k in range(heads[n])
            ),
            demand=tuple(Demand(household_id=i, layout="80", count=wants[n]) for n, i in enumerate(ids)),
            choices=tuple(
                Choice(household_id=i, choice=k, project=f"小区{(n + k) % 16}")
                for n, i in enumerate(ids)
                for k in (1, 2, 3)
            ),
        ),
    )


def prepared(url: str, households: int) -> float:
    """A record whose round is being chosen from; seconds its import took."""
    done(init(url, who="setup", drill=True, clock=Noon(START)))
    given = programme(households)
    with opened(url, START) as store:
        began = time.perf_counter()
        done(import_round(Clerk(store=store, who="one"), given))
        imported = time.perf_counter() - began
        for document in ("demand", "units"):
            done(publish(Clerk(store=store, who="one"), ROUND, document))
    with opened(url, CHOOSING) as store:
        done(freeze(Clerk(store=store, who="one"), ROUND))
        done(draw(Clerk(store=store, who="two"), ROUND, demo=True))
        done(move(Clerk(store=store, who="one"), ROUND, "open-picking"))
    return imported


@contextmanager
def opened(url: str, day: date) -> Iterator[Store]:
    """The record open on a day."""
    store = open_store(url, clock=Noon(day))
    try:
        yield store
    finally:
        store.close()


def done(outcome: Done | Refused) -> None:
    """An act of the preparation that must have been done."""
    if not isinstance(outcome, Done):
        raise SystemExit(f"refused: {outcome.reasons}")


def clerk(url: str, number: int, clerks: int, households: int, seconds: float, together: Any, told: Any) -> None:
    """One clerk at work on its own households until the time is over: acts done, refused, and the longest of them."""
    counts = {"done": 0, "refused": 0, "longest": 0.0, "processor": -time.process_time()}
    homes = households * HOMES // HOUSEHOLDS
    with opened(url, CHOOSING) as store:
        me = Clerk(store=store, who=f"clerk {number}")
        if together:
            together.wait()
        counts["began"] = time.time()
        end = time.perf_counter() + seconds
        for n in range(number, households, clerks):
            own = f"H{n:05}"
            first, last = homes * n // households, homes * (n + 1) // households
            steps = [lambda own=own, n=n: pay(me, ROUND, own, Decimal("90000.00"), f"R{n}")]
            steps += [lambda own=own, u=u: pick(me, ROUND, own, f"U{u:05}") for u in range(first, last)]
            steps.append(lambda own=own: pick_confirm(me, ROUND, own))
            for step in steps:
                began = time.perf_counter()
                if began > end:
                    told.put(_ended(counts))
                    return
                outcome = step()
                counts["done" if isinstance(outcome, Done) else "refused"] += 1
                counts["longest"] = max(counts["longest"], time.perf_counter() - began)
    told.put(_ended(counts))


def _ended(counts: dict[str, float]) -> dict[str, float]:
    return counts | {"ended": time.time(), "processor": counts["processor"] + time.process_time()}


def rate(url: str, clerks: int, households: int, seconds: float) -> tuple[float, float, float, int]:
    """
    Acts done a second by so many clerks at once, processor seconds of a clerk for one, the longest in seconds, and
    how many were refused.
    """
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    together = context.Barrier(clerks)
    work = [
        context.Process(target=clerk, args=(url, number, clerks, households, seconds, together, told))
        for number in range(clerks)
    ]
    for process in work:
        process.start()
    counts = [told.get() for _ in work]
    took = max(count["ended"] for count in counts) - min(count["began"] for count in counts)
    for process in work:
        process.join()
    told.close()
    total = sum(count["done"] for count in counts)
    processor = sum(count["processor"] for count in counts) / max(1, total)
    longest = max(count["longest"] for count in counts)
    return total / took, processor, longest, int(sum(count["refused"] for count in counts))


def audited(url: str) -> tuple[int, int, float, float]:
    """Entries, rows, seconds by the clock and of the processor."""
    with opened(url, CHOOSING) as store:
        clock, processor = time.perf_counter(), time.process_time()
        found = audit(store)
        took = time.perf_counter() - clock, time.process_time() - processor
    if found.findings:
        raise SystemExit(f"the audit found {found.findings[:3]}")
    return found.entries, found.rows, *took


def filled(url: str, households: int) -> None:
    """Every household pays, holds its homes and confirms: the whole programme chosen."""
    told: Any = multiprocessing.get_context("spawn").Queue()
    clerk(url, 0, 1, households, 1e9, None, told)


def report(place: Any, name: str, given: argparse.Namespace) -> tuple[list[str], str]:
    """The rows of acts a second, and the row of the audit, for one kind of database."""
    rows = []
    for clerks in given.clerks:
        url = place()
        imported = prepared(url, given.households)
        per_second, processor, longest, refused = rate(url, clerks, given.households, given.seconds)
        load = os.getloadavg()[0]
        cells = (name, clerks, f"{per_second:.0f}", f"{processor * 1000:.1f} ms", f"{longest * 1000:.0f} ms", refused)
        rows.append("| " + " | ".join(map(str, (*cells, f"{load:.1f}"))) + " |")
        sys.stderr.write(rows[-1] + "\n")
    url = place()
    imported = prepared(url, given.households)
    filled(url, given.households)
    entries, rows_seen, clock, processor = audited(url)
    with opened(url, CHOOSING) as store, tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        size = backup(store, Path(folder) / "copy.db")["bytes"]
        copied = time.perf_counter() - began
    cells = (
        name, f"{imported:.1f} s", f"{entries:,}", f"{rows_seen:,}", f"{clock:.1f} s", f"{processor:.1f} s",
        f"{copied:.1f} s", f"{size / 1e6:.0f} MB",
    )  # fmt: skip
    line = "| " + " | ".join(cells) + " |"
    sys.stderr.write(line + "\n")
    return rows, line


def main() -> None:
    """Measure both kinds of database and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.record")
    parser.add_argument("--households", type=int, default=HOUSEHOLDS)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--clerks", type=int, nargs="+", default=[1, 4, 8])
    parser.add_argument("--out", type=Path, default=HERE / "RECORD.md")
    given = parser.parse_args()
    import records

    acts, audits = [], []
    with tempfile.TemporaryDirectory() as folder:
        numbers = iter(range(1000))
        kinds: list[tuple[Any, str]] = [(lambda: f"sqlite:///{folder}/{next(numbers)}.db", "SQLite")]
        if records.binaries() is None:
            sys.stderr.write("PostgreSQL is not installed and not measured\n")
            for place, name in kinds:
                rows, line = report(place, name, given)
                acts, audits = [*acts, *rows], [*audits, line]
        else:
            with records.cluster() as running:
                for place, name in [*kinds, (running.empty, "PostgreSQL")]:
                    rows, line = report(place, name, given)
                    acts, audits = [*acts, *rows], [*audits, line]
    given.out.write_text(page(given, acts, audits), encoding="utf-8")


def page(given: argparse.Namespace, acts: list[str], audits: list[str]) -> str:
    """The page, with what it was measured on."""
    return "\n".join(
        [
            "# The record, measured by `python -m benchmarks.record`",
            "",
            f"{platform.machine()}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}; "
            f"{multiprocessing.cpu_count()} processors, shared with whatever else ran: the load of the machine "
            "(processes that wanted a processor, over the last minute) stands beside every line.",
            f"One round of {given.households:,} households. Clerks are processes; every act (a receipt, a home held, a "
            "choice confirmed) is one transaction flushed to disk and chained to the last.",
            "",
            f"## Acts a second, sustained for {given.seconds:.0f} s",
            "",
            "| database | clerks at once | acts a second | processor for one | longest act | refused | load |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *acts,
            "",
            "## The whole round chosen: import, audit, backup",
            "",
            "| database | import | entries of the log | rows | audit | of the processor | backup, audited | its size |",
            "| --- | --- | --- | --- | --- | --- | --- | --- |",
            *audits,
            "",
        ]
    )


if __name__ == "__main__":
    main()
