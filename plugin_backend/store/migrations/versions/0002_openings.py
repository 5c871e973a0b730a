"""Openings: what the reply estimate counts.

Nothing is filled in here: the version of the rules has moved on, so that every relationship is read anew, and its openings with it.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opening",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("came_before", sa.String(), nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name=op.f("fk_opening_owner_id_owner"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_opening_person_id_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "number", name=op.f("pk_opening")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_opening_owner_id_came_before_company_at_answered_at"),
        "opening",
        ["owner_id", "came_before", "company", "at", "answered_at"],
    )


def downgrade() -> None:
    op.drop_table("opening")
