"""A district's rules as data: a validated TOML file with a hash that every notice prints."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import Field, StrictBool, StrictInt, StrictStr

from allocation.messages import Fault, Faults
from allocation.procedure import Order, Prepayment, Publicity, SelectionDay
from allocation.rules import Problem, Rules, build, leaves, section_of
from allocation.tariff import Allowance, AreaBand, Entitlement, Pricing


class Fairness(Rules):
    """The principle of the allocation, over what it holds, and how many choices count."""

    principle: Literal["leximin", "rank_maximal", "utilitarian", "order"] = Field(
        default="leximin", description="see spec §6 · 分配原则"
    )
    per: Literal["household", "unit"] = Field(default="household", description="whose rank is an outcome · 按户或按套")
    max_choices: Annotated[StrictInt, Field(ge=1, le=100)] = Field(default=5, description="choices that count · 志愿数")


class Access(Rules):
    """What meets an access need."""

    low_floor_max: Annotated[StrictInt, Field(ge=-5, le=200)] = Field(
        default=3, description="the highest floor that is low · 低楼层上限"
    )


class Policy(Rules):
    """
    One district's rules.

    ``name`` and ``source`` say whose they are. ``sources`` traces single figures: dotted key (or the section above
    it) → where it was read. ``example`` = all values are invented; ``examples`` = the values below these keys are.
    """

    name: StrictStr = Field(default="", description="whose rules · 名称")
    source: StrictStr = Field(default="", description="the document they come from · 依据")
    example: StrictBool = Field(default=False, description="all values are invented · 全部为示例值")
    examples: tuple[StrictStr, ...] = Field(default=(), description="keys whose values are invented · 示例值的键")
    sources: dict[StrictStr, StrictStr] = Field(default_factory=dict, description="key → source · 逐项出处")
    entitlement: Entitlement = Field(default=Entitlement(), description="安置房分配指标")
    area: AreaBand = Field(default=AreaBand(), description="可选面积范围")
    pricing: Pricing = Field(default=Pricing(), description="房款计价")
    prepayment: Prepayment = Field(default=Prepayment(), description="房款预缴")
    publicity: Publicity = Field(default=Publicity(), description="公示")
    order: Order = Field(default=Order(), description="选房顺序")
    selection_day: SelectionDay = Field(default=SelectionDay(), description="选房日")
    fairness: Fairness = Field(default=Fairness(), description="分配原则")
    access: Access = Field(default=Access(), description="无障碍需求")
    allowance: Allowance = Field(default=Allowance(), description="过渡安置费")

    def problems(self) -> Iterator[Problem]:
        if self.entitlement.base == "compensation" and not (self.pricing.bands and self.pricing.bands[0].price):
            because = {"because": 'entitlement.base = "compensation"'}
            yield Problem("pricing.bands.1.price", "policy.needed", "", because)
        shares = [("prepayment.share", self.prepayment.share)]
        shares += [(f"prepayment.gates.{n}.share", gate.share) for n, gate in enumerate(self.prepayment.gates, 1)]
        for key, share in shares:
            if share and not self.pricing.bands:
                yield Problem(key, "policy.share_without_price", str(share))
        known = {key for leaf, _ in leaves(self) for key in _and_above(leaf)}
        for name, keys in (("sources", self.sources), ("examples", self.examples)):
            for key in keys:
                if key not in known:
                    yield Problem(name, "policy.no_such_key", key)

    def canonical(self) -> str:
        """The rules in force as JSON text: every key, sorted; exact numbers as text; no spaces."""
        return json.dumps(_plain(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def toml(self) -> str:
        """The rules in force as TOML, which ``load`` reads as the same policy."""
        rules = json.loads(self.canonical())
        return "".join(f"{_toml(key)} = {_toml(value)}\n" for key, value in rules.items() if value is not None)

    def fingerprint(self) -> str:
        """SHA-256 (hex) of ``canonical()``: two spellings of the same rules have the same one."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    def traced(self, key: str) -> str | None:
        """Where the value of a dotted key was read, ``example`` for an invented one, None when nobody says."""
        for above in _and_above(key):
            if above in self.sources:
                return self.sources[above]
        invented = self.example or any(above in self.examples for above in _and_above(key))
        return "example" if invented else None


