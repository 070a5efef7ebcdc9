"""
Files into grids of cells, nothing judged yet but the file itself: CSV, Parquet, and the sheets of a workbook.

A file is untrusted: sizes are capped before it is unpacked, and whatever a parser says against it becomes a fault.
"""

from __future__ import annotations

import csv
import math
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree
from xml.parsers import expat

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from allocation.cells import INVISIBLE, RUNS, Cell, blank, shown
from allocation.messages import Fault, Faults

BYTES_MAX = 200 * 1024 * 1024
TEXT_MAX = 64 * 1024 * 1024
SMALL_MAX = 4 * 1024 * 1024
"""Bytes of a round's own file or a policy, and characters of one line of a CSV file."""
ROWS_MAX = 300_000
COLUMNS_MAX = 500
CELLS_MAX = 8_000_000
PARTS_MAX = 5_000
SHARED_MAX = 1_000
"""Bytes of a shared text from which on it is worth counting how often it is used."""
MEGABYTE = 1024 * 1024

BROKEN_ZIP = (
    zipfile.BadZipFile, zlib.error, ElementTree.ParseError, expat.ExpatError,
    EOFError, KeyError, NotImplementedError, OSError, RuntimeError, ValueError,
)  # fmt: skip
"""What Python's own readers say of a broken archive or its XML."""

_GUARDED = re.compile(f"'+[{RUNS}]")
_TAG = re.compile(
    rb"<(?:\w+:)?(?P<tag>row|c)(?P<attributes>(?:\s[^>]*?)?)(?P<empty>/?)>(?:\s*<(?P<formula>(?:\w+:)?f)[\s/>])?"
)
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{0,3})([0-9]{1,7})[\"']")
_UNPLACED = re.compile(rb"<(?:\w+:)?c(?=[\s/>])(?!\s+r\s*=)")
_EMPTY_CELLS = re.compile(rb"(?:<(?:\w+:)?c\s[^<>]*/>\s*)+")
_STRING_END = re.compile(rb"</(?:\w+:)?si\s*>")
_STRING_CELL = re.compile(rb"\st\s*=\s*[\"']s[\"'][^>]*>\s*<(?:\w+:)?v\s*>\s*([0-9]{1,9})\s*<")
_ERROR_CELL = re.compile(rb"\bt\s*=\s*[\"']e[\"']")
_TEXTS = (pa.string(), pa.large_string(), pa.binary(), pa.large_binary())
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A range of cells, rows and columns from 1."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        return f"{column_letters(self.left)}{self.top}:{column_letters(self.right)}{self.bottom}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """
    One sheet or file as its clerk sees it.

    ``place``: name of the file or sheet; ``headings``: row 1; ``rows``: (row number, cells), blank rows left out,
    every row as long as ``headings``; ``formulas``, ``errors``: (row, column 1-based) of cells that hold a formula or
    an error value; ``merged``: the merged ranges.
    """

    place: str
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    formulas: frozenset[tuple[int, int]] = frozenset()
    errors: frozenset[tuple[int, int]] = frozenset()
    merged: tuple[Box, ...] = ()
    notes: tuple[Fault, ...] = ()

    def covered(self, row: int, column: int) -> bool:
        """Whether a merged range hides this cell (1-based)."""
        return any(box.top <= row <= box.bottom and box.left <= column <= box.right for box in self.merged)


@dataclass(frozen=True, slots=True)
class _Marks:
    """What a quick look over a sheet's XML finds before it is parsed."""

    formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)
    rows: int = 0
    columns: int = 0
    text: int = 0


def read_csv(path: Path) -> Grid:
    """A CSV file: UTF-8 with or without BOM, or what Excel in China writes (GB18030, with a note). Raises Faults."""
    text, notes = _decoded(path)
    try:
        grid = _grid(path.name, _csv_rows(path.name, text), notes=notes)
    except csv.Error as error:
        raise _refused(path.name, "file.csv_broken", value=str(error)) from None
    if len(grid.headings) == 1 and re.search(r"[\t;；，|]", grid.headings[0]):
        raise _refused(path.name, "file.csv_separator", row=1, value=grid.headings[0])
    return grid


