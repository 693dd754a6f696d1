"""The life of a child: let go of everything, be confined, wait, do one job, end."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import socket
from typing import TYPE_CHECKING, NoReturn

from verification.limits import LimitExceeded
from verification.sandbox import jobs, kernel, wire
from verification.sandbox.confinement import confine
from verification.sandbox.wire import (
    ANSWERED,
    NOT_CONFINED,
    OUT_OF_MEMORY,
    RAISED,
    REFUSED,
    write_all,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from verification.limits import Limits
    from verification.sandbox.jobs import Job
    from verification.sandbox.levels import Layer

_CHANNEL = 3
_ABOVE_ALL = 1 << 16


def live(
    channel: int, table: Mapping[str, Job], limits: Limits, layers: frozenset[Layer]
) -> NoReturn:
    """Be the process that was just forked: wait, confined, for one job, and never return."""
    code = NOT_CONFINED
    try:
        let_go([channel])
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, fileno=_CHANNEL) as orders:
            confine(limits, layers)
            packet, given = _wait(orders)
            code = ANSWERED
            if packet:
                job = table.get(wire.decode_start(packet).job, jobs.unknown)
                code = _work(job, given, limits)
            if code == ANSWERED:
                os.write(_CHANNEL, b".")  # the server need not wait until all memory is given back
    finally:
        os._exit(code)


def _wait(orders: socket.socket) -> tuple[bytes, list[int]]:
    """Wait for the order; rehearse meanwhile, unless it is there already."""
    try:
        # Not by the flags of `recv_fds`: Python 3.11 forgets them.
        orders.recvmsg(1, 0, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        with contextlib.suppress(Exception):  # it is for speed alone
            jobs.rehearse()
    return socket.recv_fds(orders, wire.MESSAGE_BYTES, wire.DESCRIPTORS)[:2]


def let_go(descriptors: Sequence[int]) -> None:
    """Keep the null device as 0, 1, 2 and `descriptors` from 3 on; close all that is inherited.

    The server's socket and the files of other children are among what is closed.
    """
    signal.set_wakeup_fd(-1)
    for name in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
        signal.signal(name, signal.SIG_DFL)
    parent = os.getppid()
    kernel.die_with_parent()
    if os.getppid() != parent:
        os._exit(NOT_CONFINED)
    gc.disable()  # the process ends soon; memory is capped
    lowest = 3 + len(descriptors)
    # Out of the way first: a descriptor may hold a number that another one is to get.
    moved = [_move_above(descriptor, lowest) for descriptor in descriptors]
    for number, descriptor in enumerate(moved, start=3):
        os.dup2(descriptor, number)
    os.closerange(lowest, _ABOVE_ALL)


def _move_above(descriptor: int, lowest: int) -> int:
    while descriptor < lowest:
        descriptor = os.dup(descriptor)
    return descriptor


def _work(job: Job, given: Sequence[int], limits: Limits) -> int:
    order, file, report, pixels = given
    try:
        size = os.fstat(file).st_size
        _check("file_bytes", size, limits.file_bytes)
        request = json.loads(wire.read_all(order, os.fstat(order).st_size))
        done = job(wire.read_all(file, size), request)
        answer = json.dumps(done.report, ensure_ascii=False).encode("utf-8", "replace")
        _check("report_bytes", len(answer), limits.report_bytes)
        write_all(report, answer)
        write_all(pixels, done.pixels)
    except MemoryError:
        return OUT_OF_MEMORY
    except LimitExceeded as error:
        limit = error.limit
        _say(report, {"name": limit.name, "seen": limit.seen, "allowed": limit.allowed})
        return REFUSED
    except BaseException as error:  # noqa: BLE001 - whatever it is, the process ends with it
        _say(report, {"type": type(error).__name__, "place": _place(error)})
        return RAISED
    return ANSWERED


def _check(name: str, seen: int, allowed: int) -> None:
    if seen > allowed:
        raise LimitExceeded(name, seen=seen, allowed=allowed)


def _place(error: BaseException) -> str:
    """Name the innermost line of code; the exception's own text may quote the file."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""


def _say(report: int, words: dict[str, str]) -> None:
    os.ftruncate(report, 0)
    os.lseek(report, 0, os.SEEK_SET)
    write_all(report, json.dumps(words).encode())
