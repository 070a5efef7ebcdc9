"""
A paper of the office as a value, and its writers: what is said knows nothing of how a file says it.

A ``Paper`` is one notice or slip, a ``Sheet`` one worksheet; both are made by ``allocation.notices``. Further forms
(.pdf, .html) are further writers of the same values. Files are the same byte for byte for the same values: no author,
no clock, ZIP entries without a time of day.

Layout: A4, margins and type sizes of GB/T 9704-2012 (版心 156 mm × 225 mm, 标题二号小标宋, 正文三号仿宋, 一级标题黑体,
页码四号宋体 between dashes, odd pages right, even pages left).
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape

import docx
import xlsxwriter
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

Align = Literal["left", "center", "right"]
TextStyle = Literal["body", "heading", "warning", "plain", "signature"]
StyleIds = Mapping[str, str]
CellKind = Literal["text", "whole", "area", "money", "price"]

TEXT_WIDTH_MM = 156
ZIP_DAY = (1980, 1, 1, 0, 0, 0)
TWIPS_PER_MM = 1440 / 25.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A paragraph. ``plain`` has no first-line indent; ``signature`` stands at the right."""

    text: str
    style: TextStyle = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a grid; the widths of a grid add up to ``TEXT_WIDTH_MM`` at most."""

    heading: str
    width_mm: int
    align: Align = "center"


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

    def __post_init__(self) -> None:
        wrong = [row for row in self.rows if len(row) != len(self.columns)]
        if wrong:
            raise ValueError(f"a row has {len(wrong[0])} cells; expected {len(self.columns)}: {wrong[0]!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One notice or slip: title, what it is about, its blocks in order, and the closing lines at the right."""

    title: str
    subtitle: str = ""
    blocks: tuple[Text | Grid, ...] = ()
    closing: tuple[str, ...] = ()

    @property
    def grids(self) -> tuple[Grid, ...]:
        """The tables alone, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Grid))


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


# -- .docx --------------------------------------------------------------------------------------------------------

LATIN = "Times New Roman"
FONTS: Mapping[str, tuple[str, ...]] = {
    "方正小标宋简体": ("方正小标宋_GBK", "华文中宋", "STZhongsong", "宋体", "Noto Serif CJK SC"),
    "仿宋_GB2312": ("仿宋", "FangSong", "华文仿宋", "Noto Serif CJK SC"),
    "楷体_GB2312": ("楷体", "KaiTi", "华文楷体", "Noto Serif CJK SC"),
    "黑体": ("SimHei", "Noto Sans CJK SC"),
    "宋体": ("SimSun", "Noto Serif CJK SC"),
}
"""Font GB/T 9704 asks for → what Word may take where it is not installed (``w:altName`` of the font table)."""

_STYLES: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("Normal", "", "仿宋_GB2312", {"size": 16, "line": 28.95}),
    ("Title", "Normal", "方正小标宋简体", {"size": 22, "line": 35, "align": "center", "next": "body", "keep": True}),
    ("Subtitle", "Normal", "楷体_GB2312", {"size": 16, "line": 28.95, "align": "center", "after": 12}),
    ("Heading 1", "Normal", "黑体", {"size": 16, "line": 28.95, "keep": True, "indent": True, "before": 6, "level": 0}),
    ("Body Text", "Normal", "仿宋_GB2312", {"size": 16, "line": 28.95, "indent": True, "align": "both"}),
    ("Plain Text", "Normal", "仿宋_GB2312", {"size": 12, "line": 20, "before": 6}),
    ("Signature", "Normal", "仿宋_GB2312", {"size": 16, "line": 28.95, "align": "right"}),
    (
        "Example Note",
        "Normal",
        "黑体",
        {"size": 12, "line": 20, "align": "center", "box": True, "after": 8, "before": 4},
    ),
    ("Table Text", "Normal", "仿宋_GB2312", {"size": 10.5, "line": 14.5, "close": True}),
    ("Table Heading", "Table Text", "黑体", {"size": 10.5, "line": 14.5, "align": "center"}),
    ("Footer", "Normal", "宋体", {"size": 14, "line": 18}),
)
_STYLE_OF: Mapping[TextStyle, str] = {
    "body": "Body Text",
    "heading": "Heading 1",
    "warning": "Example Note",
    "plain": "Plain Text",
    "signature": "Signature",
}
_BUILT_IN = {"Title", "Subtitle", "Heading 1", "Body Text", "Plain Text", "Signature", "Footer"}
_KEPT = {"Normal", "Normal Table", "Table Grid", "Default Paragraph Font", "No List"}


def write_docx(papers: Sequence[Paper], path: Path, *, made_on: date) -> None:
    """
    Write papers into one .docx, each from a new page.

    Parameters
    ----------
    papers
        At least one; their order is kept.
    path
        The file; its folder exists.
    made_on
        The day that stands in the file's properties; the clock is never read.

    Raises
    ------
    ValueError
        When there is no paper.
    """
    if not papers:
        raise ValueError("a document needs at least one paper")
    document = docx.Document()
    _strip(document)
    _set_styles(document)
    _set_page(document)
    _set_properties(document, papers[0].title, made_on)
    ids = {style.name: style.style_id for style in document.styles}
    body = "".join(_paper_xml(ids, paper, new_page=number > 0) for number, paper in enumerate(papers))
    made = io.BytesIO()
    document.save(made)
    path.write_bytes(_timeless(made.getvalue(), body))


def _paper_xml(ids: StyleIds, paper: Paper, *, new_page: bool) -> str:
    """The paragraphs and tables of a paper, as text of WordprocessingML."""
    parts = [_paragraph(ids, paper.title, "Title", new_page=new_page)]
    if paper.subtitle:
        parts.append(_paragraph(ids, paper.subtitle, "Subtitle"))
    for block, after in zip(paper.blocks, (*paper.blocks[1:], None), strict=True):
        if isinstance(block, Text):
            keep = isinstance(after, Grid)  # what leads to a table stays with it
            parts.append(_paragraph(ids, block.text, _STYLE_OF[block.style], keep=keep))
        else:
            tied = after is None and bool(paper.closing)  # a seal never stands alone on a page
            parts += [_table(ids, block, tied=tied), _gap(ids, keep=tied)]
    last = len(paper.closing) - 1
    parts += [_paragraph(ids, line, "Signature", keep=place < last) for place, line in enumerate(paper.closing)]
    return "".join(parts)


def _paragraph(
    ids: StyleIds, text: str, style: str, align: Align | None = None, *, keep: bool = False, new_page: bool = False
) -> str:
    about = f'<w:pStyle w:val="{ids[style]}"/>'
    about += "<w:keepNext/>" if keep else ""
    about += "<w:pageBreakBefore/>" if new_page else ""
    about += f'<w:jc w:val="{align}"/>' if align else ""
    said = escape(clean(text))
    words = f'<w:r><w:t xml:space="preserve">{said}</w:t></w:r>' if said else ""
    return f"<w:p><w:pPr>{about}</w:pPr>{words}</w:p>"


def _gap(ids: StyleIds, *, keep: bool) -> str:
    """A thin paragraph: Word joins two tables that nothing parts."""
    about = f'<w:pStyle w:val="{ids["Table Text"]}"/>' + ("<w:keepNext/>" if keep else "")
    return f'<w:p><w:pPr>{about}<w:spacing w:line="120" w:lineRule="exact"/></w:pPr></w:p>'


def _twips(millimetres: float) -> int:
    return round(millimetres * TWIPS_PER_MM)


def _table(ids: StyleIds, grid: Grid, *, tied: bool) -> str:
    width = _twips(sum(column.width_mm for column in grid.columns))
    side = f'w:w="{_twips(0.7)}" w:type="dxa"'
    rows = []
    if any(column.heading for column in grid.columns):
        rows.append(_row(ids, grid, tuple(column.heading for column in grid.columns), heading=True))
    for row, below in zip(grid.rows, (*grid.rows[1:], ()), strict=True):
        rows.append(_row(ids, grid, row, below=below, strong=grid.total and not below, tied=tied))
    widths = "".join(f'<w:gridCol w:w="{_twips(column.width_mm)}"/>' for column in grid.columns)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{ids["Table Grid"]}"/><w:tblW w:w="{width}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar><w:left {side}/><w:right {side}/></w:tblCellMar></w:tblPr>"
        f"<w:tblGrid>{widths}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(
    ids: StyleIds,
    grid: Grid,
    cells: Sequence[str | None],
    *,
    below: Sequence[str | None] = (),
    heading: bool = False,
    strong: bool = False,
    tied: bool = False,
) -> str:
    keep = heading or None in below or (grid.whole and (tied or bool(below)))
    style = "Table Heading" if heading or strong else "Table Text"
    made = []
    for place, (column, text) in enumerate(zip(grid.columns, cells, strict=True)):
        merge = "continue" if text is None else "restart" if below and below[place] is None else ""
        made.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{_twips(column.width_mm)}" w:type="dxa"/>'
            + (f'<w:vMerge w:val="{merge}"/>' if merge else "")
            + '<w:vAlign w:val="center"/></w:tcPr>'
            + _paragraph(ids, text or "", style, "center" if heading else column.align, keep=keep)
            + "</w:tc>"
        )
    about = "<w:cantSplit/>" + ("<w:tblHeader/>" if heading else "")
    return f"<w:tr><w:trPr>{about}</w:trPr>{''.join(made)}</w:tr>"


def _element(tag: str, **attributes: object) -> Any:
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


def _child(parent: Any, tag: str, **attributes: object) -> Any:
    made = _element(tag, **attributes)
    parent.append(made)
    return made


def _strip(document: Any) -> None:
    """Leave nothing of the library's template but what we use: no thumbnail, no second style sheet, no author."""
    for owner in (document.part, document.part.package):
        for key, relation in list(owner.rels.items()):
            if relation.reltype.rpartition("/")[2] in ("stylesWithEffects", "customXml", "thumbnail", "numbering"):
                del owner.rels[key]
    for style in list(document.styles):
        if style.name not in _KEPT:
            style.delete()
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            part._blob = _font_table()  # the library has no door to this part
        elif str(part.partname) == "/docProps/app.xml":
            part._blob = _APPLICATION


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_APPLICATION = (
    f'{_XML}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>anju</Application></Properties>"
).encode()


