"""
The statements (房款结算单) as papers and worksheets: private slips, each for one household's eyes.

Source: domain.md §6.3 (items 8, 9), §3.2 (capital amounts), §4 (多退少补).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from allocation.allocate import Allocation, homes_of
from allocation.messages import Lang, sentence
from allocation.paper import Code, Grid, Paper, Text, clean
from allocation.prepayment import balance_on
from allocation.pricing import StatementLine
from allocation.round import Round
from allocation.schema import Household, Payment, Unit
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
from allocation.workbook import CellKind, Sheet, SheetColumn

FOUR = ((".first", 32, "c"), (".second", 50, "c"), (".third", 32, "c"), (".fourth", 42, "c"))
"""Columns of what is said of a household: two pairs of a name and its value in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLine:
    """A line of a statement in words; areas in m², money in yuan."""

    number: int
    item: str
    home: str
    unit_id: str
    area_m2: Decimal | None
    price_yuan_per_m2: Decimal | None
    amount_yuan: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdStatement:
    """
    房款结算单 of one household, for its own eyes: the name is whole.

    ``prepaid_yuan`` is what counts for the prepayment gate; ``later_yuan`` what was received (+) or given back (−)
    besides by the day of the round. ``balance_yuan`` = price − both: positive is still to be paid, negative refunded.
    """

    household: Household
    order_no: int
    units: tuple[Unit, ...]
    homes: tuple[str, ...]
    entitlement_m2: Decimal
    allocated_m2: Decimal
    lines: tuple[PrintedLine, ...]
    price_yuan: Decimal
    prepaid_yuan: Decimal
    later_yuan: Decimal
    balance_yuan: Decimal


def household_statements(allocation: Allocation, lang: Lang = "zh") -> tuple[HouseholdStatement, ...]:
    """The statement of every household that got homes, sorted by household_id."""
    round_, own = allocation.round, homes_of(allocation.homes)
    units = {unit.unit_id: unit for unit in round_.units}
    received: dict[str, list[Payment]] = {}
    for payment in round_.tables.payments:
        received.setdefault(payment.household_id, []).append(payment)
    return tuple(
        _printed(
            allocation,
            household,
            tuple(units[home.unit_id] for home in own[household.household_id]),
            received.get(household.household_id, []),
            lang,
        )
        for household in sorted(round_.households, key=lambda h: h.household_id)
        if household.household_id in own
    )


def household_statement(allocation: Allocation, household_id: str, lang: Lang = "zh") -> HouseholdStatement:
    """
    The statement of one household.

    Raises
    ------
    KeyError
        When the household got no home.
    """
    mine = tuple(home for home in allocation.homes if home.household_id == household_id)
    if not mine:
        raise KeyError(household_id)
    return household_statements(replace(allocation, homes=mine), lang)[0]


def _printed(
    allocation: Allocation, household: Household, units: tuple[Unit, ...], payments: Iterable[Payment], lang: Lang
) -> HouseholdStatement:
    round_, found = allocation.round, allocation.statements[household.household_id]
    where = addresses(units, lang)
    received = balance_on(payments, round_.head.as_of)
    prepaid = round_.paid[household.household_id]
    return HouseholdStatement(
        household=household,
        order_no=round_.order[household.household_id],
        units=units,
        homes=tuple(where[unit.unit_id] for unit in units),
        entitlement_m2=found.entitlement_m2,
        allocated_m2=found.allocated_m2,
        lines=tuple(
            PrintedLine(
                number=number,
                item=item_in_words(line, lang),
                home=where.get(line.unit_id, ""),
                unit_id=line.unit_id,
                area_m2=line.area_m2,
                price_yuan_per_m2=line.price_yuan_per_m2,
                amount_yuan=line.amount_yuan,
            )
            for number, line in enumerate(found.lines, 1)
        ),
        price_yuan=found.price_yuan,
        prepaid_yuan=prepaid,
        later_yuan=received - prepaid,
        balance_yuan=found.price_yuan - received,
    )


