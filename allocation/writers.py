"""
Tables out: CSV, Parquet and workbooks, each file whole or not at all, and nothing in them that a spreadsheet would run.

Areas and yuan are decimals in every form; IDs are text in every form.
"""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from allocation.cells import RUNS
from allocation.columns import Column
from allocation.rows import DrawPlan
from allocation.schema import HEAD, RESULT_COLUMNS, TABLES, RoundHead, Tables

Heading = Literal["code", "zh"]
Form = Literal["csv", "parquet", "xlsx"]
FORMS: tuple[Form, ...] = ("csv", "parquet", "xlsx")
Row = Mapping[str, object]
Sheet = tuple[str, Sequence[Column | None], Sequence[str], Sequence[Row]]
"""Title, columns (None = not one of ours), headings or names, rows by these."""

_RUNS = re.compile(f"'*[{RUNS}]")
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""How a workbook is opened for writing: no text ever becomes a formula, a link or a number."""
CREATED = datetime.fromisoformat("2000-01-01T00:00:00")
TEXT_KINDS = ("id", "label", "text", "resident", "note")
_EXTRA = Column(name="", headings=(), kind="text")
_YES = {True: "是", False: "否"}


def guarded(text: str) -> str:
    """A text that a spreadsheet would run (= + - @, tab) with a quote before it; readers of ours take it off again."""
    return f"'{text}" if _RUNS.match(text) else text


def write_csv(
    path: Path, rows: Iterable[Row], columns: Sequence[str], *, heading: Heading = "code", for_clerk: bool = False
) -> None:
    """
    Write ``columns`` of ``rows`` as UTF-8 CSV with LF; None is an empty cell.

    ``heading`` "zh" writes Chinese headings. ``for_clerk``: with BOM, so that Excel shows Chinese, and texts that
    Excel would run are ``guarded``; without it every text stands as it is.
    """
    known = _columns(RESULT_COLUMNS, columns)
    _write_csv(path, known, columns, rows, heading=heading, for_clerk=for_clerk)


def write_parquet(path: Path, rows: Iterable[Row], columns: Sequence[str]) -> None:
    """Write ``columns`` of ``rows`` as Parquet: text, int64, bool, date32, decimal128(18, 2 or what they need)."""
    _write_parquet(path, _columns(RESULT_COLUMNS, columns), columns, rows)


def write_round(
    path: Path, head: RoundHead, tables: Tables, policy: str, *, form: Form = "csv", heading: Heading = "zh"
) -> None:
    """
    Write a round so that ``allocation.tables.read_round(path)`` gives the same values again.

    ``path`` is a folder that is made when missing (csv, parquet), or the workbook (xlsx), beside which the policy
    then stands. ``policy`` is the text of the policy's TOML, written as ``policy.toml`` (folder) or
    ``<name>.policy.toml``. Optional tables without rows are left out.
    """
    folder = path.parent if form == "xlsx" else path
    folder.mkdir(parents=True, exist_ok=True)
    policy_name = f"{path.stem}.policy.toml" if form == "xlsx" else "policy.toml"
    atomic(folder / policy_name, lambda file: file.write_bytes(policy.encode()))
    kept = [(table, getattr(tables, table.name)) for table in TABLES]
    sheets = [
        (table.titles[0] if heading == "zh" else table.name, *_laid_out(table.columns, rows))
        for table, rows in kept
        if rows or not table.optional
    ]
    texts = head_texts(head, policy_name)
    if form == "xlsx":
        atomic(path, lambda file: _workbook(file, sheets, texts, heading))
        return
    _write_files(folder, form, sheets, heading)
    atomic(folder / "round.toml", lambda file: file.write_bytes(toml_of(texts).encode()))


def write_sheets(
    folder: Path, form: Form, sheets: Sequence[Sheet], *, head: Row | None, book: str, heading: Heading = "code"
) -> None:
    """
    Write tables under the names and headings they have, as files of ``folder`` or as its workbook ``book``, there
    with ``head`` in a sheet of its own unless it is None. Texts go out as they are, guarded where a spreadsheet reads.
    """
    if form == "xlsx":
        atomic(folder / book, lambda file: _workbook(file, sheets, head, heading))
    else:
        _write_files(folder, form, sheets, heading)


def _write_files(folder: Path, form: Form, sheets: Sequence[Sheet], heading: Heading) -> None:
    for title, known, names, rows in sheets:
        if form == "csv":
            _write_csv(folder / f"{title}.csv", known, names, rows, heading=heading, for_clerk=True)
        else:
            _write_parquet(folder / f"{title}.parquet", known, names, rows, heading=heading)


# -- columns ------------------------------------------------------------------------------------------------------


def _columns(ours: Sequence[Column], names: Sequence[str]) -> list[Column | None]:
    known = {column.name: column for column in (*(c for table in TABLES for c in table.columns), *ours)}
    return [known.get(name) for name in names]


def _laid_out(ours: Sequence[Column], rows: Sequence[Any]) -> tuple[list[Column | None], list[str], list[Row]]:
    """Columns, headings' names and rows of a table; the columns of ``extra`` follow in the order first met."""
    extra: list[str] = list(dict.fromkeys(name for row in rows for name in row.extra))
    known = [*ours, *(None for _ in extra)]
    names = [*(column.name for column in ours), *extra]
    laid: list[Row] = [{**{c.name: getattr(row, c.name) for c in ours}, **row.extra} for row in rows]
    return known, names, laid


