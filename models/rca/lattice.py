"""All cells of a table's cuboid lattice: which there are, and sums of leaf figures over each.

A lattice lays the figures of leaves out in a way of its own (`lay`); everything else that it is
given or gives by leaf is in that layout.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from math import comb, log, prod
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

from models.rca.cuboids import ANY, Sparse, gated, without

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from models.rca.cuboids import Index, Region

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Ints = NDArray[np.int64]
    Places = NDArray[np.intp]

K = TypeVar("K", bound=np.generic)

__all__ = ["ANY", "Dense", "Lattice", "Sparse", "lattice"]

#: A dense tensor may be so many times larger than its leaves, for it has no keys to sort.
MOST_SPARE = 8
#: Deeper layers are left out where there would be more cuboids or cells than these.
MOST_CUBOIDS, MOST_CELLS = 400, 1 << 22
#: Trailing axes are summed by one small matrix product while they have no more places.
MOST_TRAILING = 64
#: Of tensors up to so many cells, what depends on the sizes alone is kept: of so many sizes.
MOST_KEPT_CELLS, MOST_KEPT = 1 << 17, 8


class Blocks(Protocol):
    """Leaves in a layout, and what their values in one dimension or two have in common."""

    #: Of a figure in the layout.
    shape: tuple[int, ...]

    def by(self, dimensions: tuple[int, ...], figures: Floats) -> Floats:
        """Sum rows of figures by the values of the dimensions, which are in order; rows of flat."""

    def back(self, dimensions: tuple[int, ...], table: Floats) -> Floats:
        """Give each leaf its entry of such a table, in a shape that broadcasts to the layout."""

    def thinned(self, each: int) -> Blocks | None:
        """Give every so-manieth leaf alone; None where that saves nothing."""

    def parts(self) -> Sequence[tuple[Blocks, slice]]:
        """Give the leaves in parts that follow one another along the first axis."""


class Lattice(Blocks, Protocol):
    """Cells of up to a depth: one column for each in `sums`; the cell of all is the last."""

    depth: NDArray[np.int8]
    #: What a family-wise test over the whole lattice costs at the cell, in nats.
    penalty: Floats
    #: Cells with a value of a dimension that has no other: each is the cell above it again.
    is_idle: Bools

    def gate(self, margin: float, deeper: float) -> Floats:
        """Give the penalty, a margin and so much a dimension; infinite where a cell is idle."""

    def layer(self, depth: int) -> Places:
        """Give the cells with so many dimensions, in order."""

    def codes(self, cells: Places) -> Ints:
        """Give cells × dimensions: the code of the value, ANY where the dimension is free."""

    def below(self, cell: int, places: Places) -> Bools:
        """Tell which cells lie strictly inside another."""

    def places(self, codes: Ints) -> Places:
        """Give the cells with such codes, each of which holds a leaf."""

    def lay(self, leaves: Floats) -> Floats:
        """Give a figure of each leaf in the layout; 0 where it has places without a leaf."""

    def inside(self, cell: int) -> Index:
        """Give where a cell's leaves lie in the layout."""

    #: The cells of the deepest layer.
    deepest: Region

    def view(self, rows: NDArray[Any], region: Region) -> NDArray[Any]:
        """Give the part of a figure of each cell (or of rows of them) that lies in a region."""

    def touching(self, cell: int) -> Places:
        """Give the cells that may share leaves with a cell, in order."""

    def sums(self, figures: Sequence[Floats], out: Floats) -> Floats:
        """Give figures × cells, each summed over the cell's leaves, in the first rows of `out`."""

    def changes(
        self, parts: Iterable[tuple[int, Sequence[Floats]]]
    ) -> Iterator[tuple[Region, Floats]]:
        """Give what figures of the leaves inside some cells add to sums, region by region."""


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
        self._places = codes[:, 0].copy()
        for size, own in zip(sizes[1:], codes.T[1:], strict=True):
            self._places *= size
            self._places += own
        self._wide = tuple(size + 1 for size in sizes)
        self.deepest: Region = tuple(map(slice, sizes))
        self._is_kept = prod(self._wide) <= MOST_KEPT_CELLS
        work = _cells if self._is_kept else _cells.__wrapped__
        self.depth, self.penalty, self.is_idle = work(sizes)

    def gate(self, margin: float, deeper: float) -> Floats:
        if self._is_kept:
            return _gate(self.shape, margin, deeper)
        return gated(self.depth, self.penalty, self.is_idle, (margin, deeper))

    def layer(self, depth: int) -> Places:
        return _layer(self.shape, depth) if self._is_kept else np.flatnonzero(self.depth == depth)

    def codes(self, cells: Places) -> Ints:
        codes = np.stack(np.unravel_index(cells % len(self.depth), self._wide), axis=-1)
        return np.where(codes == np.array(self.shape), ANY, codes)

    def _own(self, cell: int) -> list[int]:
        """Give the codes of a cell; where a dimension is free, how many values it has."""
        codes = []
        for size in reversed(self._wide):
            cell, code = divmod(cell, size)
            codes.append(code)
        return codes[::-1]

    def below(self, cell: int, places: Places) -> Bools:
        own = zip(self._own(cell), self.shape, strict=True)
        inside = tuple(slice(None) if code == size else slice(code, code + 1) for code, size in own)
        is_below = np.zeros(len(self.depth), dtype=np.bool_)
        self.view(is_below, inside)[...] = True
        is_below[cell] = False
        return np.asarray(is_below[places])

    def places(self, codes: Ints) -> Places:
        wide = np.where(codes == ANY, np.array(self.shape), codes)
        return np.asarray(np.ravel_multi_index(tuple(wide.T), self._wide))

    def lay(self, leaves: Floats) -> Floats:
        laid = np.zeros(prod(self.shape))
        laid[self._places] = leaves
        return laid.reshape(self.shape)

    def inside(self, cell: int) -> Index:
        own = zip(self._own(cell), self.shape, strict=True)
        return tuple(slice(None) if code == size else slice(code, code + 1) for code, size in own)

    def view(self, rows: NDArray[Any], region: Region) -> NDArray[Any]:
        own = region if isinstance(region, tuple) else (region,)
        wide = rows.reshape(*rows.shape[:-1], *self._wide)
        return wide[(slice(None),) * (rows.ndim - 1) + own]

    def touching(self, cell: int) -> Places:
        places = np.zeros(1, dtype=np.intp)
        for part, size in zip(self._region(cell), self._wide, strict=True):
            places = np.add.outer(places * size, np.arange(size)[part]).ravel()
        return places

    def _region(self, cell: int) -> tuple[slice, ...]:
        """Give the cells that share leaves with a cell: along its dimensions its code, and free."""
        own = zip(self._own(cell), self.shape, strict=True)
        return tuple(
            slice(None) if code == size else slice(code, None, size - code) for code, size in own
        )

    def sums(self, figures: Sequence[Floats], out: Floats) -> Floats:
        _summed(figures, self.shape, out)
        return out[: len(figures)]

    def changes(
        self, parts: Iterable[tuple[int, Sequence[Floats]]]
    ) -> Iterator[tuple[Region, Floats]]:
        for cell, figures in parts:
            own = list(zip(self._own(cell), self.shape, strict=True))
            free = tuple(size for code, size in own if code == size)
            sums = np.empty((len(figures), prod(size + 1 for size in free)))
            _summed(figures, free, sums)
            shape = [size + 1 if code == size else 1 for code, size in own]
            region, told = self._region(cell), sums.reshape(-1, *shape)
            if shape[-1] > 1:
                yield region, told
                continue
            # Two cells side by side would be gone through pair by pair.
            code, size = own[-1]
            for last in (code, size):
                yield (*region[:-1], slice(last, last + 1)), told

    def thinned(self, each: int) -> Blocks | None:
        del each
        return None

    def parts(self) -> Sequence[tuple[Blocks, slice]]:
        return [(self, slice(None))]

    def by(self, dimensions: tuple[int, ...], figures: Floats) -> Floats:
        kept, left, rows = len(figures), figures, len(figures)
        for axis, size in enumerate(self.shape):
            if axis in dimensions:
                kept *= size
            elif kept == rows:
                # Along the first axes long rows are added up, which is fastest.
                left = np.add.reduce(left.reshape(rows, size, -1), axis=1)
            elif axis - 1 in dimensions:
                end = next((one for one in dimensions if one > axis), len(self.shape))
                left = without(left.reshape(kept, prod(self.shape[axis:end]), -1))
        return left.reshape(rows, -1)

    def back(self, dimensions: tuple[int, ...], table: Floats) -> Floats:
        sizes = enumerate(self.shape)
        return table.reshape([size if one in dimensions else 1 for one, size in sizes])


