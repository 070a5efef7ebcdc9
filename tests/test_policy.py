"""Policies: what may stand in one, what is told of a wrong one, and where every shipped figure comes from (spec §4)."""

import json
import string
import tomllib
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.messages import LANGS, SENTENCES, Faults, sentence
from allocation.policy import Policy, load, parse, policy_keys
from allocation.rules import leaves, span, span_of
from allocation.tariff import Band, Pricing

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = sorted((ROOT / "data" / "policies").glob("*.toml"))
OWN_CASES = [
    ROOT / "tests" / "cases" / f"{name}.toml"
    for name in ("yuhang_80", "zhuantang_50", "footprint_by_heads", "surcharge_tiers")
]

SPEC_SECTION_4 = """
[entitlement]            # m² a household may take
m2_per_person = 50.0     # × (persons + bonus_persons)
[area]                   # how far a set of units may miss it
under_m2 = 30.0          # at least entitlement − under_m2 (declared demand overrides it)
over_m2 = 20.0           # at most entitlement + over_m2
max_units = 4
[[pricing.bands]]        # consecutive bands of the household's total area
up_to = "entitlement"    # or over_m2 = 10.0 (m² beyond the entitlement), or neither: all the rest
price = "1500.00"        # yuan per m²; later bands may say up_percent = 20 instead (上浮)
[pricing.floors]         # yuan per m² added or taken, by floor; `unit = "percent"` of the first band's price instead
unit = "yuan"            # yuan | percent
table = { "1" = "-20.00", "2-6" = "0.00", "7-18" = "35.00" }
[prepayment]
share = 0.60             # of the price of what is allocated; or per_m2 = "900.00" of what is demanded
due_on = 2021-05-20      # paid later does not count
[publicity]              # days each publication must stand; calendar = "natural" | "working"
calendar = "natural"
demand = 7
units = 7
plan = 7
result = 7
[order]
rule = "draw"            # signed_on | draw | given ; priority_class first if priority_first = true
priority_first = true
[fairness]
principle = "leximin"    # leximin | rank_maximal | utilitarian | order
per = "household"        # household | unit
max_choices = 5
[access]
low_floor_max = 3        # `low_floor` is met by floor ≤ 3 or step_free; `step_free` only by step_free
"""


def read(text):
    return parse(tomllib.loads(text), "test.toml")


def told(text):
    """(dotted key, code, value) of every fault, in the order told."""
    with pytest.raises(Faults) as caught:
        read(text)
    return [(fault.column, fault.code, fault.value) for fault in caught.value.faults]


# -- reading ---------------------------------------------------------------------------------------------------------


def test_the_policy_printed_in_the_spec_is_read_as_it_stands():
    policy = read(SPEC_SECTION_4)
    assert policy.entitlement.m2_per_person == 50
    assert (policy.area.under_m2, policy.area.over_m2, policy.area.max_units) == (30, 20, 4)
    assert policy.pricing.bands == (Band(up_to="entitlement", price="1500.00"),)
    assert policy.pricing.floors.table == {"1": Decimal("-20.00"), "2-6": Decimal("0.00"), "7-18": Decimal("35.00")}
    assert policy.prepayment.share == Decimal("0.60")
    assert policy.prepayment.due_on.isoformat() == "2021-05-20"
    assert (policy.order.rule, policy.order.priority_first) == ("draw", True)
    assert (policy.fairness.principle, policy.fairness.per, policy.fairness.max_choices) == ("leximin", "household", 5)
    assert policy.access.low_floor_max == 3


def test_a_policy_cannot_be_changed_once_read():
    policy = read(SPEC_SECTION_4)
    with pytest.raises(ValueError, match="frozen"):
        policy.area.max_units = 9


def test_a_number_is_exactly_what_the_file_says():
    assert read("[entitlement]\nm2_per_person = 0.1\n").entitlement.m2_per_person == Decimal("0.1")


