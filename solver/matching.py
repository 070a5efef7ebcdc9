"""
Leximin and its kin by exact min-cost flow, where a slot's homes do not pull on each other.

Homes of one class are alike, so the residual graph of a flow folds onto the classes: moving a home of class c to
class d costs the cheapest exchange among the slots that hold c. Two things follow. Prices of classes are shortest
paths in that small graph, exact in 64-bit integers. And a stage matters to a later one only along a simple path, so
weights that exceed (classes × range of what comes after) make one integer cost of many stages, however many slots
there are. Source: spec §6; network duality: Ahuja, Magnanti, Orlin, "Network Flows" (1993), chapters 9 and 11.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from ortools.graph.python import max_flow, min_cost_flow

from solver import certificate
from solver.certificate import Certificate, StageProof
from solver.duality import Leaf, own_values
from solver.problem import Bools, Ints, Problem, Solution, Stage, stage_names
from solver.sets import levels, single, usable

OnStage = Callable[[Stage], None]

_FAR = 2**61  # farther than any path
_LEVEL_BITS = 58  # of levels as one cost, along a path
_FLOW_BITS = 52  # of cost × nodes: the flow solver scales by the number of nodes and must stay well below 63
_HOPS = 15  # first guess of the longest exchange of homes that matters; checked, and widened when wrong
_FEW = 8  # arcs of a row that the tie stage looks at first


@dataclass(frozen=True, eq=False, kw_only=True)
class _Net:
    """
    Homes wanted (rows) and classes that can meet them (columns), with one arc for every allowed pair.

    slot, want: int64 (rows,). classes, supply: int64 (columns,). forced: bool (columns,), the class must be used up.
    start: int64 (rows + 1,), where a row's arcs begin. row, col, rank: int64 (arcs,), sorted by row, then column.
    """

    slot: Ints
    want: Ints
    classes: Ints
    supply: Ints
    forced: Bools
    start: Ints
    row: Ints
    col: Ints
    rank: Ints

    def with_arcs(self, kept: Bools) -> _Net:
        """The same rows and columns with some of the arcs."""
        start = np.concatenate([[0], np.cumsum(kept)])[self.start]
        return replace(self, start=start, row=self.row[kept], col=self.col[kept], rank=self.rank[kept])

    def with_rows(self, kept: Bools) -> _Net:
        """The same columns with some of the rows."""
        if kept.all():
            return self
        net = self.with_arcs(kept[self.row])
        number = np.cumsum(kept) - 1
        start = np.append(net.start[:-1][kept], net.start[-1])
        return replace(net, slot=self.slot[kept], want=self.want[kept], start=start, row=number[net.row])

    def used(self, flow: Ints) -> Ints:
        """int64 (columns,): homes of every class that a flow by arc takes."""
        return np.bincount(self.col, weights=flow, minlength=len(self.supply)).astype(np.int64)

    def least(self, cost: Ints) -> Ints:
        """int64 (rows,): the least cost among a row's arcs; every row has one."""
        return np.minimum.reduceat(cost, self.start[:-1]) if len(self.row) else cost


def applies(problem: Problem) -> bool:
    """
    True where ``solve`` is exact: homes do not couple, and all can be served or nobody takes two homes.

    Homes couple when a slot takes several and an outcome, budget, need, group or open demand spans them.
    """
    if not _uncoupled(problem):
        return False
    if (problem.wants.clip(min=0).sum(axis=1) <= 1).all():
        return True
    homes = (problem.wants > 0).any(axis=1) | problem.open_slots
    return bool(homes.all()) and all(_Likes(net).everyone() for net in _nets(problem))


