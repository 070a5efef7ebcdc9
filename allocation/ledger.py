"""
The ledger of 房款预缴 in the record: receipts, refunds and counter-entries, never changed once they are in.

A wrong entry is put right by its opposite and a new one, both with the day of the receipt, so that nobody loses the
day on which he paid. What was booked by the end of a day sums to that day's balance, of a household and in all; a day
that is closed takes no more entries. Money is whole fen. Source: spec §5; domain.md §§4, 8; trust.md §2 row 32.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from allocation.acts import Clerk, Done, Refused, Row, Transaction, perform, refused
from allocation.database import DAY_ENDS, HOUSEHOLDS, LEDGER
from allocation.roster import fen, household_value, ledger_row, round_row, yuan
from allocation.rows import PaymentKind
from allocation.schema import Payment

TOTAL = "*"
_OF_ROUND: BindParameter[str] = bindparam("round_id")
_SUM = select(func.sum(LEDGER.c.amount_fen)).where(
    LEDGER.c.round_id == _OF_ROUND, LEDGER.c.household_id == bindparam("household_id")
)
_CLOSED = select(func.max(DAY_ENDS.c.day)).where(DAY_ENDS.c.round_id == _OF_ROUND)
_NUMBER = select(func.max(LEDGER.c.entry_no)).where(LEDGER.c.round_id == _OF_ROUND)


def pay(
    clerk: Clerk,
    round_id: str,
    household_id: str,
    amount: Decimal,
    receipt_no: str,
    *,
    kind: PaymentKind = "cash",
    paid_on: date | None = None,
) -> Done | Refused:
    """Enter a receipt of ``amount`` yuan; ``paid_on`` is the day on it, today when it has none."""
    said = {"household_id": household_id, "amount": amount, "receipt_no": receipt_no, "kind": kind, "paid_on": paid_on}

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        entry = Payment(
            receipt_no=receipt_no,
            household_id=household_id,
            paid_on=paid_on or tx.today,
            amount=amount,
            kind=kind,
        )
        if amount <= 0:
            return refused("ledger.amount", amount=amount)
        problem = _problem(tx, round_id, entry) or _beyond_compensation(tx, round_id, entry)
        return problem or _book(tx, round_id, entry)

    return perform(clerk, "pay", work, round_id=round_id, said=said)


def refund(
    clerk: Clerk, round_id: str, household_id: str, amount: Decimal, receipt_no: str, *, reason: str
) -> Done | Refused:
    """Give ``amount`` yuan back: at most what the household has paid."""
    said = {"household_id": household_id, "amount": amount, "receipt_no": receipt_no, "reason": reason}

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        if amount <= 0:
            return refused("ledger.amount", amount=amount)
        entry = Payment(receipt_no=receipt_no, household_id=household_id, paid_on=tx.today, amount=-amount)
        if problem := _problem(tx, round_id, entry):
            return problem
        held = balance_fen(tx.connection, round_id, household_id)
        if fen(amount) > held:
            return refused("ledger.refund_exceeds", household_id=household_id, balance=yuan(held), amount=amount)
        return _book(tx, round_id, entry)

    return perform(clerk, "refund", work, round_id=round_id, said=said)


def correct(
    clerk: Clerk,
    round_id: str,
    receipt_no: str,
    *,
    amount: Decimal | None = None,
    household_id: str = "",
    reason: str,
) -> Done | Refused:
    """
    Put an entry right: its opposite (``…-冲``), and the right one (``…-正``) unless it should not be there at all.

    ``amount`` None = the same; 0 = the entry is taken back. ``household_id`` blank = the same household.
    """
    said = {"receipt_no": receipt_no, "amount": amount, "household_id": household_id, "reason": reason}

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        round_row(tx.connection, round_id)
        wrong = tx.row(LEDGER, round_id=round_id, receipt_no=receipt_no)
        if wrong is None:
            return refused("ledger.no_receipt", receipt_no=receipt_no)
        if done := tx.row(LEDGER, round_id=round_id, corrects=receipt_no):
            return refused("ledger.corrected", receipt_no=receipt_no, by=done["receipt_no"])
        right = yuan(wrong["amount_fen"]) if amount is None else amount
        whose = household_id or wrong["household_id"]
        if (right, whose) == (yuan(wrong["amount_fen"]), wrong["household_id"]):
            return refused("ledger.nothing_to_correct", receipt_no=receipt_no)
        if tx.row(HOUSEHOLDS, round_id=round_id, household_id=whose) is None:
            return refused("office.no_household", household_id=whose)
        if closed := _closed(tx, round_id):
            return closed
        common = {"paid_on": wrong["paid_on"], "kind": wrong["kind"]}
        opposite = Payment(
            receipt_no=f"{receipt_no}-冲",
            household_id=wrong["household_id"],
            amount=-yuan(wrong["amount_fen"]),
            **common,
        )
        figures = dict(_book(tx, round_id, opposite, corrects=receipt_no))
        if right:
            replaced = Payment(receipt_no=f"{receipt_no}-正", household_id=whose, amount=right, **common)
            figures = dict(_book(tx, round_id, replaced))
        return figures

    return perform(clerk, "correct", work, round_id=round_id, said=said)


def close_day(
    clerk: Clerk, round_id: str, *, day: date | None = None, bank_yuan: Decimal | None = None
) -> Done | Refused:
    """
    日结: fix the balances of a day's end; no more is booked on it. ``bank_yuan``: what the bank's statement says, and
    the ledger must agree.
    """
    said = {"day": day, "bank_yuan": bank_yuan}

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        round_row(tx.connection, round_id)
        closing = day or tx.today
        last = last_closed(tx.connection, round_id)
        if closing > tx.today:
            return refused("ledger.day_to_come", closing, day=closing)
        if last is not None and closing <= last:
            return refused("ledger.day_closed", last + timedelta(days=1), day=last)
        now = balances_fen(tx.connection, round_id, closing)
        total = sum(now.values())
        if bank_yuan is not None and fen(bank_yuan) != total:
            return refused("ledger.bank_differs", ledger=yuan(total), bank=bank_yuan, differs=bank_yuan - yuan(total))
        before = {} if last is None else balances_fen(tx.connection, round_id, last)
        changed = {own: sum_ for own, sum_ in now.items() if before.get(own) != sum_} | {TOTAL: total}
        rows = [
            {"round_id": round_id, "day": closing, "household_id": own, "balance_fen": sum_}
            for own, sum_ in sorted(changed.items())
        ]
        tx.insert(DAY_ENDS, rows)
        return {"day": closing, "total_yuan": yuan(total), "households": len(now), "balances_changed": len(rows) - 1}

    return perform(clerk, "close-day", work, round_id=round_id, said=said)


# -- balances -----------------------------------------------------------------------------------------------------


def balance_fen(connection: Connection, round_id: str, household_id: str) -> int:
    """What a household's entries sum to, in fen."""
    return int(connection.execute(_SUM, {"round_id": round_id, "household_id": household_id}).scalar() or 0)


