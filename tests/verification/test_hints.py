"""Marks of editing: told where somebody edited, not where a page is only set in an odd way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pymupdf
import pytest

from tests.verification import quoting as made
from tests.verification.dated import AES_256
from tests.verification.test_quotes import scanned
from verification.content import Content
from verification.pipeline import verify
from verification.policies import load
from verification.terms import Terms
from verification.values import Finding, Requirement, Status, Submission

if TYPE_CHECKING:
    from collections.abc import Callable

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
WHITE, GREY = (1, 1, 1), (0.9, 0.9, 0.9)
OFFER = made.Offer()


def judge(data: bytes, name: str = "a.pdf", *, hints: bool = True) -> list[Finding]:
    requirement = Requirement(content=Content(hints=hints))
    terms = Terms(at=AT, policy=load(), requirement=requirement)
    report = verify(Submission(data=data, name=name, received_at=AT), terms)
    return [one for one in report.checks if one.id.startswith("hint.")]


def told(findings: list[Finding]) -> set[tuple[str, str | None]]:
    return {(one.id, one.sub_indication) for one in findings}


def edited(
    change: Callable[[pymupdf.Page, pymupdf.Rect], None], words: str = "375,838.00"
) -> bytes:
    """Open an honest quote and let `change` work on the page where some words stand."""
    with pymupdf.open(stream=made.letterhead(OFFER)) as document:
        page = document[0]
        change(page, page.search_for(words)[0])
        return bytes(document.tobytes())


def covered(page: pymupdf.Page, place: pymupdf.Rect) -> None:
    page.draw_rect(place, color=WHITE, fill=WHITE)


def replaced(page: pymupdf.Page, place: pymupdf.Rect) -> None:
    covered(page, place)
    page.insert_text((place.x0, place.y1 - 2), "275,838.00", fontsize=10)


def pasted(page: pymupdf.Page, place: pymupdf.Rect) -> None:
    pixels = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 40, 12))
    pixels.clear_with(255)
    page.insert_image(place, pixmap=pixels, keep_proportion=False)


def shaded_below(page: pymupdf.Page, place: pymupdf.Rect) -> None:
    page.draw_rect(place, color=GREY, fill=GREY, overlay=False)


def highlighted(page: pymupdf.Page, place: pymupdf.Rect) -> None:
    page.add_highlight_annot(place)


def framed(page: pymupdf.Page, place: pymupdf.Rect) -> None:
    page.draw_rect(place, color=(0, 0, 0))


def beside(page: pymupdf.Page, place: pymupdf.Rect) -> None:
    page.draw_rect(place + pymupdf.Rect(0, 300, 0, 300), color=WHITE, fill=WHITE)


def in_one_go(page: pymupdf.Page, lines: tuple[str, ...]) -> None:
    """Write lines as one text object, as many programs do with a whole page."""
    writer = pymupdf.TextWriter(page.rect)
    for number, line in enumerate(lines):
        writer.append((100, 300 + 20 * number), line)
    writer.write_text(page)


def one_line_covered(page: pymupdf.Page, _place: pymupdf.Rect) -> None:
    in_one_go(page, ("Valid until 2026-01-01", "Payment in 30 days"))
    page.draw_rect((95, 288, 300, 305), color=WHITE, fill=WHITE)


def written_in_one_go(page: pymupdf.Page, _place: pymupdf.Rect) -> None:
    in_one_go(page, ("Valid until 2026-01-01", "Payment in 30 days"))
    page.draw_rect((95, 340, 300, 380), color=WHITE, fill=WHITE)


UNSEEN = {
    (f"hint.{one}", "CHECK_BROKE") for one in ("copy_move", "hidden", "number_fonts", "text_layer")
}
COVERED = {("hint.hidden", "TEXT_COVERED")}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(edited(covered), COVERED, id="a white rectangle over a total"),
        pytest.param(edited(replaced), COVERED, id="and another total on it"),
        pytest.param(edited(pasted), COVERED, id="a white picture over a total"),
        pytest.param(edited(one_line_covered), COVERED, id="one line of a text object"),
        pytest.param(edited(written_in_one_go), set(), id="a white field below a text object"),
        pytest.param(edited(shaded_below), set(), id="a grey field under a total"),
        pytest.param(edited(highlighted), set(), id="a total that is highlighted"),
        pytest.param(edited(framed), set(), id="a frame around a total"),
        pytest.param(edited(beside), set(), id="a white field where nothing stands"),
        pytest.param(scanned(made.letterhead(OFFER)), set(), id="words laid under a scan"),
        pytest.param(made.letterhead(OFFER), set(), id="an honest quote in Chinese"),
        pytest.param(made.english_plain(made.ENGLISH), set(), id="an honest quote in English"),
    ],
)
def test_hidden_words(data: bytes, expected: set[tuple[str, str]]) -> None:
    findings = judge(data)
    assert told(findings) == expected
    for finding in findings:
        assert finding.status is Status.INDETERMINATE
        assert finding.remedy is not None
        assert finding.evidence


Piece = tuple[str, str, float, float]


def number(*pieces: Piece) -> bytes:
    """Write pieces next to one another: letters, font, size, how far up."""
    with pymupdf.open() as document:
        page = document.new_page()
        x = 100.0
        for letters, font, size, up in pieces:
            page.insert_text((x, 100 - up), letters, fontname=font, fontsize=size)
            x += pymupdf.get_text_length(letters, font, size)
        return bytes(document.tobytes())


def set_in_later(letter: str, *, below: float = 0.0) -> bytes:
    """Leave a gap in a number and fill it when the rest of the page is written."""
    with pymupdf.open() as document:
        page = document.new_page()
        for x, y, letters in ((100.0, 100.0, "12"), (118.35, 100.0, "45.00"), (100.0, 140.0, "x")):
            page.insert_text((x, y), letters, fontname="helv", fontsize=11)
        page.insert_text((112.24, 100 + below), letter, fontname="tiro", fontsize=11)
        return bytes(document.tobytes())


MIXED = {("hint.number_fonts", "NUMBER_MIXED")}


def test_a_file_behind_a_password_is_told_as_locked() -> None:
    with pymupdf.open(stream=made.letterhead(OFFER)) as document:
        locked = document.tobytes(encryption=AES_256, user_pw="one", owner_pw="two")
    reasons = {one.sub_indication for one in judge(locked)}
    assert reasons == {"ENCRYPTED"}


def test_that_nobody_could_look_is_told() -> None:
    findings = judge(b"%PDF-1.7 nothing")
    assert told(findings) == UNSEEN
    assert {finding.status for finding in findings} == {Status.INDETERMINATE}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(
            number(("12", "helv", 11, 0), ("8", "tiro", 11, 0), ("45.00", "helv", 11, 0)),
            MIXED,
            id="another font",
        ),
        pytest.param(
            number(("12", "helv", 11, 0), ("8", "helv", 12, 0), ("45.00", "helv", 11, 0)),
            MIXED,
            id="another size",
        ),
        pytest.param(
            number(("12", "helv", 11, 0), ("8", "helv", 11, 1), ("45.00", "helv", 11, 0)),
            MIXED,
            id="another foot",
        ),
        pytest.param(set_in_later("8"), MIXED, id="another font, written last"),
        pytest.param(set_in_later("8", below=9), set(), id="a figure of the line below"),
        pytest.param(set_in_later("x"), set(), id="a letter between two numbers"),
        pytest.param(number(("12,845.00", "helv", 11, 0)), set(), id="one font"),
        pytest.param(
            number(("12,845", "helv", 11, 0), ("1", "helv", 6, 4)), set(), id="a raised note"
        ),
        pytest.param(
            number(("No. ", "tiro", 11, 0), ("12845", "helv", 11, 0)),
            set(),
            id="words in another font",
        ),
        pytest.param(
            number(("2026", "helv", 11, 0), ("  ", "helv", 11, 0), ("1200", "tiro", 11, 0)),
            set(),
            id="two numbers",
        ),
        pytest.param(
            number(("12", "helv", 11, 0), (",", "tiro", 11, 0), ("845", "helv", 11, 0)),
            set(),
            id="a comma in another font",
        ),
    ],
)
def test_numbers_in_two_fonts(data: bytes, expected: set[tuple[str, str]]) -> None:
    assert told(judge(data)) == expected


@pytest.mark.parametrize(
    ("creator", "producer", "expected"),
    [
        pytest.param(
            "Microsoft® Word 2019", "iLovePDF", {("hint.editor", "EDITED_WITH")}, id="edited"
        ),
        pytest.param("Microsoft® Word 2019", "Microsoft® Word 2019", set(), id="as it was made"),
        pytest.param("PDFelement", "PDFelement", set(), id="made with an editor from the start"),
        pytest.param("", "Skia/PDF m120", set(), id="printed from a browser"),
    ],
)
def test_editors(creator: str, producer: str, expected: set[tuple[str, str]]) -> None:
    with pymupdf.open(stream=made.letterhead(replace(OFFER))) as document:
        document.set_metadata({"creator": creator, "producer": producer})
        assert told(judge(bytes(document.tobytes()))) == expected


def test_nobody_who_asks_for_no_hints_is_given_any() -> None:
    assert judge(edited(covered), hints=False) == []
