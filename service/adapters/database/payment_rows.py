"""`ports.payments.Payments`, and its table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from service.adapters.database.columns import columns
from service.adapters.database.rows import TableRows
from service.adapters.database.tables import METADATA
from service.payment_records import Payment, ShadowScore

if TYPE_CHECKING:
    from datetime import datetime

    from service.adapters.database.scope import Scope
    from service.ports.rows import Rows

PAYMENTS = sa.Table(
    "payments",
    METADATA,
    *columns(Payment),
    sa.ForeignKeyConstraint(["replaces"], ["payments.id"]),
    sa.UniqueConstraint("order_id", "turn"),
    sa.Index(None, "customer", "period"),
    sa.Index(None, "period"),
)
SHADOW_SCORES = sa.Table(
    "shadow_scores",
    METADATA,
    *columns(ShadowScore),
    sa.ForeignKeyConstraint(["model_id"], ["models.id"]),
    sa.ForeignKeyConstraint(["payment_id"], ["payments.id"]),
    sa.UniqueConstraint("model_id", "payment_id"),
)


class TablePayments:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self.rows: Rows[Payment] = TableRows(scope, PAYMENTS, Payment)
        self.shadows: Rows[ShadowScore] = TableRows(scope, SHADOW_SCORES, ShadowScore)

    def sums(self, *, before: int, since: datetime) -> tuple[int, ...]:
        table = PAYMENTS.c
        query = (
            sa.select(sa.func.sum(table.value))
            .where(table.turn == 1, table.period < before)
            .group_by(table.customer, table.period)
            .having(sa.func.max(table.closed_at) >= sa.literal(since, table.closed_at.type))
        )
        return tuple(int(one) for one in self._scope.connection.execute(query).scalars())

    def currency(self) -> str | None:
        table = PAYMENTS.c
        query = sa.select(table.currency).where(table.currency.is_not(None)).limit(1)
        found: str | None = self._scope.connection.execute(query).scalar()
        return found

    def limit(self, period: int, card_sha256: str) -> float | None:
        table = PAYMENTS.c
        query = (
            sa.select(table.limit_value)
            .where(table.period == period, table.card_sha256 == card_sha256)
            .where(table.limit_value.is_not(None))
            .order_by(table.id)
            .limit(1)
        )
        found: float | None = self._scope.connection.execute(query).scalar()
        return found
