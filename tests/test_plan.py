"""A programme becomes a plan: read whole or refused, kept where announced, honest where it cannot be met. Spec §9."""

import csv
import itertools
import json
from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from programmes import Programme
from streamlit.testing.v1 import AppTest

from allocation.forecast import Step, finishing, forecast
from allocation.messages import LANGS, Faults, sentence
from allocation.pages.settings import DASHBOARD, PLAN_VARIABLE
from allocation.plan import Desk, make_plan
from allocation.plan_outputs import write_plan
from allocation.plan_shortage import shortage
from allocation.programme_input import as_it_stood, read_previous, read_programme_input
from benchmarks import plan as bench
from solver.planlack import with_more
from solver.planner import plan as schedule_of
from solver.workload import broken

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "programme"


@pytest.fixture
def small() -> Programme:
    return Programme()


def planned(programme: Programme, folder: Path):
    return make_plan(read_programme_input(programme.write(folder)), seconds_max=20)


def faults_of(programme: Programme, folder: Path) -> dict[str, tuple[str, int | None, str]]:
    with pytest.raises(Faults) as raised:
        read_programme_input(programme.write(folder))
    return {fault.code: (fault.table, fault.row, fault.column) for fault in raised.value.faults}


# -- the sample ---------------------------------------------------------------------------------------------------


def test_the_sample_adds_up_to_what_was_published():
    programme = read_programme_input(SAMPLE)
    persons = {row.household_id: row.persons for row in programme.households}
    assert (len(persons), sum(persons.values())) == (2413, 9253)
    this_year = [*programme.actuals, *programme.announced]
    assert (len(this_year), sum(persons[row.household_id] for row in this_year)) == (410, 1571)
    day = [row for row in programme.actuals if row.batch == "P05"]
    assert {row.project for row in day} == {"大丰家园"}
    assert (len(day), sum(persons[row.household_id] for row in day)) == (66, 195)
    completed = [row for row in programme.projects if row.completed_on.year == 2021]
    joint = [row for row in completed if row.construction == "joint_self_built"]
    assert (len(completed), sum(row.completed_m2 for row in completed)) == (10, 220_000)
    assert sum(row.completed_m2 for row in joint) == 35_000
    batches = [row for row in programme.batches if row.held_on.year == 2021]
    assert (len(batches), sum(row.area_max_m2 for row in batches)) == (12, 221_000)
    assert (len(programme.batches), len(programme.projects)) == (24, 20)
    assert "虚构" in programme.head.title + programme.head.note
    assert "invented" in programme.head.note


def test_the_sample_is_written_the_same_again(tmp_path):
    import importlib.util

    spec = importlib.util.spec_from_file_location("programme_build", SAMPLE / "build.py")
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    build.build(tmp_path)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (SAMPLE / path.name).read_bytes(), path.name


# -- read whole or refused ----------------------------------------------------------------------------------------


def test_a_workbook_says_the_same_as_a_folder(small, tmp_path):
    folder = read_programme_input(small.write(tmp_path / "csv"))
    book = read_programme_input(small.write(tmp_path / "book", "xlsx"))
    assert folder == book


def test_every_fault_is_told_at_once(small, tmp_path):
    small.head["target_on"] = "2021-05-01"
    small.tables["stock"][0]["area_m2"] = "90"
    small.tables["stock"][1]["homes"] = 50
    small.tables["projects"][1]["capacity_m2"] = "501"
    small.tables["batches"][0]["handed_over_on"] = "2021-06-30"
    small.tables["batches"][1]["held_on"] = "soon"
    small.tables["households"][7]["household_id"] = "H6"
    small.tables["demand"][0]["layout"] = "999"
    small.tables["actuals"] = [
        {"household_id": "H1", "batch": "B1", "project": "联建", "resettled_on": "2021-06-02"},
        {"household_id": "H9", "batch": "B1", "project": "甲苑", "resettled_on": "2021-05-02"},
    ]
    small.tables["announced"] = [{"household_id": "H1", "batch": "B4", "project": "甲苑"}]
    found = faults_of(small, tmp_path)
    for code in (
        "plan.target_past", "plan.layout_areas", "plan.homes_beyond", "plan.capacity_beyond", "plan.home_early",
        "cell.not_a_date", "row.id_twice", "row.unknown", "plan.actual_later", "plan.joint", "plan.placed_twice",
    ):  # fmt: skip
        assert code in found, code
    assert found["plan.home_early"] == ("batches", 2, "handed_over_on")


