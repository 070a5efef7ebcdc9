"""The planner against all plans there are, on programmes small enough to list them."""

import itertools
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from allocation.plan import Desk
from allocation.programme_input import read_programme_input
from benchmarks.plan import scaled
from solver.gathering import Gathering
from solver.planform import form, relax
from solver.planner import plan, stage_weights
from solver.planprices import Held, priced, prices_of
from solver.planstart import first_plan
from solver.workload import UNLIMITED, Part, Schedule, Workload, broken, values

ROOT = Path(__file__).resolve().parent.parent
FEW = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@st.composite
def workloads(draw):
    """One to three groups of one or two members, two or three periods, two sites: at most some thousand plans."""
    number = st.integers
    groups, periods, sites = draw(number(1, 3)), draw(number(2, 3)), 2
    counts = [draw(number(1, 2)) for _ in range(groups)]
    steps = np.array([[draw(number(0, 4)) for _ in range(periods)] for _ in range(groups)])
    opens = [draw(number(0, 1)), draw(number(0, periods))]
    late_from = draw(number(1, periods))
    tell = draw(st.booleans())
    return Workload(
        counts=counts,
        costs=np.cumsum(steps, axis=1),
        waits=np.cumsum(steps[:, ::-1], axis=1),
        left_costs=[30] * groups,
        left_waits=[20] * groups,
        on_time=[t < late_from for t in range(periods)],
        period_uses=[[1, draw(number(1, 3))] for _ in range(groups)],
        period_limits=[[draw(number(0, 3)), draw(st.sampled_from([UNLIMITED, 3, 6]))] for _ in range(periods)],
        site_uses=[[draw(number(0, 1)), draw(number(1, 3))] for _ in range(groups)],
        site_limits=[[draw(number(0, 3)), draw(number(2, 9))] for _ in range(sites)],
        opens=opens,
        teams=[draw(number(0, 1)) for _ in range(groups)],
        moved_first=draw(st.booleans()),
        settled=[[False, draw(st.booleans())], [False, False]],
        announced=[
            [draw(number(0, periods - 1)), draw(number(0, 1))] if tell and draw(st.booleans()) else [-1, -1]
            for _ in range(groups)
        ],
    )


def every_plan(work: Workload):
    """All plans that keep the rules, with the values of their stages."""
    options = [None, *((t, s) for t in range(work.periods) for s in range(work.sites) if work.opens[s] <= t)]
    ways = [
        [Counter(chosen) for chosen in itertools.combinations_with_replacement(range(len(options)), int(count))]
        for count in work.counts
    ]
    for chosen in itertools.product(*ways):
        parts, left = [], []
        for g, way in enumerate(chosen):
            left.append(way[0])
            for option, count in way.items():
                if option:
                    t, s = options[option]
                    parts.append(Part(g, t, s, count, kept=(t, s) == tuple(work.announced[g].tolist())))
        schedule = Schedule(parts=tuple(parts), left=left)
        if not broken(work, schedule):
            yield values(work, schedule)


def best(work: Workload) -> list[tuple[str, int]]:
    """The stages' values of the best plan, by looking at all of them."""
    names = list(stage_weights(work))
    return list(zip(names, min(tuple(found[name] for name in names) for found in every_plan(work)), strict=True))


@FEW
@given(workloads())
def test_every_stage_reaches_what_the_best_of_all_plans_reaches(work):
    found = plan(work, seconds_max=20)
    assert broken(work, found) == []
    assert [(stage.name, stage.value) for stage in found.stages] == best(work)
    assert {name: values(work, found)[name] for name, _ in best(work)} == dict(best(work))


@FEW
@given(workloads())
def test_a_bound_is_never_above_the_best_plan_and_what_is_called_optimal_is(work):
    for stage, (name, value) in zip(plan(work, seconds_max=20).stages, best(work), strict=True):
        assert stage.name == name
        assert stage.bound <= value
        assert stage.price_bound is None or stage.price_bound <= value
        assert stage.proof == "bounded" or stage.value == value


@FEW
@given(workloads())
def test_a_led_search_keeps_every_rule_and_is_honest_about_its_bounds(work):
    found = plan(work, seconds_max=20, exact=False)
    assert broken(work, found) == []
    got = values(work, found)
    assert [(stage.name, stage.value) for stage in found.stages] == [(s.name, got[s.name]) for s in found.stages]
    first = next((n for n, (s, (_, v)) in enumerate(zip(found.stages, best(work), strict=True)) if s.value != v), None)
    # up to the first stage that is not optimal the bounds are those of the same programme
    for stage, (_, value) in list(zip(found.stages, best(work), strict=True))[: None if first is None else first + 1]:
        assert stage.bound <= value <= stage.value


@FEW
@given(workloads())
def test_the_first_plan_keeps_every_rule(work):
    assert broken(work, first_plan(work)) == []


@settings(FEW, max_examples=40)
@given(workloads(), st.integers(0, 6))
def test_no_plan_gathers_more_teams_than_the_cuts_allow(work, more):
    in_time = [found for found in every_plan(work) if found["late"] == 0]
    assume(in_time)
    weights = stage_weights(work)
    program = form(work)
    program.hold("late", program.objective(weights["late"])[0], 0)
    relaxed = relax(program.mip, program.objective(weights["cost"])[0])
    held = {"late": Held(weights=weights["late"], value=0)}
    gathering = Gathering(work, nobody_left=True, nobody_moved=False)
    gathering.cuts.append(priced(work, weights["cost"], prices_of(program, relaxed.duals), held))
    cost = min(found["cost"] for found in in_time) + more
    teams = len(set(work.teams.tolist()))
    whole = max(teams - found["teams_split"] for found in in_time if found["cost"] <= cost)
    homes, most = gathering.most(cost, seconds=5)
    assert len(homes) <= most
    assert whole <= most


def test_a_led_search_answers_the_same_twice_and_whatever_the_order_of_rows():
    part = scaled(read_programme_input(ROOT / "data" / "programme"), 120)
    turned = replace(part, households=part.households[::-1], demand=part.demand[::-1])
    works = [Desk(given, given.head.as_of).workload for given in (part, part, turned)]
    first, *others = [plan(work, seconds_max=1, clock_max=300, exact=False) for work in works]
    assert not any(stage.cut_short for stage in first.stages)
    assert broken(works[0], first) == []
    for other in others:
        assert other.parts == first.parts
        assert [(s.name, s.value, s.bound) for s in other.stages] == [(s.name, s.value, s.bound) for s in first.stages]
