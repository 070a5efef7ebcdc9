"""
Whole outcomes and coupled constraints: the objective stage by stage.

A stage is decided by branch and price in whole numbers, solver.branching; good answers come from the same stage as a
mixed-integer program, solved by HiGHS. Who is served, who chooses what in turn, and a stage for which branch and price
would take too long are decided by such programs alone, which proves nothing but is the solver's claim. No
float is believed: what HiGHS finds is rounded, given out home by home by an exact flow, checked against every rule and
valued in integers; what it says of a bound is rounded to the safe side.

Decided answers do not depend on the order of rows: slots are put in their order of choice and classes in the order of
what they are before anything is solved, and among answers equal in every stage, tie numbers included, the first is
taken: the slot that chooses first has as many homes as can be of the first class, then of the second, and so on.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from solver import serial
from solver.branching import Tree
from solver.certificate import Certificate, StageProof
from solver.duality import Leaf, own_value, totals
from solver.formulation import Formulation, Linear, SlotSight
from solver.master import Set
from solver.mip import Answer, Mip
from solver.problem import Bools, Ints, Problem, Solution, Stage, allows, check_solution, stage_names, stage_value
from solver.sets import Sets, levels
from solver.ties import Draw, may_be_equal

OnStage = Callable[[Stage], None]

NEAR_SETS = 0.05  # the same among the sets known, in the unit of their program
NEAR = 1e-3  # a good answer to the draw is so near to the best, in parts of its value
BLOCK = 12  # slots whose turn is decided by one program with weights 2^11 … 1
PACK_MAX = 2**20  # ranks of one slot are packed into one cost up to this


def solve(problem: Problem, *, seconds_max: float | None = None, on_stage: OnStage | None = None) -> Solution:
    """
    The best assignment, stage by stage.

    Parameters
    ----------
    problem
        Any problem; nothing is left out.
    seconds_max
        Wall time, about; None = until everything is decided. When it runs out the best found and a valid bound are
        given, and the answer may differ from machine to machine.
    on_stage
        Called with every stage as soon as it is decided.

    Returns
    -------
    Solution
        ``claimed`` where HiGHS searched completely, ``bounded`` where time ran out. A problem in which nobody can be
        served has a first stage of value 0. Its certificate, where it has one, is what the search itself came across:
        `certificate.certify` completes it.

    Source: spec §6; formulation: solver.formulation.
    """
    clock = Clock(seconds_max)
    canonical, slots, classes = in_order(problem)
    canonical = _narrowed(canonical)
    parts = [Search(canonical, rows, columns, clock) for rows, columns in components(canonical)]
    names = stage_names(problem)
    stages: list[Stage] = []
    for number, name in enumerate(names):
        clock.begin(len(names) - number)
        for part in parts:
            part.run(name)
        if name == "earliest" and all(part.served.all() for part in parts):
            continue
        stages.append(_stage(name, parts, clock.lap()))
        if on_stage is not None:
            on_stage(stages[-1])
    counts = np.zeros(problem.ranks.shape, dtype=np.int64)
    served = np.zeros(problem.slots, dtype=np.bool_)
    for part in parts:
        counts[np.ix_(slots[part.slots], classes[part.classes])] = part.counts
        served[slots[part.slots]] = part.served
    # A later stage may have bettered an earlier one that had run out of time.
    stages = [_stage(stage.name, parts, stage.seconds) for stage in stages]
    found = _certificate(problem, [part for part in parts if part.served.any()], slots, classes)
    return Solution(counts=counts, served=served, stages=tuple(stages), certificate=found)


def _certificate(problem: Problem, parts: Sequence[Search], slots: Ints, classes: Ints) -> Certificate | None:
    """What the search proved, told of the whole problem; prices of several components have no common weights."""
    if len(parts) != 1 or parts[0].names != stage_names(problem):
        return None
    (part,) = parts
    slot_of, class_of = slots[part.slots].tolist(), classes[part.classes].tolist()
    proofs = []
    for stage, leaves in part.leaves.items():
        whole = []
        for leaf in leaves:
            prices = [0] * problem.classes
            for cls, price in zip(class_of, leaf.prices, strict=True):
                prices[cls] = price
            limits = tuple((slot_of[slot], rank, side) for slot, rank, side in leaf.limits)
            whole.append(Leaf(weights=leaf.weights, prices=tuple(prices), limits=limits))
        proofs.append(StageProof(stage=stage, leaves=tuple(whole)))
    return Certificate(proofs=tuple(proofs), endless=tuple(sorted(part.endless)))


def _stage(name: str, parts: Sequence[Search], seconds: float) -> Stage:
    value, bound = sum(part.value(name) for part in parts), sum(part.bound(name) for part in parts)
    return Stage(name=name, value=value, bound=bound, proof="claimed" if value == bound else "bounded", seconds=seconds)


class Clock:
    """What is left of the time allowed, and the share of the stage that runs."""

    def __init__(self, seconds_max: float | None) -> None:
        self.started = self.lapped = time.monotonic()
        self.end = math.inf if seconds_max is None else self.started + seconds_max
        self.until = self.end

    def begin(self, stages_left: int) -> None:
        """Give the next stage half as much again as its even share."""
        now = time.monotonic()
        self.until = min(self.end, now + (self.end - now) * 1.5 / stages_left)

    def left(self) -> float:
        """Seconds the stage still has."""
        return max(0.0, self.until - time.monotonic())

    def lap(self) -> float:
        """Seconds since the last lap."""
        before, self.lapped = self.lapped, time.monotonic()
        return self.lapped - before


def in_order(problem: Problem) -> tuple[Problem, Ints, Ints]:
    """
    The problem with slots in their order of choice and classes in the order of what slots see of them (tie numbers,
    ranks, needs met, slot after slot; then what they are), and which slot and class each row and column was.
    """
    slots = np.argsort(problem.order)
    seen = [problem.ties[slots], problem.ranks[slots], problem.helps[slots].astype(np.int64)]
    own = [problem.kinds, problem.sizes, problem.extras, problem.sites, problem.supply]
    keys = np.vstack([*seen, *own]).T.tolist()
    classes = np.array(sorted(range(problem.classes), key=lambda c: (keys[c], c)), dtype=np.int64)
    return _part(problem, slots, classes), slots, classes


def _part(problem: Problem, slots: Ints, classes: Ints) -> Problem:
    """The problem of some slots and classes, in that order."""
    cut = np.ix_(slots, classes)
    return Problem(
        ranks=problem.ranks[cut], ties=problem.ties[cut], helps=problem.helps[cut], supply=problem.supply[classes],
        kinds=problem.kinds[classes], sizes=problem.sizes[classes], extras=problem.extras[classes],
        sites=problem.sites[classes], order=np.argsort(np.argsort(problem.order[slots])), worst=problem.worst,
        wants=problem.wants[slots], units_max=problem.units_max[slots], size_min=problem.size_min[slots],
        size_max=problem.size_max[slots], needs=problem.needs[slots], groups=problem.groups[slots],
        budgets=[problem.budgets[slot] for slot in slots], principle=problem.principle, per=problem.per,
    )  # fmt: skip


def _narrowed(problem: Problem) -> Problem:
    """
    The problem without homes that are part of no set of their slot, where that is most of them: a narrow band leaves
    few ways to add up to it, and programs would look for them again and again.
    """
    sets = Sets(problem)
    reach = sets.within_reach()
    narrow = 2 * reach.sum(axis=1) <= sets.usable.sum(axis=1)
    return replace(problem, ranks=np.where(reach | ~narrow[:, None], problem.ranks, 0))


def components(problem: Problem) -> list[tuple[Ints, Ints]]:
    """
    (slots, classes) that compete for nothing with the others: every stage is a sum over them, so each is solved alone.
    """
    above = list(range(problem.slots + problem.classes))

    def root(node: int) -> int:
        while above[node] != node:
            above[node] = above[above[node]]
            node = above[node]
        return node

    first: dict[int, int] = {}
    for slot in range(problem.slots):
        for c in np.flatnonzero((problem.ranks[slot] > 0) & (problem.supply > 0)):
            above[root(problem.slots + int(c))] = root(slot)
        if problem.groups[slot] >= 0:
            above[root(slot)] = root(first.setdefault(int(problem.groups[slot]), slot))
    members: dict[int, tuple[list[int], list[int]]] = {}
    for node in range(problem.slots + problem.classes):
        slots, classes = members.setdefault(root(node), ([], []))
        (slots if node < problem.slots else classes).append(node if node < problem.slots else node - problem.slots)
    return [(np.array(s), np.array(c, dtype=np.int64)) for s, c in members.values() if s]


class Search:
    """
    One component's answer as it gets better, stage by stage.

    counts: int64 (slots, classes), served: bool (slots,): the best found. slots, classes: rows and columns of the whole
    problem (its slots in order of choice).
    """

    def __init__(self, whole: Problem, slots: Ints, classes: Ints, clock: Clock) -> None:
        self.slots, self.classes, self.clock = slots, classes, clock
        self.problem = _part(whole, slots, classes)
        self.weights = [1 << (whole.slots - 1 - int(slot)) for slot in slots]
        self.names = stage_names(self.problem)
        self.levels = levels(self.problem)
        self.counts, self.served = greedy(self.problem)
        self.chosen = 0
        self.bounds: dict[str, int] = {}
        self.floors: dict[str, int] = {}
        self.leaves: dict[int, tuple[Leaf, ...]] = {}  # of the stages asked of prices
        self.endless = set[int]()  # of these, those that prices were not asked to the end
        self.settled: list[tuple[int, int]] = []
        self.rank_max = self.problem.worst
        self.pool: list[Set] = []
        self._unit = 1 << max(0, int(self.problem.ties.max(initial=0)).bit_length() - 24)
        self._sets: Sets | None = None
        self._forms: dict[bool, Formulation] = {}

    # -- values and bounds, in exact integers

    def value(self, name: str) -> int:
        """What the best found is worth in the stage."""
        if name == "order":
            return self.chosen
        if name == "earliest":
            return sum(weight for weight, served in zip(self.weights, self.served, strict=True) if not served)
        return stage_value(self.problem, name, self.counts, self.served)

    def bound(self, name: str) -> int:
        """What no answer can beat, given the stages before."""
        value = self.value(name)
        if name in self.floors:
            at = self.names.index(name)
            before = totals(self.problem, self.counts, self.served)[at - 1] if at > 2 else 0
            bound = own_value(self.problem, name, self.floors[name], before)
        else:
            unasked = {"served": self.problem.slots, "order": int(self.served.sum())}
            bound = self.bounds.get(name, unasked.get(name, 0))
        return max(bound, value) if _maximised(name) else min(max(bound, 0), value)

    # -- stages

    def run(self, name: str) -> None:
        """Decide the stage as far as time allows."""
        if name == "served":
            self._serve()
        elif name == "earliest":
            self._serve_earliest()
        elif name == "order":
            self._choose_in_turn()
        elif name not in self.names:
            self.bounds[name] = self.value(name)  # a stage of other components, which has no choice here
        elif self.problem.principle == "order":
            # What slots chose in turn leaves nothing to choose.
            self.bounds[name] = self.value(name) if self.chosen == self.bound("order") else 0
        elif name == "sum_of_ties" and self.served.any() and may_be_equal(self.problem):
            draw = Draw(self, self._formulation(split=True), np.flatnonzero(self.served).tolist())
            draw.run()
            self.bounds[name] = draw.bound
        else:
            self._decide(self.names.index(name))

    def _decide(self, at: int) -> None:
        """A stage by branch and price, or where that is endless by HiGHS; its value is held from now on."""
        self._sets = Sets(self.problem) if self._sets is None else self._sets
        ties = at == len(self.names) - 1
        tree = Tree(self._sets, self.counts, self.served, at, self.pool, finder=self._find)
        tree.run(self.clock.until)
        self.counts, self.leaves[at] = tree.counts, tuple(tree.leaves)
        self.floors[self.names[at]] = tree.bound
        if tree.endless:
            self.endless.add(at)
            self.floors[self.names[at]] = self._search(tree)
        if ties:
            return
        value = totals(self.problem, self.counts, self.served)[at]
        self.settled.append((at, value))
        if self.names[at] == f"outcomes_at_rank_{self.rank_max}" and self.value(self.names[at]) == 0:
            self.rank_max -= 1
            self._forms.clear()
        for form in self._forms.values():
            form.mip.row(-math.inf, value, self._function(form, at).items())

    # -- good answers, by mixed-integer programs

    def _find(self, tree: Tree) -> Ints | None:
        """
        A better answer to a tree's stage, where the search comes across one.

        Among all that have the outcomes on which the relaxed optimum is decided (at first: or better ones), turn and
        turn about with those on which it agrees with the best known (relaxation enforced and induced neighbourhoods:
        Berthold 2014, doi:10.1007/s10589-013-9601-4; Danna, Rothberg, Le Pape 2005, doi:10.1007/s10107-004-0518-7);
        the draw begins with all outcomes of the best known. For the draw, and where most slots have a choice of
        make-ups, that is slow: then it is done at first only, and afterwards among the sets the tree knows.
        """
        self.counts, at = tree.counts, tree.stage
        ties = at == len(self.names) - 1
        form = self._formulation(split=ties)
        loose = 2 * sum(len(modes) > 2 for modes in form.modes.values()) > len(form.slots)
        if (loose and tree.parts) or (ties and tree.parts > 1):
            return tree.master.best_of_known(self.clock.left(), tree.master.gap(tree.target), gap=NEAR_SETS)
        decided = tree.master.decided()
        if ties and not tree.parts:
            decided = self._known(decided)
        elif ties or tree.parts % 4 == 2:
            decided = dict(decided.items() & self._known(decided).items())
        elif not tree.parts:
            decided = {key: within for key, within in decided.items() if within}
        self._accept(form, self._nearby(form, tree, decided, hinted=ties and not tree.parts))
        return self.counts

    def _known(self, keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], bool]:
        """(slot, rank) → whether the slot's outcome is ≤ rank in the best known."""
        known = np.where(self.counts > 0, self.problem.ranks, 0).max(axis=1)
        return {(slot, rank): bool(known[slot] <= rank) for slot, rank in keys}

    def _nearby(
        self, form: Formulation, tree: Tree, decided: Mapping[tuple[int, int], bool], *, hinted: bool
    ) -> Answer:
        """What HiGHS says of a tree's stage where some outcomes are decided; of the draw, as near as need be."""
        ties = tree.stage == len(self.names) - 1
        near = form.mip.copy() if decided else form.mip
        for (slot, rank), within in decided.items():
            near.row(float(within), float(within), form.within(slot, rank).items())
        objective = self._draw_costs(form) if ties else self._function(form, tree.stage)
        gap = NEAR * tree.bound / self._unit if ties else 0.99
        return self.solve(form, objective, mip=near, gap=gap, hinted=hinted)

    def _search(self, tree: Tree) -> int:
        """
        A tree's stage by HiGHS alone, beginning near the best known; what its total cannot go below.

        Prices do not see that three who want two homes each of three that are left cannot all be halfway content. Where
        many homes are contested like that no tree makes up for it; HiGHS has cuts for it.
        """
        at, form, decided = tree.stage, self._formulation(), tree.master.decided()
        agreed = dict(decided.items() & self._known(decided).items())
        self._accept(form, self._nearby(form, tree, agreed, hinted=True))
        answer = self._nearby(form, tree, {}, hinted=True)
        self._accept(form, answer)
        total, hint = totals(self.problem, self.counts, self.served)[at], form.hint(self.counts)
        if not math.isfinite(answer.bound):
            return min(tree.bound, total)
        constant = total - round(sum(cost * hint[column] for column, cost in self._function(form, at).items()))
        return min(_rounded(answer.bound + constant, False, tree.bound), total)

    def _draw_costs(self, form: Formulation) -> Linear:
        """Tie numbers, divided so that floats hold them."""
        ties = self.problem.ties
        return {cell.column: int(ties[cell.slot, cell.classes[0]]) / self._unit for cell in form.cells}

    def _formulation(self, *, split: bool = False) -> Formulation:
        if split in self._forms:
            return self._forms[split]
        slots = [int(slot) for slot in np.flatnonzero(self.served)]
        whole = self.problem.per == "household" and self.problem.principle != "order"
        form = Formulation(
            problem=self.problem,
            slots=slots,
            supply=self.problem.supply,
            must_serve=True,
            levels=frozenset(slots if whole else ()),
            rank_max=self.rank_max,
            split=frozenset(slots if split else ()),
        )
        for at, value in self.settled:
            form.mip.row(-math.inf, value, self._function(form, at).items())
        self._forms[split] = form
        return form

    def _function(self, form: Formulation, at: int) -> Linear:
        """A stage's function, see solver.sets; less a constant where that is the same for every answer."""
        total: Linear = {}
        worst, table = self.problem.worst, self.levels[at - 2].tolist()
        for slot in form.slots:
            if self.problem.per == "unit" or at == len(self.names) - 2:
                terms = [(column, float(table[rank])) for column, rank in form.homes(slot)]
            else:
                terms = [(column, table[worst] * value) for column, value in form.served(slot).items()]
                for rank in range(1, worst):
                    step = table[rank + 1] - table[rank]
                    terms += [(column, -step * value) for column, value in form.within(slot, rank).items() if step]
            for column, weight in terms:
                total[column] = total.get(column, 0.0) + weight
        return total

    # -- the solver, and what is believed of it

    def solve(
        self,
        form: Formulation,
        objective: Linear,
        maximise: bool = False,
        *,
        gap: float = 0.99,
        hinted: bool = True,
        relaxed: bool = False,
        mip: Mip | None = None,
    ) -> Answer:
        """What HiGHS says within the stage's time of a form's program, or of one that differs from it."""
        seconds = self.clock.left()
        if seconds < 0.02:
            return Answer(values=None, bound=math.inf if maximise else -math.inf, finished=False)
        hint = form.hint(self.counts) if hinted and not relaxed else None
        return (mip or form.mip).solve(
            objective, maximise=maximise, seconds=seconds, hint=hint, gap=gap, relaxed=relaxed
        )

    def exact(self, form: Formulation, answer: Answer) -> tuple[Ints, Bools] | None:
        """The answer in whole homes when it keeps every rule."""
        found = None if answer.values is None else form.realise(answer.values)
        if found is None:
            return None
        counts, served = found
        for slot in set(range(self.problem.slots)) - set(form.slots):
            counts[slot], served[slot] = self.counts[slot], self.served[slot]
        return None if check_solution(self.problem, counts, served) else (counts, served)

    def _accept(self, form: Formulation, answer: Answer) -> None:
        """Keep the answer when it is better, stage by stage."""
        found = self.exact(form, answer)
        if found is None:
            return
        if totals(self.problem, *found) < totals(self.problem, self.counts, self.served):
            self.counts, self.served = found

    # -- who is served

    def _serving(self) -> Formulation:
        return Formulation(
            problem=self.problem, slots=range(self.problem.slots), supply=self.problem.supply, must_serve=False
        )

    def _serve(self) -> None:
        if self.served.all():
            self.bounds["served"] = self.problem.slots
            return
        form = self._serving()
        answer = self.solve(form, {c: v for slot in form.slots for c, v in form.served(slot).items()}, True)
        self._accept(form, answer)
        self.bounds["served"] = _rounded(answer.bound, True, self.problem.slots)

    def _serve_earliest(self) -> None:
        """Block after block of slots in order, each with weights 2^11 … 1, which a float holds exactly."""
        self.bounds["earliest"] = 0
        if self.served.all():
            return
        form = self._serving()
        form.mip.row(int(self.served.sum()), math.inf, [t for slot in form.slots for t in form.served(slot).items()])
        decided = True
        for start in range(0, self.problem.slots, BLOCK):
            block = range(start, min(start + BLOCK, self.problem.slots))
            if not self.served[start : block.stop].all():
                weights = {c: 2.0 ** (block.stop - 1 - slot) for slot in block for c in form.served(slot)}
                answer = self.solve(form, weights, True)
                self._accept(form, answer)
                value = sum(2 ** (block.stop - 1 - slot) for slot in block if self.served[slot])
                decided = _rounded(answer.bound, True, 2**BLOCK) == value
            if not decided:
                return
            for slot in block:
                self.bounds["earliest"] += 0 if self.served[slot] else self.weights[slot]
                form.mip.row(int(self.served[slot]), int(self.served[slot]), form.served(slot).items())

    # -- slots choose in turn

    def _choose_in_turn(self) -> None:
        """Every slot its best set that leaves the later ones a set each; then it and its homes leave the problem."""
        if serial.applies(self.problem):
            taken = np.zeros_like(self.counts)
            for slot, homes in serial.choices(self.problem, self.counts, self.served):
                taken[slot] = homes
                self.chosen += 1
            self.counts = taken
            return
        supply, sites = self.problem.supply.copy(), dict[int, int]()
        later = [int(slot) for slot in np.flatnonzero(self.served)]
        while later:
            slot = later[0]
            if not self._choose(later, supply, sites):
                return
            self.chosen += 1
            supply -= self.counts[slot]
            if self.problem.groups[slot] >= 0:
                sites[int(self.problem.groups[slot])] = int(self.problem.sites[self.counts[slot] > 0][0])
            later = later[1:]

    def _choose(self, later: Sequence[int], supply: Ints, sites: dict[int, int]) -> bool:
        """The first slot's choice; whether it is decided."""
        slot, whole = later[0], self.problem.per == "household"
        form = Formulation(
            problem=self.problem, slots=later, supply=supply, must_serve=True, group_site=sites,
            levels=frozenset([slot] if whole else ()), split=frozenset([slot]),
        )  # fmt: skip
        for objective in self._wishes(form, slot):
            answer = self.solve(form, objective, hinted=False)
            found = self.exact(form, answer)
            if found is None or not answer.finished:
                return False
            self.counts, self.served = found
            form.mip.row(-math.inf, round(_worth(objective, answer)), objective.items())
        draw = Draw(self, form, [slot])
        draw.run()
        return draw.decided

    def _wishes(self, form: Formulation, slot: int) -> list[Linear]:
        """The slot's outcome and sum of ranks as costs, the first before the second, few and exact in floats."""
        worst, homes = self.problem.worst, list(form.homes(slot))
        wants = self.problem.wants[slot]
        most = int(self.problem.units_max[slot] if wants.min() < 0 else wants.sum()) + 1
        if self.problem.per == "household":
            costs: Linear = {column: float(rank) for column, rank in homes}
            for column, value in outcome_terms(form, slot):
                costs[column] = costs.get(column, 0.0) + value * most * worst
            return [costs]
        width = max(1, int(math.log(PACK_MAX, most)))
        return [
            {column: float(most ** (rank - 1 - low)) for column, rank in homes if low < rank <= low + width}
            for low in (max(top - width, 0) for top in range(worst, 0, -width))
        ]


