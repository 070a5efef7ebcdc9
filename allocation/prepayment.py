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
from math import floor

from allocation.schema import Payment


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


def _fen(yuan: Fraction) -> Decimal:
    """Rounded half up (away from zero) to the fen, exactly."""
    cents = floor(abs(yuan) * 100 + Fraction(1, 2))
    return Decimal(cents if yuan >= 0 else -cents).scaleb(-2)
