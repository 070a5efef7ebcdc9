"""A first plan in no time: period by period, whom waiting would cost most first. Feasible, and no more is promised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from solver.problem import Ints
from solver.workload import UNLIMITED, Part, Schedule, Workload


def first_plan(
    work: Workload, *, placed: Sequence[Part] = (), periods_in_order: Sequence[int] | None = None
) -> Schedule:
    """
    The parts given, as far as there is room; what was announced as far as there is room; then, in each period, the
    groups that a period more would cost most, each at open sites where its team is already, else where most members
    fit. Ties by the group's number. ``periods_in_order``: the periods to be filled, one after the other; None = all.
    """
    left, counts = np.array(work.counts), defaultdict[tuple[int, int, int], int](int)
    periods = np.where(work.period_limits == UNLIMITED, np.iinfo(np.int64).max, work.period_limits)
    sites = np.array(work.site_limits)
    at_home = [set(np.flatnonzero(row).tolist()) for row in work.settled]

    def place(g: int, t: int, s: int, most: int) -> None:
        """As many as fit."""
        fitting = min(_fits(periods[t], work.period_uses[g]), _fits(sites[s], work.site_uses[g]))
        count = min(int(left[g]), fitting, most)
        if count:
            left[g] -= count
            counts[g, t, s] += count
            periods[t] -= work.period_uses[g] * count
            sites[s] -= work.site_uses[g] * count
            at_home[int(work.teams[g])].add(s)

    for part in placed:
        place(part.group, part.period, part.site, part.count)
    for g in np.flatnonzero(work.keepable).tolist():
        place(g, int(work.announced[g, 0]), int(work.announced[g, 1]), int(left[g]))
    for t in range(work.periods) if periods_in_order is None else periods_in_order:
        dearer = (work.costs[:, t + 1] if t + 1 < work.periods else work.left_costs) - work.costs[:, t]
        open_sites = np.flatnonzero(work.opens <= t).tolist()
        for g in np.lexsort((np.arange(work.groups), -dearer)).tolist():
            if not left[g] or not _fits(periods[t], work.period_uses[g]):
                continue
            room = {s: _fits(sites[s], work.site_uses[g]) for s in open_sites}
            home = at_home[int(work.teams[g])]
            for s in sorted((s for s in open_sites if room[s]), key=lambda s: (s not in home, -room[s], s)):
                place(g, t, s, int(left[g]))
    parts = tuple(
        Part(g, t, s, count, kept=(t, s) == tuple(work.announced[g].tolist()))
        for (g, t, s), count in sorted(counts.items())
    )
    return Schedule(parts=parts, left=left)


def _fits(room: Ints, uses: Ints) -> int:
    """How many times ``uses`` fits into ``room``."""
    used = uses > 0
    return int(max((room[used] // uses[used]).min(initial=np.iinfo(np.int64).max), 0))