def solve(problem: Problem, *, seconds_max: float | None = None, on_stage: OnStage | None = None) -> Solution:
    """
    The exact optimum of a Problem to which ``applies``, with prices that prove every stage.

    Parameters
    ----------
    problem
        See Problem. Its rows may come in any order, the answer is the same.
    seconds_max
        Not looked at: no stage of this method is a search.
    on_stage
        Called with every stage once all are proved.

    Returns
    -------
    Solution
        counts: int64 (slots, classes); served: bool (slots,); every stage ``proved`` by the certificate.

    Raises
    ------
    ValueError
        When homes couple.

    Complexity: about three min-cost flows, each on a part of the arcs. Source: spec §6.
    """
    del seconds_max
    if not _uncoupled(problem):
        raise ValueError("homes couple, or the principle is order: not a matching")
    clock = [time.perf_counter()]
    nets, served, proofs = _served(problem)
    clock.append(time.perf_counter())
    table = levels(problem)
    digits = np.zeros((len(table), problem.classes), dtype=np.int64)
    ranked = []
    for net in nets:
        part = _ranked(net, table)
        ranked.append(part)
        digits[:, net.classes] = part.digits
    clock.append(time.perf_counter())
    counts = np.zeros(problem.ranks.shape, dtype=np.int64)
    ties = np.zeros(problem.classes, dtype=np.int64)
    for part in ranked:
        flow, ties[part.net.classes] = _drawn(problem, part)
        used = flow > 0
        counts[part.net.slot[part.net.row[used]], part.net.classes[part.net.col[used]]] = flow[used]
    if served.any():
        proofs.append(certificate.joined(problem, digits, ties, served))
    clock.append(time.perf_counter())
    proof = Certificate(proofs=tuple(proofs))
    stages = certificate.check(problem, _unproved(problem, counts, served), proof)
    clock.append(time.perf_counter())
    stages = _timed(stages, [end - begin for begin, end in pairwise(clock)])
    for stage in stages:
        if on_stage is not None:
            on_stage(stage)
    return Solution(counts=counts, served=served, stages=stages, certificate=proof)


def _uncoupled(problem: Problem) -> bool:
    """Whether every home is an outcome of its own that no rule ties to another home."""
    if problem.principle == "order":
        return False
    one = single(problem)
    nothing = ~problem.open_slots & (problem.wants <= 0).all(axis=1)
    several = ~one & ~nothing
    members = np.bincount(problem.groups[problem.groups >= 0], minlength=1)
    if (members > 1).any() or (several & (problem.groups >= 0)).any():
        return False
    if not several.any():
        return True
    if problem.open_slots.any() and ((problem.wants > 0).sum(axis=1) > 1).any():
        return False  # one net for all kinds cannot hold a slot to so many of each
    ruled = problem.open_slots | problem.needs | np.array([budget is not None for budget in problem.budgets])
    return problem.per == "unit" and not (several & ruled).any()


def _unproved(problem: Problem, counts: Ints, served: Bools) -> Solution:
    """The solution with the values its stages reach, as it is handed to the check."""
    stages = [
        Stage(name=name, value=value, bound=value, proof="bounded")
        for name, value in own_values(problem, counts, served).items()
        if name != "earliest" or not served.all()
    ]
    return Solution(counts=counts, served=served, stages=tuple(stages))


def _timed(stages: tuple[Stage, ...], spent: list[float]) -> tuple[Stage, ...]:
    """Wall time a stage: ranks are solved together and share theirs; the check goes with the ties."""
    first = 2 if stages[1].name == "earliest" else 1
    between = len(stages) - first - 1
    seconds = [spent[0] / first] * first + [spent[1] / between] * between + [spent[2] + spent[3]]
    return tuple(replace(stage, seconds=float(each)) for stage, each in zip(stages, seconds, strict=True))


def _nets(problem: Problem) -> Iterator[_Net]:
    """
    Parts of the problem that share no class: one a kind, or one in all where a slot takes any kind.

    Slots stand in their order and classes by what they are, so that nothing depends on the rows of the arrays.
    """
    allowed = usable(problem)
    slots = np.argsort(problem.order, kind="stable")
    with np.errstate(over="ignore"):
        mark = (2 * problem.order.astype(np.uint64) + 1) * np.uint64(0x9E3779B97F4A7C15)
        seen = mark @ (problem.ties.astype(np.uint64) * np.uint64(64) + problem.ranks.astype(np.uint64))
    classes = np.lexsort((seen, problem.supply, problem.sites, problem.extras, problem.sizes, problem.kinds))
    classes = classes[problem.supply[classes] > 0]
    if problem.open_slots.any():
        want = np.where(problem.open_slots[:, None], np.arange(problem.wants.shape[1]) == 0, problem.wants)
        yield _net(problem, allowed, slots, classes, want.sum(axis=1))
        return
    for kind in range(problem.wants.shape[1]):
        yield _net(problem, allowed, slots, classes[problem.kinds[classes] == kind], problem.wants[:, kind])


