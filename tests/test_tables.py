"""Reading a round: what clerks really write is understood; what is wrong is refused whole, with every fault at once."""

import re
import shutil
import time
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from bad_rounds import CASES, CELLS, POLICY, ROWS, Book, Case
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from allocation import sheets
from allocation.cells import Unreadable, read_cell
from allocation.checks import check_tables
from allocation.marking import annotate
from allocation.messages import SENTENCES, Faults
from allocation.policy import Policy
from allocation.schema import (
    BY_NAME,
    TABLES,
    Choice,
    Household,
    Member,
    Payment,
    RoundHead,
    Tables,
    Unit,
    fault_sentence,
)
from allocation.sentences import hall
from allocation.tables import read_round, write_round

FORMS = ("csv", "parquet", "xlsx")
QUICK = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def faults_of(path: Path):
    with pytest.raises(Faults) as raised:
        read_round(path)
    return raised.value.faults


# -- a right round ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_right_round_is_read_to_the_last_cell(tmp_path, form):
    found = read_round(Book().write(tmp_path, form))
    assert found.head == RoundHead(
        id="R-2021", title="测试批次", as_of=date(2021, 5, 28), seed="0421", projects=("大丰家园",)
    )
    assert found.policy.fairness.max_choices == 3
    assert found.tables.households[0] == Household(
        household_id="H001", name="王明", village="东村", persons=2, signed_on=date(2020, 3, 5),
        id_number="990001198001010019", access_need="low_floor", order_no=1, extra={"备注": "老户"},
    )  # fmt: skip
    assert found.tables.households[2].name == "NA"
    assert found.tables.members[3] == Member(
        household_id="H002", name="李老", relation="父", birth_date=date(1950, 2, 2), counted=False
    )
    assert found.tables.units[0] == Unit(
        unit_id="U01", project="大丰家园", building="1", floor=3, layout="120", area_m2=Decimal("120.50"),
        entrance="1", room="301", orientation="南", base_price=Decimal("1500.00"), floors_in_building=18,
    )  # fmt: skip
    assert found.tables.units[1].status == "reserved"
    assert found.tables.choices[0] == Choice(
        household_id="H001", choice=1, project="大丰家园", building="1", floor_min=2, floor_max=5, layout="120"
    )
    assert found.tables.payments[1] == Payment(
        receipt_no="P02", household_id="H002", paid_on=date(2021, 5, 2), amount=Decimal("-0.01"), kind="compensation"
    )
    assert found.tables.publications[1].withdrawn_on == date(2021, 5, 3)
    assert found.tables.objections[2].subject == "*"
    assert found.notes == ()


def test_csv_and_workbook_of_one_round_are_equal(tmp_path):
    (tmp_path / "a").mkdir()
    folder, book = Book().write(tmp_path / "a", "csv"), Book().write(tmp_path, "xlsx")
    assert read_round(folder).tables == read_round(book).tables


def test_a_workbook_alone_in_a_folder_is_the_round(tmp_path):
    path = Book().write(tmp_path, "xlsx")
    assert read_round(tmp_path).tables == read_round(path).tables


def test_the_rounds_data_may_stand_beside_the_workbook(tmp_path):
    (tmp_path / "csv").mkdir()
    Book().write(tmp_path / "csv", "csv")
    path = Book().write(tmp_path, "xlsx")
    book = openpyxl.load_workbook(path)
    del book["round"]
    book.save(path)
    shutil.copy(tmp_path / "csv" / "round.toml", tmp_path)
    assert read_round(path).head.title == "测试批次"


def test_the_policy_may_stand_in_the_rounds_own_file(tmp_path):
    path = Book().write(tmp_path, "csv")
    text = (path / "round.toml").read_text(encoding="utf-8").replace('policy = "policy.toml"', "")
    (path / "round.toml").write_text(text + "\n[policy.fairness]\nmax_choices = 2\n", encoding="utf-8")
    assert read_round(path).policy.fairness.max_choices == 2


def test_faults_of_policy_and_tables_are_told_together(tmp_path):
    book = Book(policy=POLICY + "nonsense = 1\n")
    book.put("房源", 2, "楼层", "三")
    faults = faults_of(book.write(tmp_path, "csv"))
    assert {fault.table for fault in faults} == {"policy", "units"}


