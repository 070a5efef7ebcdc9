"""
A round's tables into the record's rows and back, and what each publication shows of them, by hash.

What is read back equals what was imported, row for row: ids, decimals, columns anju does not know.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allocation import policy as policies
from allocation.acts import Row, plain, select_rows
from allocation.chain import canonical, content_hash
from allocation.database import (
    HANDOVERS,
    HOUSEHOLDS,
    LEDGER,
    LISTS,
    OBJECTIONS,
    PUBLICATIONS,
    ROUNDS,
    SETTLEMENTS,
    UNITS,
)
from allocation.drawplan import read_plan
from allocation.messages import Fault, Faults
from allocation.policy import Policy
from allocation.publicity import Announced, AnnouncedYear
from allocation.rows import DrawPlan
from allocation.schema import (
    BY_NAME,
    HEAD,
    TABLES,
    Document,
    Household,
    Measured,
    Objection,
    Payment,
    Publication,
    RoundHead,
    Tables,
    Unit,
)
from allocation.tables import RoundInput
from allocation.writers import Form, Heading, draw_table, write_round

if TYPE_CHECKING:
    from sqlalchemy import Connection

ACTED = ("payments", "publications", "objections")
"""Tables of a round that are not revised: each has acts of its own."""
POOLED = ("households", "members", "units", "demand", "choices")
"""The tables an allocation is made from: frozen with the roster."""
LISTED = tuple(table.name for table in TABLES if table.name not in (*ACTED, "households", "units"))
"""The tables whose rows have no id of their own."""
NOT_SHOWN = frozenset({"id_number", "phone", "access_need", "compensation_yuan", "extra"})
"""What the demand's publication does not show of a household or a person; all else is frozen while it is up."""


# -- rows and values ----------------------------------------------------------------------------------------------


def fen(value: Decimal) -> int:
    """Hundredths: yuan as fen, m² as 0.01 m². ValueError when there is a finer part."""
    scaled = value.scaleb(2)
    if scaled != int(scaled):
        raise ValueError(f"{value} is finer than a hundredth")
    return int(scaled)


def yuan(hundredths: int) -> Decimal:
    """Hundredths as an exact number with two places."""
    return Decimal(hundredths).scaleb(-2)


Values = Mapping[str, Sequence[Any]]
"""Name of a table → its rows as values."""


def imported_rows(round_id: str, values: Values) -> dict[str, list[Row]]:
    """The record's rows of the tables a clerk may revise, by the record's table."""
    households = [
        {"round_id": round_id, "household_id": h.household_id, "row_no": n, "data": _data("households", h)}
        for n, h in enumerate(values["households"], 1)
    ]
    units = [
        {
            "round_id": round_id,
            "unit_id": unit.unit_id,
            "row_no": n,
            "project": unit.project,
            "layout": unit.layout,
            "data": _data("units", unit),
        }
        for n, unit in enumerate(values["units"], 1)
    ]
    lists = [
        {
            "round_id": round_id,
            "name": name,
            "row_no": n,
            "household_id": getattr(value, "household_id", None),
            "data": _data(name, value),
        }
        for name in LISTED
        for n, value in enumerate(values[name], 1)
    ]
    return {"households": households, "units": units, "lists": lists}


def _data(name: str, value: Any) -> str:
    """A row as canonical JSON: exact numbers and days as text, columns without a value left out."""
    cells = {c.name: getattr(value, c.name) for c in BY_NAME[name].columns}
    given: dict[str, Any] = {key: plain(cell) for key, cell in cells.items() if cell is not None}
    if value.extra:
        given["extra"] = [list(pair) for pair in value.extra.items()]
    return canonical(given)


_READ: Mapping[str, Callable[[str], Any]] = {
    "decimal": Decimal,
    "date": date.fromisoformat,
    "moment": datetime.fromisoformat,
}


def _value(name: str, data: str) -> Any:
    table = BY_NAME[name]
    given = json.loads(data)
    extra = dict(given.pop("extra", ()))
    for column in table.columns:
        if column.kind in _READ and column.name in given:
            given[column.name] = _READ[column.kind](given[column.name])
    return table.row(**given, extra=extra)


