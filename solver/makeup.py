"""
How a slot's set may be made up, as wants that a flow can meet: so many homes out of each of several sets of lumps.

A *lump* is a set of classes that no slot's rules tell apart: wishes and tie numbers are left out of account. A set of
homes is allowed exactly when it meets one of the slot's make-ups, one home for each of its wants. A slot with declared
demand and nothing else has one; a need, a size band, a budget or a site to share makes several.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations_with_replacement, product
from operator import or_
from typing import NamedTuple

import numpy as np

from solver.exchange import Lumps, lumps_of
from solver.formulation import Mode, SlotSight
from solver.problem import Bools, Ints, Problem

MAKEUPS_MAX = 400  # make-ups a slot may have before they are found one by one as they are needed
_VISITS_MAX = 20_000  # steps spent on listing them

Wants = tuple[tuple[Lumps, int], ...]  # homes wanted out of each set of lumps; a home counts once


class Makeup(NamedTuple):
    """``wants`` sorted; ``site`` is the one site of its lumps, -1 where it does not matter."""

    site: int
    wants: Wants

    def less(self, lumps: Lumps) -> Makeup:
        """What is wanted once a home for one of the wants of these lumps is there."""
        return Makeup(self.site, tuple((own, n - (own == lumps)) for own, n in self.wants if own != lumps or n > 1))


@dataclass(frozen=True, eq=False, kw_only=True)
class Lumping:
    """
    A problem with lumps for classes.

    problem: its classes are the lumps, every rank is 1 where a home may be taken, else 0. lump: int64 (classes,).
    kinds: the set of lumps of each kind.
    """

    problem: Problem
    lump: Ints
    kinds: tuple[Lumps, ...]


def lumping(problem: Problem, supply: Ints) -> Lumping:
    """
    The problem's classes put together as far as the rules allow.

    supply: int64 (classes,), the most homes there can ever be of each class.
    """
    declared = ~problem.open_slots
    allowed = problem.ranks > 0
    allowed[declared] &= problem.wants[declared][:, problem.kinds] > 0
    bounded = np.array([budget is not None for budget in problem.budgets], dtype=np.bool_)
    seen = [problem.kinds]
    for values, slots in (
        (problem.sizes, problem.open_slots | bounded),
        (problem.extras, bounded),
        (problem.sites, problem.groups >= 0),
    ):
        # A value matters only where a slot that looks at it may take the class.
        seen.append(np.where(allowed[slots].any(axis=0), values, np.iinfo(np.int64).min))
    bits = np.packbits(np.vstack([allowed, problem.helps[problem.needs]]), axis=0)
    rows: dict[tuple[bytes, bytes], list[int]] = {}
    for c, key in enumerate(zip(np.array(seen).T.copy(), bits.T.copy(), strict=True)):
        rows.setdefault((key[0].tobytes(), key[1].tobytes()), []).append(c)
    lump = np.zeros(problem.classes, dtype=np.int64)
    for number, classes in enumerate(rows.values()):
        lump[classes] = number
    first = np.array([classes[0] for classes in rows.values()], dtype=np.int64)
    small = Problem(
        ranks=allowed[:, first].astype(np.int64), supply=np.bincount(lump, weights=supply, minlength=len(first)),
        ties=np.zeros((problem.slots, len(first)), dtype=np.int64), order=problem.order, worst=1,
        kinds=problem.kinds[first], wants=problem.wants, units_max=problem.units_max, sizes=problem.sizes[first],
        size_min=problem.size_min, size_max=problem.size_max, extras=problem.extras[first], needs=problem.needs,
        helps=problem.helps[:, first], groups=problem.groups, sites=problem.sites[first], budgets=problem.budgets,
    )  # fmt: skip
    kinds = tuple(as_lumps(small.kinds == kind) for kind in range(problem.wants.shape[1]))
    return Lumping(problem=small, lump=lump, kinds=kinds)


def as_lumps(members: Bools) -> Lumps:
    """The set of an array bool (lumps,)."""
    return int.from_bytes(np.packbits(members, bitorder="little").tobytes(), "little")


# -- the make-ups of a slot --------------------------------------------------------------------------------------------


def plain(problem: Problem) -> Bools:
    """bool (slots,): nothing but the declared demand binds the slot."""
    bare = np.array([budget is None for budget in problem.budgets], dtype=np.bool_)
    return np.asarray(~problem.open_slots & bare & ~problem.needs & (problem.groups < 0), dtype=np.bool_)


class Lister:
    """The make-ups of every slot of a lumped problem; slots under the same rules share theirs."""

    def __init__(self, lumped: Lumping) -> None:
        self.problem, self.kinds = lumped.problem, lumped.kinds
        self._plain = plain(self.problem)
        self._known: dict[tuple[object, ...], tuple[tuple[Makeup, ...], bool]] = {}

    def of(self, slot: int) -> tuple[tuple[Makeup, ...], bool]:
        """The make-ups, and whether these are all: beyond ``MAKEUPS_MAX`` none is given."""
        problem = self.problem
        allowed = as_lumps(problem.ranks[slot] > 0)
        if self._plain[slot]:
            wants = zip(self.kinds, problem.wants[slot].tolist(), strict=True)
            made = tuple(sorted((kind & allowed, n) for kind, n in wants if n))
            return ((Makeup(-1, made),) if made and all(lumps for lumps, _ in made) else ()), True
        budget = problem.budgets[slot]
        key = (
            allowed, problem.wants[slot].tobytes(), int(problem.units_max[slot]), int(problem.size_min[slot]),
            int(problem.size_max[slot]), as_lumps(problem.helps[slot]) if problem.needs[slot] else -1,
            bool(problem.groups[slot] >= 0), budget and (budget.totals.tobytes(), budget.spare.tobytes()),
        )  # fmt: skip
        if key not in self._known:
            self._known[key] = self._listed(slot)
        return self._known[key]

    def _listed(self, slot: int) -> tuple[tuple[Makeup, ...], bool]:
        problem = self.problem
        sight = SlotSight(problem, slot, np.flatnonzero(problem.ranks[slot] > 0), problem.supply)
        found: set[Makeup] = set()
        for mode in sight.modes():
            for wants in self._wants(sight, mode):
                if wants is None or len(found) > MAKEUPS_MAX:
                    return (), False
                found.update(Makeup(mode.site, made) for made in self._with_need(slot, wants))
        return merged(found), True

    def _wants(self, sight: SlotSight, mode: Mode) -> Iterator[list[tuple[Lumps, int]] | None]:
        """A mode's wants; None where they cannot be listed. Extras that bind become lumps with no more than so much."""
        if mode.pattern is None:
            yield None
        elif mode.spare is None:
            yield [(lumps_of(sight.homes[key]), count) for key, count in mode.pattern]
        else:
            parts = [(sight.homes[key], count) for key, count in mode.pattern]
            yield from _within(parts, self.problem.extras, mode.spare)

    def _with_need(self, slot: int, wants: Sequence[tuple[Lumps, int]]) -> Iterator[Wants]:
        """The wants with one of them narrowed to homes that help, where the slot needs one."""
        if not self.problem.needs[slot] or any(not lumps & ~self._helping(slot) for lumps, _ in wants):
            yield _tidy(wants)
            return
        for place, (lumps, count) in enumerate(wants):
            helping = lumps & self._helping(slot)
            if helping:
                yield _tidy([*wants[:place], *wants[place + 1 :], (lumps, count - 1), (helping, 1)])

    def _helping(self, slot: int) -> Lumps:
        return as_lumps(self.problem.helps[slot])


