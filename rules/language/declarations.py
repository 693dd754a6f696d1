"""The `facts:` section: kinds of fact, their fields, and groups of fields that items share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rules.facts import LARGEST_WHOLE, Choice, FactKind, Field, FieldType, Item
from rules.language.numbers import Trouble, read_number
from rules.language.tree import Node, Scalar, Sequence
from rules.names import normal
from rules.text import Text

if TYPE_CHECKING:
    from rules.language.reading import Reader

MOST_FIELDS = 2_000
MOST_CHOICES = 200
_NUMERIC = {FieldType.COUNT, FieldType.NUMBER}
#: A word to choose and, where it has one, the node of its label.
_Written = tuple[Scalar | None, Node | None]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A kind of fact with every spelling of its fields: the name and both labels."""

    kind: FactKind
    spellings: dict[str, Field]

    def field(self, written: str) -> Field | None:
        return self.spellings.get(normal(written))


def vocabulary_of(kind: FactKind) -> Vocabulary:
    """Give the spellings of a kind that has been read before."""
    spellings = {one: field for field in kind.fields for one in _spellings(field)}
    return Vocabulary(kind, spellings)


def _spellings(field: Field) -> set[str]:
    return {field.name, normal(field.label.zh), normal(field.label.en)}


def read_kinds(reader: Reader, node: Node) -> dict[str, Vocabulary]:
    """Read the section; a kind with problems is left out or holds the fields that were right."""
    mapping = reader.mapping(node)
    found: dict[str, Vocabulary] = {}
    for key, value in mapping.pairs if mapping else ():
        name = reader.name(key)
        if name is not None:
            found[name] = _Kind(reader, name).read(value)
    return found