def outcome_terms(form: Formulation, slot: int) -> list[tuple[int, float]]:
    """The slot's worst rank as a linear expression: its last rank less one for every earlier rank it keeps within."""
    worst = form.problem.worst
    terms = [(column, worst * value) for column, value in form.served(slot).items()]
    for rank in range(1, worst):
        terms += [(column, -value) for column, value in form.within(slot, rank).items()]
    return terms


def greedy(problem: Problem) -> tuple[Ints, Bools]:
    """A first answer that keeps every rule: slots in order take a set that the homes left allow, if one is found."""
    counts = np.zeros(problem.ranks.shape, dtype=np.int64)
    served = np.zeros(problem.slots, dtype=np.bool_)
    supply, sites = problem.supply.copy(), dict[int, int]()
    for slot in np.argsort(problem.order):
        group = int(problem.groups[slot])
        allowed = np.flatnonzero((problem.ranks[slot] > 0) & (supply > 0))
        if group in sites:
            allowed = allowed[problem.sites[allowed] == sites[group]]
        found = _greedy_set(problem, int(slot), allowed, supply)
        if found is None:
            continue
        counts[slot], served[slot] = found, True
        supply -= found
        if group >= 0:
            sites[group] = int(problem.sites[found > 0][0])
    return counts, served


