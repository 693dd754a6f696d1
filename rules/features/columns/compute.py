"""What each aggregate and each derived field is, computed for all rows at once.

The same definitions as :mod:`rules.features.aggregates`, operation by operation; tests hold the
two together, to the last bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rules.clauses import COMPARE, clause_holds
from rules.conditions import Aggregate, Operator
from rules.facts import LARGEST_WHOLE, FieldType, Sum
from rules.features.columns.sliding import Rows, extremes, first_from, latest, totals
from rules.features.columns.table import WORDS, Series
from rules.features.figures import (
    LEAST_EXPONENT,
    MICROSECONDS_AN_HOUR,
    MOST_EXPONENT,
    SCALES,
    WHOLE,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rules.conditions import Clause, Feature
    from rules.facts import Field
    from rules.features.columns.sliding import Span
    from rules.features.columns.table import Numbers, Truth, Whole

_TIMES = np.array([times for times, _ in SCALES])
_OVER = np.array([over for _, over in SCALES])
#: Rows that are rounded at a time, so that what is in between stays in the processor's cache.
BLOCK = 16_384
_PRESENT = "every series has been taken"


class Columns:
    """The rows of a table with what has been computed so far."""

    def __init__(self, rows: Rows, at: Whole, asked: Whole) -> None:
        self.rows = rows
        self.at = at
        self.asked = asked
        self.series: dict[str, Series] = {}
        self._spans: dict[tuple[int, int], Span] = {}

    def span(self, length: int, *, behind: int = 0) -> Span:
        key = length, behind
        if key not in self._spans:
            self._spans[key] = self.rows.window(length, behind=behind)
        return self._spans[key]

    def numbers(self, name: str) -> tuple[Numbers, Truth]:
        """Give a field's values, 0 where absent, and where it is present."""
        series = self.series[name]
        assert series.present is not None, _PRESENT  # noqa: S101 - for the type checker
        return series.values, series.present  # type: ignore[return-value]  # floats, see taken()


def figures(values: Numbers, magnitudes: Numbers) -> Numbers:
    """Round as :func:`rules.features.figures.figure` does; NaN where it gives None."""
    found = np.empty_like(values)
    for start in range(0, len(values), BLOCK):
        cut = slice(start, start + BLOCK)
        found[cut] = _figures(values[cut], magnitudes[cut])
    return found


def _figures(values: Numbers, magnitudes: Numbers) -> Numbers:
    exponents = np.frexp(magnitudes)[1]
    inside = (exponents >= LEAST_EXPONENT) & (exponents <= MOST_EXPONENT)
    scale = np.where(inside, exponents - LEAST_EXPONENT, 0)
    times, over = _TIMES[scale], _OVER[scale]
    rounded = np.rint(values * times / over) * over / times
    found = np.where(inside, rounded, values) + 0.0
    return np.where(np.isfinite(values) & np.isfinite(magnitudes), found, np.nan)


def settled(values: Numbers, magnitudes: Numbers, *, whole: bool) -> Numbers:
    """Give sums as they count, as :func:`rules.features.figures.settled` does."""
    if whole:
        return np.where(magnitudes <= LARGEST_WHOLE, values + 0.0, np.nan)
    return figures(values, magnitudes)


def ratios(over: Numbers, under: Numbers) -> Numbers:
    """Give shares; NaN where they are of nothing."""
    shares = over / under
    return np.where(under == 0, np.nan, figures(shares, np.abs(shares)))


def series_of(values: Numbers, present: Truth) -> Series:
    """Give a series; NaN is absent."""
    present = present & ~np.isnan(values)
    return Series(values=np.where(present, values, 0.0), present=present)


def derive(columns: Columns, field: Field, inputs: Sequence[Field]) -> Series:
    """Compute a derived field; its inputs have been."""
    assert field.derived is not None  # noqa: S101 - for the type checker; the caller knows
    window, kind = field.derived.window, field.derived.sum
    span = columns.rows.single() if window is None else columns.span(window.length)
    enough = np.ones(columns.rows.size, dtype=np.bool_)
    sums: list[tuple[Numbers, Numbers]] = []
    for one in inputs:
        values, present = columns.numbers(one.name)
        enough &= span.enough(present)
        sums.append(totals(values, span))
    found = _combined(kind, sums, [one.type in WHOLE for one in inputs])
    return series_of(found, enough & _in_range(field, found))


def _combined(kind: Sum, sums: list[tuple[Numbers, Numbers]], whole: list[bool]) -> Numbers:
    if kind is Sum.RATIO:
        over, under = (settled(*sum_, whole=one) for sum_, one in zip(sums, whole, strict=True))
        return ratios(over, under)
    magnitude = _added([size for _, size in sums])
    if kind is Sum.DIFFERENCE:
        return settled(sums[0][0] - sums[1][0], magnitude, whole=all(whole))
    return settled(_added([value for value, _ in sums]), magnitude, whole=all(whole))


def _added(parts: list[Numbers]) -> Numbers:
    found = np.zeros_like(parts[0])
    for part in parts:
        found += part
    return found


def _in_range(field: Field, values: Numbers) -> Truth:
    inside = np.ones(len(values), dtype=np.bool_)
    if field.type is FieldType.COUNT:
        inside &= (np.rint(values) == values) & (np.abs(values) <= LARGEST_WHOLE)
    if field.minimum is not None:
        inside &= values >= field.minimum
    if field.maximum is not None:
        inside &= values <= field.maximum
    return inside


