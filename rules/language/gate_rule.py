"""`kind: gate`: what a stage needs before it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.conditions import Join
from rules.kinds import Gate, GateItem, Needs
from rules.language import common_keys
from rules.language.common_keys import read_common
from rules.language.conditions import find_field, read_clause
from rules.language.time_needs import read_time_needs
from rules.language.tree import Mapping, Scalar
from rules.names import normal
from rules.text import Text

if TYPE_CHECKING:
    from rules.conditions import Clause
    from rules.language.context import Context
    from rules.language.declarations import Vocabulary
    from rules.language.reading import Reader
    from rules.language.tree import Node

__all__ = ["OPEN", "find_field", "read_clauses", "read_gate"]

#: The state of a gate that nothing is missing for; no `locked_as` may be called so.
OPEN = "open"
REQUIRED = ("id", "name", "kind", "on", "when", "locked_as", "require")
OPTIONAL = tuple(key for key in common_keys.OPTIONAL if key not in REQUIRED)


def read_gate(context: Context, node: Node) -> tuple[Gate, ...]:
    """Read one gate; nothing after its problems have been noted."""
    reader = context.reader
    parts = reader.fields(node, required=REQUIRED, optional=OPTIONAL)
    # A gate is shown to salespeople: its name must be written in both languages.
    name = reader.label(parts["name"]) if "name" in parts else None
    common = read_common(context, parts, name=name or Text(zh="", en=""))
    locked_as = _locked_as(reader, parts["locked_as"]) if "locked_as" in parts else None
    vocabulary = common.vocabulary if common else _vocabulary(context, parts)
    if vocabulary is None:
        return ()
    when = read_clauses(reader, parts["when"], vocabulary) if "when" in parts else ()
    require = _require(context, parts["require"], vocabulary) if "require" in parts else ()
    if common is None or name is None or not locked_as or not when or not require:
        return ()
    return (Gate(**common.keys, when=when, locked_as=locked_as, require=require),)


def _vocabulary(context: Context, parts: dict[str, Node]) -> Vocabulary | None:
    """Find the kind of a gate that has no right id, to go on with the rest of it."""
    node = parts.get("on")
    return context.kinds.get(normal(node.text)) if isinstance(node, Scalar) else None


def read_clauses(reader: Reader, node: Node, vocabulary: Vocabulary) -> tuple[Clause, ...]:
    """Read `field: comparison` pairs; a field may be there once, by whatever spelling."""
    mapping = reader.mapping(node)
    clauses: dict[str, tuple[Clause, int]] = {}
    for key, value in mapping.pairs if mapping else ():
        if key.text in tuple(Join) and key.text not in vocabulary.spellings:
            _no_joins(reader, key)
            continue
        clause = read_clause(reader, key, value, vocabulary)
        if clause is None:
            continue
        name = clause.feature.field.name if clause.feature else clause.field.name
        if name in clauses:
            reader.duplicate("DUPLICATE_FIELD", key, clauses[name][1])
        else:
            clauses[name] = (clause, key.place.line)
    return tuple(clause for clause, _ in clauses.values())


def _no_joins(reader: Reader, key: Scalar) -> None:
    message = Text(
        zh=f"门槛里的条件不能再套“{key.text}”：缺什么要能一条条列出来。请写成几项或几条规则。",
        en=f"'{key.text}' cannot stand inside a gate: what is missing is told clause by clause. "
        "Write several items, or several rules.",
    )
    reader.findings.add("OUT_OF_PLACE", key.place, message, expected="field: comparison")


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


def _require(context: Context, node: Node, vocabulary: Vocabulary) -> tuple[GateItem, ...]:
    """Read the list; an empty one is refused, because such a gate would always be open."""
    reader = context.reader
    items: dict[str, tuple[GateItem, int]] = {}
    for entry in reader.sequence(node) or ():
        item = _item(context, entry, vocabulary)
        if item is None:
            continue
        if item.item in items:
            seen = Scalar(item.item, entry.place)
            reader.duplicate("DUPLICATE_ITEM", seen, items[item.item][1])
        else:
            items[item.item] = (item, entry.place.line)
    return tuple(item for item, _ in items.values())


def _item(context: Context, node: Node, vocabulary: Vocabulary) -> GateItem | None:
    reader = context.reader
    parts = reader.fields(node, required=("item",), optional=("name", "time", *Needs))
    item = reader.name(parts["item"]) if "item" in parts else None
    if item is not None:
        _check_requirement(context, Scalar(item, parts["item"].place), vocabulary)
    name = _item_name(reader, parts, item, vocabulary)
    time = read_time_needs(reader, parts["time"]) if "time" in parts else None
    needs = [one for one in Needs if one in parts]
    clauses = [read_clauses(reader, parts[one], vocabulary) for one in needs]
    # A key that is not known has been complained about; it was probably one of the two.
    if len(needs) != 1 and isinstance(node, Mapping) and len(node.pairs) == len(parts):
        _needs(reader, node, needs)
    if item is None or name is None or len(needs) != 1 or not clauses[0]:
        return None
    return GateItem(item=item, name=name, needs=needs[0], clauses=clauses[0], time=time)


def _check_requirement(context: Context, item: Scalar, vocabulary: Vocabulary) -> None:
    """Complain about what nobody can hand in: neither the service nor the facts know of it."""
    registered = context.registry.requirements if context.registry else None
    if registered is None or item.text in registered:
        return
    declared = {field.name.partition(".")[0] for field in vocabulary.kind.fields}
    if item.text not in declared:
        known = sorted(registered | {one.name for one in vocabulary.kind.items})
        context.reader.unknown("UNKNOWN_REQUIREMENT", item, known)


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
