"""
What the office publishes and hands out: the plan notice (分配方案公示) and the statements (房款结算单).

Content first: functions make papers and sheets of an allocation, ``allocation.paper`` writes them. A notice says what
the duty to publish needs and nothing more: the number of a household, its head's name masked, persons, entitlement and
homes; never an ID number, a telephone, a birth date, an access need or an amount of money of one household.

Source: spec §8 (masking), §4 (the policy's hash in every notice); domain.md §6.2–6.4 (forms, what may not be
published), §3.2 (capital amounts).
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from allocation.allocate import Allocation, homes_of
from allocation.messages import Lang, Reason, reason_sentence, sentence
from allocation.paper import Grid, Paper, Text, write_docx, write_xlsx
from allocation.publicity import CalendarUnknown, last_day
from allocation.round import LeftOut, Round
from allocation.schema import Household
from allocation.slips import household_statements, statement_paper, statement_sheets
from allocation.wording import (
    BLANK,
    addresses,
    columns,
    day_in_words,
    example_note,
    mask,
    private_numbers,
    without_private,
)

PUBLIC_REASONS = re.compile(
    r"publicity\.\w+|objection\.open|unit\.other_project|unit\.status\.\w+|unit\.joint_self_built"
)
"""Reasons a notice may print with their values; every other one is told without figures."""


# -- the plan notice ----------------------------------------------------------------------------------------------


def plan_notice(allocation: Allocation, *, published_on: date | None = None, lang: Lang = "zh") -> Paper:
    """
    分配方案公示: who gets which home, who does not take part and why, how long it stands, how it can be checked.

    Parameters
    ----------
    published_on
        The day it is put up; without it the day the round is judged on. Day 1 of the period is the day after.

    Source: spec §§5, 8; domain.md §6.4.
    """
    round_ = allocation.round
    published_on = published_on or round_.head.as_of
    warning = example_note(round_, lang)
    return Paper(
        title=sentence("notice.plan.title", lang),
        subtitle=round_.head.title,
        blocks=(
            Text(text=sentence("notice.plan.opening", lang, title=round_.head.title)),
            *([Text(text=warning, style="warning")] if warning else []),
            _heading("notice.plan.facts_heading", lang),
            Text(text=_facts(allocation, lang)),
            _heading("notice.plan.principle_heading", lang),
            Text(text=_principle(allocation, lang)),
            _heading("notice.plan.homes_heading", lang),
            _homes_grid(allocation, lang),
            _heading("notice.plan.left_out_heading", lang),
            *_left_out(allocation, lang),
            _heading("notice.plan.period_heading", lang),
            *_period(round_, published_on, lang),
            _heading("notice.plan.check_heading", lang),
            Text(text=sentence("notice.plan.check", lang)),
            _check_grid(allocation, lang),
        ),
        closing=(sentence("notice.plan.office", lang, blank=BLANK), day_in_words(published_on, lang)),
    )


def _heading(code: str, lang: Lang) -> Text:
    return Text(text=sentence(code, lang), style="heading")


def _served(allocation: Allocation) -> list[Household]:
    """The households that got homes, by order number."""
    served = {home.household_id for home in allocation.homes}
    order = allocation.round.order
    mine = [h for h in allocation.round.households if h.household_id in served]
    return sorted(mine, key=lambda h: (order[h.household_id], h.household_id))


def _facts(allocation: Allocation, lang: Lang) -> str:
    round_, served = allocation.round, _served(allocation)
    units = {unit.unit_id: unit for unit in round_.units}
    return sentence(
        "notice.plan.facts",
        lang,
        households_in=len(round_.households),
        units_in=len(round_.units),
        households=len(served),
        persons=sum(h.persons for h in served),
        homes=len(allocation.homes),
        area=sum((units[home.unit_id].area_m2 for home in allocation.homes), Decimal("0.00")),
        unserved=len(allocation.unserved),
    )


def _principle(allocation: Allocation, lang: Lang) -> str:
    proofs = {stage.proof for stage in allocation.solution.stages}
    weakest = next((proof for proof in ("bounded", "claimed") if proof in proofs), "proved")
    parts = [
        sentence("notice.principle.served", lang),
        sentence(f"notice.principle.{allocation.principle}", lang),
        "" if allocation.principle in ("order", "utilitarian") else sentence(f"notice.per.{allocation.per}", lang),
        sentence("notice.principle.ties", lang),
        sentence(f"notice.proof.{weakest}", lang),
    ]
    return ("" if lang == "zh" else " ").join(part for part in parts if part)


def _homes_grid(allocation: Allocation, lang: Lang) -> Grid:
    """One row a home; what is said of the household stands once, beside all its homes."""
    round_, own = allocation.round, homes_of(allocation.homes)
    units = {unit.unit_id: unit for unit in round_.units}
    given = [units[home.unit_id] for home in allocation.homes]
    where = addresses(given, lang)
    private = private_numbers(round_)
    rows: list[tuple[str | None, ...]] = []
    for household in _served(allocation):
        mine = [units[home.unit_id] for home in own[household.household_id]]
        total = sum((unit.area_m2 for unit in mine), Decimal(0))
        left = (
            str(round_.order[household.household_id]),
            mask(household.name),
            household.household_id,
            household.village,
            str(household.persons),
            f"{round_.entitlements[household.household_id].m2:.2f}",
        )
        for number, unit in enumerate(mine):
            home = (where[unit.unit_id], unit.layout, f"{unit.area_m2:.2f}")
            first = number == 0
            rows.append((*(left if first else (None,) * len(left)), *home, f"{total:.2f}" if first else None))
    served = _served(allocation)
    area = sum((unit.area_m2 for unit in given), Decimal(0))
    count = sentence("notice.count_homes", lang, count=len(given))
    households = sentence("notice.count_households", lang, count=len(served))
    persons = str(sum(h.persons for h in served))
    rows.append((sentence("notice.total", lang), households, "", "", persons, "", count, "", "", f"{area:.2f}"))
    return Grid(
        columns=columns(
            lang,
            ("notice.column.order", 13, "c"),
            ("notice.column.name", 12, "c"),
            ("notice.column.household_id", 15, "c"),
            ("notice.column.village", 17, "c"),
            ("notice.column.persons", 10, "c"),
            ("notice.column.entitlement", 14, "r"),
            ("notice.column.home", 33, "c"),
            ("notice.column.layout", 11, "c"),
            ("notice.column.area", 13, "r"),
            ("notice.column.total_area", 18, "r"),
        ),
        rows=tuple(tuple(None if cell is None else without_private(cell, private) for cell in row) for row in rows),
        total=True,
    )


def _left_out(allocation: Allocation, lang: Lang) -> list[Text | Grid]:
    """Who and what stays out, in words: households one a row, units grouped by their reasons."""
    round_ = allocation.round
    names = {h.household_id: h.name for h in round_.tables.households}
    private = private_numbers(round_)
    rows = [
        (without_private(f"{entry.household_id}　{mask(names[entry.household_id])}", private), _reasons(entry, lang))
        for entry in round_.left_out
        if entry.household_id
    ]
    rows += [
        (without_private(f"{i}　{mask(names[i])}", private), sentence("notice.unserved", lang))
        for i in allocation.unserved
    ]
    out = {entry.unit_id: _reasons(entry, lang) for entry in round_.left_out if entry.unit_id}
    where = addresses([unit for unit in round_.tables.units if unit.unit_id in out], lang)
    groups: dict[str, list[str]] = {}
    for unit_id, reasons in sorted(out.items()):
        groups.setdefault(reasons, []).append(where[unit_id])
    separator = "、" if lang == "zh" else ", "
    rows += [
        (sentence("notice.units_listed", lang, count=len(homes), homes=separator.join(homes)), reasons)
        for reasons, homes in sorted(groups.items())
    ]
    if not rows:
        return [Text(text=sentence("notice.plan.none_left_out", lang))]
    heads = columns(lang, ("notice.column.left_out", 66, "l"), ("notice.column.reasons", 90, "l"))
    return [Text(text=sentence("notice.plan.left_out", lang)), Grid(columns=heads, rows=tuple(rows))]


def _reasons(entry: LeftOut, lang: Lang) -> str:
    return ("；" if lang == "zh" else "; ").join(public_reason(reason, lang).rstrip("。.") for reason in entry.reasons)


def public_reason(reason: Reason, lang: Lang) -> str:
    """A reason as the public may read it: what one household paid is its own affair."""
    if PUBLIC_REASONS.fullmatch(reason.code):
        return reason_sentence(reason, lang)
    kind = reason.code.partition(".")[0]
    return sentence("notice.reason.prepayment" if kind == "prepayment" else "notice.reason.other", lang)


def _period(round_: Round, published_on: date, lang: Lang) -> list[Text]:
    period = round_.policy.publicity.period("plan")
    calendar = sentence(f"notice.calendar.{period.calendar}", lang)
    try:
        last = last_day(
            published_on,
            period.days,
            period.calendar,
            moves_on_holiday=period.moves_on_holiday,
            announced=round_.announced,
        )
    except CalendarUnknown as unknown:
        params = {"days": period.days, "calendar": calendar, "year": unknown.year, "blank": BLANK}
        stands = sentence("notice.plan.period_unknown", lang, on=day_in_words(published_on, lang), **params)
    else:
        days = {"on": day_in_words(published_on, lang), "last": day_in_words(last, lang)}
        stands = sentence("notice.plan.period", lang, days=period.days, calendar=calendar, **days)
    return [
        Text(text=stands),
        Text(text=sentence("notice.plan.objections", lang)),
        *(Text(text=sentence(f"notice.plan.{what}", lang, blank=BLANK)) for what in ("contact", "phone", "place")),
    ]


def _check_grid(allocation: Allocation, lang: Lang) -> Grid:
    head, policy = allocation.round.head, allocation.round.policy
    said = (
        ("round", head.id),
        ("as_of", day_in_words(head.as_of, lang)),
        ("seed", head.seed),
        ("policy", policy.name),
        ("source", policy.source),
        ("policy_hash", policy.fingerprint()),
    )
    rows = tuple((sentence(f"notice.check.{name}", lang), value) for name, value in said if value)
    return Grid(columns=columns(lang, ("", 30, "l"), ("", 126, "l")), rows=rows, whole=True)


# -- files --------------------------------------------------------------------------------------------------------


def write_notices(allocation: Allocation, folder: Path, lang: Lang = "zh") -> list[Path]:
    """
    Write ``notices/plan.docx``, ``notices/statements.docx`` and ``notices/statements.xlsx`` below ``folder``, which
    exists. The statements are missing when nobody got a home. The same allocation gives the same bytes.

    ``plan.docx`` is to be published; the statements are private: each household gets its own page.
    """
    made_on = allocation.round.head.as_of
    place = folder / "notices"
    place.mkdir(exist_ok=True)
    paths = [place / "plan.docx"]
    write_docx([plan_notice(allocation, lang=lang)], paths[0], made_on=made_on)
    if statements := household_statements(allocation, lang):
        paths += [place / "statements.docx", place / "statements.xlsx"]
        write_docx([statement_paper(s, allocation.round, lang) for s in statements], paths[1], made_on=made_on)
        write_xlsx(statement_sheets(statements, allocation.round, lang), paths[2], made_on=made_on)
    return paths
