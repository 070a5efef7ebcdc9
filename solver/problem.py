"""What a fair assignment is asked for, and what it answers: frozen values over read-only arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Principle = Literal["leximin", "rank_maximal", "utilitarian", "order"]
Per = Literal["unit", "household"]
Proof = Literal["proved", "claimed", "bounded"]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

PRINCIPLES: tuple[Principle, ...] = ("leximin", "rank_maximal", "utilitarian", "order")
TIE_LIMIT = 2**48


@dataclass(frozen=True, eq=False, kw_only=True)
class Budget:
    """
    What a slot may be charged: taking homes whose sizes add up to ``totals[j]`` is allowed exactly when their
    ``extras`` add up to at most ``spare[j]``; a total that is not listed is not allowed.

    totals: int64 (k,), strictly ascending. spare: int64 (k,).
    """

    totals: Ints
    spare: Ints

    def __post_init__(self) -> None:
        freeze(self, "totals", np.int64)
        freeze(self, "spare", np.int64)
        if self.totals.shape != self.spare.shape or (np.diff(self.totals) <= 0).any():
            raise ValueError(f"totals {self.totals.shape} must ascend and match spare {self.spare.shape}")


@dataclass(frozen=True, eq=False, kw_only=True)
class Problem:
    """
    A round as mathematics: slots (households) take homes out of classes of alike homes.

    A slot is served whole or not at all. A served slot s takes n(s, c) ≥ 0 homes of class c such that

    - n(s, c) > 0 only where ``ranks[s, c] > 0``; Σ_s n(s, c) ≤ ``supply[c]``;
    - declared slot (``wants[s] ≥ 0``): Σ_{c of kind k} n(s, c) = ``wants[s, k]`` for every kind k;
      open slot (``wants[s] = -1``): 1 ≤ Σ_c n(s, c) ≤ ``units_max[s]`` and
      ``size_min[s]`` ≤ Σ_c n(s, c)·``sizes[c]`` ≤ ``size_max[s]``;
    - ``budgets[s]`` (where not None) allows it: see Budget, over ``sizes`` and ``extras``;
    - where ``needs[s]``: at least one home has ``helps[s, c]``;
    - served slots with the same ``groups[s] ≥ 0``: all their homes have one and the same ``sites[c]``.

    Shapes and meaning
    ------------------
    ranks: int64 (slots, classes); 1 = first choice … worst; 0 = not allowed.
    supply: int64 (classes,), homes in the class, ≥ 0.
    ties: int64 (slots, classes), 0 ≤ tie < 2**48.
    order: int64 (slots,), a permutation of 0 … slots-1; 0 chooses first.
    worst: int, the rank of a home no choice matches (max_choices + 1).
    kinds: int64 (classes,), 0 … K-1. wants: int64 (slots, K), or a row of -1.
    units_max: int64 (slots,). sizes: int64 (classes,). size_min, size_max: int64 (slots,).
    budgets: one Budget or None a slot. extras: int64 (classes,), may be negative.
    needs: bool (slots,). helps: bool (slots, classes).
    groups: int64 (slots,), -1 = none. sites: int64 (classes,).

    Objective, strictly in this order: serve most slots, and among equals lexicographically the earliest in
    ``order``; the principle over outcomes (``per`` unit: every home's rank; ``per`` household: the worst rank among a
    slot's homes); least sum of ranks; least sum of ties. Source: spec §6.
    """

    ranks: Ints
    supply: Ints
    ties: Ints
    order: Ints
    worst: int
    kinds: Ints
    wants: Ints
    units_max: Ints
    sizes: Ints
    size_min: Ints
    size_max: Ints
    extras: Ints
    needs: Bools
    helps: Bools
    groups: Ints
    sites: Ints
    budgets: Sequence[Budget | None] = ()
    principle: Principle = "leximin"
    per: Per = "household"

    def __post_init__(self) -> None:
        for name in ("ranks", "supply", "ties", "order", "kinds", "wants", "units_max", "sizes", "size_min",
                     "size_max", "extras", "groups", "sites"):  # fmt: skip
            freeze(self, name, np.int64)
        for name in ("needs", "helps"):
            freeze(self, name, np.bool_)
        slots, classes = self.ranks.shape
        kinds = self.wants.shape[1] if self.wants.ndim == 2 else -1
        object.__setattr__(self, "budgets", tuple(self.budgets) or (None,) * slots)
        expected = {
            "ties": (slots, classes), "helps": (slots, classes), "wants": (slots, kinds),
            "supply": (classes,), "kinds": (classes,), "sizes": (classes,), "extras": (classes,),
            "sites": (classes,), "order": (slots,), "units_max": (slots,), "size_min": (slots,),
            "size_max": (slots,), "needs": (slots,), "groups": (slots,),
        }  # fmt: skip
        for name, shape in expected.items():
            found = getattr(self, name).shape
            if found != shape:
                raise ValueError(f"{name} has shape {found}; expected {shape}")
        if len(self.budgets) != slots:
            raise ValueError(f"budgets has {len(self.budgets)} entries; expected {slots}")
        self._check_ranges(slots, kinds)

    def _check_ranges(self, slots: int, kinds: int) -> None:
        """Values that no well-formed round can have: a bug of the caller, told with the value."""
        if self.ranks.size and not (0 <= self.ranks.min() and self.ranks.max() <= self.worst):
            raise ValueError(f"ranks span {self.ranks.min()}…{self.ranks.max()}; expected 0…{self.worst}")
        if self.ties.size and not (0 <= self.ties.min() and self.ties.max() < TIE_LIMIT):
            raise ValueError("ties must be in 0 … 2**48 - 1")
        if sorted(self.order.tolist()) != list(range(slots)):
            raise ValueError("order must be a permutation of 0 … slots - 1")
        if self.kinds.size and not (0 <= self.kinds.min() and self.kinds.max() < kinds):
            raise ValueError(f"kinds must be in 0 … {kinds - 1}")
        if self.supply.size and self.supply.min() < 0:
            raise ValueError("supply must not be negative")

    @property
    def slots(self) -> int:
        """Number of slots (households)."""
        return int(self.ranks.shape[0])

    @property
    def classes(self) -> int:
        """Number of classes of alike homes."""
        return int(self.ranks.shape[1])

    @property
    def open_slots(self) -> Bools:
        """bool (slots,): True where the demand is open (an area band), False where it is declared."""
        return np.asarray((self.wants < 0).any(axis=1), dtype=np.bool_)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """
    One stage of the lexicographic objective.

    ``value`` reached, ``bound`` that no solution can beat (both in the stage's own sense: see `maximised`).
    ``proof``: ``proved`` = the bound meets the value by a certificate checked in exact integer arithmetic;
    ``claimed`` = the solver's complete search says so; ``bounded`` = the bound does not meet the value.
    """

    name: str
    value: int
    bound: int
    proof: Proof
    seconds: float = 0.0

    @property
    def optimal(self) -> bool:
        """True when value and bound meet, by certificate or by complete search."""
        return self.proof != "bounded"

    @property
    def maximised(self) -> bool:
        """Whether more is better: `served`, `order` and names that start with ``max_``; all others are minimised."""
        return self.name in ("served", "order") or self.name.startswith("max_")


@dataclass(frozen=True, eq=False, kw_only=True)
class Solution:
    """
    The answer to a Problem.

    counts: int64 (slots, classes), homes of each class a slot takes. served: bool (slots,).
    stages: in the order of the objective. certificate: whatever proves the stages (see solver.certificate), or None.
    """

    counts: Ints
    served: Bools
    stages: tuple[Stage, ...]
    certificate: object | None = field(default=None)

    def __post_init__(self) -> None:
        freeze(self, "counts", np.int64)
        freeze(self, "served", np.bool_)


def freeze(owner: object, name: str, dtype: type[np.generic]) -> None:
    """Replace the field by a read-only copy of the dtype documented."""
    array: NDArray[np.generic] = np.array(getattr(owner, name), dtype=dtype)
    array.setflags(write=False)
    object.__setattr__(owner, name, array)


def allows(problem: Problem, slot: int, counts: Ints) -> bool:
    """
    Whether a set of homes keeps every rule that binds the slot alone: ranks, demand or size band, budget, need,
    and one site where it belongs to a group. Supply and the other members of the group are not looked at.

    counts: int64 (classes,), homes of each class.
    """
    taken = np.flatnonzero(counts)
    if not taken.size or (counts < 0).any() or (problem.ranks[slot, taken] == 0).any():
        return False
    if problem.wants[slot].min(initial=0) < 0:
        size = int(counts @ problem.sizes)
        if counts.sum() > problem.units_max[slot] or not problem.size_min[slot] <= size <= problem.size_max[slot]:
            return False
    elif (np.bincount(problem.kinds, weights=counts, minlength=problem.wants.shape[1]) != problem.wants[slot]).any():
        return False
    if problem.needs[slot] and not problem.helps[slot, taken].any():
        return False
    if problem.groups[slot] >= 0 and np.unique(problem.sites[taken]).size > 1:
        return False
    return within_budget(problem.budgets[slot], problem, counts)


def within_budget(budget: Budget | None, problem: Problem, counts: Ints) -> bool:
    """Whether a set's total size is listed and its extras fit the room there. counts: int64 (classes,)."""
    if budget is None:
        return True
    place = int(np.searchsorted(budget.totals, counts @ problem.sizes))
    listed = place < budget.totals.size and budget.totals[place] == counts @ problem.sizes
    return bool(listed and counts @ problem.extras <= budget.spare[place])


def stage_names(problem: Problem) -> tuple[str, ...]:
    """
    The stages of the objective that the problem has, in their order; ``earliest`` counts only where not all are served.

    Under `per` unit an open slot may take fewer or more homes, so there the last rank is a stage of its own too.
    """
    free = problem.per == "unit" and bool(problem.open_slots.any())
    if problem.principle == "leximin":
        middle = [f"outcomes_at_rank_{rank}" for rank in range(problem.worst, 0 if free else 1, -1)]
    elif problem.principle == "rank_maximal":
        middle = [f"max_outcomes_at_rank_{rank}" for rank in range(1, problem.worst + (1 if free else 0))]
    else:
        middle = ["sum_of_outcomes" if problem.principle == "utilitarian" else "order"]
    return ("served", "earliest", *middle, "sum_of_ranks", "sum_of_ties")


def stage_value(problem: Problem, name: str, counts: Ints, served: Bools) -> int:
    """
    What a solution is worth in a stage, in exact integers.

    ``earliest``: Σ over unserved slots of 2^(slots - 1 - order), so that less is lexicographically earlier.
    ``order``: slots that have chosen (what each chose is judged in turn, not by a number).
    """
    if name in ("served", "order"):
        return int(served.sum())
    if name == "earliest":
        return sum(1 << (problem.slots - 1 - int(problem.order[slot])) for slot in np.flatnonzero(~served))
    slots, classes = np.nonzero(counts)
    homes, ranks = counts[slots, classes], problem.ranks[slots, classes]
    if name == "sum_of_ranks":
        return int(homes @ ranks)
    if name == "sum_of_ties":
        return sum(int(n) * int(tie) for n, tie in zip(homes, problem.ties[slots, classes], strict=True))
    if problem.per == "household":
        worst = np.zeros(problem.slots, dtype=np.int64)
        np.maximum.at(worst, slots, ranks)
        homes, ranks = served.astype(np.int64), worst
    if name == "sum_of_outcomes":
        return int(homes @ ranks)
    return int(homes[ranks == int(name.rpartition("_")[2])].sum())


def check_solution(problem: Problem, counts: Ints, served: Bools) -> list[str]:
    """
    Every rule of the problem that an answer breaks, in exact integers; empty when it keeps them all.

    counts: int64 (slots, classes). served: bool (slots,).
    """
    faults = []
    over = np.flatnonzero(counts.sum(axis=0) > problem.supply)
    faults += [f"class {c} has {problem.supply[c]} homes; {counts[:, c].sum()} were taken" for c in over]
    for slot in range(problem.slots):
        if not served[slot] and counts[slot].any():
            faults.append(f"slot {slot} is not served but takes homes")
        if served[slot] and not allows(problem, slot, counts[slot]):
            faults.append(f"slot {slot} takes a set of homes it may not take: {np.flatnonzero(counts[slot]).tolist()}")
    for group in np.unique(problem.groups[problem.groups >= 0]):
        members = served & (problem.groups == group)
        sites = np.unique(problem.sites[counts[members].any(axis=0)])
        if sites.size > 1:
            faults.append(f"group {group} is spread over sites {sites.tolist()}")
    return faults
