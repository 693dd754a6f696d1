"""A file examined in the sandbox: always a Report, whatever the file does to the child."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from verification.codec import CodecError, report_from_json, to_json
from verification.sandbox.outcome import Death
from verification.sandbox.troubles import explain
from verification.troubles import over_limit
from verification.values import FileType, Limit, Report, Status
from verification.verdict import is_complete, judge

if TYPE_CHECKING:
    from typing import BinaryIO

    from verification.sandbox.client import Sandbox
    from verification.sandbox.levels import Level
    from verification.sandbox.outcome import Answer
    from verification.terms import Request
    from verification.values import Finding

_UNKNOWN = FileType(format=None, media_type="application/octet-stream", extension=None)
_READ_BYTES = 1 << 20
_UNPRINTABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What this side knows by itself, and never takes from a child."""

    request: Request
    sha256: str
    size: int
    level: Level


def verify_file(sandbox: Sandbox, file: BinaryIO, request: Request) -> Report:
    """Examine the rest of `file`. Raises SandboxUnavailable and OSError, nothing else.

    Hash, size, level, time and verdict are this side's own; a child that has been taken over may
    say what it likes of the rest, and says it in the shape of a Report or not at all.
    """
    most = request.terms.limits.file_bytes
    data = file.read(most + 1)
    digest, size = hashlib.sha256(data), len(data)
    while size > most and (part := file.read(_READ_BYTES)):
        digest.update(part)
        size += len(part)
    if request.terms.needs_words:
        sandbox = sandbox.for_words()
    known = _Known(request=request, sha256=digest.hexdigest(), size=size, level=sandbox.level)
    if size > most:
        limit = Limit(name="file_bytes", seen=str(size), allowed=str(most))
        return _without_answer(known, over_limit(limit), limit, 0.0)
    came = _examined(sandbox, request, data)
    if isinstance(came, Death) and request.terms.look.marks:
        came = _looking_less(sandbox, request, data, came)
    if isinstance(came, Report):
        return _stamp(known, came)
    return _without_answer(known, explain(came), came.limit, came.cpu_ms)


def _examined(sandbox: Sandbox, request: Request, data: bytes) -> Report | Death:
    order = json.dumps(to_json(request)).encode()
    outcome = sandbox.run("verify", order, data)
    if isinstance(outcome, Death) and outcome.server_lost:
        outcome = sandbox.run("verify", order, data)
    return outcome if isinstance(outcome, Death) else _read(outcome)


def _looking_less(sandbox: Sandbox, request: Request, data: bytes, death: Death) -> Report | Death:
    """Examine again without marks that nobody asked for: type, times and signatures count more."""
    terms = replace(request.terms, look=replace(request.terms.look, marks=False))
    came = _examined(sandbox, replace(request, terms=terms), data)
    cpu_ms = death.cpu_ms + came.cpu_ms
    if isinstance(came, Death):
        return replace(came, cpu_ms=cpu_ms)
    told = replace(explain(death), status=Status.NOT_APPLICABLE, sub_indication=None, remedy=None)
    limits = came.limits if death.limit is None else (*came.limits, death.limit)
    return replace(came, checks=(*came.checks, told), limits=limits, cpu_ms=cpu_ms)


def _read(answer: Answer) -> Report | Death:
    try:
        report = report_from_json(printable(json.loads(answer.report)))
    except (CodecError, ValueError, RecursionError) as error:
        detail = f"the report is no report ({type(error).__name__})"
        return Death(kind="exit", detail=detail, cpu_ms=answer.cpu_ms)
    return replace(report, cpu_ms=answer.cpu_ms)


def printable(value: object) -> object:
    """Replace what is valid in JSON and in no database: NUL and half characters."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [printable(item) for item in value]
    if isinstance(value, dict):
        return {printable(key): printable(item) for key, item in value.items()}
    return value


def _stamp(known: _Known, report: Report) -> Report:
    """Put what is known in place of what was said; the verdict follows from the findings."""
    terms = known.request.terms
    verdict = judge(terms.policy, report.checks, complete=is_complete(report.checks))
    return replace(
        report,
        path=known.request.name,
        sha256=known.sha256,
        size=known.size,
        verdict=verdict.status,
        sub_indication=verdict.sub_indication,
        policy=terms.policy.label,
        sandbox=known.level,
    )


def _without_answer(known: _Known, finding: Finding, limit: Limit | None, cpu_ms: float) -> Report:
    """Give the report on a file of which nothing was learned."""
    return Report(
        path=known.request.name,
        sha256=known.sha256,
        size=known.size,
        type=_UNKNOWN,
        verdict=finding.status,
        sub_indication=finding.sub_indication,
        checks=(finding,),
        limits=() if limit is None else (limit,),
        policy=known.request.terms.policy.label,
        sandbox=known.level,
        cpu_ms=cpu_ms,
    )
