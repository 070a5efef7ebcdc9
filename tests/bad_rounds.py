"""A small round that is right, and every way in which one thing in it can be wrong: one case for each fault."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import openpyxl

POLICY = "[fairness]\nmax_choices = 3\n"
HEAD = {
    "id": "R-2021",
    "title": "测试批次",
    "projects": "大丰家园",
    "as_of": "2021-05-28",
    "seed": "0421",
    "policy": "policy.toml",
}


def tables() -> dict[str, list[list[object]]]:
    """Sheets by title: heading row, then rows; some headings Chinese, some code names."""
    return {
        "安置户": [
            ["户编号", "户主姓名", "村组", "安置人口", "签约日期", "身份证号", "无障碍需求", "顺序号", "备注"],
            ["H001", "王明", "东村", "2", "2020-03-05", "990001198001010019", "低楼层", "1", "老户"],
            ["H002", "李强", "东村", "1", "2020-03-06", "990001198202020029", "无", "2", "=合计"],
            ["H003", "NA", "西村", "1", "2020-03-07", "", "", "3", ""],
        ],
        "安置人口": [
            ["household_id", "姓名", "与户主关系", "出生日期", "身份证号", "独生子女", "是否为安置人口"],
            ["H001", "王明", "户主", "1980-01-01", "990001198001010019", "否", "是"],
            ["H001", "王小", "子", "2010-01-01", "", "是", ""],
            ["H002", "李强", "户主", "1982-02-02", "", "", "是"],
            ["H002", "李老", "父", "1950-02-02", "", "", "否"],
            ["H003", "NA", "户主", "1982-02-02", "", "", "是"],
        ],
        "房源": [
            [
                "房源编号",
                "小区",
                "栋",
                "单元",
                "楼层",
                "房号",
                "户型",
                "建筑面积（㎡）",
                "朝向",
                "总楼层",
                "单价",
                "状态",
            ],
            ["U01", "大丰家园", "1", "1", "3", "301", "120", "120.50", "南", "18", "1500.00", "可分配"],
            ["U02", "大丰家园", "1", "1", "4", "401", "120", "119", "南", "18", "", "预留"],
            ["U03", "大丰家园", "2", "1", "-1", "101", "80", "79.9", "北", "18", "", ""],
        ],
        "安置需求": [["户编号", "户型", "套数"], ["H001", "120", "1"], ["H002", "80", "2"]],
        "志愿": [
            ["户编号", "志愿序号", "小区", "栋", "最低楼层", "最高楼层", "户型", "房源编号"],
            ["H001", "1", "大丰家园", "1", "2", "5", "120", ""],
            ["H001", "2", "", "", "", "", "", "U02"],
            ["H002", "1", "", "2", "", "", "80", ""],
        ],
        "房款预缴": [
            ["收据编号", "户编号", "缴款日期", "金额", "缴款方式"],
            ["P01", "H001", "2021-05-01", "90000.00", "现金"],
            ["P02", "H002", "2021-05-02", "-0.01", "补偿款抵扣"],
        ],
        "公示": [
            ["公示内容", "公示日期", "公示天数", "撤回日期"],
            ["安置需求", "2021-05-01", "7", ""],
            ["房源", "2021-05-02", "7", "2021-05-03"],
        ],
        "异议": [
            ["异议编号", "公示内容", "提出日期", "异议对象", "办结日期", "处理结果"],
            ["Y1", "安置需求", "2021-05-03", "H001", "2021-05-04", "不成立"],
            ["Y2", "房源", "2021-05-03", "U01", "", ""],
            ["Y3", "分配方案", "2021-05-03", "*", "", ""],
        ],
        "调查底册": [["姓名", "身份证号", "出生日期", "村组"], ["王明", "990001198001010019", "1980-01-01", "东村"]],
        "已安置人员": [
            ["姓名", "身份证号", "安置小区", "安置日期"],
            ["赵六", "990001600101001", "旧小区", "2001-02-03"],
        ],
        "工作人员及亲属": [["姓名", "工作人员姓名", "与工作人员关系", "单位职务"], ["李强", "周七", "外甥", "拆迁办"]],
        "疑点": [
            ["疑点代码", "对象", "核对码", "发现", "理由", "批准人", "批准日期"],
            ["officer.name", "H002", "00000000", "", "", "", ""],
        ],
    }


@dataclass
class Book:
    """A round on its way to disk, in the hands of a test."""

    sheets: dict[str, list[list[object]]] = field(default_factory=tables)
    head: dict[str, object] = field(default_factory=lambda: dict(HEAD))
    policy: str = POLICY
    after: Callable[[Path], object] | None = None

    def put(self, sheet: str, row: int, column: int | str, value: object) -> None:
        """Writes a cell; ``row`` as a clerk counts, ``column`` its heading or its number from 1."""
        rows = self.sheets[sheet]
        at = rows[0].index(column) if isinstance(column, str) else column - 1
        rows[row - 1][at] = value

    def write(self, folder: Path, form: str) -> Path:
        (folder / "policy.toml").write_text(self.policy, encoding="utf-8")
        path = self._csv(folder) if form == "csv" else self._xlsx(folder / "round.xlsx")
        if self.after:
            self.after(path)
        return path

    def _csv(self, folder: Path) -> Path:
        for title, rows in self.sheets.items():
            text = io.StringIO(newline="")
            csv.writer(text).writerows(rows)
            (folder / f"{title}.csv").write_text(text.getvalue(), encoding="utf-8", newline="")
        lines = (f"{key} = {toml(value)}" for key, value in self.head.items())
        (folder / "round.toml").write_text("\n".join(lines), encoding="utf-8")
        return folder

    def _xlsx(self, path: Path) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title, rows in {"round": [[*item] for item in self.head.items()], **self.sheets}.items():
            page = book.create_sheet(title)
            for row, cells in enumerate(rows, 1):
                for at, value in enumerate(cells, 1):
                    if value == "":
                        continue
                    page.cell(row, at, value)
                    if isinstance(value, str) and not value.startswith("=1"):
                        page.cell(row, at).data_type = "s"
        book.save(path)
        return path


def toml(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else repr(value).replace("'", '"')


@dataclass(frozen=True)
class Case:
    """One thing wrong: what must be said, where; ``form`` None = in CSV and in a workbook."""

    code: str
    damage: Callable[[Book], object]
    at: tuple[str, int | None, str]
    form: str | None = None
    also: tuple[str, ...] = ()


def cell(code: str, sheet: str, row: int, heading: str, value: object, column: str, form: str | None = None) -> Case:
    return Case(code, lambda book: book.put(sheet, row, heading, value), (sheet, row, column), form)


def _file(suffix: str, data: bytes) -> Callable[[Book], object]:
    def damage(book: Book) -> None:
        book.after = lambda path: (path if path.is_file() else path / suffix).write_bytes(data)

    return damage


def _edit(change: Callable[[openpyxl.Workbook], object]) -> Callable[[Book], object]:
    def after(path: Path) -> None:
        book = openpyxl.load_workbook(path)
        change(book)
        book.save(path)

    return lambda book: setattr(book, "after", after)


def _zip(**parts: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def _scratch(path: Path) -> None:
    """Bytes inside a compressed part overwritten: no archive error, an error of the decompression."""
    data = bytearray(path.read_bytes())
    data[60:90] = b"\xff" * 30
    path.write_bytes(bytes(data))


def _rename(old: str, new: str) -> Callable[[Book], object]:
    return lambda book: book.sheets.update({new: book.sheets.pop(old)})


def _drop(sheet: str, column: int) -> Callable[[Book], object]:
    return lambda book: [row.pop(column - 1) for row in book.sheets[sheet]]


def _add(sheet: str, *cells: object) -> Callable[[Book], object]:
    return lambda book: book.sheets[sheet].append([*cells])


def _far_cell(book: openpyxl.Workbook) -> None:
    book["异议"]["RR200000"] = "x"


CELLS = (
    cell("cell.empty", "安置户", 3, "户主姓名", " \u3000", "name"),
    cell("cell.empty", "房源", 2, "房源编号", "", "unit_id"),
    cell("cell.formula", "房源", 3, "建筑面积（㎡）", "=1+1", "area_m2", "xlsx"),
    cell("cell.formula", "安置户", 3, "户编号", "=1&A2", "household_id", "xlsx"),
    cell("cell.error_value", "房源", 3, "建筑面积（㎡）", "#REF!", "area_m2"),
    cell("cell.control", "安置户", 2, "户主姓名", "王\x07明", "name", "csv"),
    cell("cell.control", "安置户", 2, "户主姓名", "王\u202e明", "name"),
    cell("cell.control", "安置户", 2, "备注", "老\u202e户", "备注"),
    cell("cell.too_long", "安置户", 2, "户主姓名", "王" * 201, "name"),
    cell("cell.date_for_text", "房源", 2, "房号", datetime.fromisoformat("2021-03-01"), "room", "xlsx"),
    cell("cell.not_an_id", "房款预缴", 2, "收据编号", True, "receipt_no", "xlsx"),
    cell("cell.id_became_number", "安置户", 2, "身份证号", 990001198001010019, "id_number", "xlsx"),
    cell("cell.id_became_number", "安置户", 2, "身份证号", 990001198001.0, "id_number", "xlsx"),
    cell("cell.id_became_number", "安置户", 2, "身份证号", "9.90001E+17", "id_number"),
    cell("cell.id_became_number", "房款预缴", 2, "收据编号", 1234567890123456789, "receipt_no", "xlsx"),
    cell("cell.id_became_number", "房款预缴", 2, "收据编号", 1234567890123456, "receipt_no", "xlsx"),
    cell("cell.id_became_number", "房款预缴", 2, "收据编号", 1.5, "receipt_no", "xlsx"),
    cell("cell.id_became_number", "房款预缴", 2, "收据编号", "1.23E+18", "receipt_no"),
    cell("cell.id_bar", "房款预缴", 2, "收据编号", "P｜01", "receipt_no"),
    cell("cell.resident_form", "安置户", 2, "身份证号", "99000119800101001", "id_number"),
    cell("cell.resident_birth", "安置户", 2, "身份证号", "990001198013010010", "id_number"),
    cell("cell.resident_check", "安置户", 2, "身份证号", "990001198001010010", "id_number"),
    cell("cell.not_whole", "安置户", 2, "安置人口", "2人", "persons"),
    cell("cell.not_whole", "安置户", 2, "安置人口", 2.5, "persons", "xlsx"),
    cell("cell.not_a_number", "房源", 4, "建筑面积（㎡）", "约120", "area_m2"),
    cell("cell.not_a_number", "房款预缴", 2, "金额", "9,0000.00", "amount"),
    cell("cell.not_a_number", "房款预缴", 2, "金额", datetime.fromisoformat("2021-03-01"), "amount", "xlsx"),
    cell("cell.too_many_decimals", "房源", 4, "建筑面积（㎡）", "79.905", "area_m2"),
    cell("cell.too_many_decimals", "房源", 4, "建筑面积（㎡）", 79.905, "area_m2", "xlsx"),
    cell("cell.zero", "房款预缴", 2, "金额", "0.00", "amount"),
    cell("cell.zero", "房源", 4, "楼层", "0", "floor"),
    cell("cell.too_small", "房源", 4, "建筑面积（㎡）", "-80", "area_m2"),
    cell("cell.too_small", "安置户", 2, "安置人口", "0", "persons"),
    cell("cell.too_small", "安置需求", 2, "套数", "0", "count"),
    cell("cell.too_small", "公示", 2, "公示天数", "0", "days"),
    cell("cell.too_large", "房源", 4, "建筑面积（㎡）", "7990", "area_m2"),
    cell("cell.not_a_date", "房款预缴", 2, "缴款日期", "五月一日", "paid_on"),
    cell("cell.not_a_date", "房款预缴", 2, "缴款日期", 2021, "paid_on", "xlsx"),
    cell("cell.no_such_date", "房款预缴", 2, "缴款日期", "2021-02-30", "paid_on"),
    cell("cell.no_such_date", "房款预缴", 2, "缴款日期", "2021-02-20 25:00", "paid_on"),
    cell("cell.date_far", "房款预缴", 2, "缴款日期", "2201-02-20", "paid_on"),
    cell("cell.not_a_word", "安置户", 2, "无障碍需求", "电梯", "access_need"),
    cell("cell.not_a_word", "安置人口", 2, "独生子女", "也许", "only_child"),
    Case("cell.merged", _edit(lambda b: b["房源"].merge_cells("B3:C4")), ("房源", 3, ""), "xlsx"),
)

ROWS = (
    Case(
        "row.id_twice",
        _add("安置户", "Ｈ００１", "赵", "东村", "1", "2020-03-05", "", "", "4", ""),
        ("安置户", 5, "household_id"),
    ),
    Case(
        "row.id_twice",
        _add("房源", "U 01", "大丰家园", "9", "1", "3", "3", "120", "120", "南", "18", "", ""),
        ("房源", 5, "unit_id"),
    ),
    Case("row.id_twice", _add("异议", "Y1", "房源", "2021-05-03", "U02", "", ""), ("异议", 5, "objection_id")),
    Case(
        "row.receipt_twice",
        _add("房款预缴", "P01", "H001", "2021-05-01", "90000.00", "现金"),
        ("房款预缴", 4, "receipt_no"),
    ),
    Case("row.twice", _add("安置需求", "H001", "１２０", "3"), ("安置需求", 4, "household_id")),
    Case("row.twice", _add("公示", "demand", "2021/5/1", "7", ""), ("公示", 4, "document")),
    Case(
        "row.home_twice",
        _add("房源", "U09", "大丰家园", "1", "1", "3", "301", "80", "80", "南", "18", "", ""),
        ("房源", 5, "room"),
    ),
    cell("row.person_twice", "安置人口", 6, "身份证号", "990001198001010019", "id_number"),
    cell("row.person_twice", "安置户", 4, "身份证号", "990001198202020029", "id_number"),
    cell("row.unknown", "房款预缴", 3, "户编号", "H009", "household_id"),
    cell("row.unknown", "安置需求", 3, "户编号", "H009", "household_id"),
    cell("row.unknown", "志愿", 3, "房源编号", "U77", "unit_id"),
    cell("row.unknown", "志愿", 2, "栋", "7", "building"),
    cell("row.unknown_near", "志愿", 2, "小区", "大丰花园", "project"),
    cell("row.unknown_near", "房款预缴", 3, "户编号", "h-2", "household_id"),
    cell("row.subject_unknown", "异议", 2, "异议对象", "H777", "subject"),
    cell("row.persons", "安置户", 2, "安置人口", "3", "persons"),
    Case("row.persons", lambda b: b.put("安置人口", 5, "是否为安置人口", "是"), ("安置户", 3, "persons")),
    cell("row.withdrawn_early", "公示", 3, "撤回日期", "2021-05-01", "withdrawn_on"),
    cell("row.resolved_early", "异议", 2, "办结日期", "2021-05-01", "resolved_on"),
    cell("row.floors_crossed", "志愿", 2, "最低楼层", "6", "floor_max"),
    cell("row.floor_above_roof", "房源", 2, "总楼层", "2", "floors_in_building"),
    cell("row.choice_twice", "志愿", 3, "志愿序号", "1", "choice"),
    cell("row.choice_gap", "志愿", 3, "志愿序号", "3", "choice"),
    cell("row.choice_gap", "志愿", 4, "志愿序号", "2", "choice"),
    Case(
        "row.choice_beyond",
        lambda b: [b.sheets["志愿"].append(["H001", str(n), "", "", "", "", "", ""]) for n in (3, 4)],
        ("志愿", 6, "choice"),
    ),
    Case(
        "row.order_missing",
        lambda b: (setattr(b, "policy", POLICY + '[order]\nrule = "given"\n'), b.put("安置户", 3, "顺序号", "")),
        ("安置户", 3, "order_no"),
    ),
    Case(
        "row.order_twice",
        lambda b: (setattr(b, "policy", POLICY + '[order]\nrule = "given"\n'), b.put("安置户", 3, "顺序号", "3")),
        ("安置户", 4, "order_no"),
    ),
    cell("row.born_later", "安置人口", 3, "出生日期", "2021-05-29", "birth_date"),
)

HEADINGS = (
    Case(
        "heading.none", lambda b: b.sheets["异议"].insert(0, ["2021年异议登记表", "", "", "", "", ""]), ("异议", 1, "")
    ),
    Case("heading.empty", lambda b: b.put("安置户", 1, "备注", ""), ("安置户", 1, "")),
    Case("heading.twice", lambda b: b.put("安置户", 1, "备注", "人数"), ("安置户", 1, "persons")),
    Case(
        "heading.twice",
        lambda b: (
            [row.extend(("", "x")) for row in b.sheets["安置户"]]
            and [b.put("安置户", 1, 10, "备注"), b.put("安置户", 1, 11, "附注")]
        ),
        ("安置户", 1, "备注"),
    ),
    Case("heading.missing", _drop("公示", 3), ("公示", 1, "days")),
    Case("heading.missing_near", lambda b: b.put("安置户", 1, "签约日期", "签约的日期"), ("安置户", 1, "signed_on")),
    cell("cell.control", "安置户", 1, "备注", "备\u202e注", "备\u202e注"),
)

TABLES = (
    Case("table.missing", lambda b: b.sheets.pop("异议"), ("", None, "")),
    Case("table.missing_near", _rename("异议", "异议登记表"), ("", None, "")),
    Case("table.twice", lambda b: b.sheets.update({"房源表": b.sheets["房源"]}), ("房源表", None, "")),
    Case(
        "table.no_rows",
        lambda b: b.sheets.update(安置户=b.sheets["安置户"][:1]),
        ("安置户", None, ""),
        also=("row.unknown", "row.subject_unknown"),
    ),
    Case("file.empty", lambda b: b.sheets.update(异议=[]), ("异议", None, "")),
    Case("file.no_heading", lambda b: b.sheets["异议"].insert(0, [""] * 6), ("异议", 2, "")),
    Case("file.too_many_columns", lambda b: b.sheets["异议"][0].extend(["x"] * 600), ("异议", None, "")),
)

FILES = (
    Case("file.old_xls", _file("", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), ("round.xlsx", None, ""), "xlsx"),
    Case("file.not_xlsx", _file("", "户编号,户主姓名\nH001,王\n".encode()), ("round.xlsx", None, ""), "xlsx"),
    Case("file.xlsx_broken", _file("", b"PK\x03\x04" + bytes(300)), ("round.xlsx", None, ""), "xlsx"),
    Case("file.xlsx_broken", _file("", _zip(**{"a.txt": b"x"})), ("round.xlsx", None, ""), "xlsx"),
    Case("file.xlsx_broken", lambda b: setattr(b, "after", _scratch), ("round.xlsx", None, ""), "xlsx"),
    Case(
        "file.too_large",
        _file("", _zip(**{"xl/media/a.bin": bytes(201 * 1024 * 1024)})),
        ("round.xlsx", None, ""),
        "xlsx",
    ),
    Case("file.too_wide", _edit(_far_cell), ("异议", None, ""), "xlsx"),
    Case("file.csv_is_workbook", _file("异议.csv", _zip(a=b"x")), ("异议.csv", None, ""), "csv"),
    Case("file.csv_broken", _file("异议.csv", '异议编号\n"Y1,"房源"\n'.encode()), ("异议.csv", None, ""), "csv"),
    Case(
        "file.csv_separator",
        _file("异议.csv", "异议编号;公示内容;提出日期\n".encode()),
        ("异议.csv", 1, ""),
        "csv",
        ("heading.none",),
    ),
    Case("file.not_utf8", _file("异议.csv", "异议编号\nY1".encode() + b"\xff\xff\n"), ("异议.csv", 2, ""), "csv"),
    Case("file.not_utf8", _file("round.toml", "title = '批次'".encode("gbk")), ("round.toml", 1, ""), "csv"),
    Case("file.toml_broken", _file("round.toml", b"id = R1\n"), ("round.toml", None, ""), "csv"),
    Case(
        "file.missing",
        lambda b: setattr(b, "after", lambda p: (p / "round.toml").unlink()),
        ("round.toml", None, ""),
        "csv",
    ),
    Case(
        "file.parquet_broken",
        lambda b: (b.sheets.pop("异议"), _file("异议.parquet", b"PAR1" + bytes(40) + b"PAR1")(b)),
        ("异议.parquet", None, ""),
        "csv",
    ),
)

ROUNDS = (
    Case("cell.empty", lambda b: b.head.pop("seed"), ("round", None, "seed")),
    Case("cell.not_a_date", lambda b: b.head.update(as_of="昨天"), ("round", None, "as_of")),
    Case("cell.not_text", lambda b: b.head.update(title=["a", "b"]), ("round.toml", None, "title"), "csv"),
    Case("cell.not_text", lambda b: b.head.update(seed=421), ("round", None, "seed")),
    Case("cell.not_text", lambda b: b.head.update(projects=[1, 2]), ("round.toml", None, "projects"), "csv"),
    Case("round.key_unknown", lambda b: b.head.update(project="大丰家园"), ("round", None, "project")),
    Case("round.key_twice", lambda b: b.head.update({"标题": "又一个"}), ("round", 7, "title"), "xlsx"),
    Case("round.id_form", lambda b: b.head.update(id="../../x"), ("round", None, "id")),
    Case("round.project_unknown", lambda b: b.head.update(projects="小丰家园"), ("", None, "projects")),
    Case("round.policy_absolute", lambda b: b.head.update(policy="/etc/passwd"), ("round", None, "policy")),
    Case("round.policy_absolute", lambda b: b.head.update(policy="C:/policy.toml"), ("round", None, "policy")),
    Case("round.policy_missing", lambda b: b.head.update(policy="other.toml"), ("round", None, "policy")),
)

CASES = (*CELLS, *ROWS, *HEADINGS, *TABLES, *FILES, *ROUNDS)
