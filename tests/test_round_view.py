"""A round's figures are counted from the record, village by village, and its money by what was paid and priced."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
import streamlit as st
from sqlalchemy import select
from test_clerk_pages import loopback, opened, press, told
from test_hall_screen import ROUND, Dafeng

from allocation.comparison import compare
from allocation.database import HOMES
from allocation.messages import LANGS, sentence
from allocation.pages.record import plain
from allocation.pages.settings import CLERK_VARIABLE, RECORD_VARIABLE
from allocation.round_view import principles, round_view

__all__ = ["loopback"]  # a fixture
TODAY = date(2021, 5, 28)


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """The Dafeng round after its first five households have chosen."""
    made = Dafeng(tmp_path_factory.mktemp("dafeng"))
    for _ in range(5):
        own = made.seat_next()
        while any(home.state == "safe" for home in made.watch.look(ROUND).homes):
            made.pick_one()
        made.do("confirm", own)
    yield made
    made.store.close()


def rows(day: Dafeng) -> list:
    with day.store.reading() as connection:
        return list(connection.execute(select(HOMES).where(HOMES.c.status != "void")).mappings())


def test_the_figures_are_those_of_the_homes_in_the_record(day):
    with day.store.reading() as connection:
        view = round_view(connection, ROUND, TODAY)
    homes, villages = rows(day), {h.household_id: h.village for h in day.tables.households}
    assert view.homes == len(homes) > 5
    worst: dict[str, int] = defaultdict(int)
    for home in homes:
        worst[home["household_id"]] = max(worst[home["household_id"]], home["rank"])
    assert view.per == "household"
    assert {rank: count for rank, count in view.profile.items() if count} == Counter(worst.values())
    for village in view.villages:
        own = [rank for household_id, rank in worst.items() if villages[household_id] == village.village]
        assert (village.served, village.first) == (len(own), own.count(1))
        assert village.mean == (Fraction(sum(own), len(own)) if own else None)
        assert village.households == list(villages.values()).count(village.village)
    assert sum(village.homes for village in view.villages) == len(homes)
    there = sum((row.amount for row in day.tables.payments if row.household_id in worst), Decimal(0))
    assert view.money.covered_yuan == there
    assert view.money.households == len(day.tables.households)
    assert view.money.price_yuan > 0


def test_the_four_principles_are_those_of_the_round_as_frozen_and_drawn(day, monkeypatch):
    seen = []
    monkeypatch.setattr("allocation.round_view.compare", lambda round_, **given: seen.append(round_) or ())
    with day.store.reading() as connection:
        assert principles(connection, ROUND, seconds_max=1.0) == ()
        seed = day.watch.look(ROUND)
    assert seed.round_id == ROUND
    assert seen[0].head.as_of == TODAY
    assert len(seen[0].head.seed) == 64, "the seed that was drawn, not the one that was imported"


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_tells_profile_money_villages_and_the_principles_when_asked(day, lang, monkeypatch, loopback):
    monkeypatch.setenv(RECORD_VARIABLE, day.url)
    monkeypatch.setenv(CLERK_VARIABLE, "甲")
    quick = lambda round_, **given: compare(round_, seconds_max=0.5)  # noqa: E731 - what it stands for takes longer
    monkeypatch.setattr("allocation.round_view.compare", quick)
    app = opened("round", lang)
    assert not app.exception
    with day.store.reading() as connection:
        view = round_view(connection, ROUND, TODAY)
    text = "\n".join(part.value for part in app.markdown)
    assert plain(sentence("round.profile_household", lang, homes=view.homes, outcomes=5)) in text
    assert sorted(app.table[-1].value.iloc[:, 0]) == sorted({h.village for h in day.tables.households})
    press(app, "compare")
    shown = app.table[-1].value
    assert list(shown.columns[1:]) == [
        sentence(f"principle.{p}", lang) for p in ("leximin", "rank_maximal", "utilitarian", "order")
    ]
    assert set(shown.iloc[0, 1:]) == {str(len(day.watch.look(ROUND).names))}
    assert sentence("round.not_drawn", lang) not in told(app)
    st.cache_resource.clear()
