"""
Where a round differs from what it should equal: its policy's prices, its frozen roster, the result it led to.

Source: domain.md §8 (prices of favour, impostors on the list, people added after the fact); trust.md §2 rows 1, 12, 13.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from allocation.cells import Unreadable, read_cell
from allocation.findings import Case, Check, Finding, Result
from allocation.messages import Fault, Faults
from allocation.persons import joined
from allocation.pricing import Forbidden, first_price, statement
from allocation.schema import RESULT_COLUMNS, Tables, Unit, fold
from allocation.sheets import read_csv

FAR = Decimal("0.20")
"""A base price further than this from the policy's first band is asked about: this project's choice."""


# -- prices -------------------------------------------------------------------------------------------------------


def base_prices(case: Case) -> Iterator[Finding]:
    """
    Base prices set by hand: far from the policy's first band (a project and price at once), and homes priced unlike
    most homes of their project and layout.
    """
    pricing = case.round_.policy.pricing
    first = first_price(pricing)
    if not pricing.bands:
        return
    far: dict[tuple[str, Decimal], list[Unit]] = defaultdict(list)
    alike: dict[tuple[str, str], list[Unit]] = defaultdict(list)
    for unit in sorted(case.tables.units, key=lambda u: u.unit_id):
        alike[unit.project, unit.layout].append(unit)
        if unit.base_price is not None and abs(unit.base_price - first) > FAR * first:
            far[unit.project, unit.base_price].append(unit)
    for (project, price), units in sorted(far.items()):
        facts = {"price": price, "first": first, "homes": len(units), "units": _some(u.unit_id for u in units)}
        yield Finding(code="price.far", subject=project, facts=facts, table="units")
    for units in alike.values():
        yield from _odd_ones(units, first)


def _odd_ones(units: list[Unit], first: Decimal) -> Iterator[Finding]:
    """Homes whose price is not that of most others; nothing can be said where no price is that of most."""
    prices = {u.unit_id: first if u.base_price is None else u.base_price for u in units}
    ((usual, count),) = Counter(prices.values()).most_common(1)
    if 2 * count <= len(units):
        return
    for unit in units:
        if prices[unit.unit_id] != usual:
            facts = {"price": prices[unit.unit_id], "usual": usual, "project": unit.project, "layout": unit.layout}
            yield Finding(code="price.odd", subject=unit.unit_id, facts=facts, table="units")


# -- the frozen roster --------------------------------------------------------------------------------------------

FROZEN: Mapping[str, tuple[str, ...]] = {
    "households": ("household_id",),
    "units": ("unit_id",),
    "members": ("household_id", "name", "id_number"),
    "demand": ("household_id", "layout"),
    "choices": ("household_id", "choice"),
}
"""The tables that stand still once the seed can be known, and what tells their rows apart."""


def roster_changed(case: Case) -> Iterator[Finding]:
    """Households and homes that were added, dropped or changed after the roster was frozen; a changed policy."""
    if case.pools and case.pools[0] != case.pools[1]:
        recorded, now = case.pools
        yield Finding(code="roster.pool", subject="*", facts={"recorded": recorded, "now": now}, table="households")
    if case.frozen is None:
        return
    before, policy = case.frozen
    if policy.fingerprint() != case.round_.policy.fingerprint():
        facts = {"before": policy.fingerprint()[:12], "now": case.round_.policy.fingerprint()[:12]}
        yield Finding(code="roster.policy", subject="*", facts=facts, table="policy")
    for name, key in FROZEN.items():
        yield from _changed_rows(case, name, key, before)


def _changed_rows(case: Case, name: str, key: tuple[str, ...], before: Tables) -> Iterator[Finding]:
    was = {_key(row, key): row for row in getattr(before, name)}
    now = {_key(row, key): row for row in getattr(case.tables, name)}
    changes: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for one in sorted(was.keys() | now.keys()):
        subject = getattr(now.get(one) or was[one], key[0])
        if one not in now:
            changes[subject].append((f"{name}.", _rest(was[one], key), "−"))
        elif one not in was:
            changes[subject].append((f"{name}.", "−", _rest(now[one], key)))
        else:
            changes[subject] += _changed_cells(name, was[one], now[one])
    for subject, found in changes.items():
        if found:
            household = case.households.get(subject) if name != "units" else None
            yield Finding(
                code=f"roster.{name}", subject=subject, facts={"changes": tuple(found)}, table=name,
                household_ids=() if name == "units" else (subject,), village=household.village if household else "",
                concerned=(household.name,) if household else (),
            )  # fmt: skip


def _key(row: Any, columns: Iterable[str]) -> tuple[str, ...]:
    return tuple(fold(str(getattr(row, column))) for column in columns)


def _rest(row: Any, key: tuple[str, ...]) -> str:
    """What tells a row from others of its household; for a household or a home its own ID."""
    return " ".join(filter(None, (str(getattr(row, column)) for column in key[1:] or key)))


def _changed_cells(name: str, was: Any, now: Any) -> list[tuple[str, str, str]]:
    pairs = [(f.name, getattr(was, f.name), getattr(now, f.name)) for f in fields(was) if f.name != "extra"]
    pairs += [(h, was.extra.get(h, ""), now.extra.get(h, "")) for h in sorted({*was.extra, *now.extra})]
    return [(f"{name}.{column}", _told(old), _told(new)) for column, old, new in pairs if old != new]


def _told(value: object) -> str:
    return "—" if value is None or value == "" else value.isoformat() if isinstance(value, date) else str(value)


# -- a result -----------------------------------------------------------------------------------------------------


def result_differs(case: Case) -> Iterator[Finding]:
    """A result that names strangers, gives a home twice, or asks another price than the policy's for the same homes."""
    if case.result is None:
        return
    in_households = {h.household_id for h in case.round_.households}
    in_units = {u.unit_id for u in case.round_.units}
    for household_id, own in sorted(case.result.homes.items()):
        if household_id not in case.households:
            yield Finding(code="result.stranger", subject=household_id, facts={"units": joined(own)}, table="result")
        elif household_id not in in_households:
            yield case.together("result.left_out", [household_id], {"units": joined(own)})
        yield from _prices(case, household_id, own)
    given = Counter(unit_id for own in case.result.homes.values() for unit_id in own)
    for unit_id, times in sorted(given.items()):
        if times > 1:
            takers = joined(i for i, own in sorted(case.result.homes.items()) if unit_id in own)
            yield Finding(code="result.unit_twice", subject=unit_id, facts={"households": takers}, table="result")
        if unit_id not in in_units:
            code = "result.unit_left_out" if unit_id in case.units else "result.unit_stranger"
            yield Finding(code=code, subject=unit_id, table="result")


