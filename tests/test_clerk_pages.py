"""The clerks' pages: only on this machine and with a record, every act through it, and what is not known is said."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from contextlib import closing

import pytest
import streamlit as st
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from streamlit import config
from streamlit.testing.v1 import AppTest
from test_dashboard import wait_until_healthy
from test_hall import Room
from test_hall_screen import ROUND, SCREENS, SIZES, Dafeng, private_values

from allocation.acts import _Call, entries
from allocation.audit import audit
from allocation.messages import LANGS, Fault, Faults, sentence
from allocation.pages import access, record
from allocation.pages.settings import (
    CLERK_VARIABLE,
    DASHBOARD,
    MAY_SEE,
    RECORD_VARIABLE,
    Serving,
    serve_arguments,
    served_environment,
)


@pytest.fixture(autouse=True)
def _fresh():
    """No record of an earlier test stays open."""
    yield
    st.cache_resource.clear()


@pytest.fixture
def loopback():
    before = config.get_option("server.address")
    config.set_option("server.address", "127.0.0.1")
    yield
    config.set_option("server.address", before)


@pytest.fixture
def room(tmp_path, monkeypatch, loopback):
    """A record whose hall is open, and the dashboard started for 甲 on it."""
    made = Room(tmp_path, households=3, homes=6)
    made.open()
    monkeypatch.setenv(RECORD_VARIABLE, made.url)
    monkeypatch.setenv(CLERK_VARIABLE, "甲")
    yield made
    made.store.close()


def opened(page: str, lang: str = "zh") -> AppTest:
    app = AppTest.from_file(str(DASHBOARD), default_timeout=60)
    app.query_params["lang"] = lang
    app.run()
    return app.switch_page(f"allocation/pages/{page}.py").run()


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def told(app: AppTest) -> str:
    return "\n".join(part.value for kind in ("error", "warning", "success", "info") for part in app.get(kind))


def title(page: str, lang: str = "zh") -> str:
    return sentence(f"{page}.title", lang)


# -- who may see them --------------------------------------------------------------------------------------------


def test_without_a_record_or_beyond_this_machine_there_is_no_clerks_page(room, monkeypatch):
    assert access.viewer().may_act
    for address in ("0.0.0.0", "192.168.1.5", "", "example.org"):
        config.set_option("server.address", address)
        assert access.viewer() == access.NOBODY
        with pytest.raises(ValueError, match="Could not find a navigation page"):
            opened("selection_day")
    config.set_option("server.address", "127.0.0.1")
    for name in (RECORD_VARIABLE, CLERK_VARIABLE):
        with monkeypatch.context() as patch:
            patch.delenv(name)
            for page in MAY_SEE:
                with pytest.raises(ValueError, match="Could not find a navigation page"):
                    opened(page)
            with pytest.raises(PermissionError):
                record.watch()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("page", MAY_SEE)
def test_a_clerks_page_opens_in_both_languages(room, page, lang):
    app = opened(page, lang)
    assert not app.exception
    assert app.title[0].value == title(page, lang)


# -- the day -----------------------------------------------------------------------------------------------------


def test_a_household_is_called_sits_down_picks_undoes_and_confirms(room):
    app = opened("selection_day")
    press(app, "call-H1-")
    press(app, "arrive-H1-")
    assert room.now()["table"] == "H1"
    app.selectbox(key="home").select("U03").run()
    press(app, "pick-H1-U03")
    assert room.homes() == {"U03": ("H1", "held")}
    press(app, "undo-H1-")
    assert room.homes() == {}
    app.selectbox(key="home").select("U02").run()
    press(app, "pick-H1-U02")
    press(app, "confirm-H1-")
    assert room.homes() == {"U02": ("H1", "confirmed")}
    assert sentence("act.hall-confirm") in told(app)
    press(app, "call-H2-")
    press(app, "call-H2-")
    press(app, "call-H2-")
    press(app, "skip-H2-")
    press(app, "call-H3-")
    press(app, "arrive-H3-")
    app.text_input(key="reason-H3").set_value("投亲").run()
    press(app, "waive-H3-")
    assert room.turns()["H3"] == "waived"
    app.text_input(key="others-reason").set_value("书面").run()
    press(app, "request-H2-")
    assert room.now()["next"] == ["H2"]


def test_a_refusal_is_told_in_words(room):
    app = opened("selection_day")
    press(app, "call-H1-")
    press(app, "arrive-H1-")
    press(app, "waive-H1-")
    assert sentence("picking.no_reason") in told(app)
    assert room.now()["table"] == "H1"


def test_two_windows_never_sell_the_same_home(room):
    first = opened("selection_day")
    press(first, "call-H1-")
    press(first, "arrive-H1-")
    second = opened("selection_day")
    for app in (first, second):
        app.selectbox(key="home").select("U01").run()
    press(first, "pick-H1-U01")
    press(second, "pick-H1-U01")
    assert room.homes() == {"U01": ("H1", "held")}
    taken = sentence("picking.taken", unit_id="U01", layout="80", left=5, some="U02、U03、U04、U05、U06")
    assert record.plain(taken) in told(second)


def test_a_pick_without_an_answer_is_told_blocks_the_window_and_is_done_once(room, monkeypatch):
    app = opened("selection_day")
    press(app, "call-H1-")
    press(app, "arrive-H1-")
    app.selectbox(key="home").select("U01").run()
    whole = _Call.attempt

    def cut(self, work):
        whole(self, work)
        raise Faults([Fault(table="record", code="store.unknown", params={"command_id": self.command_id})])

    with monkeypatch.context() as patch:
        patch.setattr(_Call, "attempt", cut)
        press(app, "pick-H1-U01")
    assert sentence("hall.unknown", act=sentence("act.hall-pick")) in told(app)
    assert app.button(key="confirm-H1-").disabled, "nothing is done before it is known what stands"
    number = len(entries_of(room))
    next(b for b in app.button if b.label == sentence("hall.send_again")).click().run()
    assert not app.exception
    assert len(entries_of(room)) == number, "the pick was in: it is answered, not done again"
    assert room.homes() == {"U01": ("H1", "held")}
    assert not app.button(key="confirm-H1-").disabled


def entries_of(room: Room) -> list:
    with room.store.reading() as connection:
        return list(entries(connection))


def test_a_record_that_cannot_be_read_leaves_what_was_known_and_nothing_to_press(room, monkeypatch):
    app = opened("selection_day")
    press(app, "call-H1-")

    def gone(*_: object) -> None:
        raise Faults([Fault(table="record", code="store.lost", params={"said": "x"})])

    with monkeypatch.context() as patch:
        patch.setattr("allocation.hall_view.Watch.look", gone)
        app.run()
        assert not app.exception
        assert sentence("hall.lost") in told(app)
        assert app.button(key="arrive-H1-").disabled
    app.run()
    assert sentence("hall.lost") not in told(app)
    assert not app.button(key="arrive-H1-").disabled


def test_the_round_says_what_blocks_the_next_step(room):
    app = opened("round")
    assert record.plain(sentence("office.undecided", count=3)) in told(app)
    room.choose("H1", "U01")
    app.run()
    assert record.plain(sentence("office.undecided", count=2)) in told(app)
    assert not app.exception


# -- a real browser ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dafeng_served(tmp_path_factory):
    """The Dafeng round's day, a household at the table, and the dashboard as ``anju serve --db --as`` starts it."""
    day = Dafeng(tmp_path_factory.mktemp("dafeng"))
    day.seat_next()
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    asked, log = Serving(port=number, db=day.url, who="王芳"), tmp_path_factory.mktemp("log") / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, *serve_arguments(asked)], stdout=out, stderr=out, env=served_environment(asked)
        )
        try:
            wait_until_healthy(number, server, log)
            yield day, number, log
        finally:
            server.terminate()
            server.wait(timeout=30)
            day.store.close()


