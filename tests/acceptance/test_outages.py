"""A disk that is full, folders and files that are not there or cannot be written, killed parsers.

Each time: the answer says what is wrong, nothing is half kept, and the service goes on by itself.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from service.demo.client import Attachment, Client, Refused
from tests.acceptance import processes
from tests.acceptance.houses import House, await_answer
from tests.acceptance.uploaders import (
    LOGIN,
    PASSWORD,
    admit_seller,
    enter_requirements,
    form,
    small_mail,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

AT = datetime(2026, 11, 24, tzinfo=UTC)
ROOM_BYTES = 12 << 20
PAGE_BYTES = 4096
VERDICT_S = 60
MAIL = "message/rfc822"


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    """Mount a small file system in memory; skip where that is not allowed."""
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def serving(house: House) -> Iterator[subprocess.Popen[bytes]]:
    """Run the server; whatever is left of it at the end is killed."""
    server = house.start("serve")
    try:
        await_answer(house.address, server)
        yield server
    finally:
        everybody = processes.family(server.pid)
        processes.kill(everybody)
        server.wait()


class Seller:
    """Somebody who uploads small mails; remembers what was acknowledged."""

    def __init__(self, client: Client, requirements: Sequence[str]) -> None:
        self._client = client
        self.requirements = requirements
        self._number = 0
        self.acknowledged: list[str] = []

    def upload(self, *, size: int = 3_000) -> dict[str, Any] | None:
        """Upload; give the problem where it was refused."""
        self._number += 1
        data = small_mail(f"{self._number} {'x' * size}", AT)
        file = Attachment(name="a.eml", media_type=MAIL, data=data)
        requirement = self.requirements[self._number % len(self.requirements)]
        path = f"/api/v1/requirements/{requirement}/deliverables"
        try:
            entered = self._client.upload(path, file, key=f"outage-{self._number}")
        except Refused as refused:
            return {"status": refused.status, **refused.problem}
        self.acknowledged.append(entered["id"])
        return None

    def verdict(self, deliverable_id: str) -> dict[str, Any]:
        deadline = time.monotonic() + VERDICT_S
        while time.monotonic() < deadline:
            found: dict[str, Any] = self._client.get(f"/api/v1/deliverables/{deliverable_id}")
            if found["state"] != "pending":
                return found
            time.sleep(0.05)
        raise AssertionError(f"no verdict on {deliverable_id} within {VERDICT_S} s")


@contextmanager
def selling(house: House) -> Iterator[Seller]:
    requirements = enter_requirements(house.address)
    with Client(house.address) as client:
        client.sign_in(LOGIN, PASSWORD)
        yield Seller(client, requirements)


def a_house(folder: Path) -> House:
    return House(folder=folder, settings={}, workers=0)


def incoming(house: House) -> list[str]:
    return sorted(path.name for path in (house.folder / "files" / "incoming").iterdir())


class Ballast:
    """A file that takes what room there is."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "ballast"

    def leave(self, pages: int) -> None:
        """Leave room for so many pages and no more."""
        with self._path.open("ab", buffering=0) as file:
            try:
                while file.write(b"x" * PAGE_BYTES) == PAGE_BYTES:
                    pass
            except OSError:
                pass
            file.truncate(max(0, file.seek(0, os.SEEK_END) - pages * PAGE_BYTES))

    def remove(self) -> None:
        self._path.unlink()


def test_a_full_disk_is_told_keeps_nothing_by_halves_and_is_recovered_from(
    tmp_path: Path,
) -> None:
    with mounted(tmp_path / "data", f"size={ROOM_BYTES}") as folder:
        house, ballast = a_house(folder), Ballast(folder)
        admit_seller(house)
        with serving(house) as server, selling(house) as seller:
            assert seller.upload() is None
            problems = []
            for pages in (0, 0, 1, 2, 3, 4, 6):
                ballast.leave(pages)
                problems.append(seller.upload())
                assert incoming(house) == []
            ballast.leave(8)
            problems.append(seller.upload(size=200_000))
            told = [problem for problem in problems if problem is not None]
            assert {problem["status"] for problem in told} == {503}
            assert {problem["messages"]["en"] for problem in told} == {
                "The disk for files is full.",
                "The disk of the database is full.",
            }
            ballast.remove()
            assert seller.upload() is None
            assert {seller.verdict(one)["state"] for one in seller.acknowledged} == {"judged"}
            assert incoming(house) == []
            assert server.poll() is None
        done = house.run("audit", "verify")
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", [("serve",), ("worker",), ("audit", "verify")])
def test_a_data_folder_that_is_read_only_is_told_at_the_start(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    with mounted(tmp_path / "data", "ro,size=1m") as folder:
        _assert_told(a_house(folder).run(*command), folder, "the file system is read-only")


def test_a_data_folder_that_is_a_file_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"")
    _assert_told(a_house(tmp_path / "data").run("serve"), tmp_path / "data", "it exists already")


