"""The ledger of 房款预缴 in the record: always what a plain list of entries says, on any day."""

import shutil
import tempfile
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from allocation.acts import Done
from allocation.audit import audit
from allocation.database import LEDGER
from allocation.ledger import balance_fen, balances_fen, close_day, correct, pay, refund
from allocation.prepayment import counted
from allocation.roster import payments

from records import DUE, ROUND, codes, day, done, imported, new_office, small_round, wanting

HOUSEHOLDS = ("H001", "H002", "H003")
START = 6_000_000
AMOUNTS = st.integers(-5, 2_000_000).map(lambda fen: Decimal(fen).scaleb(-2))


class LedgerMachine(RuleBasedStateMachine):
    """The record's ledger against a list of (booked_on, household, fen, receipt); a day that is closed stays so."""

    @initialize()
    def begin(self):
        self.folder = tempfile.mkdtemp(prefix="anju-ledger-")
        self.office = imported(new_office(f"sqlite:///{self.folder}/office.db"), small_round(3))
        self.today = day(0)
        booked = day(0) - timedelta(days=20)
        self.entries = [(booked, own, START, f"P{own}") for own in HOUSEHOLDS]
        self.corrected = set()
        self.closed = None
        self.number = 0

    def receipt(self):
        self.number += 1
        return f"N{self.number}"

    def may_book(self):
        return self.closed is None or self.today > self.closed

    def balance(self, own, on=None):
        return sum(fen for booked, whose, fen, _ in self.entries if whose == own and (on is None or booked <= on))

    @rule(own=st.sampled_from((*HOUSEHOLDS, "H999")), amount=AMOUNTS, again=st.booleans())
    def pays(self, own, amount, again):
        receipt = self.entries[-1][3] if again else self.receipt()
        outcome = pay(self.office.clerk(), ROUND, own, amount, receipt)
        allowed = amount > 0 and own != "H999" and not again and self.may_book()
        assert isinstance(outcome, Done) == allowed, outcome
        if allowed:
            self.entries.append((self.today, own, int(amount * 100), receipt))
            assert outcome.figures["balance"] == str(Decimal(self.balance(own)).scaleb(-2))

    @rule(own=st.sampled_from(HOUSEHOLDS), amount=AMOUNTS)
    def is_refunded(self, own, amount):
        receipt = self.receipt()
        outcome = refund(self.office.clerk(), ROUND, own, amount, receipt, reason="退")
        allowed = 0 < amount * 100 <= self.balance(own) and self.may_book()
        assert isinstance(outcome, Done) == allowed, outcome
        if allowed:
            self.entries.append((self.today, own, -int(amount * 100), receipt))

    @rule(data=st.data(), amount=st.none() | AMOUNTS, own=st.sampled_from(("", *HOUSEHOLDS)))
    def is_corrected(self, data, amount, own):
        _, whose, fen, receipt = data.draw(st.sampled_from(self.entries))
        right = fen if amount is None else int(amount * 100)
        changes = (right, own or whose) != (fen, whose)
        outcome = correct(self.office.clerk(), ROUND, receipt, amount=amount, household_id=own, reason="错")
        allowed = receipt not in self.corrected and changes and self.may_book()
        assert isinstance(outcome, Done) == allowed, outcome
        if allowed:
            self.corrected.add(receipt)
            self.entries.append((self.today, whose, -fen, f"{receipt}-冲"))
            if right:
                self.entries.append((self.today, own or whose, right, f"{receipt}-正"))

    @rule(off=st.integers(-3, 3))
    def bank_statement_comes(self, off):
        total = sum(fen for booked, _, fen, _ in self.entries if booked <= self.today)
        outcome = close_day(self.office.clerk(), ROUND, bank_yuan=Decimal(total + off).scaleb(-2))
        allowed = off == 0 and self.may_book()
        assert isinstance(outcome, Done) == allowed, outcome
        if allowed:
            self.closed = self.today

    @precondition(lambda self: self.today < day(6))
    @rule()
    def sleeps(self):
        self.today += timedelta(days=1)
        self.office.days.set(self.today)

    @invariant()
    def every_day_sums_to_its_entries(self):
        if not hasattr(self, "office"):
            return
        with self.office.store.reading() as connection:
            for on in (day(-30), day(0), self.today):
                found = balances_fen(connection, ROUND, on)
                assert found == {own: self.balance(own, on) for own in found}
                assert sum(found.values()) == sum(fen for booked, _, fen, _ in self.entries if booked <= on)
            for own in HOUSEHOLDS:
                assert balance_fen(connection, ROUND, own) == self.balance(own)

    def teardown(self):
        if hasattr(self, "office"):
            assert audit(self.office.store).findings == []
            self.office.store.close()
            shutil.rmtree(self.folder)


