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
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictInt, StrictStr

from allocation.messages import Fault, Faults
from allocation.rules import (
    Area,
    Count,
    Money,
    Percent,
    Price,
    Problem,
    Ratio,
    Rules,
    Share,
    Span,
    build,
    leaves,
    span_problems,
)


class PersonClass(Rules):
    """A class of persons with its own m², e.g. children beyond the quota."""

    name: StrictStr = Field(description="members.person_class · 人员类别，与 members 表一致")
    m2: Area = Field(description="m² a person of this class · 该类每人面积（m²）")


class ExtraHeads(Rules):
    """增计人口: heads beyond the persons, that count for the area."""

    when: Literal["declared", "only_child", "couple_without_child", "person_class"] = Field(
        description="declared (bonus_persons), only_child (each), couple_without_child, person_class (each) · 增计情形"
    )
    person_class: StrictStr = Field("", description="the class when = person_class asks for · 人员类别")
    heads: Count = Field(1, description="heads added each time · 每次增计人数")
    at_most: Count | None = Field(None, description="most heads this rule adds to a household · 每户最多增计")
    exclusive: StrictStr = Field("", description="of the rules with the same word only the largest counts · 互斥组")
    allowance: StrictBool = Field(False, description="counts for the transitional allowance too · 计入过渡安置费")

    def problems(self) -> Iterator[Problem]:
        if (self.when == "person_class") != bool(self.person_class):
            yield Problem("person_class", "policy.person_class_needed", self.person_class)


class HouseholdSize(Rules):
    """What a household of so many heads may take: a fixed area, or a floor and a cap."""

    heads: Span = Field(description="heads of the household, e.g. 3, 1-2 or 4- · 安置人口数")
    m2: Area | None = Field(None, description="fixed area, with base = sizes (m²) · 固定面积")
    floor_m2: Area | None = Field(None, description="at least so much (m²) · 下限")
    floor_m2_per_person: Area | None = Field(None, description="at least so much a head (m²) · 人均下限")
    cap_m2: Area | None = Field(None, description="at most so much (m²) · 上限")
    cap_m2_per_person: Area | None = Field(None, description="at most so much a head (m²) · 人均上限")


class Homestead(Rules):
    """By homestead area: ratio, and cash for what lies above a threshold."""

    ratio: Ratio = Field(description="m² of housing per m² of homestead · 宅基地折算比例")
    paid_above_m2: Area | None = Field(None, description="homestead above this is paid in cash (m²) · 超出部分货币补偿起点")
    paid_yuan_per_m2: Price = Field(Decimal(0), description="yuan per m² of that part · 超出部分补偿单价")


class Entitlement(Rules):
    """安置房分配指标: m² a household may take."""

    base: Literal["persons", "sizes", "homestead", "original", "compensation"] = Field(
        "persons", description="what the area is made from: heads × m², a table, homestead, 原面积, 补偿款 · 指标依据"
    )
    m2_per_person: Area = Field(Decimal(0), description="m² a head · 人均安置面积")
    classes: tuple[PersonClass, ...] = Field((), description="classes of persons with their own m² · 人员类别")
    extra: tuple[ExtraHeads, ...] = Field(
        (ExtraHeads(when="declared"),), description="extra heads; without the table bonus_persons count · 增计人口"
    )
    sizes: tuple[HouseholdSize, ...] = Field((), description="by household size · 按户规模")
    homestead: Homestead | None = Field(None, description="by homestead · 按宅基地")
    original_at_least: StrictBool = Field(
        False, description="never less than the recognised original area · 不低于认定原面积"
    )
    min_m2: Area | None = Field(None, description="least area of a household (m²) · 每户下限")
    max_m2: Area | None = Field(None, description="greatest area of a household (m²) · 每户上限")

    def problems(self) -> Iterator[Problem]:
        if self.base == "homestead" and self.homestead is None:
            yield Problem("homestead", "policy.needed", "", {"because": 'base = "homestead"'})
        if self.base == "sizes" and (not self.sizes or any(row.m2 is None for row in self.sizes)):
            yield Problem("sizes", "policy.needed", "", {"because": 'base = "sizes"'})
        if self.min_m2 is not None and self.max_m2 is not None and self.min_m2 > self.max_m2:
            yield Problem("max_m2", "policy.below", str(self.max_m2), {"least": self.min_m2})
        yield from span_problems("sizes", [row.heads for row in self.sizes])


