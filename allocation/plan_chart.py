"""A plan in pictures, drawn from its summary alone: projects over time, and how many are home when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

import plotly.graph_objects as go
import plotly.io

from allocation.chart import POLICY, STYLE
from allocation.messages import Lang, sentence

INK, DONE, PLAN, SET, JOINT, RANGE = "#2b2f36", "#1f5f8b", "#1b6e5a", "#9aa7b4", "#c98a2b", "rgba(201,138,43,0.22)"
FONT = {"size": 15, "color": INK}
ROW_PIXELS = 30


def plan_page(figures: Mapping[str, Any], lang: Lang = "zh") -> str:
    """
    The charts of a plan (the object that ``anju plan --json`` prints) as one page that opens without a network, with
    a table of batches for those who cannot see them. Numbers become floats for pixels only.
    """
    title = sentence("plan.chart.title", lang, title=figures["title"], as_of=figures["as_of"])
    parts = []
    for n, (name, chart) in enumerate((("curve", curve_chart(figures, lang)), ("gantt", gantt_chart(figures, lang)))):
        parts.append(f"<h2>{escape(sentence(f'plan.chart.{name}', lang))}</h2>")
        parts.append(
            plotly.io.to_html(
                go.Figure(chart), full_html=False, include_plotlyjs=not n, config={"displaylogo": False},
                div_id=f"chart-{name}",
            )
        )  # fmt: skip
        parts.append(f"<p>{escape(sentence(f'plan.chart.{name}_says', lang))}</p>")
    forecast = "".join(f"<li>{escape(line)}</li>" for line in figures["forecast"]["explained"])
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><h1>{escape(title)}</h1><p>{escape(figures['note'])}</p>{''.join(parts)}"
        f"<h2>{escape(sentence('plan.chart.forecast', lang))}</h2><ul>{forecast}</ul>"
        f"<h2>{escape(sentence('plan.chart.batches', lang))}</h2>{_table(figures['batches'], lang)}</body></html>\n"
    )


def curve_chart(figures: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """Households home by day: set, actual, plan; target and its day; the forecast's range as a band."""
    looks = (
        ("set", {"color": SET, "dash": "dot", "width": 2}),
        ("actual", {"color": DONE, "width": 4}),
        ("plan", {"color": PLAN, "dash": "dash", "width": 3}),
    )
    traces = []
    for kind, line in looks:
        rows = [row for row in figures["curve"] if row["kind"] == kind]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": sentence(f"plan.curve.{kind}", lang),
                "x": [str(row["on"]) for row in rows],
                "y": [row["households"] for row in rows],
                "line": {"shape": "hv", **line},
                "marker": {"size": 6},
            }
        )
    total = figures["households"]
    shapes = [_line(figures["as_of"], INK, "dot"), _line(figures["target_on"], "#b3261e", "solid")]
    shapes.append(
        {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": total, "y1": total,
         "line": {"color": "#b3261e", "width": 1, "dash": "dot"}}
    )  # fmt: skip
    marks = [
        _mark(figures["as_of"], sentence("plan.curve.today", lang)),
        _mark(figures["target_on"], sentence("plan.curve.target", lang), anchor="right"),
    ]
    forecast = figures["forecast"]
    if forecast["early"] and forecast["late"]:
        shapes.append(
            {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "x0": str(forecast["early"]),
             "x1": _wide(forecast["early"], forecast["late"]), "fillcolor": RANGE, "line": {"width": 0},
             "layer": "below"}
        )  # fmt: skip
        marks.append(_mark(forecast["late"], sentence("plan.curve.forecast", lang), y=0.06))
    return {
        "data": traces,
        "layout": {
            "height": 460,
            "margin": {"l": 60, "r": 30, "t": 40, "b": 40},
            "template": "plotly_white",
            "font": FONT,
            "legend": {"orientation": "h", "y": 1.13, "x": 0},
            "xaxis": {"type": "date", "tickformat": "%Y-%m", "nticks": 9},
            "yaxis": {
                "title": {"text": sentence("unit.household", lang)},
                "range": [0, total * 1.08],
                "tickformat": ",",
            },
            "shapes": shapes,
            "annotations": marks,
        },
    }