@pytest.mark.parametrize("path", [*SHIPPED, *OWN_CASES], ids=lambda path: path.stem)
def test_what_is_hashed_can_be_read_again(path):
    policy = load(path)
    again = parse(json.loads(policy.canonical()), "canonical")
    assert again.canonical() == policy.canonical()
    assert len(policy.fingerprint()) == 64


def test_the_order_of_a_table_does_not_change_the_fingerprint():
    first, second = ('"1" = "0.00", "2-" = "5.00"', '"2-" = "5", "1" = "0"')
    assert len({read(f"[pricing.floors]\ntable = {{ {table} }}").fingerprint() for table in (first, second)}) == 1


def test_two_spellings_of_the_same_rules_have_one_fingerprint():
    first = '[area]\nover_m2 = 20\nunder_m2 = 30.0\n[pricing]\nbands = [{ price = "1500" }]\n'
    second = '[[pricing.bands]] # remark\nprice = "1500.00"\n[area]\nunder_m2 = "30.00"\nover_m2 = 20.00\nmax_units = 4'
    assert read(first).fingerprint() == read(second).fingerprint()


@pytest.mark.parametrize("change", [("50.0", "50.01"), ('"-20.00"', '"-20.01"'), ("0.60", "0.61"), ("3 ", "4 "),
                                    ('"1" =', '"0-1" ='), ("2021-05-20", "2021-05-21")])  # fmt: skip
def test_one_changed_figure_changes_the_fingerprint(change):
    changed = SPEC_SECTION_4.replace(*change, 1)
    assert changed != SPEC_SECTION_4
    assert read(changed).fingerprint() != read(SPEC_SECTION_4).fingerprint()


