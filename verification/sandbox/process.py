"""One server process: its start, its channel, its end."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import verification
from verification.codec import to_json
from verification.sandbox import bubblewrap, wire
from verification.sandbox.errors import SandboxUnavailable
from verification.sandbox.levels import Layer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.limits import Limits

#: Importing every parser on a busy machine.
START_SECONDS = 60.0
#: A server that takes no order for so long is stuck.
SEND_SECONDS = 5
#: So often we look whether a process that says nothing is still there.
_LOOK_SECONDS = 0.05
_LAST_WORDS_BYTES, _LAST_WORDS_SECONDS = 2000, 2.0

_ROOT = Path(verification.__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to start a server; the same every time it has to be started again."""

    limits: Limits
    layers: frozenset[Layer]
    #: Module with more jobs; only tests have one.
    jobs: str | None
    #: Children can read words on pages: the models are loaded before they are forked.
    words: bool = False


class ServerProcess:
    """A started server. `start` and `receive` belong to one thread, `send` to any."""

    def __init__(self, process: subprocess.Popen[bytes], channel: socket.socket) -> None:
        self._process = process
        self._channel = channel
        #: Once it is reaped, its number may be somebody else's.
        self._reaping = threading.Lock()
        self.layers: frozenset[Layer] = frozenset()
        self.missing: tuple[str, ...] = ()

    @classmethod
    def start(cls, plan: Plan) -> ServerProcess:
        """Start a server and wait until it is warm. Raises SandboxUnavailable.

        The server dies with the calling thread, so that thread has to last.
        """
        words = os.memfd_create("sandbox-stderr", os.MFD_CLOEXEC)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs:
                process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                    _command(plan, theirs.fileno()),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=words,
                    env=_environment(),
                    cwd="/",
                    pass_fds=(theirs.fileno(),),
                    start_new_session=True,
                )
            server = cls(process, ours)
            try:
                server._greet()
            except (OSError, ValueError) as error:
                server._await_end(_LAST_WORDS_SECONDS)
                server.stop()
                raise SandboxUnavailable(
                    f"the sandbox's server did not start ({error}): {_last_words(words)}"
                ) from error
        except OSError as error:
            ours.close()
            raise SandboxUnavailable(f"the sandbox's server cannot be started: {error}") from error
        finally:
            os.close(words)
        return server

    def _greet(self) -> None:
        _set_timeout(self._channel, socket.SO_SNDTIMEO, SEND_SECONDS)
        # Not the channel alone: a bubblewrap that is killed early leaves a half with the other end
        # that waits for ever and says nothing.
        packet = self._channel.recv(wire.MESSAGE_BYTES) if self._await_word() else b""
        if not packet:
            raise ConnectionResetError("it ended")
        ready = wire.decode_ready(packet)
        self.layers = frozenset(layer for layer in get_args(Layer) if layer in ready.layers)
        self.missing = ready.missing
        if self._has_ended():
            # Bubblewrap was killed before it had tied the server to itself: nobody would end it.
            raise ConnectionResetError("its wall ended")

    def _await_word(self) -> bool:
        """Wait for a word; False where the process ends without one. Raises TimeoutError."""
        poll = select.poll()
        poll.register(self._channel, select.POLLIN)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if poll.poll(_LOOK_SECONDS * 1000):
                return True
            if self._has_ended():
                return bool(poll.poll(0))
        raise TimeoutError(f"not a word within {START_SECONDS:g} s")

    def _await_end(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._has_ended() and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)

    def _has_ended(self) -> bool:
        """Look without reaping: until then nobody else gets its number."""
        how = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self._process.pid, how) is not None

    def send(self, order: wire.Start, descriptors: Sequence[int]) -> None:
        """Give an order. Raises OSError where the server is gone or stuck."""
        socket.send_fds(self._channel, [wire.encode(order)], descriptors)

    def receive(self) -> wire.Ended | None:
        """Wait for a child's end; None when the server is gone."""
        try:
            packet = self._channel.recv(wire.MESSAGE_BYTES)
        except OSError:
            return None
        return wire.decode_ended(packet) if packet else None

    def interrupt(self) -> None:
        """Kill the server from any thread; `receive` then gives None."""
        with self._reaping, contextlib.suppress(ProcessLookupError):
            if self._process.returncode is None:
                # The whole session: half a bubblewrap outlives the other.
                os.killpg(self._process.pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        """Kill the server and forget it."""
        self.interrupt()
        with self._reaping:
            self._process.wait()
        self._channel.close()


def _command(plan: Plan, channel: int) -> list[str]:
    layers = plan.layers
    command = [sys.executable, "-P", "-s", "-m", "verification.sandbox.server"]
    command += ["--socket", str(channel), "--limits", json.dumps(to_json(plan.limits))]
    if plan.jobs is not None:
        command += ["--jobs", plan.jobs]
    if plan.words:
        command.append("--words")
    bwrap = bubblewrap.program() if "bubblewrap" in layers else None
    if bwrap is None:
        return [*command, "--layers", ",".join(sorted(layers - {"bubblewrap"}))]
    packages = [_ROOT / "verification"]
    if plan.jobs is not None:
        packages.append(_ROOT / plan.jobs.partition(".")[0])
    return [*bubblewrap.wrap(bwrap, packages), *command, "--layers", ",".join(sorted(layers))]


def _environment() -> dict[str, str]:
    """Nothing of our own environment, which may hold passwords, reaches a parser."""
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(_ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "ORT_DISABLE_TELEMETRY": "1",
    }


def _set_timeout(channel: socket.socket, option: int, seconds: float) -> None:
    # Not `settimeout`: it would change the receiving and the sending side at once.
    channel.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", int(seconds), 0))


def _last_words(descriptor: int) -> str:
    size = os.fstat(descriptor).st_size
    start = max(0, size - _LAST_WORDS_BYTES)
    return os.pread(descriptor, _LAST_WORDS_BYTES, start).decode("utf-8", "replace").strip()
