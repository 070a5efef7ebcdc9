"""
A paper of the office as a value: what is said, by its parts, and nothing of how a file says it.

``allocation.word``, ``allocation.typeset`` and ``allocation.webpage`` each write the same values, as .docx, .pdf and
.html. Parts that an office may want to place otherwise have a ``name``, which Word templates use.

Layout: A4, margins and type sizes of GB/T 9704-2012 (版心 156 mm × 225 mm, 标题二号小标宋, 正文三号仿宋, 一级标题黑体,
页码四号宋体 between dashes, odd pages right, even pages left).
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from allocation.messages import Lang

Align = Literal["left", "center", "right"]
TextStyle = Literal["body", "heading", "warning", "plain", "signature", "address"]

TEXT_WIDTH_MM = 156
ZIP_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """
    A paragraph. ``plain`` is small and has no first-line indent; ``address`` names whom a paper is for;
    ``signature`` stands at the right.
    """

    text: str
    style: TextStyle = "body"
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a grid; the widths of a grid add up to ``TEXT_WIDTH_MM`` at most."""

    heading: str
    width_mm: int
    align: Align = "center"
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """
    A table. A cell of None continues the cell above it; rows joined so stay on one page.

    The heading row repeats on every page; there is none when all headings are blank. ``total`` marks the last row;
    ``whole`` keeps a short grid on one page.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str | None, ...], ...]
    total: bool = False
    whole: bool = False
    name: str = ""

    def __post_init__(self) -> None:
        wrong = [row for row in self.rows if len(row) != len(self.columns)]
        if wrong:
            raise ValueError(f"a row has {len(wrong[0])} cells; expected {len(self.columns)}: {wrong[0]!r}")
        width = sum(column.width_mm for column in self.columns)
        if width > TEXT_WIDTH_MM:
            raise ValueError(f"the columns are {width} mm wide; expected {TEXT_WIDTH_MM} mm at most")


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A QR code: the text it holds, and the lines beside it that say the same to people."""

    data: str
    lines: tuple[str, ...]
    name: str = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """
    One notice or slip: title, what it is about, its blocks in order, and the closing lines at the right.

    ``key`` tells papers of one document apart (a household_id, an objection_id); blank for a notice to everybody.
    """

    title: str
    subtitle: str = ""
    blocks: tuple[Text | Grid | Code, ...] = ()
    closing: tuple[str, ...] = ()
    lang: Lang = "zh"
    key: str = ""

    @property
    def grids(self) -> tuple[Grid, ...]:
        """The tables alone, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Grid))


def clean(text: str) -> str:
    """
    A text as one line that any writer can carry: line breaks and tabs become spaces, controls and marks that
    are not seen (bidirectional marks, zero widths, lone surrogates) go. Private-use characters stay: offices write
    rare characters of names with them; so do characters younger than Python's tables.
    """
    if text.isprintable():
        return text.strip()
    spaced = "".join(" " if c.isspace() and c != "\u3000" else c for c in text)
    seen = (c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf", "Cs") and c not in "\ufffe\uffff")
    return "".join(seen).strip()


def timeless(archive: bytes, change: Callable[[str, bytes], bytes | None] = lambda _name, data: data) -> bytes:
    """
    The same ZIP archive with every entry's time fixed, so that equal papers are equal files.

    ``change`` sees each entry's name and bytes and gives what stands there instead; None drops the entry.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as found, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as kept:
        for entry in found.infolist():
            fixed = zipfile.ZipInfo(entry.filename, ZIP_DAY)
            fixed.compress_type, fixed.create_system = zipfile.ZIP_DEFLATED, 0
            data = change(entry.filename, found.read(entry))
            if data is not None:
                kept.writestr(fixed, data)
    return made.getvalue()
