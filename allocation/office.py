"""
The acts that take a round from its import to the result: what the office does, in its order, each checked first.

Every act is one transaction (:mod:`allocation.acts`); what must hold before it stands in :mod:`allocation.states`.
Source: spec §§5, 7; domain.md §§1, 4; trust.md §2 rows 1–3, 40, 41.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from allocation.acts import Clerk, Done, Refused, Row, Transaction, doer, perform, refused, select_rows
from allocation.chain import canonical
from allocation.database import (
    HOMES,
    IMPORTED,
    LEDGER,
    LEFT_OUT,
    OBJECTIONS,
    PUBLICATIONS,
    ROUNDS,
    TURNS,
)
from allocation.draw import order_numbers
from allocation.drawing import announcement
from allocation.drawplan import plan_seed, read_plan
from allocation.messages import Fault, Faults, Reason
from allocation.publicity import CalendarUnknown
from allocation.publicrows import pool_root, unplanned
from allocation.roster import (
    POOLED,
    announced_of,
    announced_text,
    earlier_roots,
    head_of,
    head_text,
    imported_rows,
    imported_values,
    ledger_row,
    load_round,
    objection_row,
    objections,
    plan_of,
    plan_text,
    policy_of,
    publication_row,
    publications,
    roster_of,
    round_row,
    shown_hash,
)
from allocation.round import Round, judge
from allocation.rows import DrawPlan
from allocation.schema import Document, Publication
from allocation.states import LEADS, MAY, NOT_THE_SAME, STOOD, Facts, State, earliest_of, unmet
from allocation.tables import RoundInput
from allocation.verify import in_words
from allocation.writers import draw_table

if TYPE_CHECKING:
    from sqlalchemy import Connection


# -- a round comes in ---------------------------------------------------------------------------------------------


def import_round(clerk: Clerk, given: RoundInput) -> Done | Refused:
    """
    A round that was read without fault becomes a round of the record, with what happened to it on paper so far.

    Its publications are taken to show what it holds; its state follows from those that are up.
    """
    head, tables = given.head, given.tables
    counts = {
        name: len(getattr(tables, name))
        for name in ("households", "members", "units", "demand", "choices", "payments", "publications", "objections")
    }

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        if tx.row(ROUNDS, round_id=head.id):
            return refused("office.round_there", round_id=head.id)
        later = [p.published_on for p in tables.publications if p.published_on > tx.today]
        later += [p.paid_on for p in tables.payments if p.paid_on > tx.today]
        later += [o.filed_on for o in tables.objections if o.filed_on > tx.today]
        if later:
            return refused("office.import_to_come", max(later), day=max(later), today=tx.today)
        judge(replace(given, head=replace(head, as_of=tx.today)))
        state = _state_of(tables.publications)
        tx.insert(ROUNDS, [_round_of(given, state)])
        roster = imported_values(tables)
        rows = imported_rows(head.id, roster)
        for table in IMPORTED:
            tx.insert(table, rows[table.name])
        up = enumerate(tables.publications, 1)
        tx.insert(PUBLICATIONS, [publication_row(head.id, n, p, shown_hash(p.document, roster)) for n, p in up])
        tx.insert(OBJECTIONS, [objection_row(head.id, n, o) for n, o in enumerate(tables.objections, 1)])
        tx.insert(LEDGER, [ledger_row(head.id, n, p, p.paid_on) for n, p in enumerate(tables.payments, 1)])
        return {"round": head.id, "state": state, **counts}

    return perform(clerk, "import", work, round_id=head.id, said={"title": head.title, **counts})


def _round_of(given: RoundInput, state: State) -> Row:
    return {
        "round_id": given.head.id,
        "head": head_text(given.head),
        "policy": given.policy.canonical(),
        "announced": announced_text(given.announced),
        "state": state,
        "pool_root": "",
        "frozen_on": None,
        "drawn_on": None,
        "drawn_seed": "",
        "draw_plan": plan_text(given.head.draw),
        "plan_root": "",
    }


def _state_of(known: Iterable[Publication]) -> State:
    """The state that the publications of a round on paper leave it in."""
    up = {p.document for p in known if p.withdrawn_on is None}
    if "demand" not in up:
        return "draft"
    return "units_published" if "units" in up else "demand_published"


def revise(clerk: Clerk, given: RoundInput, *, reason: str) -> Done | Refused:
    """
    Bring the roster of a round to what a corrected folder or workbook holds, row by row.

    What a publication shows is frozen while it is up: to change it, withdraw it first; it must then stand its full
    period anew. From the freezing on only what an auditor compares a round with may change. Payments, publications
    and objections have acts of their own and are not taken from the file, nor are the round's head and its rules.
    """
    round_id = given.head.id

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        row = round_row(tx.connection, round_id)
        new, old = imported_values(given.tables), roster_of(tx.connection, round_id)
        touched = [name for name in POOLED if tuple(new[name]) != tuple(old[name])]
        if touched and (stopped := stopped_by("revise", row, tx, clerk)):
            return stopped
        policy = policy_of(row)
        tables = replace(load_round(tx.connection, round_id).tables, **{n: tuple(v) for n, v in new.items()})
        head = replace(head_of(row), as_of=tx.today)
        judge(RoundInput(head=head, policy=policy, tables=tables, path=given.path, announced=announced_of(row)))
        up = {p["document"] for p in tx.rows(PUBLICATIONS, round_id=round_id) if p["withdrawn_on"] is None}
        documents: tuple[Document, ...] = ("demand", "units")
        reasons = [
            Reason(code="office.frozen", params={"document": document})
            for document in documents
            if document in up and shown_hash(document, new) != shown_hash(document, old)
        ]
        if reasons:
            return Refused(reasons=tuple(reasons), earliest=tx.today)
        return _bring(tx, imported_rows(round_id, new), round_id)

    return perform(clerk, "revise", work, round_id=round_id, said={"reason": reason})


def _bring(tx: Transaction, wanted: Mapping[str, list[Row]], round_id: str) -> Mapping[str, Any]:
    """Insert, change and take out rows until the roster is ``wanted``."""
    counts = {"added": 0, "changed": 0, "removed": 0}
    there = {table.name: {_key(table, row): row for row in tx.rows(table, round_id=round_id)} for table in IMPORTED}
    for table in reversed(IMPORTED):
        kept = {_key(table, row) for row in wanted[table.name]}
        for key, row in there[table.name].items():
            if key not in kept:
                tx.delete(table, row)
                counts["removed"] += 1
    for table in IMPORTED:
        known = there[table.name]
        added = [row for row in wanted[table.name] if _key(table, row) not in known]
        tx.insert(table, added)
        counts["added"] += len(added)
        for row in wanted[table.name]:
            before = known.get(_key(table, row))
            if before is not None and before != row:
                tx.update(table, before, **row)
                counts["changed"] += 1
    return counts


def _key(table: Any, row: Row) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key)


# -- facts --------------------------------------------------------------------------------------------------------


def facts_of(
    connection: Connection,
    row: Row,
    today: date,
    documents: Sequence[Document] = (),
    carve_out: Iterable[str] = (),
    doers: Iterable[str] = (),
) -> Facts:
    """What the record knows of a round; hashes of ``documents`` and the doers of ``doers`` are looked up too."""
    round_id = row["round_id"]
    put_up = select_rows(connection, PUBLICATIONS, round_id=round_id)
    filed = select_rows(connection, OBJECTIONS, round_id=round_id)
    roster = roster_of(connection, round_id) if documents else {}
    homes = select_rows(connection, HOMES, round_id=round_id) if documents else []
    up = {p["document"]: p["content_hash"] for p in put_up if p["withdrawn_on"] is None}
    return Facts(
        state=row["state"],
        today=today,
        policy=policy_of(row),
        publications=publications(put_up),
        objections=objections(filed),
        announced=announced_of(row),
        published_hash=up,
        content_hash={document: shown_hash(document, roster, homes) for document in documents},
        carved_out=frozenset(carve_out) | {o["objection_id"] for o in filed if o["carved_out"]},
        doers={act: doer(connection, round_id, act) for act in doers},
        undecided=len(select_rows(connection, TURNS, round_id=round_id, outcome="")),
    )


def conditions_of(
    connection: Connection, row: Row, act: str, today: date, who: str, carve_out: Iterable[str] = ()
) -> Refused | None:
    """Why an act is not open, with the first day it can be; None = it is."""
    before = NOT_THE_SAME.get(act)
    facts = facts_of(connection, row, today, STOOD.get(act, ()), carve_out, (before,) if before else ())
    try:
        found = unmet(act, facts, who)
    except CalendarUnknown as unknown:
        return refused("office.calendar_unknown", year=unknown.year)
    if not found:
        return None
    return Refused(reasons=tuple(condition.reason for condition in found), earliest=earliest_of(found))


def stopped_by(act: str, row: Row, tx: Transaction, clerk: Clerk, carve_out: Iterable[str] = ()) -> Refused | None:
    return conditions_of(tx.connection, row, act, tx.today, " ".join(clerk.who.split()), carve_out)


# -- from the frozen list to the plan -----------------------------------------------------------------------------


def freeze(
    clerk: Clerk, round_id: str, *, carve_out: Sequence[str] = (), plan: Mapping[str, Any] | None = None
) -> Done | Refused:
    """
    Fix who and what takes part, and why the others do not, and which events to come will be the seed.

    The fingerprint of all this is to be posted before the first event. Source: docs/bundle.md, section 5.

    Parameters
    ----------
    carve_out
        Open objections that keep their subjects out of this round instead of stopping all of it.
    plan
        ``[draw]`` in place of the one the round was imported with; the day of the freeze is filled in. A drill may do
        without one.
    """

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        row = round_row(tx.connection, round_id)
        filed = {o["objection_id"]: o for o in tx.rows(OBJECTIONS, round_id=round_id)}
        for own in carve_out:
            if own not in filed or filed[own]["resolved_on"] is not None or filed[own]["subject"] == "*":
                return refused("office.cannot_carve", objection_id=own)
        if stopped := stopped_by("freeze", row, tx, clerk, carve_out):
            return stopped
        given = load_round(tx.connection, round_id)
        announced = _announced(given.head.draw, plan, tx.today)
        if announced is None and not clerk.store.drill:
            return refused("office.no_plan", tx.today)
        judged = judge(replace(given, head=replace(given.head, as_of=tx.today, draw=announced)))
        root = pool_root(judged, announced or unplanned(tx.today))
        if announced and announced.pool_root not in ("", root):
            return refused("office.pool_changed", pool_root=announced.pool_root)
        announced = announced and replace(announced, pool_root=root)
        out = _left_out(judged)
        tx.insert(LEFT_OUT, out)
        for own in carve_out:
            tx.update(OBJECTIONS, filed[own], carved_out=True)
        text = plan_text(announced)
        tx.update(ROUNDS, row, state=LEADS["freeze"], frozen_on=tx.today, pool_root=root, draw_plan=text)
        households = sum(entry["kind"] == "household" for entry in out)
        return {
            "pool_root": root,
            "words": in_words(root),
            "announcement": announcement(announced) if announced else [],
            "frozen_on": tx.today,
            "households_in": len(judged.households),
            "households_out": households,
            "units_in": len(judged.units),
            "units_out": len(out) - households,
            "state": LEADS["freeze"],
        }

    return perform(clerk, "freeze", work, round_id=round_id, said={"carve_out": list(carve_out)})


def _params(reason: Reason) -> dict[str, str]:
    return {key: value.isoformat() if isinstance(value, date) else str(value) for key, value in reason.params.items()}


def _left_out(judged: Round) -> list[Row]:
    """Who and what does not take part, as the record has it."""
    return [
        {
            "round_id": judged.head.id,
            "kind": "household" if entry.household_id else "unit",
            "subject": entry.household_id or entry.unit_id,
            "reasons": canonical([[reason.code, _params(reason)] for reason in entry.reasons]),
        }
        for entry in judged.left_out
    ]


def _announced(own: DrawPlan | None, given: Mapping[str, Any] | None, today: date) -> DrawPlan | None:
    """The plan that is frozen today; one that was frozen on paper before keeps its day. Faults: ``read_plan``'s."""
    table = draw_table(own) if given is None and own else given
    if table is None:
        return None
    return read_plan(table if table.get("pool_root") else {**table, "frozen_on": today}, "draw", today)