def test_the_fingerprint_depends_on_nothing_but_the_rules(tmp_path):
    (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbf" + SPEC_SECTION_4.replace("\n", "\r\n").encode())
    assert load(tmp_path / "a.toml").fingerprint() == read(SPEC_SECTION_4).fingerprint()


# -- faults ----------------------------------------------------------------------------------------------------------


def test_all_faults_are_told_at_once_by_dotted_key():
    assert told("""
        fairnes = {}
        [area]
        under_m2 = "about 30"
        max_units = 0
        [entitlement]
        sizes = [{ heads = "1-2" }, { heads = "2-3" }]
        [[pricing.bands]]
        price = 1500.0
        up_to = "entitlement"
        [[pricing.bands]]
        over = 1
        [prepayment]
        share = 60
        due_on = 3
    """) == [
        ("area.under_m2", "policy.number", "about 30"),
        ("area.max_units", "policy.least", "0"),
        ("pricing.bands.1.price", "policy.money", "1500.0"),
        ("pricing.bands.2.over", "policy.unknown_key", "1"),
        ("prepayment.share", "policy.greatest", "60"),
        ("prepayment.due_on", "policy.day", "3"),
        ("fairnes", "policy.unknown_key", "{…}"),
        ("entitlement.sizes", "policy.span_overlap", "2-3"),
    ]


def test_an_unknown_key_names_the_one_it_looks_like():
    with pytest.raises(Faults) as caught:
        read('[[pricing.bands]]\nprice = "1.00"\nup_percents = 2\n[publicitty]\ndemand = 7\n')
    assert [fault.params["known"] for fault in caught.value.faults] == ["up_percent", "publicity"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("area = 3", ("area", "policy.section", "3")),
        ("[pricing]\nbands = 3", ("pricing.bands", "policy.list", "3")),
        ("[pricing]\nfloors = { table = [] }", ("pricing.floors.table", "policy.section", "[…]")),
        ("name = 3", ("name", "policy.text", "3")),
        ("example = 1", ("example", "policy.true_false", "1")),
        ("[area]\nmax_units = 4.5", ("area.max_units", "policy.whole", "4.5")),
        ("[area]\nmax_units = true", ("area.max_units", "policy.whole", "true")),
        ("[area]\nover_m2 = true", ("area.over_m2", "policy.number", "true")),
        ("[area]\nover_m2 = nan", ("area.over_m2", "policy.number", "NaN")),
        ("[area]\nover_m2 = 0.001", ("area.over_m2", "policy.decimals", "0.001")),
        ("[area]\nover_m2 = -1", ("area.over_m2", "policy.least", "-1")),
        ("[area]\nover_m2 = 12345678901", ("area.over_m2", "policy.too_large", "12345678901")),
        ('[pricing]\nbands = [{ price = "1.001" }]', ("pricing.bands.1.price", "policy.money", "1.001")),
        ("[pricing]\nbands = [{ price = 1500 }]", ("pricing.bands.1.price", "policy.money", "1500")),
        ('[pricing]\nbands = [{ price = "-1.00" }]', ("pricing.bands.1.price", "policy.least", "-1.00")),
        ('[fairness]\nprinciple = "fair"', ("fairness.principle", "policy.choice", "fair")),
        ('[prepayment]\ndue_on = "20.5.2021"', ("prepayment.due_on", "policy.day", "20.5.2021")),
        ('[prepayment]\ndue_on = "2021-02-30"', ("prepayment.due_on", "policy.day", "2021-02-30")),
        ("[prepayment]\ndue_on = 2021-05-20T08:00:00", ("prepayment.due_on", "policy.day", "2021-05-20 08:00:00")),
        ("[[entitlement.classes]]\nm2 = 45", ("entitlement.classes.1.name", "policy.missing", "{…}")),
        ("[entitlement.homestead]\nratio = 0", ("entitlement.homestead.ratio", "policy.more_than", "0")),
        ('[pricing.floors]\ntable = { "two" = "1.00" }', ("pricing.floors.table.two", "policy.span", "two")),
        ("[pricing.floors]\ntable = { 2 = 35.0 }", ("pricing.floors.table.2", "policy.money", "35.0")),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_with_its_key_and_what_was_found(text, fault):
    assert told(text) == [fault]


def bands(rows):
    return f"[pricing]\nbands = [{rows}]"


BAND = '[[pricing.bands]]\nprice = "1500.00"\n'


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (BAND + 'up_to = "entitlement"\n[[pricing.bands]]\nup_percent = 20\nover_m2 = 10',
         [("pricing.bands.2", "policy.last_band_open")]),
        (BAND + "[[pricing.bands]]\nup_percent = 20", [("pricing.bands.1", "policy.band_open_early")]),
        (bands('{price="1.00", over_m2=10}, {up_to="entitlement", up_percent=20}, {up_percent=9}'),
         [("pricing.bands.2", "policy.bands_order")]),
        (bands('{price="1.00", up_to="entitlement"}, {up_to="standard", up_percent=2}, {up_percent=9}'),
         [("pricing.bands.2", "policy.bands_order")]),
        (bands('{price="1.00", over_m2=10}, {over_m2=10, up_percent=2}, {up_percent=9}'),
         [("pricing.bands.2", "policy.bands_order")]),
        (BAND + 'up_to = "entitlement"\n[[pricing.bands]]\nforbidden = true\nover_m2 = 10\n' + BAND,
         [("pricing.bands.2.forbidden", "policy.band_forbidden_early")]),
        ("[[pricing.bands]]\nup_percent = 20", [("pricing.bands.1", "policy.first_band_price")]),
        ("[[pricing.bands]]\nforbidden = true", [("pricing.bands.1", "policy.first_band_price")]),
        ("[[pricing.bands]]\nmarket_times = 2", [("pricing.bands.1.market_times", "policy.market_needed")]),
        (BAND + "up_percent = 20", [("pricing.bands.1.price", "policy.band_one_price")]),
        ("[[pricing.bands]]",
            [("pricing.bands.1", "policy.first_band_price"), ("pricing.bands.1.price", "policy.band_one_price")]),
        (BAND + "forbidden = true",
         [("pricing.bands.1.price", "policy.band_one_price")]),
        (BAND + 'up_to = "entitlement"\nover_m2 = 10', [("pricing.bands.1.over_m2", "policy.band_two_ends")]),
        (BAND + 'up_to = "entitlement"\nat_least_m2 = 10', [("pricing.bands.1.at_least_m2", "policy.needed_with")]),
        ('[pricing.floors]\ntable = { "1-3" = "0.00", "5-4" = "0.00" }',
         [("pricing.floors.table", "policy.span_backwards")]),
        ('[pricing.floors]\ntable = { "1-3" = "0.00", "3-4" = "0.00" }',
         [("pricing.floors.table", "policy.span_overlap")]),
        ('[pricing.floors]\ntable = { "2-" = "0.00", "3" = "0.00" }',
         [("pricing.floors.table", "policy.span_overlap")]),
        ('[pricing.floors]\ntable = { "1-3" = "0.00", "5" = "0.00" }', [("pricing.floors.table", "policy.span_gap")]),
        ('[pricing.floors]\ntable = { "1" = "0.00" }\nper_storey = "20.00"',
         [("pricing.floors.per_storey", "policy.floors_two_ways")]),
        ('[pricing.leftover]\nrule = "paid"', [("pricing.leftover.price", "policy.market_needed")]),
        ('[entitlement]\nbase = "homestead"', [("entitlement.homestead", "policy.needed")]),
        ('[entitlement]\nbase = "sizes"', [("entitlement.sizes", "policy.needed")]),
        ('[entitlement]\nbase = "sizes"\nsizes = [{ heads = "1-" }]', [("entitlement.sizes", "policy.needed")]),
        ('[entitlement]\nbase = "compensation"', [("pricing.bands.1.price", "policy.needed")]),
        ("[entitlement]\nmin_m2 = 60\nmax_m2 = 50", [("entitlement.max_m2", "policy.below")]),
        ('[[entitlement.extra]]\nwhen = "person_class"',
         [("entitlement.extra.1.person_class", "policy.person_class_needed")]),
        ("[allowance]\noverdue = [{after_months=12, up_percent=5}, {after_months=0, up_percent=9}]",
         [("allowance.overdue", "policy.steps_order"), ("allowance.months", "policy.needed")]),
        ('[sources]\n"pricing.bandz" = "x"', [("sources", "policy.no_such_key")]),
        ('examples = ["area.over"]', [("examples", "policy.no_such_key")]),
        ("[prepayment]\nshare = 0.6", [("prepayment.share", "policy.share_without_price")]),
        ('[[prepayment.gates]]\nbefore = "keys"\nshare = 1',
         [("prepayment.gates.1.share", "policy.share_without_price")]),
    ],
)  # fmt: skip
def test_keys_that_do_not_fit_together_are_told(text, faults):
    assert [fault[:2] for fault in told(text)] == faults


