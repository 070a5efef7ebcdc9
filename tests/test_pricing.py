"""房款计价: bands over the total area, additions home by home, settlement (spec §4; worked cases of domain.md §10)."""

import tomllib
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import floor
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from allocation.messages import LANGS, sentence
from allocation.policy import load, parse
from allocation.pricing import (
    Extra,
    Forbidden,
    band_price,
    first_price,
    leftover,
    settlement,
    statement,
    total_lines,
    unit_faults,
    unit_lines,
    unpriced_floors,
)
from allocation.schema import Unit

ROOT = Path(__file__).resolve().parent.parent


@cache
def pricing_of(name):
    for folder in ("data/policies", "tests/cases"):
        path = ROOT / folder / f"{name}.toml"
        if path.exists():
            return load(path).pricing
    raise FileNotFoundError(name)


def rules(text):
    return parse(tomllib.loads(text), "test.toml").pricing


def homes(*areas, **values):
    return [
        Unit(unit_id=f"U{n}", project="p", building="1", floor=values.get("floor", 1), layout="", area_m2=Decimal(area),
             **{key: value for key, value in values.items() if key != "floor"})
        for n, area in enumerate(areas)
    ]  # fmt: skip


def band_sum(pricing, total, entitlement, **marks):
    """Σ of the bands, or None where one forbids the area."""
    known = {key: Decimal(value) for key, value in marks.items()}
    lines = total_lines(Decimal(total), Decimal(entitlement), pricing_of(pricing), marks=known)
    return None if lines is None else sum(line.amount_yuan for line in lines)


# -- worked cases ----------------------------------------------------------------------------------------------------


def test_case_3_jiashan_prints_a_negative_rest():
    rest = leftover(Decimal("255.58"), Decimal("305.00"), 3, pricing_of("jiashan"))
    assert (rest.m2, rest.yuan, rest.rule) == (Decimal("-49.42"), 0, "later_round")


def test_case_4_jiashan_prices_five_bands_in_order():
    marks = {"standard": Decimal(120)}
    lines = total_lines(Decimal("305.00"), Decimal("255.58"), pricing_of("jiashan"), marks=marks)
    assert [(line.area_m2, line.price_yuan_per_m2, line.amount_yuan) for line in lines] == [
        (120, 580, 69_600),
        (Decimal("135.58"), 960, Decimal("130156.80")),
        (20, 3510, 70_200),
        (20, 6110, 122_200),
        (Decimal("9.42"), 6110, Decimal("57556.20")),
    ]
    assert sum(line.amount_yuan for line in lines) == Decimal("449713.00")
    assert [line.band for line in lines] == [1, 2, 3, 4, 5]


def test_case_4_the_form_adds_fees_and_a_deposit_to_every_home():
    found = statement(homes("120.00", "85.00"), Decimal(205), pricing_of("jiashan"), marks={"standard": Decimal(120)})
    others = [(line.unit_id, line.item, line.amount_yuan) for line in found.lines if line.item != "band"]
    assert others == [
        ("U0", "fee", 200), ("U0", "fee", 2160), ("U0", "deposit", 1000),
        ("U1", "fee", 200), ("U1", "fee", 1530), ("U1", "deposit", 1000),
    ]  # fmt: skip


def test_case_7_zhangguozhuang_sells_the_first_15_m2_beyond_at_the_same_price():
    assert statement(homes(55, 70, 85), Decimal(200), pricing_of("zhangguozhuang_2016")).price_yuan == 840_000


def test_zhangguozhuang_raises_the_next_15_m2_by_half_and_forbids_the_rest():
    assert band_sum("zhangguozhuang_2016", 225, 200) == 200 * 4000 + 15 * 4000 + 10 * 6000
    assert band_sum("zhangguozhuang_2016", 230, 200) == 200 * 4000 + 15 * 4000 + 15 * 6000
    assert band_sum("zhangguozhuang_2016", "230.01", 200) is None


