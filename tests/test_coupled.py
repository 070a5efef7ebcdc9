"""The coupled engine against brute force, and what must hold whatever the numbers are."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from test_certificate import triangles

from solver import branching, coupled, formulation, master, serial
from solver.certificate import Certificate, certify
from solver.mip import Answer
from solver.problem import PRINCIPLES, Budget, Problem, Solution, allows, check_solution, stage_names, stage_value
from solver.sets import Sets

from oracles import brute_force
from strategies import COMBINATIONS, options_of, random_problem, shuffled

ROOT = Path(__file__).parents[1]
PER_BATCH = 96
BATCHES = range(0, len(COMBINATIONS), PER_BATCH)


def assert_equals_brute_force(problem: Problem, answer: Solution) -> None:
    oracle = brute_force(problem)
    assert check_solution(problem, answer.counts, answer.served) == []
    assert answer.counts.tolist() == oracle.counts
    assert answer.served.tolist() == oracle.served
    for stage in answer.stages:
        assert (stage.name, stage.value, stage.bound) == (stage.name, oracle.stages[stage.name], stage.value)
        assert stage.proof == "claimed"


def varied(problem: Problem, **changes: object) -> Problem:
    return replace(problem, **changes)


@pytest.mark.parametrize("start", BATCHES)
def test_answer_equals_brute_force_in_every_combination_of_options(start: int) -> None:
    hit = Counter(str(options_of(seed)) for seed in range(start, start + PER_BATCH))
    for seed in range(start, start + PER_BATCH):
        assert_equals_brute_force(random_problem(seed), coupled.solve(random_problem(seed)))
    assert len(hit) == PER_BATCH  # no combination twice, so all batches together hit every one


@pytest.mark.parametrize("coupling", ["budgets", "needs", "groups", "open"])
def test_many_more_rounds_with_a_coupling_equal_brute_force(coupling: str) -> None:
    """Other seeds than the batches, every rule by which homes couple, alone and with the others."""
    found = 0
    for seed in range(len(COMBINATIONS), 3 * len(COMBINATIONS)):
        options = options_of(seed)
        if not (options["demand"] == "open" if coupling == "open" else options[coupling]) or seed % 4:
            continue
        assert_equals_brute_force(random_problem(seed), coupled.solve(random_problem(seed)))
        found += 1
    assert found >= 90


@pytest.mark.parametrize("solver", ["prices", "search"])
def test_stages_are_decided_alike_by_either_way(monkeypatch: pytest.MonkeyPatch, solver: str) -> None:
    """Without any answer from the float program, and without any split on outcomes: only slower."""
    if solver == "prices":
        monkeypatch.setattr(coupled.Search, "_find", lambda self, tree: None)
    else:
        monkeypatch.setattr(master.Master, "_reached", lambda self: {})
    for seed in range(1, len(COMBINATIONS), 6):
        assert_equals_brute_force(random_problem(seed), coupled.solve(random_problem(seed)))


@pytest.mark.parametrize("per", ["household", "unit"])
@pytest.mark.parametrize("principle", PRINCIPLES[:3])
def test_stages_that_prices_give_up_are_decided_without_them(
    monkeypatch: pytest.MonkeyPatch, per: str, principle: str
) -> None:
    """And a certificate does not seek for them again."""
    problem = varied(triangles(2, per), principle=principle)
    expected = [(stage.name, stage.value, stage.bound) for stage in coupled.solve(problem).stages]
    monkeypatch.setattr(branching, "_WORK", 1e-9)
    monkeypatch.setattr(coupled.Search, "_find", lambda self, tree: None)
    answer = coupled.solve(problem)
    assert [(stage.name, stage.value, stage.bound) for stage in answer.stages] == expected
    assert isinstance(answer.certificate, Certificate)
    assert answer.certificate.endless or per == "unit"
    proofs = certify(problem, answer).proofs[len(answer.certificate.proofs) :]
    assert not {proof.stage for proof in proofs} & {*answer.certificate.endless}


@pytest.mark.parametrize("principle", PRINCIPLES[:3])
def test_a_search_that_finds_nothing_claims_nothing(monkeypatch: pytest.MonkeyPatch, principle: str) -> None:
    problem = varied(triangles(2), principle=principle)
    monkeypatch.setattr(branching, "_WORK", 1e-9)
    monkeypatch.setattr(coupled.Search, "_find", lambda self, tree: None)
    monkeypatch.setattr(coupled.Search, "_nearby", lambda *_, **__: Answer(values=None, bound=-1e6, finished=False))
    answer = coupled.solve(problem)
    assert isinstance(answer.certificate, Certificate)
    given_up = [stage_names(problem)[at] for at in answer.certificate.endless]
    assert {stage.name: stage.proof for stage in answer.stages if stage.name in given_up} == dict.fromkeys(
        given_up, "bounded"
    )
    assert given_up


@pytest.mark.parametrize("seed", [175, 195, 250, 360])
def test_what_prices_give_up_equals_brute_force(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(branching, "_WORK", 1e-9)
    monkeypatch.setattr(coupled.Search, "_find", lambda self, tree: None)
    assert_equals_brute_force(random_problem(seed), coupled.solve(random_problem(seed)))


def test_batches_cover_every_combination() -> None:
    hit = {str(options_of(seed)) for start in BATCHES for seed in range(start, start + PER_BATCH)}
    assert hit == {str(combination) for combination in COMBINATIONS}
    assert len(hit) == 4 * 2 * 3 * 2 * 2 * 2 * 3


def test_patterns_too_many_to_list_give_the_same_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formulation, "PATTERNS_MAX", -1)
    for seed in range(0, len(COMBINATIONS), 5):
        assert_equals_brute_force(random_problem(seed), coupled.solve(random_problem(seed)))


def test_order_of_rows_does_not_matter() -> None:
    equals = 0
    for seed in range(3, len(COMBINATIONS), 4):
        problem = random_problem(seed)
        moved, slots, classes = shuffled(problem, seed)
        first, second = coupled.solve(problem), coupled.solve(moved)
        assert (first.counts[np.ix_(slots, classes)] == second.counts).all()
        assert [(stage.name, stage.value) for stage in first.stages] == [(s.name, s.value) for s in second.stages]
        equals += bool(problem.ties.max() <= 2)
    assert equals > 20  # answers equal even in their ties were among them


def test_principles_keep_their_promises_against_each_other() -> None:
    better = Counter[str]()
    for seed in range(0, len(COMBINATIONS) // 4, 2):
        problem = random_problem(seed)
        answers = {name: coupled.solve(varied(problem, principle=name)) for name in PRINCIPLES}
        assert len({tuple(answer.served.tolist()) for answer in answers.values()}) == 1

        def value(principle: str, name: str, problem=problem, answers=answers) -> int:
            return stage_value(problem, name, answers[principle].counts, answers[principle].served)

        for other in ("rank_maximal", "utilitarian", "order"):
            worst = [f"outcomes_at_rank_{rank}" for rank in range(problem.worst, 0, -1)]
            profiles = [[value(principle, name) for name in worst] for principle in ("leximin", other)]
            assert profiles[0] <= profiles[1]
            better["leximin"] += profiles[0] < profiles[1]
        for principle, name, sign in (
            ("utilitarian", "sum_of_outcomes", 1),
            ("rank_maximal", "outcomes_at_rank_1", -1),
        ):
            for other in PRINCIPLES:
                assert sign * value(principle, name) <= sign * value(other, name)
                better[principle] += value(principle, name) != value(other, name)
    assert min(better[name] for name in ("leximin", "utilitarian", "rank_maximal")) >= 5  # they do differ


def test_oracle_catches_a_broken_twin(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that forgets the last stage, or takes households' outcomes for homes', is found out."""
    caught = Counter[str]()
    for seed in range(1, 200, 2):
        problem = random_problem(seed)
        oracle = brute_force(problem)
        no_ties = coupled.solve(varied(problem, ties=np.zeros_like(problem.ties)))
        caught["ties"] += no_ties.counts.tolist() != oracle.counts
        other = "unit" if problem.per == "household" else "household"
        caught["per"] += coupled.solve(varied(problem, per=other)).counts.tolist() != oracle.counts
        caught["needs"] += brute_force(varied(problem, needs=~problem.needs)).counts != oracle.counts
    assert min(caught["ties"], caught["per"], caught["needs"]) >= 5


