"""The empty workbook: a clerk fills it in and it is read; what it offers and says is what the schema says."""

import shutil
import zipfile
from datetime import date

import openpyxl
import pytest
from bad_rounds import POLICY

from allocation.messages import SENTENCES
from allocation.schema import FLAG_WORDS, HEAD, TABLES, Table
from allocation.tables import read_round
from allocation.template import EXAMPLES, example, write_template
from allocation.writers import CREATED


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "模板.xlsx"
    write_template(path)
    return path


@pytest.fixture(scope="module")
def book(empty):
    return openpyxl.load_workbook(empty)


def filled(empty, folder, tables=TABLES):
    """The template as a clerk fills it in: typed into the cells, nothing else touched."""
    book = openpyxl.load_workbook(empty)
    for row, column in enumerate(HEAD.columns, 1):
        book[HEAD.titles[0]].cell(row, 2).value = EXAMPLES["round"][column.name]
    for table in tables:
        page = book[table.titles[0]]
        headings = [cell.value.removeprefix("★") for cell in page[1]]
        for column in table.columns:
            page.cell(2, headings.index(column.headings[0]) + 1).value = EXAMPLES[table.name].get(column.name)
    classes = '[[entitlement.classes]]\nname = "一般"\nm2 = 50.0\n'
    (folder / "policy.toml").write_text(POLICY + classes, encoding="utf-8")
    book.save(folder / "填好.xlsx")
    return folder / "填好.xlsx"


def test_a_template_filled_with_its_own_examples_is_a_round_without_fault(empty, tmp_path, anju):
    path = filled(empty, tmp_path)
    code, _, told = anju("check", path)
    assert (code, told) == (0, ""), told
    found = read_round(path).tables
    assert found.households[0].id_number == "990001198001010019"
    assert found.households[0].phone == "010-2000"
    assert str(found.units[0].area_m2) == "99.80"
    assert found.members[0].joined_on == date(1980, 1, 10)
    assert read_round(path).head.freeze_on == date(2019, 1, 1)


def test_the_optional_sheets_may_stay_empty(empty, tmp_path, anju):
    path = filled(empty, tmp_path, [table for table in TABLES if not table.optional])
    assert anju("check", path)[0] == 0
    assert read_round(path).tables.members == ()


def test_an_empty_template_says_what_is_missing_and_no_traceback(empty, tmp_path, anju):
    shutil.copy(empty, tmp_path)
    code, _, told = anju("check", tmp_path / empty.name)
    assert code == 2
    assert "安置户：只有标题，没有数据" in told
    assert "批次 第 1 行 id" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_sheet_has_every_heading_of_its_table_and_a_frozen_first_row(book, table: Table):
    page = book[table.titles[0]]
    assert [cell.value for cell in page[1]] == ["★" * c.required + c.headings[0] for c in table.columns]
    assert page.freeze_panes == "B2"
    for column, cell in zip(table.columns, page[1], strict=True):
        assert SENTENCES[f"column.{table.name}.{column.name}"][0] in cell.comment.text
        assert example(table, column) in cell.comment.text
    required = {cell.fill.fgColor.rgb for c, cell in zip(table.columns, page[1], strict=True) if c.required}
    others = {cell.fill.fgColor.rgb for c, cell in zip(table.columns, page[1], strict=True) if not c.required}
    assert not required & others


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_cells_are_formatted_and_limited_by_their_kind(book, table: Table):
    page = book[table.titles[0]]
    offered = {}
    for rule in page.data_validations.dataValidation:
        for cells in rule.sqref.ranges:
            assert (cells.min_row, cells.min_col) == (2, cells.max_col)
            offered[cells.min_col] = rule
    for at, column in enumerate(table.columns, 1):
        look = next(d.number_format for d in page.column_dimensions.values() if d.min <= at <= d.max)
        shown = {"date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm", "decimal": "0.00", "whole": "0"}
        assert look == shown.get(column.kind, "@"), column.name
        rule = offered.get(at)
        if column.kind in ("word", "flag"):
            words = [names[0] for names in (column.words or FLAG_WORDS).values()]
            assert rule.formula1 == '"' + ",".join(words) + '"'
        elif column.kind in ("whole", "decimal"):
            assert (float(rule.formula1), float(rule.formula2)) == (float(column.low), float(column.high))
        elif column.kind in ("date", "moment"):
            assert rule.type == "date"
        elif column.kind == "resident":
            assert (rule.type, rule.formula1) == ("textLength", "18")
        else:
            assert rule is None


def test_the_explanations_name_every_column_with_what_form_and_example(book):
    page = book["栏目说明"]
    told = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    assert [(row[1], row[2] == "★") for row in told] == [
        (column.headings[0], column.required) for table in (HEAD, *TABLES) for column in table.columns
    ]
    assert all(row[3] and row[4] and row[5] for row in told)


def test_every_column_has_its_meaning_and_an_example():
    for table in (HEAD, *TABLES):
        assert set(EXAMPLES.get(table.name, ())) <= {column.name for column in table.columns}
        for column in table.columns:
            assert f"column.{table.name}.{column.name}" in SENTENCES
            assert example(table, column)


def test_nothing_in_it_is_a_formula_and_two_writings_are_the_same_bytes(empty, tmp_path):
    with zipfile.ZipFile(empty) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == len(TABLES) + 3
        assert not [name for name in sheets if b"<f>" in archive.read(name) or b"<f " in archive.read(name)]
        assert f"{CREATED:%Y-%m-%dT%H:%M:%SZ}".encode() in archive.read("docProps/core.xml")
    write_template(tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == empty.read_bytes()


def test_a_file_that_is_there_is_left_alone(tmp_path, anju):
    (tmp_path / "a.xlsx").write_text("mine", encoding="utf-8")
    code, _, told = anju("office", "template", tmp_path / "a.xlsx")
    assert code == 2
    assert "已存在" in told
    assert (tmp_path / "a.xlsx").read_text(encoding="utf-8") == "mine"
    assert anju("office", "template", tmp_path / "a.csv")[0] == 2
    assert anju("office", "template", tmp_path / "nowhere" / "a.xlsx")[0] == 2
    code, said, _ = anju("office", "template", tmp_path / "b.xlsx", "--json")
    assert code == 0
    assert '"安置户"' in said
