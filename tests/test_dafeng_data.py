"""The invented Dafeng round adds up to what was published, is nobody's record, and can be served."""

from __future__ import annotations

import csv
import itertools
import os
import subprocess
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from ortools.sat.python import cp_model
from stdnum import numdb

from allocation.entitlement import entitlement
from allocation.pricing import statement
from allocation.round import Round, judge
from allocation.schema import BY_NAME, FLAG_WORDS, Choice, Household, Unit
from allocation.tables import read_round

FOLDER = Path(__file__).parents[1] / "data" / "dafeng"
WORKBOOK = FOLDER / "dafeng.xlsx"
TIGHT = {"DF-009", "DF-052"}
PUBLISHED = {"households": 66, "persons": 195, "homes": 141}


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def dafeng() -> Round:
    return judge(read_round(FOLDER))


# -- totals -----------------------------------------------------------------------------------------------------------


def test_households_and_persons_are_the_published_ones():
    assert len(rows("households")) == PUBLISHED["households"]
    assert sum(int(row["persons"]) for row in rows("households")) == PUBLISHED["persons"]


def test_members_agree_with_the_persons_of_each_household():
    counted = Counter(row["household_id"] for row in rows("members") if row["counted"] == "true")
    assert counted == {row["household_id"]: int(row["persons"]) for row in rows("households")}
    heads = [row for row in rows("members") if row["relation"] == "户主"]
    assert [(r["household_id"], r["name"], r["id_number"]) for r in heads] == [
        (r["household_id"], r["name"], r["id_number"]) for r in rows("households")
    ]


def test_declared_homes_and_one_for_each_open_demand_make_the_published_homes():
    declared = sum(int(row["count"]) for row in rows("demand"))
    open_households = {r["household_id"] for r in rows("households")} - {r["household_id"] for r in rows("demand")}
    assert declared + len(open_households) == PUBLISHED["homes"]
    assert len(open_households) == 6


def test_an_open_demand_can_only_be_one_home():
    area = dafeng().policy.area
    sizes = sorted(unit.area_m2 for unit in dafeng().units)
    for household in dafeng().households:
        if household.household_id in dafeng().demand:
            continue
        m2 = dafeng().entitlements[household.household_id].m2
        assert sizes[0] + sizes[1] > m2 + area.over_m2
        assert any(m2 - area.under_m2 <= size <= m2 + area.over_m2 for size in sizes)


def test_a_declared_demand_stays_within_the_area_band_whichever_homes_are_taken():
    area = dafeng().policy.area
    for household_id, demand in dafeng().demand.items():
        m2 = dafeng().entitlements[household_id].m2
        least = greatest = Decimal(0)
        for layout, homes in demand.items():
            sizes = sorted(unit.area_m2 for unit in dafeng().units if unit.layout == layout)
            least += sum(sizes[:homes])
            greatest += sum(sizes[-homes:])
        assert m2 - area.under_m2 <= least, household_id
        assert greatest <= m2 + area.over_m2, household_id


# -- nobody's record --------------------------------------------------------------------------------------------------


