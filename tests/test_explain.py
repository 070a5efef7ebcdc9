"""Why a household got what it got, and why not all are served: true by trying everything, and nothing private told."""

import csv
import json
import random
import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest
from test_allocate import DAY, random_round

from allocation.allocate import allocate, classes, homes_of, outcomes
from allocation.answer import answer_figures, answer_sentences
from allocation.comparison import compare
from allocation.explain import explain
from allocation.messages import Faults
from allocation.round import Round, judge
from allocation.schema import Choice, Demand, Payment
from allocation.shortage import shortage, shortage_figures, shortage_sentences
from allocation.tables import RoundInput

from round_oracle import Oracle

FEN = Decimal("0.01")


def judged(round_: Round, **tables) -> Round:
    """The round with some tables replaced, judged again."""
    given = replace(round_.tables, **tables)
    return judge(RoundInput(head=round_.head, policy=round_.policy, tables=given, path=Path("t")))


def contested(seed: int) -> Round:
    """A round in which all want the same few homes and nothing else stands in their way."""
    rng, round_ = random.Random(seed), random_round(seed)
    households = tuple(replace(h, access_need="none", together="") for h in round_.tables.households)
    units = tuple(
        replace(round_.tables.units[0], unit_id=f"U{n}", building="AAB"[n % 3], floor=rng.choice([1, 4]), layout="50",
                area_m2=Decimal("50.12"), base_price=None)
        for n in range(4)
    )  # fmt: skip
    two = rng.choice([1, 2])
    return judged(
        round_,
        households=households,
        units=units,
        demand=tuple(
            Demand(household_id=h.household_id, layout="50", count=two if len(households) == 2 else 1)
            for h in households
        ),
        choices=tuple(
            Choice(household_id=h.household_id, choice=number, **filters)
            for h in households
            for number, filters in enumerate(
                rng.sample([{"building": "B"}, {"floor_max": 3, "building": "A"}, {"unit_id": "U0"}], 3), 1
            )
        ),
        payments=tuple(
            Payment(receipt_no=f"R{h.household_id}", household_id=h.household_id, paid_on=DAY, amount=Decimal("400000"))
            for h in households
        ),
    )  # fmt: skip


ROUNDS = [contested(seed) for seed in range(0, 64, 2)] + [random_round(seed) for seed in range(0, 64, 3)]
ROUNDS += [random_round(seed) for seed in range(11, 300, 16)]  # homes one by one, layouts declared, nothing else


class Forced(Oracle):
    """The oracle among results in which a household has a set of homes that is accepted."""

    def force(self, own, accepts):
        self.own, self.accepts = own, accepts
        return self

    def all_results(self):
        return (given for given in super().all_results() if self.own in given and self.accepts(given[self.own]))


def oracle_of(round_: Round, kind=Oracle):
    class_of = {u.unit_id: group.class_id for group in classes(round_) for u in group.units}
    return kind(round_, class_of, round_.policy.fairness.principle, round_.policy.fairness.per)


def accepts(oracle: Oracle, own: str, better):
    """Whether a set keeps within the better choice: all its homes, or those of the layout."""

    def accepted(units) -> bool:
        return all(oracle.rank[own, u.unit_id] <= better.choice for u in units if better.layout in ("", u.layout))

    return accepted


def first_difference(oracle: Oracle, key: tuple, forced: tuple) -> tuple[str, int | None, int | None]:
    """Stage and values where two results first differ, from the oracle's keys; no values where none are told."""
    if key[0] != forced[0]:
        count = len(oracle.by_order)
        return "served", count - key[0], count - forced[0]
    if key[1] != forced[1]:
        return "earliest", None, None
    if key[2] != forced[2]:
        place = next(n for n, (a, b) in enumerate(zip(key[2], forced[2], strict=True)) if a != b)
        if oracle.principle == "order":
            return "order", None, None
        name = {
            "leximin": f"outcomes_at_rank_{oracle.worst - place}",
            "rank_maximal": f"max_outcomes_at_rank_{place + 1}",
            "utilitarian": "sum_of_outcomes",
        }[oracle.principle]
        return name, abs(key[2][place]), abs(forced[2][place])
    stage = 3 if key[3] != forced[3] else 4
    return {3: "sum_of_ranks", 4: "sum_of_ties"}[stage], key[stage], forced[stage]


