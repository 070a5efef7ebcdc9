"""How a policy is checked: the types of its values, faults across keys, and every fault told at once, by dotted key."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    StringConstraints,
    ValidationError,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from allocation.messages import Fault, Faults

RANGE = re.compile(r"(-?\d+)(?:(-)(-?\d+)?)?")
"""``3`` · ``2-6`` · ``7-`` (7 and more) · ``-1`` (a basement)."""


def _number(value: object) -> Decimal:
    """An exact number; a TOML float is taken by its shortest text, which is what the file says."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise PydanticCustomError("policy.number", "not a number")
    try:
        return Decimal(repr(value) if isinstance(value, float) else value)
    except InvalidOperation:
        raise PydanticCustomError("policy.number", "not a number") from None


def _money(value: object) -> Decimal:
    """Exact yuan: text, never a binary fraction."""
    if isinstance(value, Decimal):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"[+-]?\d+(\.\d{1,2})?", value):
        raise PydanticCustomError("policy.money", "not money")
    return Decimal(value)


def _day(value: object) -> object:
    """A date or its ISO text; a bare number is no date."""
    if isinstance(value, date) or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value)):
        return value
    raise PydanticCustomError("policy.day", "not a day")


Money = Annotated[Decimal, BeforeValidator(_money), Field(max_digits=14, decimal_places=2)]
"""Yuan, written as text in TOML (``"1500.00"``), exact to the fen."""
Price = Annotated[Money, Field(ge=0)]
Area = Annotated[Decimal, BeforeValidator(_number), Field(max_digits=12, decimal_places=2, ge=0)]
"""m², exact to 0.01."""
Share = Annotated[Decimal, BeforeValidator(_number), Field(ge=0, le=1)]
Percent = Annotated[Decimal, BeforeValidator(_number), Field(ge=-100, le=1000, decimal_places=4)]
Ratio = Annotated[Decimal, BeforeValidator(_number), Field(gt=0, le=100, decimal_places=4)]
Day = Annotated[date, BeforeValidator(_day)]
Count = Annotated[StrictInt, Field(ge=0, le=10_000)]
Span = Annotated[StrictStr, StringConstraints(pattern=f"^{RANGE.pattern}$")]
"""Whole numbers from … to …: see RANGE."""


class Problem(NamedTuple):
    """A fault that only several keys together show: the key below the section, the code, the value found."""

    key: str
    code: str
    value: str = ""
    params: Mapping[str, object] = {}


class Rules(BaseModel):
    """Base of every section: frozen, unknown keys refused; ``problems`` yields what no single key can show."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def problems(self) -> Iterator[Problem]:
        """Faults across the keys of this section; sections inside it are asked by themselves."""
        yield from ()


def span(text: str) -> tuple[int, int | None]:
    """The first and last whole number of a Span; None = no last one. ValueError when it is none."""
    found = RANGE.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no range of whole numbers")
    first = int(found[1])
    if not found[2]:
        return first, first
    return first, int(found[3]) if found[3] else None


def span_of(number: int, texts: Iterable[str]) -> str | None:
    """Which of the spans holds ``number``; None = none does."""
    for text in texts:
        first, last = span(text)
        if first <= number and (last is None or number <= last):
            return text
    return None


def span_problems(key: str, texts: Iterable[str]) -> Iterator[Problem]:
    """Spans must run upwards, not overlap, and leave no number out between the first and the last."""
    spans = sorted((span(text)[0], text) for text in texts)
    before: int | None = None
    for index, (first, text) in enumerate(spans):
        last = span(text)[1]
        if last is not None and last < first:
            yield Problem(key, "policy.span_backwards", text)
        elif index and (before is None or first <= before):
            yield Problem(key, "policy.span_overlap", text, {"other": spans[index - 1][1]})
        elif index and before is not None and first > before + 1 and (before, first) != (-1, 1):
            yield Problem(key, "policy.span_gap", text, {"first": before + 1, "last": first - 1})
        before = last


R = TypeVar("R", bound=Rules)
SIMPLE = {
    "missing": "policy.missing",
    "finite_number": "policy.number",
    "int_type": "policy.whole",
    "bool_type": "policy.true_false",
    "string_type": "policy.text",
    "string_pattern_mismatch": "policy.span",
    "date_parsing": "policy.day",
    "date_from_datetime_parsing": "policy.day",
    "date_from_datetime_inexact": "policy.day",
    "model_type": "policy.section",
    "dict_type": "policy.section",
    "tuple_type": "policy.list",
    "decimal_max_digits": "policy.too_large",
    "decimal_whole_digits": "policy.too_large",
    "int_parsing_size": "policy.too_large",
}
"""pydantic's error types that need no figures → our codes."""
LIMITS = {
    "greater_than_equal": ("policy.least", "ge"),
    "greater_than": ("policy.more_than", "gt"),
    "less_than_equal": ("policy.greatest", "le"),
    "decimal_max_places": ("policy.decimals", "decimal_places"),
}
"""pydantic's error types with one figure → our code, and the figure's name in pydantic's context."""


