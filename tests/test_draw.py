"""选房顺序: order and tie numbers from the public seed, and the shapes of order a district may have (spec §6)."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation import policy
from allocation.draw import DrawSource, draw_key, draw_seed, order_faults, order_numbers, round_orders, tie_number
from allocation.messages import Faults, sentence
from allocation.procedure import Order
from allocation.schema import Household

CASES = Path(__file__).parent / "cases"
# Made without us, in a shell:  printf '%s|%s' SEED HOUSEHOLD_ID | sha256sum
# and for ties:                 printf '%s|%s|%s' SEED HOUSEHOLD_ID CLASS_ID | sha256sum | cut -c1-12
VECTORS = json.loads((CASES / "draw_vectors.json").read_text(encoding="utf-8"))
SEED = "大丰家园 2021-05-28"


def household(household_id="H1", **values):
    filled = {"name": "张三", "village": "A", "persons": 3, "signed_on": date(2021, 3, 1)}
    return Household(household_id=household_id, **{**filled, **values})


def numbered(count, **values):
    return [household(f"H{n:03}", order_no=n, **values) for n in range(1, count + 1)]


def villages(**sizes):
    return [household(f"{v}{n}", village=v, order_no=n) for v, size in sizes.items() for n in range(1, size + 1)]


def in_order(households, order, seed=SEED):
    numbers = order_numbers(households, order, seed)
    assert sorted(numbers.values()) == list(range(1, len(households) + 1))
    return sorted(numbers, key=numbers.__getitem__)


def load(name):
    return policy.load(CASES / name).order


# -- the hash ---


@pytest.mark.parametrize("vector", VECTORS["order"], ids=lambda v: v["household_id"])
def test_a_draw_key_is_what_sha256sum_says(vector):
    assert draw_key(vector["seed"], vector["household_id"]) == vector["sha256"]


@pytest.mark.parametrize("vector", VECTORS["ties"], ids=lambda v: v["class_id"])
def test_a_tie_number_is_the_first_six_bytes_big_endian(vector):
    assert tie_number(vector["seed"], vector["household_id"], vector["class_id"]) == vector["tie_number"]
    assert int(vector["hex"], 16) == vector["tie_number"] < 2**48


def test_a_draw_sorts_by_the_published_vectors():
    ids = ["H001", "H002", "H010"]
    assert in_order([household(i) for i in ids], Order(), "20210528") == ["H002", "H010", "H001"]


def test_the_draw_is_the_same_in_another_process_with_another_hash_seed():
    program = """
from datetime import date
from allocation.draw import order_numbers
from allocation.procedure import Order
from allocation.schema import Household