def test_what_a_better_choice_would_cost_is_what_trying_every_result_says():
    """Stage, values, who does worse and how many do better, for every household of 73 rounds."""
    stages = Counter()
    for round_ in ROUNDS:
        allocation, oracle = allocate(round_), oracle_of(round_)
        now = min(oracle.all_results(), key=oracle.key)
        for household in round_.households:
            own = household.household_id
            for better in explain(allocation, own).better:
                forcing = oracle_of(round_, Forced).force(own, accepts(oracle, own, better))
                given = list(forcing.all_results())
                assert bool(given) == (better.cost is not None)
                if not given:
                    stages["impossible"] += 1
                    continue
                then = min(given, key=forcing.key)
                stage, value, forced = first_difference(oracle, oracle.key(now), oracle.key(then))
                assert better.cost.stage == stage
                if value is not None:
                    assert (better.cost.value, better.cost.forced) == (value, forced)
                assert better.cost.decided
                stages[stage.rpartition("_")[0] if stage[-1].isdigit() else stage] += 1
                check_who_changes(allocation, oracle, better, own, then)
    assert set(stages) >= {
        "impossible", "served", "earliest", "outcomes_at_rank", "max_outcomes_at_rank", "sum_of_outcomes", "order",
        "sum_of_ties",
    }  # fmt: skip


def check_who_changes(allocation, oracle, better, own, then):
    before = {h: sorted(outcomes(homes, oracle.per), reverse=True) for h, homes in homes_of(allocation.homes).items()}
    after = {h: sorted(oracle.own_outcomes(h, units), reverse=True) for h, units in then.items()}
    assert list(better.reached) == after[own]
    worse = [h for h in before if h not in after or after[h] > before[h]]
    assert sorted(a.household.household_id for a in better.worse) == sorted(worse)
    for affected in better.worse:
        assert list(affected.before) == before[affected.household.household_id]
        assert list(affected.after) == after.get(affected.household.household_id, [])
    gaining = [h for h in after if h != own and (h not in before or after[h] < before[h])]
    # A household that was not served gains, too, but has no outcome to compare.
    assert better.gaining == len([h for h in gaining if h in before])


def test_every_home_of_a_better_choice_is_listed_with_its_holder_and_whether_it_fits():
    fits = Counter()
    for round_ in ROUNDS:
        allocation, oracle = allocate(round_), oracle_of(round_)
        prepayment = round_.policy.prepayment.model_copy(update={"share": None})
        free = oracle_of(replace(round_, policy=round_.policy.model_copy(update={"prepayment": prepayment})))
        holders = {home.unit_id: home.household_id for home in allocation.homes}
        for household in round_.households:
            own = household.household_id
            for better in explain(allocation, own).better:
                declared = round_.demand.get(own)
                expected = {
                    unit.unit_id
                    for unit in round_.units
                    if oracle.rank[own, unit.unit_id] == better.choice and better.layout in ("", unit.layout)
                    if not declared or declared.get(unit.layout)
                }
                assert {match.unit_id for match in better.matches} == expected
                for match in better.matches:
                    holder = match.holder.household_id if match.holder else None
                    assert holder == holders.get(match.unit_id)
                    assert (match.held == "own") == (holder == own)
                    holds = [match.unit_id in {u.unit_id for us in o.sets[own] for u in us} for o in (oracle, free)]
                    assert match.fit == ("fits" if holds[0] else "money" if holds[1] else "rules")
                    fits[match.fit] += 1
    assert set(fits) == {"fits", "money", "rules"}