def load(path: Path) -> Policy:
    """The policy of a TOML file. Faults: not readable, not UTF-8, not TOML (with its line), or as ``parse``."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        data = tomllib.loads(text)
    except OSError:
        raise Faults([Fault(table="policy", code="policy.unreadable", place=path.name)]) from None
    except UnicodeDecodeError:
        raise Faults([Fault(table="policy", code="policy.not_utf8", place=path.name)]) from None
    except tomllib.TOMLDecodeError as error:
        raise Faults([_syntax(str(error), path.name, text)]) from None
    return parse(data, path.name)


def parse(data: Mapping[str, Any], place: str) -> Policy:
    """
    A policy from a TOML table, e.g. the ``[policy]`` of a round's head; ``place`` is the file as the clerk sees it.

    Raises
    ------
    Faults
        Everything that is wrong at once: table ``policy``, the dotted key as column, the value found.
    """
    return build(Policy, data, place)


def policy_keys() -> list[tuple[str, str, str, str]]:
    """Every key a policy may have: dotted key (``[]`` = a list), type, default, meaning. For the handbook."""
    return list(_keys(Policy, ""))


def _keys(section: type[Rules], prefix: str) -> Iterator[tuple[str, str, str, str]]:
    for name, info in section.model_fields.items():
        inner = section_of(info.annotation)
        if inner:
            yield from _keys(inner, f"{prefix}{name}{'[]' if get_origin(info.annotation) is tuple else ''}.")
            continue
        default = "" if info.is_required() else json.dumps(_plain(info.get_default(call_default_factory=True)))
        money = "_money" in f"{info.annotation} {info.metadata}" and get_origin(info.annotation) is not dict
        kind = "yuan, as text" if money else _type(info.annotation)
        yield f"{prefix}{name}", kind, default, info.description or ""


def _type(annotation: object) -> str:
    """A type in the words of the handbook: the allowed words, or number, text, date …"""
    if get_origin(annotation) is Literal:
        return " | ".join(map(str, get_args(annotation)))
    if get_origin(annotation) in (tuple, dict):
        return "list" if get_origin(annotation) is tuple else "table"
    kinds = [_type(part) for part in get_args(annotation) if part is not type(None) and not hasattr(part, "metadata")]
    names = {"Decimal": "number", "int": "whole number", "str": "text", "bool": "true | false"}
    return kinds[0] if kinds else names.get(getattr(annotation, "__name__", ""), getattr(annotation, "__name__", ""))


def _and_above(key: str) -> list[str]:
    """A dotted key and the sections above it, nearest first."""
    parts = key.split(".")
    return [".".join(parts[:count]) for count in range(len(parts), 0, -1)]


def _plain(value: object) -> object:
    """A value as JSON has it; numbers that are equal become equal text."""
    if isinstance(value, Rules):
        fields = type(value).model_fields.items()
        return {name: _plain(getattr(value, name)) for name, info in fields if not info.exclude}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return format(value.normalize() + 0, "f")
    return value.isoformat() if isinstance(value, date) else value


def _toml(value: object) -> str:
    """A value of ``canonical`` in TOML; what is None is left out."""
    if isinstance(value, dict):
        inside = ", ".join(f"{_toml(key)} = {_toml(item)}" for key, item in value.items() if item is not None)
        return f"{{ {inside} }}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _syntax(message: str, place: str, text: str) -> Fault:
    """A syntax error of TOML with its line; without one in the message the file ended too early."""
    found = re.search(r"line (\d+)", message)
    line = int(found[1]) if found else text.count("\n") + 1
    return Fault(table="policy", code="policy.syntax", place=place, row=line, params={"message": message})
