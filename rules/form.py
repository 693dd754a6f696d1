"""The intermediate form: what every executor is given and every explanation is drawn from.

A row is an OR of conjunctions of comparisons on named fields. A comparison with a field that the
fact does not have is false, whatever the operator: silence opens nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, is_dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rules.facts import Column, FactKind, Field
    from rules.text import Text


class Operator(StrEnum):
    EQUAL = "="
    OTHER = "!="
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="
    #: A closed interval of numbers or a set of words; lowered to the ones above.
    IN = "in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One line of a rule: a field and what is asked of it."""

    field: Field
    operator: Operator
    #: One operand; for IN two ends of an interval, or one or more words.
    operands: tuple[float | str, ...]
    #: The operands as the file writes them, normalised.
    threshold: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    field: str
    #: Never IN.
    operator: Operator
    #: The operand as :class:`rules.facts.Encoder` numbers it.
    value: float


Conjunction = tuple[Comparison, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Matches when any of its conjunctions holds; matched once however many do."""

    id: str
    alternatives: tuple[Conjunction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """All rows that look at one kind of fact, and the columns that they look at."""

    kind: FactKind
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


class Needs(StrEnum):
    ALL = "all"
    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateItem:
    """Something that must be there before the gate opens."""

    item: str
    name: Text
    needs: Needs
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    id: str
    name: Text
    #: The kind of fact that it looks at.
    on: str
    when: tuple[Clause, ...]
    #: The state while anything is missing.
    locked_as: str
    require: tuple[GateItem, ...]

    @property
    def asked(self) -> str:
        """Id of the row that matches when this gate is the one to answer."""
        return f"{self.id}/asked"

    @property
    def unlock(self) -> str:
        """Id of the row that matches when everything is there."""
        return f"{self.id}/unlock"

    def met(self, item: GateItem, clause: Clause) -> str:
        """Id of the row that matches when the gate is asked and this clause holds."""
        return f"{self.id}/met/{item.item}/{clause.field.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """A checked rule file."""

    #: SHA-256 of everything that answers and explanations depend on, hex. Comments, spacing and
    #: the name of the file are no part of it.
    version: str
    kinds: tuple[FactKind, ...]
    gates: tuple[Gate, ...]
    sections: tuple[Section, ...]


def rule_set(
    kinds: tuple[FactKind, ...], gates: tuple[Gate, ...], sections: tuple[Section, ...]
) -> RuleSet:
    """Put a rule set together and give it its version."""
    content = json.dumps(
        (kinds, gates, sections), default=_parts, ensure_ascii=False, separators=(",", ":")
    )
    version = sha256(content.encode()).hexdigest()
    return RuleSet(version=version, kinds=kinds, gates=gates, sections=sections)


def _parts(value: object) -> dict[str, object]:
    """Give a frozen value of this room as JSON takes it, fields in the order of its class."""
    if not is_dataclass(value):
        raise TypeError(f"no part of a rule set: {value!r}")
    return {name: getattr(value, name) for name in value.__dataclass_fields__}
