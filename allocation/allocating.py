"""``anju allocate``: one round, or every round of a folder; what other commands share with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from rich.table import Table

from allocation.console import (
    EXIT_BUG,
    EXIT_FAULTS,
    EXIT_UNSERVED,
    AsJson,
    Language,
    RayAddress,
    Seconds,
    Workers,
    checked_lang,
    err,
    heard,
    one_of,
    out,
    say,
    workers_faults,
)
from allocation.messages import Fault, Faults, Lang, sentence
from solver.problem import PRINCIPLES, Per, Principle

if TYPE_CHECKING:
    from allocation.many import Tried

PrincipleName = Annotated[
    str | None,
    typer.Option("--principle", metavar="|".join(PRINCIPLES), help="公平原则，代替政策文件所定 · overrides the policy"),
]
PerName = Annotated[
    str | None,
    typer.Option("--per", metavar="household|unit", help="按户或按套计 · outcomes per household or per unit"),
]


def allocate(
    round_path: Annotated[
        Path,
        typer.Argument(
            metavar="ROUND",
            help="批次文件夹或工作簿，或装有多个批次的文件夹 · a round's folder or workbook, or a folder of rounds",
        ),
    ],
    out_dir: Annotated[Path, typer.Option("--out", metavar="DIR", help="结果文件夹 · where the results go")],
    principle: PrincipleName = None,
    per: PerName = None,
    time_limit: Seconds = None,
    workers: Workers = None,
    ray: RayAddress = None,
    json: AsJson = False,
    lang: Language = "zh",
) -> None:
    """求解并写出结果；文件夹里有多个批次时逐个求解。 Solve a round, or every round of a folder, and write it."""
    from allocation.many import rounds_in

    language = checked_lang(lang)
    rules = principle_of(principle), per_of(per), time_limit
    if faults := workers_faults(workers):
        raise Faults(faults)
    if rounds := rounds_in(round_path):
        figures = _many(rounds, round_path, out_dir, *rules, language, workers, ray)
        say(json, figures, lambda: _print_many(figures, out_dir, language))
        raise typer.Exit(_exit(figures))
    if workers is not None or ray is not None:
        option = "--workers" if ray is None else "--ray"
        raise Faults([Fault(table="command", code="many.one_round", column=option, value=round_path.name)])
    figures = run(round_path, out_dir, *rules, language)
    say(json, figures, lambda: print_summary(figures, out_dir, language))
    if figures["unserved"]:
        raise typer.Exit(EXIT_UNSERVED)


def run(
    round_path: Path, folder: Path, principle: Principle | None, per: Per | None, seconds: float | None, lang: Lang
) -> dict[str, Any]:
    """One round from its files to its results, whole or not at all."""
    from allocation.results import solved
    from allocation.round import judge
    from allocation.tables import read_round

    round_ = judge(read_round(round_path))
    with solved(round_, folder, lang, principle=principle, per=per, seconds_max=seconds) as (_, figures):
        return figures


def principle_of(name: str | None) -> Principle | None:
    return cast("Principle", one_of("--principle", name, PRINCIPLES)) if name else None


def per_of(name: str | None) -> Per | None:
    return cast("Per", one_of("--per", name, ("household", "unit"))) if name else None


def print_summary(figures: Mapping[str, Any], folder: Path, lang: Lang) -> None:
    table = Table(title=figures["title"], title_justify="left", show_header=False)
    for key in ("households_in", "households_served", "persons_served", "units_allocated"):
        table.add_row(sentence(f"summary.{key}", lang), str(figures[key]))
    table.add_row(sentence("summary.principle", lang), sentence(f"principle.{figures['principle']}", lang))
    table.add_row(sentence("summary.per", lang), sentence(f"per.{figures['per']}", lang))
    ranks = " · ".join(f"{rank}: {count}" for rank, count in figures["profile"].items() if count)
    table.add_row(sentence("summary.profile", lang), ranks)
    table.add_row(sentence("summary.left_out", lang), str(len(figures["left_out"])))
    table.add_row(sentence("summary.unserved", lang), ", ".join(figures["unserved"]) or "0")
    proofs = [stage["status"] for stage in figures["stages"]]
    table.add_row(
        sentence("summary.stages", lang),
        " · ".join(sentence(f"proof.{kind}", lang) + f" {proofs.count(kind)}" for kind in dict.fromkeys(proofs)),
    )
    seconds = sum(stage["seconds"] for stage in figures["stages"])
    table.add_row(sentence("summary.seconds", lang), f"{seconds:.2f}")
    out.print(table)
    _print_witness(figures["witness"])
    for short in figures["shortfalls"]:
        out.print(sentence("summary.shortfall" if short["rank"] else "summary.shortfall_unserved", lang, **short))
    out.print(sentence("summary.written", lang, folder=folder))


def _print_witness(found: Mapping[str, Any] | None) -> None:
    """Why not all are served, a sentence a line."""
    for row in [found, *found["others"], *found["mends"]] if found else ():
        if row["explained"]:
            out.print(f"· {row['explained']}", markup=False)


# -- every round of a folder --------------------------------------------------------------------------------------


def _many(
    rounds: Mapping[str, Path], place: Path, folder: Path, principle: Principle | None, per: Per | None,
    seconds: float | None, lang: Lang, workers: int | None, ray: str | None,
) -> dict[str, Any]:  # fmt: skip
    """All rounds solved, into one folder that appears when the last of them is done."""
    from allocation.many import many_figures, solve_rounds, write_many
    from allocation.outputs import whole_folder

    with whole_folder(folder) as half:

        def work() -> list[Tried]:
            return solve_rounds(
                rounds, half, lang, principle=principle, per=per, seconds_max=seconds, workers=workers, ray=ray,
                on_done=lambda tried: _tell(tried, lang),
            )  # fmt: skip

        with _solving(len(rounds), lang):
            tried = heard(work) if ray is None else work()
        figures = many_figures(tried, place, lang)
        write_many(figures, half, lang)
    return figures


@contextmanager
def _solving(count: int, lang: Lang) -> Iterator[None]:
    with err.status(sentence("many.solving", lang, count=count)):
        yield


def _tell(tried: Tried, lang: Lang) -> None:
    """One round done, as it comes."""
    err.print(sentence(f"many.told.{tried.outcome}", lang, name=tried.name), markup=False)
    if tried.broken:
        err.print(tried.broken, markup=False)


def _exit(figures: Mapping[str, Any]) -> int:
    """The worst that happened to any round."""
    outcomes = figures["outcomes"]
    if outcomes["broken"]:
        return EXIT_BUG
    if outcomes["refused"]:
        return EXIT_FAULTS
    return EXIT_UNSERVED if outcomes["unserved"] else 0


def _print_many(figures: Mapping[str, Any], folder: Path, lang: Lang) -> None:
    names = ("name", "outcome", "households_in", "households_served", "units_allocated", "left_out", "faults")
    table = Table(*(sentence(f"many.column.{name}", lang) for name in names))
    for row in figures["rounds"]:
        outcome = sentence(f"many.outcome.{row['outcome']}", lang)
        numbers = ("" if row[name] is None else str(row[name]) for name in names[2:-1])
        table.add_row(row["name"], outcome, *numbers, str(len(row["faults"])))
    out.print(table)
    for row in figures["rounds"]:
        for fault in row["faults"]:
            out.print(f"{row['name']} · {fault['text']}", markup=False)
    out.print(sentence("many.written", lang, folder=folder, **figures["outcomes"]), markup=False)