def check_digit(digits: str) -> str:
    """GB 11643 by its table of weights; the script computes powers of two instead."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11]


def test_every_id_number_is_well_formed_and_belongs_to_no_place():
    places = numdb.get("cn/loc")
    assert places.info("430203")[0][1], "the list of places is the one of GB/T 2260"
    numbers = [row["id_number"] for row in rows("members")]
    assert len(set(numbers)) == len(numbers)
    for row in rows("members"):
        number = row["id_number"]
        assert not any(found for _, found in places.info(number[:6])), number
        assert int(number[:2]) > 91, "11 to 83 are provinces, 91 is abroad"
        assert number[-1] == check_digit(number[:17])
        assert number[6:14] == row["birth_date"].replace("-", "")


def test_relations_agree_with_the_sex_in_the_id_number():
    male = {"儿子": True, "父亲": True, "女儿": False, "母亲": False}
    for row in rows("members"):
        if row["relation"] in male:
            assert (int(row["id_number"][16]) % 2 == 1) == male[row["relation"]], row


def test_no_telephone_number_has_the_prefix_of_a_network():
    phones = [row["phone"] for row in rows("households")]
    assert len(set(phones)) == len(phones)
    assert all(len(phone) == 11 and phone.startswith("102") for phone in phones)


def test_parents_are_at_least_nineteen_years_older():
    families = defaultdict(list)
    for row in rows("members"):
        families[row["household_id"]].append((row["relation"], date.fromisoformat(row["birth_date"])))
    for household_id, family in families.items():
        heads = [born for relation, born in family if relation in ("户主", "配偶")]
        for relation, born in family:
            if relation in ("儿子", "女儿"):
                assert all((born - head).days > 19 * 365 for head in heads), household_id
            if relation in ("父亲", "母亲"):
                assert (heads[0] - born).days > 19 * 365, household_id


def test_the_page_says_in_both_languages_that_everything_is_invented():
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert "全部记录均为虚构" in page
    assert "Every record is invented" in page
    assert "虚构" in dafeng().head.title
    assert "invented" in (FOLDER / "round.toml").read_text(encoding="utf-8").splitlines()[0].lower()


# -- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hash_seed", ["0", "7"])
def test_the_script_writes_the_same_bytes_again(tmp_path: Path, hash_seed: str):
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, str(FOLDER / "build.py"), str(tmp_path)], check=True, env=environment)
    written = sorted(file.name for file in tmp_path.iterdir())
    assert written == sorted(file.name for file in FOLDER.iterdir() if file.is_file() and file.suffix != ".py")
    for name in written:
        if name.endswith(".xlsx"):  # how well it is packed depends on the machine's zlib; what is packed does not
            assert unpacked(tmp_path / name) == unpacked(FOLDER / name)
        else:
            assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


def unpacked(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_workbook_is_read_as_the_same_round():
    folder, book = read_round(FOLDER), read_round(WORKBOOK)
    assert book.tables == folder.tables
    assert book.head == folder.head
    assert book.policy == folder.policy
    assert not folder.notes
    assert not book.notes


def test_the_workbook_holds_the_rows_of_the_csv_files_under_chinese_headings():
    book = openpyxl.load_workbook(WORKBOOK)
    given = {name: table for name, table in BY_NAME.items() if (FOLDER / f"{name}.csv").exists()}
    assert book.sheetnames == [table.titles[0] for table in given.values()]
    for name, table in given.items():
        headings, *lines = book[table.titles[0]].iter_rows(values_only=True)
        expected = rows(name)
        columns = [table.column(key) for key in expected[0]]
        assert list(headings) == [c.headings[0] if c else key for c, key in zip(columns, expected[0], strict=True)]
        assert len(lines) == len(expected)
        for line, row in zip(lines, expected, strict=True):
            for cell, text, column in zip(line, row.values(), columns, strict=True):
                assert as_csv(cell, text, column.words if column else {}) == text


def as_csv(cell: object, text: str, words: dict[str, tuple[str, ...]]) -> str:
    """A cell of the workbook as the CSV file writes it; ``text`` shows how many decimals that has."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, str):
        flags = {aliases[0]: str(value).lower() for value, aliases in FLAG_WORDS.items()}
        codes = {aliases[0]: code for code, aliases in words.items()}
        return codes.get(cell) or (flags[cell] if text in ("true", "false") else cell)
    return f"{cell:.2f}" if "." in text else str(cell)


def test_its_draw_was_frozen_when_the_lists_had_stood_and_before_every_event():
    round_, plan = dafeng(), read_round(FOLDER).head.draw
    assert all(standing.last_day < plan.frozen_on for standing in round_.standings.values() if standing.last_day)
    assert round_.policy.prepayment.due_on < plan.frozen_on
    assert all(plan.frozen_on < source.occurred_on < round_.head.as_of for source in plan.sources)
    assert all("虚构" in source.text and "演示" in source.name for source in plan.sources)
    assert [bool(sealed.number) for sealed in plan.sealed] == [True, False]


def test_columns_nobody_asked_for_are_kept():
    assert any(unit.extra.get("备注") for unit in read_round(FOLDER).tables.units)
    assert {"DF-004", "DF-013"} <= {h.household_id for h in dafeng().households if h.extra.get("备注")}


# -- the day ----------------------------------------------------------------------------------------------------------


def test_every_household_takes_part_on_the_day():
    assert len(dafeng().households) == PUBLISHED["households"]
    assert all(standing.stood for standing in dafeng().standings.values())


