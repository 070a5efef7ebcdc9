"""
Word templates of the office: a .docx with placeholders, checked before it is filled, and filled without running code.

A template may name what ``allocation.placeholders`` lists, repeat a row for every row of a table, and leave a part out
when it is blank; nothing else. Every tag is read by a small grammar first, so that what is not allowed (calls, filters,
other names) is refused with its place before the sandbox ever sees it. Links to files outside and macros are refused.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from allocation import qr
from allocation.messages import Fault, Faults
from allocation.paper import Code, Grid, Paper, Text, clean, timeless
from allocation.placeholders import ALL_TEXTS, OPTIONAL, TOTAL, VOCABULARY, Vocabulary
from allocation.word import CODE_MM, closed, set_properties, template_docx

SIZE_MAX = 20_000_000
"""A template that unpacks to more bytes is refused."""
SAME = "\ufdd0"
"""Stands in a cell that continues the cell above it, until the cells are joined."""
_TAG = re.compile(r"\{\{(.*?)\}\}|\{%(.*?)%\}|\{#(.*?)#\}")
_LEFT = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_FOR = re.compile(r"for\s+([A-Za-z_]\w*)\s+in\s+([A-Za-z_]\w*)")
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const, nodes.Not, nodes.And,
    nodes.Or, nodes.Compare, nodes.Operand,
)  # fmt: skip


def fill(template: Path, document: str, papers: Sequence[Paper], path: Path, *, made_on: date) -> None:
    """
    Write papers into one .docx as the template lays them out, each from a new page.

    Parameters
    ----------
    template
        The office's file.
    document
        Which of the ten it is for.
    path, made_on
        As in ``word.write_docx``.

    Raises
    ------
    Faults
        It cannot be read, or any of its placeholders is unknown or broken: all of them at once, with their places.
    """
    data = _read(template)
    check(data, document, template.name)
    body, headers = _sources(data)
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    source = environment.from_string(body)
    opened = DocxTemplate(io.BytesIO(data))
    opened.init_docx()
    opened.current_rendering_part = opened.docx.part
    said = [source.render(_context(paper, VOCABULARY[document], opened)) for paper in papers]
    inner = [_inner(xml) for xml in said]
    section = inner[0][1]
    xml = "".join([*(closed(one, section) for one, _ in inner[:-1]), inner[-1][0], section])
    element = parse_xml(f"<w:body {nsdecls('w', 'r', 'wp', 'a', 'pic')} {_spaces(body)}>{xml}</w:body>")
    former = opened.docx.element.body
    former.getparent().replace(former, element)
    _join_cells(element)
    _number_pictures(element)
    first = _context(papers[0], VOCABULARY[document], opened, picture=False)
    for part, header in zip(_margin_parts(opened.docx), headers, strict=True):
        part._element = parse_xml(environment.from_string(header).render(first))
    set_properties(opened.docx, papers[0].title, made_on, papers[0].lang)
    made = io.BytesIO()
    opened.docx.save(made)
    path.write_bytes(timeless(made.getvalue(), _without_names))


def _without_names(name: str, data: bytes) -> bytes | None:
    """What Word keeps of the people who wrote the template goes."""
    if name == "docProps/app.xml":
        return re.sub(rb"<(Company|Manager)>.*?</\1>", b"", data)
    return data


# -- reading ------------------------------------------------------------------------------------------------------


def _read(template: Path) -> bytes:
    def wrong(code: str, **params: object) -> Faults:
        return Faults([Fault(table="template", code=code, place=template.name, params=params)])

    try:
        data = template.read_bytes()
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > SIZE_MAX:
                raise wrong("template.too_large", megabytes=SIZE_MAX // 1_000_000)
            names = archive.namelist()
            links = b"".join(archive.read(name) for name in names if name.endswith(".rels"))
        if any("vbaProject" in name for name in names):
            raise wrong("template.macro")
        outside = re.findall(rb'<Relationship [^>]*TargetMode="External"[^>]*>', links)
        if any(b"/hyperlink" not in link for link in outside):
            raise wrong("template.external")
        docx.Document(io.BytesIO(data))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, SyntaxError):
        raise wrong("template.unreadable") from None
    return data


def _sources(data: bytes) -> tuple[str, list[str]]:
    """The body, and the headers and footers, as sources of templates."""
    opened = DocxTemplate(io.BytesIO(data))
    opened.init_docx()
    body = opened.patch_xml(opened.get_xml())
    return body, [opened.patch_xml(opened.xml_to_string(part._element)) for part in _margin_parts(opened.docx)]


def _margin_parts(document: Any) -> list[Any]:
    """Headers and footers, by their names in the file."""
    parts = [p for p in document.part.package.iter_parts() if re.search(r"/(header|footer)\d*\.xml$", str(p.partname))]
    return sorted(parts, key=lambda part: str(part.partname))


def _inner(xml: str) -> tuple[str, str]:
    """What stands in a rendered body, and its section properties apart."""
    inside = xml[xml.index(">") + 1 : xml.rindex("</w:body>")]
    before, mark, after = inside.rpartition("<w:sectPr")
    return (before, mark + after) if mark else (inside, "")


def _spaces(body: str) -> str:
    """The namespaces the body declares, but for those every body has."""
    known = {"w", "r", "wp", "a", "pic"}
    found = re.findall(r' xmlns:(\w+)="([^"]*)"', body[: body.index(">")])
    return " ".join(f'xmlns:{name}="{space}"' for name, space in found if name not in known)


def _join_cells(body: Any) -> None:
    """Cells that continue the one above are joined with it."""
    for table in body.iter(qn("w:tbl")):
        above: list[Any] = []
        for row in table.findall(qn("w:tr")):
            cells = row.findall(qn("w:tc"))
            goes_on = [place for place, cell in enumerate(cells) if _text(cell) == SAME]
            for place in goes_on:
                for word in cells[place].iter(qn("w:t")):
                    word.text = ""
                _merge(cells[place], "continue")
                if place < len(above):
                    _merge(above[place], "restart")
            for cell in above if goes_on else ():  # rows joined so stay on one page
                for paragraph in cell.iter(qn("w:p")):
                    paragraph.get_or_add_pPr().get_or_add_keepNext()
            above = cells


def _merge(cell: Any, how: str) -> None:
    properties = cell.get_or_add_tcPr()
    if properties.find(qn("w:vMerge")) is None:
        merge = parse_xml(f'<w:vMerge {nsdecls("w")} w:val="{how}"/>')
        width = properties.find(qn("w:tcW"))
        properties.insert(0, merge) if width is None else width.addnext(merge)


def _number_pictures(body: Any) -> None:
    for number, picture in enumerate(body.iter(qn("wp:docPr")), 1):
        picture.set("id", str(number))


# -- what a paper gives -------------------------------------------------------------------------------------------


def _context(paper: Paper, words: Vocabulary, opened: DocxTemplate, *, picture: bool = True) -> dict[str, Any]:
    """Name → text, rows or picture of a paper; every name of the vocabulary, blank where the paper has none."""
    found: dict[str, Any] = dict.fromkeys([*ALL_TEXTS, *words.texts], "")
    found |= {name: [] for name in [*words.lists, *words.grids]}
    found |= {name + TOTAL: dict.fromkeys(columns, "") for name, columns in words.grids.items()}
    found |= {"title": clean(paper.title), "subtitle": clean(paper.subtitle)}
    found |= dict(zip(("seal", "date"), map(clean, paper.closing), strict=False))
    for block in paper.blocks:
        if isinstance(block, Code):
            found["root"], found["root_words"] = clean(block.lines[1]), clean("".join(block.lines[3:]))
            if picture:
                found["code"] = InlineImage(opened, io.BytesIO(qr.png(block.data)), width=Mm(CODE_MM))
        elif isinstance(block, Grid):
            found |= _rows(block, words.grids[block.name])
        elif block.name in words.lists:
            found[block.name].append({"text": clean(block.text)})
        elif block.name:
            found[block.name] = clean(block.text)
    return found


def _rows(grid: Grid, columns: Sequence[str]) -> dict[str, Any]:
    """The rows of a table, and its total apart; a column the paper leaves out is blank."""
    names, blank = [column.name for column in grid.columns], dict.fromkeys(columns, "")
    rows = [
        blank | {name: SAME if cell is None else clean(cell) for name, cell in zip(names, row, strict=True)}
        for row in grid.rows
    ]
    if not grid.total:
        return {grid.name: rows}
    return {grid.name: rows[:-1], grid.name + TOTAL: rows[-1]}


# -- checking -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Tag:
    """One tag: where it stands, its words as the clerk sees them, whether it says a value or steers, what is in it."""

    place: str
    shown: str
    kind: str
    inside: str


def check(data: bytes, document: str, place: str) -> None:
    """
    Refuse a template whose tags are broken, unknown or not allowed.

    Raises
    ------
    Faults
        All of them: table ``template``, the file and where in it, the tag.
    """
    faults: list[Fault] = []
    tags: list[_Tag] = []
    opened = docx.Document(io.BytesIO(data))
    for where, text in _texts(opened):
        rest = _TAG.sub("", text)
        if _LEFT.search(rest):
            faults.append(_fault(place, where, "template.broken", text))
        for found in _TAG.finditer(text):
            value, steer, _ = found.groups()
            kind = "value" if value is not None else "steer" if steer is not None else "remark"
            tags.append(_Tag(where, found[0], kind, (value or steer or "").strip()))
    checker = _Checker(VOCABULARY[document], place)
    for tag in tags:
        checker.read(tag)
    checker.end()
    faults += checker.faults
    if faults:
        raise Faults(faults)
    _parsed_whole(data, place)


def _parsed_whole(data: bytes, place: str) -> None:
    """What is right tag by tag may be wrong as a whole, e.g. a row that begins in one table and ends in another."""
    body, headers = _sources(data)
    try:
        for source in (body, *headers):
            SandboxedEnvironment().parse(source)
    except TemplateSyntaxError as error:
        fault = Fault(table="template", code="template.broken", place=place, value=str(error.message))
        raise Faults([fault]) from None


def _fault(file: str, where: str, code: str, value: str, **params: object) -> Fault:
    return Fault(table="template", code=code, place=f"{file}，{where}", value=value.strip()[:80], params=params)


def _texts(document: Any) -> Iterator[tuple[str, str]]:
    """Every paragraph with its place, headers and footers last."""
    paragraphs = tables = 0
    for child in document.element.body:
        if child.tag == qn("w:p"):
            paragraphs += 1
            yield f"第 {paragraphs} 段 (paragraph {paragraphs})", _text(child)
        elif child.tag == qn("w:tbl"):
            tables += 1
            yield from _table_texts(child, tables)
    for part in _margin_parts(document):
        for number, paragraph in enumerate(part._element.iter(qn("w:p")), 1):
            name = "页眉 header" if "header" in str(part.partname) else "页脚 footer"
            yield f"{name} {number}", _text(paragraph)


def _table_texts(table: Any, number: int) -> Iterator[tuple[str, str]]:
    for y, row in enumerate(table.findall(qn("w:tr")), 1):
        for x, cell in enumerate(row.findall(qn("w:tc")), 1):
            where = f"第 {number} 个表第 {y} 行第 {x} 格 (table {number}, row {y}, cell {x})"
            yield from ((where, _text(paragraph)) for paragraph in cell.iter(qn("w:p")))


def _text(paragraph: Any) -> str:
    return "".join(word.text or "" for word in paragraph.iter(qn("w:t")))


class _Checker:
    """Reads the tags of a template in their order, and remembers which loops and conditions are open."""

    def __init__(self, words: Vocabulary, file: str) -> None:
        self.names = {*ALL_TEXTS, *words.texts} - words.lists
        self.grids = {name: frozenset(columns) for name, columns in words.grids.items()}
        self.grids |= {name: frozenset({"text"}) for name in words.lists}
        self.totals = {name + TOTAL: columns for name, columns in self.grids.items() if name not in words.lists}
        self.file = file
        self.open: list[tuple[str, _Tag]] = []
        self.loops: list[tuple[str, str]] = []
        self.faults: list[Fault] = []

    def read(self, tag: _Tag) -> None:
        """One tag."""
        if tag.kind == "remark":
            return
        inside = re.sub(r"^(tr|p)\s+", "", tag.inside) if tag.kind == "steer" else tag.inside
        word = inside.split()[0] if inside.split() else ""
        if tag.kind == "value" or word in ("if", "elif"):
            self._expression(tag, inside if tag.kind == "value" else inside[len(word) :])
        if tag.kind == "value":
            return
        if word == "if":
            self.open.append(("endif", tag))
        elif word == "for":
            self._loop(tag, inside)
        elif word in ("endfor", "endif"):
            self._close(tag, word)
        elif word not in ("elif", "else"):
            self._say(tag, "template.not_allowed")
        elif not self.open or self.open[-1][0] != "endif":
            self._say(tag, "template.unopened")

    def end(self) -> None:
        """What is still open when the template ends."""
        for _, tag in self.open:
            self._say(tag, "template.unclosed")

    def _say(self, tag: _Tag, code: str, **params: object) -> None:
        self.faults.append(_fault(self.file, tag.place, code, tag.shown, **params))

    def _loop(self, tag: _Tag, inside: str) -> None:
        found = _FOR.fullmatch(inside)
        if found and found[2] not in self.grids:
            self._say(tag, "template.unknown", name=found[2], known=_near(self.grids))
        elif not found:
            self._say(tag, "template.not_allowed")
        self.open.append(("endfor", tag))
        self.loops.append((found[1], found[2]) if found else ("", ""))

    def _close(self, tag: _Tag, word: str) -> None:
        if not self.open or self.open[-1][0] != word:
            self._say(tag, "template.unopened")
            return
        self.open.pop()
        if word == "endfor":
            self.loops.pop()

    def _expression(self, tag: _Tag, text: str) -> None:
        try:
            tree = SandboxedEnvironment().parse("{{ " + text + " }}")
        except TemplateSyntaxError:
            self._say(tag, "template.broken")
            return
        if any(not isinstance(node, _ALLOWED) for node in tree.find_all(nodes.Node)):
            self._say(tag, "template.not_allowed")
            return
        owners = [node.node for node in tree.find_all(nodes.Getattr)]
        for node in tree.find_all(nodes.Getattr):
            self._attribute(tag, node)
        for name in tree.find_all(nodes.Name):
            if not any(name is owner for owner in owners) and name.name not in self.names | set(self.grids):
                self._say(tag, "template.unknown", name=name.name, known=_near(self.names))

    def _attribute(self, tag: _Tag, node: nodes.Getattr) -> None:
        """row.column: a row of a loop that is open, or the total of a table."""
        if not isinstance(node.node, nodes.Name):
            self._say(tag, "template.not_allowed")
            return
        owner = node.node.name
        grid = next((grid for name, grid in reversed(self.loops) if name == owner), None)
        columns = self.totals.get(owner) if grid is None else self.grids.get(grid, frozenset())
        if columns is None:
            self._say(tag, "template.unknown", name=owner, known=_near(self.totals))
        elif node.attr not in columns and (grid is None or grid in self.grids):
            self._say(tag, "template.unknown", name=f"{owner}.{node.attr}", known=_near(columns))


def _near(names: Any) -> str:
    return ", ".join(sorted(names))


# -- the shipped templates ----------------------------------------------------------------------------------------


def shipped(document: str, sample: Paper, *, made_on: date) -> bytes:
    """
    The template that is shipped for a document, made from a paper that has every part: each named text becomes its
    placeholder, each table one row that is repeated, what may be blank stands between ``if`` and ``endif``.
    """
    words = VOCABULARY[document]
    blocks: list[Text | Grid | Code] = []
    loops: dict[str, str] = {}
    seen: set[str] = set()
    for block in sample.blocks:
        if isinstance(block, Text) and block.name in words.lists:
            if block.name not in seen:
                said = (f"{{%p for one in {block.name} %}}", "{{ one.text }}", "{%p endfor %}")
                blocks += [replace(block, text=text) for text in said]
            seen.add(block.name)
            continue
        made = _placeholder(block, loops)
        optional = block.name in words.optional | OPTIONAL
        plain = Text(text=f"{{%p if {block.name} %}}", style="plain")
        blocks += [plain, made, replace(plain, text="{%p endif %}")] if optional else [made]
    closing = ("{{ seal }}", "{{ date }}") if sample.closing else ()
    paper = Paper(title="{{ title }}", subtitle="{{ subtitle }}", blocks=tuple(blocks), closing=closing)
    return template_docx(paper, loops, made_on=made_on)


def _placeholder(block: Text | Grid | Code, loops: dict[str, str]) -> Text | Grid | Code:
    if isinstance(block, Text):
        return replace(block, text=f"{{{{ {block.name} }}}}") if block.name else block
    if isinstance(block, Code):
        lines = (block.lines[0], "{{ root }}", *block.lines[2:3], "{{ root_words }}")
        return replace(block, data="{{ code }}", lines=lines)
    loops[block.name] = "row"
    rows = [tuple(f"{{{{ row.{column.name} }}}}" for column in block.columns)]
    if block.total:
        rows.append(tuple(f"{{{{ {block.name}{TOTAL}.{column.name} }}}}" for column in block.columns))
    return replace(block, rows=tuple(rows))
