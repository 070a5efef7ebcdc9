"""
楼栋剖面图: a building's homes, floor above floor, each a square that can be clicked; as plotly reads it.

A square's colour is never alone: each state has a sign of its own. Source: spec §4; ecosystem.md, Stacking chart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from allocation.hall_view import HomeNow, HomeState, columns_of
from allocation.messages import Lang, reason_sentence, sentence

SQUARE, ACROSS, ROW = 40, 45, 44
"""Pixels: a square's side, from home to home, and from floor to floor."""
CLEAR = "rgba(0,0,0,0)"
CHEAP, DEAR = (0xBF, 0xE3, 0xCB), (0x0F, 0x5C, 0x3A)
"""A home that may be taken, from the cheapest to the dearest of all that are."""
LOOKS: Mapping[HomeState, tuple[str, str, str, str]] = {
    "safe": ("#5fae7f", "square", "", "#10311f"),
    "free": ("#bcd7ea", "square", "", "#12324a"),
    "unsafe": ("#e3c27a", "square", "✕", "#4a3300"),
    "held": ("#14527d", "square", "●", "#ffffff"),
    "taken": ("#c9cfd6", "square", "", "#4a5564"),
    "reserve": ("#d9c8ea", "square", "◇", "#3d2460"),
    "withdrawn": ("#f0d3d3", "square", "−", "#6d1414"),
}
"""State → colour, symbol, the sign before the room, colour of the writing."""


def price_span(homes: Sequence[HomeNow]) -> tuple[Decimal, Decimal] | None:
    """The lowest and the highest price of the homes that the household at the table may take."""
    prices = [home.price for home in homes if home.state == "safe" and home.price is not None]
    return (min(prices), max(prices)) if prices else None


def stacking_chart(
    homes: Sequence[HomeNow],
    lang: Lang,
    *,
    span: tuple[Decimal, Decimal] | None = None,
    chosen: str = "",
    ink: str = "#2b2f36",
) -> dict[str, Any]:
    """
    One building.

    Parameters
    ----------
    homes
        Of one building, at least one.
    span
        The prices between which the colour goes from light to dark: those of the whole stock.
    chosen
        The home that was clicked, drawn with a thick edge.
    ink
        The colour of what is written on the page, which shows through.
    """
    places = columns_of([home.unit for home in homes])
    floors = sorted({home.unit.floor for home in homes})
    wide = max(places.values()) + 1
    fills = [_fill(home, span) for home in homes]
    trace = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [places[home.unit.unit_id] for home in homes],
        "y": [floors.index(home.unit.floor) for home in homes],
        "customdata": [[home.unit.unit_id] for home in homes],
        "text": [f"{LOOKS[home.state][2]}{home.unit.room or home.unit.unit_id}" for home in homes],
        "textfont": {"size": 11, "color": [_ink(home, fill) for home, fill in zip(homes, fills, strict=True)]},
        "hovertext": [_says(home, lang) for home in homes],
        "hoverinfo": "text",
        "marker": {
            "symbol": "square",
            "size": SQUARE,
            "color": [_hex(fill) for fill in fills],
            "opacity": 1,
            "line": {
                "color": "#e0483e",
                "width": [4 if home.unit.unit_id == chosen else 0 for home in homes],
            },
        },
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
        "cliponaxis": False,
    }
    axis = {"showgrid": False, "zeroline": False, "fixedrange": True}
    return {
        "data": [trace],
        "layout": {
            "height": ROW * len(floors) + 30,
            "margin": {"l": 34, "r": 8, "t": 14, "b": 8},
            "showlegend": False,
            "paper_bgcolor": CLEAR,
            "plot_bgcolor": CLEAR,
            "dragmode": False,
            "clickmode": "event+select",
            "hoverlabel": {"font": {"size": 15}, "align": "left"},
            "xaxis": {**axis, "visible": False, "range": [-0.6, wide - 0.4]},
            "yaxis": {
                **axis,
                "tickvals": list(range(len(floors))),
                "ticktext": [str(floor) for floor in floors],
                "tickfont": {"size": 14, "color": ink},
                "range": [-0.6, len(floors) - 0.4],
            },
        },
    }


def _fill(home: HomeNow, span: tuple[Decimal, Decimal] | None) -> tuple[int, int, int]:
    if home.state == "safe" and home.price is not None and span:
        least, most = span
        part = float((home.price - least) / (most - least)) if most > least else 0.5
        red, green, blue = (round(a + (b - a) * part) for a, b in zip(CHEAP, DEAR, strict=True))
        return red, green, blue
    colour = LOOKS[home.state][0]
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:], 16)


def _hex(fill: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*fill)


def _ink(home: HomeNow, fill: tuple[int, int, int]) -> str:
    """Writing that can be read on the square."""
    if home.state != "safe":
        return LOOKS[home.state][3]
    return "#ffffff" if sum(fill) < 3 * 120 else "#10311f"


def _says(home: HomeNow, lang: Lang) -> str:
    return "<br>".join([home.unit.unit_id, *home_lines(home, lang)])


def home_lines(home: HomeNow, lang: Lang) -> list[str]:
    """What is said of a home: what it is, how it stands, and for the household at the table its price or why not."""
    unit = home.unit
    lines = [
        sentence("hall.home", lang, layout=unit.layout, area=unit.area_m2, floor=unit.floor),
        sentence(f"hall.state.{home.state}", lang),
    ]
    if home.state == "safe":
        lines.append(sentence("hall.rank", lang, rank=home.rank))
    if home.state in ("safe", "unsafe") and home.price is not None:
        lines.append(sentence("hall.price", lang, price=f"{home.price:,.2f}"))
    if home.why is not None:
        lines.append(reason_sentence(home.why, lang))
    return lines