def _font_table() -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{",".join(others)}"/><w:charset w:val="86"/></w:font>'
        for name, others in FONTS.items()
    )
    return f'{_XML}<w:fonts xmlns:w="{space}">{fonts}<w:font w:name="{LATIN}"/></w:fonts>'.encode()


def _set_styles(document: Any) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for part in list(defaults.iter(qn("w:spacing"))):
        part.getparent().remove(part)
    _set_fonts(defaults.find(f"{qn('w:rPrDefault')}/{qn('w:rPr')}"), "仿宋_GB2312")
    for language in (defaults.find(f".//{qn('w:lang')}"), document.settings.element.find(qn("w:themeFontLang"))):
        language.set(qn("w:eastAsia"), "zh-CN")
    for name, based_on, font, look in _STYLES:
        if name not in document.styles:
            document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name in _BUILT_IN)
        style = document.styles[name]
        if based_on:
            style.base_style = document.styles[based_on]
        style.hidden, style.quick_style = False, True
        style.font.size = Pt(look["size"])
        style.font.color.rgb = RGBColor(0, 0, 0)
        _set_fonts(style.element.get_or_add_rPr(), font)
        _set_paragraph(style, look)


def _set_fonts(properties: Any, east_asia: str) -> None:
    for former in properties.findall(qn("w:rFonts")):
        properties.remove(former)
    fonts = _element("rFonts", ascii=LATIN, hAnsi=LATIN, eastAsia=east_asia, cs=LATIN, hint="eastAsia")
    properties.insert(0, fonts)


