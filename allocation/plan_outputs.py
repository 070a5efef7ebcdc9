"""What ``anju plan`` leaves in its folder: the plan as tables, the summary, the charts; whole or not at all."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from allocation.columns import (
    HOUSEHOLD_ID,
    PROJECT,
    VILLAGE,
    Column,
    date_column,
    decimal_column,
    flag_column,
    id_column,
    label_column,
    whole_column,
    word_column,
)
from allocation.forecast import HELD_MIN, Forecast, forecast, percent
from allocation.messages import Fault, Faults, Lang, sentence
from allocation.outputs import MARK, to_json
from allocation.plan import Placement, Plan
from allocation.plan_chart import plan_page
from allocation.plan_shortage import Shortage, shortage
from allocation.writers import write_sheets

Row = Mapping[str, object]
STATUS_WORDS = {
    "resettled": ("已安置",), "kept": ("按已公布",), "moved": ("改变已公布",), "planned": ("计划",),
    "left_over": ("未能安排",),
}  # fmt: skip
_MANY = 10**9
PLAN_COLUMNS: tuple[Column, ...] = (
    HOUSEHOLD_ID,
    label_column("village", *VILLAGE),
    whole_column("persons", "安置人口", low=1, high=100),
    whole_column("households", "户数", low=1, high=_MANY),
    id_column("batch", "批次编号"),
    label_column("project", *PROJECT),
    date_column("home_on", "交房日期"),
    word_column("status", "状态", words=STATUS_WORDS),
    flag_column("late", "逾期"),
    whole_column("months_waited", "等待月数", low=0, high=_MANY),
    decimal_column("area_m2", "面积", low="0", high=str(_MANY)),
    decimal_column("allowance_yuan", "过渡安置费", low="0", high=str(_MANY)),
    id_column("announced_batch", "原公布批次"),
    label_column("announced_project", "原公布小区"),
)
SCHEDULE_COLUMNS: tuple[Column, ...] = (
    id_column("batch", "批次编号"),
    date_column("held_on", "选房日期"),
    date_column("home_on", "交房日期"),
    label_column("project", *PROJECT),
    whole_column("households", "户数", low=0, high=_MANY),
    whole_column("persons", "安置人口", low=0, high=_MANY),
    decimal_column("area_m2", "面积", low="0", high=str(_MANY)),
)


def plan_rows(plan: Plan) -> list[Row]:
    """One row for the households of one row in one batch and project, sorted by day; what is not known is blank."""
    names = [column.name for column in PLAN_COLUMNS]
    return [{name: None if (value := getattr(p, name)) == "" else value for name in names} for p in plan.placements]


def schedule_rows(plan: Plan) -> list[Row]:
    """One row for each batch and project."""
    days = {batch.batch: batch for batch in plan.programme.batches}
    found = []
    for (batch, project), placements in _by(plan.placements, "batch", "project").items():
        if batch:
            day = days[batch]
            found.append(
                {
                    "batch": batch,
                    "held_on": day.held_on,
                    "home_on": day.home_on,
                    "project": project,
                    **_sums(placements),
                }
            )
    return sorted(found, key=lambda row: (row["held_on"], row["batch"], row["project"]))


def _by(placements: Iterable[Placement], *names: str) -> dict[tuple[str, ...], list[Placement]]:
    found: dict[tuple[str, ...], list[Placement]] = defaultdict(list)
    for placement in placements:
        found[tuple(getattr(placement, name) for name in names)].append(placement)
    return found


def _sums(placements: Sequence[Placement]) -> dict[str, Any]:
    return {
        "households": sum(p.households for p in placements),
        "persons": sum(p.households * p.persons for p in placements),
        "area_m2": sum((p.area_m2 * p.households for p in placements), Decimal(0)),
    }


def plan_summary(plan: Plan, lang: Lang = "zh") -> dict[str, Any]:
    """The figures of a plan as one JSON object; the charts and the dashboard show nothing else."""
    head, placements = plan.programme.head, plan.placements
    status = Counter[str]()
    for placement in placements:
        status[placement.status] += placement.households
    late = [p for p in placements if p.late and p.status != "resettled"]
    lacking = shortage(plan)
    return {
        "programme": head.id,
        "title": head.title,
        "note": head.note,
        "as_of": plan.as_of,
        "target_on": head.target_on,
        "policy": plan.programme.policy.name,
        "policy_hash": plan.programme.policy.fingerprint(),
        "households": sum(p.households for p in placements),
        "persons": sum(p.households * p.persons for p in placements),
        "by_status": {name: status[name] for name in STATUS_WORDS},
        "groups": len(plan.desk.groups),
        "late": {**_sums(late), "list": [_late(p) for p in late]},
        "allowance_from_now_yuan": Decimal(sum(s.value for s in plan.stages if s.name == "cost")) / 100,
        "allowance_total_yuan": sum((p.allowance_yuan * p.households for p in placements), Decimal(0)),
        "villages_split": _split(plan),
        "waiting_months": _waiting(placements),
        "stages": [
            {
                "name": stage.name,
                "value": stage.value,
                "bound": stage.bound,
                "gap": f"{stage.gap:.6f}",
                "price_bound": stage.price_bound,
                "status": stage.proof,
                "cut_short": stage.cut_short,
                "seconds": round(stage.seconds, 3),
            }
            for stage in plan.stages
        ],
        "seconds": round(plan.schedule.seconds, 3),
        "batches": _batches(plan),
        "projects": _projects(plan),
        "villages": _villages(plan),
        "schedule": schedule_rows(plan),
        "curve": _curve(plan),
        "forecast": forecast_figures(forecast(plan.desk), plan, lang),
        "shortage": shortage_figures(lacking, lang) if lacking else None,
    }


def _split(plan: Plan) -> list[str]:
    """Villages with somebody still to place that live in more than one project."""
    waiting = {placement.village for placement in plan.placements if placement.status != "resettled"}
    return [r["village"] for r in _villages(plan) if len(r["projects"]) > 1 and r["village"] in waiting]


def _late(placement: Placement) -> dict[str, Any]:
    names = ("household_id", "village", "households", "persons", "batch", "project", "home_on", "status")
    return {name: getattr(placement, name) for name in names}


def _waiting(placements: Sequence[Placement]) -> dict[str, Any]:
    """Months waited by those still to be placed: most, mean, standard deviation; in whole households."""
    waits = Counter[int]()
    for placement in placements:
        if placement.status != "resettled":
            waits[placement.months_waited] += placement.households
    count = sum(waits.values())
    if not count:
        return {"most": 0, "mean": "0.0", "deviation": "0.0"}
    mean = Decimal(sum(months * n for months, n in waits.items())) / count
    variance = sum(((months - mean) ** 2 * n for months, n in waits.items()), Decimal(0)) / count
    return {"most": max(waits), "mean": f"{mean:.1f}", "deviation": f"{variance.sqrt():.1f}"}


def _batches(plan: Plan) -> list[dict[str, Any]]:
    found = _by(plan.placements, "batch")
    return [
        {
            "batch": batch.batch,
            "held_on": batch.held_on,
            "home_on": batch.home_on,
            "past": batch.held_on <= plan.as_of,
            "households_max": batch.households_max,
            "area_max_m2": batch.area_max_m2,
            **_sums(found.get((batch.batch,), [])),
            "projects": sorted({p.project for p in found.get((batch.batch,), [])}),
        }
        for batch in plan.programme.batches
    ]


def _projects(plan: Plan) -> list[dict[str, Any]]:
    stock: dict[str, dict[str, int]] = defaultdict(dict)
    for row in plan.programme.stock:
        stock[row.project][row.layout] = row.homes
    found = _by(plan.placements, "project")
    rows = []
    for project in sorted(plan.programme.projects, key=lambda p: (p.completed_on, p.project)):
        here = found.get((project.project,), [])
        days = [p.home_on for p in here if p.home_on]
        rows.append(
            {
                "project": project.project,
                "construction": project.construction,
                "completed_on": project.completed_on,
                "planned_on": project.planned_on,
                "completed_m2": project.completed_m2,
                "homes": stock[project.project],
                **_sums(here),
                "households_done": sum(p.households for p in here if p.status == "resettled"),
                "first_on": min(days, default=None),
                "last_on": max(days, default=None),
            }
        )
    return rows


def _villages(plan: Plan) -> list[dict[str, Any]]:
    rows = []
    for (village,), here in sorted(_by(plan.placements, "village").items()):
        days = [p.home_on for p in here if p.home_on]
        rows.append(
            {
                "village": village,
                **_sums(here),
                "households_done": sum(p.households for p in here if p.status == "resettled"),
                "projects": sorted({p.project for p in here if p.project}),
                "last_on": max(days, default=None),
            }
        )
    return rows


def _curve(plan: Plan) -> list[dict[str, Any]]:
    """
    Households and persons home by the end of each day on which something changes: ``set`` what past batches were set
    to serve; ``actual`` up to the day of the plan; ``plan`` from then on.
    """
    actual, planned = defaultdict[date, list[int]](lambda: [0, 0]), defaultdict[date, list[int]](lambda: [0, 0])
    for placement in plan.placements:
        if placement.home_on:
            to = actual if placement.status == "resettled" else planned
            to[placement.home_on][0] += placement.households
            to[placement.home_on][1] += placement.households * placement.persons
    rows = _running("actual", actual, plan.as_of, [0, 0])
    reached = [rows[-1]["households"], rows[-1]["persons"]] if rows else [0, 0]
    rows += [{"kind": "plan", "on": plan.as_of, "households": reached[0], "persons": reached[1]}]
    rows += _running("plan", planned, None, reached)
    total = 0
    for batch in plan.programme.batches:
        if batch.held_on <= plan.as_of:
            total += batch.households_max
            rows.append({"kind": "set", "on": batch.home_on, "households": total, "persons": None})
    return rows


def _running(
    kind: str, days: Mapping[date, Sequence[int]], until: date | None, start: Sequence[int]
) -> list[dict[str, Any]]:
    households, persons = start
    rows = []
    for day in sorted(days):
        households, persons = households + days[day][0], persons + days[day][1]
        rows.append({"kind": kind, "on": day, "households": households, "persons": persons})
    if until and any(day < until for day in days) and until not in days:
        rows.append({"kind": kind, "on": until, "households": households, "persons": persons})
    return rows


def forecast_figures(found: Forecast, plan: Plan, lang: Lang) -> dict[str, Any]:
    """A forecast as figures and, with its method, in words."""
    figures: dict[str, Any] = {
        "households": found.households,
        "persons": found.persons,
        "done_households": found.done_households,
        "done_persons": found.done_persons,
        "target_on": plan.programme.head.target_on,
        "rates": [{"batch": r.batch, "planned": r.planned, "actual": r.actual} for r in found.rates],
        "slips_days": list(found.slips),
        "reason": found.reason,
        "in_time_percent": None if found.reason else str(percent(found.in_time)),
        "beyond": found.beyond,
    }
    figures |= dict(zip(("early", "middle", "late"), found.days or (None, None, None), strict=True))
    return figures | {"explained": forecast_lines(figures, lang)}


def forecast_lines(figures: Mapping[str, Any], lang: Lang) -> list[str]:
    """What the figures of a forecast say, in the reader's language."""
    held = len(figures["rates"])
    if figures["reason"]:
        return [sentence(figures["reason"], lang, held=held, least=HELD_MIN)]
    never = sentence("forecast.never", lang)
    days = {name: figures[name] or never for name in ("early", "middle", "late")}
    counts = {name: f"{figures[name]:,}" for name in ("households", "persons")}
    lines = [
        sentence("forecast.range", lang, **counts, **days),
        sentence("forecast.in_time", lang, target_on=figures["target_on"], percent=figures["in_time_percent"]),
        sentence("forecast.method", lang, held=held, slips=len(figures["slips_days"])),
    ]
    return [*lines, sentence("forecast.beyond", lang)] if figures["beyond"] else lines


