"""
A round as files: a folder of CSV or Parquet tables, or one workbook, read whole or refused with every fault at once.

Understood: code names or Chinese headings and titles (``allocation.schema``). Sheets and files with other names are
left alone; columns with other headings are kept in ``extra``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from allocation.cells import Cell, Unreadable, blank, read_cell, shown
from allocation.checks import Filled, check_records, one_spelling, spelling
from allocation.columns import Column
from allocation.drawplan import plan_data, plan_seed, read_plan
from allocation.messages import Fault, Faults
from allocation.policy import Policy
from allocation.publicity import Announced, AnnouncedYear, announced_year
from allocation.reading import (
    Items,
    Kit,
    Source,
    built,
    head_items,
    head_policy,
    head_values,
    missing_tables,
    open_source,
    read_table,
    toml_items,
)
from allocation.rows import DrawPlan
from allocation.schema import (
    BY_NAME,
    HEAD,
    ROUND_ID,
    TABLES,
    RoundHead,
    Tables,
    fold_heading,
)
from allocation.writers import write_csv, write_parquet, write_round

__all__ = ["RoundInput", "read_round", "write_csv", "write_parquet", "write_round"]

_RANK = {name: n for n, name in enumerate((HEAD.name, "policy", *BY_NAME))}
ROUND = Kit(tables=TABLES, head=HEAD, others=("draw",))
"""``draw`` says where the seed came from; read by those who check the draw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundInput:
    """
    A round that was read without fault. ``notes``: what was understood although it is not as it should be.
    ``announced``: holiday notices of years that the calendar package does not hold, from ``calendar/YEAR.toml``.
    """

    head: RoundHead
    policy: Policy
    tables: Tables
    path: Path
    notes: tuple[Fault, ...] = ()
    announced: Announced = field(default_factory=dict)


def read_round(path: Path, *, twice_ok: bool = False) -> RoundInput:
    """
    The round at ``path``: a folder of ``.csv`` or ``.parquet`` files with ``round.toml``, or one ``.xlsx`` workbook
    with its data in a sheet ``round`` (two columns: key, value) or in ``round.toml`` beside it. ``twice_ok``: a person
    in two households is no fault but for the list of exceptions.

    Raises
    ------
    Faults
        Every fault of every table, of the round's data and of its policy, sorted by table, row and column.

    Source: spec §3.
    """
    source = open_source(path, ROUND)
    faults = [*source.faults, *missing_tables(source)]
    given: dict[str, Filled] = {}
    for table in TABLES:
        if table.name in source.grids:
            given[table.name] = read_table(table, source.grids[table.name], faults)
    given = one_spelling(given)
    head, policy = _head(source, faults)
    if head is not None:
        head = replace(head, projects=tuple(spelling(given, "units", "project", name) for name in head.projects))
    found = check_records(given, policy, head)
    faults += (fault for fault in found if not (twice_ok and fault.params.get("mark")))
    announced = _announced(source.folder, faults)
    if faults or head is None or policy is None:
        raise Faults(sorted(faults, key=_sorting))
    notes = tuple(replace(note, table=name) for name, grid in source.grids.items() for note in grid.notes)
    tables = Tables(**{name: built(filled) for name, filled in given.items()})
    return RoundInput(head=head, policy=policy, tables=tables, path=path, notes=notes, announced=announced)


def _announced(folder: Path, faults: list[Fault]) -> dict[int, AnnouncedYear]:
    """The holiday notices beside the round: ``calendar/2027.toml`` and so on."""
    found: dict[int, AnnouncedYear] = {}
    for path in sorted(folder.glob("calendar/[0-9][0-9][0-9][0-9].toml")):
        try:
            days = {key: value for key, (_, value) in toml_items(path, "calendar").items()}
            found[int(path.stem)] = announced_year(int(path.stem), days, path.name)
        except Faults as wrong:
            faults += (replace(fault, table="calendar") for fault in wrong.faults)
    return found


def _sorting(fault: Fault) -> tuple[int, int, str, str, str]:
    return _RANK.get(fault.table, -1), fault.row or 0, fault.column, fault.code, fault.value


# -- the round's own data -----------------------------------------------------------------------------------------


def _head(source: Source, faults: list[Fault]) -> tuple[RoundHead | None, Policy | None]:
    """The round's data and its policy; None where there are faults."""
    found = head_items(source, faults)
    if found is None:
        return None, None
    place, items = found
    plan, items = _drawn(place, items, faults)
    values = head_values(ROUND, place, items, faults, _head_value)
    values.pop("policy", None)
    policy = head_policy(source, place, items, faults)
    if not {"id", "title", "as_of", "seed", "projects"} <= values.keys():
        return None, policy
    head = RoundHead(**{name: value for name, value in values.items() if value is not None}, draw=plan)
    return (replace(head, seed="") if head.seed == NOT_DRAWN else head), policy


NOT_DRAWN = "–"
"""What stands for the seed of a round that is not drawn yet, while its data is read."""


def _drawn(place: str, items: Items, faults: list[Fault]) -> tuple[DrawPlan | None, Items]:
    """The plan of the draw where there is one, and the items with the seed it gives in place of a written one."""
    if "draw" not in items:
        return None, items
    as_of, written = (_items_of(name, items) for name in ("as_of", "seed"))
    day = next((value for _, value in as_of.values() if type(value) is date), None)
    others = {key: item for key, item in items.items() if key not in written}
    try:
        plan = read_plan(plan_data(items["draw"][1]), place, day)
        seed = plan_seed(plan)
    except Faults as found:
        faults += (replace(fault, place=place) for fault in found.faults)
        return None, {**others, "seed": (None, NOT_DRAWN)}
    if any(value not in (seed, "", None) for _, value in written.values()):
        faults.append(Fault(table=ROUND.head.name, code="draw.seed_too", place=place, column="seed"))
    return plan, {**others, "seed": (None, seed or NOT_DRAWN)}


def _items_of(name: str, items: Items) -> Items:
    """The items that stand for a key, whatever it is called."""
    column = ROUND.head.column(name)
    names = {fold_heading(text) for text in (name, *(column.headings if column else ()))}
    return {key: item for key, item in items.items() if fold_heading(key) in names}


def _head_value(column: Column, cell: Any) -> Any:
    if column.name == "projects":
        return _projects(cell)
    if column.name == "policy" and isinstance(cell, Mapping):
        return None
    if not isinstance(cell, Cell) or (column.name == "seed" and not isinstance(cell, str | None)):
        # a number may have lost its leading zeros, and with them the draw that everybody saw
        raise Unreadable("cell.not_text")
    value = read_cell(cell, column)
    if column.name == "id" and not ROUND_ID.fullmatch(value):
        raise Unreadable("round.id_form")
    return value


def _projects(cell: Any) -> tuple[str, ...]:
    """A list of texts, or one text: a project a line, or set apart by 、 , or ;"""
    marks = r"\n" if "\n" in shown(cell if isinstance(cell, Cell) else None) else r"[、,，;；]"
    parts = re.split(marks, shown(cell)) if isinstance(cell, Cell) else cell
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise Unreadable("cell.not_text")
    column = BY_NAME["units"].column("project")
    return tuple(read_cell(part, column) for part in parts if column and not blank(part))
