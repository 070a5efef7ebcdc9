"""
What no plan can beat, from prices of what periods and sites offer: whole numbers that anybody can recompute.

For any prices ≥ 0, each member pays at least the cheapest of its options, and what is paid for resources is at most
what they are worth: Σ members' minima − Σ price · limit is a lower bound whatever the prices are.
Source: trust in the result, as for rounds (``solver.duality``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.planform import Form, Weights
from solver.problem import Ints
from solver.workload import UNLIMITED, Workload

SCALE = 2**16
FORBIDDEN = 2**60


@dataclass(frozen=True, eq=False, kw_only=True)
class Prices:
    """Over ``SCALE``: ``periods`` int64 (periods, K), ``sites`` int64 (sites, R), ``stages``: of earlier stages."""

    periods: Ints
    sites: Ints
    stages: Mapping[str, int]


@dataclass(frozen=True, eq=False, kw_only=True)
class Held:
    """An earlier stage that must not be worse than ``value``."""

    weights: Weights
    value: int


def prices_of(form: Form, duals: NDArray[np.float64]) -> Prices:
    """Whole-number prices from the duals of the relaxed program."""
    work = form.work
    found = {key: max(0, round(-float(duals[row]) * SCALE)) for key, row in form.rows.items()}
    periods, sites = np.zeros_like(work.period_limits), np.zeros_like(work.site_limits)
    for (what, at, r), price in found.items():
        if what == "period":
            periods[at, r] = price
        elif what == "site":
            sites[at, r] = price
    names = {key[0] for key in form.rows} - {"period", "site"}
    return Prices(periods=periods, sites=sites, stages={name: found[name, 0, 0] for name in sorted(names)})


@dataclass(frozen=True, eq=False, kw_only=True)
class Priced:
    """
    base: the bound times SCALE. alone: object (teams, sites): how much more, times SCALE, if the team lives at that
    site alone; FORBIDDEN where it cannot.
    """

    base: int
    alone: NDArray[np.object_]

    @property
    def bound(self) -> int:
        """No plan is better: rounded up to a whole number."""
        return -(-self.base // SCALE)


def priced(work: Workload, weights: Weights, prices: Prices, held: Mapping[str, Held]) -> Priced:
    """The bound that the prices give for a stage, earlier stages held; exact in whole numbers."""
    pays, left, moved = weights.periods * SCALE, weights.left * SCALE, weights.moved * SCALE
    constant = 0
    for name, price in prices.stages.items():
        before = held[name]
        pays = pays + before.weights.periods * price
        left = left + before.weights.left * price
        moved += before.weights.moved * price
        constant -= before.value * price
    limited = work.period_limits != UNLIMITED
    constant -= sum((prices.periods[limited].astype(object) * work.period_limits[limited]).tolist())
    constant -= sum((prices.sites.astype(object) * work.site_limits).ravel().tolist())
    pays = pays + work.period_uses @ np.where(limited, prices.periods, 0).T
    at_site = work.site_uses @ prices.sites.T
    announced = (work.announced >= 0).all(axis=1)
    extra = np.where(announced, moved, 0)
    kept = np.full(work.groups, FORBIDDEN)
    there = np.flatnonzero(work.keepable)
    period, site = work.announced[there].T
    kept[there] = pays[there, period] + at_site[there, site]
    least = _least(work, pays, at_site).min(axis=1, initial=FORBIDDEN) + extra
    minima = np.minimum(np.minimum(least, left + extra), kept)
    alone = np.full((work.settled.shape[0], work.sites), FORBIDDEN, dtype=object)
    for s in range(work.sites):
        here = pays[:, work.opens[s] :].min(axis=1, initial=FORBIDDEN) + at_site[:, s] + extra
        here = np.minimum(here, left + extra)
        here = np.minimum(here, np.where(work.announced[:, 1] == s, kept, FORBIDDEN))
        more = (here - minima).astype(object) * work.counts
        for team in range(work.settled.shape[0]):
            homes = set(np.flatnonzero(work.settled[team]).tolist())
            if homes <= {s} and (work.opens[s] < work.periods or s in homes):
                alone[team, s] = sum(more[work.teams == team].tolist())
    base = constant + sum((minima.astype(object) * work.counts).tolist())
    return Priced(base=int(base), alone=alone)


def _least(work: Workload, pays: Ints, at_site: Ints) -> Ints:
    """int64 (groups, periods): the period's price with the cheapest site open by then."""
    best = np.full((work.groups, work.periods), FORBIDDEN)
    for s in range(work.sites):
        best[:, work.opens[s] :] = np.minimum(best[:, work.opens[s] :], at_site[:, s : s + 1])
    return np.where(best < FORBIDDEN, best + pays, FORBIDDEN)
