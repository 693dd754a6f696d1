"""What is kept of a film so that it is known again: how it moves, and points of some frames."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verification.films.strip import (
    HIGH,
    LONGEST,
    MOST_STEPS,
    MOST_VIEWS,
    VIEW_SIDE,
    WIDE,
    Strip,
    strip,
)
from verification.fingerprints import words
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
#: Points of each frame whose words are kept, and asked for.
_KEPT, _ASKED = 24, 60
#: Share of the height, above and below, in which no points are sought: clocks are burnt in there,
#: and would take all of them.
_RIM = 0.12
#: Pixels that a picture has at least, either way.
_SMALLEST = 16


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
    #: What describes each in a mirror; of films that were kept there is none.
    mirrored: NDArray[np.uint8]


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


def opened(print_: FilmFingerprint) -> OpenedFilm:
    """Read a fingerprint. Raises NoFingerprint for bytes that are none."""
    count, points = len(print_.times) // 4, len(print_.points) // _ROW
    if (
        len(print_.times) % 4
        or len(print_.points) % _ROW
        or not 1 < count <= MOST_STEPS
        or not 1 <= points <= MOST_POINTS * MOST_VIEWS
        or len(print_.mirrored) not in {0, points * opencv.DESCRIPTION_BYTES}
    ):
        raise NoFingerprint
    size = count * HIGH * WIDE
    try:
        raw = zlib.decompressobj().decompress(print_.smalls, size + 1)
    except zlib.error as error:
        raise NoFingerprint from error
    times = np.frombuffer(print_.times, "<u4").astype(np.float64) / 1000
    rising = bool((np.diff(times) > 0).all())
    if len(raw) != size or not rising or times[-1] > LONGEST:
        raise NoFingerprint
    steps = np.frombuffer(raw, np.uint8).reshape(count, HIGH, WIDE)
    table = np.frombuffer(print_.points, np.uint8).reshape(points, _ROW)
    return OpenedFilm(
        times=times,
        smalls=np.cumsum(steps, axis=0, dtype=np.uint8),
        views=table[:, 0],
        places=table[:, 1:5].copy().view("<u2").astype(np.float64) / _PLACE_SCALE,
        descriptions=table[:, 5:],
        mirrored=np.frombuffer(print_.mirrored, np.uint8).reshape(-1, opencv.DESCRIPTION_BYTES),
    )


def kept_words(film: OpenedFilm) -> tuple[int, ...]:
    """Give by which words a film is found: those of the strongest points."""
    return words.of(film.descriptions[_ranks(film.views) < _KEPT])


def asked_words(film: OpenedFilm) -> tuple[int, ...]:
    """Give the words by which films like it, or it in a mirror, are sought."""
    strong = _ranks(film.views) < _ASKED
    found = set(words.of(film.descriptions[strong]))
    if len(film.mirrored):
        found.update(words.of(film.mirrored[strong & (_ranks(film.views) < _KEPT)]))
    return tuple(sorted(found))


def _ranks(views: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Give how many points of the same frame are stronger than each."""
    return np.arange(len(views)) - np.searchsorted(views, views)


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
    scaled = (shares * _PLACE_SCALE).round().clip(0, _PLACE_SCALE)
    coordinates = scaled.astype("<u2").view(np.uint8).reshape(len(places), 4)
    first = np.full((len(places), 1), number, np.uint8)
    return np.hstack([first, coordinates, descriptions]).tobytes(), mirrored.tobytes()
