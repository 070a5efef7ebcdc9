"""The acts of a round, on SQLite and PostgreSQL: done in their order, refused out of it, told in the log either way."""

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from allocation.acts import Done, Refused, entries
from allocation.audit import audit
from allocation.drawing import drawn as drawn_on_paper
from allocation.drawing import frozen
from allocation.drawplan import read_plan, sealed_commitment
from allocation.homes import hand_over, pick, pick_confirm, pick_undo, settle, void, waive
from allocation.ledger import pay
from allocation.messages import Faults
from allocation.office import Plan, allocate, draw, freeze, import_round, move, revise
from allocation.overview import log_rows, status
from allocation.policy import load, parse
from allocation.publicity import AnnouncedYear
from allocation.publishing import hear, object_to, publish, resolve, withdraw
from allocation.roster import export_round, load_round
from allocation.round import judge
from allocation.schema import (
    TABLES,
    AllowancePaid,
    Disposition,
    Measured,
    Objection,
    OfficerRelative,
    Publication,
    Resettled,
    SurveyPerson,
)
from allocation.tables import read_round

from records import MONDAY, NONCE, OUTCOMES, PLAN, ROUND, codes, day, done, imported, new_office, small_round, wanting

FIRST, SECOND = "王芳", "李强"
OTHER_TABLES = {
    "measured": (
        Measured(unit_id="U001", measured_m2=Decimal("80.77"), handed_over_on=day(-1), building_type="高层"),
        Measured(unit_id="U002", measured_m2=Decimal("80.10")),
    ),
    "allowances": (
        AllowancePaid(
            voucher_no="F-1", household_id="H001", paid_on=day(-3), amount=Decimal("-12.50"), extra={"注": "@"}
        ),
    ),
    "survey": (SurveyPerson(name="户H001", household_id="H001", village="东村", birth_date=date(1980, 1, 1)),),
    "resettled": (Resettled(name="某甲", project="旧苑", resettled_on=date(2019, 5, 6)),),
    "officers": (OfficerRelative(name="某乙", officer="某丙", relation="配偶", phone="020", post="科员"),),
    "exceptions": (
        Disposition(
            code="x.y", subject="H001", mark="0a", found="所见\n两行", reason="已核", approver="丁", decided_on=day(-1)
        ),
    ),
}
OTHER_KEYS = {
    "freeze_on": date(2025, 6, 1), "office": "安置办", "office_phone": "0512-1", "office_place": "二楼",
    "office_hours": "9:00–17:00", "supervision_phone": "12345", "selection_at": datetime(2026, 4, 1, 9, 0),
    "selection_place": "礼堂", "handover_on": date(2026, 9, 1), "handover_place": "门厅",
}  # fmt: skip


def published(office):
    """The small round with demand and units up, and their periods over."""
    imported(office)
    done(publish(office.clerk(), ROUND, "demand"))
    done(publish(office.clerk(), ROUND, "units"))
    office.days.set(day(8))
    return office


def drawn(office):
    """The round drawn by another than the one who froze it."""
    published(office)
    done(freeze(office.clerk(FIRST), ROUND))
    done(draw(office.clerk(SECOND), ROUND, demo=True))
    return office


@contextmanager
def by_hand(given, earlier=()):
    """A plan without a solver: the first home for the first household, and so on."""
    units = sorted(given.tables.units, key=lambda unit: unit.unit_id)
    households = sorted(given.tables.households, key=lambda one: one.household_id)
    homes = tuple((h.household_id, u.unit_id, 1) for h, u in zip(households, units, strict=False))
    yield Plan(homes=homes, unserved=(), root="f" * 64)


def planned(office):
    drawn(office)
    done(allocate(office.clerk(FIRST), ROUND, by_hand))
    done(publish(office.clerk(FIRST), ROUND, "plan"))
    return office


