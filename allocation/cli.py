"""The commands: words in, one call, words or JSON out, an exit code. No rule lives here."""

from __future__ import annotations

import os
import sys
import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.table import Table

from allocation import clerk, keeping  # noqa: F401 - they put their commands under `anju office`
from allocation.allocating import PerName, PrincipleName, allocate, per_of, principle_of, print_summary, run
from allocation.console import (
    EXIT_BUG,
    EXIT_FAILED_CHECK,
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_UNSERVED,
    AsJson,
    Language,
    RoundPath,
    Seconds,
    checked_lang,
    err,
    heard,
    language_asked,
    one_of,
    out,
    print_lines,
    progress,
    say,
    tell_faults,
)
from allocation.desk import office
from allocation.issuing import notice
from allocation.messages import Fault, Faults, Lang, sentence
from allocation.odds_command import odds
from allocation.planning import plan
from allocation.showing import serve

Result = TypeVar("Result")
ROOT = Path(__file__).resolve().parent.parent
DAFENG = ROOT / "data" / "dafeng"

app = typer.Typer(
    name="anju",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="安居：安置房分配，公平、可证明、人人可核验。 Resettlement-housing rounds, provably fair, checkable by all.",
)

app.add_typer(office)
app.command()(allocate)
app.command()(notice)
app.command()(plan)
app.command()(odds)
app.command()(serve)


