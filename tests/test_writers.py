"""Writing a round: nothing is lost, nothing runs in a spreadsheet, every fault is marked in the clerk's workbook."""

import csv
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bad_rounds import CASES, POLICY, Book
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocation.marking import annotate
from allocation.messages import Faults
from allocation.schema import (
    DOCUMENT_WORDS,
    Choice,
    Demand,
    Household,
    Member,
    Objection,
    Payment,
    Publication,
    RoundHead,
    Tables,
    Unit,
    fault_sentence,
)
from allocation.tables import read_round, write_csv, write_parquet, write_round
from allocation.writers import atomic

FORMS = ("csv", "parquet", "xlsx")
QUICK = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def faults_of(path: Path):
    with pytest.raises(Faults) as raised:
        read_round(path)
    return raised.value.faults


# -- round trip ---------------------------------------------------------------------------------------------------

_ALPHABET = st.characters(categories=("L", "N", "P", "S"), max_codepoint=0x9FFF)
_TEXT = st.text(_ALPHABET, min_size=1, max_size=12).filter(lambda t: t.strip() == t and t not in ("#N/A", "#REF!"))
_NAME = st.one_of(_TEXT, st.sampled_from(["=1+1", "+1", "-x", "@x", "'=1", "''-1", '"', "a,b", "NA", "null", "1e5"]))
_DAYS = st.dates(date(1950, 1, 1), date(2021, 5, 28))
_MONEY = st.integers(1, 10**9).map(lambda fen: Decimal(fen) / 100)
_EXTRA = st.one_of(st.just(""), _NAME)


@st.composite
def rounds(draw) -> Tables:
    ids = [f"H{n:03}" for n in range(draw(st.integers(1, 4)))]
    keys = draw(st.lists(st.sampled_from(["备注", "序号", "=列", "remark"]), max_size=2, unique=True))

    def extra():
        return {key: draw(_EXTRA) for key in keys}

    households = [
        Household(household_id=i, name=draw(_NAME), village=f"村{draw(st.integers(1, 3))}", persons=1,
                  signed_on=draw(_DAYS), phone=draw(st.sampled_from(["", "0731-2", "010"])),
                  access_need=draw(st.sampled_from(["none", "low_floor", "step_free"])),
                  priority_class=draw(st.none() | st.integers(0, 9)), together=draw(st.sampled_from(["", "甲"])),
                  signed_at=draw(st.none() | st.just(datetime.fromisoformat("2021-01-02T03:04:05"))),
                  compensation_yuan=draw(st.none() | _MONEY), extra=extra())
        for i in ids
    ]  # fmt: skip
    units = [
        Unit(unit_id=f"U{n}", project="大丰", building=str(n % 2), floor=draw(st.sampled_from([-1, 1, 9])),
             layout=draw(st.sampled_from(["120", "3室2厅", "-1"])),
             area_m2=draw(st.integers(100, 99999)) / Decimal(100),
             step_free=draw(st.booleans()), status=draw(st.sampled_from(["available", "defective"])),
             base_price=draw(st.none() | st.just(Decimal("1500.10"))), extra=extra())
        for n in range(draw(st.integers(1, 4)))
    ]  # fmt: skip
    return Tables(
        households=tuple(households),
        units=tuple(units),
        members=tuple(Member(household_id=i, name=draw(_NAME), relation="户主", birth_date=draw(_DAYS),
                             disabled=draw(st.booleans()), extra=extra()) for i in ids),
        demand=tuple(Demand(household_id=i, layout=units[0].layout, count=draw(st.integers(1, 3))) for i in ids),
        choices=tuple(Choice(household_id=i, choice=1, floor_min=draw(st.none() | st.just(-2)),
                             unit_id=draw(st.sampled_from(["", "U0"]))) for i in ids),
        payments=tuple(Payment(receipt_no=f"00{n}", household_id=i, paid_on=draw(_DAYS),
                               amount=draw(_MONEY) * draw(st.sampled_from([1, -1]))) for n, i in enumerate(ids)),
        publications=(Publication(document=draw(st.sampled_from(sorted(DOCUMENT_WORDS))), published_on=draw(_DAYS),
                                  days=7),),
        objections=tuple(Objection(objection_id=f"Y{n}", document="plan", filed_on=draw(_DAYS),
                                   subject=draw(st.sampled_from(["*", "U0", ids[0]])), outcome=draw(_EXTRA))
                         for n in range(draw(st.integers(0, 2)))),
    )  # fmt: skip