def test_where_homes_count_one_by_one_a_better_home_of_one_layout_asks_nothing_of_the_others():
    """Its only home of 80 is its last choice; a better home of 50 could still be given, at a cost to the other."""
    round_ = contested(11)
    unit = round_.tables.units[0]
    units = [replace(unit, unit_id=f"U{n}", building=b, layout=m2, area_m2=Decimal(m2)) for n, (b, m2) in
             enumerate((("A", "50"), ("B", "50"), ("B", "80")))]  # fmt: skip
    demand = [Demand(household_id=h, layout=m2, count=1) for h, m2 in (("H0", "50"), ("H0", "80"), ("H1", "50"))]
    choices = [Choice(household_id="H0", choice=2, building="A"), Choice(household_id="H1", choice=1, building="A")]
    two = judged(
        round_, households=round_.tables.households[:2], units=tuple(units), demand=tuple(demand),
        choices=tuple(choices), payments=round_.tables.payments[:2],
    )  # fmt: skip
    allocation = allocate(two)
    assert allocation.per == "unit"
    found = {(one.layout, one.choice): one for one in explain(allocation, "H0").better}
    assert set(found) == {(layout, choice) for layout in ("50", "80") for choice in (1, 2, 3)}
    assert found["50", 2].cost is not None
    assert found["50", 2].reached == (4, 2)
    assert [(a.household.household_id, a.before, a.after) for a in found["50", 2].worse] == [("H1", (1,), (4,))]
    assert all(one.cost is None for (layout, choice), one in found.items() if layout == "80" or choice == 1)


def test_the_prepayment_named_is_the_least_that_makes_a_better_choice_possible():
    tried = 0
    for seed in range(1, 128, 4):
        round_ = random_round(seed)
        allocation = allocate(round_)
        for household in round_.households:
            for better in explain(allocation, household.household_id).better:
                for remedy in better.remedies:
                    if remedy.rule != "budget":
                        continue
                    tried += 1
                    for amount, enough in ((remedy.amount, True), (remedy.amount - FEN, False)):
                        oracle = oracle_of(paying(round_, household.household_id, amount))
                        accepted = accepts(oracle, household.household_id, better)
                        assert any(map(accepted, oracle.sets[household.household_id])) == enough
    assert tried > 5


def paying(round_: Round, household_id: str, amount: Decimal) -> Round:
    extra = Payment(receipt_no="EXTRA", household_id=household_id, paid_on=DAY, amount=amount)
    return judged(round_, payments=(*round_.tables.payments, extra) if amount else round_.tables.payments)


# -- why not all are served -----------------------------------------------------------------------------------------


SHORT = [round_ for round_ in map(random_round, range(0, 96, 2)) if allocate(round_).unserved]


def servable(oracle: Oracle, some) -> bool:
    return any(all(own in given for own in some) for given in oracle.all_results())


def test_the_households_named_cannot_all_be_served_and_any_fewer_can():
    for round_ in SHORT:
        allocation, oracle = allocate(round_), oracle_of(round_)
        found = shortage(allocation)
        assert found.complete
        for one in found.competing:
            assert not servable(oracle, one.household_ids)
            assert all(servable(oracle, some) for some in combinations(one.household_ids, len(one.household_ids) - 1))
        assert set(allocation.unserved) <= {own for one in found.competing for own in one.household_ids}


def test_a_remedy_serves_as_many_as_it_says_and_a_little_less_does_not():
    kinds = Counter()
    for round_ in SHORT:
        allocation = allocate(round_)
        served = len(round_.households) - len(allocation.unserved)
        for remedy in shortage(allocation).remedies:
            kinds[remedy.rule] += 1
            if remedy.rule == "budget":
                mended = paying(round_, remedy.household_id, remedy.amount)
                assert len(mended.households) - len(allocate(mended).unserved) == remedy.served > served
                less = paying(round_, remedy.household_id, remedy.amount - FEN)
                assert len(allocate(less).unserved) == len(allocation.unserved)
            elif remedy.rule == "homes":
                mended = with_homes(round_, remedy.homes)
                assert len(mended.households) - len(allocate(mended).unserved) >= remedy.served > served
            elif remedy.rule == "need":
                eased = [replace(h, access_need="none") if h.household_id == remedy.household_id else h
                         for h in round_.tables.households]  # fmt: skip
                mended = judged(round_, households=tuple(eased))
                assert len(mended.households) - len(allocate(mended).unserved) == remedy.served > served
    assert set(kinds) >= {"homes", "budget", "need", "size_max", "size_min", "demand", "group"}


