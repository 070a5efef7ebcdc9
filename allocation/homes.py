"""
Homes in the record: picked one by one in order mode, settled by their measured area, handed over with their keys.

A home is held by a pick and given by its confirmation; until then the pick can be undone, afterwards only voided with
a reason. Whoever comes second to a home is told so, and what is left of its kind. These acts enter choices made on
paper; a selection day with turns, clocks and the guard is :mod:`allocation.hall`.
Source: spec §§2, 6; domain.md §§4, 5.3; trust.md §2 rows 22, 23.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, select

from allocation.acts import Clerk, Done, Refused, Row, Transaction, doer, perform, refused, select_rows
from allocation.chain import canonical
from allocation.database import HANDOVERS, HOMES, LEDGER, LEFT_OUT, ROUNDS, SETTLEMENTS, TURNS, UNITS
from allocation.entitlement import area_band, entitlement
from allocation.messages import Reason
from allocation.policy import Policy
from allocation.prepayment import gate_reasons
from allocation.pricing import Forbidden, Settled, settlement
from allocation.roster import fen, household_of, measured_of, payments, policy_of, round_row, units_of, yuan
from allocation.round import demanded_m2, smallest_m2
from allocation.schema import Choice, Household, Unit
from allocation.states import MAY

_NUMBER = select(func.max(HOMES.c.home_no)).where(HOMES.c.round_id == bindparam("round_id"))
_GIVEN = select(HOMES).where(
    HOMES.c.project == bindparam("project"), HOMES.c.unit_id == bindparam("unit_id"), HOMES.c.status != "void"
)
LEFT_NAMED = 5
"""How many homes that are left a refusal names; it counts them all."""


# -- order mode ---------------------------------------------------------------------------------------------------


def pick(clerk: Clerk, round_id: str, household_id: str, unit_id: str) -> Done | Refused:
    """Hold one home for one household."""

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        row, turn = _chooser(tx, "pick", round_id, household_id)
        if isinstance(turn, Refused):
            return turn
        unit = tx.row(UNITS, round_id=round_id, unit_id=unit_id)
        if unit is None:
            return refused("office.no_unit", unit_id=unit_id)
        if left_out := tx.row(LEFT_OUT, round_id=round_id, kind="unit", subject=unit_id):
            codes = [code for code, _ in json.loads(left_out["reasons"])]
            return refused("pick.unit_out", tx.today, unit_id=unit_id, reasons=codes)
        if there := tx.connection.execute(_GIVEN, {"project": unit["project"], "unit_id": unit_id}).mappings().first():
            return _taken(tx, round_id, unit, there)
        mine = _homes(tx, round_id, household_id)
        case = _Case(tx, row, household_id, [unit_id, *(home["unit_id"] for home in mine)])
        wanted = next(home for home in case.units if home.unit_id == unit_id)
        if beyond := _beyond(case, wanted, mine):
            return beyond
        number = tx.connection.execute(_NUMBER, {"round_id": round_id}).scalar()
        new = {
            "round_id": round_id,
            "home_no": (number or 0) + 1,
            "unit_id": unit_id,
            "project": unit["project"],
            "household_id": household_id,
            "rank": _rank(case, wanted),
            "status": "held",
        }
        tx.insert(HOMES, [new])
        return {"household_id": household_id, "unit_id": unit_id, "rank": new["rank"], "held": len(mine) + 1}

    said = {"household_id": household_id, "unit_id": unit_id}
    return perform(clerk, "pick", work, round_id=round_id, said=said)


def pick_confirm(clerk: Clerk, round_id: str, household_id: str) -> Done | Refused:
    """Give the household what it holds, when that is what it may take and has paid for."""

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        row, turn = _chooser(tx, "pick-confirm", round_id, household_id)
        if isinstance(turn, Refused):
            return turn
        mine = _homes(tx, round_id, household_id)
        if not mine:
            return refused("pick.nothing_held", tx.today, household_id=household_id)
        if reasons := not_complete(tx, row, household_id, mine):
            return Refused(reasons=tuple(reasons), earliest=tx.today)
        for home in mine:
            tx.update(HOMES, home, status="confirmed")
        tx.update(TURNS, turn, outcome="chosen")
        return {"household_id": household_id, "units": [home["unit_id"] for home in mine]}

    return perform(clerk, "pick-confirm", work, round_id=round_id, said={"household_id": household_id})


def pick_undo(clerk: Clerk, round_id: str, household_id: str, unit_id: str) -> Done | Refused:
    """Let go of a home that is held and not yet confirmed."""

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        _, turn = _chooser(tx, "pick-undo", round_id, household_id)
        if isinstance(turn, Refused):
            return turn
        held = [home for home in _homes(tx, round_id, household_id) if home["unit_id"] == unit_id]
        if not held:
            return refused("pick.not_held", household_id=household_id, unit_id=unit_id)
        tx.update(HOMES, held[0], status="void")
        return {"household_id": household_id, "unit_id": unit_id}

    said = {"household_id": household_id, "unit_id": unit_id}
    return perform(clerk, "pick-undo", work, round_id=round_id, said=said)


def waive(clerk: Clerk, round_id: str, household_id: str, *, reason: str) -> Done | Refused:
    """弃选: the household takes nothing this time; what it holds is free again."""

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        _, turn = _chooser(tx, "waive", round_id, household_id)
        if isinstance(turn, Refused):
            return turn
        for home in _homes(tx, round_id, household_id):
            tx.update(HOMES, home, status="void")
        tx.update(TURNS, turn, outcome="waived")
        return {"household_id": household_id}

    return perform(clerk, "waive", work, round_id=round_id, said={"household_id": household_id, "reason": reason})


def void(clerk: Clerk, round_id: str, household_id: str, *, reason: str) -> Done | Refused:
    """Undo a confirmed choice or a waiver, with the reason: the homes are free, and the household may choose again."""

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        row = round_row(tx.connection, round_id)
        turn = tx.row(TURNS, round_id=round_id, household_id=household_id)
        if row["state"] not in MAY["void"]:
            return _wrong_state("void", row)
        if doer(tx.connection, round_id, "hall-open"):
            return refused("pick.at_the_table", tx.today, round_id=round_id)
        if turn is None or turn["outcome"] not in ("chosen", "waived"):
            return refused("pick.nothing_to_void", household_id=household_id)
        if not reason.strip():
            return refused("pick.no_reason", tx.today, household_id=household_id)
        mine = _homes(tx, round_id, household_id)
        for home in mine:
            tx.update(HOMES, home, status="void")
        tx.update(TURNS, turn, outcome="")
        return {"household_id": household_id, "units": [home["unit_id"] for home in mine]}

    return perform(clerk, "void", work, round_id=round_id, said={"household_id": household_id, "reason": reason})


def _chooser(tx: Transaction, act: str, round_id: str, household_id: str) -> tuple[Row, Row | Refused]:
    """The round and the household's turn, when it may choose now."""
    row = round_row(tx.connection, round_id)
    if row["state"] not in MAY[act]:
        return row, _wrong_state(act, row)
    if doer(tx.connection, round_id, "hall-open"):
        return row, refused("pick.at_the_table", tx.today, round_id=round_id)
    turn = tx.row(TURNS, round_id=round_id, household_id=household_id)
    if turn is None:
        return row, refused("office.no_household", household_id=household_id)
    if turn["outcome"]:
        return row, refused(f"pick.{turn['outcome']}", household_id=household_id)
    return row, turn