SQUARES = ".js-plotly-plot .scatterlayer .points path"
PLACE = """unit => {
  for (const chart of document.querySelectorAll('.js-plotly-plot')) {
    const n = chart.data[0].customdata.findIndex(row => row[0] === unit);
    if (n < 0) continue;
    chart.scrollIntoView({block: 'center', behavior: 'instant'});
    const box = chart.querySelectorAll('.scatterlayer .points path')[n].getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  }
}"""


def visit(browser, number: int, page_name: str, size: str, lang: str, scheme: str = "light"):
    width, height = SIZES[size]
    page = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme).new_page()
    received: list[bytes] = []
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.on("websocket", lambda socket_: socket_.on("framereceived", lambda frame: received.append(frame)))
    page.goto(f"http://127.0.0.1:{number}/{page_name}?lang={lang}")
    page.get_by_role("heading", name=title(page_name, lang), exact=True).wait_for(timeout=60_000)
    return page, received


def click_home(page, unit_id: str):
    """Click a home's square; its pick button."""
    page.locator(SQUARES).last.wait_for(timeout=60_000)
    # squares that are about to be drawn anew answer to no click
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=60_000)
    page.wait_for_timeout(500)
    page.mouse.click(*page.evaluate(PLACE, unit_id))
    button = page.get_by_role("button", name=f"{sentence('act.hall-pick')} {unit_id}", exact=True)
    button.wait_for(timeout=20_000)
    return button


