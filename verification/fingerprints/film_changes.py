"""What changes in a film from one moment to the next, on small pictures at an even pace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verification.fingerprints.films import OpenedFilm

    Series = NDArray[np.float32]

#: Steps a second at which the earlier film is looked at.
FINE = 20
#: Seconds between two pictures that are held against each other.
_LEAST_GAP, _MOST_GAP = 0.35, 1.1
#: Seconds over which pictures that were kept may be bridged.
_BRIDGED = 0.45


@dataclass(frozen=True, slots=True, eq=False)
class Even:
    """A film at an even pace, and where it is known."""

    smalls: Series
    known: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Neighbouring pictures of a film: (time, time), and what changes between them."""

    #: Seconds.
    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    changes: Series
    firsts: Series


def paired(film: OpenedFilm) -> Pairs:
    """Give what changes from each picture to the next one that is far enough from it."""
    first, firsts, lasts = 0, [], []
    for number in range(1, len(film.times)):
        gap = float(film.times[number] - film.times[first])
        if gap < _LEAST_GAP:
            continue
        if gap <= _MOST_GAP:
            firsts.append(first)
            lasts.append(number)
        first = number
    smalls = _blurred(film)
    return Pairs(
        starts=film.times[firsts],
        ends=film.times[lasts],
        changes=smalls[lasts] - smalls[firsts],
        firsts=smalls[firsts],
    )


def even_paced(film: OpenedFilm) -> Even:
    """Give the film at `FINE` pictures a second, blended between those that were kept."""
    count = int(film.times[-1] * FINE) + 1
    at = np.arange(count) / FINE
    after = np.searchsorted(film.times, at).clip(1, len(film.times) - 1)
    gap = film.times[after] - film.times[after - 1]
    part = ((at - film.times[after - 1]) / gap).clip(0, 1).astype(np.float32)
    smalls = _blurred(film)
    blended = smalls[after - 1] * (1 - part)[:, None, None] + smalls[after] * part[:, None, None]
    return Even(smalls=blended, known=(gap <= _BRIDGED) & (at >= film.times[0] - 1 / FINE))


def _blurred(film: OpenedFilm) -> Series:
    """Blur the small pictures, for what moves is not caught at the same moment in both films."""
    wide = np.pad(film.smalls.astype(np.float32), ((0, 0), (1, 1), (1, 1)), mode="edge")
    down = (wide[:, :-2] + 2 * wide[:, 1:-1] + wide[:, 2:]) / 4
    return np.asarray((down[:, :, :-2] + 2 * down[:, :, 1:-1] + down[:, :, 2:]) / 4, np.float32)


def columns_of(pairs: Pairs, shift: int) -> NDArray[np.int64]:
    """Give the step of the other film that each pair begins at, so many steps apart in time."""
    return np.rint(pairs.starts * FINE).astype(np.int64) + shift
