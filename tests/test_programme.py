"""The programme's figures are the published ones, each with its definition, and nothing is computed across stocks."""

import tomllib
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.messages import LANGS, Faults, sentence
from allocation.programme import (
    FIGURES_FILE,
    NEEDED_FIGURES,
    Figure,
    Programme,
    breakdown,
    data_folder,
    read_programme,
    remainder,
    resettled_by_year_end,
    share,
)

FILE = data_folder() / "programme" / FIGURES_FILE

# Copied by hand from the table of spec §1.
PUBLISHED = {
    "completed_projects": (10, "project", "this_year"),
    "completed_area": (220_000, "m2", "this_year"),
    "completed_joint_self_built_area": (35_000, "m2", "this_year"),
    "allocation_batches": (12, "batch", "this_year"),
    "allocation_area": (221_000, "m2", "this_year"),
    "newly_resettled_households": (410, "household", "this_year"),
    "newly_resettled_persons": (1_571, "person", "this_year"),
    "target_households": (2_413, "household", "by_next_year"),
    "target_persons": (9_253, "person", "by_next_year"),
    "lived_in_communities": (16, "community", "done"),
    "day_households": (66, "household", "done"),
    "day_persons": (195, "person", "done"),
    "day_units": (141, "unit", "done"),
}


@pytest.fixture(scope="module")
def programme() -> Programme:
    return read_programme()


@pytest.fixture
def folder(tmp_path):
    """A programme folder of one's own, with ``change(old, new)`` on the shipped file."""

    class Folder:
        path = tmp_path

        def change(self, *changes: tuple[str, str]) -> None:
            text = FILE.read_text(encoding="utf-8")
            for old, new in changes:
                assert old in text, f"the shipped file has no {old!r}"
                text = text.replace(old, new, 1)
            (tmp_path / FIGURES_FILE).write_text(text, encoding="utf-8")

        def codes(self) -> list[str]:
            with pytest.raises(Faults) as raised:
                read_programme(tmp_path)
            return [fault.code for fault in raised.value.faults]

    return Folder()


# -- what is published -------------------------------------------------------------------------------------------


def test_the_figures_with_a_value_are_exactly_the_published_ones(programme):
    found = {f.key: (f.value, f.unit, f.period) for f in programme.figures if f.value is not None}
    assert found == PUBLISHED
    assert set(NEEDED_FIGURES) == set(PUBLISHED)
    assert all(figure.published == (figure.key in PUBLISHED) for figure in programme.figures)


def test_no_project_but_dafeng_jiayuan_is_named_and_no_batch_or_village(programme):
    assert {f.project for f in programme.figures} == {"", "大丰家园"}
    assert {(f.batch, f.village) for f in programme.figures} == {("", "")}
    assert {str(f.on) for f in programme.figures if f.project} == {"2021-05-28"}


def test_every_figure_carries_its_definition_in_both_languages(programme):
    for figure in programme.figures:
        for lang in LANGS:
            assert figure.label[lang].strip()
            assert figure.definition[lang].strip()


def test_an_office_record_is_not_shown_as_published(folder):
    folder.change(("published = true", "published = false"))
    assert not any(figure.published for figure in read_programme(folder.path).figures)


# -- what may be computed ----------------------------------------------------------------------------------------


def test_the_share_resettled_this_year(programme):
    assert share(programme, "newly_resettled_households", "target_households") == Decimal("17.0")
    assert share(programme, "newly_resettled_persons", "target_persons") == Decimal("17.0")
    assert share(programme, "completed_joint_self_built_area", "completed_area") == Decimal("15.9")
    assert remainder(programme, "completed_joint_self_built_area", "completed_area") == 185_000


@pytest.mark.parametrize("compute", [share, remainder])
@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("newly_resettled_persons", "allocation_area"),
        ("allocation_area", "newly_resettled_persons"),
        ("completed_area", "allocation_area"),
        ("completed_joint_self_built_area", "allocation_area"),
        ("day_households", "newly_resettled_households"),
        ("day_households", "target_households"),
        ("newly_resettled_households", "target_persons"),
        ("target_households", "newly_resettled_households"),
        ("target_households", "target_households"),
    ],
)
def test_one_stock_is_not_computed_from_another(programme, compute, part, whole):
    with pytest.raises(ValueError, match="different stocks are not compared"):
        compute(programme, part, whole)


def test_nothing_is_computed_from_a_figure_that_is_not_published(programme):
    with pytest.raises(ValueError, match="earlier_resettled_households is not published"):
        share(programme, "earlier_resettled_households", "target_households")
    with pytest.raises(ValueError, match="next_year_persons is not published"):
        breakdown(programme, "next_year_persons")


def test_what_is_left_of_the_task_is_not_split(programme):
    parts = breakdown(programme, "target_households")
    assert [part.key for part in parts.known] == ["newly_resettled_households"]
    assert {part.key for part in parts.unknown} == {"earlier_resettled_households", "next_year_households"}
    assert parts.rest == 2_413 - 410


def test_the_number_resettled_by_the_end_of_this_year_is_a_range(programme):
    assert resettled_by_year_end(programme, "target_households") == (410, 2_413)
    assert resettled_by_year_end(programme, "target_persons") == (1_571, 9_253)


def test_the_range_closes_when_earlier_years_are_known(folder):
    earlier = 'key = "earlier_resettled_households"\n'
    folder.change((earlier, earlier + 'value = 1500\nsource = "zhuzhou_daily"\n'))
    assert resettled_by_year_end(read_programme(folder.path), "target_households") == (1_910, 1_910)


