"""Between client, server and child: small messages over a socket, contents in sealed memory.

The socket keeps the borders of messages (SOCK_SEQPACKET). It carries only numbers and names;
request, file, report and pixels travel as descriptors of anonymous files, so the server relays no
byte that a child wrote.
"""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import asdict, dataclass

MESSAGE_BYTES = 64 * 1024
#: Request, file, report, pixels; the same order in the message and in the child.
DESCRIPTORS = 4

_SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL


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
    """Server to client: the child of that job is gone."""

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
    """Give the descriptor of an anonymous file that nobody can change any more."""
    descriptor = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        write_all(descriptor, content)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


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
