"""安置房分配指标: who counts and how many m² a household may take (spec §4; worked cases of domain.md §10)."""

import tomllib
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.entitlement import area_band, entitlement, entitlement_faults, homestead_payment
from allocation.messages import LANGS, sentence
from allocation.policy import load, parse
from allocation.schema import Household, Member

ROOT = Path(__file__).resolve().parent.parent
HOUSEHOLD_ID = "H1"


@cache
def policy_of(name):
    for folder in ("data/policies", "tests/cases"):
        path = ROOT / folder / f"{name}.toml"
        if path.exists():
            return load(path)
    raise FileNotFoundError(name)


def household(persons=3, **values):
    decimals = ("original_area_m2", "homestead_m2", "compensation_yuan")
    values = {key: Decimal(value) if key in decimals else value for key, value in values.items()}
    return Household(
        household_id=HOUSEHOLD_ID, name="甲", village="一组", persons=persons, signed_on=date(2021, 1, 1), **values
    )


def members(*relations, **values):
    """One member a relation; ``relation!`` = an only child, ``relation:class`` = of that class of persons."""
    found = []
    for number, text in enumerate(relations):
        relation, _, person_class = text.partition(":")
        found.append(
            Member(
                household_id=HOUSEHOLD_ID,
                name=f"P{number}",
                relation=relation.removesuffix("!"),
                birth_date=date(1990, 1, 1),
                only_child=relation.endswith("!"),
                person_class=person_class,
                **values,
            )
        )
    return found


def m2(policy, home, people=()):
    return entitlement(home, people, policy_of(policy)).m2


# -- worked cases ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("persons", "expected"), [(6, 480), (7, 560)])
def test_case_1_yuhang_gives_80_m2_a_person(persons, expected):
    assert m2("yuhang_80", household(persons)) == expected


def test_case_1_a_spouse_registered_elsewhere_counts_when_recognised():
    six = ["户主", "母亲", "长子", "长女", "次子", "次女"]
    assert m2("yuhang_80", household(6), members(*six)) == 480
    assert m2("yuhang_80", household(7), members(*six, "配偶")) == 560
    assert m2("yuhang_80", household(6), [*members(*six), *members("配偶", counted=False)]) == 480


def test_case_2_zhuantang_counts_an_only_daughter_twice():
    found = entitlement(household(3), members("户主", "配偶", "女儿!"), policy_of("zhuantang_50"))
    assert (found.m2, found.area_heads, found.allowance_heads) == (200, 4, 3)
    assert m2("zhuantang_50", household(3), members("户主", "配偶", "女儿")) == 150


def test_case_3_jiashan_gives_the_standard_area_and_the_original_beyond_it():
    found = entitlement(household(3, original_area_m2="255.58"), (), policy_of("jiashan"))
    assert found.marks == {"standard": Decimal(120), "original": Decimal("255.58"), "entitlement": Decimal("255.58")}
    assert m2("jiashan", household(3, original_area_m2="80.00")) == 120
    assert m2("jiashan", household(3)) == 120
    assert m2("dafeng", household(3, original_area_m2="255.58")) == 150


@pytest.mark.parametrize(
    ("persons", "original", "expected"),
    [(2, 35, 40), (2, 60, 60), (2, 95, 80), (3, 50, 55), (3, 150, 120), (4, 60, 72), (4, 100, 100), (4, 200, 160)],
)
def test_case_5_hangzhou_article_18_keeps_the_original_area_between_floor_and_cap(persons, original, expected):
    assert m2("hangzhou_2014", household(persons, original_area_m2=original)) == expected


@pytest.mark.parametrize(
    ("people", "original", "expected"),
    [
        (["户主", "配偶"], 130, 120),
        (["户主", "兄"], 130, 80),
        (["户主", "配偶", "儿子!"], 180, 160),
        (["户主", "配偶", "儿子"], 180, 120),
        (["户主", "配偶", "儿子!", "女儿!"], 300, 200),
    ],
)
def test_case_6_hangzhou_article_20_adds_one_head_once(people, original, expected):
    assert m2("hangzhou_2014", household(len(people), original_area_m2=original), members(*people)) == expected


def test_case_6_what_the_office_declares_does_not_add_to_what_the_members_show():
    home = household(3, original_area_m2=300, bonus_persons=1)
    assert m2("hangzhou_2014", home) == 160
    assert m2("hangzhou_2014", home, members("户主", "配偶", "儿子!")) == 160