def _title(column: Column | None, name: str, heading: Heading) -> str:
    return column.headings[0] if column and heading == "zh" else name


def _plain(value: object, column: Column | None, heading: Heading) -> object:
    """A value as it is written: words and yes/no in the language of the headings, dates as ISO, decimals in full."""
    if isinstance(value, bool):
        return _YES[value] if heading == "zh" else str(value).lower()
    if column and column.words and heading == "zh" and value in column.words:
        return column.words[str(value)][0]
    return value


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


# -- CSV and Parquet ----------------------------------------------------------------------------------------------


def _write_csv(
    path: Path,
    known: Sequence[Column | None],
    names: Sequence[str],
    rows: Iterable[Row],
    *,
    heading: Heading,
    for_clerk: bool,
) -> None:
    def cell(value: object, column: Column | None) -> str:
        plain = _plain(value, column, heading)
        return guarded(plain) if for_clerk and isinstance(plain, str) else _shown(plain)

    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    titles = [_title(column, name, heading) for column, name in zip(known, names, strict=True)]
    writer.writerow([guarded(title) for title in titles] if for_clerk else titles)
    pairs = list(zip(names, known, strict=True))
    writer.writerows([cell(row.get(name), column) for name, column in pairs] for row in rows)
    data = buffer.getvalue().encode("utf-8-sig" if for_clerk else "utf-8")
    atomic(path, lambda file: file.write_bytes(data))


def _write_parquet(
    path: Path,
    known: Sequence[Column | None],
    names: Sequence[str],
    rows: Iterable[Row],
    *,
    heading: Heading = "code",
) -> None:
    kept = list(rows)
    fields, arrays = [], []
    for name, column in zip(names, known, strict=True):
        values = [row.get(name) for row in kept]
        kind = _arrow_kind(column, values)
        if pa.types.is_string(kind):
            values = [None if value is None else _shown(value) for value in values]
        fields.append(pa.field(_title(column, name, heading), kind))
        arrays.append(pa.array(values, kind))
    table = pa.Table.from_arrays(arrays, schema=pa.schema(fields))
    atomic(path, lambda file: pq.write_table(table, file))


def _arrow_kind(column: Column | None, values: Sequence[object]) -> pa.DataType:
    """By the column's kind, so that a table without rows has the same types as one with rows; else by the values."""
    filled = [value for value in values if value is not None]
    kinds = {"whole": pa.int64(), "date": pa.date32(), "moment": pa.timestamp("s"), "flag": pa.bool_()}
    if column and column.kind in kinds:
        return kinds[column.kind]
    decimals = [value for value in filled if isinstance(value, Decimal)]
    if (column and column.kind == "decimal") or (filled and len(decimals) == len(filled)):
        places = max([2, *(-int(value.as_tuple().exponent) for value in decimals)])
        return pa.decimal128(18 + max(0, places - 2), places)
    if column is None and filled and all(isinstance(value, bool) for value in filled):
        return pa.bool_()
    if column is None and filled and all(isinstance(value, int) and not isinstance(value, bool) for value in filled):
        return pa.int64()
    return pa.string()


# -- workbooks ----------------------------------------------------------------------------------------------------


