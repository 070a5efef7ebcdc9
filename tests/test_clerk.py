"""``anju office`` as a clerk types it: a whole round by command, what is said, exit codes, JSON."""

import json
import re
import sqlite3
import subprocess
import sys
from datetime import timedelta

import pytest

from allocation.drawplan import read_plan
from allocation.tables import read_round
from allocation.writers import toml_of, write_round

from records import OUTCOMES, PLAN, ROUND, day, small_round


@pytest.fixture
def files(tmp_path):
    """The small round as a folder of tables."""
    given = small_round()
    write_round(tmp_path / "round", given.head, given.tables, given.policy.toml())
    return tmp_path / "round"


@pytest.fixture
def type_(anju, tmp_path, monkeypatch):
    """Type a command: its figures, or its words with ``words=True``; its exit code must be the one expected."""
    monkeypatch.setenv("ANJU_DB", str(tmp_path / "office.db"))
    monkeypatch.setenv("ANJU_USER", "王芳")

    def run(line, *more, code=0, words=False, lang="zh"):
        given = ["office", *line.split(), *more, "--lang", lang]
        ended, out, err = anju(*given, *([] if words else ["--json"]))
        assert ended == code, (line, out, err)
        return (out + err) if words else json.loads(out)

    return run


def up_to_the_draw(type_, files):
    type_("init --drill --today", str(day(0)))
    type_("import", str(files))
    type_(f"publish {ROUND} demand")
    type_(f"publish {ROUND} units")
    file = files.parent / "draw.toml"
    file.write_text(toml_of({"draw": read_plan(PLAN | {"frozen_on": day(8)}, "t")}), encoding="utf-8")
    frozen = type_(f"freeze {ROUND} --today", str(day(8)), "--plan", str(file))
    sources = [word for name, value in OUTCOMES.items() for word in ("--source", f"{name}={value}")]
    held = [f"draw {ROUND} --today", str(day(10)), *sources]
    assert type_(*held, code=4)["reasons"][0]["code"] == "office.same_person"
    drawn = type_(*held, "--as", "李强")
    return frozen, drawn


def test_a_whole_round_by_command(type_, files, tmp_path):
    up_to_the_draw(type_, files)
    planned = type_(f"allocate {ROUND} --out", str(tmp_path / "out"))
    assert (planned["homes"], planned["unserved"]) == (4, [])
    assert json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["root"] == planned["root"]
    assert type_(f"publish {ROUND} plan --as 李强", code=4)["reasons"][0]["code"] == "office.same_person"
    type_(f"publish {ROUND} plan")
    refusal = type_(f"publish {ROUND} result", code=4)
    assert refusal["earliest"] == str(day(16))
    own = type_(f"object {ROUND} plan H001 --text 面积")["objection_id"]
    type_(f"hear {ROUND} {own} --minutes 谈话")
    type_(f"resolve {ROUND} {own} dismissed --reason 属实")
    type_(f"publish {ROUND} result --today", str(day(16)))
    type_(f"confirm {ROUND} --today", str(day(20)))
    homes = {}
    for n in range(1, 5):
        settled = type_(f"settle {ROUND} H{n:03}")
        type_(f"pay {ROUND} H{n:03} {settled['due']} --receipt Z{n}")
    for line in (tmp_path / "out" / "allocation.csv").read_text(encoding="utf-8").split()[1:]:
        household, unit, _ = line.split(",")
        homes[unit] = type_(f"hand-over {ROUND} {unit}")["household_id"] == household
    assert list(homes.values()) == [True] * 4
    status = type_(f"status {ROUND}")
    assert (status["state"], status["handed_over"], status["next"]) == ("handed_over", 4, [])
    assert type_("status")["rounds"] == [{"round": ROUND, "title": "试分房", "state": "handed_over"}]
    looked = type_("audit")
    assert (looked["findings"], looked["refused"]) == ([], 3)


def test_a_round_is_chosen_by_command(type_, files):
    up_to_the_draw(type_, files)
    type_(f"open-picking {ROUND}")
    type_(f"pick {ROUND} H001 U001")
    taken = type_(f"pick {ROUND} H002 U001", code=4, words=True)
    assert "房源 U001 已由 H001 选走；同户型（80）还剩 5 套：U002、U003、U004、U005、U006" in taken
    type_(f"pick-undo {ROUND} H001 U001")
    type_(f"pick {ROUND} H001 U003")
    type_(f"pick-confirm {ROUND} H001")
    type_(f"void {ROUND} H001 --reason 看错")
    type_(f"waive {ROUND} H001 --reason 放弃")
    assert type_(f"status {ROUND}")["turns"] == {"waived": 1, "waiting": 3}


def test_money_by_command(type_, files):
    up_to_the_draw(type_, files)
    type_(f"pay {ROUND} H001 100.50 --receipt A1 --on", str(day(2)))
    type_(f"refund {ROUND} H001 0.50 --receipt A2 --reason 多缴")
    type_(f"correct {ROUND} A1 --amount 200.00 --reason 看错")
    found = type_(f"balance {ROUND} H001")
    assert (found["total"], found["balances"]) == ("60199.50", [{"household_id": "H001", "balance": "60199.50"}])
    assert type_(f"close-day {ROUND} --bank 1.00", code=4)["reasons"][0]["code"] == "ledger.bank_differs"
    assert type_(f"close-day {ROUND} --bank 240199.50")["total_yuan"] == "240199.50"
    assert type_(f"pay {ROUND} H001 1.00 --receipt A3", code=4)["earliest"] == str(day(11))


