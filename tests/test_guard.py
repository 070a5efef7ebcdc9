"""The guard against brute force, turn by turn: every safe home is safe, every refusal right, every reason true."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.instances import instance
from solver import makeup, replan
from solver.guard import Guard, Refusal
from solver.makeup import Makeup
from solver.problem import Problem
from solver.remaining import remaining
from solver.serving import Serving

from guard_oracle import Hall, Homes
from strategies import COMBINATIONS, random_problem


class Day:
    """One random day of choosing, watched: whatever the guard says is compared with brute force."""

    def __init__(self, seed: int) -> None:
        self.problem, self.rng = random_problem(seed), random.Random(seed)
        self.hall, self.held = Hall(self.problem), dict[int, Homes]()
        supply = self.problem.supply.tolist()
        self.withheld = [self.rng.choice((0, 0, 0, n and 1)) for n in supply]
        self.guard = Guard(self.problem, withheld=np.array(self.withheld))
        self.left = [n - w for n, w in zip(supply, self.withheld, strict=True)]
        self.later = set(self.hall.largest(self.left))
        self.grounds, self.asked = Counter[str](), 0
        assert self.guard.to_come == self.later

    def run(self) -> None:
        for slot in sorted(range(self.problem.slots), key=lambda s: int(self.problem.order[s])):
            if self.rng.random() < 0.1 and slot in self.later:
                self.guard.leave(slot)
                self.later.discard(slot)
            else:
                while self.turn(slot):
                    pass
        assert all(own in self.hall.sets[slot] for slot, own in self.held.items())

    def turn(self, slot: int) -> bool:
        """One home more, or the end of the turn."""
        safe = self.hall.safe(slot, self.later, self.held, tuple(self.left))
        assert self.guard.safe(slot).tolist() == safe
        self.asked += 1
        for cls in range(self.problem.classes):
            refusal = self.guard.why(slot, cls)
            assert (refusal is None) == safe[cls]
            if refusal is not None:
                self.check(refusal)
        done = self.held.get(slot) in self.hall.sets[slot]
        assert self.guard.may_stop(slot) == done
        if done and (not any(safe) or self.rng.random() < 0.5):
            self.guard.finish(slot)
            self.later.discard(slot)
            return False
        if not any(safe):
            assert slot not in self.later, "stranded"
            return False
        self.later.add(slot)
        self.pick(slot, self.rng.choice([cls for cls, ok in enumerate(safe) if ok]), safe)
        self.stock_changes()
        return True

    def pick(self, slot: int, cls: int, safe: list[bool]) -> None:
        for other, ok in enumerate(safe):
            if not ok:
                assert not self.guard.take(slot, other)
        assert self.guard.take(slot, cls)
        self.change(slot, cls, 1)
        if self.rng.random() < 0.15:
            self.guard.give_back(slot, cls)
            self.change(slot, cls, -1)

    def change(self, slot: int, cls: int, homes: int) -> None:
        self.left[cls] -= homes
        own = list(self.held.get(slot, (0,) * self.problem.classes))
        own[cls] += homes
        self.held[slot] = tuple(own)
        if not any(own):
            del self.held[slot]

    def stock_changes(self) -> None:
        """Now and then a home held back is released, or one turns out to be defective."""
        cls = self.rng.randrange(self.problem.classes)
        if self.withheld[cls] and self.rng.random() < 0.5:
            self.withheld[cls] -= 1
            self.guard.release(cls)
            self.left[cls] += 1
        elif self.left[cls] and self.rng.random() < 0.2:
            left = tuple(n - (c == cls) for c, n in enumerate(self.left))
            spare = self.hall.servable(tuple(sorted(self.later)), self.held, left)
            assert self.guard.withdraw(cls) == spare
            self.left[cls] -= spare

    def check(self, refusal: Refusal) -> None:
        """The price of 1 on each class named: later slots need more than there would be."""
        self.grounds[refusal.ground] += 1
        if refusal.ground != "needed":
            assert not refusal.classes
            return
        inside = refusal.classes
        assert refusal.there == sum(self.left[c] for c in inside) - (refusal.cls in inside) < refusal.needed
        own = list(self.held.get(refusal.slot, (0,) * self.problem.classes))
        own[refusal.cls] += 1
        held = {**self.held, refusal.slot: tuple(own)}
        assert set(refusal.slots) <= self.later | {refusal.slot}
        assert sum(self.least(slot, inside, held) for slot in refusal.slots) >= refusal.needed

    def least(self, slot: int, inside: tuple[int, ...], held: dict[int, Homes]) -> int:
        """Homes of the classes that the slot needs at least, to complete its set where its mates are."""
        group = int(self.problem.groups[slot])
        sites = {self.hall.site(own) for s, own in held.items() if group >= 0 and self.problem.groups[s] == group}
        own = held.get(slot, (0,) * self.problem.classes)
        costs = [
            sum(take[c] - own[c] for c in inside)
            for take in self.hall.sets[slot]
            if all(t >= o for t, o in zip(take, own, strict=True)) and (not sites or sites == {self.hall.site(take)})
        ]
        return min(costs, default=0)


def days(seeds: range) -> Counter[str]:
    grounds = Counter[str]()
    for seed in seeds:
        day = Day(seed)
        day.run()
        grounds += day.grounds + Counter(asked=day.asked)
    return grounds


BATCH = 144


@pytest.mark.parametrize("first", range(0, 7 * BATCH, BATCH))
def test_every_safe_home_is_safe_and_every_refused_one_is_not(first):
    assert len(COMBINATIONS) % BATCH == 0
    grounds = days(range(first, first + BATCH))
    assert grounds["asked"] > 3 * BATCH
    assert {"taken", "no_set", "not_allowed", "needed"} <= set(grounds)


def test_each_way_to_decide_is_right_without_the_others(monkeypatch):
    seeds = range(2000, 2000 + len(COMBINATIONS), 4)
    monkeypatch.setattr(Guard, "_one_switched", lambda *given: False)
    searched = days(seeds)["searched"]
    monkeypatch.setattr(replan, "TRIES_MAX", 0)
    assert days(seeds)["searched"] == searched > 2


def test_make_ups_too_many_to_list_are_found_as_they_are_needed(monkeypatch):
    monkeypatch.setattr(makeup, "MAKEUPS_MAX", -1)
    assert days(range(0, len(COMBINATIONS), 6))["searched"] > 10


def test_a_guard_without_one_of_its_questions_is_caught_by_brute_force(monkeypatch):
    monkeypatch.setattr(Guard, "_maybe", lambda self, slot: 0)
    with pytest.raises(AssertionError):
        days(range(0, 400))


# -- single cases -----------------------------------------------------------------------------------------------------


def small(**changes: object) -> Problem:
    """Three slots, one home each, out of three classes with one home each."""
    given: dict[str, object] = {
        "ranks": np.array([[1, 2, 3]] * 3), "supply": np.array([1, 1, 1]), "ties": np.zeros((3, 3)),
        "order": np.arange(3), "worst": 3, "kinds": np.zeros(3), "wants": np.ones((3, 1)), "units_max": np.ones(3),
        "sizes": np.full(3, 100), "size_min": np.zeros(3), "size_max": np.full(3, 500), "extras": np.zeros(3),
        "needs": np.zeros(3, dtype=bool), "helps": np.zeros((3, 3), dtype=bool), "groups": np.full(3, -1),
        "sites": np.zeros(3),
    }  # fmt: skip
    return Problem(**{**given, **changes})


def test_the_only_low_home_is_kept_for_the_one_that_needs_it():
    helps = np.array([[True, False, False]] * 3)
    watched = Guard(small(needs=np.array([False, False, True]), helps=helps))
    assert watched.safe(0).tolist() == [False, True, True]
    assert watched.why(0, 0) == Refusal(slot=0, cls=0, ground="needed", slots=(2,), classes=(0,), needed=1, there=0)
    assert not watched.take(0, 0)
    watched.leave(2)
    assert watched.take(0, 0)


def test_homes_that_two_later_slots_can_only_choose_from_are_counted():
    ranks = np.array([[1, 2, 3], [1, 2, 0], [1, 2, 0]])
    refusal = Guard(small(ranks=ranks)).why(0, 1)
    assert refusal == Refusal(slot=0, cls=1, ground="needed", slots=(1, 2), classes=(0, 1), needed=2, there=1)


def test_not_all_can_be_served_so_the_earliest_are_kept_and_a_waiver_makes_room():
    watched = Guard(small(supply=np.array([1, 1, 0]), ranks=np.array([[1, 2, 0]] * 3)))
    assert watched.to_come == {0, 1}
    assert not watched.safe(2).any()
    refusal = watched.why(2, 0)
    assert refusal is not None
    assert (refusal.ground, refusal.slots, refusal.needed, refusal.there) == ("needed", (0, 1), 2, 1)
    watched.leave(0)
    assert watched.safe(2).tolist() == [True, True, False]


def test_what_is_given_back_can_be_taken_by_others_again():
    watched = Guard(small())
    assert watched.take(0, 0)
    assert not watched.take(1, 0)
    watched.give_back(0, 0)
    assert watched.take(1, 0)
    assert watched.stock == [0, 1, 1]
    with pytest.raises(ValueError, match="slot 0"):
        watched.finish(0)


def test_an_answer_that_breaks_a_rule_is_no_beginning():
    with pytest.raises(ValueError, match="slot 0"):
        Guard(small(ranks=np.array([[0, 2, 3]] * 3)), counts=np.eye(3, dtype=np.int64), served=np.ones(3, dtype=bool))


def test_a_known_answer_is_a_beginning():
    kept = Guard(small(), counts=np.eye(3, dtype=np.int64), served=np.array([True, False, True]))
    assert kept.to_come == {0, 2}


def test_make_ups_that_differ_in_one_home_are_one():
    made = [Makeup(-1, ((1, 1), (4, 1))), Makeup(-1, ((2, 1), (4, 1))), Makeup(0, ((4, 1),))]
    assert makeup.merged(made) == (Makeup(-1, ((3, 1), (4, 1))), Makeup(0, ((4, 1),)))


def test_what_time_does_not_let_decide_is_not_given_but_called_undecided(monkeypatch):
    """A round in which only complete search refuses a home, and which is then given no time."""
    day = Day(next(seed for seed in range(2000, 4000) if days(range(seed, seed + 1))["searched"]))
    monkeypatch.setattr(replan, "TRIES_MAX", 0)
    monkeypatch.setattr(Guard, "_one_switched", lambda *given: False)
    monkeypatch.setattr(replan.Search, "run", lambda self, name: self.served.fill(False))
    unsure = []
    for slot in range(day.problem.slots):
        for cls in np.flatnonzero(~day.guard.safe(slot)).tolist():
            refusal = day.guard.why(slot, cls)
            unsure += [cls] if refusal is not None and refusal.ground == "undecided" else []
            assert refusal is None or refusal.ground != "searched"
    assert unsure


def test_order_of_rows_does_not_matter():
    for seed in range(0, 120):
        problem = random_problem(seed)
        classes = random.Random(seed).sample(range(problem.classes), problem.classes)
        moved = {name: getattr(problem, name)[:, classes] for name in ("ranks", "ties", "helps")}
        moved |= {name: getattr(problem, name)[classes] for name in ("supply", "kinds", "sizes", "extras", "sites")}
        first = int(np.argmin(problem.order))
        assert (Guard(replace(problem, **moved)).safe(first) == Guard(problem).safe(first)[classes]).all()


# -- larger rounds, a second way --------------------------------------------------------------------------------------


def mixed_round(seed: int, households: int = 10) -> Problem:
    """Everything that couples homes at once, and two pairs in five not allowed."""
    rng = random.Random(seed)
    problem = instance(households, seed, variant=rng.choice(("declared", "slack", "open", "budgets")))
    groups = np.full(households, -1)
    for group in range(rng.randint(0, 2)):
        groups[rng.sample(range(households), 2)] = group
    closed = np.array([[rng.random() < 0.4 for _ in range(problem.classes)] for _ in range(households)])
    needs = np.array([rng.random() < 0.25 for _ in range(households)])
    return replace(problem, groups=groups, needs=needs, ranks=np.where(closed, 0, problem.ranks))


def servable(problem: Problem, slots: set[int], held: dict[int, np.ndarray], stock: np.ndarray) -> bool:
    """Whether all can complete their sets, by one mixed-integer program over classes."""
    left = remaining(problem, sorted(slots), held, stock)
    return left is not None and (not left[1] or bool(Serving(left[0]).all_of(range(left[0].slots))))


@pytest.mark.parametrize("seed", range(8))
def test_on_rounds_too_large_for_brute_force_the_guard_agrees_with_complete_search(seed):
    problem, rng = mixed_round(seed), random.Random(seed)
    watched, held, stock = Guard(problem), dict[int, np.ndarray](), problem.supply.copy()
    for slot in [s for s in np.argsort(problem.order).tolist() if s in watched.to_come]:
        while not (watched.may_stop(slot) and rng.random() < 0.7):
            safe = watched.safe(slot)
            could = [c for c in range(problem.classes) if stock[c] and problem.ranks[slot, c]]
            for cls in rng.sample(could, min(len(could), 3)):
                more = {**held, slot: held.get(slot, 0) + np.eye(problem.classes, dtype=np.int64)[cls]}
                after = stock - np.eye(problem.classes, dtype=np.int64)[cls]
                assert safe[cls] == servable(problem, watched.to_come, more, after)
            if not safe.any():
                break
            cls = rng.choice(np.flatnonzero(safe).tolist())
            assert watched.take(slot, cls)
            stock[cls] -= 1
            held[slot] = watched.held[slot].copy()
        watched.finish(slot)
