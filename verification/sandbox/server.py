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
#: A spare child is forked when nothing has happened for so long; a fork would hold up an answer.
_QUIET_SECONDS = 0.002
#: So long a job may run before a spare child is forked beside it.
_BUSY_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class _Spare:
    """A child that waits for its job."""

    pid: int
    channel: socket.socket

    def take(self, packet: bytes, descriptors: Sequence[int]) -> bool:
        """Give it the job; say whether it is still there to take it."""
        try:
            socket.send_fds(self.channel, [packet], descriptors)
            self.channel.shutdown(socket.SHUT_WR)  # it has one word to say and none to hear
        except OSError:
            self.channel.close()
            return False
        return True

    def used_ms(self) -> float:
        """Give what being confined and rehearsing cost it."""
        with contextlib.suppress(OSError):
            return kernel.cpu_ms(self.pid)
        return 0.0


@dataclass(slots=True)
class _Running:
    """A child at its job."""

    pid: int
    channel: socket.socket
    number: int
    deadline: float
    #: Processor time before the job.
    before_ms: float
    overdue: bool = False

    def ended(self, code: int, used_ms: float) -> wire.Ended:
        cpu_ms = max(0.0, used_ms - self.before_ms)
        return wire.Ended(number=self.number, code=code, cpu_ms=cpu_ms, overdue=self.overdue)


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
        self._selector = selectors.DefaultSelector()
        self._running: dict[int, _Running] = {}
        #: Killed after their word, not yet reaped.
        self._leaving: set[int] = set()
        self._spare: _Spare | None = None
        #: Not again before the next order once a spare child died by itself: it would be a loop.
        self._wants_spare = True
        #: No spare child before this moment: its fork would hold up somebody's answer.
        self._quiet_until = 0.0

    def serve(self) -> None:
        """Work until the client is gone; then end every child."""
        bell, rope = socket.socketpair()
        bell.settimeout(0)
        rope.settimeout(0)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(rope.fileno(), warn_on_full_buffer=False)
        with bell, rope, self._selector:
            self._selector.register(self._client, selectors.EVENT_READ)
            self._selector.register(bell, selectors.EVENT_READ)
            while self._attend(bell):
                self._reap()
                self._end_overdue()
        spare = [self._spare.pid] if self._spare else []
        for pid in (*self._running, *self._leaving, *spare):
            os.kill(pid, signal.SIGKILL)

    def _attend(self, bell: socket.socket) -> bool:
        """Wait for what happens next and see to it; say whether the client is still there."""
        events = self._selector.select(self._patience())
        if not events:
            self._prepare()
        for key, _ in events:
            if key.fileobj is bell:
                bell.recv(4096)
            elif key.fileobj is not self._client:
                self._hear(key.data)
            elif not self._take_order():
                return False
        return True

    def _patience(self) -> float | None:
        moments = [one.deadline for one in self._running.values() if not one.overdue]
        if self._lacks_spare():
            moments.append(self._quiet_until)
        return max(0.0, min(moments) - time.monotonic()) if moments else None

    def _lacks_spare(self) -> bool:
        return self._spare is None and self._wants_spare

    def _prepare(self) -> None:
        if not self._lacks_spare() or time.monotonic() < self._quiet_until:
            return
        try:
            self._spare = self._fork()
        except OSError:  # no memory or no process left: perhaps at the next order
            self._wants_spare = False

    def _fork(self) -> _Spare:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(0)
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
        self._quiet_until = time.monotonic() + _BUSY_SECONDS
        return True

    def _hand_over(self, order: wire.Start, packet: bytes, descriptors: Sequence[int]) -> None:
        spare, self._spare = self._spare or self._fork(), None
        before_ms = spare.used_ms()
        if not spare.take(packet, descriptors):
            self._leaving.add(spare.pid)
            spare, before_ms = self._fork(), 0.0
            if not spare.take(packet, descriptors):
                self._leaving.add(spare.pid)
                raise ConnectionResetError
        one = _Running(
            pid=spare.pid,
            channel=spare.channel,
            number=order.number,
            deadline=time.monotonic() + order.wall_seconds,
            before_ms=before_ms,
        )
        self._running[one.pid] = one
        self._selector.register(one.channel, selectors.EVENT_READ, one)

    def _hear(self, one: _Running) -> None:
        """Take a child's word that its answer is complete, and end it.

        One byte, whose value means nothing: all else about the child is the kernel's to say. The
        end of a process takes longer than an empty job, so nobody waits for it. A channel that is
        closed without a word says nothing either: the child is ending, and will be reaped.
        """
        with contextlib.suppress(OSError):
            if one.channel.recv(1) and not one.overdue:
                used_ms = kernel.cpu_ms(one.pid)
                os.kill(one.pid, signal.SIGKILL)
                self._tell(one.ended(wire.ANSWERED, used_ms))
                self._leaving.add(one.pid)
                del self._running[one.pid]
                self._quiet_until = time.monotonic() + _QUIET_SECONDS
        self._hang_up(one.channel)

    def _hang_up(self, channel: socket.socket) -> None:
        if channel.fileno() >= 0 and channel in self._selector.get_map():
            self._selector.unregister(channel)
        channel.close()

    def _reap(self) -> None:
        while self._running or self._leaving or self._spare:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            self._leaving.discard(pid)
            if self._spare is not None and pid == self._spare.pid:
                self._spare.channel.close()
                self._spare, self._wants_spare = None, False
            elif (one := self._running.pop(pid, None)) is not None:
                self._hang_up(one.channel)
                used_ms = (usage.ru_utime + usage.ru_stime) * 1000
                self._tell(one.ended(os.waitstatus_to_exitcode(status), used_ms))

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
    gc.enable()
    kernel.give_back_memory()


def main() -> None:
    """Import everything, find out what holds here, tell the client, serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--socket", type=int, required=True)
    parser.add_argument("--limits", type=json.loads, required=True)
    parser.add_argument("--layers", default="")
    parser.add_argument("--jobs")
    parser.add_argument("--words", action="store_true")
    given = parser.parse_args()
    asked = frozenset(layer for layer in get_args(Layer) if layer in given.layers.split(","))
    # Nobody reads them, and to print one Python opens the source of the line that it is about.
    warnings.simplefilter("ignore")
    gc.disable()  # until all is imported: of that nothing is garbage
    with socket.socket(fileno=given.socket) as client:
        table = jobs.load(given.jobs, words=given.words)
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
