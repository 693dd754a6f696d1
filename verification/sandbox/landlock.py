"""Landlock: a rule set that handles every access and grants none (landlock(7))."""

from __future__ import annotations

import ctypes
import os
import struct

from verification.sandbox import kernel
from verification.sandbox.errors import ConfinementError

# Same numbers on every machine.
_CREATE_RULESET, _RESTRICT_SELF = 444, 446
_ASK_VERSION = 1

#: Bits of file access that each version of the interface added up to: 13, refer, truncate, ioctl.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NETWORK_FROM, _NETWORK_RIGHTS = 4, 0b11  # bind and connect over TCP
_SCOPES_FROM, _SCOPES = 6, 0b11  # abstract Unix sockets, signals to outside


def version() -> int:
    """Give the kernel's landlock version, 0 where it has none."""
    try:
        return kernel.syscall(_CREATE_RULESET, 0, 0, _ASK_VERSION)
    except OSError:
        return 0


def _attributes(known: int) -> bytes:
    """Give a struct landlock_ruleset_attr, as long as the kernel of that version knows it."""
    files = (1 << _FILE_RIGHTS.get(known, 16)) - 1
    if known < _NETWORK_FROM:
        return struct.pack("<Q", files)
    if known < _SCOPES_FROM:
        return struct.pack("<QQ", files, _NETWORK_RIGHTS)
    return struct.pack("<QQQ", files, _NETWORK_RIGHTS, _SCOPES)


def install() -> None:
    """Take every right to files, TCP and outside signals from this process, for good.

    Descriptors that are open stay usable. Raises ConfinementError.
    """
    known = version()
    if known < 1:
        raise ConfinementError("this kernel has no landlock")
    attributes = _attributes(known)
    place = ctypes.create_string_buffer(attributes, len(attributes))
    try:
        kernel.renounce_privileges()
        ruleset = kernel.syscall(
            _CREATE_RULESET, ctypes.cast(place, ctypes.c_void_p), len(attributes), 0
        )
        try:
            kernel.syscall(_RESTRICT_SELF, ruleset, 0)
        finally:
            os.close(ruleset)
    except OSError as error:
        raise ConfinementError(f"landlock: {error}") from error
