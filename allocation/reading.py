"""
Tables and their head out of files, whatever the tables: a folder of CSV or Parquet files, or one workbook.

Understood: code names or Chinese headings and titles. Sheets and files with other names are left alone; columns with
other headings are kept in ``extra``. Nothing here knows what the tables are about.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from allocation import policy as policies
from allocation.cells import Cell, Unreadable, blank, read_cell, read_extra, shown
from allocation.checks import Filled, Record
from allocation.columns import Column, Table
from allocation.messages import Fault, Faults
from allocation.policy import Policy
from allocation.schema import fold, fold_heading
from allocation.sheets import Grid, column_letters, read_csv, read_parquet, read_text, read_workbook

READERS: Mapping[str, Callable[[Path], Grid]] = {".csv": read_csv, ".parquet": read_parquet}
_KEY_HEADINGS = ("key", "字段")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """
    What is looked for: ``tables``, and ``head`` in a sheet of its name (two columns: key, value) or ``NAME.toml``;
    ``others``: keys of the head that are somebody else's to read.
    """

    tables: tuple[Table, ...]
    head: Table
    others: tuple[str, ...] = ()

    @property
    def head_file(self) -> str:
        """The head's file beside the tables."""
        return f"{self.head.name}.toml"

    @property
    def names(self) -> tuple[str, ...]:
        """The tables' names in their order."""
        return tuple(table.name for table in self.tables)


@dataclass(slots=True, kw_only=True)
class Source:
    """
    The files before their cells are judged: grids by table; ``head`` the sheet of the head;
    ``book`` the workbook, when it is one and could be opened.
    """

    kit: Kit
    folder: Path
    book: Path | None = None
    grids: dict[str, Grid] = field(default_factory=dict)
    head: Grid | None = None
    faults: list[Fault] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)


# -- files --------------------------------------------------------------------------------------------------------


def open_source(path: Path, kit: Kit) -> Source:
    """The grids at ``path``; what a file says against itself stands in ``faults``."""
    if path.is_dir():
        return _open_folder(path, kit)
    source = Source(kit=kit, folder=path.parent)
    if not path.is_file():
        source.faults.append(Fault(table="", code="file.missing", place=path.name, value=path.name))
        source.refused.update(kit.names)
    elif path.suffix.lower() in (".xlsx", ".xls"):
        _open_workbook(path, source)
    else:
        source.faults.append(Fault(table="", code="file.unknown_kind", place=path.name, value=path.name))
        source.refused.update(kit.names)
    return source


def _open_folder(folder: Path, kit: Kit) -> Source:
    source = Source(kit=kit, folder=folder)
    files = sorted(file for file in folder.iterdir() if file.is_file() and not file.name.startswith((".", "~$")))
    tables = [file for file in files if file.suffix.lower() in READERS]
    books = [file for file in files if file.suffix.lower() == ".xlsx"]
    if not tables and len(books) == 1:
        _open_workbook(books[0], source)
        return source
    for file in tables:
        name = _table_named(file.stem, kit)
        if name is None:
            source.strangers.append(file.name)
        else:
            _add(source, name, file.name, lambda file=file: READERS[file.suffix.lower()](file))  # type: ignore[misc]  # lambda default
    return source


def _open_workbook(path: Path, source: Source) -> None:
    try:
        sheets = read_workbook(path, lambda title: _table_named(title, source.kit) is not None)
    except Faults as faults:
        source.faults += faults.faults
        source.refused.update((source.kit.head.name, *source.kit.names))
        return
    source.book = path
    for title, sheet in sheets.items():
        name = _table_named(title, source.kit)
        if name is None or sheet is None:
            source.strangers.append(title)
        else:
            _add(source, name, title, lambda sheet=sheet: _or_raise(sheet))  # type: ignore[misc]  # lambda default


def _or_raise(sheet: Grid | Faults) -> Grid:
    if isinstance(sheet, Faults):
        raise sheet
    return sheet


def _add(source: Source, name: str, place: str, read: Callable[[], Grid]) -> None:
    if name in source.grids or name in source.refused or (name == source.kit.head.name and source.head):
        source.faults.append(Fault(table=name, code="table.twice", place=place, params={"table_name": name}))
        return
    try:
        grid = read()
    except Faults as faults:
        source.faults += (replace(fault, table=name) for fault in faults.faults)
        source.refused.add(name)
        return
    if name == source.kit.head.name:
        source.head = grid
    else:
        source.grids[name] = grid


def _table_named(title: str, kit: Kit) -> str | None:
    folded = fold(title).casefold()
    for table in (*kit.tables, kit.head):
        if folded in (table.name, *table.titles):
            return table.name
    return None


