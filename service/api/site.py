"""What every request can reach: the ports, the settings, and what this process keeps for itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from service.api.idempotency import Running
    from service.api.throttle import Throttle
    from service.ports import Ports
    from service.settings import Settings

NAME = "countermark.site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    ports: Ports
    settings: Settings
    #: Slows down whoever guesses passwords.
    throttle: Throttle
    #: Idempotency keys whose first request is under way in this process.
    running: Running


def site() -> Site:
    """Give the site of the app that answers the current request."""
    return cast("Site", current_app.extensions[NAME])
