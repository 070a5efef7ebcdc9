"""
Every sentence anju says to a person, in Chinese and English side by side, and the faults they tell of.

The call names only a code; this table holds both languages in one row. ``tests/test_messages.py`` holds it to:
every code used has a sentence, every sentence is used, both languages take the same parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """
    One fault of input, where a clerk can find it.

    ``table`` is the spec's name of the table (``units``), or ``round`` / ``policy`` for those files; ``place`` is the
    file or sheet as the clerk sees it; ``row`` is the row as the clerk sees it (the heading is row 1) or None;
    ``column`` the spec's name of the column or the dotted key; ``value`` the text found.
    """

    table: str
    code: str
    place: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


class Faults(Exception):
    """All faults of one input at once; nothing has been written when it is raised."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(f"{len(self.faults)} faults: " + ", ".join(f.code for f in self.faults[:5]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why somebody or something is left out or refused: a code of this table with its values."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


DOCUMENTS: Mapping[str, tuple[str, str]] = {
    "demand": ("安置需求", "The resettlement demand"),
    "units": ("房源", "The list of available units"),
    "plan": ("分配方案", "The allocation plan"),
    "result": ("分配结果", "The result of the allocation"),
}
"""What a sentence calls the values of its parameters ``document`` and ``restarted_by``."""


def sentence(code: str, lang: Lang = "zh", **params: object) -> str:
    """The sentence of ``code``; KeyError for an unknown code or a missing parameter."""
    chinese, english = SENTENCES[code]
    spoken = dict(params)
    for key in ("document", "restarted_by"):
        if (name := str(params.get(key))) in DOCUMENTS:
            spoken[key] = DOCUMENTS[name][LANGS.index(lang)]
    return (chinese if lang == "zh" else english).format(**spoken)


def reason_sentence(reason: Reason, lang: Lang = "zh") -> str:
    """The sentence of a reason with its values."""
    return sentence(reason.code, lang, **reason.params)


