"""What a function may ask of the formula in which it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol, TypeAlias

from verification.formulas.values import Area, Fault, Faulty, Value, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.formulas.exactness import Exactness
    from verification.formulas.tree import Node
    from verification.formulas.values import Scalar


class Asking(Protocol):
    """A formula that is being worked out."""

    array: bool
    #: An array that a function of a plain formula asks for.
    lifted: bool

    @property
    def date1904(self) -> bool: ...
    def value(self, node: Node, /) -> Value: ...
    def scalar(self, node: Node, /) -> Scalar: ...
    def operands(self, *nodes: Node) -> list[Value]: ...
    def as_array(self) -> Asking: ...
    @property
    def exactness(self) -> Exactness: ...


Function: TypeAlias = Callable[[Asking, "tuple[Node, ...]"], Value]
#: Name → fewest arguments, most, function.
Table: TypeAlias = Mapping[str, tuple[int, int, Function]]
#: Excel's own cap on arguments.
MANY = 255


def area(frame: Asking, node: Node) -> Area:
    """Give an argument as cells, a single value as one cell."""
    value = frame.value(node)
    return value if isinstance(value, Area) else Area([[value]], 1, 1)


def numbers(frame: Asking, nodes: tuple[Node, ...]) -> Iterator[float]:
    """Give the numbers: in cells only what is one, of direct arguments what can become one."""
    for node in nodes:
        value = frame.value(node)
        if isinstance(value, Area):
            yield from in_cells(value)
        else:
            yield number(value)


def in_cells(cells: Area) -> Iterator[float]:
    """Give the numbers in cells. Raises Faulty for the first error value."""
    for one in cells.cells():
        if isinstance(one, Fault):
            raise Faulty(one)
        if isinstance(one, float):
            yield one
