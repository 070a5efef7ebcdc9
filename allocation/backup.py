"""
The record from its making to its copies: init, upgrade, backup and restore, each whole or not at all.

A backup is one SQLite file, whatever database it was taken from, and can be restored to either kind. It is audited
before it counts; a file whose chain is broken is never restored, and one that lacks acts this machine has seen only
when the clerk says that their loss is accepted: that, too, is told in the log.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote
from uuid import uuid4

from sqlalchemy import Connection, Engine, NullPool, create_engine, insert, select
from sqlalchemy.engine import URL

from allocation.acts import Asked, Done, Refused, Transaction, outcome_of, tell
from allocation.audit import Audit, audit_connection
from allocation.chain import NOTHING_BEFORE, Head
from allocation.database import HEAD, META, METADATA
from allocation.messages import Fault, Faults, reason_sentence
from allocation.store import (
    CHINA,
    VERSIONS,
    WRITES,
    Clock,
    Store,
    anchor_of,
    check_version,
    make_engine,
    migrate,
    now,
    prepare,
    read_head,
    record_url,
    shown_url,
    troubled,
    version_of,
)

BATCH = 2000
DAWN = datetime(2000, 1, 1, tzinfo=CHINA).isoformat()
"""``at`` of the head of a record without an entry."""


def init(given: str, *, who: str, drill: bool = False, clock: Clock = now) -> Done | Refused:
    """
    Make a new record at an address that holds none, and tell of it as entry 1: in one transaction.

    ``drill``: for practice; its clock is set by hand and it says so wherever it is shown.
    """
    url, engine = prepare(given)
    record_id, kind = uuid4().hex, "drill" if drill else "office"

    def work(tx: Transaction) -> Mapping[str, Any]:
        tx.insert(META, [{"key": "record_id", "value": record_id}, {"key": "kind", "value": kind}])
        return {"record_id": record_id, "kind": kind, "version": VERSIONS[-1]}

    try:
        with troubled(shown_url(url)), _writing(engine) as connection:
            migrate(connection)
            start = Head(number=0, hash=NOTHING_BEFORE)
            connection.execute(insert(HEAD).values(id=1, number=0, hash=start.hash, at=DAWN))
            entry, head = tell(connection, Asked(act="init", who=who, said={"kind": kind}), clock, work, start, DAWN)
    finally:
        engine.dispose()
    anchor_of(url).remember(record_id, head, anew=True)
    return outcome_of(entry, head.hash)


def upgrade(given: str, *, who: str, more: Path | None = None, to: str = "head", clock: Clock = now) -> Done | Refused:
    """
    Bring the tables of an older version to this program's, in one transaction that the audit must pass.

    An SQLite file is copied first (``FILE.before-upgrade-from-VERSION``). ``more`` and ``to``: further migrations.

    Raises
    ------
    Faults
        No record there, one of a newer version, or one that the audit does not pass, before or after: nothing changed.
    """
    url = record_url(given)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).is_file():
        raise Faults([Fault(table="record", code="store.no_file", value=str(url.database))])
    engine = make_engine(url, keys=False)
    try:
        with troubled(shown_url(url)):
            with engine.connect() as connection:
                before = version_of(connection)
                if before not in VERSIONS:
                    check_version(connection, shown_url(url))
            if before == VERSIONS[-1] and more is None:
                raise Faults([Fault(table="record", code="store.current", params={"version": before})])
            if url.get_backend_name() == "sqlite":
                _copy_first(engine, Path(f"{url.database}.before-upgrade-from-{before}"))
            with _writing(engine) as connection:
                row = connection.execute(select(HEAD).with_for_update()).one()
                migrate(connection, to=to, more=more)
                said = {"before": before, "after": version_of(connection)}
                asked = Asked(act="upgrade", who=who, said=said)
                at = Head(number=row.number, hash=row.hash)
                entry, head = tell(connection, asked, clock, lambda _: said, at, row.at)
                _whole(audit_connection(connection), "store.upgrade_broken", shown_url(url))
                record_id = str(connection.execute(select(META.c.value).where(META.c.key == "record_id")).scalar())
    finally:
        engine.dispose()
    anchor_of(url).remember(record_id, head)
    return outcome_of(entry, head.hash)


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that holds the lock from its beginning."""
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        yield connection


def _whole(found: Audit, code: str, place: str) -> None:
    """Refuse what the audit finds fault with."""
    if found.findings:
        first = reason_sentence(found.findings[0])
        params = {"count": len(found.findings) + found.more, "first": first}
        raise Faults([Fault(table="record", code=code, place=place, params=params)])


def _copy_first(engine: Engine, target: Path) -> None:
    """A copy of a live SQLite file, by SQLite itself: complete under its name, or not there."""
    half = target.with_name(f".{target.name}.half")
    half.unlink(missing_ok=True)
    raw = engine.raw_connection()
    try:
        with closing(sqlite3.connect(half)) as copy:
            cast("sqlite3.Connection", raw.driver_connection).backup(copy)
        _flush(half)
        half.replace(target)
    finally:
        raw.close()
        half.unlink(missing_ok=True)


# -- backup and restore -------------------------------------------------------------------------------------------


