"""Processes and all that they have started: found by the kernel's list, killed by their ids."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

GONE_S = 20
PROC = Path("/proc")
SANDBOX = b"verification.sandbox.server"


def family(pid: int) -> frozenset[int]:
    """Give a process and all its descendants that live, zombies left out."""
    parents = {child: parent for child, (parent, state) in _everybody().items() if state != "Z"}
    found = {pid} & parents.keys()
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return frozenset(found)


def children(pid: int) -> tuple[int, ...]:
    """Give the processes that it has started itself and that live."""
    everybody = _everybody().items()
    return tuple(child for child, (parent, state) in everybody if parent == pid and state != "Z")


def lasting(pid: int) -> frozenset[int]:
    """Give the family without the children that the sandbox's server has, one for each file."""
    parents = {child: parent for child, (parent, _) in _everybody().items()}
    return frozenset(
        one
        for one in family(pid)
        if not (_is_sandbox(one) and _words(one) == _words(parents.get(one, 0)))
    )


def kill(pids: Iterable[int]) -> None:
    """Kill -9 every one of them at once; who is gone already does not matter."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def await_end(pids: Iterable[int]) -> None:
    """Wait until none of them runs any more. Raises AssertionError naming who stays."""
    waiting, deadline = set(pids), time.monotonic() + GONE_S
    while waiting:
        seen = _everybody()
        waiting = {pid for pid in waiting if seen.get(pid, (0, "Z"))[1] != "Z"}
        assert time.monotonic() < deadline, f"still there after kill -9: {sorted(waiting)}"
        time.sleep(0.01)


def _is_sandbox(pid: int) -> bool:
    program, *rest = _words(pid) or (b"",)
    return b"python" in program and SANDBOX in rest


def _words(pid: int) -> tuple[bytes, ...]:
    """Give a process's command line; a child that was forked has its parent's."""
    try:
        return tuple((PROC / str(pid) / "cmdline").read_bytes().split(b"\0"))
    except OSError:  # it has ended meanwhile
        return ()


def _everybody() -> dict[int, tuple[int, str]]:
    """Give pid → (pid of the parent, state) of all processes."""
    found = {}
    for folder in PROC.iterdir():
        if not folder.name.isdigit():
            continue
        try:
            text = (folder / "stat").read_text(errors="replace")
        except OSError:  # it has ended meanwhile
            continue
        # The name, in parentheses, may hold anything.
        state, parent, *_ = text.rpartition(")")[2].split()
        found[int(folder.name)] = (int(parent), state)
    return found
