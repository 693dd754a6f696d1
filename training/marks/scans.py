"""Real pages with boxes beside them, the half to choose settings by, and which boxes are right."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verification.limits import Limits
from verification.marks.handwritten import overlap
from verification.pages.picture import Wanted
from verification.readers.pillow_pixels import render

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from verification.marks.handwritten import Detection


@dataclass(frozen=True, slots=True)
class Page:
    """A page and where on it people signed."""

    name: str
    grey: NDArray[np.uint8]
    boxes: NDArray[np.float64]


def read(folder: Path) -> list[Page]:
    """Read pages and the boxes beside them."""
    pages = []
    for path in sorted(folder.glob("*.jpg")):
        picture = render(path.read_bytes(), Wanted(page=1, max_side=4000, limits=Limits()))
        rgb = np.frombuffer(picture.rgb, np.uint8).reshape(picture.height, picture.width, 3)
        grey = np.round(rgb @ np.array([0.299, 0.587, 0.114])).astype(np.uint8)
        lines = path.with_suffix(".txt").read_text("ascii").splitlines()
        shares = np.array([[float(word) for word in line.split()] for line in lines]).reshape(-1, 5)
        middle, half = shares[:, 1:3], shares[:, 3:5] / 2
        boxes = np.concatenate([middle - half, middle + half], axis=1)
        pages.append(Page(path.name, grey, boxes * ([picture.width, picture.height] * 2)))
    return pages


def is_tuning(name: str) -> bool:
    """Say whether settings may be chosen by this page; the others are only looked at."""
    return hashlib.sha256(name.encode()).digest()[-1] % 2 == 0


def judged(page: Page, found: Sequence[Detection], least: float) -> list[tuple[Detection, bool]]:
    """Say of each box, the surest first, whether it is right: it shares `least` with a free one."""
    free = set(range(len(page.boxes)))
    told = []
    for one in sorted(found, key=lambda one: -one.confidence):
        hit = _hit(one, page.boxes, free, least)
        free -= {hit}
        told.append((one, hit is not None))
    return told


def _hit(one: Detection, boxes: NDArray[np.float64], free: set[int], least: float) -> int | None:
    if not free:
        return None
    shared = overlap(np.array(one.box), boxes)
    best = max(free, key=lambda i: shared[i])
    return best if shared[best] >= least else None
