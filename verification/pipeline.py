"""One file, step by step: what an auditor reads is what the code does.

1. intake      bytes are counted and hashed; caps that need no parsing
2. identify    what the bytes are, by opening the container
3. claims      what the file says of itself, and the signatures it carries
4. reconcile   all claimed times on one line
5. marks       what is seen on pages, where it is asked for or looked for
6. checks      findings, each pointing at its evidence
7. verdict     the policy composes the findings; silence is never a pass

A cap that is exceeded, and any exception of a reader or a check, is a finding of its own: it never
decides that a file is good, and never hides what the other steps found.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from verification import checks, claims, intake, marks
from verification.codec import from_json, to_json
from verification.examination import Collected, Context, Examination, Seen
from verification.films import reel as films
from verification.films.reel import Reel
from verification.identify import dissect
from verification.identify.pieces import NOT_DISSECTED, UNKNOWN, Anatomy
from verification.limits import LimitExceeded
from verification.pages import raster
from verification.pages.raster import Pages
from verification.policies import load as load_policy
from verification.readers import (
    opencv_copies,
    opencv_rings,
    opencv_seals,
    pillow_levels,
    pymupdf_glyphs,
)
from verification.reconcile import reconcile
from verification.terms import Request
from verification.troubles import broken, not_there, over_limit
from verification.values import Report, Submission
from verification.verdict import is_complete, judge, unexplained
from verification.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Check, MarkSource
    from verification.limits import Limits
    from verification.terms import Terms
    from verification.values import FileType, Finding, Limit, Line, Mark


#: Lines of text in a report; beyond that a report is no longer read by anybody.
_MOST_LINES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Study:
    """What steps 2 to 6 came to."""

    file_type: FileType
    collected: Collected
    findings: tuple[Finding, ...]
    limits: tuple[Limit, ...]
    marks: tuple[Mark, ...] = ()
    words: tuple[Line, ...] = ()


_NOTHING = _Study(file_type=UNKNOWN, collected=Collected(), findings=(), limits=())


def verify(submission: Submission, terms: Terms) -> Report:
    """Examine one file. Raises nothing for a bad file, whatever its bytes are."""
    # 1. intake
    entry = intake.take_in(submission, terms.limits)
    study = _NOTHING if entry.limits else _study(submission, terms)
    limits = tuple(dict.fromkeys((*entry.limits, *study.limits)))
    findings = (*(over_limit(limit) for limit in limits), *study.findings)
    # 7. verdict
    complete = is_complete(findings)
    if complete:
        findings += tuple(not_there(leaf) for leaf in unexplained(terms.policy, findings))
    verdict = judge(terms.policy, findings, complete=complete)
    return Report(
        path=submission.name,
        sha256=entry.sha256,
        size=entry.size,
        type=study.file_type,
        verdict=verdict.status,
        sub_indication=verdict.sub_indication,
        checks=findings,
        claims=study.collected.claims,
        signatures=study.collected.signatures,
        marks=study.marks,
        limits=limits,
        words=study.words,
        policy=terms.policy.label,
    )


def examine_json(data: bytes, request: dict[str, Any]) -> Any:
    """Do `verify` for a caller in another process: JSON of a Request in, of a Report out.

    Raises CodecError for a request that our own side did not write.
    """
    order = from_json(Request, request)
    submission = Submission(
        data=data,
        name=order.name,
        media_type=order.media_type,
        received_at=order.received_at,
    )
    return to_json(verify(submission, order.terms))


def warm() -> None:
    """Import every source, check and policy: after the sandbox closes no file can be opened."""
    checks.load()
    claims.load()
    marks.load()
    raster.warm()
    opencv_seals.warm()
    opencv_rings.warm()
    opencv_copies.warm()
    pillow_levels.warm()
    pymupdf_glyphs.warm()
    films.warm()
    load_policy()


def _study(submission: Submission, terms: Terms) -> _Study:
    limits: list[Limit] = []
    # 2. identify
    anatomy, findings = _identify(submission.data, terms.limits, limits)
    pages = Pages(submission.data, terms.limits)
    words = Words(submission.data, terms.limits, pages)
    context = replace(_context(submission, terms, anatomy), words=words)
    # 3. claims
    collected = _collect(context, limits)
    # 4. reconcile
    timeline = reconcile(collected.claims, at=terms.at)
    examination = Examination(
        context=context,
        claims=collected.claims,
        signatures=collected.signatures,
        timeline=timeline,
        pages=pages,
        words=words,
        reel=Reel(submission.data, anatomy.file_type.format),
    )
    # 5. marks
    seen = _look(examination, limits)
    examination = replace(examination, marks=seen.marks)
    # 6. checks
    findings += [*collected.findings, *seen.findings, *_check(examination, limits)]
    lines, unread = _words(examination, limits) if terms.look.words else ((), [])
    return _Study(
        file_type=anatomy.file_type,
        collected=collected,
        findings=(*findings, *unread),
        limits=tuple(limits),
        marks=seen.marks,
        words=lines,
    )


def _words(
    examination: Examination, exceeded: list[Limit]
) -> tuple[tuple[Line, ...], list[Finding]]:
    try:
        return examination.words.all(_MOST_LINES), []
    except LimitExceeded as error:
        exceeded.append(error.limit)
    except Exception as error:  # noqa: BLE001 - a crash on hostile bytes is a finding
        return (), [broken("words", error)]
    return (), []


def _identify(data: bytes, limits: Limits, exceeded: list[Limit]) -> tuple[Anatomy, list[Finding]]:
    try:
        anatomy = dissect(data, limits)
    except Exception as error:  # noqa: BLE001 - a crash on hostile bytes is a finding
        return NOT_DISSECTED, [broken("type.identify", error)]
    exceeded += anatomy.limits
    return anatomy, []


def _context(submission: Submission, terms: Terms, anatomy: Anatomy) -> Context:
    return Context(
        submission=submission,
        requirement=terms.requirement,
        file_type=anatomy.file_type,
        anatomy=anatomy,
        at=terms.at,
        anchors=terms.anchors,
        limits=terms.limits,
        mail_keys=terms.mail_keys,
        mail_servers=terms.mail_servers,
        look=terms.look,
    )


def _collect(context: Context, exceeded: list[Limit]) -> Collected:
    parts: list[Collected] = []
    for source in claims.load():
        if source.formats and context.file_type.format not in source.formats:
            continue
        try:
            parts.append(source.collect(context))
        except LimitExceeded as error:
            exceeded.append(error.limit)
        except Exception as error:  # noqa: BLE001 - a crash on hostile bytes is a finding
            parts.append(Collected(findings=(broken(f"claims.{source.id}", error),)))
    exceeded += [limit for part in parts for limit in part.limits]
    return Collected(
        claims=tuple(claim for part in parts for claim in part.claims),
        signatures=tuple(signature for part in parts for signature in part.signatures),
        findings=tuple(finding for part in parts for finding in part.findings),
    )


def _look(examination: Examination, exceeded: list[Limit]) -> Seen:
    """Ask each source of marks. What nobody asked for may be seen, and takes nothing away."""
    found = [
        _see(source, examination, exceeded)
        for source in marks.load()
        if examination.context.file_type.format in source.formats
    ]
    return Seen(
        marks=tuple(mark for seen in found for mark in seen.marks),
        findings=tuple(finding for seen in found for finding in seen.findings),
    )


def _see(source: MarkSource, examination: Examination, exceeded: list[Limit]) -> Seen:
    asked = source.asked(examination.context.requirement.content)
    if not asked and not examination.context.look.marks:
        return Seen()
    try:
        seen = source.collect(examination)
    except LimitExceeded as error:
        exceeded += [error.limit] if asked else []
        return Seen()
    except Exception as error:  # noqa: BLE001 - a crash on hostile bytes is a finding
        seen = Seen(findings=(broken(f"marks.{source.id}", error),))
    return seen if asked else replace(seen, findings=())


def _check(examination: Examination, exceeded: list[Limit]) -> list[Finding]:
    findings: list[Finding] = []
    for check in checks.load():
        findings += _run(check, examination, exceeded)
    return findings


def _run(check: Check, examination: Examination, exceeded: list[Limit]) -> Iterable[Finding]:
    if check.formats and examination.context.file_type.format not in check.formats:
        return []
    try:
        return list(check.run(examination))
    except LimitExceeded as error:
        exceeded.append(error.limit)
        return []
    except Exception as error:  # noqa: BLE001 - a crash on hostile bytes is a finding
        return [broken(check.id, error)]