def _assert_told(done: subprocess.CompletedProcess[str], folder: Path, reason: str) -> None:
    assert done.returncode == 2, done.stderr
    assert f"COUNTERMARK_DATA: the folder {folder} cannot be used ({reason})" in done.stderr
    assert "set COUNTERMARK_DATA to another place" in done.stderr
    assert "Traceback" not in done.stderr


def test_folders_and_files_that_go_while_it_runs_are_told_and_may_come_back(
    tmp_path: Path,
) -> None:
    house = a_house(tmp_path / "data")
    admit_seller(house)
    with serving(house), selling(house) as seller:
        assert seller.upload() is None
        for missing, words in (
            (house.folder / "files" / "incoming", "file store is not available"),
            (house.folder / "countermark.db", "countermark.db, is not where it was"),
        ):
            away = missing.rename(tmp_path / "away")
            problem = seller.upload()
            assert problem is not None
            assert (problem["status"], words in problem["messages"]["en"]) == (503, True), problem
            assert not missing.exists()
            away.rename(missing)
            assert seller.upload() is None
        assert {seller.verdict(one)["state"] for one in seller.acknowledged} == {"judged"}


def test_a_refusal_for_a_moment_says_when_to_come_again(tmp_path: Path) -> None:
    house = a_house(tmp_path / "data")
    token = admit_seller(house)
    with serving(house):
        (house.folder / "countermark.db").rename(tmp_path / "away")
        place = urlsplit(house.address)
        connection = HTTPConnection(place.hostname or "", place.port)
        connection.request("GET", "/api/v1/customers", headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        assert (answer.status, int(answer.headers["Retry-After"]) > 0) == (503, True)
        connection.close()
        (tmp_path / "away").rename(house.folder / "countermark.db")


def test_parsers_that_are_killed_leave_every_file_with_a_verdict(tmp_path: Path) -> None:
    house = a_house(tmp_path / "data")
    admit_seller(house)
    with serving(house) as server, selling(house) as seller:
        for number in range(12):
            assert seller.upload() is None
            parsers = sorted(pid for pid in processes.family(server.pid) if _parses(pid))
            if parsers:  # bubblewrap twice, the fork server and its child, in turn
                processes.kill([parsers[number % len(parsers)]])
        found = [seller.verdict(one) for one in seller.acknowledged]
        assert {one["state"] for one in found} == {"judged"}
        assert all(one["verdict"] == "PASSED" or one["sub_indication"] for one in found)
        assert seller.upload() is None
        assert server.poll() is None
        deadline = time.monotonic() + VERDICT_S
        while (dead := _zombies(server.pid)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert dead == []


def _parses(pid: int) -> bool:
    try:
        return processes.SANDBOX in (processes.PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return False


def _zombies(pid: int) -> list[int]:
    """Give the zombies among the children of a process and of its family."""
    everybody = processes._everybody()  # noqa: SLF001 - of the same tests
    family = processes.family(pid)
    return [one for one, (parent, state) in everybody.items() if state == "Z" and parent in family]


class SlowUpload:
    """An upload whose second half comes when it is asked for."""

    def __init__(self, house: House, token: str, requirement: str) -> None:
        place = urlsplit(house.address)
        body = form("b", "slow.eml", small_mail("y" * 500_000, AT))
        self._rest = body[300_000:]
        self._connection = HTTPConnection(place.hostname or "", place.port, timeout=VERDICT_S)
        self._connection.putrequest("POST", f"/api/v1/requirements/{requirement}/deliverables")
        for name, value in {
            "Authorization": f"Bearer {token}",
            "Content-Type": "multipart/form-data; boundary=b",
            "Idempotency-Key": "slow",
            "Content-Length": str(len(body)),
        }.items():
            self._connection.putheader(name, value)
        self._connection.endheaders(body[:300_000])

    def finish(self) -> int:
        """Send the rest; give the status of the answer."""
        self._connection.send(self._rest)
        with self._connection.getresponse() as answer:
            status = answer.status
        self._connection.close()
        return status


def test_told_to_stop_it_ends_in_time_and_keeps_uploads_whole(tmp_path: Path) -> None:
    house = a_house(tmp_path / "data")
    token = admit_seller(house)
    with serving(house) as server, selling(house) as seller:
        assert seller.upload() is None
        slow = SlowUpload(house, token, seller.requirements[0])
        time.sleep(0.3)  # the server is reading
        server.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert slow.finish() == 201
        assert server.wait(VERDICT_S) == 0
    assert incoming(house) == []
    with serving(house), Client(house.address) as client:
        client.sign_in(LOGIN, PASSWORD)
        found = client.get("/api/v1/deliverables")["items"]
        assert len(found) == len(seller.acknowledged) + 1
