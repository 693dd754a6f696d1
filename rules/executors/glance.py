"""What is plainly right about a fact, whoever reads it: the bounds of a glance.

A glance gives the columns that :class:`rules.facts.Encoder` gives, or None where it is not sure:
then the encoder looks, and only the encoder refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil, floor, nan
from operator import itemgetter
from sys import float_info
from typing import TYPE_CHECKING, Any

from rules.facts import LARGEST_WHOLE, LONGEST_TEXT_BYTES, OTHER_WORD, FieldType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.facts import Field

#: Columns, None where the fact does not say.
Row = tuple[float | None, ...]
#: Fact → columns, or None: ask the encoder.
Plain = Callable[[Mapping[str, object]], Row | None]

#: In characters; UTF-8 takes at most four bytes each.
LONGEST_TEXT = LONGEST_TEXT_BYTES // 4


def ends(field: Field) -> tuple[float, float]:
    """Give the range within which a value is plainly right, both ends finite; whole for counts."""
    whole = field.type is FieldType.COUNT
    most = LARGEST_WHOLE if whole else float_info.max
    low = -most if field.minimum is None else min(max(field.minimum, -most), most)
    high = most if field.maximum is None else min(max(field.maximum, -most), most)
    return (ceil(low), floor(high)) if whole else (float(low), float(high))


def word_numbers(field: Field, words: Sequence[str]) -> dict[str, int]:
    """Number the words that rules compare a field with; of a choice, all that it may hold."""
    numbers = {word: number for number, word in enumerate(words, 1)}
    if field.type is FieldType.CHOICE:
        return {choice.word: numbers.get(choice.word, OTHER_WORD) for choice in field.choices}
    return numbers


def picker(keys: Sequence[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """Give a function that takes what lies at all these keys."""
    if len(keys) > 1:
        return itemgetter(*keys)
    return lambda values: tuple([values[key] for key in keys])


def filled(row: Row) -> tuple[float, ...]:
    """Give columns with NaN, which no comparison holds of, where the fact does not say."""
    return tuple([nan if value is None else value for value in row])
