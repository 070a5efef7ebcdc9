"""The four principles side by side as one page of bar charts that opens without a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go
import plotly.io

from allocation.messages import Lang, sentence

COLOURS = {"leximin": "#1b6e5a", "rank_maximal": "#c8792b", "utilitarian": "#3c6fb0", "order": "#8a5a9e"}
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
"""Nothing is asked from anywhere: scripts, styles and pictures are in the page."""
STYLE = (
    "body{font-family:system-ui,'Noto Sans CJK SC','Microsoft YaHei',sans-serif;max-width:70rem;margin:1.5rem auto;"
    "padding:0 1rem;color:#222}table{border-collapse:collapse}th,td{border:1px solid #bbb;padding:.3rem .6rem;"
    "text-align:right}th:first-child{text-align:left}"
)
FIGURES = ("households_served", "worst_rank", "mean", "envious", "village_spread")


def comparison_page(figures: Mapping[str, Any], lang: Lang = "zh") -> str:
    """
    The comparison (the object that ``anju compare --json`` prints) as HTML with its charts and a table of its figures.

    The page holds its own copy of plotly.js. Numbers become floats here, for pixels only.
    """
    rows = figures["principles"]
    title = sentence("chart.title", lang, title=figures["title"])
    charts = [
        _bars(rows, "profile", [f"{rank}" for rank in rows[0]["profile"]], ("chart.choice", "chart.outcomes"), lang),
        _bars(rows, "by_village", sorted({v for r in rows for v in r["by_village"]}), ("", "chart.mean"), lang),
    ]
    parts = [
        f"<h2>{escape(sentence(f'chart.{name}', lang))}</h2>"
        + plotly.io.to_html(chart, full_html=False, include_plotlyjs=not place, config={"displaylogo": False},
                            div_id=f"chart-{name}")
        for place, (name, chart) in enumerate(zip(("profile", "villages"), charts, strict=True))
    ]  # fmt: skip
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><h1>{escape(title)}</h1>{''.join(parts)}"
        f"<h2>{escape(sentence('chart.figures', lang))}</h2>{_table(rows, lang)}</body></html>\n"
    )


def _bars(
    rows: Sequence[Mapping[str, Any]], key: str, places: Sequence[str], axes: tuple[str, str], lang: Lang
) -> go.Figure:
    """A group of bars a place, one bar a principle."""
    bars = [
        go.Bar(
            name=sentence(f"principle.{row['principle']}", lang),
            x=list(places),
            y=[float(row[key].get(place, 0)) for place in places],
            text=[f"{float(row[key][place]):.4g}" if place in row[key] else "" for place in places],
            textangle=0,
            marker_color=COLOURS[row["principle"]],
        )
        for row in rows
    ]
    chart = go.Figure(bars)
    across, up = (sentence(code, lang) if code else "" for code in axes)
    chart.update_layout(
        barmode="group", height=420, margin={"l": 50, "r": 20, "t": 20, "b": 50}, template="plotly_white",
        legend={"orientation": "h", "y": 1.12}, xaxis={"title": across, "type": "category"}, yaxis={"title": up},
    )  # fmt: skip
    return chart


def _table(rows: Sequence[Mapping[str, Any]], lang: Lang) -> str:
    """The figures once more as text, for those who cannot see bars."""
    lines = [(sentence("compare.principle", lang), [sentence(f"principle.{row['principle']}", lang) for row in rows])]
    lines += [(sentence(f"compare.{name}", lang), [str(row[name]) for row in rows]) for name in FIGURES]
    lines += [
        (sentence("compare.at_rank", lang, rank=rank), [str(row["profile"][rank]) for row in rows])
        for rank in rows[0]["profile"]
    ]
    cells = "".join(
        f"<tr><th>{escape(head)}</th>{''.join(f'<td>{escape(value)}</td>' for value in values)}</tr>"
        for head, values in lines
    )
    return f"<table>{cells}</table>"
