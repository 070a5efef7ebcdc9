"""What a plan over periods and sites is asked for, and what it answers: frozen values over read-only arrays."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from solver.problem import Bools, Ints, Stage, freeze

UNLIMITED = -1


@dataclass(frozen=True, eq=False, kw_only=True)
class Workload:
    """
    Groups of alike members, each to be placed in a period and at a site that is open by then, or left over.

    Members of a group are the same in everything the planner can see, so only their numbers are decided.

    Shapes and meaning
    ------------------
    counts: int64 (groups,), members, ≥ 1.
    costs, waits: int64 (groups, periods), of one member placed in the period, ≥ 0.
    left_costs, left_waits: int64 (groups,), of one member left over.
    on_time: bool (periods,), whether who is placed in it is in time.
    period_uses: int64 (groups, K), what a member takes of each resource of its period;
    period_limits: int64 (periods, K), -1 = unlimited.
    site_uses: int64 (groups, R), what a member takes of each resource of its site; site_limits: int64 (sites, R).
    opens: int64 (sites,), the first period in which the site can be used; ``periods`` = never.
    teams: int64 (groups,), 0 … T-1: groups that would rather share a site.
    settled: bool (T, sites), where the team is at home already.
    announced: int64 (groups, 2), period and site that were announced to the group, or -1, -1. An announced placement
    whose site is not open by then cannot be kept.

    Objective, strictly in this order: fewest members moved from what was announced; fewest not placed in time; fewest
    left over (with ``moved_first`` False these two go before the first); least Σ costs; fewest teams on more than one
    site; least Σ waits² (of two plans with the same mean wait, the one with the smaller variance).
    """

    counts: Ints
    costs: Ints
    waits: Ints
    left_costs: Ints
    left_waits: Ints
    on_time: Bools
    period_uses: Ints
    period_limits: Ints
    site_uses: Ints
    site_limits: Ints
    opens: Ints
    teams: Ints
    settled: Bools
    announced: Ints
    moved_first: bool = True

    def __post_init__(self) -> None:
        for name in ("on_time", "settled"):
            freeze(self, name, np.bool_)
        for name in ("counts", "costs", "waits", "left_costs", "left_waits", "period_uses", "period_limits",
                     "site_uses", "site_limits", "opens", "teams", "announced"):  # fmt: skip
            freeze(self, name, np.int64)
        groups, periods, sites = self.counts.size, self.on_time.size, self.opens.size
        resources = (self.period_uses.shape[-1], self.site_uses.shape[-1])
        expected = {
            "counts": (groups,), "costs": (groups, periods), "waits": (groups, periods), "left_costs": (groups,),
            "left_waits": (groups,), "period_uses": (groups, resources[0]), "period_limits": (periods, resources[0]),
            "site_uses": (groups, resources[1]), "site_limits": (sites, resources[1]), "opens": (sites,),
            "teams": (groups,), "settled": (self.settled.shape[0], sites), "announced": (groups, 2),
        }  # fmt: skip
        for name, shape in expected.items():
            found = getattr(self, name).shape
            if found != shape:
                raise ValueError(f"{name} has shape {found}; expected {shape}")
        if groups and (self.counts.min() < 1 or self.teams.min() < 0 or self.teams.max() >= self.settled.shape[0]):
            raise ValueError("counts must be at least 1 and teams within settled")
        if any(getattr(self, name).size and getattr(self, name).min() < 0
               for name in ("costs", "waits", "left_costs", "left_waits", "period_uses", "site_uses")):  # fmt: skip
            raise ValueError("costs, waits and uses must not be negative")

    @property
    def groups(self) -> int:
        """Number of groups."""
        return int(self.counts.size)

    @property
    def periods(self) -> int:
        """Number of periods."""
        return int(self.on_time.size)

    @property
    def sites(self) -> int:
        """Number of sites."""
        return int(self.opens.size)

    @property
    def keepable(self) -> Bools:
        """bool (groups,): an announced placement is there and its site is open by then."""
        period, site = self.announced.T
        there = (period >= 0) & (site >= 0)
        return np.asarray(there & (self.opens[np.where(there, site, 0)] <= period) if self.sites else there & False)


@dataclass(frozen=True, slots=True)
class Part:
    """``count`` members of a group placed in a period at a site; ``kept``: as announced."""

    group: int
    period: int
    site: int
    count: int
    kept: bool = False


@dataclass(frozen=True, eq=False, kw_only=True)
class PlanStage(Stage):
    """
    A stage with ``price_bound``, a lower bound from whole-number prices that anybody can recompute (None = none), and
    ``cut_short``: the clock and not the search ended it, so that another run may end elsewhere.
    """

    price_bound: int | None = None
    cut_short: bool = False

    @property
    def gap(self) -> float:
        """(value − bound) / value, 0 where both are 0."""
        return 0.0 if self.value == self.bound else (self.value - self.bound) / max(abs(self.value), 1)


@dataclass(frozen=True, eq=False, kw_only=True)
class Schedule:
    """A plan: its parts, sorted; left: int64 (groups,), members left over; stages in the order of the objective."""

    parts: tuple[Part, ...]
    left: Ints
    stages: tuple[PlanStage, ...] = ()
    seconds: float = field(default=0.0)

    def __post_init__(self) -> None:
        freeze(self, "left", np.int64)


STAGES = ("moved", "late", "left_over", "cost", "teams_split", "spread")
"""The objective's stages in their order; ``moved`` only where something was announced."""


def values(work: Workload, schedule: Schedule) -> dict[str, int]:
    """Every stage's value of a plan, counted from its parts alone."""
    moved = int(work.counts[(work.announced >= 0).all(axis=1)].sum()) - sum(p.count for p in schedule.parts if p.kept)
    late = int(schedule.left.sum()) + sum(p.count for p in schedule.parts if not work.on_time[p.period])
    sites = {team: set(np.flatnonzero(work.settled[team]).tolist()) for team in sorted(set(work.teams.tolist()))}
    for part in schedule.parts:
        sites[int(work.teams[part.group])].add(part.site)
    cost = int(schedule.left @ work.left_costs)
    cost += sum(int(work.costs[p.group, p.period]) * p.count for p in schedule.parts)
    spread = int(schedule.left @ work.left_waits**2)
    spread += sum(int(work.waits[p.group, p.period]) ** 2 * p.count for p in schedule.parts)
    return {
        "moved": moved,
        "late": late,
        "left_over": int(schedule.left.sum()),
        "cost": cost,
        "teams_split": sum(len(found) > 1 for found in sites.values()),
        "spread": spread,
    }


def broken(work: Workload, schedule: Schedule) -> list[str]:
    """What of the workload's rules a plan breaks, in words for a developer; empty when it keeps them all."""
    found = []
    placed = np.array(schedule.left)
    periods, sites = np.zeros_like(work.period_limits), np.zeros_like(work.site_limits)
    for part in schedule.parts:
        placed[part.group] += part.count
        periods[part.period] += work.period_uses[part.group] * part.count
        sites[part.site] += work.site_uses[part.group] * part.count
        if part.count < 1 or work.opens[part.site] > part.period:
            found.append(f"{part}: nobody, or the site is not open")
        if part.kept != ((part.period, part.site) == tuple(work.announced[part.group])):
            found.append(f"{part}: kept is not what was announced")
    if (placed != work.counts).any() or (schedule.left < 0).any():
        found.append("not every member is placed or left over exactly once")
    if ((periods > work.period_limits) & (work.period_limits != UNLIMITED)).any():
        found.append("a period holds more than it can")
    if (sites > work.site_limits).any():
        found.append("a site holds more than it can")
    return found