SENTENCES: dict[str, tuple[str, str]] = {
    # -- tables and schema --------------------------------------------------------------------------------------
    # -- policy -------------------------------------------------------------------------------------------------
    "policy.one_measure": (
        "预缴条件只能用一种算法：share（占房款比例）或 per_m2（每平方米金额）。请留一个。",
        "A payment is measured one way: by share (of the price) or per_m2. Keep exactly one.",
    ),
    "policy.gate_no_price_yet": (
        "比例“{value}”无法计算：摇号之前还没有房款。请改用 per_m2。",
        "The share “{value}” cannot be taken: before the draw there is no price yet. Use per_m2.",
    ),
    "policy.late_steps": (
        "逾期分段“{value}”的次序不对：日数应逐段增大，只有最后一段可以不写。请改正。",
        "The steps “{value}” are out of order: their days must rise, and only the last may leave them out. Correct them.",
    ),
    "policy.order_needless": (
        "“{value}”在 rule = {rule} 时不起作用，只用于 {rules}。请删去，或改 rule。",
        "“{value}” says nothing with rule = {rule}; it belongs to {rules}. Remove it, or change the rule.",
    ),
    "policy.extension": (
        "延时次数“{value}”与每次延时的秒数不一致：两项应同为 0 或同大于 0。请改正。",
        "The number of extensions “{value}” and their seconds disagree: both are 0 or both more. Correct them.",
    ),
    # -- reasons for being left out -----------------------------------------------------------------------------
    "publicity.never": (
        "{document}没有公示过。请先公示，期满后再办。",
        "{document} was never published. Publish it and let its period end first.",
    ),
    "publicity.announced": (
        "{document}到 {on} 才公示，现在还没有公示。",
        "{document} will be published on {on}; it has not been yet.",
    ),
    "publicity.withdrawn": (
        "{document}于 {published_on} 公示，{withdrawn_on} 已撤回。请重新公示，公示期重新计算。",
        "{document} was published on {published_on} and withdrawn on {withdrawn_on}. "
        "Publish it again; its period runs afresh.",
    ),
    "publicity.running": (
        "{document}于 {published_on} 公示，应满 {days} 天，最后一天是 {last_day}，最早 {earliest} 可以办理。",
        "{document} was published on {published_on} for {days} days; the last day is {last_day}, "
        "{earliest} is the earliest day to go on.",
    ),
    "publicity.too_few_days": (
        "{document}于 {published_on} 公示，只写了 {own_days} 天，规定不少于 {days} 天，"
        "最后一天是 {last_day}，最早 {earliest} 可以办理。",
        "{document} was published on {published_on} for {own_days} days; the rules demand {days}. "
        "The last day is {last_day}, {earliest} is the earliest day to go on.",
    ),
    "publicity.restarted": (
        "{document}于 {published_on} 公示，但{restarted_by}于 {on} 重新公示，{document}须重新公示。",
        "{document} was published on {published_on}, but {restarted_by} was published anew on {on}: "
        "{document} must be published again.",
    ),
    "prepayment.short": (
        "预缴款应为 {needed} 元，截止日前计入 {paid} 元，差 {short} 元。",
        "The prepayment due is {needed} yuan; {paid} yuan counted by the due date, {short} yuan are missing.",
    ),
    "order.blank": (
        "安置户 {household_id} 没有填写，而选房顺序以此为准。请补填。",
        "Household {household_id} has no value here, and the order of choosing rests on it. Fill it in.",
    ),
    "order.twice": (
        "顺序号“{value}”重复（安置户 {household_id}），每户应各有一个号。请核对后改正。",
        "The number “{value}” is given more than once (household {household_id}); expected one of its own for each. "
        "Check and correct it.",
    ),
    "order.village_not_crossed": (
        "安置户 {household_id} 的村组“{value}”不在交叉选房的次序里。请核对村组名称，或在规则 order.cross 中补上。",
        "The village “{value}” of household {household_id} is not among the steps that cross the villages. "
        "Check its name, or add it to order.cross of the policy.",
    ),
    "calendar.key": (
        "不认识“{value}”，应为 holidays 或 working_weekends。请核对写法。",
        "“{value}” is not known here; expected holidays or working_weekends. Check the spelling.",
    ),
    "calendar.empty": (
        "没有日期，应为国务院办公厅通知里的日期，例如 [2026-10-01]。请补上。",
        "There are no days; expected those of the State Council's notice, such as [2026-10-01]. Add them.",
    ),
    "calendar.not_a_day": (
        "“{value}”不是 {year} 年的日期，应写成不加引号的 {year}-10-01。请改正。",
        "“{value}” is no day of {year}; expected a date without quotes, such as {year}-10-01. Correct it.",
    ),
    "calendar.not_a_working_weekend": (
        "“{value}”不能是调休上班日：它不在周末，或同时列为放假。请核对通知。",
        "“{value}” cannot be a weekend worked in exchange: it is a weekday, or a holiday as well. Check the notice.",
    ),
    # -- statements and pricing ---------------------------------------------------------------------------------
    # -- notices and dashboard ----------------------------------------------------------------------------------
    "programme.no_file": (
        "找不到文件“{value}”。请把安置任务的数字放进这个文件。",
        "The file “{value}” was not found or cannot be read. Put the programme's figures into it.",
    ),
    "programme.not_toml": (
        "“{value}”不是 UTF-8 编码的 TOML 文件（{detail}）。请改正所说的位置。",
        "“{value}” is not a TOML file in UTF-8 ({detail}). Correct the place it names.",
    ),
    "programme.no_table": (
        "没有这一组数据（见到“{value}”），应为若干个 [[…]]。请补上。",
        "This table is missing (found “{value}”); expected entries headed [[…]]. Add them.",
    ),
    "programme.year": (
        "年份“{value}”不是整数，应为报道中“今年”的年份，例如 2021。",
        "The year “{value}” is not a whole number; expected the report's “this year”, such as 2021.",
    ),
    "programme.text_missing": (
        "见到“{value}”，应为不空的文字，要加引号。请补上。",
        "Found “{value}”; expected a text in quotes that is not blank. Add it.",
    ),
    "programme.unknown_key": (
        "不认识“{value}”。请核对写法，或删去。",
        "“{value}” is not known here. Check the spelling, or remove it.",
    ),
    "programme.not_boolean": (
        "见到“{value}”，应为 true（已公布）或 false（本单位台账）。",
        "Found “{value}”; expected true (published) or false (the office's own record).",
    ),
    "programme.not_one_of": (
        "见到“{value}”，应为下列之一：{allowed}。",
        "Found “{value}”; expected one of: {allowed}.",
    ),
    "programme.not_date": (
        "见到“{value}”，应为日期，不加引号，例如 2021-05-28。",
        "Found “{value}”; expected a date without quotes, such as 2021-05-28.",
    ),
    "programme.not_a_number": (
        "数值“{value}”不对，应为不加引号的非负数，精确到 {step}。没有公布的数，请不要写 value。",
        "The value “{value}” is not a number of 0 or more, without quotes, in steps of {step}. "
        "If it was not published, leave `value` out.",
    ),
    "programme.no_source": (
        "数值“{value}”没有来源。请写明 source；没有来源的数不得作为已公布的数显示。",
        "The value “{value}” has no source. Name its `source`; what has none may not be shown as published.",
    ),
    "programme.unknown_name": (
        "“{value}”不在 [[{table}]] 中。请核对写法，或补上。",
        "“{value}” is not among [[{table}]]. Check the spelling, or add it.",
    ),
    "programme.twice": (
        "名称“{value}”出现了{count}次，应各不相同。",
        "The name “{value}” appears {count} times; names must differ.",
    ),
    "programme.figure_missing": (
        "缺少指标“{value}”，进度页要用。没有公布的，保留指标，不写 value。",
        "The figure “{value}”, which the progress page needs, is missing. "
        "If it was not published, keep it without `value`.",
    ),
    "programme.other_unit": (
        "单位是 {unit}，而“{value}”的单位是 {whole_unit}：不同口径不能互为部分。",
        "It is counted in {unit}, but “{value}” in {whole_unit}: one cannot be part of the other.",
    ),
    "programme.circle": (
        "顺着“{value}”又回到了自身：指标不能是自己的一部分。",
        "Following “{value}” leads back to where it began: a figure cannot be part of itself.",
    ),
    "programme.parts_exceed": (
        "总数“{value}”小于已知各部分之和 {total}。请核对总数和各部分。",
        "The whole “{value}” is less than the sum of its known parts, {total}. Check the whole and the parts.",
    ),
    "unit.household": ("户", "households"),
    "unit.person": ("人", "persons"),
    "unit.m2": ("平方米", "m²"),
    "unit.unit": ("套", "units"),
    "unit.project": ("个", "projects"),
    "unit.batch": ("批次", "batches"),
    "unit.community": ("个", "communities"),
    "page.language": ("语言 · Language", "Language · 语言"),
    "page.product": ("安居 · 安置房分配", "anju · resettlement housing"),
    "page.damaged": (
        "数据文件有错，本页不显示任何数字。请按下列各条改正：",
        "The data file has faults, so this page shows no figure. Correct these:",
    ),
    "page.fault": ("{place} · {column}：{sentence}", "{place} · {column}: {sentence}"),
    "page.published": ("已公布", "published"),
    "page.own_record": ("本单位台账", "the office's record"),
    "page.not_published": ("未公布", "not published"),
    "page.computed": ("由已公布数字计算", "computed from published figures"),
    "page.amount": ("{value} {unit}", "{value} {unit}"),
    "progress.title": ("安置任务进度", "Progress of the programme"),
    "progress.source": (
        "数字来源：{sources}。“今年”指 {year} 年，“明年”指 {next_year} 年。"
        "每个数字下面写明统计口径；没有公布的，不推算。",
        "Source: {sources}. “This year” is {year}, “next year” {next_year}. Each figure stands with its definition; "
        "what was not published is not guessed.",
    ),
    "progress.resettled": ("安置户与安置人口", "Households and persons"),
    "progress.this_year": ("今年新安置", "newly resettled this year"),
    "progress.rest": ("其余（未公布如何划分）", "the rest (split not published)"),
    "progress.share": ("今年新安置占全部（{unit}）", "Newly resettled this year, of all {unit}"),
    "progress.share_definition": (
        "{part} ÷ {whole}，{unit}。四舍五入到 0.1%。",
        "{part} ÷ {whole} {unit}, rounded half up to 0.1 %.",
    ),
    "progress.by_year_end": ("到今年底已安置（{unit}）", "Resettled by the end of this year, {unit}"),
    "progress.range": ("{least}–{most}", "{least}–{most}"),
    "progress.by_year_end_definition": (
        "以前年度已安置数未公布，只能给出范围：最少是今年新安置数，最多是全部。",
        "How many were resettled in earlier years is not published, so only a range can be given: "
        "at least this year's, at most all.",
    ),
    "progress.by_year_end_known": ("以前年度与今年之和。", "Earlier years and this year together."),
    "progress.resettled_chart": (
        "今年新安置 {households} 户、{persons} 人；其余 {rest_households} 户、{rest_persons} 人"
        "以前年度已安置或留到明年，如何划分未公布。",
        "{households} households and {persons} persons are newly resettled this year. "
        "The other {rest_households} households and {rest_persons} persons were resettled earlier or are left for next year; the split is not published.",
    ),
    "progress.percent_axis": ("占全部安置任务（%）", "of the whole task (%)"),
    "progress.completed": ("今年竣工交房", "Completed this year"),
    "progress.government": ("联合自建以外", "other than joint self-building"),
    "progress.joint": ("联合自建", "joint self-building"),
    "progress.area_chart": (
        "今年竣工交房 {whole} 平方米，其中联合自建 {part} 平方米，其余 {rest} 平方米（由前两个数字相减）。",
        "{whole} m² completed this year, of which {part} m² joint self-building; "
        "the other {rest} m² is the difference.",
    ),
    "progress.allocation": ("今年分配", "To allocate this year"),
    "progress.two_stocks": (
        "竣工面积、分配面积和新安置户是三种不同的口径（例如分配的房源可能是往年竣工的），本系统不拿一种推算另一种。",
        "Area completed, area to allocate and people newly resettled are three different stocks "
        "(homes allocated may have been completed in earlier years); none is derived from another here.",
    ),
    "progress.done": ("已完成", "Done"),
    "progress.breakdown": ("分项与预测", "By project, batch and village; forecast"),
    "progress.no_breakdown": (
        "除大丰家园选房日外，各项目、各批次、各村组的数字以及实际进度均未公布，因此没有分项，也不作预测。"
        "已公布的目标是到 {next_year} 年全部安置完成。",
        "Apart from the Dafeng Jiayuan selection day, no figures by project, batch or village and no actual progress "
        "were published, so none is shown and no date is forecast. "
        "The published target is that all are resettled by {next_year}.",
    ),
    # -- commands -----------------------------------------------------------------------------------------------
    "cli.interrupted": ("已中断，没有写出任何结果。", "Interrupted; nothing has been written."),
    "cli.faults": (
        "共 {count} 处错误，没有写出任何结果。请改正后重试。",
        "{count} faults; nothing has been written. Correct them and try again.",
    ),
    "cli.annotated": ("已写出标注工作簿：{file}", "Marked workbook written: {file}"),
    "cli.check.good": (
        "批次 {round} 资料无误：安置户 {households} 户，其中 {households_in} 户参加；房源 {units} 套，其中 {units_in} 套参加。",
        "Round {round} has no fault: {households} households, {households_in} take part; {units} units, {units_in} take part.",
    ),
    "cli.solving": ("正在求解……", "Solving…"),
    "cli.stage.done": ("阶段 {name} 完成：{value}", "stage {name} done: {value}"),
    "cli.not_one_of": (
        "选项 {column} 的值“{value}”无效，应为以下之一：{allowed}。",
        "Option {column}: \"{value}\" is not valid; expected one of {allowed}.",
    ),
    "cli.seed.empty": ("选项 --seed：种子不能为空。", "Option --seed: the seed must not be empty."),
    "cli.draw.title": ("选房顺序号（种子：{seed}）", "Order numbers (seed: {seed})"),
    "out.not_ours": (
        "结果文件夹“{place}”已存在，且不是 anju 写出的结果，因此没有改动它。请换一个文件夹。",
        "The output folder \"{place}\" exists and was not written by anju, so it was left alone. Choose another.",
    ),
    "out.unwritable": (
        "无法写入结果文件夹“{place}”：{value}。没有写出任何结果。",
        "Cannot write the output folder \"{place}\": {value}. Nothing has been written.",
    ),
    "price.household.unknown": (
        "安置户“{value}”不在本批次名册中。", "Household \"{value}\" is not on this round's roster."
    ),
    "price.unit.unknown": ("房源“{value}”不在本批次房源表中。", "Unit \"{value}\" is not in this round's units table."),
    "price.unit.twice": ("房源“{value}”写了不止一次。", "Unit \"{value}\" is named more than once."),
    "price.forbidden": (
        "这组房源的总面积超出政策允许安置户“{value}”购买的范围。",
        "The policy does not allow household \"{value}\" a set of homes of this total area.",
    ),
    "price.household.left_out": (
        "注意：该户目前不参加本批次。", "Note: this household does not take part in the round as it stands."
    ),
    "price.unit.left_out": (
        "注意：所列房源中有目前不参加本批次的。", "Note: at least one of these units does not take part as it stands."
    ),
    "price.outside_band": (
        "注意：总面积超出该户指标允许的上下幅度。", "Note: the total area is outside the band around the entitlement."
    ),
    "price.prepayment_short": (
        "注意：该户预缴房款不足这组房源要求的比例。", "Note: the prepayment does not cover its share of this price."
    ),
    "summary.households_in": ("参加户数", "households taking part"),
    "summary.households_served": ("得房户数", "households served"),
    "summary.persons_served": ("得房人口", "persons served"),
    "summary.units_allocated": ("分配套数", "units allocated"),
    "summary.principle": ("公平原则", "principle"),
    "summary.per": ("计量单位", "outcomes per"),
    "summary.profile": ("志愿分布（志愿: 数量）", "profile (choice: outcomes)"),
    "summary.left_out": ("未参加（户、套）", "left out (households, units)"),
    "summary.unserved": ("未得房户", "unserved households"),
    "summary.stages": ("各阶段证明", "stages"),
    "summary.seconds": ("求解用时（秒）", "solve (seconds)"),
    "summary.shortfall": (
        "安置户 {household_id}：因预缴不足 {short_yuan} 元，得第 {rank} 志愿，而非第 {better_rank} 志愿。",
        "Household {household_id}: short of {short_yuan} yuan prepaid, it got choice {rank} instead of {better_rank}.",
    ),
    "summary.written": ("结果已写入 {folder}", "Results written to {folder}"),
    "proof.proved": ("已证明（附证书）", "proved (certificate)"),
    "proof.claimed": ("求解器声称最优", "claimed by the solver"),
    "proof.bounded": ("未证明", "not proved"),
    "compare.principle": ("原则", "principle"),
    "compare.households_served": ("得房户", "served"),
    "compare.profile": ("志愿分布", "profile"),
    "compare.worst_rank": ("最差志愿", "worst"),
    "compare.mean": ("平均志愿", "mean"),
    "compare.envious": ("羡慕后序号者的户数", "would rather have a later number's home"),
    "compare.village_spread": ("村组间差距", "spread between villages"),
    "compare.proved": ("已证明", "proved"),
    "compare.village": ("村组", "village"),
    "word.yes": ("是", "yes"),
    "word.no": ("否", "no"),
}
