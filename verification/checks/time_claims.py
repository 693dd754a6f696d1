"""`time.claims`: a file of which a time is asked has to say when it was made, and well enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.examination import Check
from verification.values import Finding, Status, Text, Trust

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination

_ID, _VERSION = "time.claims", 1

#: What stands behind a class, in the words of a report.
STANDING = {
    Trust.T0: Text("压缩包内的条目时间", "entry times of the package"),
    Trust.T1: Text("文件名或页面上写的日期", "a date in the name or on the page"),
    Trust.T2: Text("文件元数据", "the file's own metadata"),
    Trust.T3: Text("有效签名中签名者自称的时间", "a time inside a valid signature"),
    Trust.T4: Text("我们认识的服务器", "a server that we know"),
    Trust.T5: Text("可信时间戳", "a trusted time-stamp"),
}


def run(examination: Examination) -> Iterable[Finding]:
    requirement = examination.context.requirement
    asked = (requirement.not_before, requirement.not_after, requirement.best_time)
    if all(one is None for one in asked):
        return
    best, own = examination.timeline.best, examination.timeline.own
    if best is None:
        yield _none()
        return
    if requirement.best_time is not None and best < requirement.best_time:
        yield _weak(best, requirement.best_time)
        return
    standing = STANDING[best]
    yield Finding(
        id=_ID,
        version=_VERSION,
        status=Status.PASSED,
        message=Text(
            zh=f"文件给出了 {len(own)} 个时间，最可靠的来源是{standing.zh}（{best}）。",
            en=f"The file states {len(own)} times; the best source is {standing.en} ({best}).",
        ),
        evidence=next(one.claim.evidence for one in own if one.claim.trust is best),
    )


def _weak(best: Trust, asked: Trust) -> Finding:
    found, needed = STANDING[best], STANDING[asked]
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.INDETERMINATE,
        sub_indication="TIME_UNTRUSTED",
        message=Text(
            zh=f"要求时间来源至少为 {asked}（{needed.zh}），"
            f"文件中最可靠的是 {best}（{found.zh}）。",
            en=f"A time of class {asked} or better is asked for ({needed.en}); the best in the "
            f"file is {best} ({found.en}).",
        ),
        remedy=Text(
            zh="请由签署人签名，或加盖可信时间戳后再上传；签名证书须能追溯到受信任的根证书。",
            en="Have it signed or time-stamped and upload it again; the certificate must lead to "
            "a trusted root.",
        ),
    )


def _none() -> Finding:
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.INDETERMINATE,
        sub_indication="NO_TIME",
        message=Text(
            zh="要求看文件的制作时间，但文件中没有任何时间信息。",
            en="The requirement asks when the file was made, but the file states no time at all.",
        ),
        remedy=Text(
            zh="请上传带有时间信息的原始文件（不要用截图或清除了元数据的副本），或加盖时间戳、签名后再上传。",
            en="Upload the original with its metadata (no screenshot, no cleaned copy), "
            "or have it signed or time-stamped.",
        ),
    )


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset(), run=run)
