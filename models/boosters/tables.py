"""A booster as tables, for many rows at once: a third of the time of walking, and the same bits.

A tree of 16 leaves has a word of 16 bits, a bit for each leaf from left to right. A node where a
row goes right rules out the leaves on its left; the lowest bit that is left is the row's leaf
(QuickScorer). All nodes of one tree and feature together are a table from the feature's bin to such
a word, and the words of four trees stand in one number. Bins end where a threshold stands, so that
all numbers of a bin go the same ways; which ways is asked of `evaluation`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.boosters.evaluation import flattened, left_of
from models.boosters.trees import ZERO

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.boosters.evaluation import Flat
    from models.boosters.trees import Booster, Tree

#: Leaves of a tree, and trees of a number: 64 bits.
LEAVES, TREES = 16, 4
#: Rows that are scored together: what is read again and again stays near the processor.
_BLOCK = 8192
#: A feature with more bins, or more of them in all tables, is left to LightGBM.
_MOST_BINS, _MOST_CELLS = 4096, 1 << 23
_ALL = np.uint64(2**64 - 1)
#: Of a number with one bit: which.
_PLACE = np.zeros(1 << LEAVES, dtype=np.intp)
_PLACE[1 << np.arange(LEAVES)] = np.arange(LEAVES)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bins:
    """How a feature's values are told apart; the last bin is what is no value of it."""

    is_category: bool
    #: Of numbers: where each bin but the last two ends. Of categories: their codes.
    ends: NDArray[np.float64]

    @property
    def typical(self) -> NDArray[np.float64]:
        """Give a value of each bin."""
        if self.is_category:
            return np.append(self.ends, -1.0)
        return np.append(self.ends, (np.inf, np.nan))

    def of(self, column: NDArray[np.float64]) -> NDArray[np.intp]:
        if self.is_category:
            count = len(self.ends)
            # A code is cut to a whole number, as `evaluation` does.
            inside = (column > -1) & (column < count)
            return np.where(inside, column, count).astype(np.intp)
        found = np.searchsorted(self.ends, column, side="left")
        found[np.isnan(column)] = len(self.ends) + 1
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Trees that are scored together."""

    #: Place among the used features, and the table from its bins.
    tables: tuple[tuple[int, NDArray[np.uint64]], ...]
    #: Of each tree its leaves' values from left to right.
    values: tuple[NDArray[np.float64], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The raw scores of a booster; `tables_of` makes them."""

    features: tuple[int, ...]
    bins: tuple[_Bins, ...]
    groups: tuple[_Group, ...]

    def rows(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give one raw score a row."""
        total = np.zeros(len(rows))
        for at in range(0, len(rows), _BLOCK):
            self._add(rows[at : at + _BLOCK], total[at : at + _BLOCK])
        return total

    def _add(self, rows: NDArray[np.float64], total: NDArray[np.float64]) -> None:
        count = len(rows)
        columns = [
            bins.of(rows[:, feature])
            for feature, bins in zip(self.features, self.bins, strict=True)
        ]
        words, found = np.empty(count, np.uint64), np.empty(count, np.uint64)
        leaf, value = np.empty(count, np.intp), np.empty(count)
        halves = words.view(np.uint16)
        for group in self.groups:
            words.fill(_ALL)
            for place, table in group.tables:
                # Places are right by construction; `clip` only spares the check.
                np.take(table, columns[place], out=found, mode="clip")
                np.bitwise_and(words, found, out=words)
            # The lowest bit alone, of each tree.
            lowest = (halves & -halves).reshape(count, TREES)
            for tree, values in enumerate(group.values):
                np.take(_PLACE, lowest[:, tree].astype(np.intp), out=leaf, mode="clip")
                np.take(values, leaf, out=value, mode="clip")
                # One tree after the other, as LightGBM adds.
                np.add(total, value, out=total)


def tables_of(booster: Booster) -> Tables | None:
    """Give the tables; None for trees that are too large for them."""
    if any(tree.value.size > LEAVES for tree in booster.trees):
        return None
    flat, features = flattened(booster), tuple(sorted(booster.features_used))
    bins = [_bins(flat, feature) for feature in features]
    known = [one for one in bins if one is not None]
    if len(known) < len(bins):
        return None
    words = _words(booster, flat, dict(zip(features, known, strict=True)))
    groups = tuple(
        _group(booster, features, words, range(at, min(at + TREES, len(booster.trees))))
        for at in range(0, len(booster.trees), TREES)
    )
    cells = sum(table.size for group in groups for _, table in group.tables)
    if cells > _MOST_CELLS:
        return None
    return Tables(features=features, bins=tuple(known), groups=groups)


def _group(
    booster: Booster,
    features: tuple[int, ...],
    words: dict[tuple[int, int], NDArray[np.uint16]],
    trees: range,
) -> _Group:
    tables = []
    for place, feature in enumerate(features):
        parts = [(tree - trees[0], words.get((tree, feature))) for tree in trees]
        known = [(at, word) for at, word in parts if word is not None]
        if known:
            tables.append((place, _packed(known)))
    values = tuple(booster.trees[tree].value[_order(booster.trees[tree])] for tree in trees)
    return _Group(tables=tuple(tables), values=values)


def _bins(flat: Flat, feature: int) -> _Bins | None:
    """Tell a feature's values apart; None where they are too many or of two kinds."""
    nodes = np.flatnonzero(flat.feature == feature)
    is_category = flat.bits[nodes] >= 0
    if is_category.any():
        most = int(flat.bits[nodes].max())
        if not is_category.all() or most > _MOST_BINS:
            return None
        return _Bins(is_category=True, ends=np.arange(most, dtype=np.float64))
    # Zero is a bin of its own: LightGBM may take it for missing.
    around = (np.nextafter(-ZERO, -np.inf), ZERO)
    ends = np.unique(np.append(flat.threshold[nodes], around))
    ends = ends[ends < np.inf]
    return _Bins(is_category=False, ends=ends) if len(ends) <= _MOST_BINS else None


def _words(
    booster: Booster, flat: Flat, bins: dict[int, _Bins]
) -> dict[tuple[int, int], NDArray[np.uint16]]:
    """Give for each tree and feature that it splits on: bin → leaves that are left."""
    kept = ~np.concatenate([_left_leaves(tree) for tree in booster.trees])
    sizes = [tree.left.size for tree in booster.trees]
    of_tree = np.repeat(np.arange(len(sizes)), sizes)
    found: dict[tuple[int, int], NDArray[np.uint16]] = {}
    for feature, known in bins.items():
        nodes = np.flatnonzero(flat.feature == feature)
        typical = known.typical
        left = left_of(flat, np.repeat(nodes, typical.size), np.tile(typical, nodes.size))
        words = np.where(left.reshape(nodes.size, -1), np.uint16(0xFFFF), kept[nodes][:, None])
        trees, firsts = np.unique(of_tree[nodes], return_index=True)
        whole = np.bitwise_and.reduceat(words, firsts, axis=0)
        found |= {(int(tree), feature): word for tree, word in zip(trees, whole, strict=True)}
    return found


def _packed(parts: list[tuple[int, NDArray[np.uint16]]]) -> NDArray[np.uint64]:
    table = np.full((len(parts[0][1]), TREES), 0xFFFF, dtype=np.uint16)
    for place, word in parts:
        table[:, place] = word
    return table.view(np.uint64)[:, 0].copy()


def _order(tree: Tree) -> NDArray[np.intp]:
    """Give the leaves from left to right."""
    found, waiting = [], [0 if tree.left.size else -1]
    while waiting:
        node = waiting.pop()
        if node < 0:
            found.append(~node)
        else:
            waiting += (int(tree.right[node]), int(tree.left[node]))
    return np.array(found, dtype=np.intp)


def _left_leaves(tree: Tree) -> NDArray[np.uint16]:
    """Give of each node the leaves below its left child, a bit each, from left to right."""
    place = {int(leaf): bit for bit, leaf in enumerate(_order(tree))}
    below: dict[int, int] = {~leaf: 1 << bit for leaf, bit in place.items()}

    def bits(node: int) -> int:
        if node not in below:
            below[node] = bits(int(tree.left[node])) | bits(int(tree.right[node]))
        return below[node]

    return np.array([bits(int(child)) for child in tree.left], dtype=np.uint16)
