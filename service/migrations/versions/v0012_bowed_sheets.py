"""Bowed sheets in photographs: kept a second time, made flat, with the way back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ONE, _TWO = "uq_seen_pages_deliverable_id_page", "uq_seen_pages_deliverable_id_page_is_flat"


def upgrade() -> None:
    """Add what leads back; photographs that came before are known as they are."""
    with op.batch_alter_table("seen_pages") as table:
        table.add_column(sa.Column("lie", sa.LargeBinary(), nullable=True))
        table.add_column(
            sa.Column("is_flat", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.drop_constraint(_ONE, type_="unique")
        table.create_unique_constraint(_TWO, ["deliverable_id", "page", "is_flat"])


def downgrade() -> None:
    """Take it away; bowed sheets are not known again afterwards."""
    op.execute(
        "DELETE FROM seen_words WHERE seq IN (SELECT seq FROM seen_pages WHERE is_flat = true)"
    )
    op.execute("DELETE FROM seen_pages WHERE is_flat = true")
    with op.batch_alter_table("seen_pages") as table:
        table.drop_constraint(_TWO, type_="unique")
        table.create_unique_constraint(_ONE, ["deliverable_id", "page"])
        table.drop_column("is_flat")
        table.drop_column("lie")
