"""Encrypted PDFs and signatures in them, made with pyHanko: with and without a password to open."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from pyhanko.pdf_utils.crypt import StandardSecurityHandler
from pyhanko.pdf_utils.crypt.pubkey import (
    PubKeySecurityHandler,
    RecipientEncryptionPolicy,
    SimpleEnvelopeKeyDecrypter,
)
from pyhanko.pdf_utils.crypt.standard import StandardSecuritySettingsRevision
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.verification import signing as made

if TYPE_CHECKING:
    from pyhanko.pdf_utils.crypt import SecurityHandler
    from pyhanko.pdf_utils.writer import PdfFileWriter

OWNER = "owner"
RC4_40, RC4, AES_128 = (
    (StandardSecuritySettingsRevision.RC4_BASIC, 5),
    (StandardSecuritySettingsRevision.RC4_EXTENDED, 16),
    (StandardSecuritySettingsRevision.RC4_OR_AES128, 16),
)


def locked(
    user: str = "", old: tuple[StandardSecuritySettingsRevision, int] | None = None
) -> bytes:
    """Encrypt a page so that `user` opens it; empty: everybody may. The default is AES-256."""
    writer = _copied()
    if old is None:
        writer.encrypt(OWNER, user)
        return _written(writer)
    handler = StandardSecurityHandler.build_from_pw_legacy(
        old[0],
        bytes(writer.document_id[0]),
        OWNER,
        user,
        keylen_bytes=old[1],
        use_aes128=old is AES_128,
    )
    return _under(writer, handler)


def for_somebody() -> bytes:
    """Encrypt for the holder of a certificate."""
    reader = made.stamping_authority().asn1
    handler = PubKeySecurityHandler.build_from_certs(
        [reader], policy=RecipientEncryptionPolicy(ignore_key_usage=True)
    )
    return _under(_copied(), handler)


def _copied() -> PdfFileWriter:
    return copy_into_new_writer(PdfFileReader(BytesIO(made.plain())))


def _under(writer: PdfFileWriter, handler: SecurityHandler) -> bytes:
    writer._assign_security_handler(handler)  # noqa: SLF001 - the only way to old encryption
    return _written(writer)


def _written(writer: PdfFileWriter) -> bytes:
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def signed(pdf: bytes, password: str | None = OWNER) -> bytes:
    """Sign as one who knows the password; None: as the one for whom it was encrypted."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    if password is None:
        reader = made.stamping_authority()
        writer.encrypt_pubkey(SimpleEnvelopeKeyDecrypter(reader.asn1, reader.asn1_key))
    else:
        writer.encrypt(password)
    who = made.person()
    signer = signers.SimpleSigner(
        signing_cert=who.asn1,
        signing_key=who.asn1_key,
        cert_registry=SimpleCertificateStore.from_certs([made.authority().asn1]),
    )
    metadata = signers.PdfSignatureMetadata(
        field_name="Sig1", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    output: BytesIO = signers.PdfSigner(metadata, signer=signer).sign_pdf(writer)
    return output.getvalue()