def draw(
    clerk: Clerk,
    round_id: str,
    events: Mapping[str, str] | None = None,
    *,
    opened: Mapping[str, tuple[str, str]] | None = None,
    demo: bool = False,
) -> Done | Refused:
    """
    Draw the order of choosing, once and for all, from a seed that is bound to the frozen roster.

    The day of the draw is the one the round is judged on from now on: money that came in since the freeze counts where
    the policy names no last day.

    Parameters
    ----------
    events
        Name of an announced event → what came out.
    opened
        Who sealed a number → the number and its nonce.
    demo
        The seed the round was imported with instead of public events: for practice, where no plan was frozen.
    """
    events, opened = dict(events or {}), dict(opened or {})

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        row = round_row(tx.connection, round_id)
        if stopped := stopped_by("draw", row, tx, clerk):
            return stopped
        given = load_round(tx.connection, round_id)
        judged = judge(replace(given, head=replace(given.head, as_of=tx.today)))
        if not _as_frozen(judged, row):
            return refused("office.pool_changed", pool_root=row["pool_root"])
        plan = given.head.draw
        if demo == (plan is not None) or (demo and not clerk.store.drill):
            return refused("office.demo_seed" if demo else "office.no_plan")
        plan = plan and _taken_place(plan, events, opened, tx.today)
        seed = plan_seed(plan) if plan else given.head.seed
        if plan and not seed:
            likely = sorted(source.occurred_on for source in plan.sources)[plan.take - 1]
            return refused("draw.not_drawn", max(likely, tx.today), take=plan.take)
        numbers = order_numbers(given.tables.households, given.policy.order, seed)
        out = _left_out(judged)
        _replace_left_out(tx, round_id, out)
        missing = {entry["subject"] for entry in out if entry["kind"] == "household"}
        turns = [
            {
                "round_id": round_id,
                "household_id": household_id,
                "order_no": number,
                "outcome": "left_out" if household_id in missing else "",
            }
            for household_id, number in numbers.items()
        ]
        tx.insert(TURNS, turns)
        state, text = LEADS["draw"], plan_text(plan)
        tx.update(ROUNDS, row, state=state, drawn_on=tx.today, drawn_seed=seed, draw_plan=text)
        return {"seed": seed, "demo": demo, "households": len(turns), "state": state}

    said = {"events": events, "opened": {who: list(pair) for who, pair in opened.items()}, "demo": demo}
    return perform(clerk, "draw", work, round_id=round_id, said=said)