def read_parquet(path: Path) -> Grid:
    """A Parquet file; its heading counts as row 1. Raises Faults."""
    _cap_file(path)
    try:
        file = pq.ParquetFile(path)
        meta = file.metadata
        unpacked = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
        _cap(path.name, rows=meta.num_rows, columns=meta.num_columns)
        if unpacked > BYTES_MAX:
            raise _refused(path.name, "file.too_large", megabytes=BYTES_MAX // MEGABYTE)
        names = file.schema_arrow.names
        kinds = {field.name: field.type for field in file.schema_arrow}
        if nested := [name for name, kind in kinds.items() if pa.types.is_nested(kind)]:
            raise _refused(path.name, "file.parquet_broken", value=nested[0][:60])
        texts = [name for name, kind in kinds.items() if kind in _TEXTS]
        columns = [_arrow_cells(path.name, column) for column in pq.read_table(path, read_dictionary=texts).columns]
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise _refused(path.name, "file.parquet_broken", value=str(error).splitlines()[0][:200]) from None
    rows = enumerate(zip(*columns, strict=True), 2)
    return _grid(path.name, [(1, names), *rows])


def _arrow_cells(place: str, column: pa.ChunkedArray) -> list[Cell]:
    """The cells of a column. A text that many rows share is one object here: laid out, it could take all memory."""
    cells: list[Cell] = []
    length = 0
    for chunk in column.chunks:
        if not pa.types.is_dictionary(chunk.type):
            cells += [_plain(cell) for cell in chunk.to_pylist()]
            continue
        shared = [_plain(cell) for cell in chunk.dictionary.to_pylist()]
        places = chunk.indices.to_pylist()
        length += sum(len(str(shared[at])) for at in places if at is not None)
        if length > BYTES_MAX:
            raise _refused(place, "file.too_large", megabytes=BYTES_MAX // MEGABYTE)
        cells += [None if at is None else shared[at] for at in places]
    return cells


def read_workbook(path: Path, wanted: Callable[[str], bool]) -> dict[str, Grid | Faults | None]:
    """
    The sheets of an .xlsx workbook by name, in its order: None for one whose name is not ``wanted``, which is not
    parsed; the Faults of one that is empty or too large. Raises Faults when the workbook itself cannot be read.
    """
    _cap_file(path)
    marks = _look_over(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = [name for name in book.sheet_names if name in marks]
        return {name: _sheet(book, name, marks[name]) if wanted(name) else None for name in names}
    except (CalamineError, OSError, ValueError) as error:
        raise _refused(path.name, "file.xlsx_broken", value=str(error)[:200]) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a bug of the parser, met by a broken file
            raise
        raise _refused(path.name, "file.xlsx_broken", value="parser") from None


def read_text(path: Path) -> str:
    """A small UTF-8 text file (TOML), BOM taken off. Raises Faults."""
    _cap_file(path, SMALL_MAX)
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(path.name, "file.not_utf8", row=_line(path.read_bytes(), error.start)) from None


# -- text ---------------------------------------------------------------------------------------------------------


def _decoded(path: Path) -> tuple[str, tuple[Fault, ...]]:
    _cap_file(path, TEXT_MAX)
    data = path.read_bytes()
    if data.startswith((b"PK\x03\x04", _OLE)):
        raise _refused(path.name, "file.csv_is_workbook")
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        row = _line(data, error.start)
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        raise _refused(path.name, "file.not_utf8", row=row) from None
    if _damaged_utf8(data) or _western(data) or any("\ue000" <= c <= "\uf8ff" for c in text):
        raise _refused(path.name, "file.not_utf8", row=row)
    return text, (Fault(table="", code="file.gb18030", place=path.name),)


def _csv_rows(place: str, text: str) -> Iterator[tuple[int, list[str]]]:
    cells = 0
    for number, row in enumerate(csv.reader(_lines(place, text), strict=True), 1):
        cells += len(row)
        if number > ROWS_MAX + 1:
            raise _refused(place, "file.too_many_rows", rows=number - 1, limit=ROWS_MAX)
        if cells > CELLS_MAX:
            raise _refused(place, "file.too_wide", rows=number, columns=len(row), limit=CELLS_MAX)
        yield number, [_unguarded(cell) for cell in row]


def _lines(place: str, text: str) -> Iterator[str]:
    """The lines of a text with their ends, none so long that its cells alone would take all memory."""
    for number, found in enumerate(_LINE.finditer(text), 1):
        if found.end() - found.start() > SMALL_MAX:
            raise _refused(place, "file.too_wide", rows=number, columns=found[0].count(","), limit=CELLS_MAX)
        yield found[0]


def _western(data: bytes) -> bool:
    """Accented letters among plain ones, as Windows writes them in the West; as GB18030 they are rare characters."""
    pairs: list[bytes] = _PAIR.findall(data)
    return sum(pair[1] < 0x80 for pair in pairs) * 2 > len(pairs)


def _damaged_utf8(data: bytes) -> bool:
    """Most of its characters are UTF-8, so it is no GB18030 file but one with some bytes broken."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    return broken < sum(c > "\x7f" for c in text) - broken


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1


def _unguarded(cell: str) -> str:
    """Takes off the quote that ``guarded`` of the writers puts before what Excel would run."""
    return cell[1:] if _GUARDED.match(cell) else cell


# -- workbooks ----------------------------------------------------------------------------------------------------


def _look_over(path: Path) -> dict[str, _Marks]:
    """Every part read once within the caps, before the parser sees it; the marks of every worksheet by its name."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(_OLE) or path.suffix.lower() == ".xls":
        raise _refused(path.name, "file.old_xls")
    if not start.startswith(b"PK"):
        raise _refused(path.name, "file.not_xlsx")
    try:
        with zipfile.ZipFile(path) as archive:
            _cap_parts(path.name, archive)
            sheets, shared = _sheet_parts(archive)
            lengths = [len(text) for part in shared for text in _STRING_END.split(_whole_xml(archive, part))]
            return {name: _marks(_whole_xml(archive, part), lengths) for name, part in sheets.items()}
    except BROKEN_ZIP as error:
        raise _refused(path.name, "file.xlsx_broken", value=str(error)[:200]) from None


def _whole_xml(archive: zipfile.ZipFile, part: str) -> bytes:
    """A part of the archive; the sheets' own parser may take a broken end for the end and lose rows silently."""
    xml = archive.read(part)
    expat.ParserCreate().Parse(xml, True)
    return xml


def _cap_parts(place: str, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > PARTS_MAX:
        raise _refused(place, "file.too_large", megabytes=BYTES_MAX // MEGABYTE)
    left = BYTES_MAX
    for part in parts:
        with archive.open(part) as stream:
            left -= _length(stream, left, place)


def _length(stream: IO[bytes], limit: int, place: str) -> int:
    """Bytes really unpacked (a header may lie), at most ``limit``; refuses XML that declares entities."""
    length, first = 0, True
    while chunk := stream.read(MEGABYTE):
        length += len(chunk)
        if length > limit:
            raise _refused(place, "file.too_large", megabytes=BYTES_MAX // MEGABYTE)
        if first and b"<!DOCTYPE" in chunk[:4096]:
            raise _refused(place, "file.xlsx_broken", value="DOCTYPE")
        first = False
    return length


def _sheet_parts(archive: zipfile.ZipFile) -> tuple[dict[str, str], list[str]]:
    """Names of the worksheets with the parts that hold them, in the workbook's order; the parts of shared texts."""
    relations = [
        (relation.get("Id"), str(relation.get("Type")).rpartition("/")[2], str(relation.get("Target")))
        for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    ]
    parts = [(key, kind, to.lstrip("/") if to.startswith("/") else f"xl/{to}") for key, kind, to in relations]
    targets = {key: part for key, kind, part in parts if kind == "worksheet"}
    sheets = {}
    for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if element.tag.rpartition("}")[2] == "sheet":
            target = next((targets.get(v) for k, v in element.items() if k.endswith("}id")), None)
            if target:
                sheets[str(element.get("name"))] = target
    return sheets, [part for _, kind, part in parts if kind == "sharedStrings" and part in archive.namelist()]


def _marks(xml: bytes, lengths: Sequence[int]) -> _Marks:
    """
    Formulas, error values and the true extent of a worksheet; a formatted cell without a value does not count.
    ``lengths``: bytes of each shared text; one long text used by many cells is laid out as often.
    """
    formulas: set[tuple[int, int]] = set()
    errors: set[tuple[int, int]] = set()
    rows = columns = row = column = 0
    if not _UNPLACED.search(xml):  # where every cell says where it stands, those without content say nothing
        xml = _EMPTY_CELLS.sub(b"", xml)
    for tag in _TAG.finditer(xml):
        where = _REFERENCE.search(tag["attributes"])
        if tag["tag"] == b"row":
            row, column = int(where[2]) if where else row + 1, 0
            continue
        # a cell may leave out its reference: it is then the next one of its row
        row, column = (int(where[2]), _column_number(where[1])) if where else (row, column + 1)
        if tag["empty"]:
            continue
        rows, columns = max(rows, row), max(columns, column)
        if tag["formula"]:
            formulas.add((row, column))
        elif _ERROR_CELL.search(tag["attributes"]):
            errors.add((row, column))
    used = (int(found[1]) for found in _STRING_CELL.finditer(xml)) if max(lengths, default=0) > SHARED_MAX else ()
    text = sum(lengths[at] for at in used if at < len(lengths))
    return _Marks(formulas, errors, rows, columns, text)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def column_letters(number: int) -> str:
    """``1`` → ``A``, ``27`` → ``AA``."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _sheet(book: CalamineWorkbook, name: str, marks: _Marks) -> Grid | Faults:
    try:
        # the parser lays a sheet out as a full rectangle: two cells far apart would take all memory
        _cap(name, rows=marks.rows, columns=marks.columns)
        if marks.text > BYTES_MAX:
            raise _refused(name, "file.too_large", megabytes=BYTES_MAX // MEGABYTE)
        sheet = book.get_sheet_by_name(name)
        rows = enumerate(sheet.to_python(skip_empty_area=False), 1)
        return _grid(name, rows, marks=marks, merged=_merged(sheet))
    except Faults as faults:
        return faults


def _merged(sheet: CalamineSheet) -> tuple[Box, ...]:
    ranges = sheet.merged_cell_ranges or ()
    return tuple(sorted(Box(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in ranges))


# -- any ----------------------------------------------------------------------------------------------------------


def _grid(
    place: str,
    rows: Iterable[tuple[int, Sequence[Any]]],
    *,
    marks: _Marks | None = None,
    merged: tuple[Box, ...] = (),
    notes: tuple[Fault, ...] = (),
) -> Grid:
    marks = marks or _Marks()
    marked = {row for row, _ in marks.formulas | marks.errors}
    kept = [(n, cells) for n, cells in rows if n in marked or not all(blank(cell) for cell in cells)]
    if not kept:
        raise _refused(place, "file.empty")
    if kept[0][0] != 1:
        raise _refused(place, "file.no_heading", row=kept[0][0])
    if len(kept) - 1 > ROWS_MAX:
        raise _refused(place, "file.too_many_rows", rows=len(kept) - 1, limit=ROWS_MAX)
    width = max(_used(cells) for _, cells in kept)
    if width > COLUMNS_MAX:
        raise _refused(place, "file.too_many_columns", columns=width, limit=COLUMNS_MAX)
    headings = tuple(" ".join(shown(cell).translate(INVISIBLE).split()) for cell in kept[0][1])
    return Grid(
        place=place,
        headings=_fitted(headings, width, ""),
        rows=tuple((n, _fitted(tuple(cells), width, None)) for n, cells in kept[1:]),
        formulas=frozenset(marks.formulas),
        errors=frozenset(marks.errors),
        merged=merged,
        notes=notes,
    )


def _used(cells: Sequence[Any]) -> int:
    """How many cells of a row are used, counted to the last that is not blank."""
    return next((n for n in range(len(cells), 0, -1) if not blank(cells[n - 1])), 0)


def _fitted(cells: tuple[Any, ...], width: int, filler: Any) -> tuple[Any, ...]:
    return cells[:width] + (filler,) * (width - len(cells))


def _plain(cell: Any) -> Cell:
    """A value of Arrow as a cell: NaN is blank, what is no plain value becomes text."""
    if isinstance(cell, float) and not math.isfinite(cell):
        return None if math.isnan(cell) else str(cell)
    return cell if blank(cell) or isinstance(cell, Cell) else str(cell)


def _cap_file(path: Path, limit: int = BYTES_MAX) -> None:
    if not path.is_file():
        raise _refused(path.name, "file.missing", value=path.name)
    if path.stat().st_size > limit:
        raise _refused(path.name, "file.too_large", megabytes=limit // MEGABYTE)


def _cap(place: str, *, rows: int, columns: int) -> None:
    if rows > ROWS_MAX + 1:
        raise _refused(place, "file.too_many_rows", rows=rows, limit=ROWS_MAX)
    if columns > COLUMNS_MAX:
        raise _refused(place, "file.too_many_columns", columns=columns, limit=COLUMNS_MAX)
    if rows * columns > CELLS_MAX:
        raise _refused(place, "file.too_wide", rows=rows, columns=columns, limit=CELLS_MAX)


def _refused(place: str, code: str, *, row: int | None = None, value: str = "", **params: object) -> Faults:
    return Faults([Fault(table="", code=code, place=place, row=row, value=value, params=params)])
