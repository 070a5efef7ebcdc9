"""From a round to its allocation: the round as a Problem, the solver's answer as homes, prices and figures."""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations_with_replacement

import numpy as np

from allocation.draw import draw_key, tie_number
from allocation.entitlement import area_band
from allocation.plainrules import home_lines, hundredths
from allocation.prepayment import least_payment, price_limit
from allocation.pricing import Statement, statement, total_lines, unit_lines
from allocation.round import Round
from allocation.schema import Choice, Unit
from solver import certificate, engine
from solver.problem import Budget, Per, Principle, Problem, Solution, Stage

CHOICE_SEES = ("project", "building", "entrance", "layout", "orientation", "unit_id")
"""Filters of a choice that ask for one value; ``floor_min`` and ``floor_max`` ask for the floor."""
UNLIMITED_FEN = 2**60


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """A class: the units no one in this round can tell apart, sorted by unit_id, under their canonical text."""

    class_id: str
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """One home given: its rank for the household, 1 = first choice."""

    household_id: str
    unit_id: str
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """
    A household that its prepayment kept from a better choice: solved again with its own share waived, the round
    gives it ``better_rank``; for the price of that set ``short_yuan`` was missing. ``rank`` None: it got no home.
    """

    household_id: str
    rank: int | None
    better_rank: int
    short_yuan: Decimal


@dataclass(frozen=True, eq=False, kw_only=True)
class Allocation:
    """
    The result of a round. ``homes`` sorted by household_id, unit_id; ``statements`` by household_id for those
    served; ``unserved`` sorted household_ids.
    """

    round: Round
    principle: Principle
    per: Per
    alike: tuple[Alike, ...]
    problem: Problem
    solution: Solution
    homes: tuple[Home, ...]
    statements: Mapping[str, Statement]
    unserved: tuple[str, ...]


def allocate(
    round_: Round,
    *,
    principle: Principle | None = None,
    per: Per | None = None,
    seconds_max: float | None = None,
    proof_seconds_max: float | None = 0,
    on_stage: Callable[[Stage], None] | None = None,
) -> Allocation:
    """
    The allocation of a round, exact and reproducible.

    ``principle`` and ``per`` override the policy's. ``seconds_max`` limits the solve; stages it cuts short say so.
    ``proof_seconds_max`` (0 = none) is for proving by certificate what the solver only claims; stages that it does not
    reach stay ``claimed``. The order of rows in the round's files has no influence. Source: spec §6.
    """
    alike = classes(round_)
    problem = build_problem(round_, alike, principle=principle, per=per)
    solution = engine.solve(problem, seconds_max=seconds_max, on_stage=on_stage)
    if proof_seconds_max != 0:
        solution = _proved(problem, solution, proof_seconds_max)
    homes = pair(round_, alike, problem, solution)
    return Allocation(
        round=round_,
        principle=problem.principle,
        per=problem.per,
        alike=alike,
        problem=problem,
        solution=solution,
        homes=homes,
        statements=_statements(round_, homes),
        unserved=tuple(
            h.household_id for h, served in zip(round_.households, solution.served, strict=True) if not served
        ),
    )


def _proved(problem: Problem, solution: Solution, seconds_max: float | None) -> Solution:
    """
    The solution with its certificate, and each stage as proved as the certificate's exact check finds it.

    First sought is a certificate that the public can check, made without the access needs, which are private: what it
    proves holds with them too. Only where it leaves a stage open is one sought that knows them.
    """
    public = replace(problem, needs=np.zeros_like(problem.needs))
    found = certificate.certify(public, solution, seconds_max=seconds_max)
    open_still = any(stage.proof != "proved" for stage in certificate.check(problem, solution, found))
    if open_still and problem.needs.any():
        found = certificate.certify(problem, replace(solution, certificate=found), seconds_max=seconds_max)
    return replace(solution, stages=certificate.check(problem, solution, found), certificate=found)


# -- the round as a problem ---------------------------------------------------------------------------------------


