"""The draw as its clerk holds it: what is posted before, the order numbers afterwards; refused if anything moved."""

from __future__ import annotations

from typing import Any

from allocation.draw import draw_key, order_numbers
from allocation.drawplan import plan_seed, used_sources
from allocation.messages import LANGS, Fault, Faults, Lang, sentence
from allocation.procedure import Order
from allocation.publicrows import changed_since_freeze, pool_root
from allocation.round import judge
from allocation.rows import DrawPlan, Household
from allocation.tables import RoundInput
from allocation.verify import in_words

Json = dict[str, Any]


def frozen(given: RoundInput) -> Json:
    """
    What is posted before the draw: the fingerprint of roster, homes, rules and method, and how the seed will be made.

    Raises
    ------
    Faults
        The round has no plan, or was frozen with another content. Source: trust.md §3.6.
    """
    figures = {"round": given.head.id} | _posted(*_plan_and_root(given))
    return figures | {"announcement": _announcement(figures)}


def _posted(plan: DrawPlan, root: str) -> Json:
    return {
        "pool_root": root,
        "words": in_words(root),
        "frozen_on": plan.frozen_on.isoformat(),
        "take": plan.take,
        "sources": [
            {"kind": s.kind, "name": s.name, "text": s.text, "occurred_on": s.occurred_on.isoformat()}
            for s in plan.sources
        ],
        "sealed": [{"who": s.who, "commitment": s.commitment} for s in plan.sealed],
    }


def drawn(given: RoundInput) -> Json:
    """
    The order numbers from the plan's own events.

    Raises
    ------
    Faults
        Not frozen yet, changed since, or too few events have taken place.
    """
    plan, _ = _plan_and_root(given)
    if not plan.pool_root:
        raise Faults([Fault(table="round", code="draw.not_frozen", column="draw.pool_root")])
    seed = plan_seed(plan)
    if not seed:
        raise Faults([not_drawn(plan)])
    used = [{"kind": s.kind, "name": s.name, "value": s.value} for s in used_sources(plan)]
    return _numbers(given, given.policy.order, seed) | {"sources": used}


def demonstration(given: RoundInput, seed: str) -> Json:
    """Order numbers from a seed that somebody simply writes down: for practice."""
    return _numbers(given, given.policy.order.model_copy(update={"rule": "draw"}), seed)


def not_drawn(plan: DrawPlan) -> Fault:
    """Too few events have taken place."""
    return Fault(table="round", code="draw.not_drawn", column="draw.sources", params={"take": plan.take})


def _plan_and_root(given: RoundInput) -> tuple[DrawPlan, str]:
    plan = given.head.draw
    if plan is None:
        raise Faults([Fault(table="round", code="draw.no_plan", column="draw")])
    round_ = judge(given)
    if faults := changed_since_freeze(round_):
        raise Faults(faults)
    return plan, pool_root(round_, plan)


def _numbers(given: RoundInput, order: Order, seed: str) -> Json:
    households: tuple[Household, ...] = given.tables.households
    numbers = order_numbers(households, order, seed)
    rows = [
        {"order_no": number, "household_id": household_id, "sha256": draw_key(seed, household_id)}
        for household_id, number in sorted(numbers.items(), key=lambda item: item[1])
    ]
    return {"round": given.head.id, "seed": seed, "priority_first": order.priority_first, "order": rows}


def announcement(plan: DrawPlan) -> list[str]:
    """What is posted of a frozen plan, in both languages."""
    return _announcement(_posted(plan, plan.pool_root))


def _announcement(figures: Json) -> list[str]:
    return [line for lang in LANGS for line in _in_words(figures, lang)]


def _in_words(figures: Json, lang: Lang) -> list[str]:
    lines = [
        sentence("draw.announce", lang, **{key: figures[key] for key in ("frozen_on", "words", "pool_root", "take")})
    ]
    lines += [
        sentence("draw.announce_source", lang, number=number, **source)
        for number, source in enumerate(figures["sources"], 1)
    ]
    return lines + [sentence("draw.announce_sealed", lang, **sealed) for sealed in figures["sealed"]]
