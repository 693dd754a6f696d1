"""Which layers really hold here: a child tries what is forbidden, under one layer at a time."""

from __future__ import annotations

import ctypes
import errno
import os
import socket
from typing import TYPE_CHECKING

from verification.limits import Limits
from verification.sandbox import landlock, seccomp
from verification.sandbox.confinement import limit_resources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from verification.sandbox.levels import Layer

#: RFC 5737: an address that belongs to nobody. Nothing is sent, only a route is looked for.
_NOWHERE = ("192.0.2.1", 9)
_HELD, _OPEN, _ABSENT = 0, 1, 2


def _open_file() -> None:
    os.close(os.open(__file__, os.O_RDONLY))


def _list_folder() -> None:
    os.scandir("/").close()


def _write_file() -> None:
    os.close(os.open(os.devnull, os.O_WRONLY))


def _make_socket() -> None:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _execute() -> None:
    os.execv("/nonexistent", ["nonexistent"])  # noqa: S606 - that it is not even looked for


def _signal_parent() -> None:
    os.kill(os.getppid(), 0)


def _make_executable_memory() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_ssize_t
    read_write_execute, private_anonymous = 7, 0x22
    if libc.mmap(None, ctypes.c_size_t(4096), read_write_execute, private_anonymous, -1, 0) == -1:
        raise OSError(ctypes.get_errno(), "mmap")


SECCOMP_ACTS: tuple[Callable[[], None], ...] = (
    _open_file,
    _list_folder,
    _write_file,
    _make_socket,
    _fork,
    _execute,
    _signal_parent,
    _make_executable_memory,
)
LANDLOCK_ACTS: tuple[Callable[[], None], ...] = (_open_file, _list_folder, _write_file)


def probe(asked: frozenset[Layer]) -> dict[Layer, str]:
    """Give for each layer asked for why it does not hold, or "" where it does."""
    found: dict[Layer, str] = {}
    if "bubblewrap" in asked:
        found["bubblewrap"] = _probe_bubblewrap()
    if "landlock" in asked:
        found["landlock"] = _probe_in_child(landlock.install, LANDLOCK_ACTS)
    if "seccomp" in asked:
        found["seccomp"] = _probe_in_child(seccomp.install, SECCOMP_ACTS)
    return found


def _probe_bubblewrap() -> str:
    if os.path.exists("/etc/passwd"):  # noqa: PTH110 - one question, no path to keep
        return "the machine's files are in sight"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as network:
        try:
            network.connect(_NOWHERE)
        except OSError as error:
            return "" if error.errno == errno.ENETUNREACH else f"network: {error}"
    return "the network is in reach"


def _probe_in_child(install: Callable[[], None], acts: Iterable[Callable[[], None]]) -> str:
    child = os.fork()
    if child == 0:
        code = _ABSENT
        try:
            limit_resources(Limits())
            install()
            code = _HELD if all(_is_denied(act) for act in acts) else _OPEN
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return {
        _HELD: "",
        _OPEN: "installed, yet something forbidden was possible",
        _ABSENT: "the kernel refused it",
    }.get(os.waitstatus_to_exitcode(status), "the probe died")


def _is_denied(act: Callable[[], None]) -> bool:
    try:
        act()
    except OSError as error:
        return error.errno in (errno.EPERM, errno.EACCES)
    return False