def _net(problem: Problem, allowed: Bools, slots: Ints, classes: Ints, want: Ints) -> _Net:
    slots = slots[want[slots] > 0]
    pairs = allowed[np.ix_(slots, classes)]
    if problem.open_slots.any():
        kind_of = np.where(problem.open_slots, -1, problem.wants.argmax(axis=1))[slots, None]
        pairs &= (kind_of < 0) | (problem.kinds[classes][None, :] == kind_of)
    row, col = np.nonzero(pairs)
    return _Net(
        slot=slots, want=want[slots], classes=classes, supply=problem.supply[classes],
        forced=np.zeros(len(classes), dtype=np.bool_), start=np.append(0, np.cumsum(pairs.sum(axis=1))),
        row=row, col=col, rank=problem.ranks[slots[row], classes[col]],
    )  # fmt: skip


# --- who is served ---------------------------------------------------------------------------------------------------


class _Likes:
    """Rows that may take the same classes, counted together: who can be served depends on nothing else."""

    def __init__(self, net: _Net) -> None:
        self.net = net
        pairs = np.zeros((len(net.want), len(net.supply)), dtype=np.bool_)
        pairs[net.row, net.col] = True
        packed = np.packbits(np.pad(pairs, ((0, 0), (0, 1))), axis=1)
        keys = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).reshape(-1)
        _, first, self.like = np.unique(keys, return_index=True, return_inverse=True)
        self.tail, self.head = np.nonzero(pairs[first])
        self.count = len(first)

    def everyone(self) -> bool:
        """Whether all rows can have all the homes they want."""
        return self._fits(np.bincount(self.like, weights=self.net.want, minlength=self.count).astype(np.int64))[0]

    def _fits(self, want: Ints) -> tuple[bool, Bools]:
        """Whether so many homes a likeness fit; and the classes that are too few where they do not."""
        classes = len(self.net.supply)
        source, sink = self.count + classes, self.count + classes + 1
        flow = max_flow.SimpleMaxFlow()
        flow.add_arcs_with_capacity(self.tail, self.count + self.head, want[self.tail])
        flow.add_arcs_with_capacity(np.full(self.count, source), np.arange(self.count), want)
        flow.add_arcs_with_capacity(self.count + np.arange(classes), np.full(classes, sink), self.net.supply)
        if flow.solve(source, sink) != flow.OPTIMAL:
            raise AssertionError("a maximum flow always exists")
        scarce = np.zeros(classes, dtype=np.bool_)
        if flow.optimal_flow() < want.sum():
            reached = np.array(flow.get_source_side_min_cut(), dtype=np.int64)
            scarce[reached[(reached >= self.count) & (reached < source)] - self.count] = True
        return flow.optimal_flow() == want.sum(), scarce

    def greedy(self) -> tuple[Bools, list[tuple[int, Bools]], Bools]:
        """
        Rows of one home each, in their order: served whenever all served before it can stay served.

        Greedy is exact here: sets of rows that can be served are the independent sets of a transversal matroid
        (Edmonds, Fulkerson 1965). A row alike to one that was refused is refused as well, so there are at most as
        many searches as likenesses.

        Returns: served; for the first refused row of each likeness the classes it competes for; and the classes
        that are too few for all rows together.
        """
        served = np.ones(len(self.like), dtype=np.bool_)
        closed = np.zeros(self.count, dtype=np.bool_)
        refused: list[tuple[int, Bools]] = []
        start = 0
        while True:
            low, high = start, len(served)  # rows before low fit
            while low < high:
                middle = (low + high + 1) // 2
                if self._fits(self._tally(served, closed, start, middle))[0]:
                    low = middle
                else:
                    high = middle - 1
            served[start:low] &= ~closed[self.like[start:low]]
            if low == len(served):
                break
            _, scarce = self._fits(self._tally(served, closed, start, low + 1))
            refused.append((low, scarce))
            closed[self.like[low]] = True
            served[low] = False
            start = low + 1
        return served, refused, self._fits(np.bincount(self.like, minlength=self.count))[1]

    def _tally(self, served: Bools, closed: Bools, start: int, stop: int) -> Ints:
        """int64 (likenesses,): served rows before start, and open ones from there up to stop."""
        before = self.like[:start][served[:start]]
        after = self.like[start:stop][~closed[self.like[start:stop]]]
        return np.bincount(np.concatenate([before, after]), minlength=self.count)


