"""The fingerprint of a film, made where its bytes are parsed."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from verification.films.forms import HIGH, VIEW_SIDE, WIDE
from verification.films.strip import strip
from verification.fingerprints.films import MOST_POINTS, PLACE_SCALE
from verification.fingerprints.kept import FilmFingerprint
from verification.fingerprints.pages import FEWEST_POINTS
from verification.readers import opencv

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verification.films.strip import Strip

#: Frames whose small picture spreads less, in grey levels of 255, are as good as one colour.
_EVEN = 6.0
#: Share of the height, above and below, in which no points are sought: clocks are burnt in there,
#: and would take all of them.
_RIM = 0.12
#: Pixels that a picture has at least, either way.
_SMALLEST = 16


def fingerprint(data: bytes, form: str | None) -> FilmFingerprint | None:
    """Look through a film; None where too little of it can be seen to know it again.

    Runs in the sandbox.
    """
    return packed(strip(data, form))


def packed(seen: Strip) -> FilmFingerprint | None:
    """Put together what is kept."""
    rows = [_points(number, grey) for number, (_, grey) in enumerate(seen.views)]
    points = b"".join(row for row, _ in rows)
    if len(seen.times) < 2 or not points:  # noqa: PLR2004 - nothing moves on one picture
        return None
    # Of a camera that stands still nearly all differences are 0 and take no place.
    steps = np.diff(seen.smalls, axis=0, prepend=np.zeros((1, HIGH, WIDE), np.uint8))
    return FilmFingerprint(
        width=seen.width,
        height=seen.height,
        times=seen.times.astype("<u4").tobytes(),
        smalls=zlib.compress(steps.tobytes(), 6),
        points=points,
        mirrored=b"".join(mirrored for _, mirrored in rows),
    )


def _points(number: int, grey: NDArray[np.uint8]) -> tuple[bytes, bytes]:
    rim = round(grey.shape[0] * _RIM)
    inner = grey[rim : grey.shape[0] - rim]
    if min(inner.shape) < _SMALLEST or float(inner.std()) < _EVEN:
        return b"", b""
    places, descriptions, mirrored = opencv.points_both_ways(inner, MOST_POINTS, VIEW_SIDE)
    if len(places) < FEWEST_POINTS:
        return b"", b""
    pixels = (places + 0.5) * max(inner.shape) / VIEW_SIDE + (0, rim)
    shares = pixels / grey.shape[::-1]
    scaled = (shares * PLACE_SCALE).round().clip(0, PLACE_SCALE)
    coordinates = scaled.astype("<u2").view(np.uint8).reshape(len(places), 4)
    first = np.full((len(places), 1), number, np.uint8)
    return np.hstack([first, coordinates, descriptions]).tobytes(), mirrored.tobytes()