@pytest.mark.parametrize("lang", LANGS)
def test_a_command_with_a_bad_programme_names_the_place_and_writes_nothing(anju, small, tmp_path, lang):
    small.tables["households"][3]["persons"] = "many"
    small.tables.pop("stock")
    code, said, told = anju("plan", small.write(tmp_path / "p"), "--out", tmp_path / "out", "--lang", lang)
    assert (code, said) == (2, "")
    assert "households.csv" in told
    assert "many" in told
    assert ("房源总量" if lang == "zh" else "stock") in told
    assert not (tmp_path / "out").exists()


# -- the plan -----------------------------------------------------------------------------------------------------


def test_who_costs_most_moves_first_and_nobody_lives_in_joint_self_building(small, tmp_path):
    plan = planned(small, tmp_path)
    first = [p for p in plan.placements if p.batch == "B1"]
    # three persons before two, and the east village, overdue already, before the west
    assert {"H1", "H3"} < {p.household_id for p in first} < {"H1", "H3", "H5", "H7"}
    assert {p.project for p in plan.placements} <= {"甲苑", "乙苑"}
    assert all(p.project == "甲苑" for p in first)
    assert not any(p.late for p in plan.placements)
    assert Counter(p.batch for p in plan.placements) == {"B1": 3, "B2": 3, "B3": 2}


def test_the_allowance_of_the_plan_is_that_of_the_policy(small, tmp_path):
    plan = planned(small, tmp_path)
    # from the month after as_of to the month of the keys; 100 yuan a head, doubled once 6 months are over
    months = {"B1": 1, "B2": 3, "B3": 5}
    expected = 0
    for p in plan.placements:
        east = p.village == "东村"
        doubled = months[p.batch] if east else max(0, months[p.batch] - 1)
        expected += p.persons * 100 * (months[p.batch] + doubled)
    cost = next(stage for stage in plan.stages if stage.name == "cost")
    assert cost.value == expected * 100
    whole = sum(p.allowance_yuan for p in plan.placements)
    paid = sum(p.persons * 100 * ((6 + 2 * 7) if p.village == "东村" else 5) for p in plan.placements)
    assert whole == paid + expected


def test_the_order_of_rows_does_not_matter(small, tmp_path):
    first = planned(small, tmp_path / "a")
    for rows in small.tables.values():
        rows.reverse()
    assert planned(small, tmp_path / "b").placements == first.placements


def test_a_row_of_many_households_is_planned_as_so_many_rows(small, tmp_path):
    rows = small.tables["households"]
    single = planned(small, tmp_path / "a")
    rows[:] = [{**rows[n], "households": 2} for n in (0, 1, 4, 5)]
    small.tables["demand"] = [{"household_id": f"H{n}", "layout": "100", "count": 1} for n in (0, 1, 4, 5)]
    many = planned(small, tmp_path / "b")
    assert [(s.name, s.value) for s in many.stages] == [(s.name, s.value) for s in single.stages]
    assert sum(p.households for p in many.placements) == 8


def test_what_is_done_stays_and_takes_its_home(small, tmp_path):
    small.tables["batches"].insert(0, {"batch": "B0", "held_on": "2021-05-01", "households_max": 2})
    small.tables["actuals"] = [
        {"household_id": f"H{n}", "batch": "B0", "project": "甲苑", "resettled_on": "2021-05-02"} for n in (4, 5)
    ]
    plan = planned(small, tmp_path)
    done = [p for p in plan.placements if p.status == "resettled"]
    assert {(p.household_id, p.batch, p.home_on) for p in done} == {
        ("H4", "B0", date(2021, 5, 2)),
        ("H5", "B0", date(2021, 5, 2)),
    }
    assert sum(p.households for p in plan.placements if p.project == "甲苑") <= 4
    # the village that lives in 甲苑 already counts as split as soon as somebody of it moves elsewhere
    west = {p.project for p in plan.placements if p.village == "西村"}
    assert len(west) == 1 or next(s.value for s in plan.stages if s.name == "teams_split") >= 1