def _served(problem: Problem) -> tuple[list[_Net], Bools, list[StageProof]]:
    """The parts with the rows that are served, who is served, and why not more or others."""
    served = (problem.wants > 0).any(axis=1) | problem.open_slots
    nets, refused = [], []
    lacking = np.zeros(problem.classes, dtype=np.int64)
    for net in _nets(problem):
        likes = _Likes(net)
        if likes.everyone():
            nets.append(net)
            continue
        if (net.want > 1).any():
            raise ValueError("not everybody can be served and some want several homes: not a matching")
        kept, refusals, scarce = likes.greedy()
        nets.append(net.with_rows(kept))
        served[net.slot[~kept]] = False
        lacking[net.classes] = scarce
        refused += [(int(net.slot[row]), net.classes[classes]) for row, classes in refusals]
    if (~served).any() and (problem.wants.clip(min=0).sum(axis=1) > 1).any():
        raise ValueError("not everybody can be served and some want several homes: not a matching")
    return nets, served, [] if served.all() else _why(problem, served, lacking, refused)


def _why(problem: Problem, served: Bools, lacking: Ints, refused: list[tuple[int, Ints]]) -> list[StageProof]:
    """Hall's condition as prices of 0 and 1: more slots that can take nothing else than there are homes."""
    later = (0,) * (len(stage_names(problem)) - 1)
    proofs = [StageProof(stage=0, leaves=(Leaf(weights=(1, *later), prices=tuple(lacking.tolist())),))]
    empty = ~problem.open_slots & (problem.wants <= 0).all(axis=1)
    refused += [(int(slot), np.zeros(0, dtype=np.int64)) for slot in np.flatnonzero(empty)]
    for slot, classes in sorted(refused, key=lambda pair: int(problem.order[pair[0]])):
        prices = np.bincount(classes, minlength=problem.classes).tolist()
        leaf = Leaf(weights=(0, 0, *later[1:]), prices=tuple(prices))
        proofs.append(StageProof(stage=1, leaves=(leaf,), slot=slot))
    return proofs


# --- ranks -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, kw_only=True)
class _Ranked:
    """A net cut down to what is optimal so far, one such flow (by arc), and the prices that show it, a row a level."""

    net: _Net
    flow: Ints
    digits: Ints


def _ranked(net: _Net, table: Ints) -> _Ranked:
    """All levels in their order, as many at a time as fit one 64-bit cost."""
    if not len(net.row):
        nothing = np.zeros(0, dtype=np.int64)
        return _Ranked(net=net, flow=nothing, digits=np.zeros((len(table), len(net.supply)), dtype=np.int64))
    hops = 2 * len(net.supply) + 2
    for size in range(len(table), 0, -1):
        weights = _weights(table[:size], hops)
        if sum(w * s for w, s in zip(weights, _ranges(table[:size]), strict=True)) * hops < 1 << _LEVEL_BITS:
            break
    first = _minimised(net, table[:size])
    if size == len(table):
        return first
    rest = _ranked(first.net, table[size:])
    return replace(rest, digits=np.vstack([first.digits, rest.digits]))


def _minimised(net: _Net, table: Ints) -> _Ranked:
    """
    Several levels as one cost. A guess at the weights that suffice is tried first: whether it did is checked with
    weights that surely do, and where these are too large for the flow solver the levels are split.
    """
    hops = 2 * len(net.supply) + 2
    weights = _weights(table, hops)
    exact = np.array(weights, dtype=np.int64) @ table
    for guess in (_HOPS, hops):
        rate = np.array(_weights(table, guess), dtype=object) @ table.astype(object)
        rate = rate - min(rate[1:])
        if int(max(rate)).bit_length() + (len(net.want) + len(net.supply)).bit_length() > _FLOW_BITS:
            continue
        flow = _short_flow(net, rate.astype(np.int64))
        prices = _prices(net, exact[net.rank], flow)
        if prices is not None:
            slack = exact[net.rank] + prices[net.col]
            tight = slack == net.least(slack)[net.row]
            kept = replace(net.with_arcs(tight), forced=net.forced | (prices > 0))
            return _Ranked(net=kept, flow=flow[tight], digits=_digits(prices, weights))
    if len(table) == 1:
        raise AssertionError("one level is a plain min-cost flow")
    half = len(table) // 2
    first = _minimised(net, table[:half])
    rest = _minimised(first.net, table[half:])
    return replace(rest, digits=np.vstack([first.digits, rest.digits]))


