"""What models that stood beside the champion would have paid."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    time = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
    op.create_table(
        "shadow_scores",
        sa.Column("id", text, nullable=False),
        sa.Column("model_id", text, nullable=False),
        sa.Column("payment_id", text, nullable=False),
        sa.Column("scored_at", time, nullable=False),
        sa.Column("inputs", text, nullable=True),
        sa.Column("figures", text, nullable=True),
        sa.Column("trouble", text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_shadow_scores"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_shadow_scores_model_id"),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name="fk_shadow_scores_payment_id"
        ),
        sa.UniqueConstraint("model_id", "payment_id", name="uq_shadow_scores_model_id_payment_id"),
    )


def downgrade() -> None:
    """Take it away; nothing was ever paid by it."""
    op.drop_table("shadow_scores")
