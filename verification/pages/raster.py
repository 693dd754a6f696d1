"""The pages of a file as every check sees them: upright, straight, about 200 dots an inch.

What `render` draws is turned as EXIF says, a photographed sheet is made flat and a crooked scan
straight, each only where it is sure; `Raster.to_file` leads back to where evidence points.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from verification.limits import Limits
from verification.pages import drawing
from verification.pages.picture import CannotRender, Wanted
from verification.readers import opencv_bent, opencv_pages
from verification.readers.pymupdf import is_pdf
from verification.values import ImageBox, PageBox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from verification.pages.picture import Box, Size
    from verification.values import Text

    Pixels = NDArray[np.uint8]
    Matrix = NDArray[np.float64]

#: Dots an inch at which a page of a document is drawn; a picture is taken for an A4 sheet.
DPI = 200
_POINTS = 72
#: The square root of an A4 sheet's pixels at DPI.
_A4_SIDE = (1654 * 2339) ** 0.5
_MOST_ENLARGED = 1.5
#: Rasters that are kept, in bytes: a part of what a child may have.
_KEPT_BYTES = 128 * 1024 * 1024
_TURNS: dict[int, tuple[int, bool]] = {
    # EXIF orientation: quarter turns to the left, and whether it is mirrored first.
    1: (0, False), 2: (0, True), 3: (2, False), 4: (2, True),
    5: (1, True), 6: (3, False), 7: (3, True), 8: (1, False),
}  # fmt: skip

Units = Literal["points", "pixels"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Raster:
    """One page; `page` counts from 1."""

    page: int
    #: Height by width by red, green and blue.
    colour: Pixels = field(repr=False)
    #: True for documents; for pictures as if they were an A4 sheet.
    dpi: float
    units: Units
    #: From pixels here to the units of evidence, in homogeneous coordinates.
    back: Matrix = field(repr=False)
    #: The page or the picture in the units of evidence.
    size: Size
    #: Of a bowed sheet that was made flat: from shares of it to pixels, which `back` takes on.
    bent: opencv_bent.Bent | None = field(default=None, repr=False)

    @property
    def grey(self) -> Pixels:
        """Height by width; made anew each time, so that more pages can be kept."""
        return opencv_pages.grey_of(self.colour)

    @property
    def is_blank(self) -> bool:
        """Say whether nothing stands on it, surely."""
        return opencv_pages.is_blank(self.grey)

    @property
    def was_askew(self) -> bool:
        """Say whether it is a photographed sheet that was made flat."""
        return self.bent is not None or bool(self.back[2, 0] or self.back[2, 1])

    def to_file(self, box: Box) -> Box:
        """Give the upright box in the file that holds `box`, which is in pixels here."""
        x0, y0, x1, y1 = box
        middle = (x0 + x1) / 2
        rim = np.array([[x, y] for y in (y0, y1) for x in (x0, middle, x1)])
        if self.bent is not None:
            rim = self.bent.at(rim / [self.colour.shape[1], self.colour.shape[0]])
        there = np.hstack([rim, np.ones((len(rim), 1))]) @ self.back.T
        points = there[:, :2] / there[:, 2:]
        low = points.min(axis=0).clip((0, 0), self.size)
        high = points.max(axis=0).clip((0, 0), self.size)
        left, top, right, bottom = (round(float(edge), 2) for edge in (*low, *high))
        return left, top, right, bottom

    def evidence(self, box: Box, caption: Text | None = None) -> PageBox | ImageBox:
        """Point at `box`, which is in the units of evidence (a Mark's box)."""
        return point(self.units, self.page, box, caption)


def point(units: Units, page: int, box: Box, caption: Text | None = None) -> PageBox | ImageBox:
    """Point at a place on a page or in a picture."""
    if units == "points":
        return PageBox(page=page, box=box, caption=caption)
    return ImageBox(box=box, caption=caption)


class Pages:
    """The pages of one file, drawn when somebody looks, and kept while there is room.

    Raises LimitExceeded and MemoryError as `drawing.render` does; a file or page that cannot be
    drawn is none.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._data = data
        self._limits = limits
        self._sizes: tuple[Size, ...] | None = None
        self._kept: OrderedDict[int, Raster | None] = OrderedDict()

    @property
    def sizes(self) -> tuple[Size, ...]:
        """Sizes of all pages in the units of evidence; none where nothing can be drawn.

        Pictures within an office document are none of its pages.
        """
        if self._sizes is None:
            self._sizes = ()
            if not drawing.is_office(self._data):
                with suppress(CannotRender):
                    self._sizes = drawing.sizes(self._data, self._limits)
        return self._sizes

    @property
    def count(self) -> int:
        """How many pages are looked at: those that may be drawn, up to the cap on rasters."""
        return min(len(self.sizes), self._limits.page_rasters)

    @property
    def units(self) -> Units:
        """Units of evidence: points for documents, pixels as stored for pictures."""
        document = is_pdf(self._data) or drawing.is_ofd(self._data)
        return "points" if document else "pixels"

    def evidence(self, page: int, box: Box, caption: Text | None = None) -> PageBox | ImageBox:
        """Point at a place without drawing the page."""
        return point(self.units, page, box, caption)

    def at(self, n: int) -> Raster | None:
        """Give page `n`, from 1; None for one that cannot be drawn."""
        if not 1 <= n <= self.count:
            return None
        if n not in self._kept:
            raster = self._draw(n)
            self._make_room(_bytes(raster))
            self._kept[n] = raster
        self._kept.move_to_end(n)
        return self._kept[n]

    def _make_room(self, wanted: int) -> None:
        # Whoever looks begins with page 1: were the oldest let go, long files would be drawn whole
        # for each. The latest goes, and the first pages stay.
        while self._kept and wanted + sum(map(_bytes, self._kept.values())) > _KEPT_BYTES:
            self._kept.popitem(last=True)

    def _draw(self, n: int) -> Raster | None:
        size = self.sizes[n - 1]
        if min(size) <= 0:
            return None
        try:
            return _document(self, n, size) if self.units == "points" else _picture(self, n, size)
        except CannotRender:
            return None

    def drawn(self, n: int, side: int) -> Pixels:
        """Give page `n` as `render` draws it. Raises CannotRender."""
        picture = drawing.render(self._data, Wanted(page=n, max_side=side, limits=self._limits))
        pixels = np.frombuffer(picture.rgb, np.uint8)
        return pixels.reshape(picture.height, picture.width, 3)

    def each_drawn(self, side: int) -> Iterator[tuple[int, Pixels]]:
        """Give number and pixels of every page that can be drawn; `side` or less, as limits say."""
        for n in range(1, self.count + 1):
            try:
                pixels = self.drawn(n, min(side, self.side))
            except CannotRender:
                continue
            yield n, pixels

    @property
    def turn(self) -> int:
        """EXIF orientation of a picture, 1 to 8."""
        return drawing.orientation(self._data)

    @property
    def side(self) -> int:
        """The most pixels that a side may have."""
        return self._limits.render_side_px


def _bytes(raster: Raster | None) -> int:
    return 0 if raster is None else raster.colour.nbytes


def _scale(width: float, height: float) -> float:
    return min(_MOST_ENLARGED, _A4_SIDE / math.sqrt(width * height))


def _document(source: Pages, n: int, size: Size) -> Raster:
    # A plan is drawn coarser than a letter; a label is drawn finer, but not without end.
    zoom = min(DPI / _POINTS, 2 * _A4_SIDE / math.sqrt(size[0] * size[1]))
    pixels = source.drawn(n, max(1, min(source.side, round(max(size) * zoom) + 1)))
    there = _stretch(pixels, size)
    return _straight(pixels, there, page=n, units="points", size=size)


def _picture(source: Pages, n: int, size: Size) -> Raster:
    scale = _scale(*size)
    side = max(1, min(source.side, round(max(size) * scale)))
    pixels = source.drawn(n, side)
    there = _stretch(pixels, size)
    pixels, there = _turned(pixels, there, source.turn)
    grey = opencv_pages.grey_of(pixels)
    bent = opencv_bent.bent(grey)
    if bent is not None:
        return _unbent(pixels, there, bent, page=n, size=size)
    corners = opencv_pages.sheet(grey)
    if corners is not None:
        pixels, there = _flat(pixels, there, corners)
    elif scale > 1:
        pixels, there = _enlarged(pixels, there, scale)
    return _straight(pixels, there, page=n, units="pixels", size=size)


def _stretch(pixels: Pixels, size: Size) -> Matrix:
    height, width = pixels.shape[:2]
    return np.diag([size[0] / width, size[1] / height, 1.0])


def _turned(pixels: Pixels, there: Matrix, orientation: int) -> tuple[Pixels, Matrix]:
    """Turn as EXIF says (CIPA DC-008, 4.6.4), and lead back to the picture as it is stored."""
    turns, mirrored = _TURNS.get(orientation, (0, False))
    if mirrored:
        there = there @ np.array([[-1.0, 0, pixels.shape[1]], [0, 1, 0], [0, 0, 1]])
        pixels = pixels[:, ::-1]
    for _ in range(turns):
        # A quarter to the left: what was at the right edge is now on top.
        there = there @ np.array([[0.0, -1, pixels.shape[1]], [1, 0, 0], [0, 0, 1]])
        pixels = np.rot90(pixels)
    return np.ascontiguousarray(pixels), there


def _flat(pixels: Pixels, there: Matrix, corners: Matrix) -> tuple[Pixels, Matrix]:
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    width, height = float(max(sides[0], sides[2])), float(max(sides[1], sides[3]))
    scale = _scale(width, height)
    width, height = width * scale, height * scale
    matrix = opencv_pages.onto(corners, width, height)
    flat = opencv_pages.moved(pixels, matrix, (round(width), round(height)))
    return flat, there @ np.linalg.inv(matrix)


def _unbent(
    pixels: Pixels, there: Matrix, bent: opencv_bent.Bent, *, page: int, size: Size
) -> Raster:
    """Lay a bowed sheet flat; its edges made it straight as well."""
    width, height = bent.size
    scale = _scale(width, height)
    flat = bent.flattened(pixels, round(width * scale), round(height * scale))
    return Raster(
        page=page, colour=flat, dpi=float(DPI), units="pixels", back=there, size=size, bent=bent
    )


def _enlarged(pixels: Pixels, there: Matrix, scale: float) -> tuple[Pixels, Matrix]:
    height, width = pixels.shape[:2]
    larger = opencv_pages.scaled(
        pixels, max(1, round(width * scale)), max(1, round(height * scale))
    )
    return larger, there @ np.diag([width / larger.shape[1], height / larger.shape[0], 1.0])


def _straight(pixels: Pixels, there: Matrix, *, page: int, units: Units, size: Size) -> Raster:
    angle = opencv_pages.skew(opencv_pages.grey_of(pixels))
    if angle is not None:
        matrix = _rotation(pixels, angle)
        pixels = opencv_pages.moved(pixels, matrix, (pixels.shape[1], pixels.shape[0]))
        there = there @ np.linalg.inv(matrix)
    per_point = float(np.hypot(*there[:2, 0])) if units == "points" else 0.0
    return Raster(
        page=page,
        colour=pixels,
        dpi=_POINTS / per_point if per_point > 0 else float(DPI),
        units=units,
        back=there,
        size=size,
    )


def _rotation(pixels: Pixels, angle: float) -> Matrix:
    """Turn about the middle so that lines falling by `angle` become level."""
    height, width = pixels.shape[:2]
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    x, y = width / 2, height / 2
    return np.array(
        [
            [cosine, sine, x - cosine * x - sine * y],
            [-sine, cosine, y + sine * x - cosine * y],
            [0.0, 0.0, 1.0],
        ]
    )


def warm() -> None:
    """Draw and straighten a page of each kind now: the sandbox lets nothing be opened later."""
    opencv_pages.warm()
    opencv_bent.warm()
    for sample in drawing.samples().values():
        Pages(sample, Limits()).at(1)