def main() -> NoReturn:
    """Run a command. 0 done · 1 a check failed · 2 bad input · 3 some unserved · 70 a bug, with its traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except Faults as faults:
        sys.exit(tell_faults(faults.faults))
    except (KeyboardInterrupt, SystemExit) as stop:
        if isinstance(stop, SystemExit) and stop.code != EXIT_INTERRUPTED:
            raise
        err.print(sentence("cli.interrupted", language_asked()))
        sys.stdout.flush()
        # the solver may still be at work in its thread, and nothing of it is wanted any more
        os._exit(EXIT_INTERRUPTED)
    except Exception:  # noqa: BLE001 - a bug keeps its traceback, but never the exit code of a failed check
        traceback.print_exc()
        sys.exit(EXIT_BUG)
    sys.exit(EXIT_OK)


# -- commands -----------------------------------------------------------------------------------------------------


@app.command()
def check(
    round_path: RoundPath,
    annotate: Annotated[
        Path | None,
        typer.Option(metavar="FILE.xlsx", help="写回标注了错误的工作簿 · workbook with the faults marked in place"),
    ] = None,
    json: AsJson = False,
    lang: Language = "zh",
) -> None:
    """检查批次资料，一次列出全部错误。 Validate a round; all faults at once."""
    from allocation.exceptions import audit
    from allocation.marking import annotate as write_annotated
    from allocation.publicrows import changed_since_freeze
    from allocation.round import judge
    from allocation.schema import fault_sentence
    from allocation.tables import read_round

    language = checked_lang(lang)
    faults: Sequence[Fault] = ()
    try:
        given = read_round(round_path)
        for note in given.notes:
            err.print(sentence("cli.note", language, text=fault_sentence(note, language)), markup=False)
        round_ = judge(given)
        faults = changed_since_freeze(round_)
    except Faults as found:
        faults = found.faults
    if annotate is not None:
        write_annotated(round_path, faults, annotate, language)
        if not json:
            err.print(sentence("cli.annotated", language, file=annotate))
    if faults:
        raise Faults(faults)
    figures: dict[str, Any] = {
        "round": round_.head.id,
        "households": len(round_.tables.households),
        "households_in": len(round_.households),
        "units": len(round_.tables.units),
        "units_in": len(round_.units),
        "choices": len(round_.tables.choices),
        "left_out": len(round_.left_out),
        "exceptions": audit(round_).counts,
        "faults": [],
    }

    def in_words() -> None:
        out.print(sentence("cli.check.good", language, **figures))
        if any(figures["exceptions"].values()):
            out.print(sentence("audit.summary", language, **figures["exceptions"]))
            out.print(sentence("audit.see", language), markup=False)

    say(json, figures, in_words)


@app.command()
def demo(
    out_dir: Annotated[Path, typer.Option("--out", metavar="DIR", help="结果文件夹 · where the results go")] = Path(
        "out/dafeng"
    ),
    json: AsJson = False,
    lang: Language = "zh",
) -> None:
    """大丰家园整个批次：检查、门槛、分配、结算单、公示、公开包、核验。 The whole Dafeng round."""
    from allocation.tables import read_round
    from allocation.verify import check_bundle

    language = checked_lang(lang)
    figures = run(DAFENG, out_dir, None, None, None, language)
    plan = read_round(DAFENG).head.draw
    checks = check_bundle(out_dir / "bundle", root=figures["root"], pool=plan.pool_root if plan else None)
    figures["verified"] = {check["name"]: check["outcome"] for check in checks}

    def in_words() -> None:
        print_summary(figures, out_dir, language)
        counts = Counter(check["outcome"] for check in checks)
        told = " · ".join(f"{sentence('check.' + outcome, language)} {count}" for outcome, count in counts.items())
        out.print(sentence("summary.verified", language, outcomes=told), markup=False)

    say(json, figures, in_words)
    if any(check["outcome"] == "FAIL" for check in checks):
        raise typer.Exit(EXIT_FAILED_CHECK)
    if figures["unserved"]:
        raise typer.Exit(EXIT_UNSERVED)


@app.command()
def explain(
    round_path: RoundPath,
    household_id: Annotated[str, typer.Argument(metavar="HOUSEHOLD_ID")],
    principle: PrincipleName = None,
    per: PerName = None,
    time_limit: Seconds = None,
    json: AsJson = False,
    lang: Language = "zh",
) -> None:
    """一户为何得到这样的结果：更好的志愿归了谁，给它又会怎样。 Why this household got what it got."""
    from allocation.allocate import allocate as solve
    from allocation.answer import answer_figures
    from allocation.explain import explain as explain_household
    from allocation.explain import known
    from allocation.round import judge
    from allocation.tables import read_round

    language = checked_lang(lang)
    principle_name, per_name = principle_of(principle), per_of(per)
    round_ = judge(read_round(round_path))
    known(round_, household_id)
    with progress(language) as tell:
        allocation = heard(
            lambda: solve(round_, principle=principle_name, per=per_name, seconds_max=time_limit, on_stage=tell)
        )
        found = heard(lambda: explain_household(allocation, household_id, seconds_max=time_limit))
    figures = {"round": round_.head.id, "principle": allocation.principle, "per": allocation.per}
    figures |= answer_figures(found, language)
    say(json, figures, lambda: print_lines(figures["explained"]))


@app.command()
def rehearse(
    round_path: RoundPath,
    days: Annotated[int, typer.Option("--days", min=1, max=100_000, help="预演多少天 · how many days")] = 1000,
    seed: Annotated[
        str, typer.Option("--seed", help="同一种子，同样的结果 · the same seed, the same days")
    ] = "rehearsal",
    json: AsJson = False,
    lang: Language = "zh",
) -> None:
    """预演选房日：有守护和没有守护，多少天会有人无房可选。 The selection day rehearsed, with the guard and without."""
    from dataclasses import asdict

    from allocation.rehearsal import rehearse as play
    from allocation.round import judge
    from allocation.tables import read_round

    language = checked_lang(lang)
    round_ = judge(read_round(round_path))
    with err.status(sentence("rehearse.day", language, day=0, days=days)) as status:

        def tell(day: int) -> None:
            status.update(sentence("rehearse.day", language, day=day, days=days))

        found = heard(lambda: play(round_, days=days, seed=seed, on_day=tell))
    figures = {"round": round_.head.id, **asdict(found)}
    say(json, figures, lambda: out.print(sentence("rehearse.found", language, **asdict(found)), markup=False))


@app.command()
def compare(
    round_path: RoundPath,
    per: PerName = None,
    time_limit: Seconds = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="把图表写成一个网页 · charts as one page, opens offline")
    ] = None,
    json: AsJson = False,
    lang: Language = "zh",
) -> None:
    """四种公平原则并列比较。 The four principles side by side."""
    from allocation.comparison import compare as compare_principles
    from allocation.round import judge
    from allocation.tables import read_round

    language = checked_lang(lang)
    if plot is not None:
        one_of("--plot", plot.suffix, (".html",))
    round_ = judge(read_round(round_path))
    with progress(language) as tell:
        results = heard(
            lambda: compare_principles(
                round_,
                per=per_of(per),
                seconds_max=time_limit,
                on_stage=lambda principle, stage: tell(stage, principle),
            )
        )
    figures = {
        "round": round_.head.id,
        "title": round_.head.title,
        "per": per or round_.policy.fairness.per,
        "principles": [
            {
                "principle": r.principle,
                "households_served": r.served,
                "profile": {str(rank): count for rank, count in r.profile.items()},
                "worst_rank": r.worst,
                "mean": f"{float(r.mean):.4f}",
                "sum_of_ranks": r.sum_of_ranks,
                "envious": r.envious,
                "by_village": {name: f"{float(mean):.4f}" for name, mean in r.by_village.items()},
                "village_spread": f"{float(r.spread):.4f}",
                "decided": r.decided,
                "seconds": round(r.seconds, 3),
            }
            for r in results
        ],
    }
    if plot is not None:
        _write_plot(figures, plot, language)
    say(json, figures, lambda: _print_comparison(figures, language))


@app.command()
def price(
    round_path: RoundPath,
    household_id: Annotated[str, typer.Argument(metavar="HOUSEHOLD_ID")],
    unit_ids: Annotated[list[str], typer.Argument(metavar="UNIT_ID…")],
    json: AsJson = False,
    lang: Language = "zh",
) -> None:
    """一户选定若干套房的房款结算单。 The statement for a household and a set of units."""
    from allocation.outputs import price_figures
    from allocation.round import judge
    from allocation.tables import read_round

    language = checked_lang(lang)
    figures = price_figures(judge(read_round(round_path)), household_id, unit_ids)
    say(json, figures, lambda: _print_statement(figures, language))


@app.command()
def draw(
    round_path: RoundPath,
    seed: Annotated[
        str | None, typer.Option(metavar="S", help="演示用种子 · a seed of your own, for a demonstration")
    ] = None,
    freeze: Annotated[
        bool,
        typer.Option("--freeze", help="摇号前：公告用的指纹 · before the draw: what to post"),
    ] = False,
    json: AsJson = False,
    lang: Language = "zh",
) -> None:
    """先 --freeze 冻结并公告，事件发生后再摇号。 Freeze and announce first; then the order numbers by public draw."""
    from allocation.drawing import demonstration, drawn, frozen
    from allocation.tables import read_round

    language = checked_lang(lang)
    if seed is not None and not seed.strip():
        raise Faults([Fault(table="command", code="cli.seed.empty", column="--seed")])
    given = read_round(round_path)
    if freeze:
        figures = frozen(given)
        say(json, figures, lambda: print_lines(figures["announcement"]))
        return
    figures = drawn(given) if seed is None else demonstration(given, seed)
    title = sentence("cli.draw.title", language, seed=figures["seed"])
    say(json, figures, lambda: _print_rows(figures["order"], title))


@app.command()
def verify(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="公开包 · a published bundle, folder or one file")],
    root: Annotated[
        str | None, typer.Option("--root", "--words", metavar="HEX|24字", help="公示栏上的指纹 · as printed")
    ] = None,
    pool: Annotated[
        str | None, typer.Option(metavar="HEX|24字", help="摇号前公告的指纹 · the fingerprint posted before the draw")
    ] = None,
    key: Annotated[str | None, typer.Option(metavar="HEX", help="办公室公布的公钥 · the office's public key")] = None,
    receipt: Annotated[str | None, typer.Option(metavar="CODE", help="本户回执码 · a household's receipt code")] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="户主全名，打开承诺 · opens the commitment")] = None,
    prev: Annotated[Path | None, typer.Option(metavar="OLD", help="同批次的旧包 · an earlier bundle")] = None,
    opening: Annotated[Path | None, typer.Option(metavar="FILE", help="审计用开封文件 · the auditor's opening")] = None,
    policy: Annotated[Path | None, typer.Option(metavar="TOML", help="政策文件 · the policy's own file")] = None,
    notice: Annotated[Path | None, typer.Option(metavar="FILE", help="张榜的方案公示 · the plan as posted")] = None,
    json: AsJson = False,
    lang: Language = "zh",
) -> None:
    """核验公开包：不求解、不联网。 Check a published bundle, with no solver and no network."""
    from allocation.policy import load
    from allocation.recheck import audit
    from allocation.verify import WORDS

    language = checked_lang(lang)
    rules = None if policy is None else load(policy)
    given = {"root": root, "pool": pool, "key": key, "receipt": receipt, "name": name}
    checks = audit(bundle, prev=prev, opening=opening, policy=rules, notice=notice, **given)
    failed = [check["name"] for check in checks if check["outcome"] == "FAIL"]
    figures = {
        "bundle": str(bundle),
        "failed": failed,
        "checks": [
            {
                "name": check["name"],
                "outcome": check["outcome"],
                "text": check["zh"] if language == "zh" else check["en"],
                "found": check["found"],
                "expected": check["expected"],
            }
            for check in checks
        ],
        "limits": WORDS["limits"][language == "en"],
    }
    say(json, figures, lambda: _print_checks(figures, language))
    if failed:
        raise typer.Exit(EXIT_FAILED_CHECK)


@app.command()
def public(
    results: Annotated[Path, typer.Argument(metavar="OUT", help="结果文件夹 · an output folder of anju allocate")],
    folder: Annotated[Path, typer.Option("--to", metavar="DIR", help="网页写到哪里 · where the pages go")],
    json: AsJson = False,
    lang: Language = "zh",
) -> None:
    """公示网页：文书、公开包、核验程序，任何网页服务器都能放。 The public's pages, for any web server."""
    from allocation.public_folder import read_public_folder
    from allocation.public_page import write_public_page

    language = checked_lang(lang)
    found = read_public_folder(results)
    files = write_public_page(found, folder)
    figures = {"round": found.round_id, "root": found.root, "folder": str(folder), "files": files}
    say(json, figures, lambda: out.print(sentence("public.written", language, folder=folder), markup=False))