def classes(round_: Round) -> tuple[Alike, ...]:
    """
    The units that take part, grouped by every attribute that a choice, a price or a constraint of this round sees.

    The class id is the canonical text of those attributes: JSON with sorted keys and no blanks.
    ``area`` (0.01 m²) and ``price`` (the unit's own lines: item, price, fen) are always seen; ``layout`` where a
    household declared its demand or chose by it; ``building`` where a choice names one or a ``together`` asks for
    one; ``floor``, ``project``, ``entrance``, ``orientation`` where a choice filters by them; ``unit_id`` only for
    units that a choice names; ``low_floor`` and ``step_free`` where a household needs them. Sorted by class id.
    """
    choices = _choices(round_)
    seen = {name for name in CHOICE_SEES for row in choices if getattr(row, name)}
    if any(row.floor_min is not None or row.floor_max is not None for row in choices):
        seen.add("floor")
    if any(household.together for household in round_.households):
        seen |= {"building", "project"}
    if any(household.household_id in round_.demand for household in round_.households):
        seen.add("layout")
    needs = {str(household.access_need) for household in round_.households} - {"none"}
    named = {row.unit_id for row in choices if row.unit_id}
    groups: dict[str, list[Unit]] = defaultdict(list)
    for unit in round_.units:
        groups[_class_id(round_, unit, seen, needs, named)].append(unit)
    return tuple(
        Alike(class_id=class_id, units=tuple(sorted(units, key=lambda u: u.unit_id)))
        for class_id, units in sorted(groups.items())
    )