def compute(columns: Columns, feature: Feature) -> Series:
    """Compute a feature; its field has been."""
    return _COMPUTE[feature.aggregate](columns, feature)


def _length(feature: Feature) -> int:
    assert feature.window is not None  # noqa: S101 - for the type checker; the plan has checked
    return feature.window.length


def _sum(columns: Columns, feature: Feature) -> Series:
    values, present = columns.numbers(feature.field.name)
    span = columns.span(_length(feature))
    found, magnitude = totals(values, span)
    whole = feature.field.type in WHOLE
    return series_of(settled(found, magnitude, whole=whole), span.enough(present))


def _mean(columns: Columns, feature: Feature) -> Series:
    span = columns.span(_length(feature))
    return series_of(*_means(columns, feature, span))


def _means(columns: Columns, feature: Feature, span: Span) -> tuple[Numbers, Truth]:
    values, present = columns.numbers(feature.field.name)
    found, magnitude = totals(values, span)
    count, enough = span.count(present), span.enough(present)
    if feature.field.type in WHOLE:
        enough = enough & (magnitude <= LARGEST_WHOLE)
    return figures(found / count, magnitude / count), enough


def _extreme(
    pick: Callable[[Numbers, Numbers], Numbers], absent: float
) -> Callable[[Columns, Feature], Series]:
    def extreme(columns: Columns, feature: Feature) -> Series:
        values, present = columns.numbers(feature.field.name)
        span = columns.span(_length(feature))
        found = extremes(np.where(present, values, absent), span, pick)
        return series_of(found, span.enough(present))

    return extreme


def _change(columns: Columns, feature: Feature) -> Series:
    values, present = columns.numbers(feature.field.name)
    place, there = columns.rows.at_distance(_length(feature))
    then = values[place]
    whole = feature.field.type in WHOLE
    found = settled(values - then, np.abs(values) + np.abs(then), whole=whole)
    return series_of(found, there & present & present[place])


def _relative(columns: Columns, feature: Feature) -> Series:
    values, present = columns.numbers(feature.field.name)
    base, enough = _means(columns, feature, columns.span(_length(feature), behind=1))
    return series_of(ratios(values, base), enough & present)


def _run(columns: Columns, feature: Feature) -> Series:
    assert feature.test is not None  # noqa: S101 - for the type checker; the plan has checked
    rows, present = columns.rows, columns.numbers(feature.field.name)[1]
    holds = holding(feature.test, columns.series[feature.field.name])
    begins = ~rows.follows
    begins[1:] |= ~holds[:-1]
    run = rows.places - latest(begins, rows.places) + 1
    found = np.where(holds, np.minimum(run, _length(feature)), 0)
    return series_of(found.astype(np.float64), present)


def holding(clause: Clause, series: Series) -> Truth:
    """Say which values fulfil a clause, as :func:`rules.clauses.clause_holds` does."""
    values, present = series.values, series.present
    assert present is not None, _PRESENT  # noqa: S101 - for the type checker
    if clause.field.type in WORDS:
        table = [clause_holds(clause, word) for word in series.words] or [False]
        return np.array(table, dtype=np.bool_)[values.astype(np.int64)] & present
    if clause.operator is Operator.IN:
        low, high = clause.operands
        return (values >= low) & (values <= high) & present  # type: ignore[operator, no-any-return]  # numbers
    compared = COMPARE[clause.operator](values, clause.operands[0])
    return np.asarray(compared, dtype=np.bool_) & present


def _unchanged(columns: Columns, feature: Feature) -> Series:
    """See :func:`rules.features.aggregates._unchanged`: the walk back ends at the later of two."""
    values, present = columns.numbers(feature.field.name)
    rows, limit = columns.rows, _length(feature) * 1_000_000
    before = np.zeros(rows.size, dtype=np.bool_)
    before[1:] = present[:-1]
    differs = np.ones(rows.size, dtype=np.bool_)
    differs[1:] = values[1:] != values[:-1]
    changed = latest(rows.begins | ~before | differs, rows.places)
    # The last fact that is older than the limit: nothing before it is asked.
    young = first_from(columns.at, columns.asked - limit, rows.start, rows.places + 1)
    old = young - 1
    place = np.maximum(changed, old)
    unknown = (place > old) & ~rows.begins[place] & ~before[place]
    hours = (columns.asked - columns.at[place]) / MICROSECONDS_AN_HOUR
    return series_of(np.maximum(hours, 0.0), present & ~unknown)


def _age(columns: Columns, feature: Feature) -> Series:
    values, present = columns.numbers(feature.field.name)
    return series_of((columns.asked - values) / MICROSECONDS_AN_HOUR, present)


_COMPUTE: dict[Aggregate, Callable[[Columns, Feature], Series]] = {
    Aggregate.RUN: _run,
    Aggregate.MEAN: _mean,
    Aggregate.SUM: _sum,
    Aggregate.LEAST: _extreme(np.minimum, np.inf),
    Aggregate.MOST: _extreme(np.maximum, -np.inf),
    Aggregate.CHANGE: _change,
    Aggregate.RELATIVE: _relative,
    Aggregate.UNCHANGED: _unchanged,
    Aggregate.AGE: _age,
}
