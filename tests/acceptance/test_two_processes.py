"""One server of two processes: whichever of them a repeat reaches, there is one deliverable."""

from __future__ import annotations

import json
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from service.adapters.database import DatabaseRecords
from tests.acceptance import processes
from tests.acceptance.houses import START_S, House, await_answer, end
from tests.acceptance.uploaders import admit_seller, enter_requirements, form

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.postgres

FILES, REPEATS = 12, 6
ANSWER_S, REST_S = 30, 0.02


@pytest.fixture
def house(tmp_path: Path, empty_postgres: str) -> House:
    settings = {"COUNTERMARK_DATABASE_URL": empty_postgres, "COUNTERMARK_PROCESSES": "2"}
    return House(folder=tmp_path / "data", settings=settings, workers=0)


@pytest.fixture
def token(house: House) -> str:
    assert house.run("db", "upgrade").returncode == 0
    return admit_seller(house)


@pytest.fixture
def serving(house: House, token: str) -> Iterator[House]:
    del token
    server = house.start("serve")
    try:
        await_answer(house.address, server)
        _await_two(server.pid)
        yield house
    finally:
        server.terminate()
        end(server)


def test_repeats_to_both_processes_make_one_deliverable_each(serving: House, token: str) -> None:
    requirement = enter_requirements(serving.address)[0]
    # The same key at the same moment, so that both processes often have it in hand.
    keys = [f"key-{number}" for number in range(FILES) for _ in range(REPEATS)]
    with ThreadPoolExecutor(REPEATS) as pool:
        answers = pool.map(lambda key: _insist(serving.port, token, requirement, key), keys)
        given = set(zip(keys, answers, strict=True))
    ids = {row for _, row in given}
    assert len(given) == len(ids) == FILES
    records = DatabaseRecords(serving.settings["COUNTERMARK_DATABASE_URL"])
    with records.read() as unit:
        assert {row.id for row in unit.deliverables.find()} == ids
        assert unit.audit.verify() == ()
    records.close()


def _insist(port: int, token: str, requirement: str, key: str) -> str:
    """Send it over a connection of its own, which either process may take, until it is entered."""
    boundary = secrets.token_hex(8)
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=ANSWER_S)
        connection.request(
            "POST",
            f"/api/v1/requirements/{requirement}/deliverables",
            body=form(boundary, f"{key}.eml", key.encode()),
            headers={
                "Authorization": f"Bearer {token}",
                "Content-Type": f"multipart/form-data; boundary={boundary}",
                "Idempotency-Key": key,
            },
        )
        answer = connection.getresponse()
        body = json.loads(answer.read())
        connection.close()
        if answer.status == 201:
            return str(body["id"])
        assert str(body["type"]).endswith("still-running"), body
        time.sleep(REST_S)


def _await_two(pid: int) -> None:
    """Wait until two processes serve: they have the command of their parent."""
    own, deadline = _words(pid), time.monotonic() + START_S
    while sum(_words(one) == own for one in processes.family(pid) - {pid}) < 2:
        assert time.monotonic() < deadline, "there are no two processes"
        time.sleep(REST_S)


def _words(pid: int) -> bytes:
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""
