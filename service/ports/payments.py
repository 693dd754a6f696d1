"""Rows of payments, and the sums that the floor is measured by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from service.payment_records import Payment, ShadowScore
    from service.ports.rows import Rows


class Payments(Protocol):
    """Rows are added and never replaced."""

    rows: Rows[Payment]
    shadows: Rows[ShadowScore]

    def sums(self, *, before: int, since: datetime) -> tuple[int, ...]:
        """Give the value of each deal of periods before `before` that ended at `since` or later."""

    def currency(self) -> str | None:
        """Give the currency of what was paid; None where no order has said."""

    def limit(self, period: int, card_sha256: str) -> float | None:
        """Give the limit that a period was paid by already under a card; None: there is none."""
