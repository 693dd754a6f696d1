"""How one page lies on another: pairs of alike points, and the projection most of them agree on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verification.fingerprints.pages import Opened

#: Bits in which two descriptions of one point may differ, of 256.
_MOST_BITS = 80
_TRIALS = 400
#: Pixels by which a pair may miss: first roughly, then closely.
ROUGH, CLOSE = 5.0, 1.5
_FEWEST_PAIRS = 8
_ROUNDS = 6
#: No division by zero.
_NO_DEPTH = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """`projection` takes homogeneous x, y of the one page to the other's, in pixels of `places`."""

    projection: NDArray[np.float64]
    #: All pairs of alike points: a place of the one, a place of the other.
    here: NDArray[np.float64]
    there: NDArray[np.float64]
    #: Which of these pairs agree with the projection.
    agree: NDArray[np.bool_]

    @property
    def pairs(self) -> int:
        """How many pairs of points agree."""
        return int(self.agree.sum())

    def on_pictures(self, one: Opened, other: Opened) -> Alignment:
        """Give the same in pixels of the two small pictures."""
        here, there = (np.diag([page.fineness, page.fineness, 1.0]) for page in (one, other))
        return replace(
            self,
            projection=there @ self.projection @ np.linalg.inv(here),
            here=self.here * one.fineness,
            there=self.there * other.fineness,
        )


def align(one: Opened, other: Opened) -> Alignment | None:
    """Lay `one` on `other`, each time alike; None where too few points agree."""
    here, there = _pairs(one, other)
    if len(here) < _FEWEST_PAIRS:
        return None
    chosen = _agreed(here, there)
    if chosen.sum() < _FEWEST_PAIRS:
        return None
    projection = _fitted(here[chosen], there[chosen])
    for bound in np.linspace(ROUGH, CLOSE, _ROUNDS):
        chosen = _misses(projection, here, there) < bound
        if chosen.sum() < _FEWEST_PAIRS:
            return None
        projection = _fitted(here[chosen], there[chosen])
    return Alignment(projection=projection, here=here, there=there, agree=chosen)


def moved(projection: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take places (n, 2) through a projection."""
    far = np.column_stack([places, np.ones(len(places))]) @ projection.T
    depth = np.where(np.abs(far[:, 2:]) < _NO_DEPTH, _NO_DEPTH, far[:, 2:])
    return np.asarray(far[:, :2] / depth)


def spread(
    projection: NDArray[np.float64], across: NDArray[np.float32], down: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Give where places come to lie as indices of pixels: x and y, each (height, width)."""
    x, y, depth = (a * across + (b * down + c) for a, b, c in projection.tolist())
    depth[np.abs(depth) < _NO_DEPTH] = _NO_DEPTH
    return x / depth - np.float32(0.5), y / depth - np.float32(0.5)


def _pairs(one: Opened, other: Opened) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pair points that are each other's likest, and like enough."""
    left = one.descriptions.copy().view(np.uint64)
    right = other.descriptions.copy().view(np.uint64)
    differ = np.zeros((len(left), len(right)), np.int32)
    for part in range(left.shape[1]):
        differ += np.bitwise_count(left[:, part, None] ^ right[None, :, part])
    best, back = differ.argmin(1), differ.argmin(0)
    rows = np.arange(len(left))
    mutual = (back[best] == rows) & (differ[rows, best] <= _MOST_BITS)
    return one.places[mutual], other.places[best[mutual]]


def _agreed(here: NDArray[np.float64], there: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Give the pairs that the best of many similarities (turn, scale, shift) agrees with."""
    a = here[:, 0] + 1j * here[:, 1]
    b = there[:, 0] + 1j * there[:, 1]
    chance = np.random.default_rng(7)
    first = chance.integers(0, len(a), _TRIALS)
    second = (first + chance.integers(1, len(a), _TRIALS)) % len(a)
    span = a[second] - a[first]
    good = np.abs(span) > ROUGH
    if not good.any():
        return np.zeros(len(a), np.bool_)
    first, second, span = first[good], second[good], span[good]
    turn = (b[second] - b[first]) / span
    shift = b[first] - turn * a[first]
    misses = np.abs(turn[:, None] * a + shift[:, None] - b)
    sane = (np.abs(turn) > 0.25) & (np.abs(turn) < 4.0)  # noqa: PLR2004 - scales of copies
    agree = (misses < ROUGH) & sane[:, None]
    return np.asarray(agree[agree.sum(1).argmax()])


def _fitted(here: NDArray[np.float64], there: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fit a projection by least squares (direct linear transform on normalised places)."""
    one, other = _normal(here), _normal(there)
    a, b = moved(one, here), moved(other, there)
    zero, ones = np.zeros(len(a)), np.ones(len(a))
    x, y, u, v = a[:, 0], a[:, 1], b[:, 0], b[:, 1]
    rows = np.vstack(
        [
            np.column_stack([x, y, ones, zero, zero, zero, -u * x, -u * y, -u]),
            np.column_stack([zero, zero, zero, x, y, ones, -v * x, -v * y, -v]),
        ]
    )
    _, vectors = np.linalg.eigh(rows.T @ rows)
    return np.asarray(np.linalg.inv(other) @ vectors[:, 0].reshape(3, 3) @ one)


def _normal(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give what takes places to a mean of 0 and a spread of 1."""
    middle = places.mean(0)
    scale = 1.0 / max(float(places.std()), 1e-6)
    return np.array([[scale, 0, -scale * middle[0]], [0, scale, -scale * middle[1]], [0, 0, 1]])


def _misses(
    projection: NDArray[np.float64], here: NDArray[np.float64], there: NDArray[np.float64]
) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(moved(projection, here) - there, axis=1))
