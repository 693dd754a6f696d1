"""How many requests one account (or one address without account) may send."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from flask import current_app, request
from flask_limiter import Limiter

from service import access
from service.api import identity
from service.api.counters import Counters

if TYPE_CHECKING:
    from flask import Flask

    from service.settings import Settings

COUNTERS = f"{Counters.STORAGE_SCHEME[0]}://"
#: Far above what people and honest programs need; a bulk upload of 500 files a second passes.
FOR_ACCOUNT = "30000 per minute"
FOR_ADDRESS = "3000 per minute"


def storage_uri(settings: Settings) -> str:
    """Counters in memory, or Redis where there is one for several processes to agree in."""
    broker = settings.broker_url or ""
    return broker if broker.startswith(("redis:", "rediss:")) else COUNTERS


def install(app: Flask, settings: Settings) -> None:
    limiter = Limiter(
        _key,
        application_limits=[_limit],
        storage_uri=storage_uri(settings),
        in_memory_fallback_enabled=True,
    )
    limiter.init_app(app)


def retry_after_s() -> int:
    """Seconds until the limit that stopped the current request starts anew."""
    (limiter,) = current_app.extensions["limiter"]
    reached = limiter.current_limit
    return 1 if reached is None else max(1, math.ceil(reached.reset_at - time.time()))


def _limit() -> str:
    return FOR_ADDRESS if _account() is None else FOR_ACCOUNT


def _account() -> identity.Identity | None:
    """Public routes are counted by address: nobody is looked up for a picture or a style."""
    rule = request.url_rule
    if rule is None or access.need(request.method, rule.rule) == access.PUBLIC:
        return None
    return identity.current()


def _key() -> str:
    known = _account()
    if known is None:
        return f"address:{request.remote_addr}"
    return f"account:{known.actor.person_id}"
