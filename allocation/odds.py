"""
摇号前的机会: what a drawn order gives to each household, counted over many draws with the guard.

Every draw has a seed of its own, made of the seed and the draw's number; from it come the order numbers and the tie
numbers, by the rules of a real draw. Counts are whole numbers that add up, so it does not matter who plays which draws.

Behaviour of the choosers, the same in every draw: everybody who takes part comes, in the order of the draw, and waives
nothing; at its turn a household takes the home it ranks best among those the guard holds safe, then the next, and stops
as soon as it has a set that it may leave it at; of homes it ranks alike it takes the one with its smallest tie number.
With several rounds of choosing it takes one home in each but the last. Homes held in reserve stay out.

Source: spec §6 (order and tie numbers; ``order``: every later household servable), §7 (``anju odds``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import partial, reduce
from operator import add

import numpy as np

from allocation.allocate import Alike, build_problem, classes
from allocation.draw import draw_key, round_orders, tie_number
from allocation.messages import Fault, Faults
from allocation.round import Round
from allocation.workers import Done, spread
from solver.days import Played, Rehearsal
from solver.problem import Ints

DRAWS_MIN, DRAWS_MAX = 100, 10_000_000
"""With fewer, an interval may be wider than 20 points in a hundred and says next to nothing."""
PROBES = 64
"""Draws that must not all give the same order; a draw of two households alone does so with chance 2⁻⁶³."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Tally:
    """
    Counts over draws; two of them over different draws add up.

    ``outcomes``: int64 (slots, worst + 1): draws in which the slot's worst home has this rank; column 0: in which it
    was not served. ``some``: int64 (slots, worst + 1): draws in which at least one of its homes has this rank.
    ``layouts``: int64 (slots, layouts): draws in which at least one of its homes is of this layout. ``short``: draws in
    which somebody was not served.
    """

    draws: int
    outcomes: Ints
    some: Ints
    layouts: Ints
    short: int

    def __add__(self, other: Tally) -> Tally:
        mine = {field.name: getattr(self, field.name) + getattr(other, field.name) for field in fields(self)}
        return Tally(**mine)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Odds:
    """The counts of a round's draws; slots are ``round.households``, ``layouts`` the layouts of its homes, sorted."""

    round: Round
    seed: str
    guard: bool
    layouts: tuple[str, ...]
    tally: Tally


class Draws:
    """A round made ready to be drawn again and again, here or elsewhere; called with a range of draws, it counts."""

    def __init__(self, round_: Round, seed: str, *, guard: bool = True) -> None:
        alike = classes(round_)
        problem = build_problem(round_, alike)
        self.layouts = tuple(sorted({unit.layout for group in alike for unit in group.units}))
        self._rehearsal, self._seed, self._guard = Rehearsal(problem), seed, guard
        self._roster, self._order = round_.tables.households, round_.policy.order
        self._ids = [household.household_id for household in round_.households]
        self._class_ids = [group.class_id for group in alike]
        self._homes = [self._layouts_of(group) for group in alike]
        self._ranks = problem.ranks
        self._empty = partial(_empty, problem.slots, problem.worst, len(self.layouts))

    def _layouts_of(self, group: Alike) -> list[int]:
        """The layout of each home of a class: several where nobody's choice, demand or price sees it."""
        return [self.layouts.index(unit.layout) for unit in group.units]

    def __call__(self, draws: range) -> Tally:
        return reduce(add, map(self._counted, draws), self._empty(0))

    def orders(self, draw: int) -> list[list[int]]:
        """The slots as they choose in a draw, in every round of choosing."""
        slots = {own: slot for slot, own in enumerate(self._ids)}
        rounds = round_orders(self._roster, self._order, drawn_seed(self._seed, draw))
        return [[slots[own] for own in sorted(slots, key=lambda own: numbers[own])] for numbers in rounds]

    def played(self, draw: int) -> Played:
        """One draw played through."""
        seed = drawn_seed(self._seed, draw)

        def tie(slot: int, cls: int) -> int:
            return tie_number(seed, self._ids[slot], self._class_ids[cls])

        orders = self.orders(draw)
        if self._guard:
            return self._rehearsal.guarded(*orders, tie=tie)
        return self._rehearsal.unguarded(orders[0], tie=tie)

    def _counted(self, draw: int) -> Tally:
        day, counts = self.played(draw), self._empty(1)
        worst = np.zeros(len(self._ids), dtype=np.int64)
        for slot, cls in day.taken:
            rank = int(self._ranks[slot, cls])
            worst[slot] = max(worst[slot], rank)
            counts.some[slot, rank] = 1
        counts.outcomes[np.arange(len(worst)), worst] = 1
        for slot, layout in self._taken_layouts(day, draw):
            counts.layouts[slot, layout] = 1
        return Tally(
            draws=1, outcomes=counts.outcomes, some=counts.some, layouts=counts.layouts, short=int(bool(day.stranded))
        )

    def _taken_layouts(self, day: Played, draw: int) -> Iterator[tuple[int, int]]:
        """(slot, layout) of every home; inside a class of several layouts homes are paired by the published rule."""
        mixed: dict[int, list[int]] = {}
        for slot, cls in day.taken:
            if len(set(self._homes[cls])) == 1:
                yield slot, self._homes[cls][0]
            else:
                mixed.setdefault(cls, []).append(slot)
        seed = drawn_seed(self._seed, draw)
        for cls, slots in mixed.items():
            takers = sorted(slots, key=lambda slot: draw_key(seed, self._ids[slot]))
            yield from zip(takers, self._homes[cls][: len(takers)], strict=True)


