"""
房款计价: what a set of homes costs, line by line.

Money is exact: prices per m² are not rounded, every line is one product rounded half up to the fen, and a price is
the sum of its lines. The bands depend on the total area only, everything else on one home only; the solver counts on
that.

Source: spec §4 "Price of a set of units"; domain.md §3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from allocation.messages import Fault
from allocation.rules import span_of
from allocation.schema import Unit
from allocation.tariff import Accessory, Band, Factors, Pricing

FEN = Decimal("0.01")
HUNDRED = Decimal(100)
SETTLED_SHARE = Decimal("0.03")
"""The share of a measuring error that is settled plainly. Source: 商品房销售管理办法 (2001) §20."""


class Forbidden(ValueError):
    """The area reaches into a band that the policy forbids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """
    One line of a statement: what it is for, its area in m² and price in yuan per m² (or None), its amount in yuan.

    ``item``: ``band`` (``band`` counts from 1), ``floor``, ``top_floor``, ``base_price``, ``orientation``, ``layout``,
    ``fee``, ``deposit``, ``storeroom``, ``garage``. ``unit_id`` is blank for lines of the whole set.
    """

    item: str
    amount_yuan: Decimal
    band: int | None = None
    unit_id: str = ""
    area_m2: Decimal | None = None
    price_yuan_per_m2: Decimal | None = None
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """房款结算单: areas in m², the lines in documented order, and their sum in yuan."""

    entitlement_m2: Decimal
    allocated_m2: Decimal
    lines: tuple[StatementLine, ...]
    price_yuan: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """A storeroom or garage taken besides the homes; ``area_m2`` matters where the policy prices the m²."""

    kind: Literal["storeroom", "garage"]
    area_m2: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What is left of an entitlement: m² (negative = more was taken), what becomes of it, yuan paid for it."""

    m2: Decimal
    rule: Literal["lapsed", "later_round", "paid"]
    yuan: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """结算: the statement before and after measuring, and what the household pays (+) or gets back (−), in yuan."""

    forecast: Statement
    measured: Statement
    delta_yuan: Decimal


def statement(
    units: Sequence[Unit],
    entitlement_m2: Decimal,
    pricing: Pricing,
    *,
    marks: Mapping[str, Decimal] | None = None,
    extras: Sequence[Extra] = (),
) -> Statement:
    """
    The price of a set of homes, line by line.

    Parameters
    ----------
    units
        The homes taken; their order does not matter.
    entitlement_m2
        What the household may take, in m², exact to 0.01.
    marks
        The household's other areas a band may end at (``Entitlement.marks``); needed where the policy names them.
    extras
        Storerooms and garages taken besides.

    Returns
    -------
    Statement
        The bands in order, then the lines of each home by unit_id, then the extras.

    Raises
    ------
    ValueError
        When ``units`` is empty, or there are more extras of a kind than the policy allows for so many homes.
    Forbidden
        When the total area reaches into a forbidden band.

    Source: spec §4 "Price of a set of units".
    """
    if not units:
        raise ValueError("a statement needs at least one home")
    total = sum((unit.area_m2 for unit in units), Decimal(0))
    bands = total_lines(total, entitlement_m2, pricing, marks=marks)
    if bands is None:
        raise Forbidden(f"{total} m² on an entitlement of {entitlement_m2} m² reach into a forbidden band")
    by_unit = sorted(units, key=lambda unit: unit.unit_id)
    homes = [line for unit in by_unit for line in unit_lines(unit, pricing)]
    lines = (*bands, *homes, *_extra_lines(extras, len(units), pricing))
    return Statement(
        entitlement_m2=entitlement_m2,
        allocated_m2=total,
        lines=lines,
        price_yuan=sum((line.amount_yuan for line in lines), Decimal("0.00")),
    )


def total_lines(
    total_m2: Decimal, entitlement_m2: Decimal, pricing: Pricing, *, marks: Mapping[str, Decimal] | None = None
) -> tuple[StatementLine, ...] | None:
    """
    What the total area costs: one line for each band it reaches; None when it reaches into a forbidden one, or beyond
    the household's own limit (the mark ``limit``).

    Raises ValueError when a band ends at a mark that ``marks`` does not have. Source: spec §4.
    """
    marks = marks or {}
    if total_m2 > marks.get("limit", total_m2):
        return None
    lines = []
    start = Decimal(0)
    for number, band in enumerate(pricing.bands, 1):
        end = total_m2 if number == len(pricing.bands) else _end(band, entitlement_m2, marks)
        area = min(end, total_m2) - start
        if area <= 0:
            continue
        if band.forbidden:
            return None
        price = band_price(band, pricing)
        area = _fen(area)
        lines.append(
            StatementLine(
                item="band", band=number, area_m2=area, price_yuan_per_m2=price, amount_yuan=_fen(area * price)
            )
        )
        start += area
    return tuple(lines)


def unit_lines(unit: Unit, pricing: Pricing) -> tuple[StatementLine, ...]:
    """
    What one home adds to the bands: the difference of its base price to the first band's, its floor, the top floor,
    orientation, layout, then fees and deposits in the policy's order.

    A rule that says nothing of this home (no table, no base price) makes no line; an addition of 0.00 makes one.

    Raises
    ------
    ValueError
        When the policy prices floors, orientations or layouts but not this home's: ``unit_faults`` tells so before.

    Source: spec §4; domain.md §3.1.
    """
    first = first_price(pricing)
    lines = []

    def add(item: str, price: Decimal | None, **params: object) -> None:
        if price is not None:
            amount = _fen(unit.area_m2 * price)
            lines.append(_unit_line(unit, item, amount, price, params))

    add("base_price", None if unit.base_price is None else unit.base_price - first, base_price=unit.base_price)
    add("floor", floor_addition(unit, pricing), floor=unit.floor)
    if pricing.floors.top_floor is not None and _is_top(unit):
        add("top_floor", _yuan(pricing.floors.top_floor, pricing.floors.unit, first), floor=unit.floor)
    add("orientation", _factor(unit.orientation, pricing.orientation, first), orientation=unit.orientation)
    add("layout", _factor(unit.layout, pricing.layout, first), layout=unit.layout)
    for fee in pricing.fees:
        item = "deposit" if fee.deposit else "fee"
        if fee.per == "m2":
            add(item, fee.yuan, name=fee.name)
        else:
            lines.append(_unit_line(unit, item, _fen(fee.yuan), None, {"name": fee.name}))
    return tuple(lines)


def unit_faults(units: Iterable[Unit], pricing: Pricing) -> list[Fault]:
    """
    Homes the policy cannot price: a floor in no range of the table, an unknown number of floors where the top floor
    counts, an orientation or a layout that its table does not name. Sorted by unit_id; ``value`` is what was found.
    """
    faults = []
    for unit in sorted(units, key=lambda u: u.unit_id):
        found = [("floor", "unit.floor_unpriced", str(unit.floor))] if _floor_key(unit, pricing) == "" else []
        if pricing.floors.top_floor is not None and unit.floors_in_building is None:
            found.append(("floors_in_building", "unit.floors_unknown", ""))
        for column in ("orientation", "layout"):
            table, value = getattr(pricing, column).table, getattr(unit, column)
            if table and value not in table and "*" not in table:
                found.append((column, "unit.factor_unpriced", value))
        faults += [
            Fault(table="units", code=code, column=column, value=value, params={"unit_id": unit.unit_id})
            for column, code, value in found
        ]
    return faults


def unpriced_floors(units: Iterable[Unit], pricing: Pricing) -> tuple[Unit, ...]:
    """The homes whose floor stands in no range of the policy's table, by unit_id."""
    return tuple(sorted((u for u in units if _floor_key(u, pricing) == ""), key=lambda u: u.unit_id))


