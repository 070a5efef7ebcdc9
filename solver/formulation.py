"""A Problem as a mixed-integer program whose linear relaxation is tight, and its way back to whole homes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from solver.mip import Mip
from solver.problem import Bools, Ints, Problem

PATTERNS_MAX = 400  # patterns a slot may have before they are left implicit
VISITS_MAX = 20_000  # steps spent on listing them

Key = tuple[int, int, int]  # (site, kind, size), -1 where the slot does not look at it
Linear = dict[int, float]  # column → coefficient


@dataclass(frozen=True, kw_only=True)
class Mode:
    """
    One way a slot may be served: so many homes of each key. ``pattern`` None = any number that keeps the rules, written
    as rows of the program; then ``keys`` are all keys of the site.

    spare: room for extras, None where no choice of homes can exceed it.
    """

    site: int
    pattern: tuple[tuple[Key, int], ...] | None
    keys: tuple[Key, ...] = ()
    spare: int | None = None


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Homes alike to a slot: same key, rank, extras (where they bind) and help; ``column`` counts how many it takes."""

    slot: int
    key: Key
    rank: int
    extras: int
    helps: bool
    classes: tuple[int, ...]
    column: int


@dataclass(eq=False)
class Formulation:
    """
    The program over the slots given, and what its columns mean.

    - A column a slot, mode and rank t says "served by this mode with every home of rank ≤ t". With the rows "homes of a
      key of rank ≤ t ≥ Σ pattern · column" this is the convex hull of a slot with declared demand alone, so only the
      shared supply can make the relaxation fractional.
    - A column a cell says how many homes of it the slot takes. Cells with the same classes share one hub, and hubs are
      linked to blocks, classes no hub tells apart: so the program grows with the slots plus the distinct wishes, not
      with slots × classes. The last cell of a key may lend any class that is better, too: that overstates a rank and
      never pays.

    Parameters
    ----------
    problem
        The problem.
    slots
        The slots that take part, in any order.
    supply
        int64 (classes,), the homes they may take.
    must_serve
        Whether all of them are served, or as many as can be.
    levels
        Slots whose worst rank matters; others have one column a mode.
    rank_max
        No home of a worse rank is taken.
    split
        Slots with a cell for every class: what ties need.
    group_site
        Sites that groups are bound to already.
    """

    problem: Problem
    slots: Sequence[int]
    supply: Ints
    must_serve: bool
    levels: frozenset[int] = frozenset()
    rank_max: int = 0
    split: frozenset[int] = frozenset()
    group_site: Mapping[int, int] = field(default_factory=dict)
    mip: Mip = field(default_factory=Mip, init=False)
    cells: list[Cell] = field(default_factory=list, init=False)
    cells_of: dict[int, list[Cell]] = field(default_factory=dict, init=False)
    reach: dict[int, list[tuple[int, dict[int, int]]]] = field(default_factory=dict, init=False)
    """slot → for every mode: (mode number, {rank t: column "served with every home ≤ t"}), ranks ascending."""
    sights: dict[int, SlotSight] = field(default_factory=dict, init=False)
    modes: dict[int, list[Mode]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.rank_max = self.rank_max or self.problem.worst
        site_columns: dict[tuple[int, int], int] = {}
        for slot in self.slots:
            self._add_slot(int(slot), site_columns)
        for group in sorted({group for group, _ in site_columns}):
            self.mip.row(0, 1, [(column, 1.0) for (g, _), column in site_columns.items() if g == group])
        self._add_supply()

    # -- linear expressions a stage is made of

    def served(self, slot: int) -> Linear:
        """1 when the slot is served."""
        return self.within(slot, self.problem.worst)

    def within(self, slot: int, rank: int) -> Linear:
        """1 when the slot is served and its worst rank is ≤ rank (for slots in ``levels``)."""
        terms: Linear = {}
        for _, columns in self.reach[slot]:
            reached = [t for t in columns if t <= rank]
            if reached:
                terms[columns[reached[-1]]] = 1.0
        return terms

    def homes(self, slot: int) -> Iterator[tuple[int, int]]:
        """(column, rank) of every cell of the slot."""
        return ((cell.column, cell.rank) for cell in self.cells_of[slot])

    # -- building

    def _add_slot(self, slot: int, site_columns: dict[tuple[int, int], int]) -> None:
        problem = self.problem
        allowed = np.flatnonzero((problem.ranks[slot] > 0) & (problem.ranks[slot] <= self.rank_max) & (self.supply > 0))
        group = int(problem.groups[slot])
        if group in self.group_site:
            allowed = allowed[problem.sites[allowed] == self.group_site[group]]
        sight = SlotSight(problem, slot, allowed, self.supply)
        modes = sight.modes()
        self.sights[slot], self.modes[slot] = sight, modes
        self._add_cells(sight, any(mode.spare is not None for mode in modes))
        tops = sorted({int(rank) for rank in problem.ranks[slot, allowed]})
        self.reach[slot] = []
        for number, mode in enumerate(modes):
            ranks = [t for t in tops if sight.possible(mode, t)]
            ranks = ranks if slot in self.levels else ranks[-1:]
            if ranks:
                self.reach[slot].append((number, {t: self.mip.column(0, 1) for t in ranks}))
        self._link_modes(slot, modes, tops)
        self._link_sites(slot, modes, site_columns)

    def _add_cells(self, sight: SlotSight, binding: bool) -> None:
        problem, slot = self.problem, sight.slot
        needs = bool(problem.needs[slot])
        found: dict[tuple[Key, int, int, bool, int], list[int]] = {}
        for c in sight.classes:
            look = (sight.key(c), int(problem.extras[c]) if binding else 0, needs and bool(problem.helps[slot, c]))
            rank = int(problem.ranks[slot, c])
            found.setdefault((look[0], rank, look[1], look[2], c if slot in self.split else -1), []).append(c)
        last: dict[tuple[Key, int, bool], int] = {}
        for key, rank, extras, helps, _ in found:
            last[key, extras, helps] = max(rank, last.get((key, extras, helps), 0))
        self.cells_of[slot] = []
        for (key, rank, extras, helps, _), classes in sorted(found.items()):
            if slot not in self.split and rank == last[key, extras, helps] == problem.worst:
                classes = [
                    c for (k, _, e, h, _), more in found.items() if (k, e, h) == (key, extras, helps) for c in more
                ]
            most = min(sight.most(key), int(self.supply[classes].sum()))
            cell = Cell(
                slot=slot, key=key, rank=rank, extras=extras, helps=helps, classes=tuple(sorted(classes)),
                column=self.mip.column(0, most),
            )  # fmt: skip
            self.cells_of[slot].append(cell)
            self.cells.append(cell)

    def _link_modes(self, slot: int, modes: Sequence[Mode], tops: Sequence[int]) -> None:
        cells, reach, mip = self.cells_of[slot], self.reach[slot], self.mip
        for _, columns in reach:
            for low, high in zip(columns, list(columns)[1:], strict=False):
                mip.row(-1, 0, [(columns[low], 1.0), (columns[high], -1.0)])
        mip.row(1 if self.must_serve else 0, 1, self.served(slot).items())
        ranks = tops if slot in self.levels else tops[-1:]
        for rank in ranks:
            self._link_level(slot, modes, rank, last=rank == tops[-1])
        if not reach:
            for cell in cells:
                mip.upper[cell.column] = 0
        if any(modes[number].spare is not None for number, _ in reach):
            self._link_budget(slot, modes)

    def _link_level(self, slot: int, modes: Sequence[Mode], rank: int, *, last: bool) -> None:
        """Homes of rank ≤ rank are enough for every mode that promises no worse."""
        need: dict[Key, Linear] = {cell.key: {} for cell in self.cells_of[slot]}
        whole: list[tuple[Mode, int]] = []
        for number, columns in self.reach[slot]:
            mode = modes[number]
            reached = [t for t in columns if t <= rank]
            if not reached:
                continue
            if mode.pattern is None:
                whole.append((mode, columns[reached[-1]]))
                continue
            for key, count in mode.pattern:
                need.setdefault(key, {})[columns[reached[-1]]] = -float(count)
        implicit = {key for mode, _ in whole for key in mode.keys}
        for key, terms in need.items():
            if key in implicit:
                continue
            homes = [(cell.column, 1.0) for cell in self.cells_of[slot] if cell.key == key and cell.rank <= rank]
            if terms or last:
                self.mip.row(0, 0 if last else np.inf, [*homes, *terms.items()])
        for mode, column in whole:
            self._link_implicit(slot, mode, rank, column, last=last)
        if self.problem.needs[slot]:
            homes = [(cell.column, 1.0) for cell in self.cells_of[slot] if cell.helps and cell.rank <= rank]
            self.mip.row(0, np.inf, [*homes, *((c, -v) for c, v in self.within(slot, rank).items())])

    def _link_implicit(self, slot: int, mode: Mode, rank: int, column: int, *, last: bool) -> None:
        """Rows in place of patterns: demand or number and size of the homes of rank ≤ rank."""
        problem, top = self.problem, np.inf
        cells = [cell for cell in self.cells_of[slot] if cell.key in mode.keys and cell.rank <= rank]
        wants = problem.wants[slot].tolist()
        if min(wants) >= 0:
            for kind, want in enumerate(wants):
                homes = [(cell.column, 1.0) for cell in cells if cell.key[1] == kind]
                self.mip.row(0, 0 if last else top, [*homes, (column, -float(want))])
        else:
            most, low, high = (float(v[slot]) for v in (problem.units_max, problem.size_min, problem.size_max))
            ones = [(cell.column, 1.0) for cell in cells]
            sizes = [(cell.column, float(cell.key[2])) for cell in cells]
            self.mip.row(0, top, [*ones, (column, -1.0)])
            self.mip.row(0, top, [*sizes, (column, -low)])
            if last:
                self.mip.row(-top, 0, [*ones, (column, -most)])
                self.mip.row(-top, 0, [*sizes, (column, -high)])
        if not last:
            worse = [c for c in self.cells_of[slot] if c.key in mode.keys and c.rank > rank]
            most = float(problem.units_max[slot] if min(wants) < 0 else sum(wants))
            self.mip.row(-top, most, [*((c.column, 1.0) for c in worse), (column, most)])
        elif problem.budgets[slot] is not None:
            self._link_totals(slot, cells, column)

    def _link_totals(self, slot: int, cells: Sequence[Cell], column: int) -> None:
        """One of the totals listed is met, and its room for extras kept."""
        budget = self.problem.budgets[slot]
        assert budget is not None
        totals = [self.mip.column(0, 1) for _ in budget.totals]
        self.mip.row(0, 0, [*((t, 1.0) for t in totals), (column, -1.0)])
        sizes = [(cell.column, float(cell.key[2])) for cell in cells]
        self.mip.row(0, 0, [*sizes, *((t, -float(v)) for t, v in zip(totals, budget.totals, strict=True))])
        extras = [(cell.column, float(cell.extras)) for cell in cells]
        rooms = [(t, -float(v)) for t, v in zip(totals, budget.spare, strict=True)]
        self.mip.row(-np.inf, 0, [*extras, *rooms])

    def _link_budget(self, slot: int, modes: Sequence[Mode]) -> None:
        """Extras within the room of the mode chosen, where the mode can exceed it."""
        rooms: Linear = {}
        keys: set[Key] = set()
        for number, columns in self.reach[slot]:
            mode, column = modes[number], columns[max(columns)]
            if mode.pattern is not None:
                keys.update(key for key, _ in mode.pattern)
                rooms[column] = -float(mode.spare if mode.spare is not None else self._extras_top(slot, mode))
        if rooms:
            extras = [(cell.column, float(cell.extras)) for cell in self.cells_of[slot] if cell.key in keys]
            self.mip.row(-np.inf, 0, [*extras, *rooms.items()])

    def _extras_top(self, slot: int, mode: Mode) -> int:
        """No homes of the mode have more extras than this."""
        assert mode.pattern is not None
        return sum(
            count * max((cell.extras for cell in self.cells_of[slot] if cell.key == key), default=0)
            for key, count in mode.pattern
        )

    def _link_sites(self, slot: int, modes: Sequence[Mode], site_columns: dict[tuple[int, int], int]) -> None:
        group = int(self.problem.groups[slot])
        if group < 0:
            return
        here: dict[int, Linear] = {}
        for number, columns in self.reach[slot]:
            here.setdefault(modes[number].site, {})[columns[max(columns)]] = 1.0
        for site, terms in sorted(here.items()):
            if (group, site) not in site_columns:
                site_columns[group, site] = self.mip.column(0, 1)
            self.mip.row(-1, 0, [*terms.items(), (site_columns[group, site], -1.0)])

    def _add_supply(self) -> None:
        hubs: dict[tuple[int, ...], list[int]] = {}
        for cell in self.cells:
            hubs.setdefault(cell.classes, []).append(cell.column)
        seen: dict[int, list[int]] = {}
        for number, classes in enumerate(hubs):
            for c in classes:
                seen.setdefault(c, []).append(number)
        blocks: dict[tuple[int, ...], int] = {}
        for c, numbers in seen.items():
            blocks[tuple(numbers)] = blocks.get(tuple(numbers), 0) + int(self.supply[c])
        takers = self._link_hubs(list(hubs.values()), blocks)
        for block, homes in blocks.items():
            self.mip.row(-np.inf, homes, [(column, 1.0) for column in takers[block]])

    def _link_hubs(
        self, hubs: Sequence[list[int]], blocks: Mapping[tuple[int, ...], int]
    ) -> dict[tuple[int, ...], list[int]]:
        """The columns that take homes of each block: flows from it to its hubs, or the only hub's cells themselves."""
        reached: list[list[tuple[int, ...]]] = [[] for _ in hubs]
        for block in blocks:
            for number in block:
                reached[number].append(block)
        takers: dict[tuple[int, ...], list[int]] = {block: [] for block in blocks}
        for columns, linked in zip(hubs, reached, strict=True):
            if len(linked) == 1:
                takers[linked[0]].extend(columns)
                continue
            flows = [self.mip.column(0, blocks[block], integer=False) for block in linked]
            self.mip.row(0, 0, [*((c, 1.0) for c in columns), *((f, -1.0) for f in flows)])
            for block, flow in zip(linked, flows, strict=True):
                takers[block].append(flow)
        return takers

    # -- back to whole homes

    def realise(self, values: NDArray[np.float64]) -> tuple[Ints, Bools] | None:
        """
        counts int64 (slots, classes) and served bool (slots,) of a point of the program, exact: the homes of every
        cell are rounded and given out class by class by a flow. None where rounding breaks a rule.
        """
        counts = np.zeros(self.problem.ranks.shape, dtype=np.int64)
        served = np.zeros(self.problem.slots, dtype=np.bool_)
        for slot in self.slots:
            served[slot] = sum(values[column] for column in self.served(slot)) > 0.5
        taken = [(cell, round(float(values[cell.column]))) for cell in self.cells]
        taken = [(cell, homes) for cell, homes in taken if homes > 0]
        hubs: dict[tuple[int, ...], int] = {}
        for cell, homes in taken:
            hubs[cell.classes] = hubs.get(cell.classes, 0) + homes
        given = share_out(hubs, self.supply)
        if given is None:
            return None
        for cell, homes in taken:
            pile = given[cell.classes]
            while homes:
                c = next(iter(pile))
                some = min(homes, pile[c])
                counts[cell.slot, c] += some
                homes -= some
                pile[c] -= some
                if not pile[c]:
                    del pile[c]
        return counts, served

    def hint(self, counts: Ints) -> dict[int, float]:
        """Columns of cells and modes at a known answer; the solver fills in the rest."""
        values = self.chosen(counts)
        for cell in self.cells:
            same = [c for c in cell.classes if int(self.problem.ranks[cell.slot, c]) == cell.rank]
            values[cell.column] = float(counts[cell.slot, same].sum())
        return values

    def chosen(self, counts: Ints) -> dict[int, float]:
        """Columns of modes at a known answer: 1 for the mode taken, from the worst rank taken on."""
        values: dict[int, float] = {}
        for slot in self.slots:
            taken = np.flatnonzero(counts[slot])
            worst = int(self.problem.ranks[slot, taken].max(initial=0))
            for number, columns in self.reach[slot]:
                here = self.sights[slot].taken(self.modes[slot][number], taken, counts[slot])
                values |= {column: float(here and worst <= rank) for rank, column in columns.items()}
        return values


def share_out(hubs: Mapping[tuple[int, ...], int], supply: Ints) -> dict[tuple[int, ...], dict[int, int]] | None:
    """Homes for every set of classes out of those classes, {classes: {class: homes}}; None when there are too few."""
    flow, classes = min_cost_flow.SimpleMinCostFlow(), supply.size
    arcs = []
    for number, (members, homes) in enumerate(hubs.items()):
        flow.set_node_supply(classes + number, homes)
        arcs += [(members, c, flow.add_arc_with_capacity_and_unit_cost(classes + number, c, homes, 0)) for c in members]
    sink = classes + len(hubs)
    for c in range(classes):
        flow.add_arc_with_capacity_and_unit_cost(c, sink, int(supply[c]), 0)
    flow.set_node_supply(sink, -sum(hubs.values()))
    if flow.solve() != flow.OPTIMAL:
        return None
    given: dict[tuple[int, ...], dict[int, int]] = {members: {} for members in hubs}
    for members, c, arc in arcs:
        if flow.flow(arc):
            given[members][c] = flow.flow(arc)
    return given


class SlotSight:
    """What one slot sees of the classes it may take, and the ways it may be served."""

    def __init__(self, problem: Problem, slot: int, classes: Ints, supply: Ints) -> None:
        self.problem, self.slot, self.supply = problem, slot, supply
        self.classes = [int(c) for c in classes]
        self.wants: list[int] = problem.wants[slot].tolist()
        self.open = min(self.wants, default=0) < 0
        self.budget = problem.budgets[slot]
        self.grouped = bool(problem.groups[slot] >= 0)
        self.homes: dict[Key, list[int]] = {}
        for c in self.classes:
            self.homes.setdefault(self.key(c), []).append(c)

    def key(self, cls: int) -> Key:
        """What the slot's rules see of a class: its site (in a group), its kind (declared), its size (open, budget)."""
        sized = self.open or self.budget is not None
        return (
            int(self.problem.sites[cls]) if self.grouped else -1,
            -1 if self.open else int(self.problem.kinds[cls]),
            int(self.problem.sizes[cls]) if sized else -1,
        )

    def most(self, key: Key) -> int:
        """No set of the slot has more homes of the key."""
        return int(self.problem.units_max[self.slot]) if self.open else max(self.wants[key[1]], 0)

    def modes(self) -> list[Mode]:
        """Every mode; patterns listed one by one unless there are too many, then one mode a site."""
        modes: list[Mode] = []
        for site in sorted({key[0] for key in self.homes}):
            keys = sorted(key for key in self.homes if key[0] == site)
            patterns = self._patterns(keys)
            if patterns is None:
                spare = 0 if self.budget is not None else None
                modes.append(Mode(site=site, pattern=None, keys=tuple(keys), spare=spare))
            else:
                modes += [mode for mode in (self._mode(site, pattern) for pattern in patterns) if mode is not None]
        return modes

    def _mode(self, site: int, pattern: dict[Key, int]) -> Mode | None:
        spare = None
        if self.budget is not None:
            total = sum(key[2] * count for key, count in pattern.items())
            place = int(np.searchsorted(self.budget.totals, total))
            if place == self.budget.totals.size or self.budget.totals[place] != total:
                return None
            spare = int(self.budget.spare[place])
            if self._extras(pattern, self.problem.worst, least=True) > spare:
                return None
            if self._extras(pattern, self.problem.worst, least=False) <= spare:
                spare = None
        return Mode(site=site, pattern=tuple(sorted(pattern.items())), spare=spare)

    def _extras(self, pattern: Mapping[Key, int], rank: int, *, least: bool) -> int:
        """Least or most extras of the pattern's homes of rank ≤ rank."""
        total = 0
        for key, count in pattern.items():
            homes = [c for c in self.homes[key] if self.problem.ranks[self.slot, c] <= rank]
            for c in sorted(homes, key=lambda c: int(self.problem.extras[c]), reverse=not least):
                some = min(count, int(self.supply[c]))
                total += some * int(self.problem.extras[c])
                count -= some
        return total

    def possible(self, mode: Mode, rank: int) -> bool:
        """Whether the supply alone would let the mode be met with homes of rank ≤ rank."""
        ranks, supply = self.problem.ranks[self.slot], self.supply
        homes = {key: [c for c in found if ranks[c] <= rank] for key, found in self.homes.items()}
        keys = mode.keys if mode.pattern is None else [key for key, _ in mode.pattern]
        if self.problem.needs[self.slot] and not any(
            self.problem.helps[self.slot, c] for key in keys for c in homes[key]
        ):
            return False
        if mode.pattern is None:
            return any(homes[key] for key in keys)
        if any(supply[homes[key]].sum() < count for key, count in mode.pattern):
            return False
        return mode.spare is None or bool(self._extras(dict(mode.pattern), rank, least=True) <= mode.spare)

    def taken(self, mode: Mode, classes: Ints, counts: Ints) -> bool:
        """Whether homes of the classes, as many as counted, are of the mode."""
        if mode.pattern is None:
            return classes.size > 0 and all(self.key(int(c)) in mode.keys for c in classes)
        homes: dict[Key, int] = {}
        for c in classes:
            homes[self.key(int(c))] = homes.get(self.key(int(c)), 0) + int(counts[c])
        return homes == dict(mode.pattern)

    def _patterns(self, keys: Sequence[Key]) -> list[dict[Key, int]] | None:
        """Numbers of homes of every key that meet demand, or number and size; None when there are too many to list."""
        most = [min(self.most(key), int(self.supply[self.homes[key]].sum())) for key in keys]
        found: list[dict[Key, int]] = []
        stack: list[tuple[int, tuple[int, ...]]] = [(0, ())]
        visits = 0
        while stack:
            place, counts = stack.pop()
            visits += 1
            if visits > VISITS_MAX or len(found) > PATTERNS_MAX:
                return None
            if place == len(keys):
                if self._met(keys, counts):
                    found.append({key: count for key, count in zip(keys, counts, strict=True) if count})
                continue
            stack += [(place + 1, (*counts, n)) for n in range(most[place] + 1) if self._may_meet(keys, (*counts, n))]
        return found

    def _may_meet(self, keys: Sequence[Key], counts: tuple[int, ...]) -> bool:
        """Whether more homes of later keys might complete the counts."""
        if not self.open:
            kind = keys[len(counts) - 1][1]
            same = sum(n for key, n in zip(keys, counts, strict=False) if key[1] == kind)
            ended = len(counts) == len(keys) or keys[len(counts)][1] != kind
            return same == self.wants[kind] if ended else same <= self.wants[kind]
        size = sum(key[2] * n for key, n in zip(keys, counts, strict=False))
        few = sum(counts) <= int(self.problem.units_max[self.slot])
        return few and size <= int(self.problem.size_max[self.slot])

    def _met(self, keys: Sequence[Key], counts: tuple[int, ...]) -> bool:
        if not self.open:
            kinds = {key[1] for key in keys}
            return sum(counts) > 0 and all(kind in kinds for kind, want in enumerate(self.wants) if want)
        size = sum(key[2] * n for key, n in zip(keys, counts, strict=True))
        return sum(counts) > 0 and size >= self.problem.size_min[self.slot]
