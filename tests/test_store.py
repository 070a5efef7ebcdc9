"""Bad luck and bad places: full disks, read-only files, newer versions, lost connections: nothing half done."""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, text

from allocation import store as stores
from allocation.acts import perform
from allocation.audit import audit
from allocation.backup import backup, init, restore, upgrade
from allocation.database import METADATA
from allocation.ledger import Decimal, pay
from allocation.messages import Faults
from allocation.office import import_round
from allocation.publishing import publish
from allocation.schema import fault_sentence
from allocation.store import VERSIONS, is_remote, make_engine, open_store, record_url, version_of

from records import ROUND, Days, Office, day, done, imported, new_office, small_round

MIGRATIONS = Path(stores.__file__).with_name("migrations")
NEXT = '''"""A table more, with a slow second step."""

import sqlalchemy as sa
from alembic import op

revision = "v0002"
down_revision = "v0001"


def upgrade() -> None:
    op.create_table("more", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO more VALUES (1)")
    with op.batch_alter_table("turns") as batch:
        batch.add_column(sa.Column("note", sa.Text(), nullable=True))
'''


def refused(work, *given, **options):
    """The one fault of a refusal; its sentences, in both languages, tell it without a trace."""
    with pytest.raises(Faults) as found:
        work(*given, **options)
    (fault,) = found.value.faults
    for lang in ("zh", "en"):
        assert len(fault_sentence(fault, lang)) > 10
    return fault


def file_of(url):
    return Path(url.removeprefix("sqlite:///"))


# -- versions -----------------------------------------------------------------------------------------------------


def test_the_migrations_make_the_tables_the_program_knows(place):
    office = new_office(place())
    with office.store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    office.store.close()


def test_the_versions_the_program_knows_are_the_migrations_there_are():
    scripts = ScriptDirectory(str(MIGRATIONS), version_locations=[str(MIGRATIONS / "versions")])
    assert tuple(reversed([script.revision for script in scripts.walk_revisions()])) == VERSIONS


def test_a_record_of_a_newer_version_is_refused_in_one_sentence(place):
    office = new_office(place())
    with office.store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'v0099'"))
    office.store.close()
    assert refused(open_store, office.url).code == "store.newer"
    assert refused(upgrade, office.url, who="x").code == "store.newer"


def test_what_is_no_record_is_not_opened(tmp_path, place):
    empty = place()
    if empty.startswith("sqlite"):
        assert refused(open_store, empty).code == "store.no_file"
        sqlite3.connect(file_of(empty)).close()
        file_of(empty).touch()
    assert refused(open_store, empty).code == "store.no_record"
    letter = tmp_path / "letter.db"
    letter.write_text("这是一封信" * 1000, encoding="utf-8")
    assert refused(open_store, str(letter)).code == "store.damaged"


def test_a_record_is_not_made_over_another(place):
    office = imported(new_office(place()))
    office.store.close()
    assert refused(init, office.url, who="x").code == "store.there"


def test_an_upgrade_is_whole_and_keeps_a_copy_and_the_log_tells_of_it(place, tmp_path, monkeypatch):
    office = imported(new_office(place()))
    office.store.close()
    assert refused(upgrade, office.url, who="x").code == "store.current"
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "v0002_more.py").write_text(NEXT, encoding="utf-8")
    done(upgrade(office.url, who="管理员", more=tmp_path / "more", clock=office.days))
    if office.url.startswith("sqlite"):
        copy = file_of(office.url).with_name(f"{file_of(office.url).name}.before-upgrade-from-v0001")
        assert sqlite3.connect(copy).execute("SELECT version_num FROM alembic_version").fetchone() == ("v0001",)
    assert refused(open_store, office.url).code == "store.newer"
    monkeypatch.setattr(stores, "VERSIONS", ("v0001", "v0002"))
    again = open_store(office.url, clock=office.days)
    assert [finding.code for finding in audit(again).findings] == []
    again.close()


def test_an_older_record_is_not_written_to_before_its_upgrade(place, monkeypatch):
    office = new_office(place())
    office.store.close()
    monkeypatch.setattr(stores, "VERSIONS", ("v0001", "v0002"))
    assert refused(open_store, office.url).code == "store.older"