def _as_frozen(judged: Round, row: Row) -> bool:
    """Whether all that must not change once the draw has begun is what was frozen."""
    frozen: str = row["pool_root"]
    return pool_root(judged, plan_of(row) or unplanned(row["frozen_on"])) == frozen


def _taken_place(
    plan: DrawPlan, events: Mapping[str, str], opened: Mapping[str, tuple[str, str]], today: date
) -> DrawPlan:
    """The plan with what came out. Faults: a name nobody announced, and those of ``read_plan``."""
    known, sealed = {source.name for source in plan.sources}, {one.who for one in plan.sealed}
    strange = [name for name in events if name not in known] + [who for who in opened if who not in sealed]
    if strange:
        names = "、".join([*known, *sealed])
        raise Faults(Fault(table="command", code="office.not_announced", value=n, params={"names": names})
                     for n in strange)  # fmt: skip
    table = draw_table(plan)
    for source in table["sources"]:
        source |= {"value": events[source["name"]]} if source["name"] in events else {}
    for one in table.get("sealed", ()):
        one |= dict(zip(("number", "nonce"), opened.get(one["who"], ()), strict=False))
    return read_plan(table, "draw", today)


def _replace_left_out(tx: Transaction, round_id: str, wanted: list[Row]) -> None:
    """The list of who does not take part as it is on the day of the draw."""
    before = {_key(LEFT_OUT, row): row for row in tx.rows(LEFT_OUT, round_id=round_id)}
    now = {_key(LEFT_OUT, row): row for row in wanted}
    for key, row in before.items():
        if key not in now:
            tx.delete(LEFT_OUT, row)
        elif row != now[key]:
            tx.update(LEFT_OUT, row, reasons=now[key]["reasons"])
    tx.insert(LEFT_OUT, [row for key, row in now.items() if key not in before])


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a solve gave: (household_id, unit_id, rank) of every home, who got none, the published bundle's root."""

    homes: tuple[tuple[str, str, int], ...]
    unserved: tuple[str, ...]
    root: str