def test_case_9_zhangguozhuang_with_a_lower_limit_for_some_households():
    marks = {"limit": Decimal(205)}
    pricing = pricing_of("zhangguozhuang_2016")
    assert statement(homes(110, 85), Decimal(185), pricing, marks=marks).price_yuan == 780_000
    with pytest.raises(Forbidden, match="220"):
        statement(homes(110, 110), Decimal(185), pricing, marks=marks)
    assert band_sum("zhangguozhuang_2016", 205, 185, limit=205) == 185 * 4000 + 15 * 4000 + 5 * 6000
    assert band_sum("zhangguozhuang_2016", "205.01", 185, limit=205) is None


@pytest.mark.parametrize(("areas", "total"), [((70, 70), 140), ((110,), 110), ((55, 55, 80), 190)])
def test_case_11_a_statement_adds_the_areas_that_were_picked_and_not_homes_times_55(areas, total):
    assert statement(homes(*areas), Decimal(200), pricing_of("zhangguozhuang_2016")).allocated_m2 == total


@pytest.mark.parametrize(("storey", "expected"), [(1, 440), (2, 460), (5, 520), (10, 620), (11, 600)])
def test_case_14_rule_ly_adds_by_the_storey_and_takes_off_the_top(storey, expected):
    (unit,) = homes("100.00", floor=storey, floors_in_building=11)
    assert statement([unit], Decimal(280), pricing_of("rule_ly")).price_yuan == expected * 100


@pytest.mark.parametrize(
    ("old", "new", "price", "received"),
    [(38, 60, 46_800, 0), (38, 80, 116_800, 0), (55, 65, 26_000, 0), (45, 60, 39_000, 0), (70, 100, 96_000, 0),
     (70, 60, 0, 35_000), (38, 42, 0, 0)],
)  # fmt: skip
def test_case_16_suizhou_tops_up_and_pays_out(old, new, price, received):
    entitlement = Decimal(max(old, 42))
    assert statement(homes(new), entitlement, pricing_of("suizhou_2012")).price_yuan == price
    assert leftover(entitlement, Decimal(new), 1, pricing_of("suizhou_2012")).yuan == received


@pytest.mark.parametrize(("area", "price"), [(100, 300_000), (120, 367_500), (140, 445_000)])
def test_case_19_surcharges_in_tiers_and_then_the_market_price(area, price):
    assert statement(homes(area), Decimal(100), pricing_of("surcharge_tiers")).price_yuan == price


def test_case_2_the_rest_of_an_entitlement_is_kept_for_a_later_round():
    rest = leftover(Decimal(200), Decimal(120), 1, pricing_of("zhuantang_50"))
    assert (rest.m2, rest.rule, rest.yuan) == (80, "later_round", 0)


@pytest.mark.parametrize(("units", "percent"), [(2, 0), (1, 10), (0, 20), (3, 0)])
def test_rule_ly_pays_out_the_market_price_less_its_own_raised_by_homes_not_taken(units, percent):
    rest = leftover(Decimal(280), Decimal(180), units, pricing_of("rule_ly"))
    assert rest.yuan == 100 * (3030 - 440) * (100 + percent) / 100


def test_an_entitlement_that_lapses_is_paid_nothing():
    rest = leftover(Decimal(200), Decimal(120), 1, pricing_of("dafeng"))
    assert (rest.m2, rest.rule, rest.yuan) == (80, "lapsed", 0)


def test_jingling_prices_floors_in_percent_and_a_storeroom_for_each_home():
    two = homes("75.00", "95.00", floor=3)
    found = statement(two, Decimal(170), pricing_of("jingling"), extras=[Extra(kind="storeroom", area_m2=Decimal(15))])
    assert [(line.item, line.amount_yuan) for line in found.lines] == [
        ("band", 170_000), ("floor", 5_250), ("floor", 6_650), ("storeroom", 15_000)
    ]  # fmt: skip
    assert found.price_yuan == 196_900


# -- rules -----------------------------------------------------------------------------------------------------------


