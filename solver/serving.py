"""Who can be served: some slots, all at once, with one slot's choice forced, or with a class in its hands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from ortools.graph.python import max_flow

from solver import engine, matching
from solver.coupled import Clock, Search, components, in_order
from solver.formulation import Formulation
from solver.problem import Bools, Budget, Ints, Problem, Solution, allows, check_solution, stage_names
from solver.sets import single, usable

_SECONDS_LEAST = 0.02  # less is no time for a solve


@dataclass(frozen=True, kw_only=True)
class Cut:
    """
    Homes wanted by ``slots`` that only ``classes`` can meet, and more of them than there are.

    slots, classes: ascending. needed > there.
    """

    slots: tuple[int, ...]
    classes: tuple[int, ...]
    needed: int
    there: int


@dataclass(eq=False)
class Serving:
    """
    The first stage of a problem, asked again and again: exact flows where they decide, complete search elsewhere.

    problem: see Problem. clock: when it has run out, what is not decided is answered by None.
    """

    problem: Problem
    clock: Clock = field(default_factory=lambda: Clock(None))

    def __post_init__(self) -> None:
        problem = self.problem
        self.single = single(problem)
        self.pairs = usable(problem)
        declared = ~problem.open_slots
        self.pairs[declared] &= problem.wants[declared][:, problem.kinds] > 0
        bare = np.array([budget is None for budget in problem.budgets], dtype=np.bool_)
        self.plain = self.single | (declared & bare & ~problem.needs)

    def all_of(self, slots: Sequence[int]) -> bool | None:
        """Whether all the slots can be served at once, with all homes for them; None when time ran out."""
        if not len(slots):
            return True
        if self.cut(slots) is not None:
            return False
        if self.flow_decides(slots):
            return True
        search = self._search(slots)
        search.run("served")
        if search.served.all():
            return True
        return False if search.bound("served") < len(slots) else None

    def fewest(self, slots: Sequence[int]) -> int:
        """No fewer of the slots can violate Hall's condition: they want more than there is for any one of them."""
        _, wants, allowed = self._rows(slots, self.pairs)
        there = allowed @ self.problem.supply
        return -(-(int(there.min()) + 1) // int(wants.max())) if len(wants) else 0

    def late(self) -> bool:
        """Whether time has run out."""
        return self.clock.left() < _SECONDS_LEAST

    def grown(self, slots: Sequence[int], pool: Sequence[int]) -> tuple[Bools, bool]:
        """
        bool (slots,): a largest set out of the pool that holds all the slots given and can be served at once, and
        whether none is larger. The slots given are known to be servable.
        """
        search = self._search(pool)
        part = search.problem
        form = Formulation(problem=part, slots=range(part.slots), supply=part.supply, must_serve=False)
        row = {int(slot): place for place, slot in enumerate(search.slots)}
        for slot in slots:
            form.mip.row(1, 1, form.served(row[int(slot)]).items())
        goal = {column: value for slot in form.slots for column, value in form.served(slot).items()}
        answer = form.mip.solve(goal, maximise=True, seconds=self.clock.left())
        served = np.zeros(self.problem.slots, dtype=np.bool_)
        served[list(slots)] = True
        found = None if answer.values is None else form.realise(answer.values)
        if found is None or check_solution(part, *found):
            return served, False
        served[search.slots] = found[1]
        return served, answer.finished

    def cut(self, slots: Sequence[int], pairs: Bools | None = None) -> Cut | None:
        """
        A Hall witness among the slots by one maximum flow, or None where the flow meets every want.

        pairs: bool (slots, classes), who may use what, when more is known than `usable`. A slot with open demand wants
        the least homes that its size band allows, so that a cut is always a proof; no cut is one only for plain slots.
        """
        pairs = self.pairs if pairs is None else pairs
        rows, wants, allowed = self._rows(slots, pairs)
        row, col = np.nonzero(allowed)
        count, classes = len(wants), self.problem.classes
        source, sink = count + classes, count + classes + 1
        flow = max_flow.SimpleMaxFlow()
        flow.add_arcs_with_capacity(np.full(count, source), np.arange(count), wants)
        flow.add_arcs_with_capacity(row, count + col, wants[row])
        flow.add_arcs_with_capacity(count + np.arange(classes), np.full(classes, sink), self.problem.supply)
        if flow.solve(source, sink) != flow.OPTIMAL:
            raise RuntimeError("a maximum flow was not found")
        if flow.optimal_flow() == int(wants.sum()):
            return None
        reached = set(flow.get_source_side_min_cut())
        lacking = [place for place in range(count) if place in reached]
        there = [c for c in range(classes) if count + c in reached]
        return Cut(
            slots=tuple(sorted({rows[place] for place in lacking})),
            classes=tuple(there),
            needed=int(wants[lacking].sum()),
            there=int(self.problem.supply[there].sum()),
        )

    def _rows(self, slots: Sequence[int], pairs: Bools) -> tuple[list[int], Ints, Bools]:
        """Homes wanted, a row a slot and kind: slot, how many, bool (rows, classes) by which classes."""
        problem, rows, wants, allowed = self.problem, [], [], []
        for slot in slots:
            declared = problem.wants[slot].tolist()
            if min(declared, default=-1) < 0:
                parts = [(self.least_homes(slot, pairs[slot]), pairs[slot])]
            else:
                parts = [(n, pairs[slot] & (problem.kinds == kind)) for kind, n in enumerate(declared) if n]
                # Nothing declared is nothing that could be given: a want that no class meets.
                parts = parts or [(1, np.zeros(problem.classes, dtype=np.bool_))]
            rows += [slot] * len(parts)
            wants += [n for n, _ in parts]
            allowed += [mask for _, mask in parts]
        return rows, np.array(wants, dtype=np.int64), np.array(allowed, dtype=np.bool_).reshape(-1, problem.classes)

    def least_homes(self, slot: int, pairs: Bools) -> int:
        """Homes the slot takes at least, of the classes given."""
        if not self.problem.open_slots[slot]:
            return int(self.problem.wants[slot].sum())
        largest = int(self.problem.sizes[pairs].max(initial=0))
        return max(1, -(-int(self.problem.size_min[slot]) // largest)) if largest > 0 else 1

    def flow_decides(self, slots: Sequence[int]) -> bool:
        """Whether `cut` is the whole truth for the slots: homes do not couple."""
        groups = self.problem.groups[list(slots)]
        members = np.bincount(groups[groups >= 0], minlength=1)
        alone = (groups < 0) | (self.single[list(slots)] & (members.max() <= 1))
        return bool((self.plain[list(slots)] & alone).all())

    def _search(self, slots: Sequence[int]) -> Search:
        self.clock.until = self.clock.end
        return Search(self.problem, np.array(slots, dtype=np.int64), np.arange(self.problem.classes), self.clock)

    # -- one class in a slot's hands

    def reach(self, slot: int) -> Bools:
        """
        bool (classes,): classes of which the slot may take a home in some set, with all homes for it.

        Classes that are alike to the slot's rules are asked about once.
        """
        problem = self.problem
        found = np.zeros(problem.classes, dtype=np.bool_)
        asked: dict[tuple[int, ...], bool] = {}
        for c in np.flatnonzero(self.pairs[slot]).tolist():
            key = tuple(int(v[c]) for v in (problem.kinds, problem.sizes, problem.extras, problem.helps[slot]))
            key += (int(problem.sites[c]) if problem.groups[slot] >= 0 else -1, min(4, int(problem.supply[c])))
            if key not in asked:
                asked[key] = self.single[slot] or fits(problem, slot, c)
            found[c] = asked[key]
        return found


def fits(problem: Problem, slot: int, cls: int) -> bool:
    """Whether some set with a home of the class keeps every rule of the slot alone, with all homes for it."""
    if problem.ranks[slot, cls] == 0 or problem.supply[cls] == 0:
        return False
    one = np.zeros(problem.classes, dtype=np.int64)
    one[cls] = 1
    if allows(problem, slot, one):
        return True
    rest = _after(problem, slot, cls)
    return rest is not None and bool(Serving(rest).all_of([0]))


def _after(problem: Problem, slot: int, cls: int) -> Problem | None:
    """The slot's problem once it holds a home of the class: what is left to want, to spend and to choose from."""
    kind, size, extra = (int(v[cls]) for v in (problem.kinds, problem.sizes, problem.extras))
    wants, supply = problem.wants[[slot]].copy(), problem.supply.copy()
    supply[cls] -= 1
    most = int(problem.units_max[slot]) - 1
    if wants.min(initial=0) < 0:
        if most < 1:
            return None
    else:
        wants[0, kind] -= 1
        if wants.min() < 0 or not wants.any():
            return None
    ranks = problem.ranks[[slot]].copy()
    if problem.groups[slot] >= 0:
        ranks[0, problem.sites != problem.sites[cls]] = 0
    budget = problem.budgets[slot]
    if budget is not None:
        budget = Budget(totals=budget.totals - size, spare=budget.spare - extra)
    return replace(
        problem, ranks=ranks, supply=supply, ties=problem.ties[[slot]], helps=problem.helps[[slot]], wants=wants,
        order=np.zeros(1, dtype=np.int64), units_max=np.array([most]), groups=np.array([-1]), budgets=(budget,),
        size_min=problem.size_min[[slot]] - size, size_max=problem.size_max[[slot]] - size,
        needs=problem.needs[[slot]] & ~problem.helps[slot, cls],
    )  # fmt: skip


# -- some stages of a problem, one slot's choice forced ----------------------------------------------------------------


def best(problem: Problem, names: Sequence[str], clock: Clock) -> tuple[Ints, Bools, bool]:
    """
    The best answer in the first stages only: counts, served, and whether each of these stages is decided.

    names: the first of ``stage_names(problem)``, in their order.
    """
    canonical, slots, classes = in_order(problem)
    counts = np.zeros(problem.ranks.shape, dtype=np.int64)
    served, decided = np.zeros(problem.slots, dtype=np.bool_), True
    clock.until = clock.end
    for rows, columns in components(canonical):
        part = Search(canonical, rows, columns, clock)
        for name in names:
            part.run(name)
            decided &= part.bound(name) == part.value(name)
        counts[np.ix_(slots[part.slots], classes[part.classes])] = part.counts
        served[slots[part.slots]] = part.served
    return counts, served, decided


def first_stages(problem: Problem, last: str, clock: Clock) -> tuple[Ints, Bools, bool]:
    """As `best`, for the stages up to and with ``last``; by exact flows where the problem allows."""
    if matching.applies(problem):
        found = matching.solve(problem)
        return found.counts, found.served, True
    names = stage_names(problem)
    return best(problem, names[: names.index(last) + 1], clock)


def forced(problem: Problem, slot: int, allowed: Bools, *, seconds_max: float | None = None) -> Solution | None:
    """
    The best answer among those that serve the slot with homes of the allowed classes only.

    Parameters
    ----------
    problem
        See Problem.
    slot
        The slot that must be served.
    allowed
        bool (classes,): what it may take.
    seconds_max
        For each solve; stages it cuts short are ``bounded``.

    Returns
    -------
    Solution or None
        Its stages are those of the forced problem, and it has no certificate. None where no set of homes fits the
        slot even alone.
    """
    ranks = problem.ranks.copy()
    ranks[slot, ~allowed] = 0
    narrow = replace(problem, ranks=ranks)
    serving = Serving(narrow, Clock(seconds_max))
    if not serving.all_of([slot]):
        return None
    found = engine.solve(narrow, seconds_max=seconds_max)
    if found.served[slot]:
        return replace(found, certificate=None)
    # Serving it costs others their homes: who is served is settled first, then they are solved for among themselves.
    kept = np.flatnonzero(_served_with(serving, slot)).tolist()
    part = part_of(narrow, kept)
    inner = engine.solve(part, seconds_max=seconds_max)
    counts, served = np.zeros_like(problem.ranks), np.zeros(problem.slots, dtype=np.bool_)
    counts[kept], served[kept] = inner.counts, inner.served
    return Solution(counts=counts, served=served, stages=inner.stages)


def _served_with(serving: Serving, slot: int) -> Bools:
    """The largest set with the slot, and among equals the earliest in order, one slot decided after the other."""
    pool = np.argsort(serving.problem.order, kind="stable").tolist()
    served, _ = serving.grown([slot], pool)
    target, kept = int(served.sum()), [slot]
    for other in pool:
        if other == slot:
            continue
        if served[other]:
            kept.append(other)
            continue
        if len(kept) < target and serving.all_of([*kept, other]):
            again, _ = serving.grown([*kept, other], pool)
            if again.sum() == target:
                served = again
                kept.append(other)
    return served


def part_of(problem: Problem, slots: Sequence[int]) -> Problem:
    """The problem of some slots with every class."""
    return Search(problem, np.array(slots, dtype=np.int64), np.arange(problem.classes), Clock(math.inf)).problem
