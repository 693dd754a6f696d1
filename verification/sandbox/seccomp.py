"""The system call filter: a short list is allowed, a few calls kill, all else gets EPERM.

An allow-list, because a parser that is warm needs about forty calls and the kernel has four
hundred and grows. EPERM rather than death for the rest, because honest libraries try many things
(a configuration file, a thread) and get along without. No memory can be made executable.

Classic BPF, put together by hand: see seccomp(2) and linux/bpf_common.h.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from functools import cache
from typing import TYPE_CHECKING

from verification.sandbox import kernel
from verification.sandbox.errors import ConfinementError
from verification.sandbox.syscalls import MACHINES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.sandbox.syscalls import Machine

PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2

RET_KILL_PROCESS = 0x80000000
RET_ERRNO = 0x00050000
RET_ALLOW = 0x7FFF0000
RET_EPERM = RET_ERRNO | errno.EPERM

PROT_EXEC = 4

# Offsets in struct seccomp_data; both machines are little-endian.
_NUMBER, _ARCH, _THIRD_ARGUMENT = 0, 4, 32

_LOAD, _JUMP_EQUAL, _JUMP_NOT_BELOW, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _instruction(code: int, operand: int, *, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, operand)


def _answer(numbers: Iterable[int], answer: int) -> bytes:
    """Give `answer` to any of the calls; go on to the next instruction for the others."""
    return b"".join(
        _instruction(_JUMP_EQUAL, number, if_false=1) + _instruction(_RETURN, answer)
        for number in numbers
    )


def compile_filter(machine: Machine) -> bytes:
    """Give the program for one machine."""
    program = _instruction(_LOAD, _ARCH)
    program += _instruction(_JUMP_EQUAL, machine.audit_arch, if_true=1)
    program += _instruction(_RETURN, RET_KILL_PROCESS)
    program += _instruction(_LOAD, _NUMBER)
    if machine.foreign_from is not None:
        program += _instruction(_JUMP_NOT_BELOW, machine.foreign_from, if_false=1)
        program += _instruction(_RETURN, RET_KILL_PROCESS)
    for number in machine.unless_executable.values():
        program += _instruction(_JUMP_EQUAL, number, if_false=4)
        program += _instruction(_LOAD, _THIRD_ARGUMENT)
        program += _instruction(_JUMP_ANY_BIT, PROT_EXEC, if_false=1)
        program += _instruction(_RETURN, RET_EPERM)
        program += _instruction(_RETURN, RET_ALLOW)
    program += _answer(machine.allowed.values(), RET_ALLOW)
    program += _answer(machine.killed.values(), RET_KILL_PROCESS)
    return program + _instruction(_RETURN, RET_EPERM)


@cache
def own_filter() -> bytes:
    """Give the program for the machine we are on; a fork server calls this before it forks.

    Raises ConfinementError on a machine whose numbers are not known.
    """
    machine = MACHINES.get(platform.machine())
    if machine is None:
        raise ConfinementError(f"no system call filter for {platform.machine()!r}")
    return compile_filter(machine)


def install() -> None:
    """Put this process under the filter for good. Raises ConfinementError."""
    code = own_filter()
    program = _Program(len(code) // 8, code)
    try:
        kernel.renounce_privileges()
        kernel.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(program))
    except OSError as error:
        raise ConfinementError(f"seccomp: {error}") from error
