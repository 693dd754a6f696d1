"""All cells of a table's cuboid lattice: which there are, and sums of leaf figures over each.

A lattice lays the figures of leaves out in a way of its own (`lay`); everything else that it is
given or gives by leaf is in that layout.
"""

from __future__ import annotations

from itertools import combinations
from math import comb, log, prod
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from models.rca.cuboids import ANY, Sparse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Ints = NDArray[np.int64]
    Places = NDArray[np.intp]

__all__ = ["ANY", "Dense", "Lattice", "Sparse", "lattice"]

#: A dense tensor may be so many times larger than its leaves, for it has no keys to sort.
MOST_SPARE = 8
#: Deeper layers are left out where there would be more cuboids or cells than these.
MOST_CUBOIDS, MOST_CELLS = 400, 1 << 22
#: Trailing axes are summed by one small matrix product while they have no more places.
MOST_TRAILING = 40
#: Products as small as this are computed by one thread, whatever the machine: same bits.
ONE_THREAD = 1 << 13


class Blocks(Protocol):
    """Leaves in a layout, and what their values in one dimension or two have in common."""

    #: Of a figure in the layout.
    shape: tuple[int, ...]

    def by(self, dimensions: tuple[int, ...], figure: Floats) -> Floats:
        """Sum a figure by the values of the dimensions, which are in order; flat."""

    def back(self, dimensions: tuple[int, ...], table: Floats) -> Floats:
        """Give each leaf its entry of such a table, in a shape that broadcasts to the layout."""

    def thinned(self, each: int) -> Blocks | None:
        """Give every so-manieth leaf alone; None where that saves nothing."""


class Lattice(Blocks, Protocol):
    """Cells of up to a depth: one column for each in `sums`; the cell of all is the last."""

    depth: NDArray[np.int8]
    #: What a family-wise test over the whole lattice costs at the cell, in nats.
    penalty: Floats
    #: Cells with a value of a dimension that has no other: each is the cell above it again.
    is_idle: Bools

    def codes(self, cells: Places) -> Ints:
        """Give cells × dimensions: the code of the value, ANY where the dimension is free."""

    def below(self, cell: int, places: Places) -> Bools:
        """Tell which cells lie strictly inside another."""

    def places(self, codes: Ints) -> Places:
        """Give the cells with such codes, each of which holds a leaf."""

    def lay(self, leaves: Floats) -> Floats:
        """Give a figure of each leaf in the layout; 0 where it has places without a leaf."""

    def members(self, cell: int) -> Places:
        """Give the places of a cell's leaves in the flattened layout."""

    def sums(self, figures: Sequence[Floats], out: Floats) -> Floats:
        """Give figures × cells, each summed over the cell's leaves, in the first rows of `out`."""

    def sums_at(self, places: Places, figures: Sequence[Floats], out: Floats) -> Floats:
        """Give such sums of figures that only the leaves at some places have."""


def lattice(codes: NDArray[np.int64], sizes: tuple[int, ...]) -> Lattice:
    """Give the lattice over leaves × dimensions of codes; the cell of all comes last."""
    depth = _depth(sizes, len(codes))
    dense = prod(size + 1 for size in sizes)
    if depth == len(sizes) and dense <= MOST_SPARE * max(len(codes), 1 << 12):
        return Dense(codes, sizes)
    return Sparse(codes, sizes, depth)


def _depth(sizes: tuple[int, ...], leaves: int) -> int:
    cuboids, cells = 1, 1
    for depth in range(1, len(sizes) + 1):
        cuboids += comb(len(sizes), depth)
        if cuboids > MOST_CUBOIDS:
            return max(1, depth - 1)
        cells += sum(min(prod(chosen), leaves) for chosen in combinations(sizes, depth))
        if cells > MOST_CELLS:
            return max(1, depth - 1)
    return len(sizes)