def test_an_upgrade_killed_at_any_statement_leaves_the_old_version_or_the_new(tmp_path, place):
    office = imported(new_office(place()))
    office.store.close()
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "v0002_more.py").write_text(NEXT, encoding="utf-8")
    engine = make_engine(record_url(office.url))
    seen = set()
    for stop_at in range(1, 200, 3):
        child = os.fork()
        if child == 0:
            try:
                import harness

                harness._die_at(stop_at)
                import allocation.backup as backups

                backups.make_engine = stores.make_engine
                backups.upgrade(office.url, who="x", more=tmp_path / "more", clock=office.days)
                os._exit(0)
            finally:
                os._exit(3)
        _, status = os.waitpid(child, 0)
        with engine.connect() as connection:
            version = version_of(connection)
            tables = set(connection.dialect.get_table_names(connection))
        seen.add(version)
        assert (version == "v0002") == ("more" in tables)
        if not os.WIFSIGNALED(status):
            break
    engine.dispose()
    assert seen == {"v0001", "v0002"}


# -- places -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "place_", ["//server/share/office.db", r"\\server\share\office.db", "/home/x/OneDrive/office.db", "/x/坚果云/o.db"]
)
def test_a_record_on_a_network_or_synchronised_folder_is_refused(place_):
    assert refused(open_store, place_).code == "store.network"
    assert refused(init, place_, who="x").code == "store.network"


def test_a_network_file_system_is_known_by_its_mount(tmp_path, monkeypatch):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/a / ext4 rw 0 0\nnas:/x {tmp_path}/far nfs4 rw 0 0\n")
    monkeypatch.setattr(stores, "MOUNTS", mounts)
    assert is_remote(tmp_path / "far" / "office.db")
    assert not is_remote(tmp_path / "near" / "office.db")
    monkeypatch.setattr(stores, "MOUNTS", tmp_path / "none")
    assert not is_remote(tmp_path / "far" / "office.db")


@pytest.mark.parametrize("given", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "nonsense://", "://x"])
def test_an_address_that_keeps_no_record_is_refused(given):
    assert refused(open_store, given).code == "store.address"


def test_a_password_is_never_said():
    fault = refused(open_store, "mysql://user:geheim@host/db")
    assert "geheim" not in fault_sentence(fault, "zh") + fault_sentence(fault, "en")


def test_nobody_answering_and_no_such_database_are_said(postgres):
    assert refused(open_store, "postgresql://anju@127.0.0.1:1/x").code == "store.unreachable"
    assert refused(open_store, postgres.url("no_such_db")).code == "store.no_database"


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_database_that_does_not_wait_for_the_disk_is_refused(postgres, setting, tmp_path, monkeypatch):
    monkeypatch.setenv("ANJU_ANCHORS", str(tmp_path))
    office = new_office(postgres.empty())
    office.store.close()
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
        time.sleep(0.2)
        fault = refused(open_store, office.url)
        connection.execute(f"ALTER SYSTEM RESET {setting}")
        connection.execute("SELECT pg_reload_conf()")
    time.sleep(0.2)
    assert (fault.code, fault.params["setting"]) == ("store.not_durable", setting)


def test_an_sqlite_build_that_does_not_wait_for_the_disk_is_refused(tmp_path, monkeypatch):
    office = new_office(f"sqlite:///{tmp_path}/office.db")
    office.store.close()
    made = make_engine(record_url(office.url))

    @event.listens_for(made, "connect")
    def _hurry(connection, _):
        connection.execute("PRAGMA synchronous = OFF")

    monkeypatch.setattr(stores, "make_engine", lambda url: made)
    fault = refused(open_store, office.url)
    assert (fault.code, fault.params["setting"]) == ("store.not_durable", "synchronous")


def test_reading_leaves_the_driver_as_writers_need_it(tmp_path):
    office = imported(new_office(f"sqlite:///{tmp_path}/office.db"))
    for _ in range(3):
        with office.store.reading() as connection:
            connection.execute(text("SELECT 1"))
    with office.store.engine.connect() as connection:
        assert connection.connection.driver_connection.isolation_level is None
    office.store.close()


