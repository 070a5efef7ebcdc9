"""The table of columns: the contract's columns, one meaning for every heading, a sentence for every fault."""

import dataclasses
from datetime import date
from decimal import Decimal

import pytest

from allocation.messages import Fault
from allocation.schema import (
    BY_NAME,
    HEAD,
    RESULT_COLUMNS,
    TABLES,
    Choice,
    Payment,
    fault_sentence,
    fold,
    fold_heading,
    localised,
)

# spec §3, word for word: ★ marks what is required
SPEC = {
    "households": "household_id★ name★ village★ persons★ signed_on★ id_number phone bonus_persons access_need order_no "
    "together priority_class",
    "members": "household_id★ name★ relation★ birth_date★ id_number only_child disabled counted",
    "units": "unit_id★ project★ building★ floor★ layout★ area_m2★ entrance room orientation step_free construction "
    "status base_price",
    "demand": "household_id★ layout★ count★",
    "choices": "household_id★ choice★ project building entrance floor_min floor_max layout orientation unit_id",
    "payments": "receipt_no★ household_id★ paid_on★ amount★ kind",
    "publications": "document★ published_on★ days★ withdrawn_on",
    "objections": "objection_id★ document★ filed_on★ subject★ resolved_on outcome",
}
# beyond the contract's section 3: what a round is compared with when exceptions are looked for
AUDIT = ("survey", "resettled", "officers", "exceptions")
WORDS = {
    ("households", "access_need"): "none low_floor step_free",
    ("units", "construction"): "government joint_self_built",
    ("units", "status"): "available reserved defective allocated",
    ("payments", "kind"): "cash compensation",
    ("publications", "document"): "demand units plan result",
    ("objections", "document"): "demand units plan result",
}


def test_the_tables_are_those_of_the_contract():
    later = ["measured", "allowances"]  # what a settlement needs, years after the round
    assert [table.name for table in TABLES] == [*SPEC, *later, *AUDIT]
    assert {table.name for table in TABLES if table.optional} == {"members", "demand", "choices", *later, *AUDIT}


@pytest.mark.parametrize("name", SPEC)
def test_every_column_of_the_contract_is_there_and_required_where_it_says_so(name):
    required = {column.name: column.required for column in BY_NAME[name].columns}
    for word in SPEC[name].split():
        assert required[word.rstrip("★")] is word.endswith("★"), word
    assert not {column for column, needed in required.items() if needed} - set(SPEC[name].replace("★", "").split())


@pytest.mark.parametrize(("name", "column"), WORDS)
def test_the_words_of_a_column_are_those_of_the_contract(name, column):
    assert list(BY_NAME[name].column(column).words) == WORDS[name, column].split()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_columns_and_fields_of_the_row_are_the_same(table):
    fields = {field.name: field for field in dataclasses.fields(table.row)}
    assert set(fields) == {column.name for column in table.columns} | {"extra"}
    for column in table.columns:
        assert column.required is (fields[column.name].default is dataclasses.MISSING), column.name


@pytest.mark.parametrize("table", [*TABLES, HEAD], ids=lambda table: table.name)
def test_a_heading_means_one_column_of_its_table(table):
    seen = {}
    for column in table.columns:
        for heading in {fold_heading(text) for text in (column.name, *column.headings)}:
            assert seen.setdefault(heading, column.name) == column.name, heading


def test_a_title_means_one_table():
    titles = [title for table in (*TABLES, HEAD) for title in (table.name, *table.titles)]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("table", [*TABLES, HEAD], ids=lambda table: table.name)
def test_every_column_has_a_heading_and_says_what_is_expected_in_both_languages(table):
    for column in table.columns:
        assert column.headings[0], column.name
        assert all(column.expected), column.name
        words = [word for code, aliases in column.words.items() for word in (code, *aliases)]
        assert len(words) == len(set(words)), column.name


def test_the_columns_of_results_have_a_heading_each():
    headings = [column.headings[0] for column in RESULT_COLUMNS]
    assert len(headings) == len(set(headings)) == len({column.name for column in RESULT_COLUMNS})


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("建筑面积（㎡）", "建筑面积"),
        ("建筑面积 (m2)", "建筑面积"),
        ("★户编号", "户编号"),
        ("金 额(元)", "金额"),
        ("Household_ID", "household_id"),
        ("(备注)", "(备注)"),
    ],
)
def test_a_heading_is_known_without_its_unit_and_marks(text, same):
    assert fold_heading(text) == fold_heading(same)


@pytest.mark.parametrize("text", ["Ｈ００１", " H001", "H001\xa0", "H\u200b001", "H0\u30000\ufeff1"])
def test_spellings_that_look_alike_are_compared_as_one(text):
    assert fold(text) == "H001"


def test_composed_and_decomposed_forms_are_compared_as_one():
    assert fold("e\u0301") == fold("\u00e9")


def test_a_sentence_says_where_what_was_found_and_what_was_expected():
    fault = Fault(
        table="units", code="cell.not_a_number", place="房源", row=14, column="area_m2", value="约120",
        params={"heading": "建筑面积"},
    )  # fmt: skip
    assert fault_sentence(fault) == (
        "房源 第 14 行 area_m2（建筑面积）：“约120”不是数字，应为平方米数，最多两位小数，例如 120.50"
    )
    assert fault_sentence(fault, "en") == (
        "房源 row 14 area_m2 (建筑面积): “约120” is not a number; "
        "expected is square metres with at most two decimals, such as 120.50"
    )


def test_a_sentence_without_a_cell_names_the_table_only():
    fault = Fault(table="objections", code="table.missing", params={"table_name": "objections", "file": "objections"})
    assert fault_sentence(fault).startswith("异议：缺少表“异议”")
    assert fault_sentence(fault, "en").startswith('objections: the table "objections" is missing')


def test_names_of_tables_and_columns_are_put_into_the_readers_language():
    assert localised("units.layout", "zh") == "户型"
    assert localised("units.layout", "en") == "layout"
    assert localised("units", "zh") == "房源"
    assert localised("elsewhere.key", "zh") == "elsewhere.key"


def test_rows_can_be_put_into_a_set_whatever_else_they_carry():
    payment = Payment(
        receipt_no="1", household_id="H", paid_on=date(2021, 1, 1), amount=Decimal(1), extra={"备注": "x"}
    )
    assert len({payment, Choice(household_id="H", choice=1, extra={"a": "b"})}) == 2
