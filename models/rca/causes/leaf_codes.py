"""Deals by leaf: which deals have the same value in every dimension."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

#: So many possible leaves are counted in a table; beyond that deals are sorted.
MOST_COUNTED = 1 << 18


def leaf_codes(codes: Ints, sizes: Sequence[int]) -> tuple[Ints, Ints]:
    """Give the place of each leaf's first deal, and each deal's leaf; leaves in ascending order."""
    leaf = np.zeros(len(codes), dtype=np.int64)
    if prod(sizes) <= MOST_COUNTED:
        for place, size in enumerate(sizes):
            leaf = leaf * size + codes[:, place]
        held = np.bincount(leaf, minlength=prod(sizes)) > 0
        leaf = (np.cumsum(held) - 1)[leaf]
        first = np.zeros(int(held.sum()), dtype=np.int64)
        # Of several deals the last that is written stays: the first one.
        first[leaf[::-1]] = np.arange(len(leaf) - 1, -1, -1)
        return first, leaf
    for place, size in enumerate(sizes):
        leaf = leaf * size + codes[:, place]
        # Names stay small: forty dimensions have more leaves than a number has room for.
        leaf = np.unique(leaf, return_inverse=True)[1].reshape(-1)
    return np.unique(leaf, return_index=True)[1], leaf