def confirmed(office):
    planned(office)
    office.days.set(day(14))
    done(publish(office.clerk(), ROUND, "result"))
    office.days.set(day(18))
    done(move(office.clerk(), ROUND, "confirm"))
    return office


def state(office):
    with office.store.reading() as connection:
        return status(connection, ROUND, office.days().date())["state"]


def whole(office):
    found = audit(office.store)
    assert found.findings == []
    return found


# -- a whole round ------------------------------------------------------------------------------------------------


def test_a_round_goes_from_import_to_the_last_keys_and_the_audit_tells_it_again(office):
    confirmed(office)
    for n in range(1, 5):
        settled = done(settle(office.clerk(), ROUND, f"H{n:03}", {f"U{n:03}": Decimal("81.00")}))
        assert settled.figures["final"] == "81000.00"
        assert codes(hand_over(office.clerk(), ROUND, f"U{n:03}")) == ["hand_over.not_paid"]
        done(pay(office.clerk(), ROUND, f"H{n:03}", Decimal("21000.00"), f"REST{n}"))
    assert state(office) == "settled"
    for n in range(1, 5):
        assert state(office) == "settled"
        done(hand_over(office.clerk(), ROUND, f"U{n:03}"))
    assert state(office) == "handed_over"
    found = whole(office)
    assert found.refused == 4


def test_a_round_can_be_chosen_home_by_home_instead_of_solved(office):
    drawn(office)
    done(move(office.clerk(), ROUND, "open-picking"))
    taken = done(pick(office.clerk(), ROUND, "H001", "U002"))
    assert taken.figures["rank"] == 1
    second = pick(office.clerk(), ROUND, "H002", "U002")
    assert codes(second) == ["pick.taken"]
    params = second.reasons[0].params
    assert (params["household_id"], params["left"], params["some"]) == (
        "H001",
        5,
        ["U001", "U003", "U004", "U005", "U006"],
    )
    assert codes(pick(office.clerk(), ROUND, "H001", "U003")) == ["pick.not_declared"]
    done(pick_undo(office.clerk(), ROUND, "H001", "U002"))
    assert codes(pick_confirm(office.clerk(), ROUND, "H001")) == ["pick.nothing_held"]
    done(pick(office.clerk(), ROUND, "H002", "U002"))
    done(pick_confirm(office.clerk(), ROUND, "H002"))
    assert codes(pick_undo(office.clerk(), ROUND, "H002", "U002")) == ["pick.chosen"]
    assert codes(pick(office.clerk(), ROUND, "H002", "U001")) == ["pick.chosen"]
    assert codes(publish(office.clerk(), ROUND, "plan")) == ["office.undecided"]
    done(void(office.clerk(), ROUND, "H002", reason="选错了"))
    done(pick(office.clerk(), ROUND, "H002", "U001"))
    assert done(pick_confirm(office.clerk(), ROUND, "H002")).figures["units"] == ["U001"]
    for own in ("H001", "H003", "H004"):
        done(waive(office.clerk(), ROUND, own, reason="本人书面放弃"))
    assert codes(pick(office.clerk(), ROUND, "H001", "U005")) == ["pick.waived"]
    done(publish(office.clerk(), ROUND, "plan"))
    done(withdraw(office.clerk(), ROUND, "plan", reason="漏了一户"))
    assert state(office) == "picking"
    whole(office)


def test_a_home_is_not_confirmed_without_its_share_of_the_price(office):
    poor = small_round()
    payments = tuple(replace(p, amount=Decimal("40249.99")) for p in poor.tables.payments)
    imported(office, wanting(poor, payments=payments))
    done(publish(office.clerk(), ROUND, "demand"))
    done(publish(office.clerk(), ROUND, "units"))
    office.days.set(day(8))
    done(freeze(office.clerk(FIRST), ROUND))
    done(draw(office.clerk(SECOND), ROUND, demo=True))
    done(move(office.clerk(), ROUND, "open-picking"))
    done(pick(office.clerk(), ROUND, "H001", "U001"))
    refusal = pick_confirm(office.clerk(), ROUND, "H001")
    assert codes(refusal) == ["prepayment.short"]
    assert refusal.reasons[0].params["short"] == "0.01"