def test_optional_tables_may_be_absent_and_the_last_three_empty(tmp_path):
    book = Book()
    for name in ("安置人口", "安置需求", "志愿"):
        del book.sheets[name]
    for name in ("房款预缴", "公示", "异议"):
        book.sheets[name] = book.sheets[name][:1]
    found = read_round(book.write(tmp_path, "csv")).tables
    assert (found.members, found.payments, found.objections) == ((), (), ())


def test_sheets_and_files_of_other_names_are_left_alone(tmp_path):
    book = Book()
    book.sheets["说明"] = [["随便写的"], ["=1+1"]]
    assert read_round(book.write(tmp_path, "xlsx"))


def test_blank_rows_and_columns_are_passed_over_and_rows_still_counted_as_seen(tmp_path):
    book = Book()
    book.sheets["房源"].insert(2, [""] * 12)
    for row in book.sheets["房源"]:
        row.extend(["", "  "])
    book.put("房源", 5, "楼层", "x")
    (fault,) = faults_of(book.write(tmp_path, "xlsx"))
    assert (fault.row, fault.column) == (5, "floor")


def test_gb18030_as_chinese_excel_writes_it_is_read_and_noted(tmp_path):
    path = Book().write(tmp_path, "csv")
    good = read_round(path)
    file = path / "安置户.csv"
    file.write_bytes(file.read_text(encoding="utf-8").encode("gb18030"))
    found = read_round(path)
    assert found.tables == good.tables
    assert [(note.code, note.table, note.place) for note in found.notes] == [
        ("file.gb18030", "households", "安置户.csv")
    ]
    assert "GB18030" in fault_sentence(found.notes[0])


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_byte_lost_inside_a_chinese_character_is_no_gb18030(tmp_path, at):
    path = Book().write(tmp_path, "csv")
    file = path / "安置户.csv"
    data = file.read_bytes()
    where = data.index("明".encode()) + at
    file.write_bytes(data[:where] + data[where + 1 :])
    assert [fault.code for fault in faults_of(path)] == ["file.not_utf8"]


def test_a_file_cut_off_inside_a_character_is_no_gb18030_though_it_could_be_read_as_such(tmp_path):
    path = Book().write(tmp_path, "csv")
    data = "objection_id,document,filed_on,subject,outcome\nY1,plan,2021-05-03,*,王王王王".encode()[:-2]
    assert max(data.decode("gb18030")) < "\ue000"  # no private character gives it away
    (path / "异议.csv").write_bytes(data)
    assert [fault.code for fault in faults_of(path)] == ["file.not_utf8"]


def test_bom_line_ends_and_quoted_line_breaks_do_not_matter(tmp_path):
    path = Book().write(tmp_path, "csv")
    good = read_round(path)
    file = path / "房源.csv"
    text = file.read_text(encoding="utf-8").replace("\r\n", "\n")
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_round(path).tables == good.tables


@pytest.mark.parametrize(
    "text",
    ["2021-05-28", "2021/5/28", "2021.5.28", "2021年5月28日", "2021年05月28", "20210528", "２０２１－５－２８", "44344",
     " 2021-05-28 ", "2021-05-28 00:00:00", "2021-05-28T14:30", "2021/5/28 9:30", "2021年 5月 28日",
     date(2021, 5, 28), datetime.fromisoformat("2021-05-28T10:00"), 44344, 44344.0, 44344.75, 20210528.0],
)  # fmt: skip
def test_a_date_is_understood_as_clerks_and_excel_write_it(text):
    assert read_cell(text, BY_NAME["payments"].column("paid_on")) == date(2021, 5, 28)


@pytest.mark.parametrize("text", ["5/28/2021", "21-05-28", "2021-05", "2021.5/28", "2021", 2021, 5.5, True, "-44344"])
def test_what_could_be_two_dates_or_none_is_refused(text):
    with pytest.raises(Unreadable):
        read_cell(text, BY_NAME["payments"].column("paid_on"))


