"""The dispatcher: a thread that brings what waits on the outbox to whoever carries it out."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from service import incident_sweeper, rule_sweeper, tasks
from service.adapters.thread_pool import ThreadPool
from service.errors import Invalid
from service.rounds import Rounds
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from service.ports import Ports
    from service.ports.executor import Executor
    from service.settings import Settings

LOG = logging.getLogger("countermark.service")

#: How long work of another process, or of a dead one whose lease ran out, waits at most.
POLL_S = 2.0
#: How long running work may take to end when the server is told to stop.
GRACE_S = 10.0
CHORES_EVERY_S = 3600.0
#: Answers to Idempotency-Keys are kept at least 24 hours.
KEEP_REPLIES = timedelta(hours=25)


class Dispatcher:
    """Hands out work as soon as the bell rings, and looks for forgotten work every `poll_s`."""

    def __init__(
        self,
        executor: Executor,
        bell: threading.Event,
        *,
        chores: Sequence[Callable[[], object]] = (),
        poll_s: float = POLL_S,
    ) -> None:
        self._executor = executor
        self._bell = bell
        self._chores = chores
        self._next_chores = 0.0
        self._poll_s = poll_s
        self._stopping = False
        self._thread = threading.Thread(target=self._loop, name="dispatcher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self, *, grace_s: float = GRACE_S) -> None:
        """Hand out nothing more; what runs may end within the grace, the rest is given back."""
        self._stopping = True
        self._bell.set()
        self._thread.join()
        self._executor.close(grace_s=grace_s)

    def _loop(self) -> None:
        while not self._stopping:
            self._bell.clear()
            self._safely(self._hand_out)
            self._do_chores()
            if not self._stopping:
                self._bell.wait(self._poll_s)

    def _hand_out(self) -> None:
        while not self._stopping and self._executor.take_on():
            pass

    def _do_chores(self) -> None:
        if time.monotonic() >= self._next_chores:
            self._next_chores = time.monotonic() + CHORES_EVERY_S
            for chore in self._chores:
                self._safely(chore)

    def _safely(self, step: Callable[[], object]) -> None:
        """An outage must not end the dispatcher: it looks again after the next poll."""
        try:
            step()
        except Exception as error:  # noqa: BLE001 - whatever it was, the work is still on the outbox
            LOG.warning("dispatch.failed error=%s", error)


@contextmanager
def dispatching(settings: Settings, ports: Ports) -> Iterator[Dispatcher]:
    """Run a dispatcher beside the block, woken by every commit of this process."""
    bell = threading.Event()
    executor = open_executor(settings, ports, on_free=bell.set)
    chores = (lambda: forget_replies(ports), ports.storage.sweep)
    dispatcher = Dispatcher(executor, bell, chores=chores)
    rounds = sweeping(ports)
    ports.records.on_work.append(bell.set)
    dispatcher.start()
    for each in rounds:
        each.start()
    try:
        yield dispatcher
    finally:
        ports.records.on_work.remove(bell.set)
        for each in rounds:
            each.stop()
        dispatcher.stop()


def sweeping(ports: Ports) -> tuple[Rounds, ...]:
    """Give what is looked at again and again: rules and their ages, and whether the funnel fell."""
    rules = rule_sweeper.RuleSweeper(ports)
    look = partial(incident_sweeper.look, ports)
    asked = incident_sweeper.ASK_EVERY_S
    return (
        Rounds("rules", rules.sweep, every_s=rule_sweeper.EVERY_S),
        Rounds("incidents", look, every_s=asked, first_after_s=asked),
    )


def open_executor(settings: Settings, ports: Ports, *, on_free: Callable[[], None]) -> Executor:
    """Give the executor that the settings name: a queue where a broker is set, else threads."""
    if settings.broker_url is None:
        run = partial(tasks.run, ports)
        return ThreadPool(ports.records, run, size=settings.workers, on_free=on_free)
    from service.adapters import celery_app  # noqa: PLC0415 - only where there is a broker

    app = celery_app.make_app(settings.broker_url, queue=settings.queue)
    return celery_app.CeleryExecutor(ports.records, app)


def work(settings: Settings, ports: Ports) -> None:
    """Be a worker behind the broker until told to stop; also looks for forgotten work.

    Raises Invalid where the settings name no broker.
    """
    if settings.broker_url is None:
        raise Invalid(
            Text(
                zh="没有设置 COUNTERMARK_BROKER_URL，无法启动独立的工作进程。",
                en="COUNTERMARK_BROKER_URL is not set: there is no queue to work from.",
            ),
            remedy=Text(
                zh="请设置消息队列地址，或只运行 countermark serve。",
                en="Name a broker, or run `countermark serve` alone: it does the work itself.",
            ),
        )
    from service.adapters import celery_app  # noqa: PLC0415 - only where there is a broker

    app = celery_app.make_app(settings.broker_url, queue=settings.queue)
    run = partial(tasks.run, ports)
    with dispatching(settings, ports):
        celery_app.serve(app, ports.records, run, size=settings.workers)


def forget_replies(ports: Ports) -> int:
    """Purge answers to Idempotency-Keys that nobody will repeat any more."""
    with ports.records.begin() as unit:
        return unit.replies.purge(unit.now() - KEEP_REPLIES)
