"""One cell of a clerk's table into a value: dates as they are really written, decimals without floats, IDs as text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from allocation.columns import CELL_LENGTH, EXTRA_LENGTH, Column, Kind
from allocation.schema import FLAG_WORDS, fold

Cell = str | int | float | bool | Decimal | date | datetime | time | timedelta | None

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"))
"""Marks nobody sees, pasted along from web pages and certificate windows; taken out silently."""
OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of reading: a name could be shown as another one."""
RUNS = "=+\\-@\t\r\n＝＋－＠"
"""For a pattern: what a text must not begin with where a spreadsheet opens it (ASVS 1.2.10), full-width forms too."""
ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
EXACT_WHOLE = 10**15
"""Excel keeps 15 digits; a longer number in a numeric cell has lost its end."""
SERIAL_ORIGIN = date(1899, 12, 30)
YEARS = (1900, 2100)
CENT = Decimal("0.01")

_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d{2}", re.IGNORECASE)
_WHOLE = re.compile(r"[+-]?\d{1,12}(\.0+)?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d{1,15}|\d{1,3}(,\d{3}){1,4})(\.\d{1,12})?", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日?)", re.ASCII)
_CLOCK = re.compile(r"(.+?)[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?", re.ASCII)


class Unreadable(Exception):
    """A cell that is not what its column asks for: the code of the sentence, and its values."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def shown(cell: Cell) -> str:
    """The text of a cell as a clerk would read it; whole floats without ``.0``, dates as ISO."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT_WHOLE:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell if isinstance(cell, str) else str(cell)


def blank(cell: Cell) -> bool:
    """Nothing in it, or only blanks and invisible marks. ``NA`` and ``null`` are names, not missing."""
    if cell is None:
        return True
    if not isinstance(cell, str):
        return False
    text = cell.strip()
    return not text or (not text.isprintable() and not text.translate(INVISIBLE).strip())


def read_cell(cell: Cell, column: Column) -> Any:
    """
    The value of ``cell`` in ``column``; None when it is blank.

    Raises
    ------
    Unreadable
        With a code of the section "tables and schema" in ``allocation.messages``.
    """
    if blank(cell):
        if column.required:
            raise Unreadable("cell.empty")
        return None
    if isinstance(cell, str) and cell.strip() in ERRORS:
        raise Unreadable("cell.error_value")
    return _READERS[column.kind](cell, column)


def read_extra(cell: Cell) -> str:
    """The text of a cell in a column that anju does not know; Unreadable for control marks or 2,000 characters."""
    return _clean(shown(cell).replace("\r\n", "\n"), EXTRA_LENGTH, allowed="\n\t")


def _clean(text: str, length: int = CELL_LENGTH, allowed: str = "") -> str:
    found = text.strip()
    if not found.isprintable():  # most are, and need no look at every character
        found = found.translate(INVISIBLE).strip()
        if any((unicodedata.category(c) == "Cc" and c not in allowed) or c in OVERRIDES for c in found):
            raise Unreadable("cell.control")
    if len(found) > length:
        raise Unreadable("cell.too_long", length=len(found), limit=length)
    return found


def _folded(cell: Cell) -> str:
    text = _clean(shown(cell))
    if text.isascii():
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFKC", text).replace("−", "-").split())


def _text(cell: Cell, column: Column) -> str:
    if isinstance(cell, date | time | timedelta):
        # "3-1" typed into a general cell has become the first of March
        raise Unreadable("cell.date_for_text")
    return _clean(shown(cell))


def _label(cell: Cell, column: Column) -> str:
    return unicodedata.normalize("NFKC", _text(cell, column))


def _id(cell: Cell, column: Column) -> str:
    if isinstance(cell, bool):
        raise Unreadable("cell.not_an_id")
    if isinstance(cell, int | float) and (cell != int(cell) or abs(cell) >= EXACT_WHOLE):
        raise Unreadable("cell.id_became_number")
    text = _text(cell, column)
    if _SCIENTIFIC.fullmatch(fold(text)) and ("." in text or "+" in text):
        raise Unreadable("cell.id_became_number")
    if "|" in fold(text):
        # the draw hashes "seed|household_id|class": a bar inside an ID would let two texts be one
        raise Unreadable("cell.id_bar")
    return text


