"""`time.consistent`: the times of a file do not contradict one another, nor our own clock.

Metadata against metadata leaves it open which one is wrong: INDETERMINATE. A claim that a trusted
time (T3 and up) shows to be false by more than a day, and a time that has not come yet, are FAILED.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.contradictions import duration
from verification.examination import Check
from verification.values import Finding, Status, Text, Trust

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from verification.contradictions import Contradiction, Placed
    from verification.examination import Examination

_ID, _VERSION = "time.consistent", 1

_REMEDY = Text(
    zh="请上传由原程序直接导出的原始文件；若设备时钟或时区有误，请附说明交审核人员判断。",
    en="Upload the original as its program wrote it; if a clock or a zone was wrong, "
    "say so, and a reviewer will decide.",
)


def run(examination: Examination) -> Iterable[Finding]:
    timeline = examination.timeline
    if not timeline.own:
        return
    below = examination.context.requirement.contradictions_below_s
    findings = [_contradicted(found, below) for found in timeline.contradictions]
    told_already = any(found.rule == "after_receipt" for found in timeline.contradictions)
    if timeline.future and not told_already:
        findings.append(_in_future(timeline.future[-1], examination.context.at))
    yield from findings
    # A name or a ZIP entry that contradicts nothing is no reason to pass anything.
    if findings or timeline.best is None or timeline.best < Trust.T2:
        return
    count = len(timeline.own)
    yield Finding(
        id=_ID,
        version=_VERSION,
        status=Status.PASSED,
        message=Text(
            zh=f"文件中的 {count} 个时间与我们的时钟之间没有矛盾。",
            en=f"No contradiction among the file's times ({count}) and our own clock.",
        ),
        evidence=timeline.own[-1].claim.evidence,
    )


def _contradicted(found: Contradiction, below: int | None) -> Finding:
    late = found.rule == "after_receipt"
    tolerated = below is not None and found.seconds < below and not late
    sub_indication = "TIME_IN_FUTURE" if late else "TIME_CONTRADICTION"
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.PASSED if tolerated else _status(found, below),
        sub_indication=None if tolerated else sub_indication,
        message=_told(found, below) if below is not None and not late else found.message,
        remedy=None if tolerated else _REMEDY,
        evidence=found.first.evidence + found.second.evidence,
        seconds=found.seconds,
    )


def _status(found: Contradiction, below: int | None) -> Status:
    """Who asks that there be none of that size is not left in doubt by one."""
    failed = found.rule == "after_receipt" or found.proven or below is not None
    return Status.FAILED if failed else Status.INDETERMINATE


def _told(found: Contradiction, below: int) -> Text:
    allowed, seen = duration(below), duration(found.seconds)
    if found.seconds < below:
        return Text(
            zh=f"{found.message.zh}要求允许的矛盾小于 {allowed.zh}，此处为 {seen.zh}，可以接受。",
            en=f"{found.message.en} The requirement lets pass what is below {allowed.en}.",
        )
    return Text(
        zh=f"{found.message.zh}要求矛盾须小于 {allowed.zh}。",
        en=f"{found.message.en} The requirement asks for less than {allowed.en}.",
    )


def _in_future(one: Placed, at: datetime) -> Finding:
    claim = one.claim
    seconds = int((one.earliest - at).total_seconds())
    ahead = duration(seconds)
    return Finding(
        id=_ID,
        version=_VERSION,
        # Times of ZIP entries and file names are too weak to fail a file.
        status=Status.FAILED if claim.trust >= Trust.T2 else Status.INDETERMINATE,
        sub_indication="TIME_IN_FUTURE",
        message=Text(
            zh=f"{claim.source} 的时间 {claim.value} 比检查时刻还晚至少 {ahead.zh}。",
            en=f"{claim.source} says {claim.value}, which is at least {ahead.en} "
            "after the moment of this examination.",
        ),
        remedy=_REMEDY,
        evidence=claim.evidence,
        seconds=seconds,
    )


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset(), run=run)
