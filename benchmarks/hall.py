"""
How long an operator waits on the selection day: `python -m benchmarks.hall`; writes benchmarks/HALL.md.

A round of 500 homes in ten buildings, the dashboard as `anju serve` starts it, the hall's screen as `anju office
hall-screen --watch` writes it, and a real browser (Debian's chromium). Measured in the browser: from the mouse pressed
to the chart that has what was done. The readers are processes of their own, each reader with its own connection, asking
a web server for the hall's screen every three seconds as hall.js does.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import http.server
import multiprocessing
import os
import platform
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from allocation.acts import Clerk, Done, Refused
from allocation.backup import init
from allocation.hall import Asked, act, open_hall
from allocation.office import draw, freeze, import_round, move
from allocation.pages.settings import ADDRESS, Serving, serve_arguments, served_environment
from allocation.policy import parse
from allocation.schema import Choice, Demand, Household, Payment, Publication, RoundHead, Tables, Unit
from allocation.store import CHINA, open_store
from allocation.tables import RoundInput

HERE = Path(__file__).resolve().parent
ROUND, DAY = "hall", date(2026, 3, 12)
BUILDINGS, FLOORS, ACROSS = 10, 10, 5
LAYOUTS = ("80", "100", "120", "100", "80")
READ_EVERY = 3.0
LOOKS_MS = 1_000
CLICK_GOAL, LOADED_GOAL, START_GOAL = 1.0, 2.0, 3.0  # seconds: issue "The dashboard and the selection day"

POLICY = {
    "pricing": {
        "bands": [{"up_to": "entitlement", "price": "1500.00"}, {"price": "2600.00"}],
        "floors": {"unit": "yuan", "table": {"1": "-20.00", "2-5": "0.00", "6-10": "35.00"}},
    },
    "prepayment": {"share": 0.3, "due_on": date(2026, 3, 11)},
    "order": {"rule": "draw"},
    "selection_day": {"seconds": 86_400},
}


def stock() -> RoundInput:
    """A round of 500 homes and 200 households that have declared two homes each, and paid in for them."""
    ids = [f"H{n:03}" for n in range(200)]
    wants = [("80", "100"), ("100", "120"), ("80", "120"), ("100", "100"), ("80", "80")]
    units = [
        Unit(
            unit_id=f"{b}-{floor}{place + 1:02}", project="新苑", building=f"{b}栋", floor=floor,
            room=f"{floor}{place + 1:02}", layout=LAYOUTS[place], area_m2=Decimal(LAYOUTS[place]),
        )
        for b in range(1, BUILDINGS + 1) for floor in range(1, FLOORS + 1) for place in range(ACROSS)
    ]  # fmt: skip
    demand = [
        Demand(household_id=own, layout=layout, count=wants[n % 5].count(layout))
        for n, own in enumerate(ids) for layout in sorted(set(wants[n % 5]))
    ]  # fmt: skip
    return RoundInput(
        head=RoundHead(id=ROUND, title="五百套房的选房日", as_of=DAY, seed="-"),
        path=Path(ROUND),
        policy=parse(POLICY, "-"),
        tables=Tables(
            households=tuple(
                Household(household_id=own, name=f"户{own}", village=f"村{n % 8}", persons=4, signed_on=DAY)
                for n, own in enumerate(ids)
            ),
            units=tuple(units),
            payments=tuple(
                Payment(receipt_no=f"P{own}", household_id=own, paid_on=date(2026, 3, 2), amount=Decimal("400000.00"))
                for own in ids
            ),
            publications=tuple(
                Publication(document=document, published_on=date(2026, 3, 2), days=7)
                for document in ("demand", "units")
            ),
            objections=(),
            members=(),
            demand=tuple(demand),
            choices=tuple(
                Choice(household_id=own, choice=k, building=f"{(n + k) % BUILDINGS + 1}栋")
                for n, own in enumerate(ids) for k in (1, 2, 3)
            ),
        ),
    )  # fmt: skip


def done(outcome: Done | Refused) -> None:
    """An act of the preparation that must have been done."""
    if not isinstance(outcome, Done):
        raise SystemExit(f"refused: {outcome.reasons}")


def prepared(url: str, chosen: int) -> None:
    """A record whose hall is open and in which so many households have chosen, as fast as a program can."""
    at = datetime(DAY.year, DAY.month, DAY.day, 9, tzinfo=CHINA)
    done(init(url, who="setup", drill=True, clock=lambda: at))
    store = open_store(url, clock=lambda: at)
    one, two = Clerk(store=store, who="one"), Clerk(store=store, who="two")
    for step in (
        lambda: import_round(one, stock()),
        lambda: freeze(one, ROUND),
        lambda: draw(two, ROUND, demo=True),
        lambda: move(one, ROUND, "open-picking"),
        lambda: open_hall(one, ROUND),
    ):
        done(step())
    from allocation.hall_view import Watch

    watch = Watch(store)
    for _ in range(chosen):
        own = watch.look(ROUND).figures["next"][0]
        for name in ("call", "arrive"):
            done(act(one, ROUND, Asked(act=name, household_id=own)))  # type: ignore[arg-type]  # the two above
        while True:
            safe = [home for home in watch.look(ROUND).homes if home.state == "safe"]
            if not safe:
                break
            best = min(safe, key=lambda home: (home.rank, home.unit.unit_id))
            done(act(one, ROUND, Asked(act="pick", household_id=own, units=(best.unit.unit_id,))))
        done(act(one, ROUND, Asked(act="confirm", household_id=own)))
    store.close()


# -- readers ------------------------------------------------------------------------------------------------------


async def _read(port: int, number: int, readers: int, until: float, told: list[float]) -> None:
    await asyncio.sleep(READ_EVERY * number / readers)
    while time.time() < until:
        began = time.perf_counter()
        try:
            reader, writer = await asyncio.open_connection(ADDRESS, port)
            writer.write(f"GET /hall.html HTTP/1.1\r\nHost: {ADDRESS}\r\nConnection: close\r\n\r\n".encode())
            answer = await reader.read(-1)
            writer.close()
            told.append(time.perf_counter() - began if b"</html>" in answer else -1.0)
        except OSError:
            told.append(-1.0)
        await asyncio.sleep(max(0.0, READ_EVERY - (time.perf_counter() - began)))


def read_pages(port: int, readers: int, seconds: float, queue: Any) -> None:
    """So many readers of the screen for so long; gives the seconds of every answer, −1 where none came."""

    async def all_of_them() -> list[float]:
        told: list[float] = []
        until = time.time() + seconds
        await asyncio.gather(*(_read(port, n, readers, until, told) for n in range(readers)))
        return told

    queue.put(asyncio.run(all_of_them()))


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *_: object) -> None:
        pass


class Crowded(http.server.ThreadingHTTPServer):
    """A web server that lets a hall wait at its door."""

    request_queue_size = 512
    daemon_threads = True


def serve_folder(folder: str, port: int) -> None:
    """Serve the screen's pages."""
    Crowded((ADDRESS, port), functools.partial(Quiet, directory=folder)).serve_forever()