def with_homes(round_: Round, homes) -> Round:
    """The round with so many more homes of each layout and area, like each that it has of them."""
    units = list(round_.tables.units)
    for home in homes:
        alike = [u for u in round_.tables.units if (u.layout, u.area_m2) == (home.layout, home.area_m2)]
        alike = alike or [replace(round_.tables.units[0], layout=home.layout, area_m2=home.area_m2)]
        units += [replace(u, unit_id=f"N{u.unit_id}{n}") for u in alike for n in range(home.count)]
    return judged(round_, units=tuple(units))


def test_two_more_homes_are_asked_for_in_the_words_of_the_office():
    round_ = contested(0)
    unit = replace(round_.tables.units[0], layout="80", area_m2=Decimal("80.00"))
    demand = tuple(replace(d, layout="80", count=1) for d in round_.tables.demand)
    short = judged(round_, units=(unit,), demand=demand)
    count = len(short.households)
    found = shortage(allocate(short))
    zh, en = (" ".join(shortage_sentences(found, lang)) for lang in ("zh", "en"))
    assert f"增加 {count - 1} 套户型 80（80.00 m²），即有 {count} 户得房。" in zh
    assert f"With {count - 1} × layout 80 (80.00 m²) more, {count} households are served." in en
    figures = shortage_figures(found, "zh")
    assert (figures["homes_needed"], figures["homes_there"], figures["unit_ids"]) == (2, 1, ["U0"])


def test_a_home_that_is_kept_back_is_named_where_it_would_mend():
    round_ = contested(0)
    units = tuple(replace(u, status="reserved") if n else u for n, u in enumerate(round_.tables.units[:2]))
    few = judged(round_, units=units, demand=tuple(replace(d, count=1) for d in round_.tables.demand[:2]),
                 households=round_.tables.households[:2], payments=round_.tables.payments[:2],
                 choices=tuple(c for c in round_.tables.choices if c.household_id in ("H0", "H1")))  # fmt: skip
    (remedy, *_) = shortage(allocate(few)).remedies
    assert (remedy.rule, remedy.served) == ("homes", 2)
    assert [home.unit_ids for home in remedy.homes] == [("U1",)]


def test_a_joint_self_built_home_is_never_named_as_a_remedy():
    round_ = contested(0)
    units = tuple(replace(u, construction="joint_self_built") if n else u for n, u in enumerate(round_.tables.units))
    found = shortage(allocate(judged(round_, units=units)))
    assert found.remedies
    assert not any(home.unit_ids for remedy in found.remedies for home in remedy.homes)


def test_a_policy_under_which_nobody_can_be_served_names_every_household_and_the_rule():
    round_ = next(r for r in map(random_round, range(64)) if not r.demand and len(r.households) == 3)
    strict = round_.policy.model_copy(update={"area": round_.policy.area.model_copy(
        update={"under_m2": Decimal(0), "over_m2": Decimal("0.01")})})  # fmt: skip
    none = replace(judged(round_), policy=strict)
    found = shortage(allocate(none))
    assert [one.household_ids for one in found.competing if len(one.household_ids) == 1]
    assert sorted(own for one in found.competing for own in one.household_ids) == ["H0", "H1", "H2"]
    assert any("面积" in line for line in shortage_sentences(found))
    assert {remedy.rule for remedy in found.remedies} & {"size_max", "size_min"}


def test_when_all_are_served_nothing_is_short():
    round_ = next(r for r in ROUNDS if not allocate(r).unserved)
    assert shortage(allocate(round_)) is None
    assert shortage_figures(None) is None


# -- commands -------------------------------------------------------------------------------------------------------

