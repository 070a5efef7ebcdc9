"""What is still to be decided once slots hold part of their sets: a smaller Problem of the same form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from solver.exchange import Lumps
from solver.problem import Bools, Budget, Ints, Problem, allows


def remaining(
    problem: Problem,
    slots: Sequence[int],
    held: Mapping[int, Ints],
    stock: Ints,
    rest: Sequence[tuple[Lumps, int]] = (),
) -> tuple[Problem, list[int], list[Lumps]] | None:
    """
    The problem of completing the slots' sets out of the stock.

    Parameters
    ----------
    problem
        The whole; its supply is not looked at.
    slots
        Slots to be served.
    held
        slot → int64 (classes,), what each slot of the problem has taken already; nobody's homes are in the stock.
    stock
        int64 (classes,).
    rest
        (classes, homes): what all others want, so many homes out of each set of classes.

    Returns
    -------
    (Problem, slots, sets of classes) or None
        Its rows are the slots named beside it, without those that could leave it at what they hold, then some for
        each set of classes in ``rest``: what others want of it, put together. None where what a slot holds is no part
        of any set of its.
    """
    rows, parts = list[int](), []
    for slot in slots:
        own = held.get(slot)
        if own is not None and allows(problem, slot, own):
            continue
        part = _part(problem, slot, np.zeros(problem.classes, dtype=np.int64) if own is None else own)
        if part is None:
            return None
        rows.append(slot)
        parts.append(part)
    pooled: dict[Lumps, int] = {}
    for lumps, count in rest:
        pooled[lumps] = pooled.get(lumps, 0) + count
    pools = [(lumps, some) for lumps, count in sorted(pooled.items()) for some in _shares(problem, lumps, count)]
    parts += [_pool(problem, lumps, count) for lumps, count in pools]
    if not parts:
        return problem, [], []
    ranks, wants, most, size, budgets, needs = (list(column) for column in zip(*parts, strict=True))
    sites = _sites(problem, held)
    if sites is None:
        return None
    for place, slot in enumerate(rows):
        group = int(problem.groups[slot])
        if group >= 0 and group in sites:
            ranks[place] = np.where(problem.sites == sites[group], ranks[place], 0)
    like = [*rows, *[0] * len(pools)]  # rows that want of a pool look at nothing of a slot's
    alone = np.array([-1] * len(pools), dtype=np.int64)
    sizes = np.array(size)
    least, largest = problem.size_min[like] - sizes, problem.size_max[like] - sizes
    least[len(rows) :], largest[len(rows) :] = 0, int(problem.sizes.max(initial=0))
    return Problem(
        ranks=np.array(ranks), supply=stock, ties=problem.ties[like], order=np.arange(len(like)), worst=problem.worst,
        kinds=problem.kinds, wants=np.array(wants), units_max=np.array(most),
        sizes=problem.sizes, size_min=least, size_max=largest,
        extras=problem.extras, needs=np.array(needs), helps=problem.helps[like],
        groups=np.concatenate([problem.groups[rows], alone]), sites=problem.sites, budgets=budgets,
    ), rows, [lumps for lumps, _ in pools]  # fmt: skip


def _sites(problem: Problem, held: Mapping[int, Ints]) -> dict[int, int] | None:
    """group → the site where its slots hold homes; None where they hold some at two."""
    sites: dict[int, int] = {}
    for slot, own in held.items():
        for site in problem.sites[own > 0].tolist() if problem.groups[slot] >= 0 else ():
            if sites.setdefault(int(problem.groups[slot]), site) != site:
                return None
    return sites


Part = tuple[Ints, Ints, int, int, Budget | None, bool]  # ranks, wants, homes at most, size held, budget, need


def _members(problem: Problem, lumps: Lumps) -> Bools:
    return np.array([bool(lumps >> c & 1) for c in range(problem.classes)], dtype=np.bool_)


def _shares(problem: Problem, lumps: Lumps, count: int) -> list[int]:
    """Wants of one kind are one row; others are a row a home, of any kind."""
    kinds = np.unique(problem.kinds[_members(problem, lumps)])
    return [count] if kinds.size == 1 else [1] * count


def _pool(problem: Problem, lumps: Lumps, count: int) -> Part:
    """So many homes out of the classes given: declared demand of their kind, or one home of any size."""
    members = _members(problem, lumps)
    kinds = np.unique(problem.kinds[members])
    wants = np.full(problem.wants.shape[1], -1, dtype=np.int64)
    if kinds.size == 1:
        wants = np.where(np.arange(len(wants)) == kinds[0], count, 0)
    return members.astype(np.int64), wants, count, 0, None, False


def _part(problem: Problem, slot: int, own: Ints) -> Part | None:
    """What is left for a slot; None where no set has more of the kind."""
    homes, size = int(own.sum()), int(own @ problem.sizes)
    wants, ranks = problem.wants[slot], problem.ranks[slot]
    if wants.min(initial=0) >= 0:
        wants = wants - np.bincount(problem.kinds, weights=own, minlength=len(wants)).astype(np.int64)
        if wants.min() < 0 or not wants.any():
            return None
        ranks = np.where(wants[problem.kinds] > 0, ranks, 0)
    elif homes >= problem.units_max[slot]:
        return None
    budget = problem.budgets[slot]
    if budget is not None:
        budget = Budget(totals=budget.totals - size, spare=budget.spare - int(own @ problem.extras))
    needs = bool(problem.needs[slot] and not problem.helps[slot, own > 0].any())
    return ranks, wants, int(problem.units_max[slot]) - homes, size, budget, needs
