"""Streams: an account may have several cursors, its items are known by the provider's ids, and a lease says who reads it.

What was an account's own state becomes that of its one stream.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EXACT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
MOVED = ("cursor", "epoch", "pass_open", "last_success_at", "last_error")


def upgrade() -> None:
    op.create_table(
        "stream",
        sa.Column("id", ROW, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", EXACT, nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("trusted_from", sa.Integer(), nullable=False),
        sa.Column("pass_open", sa.Boolean(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("reached_at", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("verified_at", sa.BigInteger(), nullable=True),
        sa.Column("last_success_at", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("next_try_at", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_stream_account_id_account"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_stream_owner_id_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stream")),
        sa.UniqueConstraint("account_id", "name", name=op.f("uq_stream_account_id_name")),
    )
    op.execute(
        "INSERT INTO stream (owner_id, account_id, name, label, cursor, epoch, trusted_from, pass_open, done, total, last_success_at,"
        " last_error, failures)"
        " SELECT owner_id, id, '', '', cursor, epoch, 0, pass_open, 0, 0, last_success_at, last_error, 0 FROM account"
    )
    op.create_table(
        "pending",
        sa.Column("stream_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item", EXACT, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("parked", sa.Boolean(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_pending_owner_id_owner"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["stream_id"], ["stream.id"], name=op.f("fk_pending_stream_id_stream"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("stream_id", "item", name=op.f("pk_pending")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "CREATE TABLE held_before AS SELECT stream.id AS stream_id, holding.exchange_id, holding.owner_id, holding.seen_epoch"
        " FROM holding JOIN stream ON stream.account_id = holding.account_id"
    )
    op.drop_table("holding")
    op.create_table(
        "holding",
        sa.Column("stream_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item", EXACT, nullable=False),
        *_of_holding(),
        sa.ForeignKeyConstraint(["stream_id"], ["stream.id"], name=op.f("fk_holding_stream_id_stream"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("stream_id", "item", "exchange_id", name=op.f("pk_holding")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_holding_exchange_id"), "holding", ["exchange_id"])
    op.execute(
        "INSERT INTO holding (stream_id, item, exchange_id, owner_id, seen_epoch)"
        " SELECT stream_id, '', exchange_id, owner_id, seen_epoch FROM held_before"
    )
    op.drop_table("held_before")
    for name in MOVED:
        op.drop_column("account", name)
    op.add_column("account", sa.Column("lease_holder", sa.String(), nullable=True))
    op.add_column("account", sa.Column("lease_until", sa.BigInteger(), nullable=True))
    op.add_column("account", sa.Column("spending", sa.Text(), nullable=True))


def downgrade() -> None:
    for name in ("spending", "lease_until", "lease_holder"):
        op.drop_column("account", name)
    op.add_column("account", sa.Column("cursor", sa.Text(), nullable=True))
    op.add_column("account", sa.Column("epoch", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("account", sa.Column("pass_open", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("account", sa.Column("last_success_at", sa.BigInteger(), nullable=True))
    op.add_column("account", sa.Column("last_error", sa.Text(), nullable=True))
    for name in MOVED:
        op.execute(
            f"UPDATE account SET {name} = (SELECT stream.{name} FROM stream WHERE stream.account_id = account.id AND stream.name = '')"  # noqa: S608 - our own words
            " WHERE EXISTS (SELECT 1 FROM stream WHERE stream.account_id = account.id AND stream.name = '')"
        )
    op.execute(
        "CREATE TABLE held_before AS SELECT stream.account_id, holding.exchange_id, holding.owner_id, max(holding.seen_epoch) AS seen_epoch"
        " FROM holding JOIN stream ON stream.id = holding.stream_id GROUP BY stream.account_id, holding.exchange_id, holding.owner_id"
    )
    op.drop_table("holding")
    op.create_table(
        "holding",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        *_of_holding(),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_holding_account_id_account"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "exchange_id", name=op.f("pk_holding")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_holding_exchange_id"), "holding", ["exchange_id"])
    op.execute(
        "INSERT INTO holding (account_id, exchange_id, owner_id, seen_epoch)"
        " SELECT account_id, exchange_id, owner_id, seen_epoch FROM held_before"
    )
    op.drop_table("held_before")
    op.drop_table("pending")
    op.drop_table("stream")


def _of_holding() -> tuple[sa.Column[int] | sa.ForeignKeyConstraint, ...]:
    """What the table has both before and after."""
    return (
        sa.Column("exchange_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_epoch", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name=op.f("fk_holding_exchange_id_exchange"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_holding_owner_id_owner"), ondelete="CASCADE"),
    )