# -- periods, and the earliest day --------------------------------------------------------------------------------


@pytest.mark.parametrize(("today", "open_"), [(7, False), (8, True)])
def test_the_roster_is_frozen_only_after_the_last_day_of_both_periods(office, today, open_):
    imported(office)
    done(publish(office.clerk(), ROUND, "demand"))
    done(publish(office.clerk(), ROUND, "units"))
    office.days.set(day(today))
    outcome = freeze(office.clerk(), ROUND)
    assert isinstance(outcome, Done) == open_
    if not open_:
        assert codes(outcome) == ["publicity.running", "publicity.running"]
        assert outcome.earliest == day(8)


def test_money_may_still_come_in_until_the_due_day_is_over(office):
    late = small_round(prepayment={"share": 0.5, "due_on": day(20)})
    imported(office, late)
    done(publish(office.clerk(), ROUND, "demand"))
    done(publish(office.clerk(), ROUND, "units"))
    office.days.set(day(20))
    refusal = freeze(office.clerk(), ROUND)
    assert codes(refusal) == ["office.payments_open"]
    assert refusal.earliest == day(21)
    office.days.set(day(21))
    done(freeze(office.clerk(), ROUND))


def test_plan_and_result_each_stand_their_own_period(office):
    planned(office)
    refusal = publish(office.clerk(), ROUND, "result")
    assert (codes(refusal), refusal.earliest) == (["publicity.running"], day(8 + 5 + 1))
    office.days.set(day(14))
    done(publish(office.clerk(), ROUND, "result"))
    refusal = move(office.clerk(), ROUND, "confirm")
    assert (codes(refusal), refusal.earliest) == (["publicity.running"], day(14 + 3 + 1))


def test_an_act_far_ahead_is_refused_with_the_day_the_whole_way_there_takes(office):
    imported(office)
    refusal = move(office.clerk(), ROUND, "confirm")
    assert codes(refusal) == ["office.state"]
    # demand and units seven days side by side, then plan five, then result three
    assert refusal.earliest == MONDAY + timedelta(days=8 + 6 + 4)


def test_fewer_days_than_the_policy_asks_are_refused_more_are_kept(office):
    imported(office)
    assert codes(publish(office.clerk(), ROUND, "demand", days=6)) == ["office.too_few_days"]
    assert done(publish(office.clerk(), ROUND, "demand", days=10)).figures["last_day"] == str(day(10))


def test_working_days_of_a_year_not_announced_are_refused_not_guessed(place):
    opened = new_office(place())
    opened.days.set(date(2027, 12, 20))
    working = {"calendar": "working", "demand": 5, "units": 5, "plan": 5, "result": 5}
    imported(opened, small_round(publicity=working))
    assert codes(publish(opened.clerk(), ROUND, "demand")) == ["office.calendar_unknown"]
    holiday = AnnouncedYear(holidays=frozenset({date(2027, 12, 24)}), working_weekends=frozenset())
    known = replace(small_round(publicity=working, round_id="R-2"), announced={2027: holiday})
    done(import_round(opened.clerk(), known))
    # from Monday the 20th: 21, 22, 23, not the 24th, 27, 28
    assert done(publish(opened.clerk(), "R-2", "demand")).figures["last_day"] == "2027-12-28"
    opened.store.close()


def test_a_working_day_period_ends_by_the_statutory_calendar(place):
    opened = new_office(place())
    opened.days.set(date(2026, 9, 18))
    imported(opened, small_round(publicity={"calendar": "working", "demand": 5}))
    # domain.md: five working days from 2026-09-18 end on 2026-09-24 (Sunday the 20th works)
    assert done(publish(opened.clerk(), ROUND, "demand")).figures["last_day"] == "2026-09-24"
    opened.store.close()


