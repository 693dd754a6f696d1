"""Films that were seen before: how each moves, points of some frames, and an index of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two tables; films that came before this version are known by their bytes only."""
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "seen_films",
        sa.Column("seq", whole, autoincrement=False, nullable=False),
        sa.Column("deliverable_id", text, nullable=False),
        sa.Column("width", whole, nullable=False),
        sa.Column("height", whole, nullable=False),
        sa.Column("times", sa.LargeBinary(), nullable=False),
        sa.Column("smalls", sa.LargeBinary(), nullable=False),
        sa.Column("points", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_seen_films"),
        sa.ForeignKeyConstraint(
            ["deliverable_id"], ["deliverables.id"], name="fk_seen_films_deliverable_id"
        ),
        sa.UniqueConstraint("deliverable_id", name="uq_seen_films_deliverable_id"),
    )
    op.create_table(
        "seen_film_words",
        sa.Column("word", whole, autoincrement=False, nullable=False),
        sa.Column("seq", whole, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("word", "seq", name="pk_seen_film_words"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take them away; films are not known again afterwards."""
    op.drop_table("seen_film_words")
    op.drop_table("seen_films")
