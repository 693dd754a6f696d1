"""What is kept of a page so that it is known again: points, and a small picture."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from verification.fingerprints.kept import PageFingerprint

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verification.pages.picture import Picture

#: Longest side of the picture in which points are sought, and of the one that is kept, in pixels.
#: At 600 a figure of 9 points on a sheet of A4 is 5 high, and in a copy looks like the next one;
#: pages of earlier versions were kept so, and are compared all the same.
SEEN_SIDE, KEPT_SIDE = 600, 900
MOST_POINTS = 300
#: A page with fewer points is as good as blank: nothing is known again by it.
FEWEST_POINTS = 12
DESCRIPTION_BYTES = 32
#: Longest side of a page in the units of kept places.
_PLACE_SCALE = 60_000
#: Places across and down by which it is kept how a bowed sheet lies: between two of them a bow of
#: an eighth of the height strays from the straight line by less than a pixel.
LIE_STEPS = 17
_MOST_SIDE = 2_000


class NoFingerprint(ValueError):
    """Bytes that are no fingerprint, whoever made them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A fingerprint as arrays."""

    #: Where the small picture lies on the page, in the page's units: rows and columns of x and y,
    #: its corners and what is evenly between them.
    lie: NDArray[np.float64]
    #: Of points, in pixels of a picture whose longer side has `SEEN_SIDE`.
    places: NDArray[np.float64]
    descriptions: NDArray[np.uint8]
    small: NDArray[np.uint8]
    #: What describes each in a mirror and in a negative; of pages that were kept there is none.
    mirrored: NDArray[np.uint8]
    negative: NDArray[np.uint8]

    def no_larger(self, side: int) -> Opened:
        """Give the page with at most so many pixels a side."""
        return replace(self, small=shrunk(self.small, side))

    @property
    def was_made_flat(self) -> bool:
        """Whether it is a bowed sheet, whose picture was drawn anew."""
        return len(self.lie) == LIE_STEPS

    @property
    def fineness(self) -> float:
        """How many pixels of the small picture one of `places` is."""
        return float(max(self.small.shape) / SEEN_SIDE)

    def in_a_mirror(self) -> Opened:
        """Give the page with left and right exchanged."""
        across = np.array([self.small.shape[1] / self.fineness, 0.0])
        return replace(
            self,
            lie=self.lie[:, ::-1],
            places=across + self.places * (-1, 1),
            descriptions=self.mirrored,
            small=np.ascontiguousarray(self.small[:, ::-1]),
        )

    def as_negative(self) -> Opened:
        """Give the page with dark and light exchanged."""
        return replace(self, descriptions=self.negative, small=255 - self.small)

    def on_page(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Take places in pixels of the small picture (n, 2) to the page's units."""
        steps = np.array(self.lie.shape[1::-1]) - 1
        at = (places / self.small.shape[::-1] * steps).clip(0, steps)
        first = np.minimum(at.astype(int), steps - 1)
        (x, y), (dx, dy) = first.T, (at - first).T[:, :, None]
        upper = self.lie[y, x] * (1 - dx) + self.lie[y, x + 1] * dx
        lower = self.lie[y + 1, x] * (1 - dx) + self.lie[y + 1, x + 1] * dx
        return np.asarray(upper * (1 - dy) + lower * dy)


def grey_of(picture: Picture) -> NDArray[np.uint8]:
    """Give the luma of raw pixels (ITU-R BT.601)."""
    rgb = np.frombuffer(picture.rgb, np.uint8).reshape(picture.height, picture.width, 3)
    # No product of matrices: its library would start threads, which a confined child may not.
    red, green, blue = (rgb[:, :, channel].astype(np.uint16) for channel in range(3))
    return np.asarray((red * 77 + green * 150 + blue * 29) >> 8, np.uint8)


