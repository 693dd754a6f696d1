"""What must be in a file that a stage asks for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nothing was asked of what is in a file before."""
    op.add_column(
        "requirements",
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False, server_default="{}"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_column("requirements", "content")