def _values(name: str, rows: Iterable[Row]) -> tuple[Any, ...]:
    return tuple(_value(name, row["data"]) for row in sorted(rows, key=lambda row: row["row_no"]))


def household_value(row: Row) -> Household:
    """A household out of the record."""
    found: Household = _value("households", row["data"])
    return found


def imported_values(tables: Tables) -> dict[str, Sequence[Any]]:
    """The tables a clerk may revise, by name."""
    return {name: getattr(tables, name) for name in ("households", "units", *LISTED)}


def publication_row(round_id: str, number: int, given: Publication, shown: str, root: str = "") -> Row:
    """A publication as the record has it; ``shown``: the hash of what it shows; ``root``: of the bundle with it."""
    return {
        "round_id": round_id,
        "publication_no": number,
        "document": given.document,
        "published_on": given.published_on,
        "days": given.days,
        "withdrawn_on": given.withdrawn_on,
        "content_hash": shown,
        "bundle_root": root,
        "extra": json.dumps(dict(given.extra), ensure_ascii=False),
    }


def objection_row(round_id: str, number: int, given: Objection) -> Row:
    """An objection as the record has it; one that came resolved was heard elsewhere, and its verdict is its outcome."""
    return {
        "round_id": round_id,
        "objection_id": given.objection_id,
        "document": given.document,
        "filed_on": given.filed_on,
        "subject": given.subject,
        "said": "",
        "heard_on": None,
        "resolved_on": given.resolved_on,
        "verdict": "",
        "outcome": given.outcome,
        "reason": given.reason,
        "carved_out": False,
        "row_no": number,
        "extra": json.dumps(dict(given.extra), ensure_ascii=False),
    }


def ledger_row(round_id: str, number: int, given: Payment, booked_on: date, corrects: str = "") -> Row:
    """A receipt, a refund or a counter-entry as the ledger has it."""
    return {
        "round_id": round_id,
        "entry_no": number,
        "receipt_no": given.receipt_no,
        "household_id": given.household_id,
        "paid_on": given.paid_on,
        "booked_on": booked_on,
        "amount_fen": fen(given.amount),
        "kind": given.kind,
        "corrects": corrects,
        "extra": json.dumps(dict(given.extra), ensure_ascii=False),
    }


def publications(rows: Iterable[Row]) -> tuple[Publication, ...]:
    """Publications out of the record."""
    return tuple(
        Publication(
            document=row["document"],
            published_on=row["published_on"],
            days=row["days"],
            withdrawn_on=row["withdrawn_on"],
            extra=json.loads(row["extra"]),
        )
        for row in sorted(rows, key=lambda row: row["publication_no"])
    )


def objections(rows: Iterable[Row]) -> tuple[Objection, ...]:
    """Objections out of the record."""
    return tuple(
        Objection(
            objection_id=row["objection_id"],
            document=row["document"],
            filed_on=row["filed_on"],
            subject=row["subject"],
            resolved_on=row["resolved_on"],
            outcome=row["outcome"],
            reason=row["reason"],
            extra=json.loads(row["extra"]),
        )
        for row in sorted(rows, key=lambda row: row["row_no"])
    )


def payments(rows: Iterable[Row]) -> tuple[Payment, ...]:
    """The ledger's entries out of the record."""
    return tuple(
        Payment(
            receipt_no=row["receipt_no"],
            household_id=row["household_id"],
            paid_on=row["paid_on"],
            amount=yuan(row["amount_fen"]),
            kind=row["kind"],
            extra=json.loads(row["extra"]),
        )
        for row in sorted(rows, key=lambda row: row["entry_no"])
    )


# -- a round out of the record ------------------------------------------------------------------------------------


def round_row(connection: Connection, round_id: str) -> Row:
    """The round's own row. Faults: there is no such round."""
    found = select_rows(connection, ROUNDS, round_id=round_id)
    if not found:
        raise Faults([Fault(table="command", code="office.no_round", value=round_id)])
    return found[0]