def picks(day: Dafeng, unit_id: str) -> list[str]:
    """The outcomes of all picks of a home, in the order of the log."""
    with day.store.reading() as connection:
        rows = [row for row in entries(connection) if row["act"] == "hall-pick"]
    return [row["outcome"] for row in rows if unit_id in json.loads(row["body"])["said"]["units"]]


@pytest.mark.parametrize(("size", "lang", "scheme"), [("phone", "zh", "light"), ("projector", "en", "dark")])
def test_the_pages_are_readable_and_carry_nobodys_data(browser, dafeng_served, size, lang, scheme):
    day, number, log = dafeng_served
    values = [value.encode() for value in private_values(day.tables)]
    for name, last in (("selection_day", SQUARES), ("round", "[role=progressbar]")):
        page, received = visit(browser, number, name, size, lang, scheme)
        page.locator(last).first.wait_for(timeout=60_000)
        for folded in page.locator("[data-testid=stExpander] summary").all():
            folded.click()
        wide, tall = page.get_by_test_id("stMain").evaluate("main => [main.scrollWidth, main.scrollHeight]")
        assert wide <= SIZES[size][0]
        SCREENS.mkdir(parents=True, exist_ok=True)
        page.set_viewport_size({"width": SIZES[size][0], "height": tall + 100})
        page.wait_for_timeout(500)
        page.screenshot(path=SCREENS / f"{name}_{size}_{lang}_{scheme}.png")
        found = Axe().run(page).response["violations"]
        assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
        sent = b"".join(part if isinstance(part, bytes) else part.encode() for part in received)
        assert day.watch.look(ROUND).title.encode() in sent, "what the page got is what was looked through"
        sent += page.content().encode() + log.read_bytes()
        assert [value.decode() for value in values if value in sent] == []
        page.context.close()


def test_two_browsers_pick_the_same_home_at_once_and_one_of_them_is_told(browser, dafeng_served):
    day, number, _ = dafeng_served
    windows = [visit(browser, number, "selection_day", "projector", "zh")[0] for _ in range(2)]
    unit_id = next(home.unit.unit_id for home in day.watch.look(ROUND).homes if home.state == "safe")
    buttons = [click_home(window, unit_id) for window in windows]
    for button in buttons:
        button.evaluate("button => { setTimeout(() => button.click(), 300); }")
    for window in windows:
        window.get_by_text(sentence("hall.holds", homes=unit_id)).wait_for(timeout=20_000)
    assert sorted(picks(day, unit_id)) == ["done", "refused"]
    texts = [window.get_by_test_id("stAlert").all_text_contents() for window in windows]
    refused = [any(f"{unit_id} 已被选走" in text for text in own) for own in texts]
    assert sorted(refused) == [False, True]
    for window in windows:
        window.context.close()
    day.do("undo", day.watch.look(ROUND).figures["table"])


def test_a_browser_closed_in_mid_pick_leaves_what_the_record_has_for_the_next_one(browser, dafeng_served):
    day, number, _ = dafeng_served
    page, _ = visit(browser, number, "selection_day", "projector", "zh")
    unit_id = next(home.unit.unit_id for home in day.watch.look(ROUND).homes if home.state == "safe")
    click_home(page, unit_id).evaluate("button => button.click()")
    page.context.close()
    again, _ = visit(browser, number, "selection_day", "projector", "zh")
    again.wait_for_timeout(1_500)
    held = day.watch.look(ROUND).figures["held"]
    assert held == ([unit_id] if "done" in picks(day, unit_id)[-1:] else [])
    again.get_by_text(sentence("hall.holds", homes="、".join(held) or "—")).wait_for(timeout=20_000)
    assert audit(day.store).findings == []
    again.context.close()
    if held:
        day.do("undo", day.watch.look(ROUND).figures["table"])


def test_a_click_on_a_square_shows_the_home_and_a_button_picks_it(browser, dafeng_served):
    day, number, _ = dafeng_served
    page, _ = visit(browser, number, "selection_day", "projector", "zh")
    unit_id = next(home.unit.unit_id for home in day.watch.look(ROUND).homes if home.state == "safe")
    click_home(page, unit_id).click()
    page.get_by_text(sentence("hall.holds", homes=unit_id)).wait_for(timeout=20_000)
    view = day.watch.look(ROUND)
    assert unit_id in view.figures["held"]
    page.wait_for_timeout(1_000)
    assert page.locator(".js-plotly-plot").count() == len({home.unit.building for home in view.homes})
    page.context.close()
