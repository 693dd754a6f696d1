"""One XML signature part (W3C XML Signature 1.1, ETSI EN 319 132-1): what it says, as written.

Only what a signed reference leads to is believed: the manifest, the times and the certificate
digests are looked up inside the objects that ``SignedInfo`` covers, by ids that occur once.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asn1crypto import x509

from verification.readers.lxml import XmlError, canonical, parse_xml
from verification.readers.ooxml_signature import relationships as transform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.readers.lxml import Element
    from verification.readers.ooxml_signature.relationships import Selection

_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_STAMPED = "SignatureTime"
_PLAIN = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
#: More references than a package has parts, or more certificates than a chain, sign nothing.
MAX_REFERENCES = 4_000
MAX_CERTIFICATES = 50
#: The digest algorithms of XML signatures, by what hashlib calls them.
DIGESTS = {
    "http://www.w3.org/2000/09/xmldsig#sha1": "sha1",
    "http://www.w3.org/2001/04/xmldsig-more#md5": "md5",
    "http://www.w3.org/2001/04/xmldsig-more#sha224": "sha224",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}


class SignatureFault(Exception):
    """A signature part that cannot be understood; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What one ds:Reference signs: an element of this part, or a part of the package."""

    uri: str
    algorithm: str
    digest: bytes
    #: Canonicalisation of an element or of a part; None: bytes as they are.
    canonical: str | None
    #: For relationships parts only.
    selection: Selection | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignaturePart:
    """A parsed signature. `signed` are the elements that SignedInfo covers, as they are now."""

    signed_info: bytes
    method: str
    value: bytes
    #: The value's element in canonical form, which a time-stamp is made over.
    value_element: bytes
    #: References of SignedInfo, each with the bytes of what it points at; None: not there.
    references: tuple[tuple[Reference, bytes | None], ...]
    manifest: tuple[Reference, ...]
    certificates: tuple[x509.Certificate, ...]
    #: The signer's own times that the signature covers, by the name of their element, as written
    #: (ECMA-376-2, 10.5.15; XAdES, 5.2.1).
    times: tuple[tuple[str, str], ...]
    #: Digests of the signing certificate as XAdES states them: (hashlib's name, digest).
    certificate_digests: tuple[tuple[str, bytes], ...]
    #: RFC 3161 tokens over the value, as DER; not signed.
    tokens: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    ocsps: tuple[bytes, ...]


def read_signature(data: bytes) -> SignaturePart:
    """Read a signature part. Raises SignatureFault."""
    try:
        return _read(parse_xml(data, whole=True))
    except (XmlError, ValueError, TypeError) as error:
        raise SignatureFault(str(error)) from error


def _read(root: Element) -> SignaturePart:
    if root.tag != _DS + "Signature":
        raise SignatureFault(f"the root is {root.tag!r:.60} and no ds:Signature")
    info = _only(root, "SignedInfo")
    value = _only(root, "SignatureValue")
    if set(map(str, value.attrib)) - {"Id"}:
        raise SignatureFault("SignatureValue has attributes that it should not have")
    ids = _ids(root)
    signed: list[Element] = []
    references: list[tuple[Reference, bytes | None]] = []
    for reference in map(_reference, _children(info, "Reference")):
        target = ids.get(reference.uri[1:]) if reference.uri.startswith("#") else None
        if target is not None:
            signed.append(target)
        references.append((reference, _written(target, reference)))
    below = [element for target in signed for element in target.iter()]
    return SignaturePart(
        signed_info=canonical(info, _algorithm(_only(info, "CanonicalizationMethod"))),
        method=_algorithm(_only(info, "SignatureMethod")),
        value=_base64(value),
        value_element=canonical(value, _PLAIN),
        references=tuple(references),
        manifest=_manifest(below),
        certificates=_certificates(root),
        times=tuple(_times(below)),
        certificate_digests=tuple(_certificate_digests(below)),
        tokens=_unsigned(root, "EncapsulatedTimeStamp", inside="SignatureTimeStamp"),
        crls=_unsigned(root, "EncapsulatedCRLValue", inside="CRLValues"),
        ocsps=_unsigned(root, "EncapsulatedOCSPValue", inside="OCSPValues"),
    )


def _ids(root: Element) -> dict[str, Element]:
    """Give the elements that have an id. Raises SignatureFault for an id that occurs twice."""
    found: dict[str, Element] = {}
    for element in root.iter():
        for name in ("Id", "ID", "id"):
            value = element.get(name)
            if value is None:
                continue
            if value in found:
                raise SignatureFault(f"two elements have the id {value!r:.40}")
            found[value] = element
    return found


def _reference(element: Element) -> Reference:
    steps = [step for group in _children(element, "Transforms") for step in group]
    selection, form = None, None
    for step in steps:
        algorithm = _algorithm(step)
        if algorithm == transform.ALGORITHM:
            selection = transform.read_selection(step)
        elif form is None:
            form = algorithm
        else:
            raise SignatureFault(f"the transform {algorithm!r:.80} comes after another one")
    method = _algorithm(_only(element, "DigestMethod"))
    if method not in DIGESTS:
        raise SignatureFault(f"the digest algorithm {method!r:.80} is not known")
    return Reference(
        uri=element.get("URI", ""),
        algorithm=DIGESTS[method],
        digest=_base64(_only(element, "DigestValue")),
        canonical=form,
        selection=selection,
    )


def _written(target: Element | None, reference: Reference) -> bytes | None:
    return None if target is None else canonical(target, reference.canonical or _PLAIN)


def _manifest(below: list[Element]) -> tuple[Reference, ...]:
    found = [
        _reference(child)
        for element in below
        if element.tag == _DS + "Manifest"
        for child in _children(element, "Reference")[:MAX_REFERENCES]
    ]
    if len(found) >= MAX_REFERENCES:
        raise SignatureFault(f"more than {MAX_REFERENCES} references")
    return tuple(found)


def _certificates(root: Element) -> tuple[x509.Certificate, ...]:
    info = _children(root, "KeyInfo")[:1]
    shown = [item for one in info for item in one.iter(_DS + "X509Certificate")]
    more = [item for item in root.iter() if _local(item) == "EncapsulatedX509Certificate"]
    return tuple(
        x509.Certificate.load(_base64(item), strict=True)
        for item in [*shown, *more][:MAX_CERTIFICATES]
    )


def _certificate_digests(below: list[Element]) -> Iterator[tuple[str, bytes]]:
    for element in below:
        if _local(element) != "CertDigest":
            continue
        method = _algorithm(_only(element, "DigestMethod"))
        if method in DIGESTS:
            yield DIGESTS[method], _base64(_only(element, "DigestValue"))


def _times(below: list[Element]) -> Iterator[tuple[str, str]]:
    for element in below:
        parent = element.getparent()
        if _local(element) == "SigningTime":
            yield "SigningTime", _text(element)
        elif _local(element) == "Value" and parent is not None and _local(parent) == _STAMPED:
            yield _STAMPED, _text(element)


def _unsigned(root: Element, name: str, *, inside: str) -> tuple[bytes, ...]:
    """Give what the unsigned properties carry: proof for whoever can check it, no more."""
    found = []
    for element in root.iter():
        parents = (_local(above) for above in element.iterancestors())
        if _local(element) == name and inside in parents:
            found.append(_base64(element))
    return tuple(found[:MAX_CERTIFICATES])


def _algorithm(element: Element) -> str:
    return element.get("Algorithm", "")


def _only(element: Element, name: str) -> Element:
    found = _children(element, name)
    if len(found) != 1:
        raise SignatureFault(f"{len(found)} elements {name} where one belongs")
    return found[0]


def _children(element: Element, name: str) -> list[Element]:
    return [child for child in element if child.tag == _DS + name]


def _local(element: Element) -> str:
    """Give the name without its namespace; for comments and instructions something else."""
    return str(element.tag).rpartition("}")[2]


def _text(element: Element) -> str:
    """Give an element's text. Raises SignatureFault where a comment or an element cuts it short.

    Canonical XML leaves comments out: whoever puts one in breaks no signature.
    """
    if len(element):
        raise SignatureFault(f"something stands inside the text of {_local(element)}")
    return element.text or ""


def _base64(element: Element) -> bytes:
    """Decode an element's text. Raises ValueError, also for stray bits after the last byte."""
    text = "".join(_text(element).split()).encode()
    data = b64decode(text, validate=True)
    if b64encode(data) != text:
        raise ValueError("base64 with stray bits at its end")
    return data
