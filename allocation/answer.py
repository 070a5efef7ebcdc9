"""An explanation as the office gives it (答复): in words, and as one JSON object; names are masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, get_args

from allocation.explain import Affected, Better, Cost, Explanation, Held, Match, Somebody
from allocation.messages import Lang, reason_sentence, sentence
from allocation.shortage import Remedy, shortage_figures, shortage_sentences

LISTED = 8
"""Homes or households named in one sentence; JSON names all."""


def answer_figures(found: Explanation, lang: Lang = "zh") -> dict[str, Any]:
    """Everything of an explanation, with its sentences under ``explained``."""
    return {
        "household": _somebody(found.household),
        "state": found.state,
        "homes": [{"unit_id": home.unit_id, "rank": home.rank} for home in found.homes],
        "outcomes": list(found.outcomes),
        "reasons": [reason.code for reason in found.reasons],
        "better": [_better_figures(one, lang) for one in found.better],
        "witness": shortage_figures(found.shortage, lang),
        "explained": answer_sentences(found, lang),
    }


def _somebody(household: Somebody) -> dict[str, Any]:
    return {"household_id": household.household_id, "name": household.name, "order_no": household.order_no}


def _better_figures(one: Better, lang: Lang) -> dict[str, Any]:
    cost = one.cost
    return {
        "choice": one.choice,
        "layout": one.layout,
        "possible": cost is not None,
        "homes": [_match_figures(match, lang) for match in one.matches],
        "cost": cost
        and {
            "stage": cost.stage,
            "value": cost.value,
            "forced": cost.forced,
            "household": cost.household and _somebody(cost.household),
            "decided": cost.decided,
        },
        "reached": list(one.reached),
        "worse": [
            {**_somebody(affected.household), "before": list(affected.before), "after": list(affected.after)}
            for affected in one.worse
        ],
        "gaining": one.gaining,
        "remedies": [
            {"rule": remedy.rule, "amount": str(remedy.amount), "explained": _remedy(remedy, lang)}
            for remedy in one.remedies
        ],
        "explained": _better_sentences(one, lang),
    }


def _match_figures(match: Match, lang: Lang) -> dict[str, Any]:
    return {
        "unit_id": match.unit_id,
        "held": match.held,
        "holder": match.holder and {**_somebody(match.holder), "rank": match.holder_rank},
        "fit": match.fit,
        "reasons": [reason_sentence(reason, lang) for reason in match.reasons],
    }


# -- in words ---------------------------------------------------------------------------------------------------------


def answer_sentences(found: Explanation, lang: Lang = "zh") -> list[str]:
    """The explanation, a sentence or two a line."""
    who = {"household": _named(found.household, lang)}
    if found.state == "left_out":
        return [
            sentence("explain.left_out", lang, **who),
            *(reason_sentence(reason, lang) for reason in found.reasons),
        ]
    if found.state == "served":
        homes = _joined([sentence("explain.home", lang, unit_id=h.unit_id, rank=h.rank) for h in found.homes], lang)
        lines = [sentence("explain.served", lang, homes=homes, **who)]
        lines += [] if found.better else [sentence("explain.nothing_better", lang)]
    else:
        lines = [sentence("explain.unserved", lang, **who)]
        lines += shortage_sentences(found.shortage, lang) if found.shortage else []
    return lines + [line for one in found.better for line in _better_sentences(one, lang)]


def _named(household: Somebody, lang: Lang) -> str:
    return sentence(
        "explain.somebody",
        lang,
        name=household.name,
        household_id=household.household_id,
        order_no=household.order_no,
    )


def _joined(parts: Sequence[str], lang: Lang) -> str:
    some = sentence("explain.then", lang).join(parts[:LISTED])
    return some if len(parts) <= LISTED else sentence("witness.and_more", lang, some=some, count=len(parts))


def _better_sentences(one: Better, lang: Lang) -> list[str]:
    return [_homes_sentence(one, lang), _cost_sentence(one, lang)]


def _homes_sentence(one: Better, lang: Lang) -> str:
    """Which homes are of the choice and who holds them."""
    code = "explain.choice.layout" if one.layout else "explain.choice"
    head = sentence(code, lang, choice=one.choice, layout=one.layout)
    if not one.matches:
        return head + sentence("explain.no_homes", lang)
    counts = Counter(match.held for match in one.matches)
    held_by: list[Held] = [held for held in get_args(Held) if counts[held]]
    kinds = sentence("witness.and", lang).join(
        sentence(f"explain.held.{held}", lang, count=counts[held]) for held in held_by
    )
    told = head + sentence("explain.homes", lang, count=len(one.matches), kinds=kinds)
    holders = [
        sentence("explain.holder", lang, unit_id=m.unit_id, household=_named(m.holder, lang), rank=m.holder_rank)
        for m in one.matches
        if m.holder is not None and m.held == "held"
    ]
    told += sentence("explain.holders", lang, holders=_joined(holders, lang)) if holders else ""
    unfit = Counter(match.fit for match in one.matches)
    for fit in ("money", "rules"):
        told += sentence(f"explain.fit.{fit}", lang, count=unfit[fit]) if unfit[fit] else ""
    return told


def _cost_sentence(one: Better, lang: Lang) -> str:
    """What giving the choice would have cost, or why it could not be given at all."""
    if one.cost is None:
        told = sentence("explain.impossible", lang, choice=one.choice)
        return told + "".join(_remedy(remedy, lang) for remedy in one.remedies)
    told = sentence("explain.forced", lang, choice=one.choice) + _stage(one.cost, lang)
    if one.worse:
        worse = _joined([_affected(affected, lang) for affected in one.worse], lang)
        told += sentence("explain.worse", lang, count=len(one.worse), households=worse)
    else:
        told += sentence("explain.nobody_worse", lang)
    return told if one.cost.decided else told + sentence("explain.not_proved", lang)


def _stage(cost: Cost, lang: Lang) -> str:
    if cost.household is not None:
        return sentence("explain.stage.order", lang, household=_named(cost.household, lang))
    name, rank = cost.stage, ""
    if name.rpartition("_")[2].isdigit():
        name, _, rank = name.rpartition("_")
    return sentence(f"explain.stage.{name}", lang, value=cost.value, forced=cost.forced, rank=rank)


def _affected(affected: Affected, lang: Lang) -> str:
    unserved = sentence("explain.not_served", lang)
    before, after = ("/".join(map(str, ranks)) or unserved for ranks in (affected.before, affected.after))
    return sentence("explain.affected", lang, household=_named(affected.household, lang), before=before, after=after)


def _remedy(one: Remedy, lang: Lang) -> str:
    return sentence(f"explain.mend.{one.rule}", lang, amount=f"{one.amount:,.2f}")
