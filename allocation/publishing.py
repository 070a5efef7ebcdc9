"""
公示 and 异议 in the record: what is put up is frozen by hash until it is taken down; objections run their course.

Source: spec §5; domain.md §1; trust.md §2 row 41.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from allocation.acts import Clerk, Done, Refused, Row, Transaction, perform, refused
from allocation.database import HOMES, HOUSEHOLDS, OBJECTIONS, PUBLICATIONS, ROUNDS, UNITS
from allocation.messages import sentence
from allocation.office import facts_of, stopped_by
from allocation.publicity import CalendarUnknown, last_day, standing
from allocation.roster import (
    announced_of,
    objection_row,
    policy_of,
    publication_row,
    roster_of,
    round_row,
    shown_hash,
)
from allocation.schema import Document, Objection, Publication
from allocation.states import LEADS, MAY

ONE_DAY = timedelta(days=1)


# -- publications -------------------------------------------------------------------------------------------------


def publish(
    clerk: Clerk, round_id: str, document: Document, *, days: int | None = None, bundle_root: str | None = None
) -> Done | Refused:
    """
    Put a document up from today, for the policy's days or more; what it shows is frozen while it is up.

    ``bundle_root``: of the bundle that is put up with a plan or a result, when the clerk shows it; it must be the one
    the record knows, which every bundle made after it names as an earlier one.
    """
    act = f"publish.{document}"

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        row = round_row(tx.connection, round_id)
        if stopped := stopped_by(act, row, tx, clerk):
            return stopped
        policy, announced = policy_of(row), announced_of(row)
        period = policy.publicity.period(document)
        shown_for = period.days if days is None else days
        if shown_for < period.days:
            return refused("office.too_few_days", tx.today, document=document, days=shown_for, least=period.days)
        homes = tx.rows(HOMES, round_id=round_id)
        if document in ("plan", "result") and all(home["status"] == "void" for home in homes):
            return refused("office.nothing_to_show", document=document)
        try:
            end = last_day(
                tx.today,
                shown_for,
                period.calendar,
                moves_on_holiday=period.moves_on_holiday,
                announced=announced,
            )
        except CalendarUnknown as unknown:
            return refused("office.calendar_unknown", year=unknown.year)
        shown = shown_hash(document, roster_of(tx.connection, round_id), homes)
        put_up = tx.rows(PUBLICATIONS, round_id=round_id)
        new = Publication(document=document, published_on=tx.today, days=shown_for)
        root = row["plan_root"] if document in ("plan", "result") else ""
        if bundle_root not in (None, root):
            return refused("office.other_bundle", tx.today, root=root or "–", found=bundle_root or "–")
        tx.insert(PUBLICATIONS, [publication_row(round_id, len(put_up) + 1, new, shown, root)])
        state = LEADS[act]
        if document == "demand" and any(p["document"] == "units" and p["withdrawn_on"] is None for p in put_up):
            state = "units_published"
        tx.update(ROUNDS, row, state=state)
        return {
            "document": document,
            "published_on": tx.today,
            "days": shown_for,
            "calendar": period.calendar,
            "last_day": end,
            "next_on": end + ONE_DAY,
            "content_hash": shown,
            "root": root,
            "state": state,
        }

    return perform(clerk, act, work, round_id=round_id, said={"days": days, "bundle": bundle_root})


def withdraw(clerk: Clerk, round_id: str, document: Document, *, reason: str) -> Done | Refused:
    """Take a document down: what it showed may be changed, and it must stand its full period anew."""
    act = f"withdraw.{document}"

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        row = round_row(tx.connection, round_id)
        if stopped := stopped_by(act, row, tx, clerk):
            return stopped
        if all(p["withdrawn_on"] for p in tx.rows(PUBLICATIONS, round_id=round_id, document=document)):
            return refused("publicity.never", document=document)
        return _take_down(tx, row, document)

    return perform(clerk, act, work, round_id=round_id, said={"reason": reason})


def _take_down(tx: Transaction, row: Row, document: Document) -> Mapping[str, Any]:
    """Withdraw the publication that is up, and put the round back to where the document is made."""
    for publication in tx.rows(PUBLICATIONS, round_id=row["round_id"], document=document):
        if publication["withdrawn_on"] is None:
            tx.update(PUBLICATIONS, publication, withdrawn_on=tx.today)
    state: str = LEADS[f"withdraw.{document}"]
    if document == "plan" and any(h["status"] == "confirmed" for h in tx.rows(HOMES, round_id=row["round_id"])):
        state = "picking"
    if document == "units" and row["state"] == "draft":
        state = "draft"
    tx.update(ROUNDS, row, state=state)
    return {"document": document, "withdrawn_on": tx.today, "state": state}


# -- objections ---------------------------------------------------------------------------------------------------


def object_to(
    clerk: Clerk,
    round_id: str,
    document: Document,
    subject: str,
    *,
    said: str,
    objection_id: str = "",
    filed_on: date | None = None,
) -> Done | Refused:
    """
    File an objection to a publication that is up: against a household, a home, or ``*`` for all of it.

    One that comes after the period is taken too, and says so: what it shows may still be wrong.
    """
    act = f"object.{document}"
    asked = {"subject": subject, "said": said, "objection_id": objection_id, "filed_on": filed_on}

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        row = round_row(tx.connection, round_id)
        if stopped := stopped_by(act, row, tx, clerk):
            return stopped
        known = tx.row(HOUSEHOLDS, round_id=round_id, household_id=subject) or tx.row(
            UNITS, round_id=round_id, unit_id=subject
        )
        if subject != "*" and known is None:
            return refused("office.no_subject", subject=subject)
        filed = tx.rows(OBJECTIONS, round_id=round_id)
        taken = {o["objection_id"] for o in filed}
        own = objection_id or next(f"YY-{n:03}" for n in range(len(taken) + 1, 10**6) if f"YY-{n:03}" not in taken)
        if own in taken:
            return refused("office.objection_there", objection_id=own)
        facts = facts_of(tx.connection, row, tx.today)
        judged = standing(facts.publications, document, facts.policy.publicity, tx.today, facts.announced)
        on = filed_on or tx.today
        if judged.published_on is None or not judged.published_on <= on <= tx.today:
            params = {"filed_on": on, "published_on": judged.published_on, "today": tx.today}
            return refused("office.filed_outside", document=document, **params)
        number = 1 + max((o["row_no"] for o in filed), default=0)
        new = Objection(objection_id=own, document=document, filed_on=on, subject=subject)
        tx.insert(OBJECTIONS, [objection_row(round_id, number, new) | {"said": said}])
        late = judged.last_day is not None and on > judged.last_day
        return {"objection_id": own, "document": document, "subject": subject, "filed_on": on, "late": late}

    return perform(clerk, act, work, round_id=round_id, said=asked)


def hear(clerk: Clerk, round_id: str, objection_id: str, *, minutes: str) -> Done | Refused:
    """Tell that an objection was heard, and what was said."""

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        found = _open_objection(tx, round_id, objection_id)
        if isinstance(found, Refused):
            return found
        tx.update(OBJECTIONS, found, heard_on=tx.today)
        return {"objection_id": objection_id, "heard_on": tx.today}

    return perform(clerk, "hear", work, round_id=round_id, said={"objection_id": objection_id, "minutes": minutes})


def resolve(clerk: Clerk, round_id: str, objection_id: str, *, upheld: bool, reason: str) -> Done | Refused:
    """
    Uphold or dismiss an objection that was heard, with the reason.

    One that is upheld takes down the document it is about, where that can still be done: what it showed is corrected,
    and stands its full period anew. One that keeps its subject out of the round stays open until the day after the
    draw: who takes part is not to be chosen when the seed can be known.
    """
    asked = {"objection_id": objection_id, "upheld": upheld, "reason": reason}

    def work(tx: Transaction) -> Mapping[str, Any] | Refused:
        found = _open_objection(tx, round_id, objection_id)
        if isinstance(found, Refused):
            return found
        if not reason.strip():
            return refused("office.no_reason", tx.today, objection_id=objection_id)
        if found["heard_on"] is None:
            return refused("office.not_heard", tx.today, objection_id=objection_id)
        row = round_row(tx.connection, round_id)
        if found["carved_out"] and (row["state"] == "frozen" or row["drawn_on"] == tx.today):
            open_on = None if row["state"] == "frozen" else tx.today + ONE_DAY
            return refused("office.carved_out", open_on, objection_id=objection_id)
        document: Document = found["document"]
        verdict = "upheld" if upheld else "dismissed"
        outcome = sentence(f"verdict.{verdict}", "zh")
        tx.update(OBJECTIONS, found, resolved_on=tx.today, verdict=verdict, outcome=outcome, reason=reason)
        figures: dict[str, Any] = {"objection_id": objection_id, "verdict": verdict, "reopened": ""}
        if upheld and row["state"] in MAY[f"withdraw.{document}"]:
            figures |= {**_take_down(tx, row, document), "reopened": document}
        return figures

    return perform(clerk, "resolve", work, round_id=round_id, said=asked)


def _open_objection(tx: Transaction, round_id: str, objection_id: str) -> Row | Refused:
    round_row(tx.connection, round_id)
    found = tx.row(OBJECTIONS, round_id=round_id, objection_id=objection_id)
    if found is None:
        return refused("office.no_objection", objection_id=objection_id)
    if found["resolved_on"] is not None:
        return refused("office.resolved", objection_id=objection_id, on=found["resolved_on"])
    return found
