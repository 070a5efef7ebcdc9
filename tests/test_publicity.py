"""公示: periods, working days, what stands on a day, which objections are open (spec §5)."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation import policy
from allocation.messages import Faults, reason_sentence, sentence
from allocation.procedure import Publicity
from allocation.publicity import (
    CalendarUnknown,
    announced_year,
    is_working_day,
    last_day,
    open_objections,
    standing,
)
from allocation.schema import Objection, Publication

CASES = Path(__file__).parent / "cases"
CALENDAR_2026 = tomllib.loads((CASES / "calendar_2026.toml").read_text(encoding="utf-8"))
ONE_DAY = timedelta(days=1)
BEFORE_2026 = st.dates(date(2004, 1, 1), date(2026, 6, 30))


def published(document="demand", on=date(2021, 5, 1), days=7, withdrawn_on=None):
    return Publication(document=document, published_on=on, days=days, withdrawn_on=withdrawn_on)


def filed(objection_id, on, resolved_on=None):
    return Objection(objection_id=objection_id, document="demand", filed_on=on, subject="*", resolved_on=resolved_on)


# -- counting days ---


def test_the_deadlines_of_a_notice_posted_on_24_november_2026():
    """domain.md §10 case 25, from the policy file."""
    rules = policy.load(CASES / "deadlines.toml").publicity
    posted = date(2026, 11, 24)
    ends = {d: last_day(posted, rules.period(d).days, rules.period(d).calendar) for d in ("demand", "plan")}
    assert ends == {"demand": date(2026, 12, 24), "plan": date(2026, 12, 8)}


def test_a_sunday_worked_in_exchange_counts_and_a_friday_off_does_not():
    """The 20th of September 2026 is a working Sunday, the 25th a holiday."""
    assert last_day(date(2026, 9, 18), 5, "working") == date(2026, 9, 24)
    assert last_day(date(2026, 9, 18), 6, "working") == date(2026, 9, 28)


def test_the_day_of_publication_is_not_counted():
    assert last_day(date(2021, 5, 1), 1, "natural") == date(2021, 5, 2)
    assert last_day(date(2021, 5, 1), 0, "natural") == date(2021, 5, 1)
    assert last_day(date(2021, 5, 1), 0, "working") == date(2021, 5, 1)


@pytest.mark.parametrize(
    ("posted", "ends", "moved"),
    [
        (date(2021, 4, 24), date(2021, 5, 1), date(2021, 5, 6)),  # Labour Day, 1 to 5 May
        (date(2021, 5, 15), date(2021, 5, 22), date(2021, 5, 24)),  # a Saturday
        (date(2021, 5, 1), date(2021, 5, 8), date(2021, 5, 8)),  # a Saturday worked in exchange
    ],
)
def test_a_last_day_on_a_holiday_moves_only_where_the_policy_says_so(posted, ends, moved):
    """民法典 §203."""
    assert last_day(posted, 7, "natural") == ends
    assert last_day(posted, 7, "natural", moves_on_holiday=True) == moved
    rules = Publicity(moves_on_holiday=True)
    assert standing([published(on=posted)], "demand", rules, ends).last_day == moved


@given(BEFORE_2026, st.integers(0, 60), st.booleans())
@settings(deadline=None)
def test_natural_days_against_a_count_day_by_day(posted, days, moves):
    day = posted
    for _ in range(days):
        day += ONE_DAY
    if moves and days:
        while chinese_calendar.is_holiday(day):
            day += ONE_DAY
    assert last_day(posted, days, "natural", moves_on_holiday=moves) == day


@given(BEFORE_2026, st.integers(1, 40), st.booleans())
@settings(deadline=None)
def test_working_days_against_the_list_of_all_working_days(posted, days, moves):
    """The library's own list of working days in a range, not its question about one day."""
    listed = chinese_calendar.get_workdays(posted + ONE_DAY, posted + timedelta(days=4 * days + 30))
    assert last_day(posted, days, "working", moves_on_holiday=moves) == listed[days - 1]


