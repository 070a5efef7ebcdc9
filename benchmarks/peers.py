"""
Other libraries' ways to give the homes of a round where every home is an outcome, and one judge of what each reaches.

Each method gets the same Problem and returns who takes how many homes of which class, as three arrays. What a library
cannot be told is in its ``note``; a round of one layout at a time is given to libraries that cannot hold a household
to its layouts, which loses nothing where homes do not couple.
"""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.unit_outcomes import plain_flow, scaled_round
from solver import matching
from solver.problem import Problem

Ints = NDArray[np.int64]
Taken = tuple[Ints, ...]  # slots, classes, homes: one entry each a pair that is used


@dataclass(frozen=True, kw_only=True)
class Method:
    """A way to give the homes. ``run`` is what is timed: it builds its own model from the Problem and solves it."""

    title: str
    run: Callable[[Problem], Taken | Answer]
    libraries: tuple[str, ...] = ()  # loaded before the clock starts
    exact: str = "no"  # what is proved
    note: str = ""
    peer: bool = True


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The homes as a table or as three arrays, and what of it is proved."""

    counts: Ints | None = None  # int64 (slots, classes), or …
    taken: Taken = ()
    exact: str = ""

    def homes(self) -> Taken:
        """Slots, classes, homes, however the method gave them."""
        if self.counts is None:
            return self.taken
        slots, classes = np.nonzero(self.counts)
        return slots, classes, self.counts[slots, classes]


def quality(problem: Problem, taken: Taken) -> dict[str, Any]:
    """
    What an assignment reaches: homes at each rank 1 … worst, worst rank, sum of ranks, homes wanted but not given.

    Raises
    ------
    ValueError
        When it takes a home that is not allowed, more homes than a class has, or more of a layout than wanted.
    """
    slots, classes, homes = (np.asarray(part, dtype=np.int64) for part in taken)
    ranks = problem.ranks[slots, classes]
    given = np.zeros_like(problem.wants)
    np.add.at(given, (slots, problem.kinds[classes]), homes)
    used = np.bincount(classes, weights=homes, minlength=problem.classes)
    if (homes < 0).any() or (ranks == 0).any() or (used > problem.supply).any() or (given > problem.wants).any():
        raise ValueError("not an assignment of this round")
    profile = np.bincount(ranks, weights=homes, minlength=problem.worst + 1)[1:].astype(int).tolist()
    return {
        "profile": profile,
        "worst": int(ranks[homes > 0].max(initial=0)),
        "sum": int(homes @ ranks),
        "lacking": int(problem.wants.sum() - homes.sum()),
    }


def one_home(households: int, seed: int = 0) -> Problem:
    """The scaled round with one home a household, of its first layout, and again 2 % more homes than demand."""
    problem = scaled_round(households, seed)
    rng = np.random.default_rng([households, seed, 1])  # noqa: TID251 - an invented round from a published seed
    wants = (np.arange(problem.wants.shape[1]) == (problem.wants > 0).argmax(axis=1)[:, None]).astype(np.int64)
    supply = np.zeros_like(problem.supply)
    for kind in range(wants.shape[1]):
        alike = np.flatnonzero(problem.kinds == kind)
        supply[alike] = rng.multinomial(int(wants[:, kind].sum() * 1.02) + 1, np.full(len(alike), 1 / len(alike)))
    return replace(problem, wants=wants, supply=supply)


def _kinds(problem: Problem) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Layout by layout: the slots that want it, its classes that have homes, and how many homes each slot wants."""
    for kind in range(problem.wants.shape[1]):
        slots = np.flatnonzero(problem.wants[:, kind] > 0)
        if slots.size:
            yield slots, np.flatnonzero((problem.kinds == kind) & (problem.supply > 0)), problem.wants[slots, kind]


def _joined(parts: Sequence[Taken]) -> Taken:
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def anju(problem: Problem) -> Answer:
    """All stages and the draw, with the certificate made and checked in exact integers."""
    solution = matching.solve(problem)
    proved = sum(stage.proof == "proved" for stage in solution.stages)
    return Answer(counts=solution.counts, exact=f"{proved} of {len(solution.stages)} stages proved")