def _set_paragraph(style: Any, look: Mapping[str, Any]) -> None:
    form = style.paragraph_format
    form.line_spacing = Pt(look["line"])
    form.space_before, form.space_after = Pt(look.get("before", 0)), Pt(look.get("after", 0))
    form.keep_with_next = look.get("keep")
    form.widow_control = True
    properties = style.element.get_or_add_pPr()
    if look.get("indent"):
        indent = properties.get_or_add_ind()
        indent.set(qn("w:firstLineChars"), "200")
        indent.set(qn("w:firstLine"), str(round(look["size"] * 2 * 20)))
    if look.get("close"):  # no gap between Chinese and digits: 5栋1单元702室 is one word
        for tag in ("autoSpaceDE", "autoSpaceDN"):
            gap = _element(tag, val=0)
            properties.insert_element_before(gap, "w:spacing", "w:ind", "w:jc", "w:outlineLvl")
    if "align" in look:
        properties.get_or_add_jc().set(qn("w:val"), look["align"])
    if "level" in look:
        level = _element("outlineLvl", val=look["level"])
        properties.insert_element_before(level, "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange")
    if look.get("box"):
        borders = _element("pBdr")
        for side in ("top", "left", "bottom", "right"):
            _child(borders, side, val="single", sz=12, space=4, color="auto")
        properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(25)
    document.settings.odd_and_even_pages_header_footer = True
    for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["Footer"]
        properties = paragraph._p.get_or_add_pPr()
        side = {"right": "rightChars", "left": "leftChars"}[align]
        _child(properties, "ind", **{side: 100})
        _child(properties, "jc", val=align)
        paragraph.add_run("— ")
        field = _child(paragraph._p, "fldSimple", instr=" PAGE ")
        words = _child(_child(field, "r"), "t")
        words.text = "1"
        paragraph.add_run(" —")


def _set_properties(document: Any, title: str, made_on: date) -> None:
    properties = document.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.title, properties.language = clean(title), "zh-CN"
    properties.created = properties.modified = datetime.combine(made_on, time())
    properties.revision = 1


def _timeless(archive: bytes, body: str = "") -> bytes:
    """
    The same ZIP archive with every entry's time fixed, so that equal papers are equal files.

    ``body`` goes into the empty document before its section properties: built or moved element by element in the
    library's tree, 2,413 statements took minutes; as text they take seconds.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as found, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as kept:
        for entry in found.infolist():
            fixed = zipfile.ZipInfo(entry.filename, ZIP_DAY)
            fixed.compress_type, fixed.create_system = zipfile.ZIP_DEFLATED, 0
            data = found.read(entry)
            if entry.filename == "word/document.xml":
                data = data.replace(b"<w:sectPr", body.encode() + b"<w:sectPr", 1)
            kept.writestr(fixed, data)
    return made.getvalue()


# -- .xlsx --------------------------------------------------------------------------------------------------------

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
    path.write_bytes(_timeless(made.getvalue()))


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
