"""Conditions: `field: comparison` pairs, joined by `any`, `all` and `not`.

    condition = {field: line, …, any: [condition, …], all: [condition, …], not: condition}

All pairs of a mapping must hold; `not` holds when not all of its pairs do. At most four deep.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rules.conditions import Clause, Condition, Join
from rules.language.numbers import Trouble
from rules.language.timed import read_line
from rules.language.tree import Mapping, Node, Scalar
from rules.names import nearest, normal
from rules.text import Text

if TYPE_CHECKING:
    from rules.facts import Field
    from rules.language.declarations import Vocabulary
    from rules.language.problems import Place
    from rules.language.reading import Reader

DEEPEST_CONDITION = 4
_JOINS = tuple(Join)


@dataclass(slots=True)
class Written:
    """What was read of a condition, with where each clause stands."""

    condition: Condition | None
    #: By the identity of the clause.
    places: dict[int, Place] = field(default_factory=dict)


def find_field(reader: Reader, key: Scalar, vocabulary: Vocabulary) -> Field | None:
    """Give the field that is meant by its name or by either label."""
    found = vocabulary.field(key.text)
    if found is not None or normal(key.text) in vocabulary.faulty:
        return found
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


def read_clause(reader: Reader, key: Scalar, node: Node, vocabulary: Vocabulary) -> Clause | None:
    """Read one pair of field and comparison."""
    found = find_field(reader, key, vocabulary)
    scalar = reader.scalar(node) if found is not None else None
    if found is None or scalar is None:
        return None
    clause = read_line(scalar.text, found, vocabulary.kind.period)
    if isinstance(clause, Trouble):
        reader.trouble(clause, scalar.place)
        return None
    return clause


def read_condition(reader: Reader, node: Node, vocabulary: Vocabulary) -> Written:
    """Read a condition; its `condition` is None after problems have been noted."""
    read = _Condition(reader, vocabulary)
    parts = read.mapping(node, 1)
    if read.faulty or not parts:
        return Written(None)
    return Written(Condition(join=Join.ALL, parts=parts), read.places)


class _Condition:
    """Reads one condition."""

    def __init__(self, reader: Reader, vocabulary: Vocabulary) -> None:
        self._reader = reader
        self._vocabulary = vocabulary
        self.places: dict[int, Place] = {}
        self.faulty = False

    def mapping(self, node: Node, depth: int) -> tuple[Clause | Condition, ...]:
        mapping = self._reader.mapping(node)
        if mapping is None:
            self.faulty = True
            return ()
        parts: list[Clause | Condition] = []
        lines: dict[str, int] = {}
        for key, value in mapping.pairs:
            part = (
                self._joined(key, value, depth + 1)
                if key.text in _JOINS
                else self._clause(key, value, lines)
            )
            self.faulty |= part is None
            parts += [part] if part is not None else []
        return tuple(parts)

    def _clause(self, key: Scalar, node: Node, lines: dict[str, int]) -> Clause | None:
        clause = read_clause(self._reader, key, node, self._vocabulary)
        if clause is None:
            return None
        name = clause.feature.field.name if clause.feature else clause.field.name
        if name in lines:
            self._twice(key, lines[name])
            return None
        lines[name] = key.place.line
        self.places[id(clause)] = key.place
        return clause

    def _joined(self, key: Scalar, node: Node, depth: int) -> Condition | None:
        if depth > DEEPEST_CONDITION:
            message = Text(
                zh=f"条件最多嵌套 {DEEPEST_CONDITION} 层。请拆成几条规则。",
                en=f"Conditions nest at most {DEEPEST_CONDITION} deep. Split the rule.",
            )
            expected = str(DEEPEST_CONDITION)
            self._reader.findings.add("TOO_DEEP", key.place, message, expected=expected)
            return None
        join = Join(key.text)
        if join is Join.NOT:
            inside = self._group(node, depth)
            return Condition(join=join, parts=(inside,)) if inside else None
        entries = self._reader.sequence(node)
        if entries is None:
            return None
        parts = tuple(self._group(entry, depth) for entry in entries)
        kept = tuple(part for part in parts if part is not None)
        return Condition(join=join, parts=kept) if len(kept) == len(parts) else None

    def _group(self, node: Node, depth: int) -> Clause | Condition | None:
        """Read a mapping as one part; several pairs are joined by ALL."""
        parts = self.mapping(node, depth)
        if len(parts) == 1:
            return parts[0]
        return Condition(join=Join.ALL, parts=parts) if parts else None

    def _twice(self, key: Scalar, line: int) -> None:
        message = Text(
            zh=f"“{key.text}”在第 {line} 行已经写过。要对同一个字段写两个条件，请用"
            "“all: [{…}, {…}]”。",
            en=f"'{key.text}' is already there in line {line}. For two comparisons of one field "
            "write all: [{…}, {…}].",
        )
        self._reader.findings.add("DUPLICATE_FIELD", key.place, message, seen=key.text)


def without(node: Node, name: str) -> tuple[Node, Node | None]:
    """Take a key out of a mapping; give the rest and what the key held."""
    if not isinstance(node, Mapping):
        return node, None
    taken = next((value for key, value in node.pairs if key.text == name), None)
    rest = tuple(pair for pair in node.pairs if pair[0].text != name)
    return (node if taken is None else Mapping(rest, node.place)), taken