@lru_cache(maxsize=MOST_KEPT)
def _cells(sizes: tuple[int, ...]) -> tuple[NDArray[np.int8], Floats, Bools]:
    """Give the depth of each cell of a tensor, its penalty, and whether it is idle."""
    # What is the same in all cells of a cuboid is worked out once for each cuboid.
    few = [1] * len(sizes)
    depth = _along(few, few, np.dtype(np.int8))
    penalty = _along(few, [log(size) for size in sizes], np.dtype(np.float64))
    layers = np.array([log(comb(len(sizes), one)) for one in range(len(sizes) + 1)])
    penalty += layers.take(depth)
    idle = _along(few, [size == 1 for size in sizes], np.dtype(np.bool_))
    return _widened(depth, sizes), _widened(penalty, sizes), _widened(idle, sizes)


@lru_cache(maxsize=MOST_KEPT)
def _gate(sizes: tuple[int, ...], margin: float, deeper: float) -> Floats:
    depth, penalty, is_idle = _cells(sizes)
    return _locked(gated(depth, penalty, is_idle, (margin, deeper)))


@lru_cache(maxsize=MOST_KEPT)
def _layer(sizes: tuple[int, ...], depth: int) -> Places:
    return _locked(np.flatnonzero(_cells(sizes)[0] == depth))


