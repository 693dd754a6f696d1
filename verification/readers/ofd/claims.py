"""Every time that a seal speaks of, as claims at the trust they earn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.moments import aware_moment
from verification.readers.ofd.trust import passed, written_time
from verification.values import Claim, PackagePart, Trust

if TYPE_CHECKING:
    from verification.moments import Moment
    from verification.readers.ofd import trust as judged
    from verification.readers.ofd.integrity import Case
    from verification.values import Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a time was read, and which signature protects it."""

    covered_by: str | None
    part: str


def best_time(case: Case, trust: judged.Trust | None) -> str | None:
    """Give the best proven or claimed time of a signature that holds, ISO 8601 with offset."""
    if trust is None:
        return None
    stamp = trust.stamp
    if stamp is not None and stamp.trusted and stamp.time is not None:
        return stamp.time.isoformat()
    return case.time.isoformat() if case.time is not None else None


def claims_of(case: Case, trust: judged.Trust | None, signature: Signature) -> list[Claim]:
    """Give the claims; what the signature does not protect is worth no more than metadata."""
    holds = case.holds and passed(signature.judgements, "integrity")
    # Anybody can sign with a certificate of their own making, at any time they like to write.
    own = Trust.T3 if holds and passed(signature.judgements, "chain") else Trust.T2
    place = _Place(covered_by=signature.id if holds else None, part=case.entry.part)
    name = f"ofd:{signature.id}"
    claims: list[Claim] = []
    if case.time is not None:
        claims.append(_claim(f"{name}/timeInfo", aware_moment(case.time), own, place))
    written = written_time(case)
    if written is not None:
        claims.append(_claim(f"{name}/SignatureDateTime", written, own, place))
    stamp = trust.stamp if trust else None
    if stamp is not None and stamp.time is not None:
        worth = Trust.T5 if stamp.trusted and holds else own
        claims.append(_claim(f"{name}/timeStamp", aware_moment(stamp.time), worth, place))
    return claims


def _claim(source: str, moment: Moment, trust: Trust, place: _Place) -> Claim:
    return Claim(
        kind="time",
        source=source,
        value=moment.text,
        zone=moment.zone,
        event="signed",
        trust=trust,
        covered_by=place.covered_by,
        evidence=(PackagePart(part=place.part),),
    )
