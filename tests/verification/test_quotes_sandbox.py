"""Quotes, letters and hints in the closed child: the same report as in this process."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from benchmarks._quote_scans import beneath, scan
from tests.verification import quoting as made
from tests.verification import test_hints as edits
from tests.verification import test_letters as letters
from tests.verification import test_quote_books as books
from verification.content import Content, Quote
from verification.limits import Limits
from verification.pipeline import verify
from verification.policies import load
from verification.sandbox.client import Sandbox
from verification.sandbox.verify import verify_file
from verification.terms import Request, Terms
from verification.values import Requirement, Submission

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMITS = Limits()
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
QUOTE, LETTER, HINTS = Content(quote=Quote()), Content(letter=letters.ASKED), Content(hints=True)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(limits=LIMITS) as started:
        yield started


@pytest.mark.parametrize(
    ("data", "name", "asked"),
    [
        pytest.param(made.letterhead(made.Offer()), "a.pdf", QUOTE, id="a quote as PDF"),
        pytest.param(made.in_word(made.Offer()), "a.docx", QUOTE, id="a quote as Word"),
        pytest.param(books.book(made.Offer()), "a.xlsx", QUOTE, id="a quote as workbook"),
        pytest.param(
            made.english(replace(made.ENGLISH, total="1.00")), "a.pdf", QUOTE, id="a wrong total"
        ),
        pytest.param(
            beneath(
                scan(made.letterhead(made.Offer()), 100, 0.0),
                made.letterhead(made.Offer(valid_until="2027-01-31")),
            ),
            "a.pdf",
            QUOTE,
            id="a scan with another day beneath",
        ),
        pytest.param(letters.pdf(letters.ZH), "a.pdf", LETTER, id="a letter"),
        pytest.param(edits.edited(edits.replaced), "a.pdf", HINTS, id="a total that was replaced"),
        pytest.param(
            edits.number(("12", "helv", 11, 0), ("845", "tiro", 11, 0)),
            "a.pdf",
            HINTS,
            id="two fonts",
        ),
    ],
)
def test_the_closed_child_says_the_same(
    sandbox: Sandbox, data: bytes, name: str, asked: Content
) -> None:
    terms = Terms(at=AT, policy=load(), limits=LIMITS, requirement=Requirement(content=asked))
    request = Request(name=name, received_at=AT, terms=terms)
    report = verify_file(sandbox, io.BytesIO(data), request)
    own = verify(Submission(data=data, name=name, received_at=AT), terms)
    assert report.checks == own.checks
    assert report.claims == own.claims
    assert not any(one.sub_indication == "CHECK_BROKE" for one in report.checks)