class AreaBand(Rules):
    """How far a set of units may miss the entitlement, and how many units it may have."""

    under_m2: Area = Field(Decimal(0), description="at least entitlement − under_m2 · 允许少选（m²）")
    over_m2: Area = Field(Decimal(0), description="at most entitlement + over_m2 · 允许多选（m²）")
    max_units: Annotated[StrictInt, Field(ge=1, le=20)] = Field(4, description="most homes a household · 每户最多套数")


MARKS = ("standard", "original", "entitlement")
"""The areas of a household a band may end at, from the least to the greatest: see entitlement.Entitlement.marks."""


class Band(Rules):
    """
    One consecutive band of the household's total area.

    It ends at a mark (``up_to``), ``over_m2`` beyond the entitlement (then at ``at_least_m2`` of total area if that
    is more), or nowhere. It costs ``price``, the first band's price raised by ``up_percent``, ``market_times`` the
    market price, or is ``forbidden``.
    """

    up_to: Literal["standard", "original", "entitlement"] | None = Field(None, description="ends at · 分段止于")
    over_m2: Area | None = Field(None, description="ends so far beyond the entitlement (m²) · 超指标面积止点")
    at_least_m2: Area | None = Field(None, description="but not before this total area (m²) · 且不低于总面积")
    price: Price | None = Field(None, description="yuan per m² · 单价")
    up_percent: Percent | None = Field(None, description="the first band's price raised by so much · 上浮百分比")
    market_times: Ratio | None = Field(None, description="so many times the market price · 市场价倍数")
    forbidden: StrictBool = Field(False, description="no area may reach into this band · 不得进入")

    def problems(self) -> Iterator[Problem]:
        prices = [key for key in ("price", "up_percent", "market_times") if getattr(self, key) is not None]
        if len(prices) + self.forbidden != 1:
            yield Problem("price", "policy.band_one_price", ", ".join(prices + ["forbidden"] * self.forbidden))
        if self.up_to is not None and self.over_m2 is not None:
            yield Problem("over_m2", "policy.band_two_ends", str(self.over_m2))
        if self.at_least_m2 is not None and self.over_m2 is None:
            yield Problem("at_least_m2", "policy.needed_with", str(self.at_least_m2), {"key": "over_m2"})

    @property
    def open(self) -> bool:
        """Whether it takes all the rest."""
        return self.up_to is None and self.over_m2 is None


class Floors(Rules):
    """What a floor adds to (or takes from) the price of a m²; percent is of the first band's price."""

    unit: Literal["yuan", "percent"] = Field("yuan", description="what the figures are · 单位")
    table: dict[Span, Money] = Field(default_factory=dict, description="floor or floors → addition, text · 楼层差价表")
    per_storey: Money | None = Field(None, description="added for every storey from from_storey on · 每层增加")
    from_storey: Annotated[StrictInt, Field(ge=-5, le=200)] = Field(2, description="the first such storey · 起算楼层")
    top_floor: Money | None = Field(None, description="added on the top floor besides · 顶层另计")

    def problems(self) -> Iterator[Problem]:
        yield from span_problems("table", list(self.table))
        if self.table and self.per_storey is not None:
            yield Problem("per_storey", "policy.floors_two_ways", str(self.per_storey))


class Factors(Rules):
    """What an orientation or a layout adds to the price of a m²; ``*`` = every other one."""

    unit: Literal["yuan", "percent"] = Field("yuan", description="what the figures are · 单位")
    table: dict[StrictStr, Money] = Field(default_factory=dict, description="value → addition, text · 差价表")