def test_case_9_zhangguozhuang_counts_classes_of_persons_with_their_own_area():
    people = members("户主:over_quota_parent", "配偶:over_quota_parent", "儿子:over_quota_child", "女儿")
    found = entitlement(household(4), people, policy_of("zhangguozhuang_2016"))
    assert found.m2 == 185
    assert found.limit_m2 == found.marks["limit"] == 205
    plain = entitlement(household(4), members("户主", "配偶", "儿子", "女儿"), policy_of("zhangguozhuang_2016"))
    assert (plain.m2, plain.limit_m2) == (200, None)
    assert "limit" not in plain.marks


@pytest.mark.parametrize(("homestead", "expected", "paid"), [(200, 280, 0), (150, 210, 0), (250, 280, 52_500)])
def test_case_12_rule_ly_turns_a_homestead_into_area_and_pays_for_what_is_above(homestead, expected, paid):
    home = household(homestead_m2=homestead)
    assert m2("rule_ly", home) == expected
    assert homestead_payment(home, policy_of("rule_ly")) == paid


def test_a_policy_that_pays_for_no_homestead_pays_nothing():
    assert homestead_payment(household(homestead_m2=900), policy_of("jiashan")) == 0
    assert homestead_payment(household(), policy_of("rule_ly")) == 0


@pytest.mark.parametrize(("persons", "expected"), [(1, 48), (3, 72), (4, 72), (5, 96), (7, 120), (9, 144), (15, 168)])
def test_case_18_a_table_by_head_count(persons, expected):
    assert m2("footprint_by_heads", household(persons)) == expected


def test_case_19_compensation_divided_by_the_price():
    assert m2("surcharge_tiers", household(compensation_yuan=300_000)) == 100
    assert m2("surcharge_tiers", household(compensation_yuan=299_999)) == Decimal("99.99")


# -- rules -----------------------------------------------------------------------------------------------------------


def rules(text):
    return parse(tomllib.loads(text), "test.toml")


def test_extra_heads_count_for_the_allowance_only_where_the_policy_says_so():
    text = '[entitlement]\nm2_per_person = 50\n[[entitlement.extra]]\nwhen = "declared"\nallowance = '
    home = household(3, bonus_persons=2)
    for said, heads in (("false", 3), ("true", 5)):
        found = entitlement(home, (), rules(text + said))
        assert (found.area_heads, found.allowance_heads) == (5, heads)


def test_extra_heads_of_a_class_of_persons():
    policy = rules("""
        [entitlement]
        m2_per_person = 50
        [[entitlement.extra]]
        when = "person_class"
        person_class = "大龄未婚"
        heads = 2
        at_most = 3
    """)
    assert entitlement(household(2), members("户主", "子:大龄未婚"), policy).m2 == 200
    assert entitlement(household(3), members("户主", "子:大龄未婚", "女:大龄未婚"), policy).m2 == 300


def test_without_extra_rules_of_its_own_a_policy_counts_bonus_persons():
    policy = rules("[entitlement]\nm2_per_person = 50\n")
    assert entitlement(household(3, bonus_persons=1), (), policy).m2 == 200
    assert entitlement(household(3, bonus_persons=1), members("户主", "配偶", "女儿!"), policy).m2 == 200


def test_a_household_has_its_least_and_greatest_area():
    policy = rules("[entitlement]\nm2_per_person = 50\nmin_m2 = 60\nmax_m2 = 200\n")
    assert [entitlement(household(n), (), policy).m2 for n in (1, 2, 4, 9)] == [60, 100, 200, 200]


def test_every_rule_that_changed_the_figure_leaves_a_line_that_can_be_read():
    seen = set()
    for name, home in [
        ("hangzhou_2014", household(4, original_area_m2=60)), ("hangzhou_2014", household(2, original_area_m2=95)),
        ("jiashan", household(3, original_area_m2=200)), ("rule_ly", household(homestead_m2=250)),
        ("suizhou_2012", household(original_area_m2=38)), ("footprint_by_heads", household(2)),
        ("surcharge_tiers", household(compensation_yuan=300_000)),
    ]:  # fmt: skip
        found = entitlement(home, (), policy_of(name))
        assert found.lines[-1].m2 == found.m2
        for line in found.lines:
            seen.add(line.code.removeprefix("entitlement."))
            for lang in LANGS:
                assert sentence(line.code, lang, **line.params)
    assert seen == {
        "persons", "sizes", "homestead", "recognised", "compensation", "original", "floor", "cap", "min", "max"
    }  # fmt: skip


