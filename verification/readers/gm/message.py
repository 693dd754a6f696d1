"""Signed messages: CMS SignedData (RFC 5652) and its national twin (GM/T 0010).

The twin differs by its object identifiers alone. Both occur with SM2, in PDFs and beside OFDs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.readers.gm import values
from verification.readers.gm.certificate import Certificate, read_certificate
from verification.readers.gm.der import SEQUENCE, SET, DerError, Element, read

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

#: Plain bytes, by CMS and by GM/T 0010.
DATA = frozenset({"1.2.840.113549.1.7.1", "1.2.156.10197.6.1.4.2.1"})
SIGNED_DATA = frozenset({"1.2.840.113549.1.7.2", "1.2.156.10197.6.1.4.2.2"})
_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_SIGNING_TIME, _TIME_STAMP = "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.16.2.14"
_TST_INFO = "1.2.840.113549.1.9.16.1.4"
#: More certificates than any message carries; the rest is not looked at.
MOST_CERTIFICATES = 32
_SKI_TAG = 0x80


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A signed message with one signer."""

    content_type: str
    #: What is enclosed; None in a detached signature.
    content: bytes | None
    certificates: tuple[Certificate, ...]
    #: The one that the message names as its signer's; None where it is not enclosed.
    certificate: Certificate | None
    #: Our name for it; empty where we do not know it.
    digest: str
    algorithm: str
    value: bytes
    #: Signed attributes as a SET, which is how they are signed; None without any.
    signed: bytes | None
    attributes: dict[str, Element]
    unsigned: dict[str, Element]

    @property
    def message_digest(self) -> bytes | None:
        """Give the digest among the signed attributes. Raises DerError."""
        found = self.attributes.get(_MESSAGE_DIGEST)
        return found.octets() if found is not None else None

    @property
    def signing_time(self) -> datetime | None:
        """Give the signer's own word for the time. Raises DerError."""
        found = self.attributes.get(_SIGNING_TIME)
        return found.time() if found is not None else None

    @property
    def time_stamp(self) -> bytes | None:
        """Give the time-stamp token among the unsigned attributes."""
        found = self.unsigned.get(_TIME_STAMP)
        return found.raw if found is not None else None


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a time-stamp token attests: a digest, and when it was seen (RFC 3161, GM/T 0033)."""

    digest: str
    imprint: bytes
    time: datetime


def read_message(data: bytes, known: Sequence[Certificate] = ()) -> Message:
    """Read a message; `known` are certificates that may be its signer's where it encloses none.

    Raises DerError for what is no message, and for one with several signers.
    """
    kind, holder = read(data).sequence(2)[:2]
    if kind.oid() not in SIGNED_DATA:
        raise DerError(f"the message is of type {kind.oid()} and not SignedData")
    members = holder.children()[0].sequence(4)
    enclosed = members[2].sequence(1)
    signers = members[-1].children()
    if members[1].tag != SET or members[-1].tag != SET or len(signers) != 1:
        raise DerError(f"{len(signers)} signers in one message, expected a SET of one")
    certificates = [*_certificates(members[3:-1]), *known]
    content = enclosed[1].children()[0] if len(enclosed) > 1 else None
    message = _signer(signers[0], enclosed[0].oid(), _content(content), certificates)
    _check_names(message, members[1])
    return message


def verify(message: Message, contents: Sequence[bytes]) -> str:
    """Tell how the message stands to what should be signed, in one of the forms `contents`.

    Gives ``holds``, ``loose``, ``fails`` or ``unknown`` as `values.holds` does, ``digest`` where
    another content was signed, ``enclosed`` where another content lies in the message.
    """
    if message.certificate is None:
        return "unknown"
    # An empty string is what some put in where nothing is enclosed.
    if message.content and message.content not in contents:
        return "enclosed"
    if message.signed is None:
        return _verify_plain(message, contents)
    if not message.digest:
        return "unknown"
    if message.message_digest not in {values.digest(message.digest, form) for form in contents}:
        return "digest"
    held = values.holds(
        message.certificate,
        message.algorithm,
        message.value,
        message.signed,
        digest_name=message.digest,
    )
    return held.outcome


def _verify_plain(message: Message, contents: Sequence[bytes]) -> str:
    """Verify a value straight over the content: without signed attributes."""
    assert message.certificate is not None  # noqa: S101 - asked for by the caller
    outcomes = [
        values.holds(
            message.certificate,
            message.algorithm,
            message.value,
            content,
            digest_name=message.digest,
        ).outcome
        for content in contents
        if not message.content or content == message.content
    ]
    return next((one for one in ("holds", "loose", "unknown") if one in outcomes), "fails")


def read_stamp(message: Message) -> Stamp:
    """Read what a token attests. Raises DerError where it is no time-stamp token."""
    if message.content_type != _TST_INFO or message.content is None:
        raise DerError("the token encloses no TSTInfo")
    members = read(message.content).sequence(5)
    algorithm, imprint = members[2].sequence(2)[:2]
    name = values.digest_named(algorithm.sequence(1)[0].oid())
    if name is None:
        raise DerError(f"the token uses an unknown digest, {algorithm.sequence(1)[0].oid()}")
    return Stamp(name, imprint.octets(), members[4].time())


def _signer(
    signer: Element, content_type: str, content: bytes | None, certificates: list[Certificate]
) -> Message:
    members = list(signer.sequence(5))
    name, algorithm = members[1], members[2].sequence(1)[0].oid()
    attributes = members.pop(3) if members[3].is_context(0) else None
    return Message(
        content_type=content_type,
        content=content,
        certificates=tuple(certificates),
        certificate=next((c for c in certificates if _is_named(name, c)), None),
        digest=values.digest_named(algorithm) or "",
        algorithm=members[3].sequence(1)[0].oid(),
        value=members[4].octets(),
        # [0] IMPLICIT is signed with the tag of the SET that it stands for (RFC 5652, 5.4).
        signed=None if attributes is None else bytes([SET]) + attributes.raw[1:],
        attributes={} if attributes is None else _attributes(attributes),
        unsigned=next((_attributes(m) for m in members[5:] if m.is_context(1)), {}),
    )


def _check_names(message: Message, listed: Element) -> None:
    """Hold what the message says of itself outside of what is signed against the signer's part."""
    digests = {values.digest_named(item.sequence(1)[0].oid()) for item in listed.children()}
    if message.digest and message.digest not in digests:
        raise DerError(f"the message does not list the digest of its signer, {message.digest}")
    signed = message.attributes.get(_CONTENT_TYPE)
    kinds = {message.content_type, *([signed.oid()] if signed else [])}
    # "Data" goes by two names, and programs mix them.
    if len(kinds) > 1 and not kinds <= DATA:
        raise DerError(f"the message says two types of content: {', '.join(sorted(kinds))}")