def test_time_of_day_is_kept_where_it_counts():
    column = BY_NAME["households"].column("signed_at")
    assert read_cell("2021年5月28日 9:05:30", column) == datetime.fromisoformat("2021-05-28T09:05:30")
    assert read_cell("2021-05-28", column) == datetime.fromisoformat("2021-05-28T00:00")


@pytest.mark.parametrize(
    ("text", "value"),
    [("120.50", "120.50"), ("1,000.00", "1000.00"), ("１２０．５", "120.50"), (" 120.500 ", "120.50"),
     (85.30000000000001, "85.30"), (120, "120.00"), (0.1 + 0.2 + 1, "1.30"),
     (Decimal("99.9"), "99.90"), (99.99, "99.99")],
)  # fmt: skip
def test_an_area_is_exact_however_excel_keeps_it(text, value):
    found = read_cell(text, BY_NAME["units"].column("area_m2"))
    assert str(found) == value


@given(st.integers(-(10**12), 10**12).filter(bool))
@settings(deadline=None)
def test_no_fen_is_lost_on_the_way_through_excels_numbers(fen):
    exact = Decimal(fen) / 100
    column = BY_NAME["payments"].column("amount")
    assume(abs(exact) <= column.high)
    assert read_cell(float(exact), column) == exact
    assert read_cell(f"{exact:,.2f}", column) == exact


@pytest.mark.parametrize("text", [float("nan"), "1e3", "0x10", "1_000", "½", "", "12O", "--1", "+", ".5", "5."])
def test_what_python_would_take_for_a_number_but_a_clerk_would_not_is_refused(text):
    with pytest.raises(Unreadable):
        read_cell(text, BY_NAME["units"].column("area_m2"))


@pytest.mark.parametrize("number", ["810000199408230021", "830000199201300022", "99000119800101001 0"])
def test_residence_permits_and_regions_no_place_has_are_judged_by_the_check_digit_alone(number):
    column = BY_NAME["households"].column("id_number")
    body = number.replace(" ", "")[:17]
    weights = [2 ** (17 - at) % 11 for at in range(17)]  # GB 11643, written out once more
    check = "10X98765432"[sum(int(c) * w for c, w in zip(body, weights, strict=True)) % 11]
    assert read_cell(body + check, column) == body + check
    wrong = "0" if check != "0" else "1"
    with pytest.raises(Unreadable, match="resident_check"):
        read_cell(body + wrong, column)


@pytest.mark.parametrize("text", [120, 120.0, "120", "１２０", " 120 ", "1\u200b20"])
def test_a_label_is_one_text_however_it_was_typed(text):
    assert read_cell(text, BY_NAME["units"].column("layout")) == "120"


@pytest.mark.parametrize(("table", "column"), [(t.name, c.name) for t in TABLES for c in t.columns if c.words])
def test_every_word_is_known_in_both_languages(table, column):
    known = BY_NAME[table].column(column)
    for code, words in known.words.items():
        for word in (code, code.upper(), *words, f" {words[0]}\u3000"):
            assert read_cell(word, known) == code


def test_one_thing_spelled_two_ways_is_one_thing_afterwards(tmp_path):
    book = Book()
    book.put("房款预缴", 2, "户编号", "Ｈ００１")
    book.put("志愿", 2, "户型", "１２０")
    book.put("志愿", 3, "房源编号", "U 02")
    book.put("异议", 3, "异议对象", "ｕ０１".upper())
    book.head["projects"] = "大丰 家园"
    found = read_round(book.write(tmp_path, "csv"))
    assert found.tables.payments[0].household_id == "H001"
    assert found.tables.choices[0].layout == "120"
    assert found.tables.choices[1].unit_id == "U02"
    assert found.tables.objections[1].subject == "U01"
    assert found.head.projects == ("大丰家园",)


def test_what_lies_exactly_on_a_limit_is_no_fault(tmp_path):
    book = Book()
    book.put("公示", 3, "撤回日期", "2021-05-02")
    book.put("异议", 2, "办结日期", "2021-05-03")
    book.put("志愿", 2, "最低楼层", "5")
    book.put("房源", 2, "总楼层", "3")
    book.put("安置人口", 3, "出生日期", "2021-05-28")
    book.sheets["志愿"].append(["H001", "3", "", "", "", "", "", ""])
    assert read_round(book.write(tmp_path, "csv"))


