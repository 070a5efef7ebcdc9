"""
Programme → Workload → Plan: which households move in which batch to which project.

A project can be used from the first batch held on or after its completion. Joint self-building is left out. What counts
for the target is the day the keys are handed over; what stops the allowance, the policy says. Allowance is counted from
``as_of`` on, in fen; what was paid before cannot be saved any more.

Source: spec §9; domain.md §7.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal

import numpy as np

from allocation.allowance import allowance_lines, months_between
from allocation.programme_input import ProgrammeInput
from allocation.programme_tables import Batch, Placed, Project, WaitingHousehold
from solver.planner import plan as schedule_of
from solver.problem import Bools, Ints
from solver.workload import UNLIMITED, PlanStage, Schedule, Workload

Status = Literal["resettled", "kept", "moved", "planned", "left_over"]
HUNDREDTHS = 100
NOBODY = (-1, -1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """
    Households of one row in one batch and project (blank = left over). ``announced_batch`` and ``announced_project``:
    what had been announced to them. ``home_on`` None = nobody knows. ``allowance_yuan``: for each household from
    vacating to the day that stops it, for those left over to the month after the last batch.
    """

    household_id: str
    village: str
    persons: int
    households: int
    batch: str
    project: str
    status: Status
    late: bool
    home_on: date | None
    months_waited: int
    area_m2: Decimal
    allowance_yuan: Decimal
    announced_batch: str = ""
    announced_project: str = ""


@dataclass(frozen=True, eq=False, kw_only=True)
class Plan:
    """A programme's plan as of a day; ``placements`` sorted, those resettled already among them."""

    programme: ProgrammeInput
    as_of: date
    desk: Desk
    schedule: Schedule
    placements: tuple[Placement, ...]

    @property
    def stages(self) -> tuple[PlanStage, ...]:
        """The stages of the objective with their bounds."""
        return self.schedule.stages