def _ranges(table: Ints) -> list[int]:
    """How much one home's rank can change each level."""
    spans: list[int] = (table[:, 1:].max(axis=1) - table[:, 1:].min(axis=1)).tolist()
    return spans


def _weights(table: Ints, hops: int) -> list[int]:
    """Powers of two that put levels in their order along a path of so many exchanges."""
    weights: list[int] = [1]
    ranges = _ranges(table)
    total = ranges[-1]
    for span in reversed(ranges[:-1]):
        weights.insert(0, 1 << (2 * hops * total + 1).bit_length())
        total += weights[0] * span
    return weights


def _digits(prices: Ints, weights: list[int]) -> Ints:
    """int64 (levels, columns): prices taken apart into one part a level, the smallest parts possible."""
    parts = []
    for large, small in zip(reversed(weights[:-1]), reversed(weights[1:]), strict=True):
        radix = large // small
        part = (prices + radix // 2) % radix - radix // 2
        parts.append(part)
        prices = (prices - part) // radix
    return np.array([prices, *reversed(parts)], dtype=np.int64)


def _short_flow(net: _Net, rate: Ints) -> Ints:
    """
    A flow of least cost by rank, int64 (arcs,). A row that may take every class reaches those of its worst rank
    through one common node: a worse way to its better classes, so nothing is gained by it.
    """
    columns, rows = len(net.supply), len(net.want)
    full = np.diff(net.start) == columns
    top = net.rank.max()
    bundled = full[net.row] & (net.rank == top)
    loose = ~bundled
    through = np.flatnonzero(full & (np.bincount(net.row[bundled], minlength=rows) > 0))
    hub = rows + columns + 1
    extra = (
        np.concatenate([through, np.full(columns, hub)]),
        np.concatenate([np.full(len(through), hub), rows + np.arange(columns)]),
        np.concatenate([np.full(len(through), rate[top]), np.zeros(columns, dtype=np.int64)]),
    )
    found, more = _flow(net, net.row[loose], net.col[loose], rate[net.rank[loose]], extra=extra)
    flow = np.zeros(len(net.row), dtype=np.int64)
    flow[loose] = found
    takers = np.repeat(through, more[: len(through)])
    given = np.repeat(np.arange(columns), more[len(through) :])
    np.add.at(flow, net.start[takers] + given, 1)
    return flow


def _flow(
    net: _Net, row: Ints, col: Ints, cost: Ints, *, extra: tuple[Ints, Ints, Ints] | None = None,
    credit: Ints | None = None,
) -> tuple[Ints, Ints]:  # fmt: skip
    """
    A flow of least cost on some arcs, int64 (arcs,), and on extra arcs (tail, head, cost).

    credit: int64 (columns,), what every home used of a class takes off the cost.
    """
    rows, columns = len(net.want), len(net.supply)
    sink = rows + columns
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(row, rows + col, net.want[row], cost)
    free = np.flatnonzero(~net.forced)
    off = np.zeros(columns, dtype=np.int64) if credit is None else -credit
    solver.add_arcs_with_capacity_and_unit_cost(rows + free, np.full(len(free), sink), net.supply[free], off[free])
    supply = np.concatenate([net.want, np.where(net.forced, -net.supply, 0), [0]])
    supply[sink] = -supply.sum()
    more = np.zeros(0, dtype=np.int64)
    if extra is not None:
        most = np.full(len(extra[0]), int(net.want.sum()))
        more = solver.add_arcs_with_capacity_and_unit_cost(extra[0], extra[1], most, extra[2])
        supply = np.append(supply, 0)
    solver.set_nodes_supplies(np.arange(len(supply)), supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise AssertionError(f"a flow that exists was not found: {status}")
    return solver.flows(arcs), solver.flows(more) if extra is not None else more


def _prices(net: _Net, cost: Ints, flow: Ints, credit: Ints | None = None) -> Ints | None:
    """
    The largest prices of classes that show a flow to be optimal, int64 (columns,); None where it is not.

    A price is the length of the shortest way to a class with homes left, over exchanges: what one home more of the
    class would save. credit: int64 (columns,), how far below 0 a price may be.
    """
    columns = len(net.supply)
    used = np.flatnonzero(flow)
    flat = np.full(columns * columns, _FAR, dtype=np.int64)
    lengths = np.diff(net.start)[net.row[used]]
    ends = np.cumsum(lengths)
    other = np.arange(ends[-1]) + np.repeat(net.start[net.row[used]] - ends + lengths, lengths)
    held = np.repeat(used, lengths)
    np.minimum.at(flat, net.col[held] * columns + net.col[other], cost[other] - cost[held])
    exchange = flat.reshape(columns, columns)
    lowest = np.zeros(columns, dtype=np.int64) if credit is None else -credit
    left = (net.used(flow) < net.supply) & ~net.forced
    reach = int(cost.max() - cost.min()) * (columns + 1) + int(abs(lowest).max(initial=0)) + 1
    unit = 1 << reach.bit_length()
    if unit > _FAR // 4:
        raise AssertionError("prices would not fit 64 bits")
    prices = np.where(left, lowest, unit)
    for _ in range(columns + 1):
        shorter = np.minimum(prices, (exchange + prices[None, :]).min(axis=1))
        if (shorter == prices).all():
            return prices if (net.forced | (prices >= lowest)).all() else None
        prices = shorter
    return None


# --- ties ------------------------------------------------------------------------------------------------------------


def _drawn(problem: Problem, part: _Ranked) -> tuple[Ints, Ints]:
    """
    The least sum of ties on what is optimal so far: flow by arc of the part's net, and prices.

    Ties times nodes do not fit the flow solver's 64 bits, so the leading bits go first. With their prices every arc has
    a reduced cost ≥ 0, and a better flow cannot use one above what the flow at hand costs in total: what is left is
    small enough for the next bits. (No carry is lost: reduced costs are those of the whole numbers.)
    """
    net, flow = part.net, part.flow
    ties = problem.ties[net.slot[net.row], net.classes[net.col]]
    columns = len(net.supply)
    if not len(net.row):
        return flow, np.zeros(columns, dtype=np.int64)
    prices = np.zeros(columns, dtype=np.int64)
    reduced, kept, gap = ties, np.ones(len(ties), dtype=np.bool_), int(ties.max())
    room = _FLOW_BITS - (len(net.want) + columns).bit_length()
    while True:
        shift = max(0, int(reduced[kept].max()).bit_length() - room)
        work = replace(net.with_arcs(kept), forced=net.forced | (prices > gap))
        some, more = _sifted(work, reduced[kept] >> shift, flow[kept], prices >> shift)
        flow = np.zeros_like(flow)
        flow[kept] = some
        if shift == 0:
            break
        prices = prices + (more << shift)
        reduced = ties + prices[net.col]
        reduced -= net.least(reduced)[net.row]
        unused = net.supply - net.used(flow)
        gap = int(reduced @ flow) + int(prices[~net.forced] @ unused[~net.forced])
        kept = reduced <= gap
    # An arc above the gap is as good as one just above it: nothing here can overflow.
    last = _prices(net, np.minimum(reduced, gap + 1), flow, prices)
    if last is None:
        raise AssertionError("the flow of least ties is not optimal")
    return flow, prices + last


def _sifted(net: _Net, cost: Ints, flow: Ints, credit: Ints) -> tuple[Ints, Ints]:
    """
    A flow of least cost and its prices, looking at few arcs: the cheap ones and those of a flow at hand, then whatever
    their prices show to be cheaper, until nothing is.
    """
    credit = np.where(net.forced, 0, credit)
    height = int(cost.max()) + 1
    active = (flow > 0) | (cost < height * _FEW // np.diff(net.start).clip(min=1)[net.row])
    while True:
        some = net.with_arcs(active)
        found, _ = _flow(some, some.row, some.col, cost[active], credit=credit)
        prices = _prices(some, cost[active], found, credit)
        if prices is None:
            raise AssertionError("a flow of least cost is not optimal")
        slack = cost + prices[net.col]
        cheaper = slack < some.least(slack[active])[net.row]
        if not cheaper.any():
            flow = np.zeros_like(flow)
            flow[active] = found
            return flow, prices
        active |= cheaper
