"""The questions that a signature of an Office document is asked, each answered once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from verification.readers.ooxml_signature import coverage, xmldsig
from verification.readers.ooxml_signature.cases import judge
from verification.readers.ooxml_signature.value import METHODS, verifies
from verification.readers.pyhanko import chain, grounds, stamps
from verification.readers.pyhanko.message import (
    MIN_RSA_BITS,
    WEAK_DIGESTS,
    emails_of,
    fingerprint_of,
    organisation_of,
    subject_of,
)
from verification.readers.pyhanko.sentences import judge as judge_time
from verification.values import PackagePart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asn1crypto import core, x509

    from verification.moments import Moment
    from verification.readers.ooxml_signature.coverage import Coverage
    from verification.readers.ooxml_signature.xmldsig import SignaturePart
    from verification.readers.opc_package import Package
    from verification.values import Judgement

#: So many parts are named in a sentence, and so many pointed at.
SHOWN = 5
#: Clocks are wrong by hours.
CLOCK_SLACK = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """What a chain is built from. Read at once: asn1crypto reads late, and a name may be broken."""

    certificate: x509.Certificate | None
    others: tuple[x509.Certificate, ...]
    name: str
    emails: tuple[str, ...] = ()
    organisation: str | None = None
    fingerprint: str | None = None

    def signed_attribute(self, oid: str) -> core.Asn1Value | None:  # noqa: ARG002 - CMS has them
        return None


def judge_integrity(part: SignaturePart, here: tuple[PackagePart, ...]) -> tuple[Signer, Judgement]:
    """Judge SignedInfo's own references and the value; raises for what is not understood."""
    certificate = _signing_certificate(part)
    signer = _signer(part, certificate)
    if certificate is None:
        return signer, judge("no_certificate", here)
    wrong = coverage.check_references(part.references)
    facts = {"signer": signer.name, "algorithm": part.method.rpartition("#")[2]}
    if wrong is not None:
        return signer, judge("digest", here, reference=wrong, **facts)
    if not verifies(certificate, part.method, part.value, part.signed_info):
        return signer, judge("value", here, **facts)
    if not _vouched(part, certificate):
        return signer, judge("other_certificate", here, **facts)
    weak = _weakness(part, certificate)
    if weak is not None:
        return signer, judge("weak", here, signer=signer.name, algorithm=weak)
    return signer, judge("intact", **facts)


def _signer(part: SignaturePart, certificate: x509.Certificate | None) -> Signer:
    if certificate is None:
        return Signer(certificate=None, others=part.certificates, name=subject_of(None))
    return Signer(
        certificate=certificate,
        others=tuple(one for one in part.certificates if one is not certificate),
        name=subject_of(certificate),
        emails=emails_of(certificate),
        organisation=organisation_of(certificate),
        fingerprint=fingerprint_of(certificate),
    )


def _signing_certificate(part: SignaturePart) -> x509.Certificate | None:
    """Give the certificate whose key verifies, the first one where none does."""
    if part.method not in METHODS:
        raise xmldsig.SignatureFault(f"the signature method {part.method!r:.80} is not known")
    for certificate in part.certificates:
        try:
            if verifies(certificate, part.method, part.value, part.signed_info):
                return certificate
        except (TypeError, ValueError):
            continue
    return part.certificates[0] if part.certificates else None


def _vouched(part: SignaturePart, certificate: x509.Certificate) -> bool:
    """Tell whether the signed digest of the certificate is this one's (XAdES, 5.2.2)."""
    der = certificate.dump()
    return not part.certificate_digests or any(
        hashlib.new(name, der, usedforsecurity=False).digest() == digest
        for name, digest in part.certificate_digests
    )


def _weakness(part: SignaturePart, certificate: x509.Certificate) -> str | None:
    digests = {METHODS[part.method][1], *(one.algorithm for one, _ in part.references)}
    if weak := digests & WEAK_DIGESTS:
        return ", ".join(sorted(weak))
    key = certificate.public_key
    if key.algorithm == "rsa" and key.bit_size < MIN_RSA_BITS:
        return f"RSA {key.bit_size}"
    return None


def judge_proven(measured: Coverage) -> list[Judgement]:
    """Judge what is certain of a package that could not be read as a whole."""
    return [_judge_changes(measured)] if measured.changed else []


def judge_parts(opened: Package, measured: Coverage) -> list[Judgement]:
    """Judge whether signed parts changed, and whether everything that matters is signed."""
    judgements = [_judge_changes(measured)]
    if not measured.main_signed and not measured.changed:
        member = opened.parts.get(measured.main)
        name = member.name if member else measured.main or "officeDocument"
        return [*judgements, judge("nothing", (PackagePart(part=name),), part=name)]
    doubts = [
        _about(case, parts)
        for case, parts in (("partly", measured.exposed), ("properties", measured.shown))
        if parts
    ]
    if doubts:
        return [*judgements, *doubts]
    return [*judgements, judge("covered", signed=len(measured.signed))]


def _judge_changes(measured: Coverage) -> Judgement:
    if measured.changed:
        return _about("changed", measured.changed)
    if weak := measured.algorithms & WEAK_DIGESTS:
        return judge("weak_parts", algorithm=", ".join(sorted(weak)))
    return judge("unchanged", signed=len(measured.signed))


def _about(case: str, parts: list[str]) -> Judgement:
    shown = ", ".join(parts[:SHOWN]) + (" …" if len(parts) > SHOWN else "")
    places = tuple(PackagePart(part=part) for part in parts[:SHOWN])
    return judge(case, places, count=len(parts), parts=shown)


def judge_times(
    part: SignaturePart, signer: Signer, trust: grounds.Trust, claimed: Sequence[Moment]
) -> tuple[list[stamps.Stamp], list[Judgement]]:
    """Judge the time-stamps, then the chain at the best proven time."""
    marks = stamps.read_tokens(
        part.tokens, part.value_element, trust, grounds.Moment(time=trust.at)
    )
    best = min((mark.time for mark in marks if mark.trusted and mark.time), default=None)
    said = min((moment.aware for moment in claimed if moment.aware), default=None)
    judgements = [mark.judgement for mark in marks]
    begin = signer.certificate.not_valid_before if signer.certificate else None
    if said and begin and said + CLOCK_SLACK < begin:
        judgements.append(judge_time("before_certificate", time=said, begin=begin))
    moment = grounds.Moment(time=best or trust.at, proven=best is not None, claimed=said)
    return marks, [*judgements, chain.judge_chain(signer, trust, moment)]
