"""The selection day: six towns' rules, one a policy; what is refused and why; what stands after a fault."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from allocation.draw import order_numbers
from allocation.messages import Faults
from allocation.picking import Act, Day, opening, replay
from allocation.round import judge
from allocation.tables import read_round

from picking_days import Hall, small_round

ROOT = Path(__file__).resolve().parent.parent


# -- six towns (domain.md §5.3; §10 cases 23 and 24) ------------------------------------------------------------------


def test_xiamen_called_three_times_in_vain_is_skipped_and_goes_to_the_end_on_written_request():
    hall = Hall(small_round("selection_xiamen", households=3))
    hall.do("call", "H1")
    hall.do("call", "H1")
    assert hall.refused("skip", "H1") == "picking.call_again"
    hall.do("call", "H1")
    assert hall.refused("call", "H1") == "picking.called_enough"
    hall.do("skip", "H1")
    assert hall.next == "H2"
    assert hall.refused("call", "H1") == "picking.is_skipped"
    assert hall.refused("request", "H1") == "picking.write_it"
    hall.do("request", "H1", reason="书面申请 1 号")
    hall.choose("H2", "U01")
    hall.choose("H3", "U02")
    hall.choose("H1", "U03")
    assert hall.homes() == {"H1": ["U03"], "H2": ["U01"], "H3": ["U02"]}


def test_xiamen_a_missed_session_is_made_up_at_the_end_of_a_later_one_in_the_original_order():
    hall = Hall(small_round("selection_xiamen", households=4, households_a_session=2))
    hall.nobody_comes("H1")
    hall.nobody_comes("H2")
    assert hall.refused("call", "H3") == "picking.is_waiting"
    hall.do("next_session")
    hall.do("request", "H2", reason="书面申请")
    hall.do("request", "H1", reason="书面申请")
    hall.choose("H3", "U01")
    assert hall.refused("next_session") == "picking.still_waiting"
    hall.choose("H4", "U02")
    assert hall.day.turns.queue() == ["H1", "H2"]


def test_xiamen_at_five_minutes_and_a_second_the_number_passes_and_the_home_is_free():
    hall = Hall(small_round("selection_xiamen", households=2, each=2))
    hall.seat("H1")
    hall.do("pick", "H1", "U01")
    hall.later(seconds=298)
    assert hall.refused("expire", "H1") == "picking.time_left"  # 5:00 sharp is in time
    assert hall.refused("pick", "H1", "U02") == "picking.time_out"
    hall.do("expire", "H1")
    assert hall.day.free == {"U01", "U02", "U03", "U04"}
    hall.choose("H2", "U01", "U02")
    hall.do("request", "H1", reason="书面申请")
    hall.choose("H1", "U03", "U04")


def test_dapeng_at_three_minutes_and_a_second_the_best_home_left_is_assigned():
    hall = Hall(small_round("selection_dapeng", households=2, each=2))
    hall.seat("H1")
    hall.do("pick", "H1", "U03")
    hall.later(seconds=180)
    hall.do("expire", "H1")
    problem, slot = hall.day.begun.problem, 0
    best = min((c for c in range(problem.classes)), key=lambda c: (problem.ranks[slot, c], problem.ties[slot, c]))
    given = hall.homes()["H1"]
    assert len(given) == 2
    assert "U03" in given
    assert {hall.day._class[unit_id] for unit_id in given} <= {best, hall.day._class["U03"]}
    assert hall.next == "H2"


def test_dapeng_late_in_its_own_slot_goes_after_the_slot_later_that_day_after_the_day_and_never_forfeits():
    hall = Hall(small_round("selection_dapeng", households=6, households_a_session=2), sessions_a_day=2)
    hall.nobody_comes("H1")
    hall.do("request", "H1")  # still in its slot
    hall.nobody_comes("H2")
    hall.choose("H1", "U01")
    hall.do("next_session")
    hall.do("request", "H2")  # the same day, its slot is over
    hall.nobody_comes("H3")
    hall.choose("H4", "U02")
    hall.choose("H2", "U03")
    hall.do("next_session")  # the next day
    assert hall.day.turns.standing["H3"] == "void"
    assert hall.refused("request", "H3") == "picking.is_void"
    hall.choose("H5", "U04")
    hall.nobody_comes("H6")
    hall.do("next_session")
    assert hall.day.turns.over
    assert hall.day.turns.standing["H6"] == "void"
    assert hall.refused("call", "H6") == "picking.over"


def test_shantou_late_the_same_day_is_pushed_back_and_absent_on_monday_is_last_on_wednesday():
    hall = Hall(small_round("selection_shantou", households=6, households_a_session=2), sessions_a_day=1)
    hall.nobody_comes("H1")
    hall.nobody_comes("H2")
    hall.do("request", "H2")  # late, the same day
    hall.choose("H2", "U01")
    hall.do("next_session")
    hall.choose("H3", "U02")
    hall.choose("H4", "U03")
    hall.do("next_session")
    hall.do("request", "H1")  # absent on Monday, here on Wednesday
    hall.choose("H5", "U04")
    hall.choose("H6", "U05")
    hall.choose("H1", "U06")
    assert len(hall.homes()) == 6


def test_zhangjiakou_over_time_is_led_aside_and_served_as_soon_as_it_has_decided():
    hall = Hall(small_round("selection_zhangjiakou", households=4))
    hall.seat("H1")
    hall.later(minutes=5)
    hall.do("expire", "H1")
    hall.choose("H2", "U01")
    hall.do("request", "H1")
    assert hall.next == "H1"
    hall.choose("H1", "U02")
    assert hall.next == "H3"


def test_zhangjiakou_an_agent_shows_a_power_of_attorney_and_the_old_may_bring_somebody():
    hall = Hall(small_round("selection_zhangjiakou", households=2))
    hall.do("call", "H1")
    assert hall.refused("arrive", "H1", agent="侄子") == "picking.agents_written"
    hall.do("arrive", "H1", agent="侄子", paper="written", companion=True)
    hall.do("pick", "H1", "U01")
    hall.do("confirm", "H1")
    hall.do("call", "H2")
    assert hall.refused("arrive", "H2", companion=True) == "picking.companion"


def test_dianbai_late_but_before_the_end_gets_the_last_place_and_agents_show_a_seal():
    hall = Hall(small_round("selection_dianbai", households=3))
    hall.nobody_comes("H1")
    hall.do("request", "H1")
    hall.do("call", "H2")
    assert hall.refused("arrive", "H2", agent="兄", paper="written") == "picking.agents_sealed"
    hall.do("arrive", "H2", agent="兄", paper="sealed")
    hall.do("pick", "H2", "U01")
    hall.do("confirm", "H2")
    assert hall.day.turns.queue() == ["H3", "H1"]


def test_xiamen_batch_30_absent_or_unsigned_is_void_and_makes_room():
    hall = Hall(small_round("selection_xiamen_batch30", households=4, homes=2))
    assert hall.day.turns.queue() == ["H1", "H2"]  # two homes: the others are passed over for now
    hall.nobody_comes("H1")
    assert hall.day.turns.standing["H1"] == "void"
    assert hall.day.turns.queue() == ["H2", "H3"]
    hall.do("call", "H2")
    assert hall.refused("arrive", "H2", agent="某", paper="sealed") == "picking.agents_none"
    hall.do("arrive", "H2")
    hall.later(seconds=600)
    hall.do("expire", "H2")
    assert hall.day.turns.standing["H2"] == "void"
    assert hall.day.turns.queue() == ["H3", "H4"]


# -- cases 21 and 24 --------------------------------------------------------------------------------------------------


def test_case_21_a_start_number_wraps_and_the_day_calls_in_that_order():
    given = small_round(households=10, order={"rule": "start_number", "start": 7})
    assert order_numbers(given.tables.households, given.policy.order, "s")["H7"] == 1
    assert Hall(given).day.turns.queue() == [f"H{n}" for n in (7, 8, 9, 10, 1, 2, 3, 4, 5, 6)]


def test_case_24_after_a_fault_what_came_later_is_void_and_the_same_household_goes_on():
    hall = Hall(small_round("selection_xiamen", households=2))
    hall.choose("H1", "U01")
    hall.seat("H2")
    failure = hall.at + timedelta(seconds=100)
    hall.later(seconds=160)
    hall.do("pick", "H2", "U02")
    hall.do("confirm", "H2")
    assert hall.refused("fault", reason="停电") == "picking.fault_when"
    hall.later(hours=1)
    hall.do("fault", reason="停电", since=failure)
    assert [act.act for act in hall.day.void] == ["pick", "confirm"]
    assert hall.day.free == {"U02"}
    assert hall.day.table == "H2"
    assert hall.day.deadline == hall.at + timedelta(seconds=200)  # the time it had left
    hall.later(seconds=190)
    hall.do("pick", "H2", "U02")
    hall.do("confirm", "H2")
    assert hall.homes() == {"H1": ["U01"], "H2": ["U02"]}


def test_where_the_policy_keeps_what_was_confirmed_only_the_rest_is_void():
    hall = Hall(small_round(households=3, after_fault="keep_confirmed"))
    failure = hall.at + timedelta(seconds=1)
    hall.choose("H1", "U01")
    hall.seat("H2")
    hall.do("pick", "H2", "U02")
    hall.do("fault", reason="死机", since=failure)
    assert hall.homes() == {"H1": ["U01"]}
    assert hall.day.table == ""
    assert hall.next == "H2"


# -- at the table -----------------------------------------------------------------------------------------------------


def test_the_next_number_is_called_and_no_other():
    hall = Hall(small_round(households=3))
    assert hall.refused("call", "H2") == "picking.not_next"
    assert hall.refused("call", "H9") == "picking.no_household"
    assert hall.refused("arrive", "H1") == "picking.not_called"
    hall.seat("H1")
    assert hall.refused("call", "H2") == "picking.table_taken"
    assert hall.refused("pick", "H2", "U01") == "picking.not_at_table"
    assert hall.refused("next_session") == "picking.table_taken"
    hall.do("waive", "H1", reason="弃选")
    assert hall.refused("call", "H1") == "picking.is_waived"


def test_a_pick_can_be_undone_until_it_is_confirmed():
    hall = Hall(small_round(households=2, each=2))
    hall.seat("H1")
    assert hall.refused("undo", "H1") == "picking.nothing_held"
    hall.do("pick", "H1", "U01", "U02")
    assert hall.refused("pick", "H1", "U01") == "picking.taken"
    assert hall.refused("undo", "H1", "U03") == "picking.not_held"
    hall.do("undo", "H1", "U02")
    assert hall.refused("confirm", "H1") == "picking.incomplete"
    assert hall.refused("pick", "H1", "U03", "U03") == "picking.which"
    hall.do("pick", "H1", "U03")
    assert hall.refused("pick", "H1", "U04") == "picking.unsafe_no_set"
    hall.do("confirm", "H1")
    assert hall.homes() == {"H1": ["U01", "U03"]}
    assert hall.refused("undo", "H1") == "picking.not_at_table"


def test_several_homes_are_picked_all_or_none():
    hall = Hall(small_round(households=2, homes=6, each=2, low=(2,), order={}))
    hall.seat("H1")
    assert hall.refused("pick", "H1", "U01", "U99") == "picking.no_unit"
    assert hall.day.free == {f"U0{n}" for n in range(1, 7)}
    hall.do("pick", "H1", "U01", "U04")


def test_the_low_homes_are_kept_for_the_one_who_needs_one():
    hall = Hall(small_round(households=3, homes=8, each=2, low=(3,)))
    hall.choose("H1", "U01", "U02")
    hall.seat("H2")
    assert hall.refused("pick", "H2", "U04", "U03") == "picking.unsafe_needed"
    assert "H2" not in hall.day.held
    offers = {offer.unit_id: offer.refusal for offer in hall.day.offers()}
    assert [unit_id for unit_id, refusal in offers.items() if refusal] == ["U03"]
    assert offers["U03"].params["some"] == "H3"
    hall.do("pick", "H2", "U04", "U05")
    hall.do("confirm", "H2")
    hall.choose("H3", "U03", "U06")


def test_time_is_extended_with_a_reason_and_only_so_often():
    hall = Hall(small_round(households=2, seconds=60, extension_seconds=30, extensions_max=1))
    hall.seat("H1")
    assert hall.refused("extend", "H1") == "picking.no_reason"
    hall.do("extend", "H1", reason="要再看一眼户型图")
    assert hall.refused("extend", "H1", reason="再延") == "picking.no_extension"
    hall.later(seconds=80)
    hall.do("pick", "H1", "U01")
    hall.later(seconds=60)
    assert hall.refused("expire", "H1") == "picking.chosen_in_time"
    hall.do("confirm", "H1")


def test_a_waiver_frees_what_is_held_and_makes_room_for_those_without():
    hall = Hall(small_round(households=3, homes=2))
    assert hall.day.turns.queue() == ["H1", "H2"]
    hall.seat("H1")
    hall.do("pick", "H1", "U01")
    hall.do("waive", "H1", reason="不想要了")
    assert hall.day.turns.queue() == ["H2", "H3"]
    hall.choose("H2", "U02")
    hall.choose("H3", "U01")


def test_reserve_homes_are_released_by_decision_with_its_reason():
    hall = Hall(small_round(households=2, homes=1, reserved=1, reserve_share="0.5"))
    hall.seat("H1")
    assert hall.refused("pick", "H1", "R1") == "picking.reserved"
    hall.do("pick", "H1", "U01")
    hall.do("confirm", "H1")
    assert hall.next == ""
    assert hall.refused("release", "", "R1") == "picking.no_reason"
    assert hall.refused("release", "", "U01", reason="指挥部决定") == "picking.not_reserved"
    hall.do("release", "", "R1", reason="指挥部决定 3 号")
    hall.choose("H2", "R1")


def test_fewer_homes_reserved_than_the_policy_asks_for_are_a_fault():
    with pytest.raises(Faults) as told:
        opening(small_round(households=4, reserve_share="0.2"))
    assert [(f.code, f.params) for f in told.value.faults] == [("picking.reserve_short", {"there": 0, "needed": 1})]


def test_a_home_that_turns_out_defective_is_withdrawn_unless_somebody_still_needs_it():
    hall = Hall(small_round(households=2, homes=3, reserved=1))
    hall.do("withdraw", "", "U01", reason="漏水")
    assert hall.refused("withdraw", "", "U02", reason="漏水") == "picking.needed_still"
    hall.do("release", "", "R1", reason="替换漏水房")
    hall.do("withdraw", "", "U02", reason="漏水")
    assert hall.day.free == {"U03", "R1"}


def test_in_rounds_a_household_takes_one_home_at_a_time_and_all_the_rest_in_the_last():
    hall = Hall(small_round(households=2, each=3, homes=6, order={"later_rounds": ["reverse"]}))
    hall.seat("H1")
    assert hall.refused("pick", "H1", "U01", "U02") == "picking.one_a_round"
    hall.do("pick", "H1", "U01")
    assert hall.refused("pick", "H1", "U02") == "picking.one_a_round"
    hall.do("confirm", "H1")
    assert hall.refused("call", "H1") == "picking.is_rested"
    hall.choose("H2", "U02")
    hall.do("next_session")
    assert hall.day.turns.queue() == ["H2", "H1"]
    hall.seat("H2")
    hall.do("pick", "H2", "U03")
    assert hall.refused("confirm", "H2") == "picking.incomplete"
    hall.do("pick", "H2", "U04")
    hall.do("confirm", "H2")
    hall.choose("H1", "U05", "U06")
    hall.do("next_session")
    assert hall.homes() == {"H1": ["U01", "U05", "U06"], "H2": ["U02", "U03", "U04"]}


def test_a_household_served_by_its_first_home_is_done_and_rests_in_no_later_round():
    hall = Hall(small_round(households=2, each=1, order={"later_rounds": ["same"]}))
    hall.choose("H1", "U01")
    hall.choose("H2", "U02")
    assert [hall.day.turns.standing[own] for own in ("H1", "H2")] == ["done", "done"]
    hall.do("next_session")
    assert hall.day.turns.queue() == []


def test_time_never_goes_back():
    hall = Hall(small_round(households=2))
    hall.do("call", "H1")
    hall.later(hours=-1)
    assert hall.refused("arrive", "H1") == "picking.clock"


# -- whole days -------------------------------------------------------------------------------------------------------


WILD = (
    *("call", "arrive", "pick", "pick", "pick", "confirm", "confirm", "undo", "waive", "skip", "expire", "request"),
    *("next_session", "fault", "withdraw"),
)


def wild_day(given, seed: int) -> Day:
    """A day on which anything happens, allowed or not."""
    rng, hall = random.Random(seed), Hall(given, sessions_a_day=2)
    everybody = sorted(hall.day.turns.standing)
    units = sorted(unit.unit_id for unit in given.units)
    for _ in range(80 * len(everybody)):
        before = (hall.homes(), dict(hall.day.held), dict(hall.day.turns.standing), set(hall.day.free))
        own = hall.day.table or hall.next or rng.choice(everybody)
        free = sorted(hall.day.free) or units
        act = rng.choice(WILD)
        if act in ("waive", "fault", "withdraw", "undo") and rng.random() < 0.9:
            continue
        chosen = {"pick": rng.sample(free, min(len(free), rng.randint(1, 2))), "withdraw": free[:1]}.get(act, [])
        hall.later(seconds=rng.choice((5, 5, 5, 5, 5, 5, 200, 700)))
        since = hall.at - timedelta(seconds=rng.randint(0, 900)) if act == "fault" else None
        if hall.refused(
            act, "" if act in ("fault", "withdraw", "next_session") else own, *chosen, reason="因", since=since
        ):
            assert before == (hall.homes(), dict(hall.day.held), dict(hall.day.turns.standing), set(hall.day.free))
        owned = [unit_id for own in everybody for unit_id in hall.day.homes(own)]
        assert len(owned) == len(set(owned))
        assert not hall.day.free & set(owned)
        if hall.day.turns.over:
            break
    return hall.day


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_no_home_goes_twice_nobody_is_stranded_and_the_acts_tell_the_day(seed):
    case = ("", "selection_xiamen", "selection_dapeng", "selection_shantou")[seed % 4]
    given = small_round(case, households=8, each=1 + seed % 2, low=(5, 8), households_a_session=3)
    day = wild_day(given, seed)
    again = replay(opening(given, sessions_a_day=2), day.acts)
    assert (again.given, again.held, again.free) == (day.given, day.held, day.free)
    assert (again.turns, again.deadline) == (day.turns, day.deadline)
    missed = {own for own, standing in day.turns.standing.items() if standing not in ("done", "waived", "void")}
    assert {day._slot[own] for own in missed} <= day.guard.to_come | {day._slot[own] for own in day.turns.barred}


def test_acts_that_are_not_of_this_day_are_told_apart():
    begun = opening(small_round(households=2))
    with pytest.raises(ValueError, match=r"picking\.not_next"):
        replay(begun, [Act(act="call", at=Hall(begun).at, household_id="H2")])


def test_the_dafeng_day_runs_to_its_end_with_everybody_served():
    hall = Hall(judge(read_round(ROOT / "data" / "dafeng")))
    while hall.next:
        own = hall.next
        hall.seat(own)
        while not hall.day._chosen():
            best = min((offer for offer in hall.day.offers() if not offer.refusal), key=lambda offer: offer.rank)
            hall.do("pick", own, best.unit_id)
        hall.do("confirm", own)
    hall.do("next_session")
    assert (len(hall.homes()), sum(map(len, hall.homes().values()))) == (66, 141)
