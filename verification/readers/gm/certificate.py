"""Certificates (RFC 5280, GM/T 0015): what a chain and a report need of them, and no more."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification import sm2
from verification.readers.gm.der import BITS, DerError, Element, read

if TYPE_CHECKING:
    from datetime import datetime

SM2_CURVE = "1.2.156.10197.1.301"
_EC_KEY = "1.2.840.10045.2.1"
_COMMON_NAME, _ORGANISATION, _EMAIL = "2.5.4.3", "2.5.4.10", "1.2.840.113549.1.9.1"
_KEY_USAGE, _ALTERNATIVE_NAMES, _CONSTRAINTS = "2.5.29.15", "2.5.29.17", "2.5.29.19"
#: Critical extensions that are looked at here, or that say nothing about signing (RFC 5280, 4.2).
KNOWN_EXTENSIONS = frozenset(
    {_KEY_USAGE, _ALTERNATIVE_NAMES, _CONSTRAINTS}
    | {"2.5.29.14", "2.5.29.18", "2.5.29.31", "2.5.29.32", "2.5.29.35", "2.5.29.37"}
)
_RFC822_NAME = 0x81
#: Uses that are machines' alone: of web servers, of services that stamp times and answer of keys.
_MACHINES = frozenset({"1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9"})
#: Beside them, of whoever logs in somewhere: web servers have it as well as people.
_LOGGING_IN = "1.3.6.1.5.5.7.3.2"
#: Bits of key usage, counted from the first (RFC 5280, 4.2.1.3).
DIGITAL_SIGNATURE, NON_REPUDIATION, CERTIFICATE_SIGN = 0, 1, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate; the fields that end in `_raw` are as they were signed."""

    der: bytes
    signed_raw: bytes
    issuer_raw: bytes
    subject_raw: bytes
    serial: int
    #: Algorithm of the issuer's signature over `signed_raw`.
    algorithm: str
    signature: bytes
    #: SubjectPublicKeyInfo.
    key_raw: bytes
    not_before: datetime
    not_after: datetime
    subject: str
    issuer: str
    organisation: str | None
    emails: tuple[str, ...]
    #: Basic constraints; None where the certificate has none.
    authority: bool | None
    path_length: int | None
    #: Bits of key usage; None where the certificate does not restrict it.
    usage: frozenset[int] | None
    extended_usage: frozenset[str] | None
    unknown_critical: tuple[str, ...]
    key_identifier: bytes | None
    #: It has no extensions at all, as those of version 1.
    bare: bool = False

    def sm2_key(self) -> sm2.Key | None:
        """Give the key where it is one of SM2. Raises DerError, also for no point of the curve."""
        algorithm, key = read(self.key_raw).sequence(2)[:2]
        names = [member.oid() for member in algorithm.sequence(1) if member.tag == 6]  # noqa: PLR2004 - OID
        try:
            return sm2.read_key(key.bits()) if SM2_CURVE in names else None
        except sm2.PointError as error:
            raise DerError(str(error)) from error

    def may_sign(self) -> bool:
        return self.usage is None or bool(self.usage & {DIGITAL_SIGNATURE, NON_REPUDIATION})

    def may_issue(self) -> bool:
        allowed = self.usage is None or CERTIFICATE_SIGN in self.usage
        return self.authority is True and allowed

    def may_issue_as_anchor(self) -> bool:
        """Old roots say nothing of it, or that they sign certificates alone (RFC 5280, 4.2.1.9)."""
        if self.authority is not None:
            return self.may_issue()
        return self.bare or (self.usage is not None and CERTIFICATE_SIGN in self.usage)


def is_for_machines(uses: frozenset[str] | None) -> bool:
    """Tell whether a certificate is for nothing but what machines do (RFC 5280, 4.2.1.12)."""
    if uses is None:
        return False
    return bool(uses & _MACHINES) and uses <= _MACHINES | {_LOGGING_IN}


