"""What is kept of a film so that it is known again: how it moves, and points of some frames."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verification.films.strip import HIGH, MOST_STEPS, MOST_VIEWS, VIEW_SIDE, WIDE, Strip, strip
from verification.fingerprints.kept import FilmFingerprint
from verification.fingerprints.pages import FEWEST_POINTS, NoFingerprint
from verification.readers import opencv

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Points of one frame that are kept.
MOST_POINTS = 100
#: Number of the frame, x and y in 60,000ths of width and height, and the description.
_ROW = 1 + 4 + opencv.DESCRIPTION_BYTES
_PLACE_SCALE = 60_000
#: Frames whose small picture spreads less, in grey levels of 255, are as good as one colour.
_EVEN = 6.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OpenedFilm:
    """A fingerprint as arrays."""

    #: Seconds since the film's first picture, rising.
    times: NDArray[np.float64]
    #: A small grey picture each: (time, down, across).
    smalls: NDArray[np.uint8]
    #: Of each point: which frame it stands on, x and y as shares, and what describes it.
    views: NDArray[np.uint8]
    places: NDArray[np.float64]
    descriptions: NDArray[np.uint8]


def fingerprint(data: bytes, form: str | None) -> FilmFingerprint | None:
    """Look through a film; None where too little of it can be seen to know it again.

    Runs in the sandbox.
    """
    return packed(strip(data, form))


def packed(seen: Strip) -> FilmFingerprint | None:
    """Put together what is kept."""
    rows = [_points(number, grey) for number, (_, grey) in enumerate(seen.views)]
    points = b"".join(rows)
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
    )


def opened(print_: FilmFingerprint) -> OpenedFilm:
    """Read a fingerprint. Raises NoFingerprint for bytes that are none."""
    count, points = len(print_.times) // 4, len(print_.points) // _ROW
    if (
        len(print_.times) % 4
        or len(print_.points) % _ROW
        or not 1 < count <= MOST_STEPS
        or not 1 <= points <= MOST_POINTS * MOST_VIEWS
    ):
        raise NoFingerprint
    size = count * HIGH * WIDE
    try:
        raw = zlib.decompressobj().decompress(print_.smalls, size + 1)
    except zlib.error as error:
        raise NoFingerprint from error
    times = np.frombuffer(print_.times, "<u4").astype(np.float64) / 1000
    if len(raw) != size or bool((np.diff(times) <= 0).any()):
        raise NoFingerprint
    steps = np.frombuffer(raw, np.uint8).reshape(count, HIGH, WIDE)
    table = np.frombuffer(print_.points, np.uint8).reshape(points, _ROW)
    return OpenedFilm(
        times=times,
        smalls=np.cumsum(steps, axis=0, dtype=np.uint8),
        views=table[:, 0],
        places=table[:, 1:5].copy().view("<u2").astype(np.float64) / _PLACE_SCALE,
        descriptions=table[:, 5:],
    )


def _points(number: int, grey: NDArray[np.uint8]) -> bytes:
    if float(grey.std()) < _EVEN:
        return b""
    places, descriptions = opencv.points(grey, MOST_POINTS, VIEW_SIDE)
    if len(places) < FEWEST_POINTS:
        return b""
    high, wide = grey.shape
    size = np.array((wide, high), np.float64) * VIEW_SIDE / max(wide, high)
    scaled = ((places + 0.5) / size * _PLACE_SCALE).round().clip(0, _PLACE_SCALE)
    coordinates = scaled.astype("<u2").view(np.uint8).reshape(len(places), 4)
    first = np.full((len(places), 1), number, np.uint8)
    return np.hstack([first, coordinates, descriptions]).tobytes()
