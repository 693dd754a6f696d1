"""What is said of signed PDFs: honest ones, attacked ones, and who signed."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from pyhanko.sign.fields import MDPPerm

from tests.verification import forging as forge
from tests.verification import signing as made
from verification.checks import (
    pdf_signature_chain,
    pdf_signature_changes,
    pdf_signature_coverage,
    pdf_signature_integrity,
    pdf_signature_time,
    pdf_signature_timestamp,
)
from verification.claims import pdf_signatures
from verification.codec import from_json, to_json
from verification.examination import Collected, Context, Examination
from verification.limits import Limits
from verification.pages.raster import Pages
from verification.reconcile import reconcile
from verification.values import (
    FileType,
    Requirement,
    Signature,
    Status,
    Submission,
    Trust,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from verification.values import Finding

ROOT = made.authority().der
PDF = FileType(format="pdf", media_type="application/pdf", extension="pdf")
CHECKS = (
    pdf_signature_integrity.CHECK,
    pdf_signature_coverage.CHECK,
    pdf_signature_changes.CHECK,
    pdf_signature_chain.CHECK,
    pdf_signature_time.CHECK,
    pdf_signature_timestamp.CHECK,
)
PASSED, UNKNOWN, FAILED = Status.PASSED, Status.INDETERMINATE, Status.FAILED


def context(pdf: bytes, anchors: tuple[bytes, ...] = (ROOT,)) -> Context:
    """Give the terms under which a file is examined here."""
    return Context(
        submission=Submission(data=pdf, name="a.pdf", media_type=None),
        requirement=Requirement(),
        file_type=PDF,
        at=made.NOW,
        anchors=anchors,
        limits=Limits(),
    )


def collect(pdf: bytes, anchors: tuple[bytes, ...] = (ROOT,)) -> Collected:
    return pdf_signatures.SOURCE.collect(context(pdf, anchors))


def first(pdf: bytes, anchors: tuple[bytes, ...] = (ROOT,)) -> Signature:
    return collect(pdf, anchors).signatures[0]


def findings(pdf: bytes) -> list[Finding]:
    """Run all checks of PDF signatures over a file."""
    collected = collect(pdf)
    examination = Examination(
        context=context(pdf),
        claims=collected.claims,
        signatures=collected.signatures,
        timeline=reconcile(collected.claims, at=made.NOW),
        pages=Pages(pdf, context(pdf).limits),
    )
    return [finding for check in CHECKS for finding in check.run(examination)]


def signed() -> bytes:
    return made.sign(made.plain())


def expired() -> made.Identity:
    return made.person("王过期", "old@example.com", end=datetime(2025, 1, 1, tzinfo=UTC))


def form(permission: MDPPerm | None = None) -> bytes:
    return made.sign(made.plain(form=True), permission=permission)


def copied() -> bytes:
    stamper = made.copying_stamper()
    made.sign(made.plain("one"), stamper=stamper)
    return made.sign(made.plain("another"), stamper=stamper)


@pytest.mark.parametrize(
    ("make", "status", "reason", "covers"),
    [
        pytest.param(signed, PASSED, None, "whole", id="as signed"),
        pytest.param(
            lambda: signed() + b"\r\n", PASSED, None, "whole", id="a line end after the file"
        ),
        pytest.param(
            lambda: made.sign(signed(), made.person("李雷"), field="Sig2", box=(200, 10, 290, 60)),
            PASSED,
            None,
            "revision 1",
            id="signed again by somebody else, visibly",
        ),
        pytest.param(
            lambda: made.with_validation_data(signed()),
            PASSED,
            None,
            "revision 1",
            id="validation data added",
        ),
        pytest.param(
            lambda: made.with_empty_field(signed()),
            PASSED,
            None,
            "revision 1",
            id="an empty signature field added",
        ),
        pytest.param(
            lambda: made.filled(form(MDPPerm.FILL_FORMS)),
            PASSED,
            None,
            "revision 1",
            id="a form filled in where the signer permits it",
        ),
        pytest.param(
            lambda: made.filled(form()),
            UNKNOWN,
            "CHANGED_AFTER_SIGNING",
            "revision 1",
            id="a form filled in where the signer says nothing",
        ),
        pytest.param(
            lambda: made.filled(form(MDPPerm.NO_CHANGES)),
            FAILED,
            "CHANGED_AFTER_SIGNING",
            "revision 1",
            id="a form filled in where the signer forbids it",
        ),
        pytest.param(
            lambda: made.sign(made.plain(), stamper=made.stamper()),
            PASSED,
            None,
            "whole",
            id="with a time stamp that is trusted",
        ),
        pytest.param(
            lambda: made.sign(made.plain(), stamper=made.stamper("Nobody's CA")),
            PASSED,
            None,
            "whole",
            id="with a time stamp of an unknown authority: a claim, no fault",
        ),
        pytest.param(
            copied, FAILED, "HASH_FAILURE", "whole", id="with a time stamp copied from another"
        ),
        pytest.param(
            lambda: made.sign(made.plain(), expired()),
            UNKNOWN,
            "OUT_OF_BOUNDS_NO_POE",
            "whole",
            id="certificate expired since",
        ),
        pytest.param(
            lambda: made.sign(made.plain(), expired(), stamper=made.stamper()),
            PASSED,
            None,
            "whole",
            id="certificate expired since, but stamped while it was valid",
        ),
        pytest.param(
            lambda: made.sign(
                made.plain(), expired(), stamper=made.stamper(at=datetime(2025, 6, 1, tzinfo=UTC))
            ),
            FAILED,
            "EXPIRED",
            "whole",
            id="stamped after the certificate had expired",
        ),
        pytest.param(
            lambda: made.sign(made.plain(), made.person("Eve", issuer="Evil CA")),
            UNKNOWN,
            "NO_CERTIFICATE_CHAIN_FOUND",
            "whole",
            id="issuer unknown",
        ),
    ],
)
def test_what_becomes_of_an_honest_signature(
    make: Callable[[], bytes], status: Status, reason: str | None, covers: str
) -> None:
    signature = first(make())
    assert (signature.status, signature.sub_indication) == (status, reason)
    assert signature.covers == covers
    assert signature.intact


def test_without_anchors_a_valid_signature_stays_open() -> None:
    signature = first(signed(), anchors=())
    assert signature.status is UNKNOWN
    assert signature.sub_indication == "NO_CERTIFICATE_CHAIN_FOUND"
    assert signature.remedy is not None


@pytest.mark.parametrize(
    ("attack", "reason"),
    [
        pytest.param(
            lambda pdf: forge.flipped(pdf, pdf.index(b"endstream") - 3),
            "HASH_FAILURE",
            id="a byte changed within the signed range",
        ),
        pytest.param(forge.with_other_content, "CHANGED_AFTER_SIGNING", id="content replaced"),
        pytest.param(forge.with_page, "CHANGED_AFTER_SIGNING", id="a page appended"),
        pytest.param(forge.with_annotation, "CHANGED_AFTER_SIGNING", id="evil annotation"),
        pytest.param(
            forge.with_other_font, "CHANGED_AFTER_SIGNING", id="shadow replace: digits swapped"
        ),
        pytest.param(
            forge.with_hidden_update, "CHANGED_AFTER_SIGNING", id="update only viewers repair"
        ),
        pytest.param(forge.with_garbage, "CHANGED_AFTER_SIGNING", id="garbage appended"),
        pytest.param(forge.with_loose_object, "CHANGED_AFTER_SIGNING", id="object in no table"),
        pytest.param(forge.wrapped, "FORMAT_FAILURE", id="signature wrapping"),
        pytest.param(forge.with_other_reason, "FORMAT_FAILURE", id="spoofed reason for signing"),
        pytest.param(lambda pdf: pdf[:-700], "HASH_FAILURE", id="cut short"),
        pytest.param(lambda pdf: pdf[:-2], "HASH_FAILURE", id="two bytes short"),
    ],
)
def test_an_attack_fails(attack: Callable[[bytes], bytes], reason: str) -> None:
    signature = first(attack(signed()))
    assert (signature.status, signature.sub_indication) == (FAILED, reason)
    assert signature.remedy is not None


def test_hiding_content_that_was_there_fails() -> None:
    hidden = forge.with_overlay(made.plain())
    assert first(forge.without_overlay(made.sign(hidden))).status is FAILED
    assert first(made.sign(hidden)).status is PASSED


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(
            lambda: made.sign(
                signed(),
                made.person("Eve", issuer="Evil CA"),
                field="Sig2",
                box=(30, 230, 250, 260),
                style=forge.covering(),
            ),
            id="sneaky signature over the price",
        ),
        pytest.param(
            lambda: forge.with_annotation(made.sign(made.plain(), permission=MDPPerm.ANNOTATE)),
            id="annotation over the price, where annotations are permitted",
        ),
    ],
)
def test_what_covers_the_signed_text_is_for_a_reviewer(make: Callable[[], bytes]) -> None:
    signature = first(make())
    assert (signature.status, signature.sub_indication) == (UNKNOWN, "CHANGED_AFTER_SIGNING")
    assert {box.revision for box in signature.evidence if box.kind == "page_box"} >= {1, None}


def test_a_change_is_shown_where_it_is() -> None:
    signature = first(forge.with_other_content(signed()))
    boxes = [box for box in signature.evidence if box.kind == "page_box"]
    assert [box.revision for box in boxes] == [1, None]
    x0, y0, x1, y1 = boxes[0].box
    assert x0 < 60 < x1
    assert y0 < 58 < y1
    assert signature.changed_parts == ("the content of page 1",)


@pytest.mark.parametrize(
    ("make", "named"),
    [
        pytest.param(
            lambda: made.with_information(signed(), CreationDate="D:20200101000000Z"),
            "/CreationDate",
            id="a date that nobody signed",
        ),
        pytest.param(signed, None, id="as signed"),
    ],
)
def test_what_a_file_says_of_itself_since_it_was_signed_is_named(
    make: Callable[[], bytes], named: str | None
) -> None:
    signature = first(make())
    (changes,) = (one for one in signature.judgements if one.question == "changes")
    assert (signature.status, changes.status) == (PASSED, PASSED)
    said = changes.message
    assert ("文档信息" in said.zh, "document information" in said.en) == (bool(named),) * 2
    assert (named or "") in said.en


def test_an_empty_signature_field_is_no_signature() -> None:
    pdf = made.with_empty_field(made.plain())
    assert collect(pdf) == Collected()
    assert [(finding.id, finding.status) for finding in findings(pdf)] == [
        ("pdf.signature.integrity", Status.NOT_APPLICABLE)
    ]


def test_an_honest_file_gets_one_finding_a_question() -> None:
    given = findings(made.sign(made.plain(), stamper=made.stamper(), box=(200, 10, 290, 60)))
    assert {(finding.id, finding.status) for finding in given} == {
        ("pdf.signature.integrity", PASSED),
        ("pdf.signature.coverage", PASSED),
        ("pdf.signature.changes", PASSED),
        ("pdf.signature.chain", PASSED),
        ("pdf.signature.time", PASSED),
    }
    assert all("“Sig1”" in finding.message.zh for finding in given)
    assert any(item.kind == "page_box" for item in given[0].evidence)


def test_times_are_worth_what_proves_them() -> None:
    trusted = collect(made.sign(made.plain(), stamper=made.stamper()))
    claims = {claim.source: claim for claim in trusted.claims}
    stamp = claims["pdf:Sig1/signatureTimeStamp"]
    assert (stamp.trust, stamp.value, stamp.zone) == (Trust.T5, made.STAMPED.isoformat(), "UTC")
    assert claims["pdf:Sig1/M"].trust is Trust.T3
    assert trusted.signatures[0].time == made.STAMPED.isoformat()
    unknown = collect(made.sign(made.plain(), stamper=made.stamper("Nobody's CA")))
    assert {claim.trust for claim in unknown.claims} == {Trust.T3}
    nobody = collect(made.sign(made.plain(), stamper=made.stamper()), anchors=())
    assert {claim.trust for claim in nobody.claims} == {Trust.T2}
    broken = collect(forge.flipped(signed(), 20))
    assert {(claim.trust, claim.covered_by) for claim in broken.claims} <= {(Trust.T2, None)}


def test_the_certificate_names_signer_and_address() -> None:
    signature = first(made.sign(made.plain(), made.person("张伟", "zhang.wei@example.com")))
    assert (signature.signer, signature.emails) == ("张伟", ("zhang.wei@example.com",))
    # straße.example as it is registered since 2010 (RFC 5891); the library knows the older form.
    newer = first(made.sign(made.plain(), made.person("Eva", "eva@xn--strae-oqa.example")))
    assert (newer.signer, newer.emails) == ("Eva", ("eva@xn--strae-oqa.example",))


def test_certificate_and_organisation_stand_beside_the_signer() -> None:
    who = made.person("张伟", "zhang.wei@example.com", organisation="示例有限公司")
    signature = first(made.sign(made.plain(), who))
    assert signature.certificate == hashlib.sha256(who.der).hexdigest()
    assert signature.organisation == "示例有限公司"
    assert first(signed()).organisation is None


def test_an_unsigned_file_is_not_even_parsed() -> None:
    assert collect(made.plain()) == Collected()


def test_signatures_survive_the_way_out_of_the_sandbox() -> None:
    signature = first(forge.with_annotation(signed()))
    assert from_json(Signature, to_json(signature)) == signature


def test_the_same_bytes_give_the_same_answer() -> None:
    pdf = forge.with_annotation(signed())
    assert collect(pdf) == collect(pdf)


def test_a_signed_file_is_placed_on_the_line_of_times() -> None:
    claims = collect(made.sign(made.plain(), stamper=made.stamper())).claims
    stamps = tuple(claim for claim in claims if claim.trust is Trust.T5)
    assert {claim.event for claim in claims} == {"signed"}
    assert reconcile(stamps, at=made.NOW).not_before == made.STAMPED