rows = [
    Household(household_id=i, name="", village=i[-1], persons=1, signed_on=date(2021, 1, 1))
    for i in {str(n) for n in range(40)}
]
print([row.household_id for row in rows])
print(list(order_numbers(rows, Order(rule="villages"), "s").items()))
"""
    seen = []
    for hash_seed in ("0", "1"):
        run = subprocess.run([sys.executable, "-c", program], env={"PYTHONHASHSEED": hash_seed},
                             capture_output=True, text=True, check=True)  # fmt: skip
        seen.append(run.stdout.splitlines())
    assert seen[0][0] != seen[1][0]  # the rows did come in another order
    assert seen[0][1] == seen[1][1]


# -- the seed ---

# Made in a shell:  printf 'anju/seed/1\0%s\0%s' POOL_ROOT SOURCES | sha256sum,  POOL_ROOT being sha256sum of "roster"
# and SOURCES the JSON text  [{"kind":"ssq","name":"双色球 2021059","value":"03 08 12 19 26 33 + 09"},…]  of `SOURCES`.
POOL_ROOT = "c6836f7ad1c4da8a997c009a4b4b120c237b1993693239e194d6307d9d0b8c3a"
SEED_VECTOR = "df070cdfa475b9ddfd4f2065726eae7e611ed9e6d3312f266318a79e62f21d7f"
SOURCES = [
    DrawSource(kind="ssq", name="双色球 2021059", value="03 08 12 19 26 33 + 09"),
    DrawSource(kind="ssq", name="双色球 2021060", value="01 02 03 04 05 06 + 16"),
    DrawSource(kind="ssq", name="双色球 2021061", value="07 11 13 17 23 29 + 01"),
    DrawSource(kind="resident", name="村民 1", value=""),
]


def refused(sources, pool_root=POOL_ROOT):
    """(column, code) of every fault; each has its sentence in both languages."""
    with pytest.raises(Faults) as raised:
        draw_seed(pool_root, sources)
    for fault in raised.value.faults:
        for lang in ("zh", "en"):
            assert sentence(fault.code, lang, value=fault.value, **fault.params)
    return [(fault.column, fault.code) for fault in raised.value.faults]


def test_a_seed_is_what_sha256sum_says_of_roster_and_sources():
    assert draw_seed(POOL_ROOT, SOURCES) == SEED_VECTOR


@pytest.mark.parametrize("value", ["33,08 12 19 26 03＋09", "３ 8 12 19 26 33 | 9", " 26 03、08、12、19、33 : 09 "])
def test_spaces_full_width_digits_and_the_order_of_red_balls_make_no_other_seed(value):
    written = replace(SOURCES[0], name="双色球　2021059 ", value=value)
    assert draw_seed(POOL_ROOT, [written, *SOURCES[1:]]) == SEED_VECTOR


def test_another_roster_another_order_of_events_or_another_number_is_another_seed():
    others = [
        draw_seed("0" * 64, SOURCES),
        draw_seed(POOL_ROOT, [SOURCES[1], SOURCES[0], *SOURCES[2:]]),
        draw_seed(POOL_ROOT, [replace(SOURCES[0], value="03 08 12 19 26 33 + 10"), *SOURCES[1:]]),
        draw_seed(POOL_ROOT, [*SOURCES[:3], replace(SOURCES[3], value="4711")]),
        draw_seed(POOL_ROOT, SOURCES[:3]),
    ]
    assert len({SEED_VECTOR, *others}) == 6


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("ssq", "03 08 12 19 26 + 09"),
        ("ssq", "03 08 12 19 26 26 + 09"),
        ("ssq", "00 08 12 19 26 33 + 09"),
        ("ssq", "03 08 12 19 26 34 + 09"),
        ("ssq", "03 08 12 19 26 33 + 17"),
        ("ssq", "03 08 12 19 26 33 + 00"),
        ("ssq", "9" * 5000),
        ("dice", "3 1 7"),
        ("digits", "12a"),
        ("beacon", "abc"),
        ("beacon", "g" * 32),
        ("dice", ""),
    ],
)
def test_a_value_that_is_none_of_its_kind_is_refused(kind, value):
    bad = DrawSource(kind=kind, name="x", value=value)
    assert refused([*SOURCES, bad]) == [("draw.sources.5", f"draw.source.{kind}")]


def test_dice_digits_and_beacons_are_read_as_they_fell():
    def seen(dice, balls):
        return [DrawSource(kind="dice", name="骰子", value=dice), DrawSource(kind="digits", name="球", value=balls)]

    thrown, plain = seen("３ 1、6 " * 10, "0 7"), seen("316" * 10, "07")
    assert draw_seed(POOL_ROOT, thrown) == draw_seed(POOL_ROOT, plain)
    beacon = DrawSource(kind="beacon", name="b", value="AB" * 16)
    lower = replace(beacon, value="ab" * 16)
    assert draw_seed(POOL_ROOT, [beacon, SOURCES[0]]) == draw_seed(POOL_ROOT, [lower, SOURCES[0]])


@pytest.mark.parametrize(
    "sources",
    [
        [],
        SOURCES[:2],  # 48 bits
        [DrawSource(kind="beacon", name="b", value="ab" * 32)],  # chance enough, but one event
        [SOURCES[0], DrawSource(kind="digits", name="d", value="0" * 12)],  # 24.08 + 39.86 bits
        [DrawSource(kind="resident", name=str(n), value="7" * 40) for n in range(5)],
    ],
)
def test_less_than_two_events_or_64_bits_is_no_public_draw(sources):
    assert refused(sources) == [("draw.sources", "draw.too_little_chance")]


def test_sixty_four_bits_are_enough():
    enough = [SOURCES[0], DrawSource(kind="digits", name="d", value="0" * 13)]  # 24.08 + 43.19 bits
    assert len(draw_seed(POOL_ROOT, enough)) == 64
    exactly = [DrawSource(kind="beacon", name=n, value="0" * 32) for n in "ab"]
    assert len(draw_seed(POOL_ROOT, exactly)) == 64


def test_one_event_counts_once_and_a_roster_has_its_fingerprint():
    found = refused([SOURCES[0], SOURCES[1], replace(SOURCES[0], name="双色球  2021059")], pool_root="ABC")
    assert found == [("draw.pool_root", "draw.pool_root"), ("draw.sources.3", "draw.source.twice")]


# -- simple rules ---


def test_by_the_day_of_signing_then_as_in_a_draw():
    early = [household(f"E{n}", signed_on=date(2021, 1, 2)) for n in range(6)]
    late = [household(f"A{n}", signed_on=date(2021, 1, 3)) for n in range(6)]
    drawn = in_order(early, Order()) + in_order(late, Order())
    assert in_order(late + early, Order(rule="signed_on")) == drawn


def test_by_the_second_of_signing():
    """domain.md §5.1: the time on the agreement, to the second, is the only basis (张郭庄)."""
    rows = [household(f"H{s}", signed_at=datetime(2021, 1, 2, 9, 0, 59 - s)) for s in range(5)]
    assert in_order(rows, Order(rule="signed_at")) == ["H4", "H3", "H2", "H1", "H0"]


def test_by_the_day_of_handing_over_the_old_house():
    rows = [household(f"H{d}", handed_over_on=date(2021, 1, 9 - d)) for d in range(5)]
    assert in_order(rows, Order(rule="handed_over_on")) == ["H4", "H3", "H2", "H1", "H0"]


def test_given_numbers_are_kept_in_their_order_from_104_to_203():
    """domain.md §10 case 22: numbers 104–203 are 100 households (田家庵)."""
    rows = [household(f"H{n}", order_no=n) for n in range(104, 204)]
    assert in_order(rows[::-1], Order(rule="given")) == [f"H{n}" for n in range(104, 204)]
    assert len(rows) == 100


def test_the_most_points_first_and_a_draw_among_equals():
    """domain.md §5.1 (尤溪: groups of equal score draw, then choose)."""
    rows = [household(f"H{n}", points=Decimal(n // 4)) for n in range(12)]
    drawn = [h for score in (2, 1, 0) for h in in_order([r for r in rows if r.points == score], Order())]
    assert in_order(rows, Order(rule="points")) == drawn


# -- priority ---


def test_the_priority_group_of_29_goes_before_the_other_351():
    """domain.md §10 case 22 (海口: 29 + 351 = 380)."""
    rows = [household(f"P{n}", priority_class=1) for n in range(29)] + [household(f"H{n}") for n in range(351)]
    placed = in_order(rows, Order(priority_first=True))
    assert len(placed) == 380
    assert {h[0] for h in placed[:29]} == {"P"}
    assert {h[0] for h in placed[29:]} == {"H"}


def test_priority_is_a_number_and_a_blank_goes_last():
    rows = [household("blank"), household("ten", priority_class=10), household("two", priority_class=2),
            household("zero", priority_class=0), household("minus", priority_class=-1)]  # fmt: skip
    assert in_order(rows, Order(priority_first=True)) == ["minus", "zero", "two", "ten", "blank"]
    assert in_order(rows, Order()) == sorted((h.household_id for h in rows), key=lambda i: draw_key(SEED, i))


# -- phases, start number, villages, rounds ---


def test_the_first_phase_draws_1_to_113_and_the_second_114_to_156():
    """domain.md §10 case 22, from the policy file (烟台)."""
    rows = [household(f"H{n}", phase=1 if n < 113 else 2) for n in range(156)]
    numbers = order_numbers(rows, load("phases.toml"), SEED)
    for phase, least, greatest in ((1, 1, 113), (2, 114, 156)):
        mine = sorted(numbers[h.household_id] for h in rows if h.phase == phase)
        assert mine == list(range(least, greatest + 1))
    assert list(numbers) != [h.household_id for h in rows]


def test_identities_one_to_ten_from_start_number_seven():
    """domain.md §10 case 21, from the policy file (景观大道)."""
    placed = in_order(numbered(10), load("start_number.toml"))
    assert [int(h[1:]) for h in placed] == [7, 8, 9, 10, 1, 2, 3, 4, 5, 6]


def test_a_start_that_nobody_has_falls_to_the_next_number():
    rows = [household(f"H{n}", order_no=n) for n in (2, 4, 8)]
    assert in_order(rows, Order(rule="start_number", start=5)) == ["H8", "H2", "H4"]
    assert in_order(rows, Order(rule="start_number", start=9)) == ["H2", "H4", "H8"]


def test_the_seed_draws_the_start_where_nobody_drew_one_by_hand():
    rows = numbered(10)
    for seed in ("a", "b", "c"):
        first = in_order(rows, Order(), seed)[0]
        placed = in_order(rows, Order(rule="start_number"), seed)
        assert placed[0] == first
        assert placed == [f"H{(int(first[1:]) - 1 + n) % 10 + 1:03}" for n in range(10)]


def test_with_priority_the_one_start_holds_inside_each_class():
    rows = [replace(h, priority_class=1 if h.order_no in (2, 9) else None) for h in numbered(10)]
    placed = in_order(rows, Order(rule="start_number", start=7, priority_first=True))
    assert [int(h[1:]) for h in placed] == [9, 2, 7, 8, 10, 1, 3, 4, 5, 6]


def test_two_villages_crossed_one_two_one_three():
    """domain.md §10 case 21, from the policy file (泉州)."""
    placed = in_order(villages(A=4, B=10), load("crossed_villages.toml"))
    assert " ".join(placed) == "A1 B1 B2 A2 B3 B4 B5 A3 B6 B7 A4 B8 B9 B10"


def test_a_village_with_nobody_left_is_passed_over():
    rows = villages(A=1, B=4)
    assert in_order(rows, load("crossed_villages.toml")) == ["A1", "B1", "B2", "B3", "B4"]
    assert in_order(rows[1:], load("crossed_villages.toml")) == ["B1", "B2", "B3", "B4"]


def test_villages_in_proportion_to_their_households():
    """Three of A and six of B: one of A in every three, standing in the middle of its third."""
    placed = in_order(villages(A=3, B=6), Order(rule="villages", within="given"))
    assert " ".join(placed) == "B1 A1 B2 B3 A2 B4 B5 A3 B6"


@given(st.lists(st.integers(1, 9), min_size=1, max_size=4), st.text(max_size=5))
@settings(deadline=None)
def test_in_proportion_no_village_is_ever_a_whole_household_ahead_of_its_share(sizes, seed):
    rows = [household(f"{v}-{n}", village=f"V{v}") for v, size in enumerate(sizes) for n in range(size)]
    placed = in_order(rows, Order(rule="villages"), seed)
    taken = Counter()
    for number, household_id in enumerate(placed, 1):
        taken[household_id.split("-")[0]] += 1
        for village, size in enumerate(sizes):
            # Each village's k-th stands at (k − ½)/n; the share of the day gone by lies between its neighbours.
            assert abs(taken[str(village)] - number * size / len(rows)) < len(sizes)
    inside = {v: [h for h in placed if h.split("-")[0] == str(v)] for v in range(len(sizes))}
    for mine in inside.values():
        assert mine == sorted(mine, key=lambda h: draw_key(seed, h))


def test_three_rounds_each_with_a_start_of_its_own():
    """domain.md §5.1 (景观大道): the first start drawn by hand, those of rounds 2 and 3 by the seed of the round."""
    rows = numbered(30)
    rounds = round_orders(rows, Order(rule="start_number", later_rounds=["redraw", "redraw"]), SEED)
    starts = [min(numbers, key=numbers.__getitem__) for numbers in rounds]
    expected = [min((h.household_id for h in rows), key=lambda i, s=s: draw_key(s, i))
                for s in (SEED, f"{SEED}|round 2", f"{SEED}|round 3")]  # fmt: skip
    assert starts == expected
    assert len(set(starts)) == 3


def test_one_home_by_signing_and_the_rest_by_handing_over():
    """domain.md §5.1 (张家口), from the policy file."""
    rows = [
        household("H1", signed_at=datetime(2021, 1, 1, 9), handed_over_on=date(2021, 3, 3)),
        household("H2", signed_at=datetime(2021, 1, 1, 10), handed_over_on=date(2021, 3, 1)),
        household("H3", signed_at=datetime(2021, 1, 2, 9), handed_over_on=date(2021, 3, 2)),
    ]
    assert round_orders(rows, load("two_numbers.toml"), SEED) == (
        {"H1": 1, "H2": 2, "H3": 3},
        {"H2": 1, "H3": 2, "H1": 3},
    )


def test_rounds_in_the_same_order_and_in_reverse():
    rows = [household(f"H{n}", priority_class=n % 2) for n in range(5)]
    first, same, reverse, back = round_orders(
        rows, Order(priority_first=True, later_rounds=["same", "reverse", "reverse"]), SEED
    )
    assert first == same == back == order_numbers(rows, Order(priority_first=True), SEED)
    assert reverse == {h: 6 - n for h, n in first.items()}
    own = round_orders(rows, Order(priority_first=True, later_rounds=["signed_on"]), SEED)[1]
    assert own == order_numbers(rows, Order(rule="signed_on", priority_first=True), SEED)


# -- what every order keeps ---

RULES = ("signed_on", "signed_at", "handed_over_on", "draw", "given", "points", "phases", "villages", "start_number")


@st.composite
def rosters(draw):
    ids = draw(st.lists(st.text("甲乙H01|", min_size=1, max_size=4), unique=True, max_size=9))
    order_nos = draw(st.permutations(range(1, len(ids) + 1)))
    days = st.integers(1, 3)
    return [
        household(
            i, order_no=number, village=draw(st.sampled_from("AB")), signed_on=date(2021, 1, draw(days)),
            signed_at=datetime(2021, 1, draw(days)), handed_over_on=date(2021, 2, draw(days)),
            points=Decimal(draw(days)), phase=draw(days), priority_class=draw(st.none() | days),
        )
        for i, number in zip(ids, order_nos, strict=True)
    ]  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
@given(rosters(), st.text(max_size=3), st.booleans(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_numbers_are_a_permutation_that_row_order_cannot_move_and_priority_leads(rule, roster, seed, first, chance):
    order = Order(rule=rule, priority_first=first, later_rounds=["redraw", "reverse", "draw"])
    rounds = round_orders(roster, order, seed)
    assert rounds == round_orders(chance.sample(roster, len(roster)), order, seed)
    for numbers in rounds:
        assert sorted(numbers) == sorted(h.household_id for h in roster)
        assert sorted(numbers.values()) == list(range(1, len(roster) + 1))
    if first:
        for numbers in (rounds[0], rounds[1], rounds[3]):
            placed = sorted(roster, key=lambda h, n=numbers: n[h.household_id])
            classes = [99 if h.priority_class is None else h.priority_class for h in placed]
            assert classes == sorted(classes)


@pytest.mark.parametrize("rule", [r for r in RULES if r not in ("villages", "start_number")])
@given(rosters(), st.text(max_size=3), st.data())
@settings(deadline=None, max_examples=40)
def test_who_else_is_in_the_list_changes_nothing_between_two(rule, roster, seed, data):
    """Villages in proportion and a drawn start depend on the whole list by their nature; nothing else does."""
    fewer = [h for h in roster if data.draw(st.booleans())]
    whole = in_order(roster, Order(rule=rule), seed)
    assert in_order(fewer, Order(rule=rule), seed) == [i for i in whole if i in {h.household_id for h in fewer}]


# -- faults ---


@pytest.mark.parametrize(
    ("order", "column"),
    [
        (Order(rule="signed_at"), "signed_at"),
        (Order(rule="handed_over_on"), "handed_over_on"),
        (Order(rule="given"), "order_no"),
        (Order(rule="start_number"), "order_no"),
        (Order(rule="points"), "points"),
        (Order(rule="phases"), "phase"),
        (Order(rule="villages", within="given"), "order_no"),
        (Order(later_rounds=["handed_over_on"]), "handed_over_on"),
    ],
)
def test_a_blank_that_the_order_rests_on_is_told_for_every_household(order, column):
    rows = [household("H2"), household("H1")]
    faults = order_faults(rows, order)
    assert [(f.table, f.code, f.column, f.params["household_id"]) for f in faults] == [
        ("households", "order.blank", column, "H1"),
        ("households", "order.blank", column, "H2"),
    ]
    with pytest.raises(ValueError, match=r"order\.blank"):
        order_numbers(rows, order, SEED)


def test_a_blank_that_no_rule_reads_is_no_fault():
    assert order_faults([household(), household("H2")], Order(rule="signed_on", priority_first=True)) == []


@pytest.mark.parametrize("rule", ["given", "start_number"])
def test_a_number_given_twice_is_told_with_both_households(rule):
    rows = [household("H3", order_no=7), household("H1", order_no=7), household("H2", order_no=8)]
    faults = order_faults(rows, Order(rule=rule))
    assert [(f.code, f.value, f.params["household_id"]) for f in faults] == [
        ("order.twice", "7", "H1"),
        ("order.twice", "7", "H3"),
    ]


def test_inside_villages_or_phases_a_number_may_come_again():
    apart = [household("H1", village="A", phase=1, order_no=1), household("H2", village="B", phase=2, order_no=1)]
    for rule in ("villages", "phases"):
        assert order_faults(apart, Order(rule=rule, within="given")) == []
        alike = [replace(h, village="A", phase=1) for h in apart]
        assert [f.code for f in order_faults(alike, Order(rule=rule, within="given"))] == ["order.twice"] * 2
    # a later round over all of them needs numbers that differ between villages too
    assert len(order_faults(apart, Order(rule="villages", within="given", later_rounds=["given"]))) == 2
    # with another rule inside, order_no is not read at all
    assert order_faults(alike, Order(rule="villages")) == []


def test_a_village_that_no_step_names_is_told():
    rows = [household("H1", village="A", order_no=1), household("H2", village="C", order_no=1)]
    (fault,) = order_faults(rows, load("crossed_villages.toml"))
    assert (fault.code, fault.column, fault.value) == ("order.village_not_crossed", "village", "C")


def test_one_household_twice_in_the_roster_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="twice"):
        order_numbers([household(), household()], Order(), SEED)


def test_every_fault_has_its_sentence():
    rows = [household("H1", order_no=1, village="Z"), household("H2", order_no=1), household("H3")]
    faults = order_faults(rows, load("crossed_villages.toml")) + order_faults(rows, Order(rule="given"))
    assert {f.code for f in faults} == {"order.blank", "order.twice", "order.village_not_crossed"}
    for fault in faults:
        for lang in ("zh", "en"):
            assert fault.params["household_id"] in sentence(fault.code, lang, value=fault.value, **fault.params)
