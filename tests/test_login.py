"""People log in through a real OpenID provider in a real browser; a stranger gets nothing that is not for him."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from test_dashboard import wait_until_healthy
from test_hall_screen import ROUND, SCREENS, Dafeng, private_values

from allocation.acts import entries
from allocation.hall import Asked, act
from allocation.logins import CLIENT_SECRET, COOKIE_SECRET
from allocation.messages import sentence
from allocation.pages.settings import PAGES, PUBLIC_PAGES, Serving, serve_arguments, served_environment

from records import PRIVATE, small_result, small_round

SIZES = {"phone": (390, 844), "laptop": (1366, 768), "projector": (1920, 1080)}
SECRET = "a cookie secret for tests, of forty letters"
OPEN = (*PUBLIC_PAGES, "round")
CLOSED = tuple(page for page in PAGES if page not in OPEN)
USERS = (
    {"sub": "wang", "email": "wang@office.example", "email_verified": True},
    {"sub": "li"},
    {"sub": "zhao", "email": "wang@office.example"},  # says he is Wang; the provider does not vouch for it
)
PEOPLE = """
[provider]
metadata_url = "http://127.0.0.1:{provider}/.well-known/openid-configuration"
client_id = "anju"
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
[[people]]
name = "王芳"
email = "wang@office.example"
roles = ["clerk"]
[[people]]
name = "李主任"
subject = "li"
roles = ["official"]
"""


class Served:
    """The Dafeng round's day with a confirmed household, a small round's result, the provider, the dashboard."""

    def __init__(self, folder: Path) -> None:
        self.day, self.folder, self.log = Dafeng(folder), folder, folder / "log"
        self.confirmed = self.serve_one_household()
        self.cookies: dict[str, list] = {}
        self.result = small_result(folder / "result")
        self.people = folder / "access.toml"
        with closing(socket.socket()) as one, closing(socket.socket()) as other:
            one.bind(("127.0.0.1", 0))
            other.bind(("127.0.0.1", 0))
            self.port, provider = one.getsockname()[1], other.getsockname()[1]
        self.text = PEOPLE.format(provider=provider, port=self.port)
        self.people.write_text(self.text, encoding="utf-8")
        users = [word for user in USERS for word in ("--user-claims", json.dumps(user))]
        mock = [sys.executable, "-m", "oidc_provider_mock", "--port", str(provider), *users]
        asked = Serving(port=self.port, db=self.day.url, logins=self.people, result=self.result)
        given = served_environment(asked) | {CLIENT_SECRET: "s", COOKIE_SECRET: SECRET}
        with self.log.open("wb") as out, (folder / "provider.log").open("wb") as heard:
            self.provider = subprocess.Popen(mock, stdout=heard, stderr=heard)
            self.server = subprocess.Popen(
                [sys.executable, *serve_arguments(asked)], cwd=folder, stdout=out, stderr=out, env=given
            )
        try:
            wait_until_healthy(self.port, self.server, self.log)
        except BaseException:
            self.close()
            raise

    def serve_one_household(self) -> str:
        own = self.day.seat_next()
        for _ in range(6):
            self.day.pick_one()
            if type(act(self.day.clerk("甲"), ROUND, Asked(act="confirm", household_id=own))).__name__ == "Done":
                return own
        raise AssertionError("the household took no complete set")

    def url(self, page: str = "", lang: str = "zh") -> str:
        return f"http://127.0.0.1:{self.port}/{'' if page == PAGES[0] else page}?lang={lang}"

    def close(self) -> None:
        for process in (self.server, self.provider):
            process.terminate()
            process.wait(timeout=30)
        self.day.store.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CLIENT_SECRET, "s")
        made = Served(tmp_path_factory.mktemp("login"))
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _as_it_was(served):
    """Every test begins and ends with the same people in the file."""
    yield
    if served.people.read_text(encoding="utf-8") != served.text:
        served.people.write_text(served.text, encoding="utf-8")


class Window:
    """A browser window that keeps everything it was sent: frames, bodies, addresses, what it shows."""

    def __init__(self, browser, served: Served, size: str = "laptop", scheme: str = "light") -> None:
        width, height = SIZES[size]
        self.served, self.size, self.scheme = served, size, scheme
        self.context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        self.sent: list[bytes] = []
        self.page = self.tab()

    def tab(self):
        page = self.context.new_page()
        page.on("websocket", lambda line: line.on("framereceived", lambda frame: self.keep(frame)))
        page.on("request", lambda request: self.keep(request.url))
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        return page

    def keep(self, part: str | bytes) -> None:
        self.sent.append(part.encode() if isinstance(part, str) else part)

    def go(self, page: str, title: str, lang: str = "zh") -> None:
        self.page.goto(self.served.url(page, lang))
        expect(self.page.get_by_role("heading", name=title, exact=True)).to_be_visible(timeout=60_000)
        self.settle()

    def settle(self) -> None:
        """Until nothing runs any more."""
        expect(self.page.get_by_test_id("stApp")).to_have_attribute(
            "data-test-script-state", "notRunning", timeout=60_000
        )

    def log_in(self, user: str) -> None:
        """As somebody whose login is kept from an earlier test, else through the provider."""
        kept = self.served.cookies.get(user)
        if kept:
            self.context.add_cookies(kept)
            return
        self.log_in_anew(user)
        self.served.cookies[user] = self.context.cookies()

    def log_in_anew(self, user: str) -> None:
        """Through the provider's own page."""
        self.page.goto(self.served.url())
        self.page.get_by_role("button", name=sentence("access.log_in")).click(timeout=60_000)
        self.page.get_by_role("button", name=user, exact=True).click(timeout=60_000)
        self.page.wait_for_url(self.served.url().partition("?")[0] + "**", timeout=60_000)

    def received(self) -> bytes:
        """All of it, with what stands in the page and its frames now, and every file that was offered."""
        for frame in self.page.frames:
            self.keep(frame.content())
        everything = b"\n".join(self.sent)
        for path in sorted(set(re.findall(rb"(?<!/static)/media/[0-9a-f]{30,}[0-9a-zA-Z_.-]+", everything))):
            with urllib.request.urlopen(f"http://127.0.0.1:{self.served.port}{path.decode()}", timeout=30) as file:
                everything += b"\n" + unpacked(file.read())
        return everything

    def look(self, name: str, lang: str) -> None:
        """Nothing is cut off at the side, nothing serious for axe; the picture is kept."""
        page = self.page
        wide, tall = page.get_by_test_id("stMain").evaluate("main => [main.scrollWidth, main.scrollHeight]")
        assert wide <= SIZES[self.size][0]
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]}).response["violations"]
        told = {v["id"]: [n["html"][:200] for n in v["nodes"]] for v in found if v["impact"] in ("serious", "critical")}
        SCREENS.mkdir(parents=True, exist_ok=True)
        page.set_viewport_size({"width": SIZES[self.size][0], "height": tall + 100})
        page.screenshot(path=SCREENS / f"{name}_{self.size}_{lang}_{self.scheme}.png")
        page.set_viewport_size(dict(zip(("width", "height"), SIZES[self.size], strict=True)))
        assert told == {}