def balances_fen(connection: Connection, round_id: str, day: date) -> dict[str, int]:
    """household_id → what its entries booked by the end of ``day`` sum to, in fen; those without entries are not in."""
    query = (
        select(LEDGER.c.household_id, func.sum(LEDGER.c.amount_fen))
        .where(LEDGER.c.round_id == round_id, LEDGER.c.booked_on <= day)
        .group_by(LEDGER.c.household_id)
        .order_by(LEDGER.c.household_id)
    )
    return {household_id: int(total) for household_id, total in connection.execute(query)}


def last_closed(connection: Connection, round_id: str) -> date | None:
    """The last day that is closed."""
    found: date | None = connection.execute(_CLOSED, {"round_id": round_id}).scalar()
    return found


# -- booking ------------------------------------------------------------------------------------------------------


def _problem(tx: Transaction, round_id: str, entry: Payment) -> Refused | None:
    """Why an entry cannot be booked."""
    round_row(tx.connection, round_id)
    if tx.row(HOUSEHOLDS, round_id=round_id, household_id=entry.household_id) is None:
        return refused("office.no_household", household_id=entry.household_id)
    if there := tx.row(LEDGER, round_id=round_id, receipt_no=entry.receipt_no):
        params = {"household_id": there["household_id"], "amount": yuan(there["amount_fen"])}
        return refused("ledger.receipt_used", receipt_no=entry.receipt_no, paid_on=there["paid_on"], **params)
    if entry.paid_on > tx.today:
        return refused("ledger.to_come", entry.paid_on, paid_on=entry.paid_on)
    return _closed(tx, round_id)


def _closed(tx: Transaction, round_id: str) -> Refused | None:
    """Today is closed already: what comes now is booked tomorrow."""
    last = last_closed(tx.connection, round_id)
    if last is None or tx.today > last:
        return None
    return refused("ledger.day_closed", last + timedelta(days=1), day=last)


def _beyond_compensation(tx: Transaction, round_id: str, entry: Payment) -> Refused | None:
    """More set off than the compensation the household is owed."""
    household = tx.row(HOUSEHOLDS, round_id=round_id, household_id=entry.household_id)
    owed = household_value(household).compensation_yuan if household else None
    if entry.kind != "compensation" or owed is None:
        return None
    rows = tx.rows(LEDGER, round_id=round_id, household_id=entry.household_id, kind="compensation")
    total = yuan(sum(row["amount_fen"] for row in rows)) + entry.amount
    if total <= owed:
        return None
    return refused("ledger.set_off", household_id=entry.household_id, owed=owed, total=total)


def _book(tx: Transaction, round_id: str, entry: Payment, corrects: str = "") -> Row:
    """Put an entry into the ledger; figures: the household's balance after it."""
    number = tx.connection.execute(_NUMBER, {"round_id": round_id}).scalar() or 0
    tx.insert(LEDGER, [ledger_row(round_id, number + 1, entry, tx.today, corrects)])
    balance = balance_fen(tx.connection, round_id, entry.household_id)
    return {
        "household_id": entry.household_id,
        "receipt_no": entry.receipt_no,
        "amount": entry.amount,
        "balance": yuan(balance),
    }