def _wrong_state(act: str, row: Row) -> Refused:
    return refused("office.state", act=act, state=row["state"], needed=list(MAY[act]))


def _homes(tx: Transaction, round_id: str, household_id: str) -> list[Row]:
    rows = tx.rows(HOMES, round_id=round_id, household_id=household_id)
    return [row for row in rows if row["status"] != "void"]


def _taken(tx: Transaction, round_id: str, unit: Row, there: Mapping[Any, Any]) -> Refused:
    """What happened to the home, and what is left of its layout."""
    given = select(HOMES.c.unit_id).where(HOMES.c.project == UNITS.c.project, HOMES.c.status != "void")
    out = select(LEFT_OUT.c.subject).where(LEFT_OUT.c.round_id == round_id, LEFT_OUT.c.kind == "unit")
    query = select(UNITS.c.unit_id).where(
        UNITS.c.round_id == round_id,
        UNITS.c.layout == unit["layout"],
        UNITS.c.unit_id.not_in(given),
        UNITS.c.unit_id.not_in(out),
    )
    free = sorted(tx.connection.execute(query).scalars())
    return refused(
        "pick.taken",
        tx.today if free else None,
        unit_id=unit["unit_id"],
        household_id=there["household_id"],
        status=there["status"],
        layout=unit["layout"],
        left=len(free),
        some=free[:LEFT_NAMED],
    )


