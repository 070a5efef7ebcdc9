"""A round as the office sees it on its day: who and what takes part, why not, what each household may take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from allocation.draw import order_faults, order_numbers
from allocation.entitlement import Entitlement, entitlement
from allocation.messages import Fault, Faults, Reason
from allocation.policy import Policy
from allocation.prepayment import counted, required
from allocation.pricing import unpriced_floors
from allocation.publicity import CalendarUnknown, Standing, open_objections, standing
from allocation.schema import Document, Household, Member, Objection, Payment, RoundHead, Tables, Unit
from allocation.tables import RoundInput

Row = TypeVar("Row", Member, Payment)
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
    for the prepayment gate, in yuan.
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
    if faults := _faults(head, policy, tables):
        raise Faults(faults)
    households = sorted(tables.households, key=lambda h: h.household_id)
    members = _grouped(tables.members)
    payments = _grouped(tables.payments)
    entitlements = {h.household_id: entitlement(h, members[h.household_id], policy) for h in households}
    demand = demand_by_household(tables)
    paid = {h.household_id: counted(payments[h.household_id], policy.prepayment.due_on, head.as_of) for h in households}
    standings = {document: standing(tables.publications, document, policy.publicity, head.as_of) for document in GATES}
    objections = open_objections(tables.objections, head.as_of)
    needed = {
        h.household_id: _prepayment_needed(policy, demand.get(h.household_id), entitlements[h.household_id].m2, tables)
        for h in households
    }
    household_reasons = {
        h.household_id: [
            *_publication_reasons(standings["demand"], objections, "demand", h.household_id),
            *_prepayment_reasons(needed[h.household_id], paid[h.household_id]),
        ]
        for h in households
    }
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
    )


def demand_by_household(tables: Tables) -> dict[str, dict[str, int]]:
    """household_id → layout → homes declared; rows of the same layout add up."""
    found: dict[str, dict[str, int]] = {}
    for row in sorted(tables.demand, key=lambda d: (d.household_id, d.layout)):
        counts = found.setdefault(row.household_id, {})
        counts[row.layout] = counts.get(row.layout, 0) + row.count
    return found


def demanded_m2(demand: Mapping[str, int] | None, entitlement_m2: Decimal, units: Iterable[Unit]) -> Decimal:
    """
    The area a household demands, in m², for a prepayment of ``per_m2``: declared homes by their layout, or the
    entitlement where the demand is open.

    A layout whose name is a number counts as that many m²; any other counts as its smallest home in the units
    table, so that nobody is kept out for want of money that no home of the layout would have cost.
    Source: spec §4 "per_m2 of what is demanded"; how a layout counts is this project's decision.
    """
    if not demand:
        return entitlement_m2
    smallest: dict[str, Decimal] = {}
    for unit in units:
        smallest[unit.layout] = min(unit.area_m2, smallest.get(unit.layout, unit.area_m2))
    total = Decimal(0)
    for layout, count in demand.items():
        area = Decimal(layout) if layout.replace(".", "", 1).isdecimal() else smallest.get(layout, Decimal(0))
        total += area * count
    return total


def _faults(head: RoundHead, policy: Policy, tables: Tables) -> list[Fault]:
    """What only the whole round can show: faults of order numbers, floors without a price, unknown calendars."""
    faults = list(order_faults(tables.households, policy.order))
    faults += [
        Fault(table="units", code="unit.floor.unpriced", column="floor", value=f"{unit.unit_id}: {unit.floor}")
        for unit in unpriced_floors(tables.units, policy.pricing)
    ]
    for document in GATES:
        try:
            standing(tables.publications, document, policy.publicity, head.as_of)
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


def _prepayment_needed(
    policy: Policy, demand: Mapping[str, int] | None, entitlement_m2: Decimal, tables: Tables
) -> Decimal:
    """Yuan to be prepaid before the solve (``per_m2``); 0 where the share of the price is a constraint of the solve."""
    if policy.prepayment.per_m2 is None:
        return Decimal(0)
    return required(policy.prepayment.per_m2, demanded_m2(demand, entitlement_m2, tables.units))


def _prepayment_reasons(needed: Decimal, paid: Decimal) -> list[Reason]:
    if paid >= needed:
        return []
    return [Reason(code="prepayment.short", params={"needed": needed, "paid": paid, "short": needed - paid})]


def _unit_reasons(unit: Unit, head: RoundHead, stood: Standing, objections: Iterable[Objection]) -> list[Reason]:
    reasons = []
    if head.projects and unit.project not in head.projects:
        reasons.append(Reason(code="unit.other_project", params={"project": unit.project}))
    if unit.status != "available":
        reasons.append(Reason(code=f"unit.status.{unit.status}"))
    if unit.construction == "joint_self_built":
        reasons.append(Reason(code="unit.joint_self_built"))
    return reasons + _publication_reasons(stood, objections, "units", unit.unit_id)
