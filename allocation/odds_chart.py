"""Chances in pictures, drawn from their figures alone: what each household gets how often, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go
import plotly.io

from allocation.chart import POLICY, STYLE
from allocation.messages import Lang, sentence

INK, UNSERVED, NONE = "#2b2f36", "#b3261e", "#9aa7b4"
SHADES = ("#0d4f41", "#1b6e5a", "#4f9783", "#8abfae", "#c5dfd6")
"""First choice to fifth, dark to light, told apart without colour too; further choices take the last."""
DRAWN_MAX = 120
"""Households in the pictures; beyond that nobody can read them, and the table below has all."""
ROW_PIXELS = 22


def odds_page(figures: Mapping[str, Any], lang: Lang = "zh") -> str:
    """
    The figures (the object that ``anju odds --json`` prints) as one page that opens without a network: two pictures
    and a table of everything in them. Numbers become floats for pixels only.
    """
    title = sentence("odds.chart.title", lang, title=figures["title"])
    parts = []
    for place, (name, chart) in enumerate(
        (("outcomes", outcomes_chart(figures, lang)), ("first", first_chart(figures, lang)))
    ):
        parts.append(f"<h2>{escape(sentence(f'odds.chart.{name}', lang))}</h2>")
        parts.append(f"<p>{escape(sentence(f'odds.chart.{name}_says', lang))}</p>")
        parts.append(
            plotly.io.to_html(
                go.Figure(chart), full_html=False, include_plotlyjs=not place, config={"displaylogo": False},
                div_id=f"chart-{name}",
            )
        )  # fmt: skip
    if len(figures["households"]) > DRAWN_MAX:
        counts = {"drawn": DRAWN_MAX, "households": len(figures["households"])}
        parts.insert(0, f"<p>{escape(sentence('odds.chart.some', lang, **counts))}</p>")
    said = "".join(f"<li>{escape(line)}</li>" for line in figures["explained"])
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><h1>{escape(title)}</h1><ul>{said}</ul>{''.join(parts)}"
        f"<h2>{escape(sentence('odds.chart.table', lang))}</h2>{_table(figures, lang)}</body></html>\n"
    )


def outcomes_chart(figures: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """A bar a household: how often its worst home is of which choice."""
    rows = figures["households"][:DRAWN_MAX]
    ranks = sorted({row["choice"] for household in rows for row in household["by_choice"]})
    traces = [
        _bar(
            rank_name(rank, ranks[-1], lang),
            rows,
            [next((float(r["outcome"]["percent"]) for r in h["by_choice"] if r["choice"] == rank), 0.0) for h in rows],
            NONE if rank == ranks[-1] else SHADES[min(rank, len(SHADES)) - 1],
        )
        for rank in ranks
    ]
    unserved = [100 - float(household["served"]["percent"]) for household in rows]
    if any(unserved):
        traces.append(_bar(sentence("odds.unserved", lang), rows, unserved, UNSERVED))
    return {"data": traces, "layout": {**_layout(rows), "barmode": "stack"}}


def rank_name(rank: int, worst: int, lang: Lang) -> str:
    """How a choice is called, and the rank of homes that match none."""
    return sentence("odds.none_of_them", lang) if rank == worst else sentence("odds.choice", lang, choice=rank)


def _bar(name: str, rows: Sequence[Mapping[str, Any]], values: Sequence[float], colour: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": [_label(row) for row in rows],
        "x": list(values),
        "marker": {"color": colour, "line": {"color": "#ffffff", "width": 0.5}},
        "hovertemplate": "%{y} · %{fullData.name}: %{x:.2f} %<extra></extra>",
    }


def first_chart(figures: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """The chance of everything at the first choice, with its interval; the likeliest on top."""
    rows, shown = [], []
    for household in figures["households"][:DRAWN_MAX]:
        first = next((row["within"] for row in household["by_choice"] if row["choice"] == 1), None)
        if first is not None and household["choices"]:
            rows.append(household)
            shown.append(first)
    place = sorted(range(len(rows)), key=lambda n: (-shown[n]["percent"], rows[n]["household_id"]))
    rows, shown = [rows[n] for n in place], [shown[n] for n in place]
    dots = {
        "type": "scatter",
        "mode": "markers",
        "y": [_label(row) for row in rows],
        "x": [float(one["percent"]) for one in shown],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [float(one["high_percent"] - one["percent"]) for one in shown],
            "arrayminus": [float(one["percent"] - one["low_percent"]) for one in shown],
            "color": INK,
            "thickness": 1.5,
        },
        "marker": {"color": SHADES[1], "size": 7},
        "hovertemplate": "%{y}: %{x:.2f} %<extra></extra>",
    }
    return {"data": [dots], "layout": _layout(rows)}


def _label(household: Mapping[str, Any]) -> str:
    return f"{household['household_id']} {household['name']}"


def _layout(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    names = [_label(row) for row in rows]
    height = 120 + ROW_PIXELS * max(len(rows), 1)
    return {
        "height": height,
        "margin": {"l": 10, "r": 20, "t": 80, "b": 40},
        "template": "plotly_white",
        "font": {"size": 13, "color": INK},
        "legend": {
            "orientation": "h", "y": 1 + 30 / (height - 120), "yanchor": "bottom", "x": 0, "traceorder": "normal",
        },
        "xaxis": {"range": [0, 100], "ticksuffix": " %", "side": "top"},
        "yaxis": {
            "automargin": True, "categoryorder": "array", "categoryarray": names[::-1], "dtick": 1,
            "range": [-0.7, len(rows) - 0.3],
        },
    }  # fmt: skip


def _table(figures: Mapping[str, Any], lang: Lang) -> str:
    """Every household: served, its choices, what to expect, each with its interval."""
    ranks = sorted({row["choice"] for household in figures["households"] for row in household["by_choice"]})
    heads = [
        sentence("odds.column.household", lang),
        sentence("odds.column.served", lang),
        *(sentence("odds.column.within", lang, choice=rank_name(rank, ranks[-1], lang)) for rank in ranks[:-1]),
        sentence("odds.column.none", lang),
        sentence("odds.column.expected", lang),
    ]
    rows = [[_label(h), *_cells(h, ranks)] for h in figures["households"]]
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _cells(household: Mapping[str, Any], ranks: Sequence[int]) -> list[str]:
    own = {row["choice"]: row for row in household["by_choice"]}
    expected = household["expected"]
    return [
        with_interval(household["served"]),
        *(with_interval(own[rank]["within"]) if rank in own else "—" for rank in ranks[:-1]),
        with_interval(own[ranks[-1]]["some"]),
        f"{expected['mean']} ({expected['low']}–{expected['high']})" if expected else "—",
    ]


def with_interval(shown: Mapping[str, Any]) -> str:
    """A chance in percent and its interval."""
    return f"{shown['percent']} ({shown['low_percent']}–{shown['high_percent']})"
