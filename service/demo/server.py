"""The service as a process of its own, started for the demo and ended with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

from service.settings import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from service.demo.company import Company

START_S = 60
STOP_S = 30
POLL_S = 0.2
#: Settings of the shell that change nothing of where things are kept or what is judged.
KEPT = {f"{PREFIX}{name}" for name in ("LOG_LEVEL", "REQUIRE_SANDBOX", "THREADS", "WORKERS")}


class ServerDidNotStart(Exception):
    """The service ended, or did not answer in time; what it wrote says why."""


def prepare(folder: Path, company: Company, root_pem: bytes) -> dict[str, str]:
    """Lay out data and trust folders and the first administrator; give the environment."""
    trust = folder / "trust"
    trust.mkdir(parents=True, exist_ok=True)
    (trust / "demo-root.pem").write_bytes(root_pem)
    environment = alone(os.environ, folder)
    admin = next(person for person in company.people if person.role == "admin")
    done = subprocess.run(  # noqa: S603 - our own program
        [*_command(), "users", "add", admin.login, "--role", "admin", "--name", admin.name],
        input=f"{admin.password}\n",
        env=environment,
        text=True,
        capture_output=True,
        timeout=START_S,
        check=False,
    )
    if done.returncode:
        raise ServerDidNotStart(done.stderr)
    return environment


def alone(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Give an environment whose service keeps everything in this folder.

    The shell may name a database, a broker or storage that people work with: people of the demo,
    with passwords that it prints, have no business there.
    """
    around = {
        name: value
        for name, value in environment.items()
        if not name.startswith(PREFIX) or name in KEPT
    }
    told = {"COUNTERMARK_DATA": folder, "COUNTERMARK_TRUST": folder / "trust"}
    return {**around, **{name: str(value) for name, value in told.items()}}


@contextmanager
def serving(environment: dict[str, str], port: int) -> Iterator[str]:
    """Run ``countermark serve`` until the end of the block; give its address.

    Raises ServerDidNotStart.
    """
    process = subprocess.Popen(  # noqa: S603 - our own program
        [*_command(), "serve"],
        env={**environment, "COUNTERMARK_PORT": str(port), "COUNTERMARK_LOG_LEVEL": "warning"},
    )
    try:
        yield _await(f"http://127.0.0.1:{port}", process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(address: str, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(f"{address}/api/v1/health", timeout=2):  # noqa: S310 - our own address
                return address
        except (URLError, HTTPException, OSError):
            time.sleep(POLL_S)
    raise ServerDidNotStart(f"{address}: exit code {process.poll()}")


def _command() -> list[str]:
    return [sys.executable, "-m", "service"]
