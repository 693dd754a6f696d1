"""Ids that sort by time: UUID version 7 (RFC 9562, 5.7), strictly rising within a process."""

from __future__ import annotations

import os
import threading
import time

#: Bits of the fraction of a millisecond, used as the counter of RFC 9562, 6.2, method 3.
FRACTION_BITS = 12
RANDOM_BITS = 62
NANOSECONDS_PER_MILLISECOND = 1_000_000


class TimeSortedIds:
    """Gives ids as lower-case text, each sorting after all that this one gave before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def __call__(self) -> str:
        """Give a fresh id; a clock that was put back does not make it sort earlier."""
        milliseconds, rest = divmod(time.time_ns(), NANOSECONDS_PER_MILLISECOND)
        fraction = (rest << FRACTION_BITS) // NANOSECONDS_PER_MILLISECOND
        with self._lock:
            self._last = max(self._last + 1, milliseconds << FRACTION_BITS | fraction)
            stamp = self._last
        time_, fraction = f"{stamp >> FRACTION_BITS:012x}", stamp & (1 << FRACTION_BITS) - 1
        low = f"{0b10 << RANDOM_BITS | int.from_bytes(os.urandom(8)) >> 64 - RANDOM_BITS:x}"
        return f"{time_[:8]}-{time_[8:]}-7{fraction:03x}-{low[:4]}-{low[4:]}"
