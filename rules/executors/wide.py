"""The glance at a fact of very many fields: fields that are checked alike are checked in a row.

A kind gets a field for each feature that rules name, so a large rule file makes kinds of thousands
of fields; source for each of them (:mod:`rules.executors.plain`) takes long to compile and runs no
faster than a loop does.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rules.executors.glance import LONGEST_TEXT, ends, picker, word_numbers
from rules.facts import LARGEST_WHOLE, OTHER_WORD, FieldType
from rules.names import normal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rules.executors.glance import Plain, Row
    from rules.facts import Column, FactKind, Field

    #: Values of fields that are checked alike → their numbers, or None: ask the encoder.
    Read = Callable[[list[Any]], list[float | None] | None]


def compile_wide(kind: FactKind, columns: Sequence[Column]) -> Plain:
    """Make the glance for facts of this kind."""
    words = {column.field: column.words for column in columns}
    groups: dict[object, list[Field]] = {}
    for field in kind.fields:
        # Words are numbered field by field.
        own = field.name if field.type in {FieldType.CHOICE, FieldType.TEXT} else None
        groups.setdefault((field.type, own, ends(field)), []).append(field)
    reads = [
        (len(group), _READS[group[0].type](group[0], words.get(group[0].name, ())))
        for group in groups.values()
    ]
    names = [field.name for group in groups.values() for field in group]
    places = {name: place for place, name in enumerate(names)}
    pick = picker([places[column.field] for column in columns])

    def wide(fact: Mapping[str, object]) -> Row | None:
        values = [*map(fact.get, names)]
        numbers: list[float | None] = []
        for length, read in reads:
            start = len(numbers)
            known = read(values[start : start + length])
            if known is None:
                return None
            numbers += known
        # A name that is not declared, or a field that is null, makes up for no absent one.
        if len(fact) + numbers.count(None) != len(names):
            return None
        row: Row = pick(numbers)
        return row

    return wide


def _counts(field: Field, _: Sequence[str]) -> Read:
    low, high = ends(field)

    def read(values: list[Any]) -> list[float | None] | None:
        for value in values:
            if type(value) is int:
                if value < low or value > high:
                    return None
            elif value is not None:
                return None
        return values

    return read


def _figures(field: Field, _: Sequence[str]) -> Read:
    low, high = ends(field)

    def read(values: list[Any]) -> list[float | None] | None:
        whole = False
        for value in values:
            if type(value) is float:
                if not (value >= low and value <= high):
                    return None
            elif type(value) is int and -LARGEST_WHOLE <= value <= LARGEST_WHOLE:
                whole = True
                if value < low or value > high:
                    return None
            elif value is not None:
                return None
        # A whole number will do where a number is declared.
        return [float(one) if type(one) is int else one for one in values] if whole else values

    return read


def _one_by_one(number: Callable[[object], float | None]) -> Read:
    """Read values with a function that gives None for what it is not sure of."""

    def read(values: list[Any]) -> list[float | None] | None:
        numbers = [None if value is None else number(value) for value in values]
        return numbers if numbers.count(None) == sum(value is None for value in values) else None

    return read


def _flags(_: Field, __: Sequence[str]) -> Read:
    return _one_by_one(lambda value: int(value) if isinstance(value, bool) else None)


def _choices(field: Field, words: Sequence[str]) -> Read:
    numbers = word_numbers(field, words)
    return _one_by_one(lambda value: numbers.get(value) if type(value) is str else None)


def _texts(field: Field, words: Sequence[str]) -> Read:
    numbers = word_numbers(field, words)

    def number(value: object) -> float | None:
        if type(value) is not str or len(value) > LONGEST_TEXT:
            return None
        return numbers.get(normal(value), OTHER_WORD)

    return _one_by_one(number)


def _times(_: Field, __: Sequence[str]) -> Read:
    def number(value: object) -> float | None:
        if type(value) is not datetime or value.tzinfo is None:
            return None
        return value.timestamp()

    return _one_by_one(number)


_READS: dict[FieldType, Callable[[Field, Sequence[str]], Read]] = {
    FieldType.COUNT: _counts,
    FieldType.NUMBER: _figures,
    FieldType.FLAG: _flags,
    FieldType.CHOICE: _choices,
    FieldType.TEXT: _texts,
    FieldType.TIME: _times,
}
