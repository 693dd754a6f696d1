"""Office documents signed at run time by an own certificate authority: honest ones and attacks.

The XML that is digested is written out by hand in canonical form, so that what is tested is not
tested against itself.
"""

from __future__ import annotations

import io
import re
import zipfile
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha1, sha256
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from tests.verification.signing import Identity, person

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DS = "http://www.w3.org/2000/09/xmldsig#"
_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_MDSSI = "http://schemas.openxmlformats.org/package/2006/digital-signature"
_XADES = "http://uri.etsi.org/01903/v1.3.2#"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_SIGNATURE_TYPE = "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_SHA1 = _DS + "sha1"

Parts = dict[str, bytes]


def relationships(*rows: tuple[str, str, str]) -> bytes:
    """Write a relationships part: (id, type, target), a target with `://` being external."""
    inside = "".join(
        f'<Relationship Id="{id_}" Type="{type_}" Target="{target}"'
        + (' TargetMode="External"/>' if "://" in target else "/>")
        for id_, type_, target in rows
    )
    return (
        f'<?xml version="1.0"?>\n<Relationships xmlns="{_RELS}">\n{inside}</Relationships>'.encode()
    )


ROOT_ROWS = (
    ("rId1", _OFFICE + "/officeDocument", "word/document.xml"),
    ("rId2", _PACKAGE + "/metadata/core-properties", "docProps/core.xml"),
)
BODY_ROWS = (
    ("rId1", _OFFICE + "/styles", "styles.xml"),
    ("rId2", _OFFICE + "/hyperlink", "https://example.com/a?b=1&amp;c=2"),
)
STYLES = (_OFFICE + "/styles", "styles.xml")
OFFICE = _OFFICE
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def document(text: str = "Price: 100,000") -> Parts:
    """Give the parts of a small docx."""
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Default Extension="rels" ContentType="{_RELS_TYPE}"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>'
            f'<Default Extension="sigs" ContentType="application/vnd.openxmlformats-package.'
            f'digital-signature-origin"/>'
            f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
            f'<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/>'
            f'<Override PartName="/_xmlsignatures/sig1.xml" ContentType="{_SIGNATURE_TYPE}"/>'
            f"</Types>"
        ).encode(),
        "_rels/.rels": relationships(*ROOT_ROWS),
        "word/document.xml": f"<document><p>{text}</p></document>".encode(),
        "word/_rels/document.xml.rels": relationships(*BODY_ROWS),
        "word/styles.xml": b"<styles/>",
        "docProps/core.xml": b'<coreProperties xmlns:dcterms="http://purl.org/dc/terms/">'
        b"<dcterms:created>2026-05-01T00:00:00Z</dcterms:created></coreProperties>",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How a document is signed; each field is one thing that may be done otherwise."""

    who: Identity = field(default_factory=person)
    time: str = "2026-05-20T08:00:00Z"
    digest: str = _SHA256
    #: Part → rows that the signature covers; relationships parts by the transform.
    covered: Mapping[str, tuple[tuple[str, str, str], ...] | None] = field(
        default_factory=lambda: {
            "_rels/.rels": ROOT_ROWS[:1],
            "word/document.xml": None,
            "word/_rels/document.xml.rels": BODY_ROWS,
            "word/styles.xml": None,
        }
    )
    #: Sign for this certificate's digest (XAdES); None: for none.
    vouched: Identity | None = None
    #: The certificate that is put beside the signature; None: the signer's.
    shown: Identity | None = None
    #: Tokens over the canonical SignatureValue, as DER.
    stamp: Callable[[bytes], bytes] | None = None
    folder: str = "_xmlsignatures"


def signed(parts: Parts | None = None, how: How | None = None) -> Parts:
    """Give the parts with a signature among them."""
    parts, how = dict(parts or document()), how or How()
    name = f"{how.folder}/sig1.xml"
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(
        b"</Relationships>",
        f'<Relationship Id="rIdSig" Type="{_PACKAGE}/digital-signature/origin" '
        f'Target="{how.folder}/origin.sigs"/></Relationships>'.encode(),
    )
    parts[f"{how.folder}/origin.sigs"] = b""
    parts[f"{how.folder}/_rels/origin.sigs.rels"] = relationships(
        ("rId1", _PACKAGE + "/digital-signature/signature", "sig1.xml")
    )
    parts[name] = _signature(parts, how)
    return parts


def packed(parts: Parts, *, twice: str | None = None) -> bytes:
    """Pack parts into a docx; one of them `twice`."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 5, 20, 8, 0, 0)), content)
        if twice is not None:
            archive.NameToInfo.pop(twice)  # else the library warns of what is wanted here
            archive.writestr(zipfile.ZipInfo(twice, (2026, 5, 20, 8, 0, 0)), b"<document/>")
    return stream.getvalue()


