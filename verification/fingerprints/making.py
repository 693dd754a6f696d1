"""Fingerprints of the pages of a file, made where its bytes are parsed."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from verification.fingerprints.pages import MOST_POINTS, SEEN_SIDE, grey_of, packed
from verification.limits import LimitExceeded
from verification.pages import drawing
from verification.readers import opencv

if TYPE_CHECKING:
    from verification.fingerprints.kept import PageFingerprint
    from verification.limits import Limits

#: Pages of one file that are known again, the first ones: each costs time and place.
MOST_PAGES = 20


def fingerprints(data: bytes, limits: Limits) -> tuple[PageFingerprint, ...]:
    """Give what is kept of each page; a page that cannot be drawn or is as good as blank has none.

    Runs in the sandbox. Raises CannotRender and LimitExceeded as `drawing.sizes` does.
    """
    found: list[PageFingerprint] = []
    for number, size in enumerate(drawing.sizes(data, limits)[:MOST_PAGES], start=1):
        with suppress(drawing.CannotRender, LimitExceeded):
            wanted = drawing.Wanted(page=number, max_side=SEEN_SIDE, limits=limits)
            grey = grey_of(drawing.render(data, wanted))
            made = packed(number, size, grey, opencv.points_both_ways(grey, MOST_POINTS, SEEN_SIDE))
            found += [] if made is None else [made]
    return tuple(found)
