"""Promotions and roll-backs while requests flow: how long each takes, and that none fails.

Orders are closed and scored, each of a customer of its own, while one person proposes, another
promotes, and the champion is rolled back, over and over: without load, under a steady one (two
connections, a tenth of a second between answer and question), and under as much as four connections
can send. The promise is about the steady one. What an ordinary short answer takes under the same
load (the list of models) is printed beside it: what a decision costs is the difference.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import load_pem_private_key

from benchmarks.promise import record
from benchmarks.uploads import POSTGRES, environment_of, free_port, postgres_database, running
from models.artefact.packing import packed
from tests.models import artefacts
from tests.service.api.test_api_coefficients import LEAD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROUNDS, WARM_UP = 40, 5
#: Name → connections, and seconds that each pauses.
LOADS = {"quiet": (0, 0.0), "steady": (2, 0.1), "full": (4, 0.0)}
AIM_MS = 50.0
PATIENCE_S = 60
LOGIN_WORDS = "correct-horse-battery"
PEOPLE = {"ml": "ml_engineer", "ops": "sales_ops", "money": "finance"}


class Caller:
    """One person's token over one connection."""

    def __init__(self, address: str, token: str) -> None:
        place = urlsplit(address)
        self._connection = HTTPConnection(place.hostname or "", place.port, timeout=PATIENCE_S)
        self._token = token

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        """Give status and answer."""
        return self._send(
            method, path, b"" if body is None else json.dumps(body).encode(), "application/json"
        )

    def upload(self, data: bytes) -> tuple[int, Any]:
        mark = secrets.token_hex(16)
        head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="m.zip"\r\n'
            "Content-Type: application/zip\r\n\r\n"
        ).encode()
        body = head + data + f"\r\n--{mark}--\r\n".encode()
        return self._send("POST", "/models", body, f"multipart/form-data; boundary={mark}")

    def _send(self, method: str, path: str, body: bytes, kind: str) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": kind}
        self._connection.request(method, f"/api/v1{path}", body=body, headers=headers)
        answer = self._connection.getresponse()
        return answer.status, json.loads(answer.read())


@dataclass
class Load:
    """Orders that are closed and scored without a pause."""

    address: str
    token: str
    pause_s: float
    stop: threading.Event = field(default_factory=threading.Event)
    answers: int = 0
    failures: list[str] = field(default_factory=list)
    by_model: set[str | None] = field(default_factory=set)

    def flow(self) -> None:
        caller = Caller(self.address, self.token)
        while not self.stop.is_set():
            asked = an_order()
            for path in ("/payments", "/coefficients"):
                status, told = caller.ask("POST", path, asked)
                if status != 200 or told["items"][0]["fallback"]:
                    self.failures.append(f"{path} {status} {str(told)[:200]}")
                else:
                    self.by_model.add(told["items"][0]["model"])
                self.answers += 1
                self.stop.wait(self.pause_s)


def an_order() -> dict[str, Any]:
    """Give a body that closes an order of a customer of its own."""
    name = secrets.token_hex(8)
    order = {"order": name, "customer": name, "closed_at": "2026-02-01T00:00:00Z"}
    return {"orders": [{**order, "value": "100.00", "lead": LEAD}]}


def timed(caller: Caller, path: str, body: Mapping[str, Any]) -> float:
    """Decide, and give how many milliseconds it took."""
    began = time.perf_counter()
    status, told = caller.ask("POST", path, body)
    took = 1000 * (time.perf_counter() - began)
    if status != 200:
        raise RuntimeError(f"{path}: {status} {told}")
    return took


def decisions(ml: Caller, ops: Caller, models: tuple[str, str]) -> dict[str, list[float]]:
    """Promote the second model and roll back to the first, over and over."""
    asked = {"reason": "benchmark", "signs_for": ["G4"]}
    found: dict[str, list[float]] = {"promote": [], "roll back": [], "short answer": []}
    for place in range(ROUNDS + WARM_UP):
        timed(ml, f"/models/{models[1]}/proposal", asked)
        told = [
            timed(ops, f"/models/{models[1]}/promotion", {"reason": "benchmark"}),
            timed(ops, "/champions/coefficient/rollback", {"reason": "benchmark", "to": models[0]}),
        ]
        began = time.perf_counter()
        ops.ask("GET", "/models")
        told.append(1000 * (time.perf_counter() - began))
        if place >= WARM_UP:
            for name, took in zip(found, told, strict=True):
                found[name].append(took)
    return found


