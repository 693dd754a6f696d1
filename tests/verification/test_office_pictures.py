"""Pictures in office documents: which count as pages, and how each is drawn and known again."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.verification import bombs
from tests.verification.illustrated import KINDS, Placed, docx, docx_vml, pptx, stored
from tests.verification.papers import form
from tests.verification.typed import office
from verification.codec import from_json, to_json
from verification.fingerprints.kept import FileFingerprint
from verification.fingerprints.likeness import compare
from verification.fingerprints.making import fingerprints
from verification.fingerprints.pages import opened
from verification.limits import LimitExceeded, Limits
from verification.pages import drawing
from verification.pages.picture import UNDRAWABLE, CannotRender, Wanted
from verification.pages.raster import Pages
from verification.sandbox.jobs import TABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from verification.fingerprints.pages import Opened

LIMITS = Limits()
DRAWN = form(1, 0)
PAGE = Placed(data=stored(DRAWN))


def placed(width: float, height: float, pixels: tuple[int, int] | None = None) -> Placed:
    data = stored(DRAWN.resize(pixels)) if pixels else PAGE.data
    return Placed(data=data, width=width, height=height)


def sizes(data: bytes) -> list[tuple[float, float]]:
    try:
        return list(drawing.sizes(data, LIMITS))
    except CannotRender:
        return []


@pytest.mark.parametrize("write", [pytest.param(make, id=name) for name, make in KINDS.items()])
def test_a_picture_is_drawn_as_it_is_stored_with_the_name_of_its_part(
    write: Callable[[Placed], bytes],
) -> None:
    data = write(PAGE)
    assert drawing.sizes(data, LIMITS) == ((1000.0, 1414.0),)
    (part,) = drawing.parts(data, LIMITS)
    assert part.partition("/")[0] in {"word", "xl", "ppt"}
    assert part.endswith("media/image1.png")
    drawn = drawing.render(data, Wanted(max_side=2_000))
    alone = drawing.render(PAGE.data, Wanted(max_side=2_000))
    assert drawn == alone


A_PAGE = [(1000.0, 1414.0)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(docx(PAGE), A_PAGE, id="a page"),
        pytest.param(docx(placed(7, 9.9)), A_PAGE, id="a page in a column"),
        pytest.param(docx(placed(14, 19, (190, 600))), [], id="a page of which nothing is read"),
        pytest.param(docx(placed(4, 5.6)), [], id="a logo, however many pixels it has"),
        pytest.param(docx(placed(4.2, 4.2)), [], id="a seal"),
        pytest.param(docx(placed(17, 2.5)), [], id="a letterhead in the text"),
        pytest.param(docx(placed(14, 19, (120, 170))), [], id="a small picture made large"),
        pytest.param(docx(header=PAGE), [], id="a picture of the header: the template's"),
        pytest.param(docx(unseen=PAGE.data), [], id="one that nothing shows"),
        pytest.param(pptx(PAGE, on="slideLayout"), [], id="one of a slide's layout"),
        pytest.param(docx_vml(placed(4, 4)), [], id="a seal, by VML"),
        pytest.param(docx_vml(placed(4, 4), PAGE), A_PAGE, id="one shown small, and large"),
        pytest.param(docx_vml(PAGE, placed(4, 4)), A_PAGE, id="one shown large, and small"),
        pytest.param(office("docx"), [], id="a document without pictures"),
        pytest.param(docx(placed(4, 4), PAGE), A_PAGE, id="a seal and a page"),
    ],
)
def test_what_is_large_enough(data: bytes, expected: list[tuple[float, float]]) -> None:
    assert sizes(data) == expected


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        pytest.param(b"\xd7\xcd\xc6\x9a" + bytes(400), "a metafile", id="of a format not drawn"),
        pytest.param(PAGE.data[:20], "cut", id="cut off in its header"),
        pytest.param(b"", "nothing", id="of no bytes"),
        pytest.param(bombs.png_of_169_megapixels(), "a cap", id="of too many pixels"),
        pytest.param(bombs.png_of_4_exapixels(), "a cap", id="of a size that is a lie"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg", id="an SVG"),
        pytest.param(PAGE.data[:3_000], "cut", id="cut off in its pixels"),
    ],
)
def test_what_cannot_be_drawn_is_named_and_the_others_are_kept(bad: bytes, reason: str) -> None:
    assert reason
    made = fingerprints(docx(Placed(data=bad), PAGE), LIMITS)
    assert {one.part for one in made.pages} == {"word/media/image2.png"}
    assert made.unread == ("word/media/image1.png",)


def test_numbers_follow_names_and_what_cannot_be_drawn_comes_last() -> None:
    many = [Placed(data=stored(Image.new("L", (400 + n, 600)))) for n in range(1, 12)]
    many[2] = Placed(data=b"no picture")
    data = docx(*many)
    assert [wide for wide, _ in drawing.sizes(data, LIMITS)] == [
        *(401.0, 402.0, 404.0, 405.0, 406.0, 407.0, 408.0, 409.0, 410.0, 411.0), 0.0,
    ]  # fmt: skip
    assert drawing.sizes(data, LIMITS)[-1] == UNDRAWABLE
    assert drawing.parts(data, LIMITS)[-1] == "word/media/image3.png"
    with pytest.raises(CannotRender) as raised:
        drawing.render(data, Wanted(page=11, max_side=90))
    assert raised.value.reason == "format"


@pytest.mark.parametrize("page", [0, 2, -1])
def test_there_is_no_picture_of_another_number(page: int) -> None:
    with pytest.raises(CannotRender) as raised:
        drawing.render(docx(PAGE), Wanted(page=page, max_side=90))
    assert raised.value.reason == "no_such_page"


def test_pictures_beyond_the_caps_are_named_and_not_looked_at() -> None:
    one = placed(14, 19, (400, 600))
    made = fingerprints(docx(*[one] * 2), replace(LIMITS, image_frames=1))
    assert [page.page for page in made.pages] == [1]
    assert made.unread == ("word/media/image2.png",)
    with pytest.raises(LimitExceeded):
        fingerprints(docx(one), replace(LIMITS, zip_entries=3))


def test_pages_of_an_office_document_are_none_for_the_checks_of_pages() -> None:
    pages = Pages(docx(PAGE), LIMITS)
    assert (pages.count, pages.at(1)) == (0, None)
    assert Pages(PAGE.data, LIMITS).count == 1


@cache
def known(filled: int) -> Opened:
    (page,) = fingerprints(docx(Placed(data=stored(form(1, filled)))), LIMITS).pages
    return opened(page)


@pytest.mark.parametrize(
    ("filled", "kind"),
    [
        pytest.param(0, "same", id="the same page as a file of its own"),
        pytest.param(1, "same_template", id="the template filled in otherwise"),
    ],
)
def test_a_page_in_a_document_is_compared_as_a_page(filled: int, kind: str) -> None:
    (alone,) = fingerprints(PAGE.data, LIMITS).pages
    assert compare(known(filled), opened(alone)).kind == kind


def test_fingerprints_are_no_part_of_a_report_for_those_of_twenty_scans_are_larger() -> None:
    done = TABLE["page_prints"](PAGE.data, to_json(LIMITS))
    assert done.report is None
    (page,) = from_json(FileFingerprint, json.loads(done.pixels)).pages
    assert opened(page).small.shape == (900, 636)
