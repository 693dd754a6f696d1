"""Encrypted files, certificates named or not, names of fields, validation data, early stamps."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from tests.verification import encrypting as enc
from tests.verification import odd_files as odd
from tests.verification import signing as made
from tests.verification.odd_files import Plan, put_together
from tests.verification.test_pdf_signature import FAILED, PASSED, UNKNOWN, collect, first
from tests.verification.test_pdf_signature_odd import WIDGET, honest
from tests.verification.test_signature_unsupported import report

if TYPE_CHECKING:
    from collections.abc import Callable

    from verification.values import Status

PKCS7 = Plan(kind=b"adbe.pkcs7.detached")
LOCKED = "ENCRYPTED"


def encrypted_by_nothing() -> bytes:
    """Let the trailer point to an object that is no encryption dictionary."""
    return put_together(honest, Plan(trailer=b"/Encrypt 2 0 R"))


def altered() -> bytes:
    pdf = enc.signed(enc.locked())
    at = pdf.index(b"stream") + 20
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def row(make: Callable[[], bytes], status: Status, reason: str | None, name: str) -> object:
    return pytest.param(make, status, reason, id=name)


@pytest.mark.parametrize(
    ("make", "status", "reason"),
    [
        row(lambda: enc.signed(enc.locked()), PASSED, None, "AES-256, everybody may open it"),
        row(lambda: enc.signed(enc.locked("", enc.AES_128)), PASSED, None, "the same, AES-128"),
        row(lambda: enc.signed(enc.locked("", enc.RC4)), PASSED, None, "the same, RC4"),
        row(lambda: enc.signed(enc.locked("", enc.RC4_40)), PASSED, None, "the same, RC4 of 40"),
        row(altered, FAILED, "HASH_FAILURE", "everybody may open it, a byte was changed"),
        row(lambda: enc.signed(enc.locked("secret")), UNKNOWN, LOCKED, "a password is needed"),
        row(
            lambda: enc.signed(enc.locked("secret", enc.RC4)),
            UNKNOWN,
            LOCKED,
            "a password is needed, RC4",
        ),
        row(lambda: enc.signed(enc.for_somebody(), None), UNKNOWN, LOCKED, "for somebody else"),
        row(encrypted_by_nothing, UNKNOWN, "FORMAT_FAILURE", "by what is no encryption"),
        row(
            lambda: re.sub(rb"/Encrypt", rb"/Encrxpt", enc.signed(enc.locked())),
            FAILED,
            "HASH_FAILURE",
            "the word was taken out afterwards",
        ),
    ],
)
def test_signed_and_encrypted(
    make: Callable[[], bytes], status: Status, reason: str | None
) -> None:
    (signature,) = collect(make()).signatures
    assert (signature.status, signature.sub_indication) == (status, reason)


def test_an_encrypted_file_says_what_would_open_it() -> None:
    told = report(enc.signed(enc.locked("secret")), "a.pdf", "signed")
    assert (told.verdict, told.sub_indication) == (UNKNOWN, LOCKED)
    (by_password,) = collect(enc.signed(enc.locked("secret"))).signatures
    (by_key,) = collect(enc.signed(enc.for_somebody(), None)).signatures
    assert by_password.message is not None
    assert by_key.message is not None
    assert "password" in by_password.message.en
    assert "certificates" in by_key.message.en


NAMED = [
    row(lambda: put_together(honest), PASSED, None, "PAdES names its certificate"),
    row(
        lambda: put_together(lambda covered: odd.message(made.person(), covered, named=odd.NOBODY)),
        UNKNOWN,
        "SIG_CONSTRAINTS_FAILURE",
        "PAdES names none",
    ),
    row(
        lambda: put_together(
            lambda covered: odd.message(made.person(), covered, named=made.person("李雷"))
        ),
        UNKNOWN,
        "NO_SIGNING_CERTIFICATE_FOUND",
        "PAdES names another",
    ),
    row(
        lambda: put_together(
            lambda covered: odd.message(made.person(), covered, named=odd.NOBODY), PKCS7
        ),
        PASSED,
        None,
        "PKCS#7 need name none",
    ),
    row(
        lambda: put_together(
            lambda covered: odd.message(made.person(), covered, named=made.person("李雷")), PKCS7
        ),
        UNKNOWN,
        "NO_SIGNING_CERTIFICATE_FOUND",
        "PKCS#7 names another",
    ),
    row(
        lambda: put_together(
            lambda covered: odd.message(made.person(), covered, digest="1.2.840.113549.1.1.5")
        ),
        UNKNOWN,
        "FORMAT_FAILURE",
        "a signature algorithm in place of the digest",
    ),
    row(
        lambda: put_together(lambda covered: odd.message(made.person(), covered, digest="sha512")),
        FAILED,
        "HASH_FAILURE",
        "another digest than the one that was made",
    ),
]


@pytest.mark.parametrize(("make", "status", "reason"), NAMED)
def test_what_the_message_names(
    make: Callable[[], bytes], status: Status, reason: str | None
) -> None:
    signature = first(make())
    assert (signature.status, signature.sub_indication) == (status, reason)


def test_an_unknown_digest_is_told_by_its_name() -> None:
    signature = first(
        put_together(lambda covered: odd.message(made.person(), covered, digest="1.2.3.4"))
    )
    assert signature.message is not None
    assert "1.2.3.4 is named as the digest" in signature.message.en


# Names of fields, validation data, early stamps


def unsigned(field: bytes) -> bytes:
    return field.replace(b"/V 9 0 R", b"")


def cousins() -> bytes:
    """Sign two fields that have the same last name and different parents."""
    plan = Plan(
        fields=(
            WIDGET % (b"S", b"/Parent 6 0 R"),
            unsigned(WIDGET % (b"S", b"/Parent 7 0 R")),
            b"<</T(a)/Kids[4 0 R]>>",
            b"<</T(b)/Kids[5 0 R]>>",
        ),
        roots=b"6 0 R 7 0 R",
    )
    return made.sign(put_together(honest, plan), made.person("李雷"), field="b.S")


def twins() -> bytes:
    """Let two fields of one name lead to one signature."""
    plan = Plan(fields=(WIDGET % (b"S", b""), WIDGET % (b"S", b"")), roots=b"4 0 R 5 0 R")
    return put_together(honest, plan)


def stamped(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    output: BytesIO = PdfTimeStamper(made.stamper()).timestamp_pdf(writer, "sha256")
    return output.getvalue()


def with_vri(pdf: bytes, of: bytes | None = None) -> bytes:
    """Append validation data that are filed under a signature (VRI), its own or another."""
    stream = BytesIO(pdf)
    value = PdfFileReader(BytesIO(pdf)).embedded_signatures[0].pkcs7_content if of is None else of
    DocumentSecurityStore.add_dss(stream, value, certs=[made.authority().asn1])
    return stream.getvalue()


def broken_store() -> bytes:
    """Append validation data of which the certificate is garbage."""
    pdf = with_vri(made.sign(made.plain()))
    at = pdf.rindex(made.authority().der[:40])
    return pdf[:at] + b"\0" * 40 + pdf[at + 40 :]


def changed_below_a_stamp() -> bytes:
    early = stamped(made.plain())
    return made.sign(made.by_mupdf(early, lambda page: page.insert_text((40, 150), "Price: 1")))


@pytest.mark.parametrize(
    ("make", "statuses"),
    [
        pytest.param(cousins, [PASSED, PASSED], id="one last name, two parents"),
        pytest.param(twins, [PASSED], id="one name twice, one signature"),
        pytest.param(lambda: with_vri(made.sign(made.plain())), [PASSED], id="data filed under it"),
        pytest.param(
            lambda: with_vri(made.sign(made.plain()), b"another"),
            [PASSED],
            id="data filed under a signature that is not there",
        ),
        pytest.param(broken_store, [PASSED], id="data that are garbage"),
        pytest.param(
            lambda: stamped(with_vri(stamped(with_vri(made.sign(made.plain()))))),
            [PASSED, PASSED, PASSED],
            id="data and stamps in turn",
        ),
        pytest.param(
            lambda: made.sign(stamped(made.plain())), [PASSED, PASSED], id="stamped, then signed"
        ),
        pytest.param(
            changed_below_a_stamp, [FAILED, PASSED], id="stamped, then changed, then signed"
        ),
    ],
)
def test_what_stands_beside_a_signature(make: Callable[[], bytes], statuses: list[Status]) -> None:
    assert [one.status for one in collect(make()).signatures] == statuses
