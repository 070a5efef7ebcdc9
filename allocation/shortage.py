"""Why a round cannot serve all, in the office's words: who competes for which homes, and what would mend it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np

from allocation.allocate import Alike, Allocation, budget_of, build_problem, classes
from allocation.messages import Lang, sentence
from allocation.prepayment import price_limit
from allocation.round import Round
from allocation.schema import Unit
from solver.mend import Mend, mends
from solver.problem import Budget, Problem
from solver.witness import Rebudget, Witness, witnesses

SECONDS = 20.0
"""How long a smallest set, and then what mends it, is looked for; what is not found by then is said."""
LISTED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class HomesAlike:
    """So many homes of one layout and area; ``unit_ids`` of those there are."""

    layout: str
    area_m2: Decimal
    count: int
    unit_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Competing:
    """
    Households that cannot all be served, though all but any one of them can. See solver.witness.Witness for
    ``needed``, ``there``, ``rules``, ``smallest``, ``minimal``; ``homes`` are what they compete for.
    """

    household_ids: tuple[str, ...]
    homes: tuple[HomesAlike, ...]
    needed: int
    there: int
    rules: tuple[str, ...]
    smallest: bool
    minimal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """
    A change after which ``served`` households are served, verified by solving again: ``homes`` added, or a rule changed
    for one household by ``amount`` (``size_max``, ``size_min``: m²; ``budget``: yuan prepaid more). ``least``: proved
    that less would not do. ``homes.unit_ids`` are units of the round that do not take part and would do.
    """

    rule: str
    household_id: str = ""
    amount: Decimal = Decimal(0)
    homes: tuple[HomesAlike, ...] = ()
    served: int
    least: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """``competing``: those who cannot be served even alone, then the smallest set first. ``complete``: all decided."""

    competing: tuple[Competing, ...]
    remedies: tuple[Remedy, ...]
    complete: bool


def shortage(allocation: Allocation, *, seconds_max: float | None = SECONDS) -> Shortage | None:
    """
    Why not all are served; None when they are.

    ``seconds_max`` holds once for the sets and once for the remedies. Source: spec §6, the last paragraph.
    """
    if not allocation.unserved:
        return None
    round_, problem, solution = allocation.round, allocation.problem, allocation.solution
    again = rebudget(round_)
    why = witnesses(problem, solution, seconds_max=seconds_max, rebudget=again)
    alike, wide = with_homes_left_out(allocation)
    back = np.array([len(kept_back(round_, group)) for group in alike], dtype=np.int64)
    found, decided = mends(wide, solution, why, spare=back, seconds_max=seconds_max, rebudget=again)
    return Shortage(
        competing=tuple(_competing(allocation, one) for one in why.witnesses),
        remedies=tuple(remedy(round_, alike, mend) for mend in found),
        complete=decided,
    )


def rebudget(round_: Round) -> Rebudget:
    """What the solver asks when a rule is changed: the household's budget over the total areas now possible."""
    share = round_.policy.prepayment.share

    def again(problem: Problem, slot: int) -> Budget | None:
        return budget_of(round_, problem, slot, share)

    return again


def with_homes_left_out(allocation: Allocation) -> tuple[tuple[Alike, ...], Problem]:
    """
    Classes and problem with every unit of the tables, those that do not take part counted as none.

    A layout that is declared and that no unit has is there as one more class when its name is a number of m²: it is
    priced as a home on the floor of the first unit by unit_id.
    """
    round_ = allocation.round
    taking_part = {unit.unit_id for unit in round_.units}
    units = sorted(round_.tables.units, key=lambda unit: unit.unit_id)
    wanted = {layout for counts in round_.demand.values() for layout in counts} - {unit.layout for unit in units}
    imagined = [_imagined(units[0], layout) for layout in sorted(wanted) if units and _named_m2(layout)]
    wide = replace(round_, units=(*units, *imagined))
    alike = classes(wide)
    problem = build_problem(wide, alike, principle=allocation.principle, per=allocation.per)
    there = [sum(unit.unit_id in taking_part for unit in group.units) for group in alike]
    return alike, replace(problem, supply=np.array(there, dtype=np.int64))


def kept_back(round_: Round, group: Alike) -> list[str]:
    """unit_ids of a class that do not take part, though the office could let them: government built, not yet given."""
    taking_part = {unit.unit_id for unit in round_.units}
    return [
        u.unit_id
        for u in group.units
        if u.unit_id and u.unit_id not in taking_part
        if u.construction == "government"
        and u.status != "allocated"
        and u.project in (round_.head.projects or [u.project])
    ]


def _named_m2(layout: str) -> bool:
    return re.fullmatch(r"\d{1,6}(\.\d{1,2})?", layout, re.ASCII) is not None


def _imagined(like: Unit, layout: str) -> Unit:
    return replace(like, unit_id="", layout=layout, area_m2=Decimal(layout))


def _competing(allocation: Allocation, one: Witness) -> Competing:
    units = [unit for c in one.classes for unit in allocation.alike[c].units]
    return Competing(
        household_ids=tuple(sorted(allocation.round.households[slot].household_id for slot in one.slots)),
        homes=_grouped(units),
        needed=one.needed,
        there=one.there,
        rules=one.rules,
        smallest=one.smallest,
        minimal=one.minimal,
    )


def _grouped(units: Sequence[Unit]) -> tuple[HomesAlike, ...]:
    kinds: dict[tuple[str, Decimal], list[str]] = {}
    for unit in units:
        kinds.setdefault((unit.layout, unit.area_m2), []).append(unit.unit_id)
    return tuple(
        HomesAlike(layout=layout, area_m2=area, count=len(ids), unit_ids=tuple(sorted(ids)))
        for (layout, area), ids in sorted(kinds.items(), key=lambda item: (item[0][1], item[0][0]))
    )