def missing_tables(source: Source) -> Iterator[Fault]:
    """A fault for every table that is not optional and not there."""
    for table in source.kit.tables:
        if not table.optional and table.name not in source.grids and table.name not in source.refused:
            stems = {fold(Path(stranger).stem).casefold(): stranger for stranger in source.strangers}
            near = _near((table.name, *table.titles), stems)
            code = "table.missing_near" if near else "table.missing"
            params = {"table_name": table.name, "file": table.name, "near": near}
            yield Fault(table=table.name, code=code, params=params)


def _near(wanted: Iterable[str], found: Mapping[str, str]) -> str:
    """What was found that looks like one of the wanted texts, or ""."""
    for text in wanted:
        for match in difflib.get_close_matches(text, sorted(found), n=1, cutoff=0.6):
            return found[match]
    return ""


# -- headings and cells -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns of a table stand (from 0): ours by name, the others by their heading."""

    ours: Mapping[str, int]
    others: Mapping[str, int]


def lay_out(table: Table, grid: Grid, faults: list[Fault]) -> Layout:
    """Recognises the headings of ``grid``; appends what is wrong with them."""
    aliases = {fold_heading(text): c.name for c in table.columns for text in (c.name, *c.headings)}
    if not any(fold_heading(heading) in aliases for heading in grid.headings):
        text = "、".join(filter(None, grid.headings))[:60]
        faults.append(Fault(table=table.name, code="heading.none", place=grid.place, row=1, value=text))
        return Layout({}, {})
    ours: dict[str, int] = {}
    others: dict[str, int] = {}
    for at, heading in enumerate(grid.headings):
        name = aliases.get(fold_heading(heading), "")
        taken = ours.get(name, others.get(heading))
        if not heading:
            if any(not blank(cells[at]) for _, cells in grid.rows):
                faults.append(_heading_fault(table, grid, at, "heading.empty", ""))
        elif taken is not None:
            faults.append(_heading_fault(table, grid, at, "heading.twice", name, other=grid.headings[taken]))
        elif name:
            ours[name] = at
        else:
            others[heading] = at
            try:
                read_extra(heading)
            except Unreadable as unreadable:
                faults.append(_heading_fault(table, grid, at, unreadable.code, "", **unreadable.params))
    faults += _missing_columns(table, grid, ours, others)
    return Layout(ours, others)


def _heading_fault(table: Table, grid: Grid, at: int, code: str, name: str, /, **params: object) -> Fault:
    heading = grid.headings[at]
    return Fault(
        table=table.name,
        code=code,
        place=grid.place,
        row=1,
        column=name or heading,
        value=heading,
        params={"letters": column_letters(at + 1), **params},
    )


def _missing_columns(table: Table, grid: Grid, ours: Mapping[str, int], others: Mapping[str, int]) -> Iterator[Fault]:
    found = {fold_heading(heading): heading for heading in others}
    for column in table.columns:
        if column.required and column.name not in ours:
            near = _near([fold_heading(text) for text in (column.name, *column.headings)], found)
            code = "heading.missing_near" if near else "heading.missing"
            yield Fault(table=table.name, code=code, place=grid.place, row=1, column=column.name, value=near)


def read_table(table: Table, grid: Grid, faults: list[Fault]) -> Filled:
    """The records of a grid; appends the faults of its headings and cells."""
    layout = lay_out(table, grid, faults)
    headings = {name: grid.headings[at] for name, at in layout.ours.items()}
    filled = Filled(table=table, place=grid.place, headings=headings, records=())
    faults += (
        Fault(table=table.name, code="cell.merged", place=grid.place, row=box.top, value=str(box))
        for box in grid.merged
    )
    if table.filled and not grid.rows and layout.ours:
        faults.append(Fault(table=table.name, code="table.no_rows", place=grid.place))
    memo: Memo = {}
    records = tuple(_record(filled, grid, layout, row, cells, memo, faults) for row, cells in grid.rows)
    return replace(filled, records=records)


def _record(
    filled: Filled, grid: Grid, layout: Layout, row: int, cells: tuple[Cell, ...], memo: Memo, faults: list[Fault]
) -> Record:
    values: dict[str, Any] = {}
    record = Record(row, values)
    for column in filled.table.columns:
        at = layout.ours.get(column.name)
        if at is None:
            if not column.required:
                values[column.name] = None
            continue
        found = _found(grid, row, at, cells[at], column, memo)
        if not isinstance(found, Unreadable):
            values[column.name] = found
        elif found.code != "cell.empty" or not grid.covered(row, at + 1):
            faults.append(filled.fault(record, column.name, found.code, shown(cells[at]), **found.params))
    extra: dict[str, str] = {}
    for heading, at in layout.others.items():
        try:
            extra[heading] = read_extra(cells[at])
        except Unreadable as unreadable:
            faults.append(filled.fault(record, heading, unreadable.code, shown(cells[at]), **unreadable.params))
    return Record(row, values, extra)


Memo = dict[tuple[int, type, Cell], Any]
"""What a cell of a column was read as: most cells of a table repeat others."""


