"""When each subject is to be looked at again although no fact came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

DUE = "due_at IS NOT NULL"


def upgrade() -> None:
    """Add two columns; subjects of before are planned by the next sweep."""
    time = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.add_column("subjects", sa.Column("due_at", time, nullable=True))
    op.add_column("subjects", sa.Column("due_by", text, nullable=True))
    op.create_index(
        "ix_subjects_due_at",
        "subjects",
        ["due_at"],
        sqlite_where=sa.text(DUE),
        postgresql_where=sa.text(DUE),
    )


def downgrade() -> None:
    """Take them away; nothing else is known by them."""
    op.drop_index("ix_subjects_due_at", "subjects")
    op.drop_column("subjects", "due_by")
    op.drop_column("subjects", "due_at")
