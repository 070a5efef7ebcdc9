"""Prices never prove too much: bounds stay below brute force, and what was altered is refused."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_matching import large, one_home

from solver import certificate, coupled, duality, master, matching, rows
from solver.certificate import Certificate, Forged, StageProof
from solver.duality import Leaf, bound
from solver.problem import Budget, Problem, Solution, Stage, stage_names, stage_value
from solver.sets import Sets

from oracles import brute_force
from strategies import random_problem

SEEDS = st.integers(0, 10**6)
PRINCIPLES = ("leximin", "rank_maximal", "utilitarian")


def solution_of(problem: Problem, counts: np.ndarray, served: np.ndarray, proof: str = "bounded") -> Solution:
    """An allocation with the values it reaches, and no word about bounds."""
    stages = []
    for name in stage_names(problem):
        if name != "earliest" or not served.all():
            value = stage_value(problem, name, counts, served)
            stages.append(Stage(name=name, value=value, bound=value, proof=proof))
    return Solution(counts=counts, served=served, stages=tuple(stages))


def plain(problem: Problem) -> Problem:
    """The problem with a principle that prices can prove."""
    return problem if problem.principle != "order" else replace(problem, principle="leximin")


def triangles(number: int = 2, per: str = "household") -> Problem:
    """
    By threes, slots want homes of kinds 0+1, 1+2, 2+0, and there is one good home of each kind: one slot of three can
    have both its homes good, but halves of all three would fit. So prices alone promise half a slot too much.
    """
    slots, classes = 3 * number, 6 * number
    first = np.arange(slots)
    second = first - first % 3 + (first + 1) % 3
    wants = np.zeros((slots, slots), dtype=int)
    wants[first, first] = wants[first, second] = 1
    rng = np.random.default_rng(number)
    return replace(
        large(slots, classes, 0), wants=wants, kinds=np.tile(np.arange(slots), 2), per=per, worst=2,
        ranks=np.tile(np.repeat([1, 2], slots), (slots, 1)), supply=np.repeat([1, 2], slots),
        ties=rng.integers(0, 2**48, (slots, classes)),
    )  # fmt: skip


@cache
def proved_pair(number: int = 4) -> tuple[Problem, Solution, Certificate]:
    """A coupled round, its solution as claimed, and its proof."""
    problem = triangles(number)
    solution = coupled.solve(problem)
    return problem, solution, certificate.certify(problem, solution)


def proofs_of(problem: Problem, solution: Solution, proof: Certificate | None) -> dict[str, str]:
    return {stage.name: stage.proof for stage in certificate.check(problem, solution, proof)}


# --- the bound ---------------------------------------------------------------------------------------------------


@given(SEEDS, st.data())
@settings(deadline=None, max_examples=250)
def test_no_prices_and_weights_bound_an_allocation_above_what_it_costs(seed, data):
    problem = random_problem(seed)
    answer = brute_force(problem)
    counts, served = np.array(answer.counts), np.array(answer.served)
    judged = replace(problem, principle=data.draw(st.sampled_from(PRINCIPLES)))
    reached = duality.totals(judged, counts, served)
    wide = data.draw(st.sampled_from([5, 2**20, 2**70]))
    numbers = st.integers(0, wide)
    prices = data.draw(st.lists(numbers, min_size=problem.classes, max_size=problem.classes))
    stages = len(reached) - 2
    weights = [0, 0, *data.draw(st.lists(numbers, min_size=stages, max_size=stages))]
    outcome = np.where(counts > 0, problem.ranks, 0).max(axis=1)
    picked = data.draw(st.lists(st.tuples(st.integers(0, problem.slots - 1), st.integers(1, problem.worst))))
    limits = [(slot, rank, bool(outcome[slot] <= rank)) for slot, rank in picked if served[slot]]
    found = bound(judged, prices, weights=weights, must=served, limits=limits)
    assert found is not None
    assert found <= sum(weight * total for weight, total in zip(weights, reached, strict=True))
    idle = [data.draw(numbers), *[0] * (len(weights) - 1)]
    found = bound(judged, prices, weights=idle, must=np.zeros_like(served))
    assert found is not None
    assert found <= idle[0] * reached[0]


@given(SEEDS)
@settings(deadline=None, max_examples=100)
def test_what_is_proved_is_what_brute_force_finds(seed):
    problem = random_problem(seed)
    solution = coupled.solve(problem)
    answer = brute_force(problem)
    silent = solution_of(problem, solution.counts, solution.served)
    stages = certificate.check(problem, silent, certificate.certify(problem, solution, seconds_max=2.0))
    before = True
    for stage in stages:
        if stage.proof == "proved" and before:
            assert stage.value == answer.stages[stage.name]
        before &= stage.proof == "proved"
        best = answer.stages[stage.name]
        if before or stage.name == "served":
            assert stage.bound >= best if stage.maximised else stage.bound <= best


@given(SEEDS)
@settings(deadline=None, max_examples=60)
def test_an_allocation_that_is_not_the_best_is_never_proved(seed):
    """The best for another principle stands for a worse one: values are right, but some stage could be better."""
    problem = plain(random_problem(seed))
    other = replace(problem, principle="utilitarian" if problem.principle != "utilitarian" else "rank_maximal")
    answer, best = brute_force(other), brute_force(problem)
    worse = solution_of(problem, np.array(answer.counts), np.array(answer.served))
    proof = certificate.certify(problem, worse, seconds_max=1.0)
    stages = certificate.check(problem, worse, proof)
    if any(stage.value != best.stages[stage.name] for stage in stages):
        assert any(stage.proof == "bounded" for stage in stages)


@given(SEEDS)
@settings(deadline=None, max_examples=40)
def test_uncoupled_rounds_are_proved_by_either_way_of_finding_prices(seed):
    problem = one_home(seed)
    solution = matching.solve(problem)
    silent = solution_of(problem, solution.counts, solution.served)
    found = certificate.certify(problem, silent)
    assert set(proofs_of(problem, silent, found).values()) == {"proved"}
    assert set(proofs_of(problem, silent, solution.certificate).values()) == {"proved"}


def test_a_bound_refuses_prices_below_nothing_and_too_few_of_them():
    problem = large(5, 3, 0)
    weights = [0] * len(stage_names(problem))
    everybody = np.ones(5, dtype=bool)
    with pytest.raises(ValueError, match="negative"):
        bound(problem, [0, 0, -1], weights=weights, must=everybody)
    with pytest.raises(ValueError, match="expected 3"):
        bound(problem, [0, 0], weights=weights, must=everybody)


@pytest.mark.parametrize("wide", [1, 2**55])
def test_wide_and_narrow_arithmetic_agree(wide):
    """The same prices times a power of two: the first fits 64 bits, the second does not."""
    problem = large(40, 6, 2)
    weights = [0, 0, 7, 5, 3, 2, 1, 0]
    prices = [0, 3, 1, 4, 1, 5]
    served = np.ones(40, dtype=bool)
    small = bound(problem, prices, weights=weights, must=served)
    scaled = bound(problem, [p * wide for p in prices], weights=[w * wide for w in weights], must=served)
    assert scaled == small * wide
    ties = [0, 0, *[w * wide for w in weights[2:-1]], 1]
    by_hand = bound(problem, [p * wide for p in prices], weights=ties, must=served, sets=None)
    slow = Sets(problem)
    slow.plain = False  # no short cut: Python's integers
    assert bound(problem, [p * wide for p in prices], weights=ties, must=served, sets=slow) == by_hand


def test_menus_too_long_to_list_still_give_a_bound_that_is_valid(monkeypatch):
    for seed in range(60):
        problem = plain(random_problem(seed))
        answer = brute_force(problem)
        counts, served = np.array(answer.counts), np.array(answer.served)
        weights = [0, 0, *range(len(stage_names(problem)) - 2, 0, -1)]
        prices = [3 * c % 5 for c in range(problem.classes)]
        exact = bound(problem, prices, weights=weights, must=served)
        with monkeypatch.context() as patch:
            patch.setattr(rows, "_OPTIONS_MAX", 0)
            rough = bound(problem, prices, weights=weights, must=served)
        assert rough is not None
        assert exact is not None
        reached = duality.totals(problem, counts, served)
        assert rough <= exact <= sum(w * t for w, t in zip(weights, reached, strict=True))


# --- forgeries ---------------------------------------------------------------------------------------------------


def test_a_round_that_couples_is_proved_whole():
    problem, solution, proof = proved_pair()
    assert not matching.applies(problem)
    assert solution.stages[1].value == 8  # one slot of each three has both homes good
    assert set(proofs_of(problem, solution_of(problem, solution.counts, solution.served), proof).values()) == {"proved"}


def selection_day(seed: int, buildings: int = 6) -> Problem:
    """66 households as on the day reported (spec §1): 1–3 homes each by layout, choices by building and floors."""
    rng = np.random.default_rng(seed)
    building, band, layout = (part.ravel() for part in np.meshgrid(np.arange(buildings), np.arange(4), np.arange(3)))
    wants = np.zeros((66, 3), dtype=int)
    homes = rng.choice([1, 2, 3], 66, p=[0.4, 0.4, 0.2])
    for number in range(3):
        rows = np.flatnonzero(homes > number)
        np.add.at(wants, (rows, rng.choice(3, len(rows), p=[0.3, 0.4, 0.3])), 1)
    supply = np.zeros(len(layout), dtype=int)
    for kind in range(3):
        alike = np.flatnonzero(layout == kind)
        supply[alike] = rng.multinomial(int(wants[:, kind].sum()) + 1, np.full(len(alike), 1 / len(alike)))
    ranks = np.full((66, len(layout)), 6)
    popular = rng.dirichlet(np.full(buildings, 0.7))
    for choice in range(5, 0, -1):
        where, floor = rng.choice(buildings, (66, 1), p=popular), rng.integers(-1, 4, (66, 1))
        ranks[(building == where) & ((floor < 0) | (band == floor))] = choice
    return replace(
        large(66, len(layout), seed), ranks=ranks, worst=6, wants=wants, kinds=layout, supply=supply, sites=building,
        per="household",
    )  # fmt: skip


@pytest.mark.parametrize("seed", [0, 3])  # few and many leaves
def test_a_selection_day_with_whole_outcomes_is_proved_stage_by_stage(seed):
    problem = selection_day(seed)
    solution = coupled.solve(problem)
    silent = solution_of(problem, solution.counts, solution.served)
    proof = certificate.certify(problem, silent, seconds_max=120.0)
    assert set(proofs_of(problem, silent, proof).values()) == {"proved"}
    found = list(proofs_of(problem, solution, solution.certificate).values())
    assert found.count("proved") >= 4  # the search's own prices; where it split by homes it only claims
    assert "bounded" not in found
    whole = certificate.certify(problem, solution, seconds_max=120.0)
    assert whole.proofs[: len(solution.certificate.proofs)] == solution.certificate.proofs
    assert set(proofs_of(problem, silent, whole).values()) == {"proved"}


def test_a_value_one_better_than_it_is_is_refused():
    problem, solution, proof = proved_pair()
    for number, stage in enumerate(solution.stages):
        better = stage.value + (1 if stage.maximised else -1)
        stages = [*solution.stages]
        stages[number] = replace(stage, value=better, bound=better)
        with pytest.raises(Forged, match=stage.name):
            certificate.check(problem, replace(solution, stages=tuple(stages)), proof)


def test_a_stage_left_out_added_or_named_twice_is_refused():
    problem, solution, proof = proved_pair()
    first = solution.stages[0]
    for stages in (solution.stages[1:], (*solution.stages, solution.stages[-1]), (first, first, *solution.stages[2:])):
        with pytest.raises(Forged, match="stages are"):
            certificate.check(problem, replace(solution, stages=stages), proof)


def leafy() -> tuple[Problem, Solution, StageProof]:
    """A coupled round with a stage that took leaves."""
    problem, solution, proof = proved_pair()
    return problem, solution, next(each for each in proof.proofs if len(each.leaves) > 2)


def test_a_leaf_removed_doubled_or_turned_round_is_refused():
    problem, solution, proof = leafy()
    first, *others = proof.leaves
    slot, rank, side = first.limits[-1]
    turned = replace(first, limits=(*first.limits[:-1], (slot, rank, not side)))
    moved = replace(first, limits=(*first.limits[:-1], (slot, rank + 1, side)))
    deeper = replace(first, limits=(*first.limits, (slot, rank, side)))
    for leaves in (others, (first, *proof.leaves), (turned, *others), (moved, *others), (deeper, *others)):
        with pytest.raises(Forged, match="leave something out"):
            certificate.check(problem, solution, Certificate(proofs=(replace(proof, leaves=tuple(leaves)),)))


def test_one_leaf_of_a_tree_proves_nothing_by_its_root():
    """The root's own prices do not close the stage that needed leaves."""
    problem, solution, proof = leafy()
    alone = Certificate(proofs=(replace(proof, leaves=(replace(proof.leaves[0], limits=()),)),))
    silent = solution_of(problem, solution.counts, solution.served)
    assert proofs_of(problem, silent, alone)[stage_names(problem)[proof.stage]] == "bounded"


