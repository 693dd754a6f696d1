"""Just enough of the ONNX format to hand a network of convolutions to OpenCV.

ONNX is a protocol buffer; the numbers of its fields are those of onnx.proto3 (opset 13).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_FLOAT = 1
_SEVEN_BITS = 0x7F
_IR, _OPSET = 7, 13
#: Kinds of attributes.
_A_TEXT, _A_WHOLES = 3, 7


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > _SEVEN_BITS:
        out.append(number & _SEVEN_BITS | 0x80)
        number >>= 7
    return bytes([*out, number])


def _whole(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number)


def _held(field: int, value: bytes | str) -> bytes:
    raw = value.encode("ascii") if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(raw)) + raw


def _tensor(name: str, values: Floats) -> bytes:
    dims = b"".join(_whole(1, side) for side in values.shape)
    raw = np.ascontiguousarray(values, "<f4").tobytes()
    return dims + _whole(2, _FLOAT) + _held(8, name) + _held(9, raw)


def _wholes(name: str, numbers: tuple[int, ...]) -> bytes:
    many = b"".join(_whole(8, number) for number in numbers)
    return _held(5, _held(1, name) + many + _whole(20, _A_WHOLES))


def _text(name: str, value: str) -> bytes:
    return _held(5, _held(1, name) + _held(4, value) + _whole(20, _A_TEXT))


def _value(name: str, shape: tuple[int | str, ...]) -> bytes:
    dims = b"".join(
        _held(1, _whole(1, side) if isinstance(side, int) else _held(2, side)) for side in shape
    )
    return _held(1, name) + _held(2, _held(1, _whole(1, _FLOAT) + _held(2, dims)))


class Model:
    """A graph that grows a node at a time; each method gives the name of what it makes."""

    def __init__(self, name: str, shape: tuple[int, int]) -> None:
        """Begin with an input of so many pictures of so many planes, of any height and width."""
        self._input = _value(name, (*shape, "high", "wide"))
        self._nodes: list[bytes] = []
        self._tensors = [_tensor("twofold", np.array([1, 1, 2, 2], np.float32))]

    def convolution(self, held: str, name: str, learnt: tuple[Floats, Floats], stride: int) -> str:
        """Lay a kernel over what is held, edges padded so that nothing is cut."""
        kernel, bias = learnt
        self._tensors += [_tensor(f"{name}.kernel", kernel), _tensor(f"{name}.bias", bias)]
        side = kernel.shape[-1]
        options = (
            _wholes("kernel_shape", (side, side))
            + _wholes("strides", (stride, stride))
            + _wholes("pads", (side // 2,) * 4)
        )
        return self._node("Conv", (held, f"{name}.kernel", f"{name}.bias"), options)

    def sum(self, one: str, other: str) -> str:
        """Add two of one shape."""
        return self._node("Add", (one, other))

    def positive(self, held: str) -> str:
        """Make 0 of what is negative."""
        return self._node("Relu", (held,))

    def twice(self, held: str) -> str:
        """Make four cells of each."""
        options = _text("mode", "nearest") + _text("coordinate_transformation_mode", "asymmetric")
        options += _text("nearest_mode", "floor")
        return self._node("Resize", (held, "", "twofold"), options)

    def named(self, held: str, name: str) -> str:
        """Give what is held another name."""
        return self._node("Identity", (held,), b"", name)

    def encoded(self, answer: str) -> bytes:
        """Give the whole model, whose output is `answer`."""
        graph = b"".join(_held(1, node) for node in self._nodes) + _held(2, "graph")
        graph += b"".join(_held(5, tensor) for tensor in self._tensors)
        graph += _held(11, self._input) + _held(12, _value(answer, (1, "gives", "down", "across")))
        return _whole(1, _IR) + _held(7, graph) + _held(8, _whole(2, _OPSET))

    def _node(self, kind: str, takes: tuple[str, ...], options: bytes = b"", name: str = "") -> str:
        gives = name or f"node{len(self._nodes)}"
        made = b"".join(_held(1, one) for one in takes) + _held(2, gives) + _held(3, gives)
        self._nodes.append(made + _held(4, kind) + options)
        return gives
