"""
Papers as .pdf, set by typst: fonts embedded, PDF/A-2u for the archive, the same bytes for the same papers and fonts.

PDF/A demands that every character has a form in an embedded font: what the fonts of the machine lack is found here and
told, and stands as 〓 (the printer's mark for a missing sort) instead of an empty box that nobody notices.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pypdfium2
import typst

from allocation import qr
from allocation.messages import Fault, Faults
from allocation.paper import Code, Grid, Paper, Text, clean

SOURCE = Path(__file__).with_name("templates") / "paper.typ"
STANDARD: Literal["a-2u"] = "a-2u"
TAGGED_PAPERS = 60
"""Up to so many papers a file is tagged for screen readers; more are a print run, and tags nine tenths of its size."""
RUN = 150
"""So many papers are set at once; of more the parts are bound into one file, which is then no PDF/A."""
MISSING = "〓"
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "STZhongsong", "Noto Serif CJK SC", "Source Han Serif SC"),
    "fang": ("FangSong_GB2312", "FangSong", "STFangsong", "FandolFang R", "Noto Serif CJK SC", "Source Han Serif SC"),
    "kai": ("KaiTi_GB2312", "KaiTi", "STKaiti", "AR PL UKai CN", "FandolKai", "Noto Serif CJK SC"),
    "hei": ("SimHei", "STHeiti", "FandolHei", "Noto Sans CJK SC", "Source Han Sans SC"),
    "song": ("SimSun", "STSong", "FandolSong", "Noto Serif CJK SC", "Source Han Serif SC"),
}
"""The part a font plays in GB/T 9704 → families in the order they are taken where installed."""
SPARE = ("SimSun-ExtB", "SimSun", "Noto Serif CJK SC", "Source Han Serif SC", "Noto Sans CJK SC", "PingFang SC")
"""Families that may have a character the first ones lack."""
LATIN = ("Times New Roman", "Liberation Serif", "Libertinus Serif")
HEAVY = frozenset({"Noto Serif CJK SC", "Source Han Serif SC"})
"""Families whose heavier weight stands in for 小标宋 in titles."""
_LACKS = re.compile(r"the text `\"(.*?)\"` could not be displayed")


def write_pdf(papers: Sequence[Paper], path: Path, *, made_on: date) -> tuple[str, ...]:
    """
    Write papers into one .pdf, each from a new page and with its own page numbers.

    Parameters
    ----------
    papers
        At least one; their order is kept.
    path
        The file; its folder exists.
    made_on
        The day that stands in the file's properties; the clock is never read.

    Returns
    -------
    tuple
        The characters that no installed font has, sorted; in the file they stand as 〓.

    Raises
    ------
    ValueError
        When there is no paper.
    Faults
        The machine has no Chinese font at all.
    """
    if not papers:
        raise ValueError("a document needs at least one paper")
    fonts = _fonts()
    if len(papers) <= RUN:
        made, lacking = _set(json.dumps(_given(papers, made_on)), fonts, made_on, tagged=len(papers) <= TAGGED_PAPERS)
        path.write_bytes(made)
        return tuple(sorted(lacking))
    starts = range(0, len(papers), RUN)
    texts = (json.dumps(_given(papers[start : start + RUN], made_on)) for start in starts)
    parts, missing = [], set[str]()
    for text in texts:
        made, lacking = _set_alone(text, made_on)
        parts.append(made)
        missing |= lacking
    path.write_bytes(_bound(parts, made_on))
    return tuple(sorted(missing))


def _set_alone(data: str, made_on: date) -> tuple[bytes, set[str]]:
    """As ``_set``, in a process that gives its memory back: in one, thousands of pages would take gigabytes."""
    words = [sys.executable, "-P", "-m", "allocation.typeset", made_on.isoformat()]
    done = subprocess.run(words, input=data.encode(), capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"setting a part of the file failed: {done.stderr.decode(errors='replace')[-2000:]}")
    lacking, _, made = done.stdout.partition(b"\n")
    return made, set(json.loads(lacking))


def _set(data: str, fonts: str, made_on: date, *, tagged: bool) -> tuple[bytes, set[str]]:
    """The file, and the characters for which 〓 stands in it."""
    lacking: set[str] = set()
    while True:
        try:
            return _compiled(data, fonts, made_on, tagged=tagged), lacking
        except typst.TypstError as error:
            found = _characters(str(error))
            if not found - lacking:
                raise
            lacking |= found
            data = json.dumps(_without(json.loads(data), found))


def _without(value: Any, lacking: set[str]) -> Any:
    """The same papers with 〓 for what no font has."""
    if isinstance(value, str):
        return value.translate({ord(character): MISSING for character in lacking})
    if isinstance(value, list):
        return [_without(item, lacking) for item in value]
    return {key: _without(item, lacking) for key, item in value.items()} if isinstance(value, dict) else value


def _bound(parts: Sequence[bytes], made_on: date) -> bytes:
    """Several files as one; neither its day nor its own number says when it was really made."""
    whole = pypdfium2.PdfDocument.new()
    for part in parts:
        opened = pypdfium2.PdfDocument(part)
        whole.import_pages(opened)
        opened.close()
    made = io.BytesIO()
    whole.save(made)
    whole.close()
    data = made.getvalue()
    number = hashlib.md5(b"".join(parts), usedforsecurity=False).hexdigest().upper().encode()
    data = re.sub(rb"/ID ?\[ ?<[0-9A-F]{32}> ?<[0-9A-F]{32}> ?\]", b"/ID[<%s><%s>]" % (number, number), data)
    return re.sub(rb"\(D:\d{14}", b"(D:%s000000" % made_on.strftime("%Y%m%d").encode(), data)


def _compiled(data: str, fonts: str, made_on: date, *, tagged: bool) -> bytes:
    made = typst.compile(
        SOURCE.read_bytes(),
        sys_inputs={"papers": data, "fonts": fonts},
        format="pdf",
        pdf_standards=STANDARD,
        pdf_tags=tagged,
        timestamp=datetime.combine(made_on, time(), UTC),
        font_paths=_installed(),
    )
    if not isinstance(made, bytes):
        raise TypeError(f"typst gave {type(made).__name__}; expected the bytes of one file")
    return made


def _characters(said: str) -> set[str]:
    """The characters an error names as not displayed; a text of several is searched for those out of the ordinary."""
    found: set[str] = set()
    for text in _LACKS.findall(said):
        named = re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), text)
        found |= set(named)
    return found


@cache
def _installed() -> typst.Fonts:
    return typst.Fonts()


@cache
def _fonts() -> str:
    """The families to be used for each part, of those that are installed, as JSON."""
    there = {family.casefold(): family for family in _installed().families()}

    def known(*families: str) -> list[str]:
        return [there[family.casefold()] for family in families if family.casefold() in there]

    latin = [{"name": family, "covers": "latin-in-cjk"} for family in known(*LATIN)[:1]]
    chosen: dict[str, Any] = {}
    for part, families in FAMILIES.items():
        found = known(*families)
        if not found:
            wanted = ", ".join(("Noto Serif CJK SC", "Noto Sans CJK SC"))
            raise Faults([Fault(table="out", code="paper.no_font", value=part, params={"fonts": wanted})])
        chosen[part] = [*latin, *dict.fromkeys([*found, *known(*SPARE)])]
        if part == "title":
            chosen["title-weight"] = "bold" if found[0] in HEAVY else "regular"
    return json.dumps(chosen)


# -- papers as data -----------------------------------------------------------------------------------------------


def _given(papers: Sequence[Paper], made_on: date) -> dict[str, Any]:
    pictures = {block.data: qr.svg(block.data) for paper in papers for block in paper.blocks if isinstance(block, Code)}
    day = {"year": made_on.year, "month": made_on.month, "day": made_on.day}
    return {"title": clean(papers[0].title), "day": day, "papers": [_paper(paper, pictures) for paper in papers]}


def _paper(paper: Paper, pictures: Mapping[str, str]) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = []
    for block in paper.blocks:
        if isinstance(block, Text):
            blocks.append({"kind": "text", "style": block.style, "text": clean(block.text)})
        elif isinstance(block, Code):
            lines = [clean(line) for line in block.lines]
            blocks.append({"kind": "code", "data": block.data, "svg": pictures[block.data], "lines": lines})
        else:
            blocks.append(_grid(block))
    return {
        "title": clean(paper.title),
        "subtitle": clean(paper.subtitle),
        "blocks": blocks,
        "closing": [clean(line) for line in paper.closing],
        "lang": paper.lang,
    }


def _grid(grid: Grid) -> dict[str, Any]:
    grid = replace(grid, rows=tuple(tuple(None if c is None else clean(c) for c in row) for row in grid.rows))
    return {
        "kind": "grid",
        "columns": [
            {"heading": clean(column.heading), "width": column.width_mm, "align": column.align}
            for column in grid.columns
        ],
        "rows": grid.rows,
        "total": grid.total,
        "whole": grid.whole,
        "wide": [
            [y, x]
            for y, row in enumerate(grid.rows)
            for x, (said, column) in enumerate(zip(row, grid.columns, strict=True))
            if said and _longest_mm(said) > column.width_mm - 1.5
        ],
    }


def _longest_mm(said: str) -> float:
    """About how wide the longest run without a place to break is, in mm, at the size of tables (10.5 pt)."""
    if len(said) * 3.8 < 9:
        return 0
    longest = width = 0.0
    for character in said:
        if unicodedata.east_asian_width(character) in "WF" or character in " -":
            width = 0.0
        else:
            width += 2.8 if character.isupper() else 1.9
            longest = max(longest, width)
    return longest


if __name__ == "__main__":
    found, lacks = _set(sys.stdin.buffer.read().decode(), _fonts(), date.fromisoformat(sys.argv[1]), tagged=False)
    sys.stdout.buffer.write(json.dumps(sorted(lacks)).encode() + b"\n" + found)
