"""Every button of the operator's window is pressed; what goes wrong around it leaves the record right and is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest
import streamlit as st
from sqlalchemy import select
from streamlit.testing.v1 import AppTest
from test_clerk_pages import entries_of, loopback, opened, press, told
from test_hall import Room

from allocation import hall, hall_view
from allocation.audit import audit
from allocation.database import LOG
from allocation.messages import Faults, sentence
from allocation.pages import record
from allocation.pages.record import plain
from allocation.pages.settings import (
    CLERK_VARIABLE,
    RECORD_VARIABLE,
    REHEARSAL_VARIABLE,
    Serving,
    served_environment,
)

__all__ = ["loopback"]  # a fixture


class Steady:
    """A clock that nobody sets: it stands until it is moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def steady(monkeypatch):
    """What the time of day in the window goes by."""
    made = Steady()
    monkeypatch.setattr(hall_view, "monotonic", made)
    return made


@pytest.fixture
def room_of(tmp_path, monkeypatch, loopback, steady) -> Iterator:
    """Makes a record in whose round everybody waits to choose, and starts the dashboard for 甲 on it."""
    made: list[Room] = []

    def make(*, url: str = "", began: bool = True, **given: object) -> Room:
        room = Room(tmp_path, url=url, **{"households": 3, "homes": 6} | given)
        made.append(room)
        if began:
            room.open()
        monkeypatch.setenv(RECORD_VARIABLE, room.url)
        monkeypatch.setenv(CLERK_VARIABLE, "甲")
        return room

    yield make
    for room in made:
        assert audit(room.store).findings == []
        room.store.close()
        record.watch().store.close()
    st.cache_resource.clear()


def seated(own: str) -> AppTest:
    """The window with a household at the table."""
    app = opened("selection_day")
    press(app, f"call-{own}-")
    return press(app, f"arrive-{own}-")


def pick(app: AppTest, own: str, unit_id: str) -> AppTest:
    app.selectbox(key="home").select(unit_id).run()
    return press(app, f"pick-{own}-{unit_id}")


def write(app: AppTest, key: str, text: str) -> None:
    app.text_input(key=key).set_value(text).run()


def subheaders(app: AppTest) -> str:
    return "\n".join(part.value for part in app.subheader)


def shown(app: AppTest) -> str:
    return "\n".join(part.value for part in app.markdown)


def last_said(room: Room) -> dict[str, object]:
    with room.store.reading() as connection:
        body = connection.execute(select(LOG.c.body).order_by(LOG.c.number.desc()).limit(1)).scalar_one()
    return dict(json.loads(body)["said"])


# -- the buttons -------------------------------------------------------------------------------------------------


def test_the_day_is_opened_with_its_sessions_and_goes_on_to_the_next_and_to_its_end(room_of):
    room = room_of(began=False, households_a_session=2)
    app = opened("selection_day")
    app.number_input(key="sessions_a_day").set_value(2).run()
    next(button for button in app.button if button.label == sentence("act.hall-open")).click().run()
    assert not app.exception
    assert room.now()["next"] == ["H1", "H2"]
    room.choose("H1", "U01")
    room.choose("H2", "U02")
    app.run()
    press(app, "next_session--")
    assert room.now()["next"] == ["H3"]
    room.choose("H3", "U03")
    app.run()
    press(app, "next_session--")
    assert sentence("screen.over") in subheaders(app)


def test_one_of_two_homes_that_are_held_is_given_back_and_confirmed_ones_never(room_of):
    room = room_of(each=2)
    app = seated("H1")
    assert app.button(key="confirm-H1-").disabled
    pick(app, "H1", "U01")
    pick(app, "H1", "U02")
    press(app, "undo-H1-U01")
    assert room.homes() == {"U02": ("H1", "held")}
    pick(app, "H1", "U03")
    press(app, "home-undo-H1-U03")
    pick(app, "H1", "U04")
    press(app, "confirm-H1-")
    assert room.homes() == {"U02": ("H1", "confirmed"), "U04": ("H1", "confirmed")}
    assert not [button for button in app.button if button.key and "undo" in button.key]
    assert room.refused("undo", "H1", "U02") == ["picking.not_at_table"]


def test_a_choice_that_is_not_whole_is_not_confirmed_and_says_so(room_of):
    room_of(each=2)
    app = pick(seated("H1"), "H1", "U01")
    press(app, "confirm-H1-")
    assert plain(sentence("picking.incomplete", household_id="H1", held=1)) in told(app)


