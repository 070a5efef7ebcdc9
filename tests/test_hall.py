"""The selection day in the record: acts in the log, homes and turns in its tables, two windows at once, faults."""

from __future__ import annotations

import copy
import json
import sqlite3
import threading
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from allocation import hall
from allocation.acts import Clerk, Done, Refused
from allocation.audit import audit
from allocation.backup import init
from allocation.database import HOMES, LEFT_OUT, LOG, TURNS
from allocation.hall import Asked, act, begun, day_of, figures_of, now, offers, open_hall
from allocation.homes import pick, void
from allocation.office import draw, freeze, import_round, move
from allocation.publishing import publish
from allocation.roster import round_row
from allocation.store import CHINA, open_store

from picking_days import round_input


class Room:
    """A record whose round is open for choosing, its clock, and two operators."""

    def __init__(self, folder: Path, *, url: str = "", **given: object) -> None:
        self.at = datetime(2021, 5, 28, 9, 0, 0, tzinfo=CHINA)
        self.url = url or str(folder / "record.db")
        init(self.url, who="管理员", drill=True, clock=lambda: self.at)
        self.store = open_store(self.url, clock=lambda: self.at)
        for outcome in (
            import_round(self.clerk(), round_input(**given)),
            freeze(self.clerk(), "t"),
            draw(self.clerk("乙"), "t", demo=True),
            move(self.clerk(), "t", "open-picking"),
        ):
            assert isinstance(outcome, Done), outcome

    def clerk(self, who: str = "甲") -> Clerk:
        return Clerk(store=self.store, who=who)

    def open(self) -> None:
        assert isinstance(open_hall(self.clerk(), "t"), Done)

    def ask(self, name: str, household_id: str = "", *units: str, who: str = "甲", since: time | None = None,
            **more: object) -> Done | Refused:  # fmt: skip
        self.at += timedelta(seconds=1, microseconds=7)
        asked = Asked(act=name, household_id=household_id, units=units, **more)  # type: ignore[arg-type]  # acts come as plain words
        return act(self.clerk(who), "t", asked, since=since)

    def do(self, name: str, household_id: str = "", *units: str, **more: object) -> Done:
        outcome = self.ask(name, household_id, *units, **more)
        assert isinstance(outcome, Done), outcome
        return outcome

    def refused(self, name: str, household_id: str = "", *units: str, **more: object) -> list[str]:
        outcome = self.ask(name, household_id, *units, **more)
        assert isinstance(outcome, Refused), outcome
        return [reason.code for reason in outcome.reasons]

    def choose(self, household_id: str, *units: str) -> None:
        self.do("call", household_id)
        self.do("arrive", household_id)
        self.do("pick", household_id, *units)
        self.do("confirm", household_id)

    def homes(self) -> dict[str, tuple[str, str]]:
        with self.store.reading() as connection:
            rows = connection.execute(select(HOMES).where(HOMES.c.status != "void")).mappings()
            return {row["unit_id"]: (row["household_id"], row["status"]) for row in rows}

    def turns(self) -> dict[str, str]:
        with self.store.reading() as connection:
            return {row["household_id"]: row["outcome"] for row in connection.execute(select(TURNS)).mappings()}

    def now(self) -> dict[str, object]:
        with self.store.reading() as connection:
            return now(connection, "t")


@pytest.fixture
def room(tmp_path, request):
    made = Room(tmp_path, **getattr(request, "param", {"households": 3, "homes": 4}))
    yield made
    assert audit(made.store).findings == []
    made.store.close()


def test_a_day_runs_through_the_record_to_its_end(room):
    assert room.refused("call", "H1") == ["hall.not_open"]
    room.open()
    assert room.now() | {"left": None} == {
        "called": "", "table": "", "deadline": "", "held": [], "next": ["H1", "H2", "H3"], "to_call": 3, "done": 0,
        "left": None, "session": 1, "round_of_choosing": 1, "over": False,
    }  # fmt: skip
    assert room.do("call", "H1").figures["next"] == ["H2", "H3"]
    assert room.now()["called"] == "H1"
    done = room.do("arrive", "H1")
    assert done.figures["table"] == "H1"
    assert done.figures["deadline"] == "2021-05-28T09:10:03+08:00"
    room.do("pick", "H1", "U02")
    assert room.homes() == {"U02": ("H1", "held")}
    assert room.refused("pick", "H2", "U01") == ["picking.not_at_table"]
    room.do("undo", "H1")
    assert room.homes() == {}
    room.do("pick", "H1", "U02")
    room.do("confirm", "H1")
    room.do("call", "H2")
    room.do("arrive", "H2")
    room.do("waive", "H2", reason="投亲")
    for _ in range(3):
        room.do("call", "H3")
    room.do("skip", "H3")
    room.do("next_session")
    assert room.now()["over"] is True
    assert room.homes() == {"U02": ("H1", "confirmed")}
    assert room.turns() == {"H1": "chosen", "H2": "waived", "H3": "absent"}
    assert isinstance(publish(room.clerk("丙"), "t", "plan"), Done)


