"""过渡安置费: per person or m², its least, its period by building type, steps when overdue, its end (domain.md §7)."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.allowance import allowance_lines, lump_sum_yuan, monthly_yuan, months_between, stopped_on
from allocation.policy import load, parse

ROOT = Path(__file__).resolve().parent.parent


def rules(text):
    return parse(tomllib.loads(f"[allowance]\n{text}"), "test.toml").allowance


def shipped(name):
    return load(ROOT / "data" / "policies" / f"{name}.toml").allowance


def paid(months, building, policy, heads=3, m2=150):
    return [
        (line.months, line.up_percent, line.amount_yuan)
        for line in allowance_lines(months, building, heads, Decimal(m2), policy)
    ]


def test_case_14_rule_ly_pays_8_yuan_for_each_m2_or_12_months_at_once():
    policy = shipped("rule_ly")
    assert monthly_yuan(5, Decimal(210), policy) == 1_680
    assert lump_sum_yuan(5, Decimal(210), policy) == 20_160


def test_jingling_pays_450_yuan_a_person_to_the_month_of_picking():
    policy = shipped("jingling")
    assert (policy.until, monthly_yuan(4, Decimal(0), policy)) == ("pick", 1_800)
    months = months_between(date(2021, 3, 31), date(2021, 9, 1))
    assert paid(months, "", policy, heads=4) == [(7, 0, 12_600)]


def test_tongling_counts_at_least_50_m2_and_doubles_after_18_or_24_months():
    policy = rules("""
        per = "m2"
        yuan = "18.00"
        min_m2 = 50
        months = { multi_storey = 18, high_rise = 24 }
        overdue = [{ after_months = 0, up_percent = 100 }]
    """)
    assert monthly_yuan(1, Decimal(40), policy) == 900
    assert paid(20, "multi_storey", policy, m2=100) == [(18, 0, 32_400), (2, 100, 7_200)]
    assert paid(20, "high_rise", policy, m2=100) == [(20, 0, 36_000)]
    assert paid(20, "villa", policy, m2=100) == [(20, 0, 36_000)]


def test_an_overdue_transition_is_raised_in_steps():
    policy = rules("""
        yuan = "100.00"
        months = { "*" = 30 }
        overdue = [
          { after_months = 0, up_percent = 50 },
          { after_months = 12, up_percent = 75 },
          { after_months = 24, up_percent = 100 },
        ]
    """)
    assert paid(60, "any", policy, heads=1) == [(30, 0, 3_000), (12, 50, 1_800), (12, 75, 2_100), (6, 100, 1_200)]
    assert paid(42, "any", policy, heads=1) == [(30, 0, 3_000), (12, 50, 1_800)]
    assert paid(43, "any", policy, heads=1)[-1] == (1, 75, 175)


def test_six_months_more_are_paid_plainly_after_the_hand_over():
    policy = rules("""
        yuan = "100.00"
        months = { "*" = 24 }
        months_after = 6
        overdue = [{ after_months = 0, up_percent = 100 }]
    """)
    assert paid(30, "any", policy, heads=1) == [(24, 0, 2_400), (6, 100, 1_200), (6, 0, 600)]


def test_a_household_has_its_least_allowance():
    policy = rules('yuan = "300.00"\nmin_yuan = "800.00"')
    assert [monthly_yuan(heads, Decimal(0), policy) for heads in (1, 2, 3)] == [800, 800, 900]


def test_several_homes_stop_the_clock_at_the_earliest():
    days = [date(2022, 5, 1), date(2021, 12, 31), date(2023, 1, 1)]
    assert stopped_on(days) == date(2021, 12, 31)
    with pytest.raises(ValueError, match="empty"):
        stopped_on([])


@pytest.mark.parametrize(
    ("vacated", "stops", "months"),
    [
        (date(2021, 1, 31), date(2021, 1, 1), 1),
        (date(2021, 1, 31), date(2021, 2, 1), 2),
        (date(2020, 12, 1), date(2022, 1, 31), 14),
        (date(2021, 2, 1), date(2021, 1, 31), 0),
        (date(2021, 5, 1), date(2020, 1, 1), 0),
    ],
)
def test_months_are_whole_and_both_ends_count(vacated, stops, months):
    assert months_between(vacated, stops) == months


@settings(deadline=None)
@given(
    st.integers(0, 80), st.integers(0, 36), st.lists(st.integers(0, 30), max_size=3, unique=True), st.integers(0, 12)
)
def test_month_by_month_gives_the_same_sum(months, period, steps, after):
    steps = sorted(steps)
    policy = rules(
        f'yuan = "123.45"\nmonths = {{ "*" = {period} }}\nmonths_after = {after}\n'
        f"overdue = [{', '.join(f'{{ after_months = {s}, up_percent = {50 + i} }}' for i, s in enumerate(steps))}]"
    )
    total = Decimal(0)
    for month in range(1, months + 1):
        reached = [50 + i for i, step in enumerate(steps) if month - period > step]
        total += round(Decimal("246.90") * (100 + (reached[-1] if reached else 0)) / 100 + Decimal("0.0001"), 2)
    lines = allowance_lines(months, "any", 2, Decimal(0), policy)
    assert sum(line.amount_yuan for line in lines) == total + after * Decimal("246.90")
    assert sum(line.months for line in lines) == months + after


def test_a_policy_without_an_allowance_pays_none():
    assert paid(24, "any", rules("")) == [(24, 0, 0)]
