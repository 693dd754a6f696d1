"""The glance at a fact: straight-line Python, made for one kind.

What is made of the columns may be part of the same code (:func:`compile_glance`): then no tuple is
built, no function called and nothing asked for absence where all fields are there. Nothing that a
person wrote becomes code but numbers: names and words stand in tables that the source names by
number.
"""

from __future__ import annotations

from datetime import datetime
from math import inf, nan
from typing import TYPE_CHECKING, Any

from rules.conditions import Operator
from rules.executors.glance import LONGEST_TEXT, ends, filled, picker, word_numbers
from rules.executors.wide import compile_wide
from rules.facts import LARGEST_WHOLE, OTHER_WORD, FieldType
from rules.names import normal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rules.executors.glance import Plain, Row
    from rules.facts import Column, Encoder, FactKind, Field
    from rules.form import Comparison

#: Kinds of more fields are gone through in loops.
MOST_FIELDS = 100

_RANGE = "v# >= LOW and v# <= HIGH"
#: What makes `v` plainly right by its type; `#` stands for the number of the field.
_RIGHT = {
    FieldType.COUNT: f"type(v#) is int and {_RANGE}",
    FieldType.NUMBER: f"type(v#) is float and {_RANGE}",
    FieldType.FLAG: "type(v#) is bool",
    FieldType.TEXT: f"type(v#) is str and len(v#) <= {LONGEST_TEXT}",
    FieldType.CHOICE: "type(v#) is str and v# in words#",
    FieldType.TIME: "type(v#) is datetime and v#.tzinfo is not None",
}
#: What it is then numbered by; else by itself. -0.0 stays: whatever compares it with 0.0 finds
#: them equal.
_NUMBER = {
    FieldType.FLAG: "int(v#)",
    FieldType.TEXT: f"words#.get(normal(v#), {OTHER_WORD})",
    FieldType.CHOICE: "words#[v#]",
    FieldType.TIME: "v#.timestamp()",
}
#: A whole number will do where a number is declared.
_WHOLE = f"type(v#) is int and -{LARGEST_WHOLE} <= v# <= {LARGEST_WHOLE} and LOW <= v# <= HIGH"

#: How `calm` is written that narrows a range from below, and from above.
_FROM = {Operator.AT_LEAST: ">=", Operator.ABOVE: ">"}
_UP_TO = {Operator.AT_MOST: "<=", Operator.BELOW: "<"}


def compile_plain(kind: FactKind, columns: Sequence[Column]) -> Plain:
    """Make the glance that gives the columns themselves, or None: ask the encoder."""
    if len(kind.fields) > MOST_FIELDS:
        return compile_wide(kind, columns)
    names = "".join(f"{name}, " for name in variables(kind, columns).values())
    plain: Plain = _compiled(source(kind, columns, [f"return ({names})"]), _tables(kind, columns))
    return plain


def compile_glance(
    encoder: Encoder,
    made: Sequence[str],
    tables: Mapping[str, object],
    calm: Mapping[str, Comparison] | None = None,
) -> Callable[[Mapping[str, object], Row | None], Any]:
    """Make `glance(fact, row)`: what `made`, lines of Python, makes of the columns.

    Where a fact is not plainly right, it asks the encoder and goes on from there; so it raises
    FactError. `row` is None, or columns that are known already. The lines know columns by
    :func:`variables`, NaN where the fact does not say, and `tables` by name. Where `calm` holds
    of all its columns, what is made is `()`.
    """
    kind, columns = encoder.kind, encoder.columns

    def unsure(fact: Mapping[str, object]) -> object:
        return glance(fact, encoder.encode(fact))

    text = source(kind, columns, made, calm, absent="nan", unsure="unsure(fact)")
    scope = {"unsure": unsure, "filled": filled, **tables, **_tables(kind, columns)}
    glance = _compiled(text, scope)
    return glance


def _compiled(text: str, tables: Mapping[str, object]) -> Callable[..., Any]:
    builtins = {one.__name__: one for one in (type, int, float, str, bool, len)}
    scope: dict[str, Any] = {"__builtins__": builtins, "nan": nan, "inf": inf, **tables}
    exec(compile(text, "<facts>", "exec"), scope)  # noqa: S102 - made here, of numbers only
    glance: Callable[..., Any] = scope["glance"]
    return glance


def _tables(kind: FactKind, columns: Sequence[Column]) -> dict[str, object]:
    """Give what the source of the glance names, by name."""
    if len(kind.fields) > MOST_FIELDS:
        return {"wide": compile_wide(kind, columns)}
    words = {column.field: column.words for column in columns}
    tables: dict[str, object] = {
        "KeyError": KeyError,
        "datetime": datetime,
        "normal": normal,
        "pick": picker([field.name for field in kind.fields]),
    }
    for number, field in enumerate(kind.fields):
        tables[f"name{number}"] = field.name
        tables[f"words{number}"] = word_numbers(field, words.get(field.name, ()))
    return tables


