"""The auditor's list: each thing real audits found is found, said with its reason, and reopened when facts change."""

import csv
import json
import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from bad_rounds import Book
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation import policy as policies
from allocation.exceptions import audit, figures, found_sentence, why_sentence, write_list
from allocation.findings import Result
from allocation.messages import SENTENCES
from allocation.persons import born, number_key
from allocation.round import judge
from allocation.schema import (
    Choice,
    Demand,
    Disposition,
    Household,
    Member,
    OfficerRelative,
    Resettled,
    RoundHead,
    SurveyPerson,
    Tables,
    Unit,
)
from allocation.tables import RoundInput, read_round

RULES = {
    "entitlement": {"m2_per_person": 50.0},
    "area": {"under_m2": 30.0, "over_m2": 20.0, "max_units": 2},
    "pricing": {"bands": [{"up_to": "entitlement", "price": "1500.00"}, {"price": "3000.00"}]},
}
SIGNED = date(2020, 3, 1)


def number(region: str, birth: str, serial: str) -> str:
    """An identity number with its check digit, by GB 11643, written out here once more."""
    body = region + birth + serial
    return body + "10X98765432"[sum(int(c) * (2 ** (17 - at) % 11) for at, c in enumerate(body)) % 11]


WANG, LI, ZHAO = (number("990001", birth, "001") for birth in ("19800101", "19820202", "19850303"))
CHILD = number("990001", "20100101", "003")


def base() -> Tables:
    """Three households of two villages in which nothing is to be asked about, with all that it is compared with."""
    return Tables(
        households=(
            Household(household_id="H1", name="王明", village="东村", persons=2, signed_on=SIGNED, id_number=WANG,
                      phone="10200000001"),
            Household(household_id="H2", name="李强", village="东村", persons=1, signed_on=SIGNED, id_number=LI,
                      phone="10200000002"),
            Household(household_id="H3", name="赵敏", village="西村", persons=1, signed_on=SIGNED, id_number=ZHAO),
        ),
        members=(
            Member(household_id="H1", name="王明", relation="户主", birth_date=date(1980, 1, 1), id_number=WANG),
            Member(household_id="H1", name="王小", relation="子", birth_date=date(2010, 1, 1), id_number=CHILD),
            Member(household_id="H2", name="李强", relation="户主", birth_date=date(1982, 2, 2), id_number=LI),
            Member(household_id="H3", name="赵敏", relation="户主", birth_date=date(1985, 3, 3), id_number=ZHAO),
        ),
        units=tuple(
            Unit(unit_id=f"U{n}", project="大丰", building="1", floor=n, layout="50", area_m2=Decimal("50.00"))
            for n in range(1, 6)
        ),
        demand=(
            Demand(household_id="H1", layout="50", count=2),
            Demand(household_id="H2", layout="50", count=1),
            Demand(household_id="H3", layout="50", count=1),
        ),
        payments=(), publications=(), objections=(),
        survey=(
            SurveyPerson(name="王明", id_number=WANG, household_id="H1", village="东村"),
            SurveyPerson(name="王小", birth_date=date(2010, 1, 1), household_id="H1", village="东村"),
            SurveyPerson(name="李强", id_number=LI, household_id="H2", village="东村"),
            SurveyPerson(name="赵敏", id_number=ZHAO, household_id="H3", village="西村"),
        ),
        resettled=(Resettled(name="孙旺", id_number=number("990002", "19500505", "001"), project="旧小区"),),
        officers=(OfficerRelative(name="周七", officer="周七", relation="本人", phone="10299999999"),),
    )  # fmt: skip


def judged(tables: Tables, freeze_on: date | None = date(2020, 1, 1), rules: dict | None = None):
    head = RoundHead(id="R", title="批次", as_of=date(2021, 5, 28), seed="s", freeze_on=freeze_on)
    policy = policies.parse(rules or RULES, "policy.toml")
    return judge(RoundInput(head=head, policy=policy, tables=tables, path=Path("r")))


def asked(tables: Tables, **more) -> list[tuple[str, str]]:
    return [(one.finding.code, one.finding.subject) for one in audit(judged(tables), **more).exceptions]


def changed(tables: Tables, table: str, at: int, /, **values) -> Tables:
    """The tables with one row of one table changed."""
    rows = list(getattr(tables, table))
    rows[at] = replace(rows[at], **values)
    return replace(tables, **{table: tuple(rows)})


