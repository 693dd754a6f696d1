"""From checked rules to rows: once for all executors."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from rules.facts import Column, FieldType
from rules.form import Row, Section
from rules.kinds import Award, Breaker, Gate, Needs
from rules.language.alternatives import (
    MOST_ALTERNATIVES,
    MOST_COMPARISONS,
    Alternatives,
    Expansion,
    TooWide,
    Words,
)
from rules.language.feature_names import field_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rules.conditions import Clause, Condition, Feature
    from rules.facts import FactKind
    from rules.form import AnyRule
    from rules.kinds import GateItem

__all__ = ["MOST_ALTERNATIVES", "MOST_COMPARISONS", "TooWide", "clauses_of", "lower", "rows_of"]


def lower(kind: FactKind, rules: Sequence[AnyRule]) -> Section:
    """Give the rows of all rules that look at this kind of fact, in the order of the rules.

    Raises TooWide.
    """
    clauses = [clause for rule in rules for clause in clauses_of(rule)]
    features = _features(clauses)
    words = _words(clauses)
    rows = tuple(row for rule in rules for row in rows_of(rule, words))
    used = {
        comparison.field
        for row in rows
        for conjunction in row.alternatives
        for comparison in conjunction
    }
    seen = kind
    if features:
        seen = replace(kind, fields=(*kind.fields, *(field_of(one) for one in features)))
    columns = tuple(
        Column(field=field.name, type=field.type, words=words.get(field.name, ()))
        for field in seen.fields
        if field.name in used
    )
    return Section(kind=seen, columns=columns, rows=rows, features=features)


def clauses_of(rule: AnyRule) -> tuple[Clause, ...]:
    """Give all clauses of a rule, in the order of the file."""
    if isinstance(rule, Gate):
        return (*rule.when, *chain.from_iterable(item.clauses for item in rule.require))
    return tuple(chain.from_iterable(one.clauses() for _, one in conditions_of(rule)))


def conditions_of(rule: AnyRule) -> tuple[tuple[str, Condition], ...]:
    """Give the conditions of a rule with the ids of their rows; a gate has none."""
    match rule:
        case Gate():
            return ()
        case Breaker():
            return (rule.open, rule.open_when), (rule.close, rule.close_when)
        case Award():
            return ((rule.given, rule.when),)
        case _ if rule.until is None:
            return ((rule.enter, rule.when),)
        case _:
            return (rule.enter, rule.when), (rule.clear, rule.until)


def rows_of(rule: AnyRule, words: Words | None = None) -> tuple[Row, ...]:
    """Give the rows of one rule. Raises TooWide."""
    expansion = Expansion(rule.id, _words(clauses_of(rule)) if words is None else words)
    if isinstance(rule, Gate):
        return _gate_rows(rule, expansion)
    return tuple(
        Row(id=name, alternatives=expansion.condition(condition))
        for name, condition in conditions_of(rule)
    )


def _gate_rows(gate: Gate, expansion: Expansion) -> tuple[Row, ...]:
    """Give `asked`, a `met` for each clause, `unlock`."""
    asked = expansion.all([expansion.clause(clause) for clause in gate.when])
    met = [
        Row(
            id=gate.met(item, clause),
            alternatives=expansion.all([asked, expansion.clause(clause)]),
        )
        for item in gate.require
        for clause in item.clauses
    ]
    unlock = expansion.all([asked, *(_item(item, expansion) for item in gate.require)])
    return (
        Row(id=gate.asked, alternatives=asked),
        *met,
        Row(id=gate.unlock, alternatives=unlock),
    )


def _item(item: GateItem, expansion: Expansion) -> Alternatives:
    parts = [expansion.clause(clause) for clause in item.clauses]
    return expansion.all(parts) if item.needs is Needs.ALL else expansion.any(parts)


def _features(clauses: Iterable[Clause]) -> tuple[Feature, ...]:
    found: dict[str, Feature] = {}
    for clause in clauses:
        if clause.feature is not None:
            found.setdefault(clause.feature.id, clause.feature)
    return tuple(found.values())


def _words(clauses: Iterable[Clause]) -> Words:
    """Number the words: declared ones in their order, free text as the rules mention it."""
    words: dict[str, dict[str, None]] = {}
    for clause in clauses:
        field = clause.field
        if field.type is FieldType.CHOICE:
            words.setdefault(field.name, dict.fromkeys(one.word for one in field.choices))
        elif field.type is FieldType.TEXT:
            words.setdefault(field.name, {}).update(
                dict.fromkeys(str(operand) for operand in clause.operands)
            )
    return {name: tuple(numbered) for name, numbered in words.items()}
