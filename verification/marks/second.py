"""A second look at a box that may be a signature, in the dots of the scan: by hand, or in type.

The first network sees a page at 640 × 640 dots, where a name in Kai and one by hand differ by a dot
or two. This one sees the box alone, as large as fits into its window, and says how much of it is by
hand, in type, or neither (dirt, drawings, seals, dates and remarks).
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import cv2
import numpy as np

from verification.marks.network import Layer, Network
from verification.marks.weights import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from verification.marks.network import Weights

    Floats = NDArray[np.float32]

FORMAT = "countermark-second/1"
_FILE = "second.json"
#: Rows and columns of the window.
HIGH, WIDE = 64, 192
#: What is told apart, in the order of the answer.
KINDS = ("hand", "type", "other")
LAYERS: tuple[Layer, ...] = (
    Layer(name="edges", takes=1, gives=16, side=5, stride=2),
    Layer(name="strokes", takes=16, gives=32, stride=2),
    Layer(name="bends", takes=32, gives=32, keeps=True),
    Layer(name="ends", takes=32, gives=64, stride=2),
    Layer(name="joints", takes=64, gives=64, keeps=True),
    Layer(name="letters", takes=64, gives=96, stride=2),
    Layer(name="answer", takes=96, gives=len(KINDS), side=1, cuts=False),
)
#: So much of each side of a box is seen beyond it.
_MARGIN = 0.08
#: Percentiles of the shades of a cut that stand for ink and for paper.
_INK, _PAPER = 2, 75
#: Ink is at least so many shades darker than paper: bare paper stays bare.
_CONTRAST = 40.0


@cache
def shipped() -> Network:
    """Give the network in this package; to be called once before the sandbox closes."""
    text = files("verification.marks").joinpath(_FILE).read_text("ascii")
    return network(read(text, LAYERS, FORMAT))


def network(weights: Sequence[Weights]) -> Network:
    """Make the network of what was learnt."""
    return Network(weights, LAYERS)


def window_of(grey: NDArray[np.uint8], box: tuple[float, float, float, float]) -> Floats:
    """Cut a box (pixels of the page) and fit it into the window: darkness 0..1, paper 0."""
    window = np.zeros((HIGH, WIDE), np.float32)
    x0, y0, x1, y1 = box
    more_x, more_y = _MARGIN * (x1 - x0), _MARGIN * (y1 - y0)
    left, top = max(0, int(x0 - more_x)), max(0, int(y0 - more_y))
    low, right = max(0, int(np.ceil(y1 + more_y))), max(0, int(np.ceil(x1 + more_x)))
    cut = grey[top:low, left:right]
    if not cut.size:
        return window
    ink, paper = np.percentile(cut, (_INK, _PAPER))
    scale = min(HIGH / cut.shape[0], WIDE / cut.shape[1])
    high, wide = (max(1, round(side * scale)) for side in cut.shape)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    fitted = cv2.resize(cut, (wide, high), interpolation=way).astype(np.float32)
    down, across = (HIGH - high) // 2, (WIDE - wide) // 2
    dark = (paper - fitted) / max(paper - ink, _CONTRAST)
    window[down : down + high, across : across + wide] = dark.clip(0, 1)
    return window


def shares(looking: Network, window: Floats) -> Floats:
    """Give how sure the network is of each of KINDS; they add up to 1."""
    odds = looking.forward(window[None]).mean(axis=(1, 2))
    much = np.exp(odds - odds.max())
    return np.asarray(much / much.sum(), np.float32)
