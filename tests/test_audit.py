"""The audit finds whatever was done to the record behind its acts; a build without its guards is caught too."""

import hashlib
import json
import shutil
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import text
from test_office import by_hand

from allocation.acts import Asked, perform
from allocation.audit import audit
from allocation.chain import Anchor, Entry, Head, canonical
from allocation.database import TABLES, trigger_names
from allocation.homes import hand_over, settle
from allocation.ledger import TOTAL, close_day, pay
from allocation.messages import Faults
from allocation.office import allocate, draw, freeze, move
from allocation.publishing import hear, object_to, publish, resolve
from allocation.store import anchor_of, open_store, record_url

from records import ROUND, Days, Office, codes, day, done, imported, new_office


def lived_in(office: Office) -> Office:
    """A record with a row in every table."""
    imported(office)
    done(publish(office.clerk(), ROUND, "demand"))
    done(publish(office.clerk(), ROUND, "units"))
    done(close_day(office.clerk(), ROUND))
    office.days.set(day(8))
    own = done(object_to(office.clerk(), ROUND, "demand", "H004", said="争议")).figures["objection_id"]
    done(freeze(office.clerk("甲"), ROUND, carve_out=[own]))
    done(draw(office.clerk("乙"), ROUND, demo=True))
    done(allocate(office.clerk("甲"), ROUND, three))
    done(publish(office.clerk("甲"), ROUND, "plan"))
    office.days.set(day(14))
    done(publish(office.clerk(), ROUND, "result"))
    office.days.set(day(18))
    done(move(office.clerk(), ROUND, "confirm"))
    done(pay(office.clerk(), ROUND, "H001", Decimal("20500.00"), "REST"))
    done(settle(office.clerk(), ROUND, "H001", {}))
    done(hand_over(office.clerk(), ROUND, "U001"))
    assert codes(freeze(office.clerk(), ROUND)) == ["office.state"]
    return office


@contextmanager
def three(given, earlier):
    """A plan for all but the last household, which is left out."""
    with by_hand(given, earlier) as whole:
        yield replace(whole, homes=whole.homes[:3])


