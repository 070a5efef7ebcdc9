"""
The selection day rehearsed: drawn again and again, with careless choosers, with the guard and without it.

What it shows: with the guard nobody is left without a home that could have had one; without it, on how many days and
how many households are. Source: spec §6 (``order``: every later household servable), trust.md §2 row 31.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from allocation.allocate import build_problem, classes
from allocation.draw import order_numbers
from allocation.messages import Fault, Faults
from allocation.round import Round
from solver.days import Played, Rehearsal


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """
    Figures of ``days`` days in as many orders drawn from ``seed``.

    ``guarded``, ``unguarded``: days on which somebody was stranded; ``left_guarded``, ``left_unguarded``: households
    stranded, summed over the days; ``most``: the most on one day without the guard.
    """

    days: int
    households: int
    seed: str
    guarded: int
    unguarded: int
    left_guarded: int
    left_unguarded: int
    most: int


COUNTS = ("days", "households", "guarded", "unguarded", "left_guarded", "left_unguarded", "most")


def read_rehearsal(file: Path) -> tuple[str, Rehearsed]:
    """
    The round and the figures that ``anju rehearse --json`` wrote.

    Raises
    ------
    Faults
        The file cannot be read, or is not such a file.
    """
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
        kinds = {"seed": str} | dict.fromkeys(COUNTS, int)
        if all(type(given[name]) is kind for name, kind in kinds.items()):
            return str(given["round"]), Rehearsed(**{name: given[name] for name in kinds})
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise Faults([Fault(table="command", code="rehearse.no_file", column="--rehearsal", value=str(file))])


def orders(round_: Round, days: int, seed: str) -> Iterator[list[int]]:
    """For every day the slots as they choose, by the policy's order drawn from ``seed|day n``."""
    slots = {household.household_id: slot for slot, household in enumerate(round_.households)}
    for day in range(1, days + 1):
        numbers = order_numbers(round_.tables.households, round_.policy.order, f"{seed}|day {day}")
        yield [slots[own] for own in sorted(numbers, key=lambda own: numbers[own]) if own in slots]


def rehearse(round_: Round, *, days: int, seed: str, on_day: Callable[[int], None] | None = None) -> Rehearsed:
    """
    Play the days through.

    Parameters
    ----------
    round_
        Its households choose by their choices, then by their tie numbers.
    days
        How many.
    seed
        A text; the same seed gives the same days.
    on_day
        Called with the number of every day done.
    """
    played = Rehearsal(build_problem(round_, classes(round_)))
    with_guard, without = list[Played](), list[Played]()
    for number, order in enumerate(orders(round_, days, seed), 1):
        with_guard.append(played.guarded(order))
        without.append(played.unguarded(order))
        if on_day is not None:
            on_day(number)
    return Rehearsed(
        days=days,
        households=len(round_.households),
        seed=seed,
        guarded=sum(bool(day.stranded) for day in with_guard),
        unguarded=sum(bool(day.stranded) for day in without),
        left_guarded=sum(len(day.stranded) for day in with_guard),
        left_unguarded=sum(len(day.stranded) for day in without),
        most=max((len(day.stranded) for day in without), default=0),
    )