@given(BEFORE_2026, st.integers(0, 60), st.sampled_from(["natural", "working"]), st.booleans())
@settings(deadline=None)
def test_a_longer_period_never_ends_earlier(posted, days, calendar, moves):
    shorter = last_day(posted, days, calendar, moves_on_holiday=moves)
    longer = last_day(posted, days + 1, calendar, moves_on_holiday=moves)
    assert shorter <= longer
    assert shorter >= posted + days * ONE_DAY


def test_a_negative_number_of_days_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="-1 days"):
        last_day(date(2021, 5, 1), -1, "natural")


# -- years the calendar does not hold ---


@pytest.mark.parametrize(("day", "year"), [(date(2026, 12, 28), 2027), (date(2003, 6, 1), 2003)])
def test_counting_beyond_the_announced_calendar_is_refused(day, year):
    with pytest.raises(CalendarUnknown) as refused:
        last_day(day, 10, "working")
    assert refused.value.year == year
    assert last_day(day, 10, "natural") == day + timedelta(days=10)


def test_standing_refuses_a_period_that_reaches_an_unknown_year():
    with pytest.raises(CalendarUnknown, match="2027"):
        standing([published(on=date(2026, 12, 28))], "demand", Publicity(calendar="working"), date(2027, 2, 1))


def test_a_calendar_file_says_the_same_of_2026_as_the_calendar_package():
    announced = {2026: announced_year(2026, CALENDAR_2026, "2026.toml")}
    days = [date(2026, 1, 1) + n * ONE_DAY for n in range(365)]
    assert [is_working_day(day, announced) for day in days] == [chinese_calendar.is_workday(day) for day in days]


def test_an_announced_year_lets_counting_go_on():
    announced = {
        2027: announced_year(
            2027, {"holidays": [date(2027, 1, 1)], "working_weekends": [date(2027, 1, 3)]}, "2027.toml"
        )
    }
    assert last_day(date(2026, 12, 31), 1, "working", announced=announced) == date(2027, 1, 3)
    stood = standing(
        [published(on=date(2026, 12, 31), days=2)],
        "demand", Publicity(calendar="working", demand=2), date(2027, 1, 5), announced,
    )  # fmt: skip
    assert (stood.stood, stood.last_day) == (True, date(2027, 1, 4))


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        ({}, ["calendar.empty", "calendar.empty"]),
        ({"holidays": "2027-01-01", "working_weekends": []}, ["calendar.empty", "calendar.empty"]),
        (
            {"holidays": [date(2026, 1, 1)], "working_weekends": ["2027-01-03"], "weekends": []},
            ["calendar.key", "calendar.not_a_day", "calendar.not_a_day"],
        ),
        (
            {"holidays": [date(2027, 1, 1)], "working_weekends": [date(2027, 1, 4), date(2027, 1, 3)]},
            ["calendar.not_a_working_weekend"],
        ),
        (
            {"holidays": [date(2027, 1, 3)], "working_weekends": [date(2027, 1, 3)]},
            ["calendar.not_a_working_weekend"],
        ),
    ],
)
def test_a_bad_calendar_file_is_refused_with_every_fault(data, codes):
    with pytest.raises(Faults) as refused:
        announced_year(2027, data, "2027.toml")
    assert [fault.code for fault in refused.value.faults] == codes
    assert all(fault.place == "2027.toml" for fault in refused.value.faults)
    for fault in refused.value.faults:
        for lang in ("zh", "en"):
            assert sentence(fault.code, lang, value=fault.value, **fault.params)


# -- what stands ---


@pytest.mark.parametrize(
    ("own", "demanded", "last"),
    [(7, 7, date(2021, 5, 8)), (10, 7, date(2021, 5, 11)), (3, 7, date(2021, 5, 8))],
)
def test_a_publication_stands_its_own_days_and_never_less_than_the_policys(own, demanded, last):
    for as_of, stands in ((last, False), (last + ONE_DAY, True)):
        found = standing([published(days=own)], "demand", Publicity(demand=demanded), as_of)
        assert (found.stood, found.last_day, found.published_on) == (stands, last, date(2021, 5, 1))
        assert (found.reason is None) == stands


