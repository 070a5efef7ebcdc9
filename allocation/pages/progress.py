"""安置任务进度: how far the programme is, every figure with its definition and whether it was published."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import streamlit as st

from allocation.messages import Faults, Lang, sentence
from allocation.pages.settings import PLAN_VARIABLE, programme_folder
from allocation.programme import Figure, Programme, read_programme, remainder, resettled_by_year_end, share

DONE = "#1f5f8b"
OPEN = "#d3dde6"
JOINT = "#c98a2b"
FONT = {"size": 16}
CHART_CONFIG = {"displayModeBar": False, "staticPlot": True}
PAIRS = (
    ("newly_resettled_households", "target_households"),
    ("newly_resettled_persons", "target_persons"),
)


def number(value: Decimal) -> str:
    """Digits in groups of three, no needless decimals."""
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"


def amount(figure: Figure, lang: Lang) -> str:
    """Value and unit, or that it is not published."""
    if figure.value is None:
        return sentence("page.not_published", lang)
    return sentence("page.amount", lang, value=number(figure.value), unit=sentence(f"unit.{figure.unit}", lang))


def origin(figure: Figure, lang: Lang) -> str:
    """Whether the figure was published."""
    if figure.value is None:
        return sentence("page.not_published", lang)
    return sentence("page.published" if figure.published else "page.own_record", lang)


def plain(text: str) -> str:
    """The text with nothing in it that Markdown would read: definitions come from a file."""
    return re.sub(r"([\\`*_\[\]$~<#|:])", r"\\\1", text)


def digits(programme: Programme, key: str) -> str:
    """The digits of a figure that has a value."""
    return number(programme.figure(key).value or Decimal(0))


def show_card(label: str, value: str, origin_text: str, definition: str) -> None:
    """One number with what it means and where it is from, under it and not behind a hover: a hall has no mouse."""
    with st.container(border=True, height="stretch"):
        st.metric(label, value)
        st.markdown(f":small[**{plain(origin_text)}** · {plain(definition)}]")


def show_figures(figures: Sequence[Figure], lang: Lang) -> None:
    """A row of figures; on a telephone they stand under each other."""
    for column, figure in zip(st.columns(len(figures)), figures, strict=True):
        with column:
            show_card(figure.label[lang], amount(figure, lang), origin(figure, lang), figure.definition[lang])


def known(programme: Programme, *keys: str) -> bool:
    """Every one of these figures has a value, so that they can be drawn and computed with."""
    return all(programme.figure(key).value is not None for key in keys)


def bar(
    name: str, values: Sequence[Decimal], labels: Sequence[str], texts: Sequence[str], marker: dict[str, Any]
) -> dict[str, Any]:
    """One colour of a stacked bar chart, as plotly reads it; floats only here, for pixels."""
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "x": [float(value) for value in values],
        "y": list(labels),
        "text": list(texts),
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"size": 18},
        "marker": marker,
    }


def stacked(bars: Sequence[dict[str, Any]], axis: str, end: Decimal, height: int) -> dict[str, Any]:
    """A stacked bar chart with its legend above, readable at a telephone's width."""
    return {
        "data": list(bars),
        "layout": {
            "barmode": "stack",
            "height": height,
            "margin": {"l": 8, "r": 40, "t": 8, "b": 8},
            "legend": {
                "orientation": "h",
                "yanchor": "bottom",
                "y": 1.02,
                "x": 0,
                "traceorder": "normal",
                "font": FONT,
            },
            "xaxis": {
                "title": {"text": axis, "font": FONT},
                "tickfont": FONT,
                "tickformat": ",",
                "nticks": 5,
                "range": [0, end],
            },
            "yaxis": {"automargin": True, "autorange": "reversed", "tickfont": FONT},
        },
    }


def show_chart(chart: dict[str, Any], key: str, says: str) -> None:
    """A chart and, under it, what it says in words; a screen reader gets the same words."""
    st.plotly_chart(chart, config=CHART_CONFIG, key=key, alt=says)
    st.markdown(f":small[{plain(says)}]")


def show_resettled(programme: Programme, lang: Lang) -> None:
    """Households and persons against the whole task; what is not known is shown as not known."""
    st.subheader(sentence("progress.resettled", lang))
    show_figures([programme.figure(whole) for _, whole in PAIRS], lang)
    show_figures([programme.figure(part) for part, _ in PAIRS], lang)
    if not known(programme, *(key for pair in PAIRS for key in pair)):
        return
    show_resettled_chart(programme, lang)
    for show in (show_share, show_by_year_end):
        for column, (part, whole) in zip(st.columns(len(PAIRS)), PAIRS, strict=True):
            with column:
                show(programme, part, whole, lang)


def show_share(programme: Programme, part: str, whole: str, lang: Lang) -> None:
    """This year's part of the whole task, in percent."""
    unit = sentence(f"unit.{programme.figure(whole).unit}", lang)
    values = {"part": digits(programme, part), "whole": digits(programme, whole), "unit": unit}
    show_card(
        sentence("progress.share", lang, unit=unit),
        f"{share(programme, part, whole)} %",
        sentence("page.computed", lang),
        sentence("progress.share_definition", lang, **values),
    )


def show_by_year_end(programme: Programme, _part: str, whole: str, lang: Lang) -> None:
    """A range while earlier years are not published, one number afterwards."""
    least, most = resettled_by_year_end(programme, whole)
    if least == most:
        value, definition = number(least), sentence("progress.by_year_end_known", lang)
    else:
        value = sentence("progress.range", lang, least=number(least), most=number(most))
        definition = sentence("progress.by_year_end_definition", lang)
    unit = sentence(f"unit.{programme.figure(whole).unit}", lang)
    show_card(sentence("progress.by_year_end", lang, unit=unit), value, sentence("page.computed", lang), definition)