def test_two_equal_instalments_under_two_receipts_are_no_fault(tmp_path):
    book = Book()
    book.sheets["房款预缴"].append(["P03", "H001", "2021-05-01", "90000.00", "现金"])
    assert len(read_round(book.write(tmp_path, "csv")).tables.payments) == 3


# -- faults -------------------------------------------------------------------------------------------------------


def _written(case: Case) -> list:
    return [pytest.param(case, form, id=f"{case.code}-{case.at[0]}-{form}")
            for form in ("csv", "xlsx") if case.form in (None, form)]  # fmt: skip


@pytest.mark.parametrize(("case", "form"), [param for case in CASES for param in _written(case)])
def test_one_thing_wrong_is_told_once_and_where(tmp_path, case, form):
    book = Book()
    case.damage(book)
    faults = faults_of(book.write(tmp_path, form))
    assert {fault.code for fault in faults} <= {case.code, *case.also}
    first = next(fault for fault in faults if fault.code in (case.code, *case.also[:1]))
    if not case.also:
        assert len(faults) == 1
    place, row, column = case.at
    places = {place, f"{place}.csv", f"{place}.toml"} if place else {""}
    assert first.place in places
    assert first.column == column
    if row is not None:
        assert first.row == row
    chinese, english = (fault_sentence(first, lang) for lang in ("zh", "en"))
    assert chinese != english
    assert "{" not in chinese + english
    if first.value.strip() and "{value" in SENTENCES[first.code][1]:
        assert first.value in english or repr(first.value) in english


def test_every_sentence_about_tables_has_a_case_that_calls_it():
    ours = {code for code in SENTENCES if code.split(".")[0] in ("file", "table", "heading", "cell", "row", "round")}
    ours -= set(hall.ROWS)  # the round's page has its own words
    elsewhere = {"file.gb18030", "file.unknown_kind", "file.too_many_rows"}
    assert {case.code for case in CASES} | elsewhere >= ours


def test_a_yes_is_no_number_though_python_thinks_so(tmp_path):
    book = Book()
    book.put("安置需求", 2, "套数", 1)
    book.put("安置需求", 3, "套数", True)
    (fault,) = faults_of(book.write(tmp_path, "xlsx"))
    assert (fault.code, fault.row) == ("cell.not_whole", 3)


def test_a_path_that_is_not_there_or_no_round_is_told(tmp_path):
    assert [fault.code for fault in faults_of(tmp_path / "no.xlsx") if fault.table == ""] == ["file.missing"]
    (tmp_path / "round.pdf").write_bytes(b"%PDF")
    assert "file.unknown_kind" in {fault.code for fault in faults_of(tmp_path / "round.pdf")}


def test_an_empty_folder_lacks_every_table_and_its_head(tmp_path):
    codes = [fault.code for fault in faults_of(tmp_path)]
    assert codes.count("table.missing") == 5
    assert codes.count("file.missing") == 1


def test_a_cap_on_rows_names_the_limit(tmp_path, monkeypatch):
    path = Book().write(tmp_path, "csv")
    monkeypatch.setattr(sheets, "ROWS_MAX", 4)
    (fault,) = faults_of(path)
    assert (fault.code, fault.place) == ("file.too_many_rows", "安置人口.csv")
    assert "4" in fault_sentence(fault)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_all_faults_of_all_tables_are_told_at_once(tmp_path, form):
    book = Book()
    single = [case for case in CELLS if case.form is None and case.at[1] != 1]
    taken = {}
    for case in single:
        if case.at[::2] not in {(key[0], key[2]) for key in taken}:
            taken[case.at] = case
            case.damage(book)
    faults = {((fault.place.removesuffix(".csv")), fault.row, fault.column, fault.code) for fault in
              faults_of(book.write(tmp_path, form))}  # fmt: skip
    assert faults >= {(*case.at, case.code) for case in taken.values()}


