"""One signed file from its bytes to signatures with their answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from verification.readers.pyhanko import chain, coverage, grounds, stamps, times
from verification.readers.pyhanko.changes import (
    APPENDED,
    Changes,
    File,
    certifies,
    judge_changes,
    judge_cut_off,
)
from verification.readers.pyhanko.document import (
    CertificateNeededError,
    Found,
    PasswordNeededError,
    find_in_form,
    find_raw,
    may_be_signed,
    open_document,
    widget_numbers,
)
from verification.readers.pyhanko.lost import hinted_signature, lost_signature
from verification.readers.pyhanko.message import judge_integrity, parse
from verification.readers.pyhanko.objects import MAX_FIELDS, TooManyObjectsError
from verification.readers.pyhanko.sentences import judge, reason_of
from verification.values import ByteRange, Limit, PageBox, Signature, Status, Text

if TYPE_CHECKING:
    from datetime import datetime

    from verification.readers.pyhanko.signed_message import Message
    from verification.values import Claim, Evidence, Judgement

MAX_SIGNATURES = 50
#: So many signed revisions, from the first, are drawn beside the file as it is.
MAX_DRAWN = 5
#: A bare PKCS#1 value beside its certificates, withdrawn by ISO 32000-2.
LEGACY_KIND = "/adbe.x509.rsa_sha1"
#: Clocks are wrong by hours and dates lack their zone by up to fourteen.
CLOCK_SLACK = timedelta(days=1)
_BROKEN_OFF = Text(zh="文件在此中断", en="Here the file breaks off")
_HINT = Text(zh="这里写有签名的组成部分", en="Here stand parts of a signature")
_NO_FIELD = Text(zh="没有表单域指向它", en="no form field leads to it")
_WORST_FIRST = (Status.FAILED, Status.INDETERMINATE, Status.PASSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedFile:
    """All signatures of one file, and the times that they speak of."""

    signatures: tuple[Signature, ...] = ()
    claims: tuple[Claim, ...] = ()
    limits: tuple[Limit, ...] = ()


@dataclass(slots=True)
class _Case:
    """One signature while it is being examined."""

    found: Found
    message: Message | None
    integrity: Judgement
    coverage: coverage.Coverage
    #: Digest and signature value hold.
    holds: bool = False
    revision: int = 0
    stamps: tuple[stamps.Stamp, ...] = ()


def read(data: bytes, *, at: datetime, anchors: tuple[bytes, ...], max_pages: int) -> SignedFile:
    """Examine every signature of a PDF. Raises nothing for a bad file."""
    signed = _read(data, at=at, anchors=anchors, max_pages=max_pages)
    if signed.signatures or signed.limits:
        return signed
    start = lost_signature(data)
    return signed if start is None else SignedFile(signatures=(_lost_one(start, data),))


def _lost_one(start: int, data: bytes) -> Signature:
    """Report a signature whose value or range was in the bytes that are not there."""
    box = (ByteRange(start=start, end=len(data), caption=_BROKEN_OFF),)
    return _undecided(f"?@{start}", judge("lost", box, start=start, seen=len(data)))


def _read(data: bytes, *, at: datetime, anchors: tuple[bytes, ...], max_pages: int) -> SignedFile:
    if not may_be_signed(data):
        return SignedFile()
    try:
        document = open_document(data)
        found = find_in_form(document)
    except PasswordNeededError as error:
        return SignedFile(signatures=tuple(_locked(item, error) for item in find_raw(data)))
    except Exception as error:  # noqa: BLE001 - pyHanko leaks a dozen kinds on broken files
        return _read_raw(data, error)
    known = {item.byte_range for item in found}
    strays = [item for item in find_raw(data) if item.byte_range not in known]
    trust = _gather(document.reader, at, anchors)
    file = File(data=data, reader=document.reader, max_pages=max_pages, signed=tuple(found))
    try:
        return _read_all(found, strays, file, trust)
    finally:
        file.close()


def _gather(reader: Any, at: datetime, anchors: tuple[bytes, ...]) -> grounds.Trust:
    try:
        return chain.gather_trust(reader, at, anchors)
    except Exception:  # noqa: BLE001 - unreadable proof is no proof; chains do without it
        return grounds.Trust(at=at, anchors=anchors)


def _read_all(
    found: list[Found], strays: list[Found], file: File, trust: grounds.Trust
) -> SignedFile:
    cases = [_begin(item, file.data) for item in found[:MAX_SIGNATURES]]
    ends = sorted({case.coverage.end for case in cases if case.coverage.fault is None})
    # What was done after a revision is seen beside every earlier one too.
    file.drawn_ends = frozenset(ends[:MAX_DRAWN])
    for case in cases:
        case.revision = ends.index(case.coverage.end) + 1 if case.coverage.fault is None else 0
    signatures: list[Signature] = []
    claims: list[Claim] = []
    proven: list[tuple[int, datetime]] = []
    # From the last to the first: a later trusted time stamp proves what stood before it.
    for case in sorted(cases, key=lambda case: -case.coverage.end):
        signature, spoken = _examine_whatever_comes(case, file, trust, proven)
        signatures.insert(0, signature)
        claims[:0] = spoken
    # What does not hold may be any bytes, an attachment for one; what holds was signed here.
    lost = [_begin(item, file.data) for item in strays[:MAX_SIGNATURES]]
    signatures += [_stray(case, file) for case in lost if case.holds]
    return SignedFile(
        signatures=tuple(signatures), claims=tuple(claims), limits=_limits(len(found))
    )


def _read_raw(data: bytes, error: Exception) -> SignedFile:
    """Judge what can be judged in a file whose structure could not be read."""
    found = find_raw(data) or find_raw(data, any_gap=True)
    limits = _limits(len(found))
    if isinstance(error, TooManyObjectsError):
        limits = _limits(MAX_FIELDS)
    cases = [_begin(item, data) for item in found[:MAX_SIGNATURES]]
    hint = None if found or lost_signature(data) is not None else hinted_signature(data)
    if hint is not None:
        box = (ByteRange(start=hint, end=hint + 1, caption=_HINT),)
        answer = judge("unplaced", box, reason=reason_of(error))
        return SignedFile(signatures=(_undecided(f"?@{hint}", answer),), limits=limits)
    return SignedFile(
        signatures=tuple(
            _bare(case, [case.integrity, case.coverage.fault or _lost(case, data, error)])
            for case in cases
        ),
        limits=limits,
    )


def _lost(case: _Case, data: bytes, error: Exception) -> Judgement:
    """Judge a lawful range in an unreadable file: what was appended may be what broke it."""
    end = case.coverage.end
    reason = reason_of(error)
    if not case.coverage.whole and not isinstance(error, TooManyObjectsError):
        box = (ByteRange(start=end, end=len(data), caption=APPENDED),)
        if _is_signed_revision(case.found, data[:end]):
            return judge("tail", box, tail=len(data) - end, reason=reason)
    return judge("unplaced", reason=reason)


def _is_signed_revision(found: Found, data: bytes) -> bool:
    try:
        return any(
            item.byte_range == found.byte_range for item in find_in_form(open_document(data))
        )
    except Exception:  # noqa: BLE001 - neither can be read: nothing is known
        return False


def _stray(case: _Case, file: File) -> Signature:
    """Judge a signature that lies in the bytes and that no form field leads to."""
    answer = case.coverage.fault
    if answer is None and not case.coverage.whole:
        answer = judge_cut_off(case.found, case.coverage.end, file)
    return _bare(case, [case.integrity, answer or judge("unplaced", reason=_NO_FIELD)])


def _locked(found: Found, error: PasswordNeededError) -> Signature:
    """Report a signature in a file that opens only with a password, or for somebody."""
    is_for_somebody = isinstance(error, CertificateNeededError)
    return _undecided(found.id, judge("encrypted_for" if is_for_somebody else "encrypted"))


def _undecided(name: str, judgement: Judgement) -> Signature:
    return Signature(
        id=name,
        kind="pdf",
        signer=None,
        status=judgement.status,
        sub_indication=judgement.sub_indication,
        intact=False,
        covers="part",
        message=judgement.message,
        remedy=judgement.remedy,
        evidence=judgement.evidence,
        judgements=(judgement,),
    )


def _limits(seen: int) -> tuple[Limit, ...]:
    if seen <= MAX_SIGNATURES:
        return ()
    return (Limit(name="pdf_signatures", seen=str(seen), allowed=str(MAX_SIGNATURES)),)


def _begin(found: Found, data: bytes) -> _Case:
    """Judge what needs this signature alone: its message and its range."""
    measured = coverage.measure(found, data)
    if found.sub_filter == LEGACY_KIND:
        box = coverage.evidence(found, len(data))
        legacy = judge("legacy", box, kind=LEGACY_KIND.lstrip("/"))
        return _Case(found, None, legacy, measured)
    try:
        message = parse(found.contents)
        integrity, holds = judge_integrity(found, message, data)
    except Exception as error:  # noqa: BLE001 - what a library cannot read is not decided
        box = coverage.evidence(found, len(data))
        return _Case(found, None, judge("unread", box, reason=reason_of(error)), measured)
    if integrity.status is not Status.PASSED:
        integrity = replace(integrity, evidence=coverage.evidence(found, len(data)))
    return _Case(found, message, integrity, measured, holds=holds)


def _examine_whatever_comes(
    case: _Case, file: File, trust: grounds.Trust, proven: list[tuple[int, datetime]]
) -> tuple[Signature, list[Claim]]:
    """Examine one signature; one that breaks a library leaves the others standing."""
    try:
        signature = _examine(case, file, trust, proven)
        return signature, times.claims_of(case.found, case.message, case.stamps, signature)
    except Exception as error:  # noqa: BLE001 - a crash on hostile bytes decides nothing
        answers = [case.integrity, judge("unread", reason=reason_of(error))]
        return _bare(case, answers), []


def _examine(
    case: _Case, file: File, trust: grounds.Trust, proven: list[tuple[int, datetime]]
) -> Signature:
    judgements = [case.integrity]
    changes: Changes | None = None
    if case.coverage.fault is not None:
        judgements.append(case.coverage.fault)
    else:
        changes = judge_changes(case.found, case.coverage, file, case.revision)
        judgements += [changes.spoofed or _covered(case, len(file.data)), changes.judgement]
    judgements += _certified_late(case.found, file)
    chained = _chain_and_times(case, trust, proven) if case.message and case.holds else []
    parts = changes.parts if changes and changes.judgement.status is not Status.PASSED else ()
    return _signature(case, [*judgements, *chained], parts, file)


def _certified_late(found: Found, file: File) -> list[Judgement]:
    """Object to a certification that is not the first signature (ISO 32000-2, 12.8.2.2)."""
    if found.is_time_stamp or not certifies(found):
        return []
    earlier = [one.id for one in file.signed if not one.is_time_stamp and 0 < one.end < found.end]
    box = coverage.evidence(found, len(file.data))
    return [judge("certified_late", box, earlier=", ".join(earlier))] if earlier else []


def _covered(case: _Case, size: int) -> Judgement:
    box = coverage.evidence(case.found, size)
    if case.coverage.whole:
        return judge("whole", box)
    return judge("revision", box, revision=case.revision, tail=size - case.coverage.end)


def _chain_and_times(
    case: _Case, trust: grounds.Trust, proven: list[tuple[int, datetime]]
) -> list[Judgement]:
    """Judge the time stamps, then the chain at the best proven time."""
    assert case.message is not None  # noqa: S101 - asked for above
    later = [time for end, time in proven if end >= case.coverage.end]
    moment = grounds.Moment(time=min(later, default=trust.at), proven=bool(later))
    if case.found.is_time_stamp:
        judgement = chain.judge_chain(case.message, trust, moment, use=chain.STAMPING_USE)
        if judgement.status is Status.PASSED and case.coverage.fault is None:
            proven.append((case.coverage.end, stamps.stamped_time(case.message)))
        return [judgement]
    case.stamps = tuple(stamps.read_stamps(case.message, trust, moment))
    trusted = [stamp.time for stamp in case.stamps if stamp.trusted and stamp.time]
    best = min([*trusted, *later], default=None)
    claimed = times.signing_time(case.message)
    moment = grounds.Moment(time=best or trust.at, proven=best is not None, claimed=claimed)
    judgements = [stamp.judgement for stamp in case.stamps]
    begin = case.message.certificate.not_valid_before if case.message.certificate else None
    if claimed and begin and claimed + CLOCK_SLACK < begin:
        judgements.append(judge("before_certificate", time=claimed, begin=begin))
    return [*judgements, chain.judge_chain(case.message, trust, moment)]


def _signature(
    case: _Case, judgements: list[Judgement], parts: tuple[str, ...], file: File
) -> Signature:
    bare = _bare(case, judgements)
    return replace(
        bare,
        covers=case.coverage.describe(case.revision),
        time=times.best_time(case.found, case.message, case.stamps) if case.holds else None,
        changed_parts=parts,
        evidence=(*_widget(case.found, file), *bare.evidence),
    )


def _bare(case: _Case, judgements: list[Judgement]) -> Signature:
    """Put the answers together; what only the opened file can tell is left out."""
    worst = _worst(judgements)
    certificate = case.message.certificate if case.message else None
    return Signature(
        id=case.found.id,
        kind="timestamp" if case.found.is_time_stamp else "pdf",
        signer=case.message.name if case.message and certificate is not None else None,
        emails=case.message.emails if case.message else (),
        organisation=case.message.organisation if case.message else None,
        certificate=case.message.fingerprint if case.message else None,
        status=worst.status,
        sub_indication=worst.sub_indication,
        intact=case.holds,
        covers="part",
        message=worst.message,
        remedy=worst.remedy,
        evidence=worst.evidence,
        judgements=tuple(judgements),
    )


def _worst(judgements: list[Judgement]) -> Judgement:
    for status in _WORST_FIRST:
        for judgement in judgements:
            if judgement.status is status:
                return judgement
    return judgements[0]


def _widget(found: Found, file: File) -> tuple[Evidence, ...]:
    """Point at where the signature is drawn, if it is."""
    numbers = widget_numbers(found)
    if not numbers:
        return ()
    try:
        places = file.now.view.places(numbers)
    except Exception:  # noqa: BLE001 - a picture of the place is a comfort, not a proof
        return ()
    caption = Text(zh=f"签名“{found.id[:60]}”", en=f'Signature "{found.id[:60]}"')
    return tuple(
        PageBox(page=page, box=box, caption=caption)
        for page, box in places.values()
        if box[2] > box[0] and box[3] > box[1]
    )
