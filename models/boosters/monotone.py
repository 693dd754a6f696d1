"""Whether a tree is as monotone as declared: exactly, by the boxes of its leaves.

Two leaves whose boxes meet in every feature but one can be had by moving that one alone. Where it
is constrained, the leaf that is reached by more of it must not be worth less (or more, for -1).
A blank cell is no less and no more than any number, so blanks are not compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.boosters.faults import BoosterRefused, Place
from models.boosters.trees import DEFAULT_LEFT, ZERO, Missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.boosters.trees import Tree


@dataclass(slots=True)
class _Side:
    """What of one feature reaches a node: numbers in (low, high], zeros, blanks, or codes."""

    low: float = -np.inf
    high: float = np.inf
    zero: bool = True
    blank: bool = True
    #: Codes as bits; the highest stands for all that no set names. -1: all of them.
    codes: int = -1


def check(tree: Tree, declared: Sequence[int], number: int) -> None:
    """Raise BoosterRefused where a tree breaks a declared sign."""
    bound = [one for one in np.unique(tree.feature) if declared[one]]
    if not bound:
        return
    place = Place("leaf_value", tree.line, number)
    for feature in bound:
        if (tree.missing[tree.feature == feature] == Missing.ZERO).any():
            seen = f"zeros of feature {feature} taken for blanks"
            raise BoosterRefused("monotone", place, seen=seen, expected="zeros as numbers")
    boxes = _boxes(tree)
    meet = {feature: _meet([box.get(feature, _Side()) for box in boxes]) for feature in boxes[0]}
    for feature in bound:
        others = [found for one, found in meet.items() if one != feature]
        beside = np.logical_and.reduce(others) if others else np.ones(2 * (len(boxes),), bool)
        broken = beside & _rises([box[feature] for box in boxes])
        worth = tree.value * declared[feature]
        pairs = np.argwhere(broken & (worth[:, None] > worth[None, :]))
        if pairs.size:
            less, more = pairs[0]
            seen = f"leaf {less} {tree.value[less]:.6g}, leaf {more} {tree.value[more]:.6g}"
            sign = "rising" if declared[feature] > 0 else "falling"
            expected = f"{sign} with feature {feature}"
            raise BoosterRefused("monotone", place, seen=seen, expected=expected)


def _boxes(tree: Tree) -> list[dict[int, _Side]]:
    """Give the box of each leaf."""
    every = {int(one): _Side() for one in np.unique(tree.feature)}
    found: list[dict[int, _Side]] = [every] * tree.value.size
    waiting = [(0, every)]
    while waiting:
        node, box = waiting.pop()
        feature = int(tree.feature[node])
        sides = _split(tree, node, box[feature])
        for child, side in zip((tree.left[node], tree.right[node]), sides, strict=True):
            own = {**box, feature: side}
            if child >= 0:
                waiting.append((int(child), own))
            else:
                found[~child] = own
    return found


def _split(tree: Tree, node: int, side: _Side) -> tuple[_Side, _Side]:
    if tree.is_categorical[node]:
        named = sum(1 << code for code in tree.categories(node))
        # What is in no set, and a blank cell, goes right.
        return (
            _Side(codes=side.codes & named, blank=False),
            _Side(codes=side.codes & ~named, blank=side.blank),
        )
    threshold, missing = float(tree.threshold[node]), int(tree.missing[node])
    by_default = bool(int(tree.decision[node]) & DEFAULT_LEFT)
    zero_left = by_default if missing == Missing.ZERO else threshold >= 0
    blank_left = zero_left if missing == Missing.NONE else by_default
    left = _Side(
        low=side.low,
        high=min(side.high, threshold),
        zero=side.zero and zero_left,
        blank=side.blank and blank_left,
    )
    right = _Side(
        low=max(side.low, threshold),
        high=side.high,
        zero=side.zero and not zero_left,
        blank=side.blank and not blank_left,
    )
    return left, right


def _meet(sides: Sequence[_Side]) -> NDArray[np.bool_]:
    """Give for each pair of leaves whether one value of the feature can reach both."""
    low, high = _bounds(sides)
    least, most = np.maximum(low[:, None], low), np.minimum(high[:, None], high)
    numbers = (least < most) & ~((least >= -ZERO) & (most <= ZERO))
    zero = np.array([side.zero for side in sides])
    blank = np.array([side.blank for side in sides])
    met = numbers | (zero[:, None] & zero) | (blank[:, None] & blank)
    if any(side.codes != -1 for side in sides):
        codes = np.array([[bool(one.codes & two.codes) for two in sides] for one in sides])
        met = codes | (blank[:, None] & blank)
    return np.asarray(met, dtype=np.bool_)


def _rises(sides: Sequence[_Side]) -> NDArray[np.bool_]:
    """Give for each pair whether a number of the first lies below a number of the second."""
    low, high = _bounds(sides)
    real = low < high
    return np.asarray((low[:, None] < high) & real[:, None] & real, dtype=np.bool_)


def _bounds(sides: Sequence[_Side]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.array([side.low for side in sides]), np.array([side.high for side in sides])
