"""
A round in another form: folder of CSV or Parquet files, or a folder with one workbook, and back, without loss.

Cells go over as the text a clerk sees, with their headings, in their order, columns and sheets of the office's own
included; a column whose every text is the one written form of its number or date goes over as numbers or dates. The
round's ``round.toml`` keeps its comments, the policy and the holiday notices come along. What was written is read
again and compared before it appears; what cannot be carried is named.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any

from allocation.cells import Cell, shown
from allocation.columns import Column
from allocation.messages import Fault, Faults
from allocation.reading import READERS, Source, head_items, lay_out, open_source
from allocation.schema import BY_NAME, HEAD, fold_heading
from allocation.sheets import Grid, read_text, read_workbook
from allocation.tables import ROUND, RoundInput, read_round
from allocation.writers import TEXT_KINDS, Form, Sheet, head_texts, toml_of, write_sheets

FIRST_DATE = date(1900, 3, 1)
"""Before it, Excel counts a day that never was."""
WRITTEN: Mapping[str, re.Pattern[str]] = {
    "whole": re.compile(r"0|-?[1-9]\d{0,11}", re.ASCII),
    "decimal": re.compile(r"-?(0|[1-9]\d{0,10})\.\d{2}", re.ASCII),
    "date": re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII),
}
"""kind → the one form in which its values are read back as the same text."""
SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
EXCEL_LENGTH = 32_767


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """What was written, as names inside the new folder, and what of the old one could not be carried."""

    files: tuple[str, ...]
    left: tuple[str, ...]


def convert(path: Path, out: Path, form: Form) -> Converted:
    """
    Write the round at ``path`` into the new folder ``out``, which appears whole or not at all.

    Raises
    ------
    Faults
        As ``read_round``; ``out`` is there already; or what was written does not read as the same round.
    OSError
        ``out`` cannot be written.
    """
    given = read_round(path, twice_ok=True)
    if out.exists():
        raise Faults([Fault(table="out", code="out.exists", place=str(out))])
    source = open_source(path, ROUND)
    strangers, left = _strangers(source)
    half = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.absolute().parent))
    try:
        head, beside = _head(source, given, half, form)
        sheets = [_ours(name, grid) for name, grid in source.grids.items()]
        sheets += [_theirs(title, grid) for title, grid in strangers]
        write_sheets(half, form, sheets, head=head, book=f"{given.head.id}.xlsx")
        beside |= _notices(source.folder, half)
        _compare(given, half)
        half.chmod(0o755)
        files = tuple(sorted(file.relative_to(half).as_posix() for file in half.rglob("*") if file.is_file()))
        half.rename(out)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return Converted(files=files, left=tuple(sorted({*left, *(_others(source, path, beside))})))


def _compare(given: RoundInput, half: Path) -> None:
    """The promise kept, or nothing written."""
    again = read_round(half, twice_ok=True)
    parts = ("head", "policy", "announced", "tables")
    differing = [part for part in parts if getattr(again, part) != getattr(given, part)]
    if "tables" in differing:
        differing.remove("tables")
        differing += [name for name in BY_NAME if getattr(again.tables, name) != getattr(given.tables, name)]
    if differing:
        raise Faults([Fault(table="out", code="convert.differs", value=", ".join(differing))])


# -- cells --------------------------------------------------------------------------------------------------------


def _ours(name: str, grid: Grid) -> Sheet:
    """A table of ours: each column typed where every cell allows it, else as text."""
    table = BY_NAME[name]
    places = {at: column for column, at in lay_out(table, grid, []).ours.items()}
    known: list[Column | None] = []
    values: list[Sequence[object]] = []
    kept = [at for at, heading in enumerate(grid.headings) if heading]
    for at in kept:
        column = table.column(places.get(at, ""))
        texts = [_text(cells[at], column) for _, cells in grid.rows]
        typed = _typed(texts, column) if column else None
        known.append(column if typed is not None or (column and column.kind in TEXT_KINDS) else None)
        values.append(texts if typed is None else typed)
    return Path(grid.place).stem if _is_file(grid.place) else grid.place, known, [grid.headings[at] for at in kept], [
        dict(zip([grid.headings[at] for at in kept], row, strict=True)) for row in zip(*values, strict=True)
    ]  # fmt: skip


def _theirs(title: str, grid: Grid) -> Sheet:
    """A table anju does not know, as text."""
    kept = [at for at, heading in enumerate(grid.headings) if heading]
    names = [grid.headings[at] for at in kept]
    return title, [None] * len(kept), names, [
        {grid.headings[at]: shown(cells[at]) for at in kept} for _, cells in grid.rows
    ]  # fmt: skip


def _is_file(place: str) -> bool:
    return Path(place).suffix.lower() in READERS


def _text(cell: Cell, column: Column | None) -> str:
    """A cell as the text a clerk sees; a number of yuan or m² with its two decimals."""
    number = isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)
    if number and column and column.kind == "decimal":
        return format(round(Decimal(str(cell)), 2), "f")
    return shown(cell)


def _typed(texts: Sequence[str], column: Column) -> list[object] | None:
    """The values of a column of numbers or dates, when each text is what such a value is read back as; else None."""
    form = WRITTEN.get(column.kind)
    if form is None or not all(form.fullmatch(text) for text in texts if text):
        return None
    makers: Mapping[str, Callable[[str], Any]] = {"whole": int, "decimal": Decimal, "date": date.fromisoformat}
    values: list[Any] = [makers[column.kind](text) if text else None for text in texts]
    early = column.kind == "date" and any(day and day < FIRST_DATE for day in values)
    return None if early else values


# -- head and policy ----------------------------------------------------------------------------------------------


def _head(source: Source, given: RoundInput, half: Path, form: Form) -> tuple[Mapping[str, object] | None, set[str]]:
    """
    Writes policy and ``round.toml`` where there is to be one; the keys of the head for a sheet where not, and the
    names of the source's files that came along.
    """
    found = head_items(source, [])
    items = found[1] if found else {}
    names = {fold_heading(text): c.name for c in HEAD.columns for text in (c.name, *c.headings)}
    policy = next((value for key, (_, value) in items.items() if names.get(fold_heading(key)) == "policy"), None)
    beside = {ROUND.head_file} if source.head is None else set()
    target = ""
    if isinstance(policy, str):
        policy = policy.strip().replace("\\", "/")
        target = _policy_name(policy)
        (half / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source.folder / policy, half / target)
        beside.add(policy)
    texts = head_texts(given.head, target)
    if source.head is not None:
        if form == "xlsx":
            return texts, beside
        text = toml_of(texts)
    else:
        text = read_text(source.folder / ROUND.head_file)
        if form == "xlsx" and isinstance(policy, str) and _says_no_more(text, names):
            return texts, beside
        text = _renamed(text, target) if isinstance(policy, str) and target != policy else text
    (half / ROUND.head_file).write_bytes(text.encode())
    return None, beside


def _policy_name(given: str) -> str:
    """The policy's place in the new folder: the same, or its own name where it lay outside."""
    path = PurePosixPath(given)
    target = path.name if ".." in path.parts else str(path)
    return "policy.toml" if target == ROUND.head_file else target


