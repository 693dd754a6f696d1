"""Electronic seals and what is sealed with them: GB/T 38540 (version 4), GM/T 0031 (version 1).

The two differ in where the certificate stands and in what the maker of the seal signed. Which one
it is is told by the structure: version numbers in the wild are not to be relied on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.readers.gm import values
from verification.readers.gm.certificate import Certificate, read_certificate
from verification.readers.gm.der import (
    BITS,
    GENERALIZED_TIME,
    INTEGER,
    OCTETS,
    OID,
    SEQUENCE,
    UTC_TIME,
    DerError,
    Element,
    read,
    read_time,
    wrap,
)

if TYPE_CHECKING:
    from datetime import datetime

#: A seal may be used with one of several certificates; more than these no seal names.
MOST_CERTIFICATES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What the seal looks like; sides in millimetres."""

    type: str
    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """An electronic seal (SESeal) with the signature of its maker."""

    raw: bytes
    id: str
    name: str
    #: Certificates (or digests of certificates) that may seal with it.
    holders: tuple[bytes, ...]
    begin: datetime
    end: datetime
    picture: Picture
    maker: Certificate
    algorithm: str
    value: bytes
    #: What the maker signed: the first form is the standard's.
    signed: tuple[bytes, ...]

    def admits(self, certificate: Certificate) -> bool:
        """Tell whether the seal may be used with this certificate."""
        names = ("sm3", "sha1", "sha256")
        digests = {values.digest(name, certificate.der) for name in names}
        return certificate.der in self.holders or not digests.isdisjoint(self.holders)

    def made(self) -> values.Held:
        """Verify the maker's signature over the seal."""
        held = [
            values.holds(self.maker, self.algorithm, self.value, form, digest_name="sm3")
            for form in self.signed
        ]
        return next((one for one in held if one.outcome in {"holds", "loose"}), held[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A signature made with a seal (SES_Signature)."""

    seal: Seal
    time: datetime | None
    #: Digest of Signature.xml.
    imprint: bytes
    #: What the signer says was sealed, mostly the path of Signature.xml.
    property: str
    certificate: Certificate
    algorithm: str
    value: bytes
    signed: bytes
    time_stamp: bytes | None


def read_sealed(data: bytes) -> Sealed:
    """Read SES_Signature. Raises DerError."""
    members = read(data).sequence(2)
    signed = members[0].sequence(5)
    late = len(members) >= 4  # noqa: PLR2004 - version 4: certificate, algorithm and value outside
    if not late and len(signed) < 7:  # noqa: PLR2004 - version 1: certificate and algorithm inside
        raise DerError("neither the form of GB/T 38540 nor that of GM/T 0031")
    certificate, algorithm, value = members[1:4] if late else (signed[5], signed[6], members[1])
    return Sealed(
        seal=read_seal(signed[1]),
        time=_time(signed[2]),
        imprint=signed[3].bits(),
        property=signed[4].text(),
        certificate=read_certificate(certificate.octets()),
        algorithm=algorithm.oid(),
        value=value.bits(),
        signed=members[0].raw,
        time_stamp=_time_stamp(members[4]) if len(members) > 4 else None,  # noqa: PLR2004 - the fifth
    )


def read_seal(element: Element) -> Seal:
    """Read SESeal. Raises DerError."""
    members = element.sequence(2)
    info = members[0]
    late = len(members) >= 4  # noqa: PLR2004 - version 4
    maker, algorithm, value = (members[1:4] if late else members[1].sequence(3))[:3]
    fields = info.sequence(4)
    properties = list(fields[2].sequence(5))
    # Version 4 says which kind the list of certificates is; version 1 goes without.
    if properties[2].tag == INTEGER:
        properties.pop(2)
    together = info.raw + maker.raw + algorithm.raw
    return Seal(
        raw=element.raw,
        id=fields[1].text(),
        name=properties[1].text(),
        holders=_holders(properties[2]),
        begin=properties[-2].time(),
        end=properties[-1].time(),
        picture=_picture(fields[3]),
        maker=read_certificate(maker.octets()),
        algorithm=algorithm.oid(),
        value=value.bits(),
        signed=(info.raw, wrap(together)) if late else (wrap(together), info.raw),
    )


def _holders(listed: Element) -> tuple[bytes, ...]:
    """Give certificates, or the values of digests of certificates (CertDigestObj)."""
    found: list[bytes] = []
    for item in listed.sequence()[:MOST_CERTIFICATES]:
        if item.tag == OCTETS:
            found.append(item.octets())
        elif item.tag == SEQUENCE:
            found += [part.octets() for part in item.sequence() if part.tag == OCTETS]
    return tuple(found)


def _picture(element: Element) -> Picture:
    kind, data, width, height = element.sequence(4)[:4]
    return Picture(
        type=kind.text().strip().lower(),
        data=data.octets(),
        width=width.integer(),
        height=height.integer(),
    )


def _time(element: Element) -> datetime | None:
    """Read the time of sealing: GeneralizedTime, or text in a BIT STRING (version 1)."""
    if element.tag in {UTC_TIME, GENERALIZED_TIME}:
        return element.time()
    text = element.bits() if element.tag == BITS else element.content
    plain = text.decode("ascii", "replace").strip()
    try:
        return read_time("".join(c for c in plain if c not in "-: T").encode())
    except DerError:
        # A token of a time-stamping authority, or anything else: no time that is claimed here.
        return None


def _time_stamp(element: Element) -> bytes | None:
    if element.tag == BITS:
        return element.bits()
    if element.is_context(0):
        inner = element.children()[0]
        return inner.bits() if inner.tag == BITS else inner.raw
    # [0] IMPLICIT BIT STRING: the count of unused bits, then the token.
    return element.content[1:] if element.tag == 0x80 else None  # noqa: PLR2004 - the tag [0]


def is_message(data: bytes) -> bool:
    """Tell whether a signature value begins as a signed message does: with an identifier."""
    members = read(data).sequence(1)
    return members[0].tag == OID