def _greedy_set(problem: Problem, slot: int, allowed: Ints, supply: Ints) -> Ints | None:
    """The first mode filled with homes of best rank, least extras or met need that is allowed."""
    sight = SlotSight(problem, slot, allowed, supply)
    ranks, extras, helps = problem.ranks[slot], problem.extras, problem.helps[slot]
    wishes: list[Callable[[int], tuple[int, ...]]] = [
        lambda c: (int(ranks[c]), c),
        lambda c: (int(extras[c]), c),
        lambda c: (-int(helps[c]), int(extras[c]), c),
    ]
    for mode in sight.modes():
        for wish in wishes if mode.pattern is not None else ():
            counts = np.zeros(problem.classes, dtype=np.int64)
            for key, homes in mode.pattern or ():
                for c in sorted(sight.homes[key], key=wish):
                    counts[c] = min(int(supply[c]), homes)
                    homes -= int(counts[c])
            if allows(problem, slot, counts):
                return counts
    return None


def _maximised(name: str) -> bool:
    return Stage(name=name, value=0, bound=0, proof="bounded").maximised


def _rounded(bound: float, maximised: bool, trivial: int) -> int:
    """A solver's bound on an integer, rounded to the safe side and never worse than the trivial one."""
    if not math.isfinite(bound):
        return trivial
    slack = 1e-6 * max(1.0, abs(bound))
    return min(trivial, math.floor(bound + slack)) if maximised else max(trivial, math.ceil(bound - slack))


def _worth(objective: Linear, answer: Answer) -> float:
    assert answer.values is not None
    return float(sum(weight * answer.values[column] for column, weight in objective.items()))
