"""What a household may take and what it costs: the sections entitlement, area, pricing and allowance of a policy."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, StrictStr

from allocation.rules import Area, Count, Money, Percent, Price, Problem, Ratio, Rules, Span, span_problems


class PersonClass(Rules):
    """A class of persons with its own m², e.g. children beyond the quota."""

    name: StrictStr = Field(description="members.person_class · 人员类别，与 members 表一致")
    m2: Area = Field(description="m² a person of this class · 该类每人面积（m²）")
    over_m2_max: Area | None = Field(
        default=None,
        description="a household with such a person may exceed it by so much · 该户超面积上限",
    )


class ExtraHeads(Rules):
    """增计人口: heads beyond the persons, that count for the area."""

    when: Literal["declared", "only_child", "couple_without_child", "person_class"] = Field(
        description="declared (bonus_persons), only_child (each), couple_without_child, person_class (each) · 增计情形"
    )
    person_class: StrictStr = Field(default="", description="the class when = person_class asks for · 人员类别")
    heads: Count = Field(default=1, description="heads added each time · 每次增计人数")
    at_most: Count | None = Field(default=None, description="most heads this rule adds to a household · 每户最多增计")
    exclusive: StrictStr = Field(
        default="", description="of the rules with the same word only the largest counts · 互斥组"
    )
    allowance: StrictBool = Field(
        default=False, description="counts for the transitional allowance too · 计入过渡安置费"
    )

    def problems(self) -> Iterator[Problem]:
        if (self.when == "person_class") != bool(self.person_class):
            yield Problem("person_class", "policy.person_class_needed", self.person_class)


class HouseholdSize(Rules):
    """What a household of so many heads may take: a fixed area, or a floor and a cap."""

    heads: Span = Field(description="heads of the household, e.g. 3, 1-2 or 4- · 安置人口数")
    m2: Area | None = Field(default=None, description="fixed area, with base = sizes (m²) · 固定面积")
    floor_m2: Area | None = Field(default=None, description="at least so much (m²) · 下限")
    floor_m2_per_person: Area | None = Field(default=None, description="at least so much a head (m²) · 人均下限")
    cap_m2: Area | None = Field(default=None, description="at most so much (m²) · 上限")
    cap_m2_per_person: Area | None = Field(default=None, description="at most so much a head (m²) · 人均上限")


class Homestead(Rules):
    """By homestead area: ratio, and cash for what lies above a threshold."""

    ratio: Ratio = Field(description="m² of housing per m² of homestead · 宅基地折算比例")
    paid_above_m2: Area | None = Field(
        default=None, description="homestead above it is paid in cash (m²) · 货币补偿起点"
    )
    paid_yuan_per_m2: Price = Field(default=Decimal(0), description="yuan per m² of that part · 超出部分补偿单价")


class Entitlement(Rules):
    """安置房分配指标: m² a household may take."""

    base: Literal["persons", "sizes", "homestead", "original", "compensation"] = Field(
        default="persons",
        description="what the area is made from: heads × m², a table, homestead, 原面积, 补偿款 · 指标依据",
    )
    m2_per_person: Area = Field(default=Decimal(0), description="m² a head · 人均安置面积")
    classes: tuple[PersonClass, ...] = Field(default=(), description="classes of persons with their own m² · 人员类别")
    extra: tuple[ExtraHeads, ...] = Field(
        default=(ExtraHeads(when="declared"),),
        description="extra heads; without the table bonus_persons count · 增计人口",
    )
    sizes: tuple[HouseholdSize, ...] = Field(default=(), description="by household size · 按户规模")
    homestead: Homestead | None = Field(default=None, description="by homestead · 按宅基地")
    original_at_least: StrictBool = Field(
        default=False, description="never less than the recognised original area · 不低于认定原面积"
    )
    min_m2: Area | None = Field(default=None, description="least area of a household (m²) · 每户下限")
    max_m2: Area | None = Field(default=None, description="greatest area of a household (m²) · 每户上限")

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

    under_m2: Area = Field(default=Decimal(0), description="at least entitlement − under_m2 · 允许少选（m²）")
    over_m2: Area = Field(default=Decimal(0), description="at most entitlement + over_m2 · 允许多选（m²）")
    max_units: Annotated[StrictInt, Field(ge=1, le=20)] = Field(
        default=4, description="most homes a household · 每户最多套数"
    )


MARKS = ("standard", "original", "entitlement")
"""The areas of a household a band may end at, from the least to the greatest: see entitlement.Entitlement.marks."""


class Band(Rules):
    """
    One consecutive band of the household's total area.

    It ends at a mark (``up_to``), ``over_m2`` beyond the entitlement (then at ``at_least_m2`` of total area if that
    is more), or nowhere. It costs ``price``, the first band's price raised by ``up_percent``, ``market_times`` the
    market price, or is ``forbidden``. The last band takes all the rest: only where it is the only one, one price for
    everything, may it name an end, which then says nothing.
    """

    up_to: Literal["standard", "original", "entitlement"] | None = Field(default=None, description="ends at · 分段止于")
    over_m2: Area | None = Field(default=None, description="ends so far beyond the entitlement (m²) · 超指标面积止点")
    at_least_m2: Area | None = Field(default=None, description="but not before this total area (m²) · 且不低于总面积")
    price: Price | None = Field(default=None, description="yuan per m² · 单价")
    up_percent: Percent | None = Field(
        default=None, description="the first band's price raised by so much · 上浮百分比"
    )
    market_times: Ratio | None = Field(default=None, description="so many times the market price · 市场价倍数")
    forbidden: StrictBool = Field(default=False, description="no area may reach into this band · 不得进入")

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

    unit: Literal["yuan", "percent"] = Field(default="yuan", description="what the figures are · 单位")
    table: dict[Span, Money] = Field(default_factory=dict, description="floor or floors → addition, text · 楼层差价表")
    per_storey: Money | None = Field(default=None, description="added for every storey from from_storey on · 每层增加")
    from_storey: Annotated[StrictInt, Field(ge=-5, le=200)] = Field(
        default=2, description="the first such storey · 起算楼层"
    )
    top_floor: Money | None = Field(default=None, description="added on the top floor besides · 顶层另计")

    def problems(self) -> Iterator[Problem]:
        yield from span_problems("table", list(self.table))
        if self.table and self.per_storey is not None:
            yield Problem("per_storey", "policy.floors_two_ways", str(self.per_storey))


class Factors(Rules):
    """What an orientation or a layout adds to the price of a m²; ``*`` = every other one."""

    unit: Literal["yuan", "percent"] = Field(default="yuan", description="what the figures are · 单位")
    table: dict[StrictStr, Money] = Field(default_factory=dict, description="value → addition, text · 差价表")


class Accessory(Rules):
    """储藏室 or 车库/车位: its price, and how many a home may have."""

    price: Price = Field(description="yuan per m², or yuan each · 单价")
    per: Literal["m2", "each"] = Field(default="m2", description="what the price is for · 计价单位")
    per_home_max: Count = Field(default=1, description="at most so many a home · 每套最多")
    per_household_max: Count | None = Field(default=None, description="at most so many a household · 每户最多")


class Fee(Rules):
    """A fee or deposit of every home."""

    name: StrictStr = Field(description="its name on the statement · 名称")
    yuan: Price = Field(description="yuan a home, or yuan per m² · 金额")
    per: Literal["home", "m2"] = Field(default="home", description="what it is for · 计费单位")
    deposit: StrictBool = Field(default=False, description="given back later · 押金")


class Leftover(Rules):
    """What is left of an entitlement: kept for a later round, paid out, or lapsed."""

    rule: Literal["lapsed", "later_round", "paid"] = Field(
        default="lapsed", description="what becomes of it · 结余指标处理"
    )
    price: Price | None = Field(
        default=None, description="yuan per m²; without it market − first band's price · 结算单价"
    )
    up_percent_by_units: dict[Span, Percent] = Field(
        default_factory=dict, description="homes taken → how much the payment is raised by · 按已选套数上浮"
    )

    def problems(self) -> Iterator[Problem]:
        yield from span_problems("up_percent_by_units", list(self.up_percent_by_units))


class Settlement(Rules):
    """结算: what the measured area changes (多退少补)."""

    rule: Literal["measured", "three_percent", "none"] = Field(
        default="measured",
        description="measured: priced anew; three_percent: a home measured more than 3 % larger is charged 3 %, one "
        "more than 3 % smaller is refunded twice beyond 3 %; none · 实测面积结算方式",
    )


class Pricing(Rules):
    """房款计价."""

    bands: tuple[Band, ...] = Field(default=(), description="consecutive bands of the total area · 分段价格")
    market_price: Price | None = Field(default=None, description="yuan per m² · 市场价")
    floors: Floors = Field(default=Floors(), description="by floor · 楼层差价")
    orientation: Factors = Field(default=Factors(), description="by orientation · 朝向差价")
    layout: Factors = Field(default=Factors(), description="by layout · 户型差价")
    storeroom: Accessory | None = Field(default=None, description="storerooms · 储藏室")
    garage: Accessory | None = Field(default=None, description="garages and parking · 车库车位")
    fees: tuple[Fee, ...] = Field(default=(), description="fees and deposits of each home · 费用与押金")
    leftover: Leftover = Field(default=Leftover(), description="what is left of the entitlement · 结余指标")
    settlement: Settlement = Field(default=Settlement(), description="measured area · 实测结算")

    def problems(self) -> Iterator[Problem]:
        yield from self._band_problems()
        priced = self.market_price is not None
        for number, band in enumerate(self.bands, 1):
            if band.market_times is not None and not priced:
                yield Problem(f"bands.{number}.market_times", "policy.market_needed", str(band.market_times))
        if self.leftover.rule == "paid" and self.leftover.price is None and not (priced and self.bands):
            yield Problem("leftover.price", "policy.market_needed")

    def _band_problems(self) -> Iterator[Problem]:
        """Bands run upwards, the first is priced by itself, the last and only the last takes all the rest."""
        reached = (-1, Decimal(0))
        for number, band in enumerate(self.bands, 1):
            key, last = f"bands.{number}", number == len(self.bands)
            if number == 1 and band.price is None and band.market_times is None:
                yield Problem(key, "policy.first_band_price")
            if band.open and not last:
                yield Problem(key, "policy.band_open_early")
            if last and number > 1 and not band.open:
                yield Problem(key, "policy.last_band_open", str(band.over_m2 or band.up_to))
            if band.forbidden and not last:
                yield Problem(f"{key}.forbidden", "policy.band_forbidden_early", "true")
            if not band.open:
                ends = (len(MARKS), band.over_m2) if band.over_m2 is not None else (_mark(band), Decimal(0))
                if ends <= reached:
                    yield Problem(key, "policy.bands_order", str(band.over_m2 or band.up_to))
                reached = ends


def _mark(band: Band) -> int:
    return MARKS.index(band.up_to or "entitlement")


class AllowanceStep(Rules):
    """What an overdue transition raises the allowance by."""

    after_months: Count = Field(description="months overdue after which it holds · 逾期月数")
    up_percent: Percent = Field(description="raised by so much, 100 = doubled · 上浮百分比")


class Allowance(Rules):
    """过渡安置费: yuan a month until the household has its home."""

    per: Literal["person", "m2"] = Field(
        default="person", description="for each allowance head, or m² entitled · 计发单位"
    )
    yuan: Price = Field(default=Decimal(0), description="yuan a month for each · 每月标准")
    min_m2: Area | None = Field(default=None, description="with per = m2, at least so many m² count · 最低计发面积")
    min_yuan: Price | None = Field(
        default=None, description="at least so many yuan a month and household · 每户每月最低"
    )
    months: dict[StrictStr, Count] = Field(
        default_factory=dict, description="building type → months of the period; * = any other · 过渡期限（月）"
    )
    overdue: tuple[AllowanceStep, ...] = Field(default=(), description="steps when the period is over · 逾期加发")
    until: Literal["pick", "hand_over"] = Field(default="hand_over", description="what stops it · 停发事由")
    months_after: Count = Field(default=0, description="months paid beyond that · 停发后续发月数")
    lump_months: Count = Field(
        default=0, description="months paid at once where cash is chosen instead · 一次性计发月数"
    )

    def problems(self) -> Iterator[Problem]:
        steps = [step.after_months for step in self.overdue]
        if steps != sorted(set(steps)):
            yield Problem("overdue", "policy.steps_order", ", ".join(map(str, steps)))
        if self.overdue and not self.months:
            yield Problem("months", "policy.needed", "", {"because": "overdue"})