def _beyond(case: _Case, unit: Unit, mine: Sequence[Row]) -> Refused | None:
    """One home more than the household declared, or than anybody may take."""
    own = case.household.household_id
    if not case.declared:
        most = case.policy.area.max_units
        return refused("pick.too_many", household_id=own, most=most) if len(mine) >= most else None
    wanted, held = case.declared.get(unit.layout, 0), {home["unit_id"] for home in mine}
    if sum(home.layout == unit.layout for home in case.units if home.unit_id in held) < wanted:
        return None
    return refused("pick.not_declared", household_id=own, layout=unit.layout, declared=wanted)


def not_complete(tx: Transaction, row: Row, household_id: str, mine: list[Row]) -> list[Reason]:
    """Why what a household holds cannot be given to it yet."""
    case = _Case(tx, row, household_id, [home["unit_id"] for home in mine])
    held = Counter(unit.layout for unit in case.units)
    reasons = [
        Reason(code="pick.incomplete", params={"layout": layout, "declared": count, "held": held[layout]})
        for layout, count in sorted(case.declared.items())
        if held[layout] != count
    ]
    if not case.declared:
        least, most = area_band(case.entitled, case.policy.area)
        total = sum((unit.area_m2 for unit in case.units), Decimal(0))
        if not least <= total <= most:
            reasons.append(Reason(code="pick.area", params={"total": total, "least": least, "most": most}))
    try:
        price = case.settled({}).forecast.price_yuan
    except Forbidden:
        return [*reasons, Reason(code="price.forbidden", params={"value": household_id})]
    return [*reasons, *case.gates(tx, "choice", price)]


def _rank(case: _Case, unit: Unit) -> int:
    """The smallest choice whose filters all match, else one more than the choices that count."""
    most = case.policy.fairness.max_choices
    return min((c.choice for c in case.choices if c.choice <= most and _matches(c, unit)), default=most + 1)


def _matches(choice: Choice, unit: Unit) -> bool:
    asked = ("project", "building", "entrance", "layout", "orientation", "unit_id")
    if any(getattr(choice, name) not in ("", getattr(unit, name)) for name in asked):
        return False
    low = unit.floor if choice.floor_min is None else choice.floor_min
    high = unit.floor if choice.floor_max is None else choice.floor_max
    return low <= unit.floor <= high


class _Case:
    """One household and some homes of a round as values, with the rules that hold for them."""

    def __init__(self, tx: Transaction, row: Row, household_id: str, unit_ids: list[str]) -> None:
        own = household_of(tx.connection, row["round_id"], household_id)
        self.row = row
        self.policy: Policy = policy_of(row)
        self.household: Household = own["households"][0]
        self.units = units_of(tx.connection, row["round_id"], unit_ids)
        self.choices: Sequence[Choice] = own["choices"]
        self.entitled = entitlement(self.household, own["members"], self.policy)
        self.declared: dict[str, int] = {}
        for wish in own["demand"]:
            self.declared[wish.layout] = self.declared.get(wish.layout, 0) + wish.count

    def settled(self, measured_m2: Mapping[str, Decimal]) -> Settled:
        """The price before and after measuring."""
        entitled = self.entitled
        return settlement(self.units, measured_m2, entitled.m2, self.policy.pricing, marks=entitled.marks)

    def gates(self, tx: Transaction, step: Any, price: Decimal) -> tuple[Reason, ...]:
        """Why the household's payments do not open a step."""
        own = self.household.household_id
        entries = payments(tx.rows(LEDGER, round_id=self.row["round_id"], household_id=own))
        demanded = demanded_m2(self.declared, self.entitled.m2, smallest_m2(self.units))
        return gate_reasons(step, self.policy.prepayment, entries, tx.today, demanded_m2=demanded, price_yuan=price)


# -- settlement and keys ------------------------------------------------------------------------------------------


