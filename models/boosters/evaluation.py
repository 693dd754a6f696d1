"""A booster evaluated with numpy alone: no loader, the same bits as LightGBM's own prediction."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from models.boosters.trees import DEFAULT_LEFT, ZERO, Missing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.boosters.trees import Booster

#: Rows × trees that are walked together.
_BLOCK = 1 << 20
_INT32 = 2.0**31


@dataclass(frozen=True, slots=True, kw_only=True)
class Flat:
    """All trees in one set of arrays; a child below 0 is a leaf of all, ~child."""

    roots: NDArray[np.int64]
    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    default_left: NDArray[np.bool_]
    missing: NDArray[np.int8]
    #: Where a node's set begins among the words and how many bits it has; -1: a number.
    first: NDArray[np.int64]
    bits: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: NDArray[np.float64]
    words: NDArray[np.uint32]


@dataclass(frozen=True)
class Evaluated:
    """The raw scores of a booster, by numpy."""

    booster: Booster

    @cached_property
    def _flat(self) -> Flat:
        return flattened(self.booster)

    def row(self, row: NDArray[np.float64]) -> float:
        return float(self.rows(row[None, :])[0])

    def rows(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give one raw score a row: the leaves of all trees, added in the trees' order."""
        flat = self._flat
        step = max(1, _BLOCK // max(1, flat.roots.size))
        blocks = [_scores(flat, rows[at : at + step]) for at in range(0, len(rows), step)]
        return np.concatenate(blocks) if blocks else np.zeros(0)


def _scores(flat: Flat, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    count = len(rows)
    at = np.tile(flat.roots, count)
    row = np.repeat(np.arange(count), flat.roots.size)
    walking = np.flatnonzero(at >= 0)
    while walking.size:
        node = at[walking]
        goes_left = left_of(flat, node, rows[row[walking], flat.feature[node]])
        at[walking] = np.where(goes_left, flat.left[node], flat.right[node])
        walking = walking[at[walking] >= 0]
    leaves = flat.value[~at].reshape(count, -1)
    # A running sum adds one after the other, as LightGBM does; from 0, so that -0 becomes 0.
    return np.asarray(np.cumsum(leaves, axis=1)[:, -1] + 0.0, dtype=np.float64)


def left_of(flat: Flat, node: NDArray[np.int64], value: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say whether each value goes left at its node."""
    missing, blank = flat.missing[node], np.isnan(value)
    number = np.where(blank & (missing != Missing.NAN), 0.0, value)
    is_zero = np.abs(number) <= ZERO
    gone = ((missing == Missing.ZERO) & is_zero) | ((missing == Missing.NAN) & blank)
    with np.errstate(invalid="ignore"):
        below = number <= flat.threshold[node]
    found = np.where(gone, flat.default_left[node], below)
    sets = flat.bits[node] >= 0
    if sets.any():
        found[sets] = _among(flat, node[sets], value[sets])
    return np.asarray(found, dtype=np.bool_)


def _among(flat: Flat, node: NDArray[np.int64], value: NDArray[np.float64]) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        # A code is cut to a whole number; -0.5 is 0, and what no set can hold goes right.
        code = np.where((value > -1) & (value < _INT32), value, -1.0).astype(np.int64)
    inside = (code >= 0) & (code < flat.bits[node])
    code = np.where(inside, code, 0)
    word = flat.words[flat.first[node] + code // 32]
    return np.asarray(inside & ((word >> (code % 32).astype(np.uint32)) & 1 == 1), dtype=np.bool_)


def flattened(booster: Booster) -> Flat:
    """Give the trees one after the other, their nodes in their order."""
    parts: dict[str, list[NDArray[np.float64]]] = {
        name: [] for name in ("feature", "threshold", "decision", "left", "right", "value", "words")
    }
    first: list[NDArray[np.int64]] = []
    bits: list[NDArray[np.int64]] = []
    roots, nodes, leaves, words = [], 0, 0, 0
    for tree in booster.trees:
        roots.append(nodes if tree.left.size else ~leaves)
        for name in ("feature", "threshold", "decision", "value", "words"):
            parts[name].append(getattr(tree, name))
        for name, child in (("left", tree.left), ("right", tree.right)):
            wide = child.astype(np.int64)
            parts[name].append(np.where(wide >= 0, wide + nodes, wide - leaves))
        place = np.where(tree.is_categorical, tree.threshold, 0).astype(np.int64)
        end = np.minimum(place + 1, tree.boundaries.size - 1)
        size = (tree.boundaries[end] - tree.boundaries[place]) * 32
        first.append(tree.boundaries[place] + words)
        bits.append(np.where(tree.is_categorical, size, -1))
        nodes, leaves, words = (
            nodes + tree.left.size,
            leaves + tree.value.size,
            words + tree.words.size,
        )
    whole = {name: np.concatenate(found) for name, found in parts.items()}
    decision = whole["decision"].astype(np.int8)
    return Flat(
        roots=np.array(roots, dtype=np.int64),
        feature=whole["feature"].astype(np.int64),
        threshold=whole["threshold"],
        default_left=(decision & DEFAULT_LEFT) != 0,
        missing=(decision >> 2) & 3,
        first=np.concatenate(first),
        bits=np.concatenate(bits),
        left=whole["left"].astype(np.int64),
        right=whole["right"].astype(np.int64),
        value=whole["value"],
        words=whole["words"].astype(np.uint32),
    )
