"""Several threads' work in one transaction: they share its locks, its commit and its fsync.

Whoever finds nobody at work leads: once its transaction has begun it takes all work that waits,
does it piece after piece, commits, and only then lets each thread have its own result. Under load
the pieces gather while the transaction before them commits; alone, a piece is a transaction.
"""

from __future__ import annotations

import threading
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from service.ports.records import Unit

R = TypeVar("R")

#: Pieces of work in one transaction at most: nobody waits for more than these.
MOST = 16


class _Piece(Generic[R]):
    """What one thread wants done, in the context (request, language) of that thread."""

    def __init__(self, act: Callable[[Unit], R]) -> None:
        self._act = act
        self._context = copy_context()
        self._result: R | None = None
        self._error: BaseException | None = None
        self.settled = False
        #: Held until it is settled or its thread is to lead. Not an Event: who is woken by that
        #: takes a second lock, which the one that wakes still holds.
        self._pending = threading.Lock()
        self._pending.acquire()

    def do(self, unit: Unit) -> None:
        self._result = self._context.run(self._act, unit)

    def settle(self, error: BaseException | None = None) -> None:
        self._error, self.settled = error, True

    def wait(self) -> None:
        """Wait until somebody calls."""
        self._pending.acquire()

    def call(self) -> None:
        """Wake its thread; once, and by the one thread that leads."""
        self._pending.release()

    def result(self) -> R:
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value] # `do` has put it there


class Shared(Protocol):
    """A writing transaction that several pieces of work are done in."""

    def new_unit(self) -> Unit: ...

    def flush(self) -> None:
        """Insert what was put; raises where something of it was there already."""


class Together:
    """Threads of one process; what each asked for is committed when it returns."""

    def __init__(self, begin: Callable[[], AbstractContextManager[Shared]]) -> None:
        self._begin = begin
        self._guard = threading.Lock()
        self._waiting: list[_Piece[Any]] = []
        self._led = False

    def do(self, act: Callable[[Unit], R]) -> R:
        """Have `act` done and committed; raises what it raises, and then nothing of it is kept.

        It may run twice: where one piece of a transaction fails, none of it was committed, and
        each is done again by itself.
        """
        mine = _Piece(act)
        with self._guard:
            self._waiting.append(mine)
            leads, self._led = not self._led, True
        if not leads:
            mine.wait()
        if not mine.settled:
            self._lead(mine)
        return mine.result()

    def _lead(self, mine: _Piece[Any]) -> None:
        pieces: list[_Piece[Any]] = []
        try:
            self._write(pieces)
        finally:
            with self._guard:
                following = self._waiting[0] if self._waiting else None
                self._led = following is not None
            for piece in pieces:
                if not piece.settled:
                    piece.settle(RuntimeError("the thread that led was ended"))
                if piece is not mine:
                    piece.call()
            if following is not None:
                following.call()

    def _write(self, pieces: list[_Piece[Any]]) -> None:
        """Fill `pieces` with what was waiting, and settle each of them."""
        committing = False
        try:
            with self._begin() as shared:
                self._take(pieces)
                for piece in pieces:
                    piece.do(shared.new_unit())
                shared.flush()
                committing = True
        except BaseException as error:  # noqa: BLE001 - it is raised in each piece's own thread
            if not pieces:
                self._take(pieces)
            elif len(pieces) > 1 and not committing:
                self._one_by_one(pieces)
                return
            # Of a commit that fails nobody knows what became of it: it is not repeated.
            _settle(pieces, error)
        else:
            _settle(pieces)

    def _one_by_one(self, pieces: list[_Piece[Any]]) -> None:
        for piece in pieces:
            try:
                with self._begin() as shared:
                    piece.do(shared.new_unit())
            except BaseException as error:  # noqa: BLE001 - it is raised in the piece's own thread
                piece.settle(error)
            else:
                piece.settle()

    def _take(self, pieces: list[_Piece[Any]]) -> None:
        with self._guard:
            pieces += self._waiting[:MOST]
            del self._waiting[:MOST]


def _settle(pieces: list[_Piece[Any]], error: BaseException | None = None) -> None:
    for piece in pieces:
        piece.settle(error)
