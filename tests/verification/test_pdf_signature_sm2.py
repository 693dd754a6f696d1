"""PDFs signed with SM2 and SM3, by an authority of our own: judged as those signed with RSA are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.verification import forging as forge
from tests.verification import national as gm
from verification.readers import pyhanko
from verification.values import Signature, Status, Trust

ROOT = gm.authority().der
ROOM = 8192
PASSED, UNKNOWN, FAILED = Status.PASSED, Status.INDETERMINATE, Status.FAILED
CMS = {"types": (gm.CMS_SIGNED, gm.CMS_DATA)}
OLD = gm.holder("旧", end=datetime(2025, 1, 1, tzinfo=UTC))


def signed(who: gm.Holder | None = None, **how: Any) -> bytes:
    """Give a page with a signature field, signed (adbe.pkcs7.detached)."""
    room = b"<" + b"0" * ROOM + b">"
    numbers = b"[0 0000000000 0000000000 0000000000]"
    dictionary = (
        b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/ByteRange"
        + numbers
        + b"/Contents"
        + room
        + b">>"
    )
    document = _document(dictionary)
    begin = document.index(room)
    end = begin + len(room)
    ranges = b"[0 %010d %010d %010d]" % (begin, end, len(document) - end)
    document = document.replace(numbers, ranges)
    content = document[:begin] + document[end:]
    value = gm.message(content, who or gm.holder(), **how)
    return document[: begin + 1] + value.hex().encode().ljust(ROOM, b"0") + document[end - 1 :]


def _document(dictionary: bytes) -> bytes:
    text = b"BT /F 16 Tf 40 200 Td (Price: 100,000) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Annots[4 0 R]/Contents 6 0 R>>",
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Sig1)/Rect[9 9 90 50]/P 3 0 R/F 4/V 5 0 R>>",
        dictionary,
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
    ]
    body, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer<</Size 7/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + b"xref\n0 7\n0000000000 65535 f \n" + table + trailer


def first(pdf: bytes, anchors: tuple[bytes, ...] = (ROOT,)) -> Signature:
    return pyhanko.read(pdf, at=gm.NOW, anchors=anchors, max_pages=9).signatures[0]


@pytest.mark.parametrize(
    "how",
    [
        pytest.param({}, id="GM/T 0010 by its own identifiers"),
        pytest.param(CMS, id="CMS by its usual identifiers"),
        pytest.param({"time": gm.SEALED}, id="with a time of signing"),
        pytest.param({"raw": True}, id="r and s side by side"),
        pytest.param({"signed": False}, id="without signed attributes"),
    ],
)
def test_an_honest_signature_passes(how: dict[str, Any]) -> None:
    signature = first(signed(**how))
    assert (signature.status, signature.sub_indication) == (PASSED, None)
    assert (signature.intact, signature.covers, signature.signer) == (True, "whole", "甲公司")
    assert [j.question for j in signature.judgements] == [
        "integrity",
        "coverage",
        "changes",
        "chain",
    ]


@pytest.mark.parametrize(
    ("pdf", "anchors", "status", "reason"),
    [
        pytest.param(
            forge.flipped(signed(), 400), (ROOT,), FAILED, "HASH_FAILURE", id="a byte changed"
        ),
        pytest.param(
            forge.flipped(signed(signed=False), 400),
            (ROOT,),
            FAILED,
            "SIG_CRYPTO_FAILURE",
            id="a byte changed, without signed attributes",
        ),
        pytest.param(
            forge.with_garbage(signed()),
            (ROOT,),
            FAILED,
            "CHANGED_AFTER_SIGNING",
            id="something appended",
        ),
        pytest.param(
            signed(gm.holder("E", issuer="陌生根"), issuer="陌生根"),
            (ROOT,),
            UNKNOWN,
            "NO_CERTIFICATE_CHAIN_FOUND",
            id="an issuer that is not trusted",
        ),
        pytest.param(signed(), (), UNKNOWN, "NO_CERTIFICATE_CHAIN_FOUND", id="nothing is trusted"),
        pytest.param(signed(OLD), (ROOT,), UNKNOWN, "OUT_OF_BOUNDS_NO_POE", id="expired since"),
        pytest.param(
            signed(gm.holder("F", usage=0x30)),
            (ROOT,),
            UNKNOWN,
            "CHAIN_CONSTRAINTS_FAILURE",
            id="a certificate for encryption",
        ),
        pytest.param(
            signed(with_certificate=False),
            (ROOT,),
            UNKNOWN,
            "NO_SIGNING_CERTIFICATE_FOUND",
            id="no certificate in it",
        ),
    ],
)
def test_faults_are_told_as_for_other_signatures(
    pdf: bytes, anchors: tuple[bytes, ...], status: Status, reason: str
) -> None:
    signature = first(pdf, anchors)
    assert (signature.status, signature.sub_indication) == (status, reason)


def test_a_trusted_time_stamp_of_sm2_proves_the_time() -> None:
    """The same value comes out twice: the tests' signing is deterministic."""
    value = _value(signed())
    pdf = signed(stamp=gm.time_stamp(value))
    found = pyhanko.read(pdf, at=gm.NOW, anchors=(ROOT,), max_pages=9)
    assert found.signatures[0].status is PASSED
    assert {claim.trust for claim in found.claims} == {Trust.T5}
    copied = first(signed(stamp=gm.time_stamp(b"another")))
    assert (copied.status, copied.sub_indication) == (FAILED, "HASH_FAILURE")


def _value(pdf: bytes) -> bytes:
    """Give the signature value that is in a PDF signed without a stamp."""
    start = pdf.index(b"/Contents<") + 10
    message = bytes.fromhex(pdf[start : pdf.index(b">", start)].decode())
    at = message.rindex(gm.oid(gm.SM2_SIGNING)) + len(gm.oid(gm.SM2_SIGNING))
    return message[at + 2 : at + 2 + message[at + 1]]
