"""
房款预缴: what a household has paid that counts, and what must be paid before which step.

The ledger is append-only: receipts and refunds (negative) with their dates; a balance is a fold over them, in any
order. Money is exact; every amount that a rule makes is rounded half up to the fen, once, at the end.

Source: spec §§4–6; domain.md §4.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Literal

from allocation.messages import Fault, Reason
from allocation.procedure import Gate, Late, Prepayment, Refund
from allocation.schema import Household, Payment

Step = Literal["draw", "choice", "keys"]


def balance_on(payments: Iterable[Payment], day: date) -> Decimal:
    """Yuan paid by the end of ``day``: everything dated on or before it, refunds subtracted. Source: spec §5."""
    return sum((p.amount for p in payments if p.paid_on <= day), Decimal("0.00"))


def counted(payments: Iterable[Payment], due_on: date | None, as_of: date, *, set_off: bool = True) -> Decimal:
    """
    What counts for the gate, in yuan.

    Parameters
    ----------
    payments
        The household's entries, in any order.
    due_on
        Entries dated later do not count, whether receipts or refunds; None = everything dated by ``as_of``.
    as_of
        The day judged on; an entry dated later is not yet known.
    set_off
        Whether compensation set off against the price (抵扣, kind ``compensation``) counts like cash.

    Notes
    -----
    A refund after ``due_on`` does not undo a prepayment: the gate asks what was paid in time, and the same cut-off
    holds for both signs. (A household that takes its money back still owes the price; :func:`balance_on` shows it.)

    Source: spec §5 "receipts dated ≤ due_on, refunds subtracted"; set-off: domain.md §4.
    """
    until = as_of if due_on is None else min(due_on, as_of)
    return balance_on((p for p in payments if set_off or p.kind != "compensation"), until)


def price_limit(paid_yuan: Decimal, share: Decimal) -> Decimal:
    """
    The greatest price in yuan, exact to the fen, with price × ``share`` ≤ ``paid_yuan``.

    Computed with rational numbers, so that a limit that falls on a fen exactly is not missed by rounding.

    Raises
    ------
    ValueError
        When ``share`` is not positive: without a share there is no limit.

    Source: spec §5.
    """
    if share <= 0:
        raise ValueError(f"a share of {share} limits no price; expected more than 0")
    return Decimal(floor(Fraction(paid_yuan) / Fraction(share) * 100)).scaleb(-2)


def required(per_m2: Decimal, demanded_m2: Decimal) -> Decimal:
    """Yuan to be prepaid at ``per_m2`` yuan for each m² demanded. Source: spec §4 ``[prepayment] per_m2``."""
    return _fen(Fraction(per_m2) * Fraction(demanded_m2))


def gates_before(step: Step, prepayment: Prepayment) -> tuple[Gate, ...]:
    """The payments a policy asks for before a step; the prepayment itself stands before the choice."""
    own = Gate(before="choice", share=prepayment.share, per_m2=prepayment.per_m2, due_on=prepayment.due_on)
    asked = [own] if prepayment.share is not None or prepayment.per_m2 is not None else []
    return tuple(gate for gate in (*asked, *prepayment.gates) if gate.before == step)


def gate_reasons(
    step: Step,
    prepayment: Prepayment,
    payments: Iterable[Payment],
    as_of: date,
    *,
    demanded_m2: Decimal,
    price_yuan: Decimal | None = None,
) -> tuple[Reason, ...]:
    """
    Why a household's payments do not open a step; empty = they do.

    Parameters
    ----------
    step
        What comes next: the draw, the choice, or the keys.
    payments
        The household's entries, in any order.
    as_of
        The day judged on.
    demanded_m2
        What the household demands, in m², for gates by area.
    price_yuan
        The price of its homes, for gates by share; None while it is not known: those gates are then left to the
        solve (spec §5) or to a later call.

    Returns
    -------
    tuple
        One reason for every gate not met: ``prepayment.late`` when the money came, but after the due date, else
        ``prepayment.short``; with ``needed``, ``paid`` (what counts) and ``short`` in yuan.

    Source: spec §§4–5; domain.md §4 "a gate per stage".
    """
    entries = tuple(payments)
    reasons = []
    for gate in gates_before(step, prepayment):
        if gate.per_m2 is not None:
            needed = required(gate.per_m2, demanded_m2)
        elif price_yuan is not None and gate.share is not None:
            needed = least_payment(price_yuan, gate.share)
        else:
            continue
        paid = counted(entries, gate.due_on, as_of, set_off=prepayment.set_off)
        in_all = counted(entries, None, as_of, set_off=prepayment.set_off)
        if paid < needed:
            params: dict[str, object] = {"needed": needed, "paid": paid, "short": needed - paid}
            if in_all >= needed:
                params |= {"due_on": gate.due_on, "late": in_all - paid}
            reasons.append(Reason(code="prepayment.late" if in_all >= needed else "prepayment.short", params=params))
    return tuple(reasons)


def least_payment(price_yuan: Decimal, share: Decimal) -> Decimal:
    """The least payment in yuan, exact to the fen, with price × ``share`` ≤ payment. Source: spec §5."""
    return Decimal(ceil(Fraction(price_yuan) * Fraction(share) * 100)).scaleb(-2)


def set_off_yuan(compensation_yuan: Decimal, price_yuan: Decimal) -> Decimal:
    """
    What of the compensation owed is set off against the price (抵扣), in yuan: the smaller of the two.

    The rest of the compensation is paid out; the rest of the price is paid in. Source: domain.md §4 (武昌 Art. 5).
    """
    return min(compensation_yuan, price_yuan)


def set_off_faults(household: Household, payments: Iterable[Payment]) -> list[Fault]:
    """More set off by ``payments`` (all of this household) than the compensation it is owed; none if that is blank."""
    total = sum((p.amount for p in payments if p.kind == "compensation"), Decimal("0.00"))
    if household.compensation_yuan is None or total <= household.compensation_yuan:
        return []
    params = {"household_id": household.household_id, "owed": household.compensation_yuan}
    return [
        Fault(table="payments", code="prepayment.set_off_exceeds", column="amount", value=str(total), params=params)
    ]


def days_late(due_on: date, day: date) -> int:
    """Days from ``due_on`` to ``day``; 0 on the due date and before. Money that comes on ``day`` is so many late."""
    return max(0, (day - due_on).days)


def penalty_yuan(overdue_yuan: Decimal, days: int, late: Late) -> Decimal:
    """
    The penalty for one sum that is ``days`` late, in yuan.

    Each day costs the rate of its own step, per 10,000 of the sum; days beyond the last step cost nothing.
    Source: domain.md §4 (张郭庄 Art. 5: 0.5/10,000 a day up to 30 days; by consent 1/10,000 a day beyond).
    """
    return _fen(Fraction(overdue_yuan) * _rate(days, late))


def accrued_penalty_yuan(
    payments: Iterable[Payment], owed_yuan: Decimal, due_on: date, as_of: date, late: Late, *, set_off: bool = True
) -> Decimal:
    """
    The penalty by ``as_of`` for a sum owed on ``due_on`` that comes in parts, in yuan.

    Every late day costs its rate on what was still owed when the day began: money that comes ten days late has been
    overdue for ten days. What is paid beyond the sum owed earns nothing. Source: as :func:`penalty_yuan`.
    """
    entries = [p for p in payments if set_off or p.kind != "compensation"]
    changes = {p.paid_on for p in entries if due_on < p.paid_on < as_of}
    total = Fraction(0)
    for first, last in pairwise(sorted({due_on, max(due_on, as_of), *changes})):
        overdue = max(Decimal(0), owed_yuan - balance_on(entries, first))
        total += Fraction(overdue) * (_rate(days_late(due_on, last), late) - _rate(days_late(due_on, first), late))
    return _fen(total)


def may_rescind(days: int, late: Late) -> bool:
    """Whether the office may rescind the agreement of a household that is ``days`` late. Source: domain.md §4."""
    return late.rescind_after_day is not None and days > late.rescind_after_day


def rescission_yuan(overdue_yuan: Decimal, late: Late) -> Decimal:
    """What is kept of the overdue sum when the agreement is rescinded, in yuan. Source: 张郭庄 Art. 5, domain.md §4."""
    return _fen(Fraction(overdue_yuan) * Fraction(late.rescind_percent) / 100)


def refund_yuan(payments: Iterable[Payment], day: date, refund: Refund) -> Decimal:
    """
    What is given back on ``day``, in yuan: the balance, with simple interest on every entry from its own day.

    Earlier refunds are entries too, and stop earning on their day. Source: domain.md §4 (镜岭 Art. 4: interest belongs
    to the household; 张郭庄 Art. 5: without interest).
    """
    entries = [p for p in payments if p.paid_on <= day]
    a_day = Fraction(refund.interest_percent) / 100 / refund.year_days
    interest = sum((Fraction(p.amount) * (day - p.paid_on).days * a_day for p in entries), Fraction(0))
    return balance_on(entries, day) + _fen(interest)


def _rate(days: int, late: Late) -> Fraction:
    """The rates of late days 1 … ``days``, added up."""
    total, reached = Fraction(0), 0
    for step in late.steps:
        end = days if step.up_to_day is None else min(days, step.up_to_day)
        total += max(0, end - reached) * Fraction(step.per_10000) / 10_000
        reached = max(reached, end)
    return total


def _fen(yuan: Fraction) -> Decimal:
    """Rounded half up (away from zero) to the fen, exactly."""
    cents = floor(abs(yuan) * 100 + Fraction(1, 2))
    return Decimal(cents if yuan >= 0 else -cents).scaleb(-2)