def test_the_sample_of_the_spec_prices_everything_at_its_one_band():
    pricing = rules('[[pricing.bands]]\nup_to = "entitlement"\nprice = "1500.00"')
    found = statement(homes("85.50", "84.50"), Decimal(150), pricing)
    assert [(line.band, line.area_m2, line.amount_yuan) for line in found.lines] == [(1, 170, 255_000)]


def test_a_statement_lists_bands_then_homes_by_id_then_extras():
    pricing = rules("""
        [[pricing.bands]]
        up_to = "entitlement"
        price = "1000.00"
        [[pricing.bands]]
        up_percent = 12.5
        [pricing.floors]
        table = { "1-" = "0.00" }
        top_floor = "-10.00"
        [pricing.orientation]
        table = { "南" = "30.00", "*" = "0.00" }
        [pricing.layout]
        unit = "percent"
        table = { "三室" = "2" }
        [[pricing.fees]]
        name = "维修基金"
        yuan = "50.00"
        per = "m2"
        [[pricing.fees]]
        name = "押金"
        yuan = "300.00"
        deposit = true
        [pricing.garage]
        price = "40000.00"
        per = "each"
        [pricing.storeroom]
        price = "900.00"
    """)
    b, a = (
        Unit(unit_id=i, project="p", building="1", floor=6, layout="三室", area_m2=Decimal("100.01"),
             orientation=orientation, floors_in_building=top, base_price=price)
        for i, orientation, top, price in (("b", "南", 6, None), ("a", "北", 9, Decimal("1100.00")))
    )  # fmt: skip
    extras = [Extra(kind="garage"), Extra(kind="storeroom", area_m2=Decimal(9)), Extra(kind="storeroom")]
    found = statement([b, a], Decimal(200), pricing, extras=extras)
    assert [(line.unit_id, line.item, line.price_yuan_per_m2, line.amount_yuan) for line in found.lines] == [
        ("", "band", 1000, 200_000),
        ("", "band", 1125, Decimal("22.50")),
        ("a", "base_price", 100, 10_001),
        ("a", "floor", 0, 0),
        ("a", "orientation", 0, 0),
        ("a", "layout", 20, Decimal("2000.20")),
        ("a", "fee", 50, Decimal("5000.50")),
        ("a", "deposit", None, 300),
        ("b", "floor", 0, 0),
        ("b", "top_floor", -10, Decimal("-1000.10")),
        ("b", "orientation", 30, Decimal("3000.30")),
        ("b", "layout", 20, Decimal("2000.20")),
        ("b", "fee", 50, Decimal("5000.50")),
        ("b", "deposit", None, 300),
        ("", "storeroom", 900, 0),
        ("", "storeroom", 900, 8100),
        ("", "garage", 40_000, 40_000),
    ]
    assert found.lines[-1].area_m2 is None
    assert found.price_yuan == sum(line.amount_yuan for line in found.lines)


def test_a_product_is_rounded_half_up_away_from_zero_and_once():
    pricing = rules('[[pricing.bands]]\nprice = "0.50"\n[pricing.floors]\ntable = { "1" = "-0.50" }')
    found = statement(homes("0.01"), Decimal(1), pricing)
    assert [line.amount_yuan for line in found.lines] == [Decimal("0.01"), Decimal("-0.01")]


def test_prices_per_m2_are_not_rounded():
    pricing = rules('[[pricing.bands]]\nup_to="entitlement"\nprice = "1333.33"\n[[pricing.bands]]\nup_percent = 12.5')
    assert band_price(pricing.bands[1], pricing) == Decimal("1499.99625")
    (line,) = total_lines(Decimal(100), Decimal(0), pricing)
    assert line.amount_yuan == Decimal("149999.63")


def test_without_bands_a_set_of_homes_has_no_price():
    assert statement(homes(50), Decimal(50), rules("")).price_yuan == 0
    assert first_price(rules("")) == 0