def test_prices_that_are_not_whole_numbers_or_not_there_are_refused():
    problem, solution, _ = proved_pair()
    good = Leaf(weights=(0, 0, 1, *[0] * (len(stage_names(problem)) - 3)), prices=(0,) * problem.classes)
    certificate.check(problem, solution, Certificate(proofs=(StageProof(stage=2, leaves=(good,)),)))
    for leaf in (
        replace(good, prices=(0.5, *good.prices[1:])),
        replace(good, prices=(True, *good.prices[1:])),
        replace(good, prices=(-1, *good.prices[1:])),
        replace(good, prices=good.prices[1:]),
        replace(good, weights=good.weights[1:]),
        replace(good, weights=(1, *good.weights[1:])),
        replace(good, weights=(*good.weights[:-1], 1)),
        replace(good, limits=((problem.slots, 1, True),)),
    ):
        with pytest.raises(Forged):
            certificate.check(problem, solution, Certificate(proofs=(StageProof(stage=2, leaves=(leaf,)),)))
    for proof in (StageProof(stage=2, leaves=()), StageProof(stage=99, leaves=(good,))):
        with pytest.raises(Forged, match="a proof of stage"):
            certificate.check(problem, solution, Certificate(proofs=(proof,)))


def test_two_homes_exchanged_are_no_longer_proved():
    problem = large(60, 8, 4)
    solution = matching.solve(problem)
    counts = solution.counts.copy()
    rows = [(slot, int(counts[slot].argmax())) for slot in range(60)]
    (a, home_a), (b, home_b) = next(
        (x, y) for x in rows for y in rows if x[1] != y[1] and problem.ranks[x] + problem.ranks[y]
        != problem.ranks[x[0], y[1]] + problem.ranks[y[0], x[1]]
    )  # fmt: skip
    counts[[a, a, b, b], [home_a, home_b, home_b, home_a]] = [0, 1, 0, 1]
    worse = solution_of(problem, counts, solution.served)
    assert "bounded" in proofs_of(problem, worse, solution.certificate).values()
    with pytest.raises(Forged):
        certificate.check(problem, replace(solution, counts=counts), solution.certificate)


