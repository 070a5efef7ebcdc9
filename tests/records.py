"""A small round, places to keep it (SQLite files, a PostgreSQL started for the tests), and clerks with a set clock."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import psycopg

from allocation.acts import Clerk, Done, Refused
from allocation.allocate import allocate
from allocation.backup import init
from allocation.bundle import write_bundle
from allocation.documents import BY_NAME, papers, write
from allocation.office import import_round
from allocation.policy import parse
from allocation.round import judge
from allocation.schema import Choice, Demand, Household, Member, Payment, Publication, RoundHead, Tables, Unit
from allocation.store import CHINA, Store, open_store
from allocation.tables import RoundInput
from allocation.wording import Occasion

MONDAY = date(2026, 3, 2)
DUE = date(2026, 3, 6)
ROUND = "R-1"
POLICY = {
    "pricing": {"bands": [{"price": "1000.00"}]},
    "prepayment": {"share": 0.5, "due_on": DUE},
    "publicity": {"calendar": "natural", "demand": 7, "units": 7, "plan": 5, "result": 3},
    "order": {"rule": "draw"},
}


def day(number: int) -> date:
    """The day so many days after the Monday the stories begin on."""
    return MONDAY + timedelta(days=number)


PLAN = {
    "take": 3,
    "sources": [
        {"name": f"双色球 {name}", "kind": "ssq", "text": "红球由小到大，再蓝球", "occurred_on": day(number)}
        for name, number in (("甲", 9), ("乙", 10), ("丁", 10))
    ],
}
"""How a round frozen on day 8 is drawn on day 10."""
OUTCOMES = {
    "双色球 甲": "01 05 12 20 28 33 + 07",
    "双色球 乙": "02 06 13 21 29 32 + 08",
    "双色球 丁": "30,3,7,14,22,31+9",
}
NONCE = "00112233445566778899aabbccddeeff"


class Days:
    """A clock that stands until it is set: noon of a day, in the office's time."""

    def __init__(self, today: date = MONDAY) -> None:
        self.at = datetime.combine(today, time(12), CHINA)

    def __call__(self) -> datetime:
        return self.at

    def set(self, today: date) -> None:
        self.at = datetime.combine(today, time(12), CHINA)


def small_round(count: int = 4, *, units: int | None = None, round_id: str = ROUND, **policy: object) -> RoundInput:
    """``count`` households of two persons, each asking for one home of 80 m², with money paid in for it."""
    ids = [f"H{n:03}" for n in range(1, count + 1)]
    households = [
        Household(
            household_id=i, name=f"户{i}", village="东村", persons=2, signed_on=date(2025, 1, 1), extra={"备注": "=1"}
        )
        for i in ids
    ]
    homes = [
        Unit(
            unit_id=f"U{n:03}",
            project="新苑",
            building=f"{n % 2 + 1}栋",
            floor=n % 6 + 1,
            layout="80",
            area_m2=Decimal("80.50"),
        )
        for n in range(1, (units or count + 2) + 1)
    ]
    paid = [
        Payment(receipt_no=f"P{i}", household_id=i, paid_on=date(2026, 2, 10), amount=Decimal("60000.00")) for i in ids
    ]
    return RoundInput(
        head=RoundHead(id=round_id, title="试分房", as_of=MONDAY, seed="demo 种子"),
        policy=parse({**POLICY, **policy}, "policy.toml"),
        tables=Tables(
            households=tuple(households),
            units=tuple(homes),
            payments=tuple(paid),
            publications=(),
            objections=(),
            members=tuple(
                Member(household_id=i, name=f"{i}甲", relation="户主", birth_date=date(1980, 1, 1)) for i in ids
            )
            + tuple(Member(household_id=i, name=f"{i}乙", relation="配偶", birth_date=date(1981, 1, 1)) for i in ids),
            demand=tuple(Demand(household_id=i, layout="80", count=1) for i in ids),
            choices=tuple(Choice(household_id=i, choice=1, building="1栋") for i in ids),
        ),
        path=Path("small"),
    )


