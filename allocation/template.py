"""
The empty workbook a clerk fills in (模板): a sheet for every table with Chinese headings, drop-downs and formats, and
two sheets of explanations. Everything in it comes from the schema, so it cannot differ from what is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from allocation.columns import Column, Table
from allocation.messages import sentence
from allocation.schema import FLAG_WORDS, HEAD, TABLES
from allocation.writers import CREATED, OPTIONS, atomic

ROWS = 5000
"""Rows below the heading that have drop-downs and limits; further rows are read all the same."""
FIRST_DAY, LAST_DAY = date(1900, 1, 2), date(2100, 12, 31)
HEADING = {"bold": True, "num_format": "@", "bottom": 1, "text_wrap": True, "valign": "top"}
BOX = {"border": 1, "border_color": "#BFBFBF"}
FORMATS: Mapping[str, Mapping[str, object]] = {
    "heading": {**HEADING, "bg_color": "#E7E6E6"},
    "required": {**HEADING, "bg_color": "#F8CBAD"},
    "title": {"bold": True, "font_size": 16},
    "wrapped": {"text_wrap": True, "valign": "top", "num_format": "@"},
    "boxed": {**BOX, "text_wrap": True, "valign": "top", "num_format": "@"},
    "fill in": {**BOX, "num_format": "@"},
    "fill in date": {**BOX, "num_format": "yyyy-mm-dd", "align": "left"},
    "grey": {"font_color": "#7F7F7F", "num_format": "@"},
    "text": {"num_format": "@"},
    "date": {"num_format": "yyyy-mm-dd"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm"},
    "decimal": {"num_format": "0.00"},
    "whole": {"num_format": "0"},
}  # fmt: skip
SHOWN_AS = {"date": "date", "moment": "moment", "decimal": "decimal", "whole": "whole"}
"""Kinds of columns that are no text; every other is formatted as text, so that no ID loses a digit or a zero."""
WIDTHS = {"note": 36, "resident": 22, "moment": 18, "id": 15, "text": 14, "label": 12}

EXAMPLES: Mapping[str, Mapping[str, object]] = {
    "round": {
        "id": "示例-2021-1", "title": "示例小区第一批选房", "as_of": date(2021, 5, 28),
        "seed": "双色球 03 07 12 19 25 31 + 08", "freeze_on": date(2019, 1, 1), "projects": "示例小区",
        "policy": "policy.toml", "office": "示例街道安置办", "office_phone": "010-1000", "office_place": "街道办",
        "office_hours": "工作日 9:00—17:00", "supervision_phone": "010-1001",
        "selection_at": datetime.fromisoformat("2021-05-28T09:00"), "selection_place": "示例小区会所",
        "handover_on": date(2021, 12, 1), "handover_place": "示例小区物业",
    },
    "households": {
        "household_id": "H001", "name": "王示例", "village": "东村一组", "persons": 1, "signed_on": date(2020, 3, 5),
        "id_number": "990001198001010019", "phone": "010-2000", "bonus_persons": 0, "access_need": "无", "order_no": 1,
        "together": "甲", "priority_class": 1, "signed_at": datetime.fromisoformat("2020-03-05T09:30"),
        "handed_over_on": date(2020, 6, 1), "original_area_m2": "180.50", "homestead_m2": "160.00",
        "compensation_yuan": "350000.00", "points": "86.5", "phase": 1,
    },
    "members": {
        "household_id": "H001", "name": "王示例", "relation": "户主", "birth_date": date(1980, 1, 1),
        "id_number": "990001198001010019", "only_child": "否", "disabled": "否", "counted": "是",
        "person_class": "一般", "joined_on": date(1980, 1, 10),
    },
    "units": {
        "unit_id": "SL01-1-0302", "project": "示例小区", "building": "1栋", "floor": 3, "layout": "100",
        "area_m2": "99.80", "entrance": "1", "room": "302", "orientation": "南", "step_free": "是",
        "construction": "政府建设", "status": "可分配", "base_price": "1500.00", "floors_in_building": 18,
    },
    "demand": {"household_id": "H001", "layout": "100", "count": 1},
    "choices": {
        "household_id": "H001", "choice": 1, "project": "示例小区", "building": "1栋", "entrance": "1", "floor_min": 2,
        "floor_max": 6, "layout": "100", "orientation": "南", "unit_id": "SL01-1-0302",
    },
    "payments": {
        "receipt_no": "SJ-0001", "household_id": "H001", "paid_on": date(2021, 5, 1), "amount": "90000.00",
        "kind": "现金",
    },
    "publications": {
        "document": "安置需求", "published_on": date(2021, 5, 10), "days": 7, "withdrawn_on": date(2021, 5, 12),
    },
    "objections": {
        "objection_id": "YY-01", "document": "安置需求", "filed_on": date(2021, 5, 11), "subject": "H001",
        "resolved_on": date(2021, 5, 13), "outcome": "经复核，人口属实，异议不成立",
        "reason": "户口簿、出生证明",
    },
    "measured": {
        "unit_id": "SL01-1-0302", "measured_m2": "100.15", "handed_over_on": date(2021, 12, 1),
        "building_type": "高层",
    },
    "allowances": {
        "voucher_no": "GD-0001", "household_id": "H001", "paid_on": date(2020, 7, 1), "amount": "1800.00",
    },
    "survey": {
        "name": "王示例", "id_number": "990001198001010019", "birth_date": date(1980, 1, 1), "household_id": "H001",
        "village": "东村一组",
    },
    "resettled": {
        "name": "李示例", "id_number": "990001198202020029", "birth_date": date(1982, 2, 2), "project": "旧安置小区",
        "resettled_on": date(2012, 9, 1),
    },
    "officers": {
        "name": "张示例", "officer": "张示例", "relation": "本人", "id_number": "990001197503030039",
        "phone": "010-3000", "post": "街道安置办 科员",
    },
    "exceptions": {
        "code": "person.joined_late", "subject": "H001", "mark": "1a2b3c4d", "found": "由系统写出",
        "reason": "婚入，有结婚证", "approver": "赵示例", "decided_on": date(2021, 5, 20),
    },
}  # fmt: skip
"""An invented row for every table; together they make a round that is read without fault."""
BY_KIND: Mapping[str, object] = {
    "id": "A001", "label": "甲", "text": "文字", "note": "文字", "resident": "990001198001010019", "whole": 1,
    "decimal": "1.00", "date": date(2021, 5, 28), "moment": datetime.fromisoformat("2021-05-28T09:30"), "flag": "是",
}  # fmt: skip
"""What stands in where a column has no example of its own."""


def write_template(path: Path) -> None:
    """Write the empty workbook; the same bytes each time. Raises OSError when the file cannot be written."""
    atomic(path, _write)


def _write(path: Path) -> None:
    book = xlsxwriter.Workbook(path, OPTIONS)
    book.set_properties({"created": CREATED})
    formats = {name: book.add_format(dict(look)) for name, look in FORMATS.items()}
    _how_to(book, formats)
    _head(book, formats)
    for table in TABLES:
        _sheet(book, table, formats)
    _explanations(book, formats)
    book.close()


def _how_to(book: Any, formats: Mapping[str, Any]) -> None:
    page = book.add_worksheet(sentence("template.how"))
    page.set_column(0, 0, 90, formats["wrapped"])
    page.write_string(0, 0, sentence("template.title"), formats["title"])
    for row, line in enumerate(sentence("template.steps").splitlines(), 2):
        page.set_row(row, _height([line], [90]))
        page.write_string(row, 0, line, formats["wrapped"])
    page.hide_gridlines(2)
    _for_print(page)


def _head(book: Any, formats: Mapping[str, Any]) -> None:
    """The round's own data: a key a row, its value beside it."""
    page = book.add_worksheet(HEAD.titles[0])
    page.set_column(0, 0, 20, formats["text"])
    page.set_column(1, 1, 44, formats["text"])
    page.set_column(2, 2, 60)
    page.set_tab_color("#C55A11")
    for row, column in enumerate(HEAD.columns):
        look = formats["required" if column.required else "heading"]
        page.write_string(row, 0, _heading(column), look)
        page.write_blank(row, 1, None, formats["fill in date" if column.kind == "date" else "fill in"])
        page.write_string(row, 2, sentence(f"column.{HEAD.name}.{column.name}"), formats["grey"])
        page.write_comment(row, 0, _comment(HEAD, column), {"x_scale": 2.4, "y_scale": 1.2})
        if column.kind == "date":
            page.data_validation(row, 1, row, 1, _limits(column))
    _for_print(page)


