"""A booster as plain arrays, and what a text may hold at most."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Numbers nearer to 0 than this are zeros to LightGBM.
ZERO = 1e-35

# Bits of a decision.
CATEGORICAL, DEFAULT_LEFT, MISSING_SHIFT = 1, 2, 2


class Missing(IntEnum):
    """What a split takes for missing."""

    NONE = 0
    ZERO = 1
    NAN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Most:
    """Limits on a text; ours stay far below."""

    bytes: int = 64 * 1024 * 1024
    trees: int = 5_000
    leaves: int = 4_096
    depth: int = 256
    features: int = 4_096
    #: Categories of one feature: a split's set has a bit for each code up to the largest.
    category: int = 1_000_000
    #: Log-odds and logarithms of values; a sum of all trees' largest leaves stays below, too.
    leaf: float = 1_000.0


MOST = Most()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """One tree. Node 0 is the root; a child below 0 is the leaf ~child; one leaf has no nodes."""

    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    decision: NDArray[np.int8]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float64]
    #: Training rows in each leaf and below each node: what contributions weigh by.
    leaf_count: NDArray[np.int64]
    node_count: NDArray[np.int64]
    #: Split k's categories are bits of the words boundaries[k] up to boundaries[k + 1].
    boundaries: NDArray[np.int64]
    words: NDArray[np.uint32]
    #: Line of the text where it begins.
    line: int

    def categories(self, node: int) -> tuple[int, ...]:
        """Give the codes that go left at a categorical node, ascending."""
        place = int(self.threshold[node])
        first, end = int(self.boundaries[place]), int(self.boundaries[place + 1])
        bits = np.unpackbits(self.words[first:end].astype("<u4").view(np.uint8), bitorder="little")
        return tuple(int(one) for one in np.flatnonzero(bits))

    @property
    def is_categorical(self) -> NDArray[np.bool_]:
        return np.asarray((self.decision & CATEGORICAL) != 0, dtype=np.bool_)

    @property
    def missing(self) -> NDArray[np.int8]:
        return (self.decision >> MISSING_SHIFT) & 3


@dataclass(frozen=True, kw_only=True)
class Booster:
    """A checked booster: the sum of its trees is the raw score."""

    objective: str
    names: tuple[str, ...]
    #: 1: rises with the feature, -1: falls, 0: free; one for each feature.
    monotone: tuple[int, ...]
    #: The codes of each feature that training saw as categories; None: a number, or never split on.
    categories: tuple[frozenset[int] | None, ...]
    trees: tuple[Tree, ...]
    #: What was read, byte for byte: this is what a loader gets.
    text: bytes

    @cached_property
    def features_used(self) -> frozenset[int]:
        return frozenset(int(one) for tree in self.trees for one in np.unique(tree.feature))
