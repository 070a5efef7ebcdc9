"""
What is put up when a round is decided: the plan (分配方案公示) and the result (分配结果公示).

A notice says what the duty to publish needs and nothing more: the number of a household, its head's name masked,
persons, entitlement and homes. What may be said at all, and how, ``allocation.public`` alone decides.

Source: spec §8 (masking), §4 (the policy's hash in every notice); domain.md §6.2–6.4 (forms, what may not be
published).
"""

from __future__ import annotations

from collections.abc import Sequence

from allocation.allocate import Allocation
from allocation.messages import Lang
from allocation.paper import Grid, Text
from allocation.posting import checked_by, columns, joined, paper, period, total_row, words
from allocation.public import NOTHING, Disclosure, Public, PublicPaper, count, listed, told
from allocation.schema import Household
from allocation.wording import Occasion


def plan_notice(allocation: Allocation, occasion: Occasion | None = None) -> PublicPaper:
    """
    分配方案公示: who gets which home, who does not take part and why, how long it stands, how it can be checked.

    Without an occasion it is issued on the day the round is judged on. Day 1 of the period is the day after.
    Source: spec §§5, 8; domain.md §6.4.
    """
    round_ = allocation.round
    occasion = occasion or Occasion(issued_on=round_.head.as_of)
    known, lang = Disclosure(round_, occasion), occasion.lang
    return paper(
        round_,
        occasion,
        "plan",
        [
            ("notice.heading.facts", [words(_facts(allocation, known), name="facts")]),
            ("notice.heading.principle", [words(_principle(allocation, lang), name="principle")]),
            ("notice.plan.heading", [_homes_grid(allocation, known)]),
            ("notice.heading.left_out", _left_out(allocation, known)),
            period(round_, occasion, "plan"),
            checked_by(round_, occasion),
        ],
    )


def result_notice(allocation: Allocation, occasion: Occasion | None = None) -> PublicPaper:
    """分配结果公示: the homes as they were given in the end, and what became of everybody else."""
    round_ = allocation.round
    occasion = occasion or Occasion(issued_on=round_.head.as_of)
    known, lang = Disclosure(round_, occasion), occasion.lang
    objected = [o for o in round_.tables.objections if o.document == "plan" and o.filed_on <= occasion.issued_on]
    answered = sum(o.resolved_on is not None and o.resolved_on <= occasion.issued_on for o in objected)
    said = told("notice.result.objected", lang, count=len(objected), answered=answered)
    return paper(
        round_,
        occasion,
        "result",
        [
            ("notice.heading.facts", [words(joined([_facts(allocation, known), said], lang), name="facts")]),
            ("notice.result.heading", [_homes_grid(allocation, known)]),
            ("notice.heading.left_out", _left_out(allocation, known)),
            period(round_, occasion, "result"),
            checked_by(round_, occasion),
        ],
    )


def _served(allocation: Allocation) -> list[Household]:
    """The households that got homes, by order number."""
    served = {home.household_id for home in allocation.homes}
    order = allocation.round.order
    mine = [h for h in allocation.round.households if h.household_id in served]
    return sorted(mine, key=lambda h: (order[h.household_id], h.household_id))


def _facts(allocation: Allocation, known: Disclosure) -> Public:
    round_, served = allocation.round, _served(allocation)
    return told(
        "notice.plan.facts",
        known.lang,
        households_in=len(round_.households),
        units_in=len(round_.units),
        households=len(served),
        persons=sum(h.persons for h in served),
        homes=len(allocation.homes),
        area=known.area(home.unit_id for home in allocation.homes),
        unserved=len(allocation.unserved),
    )


def _principle(allocation: Allocation, lang: Lang) -> Public:
    proofs = {stage.proof for stage in allocation.solution.stages}
    weakest = next((proof for proof in ("bounded", "claimed") if proof in proofs), "proved")
    parts = [
        told("notice.principle.served", lang),
        told(f"notice.principle.{allocation.principle}", lang),
        NOTHING if allocation.principle in ("order", "utilitarian") else told(f"notice.per.{allocation.per}", lang),
        told("notice.principle.ties", lang),
        told(f"notice.proof.{weakest}", lang),
    ]
    return joined(parts, lang)


def _homes_grid(allocation: Allocation, known: Disclosure) -> Grid:
    """One row a home; what is said of the household stands once, beside all its homes."""
    lang, own = known.lang, known.homes(allocation.homes)
    served = _served(allocation)
    ids = _unit_ids(allocation)
    rows: list[tuple[Public | None, ...]] = []
    for household in served:
        row = known.household(household.household_id)
        left = (
            count(row.order_no), row.name, row.household_id, row.village, count(row.persons), row.entitlement,
        )  # fmt: skip
        for number, unit in enumerate(own[household.household_id]):
            first = number == 0
            total = known.area(ids[household.household_id]) if first else None
            rows.append((*(left if first else (None,) * len(left)), unit.home, unit.layout, unit.area, total))
    rows.append(
        total_row(
            lang,
            [
                told("notice.count_households", lang, count=len(served)), None, None,
                count(sum(h.persons for h in served)), None,
                told("notice.count_homes", lang, count=len(allocation.homes)), None, None,
                known.area(home.unit_id for home in allocation.homes),
            ],
        )
    )  # fmt: skip
    return Grid(
        columns=columns(
            lang,
            ("notice.column.order", 13, "c"),
            ("notice.column.name", 14, "c"),
            ("notice.column.household_id", 16, "c"),
            ("notice.column.village", 17, "c"),
            ("notice.column.persons", 11, "c"),
            ("notice.column.entitlement", 15, "r"),
            ("notice.column.home", 30, "c"),
            ("notice.column.layout", 10, "c"),
            ("notice.column.area", 14, "r"),
            ("notice.column.total_area", 16, "r"),
        ),
        rows=tuple(rows),
        total=True,
        name="homes",
    )


def _unit_ids(allocation: Allocation) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for home in allocation.homes:
        found.setdefault(home.household_id, []).append(home.unit_id)
    return found


def _left_out(allocation: Allocation, known: Disclosure) -> Sequence[Text | Grid]:
    """Who and what stays out, in words: households one a row, units grouped by their reasons."""
    round_, lang = allocation.round, known.lang

    def named(household_id: str) -> Public:
        row = known.household(household_id)
        return told("notice.named", lang, household_id=row.household_id, name=row.name)

    rows = [(named(entry.household_id), known.reasons(entry)) for entry in round_.left_out if entry.household_id]
    rows += [(named(household_id), told("notice.unserved", lang)) for household_id in allocation.unserved]
    out = {entry.unit_id: known.reasons(entry) for entry in round_.left_out if entry.unit_id}
    units = known.units(out)
    groups: dict[Public, list[Public]] = {}
    for unit_id, reasons in sorted(out.items()):
        groups.setdefault(reasons, []).append(units[unit_id].home)
    rows += [
        (told("notice.units_listed", lang, count=len(homes), homes=listed(homes, lang)), reasons)
        for reasons, homes in sorted(groups.items())
    ]
    if not rows:
        return [words(told("notice.none_left_out", lang), name="left_out_said")]
    heads = columns(lang, ("notice.column.left_out", 66, "l"), ("notice.column.reasons", 90, "l"))
    grid = Grid(columns=heads, rows=tuple(rows), name="left_out")
    return [words(told("notice.left_out", lang), name="left_out_said"), grid]
