"""What became of one job: an answer, or a death that says what ended it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from verification.values import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the child wrote before it ended well. Nothing in it is to be trusted."""

    #: At most `Limits.report_bytes` of JSON.
    report: bytes
    #: What was written to the second descriptor.
    pixels: bytes = b""
    #: Processor time of the child as the kernel counted it.
    cpu_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """The child gave no answer; what it was doing is of no consequence to anybody else."""

    kind: Literal["signal", "timeout", "memory", "exit", "too_large"]
    #: For the log, in English: the name of a signal, of an exception.
    detail: str
    #: The line of code that an exception came from; for the log alone.
    place: str = ""
    #: The cap that ended it, where one did.
    limit: Limit | None = None
    cpu_ms: float = 0.0
    #: The server was lost, for whatever reason: perhaps not this file's doing. Try again.
    server_lost: bool = False


Outcome = Answer | Death