def _sheet(book: Any, table: Table, formats: Mapping[str, Any]) -> None:
    page = book.add_worksheet(table.titles[0])
    page.freeze_panes(1, 1)
    page.set_tab_color("#808080" if table.optional else "#C55A11")
    page.set_row(0, 34)
    for at, column in enumerate(table.columns):
        width = max(WIDTHS.get(column.kind, 12), 2 * len(column.headings[0]) + 3)
        page.set_column(at, at, width, formats[SHOWN_AS.get(column.kind, "text")])
        page.write_string(0, at, _heading(column), formats["required" if column.required else "heading"])
        page.write_comment(0, at, _comment(table, column), {"x_scale": 2.4, "y_scale": 1.2})
        if limits := _limits(column):
            page.data_validation(1, at, ROWS, at, limits)
    _for_print(page)
    page.repeat_rows(0)


def _explanations(book: Any, formats: Mapping[str, Any]) -> None:
    """Every column of every table: what it is, whether it is required, its form, an example."""
    page = book.add_worksheet(sentence("template.columns"))
    widths = (24, 18, 6, 46, 42, 26)
    for at, width in enumerate(widths):
        page.set_column(at, at, width)
    for at, heading in enumerate(sentence("template.columns.headings").split("|")):
        page.write_string(0, at, heading, formats["heading"])
    page.freeze_panes(1, 0)
    row = 1
    for table in (HEAD, *TABLES):
        optional = sentence("template.optional") if table.optional else ""
        for column in table.columns:
            cells = (
                table.titles[0] + optional,
                column.headings[0],
                "★" if column.required else "",
                sentence(f"column.{table.name}.{column.name}"),
                column.expected[0],
                example(table, column),
            )
            page.set_row(row, _height(cells, widths))
            for at, text in enumerate(cells):
                page.write_string(row, at, text, formats["boxed"])
            row += 1
    _for_print(page)
    page.repeat_rows(0)