def test_what_takes_no_part_is_what_was_meant_to():
    out = Counter(reason.code for left in dafeng().left_out for reason in left.reasons)
    assert out == {
        "unit.status.reserved": 6,
        "unit.status.defective": 2,
        "objection.open": 1,
        "unit.joint_self_built": 12,
        "unit.other_project": 4,
    }
    assert not [left for left in dafeng().left_out if left.household_id]
    assert len(dafeng().units) == 165


def test_the_cases_worth_showing_are_there():
    households = {h.household_id: h for h in dafeng().households}
    needs = Counter(h.access_need for h in households.values())
    assert needs == {"none": 61, "low_floor": 3, "step_free": 2}
    assert Counter(h.together for h in households.values() if h.together) == {"A": 2, "B": 2}
    assert sum(h.bonus_persons for h in households.values()) == 5
    assert {1, 2} < {h.priority_class for h in households.values()}
    names = {row["name"] for row in rows("households")}
    assert {"王𠮷安", "周㛃", "欧阳鹤年"} <= names
    assert Counter(Counter(h.name for h in households.values()).values()) == {1: 64, 2: 1}, "one pair of namesakes"
    assert len({h.village for h in households.values()}) == 6
    assert all(2019 <= h.signed_on.year <= 2020 for h in households.values())


def test_the_first_priority_class_is_age_seventy_or_a_disability():
    as_of = dafeng().head.as_of
    limit = as_of.replace(year=as_of.year - 70)
    meant = {m.household_id for m in dafeng().tables.members if m.counted and (m.disabled or m.birth_date <= limit)}
    assert meant == {h.household_id for h in dafeng().households if h.priority_class == 1}


def test_only_child_certificates_stand_behind_the_bonus_persons():
    certified = {m.household_id for m in dafeng().tables.members if m.only_child}
    assert certified == {h.household_id for h in dafeng().households if h.bonus_persons}


def test_payments_that_went_wrong_were_made_good_by_the_due_date():
    due_on = dafeng().policy.prepayment.due_on
    of = defaultdict(list)
    for row in sorted(rows("payments"), key=lambda r: r["paid_on"]):
        assert date.fromisoformat(row["paid_on"]) <= due_on
        of[row["household_id"]].append((row["paid_on"], Decimal(row["amount"]), row["kind"]))
    returned = [key for key, list_ in of.items() if len(list_) == 3 and list_[1][1] == -list_[0][1]]
    assert len(returned) == 1
    assert of[returned[0]][2][0] == due_on.isoformat()
    refunds = [amount for list_ in of.values() for _, amount, _ in list_ if amount < 0]
    assert len(refunds) == 2
    assert {kind for list_ in of.values() for *_, kind in list_} == {"cash", "compensation"}
    assert {len(list_) for list_ in of.values()} == {1, 2, 3}


def test_only_two_households_prepaid_too_little_for_the_dearest_homes_they_could_get():
    share = dafeng().policy.prepayment.share
    most = {household_id: paid / share for household_id, paid in dafeng().paid.items()}
    short = [h for h in dafeng().households if dearest_yuan(h) > most[h.household_id]]
    assert {h.household_id for h in short} == TIGHT
    for household in short:
        prices = [price_yuan(household, homes) for homes in sets(household)]
        assert min(prices) <= most[household.household_id] < max(prices)


def dearest_yuan(household: Household) -> Decimal:
    """No less than what any set of homes can cost it: the largest of each layout, all on the dearest floor."""
    largest = sorted(dafeng().units, key=lambda unit: unit.area_m2, reverse=True)
    demand = dafeng().demand.get(household.household_id)
    if demand is None:
        greatest = m2_of(household) + dafeng().policy.area.over_m2
        homes = [unit for unit in largest if unit.area_m2 <= greatest][:1]
    else:
        homes = [u for layout, n in demand.items() for u in [u for u in largest if u.layout == layout][:n]]
    return price_yuan(household, [replace(unit, floor=7) for unit in homes])


def price_yuan(household: Household, homes: Sequence[Unit]) -> Decimal:
    return statement(homes, m2_of(household), dafeng().policy.pricing).price_yuan


