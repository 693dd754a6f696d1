"""Counts that several processes agree in, and what becomes of them while Redis is away."""

from __future__ import annotations

import secrets
import threading
from socketserver import BaseRequestHandler, TCPServer
from typing import TYPE_CHECKING

import pytest
from limits import RateLimitItemPerMinute

from service.api.windows import Windows
from service.settings import load
from tests.service.servers import server_url

if TYPE_CHECKING:
    from service.settings import Settings

TWO = RateLimitItemPerMinute(2)


def _settings(broker_url: str | None) -> Settings:
    return load({} if broker_url is None else {"COUNTERMARK_BROKER_URL": broker_url})


def test_processes_count_together_in_redis() -> None:
    settings = _settings(server_url("REDIS"))
    one, other = Windows(settings), Windows(settings)
    name = secrets.token_hex(8)
    assert [one.hit(TWO, name), other.hit(TWO, name), one.hit(TWO, name)] == [True, True, False]
    assert not other.test(TWO, name)
    assert 1 <= other.wait_s(TWO, name) <= 60


@pytest.mark.parametrize("broker_url", [None, "amqp://guest:guest@127.0.0.1:5672//"])
def test_without_redis_each_process_counts_for_itself(broker_url: str | None) -> None:
    settings = _settings(broker_url)
    one, other = Windows(settings), Windows(settings)
    assert [one.hit(TWO, "a") for _ in range(3)] == [True, True, False]
    assert other.hit(TWO, "a")


def test_redis_that_is_away_stops_nobody_lets_nobody_flood_and_is_not_asked_each_time() -> None:
    asked = []

    class HangUp(BaseRequestHandler):
        def handle(self) -> None:
            asked.append(self.client_address)

    with TCPServer(("127.0.0.1", 0), HangUp) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        away = Windows(_settings(f"redis://127.0.0.1:{server.server_address[1]}/0"))
        assert away.hit(TWO, "a")
        tries = len(asked)
        assert tries
        assert [away.hit(TWO, "a"), away.hit(TWO, "a"), away.test(TWO, "a")] == [True, False, False]
        assert len(asked) == tries
        server.shutdown()
