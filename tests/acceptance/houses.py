"""The service as its operators run it: processes, settings, and nothing of ours in between."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from service.demo.company import Company

PORTS = range(20_000, 32_000)
START_S = 60
STOP_S = 40


def free_port() -> int:
    """Give a port that nobody listens on, and that no connection gets while a server is away.

    The system takes ports of connections from 32768 on; one of those may be gone at a restart.
    """
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError(f"every port of {PORTS} is taken")


@dataclass(kw_only=True)
class House:
    """One set-up; `workers` is how many ``countermark worker`` stand beside the server."""

    folder: Path
    settings: Mapping[str, str]
    workers: int
    port: int = field(default_factory=free_port)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        clean = {name: text for name, text in os.environ.items() if "COUNTERMARK" not in name}
        return {
            **clean,
            **self.settings,
            "COUNTERMARK_DATA": str(self.folder),
            "COUNTERMARK_TRUST": str(self.folder / "trust"),
            "COUNTERMARK_PORT": str(self.port),
            "COUNTERMARK_LOG_LEVEL": "warning",
        }

    def furnish(self, company: Company, root_pem: bytes) -> None:
        """Lay out the folders and enter the first administrator."""
        trust = self.folder / "trust"
        trust.mkdir(parents=True)
        (trust / "root.pem").write_bytes(root_pem)
        admin = next(person for person in company.people if person.role == "admin")
        done = self.run("users", "add", admin.login, "--role", "admin", stdin=admin.password)
        assert done.returncode == 0, done.stderr

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run one command of this house to its end."""
        return subprocess.run(
            [sys.executable, "-m", "service", *arguments],
            input=stdin,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=START_S,
            check=False,
        )

    def start(self, command: str) -> subprocess.Popen[bytes]:
        """Start ``serve`` or ``worker`` as the head of a process group of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "service", command],
            env=self.environment,
            start_new_session=True,
        )

    @contextmanager
    def open(self) -> Iterator[str]:
        """Run the server and its workers until the end of the block; give the address."""
        processes = [self.start("serve"), *(self.start("worker") for _ in range(self.workers))]
        try:
            await_answer(self.address, processes[0])
            yield self.address
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
            for process in processes:
                end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Wait for a process that was told to stop; kill its whole group if it does not."""
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def await_answer(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers; its early end is a failure."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        try:
            with urlopen(f"{address}/api/v1/health", timeout=2):  # noqa: S310 - our own address
                return
        except HTTPError:
            return
        except (URLError, HTTPException, OSError):
            time.sleep(0.05)
    raise AssertionError(f"{address} did not answer within {START_S} s")
