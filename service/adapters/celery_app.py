"""The executor for more than one machine: Celery on RabbitMQ or Redis.

The queue is a hint, the database is the truth: a message carries only a row's id. A worker that
gets one takes the row's lease; a message that is lost or doubled changes nothing.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from celery import Celery

from service.adapters.heartbeat import Heartbeat

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.ports.records import Records
    from service.records import OutboxRow

TASK = "countermark.work"
#: How long a message may stay unanswered before its row is announced again.
ANNOUNCE_S = 10.0
#: Rows that are announced and not taken yet, at most: bounds the queue, not the backlog.
WINDOW = 256
SOFT_SHUTDOWN_S = 10.0
BROKER_WAIT_S = 5.0
#: Longer than the longest verification, whose wall time is limited to 30 s.
VISIBILITY_S = 60.0


def make_app(broker_url: str, *, queue: str) -> Celery:
    """Give a Celery application with the settings that lost nothing in our kill tests."""
    app = Celery(queue, broker=broker_url, set_as_current=False)
    app.conf.update(
        task_default_queue=queue,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_soft_shutdown_timeout=SOFT_SHUTDOWN_S,
        broker_transport_options=_transport(broker_url, queue),
        broker_connection_timeout=BROKER_WAIT_S,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        worker_enable_remote_control=False,
    )
    return app


def _transport(broker_url: str, queue: str) -> dict[str, Any]:
    if urlsplit(broker_url).scheme.startswith("amqp"):
        return {"confirm_publish": True}
    return {
        "global_keyprefix": f"{queue}:",
        "visibility_timeout": VISIBILITY_S,
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        "unacked_mutex_expire": 5,
        "socket_timeout": BROKER_WAIT_S,
        "socket_connect_timeout": BROKER_WAIT_S,
        "socket_keepalive": True,
    }


class CeleryExecutor:
    """`ports.executor.Executor`: tells workers which rows wait."""

    def __init__(self, records: Records, app: Celery) -> None:
        self._records = records
        self._app = app

    @property
    def queue(self) -> str:
        """The queue's name at the broker."""
        return str(self._app.conf.task_default_queue)

    def take_on(self) -> int:
        with self._records.read() as unit:
            if not unit.leases.due():
                return 0
        with self._records.begin() as unit:
            ids = unit.leases.announce(limit=WINDOW, seconds=ANNOUNCE_S)
        for row_id in ids:
            # RabbitMQ drops a message when its row is announced anew.
            self._app.send_task(TASK, args=[row_id], expiration=ANNOUNCE_S, retry=False)
        return len(ids)

    def close(self, *, grace_s: float) -> None:
        del grace_s  # nothing runs here
        self._app.close()


def serve(app: Celery, records: Records, run: Callable[[OutboxRow], None], *, size: int) -> None:
    """Work until SIGTERM, `size` rows at a time; parsing happens in the sandbox's processes."""
    heartbeat = Heartbeat(records)

    @app.task(name=TASK)
    def work(row_id: str) -> None:
        with records.begin() as unit:
            row = unit.leases.take(row_id, seconds=heartbeat.lease_s)
        if row is not None:
            with heartbeat.holding(row):
                run(row)

    worker = app.Worker(
        pool="threads",
        concurrency=size,
        hostname=f"countermark@{socket.gethostname()}",
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
        quiet=True,
    )
    try:
        worker.start()
    finally:
        heartbeat.stop()
