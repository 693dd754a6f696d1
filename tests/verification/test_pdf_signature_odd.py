"""Old kinds of signatures, odd keys, loops, late certifications, words beside, cut files."""

from __future__ import annotations

import hashlib
from time import process_time
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm

from tests.verification import forging as forge
from tests.verification import odd_files as odd
from tests.verification import signing as made
from tests.verification.odd_files import Plan, put_together
from tests.verification.test_pdf_signature import FAILED, PASSED, UNKNOWN, collect, first
from tests.verification.test_signature_unsupported import report

if TYPE_CHECKING:
    from collections.abc import Callable

    from verification.values import Status

WIDGET = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(%s)%s/Rect[9 9 50 50]/P 3 0 R/F 4/V 9 0 R>>"
DOTTED = Plan(fields=(WIDGET % (b"a.b.c", b""),))
NESTED = Plan(
    fields=(
        WIDGET % (b"c", b"/Parent 5 0 R"),
        b"<</T(b)/Parent 6 0 R/Kids[4 0 R]>>",
        b"<</T(a)/Kids[5 0 R]>>",
    ),
    roots=b"6 0 R",
)
LOOPED = Plan(
    fields=(WIDGET % (b"c", b"/Parent 5 0 R"), b"<</T(b)/Parent 5 0 R/Kids[4 0 R 5 0 R]>>"),
    roots=b"5 0 R",
)
SHA1_KIND = Plan(kind=b"adbe.pkcs7.sha1")


def honest(covered: bytes) -> bytes:
    return odd.message(made.person(), covered)


def sha1_of(covered: bytes) -> bytes:
    return odd.message(made.person(), covered, enclosed=hashlib.sha1(covered).digest())  # noqa: S324 - the kind is defined by it


def by_key(name: str) -> Callable[[], bytes]:
    return lambda: put_together(lambda covered: odd.message(odd.holder(name), covered))


def huge(bits: int) -> Callable[[], bytes]:
    return lambda: put_together(lambda covered: odd.huge_key(bits, covered))


def row(make: Callable[[], bytes], status: Status, reason: str | None, name: str) -> object:
    return pytest.param(make, status, reason, id=name)


WEAK, FORM = "CRYPTO_CONSTRAINTS_FAILURE", "FORMAT_FAILURE"
SIGNED_NOWHERE = (
    b"%%PDF-1.7\n1 0 obj<</Type/Catalog/AcroForm<</Fields[4 0 R]>>>>endobj\n"
    b"4 0 obj<</FT/Sig/T(s)%s>>endobj\ntrailer<</Root 1 0 R/Size 5>>\n%%%%EOF\n"
)
FILLED_IN = b"/V<</SubFilter/adbe.pkcs7.detached/ByteRange[0 10 999999999999 -5]/Contents<00>>>"
ROWS = [
    row(lambda: SIGNED_NOWHERE % FILLED_IN, UNKNOWN, FORM, "no table, and a range below nought"),
    row(lambda: put_together(honest), PASSED, None, "nothing odd"),
    row(odd.rsa_sha1, UNKNOWN, FORM, "adbe.x509.rsa_sha1"),
    row(lambda: put_together(sha1_of, SHA1_KIND), UNKNOWN, WEAK, "adbe.pkcs7.sha1"),
    row(
        lambda: put_together(lambda covered: sha1_of(covered + b"x"), SHA1_KIND),
        FAILED,
        "HASH_FAILURE",
        "adbe.pkcs7.sha1 over other bytes",
    ),
    row(lambda: put_together(honest, SHA1_KIND), UNKNOWN, FORM, "adbe.pkcs7.sha1, none enclosed"),
    row(
        lambda: put_together(honest, Plan(kind=b"Example.own")), UNKNOWN, FORM, "a kind of its own"
    ),
    row(
        lambda: put_together(honest, Plan(kind=b"ETSI.RFC3161")),
        UNKNOWN,
        FORM,
        "a signature called a time stamp",
    ),
    row(
        lambda: put_together(odd.token, Plan(kind=b"ETSI.RFC3161")),
        PASSED,
        None,
        "a time stamp that is one",
    ),
    row(
        lambda: put_together(odd.token),
        UNKNOWN,
        "CHAIN_CONSTRAINTS_FAILURE",
        "a time stamp called a signature",
    ),
    row(
        lambda: made.with_validation_data(put_together(honest, DOTTED)),
        PASSED,
        None,
        "a name with full stops, then validation data",
    ),
    row(
        lambda: made.with_validation_data(put_together(honest, NESTED)),
        PASSED,
        None,
        "a field below two others, then validation data",
    ),
    row(lambda: put_together(honest, Plan(cut_off=True)), PASSED, None, "%%EOF outside the range"),
    row(lambda: put_together(honest, LOOPED), PASSED, None, "a field that is its own parent"),
    row(
        lambda: put_together(honest, Plan(kids=b"2 0 R 3 0 R")),
        PASSED,
        None,
        "a page tree that holds itself",
    ),
    row(lambda: put_together(honest, Plan(previous=0)), UNKNOWN, FORM, "a table before itself"),
    row(
        lambda: put_together(lambda _: b"\x30\x80garbage"), UNKNOWN, FORM, "a value that is no CMS"
    ),
    row(lambda: put_together(lambda _: b""), UNKNOWN, FORM, "a value of zeros"),
    row(by_key("secp192r1"), UNKNOWN, WEAK, "a curve of 192 bits"),
    row(by_key("secp256k1"), PASSED, None, "secp256k1"),
    row(by_key("secp521r1"), PASSED, None, "P-521"),
    row(by_key("brainpoolP384r1"), PASSED, None, "Brainpool"),
    row(by_key("ed25519"), PASSED, None, "Ed25519"),
    row(huge(16_384), FAILED, "SIG_CRYPTO_FAILURE", "RSA of 16,384 bits"),
    row(huge(65_536), UNKNOWN, FORM, "RSA of 65,536 bits"),
]


