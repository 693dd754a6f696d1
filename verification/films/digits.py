"""One piece of ink: which digit it is, if any. A network of two layers, trained by ourselves.

`python -m training.clock` makes its weights of typefaces; they ship as text beside this module.
"""

from __future__ import annotations

import base64
import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Numbers = NDArray[np.float32]

FORMAT = "countermark-clock/1"
HIGH, WIDE = 24, 16
#: After the ten digits: a stroke that leans, and everything that is none of them.
SLASH, OTHER = 10, 11
CLASSES = 12
_FILE = "digits.json"


class BadWeights(ValueError):
    """The weights are not those of this network."""


def normal(grey: Pixels, ink: Pixels) -> Numbers:
    """Give a piece its standard size: ink 1, all around it 0, its proportions kept.

    `grey` has ink that is lighter than what is around; `ink` is not 0 where the piece is.
    """
    inside = grey[ink > 0]
    place = inside.size * 4 // 5
    top = float(np.partition(inside, place)[place]) if inside.size else 255.0
    near = cv2.dilate(ink, np.ones((3, 3), np.uint8)) > 0
    low = min(float(inside.min()) if inside.size else 0.0, top - 40) - 40
    values = np.clip((grey.astype(np.float32) - low) / max(1.0, top - low), 0, 1) * near
    high, wide = values.shape
    across = min(WIDE, max(1, round(wide * HIGH / high)))
    shrink = cv2.INTER_AREA if high > HIGH else cv2.INTER_LINEAR
    fitted = cv2.resize(values, (across, HIGH), interpolation=shrink)
    out = np.zeros((HIGH, WIDE), np.float32)
    left = (WIDE - across) // 2
    out[:, left : left + across] = fitted
    return out


def told(pieces: Sequence[Numbers]) -> Numbers:
    """Give how likely each piece is each of the classes."""
    if not pieces:
        return np.zeros((0, CLASSES), np.float32)
    values = np.stack(pieces).reshape(len(pieces), -1)
    layers = weights()
    for kernel, bias in layers[:-1]:
        values = np.maximum(values @ kernel + bias, 0)
    kernel, bias = layers[-1]
    scores = values @ kernel + bias
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Numbers = raised / raised.sum(axis=1, keepdims=True)
    return shares


@cache
def weights() -> tuple[tuple[Numbers, Numbers], ...]:
    """Give the weights in this package; to be called once before the sandbox closes."""
    return read(files("verification.films").joinpath(_FILE).read_text("ascii"))


def read(text: str) -> tuple[tuple[Numbers, Numbers], ...]:
    """Read weights. Raises BadWeights for a wrong format, size or value."""
    try:
        held = json.loads(text)
        layers = tuple(_layer(one) for one in held["layers"])
        sizes = [layers[0][0].shape[0], *(kernel.shape[1] for kernel, _ in layers)]
        whole = held["format"] == FORMAT and (sizes[0], sizes[-1]) == (HIGH * WIDE, CLASSES)
        fits = all(one[0].shape[0] == size for one, size in zip(layers, sizes[:-1], strict=True))
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise BadWeights(str(error)) from error
    if not whole or not fits:
        raise BadWeights("these weights are of another format")
    return layers


def _layer(held: dict[str, Any]) -> tuple[Numbers, Numbers]:
    takes, gives = int(held["takes"]), int(held["gives"])
    values = np.frombuffer(base64.b64decode(held["values"], validate=True), "<f2")
    if values.size != (takes + 1) * gives or not np.isfinite(values).all():
        raise BadWeights("a layer of another size, or what is no number")
    both = values.astype(np.float32).reshape(takes + 1, gives)
    return np.ascontiguousarray(both[:-1]), both[-1].copy()


def write(layers: Sequence[tuple[Numbers, Numbers]], made: dict[str, Any]) -> str:
    """Write weights as text, with how they were made."""
    held = [
        {
            "takes": int(kernel.shape[0]),
            "gives": int(kernel.shape[1]),
            "values": base64.b64encode(
                np.concatenate([kernel, bias[None]]).astype("<f2").tobytes()
            ).decode("ascii"),
        }
        for kernel, bias in layers
    ]
    return json.dumps({"format": FORMAT, "made": made, "layers": held}, indent=1) + "\n"