# -- frozen by hash -----------------------------------------------------------------------------------------------


def test_what_is_published_changes_only_after_withdrawal_and_a_full_period(office):
    published(office)
    given = small_round()
    bigger = wanting(given, households=(replace(given.tables.households[0], persons=3), *given.tables.households[1:]))
    bigger = wanting(bigger, members=(*given.tables.members, replace(given.tables.members[0], name="新生儿")))
    refusal = revise(office.clerk(), bigger, reason="出生")
    assert (codes(refusal), refusal.earliest) == (["office.frozen"], day(8))
    done(withdraw(office.clerk(), ROUND, "demand", reason="出生"))
    assert done(revise(office.clerk(), bigger, reason="出生")).figures == {"added": 1, "changed": 1, "removed": 0}
    again = done(publish(office.clerk(), ROUND, "demand"))
    assert again.figures["state"] == "units_published"
    refusal = freeze(office.clerk(), ROUND)
    assert (codes(refusal), refusal.earliest) == (["publicity.running"], day(16))
    office.days.set(day(16))
    done(freeze(office.clerk(), ROUND))
    whole(office)


def test_what_no_publication_shows_may_change_until_the_roster_is_frozen(office):
    published(office)
    given = small_round()
    other = wanting(given, households=(replace(given.tables.households[0], phone="1020"), *given.tables.households[1:]))
    done(revise(office.clerk(), other, reason="换号"))
    done(freeze(office.clerk(FIRST), ROUND))
    assert codes(revise(office.clerk(), given, reason="换回")) == ["office.state"]


def test_rows_changed_behind_the_acts_stop_the_next_step(office):
    published(office)
    with office.store.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE households SET data = replace(data, '\"persons\":2', '\"persons\":5') WHERE household_id = 'H001'"
        )
    refusal = freeze(office.clerk(), ROUND)
    assert codes(refusal) == ["office.changed"]
    assert refusal.earliest == day(8 + 7 + 1)


def test_a_unit_whose_publication_is_up_is_not_changed(office):
    published(office)
    given = small_round()
    other = wanting(given, units=(replace(given.tables.units[0], status="reserved"), *given.tables.units[1:]))
    assert codes(revise(office.clerk(), other, reason="留用")) == ["office.frozen"]
    done(withdraw(office.clerk(), ROUND, "units", reason="留用"))
    done(revise(office.clerk(), other, reason="留用"))
    assert state(office) == "demand_published"


# -- objections ---------------------------------------------------------------------------------------------------


def test_an_objection_is_filed_heard_and_resolved_in_that_order_with_a_reason(office):
    published(office)
    filed = done(object_to(office.clerk(), ROUND, "demand", "H002", said="人数不对"))
    own = filed.figures["objection_id"]
    assert filed.figures["late"]
    assert codes(freeze(office.clerk(), ROUND)) == ["office.objection_carve"]
    assert codes(resolve(office.clerk(), ROUND, own, upheld=False, reason="属实")) == ["office.not_heard"]
    done(hear(office.clerk(), ROUND, own, minutes="谈话记录"))
    assert codes(resolve(office.clerk(), ROUND, own, upheld=False, reason=" ")) == ["office.no_reason"]
    done(resolve(office.clerk(), ROUND, own, upheld=False, reason="经核，人数属实"))
    assert codes(hear(office.clerk(), ROUND, own, minutes="再谈")) == ["office.resolved"]
    done(freeze(office.clerk(), ROUND))


def test_an_objection_upheld_takes_its_document_down(office):
    published(office)
    own = done(object_to(office.clerk(), ROUND, "units", "U001", said="面积不对")).figures["objection_id"]
    done(hear(office.clerk(), ROUND, own, minutes="现场复测"))
    outcome = done(resolve(office.clerk(), ROUND, own, upheld=True, reason="复测为 79.00"))
    assert (outcome.figures["reopened"], state(office)) == ("units", "demand_published")
    assert codes(freeze(office.clerk(), ROUND)) == ["office.state"]
    whole(office)


