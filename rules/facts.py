"""Kinds of fact, their fields, and the one way from a fact to the numbers that an engine sees.

Whatever a person wrote or posted stops here: :class:`Encoder` refuses what the declaration does
not allow, and gives words only as their numbers, so that no text ever reaches an engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING

from rules.errors import FactError
from rules.names import nearest, normal
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: Above it a float no longer tells neighbouring whole numbers apart.
LARGEST_WHOLE = 2**53 - 1
LONGEST_TEXT_BYTES = 1024
#: The number of a word that no rule mentions.
OTHER_WORD = 0
SHOWN_CHARACTERS = 60


class FieldType(StrEnum):
    #: A whole number from 0.
    COUNT = "count"
    #: A finite number; ratios are 0..1 and may be written with % in a rule.
    NUMBER = "number"
    #: True or False.
    FLAG = "flag"
    #: Any text of at most 1 KB; compared after NFKC.
    TEXT = "text"
    #: One of the declared words.
    CHOICE = "choice"
    #: An aware time; rules ask only how old it is.
    TIME = "time"


class Period(StrEnum):
    """What one fact of a kind covers."""

    #: A snapshot: it counts as it is, and no window looks back from it.
    NONE = "none"
    #: Something that happened at a time; windows over it are durations.
    MOMENT = "moment"
    DAY = "day"
    #: From Monday, as ISO 8601 counts weeks.
    WEEK = "week"
    MONTH = "month"


class Sum(StrEnum):
    """How a derived field is made of other fields of its kind.

    It is absent where an input lacks a value in any period of the window (of moments: in all of
    them), where the result is not finite, and where it lies outside the range that the field
    declares or, of a count, is no whole number: what cannot be right is not known. An input that
    is older than its `max_age` takes the derived field with it.
    """

    #: The first over the second, each summed over the window; absent where the second is 0.
    RATIO = "ratio"
    #: Of all inputs, over the window.
    SUM = "sum"
    #: The first less the second, each summed over the window.
    DIFFERENCE = "difference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The last `length` units up to the fact that is looked at, that one included.

    Of seconds it is half open: what happened exactly `length` seconds ago is no longer in it.
    """

    length: int
    #: DAY, WEEK or MONTH for kinds with periods; seconds are counted for MOMENT.
    unit: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """Where a derived field comes from; inputs may be derived too, at most 8 deep, no cycle."""

    sum: Sum
    #: Names of fields of the same kind.
    inputs: tuple[str, ...]
    #: None: of the same fact.
    window: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A word that a field may hold; facts use the word, rules also either label."""

    word: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    name: str
    type: FieldType
    label: Text
    #: Only for choices, in the order of the file.
    choices: tuple[Choice, ...] = ()
    #: Both ends belong to the range; None: no end.
    minimum: float | None = None
    maximum: float | None = None
    #: ``ratio``, ``days``, ``points``, …: a word for people and for the checker.
    unit: str | None = None
    #: Where it comes from.
    source: Text | None = None
    #: How old it may be, in seconds since the end of its period, when a rule looks at it; older
    #: counts as absent.
    max_age: float | None = None
    derived: Derived | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A thing that a group declares the same fields for, such as a deliverable of a stage."""

    name: str
    label: Text