def policy_of(row: Row) -> Policy:
    """The rules a round was imported with."""
    return _rules(row["policy"])


@lru_cache(maxsize=8)
def _rules(text: str) -> Policy:
    return policies.parse(json.loads(text), "policy")


def announced_of(row: Row) -> Announced:
    """The holiday notices a round was imported with."""
    return {
        int(year): AnnouncedYear(**{key: frozenset(map(date.fromisoformat, days)) for key, days in found.items()})
        for year, found in json.loads(row["announced"]).items()
    }


def announced_text(announced: Announced) -> str:
    """Holiday notices as the record keeps them."""
    return canonical(
        {
            str(year): {
                "holidays": sorted(day.isoformat() for day in found.holidays),
                "working_weekends": sorted(day.isoformat() for day in found.working_weekends),
            }
            for year, found in announced.items()
        }
    )


def roster_of(connection: Connection, round_id: str) -> dict[str, Sequence[Any]]:
    """The revisable tables of a round as values."""
    lists: dict[str, list[Row]] = {name: [] for name in LISTED}
    for row in select_rows(connection, LISTS, round_id=round_id):
        lists[row["name"]].append(row)
    return {
        "households": _values("households", select_rows(connection, HOUSEHOLDS, round_id=round_id)),
        "units": _values("units", select_rows(connection, UNITS, round_id=round_id)),
        **{name: _values(name, rows) for name, rows in lists.items()},
    }


def household_of(connection: Connection, round_id: str, household_id: str) -> dict[str, Sequence[Any]]:
    """One household's rows of those tables; no units."""
    where = {"round_id": round_id, "household_id": household_id}
    found = {"households": _values("households", select_rows(connection, HOUSEHOLDS, **where))}
    rows = select_rows(connection, LISTS, **where)
    return found | {name: _values(name, [row for row in rows if row["name"] == name]) for name in LISTED}


def measured_of(connection: Connection, round_id: str) -> tuple[Measured, ...]:
    """The table of measured areas as it was imported."""
    return _values("measured", select_rows(connection, LISTS, round_id=round_id, name="measured"))


def units_of(connection: Connection, round_id: str, unit_ids: Iterable[str]) -> tuple[Unit, ...]:
    """Some homes as values."""
    rows = [r for i in unit_ids for r in select_rows(connection, UNITS, round_id=round_id, unit_id=i)]
    return _values("units", rows)


def head_text(head: RoundHead) -> str:
    """A round's own data as the record keeps it, without the plan of its draw."""
    given = {f.name: getattr(head, f.name) for f in fields(head) if f.name != "draw"}
    return canonical({k: list(v) if isinstance(v, tuple) else plain(v) for k, v in given.items() if v is not None})


def head_of(row: Row) -> RoundHead:
    """
    A round's own data out of the record: ``as_of`` is the day of its draw, or else of its freeze, where it has been,
    and ``seed`` the one drawn, where it has been.
    """
    given = json.loads(row["head"])
    for column in HEAD.columns:
        if column.kind in _READ and column.name in given:
            given[column.name] = _READ[column.kind](given[column.name])
    found = RoundHead(**given | {"projects": tuple(given["projects"])})
    day = row["drawn_on"] or row["frozen_on"] or found.as_of
    return replace(found, draw=plan_of(row), as_of=day, seed=row["drawn_seed"] or found.seed)


def plan_text(plan: DrawPlan | None) -> str:
    """The plan of a draw as the record keeps it; blank = none."""
    if plan is None:
        return ""
    table = draw_table(plan)
    sources = [{key: plain(value) for key, value in row.items()} for row in table["sources"]]
    return canonical({key: plain(value) for key, value in table.items()} | {"sources": sources})


def plan_of(row: Row) -> DrawPlan | None:
    """The plan of a round's draw out of the record."""
    if not row["draw_plan"]:
        return None
    table = json.loads(row["draw_plan"])
    for dated, key in ((table, "frozen_on"), *((source, "occurred_on") for source in table["sources"])):
        dated[key] = date.fromisoformat(dated[key])
    return read_plan(table, "draw")


