"""Settings → adapters: what `service/app.py` and the commands open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.adapters.clock import system_clock
from service.adapters.database import DatabaseRecords

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.ports import Clock
    from service.settings import Settings


def open_records(
    settings: Settings, *, clock: Clock = system_clock, new_id: Callable[[], str] | None = None
) -> DatabaseRecords:
    """Give the records; connects when first used, in each process by itself."""
    return DatabaseRecords(settings.database_url, clock=clock, new_id=new_id)
