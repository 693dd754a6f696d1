"""How a feature is called, labelled and bounded: the same line of a rule, the same feature."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

from rules.conditions import Aggregate, Feature, Operator
from rules.facts import Field, FieldType, Period
from rules.language import durations
from rules.language.numbers import RATIO
from rules.text import Text

if TYPE_CHECKING:
    from rules.conditions import Clause
    from rules.facts import Window

_LABELS = {
    Aggregate.MEAN: Text(zh="{}{}均值", en="{}, mean of {}"),
    Aggregate.SUM: Text(zh="{}{}合计", en="{}, sum of {}"),
    Aggregate.LEAST: Text(zh="{}{}最小值", en="{}, least of {}"),
    Aggregate.MOST: Text(zh="{}{}最大值", en="{}, most of {}"),
    Aggregate.CHANGE: Text(zh="{}较{}前的变化", en="{}, change over {}"),
    Aggregate.RELATIVE: Text(zh="{}与前{}均值之比", en="{} as a share of its mean of {}"),
    Aggregate.UNCHANGED: Text(
        zh="{}距上次变化的小时数（看{}）", en="hours since {} changed (within {})"
    ),
}
_AGE = Text(zh="{}至今的小时数", en="hours since {}")
_RUN = Text(zh="{}连续 {} 的期数", en="periods running of {} {}")
#: What the value of a feature is counted in, where it is not what its field is counted in.
_UNITS = {
    Aggregate.RUN: "periods",
    Aggregate.RELATIVE: RATIO,
    Aggregate.UNCHANGED: "hours",
    Aggregate.AGE: "hours",
}


def feature_of(
    field: Field, aggregate: Aggregate, window: Window | None, test: Clause | None = None
) -> Feature:
    """Give the feature with its id; however its test was spelled, the same feature."""
    if test is not None:
        test = replace(test, threshold=_canonical(test))
    parts = [" ".join(str(part) for part in durations.named(window))] if window else []
    parts += [_written(test)] if test else []
    inside = f"[{' '.join(parts)}]" if parts else ""
    name = f"{field.name}#{aggregate}{inside}"
    return Feature(id=name, field=field, aggregate=aggregate, window=window, test=test)


def field_of(feature: Feature) -> Field:
    """Give the field that clauses and columns have for it.

    It has no range: means may round past the ends, and nobody but we computes it.
    """
    return Field(
        name=feature.id,
        type=FieldType.COUNT if feature.aggregate is Aggregate.RUN else FieldType.NUMBER,
        label=_label(feature),
        minimum=0 if feature.aggregate is Aggregate.RUN else None,
        unit=_UNITS.get(feature.aggregate, feature.field.unit),
    )


def range_of_feature(feature: Feature) -> tuple[float, float]:
    """Give the least and the greatest value that it can have, as far as that is known."""
    field = feature.field
    low = -inf if field.minimum is None else field.minimum
    high = inf if field.maximum is None else field.maximum
    length = feature.window.length if feature.window else 1
    if feature.window and feature.window.unit is Period.MOMENT:
        # Of how many moments nobody knows, but of one at least.
        sums = (low if low >= 0 else -inf), (high if high <= 0 else inf)
    else:
        sums = low * length, high * length
    known = {
        Aggregate.MEAN: (low, high),
        Aggregate.LEAST: (low, high),
        Aggregate.MOST: (low, high),
        Aggregate.RUN: (0, length),
        Aggregate.SUM: sums,
        Aggregate.CHANGE: (low - high, high - low),
        Aggregate.RELATIVE: (0 if low >= 0 else -inf, inf),
    }
    # An age may be below zero: the time may be yet to come.
    return known.get(feature.aggregate, (-inf, inf))


def _canonical(test: Clause) -> str:
    """Give the operands of a test in the one spelling that its label shows."""
    shown = [_shown(test.field, operand) for operand in test.operands]
    return f"[{', '.join(shown)}]" if test.operator is Operator.IN else shown[0]


def _shown(field: Field, operand: float | str) -> str:
    if isinstance(operand, str):
        return operand
    if field.type is FieldType.FLAG:
        return "yes" if operand else "no"
    return f"{operand * 100:.12g}%" if field.unit == RATIO else f"{operand:.15g}"


def _written(test: Clause) -> str:
    operands = [
        f"{operand:.15g}" if isinstance(operand, int | float) else operand
        for operand in test.operands
    ]
    if test.operator is Operator.IN:
        return f"in {','.join(operands)}"
    return f"{test.operator}{operands[0]}"


def _label(feature: Feature) -> Text:
    label, test, window = feature.field.label, feature.test, feature.window
    if test is not None:
        asked = f"{test.operator} {test.threshold}"
        return Text(zh=_RUN.zh.format(label.zh, asked), en=_RUN.en.format(label.en, asked))
    if window is None:
        return Text(zh=_AGE.zh.format(label.zh), en=_AGE.en.format(label.en))
    form, length = _LABELS[feature.aggregate], durations.said(window)
    return Text(zh=form.zh.format(label.zh, length.zh), en=form.en.format(label.en, length.en))