# -- another day, another plan ------------------------------------------------------------------------------------


def test_a_slip_moves_only_those_it_touches(small, tmp_path):
    first = planned(small, tmp_path / "a")
    (tmp_path / "out").mkdir()
    write_plan(first, tmp_path / "out")
    small.tables["projects"][1]["completed_on"] = "2021-10-01"
    later = read_programme_input(small.write(tmp_path / "b"))
    again = make_plan(as_it_stood(later, None, read_previous(tmp_path / "out", later)), seconds_max=20)
    touched = {p.household_id for p in first.placements if p.project == "乙苑" and p.batch == "B2"}
    moved = {p.household_id for p in again.placements if p.status in ("moved", "left_over")}
    assert again.stages[0].name == "moved"
    assert moved == touched
    assert again.stages[0].value == len(touched) == 2
    before = {p.household_id: (p.batch, p.project) for p in first.placements}
    for p in again.placements:
        assert (p.announced_batch, p.announced_project) == before[p.household_id]
        assert p.household_id in touched or (p.batch, p.project) == before[p.household_id]


def test_the_target_may_go_before_what_was_announced(small, tmp_path):
    # two keep homes in 甲苑 for the third batch, and the second batch has none: unless one of them moves, one is late
    small.tables["batches"][1]["households_max"] = 1
    small.tables["batches"][2]["households_max"] = 4
    small.tables["stock"][0]["homes"] = 5
    small.tables["projects"][1]["completed_on"] = "2021-10-01"
    small.tables["announced"] = [{"household_id": f"H{n}", "batch": "B3", "project": "甲苑"} for n in (0, 1)]
    programme = read_programme_input(small.write(tmp_path))
    kept, timely = (make_plan(programme, seconds_max=20, moved_first=first) for first in (True, False))
    late = [sum(p.late for p in plan.placements) for plan in (kept, timely)]
    moved = [sum(p.status == "moved" for p in plan.placements) for plan in (kept, timely)]
    assert [stage.name for stage in timely.stages][:2] == ["late", "moved"]
    assert late[1] <= late[0]
    assert moved[0] == 0 <= moved[1]
    assert (late, moved) == ([1, 0], [0, 1])


def test_without_a_change_everything_announced_is_kept(small, tmp_path):
    first = planned(small, tmp_path / "a")
    (tmp_path / "out").mkdir()
    write_plan(first, tmp_path / "out")
    programme = read_programme_input(tmp_path / "a")
    again = make_plan(as_it_stood(programme, None, read_previous(tmp_path / "out", programme)), seconds_max=20)
    assert {p.status for p in again.placements} == {"kept"}
    assert [(p.household_id, p.batch, p.project) for p in again.placements] == [
        (p.household_id, p.batch, p.project) for p in first.placements
    ]


def test_a_folder_that_holds_no_plan_is_refused(anju, small, tmp_path):
    code, _, told = anju("plan", small.write(tmp_path / "p"), "--from", tmp_path, "--lang", "en")
    assert code == 2
    assert "plan.csv" in told


# -- a target that cannot be met ----------------------------------------------------------------------------------

SHORT = {
    "office": lambda p: [row.update(households_max=2) for row in p.tables["batches"]],
    "batch_area": lambda p: [row.update(area_max_m2="200") for row in p.tables["batches"]],
    "homes": lambda p: [row.update(homes=3) for row in p.tables["stock"]],
    "project_area": lambda p: [row.update(capacity_m2="300") for row in p.tables["projects"]],
}


@pytest.mark.parametrize("what", SHORT)
def test_what_is_short_is_named_with_the_number_and_so_much_more_is_enough(small, tmp_path, what):
    SHORT[what](small)
    plan = planned(small, tmp_path)
    late = [p for p in plan.placements if p.late]
    found = shortage(plan)
    assert len(late) == found.fewest == 2
    row = next(row for row in found.short if row.what == what)
    assert row.needed - row.there == (2 if what in ("office", "homes") else 200)
    remedy = next(r for r in found.remedies if {m.what for m in r.more} == {what})
    assert remedy.least
    assert sum(m.amount for m in remedy.more) == row.needed - row.there
    # solved again with so much more, nobody is late; with a little less somebody is
    for short_by, left in ((0, 0), (1, 1)):
        work = more(plan, what, remedy, short_by)
        again = schedule_of(work, seconds_max=20)
        assert broken(work, again) == []
        assert next(s.value for s in again.stages if s.name == "late") == left