def _empty(slots: int, worst: int, layouts: int, draws: int) -> Tally:
    ranks = (np.zeros((slots, worst + 1), dtype=np.int64) for _ in range(2))
    return Tally(
        draws=draws, outcomes=next(ranks), some=next(ranks), layouts=np.zeros((slots, layouts), np.int64), short=0
    )


def drawn_seed(seed: str, draw: int) -> str:
    """The seed of the draw with this number, from 1: no real draw's seed looks like it."""
    return f"{seed}|draw {draw}"


def odds(
    round_: Round,
    *,
    draws: int,
    seed: str,
    guard: bool = True,
    workers: int | None = 1,
    ray: str | None = None,
    on_done: Callable[[Done[Tally]], None] | None = None,
) -> Odds:
    """
    The counts over ``draws`` draws.

    Parameters
    ----------
    round_
        Who and what takes part, as judged on its day.
    draws
        How many, ≥ 1.
    seed
        A text; the same seed gives the same counts, whoever plays the draws.
    guard
        False: the same draws without the guard, where a household that finds no set goes without.
    workers, ray, on_done
        Who plays them, and who is told; see ``allocation.workers.spread``.

    Raises
    ------
    Faults
        See ``odds_faults``; and those of ``spread``.
    """
    if faults := odds_faults(round_, draws, seed, guard=guard):
        raise Faults(faults)
    ready = Draws(round_, seed, guard=guard)
    size = min(500, -(-draws // 100))
    pieces = [range(first, min(first + size, draws + 1)) for first in range(1, draws + 1, size)]
    tally = reduce(add, spread(ready, pieces, workers=workers, ray=ray, on_done=on_done))
    if tally.draws != draws or (tally.outcomes.sum(axis=1) != draws).any():
        raise AssertionError(f"{tally.draws} draws counted; expected {draws}, each household once in each")
    return Odds(round=round_, seed=seed, guard=guard, layouts=ready.layouts, tally=tally)


def odds_faults(round_: Round, draws: int, seed: str, *, guard: bool = True) -> list[Fault]:
    """What keeps chances from being counted: numbers out of reach, nobody or nothing there, an order without chance."""
    faults = []
    if not 1 <= draws <= DRAWS_MAX:
        params = {"least": DRAWS_MIN, "most": DRAWS_MAX}
        faults.append(Fault(table="command", code="odds.draws", column="--draws", value=str(draws), params=params))
    if not seed.strip():
        faults.append(Fault(table="command", code="cli.seed.empty", column="--seed"))
    if not round_.households or not round_.units:
        faults.append(Fault(table="command", code="odds.nobody", value=round_.head.id))
    elif not _drawn(round_):
        rule = round_.policy.order.rule
        faults.append(Fault(table="command", code="odds.no_draw", value=rule, params={"round": round_.head.id}))
    if not guard and round_.policy.order.later_rounds:
        faults.append(Fault(table="command", code="odds.rounds_unguarded", column="--no-guard"))
    return faults


def _drawn(round_: Round) -> bool:
    """Whether the seed moves anybody who takes part."""
    taking_part = {household.household_id for household in round_.households}
    seen: list[list[str]] | None = None
    for draw in range(1, PROBES + 1):
        rounds = round_orders(round_.tables.households, round_.policy.order, drawn_seed("probe", draw))
        own = [sorted(taking_part, key=lambda own: numbers[own]) for numbers in rounds]
        if seen is not None and own != seen:
            return True
        seen = own
    return False