def unpacked(data: bytes) -> bytes:
    """A file, and what is inside it when it is an archive."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return data + b"\n".join(archive.read(name) for name in archive.namelist())


@pytest.fixture
def window(browser, served):
    made = []

    def open_one(size: str = "laptop", scheme: str = "light") -> Window:
        made.append(Window(browser, served, size, scheme))
        return made[-1]

    yield open_one
    for one in made:
        one.context.close()


def hits(served: Served, received: bytes) -> list[str]:
    """Every private value of the rounds that stands in what was received."""
    small = small_round().tables
    values = private_values(served.day.tables) | {row.name for row in (*small.households, *small.members)} | {PRIVATE}
    # a day on which something was published is no secret, though somebody may have signed on it
    public = {f"{row.published_on}" for row in served.day.tables.publications}
    return sorted(value for value in values - public if value.encode() in received)


# -- a stranger --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "lang", "scheme"), [("phone", "zh", "dark"), ("projector", "en", "light")])
def test_a_stranger_who_opens_every_page_gets_no_private_value(window, served, size, lang, scheme):
    seen = window(size, scheme)
    for name in (*OPEN, *CLOSED):
        title = sentence(f"{name}.title" if name in OPEN else "access.closed_title", lang)
        seen.go(name, title, lang)
        if name == "public":
            read_everything(seen, lang)
        if name in CLOSED:
            expect(seen.page.get_by_text(sentence("access.closed", lang))).to_be_visible()
        seen.look(name if name in OPEN else "closed", lang)
    received = seen.received()
    assert served.day.tables.households[0].village.encode() in received, "notices were read"
    assert hits(served, received + served.log.read_bytes()) == []


def read_everything(seen: Window, lang: str) -> None:
    """Every notice of the public page opened, inside the page."""
    switches = seen.page.get_by_text(re.compile(f"^{sentence('public.read_here', lang)} · "))
    switches.nth(2).wait_for(timeout=30_000)
    for switch in switches.all():
        switch.click()
        seen.settle()
    assert switches.count() == 3, "the plan of the result, demand and homes of the record"
    for number in range(3):
        seen.page.frame_locator("iframe").nth(number).locator("article").first.wait_for(timeout=30_000)


def test_the_search_for_private_values_finds_them_where_they_are(window, served):
    """The same search over a clerk's page of one household: a crawl that finds nothing must be able to find."""
    seen = window("phone")
    seen.log_in("wang")
    open_household(seen, served.confirmed)
    own = next(row for row in served.day.tables.households if row.household_id == served.confirmed)
    assert own.name in hits(served, seen.received())
    assert len(hits(served, seen.received())) > 3