def _class_id(round_: Round, unit: Unit, seen: set[str], needs: set[str], named: set[str]) -> str:
    attributes: dict[str, object] = {
        "area": hundredths(unit.area_m2),
        "price": [[line["item"], line["price"], line["amount"]] for line in home_lines(unit, round_.policy)],
    }
    for name in seen - {"unit_id"}:
        attributes[name] = getattr(unit, name)
    if unit.unit_id in named:
        attributes["unit_id"] = unit.unit_id
    for need in needs:
        attributes[need] = meets(unit, need, round_.policy.access.low_floor_max)
    return json.dumps(attributes, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def meets(unit: Unit, need: str, low_floor_max: int) -> bool:
    """Whether a unit meets an access need. Source: spec §4, ``[access]``."""
    if need == "low_floor":
        return unit.step_free or unit.floor <= low_floor_max
    return unit.step_free if need == "step_free" else True


def build_problem(
    round_: Round, alike: Sequence[Alike], *, principle: Principle | None = None, per: Per | None = None
) -> Problem:
    """
    The round as mathematics: slots are the households in ``round_.households``, classes are ``alike``.

    Areas enter as hundredths of m², money as fen; both exact. Source: spec §6.
    """
    fairness = round_.policy.fairness
    firsts = [group.units[0] for group in alike]
    kinds = sorted({unit.layout for unit in firsts} | {k for counts in round_.demand.values() for k in counts}) or [""]
    sites = sorted({(unit.project, unit.building) for unit in firsts})
    wants = np.full((len(round_.households), len(kinds)), -1, dtype=np.int64)
    for slot, household in enumerate(round_.households):
        if counts := round_.demand.get(household.household_id):
            wants[slot] = [counts.get(kind, 0) for kind in kinds]
    bands = [area_band(round_.entitlements[h.household_id], round_.policy.area) for h in round_.households]
    together = sorted({h.together for h in round_.households if h.together})
    numbers = sorted(round_.households, key=lambda h: round_.order[h.household_id])
    position = {h.household_id: place for place, h in enumerate(numbers)}
    problem = Problem(
        ranks=_ranks(round_, firsts, kinds, wants),
        supply=np.array([len(group.units) for group in alike]),
        ties=np.array(
            [[tie_number(round_.head.seed, h.household_id, g.class_id) for g in alike] for h in round_.households]
        ).reshape(len(round_.households), len(alike)),
        order=np.array([position[h.household_id] for h in round_.households]),
        worst=fairness.max_choices + 1,
        kinds=np.array([kinds.index(unit.layout) for unit in firsts]),
        wants=wants,
        units_max=np.full(len(round_.households), round_.policy.area.max_units),
        sizes=np.array([hundredths(unit.area_m2) for unit in firsts]),
        size_min=np.array([hundredths(least) for least, _ in bands]),
        size_max=np.array([hundredths(greatest) for _, greatest in bands]),
        extras=np.array([_extras_fen(unit, round_) for unit in firsts]),
        needs=np.array([h.access_need != "none" for h in round_.households], dtype=bool),
        helps=np.array(
            [[meets(u, h.access_need, round_.policy.access.low_floor_max) for u in firsts] for h in round_.households],
            dtype=bool,
        ).reshape(len(round_.households), len(alike)),
        groups=np.array([together.index(h.together) if h.together else -1 for h in round_.households]),
        sites=np.array([sites.index((unit.project, unit.building)) for unit in firsts]),
        principle=principle or fairness.principle,
        per=per or fairness.per,
    )
    share = round_.policy.prepayment.share
    return replace(problem, budgets=tuple(budget_of(round_, problem, slot, share) for slot in range(problem.slots)))


def _choices(round_: Round) -> list[Choice]:
    taking_part = {household.household_id for household in round_.households}
    return [row for row in round_.tables.choices if row.household_id in taking_part]


def _extras_fen(unit: Unit, round_: Round) -> int:
    return sum(hundredths(line.amount_yuan) for line in unit_lines(unit, round_.policy.pricing))


def _ranks(round_: Round, firsts: Sequence[Unit], kinds: Sequence[str], wants: np.ndarray) -> np.ndarray:
    """int64 (slots, classes): the smallest choice whose filters all match, else worst; 0 for a layout not declared."""
    slot_of = {household.household_id: slot for slot, household in enumerate(round_.households)}
    worst = round_.policy.fairness.max_choices + 1
    ranks = np.full((len(round_.households), len(firsts)), worst, dtype=np.int64)
    columns = {name: np.array([getattr(unit, name) for unit in firsts], dtype=object) for name in CHOICE_SEES}
    floors = np.array([unit.floor for unit in firsts], dtype=np.int64)
    for row in sorted(_choices(round_), key=lambda c: (c.household_id, -c.choice)):
        match = np.ones(len(firsts), dtype=bool)
        for name in CHOICE_SEES:
            if value := getattr(row, name):
                match &= columns[name] == value
        if row.floor_min is not None:
            match &= floors >= row.floor_min
        if row.floor_max is not None:
            match &= floors <= row.floor_max
        ranks[slot_of[row.household_id], match] = row.choice
    kind_of = np.array([kinds.index(unit.layout) for unit in firsts], dtype=np.int64)
    for slot, counts in enumerate(wants):
        if counts.size and counts[0] >= 0:
            ranks[slot, counts[kind_of] == 0] = 0
    return ranks


def budget_of(round_: Round, problem: Problem, slot: int, share: Decimal | None) -> Budget | None:
    """
    What the household's prepayment (``share`` of the price) and forbidding bands allow, or None where they never bind.

    Source: spec §5 (with ``share`` the gate is a constraint of the solve), §4 (price of a set of units).
    """
    household = round_.households[slot]
    pricing = round_.policy.pricing
    entitled = round_.entitlements[household.household_id]
    limit = UNLIMITED_FEN
    if share:
        limit = hundredths(price_limit(round_.paid[household.household_id], share))
    totals, spare = [], []
    reach = sorted(_reachable(problem, slot))
    for total in reach:
        lines = total_lines(Decimal(total) / 100, entitled.m2, pricing, marks=entitled.marks)
        if lines is not None:
            totals.append(total)
            spare.append(limit - sum(hundredths(line.amount_yuan) for line in lines))
    homes_max = int(problem.units_max[slot]) if problem.wants[slot][0] < 0 else int(problem.wants[slot].sum())
    dearest = homes_max * max(0, int(problem.extras.max(initial=0)))
    if len(totals) == len(reach) and all(room >= dearest for room in spare):
        return None
    return Budget(totals=np.array(totals, dtype=np.int64), spare=np.array(spare, dtype=np.int64))


def _reachable(problem: Problem, slot: int) -> set[int]:
    """The total sizes a slot's homes can add up to (declared: by kind; open: within its size band)."""
    allowed = problem.ranks[slot] > 0
    if problem.open_slots[slot]:
        sizes = sorted(set(problem.sizes[allowed].tolist()))
        low, high = int(problem.size_min[slot]), int(problem.size_max[slot])
        sums, reach = {0}, set()
        for _ in range(int(problem.units_max[slot])):
            sums = {a + b for a in sums for b in sizes if a + b <= high}
            reach |= {total for total in sums if total >= low}
        return reach
    sums = {0}
    for kind, count in enumerate(problem.wants[slot].tolist()):
        sizes = sorted(set(problem.sizes[allowed & (problem.kinds == kind)].tolist()))
        steps = {sum(chosen) for chosen in combinations_with_replacement(sizes, count)}
        sums = {a + b for a in sums for b in steps}
    return sums


# -- the answer as homes ------------------------------------------------------------------------------------------


def pair(round_: Round, alike: Sequence[Alike], problem: Problem, solution: Solution) -> tuple[Home, ...]:
    """
    Homes by name: inside a class, households by ascending SHA-256(``seed|household_id``) take units by unit_id.

    Source: spec §6, objective 4.
    """
    by_key = sorted(range(problem.slots), key=lambda s: draw_key(round_.head.seed, round_.households[s].household_id))
    homes = []
    for c, group in enumerate(alike):
        units = iter(group.units)
        for slot in by_key:
            homes += [
                Home(
                    household_id=round_.households[slot].household_id,
                    unit_id=next(units).unit_id,
                    rank=int(problem.ranks[slot, c]),
                )
                for _ in range(int(solution.counts[slot, c]))
            ]
    return tuple(sorted(homes, key=lambda home: (home.household_id, home.unit_id)))


def homes_of(homes: Iterable[Home]) -> dict[str, list[Home]]:
    """household_id → its homes, in the order given."""
    found: dict[str, list[Home]] = {}
    for home in homes:
        found.setdefault(home.household_id, []).append(home)
    return found


def _statements(round_: Round, homes: Sequence[Home]) -> dict[str, Statement]:
    units = {unit.unit_id: unit for unit in round_.units}
    return {own: price_of(round_, own, [units[home.unit_id] for home in mine]) for own, mine in homes_of(homes).items()}


def price_of(round_: Round, household_id: str, units: Sequence[Unit]) -> Statement:
    """The statement of a household for a set of units; ``pricing.Forbidden`` where a band forbids it."""
    entitled = round_.entitlements[household_id]
    return statement(units, entitled.m2, round_.policy.pricing, marks=entitled.marks)


def outcomes(homes: Sequence[Home], per: Per) -> list[int]:
    """The outcomes of spec §6: every home's rank, or every household's worst rank."""
    if per == "unit":
        return [home.rank for home in homes]
    return [max(home.rank for home in own) for own in homes_of(homes).values()]


def profile(allocation: Allocation) -> dict[int, int]:
    """Rank → number of outcomes, for every rank from 1 to the worst."""
    counts = Counter(outcomes(allocation.homes, allocation.per))
    return {rank: counts[rank] for rank in range(1, allocation.problem.worst + 1)}


def shortfalls(
    allocation: Allocation, *, seconds_max: float | None = None
) -> tuple[tuple[Shortfall, ...], tuple[str, ...]]:
    """
    Whom the prepayment kept from a better choice, and by how much, found by solving again without its limit.

    Only households whose limit binds somewhere and whose outcome is not the first choice are tried, by household_id.

    Returns
    -------
    tuple
        The shortfalls, and the ids of households not tried because ``seconds_max`` had passed.

    Source: spec §5.
    """
    problem, round_ = allocation.problem, allocation.round
    share = round_.policy.prepayment.share
    if not share:
        return (), ()
    end = None if seconds_max is None else time.monotonic() + seconds_max
    own = homes_of(allocation.homes)
    found, untried = [], []
    for slot, household in enumerate(round_.households):
        rank = max((home.rank for home in own.get(household.household_id, ())), default=None)
        if problem.budgets[slot] is None or rank == 1:
            continue
        left = None if end is None else end - time.monotonic()
        if left is not None and left <= 0:
            untried.append(household.household_id)
        elif short := _shortfall(allocation, slot, rank, share, left):
            found.append(short)
    return tuple(found), tuple(untried)


def _shortfall(
    allocation: Allocation, slot: int, rank: int | None, share: Decimal, seconds_max: float | None
) -> Shortfall | None:
    problem, round_ = allocation.problem, allocation.round
    household_id = round_.households[slot].household_id
    waived = budget_of(round_, problem, slot, share=None)
    eased = replace(problem, budgets=(*problem.budgets[:slot], waived, *problem.budgets[slot + 1 :]))
    answer = pair(round_, allocation.alike, eased, engine.solve(eased, seconds_max=seconds_max))
    homes = [home for home in answer if home.household_id == household_id]
    better = max((home.rank for home in homes), default=None)
    if better is None or (rank is not None and better >= rank):
        return None
    price = _statements(round_, homes)[household_id].price_yuan
    return Shortfall(
        household_id=household_id,
        rank=rank,
        better_rank=better,
        short_yuan=least_payment(price, share) - round_.paid[household_id],
    )
