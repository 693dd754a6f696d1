"""What still arrives of a request: a body is read whole or told as cut short; the rest is let go.

gunicorn takes a body that ends before its length as whole, asks for one (100 Continue) that is to
be refused anyway, and cuts off who still sends, so that the reason is never read.
"""

from __future__ import annotations

import select
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from gunicorn.http.body import ChunkedReader
from gunicorn.http.errors import NoMoreData, ParseException
from gunicorn.http.unreader import SocketUnreader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
#: As much of a body that nobody wants is read for the sake of the next request, where it is there;
#: gunicorn reads less than this.
LITTLE_BYTES = 64 * 1024
DROPPED_BYTES = 64 * 1024
#: Who still sends after the answer is listened to so long, as by nginx, but no longer than this
#: while others wait for a thread: many that trickle must not hold up everybody.
LINGER_S, HURRIED_S = 30.0, 0.5
#: Who says nothing any more: with a body under way, and without.
SILENT_SENDER_S, SILENT_S = 5.0, 2.0
STEP_MS = 100


class Listening(SocketUnreader):  # type: ignore[misc] # gunicorn has no types
    """Reads from a socket; where nothing came for the time that it allows, the caller is gone."""

    fell_silent = False

    def chunk(self, size_hint: int | None = None) -> Any:
        """Raises NoMoreData, which gunicorn takes as a caller that went away."""
        try:
            return super().chunk(size_hint)
        except BlockingIOError as error:
            self.fell_silent = True
            raise NoMoreData from error


class Arriving:
    """A reader of gunicorn's for a body, of a length or in chunks; `unreader` is where it reads.

    `waits`: the caller waits to be asked for it (Expect: 100-continue).
    """

    def __init__(self, reader: Any, unreader: SocketUnreader, *, waits: bool) -> None:
        self._reader, self._unreader = reader, unreader
        #: Whether the caller has not been asked to send, and likely does not.
        self.waits = waits

    @property
    def length(self) -> int | None:
        """How many bytes are still to come; None in chunks, which do not say."""
        return getattr(self._reader, "length", None)

    @property
    def ended(self) -> bool:
        """Whether all of it was read."""
        if isinstance(self._reader, ChunkedReader):
            return self._reader.parser is None
        return self.length == 0

    @property
    def is_here(self) -> bool:
        """Whether the rest of it is little and has arrived, so that reading it waits for nobody."""
        if self.ended:
            return True
        if self.waits or self.length is None or self.length >= LITTLE_BYTES:
            return False
        held = self.length - len(self._unreader.buf.getvalue())
        if held <= 0:
            return True
        with suppress(OSError):
            flags = socket.MSG_PEEK | socket.MSG_DONTWAIT
            return len(self._unreader.sock.recv(held, flags)) == held
        return False

    def read(self, size: int) -> Any:
        """Raises NoMoreData, an OSError, where it ends too early or its chunks are broken."""
        if self.waits:
            self._unreader.sock.sendall(CONTINUE)
            self.waits = False
        wanted = size if self.length is None else min(size, self.length)
        try:
            data = self._reader.read(size)
        except ParseException as error:
            raise NoMoreData from error
        if self.length is not None and len(data) < wanted:
            raise NoMoreData
        return data


def closing(application: Application) -> Application:
    """Have an answer say that the connection ends where its request is broken or still to come."""

    def answering(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"]

        def start(*answer: Any) -> Any:
            arriving = isinstance(body.reader, Arriving)
            if arriving and (body.failed or not body.reader.is_here):
                start_response.__self__.force_close()
            return start_response(*answer)

        return application(environ, start)

    return answering


def patience_s(parser: Any) -> float:
    """Give for how long a caller may say nothing, by gunicorn's parser of its requests."""
    if parser is None or parser.unreader.fell_silent:
        return 0.0
    body = getattr(parser.mesg and parser.mesg.body, "reader", None)
    sends = isinstance(body, Arriving) and not body.ended and not body.waits
    return SILENT_SENDER_S if sends else SILENT_S


def let_go(connection: socket.socket, silent_s: float, hurried: Callable[[], bool]) -> None:
    """Say that no more answers come, drop what still arrives, and end (RFC 9112, 9.6).

    To close at once would cut the caller off while it sends, and its system would throw the answer
    away unread. It ends when the caller does, says nothing for `silent_s`, or after LINGER_S;
    `hurried` is asked again and again.
    """
    with suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
        _drop(connection, silent_s, hurried)
        # Whoever closes it finds nothing to wait for.
        connection.shutdown(socket.SHUT_RDWR)


def _drop(connection: socket.socket, silent_s: float, hurried: Callable[[], bool]) -> None:
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    began = heard = now = time.monotonic()
    while now - heard < silent_s and now - began < (HURRIED_S if hurried() else LINGER_S):
        if poll.poll(STEP_MS):
            if not connection.recv(DROPPED_BYTES):
                return
            heard = time.monotonic()
        now = time.monotonic()
