"""
A round's result and money in figures, as values: what the round's page is drawn from. Nobody's name, nobody's sum.

Source: spec §4 (fairness: outcomes), §7 (compare); issue "The dashboard and the selection day", page Round.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from allocation.acts import Row, select_rows
from allocation.allocate import Home, homes_of, outcomes, price_of
from allocation.comparison import Principled, compare
from allocation.database import HOMES
from allocation.ledger import balances_fen
from allocation.pricing import Forbidden
from allocation.roster import load_round, round_row, yuan
from allocation.round import Round, judge

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from solver.problem import Per

MONEY_CODES = ("prepayment.",)
"""Reasons of these codes keep a household out for what it has not paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VillageNow:
    """
    A village's share of the result. ``first``: outcomes that met a first choice; ``mean``: the mean outcome, None
    where nobody has a home.
    """

    village: str
    households: int
    served: int
    homes: int
    first: int
    mean: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyNow:
    """
    Prepayment. ``paid_in``: households that owe nothing of what is asked before the roster is frozen, of
    ``households``. ``price_yuan``: of all homes given, by their planned area; ``covered_yuan``: what the ledgers of
    the households that have them hold.
    """

    households: int
    paid_in: int
    price_yuan: Decimal
    covered_yuan: Decimal

    @property
    def percent(self) -> Decimal | None:
        """The part of the price that is paid in, in percent, to 0.1, rounded down."""
        if not self.price_yuan:
            return None
        return (100 * self.covered_yuan / self.price_yuan).quantize(Decimal("0.1"), ROUND_FLOOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundView:
    """
    A round as it stands. ``profile``: outcome → how many; outcomes are the policy's, see ``per``, and one above
    ``choices`` meets no choice of the household.
    """

    per: Per
    choices: int
    drawn: bool
    homes: int
    profile: Mapping[int, int]
    villages: Sequence[VillageNow]
    money: MoneyNow


def round_view(connection: Connection, round_id: str, today: date) -> RoundView:
    """
    A round's figures on a day.

    Raises
    ------
    Faults
        There is no such round.
    """
    row = round_row(connection, round_id)
    judged = _judged(connection, row, today)
    homes = [
        Home(household_id=home["household_id"], unit_id=home["unit_id"], rank=home["rank"])
        for home in select_rows(connection, HOMES, round_id=round_id)
        if home["status"] != "void"
    ]
    per = judged.policy.fairness.per
    counts = Counter(outcomes(homes, per))
    return RoundView(
        per=per,
        choices=judged.policy.fairness.max_choices,
        drawn=bool(row["drawn_seed"]),
        homes=len(homes),
        profile={rank: counts[rank] for rank in range(1, max(counts, default=0) + 1)},
        villages=by_village(judged, homes, per),
        money=_money(judged, homes, balances_fen(connection, round_id, today)),
    )


def principles(connection: Connection, round_id: str, *, seconds_max: float) -> tuple[Principled, ...]:
    """
    What each principle would make of the round as it was frozen and drawn; ``seconds_max`` for each of them.

    Raises
    ------
    Faults
        There is no such round.
    ValueError
        It is not drawn yet.
    """
    row = round_row(connection, round_id)
    if not row["drawn_seed"]:
        raise ValueError(f"{round_id} is not drawn yet")
    return compare(_judged(connection, row, row["frozen_on"]), seconds_max=seconds_max)


def by_village(round_: Round, homes: Sequence[Home], per: Per) -> tuple[VillageNow, ...]:
    """Every village of the roster, by name; ``homes`` may be any part of the result."""
    village = {household.household_id: household.village for household in round_.tables.households}
    given = homes_of(homes)
    found = []
    for name in sorted(set(village.values())):
        own = [home for household_id in sorted(given) if village[household_id] == name for home in given[household_id]]
        ranks = outcomes(own, per)
        found.append(
            VillageNow(
                village=name,
                households=sum(other == name for other in village.values()),
                served=len({home.household_id for home in own}),
                homes=len(own),
                first=ranks.count(1),
                mean=Fraction(sum(ranks), len(ranks)) if ranks else None,
            )
        )
    return tuple(found)


def _judged(connection: Connection, row: Row, today: date) -> Round:
    """The round as it was frozen; before that, as it would be today."""
    given = load_round(connection, row["round_id"])
    head = replace(given.head, as_of=row["frozen_on"] or today, seed=row["drawn_seed"] or given.head.seed)
    return judge(replace(given, head=head))


def _money(round_: Round, homes: Sequence[Home], balances: Mapping[str, int]) -> MoneyNow:
    roster = len(round_.tables.households)
    unpaid = {
        entry.household_id
        for entry in round_.left_out
        if entry.household_id and any(reason.code.startswith(MONEY_CODES) for reason in entry.reasons)
    }
    units = {unit.unit_id: unit for unit in round_.tables.units}
    price = covered = Decimal(0)
    for household_id, own in homes_of(homes).items():
        try:
            price += price_of(round_, household_id, [units[home.unit_id] for home in own]).price_yuan
        except Forbidden:  # half of a choice may be too little or too much; it counts once it has a price
            continue
        covered += yuan(balances.get(household_id, 0))
    return MoneyNow(households=roster, paid_in=roster - len(unpaid), price_yuan=price, covered_yuan=covered)