def test_a_market_price_may_be_multiplied():
    pricing = rules("""
        [pricing]
        market_price = "5000.00"
        bands = [
          { up_to = "entitlement", price = "1000.00" },
          { over_m2 = 5, market_times = 2 },
          { over_m2 = 10, market_times = 2.5 },
          { forbidden = true },
        ]
    """)
    assert statement(homes("107.00"), Decimal(100), pricing).price_yuan == 100_000 + 5 * 10_000 + 2 * 12_500
    assert total_lines(Decimal("110.01"), Decimal(100), pricing) is None


def test_a_household_without_an_original_area_skips_the_band_that_ends_at_it():
    pricing = rules("""
        [pricing]
        bands = [
          { up_to = "original", price = "500.00" },
          { up_to = "entitlement", price = "900.00" },
          { price = "2000.00" },
        ]
    """)
    none, some = {"original": Decimal(0)}, {"original": Decimal(80)}
    assert [line.band for line in total_lines(Decimal(130), Decimal(120), pricing, marks=none)] == [2, 3]
    assert [line.area_m2 for line in total_lines(Decimal(130), Decimal(120), pricing, marks=some)] == [80, 40, 10]


def test_a_mark_the_policy_names_and_nobody_gave_is_an_error_not_a_zero():
    with pytest.raises(ValueError, match="standard"):
        total_lines(Decimal(10), Decimal(10), pricing_of("jiashan"))


def test_a_statement_of_no_home_is_an_error():
    with pytest.raises(ValueError, match="at least one home"):
        statement([], Decimal(50), rules(""))


@pytest.mark.parametrize(
    ("policy", "areas", "kinds", "allowed"),
    [
        ("jingling", (75, 95), ["storeroom"] * 2, True),
        ("jingling", (75, 95), ["storeroom"] * 3, False),
        ("jingling", (75,), ["garage"], False),
        ("rule_ly", (75, 95), ["storeroom"], True),
        ("rule_ly", (75, 95), ["storeroom"] * 2, False),
    ],
)
def test_storerooms_are_at_most_one_a_home_or_one_a_household(policy, areas, kinds, allowed):
    def priced():
        units = homes(*areas, floors_in_building=5)
        return statement(units, Decimal(200), pricing_of(policy), extras=[Extra(kind=kind) for kind in kinds])

    if allowed:
        assert sum(line.item == "storeroom" for line in priced().lines) == len(kinds)
    else:
        with pytest.raises(ValueError, match="the policy allows"):
            priced()


def test_a_floor_that_the_table_does_not_name_is_a_fault_and_never_free():
    pricing = pricing_of("dafeng")
    units = [*homes(60, floor=19), *homes(60, 60, floor=18)[1:], *homes(60, 60, 60, floor=-1)[2:]]
    assert [unit.unit_id for unit in unpriced_floors(reversed(units), pricing)] == ["U0", "U2"]
    assert [(f.column, f.value, f.params["unit_id"]) for f in unit_faults(units, pricing)] == [
        ("floor", "19", "U0"), ("floor", "-1", "U2")
    ]  # fmt: skip
    with pytest.raises(ValueError, match="floor 19"):
        unit_lines(units[0], pricing)
    assert unpriced_floors(units, rules("")) == ()


def test_everything_a_home_lacks_for_its_price_is_told_at_once():
    pricing = rules("""
        [pricing.floors]
        per_storey = "20.00"
        top_floor = "-40.00"
        [pricing.orientation]
        table = { "南" = "1.00" }
        [pricing.layout]
        table = { "三室" = "1.00" }
    """)
    faults = unit_faults(homes(60), pricing)
    assert [fault.column for fault in faults] == ["floors_in_building", "orientation", "layout"]
    for fault in faults:
        for lang in LANGS:
            assert sentence(fault.code, lang, value=fault.value, **fault.params)
    with pytest.raises(ValueError, match="floors_in_building"):
        unit_lines(*homes(60), pricing)
    with pytest.raises(ValueError, match="''"):
        unit_lines(*homes(60, floors_in_building=9), pricing)
    assert unit_faults(homes(60, floors_in_building=9, orientation="南"), pricing)[0].column == "layout"


# -- settlement ------------------------------------------------------------------------------------------------------

