"""Why not all can be served, and what would mend it: against trying every set of slots and every set of homes."""

from dataclasses import replace
from itertools import combinations, combinations_with_replacement

import numpy as np
import pytest

from solver import engine
from solver.coupled import Clock
from solver.mend import mends
from solver.problem import Budget, Problem, Solution, check_solution, stage_value
from solver.serving import Serving, fits, forced
from solver.witness import witness, witnesses

from oracles import brute_force, sets_of
from strategies import random_problem

UNSERVED = [seed for seed in range(0, 1152, 5) if not all(brute_force(random_problem(seed)).served)]


def only(problem: Problem, slots) -> Problem:
    """The problem of some slots: the others may take nothing."""
    ranks = problem.ranks.copy()
    ranks[[slot for slot in range(problem.slots) if slot not in slots]] = 0
    return replace(problem, ranks=ranks)


def servable(problem: Problem, slots) -> bool:
    served = brute_force(only(problem, slots)).served
    return all(served[slot] for slot in slots)


def solved(problem: Problem) -> Solution:
    answer = brute_force(problem)
    return Solution(counts=np.array(answer.counts), served=np.array(answer.served), stages=())


def homes(*, supply, ranks, **given) -> Problem:
    """Slots that want one home each of classes of one kind, but for what is given."""
    ranks = np.array(ranks)
    slots, classes = ranks.shape
    plain = {
        "ties": np.zeros((slots, classes), dtype=int), "order": np.arange(slots), "worst": 2,
        "kinds": np.zeros(classes, dtype=int), "wants": np.ones((slots, 1), dtype=int), "units_max": np.ones(slots),
        "sizes": np.full(classes, 80), "size_min": np.full(slots, 60), "size_max": np.full(slots, 100),
        "extras": np.zeros(classes, dtype=int), "needs": np.zeros(slots, dtype=bool),
        "helps": np.ones((slots, classes), dtype=bool), "groups": np.full(slots, -1),
        "sites": np.zeros(classes, dtype=int),
    }  # fmt: skip
    return Problem(ranks=ranks, supply=np.array(supply), **(plain | given))


# -- witnesses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", UNSERVED)
def test_the_witness_is_a_smallest_set_that_cannot_be_served(seed):
    problem = random_problem(seed)
    found = witness(problem, solved(problem), seconds_max=None)
    smallest = next(
        size
        for size in range(1, problem.slots + 1)
        if any(not servable(problem, some) for some in combinations(range(problem.slots), size))
    )
    assert found.smallest
    assert found.minimal
    assert len(found.slots) == smallest
    assert not servable(problem, found.slots)
    assert all(servable(problem, some) for some in combinations(found.slots, len(found.slots) - 1) if some)


@pytest.mark.parametrize("seed", UNSERVED)
def test_what_a_witness_competes_for_is_what_its_slots_can_use(seed):
    problem = random_problem(seed)
    found = witness(problem, solved(problem), seconds_max=None)
    if len(found.slots) == 1:
        return
    classes = list(range(problem.classes))
    sets = {slot: sets_of(problem, slot, classes) for slot in found.slots}
    usable = {c for slot in found.slots for take in sets[slot] for c in classes if take[c]}
    assert found.there == sum(problem.supply[list(found.classes)])
    if found.counted:
        assert set(found.classes) <= usable
        # Whatever sets the slots choose, they take at least so many homes of these classes.
        least = sum(min(sum(take[c] for c in found.classes) for take in sets[slot]) for slot in found.slots)
        assert found.there < found.needed <= least
    else:
        assert set(found.classes) == usable


@pytest.mark.parametrize("seed", UNSERVED)
def test_every_unserved_slot_is_in_a_witness(seed):
    problem, solution = random_problem(seed), solved(random_problem(seed))
    why = witnesses(problem, solution, seconds_max=None, most=9)
    assert why.complete
    named = {slot for one in why.witnesses for slot in one.slots}
    assert set(np.flatnonzero(~solution.served).tolist()) <= named
    for one in why.witnesses:
        assert not servable(problem, one.slots)
        assert all(servable(problem, some) for some in combinations(one.slots, len(one.slots) - 1) if some)


def test_when_all_are_served_there_is_no_witness():
    problem = homes(supply=[2], ranks=[[1], [1]])
    assert witness(problem, engine.solve(problem)) is None


def test_three_households_for_two_homes_are_the_witness_and_the_fourth_is_not():
    problem = homes(supply=[1, 1, 1], ranks=[[1, 2, 0], [1, 1, 0], [2, 1, 0], [1, 1, 1]])
    found = witness(problem, engine.solve(problem))
    assert (found.slots, found.classes, found.needed, found.there) == ((0, 1, 2), (0, 1), 3, 2)
    assert found.rules == ("homes",)


