"""
Groups into periods and sites, stage by stage: CP-SAT, led by the relaxed program where the whole is too large for it.

The same workload with the same ``seconds_max`` gives the same plan wherever the clock cuts nothing short: CP-SAT works
on one thread with one seed and ends by its own measure of work. ``PlanStage.cut_short`` tells where it did not.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from solver.gathering import Gathering, Homes
from solver.mip import Answer
from solver.planform import Form, Found, Limits, Objective, Weights, announced_members, form, relax, search
from solver.planprices import Held, Priced, priced, prices_of
from solver.planstart import first_plan
from solver.problem import Ints, Proof
from solver.workload import Part, PlanStage, Schedule, Workload, values

SMALL = 2_500
"""Columns up to which the exact program, with every team at every site, is searched as it is."""
UNITS_PER_SECOND = 0.3
"""CP-SAT's units of work that a slow machine gets done in a second; the clock is the second limit."""
SHARES = {
    "lead": 0.15, "moved": 0.05, "late": 0.05, "left_over": 0.05, "cost": 0.05, "teams_split": 0.5, "spread": 0.15,
}  # fmt: skip
"""Of the time, for each search."""
NEAR = 1e-5
"""A column whose reduced cost is below this share of the relaxed optimum stays free in a led search."""
CUTS_MAX = 25
CUT_SHARE = 5 / 120
"""Of the time, for each look at which teams the cuts allow together; it is rarely needed."""
ROOM = (0.15, 0.05, 0.02)
"""Of what lies between the cost found and its bound: how much gathering teams may use up, first try to last."""


@dataclass(eq=False)
class _Run:
    """What the stages hand on: the plan so far, what is held of each stage, where whole teams live."""

    work: Workload
    small: bool
    seconds_max: float
    deadline: float
    plan: Schedule
    weights: dict[str, Weights | None]
    held: dict[str, Held] = field(default_factory=dict)
    stages: list[PlanStage] = field(default_factory=list)
    homes: Homes = field(default_factory=dict)

    def limits(self, name: str, part: float = 1.0) -> Limits:
        """How long a search may work: its share in units of work, and by the clock what is left."""
        units = self.seconds_max * SHARES[name] * part * UNITS_PER_SECOND
        return Limits(seconds=max((self.deadline - time.monotonic()) * 0.6, 0.05), work_units=units)

    @property
    def late(self) -> bool:
        """Most of the time is used up: what is not needed is left."""
        return time.monotonic() > self.deadline - 0.2 * self.seconds_max


def plan(
    work: Workload,
    *,
    seconds_max: float = 120.0,
    clock_max: float | None = None,
    exact: bool | None = None,
    on_stage: Callable[[PlanStage], None] | None = None,
) -> Schedule:
    """
    The plan that is best by the objective of ``Workload``, stage by stage, or the best found in ``seconds_max``.

    seconds_max: how much work the searches may do, in seconds of a slow machine. clock_max: when the clock cuts them
    short (None = ``seconds_max``). exact: search the exact program whatever its size (True), or never (False); None =
    by its size.

    Each stage tells its value, a bound, and a bound by prices where there is one (``solver.planprices``). ``proof``:
    ``proved`` = the price bound meets the value; ``claimed`` = the search says so; ``bounded`` = neither.
    """
    started = time.monotonic()
    size = work.groups * (work.periods + 2) + work.groups * work.sites
    small = size <= SMALL if exact is None else exact
    clock_max = clock_max or seconds_max
    run = _Run(work, small, seconds_max, started + clock_max, first_plan(work), stage_weights(work))
    if not small:
        _lead(run)
    for name, weights in run.weights.items():
        begun = time.monotonic()
        stage = _split_stage(run) if weights is None else _sum_stage(run, name, weights)
        run.stages.append(replace(stage, seconds=time.monotonic() - begun))
        if on_stage:
            on_stage(run.stages[-1])
    return replace(run.plan, stages=tuple(run.stages), seconds=time.monotonic() - started)


def stage_weights(work: Workload) -> dict[str, Weights | None]:
    """The objective's stages in their order; None for the one that is no sum over members."""
    shape = (work.groups, work.periods)
    nothing, ones = np.zeros(shape, dtype=np.int64), np.ones(work.groups, dtype=np.int64)
    late = np.broadcast_to(~work.on_time, shape).astype(np.int64)
    told: dict[str, Weights | None] = {}
    if announced_members(work):
        told["moved"] = Weights(periods=nothing, left=ones * 0, moved=1)
    found: dict[str, Weights | None] = dict(told) if work.moved_first else {}
    found["late"] = Weights(periods=late, left=ones)
    if not work.on_time.all():
        found["left_over"] = Weights(periods=nothing, left=ones)
    found |= told
    found["cost"] = Weights(periods=work.costs, left=work.left_costs)
    found["teams_split"] = None
    found["spread"] = Weights(periods=work.waits**2, left=work.left_waits**2)
    return found