def _is_named(name: Element, certificate: Certificate) -> bool:
    if name.tag != SEQUENCE:
        return name.tag == _SKI_TAG and name.content == certificate.key_identifier
    issuer, serial = name.sequence(2)[:2]
    return issuer.raw == certificate.issuer_raw and serial.integer() == certificate.serial


def _certificates(members: Sequence[Element]) -> list[Certificate]:
    found: list[Certificate] = []
    for holder in (member for member in members if member.is_context(0)):
        items = holder.children()[:MOST_CERTIFICATES]
        found += [read_certificate(item.raw) for item in items if item.tag == SEQUENCE]
    return found


def _content(element: Element | None) -> bytes | None:
    if element is None:
        return None
    # GM/T 0010, as PKCS #7 before it, allows any type here; what counts is its content.
    return element.octets() if element.tag in {0x04, 0x24} else element.content


def _attributes(holder: Element) -> dict[str, Element]:
    """Give the first value of each attribute; one that comes twice is a fault (RFC 5652, 5.3)."""
    found: dict[str, Element] = {}
    for attribute in holder.children():
        kind, several = attribute.sequence(2)[:2]
        oid, inside = kind.oid(), several.children()
        if oid in found or not inside:
            raise DerError(f"the attribute {oid} twice or without a value")
        found[oid] = inside[0]
    return found
