"""Uploads accepted a second with everything durable, against a bare Flask (about a minute).

The peer does the least that "stored" can mean: a form is read, the file is written and fsynced, a
row is inserted and committed. Ours also knows who asks and what they may, hashes, keeps the answer
for repeats, writes the audit entry and the order to verify. Same gunicorn settings, same load, in
turns. Both databases are told to have a commit on disk when it returns.

The figure that counts is the accept path alone: a server that hands out no work, since the peer
verifies nothing. What is left of it while the same two cores verify is printed beside it.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from socket import socket
from statistics import median, quantiles
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from benchmarks.promise import record
from service.demo.client import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

POSTGRES = "COUNTERMARK_TEST_POSTGRES_URL"
SIZE, CONNECTIONS = 100_000, 8
#: A round a server, in turns; the first uploads of a round are not timed.
ROUNDS, COUNT, WARM_UP = 3, 640, 64
AIM = 0.5
START_S, ANSWER_S, STOP_S = 60, 60, 40
LOGIN, PASSWORD = "seller", "correct-horse-battery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A server under load: where files go, and what every request says of itself."""

    address: str
    path: str
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    per_second: float
    #: Of all answers, in milliseconds.
    p50: float
    p99: float


def load(target: Target) -> Round:
    """Send files over all connections at once, each the next one after its answer."""
    times: list[float] = []
    _fire(target, WARM_UP // CONNECTIONS, [])
    began = time.perf_counter()
    _fire(target, COUNT // CONNECTIONS, times)
    took = time.perf_counter() - began
    cuts = quantiles(times, n=100)
    return Round(per_second=len(times) / took, p50=1000 * median(times), p99=1000 * cuts[98])


def _fire(target: Target, each: int, times: list[float]) -> None:
    troubles: list[str] = []
    threads = [
        threading.Thread(target=_send_many, args=(target, each, times, troubles))
        for _ in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise RuntimeError(f"{len(troubles)} answers were not 201: {troubles[0]}")


def _send_many(target: Target, each: int, times: list[float], troubles: list[str]) -> None:
    place = urlsplit(target.address)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=ANSWER_S)
    boundary, filling = secrets.token_hex(16), secrets.token_bytes(SIZE - 16)
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="offer.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode()
    for _ in range(each):
        # A file of its own each time: what is there already would be cheaper.
        body = head + secrets.token_bytes(16) + filling + f"\r\n--{boundary}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Authorization": f"Bearer {target.token}",
            "Idempotency-Key": secrets.token_hex(16),
        }
        start = time.perf_counter()
        connection.request("POST", target.path, body=body, headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        times.append(time.perf_counter() - start)
        if answer.status != 201:
            troubles.append(f"{answer.status} {content[:300]!r}")
            break
    connection.close()


@contextmanager
def running(program: list[str], environment: dict[str, str], port: int) -> Iterator[str]:
    """Run a server of ours for the length of the block; give its address."""
    process = subprocess.Popen([sys.executable, "-m", *program], env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        _await_answer(address, process)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_answer(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{address}/api/v1/health", timeout=5):  # noqa: S310 - our own address
                return
        except HTTPError:
            return
        except (URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"{address} did not answer within {START_S} s")


def environment_of(folder: Path, database_url: str, port: int) -> dict[str, str]:
    """Give the settings that both servers are started with."""
    clean = {name: text for name, text in os.environ.items() if "COUNTERMARK" not in name}
    return {
        **clean,
        "COUNTERMARK_DATA": str(folder),
        "COUNTERMARK_DATABASE_URL": database_url,
        "COUNTERMARK_PORT": str(port),
        "COUNTERMARK_LOG_LEVEL": "warning",
    }


def free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def admit_seller(environment: dict[str, str]) -> str:
    """Enter somebody who may upload; give a token."""
    where = ["--role", "salesperson", "--region", "华东", "--team", "一组"]
    _command(environment, ["users", "add", LOGIN, *where], PASSWORD)
    return _command(environment, ["tokens", "create", LOGIN], "").strip()


def _command(environment: dict[str, str], arguments: list[str], stdin: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=START_S,
        check=True,
    )
    return done.stdout


def a_requirement(address: str) -> str:
    """Enter a customer; give the path that files for its first requirement go to."""
    with Client(address) as client:
        client.sign_in(LOGIN, PASSWORD)
        body = {"name": "客户", "registered_name": "客户有限公司", "path": "software"}
        customer = client.post("/api/v1/customers", body)
        asked = client.get(f"/api/v1/customers/{customer['id']}/requirements")["items"]
    return f"/api/v1/requirements/{asked[0]['id']}/deliverables"


def compare(name: str, database: str, folder: Path, database_url: str) -> None:
    """Measure both servers in turns on one database, then ours while it verifies."""
    port, peer_port = free_port(), free_port()
    environment = environment_of(folder, database_url, port)
    token = admit_seller(environment)
    peer = ["benchmarks._bare_server"]
    with (
        running(["benchmarks._accepting_server"], environment, port) as ours,
        running(peer, environment_of(folder, database_url, peer_port), peer_port) as theirs,
    ):
        target = Target(address=ours, path=a_requirement(ours), token=token)
        bare = Target(address=theirs, path="/upload")
        rounds = [(load(target), load(bare)) for _ in range(ROUNDS)]
    with running(["service", "serve"], environment, port):
        verifying = load(target)
    own = median(one.per_second for one, _ in rounds)
    other = median(one.per_second for _, one in rounds)
    for title, one in (("ours", rounds[-1][0]), ("bare", rounds[-1][1]), ("verifying", verifying)):
        print(f"  {title:10} {one.per_second:6.0f}/s  p50 {one.p50:5.1f} ms  p99 {one.p99:6.1f} ms")
    record(
        id=name,
        value=median(one.per_second / two.per_second for one, two in rounds),
        unit="ratio",
        better="higher",
        aim=AIM,
        peer=f"Flask + fsync + one-row insert, {database}",
        peer_value=other,
        own_value=own,
        n=ROUNDS * COUNT,
        note=f"{SIZE} bytes, {CONNECTIONS} connections, uploads/s; accept path alone, no work "
        f"handed out; p99 {rounds[-1][0].p99:.0f} ms; {verifying.per_second:.0f}/s while the same "
        "cores verify",
    )


@contextmanager
def postgres_database() -> Iterator[str]:
    """Give the URL of an empty database, dropped at the end."""
    import psycopg  # noqa: PLC0415 - only where there is a server

    server = os.environ[POSTGRES].replace("postgresql+psycopg:", "postgresql:")
    name = f"countermark_bench_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def main() -> int:
    """Measure on SQLite and, where there is a server, on PostgreSQL; 2 where there is none."""
    print("uploads: about a minute")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="countermark-bench-")))
        print("SQLite")
        url = f"sqlite:///{folder}/sqlite/countermark.db"
        compare("service.uploads_sqlite", "SQLite", folder / "sqlite", url)
        if POSTGRES not in os.environ:
            print(f"{POSTGRES} is not set: nothing measured on PostgreSQL", file=sys.stderr)
            return 2
        print("PostgreSQL")
        url = stack.enter_context(postgres_database())
        compare("service.uploads_postgres", "PostgreSQL", folder / "postgres", url)
    return 0


if __name__ == "__main__":
    sys.exit(main())
