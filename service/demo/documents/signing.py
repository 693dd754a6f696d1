"""Signing a PDF with pyHanko: visible signatures at a given time, and document time-stamps.

pyHanko writes the time of its own clock into the Info dictionary and draws a random second half
of the file identifier; a story told at `at` needs the first to be the time of signing, so the
writer here sets it. The identifier, ECDSA signature values and nonces stay random.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.signers import pdf_cms
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from service.demo.documents.brief import utc
from service.demo.documents.properties import pdf_date

if TYPE_CHECKING:
    from datetime import datetime

    from service.demo.authority import Authority, Credential
    from service.demo.documents.paper import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """One act of signing."""

    credential: Credential
    #: The root travels with the signature; whether it is trusted is the verifier's business.
    root: Credential
    at: datetime
    place: Place
    #: One-page PDF that shows in the widget.
    face: bytes
    field: str
    reason: str
    #: PAdES (ETSI EN 319 142-1) instead of the older adbe.pkcs7.detached.
    pades: bool = True


class DatedWriter(IncrementalPdfFileWriter):
    """An incremental update that says it was made at a given time."""

    def __init__(self, data: bytes, at: datetime) -> None:
        super().__init__(BytesIO(data))
        self._at = at

    def _update_meta(self) -> None:
        info = self.trailer["/Info"]
        info[pdf_name("/ModDate")] = pdf_string(pdf_date(self._at))
        self.update_container(info)
        metadata: Any = self.root["/Metadata"]
        packet = metadata.data.decode()
        for tag in ("xmp:ModifyDate", "xmp:MetadataDate"):
            packet = re.sub(f"(<{tag}>)[^<]*", rf"\g<1>{self._at.isoformat()}", packet)
        stream = generic.StreamObject(stream_data=packet.encode())
        stream[pdf_name("/Type")] = pdf_name("/Metadata")
        stream[pdf_name("/Subtype")] = pdf_name("/XML")
        self.root[pdf_name("/Metadata")] = self.add_object(stream)
        self.mark_update(self.root_ref)


class _Face(PdfContent):
    """A page of a PDF in memory as the background of a signature widget."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = data

    def render(self) -> bytes:
        writer = self._ensure_writer
        form = writer.import_page_as_xobject(PdfFileReader(BytesIO(self._data)))
        self.resources.xobject["/Face"] = form
        x0, y0, x1, y1 = form.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(x1 - x0), height=abs(y1 - y0))
        return b"/Face Do"


def sign(data: bytes, signing: Signing) -> bytes:
    """Sign a PDF in an incremental update, the widget showing `signing.face`."""
    subfilter = (
        fields.SigSeedSubFilter.PADES
        if signing.pades
        else fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED
    )
    signer = signers.PdfSigner(
        signers.PdfSignatureMetadata(
            field_name=signing.field,
            md_algorithm="sha256",
            subfilter=subfilter,
            reason=signing.reason,
        ),
        signer=_simple_signer(signing),
        stamp_style=StaticStampStyle(background=_Face(signing.face), border_width=0),
        new_field_spec=fields.SigFieldSpec(
            signing.field, on_page=signing.place.page, box=signing.place.pdf_box
        ),
    )
    return asyncio.run(_sign(signer, DatedWriter(data, signing.at), signing.at))


def time_stamp(data: bytes, authority: Authority, at: datetime) -> bytes:
    """Add a document time-stamp (ISO 32000-2, 12.8.5) by the authority's own server."""
    stamper = DummyTimeStamper(
        tsa_cert=_certificate(authority.tsa),
        tsa_key=_key(authority.tsa),
        certs_to_embed=_store(authority.root),
        fixed_dt=utc(at),
    )
    output: BytesIO = signers.PdfTimeStamper(stamper, field_name="DocTimeStamp1").timestamp_pdf(
        DatedWriter(data, at), "sha256"
    )
    return output.getvalue()


async def _sign(signer: signers.PdfSigner, writer: DatedWriter, at: datetime) -> bytes:
    """Do what `PdfSigner.sign_pdf` does, with the time given instead of read from a clock."""
    session = signer.init_signing_session(writer)
    session.system_time = at
    reserved = await session.estimate_signature_container_size(None)
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=reserved)
    prepared, output = document.digest_tbs_document()
    await document.perform_signature(
        document_digest=prepared.document_digest,
        pdf_cms_signed_attrs=pdf_cms.PdfCMSSignedAttributes(signing_time=at),
    )
    output.seek(0)
    signed: bytes = output.read()
    return signed


def _simple_signer(signing: Signing) -> signers.SimpleSigner:
    return signers.SimpleSigner(
        signing_cert=_certificate(signing.credential),
        signing_key=_key(signing.credential),
        cert_registry=_store(signing.root),
    )


def _certificate(credential: Credential) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(credential.certificate_der)


def _key(credential: Credential) -> asn1_keys.PrivateKeyInfo:
    return asn1_keys.PrivateKeyInfo.load(credential.key_der)


def _store(root: Credential) -> SimpleCertificateStore:
    store = SimpleCertificateStore()
    store.register(_certificate(root))
    return store
