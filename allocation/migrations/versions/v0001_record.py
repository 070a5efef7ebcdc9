"""The record: log, rounds, publications, objections, ledger, homes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0001"
down_revision = None

APPEND_ONLY = ("log", "ledger")


def upgrade() -> None:
    """Make every table, and the triggers that keep the log and the ledger as they were written."""
    _tables()
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for word in ("update", "delete"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{word} BEFORE {word.upper()} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION anju_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION anju_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION anju_append_only()"
        )


def _tables() -> None:
    op.create_table(
        "head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=("ck_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=("pk_head")),
    )
    op.create_table(
        "log",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("command_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("prev", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=("pk_log")),
        sa.UniqueConstraint("command_id", name=("uq_log_command_id")),
    )
    op.create_index("ix_log_round_id", "log", ["round_id", "act"], unique=False)
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=("pk_meta")),
    )
    op.create_table(
        "rounds",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("announced", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("pool_root", sa.Text(), nullable=False),
        sa.Column("frozen_on", sa.Date(), nullable=True),
        sa.Column("drawn_on", sa.Date(), nullable=True),
        sa.Column("drawn_seed", sa.Text(), nullable=False),
        sa.Column("draw_plan", sa.Text(), nullable=False),
        sa.Column("plan_root", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", name=("pk_rounds")),
    )
    op.create_table(
        "day_ends",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("household_id", sa.Text(), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.round_id"], name=("fk_day_ends_rounds")),
        sa.PrimaryKeyConstraint("round_id", "day", "household_id", name=("pk_day_ends")),
    )
    op.create_table(
        "households",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("household_id", sa.Text(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.round_id"], name=("fk_households_rounds")),
        sa.PrimaryKeyConstraint("round_id", "household_id", name=("pk_households")),
    )
    op.create_table(
        "left_out",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.round_id"], name=("fk_left_out_rounds")),
        sa.PrimaryKeyConstraint("round_id", "kind", "subject", name=("pk_left_out")),
    )
    op.create_table(
        "lists",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("row_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("household_id", sa.Text(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.round_id"], name=("fk_lists_rounds")),
        sa.PrimaryKeyConstraint("round_id", "name", "row_no", name=("pk_lists")),
    )
    op.create_index("ix_lists_household", "lists", ["round_id", "household_id"], unique=False)
    op.create_table(
        "objections",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("objection_id", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("heard_on", sa.Date(), nullable=True),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("carved_out", sa.Boolean(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.round_id"], name=("fk_objections_rounds")),
        sa.PrimaryKeyConstraint("round_id", "objection_id", name=("pk_objections")),
    )
    op.create_table(
        "publications",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("publication_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("bundle_root", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.round_id"], name=("fk_publications_rounds")),
        sa.PrimaryKeyConstraint("round_id", "publication_no", name=("pk_publications")),
    )
    op.create_table(
        "units",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.round_id"], name=("fk_units_rounds")),
        sa.PrimaryKeyConstraint("round_id", "unit_id", name=("pk_units")),
    )
    op.create_table(
        "handovers",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("household_id", sa.Text(), nullable=False),
        sa.Column("handed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id", "household_id"],
            ["households.round_id", "households.household_id"],
            name=("fk_handovers_households"),
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.round_id"], name=("fk_handovers_rounds")),
        sa.PrimaryKeyConstraint("round_id", "unit_id", name=("pk_handovers")),
    )
    op.create_table(
        "homes",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("home_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("household_id", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id", "household_id"],
            ["households.round_id", "households.household_id"],
            name=("fk_homes_households"),
        ),
        sa.ForeignKeyConstraint(["round_id", "unit_id"], ["units.round_id", "units.unit_id"], name=("fk_homes_units")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.round_id"], name=("fk_homes_rounds")),
        sa.PrimaryKeyConstraint("round_id", "home_no", name=("pk_homes")),
    )
    op.create_index(
        "ix_homes_given_once",
        "homes",
        ["project", "unit_id"],
        unique=True,
        sqlite_where=sa.text("status <> 'void'"),
        postgresql_where=sa.text("status <> 'void'"),
    )
    op.create_index("ix_homes_household", "homes", ["round_id", "household_id"], unique=False)
    op.create_table(
        "ledger",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("entry_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("receipt_no", sa.Text(), nullable=False),
        sa.Column("household_id", sa.Text(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("corrects", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id", "household_id"],
            ["households.round_id", "households.household_id"],
            name=("fk_ledger_households"),
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.round_id"], name=("fk_ledger_rounds")),
        sa.PrimaryKeyConstraint("round_id", "entry_no", name=("pk_ledger")),
        sa.UniqueConstraint("round_id", "receipt_no", name=("uq_ledger_round_id")),
    )
    op.create_index("ix_ledger_household", "ledger", ["round_id", "household_id"], unique=False)
    op.create_table(
        "settlements",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("household_id", sa.Text(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("final_fen", sa.BigInteger(), nullable=False),
        sa.Column("measured", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id", "household_id"],
            ["households.round_id", "households.household_id"],
            name=("fk_settlements_households"),
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.round_id"], name=("fk_settlements_rounds")),
        sa.PrimaryKeyConstraint("round_id", "household_id", name=("pk_settlements")),
    )
    op.create_table(
        "turns",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("household_id", sa.Text(), nullable=False),
        sa.Column("order_no", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id", "household_id"],
            ["households.round_id", "households.household_id"],
            name=("fk_turns_households"),
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.round_id"], name=("fk_turns_rounds")),
        sa.PrimaryKeyConstraint("round_id", "household_id", name=("pk_turns")),
        sa.UniqueConstraint("round_id", "order_no", name=("uq_turns_round_id")),
    )
