"""
The hall's screen and the homes left, as files that any web server shows: a crowd costs the office nothing.

Two pages in both languages, each whole in itself: nothing is fetched from elsewhere, names are masked, of a home it is
only said whether it is free. The page renews itself, and says since when it has not been able to.
Source: spec §4; trust.md §1.4.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Literal

from allocation.hall_view import FREE, HallView, HomeNow, Watch, columns_of
from allocation.messages import LANGS, Fault, Faults, Lang, sentence
from allocation.store import now

HERE = Path(__file__).with_name("templates") / "hall"
PAGES: tuple[Literal["hall", "homes"], ...] = ("hall", "homes")
HEARTBEAT_SECONDS = 5.0
"""How often the pages are written anew although nothing happened: they tell by it that they are alive (see hall.js)."""
LANG_NAMES: dict[Lang, str] = {"zh": "zh-CN", "en": "en"}


def file_name(page: str, lang: Lang) -> str:
    """``hall.html`` is Chinese, ``hall.en.html`` English."""
    return f"{page}.html" if lang == "zh" else f"{page}.{lang}.html"


def write_pages(view: HallView, folder: Path, as_of: datetime, *, seen: datetime, lost: bool = False) -> list[Path]:
    """
    Write the four pages; each is replaced at once, so that nobody reads half of one.

    Parameters
    ----------
    as_of
        When the record was last seen to be as ``view`` has it, by the record's clock.
    seen
        The same moment by this machine's: a drill's clock is another. By it the page finds out that it is old.
    lost
        The record cannot be reached: the pages say so.

    Raises
    ------
    Faults
        The folder cannot be written to.
    """
    style, script = ((HERE / name).read_text(encoding="utf-8") for name in ("hall.css", "hall.js"))
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for page in PAGES:
            for lang in LANGS:
                file = folder / file_name(page, lang)
                draft = file.with_suffix(".part")
                text = _page(page, view, lang, (as_of, seen), lost=lost, style=style, script=script)
                draft.write_text(text, encoding="utf-8")
                draft.replace(file)
                written.append(file)
    except OSError as error:
        fault = Fault(table="out", code="out.unwritable", place=str(folder), value=str(error.strerror))
        raise Faults([fault]) from error
    return written


def keep_writing(
    watch: Watch,
    round_id: str,
    folder: Path,
    *,
    wait: Callable[[float], object],
    moment: Callable[[], float],
    tell: Callable[[HallView, bool], object] = lambda _view, _lost: None,
    every: float = 1.0,
) -> None:
    """
    Write the pages whenever the record has grown, and every ``HEARTBEAT_SECONDS``, until ``wait`` gives something true.

    The record may go away and come back: the pages then say since when nothing is known. ``tell`` hears of each
    change. Raises Faults when the record cannot be reached at the very beginning or the folder not be written to.
    """
    shown, known, written_at, was_lost = watch.look(round_id), (watch.store.clock(), now()), -HEARTBEAT_SECONDS, False
    last: HallView | None = None
    while True:
        try:
            shown, known, lost = watch.look(round_id), (watch.store.clock(), now()), False
        except Faults:
            lost = True
        changed = shown is not last or lost != was_lost
        if changed or moment() - written_at >= HEARTBEAT_SECONDS:
            write_pages(shown, folder, known[0], seen=known[1], lost=lost)
            written_at = moment()
        if changed:
            tell(shown, lost)
        last, was_lost = shown, lost
        if wait(every):
            return


# -- a page -------------------------------------------------------------------------------------------------------


def _page(
    page: str, view: HallView, lang: Lang, at: tuple[datetime, datetime], *, lost: bool, style: str, script: str
) -> str:
    as_of, seen = at
    mark = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{mark}'; connect-src 'self'"
    body = _hall(view, lang) if page == "hall" else _homes(view, lang)
    return (
        f'<!DOCTYPE html>\n<html lang="{LANG_NAMES[lang]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<noscript><meta http-equiv="refresh" content="10"></noscript>'
        f"<title>{escape(sentence(f'screen.{page}', lang))} · {escape(view.title)}</title>"
        f"<style>{style}</style></head>\n<body>\n"
        f'<main data-seen="{seen.isoformat(timespec="seconds")}">\n'
        f"{_head(page, view, lang, as_of)}{_alarms(lang, as_of, lost=lost)}{body}</main>\n"
        f"<script>{script}</script></body></html>\n"
    )


def _head(page: str, view: HallView, lang: Lang, as_of: datetime) -> str:
    drill = sentence("screen.drill", lang) if view.drill else ""
    other: Lang = "en" if lang == "zh" else "zh"
    others = [(f"screen.{p}", file_name(p, lang)) for p in PAGES if p != page]
    links = "".join(f'<a href="{href}">{escape(sentence(code, lang))}</a> · ' for code, href in others)
    links += f'<a href="{file_name(page, other)}" lang="{LANG_NAMES[other]}">{sentence("word.language", other)}</a>'
    when = f"{as_of:%Y-%m-%d %H:%M:%S}"
    return (
        f"<header><h1>{escape(drill)}{escape(view.title)} · {escape(sentence(f'screen.{page}', lang))}</h1>"
        f"<p>{escape(sentence('screen.as_of', lang, at=when))} · {links}</p></header>\n"
    )


def _alarms(lang: Lang, as_of: datetime, *, lost: bool) -> str:
    when = f"{as_of:%H:%M:%S}"
    stale = escape(sentence("screen.stale", lang, at=when, minutes="\0")).replace("\0", '<span class="age"></span>')
    text = f'<p class="alarm stale" role="alert" hidden>{stale}</p>\n'
    if lost:
        text += f'<p class="alarm" role="alert">{escape(sentence("screen.lost", lang, at=when))}</p>\n'
    return text


def _hall(view: HallView, lang: Lang) -> str:
    """Whose turn it is, who is next, what is left: to be read from the last row."""
    if not view.begun:
        return f'<p class="who">{escape(sentence("screen.not_begun", lang))}</p>\n'
    upcoming = "".join(f"<li>{escape(view.called_as(own))}</li>" for own in view.figures["next"])
    queue = f"<ol>{upcoming}</ol>" if upcoming else f'<p class="big">{escape(sentence("screen.nobody", lang))}</p>'
    counts = {"done": view.figures["done"], "to_call": view.figures["to_call"]}
    return (
        f'<div class="two"><section>{_turn(view, lang)}'
        f"<h2>{escape(sentence('screen.next', lang))}</h2>{queue}"
        f'<p class="big">{escape(sentence("screen.counts", lang, **counts))}</p></section>\n'
        f"<section><h2>{escape(sentence('screen.left', lang))}</h2>{_left(view, lang)}</section></div>\n"
    )


def _turn(view: HallView, lang: Lang) -> str:
    figures = view.figures
    parts = {"session": figures["session"], "round": figures["round_of_choosing"]}
    text = f"<h2>{escape(sentence('screen.session', lang, **parts))}</h2>"
    if figures["over"]:
        return f'<p class="who">{escape(sentence("screen.over", lang))}</p>'
    if own := figures["table"]:
        until = f"{datetime.fromisoformat(figures['deadline']):%H:%M:%S}" if figures["deadline"] else "—"
        text += f"<h2>{escape(sentence('screen.choosing', lang))}</h2>"
        text += f'<p class="who">{escape(view.called_as(own))}</p>'
        return text + f'<p class="big">{escape(sentence("screen.until", lang, at=until))}</p>'
    if own := figures["called"]:
        called = sentence("screen.called", lang, times=view.calls.get(own, 0), most=view.calls_max)
        return text + f'<h2>{escape(called)}</h2><p class="who">{escape(view.called_as(own))}</p>'
    return text + f'<p class="who">{escape(sentence("screen.between", lang))}</p>'


def _left(view: HallView, lang: Lang) -> str:
    left = view.left()
    layouts = sorted({layout for row in left.values() for layout in row}, key=lambda name: (len(name), name))
    projects = {project for project, _ in left}
    head = "".join(f'<th scope="col">{escape(layout)}</th>' for layout in layouts)
    all_ = escape(sentence("screen.all", lang))
    rows = []
    for (project, building), row in sorted(left.items(), key=lambda item: _natural(item[0])):
        name = building if len(projects) == 1 else f"{project} {building}"
        cells = "".join(f"<td>{row.get(layout, '—')}</td>" for layout in layouts)
        rows.append(f"<tr><td>{escape(name)}</td>{cells}<td>{sum(row.values())}</td></tr>")
    sums = [sum(row.get(layout, 0) for row in left.values()) for layout in layouts]
    foot = "".join(f"<td>{total}</td>" for total in (*sums, sum(sums)))
    heading = escape(sentence("screen.building", lang))
    heads = f'<th scope="col">{heading}</th>{head}<th scope="col">{all_}</th>'
    return (
        f"{_sheet(sentence('screen.left', lang))}<table><thead><tr>{heads}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody><tfoot><tr><td>{all_}</td>{foot}</tr></tfoot></table></div>"
    )


def _sheet(name: str) -> str:
    """What holds a table that may be wider than a telephone; by keyboard it can be moved too."""
    return f'<div class="sheet" tabindex="0" role="region" aria-label="{escape(name)}">'


def _natural(names: Sequence[str]) -> tuple[tuple[int, str], ...]:
    """2栋 before 10栋."""
    return tuple((int("".join(c for c in name if c.isdecimal()) or 0), name) for name in names)


def _homes(view: HallView, lang: Lang) -> str:
    """Every building as it stands, floor above floor: which homes are free."""
    if not view.begun:
        return f'<p class="who">{escape(sentence("screen.not_begun", lang))}</p>\n'
    by_building: dict[tuple[str, str], list[HomeNow]] = {}
    for home in view.homes:
        by_building.setdefault((home.unit.project, home.unit.building), []).append(home)
    parts = [
        f"<section><h2>{escape(' '.join(key))}</h2>{_stack(by_building[key], lang, ' '.join(key))}</section>\n"
        for key in sorted(by_building, key=_natural)
    ]
    legend = escape(sentence("screen.legend", lang))
    return f'<p>{legend}</p>\n<div class="stacks">{"".join(parts)}</div>\n'


def _stack(homes: Sequence[HomeNow], lang: Lang, name: str) -> str:
    places = columns_of([home.unit for home in homes])
    grid = {(home.unit.floor, places[home.unit.unit_id]): home for home in homes}
    width = max(places.values()) + 1
    rows = []
    for floor in sorted({home.unit.floor for home in homes}, reverse=True):
        cells = "".join(_cell(grid.get((floor, place)), lang) for place in range(width))
        rows.append(f'<tr><th scope="row">{floor}</th>{cells}</tr>')
    return f'{_sheet(name)}<table class="stack"><tbody>{"".join(rows)}</tbody></table></div>'


def _cell(home: HomeNow | None, lang: Lang) -> str:
    if home is None:
        return "<td></td>"
    free = home.state in FREE
    name, layout = home.unit.room or home.unit.unit_id, home.unit.layout
    says = sentence("screen.home_free" if free else "screen.home_gone", lang, unit_id=home.unit.unit_id, layout=layout)
    kind = "free" if free else "gone"
    return f'<td class="{kind}" title="{escape(says)}">{escape(name)}<br>{escape(layout)}</td>'
