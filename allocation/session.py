"""
What every command of ``anju office`` on the record shares: its options, its clock, how an outcome is told.

Every command takes ``--db`` (or ``ANJU_DB``), every act ``--as`` (or ``ANJU_USER``) and ``--command-id``. Exit codes:
0 done · 1 the audit found something · 2 bad input, or trouble with the record · 4 refused: a condition is not met.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from allocation.console import AsJson, Language, checked_lang, err, one_of, out, say
from allocation.desk import office
from allocation.messages import Fault, Faults, Lang, reason_sentence, sentence

if TYPE_CHECKING:
    from allocation.acts import Clerk, Done, Refused
    from allocation.schema import Document
    from allocation.store import Store

EXIT_REFUSED = 4
NOON = time(12)
DOCUMENTS = ("demand", "units", "plan", "result")

RoundId = Annotated[str, typer.Argument(metavar="ROUND", help="批次编号 · the round's id in the record")]
RoundFiles = Annotated[Path, typer.Argument(metavar="FILES", help="批次文件夹或工作簿 · a round's folder or workbook")]
DocumentName = Annotated[str, typer.Argument(metavar="|".join(DOCUMENTS), help="公示内容 · what is published")]
HouseholdId = Annotated[str, typer.Argument(metavar="HOUSEHOLD", help="安置户编号 · household_id")]
UnitId = Annotated[str, typer.Argument(metavar="UNIT", help="房源编号 · unit_id")]
ObjectionId = Annotated[str, typer.Argument(metavar="OBJECTION", help="异议编号 · objection_id")]
Why = Annotated[str, typer.Option("--reason", help="理由 · the reason, for the record")]
Yuan = Annotated[str, typer.Argument(metavar="YUAN", help="金额（元） · yuan")]
OnDay = Annotated[str | None, typer.Option("--on", metavar="DATE", help="日期，默认今天 · the day, default today")]

Database = Annotated[
    str, typer.Option("--db", envvar="ANJU_DB", metavar="URL", help="记录库：文件或 postgresql://… · the record")
]
Today = Annotated[
    str | None, typer.Option("--today", metavar="DATE", help="仅演练库：今天是哪天 · in a drill: what day it is")
]
Who = Annotated[str, typer.Option("--as", envvar="ANJU_USER", metavar="NAME", help="经办人 · who acts")]
CommandId = Annotated[
    str, typer.Option("--command-id", metavar="ID", help="同一编号只办一次 · the same id is done once")
]
_READING: Mapping[str, tuple[Any, Any]] = {
    "db": (Database, "office.db"),
    "today": (Today, None),
    "json": (AsJson, False),
    "lang": (Language, "zh"),
}
_ACTING: Mapping[str, tuple[Any, Any]] = {"who": (Who, ""), "command_id": (CommandId, ""), **_READING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What the options common to every command say."""

    db: str
    json: bool
    lang: Lang
    today: date | None = None
    who: str = ""
    command_id: str = ""

    def open(self) -> Store:
        """The record, with its clock: this machine's, or in a drill the day given, else the day it stopped at."""
        from allocation.store import last_moment, open_store

        store = open_store(self.db)
        if not store.drill:
            if self.today:
                raise Faults([Fault(table="command", code="office.today_not_drill", value=str(self.today))])
            return store
        last = last_moment(store)
        at = last if self.today is None else datetime.combine(self.today, NOON, last.tzinfo)
        if at.date() == last.date():
            at = max(at, last)
        if not self.json:
            err.print(sentence("office.drill", self.lang, today=at.date()))
        return replace(store, clock=lambda: at)

    def act(self, work: Callable[[Clerk], Done | Refused]) -> Done:
        """Do one act and tell how it went; a refusal ends the command."""
        from allocation.acts import Clerk

        store = self.open()
        try:
            outcome = work(Clerk(store=store, who=self.who, command_id=self.command_id))
        finally:
            store.close()
        return self.tell(outcome)

    def tell(self, outcome: Done | Refused) -> Done:
        """An outcome in words or as JSON; a refusal ends the command with its exit code."""
        from allocation.acts import Refused

        if not isinstance(outcome, Refused):
            figures = {"done": True, "act": outcome.act, "number": outcome.number, "hash": outcome.hash}
            say(self.json, figures | dict(outcome.figures), lambda: _print_done(outcome, self.lang))
            return outcome
        reasons = [reason_sentence(reason, self.lang) for reason in outcome.reasons]
        told = {
            "done": False,
            "act": outcome.act,
            "number": outcome.number,
            "reasons": [
                {"code": reason.code, "text": text, **reason.params}
                for reason, text in zip(outcome.reasons, reasons, strict=True)
            ],
            "earliest": outcome.earliest,
        }
        say(self.json, told, lambda: _print_refused(outcome, reasons, self.lang))
        raise typer.Exit(EXIT_REFUSED)


