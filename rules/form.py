"""The intermediate form: what every executor is given and every explanation is drawn from.

A row is an OR of conjunctions of comparisons on named columns. A comparison with a column that
the fact does not have is false, whatever the operator: silence opens nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, is_dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from rules.kinds import Award, Breaker, Gate, WarningRule

if TYPE_CHECKING:
    from rules.conditions import Feature, Operator
    from rules.facts import Column, FactKind

AnyRule = Gate | WarningRule | Breaker | Award


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    #: A field or a feature's id.
    field: str
    #: Never IN.
    operator: Operator
    #: The operand as :class:`rules.facts.Encoder` numbers it.
    value: float

    def __hash__(self) -> int:
        # Large rule sets are sorted by comparisons, and hashing an enumeration is slow.
        return hash((self.field, self.value))


Conjunction = tuple[Comparison, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Matches when any of its conjunctions holds; matched once however many do."""

    id: str
    alternatives: tuple[Conjunction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """All rows that look at one kind of fact, and the columns that they look at."""

    #: With a field for each feature.
    kind: FactKind
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    #: What must be computed before a fact of this kind is encoded.
    features: tuple[Feature, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """A checked rule file."""

    #: SHA-256 of everything that answers and explanations depend on, hex. Comments, spacing and
    #: the name of the file are no part of it.
    version: str
    kinds: tuple[FactKind, ...]
    #: In the order of the file; a rule that inhibits stands before those it inhibits or not.
    rules: tuple[AnyRule, ...]
    sections: tuple[Section, ...]

    @property
    def gates(self) -> tuple[Gate, ...]:
        return tuple(rule for rule in self.rules if isinstance(rule, Gate))


def rule_set(
    kinds: tuple[FactKind, ...], rules: tuple[AnyRule, ...], sections: tuple[Section, ...]
) -> RuleSet:
    """Put a rule set together and give it its version."""
    content = json.dumps(
        (kinds, rules, sections), default=_parts, ensure_ascii=False, separators=(",", ":")
    )
    version = sha256(content.encode()).hexdigest()
    return RuleSet(version=version, kinds=kinds, rules=rules, sections=sections)


def _parts(value: object) -> object:
    """Give a frozen value of this room as JSON takes it, fields in the order of its class."""
    if isinstance(value, datetime):
        return value.isoformat()
    if not is_dataclass(value):
        raise TypeError(f"no part of a rule set: {value!r}")
    return {
        type(value).__name__: {name: getattr(value, name) for name in value.__dataclass_fields__}
    }
