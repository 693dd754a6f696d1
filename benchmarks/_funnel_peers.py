"""What else names the cells of a drop: plain methods that are told more than ours is."""

from __future__ import annotations

from itertools import combinations
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from models.rca import Cell, FunnelCase

DEPTH, MOST_WHOLE = 3, 8
SIGNIFICANCE = 0.05


def greedy_drop(case: FunnelCase, causes: int) -> frozenset[Cell]:
    """Give as many cells as there are causes: the most deals lost against their own old rate."""
    cells = _cells(case)
    lost = [_expected(counts) - counts[3] for _, counts in cells]
    return frozenset(cells[place][0] for place in np.argsort(lost)[::-1][:causes])


def chi_square(case: FunnelCase, causes: int) -> frozenset[Cell]:
    """Give the most significant cells that fell, Bonferroni, as many as there are causes."""
    cells = _cells(case)
    gate = NormalDist().inv_cdf(1 - SIGNIFICANCE / len(cells) / 2) ** 2
    scored = sorted(((_chi_square(counts), cell) for cell, counts in cells), reverse=True)
    return frozenset(cell for value, cell in scored[:causes] if value > gate)


def group_by(case: FunnelCase) -> None:
    """Sum the four counts over all cuboids, the work that any localiser starts with.

    Of more than eight dimensions to a depth of three, as ours does.
    """
    import pandas as pd  # noqa: PLC0415 - where it is not installed there is no such peer

    names = [f"d{place}" for place in range(len(case.sizes))]
    frame = pd.DataFrame(case.codes, columns=names)
    for name, counts in zip(("n0", "k0", "n1", "k1"), _counts(case), strict=True):
        frame[name] = counts
    for depth in range(1, len(names) + 1 if len(names) <= MOST_WHOLE else DEPTH + 1):
        for chosen in combinations(names, depth):
            frame.groupby(list(chosen), sort=False)[["n0", "k0", "n1", "k1"]].sum()


def _expected(counts: NDArray[np.float64]) -> float:
    return float(counts[2] * counts[1] / max(counts[0], 1))


def _chi_square(counts: NDArray[np.float64]) -> float:
    n0, k0, n1, k1 = counts
    rate = (k0 + k1) / max(n0 + n1, 1)
    variance = rate * (1 - rate) * (1 / max(n0, 1) + 1 / max(n1, 1))
    gap = k0 / max(n0, 1) - k1 / max(n1, 1)
    return float(np.sign(gap) * gap**2 / variance) if variance else 0.0


def _counts(case: FunnelCase) -> tuple[NDArray[np.float64], ...]:
    return (case.entered_before, case.converted_before, case.entered, case.converted)


def _cells(case: FunnelCase) -> list[tuple[Cell, NDArray[np.float64]]]:
    return list(_each_cell(case))


def _each_cell(case: FunnelCase) -> Iterator[tuple[Cell, NDArray[np.float64]]]:
    values = case.values  # noqa: PD011 - no frame
    for depth in range(1, DEPTH + 1):
        for chosen in combinations(range(len(case.sizes)), depth):
            sizes = [case.sizes[place] for place in chosen]
            key = np.ravel_multi_index(tuple(case.codes[:, chosen].T), sizes)
            sums = np.array(
                [np.bincount(key, one, int(np.prod(sizes))) for one in _counts(case)], float
            )
            for cell in np.flatnonzero(sums[2]):
                codes = np.unravel_index(cell, sizes)
                named = tuple(
                    (case.dimensions[place], values[place][code])
                    for place, code in zip(chosen, codes, strict=True)
                )
                yield named, sums[:, cell]
