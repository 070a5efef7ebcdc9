"""How names, money, days and homes are written on papers of the office: masked, in capitals, in words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import cn2an

from allocation.messages import Lang, sentence
from allocation.paper import Align, Column, clean
from allocation.round import Round
from allocation.schema import Unit

BLANK = "_" * 12
DIGITS = "〇一二三四五六七八九"
STAR = "*"
LONG_DIGITS = re.compile(r"\d{7,}[Xx]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """
    When papers are issued and in which language; ``root`` is the fingerprint (64 hexadecimal digits) of the bundle they
    belong to and ``words`` the same in 24 characters, blank where there is none.
    """

    issued_on: date
    lang: Lang = "zh"
    root: str = ""
    words: str = ""


def mask(name: str) -> str:
    """
    A name as a notice shows it: the first character, a star for all that is hidden, the last one if there are three
    or more; nothing of a name of one character. Rare characters (𠮷) and those with a variation mark count as one.

    Source: spec §8 "Names are masked (王*明)".
    """
    signs: list[str] = []
    for c in clean(name).replace(" ", "").replace("\u3000", ""):
        if signs and unicodedata.category(c) in ("Mn", "Mc", "Me"):
            signs[-1] += c
        else:
            signs.append(c)
    if len(signs) < 2:
        return STAR
    return signs[0] + STAR + (signs[-1] if len(signs) > 2 else "")


def capital(amount_yuan: Decimal) -> str:
    """
    An amount in capitals as on cheques: 壹拾元整, 壹仟元伍角整, 零元整; a negative one begins with 负.

    cn2an leaves out 整 after 角, which banks write.

    Raises
    ------
    ValueError
        When the amount is finer than a fen.

    Source: 支付结算办法 (1997) annex 1; domain.md §3.2.
    """
    if amount_yuan != round(amount_yuan, 2):
        raise ValueError(f"{amount_yuan} yuan is finer than a fen")
    words = str(cn2an.an2cn(f"{abs(amount_yuan):.2f}", "rmb"))
    return ("负" if amount_yuan < 0 else "") + words + ("整" if words.endswith("角") else "")


def day_in_words(day: date, lang: Lang = "zh") -> str:
    """2021年5月28日"""
    return f"{day.year}年{day.month}月{day.day}日" if lang == "zh" else day.isoformat()


def day_in_characters(day: date, lang: Lang = "zh") -> str:
    """二〇二一年五月二十八日, as beside a seal."""
    if lang == "en":
        return day.isoformat()
    year = "".join(DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{numeral(day.month)}月{numeral(day.day)}日"


def numeral(number: int) -> str:
    """1–99 in characters: 二, 十, 十一, 二十八."""
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else DIGITS[tens]) + ("十" if tens else "") + (DIGITS[ones] if ones else "")


def moment_in_words(moment: datetime, lang: Lang = "zh") -> str:
    """2021年5月28日9时30分"""
    if lang == "en":
        return f"{moment:%Y-%m-%d %H:%M}"
    minutes = f"{moment.minute}分" if moment.minute else ""
    return f"{day_in_words(moment)}{moment.hour}时{minutes}"


def addresses(units: Sequence[Unit], lang: Lang = "zh") -> dict[str, str]:
    """
    unit_id → 5栋1单元702室; the project before it when the units lie in several, the unit_id behind it where two units
    would read the same.
    """
    several = len({unit.project for unit in units}) > 1
    plain = {unit.unit_id: (unit.project if several else "") + _address(unit, lang) for unit in units}
    times = Counter(plain.values())
    return {i: clean(text if times[text] == 1 else f"{text}（{i}）") for i, text in plain.items()}


def _address(unit: Unit, lang: Lang) -> str:
    if not unit.room:
        where = {"building": unit.building, "floor": unit.floor, "unit_id": unit.unit_id}
        return sentence("notice.address_without_room", lang, **where)
    if lang == "en":
        return "-".join(part for part in (unit.building, unit.entrance, unit.room) if part)
    named = ((unit.building, "栋"), (unit.entrance, "单元"), (unit.room, "室"))
    return "".join(part + (word if part.isascii() else "") for part, word in named if part)


def exact(price: Decimal) -> str:
    """A price per m² with two decimals, or with all it has: 1,500.00 · 1,234.5675."""
    return f"{price:,.2f}" if price == round(price, 2) else f"{price.normalize():,f}"


def money(amount: Decimal) -> str:
    """213,500.00"""
    return f"{amount:,.2f}"


def example_note(round_: Round, lang: Lang = "zh") -> str:
    """The sentence that says the policy's figures are examples; blank where they were all taken from somewhere."""
    if round_.policy.example:
        return sentence("notice.example", lang)
    return sentence("notice.partly_example", lang) if round_.policy.examples else ""


def private_numbers(round_: Round) -> frozenset[str]:
    """Every ID number and telephone of the roster."""
    households, members = round_.tables.households, round_.tables.members
    numbers = {number for h in households for number in (h.id_number, h.phone)} | {m.id_number for m in members}
    return frozenset(re.sub(r"[^0-9X]", "", number.upper()) for number in numbers if number)


def without_private(text: str, private: frozenset[str]) -> str:
    """The last guard: a number of the roster that strayed into another column (an ID number as 户编号) is hidden."""

    def hidden(found: re.Match[str]) -> str:
        number = found[0].upper()
        return STAR * 4 if number in private or number.rstrip("X") in private else found[0]

    return LONG_DIGITS.sub(hidden, text)


ALIGNS: dict[str, Align] = {"l": "left", "c": "center", "r": "right"}


def columns(lang: Lang, *wanted: tuple[str, int, str]) -> tuple[Column, ...]:
    """Columns of a grid from (code of the heading, width in mm, l c or r); a code that begins with . has no heading."""
    return tuple(
        Column(
            heading="" if code.startswith(".") else sentence(code, lang),
            width_mm=width,
            align=ALIGNS[align],
            name=code.rpartition(".")[2],
        )
        for code, width, align in wanted
    )
