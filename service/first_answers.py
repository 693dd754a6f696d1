"""What the web server does before the application sees a request: refuse it, or read the next one.

What is refused is told as problem+json like all else. Such a request has no language that could be
read, so `detail` is in both; nothing of it is shown back or logged, because a broken header may
hold a token.
"""

from __future__ import annotations

import json
import secrets
import select
import socket
import struct
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from gunicorn.http import errors
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import _DEFER, ThreadWorker

from service.arriving import Arriving, Listening, closing, let_go, patience_s
from verification.values import Text

if TYPE_CHECKING:
    from concurrent.futures import Future

#: Of the first line of a request and of one header, in bytes; how many headers there may be.
LINE_BYTES, HEADER_BYTES, MOST_HEADERS = 4094, 8190, 100

#: So long a thread stays with its connection for the next request. To hand it to the main thread,
#: which waits for it, and back costs about a twentieth of what an upload does.
STAY_MS = 3
#: A request of which nothing more comes for so long is cut off: it would keep a thread for ever.
SILENT_S = 20
#: A new connection of which nothing comes for so long gives its thread back, and waits without.
FIRST_BYTE_S = 0.1

#: Kind of error: status, code, where, what is expected.
REFUSED: tuple[tuple[type[Exception], int, str, str, Text], ...] = (
    (
        errors.LimitRequestLine,
        414,
        "address-too-long",
        "request line",
        Text(zh=f"至多 {LINE_BYTES} 字节的请求行", en=f"one of at most {LINE_BYTES} bytes"),
    ),
    (
        errors.LimitRequestHeaders,
        431,
        "headers-too-large",
        "headers",
        Text(
            zh=f"至多 {MOST_HEADERS} 个头，每个至多 {HEADER_BYTES} 字节",
            en=f"at most {MOST_HEADERS} headers of {HEADER_BYTES} bytes each",
        ),
    ),
    (
        errors.UnsupportedTransferCoding,
        501,
        "bad-request",
        "Transfer-Encoding",
        Text(zh="chunked，或没有此头", en="chunked, or no such header"),
    ),
    (
        errors.ExpectationFailed,
        417,
        "bad-request",
        "Expect",
        Text(zh="100-continue，或没有此头", en="100-continue, or no such header"),
    ),
    (
        errors.InvalidHeaderName,
        400,
        "malformed-header",
        "headers",
        Text(zh="合法的头名称", en="well-formed names of headers"),
    ),
    (
        errors.InvalidHeader,
        400,
        "malformed-header",
        "headers",
        Text(
            zh="合法的头；Content-Length 为一个不带符号的整数",
            en="well-formed headers; Content-Length is one whole number without a sign",
        ),
    ),
    (
        errors.ParseException,
        400,
        "bad-request",
        "request",
        Text(zh="合法的 HTTP/1.1 请求", en="a well-formed HTTP/1.1 request"),
    ),
)
TITLE = Text(zh="请求无法读取", en="The request cannot be read")
REMEDY = Text(
    zh="请用 HTTP 库生成请求后重新发送；没有保存任何内容。",
    en="Let an HTTP library make the request, then send it again; nothing was stored.",
)


class FirstAnswers(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's worker with threads, whose own refusals are in our form.

    A thread reads on where one request follows another, unless a connection waits for a thread.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: Connections that have a thread or wait for one; changed by the main thread alone.
        self._in_hand = 0

    def enqueue_req(self, conn: Any) -> None:
        self._in_hand += 1
        if not conn.initialized:
            # Of the system's: gunicorn takes Python's time-out away before it reads.
            silent = struct.pack("@ll", SILENT_S, 0)
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, silent)
        super().enqueue_req(conn)

    def finish_request(self, conn: Any, fs: Future[Any]) -> None:
        self._in_hand -= 1
        super().finish_request(conn, fs)

    def load_wsgi(self) -> None:
        super().load_wsgi()
        self.wsgi: Any = closing(self.wsgi)

    def handle(self, conn: Any) -> Any:
        """Answer a request and those that follow at once; say what is to become of the rest."""
        if not conn.initialized:
            if not conn.wait_for_data(FIRST_BYTE_S):
                return _DEFER
            conn.init()
            conn.parser.unreader = Listening(conn.sock)
        kept = super().handle(conn)
        while kept is True and self._goes_on(conn):
            kept = super().handle(conn)
        if kept is False:
            # In the main thread, where gunicorn does it, all others would wait.
            let_go(conn.sock, patience_s(conn.parser), self._others_wait)
        return kept

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request; the body is asked for when it is read."""
        if getattr(req.body.reader, "length", None) != 0:
            waits = req._expected_100_continue  # noqa: SLF001 - gunicorn would ask at once
            req._expected_100_continue = False  # noqa: SLF001
            req.body.reader = Arriving(req.body.reader, conn.parser.unreader, waits=waits)
        return super().handle_request(req, conn)

    def _keepalive_after(self, conn: Any, keepalive: Any) -> bool:
        """Say whether another request may follow; a body that was read needs no draining.

        gunicorn sets and restores the socket's timeout around it, twice a request.
        """
        body = conn.parser.mesg.body
        if keepalive and getattr(body.reader, "length", None) == 0 and not body.buf.tell():
            conn.parser.mesg = None
            return True
        return bool(super()._keepalive_after(conn, keepalive))

    def _goes_on(self, conn: Any) -> bool:
        if self._others_wait():
            return False
        if conn.parser.unreader.buf.getvalue():
            return True
        poll = select.poll()
        poll.register(conn.sock, select.POLLIN)
        return bool(poll.poll(STAY_MS))

    def _others_wait(self) -> bool:
        """Say whether a thread is wanted elsewhere, or the worker is to stop."""
        return not self.alive or self._in_hand > self.cfg.threads

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Answer what could not be parsed; all else is gunicorn's to tell."""
        found = next((row for row in REFUSED if isinstance(exc, row[0])), None)
        if found is None or isinstance(exc, errors.InvalidResponseHeader):
            super().handle_error(req, client, addr, exc)
            return
        request_id = secrets.token_hex(16)
        _, status, code, where, expected = found
        structlog.get_logger("service").info(
            "refused before reading", request_id=request_id, status=status, kind=type(exc).__name__
        )
        body = problem(request_id, status, code, where=where, expected=expected)
        try:
            write_nonblock(client, _message(status, body, request_id))
        except OSError:
            self.log.debug("The caller went away before the answer.")


def problem(request_id: str, status: int, code: str, *, where: str, expected: Text) -> bytes:
    """Put together the body, as service.api.problems has it."""
    message = Text(
        zh=f"{where}：无法读取或超过上限，应为{expected.zh}。",
        en=f"{where}: cannot be read or above the limit, expected {expected.en}.",
    )
    trouble = {
        "where": where,
        "seen": "what cannot be read, or is above the limit",
        "expected": expected.en,
        "message": f"{message.zh} {message.en}",
    }
    content = {
        "type": f"urn:countermark:problem:{code}",
        "title": f"{TITLE.zh} / {TITLE.en}",
        "status": status,
        "detail": f"{message.zh} {message.en}",
        "instance": f"urn:countermark:request:{request_id}",
        "remedy": f"{REMEDY.zh} {REMEDY.en}",
        "errors": [trouble],
        "messages": {"zh": message.zh, "en": message.en},
    }
    return json.dumps(content, ensure_ascii=False).encode()


def _message(status: int, body: bytes, request_id: str) -> bytes:
    lines = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        "Connection: close",
        "Content-Type: application/problem+json",
        f"Content-Length: {len(body)}",
        "Content-Language: zh, en",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        f"X-Request-ID: {request_id}",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
