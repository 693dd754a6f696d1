"""`page.signature` over whole files: found, not found, near a word, pasted."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pymupdf
import pytest
from PIL import Image, ImageDraw

from training.marks import ink
from verification.content import Content, WrittenSignature
from verification.limits import Limits
from verification.pipeline import verify
from verification.policies import load as load_policy
from verification.terms import Terms
from verification.values import Finding, Report, Requirement, Submission

if TYPE_CHECKING:
    from numpy.typing import NDArray

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PROSE = (
    "We have read the report of the committee and agree to the budget of the project as it is",
    "set out in the annex. The work may begin on the first of next month, and the supplier is",
    "to be told of our decision. Payment follows the delivery of each part, within thirty days.",
)


def png_of(mask: NDArray[np.float32]) -> bytes:
    stream = io.BytesIO()
    Image.fromarray((255 * (1 - mask)).astype(np.uint8)).save(stream, "PNG")
    return stream.getvalue()


def letter(
    signatures: tuple[tuple[int, float], ...] = (),
    *,
    label: str = "Signature:",
    grey: float = 0.0,
    typed: str = "",
) -> pymupdf.Document:
    """Write a letter of one page, signed by the hand of each seed at so many points down."""
    document = pymupdf.open()
    page = document.new_page()
    for i in range(9):
        page.insert_text((70, 110 + 18 * i), PROSE[i % 3], fontsize=10, fontname="tiro")
    page.insert_text((70, 330), label, fontsize=11, fontname="tiro", color=(grey, grey, grey))
    if typed:
        page.insert_text((80, 375), typed, fontsize=26, fontname="tiit")
    for seed, down in signatures:
        mask = ink.latin(np.random.default_rng(seed), 460)
        tall = 165 * mask.shape[0] / mask.shape[1]
        page.insert_image(pymupdf.Rect(90, down, 255, down + tall), stream=png_of(mask))
    return document


def scanned(document: pymupdf.Document, *, turned: int = 0) -> bytes:
    """Give the first page as a picture that holds no text."""
    pixels = document[0].get_pixmap(dpi=150)
    picture = Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples)
    stream = io.BytesIO()
    picture.rotate(turned, expand=True).save(stream, "PNG")
    return stream.getvalue()


def examine(data: bytes, name: str, near: tuple[str, ...] = ()) -> Report:
    content = Content(signature=WrittenSignature(near=near))
    terms = Terms(
        at=AT,
        policy=load_policy(),
        limits=Limits(),
        requirement=Requirement(content=content),
    )
    return verify(Submission(data=data, name=name), terms)


def told(report: Report) -> list[tuple[str, str | None]]:
    return [(str(one.status), one.sub_indication) for one in findings(report)]


def findings(report: Report) -> list[Finding]:
    return [one for one in report.checks if one.id == "page.signature"]


SIGNED = ((3, 335.0),)
OPEN = "INDETERMINATE"
#: How sure the detector is decides which; see docs/checks/page-signature.md.
SEEN = {("PASSED", None), (OPEN, "MARK_UNCERTAIN")}


@pytest.mark.parametrize(
    ("document", "near", "further"),
    [
        pytest.param(letter(SIGNED), (), [], id="a letter signed by hand"),
        pytest.param(
            letter(SIGNED),
            ("signature", "签字"),
            [("PASSED", None)],
            id="signed near the word that is asked for",
        ),
        pytest.param(
            letter(SIGNED, label="Kind regards,"),
            ("CTO", "签字"),
            [(OPEN, "MARK_MISPLACED")],
            id="signed, and none of the words that are asked for is near",
        ),
        pytest.param(
            letter(SIGNED, grey=1.0),
            ("signature",),
            [(OPEN, "MARK_MISPLACED")],
            id="signed near a word that nobody sees",
        ),
        pytest.param(
            letter(SIGNED, grey=0.6),
            ("signature",),
            [("PASSED", None)],
            id="signed near a word in grey",
        ),
        pytest.param(
            letter(((3, 335.0), (3, 520.0))),
            (),
            [(OPEN, "MARK_DUPLICATED")],
            id="one picture of a signature pasted twice",
        ),
        pytest.param(
            letter(((3, 335.0), (8, 520.0))), (), [], id="two people signed, which is well"
        ),
    ],
)
def test_a_signature_is_seen_and_what_else_is_said_of_it(
    document: pymupdf.Document, near: tuple[str, ...], further: list[tuple[str, str | None]]
) -> None:
    report = examine(document.tobytes(), "letter.pdf", near)
    first, *others = told(report)
    assert first in SEEN
    assert others == further
    for one in findings(report):
        assert one.evidence
        assert (one.remedy is None) == (str(one.status) == "PASSED")


def test_the_same_letter_without_a_signature_is_open() -> None:
    report = examine(letter().tobytes(), "letter.pdf", ("signature",))
    assert told(report) == [(OPEN, "MARK_NOT_FOUND")]


def test_a_name_in_italics_does_not_pass() -> None:
    report = examine(letter(typed="William P. Dupree").tobytes(), "letter.pdf")
    assert ("PASSED", None) not in told(report)


def test_the_box_lies_on_the_signature() -> None:
    report = examine(letter(SIGNED).tobytes(), "letter.pdf")
    x0, y0, x1, y1 = max(report.marks, key=lambda mark: mark.confidence).box
    assert x0 < 200
    assert x1 > 150
    assert 320 < y0 < y1 < 480


@pytest.mark.parametrize(
    ("data", "name"),
    [
        pytest.param(scanned(pymupdf.open("pdf", letter().tobytes())), "a.png", id="unsigned"),
        pytest.param(scanned(letter(SIGNED), turned=180), "a.png", id="upside down"),
        pytest.param(b"%PDF-1.7\n%%EOF", "a.pdf", id="a PDF without pages"),
        pytest.param(b"", "a.png", id="no bytes"),
        pytest.param(b"plain words", "a.txt", id="a text, which has no pages"),
        pytest.param(scanned(letter(SIGNED))[:4000], "a.png", id="a picture cut off"),
    ],
)
def test_bad_pages_give_findings_and_no_exception(data: bytes, name: str) -> None:
    report = examine(data, name)
    assert "CHECK_BROKE" not in {one.sub_indication for one in report.checks}
    assert all(status != "FAILED" for status, _ in told(report))


def paper(*, tone: int = 250, shade: int = 0, grain: float = 0.0) -> Image.Image:
    """Give a scan of nothing: its paper, a shade that grows to the right, and grain."""
    drawn = np.random.default_rng(7).normal(tone, grain, (1100, 780))
    drawn -= np.linspace(0, shade, 780)
    return Image.fromarray(drawn.clip(0, 255).astype(np.uint8))


def pdf_of(*pictures: Image.Image) -> bytes:
    stream = io.BytesIO()
    pictures[0].save(stream, "PDF", save_all=True, append_images=pictures[1:])
    return stream.getvalue()


def written(line: str, tone: int) -> Image.Image:
    page = paper(grain=4)
    ImageDraw.Draw(page).text((300, 500), line, fill=tone, font_size=22)
    return page


@pytest.mark.parametrize(
    ("pages", "is_blank"),
    [
        pytest.param([Image.new("L", (780, 1100), 255)], True, id="nothing but white"),
        pytest.param([paper(grain=6, shade=20)], True, id="a scan of paper, grain and shade"),
        pytest.param([paper(tone=215), paper(grain=3)], True, id="two sheets of paper"),
        pytest.param([written("OK", 60)], False, id="one word"),
        pytest.param([written("approved by the CTO", 170)], False, id="a pale line"),
        pytest.param([paper(grain=4), written("OK", 60)], False, id="ink on the second page"),
    ],
)
def test_pages_without_ink_are_told_as_blank(pages: list[Image.Image], *, is_blank: bool) -> None:
    report = examine(pdf_of(*pages), "scan.pdf")
    assert told(report) == [(OPEN, "MARK_NOT_FOUND")]
    (one,) = findings(report)
    assert one.remedy is not None
    assert ("空白" in one.message.zh, "blank" in one.message.en) == (is_blank, is_blank)
    assert ("打印字体" in one.message.zh, "in a font" in one.message.en) == (not is_blank,) * 2
    assert ("背面" in one.remedy.zh, "back" in one.remedy.en) == (is_blank, is_blank)


def test_nothing_is_said_where_nobody_asks() -> None:
    terms = Terms(at=AT, policy=load_policy(), limits=Limits(), requirement=Requirement())
    report = verify(Submission(data=letter(SIGNED).tobytes(), name="letter.pdf"), terms)
    assert findings(report) == []
    assert report.marks == ()
