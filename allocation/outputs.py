"""What ``anju allocate`` leaves in its folder: the summary, tables for people and programs, whole or not at all."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from allocation.allocate import Allocation, homes_of, price_of, profile, shortfalls
from allocation.entitlement import area_band
from allocation.exceptions import audit
from allocation.findings import Result
from allocation.messages import Fault, Faults, Lang, reason_sentence
from allocation.pricing import Forbidden, Statement
from allocation.round import LeftOut, Round
from allocation.shortage import shortage, shortage_figures
from allocation.writers import write_csv, write_parquet

Row = Mapping[str, object]
SHORTFALL_SECONDS = 60.0
"""How long rounds are solved again to find whom the prepayment kept from a better choice; the rest is listed."""
MARK = "summary.json"
"""The file by which an earlier output is known: only such a folder is ever replaced."""

ALLOCATION_COLUMNS = ("household_id", "unit_id", "rank")
STATEMENT_COLUMNS = ("household_id", "entitlement_m2", "allocated_m2", "price", "prepaid", "balance")
LINE_COLUMNS = (
    "household_id", "line", "item", "band", "unit_id", "area_m2", "price_yuan_per_m2", "amount_yuan",
)  # fmt: skip


def summary(allocation: Allocation, lang: Lang = "zh") -> dict[str, Any]:
    """The figures of a result as one JSON object. Source: spec §7."""
    round_ = allocation.round
    served = homes_of(allocation.homes)
    found, untried = shortfalls(allocation, seconds_max=SHORTFALL_SECONDS)
    persons = sum(h.persons for h in round_.households if h.household_id in served)
    result = Result(homes={i: tuple(home.unit_id for home in own) for i, own in served.items()})
    return {
        "round": round_.head.id,
        "title": round_.head.title,
        "as_of": round_.head.as_of.isoformat(),
        "policy": round_.policy.name,
        "policy_hash": round_.policy.fingerprint(),
        "principle": allocation.principle,
        "per": allocation.per,
        "seed": round_.head.seed,
        "households_in": len(round_.households),
        "households_served": len(served),
        "persons_served": persons,
        "units_allocated": len(allocation.homes),
        "profile": {str(rank): count for rank, count in profile(allocation).items()},
        "sum_of_ranks": sum(home.rank for home in allocation.homes),
        "stages": [
            {
                "name": stage.name,
                "value": stage.value,
                "bound": stage.bound,
                "proved": stage.proof == "proved",
                "status": stage.proof,
                "seconds": round(stage.seconds, 3),
            }
            for stage in allocation.solution.stages
        ],
        "left_out": [_left_out(entry, lang) for entry in round_.left_out],
        "unserved": list(allocation.unserved),
        "exceptions": audit(round_, result=result).counts,
        "witness": shortage_figures(shortage(allocation), lang),
        "shortfalls": [
            {
                "household_id": short.household_id,
                "rank": short.rank,
                "better_rank": short.better_rank,
                "short_yuan": str(short.short_yuan),
            }
            for short in found
        ],
        "shortfalls_not_tried": list(untried),
    }


def _left_out(entry: LeftOut, lang: Lang) -> dict[str, Any]:
    subject = {"household_id": entry.household_id} if entry.household_id else {"unit_id": entry.unit_id}
    return {
        **subject,
        "reasons": [reason.code for reason in entry.reasons],
        "explained": [reason_sentence(reason, lang) for reason in entry.reasons],
    }


def allocation_rows(allocation: Allocation) -> list[Row]:
    """household_id, unit_id, rank: one row a home, sorted by household_id, unit_id."""
    return [
        {"household_id": home.household_id, "unit_id": home.unit_id, "rank": home.rank} for home in allocation.homes
    ]


def statement_rows(allocation: Allocation) -> list[Row]:
    """
    One row a household served. ``prepaid``: all received by ``as_of``, whether it counted for the gate or not;
    ``balance`` = price − prepaid, in yuan: positive is still to be paid.
    """
    rows: list[Row] = []
    for household_id, found in sorted(allocation.statements.items()):
        prepaid = allocation.round.received[household_id]
        rows.append(
            {
                "household_id": household_id,
                "entitlement_m2": found.entitlement_m2,
                "allocated_m2": found.allocated_m2,
                "price": found.price_yuan,
                "prepaid": prepaid,
                "balance": found.price_yuan - prepaid,
            }
        )
    return rows


def line_rows(allocation: Allocation) -> list[Row]:
    """One row a line of every statement, numbered from 1 within its household; amounts sum to the price."""
    return [row for household_id, found in sorted(allocation.statements.items()) for row in _lines(household_id, found)]


def _lines(household_id: str, found: Statement) -> list[Row]:
    return [
        {
            "household_id": household_id,
            "line": number,
            "item": line.item,
            "band": line.band,
            "unit_id": line.unit_id,
            "area_m2": line.area_m2,
            "price_yuan_per_m2": line.price_yuan_per_m2,
            "amount_yuan": line.amount_yuan,
        }
        for number, line in enumerate(found.lines, 1)
    ]


def price_figures(round_: Round, household_id: str, unit_ids: Sequence[str]) -> dict[str, Any]:
    """
    The statement for a household and any set of units of the round, with what speaks against the set.

    ``warnings`` are codes: a unit or household that does not take part, an area outside the household's band, a
    prepayment that does not cover its share.

    Raises
    ------
    Faults
        Unknown ids, or a set that a band forbids.
    """
    household = next((h for h in round_.tables.households if h.household_id == household_id), None)
    units = {unit.unit_id: unit for unit in round_.tables.units}
    faults = [] if household else [Fault(table="command", code="price.household.unknown", value=household_id)]
    faults += [Fault(table="command", code="price.unit.unknown", value=i) for i in unit_ids if i not in units]
    faults += [Fault(table="command", code="price.unit.twice", value=i) for i, n in Counter(unit_ids).items() if n > 1]
    if faults:
        raise Faults(faults)
    try:
        found = price_of(round_, household_id, [units[unit_id] for unit_id in unit_ids])
    except Forbidden as error:
        raise Faults([Fault(table="command", code="price.forbidden", value=household_id)]) from error
    prepaid = round_.received[household_id]
    return {
        "household_id": household_id,
        "units": list(unit_ids),
        "entitlement_m2": found.entitlement_m2,
        "allocated_m2": found.allocated_m2,
        "price": found.price_yuan,
        "prepaid": prepaid,
        "balance": found.price_yuan - prepaid,
        "lines": _lines(household_id, found),
        "warnings": _price_warnings(round_, household_id, unit_ids, found),
    }


def _price_warnings(round_: Round, household_id: str, unit_ids: Sequence[str], found: Statement) -> list[str]:
    """Codes of what would keep the household from these units in this round."""
    warnings = []
    if all(h.household_id != household_id for h in round_.households):
        warnings.append("price.household.left_out")
    if set(unit_ids) - {unit.unit_id for unit in round_.units}:
        warnings.append("price.unit.left_out")
    least, greatest = area_band(round_.entitlements[household_id], round_.policy.area)
    if household_id not in round_.demand and not least <= found.allocated_m2 <= greatest:
        warnings.append("price.outside_band")
    share = round_.policy.prepayment.share
    if share and found.price_yuan * share > round_.paid[household_id]:
        warnings.append("price.prepayment_short")
    return warnings


def write_outputs(allocation: Allocation, folder: Path, lang: Lang = "zh") -> dict[str, Any]:
    """Write summary and tables (CSV and Parquet) into ``folder``, which exists; returns the summary."""
    for name, columns, rows in (
        ("allocation", ALLOCATION_COLUMNS, allocation_rows(allocation)),
        ("statements", STATEMENT_COLUMNS, statement_rows(allocation)),
        ("statement_lines", LINE_COLUMNS, line_rows(allocation)),
    ):
        write_csv(folder / f"{name}.csv", rows, columns)
        write_parquet(folder / f"{name}.parquet", rows, columns)
    figures = summary(allocation, lang)
    (folder / MARK).write_text(to_json(figures) + "\n", encoding="utf-8")
    return figures


def to_json(value: object) -> str:
    """One JSON object as text: Chinese as it is, money and areas as text, dates in ISO form."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"{value!r} has no JSON form")


@contextlib.contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """
    A folder that appears at ``out`` only when everything in it is written; on any interruption nothing appears.

    An earlier output of anju at ``out`` is replaced at the end; any other folder or file there is never touched.

    Raises
    ------
    Faults
        ``out`` exists and is not an output of anju, or its parent cannot be written.
    """
    if out.exists() and not (out.is_dir() and ((out / MARK).is_file() or not any(out.iterdir()))):
        raise Faults([Fault(table="out", code="out.not_ours", place=str(out))])
    try:
        out.absolute().parent.mkdir(parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.absolute().parent))
    except OSError as error:
        raise Faults([Fault(table="out", code="out.unwritable", place=str(out), value=str(error.strerror))]) from error
    try:
        yield half
        half.chmod(0o755)
        if out.exists():
            former = half.with_name(f"{half.name}.former")
            out.rename(former)
            half.rename(out)
            shutil.rmtree(former)
        else:
            half.rename(out)
    except OSError as error:
        raise Faults([Fault(table="out", code="out.unwritable", place=str(out), value=str(error.strerror))]) from error
    finally:
        shutil.rmtree(half, ignore_errors=True)