# -- the disk -----------------------------------------------------------------------------------------------------


def child(office, code):
    """A clerk in a process of its own: what it says and how it ends."""
    program = (
        "from records import *; from allocation.acts import *; from allocation.ledger import pay; import resource\n"
        f"days = Days(day(1)); office = Office(store=open_store({office.url!r}, clock=days), days=days, url='')\n"
        f"{code}"
    )
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent,
    )


def test_a_full_disk_in_mid_act_is_one_sentence_and_nothing_half_done(tmp_path):
    """The limit on the size of files ends every write beyond it, as a full disk does, at each of many points."""
    office = imported(new_office(f"sqlite:///{tmp_path}/office.db"), small_round(40))
    before = audit(office.store).entries
    office.store.close()
    code = """
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from pathlib import Path
wal = Path(office.store.engine.url.database + "-wal")
faults = []
for turn in range(12):
    size = wal.stat().st_size if wal.exists() else 0
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 1500 * turn + 200, resource.RLIM_INFINITY))
    try:
        outcome = pay(office.clerk(), ROUND, "H001", Decimal("1.00"), f"F{turn}")
        print("done", outcome.number)
    except Faults as refused:
        print(refused.faults[0].code)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print("done", pay(office.clerk(), ROUND, "H001", Decimal("1.00"), "after").number)
"""
    run = child(office, "from allocation.messages import Faults\n" + code)
    assert run.returncode == 0, run.stderr
    said = run.stdout.splitlines()
    assert set(said) & {"store.full", "store.disk"}, said
    assert {line.split()[0] for line in said} <= {"done", "store.full", "store.disk", "store.anchor_unwritten"}
    opened = open_store(office.url, clock=Days(day(2)))
    found = audit(opened)
    answered = sum(line.startswith(("done", "store.anchor_unwritten")) for line in said)
    assert (found.findings, found.entries) == ([], before + answered)
    opened.close()


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1.2 MB of its own, where root may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=1200k", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system takes root; the limit on file sizes stands for it")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_small_disk_stops_an_import_whole_and_room_is_all_it_takes(small_disk):
    office = new_office(f"sqlite:///{small_disk}/office.db")
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 300_000)
    assert refused(import_round, office.clerk(), small_round(2000)).code == "store.full"
    found = audit(office.store)
    assert (found.findings, found.entries) == ([], 1)
    ballast.unlink()
    imported(office, small_round(3))
    assert audit(office.store).findings == []
    office.store.close()


def test_a_read_only_disk_is_said_and_nothing_is_written(small_disk):
    office = imported(new_office(f"sqlite:///{small_disk}/office.db"))
    office.store.close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert refused(open_store, office.url).code in ("store.read_only", "store.cannot_open")
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    opened = open_store(office.url)
    assert (audit(opened).findings, audit(opened).entries) == ([], 2)
    opened.close()


def test_a_record_that_becomes_read_only_is_said_and_nothing_is_written(tmp_path):
    office = imported(new_office(f"sqlite:///{tmp_path}/office.db"))

    @event.listens_for(office.store.engine, "begin")
    def _lock(connection):
        connection.connection.driver_connection.execute("PRAGMA query_only = ON")

    assert refused(publish, office.clerk(), ROUND, "demand").code == "store.read_only"
    office.store.close()
    opened = open_store(office.url)
    assert audit(opened).entries == 2
    opened.close()


def test_a_read_only_postgresql_is_said_and_nothing_is_written(postgres, tmp_path, monkeypatch):
    monkeypatch.setenv("ANJU_ANCHORS", str(tmp_path))
    office = imported(new_office(postgres.empty()))
    name = office.store.engine.url.database
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    office.store.close()
    again = Office(store=open_store(office.url, clock=office.days), days=office.days, url=office.url)
    assert refused(publish, again.clerk(), ROUND, "demand").code == "store.read_only"
    assert audit(again.store).entries == 2
    again.store.close()


