"""How the picture of one film may lie in another's: cut, framed, or as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verification.films.forms import HIGH, WIDE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verification.fingerprints.films import OpenedFilm

    Places = NDArray[np.float64]

#: Bits in which two descriptions of one point may differ, of 256.
_MOST_BITS = 70
_TRIALS, _FEWEST_PAIRS = 200, 8
#: Shares of width or height by which a pair may miss, and by which two lies differ.
_MISS, _OTHER = 0.015, 0.03
#: A frame drawn around a film may take so much; a cut may leave so little.
_SMALLEST, _LARGEST = 0.4, 2.5
_MOST_LIES = 3


@dataclass(frozen=True, slots=True)
class Lie:
    """Takes shares of width and height of one film to the other's: scale, then shift."""

    across: tuple[float, float] = (1.0, 0.0)
    down: tuple[float, float] = (1.0, 0.0)


#: Cut by a twentieth or a tenth on every side, the one or the other; shown in a mirror.
_USUAL = (
    *(
        Lie((scale, (1 - scale) / 2), (scale, (1 - scale) / 2))
        for scale in (0.9, 1 / 0.9, 0.8, 1 / 0.8)
    ),
    Lie(across=(-1.0, 1.0)),
)


def lies(one: OpenedFilm, other: OpenedFilm) -> tuple[Lie, ...]:
    """Give those to be tried: as it is, what points of frames agree on, and the usual cuts."""
    found: list[tuple[int, Lie]] = []
    for view in np.unique(one.views):
        for frame in np.unique(other.views):
            here, there = _pairs(one, other, one.views == view, other.views == frame)
            if len(here) >= _FEWEST_PAIRS:
                found += _agreed(here, there)
    found.sort(key=lambda vote: -vote[0])
    chosen = [Lie()]
    for _, lie in found:
        if len(chosen) > _MOST_LIES:
            break
        if all(_apart(lie, known) > _OTHER for known in chosen):
            chosen.append(lie)
    return (*chosen, *(lie for lie in _USUAL if all(_apart(lie, one) > _OTHER for one in chosen)))


def laid(smalls: NDArray[np.float32], lie: Lie) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Show pictures (time, down, across) as they lie in the one film; and which cells they fill."""
    rows, down = _weights(HIGH, lie.down)
    columns, across = _weights(WIDE, lie.across)
    moved = np.einsum("ij,tjk->tik", rows, smalls, optimize=True)
    moved = np.einsum("tik,lk->til", moved, columns, optimize=True)
    return np.asarray(moved, np.float32), down[:, None] & across[None, :]


def _weights(
    cells: int, move: tuple[float, float]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Give how much of each cell there is seen in each here, and which here lie in it."""
    scale, shift = move
    middles = scale * ((np.arange(cells) + 0.5) / cells) + shift
    at = middles * cells - 0.5
    inside = (middles > 0) & (middles < 1)
    low = np.floor(at).clip(0, cells - 1).astype(int)
    high = (low + 1).clip(0, cells - 1)
    part = (at - low).clip(0, 1).astype(np.float32)
    weights = np.zeros((cells, cells), np.float32)
    rows = np.arange(cells)
    np.add.at(weights, (rows, low), 1 - part)
    np.add.at(weights, (rows, high), part)
    return weights, inside


def _pairs(
    one: OpenedFilm, other: OpenedFilm, mine: NDArray[np.bool_], theirs: NDArray[np.bool_]
) -> tuple[Places, Places]:
    """Pair points of two frames that are each other's likest, and like enough."""
    left = one.descriptions[mine].copy().view(np.uint64)
    right = other.descriptions[theirs].copy().view(np.uint64)
    differ = np.zeros((len(left), len(right)), np.int32)
    for part in range(left.shape[1]):
        differ += np.bitwise_count(left[:, part, None] ^ right[None, :, part])
    best, back = differ.argmin(1), differ.argmin(0)
    rows = np.arange(len(left))
    mutual = (back[best] == rows) & (differ[rows, best] <= _MOST_BITS)
    return one.places[mine][mutual], other.places[theirs][best[mutual]]


def _agreed(here: Places, there: Places) -> list[tuple[int, Lie]]:
    """Give the lie that most pairs agree with, and how many do."""
    chance = np.random.default_rng(7)
    first = chance.integers(0, len(here), _TRIALS)
    second = (first + chance.integers(1, len(here), _TRIALS)) % len(here)
    span = here[second] - here[first]
    good = (np.abs(span) > 10 * _MISS).all(1)
    if not good.any():
        return []
    first, second = first[good], second[good]
    scale = (there[second] - there[first]) / span[good]
    shift = there[first] - scale * here[first]
    misses = np.abs(scale[:, None] * here + shift[:, None] - there).max(2)
    sane = ((scale > _SMALLEST) & (scale < _LARGEST)).all(1)
    agree = (misses < _MISS) & sane[:, None]
    best = int(agree.sum(1).argmax())
    chosen = agree[best]
    if chosen.sum() < _FEWEST_PAIRS:
        return []
    fits = [_line(here[chosen, axis], there[chosen, axis]) for axis in (0, 1)]
    return [(int(chosen.sum()), Lie(*fits))]


def _line(here: Places, there: Places) -> tuple[float, float]:
    middle, goal = float(here.mean()), float(there.mean())
    spread = float(((here - middle) ** 2).sum())
    scale = float(((here - middle) * (there - goal)).sum()) / spread if spread > 0 else 1.0
    return scale, goal - scale * middle


def _apart(one: Lie, other: Lie) -> float:
    """Give how far the corners of a picture come to lie from one another."""
    pairs = ((one.across, other.across), (one.down, other.down))
    return max(abs((a * end + b) - (c * end + d)) for (a, b), (c, d) in pairs for end in (0.0, 1.0))
