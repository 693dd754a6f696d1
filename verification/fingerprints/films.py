"""What is kept of a film so that it is known again: how it moves, and points of some frames."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verification.films.forms import HIGH, LONGEST, MOST_STEPS, MOST_VIEWS, WIDE
from verification.fingerprints import words
from verification.fingerprints.pages import DESCRIPTION_BYTES, NoFingerprint

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verification.fingerprints.kept import FilmFingerprint

#: Points of one frame that are kept.
MOST_POINTS = 100
#: Number of the frame, x and y in 60,000ths of width and height, and the description.
ROW = 1 + 4 + DESCRIPTION_BYTES
PLACE_SCALE = 60_000
#: Points of each frame whose words are kept, and asked for.
_KEPT, _ASKED = 24, 60


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


def opened(print_: FilmFingerprint) -> OpenedFilm:
    """Read a fingerprint. Raises NoFingerprint for bytes that are none."""
    count, points = len(print_.times) // 4, len(print_.points) // ROW
    if (
        len(print_.times) % 4
        or len(print_.points) % ROW
        or not 1 < count <= MOST_STEPS
        or not 1 <= points <= MOST_POINTS * MOST_VIEWS
        or len(print_.mirrored) not in {0, points * DESCRIPTION_BYTES}
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
    table = np.frombuffer(print_.points, np.uint8).reshape(points, ROW)
    if table[-1, 0] >= MOST_VIEWS or bool((np.diff(table[:, 0].astype(int)) < 0).any()):
        raise NoFingerprint
    return OpenedFilm(
        times=times,
        smalls=np.cumsum(steps, axis=0, dtype=np.uint8),
        views=table[:, 0],
        places=table[:, 1:5].copy().view("<u2").astype(np.float64) / PLACE_SCALE,
        descriptions=table[:, 5:],
        mirrored=np.frombuffer(print_.mirrored, np.uint8).reshape(-1, DESCRIPTION_BYTES),
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
