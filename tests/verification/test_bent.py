"""Bowed sheets in photographs: made flat, with a way back; whatever else there is, left alone."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.verification.bowing import photographed
from tests.verification.test_page_inputs import needs_ocr, sheet
from tests.verification.test_words import EXPECTED
from verification.limits import Limits
from verification.pages.raster import Pages
from verification.readers import opencv_bent
from verification.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

RED = (220, 20, 20)
#: Pixels by which a box may lead back beside what it holds.
NEAR = 6


def encoded(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92)
    return out.getvalue()


def red_in(pixels: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """Give the box around what is red."""
    red = (pixels[:, :, 0].astype(int) - pixels[:, :, 1] > 70).nonzero()
    return int(red[1].min()), int(red[0].min()), int(red[1].max()) + 1, int(red[0].max()) + 1


@needs_ocr
@pytest.mark.parametrize("bow", [0.03, 0.08, -0.04])
def test_a_bowed_sheet_is_read_whole(bow: float) -> None:
    words = Words(encoded(photographed(sheet(), bow, 5)), Limits()).of(1)
    assert [line.text.replace(" ", "") for line in words] == EXPECTED


@pytest.mark.parametrize("bow", [0.01, 0.05, -0.05])
@pytest.mark.parametrize("at", [(90, 120), (650, 980), (380, 560)])
def test_a_box_on_the_flat_sheet_leads_back_to_the_photograph(
    bow: float, at: tuple[int, int]
) -> None:
    page = sheet()
    ImageDraw.Draw(page).rectangle((*at, at[0] + 90, at[1] + 60), fill=RED)
    photo = photographed(page, bow, 3)
    raster = Pages(encoded(photo), Limits()).at(1)
    assert raster is not None
    assert raster.bent is not None
    assert raster.was_askew
    box = red_in(raster.colour)
    width, height = raster.colour.shape[1], raster.colour.shape[0]
    # On the flat sheet it is as far in as it was drawn, and upright again.
    assert box[0] / width == pytest.approx(at[0] / page.width, abs=0.015)
    assert box[1] / height == pytest.approx(at[1] / page.height, abs=0.03)
    held, seen = raster.to_file(box), red_in(np.asarray(photo))
    assert max(abs(a - b) for a, b in zip(held, seen, strict=True)) <= NEAR


def flat() -> Image.Image:
    return photographed(sheet(), 0.0, 3)


def scan() -> Image.Image:
    return sheet()


def over_the_border() -> Image.Image:
    photo = photographed(sheet(), 0.05, 3)
    return photo.crop((0, 260, photo.width, photo.height))


def torn() -> Image.Image:
    photo = photographed(sheet(), 0.05, 3)
    pen = ImageDraw.Draw(photo)
    for x in range(150, 1000, 120):
        pen.polygon([(x, 0), (x + 60, 330), (x + 120, 0)], fill=(46, 40, 36))
    return photo


def plate() -> Image.Image:
    photo = Image.new("RGB", (1100, 1400), (46, 40, 36))
    ImageDraw.Draw(photo).ellipse((120, 250, 980, 1110), fill="white")
    return photo


def nothing() -> Image.Image:
    return Image.new("RGB", (900, 700), (46, 40, 36))


@pytest.mark.parametrize("draw", [flat, scan, over_the_border, torn, plate, nothing])
def test_what_is_no_bowed_sheet_is_left_alone(draw: Callable[[], Image.Image]) -> None:
    grey = np.asarray(draw().convert("L"))
    assert opencv_bent.bent(grey) is None


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 400), (500, 2), (40, 40)])
def test_no_pixels_break_it(width: int, height: int) -> None:
    noise = np.random.default_rng(width).integers(0, 256, (height, width), np.uint8)
    assert opencv_bent.bent(noise) is None
