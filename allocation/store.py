"""
The record's database: one SQLite file, or PostgreSQL for several offices; opened only when it is safe to write to.

Refused at the door: a file on a network or synchronised folder, a database of a newer version, one that is behind
what this machine has already seen of it, one that does not wait for the disk. Whatever the database says goes wrong
becomes one sentence; nothing is half done, because every act is one transaction. Source: trust.md §2 rows 24–28, 48.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path, PurePath
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from allocation.chain import Anchor, Head
from allocation.database import HEAD, LOG, META
from allocation.messages import Fault, Faults

VERSIONS = ("v0001",)
"""The versions of the tables, oldest first; the last is the one this program writes."""
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The office's time; China keeps one zone and no summer time."""
BUSY_SECONDS = 20
"""How long an act waits for those before it."""
WRITES = "anju_writes"
NETWORK_FILE_SYSTEMS = frozenset(
    [
        "afpfs",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "davfs",
        "fuse.davfs2",
        "fuse.glusterfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "gfs2",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "smb2",
        "smb3",
        "smbfs",
    ]
)
SYNCHRONISED = (
    "onedrive",
    "dropbox",
    "icloud",
    "google drive",
    "nutstore",
    "坚果云",
    "百度网盘",
    "baidunetdisk",
    "wps云盘",
)
MOUNTS = Path("/proc/mounts")
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """An open record. ``drill``: practice, with a clock that is set by hand and marked in everything it says."""

    engine: Engine
    anchor: Anchor
    record_id: str
    drill: bool
    clock: Clock

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment of the record."""
        with troubled(), self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[tuple[Connection, Head, str]]:
        """One act: the connection, the head it locked and when that entry was made; all of it is kept or nothing."""
        with self.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            row = connection.execute(select(HEAD).with_for_update()).one()
            yield connection, Head(number=row.number, hash=row.hash), row.at

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def now() -> datetime:
    """This moment in the office's time."""
    return datetime.now(CHINA)


# -- opening ------------------------------------------------------------------------------------------------------


def record_url(given: str) -> URL:
    """
    The address of a record: ``sqlite:///FILE``, a file name, or ``postgresql://user@host/database``.

    Raises
    ------
    Faults
        An address that cannot be read, or of a kind that keeps no record.
    """
    if "://" not in given:
        return URL.create("sqlite", database=given)
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        raise _refusal("store.address", given) from None
    kind = url.get_backend_name()
    if kind == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if kind != "sqlite" or not url.database or url.database == ":memory:":
        raise _refusal("store.address", url.render_as_string(hide_password=True))
    return url


def shown_url(url: URL) -> str:
    """An address for people: the file, or the database without its password."""
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def anchor_of(url: URL) -> Anchor:
    """
    Where this machine keeps the newest head it has seen: beside an SQLite file, else in ``~/.anju/`` (``ANJU_ANCHORS``
    names another folder).
    """
    if url.get_backend_name() == "sqlite":
        file = Path(str(url.database))
        return Anchor(path=file.with_name(f"{file.name}.anchor"))
    folder = Path(os.environ.get("ANJU_ANCHORS") or Path.home() / ".anju")
    name = hashlib.sha256(f"{url.host}|{url.port}|{url.query.get('host', '')}|{url.database}".encode()).hexdigest()
    return Anchor(path=folder / f"{name[:24]}.anchor")


def open_store(given: str, *, clock: Clock = now) -> Store:
    """
    An existing record, when it is safe to write to.

    Raises
    ------
    Faults
        See the module: every refusal is one sentence.
    """
    url = record_url(given)
    if url.get_backend_name() == "sqlite":
        _local_file(Path(str(url.database)), must_exist=True)
    engine = make_engine(url)
    try:
        with troubled(shown_url(url)), engine.connect() as connection:
            check_version(connection, shown_url(url))
            _durable(connection)
            meta = {row.key: row.value for row in connection.execute(select(META))}
            head = read_head(connection)
            anchor = anchor_of(url)
            _not_behind(connection, anchor, meta["record_id"], head)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine=engine, anchor=anchor, record_id=meta["record_id"], drill=meta["kind"] == "drill", clock=clock)


