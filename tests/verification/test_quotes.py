"""Quotes: honest ones pass in every layout, and each bad twin is told for what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pymupdf
import pytest

from benchmarks._quote_scans import beneath, scan
from tests.verification import quoting as made
from verification.content import Content, Quote
from verification.pipeline import verify
from verification.policies import load
from verification.readers import rapidocr
from verification.readers.pymupdf_text import read_text
from verification.terms import Terms
from verification.values import Report, Requirement, Status, Submission

if TYPE_CHECKING:
    from collections.abc import Callable

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
ZH, EN = made.Offer(), made.ENGLISH
LAYOUTS: dict[str, tuple[Callable[[made.Offer], bytes], made.Offer]] = {
    "letterhead.pdf": (made.letterhead, ZH),
    "side by side.pdf": (made.side_by_side, ZH),
    "english.pdf": (made.english, EN),
    "english plain.pdf": (made.english_plain, EN),
    "word.docx": (made.in_word, ZH),
}


def judge(data: bytes, name: str = "a.pdf", *, days: int = 0) -> Report:
    terms = Terms(
        at=AT,
        policy=load(),
        requirement=Requirement(content=Content(quote=Quote(valid_days=days))),
    )
    return verify(Submission(data=data, name=name, received_at=AT), terms)


def told(report: Report) -> set[tuple[str, Status, str | None]]:
    return {
        (one.id, one.status, one.sub_indication)
        for one in report.checks
        if one.id.startswith("quote.") and one.status is not Status.PASSED
    }


@pytest.mark.parametrize("name", LAYOUTS)
def test_an_honest_quote_is_read_and_passes(name: str) -> None:
    write, offer = LAYOUTS[name]
    report = judge(write(offer), name)
    assert told(report) == set()
    passed = {one.id for one in report.checks if one.status is Status.PASSED}
    assert {"quote.complete", "quote.supplier", "quote.totals", "quote.valid"} <= passed
    claims = {claim.kind: claim.value for claim in report.claims}
    assert claims["supplier"] == offer.supplier
    assert claims["buyer"] == offer.buyer
    assert claims["tax_number"] == offer.tax_number
    assert claims["bank_account"] == offer.bank_account.replace(" ", "")
    items = [claim.value.split("\t")[:3] for claim in report.claims if claim.kind == "item"]
    assert [tuple(item) for item in items] == list(offer.items)


FAILED, OPEN = Status.FAILED, Status.INDETERMINATE
TOTAL = ("quote.totals", FAILED, "TOTAL_DIFFERS")
EXPIRED = ("quote.valid", FAILED, "QUOTE_EXPIRED")
INVALID = ("quote.supplier", FAILED, "TAX_NUMBER_INVALID")
INCOMPLETE = ("quote.complete", OPEN, "QUOTE_INCOMPLETE")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(
            made.letterhead(replace(ZH, total="375,938.00")), {TOTAL}, id="total off by one figure"
        ),
        pytest.param(
            made.letterhead(
                replace(ZH, total="375,838.01", capitals="叁拾柒万伍仟捌佰叁拾捌元零壹分")
            ),
            {TOTAL},
            id="total and capitals off by a cent",
        ),
        pytest.param(
            made.letterhead(replace(ZH, capitals="叁拾柒万伍仟捌佰叁拾玖元整")),
            {TOTAL},
            id="capitals differ from figures",
        ),
        pytest.param(
            made.letterhead(replace(ZH, amounts={2: "43,700.00"})), {TOTAL}, id="one amount differs"
        ),
        pytest.param(
            made.side_by_side(replace(ZH, total="332,601.00")),
            {TOTAL},
            id="total of prices with tax",
        ),
        pytest.param(
            made.english(replace(EN, subtotal="47,471.00")), {TOTAL}, id="subtotal differs"
        ),
        pytest.param(
            made.english(replace(EN, tax="9,019.40")), {TOTAL}, id="tax differs from total"
        ),
        pytest.param(
            made.english_plain(replace(EN, total="56,499.30")),
            {TOTAL},
            id="total without a subtotal",
        ),
        pytest.param(
            made.letterhead(replace(ZH, valid_until="2026-11-10")), {EXPIRED}, id="expired"
        ),
        pytest.param(
            made.english(replace(EN, valid_until="18 November 2026")),
            {EXPIRED},
            id="expired, English",
        ),
        pytest.param(
            made.letterhead(replace(ZH, tax_number="91110108MA01A2B371")),
            {INVALID},
            id="check digit of the social code",
        ),
        pytest.param(
            made.english(replace(EN, tax_number="DE136695977")),
            {INVALID},
            id="check digit of the VAT",
        ),
        pytest.param(
            made.letterhead(replace(ZH, valid_until="")), {INCOMPLETE}, id="no validity is named"
        ),
        pytest.param(
            made.letterhead(replace(ZH, tax_number="", bank_account="", phone="")),
            {INCOMPLETE},
            id="nothing names the supplier but its name",
        ),
        pytest.param(
            made.letterhead(replace(ZH, amounts={1: "另议"})),
            {INCOMPLETE, ("quote.totals", OPEN, "TOTAL_DIFFERS")},
            id="an amount that cannot be read leaves the sum open",
        ),
    ],
)
def test_a_bad_twin_is_told(data: bytes, expected: set[tuple[str, Status, str]]) -> None:
    report = judge(data)
    assert told(report) <= expected | {("quote.totals", OPEN, "TOTAL_DIFFERS")}
    assert told(report) & expected
    assert report.verdict is max(
        (status for _id, status, _why in expected), key=lambda s: s is FAILED
    )
    for finding in report.checks:
        if finding.id.startswith("quote.") and finding.status is not Status.PASSED:
            assert finding.evidence
            assert finding.remedy is not None


def test_validity_must_run_as_long_as_is_asked_for() -> None:
    assert told(judge(made.letterhead(ZH), days=41)) == set()
    assert told(judge(made.letterhead(ZH), days=45)) == {EXPIRED}


def test_nothing_is_said_of_quotes_where_none_is_asked_for() -> None:
    report = verify(Submission(data=made.letterhead(ZH), name="a.pdf"), Terms(at=AT, policy=load()))
    assert [one for one in report.checks if one.id.startswith("quote.")] == []
    assert [claim for claim in report.claims if claim.kind == "item"] == []


def scanned(data: bytes) -> bytes:
    """Make a searchable scan: the page as a picture over text that is not seen."""
    return beneath(scan(data, 100, 0.0), data)


needs_ocr = pytest.mark.skipif(not rapidocr.available(), reason="the extra `ocr` is missing")
DIFFERS = ("quote.complete", OPEN, "QUOTE_LAYER_DIFFERS")


@needs_ocr
@pytest.mark.parametrize("covered", [False, True], ids=["not drawn", "drawn, and covered by it"])
def test_a_scan_with_its_own_words_beneath_passes(*, covered: bool) -> None:
    data = made.letterhead(ZH)
    report = judge(beneath(scan(data, 100, 0.0), data, covered=covered))
    assert told(report) == set()
    assert report.verdict is Status.PASSED


@needs_ocr
@pytest.mark.parametrize(
    ("said", "covered", "seen"),
    [
        pytest.param(replace(ZH, valid_until="2027-01-31"), False, "2026-12-31", id="a day"),
        pytest.param(
            replace(ZH, bank_account=ZH.bank_account[:-1] + "5"),
            False,
            ZH.bank_account,
            id="a figure",
        ),
        pytest.param(
            made.scaled(ZH, "0.5"), False, "36500.00", id="all prices, of which the sums agree"
        ),
        pytest.param(
            replace(ZH, valid_until="2027-01-31"), True, "2026-12-31", id="words that are covered"
        ),
    ],
)
def test_what_is_beneath_a_scan_and_not_on_it_passes_nothing(
    said: made.Offer, seen: str, *, covered: bool
) -> None:
    picture = scan(made.letterhead(ZH), 100, 0.0)
    report = judge(beneath(picture, made.letterhead(said), covered=covered))
    assert DIFFERS in told(report)
    assert report.verdict is OPEN
    assert "quote.complete" not in {one.id for one in report.checks if one.status is Status.PASSED}
    (finding,) = (one for one in report.checks if one.sub_indication == DIFFERS[2])
    for text in (finding.message.zh, finding.message.en):
        assert seen in "".join(text.split())


@needs_ocr
def test_what_is_on_a_scan_and_not_beneath_it_counts() -> None:
    picture = scan(made.letterhead(replace(ZH, valid_until="2026-11-12")), 100, 0.0)
    report = judge(beneath(picture, made.letterhead(replace(ZH, valid_until=""))))
    assert EXPIRED[2] in {one.sub_indication for one in report.checks}
    assert report.verdict is OPEN


@needs_ocr
def test_white_words_upon_a_scan_are_not_read() -> None:
    picture = scan(made.letterhead(ZH), 100, 0.0)
    with pymupdf.open(stream=beneath(picture, made.letterhead(replace(ZH, items=())))) as document:
        document[0].insert_text((60, 700), "2031-12-31", fontsize=11, color=(1, 1, 1))
        document[0].draw_line((60, 697), (120, 697))
        printed = read_text(bytes(document.tobytes()))
    assert "2031" not in "".join(row.text for row in printed.rows)


def test_a_scan_that_nobody_can_read_passes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rapidocr, "available", lambda: False)
    report = judge(scanned(made.letterhead(ZH)))
    assert INCOMPLETE in told(report)
    assert report.verdict is OPEN


@needs_ocr
def test_text_that_ocr_laid_under_a_scan_fails_nothing() -> None:
    report = judge(scanned(made.letterhead(replace(ZH, total="375,938.00"))))
    assert ("quote.totals", OPEN, "TOTAL_DIFFERS") in told(report)
    assert report.verdict is OPEN


@pytest.mark.parametrize(
    ("data", "name"),
    [
        pytest.param(b"%PDF-1.7 nothing", "a.pdf", id="a broken PDF"),
        pytest.param(made.word(["只有一行字"]), "a.docx", id="one line of words"),
        pytest.param(made.word([("名称", "数量", "单价", "金额")]), "a.docx", id="an empty table"),
        pytest.param(made.letterhead(ZH)[:2000], "a.pdf", id="half a file"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "a.png", id="a picture"),
    ],
)
def test_what_cannot_be_read_is_told_and_passes_nothing(data: bytes, name: str) -> None:
    report = judge(data, name)
    assert INCOMPLETE in told(report)
    assert report.verdict is not Status.PASSED


def test_the_day_of_receipt_counts_in_the_westmost_zone() -> None:
    data = made.letterhead(replace(ZH, valid_until="2026-11-19"))
    assert told(judge(data)) == set()
    late = Terms(at=AT, policy=load(), requirement=Requirement(content=Content(quote=Quote())))
    received = datetime(2026, 11, 20, 12, 1, tzinfo=UTC)
    report = verify(Submission(data=data, name="a.pdf", received_at=received), late)
    assert told(report) == {EXPIRED}
    assert received - AT < timedelta(days=1)


def pictured(data: bytes) -> bytes:
    """Make a picture of the first page, as a scanner at 200 dots an inch does."""
    with pymupdf.open(stream=data) as document:
        return bytes(document[0].get_pixmap(dpi=200).tobytes("png"))


@needs_ocr
def test_a_picture_of_a_quote_is_read_and_fails_nothing() -> None:
    report = judge(pictured(made.letterhead(replace(ZH, total="375,938.00"))), "a.png")
    claims = {claim.kind: claim.value for claim in report.claims}
    assert claims["supplier"] == ZH.supplier
    assert claims["tax_number"] == ZH.tax_number
    assert ("quote.totals", OPEN, "TOTAL_DIFFERS") in told(report)
    assert all(status is OPEN for _id, status, _why in told(report))