def command(name: str, *, acts: bool = True) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a command of a function that takes a session and its own arguments: the common options are added."""
    common = _ACTING if acts else _READING

    def register(work: Callable[..., None]) -> Callable[..., None]:
        own = list(inspect.signature(work, eval_str=True).parameters.values())[1:]
        options = [
            inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for key, (kind, default) in common.items()
        ]

        def run(**given: Any) -> None:
            said = {key: given.pop(key) for key in common}
            today = said.pop("today")
            session = Session(
                **said | {"lang": checked_lang(said["lang"]), "today": parsed_day(today) if today else None}
            )
            work(session, **given)

        run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # typer reads it to know the options
            [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own] + options
        )
        run.__doc__ = work.__doc__
        office.command(name)(run)
        return work

    return register


# -- words in -----------------------------------------------------------------------------------------------------


def parsed_day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise Faults([Fault(table="command", code="office.day", value=given)]) from None


def parsed_time(given: str) -> time:
    try:
        return time.fromisoformat(given)
    except ValueError:
        raise Faults([Fault(table="command", code="office.time", value=given)]) from None


def _hundredths(given: str) -> Decimal | None:
    """An exact number with at most two decimals and twelve digits before them; None when it is none."""
    return (
        Decimal(given).quantize(Decimal("0.01")) if re.fullmatch(r"-?\d{1,12}(\.\d{1,2})?", given, re.ASCII) else None
    )


def parsed_yuan(given: str) -> Decimal:
    """An amount in yuan. Faults: no number, or finer than the fen."""
    value = _hundredths(given)
    if value is None:
        raise Faults([Fault(table="command", code="office.amount", value=given)])
    return value


def parsed_area(given: str) -> tuple[str, Decimal]:
    """``UNIT=m²``, exact to 0.01. Faults: anything else."""
    unit_id, _, text = given.partition("=")
    area = _hundredths(text)
    if not unit_id or area is None or not 0 < area < 10_000:
        raise Faults([Fault(table="command", code="office.area", value=given)])
    return unit_id, area


def parsed_event(given: str) -> tuple[str, str]:
    """``NAME=VALUE``. Faults: anything else."""
    name, _, value = (part.strip() for part in given.rpartition("="))
    if not name or not value:
        raise Faults([Fault(table="command", code="office.source", value=given)])
    return name, value


def parsed_seal(given: str) -> tuple[str, tuple[str, str]]:
    """``WHO=NUMBER:NONCE``. Faults: anything else."""
    who, _, text = (part.strip() for part in given.rpartition("="))
    number, _, nonce = (part.strip() for part in text.partition(":"))
    if not who or not number or not nonce:
        raise Faults([Fault(table="command", code="office.seal", value=given)])
    return who, (number, nonce)


def read_draw(file: Path) -> Mapping[str, Any]:
    """``[draw]`` of a TOML file. Faults: no file, no TOML, no such table."""
    from allocation.reading import toml_items

    if not file.is_file():
        raise Faults([Fault(table="command", code="office.no_draw_file", value=str(file))])
    _, table = toml_items(file, "round").get("draw", (None, None))
    if not isinstance(table, Mapping):
        raise Faults([Fault(table="round", code="draw.no_plan", place=file.name, column="draw")])
    return table


def parsed_document(given: str) -> Document:
    return cast("Document", one_of("DOCUMENT", given, DOCUMENTS))


# -- words out ----------------------------------------------------------------------------------------------------

SHOWN = (
    "round", "state", "document", "published_on", "last_day", "next_on", "withdrawn_on", "objection_id", "verdict",
    "called", "table", "deadline", "held", "next", "to_call", "done", "over", "reopened", "late", "receipt_no",
    "household_id", "unit_id", "units", "rank", "amount", "balance", "due", "total_yuan", "balances_changed",
    "households_in", "households_out", "units_in", "units_out", "homes", "households_served", "unserved", "pool_root",
    "words", "seed", "root", "price", "final", "paid", "waiting", "overpaid", "added", "changed", "removed",
)  # fmt: skip
"""The figures of an act that are told in words, in this order; all of them are in ``--json``."""


def _print_done(outcome: Done, lang: Lang) -> None:
    act = sentence(f"act.{outcome.act}", lang)
    out.print(sentence("office.done", lang, act=act, number=outcome.number), markup=False)
    print_figures(outcome.figures, lang)


def print_figures(figures: Mapping[str, Any], lang: Lang) -> None:
    """The figures that are told in words."""
    for key in SHOWN:
        value = figures.get(key)
        if value in (None, "", [], False, "0.00"):
            continue
        if key in ("state", "document", "reopened", "verdict"):
            prefix = {"state": "state.", "verdict": "verdict."}.get(key, "document.")
            value = sentence(prefix + str(value), lang)
        shown = "、".join(map(str, value)) if isinstance(value, list) else value
        out.print(f"  {sentence(f'figure.{key}', lang)}  {shown}", markup=False)


def _print_refused(outcome: Refused, reasons: list[str], lang: Lang) -> None:
    act = sentence(f"act.{outcome.act}", lang)
    out.print(sentence("office.refused", lang, act=act, number=outcome.number), markup=False)
    for text in reasons:
        out.print(f"· {text}", markup=False)
    if outcome.earliest is None:
        out.print(sentence("office.never", lang))
    else:
        out.print(sentence("office.earliest", lang, day=outcome.earliest), markup=False)
