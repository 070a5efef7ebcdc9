"""Uncoupled rounds: the flow finds what brute force finds, proves it, and does not look at the order of rows."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import engine, matching
from solver.problem import Problem, Solution, check_solution

from oracles import brute_force
from strategies import random_problem, shuffled

SEEDS = st.integers(0, 10**6)
PRINCIPLES = ("leximin", "rank_maximal", "utilitarian")


def several_homes(seed: int) -> Problem:
    """Declared homes, each an outcome of its own; several a slot."""
    problem = random_problem(seed)
    wants = np.where(problem.wants < 0, 1, problem.wants)
    return replace(
        problem, wants=wants, per="unit", principle=PRINCIPLES[seed % 3], budgets=(), groups=np.full(problem.slots, -1),
        needs=np.zeros(problem.slots, dtype=bool),
    )  # fmt: skip


def one_home(seed: int) -> Problem:
    """One home a slot, declared or in a band, with budgets and needs."""
    problem = random_problem(seed)
    wants = np.zeros_like(problem.wants)
    wants[np.arange(problem.slots), problem.wants.argmax(axis=1)] = 1
    wants[problem.open_slots] = -1
    return replace(
        problem, wants=wants, units_max=np.ones(problem.slots, dtype=int), principle=PRINCIPLES[seed % 3],
        groups=np.full(problem.slots, -1),
    )  # fmt: skip


def large(slots: int, classes: int, seed: int, *, tie_top: int = 2**48) -> Problem:
    """More slots than brute force can take, one home each, all servable; many alike wishes."""
    rng = np.random.default_rng(seed)
    ranks = rng.integers(1, 6, (slots, classes))
    return Problem(
        ranks=ranks, supply=rng.multinomial(slots + 3, np.full(classes, 1 / classes)),
        ties=rng.integers(0, tie_top, (slots, classes)), order=rng.permutation(slots), worst=5,
        kinds=np.zeros(classes, dtype=int), wants=np.ones((slots, 1), dtype=int), units_max=np.ones(slots, dtype=int),
        sizes=np.full(classes, 100), size_min=np.zeros(slots, dtype=int), size_max=np.full(slots, 1000),
        extras=np.zeros(classes, dtype=int), needs=np.zeros(slots, dtype=bool), groups=np.full(slots, -1),
        helps=np.zeros((slots, classes), dtype=bool), sites=np.zeros(classes, dtype=int), per="unit",
    )  # fmt: skip


def assert_as_brute_force(problem: Problem, solution: Solution) -> None:
    answer = brute_force(problem)
    assert {stage.name: stage.value for stage in solution.stages} == {
        stage.name: answer.stages[stage.name] for stage in solution.stages
    }
    assert solution.served.tolist() == answer.served
    assert check_solution(problem, solution.counts, solution.served) == []
    assert {stage.proof for stage in solution.stages} == {"proved"}


@given(SEEDS)
@settings(deadline=None, max_examples=150)
def test_several_homes_a_slot_agree_with_brute_force_and_are_proved(seed):
    problem = several_homes(seed)
    answer = brute_force(problem)
    assert matching.applies(problem) == (all(answer.served) or problem.wants.sum(axis=1).max() == 1)
    if matching.applies(problem):
        assert_as_brute_force(problem, matching.solve(problem))


@given(SEEDS)
@settings(deadline=None, max_examples=150)
def test_one_home_a_slot_agrees_with_brute_force_also_when_not_all_can_be_served(seed):
    problem = one_home(seed)
    assert matching.applies(problem)
    assert_as_brute_force(problem, matching.solve(problem))


@given(SEEDS)
@settings(deadline=None, max_examples=60)
def test_rows_in_another_order_give_the_same_answer(seed):
    problem = one_home(seed)
    again, slots, classes = shuffled(problem, seed)
    first, second = matching.solve(problem), matching.solve(again)
    assert (first.served[slots] == second.served).all()
    if not alike_classes(problem):
        assert (first.counts[np.ix_(slots, classes)] == second.counts).all()


def alike_classes(problem: Problem) -> bool:
    """Whether two classes cannot be told apart, so that no rule can say which is first."""
    columns = [
        (*problem.ranks[:, c], *problem.ties[:, c], *problem.helps[:, c], problem.kinds[c], problem.sizes[c],
         problem.extras[c], problem.sites[c], problem.supply[c])
        for c in range(problem.classes)
    ]  # fmt: skip
    return len(set(columns)) < len(columns)


@pytest.mark.parametrize("seed", range(4))
def test_equal_ties_do_not_let_the_order_of_rows_in(seed):
    problem = large(60, 9, seed, tie_top=1)
    again, slots, classes = shuffled(problem, seed)
    first, second = matching.solve(problem), matching.solve(again)
    assert first.stages[-1].value == second.stages[-1].value == 0
    assert (first.counts[np.ix_(slots, classes)] == second.counts).all()


@pytest.mark.parametrize("principle", PRINCIPLES)
def test_ties_are_exact_beyond_what_a_float_or_the_flow_solver_holds(principle):
    problem = replace(large(400, 12, 5), principle=principle)
    solution = matching.solve(problem)
    assert {stage.proof for stage in solution.stages} == {"proved"}
    assert solution.stages[-1].value > 2**53


@pytest.mark.parametrize("per", ["unit", "household"])
def test_a_home_of_its_own_is_the_same_by_unit_and_by_household(per):
    problem = large(50, 6, 1)
    assert [s.value for s in matching.solve(replace(problem, per=per)).stages] == [
        s.value for s in matching.solve(problem).stages
    ]


def test_a_wrong_guess_of_the_weights_is_noticed_and_mended(monkeypatch):
    problem = large(300, 20, 3)
    values = [stage.value for stage in matching.solve(problem).stages]
    monkeypatch.setattr(matching, "_HOPS", 0)
    assert [stage.value for stage in matching.solve(problem).stages] == values


def test_levels_that_do_not_fit_one_cost_are_solved_one_after_the_other(monkeypatch):
    problem = large(300, 20, 3)
    values = [stage.value for stage in matching.solve(problem).stages]
    monkeypatch.setattr(matching, "_LEVEL_BITS", 30)
    monkeypatch.setattr(matching, "_FLOW_BITS", 20)
    assert values == [stage.value for stage in matching.solve(problem).stages]


@pytest.mark.parametrize("bits", [20, 28, 36])
def test_ties_split_into_any_number_of_passes_are_the_same(bits, monkeypatch):
    problem = large(200, 10, 7)
    values = [stage.value for stage in matching.solve(problem).stages]
    monkeypatch.setattr(matching, "_FLOW_BITS", bits)
    assert [stage.value for stage in matching.solve(problem).stages] == values


@pytest.mark.parametrize("few", [0, 1, 100])
def test_however_few_arcs_the_ties_look_at_first_the_answer_is_the_same(few, monkeypatch):
    problem = large(200, 10, 8)
    values = [stage.value for stage in matching.solve(problem).stages]
    monkeypatch.setattr(matching, "_FEW", few)
    assert [stage.value for stage in matching.solve(problem).stages] == values


def test_every_stage_is_told_once_in_its_order():
    told = []
    solution = matching.solve(large(20, 4, 0), on_stage=told.append)
    assert tuple(told) == solution.stages


@pytest.mark.parametrize(
    "change",
    [
        {"principle": "order"},
        {"per": "household", "wants": np.full((3, 1), 2)},
        {"groups": np.array([0, 0, -1])},
        {"wants": np.full((3, 1), -1), "units_max": np.full(3, 2)},
        {"wants": np.full((3, 1), 2), "needs": np.ones(3, dtype=bool)},
    ],
    ids=lambda change: "+".join(change),
)
def test_homes_that_couple_are_left_to_the_other_method(change):
    problem = replace(large(3, 4, 0), **change)
    assert not matching.applies(problem)
    with pytest.raises(ValueError, match="not a matching"):
        matching.solve(problem)


def test_several_homes_when_not_all_can_be_served_are_left_to_the_other_method():
    problem = replace(large(3, 4, 0), wants=np.full((3, 1), 3))
    assert not matching.applies(problem)
    with pytest.raises(ValueError, match="not a matching"):
        matching.solve(problem)


def test_one_home_left_over_beside_slots_of_two_is_left_to_the_other_method():
    """Kinds are solved apart: the kind that falls short has only single homes, another kind has slots of two."""
    wants = np.array([[1, 0], [1, 0], [0, 2]])
    problem = replace(large(3, 2, 0), wants=wants, kinds=np.arange(2), supply=np.array([1, 2]))
    assert not matching.applies(problem)
    with pytest.raises(ValueError, match="not a matching"):
        matching.solve(problem)


def test_a_slot_that_wants_nothing_is_not_served():
    problem = replace(large(3, 4, 0), wants=np.array([[1], [0], [1]]))
    solution = matching.solve(problem)
    assert solution.served.tolist() == [True, False, True]
    assert {stage.proof for stage in solution.stages} == {"proved"}


def test_a_single_home_may_be_too_large_whatever_its_class_to_take_a_second():
    problem = replace(
        large(3, 4, 0), wants=np.full((3, 1), -1), units_max=np.full(3, 4), size_max=np.full(3, 150),
        size_min=np.full(3, 50),
    )  # fmt: skip
    assert matching.applies(problem)
    assert matching.solve(problem).served.all()


def test_a_slot_that_declares_two_kinds_keeps_both_beside_one_with_open_demand():
    """One net for all kinds would give it two homes of the first."""
    problem = Problem(
        ranks=[[1, 1, 0], [1, 1, 2]], supply=[1, 2, 1], ties=np.zeros((2, 3)), order=[0, 1], worst=2, kinds=[0, 0, 1],
        wants=[[-1, -1], [1, 1]], units_max=[1, 2], sizes=[50, 50, 80], size_min=[40, 40], size_max=[60, 60],
        extras=[0, 0, 0], needs=[False, False], helps=np.ones((2, 3)), groups=[-1, -1], sites=[0, 0, 0],
        principle="utilitarian", per="unit",
    )  # fmt: skip
    found = engine.solve(problem)
    assert found.served.all()
    assert found.counts[1].tolist()[2] == 1
    assert not check_solution(problem, found.counts, found.served)
