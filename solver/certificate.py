"""
What proves a Solution, and the arithmetic that checks it: whole-number prices of classes, nothing else.

A proof is a list of leaves, each with its own prices and weights of the stages. One leaf without limits that weighs
every stage proves them all at once; else a stage has its own leaves, which split all allocations by slots' outcomes as
a binary tree does. Nothing said here is believed: see `solver.duality.bound`. Source: spec §8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from solver.branching import closed_leaves
from solver.duality import Leaf, bound, own_value, own_values, totals
from solver.problem import TIE_LIMIT, Bools, Ints, Problem, Solution, Stage, allows, stage_names
from solver.rows import Limit
from solver.sets import Sets, single

_NOTHING = -(1 << 200)  # a leaf that says nothing


class Forged(ValueError):
    """A solution or certificate that cannot be what it says it is."""


@dataclass(frozen=True, kw_only=True)
class StageProof:
    """
    Why a stage, given those before it, cannot be better.

    stage: its place in ``stage_names``, the last that the leaves' weights look at. slot: in the proof of ``earliest``,
    the unserved slot that cannot be added to the served ones before it; else -1.
    """

    stage: int
    leaves: tuple[Leaf, ...]
    slot: int = -1


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """
    All proofs of a solution; a stage that none of them names is at best claimed.

    endless: places of stages that the search gave up to prove by prices, because that would take too many leaves.
    """

    proofs: tuple[StageProof, ...] = ()
    endless: tuple[int, ...] = ()


def check(problem: Problem, solution: Solution, certificate: Certificate | None) -> tuple[Stage, ...]:
    """
    The solution's stages with what can be proved of them, in exact integers.

    Parameters
    ----------
    problem
        The problem itself: nothing about it is taken from the solution or the certificate.
    solution
        Its stages' values are recomputed; their bounds count only where the solver claims them.
    certificate
        How the prices were found does not matter.

    Returns
    -------
    tuple of Stage
        ``proved`` where the certificate's bound meets the value; else ``claimed`` where the solver's search says so;
        else ``bounded`` with the better of the two bounds.

    Raises
    ------
    Forged
        When the solution breaks a rule, a value is not what the solution reaches, or leaves leave something out.
    """
    _check_rules(problem, solution.counts, solution.served)
    names = stage_names(problem)
    said = {stage.name: stage for stage in solution.stages}
    expected = [name for name in names if name != "earliest" or not solution.served.all()]
    if list(said) != expected or len(said) != len(solution.stages):
        raise Forged(f"stages are {list(said)}; expected {expected}")
    reached = own_values(problem, solution.counts, solution.served)
    for name in expected:
        if said[name].value != reached[name]:
            raise Forged(f"{name} is said to be {said[name].value}; the solution reaches {reached[name]}")
    judge = _Judge(problem, solution, certificate or Certificate())
    return tuple(judge.stage(said[name]) for name in expected)


def certify(problem: Problem, solution: Solution, *, seconds_max: float | None = None) -> Certificate:
    """
    Prices for a solution, stage by stage; where they do not meet the value, leaves, as far as the time goes.

    Parameters
    ----------
    problem
        Any problem. For the principle ``order`` only who is served can be proved by prices.
    solution
        A solution of it, optimal or not. Where its own certificate proves a stage already, or says that the search
        gave it up, no more is sought.
    seconds_max
        Wall time, about.

    Returns
    -------
    Certificate
        To be looked at by ``check``; certify itself promises nothing.

    Source: branching on outcomes over column generation, solver.branching.
    """
    own = solution.certificate if isinstance(solution.certificate, Certificate) else Certificate()
    judge, names = _Judge(problem, solution, own), stage_names(problem)
    stages = [
        names.index(stage.name)
        for stage in solution.stages
        if judge.stage(stage).proof != "proved" and (problem.principle != "order" or stage.name in names[:2])
    ]
    stages = [stage for stage in stages if stage not in own.endless]
    if not stages:
        return own
    proofs = [
        StageProof(stage=stage, leaves=leaves, slot=slot)
        for stage, slot, leaves in closed_leaves(problem, solution, stages, seconds_max)
    ]
    return replace(own, proofs=(*own.proofs, *proofs))


def joint_stage(problem: Problem, solution: Solution, certificate: Certificate) -> int:
    """The last stage (its place in ``stage_names``) of those that one leaf proves all at once; 0 = there is none."""
    return _Judge(problem, solution, certificate).joint


def joined(problem: Problem, digits: Ints, ties: Ints, served: Bools) -> StageProof:
    """
    One leaf that proves every stage at once, of prices that prove the stages one after the other.

    digits: int64 (levels, classes), prices by level, lexicographically ≥ 0. ties: int64 (classes,).
    The weights are lexicographic, and large enough that a later stage's negative slack never outweighs an earlier one.
    """
    spans = _spans(problem, served)
    slack = [2 * int(abs(row).max(initial=0)) + problem.worst for row in (*digits, ties)]
    slack[-1] += TIE_LIMIT
    weights = [1]
    for at in range(len(digits) - 1, -1, -1):
        later = zip(weights, spans[at + 1 :], slack[at + 1 :], strict=True)
        weights.insert(0, 1 + sum(weight * max(span, loose) for weight, span, loose in later))
    columns = np.vstack([digits, ties]).T.tolist()
    prices = tuple(sum(w * p for w, p in zip(weights, column, strict=True)) for column in columns)
    return StageProof(stage=len(weights) + 1, leaves=(Leaf(weights=(0, 0, *weights), prices=prices),))


def _spans(problem: Problem, served: Bools) -> list[int]:
    """How far apart two allocations to these slots can be in each level, and in the ties."""
    homes = np.where(problem.open_slots, problem.units_max, problem.wants.clip(min=0).sum(axis=1))
    count = int(homes[served].sum())
    return [count * problem.worst] * (len(stage_names(problem)) - 3) + [count * TIE_LIMIT]


def _check_rules(problem: Problem, counts: Ints, served: Bools) -> None:
    """Raise where a rule is broken; plain declared slots all at once, the others one by one."""
    if counts.shape != problem.ranks.shape or served.shape != (problem.slots,):
        raise Forged(f"counts {counts.shape} and served {served.shape} do not fit the problem")
    kinds = problem.kinds[None, :] == np.arange(problem.wants.shape[1])[:, None]
    plain = ~problem.open_slots & ~problem.needs & (problem.groups < 0)
    plain &= np.array([budget is None for budget in problem.budgets], dtype=np.bool_)
    slot, cls = np.nonzero(counts)
    taken = np.zeros((problem.slots, len(kinds)), dtype=np.int64)
    np.add.at(taken, (slot, problem.kinds[cls]), counts[slot, cls])
    want = np.where(served[:, None], problem.wants, 0)
    wrong = plain & ((taken != want).any(axis=1) | (served & (problem.wants.sum(axis=1) == 0)))
    wrong[slot[(problem.ranks[slot, cls] == 0) | (counts[slot, cls] < 0) | ~served[slot]]] = True
    for row in np.flatnonzero(served & ~plain & ~wrong).tolist():
        wrong[row] = not allows(problem, row, counts[row])
    if wrong.any():
        raise Forged(f"slot {int(np.argmax(wrong))} does not have a set it may take")
    if (counts.sum(axis=0) > problem.supply).any():
        raise Forged("a class gives more homes than it has")
    pairs = {(int(problem.groups[s]), int(problem.sites[c])) for s, c in zip(slot, cls, strict=True)
             if problem.groups[s] >= 0} if (problem.groups >= 0).any() else set()  # fmt: skip
    if len({group for group, _ in pairs}) < len(pairs):
        raise Forged("a group is spread over several sites")


class _Judge:
    """What a certificate proves of a solution whose values are right."""

    def __init__(self, problem: Problem, solution: Solution, certificate: Certificate) -> None:
        self.problem, self.served = problem, solution.served
        self.names = stage_names(problem)
        self.values = totals(problem, solution.counts, solution.served)
        self.sets, self.single = Sets(problem), single(problem)
        self.proofs = certificate.proofs
        for proof in self.proofs:
            self._check_form(proof)
        # Stages up to here are proved at once by one leaf.
        self.joint = max((proof.stage for proof in self.proofs if self._is_joint(proof)), default=0)

    def stage(self, said: Stage) -> Stage:
        """The stage with its bound and what kind of proof it has."""
        found = self._bound(self.names.index(said.name), said)
        met = found is not None and (found <= said.value if said.maximised else found >= said.value)
        if met:
            return replace(said, bound=said.value, proof="proved")
        if said.bound == said.value and (said.proof == "claimed" or found is None):
            return replace(said, proof="claimed")
        bounds = [said.bound] if said.proof == "bounded" and said.bound != said.value else []
        bounds += [] if found is None else [found]
        best = (min if said.maximised else max)(bounds, default=said.bound)
        return replace(said, bound=best, proof="bounded")

    def _bound(self, at: int, said: Stage) -> int | None:
        """The best bound of a stage in its own sense; None where prices say nothing about it."""
        if said.name == "earliest":
            return said.value if self._is_earliest() else (1 << self.values[0]) - 1
        if self.problem.principle == "order" and at > 1:
            return None
        if 1 < at <= self.joint:
            return said.value
        found = [self._least(proof) for proof in self.proofs if proof.stage == at]
        if at == 0:
            return self.problem.slots - min(max(found, default=0), self.values[0])
        nothing = (0,) * self.problem.classes
        weights = tuple(int(number == at) for number in range(len(self.names)))
        found.append(self._least(StageProof(stage=at, leaves=(Leaf(weights=weights, prices=nothing),))))
        before = self.values[at - 1] if at > 2 else 0
        return own_value(self.problem, said.name, min(max(found), self.values[at]), before)

    def _least(self, proof: StageProof) -> int:
        """The least a stage's function can be where the stages before it are what they are, by the proof's leaves."""
        return min(self._least_in(leaf, proof.stage) for leaf in proof.leaves)

    def _least_in(self, leaf: Leaf, at: int) -> int:
        """The same in one leaf; a leaf with nothing in it is no worse than the value."""
        must = self.served if at else np.zeros_like(self.served)
        found = bound(self.problem, leaf.prices, weights=leaf.weights, must=must, limits=leaf.limits, sets=self.sets)
        if found is None:
            return self.values[at]
        rest = found - sum(weight * value for weight, value in zip(leaf.weights[:at], self.values, strict=False))
        if leaf.weights[at]:
            return -(-rest // leaf.weights[at])
        return self.values[at] if rest > 0 else _NOTHING

    def _is_joint(self, proof: StageProof) -> bool:
        """Whether one leaf's weights put the stages in their order and its bound meets all of them."""
        leaf = proof.leaves[0]
        weights = leaf.weights[2 : proof.stage + 1]
        if len(proof.leaves) > 1 or leaf.limits or not weights or self.problem.principle == "order":
            return False
        later = 0
        for weight, span in zip(
            reversed(weights), reversed(_spans(self.problem, self.served)[: len(weights)]), strict=True
        ):
            if weight <= later:
                return False
            later += weight * span
        found = bound(self.problem, leaf.prices, weights=leaf.weights, must=self.served, sets=self.sets)
        reached = sum(weight * value for weight, value in zip(leaf.weights[2:], self.values[2:], strict=True))
        return found is None or found >= reached

    def _is_earliest(self) -> bool:
        """Whether no slot left out could be added to the served ones before it, at no cost in their number."""
        order = self.problem.order
        shown: set[tuple[object, ...]] = set()
        proofs = {proof.slot: proof for proof in self.proofs if proof.stage == 1}
        for slot in sorted(np.flatnonzero(~self.served).tolist(), key=lambda slot: int(order[slot])):
            likes = self._likes(slot)
            if likes in shown:
                continue  # whoever could be added here could have been added for a slot like it before
            if slot not in proofs:
                return False
            must = self.served & (order < order[slot])
            must[slot] = True
            for leaf in proofs[slot].leaves:
                found = bound(self.problem, leaf.prices, weights=leaf.weights, must=must, sets=self.sets)
                if found is not None and found <= leaf.weights[0] * self.values[0]:
                    return False
            if self.problem.groups[slot] < 0:
                shown.add(likes)
        return True

    def _likes(self, slot: int) -> tuple[object, ...]:
        """What a slot may take: two slots with equal answers can stand in for each other."""
        problem, wants = self.problem, self.problem.wants[slot]
        if self.single[slot]:
            kind = problem.kinds == wants.argmax()
            return ((self.sets.usable[slot] & (kind | problem.open_slots[slot])).tobytes(),)
        budget = problem.budgets[slot]
        room = None if budget is None else (budget.totals.tobytes(), budget.spare.tobytes())
        need = problem.helps[slot].tobytes() if problem.needs[slot] else None
        numbers = (int(problem.units_max[slot]), int(problem.size_min[slot]), int(problem.size_max[slot]))
        return ((problem.ranks[slot] > 0).tobytes(), wants.tobytes(), numbers, room, need)

    def _check_form(self, proof: StageProof) -> None:
        """Raise where a proof is not one: numbers of the wrong kind, weights of later stages, parts left out."""
        if proof.stage not in range(len(self.names)) or not proof.leaves:
            raise Forged(f"a proof of stage {proof.stage} with {len(proof.leaves)} leaves")
        for leaf in proof.leaves:
            numbers = (*leaf.prices, *leaf.weights, *(number for limit in leaf.limits for number in limit[:2]))
            if any(type(number) is not int or number < 0 for number in numbers):
                raise Forged("prices, weights and limits must be whole numbers ≥ 0")
            if (len(leaf.prices), len(leaf.weights)) != (self.problem.classes, len(self.names)):
                raise Forged("one price a class and one weight a stage are needed")
            idle = (1, len(self.names)) if proof.stage < 2 else (0, 2)
            if any(leaf.weights[slice(*idle)]) or any(leaf.weights[max(proof.stage, 1) + 1 :]):
                raise Forged(f"a proof of {self.names[proof.stage]} weighs other stages")
            if leaf.limits and (proof.stage < 2 or any(limit[0] >= self.problem.slots for limit in leaf.limits)):
                raise Forged("limits of no outcome")
        _check_tree([leaf.limits for leaf in proof.leaves])


def _check_tree(limits: Sequence[tuple[Limit, ...]]) -> None:
    """Raise unless the parts come from splits of everything in two, one after the other."""
    stack = [(list(limits), 0)]
    while stack:
        parts, depth = stack.pop()
        if len(parts) == 1 and len(parts[0]) == depth:
            continue
        heads = {part[depth][:2] for part in parts if len(part) > depth}
        sides = [[part for part in parts if len(part) > depth and part[depth][2] is side] for side in (True, False)]
        if len(heads) != 1 or not all(sides) or sum(map(len, sides)) != len(parts):
            raise Forged("leaves leave something out")
        stack += [(side, depth + 1) for side in sides]
