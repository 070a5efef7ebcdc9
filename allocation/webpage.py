"""
Papers as one .html file: nothing is fetched, nothing runs; reads on a telephone, prints on A4.

On a narrow screen a table of five columns or more becomes a list of cards, a row a card, every cell beside its heading.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from allocation import qr
from allocation.messages import Lang, sentence
from allocation.paper import Code, Grid, Paper, Text, clean

STYLE = Path(__file__).with_name("templates") / "paper.css"
CARDS_FROM = 5
"""So many columns do not fit on a telephone."""
_LANG: dict[Lang, str] = {"zh": "zh-CN", "en": "en"}


def html_text(papers: Sequence[Paper], *, root: str = "") -> str:
    """
    Papers as one page.

    Parameters
    ----------
    papers
        At least one; those in a second language follow those in the first, and links lead to each.
    root
        The fingerprint of the bundle, for programs that read the page (``<meta name="anju-root">``).

    Raises
    ------
    ValueError
        When there is no paper.
    """
    if not papers:
        raise ValueError("a document needs at least one paper")
    langs = list(dict.fromkeys(paper.lang for paper in papers))
    links = ""
    if len(langs) > 1:
        links = "".join(f'<a href="#{lang}">{sentence("word.language", lang)}</a>' for lang in langs)
        links = f'<nav aria-label="{escape(sentence("word.languages", langs[0]))}">{links}</nav>'
    seen: set[Lang] = set()
    parts = []
    for paper in papers:
        anchor = "" if paper.lang in seen else f' id="{paper.lang}"'
        seen.add(paper.lang)
        parts.append(f'<article lang="{_LANG[paper.lang]}"{anchor}>{_paper(paper)}</article>\n')
    meta = f'<meta name="anju-root" content="{escape(root)}">' if root else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{_LANG[langs[0]]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"{meta}<title>{_said(papers[0].title)}</title><style>{STYLE.read_text(encoding='utf-8')}</style></head>\n"
        f"<body>{links}<main>\n{''.join(parts)}</main></body></html>\n"
    )


def write_html(papers: Sequence[Paper], path: Path, *, root: str = "") -> None:
    """The page of :func:`html_text` as a file; its folder exists."""
    path.write_text(html_text(papers, root=root), encoding="utf-8")


def _said(text: str) -> str:
    return escape(clean(text))


def _paper(paper: Paper) -> str:
    parts = [f"<h1>{_said(paper.title)}</h1>"]
    if paper.subtitle:
        parts.append(f'<p class="subtitle">{_said(paper.subtitle)}</p>')
    for block in paper.blocks:
        if isinstance(block, Text):
            tag = "h2" if block.style == "heading" else "p"
            kind = "" if tag == "h2" else f' class="{block.style}"'
            parts.append(f"<{tag}{kind}>{_said(block.text)}</{tag}>")
        elif isinstance(block, Code):
            lines = "".join(f"<p>{_said(line)}</p>" for line in block.lines)
            parts.append(f'<div class="code">{_picture(block.data)}<div>{lines}</div></div>')
        else:
            parts.append(_grid(block))
    if paper.closing:
        lines = "".join(f"<p>{_said(line)}</p>" for line in paper.closing)
        parts.append(f'<div class="closing"><div>{lines}</div></div>')
    return "\n".join(parts)


def _picture(data: str) -> str:
    return qr.svg(data).replace("<svg", f'<svg role="img" aria-label="{escape(data)}"', 1)


def _grid(grid: Grid) -> str:
    wide = " wide" if len(grid.columns) >= CARDS_FROM else ""
    name = f' data-grid="{grid.name}"' if grid.name else ""
    head = ""
    if any(column.heading for column in grid.columns):
        cells = "".join(f'<th scope="col">{_said(column.heading)}</th>' for column in grid.columns)
        head = f"<thead><tr>{cells}</tr></thead>"
    spans = _spans(grid.rows)
    last = len(grid.rows) - 1
    rows = [_row(grid, y, spans, total=grid.total and y == last) for y in range(len(grid.rows))]
    return f'<div class="sheet{wide}"><table{name}>{head}<tbody>{"".join(rows)}</tbody></table></div>'


def _spans(rows: Sequence[Sequence[str | None]]) -> dict[tuple[int, int], int]:
    """(row, column) of a cell that goes on below → how many rows it takes."""
    spans: dict[tuple[int, int], int] = {}
    starts: dict[int, int] = {}
    for y, row in enumerate(rows):
        for x, said in enumerate(row):
            if said is not None:
                starts[x] = y
            else:
                spans[starts[x], x] = y - starts[x] + 1
    return spans


def _row(grid: Grid, y: int, spans: dict[tuple[int, int], int], *, total: bool) -> str:
    cells = []
    for x, (column, said) in enumerate(zip(grid.columns, grid.rows[y], strict=True)):
        if said is None:
            continue
        span = f' rowspan="{spans[y, x]}"' if (y, x) in spans else ""
        cells.append(f'<td class="{column.align}" data-label="{_said(column.heading)}"{span}>{_said(said)}</td>')
    kind = "total first" if total else "more" if None in grid.rows[y] else "first"
    return f'<tr class="{kind}">{"".join(cells)}</tr>'
