"""Signed files in the sandbox: the same answers as outside, because nothing is opened late."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pyhanko.sign.fields import MDPPerm

from tests.corpora import corpus
from tests.verification import forging as forge
from tests.verification import signing as made
from tests.verification.test_pdf_signature import ROOT
from verification import pipeline
from verification.limits import Limits
from verification.policies import load
from verification.sandbox.client import Sandbox
from verification.sandbox.verify import verify_file
from verification.terms import Request, Terms
from verification.values import Report, Signature, Submission

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMITS = Limits()
TERMS = Terms(at=made.NOW, policy=load(), anchors=(ROOT,), limits=LIMITS)
REQUEST = Request(name="a.pdf", media_type="application/pdf", received_at=made.NOW, terms=TERMS)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(limits=LIMITS) as started:
        yield started


def outside(data: bytes) -> Report:
    submission = Submission(
        data=data, name="a.pdf", media_type="application/pdf", received_at=made.NOW
    )
    return pipeline.verify(submission, TERMS)


def plainly(signatures: tuple[Signature, ...]) -> list[tuple[str, str, str | None]]:
    return [(item.id, item.status.value, item.sub_indication) for item in signatures]


def generated() -> list[bytes]:
    signed = made.sign(made.plain())
    stamped = made.sign(made.plain(), stamper=made.stamper(), box=(200, 10, 290, 60))
    return [
        signed,
        made.with_validation_data(stamped),
        made.filled(made.sign(made.plain(form=True), permission=MDPPerm.FILL_FORMS)),
        forge.with_annotation(signed),
        forge.with_other_content(signed),
        forge.wrapped(signed),
        signed[:-700],
    ]


def test_generated_files_get_the_same_report(sandbox: Sandbox) -> None:
    for data in generated():
        boxed = verify_file(sandbox, io.BytesIO(data), REQUEST)
        assert boxed == replace(outside(data), sandbox=sandbox.level)


def test_real_files_get_the_same_signatures(sandbox: Sandbox) -> None:
    for path in sorted(corpus("pdf-signed").glob("*.pdf")):
        if path.stat().st_size > 300_000:
            continue
        data = path.read_bytes()
        boxed = verify_file(sandbox, io.BytesIO(data), REQUEST)
        assert plainly(boxed.signatures) == plainly(outside(data).signatures), path.name
