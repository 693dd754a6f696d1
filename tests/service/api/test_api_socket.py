"""Over a real socket: bodies in chunks, bodies too large, callers who hang up."""

from __future__ import annotations

import json
import socket
import threading
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from service.records import Role
from tests.service.api.house import add_customer, requirement_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.service.api.house import Caller, House

TIMEOUT_S = 30
CHUNK = 64 * 1024
HEAD = b'--xx\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
TAIL = b"\r\n--xx--\r\n"


class KeepingQuiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - theirs
        """The service logs by itself."""


@pytest.fixture
def port(house: House) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, house.app, threaded=True, request_handler=KeepingQuiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def _headers(caller: Caller, key: str) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {caller.secret}",
        "Idempotency-Key": key,
        "Content-Type": "multipart/form-data; boundary=xx",
    }


def _send_in_chunks(port: int, caller: Caller, address: str, data: bytes) -> tuple[int, str]:
    form = HEAD + data + TAIL
    chunks = (form[start : start + CHUNK] for start in range(0, len(form), CHUNK))
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    connection.request(
        "POST", address, chunks, _headers(caller, f"key-{len(data)}"), encode_chunked=True
    )
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    return answer.status, body.get("type", body.get("state"))


def test_a_body_in_chunks_is_taken_and_one_too_large_is_told_so(house: House, port: int) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    requirement = requirement_of(anna, add_customer(anna), "poc_report")["id"]
    address = f"/api/v1/requirements/{requirement}/deliverables"
    assert _send_in_chunks(port, anna, address, bytes(1000)) == (201, "pending")
    before = house.stored()
    too_large = _send_in_chunks(port, anna, address, bytes(1_900_000))
    assert too_large == (413, "urn:countermark:problem:too-large")
    nowhere = address.replace(requirement, "nothing")
    assert _send_in_chunks(port, anna, nowhere, bytes(1_000_000)) == (
        404,
        "urn:countermark:problem:not-found",
    )
    assert house.stored() == before


def test_who_hangs_up_in_the_middle_leaves_nothing(house: House, port: int) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    requirement = requirement_of(anna, add_customer(anna), "poc_report")["id"]
    address = f"/api/v1/requirements/{requirement}/deliverables"
    before = house.stored()
    lines = [f"POST {address} HTTP/1.1", "Host: here", "Content-Length: 5000"]
    lines += [f"{name}: {value}" for name, value in _headers(anna, "hang-up").items()]
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S) as connection:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + HEAD + b"%PDF")
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(4096)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert house.stored() == before
    again = anna.upload(requirement, b"%PDF", key="hang-up")
    assert again.status_code == 201