def more(plan, what, remedy, short_by):
    """The workload with the additions of a remedy, less ``short_by`` of the first."""
    desk, work = plan.desk, plan.desk.workload
    batches, projects = [b.batch for b in desk.batches], [p.project for p in desk.projects]
    size = len(desk.layouts) + 1
    grow = [[int(a == b) for b in range(size)] for a in range(size)]
    grow[0][-1] = 100 * 100
    import numpy as np

    added = []
    for m in remedy.more:
        scale = 100 if what.endswith("area") else 1
        amount = int(m.amount * scale) - short_by
        short_by = 0
        kind = "period" if what in ("office", "batch_area") else "site"
        at = batches.index(m.where) if kind == "period" else projects.index(m.where)
        resource = {"office": 0, "batch_area": 1, "homes": 0, "project_area": size - 1}[what]
        added.append((kind, at, resource, amount))
    return with_more(work, added, np.array(grow))


def test_a_project_that_comes_too_late_is_named_with_the_day_it_would_have_to_come(small, tmp_path):
    small.tables["projects"][1]["completed_on"] = "2022-03-01"
    plan = planned(small, tmp_path)
    found = shortage(plan)
    assert found.fewest == 4
    (earlier,) = found.earlier
    assert (earlier.project, earlier.completed_on) == ("乙苑", date(2022, 3, 1))
    # two can still go in the third batch only if three went in each before: the second batch needs two of 乙苑's homes
    assert earlier.by == date(2021, 9, 1)
    small.tables["projects"][1]["completed_on"] = "2021-09-01"
    assert shortage(planned(small, tmp_path / "again")) is None
    small.tables["projects"][1]["completed_on"] = "2021-09-02"
    assert shortage(planned(small, tmp_path / "late")) is not None


@pytest.mark.parametrize("lang", LANGS)
def test_the_command_names_who_is_late_and_why(anju, small, tmp_path, lang):
    SHORT["office"](small)
    code, said, _ = anju("plan", small.write(tmp_path / "p"), "--out", tmp_path / "out", "--lang", lang)
    assert code == 3
    figures = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    for row in figures["late"]["list"]:
        assert row["household_id"] in said
    for line in figures["shortage"]["explained"]:
        assert line in said.replace("\n", "")
    assert ("办理能力" if lang == "zh" else "office capacity") in said


# -- what is written ----------------------------------------------------------------------------------------------


def test_the_same_plan_stands_in_every_form(anju, small, tmp_path):
    code, said, _ = anju("plan", small.write(tmp_path / "p"), "--out", tmp_path / "out", "--json")
    assert code == 0
    figures = json.loads(said)
    out = tmp_path / "out"
    with (out / "plan.csv").open(encoding="utf-8-sig") as file:
        lines = list(csv.DictReader(file))
    table = pq.read_table(out / "plan.parquet").to_pylist()
    book = openpyxl.load_workbook(out / "plan.xlsx")
    sheet = list(book["安置计划"].iter_rows(values_only=True))
    key = [(row["household_id"], row["batch"], row["project"]) for row in table]
    assert key == [(row["household_id"], row["batch"], row["project"]) for row in lines]
    assert key == [(row[0], row[4], row[5]) for row in sheet[1:]]
    assert sheet[0][0] == "安置户编号"
    assert sum(row["households"] for row in table) == figures["households"] == 8
    assert sum(row["households"] for row in figures["schedule"]) == 8
    assert [row["households"] for row in figures["curve"] if row["kind"] == "plan"][-1] == 8
    assert figures == json.loads((out / "summary.json").read_text(encoding="utf-8"))
    page = (out / "plan.html").read_text(encoding="utf-8")
    assert "https://" not in page.split("<script")[0]
    assert 'id="chart-curve"' in page
    assert 'id="chart-gantt"' in page


# -- the measurements ---------------------------------------------------------------------------------------------