@pytest.mark.parametrize("heading", ["zh", "code"])
@pytest.mark.parametrize("form", FORMS)
@given(tables=rounds(), title=_NAME, projects=st.sampled_from([(), ("大丰",)]))
@QUICK
def test_a_round_that_is_written_is_read_again_without_loss(tmp_path_factory, form, heading, tables, title, projects):
    head = RoundHead(id="批次_1", title=title, as_of=date(2021, 5, 28), seed=title, projects=projects)
    path = tmp_path_factory.mktemp("trip") / ("r.xlsx" if form == "xlsx" else "r")
    write_round(path, head, tables, POLICY, form=form, heading=heading)
    found = read_round(path)
    assert found.tables == tables
    assert found.head == head
    assert found.policy.fairness.max_choices == 3


def test_two_writings_of_one_round_are_the_same_bytes(tmp_path):
    found = read_round(Book().write(tmp_path, "csv"))
    for name in ("a", "b"):
        for form in FORMS:
            path = tmp_path / name / form / "r.xlsx" if form == "xlsx" else tmp_path / name / form
            write_round(path, found.head, found.tables, POLICY, form=form)
    with zipfile.ZipFile(tmp_path / "a" / "xlsx" / "r.xlsx") as archive:
        assert b"2000-01-01T00:00:00Z" in archive.read("docProps/core.xml")  # not the clock
    for file in sorted((tmp_path / "a").rglob("*.*")):
        if file.is_file():
            assert file.read_bytes() == (tmp_path / "b" / file.relative_to(tmp_path / "a")).read_bytes(), file.name


# -- nothing a spreadsheet would run ------------------------------------------------------------------------------

HOSTILE = ["=1+1", '=HYPERLINK("http://x","y")', "+cmd|'/C calc'!A0", "-2+3", "@SUM(1)", "http://x.example/", "<b>",
           "=cmd|' /C notepad'!'A1'"]  # fmt: skip


def _hostile(tmp_path) -> tuple:
    book = Book()
    book.sheets["安置户"][1:] = [
        [f"H{n:03}", name, "=村", "1", "2020-03-05", "", "", "", name] for n, name in enumerate(HOSTILE, 1)
    ]
    book.sheets["安置人口"] = book.sheets["安置人口"][:1]
    del book.sheets["安置人口"]
    path = book.write(tmp_path, "csv")
    return path, read_round(path)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_name_is_never_run_by_a_spreadsheet_and_comes_back_whole(tmp_path, form):
    _, found = _hostile(tmp_path)
    path = tmp_path / "out" / "r.xlsx" if form == "xlsx" else tmp_path / "out"
    write_round(path, found.head, found.tables, POLICY, form=form)
    assert [h.name for h in read_round(path).tables.households] == HOSTILE
    if form == "xlsx":
        book = openpyxl.load_workbook(path)
        cells = [cell for page in book.worksheets for row in page.iter_rows() for cell in row]
        assert not [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink]
    else:
        with (path / "安置户.csv").open(encoding="utf-8-sig", newline="") as file:
            assert not [c for row in csv.reader(file) for c in row if c[:1] and c[0] in "=+-@\t"]


def test_ids_are_cells_of_text_in_a_workbook(tmp_path):
    found = read_round(Book().write(tmp_path, "csv"))
    write_round(tmp_path / "r.xlsx", found.head, found.tables, POLICY, form="xlsx")
    cell = openpyxl.load_workbook(tmp_path / "r.xlsx")["安置户"]["F2"]
    assert (cell.value, cell.data_type, cell.number_format) == ("990001198001010019", "s", "@")


def test_results_are_written_raw_for_programs_and_guarded_for_clerks(tmp_path):
    rows = [{"household_id": "=H1", "price": Decimal("-12.50"), "rank": None}]
    write_csv(tmp_path / "a.csv", rows, ["household_id", "price", "rank"])
    assert (tmp_path / "a.csv").read_bytes() == b"household_id,price,rank\n=H1,-12.50,\n"
    write_csv(tmp_path / "b.csv", rows, ["household_id", "price", "rank"], heading="zh", for_clerk=True)
    assert (tmp_path / "b.csv").read_bytes().decode("utf-8-sig") == "安置户编号,房款,志愿名次\n'=H1,-12.50,\n"


@pytest.mark.parametrize("rows", [[], [{"household_id": "007", "price": Decimal("1.5"), "rank": 1, "band": None}]])
def test_parquet_has_the_same_exact_types_with_and_without_rows(tmp_path, rows):
    write_parquet(tmp_path / "a.parquet", rows, ["household_id", "price", "rank", "band"])
    found = pq.read_table(tmp_path / "a.parquet")
    assert found.schema.types == [pa.string(), pa.decimal128(18, 2), pa.int64(), pa.int64()]
    assert found.num_rows == len(rows)


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path):
    write_csv(tmp_path / "a.csv", [{"rank": 1}], ["rank"])
    with pytest.raises(AttributeError):
        write_csv(tmp_path / "a.csv", [None], ["rank"])

    def half(file: Path) -> None:
        file.write_text("ran", encoding="utf-8")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        atomic(tmp_path / "a.csv", half)
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "rank\n1\n"