def test_choices_from_paper_and_choices_at_the_table_do_not_mix(room):
    assert isinstance(pick(room.clerk(), "t", "H1", "U01"), Done)
    refused = open_hall(room.clerk(), "t")
    assert isinstance(refused, Refused)
    assert refused.reasons[0].code == "hall.by_paper"


def test_once_the_hall_is_open_homes_are_not_picked_past_it(room):
    room.open()
    for outcome in (pick(room.clerk(), "t", "H1", "U01"), void(room.clerk(), "t", "H1", reason="x")):
        assert isinstance(outcome, Refused)
        assert outcome.reasons[0].code == "pick.at_the_table"
    again = open_hall(room.clerk(), "t")
    assert isinstance(again, Refused)
    assert again.reasons[0].code == "hall.open"


def test_after_a_fault_the_record_is_that_of_the_failure(room):
    room.open()
    room.choose("H1", "U01")
    room.do("call", "H2")
    room.do("arrive", "H2")
    failure = (room.at + timedelta(seconds=1)).time()
    room.at += timedelta(minutes=5)
    room.do("pick", "H2", "U02")
    room.do("confirm", "H2")
    room.do("call", "H3")
    done = room.do("fault", since=failure, reason="停电")
    assert room.homes() == {"U01": ("H1", "confirmed")}
    assert room.turns() == {"H1": "chosen", "H2": "", "H3": ""}
    assert done.figures["table"] == "H2"
    room.do("pick", "H2", "U03")
    room.do("confirm", "H2")
    assert room.homes() == {"U01": ("H1", "confirmed"), "U03": ("H2", "confirmed")}


@pytest.mark.parametrize("room", [{"households": 2, "homes": 2, "reserved": 1}], indirect=True)
def test_a_reserve_home_takes_part_once_released_and_a_withdrawn_one_no_more(room):
    room.open()
    assert room.refused("withdraw", "", "U02", reason="漏水") == ["picking.needed_still"]
    room.do("release", "", "R1", reason="指挥部决定")
    room.do("withdraw", "", "U02", reason="漏水")
    with room.store.reading() as connection:
        assert set(connection.execute(select(LEFT_OUT.c.subject)).scalars()) == {"U02"}
    room.choose("H1", "R1")
    room.choose("H2", "U01")
    room.do("fault", since=time(9, 0, 0), reason="全部重来")
    with room.store.reading() as connection:
        assert set(connection.execute(select(LEFT_OUT.c.subject)).scalars()) == {"R1"}
    assert room.homes() == {}


@pytest.mark.parametrize("room", [{"households": 2, "homes": 4, "low": (2,)}], indirect=True)
def test_the_log_tells_the_day_again_with_who_did_what_and_what_was_refused(room):
    room.open()
    room.do("withdraw", "", "U02", reason="漏水")
    room.do("withdraw", "", "U03", reason="漏水")
    room.do("call", "H1")
    room.do("arrive", "H1", who="乙", agent="侄子", paper="written")
    assert room.refused("pick", "H1", "U01") == ["picking.unsafe_needed"]
    with room.store.reading() as connection:
        found = {offer.unit_id: offer.refusal for offer in offers(connection, "t")}
        day = day_of(connection, round_row(connection, "t"))
        told = connection.execute(select(LOG.c.act, LOG.c.outcome, LOG.c.body).where(LOG.c.act == "hall-pick")).one()
    assert found["U04"] is None
    assert found["U01"].code == "picking.unsafe_needed"
    assert [(a.act, a.by, a.agent) for a in day.acts[-1:]] == [("arrive", ("乙",), "侄子")]
    assert told.outcome == "refused"
    assert json.loads(told.body)["reasons"][0][1]["some"] == "H2"