def _within(
    parts: Sequence[tuple[Sequence[int], int]], extras: Ints, spare: int
) -> Iterator[list[tuple[Lumps, int]] | None]:
    """
    For every way to share out the room for extras that leaves none for more: wants of lumps with no more than so much.
    """
    levels = [sorted({int(extras[lump]) for lump in lumps}) for lumps, _ in parts]
    tops = [dict(zip(level, [*level[1:], None], strict=True)) for level in levels]
    visits = 0
    for caps in product(
        *(combinations_with_replacement(level, n) for level, (_, n) in zip(levels, parts, strict=True))
    ):
        visits += 1
        if visits > _VISITS_MAX:
            yield None
            return
        left = spare - sum(map(sum, caps))
        rises = [tops[place][cap] for place, some in enumerate(caps) for cap in some]
        flat = [cap for some in caps for cap in some]
        if left < 0 or any(high is not None and high - cap <= left for cap, high in zip(flat, rises, strict=True)):
            continue
        yield [
            (lumps_of([lump for lump in lumps if extras[lump] <= cap]), 1)
            for (lumps, _), some in zip(parts, caps, strict=True)
            for cap in some
        ]


def _tidy(wants: Iterable[tuple[Lumps, int]]) -> Wants:
    """Equal sets of lumps put together, sorted."""
    found: dict[Lumps, int] = {}
    for lumps, count in wants:
        if count:
            found[lumps] = found.get(lumps, 0) + count
    return tuple(sorted(found.items()))


