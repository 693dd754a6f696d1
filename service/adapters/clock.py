"""The system's clock."""

from __future__ import annotations

from datetime import UTC, datetime


def system_clock() -> datetime:
    """Give the time now, aware UTC."""
    return datetime.now(UTC)