@pytest.mark.parametrize(
    "table",
    [
        '"1" = "0.00", "2-6" = "1.00", "7-" = "2.00"',
        '"-2--1" = "0.00", "1-3" = "1.00"',
        '"-1" = "0.00", "0-9" = "1.00"',
    ],
)
def test_floors_may_be_open_upwards_and_lie_below_the_ground(table):
    assert len(read(f"[pricing.floors]\ntable = {{ {table} }}").pricing.floors.table) >= 2


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (b"[area]\nover_m2 = = 3\n", "policy.syntax", 2),
        (b"[area]\nover_m2 = 3\n[area]\n", "policy.syntax", 3),
        (b"[area]\nover_m2 = 1\nover_m2 = 2\n", "policy.syntax", 3),
        (b"name = '''\n\n", "policy.syntax", 3),
        ("name = '株洲'".encode("gb18030"), "policy.not_utf8", None),
    ],
)
def test_a_file_that_is_no_toml_is_told_with_its_line(tmp_path, content, code, row):
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    with pytest.raises(Faults) as caught:
        load(path)
    (fault,) = caught.value.faults
    assert (fault.table, fault.place, fault.code, fault.row) == ("policy", "broken.toml", code, row)


def test_a_file_that_is_not_there_is_a_fault(tmp_path):
    with pytest.raises(Faults, match="unreadable"):
        load(tmp_path / "none.toml")


