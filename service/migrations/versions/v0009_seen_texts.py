"""Texts that were seen before: stretches of their words as numbers, and an index of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two tables; texts that came before this version are not known again."""
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "seen_texts",
        sa.Column("seq", whole, autoincrement=False, nullable=False),
        sa.Column("deliverable_id", text, nullable=False),
        sa.Column("shingles", sa.LargeBinary(), nullable=False),
        sa.Column("is_copy", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_seen_texts"),
        sa.ForeignKeyConstraint(
            ["deliverable_id"], ["deliverables.id"], name="fk_seen_texts_deliverable_id"
        ),
        sa.UniqueConstraint("deliverable_id", name="uq_seen_texts_deliverable_id"),
    )
    op.create_table(
        "seen_shingles",
        sa.Column("shingle", whole, autoincrement=False, nullable=False),
        sa.Column("seq", whole, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("shingle", "seq", name="pk_seen_shingles"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take them away; texts are not known again afterwards."""
    op.drop_table("seen_shingles")
    op.drop_table("seen_texts")