def test_weights_that_are_not_in_the_order_of_stages_prove_nothing_at_once():
    problem = replace(large(30, 5, 9), ranks=np.tile(np.arange(1, 6), (30, 1)))
    solution = matching.solve(problem)
    (proof,) = solution.certificate.proofs
    leaf = proof.leaves[0]
    for weights in ((*leaf.weights[:3], leaf.weights[2], *leaf.weights[4:]), (*leaf.weights[:-2], 1, 1)):
        other = Certificate(proofs=(replace(proof, leaves=(replace(leaf, weights=weights),)),))
        silent = solution_of(problem, solution.counts, solution.served)
        assert "bounded" in proofs_of(problem, silent, other).values()


def test_weights_of_the_sum_of_ranks_do_not_pass_for_leximin():
    """Equal weights a rank make the sum: its best allocation meets its bound, and is still not leximin."""
    problem = replace(large(80, 8, 6), principle="utilitarian", ties=np.zeros((80, 8), dtype=int))
    summed = matching.solve(replace(problem, ranks=np.sort(problem.ranks, axis=1)))
    problem = replace(problem, ranks=np.sort(problem.ranks, axis=1), principle="leximin")
    (proof,) = summed.certificate.proofs
    leaf = proof.leaves[0]
    a, b = leaf.weights[2:4]
    forged = StageProof(stage=7, leaves=(replace(leaf, weights=(0, 0, a, a, a, a, b, 1)),))
    silent = solution_of(problem, summed.counts, summed.served)
    best = matching.solve(problem)
    assert silent.stages[1].value > best.stages[1].value
    assert proofs_of(problem, silent, Certificate(proofs=(forged,)))["outcomes_at_rank_5"] == "bounded"