def test_a_stranger_who_speaks_to_the_server_without_the_page_gets_no_private_value(window, served):
    seen = window()
    seen.go("progress", sentence("progress.title"))
    asked = []
    for name in (*CLOSED, *(f"allocation/pages/{page}.py" for page in CLOSED)):
        message = BackMsg()
        message.rerun_script.page_name = name
        message.rerun_script.query_string = f"household_search={served.confirmed}&household_which={served.confirmed}"
        asked.append(list(message.SerializeToString()))
    frames = seen.page.evaluate(
        """async asked => {
            const found = []
            await Promise.all(asked.map(bytes => new Promise(done => {
                const line = new WebSocket(`ws://${location.host}/_stcore/stream`, ['streamlit'])
                line.binaryType = 'arraybuffer'
                line.onmessage = event => found.push([...new Uint8Array(event.data)])
                line.onopen = () => line.send(new Uint8Array(bytes))
                setTimeout(() => { line.close(); done() }, 5000)
            })))
            return found
        }""",
        asked,
    )
    received = b"\n".join(map(bytes, frames))
    assert received.count(sentence("access.closed").encode()) >= len(CLOSED), "the pages were really asked for"
    assert hits(served, received) == []


def test_only_a_cookie_that_this_server_signed_lets_anybody_in(window, served):
    for secret, began, told in (("another secret of forty letters, or more", time.time(), ""),
                                (SECRET, time.time() - 481 * 60, "access.ended")):  # fmt: skip
        seen = window()
        claims = {"sub": "wang", "email": "wang@office.example", "email_verified": True, "iat": began}
        claims |= {"origin": f"http://127.0.0.1:{served.port}", "is_logged_in": True, "provider": "default"}
        value = create_signed_value(secret, "_streamlit_user", json.dumps(claims)).decode()
        seen.context.add_cookies([{"name": "_streamlit_user", "value": value, "url": served.url()}])
        seen.go("household", sentence("access.closed_title"))
        if told:
            expect(seen.page.get_by_text(sentence(told))).to_be_visible()
        else:
            expect(seen.page.get_by_role("button", name=sentence("access.log_in"))).to_be_visible()
        assert hits(served, seen.received()) == []


# -- those who log in --------------------------------------------------------------------------------------------


def open_household(seen: Window, text: str) -> None:
    seen.go("household", sentence("household.title"))
    seen.page.get_by_role("textbox").fill(text)
    seen.page.get_by_role("textbox").press("Enter")
    seen.page.get_by_role("heading", name=sentence("household.story")).wait_for(timeout=30_000)
    seen.settle()


def test_a_clerk_finds_a_household_by_name_and_takes_its_statement(window, served):
    seen = window("laptop", "dark")
    seen.log_in_anew("wang")
    expect(seen.page.get_by_role("button", name=sentence("access.log_out", name="王芳"))).to_be_visible(timeout=30_000)
    own = next(row for row in served.day.tables.households if row.household_id == served.confirmed)
    open_household(seen, own.name)
    seen.page.get_by_role("heading", name=sentence("household.person", name=own.name, id=served.confirmed)).wait_for()
    seen.look("household", "zh")
    seen.page.get_by_role("button", name=sentence("household.make")).click()
    name = f"statement-{served.confirmed}.pdf"
    with seen.page.expect_download(timeout=60_000) as taken:
        seen.page.get_by_role("button", name=sentence("household.download", name=name)).click(timeout=60_000)
    assert taken.value.suggested_filename == name
    assert Path(taken.value.path()).read_bytes().startswith(b"%PDF")
    asked = [url.decode() for url in seen.sent if url.startswith(b"http")]
    assert not [url for url in asked if own.name in url or served.confirmed in url], "nothing of it in an address"


