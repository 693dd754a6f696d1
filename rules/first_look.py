"""What a fact says by itself, before its history is read: whether any row could match it.

"Below 80 % for two weeks" needs this week below 80 %, whatever the weeks before were; most facts
are ruled out by that. What only a history tells (a mean, a change) is taken to be fulfilled, so
the answer "could match" may be wrong and "cannot match" never is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rules.clauses import COMPARE
from rules.conditions import Aggregate, Operator
from rules.executors.python import PythonExecutor
from rules.facts import Column, FieldType
from rules.features import Plan
from rules.form import Comparison, Row, RuleSet, Section

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from rules.conditions import Feature
    from rules.facts import FactKind, Field
    from rules.form import Conjunction
    from rules.history import Observed

_NUMBERS = frozenset({FieldType.COUNT, FieldType.NUMBER, FieldType.FLAG})
#: By which of two operands the weaker of two comparisons on one side is known.
_WEAKER = {
    Operator.BELOW: max,
    Operator.AT_MOST: max,
    Operator.ABOVE: min,
    Operator.AT_LEAST: min,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    section: Section
    #: Computes what is derived from the fact alone; None: nothing is.
    plan: Plan | None
    #: Rows that ask nothing but what a history tells.
    blind: frozenset[str]


class FirstLook:
    """Rules facts out for the rows that are named, kind by kind."""

    def __init__(self, rule_set: RuleSet, rows: Collection[str]) -> None:
        kinds = {kind.name: kind for kind in rule_set.kinds}
        self._looks = {
            section.kind.name: _look(kinds[section.kind.name], section, rows)
            for section in rule_set.sections
        }
        sections = tuple(look.section for look in self._looks.values())
        self._executor = PythonExecutor(replace(rule_set, rules=(), sections=sections))

    @property
    def blind(self) -> frozenset[str]:
        """Rows of which no fact by itself says anything: where there are any, none is ruled out."""
        return frozenset().union(*(look.blind for look in self._looks.values()))

    def cannot_match(self, kind: str, fact: Observed, at: datetime) -> bool:
        """Say that none of the rows matches the fact, whatever its history."""
        return self.of(kind, at)(fact)

    def of(self, kind: str, at: datetime) -> Callable[[Observed], bool]:
        """Give what says of one fact of the kind after another that none of the rows matches."""
        look = self._looks.get(kind)
        if look is None:
            return lambda _: True
        if look.blind:
            return lambda _: False
        match, plan = self._executor.matcher(kind), look.plan
        if plan is None:
            return lambda fact: not match(fact.values, None)
        return lambda fact: not match(plan.enrich((fact,), at), None)


def _look(kind: FactKind, section: Section, rows: Collection[str]) -> _Look:
    fields = _own(kind)
    ages = tuple(one for one in section.features if one.aggregate is Aggregate.AGE)
    ages = tuple(one for one in ages if one.field in fields)
    seen = replace(kind, fields=fields)
    plan = None
    if ages or any(field.derived is not None for field in fields):
        plan = Plan(seen, ages)
    of_ages = {one.id for one in ages}
    added = tuple(field for field in section.kind.fields if field.name in of_ages)
    seen = replace(kind, fields=(*fields, *added))
    needed = _Needed(seen.fields, section.features)
    asked = [
        (row.id, needed.of(conjunction))
        for row in section.rows
        if row.id in rows
        for conjunction in row.alternatives
    ]
    blind = frozenset(row for row, conjunction in asked if not conjunction)
    alternatives = () if blind else _weakest(conjunction for _, conjunction in asked)
    row = (Row(id="could", alternatives=alternatives),) if alternatives else ()
    columns = _columns(seen, section, alternatives)
    return _Look(section=Section(kind=seen, columns=columns, rows=row), plan=plan, blind=blind)


def _own(kind: FactKind) -> tuple[Field, ...]:
    """Give the fields that a fact has without those before it."""
    by_name = {field.name: field for field in kind.fields}

    def own(field: Field) -> bool:
        if field.derived is None:
            return True
        return field.derived.window is None and all(
            own(by_name[name]) for name in field.derived.inputs
        )

    return tuple(field for field in kind.fields if own(field))


class _Needed:
    """Finds what must hold of a fact by itself for a conjunction to hold."""

    def __init__(self, fields: Iterable[Field], features: Iterable[Feature]) -> None:
        self._fields = {field.name: field for field in fields}
        self._runs = {one.id: one for one in features if one.aggregate is Aggregate.RUN}

    def of(self, conjunction: Conjunction) -> Conjunction:
        found = [one for comparison in conjunction for one in self._comparison(comparison)]
        return tuple(dict.fromkeys(found))

    def _comparison(self, comparison: Comparison) -> Sequence[Comparison]:
        if comparison.field in self._fields:
            return (comparison,)
        run = self._runs.get(comparison.field)
        # A run of none may do, so the test need not hold.
        if run is None or COMPARE[comparison.operator](0, comparison.value):
            return ()
        return self._test(run)

    def _test(self, run: Feature) -> Sequence[Comparison]:
        """Give what the test of a run asks of this period, where it is about numbers."""
        test, name = run.test, run.field.name
        if test is None or name not in self._fields or run.field.type not in _NUMBERS:
            return ()
        operators: tuple[Operator, ...] = (test.operator,)
        if test.operator is Operator.IN:
            operators = (Operator.AT_LEAST, Operator.AT_MOST)
        return [
            Comparison(field=name, operator=operator, value=float(operand))
            for operator, operand in zip(operators, test.operands, strict=True)
        ]


def _weakest(conjunctions: Iterable[Conjunction]) -> tuple[Conjunction, ...]:
    """Leave out what another one is fulfilled by anyhow: of 200 limits, the widest does."""
    distinct = dict.fromkeys(conjunctions)
    limits: dict[tuple[str, Operator], float] = {}
    for one in (conjunction[0] for conjunction in distinct if len(conjunction) == 1):
        weaker = _WEAKER.get(one.operator)
        if weaker is not None:
            key = (one.field, one.operator)
            limits[key] = weaker(one.value, limits.get(key, one.value))
    kept = {
        Comparison(field=field, operator=operator, value=value): None
        for (field, operator), value in limits.items()
    }
    singles = tuple((one,) for one in kept)
    others = [one for one in distinct if not any(_within(part, limits) for part in one)]
    return (*singles, *others)


def _within(part: Comparison, limits: Mapping[tuple[str, Operator], float]) -> bool:
    limit = limits.get((part.field, part.operator))
    return limit is not None and _WEAKER[part.operator](part.value, limit) == limit


def _columns(
    seen: FactKind, section: Section, conjunctions: Iterable[Conjunction]
) -> tuple[Column, ...]:
    used = {comparison.field for conjunction in conjunctions for comparison in conjunction}
    words = {column.field: column.words for column in section.columns}
    return tuple(
        Column(field=field.name, type=field.type, words=words.get(field.name, ()))
        for field in seen.fields
        if field.name in used
    )
