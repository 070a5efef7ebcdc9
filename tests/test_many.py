"""A folder of rounds: each solved by itself, one that fails stopping none, the same results whoever solved them."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from allocation import many
from allocation.allocate import allocate
from allocation.many import rounds_in, solve_rounds
from allocation.round import judge
from allocation.tables import read_round
from allocation.writers import write_round

from picking_days import round_input


def write(place: Path, name: str, *, form: str = "csv", **shape: object) -> None:
    """A small round in a folder of its own, or as a workbook."""
    given = round_input(order={"rule": "draw"}, **shape)  # type: ignore[arg-type]  # the shape of a round in words
    head = replace(given.head, id=name, title=name)
    path = place / f"{name}.xlsx" if form == "xlsx" else place / name
    tables = replace(given.tables, members=())
    write_round(path, head, tables, given.policy.toml(), form=form)  # type: ignore[arg-type]  # a form in words


@pytest.fixture
def rounds(tmp_path) -> Path:
    """Three rounds that can be solved, one of them short of homes, and one with a fault in a table."""
    place = tmp_path / "rounds"
    place.mkdir()
    write(place, "甲批", households=3)
    write(place, "乙批", form="xlsx", households=4)
    write(place, "丙批", households=4, homes=3)
    write(place, "丁批", households=2)
    table = place / "丁批" / "安置户.csv"
    table.write_text(table.read_text(encoding="utf-8-sig").replace("2021-05-01", "五月一日前后"), encoding="utf-8")
    return place


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


def tables(folder: Path) -> dict[str, bytes]:
    """What must be the same whoever solved the rounds: no seconds, no salts."""
    kept = ("allocation", "statements", "statement_lines", "rounds")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.stem in kept and path.suffix in (".csv", ".parquet")
    }


def test_one_round_that_fails_stops_none_and_the_exit_code_says_so(anju, rounds, tmp_path):
    out = tmp_path / "out"
    code, said, told = anju("allocate", rounds, "--out", out, "--workers", 1, "--json")
    assert code == 2
    figures = json.loads(said)
    assert figures["outcomes"] == {"done": 2, "unserved": 1, "refused": 1, "broken": 0}
    outcomes = {row["name"]: row["outcome"] for row in figures["rounds"]}
    assert outcomes == {"丁批": "refused", "丙批": "unserved", "乙批": "done", "甲批": "done"}
    bad = next(row for row in figures["rounds"] if row["name"] == "丁批")
    assert bad["faults"]
    assert "五月一日前后" in bad["faults"][0]["text"]
    assert all(name in told for name in outcomes)
    assert {path.name for path in out.iterdir() if path.is_dir()} == {"甲批", "乙批", "丙批"}
    assert json.loads((out / "summary.json").read_text(encoding="utf-8")) == figures
    rows = rows_of(out / "rounds.csv")
    assert [(row["name"], row["outcome"]) for row in rows] == sorted(outcomes.items())
    book = openpyxl.load_workbook(out / "rounds.xlsx", read_only=True)
    assert [cell.value for cell in next(book["各批次"].iter_rows(max_row=1))][:2] == ["文件夹", "情况"]
    book.close()
    for name, path in rounds_in(rounds).items():
        if name in ("甲批", "乙批", "丙批"):
            homes = allocate(judge(read_round(path))).homes
            given = rows_of(out / name / "allocation.csv")
            assert [(row["household_id"], row["unit_id"]) for row in given] == [
                (home.household_id, home.unit_id) for home in homes
            ]
            assert (out / name / "round").stat().st_mode & 0o777 == 0o700
    code, _, _ = anju("verify", out / "甲批" / "bundle")
    assert code == 0


def test_the_results_are_the_same_whoever_solved_them(rounds, tmp_path):
    found = []
    for workers in (1, 2):
        folder = tmp_path / f"{workers}"
        folder.mkdir()
        tried = solve_rounds(rounds_in(rounds), folder, "zh", workers=workers)
        found.append(([(one.name, one.outcome, one.faults) for one in tried], tables(folder)))
    assert found[0] == found[1]
    assert len(found[0][1]) == 3 * 6


def test_all_served_exits_0_and_some_unserved_3(anju, rounds, tmp_path):
    shutil.rmtree(rounds / "丁批")
    code, said, _ = anju("allocate", rounds, "--out", tmp_path / "out", "--workers", 1, "--lang", "en")
    assert code == 3
    assert "2 done, 1 with households unserved" in said
    shutil.rmtree(rounds / "丙批")
    # an earlier output is replaced as a whole
    code, _, _ = anju("allocate", rounds, "--out", tmp_path / "out", "--workers", 1)
    assert code == 0
    assert {path.name for path in (tmp_path / "out").iterdir() if path.is_dir()} == {"甲批", "乙批"}


def test_a_fault_of_the_program_in_one_round_stops_none_and_is_told_apart(anju, rounds, tmp_path, monkeypatch):
    def judged(given):
        if given.head.id == "甲批":
            raise ZeroDivisionError("broken on purpose")
        return judge(given)

    monkeypatch.setattr(many, "judge", judged)
    code, said, told = anju("allocate", rounds, "--out", tmp_path / "out", "--workers", 1, "--json")
    assert code == 70
    assert "broken on purpose" in told
    assert json.loads(said)["outcomes"] == {"done": 1, "unserved": 1, "refused": 1, "broken": 1}
    assert not (tmp_path / "out" / "甲批").exists()


def test_a_folder_of_rounds_is_told_from_a_round(tmp_path):
    place = tmp_path / "p"
    place.mkdir()
    assert rounds_in(place) == rounds_in(tmp_path / "nowhere") == {}
    write(place, "A", form="xlsx", households=2)
    (place / "A.policy.toml").rename(place / "own.policy.toml")
    assert rounds_in(place) == {}  # one workbook alone is that round
    write(place, "b", households=2)
    assert list(rounds_in(place)) == ["A", "b"]
    assert rounds_in(place / "b") == {}
    (place / "a").mkdir()
    shutil.copy(place / "A.xlsx", place / "a" / "x.xlsx")
    assert list(rounds_in(place)) == ["A.xlsx", "a", "b"]  # no two results in one folder, on any file system
    for name, mark in (("result", "summary.json"), ("notes", "notes.txt"), (".hidden", "round.toml")):
        (place / name).mkdir()
        (place / name / mark).write_text("", encoding="utf-8")
    assert list(rounds_in(place)) == ["A.xlsx", "a", "b"]
    (place / "units.csv").write_text("", encoding="utf-8")
    assert rounds_in(place) == {}  # a table: it is a round, and its faults are to be told


def test_one_round_has_no_use_for_workers(anju, rounds, tmp_path):
    code, _, told = anju("allocate", rounds / "甲批", "--out", tmp_path / "o", "--workers", 2, "--lang", "en")
    assert code == 2
    assert "one round, not a folder of rounds" in told
    code, _, told = anju("allocate", rounds, "--out", tmp_path / "o", "--workers", 0)
    assert code == 2
    assert not (tmp_path / "o").exists()
