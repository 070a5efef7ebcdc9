"""What a record says of its rounds: where each stands, what comes next, and what is missing for it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from allocation.acts import entries, select_rows
from allocation.database import (
    HANDOVERS,
    HOMES,
    HOUSEHOLDS,
    LEFT_OUT,
    META,
    OBJECTIONS,
    PUBLICATIONS,
    ROUNDS,
    SETTLEMENTS,
    TURNS,
    UNITS,
)
from allocation.ledger import balances_fen, last_closed
from allocation.messages import Lang, Reason, reason_sentence
from allocation.office import conditions_of
from allocation.publicity import CalendarUnknown, open_objections, standing
from allocation.roster import announced_of, head_of, objections, policy_of, publications, round_row, yuan
from allocation.schema import Document
from allocation.states import next_acts

if TYPE_CHECKING:
    from sqlalchemy import Connection

NOBODY = ""
"""Who asks: conditions that depend on the person are those of somebody who has done nothing yet."""


def rounds(connection: Connection) -> list[dict[str, Any]]:
    """Every round of the record, with its state."""
    return [
        {"round": row["round_id"], "title": head_of(row).title, "state": row["state"]}
        for row in select_rows(connection, ROUNDS)
    ]


def status(connection: Connection, round_id: str, today: date, lang: Lang = "zh") -> dict[str, Any]:
    """One round on a day: its publications, objections, money and homes, and what each next act still asks for."""
    row = round_row(connection, round_id)
    filed = objections(select_rows(connection, OBJECTIONS, round_id=round_id))
    homes = Counter(home["status"] for home in select_rows(connection, HOMES, round_id=round_id))
    left_out = select_rows(connection, LEFT_OUT, round_id=round_id)
    closed = last_closed(connection, round_id)
    return {
        "round": round_id,
        "title": head_of(row).title,
        "today": today.isoformat(),
        "state": row["state"],
        "households": len(select_rows(connection, HOUSEHOLDS, round_id=round_id)),
        "units": len(select_rows(connection, UNITS, round_id=round_id)),
        "frozen_on": row["frozen_on"] and row["frozen_on"].isoformat(),
        "pool_root": row["pool_root"],
        "seed": row["drawn_seed"],
        "plan_root": row["plan_root"],
        "publications": _publications(connection, row, today),
        "objections_open": [
            {"objection_id": o.objection_id, "document": o.document, "subject": o.subject, "filed_on": str(o.filed_on)}
            for o in open_objections(filed, today)
        ],
        "left_out": [_left_out(entry, lang) for entry in left_out],
        "balance_yuan": str(yuan(sum(balances_fen(connection, round_id, today).values()))),
        "last_closed": closed and closed.isoformat(),
        "turns": dict(Counter(t["outcome"] or "waiting" for t in select_rows(connection, TURNS, round_id=round_id))),
        "homes": {kind: homes[kind] for kind in sorted(homes)},
        "settled": len(select_rows(connection, SETTLEMENTS, round_id=round_id)),
        "handed_over": len(select_rows(connection, HANDOVERS, round_id=round_id)),
        "next": [_next(connection, row, act, today, lang) for act in next_acts(row["state"])],
    }


def is_drill(connection: Connection) -> bool:
    """Whether the record is one for practice."""
    return any(row["key"] == "kind" and row["value"] == "drill" for row in select_rows(connection, META))


def published_rounds(connection: Connection) -> list[dict[str, Any]]:
    """The rounds of which something was put up: nobody outside the office knows of the others."""
    return [row for row in rounds(connection) if select_rows(connection, PUBLICATIONS, round_id=row["round"])]


PUBLISHED = ("round", "title", "today", "state", "households", "units", "publications", "turns")


def published_status(connection: Connection, round_id: str, today: date) -> dict[str, Any]:
    """What everybody may know of a round: counts and days; of what is missing and objected to only how many."""
    found = status(connection, round_id, today)
    shown = {name: found[name] for name in PUBLISHED}
    shown["objections"] = len(found["objections_open"])
    shown["next"] = [{**step, "missing": len(step["missing"])} for step in found["next"]]
    return shown


def _publications(connection: Connection, row: Mapping[str, Any], today: date) -> list[dict[str, Any]]:
    put_up = select_rows(connection, PUBLICATIONS, round_id=row["round_id"])
    policy, announced, known = policy_of(dict(row)), announced_of(dict(row)), publications(put_up)
    found: list[dict[str, Any]] = []
    for given in sorted({p["document"] for p in put_up}):
        document: Document = given
        try:
            judged = standing(known, document, policy.publicity, today, announced)
        except CalendarUnknown as unknown:
            found.append({"document": document, "stood": False, "calendar_unknown": unknown.year})
            continue
        days = {"published_on": judged.published_on, "last_day": judged.last_day}
        shown = {name: day and day.isoformat() for name, day in days.items()}
        found.append({"document": document, "stood": judged.stood, **shown})
    return found


def _left_out(entry: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    reasons = [Reason(code=code, params=params) for code, params in json.loads(entry["reasons"])]
    return {
        entry["kind"]: entry["subject"],
        "reasons": [reason.code for reason in reasons],
        "explained": [reason_sentence(reason, lang) for reason in reasons],
    }


def _next(connection: Connection, row: Mapping[str, Any], act: str, today: date, lang: Lang) -> dict[str, Any]:
    """An act that leads on, and what it still asks for."""
    found = conditions_of(connection, dict(row), act, today, NOBODY)
    if found is None:
        return {"act": act, "open": True, "missing": [], "earliest": today.isoformat()}
    return {
        "act": act,
        "open": False,
        "missing": [reason_sentence(reason, lang) for reason in found.reasons],
        "earliest": found.earliest and found.earliest.isoformat(),
    }


def log_rows(connection: Connection, round_id: str, last: int) -> list[dict[str, Any]]:
    """The newest ``last`` entries of the log, of a round or of all: who did what when, and what it changed."""
    rows = list(entries(connection, round_id=round_id))[-last:]
    found = []
    for row in rows:
        body = json.loads(row["body"])
        found.append(
            {
                "number": row["number"],
                "at": row["at"],
                "who": row["who"],
                "act": row["act"],
                "round": row["round_id"],
                "outcome": row["outcome"],
                "said": body["said"],
                "changes": len(body["changes"]),
                "reasons": [code for code, _ in body.get("reasons", ())],
                "hash": row["hash"],
            }
        )
    return found
