"""The front door: the engine chosen must not show in the answer."""

from __future__ import annotations

import pytest

from solver import engine, matching

from oracles import brute_force
from strategies import COMBINATIONS, random_problem


def test_auto_equals_brute_force_whichever_engine_it_takes() -> None:
    by_matching = 0
    for seed in range(0, 2 * len(COMBINATIONS), 3):
        problem = random_problem(seed)
        answer, oracle = engine.solve(problem), brute_force(problem)
        assert answer.served.tolist() == oracle.served
        assert [stage.value for stage in answer.stages] == [oracle.stages[stage.name] for stage in answer.stages]
        assert all(stage.optimal for stage in answer.stages)
        by_matching += matching.applies(problem)
    assert by_matching >= 10


def test_engines_agree_where_both_apply() -> None:
    agreed = 0
    for seed in range(600):
        problem = random_problem(seed)
        if not matching.applies(problem):
            continue
        one, other = (engine.solve(problem, engine=name) for name in ("matching", "coupled"))
        assert [(s.name, s.value) for s in one.stages] == [(s.name, s.value) for s in other.stages]
        if problem.ties.max() > 2:  # else answers may be equal in every stage
            assert (one.counts == other.counts).all()
        agreed += 1
    assert agreed >= 20


def test_matching_is_refused_where_homes_couple() -> None:
    problem = next(p for p in map(random_problem, range(600)) if not matching.applies(p))
    with pytest.raises(ValueError, match="couple"):
        engine.solve(problem, engine="matching")