def scipy_assignment(problem: Problem) -> Taken:
    """Least sum of ranks; a row for every home wanted, a column for every home."""
    from scipy.optimize import linear_sum_assignment

    parts = []
    for slots, classes, wanted in _kinds(problem):
        owner, home = np.repeat(slots, wanted), np.repeat(classes, problem.supply[classes])
        cost = problem.ranks[owner[:, None], home[None, :]].astype(np.float64)
        row, column = linear_sum_assignment(cost)
        parts.append((owner[row], home[column], np.ones(len(row), dtype=np.int64)))
    return _joined(parts)


def cp_sat(problem: Problem) -> Answer:
    """The same stages one after the other in CP-SAT, a number of homes for every pair; the draw is left out."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1  # with two workers it did not finish 66 households in 120 s
    solver.parameters.linearization_level = 2
    solver.parameters.random_seed = 0
    pairs = [(s, c, w) for slots, classes, wanted in _kinds(problem)
             for s, w in zip(slots.tolist(), wanted.tolist(), strict=True) for c in classes.tolist()]  # fmt: skip
    homes = [model.new_int_var(0, w, "") for _, _, w in pairs]
    taken: dict[tuple[str, int, int], list[Any]] = {}
    at_rank: list[list[Any]] = [[] for _ in range(problem.worst + 1)]
    for (s, c, _), var in zip(pairs, homes, strict=True):
        taken.setdefault(("slot", s, int(problem.kinds[c])), []).append(var)
        taken.setdefault(("class", c, 0), []).append(var)
        at_rank[problem.ranks[s, c]].append(var)
    for (what, row, kind), some in taken.items():
        if what == "slot":
            model.add(sum(some) == int(problem.wants[row, kind]))
        else:
            model.add(sum(some) <= int(problem.supply[row]))
    stages = [sum(at_rank[rank]) for rank in range(problem.worst, 1, -1)]
    stages.append(sum(rank * sum(some) for rank, some in enumerate(at_rank)))
    for stage in stages:
        model.minimize(stage)
        if solver.solve(model) != cp_model.OPTIMAL:
            raise AssertionError("everybody can be served in a scaled round")
        model.add(stage <= round(solver.objective_value))
        model.clear_hints()
        for var in homes:
            model.add_hint(var, solver.value(var))
    found = np.array([solver.value(var) for var in homes], dtype=np.int64)
    used = np.flatnonzero(found)
    ends = np.array([pair[:2] for pair in pairs], dtype=np.int64)[used]
    return Answer(taken=(ends[:, 0], ends[:, 1], found[used]), exact=f"{len(stages)} of {len(stages)} stages by search")


def _fairpyx(name: str) -> Callable[[Problem], Taken]:
    """A fairpyx algorithm: agents are households, items are classes, a home of rank r is worth worst + 1 - r."""

    def run(problem: Problem) -> Taken:
        import fairpyx

        parts = []
        for slots, classes, wanted in _kinds(problem):
            worth = (problem.worst + 1 - problem.ranks[np.ix_(slots, classes)]).tolist()
            items = [f"c{c}" for c in classes]
            instance = fairpyx.Instance(
                valuations={f"h{s}": dict(zip(items, row, strict=True)) for s, row in zip(slots, worth, strict=True)},
                agent_capacities={f"h{s}": int(w) for s, w in zip(slots, wanted, strict=True)},
                item_capacities={i: int(problem.supply[c]) for i, c in zip(items, classes, strict=True)},
            )
            found = fairpyx.divide(getattr(fairpyx.algorithms, name), instance=instance)
            pairs = [(int(agent[1:]), int(item[1:])) for agent, bundle in found.items() for item in bundle]
            table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
            parts.append((table[:, 0], table[:, 1], np.ones(len(table), dtype=np.int64)))
        return _joined(parts)

    return run


def stable_matching(problem: Problem) -> Taken:
    """Hospital–resident: households by rank, then by the draw; homes by the households' order numbers."""
    from matching.games import HospitalResident

    parts: list[Taken] = []

    def solve() -> None:
        for slots, classes, _ in _kinds(problem):
            ranks, ties = problem.ranks[np.ix_(slots, classes)], problem.ties[np.ix_(slots, classes)]
            first = slots[np.argsort(problem.order[slots])].tolist()
            residents = {
                s: classes[row].tolist() for s, row in zip(slots.tolist(), np.lexsort((ties, ranks)), strict=True)
            }
            hospitals = dict.fromkeys(classes.tolist(), first)
            room = {c: int(problem.supply[c]) for c in classes.tolist()}
            found = HospitalResident.create_from_dictionaries(residents, hospitals, room).solve()
            pairs = [(r.name, h.name) for h, some in found.items() for r in some]
            table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
            parts.append((table[:, 0], table[:, 1], np.ones(len(table), dtype=np.int64)))

    _deep(solve)
    return _joined(parts)


