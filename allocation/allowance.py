"""
过渡安置费: what a household is paid a month until it has its home.

Whole calendar months are counted: the month of vacating is the first, the month of the event that stops the allowance
is still paid. Source: spec §4 "transitional allowance"; domain.md §7.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from allocation.tariff import Allowance

FEN = Decimal("0.01")
ANY_BUILDING = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceLine:
    """So many months at so many yuan a month, raised by ``up_percent`` because the transition is overdue."""

    months: int
    up_percent: Decimal
    monthly_yuan: Decimal
    amount_yuan: Decimal


def monthly_yuan(allowance_heads: int, entitlement_m2: Decimal, rules: Allowance) -> Decimal:
    """
    Yuan a month within the period: for each allowance head, or each m² of the entitlement (of ``min_m2`` at least);
    never less than ``min_yuan``. Rounded half up to the fen.
    """
    count = Decimal(allowance_heads) if rules.per == "person" else max(entitlement_m2, rules.min_m2 or Decimal(0))
    return max(_fen(rules.yuan * count), rules.min_yuan or Decimal(0))


def stopped_on(days: Iterable[date]) -> date:
    """
    The day that stops the allowance of a household with several homes: the earliest of them.

    Raises ValueError without a day. Source: domain.md §7 (武昌: the clock stops at the earliest delivered).
    """
    return min(days)


def months_between(vacated_on: date, stops_on: date) -> int:
    """Calendar months from the month of vacating to the month of the event, both counted; 0 when it came before."""
    return max((stops_on.year - vacated_on.year) * 12 + stops_on.month - vacated_on.month + 1, 0)


def allowance_lines(
    months: int, building_type: str, allowance_heads: int, entitlement_m2: Decimal, rules: Allowance
) -> tuple[AllowanceLine, ...]:
    """
    What is paid for ``months`` months of transition, one line for each rate, in the order of time.

    Parameters
    ----------
    months
        Until the event that stops it: see ``months_between``.
    building_type
        Gives the period (``*`` = any other); a type without a period is never overdue.

    Notes
    -----
    The months paid after the event (``months_after``) are paid plainly even where the transition was overdue: no
    published rule found raises them.

    Source: domain.md §7.
    """
    plain = monthly_yuan(allowance_heads, entitlement_m2, rules)
    period = rules.months.get(building_type, rules.months.get(ANY_BUILDING, months))
    starts = [0, *(period + step.after_months for step in rules.overdue)]
    percents = [Decimal(0), *(step.up_percent for step in rules.overdue)]
    runs = [
        (min(end, months) - start, percent)
        for start, end, percent in zip(starts, [*starts[1:], months], percents, strict=True)
    ]
    runs.append((rules.months_after, Decimal(0)))
    return tuple(_line(count, percent, plain) for count, percent in runs if count > 0)


def lump_sum_yuan(allowance_heads: int, entitlement_m2: Decimal, rules: Allowance) -> Decimal:
    """Yuan paid at once to a household that chose cash: ``lump_months`` plain months."""
    return monthly_yuan(allowance_heads, entitlement_m2, rules) * rules.lump_months


def _line(months: int, percent: Decimal, plain: Decimal) -> AllowanceLine:
    monthly = _fen(plain * (1 + percent / 100))
    return AllowanceLine(months=months, up_percent=percent, monthly_yuan=monthly, amount_yuan=monthly * months)


def _fen(yuan: Decimal) -> Decimal:
    return yuan.quantize(FEN, ROUND_HALF_UP)