def test_both_of_them_want_what_they_cannot_pay():
    for household in dafeng().households:
        if household.household_id in TIGHT:
            first = [c for c in dafeng().tables.choices if c.household_id == household.household_id and c.choice == 1]
            wanted = [s for s in sets(household) if all(matches(first[0], unit) for unit in s)]
            least = min(price_yuan(household, homes) for homes in wanted)
            assert least * dafeng().policy.prepayment.share > dafeng().paid[household.household_id]


def m2_of(household: Household) -> Decimal:
    members = [m for m in dafeng().tables.members if m.household_id == household.household_id]
    return entitlement(household, members, dafeng().policy).m2


def sets(household: Household) -> list[tuple[Unit, ...]]:
    """One set of declared homes for every way it can look: area and floor of each home."""
    alike: dict[tuple[str, Decimal, int], list[Unit]] = defaultdict(list)
    for unit in dafeng().units:
        alike[unit.layout, unit.area_m2, min(unit.floor, 7) if unit.floor > 1 else 1].append(unit)
    ways = [
        [
            tuple(itertools.chain.from_iterable(alike[key][:n] for key, n in Counter(keys).items()))
            for keys in itertools.combinations_with_replacement([k for k in alike if k[0] == layout], homes)
        ]
        for layout, homes in sorted(dafeng().demand[household.household_id].items())
    ]
    return [tuple(itertools.chain.from_iterable(parts)) for parts in itertools.product(*ways)]


def matches(choice: Choice, unit: Unit) -> bool:
    named = ("project", "building", "entrance", "layout", "orientation", "unit_id")
    low, high = choice.floor_min or unit.floor, choice.floor_max or unit.floor
    return low <= unit.floor <= high and all(getattr(choice, name) in ("", getattr(unit, name)) for name in named)


def test_all_households_can_be_served_at_once_the_hardest_to_please_with_a_fourth_choice():
    assert served_within(worst=4)
    assert not served_within(worst=3)


def served_within(worst: int) -> bool:
    """Whether 66 households can take 141 homes of rank ``worst`` or better: a model of its own, home by home."""
    model = cp_model.CpModel()
    taken: dict[str, list[cp_model.IntVar]] = defaultdict(list)
    sites = {(group, unit.building): model.new_bool_var("") for group in "AB" for unit in dafeng().units}
    for household in dafeng().households:
        homes = [(unit, model.new_bool_var("")) for unit in dafeng().units if fits(household, unit, worst)]
        for unit, var in homes:
            taken[unit.unit_id].append(var)
            if household.together:
                model.add_implication(var, sites[household.together, unit.building])
        serve(model, household, homes)
    for group in "AB":
        model.add_at_most_one(var for (name, _), var in sites.items() if name == group)
    for unit_id in sorted(taken):
        model.add_at_most_one(taken[unit_id])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    return status == cp_model.OPTIMAL


def serve(model: cp_model.CpModel, household: Household, homes: Sequence[tuple[Unit, cp_model.IntVar]]) -> None:
    """The demand, the access need, and for the two whom it can bind the prepayment of one household."""
    demand = dafeng().demand.get(household.household_id)
    for layout, number in (demand or {}).items():
        model.add(sum(var for unit, var in homes if unit.layout == layout) == number)
    if demand is None:
        model.add(sum(var for _, var in homes) == 1)
    if household.access_need != "none":
        model.add_bool_or([var for unit, var in homes if helps(household, unit)])
    if household.household_id in TIGHT:  # neither reaches beyond its entitlement: one price a m² and the floor
        fen = [(var, int(unit.area_m2 * (1500 + addition(unit.floor)) * 100)) for unit, var in homes]
        share, paid = dafeng().policy.prepayment.share, dafeng().paid[household.household_id]
        model.add(sum(var * price for var, price in fen) <= int(paid / share * 100))


def fits(household: Household, unit: Unit, worst: int) -> bool:
    demand = dafeng().demand.get(household.household_id)
    if demand is not None and unit.layout not in demand:
        return False
    if demand is None and unit.area_m2 > m2_of(household) + dafeng().policy.area.over_m2:
        return False
    own = [c for c in dafeng().tables.choices if c.household_id == household.household_id]
    return min((c.choice for c in own if matches(c, unit)), default=6) <= worst


def helps(household: Household, unit: Unit) -> bool:
    return unit.step_free or (household.access_need == "low_floor" and unit.floor <= 3)


def addition(floor: int) -> int:
    return -20 if floor == 1 else 0 if floor <= 6 else 35
