"""
What a Word template of the office may name: for each document its texts, tables and pictures, and what they hold.

One table, from which templates are filled and checked, the shipped ones are made, and docs/notices.md lists them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ALL_TEXTS: Mapping[str, tuple[str, str]] = {
    "title": ("标题", "title"),
    "subtitle": ("批次名称", "the round"),
    "warning": ("示例值提示（没有时为空）", "the warning that figures are examples; blank without"),
    "seal": ("落款单位（盖章），没有时为空", "the office beside the seal; blank without"),
    "date": ("落款日期，没有时为空", "the day beside the seal; blank without"),
    "code": ("公开包指纹的二维码（没有公开包时为空）", "QR code of the bundle's fingerprint; blank without"),
    "root": ("公开包指纹，十六进制", "fingerprint of the bundle, hexadecimal"),
    "root_words": ("公开包指纹的二十四字", "the same in 24 characters"),
}
"""Names that every document has."""

OPENING = {"opening": ("开头", "opening")}
PERIOD = {
    "period": ("公示期限", "how long it stands"),
    "objections": ("如何提出异议", "how to object"),
}
OFFICE = {
    "office": ("受理单位", "office"),
    "office_phone": ("联系电话", "telephone"),
    "office_place": ("受理地点", "address"),
    "office_hours": ("受理时间", "hours"),
    "supervision_phone": ("监督电话", "supervision"),
}
CHECK = {"check": ("核对依据说明", "what it can be checked by")}
CHECKS = {"checks": ("name", "value")}
SIGN = {
    "sign_office": ("经办、审核签字处", "where the office signs"),
    "sign_household": ("安置户签字处", "where the household signs"),
}
FOUR = {"household": ("first", "second", "third", "fourth")}
CONTACT = {"contact": ("联系单位和电话", "office and telephone")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """
    Names of one document: ``texts`` name → what it is (Chinese, English); ``grids`` name → columns. ``optional``: texts
    and grids that some papers of the document do not have; ``lists``: texts that come several times.
    """

    texts: Mapping[str, tuple[str, str]]
    grids: Mapping[str, tuple[str, ...]]
    optional: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()


HOMES_OF_ALL = (
    "order", "name", "household_id", "village", "persons", "entitlement", "home", "layout", "area", "total_area",
)  # fmt: skip
HOMES_OF_ONE = ("number", "project", "home", "unit_id", "layout", "orientation", "area")
FACTS = {"facts": ("基本情况", "figures")}
LEFT_OUT = {"left_out_said": ("未参加情况说明", "who is left out")}

VOCABULARY: Mapping[str, Vocabulary] = {
    "demand": Vocabulary(
        texts=OPENING | FACTS | {"how": ("表中各栏的说明", "how to read the table")} | PERIOD | OFFICE | CHECK,
        grids=CHECKS
        | {
            "households": (
                "number", "household_id", "name", "village", "persons", "heads", "entitlement", "demand",
            )
        },
    ),
    "units": Vocabulary(
        texts=OPENING | FACTS | {"prices": ("房款计价说明", "how a price is made")} | PERIOD | OFFICE | CHECK,
        grids=CHECKS
        | {
            "units": (
                "number", "unit_id", "building", "entrance", "floor", "room", "layout", "orientation", "area", "price",
                "status",
            ),
            "bands": ("band", "band_price"),
        },
        optional=frozenset({"bands"}),
    ),
    "call": Vocabulary(
        texts=OPENING
        | {
            "selection_at": ("选房时间", "when"),
            "selection_place": ("选房地点", "where"),
            "facts": ("参加户数和房源套数", "households and homes"),
            "bring": ("所带材料", "what to bring"),
            "rule": ("选房规则，每条一段", "the rules, a paragraph each"),
            "order_rule": ("选房顺序的确定办法", "how the order is made"),
        }
        | OFFICE
        | CHECK,
        grids=CHECKS | {"order": ("order", "household_id", "name", "village", "entitlement", "session")},
        lists=frozenset({"rule"}),
    ),
    "plan": Vocabulary(
        texts=OPENING | FACTS | {"principle": ("分配原则", "principle")} | LEFT_OUT | PERIOD | OFFICE | CHECK,
        grids=CHECKS | {"homes": HOMES_OF_ALL, "left_out": ("left_out", "reasons")},
        optional=frozenset({"left_out"}),
    ),
    "result": Vocabulary(
        texts=OPENING | FACTS | LEFT_OUT | PERIOD | OFFICE | CHECK,
        grids=CHECKS | {"homes": HOMES_OF_ALL, "left_out": ("left_out", "reasons")},
        optional=frozenset({"left_out"}),
    ),
    "reply": Vocabulary(
        texts={
            "address": ("异议人", "who objected"),
            "outcome": ("处理结果", "outcome"),
            "reason": ("事实和理由", "reasons"),
            "remedy": ("救济途径", "remedies"),
        }
        | OPENING
        | CONTACT,
        grids={"objection": ("name", "value")},
    ),
    "statement": Vocabulary(
        texts={"rounding": ("计算说明", "how it is rounded")} | SIGN,
        grids=FOUR
        | {
            "lines": ("number", "item", "home", "area_m2", "price_yuan_per_m2", "amount_yuan"),
            "sums": ("sum", "amount_yuan", "capital"),
        },
    ),
    "confirmation": Vocabulary(
        texts=OPENING
        | {
            "area": ("套数、面积和指标", "homes, area, entitlement"),
            "stands": ("确认事项", "what is confirmed"),
            "sign_agent": ("代理人签字处", "where the agent signs"),
            "sign_witness": ("见证人签字处", "where the witness signs"),
        }
        | SIGN,
        grids=FOUR | {"homes": HOMES_OF_ONE},
    ),
    "settlement": Vocabulary(
        texts={
            "rule": ("结算规则", "the rule"),
            "allowance_said": ("过渡安置费起止", "from when to when the allowance runs"),
            "signs": ("正负号的含义", "what + and − mean"),
        }
        | SIGN,
        grids=FOUR
        | {
            "areas": ("home", "unit_id", "forecast_m2", "measured_m2", "difference_m2", "percent"),
            "lines": (
                "number", "item", "home", "price", "forecast_m2", "forecast_yuan", "measured_m2", "measured_yuan",
                "difference_yuan",
            ),
            "allowance": ("span", "months", "up_percent", "monthly", "amount_yuan"),
            "sums": ("sum", "amount_yuan", "capital"),
        },
        optional=frozenset({"allowance_said", "allowance"}),
    ),
    "handover": Vocabulary(
        texts={
            "address": ("安置户", "the household"),
            "balance": ("应补或应退的房款", "what is still to be paid or refunded"),
            "keys": ("领钥匙前须缴的款（没有时为空）", "what is paid before the keys; blank without"),
            "bring": ("所带材料", "what to bring"),
            "check": ("验房提示", "what to look at"),
        }
        | OPENING
        | CONTACT,
        grids={"homes": HOMES_OF_ONE},
        optional=frozenset({"keys"}),
    ),
}  # fmt: skip
OPTIONAL = frozenset({"warning", "seal", "date", "code", "root", "root_words"})
"""Names of every document that may be blank."""
TOTAL = "_total"
"""The last row of a table that adds it up is named after the table: ``homes_total``."""
