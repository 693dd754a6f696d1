"""A glance takes what the encoder takes, or is not sure; cells tell apart what rules do."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import FactError
from rules.conditions import Operator
from rules.executors import plain as room
from rules.executors.cells import Cells, edges_of, narrowed
from rules.executors.guards import calm
from rules.executors.plain import compile_plain
from rules.executors.python import PythonExecutor
from rules.executors.wide import compile_wide
from rules.facts import Column, Encoder, Field, FieldType
from rules.form import Comparison, Row, Section, rule_set
from tests.rules.fuzz import COUNTS, FIGURES, random_fact, random_kind, text

NAN = float("nan")
WAYS = [
    pytest.param(compile_plain, id="straight-line source"),
    pytest.param(compile_wide, id="loops, for kinds of very many fields"),
]


def kind_and_columns(seed: int) -> tuple[Any, tuple[Column, ...]]:
    rng = Random(seed)  # noqa: S311 - a seeded test
    kind = random_kind(rng, "k")
    when = Field(name="when", type=FieldType.TIME, label=text("when"))
    ranged = replace(kind.fields[0], name="ranged", type=FieldType.NUMBER, minimum=0, maximum=2)
    kind = replace(kind, fields=(*kind.fields, when, ranged))
    words = {FieldType.CHOICE: ("红", "黄"), FieldType.TEXT: ("甲", "a")}
    used = [field for field in kind.fields if rng.random() < 0.7]
    return kind, tuple(
        Column(field=one.name, type=one.type, words=words.get(one.type, ())) for one in used
    )


HOSTILE: list[object] = [
    None, True, False, 0, 1, -1, 3, 2**53, 2**53 - 1, -(2**53), 10**400, 0.0, -0.0, 0.5, 2.5, NAN,
    float("inf"), -float("inf"), 1e-05, 5e-324, "", "a", "红", "甲", "x" * 257, "长" * 300,
    "x" * 1025, "\ud800", b"a", [], {}, 1j, np.float64(0.5), np.int64(1), np.bool_(1),
    datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1),  # noqa: DTZ001 - to be refused
    timedelta(1),
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@given(seed=st.integers(0, 40), data=st.data())
@settings(max_examples=400, deadline=None)
def test_what_is_read_quickly_is_what_the_encoder_reads(
    way: Any, seed: int, data: st.DataObject
) -> None:
    kind, used = kind_and_columns(seed)
    encoder, plain = Encoder(kind, used), way(kind, used)
    rng = Random(data.draw(st.integers(0, 999)))  # noqa: S311 - a seeded test
    fact = random_fact(rng, replace(kind, fields=kind.fields[:-2]))
    names = [*(field.name for field in kind.fields), "nobody", 7]
    for _ in range(data.draw(st.integers(0, 2))):
        fact[data.draw(st.sampled_from(names))] = data.draw(st.sampled_from(HOSTILE))
    quick = plain(fact)
    try:
        careful = encoder.encode(fact)
    except FactError:
        assert quick is None
    else:
        assert quick is None or quick == careful


@pytest.mark.parametrize("way", WAYS)
def test_right_facts_are_read_quickly(way: Any) -> None:
    """Else all would go the slow way and nobody would notice."""
    rng = Random(3)  # noqa: S311 - a seeded test
    kind, used = kind_and_columns(3)
    plain = way(kind, used)
    some = [random_fact(rng, replace(kind, fields=kind.fields[:-2])) for _ in range(200)]
    assert sum(plain(fact) is None for fact in some) < 30
    complete = {"when": datetime(2026, 1, 1, tzinfo=UTC), "ranged": 1}
    assert plain({**some[0], **complete}) is not None
    assert plain({**some[0], "ranged": 3}) is None


@pytest.mark.parametrize("way", WAYS)
def test_a_kind_without_fields_and_one_without_rules_are_read(way: Any) -> None:
    kind, _ = kind_and_columns(1)
    bare = replace(kind, fields=())
    assert way(bare, ())({}) == ()
    assert way(bare, ())({"x": 1}) is None
    nothing = Section(kind=kind, columns=(), rows=())
    with PythonExecutor(rule_set((kind,), (), (nothing,))) as python:
        assert python.match(kind.name, {}) == ()


# --- cells: facts in one cell satisfy the same comparisons, and no two that differ share one

NUMBERS: tuple[float, ...] = (*FIGURES, *COUNTS, -1.7976931348623157e308)
ASKED = [operator for operator in Operator if operator is not Operator.IN]
COMPARED = {
    Operator.EQUAL: float.__eq__,
    Operator.OTHER: float.__ne__,
    Operator.BELOW: float.__lt__,
    Operator.AT_MOST: float.__le__,
    Operator.ABOVE: float.__gt__,
    Operator.AT_LEAST: float.__ge__,
}
numbers = st.sampled_from(NUMBERS) | st.floats(allow_nan=False, allow_infinity=False)
comparisons = st.builds(
    Comparison,
    field=st.sampled_from(["a", "b"]),
    operator=st.sampled_from(ASKED),
    value=numbers,
)


def naive(comparison: Comparison, fact: dict[str, float]) -> bool:
    value = fact.get(comparison.field)
    return value is not None and bool(
        COMPARED[comparison.operator](float(value), float(comparison.value))
    )


def section_of(conjunctions: list[tuple[Comparison, ...]], more: int = 0) -> Section:
    """Give a section of two figures, and of fields that no row looks at."""
    kind, _ = kind_and_columns(1)
    names = ["a", "b", *(f"x{number}" for number in range(more))]
    fields = tuple(Field(name=name, type=FieldType.NUMBER, label=text(name)) for name in names)
    columns = tuple(Column(field=name, type=FieldType.NUMBER) for name in ("a", "b"))
    rows = tuple(
        Row(id=f"r{number}", alternatives=(one,)) for number, one in enumerate(conjunctions)
    )
    return Section(kind=replace(kind, fields=fields), columns=columns, rows=rows)


@given(constants=st.lists(numbers, min_size=1, max_size=8), number=numbers)
def test_the_place_of_a_number_is_what_comparisons_say(
    constants: list[float], number: float
) -> None:
    place = bisect_left(edges_of(constants), number)
    below = sum(one < number for one in set(map(float, constants)))
    equal = float(number) in map(float, constants)
    assert place == 1 + 2 * below + equal
    assert bisect_left(edges_of(constants), NAN) == 0


@pytest.mark.parametrize("more", [0, room.MOST_FIELDS])
@given(
    conjunctions=st.lists(
        st.lists(comparisons, min_size=1, max_size=3).map(tuple), min_size=1, max_size=12
    ),
    facts=st.lists(
        st.dictionaries(st.sampled_from(["a", "b"]), numbers, max_size=2), min_size=1, max_size=12
    ),
    some=st.integers(1, 12),
)
@settings(max_examples=200, deadline=None)
def test_cells_tell_facts_apart_as_comparisons_do(
    more: int,
    conjunctions: list[tuple[Comparison, ...]],
    facts: list[dict[str, float]],
    some: int,
) -> None:
    section = section_of(conjunctions, more)
    cells = Cells(section, Encoder(section.kind, section.columns))
    asked = [one for conjunction in conjunctions for one in conjunction]
    part: dict[str, list[float]] = {}
    for one in (one for conjunction in conjunctions[:some] for one in conjunction):
        part.setdefault(one.field, []).append(one.value)
    narrow = cells.narrowed({name: sorted(set(found)) for name, found in part.items()})
    answers: dict[object, list[bool]] = {}
    for fact in facts:
        cell = cells.of(fact, None)
        held = [naive(one, fact) for one in asked]
        assert answers.setdefault(cell, held) == held
        if narrow is not None:
            own = held[: sum(map(len, conjunctions[:some]))]
            assert answers.setdefault(("narrow", narrowed(cell, narrow)), own) == own


@pytest.mark.parametrize("more", [0, room.MOST_FIELDS])
@given(
    conjunctions=st.lists(
        st.lists(comparisons, min_size=1, max_size=3).map(tuple), min_size=1, max_size=12
    ),
    fact=st.dictionaries(st.sampled_from(["a", "b"]), numbers, max_size=2),
)
@settings(max_examples=300, deadline=None)
def test_what_python_matches_is_what_comparisons_say(
    more: int, conjunctions: list[tuple[Comparison, ...]], fact: dict[str, float]
) -> None:
    section = section_of(conjunctions, more)
    with PythonExecutor(rule_set((section.kind,), (), (section,))) as python:
        right = [
            row.id
            for row, conjunction in zip(section.rows, conjunctions, strict=True)
            if all(naive(one, fact) for one in conjunction)
        ]
        assert list(python.match(section.kind.name, fact)) == right


# --- calm: no rule begins where it holds

ONE_WAY = [
    pytest.param(["<", "<="], id="from above"),
    pytest.param([">", ">="], id="from below"),
]


@pytest.mark.parametrize("operators", ONE_WAY)
@given(data=st.data(), value=numbers)
def test_where_it_is_calm_no_conjunction_begins(
    operators: list[str], data: st.DataObject, value: float
) -> None:
    firsts = data.draw(
        st.lists(st.tuples(st.sampled_from(operators), numbers), min_size=1, max_size=6)
    )
    conjunctions = [
        (Comparison(field="a", operator=Operator(operator), value=one),) for operator, one in firsts
    ]
    found = calm(conjunctions)
    begins = any(naive(one, {"a": value}) for (one,) in conjunctions)
    assert naive(found["a"], {"a": value}) is not begins


@pytest.mark.parametrize(
    "operators",
    [
        pytest.param(["<", ">"], id="both directions"),
        pytest.param(["="], id="an equality"),
        pytest.param(["<", "!="], id="anything else"),
    ],
)
def test_calm_is_not_said_of_a_column_asked_in_more_ways(operators: list[str]) -> None:
    conjunctions = [
        (Comparison(field="a", operator=Operator(operator), value=1.0),) for operator in operators
    ]
    assert calm(conjunctions) == {}