class Accessory(Rules):
    """储藏室 or 车库/车位: its price, and how many a home may have."""

    price: Price = Field(description="yuan per m², or yuan each · 单价")
    per: Literal["m2", "each"] = Field("m2", description="what the price is for · 计价单位")
    per_home_max: Count = Field(1, description="at most so many a home · 每套最多")


class Fee(Rules):
    """A fee or deposit of every home."""

    name: StrictStr = Field(description="its name on the statement · 名称")
    yuan: Price = Field(description="yuan a home, or yuan per m² · 金额")
    per: Literal["home", "m2"] = Field("home", description="what it is for · 计费单位")
    deposit: StrictBool = Field(False, description="given back later · 押金")


class Leftover(Rules):
    """What is left of an entitlement: kept for a later round, paid out, or lapsed."""

    rule: Literal["lapsed", "later_round", "paid"] = Field("lapsed", description="结余指标处理方式 · what becomes of it")
    price: Price | None = Field(None, description="yuan per m² paid; without it market − first band's price · 货币结算单价")
    up_percent_by_units: dict[Span, Percent] = Field(
        default_factory=dict, description="homes taken → how much the payment is raised by · 按已选套数上浮"
    )

    def problems(self) -> Iterator[Problem]:
        yield from span_problems("up_percent_by_units", list(self.up_percent_by_units))


class Settlement(Rules):
    """结算: what the measured area changes (多退少补)."""

    rule: Literal["measured", "three_percent", "none"] = Field(
        "measured",
        description="measured: priced anew; three_percent: a home measured more than 3 % larger is charged 3 %, one "
        "more than 3 % smaller is refunded twice beyond 3 %; none · 实测面积结算方式",
    )


class Pricing(Rules):
    """房款计价."""

    bands: tuple[Band, ...] = Field((), description="consecutive bands of the total area · 分段价格")
    market_price: Price | None = Field(None, description="yuan per m² · 市场价")
    floors: Floors = Field(Floors(), description="by floor · 楼层差价")
    orientation: Factors = Field(Factors(), description="by orientation · 朝向差价")
    layout: Factors = Field(Factors(), description="by layout · 户型差价")
    storeroom: Accessory | None = Field(None, description="storerooms · 储藏室")
    garage: Accessory | None = Field(None, description="garages and parking · 车库车位")
    fees: tuple[Fee, ...] = Field((), description="fees and deposits of each home · 费用与押金")
    leftover: Leftover = Field(Leftover(), description="what is left of the entitlement · 结余指标")
    settlement: Settlement = Field(Settlement(), description="measured area · 实测结算")

    def problems(self) -> Iterator[Problem]:
        yield from self._band_problems()
        priced = self.market_price is not None
        for number, band in enumerate(self.bands, 1):
            if band.market_times is not None and not priced:
                yield Problem(f"bands.{number}.market_times", "policy.market_needed", str(band.market_times))
        if self.leftover.rule == "paid" and self.leftover.price is None and not (priced and self.bands):
            yield Problem("leftover.price", "policy.market_needed")

    def _band_problems(self) -> Iterator[Problem]:
        """Bands run upwards, the first is priced in yuan, the last and only the last takes all the rest."""
        reached = (-1, Decimal(0))
        for number, band in enumerate(self.bands, 1):
            key, last = f"bands.{number}", number == len(self.bands)
            if number == 1 and (band.up_percent is not None or band.forbidden):
                yield Problem(key, "policy.first_band_price")
            if band.open != last:
                yield Problem(key, "policy.last_band_open" if last else "policy.band_open_early")
            if band.forbidden and not last:
                yield Problem(f"{key}.forbidden", "policy.band_forbidden_early")
            if not band.open:
                ends = (len(MARKS), band.over_m2) if band.over_m2 is not None else (_mark(band), Decimal(0))
                if ends <= reached:
                    yield Problem(key, "policy.bands_order", str(band.over_m2 or band.up_to))
                reached = ends


