"""
The plan as it was put up (分配方案公示), read again from its file and compared with a bundle, cell by cell.

The tables of a notice have names for programs: ``data-grid`` in a page, the caption of a table in Word. What is read is
the text of cells; what stands in words alone (why a home is left out, the sentences between the tables) is not
compared. Source: trust.md §2 row 13; docs/bundle.md §8.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from itertools import zip_longest
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from allocation.messages import LANGS, Lang, sentence
from allocation.paper import clean
from allocation.rows import Unit
from allocation.verify import SIZE_MAX, Bundle, Verdict, in_words, need
from allocation.wording import addresses

Row = dict[str, Any]
Table = list[list[str]]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
COLUMNS = ("order", "name", "household_id", "village", "persons", "entitlement", "home", "layout", "area", "total_area")
"""Columns of the table ``homes``; a household's own stand once, beside all its homes."""
OWN, LAST = 6, 9
CHECKED = ("round", "seed", "policy_hash")
"""Rows of the table ``checks`` that a bundle holds too."""


def as_posted(b: Bundle, path: Path) -> Row:
    """
    Fills the sentence of the check; the notice may hold the plan in several languages, each is compared.

    Raises
    ------
    Verdict
        FAIL: what differs first, by table, row and column, as found in the notice and as expected from the bundle.
        UNCHECKED: a notice without named tables, such as one made by an office's own template.
    """
    tables, roots = read_notice(path)
    plans = tables.get("homes", [])
    if not plans:
        raise Verdict("UNCHECKED", "shape", {"what": "table homes"})
    need(bool(roots), "root", "", b.manifest["root"])
    for root in roots:
        printed = in_words(b.manifest["root"]) if " " in root else b.manifest["root"]
        need(root == printed, "root", root, printed)
    cells = 0
    for table in plans:
        lang = _language(table, [f"notice.column.{name}" for name in COLUMNS])
        cells += _compared("homes", table, [_headings(lang), *_homes(b, lang)])
    for table in tables.get("checks", []):
        lang, said = _language(table, [f"notice.check.{name}" for name in CHECKED]), {row[0]: row[-1] for row in table}
        heads = {"round": b.head["id"], "seed": b.seed, "policy_hash": b.head["policy_hash"]}
        for name in CHECKED:
            label = sentence(f"notice.check.{name}", lang)
            need(said.get(label) == heads[name], f"checks, {label}", said.get(label, ""), heads[name])
    left = tables.get("left_out", [])
    need(bool(left) or not (b.parts["left_out"] or b.parts["unserved"]), "left_out", "", "a table")
    for table in left:
        lang = _language(table, ["notice.column.left_out", "notice.column.reasons"])
        found, due = Counter(_named(b, table[1:], lang)), Counter(_left_out(b, lang))
        need(found == due, "left_out", "、".join(sorted(found - due)), "、".join(sorted(due - found)))
    return {"rows": sum(len(table) - 2 for table in plans), "cells": cells}


# -- what the bundle says -----------------------------------------------------------------------------------------


def _headings(lang: Lang) -> list[str]:
    return [sentence(f"notice.column.{name}", lang) for name in COLUMNS]


def _m2(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02}"


def _addresses(b: Bundle, unit_ids: Sequence[str], lang: Lang) -> dict[str, str]:
    keys = ("unit_id", "project", "building", "entrance", "floor", "room", "layout")
    rows = [Unit(**{key: b.units[own][key] for key in keys}, area_m2=b.units[own]["area"]) for own in unit_ids]
    return addresses(rows, lang)


def _homes(b: Bundle, lang: Lang) -> Iterator[list[str]]:
    """The rows of the plan's table, the total last; cells beside a household's further homes repeat its own."""
    given = [unit["unit_id"] for units in b.homes.values() for unit in units]
    where = _addresses(b, given, lang)
    served = [own for own in b.slots if own in b.homes]
    for own in served:
        row, units = b.households[own], b.homes[own]
        said = [row["order"], row["name"], own, row["village"], row["persons"], _m2(row["entitlement"])]
        total = _m2(sum(unit["area"] for unit in units))
        for unit in units:
            yield [*map(str, said), where[unit["unit_id"]], unit["layout"], _m2(unit["area"]), total]
    yield [
        sentence("notice.total", lang), sentence("notice.count_households", lang, count=len(served)), "", "",
        str(sum(b.households[own]["persons"] for own in served)), "",
        sentence("notice.count_homes", lang, count=len(given)), "", "",
        _m2(sum(b.units[own]["area"] for own in given)),
    ]  # fmt: skip


def _left_out(b: Bundle, lang: Lang) -> list[str]:
    """Households and homes that the notice names as left out."""
    out = [row["household_id"] for row in b.parts["left_out"] if "household_id" in row] + b.parts["unserved"]
    units = [row["unit_id"] for row in b.parts["left_out"] if "unit_id" in row]
    return [_household(b, own, lang) for own in out] + list(_addresses(b, units, lang).values())


def _household(b: Bundle, own: str, lang: Lang) -> str:
    return clean(sentence("notice.named", lang, household_id=own, name=b.households[own]["name"]))


# -- what the notice says -----------------------------------------------------------------------------------------


def _language(table: Table, codes: Sequence[str]) -> Lang:
    """The language in which most of these stand in the table."""
    said = {cell for row in table for cell in row}
    return max(LANGS, key=lambda lang: sum(sentence(code, lang) in said for code in codes))


