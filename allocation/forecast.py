"""
When will everybody be home? A range of days from what was done so far, or an honest "cannot be said".

Each selection day held so far served some share of the households the office had set out to serve. A coming day is
taken to serve its set number times one of these shares, each as likely as the others and independent of the other days
(the bootstrap); but never more than have a home: m² completed by then, coming completions shifted by one of the slips
seen so far, the same for all (half a year's delays come together). Days beyond the last one set go on at the mean
distance and number of those still to come. All draws are counted, none is drawn: the shares are exact.

Source: the bootstrap, B. Efron, The Annals of Statistics 7 (1979), doi:10.1214/aos/1176344552; spec §9.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from allocation.plan import Desk

HELD_MIN = 3
"""Selection days that must have been held before anything is said."""
BEYOND_MAX = 120
"""Days set beyond the last one; who is not home by then is told as never."""
QUANTILES = (Fraction(1, 20), Fraction(1, 2), Fraction(19, 20))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A selection day held: households set and really served."""

    batch: str
    planned: int
    actual: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """
    ``days``: the days by which everybody is home with probability 5 %, 50 %, 95 % (None = not within what was looked
    at). ``in_time``: probability by the target. ``beyond``: a day lies after the last batch set. ``reason``: why
    nothing can be said, then everything else is empty.
    """

    households: int
    persons: int
    done_households: int
    done_persons: int
    rates: tuple[Rate, ...]
    slips: tuple[int, ...]
    days: tuple[date | None, ...] = ()
    in_time: Fraction = Fraction(0)
    beyond: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A coming day: when its households are home, how many are set, how many more than today have a home at most."""

    home_on: date
    planned: int
    room: int


def forecast(desk: Desk) -> Forecast:
    """The forecast of a programme as of a day. Households and persons are home on the same day: that of the last."""
    programme = desk.programme
    total = sum(row.households for row in programme.households)
    done = sum(desk.counted(placed) for placed in desk.done)
    rates = _rates(desk)
    slips = tuple(
        (project.completed_on - project.planned_on).days
        for project in desk.projects
        if project.planned_on and project.completed_on <= desk.as_of
    )
    known = {
        "households": total,
        "persons": sum(row.households * row.persons for row in programme.households),
        "done_households": done,
        "done_persons": sum(desk.counted(p) * desk.rows[p.household_id].persons for p in desk.done),
        "rates": rates,
        "slips": slips,
    }
    reason = "forecast.few" if len(rates) < HELD_MIN else "forecast.idle" if not any(r.actual for r in rates) else ""
    if reason:
        return Forecast(**known, reason=reason)  # type: ignore[arg-type]  # the fields above
    shares = [Fraction(rate.actual, rate.planned) for rate in rates]
    ends: dict[date, Fraction] = defaultdict(Fraction)
    for slip in slips or (0,):
        for day, chance in finishing(_steps(desk, slip), total - done, shares).items():
            ends[day] += chance / len(slips or (0,))
    last = max((batch.home_on for batch in desk.batches), default=desk.as_of)
    days = tuple(_quantile(ends, quantile) for quantile in QUANTILES)
    in_time = sum((chance for day, chance in ends.items() if day <= programme.head.target_on), Fraction(0))
    beyond = any(day is None or day > last for day in days)
    return Forecast(**known, days=days, in_time=in_time, beyond=beyond)  # type: ignore[arg-type]  # the fields above


def finishing(steps: Sequence[Step], left: int, shares: Sequence[Fraction]) -> Mapping[date, Fraction]:
    """
    The chance of each day to be the one on which nobody is left, all draws of shares counted.

    Rounded down: a share of a household is nobody. Chances add up to less than 1 where steps do not suffice.
    """
    if left <= 0:
        return {steps[0].home_on: Fraction(1)} if steps else {}
    at: dict[int, Fraction] = {0: Fraction(1)}
    found: dict[date, Fraction] = defaultdict(Fraction)
    for step in steps:
        after: dict[int, Fraction] = defaultdict(Fraction)
        for home, chance in at.items():
            for share in shares:
                then = max(home, min(left, step.room, home + int(step.planned * share)))
                after[then] += chance / len(shares)
        found[step.home_on] += after.pop(left, Fraction(0))
        at = after
        if not at:
            break
    return {day: chance for day, chance in found.items() if chance}


def _rates(desk: Desk) -> tuple[Rate, ...]:
    served: dict[str, int] = defaultdict(int)
    for placed in desk.done:
        served[placed.batch] += desk.counted(placed)
    return tuple(
        Rate(batch=batch.batch, planned=batch.households_max, actual=served[batch.batch])
        for batch in desk.programme.batches
        if batch.held_on <= desk.as_of and batch.households_max
    )


def _steps(desk: Desk, slip: int) -> list[Step]:
    """The coming days, completions not yet past shifted by ``slip`` days."""
    batches, days = desk.batches, [(b.held_on, b.home_on, b.households_max) for b in desk.batches]
    if len(batches) > 1:
        gap = max((batches[-1].held_on - batches[0].held_on) / (len(batches) - 1), timedelta(days=1))
        mean = sum(batch.households_max for batch in batches) // len(batches)
        for _ in range(BEYOND_MAX):
            held = days[-1][0] + gap
            days.append((held, held + (batches[-1].home_on - batches[-1].held_on), mean))
    work = desk.workload
    waiting = sum(group.households for group in desk.groups)
    area = sum(group.households * group.uses[-1] for group in desk.groups)
    steps = []
    for held, home, planned in days:
        opened = sum(
            int(work.site_limits[n, -1])
            for n, project in enumerate(desk.projects)
            if project.completed_on + timedelta(days=0 if project.completed_on <= desk.as_of else slip) <= held
        )
        steps.append(Step(home, planned, opened * waiting // area if area else waiting))
    return steps


def _quantile(ends: Mapping[date, Fraction], quantile: Fraction) -> date | None:
    """The first day by which it has happened with at least that chance."""
    sum_ = Fraction(0)
    for day in sorted(ends):
        sum_ += ends[day]
        if sum_ >= quantile:
            return day
    return None


def percent(chance: Fraction) -> Decimal:
    """A chance in percent, to 0.1."""
    return (Decimal(chance.numerator) * 100 / Decimal(chance.denominator)).quantize(Decimal("0.1"))