def test_what_could_not_be_read_is_not_missed_elsewhere(tmp_path):
    book = Book()
    book.put("安置户", 2, "户编号", "")
    book.put("房源", 2, "户型", "x" * 300)
    book.put("安置人口", 4, "是否为安置人口", "也许")
    book.put("安置人口", 6, "household_id", "")
    codes = [fault.code for fault in faults_of(book.write(tmp_path, "csv"))]
    assert codes == ["cell.empty", "cell.not_a_word", "cell.empty", "cell.too_long"]
    (tmp_path / "members").mkdir()
    book = Book()
    book.put("安置人口", 4, "是否为安置人口", "也许")
    assert [fault.code for fault in faults_of(book.write(tmp_path / "members", "csv"))] == ["cell.not_a_word"]


@pytest.mark.parametrize(("count", "code"), [(20, "row.unknown_near"), (21, "row.unknown")])
def test_what_was_meant_is_guessed_for_a_few_slips_not_for_a_column_of_another_round(tmp_path, count, code):
    book = Book()
    del book.sheets["安置人口"]
    for n in range(count):
        book.sheets["安置户"].append([f"K{n}", "户", "东村", "1", "2020-03-05", "", "", "", ""])
        book.sheets["志愿"].append([f"K{n}", "1", f"大丰家园{n}", "", "", "", "", ""])
    assert [fault.code for fault in faults_of(book.write(tmp_path, "csv"))] == [code] * count


WRONG = {
    "id": ["", "1.2E+18", "x\x00y"],
    "label": ["", "x" * 201, "\u202ex"],
    "text": ["", "x" * 201, "a\x1bb"],
    "resident": ["123", "990001198001010010", "9.9E+17", "990001198013010010"],
    "whole": ["两", "1.5", "1e2", "99999999", ""],
    "decimal": ["约120", "1.005", "12,00", "99999999999999", ""],
    "date": ["2021-02-29", "明天", "3021-01-01", ""],
    "moment": ["25:00"],
    "flag": ["maybe"],
    "word": ["别的", "?"],
    "note": ["x" * 2001, "\u202ex"],
}


@given(st.data())
@QUICK
def test_any_single_damaged_cell_is_exactly_one_fault(tmp_path_factory, data):
    book = Book()
    title = data.draw(st.sampled_from(sorted(book.sheets)))
    table = next(table for table in TABLES if title in table.titles)
    rows = book.sheets[title]
    names = {text: column for column in table.columns for text in (column.name, *column.headings)}
    heading = data.draw(st.sampled_from([h for h in rows[0] if h.removesuffix("（㎡）") in names]))
    column = names[heading.removesuffix("（㎡）")]
    row = data.draw(st.integers(2, len(rows)))
    wrong = data.draw(st.sampled_from(WRONG[column.kind]).filter(lambda text: text or column.required))
    book.put(title, row, heading, wrong)
    (fault,) = faults_of(book.write(tmp_path_factory.mktemp("one"), "csv"))
    assert (fault.table, fault.row, fault.column) == (table.name, row, column.name)
    assert fault.params["heading"] == heading


def _told(path: Path) -> list:
    return sorted((fault.table, fault.column, fault.code, fault.value) for fault in faults_of(path))


@given(st.lists(st.sampled_from([c for c in (*CELLS, *ROWS) if c.form is None]), min_size=1, max_size=5, unique=True),
       st.randoms(use_true_random=False))  # fmt: skip
@QUICK
def test_the_order_of_rows_does_not_change_what_is_told(tmp_path_factory, cases, rng):
    book = Book()
    for case in cases:
        case.damage(book)
    before = _told(book.write(tmp_path_factory.mktemp("a"), "csv"))
    for rows in book.sheets.values():
        body = rows[1:]
        rng.shuffle(body)
        rows[1:] = body
    after = _told(book.write(tmp_path_factory.mktemp("b"), "csv"))
    twice = {"Ｈ００１": "H001", "U 01": "U01", "１２０": "120"}  # a repeated ID is shown as its last row spells it
    fold = [[(t, c, code, twice.get(v, v)) for t, c, code, v in told] for told in (before, after)]
    assert sorted(fold[0]) == sorted(fold[1])