def figures_of(part: Decimal, whole: Decimal) -> Programme:
    texts = {"label": {"zh": "", "en": ""}, "definition": {"zh": "", "en": ""}}
    outer = Figure(key="whole", unit="m2", period="this_year", value=whole, **texts)
    inner = Figure(key="part", unit="m2", period="this_year", value=part, part_of="whole", **texts)
    return Programme(year=2021, figures=(inner, outer), sources=())


@settings(deadline=None)
@given(whole=st.integers(1, 10**9), per_mille=st.integers(0, 1000), less=st.integers(0, 50))
def test_a_share_is_the_nearest_tenth_of_a_percent_and_half_goes_up(whole, per_mille, less):
    part = max(whole * per_mille // 1000 - less, 0)
    found = Fraction(share(figures_of(Decimal(part), Decimal(whole)), "part", "whole"))
    exact = Fraction(part * 100, whole)
    assert found - Fraction(1, 20) <= exact < found + Fraction(1, 20)


def test_half_a_tenth_of_a_percent_goes_up():
    assert share(figures_of(Decimal(1), Decimal(2000)), "part", "whole") == Decimal("0.1")


def test_no_share_of_nothing():
    with pytest.raises(ValueError, match="whole is 0"):
        share(figures_of(Decimal(0), Decimal(0)), "part", "whole")


def test_a_part_of_a_part_is_a_part_of_the_whole():
    base = figures_of(Decimal(50), Decimal(100))
    inner = replace(base.figure("part"), key="inner", part_of="part", value=Decimal(10))
    programme = replace(base, figures=(*base.figures, inner))
    assert share(programme, "inner", "whole") == 10
    assert remainder(programme, "inner", "part") == 40


# -- damaged files -----------------------------------------------------------------------------------------------

JOINT = 'value = 35000\npart_of = "completed_area"'
DAMAGES = {
    "programme.year": ("year = 2021", 'year = "2021"'),
    "programme.no_table": ("\n[[sources]]", "\n[sources]"),
    "programme.not_toml": ("year = 2021", "year = "),
    "programme.text_missing": ('label_zh = "今年分配面积"\n', 'label_zh = " "\n'),
    "programme.unknown_key": ("value = 16", "valu = 3\nvalue = 16"),
    "programme.not_boolean": ("published = true", 'published = "yes"'),
    "programme.not_one_of": ('unit = "community"', 'unit = "village"'),
    "programme.not_date": ("on = 2021-05-28", 'on = "2021-05-28"'),
    "programme.not_a_number": ("value = 16", 'value = "16"'),
    "programme.no_source": ('value = 12\nsource = "zhuzhou_daily"', "value = 12"),
    "programme.unknown_name": (JOINT, 'value = 35000\npart_of = "nothing"'),
    "programme.twice": ('key = "day_persons"', 'key = "day_households"'),
    "programme.figure_missing": ('key = "day_persons"', 'key = "other"'),
    "programme.other_unit": (JOINT, 'value = 35000\npart_of = "target_persons"'),
    "programme.circle": ("value = 220000\n", 'value = 220000\npart_of = "completed_joint_self_built_area"\n'),
    "programme.parts_exceed": ("value = 35000", "value = 220001"),
}


@pytest.mark.parametrize("code", DAMAGES)
def test_a_damaged_file_is_refused_in_words(folder, code):
    folder.change(DAMAGES[code])
    with pytest.raises(Faults) as raised:
        read_programme(folder.path)
    assert code in [fault.code for fault in raised.value.faults]
    for fault in raised.value.faults:
        assert fault.place == FIGURES_FILE
        for lang in LANGS:
            assert fault.value in sentence(fault.code, lang, value=fault.value, **fault.params)


@pytest.mark.parametrize("value", ["true", "-1", "1.5", "nan", "inf", "1e300", "[1]", "1979-05-27"])
def test_a_count_is_a_whole_number(folder, value):
    folder.change(("value = 2413", f"value = {value}"))
    assert folder.codes() == ["programme.not_a_number"]


def test_an_area_may_have_two_decimals_and_no_third(folder):
    folder.change(("value = 221000", "value = 221000.25"))
    assert read_programme(folder.path).figure("allocation_area").value == Decimal("221000.25")
    folder.change(("value = 221000", "value = 221000.255"))
    assert folder.codes() == ["programme.not_a_number"]


def test_all_faults_are_told_at_once(folder):
    folder.change(("value = 16", "value = -16"), ("value = 66", 'value = "66"'), ("published = true", "published = 1"))
    codes = folder.codes()
    assert codes.count("programme.not_a_number") == 2
    assert "programme.not_boolean" in codes


def test_a_missing_file_is_a_fault(folder):
    assert folder.codes() == ["programme.no_file"]


def test_a_file_in_another_encoding_is_a_fault(folder):
    (folder.path / FIGURES_FILE).write_bytes(FILE.read_text(encoding="utf-8").encode("gb18030"))
    assert folder.codes() == ["programme.not_toml"]


def test_a_byte_order_mark_is_no_fault(folder):
    (folder.path / FIGURES_FILE).write_bytes(b"\xef\xbb\xbf" + FILE.read_bytes())
    assert read_programme(folder.path) == read_programme()


def test_the_order_of_the_figures_changes_no_value(folder, programme):
    head, *blocks = FILE.read_text(encoding="utf-8").split("[[figures]]")
    turned = "[[figures]]".join([head, *("\n" + block for block in reversed(blocks))])
    assert len(tomllib.loads(turned)["figures"]) == len(programme.figures)
    (folder.path / FIGURES_FILE).write_text(turned, encoding="utf-8")
    other = read_programme(folder.path)
    assert all(other.figure(figure.key) == figure for figure in programme.figures)
    for whole in ("target_households", "target_persons"):
        assert resettled_by_year_end(other, whole) == resettled_by_year_end(programme, whole)