def test_an_open_objection_can_keep_its_subject_out_instead_of_stopping_the_round(office):
    published(office)
    one = done(object_to(office.clerk(), ROUND, "demand", "H002", said="权属争议")).figures["objection_id"]
    everybody = done(object_to(office.clerk(), ROUND, "demand", "*", said="程序不对")).figures["objection_id"]
    assert codes(freeze(office.clerk(), ROUND, carve_out=[one, everybody])) == ["office.cannot_carve"]
    done(hear(office.clerk(), ROUND, everybody, minutes="说明"))
    done(resolve(office.clerk(), ROUND, everybody, upheld=False, reason="程序合规"))
    frozen = done(freeze(office.clerk(FIRST), ROUND, carve_out=[one]))
    assert frozen.figures["households_out"] == 1
    done(draw(office.clerk(SECOND), ROUND, demo=True))
    done(move(office.clerk(), ROUND, "open-picking"))
    assert codes(pick(office.clerk(), ROUND, "H002", "U001")) == ["pick.left_out"]


def test_an_objection_to_the_plan_stops_the_result_and_upheld_reopens_the_plan(office):
    planned(office)
    own = done(object_to(office.clerk(), ROUND, "plan", "H001", said="不公")).figures["objection_id"]
    office.days.set(day(14))
    assert codes(publish(office.clerk(), ROUND, "result")) == ["office.objection_open"]
    done(hear(office.clerk(), ROUND, own, minutes="核对"))
    done(resolve(office.clerk(), ROUND, own, upheld=True, reason="有误"))
    assert state(office) == "allocated"
    done(allocate(office.clerk(FIRST), ROUND, by_hand))
    done(publish(office.clerk(FIRST), ROUND, "plan"))
    assert publish(office.clerk(), ROUND, "result").earliest == day(20)
    whole(office)


@pytest.mark.parametrize(
    ("subject", "filed", "code"),
    [("H999", None, "office.no_subject"), ("H001", -1, "office.filed_outside"), ("H001", 9, "office.filed_outside")],
)
def test_an_objection_names_somebody_and_a_day_the_document_was_up(office, subject, filed, code):
    published(office)
    on = None if filed is None else day(filed)
    assert codes(object_to(office.clerk(), ROUND, "units", subject, said="x", filed_on=on)) == [code]


# -- the draw, and two persons ------------------------------------------------------------------------------------


def test_a_draw_is_held_once_by_another_person_from_events_bound_to_the_roster(office):
    published(office)
    done(freeze(office.clerk(FIRST), ROUND, plan=PLAN))
    office.days.set(day(10))
    assert codes(draw(office.clerk(FIRST), ROUND, OUTCOMES)) == ["office.same_person"]
    early = draw(office.clerk(SECOND), ROUND, dict(list(OUTCOMES.items())[:1]))
    assert (codes(early), early.earliest) == (["draw.not_drawn"], day(10))
    assert codes(draw(office.clerk(SECOND), ROUND, demo=True)) == ["office.demo_seed"]
    first = done(draw(office.clerk(SECOND), ROUND, OUTCOMES))
    again = draw(office.clerk("赵敏"), ROUND, OUTCOMES)
    assert (codes(again), again.earliest) == (["office.state"], None)
    with office.store.reading() as connection:
        seen = status(connection, ROUND, day(10))
        kept = load_round(connection, ROUND)
    assert (seen["seed"], kept.head.seed, kept.head.as_of) == (first.figures["seed"], first.figures["seed"], day(10))
    whole(office)


