"""
Which teams can live at one site without making dearer what comes before: a small program over teams and sites, cut by
prices.

Every set of prices says how much dearer a plan is at least when a team lives at a site alone (``Priced.alone``). What
all cuts allow is a bound; the relaxed program with those teams fixed either agrees or gives the prices of a new cut.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from solver.mip import Mip
from solver.planform import Limits, search
from solver.planprices import FORBIDDEN, SCALE, Priced
from solver.workload import Workload

Homes = dict[int, int]


@dataclass(eq=False)
class Gathering:
    """
    cuts: one for every set of prices met. excluded: teams and sites that do not go together, by the relaxed program's
    word. nobody_left, nobody_moved: what earlier stages have settled, which makes room at sites certain.
    """

    work: Workload
    nobody_left: bool
    nobody_moved: bool
    cuts: list[Priced] = field(default_factory=list)
    excluded: list[Homes] = field(default_factory=list)

    def most(self, value: int, *, seconds: float, at_most: int | None = None) -> tuple[Homes, int] | None:
        """
        The most teams that can each live at one site while the stage before is at most ``value``, as cheap by the cuts
        as can be; and a number that no plan exceeds. None when the cuts allow no plan at all.
        """
        mip, columns = self._program(value)
        count = dict.fromkeys(columns.values(), -1)
        found = search(mip, count, limits=Limits(seconds=seconds, work_units=seconds))
        if found.values is None:
            return None
        reached = int(sum(found.values[c] for c in columns.values()))
        wanted = reached if at_most is None else min(reached, at_most)
        mip.row(wanted, wanted, [(c, 1.0) for c in columns.values()])
        room = mip.column(0, float(2**40))
        for cut in self.cuts:
            terms = [(columns[key], float(_small(cut.alone[key]))) for key in columns]
            mip.row(-np.inf, 0, [*terms, (room, -1.0)])
        cheap = search(mip, {room: 1}, limits=Limits(seconds=seconds, work_units=seconds))
        values = found.values if cheap.values is None else cheap.values
        return {team: s for (team, s), c in columns.items() if values[c]}, -found.bound

    def _program(self, value: int) -> tuple[Mip, dict[tuple[int, int], int]]:
        work, mip = self.work, Mip()
        teams = sorted({int(team) for team in work.teams})
        tied = self._tied() if self.nobody_moved else {}
        allowed = [
            (team, s)
            for team in teams
            for s in range(work.sites)
            if tied.get(team, {s}) <= {s} and all(cut.alone[team, s] < FORBIDDEN for cut in self.cuts)
        ]
        columns = {key: mip.column(0, 1) for key in allowed}
        for team in teams:
            mip.row(-np.inf, 1, [(columns[key], 1.0) for key in allowed if key[0] == team])
        for cut in self.cuts:
            slack = (value * SCALE - cut.base) // SCALE
            mip.row(-np.inf, float(slack), [(columns[key], float(_small(cut.alone[key]))) for key in allowed])
        for homes in self.excluded:
            terms = [(columns[key], 1.0) for key in homes.items() if key in columns]
            mip.row(-np.inf, len(homes) - 1, terms)
        if self.nobody_left:
            self._room(mip, columns)
        return mip, columns

    def _tied(self) -> dict[int, set[int]]:
        """Where announced placements that all stand keep a team."""
        work = self.work
        found: dict[int, set[int]] = {}
        for g in np.flatnonzero(work.keepable).tolist():
            found.setdefault(int(work.teams[g]), set()).add(int(work.announced[g, 1]))
        return found

    def _room(self, mip: Mip, columns: dict[tuple[int, int], int]) -> None:
        """A site holds the teams that live there alone; nobody is left over, so each takes what it needs whole."""
        work = self.work
        needs = np.zeros((work.settled.shape[0], work.site_uses.shape[1]), dtype=np.int64)
        np.add.at(needs, work.teams, work.site_uses * work.counts[:, None])
        for s in range(work.sites):
            for r in range(work.site_uses.shape[1]):
                terms = [(c, float(needs[team, r])) for (team, at), c in columns.items() if at == s and needs[team, r]]
                if terms:
                    mip.row(-np.inf, float(work.site_limits[s, r]), terms)


def _small(more: int) -> int:
    """A cut's coefficient in the stage's own unit, rounded down: the cut stays true."""
    return min(int(more) // SCALE, 2**40)
