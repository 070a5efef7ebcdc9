"""`anju notice` as a clerk types it, from a round and from a result that was kept."""

import json
import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from allocation import policy
from allocation.allocate import allocate
from allocation.bundle import write_bundle
from allocation.documents import BY_NAME
from allocation.issuing import NAMES, issued_on
from allocation.kept import brought_up, is_kept, keep, read_kept, root_of
from allocation.messages import Faults
from allocation.outputs import write_outputs
from allocation.round import judge
from allocation.tables import read_round
from allocation.verify import in_words
from allocation.writers import write_round

from paper_readers import Page
from paper_round import HOSTILE, RULES, made_round, measured_later

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """A round as a folder, and its result."""
    folder = tmp_path_factory.mktemp("places")
    made = made_round(("王小明", "欧阳一二三", "李四"), area={"under_m2": "50", "over_m2": "1000", "max_units": 2})
    text = made.policy.toml()
    tables = replace(  # the numbers of the small round have no check digit
        made.tables,
        households=tuple(replace(h, id_number="") for h in made.tables.households),
        members=tuple(replace(m, id_number="") for m in made.tables.members),
    )
    write_round(folder / "round", made.head, tables, text)
    solved = allocate(judge(read_round(folder / "round")))
    later = measured_later(solved)
    write_round(folder / "later", later.round.head, later.round.tables, text)
    out = folder / "out"
    out.mkdir()
    write_outputs(solved, out)
    keep(solved, out)
    write_bundle(solved, out)
    return folder, solved


def test_the_documents_are_those_of_the_contract():
    assert [*BY_NAME, "all"] == list(NAMES)


def test_a_kept_result_is_the_result(places):
    folder, solved = places
    again = read_kept(folder / "out")
    assert again.homes == solved.homes
    assert again.statements == solved.statements
    assert again.round.tables == solved.round.tables
    assert again.round.policy == solved.round.policy
    assert again.unserved == solved.unserved
    assert (again.solution.counts == solved.solution.counts).all()
    assert [(s.name, s.value, s.bound, s.proof) for s in again.solution.stages] == [
        (s.name, s.value, s.bound, s.proof) for s in solved.solution.stages
    ]
    assert (folder / "out" / "round").stat().st_mode & 0o077 == 0
    assert is_kept(folder / "out")
    assert not is_kept(folder / "round")


@pytest.mark.parametrize("name", sorted(p.name for p in (ROOT / "data" / "policies").glob("*.toml")))
def test_every_policy_is_kept_as_it_is(name, tmp_path):
    given = policy.load(ROOT / "data" / "policies" / name)
    (tmp_path / "p.toml").write_text(given.toml(), encoding="utf-8")
    assert policy.load(tmp_path / "p.toml") == given


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("allocation.csv", lambda text: re.sub(r",U\d+,", ",U999,", text, count=1)),
        ("allocation.csv", lambda text: text + text.splitlines()[-1] + "\n"),
        ("allocation.csv", lambda text: text.replace("rank", "rang")),
        ("statements.csv", lambda text: re.sub(r"(\d)\.00", r"\1.01", text)),
        ("summary.json", lambda text: "{}"),
    ],
)
def test_a_result_that_was_changed_is_not_issued(places, tmp_path, file, change):
    shutil.copytree(places[0] / "out", tmp_path / "out")
    path = tmp_path / "out" / file
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(Faults) as found:
        read_kept(tmp_path / "out")
    assert [(fault.code, fault.value) for fault in found.value.faults] == [("kept.broken", file)]


def test_a_result_without_its_round_says_how_to_get_it(places, tmp_path):
    shutil.copytree(places[0] / "out", tmp_path / "out", ignore=shutil.ignore_patterns("round"))
    with pytest.raises(Faults) as found:
        read_kept(tmp_path / "out")
    assert [fault.code for fault in found.value.faults] == ["kept.no_round"]
    assert root_of(tmp_path) == ""


def test_later_tables_come_in_and_what_was_decided_stays(places, tmp_path):
    folder, solved = places
    now = brought_up(read_kept(folder / "out"), folder / "later")
    assert len(now.round.tables.measured) == len(solved.homes)
    assert now.round.tables.households == solved.round.tables.households
    assert now.homes == solved.homes
    other = replace(solved.round.head, id="another")
    write_round(tmp_path / "r", other, solved.round.tables, solved.round.policy.toml())
    with pytest.raises(Faults) as found:
        brought_up(solved, tmp_path / "r")
    assert [fault.code for fault in found.value.faults] == ["kept.other_round"]