# -- stages that are sums over members ----------------------------------------------------------------------------


def _lead(run: _Run) -> None:
    """A first plan: the stages before the cost at their relaxed bounds if the relaxed optimum of the cost allows it."""
    program = form(run.work)
    reached = True
    for name, weights in run.weights.items():
        if name == "cost":
            break
        assert weights is not None
        objective, constant = program.objective(weights)
        bound = math.ceil(relax(program.mip, objective).bound - 1e-6)
        program.hold(name, objective, bound)
        reached = reached and values(run.work, run.plan)[name] <= bound + constant
    cost = run.weights["cost"]
    assert cost is not None
    objective, _ = program.objective(cost)
    relaxed = relax(program.mip, objective)
    hint = encode(program, run.plan) if reached else None
    found = _led(program, objective, relaxed, hint, run.limits("lead"))
    if found.values is not None:
        run.plan = decode(program, found.values)


def _held_form(run: _Run, *, homes: Homes | None = None, before: str = "") -> Form:
    """The program with every stage held, or every stage before one."""
    program = form(run.work, sites=homes, teams=run.small)
    for name, held in run.held.items():
        if name == before:
            break
        objective, constant = program.objective(held.weights)
        program.hold(name, objective, held.value - constant)
    split = next((stage.value for stage in run.stages if stage.name == "teams_split"), None)
    if run.small and split is not None:
        program.mip.row(_teams(run.work) - split, math.inf, [(column, 1.0) for column in program.whole.values()])
    return program


def _teams(work: Workload) -> int:
    return len(set(work.teams.tolist()))