def earlier_roots(connection: Connection, round_id: str) -> tuple[str, ...]:
    """Fingerprints of the bundles published of a round so far, oldest first."""
    rows = sorted(select_rows(connection, PUBLICATIONS, round_id=round_id), key=lambda row: row["publication_no"])
    return tuple(dict.fromkeys(row["bundle_root"] for row in rows if row["bundle_root"]))


def load_round(connection: Connection, round_id: str) -> RoundInput:
    """
    The whole round as :func:`allocation.tables.read_round` would give it; its head as :func:`head_of`, measured areas
    and days of hand-over as its homes were settled and handed over.
    """
    row, roster = round_row(connection, round_id), roster_of(connection, round_id)
    roster["measured"] = _measured(connection, round_id, roster["measured"])
    tables = Tables(
        **{name: tuple(values) for name, values in roster.items()},
        payments=payments(select_rows(connection, LEDGER, round_id=round_id)),
        publications=publications(select_rows(connection, PUBLICATIONS, round_id=round_id)),
        objections=objections(select_rows(connection, OBJECTIONS, round_id=round_id)),
    )
    return RoundInput(
        head=head_of(row), policy=policy_of(row), tables=tables, path=Path(round_id), announced=announced_of(row)
    )


def _measured(connection: Connection, round_id: str, known: Iterable[Measured]) -> list[Measured]:
    """The measured areas that were imported, in their order, brought up to what was settled and handed over since."""
    found = {row.unit_id: row for row in known}
    for settled in select_rows(connection, SETTLEMENTS, round_id=round_id):
        for unit_id, text in json.loads(settled["measured"]).items():
            row = found.get(unit_id) or Measured(unit_id=unit_id, measured_m2=Decimal(text))
            found[unit_id] = replace(row, measured_m2=Decimal(text))
    for handed in select_rows(connection, HANDOVERS, round_id=round_id):
        if handed["unit_id"] in found:
            found[handed["unit_id"]] = replace(found[handed["unit_id"]], handed_over_on=handed["handed_on"])
    return list(found.values())


def export_round(connection: Connection, round_id: str, path: Path, form: Form, heading: Heading) -> dict[str, int]:
    """
    Write a round's tables, rules and holiday notices so that reading them gives the same round again.

    ``path`` is a folder (csv, parquet) or a workbook (xlsx). Returns how many rows of each table.
    """
    given = load_round(connection, round_id)
    write_round(path, given.head, given.tables, given.policy.toml(), form=form, heading=heading)
    folder = path.parent if form == "xlsx" else path
    for year, days in given.announced.items():
        (folder / "calendar").mkdir(exist_ok=True)
        lists = {"holidays": days.holidays, "working_weekends": days.working_weekends}
        text = "".join(f"{key} = [{', '.join(d.isoformat() for d in sorted(v))}]\n" for key, v in lists.items())
        (folder / "calendar" / f"{year}.toml").write_text(text, encoding="utf-8")
    return {table.name: len(getattr(given.tables, table.name)) for table in TABLES}


# -- what a publication shows -------------------------------------------------------------------------------------


def shown_hash(document: Document, tables: Values, homes: Iterable[Row] = ()) -> str:
    """
    The hash of what a publication of ``document`` shows: the demand every household with its persons and its demand,
    the units every home, plan and result who gets what. The order of rows has no influence.
    """
    label = f"anju/shown/{document}/1"
    if document == "demand":
        names = ("households", "members", "demand")
        return content_hash(label, {name: _plain(name, tables[name], NOT_SHOWN) for name in names})
    if document == "units":
        return content_hash(label, _plain("units", tables["units"], frozenset({"extra"})))
    return content_hash(
        label,
        sorted([home["household_id"], home["unit_id"], home["rank"]] for home in homes if home["status"] != "void"),
    )


def _plain(name: str, values: Iterable[Any], without: frozenset[str]) -> list[list[str]]:
    fields = [field.name for field in BY_NAME[name].columns if field.name not in without]
    return sorted([_text(getattr(value, field)) for field in fields] for value in values)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else str(value)
