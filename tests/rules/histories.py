"""Small kinds of fact with histories, and every feature that rules may ask of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rules import periods
from rules.conditions import Aggregate, Clause, Feature, Operator
from rules.facts import Choice, Derived, FactKind, Field, FieldType, Period, Sum, Window
from rules.history import Fact
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

WORDS = ("red", "amber", "green")
#: 2026-W01, 2026-01-01, 2026-01 and the first moment of 2026 here.
FIRST = {Period.WEEK: 2922, Period.DAY: 20454, Period.MONTH: 672}
HOUR = 3_600_000_000


def text(word: str) -> Text:
    return Text(zh=word, en=word)


def field(name: str, type_: FieldType = FieldType.NUMBER, **other: object) -> Field:
    return Field(name=name, type=type_, label=text(name), **other)  # type: ignore[arg-type]  # as Field says


RATE = field("rate")
SOLD = field("sold", FieldType.COUNT, minimum=0)
SHOWN = field("shown", FieldType.COUNT, minimum=0)
SIGNED = field("signed", FieldType.FLAG)
LIGHT = field(
    "light",
    FieldType.CHOICE,
    choices=tuple(Choice(word=word, label=text(word)) for word in WORDS),
)
NOTE = field("note", FieldType.TEXT)
DUE = field("due", FieldType.TIME)
RAW = (RATE, SOLD, SHOWN, SIGNED, LIGHT, NOTE, DUE)


def derived(
    name: str, sum_: Sum, *inputs: str, length: int | None = None, **other: object
) -> Field:
    """Give a derived field; the unit of its window is put in by :func:`kind_of`."""
    window = None if length is None else Window(length=length, unit=Period.NONE)
    return field(name, derived=Derived(sum=sum_, inputs=inputs, window=window), **other)  # type: ignore[arg-type]  # as Field says


def kind_of(period: Period, *fields: Field) -> FactKind:
    return FactKind(name="k", label=text("k"), fields=(*RAW, *fields), period=period)


def clause(field_: Field, operator: Operator, *operands: float | str) -> Clause:
    shown = ", ".join(str(operand) for operand in operands)
    return Clause(field=field_, operator=operator, operands=operands, threshold=shown)


def feature(
    field_: Field, aggregate: Aggregate, length: int | None = None, test: Clause | None = None
) -> Feature:
    window = None if length is None else Window(length=length, unit=Period.WEEK)
    name = f"{field_.name}#{aggregate}[{length} {test and (test.operator, test.operands)}]"
    return Feature(id=name, field=field_, aggregate=aggregate, window=window, test=test)


def fact(
    period: Period,
    number: int,
    values: Mapping[str, object],
    *,
    subject: str = "east",
    late: timedelta = timedelta(0),
) -> Fact:
    """Give a fact that was known `late` after the end of its period."""
    at = periods.end(period, number)
    return Fact(
        id=f"{subject}/{number}/{late // timedelta(microseconds=1)}",
        kind="k",
        subject=subject,
        period=number,
        at=at,
        known_at=at + late,
        values=values,
    )


def weeks(name: str, *values: object) -> tuple[Fact, ...]:
    """Give one fact a week from 2026-W01 on; `...` leaves a week out, None only the field."""
    return series(Period.WEEK, name, *values)


def series(period: Period, name: str, *values: object) -> tuple[Fact, ...]:
    """Give one fact a period as :func:`weeks` does."""
    return tuple(
        fact(period, FIRST[period] + place, {} if value is None else {name: value})
        for place, value in enumerate(values)
        if value is not ...
    )


def moments(name: str, *values: tuple[float, object]) -> tuple[Fact, ...]:
    """Give facts at hours since the beginning of 2026, each with a value or None."""
    begin = periods.number(Period.MOMENT, periods.end(Period.DAY, FIRST[Period.DAY] - 1))
    return tuple(
        fact(
            Period.MOMENT,
            begin + round(hours * HOUR),
            {} if value is None else {name: value},
        )
        for hours, value in values
    )


def after(facts: tuple[Fact, ...], hours: float = 0) -> datetime:
    """Give a moment of asking so long after the last fact."""
    return facts[-1].at + timedelta(hours=hours)