def _signature(parts: Parts, how: How) -> bytes:
    package = (
        f'<Object xmlns="{_DS}" Id="idPackageObject"><Manifest>'
        + "".join(_reference(parts, name, rows, how) for name, rows in how.covered.items())
        + "</Manifest><SignatureProperties>"
        '<SignatureProperty Id="idSignatureTime" Target="#idPackageSignature">'
        f'<mdssi:SignatureTime xmlns:mdssi="{_MDSSI}"><mdssi:Format>YYYY-MM-DDThh:mm:ssTZD'
        f"</mdssi:Format><mdssi:Value>{how.time}</mdssi:Value></mdssi:SignatureTime>"
        "</SignatureProperty></SignatureProperties></Object>"
    )
    objects = {"idPackageObject": package}
    if how.vouched is not None:
        objects["idSigned"] = _qualifying(how.vouched)
    info = (
        f'<SignedInfo xmlns="{_DS}"><CanonicalizationMethod Algorithm="{_C14N}">'
        "</CanonicalizationMethod><SignatureMethod "
        'Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"></SignatureMethod>'
        + "".join(_object_reference(id_, text, how) for id_, text in objects.items())
        + "</SignedInfo>"
    )
    value = _value(info.encode(), how.who)
    shown = b64encode((how.shown or how.who).der).decode()
    element = f'<SignatureValue xmlns="{_DS}">{value}</SignatureValue>'
    return (
        f'<?xml version="1.0"?><Signature xmlns="{_DS}" Id="idPackageSignature">{info}{element}'
        f"<KeyInfo><X509Data><X509Certificate>{shown}</X509Certificate></X509Data></KeyInfo>"
        + "".join(objects.values())
        + _stamped(how, element.encode())
        + "</Signature>"
    ).encode()


def _reference(
    parts: Parts, name: str, rows: tuple[tuple[str, str, str], ...] | None, how: How
) -> str:
    if rows is None:
        content, transforms = parts[name], ""
    else:
        content, ids = _canonical(rows), sorted(row[0] for row in rows)
        transforms = (
            '<Transforms><Transform Algorithm="http://schemas.openxmlformats.org/package/2006/'
            'RelationshipTransform">'
            + "".join(
                f'<mdssi:RelationshipReference xmlns:mdssi="{_MDSSI}" SourceId="{id_}">'
                "</mdssi:RelationshipReference>"
                for id_ in ids
            )
            + f'</Transform><Transform Algorithm="{_C14N}"></Transform></Transforms>'
        )
    said = re.search(
        f'PartName="/{name}" ContentType="([^"]*)"', parts["[Content_Types].xml"].decode()
    )
    type_ = said[1] if said else _RELS_TYPE if rows else "application/xml"
    return (
        f'<Reference URI="/{name}?ContentType={type_}">{transforms}'
        f'<DigestMethod Algorithm="{how.digest}"></DigestMethod>'
        f"<DigestValue>{_digest(content, how)}</DigestValue></Reference>"
    )


def _canonical(rows: tuple[tuple[str, str, str], ...]) -> bytes:
    inside = "".join(
        f'<Relationship Id="{id_}" Target="{target}" '
        f'TargetMode="{"External" if "://" in target else "Internal"}" Type="{type_}">'
        "</Relationship>"
        for id_, type_, target in sorted(rows)
    )
    return f'<Relationships xmlns="{_RELS}">{inside}</Relationships>'.encode()


def _object_reference(id_: str, text: str, how: How) -> str:
    return (
        f'<Reference Type="{_DS}Object" URI="#{id_}">'
        f'<DigestMethod Algorithm="{how.digest}"></DigestMethod>'
        f"<DigestValue>{_digest(text.encode(), how)}</DigestValue></Reference>"
    )


def _qualifying(who: Identity) -> str:
    digest = b64encode(sha256(who.der).digest()).decode()
    return (
        f'<Object xmlns="{_DS}" Id="idSigned"><xd:SignedProperties xmlns:xd="{_XADES}">'
        "<xd:SigningCertificate><xd:Cert><xd:CertDigest>"
        f'<DigestMethod Algorithm="{_SHA256}"></DigestMethod>'
        f"<DigestValue>{digest}</DigestValue>"
        "</xd:CertDigest></xd:Cert></xd:SigningCertificate></xd:SignedProperties></Object>"
    )


def _stamped(how: How, element: bytes) -> str:
    if how.stamp is None:
        return ""
    token = b64encode(how.stamp(element)).decode()
    return (
        f'<Object><xd:UnsignedSignatureProperties xmlns:xd="{_XADES}"><xd:SignatureTimeStamp>'
        f"<xd:EncapsulatedTimeStamp>{token}</xd:EncapsulatedTimeStamp>"
        "</xd:SignatureTimeStamp></xd:UnsignedSignatureProperties></Object>"
    )


def _digest(content: bytes, how: How) -> str:
    algorithm = sha1 if how.digest == _SHA1 else sha256
    return b64encode(algorithm(content).digest()).decode()


def _value(info: bytes, who: Identity) -> str:
    assert isinstance(who.key, ec.EllipticCurvePrivateKey)
    r, s = utils.decode_dss_signature(who.key.sign(info, ec.ECDSA(hashes.SHA256())))
    return b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()


def covered(parts: Parts) -> list[tuple[str, int]]:
    """List every place of what is signed: parts, covered relationships, the signature itself."""
    places = [
        (name, place)
        for name in ("word/document.xml", "word/styles.xml")
        for place in range(len(parts[name]))
    ]
    for name, rows in How().covered.items():
        for id_, type_, target in rows or ():
            for text in (f'"{id_}"', f'"{type_}"', f'"{target}"'):
                begin = parts[name].index(text.encode())
                places += [(name, place) for place in range(begin, begin + len(text))]
    name = "_xmlsignatures/sig1.xml"
    begin = parts[name].index(b"<SignedInfo")
    return places + [(name, place) for place in range(begin, len(parts[name]))]
