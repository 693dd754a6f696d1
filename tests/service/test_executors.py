"""Threads and Celery workers: all work is done, whatever dies on the way."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from service import tasks
from service.adapters.celery_app import CeleryExecutor, make_app
from service.adapters.database import DatabaseRecords
from service.adapters.database.engine import connect
from service.adapters.database.tables import EFFECTS
from service.adapters.heartbeat import Heartbeat
from service.adapters.thread_pool import ThreadPool
from service.dispatcher import Dispatcher
from tests.service.laboratory import TASKS, depth, ports_of, put, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from celery import Celery

    from service.ports.executor import Executor

#: What takes long runs on one database: the other is covered by the tests of the outbox.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRES = pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
def live(database_url: str) -> Iterator[DatabaseRecords]:
    """Records in either database by the system's clock: executors live in real time."""
    records = DatabaseRecords(database_url)
    yield records
    records.close()


@contextmanager
def threads(records: DatabaseRecords, *, poll_s: float = 0.05) -> Iterator[Dispatcher]:
    bell = threading.Event()
    run = partial(tasks.run, ports_of(records), tasks=TASKS)
    heartbeat = Heartbeat(records, lease_s=1, renew_s=0.2)
    pool = ThreadPool(records, run, size=2, on_free=bell.set, heartbeat=heartbeat)
    with _running(pool, bell, records, poll_s=poll_s) as dispatcher:
        yield dispatcher


@contextmanager
def _running(
    executor: Executor, bell: threading.Event, records: DatabaseRecords, *, poll_s: float
) -> Iterator[Dispatcher]:
    dispatcher = Dispatcher(executor, bell, poll_s=poll_s)
    records.on_work.append(bell.set)
    dispatcher.start()
    try:
        yield dispatcher
    finally:
        records.on_work.remove(bell.set)
        dispatcher.stop(grace_s=20)


def test_threads_do_all_the_work_once(live: DatabaseRecords) -> None:
    with threads(live):
        put(live, 30)
        wait_until(lambda: depth(live) == {"done": 30})
    assert _effects(live) == {f"done:{number}" for number in range(30)}


def test_a_commit_wakes_the_dispatcher_before_any_poll(live: DatabaseRecords) -> None:
    with threads(live, poll_s=3600):
        put(live, 5)
        wait_until(lambda: depth(live) == {"done": 5})


def test_work_of_a_dead_process_is_found_by_the_poll(live: DatabaseRecords) -> None:
    put(live, 3)
    with live.begin() as unit:
        assert len(unit.outbox.lease(limit=2, seconds=0.5)) == 2
    with threads(live):
        wait_until(lambda: depth(live) == {"done": 3})


def test_work_that_takes_longer_than_its_lease_is_done_once(live: DatabaseRecords) -> None:
    with threads(live):
        put(live, 2, seconds=2.5)
        wait_until(lambda: depth(live) == {"done": 2})
    assert _effects(live) == {"done:0", "done:1"}


def test_work_that_always_fails_is_buried_with_its_last_error(live: DatabaseRecords) -> None:
    with threads(live):
        put(live, 1, kind="poison")
        wait_until(lambda: depth(live) == {"quarantined": 1})
    assert _effects(live) == {"buried:0:ValueError: poison 0"}


@ON_SQLITE
def test_work_that_nobody_knows_is_quarantined_with_the_reason(live: DatabaseRecords) -> None:
    with threads(live):
        put(live, 1, kind="unknown")
        wait_until(lambda: depth(live) == {"quarantined": 1})


def test_work_that_kills_its_process_is_buried_not_tried_for_ever(live: DatabaseRecords) -> None:
    put(live, 1)
    for _ in range(3):
        with live.begin() as unit:
            assert len(unit.outbox.lease(limit=1, seconds=0)) == 1
    with threads(live):
        wait_until(lambda: depth(live) == {"quarantined": 1})
    (effect,) = _effects(live)
    assert effect.startswith("buried:0:RuntimeError: 3 attempts ended with the death")


def test_stopping_gives_back_what_has_not_ended(live: DatabaseRecords) -> None:
    bell = threading.Event()
    released, began = threading.Event(), threading.Event()

    def run(row: object) -> None:
        del row
        began.set()
        released.wait(30)

    pool = ThreadPool(live, run, size=1, on_free=bell.set)
    dispatcher = Dispatcher(pool, bell, poll_s=0.05)
    put(live, 2)
    dispatcher.start()
    assert began.wait(30)
    dispatcher.stop(grace_s=0)
    assert depth(live) == {"ready": 2}
    with live.begin() as unit:
        assert [row.attempts for row in unit.outbox.lease(limit=9, seconds=1)] == [1, 1]
    released.set()


@pytest.mark.broker
def test_workers_do_all_the_work_once(live: DatabaseRecords, broker: tuple[str, str]) -> None:
    with _announcing(live, make_app(broker[0], queue=broker[1])), _worker(live, broker):
        put(live, 30)
        wait_until(lambda: depth(live) == {"done": 30})
    assert _effects(live) == {f"done:{number}" for number in range(30)}


@pytest.mark.broker
@ON_POSTGRES
def test_a_killed_worker_loses_nothing(live: DatabaseRecords, broker: tuple[str, str]) -> None:
    with _announcing(live, make_app(broker[0], queue=broker[1])):
        put(live, 12, seconds=0.3)
        with _worker(live, broker) as worker:
            wait_until(lambda: depth(live).get("done", 0) >= 2)
            worker.kill()
        with _worker(live, broker):
            wait_until(lambda: depth(live) == {"done": 12})
    assert {key for key in _effects(live) if key.startswith("done:")} == {
        f"done:{number}" for number in range(12)
    }


@pytest.mark.broker
@ON_POSTGRES
def test_lost_messages_are_sent_again(live: DatabaseRecords, broker: tuple[str, str]) -> None:
    put(live, 4)
    with live.begin() as unit:
        # Announced, and then the broker forgot all of it.
        assert len(unit.leases.announce(limit=9, seconds=1)) == 4
    with _announcing(live, make_app(broker[0], queue=broker[1])), _worker(live, broker):
        wait_until(lambda: depth(live) == {"done": 4})


@ON_SQLITE
def test_a_broker_that_is_not_there_does_not_end_the_dispatcher(live: DatabaseRecords) -> None:
    app = make_app("amqp://guest:guest@127.0.0.1:1//", queue="nowhere")
    put(live, 1)
    with _announcing(live, app) as dispatcher:
        wait_until(lambda: not _is_due(live))
        assert dispatcher.is_alive()
    assert depth(live) == {"ready": 1}


@contextmanager
def _announcing(records: DatabaseRecords, app: Celery) -> Iterator[Dispatcher]:
    bell = threading.Event()
    with _running(CeleryExecutor(records, app), bell, records, poll_s=0.2) as dispatcher:
        yield dispatcher


@contextmanager
def _worker(records: DatabaseRecords, broker: tuple[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.service.laboratory", *broker, records.url]
    process = subprocess.Popen(command)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        finally:
            process.kill()
            process.wait()


def _is_due(records: DatabaseRecords) -> bool:
    with records.read() as unit:
        return unit.leases.due()


def _effects(records: DatabaseRecords) -> set[str]:
    engine = connect(records.url)
    with engine.connect() as connection:
        keys = set(connection.execute(sa.select(EFFECTS.c.key)).scalars())
    engine.dispose()
    return keys
