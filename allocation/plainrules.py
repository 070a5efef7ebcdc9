"""
A district's policy in the few plain shapes that a checker reads: tables of prices, periods, one formula of entitlement.

What a policy says in percent, by storey or by ranges is spelled out as prices of the values that occur, so that a
stranger's program need not know a policy's grammar. What these shapes cannot hold is named in ``without`` and said to
be unchecked, never passed. Format: docs/bundle.md, section 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from allocation.policy import Policy
from allocation.pricing import StatementLine, band_price, unit_lines
from allocation.round import GATES, Round, smallest_m2
from allocation.schema import Unit
from allocation.tariff import Band
from solver.problem import Per, Principle

Json = dict[str, Any]
SEQUENCES = {"draw": "draw", "signed_on": "signed_on", "given": "order_no"}
SEEN_BY = {
    "base_price": "unit_id",
    "floor": "floor",
    "top_floor": "top_floor",
    "orientation": "orientation",
    "layout": "layout",
    "fee": "",
    "deposit": "",
}
"""item of a home's line → the attribute of the home that decides its price; "" = all homes alike."""


def hundredths(value: Decimal) -> int:
    """m² in 0.01 m², or yuan in fen, exactly; ValueError when the value is finer than that."""
    scaled = value * 100
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{value} is finer than 0.01")
    return int(scaled)


def price_text(price: Decimal) -> str:
    """Yuan with two decimals, or as many as it needs: how a policy spells a price must not move the draw."""
    return f"{price if price else abs(price):.2f}" if price == round(price, 2) else f"{price.normalize():f}"


def home_lines(unit: Unit, policy: Policy) -> list[Json]:
    """What one home adds to the bands, as published: item (with a fee's name), price, amount in fen."""
    return [
        {"item": _item(line), "price": price_text(_price(line)), "amount": hundredths(line.amount_yuan)}
        for line in unit_lines(unit, policy.pricing)
    ]


def is_top(unit: Unit, policy: Policy) -> str | None:
    """Whether a home lies on the top floor, ``yes`` or ``no``, where the policy prices that; else None."""
    if policy.pricing.floors.top_floor is None:
        return None
    return "yes" if unit.floor == unit.floors_in_building else "no"


def plain_rules(round_: Round, principle: Principle, per: Per) -> Json:
    """
    The rules of a round as published: see docs/bundle.md, section 4.

    ``principle`` and ``per`` are those used; where they are not the policy's, ``without`` says so.
    """
    policy, units = round_.policy, round_.tables.units
    share, fairness = policy.prepayment.share, policy.fairness
    rules: Json = {
        "principle": principle,
        "per": per,
        "max_choices": fairness.max_choices,
        "low_floor_max": policy.access.low_floor_max,
        "share": f"{share.normalize():f}" if share else "0",
        "periods": [_period(document, policy) for document in GATES],
        "reach": {
            "under_m2": hundredths(policy.area.under_m2),
            "over_m2": hundredths(policy.area.over_m2),
            "max_units": policy.area.max_units,
        },
        "bands": [_band(band, policy, last=band is policy.pricing.bands[-1]) for band in policy.pricing.bands],
        "additions": _additions(units, policy),
    }
    without = [
        f"fairness.{key} = {found}" for key, found in (("principle", fairness.principle), ("per", fairness.per))
        if found != rules[key]
    ]  # fmt: skip
    for key, found, other in (
        ("quota", *_quota(policy)),
        ("sequence", *_sequence(policy)),
        ("gate", *_gate(policy, units, round_)),
    ):
        without += other
        if not other:
            rules[key] = found
    return rules | {"without": without}


def _item(line: StatementLine) -> str:
    return f"{line.item} {line.params['name']}" if line.params.get("name") else line.item


def _price(line: StatementLine) -> Decimal:
    """Yuan per m², or yuan a home where the line has no price of its own."""
    return line.amount_yuan if line.price_yuan_per_m2 is None else line.price_yuan_per_m2