TestLedgerIsItsModel = LedgerMachine.TestCase
TestLedgerIsItsModel.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_a_correction_keeps_the_day_of_the_receipt_so_that_who_paid_in_time_has_paid_in_time(office):
    imported(office)
    done(pay(office.clerk(), ROUND, "H001", Decimal("90.00"), "T-1", paid_on=day(0)))
    office.days.set(DUE + timedelta(days=10))
    outcome = done(correct(office.clerk(), ROUND, "T-1", amount=Decimal("9000.00"), reason="少打两个零"))
    assert outcome.figures["balance"] == "69000.00"
    with office.store.reading() as connection:
        rows = connection.execute(LEDGER.select().where(LEDGER.c.household_id == "H001")).mappings().all()
    assert counted(payments([dict(row) for row in rows]), DUE, office.days().date()) == Decimal("69000.00")
    assert [row["amount_fen"] for row in rows][-3:] == [9000, -9000, 900000]


def test_a_receipt_entered_twice_is_told_with_whose_it_is(office):
    imported(office)
    refusal = pay(office.clerk(), ROUND, "H002", Decimal("1.00"), "PH001")
    assert codes(refusal) == ["ledger.receipt_used"]
    assert refusal.reasons[0].params["household_id"] == "H001"


def test_a_closed_day_takes_no_more_and_says_from_when(office):
    imported(office)
    done(close_day(office.clerk(), ROUND))
    refusal = pay(office.clerk(), ROUND, "H001", Decimal("1.00"), "X")
    assert (codes(refusal), refusal.earliest) == (["ledger.day_closed"], day(1))
    assert codes(close_day(office.clerk(), ROUND, day=day(0))) == ["ledger.day_closed"]
    assert codes(close_day(office.clerk(), ROUND, day=day(2))) == ["ledger.day_to_come"]
    office.days.set(day(1))
    done(pay(office.clerk(), ROUND, "H001", Decimal("1.00"), "X"))
    assert done(close_day(office.clerk(), ROUND)).figures["balances_changed"] == 1


def test_no_more_is_set_off_than_the_compensation_owed(office):
    given = small_round()
    first, *others = given.tables.households
    owed = (replace(first, compensation_yuan=Decimal("100.00")), *others)
    imported(office, wanting(given, households=owed))
    done(pay(office.clerk(), ROUND, "H001", Decimal("60.00"), "A", kind="compensation"))
    refusal = pay(office.clerk(), ROUND, "H001", Decimal("40.01"), "B", kind="compensation")
    assert codes(refusal) == ["ledger.set_off"]
    done(pay(office.clerk(), ROUND, "H001", Decimal("40.00"), "C", kind="compensation"))


@pytest.mark.parametrize("ahead", [1, 400])
def test_a_receipt_dated_tomorrow_is_refused(office, ahead):
    imported(office)
    refusal = pay(office.clerk(), ROUND, "H001", Decimal("1.00"), "X", paid_on=day(ahead))
    assert (codes(refusal), refusal.earliest) == (["ledger.to_come"], day(ahead))
