"""Chances before a draw: each draw is the published one, counts add up, intervals cover, the words are honest."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow.parquet as pq
import pytest
from bundles import wide_round
from test_days import answer, by_brute_force

from allocation import policy
from allocation.allocate import build_problem, classes, pair
from allocation.draw import order_numbers
from allocation.messages import Faults
from allocation.odds import Draws, drawn_seed, odds
from allocation.odds_outputs import odds_figures
from allocation.procedure import Order
from allocation.round import Round, judge
from allocation.schema import Choice, Demand, Household, Publication, RoundHead, Tables, Unit
from allocation.tables import RoundInput, read_round
from solver.problem import Solution

from guard_oracle import Hall
from picking_days import small_round

ROOT = Path(__file__).resolve().parent.parent
DAFENG = ROOT / "data" / "dafeng"


def drawn(round_: Round, seed: str = "", **order: object) -> Round:
    """The round as it is with this seed, and an order that is drawn."""
    head = replace(round_.head, seed=seed or round_.head.seed)
    rules = round_.policy.model_copy(update={"order": Order.model_validate({"rule": "draw", **order})})
    return judge(RoundInput(head=head, policy=rules, tables=round_.tables, path=Path("t")))


def ranked_round(seed: int) -> Round:
    """3–4 households that each rank every home on its own, so that no tie number is ever asked."""
    rng = random.Random(seed)
    households, homes = rng.choice([(3, 4), (4, 5), (3, 5)])
    units = tuple(
        Unit(unit_id=f"U{n}", project="苑", building=rng.choice("12"), floor=n + 1, layout=rng.choice(["50", "80"]),
             area_m2=Decimal(rng.choice(["50.00", "80.00"])))
        for n in range(homes)
    )  # fmt: skip
    people = tuple(
        Household(household_id=f"H{n}", name="张三丰", village="村", persons=1, signed_on=date(2020, 1, 1),
                  priority_class=rng.choice([None, None, 1]), access_need=rng.choice(["none", "none", "low_floor"]))
        for n in range(households)
    )  # fmt: skip
    choices = tuple(
        Choice(household_id=h.household_id, choice=n, unit_id=u.unit_id)
        for h in people
        for n, u in enumerate(rng.sample(units, homes), 1)
    )
    demand = tuple(
        Demand(household_id=h.household_id, layout=rng.choice(["50", "80"]), count=1)
        for h in people
        if rng.random() < 0.4
    )
    publications = tuple(Publication(document=d, published_on=date(2021, 5, 1), days=7) for d in ("demand", "units"))
    tables = Tables(households=people, units=units, payments=(), publications=publications, objections=(),
                    demand=demand, choices=choices)  # fmt: skip
    rules = {
        "entitlement": {"m2_per_person": "70"},
        "area": {"under_m2": "20", "over_m2": "40", "max_units": 2},
        "order": {"rule": "draw", "priority_first": True},
        "fairness": {"max_choices": homes},
    }
    head = RoundHead(id="t", title="t", as_of=date(2021, 5, 28), seed="s")
    return judge(RoundInput(head=head, policy=policy.parse(rules, "test"), tables=tables, path=Path("t")))


def servable(round_: Round) -> bool:
    hall = Hall(build_problem(round_, classes(round_)))
    return len(hall.largest(hall.problem.supply.tolist())) == len(round_.households)


# -- one draw -----------------------------------------------------------------------------------------------------


def test_every_draw_is_the_published_one_played_by_brute_force():
    """Order numbers, tie numbers and the pairing inside a class as if the draw's seed were the round's own."""
    tried = ties = short = 0
    for number in range(60):
        round_ = wide_round(number)
        if not (round_.households and round_.units):
            continue
        round_, draw = drawn(round_, priority_first=bool(number % 2)), number + 1
        played, tally = Draws(round_, "s").played(draw), Draws(round_, "s")(range(draw, draw + 1))
        real = drawn(round_, drawn_seed("s", draw), priority_first=bool(number % 2))
        alike = classes(real)
        problem = build_problem(real, alike)
        order = np.argsort(problem.order).tolist()
        hall = Hall(problem)
        kept = hall.largest(problem.supply.tolist())
        assert played == by_brute_force(problem, hall, order, set(kept))
        short += len(kept) < len(order)
        ties += any(len(set(row[row > 0].tolist())) < (row > 0).sum() for row in problem.ranks)
        counts, served = answer(problem, played)
        homes = pair(real, alike, problem, Solution(counts=counts, served=served, stages=()))
        layouts, layout_of = Draws(round_, "s").layouts, {unit.unit_id: unit.layout for unit in real.units}
        for slot, household in enumerate(real.households):
            own = [home for home in homes if home.household_id == household.household_id]
            assert tally.outcomes[slot].tolist().index(1) == max((home.rank for home in own), default=0)
            assert set(np.flatnonzero(tally.some[slot]).tolist()) == {home.rank for home in own}
            got = {layouts[at] for at in np.flatnonzero(tally.layouts[slot]).tolist()}
            assert got == {layout_of[home.unit_id] for home in own}
        tried += 1
    assert tried >= 20
    assert ties >= 10
    assert short >= 10


def test_with_rounds_of_choosing_a_household_takes_one_home_in_each():
    """Two households want two homes each and rank four alike: first and last against second and third."""
    given = small_round(households=2, each=2, order={"rule": "draw", "later_rounds": ("reverse",)})
    tables = replace(
        given.tables,
        choices=tuple(
            Choice(household_id=own, choice=n, unit_id=f"U0{n}") for own in ("H1", "H2") for n in (1, 2, 3, 4)
        ),
    )
    round_ = judge(RoundInput(head=given.head, policy=given.policy, tables=tables, path=Path("t")))
    draws = Draws(round_, "s")
    for draw in range(1, 9):
        first, second = draws.orders(draw)[0]
        assert draws.orders(draw)[1] == [second, first]
        taken = [(slot, draws._class_ids[cls]) for slot, cls in draws.played(draw).taken]
        by = {slot: sorted(name[name.index("U0") :][:3] for own, name in taken if own == slot) for slot in (0, 1)}
        assert by == {first: ["U01", "U04"], second: ["U02", "U03"]}


def test_no_draw_repeats_the_round_s_own():
    round_ = judge(read_round(DAFENG))
    real = order_numbers(round_.tables.households, round_.policy.order, round_.head.seed)
    slots = [h.household_id for h in round_.households]
    own = sorted(range(len(slots)), key=lambda slot: real[slots[slot]])
    assert all(Draws(round_, round_.head.seed).orders(draw)[0] != own for draw in range(1, 20))


# -- many draws ---------------------------------------------------------------------------------------------------


def exact_chances(round_: Round) -> list[list[Fraction]]:
    """For each slot, the chance of every outcome over all orders that the rule may give, by enumeration."""
    problem = build_problem(round_, classes(round_))
    hall = Hall(problem)
    able = [
        order
        for order in permutations(range(problem.slots))
        if (places := [round_.households[slot].priority_class is None for slot in order]) == sorted(places)
    ]
    found = [[Fraction(0)] * (problem.worst + 1) for _ in range(problem.slots)]
    for order in able:
        day = by_brute_force(problem, hall, list(order), set(order))
        for slot in order:
            ranks = [int(problem.ranks[own, cls]) for own, cls in day.taken if own == slot]
            found[slot][max(ranks, default=0)] += Fraction(1, len(able))
    return found


def test_the_intervals_cover_the_exact_chances_of_tiny_rounds():
    covered, asked, draws = 0, 0, 200
    for number in range(40):
        round_ = ranked_round(number)
        if not servable(round_):
            continue
        figures = odds_figures(odds(round_, draws=draws, seed=f"seed {number}"))
        for household, chances in zip(figures["households"], exact_chances(round_), strict=True):
            assert household["served"]["seen"] == draws
            mean = sum((rank * chance for rank, chance in enumerate(chances)), Fraction(0))
            asked += 1
            middle, ends = Decimal(mean.numerator) / mean.denominator, household["expected"]
            covered += ends["low"] <= middle <= ends["high"]
            for row in household["by_choice"]:
                chance = chances[row["choice"]]
                shown = row["outcome"]
                if chance in (0, 1):
                    assert shown["seen"] == chance * draws
                else:
                    percent = Decimal(chance.numerator * 100) / chance.denominator
                    asked += 1
                    covered += shown["low_percent"] <= percent <= shown["high_percent"]
    assert asked > 120
    assert covered >= 0.95 * asked


def test_counts_add_up_and_do_not_depend_on_who_plays_which_draws():
    round_ = judge(read_round(DAFENG))
    draws = Draws(round_, "s")
    whole, parts = draws(range(1, 31)), draws(range(1, 8)) + draws(range(8, 31))
    for name in ("draws", "outcomes", "some", "layouts", "short"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name))
    assert (whole.outcomes.sum(axis=1) == 30).all()
    assert (whole.some[:, 1:] >= whole.outcomes[:, 1:]).all()
    by_odds = odds(round_, draws=30, seed="s").tally
    assert np.array_equal(by_odds.outcomes, whole.outcomes)
    assert not np.array_equal(odds(round_, draws=30, seed="t").tally.outcomes, whole.outcomes)


def test_rows_shuffled_give_the_same_chances():
    given = read_round(DAFENG)
    rng = random.Random(3)
    tables = replace(
        given.tables,
        **{
            name: tuple(rng.sample(rows, len(rows)))
            for name in ("households", "units", "choices", "demand", "payments")
            if (rows := getattr(given.tables, name))
        },
    )
    one, other = (odds(judge(replace(given, tables=t)), draws=20, seed="s") for t in (given.tables, tables))
    assert odds_figures(one) == odds_figures(other)


def test_without_the_guard_somebody_is_left_without_a_home_and_with_it_nobody():
    round_ = judge(read_round(DAFENG))
    assert odds(round_, draws=60, seed="s").tally.short == 0
    unguarded = odds(round_, draws=60, seed="s", guard=False)
    assert unguarded.tally.short > 0
    figures = odds_figures(unguarded, lang="en")
    assert any(h["served"]["percent"] < 100 for h in figures["households"])
    assert any("left without a home" in line for line in figures["explained"])


# -- what is refused ----------------------------------------------------------------------------------------------


def codes(*args: object, **named: object) -> list[str]:
    with pytest.raises(Faults) as raised:
        odds(*args, **named)
    return [fault.code for fault in raised.value.faults]


def test_an_order_without_a_draw_has_no_chances():
    fixed = small_round(households=4)
    assert codes(fixed, draws=100, seed="s") == ["odds.no_draw"]
    drawn_start = small_round(households=4, order={"rule": "start_number"})
    assert odds(drawn_start, draws=100, seed="s").tally.draws == 100
    by_hand = small_round(households=4, order={"rule": "start_number", "start": 2})
    assert codes(by_hand, draws=100, seed="s") == ["odds.no_draw"]
    days_apart = small_round(households=4, order={"rule": "signed_on"})
    assert codes(days_apart, draws=100, seed="s") == ["odds.no_draw"]


def test_numbers_and_rounds_out_of_reach_are_all_told_at_once():
    nobody = small_round(households=4, order={"rule": "draw"})
    nobody = replace(nobody, households=())
    assert codes(nobody, draws=0, seed=" ") == ["odds.draws", "cli.seed.empty", "odds.nobody"]
    rounds = small_round(households=2, each=2, order={"rule": "draw", "later_rounds": ("reverse",)})
    assert codes(rounds, draws=9, seed="s", guard=False) == ["odds.rounds_unguarded"]


# -- the command --------------------------------------------------------------------------------------------------


def test_the_command_writes_tables_and_a_page_with_masked_names(anju, tmp_path):
    code, said, told = anju("odds", DAFENG, "--draws", 100, "--workers", 1, "--out", tmp_path / "o", "--json")
    assert code == 0
    figures = json.loads(said)
    assert figures["draws"] == 100
    assert figures["households_in"] == len(figures["households"]) == 66
    assert "100 / 100" in told
    folder = tmp_path / "o"
    kept = {"summary.json", "odds.csv", "odds.parquet", "odds.xlsx", "odds.html", "households.csv"}
    assert kept | {"households.parquet"} == {path.name for path in folder.iterdir()}
    assert json.loads((folder / "summary.json").read_text(encoding="utf-8")) == figures
    rows = pq.read_table(folder / "odds.parquet").to_pylist()
    assert {row["what"] for row in rows} == {"served", "outcome", "within", "some", "layout"}
    for household in figures["households"]:
        own = [row for row in rows if row["household_id"] == household["household_id"]]
        seen = sum(row["seen"] for row in own if row["what"] == "outcome")
        assert seen == household["served"]["seen"] == 100
        assert len([row for row in own if row["what"] == "outcome"]) == household["choices"] + 1
    book = openpyxl.load_workbook(folder / "odds.xlsx", read_only=True)
    assert book.sheetnames == ["各户机会", "机会明细"]
    heads = [cell.value for cell in next(book["机会明细"].iter_rows(max_row=1))]
    book.close()
    assert heads[:4] == ["安置户编号", "户主姓名", "村组", "事项"]
    names = {h.name for h in read_round(DAFENG).tables.households}
    texts = [path.read_text(encoding="utf-8") for path in folder.iterdir() if path.suffix in (".csv", ".json", ".html")]
    assert not any(name in text for name in names for text in texts)
    page = (folder / "odds.html").read_text(encoding="utf-8")
    assert "Clopper–Pearson" in page
    assert not re.search(r"<(script|link|img)[^>]*(src|href)=", page)


def test_whole_names_are_shown_only_when_asked_for(anju):
    code, said, _ = anju("odds", DAFENG, "--draws", 100, "--workers", 1, "--full-names", "--json")
    assert code == 0
    names = {h.household_id: h.name for h in read_round(DAFENG).tables.households}
    assert all(h["name"] == names[h["household_id"]] for h in json.loads(said)["households"])


def test_the_command_in_words_says_what_is_assumed_in_both_languages(anju):
    for lang, words in (("zh", ("假定", "不是承诺", "置信区间")), ("en", ("Assumed", "not a promise", "Clopper"))):
        code, said, _ = anju("odds", DAFENG, "--draws", 100, "--workers", 1, "--lang", lang)
        assert code == 0
        assert all(word in said for word in words)
        assert "DF-066" in said


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--draws", 99), "100"),
        (("--confidence", 2), "0.999999"),
        (("--workers", 0), "4096"),
        (("--seed", " "), "--seed"),
        (("--ray", "nowhere"), "nowhere"),
        (("--ray", "127.0.0.1:1"), "ray start"),
    ],
)
def test_a_bad_option_is_told_and_nothing_is_written(anju, tmp_path, words, expected):
    code, said, told = anju("odds", DAFENG, *words, "--out", tmp_path / "o")
    assert (code, said) == (2, "")
    assert expected in told
    assert "Traceback" not in told
    assert list(tmp_path.iterdir()) == []


def test_a_machine_without_ray_is_told_what_to_install(anju, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    code, _, told = anju("odds", DAFENG, "--ray", "auto", "--lang", "en")
    assert code == 2
    assert "pip install anju[cluster]" in told
