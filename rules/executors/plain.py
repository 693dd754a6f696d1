"""The quick way for a fact that is plainly right: straight-line Python, made for one kind.

It gives the columns that :class:`rules.facts.Encoder` gives, or None where it is not sure at a
glance: then the encoder looks, and only the encoder refuses. Nothing that a person wrote becomes
code: names, words and limits stand in tables that the source names by number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from sys import float_info
from typing import TYPE_CHECKING, Any

from rules.facts import LARGEST_WHOLE, LONGEST_TEXT_BYTES, OTHER_WORD, FieldType
from rules.names import normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.facts import Column, FactKind, Field

#: Fact → columns, or None: ask the encoder.
Plain = Callable[[Mapping[str, object]], tuple[float | None, ...] | None]

#: UTF-8 takes at most four bytes a character.
_LONGEST_TEXT = LONGEST_TEXT_BYTES // 4

#: What makes `v` plainly right by its type; `#` stands for the number of the field.
_RIGHT = {
    FieldType.COUNT: "type(v#) is int and low# <= v# <= high#",
    FieldType.NUMBER: "type(v#) is float and low# <= v# <= high#",
    FieldType.FLAG: "type(v#) is bool",
    FieldType.TEXT: f"type(v#) is str and len(v#) <= {_LONGEST_TEXT}",
    FieldType.CHOICE: "type(v#) is str and v# in words#",
    FieldType.TIME: "type(v#) is datetime and v#.tzinfo is not None",
}
#: What it is then numbered by; adding zero turns -0.0 into 0.0.
_NUMBER = {
    FieldType.COUNT: "pass",
    FieldType.NUMBER: "v# += 0.0",
    FieldType.FLAG: "v# = int(v#)",
    FieldType.TEXT: f"v# = words#.get(normal(v#), {OTHER_WORD})",
    FieldType.CHOICE: "v# = words#[v#]",
    FieldType.TIME: "v# = v#.timestamp()",
}
#: A whole number will do where a number is declared.
_WHOLE = f"""\
    elif type(v#) is int and -{LARGEST_WHOLE} <= v# <= {LARGEST_WHOLE} and low# <= v# <= high#:
        v# = float(v#)
"""


def compile_plain(kind: FactKind, columns: Sequence[Column]) -> Plain:
    """Make the function for facts of this kind."""
    words = {column.field: column.words for column in columns}
    scope: dict[str, Any] = {
        "__builtins__": {one.__name__: one for one in (type, int, float, str, bool, len)},
        "datetime": datetime,
        "normal": normal,
    }
    for number, field in enumerate(kind.fields):
        scope[f"name{number}"] = field.name
        scope[f"low{number}"], scope[f"high{number}"] = _ends(field)
        scope[f"words{number}"] = _words(field, words.get(field.name, ()))
    text = source(kind, columns)
    exec(compile(text, "<facts>", "exec"), scope)  # noqa: S102 - made below, of numbers only
    plain: Plain = scope["plain"]
    return plain


def source(kind: FactKind, columns: Sequence[Column]) -> str:
    """Give the source of `plain(fact)`."""
    places = {field.name: number for number, field in enumerate(kind.fields)}
    used = {column.field for column in columns}
    checks = "".join(
        _check(field, used=field.name in used).replace("#", str(number))
        for number, field in enumerate(kind.fields)
    )
    given = "".join(f"v{places[column.field]}, " for column in columns)
    return (
        "def plain(fact):\n"
        "    get, absent = fact.get, 0\n"
        f"{checks}"
        # A name that is not declared, or a field that is null, makes up for no absent one.
        f"    return ({given}) if len(fact) + absent == {len(kind.fields)} else None\n"
    )


def _check(field: Field, *, used: bool) -> str:
    return (
        "    v# = get(name#)\n"
        f"    if {_RIGHT[field.type]}: {_NUMBER[field.type] if used else 'pass'}\n"
        "    elif v# is None: absent += 1\n"
        f"{_WHOLE if field.type is FieldType.NUMBER else ''}"
        "    else: return None\n"
    )


def _ends(field: Field) -> tuple[float, float]:
    """Give the range within which a value is plainly right."""
    most = LARGEST_WHOLE if field.type is FieldType.COUNT else float_info.max
    low = -most if field.minimum is None else max(field.minimum, -most)
    high = most if field.maximum is None else min(field.maximum, most)
    return low, high


def _words(field: Field, words: Sequence[str]) -> dict[str, int]:
    numbers = {word: number for number, word in enumerate(words, 1)}
    if field.type is FieldType.CHOICE:
        return {choice.word: numbers.get(choice.word, OTHER_WORD) for choice in field.choices}
    return numbers