def make_engine(url: URL, *, keys: bool = True) -> Engine:
    """
    An engine whose transactions are what the record needs: at once for writers, flushed to disk, keys enforced.

    Without ``keys`` SQLite does not watch over references: for a migration, which may make a table anew.
    """
    if url.get_backend_name() == "postgresql":
        options = {"connect_timeout": "10", "options": f"-c lock_timeout={BUSY_SECONDS}s"}
        try:
            return create_engine(url, connect_args=options)
        except ModuleNotFoundError:
            raise _refusal("store.no_driver", shown_url(url)) from None
    # the driver begins no transaction of its own: its deferred ones let two writers read before either writes
    engine = create_engine(url, connect_args={"isolation_level": None, "timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        watch = f"foreign_keys = {'ON' if keys else 'OFF'}"
        for pragma in ("journal_mode = WAL", "synchronous = FULL", watch, "trusted_schema = OFF"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITES) else "BEGIN")

    return engine


def read_head(connection: Connection) -> Head:
    """The newest entry as the record says."""
    row = connection.execute(select(HEAD)).one()
    return Head(number=row.number, hash=row.hash)


def last_moment(store: Store) -> datetime:
    """When the newest entry was made."""
    with store.reading() as connection:
        return datetime.fromisoformat(connection.execute(select(HEAD.c.at)).scalar_one())


def version_of(connection: Connection) -> str | None:
    """The version of the tables; None = there is no record."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def check_version(connection: Connection, place: str) -> None:
    """Refuse what is no record, older than this program writes, or newer than it knows."""
    version = version_of(connection)
    if version is None:
        raise _refusal("store.no_record", place)
    if version not in VERSIONS:
        raise Faults([Fault(table="record", code="store.newer", place=place, params={"version": version})])
    if version != VERSIONS[-1]:
        params = {"version": version, "wanted": VERSIONS[-1]}
        raise Faults([Fault(table="record", code="store.older", place=place, params=params)])


def _durable(connection: Connection) -> None:
    """What is confirmed must be on the disk."""
    if connection.dialect.name == "sqlite":
        wanted = {"synchronous": "2", "journal_mode": "wal", "foreign_keys": "1"}
        found = {name: str(connection.exec_driver_sql(f"PRAGMA {name}").scalar()) for name in wanted}
    else:
        names = ("fsync", "full_page_writes", "synchronous_commit")
        found = {name: str(connection.exec_driver_sql(f"SHOW {name}").scalar()) for name in names}
        wanted = dict.fromkeys(names, "on")
        if found["synchronous_commit"] != "off":
            wanted["synchronous_commit"] = found["synchronous_commit"]
    for name, value in wanted.items():
        if found[name] != value:
            params = {"setting": name, "found": found[name], "wanted": value}
            raise Faults([Fault(table="record", code="store.not_durable", params=params)])


def _not_behind(connection: Connection, anchor: Anchor, record_id: str, head: Head) -> None:
    """Refuse yesterday's copy, another record under the same name, and a log that was written anew."""
    try:
        known = anchor.read()
    except (ValueError, OSError):
        raise _refusal("store.anchor_broken", str(anchor.path)) from None
    if known is None:
        return
    seen_id, seen = known
    params: dict[str, object] = {"seen": seen.number, "found": head.number, "anchor": anchor.path}
    if seen_id != record_id:
        raise Faults([Fault(table="record", code="store.other_record", params=params)])
    if seen.number > head.number:
        raise Faults([Fault(table="record", code="store.behind", params=params | {"first": head.number + 1})])
    there = connection.execute(select(LOG.c.hash).where(LOG.c.number == seen.number)).scalar()
    if seen.number and there != seen.hash:
        raise Faults([Fault(table="record", code="store.rewritten", params=params)])


# -- places -------------------------------------------------------------------------------------------------------


def _local_file(file: Path, *, must_exist: bool) -> None:
    """A file on a disk of this machine: SQLite's locks mean nothing across a network or a synchronised folder."""
    if is_remote(file):
        raise _refusal("store.network", str(file))
    if must_exist and not file.is_file():
        raise _refusal("store.no_file", str(file))
    if not file.absolute().parent.is_dir():
        raise _refusal("store.no_folder", str(file))


def is_remote(file: Path) -> bool:
    """Whether a file lies on another machine, or in a folder that a program copies there."""
    path = file.absolute() if not str(file).startswith(("\\\\", "//")) else file
    if str(path).startswith(("\\\\", "//")):
        return True
    if any(word in part.casefold() for part in path.parts for word in SYNCHRONISED):
        return True
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.kernel32.GetDriveTypeW(f"{path.drive}\\") == 4)
    return _mounted_as(path.resolve()) in NETWORK_FILE_SYSTEMS


