"""What rows must match, judged straight from rules and facts, as a person would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.conditions import Clause, Join, Operator
from rules.facts import FieldType
from rules.kinds import Award, Breaker, Gate, Needs
from rules.names import normal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.conditions import Condition
    from rules.form import AnyRule

    Fact = Mapping[str, object]


def holds(clause: Clause, fact: Fact) -> bool:
    """Judge a clause; what the fact does not have satisfies none."""
    value = fact.get(clause.field.name)
    if value is None:
        return False
    if clause.field.type is FieldType.TEXT:
        value = normal(str(value))
    numeric = clause.field.type in {FieldType.COUNT, FieldType.NUMBER}
    if clause.operator is Operator.IN and not numeric:
        return value in clause.operands
    if clause.operator in {Operator.EQUAL, Operator.OTHER}:
        return (value == clause.operands[0]) is (clause.operator is Operator.EQUAL)
    assert isinstance(value, int | float)
    ends = [float(operand) for operand in clause.operands]
    return {
        Operator.BELOW: value < ends[0],
        Operator.AT_MOST: value <= ends[0],
        Operator.ABOVE: value > ends[0],
        Operator.AT_LEAST: value >= ends[0],
        Operator.IN: ends[0] <= value <= ends[-1],
    }[clause.operator]


def truth(part: Condition | Clause, fact: Fact) -> bool | None:
    """Judge a condition: true, false, or None where absent fields leave it open."""
    if isinstance(part, Clause):
        return holds(part, fact) if part.field.name in fact else None
    judged = [truth(one, fact) for one in part.parts]
    if part.join is Join.ALL:
        return False if False in judged else None if None in judged else True
    some = True if True in judged else None if None in judged else False
    if part.join is Join.ANY or some is None:
        return some
    return not some


def expected(rule: AnyRule, fact: Fact) -> list[str]:
    """Give the rows of a rule that must match, in their order."""
    if isinstance(rule, Gate):
        return _gate(rule, fact)
    if isinstance(rule, Breaker):
        asked = {rule.open: rule.open_when, rule.close: rule.close_when}
    elif isinstance(rule, Award):
        asked = {rule.given: rule.when}
    else:
        asked = {rule.enter: rule.when} | ({rule.clear: rule.until} if rule.until else {})
    return [row for row, condition in asked.items() if truth(condition, fact)]


def _gate(gate: Gate, fact: Fact) -> list[str]:
    if not all(holds(clause, fact) for clause in gate.when):
        return []
    rows, open_ = [gate.asked], True
    for item in gate.require:
        held = [holds(clause, fact) for clause in item.clauses]
        pairs = zip(item.clauses, held, strict=True)
        rows += [gate.met(item, clause) for clause, met in pairs if met]
        open_ = open_ and (all(held) if item.needs is Needs.ALL else any(held))
    return [*rows, gate.unlock] if open_ else rows