def test_the_area_band_keeps_to_a_limit_of_a_persons_class():
    policy = policy_of("zhangguozhuang_2016")
    plain = entitlement(household(4), (), policy)
    assert area_band(plain, policy.area) == (200, 230)
    limited = entitlement(household(1), members("户主:over_quota_parent"), policy)
    assert area_band(limited, policy.area) == (45, 65)
    dafeng = policy_of("dafeng")
    assert area_band(entitlement(household(3), (), dafeng), dafeng.area) == (120, 170)
    assert area_band(entitlement(household(0), (), dafeng), dafeng.area) == (0, 20)


@pytest.mark.parametrize(
    ("policy", "column"),
    [("hangzhou_2014", "original_area_m2"), ("rule_ly", "homestead_m2"), ("surcharge_tiers", "compensation_yuan")],
)
def test_what_the_policy_needs_and_the_table_lacks_is_a_fault_before_it_is_an_error(policy, column):
    (fault,) = entitlement_faults([household()], {}, policy_of(policy))
    assert (fault.table, fault.column, fault.value) == ("households", column, HOUSEHOLD_ID)
    assert sentence(fault.code, "en", value=fault.value, **fault.params)
    with pytest.raises(ValueError, match=column):
        m2(policy, household())


def test_a_household_size_that_no_row_names_is_a_fault():
    policy = rules('[entitlement]\nbase = "sizes"\nsizes = [{ heads = "2-3", m2 = 72 }]\n')
    assert entitlement_faults([household(2)], {}, policy) == []
    (fault,) = entitlement_faults([household(4)], {}, policy)
    assert (fault.column, fault.params["heads"]) == ("persons", 4)
    with pytest.raises(ValueError, match="4 heads"):
        entitlement(household(4), (), policy)


def test_a_class_of_persons_the_policy_does_not_know_is_a_fault():
    own = {HOUSEHOLD_ID: [*members("户主", "女:over_quota_chld"), *members("子:other", counted=False)]}
    (fault,) = entitlement_faults([household(2)], own, policy_of("zhangguozhuang_2016"))
    assert (fault.table, fault.column, fault.params["found"]) == ("members", "person_class", "over_quota_chld")


def test_faults_come_in_the_order_of_households_whatever_the_order_of_rows():
    many = [Household(household_id=i, name="", village="", persons=1, signed_on=date(2021, 1, 1)) for i in "cab"]
    assert [fault.value for fault in entitlement_faults(many, {}, policy_of("rule_ly"))] == ["a", "b", "c"]


AREAS = st.integers(0, 60_000).map(lambda n: Decimal(n).scaleb(-2))


@settings(deadline=None)
@given(st.integers(1, 12), AREAS, st.sampled_from([0, 1]))
def test_hangzhou_by_a_second_formulation(persons, original, bonus):
    heads = persons + bonus
    low, high = (40, 80) if heads <= 2 else (55, 120) if heads == 3 else (18 * heads, 40 * heads)
    expected = sorted([Fraction(low), Fraction(original), Fraction(high)])[1]
    home = household(persons, original_area_m2=original, bonus_persons=bonus)
    assert Fraction(m2("hangzhou_2014", home)) == expected


@settings(deadline=None)
@given(st.lists(st.sampled_from(["子", "子:over_quota_child", "母:over_quota_parent"]), max_size=8), st.randoms())
def test_the_order_of_members_changes_nothing_and_every_person_adds_its_own_area(people, shuffled):
    policy = policy_of("zhangguozhuang_2016")
    own = members(*people)
    found = entitlement(household(1), own, policy)
    assert found.m2 == (sum(45 if ":" in text else 50 for text in people) or 50)
    shuffled.shuffle(own)
    assert entitlement(household(1), own, policy) == found


@settings(deadline=None)
@given(st.integers(1, 12), st.integers(0, 3), AREAS, AREAS, st.integers(1, 900_000))
def test_one_person_more_never_takes_area_away(persons, bonus, original, homestead, compensation):
    for name in ("dafeng", "hangzhou_2014", "jiashan", "rule_ly", "suizhou_2012", "yuhang_80", "footprint_by_heads"):
        homes = [
            household(n, original_area_m2=original, homestead_m2=homestead, compensation_yuan=compensation,
                      bonus_persons=bonus)
            for n in (persons, persons + 1)
        ]  # fmt: skip
        found = [entitlement(home, (), policy_of(name)) for home in homes]
        assert found[0].m2 <= found[1].m2
        assert found[0].m2 == found[0].m2.quantize(Decimal("0.01"))
        assert found[0].area_heads >= found[0].allowance_heads
