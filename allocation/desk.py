"""``anju office``: what a clerk does with a round's files: the auditor's list, the empty workbook, other forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from rich.table import Table

from allocation.console import AsJson, Language, RoundPath, checked_lang, err, one_of, out, say
from allocation.messages import Fault, Faults, Lang, sentence
from allocation.schema import TABLES
from allocation.writers import FORMS, Form

if TYPE_CHECKING:
    from allocation.findings import Result
    from allocation.round import Round
    from allocation.tables import RoundInput

office = typer.Typer(
    name="office",
    no_args_is_help=True,
    help="办公室：记录、疑点、模板、换形式。 The office: its record, exceptions, template, other forms.",
)


@office.command()
def exceptions(
    round_path: RoundPath,
    frozen: Annotated[
        Path | None, typer.Option(metavar="ROUND", help="种子公布前冻结的同一批次 · the round as it was frozen")
    ] = None,
    pool: Annotated[
        str | None, typer.Option(metavar="HEX", help="冻结时公示的名册指纹 · the roster's fingerprint as published")
    ] = None,
    result: Annotated[
        Path | None, typer.Option(metavar="DIR", help="分配结果文件夹 · a result of anju allocate")
    ] = None,
    db: Annotated[
        str,
        typer.Option("--db", envvar="ANJU_DB", metavar="URL", help="记录库，批次写编号 · a record; ROUND is an id"),
    ] = "",
    write: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="写出清单，供填写理由和批准人 · the list, to be completed")
    ] = None,
    json: AsJson = False,
    lang: Language = "zh",
) -> None:
    """疑点清单：审计会问到的每一件事，连同理由和批准人。 What an auditor would ask about, with reason and approver."""
    from allocation.discrepancies import read_result
    from allocation.exceptions import audit, figures, write_list
    from allocation.round import judge
    from allocation.tables import read_round

    language = checked_lang(lang)
    if db and not round_path.exists():
        given, posted, kept = _of_record(db, str(round_path))
    else:
        given, posted, kept = read_round(round_path, twice_ok=True), "", None
    posted = pool.strip().lower() if pool else posted
    round_ = judge(given)
    before = read_round(frozen, twice_ok=True) if frozen else None
    found = audit(
        round_,
        frozen=(before.tables, before.policy) if before else None,
        pools=(posted, _pool_of(round_)) if posted else None,
        result=read_result(result) if result else kept,
    )
    if write is not None:
        with _written(write):
            write_list(write, found, language)
        err.print(sentence("audit.written", language, file=write), markup=False)
    listed = {"round": round_.head.id, **figures(found, language)}
    say(json, listed, lambda: _print_exceptions(listed, language))


def _of_record(db: str, round_id: str) -> tuple[RoundInput, str, Result | None]:
    """A round out of the record, the fingerprint it was frozen with, and the homes given, where there are any."""
    from allocation.acts import select_rows
    from allocation.database import HOMES
    from allocation.findings import Result
    from allocation.roster import load_round, round_row
    from allocation.store import open_store

    store = open_store(db)
    try:
        with store.reading() as connection:
            given, row = load_round(connection, round_id), round_row(connection, round_id)
            rows = [home for home in select_rows(connection, HOMES, round_id=round_id) if home["status"] != "void"]
    finally:
        store.close()
    homes: dict[str, tuple[str, ...]] = {}
    for home in sorted(rows, key=lambda home: str(home["unit_id"])):
        homes[home["household_id"]] = (*homes.get(home["household_id"], ()), home["unit_id"])
    return given, row["pool_root"], Result(homes=homes) if homes else None


def _pool_of(round_: Round) -> str:
    """The fingerprint by which a round is frozen; without a plan of its draw that of the day it is judged on."""
    from allocation.publicrows import pool_root, unplanned

    return pool_root(round_, round_.head.draw or unplanned(round_.head.as_of))


@office.command()
def template(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="写到哪里 · where to write it")],
    json: AsJson = False,
    lang: Language = "zh",
) -> None:
    """写出空白模板：中文表头、下拉选项、格式和填写说明。 The empty workbook to fill in, with its explanations."""
    from allocation.template import write_template

    language = checked_lang(lang)
    one_of("FILE", file.suffix.lower(), (".xlsx",))
    _free(file)
    with _written(file):
        write_template(file)
    figures = {"file": str(file), "sheets": [table.titles[0] for table in TABLES]}
    say(json, figures, lambda: out.print(sentence("template.written", language, file=file), markup=False))


@office.command()
def convert(
    round_path: RoundPath,
    out_dir: Annotated[Path, typer.Argument(metavar="DIR", help="新文件夹 · a new folder")],
    form: Annotated[
        str, typer.Option("--form", metavar="csv|xlsx|parquet", help="写成什么 · the form written")
    ] = "xlsx",
    json: AsJson = False,
    lang: Language = "zh",
) -> None:
    """把批次换一种形式（CSV、Excel、Parquet），一字不丢。 A round in another form, without loss."""
    from allocation.convert import convert as write_converted
    from allocation.convert import describe

    language = checked_lang(lang)
    one_of("--form", form, FORMS)
    with _written(out_dir):
        found = write_converted(round_path, out_dir, cast("Form", form))

    def in_words() -> None:
        out.print(sentence("convert.written", language, folder=out_dir, files="、".join(found.files)), markup=False)
        if found.left:
            out.print(sentence("convert.left", language, files="、".join(found.left)), markup=False)

    say(json, {"folder": str(out_dir), **describe(found)}, in_words)


def _free(path: Path) -> None:
    """Nothing of the clerk's is ever written over."""
    if path.exists():
        raise Faults([Fault(table="out", code="out.exists", place=str(path))])


@contextmanager
def _written(path: Path) -> Iterator[None]:
    """A file that cannot be written is a fault of the command, not of the program."""
    try:
        yield
    except OSError as error:
        fault = Fault(table="out", code="out.unwritable", place=str(path), value=str(error.strerror))
        raise Faults([fault]) from error


def _print_exceptions(listed: Mapping[str, Any], lang: Lang) -> None:
    for one in listed["exceptions"]:
        status = sentence(f"audit.{one['status']}", lang)
        out.print(f"{status}  {one['code']}  {one['subject']}  {one['mark']}  {one['found']}", markup=False)
        out.print(f"    {one['why']}", markup=False)
        if one["reason"]:
            decided = {key: one[key] for key in ("reason", "approver", "decided_on")}
            out.print("    " + sentence("audit.reason", lang, **decided), markup=False)
        if one["note"]:
            out.print(f"    {one['note']}", markup=False)
    for one in listed["unused"]:
        out.print(sentence("audit.unused", lang, **{k: one[k] for k in ("code", "subject", "mark")}), markup=False)
    table = Table(show_header=False)
    for village, count in listed["by_village"].items():
        table.add_row(sentence("audit.village", lang, village=village, count=count))
    if listed["by_village"]:
        out.print(table)
    for text in listed["not_compared"]:
        out.print(f"· {text}", markup=False)
    out.print(sentence("audit.summary", lang, open=listed["open"], explained=listed["explained"]))
