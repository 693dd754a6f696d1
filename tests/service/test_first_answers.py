"""What gunicorn refuses by itself is told as problem+json too, and nothing of it is shown back."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from service.arriving import SILENT_SENDER_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TIMEOUT_S = 30
SECRET = "cm_hunter2"
#: gunicorn with our worker around an application that says OK, on a socket handed down to it.
PROGRAM = """
import sys
from gunicorn.app.base import BaseApplication
from service import first_answers
from service.first_answers import FirstAnswers, HEADER_BYTES, LINE_BYTES, MOST_HEADERS

first_answers.SILENT_S = 2

class Server(BaseApplication):
    def load_config(self):
        for name, value in {
            "bind": "unix:" + sys.argv[1], "worker_class": FirstAnswers, "threads": 2,
            "graceful_timeout": 1, "limit_request_line": LINE_BYTES,
            "limit_request_field_size": HEADER_BYTES, "limit_request_fields": MOST_HEADERS,
            "when_ready": lambda server: print("ready", flush=True),
        }.items():
            self.cfg.set(name, value)

    def load(self):
        def application(environ, start_response):
            status = "200 OK"
            if environ["PATH_INFO"] == "/read":
                try:
                    environ["wsgi.input"].read()
                except OSError:
                    status = "400 Bad Request"
            if environ["PATH_INFO"] == "/refused":
                status = "413 Too Large"
            start_response(status, [("Content-Length", "2")])
            return [b"OK"]
        return application

