"""
公示: which publications stand on a day, and which objections are open.

Day 1 is the day after publication; a period has ended when the day judged is later than its last day. A publication
must stand the longer of what its own notice says and what the policy demands.

Source: spec §5; 民法典 §§201, 203 (first day not counted, last day on a holiday); domain.md §1. Holidays and working
weekends of 2004–2026 come from the State Council's yearly notices by way of the ``chinesecalendar`` package; a later
year is refused until its notice is given as an :class:`AnnouncedYear`. Nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

import chinese_calendar

from allocation.messages import Fault, Faults, Reason
from allocation.procedure import Calendar, Publicity
from allocation.schema import Document, Objection, Publication

SATURDAY = 5  # date.weekday()
ONE_DAY = timedelta(days=1)


class CalendarUnknown(Exception):
    """The State Council's holiday notice of ``year`` is neither in the calendar package nor given."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(f"no holiday notice is known for {year}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedYear:
    """One year's holiday notice: weekdays (or weekends) off, and weekends worked in exchange (调休)."""

    holidays: frozenset[date]
    working_weekends: frozenset[date]


Announced = Mapping[int, AnnouncedYear]
NONE_ANNOUNCED: Announced = MappingProxyType({})


def announced_year(year: int, data: Mapping[str, object], place: str) -> AnnouncedYear:
    """
    The holiday notice of one year, from a TOML file such as ``data/calendar/2027.toml``.

    Parameters
    ----------
    year
        The year the file is for.
    data
        The parsed file: ``holidays`` and ``working_weekends``, each a list of TOML dates of that year, both present.
    place
        The file as the clerk sees it.

    Raises
    ------
    Faults
        For a missing or unknown key, a value that is no date of that year, a working weekend that is no Saturday or
        Sunday, a day in both lists; all at once.
    """
    keys = ("holidays", "working_weekends")
    faults = [
        Fault(table="calendar", code="calendar.key", place=place, column=key, value=key)
        for key in data
        if key not in keys
    ]
    days: dict[str, frozenset[date]] = {}
    for key in keys:
        found = data.get(key)
        values: list[object] = found if isinstance(found, list) else []
        if not values:
            faults.append(Fault(table="calendar", code="calendar.empty", place=place, column=key))
        good = [value for value in values if type(value) is date and value.year == year]
        faults += [
            Fault(
                table="calendar",
                code="calendar.not_a_day",
                place=place,
                column=key,
                value=str(value),
                params={"year": year},
            )
            for value in values
            if value not in good
        ]
        days[key] = frozenset(good)
    for day in sorted(days["working_weekends"]):
        if day.weekday() < SATURDAY or day in days["holidays"]:
            faults.append(
                Fault(
                    table="calendar",
                    code="calendar.not_a_working_weekend",
                    place=place,
                    column="working_weekends",
                    value=day.isoformat(),
                )
            )
    if faults:
        raise Faults(faults)
    return AnnouncedYear(**days)


def is_working_day(day: date, announced: Announced = NONE_ANNOUNCED) -> bool:
    """
    Whether offices work on ``day``, by the statutory calendar with its exchanged weekends (调休).

    Raises
    ------
    CalendarUnknown
        When the year's notice is not known.
    """
    if day.year in announced:
        year = announced[day.year]
        return day in year.working_weekends or (day.weekday() < SATURDAY and day not in year.holidays)
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        raise CalendarUnknown(day.year) from None


def last_day(
    published_on: date,
    days: int,
    calendar: Calendar,
    *,
    moves_on_holiday: bool = False,
    announced: Announced = NONE_ANNOUNCED,
) -> date:
    """
    The last day of a period of ``days`` that begins the day after ``published_on``.

    Parameters
    ----------
    published_on
        The day of publication, which is not counted.
    days
        Length of the period; 0 ends on the day of publication itself.
    calendar
        ``natural`` counts every day (日), ``working`` only working days (工作日).
    moves_on_holiday
        Whether a last day that is a weekend or holiday moves to the next working day (民法典 §203). A working-day
        period ends on a working day anyway.
    announced
        Holiday notices of years the calendar package does not hold.

    Raises
    ------
    ValueError
        When ``days`` is negative.
    CalendarUnknown
        When counting reaches a year whose holidays are not known.

    Source: 民法典 §§201, 203; domain.md §1 "Counting days".
    """
    if days < 0:
        raise ValueError(f"a period has {days} days; expected 0 or more")
    day = published_on
    if calendar == "natural":
        day += timedelta(days=days)
    else:
        left = days
        while left:
            day += ONE_DAY
            left -= is_working_day(day, announced)
    while moves_on_holiday and days and not is_working_day(day, announced):
        day += ONE_DAY
    return day


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """
    Whether a document's publication has stood its period on a day.

    ``published_on`` and ``last_day`` are those of the publication judged, None when none is up; ``reason`` says why it
    has not stood, None when it has.
    """

    document: Document
    stood: bool
    published_on: date | None
    last_day: date | None
    reason: Reason | None


