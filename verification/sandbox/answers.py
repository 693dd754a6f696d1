"""What a child left behind, read with suspicion."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING

from verification.sandbox import wire
from verification.sandbox.confinement import written_bytes
from verification.sandbox.outcome import Answer, Death
from verification.values import Limit

if TYPE_CHECKING:
    from verification.limits import Limits
    from verification.sandbox.outcome import Outcome

#: A child that refuses says so in this many bytes.
_WORDS_BYTES = 4096
_WORD_CHARACTERS = 200


def read_outcome(
    ended: wire.Ended, report: int, pixels: int, *, limits: Limits, wall_seconds: float
) -> Outcome:
    """Make an Outcome of a child's end and of the two files that it could write to."""
    if ended.overdue:
        limit = Limit(name="wall_seconds", seen=f"> {wall_seconds:g}", allowed=f"{wall_seconds:g}")
        return Death(kind="timeout", detail="wall clock", limit=limit, cpu_ms=ended.cpu_ms)
    if ended.code < 0:
        return _by_signal(-ended.code, ended.cpu_ms, limits)
    if ended.code != wire.ANSWERED:
        return _by_exit(ended, report, limits)
    size, most = os.fstat(report).st_size, limits.report_bytes
    if size > most:
        limit = Limit(name="report_bytes", seen=str(size), allowed=str(most))
        return Death(kind="too_large", detail="report", limit=limit, cpu_ms=ended.cpu_ms)
    drawn = os.fstat(pixels).st_size
    if drawn > (allowed := written_bytes(limits)):
        limit = Limit(name="render_bytes", seen=str(drawn), allowed=str(allowed))
        return Death(kind="too_large", detail="pixels", limit=limit, cpu_ms=ended.cpu_ms)
    return Answer(
        report=wire.read_all(report, size),
        pixels=wire.read_all(pixels, drawn),
        cpu_ms=ended.cpu_ms,
    )


def _by_signal(number: int, cpu_ms: float, limits: Limits) -> Death:
    allowed = limits.cpu_seconds
    # Past the soft limit comes SIGXCPU, past the hard one SIGKILL, which is also the kernel's
    # word when the whole machine is out of memory.
    if number == signal.SIGXCPU or (number == signal.SIGKILL and cpu_ms >= allowed * 1000):
        limit = Limit(name="cpu_seconds", seen=f"{cpu_ms / 1000:.1f}", allowed=str(allowed))
        return Death(kind="timeout", detail="processor time", limit=limit, cpu_ms=cpu_ms)
    if number == signal.SIGXFSZ:
        limit = Limit(name="report_bytes", seen="more", allowed=str(limits.report_bytes))
        return Death(kind="too_large", detail="SIGXFSZ", limit=limit, cpu_ms=cpu_ms)
    return Death(kind="signal", detail=_signal_name(number), cpu_ms=cpu_ms)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _by_exit(ended: wire.Ended, report: int, limits: Limits) -> Death:
    if ended.code == wire.OUT_OF_MEMORY:
        allowed = str(limits.address_bytes)
        limit = Limit(name="address_bytes", seen=f"> {allowed}", allowed=allowed)
        return Death(kind="memory", detail="MemoryError", limit=limit, cpu_ms=ended.cpu_ms)
    words = _read_words(report)
    if ended.code == wire.REFUSED and {"name", "seen", "allowed"} <= set(words):
        limit = Limit(name=words["name"], seen=words["seen"], allowed=words["allowed"])
        return Death(kind="too_large", detail=limit.name, limit=limit, cpu_ms=ended.cpu_ms)
    detail = f"exit status {ended.code}"
    if ended.code == wire.NOT_CONFINED:
        detail = "the child could not be confined"
    elif ended.code == wire.RAISED:
        detail = words.get("type", "an exception without a name")
    return Death(kind="exit", detail=detail, place=words.get("place", ""), cpu_ms=ended.cpu_ms)


def _read_words(report: int) -> dict[str, str]:
    """Read the child's own words: only texts, cut and made printable."""
    try:
        words = json.loads(wire.read_all(report, _WORDS_BYTES))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(words, dict):
        return {}
    return {
        key: ascii(value[:_WORD_CHARACTERS])[1:-1]
        for key, value in words.items()
        if isinstance(value, str)
    }