@pytest.mark.parametrize(
    "spoil",
    ["a home twice", "a kind not wanted", "an unserved slot with a home", "a served slot without", "less than nothing"],
)
def test_an_allocation_against_the_rules_is_refused(spoil):
    problem = large(20, 5, 3)
    solution = matching.solve(problem)
    counts, served = solution.counts.copy(), solution.served.copy()
    if spoil == "a home twice":
        full = int(np.argmax(counts.sum(axis=0) == problem.supply))
        counts[:] = np.roll(np.eye(5, dtype=int)[full], 0)
    elif spoil == "a kind not wanted":
        counts[0] += np.eye(5, dtype=int)[0]
    elif spoil == "an unserved slot with a home":
        served[0] = False
    elif spoil == "a served slot without":
        counts[0] = 0
    else:
        counts[0, counts[0].argmax()] = 2
        counts[0, counts[0].argmin()] = -1
    with pytest.raises(Forged):
        certificate.check(problem, solution_of(problem, counts, served), solution.certificate)


def test_a_group_over_two_sites_is_refused():
    problem = replace(large(2, 2, 0), groups=np.zeros(2, dtype=int), sites=np.arange(2), supply=np.full(2, 2))
    apart = solution_of(problem, np.eye(2, dtype=int), np.ones(2, dtype=bool))
    with pytest.raises(Forged, match="several sites"):
        certificate.check(problem, apart, None)


