"""Who and what takes part on the day, and why not: spec §5, reason by reason."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from allocation import policy
from allocation.messages import LANGS, Faults, reason_sentence
from allocation.round import Round, demanded_m2, judge, smallest_m2
from allocation.schema import Demand, Household, Objection, Payment, Publication, RoundHead, Tables, Unit
from allocation.tables import RoundInput, read_round

DAY = date(2021, 5, 28)
ROOT = Path(__file__).resolve().parent.parent


def given(rules: dict | None = None, **changes: object) -> RoundInput:
    """Two households and three homes, everything published on 1 May for 7 days; ``changes`` replace whole tables."""
    tables = Tables(
        households=(
            Household(household_id="H1", name="王小明", village="甲", persons=2, signed_on=date(2020, 1, 2)),
            Household(household_id="H2", name="李四", village="乙", persons=1, signed_on=date(2020, 1, 1)),
        ),
        units=tuple(
            Unit(unit_id=f"U{n}", project="苑", building="1", floor=n, layout="80", area_m2=Decimal("80.5"))
            for n in (1, 2, 3)
        ),
        payments=(
            Payment(receipt_no="P1", household_id="H1", paid_on=date(2021, 5, 1), amount=Decimal("60000.00")),
            Payment(receipt_no="P2", household_id="H2", paid_on=date(2021, 5, 25), amount=Decimal("60000.00")),
        ),
        publications=tuple(Publication(document=d, published_on=date(2021, 5, 1), days=7) for d in ("demand", "units")),
        objections=(),
    )
    rules = {"entitlement": {"m2_per_person": "50"}, "order": {"rule": "signed_on"}, **(rules or {})}
    head = RoundHead(id="r", title="r", as_of=DAY, seed="s")
    return RoundInput(head=head, policy=policy.parse(rules, "test"), tables=replace(tables, **changes), path=Path("r"))


def reasons(round_: Round) -> dict[str, list[str]]:
    return {e.household_id or e.unit_id: [reason.code for reason in e.reasons] for e in round_.left_out}


def test_when_all_has_stood_and_nobody_objects_all_take_part():
    round_ = judge(given())
    assert [h.household_id for h in round_.households] == ["H1", "H2"]
    assert [u.unit_id for u in round_.units] == ["U1", "U2", "U3"]
    assert round_.left_out == ()


@pytest.mark.parametrize(("as_of", "stood"), [(date(2021, 5, 8), False), (date(2021, 5, 9), True)])
def test_a_period_has_ended_when_the_day_is_later_than_its_last(as_of, stood):
    """Published on 1 May for 7 days: day 1 is the 2nd, the last is the 8th."""
    base = given()
    round_ = judge(replace(base, head=replace(base.head, as_of=as_of)))
    assert bool(round_.households) == bool(round_.units) == stood


def test_a_publication_stands_its_own_days_and_never_fewer_than_the_policy_asks():
    short = tuple(Publication(document=d, published_on=date(2021, 5, 21), days=5) for d in ("demand", "units"))
    assert set(reasons(judge(given(publications=short)))) == {"H1", "H2", "U1", "U2", "U3"}
    long = tuple(Publication(document=d, published_on=date(2021, 5, 10), days=30) for d in ("demand", "units"))
    assert set(reasons(judge(given(publications=long)))) == {"H1", "H2", "U1", "U2", "U3"}


def test_a_withdrawn_demand_keeps_every_household_out_but_no_unit():
    publications = (
        Publication(document="demand", published_on=date(2021, 5, 1), days=7, withdrawn_on=date(2021, 5, 20)),
        Publication(document="units", published_on=date(2021, 5, 1), days=7),
    )
    assert reasons(judge(given(publications=publications))) == {
        "H1": ["publicity.withdrawn"], "H2": ["publicity.withdrawn"],
    }  # fmt: skip


def objection(document: str, subject: str, **changes: object) -> Objection:
    return Objection(objection_id="O1", document=document, filed_on=date(2021, 5, 3), subject=subject, **changes)


@pytest.mark.parametrize(
    ("filed", "kept_out"),
    [
        (objection("demand", "H1"), {"H1"}),
        (objection("demand", "*"), {"H1", "H2"}),
        (objection("units", "U2"), {"U2"}),
        (objection("units", "*"), {"U1", "U2", "U3"}),
        (objection("plan", "H1"), set()),
        (objection("demand", "H1", resolved_on=DAY), set()),
        (objection("demand", "H1", resolved_on=date(2021, 5, 29)), {"H1"}),
        (replace(objection("demand", "H1"), filed_on=date(2021, 5, 29)), set()),
    ],
)
def test_an_open_objection_keeps_out_what_it_is_about(filed, kept_out):
    round_ = judge(given(objections=(filed,)))
    assert set(reasons(round_)) == kept_out
    assert all(codes == ["objection.open"] for codes in reasons(round_).values())


def test_a_unit_is_left_out_with_every_reason_that_applies():
    units = (
        Unit(unit_id="A", project="别苑", building="1", floor=1, layout="80", area_m2=Decimal(80), status="reserved",
             construction="joint_self_built"),
        Unit(unit_id="B", project="苑", building="1", floor=1, layout="80", area_m2=Decimal(80), status="allocated"),
    )  # fmt: skip
    base = given(units=units, objections=(objection("units", "A"),))
    round_ = judge(replace(base, head=replace(base.head, projects=("苑",))))
    assert reasons(round_) == {
        "A": ["unit.other_project", "unit.status.reserved", "unit.joint_self_built", "objection.open"],
        "B": ["unit.status.allocated"],
    }
    assert all(reason_sentence(r, lang) for e in round_.left_out for r in e.reasons for lang in LANGS)


def test_money_that_came_late_does_not_open_the_gate_and_is_told_so():
    """per_m2 600 × 80 m² declared = 48,000 by 20 May: H1 paid on the 1st, H2 on the 25th."""
    demand = tuple(Demand(household_id=h, layout="80", count=1) for h in ("H1", "H2"))
    rules = {"prepayment": {"per_m2": "600.00", "due_on": date(2021, 5, 20)}}
    round_ = judge(given(rules, demand=demand))
    assert reasons(round_) == {"H2": ["prepayment.late"]}
    assert round_.paid == {"H1": Decimal("60000.00"), "H2": Decimal("0.00")}
    assert round_.received["H2"] == Decimal("60000.00")


def test_the_whole_roster_is_numbered_whoever_is_left_out():
    round_ = judge(given(objections=(objection("demand", "H2"),)))
    assert round_.order == {"H2": 1, "H1": 2}


@pytest.mark.parametrize(
    ("demand", "expected"),
    [(None, "70.00"), ({"80": 2}, "160"), ({"120.5": 1}, "120.5"), ({"3室2厅": 2}, "180.04"), ({"nowhere": 3}, "0")],
)
def test_what_is_demanded_is_counted_by_layout_or_else_by_the_entitlement(demand, expected):
    units = [
        Unit(unit_id=str(n), project="苑", building="1", floor=1, layout="3室2厅", area_m2=Decimal(area))
        for n, area in enumerate(["95.10", "90.02"])
    ]
    assert demanded_m2(demand, Decimal("70.00"), smallest_m2(units)) == Decimal(expected)


def test_what_the_policy_asks_for_and_the_tables_lack_is_a_fault_told_all_at_once():
    rules = {
        "pricing": {"bands": [{"price": "1500.00"}], "floors": {"table": {"1": "0.00"}}},
        "publicity": {"calendar": "working"},
    }
    publications = tuple(Publication(document=d, published_on=date(2031, 5, 1), days=7) for d in ("demand", "units"))
    base = given(rules, publications=publications)
    with pytest.raises(Faults) as told:
        judge(replace(base, head=replace(base.head, as_of=date(2031, 6, 1))))
    codes = [fault.code for fault in told.value.faults]
    assert codes.count("unit.floor_unpriced") == 2
    assert codes.count("publication.calendar_unknown") == 2


def test_a_holiday_notice_beside_the_round_lets_a_later_year_be_counted(tmp_path):
    """30 working days from 1 April 2031, with 8 days off that a notice names."""
    folder = tmp_path / "round"
    folder.mkdir()
    write = {
        "households.csv": "household_id,name,village,persons,signed_on\nH1,王小明,甲,1,2031-01-01\n",
        "units.csv": "unit_id,project,building,floor,layout,area_m2\nU1,苑,1,1,80,80\n",
        "payments.csv": "receipt_no,household_id,paid_on,amount\nP1,H1,2031-03-01,1.00\n",
        "publications.csv": "document,published_on,days\ndemand,2031-04-01,7\nunits,2031-04-01,7\n",
        "objections.csv": "objection_id,document,filed_on,subject\n",
        "round.toml": 'id="r"\ntitle="r"\nas_of=2031-04-14\nseed="s"\n[policy.publicity]\ncalendar="working"\n'
        '[policy.order]\nrule="signed_on"\n',
    }
    for name, text in write.items():
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(Faults) as told:
        judge(read_round(folder))
    assert {fault.code for fault in told.value.faults} == {"publication.calendar_unknown"}
    (folder / "calendar").mkdir()
    notice = folder / "calendar" / "2031.toml"
    notice.write_text("holidays = [2031-04-04, 2031-04-07]\nworking_weekends = [2031-04-12]\n", encoding="utf-8")
    # 2, 3, 8, 9, 10, 11, 12 April: the last day is Saturday the 12th, worked in exchange
    round_ = judge(read_round(folder))
    assert round_.standings["demand"].last_day == date(2031, 4, 12)
    assert [h.household_id for h in round_.households] == ["H1"]
    notice.write_text("holidays = [2030-04-04]\nworking_weekends = [2031-04-09]\n", encoding="utf-8")
    with pytest.raises(Faults) as told:
        read_round(folder)
    assert {fault.code for fault in told.value.faults} == {"calendar.not_a_day", "calendar.not_a_working_weekend"}


def test_the_dafeng_round_lets_all_66_households_take_part():
    round_ = judge(read_round(ROOT / "data" / "dafeng"))
    assert len(round_.households) == 66
    assert sum(h.persons for h in round_.households) == 195
    assert not any(u.construction == "joint_self_built" for u in round_.units)
