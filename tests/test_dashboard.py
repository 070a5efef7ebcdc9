"""The dashboard's pages open in both languages, show the published figures, and are served to this machine only."""

import re
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from allocation import programme
from allocation.messages import LANGS, sentence
from allocation.pages.settings import DASHBOARD, PUBLIC_PAGES, Serving, serve_arguments

ROOT = Path(__file__).resolve().parent.parent
SCREENS = ROOT / "build" / "screens"
PAGES = [f"allocation/pages/{name}.py" for name in PUBLIC_PAGES]
SIZES = {"phone": (390, 844), "laptop": (1366, 768), "projector": (1920, 1080)}


def opened(lang: str) -> AppTest:
    app = AppTest.from_file(str(DASHBOARD), default_timeout=60)
    app.query_params["lang"] = lang
    return app.run()


def words(app: AppTest) -> str:
    """Everything the page says, with its numbers."""
    metrics = [f"{metric.label} {metric.value}" for metric in app.metric]
    return "\n".join(
        [*metrics, *(part.value for kind in ("title", "subheader", "markdown", "info") for part in app.get(kind))]
    )


# -- pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_without_an_exception(page, lang):
    app = opened(lang).switch_page(page).run()
    assert not app.exception
    assert app.title


@pytest.mark.parametrize("lang", LANGS)
def test_the_first_page_shows_every_published_figure_with_its_definition(lang):
    app = opened(lang)
    says = words(app)
    assert app.title[0].value == sentence("progress.title", lang)
    assert not app.error
    for figure in programme.read_programme().figures:
        if figure.value is not None:
            unit = sentence(f"unit.{figure.unit}", lang)
            assert f"{figure.label[lang]} {int(figure.value):,} {unit}" in says
            published = sentence("page.published", lang)
            assert f"**{published}** · {figure.definition[lang]}" in says.replace("\\", "")
    for computed in ("17.0 %", "410–2,413", "1,571–9,253", "2,003", "7,682", "185,000"):
        assert computed in says


def test_the_page_is_chinese_unless_asked_otherwise_and_switches():
    app = AppTest.from_file(str(DASHBOARD), default_timeout=60).run()
    assert app.title[0].value == "安置任务进度"
    assert app.radio(key="lang").set_value("en").run().title[0].value == "Progress of the programme"
    assert opened("fr").title[0].value == "安置任务进度"


@pytest.mark.parametrize("lang", LANGS)
def test_a_damaged_data_file_is_told_in_words_and_no_number_is_shown(lang, tmp_path, monkeypatch):
    shipped = programme.data_folder() / "programme" / programme.FIGURES_FILE
    (tmp_path / "programme").mkdir()
    damaged = shipped.read_text(encoding="utf-8").replace("value = 2413", "value = -2413")
    (tmp_path / "programme" / programme.FIGURES_FILE).write_text(damaged, encoding="utf-8")
    monkeypatch.setattr(programme, "data_folder", lambda: tmp_path)
    app = opened(lang)
    assert not app.exception
    assert not app.metric
    assert app.error[0].value == sentence("page.damaged", lang)
    assert "“-2413”" in app.text[0].value
    assert "figures.target_households.value" in app.text[0].value


def test_a_figure_that_is_withdrawn_is_shown_as_not_published(tmp_path, monkeypatch):
    shipped = programme.data_folder() / "programme" / programme.FIGURES_FILE
    (tmp_path / "programme").mkdir()
    text = shipped.read_text(encoding="utf-8").replace("value = 410\n", "").replace("value = 35000\n", "")
    (tmp_path / "programme" / programme.FIGURES_FILE).write_text(text, encoding="utf-8")
    monkeypatch.setattr(programme, "data_folder", lambda: tmp_path)
    app = opened("en")
    assert not app.exception
    assert "Households newly resettled this year not published" in words(app)
    assert "17.0" not in words(app)


# -- the server --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """The port of a dashboard served as ``anju serve`` does it."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("served")
    log = folder / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, *serve_arguments(Serving(port=number))], cwd=folder, stdout=out, stderr=out
        )
        try:
            wait_until_healthy(number, server, log)
            yield number
        finally:
            server.terminate()
            server.wait(timeout=30)