#: What a fact is about, where its kind does not say.
SUBJECT = Text(zh="对象", en="subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class FactKind:
    name: str
    label: Text
    fields: tuple[Field, ...]
    items: tuple[Item, ...] = ()
    period: Period = Period.NONE
    #: What a fact is about (a region, a person, a deal): the word that facts and cases use.
    subject: Text = SUBJECT
    #: All subjects that there are; empty where that is not known beforehand.
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A field that at least one row looks at, in the form that engines compare."""

    field: str
    type: FieldType
    #: Word number n is at n - 1; any other word is :data:`OTHER_WORD`.
    words: tuple[str, ...] = ()


class Encoder:
    """Checks facts of one kind and projects them to the columns that the rows look at."""

    def __init__(self, kind: FactKind, columns: Sequence[Column]) -> None:
        self.kind = kind
        self.columns = tuple(columns)
        self._fields = {field.name: field for field in kind.fields}
        self._columns = {column.field: place for place, column in enumerate(columns)}
        self._words = {
            column.field: {word: number for number, word in enumerate(column.words, 1)}
            for column in columns
        }

    def encode(self, fact: Mapping[str, object]) -> tuple[float | None, ...]:
        """Give one number a column, None where the fact does not say. Raises FactError."""
        row: list[float | None] = [None] * len(self._columns)
        for name, value in fact.items():
            field = self._fields.get(name)
            if field is None:
                raise self._unknown(name)
            known = _CHECKS[field.type](self, field, value)
            place = self._columns.get(name)
            if place is not None:
                row[place] = self._number(name, known)
        return tuple(row)

    def _number(self, name: str, known: float | str) -> float:
        if isinstance(known, str):
            return self._words[name].get(known, OTHER_WORD)
        return known

    def _count(self, field: Field, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._refused(field, value, _COUNT)
        return int(self._in_range(field, value))

    def _figure(self, field: Field, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._refused(field, value, _NUMBER)
        if isinstance(value, int):
            self._in_range(field, value)
        if not isfinite(value):
            raise self._refused(field, value, _FINITE)
        # Always a float, so that an engine compares like with like; -0.0 becomes 0.0.
        return float(self._in_range(field, value)) + 0.0

    def _in_range(self, field: Field, value: float) -> float:
        if isinstance(value, int) and abs(value) > LARGEST_WHOLE:
            raise self._refused(field, value, _LARGEST)
        low, high = field.minimum, field.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            raise self._refused(field, value, _same(range_of(field)))
        return value

    def _flag(self, field: Field, value: object) -> int:
        if not isinstance(value, bool):
            raise self._refused(field, value, _same("true, false"))
        return int(value)

    def _text(self, field: Field, value: object) -> str:
        if not isinstance(value, str):
            raise self._refused(field, value, _TEXT)
        if len(value.encode("utf-8", "surrogatepass")) > LONGEST_TEXT_BYTES:
            raise self._refused(field, value, _LONGEST)
        return normal(value)

    def _choice(self, field: Field, value: object) -> str:
        words = [choice.word for choice in field.choices]
        if not isinstance(value, str) or value not in words:
            raise self._refused(field, value, Text(zh="、".join(words), en=", ".join(words)))
        return value

    def _time(self, field: Field, value: object) -> float:
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise self._refused(field, value, _ZONED)
        return value.timestamp()

    def _refused(self, field: Field, value: object, expected: Text) -> FactError:
        seen = told(value)
        message = Text(
            zh=f"“{self.kind.label.zh}”的字段“{field.label.zh}”（{field.name}）的值是 {seen.zh}，"
            f"应为：{expected.zh}。请改正后重新提交。",
            en=f"{self.kind.name}: field {field.name} is {seen.en}, expected {expected.en}. "
            "Correct it and send the fact again.",
        )
        return FactError(
            message, kind=self.kind.name, field=field.name, seen=seen.en, expected=expected.en
        )

    def _unknown(self, name: object) -> FactError:
        seen = told(name)
        near = nearest(name, self._fields) if isinstance(name, str) else None
        expected = near or "a field that the rule file declares"
        message = Text(
            zh=f"“{self.kind.label.zh}”没有字段 {seen.zh}"
            + (f"，是不是“{near}”？" if near else "。请先在规则文件的 facts 一节里声明它。"),
            en=f"{self.kind.name} has no field {seen.en}"
            + (f"; did you mean {near}?" if near else "; declare it under facts: first."),
        )
        return FactError(message, kind=self.kind.name, field=None, seen=seen.en, expected=expected)


_COUNT = Text(zh="不小于 0 的整数", en="a whole number, 0 or more")
_NUMBER = Text(zh="一个数", en="a number")
_FINITE = Text(zh="有限的数", en="a finite number")
_LARGEST = Text(zh=f"绝对值至多 {LARGEST_WHOLE}", en=f"at most {LARGEST_WHOLE}")
_TEXT = Text(zh="一段文字", en="text")
_LONGEST = Text(
    zh=f"至多 {LONGEST_TEXT_BYTES} 字节的文字", en=f"text of at most {LONGEST_TEXT_BYTES} bytes"
)
_ZONED = Text(zh="写明时区的时间", en="a time with its zone")


#: What people call types that JSON has.
_TYPES = {"list": "列表", "dict": "对象"}


def _same(words: str) -> Text:
    return Text(zh=words, en=words)


_CHECKS: dict[FieldType, Callable[[Encoder, Field, object], float | str]] = {
    FieldType.COUNT: Encoder._count,  # noqa: SLF001 - the table belongs to the class
    FieldType.NUMBER: Encoder._figure,  # noqa: SLF001 - the table belongs to the class
    FieldType.FLAG: Encoder._flag,  # noqa: SLF001 - the table belongs to the class
    FieldType.TEXT: Encoder._text,  # noqa: SLF001 - the table belongs to the class
    FieldType.CHOICE: Encoder._choice,  # noqa: SLF001 - the table belongs to the class
    FieldType.TIME: Encoder._time,  # noqa: SLF001 - the table belongs to the class
}


def shown(value: object) -> str:
    """Give a value as an English message may quote it."""
    return told(value).en


def told(value: object) -> Text:
    """Give a value as a message may quote it: short, on one line, its type to be seen."""
    if isinstance(value, str):
        cut = value if len(value) <= SHOWN_CHARACTERS else value[:SHOWN_CHARACTERS] + "…"
        return _same(repr(cut))
    if isinstance(value, bool | float | None):
        return _same(str(value).lower() if isinstance(value, bool) else str(value))
    if not isinstance(value, int):
        name = type(value).__name__
        return Text(zh=f"{_TYPES.get(name, name)}类型的值", en=f"a value of type {name}")
    # Python refuses to print whole numbers of more than 4,300 digits.
    if abs(value) < 10**SHOWN_CHARACTERS:
        return _same(str(value))
    return Text(zh="极大的整数", en="a very large whole number")


def range_of(field: Field) -> str:
    """Give the declared range as it is written in a rule file."""
    low = "…" if field.minimum is None else f"{field.minimum:.15g}"
    high = "…" if field.maximum is None else f"{field.maximum:.15g}"
    return f"[{low}, {high}]"
