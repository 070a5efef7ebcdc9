"""The public's page as plain files: whole in itself, open to everybody, and nothing of the office's own beside it."""

from __future__ import annotations

import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from test_hall_screen import SCREENS, private_values

from allocation.public_folder import BUNDLE_FILES, read_public_folder
from allocation.public_page import REFRESH_SECONDS

from records import PRIVATE, small_result, small_round

SIZES = {"phone": (390, 844), "projector": (1920, 1080)}


@pytest.fixture
def result(tmp_path):
    return small_result(tmp_path / "result")


def test_the_folder_holds_what_is_public_and_nothing_else(anju, result, tmp_path):
    to = tmp_path / "web"
    code, said, _ = anju("public", result, "--to", to, "--json")
    assert code == 0
    names = {*BUNDLE_FILES, "bundle.zip", "plan.html", "index.html", "index.en.html"}
    assert {path.name for path in to.iterdir()} == names == set(json.loads(said)["files"])
    for name in BUNDLE_FILES:
        assert (to / name).read_bytes() == (result / "bundle" / name).read_bytes()
    tables = small_round().tables
    people = {row.name for row in (*tables.households, *tables.members)}
    secret = {value for value in {*private_values(tables), *people, PRIVATE} if len(value) > 2}
    assert len(secret) > 8
    for path in to.iterdir():
        text = path.read_bytes().decode("utf-8", errors="replace")
        assert not [value for value in secret if value in text], path.name


def test_the_same_result_gives_the_same_files_and_what_else_lies_there_stays(anju, result, tmp_path):
    to = tmp_path / "web"
    to.mkdir()
    (to / "hall.html").write_text("the hall's screen", encoding="utf-8")
    assert anju("public", result, "--to", to)[0] == 0
    first = {path.name: path.read_bytes() for path in to.iterdir()}
    assert anju("public", result, "--to", to)[0] == 0
    assert {path.name: path.read_bytes() for path in to.iterdir()} == first
    assert first["hall.html"] == b"the hall's screen"
    assert b'href="hall.html"' in first["index.html"]


def test_a_bundle_that_was_changed_is_not_put_up(anju, result, tmp_path):
    with (result / "bundle" / "bundle.json").open("a", encoding="utf-8") as file:
        file.write(" ")
    code, _, told = anju("public", result, "--to", tmp_path / "web")
    assert code == 2
    assert "Traceback" not in told
    assert not (tmp_path / "web").exists()


def test_a_folder_that_cannot_be_written_is_told(anju, result, tmp_path):
    (tmp_path / "web").write_text("a file", encoding="utf-8")
    code, _, told = anju("public", result, "--to", tmp_path / "web" / "deeper")
    assert code == 2
    assert "Traceback" not in told
    assert str(tmp_path / "web") in told


def test_an_open_page_takes_over_what_was_put_up_since(browser, anju, result, tmp_path):
    to = tmp_path / "web"
    assert anju("public", result, "--to", to)[0] == 0
    handler = partial(SimpleHTTPRequestHandler, directory=str(to))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.clock.install()
        page.goto(f"http://127.0.0.1:{server.server_port}/index.html")
        page.evaluate("window.kept = true")
        file = to / "index.html"
        file.write_text(
            file.read_text(encoding="utf-8").replace("</ul>", "<li>新的一条</li></ul>", 1), encoding="utf-8"
        )
        page.clock.run_for(REFRESH_SECONDS * 1000 + 1000)
        page.get_by_text("新的一条").wait_for(timeout=10_000)
        assert page.evaluate("window.kept"), "the reader is not thrown to the top by a reload"
        page.close()
        server.shutdown()


def test_the_page_opens_from_a_disc_in_both_languages_and_leads_to_every_file(browser, anju, result, tmp_path):
    to = tmp_path / "web"
    assert anju("public", result, "--to", to)[0] == 0
    words = read_public_folder(result).words.split()
    for (size, (width, height)), (lang, name) in product(
        SIZES.items(), (("zh", "index.html"), ("en", "index.en.html"))
    ):
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="dark")
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto((to / name).as_uri())
        assert page.locator(".words span").all_inner_texts() == words
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert asked == [(to / name).as_uri()], "nothing is fetched from elsewhere"
        links = [link.get_attribute("href") for link in page.locator("a").all()]
        assert {"plan.html", "verify.html", "verify.py", "bundle.json", "bundle.zip"} <= set(links)
        assert all((to / link).is_file() for link in links)
        if size == "phone":
            found = Axe().run(page).response["violations"]
            assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
        SCREENS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENS / f"public_files_{size}_{lang}.png", full_page=True)
        page.close()