class Dense:
    """A tensor of leaves; that of cells has one place more on each axis, for the sum along it."""

    def __init__(self, codes: NDArray[np.int64], sizes: tuple[int, ...]) -> None:
        self.shape = sizes
        self._places = np.ravel_multi_index(tuple(codes.T), sizes)
        self._grid = np.arange(prod(sizes)).reshape(sizes)
        self._split = _split(sizes)
        self._trailing = _summing(sizes[self._split :])
        wide = tuple(size + 1 for size in sizes)
        depth = _along(sizes, [1] * len(sizes), np.dtype(np.int8))
        penalty = _along(sizes, [log(size) for size in sizes], np.dtype(np.float64))
        idle = _along(sizes, [size == 1 for size in sizes], np.dtype(np.bool_))
        layers = np.array([log(comb(len(sizes), one)) for one in range(len(sizes) + 1)])
        self.depth, self.penalty, self.is_idle = depth, penalty, idle
        self.penalty += layers.take(self.depth)
        self._wide = wide

    def codes(self, cells: Places) -> Ints:
        codes = np.stack(np.unravel_index(cells % len(self.depth), self._wide), axis=-1)
        return np.where(codes == np.array(self.shape), ANY, codes)

    def below(self, cell: int, places: Places) -> Bools:
        inside, stride = places != cell, 1
        for size in reversed(self.shape):
            code = cell // stride % (size + 1)
            if code != size:
                inside &= places // stride % (size + 1) == code
            stride *= size + 1
        return np.asarray(inside)

    def places(self, codes: Ints) -> Places:
        wide = np.where(codes == ANY, np.array(self.shape), codes)
        return np.asarray(np.ravel_multi_index(tuple(wide.T), self._wide))

    def lay(self, leaves: Floats) -> Floats:
        laid = np.zeros(self._grid.size)
        laid[self._places] = leaves
        return laid.reshape(self.shape)

    def members(self, cell: int) -> Places:
        codes = self.codes(np.array([cell]))[0]
        at = tuple(slice(None) if code == ANY else int(code) for code in codes)
        return self._grid[at].ravel()

    def sums(self, figures: Sequence[Floats], out: Floats) -> Floats:
        leading = self.shape[: self._split]
        inner = tuple(slice(size) for size in leading)
        wide = [size + 1 for size in leading]
        tensor = out[: len(figures)].reshape(len(figures), *wide, -1)
        for own, figure in zip(tensor, figures, strict=True):
            np.matmul(figure.reshape(*leading, -1), self._trailing, out=own[inner])
        for axis in range(len(leading) - 1, -1, -1):
            view = tensor[(slice(None), *inner[:axis])]
            along = np.moveaxis(view, axis + 1, 0)
            np.add.reduce(along[: leading[axis]], axis=0, out=along[leading[axis]])
        return out[: len(figures)]

    def sums_at(self, places: Places, figures: Sequence[Floats], out: Floats) -> Floats:
        laid = np.zeros((len(figures), self._grid.size))
        for own, figure in zip(laid, figures, strict=True):
            own[places] = figure
        return self.sums([own.reshape(self.shape) for own in laid], out)

    def thinned(self, each: int) -> Blocks | None:
        del each
        return None

    def by(self, dimensions: tuple[int, ...], figure: Floats) -> Floats:
        kept, left = 1, figure
        for axis, size in enumerate(self.shape):
            if axis in dimensions:
                kept *= size
            elif kept == 1:
                # Along the first axis long rows are added up, which is fastest.
                left = np.add.reduce(left.reshape(size, -1), axis=0)
            elif axis - 1 in dimensions:
                end = next((one for one in dimensions if one > axis), len(self.shape))
                left = _without(left.reshape(kept, prod(self.shape[axis:end]), -1))
        return left.ravel()

    def back(self, dimensions: tuple[int, ...], table: Floats) -> Floats:
        sizes = enumerate(self.shape)
        return table.reshape([size if one in dimensions else 1 for one, size in sizes])


def _along(sizes: tuple[int, ...], each: Sequence[float], kind: np.dtype[Any]) -> NDArray[Any]:
    """Add up, for every cell, a figure of each dimension that it has a value of; flat."""
    total = np.zeros(1, dtype=kind)
    for size, figure in zip(sizes, each, strict=True):
        # The last place along an axis is the sum: there the dimension is free.
        own = np.array([figure] * size + [0], dtype=kind)
        total = np.add.outer(total, own).ravel()
    return total


def _split(sizes: tuple[int, ...]) -> int:
    """Give the first of the trailing axes, which one small product sums: the last at least."""
    first = len(sizes) - 1
    while first > 1 and prod(sizes[first - 1 :]) <= MOST_TRAILING:
        first -= 1
    return first


def _summing(sizes: tuple[int, ...]) -> Floats:
    """Give the matrix that takes the trailing leaves to their cells, sums included."""
    total = np.ones((1, 1))
    for size in sizes:
        total = np.kron(total, np.concatenate([np.eye(size), np.ones((size, 1))], axis=1))
    return total


def _without(figure: Floats) -> Floats:
    """Sum over the middle of three axes."""
    between, rest = figure.shape[1:]
    if rest == 1:
        return np.asarray(np.vecdot(figure[:, :, 0], np.ones(between)))
    if between * rest <= ONE_THREAD:
        return np.asarray(np.matmul(np.ones(between), figure))
    return np.asarray(np.add.reduce(figure, axis=1))