def test_a_larger_crowd_does_not_hide_the_smaller_one():
    """Five slots for four homes, and apart from them two for one: the two are named, whoever is left unserved."""
    ranks = np.zeros((7, 3), dtype=int)
    ranks[:5, :2] = 1
    ranks[5:, 2] = 1
    found = witness(homes(supply=[2, 2, 1], ranks=ranks), engine.solve(homes(supply=[2, 2, 1], ranks=ranks)))
    assert found.slots == (5, 6)


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"needs": [True], "helps": [[False]]}, "need"),
        ({"budgets": [Budget(totals=np.array([80]), spare=np.array([-5]))]}, "budget"),
        ({"budgets": [Budget(totals=np.array([70]), spare=np.array([5]))]}, "totals"),
        ({"wants": [[-1]], "size_max": [75]}, "size_max"),
        ({"wants": [[-1]], "size_min": [85]}, "size_min"),
        ({"wants": [[2]], "size_max": [100]}, "demand"),
        ({"wants": [[2]], "size_max": [100]}, "homes"),
    ],
)
def test_a_slot_that_no_home_can_serve_is_told_the_rule(given, rule):
    given = {name: value if name == "budgets" else np.array(value) for name, value in given.items()}
    problem = homes(supply=[1], ranks=[[1]], **given)
    found = witness(problem, engine.solve(problem))
    assert found.slots == (0,)
    assert rule in found.rules
    assert len(found.rules) == (2 if rule in ("demand", "homes") else 1)


def test_a_group_that_finds_no_common_site_is_told_so():
    problem = homes(supply=[1, 1], ranks=[[1, 1], [1, 1]], groups=np.array([0, 0]), sites=np.array([0, 1]))
    found = witness(problem, engine.solve(problem))
    assert found.slots == (0, 1)
    assert found.rules == ("homes", "group")
    assert not found.counted


def test_a_crowd_of_many_alike_is_the_smallest_without_a_search():
    """Forty for 27 homes that are all they can use, among 400 others: any 28 of them, and no fewer."""
    ranks = np.ones((440, 12), dtype=int)
    ranks[:40, 3:] = 0
    supply = [9, 9, 9] + [50] * 9
    problem = homes(supply=supply, ranks=ranks)
    found = witness(problem, engine.solve(problem), seconds_max=None)
    assert (len(found.slots), found.classes, found.needed, found.there) == (28, (0, 1, 2), 28, 27)
    assert found.smallest


def test_without_time_nothing_is_claimed():
    seed = next(s for s in UNSERVED if len(witness(random_problem(s), solved(random_problem(s))).slots) > 2)
    why = witnesses(random_problem(seed), solved(random_problem(seed)), seconds_max=0)
    assert all(not servable(random_problem(seed), one.slots) for one in why.witnesses)


# -- mends ------------------------------------------------------------------------------------------------------------


def served_by(problem: Problem) -> int:
    return sum(brute_force(problem).served)


@pytest.mark.parametrize("seed", UNSERVED[::2])
def test_no_fewer_homes_than_the_mend_says_would_serve_as_many(seed):
    problem, solution = random_problem(seed), solved(random_problem(seed))
    found, _ = mends(problem, solution, witnesses(problem, solution, seconds_max=None), seconds_max=None)
    more = [mend for mend in found if mend.rule == "homes"]
    ample = served_by(replace(problem, supply=np.minimum(problem.supply + 4, 5)))
    assert bool(more) == (ample > solution.served.sum())
    for mend in more:
        supply = problem.supply.copy()
        for c, homes_added in mend.more:
            supply[c] += homes_added
        assert served_by(replace(problem, supply=supply)) == mend.served == ample
        assert mend.amount == sum(n for _, n in mend.more)
        if ample < problem.slots or mend.amount > 3:
            continue
        for added in combinations_with_replacement(range(problem.classes), mend.amount - 1):
            fewer = problem.supply + np.bincount(np.array(added, dtype=int), minlength=problem.classes)
            assert served_by(replace(problem, supply=fewer)) < mend.served


