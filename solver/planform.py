"""
A workload as a program in whole numbers, and CP-SAT over it.

What a plan costs is decided by periods, what it splits by sites. So the program holds how many of each group go in
each period, and how many members of each *type* (alike in what they take of a site) live at each site, tied together
by what must hold for the two to be paired: by every period, no more of a type have gone than have a site that is open
by then (Hall's condition for nested sets).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from solver.mip import Answer, Mip
from solver.problem import Ints
from solver.workload import UNLIMITED, Workload

SEED = 1
Objective = dict[int, int]
Key = tuple[str, int, int]
Entries = dict[tuple[int, int], list[tuple[int, float]]]
"""(site, resource) → (column, coefficient)."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Weights:
    """
    A stage as a sum over members: ``periods`` int64 (groups, periods) when placed in a period, ``left`` (groups,) when
    left over, and ``moved`` for every announced member that is not kept.
    """

    periods: Ints
    left: Ints
    moved: int = 0


@dataclass(eq=False)
class Form:
    """
    The program. Columns: ``goes[g, t]``, ``lives[k, s]`` of class k, ``kept[g]``, ``left[g]``; ``whole[team, s]`` = 1:
    the team is at site s alone. ``rows`` finds the rows of resources ("period", t, k), ("site", s, r) and stages.
    ``homes``: team → the one site where it must live. ``classes[k]``: groups whose members are one class at the sites.
    ``spares``: columns that follow from the others.
    """

    work: Workload
    homes: Mapping[int, int] = field(default_factory=dict)
    mip: Mip = field(default_factory=Mip)
    goes: dict[tuple[int, int], int] = field(default_factory=dict)
    lives: dict[tuple[int, int], int] = field(default_factory=dict)
    kept: dict[int, int] = field(default_factory=dict)
    left: dict[int, int] = field(default_factory=dict)
    whole: dict[tuple[int, int], int] = field(default_factory=dict)
    rows: dict[Key, int] = field(default_factory=dict)
    classes: list[list[int]] = field(default_factory=list)
    spares: list[int] = field(default_factory=list)

    def objective(self, weights: Weights) -> tuple[Objective, int]:
        """The columns' coefficients of a stage and its constant."""
        work, found = self.work, {}
        for (g, t), column in self.goes.items():
            found[column] = int(weights.periods[g, t])
        for g, column in self.kept.items():
            found[column] = int(weights.periods[g, work.announced[g, 0]]) - weights.moved
        for g, column in self.left.items():
            found[column] = int(weights.left[g])
        return {c: v for c, v in found.items() if v}, weights.moved * announced_members(work)

    def hold(self, name: str, objective: Objective, value: int) -> None:
        """The stage must not be worse than ``value`` from now on."""
        terms = [(column, float(weight)) for column, weight in objective.items()]
        self.rows[name, 0, 0] = self.mip.row(-math.inf, value, terms)


def announced_members(work: Workload) -> int:
    """Members to whom a placement was announced."""
    return int(work.counts[(work.announced >= 0).all(axis=1)].sum())


def form(work: Workload, *, sites: Mapping[int, int] | None = None, teams: bool = False) -> Form:
    """
    The program of a workload.

    sites: team → the one site where all of it must live. teams: with the columns ``whole``, exact but larger: sites
    are then chosen for every team and type instead of every type.
    """
    fixed = dict(sites or {})
    found = Form(work, fixed)
    usable = [s for s in range(work.sites) if work.opens[s] < work.periods]
    first = min((int(work.opens[s]) for s in usable), default=work.periods)
    at_site: Entries = defaultdict(list)
    classes: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for g in range(work.groups):
        home = fixed.get(int(work.teams[g]))
        _group(found, g, first if home is None else max(first, int(work.opens[home])), home)
        _take_site(found, g, home, at_site)
        if home is None:
            classes[(int(work.teams[g]) if teams else 0, *work.site_uses[g].tolist())].append(g)
    for key, groups in sorted(classes.items()):
        _class(found, groups, usable)
        k = len(found.classes) - 1
        for r in np.flatnonzero(key[1:]).tolist():
            for s in usable:
                at_site[s, r].append((found.lives[k, s], float(key[1 + r])))
    for (s, r), terms in sorted(at_site.items()):
        found.rows["site", s, r] = found.mip.row(-math.inf, float(work.site_limits[s, r]), terms)
    _period_limits(found)
    if teams:
        _whole(found, usable)
    return found


