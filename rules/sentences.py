"""Clauses as sentences: what is asked, what was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.clauses import clause_holds
from rules.conditions import Operator
from rules.facts import FieldType, told
from rules.text import Text

if TYPE_CHECKING:
    from rules.conditions import Clause
    from rules.facts import Field

_NUMERIC = {FieldType.COUNT, FieldType.NUMBER}
_ASKED = {
    Operator.EQUAL: Text(zh="应为{}", en="must be {}"),
    Operator.OTHER: Text(zh="不能是{}", en="must not be {}"),
    Operator.BELOW: Text(zh="应小于{}", en="must be below {}"),
    Operator.AT_MOST: Text(zh="最多为{}", en="must be at most {}"),
    Operator.ABOVE: Text(zh="应大于{}", en="must be above {}"),
    Operator.AT_LEAST: Text(zh="至少为{}", en="must be at least {}"),
}
_WITHIN = Text(zh="应在{} 到{} 之间", en="must be within {} and {}")
_ONE_OF = Text(zh="应为{}", en="must be {}")


def unmet(clause: Clause, value: object) -> Text:
    """Say what a clause asks and what the fact has; None means that the fact does not say."""
    asked, label = _asked(clause), clause.field.label
    if value is None:
        return Text(
            zh=f"{label.zh}{asked.zh}，目前没有数据。",
            en=f"{label.en} {asked.en} and is not known.",
        )
    seen = said(clause, value)
    return Text(
        zh=f"{label.zh}{asked.zh}，目前为{seen.zh}。",
        en=f"{label.en} {asked.en} and is {seen.en}.",
    )


def judged(clause: Clause, value: object) -> Text:
    """Say what the fact has, what the clause asks and whether that holds; None: not known."""
    condition, label = plainly(clause), clause.field.label
    if value is None:
        return Text(
            zh=f"{label.zh}没有数据，无法判断是否{condition.zh}。",
            en=f"{label.en} is not known, so whether it is {condition.en} is open.",
        )
    seen, holds = said(clause, value), clause_holds(clause, value)
    return Text(
        zh=f"{label.zh}为{seen.zh}，{'满足' if holds else '不满足'}“{condition.zh}”。",
        en=f"{label.en} is {seen.en}, which is{'' if holds else ' not'} {condition.en}.",
    )


def said(clause: Clause, value: object) -> Text:
    """Say a value as the clause writes its threshold: 0.84 as 84% beside 85%."""
    return _said(clause.field, value, percent=_percent(clause))


def plainly(clause: Clause) -> Text:
    """Say what a clause asks without asking: `below 85%`."""
    asked = _asked(clause)
    zh = asked.zh.removeprefix("应")
    return Text(zh=zh, en=asked.en.removeprefix("must be ").replace("must not be", "other than"))


def _percent(clause: Clause) -> bool:
    return clause.threshold.rstrip("]").endswith("%")


def _asked(clause: Clause) -> Text:
    percent = _percent(clause)
    operands = [_said(clause.field, operand, percent=percent) for operand in clause.operands]
    zh, en = [one.zh for one in operands], [one.en for one in operands]
    if clause.operator is not Operator.IN:
        form = _ASKED[clause.operator]
        return Text(zh=form.zh.format(*zh), en=form.en.format(*en))
    if clause.field.type in _NUMERIC:
        return Text(zh=_WITHIN.zh.format(*zh), en=_WITHIN.en.format(*en))
    return Text(zh=_ONE_OF.zh.format("或".join(zh)), en=_ONE_OF.en.format(" or ".join(en)))


def _said(field: Field, value: object, *, percent: bool) -> Text:
    """Say a value of this field, as a rule or as a fact holds it.

    Chinese sets a figure off with a blank, and a word in quotes.
    """
    if field.type is FieldType.FLAG:
        return Text(zh="“是”", en="yes") if value else Text(zh="“否”", en="no")
    if field.type is FieldType.CHOICE:
        labels = (choice.label for choice in field.choices if choice.word == value)
        return next((Text(zh=f"“{label.zh}”", en=label.en) for label in labels), _raw(value))
    if field.type is FieldType.TEXT and isinstance(value, str):
        return Text(zh=f"“{value}”", en=f"'{value}'")
    if isinstance(value, int | float):
        figure = f"{value * 100:.12g}%" if percent else f"{value:.15g}"
        return Text(zh=f" {figure}", en=figure)
    return _raw(value)


def _raw(value: object) -> Text:
    found = told(value)
    return Text(zh=f" {found.zh}", en=found.en)