def test_what_is_corrected_is_exported_changed_and_brought_back(type_, files, tmp_path):
    type_("init --drill --today", str(day(0)))
    type_("import", str(files))
    assert type_(f"export {ROUND} --out", str(tmp_path / "book.xlsx"))["households"] == 4
    assert read_round(tmp_path / "book.xlsx").tables == small_round().tables
    type_(f"export {ROUND} --out", str(tmp_path / "again"))
    table = tmp_path / "again" / "安置户.csv"
    text = table.read_text(encoding="utf-8-sig")
    assert "'=1" in text
    table.write_text(text.replace("东村", "西村"), encoding="utf-8-sig")
    assert type_("revise", str(tmp_path / "again"), "--reason", "村名")["changed"] == 4


def test_words_tell_a_refusal_its_reasons_and_the_earliest_day_in_both_languages(type_, files):
    type_("init --drill --today", str(day(0)))
    type_("import", str(files))
    type_(f"publish {ROUND} demand")
    type_(f"publish {ROUND} units")
    chinese = type_(f"freeze {ROUND}", code=4, words=True)
    assert "未办：锁定名册" in chinese
    assert f"最早可办的日子：{day(8)}" in chinese
    english = type_(f"freeze {ROUND}", code=4, words=True, lang="en")
    assert not re.search("[\u4e00-\u9fff]", english.replace("王芳", ""))
    assert f"the earliest day it can be done: {day(8)}" in english
    for line in (f"status {ROUND}", "status", "log", f"balance {ROUND}", "audit"):
        for lang in ("zh", "en"):
            assert type_(line, words=True, lang=lang).strip()


def test_a_real_record_goes_by_the_clock(type_, files):
    type_("init")
    found = type_("status --today 2020-01-01", code=2)
    assert found["faults"][0]["code"] == "office.today_not_drill"
    assert type_("init --today 2020-01-01", code=2)["faults"][0]["code"] == "office.today_not_drill"


def test_a_drill_says_so_and_stays_on_the_day_it_stopped_at(type_, files):
    type_("init --drill --today", str(day(0)))
    assert f"【演练】{day(0)}" in type_("import", str(files), words=True)
    type_(f"publish {ROUND} demand --today", str(day(3)))
    assert type_(f"status {ROUND}")["today"] == str(day(3))
    back = type_(f"publish {ROUND} units --today", str(day(3) - timedelta(days=1)), code=2)
    assert back["faults"][0]["code"] == "office.clock_behind"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("pay R-1 H001 12.345 --receipt X", "office.amount"),
        ("pay R-1 H001 many --receipt X", "office.amount"),
        ("pay R-1 H001 NaN --receipt X", "office.amount"),
        ("pay R-1 H001 1 --receipt X --on 2026-13-01", "office.day"),
        ("pay R-1 H001 1 --receipt X --kind gold", "cli.not_one_of"),
        ("publish R-1 notice", "cli.not_one_of"),
        ("settle R-1 H001 --measured U001=big", "office.area"),
        ("settle R-1 H001 --measured U001=80.123", "office.area"),
        ("draw R-1 --source ssq", "office.source"),
        ("draw R-1 --open 东村=4711", "office.seal"),
        ("freeze R-1 --plan none.toml", "office.no_draw_file"),
        ("publish R-9 demand", "office.no_round"),
        ("status R-9", "office.no_round"),
        ("status --today tomorrow", "office.day"),
    ],
)
def test_a_slip_of_the_clerk_is_one_fault(type_, line, code):
    type_("init --drill")
    found = type_(line, code=2)
    assert [fault["code"] for fault in found["faults"]] == [code]
    assert found["faults"][0]["text"]


def test_the_same_command_id_is_done_once_from_the_command_line_too(type_, files):
    type_("init --drill --today", str(day(0)))
    type_("import", str(files))
    once = type_(f"pay {ROUND} H001 5.00 --receipt B1 --command-id slip-1")
    assert type_(f"pay {ROUND} H001 5.00 --receipt B1 --command-id slip-1") == once
    assert type_(f"balance {ROUND} H001")["total"] == "60005.00"


def test_backup_restore_and_what_an_audit_finds_by_command(type_, files, tmp_path, anju):
    type_("init --drill --today", str(day(0)))
    type_("import", str(files))
    copied = type_("backup", str(tmp_path / "copy.db"))
    assert "审计通过" in type_("backup", str(tmp_path / "copy2.db"), words=True)
    assert type_("restore", str(tmp_path / "copy.db"), code=2)["faults"][0]["code"] == "store.there"
    type_("restore", str(tmp_path / "copy.db"), "--replace")
    assert type_("audit")["entries"] == copied["number"] + 1
    type_("upgrade", code=2)
    with sqlite3.connect(tmp_path / "office.db") as record:
        record.execute("UPDATE units SET layout = '120' WHERE unit_id = 'U001'")
    record.close()
    found = type_("audit", code=1)
    assert [one["code"] for one in found["findings"]] == ["record.edited"]
    assert "应为“80”，现为“120”" in found["findings"][0]["text"]
    assert "审计不通过：1 处" in type_("audit", code=1, words=True)


def test_help_of_the_office_needs_no_database_and_is_quick():
    program = (
        "import sys; sys.argv = ['anju', 'office', '--help']\n"
        "from allocation import cli\n"
        "try: cli.main()\nexcept SystemExit: pass\n"
        "assert 'sqlalchemy' not in sys.modules and 'alembic' not in sys.modules"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    for name in ("init", "import", "publish", "freeze", "draw", "allocate", "audit", "restore", "hand-over"):
        assert name in run.stdout
