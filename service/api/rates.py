"""How many requests one account (or one address without account) may send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from limits import RateLimitItemPerMinute

from service import access
from service.api import identity
from service.errors import TooMany
from verification.values import Text

if TYPE_CHECKING:
    from flask import Flask

    from service.api.windows import Windows

#: Far above what people and honest programs need; a bulk upload of 500 files a second passes.
FOR_ACCOUNT = RateLimitItemPerMinute(30_000)
FOR_ADDRESS = RateLimitItemPerMinute(3_000)


class Hurried(TooMany):
    """More requests in a minute than one caller may send; says how long to wait."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            Text(zh="此账号或地址的请求过多。", en="This account or address sent too many."),
            remedy=Text(
                zh=f"请等待 {retry_after_s} 秒后再试。",
                en=f"Wait {retry_after_s} seconds, then try again.",
            ),
        )
        self.retry_after_s = retry_after_s


def install(app: Flask, windows: Windows) -> None:
    app.before_request(lambda: _count(windows))


def _count(windows: Windows) -> None:
    known = _account()
    if known is None:
        limit, names = FOR_ADDRESS, ("address", request.remote_addr or "unknown")
    else:
        limit, names = FOR_ACCOUNT, ("account", known.actor.person_id)
    if not windows.hit(limit, *names):
        raise Hurried(windows.wait_s(limit, *names))


def _account() -> identity.Identity | None:
    """Public routes are counted by address: nobody is looked up for a picture or a style."""
    rule = request.url_rule
    if rule is None or access.need(request.method, rule.rule) == access.PUBLIC:
        return None
    return identity.current()