def backup(store: Store, file: Path) -> Mapping[str, Any]:
    """
    Copy one moment of the record into one new file, and audit the copy.

    Raises
    ------
    Faults
        The file is there already, or its folder is not; the record is not whole, and a copy of it would not be.
    """
    if file.exists():
        raise Faults([Fault(table="record", code="store.backup_there", value=str(file))])
    if not file.absolute().parent.is_dir():
        raise Faults([Fault(table="record", code="store.no_folder", value=str(file))])
    half = file.with_name(f".{file.name}.half")
    _remove(half)
    try:
        with store.reading() as source, troubled(str(file)):
            engine = make_engine(record_url(str(half)))
            try:
                with _writing(engine) as target:
                    migrate(target)
                    rows = _copy(source, target)
                    _whole(audit_connection(target), "store.backup_broken", str(file))
                    head = read_head(target)
            finally:
                engine.dispose()
        with closing(sqlite3.connect(half)) as plain:
            plain.execute("PRAGMA journal_mode = DELETE")
        _flush(half)
        half.replace(file)
    except (OSError, sqlite3.Error) as error:
        raise Faults([Fault(table="out", code="out.unwritable", place=str(file), value=str(error))]) from error
    finally:
        _remove(half)
    return {"file": str(file), "number": head.number, "hash": head.hash, "rows": rows, "bytes": file.stat().st_size}


def restore(
    file: Path,
    given: str,
    *,
    who: str,
    accept_loss: bool = False,
    replace: bool = False,
    clock: Clock = now,
) -> Done | Refused:
    """
    Make a record anew from a backup, and tell of it.

    Parameters
    ----------
    accept_loss
        Restore although this machine has seen acts that the backup does not hold; their numbers go into the log.
    replace
        Put it in place of the SQLite file that is there, which is kept beside it (``FILE.replaced-…``).

    Raises
    ------
    Faults
        A backup whose chain is broken or that is of another version; a place that is taken or in use; acts that would
        be lost.
    """
    url = record_url(given)
    with _backup_file(file) as source:
        _whole(audit_connection(source), "store.backup_broken", str(file))
        head = read_head(source)
        meta = {row.key: row.value for row in source.execute(select(META))}
        lost = _lost(url, meta["record_id"], head, accept_loss)
        target = _cleared(url, replace, clock)
        url, engine = prepare(str(target) if target else given)
        said = {"backup": file.name, "number": head.number, "hash": head.hash, "lost": lost}
        try:
            with troubled(shown_url(url)), _writing(engine) as connection:
                migrate(connection)
                _copy(source, connection)
                last = connection.execute(select(HEAD.c.at)).scalar_one()
                asked = Asked(act="restore", who=who, said=said)
                entry, new = tell(connection, asked, clock, lambda _: said, head, last)
        except BaseException:
            engine.dispose()
            if target:
                _remove(target)
            raise
        engine.dispose()
    url = record_url(given)
    if target:
        _put_in_place(target, Path(str(url.database)), clock)
    anchor_of(url).remember(meta["record_id"], new, anew=True)
    return outcome_of(entry, new.hash)


@contextmanager
def _backup_file(file: Path) -> Iterator[Connection]:
    """A backup, read without touching it."""
    if not file.is_file():
        raise Faults([Fault(table="record", code="store.no_file", value=str(file))])
    address = f"file:{quote(str(file.absolute()))}?mode=ro&immutable=1"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool)
    try:
        with troubled(str(file)), engine.connect() as connection:
            check_version(connection, str(file))
            yield connection
    finally:
        engine.dispose()


def _lost(url: URL, record_id: str, head: Head, accepted: bool) -> list[int]:
    """First and last number of the acts that this machine has seen and the backup lacks; empty = none."""
    try:
        known = anchor_of(url).read()
    except (ValueError, OSError):
        known = None
    if known is None or (known[0] == record_id and known[1].number <= head.number):
        return []
    params = {"found": head.number, "seen": known[1].number, "first": head.number + 1}
    code = "store.backup_behind" if known[0] == record_id else "store.backup_other"
    if not accepted:
        raise Faults([Fault(table="record", code=code, params=params)])
    return [head.number + 1, known[1].number] if known[0] == record_id else []


def _cleared(url: URL, replace: bool, clock: Clock) -> Path | None:
    """Where an SQLite record is made before it takes its place; None for PostgreSQL, which must be empty."""
    if url.get_backend_name() != "sqlite":
        return None
    file = Path(str(url.database))
    if file.exists() and not replace:
        raise Faults([Fault(table="record", code="store.there", value=str(file))])
    if file.exists():
        _nobody_else(file)
    half = file.with_name(f".{file.name}.restoring")
    _remove(half)
    return half


def _nobody_else(file: Path) -> None:
    """Whoever has the old file open would go on writing to it."""
    with closing(sqlite3.connect(file, timeout=1, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in (5, 6):
                raise Faults([Fault(table="record", code="store.in_use", value=str(file))]) from error
            # a damaged file cannot be locked, and is the best reason to restore


def _put_in_place(half: Path, file: Path, clock: Clock) -> None:
    """The new file under its name; the old one, with what belongs to it, beside it."""
    mark = clock().astimezone(CHINA).strftime("%Y%m%d-%H%M%S")
    for tail in ("-wal", "-shm", ""):
        old = file.with_name(file.name + tail)
        if old.exists():
            old.replace(file.with_name(f"{file.name}.replaced-{mark}{tail}"))
    _flush(half)
    half.replace(file)
    _remove(half)


def _copy(source: Connection, target: Connection) -> int:
    """Every row of the record, as it is; how many there were."""
    count = 0
    for table in METADATA.sorted_tables:
        rows = source.execute(select(table)).mappings()
        while batch := rows.fetchmany(BATCH):
            target.execute(insert(table), [dict(row) for row in batch])
            count += len(batch)
    return count


def _flush(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def _remove(file: Path) -> None:
    for tail in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + tail).unlink(missing_ok=True)
