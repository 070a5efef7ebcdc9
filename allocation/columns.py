"""Columns of tables, whatever the table: headings, how a cell is read, its limits, what a fault says was expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal

Kind = Literal["id", "label", "text", "resident", "whole", "decimal", "date", "moment", "flag", "word", "note"]
"""
How a cell is read. ``id``: text for ever, spelling kept; ``label``: text compared in choices, full-width forms folded;
``text``: free; ``resident``: an 18-digit resident identity number; ``decimal``: exact, two places (m² or yuan);
``moment``: date with time of day; ``flag``: yes or no; ``word``: one of ``words``; ``note``: free and long.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: ``headings`` Chinese, the first is written; limits inclusive; ``words`` code → Chinese aliases."""

    name: str
    headings: tuple[str, ...]
    kind: Kind
    required: bool = False
    low: Decimal | None = None
    high: Decimal | None = None
    not_zero: bool = False
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    expected: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: ``titles`` Chinese names of file or sheet, first = the one we write; ``filled``: needs rows."""

    name: str
    titles: tuple[str, ...]
    row: type[Any]
    columns: tuple[Column, ...]
    optional: bool = False
    filled: bool = False

    def column(self, name: str) -> Column | None:
        """The column called ``name``, or None."""
        return next((column for column in self.columns if column.name == name), None)


CONSTRUCTION_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"government": ("政府建设", "政府", "统建"), "joint_self_built": ("联合自建", "联建")}
)
SHORT_TEXT = ("不超过 200 个字的文字", "text of at most 200 characters")
LONG_TEXT = ("不超过 2000 个字的文字", "text of at most 2,000 characters")
ID_TEXT = ("文本格式的编号，例如 H001", "an ID as text, such as H001")
RESIDENT = (
    "18 位居民身份证号，以文本格式填写",
    "an 18-character resident identity number, entered as text",
)
DATE = ("日期，例如 2021-05-28", "a date such as 2021-05-28")
MOMENT = ("日期和时间，例如 2021-05-28 09:30", "a date and time such as 2021-05-28 09:30")
FLAG = ("“是”或“否”", '"yes" or "no" (是/否)')
AREA = ("平方米数，最多两位小数，例如 120.50", "square metres with at most two decimals, such as 120.50")
YUAN = ("元数，最多两位小数，例如 90000.00", "yuan with at most two decimals, such as 90000.00")
WHOLE = ("整数，例如 3", "a whole number such as 3")
POINTS = ("最多两位小数的数，例如 86.5", "a number with at most two decimals, such as 86.5")

CELL_LENGTH = 200
EXTRA_LENGTH = 2000


def id_column(name: str, *headings: str, required: bool = False) -> Column:
    """An ID."""
    return Column(name=name, headings=headings, kind="id", required=required, expected=ID_TEXT)


def label_column(name: str, *headings: str, required: bool = False) -> Column:
    """A text that is compared."""
    return Column(name=name, headings=headings, kind="label", required=required, expected=SHORT_TEXT)


def text_column(name: str, *headings: str, required: bool = False) -> Column:
    """A free text."""
    return Column(name=name, headings=headings, kind="text", required=required, expected=SHORT_TEXT)


def resident_column(name: str, *headings: str) -> Column:
    """A resident identity number."""
    return Column(name=name, headings=headings, kind="resident", expected=RESIDENT)


def date_column(name: str, *headings: str, required: bool = False) -> Column:
    """A day."""
    return Column(name=name, headings=headings, kind="date", required=required, expected=DATE)


def flag_column(name: str, *headings: str) -> Column:
    """Yes or no."""
    return Column(name=name, headings=headings, kind="flag", expected=FLAG)


def whole_column(
    name: str, *headings: str, low: int, high: int, required: bool = False, not_zero: bool = False
) -> Column:
    """A whole number, limits inclusive."""
    return Column(
        name=name,
        headings=headings,
        kind="whole",
        required=required,
        low=Decimal(low),
        high=Decimal(high),
        not_zero=not_zero,
        expected=WHOLE,
    )


def decimal_column(
    name: str,
    *headings: str,
    low: str,
    high: str,
    expected: tuple[str, str] = YUAN,
    required: bool = False,
    not_zero: bool = False,
) -> Column:
    """An exact number of two decimals, limits inclusive."""
    return Column(
        name=name,
        headings=headings,
        kind="decimal",
        required=required,
        low=Decimal(low),
        high=Decimal(high),
        not_zero=not_zero,
        expected=expected,
    )


def word_column(name: str, *headings: str, words: Mapping[str, tuple[str, ...]], required: bool = False) -> Column:
    """One of a few words: code → Chinese aliases."""
    chinese = "、".join(f"“{aliases[0]}”" for aliases in words.values())
    english = ", ".join(words)
    return Column(
        name=name,
        headings=headings,
        kind="word",
        required=required,
        words=words,
        expected=(f"以下之一：{chinese}（{english}）", f"one of {english} ({chinese})"),
    )


HOUSEHOLD_ID = id_column("household_id", "安置户编号", "户编号", "户号", "安置协议编号", "协议编号", required=True)
LAYOUT = ("户型", "套型", "居室类型")
PROJECT = ("安置小区", "小区", "项目", "房源项目", "楼房区域")
VILLAGE = ("村组", "村", "村民小组", "所在村组")
"""The column and the headings that many tables share."""