FLAT = '[[pricing.bands]]\nprice = "1000.00"\n[pricing.settlement]\nrule = "{}"'


@pytest.mark.parametrize(
    ("rule", "measured", "delta"),
    [
        ("measured", "102.00", 2_000), ("measured", "95.00", -5_000), ("measured", "110.00", 10_000),
        ("none", "110.00", 0),
        ("three_percent", "102.00", 2_000), ("three_percent", "103.00", 3_000), ("three_percent", "110.00", 3_000),
        ("three_percent", "98.00", -2_000), ("three_percent", "97.00", -3_000), ("three_percent", "95.00", -7_000),
        ("three_percent", "100.00", 0),
    ],
)  # fmt: skip
def test_the_measured_area_is_settled_as_the_policy_says(rule, measured, delta):
    found = settlement(homes("100.00"), {"U0": Decimal(measured)}, Decimal(200), rules(FLAT.format(rule)))
    assert found.delta_yuan == delta
    assert found.forecast.price_yuan == 100_000


def test_a_home_that_was_not_measured_keeps_its_area():
    for rule in ("measured", "three_percent", "none"):
        assert settlement(homes("100.00"), {}, Decimal(200), rules(FLAT.format(rule))).delta_yuan == 0


def test_a_measured_area_may_reach_the_next_band():
    found = settlement(homes("150.00"), {"U0": Decimal("152.50")}, Decimal(150), pricing_of("dafeng"))
    assert found.delta_yuan == Decimal("2.50") * 1800 - Decimal("2.50") * 20
    assert [line.band for line in found.measured.lines] == [1, 2, None]


# -- for every tariff ------------------------------------------------------------------------------------------------

CENTS = st.integers(0, 900_000).map(lambda n: Decimal(n).scaleb(-2))
AREA = st.integers(1, 20_000).map(lambda n: Decimal(n).scaleb(-2))


@st.composite
def tariffs(draw):
    """A pricing section as TOML data, with everything that depends on one home, and its marks."""
    rows = [{"price": str(draw(CENTS)), "up_to": "standard"}] if draw(st.booleans()) else []
    rows += [{"price": str(draw(CENTS)), "up_to": "entitlement"}] if draw(st.booleans()) else []
    for end in sorted(draw(st.sets(st.integers(1, 60), max_size=3))):
        kind = draw(st.sampled_from(["price", "up_percent", "market_times"])) if rows else "price"
        value = {"price": str(draw(CENTS)), "up_percent": draw(st.integers(-50, 300)), "market_times": 2}[kind]
        rows.append({"over_m2": end, kind: value})
    last = draw(st.sampled_from(["price", "forbidden"])) if rows else "price"
    rows.append({"price": str(draw(CENTS))} if last == "price" else {"forbidden": True})
    unit = draw(st.sampled_from(["yuan", "percent"]))
    table = {"1": str(draw(st.integers(-40, 40))), "2-6": "0.00", "7-": str(draw(st.integers(-40, 40)))}
    data = {"bands": rows, "market_price": str(draw(CENTS)), "floors": {"unit": unit, "table": table}}
    if draw(st.booleans()):
        data["fees"] = [{"name": "x", "yuan": "12.34", "per": draw(st.sampled_from(["home", "m2"]))}]
    return parse({"pricing": data}, "drawn").pricing


UNITS = st.lists(
    st.builds(
        lambda i, floor, area, price: Unit(
            unit_id=f"U{i}", project="p", building="1", floor=floor, layout="", area_m2=area, base_price=price
        ),
        st.integers(0, 99), st.integers(1, 30), AREA, st.none() | CENTS,
    ),
    min_size=1, max_size=4, unique_by=lambda unit: unit.unit_id,
)  # fmt: skip


def fen(value):
    """Half up, away from zero, by whole numbers."""
    hundredths = floor(abs(value) * 100 + Fraction(1, 2))
    return Fraction(hundredths if value >= 0 else -hundredths, 100)


