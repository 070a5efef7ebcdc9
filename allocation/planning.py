"""``anju plan``: words in, one call, words or JSON out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from allocation.console import EXIT_UNSERVED, AsJson, Language, checked_lang, err, heard, out, progress, say
from allocation.messages import Fault, Faults, Lang, sentence

SECONDS = 120.0
NAMED_MAX = 12
"""Late households named on the terminal; all of them are in summary.json and plan.csv."""


def plan(
    programme_path: Annotated[
        Path, typer.Argument(metavar="PROGRAMME", help="任务文件夹或工作簿 · a programme's folder or workbook")
    ],
    out_dir: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="结果文件夹 · where the plan and charts go")
    ] = None,
    time_limit: Annotated[
        float, typer.Option("--time-limit", metavar="S", min=1.0, help="求解时限（秒） · seconds for the solve")
    ] = SECONDS,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="PREVIOUS",
            help="以前的计划（结果文件夹），视为已公布，尽量不改 · an earlier plan's folder: kept as far as can be",
        ),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DAY", help="计划基准日 · the day planned from (the programme's)")
    ] = None,
    target_first: Annotated[
        bool,
        typer.Option(
            "--target-first", help="按期优先于不改已公布的安排 · all in time goes before what was announced"
        ),
    ] = False,
    json: AsJson = False,
    lang: Language = "zh",
) -> None:  # fmt: skip
    """安置任务的多批次计划：哪些户在哪一批搬进哪个小区，何时全部安置。 The multi-batch plan to the target."""
    from allocation.outputs import whole_folder
    from allocation.plan import make_plan
    from allocation.plan_outputs import plan_summary, write_plan
    from allocation.programme_input import as_it_stood, read_previous, read_programme_input
    from allocation.schema import fault_sentence

    language = checked_lang(lang)
    programme = read_programme_input(programme_path)
    for note in programme.notes:
        err.print(sentence("cli.note", language, text=fault_sentence(note, language)), markup=False)
    announced = read_previous(previous, programme) if previous else None
    programme = as_it_stood(programme, _day(as_of), announced)

    def work() -> dict[str, Any]:
        found = make_plan(programme, seconds_max=time_limit, moved_first=not target_first, on_stage=tell)
        if out_dir is None:
            return plan_summary(found, language)
        with whole_folder(out_dir) as half:
            return write_plan(found, half, language)

    with progress(language) as tell:
        figures = heard(work)
    say(json, figures, lambda: _print_plan(figures, out_dir, language))
    if figures["late"]["households"]:
        raise typer.Exit(EXIT_UNSERVED)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Faults([Fault(table="command", code="plan.not_a_day", column="--as-of", value=text or "")]) from None


def _print_plan(figures: Mapping[str, Any], folder: Path | None, lang: Lang) -> None:
    out.print(figures["title"], markup=False)
    if figures["note"]:
        out.print(figures["note"], markup=False)
    out.print(
        sentence("plan.said.total", lang, **{k: figures[k] for k in ("households", "persons", "target_on", "as_of")})
    )
    counts = [f"{sentence(f'plan.status.{name}', lang)} {n}" for name, n in figures["by_status"].items() if n]
    out.print(" · ".join(counts), markup=False)
    out.print(_late(figures["late"], lang), markup=False)
    money = {
        "from_now": f"{figures['allowance_from_now_yuan']:,.2f}",
        "total": f"{figures['allowance_total_yuan']:,.2f}",
    }
    out.print(sentence("plan.said.money", lang, **money))
    out.print(sentence("plan.said.waiting", lang, split=len(figures["villages_split"]), **figures["waiting_months"]))
    _print_batches(figures, lang)
    _print_stages(figures, lang)
    for line in (figures["shortage"] or {}).get("explained", ()):
        out.print(f"· {line}", markup=False)
    for line in figures["forecast"]["explained"]:
        out.print(line, markup=False)
    if any(stage["cut_short"] for stage in figures["stages"]):
        out.print(sentence("plan.said.cut_short", lang))
    if folder:
        out.print(sentence("plan.said.written", lang, folder=folder), markup=False)


def _late(late: Mapping[str, Any], lang: Lang) -> str:
    if not late["households"]:
        return sentence("plan.said.on_time", lang)
    names = [f"{row['household_id']} ({row['village']})" for row in late["list"]]
    text = ", ".join(names[:NAMED_MAX])
    if len(names) > NAMED_MAX:
        text = sentence("witness.and_more", lang, some=text, count=len(names))
    return sentence("plan.said.late", lang, households=late["households"], persons=late["persons"], list=text)


def _print_batches(figures: Mapping[str, Any], lang: Lang) -> None:
    names = ("batch", "held_on", "households_max", "households", "persons", "area_m2")
    table = Table(*(sentence(f"plan.column.{name}", lang) for name in names), sentence("progress.column.project", lang))
    for row in figures["batches"]:
        table.add_row(*(str(row[name]) for name in names), " ".join(row["projects"]))
    out.print(table)


def _print_stages(figures: Mapping[str, Any], lang: Lang) -> None:
    names = ("stage", "value", "bound", "gap", "status")
    table = Table(*(sentence(f"plan.column.{name}", lang) for name in names))
    for stage in figures["stages"]:
        scale = 100 if stage["name"] == "cost" else 1
        numbers = (
            f"{stage[key] / scale:,.0f}" if scale == 1 else f"{stage[key] / scale:,.2f}" for key in ("value", "bound")
        )
        gap = f"{float(stage['gap']) * 100:.3f} %"
        proof = sentence(f"proof.{stage['status']}", lang)
        if stage["status"] == "proved":
            proof = sentence("plan.proof.proved", lang)
        table.add_row(sentence(f"plan.stage.{stage['name']}", lang), *numbers, gap, proof)
    out.print(table)
