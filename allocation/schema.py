"""
The tables of a round: the one table of columns with headings, kinds and limits. Their rows: ``allocation.rows``.

A column's first Chinese heading is the one we write; all of them, and the code name, are understood. What a heading
or a word looks like on real forms: domain.md 6.3.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from allocation.columns import (
    AREA,
    CONSTRUCTION_WORDS,
    HOUSEHOLD_ID,
    LAYOUT,
    LONG_TEXT,
    MOMENT,
    POINTS,
    PROJECT,
    VILLAGE,
    Column,
    Table,
)
from allocation.columns import date_column as _date
from allocation.columns import decimal_column as _decimal
from allocation.columns import flag_column as _flag
from allocation.columns import id_column as _id
from allocation.columns import label_column as _label
from allocation.columns import resident_column as _resident
from allocation.columns import text_column as _text
from allocation.columns import whole_column as _whole
from allocation.columns import word_column as _word
from allocation.messages import Fault, Lang, sentence
from allocation.programme_tables import COMMUNITY_TABLES, PROGRAMME_HEAD, PROGRAMME_TABLES
from allocation.rows import (
    AllowancePaid,
    Choice,
    Demand,
    Disposition,
    Document,
    Household,
    Measured,
    Member,
    Objection,
    OfficerRelative,
    Payment,
    Publication,
    Resettled,
    RoundHead,
    SurveyPerson,
    Tables,
    Unit,
)

__all__ = [  # rows are asked for together with their tables
    "AllowancePaid",
    "Choice",
    "Demand",
    "Disposition",
    "Document",
    "Household",
    "Measured",
    "Member",
    "Objection",
    "OfficerRelative",
    "Payment",
    "Publication",
    "Resettled",
    "RoundHead",
    "SurveyPerson",
    "Tables",
    "Unit",
]

# -- columns ------------------------------------------------------------------------------------------------------

ACCESS_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"none": ("无", "没有"), "low_floor": ("低楼层", "低层"), "step_free": ("无障碍",)}
)
STATUS_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "available": ("可分配", "可选", "未分配"),
        "reserved": ("预留", "预留房"),
        "defective": ("质量缺陷", "缺陷"),
        "allocated": ("已分配", "已选"),
    }
)
KIND_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"cash": ("现金", "缴款", "转账"), "compensation": ("补偿款抵扣", "抵扣", "补偿款")}
)
DOCUMENT_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"demand": ("安置需求", "需求"), "units": ("房源",), "plan": ("分配方案", "方案"), "result": ("分配结果", "结果")}
)
FLAG_WORDS: Mapping[bool, tuple[str, ...]] = MappingProxyType(
    {True: ("是", "true", "yes", "y", "1", "√", "有"), False: ("否", "false", "no", "n", "0", "×", "无")}
)

_BUILDING = ("栋", "栋号", "楼栋", "楼号", "幢", "幢号")
_ENTRANCE = ("单元", "单元号")
_RESIDENT_NAMES = ("身份证号", "身份证号码", "居民身份证号")
_BIRTH_NAMES = ("出生日期", "出生年月日", "生日")
_PHONE = ("联系电话", "电话", "手机", "手机号", "电话号码")
_DOCUMENT = _word("document", "公示内容", "公示文件", "公示事项", "文件", words=DOCUMENT_WORDS, required=True)

TABLES: tuple[Table, ...] = (
    Table(
        name="households",
        titles=("安置户", "安置户表", "安置户名册", "户表"),
        row=Household,
        filled=True,
        columns=(
            HOUSEHOLD_ID,
            _text("name", "户主姓名", "姓名", "户主", "安置户姓名", "被征收安置人姓名", required=True),
            _label("village", *VILLAGE, required=True),
            _whole("persons", "安置人口", "安置人数", "人口", "人数", "认定安置人数", low=1, high=100, required=True),
            _date("signed_on", "签约日期", "签约时间", "签订日期", "协议签订日期", required=True),
            _resident("id_number", *_RESIDENT_NAMES),
            _id("phone", *_PHONE),
            _whole("bonus_persons", "增计人口", "增计人数", "奖励人口", "增计选房人数", low=0, high=100),
            _word("access_need", "无障碍需求", "出行需求", words=ACCESS_WORDS),
            _whole("order_no", "选房顺序号", "顺序号", "选房顺序", low=1, high=1_000_000),
            _label("together", "同栋意愿", "同栋组", "同住组"),
            _whole("priority_class", "优先类别", "优先级", "优先等级", low=0, high=1000),
            Column(name="signed_at", headings=("签约时刻",), kind="moment", expected=MOMENT),
            _date("handed_over_on", "交房日期", "腾房日期", "旧房交付日期"),
            _decimal(
                "original_area_m2",
                "原房屋面积",
                "认定面积",
                "被征收面积",
                "旧房面积",
                low="0.01",
                high="100000",
                expected=AREA,
            ),
            _decimal("homestead_m2", "宅基地面积", low="0.01", high="100000", expected=AREA),
            _decimal("compensation_yuan", "补偿款", "补偿金额", "应付补偿款", low="0", high="10000000000"),
            _decimal("points", "积分", "分数", "得分", low="-1000000", high="1000000", expected=POINTS),
            _whole("phase", "批次", "分期", "期次", low=1, high=1000),
        ),
    ),
    Table(
        name="members",
        titles=("安置人口", "家庭成员", "安置人口表", "人口", "人口表", "成员"),
        row=Member,
        optional=True,
        columns=(
            HOUSEHOLD_ID,
            _text("name", "姓名", "成员姓名", required=True),
            _text("relation", "与户主关系", "关系", "与被腾退人关系", required=True),
            _date("birth_date", *_BIRTH_NAMES, required=True),
            _resident("id_number", *_RESIDENT_NAMES),
            _flag("only_child", "独生子女", "是否独生子女"),
            _flag("disabled", "残疾", "是否残疾"),
            _flag("counted", "计入安置人口", "是否为安置人口", "是否计入", "是否安置人口"),
            _label("person_class", "人员类别", "人口类别", "人员类型"),
            _date("joined_on", "户口迁入日期", "户口迁入时间", "迁入日期", "入户日期"),
        ),
    ),
    Table(
        name="units",
        titles=("房源", "房源表", "房源明细", "房屋", "销控表"),
        row=Unit,
        filled=True,
        columns=(
            _id("unit_id", "房源编号", "房屋编号", "系统编号", "房源号", required=True),
            _label("project", *PROJECT, required=True),
            _label("building", *_BUILDING, required=True),
            _whole("floor", "楼层", "层", "所在层", "所在楼层", low=-5, high=200, required=True, not_zero=True),
            _label("layout", *LAYOUT, required=True),
            _decimal(
                "area_m2",
                "建筑面积",
                "面积",
                "房屋面积",
                "预测建面",
                "实测建面",
                low="1",
                high="1000",
                expected=AREA,
                required=True,
            ),
            _label("entrance", *_ENTRANCE),
            _label("room", "房号", "室号", "室"),
            _label("orientation", "朝向"),
            _flag("step_free", "无障碍", "是否无障碍"),
            _word("construction", "建设方式", "建设类型", words=CONSTRUCTION_WORDS),
            _word("status", "房源状态", "状态", words=STATUS_WORDS),
            _decimal("base_price", "基准单价", "单价", "建面单价", low="0.01", high="1000000"),
            _whole("floors_in_building", "总楼层", "总层数", low=1, high=200),
        ),
    ),
    Table(
        name="demand",
        titles=("安置需求", "需求", "安置需求表", "需求表"),
        row=Demand,
        optional=True,
        columns=(
            HOUSEHOLD_ID,
            _label("layout", *LAYOUT, required=True),
            _whole("count", "套数", "数量", "需求套数", low=1, high=100, required=True),
        ),
    ),
    Table(
        name="choices",
        titles=("志愿", "志愿表", "选房志愿"),
        row=Choice,
        optional=True,
        columns=(
            HOUSEHOLD_ID,
            _whole("choice", "志愿序号", "志愿", "志愿号", "第几志愿", low=1, high=1000, required=True),
            _label("project", *PROJECT),
            _label("building", *_BUILDING),
            _label("entrance", *_ENTRANCE),
            _whole("floor_min", "最低楼层", "楼层下限", low=-5, high=200, not_zero=True),
            _whole("floor_max", "最高楼层", "楼层上限", low=-5, high=200, not_zero=True),
            _label("layout", *LAYOUT),
            _label("orientation", "朝向"),
            _id("unit_id", "房源编号", "房屋编号", "系统编号", "房源号"),
        ),
    ),
    Table(
        name="payments",
        titles=("房款预缴", "预缴", "预缴表", "收款", "收据", "房款预缴表"),
        row=Payment,
        columns=(
            _id("receipt_no", "收据编号", "收据号", "票据号", "票据编号", required=True),
            HOUSEHOLD_ID,
            _date("paid_on", "缴款日期", "收款日期", "缴费日期", "日期", required=True),
            _decimal(
                "amount",
                "金额",
                "缴款金额",
                "预缴金额",
                low="-10000000000",
                high="10000000000",
                required=True,
                not_zero=True,
            ),
            _word("kind", "缴款方式", "方式", "类型", words=KIND_WORDS),
        ),
    ),
    Table(
        name="publications",
        titles=("公示", "公示表"),
        row=Publication,
        columns=(
            _DOCUMENT,
            _date("published_on", "公示日期", "公示开始日期", "发布日期", required=True),
            _whole("days", "公示天数", "天数", "公示期", low=1, high=365, required=True),
            _date("withdrawn_on", "撤回日期", "撤销日期"),
        ),
    ),
    Table(
        name="objections",
        titles=("异议", "异议表"),
        row=Objection,
        columns=(
            _id("objection_id", "异议编号", "异议号", required=True),
            _DOCUMENT,
            _date("filed_on", "提出日期", "异议日期", "受理日期", required=True),
            _id("subject", "异议对象", "对象", required=True),
            _date("resolved_on", "办结日期", "解决日期", "处理日期"),
            _text("outcome", "处理结果", "处理意见", "结果"),
            _text("reason", "处理理由", "理由", "事实和依据"),
        ),
    ),
    Table(
        name="measured",
        titles=("实测面积", "实测", "测绘成果", "实测面积表"),
        row=Measured,
        optional=True,
        columns=(
            _id("unit_id", "房源编号", "房屋编号", "系统编号", "房源号", required=True),
            _decimal(
                "measured_m2",
                "实测面积",
                "实测建筑面积",
                "登记面积",
                low="1",
                high="1000",
                expected=AREA,
                required=True,
            ),
            _date("handed_over_on", "交房日期", "交付日期"),
            _label("building_type", "建筑类型", "房屋类型"),
        ),
    ),
    Table(
        name="allowances",
        titles=("过渡安置费", "过渡费", "过渡费发放", "过渡安置费发放表"),
        row=AllowancePaid,
        optional=True,
        columns=(
            _id("voucher_no", "凭证编号", "凭证号", "发放编号", required=True),
            HOUSEHOLD_ID,
            _date("paid_on", "发放日期", "支付日期", "日期", required=True),
            _decimal(
                "amount", "金额", "发放金额", low="-10000000000", high="10000000000", required=True, not_zero=True
            ),
        ),
    ),
    # what a round is compared with when exceptions are looked for; IDs as the old lists have them, 15 digits too
    Table(
        name="survey",
        titles=("调查底册", "底册", "调查登记册"),
        row=SurveyPerson,
        optional=True,
        columns=(
            _text("name", "姓名", required=True),
            _id("id_number", *_RESIDENT_NAMES),
            _date("birth_date", *_BIRTH_NAMES),
            _id("household_id", *HOUSEHOLD_ID.headings),
            _label("village", *VILLAGE),
        ),
    ),
    Table(
        name="resettled",
        titles=("已安置人员", "已安置名单", "历次安置人员"),
        row=Resettled,
        optional=True,
        columns=(
            _text("name", "姓名", required=True),
            _id("id_number", *_RESIDENT_NAMES),
            _date("birth_date", *_BIRTH_NAMES),
            _label("project", *PROJECT),
            _date("resettled_on", "安置日期", "分房日期"),
        ),
    ),
    Table(
        name="officers",
        titles=("工作人员及亲属", "工作人员", "回避名单"),
        row=OfficerRelative,
        optional=True,
        columns=(
            _text("name", "姓名", required=True),
            _text("officer", "工作人员姓名", "有关工作人员", required=True),
            _text("relation", "与工作人员关系", "关系", required=True),
            _id("id_number", *_RESIDENT_NAMES),
            _id("phone", *_PHONE),
            _text("post", "单位职务", "职务", "单位"),
        ),
    ),
    Table(
        name="exceptions",
        titles=("疑点", "疑点清单", "疑点核实", "例外", "例外清单"),
        row=Disposition,
        optional=True,
        columns=(
            _id("code", "疑点代码", "代码", required=True),
            _text("subject", "对象", "疑点对象", required=True),
            _id("mark", "核对码"),
            Column(name="found", headings=("发现", "发现的情况"), kind="note", expected=LONG_TEXT),
            Column(name="reason", headings=("理由", "核实说明", "说明"), kind="note", expected=LONG_TEXT),
            _text("approver", "批准人"),
            _date("decided_on", "批准日期", "决定日期"),
        ),
    ),
)
BY_NAME: Mapping[str, Table] = MappingProxyType({table.name: table for table in TABLES})

HEAD = Table(
    name="round",
    titles=("批次", "分房批次", "批次信息", "分房"),
    row=RoundHead,
    columns=(
        Column(
            name="id",
            headings=("批次编号", "编号"),
            kind="text",
            required=True,
            expected=("1 至 40 个汉字、字母、数字、“-”或“_”", "1 to 40 letters, digits, Chinese characters, - or _"),
        ),
        _text("title", "批次名称", "名称", "标题", required=True),
        _date("as_of", "基准日期", "基准日", required=True),
        _text("seed", "摇号种子", "种子", required=True),
        _date("freeze_on", "冻结日期", "人口冻结日期"),
        Column(
            name="projects",
            headings=("安置小区", "小区", "项目"),
            kind="text",
            expected=("小区名称的清单；留空即全部小区", "a list of projects; blank means all"),
        ),
        Column(
            name="policy",
            headings=("政策文件", "政策"),
            kind="text",
            required=True,
            expected=(
                "政策文件名（相对于本批次所在文件夹），或 [policy] 表",
                "the policy's file name relative to the round's folder, or a [policy] table",
            ),
        ),
        _text("office", "发布单位", "受理单位"),
        _text("office_phone", "受理电话"),
        _text("office_place", "受理地点"),
        _text("office_hours", "受理时间"),
        _text("supervision_phone", "监督电话"),
        Column(name="selection_at", headings=("选房时间",), kind="moment", expected=MOMENT),
        _text("selection_place", "选房地点"),
        _date("handover_on", "交房日期"),
        _text("handover_place", "交房地点"),
    ),
)
RESULT_COLUMNS: tuple[Column, ...] = (
    HOUSEHOLD_ID,
    _id("unit_id", "房源编号"),
    Column(name="rank", headings=("志愿名次",), kind="whole"),
    Column(name="entitlement_m2", headings=("安置房分配指标",), kind="decimal"),
    Column(name="allocated_m2", headings=("分配面积",), kind="decimal"),
    Column(name="price", headings=("房款",), kind="decimal"),
    Column(name="prepaid", headings=("已预缴",), kind="decimal"),
    Column(name="balance", headings=("应补房款",), kind="decimal"),
    Column(name="line", headings=("行号",), kind="whole"),
    _text("item", "项目"),
    Column(name="band", headings=("价格档",), kind="whole"),
    Column(name="area_m2", headings=("面积",), kind="decimal"),
    Column(name="price_yuan_per_m2", headings=("单价",), kind="decimal"),
    Column(name="amount_yuan", headings=("金额",), kind="decimal"),
)
"""The columns of what ``anju allocate`` writes; source: spec §7."""
ROUND_ID = re.compile(r"[0-9A-Za-z_\-\u3400-\u4dbf\u4e00-\u9fff]{1,40}")


_KNOWN = {table.name: table for table in (*COMMUNITY_TABLES, *PROGRAMME_TABLES, PROGRAMME_HEAD, HEAD, *TABLES)}
"""Every table that a fault may tell of."""


def fold(text: str) -> str:
    """How spellings are compared: full-width and composed forms folded (NFKC), blanks and zero-width marks gone."""
    if text.isascii() and text.isprintable():
        return text.replace(" ", "")
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c) != "Cf")


def fold_heading(text: str) -> str:
    """How headings are compared: as ``fold``, and without case, ★/* marks and a unit in brackets at the end."""
    folded = fold(text).casefold().strip("★*:")
    return re.sub(r"\([^()]*\)$", "", folded) or folded


def localised(code_name: str, lang: Lang) -> str:
    """``table`` or ``table.column`` in the reader's language: Chinese title or heading, else the code name."""
    name, _, column_name = code_name.partition(".")
    table = _KNOWN.get(name)
    if table is None:
        return "命令" if (code_name, lang) == ("command", "zh") else code_name
    column = table.column(column_name)
    if lang == "en":
        return column_name or name
    return column.headings[0] if column else table.titles[0]


def fault_sentence(fault: Fault, lang: Lang = "zh") -> str:
    """
    The whole sentence of a fault: where · what was found · what was expected.

    ``fault.params["heading"]`` is the heading the clerk used; parameters that name a table or a column of ours
    (``table.column``) are put into the reader's language when their key ends in ``_name``.
    """
    table = _KNOWN.get(fault.table)
    column = table.column(fault.column) if table else None
    spare = column.expected[0 if lang == "zh" else 1] if column else ""
    params = {
        key: localised(str(value), lang) if key.endswith("_name") else value for key, value in fault.params.items()
    }
    found = {"value": fault.value, "row": fault.row, "column": fault.column, "place": fault.place}
    words = {**found, "expected": spare, **params}
    return _place(fault, column, lang) + sentence(fault.code, lang, **words)


def _place(fault: Fault, column: Column | None, lang: Lang) -> str:
    """「房源 第 14 行 area_m2（建筑面积）：」"""
    heading = str(fault.params.get("heading", "")) or (column.headings[0] if column else "")
    named = fault.column
    if named and heading and heading != named:
        named += f"（{heading}）" if lang == "zh" else f" ({heading})"
    row = "" if fault.row is None else (f"第 {fault.row} 行" if lang == "zh" else f"row {fault.row}")
    parts = [part for part in (fault.place or localised(fault.table, lang), row, named) if part]
    return " ".join(parts) + ("：" if lang == "zh" else ": ")
