"""Cells cuboid by cuboid, for tables whose tensor would be mostly empty or too deep.

A cuboid with few cells is a tensor of all of them; of one with many, only the cells that occur are
kept. Tensors of the deepest layer are summed from larger ones that cover several of them, so that
there are fewer passes over the leaves; a shallower one comes from the smallest that holds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise
from math import comb, log, prod
from typing import TYPE_CHECKING

import numpy as np

from models.rca.covers import covers
from models.rca.tables import PART, Figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Places = NDArray[np.intp]
    #: Where leaves lie in a layout; where cells lie in a lattice.
    Index = tuple[slice, ...] | Places
    Region = tuple[slice, ...] | slice

ANY = -1
#: A cuboid may have so many times more cells than there are leaves, or as many as the least.
MOST_SPARE, LEAST_TENSOR = 8, 1 << 15
#: Tensors that cover several cuboids pay from so many leaves on, while they stay in the cache.
MANY_LEAVES, MOST_COVER = 1 << 16, 1 << 17
#: So few leaves are summed sooner than tensors that cover others are parted.
FEW_LEAVES = 1 << 14
#: Products as small as this are computed by one thread, whatever the machine: same bits.
ONE_THREAD = 1 << 13

Dimensions = tuple[int, ...]


class Columns:
    """The codes of each dimension, in as few bytes as they need; one figure a leaf beside them."""

    def __init__(self, columns: Sequence[NDArray[np.integer]], sizes: Dimensions) -> None:
        self._columns, self.sizes = columns, sizes
        self.shape: tuple[int, ...] = (len(columns[0]),)

    @classmethod
    def of(cls, codes: NDArray[np.int64], sizes: Dimensions) -> Columns:
        narrow = codes.astype(np.min_scalar_type(max(sizes)), copy=False)
        kinds = (np.min_scalar_type(size) for size in sizes)
        columns = [np.ascontiguousarray(narrow[:, one], kind) for one, kind in enumerate(kinds)]
        return cls(columns, sizes)

    def at(self, places: Places | slice) -> Columns:
        return Columns([column[places] for column in self._columns], self.sizes)

    def thinned(self, each: int) -> Columns:
        return self.at(slice(None, None, each))

    def parts(self) -> list[tuple[Columns, slice]]:
        ends = [*range(0, self.shape[0], PART), self.shape[0]]
        slices = [slice(first, end) for first, end in pairwise(ends)]
        return [(self.at(one), one) for one in slices]

    def key(self, dimensions: Dimensions) -> Places:
        """Give each leaf its place in the tensor of some dimensions."""
        return self.narrow(dimensions).astype(np.intp)

    def narrow(self, dimensions: Dimensions) -> NDArray[np.unsignedinteger]:
        """Give the same in as few bytes as it needs."""
        if not dimensions:
            return np.zeros(self.shape, dtype=np.uint8)
        sizes = [self.sizes[one] for one in dimensions]
        kind = np.min_scalar_type(max(prod(sizes) - 1, *sizes))
        key = self._columns[dimensions[0]].astype(kind)
        for one, size in zip(dimensions[1:], sizes[1:], strict=True):
            key *= kind.type(size)
            key += self._columns[one].astype(kind, copy=False)
        return key

    def by(self, dimensions: Dimensions, figures: Floats) -> Floats:
        key, cells = self.key(dimensions), prod(self.sizes[one] for one in dimensions)
        return np.stack([np.bincount(key, figure, cells) for figure in figures])

    def back(self, dimensions: Dimensions, table: Floats) -> Floats:
        return table.take(self.key(dimensions))

    def kept(self, tensor: Floats, had: Dimensions, wanted: Dimensions) -> Floats:
        """Sum figures × cells of some dimensions over those of them that are not wanted."""
        over = tuple(axis for axis, one in enumerate(had, 1) if one not in wanted)
        if not over:
            return tensor
        if len(over) == 1:
            size, rest = self.sizes[had[over[0] - 1]], had[over[0] :]
            three = tensor.reshape(-1, size, prod(self.sizes[one] for one in rest))
            return without(three).reshape(len(tensor), -1)
        tensor = tensor.reshape(-1, *(self.sizes[one] for one in had))
        return np.asarray(np.add.reduce(tensor, axis=over)).reshape(len(tensor), -1)

    def inside(self, codes: Ints) -> Places:
        """Give the leaves that have the codes of a cell."""
        fixed = np.flatnonzero(codes != ANY)
        if not len(fixed):
            return np.arange(self.shape[0])
        inside = np.flatnonzero(self._columns[fixed[0]] == codes[fixed[0]])
        for one in fixed[1:]:
            inside = inside[self._columns[one][inside] == codes[one]]
        return inside

    def occurring(self, dimensions: Dimensions) -> tuple[Places, Places]:
        """Give a leaf of each cell that occurs, and each leaf's cell."""
        key = np.zeros(self.shape, dtype=np.int64)
        for one in dimensions:
            # Kept small by renumbering, so that no product of sizes overflows.
            wide = key * self.sizes[one] + self._columns[one]
            key = np.unique(wide, return_inverse=True)[1]
        return np.unique(key, return_index=True)[1], key


