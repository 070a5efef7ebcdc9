"""
Worksheets of the office as values, and their one writer: numbers as numbers where that is exact, text as text.

Files are the same byte for byte for the same values: no author, no clock, ZIP entries without a time of day.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import xlsxwriter

from allocation.paper import clean, timeless

CellKind = Literal["text", "whole", "area", "money", "price"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetColumn:
    """``width`` in characters; ``area`` in m², ``money`` in yuan, ``price`` with all decimals."""

    heading: str
    kind: CellKind
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One worksheet: title and notes above, the heading row, rows, and a row of totals or None."""

    name: str
    title: str
    notes: tuple[str, ...]
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[object, ...], ...]
    total: tuple[object, ...] | None = None


_NUMBER_FORMATS: Mapping[CellKind, str] = {
    "text": "@",
    "whole": "0",
    "area": "0.00",
    "money": "#,##0.00",
    "price": "#,##0.00######",
}


def write_xlsx(sheets: Sequence[Sheet], path: Path, *, made_on: date) -> None:
    """
    Write worksheets: a number as a number where that is exact, everything else as text, never a formula.

    The heading row is frozen, filters stand on it, and it repeats on every printed page (A4 landscape, one page wide).
    ``made_on`` stands in the file's properties. A cell of None stays blank.
    """
    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(made, options) as book:
        book.set_properties({"title": clean(sheets[0].title), "created": datetime.combine(made_on, time())})
        for sheet in sheets:
            _write_sheet(book, sheet)
    path.write_bytes(timeless(made.getvalue()))


def _write_sheet(book: Any, sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.name)
    page.write_string(0, 0, clean(sheet.title), book.add_format({"bold": True, "font_size": 14}))
    for number, note in enumerate(sheet.notes, 1):
        page.write_string(number, 0, clean(note), book.add_format({"bold": True}))
    top = 1 + len(sheet.notes)
    head = book.add_format(
        {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True, "bg_color": "#E7E6E6"}
    )
    looks: dict[CellKind, dict[str, Any]] = {
        kind: {"num_format": form, "border": 1, "valign": "vcenter"} for kind, form in _NUMBER_FORMATS.items()
    }
    looks["text"]["text_wrap"] = True
    looks["whole"]["align"] = "center"
    plain = [book.add_format(looks[column.kind]) for column in sheet.columns]
    strong = [book.add_format({**looks[column.kind], "bold": True, "top": 2}) for column in sheet.columns]
    page.set_row(top, 32)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
        page.write_string(top, place, column.heading, head)
    for number, row in enumerate(sheet.rows, top + 1):
        if (lines := _lines(row, sheet.columns)) > 1:
            page.set_row(number, 15 * lines)
        _write_row(page, number, row, plain)
    last = top + len(sheet.rows)
    if sheet.rows:
        page.autofilter(top, 0, last, len(sheet.columns) - 1)
    if sheet.total is not None:
        last += 1
        _write_row(page, last, sheet.total, strong)
    page.freeze_panes(top + 1, 2)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0, top)
    page.print_area(0, 0, last, len(sheet.columns) - 1)
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    page.set_footer("&C— &P —")


def _lines(row: Sequence[object], columns: Sequence[SheetColumn]) -> int:
    """How many lines the longest text of a row takes: a Chinese character is two wide."""
    texts = [(clean(value), column.width) for value, column in zip(row, columns, strict=True) if isinstance(value, str)]
    widths = [(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text), width) for text, width in texts]
    return max((-(-taken // (width - 1)) for taken, width in widths), default=1)


def _write_row(page: Any, number: int, row: Sequence[object], formats: Sequence[Any]) -> None:
    for place, (value, form) in enumerate(zip(row, formats, strict=True)):
        if value is None:
            page.write_blank(number, place, None, form)
        elif isinstance(value, int):
            page.write_number(number, place, value, form)
        elif isinstance(value, Decimal) and _survives(value):
            page.write_number(number, place, float(value), form)
        else:
            page.write_string(number, place, clean(str(value)), form)


def _survives(value: Decimal) -> bool:
    """Whether a worksheet's binary number reads back as this very number."""
    return Decimal(repr(float(value))) == value
