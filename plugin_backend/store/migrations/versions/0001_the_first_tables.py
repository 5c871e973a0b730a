"""The first tables.

Revision ID: 0001
Revises: nothing
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EXACT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def _known(column: str) -> dict[str, Any]:
    known = sa.text(f"{column} IS NOT NULL")
    return {"sqlite_where": known, "postgresql_where": known}


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed_check", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_root", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "owner",
        sa.Column("id", ROW, nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("addresses", sa.Text(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("colleague_domains", sa.Text(), nullable=False),
        sa.Column("colleague_addresses", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owner")),
    )
    op.create_table(
        "account",
        sa.Column("id", ROW, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("connector", sa.String(), nullable=False),
        sa.Column("locator", sa.String(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("pass_open", sa.Boolean(), nullable=False),
        sa.Column("last_success_at", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_account_owner_id_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("owner_id", "connector", "locator", name=op.f("uq_account_owner_id_connector_locator")),
    )
    op.create_table(
        "brief_memory",
        sa.Column("id", ROW, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("event", EXACT, nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_brief_memory_owner_id_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brief_memory")),
        sa.UniqueConstraint("owner_id", "person", "event", name=op.f("uq_brief_memory_owner_id_person_event")),
    )
    op.create_table(
        "correction",
        sa.Column("id", ROW, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("addresses", sa.Text(), nullable=False),
        sa.Column("exchange", EXACT, nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("on_day", sa.BigInteger(), nullable=True),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_correction_owner_id_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("owner_id", "key", name=op.f("uq_correction_owner_id_key")),
    )
    op.create_table(
        "exchange",
        sa.Column("id", ROW, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", EXACT, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("outgoing", sa.Boolean(), nullable=False),
        sa.Column("human", sa.Boolean(), nullable=False),
        sa.Column("audience", sa.Integer(), nullable=False),
        sa.Column("substances", sa.String(), nullable=False),
        sa.Column("sender", EXACT, nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=True),
        sa.Column("starts_at", sa.BigInteger(), nullable=True),
        sa.Column("series", EXACT, nullable=True),
        sa.Column("answered", EXACT, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_exchange_owner_id_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange")),
        sa.UniqueConstraint("owner_id", "external_id", name=op.f("uq_exchange_owner_id_external_id")),
    )
    op.create_index(op.f("ix_exchange_owner_id_answered"), "exchange", ["owner_id", "answered"], **_known("answered"))
    op.create_index(op.f("ix_exchange_owner_id_at_id"), "exchange", ["owner_id", "at", "id"])
    op.create_index(op.f("ix_exchange_owner_id_series_at"), "exchange", ["owner_id", "series", "at"], **_known("series"))
    op.create_index(op.f("ix_exchange_owner_id_starts_at"), "exchange", ["owner_id", "starts_at"], **_known("starts_at"))

    op.create_table(
        "login",
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_login_owner_id_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_login")),
    )
    op.create_table(
        "person",
        sa.Column("id", ROW, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("stale_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_person_owner_id_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("owner_id", "key", name=op.f("uq_person_owner_id_key")),
    )
    op.create_index(op.f("ix_person_owner_id_rules_version_stale_at"), "person", ["owner_id", "rules_version", "stale_at"])

    op.create_table(
        "session",
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_session_owner_id_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_session")),
    )
    op.create_table(
        "token",
        sa.Column("id", ROW, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_token_owner_id_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("owner_id", "key", name=op.f("uq_token_owner_id_key")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_token_secret_hash")),
    )
    op.create_table(
        "address",
        sa.Column("id", ROW, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("address", EXACT, nullable=False),
        sa.Column("behind", sa.SmallInteger(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("wrote_at", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_address_owner_id_owner"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_address_person_id_person"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
        sa.UniqueConstraint("owner_id", "address", name=op.f("uq_address_owner_id_address")),
    )
    op.create_index(op.f("ix_address_owner_id_domain_wrote_at"), "address", ["owner_id", "domain", "wrote_at"])
    op.create_index(op.f("ix_address_owner_id_name_key"), "address", ["owner_id", "name_key"])
    op.create_index(op.f("ix_address_person_id"), "address", ["person_id"])

    op.create_table(
        "holding",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("exchange_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_epoch", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_holding_account_id_account"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name=op.f("fk_holding_exchange_id_exchange"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_holding_owner_id_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "exchange_id", name=op.f("pk_holding")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_holding_exchange_id"), "holding", ["exchange_id"])

    op.create_table(
        "problem",
        sa.Column("id", ROW, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_problem_account_id_account"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_problem_owner_id_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem")),
        sa.UniqueConstraint("account_id", "place", name=op.f("uq_problem_account_id_place")),
    )
    op.create_table(
        "projection",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("computed_at", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=True),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("highest", sa.String(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("sealed_because", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_relationship", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_projection_owner_id_owner"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_projection_person_id_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_projection")),
    )
    op.create_index(op.f("ix_projection_owner_id_last_at_person_id"), "projection", ["owner_id", "last_at", "person_id"])
    op.create_index(op.f("ix_projection_owner_id_stage_last_at_person_id"), "projection", ["owner_id", "stage", "last_at", "person_id"])

    op.create_table(
        "address_name",
        sa.Column("id", ROW, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("address_id", sa.BigInteger(), nullable=False),
        sa.Column("name", EXACT, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("latest", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_address_name_address_id_address"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_address_name_owner_id_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_name")),
        sa.UniqueConstraint("address_id", "name", name=op.f("uq_address_name_address_id_name")),
    )
    op.create_table(
        "alias_evidence",
        sa.Column("id", ROW, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("low_id", sa.BigInteger(), nullable=False),
        sa.Column("high_id", sa.BigInteger(), nullable=False),
        sa.Column("exchange_id", sa.BigInteger(), nullable=False),
        sa.Column("answered_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["answered_id"], ["exchange.id"], name=op.f("fk_alias_evidence_answered_id_exchange"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name=op.f("fk_alias_evidence_exchange_id_exchange"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["high_id"], ["address.id"], name=op.f("fk_alias_evidence_high_id_address"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["low_id"], ["address.id"], name=op.f("fk_alias_evidence_low_id_address"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_alias_evidence_owner_id_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alias_evidence")),
    )
    op.create_index(op.f("ix_alias_evidence_answered_id"), "alias_evidence", ["answered_id"])
    op.create_index(op.f("ix_alias_evidence_exchange_id"), "alias_evidence", ["exchange_id"])
    op.create_index(op.f("ix_alias_evidence_high_id"), "alias_evidence", ["high_id"])
    op.create_index(op.f("ix_alias_evidence_low_id"), "alias_evidence", ["low_id"])

    op.create_table(
        "participation",
        sa.Column("exchange_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("address_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("seats", sa.SmallInteger(), nullable=False),
        sa.Column("name_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_participation_address_id_address"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name=op.f("fk_participation_exchange_id_exchange"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_participation_owner_id_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("exchange_id", "address_id", name=op.f("pk_participation")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_participation_owner_id_address_id_at_exchange_id"), "participation", ["owner_id", "address_id", "at", "exchange_id"]
    )


def downgrade() -> None:
    op.drop_table("participation")
    op.drop_table("alias_evidence")
    op.drop_table("address_name")
    op.drop_table("projection")
    op.drop_table("problem")
    op.drop_table("holding")
    op.drop_table("address")
    op.drop_table("token")
    op.drop_table("session")
    op.drop_table("person")
    op.drop_table("login")
    op.drop_table("exchange")
    op.drop_table("correction")
    op.drop_table("brief_memory")
    op.drop_table("account")
    op.drop_table("owner")
    op.drop_table("installation")