class _NotKept(Exception):
    """Ends a solve whose plan the record refused."""


Solve = Callable[[RoundInput, Sequence[str]], AbstractContextManager[Plan]]
"""A round and the roots of the bundles published of it before → its plan."""


def allocate(clerk: Clerk, round_id: str, solve: Solve) -> Done | Refused:
    """
    Solve the round as it was frozen and keep the plan.

    ``solve`` works outside the transaction, on what the record held when it began; the plan is kept only if the frozen
    roster is still the same then, and what ``solve`` wrote stays only if the plan is kept. A plan that is made again
    replaces the one before, which stays in the record, void.
    """
    with clerk.store.reading() as connection:
        row = round_row(connection, round_id)
        given = load_round(connection, round_id)
        earlier = earlier_roots(connection, round_id)
    if row["state"] not in MAY["allocate"]:
        return _keep(clerk, round_id, None)
    outcome: Done | Refused
    try:
        with solve(given, earlier) as plan:
            outcome = _keep(clerk, round_id, plan)
            if isinstance(outcome, Refused):
                raise _NotKept
    except _NotKept:
        pass
    return outcome


def _keep(clerk: Clerk, round_id: str, plan: Plan | None) -> Done | Refused:
    """The plan into the record; None = the round was not where it is made."""

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        row = round_row(tx.connection, round_id)
        if stopped := stopped_by("allocate", row, tx, clerk):
            return stopped
        given = load_round(tx.connection, round_id)
        if plan is None or not _as_frozen(judge(given), row):
            return refused("office.pool_changed", pool_root=row["pool_root"])
        before = tx.rows(HOMES, round_id=round_id)
        for home in before:
            tx.update(HOMES, home, status="void")
        projects = {unit.unit_id: unit.project for unit in given.tables.units}
        tx.insert(
            HOMES,
            [
                {
                    "round_id": round_id,
                    "home_no": number,
                    "unit_id": unit_id,
                    "project": projects[unit_id],
                    "household_id": household_id,
                    "rank": rank,
                    "status": "planned",
                }
                for number, (household_id, unit_id, rank) in enumerate(plan.homes, len(before) + 1)
            ],
        )
        tx.update(ROUNDS, row, state=LEADS["allocate"], plan_root=plan.root)
        served = {household_id for household_id, _, _ in plan.homes}
        return {
            "homes": len(plan.homes),
            "households_served": len(served),
            "unserved": list(plan.unserved),
            "root": plan.root,
            "state": LEADS["allocate"],
        }

    return perform(clerk, "allocate", work, round_id=round_id, said={"root": plan.root if plan else ""})


def move(clerk: Clerk, round_id: str, act: str) -> Done | Refused:
    """``open-picking`` (the homes are chosen by the households, in order) or ``confirm`` (the result is final)."""

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        row = round_row(tx.connection, round_id)
        if stopped := stopped_by(act, row, tx, clerk):
            return stopped
        tx.update(ROUNDS, row, state=LEADS[act])
        return {"state": LEADS[act]}

    return perform(clerk, act, work, round_id=round_id, said={})