def one_class(homes: int, slots: int, **changes: object) -> Problem:
    """Slots that want one home each of the only class."""
    fields: dict[str, object] = {
        "ranks": np.ones((slots, 1)), "supply": np.array([homes]), "ties": np.zeros((slots, 1)),
        "order": np.arange(slots), "worst": 2, "kinds": np.zeros(1), "wants": np.ones((slots, 1)),
        "units_max": np.ones(slots), "sizes": np.array([100]), "size_min": np.zeros(slots),
        "size_max": np.full(slots, 500), "extras": np.zeros(1), "needs": np.zeros(slots, dtype=bool),
        "helps": np.zeros((slots, 1), dtype=bool), "groups": np.full(slots, -1), "sites": np.zeros(1),
    }  # fmt: skip
    return Problem(**(fields | changes))  # type: ignore[arg-type]  # fields of the class, by name


@pytest.mark.parametrize("principle", PRINCIPLES)
def test_a_round_that_can_serve_nobody_is_an_answer(principle: str) -> None:
    answer = coupled.solve(one_class(0, 3, principle=principle))
    assert [stage.name for stage in answer.stages][:2] == ["served", "earliest"]
    assert not answer.served.any()
    assert not answer.counts.any()
    assert answer.stages[0].value == answer.stages[0].bound == 0
    assert all(stage.optimal for stage in answer.stages)


