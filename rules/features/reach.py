"""How far back features look, and how far forward a fact is felt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rules import periods
from rules.conditions import Aggregate
from rules.facts import Period
from rules.features.order import Fields
from rules.features.windows import windows_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rules.conditions import Feature
    from rules.facts import FactKind, Field
    from rules.features.windows import Windows

#: Stands for "all later ones" among numbers of periods; fits 64 bits.
EVER = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What must be loaded of a subject before its last fact can be looked at.

    Every fact from :meth:`start` on; where `one_before`, also the last one before that, and, where
    `beyond` is not 0, those of so many periods before that one.
    """

    period: Period
    #: Periods before the one that is looked at; of moments, microseconds.
    back: int
    #: How long before the moment of asking an UNCHANGED begins to look; None: there is none.
    unchanged: timedelta | None = None
    #: In the unit of `back`.
    beyond: int = 0

    @property
    def one_before(self) -> bool:
        return self.unchanged is not None

    def start(self, period: int, at: datetime) -> int:
        """Give the number of the first period to load, the one looked at being `period`."""
        start = period - self.back
        if self.unchanged is None:
            return start
        asked = periods.number(self.period, at - self.unchanged)
        # The fact of a period is of its end: the period before may end at this very instant.
        before = 0 if self.period in {Period.NONE, Period.MOMENT} else 1
        return min(start, asked - before)


def reach(kind: FactKind, features: Sequence[Feature]) -> Reach:
    """Say how far back the windows of derived fields and of features look, one upon the other."""
    fields, windows = Fields(kind), windows_of(kind.period)
    backs = [back_of(field, fields, windows) for field in fields.derived]
    lengths: list[int] = []
    beyond = 0
    for feature in features:
        inside = back_of(feature.field, fields, windows)
        if feature.aggregate is Aggregate.UNCHANGED and feature.window is not None:
            lengths.append(feature.window.length)
            beyond = max(beyond, inside)
        backs.append(inside + feature_back(feature, windows))
    return Reach(
        period=kind.period,
        back=max(backs, default=0),
        unchanged=timedelta(seconds=max(lengths)) if lengths else None,
        beyond=beyond,
    )


def affected(kind: FactKind, features: Sequence[Feature], period: int) -> int:
    """Give the last period whose features a fact of `period` touches; EVER: all later ones."""
    found = reach(kind, features)
    return EVER if found.one_before else period + found.back


def back_of(field: Field, fields: Fields, windows: Windows) -> int:
    """Say how many periods before its own a field is made of."""
    if field.derived is None:
        return 0
    inside = max(back_of(one, fields, windows) for one in fields.inputs(field))
    return own_back(field, windows) + inside


def own_back(field: Field, windows: Windows) -> int:
    """Say how many periods before its own a derived field looks at its inputs."""
    window = field.derived.window if field.derived else None
    return windows.back(window.length) if window else 0


def feature_back(feature: Feature, windows: Windows) -> int:
    """Say how many periods before the last one a feature looks at its field."""
    if feature.window is None or feature.aggregate is Aggregate.UNCHANGED:
        return 0
    if feature.aggregate in {Aggregate.CHANGE, Aggregate.RELATIVE}:
        return windows.number(feature.window.length)
    return windows.back(feature.window.length)
