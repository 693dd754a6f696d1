"""A small convolutional network in numpy: what it is made of, and what it says of a view.

Layers are (height, width, channels). Each cell of eight by eight pixels gives the odds that a
signature has its middle there, and how far its box reaches to the left, up, right and down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

#: Pixels of the view to a cell.
CELL = 8
#: What a distance of zero in the network's output stands for, in pixels.
REACH = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One convolution: how it is laid, and how many numbers it takes and gives."""

    name: str
    takes: int
    gives: int
    side: int = 3
    stride: int = 1
    spread: int = 1
    #: Its input is added to its output.
    keeps: bool = False
    #: Negative results become 0.
    cuts: bool = True


LAYERS: tuple[Layer, ...] = (
    Layer(name="edges", takes=1, gives=12, side=5, stride=2),
    Layer(name="strokes", takes=12, gives=24, stride=2),
    Layer(name="bends", takes=24, gives=24, keeps=True),
    Layer(name="letters", takes=24, gives=40, stride=2),
    Layer(name="near", takes=40, gives=40, keeps=True),
    Layer(name="wide", takes=40, gives=40, spread=2, keeps=True),
    Layer(name="wider", takes=40, gives=40, spread=4, keeps=True),
    Layer(name="around", takes=40, gives=40, spread=8, keeps=True),
    Layer(name="again", takes=40, gives=40, spread=2, keeps=True),
    Layer(name="once", takes=40, gives=40, keeps=True),
    Layer(name="answer", takes=40, gives=5, side=1, cuts=False),
)


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learnt for one layer."""

    #: (side · side · takes, gives)
    kernel: Floats
    bias: Floats


def columns(batch: Floats, layer: Layer) -> Floats:
    """Lay out what each result of a layer is made from: (n, high, wide, side · side · takes)."""
    reach = layer.spread * (layer.side // 2)
    if layer.side == 1:
        return batch
    count, high, wide, depth = batch.shape
    padded = np.zeros((count, high + 2 * reach, wide + 2 * reach, depth), np.float32)
    padded[:, reach : reach + high, reach : reach + wide] = batch
    out = (high + layer.stride - 1) // layer.stride, (wide + layer.stride - 1) // layer.stride
    laid = np.empty((count, *out, layer.side**2, depth), np.float32)
    for tap in range(layer.side**2):
        y, x = (step * layer.spread for step in divmod(tap, layer.side))
        laid[:, :, :, tap] = padded[:, y : y + high : layer.stride, x : x + wide : layer.stride]
    return laid.reshape(count, *out, layer.side**2 * depth)


def answer(view: Floats, weights: Sequence[Weights]) -> Floats:
    """Run the network over one view: (cells down, cells across, 5)."""
    now = view[None, :, :, None]
    for layer, learnt in zip(LAYERS, weights, strict=True):
        laid = columns(now, layer)
        then = laid.reshape(-1, laid.shape[-1]) @ learnt.kernel
        then += learnt.bias
        then = then.reshape(*laid.shape[:3], layer.gives)
        if layer.cuts:
            np.maximum(then, 0, out=then)
        now = now + then if layer.keeps else then
    return np.asarray(now[0], np.float32)
