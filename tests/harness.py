"""
Many clerks at once, and clerks killed in mid-act: real processes on a real record, and what they leave behind.

Run by the tests in a process of its own (``python tests/harness.py MODE URL …``), which forks its clerks before it has
opened anything. Prints one JSON object: what was found wrong, so that a broken build can be shown to be found out.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from sqlalchemy import create_engine, event, text

from allocation import acts, store
from allocation.acts import Done, entries
from allocation.audit import audit
from allocation.homes import pick, pick_undo
from allocation.ledger import pay
from allocation.store import open_store

from records import ROUND, Days, Office, codes

ON = date(2026, 3, 10)


def opened(url: str) -> Office:
    """The record as a clerk's own process opens it."""
    days = Days(ON)
    return Office(store=open_store(url, clock=days), days=days, url=url)


def fork(work: Callable[[int], None]) -> tuple[int, int]:
    """A child that does ``work`` and may write lines to the pipe it is given: its id and the end to read from."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    os.close(reading)
    try:
        work(writing)
        os._exit(0)
    except BaseException:  # noqa: BLE001 - a child that fails says so by its exit code
        sys.excepthook(*sys.exc_info())
        os._exit(1)


def lines(reading: int) -> list[str]:
    """Everything a child wrote until it ended."""
    with os.fdopen(reading) as pipe:
        return pipe.read().splitlines()


# -- a build without its guards, to see that the harness can fail -------------------------------------------------


def without_lock(url: str) -> None:
    """Acts that read, then write, with nothing between them: no lock, no transaction, no number to collide on."""
    without_transaction(url)

    @contextmanager
    def writing(self):
        with self.engine.connect() as connection, connection.begin():
            row = connection.execute(text("SELECT number, hash, at FROM head")).one()
            yield connection, store.Head(number=row.number, hash=row.hash), row.at

    entered = acts.Transaction.insert

    def insert(self, table, rows):
        time.sleep(0.02)  # a clerk who reads, and takes a moment before he writes
        if table.name == "homes":
            rows = [{**row, "home_no": row["home_no"] + 100 * os.getpid()} for row in rows]
        entered(self, table, rows)

    store.Store.writing = writing
    acts.Transaction.insert = insert
    acts.append = lambda connection, entry: store.Head(number=entry.number, hash=entry.hash())
    store.Anchor.remember = lambda self, record_id, head, anew=False: None


def without_transaction(url: str) -> None:
    """Every statement kept by itself."""
    whole = store.make_engine

    def make_engine(address, *, keys=True):
        if address.get_backend_name() == "postgresql":
            return create_engine(address, isolation_level="AUTOCOMMIT")
        engine = whole(address, keys=keys)
        engine.dispose()
        loose = create_engine(address, isolation_level="AUTOCOMMIT")

        @event.listens_for(loose, "connect")
        def _prepare(connection, _):
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")

        return loose

    store.make_engine = make_engine


BROKEN = {"": lambda url: None, "lock": without_lock, "transaction": without_transaction}


# -- many at once -------------------------------------------------------------------------------------------------


def race(url: str, processes: int, households: int, broken: str) -> dict[str, object]:
    """Every process tries every home for its own households, and pays one yuan into everybody's account."""
    BROKEN[broken](url)
    with_index = opened(url)
    with with_index.store.reading() as connection:
        units = list(connection.execute(text("SELECT unit_id FROM units ORDER BY unit_id")).scalars())
    if broken:
        with with_index.store.engine.begin() as connection:
            connection.execute(text("DROP INDEX ix_homes_given_once"))
    with_index.store.close()
    start = time.time() + 0.5

    def clerk(number: int) -> Callable[[int], None]:
        def work(writing: int) -> None:
            office = opened(url)
            own = [f"H{n:03}" for n in range(number + 1, households + 1, processes)]
            # without guards all go for the same home at once, so that chance does not hide what is missing
            order = units if broken else random.Random(number).sample(units, len(units))
            time.sleep(max(0.0, start - time.time()))
            counts: Counter[str] = Counter()
            for turn, unit in enumerate(order):
                if own:
                    outcome = pick(office.clerk(f"clerk {number}"), ROUND, own[0], unit)
                    if isinstance(outcome, Done):
                        counts["taken"] += 1
                        own.pop(0)
                    else:
                        counts[codes(outcome)[0]] += 1
                if turn % 5 == 0:
                    receipt = f"{number}-{turn}"
                    paid = pay(office.clerk(f"clerk {number}"), ROUND, "H001", Decimal("1.00"), receipt)
                    counts["paid" if isinstance(paid, Done) else codes(paid)[0]] += 1
            os.write(writing, json.dumps(counts).encode())
            office.store.close()

        return work

    began = time.time()
    children = [fork(clerk(number)) for number in range(processes)]
    told: Counter[str] = Counter()
    failed = 0
    for child, reading in children:
        for line in lines(reading):
            told.update(json.loads(line))
        failed += os.waitpid(child, 0)[1] != 0
    return {"told": dict(told), "failed": failed, "seconds": time.time() - began, **judged(url, told, len(units))}


