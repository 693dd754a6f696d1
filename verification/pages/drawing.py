"""A page or a picture as raw pixels: all that a reviewer's screen ever shows of a file."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Protocol

from verification.films import showing
from verification.limits import LimitExceeded
from verification.pages.picture import CannotRender, Picture, Size, Wanted
from verification.readers import office_pictures, pillow_ofd, pillow_pixels, pymupdf_pages
from verification.readers.office_pictures import is_office
from verification.readers.pillow_ofd import is_ofd
from verification.readers.pillow_pixels import orientation
from verification.readers.pymupdf import is_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from verification.limits import Limits

__all__ = [
    "CannotRender",
    "Picture",
    "Size",
    "Wanted",
    "is_ofd",
    "is_office",
    "orientation",
    "parts",
    "render",
    "samples",
    "sizes",
    "warm",
]


def render(data: bytes, wanted: Wanted) -> Picture:
    """Give one page of a PDF or OFD, one frame of a picture, or one moment of a film, as RGB.

    An office document has no pages before it is laid out: its large pictures are given instead.
    Runs in the sandbox. Raises LimitExceeded over a cap, MemoryError, and CannotRender for broken
    bytes and for what has no pages that we draw.
    """
    with _own_words():
        return _home(data).render(data, wanted)


def sizes(data: bytes, limits: Limits) -> tuple[Size, ...]:
    """Measure each page or frame as `render` draws it; raises as `render` does.

    Points for a PDF or OFD, pixels for a picture: the units of evidence, from the same corner.
    """
    with _own_words():
        return _home(data).sizes(data, limits)


def parts(data: bytes, limits: Limits) -> tuple[str, ...]:
    """Name the parts that are drawn as pages; none where the pages are the file's own.

    Raises as `sizes` does.
    """
    with _own_words():
        if _home(data) is not office_pictures:
            return ()
        return tuple(one.part for one in office_pictures.pictures(data, limits))


def _home(data: bytes) -> _Home:
    """Choose who draws it."""
    if is_pdf(data):
        return pymupdf_pages
    if showing.is_film(data):
        return showing
    if is_ofd(data):
        return pillow_ofd
    return office_pictures if is_office(data) else pillow_pixels


class _Home(Protocol):
    """A module that measures and draws the pages of one kind of file."""

    def sizes(self, data: bytes, limits: Limits) -> tuple[Size, ...]: ...
    def render(self, data: bytes, wanted: Wanted) -> Picture: ...


@contextmanager
def _own_words() -> Iterator[None]:
    try:
        yield
    except (CannotRender, LimitExceeded, MemoryError):
        raise
    except Exception as error:  # the libraries raise a dozen kinds on broken bytes
        raise CannotRender("broken") from error


@cache
def samples() -> Mapping[str, bytes]:
    """Give small files of our own, by name, that use fonts and decoders."""
    return {
        "a.pdf": pymupdf_pages.sample(),
        "a.ofd": pillow_ofd.sample(),
        **pillow_pixels.samples(),
    }


def warm() -> None:
    """Load fonts and decoders now: the sandbox lets nothing be opened later."""
    for sample in samples().values():
        render(sample, Wanted(max_side=50))
