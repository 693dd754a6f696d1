"""A page or a picture as raw pixels: all that a reviewer's screen ever shows of a file."""

from __future__ import annotations

from verification.pages.picture import CannotRender, Picture, Wanted
from verification.readers import pillow_pixels, pymupdf_pages

__all__ = ["CannotRender", "Picture", "Wanted", "count", "render", "warm"]


def render(data: bytes, wanted: Wanted) -> Picture:
    """Give one page of a PDF, or one frame of a picture, as RGB.

    Runs in the sandbox. Raises LimitExceeded over a cap, CannotRender for what has no pages that
    we draw, and whatever the library raises on broken bytes.
    """
    if pymupdf_pages.is_pdf(data):
        return pymupdf_pages.render(data, wanted)
    return pillow_pixels.render(data, wanted)


def count(data: bytes) -> int:
    """Count pages or frames; raises as `render` does."""
    if pymupdf_pages.is_pdf(data):
        return pymupdf_pages.count(data)
    return pillow_pixels.count(data)


def warm() -> None:
    """Load fonts and decoders now: the sandbox lets nothing be opened later."""
    pymupdf_pages.warm()
    pillow_pixels.warm()
