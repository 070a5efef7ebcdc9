"""Why not everybody can be home by the target: what is short, by how much, and what would be enough, verified."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

import numpy as np

from allocation.plan import HUNDREDTHS, Desk, Plan
from solver.planlack import Kind, Lack, all_in_time, fewest_late, lack
from solver.workload import UNLIMITED, Schedule, Workload

What = Literal["office", "batch_area", "homes", "project_area"]
HOUSEHOLDS, AREA = 0, 1
HOME_WEIGHT = 100 * HUNDREDTHS
"""One household served or one home weighs as much as 100 m² where several kinds are added together."""
SECONDS = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """Needed by the target, there by then; ``layout`` for homes. In households, homes or m²."""

    what: What
    layout: str
    needed: Decimal
    there: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class More:
    """So much more of something at one batch or project."""

    what: What
    where: str
    layout: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """Additions with which a plan without anybody late was found. ``least``: no less of these would do."""

    more: tuple[More, ...]
    least: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A project that, completed by ``by`` instead, would let everybody be home in time."""

    project: str
    completed_on: date
    by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """``fewest``: at least so many households are late in any plan. All lists may be empty."""

    fewest: int
    short: tuple[Short, ...]
    remedies: tuple[Remedy, ...]
    earlier: tuple[Earlier, ...]


def shortage(plan: Plan) -> Shortage | None:
    """What the target lacks; None where everybody is home in time."""
    if not any(placement.late and placement.status != "resettled" for placement in plan.placements):
        return None
    desk, work = plan.desk, plan.desk.workload
    return Shortage(
        fewest=fewest_late(work),
        short=tuple(row for row in _counts(desk, work) if row.needed > row.there),
        remedies=tuple(_remedies(desk, work, plan.schedule)),
        earlier=tuple(_earlier(desk, work, plan.schedule)),
    )


def _counts(desk: Desk, work: Workload) -> Iterator[Short]:
    """What all together need against what all together have by the target: necessary, not always enough."""
    members = work.counts[:, None]
    in_time = np.flatnonzero(work.on_time)
    last = int(in_time.max(initial=-1))
    open_sites = work.opens <= last
    households = Decimal(int(work.counts.sum()))
    yield Short(
        what="office", layout="", needed=households, there=Decimal(int(work.period_limits[in_time, HOUSEHOLDS].sum()))
    )
    area = Decimal(int((work.site_uses[:, -1:] * members).sum())) / HUNDREDTHS
    if in_time.size and (work.period_limits[in_time, AREA] != UNLIMITED).all():
        there = Decimal(int(work.period_limits[in_time, AREA].sum())) / HUNDREDTHS
        yield Short(what="batch_area", layout="", needed=area, there=there)
    for r, layout in enumerate(desk.layouts):
        needed = Decimal(int((work.site_uses[:, r : r + 1] * members).sum()))
        yield Short(
            what="homes", layout=layout, needed=needed, there=Decimal(int(work.site_limits[open_sites, r].sum()))
        )
    there = Decimal(int(work.site_limits[open_sites, -1].sum())) / HUNDREDTHS
    yield Short(what="project_area", layout="", needed=area, there=there)


def _remedies(desk: Desk, work: Workload, start: Schedule) -> Iterator[Remedy]:
    """The least additions of each kind that are enough alone; if none is, of all kinds together."""
    count = len(desk.layouts)
    grow = np.eye(count + 1, dtype=np.int64)
    grow[:count, count] = [int(desk.areas[layout] * HUNDREDTHS) for layout in desk.layouts]
    homes: list[Kind] = [("site", r) for r in range(count)]
    alone: list[list[Kind]] = [[("period", HOUSEHOLDS)], [("period", AREA)], homes, [("site", count)]]
    everything = [kind for kinds in alone for kind in kinds]
    weights = dict.fromkeys(everything, HOME_WEIGHT) | {("period", AREA): 1, ("site", count): 1}
    found = False
    for kinds in alone:
        enough = lack(work, kinds, grow=grow, weights=weights, start=start, seconds=SECONDS)
        if enough is not None:
            found = True
            yield _remedy(desk, enough)
    if not found:
        enough = lack(work, everything, grow=grow, weights=weights, start=start, seconds=SECONDS)
        if enough is not None:
            yield _remedy(desk, enough)


def _remedy(desk: Desk, enough: Lack) -> Remedy:
    more = []
    for what, at, r, amount in enough.added:
        layout = desk.layouts[r] if what == "site" and r < len(desk.layouts) else ""
        kind: What
        if what == "period":
            kind = "office" if r == HOUSEHOLDS else "batch_area"
        else:
            kind = "homes" if layout else "project_area"
        where = desk.batches[at].batch if what == "period" else desk.projects[at].project
        scale = HUNDREDTHS if kind in ("batch_area", "project_area") else 1
        more.append(More(what=kind, where=where, layout=layout, amount=Decimal(amount) / scale))
    return Remedy(more=tuple(more), least=enough.total <= enough.at_least)


def _earlier(desk: Desk, work: Workload, start: Schedule) -> Iterator[Earlier]:
    """For each project completed after the first coming batch: the latest batch by which it would have to be there."""
    for s, project in enumerate(desk.projects):
        for opens in range(int(work.opens[s]) - 1, -1, -1):
            sooner = replace(work, opens=np.where(np.arange(work.sites) == s, opens, work.opens))
            if fewest_late(sooner):
                continue
            if all_in_time(sooner, start=start, seconds=SECONDS):
                yield Earlier(
                    project=project.project, completed_on=project.completed_on, by=desk.batches[opens].held_on
                )
            break