@pytest.mark.parametrize("principle", PRINCIPLES)
def test_no_slots_and_no_classes_are_answers(principle: str) -> None:
    for problem in (one_class(3, 0, principle=principle), one_class(0, 2, principle=principle, ranks=np.zeros((2, 1)))):
        answer = coupled.solve(problem)
        assert answer.counts.shape == problem.ranks.shape
        assert not answer.served.any()


def test_earlier_slots_are_served_first_among_equals() -> None:
    answer = coupled.solve(one_class(20, 40, order=np.arange(40)[::-1]))
    assert answer.served.tolist() == [False] * 20 + [True] * 20
    assert answer.stages[1].value == answer.stages[1].bound == sum(2**k for k in range(20))


def test_an_empty_demand_is_never_served() -> None:
    answer = coupled.solve(one_class(5, 2, wants=np.array([[0], [1]])))
    assert answer.served.tolist() == [False, True]


def test_ties_that_differ_by_one_in_48_bits_are_told_apart() -> None:
    top = 2**48 - 1
    ties = np.array([[top, top - 1, top], [top, top, top - 1], [top - 1, top, top]])
    problem = one_class(1, 3, ranks=np.ones((3, 3)), supply=np.ones(3), ties=ties, kinds=np.zeros(3),
                        sizes=np.full(3, 100), extras=np.zeros(3), helps=np.zeros((3, 3), dtype=bool),
                        sites=np.zeros(3))  # fmt: skip
    answer = coupled.solve(problem)
    assert answer.counts.tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]
    assert answer.stages[-1].value == answer.stages[-1].bound == 3 * (top - 1)


def test_a_budget_that_no_set_meets_leaves_the_slot_unserved() -> None:
    poor = Budget(totals=np.array([100]), spare=np.array([4]))
    answer = coupled.solve(one_class(5, 2, extras=np.array([5]), budgets=[poor, None]))
    assert answer.served.tolist() == [False, True]


def test_what_is_within_reach_of_a_slot_is_what_some_set_of_it_holds() -> None:
    """Against every number of homes of every class; a site shared with others is not looked at."""
    cut = 0
    for seed in range(300):
        problem = random_problem(seed)
        alone = varied(problem, groups=np.full(problem.slots, -1))
        reach = Sets(alone).within_reach()
        most = int(max(alone.units_max.max(), alone.wants.sum(axis=1).max()))
        boxes = [range(min(int(supply), most) + 1) for supply in alone.supply]
        sets = np.array([counts for counts in product(*boxes) if 0 < sum(counts) <= most])
        for slot in range(alone.slots):
            good = [counts for counts in sets if allows(alone, slot, counts)]
            held = np.array(good).any(axis=0) if good else np.zeros(alone.classes, dtype=bool)
            assert not (held & ~reach[slot]).any(), "a home that some set holds was cut"
            cut += int((~reach[slot] & (alone.ranks[slot] > 0) & (alone.supply > 0)).sum())
    assert cut >= 300


