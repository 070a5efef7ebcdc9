"""
结算: what is owed when the areas are measured: 多退少补, set-off, instalments, transitional allowance, by line.

Every amount is exact to the fen, and every line is one product or one balance that can be worked out again by hand.
Source: domain.md §4 (多退少补, 抵扣, instalments), §7 (过渡安置费), §2.4 (what is left of an entitlement).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from allocation.allocate import Allocation, homes_of
from allocation.allowance import AllowanceLine, allowance_lines, months_between, stopped_on
from allocation.entitlement import homestead_payment
from allocation.messages import Fault, Faults
from allocation.prepayment import balance_on, set_off_yuan
from allocation.pricing import Forbidden, Rest, Settled, leftover, settlement
from allocation.round import Round
from allocation.schema import Household, Measured, Payment, Unit

ZERO = Decimal("0.00")
Sum = Literal[
    "price", "beyond", "cash", "set_off", "set_off_now", "compensation_rest", "allowance", "allowance_paid", "leftover",
    "homestead",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledHome:
    """A home's area forecast and measured, in m²."""

    unit: Unit
    measured_m2: Decimal
    handed_over_on: date | None

    @property
    def difference_m2(self) -> Decimal:
        """Measured less forecast."""
        return self.measured_m2 - self.unit.area_m2


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """
    The settlement of one household on a day.

    ``settled`` holds both statements line by line; ``beyond_yuan`` is what the 3 % clause gives back once more.
    ``sums`` says what adds to (+) or takes from (−) what the household still pays, in yuan; ``balance_yuan`` is their
    sum: positive is paid by the household, negative by the office.
    """

    household: Household
    homes: tuple[SettledHome, ...]
    entitlement_m2: Decimal
    settled: Settled
    beyond_yuan: Decimal
    allowance: tuple[AllowanceLine, ...]
    vacated_on: date | None
    stopped_on: date | None
    rest: Rest
    sums: Mapping[Sum, Decimal]
    balance_yuan: Decimal


def settle(allocation: Allocation, on: date) -> tuple[Settling, ...]:
    """
    The settlements of all households whose homes are measured, sorted by household_id, as of a day.

    A household with a home that is not measured yet is not settled: half a settlement would be settled twice.

    Raises
    ------
    Faults
        No home that was given has a measured area, or a measured area reaches into a band that the policy forbids.
    """
    round_ = allocation.round
    measured = {row.unit_id: row for row in round_.tables.measured}
    units = {unit.unit_id: unit for unit in round_.tables.units}
    households = {row.household_id: row for row in round_.tables.households}
    paid, payments = _allowances(round_, on), defaultdict[str, list[Payment]](list)
    for payment in round_.tables.payments:
        payments[payment.household_id].append(payment)
    faults, found = [], []
    for household_id, homes in sorted(homes_of(allocation.homes).items()):
        own = [units[home.unit_id] for home in homes]
        if any(unit.unit_id not in measured for unit in own):
            continue
        try:
            found.append(_settled(round_, households[household_id], own, measured, payments[household_id], paid, on))
        except Forbidden:
            faults.append(Fault(table="measured", code="settle.forbidden", value=household_id))
    if not found and not faults:
        faults.append(Fault(table="measured", code="settle.none_measured"))
    if faults:
        raise Faults(faults)
    return tuple(found)


def _settled(
    round_: Round,
    household: Household,
    units: list[Unit],
    measured: Mapping[str, Measured],
    payments: list[Payment],
    allowances_paid: Mapping[str, Decimal],
    on: date,
) -> Settling:
    policy, entitled = round_.policy, round_.entitlements[household.household_id]
    areas = {unit.unit_id: measured[unit.unit_id].measured_m2 for unit in units}
    settled = settlement(units, areas, entitled.m2, policy.pricing, marks=entitled.marks)
    beyond = settled.measured.price_yuan - settled.forecast.price_yuan - settled.delta_yuan
    homes = tuple(
        SettledHome(unit=unit, measured_m2=areas[unit.unit_id], handed_over_on=measured[unit.unit_id].handed_over_on)
        for unit in sorted(units, key=lambda unit: unit.unit_id)
    )
    lines, stops = _allowance(round_, household, homes, measured, on)
    rest = leftover(entitled.m2, sum(areas.values(), Decimal(0)), len(units), policy.pricing)
    sums = _sums(household, payments, settled.measured.price_yuan, beyond, on)
    more: dict[Sum, Decimal] = {
        "allowance": -sum((line.amount_yuan for line in lines), ZERO),
        "allowance_paid": allowances_paid.get(household.household_id, ZERO),
        "leftover": -rest.yuan,
        "homestead": -homestead_payment(household, policy),
    }
    sums |= {name: yuan for name, yuan in more.items() if yuan}
    return Settling(
        household=household,
        homes=homes,
        entitlement_m2=entitled.m2,
        settled=settled,
        beyond_yuan=beyond,
        allowance=lines,
        vacated_on=household.handed_over_on,
        stopped_on=stops,
        rest=rest,
        sums=sums,
        balance_yuan=sum(sums.values(), ZERO),
    )


def _sums(
    household: Household, payments: list[Payment], price_yuan: Decimal, beyond_yuan: Decimal, on: date
) -> dict[Sum, Decimal]:
    """Price, what was paid in cash and by set-off, and what more of the compensation is set off or paid out."""
    cash = balance_on((p for p in payments if p.kind != "compensation"), on)
    set_off = balance_on((p for p in payments if p.kind == "compensation"), on)
    sums: dict[Sum, Decimal] = {"price": price_yuan}
    if beyond_yuan:
        sums["beyond"] = -beyond_yuan
    sums |= {"cash": -cash, "set_off": -set_off}
    if household.compensation_yuan is not None:
        left = max(household.compensation_yuan - set_off, ZERO)
        due = max(price_yuan - beyond_yuan - cash - set_off, ZERO)
        now = set_off_yuan(left, due)
        if now:
            sums["set_off_now"] = -now
        if left - now:
            sums["compensation_rest"] = -(left - now)
    return sums


def _allowance(
    round_: Round, household: Household, homes: tuple[SettledHome, ...], measured: Mapping[str, Measured], on: date
) -> tuple[tuple[AllowanceLine, ...], date | None]:
    """
    What is paid until the household has its home, and the day that stops it.

    It stops on the day of the choice (the round's), or on the earliest hand-over of its homes; while none is handed
    over by ``on`` it goes on, and is counted up to ``on``. Nothing is counted from an unknown day of vacating.
    """
    rules, heads = round_.policy.allowance, round_.entitlements[household.household_id]
    vacated = household.handed_over_on
    if not rules.yuan or vacated is None:
        return (), None
    handed = [home.handed_over_on for home in homes if home.handed_over_on and home.handed_over_on <= on]
    if rules.until == "pick":
        stops: date | None = round_.head.as_of
    else:
        stops = stopped_on(handed) if handed else None
    kind = next((measured[home.unit.unit_id].building_type for home in homes), "")
    months = months_between(vacated, stops or on)
    if stops is None:  # what is paid beyond the event is not owed before it
        rules = rules.model_copy(update={"months_after": 0})
    return allowance_lines(months, kind, heads.allowance_heads, heads.m2, rules), stops


def _allowances(round_: Round, on: date) -> dict[str, Decimal]:
    """household_id → transitional allowance paid out by a day, in yuan."""
    found: dict[str, Decimal] = {}
    for row in round_.tables.allowances:
        if row.paid_on <= on:
            found[row.household_id] = found.get(row.household_id, ZERO) + row.amount
    return found
