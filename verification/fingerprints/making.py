"""Fingerprints of the pages of a file, made where its bytes are parsed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from verification.fingerprints.kept import FileFingerprint
from verification.fingerprints.pages import (
    KEPT_SIDE,
    LIE_STEPS,
    MOST_POINTS,
    SEEN_SIDE,
    grey_of,
    packed,
    shrunk,
)
from verification.limits import LimitExceeded
from verification.pages import drawing
from verification.readers import opencv, opencv_bent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from verification.fingerprints.kept import PageFingerprint
    from verification.limits import Limits

    Grey = NDArray[np.uint8]
    Size = tuple[float, float]
    #: Draws the page so that its longer side has so many pixels, or as many as there are.
    Draw = Callable[[int], Grey]

#: Pages of one file that are known again, the first ones: each costs time and place.
MOST_PAGES = 20
#: Of all pictures of an office document: a phone's photos on twenty pages have fewer.
_MOST_PIXELS = 300_000_000
#: Longer side of a photograph of which a bowed sheet is made flat, in pixels. Of the sheet, which
#: is a part of it, fewer are kept than of a page: it is not laid so exactly.
_BOWED_SIDE = 2 * SEEN_SIDE


def fingerprints(data: bytes, limits: Limits) -> FileFingerprint:
    """Give what is kept of each page; a page that cannot be drawn or is as good as blank has none.

    Of a bowed sheet in a photograph there are two: one of the photograph, one of the sheet made
    flat. Of an office document its large pictures count as pages. Runs in the sandbox. Raises
    CannotRender and LimitExceeded as `drawing.sizes` does.
    """
    sizes, parts = drawing.sizes(data, limits), drawing.parts(data, limits)
    found: list[PageFingerprint] = []
    read = set[int]()
    for number, size in enumerate(_within_budget(sizes, is_pictures=bool(parts)), start=1):

        def draw(side: int, number: int = number) -> Grey:
            wanted = drawing.Wanted(page=number, max_side=side, limits=limits)
            return grey_of(drawing.render(data, wanted))

        if min(size) <= 0:
            continue
        with suppress(drawing.CannotRender, LimitExceeded):
            part = parts[number - 1] if parts else ""
            found += [replace(one, part=part) for one in of_page(number, size, draw)]
            read.add(number)
    unread = (part for number, part in enumerate(parts, start=1) if number not in read)
    return FileFingerprint(pages=tuple(found), unread=tuple(unread))


def _within_budget(sizes: Sequence[Size], *, is_pictures: bool) -> Sequence[Size]:
    """Give the pages that are looked at; of pictures, as many as there is time to decode."""
    first = sizes[:MOST_PAGES]
    if not is_pictures:
        return first
    pixels = accumulate(width * height for width, height in first)
    return first[: sum(total <= _MOST_PIXELS for total in pixels)]


def of_page(number: int, size: Size, draw: Draw) -> Iterator[PageFingerprint]:
    """Give what is kept of a page, and of the bowed sheet that it shows."""
    # Drawn twice: of a picture that was shrunk other points are found than of one drawn so small.
    grey = draw(SEEN_SIDE)
    points = opencv.points_all_ways(grey, MOST_POINTS, SEEN_SIDE)
    plain = packed(number, size, draw(KEPT_SIDE), points)
    if plain is None:
        return
    yield plain
    # A small look tells that there is none, which is nearly always so.
    if opencv_bent.bent(grey) is None:
        return
    photo = draw(_BOWED_SIDE)
    bent = opencv_bent.bent(photo)
    if bent is None:
        return
    flat = bent.flattened(photo, *(round(side) for side in bent.size))
    lie = bent.lie(LIE_STEPS) * (size[0] / photo.shape[1], size[1] / photo.shape[0])
    points = opencv.points_all_ways(flat, MOST_POINTS, SEEN_SIDE)
    made = packed(number, size, shrunk(flat, SEEN_SIDE), points, lie=lie)
    if made is not None:
        yield made