def item_in_words(line: StatementLine, lang: Lang = "zh") -> str:
    """What a line is for: 第 1 档房款, 楼层差价（17 层）, 污水入网费."""
    details = {"band": line.band, **line.params}
    code = f"statement.item.{line.item}"
    if line.item in ("fee", "deposit"):
        return clean(str(details["name"]))
    item = sentence(code, lang)
    if line.band is not None:
        return sentence("statement.numbered", lang, item=item, number=line.band)
    detail = str(details.get(line.item, ""))
    if line.item in ("floor", "top_floor"):
        detail = sentence("statement.floor", lang, floor=details["floor"])
    return sentence("statement.detailed", lang, item=item, detail=detail) if detail else item


def statement_paper(found: HouseholdStatement, round_: Round, occasion: Occasion) -> Paper:
    """房款结算单 as a page: who, which homes, every line, totals with capitals, places to sign."""
    lang = occasion.lang
    lines = [_line_cells(line) for line in found.lines]
    lines.append(("", sentence("statement.price", lang), "", f"{found.allocated_m2:.2f}", "", money(found.price_yuan)))
    blocks: list[Text | Grid | Code] = [
        *warning(round_, lang),
        _household_grid(found, lang),
        Grid(
            columns=columns(
                lang,
                ("statement.column.number", 11, "c"),
                ("statement.item", 45, "l"),
                ("notice.column.home", 34, "c"),
                ("statement.area_m2", 18, "r"),
                ("statement.price_yuan_per_m2", 22, "r"),
                ("statement.amount_yuan", 26, "r"),
            ),
            rows=tuple(lines),
            total=True,
            name="lines",
        ),
        _sums_grid(found, round_, lang),
        Text(text=sentence("statement.rounding", lang), style="plain", name="rounding"),
        *signatures(lang, "office", "household"),
        *fingerprint(occasion),
    ]
    return Paper(
        title=sentence("statement.title", lang),
        subtitle=round_.head.title,
        blocks=tuple(blocks),
        lang=lang,
        key=found.household.household_id,
    )


def warning(round_: Round, lang: Lang) -> list[Text]:
    """The sentence that says the policy's figures are examples; none where they are not."""
    said = example_note(round_, lang)
    return [Text(text=said, style="warning", name="warning")] if said else []


def signatures(lang: Lang, *who: str) -> list[Text]:
    """Places to sign and date, one line each."""
    return [
        Text(text=sentence(f"statement.sign.{one}", lang, blank=BLANK), style="plain", name=f"sign_{one}")
        for one in who
    ]


def fingerprint(occasion: Occasion) -> list[Code]:
    """The fingerprint of the bundle the slip belongs to; none where there is no bundle."""
    if not occasion.root:
        return []
    said = [sentence("notice.root", occasion.lang), " ".join(re.findall(".{16}", occasion.root))]
    if occasion.words:
        said += [sentence("notice.root_words", occasion.lang), occasion.words]
    return [Code(data=occasion.root, lines=tuple(said))]


def _line_cells(line: PrintedLine) -> tuple[str, ...]:
    area = "" if line.area_m2 is None else f"{line.area_m2:.2f}"
    price = "" if line.price_yuan_per_m2 is None else exact(line.price_yuan_per_m2)
    return (str(line.number), line.item, line.home, area, price, money(line.amount_yuan))


def _household_grid(found: HouseholdStatement, lang: Lang) -> Grid:
    household = found.household
    pairs = (
        ("household_id", household.household_id),
        ("name", household.name),
        ("village", household.village),
        ("persons", str(household.persons)),
        ("order", str(found.order_no)),
        ("entitlement", f"{found.entitlement_m2:.2f}"),
    )
    cells = [cell for name, value in pairs for cell in (sentence(f"notice.column.{name}", lang), value)]
    rows = [tuple(cells[start : start + 4]) for start in (0, 4, 8)]
    for number, (home, unit) in enumerate(zip(found.homes, found.units, strict=True), 1):
        said = sentence("statement.home", lang, layout=unit.layout, area=f"{unit.area_m2:.2f}")
        rows.append((sentence("statement.home_number", lang, number=number), home, unit.unit_id, said))
    return Grid(columns=columns(lang, *FOUR), rows=tuple(rows), name="household")