def _mark(band: Band) -> int:
    return MARKS.index(band.up_to or "entitlement")


class Prepayment(Rules):
    """
    房款预缴: a share of the price, or yuan per m² demanded, paid by ``due_on``; neither = no gate.

    ``gates`` adds what must be paid before other steps (or the same); ``set_off`` says whether compensation set off
    against the price (抵扣) counts like cash.
    """

    share: Share | None = None
    per_m2: Money | None = None
    due_on: date | None = None
    set_off: bool = True
    gates: tuple[Gate, ...] = ()
    late: Late = Late()
    refund: Refund = Refund()

    @field_validator("share", "per_m2")
    @classmethod
    def _nothing_is_no_gate(cls, value: Decimal | None) -> Decimal | None:
        return value or None

    @model_validator(mode="after")
    def _one_measure(self) -> Prepayment:
        if self.share is not None and self.per_m2 is not None:
            raise PydanticCustomError("policy.prepayment.measure", "a prepayment takes either share or per_m2")
        return self


Calendar = Literal["natural", "working"]


class Period(Rules):
    """How long a document must stand; ``moves_on_holiday``: a last day on a weekend or holiday moves (民法典 §203)."""

    days: Annotated[int, Field(ge=0, le=3650)] = 7
    calendar: Calendar = "natural"
    moves_on_holiday: bool = False


class Publicity(Rules):
    """
    公示: the period each document must stand.

    In TOML a period is a number of days (``plan = 7``) or a table (``plan = { days = 10, calendar = "working" }``);
    ``calendar`` and ``moves_on_holiday`` of the section hold for every document that does not say its own. They are
    written into the periods and not kept beside them, so two spellings of one rule hash alike.
    ``restarts`` names, for a document, those whose period runs afresh when it is published anew.
    """

    calendar: Calendar = Field(default="natural", exclude=True)
    moves_on_holiday: bool = Field(default=False, exclude=True)
    demand: Period = Period()
    units: Period = Period()
    plan: Period = Period()
    result: Period = Period()
    restarts: dict[Document, tuple[Document, ...]] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _spell_out(cls, data: object) -> object:
        if not isinstance(data, Mapping):
            return data
        common = {key: data[key] for key in ("calendar", "moves_on_holiday") if key in data}
        if common.get("calendar", "natural") not in ("natural", "working"):
            del common["calendar"]  # named once, at the section, not again at each document
        if not isinstance(common.get("moves_on_holiday", False), bool):
            del common["moves_on_holiday"]
        spelled = dict(data)
        for document in ("demand", "units", "plan", "result"):
            period = data.get(document, {})
            if isinstance(period, int) and not isinstance(period, bool):
                period = {"days": period}
            spelled[document] = {**common, **period} if isinstance(period, Mapping) else period
        return spelled

    def period(self, document: Document) -> Period:
        """The period of one document."""
        periods = {"demand": self.demand, "units": self.units, "plan": self.plan, "result": self.result}
        return periods[document]


SimpleRule = Literal["signed_on", "signed_at", "handed_over_on", "draw", "given", "points"]


class CrossStep(Rules):
    """``count`` households of ``village``, then the next step."""

    village: Annotated[str, Field(min_length=1)]
    count: Annotated[int, Field(ge=1, le=1000)]


