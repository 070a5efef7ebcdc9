"""
A programme as files: who waits, which homes are completed when, when selection days are held; read whole or refused.

A folder of CSV or Parquet tables with ``programme.toml``, or one workbook with the same names as sheets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from allocation.cells import Cell, Unreadable, read_cell
from allocation.checks import Filled, known, once, one_spelling
from allocation.columns import Column
from allocation.messages import Fault, Faults
from allocation.policy import Policy
from allocation.programme_tables import (
    PROGRAMME_HEAD,
    PROGRAMME_TABLES,
    Batch,
    Placed,
    ProgrammeHead,
    Project,
    Stock,
    WaitingHousehold,
)
from allocation.reading import (
    Kit,
    Source,
    built,
    head_items,
    head_policy,
    head_values,
    missing_tables,
    open_source,
    read_table,
)
from allocation.schema import BY_NAME, Demand, fold
from allocation.sheets import read_csv

Row = TypeVar("Row")
Given = Mapping[str, Filled]

PROGRAMME = Kit(tables=(*PROGRAMME_TABLES, BY_NAME["demand"]), head=PROGRAMME_HEAD)
HOUSEHOLDS = "programme_households"
_USERS = (
    (HOUSEHOLDS, "household_id"),
    ("demand", "household_id"),
    *((n, "household_id") for n in ("actuals", "announced")),
)
_FAMILIES = (
    _USERS,
    (("projects", "project"), ("stock", "project"), ("actuals", "project"), ("announced", "project")),
    (("batches", "batch"), ("actuals", "batch"), ("announced", "batch")),
    (("stock", "layout"), ("demand", "layout")),
    ((HOUSEHOLDS, "village"),),
)
_RANK = {name: n for n, name in enumerate((PROGRAMME_HEAD.name, "policy", *PROGRAMME.names))}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeInput:
    """A programme that was read without fault, its rows sorted by their keys."""

    head: ProgrammeHead
    policy: Policy
    projects: tuple[Project, ...]
    stock: tuple[Stock, ...]
    batches: tuple[Batch, ...]
    households: tuple[WaitingHousehold, ...]
    demand: tuple[Demand, ...] = ()
    actuals: tuple[Placed, ...] = ()
    announced: tuple[Placed, ...] = ()
    notes: tuple[Fault, ...] = ()


def read_programme_input(path: Path) -> ProgrammeInput:
    """
    The programme at ``path``.

    Raises
    ------
    Faults
        Every fault of every table, of the head and of the policy, sorted by table, row and column.
    """
    source = open_source(path, PROGRAMME)
    faults = [*source.faults, *missing_tables(source)]
    given = {
        table.name: read_table(table, source.grids[table.name], faults)
        for table in PROGRAMME.tables
        if table.name in source.grids
    }
    given = one_spelling(given, _FAMILIES)
    head, policy = _head(source, faults)
    faults += _check(given, head)
    if faults or head is None or policy is None:
        raise Faults(sorted(faults, key=_sorting))
    rows = {name: built(filled) for name, filled in given.items()}
    return ProgrammeInput(
        head=head,
        policy=policy,
        projects=_by(rows["projects"], "project"),
        stock=_by(rows["stock"], "project", "layout"),
        batches=_by(rows["batches"], "held_on", "batch"),
        households=_by(rows[HOUSEHOLDS], "household_id"),
        demand=_by(rows.get("demand", ()), "household_id", "layout"),
        actuals=_by(rows.get("actuals", ()), "household_id", "batch", "project"),
        announced=_by(rows.get("announced", ()), "household_id", "batch", "project"),
        notes=tuple(note for grid in source.grids.values() for note in grid.notes),
    )


def _by(rows: tuple[Row, ...], *names: str) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: tuple(getattr(row, name) for name in names)))


def _sorting(fault: Fault) -> tuple[int, int, str, str, str]:
    return _RANK.get(fault.table, -1), fault.row or 0, fault.column, fault.code, fault.value


def _head(source: Source, faults: list[Fault]) -> tuple[ProgrammeHead | None, Policy | None]:
    found = head_items(source, faults)
    if found is None:
        return None, None
    place, items = found
    values = head_values(PROGRAMME, place, items, faults, _head_value)
    values.pop("policy", None)
    policy = head_policy(source, place, items, faults)
    if values.get("note", "") is None:
        values.pop("note")
    if not {"id", "title", "as_of", "target_on"} <= values.keys():
        return None, policy
    head = ProgrammeHead(**values)
    if head.target_on < head.as_of:
        text = head.target_on.isoformat()
        params = {"other": head.as_of}
        faults.append(
            Fault(
                table="programme", code="plan.target_past", place=place, column="target_on", value=text, params=params
            )
        )
    return head, policy


def _target_past(text: str, as_of: date, place: str = "") -> Fault:
    params = {"other": as_of}
    return Fault(table="programme", code="plan.target_past", place=place, column="target_on", value=text, params=params)


def _head_value(column: Column, cell: Any) -> Any:
    if column.name == "policy" and isinstance(cell, Mapping):
        return None
    if not isinstance(cell, Cell):
        raise Unreadable("cell.not_text")
    return read_cell(cell, column)


# -- between the cells --------------------------------------------------------------------------------------------


def _check(given: Given, head: ProgrammeHead | None) -> Iterator[Fault]:
    """What must hold between the cells; a cell that could not be read is passed over."""
    for name, columns, code in (
        ("projects", ("project",), "row.id_twice"),
        ("stock", ("project", "layout"), "row.twice"),
        ("batches", ("batch",), "row.id_twice"),
        (HOUSEHOLDS, ("household_id",), "row.id_twice"),
        ("demand", ("household_id", "layout"), "row.twice"),
        ("actuals", ("household_id", "batch", "project"), "row.twice"),
        ("announced", ("household_id", "batch", "project"), "row.twice"),
    ):
        if name in given:
            yield from once(given[name], columns, code)
    yield from known(given, HOUSEHOLDS, "household_id", _USERS[1:])
    for column, home in (("project", "projects"), ("batch", "batches"), ("layout", "stock")):
        users = [(name, column) for name in given if name != home and given[name].table.column(column)]
        yield from known(given, home, column, users)
    yield from _days(given, head)
    yield from _areas(given)
    yield from _counts(given)
    yield from _joint(given)


def _days(given: Given, head: ProgrammeHead | None) -> Iterator[Fault]:
    batches = given.get("batches")
    for record, (held, home) in batches.having("held_on", "handed_over_on") if batches else ():
        if batches and home < held:
            yield batches.fault(record, "handed_over_on", "plan.home_early", home, other=held)
    actuals = given.get("actuals")
    for record, (day,) in actuals.having("resettled_on") if actuals and head else ():
        if actuals and head and day > head.as_of:
            yield actuals.fault(record, "resettled_on", "plan.actual_later", day, as_of=head.as_of)


def _areas(given: Given) -> Iterator[Fault]:
    """One area a layout, homes within the area completed, and no more to allocate than was completed."""
    stock, projects = given.get("stock"), given.get("projects")
    if stock is None or projects is None:
        return
    areas: dict[str, tuple[int, Decimal]] = {}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for record, (project, layout, area, homes) in stock.having("project", "layout", "area_m2", "homes"):
        row, first = areas.setdefault(fold(layout), (record.row, area))
        if area != first:
            yield stock.fault(record, "area_m2", "plan.layout_areas", area, layout=layout, other=first, other_row=row)
        sums[fold(project)] += area * homes
    for record, (project, completed) in projects.having("project", "completed_m2"):
        capacity = record.values.get("capacity_m2")
        if capacity is not None and capacity > completed:
            yield projects.fault(record, "capacity_m2", "plan.capacity_beyond", capacity, completed=completed)
        if sums[fold(project)] > completed:
            yield projects.fault(record, "completed_m2", "plan.homes_beyond", completed, homes=sums[fold(project)])


def _counts(given: Given) -> Iterator[Fault]:
    """Nobody is resettled and announced more than once."""
    roster = given.get(HOUSEHOLDS)
    if roster is None:
        return
    there = {fold(i): r.values.get("households") or 1 for r, (i,) in roster.having("household_id")}
    placed: dict[str, int] = defaultdict(int)
    for name in ("actuals", "announced"):
        filled = given.get(name)
        for record, (household_id,) in filled.having("household_id") if filled else ():
            most = there.get(fold(household_id), 1)
            placed[fold(household_id)] += record.values.get("households") or most
            if filled and placed[fold(household_id)] > most:
                yield filled.fault(record, "household_id", "plan.placed_twice", household_id, most=most)


def _joint(given: Given) -> Iterator[Fault]:
    """Joint self-building is never allocated."""
    projects = given.get("projects")
    joint = {
        fold(project)
        for _, (project, kind) in (projects.having("project", "construction") if projects else ())
        if kind == "joint_self_built"
    }
    for name in ("actuals", "announced"):
        filled = given.get(name)
        for record, (project,) in filled.having("project") if filled else ():
            if filled and fold(project) in joint:
                yield filled.fault(record, "project", "plan.joint", project)


# -- another day, an earlier plan ---------------------------------------------------------------------------------

PREVIOUS_FILE = "plan.csv"


def read_previous(folder: Path, programme: ProgrammeInput) -> tuple[Placed, ...]:
    """
    What an earlier plan gave to those not resettled yet, as announced to them. Batches or projects that the programme
    no longer has stay named: nobody can keep them.

    Raises
    ------
    Faults
        No plan there, a table that cannot be read, a household that is not on the roster.
    """
    path = folder / PREVIOUS_FILE
    if not path.is_file():
        raise Faults([Fault(table="announced", code="plan.no_previous", place=folder.name, value=str(folder))])
    faults: list[Fault] = []
    optional = replace(
        _ANNOUNCED, columns=tuple(replace(c, required=c.name == "household_id") for c in _ANNOUNCED.columns)
    )
    filled = read_table(optional, read_csv(path), faults)
    there = {row.household_id for row in programme.households}
    for record, (household_id,) in filled.having("household_id"):
        if household_id not in there:
            faults.append(filled.fault(record, "household_id", "plan.previous_unknown", household_id))
    if faults:
        raise Faults(faults)
    rows = [
        {**record.values, "status": record.extra.get("status", "")}
        for record in filled.records
        if record.values.get("batch") and record.values.get("project")
    ]
    return tuple(
        Placed(
            household_id=row["household_id"], batch=row["batch"], project=row["project"], households=row["households"]
        )
        for row in rows
        if row["status"] != "resettled"
    )


_ANNOUNCED = next(table for table in PROGRAMME_TABLES if table.name == "announced")


def as_it_stood(programme: ProgrammeInput, as_of: date | None, announced: tuple[Placed, ...] | None) -> ProgrammeInput:
    """The same programme as of another day, and with other announced placements; None = as they are."""
    if as_of is not None:
        if as_of > programme.head.target_on:
            value = programme.head.target_on.isoformat()
            fault = Fault(
                table="programme", code="plan.target_past", column="target_on", value=value, params={"other": as_of}
            )
            raise Faults([fault])
        programme = replace(programme, head=replace(programme.head, as_of=as_of))
    return programme if announced is None else replace(programme, announced=announced)
