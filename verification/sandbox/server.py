"""The fork server: one thread, one loop, a child for each file, one ready before it is needed.

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
    from collections.abc import Mapping, Sequence

_NOBODY = 65534


@dataclass(frozen=True, slots=True)
class _Spare:
    """A child that waits for its job."""

    pid: int
    channel: socket.socket

    def take(self, packet: bytes, descriptors: Sequence[int]) -> bool:
        """Give it the job; say whether it is still there to take it."""
        with self.channel:
            try:
                socket.send_fds(self.channel, [packet], descriptors)
            except OSError:
                return False
        return True

    def used_ms(self) -> float:
        """Give what being confined and rehearsing cost it."""
        with contextlib.suppress(OSError):
            return kernel.cpu_ms(self.pid)
        return 0.0


@dataclass(slots=True)
class _Running:
    number: int
    deadline: float
    #: Processor time before the job.
    before_ms: float
    overdue: bool = False


class Server:
    """Forks ahead of the next order, hands orders over, reaps, ends what is overdue."""

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
        self._spare: _Spare | None = None
        #: Not again before the next order once a spare child died by itself: it would be a loop.
        self._wants_spare = True

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
            while self._attend(selector, bell):
                self._reap()
                self._end_overdue()
        for pid in (*self._running, *([self._spare.pid] if self._spare else [])):
            os.kill(pid, signal.SIGKILL)

    def _attend(self, selector: selectors.BaseSelector, bell: socket.socket) -> bool:
        """Wait for what happens next and see to it; say whether the client is still there."""
        prepare = self._spare is None and self._wants_spare
        events = selector.select(0 if prepare else self._patience())
        if prepare and not events:
            self._prepare()
        for key, _ in events:
            if key.fileobj is bell:
                bell.recv(4096)
            elif not self._take_order():
                return False
        return True

    def _patience(self) -> float | None:
        deadlines = [one.deadline for one in self._running.values() if not one.overdue]
        return max(0.0, min(deadlines) - time.monotonic()) if deadlines else None

    def _prepare(self) -> None:
        try:
            self._spare = self._fork()
        except OSError:  # no memory or no process left: perhaps at the next order
            self._wants_spare = False

    def _fork(self) -> _Spare:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            pid = os.fork()
            if pid == 0:
                child.live(theirs.fileno(), self._table, self._limits, self._layers)
        return _Spare(pid, ours)

    def _take_order(self) -> bool:
        packet, descriptors, _, _ = socket.recv_fds(
            self._client, wire.MESSAGE_BYTES, wire.DESCRIPTORS
        )
        if not packet:
            return False
        order = wire.decode_start(packet)
        try:
            self._hand_over(order, packet, descriptors)
        except OSError:
            self._tell(
                wire.Ended(number=order.number, code=wire.NOT_CONFINED, cpu_ms=0.0, overdue=False)
            )
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        self._wants_spare = True
        return True

    def _hand_over(self, order: wire.Start, packet: bytes, descriptors: Sequence[int]) -> None:
        spare, self._spare = self._spare or self._fork(), None
        before_ms = spare.used_ms()
        if not spare.take(packet, descriptors):
            spare, before_ms = self._fork(), 0.0
            spare.take(packet, descriptors)
        deadline = time.monotonic() + order.wall_seconds
        self._running[spare.pid] = _Running(order.number, deadline, before_ms)

    def _reap(self) -> None:
        while self._running or self._spare:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            if self._spare is not None and pid == self._spare.pid:
                self._spare.channel.close()
                self._spare, self._wants_spare = None, False
            elif (one := self._running.pop(pid, None)) is not None:
                used_ms = (usage.ru_utime + usage.ru_stime) * 1000
                self._tell(
                    wire.Ended(
                        number=one.number,
                        code=os.waitstatus_to_exitcode(status),
                        cpu_ms=max(0.0, used_ms - one.before_ms),
                        overdue=one.overdue,
                    )
                )

    def _tell(self, ended: wire.Ended) -> None:
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