def test_every_fault_of_a_policy_has_its_sentence_in_both_languages():
    texts = [row for test in (test_a_wrong_value_is_told_with_its_key_and_what_was_found,
                              test_keys_that_do_not_fit_together_are_told)
             for mark in test.pytestmark for row in mark.args[1]]  # fmt: skip
    seen = set()
    for text, _ in texts:
        with pytest.raises(Faults) as caught:
            read(text)
        for fault in caught.value.faults:
            seen.add(fault.code)
            for lang in LANGS:
                assert sentence(fault.code, lang, value=fault.value, **fault.params)
    ours = {code for code in SENTENCES if code.startswith("policy.")}
    assert seen <= ours
    assert len(seen) > 25


@pytest.mark.parametrize("code", sorted(c for c in SENTENCES if c.startswith(("policy.", "entitlement.", "unit.f"))))
def test_both_languages_take_the_same_parameters(code):
    names = [sorted({name for _, name, _, _ in string.Formatter().parse(text) if name}) for text in SENTENCES[code]]
    assert names[0] == names[1]


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["pricing", "bands", "floors", "table", "entitlement", "sizes", "price", "x", "extra"]),
                inner,
                max_size=3,
            )
        ),
        max_leaves=8,
    )
)
def test_whatever_stands_in_a_policy_it_is_read_or_told_never_a_crash(value):
    for data in ({"pricing": value}, {"entitlement": value}, {"allowance": value}, {"name": value, "sources": value}):
        try:
            parse(data, "test.toml")
        except Faults as caught:
            for fault in caught.faults:
                assert sentence(fault.code, "en", value=fault.value, **fault.params)


JUNK = [None, True, 3, -3, 10**30, 0.5, 1e300, float("inf"), "", "x", "3", "-0.001", [], ["x"], {}, {"x": 1}, [[{}]],
        date(2021, 5, 20), datetime.fromisoformat("2021-05-20T08:00:00"), time(8)]  # fmt: skip


@pytest.mark.parametrize("key", [row[0] for row in policy_keys()])
def test_whatever_stands_at_a_key_it_is_read_or_told_at_that_key(key):
    for junk in JUNK:
        data = junk
        for part in reversed(key.split(".")):
            data = {part.removesuffix("[]"): [data] if part.endswith("[]") else data}
        try:
            parse(data, "test.toml")
        except Faults as caught:
            for fault in caught.faults:
                for lang in LANGS:
                    assert sentence(fault.code, lang, value=fault.value, **fault.params)
                assert fault.column.split(".")[0] in (key.split(".")[0], "pricing"), (junk, fault)


def test_money_may_be_exact_already_where_a_program_writes_a_policy():
    assert Band(price=Decimal("1500.00")) == Band(price="1500.00")


# -- ranges ----------------------------------------------------------------------------------------------------------


def test_a_range_is_one_number_two_or_open():
    assert [span(text) for text in ("3", "2-6", "7-", "-1", "-2--1", "-3-")] == [
        (3, 3), (2, 6), (7, None), (-1, -1), (-2, -1), (-3, None)
    ]  # fmt: skip


def test_a_text_that_is_no_range_is_refused():
    with pytest.raises(ValueError, match="two"):
        span("two")


@settings(deadline=None)
@given(st.integers(-10, 50))
def test_a_number_is_found_in_the_range_that_holds_it(number):
    found = span_of(number, ["7-18", "-1", "1", "2-6", "30-"])
    members = {"-1": [-1], "1": [1], "2-6": range(2, 7), "7-18": range(7, 19), "30-": range(30, 51)}
    assert found == next((text for text, numbers in members.items() if number in numbers), None)