class Order(Rules):
    """
    选房顺序: how order numbers are made.

    ``rule``: ``signed_on`` by the day of signing, ``signed_at`` by its second, ``handed_over_on`` by the day the old
    house was handed over, ``given`` by order_no, ``points`` from the highest, each then as in a draw; ``draw``;
    ``phases``: phase 1, then 2, …; ``villages``: crossed as ``cross`` says, over and over, or in proportion to their
    households when it is empty; ``start_number``: upward by order_no from a start, wrapping to the smallest.

    ``within`` is the rule inside a phase or a village. ``start`` is the start drawn by hand; None = the public draw's
    first household gives it. ``priority_first`` puts priority_class before all of these.
    ``later_rounds``: in each round but the last a household takes one home; every entry adds a round in the same
    order, in reverse, drawn anew, or by a rule of its own.
    """

    rule: Literal[SimpleRule, "phases", "villages", "start_number"] = "draw"
    priority_first: bool = False
    within: SimpleRule = "draw"
    cross: tuple[CrossStep, ...] = ()
    start: Annotated[int, Field(ge=1)] | None = None
    later_rounds: tuple[Literal["same", "reverse", "redraw", SimpleRule], ...] = ()

    @model_validator(mode="after")
    def _keys_belong_to_the_rule(self) -> Order:
        belongs = {"within": ("phases", "villages"), "cross": ("villages",), "start": ("start_number",)}
        for key, rules in belongs.items():
            if getattr(self, key) != type(self).model_fields[key].default and self.rule not in rules:
                raise PydanticCustomError(
                    "policy.order.needless", "{key} says nothing with rule {rule}", {"key": key, "rule": self.rule}
                )
        return self


class SelectionDay(Rules):
    """
    选房日: how one household after the other chooses.

    Time in seconds. ``on_timeout``: ``pass`` = the next number goes and the home is free, ``assign`` = the best home
    left by the household's own choices is assigned. ``passed``, ``late`` and ``absent`` say where a household goes
    that let its time pass, came late in its own session, or missed it whole. Source of every shape: domain.md §5.3.
    """

    seconds: Annotated[int, Field(ge=10, le=86_400)] = 600
    extension_seconds: Annotated[int, Field(ge=0, le=86_400)] = 0
    extensions_max: Annotated[int, Field(ge=0, le=20)] = 0
    on_timeout: Literal["pass", "assign"] = "pass"
    calls: Annotated[int, Field(ge=1, le=20)] = 3
    passed: Literal["when_ready", "end_of_session", "void"] = "end_of_session"
    late: Literal["end_of_slot", "end_of_session", "end_of_day", "void"] = "end_of_session"
    absent: Literal["later_session", "day_of_arrival", "void"] = "later_session"
    written_request: bool = False
    households_a_session: Annotated[int, Field(ge=1)] | None = None
    agents: Literal["none", "written", "sealed"] = "written"
    companion_from_age: Annotated[int, Field(ge=0, le=120)] | None = None
    reserve_share: Share = Decimal(0)
    after_fault: Literal["void_after_fault", "keep_confirmed"] = "void_after_fault"

    @model_validator(mode="after")
    def _extensions_agree(self) -> SelectionDay:
        if (self.extension_seconds > 0) != (self.extensions_max > 0):
            raise PydanticCustomError(
                "policy.selection_day.extension", "extension_seconds and extensions_max go together"
            )
        return self


class Fairness(Rules):
    """The principle of the allocation."""

    principle: Literal["leximin", "rank_maximal", "utilitarian", "order"] = "leximin"
    per: Literal["household", "unit"] = "household"
    max_choices: Annotated[int, Field(ge=1, le=100)] = 5


class Access(Rules):
    """What meets an access need."""

    low_floor_max: int = 3


class AllowanceStep(Rules):
    """What an overdue transition raises the allowance by."""

    after_months: Count = Field(description="months overdue after which it holds · 逾期月数")
    up_percent: Percent = Field(description="raised by so much, 100 = doubled · 上浮百分比")