def test_the_record_freezes_and_draws_what_the_public_draw_does(office, tmp_path):
    """The same plan in round.toml and ``anju draw``: the same fingerprint, words and seed."""
    published(office)
    given = small_round()
    seal = {"who": "东村代表", "commitment": sealed_commitment("4711", NONCE)}
    record = done(freeze(office.clerk(FIRST), ROUND, plan=PLAN | {"sealed": [seal]})).figures
    plan = read_plan(PLAN | {"frozen_on": day(8), "sealed": [seal]}, "round.toml")
    paper = frozen(replace(given, head=replace(given.head, draw=plan)))
    assert (record["pool_root"], record["words"]) == (paper["pool_root"], paper["words"])
    assert record["announcement"] == paper["announcement"]
    office.days.set(day(10))
    for wrong, code in (
        ({"events": {"双色球 丙": "1 2 3 4 5 6 + 7"}}, "office.not_announced"),
        ({"events": OUTCOMES, "opened": {"东村代表": ("4712", NONCE)}}, "draw.sealed"),
        ({"events": {**OUTCOMES, "双色球 甲": "1 2 3"}}, "draw.source.ssq"),
    ):
        with pytest.raises(Faults) as told:
            draw(office.clerk(SECOND), ROUND, **wrong)
        assert [fault.code for fault in told.value.faults] == [code]
    seed = done(draw(office.clerk(SECOND), ROUND, OUTCOMES, opened={"东村代表": ("4711", NONCE)})).figures["seed"]
    with office.store.reading() as connection:
        for form, path in (("csv", tmp_path / "a"), ("xlsx", tmp_path / "b" / "round.xlsx")):
            export_round(connection, ROUND, path, form, "zh")
            back = read_round(path)
            assert back.head == load_round(connection, ROUND).head
            assert (drawn_on_paper(back)["seed"], back.head.seed) == (seed, seed)
    whole(office)


def test_a_plan_frozen_on_paper_before_is_drawn_in_the_record_only_if_nothing_moved(place):
    given = small_round()
    plan = read_plan(PLAN | {"frozen_on": day(7)}, "round.toml")
    root = frozen(replace(given, head=replace(given.head, draw=plan)))["pool_root"]
    for posted, code in ((root, None), ("0" * 64, "office.pool_changed")):
        opened = new_office(place())
        head = replace(given.head, draw=replace(plan, pool_root=posted), seed="")
        imported(opened, replace(given, head=head))
        done(publish(opened.clerk(), ROUND, "demand"))
        done(publish(opened.clerk(), ROUND, "units"))
        opened.days.set(day(8))
        outcome = freeze(opened.clerk(FIRST), ROUND)
        assert codes(outcome) == [code] if code else outcome.figures["pool_root"] == root
        opened.store.close()


def test_no_event_of_a_plan_may_lie_before_the_freeze(office):
    published(office)
    late = [{**source, "occurred_on": day(8)} for source in PLAN["sources"]]
    with pytest.raises(Faults) as told:
        freeze(office.clerk(FIRST), ROUND, plan=PLAN | {"sources": late})
    assert {fault.code for fault in told.value.faults} == {"draw.not_before"}
    assert state(office) == "units_published"


def test_what_keeps_a_household_out_of_the_draw_is_not_lifted_until_the_day_after(office):
    published(office)
    own = done(object_to(office.clerk(), ROUND, "demand", "H002", said="权属争议")).figures["objection_id"]
    done(freeze(office.clerk(FIRST), ROUND, carve_out=[own], plan=PLAN))
    done(hear(office.clerk(), ROUND, own, minutes="谈话记录"))
    for number, act in ((9, None), (10, lambda: draw(office.clerk(SECOND), ROUND, OUTCOMES))):
        office.days.set(day(number))
        if act:
            done(act())
        assert codes(resolve(office.clerk(), ROUND, own, upheld=False, reason="属实")) == ["office.carved_out"]
    office.days.set(day(11))
    done(resolve(office.clerk(), ROUND, own, upheld=False, reason="属实"))
    with office.store.reading() as connection:
        judged = judge(load_round(connection, ROUND))
    assert [entry.household_id for entry in judged.left_out if entry.household_id] == ["H002"]