def first_price(pricing: Pricing) -> Decimal:
    """Yuan per m² of the first band; 0 without bands."""
    return band_price(pricing.bands[0], pricing) if pricing.bands else Decimal(0)


def band_price(band: Band, pricing: Pricing) -> Decimal:
    """Yuan per m² of a band, exact, not rounded."""
    if band.price is not None:
        return band.price
    if band.market_times is not None:
        return _tidy((pricing.market_price or Decimal(0)) * band.market_times)
    return _tidy(first_price(pricing) * (1 + (band.up_percent or Decimal(0)) / HUNDRED))


def floor_addition(unit: Unit, pricing: Pricing) -> Decimal | None:
    """
    Yuan per m² a home's floor adds, without the top floor's own; None where floors make no difference.

    Raises ValueError for a floor in no range of the table.
    """
    floors = pricing.floors
    if floors.per_storey is not None:
        storeys = max(unit.floor - floors.from_storey + 1, 0)
        return _yuan(floors.per_storey * storeys, floors.unit, first_price(pricing))
    key = _floor_key(unit, pricing)
    if key is None:
        return None
    if not key:
        raise ValueError(f"unit {unit.unit_id}: floor {unit.floor} stands in no range of pricing.floors.table")
    return _yuan(floors.table[key], floors.unit, first_price(pricing))