def added(tables: Tables, name: str, /, *rows) -> Tables:
    return replace(tables, **{name: (*getattr(tables, name), *rows)})


def member(household_id: str, name: str, born_on: date, **more) -> Member:
    return Member(household_id=household_id, name=name, relation="亲属", birth_date=born_on, **more)


def listed(tables: Tables, name: str, **more) -> Tables:
    """A person put on the survey roll too, so that only what is meant is found."""
    return added(tables, "survey", SurveyPerson(name=name, **more))


def test_nothing_is_asked_where_nothing_is_wrong():
    found = audit(judged(base()))
    assert found.exceptions == ()
    assert found.not_compared == ("audit.without.frozen", "audit.without.result")


def test_what_could_not_be_compared_is_said():
    bare = replace(base(), survey=(), resettled=(), officers=())
    assert len(audit(judged(bare, freeze_on=None)).not_compared) == 6


BORN = date(1990, 4, 4)
AUNT = number("990001", "19900404", "002")

CASES = {
    "one number in two households": (
        lambda t: added(t, "members", member("H2", "王小", date(2010, 1, 1), id_number=CHILD, counted=False)),
        {("person.twice", "H1、H2"), ("family.homes", "H1、H2")}),
    "one name and birth, a number missing": (
        lambda t: added(t, "members", member("H3", "王 小", date(2010, 1, 1), counted=False)),
        {("person.namesake", "H1、H3"), ("family.homes", "H1、H3")}),
    "resettled before, by number of fifteen digits": (
        lambda t: added(t, "resettled", Resettled(name="李强", id_number=LI[:6] + LI[8:17])),
        {("person.resettled", "H2")}),
    "resettled before, by name and birth": (
        lambda t: added(t, "resettled", Resettled(name="李强", birth_date=date(1982, 2, 2))),
        {("person.resettled", "H2")}),
    "resettled before, by name alone": (
        lambda t: added(t, "resettled", Resettled(name="李强")), {("person.resettled_name", "H2")}),
    "not on the survey roll, and more than it holds": (
        lambda t: changed(added(t, "members", member("H2", "外人", BORN, id_number=AUNT)), "households", 1, persons=2),
        {("survey.missing", "H2"), ("survey.more_household", "H2"), ("survey.more_village", "东村"),
         ("survey.more", "*")}),
    "another name under the number": (
        lambda t: changed(t, "survey", 2, name="李刚"), {("survey.name", "H2")}),
    "another number under the name": (
        lambda t: changed(t, "survey", 2, id_number=AUNT), {("survey.number", "H2")}),
    "another household on the roll": (
        lambda t: changed(t, "survey", 2, household_id="H3"),
        {("survey.household", "H2")}),
    "a birth date that is not the number's": (
        lambda t: changed(t, "members", 2, birth_date=date(1983, 2, 2)), {("person.birth", "H2")}),
    "a head who is no member": (
        lambda t: changed(t, "households", 1, name="李刚", id_number=""), {("person.head_missing", "H2")}),
    "a head under another number": (
        lambda t: changed(t, "households", 1, id_number=AUNT), {("person.head_number", "H2")}),
    "joined after the freeze": (
        lambda t: changed(t, "members", 2, joined_on=date(2020, 1, 2)), {("person.joined_late", "H2")}),
    "born after the freeze": (
        lambda t: changed(changed(t, "members", 1, birth_date=date(2020, 6, 1), id_number=""), "survey", 1,
                          birth_date=date(2020, 6, 1)), {("person.born_late", "H1")}),
    "joined shortly before the freeze": (
        lambda t: changed(t, "members", 2, joined_on=date(2019, 1, 1)), {("person.joined_before", "H2")}),
    "joined on the freeze date itself": (
        lambda t: changed(t, "members", 2, joined_on=date(2020, 1, 1)), {("person.joined_before", "H2")}),
    "an officer's relative by number and telephone is told once": (
        lambda t: added(t, "officers", OfficerRelative(name="李强", officer="郑", relation="外甥", id_number=LI,
                                                       phone="10200000002")), {("officer.number", "H2")}),
    "two households with one telephone": (
        lambda t: changed(t, "households", 2, phone="102-0000-0002"), {("family.linked", "H2、H3")}),
    "more homes in one family than a household may have": (
        lambda t: changed(t, "households", 2, phone="１０２００００００01"), {("family.homes", "H1、H3")}),
    "two households with one account": (
        lambda t: changed(changed(t, "households", 1, extra={"银行账号": "6222 01"}), "households", 2,
                          extra={"银行账号": "622201"}), {("family.linked", "H2、H3")}),
    "an officer's relative by number": (
        lambda t: added(t, "officers", OfficerRelative(name="李  强", officer="郑", relation="外甥", id_number=LI)),
        {("officer.number", "H2")}),
    "an officer's relative by name": (
        lambda t: added(t, "officers", OfficerRelative(name="李强", officer="郑", relation="外甥")),
        {("officer.name", "H2")}),
    "an officer's telephone": (
        lambda t: added(t, "officers", OfficerRelative(name="郑二", officer="郑", relation="兄", phone="10200000002")),
        {("officer.phone", "H2")}),
    "homes around one officer": (
        lambda t: added(t, "officers", OfficerRelative(name="李强", officer="郑", relation="外甥", id_number=LI),
                        OfficerRelative(name="王明", officer="郑", relation="表弟", id_number=WANG)),
        {("officer.number", "H2"), ("officer.number", "H1"), ("officer.homes", "郑")}),
    "more homes and more m² than the policy's own measure": (
        lambda t: changed(t, "demand", 1, count=3), {("homes.above", "H2"), ("area.above", "H2")}),
    "a price by hand far from the policy": (
        lambda t: replace(t, units=tuple(replace(u, base_price=Decimal("900.00")) for u in t.units)),
        {("price.far", "大丰")}),
    "one home priced unlike the others": (
        lambda t: changed(t, "units", 3, base_price=Decimal("1400.00")), {("price.odd", "U4")}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_audits_found_is_found_and_nothing_else(name):
    change, expected = CASES[name]
    assert set(asked(change(base()))) == expected


LIMITS = {
    "born on the freeze date": lambda t: changed(
        changed(t, "members", 1, birth_date=date(2020, 1, 1), id_number=""), "survey", 1, birth_date=date(2020, 1, 1)),
    "exactly the greatest area": lambda t: changed(t, "demand", 1, layout="70"),
    "a namesake of an officer's relative with a number of its own": lambda t: added(
        t, "officers", OfficerRelative(name="李强", officer="郑", relation="外甥", id_number=AUNT)),
    "a namesake of the head in the same household": lambda t: added(
        t, "members", member("H2", "李强", BORN, id_number=AUNT, counted=False)),
    "a member who does not count joined late": lambda t: changed(
        changed(t, "members", 1, joined_on=date(2020, 2, 2), counted=False), "demand", 0, count=1),
    "joined on the freeze date long after birth, a year before": lambda t: changed(
        t, "members", 2, joined_on=date(2018, 12, 31)),
    "a newborn registered a month after birth, before the freeze": lambda t: changed(
        changed(t, "members", 1, birth_date=date(2019, 6, 1), id_number="", joined_on=date(2019, 7, 1)), "survey", 1,
        birth_date=date(2019, 6, 1)),
    "two people of one name and birth with a number each": lambda t: added(t, "members", member(
        "H3", "王小", date(2010, 1, 1), id_number=number("990009", "20100101", "007"), counted=False)),
    "somebody else of that name was resettled": lambda t: added(
        t, "resettled", Resettled(name="李强", id_number=AUNT), Resettled(name="李强", birth_date=BORN)),
    "a roll with a numbering of its own": lambda t: replace(
        t, survey=tuple(replace(row, household_id=f"底{n}") for n, row in enumerate(t.survey))),
    "a price just within a fifth": lambda t: replace(
        t, units=tuple(replace(u, base_price=Decimal("1200.00")) for u in t.units)),
    "spellings that only look different": lambda t: replace(
        t, survey=tuple(replace(row, name=row.name.replace("强", "强\u200b"), household_id=row.household_id.replace(
            "H", "Ｈ"), village=f"{row.village}\xa0") for row in t.survey)),
}  # fmt: skip


@pytest.mark.parametrize("name", LIMITS)
def test_what_only_looks_like_it_is_left_alone(name):
    assert asked(LIMITS[name](base())) == []


@pytest.mark.parametrize("text", ["Ｈ００１", "H001\xa0", "H0\u200b01", "H001\u3000"])
def test_ids_that_look_alike_are_one_id(text):
    tables = changed(
        base(),
        "survey",
        2,
        household_id=text.replace("001", "2").replace("００１", "2").replace("0\u200b01", "\u200b2"),
    )
    assert asked(tables) == []


def test_a_name_written_in_pieces_is_one_name():
    tables = changed(changed(base(), "members", 2, name="买买提·艾力"), "households", 1, name="买买提•艾力")
    assert asked(changed(tables, "survey", 2, name="买买提．艾力")) == []
    composed = changed(changed(base(), "members", 2, name="Ame\u0301lie"), "households", 1, name="Am\u00e9lie")
    assert asked(changed(composed, "survey", 2, name="ＡＭÉLIE")) == []


# -- the frozen roster and a result -------------------------------------------------------------------------------


def test_a_roster_changed_after_the_freeze_is_told_row_by_row():
    before = base()
    policy = judged(before).policy
    now = changed(changed(before, "units", 1, area_m2=Decimal("50.10")), "members", 1, name="王小小")
    now = changed(now, "survey", 1, name="王小小")
    now = added(
        now, "households", Household(household_id="H9", name="外人", village="东村", persons=1, signed_on=SIGNED)
    )
    now = listed(added(now, "demand", Demand(household_id="H9", layout="50", count=1)), "外人", village="东村")
    found = audit(judged(now), frozen=(before, policy)).exceptions
    assert [(one.finding.code, one.finding.subject) for one in found] == [
        ("roster.households", "H9"), ("roster.units", "U2"), ("roster.members", "H1"), ("roster.demand", "H9"),
    ]  # fmt: skip
    assert found_sentence(found[1].finding) == "冻结之后房源变动：建筑面积 50.00 → 50.10"
    assert "王小小" in found_sentence(found[2].finding, "en")
    assert asked(before, frozen=(before, policy)) == []
    dearer = policies.parse({**RULES, "area": {"max_units": 3}}, "p")
    assert asked(before, frozen=(before, dearer)) == [("roster.policy", "*")]
    without = replace(before, households=before.households[:2], members=before.members[:3], demand=before.demand[:2])
    assert ("roster.households", "H3") in asked(without, frozen=(before, policy))


def test_a_roster_whose_fingerprint_is_not_the_published_one_is_told(tmp_path, anju):
    path = Book().write(tmp_path, "csv")
    found = json.loads(anju("office", "exceptions", path, "--pool", "0" * 64, "--json")[1])
    (one,) = [e for e in found["exceptions"] if e["code"] == "roster.pool"]
    now = one["found"].rpartition("现在 ")[2]
    same = json.loads(anju("office", "exceptions", path, "--pool", f" {now.upper()}", "--json")[1])
    assert "roster.pool" not in {e["code"] for e in same["exceptions"]}


def test_a_result_with_strangers_double_homes_and_wrong_prices_is_told():
    homes = {"H1": ("U1", "U2"), "H2": ("U2",), "H7": ("U9",)}
    prices = {"H1": Decimal("150000.00"), "H2": Decimal("75000.01")}
    result = Result(homes=homes, prices=prices, lines={"H1": Decimal("149999.00"), "H2": Decimal("75000.01")})
    found = dict.fromkeys(asked(base(), result=result))
    # no publication stood in these tables: everything is left out of the round as well
    assert [one for one in found if one[0] != "result.left_out" and one[0] != "result.unit_left_out"] == [
        ("price.lines", "H1"), ("price.statement", "H2"), ("result.stranger", "H7"), ("result.unit_twice", "U2"),
        ("result.unit_stranger", "U9"),
    ]  # fmt: skip
    assert {("result.left_out", "H1"), ("result.unit_left_out", "U1")} <= set(found)


def test_what_dafeng_allocates_recomputes_to_the_fen(tmp_path, anju):
    from test_cli import DAFENG

    round_ = judge(read_round(DAFENG))
    homes = {h.household_id: (u.unit_id,) for h, u in zip(round_.households[:3], round_.units[:3], strict=True)}
    from allocation.allocate import price_of

    units = {u.unit_id: u for u in round_.units}
    prices = {i: price_of(round_, i, [units[own[0]]]).price_yuan for i, own in homes.items()}
    assert audit(round_, result=Result(homes=homes, prices=prices)).exceptions == ()


# -- reasons and approvers ----------------------------------------------------------------------------------------


def _with(tables: Tables, **changes) -> tuple:
    """The exceptions of a round with one officer's relative and one row of disposition."""
    tables = added(tables, "officers", OfficerRelative(name="李强", officer="郑", relation="外甥", id_number=LI))
    (bare,) = audit(judged(tables)).exceptions
    row = Disposition(code=bare.finding.code, subject="H2", mark=bare.finding.mark, reason="已回避", approver="钱",
                      decided_on=date(2021, 1, 1))  # fmt: skip
    return audit(judged(replace(tables, exceptions=(replace(row, **changes),))))


def test_an_exception_with_reason_and_approver_is_listed_as_explained():
    found = _with(base())
    assert found.counts == {"open": 0, "explained": 1}
    assert found.exceptions[0].given.reason == "已回避"
    assert found.unused == ()


@pytest.mark.parametrize(
    ("changes", "note"),
    [({"reason": " "}, "incomplete"), ({"approver": ""}, "incomplete"), ({"decided_on": None}, "incomplete"),
     ({"mark": "00000000"}, "other_mark"), ({"mark": ""}, "other_mark"), ({"approver": "郑"}, "concerned"),
     ({"approver": " 李强"}, "concerned")],
)  # fmt: skip
def test_what_is_not_properly_decided_stays_open_and_says_why(changes, note):
    found = _with(base(), **changes)
    assert found.open == 1
    assert found.exceptions[0].note == note


def test_a_reason_for_one_thing_is_no_remark_on_another_of_the_same_kind():
    tables = added(base(), "members", *(member("H2", name, BORN) for name in ("甲", "乙")))
    one, two = (e for e in audit(judged(tables)).exceptions if e.finding.code == "survey.missing")
    row = Disposition(code="survey.missing", subject="H2", mark=one.finding.mark, reason="婚入", approver="钱",
                      decided_on=date(2021, 1, 1))  # fmt: skip
    again = [
        e for e in audit(judged(replace(tables, exceptions=(row,)))).exceptions if e.finding.code == "survey.missing"
    ]
    assert [(e.explained, e.note) for e in again] == [(True, ""), (False, "")]
    assert two.finding.mark == again[1].finding.mark


def test_a_reason_for_something_no_longer_found_is_not_lost():
    found = _with(base(), subject="H3")
    assert found.open == 1
    assert [one.subject for one in found.unused] == ["H3"]


def test_a_mark_holds_for_the_same_facts_only():
    one = _with(base()).exceptions[0].finding
    promoted = added(base(), "officers", OfficerRelative(name="李强", officer="郑", relation="儿子", id_number=LI))
    (other,) = audit(judged(promoted)).exceptions
    assert (one.code, one.subject) == (other.finding.code, other.finding.subject)
    assert one.mark != other.finding.mark
    with_homes = audit(judged(promoted), result=Result(homes={"H2": ()})).exceptions
    assert [e.finding.mark for e in with_homes if e.finding.code == "officer.number"] == [other.finding.mark]


def test_the_written_list_is_completed_and_read_back(tmp_path, anju):
    book = Book(policy="[fairness]\nmax_choices = 3\n[area]\nmax_units = 4\n")
    del book.sheets["疑点"]
    path = book.write(tmp_path, "csv")
    code, said, _ = anju("office", "exceptions", path, "--write", path / "疑点.csv", "--json")
    found = json.loads(said)
    assert code == 0
    assert found["open"] == len(found["exceptions"]) > 3
    assert all(one["found"] and one["why"] and len(one["mark"]) == 8 for one in found["exceptions"])
    with (path / "疑点.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == found["open"]
    assert json.loads(anju("check", path, "--json")[1])["exceptions"] == {"open": found["open"], "explained": 0}
    for row in rows[1:]:
        row.update({"理由": "=已核实", "批准人": "钱", "批准日期": "2021-05-01"})
    with (path / "疑点.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    again = json.loads(anju("office", "exceptions", path, "--json")[1])
    assert (again["open"], again["explained"]) == (1, found["open"] - 1)
    assert "未说明 1 条" in anju("check", path)[1]
    assert "未说明 1 条" in anju("office", "exceptions", path)[1]
    assert "1 open" in anju("office", "exceptions", path, "--lang", "en")[1]
    before = read_round(path).tables.exceptions
    write_list(path / "疑点.csv", audit(judge(read_round(path))))
    assert sorted(read_round(path).tables.exceptions, key=str) == sorted(before, key=str)


def test_a_person_in_two_households_is_refused_until_somebody_answers_for_it(tmp_path, anju):
    book = Book()
    book.put("安置人口", 6, "身份证号", "990001198001010019")
    path = book.write(tmp_path, "csv")
    assert anju("check", path)[0] == 2
    code, said, _ = anju("office", "exceptions", path, "--json", "--write", path / "疑点.csv")
    assert code == 0  # the list itself never refuses
    (one,) = [e for e in json.loads(said)["exceptions"] if e["code"] == "person.twice"]
    assert anju("check", path)[0] == 2
    text = (path / "疑点.csv").read_text(encoding="utf-8-sig").splitlines()
    at = next(n for n, line in enumerate(text) if one["mark"] in line)
    text[at] = text[at].removesuffix(",,,") + ",离婚各计一半,钱,2021-05-01"
    (path / "疑点.csv").write_text("\n".join(text) + "\n", encoding="utf-8")
    assert anju("check", path)[0] == 0
    listed_ = json.loads(anju("office", "exceptions", path, "--json")[1])
    assert [e["status"] for e in listed_["exceptions"] if e["code"] == "person.twice"] == ["explained"]


def test_a_result_folder_that_cannot_be_read_is_one_clear_list_of_faults(tmp_path, anju):
    path = Book().write(tmp_path, "csv")
    (tmp_path / "out").mkdir()
    assert anju("office", "exceptions", path, "--result", tmp_path / "out")[0] == 2
    (tmp_path / "out" / "allocation.csv").write_text("household_id,unit_id\nH001,U01\nH002,\n", encoding="utf-8")
    (tmp_path / "out" / "statements.csv").write_text("household_id,price\nH001,十万\n", encoding="utf-8")
    code, _, told = anju("office", "exceptions", path, "--result", tmp_path / "out")
    assert code == 2
    assert "allocation.csv" in told
    assert "十万" in told
    assert "Traceback" not in told


# -- all of it ----------------------------------------------------------------------------------------------------


def _all_at_once() -> Tables:
    tables = base()
    for change, _ in CASES.values():
        tables = change(tables)
    return tables


@given(st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_the_list_does_not_depend_on_the_order_of_rows(rng: random.Random):
    tables = _all_at_once()
    shuffled = {}
    for name in ("households", "members", "units", "survey", "resettled", "officers", "demand"):
        rows = list(getattr(tables, name))
        rng.shuffle(rows)
        shuffled[name] = tuple(rows)
    assert figures(audit(judged(replace(tables, **shuffled)))) == figures(audit(judged(tables)))


def test_every_exception_is_said_in_both_languages_with_why_it_matters():
    rounds = [(change(base()), {}) for change, _ in CASES.values()]
    now = added(changed(base(), "units", 0, floor=9), "choices", Choice(household_id="H1", choice=1))
    now = changed(changed(now, "members", 0, relation="本人"), "demand", 0, count=1)
    frozen = (
        changed(base(), "households", 0, phone=""),
        policies.parse({**RULES, "access": {"low_floor_max": 9}}, "p"),
    )
    homes = {"H1": ("U1", "U2", "U3", "U4"), "H2": ("U1", "U9"), "H7": ("U9",), "H3": ("U5",)}
    result = Result(homes=homes, prices=dict.fromkeys(homes, Decimal(1)), lines={"H2": Decimal(2)})
    rounds += [(now, {"frozen": frozen, "result": result, "pools": ("a", "b")}), (base(), {"result": result})]
    found = [one.finding for tables, more in rounds for one in audit(judged(tables), **more).exceptions]
    no_more = {**RULES, "pricing": {"bands": [{"up_to": "entitlement", "price": "1.00"}, {"forbidden": True}]}}
    found += [one.finding for one in audit(judged(base(), rules=no_more), result=result).exceptions]
    for finding in found:
        for lang in ("zh", "en"):
            assert found_sentence(finding, lang)
            assert why_sentence(finding, lang)
    assert {code for code in SENTENCES if f"why.{code}" in SENTENCES} == {finding.code for finding in found}
    assert figures(audit(judged(_all_at_once())), "en")["by_village"]


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.integers(0, 999))
def test_a_number_of_fifteen_digits_is_the_one_it_became(day, serial):
    full = number("110101", f"{day:%Y%m%d}", f"{serial:03}")
    assert number_key(full[:6] + full[8:17]) == full
    assert born(full.lower()) == day
