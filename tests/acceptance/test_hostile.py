"""Hostile files over HTTP: the service stays, and each file gets a verdict with a reason.

All of the corpus of hostile PDFs, where it is at hand, and every bomb that the tests can make.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

import pytest

from service.demo.client import Attachment, Client, Refused
from tests.acceptance import processes
from tests.acceptance.houses import House, await_answer
from tests.acceptance.uploaders import LOGIN, PASSWORD, admit_seller, enter_requirements
from tests.corpora import corpus
from tests.verification import bombs, bombs_pdf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

#: At once, as many as the sandbox judges and draws side by side.
CLIENTS = 3
#: The longest that one may take by the limits, with the others before it in the queue.
VERDICT_S = 120
OCTETS = "application/octet-stream"
#: They work for many seconds, and once more when the page is drawn. `pdf_four_million_fills`, which
#: goes on until a limit ends it, stands for them here; the sandbox meets all of them with less to
#: spend in tests/verification/test_sandbox_bombs.py.
LASTING = (
    bombs_pdf.pdf_tiny_tiles,
    bombs_pdf.pdf_gigabyte_of_saves,
    bombs_pdf.pdf_form_drawn_a_billion_times,
    bombs_pdf.pdf_deflated_twice,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one file: its deliverable as the API shows it, and the status of its page."""

    name: str
    deliverable: dict[str, Any]
    page_status: int

    @property
    def told(self) -> tuple[str, ...]:
        """What a person is told, in short."""
        checks = (self.deliverable["report"] or {"checks": []})["checks"]
        names = (f"{check['id']} {check['status']}" for check in checks)
        shown = (self.deliverable[name] for name in ("state", "verdict", "sub_indication"))
        return (self.name, *map(str, shown), *names)

    @property
    def has_a_reason(self) -> bool:
        """A verdict other than PASSED names it; PASSED has a check that passed and says why."""
        shown = self.deliverable
        if shown["state"] == "quarantined" or shown["verdict"] != "PASSED":
            return shown["state"] == "quarantined" or bool(shown["sub_indication"])
        return any(check["status"] == "PASSED" for check in shown["report"]["checks"])


def all_bombs() -> tuple[Hostile, ...]:
    met = [bomb for bomb in bombs.BOMBS if bomb not in LASTING]
    return tuple(Hostile(name=f"{bomb.__name__}.bin", data=bomb()) for bomb in met)


def hostile_pdfs() -> tuple[Hostile, ...]:
    files = sorted(path for path in corpus("pdf-hostile").rglob("*") if path.is_file())
    return tuple(Hostile(name=path.name, data=path.read_bytes()) for path in files)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "least"),
    [
        pytest.param(all_bombs, 20, id="bombs made by the tests"),
        pytest.param(hostile_pdfs, 130, id="the corpus of hostile PDFs"),
    ],
)
def test_every_hostile_file_gets_a_verdict_and_harms_nobody(
    files: Callable[[], tuple[Hostile, ...]], least: int, tmp_path: Path
) -> None:
    hostile = files()
    assert len(hostile) >= least
    house = House(
        folder=tmp_path / "data",
        settings={"COUNTERMARK_WORKERS": str(CLIENTS), "COUNTERMARK_THREADS": "12"},
        workers=0,
    )
    admit_seller(house)
    server = house.start("serve")
    try:
        await_answer(house.address, server)
        requirements = enter_requirements(house.address)
        before = processes.lasting(server.pid)
        outcomes = meet(house.address, requirements, hostile)
        assert server.poll() is None
        # Who came meanwhile (the server that reads words starts when first asked) is welcome.
        dead = before - processes.lasting(server.pid)
        assert not dead, "somebody of the service has died"
    finally:
        everybody = processes.family(server.pid)
        processes.kill(everybody)
        server.wait()
        processes.await_end(everybody)
    assert [one.told for one in outcomes if not one.has_a_reason] == []
    assert [(one.name, one.page_status) for one in outcomes if one.page_status >= 500] == []
    assert len(outcomes) == len(hostile)


def meet(
    address: str, requirements: Sequence[str], hostile: Sequence[Hostile]
) -> tuple[Outcome, ...]:
    """Upload all, several at once, and ask for verdict and first page of each."""
    mine = threading.local()
    with ExitStack() as clients, ThreadPoolExecutor(CLIENTS) as threads:

        def one(numbered: tuple[int, Hostile]) -> Outcome:
            number, file = numbered
            if not hasattr(mine, "client"):
                mine.client = clients.enter_context(Client(address))
                mine.client.sign_in(LOGIN, PASSWORD)
            requirement_id = requirements[number % len(requirements)]
            return _meet(mine.client, requirement_id, file, key=f"hostile-{number}")

        return tuple(threads.map(one, enumerate(hostile)))


def _meet(client: Client, requirement_id: str, file: Hostile, *, key: str) -> Outcome:
    attachment = Attachment(name=file.name, media_type=OCTETS, data=file.data)
    path = f"/api/v1/requirements/{requirement_id}/deliverables"
    try:
        entered = client.upload(path, attachment, key=key)
        here = f"/api/v1/deliverables/{entered['id']}"
        deliverable = _await_verdict(client, here)
        page_status = _status_of_page(client, here)
    except (Refused, HTTPException, OSError) as error:
        raise AssertionError(f"{file.name}: {error}") from error
    return Outcome(name=file.name, deliverable=deliverable, page_status=page_status)


def _await_verdict(client: Client, here: str) -> dict[str, Any]:
    deadline = time.monotonic() + VERDICT_S
    while time.monotonic() < deadline:
        shown: dict[str, Any] = client.get(here)
        if shown["state"] != "pending":
            return shown
        time.sleep(0.02)
    raise AssertionError(f"{here} has no verdict after {VERDICT_S} s")


def _status_of_page(client: Client, here: str) -> int:
    try:
        assert client.download(f"{here}/pages/1").startswith(b"\x89PNG")
    except Refused as refusal:
        return refusal.status
    return 200