def test_counts_of_another_shape_are_refused():
    problem = large(3, 2, 0)
    with pytest.raises(Forged, match="do not fit"):
        certificate.check(problem, Solution(counts=np.zeros((2, 2)), served=np.ones(3), stages=()), None)


def test_a_leaf_that_weighs_nothing_proves_nothing_and_an_empty_one_all():
    problem, solution, proof = proved_pair()
    silent = solution_of(problem, solution.counts, solution.served)
    root = replace(proof.proofs[0].leaves[0], limits=())
    idle = replace(root, weights=(0,) * len(root.weights), prices=(0,) * problem.classes)
    name = stage_names(problem)[2]
    # No home is better than the first choice: one side of the split is empty, the other is everything.
    for other, expected in ((idle, "bounded"), (root, proofs_of(problem, silent, Certificate())[name])):
        leaves = (replace(idle, limits=((0, 0, True),)), replace(other, limits=((0, 0, False),)))
        split = Certificate(proofs=(StageProof(stage=2, leaves=leaves),))
        assert proofs_of(problem, silent, split)[name] == expected
    empty = (replace(idle, limits=((0, 0, True),)),) * 2
    with pytest.raises(Forged, match="leave something out"):
        certificate.check(problem, silent, Certificate(proofs=(StageProof(stage=2, leaves=empty),)))


def test_a_solution_keeps_the_certificate_it_has():
    problem = large(10, 3, 0)
    solution = matching.solve(problem)
    assert certificate.certify(problem, solution) is solution.certificate


