"""
多退少补结算单 as paper and worksheets: areas forecast and measured, both prices line by line, and what is still owed.

Source: domain.md §6.3 (items 8, 9), §3.2 (capital amounts), §4; the figures: ``allocation.settling``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from allocation.messages import Lang, sentence
from allocation.paper import Grid, Paper, Text
from allocation.pricing import StatementLine
from allocation.round import Round
from allocation.settling import SettledHome, Settling
from allocation.slips import FOUR, fingerprint, item_in_words, sheet_columns, signatures, warning
from allocation.wording import (
    BLANK,
    Occasion,
    addresses,
    capital,
    columns,
    day_in_words,
    exact,
    example_note,
    money,
)
from allocation.workbook import Sheet

ZERO = Decimal("0.00")
Pair = tuple[StatementLine | None, StatementLine | None]


def settlement_papers(found: Sequence[Settling], round_: Round, occasion: Occasion) -> list[Paper]:
    """One paper a household, in the order given."""
    return [_paper(one, round_, occasion) for one in found]


def _paper(found: Settling, round_: Round, occasion: Occasion) -> Paper:
    lang = occasion.lang
    where = addresses([home.unit for home in found.homes], lang)
    rule = round_.policy.pricing.settlement.rule
    return Paper(
        title=sentence("settlement.title", lang),
        subtitle=round_.head.title,
        blocks=(
            *warning(round_, lang),
            _about(found, occasion),
            _areas(found, where, lang),
            _lines(found, where, lang),
            Text(text=sentence(f"settlement.rule.{rule}", lang), style="plain", name="rule"),
            *_allowance(found, lang),
            _sums(found, lang),
            Text(text=sentence("settlement.signs", lang), style="plain", name="signs"),
            *signatures(lang, "office", "household"),
            *fingerprint(occasion),
        ),
        lang=lang,
        key=found.household.household_id,
    )


def _about(found: Settling, occasion: Occasion) -> Grid:
    household, lang = found.household, occasion.lang
    pairs = (
        ("notice.column.household_id", household.household_id),
        ("notice.column.name", household.name),
        ("notice.column.village", household.village),
        ("notice.column.persons", str(household.persons)),
        ("notice.column.entitlement", f"{found.entitlement_m2:.2f}"),
        ("settlement.settled_on", day_in_words(occasion.issued_on, lang)),
    )
    cells = [cell for code, value in pairs for cell in (sentence(code, lang), value)]
    rows = tuple(tuple(cells[start : start + 4]) for start in (0, 4, 8))
    return Grid(columns=columns(lang, *FOUR), rows=rows, name="household")


def _areas(found: Settling, where: Mapping[str, str], lang: Lang) -> Grid:
    rows = [
        (
            where[home.unit.unit_id], home.unit.unit_id, f"{home.unit.area_m2:.2f}", f"{home.measured_m2:.2f}",
            f"{home.difference_m2:+.2f}", f"{_percent(home):+.2f}",
        )
        for home in found.homes
    ]  # fmt: skip
    forecast = sum((home.unit.area_m2 for home in found.homes), ZERO)
    measured = sum((home.measured_m2 for home in found.homes), ZERO)
    total = sentence("notice.total", lang)
    rows.append((total, "", f"{forecast:.2f}", f"{measured:.2f}", f"{measured - forecast:+.2f}", ""))
    return Grid(
        columns=columns(
            lang,
            ("notice.column.home", 38, "c"),
            ("notice.column.unit_id", 34, "c"),
            ("settlement.column.forecast_m2", 22, "r"),
            ("settlement.column.measured_m2", 22, "r"),
            ("settlement.column.difference_m2", 20, "r"),
            ("settlement.column.percent", 20, "r"),
        ),
        rows=tuple(rows),
        total=True,
        name="areas",
    )


def _percent(home: SettledHome) -> Decimal:
    return home.difference_m2 * 100 / home.unit.area_m2


def paired(found: Settling) -> list[Pair]:
    """The lines of both statements side by side: forecast, measured; None where one of them has no such line."""

    def key(line: StatementLine) -> tuple[object, ...]:
        return line.item, line.band, line.unit_id, str(line.params.get("name", ""))

    before = {key(line): line for line in found.settled.forecast.lines}
    after = {key(line): line for line in found.settled.measured.lines}
    bands = sorted(k for k in before | after if k[0] == "band")
    others = [k for k in dict.fromkeys([*before, *after]) if k[0] != "band"]
    return [(before.get(k), after.get(k)) for k in [*bands, *others]]


def _lines(found: Settling, where: Mapping[str, str], lang: Lang) -> Grid:
    rows = []
    for number, (before, after) in enumerate(paired(found), 1):
        line = after or before
        if line is None:
            continue
        amounts = [ZERO if one is None else one.amount_yuan for one in (before, after)]
        rows.append(
            (
                str(number), item_in_words(line, lang), where.get(line.unit_id, ""),
                "" if line.price_yuan_per_m2 is None else exact(line.price_yuan_per_m2),
                _m2(before), money(amounts[0]), _m2(after), money(amounts[1]), _signed(amounts[1] - amounts[0]),
            )
        )  # fmt: skip
    settled = found.settled
    if found.beyond_yuan:
        beyond = -found.beyond_yuan
        label = sentence("settlement.sum.beyond", lang)
        rows.append((str(len(rows) + 1), label, "", "", "", "", "", money(beyond), _signed(beyond)))
    after_yuan = settled.measured.price_yuan - found.beyond_yuan
    rows.append(
        (
            "", sentence("statement.price", lang), "", "", f"{settled.forecast.allocated_m2:.2f}",
            money(settled.forecast.price_yuan), f"{settled.measured.allocated_m2:.2f}", money(after_yuan),
            _signed(settled.delta_yuan),
        )
    )  # fmt: skip
    return Grid(
        columns=columns(
            lang,
            ("statement.column.number", 9, "c"),
            ("statement.item", 26, "l"),
            ("notice.column.home", 22, "c"),
            ("settlement.column.price", 16, "r"),
            ("settlement.column.forecast_m2", 14, "r"),
            ("settlement.column.forecast_yuan", 19, "r"),
            ("settlement.column.measured_m2", 14, "r"),
            ("settlement.column.measured_yuan", 19, "r"),
            ("settlement.column.difference_yuan", 17, "r"),
        ),
        rows=tuple(rows),
        total=True,
        name="lines",
    )


def _m2(line: StatementLine | None) -> str:
    return "" if line is None or line.area_m2 is None else f"{line.area_m2:.2f}"


def _signed(yuan: Decimal) -> str:
    return f"{yuan:+,.2f}" if yuan else money(yuan)


def _allowance(found: Settling, lang: Lang) -> list[Text | Grid]:
    """过渡安置费 by rate; none where the policy or the day of vacating gives none."""
    if not found.allowance or found.vacated_on is None:
        return []
    until = day_in_words(found.stopped_on, lang) if found.stopped_on else BLANK
    code = "settlement.allowance" if found.stopped_on else "settlement.allowance_runs"
    said = sentence(code, lang, vacated=day_in_words(found.vacated_on, lang), until=until)
    rows = [
        (
            sentence("settlement.overdue" if line.up_percent else "settlement.within", lang),
            str(line.months), exact(line.up_percent), money(line.monthly_yuan), money(line.amount_yuan),
        )
        for line in found.allowance
    ]  # fmt: skip
    months = sum(line.months for line in found.allowance)
    total = sum((line.amount_yuan for line in found.allowance), ZERO)
    rows.append((sentence("notice.total", lang), str(months), "", "", money(total)))
    grid = Grid(
        columns=columns(
            lang,
            ("settlement.column.span", 44, "l"),
            ("settlement.column.months", 22, "r"),
            ("settlement.column.up_percent", 26, "r"),
            ("settlement.column.monthly", 30, "r"),
            ("statement.amount_yuan", 34, "r"),
        ),
        rows=tuple(rows),
        total=True,
        whole=True,
        name="allowance",
    )
    return [Text(text=said, style="plain", name="allowance_said"), grid]


def _sums(found: Settling, lang: Lang) -> Grid:
    rows = [
        (sentence(f"settlement.sum.{name}", lang), _signed(yuan), capital(yuan)) for name, yuan in found.sums.items()
    ]
    balance = found.balance_yuan
    label = sentence("settlement.office_pays" if balance < 0 else "settlement.household_pays", lang)
    rows.append((label, money(abs(balance)), capital(abs(balance))))
    heads = columns(
        lang,
        ("statement.column.sum", 58, "l"),
        ("statement.amount_yuan", 28, "r"),
        ("statement.column.capital", 70, "l"),
    )
    return Grid(columns=heads, rows=tuple(rows), total=True, whole=True, name="sums")


# -- worksheets ---------------------------------------------------------------------------------------------------


def settlement_sheets(found: Sequence[Settling], round_: Round, occasion: Occasion) -> tuple[Sheet, Sheet]:
    """The settlements as worksheets: one row a household with its sums, and all lines of both statements."""
    lang = occasion.lang
    said = example_note(round_, lang)
    title = f"{sentence('settlement.title', lang)}　{round_.head.title}"
    notes = (said,) if said else ()
    return _summary(found, title, notes, lang), _all_lines(found, title, notes, lang)


def _summary(found: Sequence[Settling], title: str, notes: tuple[str, ...], lang: Lang) -> Sheet:
    names = list(dict.fromkeys(name for one in found for name in one.sums))
    rows = tuple(
        (
            one.household.household_id, one.household.name, one.settled.forecast.allocated_m2,
            sum((home.measured_m2 for home in one.homes), ZERO), one.settled.forecast.price_yuan,
            *(one.sums.get(name, ZERO) for name in names), one.balance_yuan,
        )
        for one in found
    )  # fmt: skip
    return Sheet(
        name=sentence("statement.sheet.summary", lang),
        title=title,
        notes=notes,
        columns=sheet_columns(
            lang,
            ("notice.column.household_id", "text", 14),
            ("notice.column.name", "text", 12),
            ("settlement.column.forecast_m2", "area", 11),
            ("settlement.column.measured_m2", "area", 11),
            ("settlement.column.forecast_yuan", "money", 15),
            *((f"settlement.sum.{name}", "money", 15) for name in names),
            ("settlement.balance", "money", 15),
        ),
        rows=rows,
        total=(
            sentence("notice.total", lang),
            None,
            *(sum(column, ZERO) for column in list(zip(*rows, strict=True))[2:]),
        ),
    )


def _all_lines(found: Sequence[Settling], title: str, notes: tuple[str, ...], lang: Lang) -> Sheet:
    rows = []
    for one in found:
        where = addresses([home.unit for home in one.homes], lang)
        for number, (before, after) in enumerate(paired(one), 1):
            line = after or before
            if line is not None:
                rows.append(
                    (
                        one.household.household_id, one.household.name, number, item_in_words(line, lang),
                        where.get(line.unit_id) or None, line.price_yuan_per_m2,
                        before.area_m2 if before else None, before.amount_yuan if before else ZERO,
                        after.area_m2 if after else None, after.amount_yuan if after else ZERO,
                    )
                )  # fmt: skip
    return Sheet(
        name=sentence("statement.sheet.lines", lang),
        title=title,
        notes=notes,
        columns=sheet_columns(
            lang,
            ("notice.column.household_id", "text", 14),
            ("notice.column.name", "text", 12),
            ("statement.column.number", "whole", 6),
            ("statement.item", "text", 26),
            ("notice.column.home", "text", 22),
            ("statement.price_yuan_per_m2", "price", 14),
            ("settlement.column.forecast_m2", "area", 12),
            ("settlement.column.forecast_yuan", "money", 16),
            ("settlement.column.measured_m2", "area", 12),
            ("settlement.column.measured_yuan", "money", 16),
        ),
        rows=tuple(rows),
    )
