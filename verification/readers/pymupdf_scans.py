"""Pages of a PDF that are scans: the picture that fills the page, in the pixels it was saved with.

A drawing of the page would show the same thing scaled and blurred; what the grain of paper tells
is lost by that. Nothing but pixels leaves here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pymupdf

from verification.limits import LimitExceeded, Limits
from verification.readers.opencv_pages import grey_of, scaled
from verification.readers.pymupdf import PdfError, open_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from verification.pages.picture import Box, Size

#: Share of the page that the picture covers; nobody scans less than the sheet.
_FILLED = 0.9
_LEAST_SIDE = 64


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Scan:
    """One page that is a scan; `page` counts from 1."""

    page: int
    #: Height by width, grey.
    grey: NDArray[np.uint8] = field(repr=False)
    #: From pixels of `grey` to points of the page as it is shown, in homogeneous coordinates.
    back: NDArray[np.float64] = field(repr=False)
    #: The page as it is shown, in points.
    size: Size

    def to_page(self, box: Box) -> Box:
        """Give the upright box on the page that holds `box`, which is in pixels here."""
        x0, y0, x1, y1 = box
        rim = np.array([[x, y, 1.0] for y in (y0, y1) for x in (x0, x1)]) @ self.back.T
        low, high = rim[:, :2].min(axis=0), rim[:, :2].max(axis=0)
        edges = np.concatenate([low.clip((0, 0), self.size), high.clip((0, 0), self.size)])
        left, top, right, bottom = (round(float(edge), 2) for edge in edges)
        return left, top, right, bottom


def scanned_pages(data: bytes, limits: Limits) -> tuple[int, ...]:
    """Give the pages, from 1, that one picture fills; none where the file cannot be opened."""
    try:
        with open_pdf(data) as document:
            return tuple(
                number + 1
                for number in range(min(document.page_count, limits.page_rasters))
                if _filling(document, number) is not None
            )
    except PdfError:
        return ()


def scans(data: bytes, pages: tuple[int, ...], side: int, limits: Limits) -> Iterator[Scan]:
    """Give the pictures of some pages, those with a longer side than `side` made smaller.

    Raises LimitExceeded over the cap on pixels; a picture that cannot be decoded is left out.
    """
    with open_pdf(data) as document:
        for page in pages:
            image = _filling(document, page - 1)
            scan = image and _scan(document[page - 1], image, side, limits)
            if scan:
                yield scan


def _filling(document: pymupdf.Document, number: int) -> dict[str, Any] | None:
    """Give what fills a page, as PyMuPDF describes it; None where it is not one picture."""
    try:
        page = document[number]
        whole = abs(page.rect)
        found = [
            image
            for image in page.get_image_info(xrefs=True)
            if whole and abs(_shown(page, image) & page.rect) >= _FILLED * whole
        ]
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the library raises a dozen kinds on broken pages
        return None
    # Several on top of one another are layers, of which none is the scan.
    return found[0] if len(found) == 1 and found[0]["xref"] > 0 else None


def _shown(page: pymupdf.Page, image: dict[str, Any]) -> pymupdf.Rect:
    lain: pymupdf.Rect = pymupdf.Rect(image["bbox"]) * page.rotation_matrix
    return lain


def _scan(page: pymupdf.Page, image: dict[str, Any], side: int, limits: Limits) -> Scan | None:
    width, height = int(image["width"]), int(image["height"])
    if width * height > limits.image_pixels:
        raise LimitExceeded("image_pixels", seen=width * height, allowed=limits.image_pixels)
    grey = _decoded(page.parent, image["xref"]) if min(width, height) >= _LEAST_SIDE else None
    if grey is None:
        return None
    longer = max(grey.shape)
    if longer > side:
        less = side / longer
        grey = scaled(
            grey, max(1, round(grey.shape[1] * less)), max(1, round(grey.shape[0] * less))
        )
    unit = pymupdf.Matrix(1 / grey.shape[1], 1 / grey.shape[0])
    there = unit * pymupdf.Matrix(image["transform"]) * page.rotation_matrix
    back = np.array([[there.a, there.c, there.e], [there.b, there.d, there.f], [0.0, 0.0, 1.0]])
    size = (float(page.rect.width), float(page.rect.height))
    return Scan(page=page.number + 1, grey=grey, back=back, size=size)


def _decoded(document: pymupdf.Document, xref: int) -> NDArray[np.uint8] | None:
    try:
        pixels = pymupdf.Pixmap(document, xref)
        if pixels.colorspace is None:  # a stencil: no paper is on it
            return None
        if pixels.alpha or pixels.n != pymupdf.csRGB.n:
            pixels = pymupdf.Pixmap(pymupdf.csRGB, pixels)
        if pixels.alpha:
            pixels = pymupdf.Pixmap(pixels, 0)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the library raises a dozen kinds on broken pictures
        return None
    rows = np.frombuffer(pixels.samples, np.uint8).reshape(pixels.height, pixels.stride)
    colour = rows[:, : pixels.width * pixels.n].reshape(pixels.height, pixels.width, pixels.n)
    return grey_of(np.ascontiguousarray(colour))