@dataclass(frozen=True, slots=True)
class Cuboid:
    """Cells with values in the same dimensions; they follow one another from `first` on."""

    dimensions: Dimensions
    first: int
    cells: int
    #: Where only cells that occur are kept: each leaf's cell, and a leaf of each cell.
    places: NDArray[np.int32] | None
    leaves: Places | None

    @property
    def slot(self) -> slice:
        return slice(self.first, self.first + self.cells)


class Sparse:
    """The lattice up to a depth over many leaves, or many dimensions."""

    def __init__(self, codes: NDArray[np.int64], sizes: Dimensions, depth: int) -> None:
        self._columns = Columns.of(codes, sizes)
        self.shape = self._columns.shape
        most = MOST_SPARE * max(self.shape[0], LEAST_TENSOR // MOST_SPARE)
        self._cuboids: list[Cuboid] = []
        for layer in range(depth, -1, -1):
            for chosen in combinations(range(len(sizes)), layer):
                self._add(chosen, most)
        cells = [one.cells for one in self._cuboids]
        layers = np.array([len(one.dimensions) for one in self._cuboids], dtype=np.int8)
        penalties = np.array([_penalty(one.dimensions, sizes) for one in self._cuboids])
        idle = np.array([any(sizes[at] == 1 for at in one.dimensions) for one in self._cuboids])
        self.depth, self.penalty = np.repeat(layers, cells), np.repeat(penalties, cells)
        self.is_idle = np.repeat(idle, cells)
        self.deepest: Region = slice(int(np.count_nonzero(self.depth == depth)))
        self._firsts = np.array([one.first for one in self._cuboids])
        self._each = self._covers = list(self._covered(depth, ()))
        if self.shape[0] >= MANY_LEAVES:
            self._covers = list(self._covered(depth, covers(sizes, depth, MOST_COVER)))
        self._derived = list(self._from_above(depth))

    def _add(self, chosen: Dimensions, most: int) -> None:
        first = self._cuboids[-1].slot.stop if self._cuboids else 0
        cells = prod(self._columns.sizes[one] for one in chosen)
        if cells <= most:
            self._cuboids.append(Cuboid(chosen, first, cells, None, None))
            return
        leaves, inverse = self._columns.occurring(chosen)
        cuboid = Cuboid(chosen, first, len(leaves), inverse.astype(np.int32), leaves)
        self._cuboids.append(cuboid)

    def gate(self, margin: float, deeper: float) -> Floats:
        return gated(self.depth, self.penalty, self.is_idle, (margin, deeper))

    def layer(self, depth: int) -> Places:
        return np.flatnonzero(self.depth == depth)

    def codes(self, cells: Places) -> Ints:
        cells = cells % len(self.depth)
        codes = np.full((len(cells), len(self._columns.sizes)), ANY, dtype=np.int64)
        owners = np.searchsorted(self._firsts, cells, side="right") - 1
        for owner in np.unique(owners):
            cuboid, rows = self._cuboids[owner], np.flatnonzero(owners == owner)
            if cuboid.dimensions:
                codes[np.ix_(rows, cuboid.dimensions)] = self._within(cuboid, cells[rows])
        return codes

    def below(self, cell: int, places: Places) -> Bools:
        own, others = self.codes(np.array([cell]))[0], self.codes(places)
        is_fixed = own != ANY
        return np.asarray((others == own)[:, is_fixed].all(axis=1) & (places != cell))

    def places(self, codes: Ints) -> Places:
        cuboids = {one.dimensions: one for one in self._cuboids}
        return np.array([self._place(cuboids, own) for own in codes], dtype=np.intp)

    def _place(self, cuboids: dict[Dimensions, Cuboid], codes: Ints) -> int:
        fixed = tuple(int(one) for one in np.flatnonzero(codes != ANY))
        cuboid = cuboids[fixed]
        if cuboid.places is not None:
            return cuboid.first + int(cuboid.places[self._columns.inside(codes)[0]])
        place = 0
        for one in fixed:
            place = place * self._columns.sizes[one] + int(codes[one])
        return cuboid.first + place

    def _within(self, cuboid: Cuboid, cells: Places) -> Ints:
        places = cells - cuboid.first
        if cuboid.leaves is not None:
            few = self._columns.at(cuboid.leaves[places])
            return np.stack([few.key((one,)) for one in cuboid.dimensions], axis=-1)
        sizes = [self._columns.sizes[one] for one in cuboid.dimensions]
        return np.stack(np.unravel_index(places, sizes), axis=-1)

    def _covered(
        self, depth: int, sets: Iterable[Dimensions]
    ) -> Iterator[tuple[Dimensions, list[Cuboid]]]:
        """Give tensors to sum leaves into, each with the cuboids of the deepest layer in it."""
        left = {
            one.dimensions: one
            for one in self._cuboids
            if len(one.dimensions) == depth and one.places is None
        }
        for wide in sets:
            inside = [left.pop(one) for one in combinations(wide, depth) if one in left]
            if inside:
                yield wide, inside
        for one in left.values():
            yield one.dimensions, [one]

    def _from_above(self, depth: int) -> Iterator[tuple[Cuboid, Cuboid | None]]:
        tensors: list[Cuboid] = []
        for one in self._cuboids:
            if one.places is not None:
                continue
            if len(one.dimensions) < depth:
                above = [two for two in tensors if set(one.dimensions) <= set(two.dimensions)]
                yield one, min(above, key=lambda two: two.cells, default=None)
            tensors.append(one)

    def lay(self, leaves: Floats) -> Floats:
        return leaves

    def inside(self, cell: int) -> Index:
        return self._columns.inside(self.codes(np.array([cell]))[0])

    def view(self, rows: NDArray[Any], region: Region) -> NDArray[Any]:
        own = region if isinstance(region, tuple) else (region,)
        return rows[(slice(None),) * (rows.ndim - 1) + own]

    def touching(self, cell: int) -> Places:
        del cell
        return np.arange(len(self.depth))

    def sums(self, figures: Sequence[Floats], out: Floats) -> Floats:
        total = out[: len(figures)]
        self._sum(self._columns, figures, slice(None), total)
        return total

    def changes(
        self, parts: Iterable[tuple[int, Sequence[Floats]]]
    ) -> Iterator[tuple[Region, Floats]]:
        each = [(self.inside(cell), figures) for cell, figures in parts]
        places = np.concatenate([own for own, _ in each])
        figures = [np.concatenate(own) for own in zip(*(own for _, own in each), strict=True)]
        total = np.empty((len(figures), len(self.depth)))
        self._sum(self._columns.at(places), figures, places, total)
        yield slice(None), total

    def thinned(self, each: int) -> Columns:
        return self._columns.thinned(each)

    def parts(self) -> list[tuple[Columns, slice]]:
        return self._columns.parts()

    def _sum(
        self, columns: Columns, figures: Sequence[Floats], at: Places | slice, total: Floats
    ) -> None:
        parts, leaves = columns.parts(), Figures(figures)
        for wide, inside in self._each if columns.shape[0] <= FEW_LEAVES else self._covers:
            key = np.concatenate([part.narrow(wide) for part, _ in parts])
            tensor = leaves.table(key, prod(columns.sizes[one] for one in wide))
            for cuboid in inside:
                total[:, cuboid.slot] = columns.kept(tensor, wide, cuboid.dimensions)
        for cuboid in self._cuboids:
            if cuboid.places is not None:
                total[:, cuboid.slot] = leaves.table(cuboid.places[at], cuboid.cells)
        for cuboid, above in self._derived:
            if above is None:
                key = columns.narrow(cuboid.dimensions)
                total[:, cuboid.slot] = leaves.table(key, cuboid.cells)
            else:
                tensor = total[:, above.slot]
                total[:, cuboid.slot] = columns.kept(tensor, above.dimensions, cuboid.dimensions)

    def by(self, dimensions: Dimensions, figures: Floats) -> Floats:
        return self._columns.by(dimensions, figures)

    def back(self, dimensions: Dimensions, table: Floats) -> Floats:
        return self._columns.back(dimensions, table)


def _penalty(dimensions: Dimensions, sizes: Dimensions) -> float:
    """Log of the cells of the cuboid and of the cuboids of the layer."""
    layer = log(comb(len(sizes), len(dimensions)))
    return sum(log(sizes[one]) for one in dimensions) + layer


def gated(
    depth: NDArray[np.int8], penalty: Floats, is_idle: Bools, more: tuple[float, float]
) -> Floats:
    """Add a margin and so much a dimension to penalties; no evidence passes at an idle cell."""
    margin, deeper = more
    gate: Floats = depth * deeper + penalty
    gate += margin
    gate[is_idle] = np.inf
    return gate


def without(figure: Floats) -> Floats:
    """Sum over the middle of three axes."""
    between, rest = figure.shape[1:]
    if rest == 1:
        return np.asarray(np.vecdot(figure[:, :, 0], np.ones(between)))
    if between * rest <= ONE_THREAD:
        return np.asarray(np.matmul(np.ones(between), figure))
    return np.asarray(np.add.reduce(figure, axis=1))
