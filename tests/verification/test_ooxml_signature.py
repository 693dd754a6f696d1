"""Signatures of Office documents: honest ones, and every way of misusing one that we know."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from tests.verification import office_signing as office
from tests.verification import signing as made
from verification import pipeline
from verification.limits import Limits
from verification.policies import load
from verification.readers import ooxml_signature
from verification.terms import Terms
from verification.values import Report, Signature, Status, Submission, Trust

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = made.authority().der
HOW = office.How()


def report(data: bytes, *, anchors: tuple[bytes, ...] = (ROOT,)) -> Report:
    submission = Submission(data=data, name="a.docx", received_at=made.NOW)
    return pipeline.verify(submission, Terms(at=made.NOW, policy=load(), anchors=anchors))


def only(data: bytes, *, anchors: tuple[bytes, ...] = (ROOT,)) -> Signature:
    read = ooxml_signature.read(data, at=made.NOW, anchors=anchors, limits=Limits())
    (signature,) = read.signatures
    return signature


def answers(signature: Signature) -> dict[str, tuple[str, str | None]]:
    return {
        one.question: (one.status.value, one.sub_indication)
        for one in signature.judgements
        if one.status is not Status.PASSED
    }


def changed(part: str, content: bytes) -> Callable[[], bytes]:
    def make() -> bytes:
        parts = office.signed()
        parts[part] = content
        return office.packed(parts)

    return make


def replaced(part: str, old: bytes, new: bytes) -> Callable[[], bytes]:
    def make() -> bytes:
        parts = office.signed()
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new)
        return office.packed(parts)

    return make


def signed_how(**otherwise: object) -> Callable[[], bytes]:
    return lambda: office.packed(office.signed(how=replace(HOW, **otherwise)))  # type: ignore[arg-type] # each row names a field of How


def with_row(part: str, row: tuple[str, str, str], more: dict[str, bytes]) -> bytes:
    """Add a relationship, and parts, after signing."""
    parts = office.signed()
    rows = office.relationships(row).split(b"\n")[2].removesuffix(b"</Relationships>")
    parts[part] = parts[part].replace(b"</Relationships>", rows + b"</Relationships>")
    return office.packed({**parts, **more})


def without(part: str) -> bytes:
    parts = office.signed()
    del parts[part]
    return office.packed(parts)


def data_part(body: str) -> bytes:
    """Sign a document that has a data part which Office leaves unsigned."""
    parts = office.document(body)
    row = ("rId9", office.OFFICE + "/customXml", "../customXml/item1.xml")
    parts["word/_rels/document.xml.rels"] = office.relationships(*office.BODY_ROWS, row)
    parts["customXml/item1.xml"] = b"<sources/>"
    return office.packed(office.signed(parts))


def wrapped() -> bytes:
    """Move the signed object away and put one with another manifest in its place."""
    parts = office.signed()
    other = office.signed({**office.document("Price: 1"), "x.xml": b""})
    mine = parts["_xmlsignatures/sig1.xml"]
    begin, end = mine.index(b"<Object"), mine.index(b"</Object>") + 9
    theirs = other["_xmlsignatures/sig1.xml"]
    new = theirs[theirs.index(b"<Object") : theirs.index(b"</Object>") + 9]
    kept = b"<Object><Kept>" + mine[begin:end] + b"</Kept></Object>"
    parts["_xmlsignatures/sig1.xml"] = mine[:begin] + new + kept + mine[end:]
    parts["word/document.xml"] = other["word/document.xml"]
    return office.packed(parts)


STYLED = office.STYLES
OK: dict[str, tuple[str, str | None]] = {}
ROWS: dict[str, tuple[Callable[[], bytes], dict[str, tuple[str, str | None]]]] = {
    "a document signed whole, all as it was": (signed_how(), OK),
    "signed in the folder that .NET uses": (
        signed_how(folder="package/services/digital-signature"),
        OK,
    ),
    "properties are never signed: changing them changes nothing": (
        changed("docProps/core.xml", b"<coreProperties/>"),
        OK,
    ),
    "the signing certificate is vouched for": (signed_how(vouched=HOW.who), OK),
    "the body says something else": (
        changed("word/document.xml", b"<document><p>Price: 1</p></document>"),
        {"changes": ("FAILED", "CHANGED_AFTER_SIGNING")},
    ),
    "a signed part is gone": (
        lambda: without("word/styles.xml"),
        {"changes": ("FAILED", "CHANGED_AFTER_SIGNING")},
    ),
    "a link leads elsewhere": (
        replaced("word/_rels/document.xml.rels", b"example.com", b"evil.example"),
        {"changes": ("FAILED", "CHANGED_AFTER_SIGNING")},
    ),
    "white space and order of relationships are no change": (
        replaced("word/_rels/document.xml.rels", b"/><", b"/>\n\n  <"),
        OK,
    ),
    "a signed part is given another content type": (
        replaced("[Content_Types].xml", b"document.main+xml", b"template.main+xml"),
        {"changes": ("FAILED", "CHANGED_AFTER_SIGNING")},
    ),
    "a comment on the page was added afterwards (content injection)": (
        lambda: with_row(
            "word/_rels/document.xml.rels",
            ("rId9", office.OFFICE + "/comments", "comments.xml"),
            {"word/comments.xml": b"<comments/>"},
        ),
        {"coverage": ("INDETERMINATE", "PART_NOT_SIGNED")},
    ),
    "a template outside was attached afterwards": (
        lambda: with_row(
            "word/_rels/document.xml.rels",
            ("rId9", office.OFFICE + "/attachedTemplate", "https://evil.example/t.dotm"),
            {},
        ),
        {"coverage": ("INDETERMINATE", "PART_NOT_SIGNED")},
    ),
    "the styles were never signed (content masking)": (
        signed_how(covered={k: v for k, v in HOW.covered.items() if k != "word/styles.xml"}),
        {"coverage": ("INDETERMINATE", "PART_NOT_SIGNED")},
    ),
    "data that the document does not use are not signed": (
        lambda: data_part("no data here"),
        OK,
    ),
    "data that the document shows are not signed": (
        lambda: data_part("<sdt><dataBinding/></sdt>"),
        {"coverage": ("INDETERMINATE", "PART_NOT_SIGNED")},
    ),
    "the manifest names nothing of the document (universal forgery)": (
        signed_how(covered={"word/styles.xml": None}),
        {"coverage": ("FAILED", "SIGNED_DATA_NOT_FOUND")},
    ),
    "the manifest is empty": (
        signed_how(covered={}),
        {"coverage": ("FAILED", "SIGNED_DATA_NOT_FOUND")},
    ),
    "the document that counts is another part (rerouted)": (
        replaced("_rels/.rels", b"word/document.xml", b"word/styles.xml"),
        {"changes": ("FAILED", "CHANGED_AFTER_SIGNING")},
    ),
    "a second body beside the signed one": (
        lambda: with_row(
            "_rels/.rels",
            ("rId0", office.OFFICE + "/officeDocument", "word/other.xml"),
            {"word/other.xml": b"<document/>"},
        ),
        {"coverage": ("INDETERMINATE", "FORMAT_FAILURE")},
    ),
    "the signed object was moved away and another took its place (wrapping)": (
        wrapped,
        {"integrity": ("INDETERMINATE", "FORMAT_FAILURE")},
    ),
    "the time in the signature was altered": (
        replaced("_xmlsignatures/sig1.xml", b"2026-05-20T08", b"2026-05-19T08"),
        {"integrity": ("FAILED", "HASH_FAILURE")},
    ),
    "the value belongs to somebody else's key": (
        signed_how(shown=made.person("Mallory", "mallory@example.org")),
        {"integrity": ("FAILED", "SIG_CRYPTO_FAILURE")},
    ),
    "another certificate was vouched for": (
        signed_how(vouched=made.person("Mallory", "mallory@example.org")),
        {"integrity": ("INDETERMINATE", "SIG_CONSTRAINTS_FAILURE")},
    ),
    "a time of signing that is no date": (
        signed_how(time="9999-99-99T00:00:00Z"),
        {"time": ("INDETERMINATE", "FORMAT_FAILURE")},
    ),
    "SHA-1 decides nothing": (
        signed_how(digest="http://www.w3.org/2000/09/xmldsig#sha1"),
        {
            "integrity": ("INDETERMINATE", "CRYPTO_CONSTRAINTS_FAILURE"),
            "changes": ("INDETERMINATE", "CRYPTO_CONSTRAINTS_FAILURE"),
        },
    ),
    "an algorithm that nobody knows": (
        replaced("_xmlsignatures/sig1.xml", b"ecdsa-sha256", b"ecdsa-sha999"),
        {"integrity": ("INDETERMINATE", "FORMAT_FAILURE")},
    ),
    "a transform that nobody should run": (
        replaced(
            "_xmlsignatures/sig1.xml",
            b"http://schemas.openxmlformats.org/package/2006/RelationshipTransform",
            b"http://www.w3.org/TR/1999/REC-xslt-19991116",
        ),
        {"integrity": ("INDETERMINATE", "FORMAT_FAILURE")},
    ),
    "two certificates of one key family, none of them in the signature": (
        replaced("_xmlsignatures/sig1.xml", b"X509Certificate>", b"X509Nothing>"),
        {"integrity": ("INDETERMINATE", "NO_SIGNING_CERTIFICATE_FOUND")},
    ),
    "the signature declares entities": (
        replaced(
            "_xmlsignatures/sig1.xml",
            b'<?xml version="1.0"?>',
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>',
        ),
        {"integrity": ("INDETERMINATE", "FORMAT_FAILURE")},
    ),
    "the signature is cut off": (
        changed("_xmlsignatures/sig1.xml", b"<Signature><SignedInfo>"),
        {"integrity": ("INDETERMINATE", "FORMAT_FAILURE")},
    ),
    "the package does not list the signature": (
        replaced("_rels/.rels", b"digital-signature/origin", b"digital-signature/other"),
        {"coverage": ("INDETERMINATE", "FORMAT_FAILURE")},
    ),
    "a certificate that was not valid yet": (
        signed_how(
            who=made.person("Early", "early@example.com", begin=made.NOW.replace(year=2027)),
        ),
        {
            "time": ("INDETERMINATE", "TIME_CONTRADICTION"),
            "chain": ("INDETERMINATE", "OUT_OF_BOUNDS_NO_POE"),
        },
    ),
}


#: Names that one reader or another takes for the signed body; a twin under a name of its own, that
#: none does, is no more than an unsigned part.
TWINS = {
    "a backslash": "word\\document.xml",
    "a backslash, escaped": "word%5Cdocument.xml",
    "a letter, escaped": "word/%64ocument.xml",
    "a folder of no name": "word//document.xml",
    "the folder itself": "./word/document.xml",
    "a last dot": "word/document.xml.",
    "a last blank": "word/document.xml ",
    "a folder that holds bytes": "word/document.xml/",
    "a piece": "word/document.xml/[0].piece",
    "a last piece": "word/document.xml/[1].last.piece",
}


@pytest.mark.parametrize("name", TWINS.values(), ids=TWINS)
def test_a_twin_that_some_reader_shows_in_place_of_the_signed_part_is_no_pass(name: str) -> None:
    seen = report(office.packed({name: b"<document/>", **office.signed()}))
    found = {(one.id, one.sub_indication) for one in seen.checks if one.status is not Status.PASSED}
    assert ("type.container", "PART_DOUBLED") in found
    assert ("ooxml.signature.coverage", "FORMAT_FAILURE") in found


def test_a_part_of_another_name_is_listed_and_takes_nothing_away() -> None:
    seen = report(office.packed({"word/document2.xml": b"<document/>", **office.signed()}))
    assert seen.verdict is Status.PASSED


@pytest.mark.parametrize("case", ROWS)
def test_each_case_has_its_answers(case: str) -> None:
    make, expected = ROWS[case]
    signature = only(make())
    assert expected.items() <= answers(signature).items()
    assert bool(expected) == (signature.status is not Status.PASSED)
    assert all(one.remedy for one in signature.judgements if one.status.value in "FAILED")


def test_a_part_that_is_there_twice_is_not_decided() -> None:
    parts = office.signed()
    data = office.packed(parts, twice="word/document.xml")
    assert only(data).status is Status.INDETERMINATE


def test_an_unknown_issuer_is_named_and_not_believed() -> None:
    signature = only(office.packed(office.signed()), anchors=())
    assert answers(signature) == {"chain": ("INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND")}
    assert signature.intact


def test_who_signed_is_told_with_everything_that_names_them() -> None:
    signature = only(office.packed(office.signed()))
    assert signature.signer == "王芳"
    assert signature.emails == ("wang.fang@example.com",)
    assert signature.unsigned_parts == ("docProps/core.xml",)
    assert signature.time == "2026-05-20T08:00:00+00:00"
    assert signature.covers == "whole"


def test_the_signed_time_is_a_claim_of_its_signer() -> None:
    claims = [one for one in report(office.packed(office.signed())).claims if one.covered_by]
    assert [(one.source, one.trust, one.value) for one in claims] == [
        ("ooxml:_xmlsignatures/sig1.xml/SignatureTime", Trust.T3, "2026-05-20T08:00:00Z")
    ]


def stamped(element: bytes, *, issuer: str = "Demo Root CA") -> bytes:
    """Give a token over the canonical SignatureValue, as XAdES asks for."""
    service = made.stamper(issuer)
    token = asyncio.run(service.async_timestamp(sha256(element).digest(), "sha256"))
    der: bytes = token.dump()
    return der


def test_a_trusted_time_stamp_proves_the_time() -> None:
    data = office.packed(office.signed(how=replace(HOW, stamp=stamped)))
    assert only(data).status is Status.PASSED
    assert only(data).time == made.STAMPED.isoformat()
    best = [one for one in report(data).claims if one.trust is Trust.T5]
    assert [one.source for one in best] == ["ooxml:_xmlsignatures/sig1.xml/SignatureTimeStamp"]


def test_a_time_stamp_made_for_something_else_is_found() -> None:
    copied = replace(HOW, stamp=lambda _: stamped(b"something else"))
    assert answers(only(office.packed(office.signed(how=copied)))) == {
        "time": ("FAILED", "HASH_FAILURE")
    }


def test_a_time_stamp_of_an_unknown_authority_proves_nothing() -> None:
    unknown = replace(HOW, stamp=lambda element: stamped(element, issuer="Nobody CA"))
    signature = only(office.packed(office.signed(how=unknown)))
    assert signature.status is Status.PASSED
    assert signature.time == "2026-05-20T08:00:00+00:00"


def test_the_time_of_an_unknown_signer_is_metadata() -> None:
    claims = report(office.packed(office.signed()), anchors=()).claims
    assert {one.trust for one in claims if one.covered_by} == {Trust.T2}


def test_the_whole_report_passes_and_names_each_check() -> None:
    judged = report(office.packed(office.signed()))
    assert judged.verdict is Status.PASSED
    asked = {one.id for one in judged.checks if one.id.startswith("ooxml.")}
    assert asked == {
        f"ooxml.signature.{one}" for one in ("integrity", "coverage", "changes", "chain")
    }


def test_an_unsigned_document_is_not_signed_and_nothing_worse() -> None:
    (finding,) = (
        one for one in report(office.packed(office.document())).checks if one.id[:5] == "ooxml"
    )
    assert finding.status is Status.NOT_APPLICABLE


def test_the_policy_that_asks_for_a_signature_is_content() -> None:
    for parts, expected in (
        (office.signed(), Status.PASSED),
        (office.document(), Status.FAILED),
    ):
        submission = Submission(data=office.packed(parts), name="a.docx", received_at=made.NOW)
        terms = Terms(at=made.NOW, policy=load("signed"), anchors=(ROOT,))
        assert pipeline.verify(submission, terms).verdict is expected


def test_thousands_of_signatures_are_a_limit_and_not_a_death() -> None:
    parts = office.signed()
    for number in range(2, 1500):
        parts[f"_xmlsignatures/sig{number}.xml"] = b"<Signature/>"
    judged = report(office.packed(parts))
    told = [one.message.en for one in judged.checks if one.id == "limit.exceeded"]
    assert told == ["The limit ooxml_signatures was exceeded: 1499 seen, 50 allowed."]
    assert [one.name for one in judged.limits] == ["ooxml_signatures"]
    assert judged.verdict is Status.INDETERMINATE
