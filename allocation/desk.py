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
    given = read_round(round_path, twice_ok=True)
    round_ = judge(given)
    before = read_round(frozen, twice_ok=True) if frozen else None
    found = audit(
        round_,
        frozen=(before.tables, before.policy) if before else None,
        pools=(pool.strip().lower(), _pool_of(given)) if pool else None,
        result=read_result(result) if result else None,
    )
    if write is not None:
        with _written(write):
            write_list(write, found, language)
        err.print(sentence("audit.written", language, file=write), markup=False)
    listed = {"round": round_.head.id, **figures(found, language)}
    say(json, listed, lambda: _print_exceptions(listed, language))


def _pool_of(given: RoundInput) -> str:
    """The fingerprint by which the record froze a roster."""
    from allocation.roster import imported_values, pool_root

    return pool_root(imported_values(given.tables), given.policy)


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