def _says_no_more(text: str, names: Mapping[str, str]) -> bool:
    """Whether a ``round.toml`` holds nothing that a sheet of keys and values could not."""
    keys = tomllib.loads(text)
    return "#" not in text and all(fold_heading(key) in names for key in keys)


def _renamed(text: str, target: str) -> str:
    """The text with the policy's file under its new name, everything else as it was."""
    keys = "|".join(re.escape(key) for c in HEAD.columns if c.name == "policy" for key in (c.name, *c.headings))
    line = re.compile(rf"^(\s*[\"']?(?:{keys})[\"']?\s*=\s*)(\"[^\"\n]*\"|'[^'\n]*')", re.MULTILINE)
    return line.sub(lambda found: f'{found[1]}"{target}"', text, count=1)


def _notices(folder: Path, half: Path) -> set[str]:
    """The holiday notices come along."""
    found = sorted(folder.glob("calendar/[0-9][0-9][0-9][0-9].toml"))
    for file in found:
        (half / "calendar").mkdir(exist_ok=True)
        shutil.copyfile(file, half / "calendar" / file.name)
    return {f"calendar/{file.name}" for file in found}


# -- what is not ours ---------------------------------------------------------------------------------------------


def _strangers(source: Source) -> tuple[list[tuple[str, Grid]], list[str]]:
    """Tables of other names, to be carried as they are; the names of those that cannot be."""
    carried: list[tuple[str, Grid]] = []
    left: list[str] = []
    sheets = read_workbook(source.book, lambda title: title in source.strangers) if source.book else {}
    taken = {grid.place.casefold() for grid in source.grids.values()}
    for name in source.strangers:
        try:
            grid = sheets[name] if source.book else READERS[Path(name).suffix.lower()](source.folder / name)
        except Faults:
            grid = None
        title = SHEET_NAME.sub("_", name if source.book else Path(name).stem)[:31]
        if isinstance(grid, Grid) and title.casefold() not in taken and _carries(grid):
            taken.add(title.casefold())
            carried.append((title, grid))
        else:
            left.append(name)
    return carried, left


def _carries(grid: Grid) -> bool:
    """Every column under a heading of its own, nothing computed, no text longer than a cell of Excel holds."""
    headings = [heading for heading in grid.headings if heading]
    named = all(heading or all(cells[at] is None for _, cells in grid.rows) for at, heading in enumerate(grid.headings))
    short = all(len(shown(cell)) <= EXCEL_LENGTH for _, cells in grid.rows for cell in cells)
    return bool(headings) and len(set(headings)) == len(headings) and named and short and not grid.formulas


def _others(source: Source, path: Path, beside: set[str]) -> set[str]:
    """Files beside the tables that are no part of a round."""
    if not path.is_dir():
        return set()
    tables = {grid.place for grid in source.grids.values()} | set(source.strangers)
    files = {file.name for file in path.iterdir() if file.is_file()}
    book = {source.book.name} if source.book else set()
    return files - tables - beside - book - ({source.head.place} if source.head else set())


def describe(found: Converted) -> dict[str, Any]:
    """For ``--json``."""
    return {"files": list(found.files), "left": list(found.left)}
