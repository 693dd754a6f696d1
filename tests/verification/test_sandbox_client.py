"""The client outlives whatever a file does to its child, and whatever happens to the server."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from verification.limits import Limits
from verification.sandbox import bubblewrap, wire
from verification.sandbox.client import Sandbox
from verification.sandbox.errors import SandboxTooWeak, SandboxUnavailable
from verification.sandbox.outcome import Answer, Death
from verification.sandbox.process import START_SECONDS, ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

JOBS = "tests.verification.sandbox_jobs"
LIMITS = Limits(
    cpu_seconds=1,
    wall_seconds=15,
    address_bytes=1000 << 20,
    report_bytes=100_000,
    render_side_px=200,
    file_bytes=5_000,
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(limits=LIMITS, jobs=JOBS, at_once=8) as started:
        yield started


def _is_alive(sandbox: Sandbox) -> bool:
    return isinstance(sandbox.run("echo", b"1", b""), Answer)


@pytest.mark.parametrize(
    ("job", "request_", "kind", "detail", "limit"),
    [
        pytest.param("crash", None, "signal", "SIGSEGV", None, id="reads address zero"),
        pytest.param("abort", None, "signal", "SIG", None, id="a C library gives up"),
        pytest.param("spin", None, "timeout", "processor", "cpu_seconds", id="loops"),
        pytest.param("spin_deaf", None, "timeout", "", "cpu_seconds", id="loops, ignores SIGXCPU"),
        pytest.param("swallow_memory", None, "memory", "", "address_bytes", id="eats memory"),
        pytest.param("huge_answer", 200_000, "too_large", "", "report_bytes", id="says too much"),
        pytest.param("flood_report", None, "too_large", "", "report_bytes", id="writes for ever"),
        pytest.param("leave", 3, "exit", "exit status 3", None, id="leaves by itself"),
        pytest.param("raise", None, "exit", "ValueError", None, id="raises"),
        pytest.param("no such job", None, "exit", "LookupError", None, id="is asked nonsense"),
    ],
)
def test_death_says_what_ended_the_child(  # noqa: PLR0917 - the columns of the table
    sandbox: Sandbox,
    job: str,
    request_: object,
    kind: str,
    detail: str,
    limit: str | None,
) -> None:
    outcome = sandbox.run(job, json.dumps(request_).encode(), b"secret words")
    assert isinstance(outcome, Death)
    assert outcome.kind == kind
    assert detail in outcome.detail
    assert (outcome.limit.name if outcome.limit else None) == limit
    assert "secret" not in outcome.detail + outcome.place
    assert _is_alive(sandbox)


def test_wall_clock_ends_what_uses_no_processor_time(sandbox: Sandbox) -> None:
    outcome = sandbox.run("hang", b"1", b"", wall_seconds=0.2)
    assert isinstance(outcome, Death)
    assert outcome.kind == "timeout"
    assert outcome.limit is not None
    assert (outcome.limit.name, outcome.limit.allowed) == ("wall_seconds", "0.2")


def test_answer_holds_what_the_child_wrote(sandbox: Sandbox) -> None:
    outcome = sandbox.run("echo", b'{"a": ["\\u7ae0"]}', b"12345")
    assert isinstance(outcome, Answer)
    assert json.loads(outcome.report) == {"size": 5, "request": {"a": ["章"]}}
    assert outcome.pixels == b""
    assert outcome.cpu_ms >= 0


@pytest.mark.parametrize(
    ("job", "report"),
    [
        pytest.param("word_then_hang", b"12345", id="says that it is done and goes on"),
        pytest.param("many_words", b"", id="talks without end"),
    ],
)
def test_a_childs_word_ends_it_and_is_believed_in_nothing_else(
    sandbox: Sandbox, job: str, report: bytes
) -> None:
    server = _server_pid(sandbox)
    outcomes = [sandbox.run(job, b"1", b"12345") for _ in range(10)]
    assert all(isinstance(outcome, Answer) and outcome.report == report for outcome in outcomes)
    assert _is_alive(sandbox)
    assert _server_pid(sandbox) == server
    for _ in range(500):  # the one that waits for its job is left
        if len(_children(server)) <= 1:
            return
        threading.Event().wait(0.02)
    pytest.fail(f"still there: {_children(server)}")


def test_nothing_can_be_heard_over_the_channel(sandbox: Sandbox) -> None:
    outcome = sandbox.run("listen", b"1", b"")
    assert isinstance(outcome, Answer)
    assert json.loads(outcome.report) == {"packet": 0, "descriptors": 0}


def test_file_comes_as_bytes_descriptor_or_stream(sandbox: Sandbox) -> None:
    content = b"0123456789"
    with tempfile.TemporaryFile() as real:
        real.write(content)
        real.flush()
        sizes = [
            json.loads(outcome.report)["size"]
            for source in (content, real.fileno(), io.BytesIO(content))
            if isinstance(outcome := sandbox.run("echo", b"1", source), Answer)
        ]
        assert os.pread(real.fileno(), 100, 0) == content
    assert sizes == [10, 10, 10]


@pytest.mark.parametrize(("size", "dies"), [(5_000, False), (5_001, True)])
def test_size_of_the_file_is_capped(sandbox: Sandbox, size: int, *, dies: bool) -> None:
    outcome = sandbox.run("echo", b"1", io.BytesIO(bytes(size)))
    assert isinstance(outcome, Death) is dies
    if isinstance(outcome, Death):
        assert outcome.limit is not None
        assert outcome.limit.name == "file_bytes"


def test_many_threads_each_get_their_own_answer(sandbox: Sandbox) -> None:
    def ask(number: int) -> bool:
        job = ("echo", "crash", "raise")[number % 3]
        outcome = sandbox.run(job, json.dumps(number).encode(), bytes(number))
        if job == "echo":
            expected = {"size": number, "request": number}
            return isinstance(outcome, Answer) and json.loads(outcome.report) == expected
        return isinstance(outcome, Death)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(60)))


def test_descriptors_are_given_back(sandbox: Sandbox) -> None:
    assert _is_alive(sandbox)
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - a count
    for _ in range(20):
        sandbox.run("echo", b"1", b"x")
        sandbox.run("crash", b"1", b"x")
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208 - a count


def _server_pid(sandbox: Sandbox) -> int:
    server = sandbox._server  # noqa: SLF001 - the test does what the machine's memory killer does
    assert server is not None
    return server._process.pid  # noqa: SLF001 - as above


def _children(launcher: int) -> set[int]:
    """Give whoever descends from the fork server, zombies too; `launcher` may be bubblewrap."""
    parents: dict[int, int] = {}
    forked: dict[int, bytes] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            forked[int(entry.name)] = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        parents[int(entry.name)] = int(fields[1])
    family = {launcher}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    # Its children are forks of the server: what has its parent's command line, or none any more.
    servers = {pid for pid in family if b"python" in forked[pid].split(b"\0")[0]}
    return {pid for pid in family if parents[pid] in servers}


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGTERM])
def test_server_that_dies_is_started_again(sandbox: Sandbox, blow: signal.Signals) -> None:
    assert _is_alive(sandbox)
    results: list[object] = []
    hanging = threading.Thread(target=lambda: results.append(sandbox.run("hang", b"1", b"")))
    hanging.start()
    while not sandbox._waiting:  # noqa: SLF001 - the order is on its way
        pass
    os.kill(_server_pid(sandbox), blow)
    hanging.join()
    (death,) = results
    assert isinstance(death, Death)
    assert (death.kind, death.server_lost) == ("exit", True)
    assert _is_alive(sandbox)


def test_server_that_is_stuck_is_replaced() -> None:
    with Sandbox.start(limits=LIMITS, jobs=JOBS, layers=frozenset({"seccomp"})) as sandbox:
        os.kill(_server_pid(sandbox), signal.SIGSTOP)
        outcome = sandbox.run("echo", b"1", b"", wall_seconds=0.1)
        assert isinstance(outcome, Death)
        assert (outcome.kind, outcome.server_lost) == ("timeout", True)
        assert _is_alive(sandbox)


_ORPHAN = f"""
import os, sys, threading
from verification.limits import Limits
from verification.sandbox.client import Sandbox
sandbox = Sandbox.start(limits=Limits(), jobs={JOBS!r}, layers=frozenset(sys.argv[1].split(",")))
threading.Thread(target=lambda: sandbox.run("hang", b"1", b""), daemon=True).start()
while not sandbox._waiting:
    pass
