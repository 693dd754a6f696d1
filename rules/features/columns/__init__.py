"""The features of all subjects at once, as columns: the same as :func:`rules.features.enrich`.

The only part of this room, with the executor for columns, that loads numpy: import it where bulk
work begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from rules.executors.columns import Values
from rules.facts import Encoder, FieldType
from rules.features.columns.compute import Columns, compute, derive
from rules.features.columns.sliding import Rows
from rules.features.columns.table import WORDS, Series, Table, taken
from rules.features.order import Fields, check_features
from rules.features.plan import is_whole, stale_after
from rules.features.windows import MICROSECONDS_A_SECOND
from rules.periods import microseconds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rules.conditions import Feature
    from rules.facts import Column, FactKind
    from rules.features.columns.table import Whole

__all__ = ["EnrichedTable", "Series", "Table", "enrich"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EnrichedTable:
    """One row for each subject and period, ascending: the fact known last, as rules see it."""

    kind: FactKind
    features: tuple[Feature, ...]
    names: tuple[str, ...]
    subjects: Whole
    periods: Whole
    at: Whole
    known_at: Whole
    #: The moment of asking of each row, in microseconds.
    asked: Whole
    #: Where each row stood in the table.
    origin: Whole
    #: Fields, derived fields and features, by name or id; values are 0 where absent.
    columns: Mapping[str, Series]

    def values(self, wanted: Sequence[Column]) -> dict[str, Values]:
        """Give the columns that rows look at as the executor for columns takes them."""
        encoder = Encoder(self.kind, wanted)
        found: dict[str, Values] = {}
        for place, column in enumerate(wanted):
            series = self.columns[column.field]
            values = series.values
            if column.type in WORDS:
                numbers = [encoder.encode({column.field: word})[place] for word in series.words]
                values = np.array(numbers or [0.0], dtype=np.float64)[
                    values.astype(np.int64, copy=False)
                ]
            elif column.type is FieldType.TIME:
                values = values.astype(np.float64) / MICROSECONDS_A_SECOND
            found[column.field] = Values(values=values, present=series.present)
        return found

    def fact(self, row: int) -> dict[str, object]:
        """Give one row as :func:`rules.features.enrich` gives it."""
        readers = _readers(self.kind, self.features)
        found: dict[str, object] = {}
        for name, series in self.columns.items():
            if series.present is not None and series.present[row]:
                found[name] = readers[name](float(series.values[row]), series.words)
        return found


def enrich(
    table: Table,
    kind: FactKind,
    features: Sequence[Feature],
    *,
    asked: datetime | Whole | None = None,
) -> EnrichedTable:
    """Compute derived fields and features of every fact that counts, each as its subject's last.

    `asked` is the moment of asking, one for all or one a row of the table in microseconds; None:
    when each fact was known. Raises WrongFeature for what the checker must not let through.
    """
    fields = Fields(kind)
    check_features(kind, fields, features)
    origin = table.counting()
    subjects, periods = table.subjects[origin], table.periods[origin].astype(np.int64, copy=False)
    at, known_at = (
        table.at[origin].astype(np.int64, copy=False),
        table.known_at[origin].astype(np.int64, copy=False),
    )
    moments = _asked(asked, origin, known_at)
    columns = Columns(Rows(kind.period, subjects, periods), at, moments)
    with np.errstate(all="ignore"):
        _take(table, fields, columns, origin)
        for field in fields.derived:
            columns.series[field.name] = derive(columns, field, fields.inputs(field))
        for feature in features:
            columns.series[feature.id] = compute(columns, feature)
    return EnrichedTable(
        kind=kind,
        features=tuple(features),
        names=table.names,
        subjects=subjects.astype(np.int64, copy=False),
        periods=periods,
        at=at,
        known_at=known_at,
        asked=moments,
        origin=origin,
        columns=_fresh(columns, fields, features),
    )


def _asked(asked: datetime | Whole | None, origin: Whole, known_at: Whole) -> Whole:
    if asked is None:
        return known_at
    if isinstance(asked, datetime):
        return np.full(len(origin), microseconds(asked), dtype=np.int64)
    return asked[origin].astype(np.int64, copy=False)


def _take(table: Table, fields: Fields, columns: Columns, origin: Whole) -> None:
    nothing = Series(values=np.full(len(origin), np.nan))
    for field in fields.by_name.values():
        if field.derived is None:
            given = table.columns.get(field.name)
            rows = columns.rows.places if given is None else origin
            columns.series[field.name] = taken(field, given or nothing, rows)


def _fresh(columns: Columns, fields: Fields, features: Sequence[Feature]) -> dict[str, Series]:
    """Leave out what is too old, and all that is made of it."""
    age = columns.asked - columns.at
    found = dict(columns.series)
    for limit, names in stale_after(fields, features):
        fresh = age <= limit
        for name in names:
            one = found[name]
            present = fresh if one.present is None else one.present & fresh
            found[name] = Series(values=one.values, present=present, words=one.words)
    return found


def _readers(
    kind: FactKind, features: Sequence[Feature]
) -> dict[str, Callable[[float, tuple[str, ...]], object]]:
    """Say how the number of a column is read back."""
    readers = {field.name: _READ_BACK[field.type] for field in kind.fields}
    for feature in features:
        type_ = FieldType.COUNT if is_whole(feature) else FieldType.NUMBER
        readers[feature.id] = _READ_BACK[type_]
    return readers


_READ_BACK: dict[FieldType, Callable[[float, tuple[str, ...]], object]] = {
    FieldType.COUNT: lambda value, _: int(value),
    FieldType.NUMBER: lambda value, _: value,
    FieldType.FLAG: lambda value, _: bool(value),
    FieldType.TEXT: lambda value, words: words[int(value)],
    FieldType.CHOICE: lambda value, words: words[int(value)],
    FieldType.TIME: lambda value, _: _EPOCH + timedelta(microseconds=value),
}
