"""Copied places in PDFs that are scans: told on the page, and only where one picture fills it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pymupdf
import pytest

from tests.verification.test_hints import judge, told
from tests.verification.test_hints_pictures import AGAIN, COPIED, PLACE, copied, printed, saved
from verification.checks import hint_copy_move
from verification.limits import LimitExceeded, Limits
from verification.readers import pymupdf_scans
from verification.values import PageBox, Status

if TYPE_CHECKING:
    from PIL import Image

    from verification.values import Finding

#: A page, and its picture in the middle of it where it does not fill it.
WHOLE, HALF = (340, 340), (85, 85, 255, 255)


def pdf(
    *pictures: bytes, place: tuple[float, ...] | None = None, turn: int = 0, words: str = ""
) -> bytes:
    """Give a PDF with a picture a page, over the words that a scanner laid beneath it."""
    with pymupdf.open() as document:
        for picture in pictures:
            page = document.new_page(width=WHOLE[0], height=WHOLE[1])
            page.insert_text((40, 60), words, render_mode=3)
            page.insert_image(pymupdf.Rect(place or page.rect), stream=picture)
            page.set_rotation(turn)
        return bytes(document.tobytes())


def layered(*pictures: bytes) -> bytes:
    with pymupdf.open() as document:
        page = document.new_page(width=WHOLE[0], height=WHOLE[1])
        for picture in pictures:
            page.insert_image(page.rect, stream=picture)
        return bytes(document.tobytes())


def stamped(data: bytes) -> bytes:
    """Lay a small picture on the page, as who pastes a signature does."""
    with pymupdf.open(stream=data) as document:
        document[0].insert_image((250, 250, 300, 280), stream=saved(printed().crop((0, 0, 90, 50))))
        return bytes(document.tobytes())


def as_cmyk(page: Image.Image) -> bytes:
    held = io.BytesIO()
    page.convert("RGB").convert("CMYK").save(held, "JPEG", quality=95)
    return held.getvalue()


EDITED, HONEST = saved(copied(printed())), saved(printed())


def copies(data: bytes) -> list[Finding]:
    return [one for one in judge(data, "a.pdf") if one.id == "hint.copy_move"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(pdf(EDITED), COPIED, id="words copied in a scan"),
        pytest.param(pdf(EDITED, words="Total 4,819.50"), COPIED, id="and read by a scanner"),
        pytest.param(pdf(HONEST, EDITED), COPIED, id="on the second page"),
        pytest.param(pdf(EDITED, turn=90), COPIED, id="on a page that is shown turned"),
        pytest.param(pdf(as_cmyk(copied(printed()))), COPIED, id="saved in four colours"),
        pytest.param(stamped(pdf(EDITED)), COPIED, id="with a small picture pasted on it"),
        pytest.param(pdf(HONEST), set(), id="a scan as it is"),
        pytest.param(pdf(saved(printed(twice=True))), set(), id="words printed twice, scanned"),
        pytest.param(pdf(EDITED, place=HALF), set(), id="a picture in a document is no scan"),
        pytest.param(layered(EDITED, EDITED), set(), id="pictures on one another are layers"),
        pytest.param(pdf(EDITED)[:-900], set(), id="a PDF that is cut off"),
    ],
)
def test_copied_places_in_scans(data: bytes, expected: set[tuple[str, str]]) -> None:
    findings = copies(data)
    assert told(findings) == expected
    for finding in findings:
        assert finding.status is Status.INDETERMINATE
        assert finding.remedy is not None


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_both_places_lie_where_the_page_shows_them(turn: int) -> None:
    data = pdf(EDITED, turn=turn)
    (finding,) = copies(data)
    boxes = [one.box for one in finding.evidence if isinstance(one, PageBox)]
    with pymupdf.open(stream=data) as document:
        upright = document[0].derotation_matrix
        first, second = sorted(tuple(pymupdf.Rect(box) * upright) for box in boxes)
    for place, start in ((first, PLACE[:2]), (second, AGAIN)):
        x, y = start[0] - 6, start[1] - 6
        assert pymupdf.Rect(place) in pymupdf.Rect(x, y, x + 132, y + 46)


def test_pages_that_are_not_looked_at_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hint_copy_move, "MOST_SCANS", 2)
    *none, last = copies(pdf(HONEST, HONEST, EDITED, HONEST))
    assert not none
    assert last.status is Status.NOT_APPLICABLE
    assert "1, 2" in last.message.en
    assert "3, 4" in last.message.en
    assert "3, 4" in last.message.zh


def test_a_picture_is_taken_in_its_own_pixels() -> None:
    fine = printed().resize((1000, 1000))
    (scan,) = pymupdf_scans.scans(pdf(saved(fine)), (1,), 2000, Limits())
    assert scan.grey.tobytes() == fine.tobytes()


def test_a_large_picture_is_made_smaller_and_leads_back() -> None:
    (scan,) = pymupdf_scans.scans(pdf(saved(printed().resize((1000, 1000)))), (1,), 500, Limits())
    assert scan.grey.shape == (500, 500)
    assert scan.to_page((0, 0, 500, 250)) == (0, 0, 340, 170)


def test_too_many_pixels_are_a_limit() -> None:
    with pytest.raises(LimitExceeded, match="image_pixels"):
        list(pymupdf_scans.scans(pdf(EDITED), (1,), 2000, Limits(image_pixels=10_000)))
