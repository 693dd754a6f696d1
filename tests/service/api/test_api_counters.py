"""Requests are counted in memory: by key, in windows, without a thread for each."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from limits import RateLimitItemPerSecond
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from service.api import counters
from service.api.counters import Counters
from service.api.windows import IN_MEMORY


@pytest.fixture
def storage() -> Counters:
    made = storage_from_string(IN_MEMORY)
    assert isinstance(made, Counters)
    made.timer.join()
    return made


def test_a_limit_is_reached_by_its_own_key_alone(storage: Counters) -> None:
    limiter, limit = FixedWindowRateLimiter(storage), RateLimitItemPerSecond(2, multiples=60)
    assert [limiter.hit(limit, "a") for _ in range(3)] == [True, True, False]
    assert limiter.hit(limit, "b")
    assert limiter.get_window_stats(limit, "b").remaining == 1


def test_a_window_that_is_over_is_forgotten_and_begins_anew(
    storage: Counters, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [storage.incr("a", 60), storage.incr("a", 60), storage.incr("b", -1)] == [1, 2, 1]
    assert storage.incr("b", 60) == 1
    assert storage.incr("c", -1) == 1
    monkeypatch.setattr(counters, "FORGET_EVERY_S", 0.0)
    storage.incr("a", 60)
    storage._forget_at = 0.0  # noqa: SLF001 - as if some seconds had passed
    storage.incr("a", 60)
    assert storage.expirations.keys() == {"a", "b"}
    assert storage.storage == {"a": 4, "b": 1}


def test_many_threads_lose_no_count_and_start_none(storage: Counters) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: storage.incr("a", 60), range(1_000)))
        before = threading.active_count()
        list(threads.map(lambda _: storage.incr("a", 60), range(1_000)))
        assert threading.active_count() == before
    assert storage.get("a") == 2_000
