"""The weights that ship: read from text, and refused where they are not what the network takes."""

from __future__ import annotations

import base64
import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from verification.marks.network import LAYERS, Layer, Network, Weights

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMAT = "countermark-marks/2"
_FILE = "handwritten.json"


class BadWeights(ValueError):
    """The weights are not those of this network."""


@cache
def shipped() -> Network:
    """Give the network in this package; to be called once before the sandbox closes."""
    return Network(read(files("verification.marks").joinpath(_FILE).read_text("ascii")))


def read(text: str, layers: Sequence[Layer] = LAYERS, form: str = FORMAT) -> tuple[Weights, ...]:
    """Read weights. Raises BadWeights for a wrong format, layer, size or value."""
    try:
        held = json.loads(text)
        if held["format"] != form or len(held["layers"]) != len(layers):
            raise BadWeights("these weights are of another format")
        return tuple(_read(layer, one) for layer, one in zip(layers, held["layers"], strict=True))
    except (KeyError, TypeError, ValueError) as error:
        raise error if isinstance(error, BadWeights) else BadWeights(str(error)) from error


def _read(layer: Layer, held: dict[str, Any]) -> Weights:
    shape = layer.gives, layer.takes, layer.side, layer.side
    fan = layer.side**2 * layer.takes
    values = np.frombuffer(base64.b64decode(held["values"], validate=True), "<f2")
    if held["name"] != layer.name or values.size != (fan + 1) * layer.gives:
        raise BadWeights(f"layer {layer.name} has other weights")
    if not np.isfinite(values).all():
        raise BadWeights(f"layer {layer.name} holds what is no number")
    both = values.astype(np.float32)
    return Weights(both[: -layer.gives].reshape(shape), both[-layer.gives :].copy())


def write(
    weights: tuple[Weights, ...],
    made: dict[str, Any],
    layers: Sequence[Layer] = LAYERS,
    form: str = FORMAT,
) -> str:
    """Write weights as text, with how they were made."""
    held = [
        {
            "name": layer.name,
            "values": base64.b64encode(
                np.concatenate([one.kernel.ravel(), one.bias]).astype("<f2").tobytes()
            ).decode("ascii"),
        }
        for layer, one in zip(layers, weights, strict=True)
    ]
    return json.dumps({"format": form, "made": made, "layers": held}, indent=1) + "\n"
