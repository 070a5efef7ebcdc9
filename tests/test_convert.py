"""A round in another form and back: nothing is lost, nothing in it is ever run by a spreadsheet."""

import csv
import os
import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from bad_rounds import POLICY, Book
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocation import convert as conversion
from allocation.convert import convert
from allocation.messages import Faults
from allocation.sheets import read_csv
from allocation.tables import read_round

FORMS = ("csv", "xlsx", "parquet")
RUNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
HOSTILE = (
    "=1+1", "@x", "-1", "+1", '=HYPERLINK("http://x","y")', "'=1", "''=1", "＝1+1", "－2+3", "=cmd|' /C calc'!A0",
    "007", "990001198001010019", "1E5", "NA", "null", "TRUE", "#N/A", "2021-3-1", "𠮷𬭎", "e\u0301", "甲\u200f乙",
    "\ufeff甲", 'a,b";c', "_x0041_", "<b>&amp;", "{{7*7}}", "%0A", "0.10", "1,000", "　全角　", "'", "\\", "💠",
)  # fmt: skip
LONG = ("甲\n乙", "=1\n+2", "\t缩进", "a\n\nb")


def cells(path: Path) -> dict[str, list[list[str]]]:
    """Every CSV of a folder as its raw cells, the clerks' quote taken off as a reader of ours does."""
    found = {}
    for file in sorted(path.glob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as text:
            found[file.stem] = list(csv.reader(text))
    return found


def steps(path: Path, *forms: str) -> Path:
    """The round carried from form to form."""
    for number, form in enumerate(forms):
        target = path.parent / f"{path.name}{number}{form}"
        convert(path, target, form)
        path = target
    return path


def same(one: Path, other: Path) -> bool:
    first, second = read_round(one), read_round(other)
    parts = ("head", "policy", "tables", "announced")
    return all(getattr(first, part) == getattr(second, part) for part in parts)


def formulas(path: Path) -> list[str]:
    book = openpyxl.load_workbook(path)
    every = (cell for page in book.worksheets for row in page.iter_rows() for cell in row)
    return [cell.value for cell in every if cell.data_type == "f" or cell.hyperlink]


def hostile(folder: Path, texts=HOSTILE, long=LONG) -> Path:
    """A round whose free texts are hostile: names, villages, outcomes, a column and a table of the office's own."""
    book = Book()
    for name in ("安置人口", "志愿", "安置需求"):
        del book.sheets[name]
    plain = [text for text in texts if text.strip()]
    book.sheets["安置户"] = [
        ["户编号", "户主姓名", "村组", "安置人口", "签约日期", "备注", "=自己的列", "-序"],
        *([f"{n:03}", text, plain[-n], "1", "2020/3/5" if n % 2 else "2020年3月6日", long[n % len(long)], text, text]
        for n, text in enumerate(plain, 1) if text != "#N/A"),
    ]  # fmt: skip
    book.sheets["房款预缴"][1:] = [["P1", "001", "2021-05-01", "-0.01", "现金"]]
    book.sheets["异议"] = book.sheets["异议"][:1]
    book.sheets["自己的表"] = [["=标题", "值"], *([text, text] for text in plain)]
    return book.write(folder, "csv")


def test_hostile_texts_come_back_from_every_form_as_they_were(tmp_path):
    (tmp_path / "r").mkdir()
    path = hostile(tmp_path / "r")
    first = steps(path, "csv")
    there_and_back = steps(first, "xlsx", "parquet", "xlsx", "csv")
    assert same(path, there_and_back)
    assert cells(there_and_back) == cells(first)
    assert [h.name for h in read_round(path).tables.households] == [
        h.name for h in read_round(there_and_back).tables.households
    ]


def test_no_cell_of_an_export_is_a_formula(tmp_path):
    (tmp_path / "r").mkdir()
    path = hostile(tmp_path / "r")
    book = next(steps(path, "xlsx").glob("*.xlsx"))
    assert formulas(book) == []
    guarded = [cell for rows in cells(steps(path, "csv")).values() for row in rows for cell in row]
    assert [cell for cell in guarded if cell.startswith(RUNS)] == ["-0.01", "-1"]  # numbers, no formulas


@given(st.lists(st.sampled_from((*HOSTILE, "甲")) | st.text(st.characters(
    categories=("L", "M", "N", "P", "S", "Zs")), min_size=1, max_size=8), min_size=1, max_size=4),
    st.permutations(("xlsx", "parquet", "csv")))  # fmt: skip
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_in_any_order_of_forms_is_read_as_the_same_round(tmp_path_factory, texts, forms):
    folder = tmp_path_factory.mktemp("any") / "r"
    folder.mkdir()
    texts = [text for text in texts if text.strip() == text and text not in ("#N/A", "'")] or ["甲"]
    path = hostile(folder, texts, ("备",))
    try:
        read_round(path)
    except Faults:
        return  # what is no round is not carried; which texts are refused is tested where they are read
    assert same(path, steps(path, *forms))


def test_text_forms_of_dates_numbers_and_ids_stay_as_the_clerk_wrote_them(tmp_path):
    book = Book()
    book.put("安置户", 2, "签约日期", "2020年3月5日")
    book.put("房源", 2, "建筑面积（㎡）", "120.5")
    book.put("房源", 3, "楼层", "04")
    book.put("房源", 2, "房源编号", "００1")
    book.put("志愿", 3, "房源编号", "")
    book.put("安置人口", 5, "出生日期", "1900-01-15")
    book.put("异议", 3, "异议对象", "U02")
    (tmp_path / "r").mkdir()
    path = book.write(tmp_path / "r", "csv")
    back = cells(steps(path, "xlsx", "parquet", "csv"))
    assert back["安置户"][1][4] == "2020年3月5日"
    assert [row[7] for row in back["房源"]] == ["建筑面积（㎡）", "120.5", "119", "79.9"]
    assert back["房源"][2][4] == "04"
    assert back["房源"][1][0] == "００1"
    assert back["安置人口"][4][3] == "1900-01-15"
    assert [row[0] for row in back["安置户"]] == ["户编号", "H001", "H002", "H003"]


def test_numbers_and_dates_in_their_one_written_form_are_numbers_and_dates_in_a_workbook(tmp_path):
    book = Book()
    for row, area in enumerate(("120.50", "119.00", "79.90"), 2):
        book.put("房源", row, "建筑面积（㎡）", area)
    (tmp_path / "r").mkdir()
    path = book.write(tmp_path / "r", "csv")
    made = steps(path, "xlsx")
    page = openpyxl.load_workbook(next(made.glob("*.xlsx")))["房源"]
    assert [page.cell(row, 8).value for row in (2, 3, 4)] == [120.5, 119, 79.9]
    assert page["H3"].number_format == "0.00"
    table = pq.read_table(steps(made, "parquet") / "房源.parquet")
    assert str(table.schema.field("建筑面积（㎡）").type) == "decimal128(18, 2)"
    assert [row[7] for row in cells(steps(made, "csv"))["房源"]][1:] == ["120.50", "119.00", "79.90"]


def test_comments_keys_of_others_policy_and_calendar_come_along(tmp_path):
    home = tmp_path / "home" / "r"
    home.mkdir(parents=True)
    path = Book().write(home, "csv")
    (home / "policy.toml").rename(tmp_path / "home" / "rules.toml")
    text = (home / "round.toml").read_text(encoding="utf-8")
    text = "# 第一批，冻结见公告\n" + text.replace('"policy.toml"', "'../rules.toml'  # 区政府 2020-3") + (
        '\nfreeze_on = 2019-12-31\n\n[draw]\nfrozen_on = 2021-05-01\ntake = 2  # 先发生的两个\n'
        + "".join(f'[[draw.sources]]\nname = "{name}"\nkind = "ssq"\ntext = "如公告"\noccurred_on = 2021-05-0{n}\n'
                  for n, name in enumerate("甲乙", 2)))  # fmt: skip
    text = re.sub("(?m)^seed = .*$", 'seed = ""', text)
    (home / "round.toml").write_text(text, encoding="utf-8")
    (home / "calendar").mkdir()
    (home / "calendar" / "2027.toml").write_text(
        "holidays = [2027-01-01]\nworking_weekends = [2027-01-03]\n", encoding="utf-8"
    )
    (home / "说明.txt").write_text("不属于批次", encoding="utf-8")
    made = tmp_path / "made"
    found = convert(path, made, "xlsx")
    assert found.left == ("说明.txt",)
    assert set(found.files) == {"R-2021.xlsx", "rules.toml", "round.toml", "calendar/2027.toml"}
    back = steps(made, "parquet", "csv")
    expected = text.replace("'../rules.toml'", '"rules.toml"')
    assert (back / "round.toml").read_text(encoding="utf-8") == expected
    assert (back / "rules.toml").read_text(encoding="utf-8") == POLICY
    assert same(path, back)
    assert 2027 in read_round(back).announced


def test_a_policy_inside_the_rounds_own_file_stays_there(tmp_path):
    (tmp_path / "r").mkdir()
    path = Book().write(tmp_path / "r", "csv")
    text = (path / "round.toml").read_text(encoding="utf-8").replace('policy = "policy.toml"', "")
    (path / "round.toml").write_text(text + "\n[policy.fairness]\nmax_choices = 3\n", encoding="utf-8")
    assert same(path, steps(path, "xlsx", "csv"))


def test_a_plain_head_becomes_a_sheet_and_a_sheet_a_file(tmp_path):
    (tmp_path / "r").mkdir()
    path = Book().write(tmp_path / "r", "csv")
    made = steps(path, "xlsx")
    assert sorted(file.name for file in made.iterdir()) == ["R-2021.xlsx", "policy.toml"]
    assert "round" in openpyxl.load_workbook(made / "R-2021.xlsx").sheetnames
    back = steps(made, "csv")
    assert same(path, back)
    assert 'seed = "0421"' in (back / "round.toml").read_text(encoding="utf-8")


def test_sheets_of_the_offices_own_come_along_and_what_cannot_is_named(tmp_path):
    (tmp_path / "r").mkdir()
    path = Book().write(tmp_path / "r", "xlsx")
    book = openpyxl.load_workbook(path)
    book.create_sheet("核算")["A1"] = "合计"
    book["核算"]["A2"] = "=房源!H2*2"
    book.create_sheet("联系人").append(["姓名", "电话"])
    book["联系人"].append(["钱", "010"])
    book.create_sheet("空表")
    book.save(path)
    found = convert(path, tmp_path / "made", "csv")
    assert found.left == ("核算", "空表")
    assert cells(tmp_path / "made")["联系人"] == [["姓名", "电话"], ["钱", "010"]]


def test_a_round_with_faults_is_not_carried_and_nothing_is_left_behind(tmp_path, anju):
    book = Book()
    book.put("房源", 2, "楼层", "三")
    path = book.write(tmp_path, "csv")
    before = sorted(tmp_path.iterdir())
    code, _, told = anju("office", "convert", path, tmp_path / "made")
    assert code == 2
    assert "三" in told
    (tmp_path / "there").mkdir()
    good = Book().write(tmp_path / "there", "csv")
    assert anju("office", "convert", good, tmp_path / "there")[0] == 2
    assert anju("office", "convert", good, tmp_path / "no" / "where")[0] == 2
    assert anju("office", "convert", good, tmp_path / "made", "--form", "doc")[0] == 2
    assert sorted(tmp_path.iterdir()) == sorted([*before, tmp_path / "there"])


def test_what_would_not_read_as_the_same_round_is_never_written(tmp_path, monkeypatch):
    (tmp_path / "r").mkdir()
    path = Book().write(tmp_path / "r", "csv")
    monkeypatch.setattr(conversion, "_text", lambda cell, column: str(cell or "").replace("王明", "王朋"))
    with pytest.raises(Faults) as raised:
        convert(path, tmp_path / "made", "csv")
    assert [(f.code, f.value) for f in raised.value.faults] == [("convert.differs", "households, members, survey")]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["r"]


def test_the_command_says_what_it_wrote(tmp_path, anju):
    (tmp_path / "r").mkdir()
    path = Book().write(tmp_path / "r", "csv")
    (path / "记录.txt").write_text("x", encoding="utf-8")
    code, said, _ = anju("office", "convert", path, tmp_path / "made", "--form", "csv")
    assert code == 0
    assert "安置户.csv" in said
    assert "记录.txt" in said
    assert '"left": [' in anju("office", "convert", path, tmp_path / "again", "--json")[1]


@pytest.mark.skipif(
    not shutil.which("soffice") and not os.environ.get("CI"),
    reason="LibreOffice is not installed: apt install libreoffice-calc",
)
def test_a_spreadsheet_that_opens_and_recalculates_an_export_runs_nothing(tmp_path):
    (tmp_path / "r").mkdir()
    path = hostile(tmp_path / "r")
    book = next(steps(path, "xlsx").glob("*.xlsx"))
    table = steps(path, "csv") / "安置户.csv"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
         "--outdir", tmp_path / "out", book, table], check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    opened = [openpyxl.load_workbook(tmp_path / "out" / f"{file.stem}.xlsx") for file in (book, table)]
    for found in opened:
        every = [
            cell for page in found.worksheets for row in page.iter_rows() for cell in row if cell.value is not None
        ]
        assert len(every) > 100
        assert not [cell.value for cell in every if cell.data_type == "f" or cell.hyperlink]
    names = [row[1].value for row in opened[0]["安置户"].iter_rows(min_row=2)]
    assert names == [row[1] for _, row in read_csv(path / "安置户.csv").rows]