@dataclass(slots=True)
class Office:
    """An open record with its clock, and clerks by name."""

    store: Store
    days: Days
    url: str

    def clerk(self, who: str = "王芳", command_id: str = "") -> Clerk:
        return Clerk(store=self.store, who=who, command_id=command_id)


def new_office(url: str, days: Days | None = None, *, drill: bool = True) -> Office:
    """A record made at an address, open."""
    days = days or Days()
    done(init(url, who="管理员", drill=drill, clock=days))
    return Office(store=open_store(url, clock=days), days=days, url=url)


def done(outcome: Done | Refused) -> Done:
    """An outcome that must be one of an act that was done."""
    assert isinstance(outcome, Done), outcome
    return outcome


def codes(outcome: Done | Refused) -> list[str]:
    """The reasons of an outcome that must be a refusal."""
    assert isinstance(outcome, Refused), outcome
    return [reason.code for reason in outcome.reasons]


def imported(office: Office, given: RoundInput | None = None) -> Office:
    """The small round in the record."""
    done(import_round(office.clerk(), given or small_round()))
    return office


def wanting(given: RoundInput, **tables: object) -> RoundInput:
    """A round with other tables."""
    return replace(given, tables=replace(given.tables, **tables))


PRIVATE = "只在办公室里的一句话"
"""What stands in the private papers of ``small_result``."""


def small_result(folder: Path) -> Path:
    """What ``anju allocate`` leaves of the small round, with private papers beside the public ones."""
    given = small_round()
    up = tuple(Publication(document=d, published_on=day(-20), days=7) for d in ("demand", "units"))
    solved = allocate(judge(replace(given, tables=replace(given.tables, publications=up))))
    (folder / "notices").mkdir(parents=True)
    root = write_bundle(solved, folder)["root"]
    occasion = Occasion(issued_on=day(0), lang="zh", root=root, words="")
    plan = BY_NAME["plan"]
    write(plan, papers(plan, solved, occasion, ["zh"]), folder / "notices", occasion, forms=["html"])
    for private in ("statement.html", "statements.html", "reply.html"):
        (folder / "notices" / private).write_text(PRIVATE, encoding="utf-8")
    return folder


# -- PostgreSQL ---------------------------------------------------------------------------------------------------


def binaries() -> Path | None:
    """Where PostgreSQL's server programs are; None = not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    other = shutil.which("initdb")
    return Path(other).resolve().parent if other else None


class Cluster:
    """A PostgreSQL of its own, on a socket in a temporary folder, that runs under another user than root."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="anju-pg-", dir="/tmp"))
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(self.folder, self.user)
        self.count = 0
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "anju", "-A", "trust", "-E", "UTF8", "--locale=C")
        self.start()

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses='' -c max_connections=60 -c shared_buffers=64MB"
        options += " -c recovery_init_sync_method=syncfs"
        self._ctl("-w", "-o", options, "-l", str(self.folder / "log"), "start")

    def crash(self) -> None:
        """Stop without shutting down, as when the power fails."""
        self._ctl("-m", "immediate", "stop")

    def close(self) -> None:
        self._ctl("-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        return f"postgresql://anju@/{name}?host={self.folder}"

    def empty(self, template: str = "template1") -> str:
        """The address of a new database, empty or a copy of another."""
        self.count += 1
        name = f"record_{os.getpid()}_{self.count}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def _ctl(self, *words: str) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), *words)

    def _run(self, program: str, *words: str) -> None:
        run = subprocess.run(
            [str(self.programs / program), *words],
            user=self.user,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        assert run.returncode == 0, f"{program}: {run.stderr}"


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL for a while; ``None`` from :func:`binaries` must be asked for before."""
    programs = binaries()
    assert programs
    running = Cluster(programs)
    try:
        yield running
    finally:
        running.close()
