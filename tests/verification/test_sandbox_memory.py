"""Memory that is handed to a child: sealed for good, or told as not available for the moment."""

from __future__ import annotations

import errno
import mmap
import os
import resource
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from verification.limits import Limits
from verification.sandbox import wire
from verification.sandbox.client import Sandbox
from verification.sandbox.errors import SandboxUnavailable
from verification.sandbox.outcome import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTENT = b"an offer"


def _open() -> set[str]:
    return set(os.listdir("/proc/self/fd"))  # noqa: PTH208 - numbers, not paths


@pytest.fixture
def descriptor() -> Iterator[int]:
    number = os.memfd_create("test", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    wire.write_all(number, CONTENT)
    yield number
    os.close(number)


def test_memory_that_nobody_holds_is_sealed_at_once(descriptor: int) -> None:
    assert wire.seal(descriptor)
    with pytest.raises(PermissionError):
        os.pwrite(descriptor, b"x", 0)


def test_memory_that_is_let_go_in_time_is_sealed(descriptor: int) -> None:
    held = mmap.mmap(descriptor, len(CONTENT))  # a writable mapping: the kernel says EBUSY
    timer = threading.Timer(0.005, held.close)
    timer.start()
    assert wire.seal(descriptor)
    timer.join()


def test_memory_that_is_never_let_go_is_told_as_busy(descriptor: int) -> None:
    with mmap.mmap(descriptor, len(CONTENT)):
        assert not wire.seal(descriptor)
    assert wire.seal(descriptor)


class _Holder:
    """Maps the first memories that are made, as a page that is pinned elsewhere would be."""

    def __init__(self, times: int) -> None:
        self._times = times
        self._make = os.memfd_create
        self.held: list[mmap.mmap] = []

    def memfd_create(self, name: str, flags: int = 0) -> int:
        descriptor = self._make(name, flags)
        if len(self.held) < self._times:
            os.ftruncate(descriptor, len(CONTENT))
            self.held.append(mmap.mmap(descriptor, len(CONTENT)))
        return descriptor


@pytest.mark.parametrize(
    ("times", "sealed"),
    [
        pytest.param(0, True, id="nothing is held"),
        pytest.param(1, True, id="one is held for ever, the next one is not"),
        pytest.param(99, False, id="each is held for ever"),
    ],
)
def test_busy_memory_is_replaced_or_told(
    monkeypatch: pytest.MonkeyPatch, times: int, *, sealed: bool
) -> None:
    holder = _Holder(times)
    before = _open()
    monkeypatch.setattr(os, "memfd_create", holder.memfd_create)
    if sealed:
        descriptor = wire.sealed_memory("file", CONTENT)
        assert wire.read_all(descriptor, 100) == CONTENT
        with pytest.raises(PermissionError):
            os.pwrite(descriptor, b"x", 0)
        os.close(descriptor)
    else:
        with pytest.raises(SandboxUnavailable, match="the file stayed busy"):
            wire.sealed_memory("file", CONTENT)
    for held in holder.held:
        held.close()
    assert _open() == before


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(limits=Limits(), layers=frozenset({"seccomp"})) as started:
        yield started


@contextmanager
def _room_for(count: int) -> Iterator[None]:
    """Let this process open so many descriptors and no more."""
    lowest = [os.dup(0) for _ in range(count + 1)]
    for number in lowest:
        os.close(number)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest[-1], hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("room", [0, 1, 2, 3])
def test_no_descriptor_left_is_told_and_none_is_lost(sandbox: Sandbox, room: int) -> None:
    before = _open()
    with _room_for(room), pytest.raises(SandboxUnavailable, match=os.strerror(errno.EMFILE)):
        sandbox.run("nothing", b"{}", CONTENT)
    assert _open() == before
    with _room_for(wire.DESCRIPTORS):
        assert isinstance(sandbox.run("nothing", b"{}", CONTENT), Answer)