def read_certificate(der: bytes) -> Certificate:
    """Read a certificate of version 1 to 3. Raises DerError."""
    whole = read(der)
    signed, algorithm, signature = whole.sequence(3)[:3]
    fields = _fields(signed)
    serial, inner, issuer, validity, subject, key = fields[:6]
    if inner.raw != algorithm.raw:
        raise DerError("a certificate that names two algorithms of signing")
    begin, end = validity.sequence(2)[:2]
    extensions = _extensions(fields[6:])
    names = _attributes(subject)
    usage = extensions.get(_KEY_USAGE)
    constraints = _constraints(extensions.get(_CONSTRAINTS))
    return Certificate(
        der=whole.raw,
        signed_raw=signed.raw,
        issuer_raw=issuer.raw,
        subject_raw=subject.raw,
        serial=serial.integer(),
        algorithm=algorithm.sequence(1)[0].oid(),
        signature=signature.bits(),
        key_raw=key.raw,
        not_before=begin.time(),
        not_after=end.time(),
        subject=_show(names),
        issuer=_show(_attributes(issuer)),
        organisation=_first(names, _ORGANISATION),
        emails=_emails(names, extensions.get(_ALTERNATIVE_NAMES)),
        authority=constraints[0],
        path_length=constraints[1],
        usage=None if usage is None else _usage(read(usage[1])),
        extended_usage=_extended_usage(extensions.get("2.5.29.37")),
        unknown_critical=tuple(
            oid
            for oid, (critical, _) in extensions.items()
            if critical and oid not in KNOWN_EXTENSIONS
        ),
        key_identifier=_key_identifier(extensions.get("2.5.29.14")),
        bare=not extensions,
    )


def _fields(signed: Element) -> list[Element]:
    """Give serial, algorithm, issuer, validity, subject, key, and what follows."""
    fields = list(signed.sequence(6))
    if fields[0].is_context(0):
        fields.pop(0)
    if len(fields) < 6:  # noqa: PLR2004 - those six
        raise DerError("a certificate without one of its fields")
    return fields


def _extensions(rest: list[Element]) -> dict[str, tuple[bool, bytes]]:
    """Give the extensions: whether each is critical, and its value."""
    found: dict[str, tuple[bool, bytes]] = {}
    for holder in (field for field in rest if field.is_context(3)):
        for extension in holder.children()[0].sequence():
            members = extension.sequence(2)
            oid = members[0].oid()
            if oid in found:
                raise DerError(f"the extension {oid} twice")
            critical = len(members) > 2 and members[1].boolean()  # noqa: PLR2004 - critical is optional
            found[oid] = (critical, members[-1].octets())
    return found


def _attributes(name: Element) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for group in name.sequence():
        for attribute in group.children():
            kind, value = attribute.sequence(2)[:2]
            found.append((kind.oid(), value.text()))
    return found


def _first(names: list[tuple[str, str]], wanted: str) -> str | None:
    return next((value for oid, value in names if oid == wanted and value), None)


def _show(names: list[tuple[str, str]]) -> str:
    """Name it as a person would: by the common name, else by all there is."""
    return _first(names, _COMMON_NAME) or ", ".join(value for _, value in names) or "?"


def _emails(
    names: list[tuple[str, str]], alternative: tuple[bool, bytes] | None
) -> tuple[str, ...]:
    found = [value for oid, value in names if oid == _EMAIL]
    # Some authorities wrap the names wrongly: then the certificate vouches for no address.
    with suppress(DerError, UnicodeDecodeError):
        items = read(alternative[1]).sequence() if alternative is not None else ()
        found += [item.content.decode("ascii") for item in items if item.tag == _RFC822_NAME]
    return tuple(dict.fromkeys(found))


def _constraints(extension: tuple[bool, bytes] | None) -> tuple[bool | None, int | None]:
    if extension is None:
        return None, None
    members = read(extension[1]).sequence()
    authority = bool(members) and members[0].tag == 1 and members[0].boolean()
    lengths = [member.integer() for member in members if member.tag == 2]  # noqa: PLR2004 - INTEGER
    return authority, lengths[0] if lengths else None


def _usage(element: Element) -> frozenset[int]:
    if element.tag != BITS:
        raise element.error("key usage as a BIT STRING")
    return frozenset(
        8 * at + bit
        for at, byte in enumerate(element.bits()[:2])
        for bit in range(8)
        if byte & 0x80 >> bit
    )


def _extended_usage(extension: tuple[bool, bytes] | None) -> frozenset[str] | None:
    if extension is None:
        return None
    return frozenset(member.oid() for member in read(extension[1]).sequence())


def _key_identifier(extension: tuple[bool, bytes] | None) -> bytes | None:
    return None if extension is None else read(extension[1]).octets()
