"""The definitions of features read naively: exact fractions, one fact at a time, slowly.

Nothing is shared with :mod:`rules.features`, which tests hold against it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from rules.conditions import Aggregate, Operator
from rules.facts import FieldType, Period, Sum
from rules.names import normal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rules.conditions import Clause, Feature
    from rules.facts import FactKind, Field
    from rules.history import Fact


class Naive:
    """One subject's facts by period, as they are defined to count."""

    def __init__(self, kind: FactKind, known: dict[int, Fact], at: datetime) -> None:
        self.kind, self.known, self.at = kind, known, at
        self.last = max(known)
        self.fields = {field.name: field for field in kind.fields}

    def value(self, name: str, period: int) -> object:
        """Give a value in a period; None: absent. Numbers are exact, as people wrote them."""
        field = self.fields[name]
        if period not in self.known or period > self.last:
            return None
        if field.derived is not None:
            return self.derive(field, period)
        value = self.known[period].values.get(name)
        if isinstance(value, bool | int | float):
            return Fraction(repr(float(value)))
        return normal(value) if isinstance(value, str) else value

    def window(self, name: str, end: int, length: int) -> list[Fraction] | None:
        if self.kind.period is Period.MOMENT:
            inside = [one for one in self.known if end - length * 1_000_000 < one <= end]
            values = [self.value(name, one) for one in inside]
            values = [value for value in values if value is not None]
            return values or None  # type: ignore[return-value]  # numbers
        values = [self.value(name, one) for one in range(end - length + 1, end + 1)]
        return None if None in values else values  # type: ignore[return-value]  # numbers

    def total(self, names: Sequence[str], values: list[Fraction] | None) -> Fraction | None:
        """Add up, unless no float (of whole numbers: not exactly) holds it."""
        if values is None:
            return None
        whole = all(self.fields[name].type is not FieldType.NUMBER for name in names)
        size = sum(abs(value) for value in values)
        return sum(values, Fraction(0)) if size < (2**53 if whole else 2**1024) else None

    def derive(self, field: Field, period: int) -> Fraction | None:
        assert field.derived is not None
        names, window = field.derived.inputs, field.derived.window
        parts: list[list[Fraction]] = []
        for name in names:
            one = self.value(name, period)
            values = [one] if window is None and one is not None else None
            if window is not None:
                values = self.window(name, period, window.length)  # type: ignore[assignment]  # numbers
            if values is None:
                return None
            parts.append(values)  # type: ignore[arg-type]  # numbers
        return self.within(field, self.combine(field.derived.sum, names, parts))

    def combine(
        self, sum_: Sum, names: tuple[str, ...], parts: list[list[Fraction]]
    ) -> Fraction | None:
        if sum_ is Sum.RATIO:
            over, under = (
                self.total([name], part) for name, part in zip(names, parts, strict=True)
            )
            return over / under if over is not None and under else None
        if sum_ is Sum.DIFFERENCE:
            parts = [parts[0], [-value for value in parts[1]]]
        return self.total(names, [value for part in parts for value in part])

    def within(self, field: Field, value: Fraction | None) -> Fraction | None:
        if value is None or abs(value) >= 2**1024:
            return None
        if field.type is FieldType.COUNT and (value.denominator != 1 or abs(value) >= 2**53):
            return None
        low, high = field.minimum, field.maximum
        inside = (low is None or low <= value) and (high is None or value <= high)
        return value if inside else None

    def mean(self, name: str, values: list[Fraction] | None) -> Fraction | None:
        total = self.total([name], values)
        return None if total is None or values is None else total / len(values)

    def stale(self, name: str) -> bool:
        field = self.fields[name]
        age = (self.at - self.known[self.last].at).total_seconds()
        inputs = field.derived.inputs if field.derived else ()
        return any(self.stale(one) for one in inputs) or age > (field.max_age or 1e99)

    def feature(self, one: Feature) -> object:
        name, last = one.field.name, self.last
        if self.stale(name):
            return None
        if one.aggregate is Aggregate.AGE:
            due = self.value(name, last)
            return None if due is None else self.hours(due)  # type: ignore[arg-type]  # a time
        assert one.window is not None
        length = one.window.length
        computed: dict[Aggregate, Callable[[], object]] = {
            Aggregate.SUM: lambda: self.total([name], self.window(name, last, length)),
            Aggregate.MEAN: lambda: self.mean(name, self.window(name, last, length)),
            Aggregate.LEAST: lambda: min(self.window(name, last, length) or (), default=None),
            Aggregate.MOST: lambda: max(self.window(name, last, length) or (), default=None),
            Aggregate.CHANGE: lambda: self.change(name, length),
            Aggregate.RELATIVE: lambda: self.relative(name, length),
            Aggregate.UNCHANGED: lambda: self.unchanged(name, length),
            Aggregate.RUN: lambda: self.run(one),
        }
        return computed[one.aggregate]()

    def hours(self, then: datetime) -> float:
        return (self.at - then) / timedelta(hours=1)

    def change(self, name: str, length: int) -> Fraction | None:
        now, then = self.value(name, self.last), self.value(name, self.last - length)
        if now is None or then is None:
            return None
        return self.total([name], [now, -then])  # type: ignore[list-item, operator]  # numbers

    def relative(self, name: str, length: int) -> Fraction | None:
        now = self.value(name, self.last)
        mean = self.mean(name, self.window(name, self.last - 1, length))
        share = now / mean if now is not None and mean else None  # type: ignore[operator]  # numbers
        return None if share is None or abs(share) >= 2**1024 else share

    def run(self, one: Feature) -> int | None:
        assert one.test is not None
        assert one.window is not None
        if self.value(one.field.name, self.last) is None:
            return None
        for back in range(one.window.length):
            value = self.value(one.field.name, self.last - back)
            if value is None or not naive_holds(one.test, value):
                return back
        return one.window.length

    def unchanged(self, name: str, length: int) -> float | None:
        """Look from the last fact before the window on for the latest change."""
        order = sorted(self.known)
        limit = timedelta(seconds=length)
        young = [one for one in order if self.at - self.known[one].at <= limit]
        before = [one for one in order if one not in young]
        seen = before[-1:] + young
        if self.value(name, self.last) is None:
            return None
        since = seen[0]
        for one, following in pairwise(seen):
            if self.value(name, one) != self.value(name, following):
                since = following
        place = seen.index(since)
        if place and self.value(name, seen[place - 1]) is None:
            return None
        return max(0.0, self.hours(self.known[since].at))


def naive_holds(test: Clause, value: object) -> bool:
    words = {
        Operator.IN: value in test.operands,
        Operator.OTHER: value != test.operands[0],
        Operator.EQUAL: value == test.operands[0],
    }
    if isinstance(value, str):
        return words[test.operator]
    numbers = [Fraction(repr(float(operand))) for operand in test.operands]
    return {
        Operator.IN: numbers[0] <= value <= numbers[-1],  # type: ignore[operator]  # numbers
        Operator.BELOW: value < numbers[0],  # type: ignore[operator]  # numbers
        Operator.OTHER: value != numbers[0],
        Operator.EQUAL: value == numbers[0],
    }[test.operator]