def test_a_slot_that_must_be_served_and_cannot_leaves_no_allocation():
    """Each arithmetic says so: 64 bits, whole columns of wide numbers, and Python's own integers."""
    problem = large(8, 4, 0)
    ranks = problem.ranks.copy()
    ranks[3] = 0
    problem = replace(problem, ranks=ranks)
    everybody = np.ones(8, dtype=bool)
    others = np.arange(8) != 3
    for wide in (1, 2**80):
        weights = [0, 0, *[wide] * (len(stage_names(problem)) - 3), 1]
        assert bound(problem, [0] * 4, weights=weights, must=everybody) is None
        assert bound(problem, [0] * 4, weights=weights, must=others) is not None
    limits = [(0, 0, True)]
    assert bound(problem, [0] * 4, weights=weights, must=others, limits=limits) is None


def test_a_budget_that_lists_nothing_allows_nothing():
    nothing = Budget(totals=np.zeros(0, dtype=int), spare=np.zeros(0, dtype=int))
    problem = replace(large(2, 3, 0), budgets=(nothing, None))
    solution = matching.solve(problem)
    assert solution.served.tolist() == [False, True]
    assert {stage.proof for stage in solution.stages} == {"proved"}


# --- who is served -----------------------------------------------------------------------------------------------


def short(households: int = 6) -> Problem:
    """Three homes for six slots; the last two classes are open to few."""
    problem = large(households, 3, 1)
    ranks = problem.ranks.copy()
    ranks[:4, 1:] = 0
    return replace(problem, ranks=ranks, supply=np.ones(3, dtype=int), order=np.arange(households))


def test_too_few_homes_are_shown_by_prices_of_nought_and_one():
    problem = short()
    solution = matching.solve(problem)
    assert {stage.name: stage.proof for stage in solution.stages} == dict.fromkeys(stage_names(problem), "proved")
    first = solution.certificate.proofs[0]
    assert first.stage == 0
    assert set(first.leaves[0].prices) <= {0, 1}


def test_serving_others_than_the_earliest_is_not_proved():
    problem = short()
    solution = matching.solve(problem)
    early = next(slot for slot in range(4) if solution.served[slot])
    late = next(slot for slot in range(4) if not solution.served[slot])
    counts, served = solution.counts.copy(), solution.served.copy()
    counts[[early, late]] = counts[[late, early]]
    served[[early, late]] = served[[late, early]]
    proofs = proofs_of(problem, solution_of(problem, counts, served), solution.certificate)
    assert proofs["served"] == "proved"
    assert proofs["earliest"] == "bounded"


def test_a_refusal_without_a_reason_is_not_proved():
    problem = short()
    solution = matching.solve(problem)
    idle = [
        replace(proof, leaves=(replace(proof.leaves[0], prices=(0,) * problem.classes),)) if proof.stage == 1 else proof
        for proof in solution.certificate.proofs
    ]
    silent = solution_of(problem, solution.counts, solution.served)
    assert proofs_of(problem, silent, Certificate(proofs=tuple(idle)))["earliest"] == "bounded"


def test_claims_of_the_solver_stay_claims():
    problem, solution, _ = proved_pair()
    stages = certificate.check(problem, solution, None)
    assert stages[0].proof == "proved"  # all served: nothing can be more
    assert "claimed" in {stage.proof for stage in stages}
    forged = replace(solution, stages=tuple(replace(stage, proof="proved") for stage in solution.stages))
    assert "bounded" in {stage.proof for stage in certificate.check(problem, forged, None)}


def test_time_that_is_up_leaves_a_bound_and_no_proof(monkeypatch):
    problem, solution, _ = proved_pair()
    silent = solution_of(problem, solution.counts, solution.served)
    stages = certificate.check(problem, silent, certificate.certify(problem, silent, seconds_max=0.0))
    for stage in stages:
        assert stage.bound >= stage.value if stage.maximised else stage.bound <= stage.value


def test_a_program_the_float_solver_cannot_finish_proves_nothing_wrong(monkeypatch):
    problem, solution, _ = proved_pair()
    silent = solution_of(problem, solution.counts, solution.served)
    monkeypatch.setattr(master.Master, "solve", lambda self: None)
    stages = certificate.check(problem, silent, certificate.certify(problem, silent))
    assert "bounded" in {stage.proof for stage in stages}