def show_resettled_chart(programme: Programme, lang: Lang) -> None:
    """Shares of the whole task, so that households and persons can stand in one picture."""
    labels = [sentence(f"unit.{programme.figure(part).unit}", lang) for part, _ in PAIRS]
    shares = [share(programme, part, whole) for part, whole in PAIRS]
    done = [digits(programme, part) for part, _ in PAIRS]
    rests = [number(remainder(programme, part, whole)) for part, whole in PAIRS]
    chart = stacked(
        [
            bar(sentence("progress.this_year", lang), shares, labels, done, {"color": DONE}),
            bar(sentence("progress.rest", lang), [100 - percent for percent in shares], labels, rests, {"color": OPEN}),
        ],
        sentence("progress.percent_axis", lang),
        Decimal(100),
        320,
    )
    values = {"households": done[0], "persons": done[1], "rest_households": rests[0], "rest_persons": rests[1]}
    show_chart(chart, "resettled", sentence("progress.resettled_chart", lang, **values))


def show_completed(programme: Programme, lang: Lang) -> None:
    """Area completed this year, by construction."""
    st.subheader(sentence("progress.completed", lang))
    whole, part = "completed_area", "completed_joint_self_built_area"
    show_figures([programme.figure(key) for key in ("completed_projects", whole, part)], lang)
    if not known(programme, whole, part):
        return
    others = remainder(programme, part, whole)
    joint = programme.figure(part).value or Decimal(0)
    values = {"whole": digits(programme, whole), "part": number(joint), "rest": number(others)}
    chart = stacked(
        [
            bar(sentence("progress.government", lang), [others], [""], [values["rest"]], {"color": DONE}),
            bar(sentence("progress.joint", lang), [joint], [""], [values["part"]], {"color": JOINT}),
        ],
        sentence("unit.m2", lang),
        others + joint,
        230,
    )
    show_chart(chart, "completed", sentence("progress.area_chart", lang, **values))


def show_plan(lang: Lang) -> None:
    """Plan, actual and forecast of a programme, where one was given; else why published figures do not permit it."""
    st.subheader(sentence("progress.forecast", lang))
    folder = os.environ.get(PLAN_VARIABLE)
    if not folder:
        st.info(sentence("progress.forecast_none", lang))
        return
    # only here: they load the solver, and without a plan the first page would wait for it
    from allocation.plan_chart import curve_chart, gantt_chart
    from allocation.plan_outputs import forecast_lines, read_plan_summary

    try:
        figures = read_plan_summary(Path(folder))
    except Faults as faults:
        show_faults(faults, lang)
        return
    words = {key: figures[key] for key in ("title", "as_of", "note")}
    st.warning(plain(sentence("progress.forecast_of", lang, **words)))
    for line in forecast_lines(figures["forecast"], lang):
        st.markdown(plain(line))
    show_chart(on_paper(curve_chart(figures, lang)), "curve", sentence("plan.chart.curve_says", lang))
    show_chart(on_paper(gantt_chart(figures, lang)), "gantt", sentence("plan.chart.gantt_says", lang))
    done = ("households", "households_done")
    show_rows("by_project", figures["projects"], ("project", "completed_on", *done, "last_on"), lang)
    show_rows("by_batch", figures["batches"], ("batch", "held_on", "households_max", "households", "persons"), lang)
    show_rows("by_village", figures["villages"], ("village", *done, "persons", "last_on"), lang)


def on_paper(chart: dict[str, Any]) -> dict[str, Any]:
    """A chart whose writing is dark, on white in the dark too."""
    return {**chart, "layout": {**chart["layout"], "paper_bgcolor": "#ffffff", "plot_bgcolor": "#ffffff"}}


def show_rows(name: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str], lang: Lang) -> None:
    """One of the plan's tables, folded away under its name."""
    with st.expander(sentence(f"progress.{name}", lang)):
        headings = {column: sentence(f"progress.column.{column}", lang) for column in columns}
        st.table([{headings[column]: row[column] for column in columns} for row in rows])


def show_faults(faults: Faults, lang: Lang) -> None:
    """Every fault of the data file, where the office finds it."""
    st.error(sentence("page.damaged", lang))
    for fault in faults.faults:
        says = sentence(fault.code, lang, **{"value": fault.value, **fault.params})
        st.text(sentence("page.fault", lang, place=fault.place, column=fault.column, sentence=says))


def main() -> None:
    """The page; without sound data it shows the faults and no number."""
    lang: Lang = st.session_state["lang"]
    st.title(sentence("progress.title", lang))
    try:
        programme = read_programme(programme_folder())
    except Faults as faults:
        show_faults(faults, lang)
        return
    years = {"year": programme.year, "next_year": programme.year + 1}
    sources = "; ".join(source.title[lang] for source in programme.sources)
    st.write(sentence("progress.source", lang, sources=sources, **years))
    show_resettled(programme, lang)
    show_completed(programme, lang)
    st.subheader(sentence("progress.allocation", lang))
    show_figures([programme.figure(key) for key in ("allocation_batches", "allocation_area")], lang)
    st.info(sentence("progress.two_stocks", lang))
    st.subheader(sentence("progress.done", lang))
    show_figures([programme.figure("lived_in_communities")], lang)
    show_figures([programme.figure(key) for key in ("day_households", "day_persons", "day_units")], lang)
    show_plan(lang)
    st.subheader(sentence("progress.breakdown", lang))
    st.write(sentence("progress.no_breakdown", lang, **years))


if __name__ == "__main__":
    main()
