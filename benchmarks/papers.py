"""
How long the office's papers take: `python -m benchmarks.papers --households 66 2413`.

The round is the Dafeng demonstration, copied until it has so many households; every household is given two homes, so
nothing is solved. Every line of the table comes from a process of its own: wall seconds, processor seconds of it and of
the processes it starts, and the greatest memory of any one of them, making the papers included.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from allocation.allocate import Allocation, Home, build_problem, classes, price_of
from allocation.documents import BY_NAME, FORMS, papers, write
from allocation.pricing import Forbidden
from allocation.round import judge
from allocation.schema import Tables
from allocation.tables import read_round
from allocation.wording import Occasion
from solver.problem import Solution

DAFENG = Path(__file__).resolve().parent.parent / "data" / "dafeng"
ON = date(2022, 10, 10)


def result(households: int) -> Allocation:
    """Copies of the Dafeng round with ``households`` households, two homes each that its policy can price."""
    given = read_round(DAFENG)
    once = given.tables
    copies = -(-households // len(once.households))
    tables = Tables(
        households=tuple(
            replace(h, household_id=f"{h.household_id}-{k}", id_number="", phone="")
            for k in range(copies)
            for h in once.households
        )[:households],
        units=tuple(replace(u, unit_id=f"{u.unit_id}-{k}") for k in range(copies) for u in once.units),
        payments=(),
        publications=once.publications,
        objections=(),
        measured=tuple(replace(m, unit_id=f"{m.unit_id}-{k}") for k in range(copies) for m in once.measured),
    )
    ungated = given.policy.prepayment.model_copy(update={"share": None})
    round_ = judge(replace(given, tables=tables, policy=given.policy.model_copy(update={"prepayment": ungated})))
    free = iter(round_.units)
    own = {h.household_id: [next(free), next(free)] for h in round_.households}
    alike = classes(round_)
    nothing = np.zeros((len(own), len(alike)), dtype=np.int64)
    try:
        statements = {i: price_of(round_, i, units) for i, units in own.items()}
    except Forbidden as error:
        raise SystemExit(f"the policy cannot price two homes for every household: {error}") from None
    return Allocation(
        round=round_,
        principle="leximin",
        per="household",
        alike=alike,
        problem=build_problem(round_, alike),
        solution=Solution(counts=nothing, served=np.ones(len(nothing), dtype=np.bool_), stages=()),
        homes=tuple(
            Home(household_id=i, unit_id=u.unit_id, rank=1)
            for i, units in sorted(own.items())
            for u in sorted(units, key=lambda unit: unit.unit_id)
        ),
        statements=statements,
        unserved=(),
    )


def one(households: int, document: str, form: str) -> dict[str, float]:
    """One line, measured in this process."""
    allocation = result(households)
    occasion = Occasion(issued_on=ON, root="0123456789abcdef" * 4)
    wall, processor = time.perf_counter(), _processor()
    with tempfile.TemporaryDirectory() as folder:
        given = papers(BY_NAME[document], allocation, occasion, ["zh"])
        (path,), _ = write(BY_NAME[document], given, Path(folder), occasion, forms=[form])
        size = path.stat().st_size
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    spent = {"wall": time.perf_counter() - wall, "processor": _processor() - processor}
    return spent | {"papers": len(given), "mb": most / 1024, "file_mb": size / 1e6}


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def lines(households: int, documents: list[str], forms: list[str]) -> Iterator[str]:
    """The lines of the table for a size."""
    for document in documents:
        for form in forms:
            words = [sys.executable, "-m", "benchmarks.papers", "--one", str(households), document, form]
            found = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
            yield (
                f"| {households} | {document} | {found['papers']} | {form} | {found['wall']:.1f} | "
                f"{found['processor']:.1f} | {found['mb']:.0f} | {found['file_mb']:.1f} |\n"
            )


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, nargs="+", default=[66, 2413])
    parser.add_argument("--documents", nargs="+", default=["plan", "statement", "settlement"], choices=list(BY_NAME))
    parser.add_argument("--forms", nargs="+", default=list(FORMS), choices=FORMS)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        sys.stdout.write(json.dumps(one(int(options.one[0]), options.one[1], options.one[2])))
        return
    sys.stdout.write(f"{platform.machine()}, Python {platform.python_version()}\n\n")
    sys.stdout.write("| households | document | papers | form | wall s | processor s | memory MB | file MB |\n")
    sys.stdout.write("|---|---|---|---|---|---|---|---|\n")
    for households in options.households:
        for line in lines(households, options.documents, options.forms):
            sys.stdout.write(line)
            sys.stdout.flush()


if __name__ == "__main__":
    main()
