"""The clerk's own workbook, or a folder as one, with every fault marked in its cell and listed on a first sheet."""

from __future__ import annotations

import re
import warnings
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.cell.cell import Cell as BookCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from allocation.cells import Cell, blank
from allocation.messages import Fault, Faults, Lang, sentence
from allocation.reading import Layout, Source, lay_out, open_source
from allocation.schema import BY_NAME, HEAD, fault_sentence
from allocation.sheets import BROKEN_ZIP, column_letters
from allocation.tables import ROUND
from allocation.writers import atomic

_RED = PatternFill("solid", fgColor="FFC7CE")
_LINK = Font(color="0563C1", underline="single")


def annotate(path: Path, faults: Sequence[Fault], out: Path, lang: Lang) -> None:
    """
    Write the clerk's workbook to ``out`` with every faulty cell coloured and commented, and a first sheet that lists
    all faults with links to their cells. Everything else in the workbook stays as it was. A folder of CSV or Parquet
    files becomes a workbook with a sheet for each; a file that cannot be read leaves the list alone.

    Raises
    ------
    Faults
        When ``out`` is the clerk's own file, or its folder is missing.
    """
    source = open_source(path, ROUND)
    if out.resolve() == path.resolve() or not out.parent.is_dir():
        code = "annotate.no_folder" if not out.parent.is_dir() else "annotate.same_file"
        raise Faults([Fault(table="", code=code, place=out.name, value=str(out))])
    book, pages = _book(source)
    sheets = {page.title for page in book.worksheets}
    title = next(t for n in range(1, 1000) if (t := sentence("annotate.title", lang) + f"{n}" * (n > 1)) not in sheets)
    first = book.create_sheet(title, 0)
    book.active = 0
    layouts = {grid.place: lay_out(BY_NAME[name], grid, []) for name, grid in source.grids.items()}
    texts: dict[tuple[str, str], list[str]] = defaultdict(list)
    _fill_row(first, 1, sentence("annotate.headings", lang).split("|"))
    for number, fault in enumerate(faults, 2):
        page = pages.get(fault.place)
        cell = _cell_of(fault, layouts.get(fault.place))
        text = fault_sentence(fault, lang)
        where = [str(number - 1), fault.place, "" if fault.row is None else str(fault.row), fault.column, fault.value]
        _fill_row(first, number, [*where, text])
        if page is not None:
            link = first.cell(number, 1)
            quoted = page.title.replace("'", "''")
            link.hyperlink = Hyperlink(ref=link.coordinate, location=f"'{quoted}'!{cell or 'A1'}")
            link.font = _LINK
            if cell:
                texts[page.title, cell].append(text)
    for (sheet, cell), sentences in texts.items():
        _mark(book[sheet], cell, sentences)
    for letter, width in zip("ABCDEF", (6, 16, 6, 18, 24, 90), strict=True):
        first.column_dimensions[letter].width = width
    first.freeze_panes = "A2"
    atomic(out, book.save)


def _book(source: Source) -> tuple[Workbook, dict[str, Worksheet]]:
    """The workbook to mark, and its sheets by the place that faults name."""
    if source.book:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl does not know of a workbook is no concern of the clerk
            try:
                book = load_workbook(source.book)
                return book, {page.title: page for page in book.worksheets}
            except (*BROKEN_ZIP, InvalidFileException, SyntaxError, TypeError, AttributeError, IndexError):
                pass
    book = Workbook()
    book.remove(book.worksheets[0])
    pages = {}
    for grid in source.grids.values():
        page = book.create_sheet(re.sub(r"[\[\]:*?/\\]", "_", Path(grid.place).stem)[:31])
        pages[grid.place] = page
        for row, cells in ((1, grid.headings), *grid.rows):
            _fill_row(page, row, cells)
    return book, pages


def _fill_row(page: Worksheet, row: int, cells: Sequence[Cell]) -> None:
    """Texts stay texts, whatever they begin with; marks that no workbook may hold become �."""
    for at, value in enumerate(cells, 1):
        if blank(value):
            continue
        cell = page.cell(row, at)
        cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value) if isinstance(value, str) else value
        if isinstance(value, str):
            cell.data_type = "s"
            cell.number_format = "@"


def _cell_of(fault: Fault, layout: Layout | None) -> str:
    """The address of a fault's cell, or "" when it is about no single cell."""
    if fault.row is None:
        return ""
    if fault.table == HEAD.name:
        return f"B{fault.row}"
    if fault.code == "cell.merged":
        return fault.value.partition(":")[0]
    if "letters" in fault.params:
        return f"{fault.params['letters']}{fault.row}"
    at = layout.ours.get(fault.column, layout.others.get(fault.column)) if layout else None
    return "" if at is None else f"{column_letters(at + 1)}{fault.row}"


def _mark(page: Worksheet, address: str, sentences: Sequence[str]) -> None:
    letters, row = coordinate_from_string(address)
    cell = page.cell(row, column_index_from_string(letters))
    if not isinstance(cell, BookCell):  # the hidden part of a merged range takes no comment
        return
    before = [cell.comment.text] if cell.comment else []
    text = ILLEGAL_CHARACTERS_RE.sub("\ufffd", "\n".join([*before, *sentences]))
    cell.fill = _RED
    cell.comment = Comment(text, "anju", height=120, width=360)
