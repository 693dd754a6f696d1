"""Leases of the work that is under way in this process, renewed until it ends."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.ports.records import Records
    from service.records import OutboxRow

LOG = logging.getLogger("countermark.service")

#: After a kill -9 the work of the dead is free again within this time.
LEASE_S = 10.0
#: Two renewals may fail before a lease is lost.
RENEW_S = 3.0


class Heartbeat:
    """One thread that renews the leases of all rows that are held; begins with the first."""

    def __init__(
        self, records: Records, *, lease_s: float = LEASE_S, renew_s: float = RENEW_S
    ) -> None:
        self._records = records
        self.lease_s = lease_s
        self._renew_s = renew_s
        self._held: dict[str, OutboxRow] = {}
        self._guard = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def holding(self, row: OutboxRow) -> Iterator[None]:
        """Renew the row's lease for the length of the block."""
        with self._guard:
            self._held[row.id] = row
            if self._thread is None:
                self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._guard:
                self._held.pop(row.id, None)

    def held(self) -> tuple[OutboxRow, ...]:
        with self._guard:
            return tuple(self._held.values())

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _beat(self) -> None:
        while not self._stop.wait(self._renew_s):
            rows = self.held()
            if not rows:
                continue
            try:
                with self._records.begin() as unit:
                    unit.leases.renew(rows, seconds=self.lease_s)
            except Exception as error:  # noqa: BLE001 - whatever it was, the next beat may succeed
                LOG.warning("lease.not_renewed rows=%s error=%s", len(rows), error)