def test_an_unsafe_home_says_why_and_cannot_be_picked(room_of):
    room = room_of(low=(2,))
    app = seated("H1")
    app.selectbox(key="home").select("U01").run()
    assert not app.button(key="pick-H1-U01").disabled, "three low homes are left for the one that needs one"
    for unit_id in ("U02", "U03"):
        room.do("withdraw", "", unit_id, reason="漏水")
    app.run()
    assert app.button(key="pick-H1-U01").disabled
    why = sentence("picking.unsafe_needed", unit_id="U01", count=1, some="H2", needed=1, there=0)
    assert plain(why) in shown(app)


def test_a_household_that_does_not_come_is_called_three_times_skipped_and_put_at_the_end(room_of):
    room = room_of()
    app = opened("selection_day")
    for times in range(1, 4):
        press(app, "call-H1-")
        assert sentence("screen.called", times=times, most=3) in subheaders(app)
        assert app.button(key="skip-H1-").disabled is (times < 3)
    assert app.button(key="call-H1-").disabled
    press(app, "skip-H1-")
    press(app, "request-H1-")
    assert room.now()["next"] == ["H2", "H3", "H1"]


def test_one_that_is_absent_where_the_rules_say_so_is_void(room_of):
    room = room_of(late="void", absent="void", calls=1)
    app = press(opened("selection_day"), "call-H1-")
    press(app, "skip-H1-")
    assert room.turns()["H1"] == "void"
    assert not [button for button in app.button if button.key == "request-H1-"]


@pytest.mark.parametrize(("agents", "paper"), [("written", "written"), ("sealed", "sealed")])
def test_somebody_chooses_for_a_household_by_the_paper_that_the_rules_ask_for(room_of, agents, paper):
    room = room_of(agents=agents)
    app = press(opened("selection_day"), "call-H1-")
    write(app, "agent-H1", "赵代理")
    press(app, "arrive-H1-")
    assert sentence("act.hall-arrive") in told(app)
    assert room.now()["table"] == "", "no paper, no agent"
    app.selectbox(key="paper-H1").select(paper).run()
    press(app, "arrive-H1-")
    assert room.now()["table"] == "H1"
    assert last_said(room) == {"household_id": "H1", "agent": "赵代理", "paper": paper}


def test_a_companion_comes_along_where_somebody_is_old_enough(room_of):
    room = room_of(companion_from_age=70)
    app = press(opened("selection_day"), "call-H1-")
    app.checkbox(key="companion-H1").check().run()
    press(app, "arrive-H1-")
    assert last_said(room) == {"household_id": "H1", "companion": True}


def test_more_time_is_given_with_a_reason_and_as_often_as_the_rules_say(room_of):
    room = room_of(extension_seconds=60, extensions_max=1)
    app = seated("H1")
    before = room.now()["deadline"]
    press(app, "extend-H1-")
    assert sentence("picking.no_reason") in told(app)
    write(app, "reason-H1", "老人看图")
    press(app, "extend-H1-")
    assert room.now()["deadline"] > before
    assert app.button(key="extend-H1-").disabled


def test_whose_time_is_out_the_next_number_goes(room_of, steady):
    room = room_of(seconds=60)
    app = pick(seated("H1"), "H1", "U01")
    press(app, "expire-H1-")
    assert sentence("picking.chosen_in_time", household_id="H1") in told(app)
    press(app, "undo-H1-")
    press(app, "expire-H1-")
    assert room.now()["table"] == "H1", "its time is not over"
    steady.seconds += 61
    app.run()
    assert "超时" in shown(app)
    press(app, "expire-H1-")
    assert room.homes() == {}
    assert room.now()["next"][0] == "H2"


def test_whose_time_is_out_is_assigned_a_home_where_the_rules_say_so(room_of, steady):
    room = room_of(seconds=60, on_timeout="assign")
    app = seated("H1")
    steady.seconds += 61
    app.run()
    press(app, "expire-H1-")
    assert [own for own, _ in room.homes().values()] == ["H1"]
    assert room.turns()["H1"] == "chosen"


def test_a_reserve_home_is_released_and_a_defective_one_withdrawn_with_a_reason(room_of):
    room = room_of(reserved=1)
    app = seated("H1")
    app.multiselect(key="released").select("R1").run()
    press(app, "release--R1")
    assert sentence("picking.no_reason") in told(app)
    write(app, "others-reason", "会议纪要 3 号")
    press(app, "release--R1")
    pick(app, "H1", "R1")
    app.selectbox(key="gone").select("U06").run()
    press(app, "withdraw--U06")
    assert last_said(room) == {"units": ["U06"], "reason": "会议纪要 3 号"}
    app.selectbox(key="home").select("U06").run()
    assert sentence("hall.state.withdrawn") in shown(app)
    assert not [button for button in app.button if button.key == "pick-H1-U06"]