def leftover(entitlement_m2: Decimal, allocated_m2: Decimal, units_taken: int, pricing: Pricing) -> Rest:
    """
    What is left of an entitlement of which ``allocated_m2`` in ``units_taken`` homes were taken.

    Paid out it is m² × price, raised by the step for the number of homes, rounded half up to the fen; the price is
    the policy's, or the market price less the first band's. Nothing is paid for an area that was exceeded.
    Source: domain.md §2.4 "Cash-out formulas".
    """
    rule = pricing.leftover
    rest = entitlement_m2 - allocated_m2
    if rule.rule != "paid" or rest <= 0:
        return Rest(m2=rest, rule=rule.rule, yuan=Decimal("0.00"))
    price = (pricing.market_price or Decimal(0)) - first_price(pricing) if rule.price is None else rule.price
    step = span_of(units_taken, list(rule.up_percent_by_units))
    percent = Decimal(0) if step is None else rule.up_percent_by_units[step]
    return Rest(m2=rest, rule=rule.rule, yuan=_fen(rest * price * (1 + percent / HUNDRED)))


def settlement(
    units: Sequence[Unit],
    measured_m2: Mapping[str, Decimal],
    entitlement_m2: Decimal,
    pricing: Pricing,
    *,
    marks: Mapping[str, Decimal] | None = None,
) -> Settled:
    """
    多退少补: what measured areas change.

    Parameters
    ----------
    units
        The homes with the areas they were allocated by.
    measured_m2
        unit_id → area in the register; a home without one keeps its area.

    Returns
    -------
    Settled
        ``measured``: priced by the measured areas. ``three_percent``: a home measured larger is charged for 3 % more
        at most; for a home measured smaller, what lies beyond 3 % is given back twice. ``none``: nothing changes.

    Source: domain.md §4; the 3 % clause: 商品房销售管理办法 (2001) §20.
    """
    before = statement(units, entitlement_m2, pricing, marks=marks)

    def priced(areas: Mapping[str, Decimal]) -> Statement:
        changed = [replace(unit, area_m2=areas.get(unit.unit_id, unit.area_m2)) for unit in units]
        return statement(changed, entitlement_m2, pricing, marks=marks)

    if pricing.settlement.rule == "none":
        return Settled(forecast=before, measured=before, delta_yuan=Decimal("0.00"))
    if pricing.settlement.rule == "measured":
        after = priced(measured_m2)
        return Settled(forecast=before, measured=after, delta_yuan=after.price_yuan - before.price_yuan)
    found = {unit.unit_id: measured_m2.get(unit.unit_id, unit.area_m2) for unit in units}
    least = {u.unit_id: _fen(u.area_m2 * (1 - SETTLED_SHARE)) for u in units}
    most = {u.unit_id: _fen(u.area_m2 * (1 + SETTLED_SHARE)) for u in units}
    charged = {unit_id: min(area, most[unit_id]) for unit_id, area in found.items()}
    within = {unit_id: max(area, least[unit_id]) for unit_id, area in charged.items()}
    after = priced(charged)
    beyond = priced(within).price_yuan - after.price_yuan
    return Settled(forecast=before, measured=after, delta_yuan=after.price_yuan - beyond - before.price_yuan)


