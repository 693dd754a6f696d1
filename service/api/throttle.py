"""Slows down whoever guesses passwords: wrong tries are counted per login and address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limits import RateLimitItemPerMinute

from service.errors import TooMany
from verification.values import Text

if TYPE_CHECKING:
    from limits import RateLimitItem

    from service.api.windows import Windows

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
    """What a sign-in is held against; the windows are counted where the processes agree."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows

    def check(self, login: str, address: str) -> None:
        """Raise Slowed where too many tries have gone wrong."""
        if not self._windows.hit(AT_ALL, "sign-ins", address):
            raise self._slowed(AT_ALL, "sign-ins", address)
        for limit, names in _buckets(login, address):
            if not self._windows.test(limit, *names):
                raise self._slowed(limit, *names)

    def failed(self, login: str, address: str) -> None:
        """Count a try that went wrong."""
        for limit, names in _buckets(login, address):
            self._windows.hit(limit, *names)

    def _slowed(self, limit: RateLimitItem, *names: str) -> Slowed:
        return Slowed(self._windows.wait_s(limit, *names))


def _buckets(login: str, address: str) -> tuple[tuple[RateLimitItem, tuple[str, ...]], ...]:
    return (
        (FOR_LOGIN, ("sign-in", login.strip().lower(), address)),
        (FOR_ADDRESS, ("sign-in", address)),
    )