@pytest.fixture(scope="session")
def masters(tmp_path_factory):
    """The record lived in, made once for each kind of database: every test has its own copy."""
    kept = {}

    def master(kind, running, folder):
        if kind not in kept:
            made = new_office(f"sqlite:///{folder}/master.db" if kind == "sqlite" else running.empty())
            lived_in(made)
            made.store.close()
            kept[kind] = made
        return kept[kind]

    folder = tmp_path_factory.mktemp("masters")
    return lambda kind, running: master(kind, running, folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def lived(request, masters, tmp_path, monkeypatch):
    """A record with a row in every table, of either kind of database."""
    monkeypatch.setenv("ANJU_ANCHORS", str(tmp_path / "anchors"))
    running = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    made = masters(request.param, running)
    if running:
        url = running.empty(template=made.url.split("/")[3].partition("?")[0])
        anchor_of(record_url(url)).remember(made.store.record_id, made.store.anchor.read()[1])
    else:
        url = f"sqlite:///{tmp_path}/office.db"
        for tail in ("", ".anchor"):
            shutil.copy(f"{made.url.removeprefix('sqlite:///')}{tail}", f"{tmp_path}/office.db{tail}")
    days = Days()
    days.set(day(18))
    opened = Office(store=open_store(url, clock=days), days=days, url=url)
    yield opened
    opened.store.close()


def found(office):
    return [finding.code for finding in audit(office.store).findings]


def behind(office, *statements):
    """Statements run by somebody with the database and no program; triggers and references out of the way."""
    sqlite = office.store.engine.dialect.name == "sqlite"
    with office.store.engine.connect() as connection:
        raw = connection.connection.driver_connection
        if sqlite:
            raw.execute("PRAGMA foreign_keys = OFF")
            triggers = [row[0] for row in raw.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]
            for name in trigger_names("sqlite"):
                raw.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                raw.execute(statement)
            for trigger in triggers:
                raw.execute(trigger)
            raw.execute("PRAGMA foreign_keys = ON")
            return
        with raw.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            for statement in statements:
                cursor.execute(statement)
            cursor.execute("SET session_replication_role = origin")
        raw.commit()


def test_a_record_nobody_touched_passes(lived):
    looked = audit(lived.store)
    assert looked.findings == []
    assert looked.entries == 16
    with lived.store.reading() as connection:
        for name, table in TABLES.items():
            assert connection.execute(table.select()).first() is not None, f"{name} is empty: it would not be tried"


def test_a_row_edited_in_any_column_of_any_table_is_found(lived):
    tried = 0
    for name, table in TABLES.items():
        key = [column.name for column in table.primary_key]
        with lived.store.reading() as connection:
            row = dict(connection.execute(table.select()).mappings().first())
        where = " AND ".join(f"{column} = '{row[column]}'" for column in key)
        for column in table.c:
            kind = column.type.python_type
            old = row[column.name]
            text_of = {int: "1234567", str: "'forged'", bool: "NOT " + column.name}.get(kind, "'1999-01-01'")
            behind(lived, f"UPDATE {name} SET {column.name} = {text_of} WHERE {where}")
            codes_found = found(lived)
            assert codes_found, f"{name}.{column.name} was edited and nobody noticed"
            moved = where.replace(f"{column.name} = '{old}'", f"{column.name} = {text_of}")
            back = "NULL" if old is None else f"'{old}'" if kind is not bool else str(old).upper()
            behind(lived, f"UPDATE {name} SET {column.name} = {back} WHERE {moved}")
            tried += 1
    assert found(lived) == []
    assert tried > 60


def test_a_row_removed_from_any_table_is_found(lived):
    for name, table in TABLES.items():
        with lived.store.reading() as connection:
            row = dict(connection.execute(table.select()).mappings().first())
        where = " AND ".join(f"{column.name} = '{row[column.name]}'" for column in table.primary_key)
        behind(lived, f"DELETE FROM {name} WHERE {where}")
        assert "record.removed" in found(lived), f"a row of {name} was removed and nobody noticed"
        with lived.store.engine.begin() as connection:
            if lived.store.engine.dialect.name == "postgresql":
                connection.execute(text("SET session_replication_role = replica"))
                connection.execute(table.insert(), [row])
                connection.execute(text("SET session_replication_role = origin"))
            else:
                connection.execute(text("PRAGMA defer_foreign_keys = ON"))
                connection.execute(table.insert(), [row])
    assert found(lived) == []


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE log SET who = 'x' WHERE number = 5", "record.entry"),
        ("UPDATE log SET body = replace(body, '60000', '70000') WHERE number = 2", "record.entry"),
        ("UPDATE log SET outcome = 'done' WHERE number = 16", "record.entry"),
        ("UPDATE log SET at = '2026-03-02T11:00:00.000+08:00' WHERE number = 4", "record.time"),
        ("DELETE FROM log WHERE number = 5", "record.gap"),
        ("DELETE FROM log WHERE number = 16", "record.head"),
        ("UPDATE log SET number = 500 - number WHERE number IN (5, 6)", "record.gap"),
        ("UPDATE head SET number = 15, hash = (SELECT hash FROM log WHERE number = 15)", "record.head"),
        (
            "INSERT INTO log SELECT 17, at, who, act, round_id, 'x', outcome, body, hash, hash FROM log "
            "WHERE number = 16",
            "record.entry",
        ),
        ("INSERT INTO homes SELECT round_id, 9, 'U005', project, household_id, 1, 'held' FROM homes WHERE home_no = 1",
         "record.inserted"),
        ("DELETE FROM day_ends WHERE household_id = '*'", "record.removed"),
        ("UPDATE ledger SET amount_fen = amount_fen + 1 WHERE entry_no = 1", "record.day_end"),
        ("UPDATE handovers SET household_id = 'H002'", "record.handed_elsewhere"),
        ("UPDATE homes SET household_id = 'H004' WHERE home_no = 2", "record.left_out"),
    ],
)  # fmt: skip
def test_what_was_done_to_log_or_tables_is_named(lived, statement, expected):
    behind(lived, statement)
    assert expected in found(lived)


def test_two_entries_swapped_are_found(lived):
    behind(
        lived,
        "UPDATE log SET number = 1000 WHERE number = 5",
        "UPDATE log SET number = 5 WHERE number = 6",
        "UPDATE log SET number = 6 WHERE number = 1000",
    )
    assert "record.link" in found(lived)