def shortage_figures(found: Shortage, lang: Lang) -> dict[str, Any]:
    """What the target lacks, as figures and in words."""
    explained = [sentence("lack.fewest", lang, count=found.fewest)]
    for row in found.short:
        values = {"needed": _figure(row.needed), "there": _figure(row.there), "short": _figure(row.needed - row.there)}
        explained.append(sentence(f"lack.short.{row.what}", lang, layout=row.layout, **values))
    for remedy in found.remedies:
        parts = sentence("lack.and", lang).join(
            sentence(f"lack.more.{m.what}", lang, where=m.where, layout=m.layout, amount=_figure(m.amount))
            for m in remedy.more
        )
        explained.append(sentence("lack.remedy" if remedy.least else "lack.remedy_not_least", lang, parts=parts))
    explained += [
        sentence("lack.earlier", lang, project=e.project, completed_on=e.completed_on, by=e.by) for e in found.earlier
    ]
    return {
        "fewest_late": found.fewest,
        "short": [{"what": s.what, "layout": s.layout, "needed": s.needed, "there": s.there} for s in found.short],
        "remedies": [
            {
                "least": remedy.least,
                "more": [
                    {"what": m.what, "where": m.where, "layout": m.layout, "amount": m.amount} for m in remedy.more
                ],
            }
            for remedy in found.remedies
        ],
        "earlier": [{"project": e.project, "completed_on": e.completed_on, "by": e.by} for e in found.earlier],
        "explained": explained,
    }