POLICY = """
[entitlement]
m2_per_person = "50"
[area]
under_m2 = "30"
over_m2 = "20"
[[pricing.bands]]
price = "1500.00"
[pricing.floors]
unit = "yuan"
table = { "1-18" = "0.00" }
[prepayment]
share = "0.60"
[publicity]
demand = 7
units = 7
[order]
rule = "signed_on"
[fairness]
principle = "leximin"
per = "household"
max_choices = 3
"""
HOUSEHOLDS = [
    ("H1", "王小明", "东村", 1, "2020-01-01", "990005198404060032", "10200000001"),
    ("H2", "欧阳春", "东村", 1, "2020-01-02", "990004196212050117", "10200000002"),
    ("H3", "李四海", "西村", 1, "2020-01-03", "990002196105030150", "10200000003"),
    ("H4", "赵五湖", "西村", 1, "2020-01-04", "", ""),
]


@pytest.fixture
def folder(tmp_path):
    """Three households for two homes, and a fourth that paid nothing; ``homes`` more can be written."""

    def write(homes: int = 2) -> Path:
        path = tmp_path / f"round{homes}"
        path.mkdir()
        (path / "round.toml").write_text(
            'id = "r"\ntitle = "三户两房"\nprojects = ["苑"]\nas_of = 2021-05-28\nseed = "s"\npolicy = "p.toml"\n',
            encoding="utf-8",
        )
        (path / "p.toml").write_text(POLICY, encoding="utf-8")
        tables = {
            "households": [
                ("household_id", "name", "village", "persons", "signed_on", "id_number", "phone"), *HOUSEHOLDS,
            ],
            "units": [("unit_id", "project", "building", "floor", "layout", "area_m2"),
                      *((f"U{n}", "苑", "AB"[n % 2], 1 + n, "50", "50.00") for n in range(homes))],
            "choices": [("household_id", "choice", "building"), *((h[0], 1, "A") for h in HOUSEHOLDS)],
            "demand": [("household_id", "layout", "count"), *((h[0], "50", 1) for h in HOUSEHOLDS)],
            "payments": [("receipt_no", "household_id", "paid_on", "amount"),
                         *((f"R{n}", f"H{n}", "2021-05-01", "60000.00") for n in (1, 2, 3))],
            "publications": [("document", "published_on", "days"),
                             *((document, "2021-05-01", 7) for document in ("demand", "units"))],
            "objections": [("objection_id", "document", "filed_on", "subject")],
        }  # fmt: skip
        for name, rows in tables.items():
            with (path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows)
        return path

    return write


def check_nothing_private(text: str) -> None:
    for household in HOUSEHOLDS:
        for private in (household[1], household[5], household[6]):
            assert not private or private not in text


@pytest.mark.parametrize(("lang", "words"), [("zh", "还缺 1 套"), ("en", "1 short")])
def test_allocate_says_who_competes_for_what_and_ends_with_3(anju, folder, tmp_path, lang, words):
    code, out, _ = anju("allocate", folder(), "--out", tmp_path / "out", "--lang", lang)
    assert code == 3
    assert words in out
    found = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["witness"]
    assert (found["household_ids"], found["rules"]) == (["H4"], ["budget"])
    (crowd,) = found["others"]
    assert (crowd["household_ids"], crowd["unit_ids"]) == (["H1", "H2", "H3"], ["U0", "U1"])
    assert words in crowd["explained"]
    assert found["mends"][0]["rule"] == "homes"
    assert found["mends"][0]["explained"] in out


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("own", "state"), [("H1", "served"), ("H2", "served"), ("H3", "unserved"), ("H4", "unserved")])
def test_explain_speaks_of_others_by_masked_names_only(anju, folder, lang, own, state):
    path = folder()
    code, out, err = anju("explain", path, own, "--lang", lang)
    assert code == 0
    check_nothing_private(out + err)
    assert own in out
    code, text, err = anju("explain", path, own, "--json", "--lang", lang)
    figures = json.loads(text)
    assert code == 0
    check_nothing_private(text + err)
    assert figures["state"] == state
    assert "\n".join(figures["explained"]) == out.strip()
    assert (figures["witness"] is not None) == (state == "unserved")


