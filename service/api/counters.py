"""Counts in memory; the library's own storage starts a thread for every request it counts."""

from __future__ import annotations

import threading
import time

from limits.storage import MemoryStorage

#: How often counts that are over are looked for: they are what strangers' addresses leave.
FORGET_EVERY_S = 10.0


class Counters(MemoryStorage):
    """Fixed windows alone; found by its scheme, ``counters://``."""

    STORAGE_SCHEME = ["counters"]  # noqa: RUF012 - declared by the library, without ClassVar

    def __init__(self, uri: str | None = None, *, wrap_exceptions: bool = False, **_: str) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._guard = threading.Lock()
        self._forget_at = 0.0

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        now = time.time()
        with self._guard:
            if now >= self._forget_at:
                self._forget(now)
            if key not in self.expirations or self.expirations[key] <= now:
                self.storage[key], self.expirations[key] = 0, now + expiry
            self.storage[key] += amount
            return self.storage[key]

    def _forget(self, now: float) -> None:
        self._forget_at = now + FORGET_EVERY_S
        for key in [key for key, until in self.expirations.items() if until <= now]:
            del self.expirations[key]
            self.storage.pop(key, None)