def _additions(units: Iterable[Unit], policy: Policy) -> list[Json]:
    """Every item of the homes' lines, in their order, with its price for every value that occurs."""
    order = ["base_price", "floor", "top_floor", "orientation", "layout"]
    order += [f"{'deposit' if fee.deposit else 'fee'} {fee.name}" for fee in policy.pricing.fees]
    found: dict[str, Json] = {}
    for unit in units:
        for line in unit_lines(unit, policy.pricing):
            by, item = SEEN_BY[line.item], _item(line)
            rule: Json = {"item": item, "by": by, "each": line.price_yuan_per_m2 is None, "figures": {}}
            rule = found.setdefault(item, rule)
            value = {"": "*", "top_floor": "yes"}.get(by) or str(getattr(unit, by))
            rule["figures"][value] = price_text(_price(line))
    return [found[item] for item in order if item in found]


def _band(band: Band, policy: Policy, *, last: bool) -> Json:
    ends: list[Json] = []
    if band.over_m2 is not None:
        ends.append({"mark": "entitlement", "plus": hundredths(band.over_m2)})
        if band.at_least_m2 is not None:
            ends.append({"mark": "", "plus": hundredths(band.at_least_m2)})
    else:
        ends.append({"mark": band.up_to or "entitlement", "plus": 0})
    found: Json = {"ends": [] if last else ends}
    return found if band.forbidden else found | {"price": price_text(band_price(band, policy.pricing))}


def _period(document: Any, policy: Policy) -> Json:
    period = policy.publicity.period(document)
    return {
        "document": document,
        "days": period.days,
        "working": period.calendar == "working",
        "moves_on_holiday": period.moves_on_holiday,
        "restarted_by": sorted(other for other, again in policy.publicity.restarts.items() if document in again),
    }


def _quota(policy: Policy) -> tuple[Json, list[str]]:
    rule = policy.entitlement
    odd = [f"entitlement.{key}" for key in ("classes", "sizes", "homestead", "original_at_least") if getattr(rule, key)]
    odd += [f"entitlement.base = {rule.base}"] * (rule.base != "persons")
    odd += ["entitlement.extra"] * any(extra.when != "declared" or extra.exclusive for extra in rule.extra)
    found: Json = {
        "m2_per_person": hundredths(rule.m2_per_person),
        "min_m2": hundredths(rule.min_m2 or Decimal(0)),
        "extra": [
            {"heads": extra.heads} | ({} if extra.at_most is None else {"at_most_heads": extra.at_most})
            for extra in rule.extra
        ],
    }
    return found if rule.max_m2 is None else found | {"max_m2": hundredths(rule.max_m2)}, odd


def _sequence(policy: Policy) -> tuple[Json, list[str]]:
    order = policy.order
    odd = [] if order.rule in SEQUENCES else [f"order.rule = {order.rule}"]
    return {"by": SEQUENCES.get(order.rule, ""), "priority_first": order.priority_first}, odd


def _gate(policy: Policy, units: Sequence[Unit], round_: Round) -> tuple[Json, list[str]]:
    """Yuan per m² demanded, and how many 0.01 m² a home of each layout counts; see ``round.demanded_m2``."""
    prepayment, smallest = policy.prepayment, smallest_m2(units)
    odd = ["prepayment.gates"] * any(gate.per_m2 and gate.before != "keys" for gate in prepayment.gates)
    layouts = {layout for counts in round_.demand.values() for layout in counts}
    areas = {
        layout: Decimal(layout) if re.fullmatch(r"\d+(\.\d{1,2})?", layout, re.ASCII) else smallest.get(layout)
        for layout in sorted(layouts if prepayment.per_m2 else ())
    }
    found = {layout: hundredths(area) for layout, area in areas.items() if area is not None}
    return {"per_m2": price_text(prepayment.per_m2 or Decimal(0)), "layouts": found}, odd
