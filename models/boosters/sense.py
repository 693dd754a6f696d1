"""What a tree's numbers mean together: its shape, features, sets of categories and counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from models.boosters.faults import BoosterRefused, Place
from models.boosters.trees import CATEGORICAL, DEFAULT_LEFT, MOST, Missing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.boosters.header import Header
    from models.boosters.trees import Tree


def check(tree: Tree, header: Header, number: int) -> None:
    """Raise BoosterRefused where a tree makes no sense."""
    _check_shape(tree, number)
    _check_features(tree, header, number)
    _check_sets(tree, header, number)
    _check_counts(tree, number)


def _at(tree: Tree, field: str, number: int) -> Place:
    return Place(field, tree.line, number)


def _check_shape(tree: Tree, number: int) -> None:
    """Every node but the root, and every leaf, hangs below one node, and all below the root."""
    nodes, leaves = tree.left.size, tree.value.size
    place = _at(tree, "left_child", number)
    children = np.concatenate([tree.left, tree.right])
    expected = np.concatenate([np.arange(1, nodes), -np.arange(1, leaves + 1)])
    if nodes and not np.array_equal(np.sort(children), np.sort(expected)):
        raise BoosterRefused("tree", place, seen="a child twice", expected="each child once")
    # Each has one parent: what the root does not reach hangs in a ring.
    reached, depth, level = 0, 0, np.zeros(min(nodes, 1), np.int64)
    while level.size:
        reached += level.size
        depth += 1
        if depth > MOST.depth:
            raise BoosterRefused("size", place, seen="deeper", expected=f"depth <= {MOST.depth}")
        below = np.concatenate([tree.left[level], tree.right[level]])
        level = below[below >= 0].astype(np.int64)
    if reached != nodes:
        seen = f"{nodes - reached} nodes in a ring"
        raise BoosterRefused("tree", place, seen=seen, expected="all below the root")


def _check_features(tree: Tree, header: Header, number: int) -> None:
    place = _at(tree, "split_feature", number)
    for node, feature in enumerate(tree.feature):
        if feature >= len(header.names) or not header.varies[feature]:
            expected = f"one that varies, < {len(header.names)}"
            raise BoosterRefused("range", place, seen=f"{feature}, node {node}", expected=expected)
        decision = int(tree.decision[node])
        is_set = bool(decision & CATEGORICAL)
        if is_set != (header.categories[feature] is not None):
            kind = "number" if header.categories[feature] is None else "category"
            decided = _at(tree, "decision_type", number)
            seen = f"{decision}, node {node}"
            raise BoosterRefused("category", decided, seen=seen, expected=f"that of a {kind}")
        if np.isinf(tree.threshold[node]) and (is_set or decision >> 2 != Missing.NAN):
            limit = _at(tree, "threshold", number)
            raise BoosterRefused("range", limit, seen=f"inf, node {node}", expected="finite")
        if decision >> 2 == Missing.NAN + 1 or (is_set and decision & DEFAULT_LEFT):
            decided = _at(tree, "decision_type", number)
            raise BoosterRefused("range", decided, seen=f"{decision}", expected="bits in use")


def _check_sets(tree: Tree, header: Header, number: int) -> None:
    nodes = np.flatnonzero(tree.is_categorical)
    sets = tree.boundaries.size - 1
    place = _at(tree, "threshold", number)
    used = np.sort(tree.threshold[nodes])
    if not np.array_equal(used, np.arange(sets, dtype=np.float64)):
        raise BoosterRefused(
            "category", place, seen=f"{used}", expected=f"0..{sets - 1}, each once"
        )
    for node in nodes:
        known = header.categories[tree.feature[node]] or frozenset()
        codes = tree.categories(int(node))
        last = tree.words[int(tree.boundaries[int(tree.threshold[node]) + 1]) - 1]
        strange = [code for code in codes if code not in known]
        if strange or not codes or last == 0:
            seen = f"codes {strange[:3]}" if strange else "an empty set or word"
            expected = "codes that feature_infos lists"
            where = _at(tree, "cat_threshold", number)
            raise BoosterRefused("category", where, seen=f"{seen}, node {node}", expected=expected)


def _check_counts(tree: Tree, number: int) -> None:
    if not tree.left.size:
        return
    below = _count(tree, tree.left) + _count(tree, tree.right)
    wrong = np.flatnonzero(below != tree.node_count)
    if wrong.size:
        node = int(wrong[0])
        place = _at(tree, "internal_count", number)
        seen = f"{tree.node_count[node]}, node {node}"
        raise BoosterRefused("count", place, seen=seen, expected=f"{below[node]}")


def _count(tree: Tree, child: NDArray[Any]) -> NDArray[Any]:
    node = tree.node_count[np.maximum(child, 0)]
    leaf = tree.leaf_count[np.maximum(~child, 0)]
    return np.asarray(np.where(child >= 0, node, leaf), dtype=np.int64)