def _locked(figures: NDArray[K]) -> NDArray[K]:
    """Give figures that the next table finds as they are."""
    figures.flags.writeable = False
    return figures


def _along(sizes: Sequence[int], each: Sequence[float], kind: np.dtype[Any]) -> NDArray[Any]:
    """Add up, for every cell, a figure of each dimension that it has a value of; flat."""
    total = np.zeros(1, dtype=kind)
    for size, figure in zip(sizes, each, strict=True):
        # The last place along an axis is the sum: there the dimension is free.
        own = np.array([figure] * size + [0], dtype=kind)
        total = np.add.outer(total, own).ravel()
    return total


def _widened(cuboids: NDArray[Any], sizes: tuple[int, ...]) -> NDArray[Any]:
    """Give each cell what its cuboid has; the last axes first, so that long rows are copied."""
    told = cuboids.reshape([2] * len(sizes))
    for axis in range(len(sizes) - 1, -1, -1):
        told = np.repeat(told, (sizes[axis], 1), axis=axis)
    return _locked(told.ravel())


def _summed(figures: Sequence[Floats], sizes: tuple[int, ...], out: Floats) -> None:
    """Sum figures in a tensor along each axis and all axes together."""
    if not sizes:
        for own, figure in zip(out, figures, strict=False):
            own[:] = figure.ravel()
        return
    split = _split(sizes)
    leading = sizes[:split]
    trailing = _summing(sizes[split:])
    inner = tuple(map(slice, leading))
    tensor = out[: len(figures)].reshape(len(figures), *(size + 1 for size in leading), -1)
    for own, figure in zip(tensor, figures, strict=True):
        np.matmul(figure.reshape(*leading, -1), trailing, out=own[inner])
    for axis in range(len(leading) - 1, -1, -1):
        view = tensor[(slice(None), *inner[:axis])]
        along = np.moveaxis(view, axis + 1, 0)
        np.add.reduce(along[: leading[axis]], axis=0, out=along[leading[axis]])


def _split(sizes: tuple[int, ...]) -> int:
    """Give the first of the trailing axes, which one small product sums: the last at least."""
    first = len(sizes) - 1
    while first > 1 and prod(sizes[first - 1 :]) <= MOST_TRAILING:
        first -= 1
    return first


@lru_cache(maxsize=64)
def _summing(sizes: tuple[int, ...]) -> Floats:
    """Give the matrix that takes the trailing leaves to their cells, sums included."""
    total = np.ones((1, 1))
    for size in sizes:
        total = np.kron(total, np.concatenate([np.eye(size), np.ones((size, 1))], axis=1))
    total.flags.writeable = False
    return total