def variables(kind: FactKind, columns: Sequence[Column]) -> dict[str, str]:
    """Give by field what its column is called in the source."""
    places = {field.name: number for number, field in enumerate(kind.fields)}
    return {column.field: f"v{places[column.field]}" for column in columns}


def source(
    kind: FactKind,
    columns: Sequence[Column],
    made: Sequence[str],
    calm: Mapping[str, Comparison] | None = None,
    *,
    absent: str = "None",
    unsure: str = "None",
) -> str:
    """Give the source: all fields at once where all are there, else each."""
    used = "".join(f"{name}, " for name in variables(kind, columns).values()) or "() "
    if len(kind.fields) > MOST_FIELDS:
        read = ["if row is None:", "    row = wide(fact)", f"    if row is None: return {unsure}"]
        read.append(f"{used}= filled(row)")
    else:
        read = [
            f"if row is not None: {used}= filled(row)",
            f"elif len(fact) == {len(kind.fields)}:",
            *_at_once(kind, columns, calm or {}),
            "else:",
            *_each(kind, columns, absent),
        ]
        read = [line.replace("UNSURE", unsure) for line in read]
    lines = "".join(f"    {line}\n" for line in (*read, *made))
    return f"def glance(fact, row=None):\n{lines}"


def _at_once(
    kind: FactKind, columns: Sequence[Column], calm: Mapping[str, Comparison]
) -> Iterator[str]:
    """Read a fact that has every field.

    Field by field, because the interpreter compares numbers fast only where a jump is short.
    """
    names = "".join(f"v{number}, " for number in range(len(kind.fields))) or "() "
    yield f"    try: {names}= pick(fact)"
    yield "    except KeyError: return UNSURE"
    if calm:
        yield "    near = 0"
    for number, field, known in _fields(kind, columns):
        right, then = _RIGHT[field.type], known or "pass"
        if field.name in calm:
            # One comparison settles both that the number is right and that it concerns no rule.
            yield _for(field, number, f"    if {_calm(field, calm[field.name])}: pass")
            yield _for(field, number, f"    elif {right}: near = 1")
        else:
            yield _for(field, number, f"    if {right}: {then}")
        yield from _otherwise(number, field, "; near = 1" if calm else "")
    if calm:
        yield "    if not near: return ()"


def _calm(field: Field, comparison: Comparison) -> str:
    """Give `right`, made stricter at one end."""
    low, high = ends(field)
    value = comparison.value
    if comparison.operator in _FROM:
        stricter = f"v# {_FROM[comparison.operator]} {value!r}" if value >= low else "v# >= LOW"
        range_ = f"{stricter} and v# <= HIGH"
    else:
        stricter = f"v# {_UP_TO[comparison.operator]} {value!r}" if value <= high else "v# <= HIGH"
        range_ = f"v# >= LOW and {stricter}"
    return _RIGHT[field.type].replace(_RANGE, range_)


def _each(kind: FactKind, columns: Sequence[Column], absent: str) -> Iterator[str]:
    """Read a fact that lacks a field."""
    yield "    get, absent = fact.get, 0"
    for number, field, known in _fields(kind, columns):
        yield f"    v{number} = get(name{number})"
        yield _for(field, number, f"    if {_RIGHT[field.type]}: {known or 'pass'}")
        yield f"    elif v{number} is None:"
        yield "        absent += 1"
        yield f"        v{number} = {absent}"
        yield from _otherwise(number, field)
    # A name that is not declared, or a field that is null, makes up for no absent one.
    yield f"    if len(fact) + absent != {len(kind.fields)}: return UNSURE"


def _fields(kind: FactKind, columns: Sequence[Column]) -> Iterator[tuple[int, Field, str | None]]:
    """Give each field with its number and how its column is numbered, where not by itself."""
    used = variables(kind, columns)
    for number, field in enumerate(kind.fields):
        known = _NUMBER.get(field.type) if field.name in used else None
        yield number, field, None if known is None else f"v# = {known}"


def _otherwise(number: int, field: Field, and_then: str = "") -> Iterator[str]:
    if field.type is FieldType.NUMBER:
        yield _for(field, number, f"    elif {_WHOLE}: v# = float(v#){and_then}")
    yield "    else: return UNSURE"


def _for(field: Field, number: int, text: str) -> str:
    """Put the number of the field and its limits, numbers too, into a piece of source."""
    low, high = ends(field)
    return text.replace("#", str(number)).replace("LOW", repr(low)).replace("HIGH", repr(high))
