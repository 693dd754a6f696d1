"""Between client, server and child: small messages over a socket, contents in sealed memory.

The socket keeps the borders of messages (SOCK_SEQPACKET). It carries only numbers and names;
request, file, report and pixels travel as descriptors of anonymous files, so the server relays no
byte that a child wrote.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass

from verification.sandbox.errors import SandboxUnavailable

MESSAGE_BYTES = 64 * 1024
#: Request, file, report, pixels; the same order in the message and in the child.
DESCRIPTORS = 4

_SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
#: Waits before each attempt to seal; then other memory is tried.
_SEAL_PAUSES = (0.0, 0.001, 0.01, 0.1)
_MEMORIES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Client to server: fork a child for this job. Four descriptors come with it."""

    number: int
    job: str
    wall_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Server to client, once: everything is imported, and these layers were seen to hold."""

    layers: tuple[str, ...]
    #: Why a layer that was asked for does not hold, for people.
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """Server to client: the child of that job is gone, or has answered and was killed."""

    number: int
    #: Exit status, or minus the signal, as `os.waitstatus_to_exitcode` gives it.
    code: int
    cpu_ms: float
    #: Ended by the server because its time was over.
    overdue: bool


# How a child ends when no signal ends it.
ANSWERED, OUT_OF_MEMORY, RAISED, NOT_CONFINED, REFUSED = 0, 70, 71, 72, 73


def encode(message: Start | Ready | Ended) -> bytes:
    return json.dumps(asdict(message)).encode()


def decode_start(packet: bytes) -> Start:
    return Start(**json.loads(packet))


def decode_ready(packet: bytes) -> Ready:
    fields = json.loads(packet)
    return Ready(layers=tuple(fields["layers"]), missing=tuple(fields["missing"]))


def decode_ended(packet: bytes) -> Ended:
    return Ended(**json.loads(packet))


def sealed_memory(name: str, content: bytes) -> int:
    """Give the descriptor of an anonymous file that nobody can change any more.

    Raises SandboxUnavailable where the machine has no memory or descriptor left, or lets nothing
    be sealed.
    """
    try:
        for _ in range(_MEMORIES):
            if (descriptor := _try_to_seal(name, content)) is not None:
                return descriptor
    except OSError as error:
        raise SandboxUnavailable(f"no sealed memory for the {name}: {error}") from error
    raise SandboxUnavailable(f"memory for the {name} stayed busy and could not be sealed")


def _try_to_seal(name: str, content: bytes) -> int | None:
    descriptor = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    sealed = False
    try:
        write_all(descriptor, content)
        sealed = seal(descriptor)
    finally:
        if not sealed:
            os.close(descriptor)
    return descriptor if sealed else None


def empty_memory(name: str) -> int:
    """Give the descriptor of an anonymous file to write to. Raises SandboxUnavailable."""
    try:
        return os.memfd_create(name, os.MFD_CLOEXEC)
    except OSError as error:
        raise SandboxUnavailable(f"no memory for the {name}: {error}") from error


def seal(descriptor: int) -> bool:
    """Let nobody change an anonymous file any more; False where somebody held on to it.

    The kernel answers EBUSY while anything but the file refers to one of its pages, which may be
    its own bookkeeping on another processor: over in a moment.
    """
    for pause in _SEAL_PAUSES:
        time.sleep(pause)
        try:
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
        except OSError as error:
            if error.errno != errno.EBUSY:
                raise
        else:
            return True
    return False


def write_all(descriptor: int, content: bytes | memoryview) -> None:
    """Write every byte. Raises OSError, EFBIG among them."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def read_all(descriptor: int, size: int) -> bytes:
    """Read `size` bytes from the beginning, fewer where the file is shorter."""
    parts: list[bytes] = []
    at = 0
    while at < size and (part := os.pread(descriptor, size - at, at)):
        parts.append(part)
        at += len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
