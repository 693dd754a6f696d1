"""The network that finds signatures by hand: its layers, and how OpenCV runs them.

It looks at a view as two planes, how dark each pixel is and how far down the page it lies. Each
cell of eight by eight pixels gets the odds that a signature has its middle there, and how far its
box reaches to the left, up, right and down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from verification.marks.onnx import Model

cv2.setNumThreads(1)  # a confined child may start no thread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

#: Pixels of the view to a cell.
CELL = 8
#: Sides of a view are multiples of this: the coarsest layer sees one cell of it.
COARSEST = 32
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
    #: Its input is added to its output.
    keeps: bool = False
    #: Its output is made twice as large, and that of the layer of this name is added.
    joins: str = ""
    #: Negative results become 0.
    cuts: bool = True


LAYERS: tuple[Layer, ...] = (
    Layer(name="edges", takes=2, gives=16, side=5, stride=2),
    Layer(name="strokes", takes=16, gives=32, stride=2),
    Layer(name="bends", takes=32, gives=32, keeps=True),
    Layer(name="letters", takes=32, gives=48, stride=2),
    Layer(name="near", takes=48, gives=48, keeps=True),
    Layer(name="nearer", takes=48, gives=48, keeps=True),
    Layer(name="words", takes=48, gives=96, stride=2),
    Layer(name="lines", takes=96, gives=96, keeps=True),
    Layer(name="rows", takes=96, gives=96, keeps=True),
    Layer(name="blocks", takes=96, gives=96, stride=2),
    Layer(name="parts", takes=96, gives=96, keeps=True),
    Layer(name="whole", takes=96, gives=96, keeps=True),
    Layer(name="back", takes=96, gives=96, side=1, joins="rows"),
    Layer(name="again", takes=96, gives=96, keeps=True),
    Layer(name="fine", takes=96, gives=48, side=1, joins="nearer"),
    Layer(name="once", takes=48, gives=48, keeps=True),
    Layer(name="weighed", takes=48, gives=64),
    Layer(name="answer", takes=64, gives=5, side=1, cuts=False),
)


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learnt for one layer."""

    #: (gives, takes, side, side)
    kernel: Floats
    bias: Floats


class Network:
    """Layers with their weights, ready to be run; made before the sandbox closes."""

    def __init__(self, weights: Sequence[Weights], layers: Sequence[Layer] = LAYERS) -> None:
        """Hand the layers to OpenCV, as the ONNX it reads."""
        model = Model("view", (1, layers[0].takes))
        held = "view"
        for layer, learnt in zip(layers, weights, strict=True):
            then = model.convolution(held, layer.name, (learnt.kernel, learnt.bias), layer.stride)
            if layer.joins:
                then = model.sum(model.twice(then), layer.joins + ".out")
            if layer.cuts:
                then = model.positive(then)
            if layer.keeps:
                then = model.sum(then, held)
            held = model.named(then, layer.name + ".out")
        self._run = cv2.dnn.readNetFromONNX(np.frombuffer(model.encoded(held), np.uint8))

    def answer(self, view: Floats) -> Floats:
        """Say what is seen in one view: (cells down, cells across, 5)."""
        return np.ascontiguousarray(self.forward(planes(view)).transpose(1, 2, 0))

    def forward(self, seen: Floats) -> Floats:
        """Give what the last layer says of planes: (what it gives, cells down, cells across)."""
        self._run.setInput(seen[None])
        return np.asarray(self._run.forward()[0], np.float32)


def planes(view: Floats) -> Floats:
    """Give a view as the network takes it: darkness, and the share of the height above."""
    high, wide = view.shape
    down = (np.arange(high, dtype=np.float32) + np.float32(0.5)) / np.float32(high)
    return np.stack([view, np.broadcast_to(down[:, None], (high, wide))])
