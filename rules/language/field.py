"""The declaration of one field: type, label, words to choose from, range."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.facts import LARGEST_WHOLE, Choice, Field, FieldType
from rules.language.durations import read_duration
from rules.language.numbers import RATIO, Trouble, read_number
from rules.language.tree import Node, Scalar, Sequence
from rules.names import normal
from rules.text import Text

if TYPE_CHECKING:
    from rules.language.reading import Reader

MOST_CHOICES = 200
OPTIONAL = ("values", "range", "unit", "source", "max_age", "derived")
_NUMERIC = {FieldType.COUNT, FieldType.NUMBER}
#: A word and, where it has one, the node of its label.
_Written = tuple[Scalar, Node | None]
#: Spelling → the choice that has it and the line where it is declared.
_Taken = dict[str, tuple[Choice, int]]


def read_field(reader: Reader, key: Scalar, node: Node) -> Field | None:
    """Read a field; None after its problems have been noted."""
    name = reader.name(key)
    parts = reader.fields(node, required=("type", "label"), optional=OPTIONAL)
    word = reader.word(parts["type"], tuple(FieldType)) if "type" in parts else None
    label = reader.label(parts["label"]) if "label" in parts else None
    if name is None or word is None or label is None:
        return None
    field = _with_origin(reader, Field(name=name, type=FieldType(word), label=label), parts)
    if field.type is FieldType.CHOICE:
        for one in ("range", "unit", "derived"):
            _out_of_place(reader, parts, one, "count, number")
        return _with_choices(reader, field, parts, key)
    _out_of_place(reader, parts, "values", "choice")
    if field.type in _NUMERIC:
        return _with_range(reader, field, parts, key)
    for one in ("range", "unit", "derived"):
        _out_of_place(reader, parts, one, "count, number")
    return field


def _with_origin(reader: Reader, field: Field, parts: dict[str, Node]) -> Field:
    """Read what any field may say of where it comes from and how long it is good for."""
    source = reader.label(parts["source"]) if "source" in parts else None
    max_age = read_seconds(reader, parts["max_age"]) if "max_age" in parts else None
    unit = reader.name(parts["unit"]) if "unit" in parts else None
    return replace(field, source=source, max_age=max_age, unit=unit)


def read_seconds(reader: Reader, node: Node) -> float | None:
    """Read a length of time such as `72h`."""
    scalar = reader.scalar(node)
    seconds = read_duration(scalar.text) if scalar else None
    if scalar is not None and isinstance(seconds, Trouble):
        reader.trouble(seconds, scalar.place)
    return None if isinstance(seconds, Trouble) else seconds


def _with_choices(
    reader: Reader, field: Field, parts: dict[str, Node], key: Scalar
) -> Field | None:
    if "values" not in parts:
        message = Text(
            zh=f"“{key.text}”是选项，要用 values 写出可选的值。",
            en=f"'{key.text}' is a choice: list what can be chosen under values.",
        )
        reader.findings.add("MISSING_KEY", key.place, message, expected="values")
        return None
    choices = _choices(reader, parts["values"])
    return replace(field, choices=choices) if choices else None


def _choices(reader: Reader, node: Node) -> tuple[Choice, ...]:
    """Read `[word, …]`, or `word: {zh: …, en: …}` where the labels differ from the word."""
    if isinstance(node, Sequence):
        listed = [reader.scalar(one) for one in reader.sequence(node) or ()]
        written: list[_Written] = [(word, None) for word in listed if word is not None]
    else:
        mapping = reader.mapping(node)
        written = [*mapping.pairs] if mapping else []
    if len(written) > MOST_CHOICES:
        message = Text(
            zh=f"选项最多 {MOST_CHOICES} 个。", en=f"At most {MOST_CHOICES} words to choose from."
        )
        reader.findings.add("TOO_MANY_WORDS", node.place, message, expected=str(MOST_CHOICES))
        return ()
    taken: _Taken = {}
    for word, label in written:
        _choice(reader, word, label, taken)
    return tuple(dict.fromkeys(choice for choice, _ in taken.values()))


def _choice(reader: Reader, key: Scalar, node: Node | None, taken: _Taken) -> None:
    word = reader.name(key)
    label = Text(zh=key.text, en=key.text) if node is None else reader.label(node)
    if word is None or label is None:
        return
    spellings = {word, normal(label.zh), normal(label.en)}
    twice = next((one for one in sorted(spellings) if one in taken), None)
    if twice is not None:
        reader.duplicate("DUPLICATE_WORD", Scalar(twice, key.place), taken[twice][1])
        return
    choice = Choice(word=word, label=label)
    taken |= dict.fromkeys(spellings, (choice, key.place.line))


def _with_range(reader: Reader, field: Field, parts: dict[str, Node], key: Scalar) -> Field:
    if "range" not in parts and field.unit == RATIO:
        message = Text(
            zh=f"“{key.text}”是比率，要写出范围，例如 range: [0, 1]：不然阈值漏写 % 时看不出来。",
            en=f"'{key.text}' is a ratio and needs a range such as [0, 1]: without it nobody sees "
            "that a threshold lacks its %.",
        )
        reader.findings.add("RANGE", key.place, message, expected="range: [0, 1]")
    if field.type is FieldType.COUNT:
        field = replace(field, minimum=0, maximum=LARGEST_WHOLE)
    ends = _ends(reader, field, parts["range"]) if "range" in parts else None
    return replace(field, minimum=ends[0], maximum=ends[1]) if ends else field


def _ends(reader: Reader, field: Field, node: Node) -> tuple[float, float] | None:
    scalars = [reader.scalar(one) for one in reader.sequence(node) or ()]
    values = [read_number(normal(one.text), field) for one in scalars if one is not None]
    ends = [value for value in values if not isinstance(value, Trouble)]
    if len(ends) == 2 and ends[0] <= ends[1]:  # noqa: PLR2004 - two ends
        return ends[0], ends[1]
    troubles = [value.message for value in values if isinstance(value, Trouble)]
    form = Text(zh="范围要写成 [最小值, 最大值]。", en="A range is written as [lowest, highest].")
    reader.findings.add("RANGE", node.place, (*troubles, form)[0], expected="[a, b]")
    return None


def _out_of_place(reader: Reader, parts: dict[str, Node], key: str, expected: str) -> None:
    if key in parts:
        message = Text(
            zh=f"“{key}”只用于类型 {expected}。请删掉它或改类型。",
            en=f"'{key}' belongs to the type {expected} only. Delete it or change the type.",
        )
        place = parts[key].place
        reader.findings.add("OUT_OF_PLACE", place, message, expected=expected, seen=key)