def test_who_held_the_draw_does_not_publish_the_plan(office):
    drawn(office)
    done(allocate(office.clerk(SECOND), ROUND, by_hand))
    assert codes(publish(office.clerk(SECOND), ROUND, "plan")) == ["office.same_person"]
    done(publish(office.clerk(FIRST), ROUND, "plan"))


def test_the_seed_a_round_came_with_is_for_a_drill_only(place):
    for drill in (True, False):
        opened = new_office(place(), drill=drill)
        published(opened)
        if not drill:
            assert codes(freeze(opened.clerk(FIRST), ROUND)) == ["office.no_plan"]
        done(freeze(opened.clerk(FIRST), ROUND, plan=None if drill else PLAN))
        outcome = draw(opened.clerk(SECOND), ROUND, demo=True)
        assert isinstance(outcome, Done) == drill
        opened.store.close()


def test_a_roster_that_is_not_the_frozen_one_is_not_drawn(office):
    published(office)
    done(freeze(office.clerk(FIRST), ROUND))
    with office.store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM lists WHERE name = 'choices' AND household_id = 'H001'")
    assert codes(draw(office.clerk(SECOND), ROUND, demo=True)) == ["office.pool_changed"]


def test_a_plan_that_the_record_refuses_leaves_nothing_behind(office):
    drawn(office)
    ended = []

    @contextmanager
    def meanwhile(given, earlier):
        try:
            with by_hand(given) as plan:
                done(move(office.clerk(), ROUND, "open-picking"))
                yield plan
        except Exception:
            ended.append("taken back")
            raise

    assert codes(allocate(office.clerk(), ROUND, meanwhile)) == ["office.state"]
    assert ended == ["taken back"]


# -- import, export, replay of commands ---------------------------------------------------------------------------


def test_a_round_comes_out_of_the_record_as_it_went_in(office, tmp_path):
    given = small_round()
    given = wanting(
        given,
        publications=(Publication(document="demand", published_on=day(-9), days=9, extra={"栏": "东门"}),),
        objections=(
            Objection(objection_id="Y1", document="demand", filed_on=day(-5), subject="H001", outcome=""),
            Objection(
                objection_id="Y2",
                document="demand",
                filed_on=day(-5),
                subject="*",
                resolved_on=day(-2),
                outcome="成立",
                reason="属实",
            ),
        ),
    )
    given = wanting(given, **OTHER_TABLES)
    given = replace(given, head=replace(given.head, **OTHER_KEYS))
    assert all(getattr(given.tables, table.name) for table in TABLES)
    days = AnnouncedYear(holidays=frozenset({date(2027, 1, 1)}), working_weekends=frozenset({date(2027, 1, 3)}))
    given = replace(given, announced={2027: days})
    done(import_round(office.clerk(), given))
    with office.store.reading() as connection:
        kept = load_round(connection, ROUND)
        for form, path in (
            ("csv", tmp_path / "a"),
            ("parquet", tmp_path / "b"),
            ("xlsx", tmp_path / "c" / "round.xlsx"),
        ):
            export_round(connection, ROUND, path, form, "zh")
            back = read_round(path)
            assert (back.head, back.policy, back.announced) == (given.head, given.policy, given.announced)
            assert back.tables == given.tables
    assert (kept.head, kept.policy, kept.tables, kept.announced) == (
        given.head,
        given.policy,
        given.tables,
        given.announced,
    )


def test_every_policy_of_the_samples_comes_out_of_the_record_as_it_went_in(tmp_path):
    for path in sorted((Path(__file__).parent.parent / "data" / "policies").glob("*.toml")):
        (tmp_path / path.name).write_text(load(path).toml(), encoding="utf-8")
        assert load(tmp_path / path.name) == load(path)