def _mounted_as(path: PurePath) -> str:
    """The kind of file system a path lies on; blank where the system does not say."""
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best, kind = -1, ""
    for line in lines:
        words = line.split()
        if len(words) < 3:
            continue
        point = PurePath(words[1].replace("\\040", " "))
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), words[2]
    return kind


# -- what goes wrong ----------------------------------------------------------------------------------------------

_SQLITE = {
    5: "busy",
    6: "busy",
    8: "read_only",
    10: "disk",
    11: "damaged",
    13: "full",
    14: "cannot_open",
    26: "damaged",
}
_POSTGRES = {
    "53100": "full", "25006": "read_only", "55P03": "busy", "40001": "busy", "40P01": "busy", "28000": "denied",
    "28P01": "denied", "3D000": "no_database", "58030": "disk", "XX001": "damaged", "XX002": "damaged",
    "57P01": "lost", "57P02": "lost", "57P03": "lost", "42501": "denied", "53300": "busy", "25P02": "lost",
}  # fmt: skip


def trouble_of(error: SQLAlchemyError) -> str | None:
    """What went wrong with the database, as the tail of a code ``store.…``; None = not its fault but ours."""
    if not isinstance(error, DBAPIError):
        return None
    origin = error.orig
    number = getattr(origin, "sqlite_errorcode", None)
    if number is not None:
        return _SQLITE.get(number & 0xFF)
    state = getattr(origin, "sqlstate", None)
    if error.statement is None and not error.connection_invalidated and state is None:
        return _not_let_in(str(origin))
    if error.connection_invalidated:
        return "lost"
    if state:
        return _POSTGRES.get(state) or ("lost" if state.startswith("08") else None)
    return "lost" if type(origin).__name__ == "OperationalError" else None


def _not_let_in(said: str) -> str | None:
    """Why PostgreSQL could not be connected to: before it has, its driver gives no code but the server's words."""
    if "fe_sendauth" in said or "authentication failed" in said or "pg_hba" in said:
        return "denied"
    if "does not exist" in said:
        return "no_database"
    return "unreachable"


@contextmanager
def troubled(place: str = "") -> Iterator[None]:
    """Turn what the database says into one sentence; a mistake of ours stays an error."""
    try:
        yield
    except SQLAlchemyError as error:
        code = trouble_of(error)
        if code is None:
            raise
        said = str(getattr(error, "orig", error)).strip().splitlines()
        params: Mapping[str, object] = {"said": said[0] if said else ""}
        raise Faults([Fault(table="record", code=f"store.{code}", place=place, params=params)]) from error


def _refusal(code: str, value: str) -> Faults:
    return Faults([Fault(table="record", code=code, value=value)])


# -- making and upgrading -----------------------------------------------------------------------------------------


def migrate(connection: Connection, *, to: str = "head", more: Path | None = None) -> None:
    """
    Bring the tables of the open transaction to a version; all of it is kept or nothing when the caller commits.

    ``more`` is a folder of further migrations (a test's).
    """
    from alembic import command
    from alembic.config import Config

    here = Path(__file__).with_name("migrations")
    config = Config()
    config.set_main_option("script_location", str(here).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    versions = [str(here / "versions"), *([str(more)] if more else [])]
    config.set_main_option("version_locations", "\n".join(versions).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def prepare(given: str) -> tuple[URL, Engine]:
    """An engine for a record that is to be made: a place that is good and holds none yet."""
    url = record_url(given)
    if url.get_backend_name() == "sqlite":
        _local_file(Path(str(url.database)), must_exist=False)
    engine = make_engine(url)
    try:
        with troubled(shown_url(url)), engine.connect() as connection:
            if version_of(connection) is not None or inspect(connection).has_table("log"):
                raise _refusal("store.there", shown_url(url))
            if connection.dialect.name == "postgresql":
                encoding = connection.execute(select(func.getdatabaseencoding())).scalar()
                if encoding != "UTF8":
                    raise Faults([Fault(table="record", code="store.encoding", params={"found": encoding})])
            _durable(connection)
    except BaseException:
        engine.dispose()
        raise
    return url, engine
