"""One signed Office document from its bytes to signatures with their answers.

1. find       the signature parts, by relationship and by content type
2. integrity  SignedInfo's references and the value under the certificate's key
3. changes    every part of the manifest against its digest
4. coverage   the body is signed, and so is all that it refers to
5. time       time-stamps over the value
6. chain      the certificate, at the best proven time
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.moments import MomentError, aware_moment, iso_moment
from verification.readers import opc_package as package
from verification.readers.lxml import XmlError
from verification.readers.ooxml_signature import coverage, xmldsig
from verification.readers.ooxml_signature.answers import (
    Signer,
    judge_integrity,
    judge_parts,
    judge_proven,
    judge_times,
)
from verification.readers.ooxml_signature.cases import judge
from verification.readers.part_names import key_of
from verification.readers.pyhanko import grounds
from verification.sentences import reason_of
from verification.values import Claim, Limit, MetadataField, PackagePart, Signature, Status, Trust

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from verification.limits import Limits
    from verification.moments import Moment
    from verification.readers.ooxml_signature.coverage import Coverage
    from verification.readers.pyhanko.stamps import Stamp
    from verification.values import Judgement

MAX_SIGNATURES = 50
_SIGNATURE = "/relationships/digital-signature/signature"
_WORST_FIRST = (Status.FAILED, Status.INDETERMINATE, Status.PASSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedPackage:
    """All signatures of one document, and the times that they speak of."""

    signatures: tuple[Signature, ...] = ()
    claims: tuple[Claim, ...] = ()
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A signature part; `listed` by a relationship, which is where Office looks for it."""

    part: str
    listed: bool


@dataclass(slots=True, kw_only=True)
class _Case:
    """One signature while it is being examined."""

    found: _Found
    judgements: list[Judgement]
    signer: Signer | None = None
    measured: Coverage | None = None
    #: SignedInfo's references agree and the value holds.
    holds: bool = False
    times: tuple[tuple[str, Moment], ...] = ()
    stamps: tuple[Stamp, ...] = ()


def read(data: bytes, *, at: datetime, anchors: tuple[bytes, ...], limits: Limits) -> SignedPackage:
    """Examine every signature. Raises LimitExceeded, and nothing else for a bad file."""
    opened = package.open_package(data, limits)
    if opened is None:
        return SignedPackage()
    found = list(_find(opened))
    cases = [_examine(opened, one, at, anchors) for one in found[:MAX_SIGNATURES]]
    signatures = tuple(_signature(case) for case in cases)
    pairs = zip(cases, signatures, strict=True)
    over = Limit(name="ooxml_signatures", seen=str(len(found)), allowed=str(MAX_SIGNATURES))
    return SignedPackage(
        signatures=signatures,
        claims=tuple(claim for case, signature in pairs for claim in _claims(case, signature)),
        limits=(over,) if len(found) > MAX_SIGNATURES else (),
    )


def _find(opened: package.Package) -> Iterator[_Found]:
    names = {key_of(member.name): member.name for member in opened.archive.members}
    listed = _listed(opened)
    yield from (_Found(part=names.get(key, key), listed=True) for key in listed)
    for key, name in names.items():
        if key not in listed and _looks_like_one(opened, key):
            yield _Found(part=name, listed=False)


def _listed(opened: package.Package) -> dict[str, None]:
    """Give the signature parts that the package lists, as far as its lists can be read."""
    try:
        origins = [
            one.target for one in opened.relationships("") if one.type.endswith(coverage.ORIGIN)
        ]
        return {
            one.target: None
            for origin in origins
            for one in opened.relationships(origin)
            if one.type.endswith(_SIGNATURE)
        }
    except package.PackageFault:
        return {}


def _looks_like_one(opened: package.Package, key: str) -> bool:
    if not key.endswith(".xml"):
        return False
    if key.startswith("_xmlsignatures/"):
        return True
    try:
        return opened.type_of(key) == package.SIGNATURE_TYPE
    except package.PackageFault:
        return False