print(sandbox._server._process.pid, flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("layers", ["seccomp", "bubblewrap,landlock,seccomp"])
def test_server_and_children_die_with_the_service(layers: str) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", _ORPHAN, layers],
        stdout=subprocess.PIPE,
        cwd=root,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    session = int(done.stdout)
    # The server leads a session of its own, so whatever it left behind is still in it.
    for _ in range(500):
        left = [entry for entry in Path("/proc").glob("[0-9]*") if _session(entry) == session]
        if not left:
            return
        threading.Event().wait(0.02)
    pytest.fail(f"still there: {left}")


def _session(process: Path) -> int | None:
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[3])


def test_closed_sandbox_says_so() -> None:
    sandbox = Sandbox.start(limits=LIMITS, jobs=JOBS)
    sandbox.close()
    with pytest.raises(SandboxUnavailable, match="closed"):
        sandbox.run("echo", b"1", b"")


@pytest.mark.parametrize(
    ("program", "starts"),
    [
        pytest.param("sleep 20", True, id="the wall stands"),
        pytest.param("true", False, id="the wall ended before it was tied to the server"),
    ],
)
def test_a_server_is_taken_only_while_its_wall_stands(program: str, *, starts: bool) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen(program.split(), start_new_session=True)
    if not starts:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    server = ServerProcess(process, ours)
    with theirs:
        theirs.send(wire.encode(wire.Ready(layers=(), missing=())))
        try:
            server._greet()  # noqa: SLF001 - what `start` does once it runs
        except ConnectionResetError:
            assert not starts
        else:
            assert starts
    server.stop()