def remedy(round_: Round, alike: Sequence[Alike], mend: Mend) -> Remedy:
    """A mend with its household, m² and yuan."""
    more: Counter[tuple[str, Decimal]] = Counter()
    out: dict[tuple[str, Decimal], list[str]] = {}
    for c, count in mend.more:
        first = alike[c].units[0]
        kind = (first.layout, first.area_m2)
        more[kind] += count
        out.setdefault(kind, []).extend(kept_back(round_, alike[c]))
    return Remedy(
        rule=mend.rule,
        household_id=round_.households[mend.slot].household_id if mend.slot >= 0 else "",
        amount=_prepaid_more(round_, mend) if mend.rule == "budget" else Decimal(mend.amount) / 100,
        homes=tuple(
            HomesAlike(layout=kind[0], area_m2=kind[1], count=count, unit_ids=tuple(sorted(out[kind])))
            for kind, count in sorted(more.items(), key=lambda item: (item[0][1], item[0][0]))
        ),
        served=mend.served,
        least=mend.least,
    )


def _prepaid_more(round_: Round, mend: Mend) -> Decimal:
    """The least yuan prepaid more that lifts the limit on the price by the mend's amount (fen)."""
    share = round_.policy.prepayment.share
    paid = round_.paid[round_.households[mend.slot].household_id]
    if not share:
        return Decimal(mend.amount) / 100
    price = Fraction(price_limit(paid, share)) + Fraction(mend.amount, 100)
    return Decimal(ceil(price * Fraction(share) * 100)) / 100 - paid


# -- in words ---------------------------------------------------------------------------------------------------------


def shortage_figures(found: Shortage | None, lang: Lang = "zh") -> dict[str, Any] | None:
    """The ``witness`` of summary.json: the first set, the others, the remedies, each with its sentence."""
    if found is None:
        return None
    told = [
        {
            "household_ids": list(one.household_ids),
            "homes_needed": one.needed,
            "homes_there": one.there,
            "homes": [_home_figures(home) for home in one.homes],
            "unit_ids": sorted(unit_id for home in one.homes for unit_id in home.unit_ids),
            "rules": list(one.rules),
            "smallest": one.smallest,
            "explained": competing_sentence(one, lang),
        }
        for one in found.competing
    ]
    first: Mapping[str, Any] = told[0] if told else {"household_ids": [], "unit_ids": [], "explained": ""}
    return {
        **first,
        "others": told[1:],
        "mends": [
            {
                "rule": one.rule,
                "household_id": one.household_id,
                "amount": str(one.amount),
                "homes": [_home_figures(home) for home in one.homes],
                "households_served": one.served,
                "least": one.least,
                "explained": remedy_sentence(one, lang),
            }
            for one in found.remedies
        ],
        "complete": found.complete,
    }


def _home_figures(home: HomesAlike) -> dict[str, Any]:
    return {"layout": home.layout, "area_m2": str(home.area_m2), "count": home.count, "unit_ids": list(home.unit_ids)}


def competing_sentence(one: Competing, lang: Lang = "zh") -> str:
    """Who competes for what, and which rule stands in the way."""
    counted = one.needed > one.there
    kind = "counted" if counted else "together"
    if len(one.household_ids) == 1:
        kind = "alone_counted" if counted else "alone"
    told = sentence(
        f"witness.{kind}",
        lang,
        count=len(one.household_ids),
        households=_listed(one.household_ids, lang),
        homes=_homes_in_words(one.homes, lang) or sentence("witness.no_homes", lang),
        needed=one.needed,
        there=one.there,
        short=one.needed - one.there,
    )
    rules = [rule for rule in one.rules if not (counted and rule == "homes")]
    if rules:
        named = sentence("witness.or", lang).join(sentence(f"witness.rule.{rule}", lang) for rule in rules)
        told += sentence("witness.rules", lang, rules=named)
    elif not counted:
        told += sentence("witness.several_rules", lang)
    if len(one.household_ids) > 1 and not one.smallest:
        told += sentence("witness.not_smallest" if one.minimal else "witness.not_minimal", lang)
    return told


def remedy_sentence(one: Remedy, lang: Lang = "zh") -> str:
    """The change, and how many are served with it."""
    told = sentence(
        f"witness.mend.{one.rule}",
        lang,
        household_id=one.household_id,
        amount=f"{one.amount:,.2f}",
        homes=_homes_in_words(one.homes, lang),
        served=one.served,
    )
    if out := [unit_id for home in one.homes for unit_id in home.unit_ids]:
        told += sentence("witness.mend.left_out", lang, units=_listed(out, lang))
    return told if one.least else told + sentence("witness.mend.not_least", lang)


def shortage_sentences(found: Shortage, lang: Lang = "zh") -> list[str]:
    """All of it, a sentence a line."""
    lines = [competing_sentence(one, lang) for one in found.competing]
    lines += [remedy_sentence(one, lang) for one in found.remedies]
    return lines if found.complete else [*lines, sentence("witness.cut_short", lang)]


def _homes_in_words(homes: Sequence[HomesAlike], lang: Lang) -> str:
    return sentence("witness.and", lang).join(
        sentence("witness.home", lang, count=home.count, layout=home.layout, area=home.area_m2) for home in homes
    )


def _listed(ids: Sequence[str], lang: Lang) -> str:
    """Ids in a line; many are cut, with their number."""
    some = sentence("witness.and", lang).join(ids[:LISTED])
    return some if len(ids) <= LISTED else sentence("witness.and_more", lang, some=some, count=len(ids))
