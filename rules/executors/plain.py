"""The quick way for a fact that is plainly right: straight-line Python, made for one kind.

It gives the columns that :class:`rules.facts.Encoder` gives, or None where it is not sure at a
glance: then the encoder looks, and only the encoder refuses. Nothing that a person wrote becomes
code: names, words and limits stand in tables that the source names by number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from operator import itemgetter
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
    FieldType.COUNT: "type(v#) is int and v# >= LOW and v# <= HIGH",
    FieldType.NUMBER: "type(v#) is float and v# >= LOW and v# <= HIGH",
    FieldType.FLAG: "type(v#) is bool",
    FieldType.TEXT: f"type(v#) is str and len(v#) <= {_LONGEST_TEXT}",
    FieldType.CHOICE: "type(v#) is str and v# in words#",
    FieldType.TIME: "type(v#) is datetime and v#.tzinfo is not None",
}
#: What it is then numbered by. -0.0 stays: whatever compares it with 0.0 finds them equal.
_NUMBER = {
    FieldType.COUNT: "v#",
    FieldType.NUMBER: "v#",
    FieldType.FLAG: "int(v#)",
    FieldType.TEXT: f"words#.get(normal(v#), {OTHER_WORD})",
    FieldType.CHOICE: "words#[v#]",
    FieldType.TIME: "v#.timestamp()",
}
#: A whole number will do where a number is declared.
_WHOLE = f"""\
    elif type(v#) is int and -{LARGEST_WHOLE} <= v# <= {LARGEST_WHOLE} and v# >= LOW and v# <= HIGH:
        v# = float(v#)
"""


def compile_plain(kind: FactKind, columns: Sequence[Column]) -> Plain:
    """Make the function for facts of this kind."""
    words = {column.field: column.words for column in columns}
    scope: dict[str, Any] = {
        "__builtins__": {one.__name__: one for one in (type, int, float, str, bool, len)},
        "KeyError": KeyError,
        "datetime": datetime,
        "normal": normal,
        "pick": _picker([field.name for field in kind.fields]),
    }
    for number, field in enumerate(kind.fields):
        scope[f"name{number}"] = field.name
        scope[f"words{number}"] = _words(field, words.get(field.name, ()))
    text = source(kind, columns)
    exec(compile(text, "<facts>", "exec"), scope)  # noqa: S102 - made below, of numbers only
    plain: Plain = scope["plain"]
    return plain


def source(kind: FactKind, columns: Sequence[Column]) -> str:
    """Give the source of `plain(fact)`: all fields at once where all are there, else each."""
    fields = dict(enumerate(kind.fields))
    places = {field.name: number for number, field in fields.items()}
    used = [places[column.field] for column in columns]
    names = "".join(f"v{number}, " for number in fields) or "() "
    right = " and ".join(_for(one, n, _RIGHT[one.type]) for n, one in fields.items()) or "1"
    numbers = [_for(fields[n], n, _NUMBER[fields[n].type]) for n in used]
    checks = [_for(one, n, _check(one, used=n in used)) for n, one in fields.items()]
    return (
        "def plain(fact):\n"
        f"    if len(fact) == {len(fields)}:\n"
        f"        try: {names}= pick(fact)\n"
        "        except KeyError: return None\n"
        f"        if {right}: return ({''.join(f'{one}, ' for one in numbers)})\n"
        "    get, absent = fact.get, 0\n"
        f"{''.join(checks)}"
        f"    return ({''.join(f'v{number}, ' for number in used)}) "
        # A name that is not declared, or a field that is null, makes up for no absent one.
        f"if len(fact) + absent == {len(fields)} else None\n"
    )


def _for(field: Field, number: int, text: str) -> str:
    """Put the number of the field and its limits, numbers too, into a piece of source."""
    low, high = _ends(field)
    return text.replace("#", str(number)).replace("LOW", repr(low)).replace("HIGH", repr(high))


def _check(field: Field, *, used: bool) -> str:
    return (
        "    v# = get(name#)\n"
        f"    if {_RIGHT[field.type]}: v# = {_NUMBER[field.type] if used else 0}\n"
        "    elif v# is None: absent += 1\n"
        f"{_WHOLE if field.type is FieldType.NUMBER else ''}"
        "    else: return None\n"
    )


def _picker(names: list[str]) -> Callable[[Mapping[str, object]], tuple[object, ...]]:
    """Give a function that takes all of them from a fact; raises KeyError."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda fact: tuple([fact[name] for name in names])


def _ends(field: Field) -> tuple[float, float]:
    """Give the range within which a value is plainly right, both ends finite."""
    most = float(LARGEST_WHOLE) if field.type is FieldType.COUNT else float_info.max
    low = -most if field.minimum is None else float(field.minimum)
    high = most if field.maximum is None else float(field.maximum)
    return min(max(low, -most), most), min(max(high, -most), most)


def _words(field: Field, words: Sequence[str]) -> dict[str, int]:
    numbers = {word: number for number, word in enumerate(words, 1)}
    if field.type is FieldType.CHOICE:
        return {choice.word: numbers.get(choice.word, OTHER_WORD) for choice in field.choices}
    return numbers
