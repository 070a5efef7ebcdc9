"""Reads papers back out of their files, each form by a library that did not write it."""

import re
import zlib
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import docx
import pypdfium2
import pypdfium2.raw as pdfium
from docx.oxml.ns import qn

from allocation.paper import Code, Grid, Paper, Text, clean

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def numbers(text: str) -> Counter:
    """Every number of a text, as it is printed."""
    return Counter(NUMBER.findall(text))


def digits(text: str) -> Counter:
    """Every digit, point and comma of a text: a file of pages may put a break between any two of its signs."""
    return Counter(c for c in text if c in "0123456789.,")


def page_numbers(text: str) -> Counter:
    """The digits of the page numbers of a file of pages."""
    return digits("".join(re.findall(r"—\s*(\d+)\s*—", text)))


def texts(paper: Paper) -> list[str]:
    """All that a paper says, headings of its tables once."""
    said = [paper.title, paper.subtitle, *paper.closing]
    for block in paper.blocks:
        if isinstance(block, Text):
            said.append(block.text)
        elif isinstance(block, Code):
            said += block.lines
        else:
            said += [column.heading for column in block.columns]
            said += [cell for row in block.rows for cell in row if cell is not None]
    return [clean(text) for text in said if text]


def grids(paper: Paper) -> list[list[list[str]]]:
    """The tables of a paper as rows of text, the heading row first where there is one; joined cells said again."""
    found = []
    for grid in paper.grids:
        rows = [[clean(column.heading) for column in grid.columns]] if any(c.heading for c in grid.columns) else []
        rows += filled_down(grid)
        found.append(rows)
    return found


def filled_down(grid: Grid) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in grid.rows:
        rows.append([rows[-1][x] if cell is None else clean(cell) for x, cell in enumerate(row)])
    return rows


def docx_text(path: Path) -> str:
    return "\n".join(t.text or "" for t in docx.Document(path).element.body.iter(qn("w:t")))


def docx_grids(path: Path) -> list[list[list[str]]]:
    """The tables that have lines; the one around a QR code has none."""
    found = []
    for table in docx.Document(path).tables:
        if table._tbl.tblPr.find(qn("w:tblStyle")) is None:
            continue
        rows: list[list[str]] = []
        for tr in table._tbl.findall(qn("w:tr")):
            row = []
            for x, tc in enumerate(tr.findall(qn("w:tc"))):
                merge = tc.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
                goes_on = merge is not None and merge.get(qn("w:val")) == "continue"
                row.append(rows[-1][x] if goes_on else "".join(t.text or "" for t in tc.iter(qn("w:t"))))
            rows.append(row)
        found.append(rows)
    return found


class Page(HTMLParser):
    """The text and the tables of a page; what could run or fetch anything is noted."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.text, self.grids, self.alive, self.metas = [], [], [], {}
        self._spans: dict[int, tuple[int, str]] = {}
        self._cell, self._span, self._skip = None, 1, 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        about = dict(attrs)
        if tag in ("script", "iframe", "object", "link", "form") or any(
            key.startswith("on") or (key in ("src", "href") and not value.startswith("#")) for key, value in attrs
        ):
            self.alive.append(tag)
        if tag == "meta" and "name" in about:
            self.metas[about["name"]] = about["content"]
        if tag in ("style", "svg", "title"):
            self._skip += 1
        if tag == "table":
            self.grids.append([])
            self._spans = {}
        elif tag == "tr":
            self.grids[-1].append([])
        elif tag in ("td", "th"):
            self._above()
            self._cell, self._span = [], int(about.get("rowspan", 1))

    def handle_endtag(self, tag):
        if tag in ("style", "svg", "title"):
            self._skip -= 1
        if tag in ("td", "th"):
            row, said = self.grids[-1][-1], "".join(self._cell)
            self._spans[len(row)] = (self._span - 1, said)
            row.append(said)
            self._cell = None
        elif tag == "tr":
            self._above()

    def handle_data(self, data):
        if not self._skip:
            self.text.append(data)
            if self._cell is not None:
                self._cell.append(data)

    def _above(self):
        row = self.grids[-1][-1]
        while self._spans.get(len(row), (0, ""))[0] > 0:
            left, said = self._spans[len(row)]
            self._spans[len(row)] = (left - 1, said)
            row.append(said)


def pdf_text(path: Path) -> str:
    pdf = pypdfium2.PdfDocument(path)
    return "\n".join(page.get_textpage().get_text_range() for page in pdf)


def undrawn(path: Path) -> int:
    """How many characters are set with glyph 0, the empty box of a font that lacks them."""
    data, found = path.read_bytes(), 0
    for start in re.finditer(rb"stream\r?\n", data):
        try:
            stream = zlib.decompressobj().decompress(data[start.end() :])
        except zlib.error:
            continue
        if b" Tf" not in stream:
            continue
        for literal in re.findall(rb"\(((?:[^()\\]|\\.)*)\)", stream, re.DOTALL):
            plain = re.sub(rb"\\([0-7]{1,3}|.)", _escaped, literal, flags=re.DOTALL)
            found += sum(plain[at : at + 2] == b"\0\0" for at in range(0, len(plain), 2))
    return found


def _escaped(found: re.Match[bytes]) -> bytes:
    code = found[1]
    if code.isdigit():
        return bytes([int(code, 8)])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(code, code)


def crossing(page) -> list[str]:
    """Characters that a line of a table runs through: text that does not fit its cell."""
    lines = []
    for item in page.get_objects(max_depth=3):
        if item.type == pdfium.FPDF_PAGEOBJ_PATH:
            left, bottom, right, top = item.get_bounds() if hasattr(item, "get_bounds") else item.get_pos()
            if right - left < 2 and top - bottom > 4:
                lines.append(((left + right) / 2, bottom, top))
    words, found = page.get_textpage(), []
    for at in range(words.count_chars()):
        left, bottom, right, top = words.get_charbox(at)
        if right - left > 0.5:
            middle = (bottom + top) / 2
            if any(left + 0.4 < x < right - 0.4 and low < middle < high for x, low, high in lines):
                found.append(words.get_text_range(at, 1))
    return found
