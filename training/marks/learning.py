"""Teaching the network of `verification.marks.network`: its gradient, its loss and its steps."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verification.marks.network import CELL, LAYERS, REACH, Layer, Weights, columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

#: Odds of a signature in a cell before anything is learnt.
_RARE = -4.0
_DECAY, _SQUARE_DECAY, _MEMORY = 0.9, 0.99, 0.995


@dataclass(frozen=True, slots=True)
class Aim:
    """What the network should say of a batch, a cell at a time."""

    #: 1 a signature, 0 none, -1 not to be learnt from.
    label: Floats
    #: Distances left, up, right and down in pixels; only where `label` is 1.
    reach: Floats


class Learner:
    """Weights, and how they are moved."""

    def __init__(self, rng: Generator, start: Sequence[Weights] | None = None) -> None:
        """Begin with weights of the right size, or with those given."""
        self.kernels = [_begin(rng, layer) for layer in LAYERS]
        self.biases = [np.zeros(layer.gives, np.float32) for layer in LAYERS]
        self.biases[-1][0] = _RARE
        if start is not None:
            self.kernels = [one.kernel.copy() for one in start]
            self.biases = [one.bias.copy() for one in start]
        every = (*self.kernels, *self.biases)
        self._drift = [np.zeros_like(one) for one in every]
        self._square = [np.zeros_like(one) for one in every]
        self._mean = [one.copy() for one in every]
        self._steps = 0

    def learnt(self) -> tuple[Weights, ...]:
        """Give the weights, averaged over the last steps."""
        count = len(LAYERS)
        return tuple(
            Weights(self._mean[i].copy(), self._mean[count + i].copy()) for i in range(count)
        )

    def step(self, views: Floats, aim: Aim, rate: float) -> float:
        """Learn from one batch; gives the loss before the step."""
        count = max(float((aim.label == 1).sum()), 20.0)
        halves = [(views[i::2], Aim(aim.label[i::2], aim.reach[i::2]), count) for i in (0, 1)]
        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(self._part, halves))
        self._move([one + other for one, other in zip(done[0][1], done[1][1], strict=True)], rate)
        return done[0][0] + done[1][0]

    def _part(self, half: tuple[Floats, Aim, float]) -> tuple[float, list[Floats]]:
        views, aim, count = half
        kept, out = self._forward(views)
        loss, slope = _loss(out, aim, count)
        return loss, self._backward(kept, slope)

    def _forward(self, views: Floats) -> tuple[list[tuple[Floats, Floats]], Floats]:
        kept = []
        now = views[..., None]
        for layer, kernel, bias in zip(LAYERS, self.kernels, self.biases, strict=True):
            laid = columns(now, layer)
            then = (laid.reshape(-1, laid.shape[-1]) @ kernel + bias).reshape(
                *laid.shape[:3], layer.gives
            )
            if layer.cuts:
                np.maximum(then, 0, out=then)
            kept.append((laid, then))
            now = now + then if layer.keeps else then
        return kept, now

    def _backward(self, kept: list[tuple[Floats, Floats]], slope: Floats) -> list[Floats]:
        kernels: list[Floats] = []
        biases: list[Floats] = []
        for number in range(len(LAYERS) - 1, -1, -1):
            layer, (laid, then) = LAYERS[number], kept[number]
            own = slope * (then > 0) if layer.cuts else slope
            flat = own.reshape(-1, layer.gives)
            kernels.insert(0, laid.reshape(-1, laid.shape[-1]).T @ flat)
            biases.insert(0, flat.sum(axis=0))
            if number:
                below = _gathered(flat @ self.kernels[number].T, laid.shape, layer)
                slope = slope + below if layer.keeps else below
        return [*kernels, *biases]

    def _move(self, gradients: list[Floats], rate: float) -> None:
        """Adam, with the whole gradient held to a length of 5."""
        self._steps += 1
        length = float(np.sqrt(sum(float((one**2).sum()) for one in gradients)))
        short = min(1.0, 5.0 / (length + 1e-9))
        memory = min(_MEMORY, self._steps / (self._steps + 10))
        for i, one in enumerate((*self.kernels, *self.biases)):
            gradient = gradients[i] * np.float32(short)
            self._drift[i] += (1 - _DECAY) * (gradient - self._drift[i])
            self._square[i] += (1 - _SQUARE_DECAY) * (gradient**2 - self._square[i])
            drift = self._drift[i] / (1 - _DECAY**self._steps)
            square = self._square[i] / (1 - _SQUARE_DECAY**self._steps)
            np.subtract(
                one, np.float32(rate) * (drift / (np.sqrt(square) + 1e-8) + 1e-4 * one), out=one
            )
            self._mean[i] += np.float32(1 - memory) * (one - self._mean[i])


def _begin(rng: Generator, layer: Layer) -> Floats:
    fan = layer.side**2 * layer.takes
    spread = (2 / fan) ** 0.5 * (0.5 if layer.keeps else 1.0) * (1.0 if layer.cuts else 0.1)
    return rng.normal(0, spread, (fan, layer.gives)).astype(np.float32)


def _gathered(laid: Floats, shape: tuple[int, ...], layer: Layer) -> Floats:
    """Undo `columns`: add up what each input had a part in."""
    count, high, wide, _ = shape
    if layer.side == 1:
        return laid.reshape(count, high, wide, layer.takes)
    taps = laid.reshape(count, high, wide, layer.side**2, layer.takes)
    reach, stride = layer.spread * (layer.side // 2), layer.stride
    full = high * stride, wide * stride
    padded = np.zeros((count, full[0] + 2 * reach, full[1] + 2 * reach, layer.takes), np.float32)
    for tap in range(layer.side**2):
        y, x = (step * layer.spread for step in divmod(tap, layer.side))
        padded[:, y : y + full[0] : stride, x : x + full[1] : stride] += taps[:, :, :, tap]
    return padded[:, reach : reach + full[0], reach : reach + full[1]]


def aim_at(
    shape: tuple[int, int], signatures: NDArray[np.float64], doubtful: NDArray[np.float64]
) -> Aim:
    """Say what each cell of a view of this shape should answer."""
    high, wide = shape[0] // CELL, shape[1] // CELL
    label = np.zeros((high, wide), np.float32)
    reach = np.ones((high, wide, 4), np.float32)
    y, x = np.mgrid[:high, :wide] * CELL + CELL / 2
    for x0, y0, x1, y1 in (*doubtful, *signatures):
        label[(x > x0 - 4) & (x < x1 + 4) & (y > y0 - 4) & (y < y1 + 4)] = -1
    for x0, y0, x1, y1 in signatures:
        far = np.stack([x - x0, y - y0, x1 - x, y1 - y], axis=-1)
        side = abs(x - (x0 + x1) / 2) < (x1 - x0) * 0.25 + 3
        middle = side & (abs(y - (y0 + y1) / 2) < (y1 - y0) * 0.2 + 4.5)
        chosen = middle & (far.min(axis=-1) > 0.5)
        label[chosen] = 1
        reach[chosen] = far[chosen]
    return Aim(label, reach)


def _loss(out: Floats, aim: Aim, count: float) -> tuple[float, Floats]:
    """Focal loss of the odds and -log of the overlap of the boxes, and their slope."""
    slope = np.zeros_like(out)
    yes, no = aim.label == 1, aim.label == 0
    share = 1 / (1 + np.exp(-out[..., 0].clip(-30, 30)))
    wrong = np.where(yes, 1 - share, share)
    cost = np.where(yes, 0.6, 0.4) * wrong**2 * -np.log(1 - wrong + 1e-6)
    steep = np.where(yes, 0.6, 0.4) * (
        wrong**3 - 2 * wrong**2 * (1 - wrong) * np.log(1 - wrong + 1e-6)
    )
    asked = yes | no
    slope[..., 0] = np.where(asked, np.where(yes, -steep, steep), 0) / count
    total = float(cost[asked].sum()) / count
    if yes.any():
        lost, steep_boxes = _overlap(out[yes][:, 1:], aim.reach[yes])
        slope[..., 1:][yes] = steep_boxes / count
        total += lost / count
    return total, slope


def _overlap(said: Floats, true: Floats) -> tuple[float, Floats]:
    """Sum -log of intersection over union, and give its slope."""
    far = REACH * np.exp(said.clip(-4, 4))
    both = np.minimum(far, true)
    wide, high = both[:, 0] + both[:, 2], both[:, 1] + both[:, 3]
    shared = wide * high
    area = (far[:, 0] + far[:, 2]) * (far[:, 1] + far[:, 3])
    union = area + (true[:, 0] + true[:, 2]) * (true[:, 1] + true[:, 3]) - shared
    lost = -np.log(shared / union + 1e-9)
    across = np.stack([high, wide, high, wide], axis=1) * (far < true)
    other = np.stack([far[:, 1] + far[:, 3], far[:, 0] + far[:, 2]] * 2, axis=1)
    slope = -across / shared[:, None] + (other - across) / union[:, None]
    return float(lost.sum()), (slope * far).astype(np.float32)