_PLACE = st.integers(0, 10**6)  # modulo the length, which differs between two writings of one workbook


@given(st.data())
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_is_never_a_traceback(tmp_path_factory, data):
    form = data.draw(st.sampled_from(["xlsx", "csv", "parquet"]))
    folder = tmp_path_factory.mktemp("junk")
    if form == "parquet":
        path = Book().write(folder, "csv")
        round_ = read_round(path)
        path = tmp_path_factory.mktemp("parquet")
        write_round(path, round_.head, round_.tables, POLICY, form="parquet")
    else:
        path = Book().write(folder, form)
    files = [path] if path.is_file() else sorted(p for p in path.iterdir() if p.suffix == f".{form}")
    file = data.draw(st.sampled_from(files))
    content = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(_PLACE) % len(content)] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del content[data.draw(_PLACE) % len(content) :]
    file.write_bytes(bytes(content))
    try:
        read_round(path)
    except Faults as faults:
        for fault in faults.faults:
            assert fault_sentence(fault, "zh")
            assert fault_sentence(fault, "en")


def _with_sheet_xml(path: Path, change) -> Path:
    """The workbook with the XML of its last sheet changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    last = sorted(name for name in parts if name.startswith("xl/worksheets/sheet"))[-1]
    parts[last] = change(parts[last])
    with zipfile.ZipFile(path, "w") as archive:
        for part, body in parts.items():
            archive.writestr(part, body)
    return path


def test_cells_without_a_reference_are_read_where_they_stand(tmp_path):
    path = Book().write(tmp_path, "xlsx")
    good = read_round(path).tables
    _with_sheet_xml(path, lambda xml: re.sub(rb'(<c) r="[A-Z]+[0-9]+"', rb"\1", xml))
    found = read_round(path).tables
    assert [row.objection_id for row in found.objections] == [row.objection_id for row in good.objections]


@pytest.mark.parametrize(
    "cells",
    [b'<row r="1048570">' + b"<c><v>1</v></c>" * 16000 + b"</row>",
     b'<row r="1000000"><c r="XFD1000000"><v>1</v></c></row>',
     b'<row r="9999999"><c r="ZZZ9999999"><v>1</v></c></row>'],
)  # fmt: skip
def test_a_few_cells_far_away_do_not_take_all_memory(tmp_path, cells):
    path = _with_sheet_xml(
        Book().write(tmp_path, "xlsx"), lambda xml: xml.replace(b"</sheetData>", cells + b"</sheetData>")
    )
    (fault,) = faults_of(path)
    assert fault.code in ("file.too_wide", "file.too_many_rows", "file.too_many_columns")


@pytest.mark.parametrize(
    "change",
    [lambda xml: b'<!DOCTYPE a [<!ENTITY b "c">]>' + xml, lambda xml: xml[: len(xml) * 2 // 3],
     lambda xml: xml.replace(b"</row>", b"", 1), lambda xml: xml + b"<"],
)  # fmt: skip
def test_a_sheet_whose_xml_is_not_whole_is_never_read_as_a_shorter_one(tmp_path, change):
    path = _with_sheet_xml(Book().write(tmp_path, "xlsx"), change)
    (fault,) = faults_of(path)
    assert fault.code == "file.xlsx_broken"
    annotate(path, [fault], tmp_path / "out.xlsx", "zh")


def test_one_long_text_in_many_cells_does_not_take_all_memory(tmp_path):
    good = read_round(Book().write(tmp_path, "csv"))
    path = tmp_path / "shared.xlsx"
    write_round(path, good.head, good.tables, POLICY, form="xlsx")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    at = parts["xl/sharedStrings.xml"].count(b"</si>")
    long = b"<si><t>" + b"x" * 4_000_000 + b"</t></si></sst>"
    parts["xl/sharedStrings.xml"] = parts["xl/sharedStrings.xml"].replace(b"</sst>", long)
    last = sorted(name for name in parts if name.startswith("xl/worksheets/sheet"))[-1]
    rows = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>%d</v></c></row>' % (n, n, at) for n in range(10, 20000))
    parts[last] = parts[last].replace(b"</sheetData>", rows + b"</sheetData>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, body in parts.items():
            archive.writestr(part, body)
    (fault,) = faults_of(path)
    assert (fault.code, fault.place) == ("file.too_large", "异议")


def test_a_csv_of_too_many_cells_is_given_up_before_it_is_read_to_its_end(tmp_path, monkeypatch):
    path = Book().write(tmp_path, "csv")
    monkeypatch.setattr(sheets, "CELLS_MAX", 7)
    written = {t.name for t in TABLES} - {"measured", "allowances"}
    assert {(fault.table, fault.code) for fault in faults_of(path)} == {(name, "file.too_wide") for name in written}


def test_a_lying_dimension_and_formatted_empty_rows_do_no_harm(tmp_path):
    path = Book().write(tmp_path, "xlsx")
    good = read_round(path).tables
    rows = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n) for n in range(100, 30000))

    def change(xml: bytes) -> bytes:
        xml = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', xml)
        return xml.replace(b"</sheetData>", rows + b"</sheetData>")

    assert read_round(_with_sheet_xml(path, change)).tables == good


@given(st.data())
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_xml_inside_a_workbook_is_never_a_traceback(tmp_path_factory, data):
    path = Book().write(tmp_path_factory.mktemp("xml"), "xlsx")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    content = bytearray(parts[name])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(_PLACE) % len(content)] = data.draw(st.sampled_from(b'\x00<>/"=&0A9~\xff'))
    parts[name] = bytes(content)
    with zipfile.ZipFile(path, "w") as archive:
        for part, body in parts.items():
            archive.writestr(part, body)
    try:
        read_round(path)
    except Faults as faults:
        for fault in faults.faults:
            assert fault_sentence(fault)


# -- values only --------------------------------------------------------------------------------------------------


def test_values_that_never_were_a_file_are_checked_by_the_same_rules(tmp_path):
    found = read_round(Book().write(tmp_path, "csv"))
    assert check_tables(found.tables, found.policy, found.head) == []
    payments = (*found.tables.payments, found.tables.payments[0])
    broken = Tables(households=found.tables.households, units=found.tables.units, payments=payments,
                    publications=(), objections=())  # fmt: skip
    (fault,) = check_tables(broken, Policy())
    assert (fault.code, fault.place, fault.row) == ("row.receipt_twice", "房款预缴", 4)


# -- size ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_all_households_of_the_programme_are_read(tmp_path, form, capsys):
    count = 2413
    base = read_round(Book().write(tmp_path, "csv"))
    households = tuple(
        Household(household_id=f"H{n:05}", name=f"户{n}", village=f"村{n % 16}", persons=1, signed_on=date(2020, 1, 1),
                  extra={"备注": ""})
        for n in range(count)
    )  # fmt: skip
    members = tuple(Member(household_id=h.household_id, name=h.name, relation="户主", birth_date=date(1980, 1, 1))
                    for h in households)  # fmt: skip
    units = tuple(Unit(unit_id=f"U{n:05}", project="大丰", building=str(n % 40), floor=n % 18 + 1, layout="120",
                       area_m2=Decimal("120.00")) for n in range(4076))  # fmt: skip
    choices = tuple(Choice(household_id=h.household_id, choice=c, building=str((n + c) % 40))
                    for n, h in enumerate(households) for c in (1, 2, 3))  # fmt: skip
    big = Tables(households=households, members=members, units=units, choices=choices, payments=(), publications=(),
                 objections=())  # fmt: skip
    path = tmp_path / ("big.xlsx" if form == "xlsx" else "big")
    head = RoundHead(id="big", title="全部", as_of=date(2021, 5, 28), seed="s")
    write_round(path, head, big, POLICY, form=form)
    began = time.perf_counter()
    found = read_round(path)
    seconds = time.perf_counter() - began
    assert len(found.tables.households) == count
    assert base.policy == found.policy
    with capsys.disabled():
        print(f"\n{form}: {count} households, {len(units)} units, {len(choices)} choices read in {seconds:.2f} s")  # noqa: T201 - a figure to look at with -s, not a limit