def test_an_act_is_signed_by_whoever_is_logged_in(window, served):
    seen = window()
    seen.log_in("wang")
    seen.go("selection_day", sentence("selection_day.title"))
    seen.page.get_by_role("button", name=sentence("act.hall-call")).first.click()
    seen.page.get_by_text(
        sentence("hall.done", act=sentence("act.hall-call"), number="").split("（")[0]
    ).first.wait_for()
    with served.day.store.reading() as connection:
        last = list(entries(connection))[-1]
    assert (last["act"], last["who"], last["outcome"]) == ("hall-call", "王芳", "done")


def test_an_official_looks_and_acts_on_nothing(window, served):
    seen = window()
    seen.log_in("li")
    seen.go("selection_day", sentence("selection_day.title"))
    expect(seen.page.get_by_text(sentence("access.only_looks"))).to_be_visible()
    acts = seen.page.get_by_test_id("stMain").get_by_role("button", name=re.compile(sentence("act.hall-call")))
    acts.first.wait_for()
    assert all(button.is_disabled() for button in acts.all())
    seen.go("round", sentence("round.title"))
    assert not seen.page.get_by_text(sentence("round.masked")).is_visible()
    seen.go("household", sentence("access.closed_title"))


@pytest.mark.parametrize("user", ["zhao", "nobody-knows"])
def test_somebody_without_a_role_is_told_and_sees_what_a_stranger_sees(window, served, user):
    seen = window()
    if user == "zhao":
        seen.log_in(user)
    else:
        served.people.write_text(served.text.replace('"li"', '"another"'), encoding="utf-8")
        seen.log_in("li")
    seen.go("household", sentence("access.closed_title"))
    expect(seen.page.get_by_text(sentence("access.no_role"))).to_be_visible()
    assert hits(served, seen.received()) == []


@pytest.mark.parametrize(
    ("text", "told"), [(PEOPLE.partition("[[people]]")[0], "access.file_faulty"), (None, "access.no_role")]
)
def test_a_role_that_is_withdrawn_or_a_faulty_file_closes_the_open_page_within_seconds(window, served, text, told):
    seen = window()
    seen.log_in("wang")
    open_household(seen, served.confirmed)
    changed = served.text.replace("wang@", "other@") if text is None else text
    served.people.write_text(changed, encoding="utf-8")
    seen.page.get_by_text(sentence(told)).wait_for(timeout=15_000)
    seen.page.get_by_role("heading", name=sentence("access.closed_title")).wait_for(timeout=15_000)
    own = next(row for row in served.day.tables.households if row.household_id == served.confirmed)
    expect(seen.page.get_by_text(own.name)).to_have_count(0, timeout=15_000)


def test_a_logout_ends_the_login_in_every_window_and_at_the_provider(window, served):
    seen = window()
    seen.log_in_anew("wang")
    open_household(seen, served.confirmed)
    other = seen.tab()
    other.goto(served.url())
    other.get_by_role("button", name=sentence("access.log_out", name="王芳")).click(timeout=60_000)
    other.wait_for_url("**/oauth2/end_session**", timeout=30_000)
    seen.page.get_by_text(sentence("access.ended")).wait_for(timeout=15_000)
    seen.page.get_by_role("heading", name=sentence("access.closed_title")).wait_for(timeout=15_000)
    seen.go("household", sentence("access.closed_title"))


# -- when the provider does not play along -----------------------------------------------------------------------


def test_a_login_that_is_cancelled_is_told(window, served):
    seen = window()
    seen.page.goto(served.url())
    seen.page.get_by_role("button", name=sentence("access.log_in")).click(timeout=60_000)
    seen.page.get_by_role("button", name="Deny").click(timeout=60_000)
    seen.page.get_by_text(sentence("access.not_finished")).wait_for(timeout=30_000)
    expect(seen.page.get_by_role("heading", name=sentence("progress.title"))).to_be_visible(timeout=30_000)


def test_a_provider_that_does_not_answer_is_told_and_the_public_pages_stay(window, served):
    seen = window()
    seen.go("public", sentence("public.title"))
    os.kill(served.provider.pid, signal.SIGSTOP)
    try:
        seen.page.get_by_role("button", name=sentence("access.log_in")).click()
        seen.page.get_by_text(sentence("access.provider_down")).wait_for(timeout=30_000)
        assert seen.page.get_by_role("heading", name=sentence("public.title")).is_visible()
    finally:
        os.kill(served.provider.pid, signal.SIGCONT)
