"""What lacks for everybody to be placed in time: the least that must be added, and a plan that proves it is enough."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from solver.planform import Form, Limits, Weights, form, relax, search
from solver.planner import decode, encode, stage_weights
from solver.planstart import first_plan
from solver.problem import Ints
from solver.workload import UNLIMITED, Schedule, Workload, broken, values

CLOCK = 4.0
"""How many times its seconds of work a search may take by the clock, on a machine with other things to do."""
What = Literal["period", "site"]
Kind = tuple[What, int]
"""A resource that may be added to: of periods or sites, by its number."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Lack:
    """
    ``added``: (what, period or site, resource, amount), sorted; with them ``schedule`` places everybody in time and
    keeps every rule of ``work``. ``total``: weighted sum; ``at_least``: no less would do (the relaxed program's word).
    """

    added: tuple[tuple[What, int, int, int], ...]
    work: Workload
    schedule: Schedule
    total: int
    at_least: int


def lack(
    work: Workload,
    kinds: Sequence[Kind],
    *,
    grow: Ints,
    weights: dict[Kind, int],
    start: Schedule,
    seconds: float = 20.0,
) -> Lack | None:
    """
    The least weighted sum of additions to resources of these kinds with which nobody is late; None if none is enough
    or none was found in time.

    grow: int64 (R, R); one more of a site's resource r adds ``grow[r]`` to its resources (a home brings its m² along).
    Only periods in time and sites that open in time are added to. start: a plan to begin from.
    """
    program = form(work)
    late, _ = program.objective(_late(work))
    program.hold("late", late, 0)
    extra = _extra(program, kinds, grow)
    objective = {column: weights[what, r] for (what, _, r), column in extra.items()}
    if not objective:
        return None
    relaxed = relax(program.mip, objective)
    if relaxed.values is None:
        return None
    limits = Limits(seconds=CLOCK * seconds, work_units=seconds)
    hint = _hint(program, extra, grow, start)
    found = search(program.mip, objective, hint=hint, limits=limits)
    if found.values is None:
        return None
    # the same total once more, added where least places are touched: to the last periods and the first sites
    program.hold("total", objective, sum(int(found.values[c]) * weight for c, weight in objective.items()))
    places = {c: work.periods - at if what == "period" else 1 + at for (what, at, _), c in extra.items()}
    gathered = search(program.mip, places, hint=dict(enumerate(found.values.tolist())), limits=limits)
    found = found if gathered.values is None else gathered
    assert found.values is not None
    added = tuple((what, at, r, int(found.values[c])) for (what, at, r), c in sorted(extra.items()) if found.values[c])
    richer = with_more(work, added, grow)
    schedule = decode(program, found.values)
    if broken(richer, schedule) or values(richer, schedule)["late"]:
        raise AssertionError(f"what was added is not enough: {broken(richer, schedule)}")
    total = sum(weights[what, r] * amount for what, _, r, amount in added)
    return Lack(added=added, work=richer, schedule=schedule, total=total, at_least=math.ceil(relaxed.bound - 1e-6))


def _hint(program: Form, extra: dict[tuple[What, int, int], int], grow: Ints, start: Schedule) -> dict[int, int]:
    """The plan given with those late put into the last period in time, and what that takes."""
    work = program.work
    plenty = [(what, at, r, int(work.counts @ _uses(work, what)[:, r]) + 1) for what, at, r in extra]
    in_time = [part for part in start.parts if work.on_time[part.period]]
    last_first = np.flatnonzero(work.on_time).tolist()[::-1]
    filled = first_plan(with_more(work, plenty, grow), placed=in_time, periods_in_order=last_first)
    found = encode(program, filled)
    for (what, at, r), column in extra.items():
        uses = _uses(work, what)[:, r]
        here = [part for part in filled.parts if (part.period if what == "period" else part.site) == at]
        used = sum(int(uses[part.group]) * part.count for part in here)
        limit = int((work.period_limits if what == "period" else work.site_limits)[at, r])
        found[column] = max(used - limit, 0)
    return found


def _uses(work: Workload, what: What) -> Ints:
    return work.period_uses if what == "period" else work.site_uses


def with_more(work: Workload, added: Sequence[tuple[What, int, int, int]], grow: Ints) -> Workload:
    """The same workload with additions to its limits."""
    periods, sites = np.array(work.period_limits), np.array(work.site_limits)
    for what, at, r, amount in added:
        if what == "period":
            periods[at, r] += amount
        else:
            sites[at] += grow[r] * amount
    return replace(work, period_limits=periods, site_limits=sites)


def fewest_late(work: Workload) -> int:
    """No plan has fewer late: the relaxed program's word, rounded up."""
    program = form(work)
    objective, _ = program.objective(_late(work))
    return math.ceil(relax(program.mip, objective).bound - 1e-6)


def _late(work: Workload) -> Weights:
    found = stage_weights(work)["late"]
    assert found is not None
    return found


def _extra(program: Form, kinds: Sequence[Kind], grow: Ints) -> dict[tuple[What, int, int], int]:
    """A column for each addition, entered into the rows it eases."""
    work, mip = program.work, program.mip
    most = float(2**31)
    in_time = [t for t in range(work.periods) if work.on_time[t]]
    open_sites = [s for s in range(work.sites) if any(work.opens[s] <= t for t in in_time)]
    found: dict[tuple[What, int, int], int] = {}
    for what, r in kinds:
        # more than all of them take together is never needed
        most = float(work.counts @ _uses(work, what)[:, r])
        for at in in_time if what == "period" else open_sites:
            if what == "period" and work.period_limits[at, r] == UNLIMITED:
                continue
            found[what, at, r] = column = mip.column(0, most)
            eases = [(r, 1)] if what == "period" else [(k, int(n)) for k, n in enumerate(grow[r]) if n]
            for k, amount in eases:
                if (what, at, k) in program.rows:
                    mip.entry_rows.append(program.rows[what, at, k])
                    mip.entry_columns.append(column)
                    mip.entry_values.append(-float(amount))
    return found


def all_in_time(work: Workload, *, start: Schedule, seconds: float) -> bool:
    """Whether a plan in which nobody is late was found."""
    program = form(work)
    late, _ = program.objective(_late(work))
    program.hold("late", late, 0)
    hint = _hint(program, {}, np.zeros((0, 0), dtype=np.int64), start)
    found = search(program.mip, {}, hint=hint, limits=Limits(seconds=CLOCK * seconds, work_units=seconds))
    return found.values is not None and values(work, decode(program, found.values))["late"] == 0
