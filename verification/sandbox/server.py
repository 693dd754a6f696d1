"""The fork server: one thread, one loop, a child for each file.

Runs as its own program (`python -m verification.sandbox.server`) with everything imported that a
child may need, because a confined child opens no file. It parses nothing that came from outside
but the client's own messages, and it ends when the client's end of the socket is closed.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from verification.codec import from_json
from verification.limits import Limits
from verification.sandbox import child, jobs, kernel, seccomp, wire
from verification.sandbox.levels import Layer
from verification.sandbox.probes import probe

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOBODY = 65534


@dataclass(slots=True)
class _Running:
    number: int
    deadline: float
    overdue: bool = False


class Server:
    """Forks on request, reaps, ends what is overdue."""

    def __init__(
        self,
        client: socket.socket,
        table: Mapping[str, jobs.Job],
        limits: Limits,
        layers: frozenset[Layer],
    ) -> None:
        self._client = client
        self._table = table
        self._limits = limits
        self._layers = layers
        self._running: dict[int, _Running] = {}

    def serve(self) -> None:
        """Work until the client is gone; then end every child."""
        bell, rope = socket.socketpair()
        bell.settimeout(0)
        rope.settimeout(0)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(rope.fileno(), warn_on_full_buffer=False)
        with bell, rope, selectors.DefaultSelector() as selector:
            selector.register(self._client, selectors.EVENT_READ)
            selector.register(bell, selectors.EVENT_READ)
            wanted = True
            while wanted:
                for key, _ in selector.select(self._patience()):
                    if key.fileobj is bell:
                        bell.recv(4096)
                    else:
                        wanted = self._take_order()
                self._reap()
                self._end_overdue()
        for pid in self._running:
            os.kill(pid, signal.SIGKILL)

    def _patience(self) -> float | None:
        deadlines = [one.deadline for one in self._running.values() if not one.overdue]
        return max(0.0, min(deadlines) - time.monotonic()) if deadlines else None

    def _take_order(self) -> bool:
        packet, descriptors, _, _ = socket.recv_fds(
            self._client, wire.MESSAGE_BYTES, wire.DESCRIPTORS
        )
        if not packet:
            return False
        order = wire.decode_start(packet)
        job = self._table.get(order.job, jobs.unknown)
        pid = os.fork()
        if pid == 0:
            child.live(job, descriptors, self._limits, self._layers)
        for descriptor in descriptors:
            os.close(descriptor)
        deadline = time.monotonic() + order.wall_seconds
        self._running[pid] = _Running(order.number, deadline)
        return True

    def _reap(self) -> None:
        while self._running:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            one = self._running.pop(pid, None)
            if one is None:
                continue
            ended = wire.Ended(
                number=one.number,
                code=os.waitstatus_to_exitcode(status),
                cpu_ms=(usage.ru_utime + usage.ru_stime) * 1000,
                overdue=one.overdue,
            )
            with contextlib.suppress(OSError):  # the client is gone: the loop will see it
                self._client.send(wire.encode(ended))

    def _end_overdue(self) -> None:
        now = time.monotonic()
        for pid, one in self._running.items():
            if not one.overdue and one.deadline <= now:
                one.overdue = True
                os.kill(pid, signal.SIGKILL)


def _drop_root() -> None:
    """Outside a user namespace root stays root: give that up once everything is imported."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)


def _settle(layers: frozenset[Layer]) -> None:
    """Do once what every child would do again, and make this process cheap to fork."""
    if "seccomp" in layers:
        seccomp.own_filter()
    gc.collect()
    gc.freeze()  # else every child's collector would copy the shared pages
    kernel.give_back_memory()


def main() -> None:
    """Import everything, find out what holds here, tell the client, serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--socket", type=int, required=True)
    parser.add_argument("--limits", type=json.loads, required=True)
    parser.add_argument("--layers", default="")
    parser.add_argument("--jobs")
    given = parser.parse_args()
    asked = frozenset(layer for layer in get_args(Layer) if layer in given.layers.split(","))
    # Nobody reads them, and to print one Python opens the source of the line that it is about.
    warnings.simplefilter("ignore")
    with socket.socket(fileno=given.socket) as client:
        table = jobs.load(given.jobs)
        _drop_root()
        kernel.die_with_parent()  # after the change of user, which forgets it
        kernel.renounce_privileges()
        found = probe(asked)
        layers = frozenset(layer for layer, trouble in found.items() if not trouble)
        missing = tuple(f"{layer}: {trouble}" for layer, trouble in found.items() if trouble)
        _settle(layers)
        client.send(wire.encode(wire.Ready(layers=tuple(sorted(layers)), missing=missing)))
        Server(client, table, from_json(Limits, given.limits), layers).serve()


if __name__ == "__main__":
    main()