@pytest.mark.parametrize("table", ["log", "ledger"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET round_id = round_id", "DELETE FROM {}"])
def test_the_log_and_the_ledger_refuse_every_change_themselves(lived, table, statement):
    with pytest.raises(Exception, match="append-only"), lived.store.engine.begin() as connection:
        connection.exec_driver_sql(statement.format(table))
    assert found(lived) == []


def test_a_guard_that_was_taken_away_is_found(lived):
    sqlite = lived.store.engine.dialect.name == "sqlite"
    taken = ["log_no_update", "ix_homes_given_once"] if sqlite else ["log_no_change", "ix_homes_given_once"]
    on = "" if sqlite else " ON log"
    with lived.store.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TRIGGER {taken[0]}{on}")
        connection.exec_driver_sql(f"DROP INDEX {taken[1]}")
    assert found(lived) == ["record.guard", "record.guard"]
    assert sorted(f.params["name"] for f in audit(lived.store).findings) == sorted(taken)


def rewritten(office):
    """The whole log written anew, consistently, with another clerk in entry 5: what an insider would do."""
    with office.store.reading() as connection:
        rows = [dict(row) for row in connection.execute(text("SELECT * FROM log ORDER BY number")).mappings()]
    prev, statements = "0" * 64, []
    for row in rows:
        row["prev"], row["who"] = prev, "冒名" if row["number"] == 5 else row["who"]
        prev = Entry(**{name: row[name] for name in Entry.__slots__}).hash()
        new = f"who = '{row['who']}', prev = '{row['prev']}', hash = '{prev}'"
        statements.append(f"UPDATE log SET {new} WHERE number = {row['number']}")
    behind(office, *statements, f"UPDATE head SET hash = '{prev}'")


def test_a_log_written_anew_is_found_by_the_anchor_and_not_opened(lived):
    rewritten(lived)
    assert found(lived) == ["record.anchor"]
    with pytest.raises(Faults) as refused:
        open_store(lived.url)
    assert refused.value.faults[0].code == "store.rewritten"


def test_without_its_anchor_a_log_written_anew_is_not_seen_so_the_missing_anchor_is_told(lived):
    rewritten(lived)
    lived.store.anchor.path.unlink()
    assert found(lived) == ["record.no_anchor"]


def test_yesterdays_copy_is_not_opened(tmp_path):
    opened = imported(new_office(f"sqlite:///{tmp_path}/office.db"))
    opened.store.close()
    shutil.copy(tmp_path / "office.db", tmp_path / "yesterday")
    opened = Office(store=open_store(opened.url, clock=opened.days), days=opened.days, url=opened.url)
    done(publish(opened.clerk(), ROUND, "demand"))
    opened.store.close()
    shutil.copy(tmp_path / "yesterday", tmp_path / "office.db")
    with pytest.raises(Faults) as refused:
        open_store(opened.url)
    (fault,) = refused.value.faults
    assert (fault.code, fault.params["first"], fault.params["seen"]) == ("store.behind", 3, 3)


def test_another_record_under_the_same_name_is_not_opened(tmp_path):
    new_office(f"sqlite:///{tmp_path}/a.db").store.close()
    new_office(f"sqlite:///{tmp_path}/b.db").store.close()
    shutil.copy(tmp_path / "b.db", tmp_path / "a.db")
    with pytest.raises(Faults) as refused:
        open_store(f"sqlite:///{tmp_path}/a.db")
    assert refused.value.faults[0].code == "store.other_record"


def test_an_anchor_never_steps_back_and_says_when_it_is_broken(tmp_path):
    anchor = Anchor(path=tmp_path / "x" / "a.anchor")
    assert anchor.read() is None
    anchor.remember("r", Head(number=5, hash="five"))
    anchor.remember("r", Head(number=4, hash="four"))
    assert anchor.read() == ("r", Head(number=5, hash="five"))
    anchor.path.write_text("{}")
    with pytest.raises(ValueError, match="no anchor"):
        anchor.read()


def test_the_written_form_of_an_entry_is_the_documented_one():
    entry = Entry(
        number=2, at="2026-03-02T12:00:00.000+08:00", who="王芳", act="pay", round_id="R", command_id="c",
        outcome="done", body=canonical({"said": {"b": 1, "a": "𠮷"}}), prev="0" * 64,
    )  # fmt: skip
    fields = {name: getattr(entry, name) for name in Entry.__slots__} | {"body": json.loads(entry.body)}
    written = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert entry.hash() == hashlib.sha256(b"anju/log/1\0" + written).hexdigest()


def test_a_home_given_twice_or_a_balance_that_is_not_its_entries_is_a_finding_even_where_the_log_agrees(lived):
    """A bug in an act would write log and table alike: the validators do not ask the log."""
    engine = lived.store.engine
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_homes_given_once")

    def twice(tx):
        home = dict(tx.rows(TABLES["homes"], round_id=ROUND, home_no=1)[0])
        tx.insert(TABLES["homes"], [home | {"home_no": 90, "household_id": "H002"}])
        end = {"round_id": ROUND, "day": day(17), "household_id": TOTAL, "balance_fen": 1}
        tx.insert(TABLES["day_ends"], [end])
        return {}

    done(perform(lived.clerk(), "pick", twice, round_id=ROUND, said={}))
    assert sorted(found(lived)) == ["record.day_end", "record.guard", "record.home_twice"]


def test_a_state_that_no_act_leads_to_is_a_finding(lived):
    def jump(tx):
        row = tx.rows(TABLES["rounds"], round_id=ROUND)[0]
        tx.update(TABLES["rounds"], row, state="drawn")
        return {}

    done(perform(lived.clerk(), "pay", jump, round_id=ROUND, said={}))
    assert found(lived) == ["record.move"]


def test_an_upheld_objection_moves_a_round_back_and_the_audit_knows_the_way(office):
    imported(office)
    done(publish(office.clerk(), ROUND, "demand"))
    own = done(object_to(office.clerk(), ROUND, "demand", "H001", said="x")).figures["objection_id"]
    done(hear(office.clerk(), ROUND, own, minutes="x"))
    done(resolve(office.clerk(), ROUND, own, upheld=True, reason="x"))
    assert found(office) == []


def test_every_act_the_log_may_hold_has_an_identity_of_its_own():
    assert Asked(act="a", who="w", said={}).command_id != Asked(act="a", who="w", said={}).command_id
