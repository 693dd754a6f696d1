"""Programs that upload without pause and repeat until they get their acknowledgement.

They keep a history of their own, against which the rows of the service are held.
"""

from __future__ import annotations

import hashlib
import json
import random
import secrets
import threading
import time
from dataclasses import dataclass
from email.utils import format_datetime
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from service.demo.client import Client

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from types import TracebackType

    from tests.acceptance.houses import House

LOGIN, PASSWORD = "seller", "correct-horse-battery"
CUSTOMERS = 16
ANSWER_S = 30
REST_S = 0.05
#: One in so many is sent once more after its acknowledgement, as programs do that lost it.
REPEATED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """One upload and every answer of 201 that its key has got."""

    key: str
    requirement_id: str
    sha256: str
    ids: tuple[str, ...]


def admit_seller(house: House) -> str:
    """Enter a salesperson into an empty house; give a token."""
    (house.folder / "trust").mkdir(parents=True)
    where = ("--region", "华东", "--team", "一组")
    done = house.run("users", "add", LOGIN, "--role", "salesperson", *where, stdin=PASSWORD)
    assert done.returncode == 0, done.stderr
    done = house.run("tokens", "create", LOGIN)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def enter_requirements(address: str) -> tuple[str, ...]:
    """Enter customers; give the ids of all that their paths ask for."""
    found: list[str] = []
    with Client(address) as client:
        client.sign_in(LOGIN, PASSWORD)
        for number in range(CUSTOMERS):
            name = f"客户{number}"
            body = {"name": name, "registered_name": name, "path": "software"}
            customer = client.post("/api/v1/customers", body)
            asked = client.get(f"/api/v1/customers/{customer['id']}/requirements")["items"]
            found += [need["id"] for need in asked]
    return tuple(found)


def small_mail(text: str, at: datetime) -> bytes:
    """Give a mail that is right where a mail is asked for, and the wrong type elsewhere."""
    return (
        "From: it@example.org\r\nTo: seller@example.org\r\nSubject: POC\r\n"
        f"Date: {format_datetime(at)}\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()


class Uploader(threading.Thread):
    """One program: the next file only after the last one was acknowledged."""

    def __init__(
        self, address: str, token: str, requirements: Sequence[str], *, seed: str, at: datetime
    ) -> None:
        super().__init__(name=seed, daemon=True)
        self._place = urlsplit(address)
        self._token = token
        self._requirements = requirements
        self._seed = seed
        self._at = at
        self._random = random.Random(seed)  # noqa: S311 - a test that can be repeated
        self._connection: HTTPConnection | None = None
        self._enough = threading.Event()
        self.acknowledged: list[Acknowledged] = []
        #: Answers that no client of a service that only dies should ever get.
        self.surprises: list[str] = []

    def run(self) -> None:
        number = 0
        while not self._enough.is_set():
            self.acknowledged.append(self._insist(f"{self._seed}-{number}"))
            number += 1
            self._enough.wait(self._random.uniform(0, 2 * REST_S))
        self._hang_up()

    def stop(self) -> None:
        """Begin nothing more; what is in hand is repeated until it is acknowledged."""
        self._enough.set()

    def _insist(self, key: str) -> Acknowledged:
        data = small_mail(key, self._at)
        requirement_id = self._random.choice(self._requirements)
        times = 2 if self._random.randrange(REPEATED) == 0 else 1
        ids = tuple(self._until_acknowledged(requirement_id, key, data) for _ in range(times))
        sha256 = hashlib.sha256(data).hexdigest()
        return Acknowledged(key=key, requirement_id=requirement_id, sha256=sha256, ids=ids)

    def _until_acknowledged(self, requirement_id: str, key: str, data: bytes) -> str:
        while True:
            try:
                status, body = self._send(requirement_id, key, data)
            except (OSError, HTTPException):
                self._hang_up()
                time.sleep(REST_S)
                continue
            if status == 201:
                return str(json.loads(body)["id"])
            if not _invites_repeat(status, body):
                self.surprises.append(f"{key}: {status} {body[:300]!r}")
            time.sleep(REST_S)

    def _send(self, requirement_id: str, key: str, data: bytes) -> tuple[int, bytes]:
        if self._connection is None:
            host, port = self._place.hostname or "", self._place.port
            self._connection = HTTPConnection(host, port, timeout=ANSWER_S)
        boundary = secrets.token_hex(16)
        self._connection.request(
            "POST",
            f"/api/v1/requirements/{requirement_id}/deliverables",
            body=form(boundary, f"{key}.eml", data),
            headers={
                "Authorization": f"Bearer {self._token}",
                "Content-Type": f"multipart/form-data; boundary={boundary}",
                "Idempotency-Key": key,
            },
        )
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def form(boundary: str, name: str, data: bytes) -> bytes:
    """Give a form with one file."""
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: message/rfc822\r\n\r\n"
    )
    return head.encode() + data + f"\r\n--{boundary}--\r\n".encode()


def _invites_repeat(status: int, body: bytes) -> bool:
    """Busy, or the first request under this key is still in hand."""
    if status == 503:
        return True
    problem: dict[str, Any] = json.loads(body)
    return status == 409 and str(problem.get("type", "")).endswith("still-running")


class Uploaders:
    """Several of them at once; a context manager that waits for their last acknowledgement."""

    def __init__(self, *uploaders: Uploader) -> None:
        self._uploaders = uploaders

    def __enter__(self) -> Self:
        for uploader in self._uploaders:
            uploader.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for uploader in self._uploaders:
            uploader.stop()
        if kind is None:
            self.finish()

    def finish(self) -> None:
        """Have them end what is in hand; the service must be up."""
        for uploader in self._uploaders:
            uploader.stop()
        for uploader in self._uploaders:
            uploader.join(2 * ANSWER_S)
            assert not uploader.is_alive(), f"{uploader.name} never got its acknowledgement"

    @property
    def count(self) -> int:
        return sum(len(uploader.acknowledged) for uploader in self._uploaders)

    @property
    def history(self) -> tuple[Acknowledged, ...]:
        return tuple(one for uploader in self._uploaders for one in uploader.acknowledged)

    @property
    def surprises(self) -> tuple[str, ...]:
        return tuple(text for uploader in self._uploaders for text in uploader.surprises)
