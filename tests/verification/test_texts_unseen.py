"""What a PDF holds as text and nobody sees is not read: neither in letters nor in quotes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pymupdf
import pytest

from tests.verification.test_letters import GOOD, LACKS, REFUSED, ZH, judge, lines, told
from verification.readers.pymupdf_text import read_text

if TYPE_CHECKING:
    from collections.abc import Callable

OPEN = lines(replace(ZH, about="关于智能工厂一期项目", body=("来函收悉。",)))
YES, NO = "经研究，同意按该方案实施。", "董事会不同意本方案。"
WHITE, BLUE = (1, 1, 1), (0, 0, 0.5)
PLACE = pymupdf.Rect(50, 138, 500, 156)


def letter(change: Callable[[pymupdf.Page], object], texts: list[str] = OPEN) -> bytes:
    """Write a letter with a free line after the third, and let `change` work on it."""
    with pymupdf.open() as document:
        page = document.new_page()
        for number, text in enumerate(texts):
            write(page, text, y=80 + 24 * (number + (number > 2)))
        change(page)
        return bytes(document.tobytes())


def write(page: pymupdf.Page, text: str = YES, y: float = 152, **how: Any) -> None:
    said: dict[str, Any] = {"fontname": "china-s", "fontsize": 11, **how}
    page.insert_text((60, y), text, **said)


def covered(page: pymupdf.Page) -> None:
    write(page)
    page.draw_rect(PLACE, color=WHITE, fill=WHITE)


def replaced(page: pymupdf.Page) -> None:
    covered(page)
    write(page, "附件如下，请予查收并归档。")


def on_a_ground(page: pymupdf.Page) -> None:
    """Lay a picture under the whole page, as of paper, and words that are not drawn upon it."""
    pixels = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 40, 60))
    pixels.clear_with(250)
    page.insert_image(page.rect, pixmap=pixels, overlay=False)
    write(page, render_mode=3)


def overlaid(page: pymupdf.Page, change: Callable[[pymupdf.Page], object]) -> None:
    """Lay a picture over the whole page that lets through what `change` leaves bare."""
    write(page)
    with pymupdf.open() as document:
        other = document.new_page(width=page.rect.width, height=page.rect.height)
        change(other)
        page.insert_image(page.rect, pixmap=other.get_pixmap(dpi=100, alpha=True))


def other_words(page: pymupdf.Page) -> None:
    page.draw_rect(PLACE, color=WHITE, fill=WHITE)
    write(page, "附件如下，请予查收并归档。")


def watermark(page: pymupdf.Page) -> None:
    page.insert_text((80, 170), "COPY", fontsize=90, color=BLUE, fill_opacity=0.1)


def clipped(page: pymupdf.Page) -> None:
    write(page)
    last = page.get_contents()[-1]
    inside = page.parent.xref_stream(last)
    page.parent.update_stream(last, b"q 0 0 9 9 re W n " + inside + b" Q")


def by_letters(page: pymupdf.Page) -> None:
    for place, sign in enumerate(YES):
        page.insert_text((60 + 11 * place, 152), sign, fontname="china-s", fontsize=11, color=WHITE)


def twice(page: pymupdf.Page) -> None:
    write(page, color=WHITE)
    write(page)


def on_blue(page: pymupdf.Page) -> None:
    page.draw_rect(PLACE, color=BLUE, fill=BLUE)
    write(page, color=WHITE)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda page: write(page, color=WHITE), id="white on white"),
        pytest.param(by_letters, id="white, letter by letter"),
        pytest.param(lambda page: write(page, render_mode=3), id="neither filled nor stroked"),
        pytest.param(lambda page: write(page, fontsize=0.8), id="of one point"),
        pytest.param(lambda page: write(page, fill_opacity=0, stroke_opacity=0), id="transparent"),
        pytest.param(covered, id="under a white area"),
        pytest.param(replaced, id="under other words"),
        pytest.param(clipped, id="cut away"),
        pytest.param(
            lambda page: overlaid(page, other_words), id="under a picture that is opaque there"
        ),
        pytest.param(on_a_ground, id="not drawn, upon a picture of paper"),
    ],
)
def test_an_approval_that_nobody_sees_approves_nothing(
    change: Callable[[pymupdf.Page], None],
) -> None:
    assert told(judge(letter(change))) == [LACKS]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(write, id="black on white"),
        pytest.param(on_blue, id="white on blue"),
        pytest.param(twice, id="twice, once of it white"),
        pytest.param(lambda page: overlaid(page, watermark), id="under a watermark"),
        pytest.param(
            lambda page: page.add_freetext_annot(PLACE, YES, fontname="china-s", fontsize=11),
            id="a note on the page",
        ),
    ],
)
def test_an_approval_that_is_seen_approves(change: Callable[[pymupdf.Page], None]) -> None:
    assert told(judge(letter(change))) == GOOD


@pytest.mark.parametrize(
    ("change", "origin"),
    [
        pytest.param(watermark, "text", id="a watermark lets the words through"),
        pytest.param(
            lambda page: page.draw_rect(page.rect, color=WHITE, fill=WHITE),
            "ocr",
            id="a picture of paper hides them",
        ),
    ],
)
def test_a_page_under_a_picture_is_a_scan_where_it_hides_the_page(
    change: Callable[[pymupdf.Page], object], origin: str
) -> None:
    assert read_text(letter(lambda page: overlaid(page, change))).origin == origin


def test_beside_a_picture_that_cannot_be_read_every_other_counts_as_hiding() -> None:
    with pymupdf.open(stream=letter(lambda page: overlaid(page, watermark))) as document:
        page = document[0]
        dot = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 2, 2))
        broken = page.insert_image(pymupdf.Rect(9, 9, 20, 20), pixmap=dot)
        document.xref_set_key(broken, "Width", "0")
        data = bytes(document.tobytes())
    assert read_text(data).origin == "ocr"


def test_a_refusal_that_nobody_sees_refuses_nothing() -> None:
    assert told(judge(letter(lambda page: write(page, NO, color=WHITE), lines(ZH)))) == GOOD
    assert told(judge(letter(lambda page: write(page, NO), lines(ZH)))) == [REFUSED]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_is_read_as_it_is_shown(turn: int) -> None:
    with pymupdf.open() as document:
        page = document.new_page(width=300, height=400)
        page.set_rotation(turn)
        for y, colour in ((100, (0, 0, 0)), (200, WHITE)):
            place = pymupdf.Point(60, y) * page.derotation_matrix
            page.insert_text(place, f"Price at {y}", fontsize=12, rotate=turn, color=colour)
        data = bytes(document.tobytes())
    (cell,) = (cell for row in read_text(data).rows for cell in row.cells)
    assert cell.text == "Price at 100"
    assert cell.box[:2] == pytest.approx((60, 87), abs=1)


def test_a_letter_without_any_address_is_told_as_such() -> None:
    texts = [one for one in lines(ZH) if not one.endswith("：")]
    assert told(judge(letter(lambda _page: None, texts))) == [LACKS]
