"""What each aggregate and each derived field is, computed for one fact of one subject's history.

The columns (:mod:`rules.features.columns`) compute the same for all; tests hold them together.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from rules.clauses import clause_holds
from rules.conditions import Aggregate
from rules.facts import Sum
from rules.features.figures import (
    MICROSECONDS_AN_HOUR,
    WHOLE,
    figure,
    in_range,
    ratio,
    settled,
    total,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rules.conditions import Feature
    from rules.facts import Field
    from rules.features.figures import Known
    from rules.features.windows import Windows

    Compute = Callable[["View"], float | None]
    #: Computes a derived field for the fact at a place of the history.
    Derive = Callable[["View", int], float | None]


class View:
    """One subject's history while it is looked at; places count from the oldest fact."""

    __slots__ = ("asked", "last", "periods", "series", "times")

    def __init__(self, periods: Sequence[int], times: Sequence[int], asked: int) -> None:
        self.periods = periods
        #: When each fact is of, and the moment of asking, in microseconds.
        self.times = times
        self.asked = asked
        self.last = len(periods) - 1
        #: Field → its value in each fact, None where it has none.
        self.series: dict[str, list[Known | None]] = {}

    def numbers(self, name: str) -> list[float | None]:
        """Give the values of a field that holds numbers."""
        return self.series[name]  # type: ignore[return-value]  # the plan has checked its type


def derive(field: Field, inputs: tuple[Field, ...], windows: Windows) -> Derive:
    """Compile a derived field."""
    assert field.derived is not None  # noqa: S101 - for the type checker; the caller knows
    kind, window = field.derived.sum, field.derived.window
    length = window.length if window else None
    names = [one.name for one in inputs]
    whole = [one.type in WHOLE for one in inputs]

    def sums(view: View, place: int) -> list[tuple[float, float]] | None:
        """Give sum and magnitude of each input over the window."""
        cut = (
            slice(place, place + 1)
            if length is None
            else windows.window(view.periods, place, length)
        )
        found = []
        for name in names:
            values = windows.values(view.numbers(name)[cut]) if cut else None
            if values is None:
                return None
            found.append(total(values))
        return found

    def compute(view: View, place: int) -> float | None:
        found = sums(view, place)
        value = None if found is None else combine(kind, found, whole)
        return value if value is not None and in_range(field, value) else None

    return compute


def combine(kind: Sum, sums: list[tuple[float, float]], whole: list[bool]) -> float | None:
    """Put the sums of the inputs together; `whole` says which inputs are whole numbers."""
    if kind is Sum.RATIO:
        over, under = (settled(*sum_, whole=one) for sum_, one in zip(sums, whole, strict=True))
        return None if over is None or under is None else ratio(over, under)
    magnitude = total(size for _, size in sums)[0]
    if kind is Sum.DIFFERENCE:
        return settled(sums[0][0] - sums[1][0], magnitude, whole=all(whole))
    return settled(total(value for value, _ in sums)[0], magnitude, whole=all(whole))


def compile_feature(feature: Feature, windows: Windows) -> Compute:
    """Compile a feature."""
    if feature.aggregate is Aggregate.RUN:
        return _run(feature)
    if feature.aggregate is Aggregate.AGE:
        return _age(feature)
    if feature.aggregate is Aggregate.UNCHANGED:
        return _unchanged(feature)
    if feature.aggregate is Aggregate.CHANGE:
        return _change(feature)
    if feature.aggregate is Aggregate.RELATIVE:
        return _relative(feature, windows)
    return _summed_up(feature, windows)


def _length(feature: Feature) -> int:
    assert feature.window is not None  # noqa: S101 - for the type checker; the plan has checked
    return feature.window.length


def _summed_up(feature: Feature, windows: Windows) -> Compute:
    name, length, whole = feature.field.name, _length(feature), feature.field.type in WHOLE
    reduce = _REDUCE[feature.aggregate]

    def compute(view: View) -> float | None:
        cut = windows.window(view.periods, view.last, length)
        values = windows.values(view.numbers(name)[cut]) if cut else None
        return None if values is None else reduce(values, whole)

    return compute


def _sum(values: list[float], whole: bool) -> float | None:  # noqa: FBT001 - a row of the table
    found, magnitude = total(values)
    return settled(found, magnitude, whole=whole)


def mean(values: list[float], whole: bool) -> float | None:  # noqa: FBT001 - a row of the table
    """Give the mean; None where the sum is not exact or not finite."""
    found, magnitude = total(values)
    if whole and settled(found, magnitude, whole=True) is None:
        return None
    return figure(found / len(values), magnitude / len(values))


_REDUCE: dict[Aggregate, Callable[[list[float], bool], float | None]] = {
    Aggregate.SUM: _sum,
    Aggregate.MEAN: mean,
    Aggregate.LEAST: lambda values, _: min(values),
    Aggregate.MOST: lambda values, _: max(values),
}


def _change(feature: Feature) -> Compute:
    name, length, whole = feature.field.name, _length(feature), feature.field.type in WHOLE

    def compute(view: View) -> float | None:
        wanted = view.periods[view.last] - length
        place = bisect_left(view.periods, wanted)
        values = view.numbers(name)
        now, then = values[view.last], values[place]
        if view.periods[place] != wanted or now is None or then is None:
            return None
        return settled(now - then, abs(now) + abs(then), whole=whole)

    return compute


def _relative(feature: Feature, windows: Windows) -> Compute:
    name, length, whole = feature.field.name, _length(feature), feature.field.type in WHOLE

    def compute(view: View) -> float | None:
        now = view.numbers(name)[view.last]
        cut = windows.before(view.periods, view.last, length)
        values = windows.values(view.numbers(name)[cut]) if cut else None
        if now is None or values is None:
            return None
        base = mean(values, whole)
        return None if base is None else ratio(now, base)

    return compute


def _run(feature: Feature) -> Compute:
    name, most, test = feature.field.name, _length(feature), feature.test
    assert test is not None  # noqa: S101 - for the type checker; the plan has checked

    def compute(view: View) -> float | None:
        values, periods = view.series[name], view.periods
        place = view.last
        if values[place] is None:
            return None
        wanted = periods[place]
        run = 0
        while run < most and place >= 0 and periods[place] == wanted:
            if not clause_holds(test, values[place]):
                break
            run, place, wanted = run + 1, place - 1, wanted - 1
        return run

    return compute


def _unchanged(feature: Feature) -> Compute:
    name, limit = feature.field.name, _length(feature) * 1_000_000

    def compute(view: View) -> float | None:
        values, place = view.series[name], view.last
        value = values[place]
        if value is None:
            return None
        while place and view.asked - view.times[place] <= limit:
            before = values[place - 1]
            if before is None:
                return None
            if before != value:
                break
            place -= 1
        return max(0.0, (view.asked - view.times[place]) / MICROSECONDS_AN_HOUR)

    return compute


def _age(feature: Feature) -> Compute:
    name = feature.field.name

    def compute(view: View) -> float | None:
        value = view.numbers(name)[view.last]
        return None if value is None else (view.asked - value) / MICROSECONDS_AN_HOUR

    return compute