def settle(clerk: Clerk, round_id: str, household_id: str, measured_m2: Mapping[str, Decimal]) -> Done | Refused:
    """
    结算: the final price by measured areas (多退少补); with the last household the round is settled.

    ``measured_m2``: unit_id → m²; of a home that is not named, the area in the round's table ``measured``, else the
    forecast one.
    """
    measured = {unit_id: str(area) for unit_id, area in sorted(measured_m2.items())}

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        row = round_row(tx.connection, round_id)
        if row["state"] not in MAY["settle"]:
            return _wrong_state("settle", row)
        mine = _homes(tx, round_id, household_id)
        if not mine:
            return refused("settle.no_home", household_id=household_id)
        if there := tx.row(SETTLEMENTS, round_id=round_id, household_id=household_id):
            return refused("settle.done", household_id=household_id, on=there["settled_on"])
        own = {home["unit_id"] for home in mine}
        if strange := sorted(set(measured) - own):
            return refused("settle.not_its_home", household_id=household_id, unit_id=strange[0])
        case = _Case(tx, row, household_id, sorted(own))
        known = {one.unit_id: one.measured_m2 for one in measured_of(tx.connection, round_id)}
        areas = {unit.unit_id: known.get(unit.unit_id, unit.area_m2) for unit in case.units} | dict(measured_m2)
        found = case.settled(areas)
        final = found.forecast.price_yuan + found.delta_yuan
        paid = sum(row["amount_fen"] for row in tx.rows(LEDGER, round_id=round_id, household_id=household_id))
        tx.insert(
            SETTLEMENTS,
            [
                {
                    "round_id": round_id,
                    "household_id": household_id,
                    "settled_on": tx.today,
                    "price_fen": fen(found.forecast.price_yuan),
                    "final_fen": fen(final),
                    "measured": canonical({unit_id: str(area) for unit_id, area in areas.items()}),
                }
            ],
        )
        waiting = _unsettled(tx, round_id)
        if not waiting:
            tx.update(ROUNDS, row, state="settled")
        return {
            "household_id": household_id,
            "price": found.forecast.price_yuan,
            "final": final,
            "paid": yuan(paid),
            "due": final - yuan(paid),
            "waiting": len(waiting),
        }

    return perform(clerk, "settle", work, round_id=round_id, said={"household_id": household_id, "measured": measured})


def hand_over(clerk: Clerk, round_id: str, unit_id: str) -> Done | Refused:
    """交房: the keys of a settled and paid home; with the last home the round is handed over."""

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        row = round_row(tx.connection, round_id)
        if row["state"] not in MAY["hand-over"]:
            return _wrong_state("hand-over", row)
        given = [home for home in tx.rows(HOMES, round_id=round_id, unit_id=unit_id) if home["status"] != "void"]
        if not given:
            return refused("hand_over.nobodys", unit_id=unit_id)
        own = given[0]["household_id"]
        if there := tx.row(HANDOVERS, round_id=round_id, unit_id=unit_id):
            return refused("hand_over.done", unit_id=unit_id, on=there["handed_on"])
        settled = tx.row(SETTLEMENTS, round_id=round_id, household_id=own)
        if settled is None:
            return refused("hand_over.not_settled", tx.today, household_id=own)
        paid = sum(entry["amount_fen"] for entry in tx.rows(LEDGER, round_id=round_id, household_id=own))
        if paid < settled["final_fen"]:
            final = yuan(settled["final_fen"])
            params = {"final": final, "paid": yuan(paid), "short": final - yuan(paid)}
            return refused("hand_over.not_paid", tx.today, household_id=own, **params)
        new = {"round_id": round_id, "unit_id": unit_id, "household_id": own, "handed_on": tx.today}
        tx.insert(HANDOVERS, [new])
        handed = {home["unit_id"] for home in tx.rows(HANDOVERS, round_id=round_id)}
        waiting = [h for h in tx.rows(HOMES, round_id=round_id) if h["status"] != "void" and h["unit_id"] not in handed]
        if not waiting and row["state"] == "settled":
            tx.update(ROUNDS, row, state="handed_over")
        overpaid = yuan(paid - settled["final_fen"])
        return {"household_id": own, "unit_id": unit_id, "waiting": len(waiting), "overpaid": overpaid}

    return perform(clerk, "hand-over", work, round_id=round_id, said={"unit_id": unit_id})


def _unsettled(tx: Transaction, round_id: str) -> set[str]:
    """Households with homes that are not settled yet."""
    settled = {row["household_id"] for row in select_rows(tx.connection, SETTLEMENTS, round_id=round_id)}
    given = {home["household_id"] for home in tx.rows(HOMES, round_id=round_id) if home["status"] != "void"}
    return given - settled
