"""
Lower bounds from prices.

No allocation can cost less than its slots' cheapest sets at cost + prices, less prices × supply. That is valid for
any prices ≥ 0, however they were found, because a class is charged for at most its supply. All arithmetic is on whole
numbers. Source: weak Lagrangian duality; spec §8.

The stages as functions that are to be small, each in the form "so many at this rank or worse" so that a worse outcome
never costs less: slots not served; how early those served are; one function a rank; the ranks; the ties.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solver.problem import Bools, Ints, Problem, stage_names, stage_value
from solver.rows import Limit, Outcome
from solver.sets import Sets, levels


def totals(problem: Problem, counts: Ints, served: Bools) -> list[int]:
    """The stages' functions at an allocation: slots not served, how early, one total a level, the sum of ties."""
    slot, cls = np.nonzero(counts)
    taken = counts[slot, cls]
    rank = problem.ranks[slot, cls]
    homes = np.bincount(rank, weights=taken, minlength=problem.worst + 1).astype(np.int64)
    outcome = np.zeros(problem.slots, dtype=np.int64)
    np.maximum.at(outcome, slot, rank)
    slots = np.bincount(outcome[served], minlength=problem.worst + 1)
    table = levels(problem)
    principle = homes if problem.per == "unit" else slots
    ties = sum(int(n) * int(tie) for n, tie in zip(taken, problem.ties[slot, cls], strict=True))
    early = stage_value(problem, "earliest", counts, served)
    return [int((~served).sum()), early, *(int(row @ principle) for row in table[:-1]), int(table[-1] @ homes), ties]


def own_value(problem: Problem, name: str, total: int, before: int) -> int:
    """A stage's function in the stage's own sense; ``before``: that of the stage one rank before it, or 0."""
    if name == "served":
        return problem.slots - total
    if not name.rpartition("_")[2].isdigit():
        return total
    return before - total if name.startswith("max_") else total - before


def own_values(problem: Problem, counts: Ints, served: Bools) -> dict[str, int]:
    """Every stage's value at an allocation, in the stage's own sense: as `stage_value`, all at once."""
    reached = totals(problem, counts, served)
    values: dict[str, int] = {}
    for at, name in enumerate(stage_names(problem)):
        values[name] = own_value(problem, name, reached[at], reached[at - 1] if at > 2 else 0)
    if "order" in values:
        values["order"] = stage_value(problem, "order", counts, served)
    return values


def bound(
    problem: Problem,
    prices: Sequence[int],
    *,
    weights: Sequence[int],
    must: Bools,
    limits: Sequence[Limit] = (),
    sets: Sets | None = None,
) -> int | None:
    """
    What Σ weights × stage functions cannot go below, by prices alone.

    Parameters
    ----------
    prices
        One whole number ≥ 0 a class.
    weights
        One whole number ≥ 0 a stage. The first is for slots not served: a slot outside ``must`` costs at most this.
    must
        bool (slots,): slots that are served. With ``weights[0] = 0`` the others take nothing.
    limits
        (slot, rank, True): the slot's worst rank is at most rank; (slot, rank, False): it is worse than rank.
    sets
        The problem's Sets when they are at hand.

    Returns
    -------
    int or None
        The bound; None where a slot of ``must`` has no set at all, so that no allocation fits.

    Raises
    ------
    ValueError
        When a price or weight is negative or one is missing.
    """
    if len(prices) != problem.classes or len(weights) != len(stage_names(problem)):
        raise ValueError(f"{len(prices)} prices, {len(weights)} weights; expected {problem.classes}, one a stage")
    if min((*prices, *weights), default=0) < 0:
        raise ValueError("prices and weights must not be negative")
    sets = Sets(problem) if sets is None else sets
    total = sets.total(prices, weights, must, limits)
    if total is None:
        return None
    return total - sum(price * int(supply) for price, supply in zip(prices, problem.supply, strict=True))


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """
    Prices that bound one part of all allocations.

    weights: one whole number a stage of ``stage_names``. prices: one a class. limits: the outcomes that make the part,
    in the order of the splits that made it: (slot, rank, True) = the slot's worst rank is at most rank, False = worse.
    """

    weights: tuple[int, ...]
    prices: tuple[int, ...]
    limits: tuple[Outcome, ...] = ()