@pytest.mark.parametrize(("make", "status", "reason"), ROWS)
def test_odd_files(make: Callable[[], bytes], status: Status, reason: str | None) -> None:
    data = make()
    begin = process_time()
    signature = first(data)
    assert (signature.status, signature.sub_indication) == (status, reason)
    assert process_time() - begin < 3


def certified_second() -> bytes:
    with patch.object(signers.PdfSigner, "_enforce_certification_constraints"):
        return made.sign(
            made.sign(made.plain()),
            made.person("李雷"),
            field="Sig2",
            permission=MDPPerm.FILL_FORMS,
        )


def test_a_certification_must_be_the_first_signature() -> None:
    late = collect(certified_second()).signatures[1]
    assert (late.status, late.sub_indication) == (UNKNOWN, FORM)
    assert "Sig1" in (late.message.en if late.message else "")
    first_of_two = made.sign(
        made.sign(made.plain(), permission=MDPPerm.FILL_FORMS), made.person("李雷"), field="Sig2"
    )
    assert {one.status for one in collect(first_of_two).signatures} == {PASSED}


@pytest.mark.parametrize(
    ("style", "status"),
    [
        pytest.param(forge.covering, UNKNOWN, id="it says a price"),
        pytest.param(lambda: None, PASSED, id="it says who signed and when"),
    ],
)
def test_what_a_trusted_later_signature_may_say(
    style: Callable[[], object], status: Status
) -> None:
    both = made.sign(
        made.sign(made.plain()),
        made.person("李雷"),
        field="Sig2",
        box=(180, 10, 290, 60),
        style=style(),
    )
    signatures = collect(both).signatures
    assert [one.status for one in signatures] == [status, PASSED]


def test_a_signature_in_lost_bytes_is_told() -> None:
    pdf = made.sign(made.plain())
    inside = pdf[: pdf.rindex(b"/Contents <") + 900]
    (lost,) = collect(inside).signatures
    assert (lost.status, lost.sub_indication) == (UNKNOWN, FORM)
    assert report(inside, "a.pdf", "signed").verdict is UNKNOWN


def test_another_key_of_a_trusted_name_is_said_in_words() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = made.authority().certificate.subject
    builder = made._builder(name, name, key)  # noqa: SLF001 - the same certificates as everywhere
    root = builder.add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    ).sign(key, hashes.SHA256())
    signature = first(made.sign(made.plain()), (made.Identity(root, key).der,))
    assert signature.status is UNKNOWN
    assert "its key is another" in (signature.message.en if signature.message else "")


def test_a_whole_file_without_a_signature_lost_none() -> None:
    assert report(made.plain(), "a.pdf", "signed").sub_indication == "SIGNATURE_NOT_FOUND"
