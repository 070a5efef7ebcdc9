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


def sentence(code: str, lang: Lang = "zh", **params: object) -> str:
    """The sentence of ``code``; KeyError for an unknown code or a missing parameter."""
    chinese, english = SENTENCES[code]
    return (chinese if lang == "zh" else english).format(**params)


def reason_sentence(reason: Reason, lang: Lang = "zh") -> str:
    """The sentence of a reason with its values; documents by their names."""
    named = {
        key: sentence(f"document.{value}", lang) if key in ("document", "restarted_by") else value
        for key, value in reason.params.items()
    }
    return sentence(reason.code, lang, **named)


SENTENCES: dict[str, tuple[str, str]] = {
    # -- tables and schema --------------------------------------------------------------------------------------
    "file.missing": (
        "找不到“{value}”；请检查名称和所在文件夹",
        "“{value}” is not there; check the name and the folder",
    ),
    "file.unknown_kind": (
        "“{value}”不是能读的文件；请给出文件夹（CSV 或 Parquet 表格）或一个 .xlsx 工作簿",
        "“{value}” cannot be read; give a folder of CSV or Parquet tables or one .xlsx workbook",
    ),
    "file.old_xls": (
        "这是旧格式（.xls）或加了密码的工作簿；请在 Excel 中去掉密码并另存为“Excel 工作簿（.xlsx）”",
        'this workbook is in the old .xls format or has a password; remove the password and save it as "Excel Workbook (.xlsx)"',
    ),
    "file.not_xlsx": (
        "文件名是 .xlsx，内容却不是 Excel 工作簿；请在 Excel 中打开后另存为“Excel 工作簿（.xlsx）”",
        'the name says .xlsx but the content is no Excel workbook; open it in Excel and save it as "Excel Workbook (.xlsx)"',
    ),
    "file.xlsx_broken": (
        "工作簿已损坏，无法读取（{value}）；请在 Excel 中打开修复后另存，或重新传送文件",
        "the workbook is damaged and cannot be read ({value}); open it in Excel, let it repair the file and save it, or send it again",
    ),
    "file.csv_is_workbook": (
        "文件名是 .csv，内容却是 Excel 工作簿；请另存为“CSV UTF-8（逗号分隔）”，或把扩展名改为 .xlsx",
        'the name says .csv but the content is an Excel workbook; save it as "CSV UTF-8", or name it .xlsx',
    ),
    "file.csv_broken": (
        "CSV 的引号或换行不完整（{value}）；请在 Excel 中重新另存为“CSV UTF-8（逗号分隔）”",
        'quotes or line ends of the CSV are incomplete ({value}); save it again from Excel as "CSV UTF-8"',
    ),
    "file.csv_separator": (
        "只有一列“{value}”，看来不是用逗号分隔；请另存为“CSV UTF-8（逗号分隔）”",
        'there is one column only, “{value}”: the file seems not to be separated by commas; save it as "CSV UTF-8"',
    ),
    "file.parquet_broken": (
        "不是完整的 Parquet 文件（{value}）；请重新导出",
        "this is no complete Parquet file ({value}); export it again",
    ),
    "file.toml_broken": (
        "不是正确的 TOML（{value}）；请检查引号、等号和日期的写法",
        "this is not correct TOML ({value}); check quotes, equals signs and dates",
    ),
    "file.not_utf8": (
        "文字编码不是 UTF-8，也不是中文 Excel 所用的 GB18030；请另存为“CSV UTF-8（逗号分隔）”",
        'the text is neither UTF-8 nor the GB18030 that Chinese Excel writes; save it as "CSV UTF-8"',
    ),
    "file.gb18030": (
        "文字编码是 GB18030（不是 UTF-8），已按 GB18030 读取；请核对生僻字",
        "the text is encoded as GB18030, not UTF-8, and was read as such; check rare characters",
    ),
    "file.empty": (
        "表是空的；第 1 行应为标题，以下为数据",
        "the table is empty; row 1 should hold the headings and the rows below the data",
    ),
    "file.no_heading": (
        "第 1 行是空的，第 {row} 行才有内容；标题应在第 1 行，请删去上面的空行",
        "row 1 is blank and the content starts in row {row}; headings belong in row 1: delete the blank rows above",
    ),
    "file.too_large": (
        "解开后超过 {megabytes} MB，不予读取；请拆分批次或删去无关的工作表和图片",
        "unpacked it is more than {megabytes} MB and is not read; split the round or delete other sheets and pictures",
    ),
    "file.too_many_rows": ("有 {rows} 行，最多 {limit} 行", "there are {rows} rows; at most {limit} are read"),
    "file.too_many_columns": (
        "有 {columns} 列，最多 {limit} 列",
        "there are {columns} columns; at most {limit} are read",
    ),
    "file.too_wide": (
        "内容散布到 {rows} 行 × {columns} 列，最多 {limit} 个单元格；请删去远处的零星单元格",
        "the content is spread over {rows} rows × {columns} columns; at most {limit} cells are read: delete the stray cells far away",
    ),
    "table.missing": (
        "缺少表“{table_name}”；请加上工作表或文件“{table_name}”（或 {file}），没有数据时也应有标题行",
        'the table "{table_name}" is missing; add a sheet or file of that name, with its headings even when it has no rows ({file})',
    ),
    "table.missing_near": (
        "缺少表“{table_name}”；现有“{near}”，如就是它，请改名为“{table_name}”或 {file}",
        'the table "{table_name}" is missing; there is “{near}”: if that is it, rename it to {file}',
    ),
    "table.twice": (
        "表“{table_name}”出现两次；每个表只留一个文件或工作表",
        'the table "{table_name}" is given twice; keep one file or sheet of each',
    ),
    "table.no_rows": (
        "只有标题，没有数据；至少应有一行",
        "there are headings but no rows; at least one row is expected",
    ),
    "heading.none": (
        "第 1 行“{value}”中没有一个认得的标题；标题应在第 1 行，表头上方的大标题请删去",
        "row 1, “{value}”, has no heading that is known; headings belong in row 1: delete a title above them",
    ),
    "heading.empty": (
        "{letters} 列有数据而没有标题；请写上标题或删去该列",
        "column {letters} has data but no heading; give it one or delete the column",
    ),
    "heading.twice": (
        "标题“{value}”（{letters} 列）与“{other}”是同一列；请只留一列",
        "the heading “{value}” (column {letters}) means the same column as “{other}”; keep one of them",
    ),
    "heading.missing": ("缺少这一列；请加上，内容应为{expected}", "this column is missing; add it, with {expected}"),
    "heading.missing_near": (
        "缺少这一列；现有标题“{value}”，如就是它，请改名",
        "this column is missing; there is a heading “{value}”: if that is it, rename it",
    ),
    "cell.empty": ("没有填写，应为{expected}", "nothing is filled in; expected is {expected}"),
    "cell.formula": (
        "这里是公式（显示“{value}”），应为直接填写的值；请复制后“选择性粘贴—数值”",
        "this is a formula (showing “{value}”), expected is a plain value; copy it and paste it back as values",
    ),
    "cell.error_value": (
        "这里是 Excel 的错误值“{value}”，应为{expected}",
        "this is an error value of Excel, “{value}”; expected is {expected}",
    ),
    "cell.merged": (
        "单元格 {value} 是合并的；请取消合并，每行各自填写",
        "the cells {value} are merged; unmerge them and fill in every row",
    ),
    "cell.control": (
        "“{value!r}”中有看不见的控制字符；请删去后重新输入",
        "“{value!r}” contains control characters that cannot be seen; delete it and type it again",
    ),
    "cell.too_long": (
        "有 {length} 个字，最多 {limit} 个",
        "there are {length} characters; at most {limit} are allowed",
    ),
    "cell.date_for_text": (
        "Excel 把填写的内容变成了日期“{value}”；请先把单元格设为文本格式，再重新填写，应为{expected}",
        "Excel has turned what was typed into the date “{value}”; format the cell as text and type it again; expected is {expected}",
    ),
    "cell.not_an_id": ("“{value}”不是编号，应为{expected}", "“{value}” is no ID; expected is {expected}"),
    "cell.id_bar": (
        "“{value}”含有竖线“|”；摇号用它分隔，编号中不能有，请换一个符号",
        "“{value}” contains a bar “|”, which the draw uses as a separator; use another sign in the ID",
    ),
    "cell.id_became_number": (
        "编号变成了数字“{value}”，末几位可能已经丢失；请把单元格设为文本格式后重新填写",
        "the ID has become the number “{value}” and may have lost its last digits; format the cell as text and type it again",
    ),
    "cell.resident_form": (
        "“{value}”不是身份证号，应为 18 位，前 17 位是数字，末位是数字或 X",
        "“{value}” is no resident identity number: 17 digits and a last digit or X are expected",
    ),
    "cell.resident_birth": (
        "身份证号“{value}”第 7 至 14 位不是存在的日期；请核对证件",
        "digits 7 to 14 of the identity number “{value}” are no date that exists; check the card",
    ),
    "cell.resident_check": (
        "身份证号“{value}”的校验位不符，有数字录错；请核对证件",
        "the check digit of the identity number “{value}” is wrong: a digit was mistyped; check the card",
    ),
    "cell.not_whole": ("“{value}”不是整数，应为{expected}", "“{value}” is not a whole number; expected is {expected}"),
    "cell.not_a_number": ("“{value}”不是数字，应为{expected}", "“{value}” is not a number; expected is {expected}"),
    "cell.too_many_decimals": (
        "“{value}”多于两位小数，应为{expected}",
        "“{value}” has more than two decimals; expected is {expected}",
    ),
    "cell.zero": ("“{value}”不能为零，应为{expected}", "“{value}” must not be zero; expected is {expected}"),
    "cell.too_small": ("“{value}”太小，至少为 {low}", "“{value}” is too small; at least {low} is expected"),
    "cell.too_large": ("“{value}”太大，最多为 {high}", "“{value}” is too large; at most {high} is expected"),
    "cell.not_a_date": ("“{value}”不是日期，应为{expected}", "“{value}” is not a date; expected is {expected}"),
    "cell.no_such_date": (
        "“{value}”这个日期或时间不存在；请核对",
        "“{value}” is a date or time that does not exist; check it",
    ),
    "cell.date_far": (
        "日期“{value}”不在 {low} 至 {high} 年之间；请核对",
        "the date “{value}” is not in the years {low} to {high}; check it",
    ),
    "cell.not_a_word": (
        "“{value}”不是可用的词，应为{expected}",
        "“{value}” is not a word that is known; expected is {expected}",
    ),
    "cell.not_text": ("“{value}”不是文字，应为{expected}", "“{value}” is not text; expected is {expected}"),
    "row.id_twice": (
        "“{value}”与第 {rows} 行重复；每个编号只能用一次",
        "“{value}” stands in row {rows} too; an ID can be used once only",
    ),
    "row.receipt_twice": (
        "收据“{value}”与第 {rows} 行重复；同一张收据只能录入一次",
        "the receipt “{value}” stands in row {rows} too; a receipt can be entered once only",
    ),
    "row.twice": (
        "“{value}”这一行与第 {rows} 行重复；请只留一行",
        "this row, “{value}”, repeats row {rows}; keep one of them",
    ),
    "row.home_twice": (
        "房号“{value}”与第 {rows} 行是同一套房（小区、栋、单元、楼层、房号都相同）；请核对",
        "room “{value}” is the same home as in row {rows} (project, building, entrance, floor and room are equal); check them",
    ),
    "row.person_twice": (
        "身份证号“{value}”还出现在 {other} 第 {other_row} 行；一人只能计入一户一次",
        "the identity number “{value}” stands in {other} row {other_row} too; one person counts once, in one household",
    ),
    "row.unknown": (
        "“{value}”不在“{target_name}”之中；请核对",
        '“{value}” is not among the values of "{target_name}"; check it',
    ),
    "row.unknown_near": (
        "“{value}”不在“{target_name}”之中，是不是“{near}”？",
        '“{value}” is not among the values of "{target_name}"; is it “{near}”?',
    ),
    "row.subject_unknown": (
        "“{value}”不是安置户编号或房源编号，也不是“*”（全部）；请核对",
        "“{value}” is neither a household_id nor a unit_id nor * (all); check it",
    ),
    "row.persons": (
        "填写的是 {value} 人，“安置人口”表中计入 {counted} 人；两者应当一致",
        "{value} persons are given, {counted} are counted in the table of members; both should agree",
    ),
    "row.withdrawn_early": (
        "撤回日期“{value}”早于公示日期 {other}；请核对",
        "the withdrawal “{value}” is before the publication on {other}; check both",
    ),
    "row.resolved_early": (
        "办结日期“{value}”早于提出日期 {other}；请核对",
        "the resolution “{value}” is before the filing on {other}; check both",
    ),
    "row.floors_crossed": (
        "最高楼层“{value}”低于最低楼层 {other}；请核对",
        "the highest floor “{value}” is below the lowest floor {other}; check both",
    ),
    "row.floor_above_roof": (
        "总楼层“{value}”低于所在楼层 {other}；请核对",
        "the building has “{value}” floors, fewer than this home's floor {other}; check both",
    ),
    "row.choice_twice": (
        "志愿“{value}”与第 {rows} 行重复；每户的志愿应为 1、2、3……各一次",
        "choice “{value}” stands in row {rows} too; a household's choices are numbered 1, 2, 3 …, each once",
    ),
    "row.choice_gap": (
        "{household_id} 有志愿“{value}”而没有志愿 {missing}；应从 1 起连续编号",
        "{household_id} has choice “{value}” but no choice {missing}; number them from 1 without a gap",
    ),
    "row.choice_beyond": (
        "志愿“{value}”超过政策允许的 {most} 个志愿",
        "choice “{value}” is beyond the {most} choices that the policy allows",
    ),
    "row.order_missing": (
        "没有选房顺序号；政策规定按给定顺序号选房，每户都应有",
        "there is no order number; the policy takes order numbers as given, so every household needs one",
    ),
    "row.order_twice": (
        "选房顺序号“{value}”与第 {rows} 行重复；每户应各不相同",
        "the order number “{value}” stands in row {rows} too; every household needs its own",
    ),
    "row.born_later": (
        "出生日期“{value}”晚于本批次的基准日 {as_of}；请核对",
        "the birth date “{value}” is after the day the round is judged on, {as_of}; check it",
    ),
    "round.key_unknown": (
        "不认得“{value}”这一项；可用的有 id、title、projects、as_of、seed、policy",
        "“{value}” is not known here; known are id, title, projects, as_of, seed, policy",
    ),
    "round.key_twice": ("“{value}”这一项重复；请只留一项", "“{value}” is given twice; keep one of them"),
    "round.id_form": (
        "“{value}”不能作批次编号，应为{expected}",
        "“{value}” cannot be a round's id; expected is {expected}",
    ),
    "round.project_unknown": (
        "小区“{value}”在房源表中没有一套房；请核对",
        "the project “{value}” has no home in the table of units; check it",
    ),
    "round.policy_absolute": (
        "政策文件“{value}”写了完整路径；请写相对于本批次文件夹的路径",
        "the policy file “{value}” has an absolute path; give it relative to the round's folder",
    ),
    "annotate.title": ("问题清单", "Faults"),
    "annotate.headings": ("序号|位置|行|列|填写的值|问题", "No|place|row|column|value found|fault"),
    "annotate.same_file": (
        "“{value}”就是原来的文件；标注后的工作簿请另取文件名",
        "“{value}” is the file itself; give the marked workbook another name",
    ),
    "annotate.no_folder": ("“{value}”所在的文件夹不存在", "the folder of “{value}” does not exist"),
    "round.policy_missing": (
        "找不到政策文件“{value}”；它应相对于本批次所在文件夹",
        "the policy file “{value}” is not there; it is looked up from the round's folder",
    ),
    # -- policy -------------------------------------------------------------------------------------------------
    "policy.unreadable": (
        "这个文件打不开。请核对文件名和位置。",
        "This file cannot be opened. Check its name and place.",
    ),
    "policy.not_utf8": ("文件不是 UTF-8 编码。请另存为 UTF-8。", "The file is not in UTF-8. Save it as UTF-8."),
    "policy.syntax": ("TOML 写法有误（{message}）。请改正这一行。", "This is not TOML ({message}). Correct this line."),
    "policy.unknown_key": ("没有这一项。可用的有：{known}。", "There is no such key. Known here: {known}."),
    "policy.missing": ("缺少这一项。请补上。", "This key is missing. Add it."),
    "policy.choice": ("“{value}”不在可选之列，应为：{known}。", "“{value}” is not one of: {known}."),
    "policy.number": ("“{value}”不是数字，例如应为 50.0。", "“{value}” is not a number; write it like 50.0."),
    "policy.money": (
        '“{value}”不是金额。金额要写成带引号的文字，最多两位小数，例如 "1500.00"。',
        '“{value}” is not money. Write money as text in quotes, with two decimals at most: "1500.00".',
    ),
    "policy.whole": ("“{value}”不是整数，例如应为 7。", "“{value}” is not a whole number; write it like 7."),
    "policy.true_false": (
        "“{value}”应为 true 或 false，不加引号。",
        "“{value}” must be true or false, without quotes.",
    ),
    "policy.text": ("“{value}”应为带引号的文字。", "“{value}” must be text in quotes."),
    "policy.day": ("“{value}”不是日期，例如应为 2021-05-20。", "“{value}” is not a date; write it like 2021-05-20."),
    "policy.span": (
        '“{value}”不是整数范围，应写成 "3"、"2-6" 或 "7-"。',
        '“{value}” is no range of whole numbers; write it like "3", "2-6" or "7-".',
    ),
    "policy.section": ("“{value}”应为一组（[…] 或 {{…}}）。", "“{value}” must be a table ([…] or {{…}})."),
    "policy.list": ("“{value}”应为列表（[[…]] 或 […]）。", "“{value}” must be a list ([[…]] or […])."),
    "policy.least": ("“{value}”太小，不得小于 {limit}。", "“{value}” is too small; at least {limit}."),
    "policy.more_than": ("“{value}”太小，须大于 {limit}。", "“{value}” is too small; more than {limit}."),
    "policy.greatest": (
        "“{value}”太大，不得大于 {limit}（六成写成 0.60）。",
        "“{value}” is too large; at most {limit} (sixty percent as a share is 0.60).",
    ),
    "policy.decimals": ("“{value}”最多可有 {limit} 位小数。", "“{value}” may have {limit} decimals at most."),
    "policy.too_large": ("“{value}”位数太多。", "“{value}” has too many digits."),
    "policy.invalid": ("“{value}”在这里不能用。请核对写法。", "“{value}” cannot stand here. Check how it is written."),
    "policy.needed": ("因为有 {because}，这一项不能缺。请补上。", "This is needed because of {because}. Add it."),
    "policy.needed_with": ("“{value}”要和 {key} 一起写。", "“{value}” goes together with {key}."),
    "policy.below": ("“{value}”小于下限 {least}。", "“{value}” is below the least, {least}."),
    "policy.person_class_needed": (
        '“{value}”：person_class 与 when = "person_class" 必须同时出现。',
        '“{value}”: person_class and when = "person_class" go together.',
    ),
    "policy.span_backwards": ("范围“{value}”前大后小。请对调。", "The range “{value}” runs backwards. Swap its ends."),
    "policy.span_overlap": ("范围“{value}”与“{other}”重叠。", "The range “{value}” overlaps “{other}”."),
    "policy.span_gap": (
        "范围“{value}”之前漏了 {first} 至 {last}。请补上。",
        "Before the range “{value}”, {first} to {last} are left out. Add them.",
    ),
    "policy.band_one_price": (
        "每段只写一种价格：price、up_percent、market_times 或 forbidden = true；现有“{value}”。",
        "A band has one of price, up_percent, market_times or forbidden = true; found “{value}”.",
    ),
    "policy.band_two_ends": (
        "up_to 与 over_m2（“{value}”）只能写一个。",
        "A band ends at up_to or at over_m2 (“{value}”), not both.",
    ),
    "policy.first_band_price": ("第一段要写 price 或 market_times。", "The first band needs price or market_times."),
    "policy.last_band_open": (
        "最后一段止于“{value}”，其余面积没有价格。请再加一段（不写止点；不允许的写 forbidden = true）。",
        "The last band ends at “{value}”; the rest has no price. Add a band without an end (forbidden = true to refuse).",
    ),
    "policy.band_open_early": (
        "这一段没有止点，后面的段用不到。请写 up_to 或 over_m2。",
        "This band has no end, so the later ones are never reached. Give it up_to or over_m2.",
    ),
    "policy.band_forbidden_early": (
        "forbidden（“{value}”）只能写在最后一段。",
        "Only the last band may be forbidden (“{value}”).",
    ),
    "policy.bands_order": (
        "这一段的止点“{value}”不大于前一段。各段要由小到大，up_to 在前，over_m2 在后。",
        "This band ends at “{value}”, not beyond the one before. Bands run upwards, up_to before over_m2.",
    ),
    "policy.market_needed": (
        "这里（“{value}”）要用市场价。请写 pricing.market_price。",
        "This (“{value}”) needs the market price. Add pricing.market_price.",
    ),
    "policy.floors_two_ways": (
        "table 与 per_storey（“{value}”）只能用一种。",
        "Floors are priced by table or by per_storey (“{value}”), not both.",
    ),
    "policy.steps_order": ("各档月数“{value}”要由小到大。", "The months “{value}” must run upwards."),
    "policy.no_such_key": (
        "出处或示例里的“{value}”不是本政策的一项。请核对写法。",
        "“{value}” is traced or marked an example, but is no key of this policy. Check its spelling.",
    ),
    "policy.share_without_price": (
        "预缴比例“{value}”没有房价可依。请写 pricing.bands。",
        "A prepayment share of “{value}” has no price to be taken of. Add pricing.bands.",
    ),
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
    "document.demand": ("安置需求", "The resettlement demand"),
    "document.units": ("房源", "The list of available units"),
    "document.plan": ("分配方案", "The allocation plan"),
    "document.result": ("分配结果", "The result of the allocation"),
    "objection.open": (
        "异议 {objection_id}（{filed_on} 提出）尚未处理。",
        "Objection {objection_id}, filed on {filed_on}, is not resolved yet.",
    ),
    "unit.other_project": (
        "属于“{project}”，不在本批次范围。",
        "It belongs to “{project}”, which is not in this round.",
    ),
    "unit.status.reserved": ("预留房。", "It is reserved."),
    "unit.status.defective": ("有质量缺陷，暂不分配。", "It has a defect and is not given out for now."),
    "unit.status.allocated": ("已分配。", "It has been allocated already."),
    "unit.joint_self_built": ("联合自建，不纳入分配方案。", "Joint self-building is not part of the allocation plan."),
    "publication.calendar_unknown": (
        "“{value}”的公示期按工作日计算，但 {year} 年的放假安排尚未公布，无法计算。请待国务院办公厅通知公布后再办。",
        "The period of “{value}” runs in working days, but the holidays of {year} are not announced yet, so it cannot be "
        "counted. Wait for the State Council's notice.",
    ),
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
        "{document} was published on {published_on}. {restarted_by} was published anew on {on}, "
        "so the former must be published again.",
    ),
    "prepayment.short": (
        "预缴款应为 {needed} 元，截止日前计入 {paid} 元，差 {short} 元。",
        "The prepayment due is {needed} yuan; {paid} yuan counted by the due date, {short} yuan are missing.",
    ),
    "prepayment.late": (
        "预缴款应在 {due_on} 以前缴足 {needed} 元，截止日前计入 {paid} 元；其后缴的 {late} 元不计入，差 {short} 元。",
        "The prepayment of {needed} yuan was due by {due_on}; {paid} yuan counted, {late} yuan came later and do not "
        "count, {short} yuan are missing.",
    ),
    "prepayment.set_off_exceeds": (
        "安置户 {household_id} 抵扣的补偿款合计“{value}”元，多于应得补偿 {owed} 元。请核对收据和补偿款。",
        "Household {household_id} has “{value}” yuan set off, more than the {owed} yuan of compensation it is owed. "
        "Check the receipts and the compensation.",
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
    "draw.pool_root": (
        "“{value}”不是名册指纹，应为 64 位十六进制数。请照公示的名册指纹填写。",
        "“{value}” is no fingerprint of a roster; expected 64 hexadecimal digits. Copy it from the notice.",
    ),
    "draw.source.ssq": (
        "“{value}”不是双色球开奖号码，应为六个不同的红球（1–33）和一个蓝球（1–16），例如 03 08 12 19 26 33 + 09。请核对。",
        "“{value}” is no 双色球 result; expected six different red balls (1–33) and a blue one (1–16), "
        "such as 03 08 12 19 26 33 + 09. Check it.",
    ),
    "draw.source.dice": (
        "“{value}”不是骰子点数，应为依次掷出的 1–6，例如 3 1 6 2。请核对。",
        "“{value}” are no dice; expected the faces 1–6 in the order thrown, such as 3 1 6 2. Check it.",
    ),
    "draw.source.digits": (
        "“{value}”不全是数字，应为依次抽出的数字，例如 0 7 3 9。请核对。",
        "“{value}” are not digits only; expected them in the order drawn, such as 0 7 3 9. Check it.",
    ),
    "draw.source.beacon": (
        "“{value}”不是公开随机数，应为至少 32 位十六进制数。请照公布的数值填写。",
        "“{value}” is no public random value; expected at least 32 hexadecimal digits. Copy it as published.",
    ),
    "draw.source.twice": (
        "来源“{value}”写了两次，每个事件只能用一次。请删去一个，或写明期号。",
        "The source “{value}” stands twice; an event is used once. Remove one, or name the issue.",
    ),
    "draw.too_little_chance": (
        "种子只来自 {events} 个公开事件，约 {bits} 位随机；应不少于 2 个事件、{needed} 位。"
        "请增加来源，例如连续三期双色球。",
        "The seed rests on {events} public events, about {bits} bits of chance; expected 2 events and {needed} bits. "
        "Add sources, such as three 双色球 draws in a row.",
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
    "unit.floor_unpriced": (
        "房源 {unit_id}：政策的楼层差价表里没有第“{value}”层。请补政策，或改正楼层。",
        "Unit {unit_id}: the policy's floor table has no floor “{value}”. Complete the policy, or correct the floor.",
    ),
    "unit.floors_unknown": (
        "房源 {unit_id}：政策对顶层另计，但没有填总层数（现为“{value}”）。请补上。",
        "Unit {unit_id}: the policy prices the top floor, but the storeys of the building are missing (“{value}”).",
    ),
    "unit.factor_unpriced": (
        '房源 {unit_id}：政策的差价表里没有“{value}”。请补政策（"*" 表示其余），或改正这一格。',
        'Unit {unit_id}: the policy\'s table has no “{value}”. Complete the policy ("*" = the rest), or correct this cell.',
    ),
    "entitlement.needs": (
        "安置户 {value}：政策按 {base} 算指标，这一栏不能空。请补上。",
        "Household {value}: the policy makes the entitlement from {base}; this cell must be filled.",
    ),
    "entitlement.no_size": (
        "安置户 {value}：政策没有 {heads} 人户的规定。请补政策，或改正人数。",
        "Household {value}: the policy has no row for {heads} heads. Complete the policy, or correct the persons.",
    ),
    "entitlement.unknown_class": (
        "安置户 {value}：政策没有人员类别“{found}”。请补政策，或改正这一格。",
        "Household {value}: the policy has no class of persons “{found}”. Complete the policy, or correct this cell.",
    ),
    "entitlement.persons": (
        "{persons} 人 + 增计 {extra} 人，每人 {m2_per_person} m²（另有标准的 {special} 人）",
        "{persons} persons + {extra} extra, {m2_per_person} m² each ({special} with their own figure)",
    ),
    "entitlement.sizes": (
        "{persons} 人 + 增计 {extra} 人，按户规模 {heads} 人",
        "{persons} persons + {extra} extra: the row for {heads} heads",
    ),
    "entitlement.homestead": (
        "{persons} 人 + 增计 {extra} 人；宅基地 {homestead_m2} m² × {ratio}",
        "{persons} persons + {extra} extra; homestead of {homestead_m2} m² × {ratio}",
    ),
    "entitlement.recognised": (
        "{persons} 人 + 增计 {extra} 人；认定原面积 {original_m2} m²",
        "{persons} persons + {extra} extra; recognised original area of {original_m2} m²",
    ),
    "entitlement.compensation": (
        "{persons} 人 + 增计 {extra} 人；补偿款 {compensation_yuan} 元 ÷ {price} 元/m²",
        "{persons} persons + {extra} extra; compensation of {compensation_yuan} yuan ÷ {price} yuan/m²",
    ),
    "entitlement.original": (
        "由 {before} m² 提到认定原面积（{heads} 人）",
        "raised from {before} m² to the original area ({heads} heads)",
    ),
    "entitlement.floor": (
        "由 {before} m² 提到 {heads} 人户的下限",
        "raised from {before} m² to the floor for {heads} heads",
    ),
    "entitlement.cap": (
        "由 {before} m² 降到 {heads} 人户的上限",
        "lowered from {before} m² to the cap for {heads} heads",
    ),
    "entitlement.min": (
        "由 {before} m² 提到每户下限（{heads} 人）",
        "raised from {before} m² to the least area ({heads} heads)",
    ),
    "entitlement.max": (
        "由 {before} m² 降到每户上限（{heads} 人）",
        "lowered from {before} m² to the greatest area ({heads} heads)",
    ),
    "statement.item": ("项目", "item"),
    "statement.unit_id": ("房源编号", "unit"),
    "statement.area_m2": ("面积 m²", "area m²"),
    "statement.price_yuan_per_m2": ("单价 元/m²", "price yuan/m²"),
    "statement.amount_yuan": ("金额 元", "amount yuan"),
    "statement.entitlement_m2": ("分配指标（m²）", "entitlement (m²)"),
    "statement.allocated_m2": ("分得面积（m²）", "allocated (m²)"),
    "statement.price": ("房款合计", "price"),
    "statement.prepaid": ("已预缴房款", "prepaid"),
    "statement.balance": ("余款（正数应补缴，负数应退）", "balance (positive: to pay, negative: to refund)"),
    "statement.item.band": ("分段房款", "band"),
    "statement.item.base_price": ("基准单价差价", "difference of base price"),
    "statement.item.floor": ("楼层差价", "floor"),
    "statement.item.top_floor": ("顶层另计", "top floor"),
    "statement.item.orientation": ("朝向差价", "orientation"),
    "statement.item.layout": ("户型差价", "layout"),
    "statement.item.fee": ("费用", "fee"),
    "statement.item.deposit": ("押金", "deposit"),
    "statement.item.storeroom": ("储藏室", "storeroom"),
    "statement.item.garage": ("车库车位", "garage"),
    # -- notices and dashboard ----------------------------------------------------------------------------------
    "statement.title": ("房款结算单", "Statement of price"),
    "statement.numbered": ("{item}（第 {number} 段）", "{item} {number}"),
    "statement.detailed": ("{item}（{detail}）", "{item} ({detail})"),
    "statement.floor": ("{floor} 层", "floor {floor}"),
    "statement.column.number": ("序号", "no."),
    "statement.column.homes": ("套数", "homes"),
    "statement.column.later": ("其他收付款", "other receipts and refunds"),
    "statement.column.sum": ("结算", "settlement"),
    "statement.column.capital": ("人民币大写", "in capitals"),
    "statement.home_number": ("第 {number} 套", "home {number}"),
    "statement.home": ("户型 {layout}　{area} m²", "layout {layout}, {area} m²"),
    "statement.later": ("其他收付款（至 {as_of}）", "other receipts and refunds (to {as_of})"),
    "statement.due": ("应补缴", "to be paid"),
    "statement.refund": ("应退", "to be refunded"),
    "statement.rounding": (
        "每行金额四舍五入到分后相加。面积与金额按分配时的资料计算，最终以实测面积结算，多退少补。",
        "Each line is rounded half up to the fen, then summed. Areas and amounts are those of the allocation; the final settlement goes by measured area.",
    ),
    "statement.sign.office": (
        "经办：{blank}　　审核：{blank}　　日期：{blank}",
        "Prepared: {blank}  Checked: {blank}  Date: {blank}",
    ),
    "statement.sign.household": (
        "安置户签字：{blank}　　日期：{blank}",
        "Signed by the household: {blank}  Date: {blank}",
    ),
    "statement.sheet.summary": ("结算汇总", "Statements"),
    "statement.sheet.lines": ("结算明细", "Lines"),
    "notice.example": (
        "示例：本方案所用价格、面积等标准为示例，并非株洲市或任何地方的规定。",
        "EXAMPLE: the prices, areas and other standards used here are examples. They are no rule of Zhuzhou or of any other place.",
    ),
    "notice.partly_example": (
        "示例：本方案所用标准中，没有出处的是示例，并非株洲市或任何地方的规定。",
        "EXAMPLE: standards used here that name no source are examples. They are no rule of Zhuzhou or of any other place.",
    ),
    "notice.address_without_room": ("{building} {floor} 层 {unit_id}", "{building}, floor {floor}, {unit_id}"),
    "notice.total": ("合计", "total"),
    "notice.count_homes": ("{count} 套", "{count} homes"),
    "notice.count_households": ("{count} 户", "{count}"),
    "notice.column.order": ("顺序号", "order"),
    "notice.column.name": ("户主", "head"),
    "notice.column.household_id": ("户编号", "ID"),
    "notice.column.village": ("村组", "village"),
    "notice.column.persons": ("人口", "pers."),
    "notice.column.entitlement": ("指标 m²", "entitled m²"),
    "notice.column.home": ("房屋", "home"),
    "notice.column.layout": ("户型", "layout"),
    "notice.column.area": ("面积 m²", "area m²"),
    "notice.column.total_area": ("合计 m²", "total m²"),
    "notice.column.left_out": ("安置户或房源", "household or homes"),
    "notice.column.reasons": ("原因", "reason"),
    "notice.plan.title": ("安置房分配方案公示", "Allocation plan: public notice"),
    "notice.plan.opening": (
        "“{title}”的分配方案已按事先公布的规则算出，现予公示，请安置户核对，接受监督。",
        "The plan of “{title}” was computed by the rules published beforehand. It is put up here for every household to check.",
    ),
    "notice.plan.facts_heading": ("一、基本情况", "1. Figures"),
    "notice.plan.facts": (
        "参加本次分配的安置户 {households_in} 户、房源 {units_in} 套。方案分给 {households} 户（安置人口 {persons} 人）"
        "房屋 {homes} 套，建筑面积 {area} 平方米；未分得房屋的 {unserved} 户。",
        "{households_in} households and {units_in} homes take part. The plan gives {homes} homes with {area} m² to "
        "{households} households ({persons} persons); {unserved} households get none.",
    ),
    "notice.plan.principle_heading": ("二、分配原则", "2. Principle"),
    "notice.principle.served": (
        "先使尽可能多的安置户都分得房屋；无法全部满足的，顺序号在前的优先。",
        "As many households as possible are served first; if not all can be, earlier order numbers come first.",
    ),
    "notice.principle.leximin": (
        "在此前提下，先使得到最差志愿的尽可能少，再使次差的尽可能少，依次类推。",
        "Then as few as possible get the worst choice, then the next worst, and so on.",
    ),
    "notice.principle.rank_maximal": (
        "在此前提下，先使得到第一志愿的尽可能多，再使第二志愿的尽可能多，依次类推。",
        "Then as many as possible get their first choice, then their second, and so on.",
    ),
    "notice.principle.utilitarian": (
        "在此前提下，使所得志愿的序号之和最小。",
        "Then the sum of the choices' numbers is the smallest.",
    ),
    "notice.principle.order": (
        "在此前提下，按选房顺序号依次选房，但所选不得使后面本可分得房屋的安置户落空。",
        "Then households choose in order number, but no choice may leave a later one without homes it could have had.",
    ),
    "notice.per.household": (
        "一户分得几套的，以其中最差的志愿计。",
        "A household with several homes counts by the worst of its choices.",
    ),
    "notice.per.unit": ("每套房屋分别计。", "Each home counts by itself."),
    "notice.principle.ties": (
        "结果仍相同的，由公开的摇号种子决定，与名册的排列无关。",
        "What is still equal is decided by the public draw's seed, never by the order of the roster.",
    ),
    "notice.proof.proved": (
        "计算结果的每一步都有证书证明为最优。",
        "A certificate proves every step of the result to be the best.",
    ),
    "notice.proof.claimed": (
        "求解程序完整搜索后认定计算结果为最优，其中有的步骤没有可供他人验算的证书。",
        "The solver's complete search found nothing better; for some steps there is no certificate that others can check.",
    ),
    "notice.proof.bounded": (
        "计算结果中有的步骤尚未证明为最优。",
        "Not every step of the result is proved to be the best.",
    ),
    "notice.plan.homes_heading": ("三、分配方案", "3. The plan"),
    "notice.plan.left_out_heading": ("四、未参加本次分配的安置户和房源", "4. Left out"),
    "notice.plan.left_out": (
        "下列安置户和房源没有参加本次分配，或者参加而未分得房屋：",
        "These households and homes did not take part, or took part and got none:",
    ),
    "notice.plan.none_left_out": ("无。", "None."),
    "notice.units_listed": ("房源 {count} 套：{homes}", "{homes} ({count})"),
    "notice.unserved": ("参加分配，未分得房屋", "took part, got no home"),
    "notice.reason.prepayment": ("预缴房款未达到规定数额。", "The prepayment does not reach what the rules ask for."),
    "notice.reason.other": (
        "不符合参加条件，原因由本单位告知本人。",
        "The conditions are not met; the office tells the household itself why.",
    ),
    "notice.plan.period_heading": ("五、公示期限和异议", "5. Period and objections"),
    "notice.calendar.natural": ("日", "days"),
    "notice.calendar.working": ("个工作日", "working days"),
    "notice.plan.period": (
        "公示期为 {days} {calendar}，自 {on} 公示的次日起算，至 {last} 止。",
        "The notice stands for {days} {calendar}, counted from the day after {on}; the last day is {last}.",
    ),
    "notice.plan.period_unknown": (
        "公示期为 {days} {calendar}，自 {on} 公示的次日起算，至 {blank} 止（{year} 年放假安排尚未公布，请填写）。",
        "The notice stands for {days} {calendar}, counted from the day after {on}; the last day is {blank} (the holidays of {year} are not announced yet: fill in).",
    ),
    "notice.plan.objections": (
        "对本方案有异议的，可以在公示期内以书面形式提出，写明姓名、联系方式、异议事项和理由。",
        "An objection may be made in writing within this period, with name, how to be reached, what is objected to and why.",
    ),
    "notice.plan.contact": ("受理单位：{blank}", "Office: {blank}"),
    "notice.plan.phone": ("联系电话：{blank}", "Telephone: {blank}"),
    "notice.plan.place": ("受理地点：{blank}", "Address: {blank}"),
    "notice.plan.check_heading": ("六、核对依据", "6. What it can be checked by"),
    "notice.plan.check": (
        "选房顺序号和同等情形的取舍由下列种子算出；下列指纹由所用规则算出，规则改动一处，指纹即不同。",
        "Order numbers and ties come from this seed. The fingerprint is made from the rules in force: one change, and it differs.",
    ),
    "notice.check.round": ("批次", "Round"),
    "notice.check.as_of": ("基准日", "Day judged on"),
    "notice.check.seed": ("摇号种子", "Seed of the draw"),
    "notice.check.policy": ("政策", "Policy"),
    "notice.check.source": ("政策依据", "Source"),
    "notice.check.policy_hash": ("政策指纹（SHA-256）", "Policy fingerprint (SHA-256)"),
    "notice.plan.office": ("{blank}（盖章）", "{blank} (seal)"),
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
    # -- bundle -------------------------------------------------------------------------------------------------
    "bundle.private_value": (
        "公开包的 {place} 中会出现名册里不得公布的内容“{value}”（身份证号、电话或全名）。没有写出公开包。请从编号、批次名称等公开栏中删去。",
        '{place} of the bundle would hold "{value}", an ID number, telephone or whole name of the roster. No bundle was written. Take it out of the public columns (ids, titles).',
    ),
    "bundle.readme": (
        "本文件夹是一次安置房分配的公开包：名册（姓名已遮挡）、房源、公示与异议、选房顺序号、志愿、分配结果、房款结算单，以及结果最优的证明。\n\n怎样核验（不需要联网，也不需要安居系统）：\n1. 电脑装有 Python 3.11 或更新版本时，在本文件夹打开命令行，运行：python verify.py .\n2. 加上公示栏上的指纹再核一次：python verify.py . --root 指纹\n3. 用回执码找到自己这一户：python verify.py . --receipt 回执码\n\n每项检查的结论：PASS 通过；FAIL 不通过；PRIVATE 只有本户能核；BOUNDED 有界限、差额未证；CLAIMED 只由求解程序声称；UNCHECKED 本程序不核。\n请务必比对指纹：没有比对，只能说明公开包自身一致，不能说明它就是公示的那一份。",
        "This folder is the bundle of one allocation of resettlement homes: the roster (names masked), the units, publications and objections, order numbers, choices, the allocation, the statements, and the proof that the result is the best there is.\n\nHow to check it (no network and no anju needed):\n1. With Python 3.11 or later, open a command line in this folder and run: python verify.py . --lang en\n2. Once more with the fingerprint on the notice: python verify.py . --lang en --root FINGERPRINT\n3. Find your own household by its receipt code: python verify.py . --lang en --receipt CODE\n\nOutcomes: PASS; FAIL; PRIVATE only the household itself can check it; BOUNDED with a gap that is not proved; CLAIMED by the solver's word only; UNCHECKED by this program.\nDo compare the fingerprint: without it the bundle is only known to agree with itself, not to be the one that was published.",
    ),
    # -- commands -----------------------------------------------------------------------------------------------
    "cli.interrupted": ("已中断，没有写出任何结果。", "Interrupted; nothing has been written."),
    "cli.faults": (
        "共 {count} 处错误，没有写出任何结果。请改正后重试。",
        "{count} faults; nothing has been written. Correct them and try again.",
    ),
    "cli.annotated": ("已写出标注工作簿：{file}", "Marked workbook written: {file}"),
    "cli.note": ("提示：{text}", "Note: {text}"),
    "cli.check.good": (
        "批次 {round} 资料无误：安置户 {households} 户，其中 {households_in} 户参加；房源 {units} 套，其中 {units_in} 套参加；志愿 {choices} 条。",
        "Round {round} has no fault: {households} households, {households_in} take part; {units} units, {units_in} take "
        "part; {choices} choices.",
    ),
    "cli.solving": ("正在求解……", "Solving…"),
    "cli.stage.done": ("阶段 {name} 完成：{value}", "stage {name} done: {value}"),
    "cli.not_one_of": (
        "选项 {column} 的值“{value}”无效，应为以下之一：{allowed}。",
        'Option {column}: "{value}" is not valid; expected one of {allowed}.',
    ),
    "cli.seed.empty": ("选项 --seed：种子不能为空。", "Option --seed: the seed must not be empty."),
    "cli.draw.title": ("选房顺序号（种子：{seed}）", "Order numbers (seed: {seed})"),
    "out.not_ours": (
        "结果文件夹“{place}”已存在，且不是 anju 写出的结果，因此没有改动它。请换一个文件夹。",
        'The output folder "{place}" exists and was not written by anju, so it was left alone. Choose another.',
    ),
    "out.unwritable": (
        "无法写入结果文件夹“{place}”：{value}。没有写出任何结果。",
        'Cannot write the output folder "{place}": {value}. Nothing has been written.',
    ),
    "price.household.unknown": (
        "安置户“{value}”不在本批次名册中。",
        'Household "{value}" is not on this round\'s roster.',
    ),
    "price.unit.unknown": ("房源“{value}”不在本批次房源表中。", 'Unit "{value}" is not in this round\'s units table.'),
    "price.unit.twice": ("房源“{value}”写了不止一次。", 'Unit "{value}" is named more than once.'),
    "price.forbidden": (
        "这组房源的总面积超出政策允许安置户“{value}”购买的范围。",
        'The policy does not allow household "{value}" a set of homes of this total area.',
    ),
    "price.household.left_out": (
        "注意：该户目前不参加本批次。",
        "Note: this household does not take part in the round as it stands.",
    ),
    "price.unit.left_out": (
        "注意：所列房源中有目前不参加本批次的。",
        "Note: at least one of these units does not take part as it stands.",
    ),
    "price.outside_band": (
        "注意：总面积超出该户指标允许的上下幅度。",
        "Note: the total area is outside the band around the entitlement.",
    ),
    "price.prepayment_short": (
        "注意：该户预缴房款不足这组房源要求的比例。",
        "Note: the prepayment does not cover its share of this price.",
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
    "summary.shortfall_unserved": (
        "安置户 {household_id}：因预缴不足 {short_yuan} 元没有得房，否则可得第 {better_rank} 志愿。",
        "Household {household_id}: short of {short_yuan} yuan prepaid, it got no home; with them, choice {better_rank}.",
    ),
    "summary.written": ("结果已写入 {folder}", "Results written to {folder}"),
    "proof.proved": ("已证明（附证书）", "proved (certificate)"),
    "proof.claimed": ("求解器声称最优", "claimed by the solver"),
    "proof.bounded": ("未证明", "not proved"),
    "principle.leximin": ("最差者最优", "leximin"),
    "principle.rank_maximal": ("首选最多", "rank-maximal"),
    "principle.utilitarian": ("总和最小", "utilitarian"),
    "principle.order": ("按序挑选", "in order"),
    "per.household": ("按户（取最差一套）", "household (its worst home)"),
    "per.unit": ("按套", "unit"),
    "compare.principle": ("原则", "principle"),
    "compare.at_rank": ("第 {rank} 志愿", "choice {rank}"),
    "compare.households_served": ("得房户", "served"),
    "compare.worst_rank": ("最差志愿", "worst"),
    "compare.mean": ("平均志愿", "mean"),
    "compare.envious": ("更想要后序号者的房（户）", "would rather have a later home"),
    "compare.village_spread": ("村组间平均志愿之差", "spread between villages"),
    "compare.decided": ("求解完毕（由求解器声称）", "decided (by the solver's word)"),
    "compare.village": ("平均志愿：{village}", "mean choice: {village}"),
    "check.PASS": ("通过", "PASS"),
    "check.FAIL": ("不通过", "FAIL"),
    "check.PRIVATE": ("本户自核", "PRIVATE"),
    "check.BOUNDED": ("未证明", "BOUNDED"),
    "check.CLAIMED": ("求解器声称", "CLAIMED"),
    "check.UNCHECKED": ("未核", "UNCHECKED"),
    "check.differs": ("现为 {found}；应为 {expected}", "found {found}; expected {expected}"),
    "witness.counted": (
        "安置户 {households}（{count} 户）共需 {needed} 套，只能从这 {there} 套中选：{homes}；还缺 {short} 套。",
        "Households {households} ({count} in all): homes needed {needed}, homes they can use {there}: {homes}; "
        "{short} short.",
    ),
    "witness.together": (
        "安置户 {households}（{count} 户）不能同时得房；能用的 {there} 套为：{homes}。",
        "Households {households} ({count}) cannot all be served; the {there} homes they can use are: {homes}.",
    ),
    "witness.alone": (
        "安置户 {households} 即使独自选房，也没有一组房源符合规定。",
        "Household {households} could not be served even if all homes were its own: no set of them keeps the rules.",
    ),
    "witness.alone_counted": (
        "安置户 {households} 即使独自选房也不够：需要 {needed} 套，合其规定的有 {there} 套（{homes}）。",
        "Household {households} could not be served even if all homes were its own: homes needed {needed}, within its "
        "rules {there} ({homes}).",
    ),
    "witness.no_homes": ("没有", "none"),
    "witness.home": ("{count} 套户型 {layout}（{area} m²）", "{count} × layout {layout} ({area} m²)"),
    "witness.and": ("、", ", "),
    "witness.or": ("，或", ", or "),
    "witness.and_more": ("{some} 等共 {count} 个", "{some} and others, {count} in all"),
    "witness.rules": ("如改变以下任一项即可得房：{rules}。", " Any one of these, changed, would serve them: {rules}."),
    "witness.several_rules": (
        "只改变一项规定不能使其得房，须同时改变几项。",
        " No single rule changed would serve them; several stand in the way.",
    ),
    "witness.not_smallest": (
        "时限内未能确定是否还有更小的一组。",
        " Whether a smaller set exists was not decided in time.",
    ),
    "witness.not_minimal": (
        "时限内未能再缩小；这一组中可能有不相干的户。",
        " It could not be narrowed in time; some of them may be beside the point.",
    ),
    "witness.rule.homes": ("现有各类房源的套数", "the number of homes of the kinds there are"),
    "witness.rule.demand": ("申报的户型", "the layouts declared"),
    "witness.rule.size_max": ("面积上限", "the upper limit of the area"),
    "witness.rule.size_min": ("面积下限", "the lower limit of the area"),
    "witness.rule.budget": ("预缴房款", "the prepayment"),
    "witness.rule.totals": ("价格档不允许的总面积", "the total areas that the price bands forbid"),
    "witness.rule.need": ("无障碍或低楼层需要", "the access need"),
    "witness.rule.group": ("同栋居住的要求", "the wish to share a building"),
    "witness.mend.homes": (
        "增加 {homes}，即有 {served} 户得房。",
        "With {homes} more, {served} households are served.",
    ),
    "witness.mend.left_out": (
        "本批次目前未参加的同样房源：{units}。",
        " Such units that do not take part now: {units}.",
    ),
    "witness.mend.not_least": ("时限内未能确定是否更少也行。", " Whether less would do was not decided in time."),
    "witness.mend.demand": (
        "安置户 {household_id} 不限申报户型、改按面积上下限选房，即有 {served} 户得房。",
        "If household {household_id} takes any layouts within its area limits, {served} households are served.",
    ),
    "witness.mend.size_max": (
        "安置户 {household_id} 的面积上限放宽 {amount} m²，即有 {served} 户得房。",
        "With household {household_id}'s upper limit {amount} m² wider, {served} households are served.",
    ),
    "witness.mend.size_min": (
        "安置户 {household_id} 的面积下限放宽 {amount} m²，即有 {served} 户得房。",
        "With household {household_id}'s lower limit {amount} m² wider, {served} households are served.",
    ),
    "witness.mend.budget": (
        "安置户 {household_id} 再预缴 {amount} 元，即有 {served} 户得房。",
        "If household {household_id} prepays {amount} yuan more, {served} households are served.",
    ),
    "witness.mend.need": (
        "不计安置户 {household_id} 的无障碍或低楼层需要，即有 {served} 户得房。",
        "Without household {household_id}'s access need, {served} households are served.",
    ),
    "witness.mend.group": (
        "安置户 {household_id} 不要求同栋，即有 {served} 户得房。",
        "If household {household_id} need not share a building, {served} households are served.",
    ),
    "witness.cut_short": (
        "时限内未能查清全部原因和办法，以上所列均已核实。",
        "Not every cause and remedy was found in the time allowed; those listed are verified.",
    ),
    "explain.somebody": ("{name}（{household_id}，顺序号 {order_no}）", "{name} ({household_id}, no. {order_no})"),
    "explain.then": ("；", "; "),
    "explain.home": ("{unit_id}（第 {rank} 志愿）", "{unit_id} (choice {rank})"),
    "explain.served": ("{household}：得 {homes}。", "{household} got {homes}."),
    "explain.nothing_better": ("已是第一志愿，没有更好的志愿。", "This is its first choice; there is no better one."),
    "explain.unserved": ("{household}：本批次未得房。", "{household} got no home in this round."),
    "explain.left_out": ("{household}：没有参加本批次，原因如下。", "{household} does not take part in this round:"),
    "explain.choice": ("第 {choice} 志愿：", "Choice {choice}: "),
    "explain.choice.layout": ("户型 {layout} 的第 {choice} 志愿：", "Choice {choice} for layout {layout}: "),
    "explain.no_homes": ("没有相符的房源。", "no home matches it."),
    "explain.homes": ("相符的房源 {count} 套，{kinds}。", "{count} homes match it: {kinds}."),
    "explain.held.held": ("别户取得 {count} 套", "{count} held by others"),
    "explain.held.own": ("本户取得 {count} 套", "{count} its own"),
    "explain.held.free": ("无人取得 {count} 套", "{count} held by nobody"),
    "explain.held.left_out": ("未参加本批次 {count} 套", "{count} not in this round"),
    "explain.holder": (
        "{unit_id} 归 {household}，其第 {rank} 志愿",
        "{unit_id} went to {household}, whose choice {rank} it is",
    ),
    "explain.holders": ("{holders}。", " {holders}."),
    "explain.fit.money": ("其中 {count} 套该户预缴房款不足。", " For {count} of them its prepayment is not enough."),
    "explain.fit.rules": (
        "其中 {count} 套不合该户的户型、面积、无障碍或同栋规定。",
        " {count} of them break its own rules (layout, area, access, building).",
    ),
    "explain.impossible": (
        "即使所有房源都归它，也没有一组合规房源能在第 {choice} 志愿以内。",
        "Even if all homes were its own, no set within its rules keeps within choice {choice}.",
    ),
    "explain.forced": ("如果给它第 {choice} 志愿以内的房：", "If it were given choice {choice} or better: "),
    "explain.stage.served": (
        "得房户数由 {value} 户减为 {forced} 户。",
        "the households served would fall from {value} to {forced}.",
    ),
    "explain.stage.earliest": (
        "得房户数不变，但须让顺序号更靠前的户落空。",
        "as many would be served, but one earlier in order would go without.",
    ),
    "explain.stage.outcomes_at_rank": (
        "落到第 {rank} 志愿的由 {value} 增为 {forced}。",
        "the outcomes at choice {rank} would rise from {value} to {forced}.",
    ),
    "explain.stage.max_outcomes_at_rank": (
        "得到第 {rank} 志愿的由 {value} 减为 {forced}。",
        "the outcomes at choice {rank} would fall from {value} to {forced}.",
    ),
    "explain.stage.sum_of_outcomes": (
        "志愿总和由 {value} 增为 {forced}。",
        "the sum of outcomes would rise from {value} to {forced}.",
    ),
    "explain.stage.order": (
        "顺序号靠前的 {household} 就选不到它选的房。",
        "{household} could not have what it chose in its turn.",
    ),
    "explain.stage.sum_of_ranks": (
        "各套房志愿之和由 {value} 增为 {forced}。",
        "the sum of ranks over all homes would rise from {value} to {forced}.",
    ),
    "explain.stage.sum_of_ties": (
        "其他各项都一样，由公开摇号决定：抽签数之和由 {value} 增为 {forced}。",
        "all else is equal and the public draw decided: the sum of tie numbers would rise from {value} to {forced}.",
    ),
    "explain.stage.none": ("各项都不变差。", "no stage would be worse."),
    "explain.worse": ("这样有 {count} 户变差：{households}。", " {count} would do worse: {households}."),
    "explain.nobody_worse": ("这样没有哪一户变差。", " Nobody would do worse."),
    "explain.affected": ("{household} {before}→{after}", "{household} {before}→{after}"),
    "explain.not_served": ("未得房", "unserved"),
    "explain.not_proved": (
        "（求解未完全证明，以上为所找到的结果。）",
        " (Not fully proved: this is the result found.)",
    ),
    "explain.mend.demand": ("不限申报户型就有可能。", " Without its declared layouts it could."),
    "explain.mend.size_max": (
        "面积上限放宽 {amount} m² 就有可能。",
        " With {amount} m² more at its upper limit it could.",
    ),
    "explain.mend.size_min": (
        "面积下限放宽 {amount} m² 就有可能。",
        " With {amount} m² less at its lower limit it could.",
    ),
    "explain.mend.budget": ("再预缴 {amount} 元就有可能。", " With {amount} yuan more prepaid it could."),
    "explain.mend.need": ("不计无障碍或低楼层需要就有可能。", " Without its access need it could."),
    "explain.mend.group": ("不要求同栋就有可能。", " Without the wish to share a building it could."),
    "chart.title": ("四种公平原则比较：{title}", "The four principles compared: {title}"),
    "chart.profile": ("各志愿的户数或套数", "outcomes at each choice"),
    "chart.villages": ("各村组的平均志愿（越小越好）", "mean choice by village (less is better)"),
    "chart.choice": ("志愿", "choice"),
    "chart.outcomes": ("数量", "outcomes"),
    "chart.mean": ("平均志愿", "mean choice"),
    "chart.figures": ("数字", "figures"),
    "chart.written": ("图表已写入 {file}", "Chart written to {file}"),
    "summary.verified": ("公开包核验：{outcomes}", "bundle checked: {outcomes}"),
    "word.yes": ("是", "yes"),
    "word.no": ("否", "no"),
}