def _found(grid: Grid, row: int, at: int, cell: Cell, column: Column, memo: Memo) -> Any:
    """The value of a cell, or why it has none. A formula is no value, whatever it showed; nor is an error."""
    if (row, at + 1) in grid.formulas:
        return Unreadable("cell.formula")
    if (row, at + 1) in grid.errors:
        return Unreadable("cell.error_value")
    key = (at, type(cell), cell)
    if key not in memo:
        try:
            memo[key] = read_cell(cell, column)
        except Unreadable as unreadable:
            memo[key] = unreadable
    return memo[key]


def built(filled: Filled) -> tuple[Any, ...]:
    """The values of a table's rows; blanks take the row's defaults."""
    return tuple(
        filled.table.row(**{k: v for k, v in record.values.items() if v is not None}, extra=record.extra)
        for record in filled.records
    )


# -- the head ----------------------------------------------------------------------------------------------------

Items = Mapping[str, tuple[int | None, Any]]
"""The keys of a head: row (None in a file), value."""


def head_items(source: Source, faults: list[Fault]) -> tuple[str, Items] | None:
    """Where the head stands and its keys; None, with the faults appended, when it cannot be read."""
    kit = source.kit
    if kit.head.name in source.refused:
        return None
    if source.head:
        return source.head.place, _sheet_items(source.head)
    try:
        return kit.head_file, toml_items(source.folder / kit.head_file, kit.head.name)
    except Faults as found:
        faults += (replace(fault, table=kit.head.name) for fault in found.faults)
    return None


def toml_items(path: Path, table: str) -> Items:
    """The keys of a TOML file with their values; Faults of ``table`` when it is none."""
    try:
        data = tomllib.loads(read_text(path))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise Faults([Fault(table=table, code="file.toml_broken", place=path.name, value=str(error))]) from None
    return {key: (None, value) for key, value in data.items()}


def _sheet_items(grid: Grid) -> Items:
    rows: list[tuple[int, tuple[Cell, ...]]] = [(1, grid.headings), *grid.rows]
    return {
        shown(cells[0]).strip(): (row, cells[1] if len(cells) > 1 else None)
        for row, cells in rows
        if not blank(cells[0]) and fold_heading(shown(cells[0])) not in _KEY_HEADINGS
    }


def _head_known(kit: Kit, place: str, items: Items, faults: list[Fault]) -> dict[str, tuple[int | None, Any, str]]:
    aliases = {fold_heading(text): c.name for c in kit.head.columns for text in (c.name, *c.headings)}
    known: dict[str, tuple[int | None, Any, str]] = {}
    for key, (row, cell) in items.items():
        name = aliases.get(fold_heading(key))
        if name is not None and name not in known:
            known[name] = (row, cell, key)
        elif key not in kit.others:
            code = "round.key_twice" if name else "round.key_unknown"
            faults.append(Fault(table=kit.head.name, code=code, place=place, row=row, column=name or key, value=key))
    return known


def head_values(
    kit: Kit, place: str, items: Items, faults: list[Fault], read: Callable[[Column, Any], Any]
) -> dict[str, Any]:
    """The head's values by column, each as ``read`` (which may raise Unreadable) reads it; appends what is wrong."""
    known = _head_known(kit, place, items, faults)
    values: dict[str, Any] = {}
    for column in kit.head.columns:
        row, cell, key = known.get(column.name, (None, None, ""))
        try:
            values[column.name] = read(column, cell)
        except Unreadable as unreadable:
            params = {"heading": key, **unreadable.params} if key else unreadable.params
            text = "" if cell is None else str(cell)[:60]
            faults.append(
                Fault(
                    table=kit.head.name,
                    code=unreadable.code,
                    place=place,
                    row=row,
                    column=column.name,
                    value=text,
                    params=params,
                )
            )
    return values


def head_policy(source: Source, place: str, items: Items, faults: list[Fault]) -> Policy | None:
    """The policy that the head names or holds; None where it is blank or faulty."""
    head, folder = source.kit.head, source.folder
    aliases = {fold_heading(text) for c in head.columns if c.name == "policy" for text in (c.name, *c.headings)}
    row, given = next((item for key, item in items.items() if fold_heading(key) in aliases), (None, None))
    if blank(given):
        return None
    try:
        if isinstance(given, Mapping):
            return policies.parse(given, place)
        return policies.load(_policy_path(folder, head.name, place, row, given))
    except Faults as found:
        faults += found.faults
    return None


def _policy_path(folder: Path, table: str, place: str, row: int | None, given: object) -> Path:
    """The policy's file, looked up from the same folder only, so that all can be moved together."""
    text = str(given).strip().replace("\\", "/")
    code = ""
    if PurePosixPath(text).is_absolute() or PureWindowsPath(text).is_absolute():
        code = "round.policy_absolute"
    elif not (folder / text).is_file():
        code = "round.policy_missing"
    if code:
        raise Faults([Fault(table=table, code=code, place=place, row=row, column="policy", value=text)])
    return folder / text