def _figure(value: Decimal) -> str:
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"


def read_plan_summary(folder: Path) -> dict[str, Any]:
    """The summary in a plan's folder, for who shows it; Faults when there is none."""
    try:
        figures = json.loads((folder / MARK).read_text(encoding="utf-8"))
        if isinstance(figures, dict) and {"curve", "forecast", "schedule"} <= figures.keys():
            return figures
    except (OSError, ValueError):
        pass
    raise Faults([Fault(table="command", code="plan.no_summary", place=folder.name, value=str(folder))])


def write_plan(plan: Plan, folder: Path, lang: Lang = "zh") -> dict[str, Any]:
    """Write the tables, the summary and the charts into ``folder``, which exists; returns the summary."""
    figures = plan_summary(plan, lang)
    tables = (("plan", PLAN_COLUMNS, plan_rows(plan)), ("schedule", SCHEDULE_COLUMNS, schedule_rows(plan)))
    sheets = [(name, columns, [column.name for column in columns], rows) for name, columns, rows in tables]
    for form in ("csv", "parquet"):
        write_sheets(folder, form, sheets, head=None, book="")
    named = [(sentence(f"plan.sheet.{name}", lang), known, names, rows) for name, known, names, rows in sheets]
    write_sheets(folder, "xlsx", named, head=None, book="plan.xlsx", heading="zh" if lang == "zh" else "code")
    (folder / "plan.html").write_text(plan_page(figures, lang), encoding="utf-8")
    (folder / MARK).write_text(to_json(figures) + "\n", encoding="utf-8")
    return figures
