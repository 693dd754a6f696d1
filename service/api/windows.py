"""Fixed windows of requests and tries, counted where the processes of a service agree."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, TypeVar

import structlog
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from service.api.counters import Counters

if TYPE_CHECKING:
    from collections.abc import Callable

    from limits import RateLimitItem

    from service.settings import Settings

R = TypeVar("R")

IN_MEMORY = f"{Counters.STORAGE_SCHEME[0]}://"
#: Redis that does not answer within so long counts as away, and is asked again so much later.
ANSWER_S, AWAY_S = 1.0, 10.0


class Windows:
    """Counts in Redis where that is the broker, else in memory.

    While Redis is away each process counts for itself: nobody is refused because of it, and
    nobody may send without limit.
    """

    def __init__(self, settings: Settings) -> None:
        agreed = storage_from_string(
            storage_uri(settings),
            wrap_exceptions=True,
            socket_connect_timeout=ANSWER_S,
            socket_timeout=ANSWER_S,
        )
        self._agreed = FixedWindowRateLimiter(agreed)
        self._own = FixedWindowRateLimiter(storage_from_string(IN_MEMORY))
        self._away_until = 0.0

    def hit(self, limit: RateLimitItem, *names: str) -> bool:
        """Count one more; says whether it is within the limit."""
        return self._ask(lambda limiter: limiter.hit(limit, *names))

    def test(self, limit: RateLimitItem, *names: str) -> bool:
        """Say whether one more would be within the limit."""
        return self._ask(lambda limiter: limiter.test(limit, *names))

    def wait_s(self, limit: RateLimitItem, *names: str) -> int:
        """Give the seconds until the window ends, 1 at least."""
        stats = self._ask(lambda limiter: limiter.get_window_stats(limit, *names))
        return max(1, math.ceil(stats.reset_time - time.time()))

    def _ask(self, question: Callable[[FixedWindowRateLimiter], R]) -> R:
        if time.monotonic() >= self._away_until:
            try:
                return question(self._agreed)
            except StorageError as error:
                self._away_until = time.monotonic() + AWAY_S
                structlog.get_logger("service").warning("counters away", error=str(error))
        return question(self._own)


def storage_uri(settings: Settings) -> str:
    broker = settings.broker_url or ""
    return broker if broker.startswith(("redis:", "rediss:")) else IN_MEMORY
