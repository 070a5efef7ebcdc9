"""The clerk's page as it stands: every command typed in its order, from the import to the keys and the last check."""

import json
import re
import shlex
from contextlib import contextmanager
from pathlib import Path

import pytest
from bundles import read_parts

from allocation import allocate as solving
from allocation.office import Plan, draw, freeze
from allocation.office import allocate as keep
from allocation.publishing import hear, object_to, publish, resolve
from allocation.recheck import audit
from allocation.results import solved
from allocation.roster import load_round
from allocation.round import judge

from records import OUTCOMES, PLAN, ROUND, codes, day, done, imported, new_office

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "office.md").read_text(encoding="utf-8")
LINES = re.search(r"```\n(export ANJU_DB.*?)```", PAGE, re.DOTALL)[1].splitlines()


@pytest.fixture(scope="module")
def solved_once():
    """The round is solved for the first kind of database; the second must ask the very same."""
    return {}


@pytest.fixture
def solver(monkeypatch, solved_once):
    """Solves, and answers the very same question again from memory."""
    work = solving.allocate

    def remembered(round_, **options):
        asked = (round_.head, round_.tables, round_.policy, round_.left_out)
        if solved_once.get("asked") != asked:
            solved_once.update(asked=asked, answer=work(round_, **options))
        return solved_once["answer"]

    monkeypatch.setattr(solving, "allocate", remembered)


def test_every_command_of_the_clerks_page_works_and_the_bundle_passes(
    place, anju, tmp_path, monkeypatch, solver, solved_once
):
    (tmp_path / "data").symlink_to(ROOT / "data", target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    assert LINES[0] == "export ANJU_DB=drill.db ANJU_USER=王芳"
    monkeypatch.setenv("ANJU_DB", place())
    monkeypatch.setenv("ANJU_USER", "王芳")
    said = []
    for line in LINES[1:]:
        code, out, err = anju(*shlex.split(line)[1:], "--json")
        assert code == 0, (line, out, err)
        said.append(json.loads(out))
    told = {re.sub("^(office )?", "", line[5:]).split()[0]: row for line, row in zip(LINES[1:], said, strict=True)}
    checks = {check["name"].split()[0]: check["outcome"] for check in told["verify"]["checks"]}
    assert "FAIL" not in {check["outcome"] for check in told["verify"]["checks"]}
    assert (checks["V5"], checks["V6"]) == ("PASS", "PASS")
    draw = read_parts(Path("out/office/bundle"))["round"]["draw"]
    assert draw["pool_root"] == told["freeze"]["pool_root"]
    # the same plan drawn on paper, out of the export, gives the same seed
    code, out, err = anju("draw", "out/now", "--json")
    assert (code, json.loads(out)["seed"]) == (0, told["draw"]["seed"])
    assert told["audit"]["findings"] == []
    assert len(list(Path("out/papers").glob("settlement-DF-001.*"))) == 3
    measured = Path("out/now/实测面积.csv").read_text(encoding="utf-8-sig")
    assert "DF02-2-0301,67.25,2021-06-19" in measured


def test_a_plan_made_again_names_the_bundle_published_before_and_a_checker_compares_them(place, tmp_path):
    office = imported(new_office(place()))
    done(publish(office.clerk(), ROUND, "demand"))
    done(publish(office.clerk(), ROUND, "units"))
    office.days.set(day(8))
    done(freeze(office.clerk("甲"), ROUND, plan=PLAN))
    office.days.set(day(10))
    done(draw(office.clerk("乙"), ROUND, OUTCOMES))

    def solve(folder):
        @contextmanager
        def work(given, earlier):
            with solved(judge(given), folder, "zh", earlier=earlier) as (found, figures):
                homes = tuple((home.household_id, home.unit_id, home.rank) for home in found.homes)
                yield Plan(homes=homes, unserved=(), root=figures["root"])

        return work

    roots = []
    for name in ("old", "unpublished", "new"):
        roots.append(done(keep(office.clerk("甲"), ROUND, solve(tmp_path / name))).figures["root"])
        if name == "unpublished":
            continue
        assert codes(publish(office.clerk("甲"), ROUND, "plan", bundle_root="0" * 64)) == ["office.other_bundle"]
        done(publish(office.clerk("甲"), ROUND, "plan", bundle_root=roots[-1]))
        if name == "old":
            own = done(object_to(office.clerk(), ROUND, "plan", "H001", said="不公")).figures["objection_id"]
            done(hear(office.clerk(), ROUND, own, minutes="核对"))
            office.days.set(day(12))
            done(resolve(office.clerk(), ROUND, own, upheld=True, reason="有误"))
    old, new, other = (tmp_path / name / "bundle" for name in ("old", "new", "unpublished"))
    assert read_parts(new)["round"]["earlier"] == roots[:1]
    pool = read_parts(new)["round"]["draw"]["pool_root"]
    found = {c["name"].split()[0]: c["outcome"] for c in audit(new, prev=old, pool=pool, root=roots[-1])}
    assert "FAIL" not in found.values()
    assert (found["V5"], found["V6"], found["A1"]) == ("PASS", "PASS", "PASS")
    for prev in (other, new):
        assert next(c for c in audit(new, prev=prev) if c["name"].startswith("A1"))["outcome"] == "FAIL"
    with office.store.reading() as connection:
        (answered,) = load_round(connection, ROUND).tables.objections
    assert (answered.outcome, answered.reason) == ("成立", "有误")
    office.store.close()


def test_the_list_of_exceptions_of_a_round_in_the_record_looks_at_what_it_froze_and_gave(place, anju, monkeypatch):
    office = imported(new_office(place()))
    monkeypatch.setenv("ANJU_DB", office.url)
    done(publish(office.clerk(), ROUND, "demand"))
    done(publish(office.clerk(), ROUND, "units"))
    office.days.set(day(8))
    done(freeze(office.clerk("甲"), ROUND, plan=PLAN))

    def listed():
        code, out, err = anju("office", "exceptions", ROUND, "--json")
        assert code == 0, (out, err)
        return {one["code"] for one in json.loads(out)["exceptions"]}

    assert "roster.pool" not in listed()
    with office.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE units SET data = replace(data, '80.50', '81.50') WHERE unit_id = 'U001'")
    assert "roster.pool" in listed()
    assert anju("office", "exceptions", "R-9", "--json")[0] == 2
    office.store.close()
