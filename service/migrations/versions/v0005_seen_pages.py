"""Pages that were seen before: what they are known again by, and an index of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two tables; what came before this version is known by its bytes only."""
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "seen_pages",
        sa.Column("seq", whole, autoincrement=False, nullable=False),
        sa.Column("deliverable_id", text, nullable=False),
        sa.Column("page", whole, nullable=False),
        sa.Column("width", sa.Double(), nullable=False),
        sa.Column("height", sa.Double(), nullable=False),
        sa.Column("points", sa.LargeBinary(), nullable=False),
        sa.Column("small_width", whole, nullable=False),
        sa.Column("small_height", whole, nullable=False),
        sa.Column("small", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_seen_pages"),
        sa.ForeignKeyConstraint(
            ["deliverable_id"], ["deliverables.id"], name="fk_seen_pages_deliverable_id"
        ),
        sa.UniqueConstraint("deliverable_id", "page", name="uq_seen_pages_deliverable_id_page"),
    )
    op.create_table(
        "seen_words",
        sa.Column("word", whole, autoincrement=False, nullable=False),
        sa.Column("seq", whole, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("word", "seq", name="pk_seen_words"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take them away; pages are not known again afterwards."""
    op.drop_table("seen_words")
    op.drop_table("seen_pages")
