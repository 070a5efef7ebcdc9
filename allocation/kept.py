"""
A result that is kept: the round it was made from beside it, so that its papers can be written later without a solver.

``OUT/round/`` holds the tables and the policy in force as they were judged; it is the office's own, never published.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from allocation.allocate import Allocation, Home, build_problem, classes, homes_of, price_of
from allocation.messages import Fault, Faults
from allocation.round import Round, judge
from allocation.tables import read_round
from allocation.writers import write_round
from solver.problem import Solution, Stage

ROUND = "round"
SUMMARY = "summary.json"
ALLOCATION = "allocation.csv"
BUNDLE = Path("bundle") / "bundle.json"
LATER = ("payments", "publications", "objections", "measured", "allowances")
"""Tables that grow after a round is decided."""


def is_kept(path: Path) -> bool:
    """Whether ``path`` is the output folder of a round, not a round."""
    return path.is_dir() and (path / SUMMARY).is_file() and (path / ALLOCATION).is_file()


def keep(allocation: Allocation, folder: Path) -> None:
    """Write the round of a result into ``folder/round``; only the office may read it."""
    round_ = allocation.round
    place = folder / ROUND
    write_round(place, round_.head, round_.tables, round_.policy.toml(), heading="code")
    place.chmod(0o700)


def read_kept(folder: Path) -> Allocation:
    """
    The result in an output folder of ``anju allocate``, as it was decided.

    Raises
    ------
    Faults
        The folder was written without its round, or its parts do not belong together: a home given twice, to nobody
        of the round, or at another price than the one written.
    """
    if not (folder / ROUND).is_dir():
        raise Faults([Fault(table="out", code="kept.no_round", place=str(folder))])
    summary = _summary(folder)
    round_ = judge(read_round(folder / ROUND))
    homes = _homes(folder, round_)
    alike = classes(round_)
    problem = build_problem(round_, alike, principle=summary["principle"], per=summary["per"])
    slots = {household.household_id: slot for slot, household in enumerate(round_.households)}
    kinds = {unit.unit_id: number for number, kind in enumerate(alike) for unit in kind.units}
    counts = np.zeros((len(slots), len(alike)), dtype=np.int64)
    for home in homes:
        counts[slots[home.household_id], kinds[home.unit_id]] += 1
    units = {unit.unit_id: unit for unit in round_.units}
    own = homes_of(homes)
    allocation = Allocation(
        round=round_,
        principle=summary["principle"],
        per=summary["per"],
        alike=alike,
        problem=problem,
        solution=Solution(
            counts=counts,
            served=np.asarray(counts.any(axis=1), dtype=np.bool_),
            stages=tuple(map(_stage, summary["stages"])),
        ),
        homes=homes,
        statements={i: price_of(round_, i, [units[h.unit_id] for h in mine]) for i, mine in own.items()},
        unserved=tuple(i for i in sorted(slots) if i not in own),
    )
    _same_prices(folder, allocation)
    return allocation


def brought_up(allocation: Allocation, now: Path) -> Allocation:
    """
    The same result with the tables that grow afterwards, and what papers print of the office, from the round ``now``.

    Raises
    ------
    Faults
        Those of ``read_round``, or it is another round.
    """
    given, round_ = read_round(now), allocation.round
    if given.head.id != round_.head.id:
        params = {"kept": round_.head.id}
        raise Faults([Fault(table="round", code="kept.other_round", column="id", value=given.head.id, params=params)])
    tables = replace(round_.tables, **{name: getattr(given.tables, name) for name in LATER})
    head = replace(given.head, as_of=round_.head.as_of, seed=round_.head.seed, projects=round_.head.projects)
    return replace(allocation, round=replace(round_, tables=tables, head=head, announced=given.announced))


def root_of(folder: Path) -> str:
    """The fingerprint of the bundle in an output folder; blank where there is none."""
    try:
        root = json.loads((folder / BUNDLE).read_text(encoding="utf-8"))["manifest"]["root"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return str(root)


# -- what an output folder holds ----------------------------------------------------------------------------------


def _summary(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        if {"principle", "per", "stages"} <= found.keys():
            return dict(found)
    except (OSError, ValueError, AttributeError):
        pass
    raise _broken(folder, SUMMARY)


def _stage(row: Mapping[str, Any]) -> Stage:
    return Stage(name=row["name"], value=row["value"], bound=row["bound"], proof=row["status"], seconds=row["seconds"])


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    try:
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    except (OSError, ValueError):
        raise _broken(folder, name) from None


def _homes(folder: Path, round_: Round) -> tuple[Home, ...]:
    try:
        homes = [
            Home(household_id=row["household_id"], unit_id=row["unit_id"], rank=int(row["rank"]))
            for row in _rows(folder, ALLOCATION)
        ]
    except (KeyError, TypeError, ValueError):
        raise _broken(folder, ALLOCATION) from None
    takers, units = {h.household_id for h in round_.households}, {u.unit_id for u in round_.units}
    given = [home.unit_id for home in homes]
    if len(set(given)) < len(given) or set(given) - units or {home.household_id for home in homes} - takers:
        raise _broken(folder, ALLOCATION)
    return tuple(sorted(homes, key=lambda home: (home.household_id, home.unit_id)))


def _same_prices(folder: Path, allocation: Allocation) -> None:
    written = {row["household_id"]: row["price"] for row in _rows(folder, "statements.csv")}
    if written != {i: str(found.price_yuan) for i, found in allocation.statements.items()}:
        raise _broken(folder, "statements.csv")


def _broken(folder: Path, name: str) -> Faults:
    return Faults([Fault(table="out", code="kept.broken", place=str(folder), value=name)])