def wait_until_healthy(number: int, server: subprocess.Popen, log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{number}/_stcore/health", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the dashboard did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")


def handshake(number: int, host: str, origin: str) -> str:
    """The status line of a WebSocket handshake under that name and origin."""
    with closing(socket.create_connection(("127.0.0.1", number), timeout=10)) as line:
        line.sendall(
            f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        return line.recv(200).decode("latin-1").splitlines()[0]


def test_the_dashboard_listens_to_this_machine_only(port):
    with pytest.raises(OSError):  # noqa: PT011  # refused or timed out, by system
        socket.create_connection(("127.0.0.2", port), timeout=2)


def test_a_page_of_another_origin_or_a_rebound_name_is_refused(port):
    own = f"127.0.0.1:{port}"
    assert " 101 " in handshake(port, own, f"http://{own}")
    assert " 101 " in handshake(port, f"localhost:{port}", f"http://localhost:{port}")
    assert " 403 " in handshake(port, own, "http://elsewhere.example")
    assert " 403 " in handshake(port, "elsewhere.example", f"http://{own}")


@pytest.mark.parametrize("number", [0, -1, 65536])
def test_a_port_that_cannot_be_is_refused(number):
    with pytest.raises(ValueError, match=re.escape(f"port is {number}")):
        serve_arguments(Serving(port=number))


# -- a real browser ----------------------------------------------------------------------------------------------


@pytest.fixture
def visit(browser, port):
    """Opens the first page; whatever the browser complains of or fetches from elsewhere fails the test."""
    complaints: list[str] = []
    contexts = []

    def go(size: str, query: str = ""):
        width, height = SIZES[size]
        contexts.append(browser.new_context(viewport={"width": width, "height": height}))
        page = contexts[-1].new_page()
        own = f"http://127.0.0.1:{port}/"
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
        page.on(
            "request",
            lambda request: (
                request.url.startswith((own, "data:", "blob:")) or complaints.append(f"left: {request.url}")
            ),
        )
        page.goto(own + query)
        page.get_by_test_id("stPlotlyChart").nth(1).locator(".main-svg").first.wait_for(timeout=60_000)
        return page

    yield go
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", SIZES)
def test_the_first_page_is_readable_on(visit, size, lang):
    page = visit(size, f"?lang={lang}")
    width, height = SIZES[size]
    title = page.get_by_role("heading", name=sentence("progress.title", lang))
    target = page.get_by_text(f"2,413 {sentence('unit.household', lang)}", exact=True).first
    assert title.is_visible()
    assert target.is_visible()
    assert target.bounding_box()["y"] < height, "the target stands on the first screen"
    page.get_by_text(sentence("progress.no_breakdown", lang, next_year=2022)).wait_for()
    wide, tall = page.get_by_test_id("stMain").evaluate("main => [main.scrollWidth, main.scrollHeight]")
    assert wide <= width, "nothing is cut off at the side"
    for mark in page.locator(".js-plotly-plot .bartext").all():
        assert mark.is_visible()
    for label in page.locator(".js-plotly-plot .ytick text, .js-plotly-plot .legendtext").all():
        box = label.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width, "a label of a chart is cut off"
    numbers = page.locator(".js-plotly-plot .bartext").all_text_contents()
    assert numbers == ["410", "1,571", "2,003", "7,682", "185,000", "35,000"]
    small = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stMain] p, [data-testid=stMetricValue]')]
                 .filter(e => parseFloat(getComputedStyle(e).fontSize) < 14).map(e => e.textContent)"""
    )
    assert small == [], "text too small for a hall"
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.set_viewport_size({"width": width, "height": tall + 100})
    page.screenshot(path=SCREENS / f"progress_{size}_{lang}.png")


def test_a_viewer_switches_the_language(visit):
    page = visit("phone")
    page.get_by_role("heading", name="安置任务进度").wait_for()
    page.get_by_text("English", exact=True).click()
    page.get_by_role("heading", name="Progress of the programme").wait_for()
    page.get_by_text("中文", exact=True).click()
    page.get_by_role("heading", name="安置任务进度").wait_for()
