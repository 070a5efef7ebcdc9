"""The four principles side by side: what each would have meant, for whom, and against the order numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from allocation.allocate import Allocation, allocate, outcomes, profile
from allocation.round import Round
from solver.problem import PRINCIPLES, Per, Principle, Problem, Stage, allows


@dataclass(frozen=True, slots=True, kw_only=True)
class Principled:
    """
    One principle's result in figures. ``mean`` is the mean outcome; ``envious`` counts households that would rather
    have a home given to somebody later in order; ``by_village`` is the mean outcome of each village's households and
    ``spread`` the difference between the worst and the best village; ``decided``: the search closed every stage (no
    certificate is looked for here).
    """

    principle: Principle
    served: int
    profile: dict[int, int]
    worst: int
    mean: Fraction
    sum_of_ranks: int
    envious: int
    by_village: dict[str, Fraction]
    spread: Fraction
    decided: bool
    seconds: float


def compare(
    round_: Round,
    *,
    per: Per | None = None,
    seconds_max: float | None = None,
    on_stage: Callable[[Principle, Stage], None] | None = None,
) -> tuple[Principled, ...]:
    """The same round under each principle, in the order of spec §4. ``seconds_max`` holds for each of them."""
    results = []
    for principle in PRINCIPLES:

        def tell(stage: Stage, principle: Principle = principle) -> None:
            if on_stage:
                on_stage(principle, stage)

        result = allocate(round_, principle=principle, per=per, seconds_max=seconds_max, on_stage=tell)
        results.append(_figures(result))
    return tuple(results)


def _figures(allocation: Allocation) -> Principled:
    found = outcomes(allocation.homes, allocation.per)
    villages = by_village(allocation)
    means = villages.values()
    return Principled(
        principle=allocation.principle,
        served=int(allocation.solution.served.sum()),
        profile=profile(allocation),
        worst=max(found, default=0),
        mean=Fraction(sum(found), len(found)) if found else Fraction(0),
        sum_of_ranks=sum(home.rank for home in allocation.homes),
        envious=len(envious(allocation)),
        by_village=villages,
        spread=max(means, default=Fraction(0)) - min(means, default=Fraction(0)),
        decided=all(stage.optimal for stage in allocation.solution.stages),
        seconds=sum(stage.seconds for stage in allocation.solution.stages),
    )


def by_village(allocation: Allocation) -> dict[str, Fraction]:
    """Village → mean outcome of its served households, sorted by name."""
    village = {h.household_id: h.village for h in allocation.round.households}
    found: dict[str, list[int]] = defaultdict(list)
    for name in sorted({home.household_id for home in allocation.homes}):
        own = [home for home in allocation.homes if home.household_id == name]
        found[village[name]] += outcomes(own, allocation.per)
    return {name: Fraction(sum(ranks), len(ranks)) for name, ranks in sorted(found.items())}


def envious(allocation: Allocation) -> tuple[str, ...]:
    """
    Households that would rather have a home given to somebody later in order, sorted by id.

    Counted: giving up one of its homes for one of a later household's would better a rank of its own, and the
    changed set still keeps every rule that binds the household alone (demand, area band, prepayment, access; for
    households that must share a building, homes of the same building). It is no fault under a principle other
    than ``order``. Source: spec §7 (``compare``); trust.md §3.7(d) asks for the list to be computed from the result.
    """
    problem, counts = allocation.problem, allocation.solution.counts
    later_first = sorted(range(problem.slots), key=lambda s: -int(problem.order[s]))
    held_later = np.zeros(problem.classes, dtype=bool)
    found = []
    for slot in later_first:
        if allocation.solution.served[slot]:
            if _envies(problem, counts[slot], slot, held_later):
                found.append(allocation.round.households[slot].household_id)
            held_later |= counts[slot] > 0
    return tuple(sorted(found))


def _envies(problem: Problem, own: np.ndarray, slot: int, held_later: np.ndarray) -> bool:
    ranks = problem.ranks[slot]
    for mine in np.flatnonzero(own).tolist():
        better = np.flatnonzero(held_later & (ranks > 0) & (ranks < ranks[mine])).tolist()
        for theirs in better:
            if problem.groups[slot] >= 0 and problem.sites[theirs] != problem.sites[mine]:
                continue
            changed = own.copy()
            changed[mine] -= 1
            changed[theirs] += 1
            if allows(problem, slot, changed):
                return True
    return False