def test_half_a_wall_that_says_nothing_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall = tmp_path / "bwrap"  # as one that is killed before its halves are tied to each other
    wall.write_text("#!/bin/sh\nsleep 600 &\necho $! $$ > $(dirname $0)/pids\n")
    wall.chmod(0o700)
    monkeypatch.setattr(bubblewrap, "program", lambda: wall)
    before = time.monotonic()
    with Sandbox.start(limits=LIMITS, jobs=JOBS) as sandbox:
        assert time.monotonic() - before < START_SECONDS / 2
        assert _is_alive(sandbox)
        assert "bubblewrap: the sandbox's server did not start (it ended)" in sandbox.missing[0]
    half, session = (wall.parent / "pids").read_text().split()
    assert _session(Path("/proc") / half) != int(session)


def test_a_wall_that_held_is_not_done_without_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(walled: Sandbox) -> Answer | Death | SandboxUnavailable:
        try:
            return walled.run("echo", b"1", b"")
        except SandboxUnavailable as error:
            return error

    with Sandbox.start(limits=LIMITS, jobs=JOBS) as walled:
        if "bubblewrap" not in walled.layers:
            pytest.skip(f"no wall on this machine: {walled.missing}")
        monkeypatch.setattr(bubblewrap, "program", lambda: Path("/bin/false"))
        walled._server.interrupt()  # type: ignore[union-attr] # noqa: SLF001 - as a death
        until = time.monotonic() + 2 * START_SECONDS
        while isinstance(told := run(walled), Death) and time.monotonic() < until:
            pass
        assert "did not start (it ended)" in str(told)
        monkeypatch.undo()
        while not isinstance(run(walled), Answer) and time.monotonic() < until:
            time.sleep(0.05)
        assert _is_alive(walled)
        assert "bubblewrap" in walled.layers


def test_server_that_cannot_start_is_reported_with_its_last_words() -> None:
    with pytest.raises(SandboxUnavailable, match=r"No module named .tests\.verification\.nothing."):
        Sandbox.start(limits=LIMITS, jobs="tests.verification.nothing")


def test_strong_is_refused_where_only_weak_is_left() -> None:
    with pytest.raises(SandboxTooWeak, match="missing: bubblewrap and landlock"):
        Sandbox.start(limits=LIMITS, require="strong", layers=frozenset({"seccomp"}), jobs=JOBS)


def test_strong_is_given_where_the_machine_has_it() -> None:
    with Sandbox.start(limits=LIMITS, jobs=JOBS) as weak:
        if "seccomp" not in weak.layers or len(weak.layers) == 1:
            pytest.skip(f"this machine is too weak: {weak.missing}")
    with Sandbox.start(limits=LIMITS, require="strong", jobs=JOBS) as strong:
        assert strong.level != "rlimits"
