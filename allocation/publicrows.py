"""
What the public sees of a household and of a home, and the fingerprint of all of them before the draw.

Names are masked; what only the household may know is committed to, salted, in ``allocation.bundle``. Format:
docs/bundle.md, sections 3 and 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from allocation.messages import Fault
from allocation.plainrules import home_lines, hundredths, is_top, plain_rules
from allocation.round import Round
from allocation.rows import Choice, DrawPlan, Household, Unit
from allocation.verify import canonical, sha, tree
from allocation.wording import mask
from solver.problem import Per, Principle

Json = dict[str, Any]


def filled(**values: object) -> Json:
    """The values that are there, dates as text: a key without a value is left out."""
    return {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in values.items()
        if value is not None and value not in ("", [], {})
    }


def roster(round_: Round) -> list[Household]:
    """The whole roster by household_id."""
    return sorted(round_.tables.households, key=lambda h: h.household_id)


def frozen_households(round_: Round) -> list[Json]:
    """Every household as it is frozen before the draw: without order number, payments and salts."""
    people = roster(round_)
    # groups that share a building are numbered in the order of their first household: their words stay in the office
    words = dict.fromkeys(h.together for h in people if h.together)
    together = {word: number for number, word in enumerate(words, 1)}
    choices: dict[str, list[Json]] = {}
    for row in round_.tables.choices:
        choices.setdefault(row.household_id, []).append(_choice(row))
    return [_household(h, round_, together, choices.get(h.household_id, [])) for h in people]


def frozen_units(round_: Round) -> list[Json]:
    """Every home as it is frozen before the draw: without status and price."""
    return [_unit(unit, round_) for unit in sorted(round_.tables.units, key=lambda u: u.unit_id)]


def unit_rows(round_: Round) -> list[Json]:
    """Every home as published: its status and what it adds to a price besides."""
    units = {unit.unit_id: unit for unit in round_.tables.units}
    return [
        row
        | {
            "status": str(units[row["unit_id"]].status),
            "lines": home_lines(units[row["unit_id"]], round_.policy),
        }
        for row in frozen_units(round_)
    ]


def pool_root(round_: Round, plan: DrawPlan, *, principle: Principle | None = None, per: Per | None = None) -> str:
    """
    The fingerprint of all that must not change once the draw has begun, 64 hex digits.

    It covers the roster with demand and choices, the homes, the rules, the day, and how the seed will be made: which
    public events, in which order, and the sealed numbers. Source: trust.md §3.6; docs/bundle.md, section 5.
    """
    fairness = round_.policy.fairness
    return sha(
        canonical(
            {
                "format": "anju/pool/1",
                "frozen_on": plan.frozen_on.isoformat(),
                "take": plan.take,
                "rules": tree(plain_rules(round_, principle or fairness.principle, per or fairness.per)),
                "households": tree(frozen_households(round_)),
                "units": tree(frozen_units(round_)),
                "sealed": [[sealed.who, sealed.commitment] for sealed in plan.sealed],
                "sources": [
                    {key: row[key] for key in row if key != "value"} for row in draw_row(plan)["sources"]
                ],
            }
        ),
        "anju/pool/1",
    )  # fmt: skip


def changed_since_freeze(round_: Round, *, principle: Principle | None = None, per: Per | None = None) -> list[Fault]:
    """
    Why a round is not the one frozen before its draw; nothing for a round that is, or was never frozen.

    Another ``principle`` or ``per`` than the policy's is told by its own sentence: the roster is then not at fault.
    Source: trust.md §2 row 1.
    """
    plan = round_.head.draw
    if plan is None or not plan.pool_root:
        return []
    found = pool_root(round_, plan, principle=principle, per=per)
    if found == plan.pool_root:
        return []
    fairness = round_.policy.fairness
    if (principle or fairness.principle, per or fairness.per) != (fairness.principle, fairness.per) and (
        pool_root(round_, plan) == plan.pool_root
    ):
        return [
            Fault(
                table="round",
                code="draw.other_fairness",
                column="draw.pool_root",
                value=f"{principle or fairness.principle}, {per or fairness.per}",
                params={"frozen": f"{fairness.principle}, {fairness.per}"},
            )
        ]
    return [
        Fault(
            table="round",
            code="draw.changed",
            column="draw.pool_root",
            value=found[:16],
            params={"frozen": plan.pool_root[:16]},
        )
    ]


def unplanned(day: date) -> DrawPlan:
    """What stands for the plan where a seed is simply written down: for practice, and for a fingerprint alone."""
    return DrawPlan(frozen_on=day, take=0, sources=())


def draw_row(plan: DrawPlan) -> Json:
    """How the seed was made, as published."""
    return {
        "frozen_on": plan.frozen_on.isoformat(),
        "pool_root": plan.pool_root,
        "take": plan.take,
        "sources": [
            {"kind": s.kind, "name": s.name, "text": s.text, "occurred_on": s.occurred_on.isoformat()}
            | filled(value=s.value)
            for s in plan.sources
        ],
        "sealed": [
            {"who": s.who, "commitment": s.commitment} | filled(number=s.number, nonce=s.nonce) for s in plan.sealed
        ],
    }


def _household(household: Household, round_: Round, together: Mapping[str, int], choices: list[Json]) -> Json:
    own, order = household.household_id, round_.policy.order
    entitled = round_.entitlements[own]
    marks = {band.up_to for band in round_.policy.pricing.bands}
    return filled(
        signed_on=household.signed_on if order.rule == "signed_on" else None,
        order_no=household.order_no if order.rule == "given" else None,
        priority_class=household.priority_class if order.priority_first else None,
        together=together.get(household.together),
        standard=hundredths(entitled.standard_m2) if "standard" in marks else None,
        original=hundredths(entitled.original_m2) if "original" in marks else None,
        limit=None if entitled.limit_m2 is None else hundredths(entitled.limit_m2),
        demand=dict(sorted(round_.demand.get(own, {}).items())),
        choices=sorted(choices, key=lambda row: (row["choice"], canonical(row))),
    ) | {
        "household_id": own,
        "name": mask(household.name),
        "village": household.village,
        "persons": household.persons,
        "bonus_persons": household.bonus_persons,
        "entitlement": hundredths(entitled.m2),
    }


def _choice(choice: Choice) -> Json:
    return filled(
        choice=choice.choice,
        project=choice.project,
        building=choice.building,
        entrance=choice.entrance,
        floor_min=choice.floor_min,
        floor_max=choice.floor_max,
        layout=choice.layout,
        orientation=choice.orientation,
        unit_id=choice.unit_id,
    )


def _unit(unit: Unit, round_: Round) -> Json:
    return filled(top_floor=is_top(unit, round_.policy)) | {
        "unit_id": unit.unit_id,
        "project": unit.project,
        "building": unit.building,
        "floor": unit.floor,
        "layout": unit.layout,
        "area": hundredths(unit.area_m2),
        "entrance": unit.entrance,
        "room": unit.room,
        "orientation": unit.orientation,
        "step_free": unit.step_free,
        "construction": str(unit.construction),
    }
