"""``anju odds``: words in, one call, words or JSON out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from allocation.console import (
    AsJson,
    Language,
    RayAddress,
    RoundPath,
    Workers,
    checked_lang,
    err,
    heard,
    out,
    print_lines,
    say,
    workers_faults,
)
from allocation.messages import Fault, Faults, Lang, sentence

if TYPE_CHECKING:
    from allocation.odds import Tally
    from allocation.workers import Done

TOLD_MAX = 100
"""Households on the terminal; all of them are in the tables."""


def odds(
    round_path: RoundPath,
    draws: Annotated[int, typer.Option("--draws", metavar="N", help="模拟多少次摇号 · how many draws")] = 10_000,
    seed: Annotated[
        str, typer.Option("--seed", metavar="S", help="同一种子，同样的数字 · the same seed, the same numbers")
    ] = "odds",
    workers: Workers = None,
    ray: RayAddress = None,
    out_dir: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="结果文件夹 · where tables and charts go")
    ] = None,
    confidence: Annotated[
        float, typer.Option("--confidence", metavar="C", help="置信水平 · of every interval, such as 0.95")
    ] = 0.95,
    no_guard: Annotated[
        bool, typer.Option("--no-guard", help="没有守护，用于比较 · without the guard, to compare")
    ] = False,
    full_names: Annotated[
        bool, typer.Option("--full-names", help="写出全名，仅供内部使用 · whole names, for the office's eyes only")
    ] = False,
    json: AsJson = False,
    lang: Language = "zh",
) -> None:  # fmt: skip
    """摇号前各户的机会：各志愿、各户型，附精确置信区间。 Each household's chances before the draw, by simulation."""
    from allocation.odds import DRAWS_MAX, DRAWS_MIN
    from allocation.odds import odds as simulate
    from allocation.odds_outputs import odds_figures, write_odds
    from allocation.outputs import whole_folder
    from allocation.round import judge
    from allocation.tables import read_round

    language = checked_lang(lang)
    faults = workers_faults(workers)
    if not DRAWS_MIN <= draws <= DRAWS_MAX:
        params = {"least": DRAWS_MIN, "most": DRAWS_MAX}
        faults.append(Fault(table="command", code="odds.draws", column="--draws", value=str(draws), params=params))
    if not 0.5 <= confidence <= 0.999999:
        faults.append(Fault(table="command", code="odds.confidence", column="--confidence", value=str(confidence)))
    if faults:
        raise Faults(faults)
    round_ = judge(read_round(round_path))

    def work() -> dict[str, Any]:
        with counting(draws, language) as tell:
            found = simulate(round_, draws=draws, seed=seed, guard=not no_guard, workers=workers, ray=ray, on_done=tell)
        return odds_figures(found, confidence=confidence, full_names=full_names, lang=language)

    def done() -> dict[str, Any]:
        # Ray listens for signals in the first thread only, and its waiting can be interrupted there
        return heard(work) if ray is None else work()

    if out_dir is None:
        figures = done()
    else:
        with whole_folder(out_dir) as half:
            figures = done()
            write_odds(figures, half, language)
    say(json, figures, lambda: _print_odds(figures, out_dir, language))


@contextmanager
def counting(draws: int, lang: Lang) -> Iterator[Callable[[Done[Tally]], None]]:
    """A bar on stderr; where that is no terminal, a line for every tenth."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=err,
        transient=True, disable=not err.is_terminal,
    )  # fmt: skip
    with bar:
        task, counted = bar.add_task(sentence("odds.drawing", lang), total=draws), 0

        def tell(done: Done[Tally]) -> None:
            nonlocal counted
            before, counted = counted, counted + done.value.draws
            bar.update(task, completed=counted)
            if not err.is_terminal and 10 * before // draws < 10 * counted // draws:
                err.print(sentence("odds.drawn", lang, counted=f"{counted:,}", draws=f"{draws:,}"))

        yield tell


def _print_odds(figures: Mapping[str, Any], folder: Path | None, lang: Lang) -> None:
    from allocation.odds_chart import rank_name, with_interval

    out.print(figures["title"], markup=False)
    print_lines(figures["explained"])
    names = [sentence(f"odds.column.{name}", lang) for name in ("household", "served")]
    first = sentence("odds.column.within", lang, choice=rank_name(1, 0, lang))
    table = Table(*names, first, sentence("odds.column.none", lang), sentence("odds.column.expected", lang))
    for household in figures["households"][:TOLD_MAX]:
        own = {row["choice"]: row for row in household["by_choice"]}
        expected = household["expected"]
        table.add_row(
            f"{household['household_id']} {household['name']}",
            with_interval(household["served"]),
            with_interval(own[1]["within"]) if 1 in own and household["choices"] else "—",
            with_interval(household["by_choice"][-1]["some"]),
            f"{expected['mean']} ({expected['low']}–{expected['high']})" if expected else "—",
        )
    out.print(table)
    if len(figures["households"]) > TOLD_MAX:
        counts = {"drawn": TOLD_MAX, "households": len(figures["households"])}
        out.print(sentence("odds.chart.some", lang, **counts))
    if folder:
        out.print(sentence("odds.written", lang, folder=folder), markup=False)