Server().run()
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("first") / "socket"
    command = [sys.executable, "-c", PROGRAM, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == b"ready\n"
        yield path
        server.terminate()
        _, told = server.communicate(timeout=TIMEOUT_S)
    assert SECRET.encode() not in told
    assert b"Traceback" not in told


def _ask(address: Path, request: str) -> tuple[str, bytes]:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(TIMEOUT_S)
        connection.connect(str(address))
        connection.sendall(request.encode("latin-1"))
        head, _, body = b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")
    return head.decode(), body


REFUSED = {
    "an address of 5,000 characters": (f"GET /{'a' * 5000} HTTP/1.1\r\n\r\n", 414, "request line"),
    "a header of 9,000 bytes": (f"GET / HTTP/1.1\r\nX: {'a' * 9000}\r\n\r\n", 431, "headers"),
    "101 headers": ("GET / HTTP/1.1\r\n" + "X: y\r\n" * 101 + "\r\n", 431, "headers"),
    "a Content-Length in words": (
        f"POST / HTTP/1.1\r\nAuthorization: {SECRET}\r\nContent-Length: ten\r\n\r\n",
        400,
        "headers",
    ),
    "a negative Content-Length": ("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400, "headers"),
    "two Content-Lengths": (
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        400,
        "headers",
    ),
    "a header with a blank in its name": (
        f"GET / HTTP/1.1\r\nAuthorization : {SECRET}\r\n\r\n",
        400,
        "headers",
    ),
    "what is no HTTP": ("hello\r\n\r\n", 400, "request"),
    "a transfer coding that nobody knows": (
        "POST / HTTP/1.1\r\nTransfer-Encoding: brotli\r\n\r\n",
        501,
        "Transfer-Encoding",
    ),
}


@pytest.mark.parametrize(("request_", "status", "where"), REFUSED.values(), ids=REFUSED.keys())
def test_a_request_that_cannot_be_read_gets_a_problem(
    address: Path, request_: str, status: int, where: str
) -> None:
    head, body = _ask(address, request_)
    assert head.startswith(f"HTTP/1.1 {status} ")
    assert "Content-Type: application/problem+json" in head
    problem = json.loads(body)
    assert problem["status"] == status
    assert problem["errors"][0]["where"] == where
    assert problem["messages"]["zh"]
    assert problem["messages"]["en"]
    assert SECRET not in head + body.decode()


def test_a_request_that_can_be_read_reaches_the_application(address: Path) -> None:
    head, body = _ask(address, "GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
    assert head.startswith("HTTP/1.1 200 ")
    assert body == b"OK"


GET = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
LAST = b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"


@contextmanager
def _connected(address: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(TIMEOUT_S)
        connection.connect(str(address))
        yield connection


def _answer(connection: socket.socket) -> bytes:
    answer = b""
    while not answer.endswith(b"\r\n\r\nOK"):
        part = connection.recv(65536)
        assert part, answer
        answer += part
    return answer


@pytest.mark.parametrize(
    "pause_s",
    [
        pytest.param(0.0, id="at once"),
        pytest.param(0.05, id="after the thread has left"),
    ],
)
def test_requests_in_turn_on_one_connection_are_answered(address: Path, pause_s: float) -> None:
    with _connected(address) as connection:
        for _ in range(5):
            connection.sendall(GET)
            assert _answer(connection).startswith(b"HTTP/1.1 200 ")
            time.sleep(pause_s)
        connection.sendall(LAST)
        assert b"connection: close" in _answer(connection).lower()
        assert connection.recv(1) == b""


UNREAD = {
    "of a length": (b"Content-Length: 5\r\n\r\nGET /", 4),
    "as long as is read for the next request": (b"Content-Length: 65535\r\n\r\n" + b"G" * 65535, 4),
    "longer: the connection ends": (b"Content-Length: 65536\r\n\r\n" + b"G" * 65536, 1),
    "in chunks, whose end is not known: the connection ends": (
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nGET /\r\n0\r\n\r\n",
        1,
    ),
    "none": (b"Content-Length: 0\r\n\r\n", 4),
}


@pytest.mark.parametrize(("framing", "answered"), UNREAD.values(), ids=UNREAD.keys())
def test_a_body_that_nobody_read_is_no_request(
    address: Path, framing: bytes, answered: int
) -> None:
    head = b"POST / HTTP/1.1\r\nHost: here\r\n"
    with _connected(address) as connection:
        answers = b""
        for _ in range(3):
            with suppress(OSError):
                connection.sendall(head + framing)
                time.sleep(0.05)  # it is there when the answer is made
        with suppress(OSError):
            connection.sendall(LAST)
        with suppress(ConnectionResetError):
            answers = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answers.count(b"HTTP/1.1 200 ") == answered
    assert answers.lower().count(b"connection: close") == 1


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param(b"zz\r\n", id="a size that is none"),
        pytest.param(b"-5\r\n", id="a size below zero"),
        pytest.param(b"5\r\nGET /XX5\r\n", id="a chunk longer than it says"),
        pytest.param(b"0\r\nbad trailer\r\n\r\n", id="a trailer that is none"),
    ],
)
@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param(b"/read", b"400", id="read"),
        pytest.param(b"/", b"200", id="not read"),
    ],
)
def test_broken_chunks_are_a_fault_of_the_caller_and_get_one_answer(
    address: Path, chunks: bytes, path: bytes, status: bytes
) -> None:
    head = b"POST " + path + b" HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"
    with _connected(address) as connection:
        connection.sendall(head + chunks + LAST)
        answers = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answers.startswith(b"HTTP/1.1 " + status)
    assert answers.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    "begun",
    [
        pytest.param(b"GET / HTTP/1.1\r\nHos", id="headers"),
        pytest.param(
            b"POST /read HTTP/1.1\r\nHost: here\r\nContent-Length: 50\r\n\r\nten", id="a body"
        ),
    ],
)
def test_requests_that_fall_silent_do_not_keep_the_threads(address: Path, begun: bytes) -> None:
    """Two threads, four requests of which nothing more comes; the next one is answered."""
    with ExitStack() as silent:
        for _ in range(4):
            silent.enter_context(_connected(address)).sendall(begun)
        time.sleep(0.2)
        assert _ask(address, LAST.decode())[1] == b"OK"


MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    "framing",
    [
        pytest.param(b"Content-Length: 20\r\n\r\nten bytes.", id="of a length"),
        pytest.param(b"Transfer-Encoding: chunked\r\n\r\n14\r\nten bytes.", id="in chunks"),
    ],
)
def test_a_body_that_ends_before_its_length_is_cut_short(address: Path, framing: bytes) -> None:
    with _connected(address) as connection:
        connection.sendall(b"POST /read HTTP/1.1\r\nHost: here\r\n" + framing)
        connection.shutdown(socket.SHUT_WR)
        assert _answer(connection).startswith(b"HTTP/1.1 400 ")


def test_a_refusal_comes_before_the_body_and_says_that_the_connection_ends(address: Path) -> None:
    """Of ten megabytes one is sent; who waited for the rest would wait until it falls silent."""
    head = f"POST /refused HTTP/1.1\r\nHost: here\r\nContent-Length: {10 * MEGABYTE}\r\n\r\n"
    with _connected(address) as connection:
        connection.settimeout(1.5)  # less than SILENT_S above
        connection.sendall(head.encode() + bytes(MEGABYTE))
        answer = _answer(connection)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in answer.lower()


