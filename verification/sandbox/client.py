"""The side that asks: starts the server, hands it files, and outlives whatever happens there."""

from __future__ import annotations

import contextlib
import itertools
import os
import queue
import threading
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Self

from verification.sandbox import wire
from verification.sandbox.answers import read_outcome
from verification.sandbox.errors import SandboxTooWeak, SandboxUnavailable
from verification.sandbox.levels import ALL_LAYERS, demand, name_level
from verification.sandbox.outcome import Death
from verification.sandbox.process import START_SECONDS, Plan, ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from verification.limits import Limits
    from verification.sandbox.levels import Layer, Level, Need
    from verification.sandbox.outcome import Outcome

#: How much longer than the server the client waits before it calls the server stuck.
GRACE_SECONDS = 3.0
#: How many servers are tried for one file.
_ORDERS = 3
#: Waits before a server that died is started again; the last one from then on.
BACK_OFF_SECONDS = (0.0, 0.1, 0.5, 2.0, 5.0, 15.0, 30.0)

_Mailbox = queue.SimpleQueue[wire.Ended | None]


class Sandbox:
    """A fork server and the way to it. Safe to use from many threads; not across a fork.

    Use as a context manager, or `close` it: its server dies with it, and with this process.
    """

    def __init__(self, plan: Plan, need: Need, slots: threading.BoundedSemaphore) -> None:
        self._plan = plan
        self._need: Need = need
        self._slots = slots
        self._reading = threading.Lock()
        self._reader: Sandbox | None = None
        self._numbers = itertools.count(1)
        self._state = threading.Condition()
        self._server: ServerProcess | None = None
        self._trouble: Exception | None = None
        self._waiting: dict[int, _Mailbox] = {}
        self._closing = False
        #: The layers that were tried out and held.
        self.layers: frozenset[Layer] = frozenset()
        #: Why a layer that was asked for does not hold, for people.
        self.missing: tuple[str, ...] = ()
        self._keeper = threading.Thread(target=self._keep, name="sandbox", daemon=True)

    @classmethod
    def start(
        cls,
        *,
        limits: Limits,
        require: Need = "any",
        layers: frozenset[Layer] = ALL_LAYERS,
        at_once: int = 4,
        jobs: str | None = None,
    ) -> Sandbox:
        """Start a server and wait until it is warm (about a second).

        `layers` are tried, those that hold are kept; `at_once` is how many files are examined at
        the same time, others wait. Raises SandboxTooWeak where `require` is not reached, and
        SandboxUnavailable where no server starts at all.
        """
        plan = Plan(limits=limits, layers=layers, jobs=jobs)
        return cls._start(plan, require, threading.BoundedSemaphore(at_once))

    @classmethod
    def _start(cls, plan: Plan, need: Need, slots: threading.BoundedSemaphore) -> Sandbox:
        sandbox = cls(plan, need, slots)
        sandbox._keeper.start()
        try:
            sandbox._await_server(2 * START_SECONDS)
        except BaseException:
            sandbox.close()
            raise
        return sandbox

    @property
    def level(self) -> Level:
        """What holds a file, as it is stored with every verdict."""
        return name_level(self.layers)

    def for_words(self) -> Sandbox:
        """Give a sandbox whose children can read words on pages.

        A server of its own, started when first asked for: who never asks pays no memory for its
        models. It dies with this one. Raises as `start` does.
        """
        if self._plan.words or find_spec("onnxruntime") is None:
            return self
        with self._reading:
            if self._reader is None:
                limits = self.limits
                more = max(limits.address_bytes, limits.ocr_address_bytes)
                plan = replace(self._plan, words=True, limits=replace(limits, address_bytes=more))
                self._reader = self._start(plan, self._need, self._slots)
            return self._reader

    @property
    def limits(self) -> Limits:
        return self._plan.limits

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the server and every child. Jobs that run come back as deaths."""
        with self._reading:
            if self._reader is not None:
                self._reader.close()
        with self._state:
            self._closing = True
            self._state.notify_all()
            if self._server is not None:
                self._server.interrupt()
        self._keeper.join()

    def run(
        self,
        job: str,
        request: bytes,
        file: bytes | int | BinaryIO,
        *,
        wall_seconds: float | None = None,
    ) -> Outcome:
        """Do `job` on `file` in a child of its own; `request` is JSON.

        `file` is its bytes, the descriptor of a regular file, or something to read from. The child
        gets a sealed copy of all of it, never a descriptor of the file itself. Gives a Death
        whatever the file does to the child. Raises OSError where the file cannot be read, and
        SandboxUnavailable where there is no server or no memory.
        """
        with self._slots, contextlib.ExitStack() as stack:
            given: list[int] = []
            for descriptor in self._make_memory(request, file):
                stack.callback(os.close, descriptor)
                given.append(descriptor)
            wall = self.limits.wall_seconds if wall_seconds is None else wall_seconds
            ended = self._send(job, given, wall)
            if isinstance(ended, Death):
                return ended
            return read_outcome(ended, given[2], given[3], limits=self.limits, wall_seconds=wall)

    def _make_memory(self, request: bytes, file: bytes | int | BinaryIO) -> Iterator[int]:
        yield wire.sealed_memory("request", request)
        yield _copy(file, self.limits.file_bytes)
        yield wire.empty_memory("report")
        yield wire.empty_memory("pixels")

    def _send(self, job: str, given: list[int], wall: float) -> wire.Ended | Death:
        mailbox: _Mailbox = queue.SimpleQueue()
        order = wire.Start(number=next(self._numbers), job=job, wall_seconds=wall)
        server = self._order(order, given, mailbox)
        try:
            ended = mailbox.get(timeout=wall + GRACE_SECONDS)
        except queue.Empty:
            self._abandon(server)
            return Death(kind="timeout", detail="the sandbox's server was stuck", server_lost=True)
        finally:
            self._waiting.pop(order.number, None)
        return ended or Death(kind="exit", detail="the sandbox's server died", server_lost=True)

    def _order(self, order: wire.Start, given: list[int], mailbox: _Mailbox) -> ServerProcess:
        """Give an order to a server that takes it: one that just died may not be missed yet."""
        for _ in range(_ORDERS):
            server = self._await_server(START_SECONDS, order.number, mailbox)
            try:
                server.send(order, given)
            except OSError:
                self._abandon(server)
            else:
                return server
        self._waiting.pop(order.number, None)
        raise SandboxUnavailable(f"{_ORDERS} servers took no order")

    def _abandon(self, server: ServerProcess) -> None:
        """Have no more to do with a server; the keeper clears up after it."""
        with self._state:
            if self._server is server:
                self._server = None
        server.interrupt()

    def _await_server(
        self, seconds: float, number: int = 0, mailbox: _Mailbox | None = None
    ) -> ServerProcess:
        with self._state:
            ready = self._state.wait_for(
                lambda: self._server or self._closing or self._trouble, seconds
            )
            if self._server is not None and not self._closing:
                if mailbox is not None:
                    self._waiting[number] = mailbox
                return self._server
            if self._trouble is not None:
                raise self._trouble
            raise SandboxUnavailable("closed" if ready else f"no server within {seconds:g} s")

    def _keep(self) -> None:
        """Have a server at all times. In a thread of its own, because servers die with theirs."""
        failures = 0
        while self._pause(BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)]):
            try:
                server = self._start_server()
            except Exception as error:  # noqa: BLE001 - whoever asks next is told
                failures += 1
                self._publish(None, error)
                continue
            failures = 0 if self._attend(server) else failures + 1

    def _pause(self, seconds: float) -> bool:
        with self._state:
            return not self._state.wait_for(lambda: self._closing, seconds)

    def _start_server(self) -> ServerProcess:
        try:
            server = ServerProcess.start(self._plan)
        except SandboxUnavailable as error:
            if "bubblewrap" not in self._plan.layers - self.layers:
                raise  # once it has held, no server is taken that does without
            fewer = self._plan.layers - {"bubblewrap"}
            server = ServerProcess.start(replace(self._plan, layers=fewer))
            server.missing = (f"bubblewrap: {error}", *server.missing)
        if server.layers >= self.layers:
            try:
                demand(self._need, server.layers)
            except SandboxTooWeak:
                server.stop()
                raise
            return server
        server.stop()
        raise SandboxUnavailable(f"restarted with fewer layers: {'; '.join(server.missing)}")

    def _publish(self, server: ServerProcess | None, trouble: Exception | None) -> None:
        with self._state:
            self._server, self._trouble = server, trouble
            if server is not None:
                self.layers, self.missing = server.layers, server.missing
            self._state.notify_all()

    def _attend(self, server: ServerProcess) -> bool:
        """Deliver what the server says until it is gone; say whether it did anything."""
        self._publish(server, None)
        useful = False
        while not self._closing and (ended := server.receive()) is not None:
            mailbox = self._waiting.pop(ended.number, None)
            if mailbox is not None:
                mailbox.put(ended)
                useful = True
        self._publish(None, None)
        server.stop()
        with self._state:
            lost = list(self._waiting.values())
            self._waiting.clear()
        for mailbox in lost:
            mailbox.put(None)
        return useful


def _copy(file: bytes | int | BinaryIO, most: int) -> int:
    """Copy a file, cut one byte past `most`: enough to tell that it is too big."""
    if isinstance(file, int):
        content = wire.read_all(file, most + 1)
    elif isinstance(file, bytes):
        content = file
    else:
        content = file.read(most + 1)
    return wire.sealed_memory("file", content)