# -- the marked workbook ------------------------------------------------------------------------------------------


def _marked(path: Path, out: Path, lang="zh"):
    faults = faults_of(path)
    annotate(path, faults, out, lang)
    return faults, openpyxl.load_workbook(out)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_every_fault_is_marked_in_its_cell_and_listed_with_a_link(tmp_path, form):
    book = Book()
    book.put("房源", 4, "建筑面积（㎡）", "约120")
    book.put("房款预缴", 2, "缴款日期", "2021-02-30")
    book.sheets["说明"] = [["=1+1"]]
    faults, marked = _marked(book.write(tmp_path, form), tmp_path / "out.xlsx")
    listed = marked.worksheets[0]
    assert listed.title == "问题清单"
    assert [row[5].value for row in listed.iter_rows(min_row=2)] == [fault_sentence(fault) for fault in faults]
    assert [row[0].hyperlink.location for row in listed.iter_rows(min_row=2)] == ["'房源'!H4", "'房款预缴'!C2"]
    cell = marked["房源"]["H4"]
    assert cell.value == "约120"
    assert cell.comment.text == fault_sentence(faults[0])
    assert cell.fill.fgColor.rgb == "00FFC7CE"
    commented = [c.coordinate for page in marked.worksheets for row in page.iter_rows() for c in row if c.comment]
    assert sorted(commented) == ["C2", "H4"]


def test_the_rest_of_the_clerks_workbook_stays_as_it_was(tmp_path):
    path = Book().write(tmp_path, "xlsx")
    book = openpyxl.load_workbook(path)
    book["房源"]["H3"] = "=100+19"
    book["房源"]["H2"].number_format = "0.0000"
    book["房源"]["A2"].comment = openpyxl.comments.Comment("旧批注", "某人")
    book["房源"].column_dimensions["B"].width = 33
    book.create_sheet("核算")["A1"] = "=房源!H2*2"
    book.save(path)
    _, marked = _marked(path, tmp_path / "out.xlsx", "en")
    assert marked.sheetnames == ["Faults", *book.sheetnames]
    assert marked["核算"]["A1"].value == "=房源!H2*2"
    assert marked["房源"]["H3"].value == "=100+19"
    assert "formula" in marked["房源"]["H3"].comment.text
    assert marked["房源"]["H2"].number_format == "0.0000"
    assert marked["房源"]["A2"].comment.text == "旧批注"
    assert marked["房源"].column_dimensions["B"].width == 33


def test_the_marked_workbook_can_be_mended_and_read_again(tmp_path):
    book = Book()
    book.put("房源", 4, "建筑面积（㎡）", "约120")
    _, marked = _marked(book.write(tmp_path, "xlsx"), tmp_path / "out.xlsx")
    marked["房源"]["H4"] = 79.9
    marked.save(tmp_path / "mended.xlsx")
    assert read_round(tmp_path / "mended.xlsx").tables.units[2].area_m2 == Decimal("79.90")


def test_texts_of_a_hostile_file_stay_texts_in_the_marked_workbook(tmp_path):
    path, _ = _hostile(tmp_path)
    file = path / "安置户.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("H002,", "=1+1\x07,"), encoding="utf-8")
    _, marked = _marked(path, tmp_path / "out.xlsx")
    assert not [c.value for page in marked.worksheets for row in page.iter_rows() for c in row if c.data_type == "f"]
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        assert not [n for n in archive.namelist() if n.startswith("xl/worksheets/") and b"<f" in archive.read(n)]


@pytest.mark.parametrize("case", [c for c in CASES if c.code.startswith("file.") and c.form], ids=lambda c: c.code)
def test_a_file_that_cannot_be_opened_still_gets_a_list(tmp_path, case):
    book = Book()
    case.damage(book)
    faults, marked = _marked(book.write(tmp_path, case.form), tmp_path / "out.xlsx")
    assert marked.worksheets[0].max_row == len(faults) + 1


def test_the_clerks_own_file_is_never_overwritten(tmp_path):
    path = Book().write(tmp_path, "xlsx")
    before = path.read_bytes()
    for out in (path, tmp_path / "nowhere" / "out.xlsx"):
        with pytest.raises(Faults):
            annotate(path, [], out, "zh")
    assert path.read_bytes() == before


def test_without_faults_the_list_is_empty_and_nothing_is_marked(tmp_path):
    path = Book().write(tmp_path, "xlsx")
    annotate(path, [], tmp_path / "out.xlsx", "zh")
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0].max_row == 1
