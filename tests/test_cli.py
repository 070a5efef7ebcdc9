"""The commands as a clerk types them: words, JSON, exit codes, and nothing half-written."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).resolve().parent.parent
DAFENG = ROOT / "data" / "dafeng"


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The demo, run once as a user would: (process, its output folder)."""
    out = tmp_path_factory.mktemp("demo") / "out"
    run = subprocess.run(
        [sys.executable, "-m", "allocation.cli", "demo", "--out", out, "--json"],
        capture_output=True, text=True, check=False, cwd=out.parent, encoding="utf-8",
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return run, out


# -- the demo -----------------------------------------------------------------------------------------------------


def test_the_demo_serves_all_66_households_with_141_homes_and_proves_every_stage(demo):
    figures = json.loads(demo[0].stdout)
    assert (figures["households_in"], figures["households_served"]) == (66, 66)
    assert (figures["persons_served"], figures["units_allocated"]) == (195, 141)
    assert figures["unserved"] == []
    assert all(stage["proved"] and stage["value"] == stage["bound"] for stage in figures["stages"])
    verified = figures.pop("verified")
    assert "FAIL" not in verified.values()
    assert [verified[name] for name in ("V3 fingerprint", "V5 freeze", "V6 seed")] == ["PASS"] * 3
    assert figures == json.loads((demo[1] / "summary.json").read_text(encoding="utf-8"))


def test_the_outputs_are_the_files_the_contract_names(demo):
    names = {path.relative_to(demo[1]).parts[0] for path in demo[1].rglob("*")}
    tables = {
        f"{name}.{form}" for name in ("allocation", "statements", "statement_lines") for form in ("csv", "parquet")
    }
    assert names >= tables | {"summary.json", "bundle", "notices"}


def test_every_table_is_the_same_in_csv_and_parquet(demo):
    for name in ("allocation", "statements", "statement_lines"):
        with (demo[1] / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        table = pq.read_table(demo[1] / f"{name}.parquet").to_pylist()
        assert rows == [{key: "" if value is None else str(value) for key, value in row.items()} for row in table]
        assert rows


def test_statement_lines_sum_to_the_price_and_the_balance_is_what_is_left_to_pay(demo):
    from decimal import Decimal

    lines = pd.read_parquet(demo[1] / "statement_lines.parquet").groupby("household_id")["amount_yuan"].sum()
    for row in pd.read_parquet(demo[1] / "statements.parquet").to_dict("records"):
        assert lines[row["household_id"]] == row["price"]
        assert row["balance"] == row["price"] - row["prepaid"]
        assert row["price"] * Decimal("0.60") <= row["prepaid"]


def test_left_out_units_are_listed_with_every_reason(demo):
    left_out = json.loads(demo[0].stdout)["left_out"]
    reasons = {code for entry in left_out for code in entry["reasons"]}
    assert {"unit.status.reserved", "unit.status.defective", "unit.joint_self_built", "objection.open"} <= reasons
    assert any(len(entry["reasons"]) > 1 for entry in left_out)
    assert all(len(entry["explained"]) == len(entry["reasons"]) for entry in left_out)


def test_the_workbook_gives_the_same_allocation_as_the_folder(demo, anju, tmp_path):
    code, _, _ = anju("allocate", DAFENG / "dafeng.xlsx", "--out", tmp_path / "out")
    assert code == 0
    assert (tmp_path / "out/allocation.csv").read_bytes() == (demo[1] / "allocation.csv").read_bytes()


def test_shuffled_rows_and_another_hash_seed_give_the_same_allocation_byte_for_byte(demo, tmp_path):
    copy = tmp_path / "data" / "dafeng"
    shutil.copytree(DAFENG, copy)
    shutil.copytree(ROOT / "data" / "policies", tmp_path / "data" / "policies")
    for table in copy.glob("*.csv"):
        heading, *rows = table.read_text(encoding="utf-8").splitlines()
        table.write_text("\n".join([heading, *sorted(rows, key=lambda row: row[::-1])]) + "\n", encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "allocation.cli", "allocate", copy, "--out", tmp_path / "out"],
        check=True, capture_output=True, env=os.environ | {"PYTHONHASHSEED": "7"},
    )  # fmt: skip
    for name in ("allocation.csv", "statements.csv", "statement_lines.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (demo[1] / name).read_bytes()


# -- bad input ----------------------------------------------------------------------------------------------------


@pytest.fixture
def damaged(tmp_path):
    """The Dafeng folder with one household's persons and one unit's area spoiled."""
    copy = tmp_path / "data" / "dafeng"
    shutil.copytree(DAFENG, copy)
    shutil.copytree(ROOT / "data" / "policies", tmp_path / "data" / "policies")
    units = (copy / "units.csv").read_text(encoding="utf-8").splitlines()
    cells = units[13].split(",")
    cells[units[0].split(",").index("area_m2")] = "约120"
    units[13] = ",".join(cells)
    (copy / "units.csv").write_text("\n".join(units) + "\n", encoding="utf-8")
    payments = (copy / "payments.csv").read_text(encoding="utf-8")
    (copy / "payments.csv").write_text(payments + payments.splitlines()[1] + "\n", encoding="utf-8")
    return copy


def test_bad_input_exits_2_says_every_fault_and_writes_nothing(anju, damaged, tmp_path):
    code, out, err = anju("allocate", damaged, "--out", tmp_path / "out")
    assert code == 2
    assert out == ""
    assert "第 14 行" in err
    assert "约120" in err
    assert "payments.csv" in err or "房款预缴" in err
    assert "Traceback" not in err
    assert not (tmp_path / "out").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data"]


def test_faults_as_json_are_the_one_object_on_stdout(anju, damaged):
    code, out, _ = anju("check", damaged, "--json", "--lang", "en")
    faults = json.loads(out)["faults"]
    assert code == 2
    assert {(f["table"], f["row"], f["column"]) for f in faults} >= {("units", 14, "area_m2")}
    assert all(f["text"] and not any("\u4e00" <= c <= "\u9fff" for c in f["code"]) for f in faults)


def test_check_annotates_the_workbook_in_place_of_each_fault(anju, tmp_path):
    book = openpyxl.load_workbook(DAFENG / "dafeng.xlsx")
    sheet = book["房源"]
    column = next(cell.column for cell in sheet[1] if "面积" in str(cell.value))
    sheet.cell(5, column).value = "约120"
    shutil.copytree(ROOT / "data" / "policies", tmp_path / "policies")
    (tmp_path / "r").mkdir()
    shutil.copyfile(DAFENG / "round.toml", tmp_path / "r" / "round.toml")
    book.save(tmp_path / "r" / "round.xlsx")
    marked = tmp_path / "marked.xlsx"
    code, _, err = anju("check", tmp_path / "r" / "round.xlsx", "--annotate", marked)
    assert code == 2
    assert "marked.xlsx" in err
    note = openpyxl.load_workbook(marked)["房源"].cell(5, column).comment
    assert note is not None
    assert "约120" in note.text


@pytest.mark.parametrize(
    "words",
    [
        ("allocate", DAFENG, "--out", "x", "--principle", "best"),
        ("allocate", DAFENG, "--out", "x", "--per", "person"),
        ("check", DAFENG, "--lang", "fr"),
        ("check", "no/such/round"),
        ("price", DAFENG, "nobody", "DF01-1-0101"),
        ("price", DAFENG, "DF-001", "no-such-unit"),
        ("price", DAFENG, "DF-001", "DF01-1-0101", "DF01-1-0101"),
        ("draw", DAFENG, "--seed", " "),
    ],
    ids=lambda words: " ".join(str(word) for word in words if word != DAFENG),
)
def test_a_wrong_word_gets_one_sentence_and_exit_2(anju, monkeypatch, tmp_path, words):
    monkeypatch.chdir(tmp_path)
    code, out, err = anju(*words)
    assert (code, out) == (2, "")
    assert err.strip()
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_a_bug_keeps_its_traceback_but_never_looks_like_a_failed_check(anju, monkeypatch):
    monkeypatch.setattr("allocation.tables.read_round", lambda path: 1 / 0)
    code, _, err = anju("check", DAFENG)
    assert code == 70
    assert "ZeroDivisionError" in err


# -- whole or not at all ------------------------------------------------------------------------------------------


def test_a_folder_that_is_not_ours_is_never_replaced(anju, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("keep")
    code, _, err = anju("allocate", DAFENG, "--out", mine)
    assert code == 2
    assert "mine" in err
    assert [p.name for p in mine.iterdir()] == ["letter.txt"]


def test_an_earlier_result_is_replaced_as_a_whole(anju, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "summary.json").write_text("{}")
    (out / "stale.csv").write_text("old")
    assert anju("allocate", DAFENG, "--out", out)[0] == 0
    assert not (out / "stale.csv").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.skipif(os.name == "nt", reason="sends POSIX signals")
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_allocate_leaves_no_output_folder(tmp_path, sent):
    """Stopped once it has begun to write, at several moments; at --out stands nothing or a whole result."""
    for wait in (0, 1, 3):
        place = tmp_path / f"{wait}"
        place.mkdir()
        run = subprocess.Popen(
            [sys.executable, "-m", "allocation.cli", "allocate", DAFENG, "--out", place / "out"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        while not any(place.iterdir()) and run.poll() is None:
            time.sleep(0.01)
        time.sleep(wait)
        run.send_signal(sent)
        _, err = run.communicate()
        assert "Traceback" not in err
        if (place / "out").exists():
            assert {"summary.json", "bundle", "notices"} <= {path.name for path in (place / "out").iterdir()}
        if sent == signal.SIGINT and run.returncode:
            assert run.returncode == 130
            assert not [path for path in place.iterdir() if path.name != "out"]


# -- the smaller commands -----------------------------------------------------------------------------------------


def test_price_prints_the_lines_of_the_pricing_rule_and_their_sum(anju):
    from decimal import Decimal

    code, out, _ = anju("price", DAFENG, "DF-001", "DF01-1-0102", "--json")
    figures = json.loads(out)
    assert code == 0
    assert sum(Decimal(line["amount_yuan"]) for line in figures["lines"]) == Decimal(figures["price"])
    assert Decimal(figures["balance"]) == Decimal(figures["price"]) - Decimal(figures["prepaid"])


def test_draw_gives_numbers_anyone_can_recompute(anju):
    import hashlib

    code, out, _ = anju("draw", DAFENG, "--seed", "3-14-15", "--json")
    rows = json.loads(out)["order"]
    assert code == 0
    assert [row["order_no"] for row in rows] == list(range(1, 67))
    for row in rows:
        assert row["sha256"] == hashlib.sha256(f"3-14-15|{row['household_id']}".encode()).hexdigest()


def test_compare_shows_the_four_principles_and_what_each_is_best_at(anju):
    code, out, _ = anju("compare", DAFENG, "--json")
    rows = {row["principle"]: row for row in json.loads(out)["principles"]}
    assert code == 0
    assert set(rows) == {"leximin", "rank_maximal", "utilitarian", "order"}
    assert {row["households_served"] for row in rows.values()} == {66}
    assert rows["leximin"]["worst_rank"] == min(row["worst_rank"] for row in rows.values())
    assert rows["rank_maximal"]["profile"]["1"] == max(row["profile"]["1"] for row in rows.values())
    assert float(rows["utilitarian"]["mean"]) == min(float(row["mean"]) for row in rows.values())


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "words", [("check", DAFENG), ("price", DAFENG, "DF-001", "DF01-1-0102"), ("draw", DAFENG, "--seed", "s")]
)
def test_a_command_speaks_the_language_asked_for(anju, lang, words):
    code, out, _ = anju(*words, "--lang", lang)
    assert code == 0
    assert any("\u4e00" <= c <= "\u9fff" for c in out.replace("楼", "")) or lang == "en"
    assert out.strip()


def test_verify_exits_0_for_a_bundle_as_published_and_1_for_one_changed(demo, anju, tmp_path):
    code, out, _ = anju("verify", demo[1] / "bundle", "--json")
    assert code == 0
    assert {check["outcome"] for check in json.loads(out)["checks"]} >= {"PASS", "PRIVATE"}
    copy = shutil.copytree(demo[1] / "bundle", tmp_path / "bundle")
    data = (copy / "bundle.json").read_text(encoding="utf-8")
    (copy / "bundle.json").write_text(data.replace('"rank":1', '"rank":2', 1), encoding="utf-8")
    code, out, _ = anju("verify", copy, "--lang", "en")
    assert code == 1
    assert "FAIL" in out


def test_a_bundle_is_signed_and_checked_with_all_an_auditor_has(demo, anju, tmp_path):
    copy = shutil.copytree(demo[1] / "bundle", tmp_path / "bundle")
    code, out, _ = anju("sign", "--new", tmp_path / "office.pem", "--json")
    assert code == 0
    key = json.loads(out)["key"]
    assert anju("sign", copy, "--key", tmp_path / "office.pem")[0] == 0
    policy = Path(__file__).resolve().parent.parent / "data" / "policies" / "dafeng.toml"
    code, out, _ = anju(
        "verify", copy, "--key", key, "--opening", demo[1] / "opening.json", "--policy", policy, "--json"
    )  # fmt: skip
    assert code == 0
    found = {check["name"].split()[0]: check["outcome"] for check in json.loads(out)["checks"]}
    assert {found[name] for name in ("V4", "A2", "A3")} == {"PASS"}
    assert anju("sign", copy)[0] == 2
    assert anju("sign", "--new", tmp_path / "office.pem")[0] == 2


def test_the_version_is_told(anju):
    assert anju("--version")[1].startswith("anju 0.")
