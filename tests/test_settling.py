"""Settlement by measured area: every line by an independent reckoning in whole fen, and cases done by hand."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.messages import Faults
from allocation.schema import Measured, Payment
from allocation.settlement_slips import paired, settlement_papers
from allocation.settling import settle
from allocation.wording import Occasion

from paper_round import RULES, given_out, made_round, measured_later

ON = date(2022, 10, 10)


def fen(value: Fraction) -> int:
    """Rounded half away from zero."""
    return int(abs(value) * 100 + Fraction(1, 2)) * (1 if value >= 0 else -1)


def price_by_hand(areas: dict[str, Decimal], floors: dict[str, int], entitlement: int) -> int:
    """The price in fen by RULES: bands of the total, floor additions, fees; nothing of ours is used."""
    total = sum(map(Fraction, areas.values()))
    ends = (Fraction(entitlement), Fraction(entitlement + 10), total)
    prices = (Fraction(1500), Fraction(1500) * (1 + Fraction("20.005") / 100), Fraction("3000.33"))
    price, start = 0, Fraction(0)
    for end, per_m2 in zip(ends, prices, strict=True):
        area = max(min(end, total) - start, Fraction(0))
        price += fen(area * per_m2)
        start += area
    for unit_id, area in areas.items():
        floor = floors[unit_id]
        price += fen(Fraction(area) * (-20 if floor == 1 else 0 if floor < 7 else 35)) + 20000 + 100000
    return price


def rules(**pricing: object) -> dict:
    return {"pricing": {**RULES["pricing"], **pricing}}


@given(st.lists(st.integers(-600, 600), min_size=3, max_size=3), st.sampled_from(["measured", "three_percent", "none"]))
@settings(max_examples=60)
def test_every_settlement_is_what_whole_fen_say(errors, rule):
    plain = given_out(made_round(**rules(settlement={"rule": rule})))
    units = {u.unit_id: u for u in plain.round.tables.units}
    mine = defaultdict(list)
    for home in plain.homes:
        mine[home.household_id].append(home.unit_id)
    areas = {
        unit_id: units[unit_id].area_m2 + Decimal(errors[n % 3]) / 100
        for n, unit_id in enumerate(h.unit_id for h in plain.homes)
    }
    allocation = measured_later(plain, {i: str(a) for i, a in areas.items()})
    for found in settle(allocation, ON):
        own = mine[found.household.household_id]
        forecast = {i: units[i].area_m2 for i in own}
        floors = {i: units[i].floor for i in own}
        entitled = found.household.persons * 50
        before = price_by_hand(forecast, floors, entitled)
        if rule == "none":
            due = before
        elif rule == "measured":
            due = price_by_hand({i: areas[i] for i in own}, floors, entitled)
        else:
            least = {i: (forecast[i] * Decimal("0.97")).quantize(Decimal("0.01"), "ROUND_HALF_UP") for i in own}
            most = {i: (forecast[i] * Decimal("1.03")).quantize(Decimal("0.01"), "ROUND_HALF_UP") for i in own}
            charged = {i: min(areas[i], most[i]) for i in own}
            within = {i: max(charged[i], least[i]) for i in own}
            once = price_by_hand(charged, floors, entitled)
            due = once - (price_by_hand(within, floors, entitled) - once)
        assert found.settled.forecast.price_yuan * 100 == before
        assert (found.sums["price"] + found.sums.get("beyond", 0)) * 100 == due
        assert found.settled.delta_yuan * 100 == due - before
        differences = sum((b.amount_yuan if b else 0) - (a.amount_yuan if a else 0) for a, b in paired(found))
        assert differences - found.beyond_yuan == found.settled.delta_yuan
        assert found.balance_yuan == sum(found.sums.values())


@pytest.fixture(scope="module")
def single():
    """One household of one person; its home is U001 (an objection keeps U000 out): second floor, 48.47 m²."""
    return given_out(made_round(("王小明",)))


def test_a_case_done_by_hand(single):
    """48.47 m² forecast, 51.00 measured, 50 entitled: 50 × 1500 + 1 × 1800.075 = 76 800.08; fees 1 200."""
    found = settle(measured_later(single, {"U001": "51.00"}), ON)[0]
    assert [line.amount_yuan for line in found.settled.measured.lines] == [
        Decimal("75000.00"), Decimal("1800.08"), Decimal("0.00"), Decimal("200.00"), Decimal("1000.00"),
    ]  # fmt: skip
    assert found.settled.forecast.price_yuan == Decimal("73905.00")
    assert found.settled.delta_yuan == Decimal("4095.08")
    assert found.sums == {"price": Decimal("78000.08"), "cash": Decimal("-135000.10"), "set_off": Decimal("0.00"),
                          "allowance_paid": Decimal("1000.50")}  # fmt: skip
    assert found.balance_yuan == Decimal("-55999.52")


def test_the_three_percent_clause_gives_back_twice_what_is_missing_beyond_it():
    """48.47 forecast, 46.00 measured: 3 % below is 47.02 (half up); 1.02 × 1500 = 1530 once more."""
    allocation = given_out(made_round(("王小明",), **rules(settlement={"rule": "three_percent"})))
    found = settle(measured_later(allocation, {"U001": "46.00"}), ON)[0]
    assert found.beyond_yuan == Decimal("1530.00")
    assert found.settled.delta_yuan == Decimal("46.00") * 1500 - Decimal("48.47") * 1500 - Decimal("1530.00")
    larger = settle(measured_later(allocation, {"U001": "60.00"}), ON)[0]
    assert larger.settled.measured.allocated_m2 == Decimal("49.92")


def test_compensation_is_set_off_up_to_the_price_and_the_rest_is_paid_out(single):
    paid = replace(
        single.round,
        tables=replace(
            single.round.tables,
            payments=(
                Payment(receipt_no="1", household_id="H000", paid_on=date(2021, 5, 1), amount=Decimal("10000.00")),
                Payment(receipt_no="2", household_id="H000", paid_on=date(2021, 5, 2), amount=Decimal("20000.00"),
                        kind="compensation"),
                Payment(receipt_no="3", household_id="H000", paid_on=date(2023, 5, 2), amount=Decimal("99.00")),
            ),
        ),
    )  # fmt: skip
    small = measured_later(replace(single, round=paid), {"U001": "51.00"}, compensation_yuan=Decimal("30000.00"))
    found = settle(small, ON)[0]
    assert (found.sums["cash"], found.sums["set_off"]) == (Decimal("-10000.00"), Decimal("-20000.00"))
    assert found.sums["set_off_now"] == Decimal("-10000.00")
    assert "compensation_rest" not in found.sums
    assert found.balance_yuan == Decimal("78000.08") - 40000 + Decimal("1000.50")
    large = measured_later(replace(single, round=paid), {"U001": "51.00"}, compensation_yuan=Decimal("100000.00"))
    found = settle(large, ON)[0]
    assert found.sums["set_off_now"] == Decimal("-48000.08")
    assert found.sums["compensation_rest"] == Decimal("-31999.92")
    assert found.balance_yuan == Decimal("-31999.92") + Decimal("1000.50")


ALLOWANCE = {"per": "person", "yuan": "450.00", "months": {"*": 12, "高层": 24}, "until": "hand_over",
             "overdue": [{"after_months": 0, "up_percent": 100}], "months_after": 2}  # fmt: skip


def test_the_allowance_runs_to_the_earliest_hand_over_and_is_doubled_when_overdue():
    """November 2020 to September 2022: 23 months, 12 plain, 11 doubled, 2 plain beyond."""
    allocation = measured_later(given_out(made_round(("王小明",), allowance=ALLOWANCE)), {"U001": "51.00"})
    found = settle(allocation, ON)[0]
    assert [(line.months, line.monthly_yuan) for line in found.allowance] == [
        (12, Decimal("450.00")), (11, Decimal("900.00")), (2, Decimal("450.00")),
    ]  # fmt: skip
    assert found.sums["allowance"] == Decimal("-16200.00")
    assert found.stopped_on == date(2022, 9, 26)
    tables = allocation.round.tables
    high = replace(tables, measured=tuple(replace(m, building_type="高层") for m in tables.measured))
    found = settle(replace(allocation, round=replace(allocation.round, tables=high)), ON)[0]
    assert [(line.months, line.up_percent) for line in found.allowance] == [(23, 0), (2, 0)]


def test_before_the_hand_over_the_allowance_goes_on_and_nothing_beyond_is_owed():
    allocation = measured_later(given_out(made_round(("王小明",), allowance=ALLOWANCE)), {"U001": "51.00"})
    found = settle(allocation, date(2021, 4, 30))[0]
    assert found.stopped_on is None
    assert [(line.months, line.monthly_yuan) for line in found.allowance] == [(6, Decimal("450.00"))]
    assert "allowance_paid" not in found.sums
    until_pick = {**ALLOWANCE, "until": "pick", "months_after": 0}
    allocation = measured_later(given_out(made_round(("王小明",), allowance=until_pick)), {"U001": "51.00"})
    assert [line.months for line in settle(allocation, ON)[0].allowance] == [7]
    assert settle(measured_later(allocation, handed_over_on=None), ON)[0].allowance == ()


def test_what_is_left_of_an_entitlement_is_paid_by_the_measured_area():
    left = {"leftover": {"rule": "paid", "price": "1000.00"}}
    allocation = given_out(made_round(("王小明",), **rules(**left)))
    assert settle(measured_later(allocation, {"U001": "48.00"}), ON)[0].sums["leftover"] == Decimal("-2000.00")
    assert "leftover" not in settle(measured_later(allocation, {"U001": "51.00"}), ON)[0].sums


def test_a_household_with_a_home_not_measured_is_not_settled_and_none_at_all_is_said():
    allocation = given_out(made_round())
    first = {h.unit_id: "50.00" for h in allocation.homes if h.household_id == "H000"}
    assert [found.household.household_id for found in settle(measured_later(allocation, first), ON)] == ["H000"]
    with pytest.raises(Faults) as found:
        settle(allocation, ON)
    assert [fault.code for fault in found.value.faults] == ["settle.none_measured"]


def test_a_measured_area_in_a_forbidden_band_is_a_fault():
    bands = [{"up_to": "entitlement", "price": "1500.00"}, {"forbidden": True}]
    allocation = given_out(made_round(("王小明",), **rules(bands=bands)))
    with pytest.raises(Faults) as found:
        settle(measured_later(allocation, {"U001": "50.01"}), ON)
    assert [(fault.code, fault.value) for fault in found.value.faults] == [("settle.forbidden", "H000")]


def test_the_order_of_rows_does_not_matter():
    allocation = measured_later(given_out(made_round()))
    tables = allocation.round.tables
    turned = replace(
        tables, measured=tables.measured[::-1], payments=tables.payments[::-1], allowances=tables.allowances[::-1]
    )
    again = replace(allocation, round=replace(allocation.round, tables=turned))
    assert settle(allocation, ON) == settle(again, ON)


def test_the_slip_prints_what_was_settled(single):
    allocation = measured_later(single, {"U001": "51.00"})
    (found,) = settle(allocation, ON)
    (paper,) = settlement_papers([found], allocation.round, Occasion(issued_on=ON))
    grids = {grid.name: grid for grid in paper.grids}
    assert grids["areas"].rows[0][2:] == ("48.47", "51.00", "+2.53", "+5.22")
    assert grids["lines"].rows[-1][5:] == ("73,905.00", "51.00", "78,000.08", "+4,095.08")
    assert grids["sums"].rows[-1] == ("应退", "55,999.52", "伍万伍仟玖佰玖拾玖元伍角贰分")
    assert isinstance(allocation.round.tables.measured[0], Measured)