@app.command(name="sign")
def sign_bundle(
    bundle: Annotated[Path | None, typer.Argument(metavar="BUNDLE", help="公开包 · a published bundle")] = None,
    key: Annotated[
        Path | None, typer.Option(metavar="KEYFILE", help="办公室的私钥文件 · the office's key file")
    ] = None,
    new: Annotated[Path | None, typer.Option(metavar="KEYFILE", help="生成新的私钥文件 · make a new key file")] = None,
    json: AsJson = False,
    lang: Language = "zh",
) -> None:
    """为公开包签名（Ed25519），或生成密钥。 Sign a bundle, or make the office's key."""
    from allocation.signature import new_key, sign

    language = checked_lang(lang)
    if new is not None:
        public = new_key(new)
        told = sentence("sign.new", language, file=new, key=public)
        say(json, {"key": public}, lambda: print_lines([told]))
    elif bundle is not None and key is not None:
        public = sign(bundle, key)
        told = sentence("sign.done", language, key=public)
        say(json, {"key": public}, lambda: print_lines([told]))
    else:
        raise Faults([Fault(table="command", code="cli.sign", column="--key")])


@app.callback(invoke_without_command=True)
def _root(
    show_version: Annotated[bool, typer.Option("--version", help="版本 · version")] = False,
) -> None:
    if show_version:
        out.print(f"anju {version('anju')}")
        raise typer.Exit


