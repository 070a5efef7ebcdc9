"""
Papers as .docx: real styles, real tables whose heading row repeats, page numbers; no author, no clock.

The body is made as text of WordprocessingML: built or moved element by element in the library's tree, 2,413 statements
took minutes; as text they take seconds.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from allocation import qr
from allocation.messages import Lang
from allocation.paper import TEXT_WIDTH_MM, Align, Code, Grid, Paper, Text, TextStyle, clean, timeless

StyleIds = Mapping[str, str]
TWIPS_PER_MM = 1440 / 25.4
EMU_PER_MM = 36_000
CODE_MM = 26
"""How large a QR code is printed, its quiet zone included."""

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
    ("Address", "Normal", "仿宋_GB2312", {"size": 16, "line": 28.95}),
    ("Code Text", "Normal", "仿宋_GB2312", {"size": 10.5, "line": 15}),
    ("Signature", "Normal", "仿宋_GB2312", {"size": 16, "line": 28.95, "align": "right", "right": 4}),
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
    "address": "Address",
}
_BUILT_IN = {"Title", "Subtitle", "Heading 1", "Body Text", "Plain Text", "Signature", "Footer"}
_KEPT = {"Normal", "Normal Table", "Table Grid", "Default Paragraph Font", "No List"}


def write_docx(papers: Sequence[Paper], path: Path, *, made_on: date) -> None:
    """
    Write papers into one .docx, each from a new page and with its own page numbers.

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
    path.write_bytes(_written(papers, made_on))


def template_docx(paper: Paper, rows: Mapping[str, str], *, made_on: date) -> bytes:
    """
    A Word template in this layout: ``paper`` with placeholders for texts and, in every grid named in ``rows``, one row
    between the two tags that repeat it (grid name → what a row is called).
    """
    return _written([paper], made_on, rows)


def _written(papers: Sequence[Paper], made_on: date, loops: Mapping[str, str] | None = None) -> bytes:
    document = docx.Document()
    _strip(document)
    _set_styles(document)
    _set_page(document)
    set_properties(document, papers[0].title, made_on, papers[0].lang)
    pen = _Pen(document, loops or {})
    section = re.sub(r' xmlns:\w+="[^"]*"', "", document.sections[0]._sectPr.xml.strip())
    said = [pen.paper(paper) for paper in papers]
    body = "".join([*(closed(xml, section) for xml in said[:-1]), said[-1]])
    made = io.BytesIO()
    document.save(made)

    def filled(name: str, data: bytes) -> bytes:
        return data.replace(b"<w:sectPr", body.encode() + b"<w:sectPr", 1) if name == "word/document.xml" else data

    return timeless(made.getvalue(), filled)


def closed(xml: str, section: str) -> str:
    """A paper's paragraphs and tables with a section's end in the last paragraph, so that page numbers start anew."""
    before, mark, after = xml.rpartition("</w:pPr>")
    return before + section + mark + after