def standing(
    publications: Iterable[Publication],
    document: Document,
    publicity: Publicity,
    as_of: date,
    announced: Announced = NONE_ANNOUNCED,
) -> Standing:
    """
    Whether ``document`` has been published for its full period on ``as_of``.

    Parameters
    ----------
    publications
        All publications of the round, in any order.
    document
        The document asked for.
    publicity
        The policy's days for each document, the calendar they and the notice's own days are counted by, and what a
        new publication restarts.
    as_of
        The day judged on; what is dated later is announced, not done.
    announced
        Holiday notices of years the calendar package does not hold.

    Returns
    -------
    Standing
        Judged is the newest publication that is not withdrawn on ``as_of``: a document published anew supersedes the
        earlier one and its period runs afresh. A withdrawn publication never stands, however long it was up.

    Raises
    ------
    CalendarUnknown
        When its period cannot be counted because the holidays of a year are not known.

    Source: spec §5; domain.md §1 (row 8: a plan changed after the hearing is announced again).
    """
    publications = tuple(publications)
    mine = sorted((p for p in publications if p.document == document), key=lambda p: (p.published_on, p.days))
    out = [p for p in mine if p.published_on <= as_of]
    up = [p for p in out if p.withdrawn_on is None or p.withdrawn_on > as_of]
    coming = [p for p in mine if p.published_on > as_of]
    if up:
        return _judged(up[-1], publicity, as_of, announced, _restart(up[-1], publications, publicity, as_of))
    if out:
        newest = max(out, key=lambda p: (p.withdrawn_on or as_of, p.published_on))
        reason = Reason(
            code="publicity.withdrawn",
            params={"document": document, "published_on": newest.published_on, "withdrawn_on": newest.withdrawn_on},
        )
    elif coming:
        reason = Reason(code="publicity.announced", params={"document": document, "on": coming[0].published_on})
    else:
        reason = Reason(code="publicity.never", params={"document": document})
    return Standing(document=document, stood=False, published_on=None, last_day=None, reason=reason)


def _restart(
    judged: Publication, publications: Sequence[Publication], publicity: Publicity, as_of: date
) -> Publication | None:
    """The first publication anew, after the one judged, of a document that makes it stand afresh."""
    anew = []
    for document, restarted in publicity.restarts.items():
        if judged.document in restarted:
            days = sorted((p for p in publications if p.document == document), key=lambda p: p.published_on)
            anew += [p for p in days[1:] if judged.published_on < p.published_on <= as_of]
    return min(anew, key=lambda p: (p.published_on, p.document), default=None)


def _judged(
    publication: Publication, publicity: Publicity, as_of: date, announced: Announced, restart: Publication | None
) -> Standing:
    """One publication that is up: has its period ended, and has nothing changed since that restarts it?"""
    document, published_on = publication.document, publication.published_on
    period = publicity.period(document)
    days = max(publication.days, period.days)
    last = last_day(published_on, days, period.calendar, moves_on_holiday=period.moves_on_holiday, announced=announced)
    reason: Reason | None = None
    if restart:
        reason = Reason(
            code="publicity.restarted",
            params={
                "document": document,
                "published_on": published_on,
                "restarted_by": restart.document,
                "on": restart.published_on,
            },
        )
    elif as_of <= last:
        reason = Reason(
            code="publicity.too_few_days" if publication.days < period.days else "publicity.running",
            params={
                "document": document,
                "published_on": published_on,
                "own_days": publication.days,
                "days": days,
                "last_day": last,
                "earliest": last + ONE_DAY,
            },
        )
    return Standing(document=document, stood=reason is None, published_on=published_on, last_day=last, reason=reason)


def open_objections(objections: Iterable[Objection], as_of: date) -> tuple[Objection, ...]:
    """
    The objections open on ``as_of``: filed on or before it and not resolved by then; sorted by objection_id.

    An objection resolved on ``as_of`` itself is no longer open.

    Source: spec §5.
    """
    return tuple(
        sorted(
            (o for o in objections if o.filed_on <= as_of and (o.resolved_on is None or o.resolved_on > as_of)),
            key=lambda o: o.objection_id,
        )
    )
