"""
The tables of a programme: values of their rows, and their columns. ``demand`` is that of a round.

A row of the households may stand for several alike (``households``), so that a programme can be planned before its
roster is complete; everything else in the row is said of each of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from allocation.columns import (
    AREA,
    CONSTRUCTION_WORDS,
    HOUSEHOLD_ID,
    LAYOUT,
    PROJECT,
    VILLAGE,
    Column,
    Table,
    date_column,
    decimal_column,
    id_column,
    label_column,
    text_column,
    whole_column,
    word_column,
)
from allocation.rows import Construction

CommunityKind = Literal["lived_in", "new"]
Item = Literal["property_management", "cctv", "walls", "greening", "sewage", "handover"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """
    安置小区: ``completed_on`` planned or, once past, real; ``planned_on`` the day first planned, to learn from slips.

    ``completed_m2``: floor area completed. ``capacity_m2``: m² that can be allocated, None = as its homes add up to.
    """

    project: str
    completed_on: date
    completed_m2: Decimal
    planned_on: date | None = None
    capacity_m2: Decimal | None = None
    construction: Construction = "government"
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """房源总量: ``homes`` of a layout in a project, each of ``area_m2`` m²."""

    project: str
    layout: str
    area_m2: Decimal
    homes: int
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """
    批次: one selection day and what the office can see to on it. ``handed_over_on`` None = keys on the same day;
    ``area_max_m2`` None = no limit.
    """

    batch: str
    held_on: date
    households_max: int
    handed_over_on: date | None = None
    area_max_m2: Decimal | None = None
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def home_on(self) -> date:
        """The day its households have their keys."""
        return self.handed_over_on or self.held_on


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingHousehold:
    """
    待安置户, or ``households`` of them. ``waiting_since`` None = ``vacated_on``; ``allowance_heads`` None = persons;
    ``building_type`` names a period of the policy's transitional allowance.
    """

    household_id: str
    village: str
    persons: int
    vacated_on: date
    entitlement_m2: Decimal
    waiting_since: date | None = None
    building_type: str = ""
    allowance_heads: int | None = None
    households: int = 1
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """
    Who was placed in which batch and project: resettled already (``resettled_on``), or announced.
    ``households`` of the row, None = all.
    """

    household_id: str
    batch: str
    project: str
    resettled_on: date | None = None
    households: int | None = None
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """安置小区: lived in already (``lived_in_since``), or new; ``homes``: how many it has."""

    community: str
    kind: CommunityKind
    lived_in_since: date | None = None
    homes: int | None = None
    note: str = ""
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunityItem:
    """小区配套: one of the things a community is due, by when, since when it is there, and whose task it is."""

    community: str
    item: Item
    due_on: date
    done_on: date | None = None
    responsible: str = ""
    note: str = ""
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeHead:
    """programme.toml: planned as of ``as_of``; everybody should be home by ``target_on``."""

    id: str
    title: str
    as_of: date
    target_on: date
    note: str = ""


COMMUNITY_KINDS: dict[CommunityKind, tuple[str, ...]] = {"lived_in": ("已入住", "入住"), "new": ("新建", "在建")}
ITEMS: dict[Item, tuple[str, ...]] = {
    "property_management": ("物业管理", "物业"),
    "cctv": ("视频监控", "监控"),
    "walls": ("围墙",),
    "greening": ("绿化",),
    "sewage": ("污水处理", "污水"),
    "handover": ("交房", "移交"),
}
"""What is looked after in a community, in the order in which it is shown. Source: spec §1."""

_BATCH = ("批次编号", "批次", "分房批次")
_COUNT = ("户数",)
_PROJECT = label_column("project", *PROJECT, required=True)
_HOUSEHOLDS = whole_column("households", *_COUNT, low=1, high=100_000)

PROGRAMME_TABLES: tuple[Table, ...] = (
    Table(
        name="projects",
        titles=("安置小区", "小区", "项目", "小区表"),
        row=Project,
        filled=True,
        columns=(
            _PROJECT,
            date_column("completed_on", "竣工日期", "交付日期", "竣工交房日期", required=True),
            decimal_column("completed_m2", "竣工面积", low="0", high="100000000", expected=AREA, required=True),
            date_column("planned_on", "原定竣工日期", "计划竣工日期"),
            decimal_column("capacity_m2", "可分配面积", low="0", high="100000000", expected=AREA),
            word_column("construction", "建设方式", "建设类型", words=CONSTRUCTION_WORDS),
        ),
    ),
    Table(
        name="stock",
        titles=("房源总量", "房源汇总", "户型套数"),
        row=Stock,
        filled=True,
        columns=(
            _PROJECT,
            label_column("layout", *LAYOUT, required=True),
            decimal_column(
                "area_m2", "每套面积", "建筑面积", "面积", low="1", high="1000", expected=AREA, required=True
            ),
            whole_column("homes", "套数", "数量", low=0, high=100_000, required=True),
        ),
    ),
    Table(
        name="batches",
        titles=("批次计划", "分房批次", "批次表"),
        row=Batch,
        filled=True,
        columns=(
            id_column("batch", *_BATCH, required=True),
            date_column("held_on", "选房日期", "选房日", "日期", required=True),
            whole_column("households_max", "可办理户数", "办理户数上限", low=0, high=100_000, required=True),
            date_column("handed_over_on", "交房日期", "交钥匙日期"),
            decimal_column("area_max_m2", "分配面积", "面积上限", low="0", high="100000000", expected=AREA),
        ),
    ),
    Table(
        name="programme_households",
        titles=("待安置户", "安置户", "安置户表", "households"),
        row=WaitingHousehold,
        filled=True,
        columns=(
            HOUSEHOLD_ID,
            label_column("village", *VILLAGE, required=True),
            whole_column("persons", "安置人口", "安置人数", "人口", "人数", low=1, high=100, required=True),
            date_column("vacated_on", "腾房日期", "交房日期", "腾空日期", required=True),
            decimal_column(
                "entitlement_m2", "安置房分配指标", "指标", low="1", high="10000", expected=AREA, required=True
            ),
            date_column("waiting_since", "等待起始日期", "签约日期"),
            label_column("building_type", "安置房建筑类型", "建筑类型"),
            whole_column("allowance_heads", "过渡费人数", "过渡费计发人数", low=0, high=100),
            _HOUSEHOLDS,
        ),
    ),
    Table(
        name="actuals",
        titles=("已安置", "已安置户", "安置台账"),
        row=Placed,
        optional=True,
        columns=(
            HOUSEHOLD_ID,
            id_column("batch", *_BATCH, required=True),
            _PROJECT,
            date_column("resettled_on", "安置日期", "选房日期", required=True),
            _HOUSEHOLDS,
        ),
    ),
    Table(
        name="announced",
        titles=("已公布安排", "已公布", "已公布计划"),
        row=Placed,
        optional=True,
        columns=(HOUSEHOLD_ID, id_column("batch", *_BATCH, required=True), _PROJECT, _HOUSEHOLDS),
    ),
)

_COMMUNITY = label_column("community", *PROJECT, required=True)

COMMUNITY_TABLES: tuple[Table, ...] = (
    Table(
        name="communities",
        titles=("小区台账", "安置小区台账"),
        row=Community,
        filled=True,
        columns=(
            _COMMUNITY,
            word_column("kind", "类别", "小区类别", words=dict(COMMUNITY_KINDS.items()), required=True),
            date_column("lived_in_since", "入住日期", "开始入住"),
            whole_column("homes", "套数", "住房套数", low=0, high=100_000),
            text_column("note", "备注", "说明"),
        ),
    ),
    Table(
        name="community_items",
        titles=("小区配套", "配套设施"),
        row=CommunityItem,
        filled=True,
        columns=(
            _COMMUNITY,
            word_column("item", "配套项目", "事项", words=dict(ITEMS.items()), required=True),
            date_column("due_on", "应完成日期", "期限", required=True),
            date_column("done_on", "完成日期", "实际完成日期"),
            text_column("responsible", "责任单位", "负责单位"),
            text_column("note", "备注", "说明"),
        ),
    ),
)
"""The communities' own tables: kept in the programme's folder, read apart from its plan."""

PROGRAMME_HEAD = Table(
    name="programme",
    titles=("安置任务", "任务", "任务信息"),
    row=ProgrammeHead,
    columns=(
        text_column("id", "任务编号", "编号", required=True),
        text_column("title", "任务名称", "名称", "标题", required=True),
        date_column("as_of", "基准日期", "基准日", required=True),
        date_column("target_on", "完成期限", "目标日期", required=True),
        text_column("note", "说明", "备注"),
        Column(
            name="policy",
            headings=("政策文件", "政策"),
            kind="text",
            required=True,
            expected=(
                "政策文件名（相对于本任务所在文件夹），或 [policy] 表",
                "the policy's file name relative to the programme's folder, or a [policy] table",
            ),
        ),
    ),
)
