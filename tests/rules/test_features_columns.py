"""Online, columns and a naive reading of the definitions say the same of random histories."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from math import isclose
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import periods
from rules.clauses import clause_holds
from rules.conditions import Aggregate, Operator
from rules.facts import Column, Encoder, FactKind, Field, FieldType, Period, Sum
from rules.features import affected, current, enrich, reach
from rules.features.columns import Series, Table
from rules.features.columns import enrich as enrich_columns
from rules.features.columns.compute import BLOCK, figures, holding
from rules.features.figures import figure
from rules.history import Fact
from tests.rules.histories import (
    DUE,
    FIRST,
    HOUR,
    LIGHT,
    NOTE,
    RATE,
    SHOWN,
    SIGNED,
    SOLD,
    WORDS,
    clause,
    derived,
    feature,
    kind_of,
    text,
)  # fmt: skip
from tests.rules.naive_features import Naive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.conditions import Clause, Feature

A_DAY, A_WEEK = 86_400, 604_800
NAMES = ("east", "north", "south")
DUE_ABOUT = datetime(2026, 2, 1, tzinfo=periods.ZONE)
TEXTS = ("POC1", "ＰＯＣ１", "poc1", "")
#: Few values and small ones, so that runs, ties and cancelling out happen often.
RATES = (0.0, 0.1, 0.2, -0.3, 0.35, 0.7, 0.8, 0.85, 3, 1234.56, -0.0)
COUNTS = (0, 1, 2, 3, 20)
#: Where floats lose digits or end.
WILD_RATES = (*RATES, 1e308, -1e308, 5e-324, 1 / 3, 1e16, 1e-9)
WILD_COUNTS = (*COUNTS, 2**52, 2**53 - 1)
TESTS = (
    clause(RATE, Operator.BELOW, 0.8), clause(RATE, Operator.IN, 0.1, 0.7),
    clause(SOLD, Operator.OTHER, 2), clause(SIGNED, Operator.EQUAL, 1),
    clause(LIGHT, Operator.IN, "red", "green"), clause(NOTE, Operator.OTHER, "POC1"),
)  # fmt: skip
AGED = (
    replace(RATE, max_age=9 * 86_400.0), SOLD, SHOWN, SIGNED, LIGHT, NOTE,
    replace(DUE, max_age=20 * 86_400.0),
)  # fmt: skip


def made(length: int) -> tuple[Field, ...]:
    """Give derived fields, one upon the other and in no good order."""
    return (
        derived("top", Sum.DIFFERENCE, "closed", "rate", length=length),
        derived("closed", Sum.RATIO, "sold", "shown", length=length, minimum=0, maximum=1),
        derived("both", Sum.SUM, "sold", "shown", type_=FieldType.COUNT),
        derived("mixed", Sum.SUM, "sold", "rate", "signed", length=length),
        derived("share", Sum.RATIO, "rate", "top"),
    )


def kind_and_features(
    period: Period, short: int, long: int
) -> tuple[FactKind, tuple[Feature, ...]]:
    """Give every aggregate on every field that it may have, over windows of two lengths."""
    kind = replace(kind_of(period, *made(short)), fields=(*AGED, *made(short)))
    fields = {field.name: field for field in kind.fields}
    figures_ = [fields[name] for name in ("rate", "sold", "signed", "closed", "top", "both")]
    features = [
        feature(field, aggregate, length)
        for field in figures_
        for aggregate in (
            Aggregate.MEAN, Aggregate.SUM, Aggregate.LEAST, Aggregate.MOST, Aggregate.RELATIVE,
        )
        for length in (short, long)
    ]  # fmt: skip
    features += [feature(field, Aggregate.UNCHANGED, 12 * A_DAY) for field in kind.fields]
    features += [feature(fields["due"], Aggregate.AGE)]
    if period is not Period.MOMENT:
        features += [feature(field, Aggregate.CHANGE, long) for field in figures_]
        features += [feature(fields[test.field.name], Aggregate.RUN, long, test) for test in TESTS]
    return kind, tuple(features)


WEEKS = kind_and_features(Period.WEEK, 2, 4)
DAYS = kind_and_features(Period.DAY, 1, 3)
MOMENTS = kind_and_features(Period.MOMENT, 2 * A_DAY, A_WEEK)


def values(rates: Sequence[float], counts: Sequence[int]) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "rate": st.sampled_from(rates),
            "sold": st.sampled_from(counts),
            "shown": st.sampled_from(counts),
            "signed": st.booleans(),
            "light": st.sampled_from(WORDS),
            "note": st.sampled_from(TEXTS),
            "due": st.integers(-200, 200).map(lambda hours: DUE_ABOUT + timedelta(hours=hours)),
        },
    )


TAME, WILD = values(RATES, COUNTS), values(WILD_RATES, WILD_COUNTS)


@st.composite
def histories(
    draw: st.DrawFn, period: Period, drawn: st.SearchStrategy[dict[str, object]]
) -> list[Fact]:
    """Draw facts of some subjects with gaps, corrections and late ones, in any order."""
    moments = period is Period.MOMENT
    begin = 1_767_000_000_000_000 if moments else FIRST[period]
    unit = 12 * HOUR if moments else 1
    one = st.tuples(st.sampled_from(NAMES), st.integers(0, 11), st.integers(0, 3), drawn)
    facts = []
    for number, (subject, place, late, given_) in enumerate(draw(st.lists(one, max_size=40))):
        at = periods.end(period, begin + place * unit)
        facts.append(
            Fact(
                id=f"f{number:03}", kind="k", subject=subject, period=begin + place * unit, at=at,
                known_at=at + timedelta(hours=30 * late), values=given_,
            )
        )  # fmt: skip
    return draw(st.permutations(facts))


def rows_of(facts: list[Fact]) -> list[tuple[Fact, ...]]:
    """Give the history of every fact that counts, by subject and period."""
    found = []
    for name in sorted({one.subject for one in facts}):
        known = current(one for one in facts if one.subject == name)
        found += [known[: place + 1] for place in range(len(known))]
    return found


def bits(value: object) -> object:
    """Give a value so that 0.0 and -0.0, 1 and 1.0 differ."""
    return type(value), repr(value)


def alike(seen: object, expected: object) -> bool:
    """Compare with an exact number, but for what the fourteenth digit of its inputs may do."""
    if seen is None or expected is None:
        return seen is expected
    return isclose(float(seen), float(expected), rel_tol=1e-9, abs_tol=1e-9)  # type: ignore[arg-type]  # numbers


CASES = [
    pytest.param(Period.WEEK, WEEKS, id="weeks"),
    pytest.param(Period.DAY, DAYS, id="days"),
    pytest.param(Period.MOMENT, MOMENTS, id="moments"),
]
Case = tuple[FactKind, tuple["Feature", ...]]


def told_exactly(one: Feature) -> bool:
    """Whether rounding to 14 digits cannot decide between 0 and not, or the same and not."""
    tipping = {Aggregate.RELATIVE, Aggregate.UNCHANGED}
    return one.field.name not in {"top", "share"} or one.aggregate not in tipping


@pytest.mark.parametrize(("period", "case"), CASES)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_what_is_computed_is_what_the_definitions_say(
    period: Period, case: Case, data: st.DataObject
) -> None:
    kind, features = case
    facts = data.draw(histories(period, TAME))
    for history in rows_of(facts):
        at = history[-1].known_at
        seen = enrich(kind, features, history, at)
        naive = Naive(kind, {one.period: one for one in history}, at)
        for one in filter(told_exactly, features):
            expected = naive.feature(one)
            assert alike(seen.get(one.id), expected), (one.id, seen.get(one.id), expected)
        for field in kind.fields:
            expected = None if naive.stale(field.name) else naive.value(field.name, naive.last)
            if field.derived is not None:
                assert alike(seen.get(field.name), expected), (field.name, expected)
            else:
                assert (field.name in seen) == (expected is not None)


@pytest.mark.parametrize(("period", "case"), CASES)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_columns_give_the_same_bits(period: Period, case: Case, data: st.DataObject) -> None:
    kind, features = case
    facts = data.draw(histories(period, WILD))
    histories_ = rows_of(facts)
    table = enrich_columns(Table.from_facts(kind, facts), kind, features)
    assert len(table.periods) == len(histories_)
    computed = [one.name for one in kind.fields if one.derived] + [one.id for one in features]
    for row, history in enumerate(histories_):
        online = enrich(kind, features, history, history[-1].known_at)
        column = table.fact(row)
        assert online.keys() == column.keys()
        for name in computed:
            assert bits(online.get(name)) == bits(column.get(name)), name


@pytest.mark.parametrize(("period", "case"), CASES)
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_columns_are_encoded_as_facts_are(period: Period, case: Case, data: st.DataObject) -> None:
    kind, features = case
    of_features = tuple(
        Field(
            name=one.id,
            type=FieldType.COUNT if one.aggregate is Aggregate.RUN else FieldType.NUMBER,
            label=text(one.id),
        )
        for one in features
    )
    kind = replace(kind, fields=kind.fields + of_features)
    words = {"light": WORDS, "note": ("POC1", "甲")}
    columns = tuple(
        Column(field=one.name, type=one.type, words=words.get(one.name, ())) for one in kind.fields
    )
    encoder = Encoder(kind, columns)
    facts = data.draw(histories(period, WILD))
    values_ = enrich_columns(Table.from_facts(kind, facts), kind, features).values(columns)
    for row, history in enumerate(rows_of(facts)):
        online = encoder.encode(enrich(kind, features, history, history[-1].known_at))
        for column, number in zip(columns, online, strict=True):
            there = values_[column.field]
            assert there.present is not None
            seen = float(there.values[row]) if there.present[row] else None
            assert seen == number, column.field


@pytest.mark.parametrize(("period", "case"), CASES)
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_neither_order_nor_what_lies_beyond_reach_matters(
    period: Period, case: Case, data: st.DataObject
) -> None:
    """What the service loads, the facts within reach, is enough."""
    kind, features = case
    chosen = tuple(data.draw(st.lists(st.sampled_from(features), max_size=4, unique=True)))
    facts = data.draw(histories(period, WILD))
    shuffled = data.draw(st.permutations(facts))
    assert rows_of(facts) == rows_of(shuffled)
    far = reach(kind, chosen)
    for history in rows_of(facts):
        at = history[-1].known_at
        start = far.start(history[-1].period, at)
        before = [one.period for one in history if one.period < start]
        if far.one_before and before:
            start = before[-1] - far.beyond
        loaded = tuple(one for one in history if one.period >= start)
        assert enrich(kind, chosen, loaded, at) == enrich(kind, chosen, history, at)


@pytest.mark.parametrize(("period", "case"), CASES)
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_one_more_fact_touches_nothing_out_of_its_reach(
    period: Period, case: Case, data: st.DataObject
) -> None:
    kind, features = case
    chosen = tuple(one for one in features if one.aggregate is not Aggregate.UNCHANGED)
    facts = data.draw(histories(period, WILD).filter(bool))
    more = facts[0]
    without = {
        history[-1].period: history for history in rows_of(facts[1:]) if _same(history, more)
    }
    for history in rows_of(facts):
        last = history[-1].period
        if not _same(history, more) or more.period <= last <= affected(kind, chosen, more.period):
            continue
        at = history[-1].known_at
        assert enrich(kind, chosen, without[last], at) == enrich(kind, chosen, history, at)


def _same(history: tuple[Fact, ...], fact: Fact) -> bool:
    return history[-1].subject == fact.subject


@given(st.lists(st.tuples(st.floats(), st.floats(min_value=0)), min_size=1))
def test_figures_are_rounded_alike(pairs: list[tuple[float, float]]) -> None:
    values_, sizes = (np.array(part) for part in zip(*pairs, strict=True))
    with np.errstate(all="ignore"):
        seen = figures(values_, np.maximum(np.abs(values_), sizes))
    for (value, size), one in zip(pairs, seen.tolist(), strict=True):
        expected = figure(value, max(abs(value), size))
        assert bits(None if np.isnan(one) else one) == bits(expected)


def test_no_row_is_lost_between_blocks() -> None:
    values_ = np.arange(2.5 * BLOCK) / 7
    seen = figures(values_, values_).tolist()
    assert seen == [figure(value, value) for value in values_.tolist()]


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        pytest.param(0.8500000000000001, 0.85, id="dust above"),
        pytest.param(0.3499999999999999, 0.35, id="dust below"),
        pytest.param(1234567890.12, 1234567890.12, id="an amount to the cent"),
        pytest.param(99999999999.99, 99999999999.99, id="a hundred billion to the cent"),
        pytest.param(1e-9 / 3, 1e-9 / 3, id="very small: left alone"),
        pytest.param(1e300 / 3, 1e300 / 3, id="very large: left alone"),
        pytest.param(0.8500000001, 0.8500000001, id="ten digits stay"),
    ],
)
def test_a_figure_loses_its_dust_and_no_more(value: float, rounded: float) -> None:
    assert figure(value, value) == rounded
    assert figure(-value, value) == -rounded


@given(st.sampled_from(TESTS), st.data())
def test_a_test_of_columns_is_the_test_of_a_value(test: Clause, data: st.DataObject) -> None:
    rates: dict[str, Sequence[object]] = {
        "rate": WILD_RATES, "sold": WILD_COUNTS, "signed": (0, 1),
        "light": WORDS, "note": ("POC1", "poc1"),
    }  # fmt: skip
    known = data.draw(st.lists(st.sampled_from((None, *rates[test.field.name])), min_size=1))
    words = tuple(word for word in rates[test.field.name] if isinstance(word, str))
    numbers = [words.index(one) if isinstance(one, str) else (one or 0) for one in known]
    series = Series(
        values=np.array(numbers, dtype=np.float64),
        present=np.array([one is not None for one in known]),
        words=words,
    )
    assert holding(test, series).tolist() == [clause_holds(test, one) for one in known]


def test_columns_of_different_lengths_are_refused() -> None:
    two, three = np.arange(2), np.arange(3)
    with pytest.raises(ValueError, match="rate"):
        Table(
            kind="k", names=("east",), subjects=two * 0, periods=two, at=two, known_at=two,
            columns={"rate": Series(values=three * 1.0)},
        )  # fmt: skip


def test_typed_arrays_are_taken_as_they_are() -> None:
    """NaN is absent, words that look the same are one, and of two corrections the later counts."""
    weeks = np.array([2923, 2922, 2923])
    at = np.array([periods.microseconds(periods.end(Period.WEEK, week)) for week in weeks])
    table = Table(
        kind="k", names=("east",), subjects=np.zeros(3, dtype=np.int32), periods=weeks, at=at,
        known_at=at + np.array([5, 0, 0]),
        columns={
            "rate": Series(values=np.array([0.5, 0.7, np.nan])),
            "note": Series(values=np.array([0, 1, 0]), words=("ａ", "a")),
        },
    )  # fmt: skip
    change = feature(RATE, Aggregate.CHANGE, 1)
    same = feature(NOTE, Aggregate.UNCHANGED, A_WEEK)
    found = enrich_columns(
        table,
        kind_of(Period.WEEK),
        (change, same),
        asked=datetime(2026, 1, 12, tzinfo=periods.ZONE),
    )
    assert [found.fact(row) for row in range(2)] == [
        {"rate": 0.7, "note": "a", same.id: 168.0},
        {"rate": 0.5, "note": "a", change.id: -0.2, same.id: 168.0},
    ]
