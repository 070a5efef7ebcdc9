"""The hall's screen: what it shows is what the record has, without anybody's data, and it says when it is old."""

from __future__ import annotations

import functools
import http.server
import json
import re
import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import select

from allocation.acts import Clerk, Done
from allocation.backup import init
from allocation.database import HOMES
from allocation.hall import Asked, act, open_hall
from allocation.hall_screen import PAGES, file_name, keep_writing, write_pages
from allocation.hall_view import Watch, columns_of
from allocation.messages import LANGS, Fault, Faults, sentence
from allocation.office import draw, freeze, import_round, move
from allocation.schema import Tables, Unit
from allocation.store import CHINA, open_store
from allocation.tables import read_round

ROOT = Path(__file__).resolve().parent.parent
SCREENS = ROOT / "build" / "screens"
ROUND = "dafeng-2021-05-28"
SIZES = {"phone": (390, 844), "projector": (1920, 1080)}


class Dafeng:
    """The Dafeng round with its hall open, one household at the table and one that has chosen."""

    def __init__(self, folder: Path) -> None:
        self.at = datetime(2021, 5, 28, 9, 0, 0, tzinfo=CHINA)
        self.url = str(folder / "record.db")
        init(self.url, who="管理员", drill=True, clock=lambda: self.at)
        self.store = open_store(self.url, clock=lambda: self.at)
        given = read_round(ROOT / "data" / "dafeng", twice_ok=True)
        given = replace(given, head=replace(given.head, draw=None))  # drawn for practice
        self.tables = given.tables
        for outcome in (
            import_round(self.clerk("甲"), given),
            freeze(self.clerk("甲"), ROUND, carve_out=["YY-2021-02"]),
            draw(self.clerk("乙"), ROUND, demo=True),
            move(self.clerk("甲"), ROUND, "open-picking"),
            open_hall(self.clerk("甲"), ROUND),
        ):
            assert isinstance(outcome, Done), outcome
        self.watch = Watch(self.store)

    def clerk(self, who: str) -> Clerk:
        return Clerk(store=self.store, who=who)

    def do(self, name: str, household_id: str = "", *units: str) -> None:
        self.at += timedelta(seconds=1)
        asked = Asked(act=name, household_id=household_id, units=units)  # type: ignore[arg-type]  # acts come as plain words
        outcome = act(self.clerk("甲"), ROUND, asked)
        assert isinstance(outcome, Done), outcome

    def seat_next(self) -> str:
        own = self.watch.look(ROUND).figures["next"][0]
        self.do("call", own)
        self.do("arrive", own)
        return own

    def pick_one(self) -> str:
        view = self.watch.look(ROUND)
        unit_id = next(home.unit.unit_id for home in view.homes if home.state == "safe")
        self.do("pick", view.figures["table"], unit_id)
        return unit_id


@pytest.fixture(scope="module")
def dafeng(tmp_path_factory):
    made = Dafeng(tmp_path_factory.mktemp("dafeng"))
    made.seat_next()
    made.pick_one()
    yield made
    made.store.close()


