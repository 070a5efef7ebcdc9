"""
What is put up before a round is decided: the demand (安置对象及安置需求公示), the homes (房源公示), and the call to
choose with its rules and the order of choosing (选房公告).

Source: domain.md §6.3 (items 1, 2, 4, 6), §5.3 (rules of the selection day), §1 row 21 (what a call must say); spec §4.
"""

from __future__ import annotations

from collections.abc import Sequence

from allocation.messages import Lang
from allocation.paper import Grid, Text
from allocation.posting import Section, checked_by, columns, contact, joined, paper, period, total_row, words
from allocation.public import NOTHING, Disclosure, Public, PublicPaper, count, told
from allocation.round import Round
from allocation.schema import Household, Unit
from allocation.wording import Occasion


def demand_notice(round_: Round, occasion: Occasion) -> PublicPaper:
    """
    安置对象及安置需求公示: every household of the roster with its persons, entitlement and declared demand.

    Nobody is left out of it, whoever may drop out later: it is the roster itself that can be objected to.
    """
    lang, known = occasion.lang, Disclosure(round_, occasion)
    roster = sorted(round_.tables.households, key=lambda h: h.household_id)
    ids = [h.household_id for h in roster]
    rows: list[tuple[Public, ...]] = []
    for number, household in enumerate(ids, 1):
        row = known.household(household)
        rows.append(
            (
                count(number), row.household_id, row.name, row.village, count(row.persons), count(row.heads),
                row.entitlement, row.demand or told("notice.demand.open", lang),
            )
        )  # fmt: skip
    persons = sum(h.persons for h in roster)
    heads = sum(round_.entitlements[i].area_heads for i in ids)
    families = told("notice.count_households", lang, count=len(ids))
    homes = sum(sum(round_.demand.get(i, {}).values()) for i in ids)
    rows.append(
        total_row(
            lang,
            [
                families, None, None, count(persons), count(heads), known.entitlements(ids),
                told("notice.count_homes", lang, count=homes),
            ],
        )
    )  # fmt: skip
    grid = Grid(
        columns=columns(
            lang,
            ("notice.column.number", 12, "c"),
            ("notice.column.household_id", 20, "c"),
            ("notice.column.name", 17, "c"),
            ("notice.column.village", 27, "c"),
            ("notice.column.persons", 13, "c"),
            ("notice.column.heads", 17, "c"),
            ("notice.column.entitlement", 20, "r"),
            ("notice.column.demand", 30, "c"),
        ),
        rows=tuple(rows),
        total=True,
        name="households",
    )
    facts = told(
        "notice.demand.facts",
        lang,
        households=len(ids),
        persons=persons,
        heads=heads,
        area=known.entitlements(ids),
        declared=sum(i in round_.demand for i in ids),
        homes=homes,
    )
    return paper(
        round_,
        occasion,
        "demand",
        [
            ("notice.heading.facts", [words(facts, name="facts")]),
            ("notice.demand.heading", [words(told("notice.demand.how", lang), name="how"), grid]),
            period(round_, occasion, "demand"),
            checked_by(round_, occasion, drawn=False),
        ],
    )


# -- homes --------------------------------------------------------------------------------------------------------


def units_notice(round_: Round, occasion: Occasion) -> PublicPaper:
    """房源公示: every home of the round's projects with its area, price and state, and how a price is made."""
    lang, known = occasion.lang, Disclosure(round_, occasion)
    projects = round_.head.projects
    rows = sorted(
        (u for u in round_.tables.units if not projects or u.project in projects),
        key=lambda u: (u.project, _number(u.building), u.building, u.entrance, u.floor, u.room, u.unit_id),
    )
    ids = [u.unit_id for u in rows]
    free = [u.unit_id for u in rows if u.status == "available" and u.construction != "joint_self_built"]
    facts = told(
        "notice.units.facts",
        lang,
        homes=len(ids),
        area=known.area(ids),
        free=len(free),
        free_area=known.area(free),
        kept=len(ids) - len(free),
    )
    return paper(
        round_,
        occasion,
        "units",
        [
            ("notice.heading.facts", [words(facts, name="facts")]),
            ("notice.units.heading", [_units_grid(known, rows, lang)]),
            ("notice.units.price_heading", _prices(known, round_, lang)),
            period(round_, occasion, "units"),
            checked_by(round_, occasion, drawn=False),
        ],
    )


def _number(building: str) -> int:
    """10栋 stands after 9栋."""
    digits = "".join(c for c in building if c.isascii() and c.isdigit())
    return int(digits) if digits else 0


def _units_grid(known: Disclosure, rows: Sequence[Unit], lang: Lang) -> Grid:
    units = known.units(row.unit_id for row in rows)
    several = len({row.project for row in rows}) > 1
    said: list[tuple[Public, ...]] = []
    for number, row in enumerate(rows, 1):
        unit = units[row.unit_id]
        where = unit.home if several else unit.building
        said.append(
            (
                count(number), unit.unit_id, where, unit.entrance, unit.floor, unit.room, unit.layout,
                unit.orientation, unit.area, unit.price, unit.status,
            )
        )  # fmt: skip
    ids = [row.unit_id for row in rows]
    homes = told("notice.count_homes", lang, count=len(ids))
    said.append(total_row(lang, [homes, None, None, None, None, None, None, known.area(ids), None, None]))
    return Grid(
        columns=columns(
            lang,
            ("notice.column.number", 11, "c"),
            ("notice.column.unit_id", 26, "c"),
            ("notice.column.building", 14 if not several else 22, "c"),
            ("notice.column.entrance", 10, "c"),
            ("notice.column.floor", 10, "c"),
            ("notice.column.room", 13, "c"),
            ("notice.column.layout", 14 if not several else 10, "c"),
            ("notice.column.orientation", 11, "c"),
            ("notice.column.area", 16 if not several else 14, "r"),
            ("notice.column.price", 16 if not several else 14, "r"),
            ("notice.column.status", 15, "c"),
        ),
        rows=tuple(said),
        total=True,
        name="units",
    )


