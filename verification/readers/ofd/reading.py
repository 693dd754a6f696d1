"""One sealed file from its bytes to signatures with their answers."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from verification.readers.gm.certificate import read_certificate
from verification.readers.gm.der import DerError
from verification.readers.ofd.changes import Coverage, judge_changes, judge_coverage
from verification.readers.ofd.claims import best_time, claims_of
from verification.readers.ofd.document import POINTS_PER_MM, documents
from verification.readers.ofd.integrity import Case, certificates_in, examine
from verification.readers.ofd.listing import entries
from verification.readers.ofd.package import Package, PartError
from verification.readers.ofd.sentences import judge
from verification.readers.ofd.trust import Terms, Trust, judge_trust
from verification.reasons import reason_of
from verification.values import Limit, PackagePart, PageBox, Signature, Status, Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from verification.limits import Limits
    from verification.readers.gm.certificate import Certificate
    from verification.readers.ofd.changes import Changes
    from verification.readers.ofd.document import Document
    from verification.readers.ofd.listing import Entry
    from verification.values import Claim, Judgement

MAX_SIGNATURES = 50
#: A seal across the edges of many pages is drawn once on each.
MAX_PLACES = 50
#: Certificates that may have signed where a signature brings none of its own.
MAX_CERTIFICATES = 20
_ID_CHARS = 100
_WORST_FIRST = (Status.FAILED, Status.INDETERMINATE, Status.PASSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedFile:
    """All signatures of one file, and the times that they speak of."""

    signatures: tuple[Signature, ...] = ()
    claims: tuple[Claim, ...] = ()
    limits: tuple[Limit, ...] = ()


def read(data: bytes, *, at: datetime, anchors: tuple[bytes, ...], limits: Limits) -> SignedFile:
    """Examine every signature of an OFD. Raises LimitExceeded, and nothing for a bad file."""
    try:
        package = Package(data, limits)
        found = documents(package)
    except PartError:
        return SignedFile()  # not even OFD.xml: that is told where the type is identified
    listed, faults = entries(package, found)
    known = _known_certificates(package, listed[:MAX_SIGNATURES], anchors)
    cases = [examine(package, entry, known) for entry in listed[:MAX_SIGNATURES]]
    terms = Terms(at=at, anchors=anchors)
    signatures: list[Signature] = []
    claims: list[Claim] = []
    for case in cases:
        changes = judge_changes(package, case, cases)
        coverage = judge_coverage(package, case, cases, found)
        trust = judge_trust(case, terms) if case.holds else None
        signature = _signature(case, changes, coverage, trust, taken={s.id for s in signatures})
        signatures.append(signature)
        claims += claims_of(case, trust, signature)
    return SignedFile(
        signatures=(*signatures, *(_unlisted(error) for error in faults)),
        claims=tuple(claims),
        limits=_limits(len(listed)),
    )


def _unlisted(error: PartError) -> Signature:
    """Report a list of signatures that OFD.xml names, and that is not there or not readable."""
    answer = judge("unlisted", (PackagePart(part=error.part),), reason=reason_of(error))
    return Signature(
        id=error.part[:_ID_CHARS],
        kind="ofd",
        signer=None,
        status=answer.status,
        sub_indication=answer.sub_indication,
        intact=False,
        covers="part",
        message=answer.message,
        remedy=answer.remedy,
        evidence=answer.evidence,
        judgements=(answer,),
    )


def _limits(seen: int) -> tuple[Limit, ...]:
    if seen <= MAX_SIGNATURES:
        return ()
    return (Limit(name="ofd_signatures", seen=str(seen), allowed=str(MAX_SIGNATURES)),)


def _known_certificates(
    package: Package, listed: Sequence[Entry], anchors: Sequence[bytes]
) -> list[Certificate]:
    """Give the certificates of the file and the anchors, each once."""
    found = {c.der: c for entry in listed for c in certificates_in(package, entry)}
    for der in anchors:
        try:
            found.setdefault(der, read_certificate(der))
        except DerError:
            continue  # an anchor for other kinds of signatures
    return list(found.values())[:MAX_CERTIFICATES]


def _signature(
    case: Case, changes: Changes, coverage: Coverage, trust: Trust | None, *, taken: set[str]
) -> Signature:
    judgements = (
        *case.integrity,
        *coverage.judgements,
        changes.judgement,
        *(trust.judgements if trust else ()),
    )
    worst = _worst(judgements)
    certificate = case.certificate
    name = case.entry.id[:_ID_CHARS]
    return Signature(
        id=f"{name}@{case.entry.part[-_ID_CHARS:]}" if name in taken else name,
        kind="ofd",
        signer=certificate.subject if certificate else None,
        emails=certificate.emails if certificate else (),
        organisation=certificate.organisation if certificate else None,
        certificate=sha256(certificate.der).hexdigest() if certificate else None,
        seal=case.seal.name if case.seal else None,
        status=worst.status,
        sub_indication=worst.sub_indication,
        intact=case.holds and not changes.parts,
        covers="whole" if coverage.whole else "part",
        time=best_time(case, trust),
        changed_parts=changes.parts,
        unsigned_parts=coverage.unsigned,
        message=worst.message,
        remedy=worst.remedy,
        evidence=(*_places(case, case.entry.document), *worst.evidence),
        judgements=judgements,
    )


def _worst(judgements: tuple[Judgement, ...]) -> Judgement:
    return next(
        judgement
        for status in (*_WORST_FIRST, Status.NOT_APPLICABLE)
        for judgement in judgements
        if judgement.status is status
    )


def _places(case: Case, document: Document) -> tuple[PageBox, ...]:
    """Point at where the seal is drawn (StampAnnot), in points from the page's top left."""
    found: list[PageBox] = []
    name = case.seal.name[:60] if case.seal else case.entry.id[:60]
    caption = Text(zh=f"印章“{name}”", en=f'Seal "{name}"')
    for stamp in case.file.stamps[:MAX_PLACES] if case.file else ():
        page = document.page(stamp.page)
        if page is None or stamp.box is None:
            continue
        left, top, width, height = stamp.box
        if stamp.clip is not None:
            left, top = left + stamp.clip[0], top + stamp.clip[1]
            width, height = stamp.clip[2], stamp.clip[3]
        edges = (left, top, left + width, top + height)
        corner = (page.area[0], page.area[1]) * 2
        box = [(edge - at) * POINTS_PER_MM for edge, at in zip(edges, corner, strict=True)]
        found.append(
            PageBox(page=page.number, box=(box[0], box[1], box[2], box[3]), caption=caption)
        )
    return tuple(found)
