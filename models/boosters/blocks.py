"""One tree of a booster's text: every field in its order, every array of its length."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from models.boosters.faults import BoosterRefused, Place
from models.boosters.numbers import UINT32, integer, integers, reals
from models.boosters.trees import MOST, Tree

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LARGEST = 1e300
_MOST_DECISION = 15


class _Block:
    """The lines of one tree, one after the other."""

    def __init__(self, block: str, number: int, line: int) -> None:
        self.lines = block.split("\n")
        self.number, self.first, self.at = number, line, 0

    def next(self, key: str) -> tuple[str, Place]:
        found = self.lines[self.at] if self.at < len(self.lines) else ""
        place = Place(key, self.first + self.at, self.number)
        self.at += 1
        if not found.startswith(f"{key}="):
            raise BoosterRefused("form", place, seen=repr(found), expected=f"{key}=…")
        return found[len(key) + 1 :], place

    def whole(self, key: str, count: int, least: int, *, most: int = 2**31 - 1) -> NDArray[Any]:
        return integers(*self.next(key), count=count, least=least, most=most)

    def real(self, key: str, count: int, least: float, *, most: float = _LARGEST) -> NDArray[Any]:
        return reals(*self.next(key), count=count, least=least, most=most)

    def one(self, key: str, least: int, most: int) -> int:
        return integer(*self.next(key), least=least, most=most)


def read_tree(text: str, number: int, line: int) -> Tree:
    """Read the block of a tree; what its numbers mean together is not looked at here."""
    block = _Block(text, number, line)
    block.one("Tree", number, number)
    leaves = block.one("num_leaves", 1, MOST.leaves)
    nodes = leaves - 1
    sets = block.one("num_cat", 0, nodes)
    feature = block.whole("split_feature", nodes, 0)
    block.real("split_gain", nodes, -_LARGEST)
    threshold = block.real("threshold", nodes, -_LARGEST, most=math.inf)
    decision = block.whole("decision_type", nodes, 0, most=_MOST_DECISION)
    left = block.whole("left_child", nodes, -leaves, most=nodes - 1)
    right = block.whole("right_child", nodes, -leaves, most=nodes - 1)
    value = block.real("leaf_value", leaves, -MOST.leaf, most=MOST.leaf)
    # A tree without nodes is written without weights.
    block.real("leaf_weight", leaves if nodes else 0, 0.0)
    leaf_count = block.whole("leaf_count", leaves, 0)
    block.real("internal_value", nodes, -MOST.leaf, most=MOST.leaf)
    block.real("internal_weight", nodes, 0.0)
    node_count = block.whole("internal_count", nodes, 0)
    boundaries, words = _sets(block, sets)
    block.one("is_linear", 0, 0)
    reals(*block.next("shrinkage"), count=1, least=1e-9, most=1.0)
    if block.lines[block.at :] != ["", "", ""]:
        seen = repr(block.lines[block.at])
        place = Place("", line + block.at, number)
        raise BoosterRefused("form", place, seen=seen, expected="the end of the tree")
    return Tree(
        feature=feature.astype(np.int32),
        threshold=threshold,
        decision=decision.astype(np.int8),
        left=left.astype(np.int32),
        right=right.astype(np.int32),
        value=value,
        leaf_count=leaf_count,
        node_count=node_count,
        boundaries=boundaries,
        words=words.astype(np.uint32),
        line=line,
    )


def _sets(block: _Block, sets: int) -> tuple[NDArray[Any], NDArray[Any]]:
    if not sets:
        return np.zeros(1, np.int64), np.zeros(0, np.int64)
    most = sets * (MOST.category // 32 + 1)
    place = Place("cat_boundaries", block.first + block.at, block.number)
    boundaries = block.whole("cat_boundaries", sets + 1, 0, most=most)
    if boundaries[0] != 0 or (np.diff(boundaries) <= 0).any():
        raise BoosterRefused("category", place, seen="no such order", expected="0, then ascending")
    return boundaries, block.whole("cat_threshold", int(boundaries[-1]), 0, most=UINT32)