def build(model: type[R], data: Mapping[str, Any], place: str) -> R:
    """
    ``data`` as a ``model``, or all that is wrong with it.

    Sections that are well formed are checked across their keys even where others are not.

    Raises
    ------
    Faults
        Of table ``policy``, at ``place``; the column is the dotted key, entries of a list counted from 1.
    """
    try:
        value = model.model_validate(dict(data))
    except ValidationError as error:
        faults = [_fault(model, details, place) for details in error.errors()]
        bad = {details["loc"][0] for details in error.errors()}
        sound = model.model_validate({key: part for key, part in data.items() if key not in bad})
        problems = [p for p in _walk(sound) if p.key.partition(".")[0] in data]
        raise Faults([*faults, *(_told(p, place) for p in problems)]) from None
    if faults := [_told(problem, place) for problem in _walk(value)]:
        raise Faults(faults)
    return value


def leaves(value: object, prefix: str = "") -> Iterator[tuple[str, object]]:
    """Dotted key and value of everything below a section, a table or a list; entries of a list count from 1."""
    if isinstance(value, Rules):
        value = {name: getattr(value, name) for name in type(value).model_fields}
    elif isinstance(value, tuple | list):
        value = {str(number): item for number, item in enumerate(value, 1)}
    if not isinstance(value, Mapping):
        yield prefix, value
        return
    for name, item in value.items():
        yield from leaves(item, f"{prefix}.{name}" if prefix else str(name))


def _walk(value: object, prefix: str = "") -> Iterator[Problem]:
    """The problems of a section and of all sections inside it, keys made whole."""
    if isinstance(value, tuple):
        for number, item in enumerate(value, 1):
            yield from _walk(item, f"{prefix}{number}.")
    if isinstance(value, Rules):
        for problem in value.problems():
            yield problem._replace(key=prefix + problem.key)
        for name in type(value).model_fields:
            yield from _walk(getattr(value, name), f"{prefix}{name}.")


def _told(problem: Problem, place: str) -> Fault:
    return Fault(
        table="policy", code=problem.code, place=place, column=problem.key, value=problem.value, params=problem.params
    )


def _fault(model: type[Rules], details: ErrorDetails, place: str) -> Fault:
    """One error of pydantic in our words."""
    loc = [part for part in details["loc"] if part != "[key]"]
    column = ".".join(str(part + 1) if isinstance(part, int) else part for part in loc)
    kind, context = details["type"], details.get("ctx", {})
    params: dict[str, object] = {}
    if kind == "extra_forbidden":
        code, params = "policy.unknown_key", {"known": _near(model, loc)}
    elif kind == "literal_error":
        code, params = "policy.choice", {"known": " | ".join(re.findall("'([^']*)'", str(context["expected"])))}
    elif kind in LIMITS:
        code, name = LIMITS[kind]
        params = {"limit": context[name]}
    else:
        code = kind if kind.startswith("policy.") else SIMPLE.get(kind, "policy.invalid")
    return Fault(table="policy", code=code, place=place, column=column, value=_text(details["input"]), params=params)


def _near(model: type[Rules], loc: list[int | str]) -> str:
    """The keys a section has: the one that looks like the unknown key, otherwise all."""
    section = model
    for part in loc[:-1]:
        if isinstance(part, str) and (inner := section_of(section.model_fields[part].annotation)):
            section = inner
    names = sorted(section.model_fields)
    return " | ".join(difflib.get_close_matches(str(loc[-1]), names, 1) or names)


def section_of(annotation: object) -> type[Rules] | None:
    """The section an annotation holds: itself, optional, or in a list."""
    if isinstance(annotation, type) and issubclass(annotation, Rules):
        return annotation
    found = (section_of(part) for part in getattr(annotation, "__args__", ()))
    return next((section for section in found if section), None)


def _text(value: object) -> str:
    """A value as its file spells it, near enough to be found again."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{…}"
    if isinstance(value, list | tuple):
        return "[…]"
    return str(value)
