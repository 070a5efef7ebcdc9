"""
The tables of the office's record, for SQLite and PostgreSQL alike.

A row of a round's table is kept as one canonical JSON text (``data``), so that a column more in ``allocation.schema``
asks for no other database; what the record itself looks for stands in columns of its own. Money is whole fen. The log
and the ledger are append-only: triggers refuse every change of a row that is in, whoever asks. A home stands in one
allocation at a time: a unique index refuses the second.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
APPEND_ONLY = ("log", "ledger")
"""Tables whose rows are never changed or removed once they are in."""


def _round() -> Column[str]:
    return Column("round_id", Text, primary_key=True)


def _of_round(name: str, *rest: Column[Any] | Index | UniqueConstraint | ForeignKeyConstraint) -> Table:
    return Table(name, METADATA, _round(), *rest, ForeignKeyConstraint(["round_id"], ["rounds.round_id"]))


def _of_household() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["round_id", "household_id"], ["households.round_id", "households.household_id"])


# -- the record itself --------------------------------------------------------------------------------------------

META = Table("meta", METADATA, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))
"""``record_id``: who this record is, for its anchor; ``kind``: office, or drill with a clock that is set by hand."""

HEAD = Table(
    "head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    Column("at", Text, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
"""The last entry of the log. Whoever writes locks this row first: acts come one after the other."""

LOG = Table(
    "log",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("round_id", Text, nullable=False),
    Column("command_id", Text, nullable=False, unique=True),
    Column("outcome", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("prev", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("ix_log_round_id", "round_id", "act"),
)

ROUNDS = Table(
    "rounds",
    METADATA,
    Column("round_id", Text, primary_key=True),
    Column("head", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("announced", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("pool_root", Text, nullable=False),
    Column("frozen_on", Date),
    Column("drawn_on", Date),
    Column("drawn_seed", Text, nullable=False),
    Column("draw_plan", Text, nullable=False),
    Column("plan_root", Text, nullable=False),
)
"""``head``, ``policy``, ``announced``: as imported; the rest is what the round's acts made. ``draw_plan``: 摇号方案."""

# -- what was imported --------------------------------------------------------------------------------------------

HOUSEHOLDS = _of_round(
    "households",
    Column("household_id", Text, primary_key=True),
    Column("row_no", Integer, nullable=False),
    Column("data", Text, nullable=False),
)

UNITS = _of_round(
    "units",
    Column("unit_id", Text, primary_key=True),
    Column("row_no", Integer, nullable=False),
    Column("project", Text, nullable=False),
    Column("layout", Text, nullable=False),
    Column("data", Text, nullable=False),
)

LISTS = _of_round(
    "lists",
    Column("name", Text, primary_key=True),
    Column("row_no", Integer, primary_key=True, autoincrement=False),
    Column("household_id", Text),
    Column("data", Text, nullable=False),
    Index("ix_lists_household", "round_id", "household_id"),
)
"""The tables whose rows have no id: persons, demand, choices, and what an auditor compares a round with."""

IMPORTED = (HOUSEHOLDS, UNITS, LISTS)
"""What a clerk corrects by ``revise``."""

# -- what happens in a round --------------------------------------------------------------------------------------

PUBLICATIONS = _of_round(
    "publications",
    Column("publication_no", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
    Column("published_on", Date, nullable=False),
    Column("days", Integer, nullable=False),
    Column("withdrawn_on", Date),
    Column("content_hash", Text, nullable=False),
    Column("bundle_root", Text, nullable=False),
    Column("extra", Text, nullable=False),
)

OBJECTIONS = _of_round(
    "objections",
    Column("objection_id", Text, primary_key=True),
    Column("document", Text, nullable=False),
    Column("filed_on", Date, nullable=False),
    Column("subject", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("heard_on", Date),
    Column("resolved_on", Date),
    Column("verdict", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("carved_out", Boolean, nullable=False),
    Column("row_no", Integer, nullable=False),
    Column("extra", Text, nullable=False),
)

LEDGER = _of_round(
    "ledger",
    Column("entry_no", Integer, primary_key=True, autoincrement=False),
    Column("receipt_no", Text, nullable=False),
    Column("household_id", Text, nullable=False),
    Column("paid_on", Date, nullable=False),
    Column("booked_on", Date, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("corrects", Text, nullable=False),
    Column("extra", Text, nullable=False),
    UniqueConstraint("round_id", "receipt_no"),
    Index("ix_ledger_household", "round_id", "household_id"),
    _of_household(),
)

"""``paid_on`` is the day of the receipt, which counts for the gates; ``booked_on`` the day it was entered."""

DAY_ENDS = _of_round(
    "day_ends",
    Column("day", Date, primary_key=True),
    Column("household_id", Text, primary_key=True),
    Column("balance_fen", BigInteger, nullable=False),
)
"""日结: what the entries booked by the end of a closed day sum to; ``*`` is the total, households where it changed."""

TURNS = _of_round(
    "turns",
    Column("household_id", Text, primary_key=True),
    Column("order_no", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    UniqueConstraint("round_id", "order_no"),
    _of_household(),
)
"""The order of choosing; ``outcome`` blank, chosen, waived, void, absent or left_out."""

LEFT_OUT = _of_round(
    "left_out",
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("reasons", Text, nullable=False),
)

HOMES = _of_round(
    "homes",
    Column("home_no", Integer, primary_key=True, autoincrement=False),
    Column("unit_id", Text, nullable=False),
    Column("project", Text, nullable=False),
    Column("household_id", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Index(
        "ix_homes_given_once", "project", "unit_id", unique=True,
        sqlite_where=text("status <> 'void'"), postgresql_where=text("status <> 'void'"),
    ),
    Index("ix_homes_household", "round_id", "household_id"),
    _of_household(),
    ForeignKeyConstraint(["round_id", "unit_id"], ["units.round_id", "units.unit_id"]),
)  # fmt: skip
"""Homes given: planned by the solve, held and confirmed by a pick; void ones stay for the record."""

SETTLEMENTS = _of_round(
    "settlements",
    Column("household_id", Text, primary_key=True),
    Column("settled_on", Date, nullable=False),
    Column("price_fen", BigInteger, nullable=False),
    Column("final_fen", BigInteger, nullable=False),
    Column("measured", Text, nullable=False),
    _of_household(),
)

HANDOVERS = _of_round(
    "handovers",
    Column("unit_id", Text, primary_key=True),
    Column("household_id", Text, nullable=False),
    Column("handed_on", Date, nullable=False),
    _of_household(),
)

TABLES = {
    table.name: table
    for table in (
        META, ROUNDS, *IMPORTED, PUBLICATIONS, OBJECTIONS, LEDGER, DAY_ENDS, TURNS, LEFT_OUT, HOMES, SETTLEMENTS,
        HANDOVERS,
    )
}  # fmt: skip
"""What the log tells the history of: everything but the log, its head and the version."""


def trigger_names(dialect: str) -> set[str]:
    """The names of the triggers that make them so, as the migrations gave them: the audit looks for them."""
    words = ("update", "delete") if dialect == "sqlite" else ("change", "truncate")
    return {f"{table}_no_{word}" for table in APPEND_ONLY for word in words}