def test_a_running_period_says_when_it_ends_and_whether_the_notice_was_too_short():
    running = standing([published(days=9)], "demand", Publicity(), date(2021, 5, 8))
    assert running.reason.code == "publicity.running"
    assert running.reason.params["earliest"] == date(2021, 5, 11)
    short = standing([published(days=3)], "demand", Publicity(), date(2021, 5, 8))
    assert short.reason.code == "publicity.too_few_days"
    assert (short.reason.params["own_days"], short.reason.params["days"]) == (3, 7)


def test_each_document_has_its_own_days_and_calendar():
    rules = Publicity(demand=10, plan={"days": 5, "calendar": "working"})
    everything = [published(document) for document in ("demand", "units", "plan", "result")]
    ends = {d: standing(everything, d, rules, date(2021, 6, 1)).last_day.day for d in ("demand", "units", "plan")}
    assert ends == {"demand": 11, "units": 8, "plan": 13}  # 6, 7, 8 (in exchange), 10, 11 May, then 7 own days: 12, 13


def test_what_was_never_published_does_not_stand():
    found = standing([published("units")], "demand", Publicity(), date(2021, 6, 1))
    assert (found.stood, found.published_on, found.last_day) == (False, None, None)
    assert found.reason.code == "publicity.never"


def test_what_will_be_published_is_only_announced():
    found = standing([published(on=date(2021, 6, 2)), published(on=date(2021, 7, 1))], "demand", Publicity(),
                     date(2021, 6, 1))  # fmt: skip
    assert found.reason.code == "publicity.announced"
    assert found.reason.params["on"] == date(2021, 6, 2)


def test_a_withdrawn_publication_does_not_stand_even_after_its_full_period():
    gone = [published(withdrawn_on=date(2021, 5, 20))]
    assert standing(gone, "demand", Publicity(), date(2021, 5, 19)).stood
    for day in (20, 21):
        found = standing(gone, "demand", Publicity(), date(2021, 5, day))
        assert not found.stood
        assert found.reason.code == "publicity.withdrawn"
        assert found.reason.params["withdrawn_on"] == date(2021, 5, 20)


def test_of_several_withdrawn_the_last_withdrawal_is_told():
    gone = [published(withdrawn_on=date(2021, 5, 3)), published(on=date(2021, 5, 4), withdrawn_on=date(2021, 5, 6))]
    for order in (gone, gone[::-1]):
        found = standing(order, "demand", Publicity(), date(2021, 6, 1))
        assert found.reason.params == {
            "document": "demand", "published_on": date(2021, 5, 4), "withdrawn_on": date(2021, 5, 6),
        }  # fmt: skip

    gone[0] = published(withdrawn_on=date(2021, 5, 10))  # the earlier one came down later
    told = standing(gone, "demand", Publicity(), date(2021, 6, 1)).reason.params
    assert (told["published_on"], told["withdrawn_on"]) == (date(2021, 5, 1), date(2021, 5, 10))


def test_on_the_day_it_is_published_a_document_is_up_and_its_period_runs():
    found = standing([published()], "demand", Publicity(), date(2021, 5, 1))
    assert (found.reason.code, found.published_on) == ("publicity.running", date(2021, 5, 1))


def test_published_anew_the_period_runs_afresh():
    first, anew = published(), published(on=date(2021, 5, 20))
    for order in ([first, anew], [anew, first]):
        assert standing(order, "demand", Publicity(), date(2021, 5, 19)).stood
        running = standing(order, "demand", Publicity(), date(2021, 5, 27))
        assert (running.stood, running.published_on, running.last_day) == (False, date(2021, 5, 20), date(2021, 5, 27))
        assert standing(order, "demand", Publicity(), date(2021, 5, 28)).stood


def test_a_withdrawn_second_publication_leaves_the_first_standing():
    both = [published(), published(on=date(2021, 5, 20), withdrawn_on=date(2021, 5, 21))]
    assert standing(both, "demand", Publicity(), date(2021, 5, 22)).published_on == date(2021, 5, 1)


def test_of_two_publications_on_one_day_the_longer_is_judged():
    both = [published(days=9), published(days=7)]
    for order in (both, both[::-1]):
        assert standing(order, "demand", Publicity(), date(2021, 6, 1)).last_day == date(2021, 5, 10)