def test_after_a_fault_what_came_later_is_void_and_the_same_household_goes_on(room_of, steady):
    room = room_of()
    app = seated("H1")
    steady.seconds += 120
    pick(app, "H1", "U02")
    press(app, "confirm-H1-")
    press(app, "call-H2-")
    app.time_input(key="since").set_value(time(9, 1)).run()
    write(app, "others-reason", "停电")
    press(app, "fault--")
    assert room.now()["table"] == "H1"
    assert room.homes() == {}
    pick(app, "H1", "U02")
    press(app, "confirm-H1-")
    assert room.homes() == {"U02": ("H1", "confirmed")}


def test_the_figure_of_a_rehearsal_is_shown_from_its_file_or_why_not(room_of, anju, tmp_path, monkeypatch):
    code, said, _ = anju("rehearse", Path(__file__).parent.parent / "data" / "dafeng", "--days", "3", "--json")
    assert code == 0
    file = tmp_path / "rehearsal.json"
    file.write_text(said, encoding="utf-8")
    room_of()
    assert served_environment(Serving(rehearsal=file))[REHEARSAL_VARIABLE] == str(file)
    monkeypatch.setenv(REHEARSAL_VARIABLE, str(file))
    app = opened("selection_day")
    figures = json.loads(said)
    told_there = sentence("rehearse.found", **{name: value for name, value in figures.items() if name != "round"})
    assert plain(told_there) in shown(app)
    for text in ("{}", said.replace('"guarded": 0', '"guarded": "0"'), "no"):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(Faults):
            served_environment(Serving(rehearsal=file))
    app.run()
    assert plain(sentence("rehearse.no_file", value=file)) in told(app)


# -- bad luck ----------------------------------------------------------------------------------------------------


def test_a_database_that_stops_in_mid_pick_is_told_and_the_pick_is_done_once(room_of, postgres, monkeypatch, tmp_path):
    monkeypatch.setenv("ANJU_ANCHORS", str(tmp_path / "anchors"))
    room = room_of(url=postgres.empty())
    app = seated("H1")
    number, whole = len(entries_of(room)), hall._write

    def stopped(tx, round_id, day):
        whole(tx, round_id, day)
        postgres.crash()

    app.selectbox(key="home").select("U01").run()
    try:
        with monkeypatch.context() as patch:
            patch.setattr(hall, "_write", stopped)
            press(app, "pick-H1-U01")
        assert sentence("hall.unknown", act=sentence("act.hall-pick")) in told(app)
        assert sentence("hall.lost") in told(app)
        assert app.button(key="confirm-H1-").disabled
    finally:
        postgres.start()
    next(button for button in app.button if button.label == sentence("hall.send_again")).click().run()
    assert not app.exception
    assert sentence("hall.lost") not in told(app)
    room.store.engine.dispose()  # this test's own connections were cut as well
    assert room.homes() == {"U01": ("H1", "held")}
    assert len(entries_of(room)) == number + 1
    press(app, "confirm-H1-")
    assert room.homes() == {"U01": ("H1", "confirmed")}


def test_a_record_file_that_cannot_be_read_leaves_what_was_known_and_comes_back(room_of):
    room = room_of()
    app = seated("H1")
    file = Path(room.url)
    for store in (room.store, record.watch().store):
        store.engine.dispose()  # what has the file open goes on from what it has read
    whole = file.read_bytes()
    file.write_bytes(bytes(len(whole)))
    app.run()
    assert not app.exception
    assert sentence("hall.lost") in told(app)
    assert "H1" in subheaders(app), "what was known stays up"
    assert app.button(key="expire-H1-").disabled
    file.write_bytes(whole)
    app.run()
    assert sentence("hall.lost") not in told(app)
    pick(app, "H1", "U01")
    assert room.homes() == {"U01": ("H1", "held")}


def test_a_clock_that_jumps_on_is_told(room_of, steady):
    room_of()
    app = seated("H1")
    steady.seconds += 120
    app.run()
    moved = sentence("hall.clock_moved", at="", seconds="+120").partition(" ")[2]
    assert plain(moved.strip()) in told(app)
    steady.seconds += 1
    app.run()
    assert "+120" in told(app), "it stays up for a while"


def test_a_clock_set_back_is_told_and_what_is_asked_then_is_refused_until_it_is_right(room_of, steady):
    room = room_of()
    app = seated("H1")
    number, homes = len(entries_of(room)), room.homes()
    steady.seconds -= 600
    app.run()
    assert "600" in told(app)
    app.selectbox(key="home").select("U01").run()
    press(app, "pick-H1-U01")
    assert (len(entries_of(room)), room.homes()) == (number, homes), "nothing is written with a time before the last"
    steady.seconds += 600
    press(app, "pick-H1-U01")
    assert room.homes() == {"U01": ("H1", "held")}
