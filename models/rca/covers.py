"""Few sets of dimensions that hold all sets of one dimension less.

Where turning all dimensions (or all but the last) round takes a choice into itself, whole rings of
sets are chosen, so that each smaller set lies in one of them exactly: for 8 or 10 dimensions
there are such systems of fours, found so in a few steps. Else sets are taken greedily.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from math import prod
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Dimensions = tuple[int, ...]

#: Orders in which sets are looked for greedily.
TRIES = 12
#: Rings looked at before it is believed that none fit together.
MOST_STEPS = 200


@lru_cache(maxsize=64)
def covers(sizes: Dimensions, depth: int, most: int) -> tuple[Dimensions, ...]:
    """Give sets of depth + 1 dimensions, each of `most` cells or less, that hold those of depth.

    A set that no chosen one would hold together with another new one is left out.
    """
    wide = [
        one
        for one in combinations(range(len(sizes)), depth + 1)
        if prod(sizes[place] for place in one) <= most
    ]
    if not wide:
        return ()
    layer = {one: at for at, one in enumerate(combinations(range(len(sizes)), depth))}
    inside = np.array([[layer[one] for one in combinations(each, depth)] for each in wide])
    for turned in (len(sizes), len(sizes) - 1):
        rings = _rings(wide, turned)
        counts = [np.bincount(inside[ring].ravel(), minlength=len(layer)) for ring in rings]
        fair = [place for place, count in enumerate(counts) if count.max() == 1]
        search = _Exact(np.array([counts[place] for place in fair], dtype=np.bool_))
        chosen = search.run(np.ones(len(layer), dtype=np.bool_)) if fair else None
        if chosen is not None:
            return tuple(wide[one] for ring in chosen for one in rings[fair[ring]])
    tries = (_greedy(inside, len(layer), seed) for seed in range(TRIES))
    return tuple(wide[one] for one in min(tries)[1])


def _rings(wide: list[Dimensions], turned: int) -> list[list[int]]:
    """Give rows of sets that turning the first so many dimensions round makes of one another."""
    at, rings = {one: place for place, one in enumerate(wide)}, {}
    for one in wide:
        ring = {
            tuple(sorted((place + by) % turned if place < turned else place for place in one))
            for by in range(turned)
        }
        if ring <= at.keys():
            rings[min(ring)] = sorted(at[each] for each in ring)
    return list(rings.values())


class _Exact:
    """A search for rows that together hold each column once."""

    def __init__(self, rows: Bools) -> None:
        self._rows, self._steps = rows, 0

    def run(self, left: Bools) -> list[int] | None:
        if not left.any():
            return []
        fits = self._rows[:, np.argmax(left)] & ~(self._rows & ~left).any(axis=1)
        for one in map(int, np.flatnonzero(fits)):
            self._steps += 1
            if self._steps > MOST_STEPS:
                return None
            rest = self.run(left & ~self._rows[one])
            if rest is not None:
                return [one, *rest]
        return None


def _greedy(inside: NDArray[np.intp], wanted: int, seed: int) -> tuple[int, list[int]]:
    """Give rows that hold wanted numbers, the ones with most new first, and how many it takes.

    A number whose row would hold no other new one is left out, and counts for one.
    """
    order, left = np.random.default_rng(seed), np.ones(wanted, dtype=np.bool_)
    chosen: list[int] = []
    while True:
        new = left[inside].sum(axis=1)
        if new.max() < 2:  # noqa: PLR2004 - no gain
            return len(chosen) + int(left.sum()), chosen
        chosen.append(int(order.choice(np.flatnonzero(new == new.max()))))
        left[inside[chosen[-1]]] = False