def judged(url: str, told: Counter[str], units: int) -> dict[str, object]:
    """What is wrong with the record after a race."""
    office = opened(url)
    wrong = [finding.code for finding in audit(office.store).findings]
    with office.store.reading() as connection:
        twice = connection.execute(
            text("SELECT count(*) FROM (SELECT unit_id FROM homes WHERE status <> 'void' GROUP BY unit_id "
                 "HAVING count(*) > 1) AS d")
        ).scalar()  # fmt: skip
        given = connection.execute(text("SELECT count(*) FROM homes WHERE status <> 'void'")).scalar()
        paid = connection.execute(text("SELECT count(*) FROM ledger WHERE amount_fen = 100")).scalar()
        misled = _misled(list(entries(connection)), units)
    office.store.close()
    if given != told["taken"]:
        wrong.append(f"{told['taken']} picks were told done, {given} homes are given")
    if paid != told["paid"]:
        wrong.append(f"{told['paid']} payments were told done, {paid} are in the ledger")
    return {"twice": twice, "given": given, "misled": misled, "wrong": wrong}


def _misled(rows: list, units: int) -> int:
    """Losers who were told another number of homes left than there were at that moment."""
    taken = wrong = 0
    for row in rows:
        body = json.loads(row["body"])
        if row["act"] == "pick" and row["outcome"] == "done":
            taken += 1
        for code, params in body.get("reasons", ()):
            if code == "pick.taken":
                wrong += params["left"] != units - taken
    return wrong


# -- killed -------------------------------------------------------------------------------------------------------


def busy(url: str, writing: int, seed: int, stop_at: int = 0) -> None:
    """A clerk that picks, undoes and pays without end, and tells each entry once it was answered."""
    if stop_at:
        _die_at(stop_at)
    office = opened(url)
    chance = random.Random(seed)
    for turn in range(10_000):
        household, unit = f"H{chance.randint(1, 8):03}", f"U{chance.randint(1, 10):03}"
        kind = chance.randrange(3)
        if kind == 0:
            outcome = pick(office.clerk(), ROUND, household, unit)
        elif kind == 1:
            outcome = pick_undo(office.clerk(), ROUND, household, unit)
        else:
            outcome = pay(office.clerk(), ROUND, household, Decimal("1.00"), f"{seed}-{turn}")
        os.write(writing, f"{outcome.number}\n".encode())


def _die_at(count: int) -> None:
    """End this process by SIGKILL at its ``count``-th step: each statement before and after, commit, anchor."""
    left = [count]

    def step(*_: object, **__: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    made = store.make_engine

    def make_engine(address, *, keys=True):
        engine = made(address, keys=keys)
        for name in ("before_cursor_execute", "after_cursor_execute", "commit", "begin"):
            event.listen(engine, name, step)
        return engine

    store.make_engine = make_engine
    for name in ("fsync", "replace"):
        real = getattr(os, name)

        def watched(*given: object, real=real, **options: object) -> object:
            step()
            result = real(*given, **options)
            step()
            return result

        setattr(os, name, watched)


def kills(url: str, times: int, seed: int, points: bool, broken: str) -> dict[str, object]:
    """Kill clerks, at random moments or at each of their steps in turn, and audit the record after every one."""
    BROKEN[broken](url)
    chance = random.Random(seed)
    killed = survived = acknowledged = 0
    wrong: list[str] = []
    for turn in range(1, times + 1):
        first = b""
        stop_at = turn if points else 0
        child, reading = fork(lambda writing, n=turn, at=stop_at: busy(url, writing, seed * 100_000 + n, at))
        if not points:
            first = os.read(reading, 20)  # the clerk is at work
            time.sleep(chance.uniform(0, 0.02))
            os.kill(child, signal.SIGKILL)
        told = [int(line) for line in [*first.decode().split(), *lines(reading)]]
        last = max(told, default=0)
        acknowledged += len(told)
        status = os.waitpid(child, 0)[1]
        killed += os.WIFSIGNALED(status)
        survived += not os.WIFSIGNALED(status)
        try:
            office = opened(url)
            found = audit(office.store)
            wrong += [finding.code for finding in found.findings]
            if found.entries < last:
                wrong.append(f"entry {last} was answered and is gone: the log ends at {found.entries}")
            office.store.close()
        except Exception as error:  # noqa: BLE001 - whatever it is, the record could not be opened
            wrong.append(repr(error))
        if wrong:
            break
    return {"killed": killed, "survived": survived, "acknowledged": acknowledged, "wrong": wrong}


if __name__ == "__main__":
    mode, address, *rest = sys.argv[1:]
    if mode == "race":
        result = race(address, int(rest[0]), int(rest[1]), rest[2] if len(rest) > 2 else "")
    else:
        times, seed, way, *weak = rest
        ways = (False, True) if way == "both" else (way == "points",)
        result = {"killed": 0, "survived": 0, "acknowledged": 0, "wrong": []}
        for points in ways:
            for key, value in kills(address, int(times), int(seed) + points, points, "".join(weak)).items():
                result[key] += value
    sys.stdout.write(json.dumps(result) + "\n")
