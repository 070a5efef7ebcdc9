"""The sections of a policy that say how a round proceeds: 预缴, 公示, 选房顺序, 选房日. See ``allocation.policy``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, StrictStr, field_validator, model_validator

from allocation.rules import Day, Percent, Price, Problem, Rules, Share
from allocation.schema import Document

Rate = Annotated[Percent, Field(ge=0)]
Days = Annotated[StrictInt, Field(ge=0, le=3650)]
Seconds = Annotated[StrictInt, Field(ge=0, le=86_400)]
Calendar = Literal["natural", "working"]
SimpleRule = Literal["signed_on", "signed_at", "handed_over_on", "draw", "given", "points"]
DOCUMENTS: tuple[Document, ...] = ("demand", "units", "plan", "result")


class Gate(Rules):
    """What must be paid, in all, before a step of the round: a share of the price, or yuan per m² demanded."""

    before: Literal["draw", "choice", "keys"] = Field(description="the step it stands before · 缴款环节")
    share: Share | None = Field(default=None, description="of the price · 占房款比例")
    per_m2: Price | None = Field(default=None, description="yuan per m² demanded · 每平方米金额")
    due_on: Day | None = Field(default=None, description="paid later does not count · 截止日")

    def problems(self) -> Iterator[Problem]:
        if (self.share is None) == (self.per_m2 is None):
            yield Problem("share", "policy.one_measure", str(self.share or ""))
        elif self.before == "draw" and self.share is not None:
            yield Problem("share", "policy.gate_no_price_yet", str(self.share))


class LateStep(Rules):
    """What each day late of one step costs."""

    up_to_day: Days | None = Field(
        default=None, description="last day late of the step; none = all the rest · 至逾期第几日"
    )
    per_10000: Rate = Field(description="of the overdue sum, for each day · 每日万分之几")


class Late(Rules):
    """逾期: a penalty by days late, in steps, and the right to rescind. Shape: domain.md §4 (张郭庄, Art. 5)."""

    steps: tuple[LateStep, ...] = Field(
        default=(), description="each day late at the rate of its own step · 分段违约金"
    )
    rescind_after_day: Days | None = Field(
        default=None, description="rescission is open beyond it · 逾期超过几日可解除"
    )
    rescind_percent: Rate = Field(default=Decimal(0), description="of the overdue sum, kept then · 解除违约金百分比")

    def problems(self) -> Iterator[Problem]:
        ends = [step.up_to_day for step in self.steps]
        known = [end for end in ends if end is not None]
        if None in ends[:-1] or known != sorted(set(known)):
            yield Problem("steps", "policy.late_steps", ", ".join("…" if end is None else str(end) for end in ends))


class Refund(Rules):
    """退款: money given back, with simple interest or without."""

    interest_percent: Rate = Field(default=Decimal(0), description="a year; 0 = without interest · 年利率百分比")
    year_days: Literal[360, 365] = Field(default=365, description="days the bank's year has · 计息年天数")


class Prepayment(Rules):
    """房款预缴: a share of the price, or yuan per m² demanded, paid by ``due_on``; neither (or 0) = no gate."""

    share: Share | None = Field(default=None, description="of the price of what is allocated · 占房款比例")
    per_m2: Price | None = Field(default=None, description="or yuan per m² demanded · 每平方米金额")
    due_on: Day | None = Field(default=None, description="paid later does not count · 截止日")
    set_off: StrictBool = Field(default=True, description="compensation set off counts like cash · 补偿款可抵扣")
    gates: tuple[Gate, ...] = Field(default=(), description="what else must be paid before a step · 各环节缴款条件")
    late: Late = Field(default=Late(), description="逾期")
    refund: Refund = Field(default=Refund(), description="退款")

    @field_validator("share", "per_m2")
    @classmethod
    def _nothing_is_no_gate(cls, value: Decimal | None) -> Decimal | None:
        return value or None

    def problems(self) -> Iterator[Problem]:
        if self.share is not None and self.per_m2 is not None:
            yield Problem("share", "policy.one_measure", str(self.share))


class Period(Rules):
    """How long one document must stand."""

    days: Days = Field(default=7, description="day 1 is the day after publication · 天数")
    calendar: Calendar = Field(default="natural", description="natural (日) or working days (工作日) · 日历")
    moves_on_holiday: StrictBool = Field(
        default=False, description="a last day on a holiday moves to the next working day · 节假日顺延"
    )


class Publicity(Rules):
    """
    公示: the period each document must stand.

    In TOML a period is a number of days (``plan = 7``) or a table (``plan = { days = 10, calendar = "working" }``);
    ``calendar`` and ``moves_on_holiday`` of the section hold for every document that does not say its own. Reading
    writes them into the periods and leaves None here, so that two spellings of one rule are equal: ask ``period()``.
    """

    calendar: Calendar | None = Field(default=None, description="for every document that does not say its own · 日历")
    moves_on_holiday: StrictBool | None = Field(
        default=None, description="for every document that does not say · 节假日顺延"
    )
    demand: Period = Field(default=Period(), description="安置需求公示")
    units: Period = Field(default=Period(), description="房源公示")
    plan: Period = Field(default=Period(), description="分配方案公示")
    result: Period = Field(default=Period(), description="分配结果公示")
    restarts: dict[Document, tuple[Document, ...]] = Field(
        default_factory=dict, description="document → those that must stand afresh when it is published anew · 重新公示"
    )

    @model_validator(mode="before")
    @classmethod
    def _spell_out(cls, data: object) -> object:
        if not isinstance(data, Mapping):
            return data
        spelled, common = dict(data), {}
        if data.get("calendar") in ("natural", "working"):  # a wrong value stays, to be told of once
            common["calendar"] = spelled.pop("calendar")
        if isinstance(data.get("moves_on_holiday"), bool):
            common["moves_on_holiday"] = spelled.pop("moves_on_holiday")
        for document in DOCUMENTS:
            period = data.get(document, {})
            if isinstance(period, int) and not isinstance(period, bool):
                period = {"days": period}
            spelled[document] = {**common, **period} if isinstance(period, Mapping) else period
        return spelled

    def period(self, document: Document) -> Period:
        """The period of one document."""
        return {"demand": self.demand, "units": self.units, "plan": self.plan, "result": self.result}[document]


class CrossStep(Rules):
    """So many households of one village, then the next step."""

    village: StrictStr = Field(description="households.village · 村组")
    count: Annotated[StrictInt, Field(ge=1, le=1000)] = Field(description="households that follow each other · 户数")


class Order(Rules):
    """
    选房顺序: how order numbers are made.

    ``rule``: ``signed_on`` by the day of signing, ``signed_at`` by its second, ``handed_over_on`` by the day the old
    house was handed over, ``given`` by order_no, ``points`` from the highest, each then as in a draw; ``draw``;
    ``phases``: phase 1, then 2, …; ``villages``: crossed step by step; ``start_number``: upward by order_no from a
    start, then from the smallest.
    """

    rule: Literal[SimpleRule, "phases", "villages", "start_number"] = Field(default="draw", description="排序方式")
    priority_first: StrictBool = Field(default=False, description="priority_class goes before all of it · 优先类别在前")
    within: SimpleRule = Field(default="draw", description="the rule inside a phase or a village · 组内排序方式")
    cross: tuple[CrossStep, ...] = Field(
        default=(), description="the steps, over and over; none = in proportion · 交叉次序"
    )
    start: Annotated[StrictInt, Field(ge=1)] | None = Field(
        default=None, description="drawn by hand; none = drawn from the seed · 起始号"
    )
    later_rounds: tuple[Literal["same", "reverse", "redraw", SimpleRule], ...] = Field(
        default=(), description="one home a round, the rest in the last; the order of each · 后续轮次"
    )

    def problems(self) -> Iterator[Problem]:
        known = {"within": ("phases", "villages"), "cross": ("villages",), "start": ("start_number",)}
        for key, rules in known.items():
            value = getattr(self, key)
            if value != type(self).model_fields[key].default and self.rule not in rules:
                yield Problem(key, "policy.order_needless", key, {"rule": self.rule, "rules": " | ".join(rules)})


class SelectionDay(Rules):
    """选房日: how one household after the other chooses. Source of every shape: domain.md §5.3."""

    seconds: Annotated[Seconds, Field(ge=10)] = Field(default=600, description="for a choice · 每户选房时间（秒）")
    extension_seconds: Seconds = Field(default=0, description="what an extension adds · 每次延时（秒）")
    extensions_max: Annotated[StrictInt, Field(ge=0, le=20)] = Field(
        default=0, description="extensions a household · 延时次数"
    )
    on_timeout: Literal["pass", "assign"] = Field(
        default="pass", description="pass = the next number goes; assign = its best home left is assigned · 超时处理"
    )
    passed: Literal["when_ready", "end_of_session", "void"] = Field(
        default="end_of_session", description="when a household chooses whose time ran out · 超时户补选"
    )
    calls: Annotated[StrictInt, Field(ge=1, le=20)] = Field(default=3, description="without answer = absent · 叫号次数")
    late: Literal["end_of_slot", "end_of_session", "end_of_day", "void"] = Field(
        default="end_of_session", description="where one goes that comes late but the same day · 迟到户次序"
    )
    absent: Literal["later_session", "day_of_arrival", "void"] = Field(
        default="later_session", description="at whose end one chooses that missed its session · 缺席户次序"
    )
    written_request: StrictBool = Field(
        default=False, description="to be called again takes a written request · 须书面申请"
    )
    households_a_session: Annotated[StrictInt, Field(ge=1)] | None = Field(default=None, description="每场户数")
    agents: Literal["none", "written", "sealed"] = Field(
        default="written", description="by power of attorney, or by one that is sealed · 代理选房"
    )
    companion_from_age: Annotated[StrictInt, Field(ge=0, le=120)] | None = Field(
        default=None, description="from this age one companion may come along · 可陪同年龄"
    )
    reserve_share: Share = Field(
        default=Decimal(0), description="of the homes, held back for cases of fault · 预留比例"
    )
    after_fault: Literal["void_after_fault", "keep_confirmed"] = Field(
        default="void_after_fault", description="what stands after a power or computer failure · 故障后效力"
    )

    def problems(self) -> Iterator[Problem]:
        if (self.extension_seconds > 0) != (self.extensions_max > 0):
            yield Problem("extensions_max", "policy.extension", str(self.extensions_max))