def changed(problem: Problem, mend, amount: int) -> Problem:
    """The problem with the mend's limit changed by an amount, written out once more."""
    if mend.rule == "budget":
        rooms = list(problem.budgets)
        own = rooms[mend.slot]
        rooms[mend.slot] = Budget(totals=own.totals, spare=own.spare + amount)
        return replace(problem, budgets=rooms)
    arrays = {n: getattr(problem, n).copy() for n in ("size_max", "size_min", "needs", "groups", "wants", "ranks")}
    if mend.rule in ("size_max", "size_min"):
        arrays[mend.rule][mend.slot] += amount if mend.rule == "size_max" else -amount
    elif mend.rule == "need":
        arrays["needs"][mend.slot] = False
    elif mend.rule == "group":
        arrays["groups"][mend.slot] = -1
    else:
        own = arrays["ranks"][mend.slot]
        own[(own == 0) & (problem.wants[mend.slot][problem.kinds] == 0)] = problem.worst
        arrays["wants"][mend.slot] = -1
    return replace(problem, **arrays)


@pytest.mark.parametrize("seed", UNSERVED)
def test_a_limit_is_widened_by_the_least_that_serves_one_more(seed):
    problem, solution = random_problem(seed), solved(random_problem(seed))
    why = witnesses(problem, solution, seconds_max=None)
    found, decided = mends(problem, solution, why, seconds_max=None)
    assert decided
    for mend in found:
        if mend.rule == "homes":
            continue
        assert served_by(changed(problem, mend, mend.amount)) == mend.served > solution.served.sum()
        if mend.amount > 1:
            less = changed(problem, mend, mend.amount - 1)
            own = next(one for one in why.witnesses if mend.slot in one.slots)
            assert not servable(less, own.slots) or served_by(less) == solution.served.sum()


def test_the_random_problems_need_every_kind_of_mend():
    kinds = set()
    for seed in UNSERVED:
        problem, solution = random_problem(seed), solved(random_problem(seed))
        kinds |= {m.rule for m in mends(problem, solution, witnesses(problem, solution))[0]}
    assert kinds == {"homes", "demand", "size_max", "size_min", "budget", "need", "group"}


def test_a_home_that_is_not_there_yet_can_mend():
    problem = homes(supply=[1, 0], ranks=[[1, 1], [0, 1]])
    solution = engine.solve(problem)
    (mend, *_), _ = mends(problem, solution, witnesses(problem, solution))
    assert mend.more == ((1, 1),)
    assert mend.served == 2


# -- one class, one slot's choice --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(0, 1152, 17))
def test_a_class_fits_a_slot_when_some_set_holds_it(seed):
    problem = random_problem(seed)
    for slot in range(problem.slots):
        sets = sets_of(problem, slot, list(range(problem.classes)))
        reach = Serving(problem, Clock(None)).reach(slot)
        for c in range(problem.classes):
            expected = any(take[c] for take in sets)
            assert fits(problem, slot, c) == expected
            assert reach[c] == expected


def judged(problem: Problem, slot: int, allowed) -> dict[str, int] | None:
    """Stages of the best answer that serves the slot within the classes allowed, by trying each of its sets first."""
    found = []
    for take in sets_of(problem, slot, list(range(problem.classes))):
        if any(n and not allowed[c] for c, n in enumerate(take)):
            continue
        counts = np.zeros_like(problem.ranks)
        counts[slot] = take
        ranks, groups = problem.ranks.copy(), problem.groups.copy()
        ranks[slot] = 0
        if groups[slot] >= 0:
            site = problem.sites[np.flatnonzero(take)[0]]
            for other in np.flatnonzero(groups == groups[slot]):
                ranks[other, problem.sites != site] = 0
        rest = brute_force(replace(problem, ranks=ranks, supply=problem.supply - np.array(take)))
        others = np.array(rest.counts)
        served = np.array(rest.served)
        served[slot] = True
        assert not check_solution(problem, counts + others, served)
        found.append((counts + others, served))
    if not found:
        return None
    names = ["served", "earliest", *(f"outcomes_at_rank_{rank}" for rank in range(problem.worst, 0, -1))]
    keys = [[stage_value(problem, n, c, s) for n in names] for c, s in found]
    return dict(zip(names, min(keys, key=lambda key: [-key[0], *key[1:]]), strict=True))


@pytest.mark.parametrize("seed", [s for s in range(0, 600) if random_problem(s).principle == "leximin"][::4])
def test_a_forced_choice_costs_what_trying_every_set_says(seed):
    problem = random_problem(seed)
    for slot in range(problem.slots):
        allowed = problem.ranks[slot] <= 1
        expected, found = judged(problem, slot, allowed), forced(problem, slot, allowed)
        assert (found is None) == (expected is None)
        if found is None:
            continue
        assert found.served[slot]
        assert not found.counts[slot, ~allowed].any()
        assert not check_solution(problem, found.counts, found.served)
        assert {n: stage_value(problem, n, found.counts, found.served) for n in expected} == expected
