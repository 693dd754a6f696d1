"""Facts of one kind as columns, and how they come into the order in which they are looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rules.facts import FieldType
from rules.features.figures import READ
from rules.names import normal
from rules.periods import microseconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from rules.facts import FactKind, Field
    from rules.history import Fact

    Truth = NDArray[np.bool_]
    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]

WORDS = frozenset({FieldType.TEXT, FieldType.CHOICE})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """One field of many facts, in their order.

    Numbers as they are, flags as 0 and 1 or booleans, times in microseconds since 1970 UTC, words
    as places in `words`. What is there is taken as checked.
    """

    values: NDArray[np.generic]
    #: Where the facts have the field; None: everywhere but at NaN.
    present: Truth | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """Facts of one kind and all subjects, in any order, corrections beside what they correct.

    Of facts of one subject and period the one known last counts; of those known at the same time,
    the one that stands last. Raises ValueError for columns of different lengths.
    """

    #: Name of the kind.
    kind: str
    #: All subjects that there are; `subjects` holds places in it.
    names: tuple[str, ...]
    subjects: NDArray[np.integer]
    #: Numbers of periods.
    periods: NDArray[np.integer]
    #: Ends of the periods, or moments, and when each was known: microseconds since 1970 UTC.
    at: NDArray[np.integer]
    known_at: NDArray[np.integer]
    #: Field → its values; fields left out are absent in every fact.
    columns: Mapping[str, Series]

    def __post_init__(self) -> None:
        arrays: dict[str, NDArray[np.generic]] = {
            "periods": self.periods,
            "at": self.at,
            "known_at": self.known_at,
        }
        arrays |= {name: series.values for name, series in self.columns.items()}
        arrays |= {
            f"presence of {name}": series.present
            for name, series in self.columns.items()
            if series.present is not None
        }
        for name, array in arrays.items():
            if array.shape != self.subjects.shape:
                raise ValueError(f"{name}: {array.shape} beside {self.subjects.shape} subjects")

    @classmethod
    def from_facts(cls, kind: FactKind, facts: Iterable[Fact]) -> Table:
        """Take facts in, in any order; slow beside typed arrays."""
        # Greatest id last, as rules.features.current() decides among facts known at one time.
        listed = sorted(facts, key=lambda fact: fact.id)
        names = tuple(sorted({fact.subject for fact in listed}))
        places = {name: place for place, name in enumerate(names)}
        return cls(
            kind=kind.name,
            names=names,
            subjects=_whole([places[fact.subject] for fact in listed]),
            periods=_whole([fact.period for fact in listed]),
            at=_whole([microseconds(fact.at) for fact in listed]),
            known_at=_whole([microseconds(fact.known_at) for fact in listed]),
            columns={
                field.name: _series(field, [fact.values.get(field.name) for fact in listed])
                for field in kind.fields
                if field.derived is None
            },
        )

    def counting(self) -> Whole:
        """Give the rows that count, ascending by subject and period."""
        if self._ascends():
            return np.arange(len(self.subjects), dtype=np.int64)
        order = np.lexsort((self.known_at, self.periods, self.subjects))
        subjects, periods = self.subjects[order], self.periods[order]
        last = np.ones(len(order), dtype=np.bool_)
        last[:-1] = (subjects[1:] != subjects[:-1]) | (periods[1:] != periods[:-1])
        counting: Whole = order[last]
        return counting

    def _ascends(self) -> bool:
        """Say whether the rows are in order already, without a correction among them."""
        subjects, periods = self.subjects, self.periods
        later = (subjects[1:] == subjects[:-1]) & (periods[1:] > periods[:-1])
        return bool(((subjects[1:] > subjects[:-1]) | later).all())


def taken(field: Field, series: Series, rows: Whole) -> Series:
    """Give rows of a field in the form that features are computed with: floats and places."""
    numbers = series.values[rows].astype(np.float64) + 0.0
    present = ~np.isnan(numbers)
    if series.present is not None:
        present &= series.present[rows]
    numbers = np.where(present, numbers, 0.0)
    if field.type not in WORDS or not series.words:
        return Series(values=numbers, present=present)
    places, words = _spelled_alike(field, series.words)
    codes = places[numbers.astype(np.int64)].astype(np.float64)
    return Series(values=codes, present=present, words=words)


def _spelled_alike(field: Field, words: tuple[str, ...]) -> tuple[Whole, tuple[str, ...]]:
    """Give words that look the same one place."""
    known = [normal(word) if field.type is FieldType.TEXT else word for word in words]
    places = {word: place for place, word in enumerate(dict.fromkeys(known))}
    return _whole([places[word] for word in known]), tuple(places)


def _series(field: Field, values: Sequence[object]) -> Series:
    read = READ[field.type]
    known = [None if value is None else read(value) for value in values]
    present = np.array([value is not None for value in known], dtype=np.bool_)
    if field.type not in WORDS:
        numbers = [0.0 if value is None else value for value in known]
        return Series(values=np.array(numbers, dtype=np.float64), present=present)
    words = tuple(sorted({value for value in known if isinstance(value, str)}))
    places: dict[object, int] = {word: place for place, word in enumerate(words)}
    codes = _whole([places.get(value, 0) for value in known])
    return Series(values=codes, present=present, words=words)


def _whole(values: Sequence[int]) -> Whole:
    return np.array(values, dtype=np.int64)