class Allowance(Rules):
    """过渡安置费: yuan a month until the household has its home."""

    per: Literal["person", "m2"] = Field("person", description="for each allowance head, or m² entitled · 计发单位")
    yuan: Price = Field(Decimal(0), description="yuan a month for each · 每月标准")
    min_m2: Area | None = Field(None, description="with per = m2, at least so many m² count · 最低计发面积")
    min_yuan: Price | None = Field(None, description="at least so many yuan a month and household · 每户每月最低")
    months: dict[StrictStr, Count] = Field(
        default_factory=dict, description="building type → months of the period; * = any other · 过渡期限（月）"
    )
    overdue: tuple[AllowanceStep, ...] = Field((), description="steps when the period is over · 逾期加发")
    until: Literal["pick", "hand_over"] = Field("hand_over", description="what stops it · 停发事由")
    months_after: Count = Field(0, description="months paid beyond that · 停发后续发月数")
    lump_months: Count = Field(0, description="months paid at once where cash is chosen instead · 一次性计发月数")

    def problems(self) -> Iterator[Problem]:
        steps = [step.after_months for step in self.overdue]
        if steps != sorted(set(steps)):
            yield Problem("overdue", "policy.steps_order", ", ".join(map(str, steps)))
        if self.overdue and not self.months:
            yield Problem("months", "policy.needed", "", {"because": "overdue"})


class Policy(Rules):
    """
    One district's rules.

    ``name`` and ``source`` say whose they are. ``sources`` traces single figures: dotted key (or the section above
    it) → where it was read. ``example`` = all values are invented; ``examples`` = the values below these keys are.
    """

    name: StrictStr = Field("", description="whose rules · 名称")
    source: StrictStr = Field("", description="the document they come from · 依据")
    example: StrictBool = Field(False, description="all values are invented · 全部为示例值")
    examples: tuple[StrictStr, ...] = Field((), description="keys whose values are invented · 示例值的键")
    sources: dict[StrictStr, StrictStr] = Field(default_factory=dict, description="key → source · 逐项出处")
    entitlement: Entitlement = Field(Entitlement(), description="安置房分配指标")
    area: AreaBand = Field(AreaBand(), description="可选面积范围")
    pricing: Pricing = Field(Pricing(), description="房款计价")
    prepayment: Prepayment = Field(Prepayment(), description="房款预缴")
    publicity: Publicity = Field(Publicity(), description="公示")
    order: Order = Field(Order(), description="选房顺序")
    fairness: Fairness = Field(Fairness(), description="分配原则")
    access: Access = Field(Access(), description="无障碍需求")
    allowance: Allowance = Field(Allowance(), description="过渡安置费")

    def problems(self) -> Iterator[Problem]:
        if self.entitlement.base == "compensation" and not (self.pricing.bands and self.pricing.bands[0].price):
            yield Problem("pricing.bands.1.price", "policy.needed", "", {"because": 'entitlement.base = "compensation"'})
        known = {key for leaf, _ in leaves(self) for key in _and_above(leaf)}
        for name, keys in (("sources", self.sources), ("examples", self.examples)):
            for key in keys:
                if key not in known:
                    yield Problem(name, "policy.no_such_key", key)

    def canonical(self) -> str:
        """The rules in force as JSON text: every key, sorted; exact numbers as text; no spaces."""
        return json.dumps(_plain(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

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
        many = "[]" if inner and get_origin(info.annotation) is tuple else ""
        if inner:
            yield from _keys(inner, f"{prefix}{name}{many}.")
        else:
            default = "" if info.is_required() else _plain_text(info.get_default(call_default_factory=True))
            yield f"{prefix}{name}", type_text(info.annotation), default, info.description or ""


def _and_above(key: str) -> list[str]:
    """A dotted key and the sections above it, nearest first."""
    parts = key.split(".")
    return [".".join(parts[:count]) for count in range(len(parts), 0, -1)]


def _plain(value: object) -> object:
    """A value as JSON has it; numbers that are equal become equal text."""
    if isinstance(value, Rules):
        return {name: _plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return format(value.normalize() + 0, "f")
    return value.isoformat() if isinstance(value, date) else value


def _syntax(message: str, place: str, text: str) -> Fault:
    """A syntax error of TOML with its line; without one in the message the file ended too early."""
    found = re.search(r"line (\d+)", message)
    line = int(found[1]) if found else text.count("\n") + 1
    return Fault(table="policy", code="policy.syntax", place=place, row=line, params={"message": message})
