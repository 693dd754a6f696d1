"""Where in a mail something is signed: multipart/signed, opaque CMS, inline PGP (RFC 8551, 3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from verification.readers.mime.decode import DecodeError, decode
from verification.readers.mime.fields import read_content_type
from verification.readers.mime.shown import pgp_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.readers.mime.parts import Mail, Part

SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
_OPAQUE = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_PGP_SIGNATURE = "application/pgp-signature"

Form = Literal["detached", "opaque", "pgp", "sealed", "broken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One signed thing: `part` is the entity that stands for it, `content` the signed one in it."""

    form: Form
    part: Part
    content: Part | None = None
    #: The CMS value; empty where there is none.
    cms: bytes = b""
    #: What is wrong with a `broken` one, or how a `pgp` or `sealed` one is made.
    note: str = ""


def find_places(mail: Mail) -> Iterator[Place]:
    """Give every place in the order of the file; a place inside a signed one too."""
    blocks = {id(part) for part in pgp_blocks(mail)}
    for part in mail.root.walk():
        if part.type == "multipart/signed":
            yield _signed(mail, part)
        elif part.type == "multipart/encrypted":
            yield Place(form="sealed", part=part, note="PGP/MIME")
        elif part.type in _OPAQUE or _is_renamed(part):
            yield _opaque(mail, part)
        elif part.type in SIGNATURES and not _belongs(part):
            yield Place(form="broken", part=part, note="a signature without a signed part")
        elif _says_signed_too(part):
            yield Place(form="broken", part=part, note="two content types, one of them signed")
        elif id(part) in blocks:
            yield Place(form="pgp", part=part, note="inline")


def _says_signed_too(part: Part) -> bool:
    """Tell whether a second Content-Type calls a part signed that the first does not."""
    others = part.header.all("content-type")[1:]
    types = {read_content_type(other.text).name for other in others}
    return bool(types & {"multipart/signed", *_OPAQUE})


def _belongs(part: Part) -> bool:
    return part.parent is not None and part.parent.type == "multipart/signed"


def _is_renamed(part: Part) -> bool:
    """Tell whether a gateway called the CMS of a whole mail by the most general type."""
    return part.type == "application/octet-stream" and part.name.lower() == "smime.p7m"


def _signed(mail: Mail, part: Part) -> Place:
    children = part.children
    protocol = part.content_type.parameters.get("protocol", "").lower()
    if len(children) < 2:  # noqa: PLR2004 - RFC 1847, 2.1: exactly two
        if "pgp" in protocol:
            return Place(form="pgp", part=part, note="PGP/MIME")
        return Place(form="broken", part=part, note=f"{len(children)} parts in multipart/signed")
    content, signature = children[0], children[1]
    if signature.type == _PGP_SIGNATURE or "pgp" in protocol:
        return Place(form="pgp", part=part, content=content, note="PGP/MIME")
    if signature.type not in SIGNATURES:
        return Place(form="broken", part=part, note=f"{signature.type} for a signature")
    try:
        return Place(form="detached", part=part, content=content, cms=decode(mail, signature))
    except DecodeError as error:
        return Place(form="broken", part=part, note=str(error))


def _opaque(mail: Mail, part: Part) -> Place:
    kind = part.content_type.parameters.get("smime-type", "").lower()
    if kind in {"enveloped-data", "authenveloped-data"}:
        return Place(form="sealed", part=part, note="S/MIME")
    if kind == "compressed-data":
        return Place(form="broken", part=part, note="compressed-data")
    try:
        return Place(form="opaque", part=part, cms=decode(mail, part))
    except DecodeError as error:
        return Place(form="broken", part=part, note=str(error))