def _sums_grid(found: HouseholdStatement, round_: Round, lang: Lang) -> Grid:
    """Price, what was received, what is still to be paid or refunded: in figures and capitals."""
    refund = found.balance_yuan < 0
    sums = [("statement.price", found.price_yuan), ("statement.prepaid", found.prepaid_yuan)]
    if found.later_yuan:
        sums.append(("statement.later", found.later_yuan))
    sums.append(("statement.refund" if refund else "statement.due", abs(found.balance_yuan)))
    as_of = day_in_words(round_.head.as_of, lang)
    rows = tuple((sentence(code, lang, as_of=as_of), money(yuan), capital(yuan)) for code, yuan in sums)
    heads = columns(
        lang,
        ("statement.column.sum", 46, "l"),
        ("statement.amount_yuan", 30, "r"),
        ("statement.column.capital", 80, "l"),
    )
    return Grid(columns=heads, rows=rows, total=True, whole=True, name="sums")


def statement_sheets(statements: Sequence[HouseholdStatement], round_: Round, lang: Lang = "zh") -> tuple[Sheet, Sheet]:
    """The statements as worksheets: one row a household with totals, and all their lines."""
    said = example_note(round_, lang)
    title = f"{sentence('statement.title', lang)}　{round_.head.title}"
    notes = (said,) if said else ()
    return _summary_sheet(statements, title, notes, lang), _lines_sheet(statements, title, notes, lang)


def sheet_columns(lang: Lang, *columns: tuple[str, CellKind, int]) -> tuple[SheetColumn, ...]:
    return tuple(SheetColumn(heading=sentence(code, lang), kind=kind, width=width) for code, kind, width in columns)


def _summary_sheet(statements: Sequence[HouseholdStatement], title: str, notes: tuple[str, ...], lang: Lang) -> Sheet:
    separator = "、" if lang == "zh" else ", "
    rows = tuple(
        (
            s.household.household_id, s.household.name, s.order_no, s.household.village, s.household.persons,
            len(s.units), separator.join(s.homes), s.entitlement_m2, s.allocated_m2,
            s.price_yuan, s.prepaid_yuan, s.later_yuan, s.balance_yuan,
        )
        for s in statements
    )  # fmt: skip
    zero = Decimal("0.00")
    return Sheet(
        name=sentence("statement.sheet.summary", lang),
        title=title,
        notes=notes,
        columns=sheet_columns(
            lang,
            ("notice.column.household_id", "text", 14),
            ("notice.column.name", "text", 12),
            ("notice.column.order", "whole", 8),
            ("notice.column.village", "text", 14),
            ("notice.column.persons", "whole", 8),
            ("statement.column.homes", "whole", 6),
            ("notice.column.home", "text", 50),
            ("notice.column.entitlement", "area", 11),
            ("notice.column.total_area", "area", 11),
            ("statement.price", "money", 15),
            ("statement.prepaid", "money", 15),
            ("statement.column.later", "money", 13),
            ("statement.balance", "money", 15),
        ),
        rows=rows,
        total=(
            sentence("notice.total", lang), None, None, None, sum(s.household.persons for s in statements),
            sum(len(s.units) for s in statements), None,
            sum((s.entitlement_m2 for s in statements), zero), sum((s.allocated_m2 for s in statements), zero),
            sum((s.price_yuan for s in statements), zero), sum((s.prepaid_yuan for s in statements), zero),
            sum((s.later_yuan for s in statements), zero), sum((s.balance_yuan for s in statements), zero),
        ),
    )  # fmt: skip


def _lines_sheet(statements: Sequence[HouseholdStatement], title: str, notes: tuple[str, ...], lang: Lang) -> Sheet:
    rows = tuple(
        (
            s.household.household_id, s.household.name, line.number, line.item, line.home or None,
            line.unit_id or None, line.area_m2, line.price_yuan_per_m2, line.amount_yuan,
        )
        for s in statements
        for line in s.lines
    )  # fmt: skip
    total = sum((line.amount_yuan for s in statements for line in s.lines), Decimal("0.00"))
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
            ("statement.unit_id", "text", 16),
            ("statement.area_m2", "area", 12),
            ("statement.price_yuan_per_m2", "price", 14),
            ("statement.amount_yuan", "money", 16),
        ),
        rows=rows,
        total=(sentence("notice.total", lang), *(None,) * 7, total),
    )
