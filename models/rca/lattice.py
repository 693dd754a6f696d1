"""All cells of a table's cuboid lattice: which there are, and sums of leaf figures over each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb, log, prod
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

#: A dense tensor may be so many times larger than its leaves, for it has no keys to sort.
MOST_SPARE = 8
#: Deeper layers are left out where there would be more cuboids than this.
MOST_CUBOIDS = 400
ANY = -1


class Lattice(Protocol):
    """Cells of up to a depth: one column for each in `sums`, one row in `coords`."""

    #: Cells × dimensions: the code of the value, ANY where the dimension is free.
    coords: Ints
    depth: Ints
    #: What a family-wise test over the whole lattice costs at the cell, in nats.
    penalty: Floats

    def sums(self, leaves: Floats) -> Floats:
        """Give figures × cells out of figures × leaves."""


def lattice(codes: Ints, sizes: tuple[int, ...]) -> Lattice:
    """Give the lattice over leaves × dimensions of codes; the cell of all comes last."""
    depth = _depth(len(sizes))
    dense = prod(size + 1 for size in sizes)
    if depth == len(sizes) and dense <= MOST_SPARE * max(len(codes), 1 << 12):
        return Dense(codes, sizes)
    return Sparse(codes, sizes, depth)


def _depth(dimensions: int) -> int:
    cuboids = 1
    for depth in range(1, dimensions + 1):
        cuboids += comb(dimensions, depth)
        if cuboids > MOST_CUBOIDS:
            return max(1, depth - 1)
    return dimensions


def _penalty(coords: Ints, sizes: tuple[int, ...]) -> Floats:
    """Log of the cells of the cuboid and of the cuboids of the layer."""
    logs = np.log(np.array(sizes, dtype=float))
    cells = np.where(coords == ANY, 0.0, logs).sum(axis=1)
    layers = np.array([log(comb(len(sizes), depth)) for depth in range(len(sizes) + 1)])
    return np.asarray(cells + layers[(coords != ANY).sum(axis=1)], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What depends on the sizes alone."""

    coords: Ints
    depth: Ints
    penalty: Floats


def _shape(sizes: tuple[int, ...]) -> _Shape:
    grid = np.indices([size + 1 for size in sizes]).reshape(len(sizes), -1).T
    coords = np.where(grid == np.array(sizes), ANY, grid)
    return _Shape(coords, (coords != ANY).sum(axis=1), _penalty(coords, sizes))


class Dense:
    """A tensor with one place more on each axis, which holds the sum along it."""

    def __init__(self, codes: Ints, sizes: tuple[int, ...]) -> None:
        self._sizes = sizes
        self._places = np.ravel_multi_index(tuple(codes.T), sizes)
        shape = _shape(sizes)
        self.coords, self.depth, self.penalty = shape.coords, shape.depth, shape.penalty

    def sums(self, leaves: Floats) -> Floats:
        tensor = np.zeros((len(leaves), prod(self._sizes)))
        tensor[:, self._places] = leaves
        tensor = tensor.reshape(len(leaves), *self._sizes)
        for axis in range(1, tensor.ndim):
            tensor = np.concatenate([tensor, tensor.sum(axis=axis, keepdims=True)], axis=axis)
        return tensor.reshape(len(leaves), -1)


class Sparse:
    """Cells that occur, found cuboid by cuboid; a leaf knows its cell in each of them."""

    def __init__(self, codes: Ints, sizes: tuple[int, ...], depth: int) -> None:
        coords, places, first = [], [], 0
        for layer in range(depth, -1, -1):
            for chosen in combinations(range(len(sizes)), layer):
                cells, inverse = _occurring(codes, sizes, chosen)
                coords.append(cells)
                places.append(inverse + first)
                first += len(cells)
        self._places = places
        self._cells = first
        self.coords = np.concatenate(coords)
        self.depth = (self.coords != ANY).sum(axis=1)
        self.penalty = _penalty(self.coords, sizes)

    def sums(self, leaves: Floats) -> Floats:
        total = np.zeros((len(leaves), self._cells))
        for places in self._places:
            first, beyond = places.min(), places.max() + 1
            for row, values in zip(total, leaves, strict=True):
                row[first:beyond] = np.bincount(places - first, values, beyond - first)
        return total


def _occurring(codes: Ints, sizes: tuple[int, ...], chosen: tuple[int, ...]) -> tuple[Ints, Ints]:
    key = np.zeros(len(codes), dtype=np.int64)
    for dimension in chosen:
        # Kept small by renumbering, so that no product of sizes overflows.
        key = np.unique(key * sizes[dimension] + codes[:, dimension], return_inverse=True)[1]
    cells, firsts = np.unique(key, return_index=True)
    coords = np.full((len(cells), len(sizes)), ANY, dtype=np.int64)
    coords[:, chosen] = codes[firsts][:, chosen]
    return coords, key