def test_a_damaged_file_is_said(tmp_path):
    office = imported(new_office(f"sqlite:///{tmp_path}/office.db"))
    office.store.close()
    data = bytearray(file_of(office.url).read_bytes())
    for page in range(8, len(data) // 4096):
        data[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    file_of(office.url).write_bytes(data)

    def use():
        opened = open_store(office.url)
        try:
            codes = [finding.code for finding in audit(opened).findings]
        finally:
            opened.close()
        assert codes == ["nothing"]

    with pytest.raises((Faults, AssertionError)) as found:
        use()
    if isinstance(found.value, Faults):
        assert found.value.faults[0].code == "store.damaged"
    else:
        assert "record." in str(found.value)


def test_a_record_that_stays_busy_is_said_and_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(stores, "BUSY_SECONDS", 0.3)
    office = imported(new_office(f"sqlite:///{tmp_path}/office.db"))
    holder = sqlite3.connect(file_of(office.url), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert refused(publish, office.clerk(), ROUND, "demand").code == "store.busy"
    holder.execute("ROLLBACK")
    holder.close()
    done(publish(office.clerk(), ROUND, "demand"))
    office.store.close()


def test_an_act_stands_when_only_its_anchor_cannot_be_written(tmp_path, monkeypatch):
    office = imported(new_office(f"sqlite:///{tmp_path}/office.db"))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    fault = refused(publish, office.clerk(), ROUND, "demand")
    assert (fault.code, fault.params["number"]) == ("store.anchor_unwritten", 3)
    monkeypatch.undo()
    assert audit(office.store).findings == []
    office.store.close()


# -- the connection -----------------------------------------------------------------------------------------------


def terminate(url, name):
    """The server ends every other connection to a database."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            (name,),
        )


@pytest.fixture
def remote(postgres, tmp_path, monkeypatch):
    monkeypatch.setenv("ANJU_ANCHORS", str(tmp_path))
    office = imported(new_office(postgres.empty()))
    yield office
    office.store.close()


def test_a_connection_lost_in_mid_write_wrote_nothing_and_says_so(remote, postgres):
    def work(tx):
        rows = tx.rows(METADATA.tables["rounds"], round_id=ROUND)
        tx.update(METADATA.tables["rounds"], rows[0], state="drawn")
        terminate(postgres.url("postgres"), remote.store.engine.url.database)
        return {}

    fault = refused(perform, remote.clerk(), "draw", work, round_id=ROUND, said={})
    assert fault.code == "store.lost"
    assert audit(remote.store).entries == 2


def test_a_connection_lost_while_the_act_was_kept_is_asked_for_again(remote):
    """The commit reached the server, its answer did not reach us: the act is in, and is told as done."""
    cuts = [1]

    @event.listens_for(remote.store.engine, "commit")
    def _cut(connection):
        if cuts:
            cuts.pop()
            raw = connection.connection.driver_connection
            raw.commit()
            raw.close()

    outcome = done(publish(remote.clerk(command_id="once"), ROUND, "demand"))
    assert outcome.number == 3
    assert done(publish(remote.clerk(command_id="once"), ROUND, "demand")) == outcome
    assert audit(remote.store).findings == []


def test_a_connection_that_does_not_come_back_is_unknown_and_names_the_command(remote, postgres):
    name = remote.store.engine.url.database

    def work(tx):
        with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        terminate(postgres.url("postgres"), name)
        tx.rows(METADATA.tables["rounds"], round_id=ROUND)
        return {}

    fault = refused(perform, remote.clerk(command_id="c-77"), "draw", work, round_id=ROUND, said={})
    assert (fault.code, fault.params["command_id"]) == ("store.unknown", "c-77")
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


# -- backup and restore -------------------------------------------------------------------------------------------


def test_a_backup_of_either_kind_restores_to_either_kind(place, tmp_path, postgres):
    office = imported(new_office(place()))
    done(publish(office.clerk(), ROUND, "demand"))
    figures = backup(office.store, tmp_path / "copy.db")
    assert (figures["number"], [file.name for file in tmp_path.glob("copy*")]) == (3, ["copy.db"])
    assert refused(backup, office.store, tmp_path / "copy.db").code == "store.backup_there"
    assert refused(backup, office.store, tmp_path / "no" / "copy.db").code == "store.no_folder"
    office.store.close()
    for url in (f"sqlite:///{tmp_path}/other.db", postgres.empty()):
        outcome = done(restore(tmp_path / "copy.db", url, who="管理员", clock=office.days))
        assert (outcome.number, outcome.figures["lost"]) == (4, [])
        again = Office(store=open_store(url, clock=office.days), days=office.days, url=url)
        assert audit(again.store).findings == []
        done(publish(again.clerk(), ROUND, "units"))
        again.store.close()
        assert refused(restore, tmp_path / "copy.db", url, who="x").code in ("store.backup_behind", "store.there")


def test_a_backup_whose_chain_is_broken_is_neither_made_nor_restored(tmp_path):
    office = imported(new_office(f"sqlite:///{tmp_path}/office.db"))
    backup(office.store, tmp_path / "good.db")
    shutil.copy(tmp_path / "good.db", tmp_path / "bad.db")
    bad = sqlite3.connect(tmp_path / "bad.db")
    bad.execute("DROP TRIGGER log_no_update")
    bad.execute("UPDATE log SET who = '冒名' WHERE number = 2")
    bad.commit()
    bad.close()
    fault = refused(restore, tmp_path / "bad.db", f"sqlite:///{tmp_path}/new.db", who="x")
    assert fault.code == "store.backup_broken"
    assert not (tmp_path / "new.db").exists()
    with office.store.engine.begin() as connection:
        connection.execute(text("UPDATE homes SET rank = 9"))
        connection.execute(text("UPDATE households SET row_no = 99 WHERE household_id = 'H001'"))
    assert refused(backup, office.store, tmp_path / "later.db").code == "store.backup_broken"
    assert sorted(file.name for file in tmp_path.glob("*later*")) == []
    office.store.close()


def test_acts_that_a_backup_lacks_are_lost_only_when_the_clerk_says_so_and_the_log_tells_it(tmp_path):
    office = imported(new_office(f"sqlite:///{tmp_path}/office.db"))
    backup(office.store, tmp_path / "copy.db")
    done(publish(office.clerk(), ROUND, "demand"))
    fault = refused(restore, tmp_path / "copy.db", office.url, who="x", replace=True)
    assert (fault.code, fault.params["first"], fault.params["seen"]) == ("store.backup_behind", 3, 3)
    assert refused(restore, tmp_path / "copy.db", office.url, who="x", accept_loss=True).code == "store.there"
    # somebody has the old file open
    assert (
        refused(restore, tmp_path / "copy.db", office.url, who="x", accept_loss=True, replace=True).code
        == "store.in_use"
    )
    office.store.close()
    outcome = restore(tmp_path / "copy.db", office.url, who="x", accept_loss=True, replace=True, clock=office.days)
    assert done(outcome).figures["lost"] == [3, 3]
    again = open_store(office.url, clock=office.days)
    assert (audit(again).findings, audit(again).entries) == ([], 3)
    again.close()
    assert len(list(tmp_path.glob("office.db.replaced-*"))) >= 1


def test_a_damaged_file_is_replaced_by_its_backup(tmp_path):
    office = imported(new_office(f"sqlite:///{tmp_path}/office.db"))
    backup(office.store, tmp_path / "copy.db")
    office.store.close()
    file_of(office.url).write_bytes(b"\x00" * 8192)
    done(restore(tmp_path / "copy.db", office.url, who="x", replace=True, clock=office.days))
    again = open_store(office.url, clock=office.days)
    assert audit(again).findings == []
    again.close()


def test_a_backup_taken_while_clerks_write_is_of_one_moment(place, tmp_path):
    office = imported(new_office(place()))
    going = threading.Event()

    def write():
        own = Office(store=open_store(office.url, clock=office.days), days=office.days, url="")
        turn = 0
        while not going.is_set():
            turn += 1
            done(pay(own.clerk(), ROUND, "H001", Decimal("1.00"), f"T{turn}"))
        own.store.close()

    clerk = threading.Thread(target=write)
    clerk.start()
    try:
        numbers = [backup(office.store, tmp_path / f"{n}.db")["number"] for n in range(3)]
    finally:
        going.set()
        clerk.join()
    assert numbers == sorted(numbers)
    office.store.close()