@dataclass(frozen=True, eq=False)
class Desk:
    """
    A programme as of a day, laid out for planning: open ``batches``, ``projects`` that can be allocated, ``layouts``,
    and ``waiting``: for each group of alike households its rows with how many of each.
    """

    programme: ProgrammeInput
    as_of: date
    moved_first: bool = True

    @cached_property
    def batches(self) -> tuple[Batch, ...]:
        """Batches still to be held: after ``as_of``."""
        return tuple(batch for batch in self.programme.batches if batch.held_on > self.as_of)

    @cached_property
    def projects(self) -> tuple[Project, ...]:
        """All but joint self-building."""
        return tuple(p for p in self.programme.projects if p.construction != "joint_self_built")

    @cached_property
    def layouts(self) -> tuple[str, ...]:
        """Every layout of the stock."""
        return tuple(sorted({row.layout for row in self.programme.stock}))

    @cached_property
    def areas(self) -> Mapping[str, Decimal]:
        """m² of a home of each layout."""
        return {row.layout: row.area_m2 for row in self.programme.stock}

    @cached_property
    def villages(self) -> tuple[str, ...]:
        """Every village."""
        return tuple(sorted({row.village for row in self.programme.households}))

    @cached_property
    def rows(self) -> Mapping[str, WaitingHousehold]:
        """The households by their ids."""
        return {row.household_id: row for row in self.programme.households}

    @cached_property
    def done(self) -> tuple[Placed, ...]:
        """Who was home by ``as_of``."""
        return tuple(p for p in self.programme.actuals if p.resettled_on and p.resettled_on <= self.as_of)

    @cached_property
    def demand(self) -> Mapping[str, Mapping[str, int]]:
        """Homes of each layout that a household declared."""
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for row in self.programme.demand:
            found[row.household_id][row.layout] = row.count
        return found

    @cached_property
    def horizon(self) -> date:
        """The last day looked at: of the last batch or the target."""
        return max([self.programme.head.target_on, self.as_of, *(batch.home_on for batch in self.programme.batches)])

    def counted(self, placed: Placed) -> int:
        """Households of a row of ``actuals`` or ``announced``."""
        return placed.households or self.rows[placed.household_id].households

    def area(self, household_id: str) -> Decimal:
        """m² one household takes: of the homes it declared, else its entitlement."""
        wish = self.demand.get(household_id, {})
        return sum((self.areas[layout] * count for layout, count in wish.items()), Decimal(0)) or (
            self.rows[household_id].entitlement_m2
        )

    def uses(self, household_id: str) -> tuple[int, ...]:
        """What one household takes of a project: homes of each layout, and hundredths of m²."""
        wish = self.demand.get(household_id, {})
        return (*(wish.get(layout, 0) for layout in self.layouts), int(self.area(household_id) * HUNDREDTHS))

    def stops_on(self, batch: Batch) -> date:
        """The day that stops the allowance."""
        return batch.held_on if self.programme.policy.allowance.until == "pick" else batch.home_on

    def allowance(self, row: WaitingHousehold, months: int) -> Decimal:
        """Yuan of transitional allowance for so many months from vacating."""
        heads = row.persons if row.allowance_heads is None else row.allowance_heads
        rules = self.programme.policy.allowance
        lines = allowance_lines(months, row.building_type, heads, row.entitlement_m2, rules)
        return sum((line.amount_yuan for line in lines), Decimal(0))

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Households that a plan cannot tell apart, together; sorted by what they have in common."""
        done: dict[str, int] = defaultdict(int)
        for placed in self.done:
            done[placed.household_id] += self.counted(placed)
        told: dict[str, list[Placed]] = defaultdict(list)
        for placed in self.programme.announced:
            told[placed.household_id].append(placed)
        found: dict[tuple[object, ...], list[tuple[WaitingHousehold, int, tuple[str, str]]]] = defaultdict(list)
        profiles: dict[tuple[object, ...], Profile] = {}
        batches = {batch.batch: n for n, batch in enumerate(self.batches)}
        projects = {project.project: n for n, project in enumerate(self.projects)}
        for row in self.programme.households:
            alike = (row.vacated_on, row.waiting_since, row.persons, row.allowance_heads, row.entitlement_m2,
                     row.building_type)  # fmt: skip
            if alike not in profiles:
                profiles[alike] = self._profile(row)
            left = row.households - done[row.household_id]
            for placed in told[row.household_id]:
                count = min(self.counted(placed), left)
                at = (batches.get(placed.batch, -1), projects.get(placed.project, -1))
                key = (row.village, profiles[alike], self.uses(row.household_id), at if -1 not in at else NOBODY)
                if count:
                    found[key].append((row, count, (placed.batch, placed.project)))
                left -= count
            if left:
                found[row.village, profiles[alike], self.uses(row.household_id), NOBODY].append((row, left, ("", "")))
        return tuple(
            Group(village=str(key[0]), profile=key[1], uses=key[2], announced=key[3], members=tuple(members))  # type: ignore[arg-type]  # the key's parts, as put in above
            for key, members in sorted(found.items())
        )

    def _profile(self, row: WaitingHousehold) -> Profile:
        """What a household costs and how long it waits, by batch; last, when it is left over."""
        paid = self.allowance(row, months_between(row.vacated_on, self.as_of)) - self._after(row)
        since = row.waiting_since or row.vacated_on
        months = [months_between(row.vacated_on, self.stops_on(batch)) for batch in self.batches]
        months.append(months_between(row.vacated_on, self.horizon) + 1)
        waits = [months_between(since, batch.home_on) for batch in self.batches]
        waits.append(months_between(since, self.horizon) + 1)
        costs = tuple(max(int((self.allowance(row, count) - paid) * 100), 0) for count in months)
        return costs, tuple(waits)

    def _after(self, row: WaitingHousehold) -> Decimal:
        """What is paid after the event that stops the allowance: it is still to come, whatever is planned."""
        return self.allowance(row, 0)

    @cached_property
    def workload(self) -> Workload:
        """The programme as arrays."""
        groups = self.groups
        limits, settled = self._room()
        batches = self.batches
        opens = [
            next((n for n, batch in enumerate(batches) if project.completed_on <= batch.held_on), len(batches))
            for project in self.projects
        ]
        shape = (len(groups), len(batches))
        return Workload(
            counts=_ints(group.households for group in groups),
            costs=np.array([group.profile[0][:-1] for group in groups], dtype=np.int64).reshape(shape),
            waits=np.array([group.profile[1][:-1] for group in groups], dtype=np.int64).reshape(shape),
            left_costs=_ints(group.profile[0][-1] for group in groups),
            left_waits=_ints(group.profile[1][-1] for group in groups),
            on_time=np.array([batch.home_on <= self.programme.head.target_on for batch in batches], dtype=np.bool_),
            period_uses=np.array([(1, group.uses[-1]) for group in groups], dtype=np.int64).reshape(-1, 2),
            period_limits=np.array([_batch_limits(batch) for batch in batches], dtype=np.int64).reshape(-1, 2),
            site_uses=np.array([group.uses for group in groups], dtype=np.int64).reshape(-1, len(self.layouts) + 1),
            site_limits=limits,
            opens=_ints(opens),
            teams=_ints(self.villages.index(group.village) for group in groups),
            settled=settled,
            announced=np.array([group.announced for group in groups], dtype=np.int64).reshape(-1, 2),
            moved_first=self.moved_first,
        )

    def _room(self) -> tuple[Ints, Bools]:
        """Homes of each layout and hundredths of m² left in each project; where villages live already."""
        at = {project.project: n for n, project in enumerate(self.projects)}
        limits = np.zeros((len(self.projects), len(self.layouts) + 1), dtype=np.int64)
        for stock in self.programme.stock:
            if stock.project in at:
                limits[at[stock.project], self.layouts.index(stock.layout)] += stock.homes
                limits[at[stock.project], -1] += int(stock.area_m2 * HUNDREDTHS) * stock.homes
        for project in self.projects:
            if project.capacity_m2 is not None:
                limits[at[project.project], -1] = int(project.capacity_m2 * HUNDREDTHS)
        settled = np.zeros((len(self.villages), len(self.projects)), dtype=bool)
        for placed in self.done:
            here = at[placed.project]
            limits[here] -= self.counted(placed) * np.array(self.uses(placed.household_id))
            settled[self.villages.index(self.rows[placed.household_id].village), here] = True
        # homes that were given although the stock does not show them are gone all the same
        return np.maximum(limits, 0), settled


Profile = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """
    Households alike in all a plan can see: ``profile`` (fen from today on, months waited; by batch, last left over),
    ``uses``, ``announced`` (batch, project; -1 = none). ``members``: row, how many, and what was announced by name.
    """

    village: str
    profile: Profile
    uses: tuple[int, ...]
    announced: tuple[int, int]
    members: tuple[tuple[WaitingHousehold, int, tuple[str, str]], ...]

    @property
    def households(self) -> int:
        """How many they are."""
        return sum(count for _, count, _ in self.members)


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), dtype=np.int64)


def _batch_limits(batch: Batch) -> tuple[int, int]:
    area = UNLIMITED if batch.area_max_m2 is None else int(batch.area_max_m2 * HUNDREDTHS)
    return batch.households_max, area


def make_plan(
    programme: ProgrammeInput,
    *,
    as_of: date | None = None,
    seconds_max: float = 120.0,
    clock_max: float | None = None,
    moved_first: bool = True,
    on_stage: Callable[[PlanStage], None] | None = None,
) -> Plan:
    """
    The plan of a programme as of a day (``as_of`` of its head when None): what is done stays, what was announced is
    kept as far as can be. ``seconds_max``, ``clock_max``: see ``solver.planner.plan``. ``moved_first``
    False: that all are home in time goes before what was announced.
    """
    desk = Desk(programme, as_of or programme.head.as_of, moved_first)
    schedule = schedule_of(desk.workload, seconds_max=seconds_max, clock_max=clock_max, on_stage=on_stage)
    found = [*_resettled(desk), *_placed(desk, schedule)]
    return Plan(
        programme=programme,
        as_of=desk.as_of,
        desk=desk,
        schedule=schedule,
        placements=tuple(sorted(found, key=lambda p: _by_day(p, desk.horizon))),
    )


def _by_day(placement: Placement, horizon: date) -> tuple[object, ...]:
    """By day, who has none last; then batch, project, village, household_id, and what was announced."""
    day = placement.home_on
    names = (placement.batch, placement.project, placement.village, placement.household_id)
    return (day is None, day or horizon, *names, placement.announced_batch, placement.announced_project)


def _resettled(desk: Desk) -> list[Placement]:
    """Who is home already."""
    batches = {batch.batch: batch for batch in desk.programme.batches}
    found = []
    for placed in desk.done:
        row, batch = desk.rows[placed.household_id], batches[placed.batch]
        stop = desk.stops_on(batch)
        placement = _placement(desk, row, desk.counted(placed), batch, placed.project, "resettled", ("", ""))
        found.append(
            replace(
                placement,
                home_on=placed.resettled_on,
                late=placed.resettled_on is not None and placed.resettled_on > desk.programme.head.target_on,
                allowance_yuan=desk.allowance(row, months_between(row.vacated_on, stop)),
            )
        )
    return found


def _placed(desk: Desk, schedule: Schedule) -> list[Placement]:
    """
    The parts of a schedule with their names: of households alike, who vacated first goes first, then by household_id;
    but among those to whom something was announced, who keeps it is never changed for another's sake.
    """
    parts: dict[int, list[tuple[Batch | None, str, int, bool]]] = defaultdict(list)
    for part in schedule.parts:
        parts[part.group].append((desk.batches[part.period], desk.projects[part.site].project, part.count, part.kept))
    found = []
    for n, group in enumerate(desk.groups):
        places = parts[n]
        left = int(schedule.left[n])
        queue = sorted(group.members, key=lambda member: (member[0].vacated_on, member[0].household_id, member[2]))
        for batch, project, count, kept in [*places, *([(None, "", left, False)] if left else [])]:
            while count:
                row, here, told = queue.pop(0)
                taken = min(here, count)
                status: Status = "left_over" if batch is None else "kept" if kept else "moved" if told[0] else "planned"
                found.append(_placement(desk, row, taken, batch, project, status, told))
                count -= taken
                if here > taken:
                    queue.insert(0, (row, here - taken, told))
    return found


def _placement(
    desk: Desk,
    row: WaitingHousehold,
    count: int,
    batch: Batch | None,
    project: str,
    status: Status,
    told: Sequence[str],
) -> Placement:
    since = row.waiting_since or row.vacated_on
    stop = desk.stops_on(batch) if batch else desk.horizon
    more = 0 if batch else 1
    return Placement(
        household_id=row.household_id,
        village=row.village,
        persons=row.persons,
        households=count,
        batch=batch.batch if batch else "",
        project=project,
        status=status,
        late=batch is None or batch.home_on > desk.programme.head.target_on,
        home_on=batch.home_on if batch else None,
        months_waited=months_between(since, batch.home_on if batch else desk.horizon) + more,
        area_m2=desk.area(row.household_id),
        allowance_yuan=desk.allowance(row, months_between(row.vacated_on, stop) + more),
        announced_batch=told[0],
        announced_project=told[1],
    )
