"""Days of choosing played through: with the guard nobody is stranded; without it, some are."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from allocation.rehearsal import orders, rehearse
from allocation.round import judge
from allocation.tables import read_round
from benchmarks import guard as benchmark
from benchmarks.instances import VARIANTS, instance
from solver.days import Played, Rehearsal
from solver.problem import Problem, check_solution

from guard_oracle import Hall, Homes
from strategies import random_problem

ROOT = Path(__file__).resolve().parent.parent


def answer(problem: Problem, played: Played) -> tuple[np.ndarray, np.ndarray]:
    counts = np.zeros(problem.ranks.shape, dtype=np.int64)
    for slot, cls in played.taken:
        counts[slot, cls] += 1
    served = np.ones(problem.slots, dtype=bool)
    served[list(played.stranded)] = False
    return counts, served


@pytest.mark.parametrize("variant", VARIANTS)
def test_on_invented_rounds_the_guard_strands_nobody_and_every_day_keeps_the_rules(variant):
    problem = instance(24, seed=5, variant=variant)
    played, rng = Rehearsal(problem), random.Random(7)
    for _ in range(6):
        order = rng.sample(range(problem.slots), problem.slots)
        day = played.guarded(order)
        assert day.stranded == ()
        assert check_solution(problem, *answer(problem, day)) == []
        assert check_solution(problem, *answer(problem, played.unguarded(order))) == []


def test_on_the_dafeng_round_careless_choosers_strand_somebody_only_without_the_guard():
    round_ = judge(read_round(ROOT / "data" / "dafeng"))
    found = rehearse(round_, days=40, seed="rehearsal")
    assert found.guarded == found.left_guarded == 0
    assert found.unguarded > 0
    assert found.left_unguarded >= found.unguarded
    assert found == rehearse(round_, days=40, seed="rehearsal")
    assert found != rehearse(round_, days=40, seed="another")


def test_the_orders_of_the_days_are_draws_by_the_policy():
    round_ = judge(read_round(ROOT / "data" / "dafeng"))
    first, second = orders(round_, 2, "s")
    assert first != second
    assert sorted(first) == list(range(66))
    priority = [round_.households[slot].priority_class is not None for slot in first]
    assert priority == sorted(priority, reverse=True)


def test_careless_choosers_take_their_best_by_brute_force():
    """Each in turn: the class it ranks best that leaves it a set, and with the guard everybody to come as well."""
    stranded = 0
    for seed in range(0, 300):
        problem = random_problem(seed)
        hall, rehearsal = Hall(problem), Rehearsal(problem)
        order = random.Random(seed).sample(range(problem.slots), problem.slots)
        for guarded in (False, True):
            kept = set(hall.largest(problem.supply.tolist())) if guarded else set()
            if guarded and len(kept) < problem.slots:
                continue
            day = (rehearsal.guarded if guarded else rehearsal.unguarded)(order)
            stranded += len(day.stranded)
            assert day == by_brute_force(problem, hall, order, kept)
            assert not (guarded and day.stranded)
    assert stranded > 60


def by_brute_force(problem: Problem, hall: Hall, order: list[int], later: set[int]) -> Played:
    left, held, taken, stranded = problem.supply.tolist(), dict[int, Homes](), [], []
    later = set(later)
    for slot in order:
        wishes = sorted(range(problem.classes), key=lambda c: (problem.ranks[slot, c], problem.ties[slot, c], c))
        while held.get(slot) not in hall.sets[slot]:
            safe = hall.safe(slot, later, held, tuple(left))
            cls = next((c for c in wishes if safe[c]), None)
            if cls is None:
                stranded.append(slot)
                break
            taken.append((slot, cls))
            left[cls] -= 1
            held[slot] = tuple(n + (c == cls) for c, n in enumerate(held.get(slot, (0,) * problem.classes)))
        later.discard(slot)
    return Played(taken=tuple(taken), stranded=tuple(sorted(stranded)))


def test_the_benchmark_measures_and_writes_its_page(monkeypatch, tmp_path, capsys):
    out = tmp_path / "GUARD.md"
    small = ["--households", "40", "--turns", "5", "--days", "3", "--variants", "declared", "needs", "--out", str(out)]
    monkeypatch.setattr("sys.argv", ["guard", *small])
    benchmark.main()
    assert out.read_text(encoding="utf-8") == capsys.readouterr().out
    assert out.read_text(encoding="utf-8").count("\n| declared |") == 2


def test_the_rehearsal_is_a_command(anju):
    code, said, _ = anju("rehearse", ROOT / "data" / "dafeng", "--days", 5, "--seed", "s", "--json")
    assert code == 0
    figures = json.loads(said)
    assert (figures["days"], figures["households"], figures["guarded"]) == (5, 66, 0)
    code, said, _ = anju("rehearse", ROOT / "data" / "dafeng", "--days", 5, "--seed", "s", "--lang", "en")
    assert code == 0
    assert f"without it on {figures['unguarded']} days" in " ".join(said.split())
