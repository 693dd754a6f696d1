"""Servers that tests may use: the environment names them, or the test is skipped."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from service.adapters.celery_app import make_app

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUIRED = "COUNTERMARK_TEST_REQUIRE_SERVERS"


def server_url(kind: str) -> str:
    """Give the URL of POSTGRES, RABBITMQ or REDIS; skip the calling test where none is named."""
    variable = f"COUNTERMARK_TEST_{kind}_URL"
    url = os.environ.get(variable)
    if url:
        return url
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{variable} is not set, and {REQUIRED}=1 says that it must be")
    pytest.skip(f"{variable} is not set: no server to test with")


@contextmanager
def fresh_queue(url: str) -> Iterator[str]:
    """Give the name of a queue of one's own at a broker; it is gone after the block."""
    queue = f"countermark_test_{secrets.token_hex(6)}"
    try:
        yield queue
    finally:
        _remove(url, queue)


def _remove(url: str, queue: str) -> None:
    app = make_app(url, queue=queue)
    with app.connection_for_write() as connection:
        channel: Any = connection.default_channel
        channel.queue_delete(queue)
        if url.startswith("redis"):
            found = channel.client.keys(f"{queue}:*")
            # The client puts the prefix in front by itself, but not while it looks for keys.
            names = [key.decode().removeprefix(f"{queue}:") for key in found]
            channel.client.delete(*names, "none")
    app.close()