def processor(process: int) -> float:
    """Seconds a process has had of a processor so far."""
    user, system = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


# -- the operator ---------------------------------------------------------------------------------------------------

SQUARE = """unit => {
  for (const chart of document.querySelectorAll('.js-plotly-plot')) {
    const data = chart.data?.[0];
    const n = data ? data.customdata.findIndex(row => row[0] === unit) : -1;
    if (n >= 0) return {chart, n, data};
  }
}"""
STATE = """unit => {
  const f = (SQUARE)(unit);
  return f && [f.data.text[f.n], f.data.marker.color[f.n], f.data.marker.line.width[f.n]].join();
}""".replace("SQUARE", SQUARE)
PLACE = """unit => {
  const f = (SQUARE)(unit);
  f.chart.scrollIntoView({block: 'center', behavior: 'instant'});
  const box = f.chart.querySelectorAll('.scatterlayer .points path')[f.n].getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}""".replace("SQUARE", SQUARE)
CLOCK = """() => {
  addEventListener('mousedown', () => { window.pressed = performance.now(); }, true);
}"""
WAIT = """([unit, old]) => new Promise((done, failed) => {
  const state = STATE, began = performance.now();
  const look = () => {
    const now = state(unit);
    if (now && now !== old) requestAnimationFrame(() => done(performance.now() - window.pressed));
    else if (performance.now() - began > 30000) failed(new Error(unit + " stayed " + old));
    else setTimeout(look, 5);
  };
  look();
})""".replace("STATE", STATE)