def _prices(case: Case, household_id: str, own: tuple[str, ...]) -> Iterator[Finding]:
    """The price of a statement against the policy's, and against the sum of its own lines."""
    result, units = case.result, [case.units[i] for i in own if i in case.units]
    stated = result.prices.get(household_id) if result else None
    if result is None or stated is None:
        return
    added = result.lines.get(household_id, stated)
    if added != stated:
        yield case.together("price.lines", [household_id], {"stated": stated, "added": added})
    entitled = case.round_.entitlements.get(household_id)
    if entitled is None or len(units) < len(own) or not units:
        return
    try:
        due = statement(units, entitled.m2, case.round_.policy.pricing, marks=entitled.marks).price_yuan
    except Forbidden:
        yield case.together("price.not_allowed", [household_id], {"stated": stated, "units": joined(own)})
        return
    if due != stated:
        facts = {"stated": stated, "due": due, "difference": stated - due}
        yield case.together("price.statement", [household_id], facts)


def read_result(folder: Path) -> Result:
    """
    A result as ``anju allocate`` writes it: ``allocation.csv``, and ``statements.csv`` with ``statement_lines.csv``
    where they are there. Raises Faults, all at once, for a file that cannot be read or a cell that is none.
    """
    faults: list[Fault] = []
    homes: dict[str, list[str]] = defaultdict(list)
    for row in _read(folder / "allocation.csv", ("household_id", "unit_id"), faults):
        homes[row["household_id"]].append(row["unit_id"])
    prices: dict[str, Decimal] = {}
    if (folder / "statements.csv").is_file():
        rows = _read(folder / "statements.csv", ("household_id", "price"), faults)
        prices = {row["household_id"]: row["price"] for row in rows}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    if (folder / "statement_lines.csv").is_file():
        for row in _read(folder / "statement_lines.csv", ("household_id", "amount_yuan"), faults):
            sums[row["household_id"]] += row["amount_yuan"]
    if faults:
        raise Faults(faults)
    return Result(homes={i: tuple(sorted(own)) for i, own in homes.items()}, prices=prices, lines=dict(sums))


def _read(path: Path, wanted: tuple[str, ...], faults: list[Fault]) -> list[dict[str, Any]]:
    """The wanted columns of a table of results; appends what is wrong with it."""
    try:
        grid = read_csv(path)
    except Faults as found:
        faults += found.faults
        return []
    columns = {column.name: column for column in RESULT_COLUMNS}
    places = {name: next((n for n, h in enumerate(grid.headings) if h in (name, *columns[name].headings)), None)
              for name in wanted}  # fmt: skip
    missing = [name for name, at in places.items() if at is None]
    faults += (Fault(table="result", code="heading.missing", place=path.name, row=1, column=name,
                     params={"expected": columns[name].headings[0]}) for name in missing)  # fmt: skip
    rows = []
    for number, cells in grid.rows if not missing else ():
        row: dict[str, Any] = {}
        for name, at in places.items():
            cell = cells[at] if at is not None else None
            try:
                row[name] = read_cell(cell, replace(columns[name], required=True))
            except Unreadable as unreadable:
                params = {"expected": columns[name].headings[0], **unreadable.params}
                faults.append(Fault(table="result", code=unreadable.code, place=path.name, row=number, column=name,
                                    value=str(cell), params=params))  # fmt: skip
        if len(row) == len(wanted):
            rows.append(row)
    return rows


def _some(texts: Iterable[str], most: int = 5) -> str:
    found = list(texts)
    return joined(found[:most]) + ("…" if len(found) > most else "")


CHECKS: tuple[Check, ...] = (base_prices, roster_changed, result_differs)