def _deep(action: Callable[[], None]) -> None:
    """Run with room for the library's recursive copy of its own players."""
    failed: list[BaseException] = []

    def guarded() -> None:
        try:
            action()
        except BaseException as error:  # noqa: BLE001 - handed to the caller
            failed.append(error)

    sys.setrecursionlimit(10**7)
    threading.stack_size(2**30 - 2**20)
    thread = threading.Thread(target=guarded)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


FAIRPYX = (
    "layout by layout; at most one home of a class a household, which the library cannot lift; a home of rank r is"
    " worth worst + 1 - r"
)
METHODS: dict[str, Method] = {
    "plain": Method(
        title="OR-Tools min-cost flow", run=plain_flow, exact="least sum (flow)", peer=False,
        note="one SimpleMinCostFlow that minimises the sum of ranks over all allowed pairs, building included:"
        " the yardstick",
    ),
    "anju": Method(
        title="anju", run=anju, peer=False,
        note="`solver.matching`: all stages in their order and the draw, certificate made and checked",
    ),
    "scipy": Method(
        title="scipy linear_sum_assignment", run=scipy_assignment, libraries=("scipy.optimize",),
        exact="least sum (algorithm)", note="layout by layout; homes wanted × homes, dense",
    ),
    "cp_sat": Method(
        title="CP-SAT, same stages", run=cp_sat, libraries=("ortools.sat.python.cp_model",),
        note="the stages up to the sum of ranks, one after the other, the stage before as hint, one worker"
        " and linearization level 2 (the fastest setting tried; two workers did not finish 66 households in 120 s);"
        " without the draw, whose sums do not fit its 64 bits",
    ),
    "fairpyx_utilitarian": Method(
        title="fairpyx utilitarian", run=_fairpyx("utilitarian_matching"), libraries=("fairpyx",),
        exact="least sum with one home a class (flow)", note=FAIRPYX,
    ),
    "fairpyx_iterated": Method(
        title="fairpyx iterated", run=_fairpyx("iterated_maximum_matching"), libraries=("fairpyx",), note=FAIRPYX,
    ),
    "fairpyx_egalitarian": Method(
        title="fairpyx almost egalitarian", run=_fairpyx("almost_egalitarian_allocation"), libraries=("fairpyx",),
        note=FAIRPYX + "; the least happy household of each layout first, by a rounded linear program",
    ),
    "matching": Method(
        title="matching, hospital–resident", run=stable_matching, libraries=("matching.games",),
        exact="stable, not least", note="households by rank and draw, homes by order number",
    ),
}  # fmt: skip
UNIT = ("plain", "anju", "scipy", "cp_sat", "fairpyx_utilitarian", "fairpyx_iterated", "fairpyx_egalitarian")
ONE_HOME = ("plain", "anju", "matching")


def load(method: Method) -> None:
    """Import what a method uses; ImportError where it is not installed."""
    for library in method.libraries:
        importlib.import_module(library)