@pytest.mark.parametrize("homes", [11, 17, 33, 90])
def test_a_demand_for_more_homes_than_there_are_is_never_met_however_many(homes: int) -> None:
    """The sum over so many homes that are not there must not run out of 64 bits."""
    rich = Budget(totals=np.arange(100, 10_000, 100), spare=np.full(99, 10**6))
    for budgets in ([None, None], [rich, None]):
        wants = np.array([[homes], [1]])
        problem = one_class(10, 2, wants=wants, budgets=budgets, units_max=np.array([homes, 1]))
        answer = coupled.solve(problem)
        assert answer.served.tolist() == [False, True]
        weights = [0] * (len(stage_names(problem)) - 1) + [1]
        assert Sets(problem).total([2**40], weights, np.array([True, False]), []) is None


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.4])
def test_time_that_runs_out_gives_the_best_found_and_valid_bounds(seconds: float) -> None:
    undecided = 0
    for seed in (0, 100, 200, 300, 400, 500):
        problem = crowd(seed)
        answer = coupled.solve(problem, seconds_max=seconds)
        exact = coupled.solve(problem)
        assert check_solution(problem, answer.counts, answer.served) == []
        first = answer.stages[0]
        assert first.value <= exact.stages[0].value <= first.bound
        for found, best in zip(answer.stages, exact.stages, strict=False):
            assert found.optimal == (found.value == found.bound)
            better = found.bound >= best.value if found.maximised else found.bound <= best.value
            assert better, "a bound that the true optimum beats"
            if found.value != best.value:
                break  # what follows is judged given this value
        undecided += not all(stage.optimal for stage in answer.stages)
    assert undecided == 6 or seconds > 0


def crowd(seed: int) -> Problem:
    """Twelve slots put together from the small problems, sharing classes: more than a glance's work."""
    parts = [random_problem(seed + number) for number in range(0, 96, 8)]
    rng_ranks = [[(5 * s * s + 3 * c + s * c + seed) % 4 + 1 for c in range(8)] for s in range(12)]
    ties = [[(s * 7919 + c * 104729 + seed * 31) % 2**40 for c in range(8)] for s in range(12)]
    return Problem(
        ranks=np.array(rng_ranks), supply=np.full(8, 3), ties=np.array(ties), order=np.arange(12), worst=4,
        kinds=np.arange(8) % 2, wants=np.array([[1 + s % 2, 1] for s in range(12)]), units_max=np.full(12, 3),
        sizes=np.full(8, 100), size_min=np.zeros(12), size_max=np.full(12, 500), extras=np.zeros(8),
        needs=np.array([bool(part.needs.any()) for part in parts]), helps=np.arange(96).reshape(12, 8) % 3 > 0,
        groups=np.full(12, -1), sites=np.zeros(8), per=parts[0].per, principle=parts[0].principle,
    )  # fmt: skip


SOLVED_ON_CORES = """
import os, sys
cores = sorted(os.sched_getaffinity(0))
os.sched_setaffinity(0, cores[: int(sys.argv[1]) or None])
from benchmarks.instances import instance
from solver import engine
for variant in ("budgets", "open"):
    answer = engine.solve(instance(24, 3, variant=variant))
    print([(stage.name, stage.value, stage.bound, stage.proof) for stage in answer.stages], answer.counts.tolist())
    print(answer.certificate)
"""


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system does not let a process choose its cores")
def test_answer_and_certificate_do_not_depend_on_the_number_of_workers() -> None:
    """Libraries start as many threads as there are cores: with one, and with all, every number is the same."""
    command = [sys.executable, "-c", SOLVED_ON_CORES]
    one, every = (
        subprocess.run([*command, cores], capture_output=True, check=True, text=True, cwd=ROOT).stdout for cores in "10"
    )
    assert one.count("sum_of_ties") == 2
    assert one == every


def test_stages_are_reported_as_they_are_decided() -> None:
    problem = random_problem(15)
    seen = []
    answer = coupled.solve(problem, on_stage=seen.append)
    assert [stage.name for stage in seen] == [stage.name for stage in answer.stages]
    assert {stage.name for stage in seen} <= set(stage_names(problem))


def test_choosing_in_turn_without_coupling_equals_brute_force_and_the_general_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = [p for p in map(random_problem, range(4000)) if p.principle == "order" and serial.applies(p)]
    assert len(plain) >= 30
    for problem in plain:
        assert_equals_brute_force(problem, coupled.solve(problem))
    rounds = [varied(crowd(seed), principle="order", needs=np.zeros(12, dtype=bool)) for seed in range(0, 40, 8)]
    quick = [coupled.solve(problem) for problem in rounds]
    monkeypatch.setattr(serial, "applies", lambda problem: False)
    for problem, answer in zip(rounds, quick, strict=True):
        assert (coupled.solve(problem).counts == answer.counts).all()
