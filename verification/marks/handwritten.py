"""Signatures by hand on a page: where they are, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from verification.marks import second
from verification.marks.network import CELL, REACH
from verification.marks.view import view_of
from verification.marks.weights import shipped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verification.marks.network import Network

#: A mark is told of from here on, and believed from there on: see docs/checks/page-signature.md.
SEEN, BELIEVED = 0.3, 0.8
#: Log-odds of the network are stretched and moved so that confidence is the share that is right.
_STRETCH, _MOVE = 2.308, -1.552
#: Cells with less than this are not looked at again.
LEAST = 0.02
#: Boxes that share more than this of their union are one.
_SAME = 0.5
#: A box that lies by more than this part of the smaller over a surer one is left out.
_NESTED = 0.5
#: People draw boxes around signatures a little wider than the ink: by this part on each side.
_MARGIN = 0.04
#: What the second look takes for type more than so many times as surely as for a hand is told with
#: this at most.
_RATHER, _TYPED = 2.0, 0.7
#: Never more than this on a page.
_MOST = 30


@dataclass(frozen=True, slots=True)
class Detection:
    """A signature: its box in pixels of the page (x0, y0, x1, y1), its confidence 0..1."""

    box: tuple[float, float, float, float]
    confidence: float


@dataclass(frozen=True, slots=True)
class Networks:
    """What looks at a page, and what looks at its boxes again."""

    first: Network
    second: Network


def detect(
    grey: NDArray[np.uint8], networks: Networks | None = None, *, least: float = LEAST
) -> tuple[Detection, ...]:
    """Find signatures by hand on a grey page, the surest first: proposed, and looked at again."""
    both = networks or Networks(shipped(), second.shipped())
    seen = (_again(grey, one, both.second) for one in proposed(grey, both.first, least=least))
    return tuple(sorted(seen, key=lambda one: -one.confidence))


def _again(grey: NDArray[np.uint8], found: Detection, looking: Network) -> Detection:
    """Look at a box in the dots of the scan: what is in type is no more than uncertain."""
    if found.confidence <= _TYPED:
        return found
    hand, in_type, _ = second.shares(looking, second.window_of(grey, found.box))
    return replace(found, confidence=_TYPED) if in_type > _RATHER * hand else found


def proposed(
    grey: NDArray[np.uint8], network: Network | None = None, *, least: float = LEAST
) -> tuple[Detection, ...]:
    """Give the boxes of the first look at a page, the surest first."""
    if min(grey.shape) < CELL:
        return ()
    view = view_of(grey)
    said = (network or shipped()).answer(view)
    odds = _STRETCH * said[..., 0] + _MOVE
    share = 1 / (1 + np.exp(-odds.clip(-30, 30)))
    down, across = np.nonzero(share > least)
    far = REACH * np.exp(said[down, across, 1:].clip(-4, 4))
    x, y = across * CELL + CELL / 2, down * CELL + CELL / 2
    boxes = np.stack([x - far[:, 0], y - far[:, 1], x + far[:, 2], y + far[:, 3]], axis=1)
    grow = np.array([grey.shape[1] / view.shape[1], grey.shape[0] / view.shape[0]] * 2)
    most = np.array([grey.shape[1], grey.shape[0]] * 2)
    return tuple(
        Detection(tuple((box * grow).clip(0, most).tolist()), sure)
        for box, sure in _joined(boxes, share[down, across])
    )


def odds_of(confidence: float) -> float:
    """Give the network's log-odds that a confidence between 0 and 1 was made of."""
    return float((np.log(confidence) - np.log1p(-confidence) - _MOVE) / _STRETCH)


def _joined(
    boxes: NDArray[np.float64], sure: NDArray[np.float32]
) -> list[tuple[NDArray[np.float64], float]]:
    """Make one box of all that overlap a surer one, each counting as much as it is sure."""
    found: list[tuple[NDArray[np.float64], float]] = []
    left = sure.argsort(kind="stable")[::-1]
    while left.size and len(found) < _MOST:
        same = overlap(boxes[left[0]], boxes[left]) > _SAME
        same[0] = True
        chosen = left[same]
        weight = (sure[chosen].astype(np.float64) ** 4)[:, None]
        box = (boxes[chosen] * weight).sum(axis=0) / weight.sum()
        margin = _MARGIN * (box[2:] - box[:2])
        box = np.concatenate([box[:2] - margin, box[2:] + margin])
        found.append((box, float(sure[left[0]])))
        left = left[~same & ~(_nested(boxes[left[0]], boxes[left]) > _NESTED)]
    return found


def _shared(one: NDArray[np.float64], many: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = np.maximum(one[:2], many[:, :2]), np.minimum(one[2:], many[:, 2:])
    return np.asarray((high - low).clip(0).prod(axis=1))


def _nested(one: NDArray[np.float64], many: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give what `one` shares with each of `many`, as a part of the smaller."""
    area = (many[:, 2:] - many[:, :2]).prod(axis=1)
    smaller = np.minimum((one[2:] - one[:2]).prod(), area)
    return np.asarray(_shared(one, many) / np.maximum(smaller, 1e-9))


def overlap(one: NDArray[np.float64], many: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give what `one` shares with each of `many`, as a part of their union."""
    shared = _shared(one, many)
    union = (one[2:] - one[:2]).prod() + (many[:, 2:] - many[:, :2]).prod(axis=1) - shared
    return np.asarray(shared / np.maximum(union, 1e-9))