# -- shipped policies ------------------------------------------------------------------------------------------------


def numbers(path):
    """Dotted key of every number, money text and range a policy file writes."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    told = ("name", "source", "example", "examples", "sources")
    for key, value in leaves({k: v for k, v in data.items() if k not in told}):
        if not isinstance(value, bool) and (not isinstance(value, str) or value[:1] in "0123456789-+"):
            yield key


def test_places_that_were_read_up_are_shipped():
    assert {path.stem for path in SHIPPED} >= {"dafeng", "hangzhou_2014", "zhangguozhuang_2016", "jiashan"}


@pytest.mark.parametrize("path", [*SHIPPED, *OWN_CASES], ids=lambda path: path.stem)
def test_every_figure_of_a_shipped_policy_has_a_source_or_is_called_an_example(path):
    policy = load(path)
    found = list(numbers(path))
    assert found
    assert [key for key in found if policy.traced(key) is None] == []
    assert policy.name


def test_a_figure_without_a_source_is_found(tmp_path):
    path = tmp_path / "untraced.toml"
    path.write_text('[entitlement]\nm2_per_person = 50.0\n[area]\nover_m2 = 5\n[sources]\n"area" = "§ 1"\n', "utf-8")
    policy = load(path)
    traced = {key: policy.traced(key) for key in numbers(path)}
    assert traced == {"entitlement.m2_per_person": None, "area.over_m2": "§ 1"}


def test_zhuzhou_is_an_example_and_says_so():
    policy = load(ROOT / "data" / "policies" / "dafeng.toml")
    assert policy.example
    assert "非株洲规定" in policy.name
    assert policy.traced("entitlement.m2_per_person") == "example"
    for path in SHIPPED:
        if "株洲" in path.read_text(encoding="utf-8"):
            assert load(path).example, path.name


def test_the_dafeng_policy_is_what_the_demonstration_is_told_to_use():
    policy = load(ROOT / "data" / "policies" / "dafeng.toml")
    assert policy.entitlement.m2_per_person == 50
    assert (policy.fairness.principle, policy.fairness.per, policy.fairness.max_choices) == ("leximin", "household", 5)
    assert (policy.order.rule, policy.order.priority_first) == ("draw", True)
    assert policy.prepayment.share == Decimal("0.60")


# -- the handbook's table --------------------------------------------------------------------------------------------


def test_the_table_of_keys_names_every_key_once_with_its_meaning():
    rows = policy_keys()
    keys = [key for key, _, _, _ in rows]
    assert len(set(keys)) == len(keys) > 80
    assert [key for key, kind, _, meaning in rows if not kind or not meaning] == []
    by_key = {key: (kind, default) for key, kind, default, _ in rows}
    assert by_key["pricing.bands[].price"] == ("yuan, as text", "null")
    assert by_key["pricing.storeroom.price"] == ("yuan, as text", "")
    assert by_key["pricing.floors.table"] == ("table", "{}")
    assert by_key["area.max_units"] == ("whole number", "4")
    assert by_key["area.over_m2"] == ("number", '"0"')
    assert by_key["fairness.per"] == ("household | unit", '"household"')
    assert by_key["prepayment.due_on"] == ("date", "null")


def test_every_key_of_the_models_is_in_the_table():
    keys = [key for key, *_ in policy_keys()]
    for name in Policy.model_fields:
        assert any(key == name or key.startswith(f"{name}.") for key in keys)
    assert [key for key in keys if key.startswith("pricing.bands[].")] == [
        f"pricing.bands[].{name}" for name in Band.model_fields
    ]
    pricing = [key.split(".")[1].removesuffix("[]") for key in keys if key.startswith("pricing.")]
    assert set(pricing) == set(Pricing.model_fields)