def _resident(cell: Cell, column: Column) -> str:
    if not isinstance(cell, str):
        raise Unreadable("cell.id_became_number")
    text = fold(_clean(cell)).upper()
    if _SCIENTIFIC.fullmatch(text):
        raise Unreadable("cell.id_became_number")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", text):
        raise Unreadable("cell.resident_form")
    try:
        # the county table of the library is left out: it lacks codes that exist, and 81, 82, 83 permits
        ric.get_birth_date(text)
    except ValidationError:
        raise Unreadable("cell.resident_birth") from None
    if ric.calc_check_digit(text) != text[-1]:
        raise Unreadable("cell.resident_check")
    return text


def _whole(cell: Cell, column: Column) -> int:
    text = "" if isinstance(cell, bool | date | time | timedelta) else _folded(cell)
    if not _WHOLE.fullmatch(text):
        raise Unreadable("cell.not_whole")
    value = int(text.partition(".")[0])
    _within(Decimal(value), column)
    return value


def _decimal(cell: Cell, column: Column) -> Decimal:
    text = "" if isinstance(cell, bool | date | time | timedelta) else _folded(cell)
    if isinstance(cell, float):
        text = format(Decimal(repr(cell)), "f")
    if isinstance(cell, float) and abs(round(cell, 2) - cell) < 1e-9 * max(1.0, abs(cell)):
        # 85.3 kept by Excel as 85.30000000000001: the noise of binary, not a third decimal
        text = format(Decimal(repr(round(cell, 2))), "f")
    if not _DECIMAL.fullmatch(text):
        raise Unreadable("cell.not_a_number")
    value = Decimal(text.replace(",", ""))
    if value != value.quantize(CENT):
        raise Unreadable("cell.too_many_decimals")
    _within(value, column)
    return value.quantize(CENT)


def _within(value: Decimal, column: Column) -> None:
    if column.not_zero and value == 0:
        raise Unreadable("cell.zero")
    if column.low is not None and value < column.low:
        raise Unreadable("cell.too_small", low=format(column.low, "f"))
    if column.high is not None and value > column.high:
        raise Unreadable("cell.too_large", high=format(column.high, "f"))


def _date(cell: Cell, column: Column) -> date:
    return _moment(cell, column).date()


def _moment(cell: Cell, column: Column) -> datetime:
    if isinstance(cell, datetime):
        return _in_years(cell.replace(tzinfo=None, microsecond=0))
    if isinstance(cell, date):
        return _in_years(datetime.combine(cell, time()))
    if isinstance(cell, bool | time | timedelta):
        raise Unreadable("cell.not_a_date")
    text = _folded(cell)
    clock = time()
    if found := _CLOCK.fullmatch(text):
        text = found[1].strip()
        clock = _clock(*(int(part or 0) for part in found.groups()[1:]))
    if re.fullmatch(r"\d{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        # a date shown as its serial number: days since 30 December 1899; four digits would be a bare year
        return _in_years(datetime.combine(SERIAL_ORIGIN + timedelta(days=int(float(text))), clock))
    return _in_years(datetime.combine(_day(text.replace(" ", "")), clock))


def _day(text: str) -> date:
    found = _DATE.fullmatch(text)
    if not found:
        raise Unreadable("cell.not_a_date")
    year, _, *parts = found.groups()
    month, day = (int(part) for part in parts if part)
    try:
        return date(int(year), month, day)
    except ValueError:
        raise Unreadable("cell.no_such_date") from None


def _clock(hour: int, minute: int, second: int) -> time:
    try:
        return time(hour, minute, second)
    except ValueError:
        raise Unreadable("cell.no_such_date") from None


def _in_years(moment: datetime) -> datetime:
    low, high = YEARS
    if not low <= moment.year <= high:
        raise Unreadable("cell.date_far", low=low, high=high)
    return moment


def _flag(cell: Cell, column: Column) -> bool:
    text = _folded(cell).casefold()
    for value, words in FLAG_WORDS.items():
        if text in words:
            return value
    raise Unreadable("cell.not_a_word")


def _word(cell: Cell, column: Column) -> str:
    text = _folded(cell).casefold()
    for value, words in column.words.items():
        if text in (value, *words):
            return value
    raise Unreadable("cell.not_a_word")


def _note(cell: Cell, column: Column) -> str:
    return read_extra(cell)


_READERS: Mapping[Kind, Callable[[Cell, Column], Any]] = {
    "id": _id,
    "label": _label,
    "text": _text,
    "resident": _resident,
    "whole": _whole,
    "decimal": _decimal,
    "date": _date,
    "moment": _moment,
    "flag": _flag,
    "word": _word,
    "note": _note,
}
