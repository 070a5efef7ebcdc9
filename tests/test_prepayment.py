"""房款预缴: what counts, what it allows, what late money costs (spec §§4–5, domain.md §4)."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation import policy
from allocation.messages import reason_sentence, sentence
from allocation.prepayment import (
    accrued_penalty_yuan,
    balance_on,
    counted,
    days_late,
    gate_reasons,
    gates_before,
    least_payment,
    may_rescind,
    penalty_yuan,
    price_limit,
    refund_yuan,
    required,
    rescission_yuan,
    set_off_faults,
    set_off_yuan,
)
from allocation.procedure import Late, Prepayment, Refund
from allocation.schema import Household, Payment

CASES = Path(__file__).parent / "cases"
DUE = date(2021, 5, 20)
AS_OF = date(2021, 5, 28)
CENT = Decimal("0.01")


def paid(amount, on=date(2021, 5, 10), kind="cash", receipt_no="R"):
    return Payment(receipt_no=receipt_no, household_id="H1", paid_on=on, amount=Decimal(amount), kind=kind)


def day(number):
    return date(2021, 5, number)


MONEY = st.decimals("0", "9999999.99", places=2)
ENTRIES = st.lists(
    st.builds(
        lambda amount, offset, kind: paid(amount, day(1) + timedelta(offset), kind),
        st.decimals("-99999.99", "99999.99", places=2), st.integers(0, 40), st.sampled_from(["cash", "compensation"]),
    ),
    max_size=8,
)  # fmt: skip

# -- what counts ---


def test_nothing_paid_is_a_balance_of_nothing():
    assert balance_on([], AS_OF) == Decimal("0.00")


def test_a_receipt_counts_on_its_day_and_a_refund_takes_it_back():
    entries = [paid("1000.00", day(10)), paid("-250.50", day(12))]
    assert [balance_on(entries, day(n)) for n in (9, 10, 11, 12)] == [0, 1000, 1000, Decimal("749.50")]


def test_what_is_paid_on_the_due_date_counts_and_a_day_later_does_not():
    assert counted([paid("5.00", DUE)], DUE, AS_OF) == 5
    assert counted([paid("5.00", day(21))], DUE, AS_OF) == 0


def test_a_refund_before_the_due_date_is_subtracted():
    assert counted([paid("100.00", day(1)), paid("-40.00", DUE)], DUE, AS_OF) == 60


def test_a_refund_after_the_due_date_does_not_undo_a_prepayment():
    entries = [paid("100.00", day(1)), paid("-100.00", day(21))]
    assert counted(entries, DUE, AS_OF) == 100
    assert balance_on(entries, AS_OF) == 0  # but the balance shows that the money has left


def test_an_entry_dated_after_the_day_judged_is_not_yet_known():
    assert counted([paid("5.00", day(19))], DUE, day(18)) == 0
    assert counted([paid("5.00", day(29))], None, AS_OF) == 0
    assert counted([paid("5.00", AS_OF)], None, AS_OF) == 5


def test_compensation_set_off_counts_like_cash_unless_the_policy_says_no():
    entries = [paid("10.00"), paid("90.00", kind="compensation")]
    assert counted(entries, DUE, AS_OF) == 100
    assert counted(entries, DUE, AS_OF, set_off=False) == 10


@given(ENTRIES, st.randoms(use_true_random=False), st.integers(0, 40))
@settings(deadline=None)
def test_a_balance_is_a_fold_in_any_order_and_any_grouping(entries, chance, offset):
    on = day(1) + timedelta(offset)
    shuffled = chance.sample(entries, len(entries))
    cut = chance.randint(0, len(entries))
    cents = sum(int(e.amount * 100) for e in entries if e.paid_on <= on)
    assert balance_on(shuffled, on) == Decimal(cents) / 100
    assert balance_on(shuffled, on) == balance_on(shuffled[:cut], on) + balance_on(shuffled[cut:], on)
    assert counted(shuffled, on, day(28)) == balance_on(entries, min(on, day(28)))


# -- what it allows ---


@given(st.decimals("-1000", "99999999.99", places=2), st.decimals("0.0001", "1", places=4))
@settings(deadline=None)
def test_the_price_limit_is_the_greatest_price_to_the_fen(money, share):
    limit = price_limit(money, share)
    assert limit == limit.quantize(CENT)
    assert Fraction(limit) * Fraction(share) <= money < Fraction(limit + CENT) * Fraction(share)


@given(MONEY, st.decimals("0.0001", "1", places=4))
@settings(deadline=None)
def test_the_least_payment_opens_its_price_and_a_fen_less_does_not(price, share):
    least = least_payment(price, share)
    assert price_limit(least, share) >= price
    assert price_limit(least - CENT, share) < price


def test_a_limit_that_falls_on_a_fen_exactly_is_not_lost():
    """0.07 / 0.7 is 0.1; with binary fractions it is 0.10000000000000002 or 0.0999…."""
    assert price_limit(Decimal("0.07"), Decimal("0.7")) == Decimal("0.10")
    assert price_limit(Decimal("120000.00"), Decimal("0.60")) == Decimal("200000.00")
    assert price_limit(Decimal("119999.99"), Decimal("0.60")) == Decimal("199999.98")


@pytest.mark.parametrize("share", ["0", "-0.5"])
def test_without_a_share_there_is_no_limit(share):
    with pytest.raises(ValueError, match="limits no price"):
        price_limit(Decimal(1), Decimal(share))


@pytest.mark.parametrize(
    ("per_m2", "m2", "yuan"), [("900.00", "120.00", "108000.00"), ("0.50", "0.01", "0.01"), ("0.49", "0.01", "0.00")]
)
def test_a_prepayment_by_area_is_rounded_half_up_to_the_fen(per_m2, m2, yuan):
    assert required(Decimal(per_m2), Decimal(m2)) == Decimal(yuan)


# -- gates ---


@pytest.fixture
def gates():
    return policy.load(CASES / "payment_gates.toml").prepayment


def asked(step, rules, entries, price=None, as_of=AS_OF):
    price = None if price is None else Decimal(price)
    return gate_reasons(step, rules, entries, as_of, demanded_m2=Decimal("120.00"), price_yuan=price)


def test_each_gate_stands_before_its_own_step(gates):
    assert [len(gates_before(step, gates)) for step in ("draw", "choice", "keys")] == [1, 1, 1]
    assert [len(gates_before(step, Prepayment())) for step in ("draw", "choice", "keys")] == [0, 0, 0]
    by_area = Prepayment(per_m2="900.00")
    assert gates_before("choice", by_area)[0].per_m2 == Decimal("900.00")


def test_the_draw_is_opened_by_money_that_came_in_time(gates):
    assert asked("draw", gates, [paid("12000.00", day(10))]) == ()
    (late,) = asked("draw", gates, [paid("11999.99", day(10)), paid("500.00", day(11))])
    assert late.code == "prepayment.late"
    assert late.params == {
        "needed": Decimal("12000.00"), "paid": Decimal("11999.99"), "short": CENT, "due_on": day(10),
        "late": Decimal("500.00"),
    }  # fmt: skip
    (short,) = asked("draw", gates, [paid("11999.98", day(10)), paid("0.01", day(11))])
    assert short.code == "prepayment.short"
    assert short.params == {"needed": Decimal("12000.00"), "paid": Decimal("11999.98"), "short": Decimal("0.02")}


def test_a_share_of_the_price_waits_for_the_price(gates):
    assert asked("choice", gates, []) == ()
    (short,) = asked("choice", gates, [], price="200000.00")
    assert short.params["needed"] == Decimal("120000.00")
    assert asked("choice", gates, [paid("120000.00")], price="200000.00") == ()


def test_no_keys_before_all_is_paid(gates):
    entries = [paid("120000.00"), paid("80000.00", day(28))]
    assert asked("keys", gates, entries, price="200000.00") == ()
    assert len(asked("keys", gates, entries, price="200000.00", as_of=day(27))) == 1


def test_a_gate_leaves_compensation_out_where_the_policy_does():
    entries = [paid("108000.00", kind="compensation")]
    assert asked("choice", Prepayment(per_m2="900.00"), entries) == ()
    assert len(asked("choice", Prepayment(per_m2="900.00", set_off=False), entries)) == 1


def test_both_reasons_are_told_in_both_languages(gates):
    reasons = asked("draw", gates, []) + asked("draw", gates, [paid("12000.00", day(11))])
    assert [r.code for r in reasons] == ["prepayment.short", "prepayment.late"]
    for reason in reasons:
        assert "12000.00 元" in reason_sentence(reason, "zh")
        assert "12000.00 yuan" in reason_sentence(reason, "en")


# -- set-off against the compensation ---


def test_what_is_set_off_is_the_smaller_of_compensation_and_price():
    assert set_off_yuan(Decimal("300000.00"), Decimal("367500.00")) == Decimal("300000.00")
    assert set_off_yuan(Decimal("400000.00"), Decimal("367500.00")) == Decimal("367500.00")


def test_no_more_is_set_off_than_the_household_is_owed():
    entries = [paid("60.00", kind="compensation"), paid("40.01", kind="compensation"), paid("500.00")]

    def household(owed):
        return Household(household_id="H1", name="张三", village="A", persons=1, signed_on=day(1),
                         compensation_yuan=None if owed is None else Decimal(owed))  # fmt: skip

    assert set_off_faults(household("100.01"), entries) == []
    assert set_off_faults(household(None), entries) == []
    (fault,) = set_off_faults(household("100.00"), entries)
    assert (fault.code, fault.value) == ("prepayment.set_off_exceeds", "100.01")
    assert "H1" in sentence(fault.code, value=fault.value, **fault.params)


# -- late, rescinded, given back ---


@pytest.fixture
def late():
    return policy.load(CASES / "late_payment.toml").prepayment.late


def test_the_penalty_of_domain_case_10(late):
    sum_overdue = Decimal("100000.00")
    assert penalty_yuan(sum_overdue, 10, late) == Decimal("50.00")
    assert [may_rescind(days, late) for days in (30, 31)] == [False, True]
    assert rescission_yuan(sum_overdue, late) == Decimal("1000.00")


@pytest.mark.parametrize(("days", "yuan"), [(0, "0.00"), (1, "5.00"), (30, "150.00"), (31, "160.00"), (40, "250.00")])
def test_each_late_day_costs_the_rate_of_its_own_step(late, days, yuan):
    assert penalty_yuan(Decimal("100000.00"), days, late) == Decimal(yuan)


def test_days_beyond_the_last_step_cost_nothing():
    rules = Late(steps=[{"up_to_day": 10, "per_10000": 1}, {"up_to_day": 20, "per_10000": 2}])
    costs = [penalty_yuan(Decimal("10000.00"), days, rules) for days in (5, 10, 20, 25)]
    assert costs == [5, 10, 30, 30]


def test_without_rules_being_late_costs_nothing_and_ends_nothing():
    assert penalty_yuan(Decimal("100000.00"), 90, Late()) == 0
    assert not may_rescind(3000, Late())
    assert rescission_yuan(Decimal("100000.00"), Late()) == 0


def test_days_late_are_counted_from_the_due_date():
    assert [days_late(DUE, on) for on in (day(1), DUE, day(21), day(30))] == [0, 0, 1, 10]


def test_money_that_comes_ten_days_late_was_overdue_for_ten_days(late):
    entries = [paid("60000.00", day(10)), paid("40000.00", day(30))]
    owed = Decimal("100000.00")
    assert accrued_penalty_yuan(entries, owed, DUE, day(30), late) == Decimal("20.00")
    assert accrued_penalty_yuan(entries, owed, DUE, date(2021, 8, 1), late) == Decimal("20.00")
    assert accrued_penalty_yuan(entries, owed, DUE, DUE, late) == 0
    assert accrued_penalty_yuan(entries, owed, DUE, day(1), late) == 0


def test_compensation_that_does_not_count_does_not_stop_the_penalty(late):
    entries = [paid("100000.00", kind="compensation")]
    owed = Decimal("100000.00")
    assert accrued_penalty_yuan(entries, owed, DUE, day(30), late) == 0
    assert accrued_penalty_yuan(entries, owed, DUE, day(30), late, set_off=False) == Decimal("50.00")


@given(ENTRIES, MONEY, st.integers(-5, 80), st.integers(0, 5), st.integers(1, 20), st.booleans())
@settings(deadline=None)
def test_the_penalty_against_a_count_evening_by_evening(entries, owed, offset, first, width, opened):
    """Oracle: every late day by itself, at the rate of its step, on what was owed when it began."""
    steps = [{"up_to_day": first, "per_10000": "0.5"}, {"up_to_day": first + width, "per_10000": "1.25"}]
    rules = Late(steps=steps + ([{"per_10000": 3}] if opened else []))
    as_of = DUE + timedelta(offset)
    total, on, number = Fraction(0), DUE, 0
    while on < as_of:
        morning = sum(int(e.amount * 100) for e in entries if e.paid_on <= on)
        on, number = on + timedelta(1), number + 1
        rate = Fraction(1, 2) if number <= first else Fraction(5, 4) if number <= first + width else 3 * opened
        total += max(0, int(owed * 100) - morning) * Fraction(rate) / 10_000
    cents = int(total) + (total - int(total) >= Fraction(1, 2))
    assert accrued_penalty_yuan(entries, owed, DUE, as_of, rules) == Decimal(cents) / 100


def test_a_refund_without_interest_is_the_balance():
    entries = [paid("1000.00", day(1)), paid("-100.00", day(5)), paid("50.00", day(9))]
    assert refund_yuan(entries, day(8), Refund()) == Decimal("900.00")
    assert refund_yuan(entries, day(9), Refund()) == Decimal("950.00")  # an entry of that very day is in it


def test_a_refund_with_interest_pays_for_every_day_the_money_lay_there(gates):
    """1.5 % a year of 360 days: 10,000 for 36 days 15.00; 4,000 of it taken back after 18 days earned half its time."""
    start = date(2021, 1, 1)
    whole = [paid("10000.00", start)]
    assert refund_yuan(whole, start + timedelta(36), gates.refund) == Decimal("10015.00")
    part = [*whole, paid("-4000.00", start + timedelta(18))]
    assert refund_yuan(part, start + timedelta(36), gates.refund) == Decimal("6012.00")
    assert refund_yuan(whole, start + timedelta(365), Refund(interest_percent=1)) == Decimal("10100.00")


def test_interest_owed_by_the_household_is_rounded_away_from_zero_too():
    """A balance below nothing (a refund too large) owes interest: half a fen of it is a fen, as the other way round."""
    rule = Refund(interest_percent=1, year_days=360)
    entries = [paid("-18.00", day(1))]
    assert refund_yuan(entries, day(11), rule) == Decimal("-18.01")
    assert refund_yuan([paid("18.00", day(1))], day(11), rule) == Decimal("18.01")
