"""Payments: coefficients that are fixed, with all that decided about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    time = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
    op.create_table(
        "payments",
        sa.Column("id", text, nullable=False),
        sa.Column("order_id", text, nullable=False),
        sa.Column("turn", whole, nullable=False),
        sa.Column("customer", text, nullable=False),
        sa.Column("period", whole, nullable=False),
        sa.Column("closed_at", time, nullable=False),
        sa.Column("value", whole, nullable=False),
        sa.Column("currency", text, nullable=True),
        sa.Column("coefficient", sa.Double(), nullable=False),
        sa.Column("fallback", sa.Boolean(), nullable=False),
        sa.Column("model_sha256", text, nullable=True),
        sa.Column("archive_sha256", text, nullable=True),
        sa.Column("data_sha256", text, nullable=True),
        sa.Column("card", text, nullable=False),
        sa.Column("card_sha256", text, nullable=False),
        sa.Column("offset_version", whole, nullable=True),
        sa.Column("limit_value", sa.Double(), nullable=True),
        sa.Column("inputs", text, nullable=False),
        sa.Column("figures", text, nullable=False),
        sa.Column("reasons", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("paid_at", time, nullable=False),
        sa.Column("paid_by", text, nullable=False),
        sa.Column("replaces", text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_payments"),
        sa.ForeignKeyConstraint(["replaces"], ["payments.id"], name="fk_payments_replaces"),
        sa.UniqueConstraint("order_id", "turn", name="uq_payments_order_id_turn"),
    )
    op.create_index("ix_payments_customer_period", "payments", ["customer", "period"])
    op.create_index("ix_payments_period", "payments", ["period"])


def downgrade() -> None:
    """Take it away; cards and models stay in the storage."""
    op.drop_table("payments")
