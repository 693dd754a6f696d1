"""Slows down whoever guesses passwords: wrong tries are counted per login and address."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from service.errors import TooMany
from verification.values import Text

if TYPE_CHECKING:
    from limits import RateLimitItem

#: Wrong passwords for one login from one address, and from one address for any login.
FOR_LOGIN = RateLimitItemPerMinute(5, multiples=5)
FOR_ADDRESS = RateLimitItemPerMinute(50, multiples=5)
#: Sign-ins from one address, right or wrong: each costs us a slow hash on purpose.
AT_ALL = RateLimitItemPerMinute(300)


class Slowed(TooMany):
    """Too many wrong passwords; says how long to wait."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            Text(zh="登录失败次数过多。", en="There were too many wrong sign-ins."),
            remedy=Text(
                zh=f"请等待 {retry_after_s} 秒后再试。",
                en=f"Wait {retry_after_s} seconds, then try again.",
            ),
        )
        self.retry_after_s = retry_after_s


class Throttle:
    """Counts in memory, or in Redis where several processes must agree."""

    def __init__(self, storage_uri: str) -> None:
        self._limiter = FixedWindowRateLimiter(storage_from_string(storage_uri))

    def check(self, login: str, address: str) -> None:
        """Raise Slowed where too many tries have gone wrong."""
        if not self._limiter.hit(AT_ALL, "sign-ins", address):
            raise self._slowed(AT_ALL, "sign-ins", address)
        for limit, names in _buckets(login, address):
            if not self._limiter.test(limit, *names):
                raise self._slowed(limit, *names)

    def failed(self, login: str, address: str) -> None:
        """Count a try that went wrong."""
        for limit, names in _buckets(login, address):
            self._limiter.hit(limit, *names)

    def _slowed(self, limit: RateLimitItem, *names: str) -> Slowed:
        until = self._limiter.get_window_stats(limit, *names).reset_time
        return Slowed(max(1, math.ceil(until - time.time())))


def _buckets(login: str, address: str) -> tuple[tuple[RateLimitItem, tuple[str, ...]], ...]:
    return (
        (FOR_LOGIN, ("sign-in", login.strip().lower(), address)),
        (FOR_ADDRESS, ("sign-in", address)),
    )