class _Kind:
    """Reads one kind of fact."""

    def __init__(self, reader: Reader, name: str) -> None:
        self._reader = reader
        self._name = name
        self._spellings: dict[str, tuple[Field, int]] = {}
        self._fields: list[Field] = []
        self._items: dict[str, Item] = {}
        self._full = False

    def read(self, node: Node) -> Vocabulary:
        parts = self._reader.fields(node, required=("label",), optional=("fields", "groups"))
        label = self._reader.label(parts["label"]) if "label" in parts else None
        if "fields" in parts:
            self._read_fields(parts["fields"])
        for group in self._groups(parts):
            self._read_group(group)
        kind = FactKind(
            name=self._name,
            label=label or Text(zh=self._name, en=self._name),
            fields=tuple(self._fields),
            items=tuple(self._items.values()),
        )
        return Vocabulary(kind, {name: field for name, (field, _) in self._spellings.items()})

    def _groups(self, parts: dict[str, Node]) -> tuple[Node, ...]:
        return self._reader.sequence(parts["groups"]) or () if "groups" in parts else ()

    def _read_fields(self, node: Node) -> None:
        mapping = self._reader.mapping(node)
        for key, value in mapping.pairs if mapping else ():
            field = self._field(key, value)
            if field is not None:
                self._declare(field, key)

    def _read_group(self, node: Node) -> None:
        """Every item of the group gets every field of it, named ITEM.FIELD."""
        parts = self._reader.fields(node, required=("items", "fields"))
        if len(parts) < 2:  # noqa: PLR2004 - both are needed
            return
        shared = self._shared(parts["fields"])
        mapping = self._reader.mapping(parts["items"])
        for key, value in mapping.pairs if mapping else ():
            item = self._item(key, value)
            for field in shared:
                if item is not None:
                    self._declare(_of_item(item, field), key)

    def _shared(self, node: Node) -> list[Field]:
        mapping = self._reader.mapping(node)
        fields = [self._field(key, value) for key, value in mapping.pairs] if mapping else []
        return [field for field in fields if field is not None]

    def _item(self, key: Scalar, node: Node) -> Item | None:
        name, label = self._reader.name(key), self._reader.label(node)
        if name is None or label is None:
            return None
        return self._items.setdefault(name, Item(name=name, label=label))

    def _declare(self, field: Field, key: Scalar) -> None:
        if len(self._fields) == MOST_FIELDS:
            self._too_many(key)
            return
        spellings = _spellings(field)
        taken = next((one for one in sorted(spellings) if one in self._spellings), None)
        if taken is not None:
            seen = Scalar(taken, key.place)
            self._reader.duplicate("DUPLICATE_FIELD", seen, self._spellings[taken][1])
            return
        self._fields.append(field)
        self._spellings |= dict.fromkeys(spellings, (field, key.place.line))

    def _too_many(self, key: Scalar) -> None:
        if self._full:
            return
        self._full = True
        message = Text(
            zh=f"一种事实最多有 {MOST_FIELDS} 个字段。",
            en=f"A kind of fact has at most {MOST_FIELDS} fields.",
        )
        self._reader.findings.add("TOO_MANY_FIELDS", key.place, message)

    def _field(self, key: Scalar, node: Node) -> Field | None:
        name = self._reader.name(key)
        parts = self._reader.fields(node, required=("type", "label"), optional=("values", "range"))
        if name is None or len(parts.keys() & {"type", "label"}) < 2:  # noqa: PLR2004 - both
            return None
        word = self._reader.word(parts["type"], tuple(FieldType))
        label = self._reader.label(parts["label"])
        if word is None or label is None:
            return None
        field = Field(name=name, type=FieldType(word), label=label)
        field = replace(field, choices=self._choices(field, parts, key))
        return self._ranged(field, parts)

    def _choices(self, field: Field, parts: dict[str, Node], key: Scalar) -> tuple[Choice, ...]:
        if field.type is not FieldType.CHOICE:
            self._out_of_place(parts, "values", "choice")
            return ()
        if "values" not in parts:
            message = Text(
                zh=f"“{key.text}”是选项，要用 values 写出可选的值。",
                en=f"'{key.text}' is a choice: list what can be chosen under values.",
            )
            self._reader.findings.add("MISSING_KEY", key.place, message, expected="values")
            return ()
        return self._read_choices(parts["values"])

    def _read_choices(self, node: Node) -> tuple[Choice, ...]:
        """Read `[word, …]`, or `word: {zh: …, en: …}` where the labels differ from the word."""
        if isinstance(node, Sequence):
            written: list[_Written] = [(self._reader.scalar(one), None) for one in node.nodes]
        else:
            mapping = self._reader.mapping(node)
            written = list(mapping.pairs) if mapping else []
        choices: dict[str, tuple[Choice, int]] = {}
        for key, value in written[:MOST_CHOICES]:
            if key is not None:
                self._choice(key, value, choices)
        if len(written) > MOST_CHOICES:
            message = Text(
                zh=f"选项最多 {MOST_CHOICES} 个。", en=f"At most {MOST_CHOICES} words to choose."
            )
            self._reader.findings.add("TOO_MANY_WORDS", node.place, message)
        if isinstance(node, Sequence) and not node.nodes:
            self._reader.sequence(node)
        return tuple(dict.fromkeys(choice for choice, _ in choices.values()))

    def _choice(
        self, key: Scalar, node: Node | None, choices: dict[str, tuple[Choice, int]]
    ) -> None:
        word = self._reader.name(key)
        if word is None:
            return
        label = Text(zh=word, en=word) if node is None else self._reader.label(node)
        if label is None:
            return
        spellings = {word, normal(label.zh), normal(label.en)}
        taken = next((one for one in sorted(spellings) if one in choices), None)
        if taken is not None:
            self._reader.duplicate("DUPLICATE_WORD", Scalar(taken, key.place), choices[taken][1])
            return
        choice = Choice(word=word, label=label)
        choices |= dict.fromkeys(spellings, (choice, key.place.line))

    def _ranged(self, field: Field, parts: dict[str, Node]) -> Field:
        if field.type not in _NUMERIC:
            self._out_of_place(parts, "range", "count, number")
            return field
        if field.type is FieldType.COUNT:
            field = replace(field, minimum=0, maximum=LARGEST_WHOLE)
        ends = self._ends(field, parts["range"]) if "range" in parts else None
        return replace(field, minimum=ends[0], maximum=ends[1]) if ends else field

    def _ends(self, field: Field, node: Node) -> tuple[float, float] | None:
        nodes = self._reader.sequence(node) or ()
        scalars = [self._reader.scalar(one) for one in nodes]
        values = [read_number(normal(one.text), field) for one in scalars if one is not None]
        troubles = [value for value in values if isinstance(value, Trouble)]
        ends = [value for value in values if not isinstance(value, Trouble)]
        if len(ends) == 2 and ends[0] <= ends[1]:  # noqa: PLR2004 - two ends
            return ends[0], ends[1]
        message = (
            troubles[0].message
            if troubles
            else Text(
                zh="范围要写成 [最小值, 最大值]。", en="A range is written [lowest, highest]."
            )
        )
        self._reader.findings.add("RANGE", node.place, message, expected="[a, b]")
        return None

    def _out_of_place(self, parts: dict[str, Node], key: str, expected: str) -> None:
        if key in parts:
            message = Text(
                zh=f"“{key}”只用于类型 {expected}。请删掉它或改类型。",
                en=f"'{key}' belongs to the type {expected} only. Delete it or change the type.",
            )
            place = parts[key].place
            self._reader.findings.add("OUT_OF_PLACE", place, message, expected=expected, seen=key)


def _of_item(item: Item, field: Field) -> Field:
    label = Text(zh=f"{item.label.zh}·{field.label.zh}", en=f"{item.label.en}: {field.label.en}")
    return replace(field, name=f"{item.name}.{field.name}", label=label)
