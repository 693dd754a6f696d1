"""OFD pages to pixels, for a reviewer to look at: simple, and never the ground of a finding.

Text is drawn in one substitute font, gradients in their first colour; clips, JBIG2 pictures and
fills of patterns are left out. A seal is drawn from what was sealed with it, not from the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from verification.limits import LimitExceeded
from verification.pages.picture import UNDRAWABLE, CannotRender, Picture
from verification.readers.ofd.document import POINTS_PER_MM, documents
from verification.readers.ofd.package import ROOT_PART, Package, PartError
from verification.readers.pillow_ofd.layers import Drawing
from verification.readers.pillow_ofd.painter import Painter
from verification.readers.pillow_ofd.sample import sample
from verification.readers.pillow_ofd.seals import draw_seals
from verification.readers.pillow_ofd.style import gather

if TYPE_CHECKING:
    from verification.limits import Limits
    from verification.pages.picture import Box, Size, Wanted
    from verification.readers.ofd.document import Document, Page
    from verification.readers.pillow_ofd.style import Colour, Resources

__all__ = ["draw_first", "is_ofd", "render", "sample", "sizes"]

_ZIP = b"PK"
_WHITE: Colour = (255, 255, 255, 255)
_CLEAR: Colour = (255, 255, 255, 0)
#: Edges are drawn so many times larger and then shrunken.
_FINER = 2
#: Larger than this nothing more is to be seen: 600 dots an inch, in pixels a point.
_MOST_ZOOM = 600 / 72


def is_ofd(data: bytes) -> bool:
    """Say whether the bytes may be an OFD: a ZIP that names its root part."""
    return data.startswith(_ZIP) and ROOT_PART.lower().encode() in data.lower()


def sizes(data: bytes, limits: Limits) -> tuple[Size, ...]:
    """Give the size of each page in points, up to the cap on pages."""
    pages = [page for document in _open(data, limits)[1] for page in document.pages]
    return tuple(_size(page) for page in pages[: limits.pdf_pages])


def _size(page: Page) -> Size:
    width, height = page.area[2] * POINTS_PER_MM, page.area[3] * POINTS_PER_MM
    return (width, height) if width > 0 and height > 0 else UNDRAWABLE


def render(data: bytes, wanted: Wanted) -> Picture:
    """Draw a page with its templates, annotations and seals."""
    most = wanted.limits.pdf_pages
    package, found = _open(data, wanted.limits)
    for document in found:
        for page in document.pages:
            if page.number == wanted.page and page.number > most:
                raise LimitExceeded("pdf_pages", seen=wanted.page, allowed=most)
            if page.number == wanted.page:
                image = _draw(gather(package, document), page, wanted)
                return Picture(width=image.width, height=image.height, rgb=image.tobytes())
    raise CannotRender("no_such_page")


def draw_first(data: bytes, limits: Limits, side: int) -> Image.Image | None:
    """Draw the first page of an OFD that is a seal's picture, on clear ground."""
    try:
        package, found = _open(data, limits)
    except CannotRender:
        return None
    for document in found:
        for page in document.pages[:1]:
            area = (0.0, 0.0, *_size(page))
            zoom = side / max(area[2], area[3], 1)
            resources = gather(package, document)
            return _paint(resources, page, area, zoom, limits=limits, paper=_CLEAR).image
    return None


def _open(data: bytes, limits: Limits) -> tuple[Package, list[Document]]:
    try:
        package = Package(data, limits)
        return package, documents(package)
    except PartError as error:
        raise CannotRender("format") from error


def _draw(resources: Resources, page: Page, wanted: Wanted) -> Image.Image:
    width, height = _size(page)
    left, top, right, bottom = wanted.clip or (0.0, 0.0, width, height)
    area = (max(0.0, left), max(0.0, top), min(width, right), min(height, bottom))
    longer = max(area[2] - area[0], area[3] - area[1])
    if area[0] >= area[2] or area[1] >= area[3]:
        raise CannotRender("nothing_to_show")
    side = min(wanted.max_side, wanted.limits.render_side_px)
    zoom = min(_MOST_ZOOM, max(1, side - 1) / longer)
    finer = _FINER if side * _FINER <= wanted.limits.render_side_px else 1
    limits = wanted.limits
    painter = _paint(resources, page, area, zoom * finer, limits=limits, paper=_WHITE)
    draw_seals(resources, page, painter, limits=limits, draw_ofd=draw_first)
    flat = painter.image.convert("RGB")
    size = (max(1, flat.width // finer), max(1, flat.height // finer))
    return flat if finer == 1 else flat.resize(size, Image.Resampling.BOX)


def _paint(
    resources: Resources, page: Page, area: Box, zoom: float, *, limits: Limits, paper: Colour
) -> Painter:
    """Draw what lies in `area`, in points, `zoom` pixels a point."""
    scale = zoom * POINTS_PER_MM
    left = -area[0] * zoom - page.area[0] * scale
    top = -area[1] * zoom - page.area[1] * scale
    size = (max(1, round((area[2] - area[0]) * zoom)), max(1, round((area[3] - area[1]) * zoom)))
    painter = Painter(size, (scale, 0, 0, scale, left, top), paper)
    Drawing(painter, resources, limits).page(page)
    return painter