def test_all_documents_of_a_result_are_written_and_what_cannot_be_is_said(places, anju, tmp_path):
    folder, _ = places
    code, said, noted = anju("notice", folder / "out", "all", "--out", tmp_path, "--json")
    figures = json.loads(said)
    assert code == 0
    assert [row["document"] for row in figures["documents"]] == [
        name for name in BY_NAME if name not in ("reply", "settlement")
    ]
    assert "异议" in noted
    assert "实测面积" in noted
    root = root_of(folder / "out")
    assert len(root) == 64
    for row in figures["documents"]:
        assert row["root"] == root
        assert all(Path(file).stat().st_size > 1000 for file in row["files"])
        assert Page(tmp_path / f"{row['document']}.html").metas["anju-root"] == root
    said = "".join(Page(tmp_path / "plan.html").text)
    assert in_words(root) in said  # what the checker asks for, sign by sign
    assert root in said.replace(" ", "")
    assert [row["issued_on"] for row in figures["documents"]][:3] == ["2021-05-01", "2021-05-01", "2021-05-28"]


def test_a_settlement_takes_what_came_later(places, anju, tmp_path):
    folder, _ = places
    code, said, _ = anju(
        "notice", folder / "out", "settlement", "--round", folder / "later", "--out", tmp_path, "--json"
    )
    assert code == 0
    (row,) = json.loads(said)["documents"]
    assert row["issued_on"] == "2022-09-26"
    assert {Path(file).suffix for file in row["files"]} == {".docx", ".pdf", ".html", ".xlsx"}
    code, _, noted = anju("notice", folder / "out", "settlement", "--out", tmp_path)
    assert code == 2
    assert "实测面积" in noted


def test_one_household_and_one_objection_alone(places, anju, tmp_path):
    folder, _ = places
    code, said, _ = anju("notice", folder / "out", "statement", "--household", "H001", "--out", tmp_path)
    assert code == 0
    assert "房款结算单：1 份" in said
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"statement-H001.{form}" for form in ("docx", "html", "pdf")]
    assert "欧阳一二三" in "".join(Page(tmp_path / "statement-H001.html").text)
    assert anju("notice", folder / "out", "statement", "--household", "H999", "--out", tmp_path)[0] == 2
    code, _, _ = anju("notice", folder / "later", "reply", "--objection", "YY-2", "--out", tmp_path)
    assert code == 0
    assert (tmp_path / "reply-YY-2.pdf").is_file()
    assert anju("notice", folder / "later", "reply", "--objection", "YY-1", "--out", tmp_path)[0] == 2


def test_a_round_that_is_not_decided_is_solved_where_the_document_needs_it(places, anju, tmp_path, monkeypatch):
    folder, solved = places
    monkeypatch.chdir(tmp_path)
    assert anju("notice", folder / "round", "demand", "--lang", "both")[0] == 0
    said = (tmp_path / "notices" / "demand.html").read_text(encoding="utf-8")
    assert 'lang="zh-CN"' in said
    assert 'lang="en"' in said
    assert anju("notice", folder / "round", "plan", "--on", "2021-06-01")[0] == 0
    page = Page(tmp_path / "notices" / "plan.html")
    homes = next(g for g in page.grids if g[0][0] == "顺序号")
    assert len(homes) == len(solved.homes) + 2
    assert "二〇二一年六月一日" in "".join(page.text)


def test_a_template_of_the_office_is_used_or_refused_whole(places, anju, tmp_path):
    folder, _ = places
    good = ROOT / "allocation" / "templates" / "plan.docx"
    code, _, noted = anju("notice", folder / "out", "plan", "--template", good, "--out", tmp_path / "a")
    assert code == 0
    assert "模板" in noted
    wrong = ROOT / "allocation" / "templates" / "statement.docx"
    code, _, noted = anju("notice", folder / "out", "plan", "--template", wrong, "--out", tmp_path / "b")
    assert code == 2
    assert "第 " in noted
    assert list((tmp_path / "b").iterdir()) == []
    assert anju("notice", folder / "out", "all", "--template", good, "--out", tmp_path)[0] == 2


@pytest.mark.parametrize(
    "words",
    [("nothing",), ("plan", "--lang", "fr"), ("plan", "--on", "28.5.2021")],
    ids=["document", "language", "day"],
)
def test_a_slip_of_the_hand_is_told_in_words(places, anju, words):
    code, said, noted = anju("notice", places[0] / "out", *words)
    assert (code, said) == (2, "")
    assert "Traceback" not in noted
    assert noted.strip()


def test_an_out_folder_that_is_a_file_is_told(places, anju, tmp_path):
    (tmp_path / "file").write_text("x")
    code, _, noted = anju("notice", places[0] / "out", "plan", "--out", tmp_path / "file")
    assert code == 2
    assert "file" in noted


def test_the_day_of_issue_is_the_publications_own():
    round_ = made_round(HOSTILE[:2])
    assert issued_on("demand", round_) == date(2021, 5, 1)
    assert issued_on("plan", round_) == round_.head.as_of
    assert RULES["publicity"]["plan"] == 7
