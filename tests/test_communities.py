"""What each community has of what it is due, what is overdue, and that a fault in the tables is told whole."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from allocation.communities import STATES, read_communities
from allocation.messages import LANGS, Faults, sentence
from allocation.pages.progress import plain
from allocation.pages.settings import DASHBOARD, PROGRAMME_VARIABLE
from allocation.programme import data_folder, read_programme
from allocation.programme_tables import COMMUNITY_KINDS, ITEMS
from allocation.schema import fault_sentence

SAMPLE = data_folder() / "programme"
AS_OF = date(2021, 6, 1)


def folder(path: Path, communities: list[list[object]], items: list[list[object]], as_of: date = AS_OF) -> Path:
    path.mkdir(exist_ok=True)
    for name, head, rows in (
        ("communities", ["community", "kind", "lived_in_since"], communities),
        ("community_items", ["community", "item", "due_on", "done_on"], items),
    ):
        with (path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *rows])
    (path / "programme.toml").write_text(f"as_of = {as_of}\n", encoding="utf-8")
    return path


# -- the sample --------------------------------------------------------------------------------------------------


def test_the_sample_has_the_published_number_of_communities_and_what_the_report_says_they_have():
    found = read_communities(SAMPLE)
    assert len(found.of_kind("lived_in")) == read_programme(SAMPLE).figure("lived_in_communities").value == 16
    reported = ("property_management", "cctv", "walls", "greening", "sewage")
    for one, item in product(found.of_kind("lived_in"), reported):
        assert found.state(one.community, item) in ("done", "late")
    assert len(found.of_kind("new")) == read_programme(SAMPLE).figure("completed_projects").value == 10
    assert all("虚构" in one.note and "invented" in one.note for one in found.communities)
    assert "虚构" in found.note
    assert found.overdue()


# -- the rule, against a plain one -------------------------------------------------------------------------------

DAYS = st.dates(AS_OF - timedelta(days=3), AS_OF + timedelta(days=3))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.dictionaries(
        st.tuples(st.sampled_from(["甲苑", "乙苑"]), st.sampled_from(list(ITEMS))),
        st.tuples(DAYS, st.none() | DAYS.filter(lambda day: day <= AS_OF)),
        min_size=1,
    ),
    shuffle=st.randoms(use_true_random=False),
)
def test_states_counts_and_what_is_overdue_agree_with_the_days(tmp_path, rows, shuffle):
    lines = [[*key, due, done or ""] for key, (due, done) in rows.items()]
    shuffle.shuffle(lines)
    found = read_communities(folder(tmp_path, [["甲苑", "new", ""], ["乙苑", "lived_in", "2020-01-01"]], lines))
    overdue = {}
    states = Counter()
    for community, item in product(("甲苑", "乙苑"), ITEMS):
        due, done = rows.get((community, item), (None, None))
        if due is None:
            expected = "unrecorded"
        elif done is not None:
            expected = "late" if done > due else "done"
        else:
            expected = "overdue" if due < AS_OF else "due"
        if expected == "overdue":
            overdue[community, item] = (AS_OF - due).days
        states["lived_in" if community == "乙苑" else "new", item, expected] += 1
        assert found.state(community, item) == expected
    assert {(row.community, row.item): days for row, days in found.overdue()} == overdue
    assert [days for _, days in found.overdue()] == sorted(overdue.values(), reverse=True)
    for kind, item in product(COMMUNITY_KINDS, ITEMS):
        counted = found.counts(item, kind)
        assert sum(counted.values()) == 1
        assert {state: states[kind, item, state] for state in STATES} == counted


# -- faults ------------------------------------------------------------------------------------------------------


def test_every_fault_of_both_tables_is_told_at_once_in_both_languages(tmp_path):
    path = folder(
        tmp_path,
        [
            ["甲苑", "lived_in", ""],
            ["乙苑", "new", "2020-01-01"],
            ["甲苑", "new", ""],
            ["丙苑", "lived_in", "2021-06-02"],
        ],
        [
            ["甲苑", "围墙", "2021-05-01", "2021-06-02"],
            ["甲苑", "walls", "2021-05-01", ""],
            ["丁苑", "cctv", "2021-05-01", ""],
            ["乙苑", "花园", "2021-05-01", ""],
            ["乙苑", "cctv", "", ""],
        ],
    )
    with pytest.raises(Faults) as found:
        read_communities(path)
    told = [(fault.table, fault.row, fault.column) for fault in found.value.faults]
    assert told == [
        ("communities", 2, "lived_in_since"),
        ("communities", 3, "lived_in_since"),
        ("communities", 4, "community"),
        ("communities", 5, "lived_in_since"),
        ("community_items", 2, "done_on"),
        ("community_items", 3, "community"),
        ("community_items", 4, "community"),
        ("community_items", 5, "item"),
        ("community_items", 6, "due_on"),
    ]
    assert all(fault_sentence(fault, lang) for fault in found.value.faults for lang in LANGS)


def test_a_programme_without_the_tables_or_a_day_is_refused(tmp_path):
    (tmp_path / "programme.toml").write_text("as_of = 3\n", encoding="utf-8")
    with pytest.raises(Faults) as found:
        read_communities(tmp_path)
    assert {(fault.table, fault.column) for fault in found.value.faults} == {
        ("programme", "as_of"),
        ("communities", ""),
        ("community_items", ""),
    }


# -- the page ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_shows_a_difference_to_the_report_and_only_what_is_overdue_when_asked(tmp_path, monkeypatch, lang):
    path = folder(
        tmp_path,
        [["甲苑", "lived_in", "2020-01-01"], ["乙苑", "new", ""], ["丙苑", "new", ""]],
        [["乙苑", "walls", "2021-05-31", ""]],
    )
    (path / "figures.toml").write_bytes((SAMPLE / "figures.toml").read_bytes())
    monkeypatch.setenv(PROGRAMME_VARIABLE, str(path))
    app = AppTest.from_file(str(DASHBOARD), default_timeout=60)
    app.query_params["lang"] = lang
    app.run().switch_page("allocation/pages/communities.py").run()
    assert not app.exception
    assert app.warning[0].value == plain(sentence("communities.differs", lang, found=1, published="16"))
    assert app.metric[3].value == "1"
    cards = [text.value for text in app.markdown if text.value in ("**乙苑**", "**丙苑**")]
    assert cards == ["**丙苑**", "**乙苑**"]
    app.toggle(key="only_overdue").set_value(True).run()
    assert [text.value for text in app.markdown if text.value in ("**乙苑**", "**丙苑**")] == ["**乙苑**"]
    said = "\n".join(text.value for text in app.markdown)
    assert sentence("item_mark.overdue", lang, day="2021-05-31") in said
    assert sentence("item_mark.unrecorded", lang) in said
