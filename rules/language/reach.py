"""Can this clause be true, can it be false? Exact, because a clause is an interval or a set."""

from __future__ import annotations

from math import inf

from rules.conditions import Clause, Operator
from rules.facts import FieldType, range_of
from rules.language.numbers import RATIO, Trouble
from rules.text import Text


def reach(clause: Clause) -> Trouble | None:
    """Complain about a clause that holds for every value of its field, or for none."""
    if clause.field.type is FieldType.CHOICE:
        always, never = _words(clause)
    elif clause.field.type in {FieldType.COUNT, FieldType.NUMBER}:
        always, never = _figures(clause)
    else:
        return None
    if not always and not never:
        return None
    return _trouble(clause, always=always)


def _words(clause: Clause) -> tuple[bool, bool]:
    known = {choice.word for choice in clause.field.choices}
    named = set(clause.operands)
    holds = known - named if clause.operator is Operator.OTHER else known & named
    return holds == known, not holds


def _figures(clause: Clause) -> tuple[bool, bool]:
    """Compare the values for which the clause holds with those that the field can have."""
    field = clause.field
    low = -inf if field.minimum is None else field.minimum
    high = inf if field.maximum is None else field.maximum
    first, last = (float(value) for value in (clause.operands[0], clause.operands[-1]))
    one = low == high == first
    outside = not low <= first <= high
    always, never = {
        Operator.EQUAL: (one, outside),
        Operator.OTHER: (outside, one),
        Operator.BELOW: (high < first, low >= first),
        Operator.AT_MOST: (high <= first, low > first),
        Operator.ABOVE: (low > first, high <= first),
        Operator.AT_LEAST: (low >= first, high < first),
        Operator.IN: (
            first <= low and high <= last,
            first > last or last < low or first > high,
        ),
    }[clause.operator]
    return always, never


def _trouble(clause: Clause, *, always: bool) -> Trouble:
    seen = f"{clause.operator} {clause.threshold}"
    field = clause.field
    listed = ", ".join(choice.word for choice in field.choices) or range_of(field)
    message = Text(
        zh=f"“{field.label.zh}”的取值是 {listed}，“{seen}”{'总是' if always else '永远不会'}成立。",
        en=f"'{field.name}' is within {listed}: '{seen}' {'always' if always else 'never'} holds.",
    )
    code = "ALWAYS" if always else "NEVER"
    meant = f"{seen}%" if _lacks_percent(clause) else None
    return Trouble(code=code, message=message, expected=listed, seen=seen, suggestion=meant)


def _lacks_percent(clause: Clause) -> bool:
    """Say whether the threshold is out of range as written, and within it as so many percent."""
    field, written = clause.field, clause.threshold
    if field.unit != RATIO or field.maximum is None or len(clause.operands) != 1 or "%" in written:
        return False
    value = clause.operands[0]
    return not isinstance(value, str) and field.maximum < value <= field.maximum * 100