def test_a_round_is_imported_once_and_never_with_days_to_come(office):
    imported(office)
    assert codes(import_round(office.clerk(), small_round())) == ["office.round_there"]
    ahead = small_round(round_id="R-2")
    ahead = wanting(ahead, publications=(Publication(document="demand", published_on=day(3), days=7),))
    refusal = import_round(office.clerk(), ahead)
    assert (codes(refusal), refusal.earliest) == (["office.import_to_come"], day(3))


def test_a_command_sent_again_is_done_once_and_answers_the_same(office):
    imported(office)
    first = publish(office.clerk(command_id="c-1"), ROUND, "demand")
    again = publish(office.clerk(command_id="c-1"), ROUND, "demand")
    assert again == first
    refusal = freeze(office.clerk(command_id="c-2"), ROUND)
    assert freeze(office.clerk(command_id="c-2"), ROUND) == refusal
    with pytest.raises(Faults) as other:
        publish(office.clerk(command_id="c-1"), ROUND, "units")
    assert [fault.code for fault in other.value.faults] == ["office.command_reused"]
    assert whole(office).entries == 4


def test_refusals_are_told_in_the_log_with_who_and_why(office):
    imported(office)
    refusal = freeze(office.clerk("赵敏"), ROUND)
    with office.store.reading() as connection:
        row = log_rows(connection, ROUND, 1)[0]
        body = json.loads(list(entries(connection))[-1]["body"])
    assert (row["number"], row["who"], row["act"], row["outcome"]) == (refusal.number, "赵敏", "freeze", "refused")
    assert body["changes"] == []
    assert [code for code, _ in body["reasons"]] == ["office.state"]


def test_an_act_has_a_name_behind_it_and_a_clock_that_runs_forward(office):
    with pytest.raises(Faults) as nobody:
        publish(office.clerk("  "), ROUND, "demand")
    assert nobody.value.faults[0].code == "office.who"
    imported(office)
    office.days.set(day(-1))
    with pytest.raises(Faults) as behind:
        publish(office.clerk(), ROUND, "demand")
    assert behind.value.faults[0].code == "office.clock_behind"
    # a machine a few minutes slow does not make the log run backwards
    office.days.set(MONDAY)
    office.days.at -= timedelta(minutes=4)
    done(publish(office.clerk(), ROUND, "demand"))
    whole(office)


def test_an_act_on_a_round_that_is_not_there_says_so_and_leaves_no_trace(office):
    with pytest.raises(Faults) as missing:
        freeze(office.clerk(), "R-9")
    assert missing.value.faults[0].code == "office.no_round"
    assert whole(office).entries == 1


def test_status_says_what_the_next_step_still_asks_for_and_from_when(office):
    imported(office)
    done(publish(office.clerk(), ROUND, "demand"))
    done(publish(office.clerk(), ROUND, "units"))
    with office.store.reading() as connection:
        seen = status(connection, ROUND, MONDAY, "en")
    (step,) = seen["next"]
    assert (step["act"], step["open"], step["earliest"]) == ("freeze", False, str(day(8)))
    assert len(step["missing"]) == 3
    assert isinstance(freeze(office.clerk(), ROUND), Refused)


def test_a_gate_before_the_draw_leaves_out_who_has_not_paid(office):
    gate = {"gates": [{"before": "draw", "per_m2": "700.00", "due_on": day(0)}]}
    rich = small_round(prepayment=gate)
    payments = (replace(rich.tables.payments[0], amount=Decimal("55999.99")), *rich.tables.payments[1:])
    rich = replace(
        wanting(rich, payments=payments),
        policy=parse(
            {"pricing": {"bands": [{"price": "1000.00"}]}, "prepayment": gate, "publicity": {"demand": 7, "units": 7}},
            "p",
        ),
    )
    imported(office, rich)
    done(publish(office.clerk(), ROUND, "demand"))
    done(publish(office.clerk(), ROUND, "units"))
    office.days.set(day(8))
    assert done(freeze(office.clerk(), ROUND)).figures["households_out"] == 1