def _examine(
    opened: package.Package, found: _Found, at: datetime, anchors: tuple[bytes, ...]
) -> _Case:
    here = (PackagePart(part=found.part),)
    try:
        part = xmldsig.read_signature(opened.bytes_alone(found.part))
        signer, integrity = judge_integrity(part, here)
    except Exception as error:  # noqa: BLE001 - what a library cannot read is not decided
        return _Case(found=found, judgements=[judge("unread", here, reason=reason_of(error))])
    case = _Case(found=found, judgements=[integrity], signer=signer)
    case.holds = integrity.status is not Status.FAILED and signer.certificate is not None
    _measure(case, opened, part, here)
    if case.holds:
        trust = grounds.Trust(at=at, anchors=anchors, crls=part.crls, ocsps=part.ocsps)
        _judge_times(case, part, signer, trust)
    return case


def _measure(
    case: _Case,
    opened: package.Package,
    part: xmldsig.SignaturePart,
    here: tuple[PackagePart, ...],
) -> None:
    try:
        case.measured = coverage.measure(opened, part.manifest)
        case.judgements += judge_parts(opened, case.measured)
    except (package.PackageFault, xmldsig.SignatureFault, XmlError) as error:
        case.measured = coverage.proven_changes(opened, part.manifest)
        case.judgements += judge_proven(case.measured)
        case.judgements.append(judge("ambiguous", here, reason=reason_of(error)))
        return
    if not case.found.listed:
        case.judgements.append(judge("stray", here, part=case.found.part))


def _judge_times(
    case: _Case, part: xmldsig.SignaturePart, signer: Signer, trust: grounds.Trust
) -> None:
    case.times = tuple(_read_times(case, part.times))
    try:
        marks, more = judge_times(part, signer, trust, [moment for _, moment in case.times])
    except Exception as error:  # noqa: BLE001 - asn1crypto reads late, and anything may be broken
        case.judgements.append(judge("unread", reason=reason_of(error)))
        return
    case.stamps = tuple(marks)
    case.judgements += more


def _read_times(case: _Case, written: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Moment]]:
    """Read the signer's times; one that is no date is told."""
    for name, text in written:
        try:
            moment = iso_moment(text)
        except MomentError:
            case.judgements.append(judge("no_date", text=text[:40]))
            continue
        if moment is not None and not moment.is_epoch:
            yield name, moment


def _signature(case: _Case) -> Signature:
    worst = next(one for status in _WORST_FIRST for one in case.judgements if one.status is status)
    signer = case.signer if case.signer and case.signer.certificate else None
    measured = case.measured
    signed = measured is not None and bool(measured.signed) and not measured.changed
    return Signature(
        id=case.found.part,
        kind="ooxml",
        signer=signer.name if signer else None,
        emails=signer.emails if signer else (),
        organisation=signer.organisation if signer else None,
        certificate=signer.fingerprint if signer else None,
        status=worst.status,
        sub_indication=worst.sub_indication,
        intact=case.holds and signed,
        covers="whole" if measured and measured.main_signed and not measured.exposed else "part",
        time=_best_time(case) if case.holds else None,
        changed_parts=tuple(measured.changed) if measured else (),
        unsigned_parts=tuple(measured.unsigned) if measured else (),
        message=worst.message,
        remedy=worst.remedy,
        evidence=worst.evidence,
        judgements=tuple(case.judgements),
    )


def _best_time(case: _Case) -> str | None:
    """Give the best proven or claimed time, ISO 8601 with offset."""
    trusted = [stamp.time for stamp in case.stamps if stamp.trusted and stamp.time]
    said = [moment.aware for _, moment in case.times if moment.aware]
    best = min(trusted, default=None) or min(said, default=None)
    return best.isoformat() if best else None


def _claims(case: _Case, signature: Signature) -> Iterator[Claim]:
    """Give the times; what a signature of unknown issuer covers is worth no more than metadata."""
    chained = [one for one in signature.judgements if one.question == "chain"]
    vouched = signature.intact and all(one.status is Status.PASSED for one in chained)
    own = Trust.T3 if vouched and chained else Trust.T2
    covered = signature.id if signature.intact else None
    told = [(name, moment, own) for name, moment in case.times]
    told += [
        ("SignatureTimeStamp", aware_moment(stamp.time), Trust.T5 if stamp.trusted else own)
        for stamp in case.stamps
        if stamp.time is not None
    ]
    for name, moment, trust in told:
        source = f"ooxml:{signature.id}/{name}"
        yield Claim(
            kind="time",
            source=source,
            value=moment.text,
            zone=moment.zone,
            event="signed",
            trust=trust,
            covered_by=covered,
            evidence=(MetadataField(source=source, value=moment.text),),
        )