def _sum_stage(run: _Run, name: str, weights: Weights) -> PlanStage:
    program = _held_form(run)
    objective, constant = program.objective(weights)
    relaxed = relax(program.mip, objective)
    bound = price_bound = _by_prices(run, weights, program, relaxed).bound
    unit = math.gcd(*np.unique(weights.periods).tolist(), *np.unique(weights.left).tolist(), weights.moved) or 1
    bound = price_bound = -(-price_bound // unit) * unit
    cut_short = False
    if values(run.work, run.plan)[name] > bound:
        program, tries, whole = _searched(run, name, weights, program, relaxed)
        for found in tries:
            _take(run, name, program, found)
        cut_short = tries[-1].cut_short
        bound = max(bound, tries[-1].bound + constant) if whole else bound
    value = values(run.work, run.plan)[name]
    run.held[name] = Held(weights=weights, value=value)
    return _told(name, value, bound, price_bound, cut_short=cut_short)


def _searched(run: _Run, name: str, weights: Weights, program: Form, relaxed: Answer) -> tuple[Form, list[Found], bool]:
    """
    The searches of a stage: the whole program where it is small; else led by the relaxed one and, where that comes to
    an end early, the whole from there. True: the last one's bound says something of every plan.
    """
    objective, _ = program.objective(weights)
    if run.small:
        hint = encode(program, run.plan)
        return program, [search(program.mip, objective, hint=hint, limits=run.limits(name))], True
    if run.homes:
        program = _held_form(run, homes=run.homes)
        objective, _ = program.objective(weights)
        relaxed = relax(program.mip, objective)
    hint = encode(program, run.plan)
    led = _led(program, objective, relaxed, hint, run.limits(name, 0.6))
    if led.values is not None and not led.finished:
        return program, [led], False
    hint = hint if led.values is None else dict(enumerate(led.values.tolist()))
    return program, [led, search(program.mip, objective, hint=hint, limits=run.limits(name, 0.4))], not run.homes


def _led(program: Form, objective: Objective, relaxed: Answer, hint: Mapping[int, int] | None, limits: Limits) -> Found:
    """A search among the columns that the relaxed optimum leaves open; its bound says nothing of the others."""
    lower, upper = np.array(program.mip.lower), np.array(program.mip.upper)
    if relaxed.values is None or relaxed.duals is None:
        return search(program.mip, objective, hint=hint, limits=limits)
    reduced = np.zeros(lower.size)
    reduced[list(objective)] = list(objective.values())
    entries = np.array(program.mip.entry_values) * relaxed.duals[program.mip.entry_rows]
    np.subtract.at(reduced, program.mip.entry_columns, entries)
    nearest = relaxed.values.round()
    free = np.abs(reduced) <= 1 + NEAR * abs(relaxed.bound) / np.maximum(1, upper)
    free |= np.abs(relaxed.values - nearest) > 1e-6
    free[program.spares] = True
    low, high = np.where(free, lower, nearest), np.where(free, upper, nearest)
    for column, value in (hint or {}).items():
        # what is known stays inside, so that the search can only better it
        low[column], high[column] = min(low[column], value), max(high[column], value)
    return search(program.mip, objective, lower=low, upper=high, hint=hint, limits=limits)


def _by_prices(run: _Run, weights: Weights, program: Form, relaxed: Answer) -> Priced:
    """The bound by prices of a stage, the stages held in the program given."""
    held = {name: held for name, held in run.held.items() if (name, 0, 0) in program.rows}
    duals = relaxed.duals if relaxed.duals is not None else np.zeros(len(program.mip.row_lower))
    return priced(run.work, weights, prices_of(program, duals), held)


def _take(run: _Run, name: str, program: Form, found: Found) -> None:
    """The plan found, if it is better at this stage and no worse before."""
    if found.values is None:
        return
    candidate = decode(program, found.values)
    new, old = values(run.work, candidate), values(run.work, run.plan)
    if new[name] < old[name] and all(new[stage.name] <= stage.value for stage in run.stages):
        run.plan = candidate


def _told(name: str, value: int, bound: int, price_bound: int | None, *, cut_short: bool) -> PlanStage:
    proof: Proof = "proved" if price_bound == value else "claimed" if bound == value else "bounded"
    return PlanStage(name=name, value=value, bound=bound, proof=proof, price_bound=price_bound, cut_short=cut_short)


# -- teams together -----------------------------------------------------------------------------------------------


def _split_stage(run: _Run) -> PlanStage:
    if not run.small:
        return _gathered(run)
    program = _held_form(run)
    objective = dict.fromkeys(program.whole.values(), -1)
    found = search(program.mip, objective, limits=run.limits("teams_split"))
    _take(run, "teams_split", program, found)
    value = values(run.work, run.plan)["teams_split"]
    return _told("teams_split", value, max(found.bound + _teams(run.work), 0), None, cut_short=found.cut_short)


def _gathered(run: _Run) -> PlanStage:
    """Teams together as far as prices and the relaxed program allow it; then the cost searched again with them so."""
    work, cost = run.work, run.held["cost"]
    gathering = Gathering(
        work,
        nobody_left=run.held["late"].value == 0,
        nobody_moved="moved" not in run.held or run.held["moved"].value == 0,
    )
    program = _held_form(run, before="cost")
    objective, _ = program.objective(cost.weights)
    relaxed = relax(program.mip, objective)
    gathering.cuts.append(_by_prices(run, cost.weights, program, relaxed))
    least = gathering.cuts[0].bound
    cut_short, at_most = False, None
    for room in ROOM:
        if run.late:
            cut_short = True
            break
        homes, agreed, relaxed = _agreed(run, gathering, least + int((cost.value - least) * room), at_most)
        if agreed is None:
            continue
        limits = run.limits("teams_split", 1 / len(ROOM))
        found = _led(agreed, agreed.objective(cost.weights)[0], relaxed, encode(agreed, run.plan), limits)
        cut_short = cut_short or found.cut_short
        if _gather_taken(run, agreed, found):
            break
        at_most = max(len(homes) - max(2, len(homes) // 4), 0)
    run.homes = whole_teams(work, run.plan)
    value = values(work, run.plan)
    _cost_again(run, value["cost"])
    most = gathering.most(value["cost"], seconds=2 * run.seconds_max * CUT_SHARE)
    bound = _teams(work) - most[1] if most else 0
    return _told("teams_split", value["teams_split"], min(bound, value["teams_split"]), None, cut_short=cut_short)


def _agreed(run: _Run, gathering: Gathering, target: int, at_most: int | None) -> tuple[Homes, Form | None, Answer]:
    """Teams and their sites that the relaxed program can have at a cost of at most ``target``; no program if none."""
    weights = run.held["cost"].weights
    relaxed = Answer(values=None, bound=0.0, finished=False)
    for _ in range(CUTS_MAX):
        got = gathering.most(target, seconds=run.seconds_max * CUT_SHARE, at_most=at_most)
        if got is None or run.late:
            break
        homes = got[0]
        program = form(run.work, sites=homes)
        for name, held in run.held.items():
            if name != "cost":
                objective, constant = program.objective(held.weights)
                program.hold(name, objective, held.value - constant)
        relaxed = relax(program.mip, program.objective(weights)[0])
        if relaxed.duals is None:
            gathering.excluded.append(homes)
            continue
        if relaxed.bound <= target + 1:
            return homes, program, relaxed
        gathering.cuts.append(_by_prices(run, weights, program, relaxed))
    return {}, None, relaxed


def _gather_taken(run: _Run, program: Form, found: Found) -> bool:
    """Whether a plan was found that splits fewer teams at no more cost."""
    if found.values is None:
        return False
    candidate = decode(program, found.values)
    new, old = values(run.work, candidate), values(run.work, run.plan)
    if (new["teams_split"], new["cost"]) >= (old["teams_split"], old["cost"]) or new["cost"] > old["cost"]:
        return False
    if any(new[stage.name] > stage.value for stage in run.stages):
        return False
    run.plan = candidate
    return True


def _cost_again(run: _Run, value: int) -> None:
    """The cost's stage as it stands now: gathering teams may have found a cheaper plan."""
    at = next(n for n, stage in enumerate(run.stages) if stage.name == "cost")
    stage = run.stages[at]
    told = _told("cost", value, stage.bound, stage.price_bound, cut_short=stage.cut_short)
    run.stages[at] = replace(told, seconds=stage.seconds)
    run.held["cost"] = replace(run.held["cost"], value=value)


def whole_teams(work: Workload, schedule: Schedule) -> Homes:
    """Teams that a plan leaves at one site, with that site."""
    sites: dict[int, set[int]] = defaultdict(set)
    for part in schedule.parts:
        sites[int(work.teams[part.group])].add(part.site)
    for team in sites:
        sites[team] |= set(np.flatnonzero(work.settled[team]).tolist())
    return {team: next(iter(found)) for team, found in sorted(sites.items()) if len(found) == 1}


# -- from columns to plans and back -------------------------------------------------------------------------------


def decode(program: Form, found: Ints) -> Schedule:
    """
    A plan from the columns: within a class, who goes first gets a site that is open, where the team is already if one
    has room, else where most room is left. Any such choice works: what is open stays open.
    """
    work = program.work
    counts: dict[tuple[int, int, int], int] = defaultdict(int)
    at_home: list[set[int]] = [set(np.flatnonzero(row).tolist()) for row in work.settled]
    for g, column in program.kept.items():
        period, site = work.announced[g].tolist()
        counts[g, period, site] += int(found[column])
        if found[column]:
            at_home[int(work.teams[g])].add(site)
    in_class = {g: k for k, groups in enumerate(program.classes) for g in groups}
    room = {key: int(found[column]) for key, column in program.lives.items()}
    for (g, t), column in sorted(program.goes.items(), key=lambda item: (item[0][1], item[0][0])):
        left, team = int(found[column]), int(work.teams[g])
        if left and g not in in_class:
            counts[g, t, program.homes[team]] += left
            left = 0
        while left:
            k = in_class[g]
            open_sites = [s for s in range(work.sites) if work.opens[s] <= t and room.get((k, s), 0)]
            s = min(open_sites, key=lambda s: (s not in at_home[team], -room[k, s], s))
            taken = min(left, room[k, s])
            counts[g, t, s] += taken
            room[k, s] -= taken
            at_home[team].add(s)
            left -= taken
    parts = tuple(
        Part(g, t, s, count, kept=(t, s) == tuple(work.announced[g].tolist()))
        for (g, t, s), count in sorted(counts.items())
        if count
    )
    left_over = np.array([found[program.left[g]] for g in range(work.groups)], dtype=np.int64)
    return Schedule(parts=parts, left=left_over)


def encode(program: Form, schedule: Schedule) -> dict[int, int]:
    """The columns of a plan, but those that follow from others: a hint."""
    work = program.work
    found = dict.fromkeys((*program.goes.values(), *program.kept.values(), *program.lives.values()), 0)
    in_class = {g: k for k, groups in enumerate(program.classes) for g in groups}
    for part in schedule.parts:
        if part.kept and part.group in program.kept:
            found[program.kept[part.group]] += part.count
            continue
        if (part.group, part.period) in program.goes:
            found[program.goes[part.group, part.period]] += part.count
        if part.group in in_class:
            found[program.lives[in_class[part.group], part.site]] += part.count
    found |= {program.left[g]: int(schedule.left[g]) for g in range(work.groups)}
    return found
