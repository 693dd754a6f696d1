"""A text layer that says other words than the page shows is told; what differs honestly is not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pymupdf
import pytest

from tests.verification.lying import LINES, beneath, lying, replaced, undone, written
from tests.verification.masking import lettered
from tests.verification.test_hints import AT, judge
from verification.content import Content
from verification.limits import Limits
from verification.pipeline import verify
from verification.policies import load
from verification.readers import rapidocr
from verification.readers.pymupdf_layer import sheets
from verification.terms import Terms
from verification.values import Finding, Line, PageBox, Requirement, Status, Submission
from verification.words import Words
from verification.words.layer import MOST_PAGES, MOST_PICTURES, compared
from verification.words.lettered import MOST_LINES, Glyphs, read_drawn

if TYPE_CHECKING:
    from collections.abc import Callable

needs_ocr = pytest.mark.skipif(not rapidocr.available(), reason="the extra `ocr` is missing")

DIFFERS = "TEXT_LAYER_DIFFERS"
TOTAL, AGREED = 4, 6
APPROVED, REFUSED = "经研究，同意按该方案实施。", "经研究，不同意按该方案实施。"
WHITE = (1, 1, 1)


def layer(data: bytes) -> list[Finding]:
    return [one for one in judge(data) if one.id == "hint.text_layer"]


def told(data: bytes) -> list[tuple[str, str]]:
    return [(one.said, one.shown) for one in compared(data, Words(data, Limits())).places]


def changed(change: Callable[[pymupdf.Page], object], lines: tuple[str, ...] = LINES) -> bytes:
    with written(lines) as document:
        change(document[0])
        return bytes(document.tobytes())


def with_line(number: int, text: str) -> tuple[str, ...]:
    return (*LINES[:number], text, *LINES[number + 1 :])


def pasted(page: pymupdf.Page) -> None:
    """Lay a picture of another total over the one that the layer says."""
    with pymupdf.open() as document:
        other = document.new_page(width=200, height=20)
        other.insert_text((2, 15), "575,838.00", fontname="cour", fontsize=12)
        pixels = other.get_pixmap(dpi=200)
    place = page.search_for("375,838.00")[0]
    page.insert_image(place + pymupdf.Rect(-1, -2, 130, 2), pixmap=pixels)


def halved(page: pymupdf.Page) -> None:
    """Paint away the left of both 8s of the total, which makes them 3s."""
    words = page.get_text("rawdict")["blocks"]
    chars = [
        char
        for block in words
        for line in block["lines"]
        for span in line["spans"]
        for char in span["chars"]
    ]
    at = "".join(char["c"] for char in chars).index("838.00")
    for char in (chars[at], chars[at + 2]):
        left, foot = char["origin"]
        for top in (foot - 6.2, foot - 3.1):
            place = pymupdf.Rect(left, top, left + 2.2, top + 1.5)
            page.draw_rect(place, color=None, fill=WHITE)


@needs_ocr
@pytest.mark.parametrize(
    ("data", "said", "seen"),
    [
        pytest.param(lying(LINES, {"3": "9"}), "9", "3", id="a figure of a Type 0 font"),
        pytest.param(lying(LINES, {"3": "1,3"}), "1,3", "3", id="a glyph that says two figures"),
        pytest.param(lying(LINES, {"叁": "陆"}), "陆", "叁", id="a figure in words"),
        pytest.param(lying(LINES, {"同": "不"}), "不", "同", id="a word that turns the decision"),
        pytest.param(lying(LINES, {"8": ","}), ",", "8", id="a comma that is drawn as a figure"),
        pytest.param(
            changed(halved),
            "375,838",
            "375,333",
            id="figures made others, of a font that says what it draws",
        ),
        pytest.param(
            lettered("Total 12845.70", {"5": "8"}), "12845", "12848", id="a figure of a simple font"
        ),
        pytest.param(
            lettered("Total 12345.70", {"5": "8"}), "12345", "12348", id="one that is less sure"
        ),
        pytest.param(
            replaced(LINES, TOTAL, "含税合计  275,838.00 元"),
            "275",
            "375,838",
            id="a total that ActualText says",
        ),
        pytest.param(
            beneath(LINES, with_line(TOTAL, "含税合计  275,838.00 元")),
            "275,838",
            "375,838",
            id="a total beneath a scan",
        ),
        pytest.param(
            beneath(with_line(AGREED, REFUSED), with_line(AGREED, APPROVED)),
            "同意",
            "不同意",
            id="an approval beneath a scan of a refusal",
        ),
        pytest.param(
            beneath(LINES, with_line(TOTAL, "含税合计  275,838.00 元"), colour=WHITE),
            "275,838",
            "375,838",
            id="white words upon a scan",
        ),
        pytest.param(changed(pasted), "375,838", "575,838", id="a picture of a total over another"),
    ],
)
def test_what_is_said_and_not_shown_is_told(data: bytes, said: str, seen: str) -> None:
    pairs = told(data)
    assert any(said in one and seen in other for one, other in pairs), pairs


def watermarked(page: pymupdf.Page) -> None:
    page.insert_text((80, 200), "CONFIDENTIAL", fontsize=60, fill_opacity=0.2, rotate=0)


def stamped(page: pymupdf.Page) -> None:
    place = page.search_for("375,838.00")[0]
    page.draw_circle(place.tl, 30, color=(0.8, 0, 0), width=3)
    page.insert_text(place.bl, "PAID 2026", fontsize=14, color=(0.8, 0, 0))


def blacked_out(page: pymupdf.Page) -> None:
    page.draw_rect(page.search_for("375,838.00")[0], fill=(0, 0, 0))


def painted_over(page: pymupdf.Page) -> None:
    place = page.search_for("375,838.00")[0]
    page.draw_rect(place, color=WHITE, fill=WHITE)
    page.insert_text((place.x0, place.y1 - 2), "275,838.00", fontsize=10)


def filled_in(page: pymupdf.Page) -> None:
    field = pymupdf.Widget()
    field.field_type, field.field_name = 7, "sum"
    field.rect, field.field_value = pymupdf.Rect(60, 300, 200, 320), "128,000.00"
    page.add_widget(field)


def noted(page: pymupdf.Page) -> None:
    page.add_freetext_annot(pymupdf.Rect(60, 300, 300, 320), "128,000.00 approved", fontsize=11)


def tiny(page: pymupdf.Page) -> None:
    page.insert_text((60, 320), "128,000.00 in small print", fontsize=4)


def turned(page: pymupdf.Page) -> None:
    page.insert_text((40, 400), "128,000.00", fontsize=11, rotate=90)
    page.set_rotation(90)


def unseen(page: pymupdf.Page) -> None:
    page.insert_text((60, 320), "128,000.00", fontsize=11, render_mode=3)


@needs_ocr
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(lying(LINES, {}), id="a font that says what it draws"),
        pytest.param(undone(written(LINES)), id="a font that says nothing"),
        pytest.param(lying(LINES, {"一": "⼀", "月": "⽉", "方": "⽅", "页": "⻚"}), id="radicals"),
        pytest.param(lying(LINES, {"0": "０", "5": "５"}), id="figures of full width"),
        pytest.param(
            lying(("Office 12 efficient", "Final offer 128,000"), {"f": "ﬀ", "O": "o"}),
            id="ligatures and small capitals",
        ),
        pytest.param(lying(LINES, {"供": "\ue001", "方": "\ufffd"}), id="private signs"),
        pytest.param(replaced(LINES, TOTAL, "含税合计 375838.00 元"), id="the same by ActualText"),
        pytest.param(beneath(LINES, LINES), id="what OCR laid beneath a scan"),
        pytest.param(beneath(LINES, ()), id="a scan without a layer"),
        pytest.param(
            beneath(LINES, [one.replace("0", "O").replace("1", "l") for one in LINES]),
            id="noughts that OCR took for letters",
        ),
        pytest.param(
            beneath(
                LINES,
                [
                    one.replace("8", "3").replace("研究", "硏宄").replace("同", "冋")
                    for one in LINES
                ],
            ),
            id="a layer of poor OCR",
        ),
        pytest.param(changed(watermarked), id="a watermark over the words"),
        pytest.param(changed(stamped), id="a stamp over the total"),
        pytest.param(changed(blacked_out), id="a total blacked out"),
        pytest.param(changed(painted_over), id="a total painted over, which hint.hidden tells"),
        pytest.param(changed(filled_in), id="a form that is filled in"),
        pytest.param(changed(noted), id="a note on the page"),
        pytest.param(changed(tiny), id="small print"),
        pytest.param(changed(turned), id="a page and words that are turned"),
        pytest.param(changed(unseen), id="unseen words where nothing is"),
    ],
)
def test_what_differs_honestly_is_not_told(data: bytes) -> None:
    assert told(data) == []


@needs_ocr
def test_glyphs_are_read_once_and_side_by_side_not_line_by_line() -> None:
    with pymupdf.open(stream=lying(LINES, {})) as one, pymupdf.open() as document:
        for _ in range(3):
            document.insert_pdf(one)
        data = bytes(document.tobytes(garbage=4))
    glyphs = Glyphs()
    assert [place for sheet in sheets(data, 3) for place in read_drawn(sheet, glyphs)] == []
    assert MOST_LINES - glyphs.left <= 4


def test_a_glyph_is_one_wherever_it_stands_also_where_its_font_has_a_long_name() -> None:
    with written(["12", "12"], pymupdf.Font("china-s")) as document:
        document[0].insert_text((60, 300), "12", fontname="helv")
        document.subset_fonts()
        ((name, *_),) = {font[3:4] for font in document[0].get_fonts() if font[2] == "Type0"}
        assert len(name.encode()) > 31
        (sheet,) = sheets(bytes(document.tobytes()), 1)
    kinds = {letter.kind for line in sheet.drawn for letter in line.letters}
    assert len(kinds) == 4


class Parted(Words):
    """Words of which a line is found in two pieces that overlap, as where a seal lies on it."""

    def drawn(self, page: int) -> tuple[Line, ...]:
        whole = next(one for one in super().drawn(page) if "375,838" in one.text)
        left, top, right, bottom = whole.box
        return (
            replace(whole, text="含税合计 375", box=(left, top, left + 67, bottom)),
            replace(whole, text="75,838.00 元", box=(left + 60, top, right, bottom)),
        )


@needs_ocr
def test_a_figure_that_is_found_in_two_pieces_is_not_told() -> None:
    data = beneath(LINES, LINES)
    assert compared(data, Parted(data, Limits())).places == ()


@needs_ocr
def test_both_readings_are_said_and_the_box_shows_the_word() -> None:
    data = lying(LINES, {"叁": "陆"})
    findings = layer(data)
    assert {(one.status, one.sub_indication) for one in findings} == {
        (Status.INDETERMINATE, DIFFERS)
    }
    for finding in findings:
        assert finding.remedy is not None
        assert "陆" in finding.message.zh
        assert "陆" in finding.message.en
        assert "叁" in finding.message.en
        (place,) = finding.evidence
        assert isinstance(place, PageBox)
        with pymupdf.open(stream=data) as document:
            assert "陆" in document[place.page - 1].get_textbox(pymupdf.Rect(place.box))


@needs_ocr
@pytest.mark.parametrize(
    ("swapped", "by"),
    [
        pytest.param({"4": "7", "7": "4"}, "pdf.appearance", id="figures of which both could tell"),
        pytest.param({"5": "8"}, "hint.text_layer", id="a figure whose shape alone tells nothing"),
    ],
)
def test_a_figure_that_lies_is_told_once(swapped: dict[str, str], by: str) -> None:
    data = lettered("Total 2345.70 for Hannover18", swapped)
    requirement = Requirement(content=Content(hints=True))
    report = verify(
        Submission(data=data, name="a.pdf"),
        Terms(at=AT, policy=load(), requirement=requirement),
    )
    told_by = [
        one.id for one in report.checks if one.sub_indication in {DIFFERS, "DRAWN_OTHERWISE"}
    ]
    assert told_by == [by]


def test_without_ocr_nobody_looked_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rapidocr, "available", lambda: False)
    (finding,) = layer(lying(LINES, {"3": "9"}))
    assert finding.status is Status.NOT_APPLICABLE
    assert "ocr" in finding.message.en
    for said, unread in ((LINES, True), ((), False)):
        data = beneath(LINES, said)
        assert compared(data, Words(data, Limits())).unread is unread


@needs_ocr
def test_pages_that_were_not_looked_at_are_named() -> None:
    with pymupdf.open(stream=beneath(LINES[:1], LINES[:1])) as one, pymupdf.open() as document:
        for _ in range(MOST_PICTURES + 1):
            document.insert_pdf(one)
        data = bytes(document.tobytes())
    assert compared(data, Words(data, Limits())).left == (MOST_PICTURES + 1,)
    with pymupdf.open() as document:
        for _ in range(MOST_PAGES + 1):
            document.new_page()
        (finding,) = layer(bytes(document.tobytes()))
    assert finding.status is Status.NOT_APPLICABLE
    assert str(MOST_PAGES + 1) in finding.message.en
