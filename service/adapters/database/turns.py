"""A fair lock: whoever came first writes first, so that no writer starves (service.md, 3)."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

from service.errors import Unavailable
from verification.values import Text

if TYPE_CHECKING:
    from types import TracebackType


class Turns:
    """Threads of one process take turns in the order in which they asked."""

    def __init__(self, *, patience_s: float) -> None:
        self._guard = threading.Lock()
        self._holder: int | None = None
        self._waiting: deque[tuple[int, threading.Event]] = deque()
        self._patience_s = patience_s

    @property
    def waiting(self) -> int:
        """How many threads wait for their turn."""
        return len(self._waiting)

    def __enter__(self) -> None:
        """Wait for one's turn. Raises Unavailable when patience runs out."""
        me = threading.get_ident()
        with self._guard:
            if self._holder == me:
                raise RuntimeError("a writing transaction was begun inside another one")
            if self._holder is None:
                self._holder = me
                return
            ticket = (me, threading.Event())
            self._waiting.append(ticket)
        if not ticket[1].wait(self._patience_s):
            self._give_up(ticket)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._guard:
            if not self._waiting:
                self._holder = None
                return
            self._holder, called = self._waiting.popleft()
            called.set()

    def _give_up(self, ticket: tuple[int, threading.Event]) -> None:
        with self._guard:
            if ticket[1].is_set():
                return
            self._waiting.remove(ticket)
        raise Unavailable(
            Text(zh="数据库正忙。", en="The database is busy."),
            remedy=Text(zh="请稍后重试。", en="Try again in a moment."),
        )
