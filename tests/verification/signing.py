"""A certificate authority and PDFs made for the tests at run time: honest ones and attacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pymupdf
from asn1crypto import crl as asn1_crl
from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

BEGIN, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
#: The clock of the tests.
NOW = datetime(2026, 6, 1, tzinfo=UTC)
STAMPED = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: Key

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def asn1(self) -> asn1_x509.Certificate:
        return asn1_x509.Certificate.load(self.der)

    @property
    def asn1_key(self) -> keys.PrivateKeyInfo:
        return keys.PrivateKeyInfo.load(
            self.key.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )


def authority(name: str = "Demo Root CA") -> Identity:
    """Give a root; equal names give the same one."""
    return _authority(name)


@cache
def _authority(name: str) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name)
    builder = _builder(subject, subject, key).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    return Identity(builder.sign(key, hashes.SHA256()), key)


@cache
def person(
    name: str = "王芳",
    email: str = "wang.fang@example.com",
    *,
    issuer: str = "Demo Root CA",
    begin: datetime = BEGIN,
    end: datetime = END,
    organisation: str | None = None,
) -> Identity:
    """Give someone who can sign, with a certificate of that issuer."""
    root = authority(issuer)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        _builder(_name(name, organisation), root.certificate.subject, key, begin=begin, end=end)
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name(email)]), critical=False)
        .add_extension(_usage(), critical=True)
    )
    return Identity(builder.sign(root.key, hashes.SHA256()), key)


def vouched(by: Identity, name: str = "王芳") -> Identity:
    """Give somebody whom `by` certified, whether that one may do so or not."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name(name), by.certificate.subject, key)
    builder = builder.add_extension(_usage(), critical=True)
    return Identity(builder.sign(by.key, hashes.SHA256()), key)


@cache
def stamping_authority(issuer: str = "Demo Root CA") -> Identity:
    """Give a time-stamping authority."""
    root = authority(issuer)
    key = rsa.generate_private_key(65537, 2048)
    builder = _builder(_name("Demo TSA"), root.certificate.subject, key).add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
    )
    return Identity(builder.sign(root.key, hashes.SHA256()), key)


def _name(name: str, organisation: str | None = None) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if organisation is not None:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(parts)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: Key,
    *,
    begin: datetime = BEGIN,
    end: datetime = END,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


# Documents


@cache
def plain(*lines: str, form: bool = False) -> bytes:
    """Give an unsigned one-page PDF that says `lines`; with a text field `note` if asked."""
    document = pymupdf.open()
    page = document.new_page(width=300, height=300)
    for index, line in enumerate(lines or ("Price: 100,000", "Approved by the CTO")):
        page.insert_text((40, 60 + 30 * index), line, fontsize=16)
    if form:
        widget = pymupdf.Widget()
        widget.field_name, widget.field_type = "note", pymupdf.mupdf.PDF_WIDGET_TYPE_TEXT
        widget.rect = pymupdf.Rect(40, 200, 200, 230)
        widget.field_value = "draft"
        page.add_widget(widget)
    data: bytes = document.tobytes()
    document.close()
    return data


def sign(
    pdf: bytes,
    who: Identity | None = None,
    *,
    field: str = "Sig1",
    box: tuple[int, int, int, int] | None = None,
    permission: fields.MDPPerm | None = None,
    stamper: Any = None,
    style: Any = None,
) -> bytes:
    """Sign with pyHanko; `permission` makes it a certification signature with DocMDP."""
    who = who or person()
    root = authority()
    signer = signers.SimpleSigner(
        signing_cert=who.asn1,
        signing_key=who.asn1_key,
        cert_registry=SimpleCertificateStore.from_certs([root.asn1]),
    )
    metadata = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        certify=permission is not None,
        docmdp_permissions=permission or fields.MDPPerm.FILL_FORMS,
        reason="Approved",
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    pdf_signer = signers.PdfSigner(
        metadata,
        signer=signer,
        timestamper=stamper,
        stamp_style=style,
        new_field_spec=fields.SigFieldSpec(field, box=box) if box else None,
    )
    output: BytesIO = pdf_signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)))
    return output.getvalue()


def stamper(issuer: str = "Demo Root CA", at: datetime = STAMPED) -> DummyTimeStamper:
    """Give a time-stamping service that answers on the spot."""
    who = stamping_authority(issuer)
    chain = SimpleCertificateStore.from_certs([authority(issuer).asn1])
    return DummyTimeStamper(who.asn1, who.asn1_key, certs_to_embed=chain, fixed_dt=at)


def document_stamped(pdf: bytes, at: datetime) -> bytes:
    """Append a time-stamp over the whole document."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    output: BytesIO = signers.PdfTimeStamper(stamper(at=at)).timestamp_pdf(writer, "sha256", None)
    return output.getvalue()


class CopyingStamper(DummyTimeStamper):
    """Gives the first token that it ever issued, whatever is to be stamped."""

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        first = getattr(self, "first", None)
        if first is None:
            first = await super().async_timestamp(message_digest, md_algorithm)
            self.first = first
        return first


def copying_stamper() -> CopyingStamper:
    """Give a service whose second token is a copy of its first."""
    who = stamping_authority()
    return CopyingStamper(who.asn1, who.asn1_key, fixed_dt=STAMPED)


# Lawful updates


def with_validation_data(pdf: bytes, crls: Sequence[bytes] = ()) -> bytes:
    """Append a document security store (LTV)."""
    stream = BytesIO(pdf)
    lists = [asn1_crl.CertificateList.load(der) for der in crls]
    DocumentSecurityStore.add_dss(stream, None, certs=[authority().asn1], crls=lists)
    return stream.getvalue()


def with_empty_field(
    pdf: bytes, name: str = "Later", box: tuple[int, int, int, int] = (10, 10, 80, 40)
) -> bytes:
    """Add a signature field that nobody has signed."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    fields.append_signature_field(writer, fields.SigFieldSpec(name, box=box))
    return written(writer)


def with_information(pdf: bytes, **entries: str) -> bytes:
    """Write other document information, as an incremental update."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    told = {
        generic.pdf_name(f"/{key}"): generic.pdf_string(value) for key, value in entries.items()
    }
    writer.set_info(writer.add_object(generic.DictionaryObject(told)))
    return written(writer)


def filled(pdf: bytes, text: str = "final") -> bytes:
    """Fill in the text field `note` by an incremental update."""
    return by_mupdf(pdf, lambda page: _fill(page, text))


def _fill(page: Any, text: str) -> None:
    for widget in page.widgets():
        if widget.field_name == "note":
            widget.field_value = text
            widget.update()


def written(writer: IncrementalPdfFileWriter) -> bytes:
    """Give the file with its update."""
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def by_mupdf(pdf: bytes, change: Callable[[Any], None]) -> bytes:
    """Let PyMuPDF change the first page; it updates a file in place only."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file.pdf"
        path.write_bytes(pdf)
        document = pymupdf.open(path)
        change(document[0])
        document.saveIncr()
        document.close()
        return path.read_bytes()
