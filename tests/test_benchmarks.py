"""The page of measurements is complete, and the judge of what a method reaches counts right."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import peers, report
from benchmarks.papers import lines as paper_lines
from benchmarks.unit_outcomes import plain_flow, scaled_round
from solver.problem import Problem

ROOT = Path(__file__).resolve().parent.parent


def two_households() -> Problem:
    """The first household wants two homes of layout 0, the second one of layout 1."""
    nothing = np.zeros(2, dtype=np.int64)
    return Problem(
        ranks=np.array([[1, 3, 2], [2, 1, 3]]), supply=np.array([1, 2, 1]), ties=np.zeros((2, 3)),
        order=np.array([1, 0]), worst=3, kinds=np.array([0, 0, 1]), wants=np.array([[2, 0], [0, 1]]),
        units_max=nothing + 4, sizes=np.array([80, 80, 100]), size_min=nothing, size_max=nothing + 1000,
        extras=np.zeros(3), needs=nothing > 0, helps=np.zeros((2, 3)), groups=nothing - 1, sites=np.zeros(3),
        per="unit",
    )  # fmt: skip


def test_the_judge_counts_homes_by_rank_and_those_that_lack():
    problem = two_households()
    whole = peers.quality(problem, (np.array([0, 0, 1]), np.array([0, 1, 2]), np.array([1, 1, 1])))
    assert whole == {"profile": [1, 0, 2], "worst": 3, "sum": 7, "lacking": 0}
    part = peers.quality(problem, (np.array([0]), np.array([0]), np.array([1])))
    assert part == {"profile": [1, 0, 0], "worst": 1, "sum": 1, "lacking": 2}


@pytest.mark.parametrize(
    "taken", [([0], [0], [2]), ([1], [0], [1]), ([0], [1], [-1]), ([0, 0], [0, 1], [1, 2])],
    ids=["more than the class has", "another layout than wanted", "less than nothing", "more than wanted"],
)  # fmt: skip
def test_the_judge_refuses_what_is_no_assignment(taken):
    with pytest.raises(ValueError, match="not an assignment"):
        peers.quality(two_households(), tuple(map(np.array, taken)))


def test_methods_of_the_same_aim_reach_the_same_and_none_is_fairer():
    problem = scaled_round(30)
    ours = peers.anju(problem)
    fair = peers.quality(problem, ours.homes())
    least = peers.quality(problem, plain_flow(problem))
    assert peers.quality(problem, peers.cp_sat(problem).homes())["profile"] == fair["profile"]
    assert peers.quality(problem, peers.scipy_assignment(problem))["sum"] == least["sum"] <= fair["sum"]
    assert fair["profile"][::-1] <= least["profile"][::-1]


def test_one_home_a_household_leaves_room_for_all():
    problem = peers.one_home(50)
    assert (problem.wants.sum(axis=1) == 1).all()
    for kind, wanted in enumerate(problem.wants.sum(axis=0)):
        assert problem.supply[problem.kinds == kind].sum() >= wanted


def line(name, size, *, seconds=1.0, profile=(5, 0), proved="8 of 8 stages proved", **more):
    found = {"status": "ok", "seconds": seconds, "cpu": seconds, "peak_mb": 100.0, "homes": 2 * size, "worst": 1}
    return {"table": "unit", "name": name, "size": size, "profile": list(profile), "sum": 5, "lacking": 0,
            "exact": proved, **found, **more}  # fmt: skip


def said(rows, start):
    return next(sentence for sentence in report.reading(rows) if start in sentence)


def test_a_target_is_met_only_where_every_size_meets_it():
    rows = [line("plain", 2_413), line("anju", 2_413, seconds=2.0), line("plain", 100_000)]
    ratio = "at most 6 ×"
    assert said(rows, ratio).count("**met**") == 2
    assert said([*rows, line("anju", 100_000, seconds=5.0)], ratio).count("**met**") == 1
    for bad in (
        line("anju", 100_000, seconds=7.0),
        line("anju", 100_000, proved="7 of 8 stages proved"),
        {"table": "unit", "name": "anju", "size": 100_000, "status": "failed with 1: no"},
    ):
        assert said([*rows, bad], ratio).count("**not met**") == 2
    assert "not measured" in said(rows, "within 45 s")
    assert "**not met**" in said([line("anju", 100_000, seconds=46.0)], "within 45 s")
    assert "**not met**" in said([line("anju", 100_000, peak_mb=9000.0)], "within 45 s")


def test_a_fairer_answer_of_another_library_is_told():
    rows = [line("anju", 66, profile=(3, 2)), line("scipy", 66, profile=(4, 1)), line("plain", 66, profile=(2, 3))]
    assert "1 better (scipy linear_sum_assignment at 66)" in said(rows, "Fewest homes")


def test_growth_is_the_exponent_between_sizes():
    ((step, exponent),) = report.growth([line("anju", 100), line("anju", 1_000, seconds=100.0)])
    assert step == "100 → 1,000"
    assert exponent == pytest.approx(2.0)


def test_the_quick_run_writes_a_complete_page(tmp_path):
    out = tmp_path / "RESULTS.md"
    command = [sys.executable, "-m", "benchmarks", "--quick", "--sizes", "12", "20", "--household-sizes", "12",
               "--methods", "plain", "anju", "scipy", "--out", str(out)]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=110)
    page = out.read_text(encoding="utf-8")
    assert "Partial" not in page
    table = page.partition("## Every home is an outcome")[2].partition("Growth")[0]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines() if row.startswith("| ")]
    assert len(rows) == 2 + 2 * 3
    assert all(cell for row in rows for cell in row), rows
    assert sum("8 of 8 stages proved" in row for row in rows) == 2
    for variant in ("declared", "slack"):
        assert f"| {variant} |" in page.partition("household's worst home")[2]
    assert done.stderr.count("\n") == 6 + 4 + 2


def test_the_measure_of_papers_prints_a_line_a_form():
    (line,) = paper_lines(8, ["statement"], ["html"])
    assert line.startswith("| 8 | statement | 8 | html | ")
    assert line.count("|") == 9