class _Pen:
    """Writes papers as text of WordprocessingML for one document, whose styles and pictures it knows."""

    def __init__(self, document: Any, loops: Mapping[str, str]) -> None:
        self.document = document
        self.ids: StyleIds = {style.name: style.style_id for style in document.styles}
        self.loops = loops
        self.pictures = 0

    def paper(self, paper: Paper) -> str:
        """The paragraphs and tables of a paper."""
        ids = self.ids
        parts = [_paragraph(ids, paper.title, "Title")]
        if paper.subtitle:
            parts.append(_paragraph(ids, paper.subtitle, "Subtitle"))
        for block, after in zip(paper.blocks, (*paper.blocks[1:], None), strict=True):
            tied = after is None and bool(paper.closing)  # a seal never stands alone on a page
            if isinstance(block, Text):
                keep = isinstance(after, Grid) or (
                    tied and block.style == "body"
                )  # what leads to a table stays with it
                parts.append(_paragraph(ids, block.text, _STYLE_OF[block.style], keep=keep))
            elif isinstance(block, Code):
                parts += [self._code(block), _gap(ids, keep=tied)]
            else:
                parts += [_table(ids, block, tied=tied, row=self.loops.get(block.name, "")), _gap(ids, keep=tied)]
        last = len(paper.closing) - 1
        parts += [_paragraph(ids, line, "Signature", keep=place < last) for place, line in enumerate(paper.closing)]
        return "".join(parts)

    def _code(self, code: Code) -> str:
        """A table without lines: the picture at the left, what it says at the right."""
        picture = _run(code.data) if self.loops else self._picture(code.data)
        keep = '<w:pPr><w:pStyle w:val="{}"/><w:keepNext/><w:spacing w:line="240" w:lineRule="auto"/></w:pPr>'
        cells = (
            (CODE_MM + 2, f"<w:p>{keep.format(self.ids['Table Text'])}{picture}</w:p>"),
            (TEXT_WIDTH_MM - CODE_MM - 2, "".join(_paragraph(self.ids, line, "Code Text") for line in code.lines)),
        )
        row = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{xml}</w:tc>'
            for width, xml in cells
        )
        widths = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width, _ in cells)
        return (
            f'<w:tbl><w:tblPr><w:tblW w:w="{_twips(TEXT_WIDTH_MM)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            f'<w:tblCaption w:val="{code.name}"/></w:tblPr><w:tblGrid>{widths}</w:tblGrid>'
            f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{row}</w:tr></w:tbl>"
        )

    def _picture(self, data: str) -> str:
        relation, _ = self.document.part.get_or_add_image(io.BytesIO(qr.png(data)))
        self.pictures += 1
        side = CODE_MM * EMU_PER_MM
        about = f'id="{self.pictures}" name="QR {self.pictures}" descr="{escape(data)}"'
        return (
            f"<w:r><w:drawing><wp:inline {nsdecls('wp', 'a', 'pic', 'r')}>"
            f'<wp:extent cx="{side}" cy="{side}"/><wp:docPr {about}/><a:graphic>'
            '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
            f"<pic:nvPicPr><pic:cNvPr {about}/><pic:cNvPicPr/></pic:nvPicPr>"
            f'<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{side}" cy="{side}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
            "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )


def _run(text: str) -> str:
    said = escape(clean(text))
    return f'<w:r><w:t xml:space="preserve">{said}</w:t></w:r>' if said else ""


def _paragraph(ids: StyleIds, text: str, style: str, align: Align | None = None, *, keep: bool = False) -> str:
    about = f'<w:pStyle w:val="{ids[style]}"/>'
    about += "<w:keepNext/>" if keep else ""
    about += f'<w:jc w:val="{align}"/>' if align else ""
    return f"<w:p><w:pPr>{about}</w:pPr>{_run(text)}</w:p>"


def _gap(ids: StyleIds, *, keep: bool) -> str:
    """A thin paragraph: Word joins two tables that nothing parts."""
    about = f'<w:pStyle w:val="{ids["Table Text"]}"/>' + ("<w:keepNext/>" if keep else "")
    return f'<w:p><w:pPr>{about}<w:spacing w:line="120" w:lineRule="exact"/></w:pPr></w:p>'


def _twips(millimetres: float) -> int:
    return round(millimetres * TWIPS_PER_MM)


def _table(ids: StyleIds, grid: Grid, *, tied: bool, row: str = "") -> str:
    width = _twips(sum(column.width_mm for column in grid.columns))
    side = f'w:w="{_twips(0.7)}" w:type="dxa"'
    rows = []
    if any(column.heading for column in grid.columns):
        rows.append(_row(ids, grid, tuple(column.heading for column in grid.columns), heading=True))
    said = [
        _row(ids, grid, cells, below=below, strong=grid.total and not below, tied=tied)
        for cells, below in zip(grid.rows, (*grid.rows[1:], ()), strict=True)
    ]
    if row:  # a template: the row between the two tags is repeated, and the tags' own rows go; a total follows
        blank = ("",) * (len(grid.columns) - 1)
        said.insert(0, _row(ids, grid, (f"{{%tr for {row} in {grid.name} %}}", *blank)))
        said.insert(2, _row(ids, grid, ("{%tr endfor %}", *blank)))
    widths = "".join(f'<w:gridCol w:w="{_twips(column.width_mm)}"/>' for column in grid.columns)
    caption = f'<w:tblCaption w:val="{grid.name}"/>' if grid.name else ""
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{ids["Table Grid"]}"/><w:tblW w:w="{width}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar><w:left {side}/><w:right {side}/></w:tblCellMar>{caption}</w:tblPr>"
        f"<w:tblGrid>{widths}</w:tblGrid>{''.join(rows + said)}</w:tbl>"
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
    if look.get("right"):
        properties.get_or_add_ind().set(qn("w:rightChars"), str(look["right"] * 100))
        properties.get_or_add_ind().set(qn("w:right"), str(round(look["size"] * look["right"] * 20)))
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
    numbers = _element("pgNumType", start=1)
    section._sectPr.find(qn("w:pgMar")).addnext(numbers)
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


def set_properties(document: Any, title: str, made_on: date, lang: Lang) -> None:
    """Nothing but the title, the language and the day in a document's properties: no author, no comment, no clock."""
    properties = document.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.title, properties.language = clean(title), {"zh": "zh-CN", "en": "en-GB"}[lang]
    properties.created = properties.modified = datetime.combine(made_on, time())
    properties.revision = 1
