"""Which cells an amount fell short of its forecast in, by the scan that finds falls of a rate.

Observed amounts vary about their forecasts by unit·forecast + spread·forecast² + rounding; unit and
spread come from the medians of leaves of like size, which a few causes hardly move. Amounts are
then counts of units, as a Poisson count varies; a rate of one in MANY makes the scan's binomial a
Poisson, and the spread is the scan's spread of leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from models.rca.lattice import lattice
from models.rca.leaves import Leaves
from models.rca.localise import Cause, told
from models.rca.search import Search
from models.rca.spread import MEDIAN, Spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.rca.localise import Cell

    Floats = NDArray[np.float64]

#: Deals for each that converts.
MANY = 1e4
#: Variance of what rounding to a whole number adds.
ROUNDED = 1 / 12
#: Leaves of like size whose medians are taken.
GROUPS, MOST_LEAVES = 12, 4096
#: Forecasts are wrong by some hundredths for reasons of their own.
LEAST_SHORT = 0.05
#: A unit is no smaller, lest a forecast that is met exactly make anything evidence.
LEAST_NOISE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountCase:
    """A table whose rows are leaves; amounts are 0 or more, in any unit of money or count."""

    dimensions: tuple[str, ...]
    #: For each dimension the values that occur.
    values: tuple[tuple[str, ...], ...]
    #: Leaves × dimensions, places in `values`.
    codes: NDArray[np.int64]
    forecast: Floats
    observed: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountAnswer:
    scope: Literal["all", "cells", "none"]
    #: Their figures are amounts.
    causes: tuple[Cause, ...]


def localise_amounts(case: AmountCase) -> AmountAnswer:
    """Find the cells whose shortfall explains the table's. Raises ValueError for bad amounts."""
    for name, amounts in (("forecast", case.forecast), ("observed", case.observed)):
        if amounts.min(initial=0.0) < 0 or not np.isfinite(amounts.max(initial=0.0)):
            bad = int(np.argmax(~np.isfinite(amounts) | (amounts < 0)))
            raise ValueError(f"{name} of leaf {bad} is {amounts[bad]}, expected 0 or more")
    if not case.forecast.sum():
        raise ValueError("nothing was forecast: no amount can fall short")
    is_whole = bool((case.observed == np.rint(case.observed)).all())
    rounding = ROUNDED if is_whole else 0.0
    unit, spread = _noise(case, rounding)
    search = _searched(case, (unit, spread, rounding))
    last = search.run()
    causes = [
        told(one, last.spread, search, (case.dimensions, case.values)) for one in search.found
    ]
    cells: list[Cell] = [one.cell for one in causes]
    return AmountAnswer(
        scope="all" if () in cells else "cells" if cells else "none",
        causes=tuple(
            _in_units(one, unit) for one in sorted(causes, key=lambda one: -one.shortfall)
        ),
    )


def _noise(case: AmountCase, rounding: float) -> tuple[float, float]:
    """Give the unit and the spread: a line through what each group of leaves varies by."""
    usual = np.flatnonzero(case.forecast > 0)
    usual = usual[:: 1 + len(usual) // MOST_LEAVES]
    forecast, observed = case.forecast[usual], case.observed[usual]
    order = np.argsort(forecast)
    squares = (observed - forecast) ** 2
    size, variance = _medians(forecast[order]), _medians(squares[order]) / MEDIAN
    ratio = np.maximum(variance - rounding, 0.0) / size
    # Relative errors are alike, so each group counts by its own size.
    weight = 1 / (ratio + LEAST_NOISE * size)
    rows = np.stack([weight, weight * size], axis=1)
    unit, spread = np.linalg.lstsq(rows, weight * ratio, rcond=None)[0]
    if unit < 0:
        unit, spread = 0.0, float(np.median(ratio / size))
    if spread < 0:
        unit, spread = float(np.median(ratio)), 0.0
    # A shift is told by what it does to the variance of chance; rounding must not drown that.
    least = max(LEAST_NOISE, spread * size[0], 4 * rounding / np.median(size))
    return max(float(unit), float(least)), float(spread)


def _medians(figures: Floats) -> Floats:
    """Give the median of each group of figures that follow one another."""
    least, larger = divmod(len(figures), GROUPS)
    split = larger * (least + 1)
    parts = (
        figures[:split].reshape(larger, least + 1),
        figures[split:].reshape(GROUPS - larger, least),
    )
    return np.concatenate([_row_medians(part) for part in parts if part.size])


def _row_medians(rows: Floats) -> Floats:
    half, is_odd = divmod(rows.shape[1], 2)
    rows = np.partition(rows, half if is_odd else (half - 1, half), axis=1)
    return rows[:, half] if is_odd else (rows[:, half] + rows[:, half - 1]) / 2


def _searched(case: AmountCase, noise: tuple[float, float, float]) -> Search:
    unit, spread, rounding = noise
    sizes = tuple(len(values) for values in case.values)
    cells = lattice(case.codes, sizes)
    entered = cells.lay(case.forecast) * (MANY / unit)
    leaves = Leaves(
        entered_before=entered,
        converted_before=entered,
        entered=entered,
        converted=cells.lay(case.observed) / unit,
        logit=np.broadcast_to(-np.log(MANY - 1), cells.shape),
        rounding=rounding / unit**2,
        is_forecast=True,
        usual=Spread(spread, 0.0),
        least_fall=LEAST_SHORT,
        uneven=0.0,
    )
    return Search(leaves, cells)


def _in_units(one: Cause, unit: float) -> Cause:
    low, high = one.interval
    return Cause(
        cell=one.cell,
        tie=one.tie,
        expected=one.expected * unit,
        observed=round(one.observed * unit),
        interval=(low * unit, high * unit),
        llr=one.llr,
        p=one.p,
    )