def shrunk(grey: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Shrink by means over equal areas so that the longer side is `side`; never enlarges."""
    longer = max(grey.shape)
    if longer <= side:
        return grey
    rows = max(1, round(grey.shape[0] * side / longer))
    columns = max(1, round(grey.shape[1] * side / longer))
    sums = np.zeros((grey.shape[0] + 1, grey.shape[1] + 1), np.float64)
    sums[1:, 1:] = grey.cumsum(0, dtype=np.float64).cumsum(1)
    # Edges fall within pixels, whose parts count: blocks of whole ones would be of two sizes.
    corner = _between_rows(_between_rows(sums, rows).T, columns).T
    blocks = corner[1:, 1:] - corner[:-1, 1:] - corner[1:, :-1] + corner[:-1, :-1]
    area = grey.shape[0] / rows * grey.shape[1] / columns
    return np.asarray((blocks / area).round().clip(0, 255), np.uint8)


def _between_rows(sums: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Read running sums at the edges of so many rows of equal height."""
    at = np.linspace(0, sums.shape[0] - 1, count + 1)
    first = np.minimum(at.astype(int), sums.shape[0] - 2)
    part = (at - first)[:, None]
    return np.asarray(sums[first] * (1 - part) + sums[first + 1] * part)


def packed(
    page: int,
    size: tuple[float, float],
    grey: NDArray[np.uint8],
    points: tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]],
    *,
    lie: NDArray[np.float64] | None = None,
) -> PageFingerprint | None:
    """Put together what is kept; None where there are too few points to know it again.

    `lie` is where what is drawn lies on the page, as in `Opened`, where it does not fill it.
    """
    places, descriptions, mirrored, negative = points
    if len(places) < FEWEST_POINTS:
        return None
    scaled = ((places + 0.5) / SEEN_SIDE * _PLACE_SCALE).round().clip(0, _PLACE_SCALE)
    coordinates = scaled.astype("<u2").view(np.uint8).reshape(len(places), 4)
    small = shrunk(grey, KEPT_SIDE)
    return PageFingerprint(
        page=page,
        width=size[0],
        height=size[1],
        points=np.hstack([coordinates, descriptions]).tobytes(),
        small_width=small.shape[1],
        small_height=small.shape[0],
        small=zlib.compress(small.tobytes(), 6),
        lie=_kept_lie(lie, size),
        mirrored=mirrored.tobytes(),
        negative=negative.tobytes(),
    )


def _kept_lie(lie: NDArray[np.float64] | None, size: tuple[float, float]) -> bytes:
    if lie is None:
        return b""
    return (lie / max(size) * _PLACE_SCALE).round().clip(0, _PLACE_SCALE).astype("<u2").tobytes()


def _opened_lie(print_: PageFingerprint) -> NDArray[np.float64]:
    """Read where the small picture lies; a page that was not made flat fills it."""
    if not print_.lie:
        corners = np.array([[[0, 0], [1, 0]], [[0, 1], [1, 1]]], np.float64)
        return corners * (print_.width, print_.height)
    if len(print_.lie) != 4 * LIE_STEPS**2:
        raise NoFingerprint
    kept = np.frombuffer(print_.lie, "<u2").reshape(LIE_STEPS, LIE_STEPS, 2)
    return kept / _PLACE_SCALE * max(print_.width, print_.height)


def opened(print_: PageFingerprint) -> Opened:
    """Read a fingerprint. Raises NoFingerprint for bytes that are none."""
    width, height = print_.small_width, print_.small_height
    row = 4 + DESCRIPTION_BYTES
    count = len(print_.points) // row
    fits = 0 < width <= _MOST_SIDE and 0 < height <= _MOST_SIDE
    if not fits or len(print_.points) % row or not FEWEST_POINTS <= count <= MOST_POINTS:
        raise NoFingerprint
    if not {len(print_.mirrored), len(print_.negative)} <= {0, count * DESCRIPTION_BYTES}:
        raise NoFingerprint
    reader = zlib.decompressobj()
    try:
        pixels = reader.decompress(print_.small, width * height + 1)
    except zlib.error as error:
        raise NoFingerprint from error
    if len(pixels) != width * height:
        raise NoFingerprint
    table = np.frombuffer(print_.points, np.uint8).reshape(count, row)
    coordinates = table[:, :4].copy().view("<u2").astype(np.float64)
    return Opened(
        lie=_opened_lie(print_),
        places=coordinates / _PLACE_SCALE * SEEN_SIDE,
        descriptions=table[:, 4:],
        small=np.frombuffer(pixels, np.uint8).reshape(height, width),
        mirrored=np.frombuffer(print_.mirrored, np.uint8).reshape(-1, DESCRIPTION_BYTES),
        negative=np.frombuffer(print_.negative, np.uint8).reshape(-1, DESCRIPTION_BYTES),
    )
