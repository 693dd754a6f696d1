"""Where a funnel fell: the cells that explain it, how many deals each cost, how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt
from typing import TYPE_CHECKING, Literal

import numpy as np

from models.rca.baseline import fitted
from models.rca.lattice import ANY, lattice
from models.rca.leaves import LEAST_FALL, Leaves
from models.rca.search import Search

if TYPE_CHECKING:
    from models.rca.case import FunnelCase
    from models.rca.findings import Expected, Found, Scan
    from models.rca.lattice import Lattice
    from models.rca.spread import Spread

#: Cells whose evidence is no further apart cannot be told from one another.
TIE_NATS = 2.0
Z95 = 1.96
#: Older windows of history say little of what spread is usual now.
MOST_WINDOWS = 30
#: The same deals, summed in another order.
ROUNDING = 1e-9
#: One-sided 5 %: from here a fall of the whole is told, though nothing explains it.
Z_FELL = 1.645
#: What "needed about" refers to: a fifth of all deals, fallen by .6 logit (50 % → 35 %).
USUAL_SHARE, USUAL_FALL = 0.2, 0.6

Cell = tuple[tuple[str, str], ...]
#: Dimensions, and the values of each.
Names = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A cell that fell, against what was expected with all other causes explained."""

    #: Pairs of dimension and value; empty: everything.
    cell: Cell
    #: Other cells that the data cannot tell from it.
    tie: tuple[Cell, ...]
    expected: float
    observed: int
    #: 95 %, of the shortfall (expected less observed).
    interval: tuple[float, float]
    llr: float
    #: Odds of the evidence against the family-wise penalty as a share; not calibrated.
    p: float

    @property
    def shortfall(self) -> float:
        return self.expected - self.observed


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The change of the total rate; `mix` and `rate` add up to it exactly."""

    before: float
    now: float
    mix: float
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`none` with `needed`: fell or too small to tell; so many deals a window would do."""

    scope: Literal["all", "cells", "none"]
    causes: tuple[Cause, ...]
    change: Change
    needed: int | None


def localise(case: FunnelCase) -> Answer:
    """Find the cells whose fall explains the table."""
    search = searched(case)
    last = search.run()
    causes = tuple(
        told(one, last.spread, search, (case.dimensions, case.values)) for one in search.found
    )
    is_all = any(not one.cell for one in causes)
    return Answer(
        scope="all" if is_all else "cells" if causes else "none",
        causes=tuple(sorted(causes, key=lambda one: -one.shortfall)),
        change=_change(case),
        needed=None if causes else _needed(case, last, search),
    )


def searched(case: FunnelCase) -> Search:
    """Give the search of a table, not run yet."""
    cells = lattice(case.codes, case.sizes)
    entered_before, converted_before = (
        cells.lay(counts) for counts in (case.entered_before, case.converted_before)
    )
    leaves = Leaves(
        entered_before,
        converted_before,
        cells.lay(case.entered),
        cells.lay(case.converted),
        fitted(cells, case.sizes, entered_before, converted_before),
        tuple(
            (cells.lay(entered), cells.lay(won)) for entered, won in case.windows[-MOST_WINDOWS:]
        ),
    )
    return Search(leaves, cells)


def named(names: Names, cells: Lattice, place: int) -> Cell:
    return tuple(
        (name, values[code])
        for name, values, code in zip(*names, cells.codes(np.array([place]))[0], strict=True)
        if code != ANY
    )


def told(one: Found, spread: Spread, search: Search, names: Names) -> Cause:
    """Give what a search that has run says of one of its causes."""
    cells, place, expected = search.cells, one.cell, search.without(one)
    mean, observed = float(expected.mean[place]), float(search.observed[place])
    half = Z95 * sqrt(search.uncertainty(expected, spread, place))
    tie = _tie(one, search, expected)
    llr, over = (
        float(figure[0])
        for figure in (
            search.evidence(expected, np.array([place])),
            search.over(expected, spread, np.array([place])),
        )
    )
    odds = llr / over - float(cells.penalty[place])
    return Cause(
        cell=named(names, cells, place),
        tie=tuple(named(names, cells, other) for other in tie),
        expected=mean,
        observed=round(observed),
        interval=(mean - observed - half, mean - observed + half),
        llr=llr,
        p=1 / (1 + exp(-min(odds, 30.0))) / (1 + len(tie)),
    )


def _tie(one: Found, search: Search, expected: Expected) -> tuple[int, ...]:
    """Give cells that hold the same deals, or whose evidence is as good and that overlap."""
    cells, place = search.cells, one.cell
    least = float(search.evidence(expected, np.array([place]))[0]) - cells.penalty[place] - TIE_NATS
    near = cells.touching(place)
    penalty, mean = cells.penalty[near], expected.mean[near]
    is_close = np.flatnonzero(expected.bound(near) >= penalty + least)
    worth = search.evidence(expected, near[is_close]) - penalty[is_close]
    is_even = (worth >= least) & (worth <= least + 2 * TIE_NATS)
    is_close = is_close[is_even & (worth + penalty[is_close] > 0)]
    own = expected.mean[place]
    is_same = np.abs(mean - own) <= ROUNDING * own
    is_same &= search.observed[near] == search.observed[place]
    is_same[is_close] = True
    tie = near[is_same]
    mine, others = cells.codes(np.array([place]))[0], cells.codes(tie)
    is_apart = ((others != mine) & (others != ANY) & (mine != ANY)).any(axis=1)
    is_found = np.isin(tie, [other.cell for other in search.found])
    return tuple(int(other) for other in tie[~is_apart & ~is_found])


def _change(case: FunnelCase) -> Change:
    """Split the change: Δ = Σ(Δw·mean rate + mean w·Δrate), symmetric and exact.

    A leaf that only one window holds has the other's rate for its own: all of it is mix.
    """
    w0, w1 = (entered / entered.sum() for entered in (case.entered_before, case.entered))
    r0 = case.converted_before / np.maximum(case.entered_before, 1)
    r1 = case.converted / np.maximum(case.entered, 1)
    r0 = np.where(case.entered_before > 0, r0, r1)
    r1 = np.where(case.entered > 0, r1, r0)
    return Change(
        before=float((w0 * r0).sum()),
        now=float((w1 * r1).sum()),
        mix=float(((w1 - w0) * (r0 + r1) / 2).sum()),
        rate=float(((w0 + w1) / 2 * (r1 - r0)).sum()),
    )


def _needed(case: FunnelCase, last: Scan, search: Search) -> int | None:
    """Give the deals a window would need, where it fell or is too small to show a usual fall.

    None as well where nothing ever converted before: then nothing can fall, in however many deals.
    """
    if not case.converted_before.any():
        return None
    whole = -1
    gap = float(last.expected.gap(np.array([whole]))[0])
    fell = gap > Z_FELL * sqrt(search.uncertainty(last.expected, last.spread, whole))
    variance = float(last.expected.variance[whole])
    each = variance / float(case.entered.sum())
    shallow = search.gate[search.cells.depth <= 1]
    gate = float(shallow[np.isfinite(shallow)].max())
    # Shared spread does not shrink with n; where it hides the fall no n would do.
    room = USUAL_FALL**2 / 2 - gate * last.spread.shared
    if not each or room <= 0:
        return None
    needed = gate / room / each / USUAL_SHARE
    small = needed > case.entered.sum()
    if not (small or (fell and gap / max(variance, 1e-9) > LEAST_FALL)):
        return None
    return round(max(needed, 2.0 * float(case.entered.sum()) if not small else needed))