def test_who_reads_nothing_until_all_is_sent_still_reads_the_refusal(address: Path) -> None:
    head = f"POST /refused HTTP/1.1\r\nHost: here\r\nContent-Length: {30 * MEGABYTE}\r\n\r\n"
    with _connected(address) as connection:
        connection.sendall(head.encode())
        for _ in range(30):
            connection.sendall(bytes(MEGABYTE))
        answers = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answers.startswith(b"HTTP/1.1 413 ")
    assert answers.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    ("path", "first"),
    [
        pytest.param(b"/read", b"HTTP/1.1 100 Continue\r\n\r\n", id="asked for where it is read"),
        pytest.param(b"/refused", b"HTTP/1.1 413 ", id="not asked for where it is refused"),
    ],
)
def test_a_body_that_waits_to_be_asked_for(address: Path, path: bytes, first: bytes) -> None:
    head = b" HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    with _connected(address) as connection:
        connection.sendall(b"POST " + path + head)
        answer = connection.recv(65536)
        assert answer.startswith(first)
        if b"100 Continue" in answer:
            connection.sendall(b"ten" + LAST)
        answers = answer + b"".join(iter(lambda: connection.recv(65536), b""))
    assert answers.count(b"HTTP/1.1 200 ") == (2 if path == b"/read" else 0)


@pytest.mark.parametrize(
    "framing",
    [
        pytest.param(b"Content-Length: 10000000", id="much"),
        pytest.param(b"Content-Length: 60000", id="little"),
        pytest.param(b"Transfer-Encoding: chunked", id="in chunks"),
    ],
)
def test_callers_who_go_on_sending_do_not_keep_the_threads(address: Path, framing: bytes) -> None:
    """Two threads, four that were refused and trickle on: the next one is answered soon."""
    head = b"POST /refused HTTP/1.1\r\nHost: here\r\n" + framing + b"\r\n\r\n"
    ended = threading.Event()

    def trickle() -> None:
        with _connected(address) as connection, suppress(OSError):
            connection.sendall(head)
            while not ended.wait(0.1):
                connection.sendall(b"x")

    with ThreadPoolExecutor(4) as callers:
        going = [callers.submit(trickle) for _ in range(4)]
        time.sleep(0.5)
        began = time.monotonic()
        assert _ask(address, LAST.decode())[1] == b"OK"
        waited_s = time.monotonic() - began
        ended.set()
    assert all(one.exception() is None for one in going)
    assert waited_s < SILENT_SENDER_S


def test_connections_of_which_nothing_comes_do_not_keep_the_threads(address: Path) -> None:
    """Two threads, twenty connections; to wait a second for each would take ten."""
    with ExitStack() as silent:
        for _ in range(20):
            silent.enter_context(_connected(address))
        began = time.monotonic()
        assert _ask(address, LAST.decode())[1] == b"OK"
        assert time.monotonic() - began < 10
        late = silent.enter_context(_connected(address))
        time.sleep(0.3)  # longer than a thread waits
        late.sendall(LAST)
        assert _answer(late).startswith(b"HTTP/1.1 200 ")


def test_requests_sent_together_are_answered_in_turn(address: Path) -> None:
    with _connected(address) as connection:
        connection.sendall(GET * 20 + LAST)
        answers = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answers.count(b"HTTP/1.1 200 ") == 21


def test_busy_connections_leave_others_their_turn(address: Path) -> None:
    """Two threads, two connections that never rest: a third must not wait for them to end."""
    ended = threading.Event()

    def never_rest() -> None:
        with _connected(address) as connection:
            connection.sendall(GET * 200)  # the next request is always there
            while not ended.is_set():
                connection.sendall(GET * connection.recv(65536).count(b"HTTP/1.1 200 "))

    with ThreadPoolExecutor(2) as busy:
        going = [busy.submit(never_rest) for _ in range(2)]
        try:
            for _ in range(20):
                assert _ask(address, LAST.decode())[1] == b"OK"
            assert not any(one.done() for one in going)
        finally:
            ended.set()
        assert [one.result() for one in going] == [None, None]
