"""What several test files need: a command run as a clerk types it."""

import os
import shutil
import sys

import pytest
from hypothesis import settings

from allocation import cli

import records

# the same examples each time where a chance find would hold up everybody; new ones wherever somebody looks
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("here", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")

CHROMIUM = shutil.which("chromium", path="/usr/bin:" + os.environ.get("PATH", ""))


@pytest.fixture
def anju(monkeypatch, capsys):
    """Run a command in this process: (exit code, stdout, stderr)."""

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["anju", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        said = capsys.readouterr()
        return stop.value.code or 0, said.out, said.err

    return run


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL of this run's own; a laptop without it skips, continuous integration does not."""
    if records.binaries() is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed: the Debian package is `postgresql`")
        pytest.skip("PostgreSQL is not installed")
    with records.cluster() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path, monkeypatch):
    """Makes addresses of empty records, of either kind of database."""
    monkeypatch.setenv("ANJU_ANCHORS", str(tmp_path / "anchors"))
    if request.param == "postgresql":
        return request.getfixturevalue("postgres").empty
    numbers = iter(range(1, 1000))
    return lambda: f"sqlite:///{tmp_path}/office{next(numbers)}.db"


@pytest.fixture
def office(place):
    """An open drill record, on either kind of database."""
    opened = records.new_office(place())
    yield opened
    opened.store.close()


@pytest.fixture(scope="module")
def browser():
    """A real browser; a laptop without it skips, continuous integration does not."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is not installed, and CI may not skip the browser tests")
        pytest.skip("chromium is not installed (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    flags = ("no-sandbox", "disable-gpu", "disable-background-networking", "no-first-run")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=[f"--{flag}" for flag in (*flags, "disable-component-update", "disable-sync")],
        )
        yield chromium
        chromium.close()
