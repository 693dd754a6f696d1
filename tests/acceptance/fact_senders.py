"""Programs that send facts without pause and repeat until they get their acknowledgement."""

from __future__ import annotations

import json
import random
import threading
import time
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.acceptance.uploaders import ANSWER_S, PASSWORD

if TYPE_CHECKING:
    from tests.acceptance.houses import House

#: Who must be told: one a role, and a few who must not be.
PEOPLE = (
    ("ops", "sales_ops", None),
    ("vp", "vp_sales", None),
    ("manager", "manager", "华东"),
    ("other", "manager", "华北"),
)
FIRST_WEEK = date(2015, 1, 5)
REST_S = 0.02
#: One in so many is a batch of several weeks, and one in so many a mood.
BATCHES, MOODS, REPEATED = 6, 4, 8


def admit_people(house: House) -> str:
    """Enter the people; give a token of sales operations."""
    (house.folder / "trust").mkdir(parents=True)
    for login, role, region in PEOPLE:
        where = ("--region", region) if region else ()
        done = house.run("users", "add", login, "--role", role, *where, stdin=PASSWORD)
        assert done.returncode == 0, done.stderr
    done = house.run("tokens", "create", "ops")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class FactSender(threading.Thread):
    """One program: facts of its own subject, the next only after the last was acknowledged."""

    def __init__(self, address: str, token: str, *, subject: str) -> None:
        super().__init__(name=subject, daemon=True)
        self._place = urlsplit(address)
        self._token = token
        self._subject = subject
        self._random = random.Random(subject)  # noqa: S311 - a test that can be repeated
        self._connection: HTTPConnection | None = None
        self._enough = threading.Event()
        self._week = 0
        #: Ids of the facts of each acknowledged request.
        self.acknowledged: list[tuple[str, ...]] = []
        self.surprises: list[str] = []

    def run(self) -> None:
        number = 0
        while not self._enough.is_set():
            kind, rows = self._facts()
            key = f"{self._subject.encode().hex()}-{number}"
            times = 2 if self._random.randrange(REPEATED) == 0 else 1
            answers = {self._until_acknowledged(key, kind, rows) for _ in range(times)}
            if len(answers) != 1:
                self.surprises.append(f"{key}: two answers {answers}")
            self.acknowledged += answers
            number += 1
            self._enough.wait(self._random.uniform(0, REST_S))
        self._hang_up()

    def stop(self) -> None:
        self._enough.set()

    def _facts(self) -> tuple[str, list[dict[str, Any]]]:
        if self._random.randrange(MOODS) == 0:
            now = datetime.now(UTC).isoformat(timespec="microseconds")
            mood = {"mood": self._random.choice([0.2, 0.2, 0.8])}
            return "moods", [{"subject": self._subject, "period": now, "values": mood}]
        count = 5 if self._random.randrange(BATCHES) == 0 else 1
        return "pulses", [self._pulse() for _ in range(count)]

    def _pulse(self) -> dict[str, Any]:
        week = (FIRST_WEEK + timedelta(weeks=self._week)).isocalendar()
        self._week += 1
        return {
            "subject": self._subject,
            "period": f"{week.year}-W{week.week:02}",
            "values": {"pulse": self._random.choice([0.7, 0.75, 0.9])},
        }

    def _until_acknowledged(
        self, key: str, kind: str, rows: list[dict[str, Any]]
    ) -> tuple[str, ...]:
        body = json.dumps({"kind": kind, "facts": rows}).encode()
        while True:
            try:
                status, answer = self._send(key, body)
            except (OSError, HTTPException):
                self._hang_up()
                time.sleep(REST_S)
                continue
            if status == 200:
                return tuple(row["fact"] or row["code"] for row in json.loads(answer)["rows"])
            if status not in {409, 503}:
                self.surprises.append(f"{key}: {status} {answer[:300]!r}")
            time.sleep(REST_S)

    def _send(self, key: str, body: bytes) -> tuple[int, bytes]:
        if self._connection is None:
            host, port = self._place.hostname or "", self._place.port
            self._connection = HTTPConnection(host, port, timeout=ANSWER_S)
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        self._connection.request("POST", "/api/v1/facts", body=body, headers=headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