# -- what the commands share --------------------------------------------------------------------------------------


# -- results in words ---------------------------------------------------------------------------------------------


def _write_plot(figures: Mapping[str, Any], file: Path, lang: Lang) -> None:
    from allocation.chart import comparison_page

    try:
        file.write_text(comparison_page(figures, lang), encoding="utf-8")
    except OSError as error:
        raise Faults([Fault(table="out", code="out.unwritable", place=str(file), value=str(error.strerror))]) from error
    err.print(sentence("chart.written", lang, file=file), markup=False)


def _print_comparison(figures: Mapping[str, Any], lang: Lang) -> None:
    rows = figures["principles"]
    names = [sentence(f"principle.{row['principle']}", lang) for row in rows]
    table = Table(sentence("compare.principle", lang), *names)
    for figure in ("households_served", "worst_rank", "mean", "envious", "village_spread"):
        table.add_row(sentence(f"compare.{figure}", lang), *(str(row[figure]) for row in rows))
    for rank in rows[0]["profile"]:
        table.add_row(sentence("compare.at_rank", lang, rank=rank), *(str(row["profile"][rank]) for row in rows))
    decided = [sentence(f"word.{'yes' if row['decided'] else 'no'}", lang) for row in rows]
    table.add_row(sentence("compare.decided", lang), *decided)
    table.add_section()
    for village in sorted({name for row in rows for name in row["by_village"]}):
        means = (row["by_village"].get(village, "") for row in rows)
        table.add_row(sentence("compare.village", lang, village=village), *means)
    out.print(table)


def _print_checks(figures: Mapping[str, Any], lang: Lang) -> None:
    for row in figures["checks"]:
        out.print(f"{sentence('check.' + row['outcome'], lang)}  {row['name']}  {row['text']}", markup=False)
        if row["found"] or row["expected"]:
            out.print(
                "    " + sentence("check.differs", lang, found=row["found"], expected=row["expected"]), markup=False
            )
    out.print("\n" + figures["limits"], markup=False)


def _print_statement(figures: Mapping[str, Any], lang: Lang) -> None:
    keys = ("item", "unit_id", "area_m2", "price_yuan_per_m2", "amount_yuan")
    table = Table(*(sentence(f"statement.{key}", lang) for key in keys))
    for line in figures["lines"]:
        item = sentence(f"statement.item.{line['item']}", lang) + (f" {line['band']}" if line["band"] else "")
        table.add_row(item, *("" if line[key] is None else str(line[key]) for key in keys[1:]))
    out.print(table)
    for key in ("entitlement_m2", "allocated_m2", "price", "prepaid", "balance"):
        out.print(f"{sentence(f'statement.{key}', lang)}  {figures[key]}")
    for warning in figures["warnings"]:
        out.print(sentence(warning, lang))


def _print_rows(rows: Sequence[Mapping[str, Any]], title: str) -> None:
    table = Table(*rows[0] if rows else (), title=title, title_justify="left")
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    out.print(table)


if __name__ == "__main__":
    main()
