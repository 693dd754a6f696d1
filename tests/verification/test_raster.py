"""Pages as checks see them: a spot that is found on the raster is where the file has it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pymupdf
import pytest
from PIL import Image, ImageDraw

from verification.limits import Limits
from verification.pages import raster as pages_raster
from verification.pages.raster import Pages

if TYPE_CHECKING:
    from verification.pages.raster import Raster

SPOT = (300, 200, 340, 240)


def letter(width: int = 827, height: int = 1169, mode: str = "RGB") -> Image.Image:
    """Draw lines of text-like bars, and a red spot at SPOT."""
    image = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(image)
    for row in range(300, height - 100, 30):
        for column in range(80, width - 100, 24):
            pen.rectangle((column, row, column + 14, row + 11), fill="black")
    pen.rectangle((SPOT[0], SPOT[1], SPOT[2] - 1, SPOT[3] - 1), fill=(220, 0, 0))
    return image.convert(mode)


def saved(image: Image.Image, name: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def spot(raster: Raster) -> tuple[float, float, float, float]:
    """Find the red spot on the raster and give it in the units of the file."""
    red = (raster.colour[:, :, 0] > 150) & (raster.colour[:, :, 1] < 100)
    rows, columns = np.nonzero(red)
    edges = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    return raster.to_file(tuple(float(edge) for edge in edges))  # type: ignore[arg-type]  # four


def only(data: bytes) -> Raster:
    raster = Pages(data, Limits()).at(1)
    assert raster is not None
    return raster


def turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(letter(), "JPEG", quality=95, exif=exif)


def photo() -> bytes:
    """Lay the letter on a dark table, seen askew."""
    table = Image.new("RGB", (1100, 1500), (60, 50, 45))
    corners = (120, 90, 90, 1380, 1010, 1420, 960, 130)  # nw, sw, se, ne
    wanted = letter().transform(
        table.size, Image.Transform.PERSPECTIVE, _onto(corners), Image.Resampling.BILINEAR
    )
    inside = Image.new("L", (827, 1169), 255).transform(
        table.size, Image.Transform.PERSPECTIVE, _onto(corners)
    )
    table.paste(wanted, mask=inside)
    return saved(table, "JPEG", quality=92)


def _onto(corners: tuple[int, ...]) -> list[float]:
    """Give Pillow's eight coefficients: from the picture back to the letter."""
    rows, right = [], []
    ends = [(0, 0), (0, 1169), (827, 1169), (827, 0)]
    for (x, y), (u, v) in zip(np.reshape(corners, (4, 2)), ends, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return [float(one) for one in np.linalg.solve(np.array(rows, float), np.array(right, float))]


@pytest.mark.parametrize(
    ("data", "tolerance"),
    [
        pytest.param(saved(letter()), 2, id="a picture"),
        pytest.param(saved(letter(mode="P")), 2, id="a palette"),
        pytest.param(saved(letter(mode="CMYK"), "JPEG"), 3, id="CMYK"),
        *(pytest.param(turned(n), 3, id=f"EXIF orientation {n}") for n in range(1, 9)),
        pytest.param(saved(letter(), "TIFF"), 2, id="a TIFF"),
        pytest.param(
            saved(letter(), "GIF", save_all=True, append_images=[letter()]), 2, id="animated"
        ),
    ],
)
def test_a_spot_is_found_where_the_stored_picture_has_it(data: bytes, tolerance: float) -> None:
    assert spot(only(data)) == pytest.approx(SPOT, abs=tolerance)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_picture_stands_upright(orientation: int) -> None:
    raster = only(turned(orientation))
    on_its_side = orientation >= 5
    assert (raster.colour.shape[1] > raster.colour.shape[0]) == on_its_side


def test_a_page_is_drawn_at_two_hundred_dots_and_measured_in_points() -> None:
    with pymupdf.open() as document:
        page = document.new_page(width=595, height=842)
        page.draw_rect(pymupdf.Rect(*SPOT), color=(0.9, 0, 0), fill=(0.9, 0, 0))
        raster = only(document.tobytes())
    assert raster.dpi == pytest.approx(200, abs=1)
    assert spot(raster) == pytest.approx(SPOT, abs=1)


@pytest.mark.parametrize("angle", [-4.0, -1.5, 0.0, 2.0, 4.5])
def test_a_crooked_scan_is_made_straight(angle: float) -> None:
    image = letter().rotate(angle, Image.Resampling.BICUBIC, fillcolor="white")
    raster = only(saved(image))
    rows = (raster.grey < 128).sum(axis=1)
    # Between straight lines of bars there are rows without any ink.
    gaps = (rows[900:2000] == 0).mean()
    assert gaps > 0.3


def test_a_photographed_sheet_is_made_flat() -> None:
    raster = only(photo())
    height, width = raster.grey.shape
    assert height / width == pytest.approx(1169 / 827, rel=0.08)
    assert raster.grey[5:40, 5:-5].mean() > 200  # no table is left
    left, top, right, bottom = spot(raster)
    assert 400 < left < right < 520
    assert 280 < top < bottom < 400


@pytest.mark.parametrize("fill", ["white", "black", (120, 120, 120)])
def test_nothing_is_done_to_a_page_without_anything(fill: object) -> None:
    data = saved(Image.new("RGB", (400, 600), fill))  # type: ignore[arg-type]  # a colour
    raster = only(data)
    assert raster.to_file((0, 0, *raster.grey.shape[::-1])) == (0, 0, 400, 600)


@pytest.mark.parametrize(
    "data", [b"", b"no picture", b"%PDF-1.7 and nothing", saved(letter())[:200]]
)
def test_what_cannot_be_drawn_has_no_pages(data: bytes) -> None:
    pages = Pages(data, Limits())
    assert pages.at(1) is None
    assert pages.at(0) is None


def test_tiny_pictures_are_enlarged_by_half_at_most() -> None:
    assert only(saved(Image.new("RGB", (3, 5), "white"))).grey.shape == (8, 4)


def test_large_pictures_come_down_to_a_sheet() -> None:
    height, width = only(saved(Image.new("RGB", (4000, 5600), "white"), "JPEG")).grey.shape
    assert height * width == pytest.approx(1654 * 2339, rel=0.01)


def test_pages_are_drawn_once_and_counted_up_to_the_cap() -> None:
    frames = [letter(200, 300) for _ in range(5)]
    data = saved(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    pages = Pages(data, Limits(page_rasters=3))
    assert pages.count == 3
    assert pages.at(2) is pages.at(2)
    assert pages.at(4) is None


def test_a_file_longer_than_what_is_kept_is_not_drawn_whole_by_everybody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frames = [letter(200, 300) for _ in range(5)]
    data = saved(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    monkeypatch.setattr(pages_raster, "_KEPT_BYTES", 3 * only(data).colour.nbytes)
    pages = Pages(data, Limits())
    first = [pages.at(n) for n in range(1, 6)]
    again = [pages.at(n) for n in range(1, 6)]
    assert [one is other for one, other in zip(first, again, strict=True)].count(True) >= 2
