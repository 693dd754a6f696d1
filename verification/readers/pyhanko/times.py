"""Every time that a signature speaks of, as claims at the trust they earn."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pyhanko.pdf_utils import generic

from verification.readers.pyhanko.objects import value_of
from verification.readers.pyhanko.stamps import Stamp, stamped_time
from verification.values import Claim, MetadataField, Status, Trust

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.readers.pyhanko.document import Found
    from verification.readers.pyhanko.signed_message import Message
    from verification.values import Signature

_SIGNING_TIME = "1.2.840.113549.1.9.5"


def signing_time(message: Message) -> datetime | None:
    """Give the signing-time attribute (RFC 5652, 11.3): the signer's own word."""
    value = message.signed_attribute(_SIGNING_TIME)
    time = value.chosen.native if value is not None else None
    if not isinstance(time, datetime):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def best_time(found: Found, message: Message | None, stamps: Sequence[Stamp]) -> str | None:
    """Give the best proven or claimed time of an intact signature, ISO 8601 with offset."""
    if message is None:
        return None
    if found.is_time_stamp:
        return stamped_time(message).isoformat()
    trusted = [stamp.time for stamp in stamps if stamp.trusted and stamp.time]
    time = min(trusted, default=None) or signing_time(message)
    time = time or min((stamp.time for stamp in stamps if stamp.time), default=None)
    if time is not None:
        return time.isoformat()
    written = _dictionary_time(found)
    return written.isoformat() if written is not None and written.tzinfo else None


def claims_of(
    found: Found, message: Message | None, stamps: Sequence[Stamp], signature: Signature
) -> list[Claim]:
    """Give the claims; what the signature does not protect is worth no more than metadata."""
    if message is None:
        return []
    covered = found.id if signature.intact else None
    vouched = signature.intact and _passed(signature, "chain")
    # Anybody can sign with a certificate of their own making, at any time they like to write.
    own = Trust.T3 if vouched else Trust.T2
    if found.is_time_stamp:
        trust = Trust.T5 if vouched else Trust.T2
        return [_claim(f"pdf:{found.id}/DocTimeStamp", stamped_time(message), trust, covered)]
    claims: list[Claim] = []
    time = signing_time(message)
    if time is not None:
        claims.append(_claim(f"pdf:{found.id}/signingTime", time, own, covered))
    written = _dictionary_time(found)
    if written is not None:
        protected = signature.intact and _passed(signature, "coverage")
        trust = own if protected else Trust.T2
        claims.append(_claim(f"pdf:{found.id}/M", written, trust, found.id if protected else None))
    for stamp in stamps:
        if stamp.time is not None:
            trust = Trust.T5 if stamp.trusted else own
            claims.append(_claim(f"pdf:{found.id}/signatureTimeStamp", stamp.time, trust, covered))
    return claims


def _passed(signature: Signature, question: str) -> bool:
    answers = [answer for answer in signature.judgements if answer.question == question]
    return bool(answers) and all(answer.status is Status.PASSED for answer in answers)


def _dictionary_time(found: Found) -> datetime | None:
    """Read /M of the signature dictionary; None when it is absent or no date."""
    written = value_of(found.dictionary, "/M") if found.dictionary is not None else None
    try:
        return generic.parse_pdf_date(str(written), strict=False) if written else None
    except Exception:  # noqa: BLE001 - whatever it is, it is no date
        return None


def _claim(source: str, time: datetime, trust: Trust, covered: str | None) -> Claim:
    offset = time.strftime("%z")
    zone = f"{offset[:3]}:{offset[3:5]}" if offset else None
    return Claim(
        kind="time",
        source=source,
        value=time.isoformat(),
        zone="UTC" if zone == "+00:00" else zone,
        event="signed",
        trust=trust,
        covered_by=covered,
        evidence=(MetadataField(source=source, value=time.isoformat()),),
    )