def test_explain_names_the_holder_and_what_the_choice_would_have_cost(anju, folder):
    path = folder(homes=4)
    answers = [json.loads(anju("explain", path, own, "--json")[1]) for own in ("H1", "H2", "H3")]
    (figures,) = [figures for figures in answers if figures["outcomes"] == [4]]
    (better, *_) = [one for one in figures["better"] if one["choice"] == 1]
    assert better["possible"]
    assert [home["unit_id"] for home in better["homes"]] == ["U0", "U2"]
    assert {home["holder"]["name"] for home in better["homes"]} <= {"王*明", "欧*春", "李*海"}
    assert better["cost"]["decided"]
    assert [row["after"] for row in better["worse"]] == [[4]]
    assert re.search(r"变差：.{1,3}（H\d，顺序号 \d） 1→4", better["explained"][1])


def test_explain_tells_a_household_left_out_its_reasons(anju, folder):
    path = folder()
    (path / "objections.csv").write_text(
        "objection_id,document,filed_on,subject\nO-9,demand,2021-05-05,H2\n", encoding="utf-8"
    )
    code, out, _ = anju("explain", path, "H2")
    assert code == 0
    assert "O-9" in out
    assert json.loads(anju("explain", path, "H2", "--json")[1])["better"] == []


def test_explain_of_an_unknown_household_is_bad_input(anju, folder):
    code, out, err = anju("explain", folder(), "H99")
    assert (code, out) == (2, "")
    assert "H99" in err
    with pytest.raises(Faults):
        explain(allocate(contested(0)), "nobody")


@pytest.mark.parametrize(("lang", "words"), [("zh", "最差者最优"), ("en", "rank-maximal")])
def test_compare_draws_a_page_that_asks_nothing_of_a_network(anju, folder, tmp_path, lang, words):
    page = tmp_path / "four.html"
    code, out, _ = anju("compare", folder(), "--plot", page, "--lang", lang)
    text = page.read_text(encoding="utf-8")
    assert code == 0
    assert words in text
    assert words in out
    assert "东村" in text or "\\u4e1c\\u6751" in text
    assert not re.search(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=", text)
    assert "default-src 'none'" in text
    check_nothing_private(text)


def test_compare_draws_html_only_and_says_so_before_it_solves(anju, folder, tmp_path):
    code, _, err = anju("compare", folder(), "--plot", tmp_path / "four.png")
    assert code == 2
    assert ".html" in err
    assert anju("compare", folder(3), "--plot", tmp_path / "no" / "four.html")[0] == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_kind_of_answer_can_be_said_in_both_languages(lang):
    """One language leaves no word of the other in; every explanation of the random rounds is said without a gap."""
    for round_ in ROUNDS[::3]:
        allocation = allocate(round_)
        for household in round_.tables.households:
            found = explain(allocation, household.household_id)
            lines = answer_sentences(found, lang)
            assert all(lines)
            assert answer_figures(found, lang)["explained"] == lines
            for line in lines:
                said = re.sub(r"户\*?\d?|苑|\*", "", line) if lang == "en" else line
                assert bool(re.search(r"[\u4e00-\u9fff]", said)) == (lang == "zh")


def test_the_four_principles_are_compared_by_what_each_result_shows():
    """Figures of every principle against the homes it gives, counted once more."""
    for round_ in ROUNDS[::8]:
        for figures in compare(round_):
            allocation = allocate(round_, principle=figures.principle)
            found = outcomes(allocation.homes, allocation.per)
            assert figures.served == len(homes_of(allocation.homes))
            assert {r: n for r, n in figures.profile.items() if n} == dict(Counter(found))
            assert figures.worst == max(found, default=0)
            assert figures.mean * max(1, len(found)) == sum(found)
            assert figures.sum_of_ranks == sum(home.rank for home in allocation.homes)
            means = list(figures.by_village.values())
            assert figures.spread == (max(means) - min(means) if means else 0)
