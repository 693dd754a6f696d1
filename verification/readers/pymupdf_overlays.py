"""Pictures that fill a PDF page, and where they hide what was drawn before them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pymupdf

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Box = tuple[float, float, float, float]

#: Pictures of this share of their page are a scan.
_SCAN = 0.5
#: A picture is taken to hide what it lies over where its mask lets less than half through.
_OPAQUE = 127.5
#: More are not looked at, and larger masks are not unpacked: they count as hiding.
_MOST_PICTURES, _MOST_MASK = 300, 50_000_000


@dataclass(frozen=True, slots=True)
class Overlay:
    """A picture by its place in the order of drawing; `mask` is how opaque it is, 0..255."""

    at: int
    box: Box
    mask: NDArray[np.uint8] | None

    def hides(self, box: Box) -> float:
        """Give how much of a box lies under the picture where it lets nothing through, 0 to 1."""
        left, top = max(box[0], self.box[0]), max(box[1], self.box[1])
        right, bottom = min(box[2], self.box[2]), min(box[3], self.box[3])
        area = (box[2] - box[0]) * (box[3] - box[1])
        if right <= left or bottom <= top or area <= 0:
            return 0.0
        share = (right - left) * (bottom - top) / area
        return share if self._is_opaque((left, top, right, bottom)) else 0.0

    def _is_opaque(self, box: Box) -> bool:
        if self.mask is None:
            return True
        rows, columns = self.mask.shape
        wide = columns / (self.box[2] - self.box[0])
        high = rows / (self.box[3] - self.box[1])
        left, right = int((box[0] - self.box[0]) * wide), int((box[2] - self.box[0]) * wide)
        top, bottom = int((box[1] - self.box[1]) * high), int((box[3] - self.box[1]) * high)
        place = self.mask[top : bottom + 1, left : right + 1]
        return bool(place.size == 0 or place.mean() >= _OPAQUE)


def is_scan(page: pymupdf.Page) -> bool:
    """Say whether pictures fill most of a page: one, or the strips that it was cut into."""
    boxes = (pymupdf.Rect(box) for kind, box, *_ in page.get_bboxlog() if "image" in kind)
    return bool(sum(abs(box & page.rect) for box in boxes) >= _SCAN * abs(page.rect))


def overlays(page: pymupdf.Page) -> list[Overlay]:
    """Give the pictures of a page that is a scan; of other pages none.

    A seal that is laid over words lets them through, and so does a watermark, by its mask.
    """
    if not is_scan(page):
        return []
    try:
        masks = _masks(page)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the library raises a dozen kinds on broken pictures
        masks = {}  # and then every picture counts as hiding
    drawn = [
        (at, (entry[1][0], entry[1][1], entry[1][2], entry[1][3]))
        for at, entry in enumerate(page.get_bboxlog())
        if entry[0] == "fill-image"
    ]
    return [Overlay(at, box, masks.get(_key(box))) for at, box in drawn[:_MOST_PICTURES]]


def _masks(page: pymupdf.Page) -> dict[Box, NDArray[np.uint8]]:
    """Give soft masks by the boxes of pictures; none of turned ones, and of two in a place."""
    found: dict[Box, NDArray[np.uint8]] = {}
    twice: set[Box] = set()
    for image in page.get_image_info(xrefs=True)[:_MOST_PICTURES]:
        key = _key(image["bbox"])
        mask = None if key in found or key in twice else _mask(page.parent, image)
        twice |= {key} if mask is None else set()
        if mask is not None:
            found[key] = mask
    return {key: mask for key, mask in found.items() if key not in twice}


def _mask(document: pymupdf.Document, image: dict[str, Any]) -> NDArray[np.uint8] | None:
    across, turned, sheared, down, *_ = image["transform"]
    if turned or sheared or across <= 0 or down <= 0 or image["xref"] <= 0:
        return None
    kind, said = document.xref_get_key(image["xref"], "SMask")
    if kind != "xref" or image["width"] * image["height"] > _MOST_MASK:
        return None
    pixels = pymupdf.Pixmap(document, int(said.split()[0]))
    if pixels.n != 1 or pixels.width * pixels.height > _MOST_MASK:
        return None
    samples = np.frombuffer(pixels.samples, np.uint8).reshape(pixels.height, pixels.stride)
    return samples[:, : pixels.width]


def _key(box: tuple[float, ...]) -> Box:
    left, top, right, bottom = (round(edge, 1) for edge in box[:4])
    return left, top, right, bottom
