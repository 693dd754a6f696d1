"""Pages of a PDF as pixels: the right page, the right part, never more than asked for."""

from __future__ import annotations

import pymupdf
import pytest

from verification.limits import LimitExceeded, Limits
from verification.pages import drawing
from verification.pages.picture import CannotRender, Picture, Wanted

RED, BLUE = (255, 0, 0), (0, 0, 255)


def a_pdf(*, width: float = 200, height: float = 100, count: int = 2) -> bytes:
    """Give pages whose left half is red on the first and blue on the others."""
    with pymupdf.open() as document:
        for number in range(count):
            page = document.new_page(width=width, height=height)
            colour = (1, 0, 0) if number == 0 else (0, 0, 1)
            page.draw_rect((0, 0, width / 2, height), color=colour, fill=colour, width=0)
        return bytes(document.tobytes())


def pixel(picture: Picture, x: int, y: int) -> tuple[int, ...]:
    at = 3 * (y * picture.width + x)
    return tuple(picture.rgb[at : at + 3])


def test_page_is_drawn_from_top_left_in_rgb() -> None:
    picture = drawing.render(a_pdf(), Wanted(max_side=100))
    assert (picture.width, picture.height) == (99, 50)
    assert len(picture.rgb) == 3 * 99 * 50
    assert pixel(picture, 10, 25) == RED
    assert pixel(picture, 90, 25) == (255, 255, 255)


def test_second_page_is_the_second() -> None:
    assert pixel(drawing.render(a_pdf(), Wanted(page=2, max_side=100)), 10, 25) == BLUE


def test_clip_shows_that_part_alone_and_larger() -> None:
    picture = drawing.render(a_pdf(), Wanted(max_side=100, clip=(80, 40, 120, 60)))
    assert (picture.width, picture.height) == (99, 50)
    assert pixel(picture, 10, 25) == RED
    assert pixel(picture, 90, 25) == (255, 255, 255)


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        pytest.param(Wanted(page=3, max_side=9), "no_such_page", id="one past the last"),
        pytest.param(Wanted(page=9999, max_side=9), "no_such_page", id="beyond the cap too"),
        pytest.param(Wanted(page=0, max_side=9), "no_such_page", id="pages count from one"),
        pytest.param(Wanted(page=-1, max_side=9), "no_such_page", id="nor from the end"),
        pytest.param(
            Wanted(max_side=9, clip=(300, 0, 400, 9)), "nothing_to_show", id="beside the page"
        ),
        pytest.param(
            Wanted(max_side=9, clip=(50, 50, 10, 10)), "nothing_to_show", id="an inverted box"
        ),
    ],
)
def test_what_is_not_there_is_said(wanted: Wanted, reason: str) -> None:
    with pytest.raises(CannotRender) as caught:
        drawing.render(a_pdf(), wanted)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("width", "height"),
    [(1, 1), (3, 2_000), (14_400, 14_400), (200_000, 3), (595.32, 841.92), (0.5, 0.7)],
)
@pytest.mark.parametrize("side", [1, 7, 640])
def test_no_side_is_longer_than_asked_for(width: float, height: float, side: int) -> None:
    try:
        picture = drawing.render(a_pdf(width=width, height=height), Wanted(max_side=side))
    except CannotRender:
        assert side == 1 or min(width, height) < 1 or max(width, height) > 600 * min(width, height)
    else:
        assert max(picture.width, picture.height) <= side
        assert len(picture.rgb) == 3 * picture.width * picture.height


def test_cap_on_the_side_holds_whatever_is_asked_for() -> None:
    limits = Limits(render_side_px=50)
    picture = drawing.render(a_pdf(), Wanted(max_side=4_000, limits=limits))
    assert max(picture.width, picture.height) <= 50


def test_page_past_the_cap_is_refused_by_name() -> None:
    with pytest.raises(LimitExceeded) as caught:
        drawing.render(a_pdf(), Wanted(page=2, max_side=9, limits=Limits(pdf_pages=1)))
    assert caught.value.limit.name == "pdf_pages"
    assert len(drawing.sizes(a_pdf(), Limits())) == 2
    assert len(drawing.sizes(a_pdf(), Limits(pdf_pages=1))) == 1


def test_page_is_measured_as_it_is_shown() -> None:
    with pymupdf.open(stream=a_pdf(), filetype="pdf") as document:
        page = document[0]
        page.set_cropbox(pymupdf.Rect(10, 20, 110, 70))
        page.set_rotation(90)
        data = document.tobytes()
    assert drawing.sizes(data, Limits())[0] == (50.0, 100.0)


def test_encrypted_file_is_told_from_a_broken_one() -> None:
    with pymupdf.open(stream=a_pdf(), filetype="pdf") as document:
        aes_256 = 5  # PyMuPDF's stubs know no names for it
        locked = document.tobytes(encryption=aes_256, user_pw="x", owner_pw="y")
    with pytest.raises(CannotRender, match="encrypted"):
        drawing.render(locked, Wanted(max_side=9))
    with pytest.raises(CannotRender, match="broken"):
        drawing.render(b"%PDF-1.7\nnothing more", Wanted(max_side=9))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', id="SVG"),
        pytest.param(b"PK\x03\x04" + bytes(100), id="ZIP"),
        pytest.param(b"hello", id="text"),
        pytest.param(b"", id="nothing"),
        pytest.param(bytes(1024) + b"%PDF-1.7", id="a header too far in"),
    ],
)
def test_pymupdf_never_sees_anything_but_pdf(data: bytes) -> None:
    """MuPDF would open the SVG although it is told that it is a PDF."""
    with pytest.raises(CannotRender, match="format"):
        drawing.render(data, Wanted(max_side=9))
    with pytest.raises(CannotRender, match="format"):
        drawing.sizes(data, Limits())
