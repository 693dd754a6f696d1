"""A fair lock: whoever came first writes first, but for a few, so that no writer starves."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

from service.errors import Unavailable
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType


class Turns:
    """Threads of one process take turns in the order in which they asked.

    Those of `first` come before all others that wait, in their own order: for what people seldom
    do, so that it waits for no crowd of programs.
    """

    def __init__(self, *, patience_s: float) -> None:
        self._guard = threading.Lock()
        self._holder: int | None = None
        self._waiting: deque[tuple[int, threading.Event]] = deque()
        self._before: deque[tuple[int, threading.Event]] = deque()
        self._patience_s = patience_s

    @property
    def waiting(self) -> int:
        """How many threads wait for their turn."""
        return len(self._before) + len(self._waiting)

    @contextmanager
    def first(self) -> Iterator[None]:
        """Take a turn before all who wait but others of `first`."""
        self._take(self._before)
        try:
            yield
        finally:
            self._pass_on()

    def __enter__(self) -> None:
        """Wait for one's turn. Raises Unavailable when patience runs out."""
        self._take(self._waiting)

    def _take(self, line: deque[tuple[int, threading.Event]]) -> None:
        me = threading.get_ident()
        with self._guard:
            if self._holder == me:
                raise RuntimeError("a writing transaction was begun inside another one")
            if self._holder is None:
                self._holder = me
                return
            ticket = (me, threading.Event())
            line.append(ticket)
        if not ticket[1].wait(self._patience_s):
            self._give_up(line, ticket)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        with self._guard:
            line = self._before or self._waiting
            if not line:
                self._holder = None
                return
            self._holder, called = line.popleft()
            called.set()

    def _give_up(
        self, line: deque[tuple[int, threading.Event]], ticket: tuple[int, threading.Event]
    ) -> None:
        with self._guard:
            if ticket[1].is_set():
                return
            line.remove(ticket)
        raise Unavailable(
            Text(zh="数据库正忙。", en="The database is busy."),
            remedy=Text(zh="请稍后重试。", en="Try again in a moment."),
        )