@dataclass(slots=True)
class Operator:
    """One browser window, and how long it waited for each kind of act, in seconds."""

    page: Any
    words: dict[str, str]
    server: int
    waited: dict[str, list[float]] = field(default_factory=dict)
    worked: dict[str, list[float]] = field(default_factory=dict)

    def timed(self, kind: str, unit: str, press: Any) -> None:
        """Press, and wait until the chart's square of the home has changed; a person looks before pressing."""
        self.page.wait_for_timeout(LOOKS_MS)
        self.page.locator("[data-test-script-state=notRunning]").wait_for()
        old, before = self.page.evaluate(STATE, unit), processor(self.server)
        press()
        took = self.page.evaluate(WAIT, [unit, old]) / 1000
        self.waited.setdefault(kind, []).append(took)
        self.worked.setdefault(kind, []).append(processor(self.server) - before)

    def button(self, name: str) -> Any:
        """The button with an act's name on it."""
        return self.page.locator("button:enabled", has_text=re.compile(f"^{self.words[name]}( |$)")).first

    def click_square(self, unit: str) -> None:
        """Click the middle of a home's square."""
        x, y = self.page.evaluate(PLACE, unit)
        self.page.mouse.click(x, y)

    def household(self, watch: Any, homes: int) -> None:
        """Call a household, let it sit down and choose, and confirm."""
        view = watch.look(ROUND)
        any_free = next(home.unit.unit_id for home in view.homes if home.state == "free")
        self.button("call").click()
        self.button("arrive").wait_for()
        self.timed("the household sits down: every home coloured by its own price and by safe or not", any_free,
                   lambda: self.button("arrive").click())  # fmt: skip
        for _ in range(homes):
            safe = [home.unit.unit_id for home in watch.look(ROUND).homes if home.state == "safe"]
            unit = safe[len(safe) // 3]
            self.timed("a click on a home: the home marked, its price told", unit, lambda u=unit: self.click_square(u))
            self.timed("the home picked: every home coloured anew", unit, self.button("pick").click)
        self.timed("the choice confirmed", unit, self.button("confirm").click)


def percentile(waits: list[float], share: float) -> float:
    """The smallest wait that so large a share of them do not exceed."""
    return sorted(waits)[max(0, -(-len(waits) * int(share * 100) // 100) - 1)]


# -- all together -----------------------------------------------------------------------------------------------------


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind((ADDRESS, 0))
        return int(found.getsockname()[1])


@contextmanager
def running(arguments: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours, ended at the end."""
    process = subprocess.Popen([sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def first_page(browser: Any, url: str, times: int) -> list[tuple[float, float]]:
    """Seconds from the start of the server until its first page can be read, and its own of the processor; repeated."""
    found = []
    for _ in range(times):
        port, context = free_port(), browser.new_context()
        page = context.new_page()
        began = time.perf_counter()
        asked = Serving(port=port, db=url, who="one")
        with running(serve_arguments(asked), served_environment(asked)) as server:
            while True:
                try:
                    urllib.request.urlopen(f"http://{ADDRESS}:{port}/_stcore/health", timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.02)
            page.goto(f"http://{ADDRESS}:{port}/", wait_until="commit")
            page.locator("h1").first.wait_for()
            found.append((time.perf_counter() - began, processor(server.pid)))
        context.close()
    return found


def clicks(browser: Any, url: str, households: int, folder: str, readers: int) -> tuple[Operator, list[float]]:
    """An operator at work, with so many readers of the screen; what it waited, and what they did."""
    from allocation.hall_view import Watch, open_running
    from allocation.messages import sentence

    port, web = free_port(), free_port()
    context_ = multiprocessing.get_context("spawn")
    queue, crowd = context_.Queue(), []
    screen = ["-m", "allocation.cli", "office", "hall-screen", "--db", url, "--round", ROUND, "--out", folder]
    screen.append("--watch")
    asked = Serving(port=port, db=url, who="one")
    with running(serve_arguments(asked), served_environment(asked)) as server, running(screen, dict(os.environ)):
        if readers:
            crowd.append(context_.Process(target=serve_folder, args=(folder, web), daemon=True))
            crowd[0].start()
        context = browser.new_context(viewport={"width": 1920, "height": 1080})
        page = context.new_page()
        words = {name: sentence(f"act.hall-{name}") for name in ("call", "arrive", "pick", "confirm")}
        operator = Operator(page, words, server.pid)
        while True:
            try:
                page.goto(f"http://{ADDRESS}:{port}/selection_day")
                break
            except Exception:  # noqa: BLE001 - the server is not up yet; playwright has no narrower name for it
                time.sleep(0.2)
        page.locator(".js-plotly-plot .points path").first.wait_for(timeout=60_000)
        page.evaluate(CLOCK)
        time.sleep(2)
        store = open_running(url)
        watch = Watch(store)
        if readers:
            crowd.append(context_.Process(target=read_pages, args=(web, readers, 3.0 + 8.0 * households, queue)))
            crowd[1].start()
            time.sleep(READ_EVERY)
        for _ in range(households):
            operator.household(watch, 2)
        store.close()
        context.close()
        told = queue.get() if readers else []
        if readers:
            crowd[0].terminate()
            for process in crowd:
                process.join()
    return operator, told


def rows(operator: Operator, goal: float) -> list[str]:
    """The lines of a table of waits."""
    lines = []
    for kind, waits in operator.waited.items():
        kept = "yes" if max(waits) < goal else "NO"
        work = percentile(operator.worked[kind], 0.5)
        cells = (kind, len(waits), f"{work:.2f} s", *(f"{percentile(waits, share):.2f} s" for share in (0.5, 1)),
                 f"{goal:.0f} s", kept)  # fmt: skip
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return lines


def report(given: argparse.Namespace) -> list[str]:
    """Measure, and write the page's lines."""
    from playwright.sync_api import sync_playwright

    head = [
        "| act | times | processor of the server, half within | half within | longest | goal | kept |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("chromium is not installed (Debian: apt-get install chromium)")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        url = f"{folder}/record.db"
        prepared(url, given.chosen)
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        starts = first_page(browser, url, given.starts)
        alone, _ = clicks(browser, url, given.households, f"{folder}/screen", 0)
        crowded, told = clicks(browser, url, given.households, f"{folder}/screen", given.readers)
        browser.close()
    got = [wait for wait in told if wait >= 0]
    return [
        f"# The selection day's pages, measured by `{shlex.join(['python', '-m', 'benchmarks.hall', *sys.argv[1:]])}`",
        "",
        f"{platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} processors shared with whatever "
        f"else ran (load over the last minute: {os.getloadavg()[0]:.1f}); browser, server, screen, web server and "
        "readers all on this one machine.",
        "",
        f"500 homes in {BUILDINGS} buildings, 200 households of two homes, {given.chosen} of them had chosen before. "
        "From the mouse pressed to the square of the home drawn anew.",
        "",
        "## The first page",
        "",
        f"From the start of the server to its heading read in the browser, {given.starts} times: half within "
        f"{percentile([wall for wall, _ in starts], 0.5):.2f} s, longest {max(wall for wall, _ in starts):.2f} s; goal "
        f"{START_GOAL:.0f} s. Of that the server worked {percentile([work for _, work in starts], 0.5):.2f} s.",
        "",
        "## An operator alone",
        "",
        *head,
        *rows(alone, CLICK_GOAL),
        "",
        f"## The same with {given.readers} readers of the hall's screen",
        "",
        *head,
        *rows(crowded, LOADED_GOAL),
        "",
        f"The readers asked {len(told):,} times, every {READ_EVERY:.0f} s each; {len(told) - len(got)} times no whole "
        f"page came. Half of the answers within {percentile(got, 0.5) * 1000:.0f} ms, 99 % within "
        f"{percentile(got, 0.99) * 1000:.0f} ms, the longest {max(got) * 1000:.0f} ms.",
    ]


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.hall")
    parser.add_argument("--readers", type=int, default=500)
    parser.add_argument("--households", type=int, default=6)
    parser.add_argument("--chosen", type=int, default=30)
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--out", type=Path, default=HERE / "HALL.md")
    given = parser.parse_args()
    text = "\n".join(report(given)) + "\n"
    sys.stdout.write(text)
    given.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