def example(table: Table, column: Column) -> str:
    """The example of a column as a clerk types it."""
    words = next(iter(column.words.values()), ("",))[0]
    value = EXAMPLES.get(table.name, {}).get(column.name, BY_KIND.get(column.kind, words))
    return value.strftime("%Y-%m-%d %H:%M").removesuffix(" 00:00") if isinstance(value, date) else str(value)


def _heading(column: Column) -> str:
    """The Chinese heading; a star before it where the column is required, which is read over."""
    return ("★" if column.required else "") + column.headings[0]


def _comment(table: Table, column: Column) -> str:
    lines = [sentence(f"column.{table.name}.{column.name}"), column.expected[0]]
    return "\n".join([*lines, sentence("template.example", value=example(table, column))])


def _limits(column: Column) -> dict[str, Any] | None:
    """What Excel lets into a cell: a word of a list, a number in its limits, a date, 18 signs; None = anything."""
    told = {
        "error_title": column.headings[0],
        "error_message": _short(sentence("template.wrong", expected=column.expected[0])),
    }
    if column.kind == "word":
        return {"validate": "list", "source": [words[0] for words in column.words.values()], **told}
    if column.kind == "flag":
        return {"validate": "list", "source": [words[0] for words in FLAG_WORDS.values()], **told}
    if column.kind in ("whole", "decimal") and column.low is not None and column.high is not None:
        validate = "integer" if column.kind == "whole" else "decimal"
        limits = {"minimum": float(column.low), "maximum": float(column.high)}
        return {"validate": validate, "criteria": "between", **limits, **told}
    if column.kind in ("date", "moment"):
        return {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY, **told}
    if column.kind == "resident":
        return {"validate": "length", "criteria": "==", "value": 18, **told}
    return None


def _height(texts: Sequence[str], widths: Sequence[int]) -> float:
    """Points a row needs for its wrapped texts, a Chinese character two letters wide: not every program fits rows."""
    signs = (sum(1 + (c > "\u2e7f") for c in text) for text in texts)
    return 16.0 * max(-(-count // (width - 2)) for count, width in zip(signs, widths, strict=True))


def _short(text: str, most: int = 200) -> str:
    """Excel takes no more than 255 characters of an error message."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _for_print(page: Any) -> None:
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