def _end(band: Band, entitlement_m2: Decimal, marks: Mapping[str, Decimal]) -> Decimal:
    """The total area in m² at which a band that is not the last one ends."""
    if band.over_m2 is not None:
        return max(entitlement_m2 + band.over_m2, band.at_least_m2 or Decimal(0))
    mark = band.up_to or "entitlement"
    if mark == "entitlement":
        return entitlement_m2
    if mark not in marks:
        raise ValueError(f"a band ends at the household's {mark!r} area, which was not given")
    return marks[mark]


def _extra_lines(extras: Sequence[Extra], homes: int, pricing: Pricing) -> list[StatementLine]:
    lines = []
    for kind, rule in (("storeroom", pricing.storeroom), ("garage", pricing.garage)):
        taken = sorted((extra for extra in extras if extra.kind == kind), key=lambda extra: extra.area_m2)
        allowed = _allowed(rule, homes)
        if len(taken) > allowed:
            raise ValueError(f"{len(taken)} of {kind} for {homes} homes; the policy allows {allowed}")
        lines += [_extra_line(extra, rule) for extra in taken if rule]
    return lines


def _allowed(rule: Accessory | None, homes: int) -> int:
    """How many storerooms (or garages) a household with so many homes may have."""
    if rule is None:
        return 0
    most = rule.per_home_max * homes
    return most if rule.per_household_max is None else min(most, rule.per_household_max)


def _extra_line(extra: Extra, rule: Accessory) -> StatementLine:
    area = extra.area_m2 if rule.per == "m2" else None
    amount = _fen(rule.price * (1 if area is None else area))
    return StatementLine(item=extra.kind, area_m2=area, price_yuan_per_m2=rule.price, amount_yuan=amount)


def _floor_key(unit: Unit, pricing: Pricing) -> str | None:
    """The range of the floor table that holds a home; "" = none does; None = there is no table."""
    table = pricing.floors.table
    return (span_of(unit.floor, list(table)) or "") if table else None


def _is_top(unit: Unit) -> bool:
    if unit.floors_in_building is None:
        raise ValueError(f"unit {unit.unit_id}: the policy prices the top floor, floors_in_building is not known")
    return unit.floor == unit.floors_in_building


def _factor(value: str, factors: Factors, first: Decimal) -> Decimal | None:
    """Yuan per m² for an orientation or layout; None = the policy makes no difference."""
    if not factors.table:
        return None
    key = value if value in factors.table else "*"
    if key not in factors.table:
        raise ValueError(f"{value!r} stands in no row of the policy's table {sorted(factors.table)}")
    return _yuan(factors.table[key], factors.unit, first)


def _unit_line(
    unit: Unit, item: str, amount: Decimal, price: Decimal | None, params: Mapping[str, object]
) -> StatementLine:
    area = None if price is None else unit.area_m2
    return StatementLine(
        item=item, unit_id=unit.unit_id, area_m2=area, price_yuan_per_m2=price, amount_yuan=amount, params=params
    )


def _yuan(figure: Decimal, unit: Literal["yuan", "percent"], first: Decimal) -> Decimal:
    return figure if unit == "yuan" else _tidy(first * figure / HUNDRED)


def _tidy(value: Decimal) -> Decimal:
    """The same number with two decimals, or as many as it needs."""
    fen = value.quantize(FEN, ROUND_HALF_UP)
    return fen if fen == value else value.normalize()


def _fen(value: Decimal) -> Decimal:
    """Rounded half up (away from zero) to 0.01."""
    return value.quantize(FEN, ROUND_HALF_UP)