def sealed(folder: Path, note: str) -> bytes:
    """Seal a model with the installation's own key."""
    pem = (folder / "models-key.pem").read_bytes()
    ours = artefacts.signer(load_pem_private_key(pem, password=None))  # type: ignore[arg-type]
    parts = {**artefacts.model_parts(), "MODEL_CARD.md": note.encode()}
    parts["contract.json"] = json.dumps(artefacts.CONTRACT).encode()
    return packed(parts, artefacts.ORIGIN, artefacts.examples(), ours)


def furnished(environment: dict[str, str]) -> dict[str, str]:
    """Enter people and give their tokens."""
    command(environment, ["models", "key"])
    tokens = {}
    for login, role in PEOPLE.items():
        command(environment, ["users", "add", login, "--role", role], LOGIN_WORDS)
        tokens[login] = command(environment, ["tokens", "create", login]).strip()
    return tokens


def command(environment: dict[str, str], arguments: list[str], stdin: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    return done.stdout


def crowned(ml: Caller, ops: Caller, folder: Path) -> tuple[str, str]:
    """Register two models and make the first the champion."""
    ids = []
    for note in ("first", "second"):
        status, told = ml.upload(sealed(folder, note))
        if status != 201:
            raise RuntimeError(f"not registered: {status} {told}")
        ids.append(str(told["id"]))
    for model in ids:
        timed(ml, f"/models/{model}/proposal", {"reason": "benchmark", "signs_for": ["G4"]})
        timed(ops, f"/models/{model}/promotion", {"reason": "benchmark"})
    timed(ops, "/champions/coefficient/rollback", {"reason": "benchmark"})
    return ids[0], ids[1]


def measure(name: str, database: str, folder: Path, database_url: str) -> None:
    """Measure decisions on one database under each load."""
    port = free_port()
    environment = environment_of(folder, database_url, port)
    tokens = furnished(environment)
    with running(["service", "serve"], environment, port) as address:
        ml, ops = Caller(address, tokens["ml"]), Caller(address, tokens["ops"])
        models = crowned(ml, ops, folder)
        first = timed(Caller(address, tokens["money"]), "/payments", an_order())
        print(f"  {database}: the first closing by a new champion took {first:.0f} ms")
        for title, (connections, pause_s) in LOADS.items():
            load = Load(address=address, token=tokens["money"], pause_s=pause_s)
            with flowing(load, connections):
                found = decisions(ml, ops, models)
            tell(f"{database}, {title}", found, load)
            if title != "quiet":
                promise(f"{name}_{title}", found, load)


@contextmanager
def flowing(load: Load, connections: int) -> Iterator[None]:
    threads = [threading.Thread(target=load.flow) for _ in range(connections)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        load.stop.set()
        for thread in threads:
            thread.join()


def tell(title: str, found: Mapping[str, list[float]], load: Load) -> None:
    """Print the table of one load."""
    print(f"  {title}: {load.answers} answers meanwhile, {len(load.failures)} failed", flush=True)
    for name, times in found.items():
        p95 = quantiles(times, n=20)[18]
        print(f"    {name:12} p50 {median(times):6.1f} ms  p95 {p95:6.1f}  most {max(times):6.1f}")


def promise(name: str, found: Mapping[str, list[float]], load: Load) -> None:
    """Record how long a decision takes, and that no request failed meanwhile."""
    both = found["promote"] + found["roll back"]
    failed = len(load.failures)
    record(
        id=f"service.promote_{name}",
        value=median(both),
        unit="ms",
        better="lower",
        aim=AIM_MS,
        peer="GET /models under the same load",
        peer_value=median(found["short answer"]),
        own_value=median(both),
        n=len(both),
        note=f"p95 {quantiles(both, n=20)[18]:.0f} ms, most {max(both):.0f} ms",
    )
    record(
        id=f"service.promote_{name}_failures",
        value=failed,
        unit="requests",
        better="lower",
        aim=0,
        peer="none",
        peer_value=None,
        own_value=failed,
        n=load.answers,
        note=f"closings and scores during {len(both)} decisions, by {len(load.by_model)} models; "
        f"{load.failures[:1]}",
    )


def main() -> int:
    """Measure on SQLite and, where there is a server, on PostgreSQL; 2 where there is none."""
    print("registry: about two minutes")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="countermark-bench-")))
        url = f"sqlite:///{folder}/sqlite/countermark.db"
        measure("sqlite", "SQLite", folder / "sqlite", url)
        if POSTGRES not in os.environ:
            print(f"{POSTGRES} is not set: nothing measured on PostgreSQL", file=sys.stderr)
            return 2
        url = stack.enter_context(postgres_database())
        measure("postgres", "PostgreSQL", folder / "postgres", url)
    return 0


if __name__ == "__main__":
    sys.exit(main())