def test_two_windows_that_reach_for_one_home_give_it_once(tmp_path):
    room = Room(tmp_path, households=4, homes=6)
    room.open()
    room.do("call", "H1")
    room.do("arrive", "H1")
    outcomes, ready = [], threading.Barrier(4)

    def window(number: int) -> None:
        store = open_store(room.url, clock=lambda: room.at)
        ready.wait()
        asked = Asked(act="pick", household_id="H1", units=("U01",))
        outcomes.append(act(Clerk(store=store, who=f"窗口{number}"), "t", asked))
        store.close()

    threads = [threading.Thread(target=window, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Done", "Refused", "Refused", "Refused"]
    assert {o.reasons[0].code for o in outcomes if isinstance(o, Refused)} == {"picking.taken"}
    assert room.homes() == {"U01": ("H1", "held")}
    assert audit(room.store).findings == []
    room.store.close()


def test_nothing_of_a_round_is_open_that_has_no_day(room):
    with room.store.reading() as connection:
        assert not begun(connection, "t")
        assert now(connection, "t") == {}
        assert offers(connection, "t") == []


def test_an_operator_types_the_day(room, anju):
    def typed(*words: object, expected: int = 0) -> dict[str, object]:
        code, said, error = anju("office", *words, "--db", room.url, "--json")
        assert code == expected, error
        return json.loads(said)

    acting = ("--as", "甲")
    typed("hall-open", "t", *acting)
    typed("hall", "t", "call", "H1", *acting)
    typed("hall", "t", "arrive", "H1", *acting)
    assert typed("hall", "t", "pick", "H2", "U01", *acting, expected=4)["reasons"][0]["code"] == "picking.not_at_table"
    assert typed("hall", "t", "pick", "H1", "U01", *acting)["held"] == ["U01"]
    typed("hall", "t", "extend", "H1", "--reason", "x", *acting, expected=4)
    listed = typed("hall-now", "t", "--homes")
    assert [row["unit_id"] for row in listed["homes"]] == ["U02", "U03", "U04"]
    assert not any(row["safe"] for row in listed["homes"])
    typed("hall", "t", "fault", "--since", "09:00", "--reason", "停电", *acting)
    code, said, _ = anju("office", "hall-now", "t", "--db", room.url, "--homes")
    assert code == 0
    assert "H1" in said
    assert anju("office", "hall", "t", "dance", "--db", room.url, *acting)[0] == 2
    assert anju("office", "hall", "t", "fault", "--since", "noon", "--db", room.url, *acting)[0] == 2


def test_a_day_that_is_told_on_is_the_day_told_from_its_beginning(room):
    """The next act goes on from where this process left the day; what another process or a fault did is not missed."""
    room.open()
    room.choose("H1", "U02")
    room.refused("pick", "H2", "U01")
    room.do("call", "H2")
    room.do("arrive", "H2")
    room.refused("pick", "H2", "U02")
    before = copy.deepcopy(hall._KEPT)
    room.do("pick", "H2", "U01")
    hall._KEPT.clear()
    hall._KEPT.update(before)  # as in a process that did not see the last act
    room.do("undo", "H2")
    room.do("pick", "H2", "U03")
    room.do("fault", "", since=time(9, 0, 3), reason="停电")
    with room.store.reading() as connection:
        row = round_row(connection, "t")
        anew, kept = day_of(connection, row), hall._KEPT[room.store.record_id, "t"].day
        assert figures_of(kept) == figures_of(anew)
        for name in ("acts", "void", "given", "held", "free", "deadline"):
            assert getattr(kept, name) == getattr(anew, name), name


def test_an_act_that_was_not_committed_is_no_part_of_the_day_that_is_kept(room, monkeypatch):
    room.open()
    room.do("call", "H1")
    room.do("arrive", "H1")

    def broken(*_: object) -> None:
        raise RuntimeError("cut")

    with monkeypatch.context() as patch:
        patch.setattr(hall, "_write", broken)
        with pytest.raises(RuntimeError, match="cut"):
            room.ask("pick", "H1", "U02")
    assert room.homes() == {}
    room.do("pick", "H1", "U02")
    assert room.homes() == {"U02": ("H1", "held")}


def test_an_act_that_an_index_refuses_is_no_part_of_the_day_that_is_kept(room, monkeypatch):
    room.open()
    room.do("call", "H1")
    room.do("arrive", "H1")

    def twice(*_: object) -> None:
        raise IntegrityError("insert", {}, sqlite3.IntegrityError("UNIQUE constraint failed"))

    with monkeypatch.context() as patch:
        patch.setattr(hall, "_write", twice)
        assert room.refused("pick", "H1", "U02") == ["office.guard"]
    room.do("pick", "H1", "U02")
    assert room.homes() == {"U02": ("H1", "held")}


def test_a_day_that_is_not_this_records_past_is_told_anew(room):
    """As after an older backup was put in its place."""
    room.open()
    room.do("call", "H1")
    kept = hall._KEPT[room.store.record_id, "t"]
    with room.store.reading() as connection:
        row = round_row(connection, "t")
        assert hall.day_since(connection, row, kept) is kept.day
        other = replace(kept.head, hash="0" * 64)
        assert hall.day_since(connection, row, hall.Told(other, kept.day)) is not kept.day