def _compared(name: str, found: Table, due: Table) -> int:
    """How many cells were the same; the first that is not stops."""
    cells = 0
    nothing: list[str] = []
    for number, (row, other) in enumerate(zip_longest(found, due, fillvalue=nothing)):
        for at, (cell, said) in enumerate(zip_longest(row, other, fillvalue="")):
            heading = due[0][at] if at < len(due[0]) else str(at + 1)
            need(cell == clean(said), f"{name}, {number}, {heading}", cell, said)
            cells += 1
    return cells


def _named(b: Bundle, rows: Table, lang: Lang) -> Iterator[str]:
    """Who and what the first column names; homes are listed, one text for all that share their reasons."""
    people = {_household(b, own, lang) for own in b.households}
    for row in rows:
        if row[0] in people:
            yield row[0]
            continue
        before, after = sentence("notice.units_listed", lang, count="\0", homes="\1").split("\1")
        shape = re.escape(before).replace("\0", "[0-9]+") + "(.*)" + re.escape(after).replace("\0", "[0-9]+")
        found = re.fullmatch(shape, row[0])
        yield from re.split("、" if lang == "zh" else ", ", found[1]) if found else [row[0]]


def read_notice(path: Path) -> tuple[dict[str, list[Table]], list[str]]:
    """
    Named tables, by name, and the fingerprints printed (64 hex digits each), of a .docx or .html notice.

    Raises
    ------
    Verdict
        The file is neither, is too large, or holds no such text.
    """
    kind = path.suffix.lower()
    need(kind in (".docx", ".html", ".htm") and path.is_file(), path.name, kind, ".docx, .html")
    need(path.stat().st_size <= SIZE_MAX, path.name, path.stat().st_size, f"≤ {SIZE_MAX}")
    if kind == ".docx":
        return _docx(path)
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    page.close()
    return page.tables, [*page.roots, *_roots("\n".join(page.said))]


def _roots(text: str) -> list[str]:
    """Fingerprints as they are printed for people: digits in groups of 16, joined; 24 characters in groups of four."""
    digits = re.findall(r"(?:\b[0-9a-f]{16}\s){3}[0-9a-f]{16}\b", text)
    characters = re.findall(r"(?<!\w)(?:[\u4e00-\u9fff]{4}\s){5}[\u4e00-\u9fff]{4}(?!\w)", text)
    return [re.sub(r"\s", "", found) for found in digits] + [" ".join(found.split()) for found in characters]


def _docx(path: Path) -> tuple[dict[str, list[Table]], list[str]]:
    with zipfile.ZipFile(path) as archive, archive.open("word/document.xml") as file:
        data = file.read(SIZE_MAX + 1)
    need(len(data) <= SIZE_MAX, path.name, "", f"≤ {SIZE_MAX}")
    text = data.decode("utf-8")
    need("<!DOCTYPE" not in text, path.name, "DOCTYPE", "")  # no entities: nothing to expand
    body, tables = ElementTree.fromstring(text), dict[str, list[Table]]()
    for grid in body.iter(f"{W}tbl"):
        caption = grid.find(f"{W}tblPr/{W}tblCaption")
        if caption is None:
            continue
        table: Table = []
        for line in grid.findall(f"{W}tr"):
            row: list[str] = []
            for cell in line.findall(f"{W}tc"):
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                goes_on = merge is not None and merge.get(f"{W}val") != "restart" and table
                row.append(table[-1][len(row)] if goes_on and len(row) < len(table[-1]) else _text(cell))
            table.append(row)
        tables.setdefault(caption.get(f"{W}val", ""), []).append(table)
    return tables, _roots("\n".join(_text(paragraph) for paragraph in body.iter(f"{W}p")))


def _text(element: ElementTree.Element) -> str:
    return clean("".join(text.text or "" for text in element.iter(f"{W}t")))


class _Page(HTMLParser):
    """Named tables of a page, cells that go on below repeated, and the fingerprint in its head."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[Table]] = {}
        self.roots: list[str] = []
        self.said: list[str] = []
        self._table: Table | None = None
        self._cell: list[str] | None = None
        self._spans: dict[int, tuple[int, str]] = {}
        self._rows = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A table, a row, a cell begins."""
        given = dict(attrs)
        if tag == "meta" and given.get("name") == "anju-root":
            self.roots.append(given.get("content") or "")
        elif tag == "table":
            self._table, self._spans = [], {}
            self.tables.setdefault(given.get("data-grid") or "", []).append(self._table)
        elif tag == "tr" and self._table is not None:
            self._table.append([])
        elif tag in ("td", "th"):
            span = given.get("rowspan") or "1"
            self._cell, self._rows = [], int(span) if span.isascii() and span.isdigit() and len(span) < 5 else 1

    def handle_data(self, data: str) -> None:
        """Text, of a cell or between."""
        self.said.append(data)
        if self._cell is not None:
            self._cell.append(data)

    def handle_endtag(self, tag: str) -> None:
        """A cell or a row ends; cells from above are put in where they go on."""
        if tag in ("td", "th") and self._cell is not None and self._table:
            row, text = self._table[-1], clean("".join(self._cell))
            self._fill(row)
            if self._rows > 1:
                self._spans[len(row)] = (self._rows - 1, text)
            row.append(text)
            self._cell = None
        elif tag == "tr" and self._table:
            self._fill(self._table[-1])
        elif tag == "table":
            self._table = None

    def _fill(self, row: list[str]) -> None:
        while len(row) in self._spans:
            left, text = self._spans.pop(at := len(row))
            if left > 1:
                self._spans[at] = (left - 1, text)
            row.append(text)
