"""The registry of models: which were verified, and which one pays from when on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two tables; without a model the card's rule of high value alone pays, as before."""
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    time = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
    op.create_table(
        "models",
        sa.Column("id", text, nullable=False),
        sa.Column("name", text, nullable=False),
        sa.Column("sha256", text, nullable=False),
        sa.Column("archive_sha256", text, nullable=False),
        sa.Column("archive_size", whole, nullable=False),
        sa.Column("public_key", text, nullable=False),
        sa.Column("author", text, nullable=False),
        sa.Column("data_sha256", text, nullable=False),
        sa.Column("code", text, nullable=False),
        sa.Column("metrics", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("not_asked", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("registered_at", time, nullable=False),
        sa.Column("registered_by", text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_models"),
        sa.UniqueConstraint("name", "sha256", name="uq_models_name_sha256"),
    )
    op.create_table(
        "model_events",
        sa.Column("id", text, nullable=False),
        sa.Column("name", text, nullable=False),
        sa.Column("turn", whole, nullable=False),
        sa.Column("step", text, nullable=False),
        sa.Column("model_id", text, nullable=True),
        sa.Column("at", time, nullable=False),
        sa.Column("person_id", text, nullable=False),
        sa.Column("reason", text, nullable=False),
        sa.Column("proposal", whole, nullable=True),
        sa.Column("signs_for", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_model_events"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_model_events_model_id"),
        sa.UniqueConstraint("name", "turn", name="uq_model_events_name_turn"),
    )


def downgrade() -> None:
    """Take them away; the archives stay in the storage."""
    op.drop_table("model_events")
    op.drop_table("models")