def merged(makeups: Iterable[Makeup]) -> tuple[Makeup, ...]:
    """
    The same sets of homes in fewer make-ups, sorted: two that differ in the lumps of one home are one with both.
    """
    found = set(makeups)
    while True:
        alike: dict[Makeup, set[Lumps]] = {}
        for makeup in found:
            for lumps, _ in makeup.wants:
                alike.setdefault(makeup.less(lumps), set()).add(lumps)
        before = len(found)
        for rest, several in sorted(alike.items()):
            pair = {more(rest, lumps) for lumps in several}
            if len(pair) > 1 and pair <= found:
                found = (found - pair) | {more(rest, reduce(or_, several))}
        if len(found) == before:
            return tuple(sorted(found))


def more(makeup: Makeup, lumps: Lumps) -> Makeup:
    """The make-up with one home more wanted, out of these lumps."""
    return Makeup(makeup.site, _tidy([*makeup.wants, (lumps, 1)]))


def after(makeups: Iterable[Makeup], lump: int) -> tuple[Makeup, ...]:
    """What is still wanted once a home of the lump is there, for every make-up that has room for it; sorted."""
    found: set[Makeup] = set()
    for makeup in makeups:
        here = [lumps for lumps, _ in makeup.wants if lumps >> lump & 1]
        for lumps in here:
            # A narrower want is the harder to meet: a home never serves a wider one better.
            if not any(other != lumps and not other & ~lumps for other in here):
                found.add(makeup.less(lumps))
    return tuple(sorted(found))


def around(problem: Problem, slot: int, homes: Sequence[int]) -> tuple[Makeup, list[tuple[Lumps, int]]]:
    """
    A make-up met by the homes given (lumps, of an allowed set), and for each home the want it meets: any lump with the
    same key and no more extras, that helps where the home does, would do as well.
    """
    allowed = np.flatnonzero(problem.ranks[slot] > 0)
    sight = SlotSight(problem, slot, allowed, problem.supply)
    bound, needs = problem.budgets[slot] is not None, bool(problem.needs[slot])
    wants: list[tuple[Lumps, int]] = []
    for home in homes:
        alike = [
            lump
            for lump in sight.homes[sight.key(home)]
            if (not bound or problem.extras[lump] <= problem.extras[home])
            and (not needs or problem.helps[slot, lump] or not problem.helps[slot, home])
        ]
        wants.append((lumps_of(alike), home))
    site = int(problem.sites[homes[0]]) if problem.groups[slot] >= 0 and len(homes) else -1
    return Makeup(site, _tidy([(lumps, 1) for lumps, _ in wants])), wants


def met(makeup: Makeup, homes: Sequence[int]) -> list[tuple[Lumps, int]] | None:
    """For each home (a lump) the want of the make-up it meets, every want met; None where that cannot be."""
    if sum(n for _, n in makeup.wants) != len(homes):
        return None
    if not homes:
        return []
    for lumps, _ in makeup.wants:
        if lumps >> homes[0] & 1:
            rest = met(makeup.less(lumps), homes[1:])
            if rest is not None:
                return [(lumps, homes[0]), *rest]
    return None


def loosest(makeups: Sequence[Makeup], kinds: Sequence[Lumps]) -> Wants:
    """
    Wants that every set allowed by any of the make-ups meets, each home counted once: a relaxation of them all.

    kinds: disjoint sets of lumps, each wanted by a row of its own; the lumps of one want must not span two of them.
    """
    wants = []
    for kind in kinds:
        parts = [[(own & kind, n) for own, n in made.wants if own & kind] for made in makeups]
        least = min((sum(n for _, n in part) for part in parts), default=0)
        wants.append((reduce(or_, (own for part in parts for own, _ in part), 0), least))
    return _tidy(wants)
