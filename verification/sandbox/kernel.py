"""The few kernel calls that Python has no name for."""

from __future__ import annotations

import ctypes
import os
import signal
import time

_LIBC = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38


def prctl(option: int, *values: int) -> None:
    """Change something about this process (man 2 prctl). Raises OSError."""
    given = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    if _LIBC.prctl(option, *given) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), f"prctl {option}")


def syscall(number: int, *values: int | ctypes.c_void_p) -> int:
    """Make a system call by its number (man 2 syscall). Raises OSError."""
    given = [
        ctypes.c_long(value) if isinstance(value, int) else value  # 64 bits for each
        for value in values
    ]
    result: int = _LIBC.syscall(ctypes.c_long(number), *given)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), f"syscall {number}")
    return result


def renounce_privileges() -> None:
    """Make sure that no exec ever gives this process more rights. Never undone."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def cpu_ms(process: int) -> float:
    """Give the processor time that a process used until now (see clock_getcpuclockid(3))."""
    clock_of_process = 2
    return 1000 * time.clock_gettime((~process << 3) | clock_of_process)


def give_back_memory() -> None:
    """Return what importing left unused: every fork copies the tables of what is kept."""
    trim = getattr(_LIBC, "malloc_trim", None)  # glibc has it, musl has not
    if trim is not None:
        trim(0)


def die_with_parent() -> None:
    """Be killed when the thread that started this process ends, for whatever reason."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