def _take_site(found: Form, g: int, home: int | None, at_site: Entries) -> None:
    """What a group takes of the site that was announced to it, and of the one its team must live at."""
    work = found.work
    goes = [found.goes[g, t] for t in range(work.periods) if (g, t) in found.goes]
    for r in np.flatnonzero(work.site_uses[g]).tolist():
        use = float(work.site_uses[g, r])
        if g in found.kept:
            at_site[int(work.announced[g, 1]), r].append((found.kept[g], use))
        if home is not None:
            at_site[home, r] += [(column, use) for column in goes]


def _group(found: Form, g: int, first: int, home: int | None) -> None:
    """The columns of a group, and that each member is placed, kept or left over."""
    work, count = found.work, int(found.work.counts[g])
    for t in range(first, work.periods):
        found.goes[g, t] = found.mip.column(0, count)
    found.left[g] = found.mip.column(0, count)
    terms = [(found.left[g], 1.0), *((found.goes[g, t], 1.0) for t in range(first, work.periods))]
    if work.keepable[g] and home in (None, int(work.announced[g, 1])):
        found.kept[g] = found.mip.column(0, count)
        terms.append((found.kept[g], 1.0))
    found.mip.row(count, count, terms)


def _class(found: Form, groups: list[int], usable: list[int]) -> None:
    """Members of a class at sites: as many as go, and by every period enough at sites that are open by then."""
    work, k, size = found.work, len(found.classes), int(found.work.counts[groups].sum())
    found.classes.append(groups)
    for s in usable:
        found.lives[k, s] = found.mip.column(0, size)
    openings = sorted({int(work.opens[s]) for s in usable})
    spare: int | None = None
    for opening, until in zip(openings, [*openings[1:], work.periods], strict=True):
        terms = [(found.lives[k, s], 1.0) for s in usable if work.opens[s] == opening]
        terms += [(found.goes[g, t], -1.0) for g in groups for t in range(opening, until) if (g, t) in found.goes]
        terms += [] if spare is None else [(spare, 1.0)]
        if until < work.periods:
            spare = found.mip.column(0, size)
            found.spares.append(spare)
            terms.append((spare, -1.0))
        found.mip.row(0, 0, terms)


def _period_limits(found: Form) -> None:
    work = found.work
    kept_in: dict[int, list[int]] = defaultdict(list)
    for g in found.kept:
        kept_in[int(work.announced[g, 0])].append(g)
    for t in range(work.periods):
        members = [(g, found.goes[g, t]) for g in range(work.groups) if (g, t) in found.goes]
        members += [(g, found.kept[g]) for g in kept_in[t]]
        for r in np.flatnonzero(work.period_limits[t] != UNLIMITED).tolist():
            terms = [(column, float(work.period_uses[g, r])) for g, column in members if work.period_uses[g, r]]
            if terms:
                found.rows["period", t, r] = found.mip.row(-math.inf, float(work.period_limits[t, r]), terms)


def _whole(found: Form, usable: list[int]) -> None:
    """
    ``whole[team, s]`` = 1 only if every member that is placed lives at s. Members that go before s opens forbid it:
    that follows, and is said because the relaxation does not see it.
    """
    work, mip = found.work, found.mip
    for team in sorted({int(team) for team in work.teams}):
        homes = set(np.flatnonzero(work.settled[team]).tolist())
        # at home already, a team stays whole even where nobody can join it any more
        allowed = [s for s in range(work.sites) if homes <= {s} and (s in usable or s in homes)]
        for s in allowed:
            found.whole[team, s] = mip.column(0, 1)
        if allowed:
            mip.row(-math.inf, 1, [(found.whole[team, s], 1.0) for s in allowed])
        for g in np.flatnonzero(work.teams == team).tolist():
            _whole_group(found, g, {s: found.whole[team, s] for s in allowed})
    for k, groups in enumerate(found.classes):
        team, size = int(work.teams[groups[0]]), float(work.counts[groups].sum())
        elsewhere = [found.left[g] for g in groups] + [found.kept[g] for g in groups if g in found.kept]
        for s in range(work.sites):
            if (team, s) in found.whole:
                here = [(found.lives[k, s], 1.0)] if s in usable else []
                mip.row(0, math.inf, [*here, (found.whole[team, s], -size), *((c, 1.0) for c in elsewhere)])


