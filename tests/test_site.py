"""The documentation site: built without a warning, notebooks run, and whole without any network, opened from disk."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

ROOT = Path(__file__).resolve().parent.parent
LOADED = re.compile(r"<(?:script|img|iframe|link)\b[^>]*?(?:src|href)=\"?(https?:[^\" >]+)")
MAIN = ("index.html", "office.html", "policy.html", "proof.html", "commands.html", "api/solver.matching.html")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, built once however many processes the tests run in, and what was said of it."""
    parallel = "PYTEST_XDIST_WORKER" in os.environ
    folder = (tmp_path_factory.getbasetemp().parent if parallel else tmp_path_factory.mktemp("site")) / "documentation"
    ready = folder.with_suffix(".log")
    try:
        folder.mkdir()
    except FileExistsError:
        for _ in range(3000):
            if ready.exists():
                break
            time.sleep(0.2)
    else:
        environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", "docs/site/mkdocs.yml", "-d", str(folder)]
        run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        written = folder.with_suffix(".part")
        written.write_text(f"{run.returncode}\n{run.stdout}{run.stderr}", encoding="utf-8")
        written.rename(ready)
    code, _, said = ready.read_text(encoding="utf-8").partition("\n")
    assert code == "0", said
    return folder, said


@pytest.fixture
def opened(site, browser):
    """Opens a page from disk; anything asked of the network and any error of a script fails the test."""
    faults = []
    contexts = []

    def show(page, **look):
        context = browser.new_context(**look)
        contexts.append(context)
        seen = context.new_page()
        seen.on("request", lambda asked: faults.append(asked.url) if asked.url.startswith("http") else None)
        seen.on("pageerror", lambda error: faults.append(str(error)))
        seen.goto((site[0] / page).as_uri())
        return seen

    yield show
    for context in contexts:
        context.close()
    assert faults == []


def test_the_site_is_built_without_a_warning_and_every_page_of_docs_is_in_it(site):
    folder, said = site
    assert "WARNING" not in said
    for page in (ROOT / "docs").glob("*.md"):
        assert (folder / f"{page.stem}.html").is_file()
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        assert 'class="figure"' in (folder / "notebooks" / f"{notebook.stem}.html").read_text(encoding="utf-8")


def test_every_module_has_its_page_and_every_command_its_entry(site):
    folder, _ = site
    index = (folder / "api" / "index.html").read_text(encoding="utf-8")
    for path in [*ROOT.glob("allocation/[a-z]*.py"), *ROOT.glob("solver/[a-z]*.py")]:
        assert f'href="{path.parent.name}.{path.stem}.html"' in index
    assert "anju office hand-over" in (folder / "commands.html").read_text(encoding="utf-8")
    assert "Source: spec" in (folder / "api" / "allocation.pricing.html").read_text(encoding="utf-8")


def test_nothing_a_page_loads_lies_elsewhere(site):
    folder, _ = site
    for page in folder.rglob("*.html"):
        loaded = re.findall(
            r"<(?:script|img|iframe|link)\b[^>]*?(?:src|href)=\"?(https?:[^\" >]+)", page.read_text("utf-8")
        )
        assert loaded == [], page


def test_a_piece_of_a_chinese_word_is_found_in_a_site_opened_from_disk(opened):
    page = opened("index.html")
    page.fill("input.md-search__input", "冻结日期")
    page.press("input.md-search__input", "End")
    page.wait_for_selector(".md-search-result__item mark")
    first = page.locator(".md-search-result__item").first
    assert "冻结日期" in first.inner_text()
    assert re.search(r"\d 个符合条件", page.inner_text(".md-search-result__meta"))


def test_the_pictures_of_every_essay_are_drawn(opened):
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        page = opened(f"notebooks/{notebook.stem}.html", viewport={"width": 390, "height": 844})
        page.wait_for_selector(".figure .main-svg")
        assert page.locator(".figure").count() == page.locator(".figure:has(.main-svg)").count() > 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_main_pages_can_be_read_by_everybody_on_a_telephone(opened, look):
    for name in MAIN:
        page = opened(name, color_scheme=look, viewport={"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        found = Axe().run(page).response["violations"]
        grave = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]
        assert grave == [], name
