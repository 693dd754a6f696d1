"""`kind: gate`: what a stage needs before it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.kinds import Gate, GateItem, Needs
from rules.language.comparators import read_comparison
from rules.language.numbers import Trouble
from rules.language.tree import Mapping, Scalar
from rules.names import nearest, normal
from rules.text import Text

if TYPE_CHECKING:
    from rules.conditions import Clause
    from rules.facts import Field
    from rules.language.declarations import Vocabulary
    from rules.language.reading import Reader
    from rules.language.tree import Node

#: The state of a gate that nothing is missing for; no `locked_as` may be called so.
OPEN = "open"
REQUIRED = ("id", "name", "kind", "on", "when", "locked_as", "require")


def read_gate(reader: Reader, node: Node, kinds: dict[str, Vocabulary]) -> Gate | None:
    """Read one gate; None after its problems have been noted."""
    parts = reader.fields(node, required=REQUIRED)
    gate_id = reader.name(parts["id"]) if "id" in parts else None
    name = reader.label(parts["name"]) if "name" in parts else None
    locked_as = _locked_as(reader, parts["locked_as"]) if "locked_as" in parts else None
    vocabulary = _kind(reader, parts["on"], kinds) if "on" in parts else None
    if vocabulary is None:
        return None
    when = read_clauses(reader, parts["when"], vocabulary) if "when" in parts else ()
    require = _require(reader, parts["require"], vocabulary) if "require" in parts else ()
    if not gate_id or name is None or not locked_as or not when or not require:
        return None
    return Gate(
        id=gate_id,
        name=name,
        on=vocabulary.kind.name,
        when=when,
        locked_as=locked_as,
        require=require,
    )


def read_clauses(reader: Reader, node: Node, vocabulary: Vocabulary) -> tuple[Clause, ...]:
    """Read `field: comparison` pairs; a field may be there once, by whatever spelling."""
    mapping = reader.mapping(node)
    clauses: dict[str, tuple[Clause, int]] = {}
    for key, value in mapping.pairs if mapping else ():
        clause = _clause(reader, key, value, vocabulary)
        if clause is None:
            continue
        name = clause.field.name
        if name in clauses:
            reader.duplicate("DUPLICATE_FIELD", key, clauses[name][1])
        else:
            clauses[name] = (clause, key.place.line)
    return tuple(clause for clause, _ in clauses.values())


def _clause(reader: Reader, key: Scalar, node: Node, vocabulary: Vocabulary) -> Clause | None:
    field = find_field(reader, key, vocabulary)
    scalar = reader.scalar(node) if field is not None else None
    if field is None or scalar is None:
        return None
    clause = read_comparison(scalar.text, field)
    if isinstance(clause, Trouble):
        reader.trouble(clause, scalar.place)
        return None
    return clause


def find_field(reader: Reader, key: Scalar, vocabulary: Vocabulary) -> Field | None:
    """Give the field that is meant by its name or by either label."""
    field = vocabulary.field(key.text)
    if field is not None or normal(key.text) in vocabulary.faulty:
        return field
    kind = vocabulary.kind
    message = Text(
        zh=f"“{kind.label.zh}”（{kind.name}）没有字段“{key.text}”。",
        en=f"There is no field '{key.text}' in '{kind.name}'.",
    )
    near = nearest(key.text, vocabulary.spellings)
    reader.findings.add(
        "UNKNOWN_FIELD",
        key.place,
        message,
        expected=f"a field of {kind.name}",
        seen=key.text,
        suggestion=near,
    )
    return None


def _kind(reader: Reader, node: Node, kinds: dict[str, Vocabulary]) -> Vocabulary | None:
    scalar = reader.scalar(node)
    if scalar is None or normal(scalar.text) in kinds:
        return kinds[normal(scalar.text)] if scalar else None
    reader.unknown("UNKNOWN_KIND", scalar, kinds)
    return None


def _locked_as(reader: Reader, node: Node) -> str | None:
    locked_as = reader.text(node)
    if locked_as is not None and locked_as.lower() == OPEN:
        message = Text(
            zh="locked_as 不能写 open：锁住的状态不能叫“打开”。",
            en="locked_as cannot be 'open': a locked gate must not read as an open one.",
        )
        reader.findings.add("LOCKED_AS", node.place, message, expected="待补全", seen=locked_as)
        return None
    return locked_as


def _require(reader: Reader, node: Node, vocabulary: Vocabulary) -> tuple[GateItem, ...]:
    """Read the list; an empty one is refused, because such a gate would always be open."""
    items: dict[str, tuple[GateItem, int]] = {}
    for entry in reader.sequence(node) or ():
        item = _item(reader, entry, vocabulary)
        if item is None:
            continue
        if item.item in items:
            seen = Scalar(item.item, entry.place)
            reader.duplicate("DUPLICATE_ITEM", seen, items[item.item][1])
        else:
            items[item.item] = (item, entry.place.line)
    return tuple(item for item, _ in items.values())


def _item(reader: Reader, node: Node, vocabulary: Vocabulary) -> GateItem | None:
    parts = reader.fields(node, required=("item",), optional=("name", *Needs))
    item = reader.name(parts["item"]) if "item" in parts else None
    name = _item_name(reader, parts, item, vocabulary)
    needs = [one for one in Needs if one in parts]
    clauses = [read_clauses(reader, parts[one], vocabulary) for one in needs]
    # A key that is not known has been complained about; it was probably one of the two.
    if len(needs) != 1 and isinstance(node, Mapping) and len(node.pairs) == len(parts):
        _needs(reader, node, needs)
    if item is None or name is None or len(needs) != 1 or not clauses[0]:
        return None
    return GateItem(item=item, name=name, needs=needs[0], clauses=clauses[0])


def _needs(reader: Reader, node: Node, needs: list[Needs]) -> None:
    message = Text(
        zh="每一项要写 all（全部满足）或 any（满足其一），并且只写一个。",
        en="Each item has either all: or any:, and only one of them.",
    )
    seen = ", ".join(needs) or "neither"
    reader.findings.add("NEEDS", node.place, message, expected="all, any", seen=seen)


def _item_name(
    reader: Reader, parts: dict[str, Node], item: str | None, vocabulary: Vocabulary
) -> Text | None:
    """Read the name; an item that the facts declare has its label from there."""
    if "name" in parts:
        return reader.label(parts["name"])
    if item is None:
        return None
    for known in vocabulary.kind.items:
        if known.name == item:
            return known.label
    message = Text(
        zh="这里缺少“name”：facts 里没有声明这一项，要写出它的中英文名称。",
        en="'name' is missing here: the facts do not declare this item, so it must be named.",
    )
    reader.findings.add("MISSING_KEY", parts["item"].place, message, expected="name")
    return None
