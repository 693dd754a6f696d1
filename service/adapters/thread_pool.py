"""The executor that needs nothing else: threads of the server's own process."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from service.adapters.heartbeat import Heartbeat

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.ports.records import Records
    from service.records import OutboxRow


class ThreadPool:
    """`ports.executor.Executor`: leases only what a thread is free for, so nothing lies waiting."""

    def __init__(
        self,
        records: Records,
        run: Callable[[OutboxRow], None],
        *,
        size: int,
        on_free: Callable[[], None],
        heartbeat: Heartbeat | None = None,
    ) -> None:
        """`on_free` is called whenever a thread has become free."""
        self._records = records
        self._run = run
        self._size = size
        self._on_free = on_free
        self._heartbeat = heartbeat or Heartbeat(records)
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="work")
        self._running: set[Future[None]] = set()
        self._guard = threading.Lock()

    def take_on(self) -> int:
        with self._guard:
            free = self._size - len(self._running)
        if free <= 0 or not self._is_due():
            return 0
        with self._records.begin() as unit:
            rows = unit.outbox.lease(limit=free, seconds=self._heartbeat.lease_s)
        for row in rows:
            future = self._threads.submit(self._work, row)
            with self._guard:
                self._running.add(future)
            future.add_done_callback(self._ended)
        return len(rows)

    def close(self, *, grace_s: float) -> None:
        with self._guard:
            running = set(self._running)
        wait(running, timeout=grace_s)
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._heartbeat.stop()
        left = self._heartbeat.held()
        if left:
            with self._records.begin() as unit:
                for row in left:
                    unit.leases.give_back(row)

    def _is_due(self) -> bool:
        """Look before writing: an idle server must not take the writers' lock."""
        with self._records.read() as unit:
            return unit.leases.due()

    def _work(self, row: OutboxRow) -> None:
        with self._heartbeat.holding(row):
            self._run(row)

    def _ended(self, future: Future[None]) -> None:
        with self._guard:
            self._running.discard(future)
        self._on_free()
