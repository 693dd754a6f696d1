"""The life of a child: let go of everything, be confined, do one job, end."""

from __future__ import annotations

import gc
import json
import os
import signal
from typing import TYPE_CHECKING, NoReturn

from verification.limits import LimitExceeded
from verification.sandbox import kernel, wire
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
    from collections.abc import Sequence

    from verification.limits import Limits
    from verification.sandbox.jobs import Job
    from verification.sandbox.levels import Layer

_REQUEST, _FILE, _REPORT, _PIXELS = range(3, 3 + wire.DESCRIPTORS)
_ABOVE_ALL = 1 << 16


def live(
    job: Job,
    descriptors: Sequence[int],
    limits: Limits,
    layers: frozenset[Layer],
) -> NoReturn:
    """Do `job` in the process that was just forked, and never return from it."""
    code = NOT_CONFINED
    try:
        let_go(descriptors)
        confine(limits, layers)
        code = _work(job, limits)
    finally:
        os._exit(code)


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


def _work(job: Job, limits: Limits) -> int:
    try:
        size = os.fstat(_FILE).st_size
        if size > limits.file_bytes:
            raise LimitExceeded("file_bytes", seen=size, allowed=limits.file_bytes)  # noqa: TRY301 - told like any other
        request = json.loads(wire.read_all(_REQUEST, os.fstat(_REQUEST).st_size))
        done = job(wire.read_all(_FILE, size), request)
        report = json.dumps(done.report, ensure_ascii=False).encode("utf-8", "replace")
        if len(report) > limits.report_bytes:
            raise LimitExceeded("report_bytes", seen=len(report), allowed=limits.report_bytes)  # noqa: TRY301 - told like any other
        write_all(_REPORT, report)
        write_all(_PIXELS, done.pixels)
    except MemoryError:
        return OUT_OF_MEMORY
    except LimitExceeded as error:
        limit = error.limit
        _say({"name": limit.name, "seen": limit.seen, "allowed": limit.allowed})
        return REFUSED
    except BaseException as error:  # noqa: BLE001 - whatever it is, the process ends with it
        _say({"type": type(error).__name__, "place": _place(error)})
        return RAISED
    return ANSWERED


def _place(error: BaseException) -> str:
    """Name the innermost line of code; the exception's own text may quote the file."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""


def _say(words: dict[str, str]) -> None:
    os.ftruncate(_REPORT, 0)
    os.lseek(_REPORT, 0, os.SEEK_SET)
    write_all(_REPORT, json.dumps(words).encode())