@pytest.fixture(scope="module")
def pages(dafeng, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    write_pages(dafeng.watch.look(ROUND), folder, dafeng.at, seen=datetime.now(CHINA))
    return folder


def private_values(roster: Tables) -> set[str]:
    """Every value of the roster that is nobody else's business, as it could be written."""
    found = set()
    for row in (*roster.households, *roster.members):
        found |= {row.name, row.id_number, getattr(row, "phone", "")}
        for day in (getattr(row, name, None) for name in ("birth_date", "signed_on", "handed_over_on")):
            if isinstance(day, date):
                found |= {day.isoformat(), f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}"}
        for name in ("compensation_yuan", "homestead_m2", "original_area_m2"):
            if getattr(row, name, None) is not None:
                found.add(str(getattr(row, name)))
        found |= set(row.extra.values())
    for row in roster.payments:
        found |= {row.receipt_no, str(row.amount), f"{row.amount:,}"}
    return {value for value in found if len(value) > 1}


def test_the_pages_hold_no_private_value_of_the_roster(dafeng, pages):
    values = private_values(dafeng.tables)
    assert len(values) > 300
    for page in PAGES:
        for lang in LANGS:
            text = (pages / file_name(page, lang)).read_text(encoding="utf-8")
            assert [value for value in values if value in text] == []
            assert "access" not in text
            assert "unsafe" not in text.replace("unsafe-inline", "")


@pytest.mark.parametrize("lang", LANGS)
def test_the_screen_says_whose_turn_it_is_who_is_next_and_what_the_record_has_left(dafeng, pages, lang):
    view = dafeng.watch.look(ROUND)
    text = (pages / file_name("hall", lang)).read_text(encoding="utf-8")
    assert f'<p class="who">{view.figures["table"]} ' in text
    assert [text.index(own) for own in view.figures["next"]] == sorted(text.index(own) for own in view.figures["next"])
    with dafeng.store.reading() as connection:
        taken = set(connection.execute(select(HOMES.c.unit_id).where(HOMES.c.status != "void")).scalars())
    free = [h.unit for h in view.homes if h.unit.unit_id not in taken and h.unit.status == "available"]
    for building in {unit.building for unit in free}:
        row = re.search(rf"<tr><td>{building}</td>(.*?)</tr>", text).group(1)
        assert int(re.findall(r">(\d+)<", row)[-1]) == sum(unit.building == building for unit in free)
    foot = re.search(r"<tfoot>(.*?)</tfoot>", text).group(1)
    assert int(re.findall(r">(\d+)<", foot)[-1]) == len(free)
    homes = (pages / file_name("homes", lang)).read_text(encoding="utf-8")
    assert homes.count('class="free"') == len(free)
    assert all(sentence("screen.home_gone", lang, unit_id=u, layout="")[: len(u)] in homes for u in taken)


def test_a_record_that_cannot_be_read_is_told_with_the_last_time_it_was(dafeng, tmp_path, monkeypatch):
    watch, rounds, told = Watch(dafeng.store), iter(range(3)), []
    look = watch.look

    def failing(round_id):
        if told:
            raise Faults([Fault(table="record", code="store.lost", params={"said": "x"})])
        return look(round_id)

    monkeypatch.setattr(watch, "look", failing)
    keep_writing(watch, ROUND, tmp_path, wait=lambda _: next(rounds) == 2, moment=lambda: 0.0,
                 tell=lambda view, lost: told.append(lost))  # fmt: skip
    assert told == [False, True]
    for lang in LANGS:
        text = (tmp_path / file_name("hall", lang)).read_text(encoding="utf-8")
        assert sentence("screen.lost", lang, at=f"{dafeng.at:%H:%M:%S}") in text
        assert watch.last_seen(ROUND).figures["table"] in text, "what was known stays up"


def test_the_pages_are_written_again_by_what_happens_and_as_a_sign_of_life(dafeng, tmp_path):
    clock, seconds, stamps, told = iter(range(100)), iter(range(13)), [], []

    def wait(_: float) -> bool:
        stamps.append((tmp_path / "hall.html").stat().st_mtime_ns)
        return next(seconds) == 12

    keep_writing(dafeng.watch, ROUND, tmp_path, wait=wait, moment=lambda: next(clock) / 2,
                 tell=lambda view, lost: told.append(view.number))  # fmt: skip
    assert len(told) == 1
    assert len(set(stamps)) >= 2


def test_a_folder_that_cannot_be_written_is_a_fault(dafeng, tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(Faults) as found:
        write_pages(dafeng.watch.look(ROUND), tmp_path / "file", dafeng.at, seen=dafeng.at)
    assert found.value.faults[0].code == "out.unwritable"


def test_homes_above_each_other_share_a_place():
    def home(unit_id: str, floor: int, room: str, entrance: str = "") -> Unit:
        where = {"building": "1", "entrance": entrance, "floor": floor, "room": room}
        return Unit(unit_id=unit_id, project="", layout="80", area_m2=Decimal(80), **where)

    assert columns_of([home("a", 3, "301"), home("b", 4, "401"), home("c", 4, "402")]) == {"a": 0, "b": 0, "c": 1}
    assert columns_of([home("a", 1, "101", "1"), home("b", 1, "101", "2")]) == {"a": 0, "b": 1}
    assert columns_of([home("a", 1, ""), home("b", 1, ""), home("c", 2, "")]) == {"a": 0, "b": 1, "c": 0}


def test_the_command_writes_the_pages_once(dafeng, tmp_path, anju):
    code, said, error = anju("office", "hall-screen", "--db", dafeng.url, "--round", ROUND, "--out", tmp_path, "--json")
    assert code == 0, error
    assert sorted(json.loads(said)["pages"]) == sorted(path.name for path in tmp_path.iterdir())
    assert anju("office", "hall-screen", "--db", dafeng.url, "--round", "no", "--out", tmp_path)[0] == 2


# -- a real browser ----------------------------------------------------------------------------------------------


@pytest.fixture
def served(pages):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(pages)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", SIZES)
def test_the_screens_are_readable_and_fit_on(browser, served, size, lang):
    width, height = SIZES[size]
    complaints: list[str] = []
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        page = context.new_page()
        page.on("console", lambda message: "favicon" in str(message.location) or complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        for name in PAGES:
            page.goto(f"http://127.0.0.1:{served.server_address[1]}/{file_name(name, lang)}")
            wide, tall = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
            assert wide <= width
            if (name, size) == ("hall", "projector"):
                assert tall <= height, "the whole screen is seen without scrolling"
                assert float(page.locator(".who").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) > 80
            if size == "phone":
                found = Axe().run(page).response["violations"]
                assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
            SCREENS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=SCREENS / f"{name}_{size}_{lang}_{scheme}.png")
        context.close()
    assert complaints == []


def test_the_screen_renews_itself_and_says_when_nothing_has_come_for_half_a_minute(browser, served, dafeng, pages):
    context = browser.new_context()
    page = context.new_page()
    page.clock.install(time=datetime.now(CHINA))
    view = dafeng.watch.look(ROUND)
    write_pages(view, pages, dafeng.at, seen=datetime.now(CHINA))
    page.goto(f"http://127.0.0.1:{served.server_address[1]}/hall.html")
    stale = page.locator(".stale")
    assert not stale.is_visible()
    write_pages(view, pages, dafeng.at + timedelta(minutes=1), seen=datetime.now(CHINA) + timedelta(minutes=1))
    page.clock.run_for(4_000)
    page.get_by_text(f"{dafeng.at + timedelta(minutes=1):%H:%M:%S}").first.wait_for()
    assert not stale.is_visible()
    page.clock.run_for(40_000)
    stale.wait_for(state="visible")
    served.shutdown()
    page.clock.run_for(120_000)
    assert page.locator(".age").text_content() in ("2", "3")
    assert page.locator(".who").is_visible(), "what was known stays up when the server is gone"
    context.close()
