"""How wide a text comes out in a plot, and as much of it as there is room for.

Browsers and paper letter with fonts of their own; advances here are rounded up from Noto's.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

MORE = "…"
#: Advances as shares of the size: signs as wide as high, broad ones of Latin, others.
FULL, BROAD, USUAL = 1.0, 0.95, 0.6
BROADEST = frozenset("mwMW@%—")


@lru_cache(maxsize=8192)
def _advance(sign: str) -> float:
    if sign in BROADEST:
        return BROAD
    full = unicodedata.east_asian_width(sign) in {"W", "F", "A"}
    return FULL if full else 0.75 if sign.isupper() else USUAL


def width(text: str, size: float) -> float:
    return size * sum(map(_advance, text))


def fitted(text: str, room: float, size: float) -> str:
    """Give a text, cut where it is wider than `room`; a cut is told by an ellipsis."""
    if width(text, size) <= room:
        return text
    left = room - width(MORE, size)
    for place, sign in enumerate(text):
        left -= size * _advance(sign)
        if left < 0:
            return text[:place].rstrip() + MORE
    return text
