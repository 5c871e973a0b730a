"""Parts: an occurrence of a series may be known by an id of its own, beside that of the series.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

EXACT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
HAS_PART = sa.text("part != ''")


def upgrade() -> None:
    op.add_column("holding", sa.Column("part", EXACT, nullable=False, server_default=""))
    op.create_index(
        op.f("ix_holding_stream_id_part"), "holding", ["stream_id", "part"], sqlite_where=HAS_PART, postgresql_where=HAS_PART
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_holding_stream_id_part"), "holding")
    with op.batch_alter_table("holding") as holding:
        holding.drop_column("part")
