"""Features of one kind of fact, compiled once and computed for one subject at a time."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING

from rules.conditions import Aggregate
from rules.facts import FieldType
from rules.features.aggregates import View, compile_feature, derive
from rules.features.figures import READ, WHOLE
from rules.features.order import Fields, check_features
from rules.features.reach import feature_back, own_back, reach
from rules.features.windows import windows_of
from rules.periods import microseconds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rules.conditions import Feature
    from rules.facts import FactKind
    from rules.features.windows import Windows
    from rules.history import Observed

#: Aggregates whose value, of whole numbers, is a whole number.
_STAYS_WHOLE = frozenset({Aggregate.SUM, Aggregate.LEAST, Aggregate.MOST, Aggregate.CHANGE})
_AT, _PERIOD = attrgetter("at"), attrgetter("period")


class Plan:
    """What is computed, in order. Raises WrongFeature for what the checker must not let through."""

    def __init__(self, kind: FactKind, features: Sequence[Feature]) -> None:
        fields, windows = Fields(kind), windows_of(kind.period)
        check_features(kind, fields, features)
        self.reach = reach(kind, features)
        used = [feature.field for feature in features] + fields.derived
        made_of = {name for field in used for name in fields.made_of(field)}
        #: Fields to read, each with how.
        self._raw = [
            (field.name, READ[field.type])
            for field in kind.fields
            if field.name in made_of and field.derived is None
        ]
        backs = needed_backs(fields, features, windows)
        self._derived = [
            (
                field.name,
                derive(field, fields.inputs(field), windows),
                backs[field.name],
                field.type is FieldType.COUNT,
            )
            for field in fields.derived
        ]
        self._features = [
            (feature.id, compile_feature(feature, windows), is_whole(feature))
            for feature in features
        ]
        self._stale = stale_after(fields, features)

    def enrich(self, history: Sequence[Observed], at: datetime) -> dict[str, object]:
        """Give what :func:`rules.features.enrich` gives. Raises ValueError for a wrong history."""
        if not history:
            raise ValueError("a history without a fact")
        last = history[-1]
        enriched = dict(last.values)
        if self._derived or self._features:
            view = self._view(self._reached(history, at), at)
            self._derive(view, enriched)
            for name, compute, whole in self._features:
                value = compute(view)
                if value is not None:
                    enriched[name] = int(value) if whole else value
        if self._stale:
            self._drop_stale(enriched, microseconds(at) - microseconds(last.at))
        return enriched

    def _reached(self, history: Sequence[Observed], at: datetime) -> Sequence[Observed]:
        """Leave out what no window reaches: longer histories cost and change nothing."""
        last, reached = history[-1], self.reach
        start = last.period - reached.back
        first = _place(history, start)
        if reached.unchanged is not None:
            oldest = bisect_left(history, at - reached.unchanged, key=_AT) - 1
            oldest = min(max(oldest, 0), len(history) - 1)
            first = min(first, _place(history, history[oldest].period - reached.beyond))
        return history[first:] if first else history

    def _view(self, history: Sequence[Observed], at: datetime) -> View:
        periods = [fact.period for fact in history]
        if any(one >= next_one for one, next_one in pairwise(periods)):
            raise ValueError("the facts of a history must ascend, each period once")
        times = [microseconds(fact.at) for fact in history] if self.reach.one_before else ()
        view = View(periods, times, microseconds(at))
        values = [fact.values for fact in history]
        for name, read in self._raw:
            view.series[name] = [
                None if (value := one.get(name)) is None else read(value) for one in values
            ]
        return view

    def _derive(self, view: View, enriched: dict[str, object]) -> None:
        periods = view.periods
        for name, compute, back, whole in self._derived:
            first = 0 if back is None else bisect_left(periods, periods[-1] - back)
            found = [compute(view, place) for place in range(first, len(periods))]
            view.series[name] = [*([None] * first), *found]
            value = found[-1]
            if value is None:
                enriched.pop(name, None)
            else:
                enriched[name] = int(value) if whole else value

    def _drop_stale(self, enriched: dict[str, object], age: int) -> None:
        for limit, names in self._stale:
            if age > limit:
                for name in names:
                    enriched.pop(name, None)


def _place(history: Sequence[Observed], period: int) -> int:
    """Give the place of the first fact of `period` or later."""
    return bisect_left(history, period, key=_PERIOD)


def is_whole(feature: Feature) -> bool:
    """Say whether the value of a feature is a whole number."""
    if feature.aggregate is Aggregate.RUN:
        return True
    return feature.aggregate in _STAYS_WHOLE and feature.field.type in WHOLE


def stale_after(fields: Fields, features: Sequence[Feature]) -> list[tuple[int, list[str]]]:
    """Give ages in microseconds with what is left out beyond: fields and all made of them."""
    found = []
    for field in fields.by_name.values():
        if field.max_age is not None:
            names = [one.name for one in fields.derived if field.name in fields.made_of(one)]
            names += [one.id for one in features if field.name in fields.made_of(one.field)]
            found.append((round(field.max_age * 1_000_000), [field.name, *names]))
    return found


def needed_backs(
    fields: Fields, features: Sequence[Feature], windows: Windows
) -> dict[str, int | None]:
    """Say for each derived field how many periods before the last one it is needed; None: all."""
    needed: dict[str, int | None] = {field.name: 0 for field in fields.derived}

    def need(name: str, back: int | None) -> None:
        known = needed.get(name, 0)
        needed[name] = None if back is None or known is None else max(back, known)

    for feature in features:
        everything = feature.aggregate is Aggregate.UNCHANGED
        need(feature.field.name, None if everything else feature_back(feature, windows))
    for field in reversed(fields.derived):
        back = needed[field.name]
        own = own_back(field, windows)
        for one in fields.inputs(field):
            need(one.name, None if back is None else back + own)
    return needed
