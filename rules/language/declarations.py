"""The `facts:` section: kinds of fact, and groups of fields that items share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rules.facts import SUBJECT, FactKind, Field, Item, Period
from rules.language.derivations import read_derivations
from rules.language.field import read_field
from rules.language.tree import Mapping, Node, Scalar
from rules.names import normal
from rules.text import Text

if TYPE_CHECKING:
    from rules.language.reading import Reader

MOST_FIELDS = 2_000
OPTIONAL = ("fields", "groups", "period", "subject", "subjects")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A kind of fact with every spelling of its fields: the name and both labels."""

    kind: FactKind
    spellings: dict[str, Field]
    #: Names of fields whose declaration was wrong: rules that use them are not to blame.
    faulty: frozenset[str] = frozenset()

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
    lines: dict[str | None, int] = {}
    for key, value in mapping.pairs if mapping else ():
        name = reader.name(key)
        if name in lines:
            reader.duplicate("DUPLICATE_KIND", key, lines[name])
        elif name is not None:
            found[name] = _Kind(reader, name).read(value)
            lines[name] = key.place.line
    return found


class _Kind:
    """Reads one kind of fact."""

    def __init__(self, reader: Reader, name: str) -> None:
        self._reader = reader
        self._name = name
        self._spellings: dict[str, tuple[Field, int]] = {}
        self._fields: list[Field] = []
        self._items: dict[str, tuple[Item, int]] = {}
        self._faulty: set[str] = set()
        self._full = False
        self._derived: list[tuple[str, Scalar, Node]] = []

    def read(self, node: Node) -> Vocabulary:
        parts = self._reader.fields(node, required=("label",), optional=OPTIONAL)
        period = self._period(parts)
        label = self._reader.label(parts["label"]) if "label" in parts else None
        if "fields" in parts:
            self._read_fields(parts["fields"])
        for group in self._groups(parts):
            self._read_group(group)
        subject = self._reader.label(parts["subject"]) if "subject" in parts else None
        self._derive(period)
        kind = FactKind(
            name=self._name,
            label=label or Text(zh=self._name, en=self._name),
            fields=tuple(self._fields),
            items=tuple(item for item, _ in self._items.values()),
            period=period,
            subject=subject or SUBJECT,
            subjects=self._subjects(parts),
        )
        spellings = {name: field for name, (field, _) in self._spellings.items()}
        return Vocabulary(kind, spellings, frozenset(self._faulty))

    def _period(self, parts: dict[str, Node]) -> Period:
        word = self._reader.word(parts["period"], tuple(Period)) if "period" in parts else None
        return Period(word) if word else Period.NONE

    def _subjects(self, parts: dict[str, Node]) -> tuple[str, ...]:
        nodes = self._reader.sequence(parts["subjects"]) or () if "subjects" in parts else ()
        found: dict[str, int] = {}
        for node in nodes:
            name = self._reader.text(node)
            if name is not None and name in found:
                self._reader.duplicate("DUPLICATE_WORD", Scalar(name, node.place), found[name])
            elif name is not None:
                found[name] = node.place.line
        return tuple(found)

    def _derive(self, period: Period) -> None:
        """Read where derived fields come from, now that all fields are known."""
        known = {name: field for name, (field, _) in self._spellings.items()}
        read = read_derivations(self._reader, self._derived, known, period)
        self._fields = [replace(one, derived=read.get(one.name)) for one in self._fields]
        fields = {field.name: field for field in self._fields}
        for name, (field, line) in self._spellings.items():
            self._spellings[name] = (fields[field.name], line)

    def _groups(self, parts: dict[str, Node]) -> tuple[Node, ...]:
        return self._reader.sequence(parts["groups"]) or () if "groups" in parts else ()

    def _read_fields(self, node: Node) -> None:
        for key, field in self._pairs(node):
            self._declare(field, key, normal(key.text))
        mapping = node if isinstance(node, Mapping) else None
        for key, declared in mapping.pairs if mapping else ():
            for inner, value in declared.pairs if isinstance(declared, Mapping) else ():
                if inner.text == "derived":
                    self._derived.append((normal(key.text), key, value))

    def _read_group(self, node: Node) -> None:
        """Every item of the group gets every field of it, named ITEM.FIELD."""
        parts = self._reader.fields(node, required=("items", "fields"))
        shared = self._pairs(parts["fields"]) if "fields" in parts else []
        self._refuse_derived(parts)
        mapping = self._reader.mapping(parts["items"]) if "items" in parts else None
        for key, value in mapping.pairs if mapping else ():
            item = self._item(key, value)
            for field_key, field in shared:
                full = _of_item(item, field) if item and field else None
                self._declare(full, key, f"{normal(key.text)}.{normal(field_key.text)}")

    def _refuse_derived(self, parts: dict[str, Node]) -> None:
        """A field that is declared once for many items cannot name the fields of one of them."""
        shared = parts.get("fields")
        for _, declared in shared.pairs if isinstance(shared, Mapping) else ():
            for inner, _ in declared.pairs if isinstance(declared, Mapping) else ():
                if inner.text == "derived":
                    message = Text(
                        zh="一组项目共用的字段不能写 derived。请写到 fields 里。",
                        en="A field that items share cannot be derived. Declare it under fields.",
                    )
                    self._reader.findings.add("OUT_OF_PLACE", inner.place, message, seen="derived")

    def _pairs(self, node: Node) -> list[tuple[Scalar, Field | None]]:
        mapping = self._reader.mapping(node)
        pairs = mapping.pairs if mapping else ()
        return [(key, read_field(self._reader, key, value)) for key, value in pairs]

    def _item(self, key: Scalar, node: Node) -> Item | None:
        name, label = self._reader.name(key), self._reader.label(node)
        if name is None or label is None:
            return None
        if name in self._items:
            # Two groups could give one thing two labels.
            self._reader.duplicate("DUPLICATE_ITEM", key, self._items[name][1])
            return None
        self._items[name] = (Item(name=name, label=label), key.place.line)
        return self._items[name][0]

    def _declare(self, field: Field | None, key: Scalar, name: str) -> None:
        if field is None:
            self._faulty.add(name)
            return
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


def _of_item(item: Item, field: Field) -> Field:
    label = Text(zh=f"{item.label.zh}·{field.label.zh}", en=f"{item.label.en}: {field.label.en}")
    return replace(field, name=f"{item.name}.{field.name}", label=label)