def _prices(known: Disclosure, round_: Round, lang: Lang) -> list[Text | Grid]:
    """How a price is made: the bands; the list price of a home holds its floor's addition."""
    bands = known.bands()
    if not bands:
        return [words(told("notice.units.no_price", lang), name="prices")]
    grid = Grid(
        columns=columns(lang, ("notice.column.band", 100, "l"), ("notice.column.band_price", 56, "r")),
        rows=tuple(bands),
        whole=True,
        name="bands",
    )
    return [words(told("notice.units.prices", lang), name="prices"), grid]


# -- the call to choose -------------------------------------------------------------------------------------------


def call_notice(round_: Round, occasion: Occasion) -> PublicPaper:
    """选房公告: when, where, by which rules and in which order homes are chosen, by those who take part."""
    lang, known = occasion.lang, Disclosure(round_, occasion)
    called = sorted(round_.households, key=lambda h: (round_.order[h.household_id], h.household_id))
    when = [
        words(told("notice.call.when", lang, value=known.office("selection_at")), name="selection_at"),
        words(told("notice.call.where", lang, value=known.office("selection_place")), name="selection_place"),
        words(
            told("notice.call.who", lang, households=len(called), units=len(round_.units)),
            name="facts",
        ),
    ]
    bring = words(told("notice.call.bring", lang), name="bring")
    return paper(
        round_,
        occasion,
        "call",
        [
            ("notice.call.when_heading", when),
            ("notice.call.bring_heading", [bring]),
            _rules(round_, known, lang),
            ("notice.call.order_heading", _order(round_, known, called, lang)),
            ("notice.call.contact_heading", contact(known)),
            checked_by(round_, occasion),
        ],
    )


def _rules(round_: Round, known: Disclosure, lang: Lang) -> Section:
    """The policy's rules of the selection day, a sentence each."""
    rules = round_.policy.selection_day
    said = [
        told("notice.call.calls", lang, calls=rules.calls),
        told("notice.call.seconds", lang, time=_time(rules.seconds, lang)),
    ]
    if rules.extensions_max:
        extra = _time(rules.extension_seconds, lang)
        said.append(told("notice.call.extension", lang, time=extra, times=rules.extensions_max))
    said.append(told(f"notice.call.timeout.{rules.on_timeout}", lang))
    if rules.on_timeout == "pass":
        said.append(told(f"notice.call.passed.{rules.passed}", lang))
    said += [told(f"notice.call.late.{rules.late}", lang), told(f"notice.call.absent.{rules.absent}", lang)]
    if rules.written_request:
        said.append(told("notice.call.request", lang))
    said.append(told(f"notice.call.agents.{rules.agents}", lang))
    if rules.companion_from_age is not None:
        said.append(told("notice.call.companion", lang, age=rules.companion_from_age))
    said += [told("notice.call.final", lang), told(f"notice.call.fault.{rules.after_fault}", lang)]
    lines = [joined([told("notice.item", lang, number=n), text], lang) for n, text in enumerate(said, 1)]
    return "notice.call.rules_heading", [words(line, name="rule") for line in lines]


def _time(seconds: int, lang: Lang) -> Public:
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return told("notice.seconds", lang, seconds=rest)
    if not rest:
        return told("notice.minutes", lang, minutes=minutes)
    return told("notice.minutes_seconds", lang, minutes=minutes, seconds=rest)


def _order(round_: Round, known: Disclosure, called: Sequence[Household], lang: Lang) -> list[Text | Grid]:
    size = round_.policy.selection_day.households_a_session
    rows: list[tuple[Public, ...]] = []
    for place, household in enumerate(called):
        row = known.household(household.household_id)
        session = told("notice.call.session", lang, number=place // size + 1) if size else NOTHING
        rows.append((count(row.order_no), row.household_id, row.name, row.village, row.entitlement, session))
    wanted = [
        ("notice.column.order", 18, "c"),
        ("notice.column.household_id", 28, "c"),
        ("notice.column.name", 24, "c"),
        ("notice.column.village", 36, "c"),
        ("notice.column.entitlement", 26, "r"),
        ("notice.column.session", 24, "c"),
    ]
    if not size:
        wanted = [(code, width + 4, align) for code, width, align in wanted[:-1]]
        rows = [row[:-1] for row in rows]
    rule = round_.policy.order.rule
    made = told("notice.call.order_priority", lang) if round_.policy.order.priority_first else NOTHING
    said = joined([told(f"notice.order.{rule}", lang), made, told("notice.call.order_skips", lang)], lang)
    grid = Grid(columns=columns(lang, *wanted), rows=tuple(rows), name="order")
    return [words(said, name="order_rule"), grid]