def _wide(early: object, late: object) -> str:
    """A range of one day is drawn two weeks wide, so that it can be seen."""
    first, last = date.fromisoformat(str(early)), date.fromisoformat(str(late))
    return str(max(last, date.fromordinal(first.toordinal() + 14)))


def gantt_chart(figures: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """A row a project: when it is completed, from when to when it is given out, how many households at each batch."""
    projects = figures["projects"]
    names = [row["project"] for row in projects]
    spans = [row for row in projects if row["first_on"]]
    bars = {
        "type": "bar",
        "orientation": "h",
        "name": sentence("plan.gantt.allocated", lang),
        "y": [row["project"] for row in spans],
        "base": [str(row["completed_on"]) for row in spans],
        "x": [_milliseconds(row["completed_on"], row["last_on"]) for row in spans],
        "marker": {"color": "rgba(27,110,90,0.18)"},
        "hoverinfo": "skip",
    }
    most = max((row["households"] for row in figures["schedule"]), default=1)
    dots = {
        "type": "scatter",
        "mode": "markers+text",
        "name": sentence("plan.gantt.households", lang),
        "x": [str(row["home_on"]) for row in figures["schedule"]],
        "y": [row["project"] for row in figures["schedule"]],
        "text": [str(row["households"]) for row in figures["schedule"]],
        "textfont": {"size": 11, "color": INK},
        "textposition": "middle center",
        "marker": {
            "size": [8 + 26 * (row["households"] / most) ** 0.5 for row in figures["schedule"]],
            "color": [DONE if str(row["home_on"]) <= str(figures["as_of"]) else PLAN for row in figures["schedule"]],
            "opacity": 0.35,
        },
    }
    completed = {
        "type": "scatter",
        "mode": "markers",
        "name": sentence("plan.gantt.completed", lang),
        "x": [str(row["completed_on"]) for row in projects],
        "y": names,
        "marker": {
            "symbol": "diamond",
            "size": 11,
            "color": [JOINT if row["construction"] == "joint_self_built" else INK for row in projects],
        },
    }
    return {
        "data": [bars, completed, dots],
        "layout": {
            "height": 130 + ROW_PIXELS * len(names),
            "margin": {"l": 10, "r": 30, "t": 40, "b": 40},
            "template": "plotly_white",
            "font": FONT,
            "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "itemsizing": "constant"},
            "xaxis": {"type": "date", "tickformat": "%Y-%m", "nticks": 12},
            "yaxis": {"automargin": True, "categoryorder": "array", "categoryarray": names[::-1], "tickfont": FONT},
            "shapes": [_line(figures["as_of"], INK, "dot"), _line(figures["target_on"], "#b3261e", "solid")],
        },
    }


def _milliseconds(first: object, last: object) -> int:
    days = (date.fromisoformat(str(last)) - date.fromisoformat(str(first))).days
    return max(days, 0) * 86_400_000


def _line(day: object, colour: str, dash: str) -> dict[str, Any]:
    return {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": str(day), "x1": str(day),
            "line": {"color": colour, "width": 1.5, "dash": dash}}  # fmt: skip


def _mark(day: object, text: str, *, anchor: str = "left", y: float = 1.0) -> dict[str, Any]:
    return {"x": str(day), "y": y, "yref": "paper", "text": text, "showarrow": False, "xanchor": anchor,
            "font": FONT}  # fmt: skip


def _table(batches: Sequence[Mapping[str, Any]], lang: Lang) -> str:
    names = ("batch", "held_on", "households_max", "households", "persons", "area_m2")
    head = "".join(f"<th>{escape(sentence(f'plan.column.{name}', lang))}</th>" for name in names)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(str(row[name]))}</td>" for name in names) + "</tr>" for row in batches
    )
    return f"<table><tr>{head}</tr>{rows}</table>"