def oracle(units, entitlement, standard, pricing):
    """The price by another road: fractions, and each band as what is under its end less what is under its start."""
    total = sum(Fraction(unit.area_m2) for unit in units)
    first = Fraction(pricing.bands[0].price)
    price, start = Fraction(0), Fraction(0)
    for band in pricing.bands:
        end = {"standard": Fraction(standard), "entitlement": Fraction(entitlement)}.get(band.up_to)
        if band.over_m2 is not None:
            end = Fraction(entitlement) + Fraction(band.over_m2)
        end = total if band is pricing.bands[-1] else max(start, end)
        area = min(total, end) - min(total, start)
        if band.forbidden and area > 0:
            return None
        each = Fraction(band.price or 0)
        if band.up_percent is not None:
            each = first * (100 + Fraction(band.up_percent)) / 100
        if band.market_times is not None:
            each = Fraction(pricing.market_price) * Fraction(band.market_times)
        price, start = price + fen(area * each), end
    for unit in units:
        key = "1" if unit.floor == 1 else "2-6" if unit.floor <= 6 else "7-"
        figure, area = Fraction(pricing.floors.table[key]), Fraction(unit.area_m2)
        price += fen(area * (figure if pricing.floors.unit == "yuan" else first * figure / 100))
        if unit.base_price is not None:
            price += fen(area * (Fraction(unit.base_price) - first))
        for fee in pricing.fees:
            price += fen(Fraction(fee.yuan) * (area if fee.per == "m2" else 1))
    return price


@settings(deadline=None, max_examples=300)
@given(tariffs(), UNITS, CENTS, CENTS)
def test_the_price_by_a_second_formulation(pricing, units, first, second):
    standard, entitlement = sorted([first % 300, second % 300])
    expected = oracle(units, entitlement, standard, pricing)
    marks = {"standard": standard}
    if expected is None:
        with pytest.raises(Forbidden):
            statement(units, entitlement, pricing, marks=marks)
    else:
        assert Fraction(statement(units, entitlement, pricing, marks=marks).price_yuan) == expected


@settings(deadline=None)
@given(tariffs(), UNITS, AREA, st.randoms())
def test_the_price_is_its_bands_and_its_homes_in_any_order(pricing, units, entitlement, shuffled):
    marks = {"standard": entitlement / 2}
    total = sum(unit.area_m2 for unit in units)
    bands = total_lines(total, entitlement, pricing, marks=marks)
    assume(bands is not None)
    found = statement(units, entitlement, pricing, marks=marks)
    parts = [*bands, *(line for unit in units for line in unit_lines(unit, pricing))]
    assert found.price_yuan == sum(line.amount_yuan for line in parts) == sum(li.amount_yuan for li in found.lines)
    assert sum(line.area_m2 for line in bands) == total
    assert all(line.amount_yuan == line.amount_yuan.quantize(Decimal("0.01")) for line in found.lines)
    assert all(line.area_m2 == line.area_m2.quantize(Decimal("0.01")) for line in found.lines if line.area_m2)
    again = list(units)
    shuffled.shuffle(again)
    assert statement(again, entitlement, pricing, marks=marks) == found


@settings(deadline=None)
@given(tariffs(), AREA, AREA, AREA)
def test_more_area_never_costs_less_where_no_price_is_negative(pricing, entitlement, area, more):
    marks = {"standard": entitlement}
    small, large = (total_lines(a, entitlement, pricing, marks=marks) for a in (area, area + more))
    if small is None:
        assert large is None
    elif large is not None:
        assert sum(line.amount_yuan for line in large) >= sum(line.amount_yuan for line in small)


@settings(deadline=None)
@given(AREA, AREA, st.integers(0, 3000))
def test_a_larger_entitlement_never_costs_more_where_bands_get_dearer(total, entitlement, more):
    pricing = pricing_of("dafeng")
    small, large = (
        sum(line.amount_yuan for line in total_lines(total, e, pricing))
        for e in (entitlement, entitlement + Decimal(more).scaleb(-2))
    )
    assert large <= small + Decimal("0.03")  # each of three bands is rounded by itself
