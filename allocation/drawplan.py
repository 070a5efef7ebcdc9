"""
摇号方案: ``[draw]`` of round.toml, the draw by commitment. First frozen and announced, then drawn, each once.

::

    [draw]
    frozen_on = 2021-05-12            # the day of the announcement, before every event
    pool_root = "3f…"                 # what `anju draw ROUND --freeze` says
    take = 2                          # so many of the sources below, the first that take place

    [[draw.sources]]                  # in the order they are used; those further on stand in
    name = "双色球 第2021055期"
    kind = "ssq"                      # ssq, dice, digits, beacon
    text = "红球由小到大，再蓝球"        # how the outcome is read
    occurred_on = 2021-05-18
    value = "03 07 11 18 22 30 + 09"  # filled in afterwards; blank if it did not take place

    [[draw.sealed]]                   # optional: a resident's number, sealed before, opened before the first event
    who = "东村代表"
    commitment = "9a…"
    number = "4711"
    nonce = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

Source: trust.md §3.6, §2 rows 1–6; format and arithmetic: docs/bundle.md, section 5.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from allocation.draw import DrawSource, draw_seed, written_value
from allocation.messages import Fault, Faults
from allocation.rows import Announced, DrawPlan, Sealed

KINDS = ("ssq", "dice", "digits", "beacon")
NONCE = re.compile("[0-9a-f]{16,64}")
NUMBER = re.compile("[0-9]{1,40}")


def sealed_commitment(number: str, nonce: str) -> str:
    """What binds a resident to a number without telling it: SHA-256 under ``anju/sealed/1``, 64 hex digits."""
    return hashlib.sha256(f"anju/sealed/1\0{nonce}|{number}".encode()).hexdigest()


def used_sources(plan: DrawPlan) -> tuple[Announced, ...]:
    """The events the seed is made of: the first ``take`` that took place; fewer where not all have yet."""
    return tuple(source for source in plan.sources if source.value)[: plan.take]


def plan_seed(plan: DrawPlan) -> str:
    """
    The seed of the plan, 64 hex digits; blank as long as it is not frozen or too few events have taken place.

    Raises
    ------
    Faults
        Less than 64 bits of chance, an event named twice. Source: docs/bundle.md, section 5.
    """
    used = used_sources(plan)
    if not plan.pool_root or len(used) < plan.take:
        return ""
    events = [DrawSource(kind=source.kind, name=source.name, value=source.value) for source in used]  # type: ignore[arg-type]  # checked by read_plan
    residents = [DrawSource(kind="resident", name=sealed.who, value=sealed.number) for sealed in plan.sealed]
    return draw_seed(plan.pool_root, [*events, *residents])


def plan_data(given: object) -> object:
    """``[draw]`` as data: as it is, or out of a text that holds it, as the cell of a workbook does."""
    if not isinstance(given, str):
        return given
    try:
        return tomllib.loads(given).get("draw", given)
    except tomllib.TOMLDecodeError:
        return given


def read_plan(data: object, place: str, as_of: date | None = None) -> DrawPlan:
    """
    The plan from ``[draw]``, values brought to their one written form.

    Raises
    ------
    Faults
        All at once: keys that are missing, unknown or of the wrong kind, a freeze that is not before every event, an
        event with an outcome after the day the round is judged on, a sealed number that does not fit its commitment.
    """
    faults: list[Fault] = []
    table = data if isinstance(data, Mapping) else {}
    sources = tuple(_source(row, f"draw.sources.{n}", place, faults) for n, row in _rows(table, "sources"))
    sealed = tuple(_sealed(row, f"draw.sealed.{n}", place, faults) for n, row in _rows(table, "sealed"))
    _keys(table, ("frozen_on", "take", "sources"), ("pool_root", "sealed"), "draw", place, faults)
    frozen_on, take = table.get("frozen_on"), table.get("take")
    if type(frozen_on) is not date:
        faults.append(_fault("draw.day", "draw.frozen_on", frozen_on, place))
    if type(take) is not int or not 2 <= take <= len(sources):
        faults.append(_fault("draw.take", "draw.take", take, place, sources=len(sources)))
    pool_root = table.get("pool_root", "")
    if not isinstance(pool_root, str) or not re.fullmatch("([0-9a-f]{64})?", pool_root):
        faults.append(_fault("draw.pool_root", "draw.pool_root", pool_root, place))
    for number, source in enumerate(sources, 1):
        column = f"draw.sources.{number}.occurred_on"
        if type(frozen_on) is date and source.occurred_on <= frozen_on:
            faults.append(_fault("draw.not_before", column, source.occurred_on, place, frozen_on=frozen_on))
        if as_of and source.value and source.occurred_on > as_of:
            faults.append(_fault("draw.not_yet", column, source.occurred_on, place, as_of=as_of))
    if faults:
        raise Faults(faults)
    assert isinstance(frozen_on, date)
    assert isinstance(take, int)
    return DrawPlan(frozen_on=frozen_on, take=take, sources=sources, sealed=sealed, pool_root=str(pool_root))


def _rows(table: Mapping[str, Any], key: str) -> list[tuple[int, Any]]:
    rows = table.get(key, [])
    return list(enumerate(rows if isinstance(rows, Sequence) and not isinstance(rows, str) else [rows], 1))


def _source(row: Any, column: str, place: str, faults: list[Fault]) -> Announced:
    found = _keys(row, ("name", "kind", "text", "occurred_on"), ("value",), column, place, faults)
    if found.get("kind") not in KINDS:
        faults.append(_fault("draw.kind", f"{column}.kind", found.get("kind"), place))
    if type(found.get("occurred_on")) is not date:
        faults.append(_fault("draw.day", f"{column}.occurred_on", found.get("occurred_on"), place))
    kind, value = str(found.get("kind")), str(found.get("value", ""))
    written = written_value(kind, value) if value.strip() and kind in KINDS else ""
    if written is None:
        faults.append(_fault(f"draw.source.{kind}", f"{column}.value", value, place))
    day = found.get("occurred_on")
    return Announced(
        kind=kind,
        name=str(found.get("name", "")),
        text=str(found.get("text", "")),
        occurred_on=day if type(day) is date else date.max,
        value=written or "",
    )


def _sealed(row: Any, column: str, place: str, faults: list[Fault]) -> Sealed:
    found = _keys(row, ("who", "commitment"), ("number", "nonce"), column, place, faults)
    sealed = Sealed(**{key: str(found.get(key, "")) for key in ("who", "commitment", "number", "nonce")})
    opened = bool(sealed.number or sealed.nonce)
    fits = NUMBER.fullmatch(sealed.number) and NONCE.fullmatch(sealed.nonce)
    if opened and not (fits and sealed_commitment(sealed.number, sealed.nonce) == sealed.commitment):
        faults.append(_fault("draw.sealed", column, sealed.number, place, who=sealed.who))
    return replace(sealed, number="", nonce="") if opened and not fits else sealed


def _keys(
    row: Any, needed: Sequence[str], allowed: Sequence[str], column: str, place: str, faults: list[Fault]
) -> Mapping[str, Any]:
    """The row, after its keys have been looked at: texts that are blank count as missing."""
    if not isinstance(row, Mapping):
        faults.append(_fault("draw.table", column, row, place))
        return {}
    missing = [key for key in needed if key not in row or (isinstance(row[key], str) and not row[key].strip())]
    faults += [_fault("draw.missing", f"{column}.{key}", "", place) for key in missing]
    unknown = [key for key in row if key not in needed and key not in allowed]
    faults += [_fault("draw.unknown", f"{column}.{key}", key, place) for key in unknown]
    return row


def _fault(code: str, column: str, value: object, place: str, **params: object) -> Fault:
    return Fault(
        table="round", code=code, place=place, column=column, value="" if value is None else str(value), params=params
    )