def test_a_change_of_the_demand_restarts_the_plan_where_the_policy_says_so():
    everything = [published("plan", on=date(2021, 5, 2)), published(), published(on=date(2021, 5, 15))]
    day = date(2021, 6, 1)
    assert standing(everything, "plan", Publicity(), day).stood
    rules = Publicity(restarts={"demand": ["plan"], "units": ["result"]})
    found = standing(everything, "plan", rules, day)
    assert (found.stood, found.reason.code) == (False, "publicity.restarted")
    assert (found.reason.params["restarted_by"], found.reason.params["on"]) == ("demand", date(2021, 5, 15))
    assert standing(everything, "plan", rules, date(2021, 5, 14)).stood  # not yet changed
    assert not standing(everything, "plan", rules, date(2021, 5, 15)).stood
    more = [*everything, published(on=date(2021, 5, 18))]
    assert standing(more, "plan", rules, day).reason.params["on"] == date(2021, 5, 15)  # the first change is told
    assert standing(everything[:2], "plan", rules, day).stood  # published once: nothing changed
    again = [*everything, published("plan", on=date(2021, 5, 15))]
    assert standing(again, "plan", rules, day).stood


def test_every_reason_is_told_in_both_languages_with_the_documents_name():
    told = [
        standing([], "units", Publicity(), date(2021, 6, 1)),
        standing([published("units", on=date(2021, 7, 1))], "units", Publicity(), date(2021, 6, 1)),
        standing([published("units", withdrawn_on=date(2021, 5, 2))], "units", Publicity(), date(2021, 6, 1)),
        standing([published("units")], "units", Publicity(), date(2021, 5, 2)),
        standing([published("units", days=1)], "units", Publicity(), date(2021, 5, 2)),
        standing([published("units"), published(on=date(2021, 4, 1)), published(on=date(2021, 5, 3))], "units",
                 Publicity(restarts={"demand": ["units"]}), date(2021, 6, 1)),
    ]  # fmt: skip
    assert len({found.reason.code for found in told}) == 6
    for found in told:
        assert "房源" in reason_sentence(found.reason, "zh")
        assert "list of available units" in reason_sentence(found.reason, "en")


DAYS = st.dates(date(2021, 1, 1), date(2021, 3, 31))
PUBLICATIONS = st.lists(
    st.builds(
        lambda document, on, days, up_for: published(document, on, days, on + timedelta(up_for) if up_for else None),
        st.sampled_from(["demand", "plan"]), DAYS, st.integers(0, 12), st.integers(0, 30),
    ),
    max_size=5,
)  # fmt: skip


@given(PUBLICATIONS, DAYS, st.randoms(use_true_random=False), st.integers(0, 12))
@settings(deadline=None)
def test_what_stands_against_walking_through_every_day(publications, as_of, chance, demanded):
    """Oracle: of what hangs on the wall that evening, the newest must have been up on each of its days."""
    rules = Publicity(demand=demanded)
    up = [
        p
        for p in publications
        if p.document == "demand" and p.published_on <= as_of and not (p.withdrawn_on and p.withdrawn_on <= as_of)
    ]
    newest = max(up, key=lambda p: (p.published_on, p.days), default=None)
    expected = False
    if newest:
        nights, day = 0, newest.published_on
        while day < as_of:
            day += ONE_DAY
            nights += 1
        expected = nights > max(newest.days, demanded)
    shuffled = chance.sample(publications, len(publications))
    assert standing(shuffled, "demand", rules, as_of).stood == expected
    assert standing(shuffled, "demand", rules, as_of) == standing(publications, "demand", rules, as_of)


# -- objections ---


def test_an_objection_is_open_from_its_filing_until_it_is_resolved():
    resolved = filed("O2", date(2021, 5, 3), date(2021, 5, 6))
    unresolved = filed("O1", date(2021, 5, 4))
    for day, open_ids in ((2, []), (3, ["O2"]), (4, ["O1", "O2"]), (5, ["O1", "O2"]), (6, ["O1"]), (30, ["O1"])):
        found = open_objections([resolved, unresolved], date(2021, 5, day))
        assert [o.objection_id for o in found] == open_ids
