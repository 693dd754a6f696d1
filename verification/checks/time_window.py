"""`time.window`: the file got its present form inside the window that the requirement names.

The last act that the best evidence tells (signing before metadata) decides; where somebody must
sign, that is theirs, and no later act of another. What is proven by trusted times comes first;
metadata decides only where nothing better is there, and the message names the class, so that a
reader knows what the answer rests on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

from verification.checks.time_claims import STANDING
from verification.contradictions import STAMPING
from verification.examination import Check
from verification.moments import WIDEST_OFFSET, shifted
from verification.signers import of_required
from verification.values import Finding, MetadataField, Status, Text, Trust

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.contradictions import Placed
    from verification.examination import Examination
    from verification.reconcile import Timeline
    from verification.values import Requirement, Signature

_ID, _VERSION = "time.window", 2

#: From the zone that is the furthest ahead to the one that is the furthest behind.
_ANY_ZONE = 2 * WIDEST_OFFSET
_BEIJING = timezone(timedelta(hours=8))

#: What is taken and not written: nobody fills an old photo in.
_TAKEN = frozenset(
    "jpg heic avif tif cr2 cr3 nef dng arw orf rw2 raf mp4 mov 3gp m4v avi mkv".split()  # noqa: SIM905 - a list of names
)
#: Acts that make or change a file, or send it off; a server's receipt is none of them.
_ACTS = frozenset({"created", "modified", "signed", "sent"})


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: Status
    sub_indication: str | None
    zh: str
    en: str
    remedy: Text | None = None


_INSIDE = _Outcome(Status.PASSED, None, "在要求的时间范围内", "inside the window asked for")
_TOO_OLD = _Outcome(
    Status.FAILED,
    "TIME_TOO_OLD",
    "早于要求的时间范围",
    "before the window asked for",
    Text(
        zh="请上传本阶段重新制作或重新签署的文件。",
        en="Upload a file that was made or signed again for this stage.",
    ),
)
_TOO_NEW = _Outcome(
    Status.FAILED,
    "TIME_OUT_OF_WINDOW",
    "晚于要求的时间范围",
    "after the window asked for",
    Text(
        zh="请上传截止日期之前完成且之后未改动的文件，或请负责人延长时间范围。",
        en="Upload the file as it was finished before the end of the window, "
        "or have the window extended.",
    ),
)
_IMPRECISE = _Outcome(
    Status.INDETERMINATE,
    "TIME_IMPRECISE",
    "只写到年、月或日，可能在也可能不在要求的时间范围内",
    "too short a date to say whether it lies in the window asked for",
    Text(
        zh="请上传写有完整日期的原始文件，或经签名、加盖时间戳的文件。",
        en="Upload the original with its whole dates, or a signed or time-stamped file.",
    ),
)
_TAKEN_BEFORE = _Outcome(
    Status.INDETERMINATE,
    "TIME_TOO_OLD",
    "在要求的时间范围内，但照片或影片是此前拍摄的，此后只是被改动或另存",
    "inside the window asked for, while it was taken before that and only changed or saved since",
    Text(
        zh="请上传本阶段拍摄的原始照片或影片；若相机时钟有误，请附说明交审核人员判断。",
        en="Upload the photo or film as it was taken for this stage; if the camera's clock was "
        "wrong, say so, and a reviewer will decide.",
    ),
)
_STAMPED_LATE = _Outcome(
    Status.INDETERMINATE,
    "TIME_CONTRADICTION",
    "在要求的时间范围内，但签署人自称的签署时间早于该范围，时间戳只证明当时已经签署",
    "inside the window asked for, while by the signer's own word it was signed before that; a "
    "time-stamp shows only that it was signed by then",
    Text(
        zh="请由签署人在本阶段重新签署后上传；若签署时其时钟有误，请附说明交审核人员判断。",
        en="Have it signed again for this stage; if the signer's clock was wrong, say so, and a "
        "reviewer will decide.",
    ),
)
_WEAK = _Outcome(
    Status.INDETERMINATE,
    "TIME_UNTRUSTED",
    "来源太弱，不足以判断是否在要求的时间范围内",
    "too weak a source to decide on the window asked for",
    Text(
        zh="请上传带有完整元数据的原始文件，或经签名、加盖时间戳的文件。",
        en="Upload the original with its metadata, or a signed or time-stamped file.",
    ),
)


def run(examination: Examination) -> Iterable[Finding]:
    requirement, timeline = examination.context.requirement, examination.timeline
    if requirement.not_before is None and requirement.not_after is None:
        return
    if timeline.best is None:
        # `time.claims` says so; there is nothing to compare.
        return
    acts = _deciding(examination)
    if acts:
        outcome, shown = _outcome(acts, timeline, requirement)
        if outcome is _INSIDE and _is_stamped_late(acts, timeline, requirement.not_before):
            outcome = _STAMPED_LATE
        taken = examination.context.file_type.format in _TAKEN
        if outcome is _INSIDE and taken and _is_taken_before(acts, requirement.not_before):
            outcome = _TAKEN_BEFORE
        yield _finding(outcome, shown, requirement)
    else:
        yield _finding(_WEAK, timeline.own[-1], requirement)


def _deciding(examination: Examination) -> list[Placed]:
    """Give the acts of the best class; none where nothing speaks that can be relied on."""
    own = examination.timeline.own
    acts = [one for one in own if one.event in _ACTS and one.claim.trust >= Trust.T2]
    # These say that it was there by then, and not what anybody did.
    witnesses = {one.id for one in examination.signatures if _is_witness(one)}
    done = [one for one in acts if one.claim.covered_by not in witnesses]
    signed = _best_of_each([one for one in done if one.claim.trust >= Trust.T3])
    theirs = of_required(examination.signatures, examination.context.requirement.signer)
    if theirs:
        # What others sign later renews nothing.
        ids = {one.id for one in theirs}
        return [one for one in signed if one.claim.covered_by in ids]
    return signed or done or acts


def _is_witness(signature: Signature) -> bool:
    """Whoever has an old file can have it stamped, or passed on by servers that sign what passes.

    Of these only the sender's own domain sends a mail off.
    """
    if signature.kind == "dkim":
        told = [one for one in signature.judgements if one.question == "identity"]
        return any(one.status is not Status.PASSED for one in told)
    return signature.kind in {"timestamp", "arc"}


def _best_of_each(trusted: list[Placed]) -> list[Placed]:
    """Let a time-stamp take the place of what the same signer says."""
    stamped = {one.claim.covered_by for one in trusted if one.claim.trust is Trust.T5} - {None}
    return [
        one for one in trusted if one.claim.trust is Trust.T5 or one.claim.covered_by not in stamped
    ]


def _is_stamped_late(acts: list[Placed], timeline: Timeline, start: datetime | None) -> bool:
    """Whoever has an old signature can put a time-stamp into it: no signature covers that."""
    stamped = {one.claim.covered_by for one in acts if one.claim.trust is Trust.T5} - {None}
    told = (one for one in timeline.own if one.claim.covered_by in stamped)
    return start is not None and any(
        shifted(one.latest, STAMPING) < start for one in told if one.claim.trust < Trust.T5
    )


def _is_taken_before(acts: list[Placed], start: datetime | None) -> bool:
    taken = [one.latest for one in acts if one.event == "created"]
    return start is not None and bool(taken) and max(taken) < start


def _outcome(
    acts: list[Placed], timeline: Timeline, requirement: Requirement
) -> tuple[_Outcome, Placed]:
    """Compare the last act, whenever it was within what is written, with the window's ends.

    Of several dates the last act lies between the latest beginning and the latest end.
    """
    start, end = requirement.not_before, requirement.not_after
    received = timeline.not_after
    begun = max(acts, key=lambda one: (one.earliest, one.latest))
    ended = max(acts, key=lambda one: one.latest)
    if start is not None and _until(ended.latest, received) < start:
        return _TOO_OLD, ended
    if end is not None and begun.earliest > end:
        return _TOO_NEW, begun
    periods = [_period(one, start) for one in acts]
    first, last = max(one for one, _ in periods), max(one for _, one in periods)
    if (start is None or first >= start) and (end is None or _until(last, received) <= end):
        return _INSIDE, begun
    return _IMPRECISE, ended


def _period(one: Placed, start: datetime | None) -> tuple[datetime, datetime]:
    """Give the period that is written: without a zone in the one that fits the window best."""
    if one.wall is None:
        return one.earliest, one.latest
    begin = one.earliest
    if start is not None:
        begin = min(max(begin, start), shifted(begin, _ANY_ZONE))
    return begin, shifted(begin, one.latest - one.earliest - _ANY_ZONE)


def _until(when: datetime, received: datetime | None) -> datetime:
    """What is in the file happened before we had it."""
    return when if received is None else min(when, received)


def _finding(outcome: _Outcome, one: Placed, requirement: Requirement) -> Finding:
    claim = one.claim
    standing, window = STANDING[claim.trust], _window(requirement, _zone(claim.value))
    seen = claim.value.replace("T", " ").replace("Z", "+00:00")
    return Finding(
        id=_ID,
        version=_VERSION,
        status=outcome.status,
        sub_indication=outcome.sub_indication,
        message=Text(
            zh=f"{claim.source} 的时间 {seen} {outcome.zh}（要求：{window.zh}）。"
            f"依据是{standing.zh}，可信级别 {claim.trust}（T0 最低，T5 最高）"
            f"{'，时区未写明' if one.wall else ''}。",
            en=f"{claim.source} says {seen}: {outcome.en} (asked for: {window.en}). "
            f"It rests on {standing.en}, trust class {claim.trust} (T0 is the weakest, T5 the best)"
            f"{', the zone is not written' if one.wall else ''}.",
        ),
        remedy=outcome.remedy,
        evidence=claim.evidence or (MetadataField(source=claim.source, value=claim.value),),
    )


def _window(requirement: Requirement, zone: tzinfo) -> Text:
    """Say which times were asked for, by the clock that the claim is written in."""
    start, end = (
        one and one.astimezone(zone).isoformat(sep=" ", timespec="minutes")
        for one in (requirement.not_before, requirement.not_after)
    )
    if start and end:
        return Text(zh=f"{start} 至 {end}", en=f"{start} to {end}")
    if start:
        return Text(zh=f"不早于 {start}", en=f"not before {start}")
    return Text(zh=f"不晚于 {end}", en=f"not after {end}")


def _zone(value: str) -> tzinfo:
    """Give the zone that a time is written in; Beijing's where it says none."""
    try:
        return datetime.fromisoformat(value).tzinfo or _BEIJING
    except ValueError:
        # A year or a month alone.
        return _BEIJING


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset(), run=run)