def test_the_page_of_measurements_has_a_cell_for_every_heading():
    part = bench.scaled(read_programme_input(SAMPLE), 240)
    assert len(part.households) == 11
    plan, *spent = bench.timed(part, 20)
    cells = bench.row("1/240", plan, *spent).strip("| ").split(" | ")
    assert len(cells) == bench.HEADINGS.count("|") - 1
    assert cells[:2] == ["1/240", "11"]


# -- forecast -----------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 14)), min_size=1, max_size=4),
    st.integers(1, 12),
    st.lists(st.fractions(0, 2, max_denominator=6), min_size=1, max_size=3),
)
def test_the_forecast_counts_every_combination_once(days, left, shares):
    steps = [Step(date(2021, 1, 1 + n), planned, room) for n, (planned, room) in enumerate(days)]
    counted: Counter[date] = Counter()
    for drawn in itertools.product(shares, repeat=len(steps)):
        home = 0
        for step, share in zip(steps, drawn, strict=True):
            home = max(home, min(left, step.room, home + int(step.planned * share)))
            if home >= left:
                counted[step.home_on] += 1
                break
    total = len(shares) ** len(steps)
    assert finishing(steps, left, shares) == {day: Fraction(n, total) for day, n in counted.items()}


def test_the_forecast_says_nothing_before_three_batches(small, tmp_path):
    found = forecast(Desk(read_programme_input(small.write(tmp_path)), date(2021, 6, 1)))
    assert (found.reason, found.days) == ("forecast.few", ())
    assert sentence(found.reason, "en", held=0, least=3)


def test_a_full_pace_is_foreseen_to_end_with_the_batch_that_ends_it(small, tmp_path):
    past = [{"batch": f"A{n}", "held_on": f"2021-0{n}-01", "households_max": 1} for n in (3, 4, 5)]
    small.tables["batches"] = past + small.tables["batches"]
    small.tables["actuals"] = [
        {"household_id": f"H{n}", "batch": f"A{n}", "project": "甲苑", "resettled_on": f"2021-0{n}-01"}
        for n in (3, 4, 5)
    ]
    small.tables["projects"][0]["planned_on"] = "2021-03-01"
    found = forecast(Desk(read_programme_input(small.write(tmp_path)), date(2021, 6, 1)))
    # five are left: one home is left in 甲苑 for B1, B2 serves three, B3 the rest
    assert found.days == (date(2021, 11, 1),) * 3
    assert found.in_time == 1
    assert not found.beyond
    assert (found.done_households, found.households, found.persons) == (3, 8, 20)


# -- the dashboard ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_progress_page_shows_plan_and_forecast_of_a_programme_given(small, tmp_path, lang, monkeypatch):
    (tmp_path / "out").mkdir()
    write_plan(planned(small, tmp_path / "p"), tmp_path / "out", "zh")
    monkeypatch.setenv(PLAN_VARIABLE, str(tmp_path / "out"))
    app = AppTest.from_file(str(DASHBOARD), default_timeout=60)
    app.query_params["lang"] = lang
    app.run()
    assert not app.exception
    assert not app.error
    assert any(sentence("forecast.few", lang, held=0, least=3) in part.value for part in app.markdown)
    assert len(app.get("plotly_chart")) == 4
    assert "小任务" in app.warning[0].value


@pytest.mark.parametrize("lang", LANGS)
def test_without_a_programme_the_page_says_why_there_is_no_forecast(lang, monkeypatch):
    monkeypatch.delenv(PLAN_VARIABLE, raising=False)
    app = AppTest.from_file(str(DASHBOARD), default_timeout=60)
    app.query_params["lang"] = lang
    app.run()
    assert sentence("progress.forecast_none", lang) in [part.value for part in app.info]


def test_a_damaged_plan_is_told_and_not_shown(tmp_path, monkeypatch):
    (tmp_path / "summary.json").write_text("{}", encoding="utf-8")
    monkeypatch.setenv(PLAN_VARIABLE, str(tmp_path))
    app = AppTest.from_file(str(DASHBOARD), default_timeout=60).run()
    assert not app.exception
    assert app.error


def test_money_and_areas_stay_exact(small, tmp_path):
    plan = planned(small, tmp_path)
    assert all(isinstance(p.allowance_yuan, Decimal) and isinstance(p.area_m2, Decimal) for p in plan.placements)