def _workbook(path: Path, sheets: Sequence[Sheet], head: Row | None, heading: Heading) -> None:
    book = xlsxwriter.Workbook(path, OPTIONS)
    book.set_properties({"created": CREATED})
    formats = {
        "heading": book.add_format({"bold": True, "num_format": "@", "bottom": 1}),
        "text": book.add_format({"num_format": "@"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        "decimal": book.add_format({"num_format": "0.00"}),
    }
    if head:
        page = book.add_worksheet(HEAD.titles[0] if heading == "zh" else HEAD.name)
        page.set_column(0, 1, 24, formats["text"])
    for row, (name, value) in enumerate(head.items() if head else ()):
        column = HEAD.column(name)
        page.write_string(row, 0, _title(column, name, heading), formats["heading"])
        # one project a line: a name may hold any other mark
        text = "".join(f"{part}\n" for part in value) if isinstance(value, tuple) else _head_text(value)
        page.write_string(row, 1, text, formats["text"])
    for title, known, names, rows in sheets:
        page = book.add_worksheet(title)
        page.freeze_panes(1, 0)
        for at, (name, given) in enumerate(zip(names, known, strict=True)):
            column = given or _EXTRA
            page.set_column(at, at, 20 if column.kind in TEXT_KINDS else 12, formats.get(column.kind, formats["text"]))
            page.write_string(0, at, _title(given, name, heading), formats["heading"])
            for row, values in enumerate(rows, 1):
                _write_cell(page, row, at, _plain(values.get(name), given, heading), formats)
    book.close()


def _head_text(value: object) -> str:
    """A value of the round's own data in a cell: the plan of a draw as it stands in round.toml."""
    return _draw_toml(value).strip() if isinstance(value, DrawPlan) else _shown(value)


def _write_cell(page: Any, row: int, at: int, value: object, formats: Mapping[str, object]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        page.write_datetime(row, at, value, formats["moment"])
    elif isinstance(value, date):
        page.write_datetime(row, at, value, formats["date"])
    elif isinstance(value, Decimal):
        # a workbook has no decimals: two places of at most ten digits survive the way there and back
        page.write_number(row, at, float(value), formats["decimal"])
    elif isinstance(value, int):
        page.write_number(row, at, value)
    else:
        page.write_string(row, at, str(value), formats["text"])


# -- the round's data ---------------------------------------------------------------------------------------------


_LATER_KEYS = tuple(c.name for c in HEAD.columns if not c.required and c.name != "projects")
"""Keys of the round's data that are written where they are filled: the freeze, what papers print of the office."""


def head_texts(head: RoundHead, policy_name: str) -> dict[str, object]:
    """The keys of the round's own data with their values."""
    items: dict[str, object] = {
        "id": head.id,
        "title": head.title,
        "projects": head.projects,
        "as_of": head.as_of,
        "seed": head.seed,
        "policy": policy_name,
    }
    items |= {name: value for name in _LATER_KEYS if (value := getattr(head, name))}
    return items | ({"draw": head.draw} if head.draw else {})


def draw_table(plan: DrawPlan) -> dict[str, Any]:
    """``[draw]`` as ``allocation.drawplan.read_plan`` reads it; keys without a value are left out."""
    own = {"frozen_on": plan.frozen_on, "take": plan.take, "pool_root": plan.pool_root}
    lists = {"sources": list(map(asdict, plan.sources)), "sealed": list(map(asdict, plan.sealed))}
    filled = {key: [{k: v for k, v in row.items() if v != ""} for row in rows] for key, rows in lists.items() if rows}
    return {key: value for key, value in own.items() if value != ""} | filled


def toml_of(items: Row) -> str:
    """Keys and values as TOML text, a line each, the plan of a draw as tables at the end."""
    plans = (value for value in items.values() if isinstance(value, DrawPlan))
    return _lines({k: v for k, v in items.items() if not isinstance(v, DrawPlan)}) + "".join(map(_draw_toml, plans))


def _draw_toml(plan: DrawPlan) -> str:
    table = draw_table(plan)
    lists = {key: table.pop(key) for key in ("sources", "sealed") if key in table}
    parts = [f"\n[draw]\n{_lines(table)}"]
    parts += [f"\n[[draw.{key}]]\n{_lines(row)}" for key, rows in lists.items() for row in rows]
    return "".join(parts)


def _lines(items: Row) -> str:
    return "".join(f"{key} = {_toml(value)}\n" for key, value in items.items())


def _toml(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(part) for part in value) + "]"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04x}", text) + '"'


def atomic(path: Path, write: Callable[[Path], object]) -> None:
    """Whoever reads ``path`` sees the old file or the new one, never a half; a failed write leaves nothing behind."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem[:20]}-", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
