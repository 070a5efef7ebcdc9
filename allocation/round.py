"""A round as the office sees it on its day: who and what takes part, why not, what each household may take."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from allocation.draw import order_faults, order_numbers
from allocation.entitlement import Entitlement, entitlement, entitlement_faults
from allocation.messages import Fault, Faults, Reason
from allocation.policy import Policy
from allocation.prepayment import Step, balance_on, counted, gate_reasons, set_off_faults
from allocation.pricing import unit_faults
from allocation.publicity import Announced, CalendarUnknown, Standing, open_objections, standing
from allocation.schema import Document, Household, Member, Objection, Payment, RoundHead, Tables, Unit
from allocation.tables import RoundInput

Row = TypeVar("Row", Member, Payment)
STEPS: tuple[Step, ...] = ("draw", "choice")
"""The steps of a round whose payment gates stand before the solve; the one before the keys comes after it."""
GATES: tuple[Document, ...] = ("demand", "units")
"""The publications that must have stood before a round is solved; plan and result come after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A household or a unit that does not take part, with every reason that applies."""

    household_id: str = ""
    unit_id: str = ""
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """
    A round judged on ``head.as_of``.

    ``households`` and ``units`` take part, sorted by id; ``left_out`` holds everyone and everything else.
    ``order`` numbers the whole roster from 1 (a household that is left out later is skipped, never renumbered).
    ``demand`` gives layout → count, and has no entry for a household with open demand. ``paid`` is what counts
    for the prepayment gate, ``received`` all that has come in (less what went back) by ``as_of``, both in yuan.
    ``announced`` are the holiday notices given with the round.
    """

    head: RoundHead
    policy: Policy
    tables: Tables
    households: tuple[Household, ...]
    units: tuple[Unit, ...]
    left_out: tuple[LeftOut, ...]
    standings: Mapping[Document, Standing]
    order: Mapping[str, int]
    entitlements: Mapping[str, Entitlement]
    demand: Mapping[str, Mapping[str, int]]
    paid: Mapping[str, Decimal]
    received: Mapping[str, Decimal]
    announced: Announced = field(default_factory=dict)


def judge(given: RoundInput) -> Round:
    """
    The round on its day: gates, order numbers, entitlements.

    Raises
    ------
    Faults
        Order numbers that are missing or double, floors without a price, a working-day calendar not yet announced.

    Source: spec §5 (who and what takes part), §6 (order numbers).
    """
    head, policy, tables = given.head, given.policy, given.tables
    households = sorted(tables.households, key=lambda h: h.household_id)
    members, payments = _grouped(tables.members), _grouped(tables.payments)
    if faults := _faults(given, members, payments):
        raise Faults(faults)
    entitlements = {h.household_id: entitlement(h, members[h.household_id], policy) for h in households}
    demand = demand_by_household(tables)
    prepayment = policy.prepayment
    paid = {
        h.household_id: counted(payments[h.household_id], prepayment.due_on, head.as_of, set_off=prepayment.set_off)
        for h in households
    }
    standings = {
        document: standing(tables.publications, document, policy.publicity, head.as_of, given.announced)
        for document in GATES
    }
    objections = open_objections(tables.objections, head.as_of)
    smallest = smallest_m2(tables.units)
    household_reasons: dict[str, list[Reason]] = {}
    for household in households:
        own = household.household_id
        demanded = demanded_m2(demand.get(own), entitlements[own].m2, smallest)
        gates = (gate_reasons(step, prepayment, payments[own], head.as_of, demanded_m2=demanded) for step in STEPS)
        household_reasons[own] = [
            *_publication_reasons(standings["demand"], objections, "demand", own),
            *(reason for reasons in gates for reason in reasons),
        ]
    units = sorted(tables.units, key=lambda u: u.unit_id)
    unit_reasons = {u.unit_id: _unit_reasons(u, head, standings["units"], objections) for u in units}
    left_out = [LeftOut(household_id=i, reasons=tuple(r)) for i, r in household_reasons.items() if r]
    left_out += [LeftOut(unit_id=i, reasons=tuple(r)) for i, r in unit_reasons.items() if r]
    return Round(
        head=head,
        policy=policy,
        tables=tables,
        households=tuple(h for h in households if not household_reasons[h.household_id]),
        units=tuple(u for u in units if not unit_reasons[u.unit_id]),
        left_out=tuple(left_out),
        standings=standings,
        order=order_numbers(tables.households, policy.order, head.seed),
        entitlements=entitlements,
        demand=demand,
        paid=paid,
        received={h.household_id: balance_on(payments[h.household_id], head.as_of) for h in households},
        announced=given.announced,
    )


def demand_by_household(tables: Tables) -> dict[str, dict[str, int]]:
    """household_id → layout → homes declared; rows of the same layout add up."""
    found: dict[str, dict[str, int]] = {}
    for row in sorted(tables.demand, key=lambda d: (d.household_id, d.layout)):
        counts = found.setdefault(row.household_id, {})
        counts[row.layout] = counts.get(row.layout, 0) + row.count
    return found


def smallest_m2(units: Iterable[Unit]) -> dict[str, Decimal]:
    """Layout → its smallest home in m²."""
    smallest: dict[str, Decimal] = {}
    for unit in units:
        smallest[unit.layout] = min(unit.area_m2, smallest.get(unit.layout, unit.area_m2))
    return smallest


def demanded_m2(demand: Mapping[str, int] | None, entitlement_m2: Decimal, smallest: Mapping[str, Decimal]) -> Decimal:
    """
    The area a household demands, in m², for a prepayment of ``per_m2``: declared homes by their layout, or the
    entitlement where the demand is open.

    A layout whose name is a number counts as that many m²; any other counts as its smallest home in the units
    table, so that nobody is kept out for want of money that no home of the layout would have cost.
    Source: spec §4 "per_m2 of what is demanded"; how a layout counts is this project's decision.
    """
    if not demand:
        return entitlement_m2
    total = Decimal(0)
    for layout, count in demand.items():
        named = re.fullmatch(r"\d+(\.\d{1,2})?", layout, re.ASCII)
        total += count * (Decimal(layout) if named else smallest.get(layout, Decimal(0)))
    return total


def _faults(
    given: RoundInput, members: Mapping[str, list[Member]], payments: Mapping[str, list[Payment]]
) -> list[Fault]:
    """What only the whole round can show: its tables do not hold what its policy asks for."""
    head, policy, tables = given.head, given.policy, given.tables
    faults = [
        *order_faults(tables.households, policy.order),
        *entitlement_faults(tables.households, members, policy),
        *unit_faults(tables.units, policy.pricing),
        *(fault for h in tables.households for fault in set_off_faults(h, payments[h.household_id])),
    ]
    for document in GATES:
        try:
            standing(tables.publications, document, policy.publicity, head.as_of, given.announced)
        except CalendarUnknown as unknown:
            faults.append(
                Fault(
                    table="publications",
                    code="publication.calendar_unknown",
                    column="published_on",
                    value=document,
                    params={"year": unknown.year},
                )
            )
    return faults


def _grouped(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """household_id → its rows; an empty list for a household without any."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.household_id].append(row)
    return found


def _publication_reasons(
    stood: Standing, objections: Iterable[Objection], document: Document, subject: str
) -> list[Reason]:
    """Why a publication keeps its subject out: it has not stood, or an objection to the subject (or to all) is open."""
    reasons = [stood.reason] if stood.reason else []
    reasons += [
        Reason(code="objection.open", params={"objection_id": o.objection_id, "filed_on": o.filed_on})
        for o in objections
        if o.document == document and o.subject in (subject, "*")
    ]
    return reasons


def _unit_reasons(unit: Unit, head: RoundHead, stood: Standing, objections: Iterable[Objection]) -> list[Reason]:
    reasons = []
    if head.projects and unit.project not in head.projects:
        reasons.append(Reason(code="unit.other_project", params={"project": unit.project}))
    if unit.status != "available":
        reasons.append(Reason(code=f"unit.status.{unit.status}"))
    if unit.construction == "joint_self_built":
        reasons.append(Reason(code="unit.joint_self_built"))
    return reasons + _publication_reasons(stood, objections, "units", unit.unit_id)