def _whole_group(found: Form, g: int, whole: Mapping[int, int]) -> None:
    """A whole team has nobody that goes before its site opens, or keeps a place elsewhere."""
    work, count = found.work, float(found.work.counts[g])
    for t in range(work.periods):
        later = [(column, count) for s, column in whole.items() if work.opens[s] > t]
        if later and (g, t) in found.goes:
            found.mip.row(-math.inf, count, [(found.goes[g, t], 1.0), *later])
    for s, column in whole.items() if g in found.kept else ():
        if s != work.announced[g, 1]:
            found.mip.row(-math.inf, count, [(found.kept[g], 1.0), (column, count)])


def relax(mip: Mip, objective: Objective) -> Answer:
    """
    The program without whole numbers; no values where it is empty.

    HiGHS's interior points end with an internal error on some empty programs (and ortools 9.15 then fails to say so);
    the simplex method finds them empty.
    """
    try:
        return mip.solve(objective, relaxed=True)
    except (RuntimeError, AttributeError):
        return replace(mip, integer=[False] * len(mip.integer)).solve(objective)


# -- CP-SAT -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, kw_only=True)
class Found:
    """values: int64 (columns,) of the best point, or None; bound: no point is better; finished: the search ended."""

    values: Ints | None
    bound: int
    finished: bool
    cut_short: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """
    seconds: of the clock; only a search that this ends is ``cut_short``. work_units: CP-SAT's own measure of work
    (``max_deterministic_time``): what ends there ends the same everywhere.
    """

    seconds: float
    work_units: float = math.inf


def search(
    mip: Mip,
    objective: Objective,
    *,
    limits: Limits,
    lower: NDArray[np.float64] | None = None,
    upper: NDArray[np.float64] | None = None,
    hint: Mapping[int, int] | None = None,
) -> Found:
    """
    The best point in whole numbers, on one thread with one seed.

    lower, upper: narrower ends of the columns. hint: what is known of a good point.
    """
    model = cp_model.CpModel()
    ends = zip(mip.lower if lower is None else lower, mip.upper if upper is None else upper, strict=True)
    columns = [model.new_int_var(int(low), int(high), "") for low, high in ends]
    entries: dict[int, tuple[list[cp_model.IntVar], list[int]]] = defaultdict(lambda: ([], []))
    for row, column, value in zip(mip.entry_rows, mip.entry_columns, mip.entry_values, strict=True):
        entries[row][0].append(columns[column])
        entries[row][1].append(int(value))
    for row, (variables, coefficients) in entries.items():
        low = cp_model.INT_MIN if mip.row_lower[row] == -math.inf else int(mip.row_lower[row])
        high = cp_model.INT_MAX if mip.row_upper[row] == math.inf else int(mip.row_upper[row])
        model.add_linear_constraint(cp_model.LinearExpr.weighted_sum(variables, coefficients), low, high)
    for column, value in (hint or {}).items():
        model.add_hint(columns[column], value)
    terms = sorted(objective.items())
    model.minimize(cp_model.LinearExpr.weighted_sum([columns[c] for c, _ in terms], [w for _, w in terms]))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = SEED
    solver.parameters.max_time_in_seconds = max(limits.seconds, 0.01)
    if math.isfinite(limits.work_units):
        solver.parameters.max_deterministic_time = max(limits.work_units, 1e-3)
    status = solver.solve(model)
    finished = status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    values = None
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        values = np.array([solver.value(variable) for variable in columns], dtype=np.int64)
    bound = math.ceil(solver.best_objective_bound - 1e-6) if math.isfinite(solver.best_objective_bound) else -(2**62)
    spent = solver.response_proto.deterministic_time
    return Found(
        values=values, bound=bound, finished=finished, cut_short=not finished and spent < 0.99 * limits.work_units
    )
