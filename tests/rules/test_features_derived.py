"""Derived fields, and what is too old to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rules.conditions import Aggregate, Operator
from rules.facts import FactKind, Field, FieldType, Period, Sum
from tests.rules.histories import (
    FIRST,
    RATE,
    SHOWN,
    after,
    clause,
    derived,
    fact,
    feature,
    field,
    kind_of,
)
from tests.rules.looks import LOOKS

if TYPE_CHECKING:
    from rules.history import Fact
    from tests.rules.looks import Look

WEEK = Period.WEEK
RUN_2 = feature(RATE, Aggregate.RUN, 2, clause(RATE, Operator.BELOW, 0.8))
CLOSED = derived("closed", Sum.RATIO, "sold", "shown")
CLOSED_2 = derived("closed", Sum.RATIO, "sold", "shown", length=2)


@pytest.fixture(params=LOOKS, ids=["online", "columns"])
def look(request: pytest.FixtureRequest) -> Look:
    found: Look = request.param
    return found


def pairs(*values: tuple[int | None, int | None]) -> tuple[Fact, ...]:
    return tuple(
        fact(
            WEEK,
            FIRST[WEEK] + place,
            {
                name: value
                for name, value in zip(("sold", "shown"), one, strict=True)
                if value is not None
            },
        )
        for place, one in enumerate(values)
    )


@pytest.mark.parametrize(
    ("made", "history", "expected"),
    [
        pytest.param(CLOSED, pairs((9, 9), (7, 20)), 0.35, id="a ratio of this week"),
        pytest.param(CLOSED_2, pairs((9, 9), (7, 20), (0, 20)), 0.175, id="a ratio of sums"),
        pytest.param(CLOSED_2, pairs((7, 20)), None, id="no two weeks yet"),
        pytest.param(CLOSED_2, pairs((7, None), (0, 20)), None, id="an absent input"),
        pytest.param(CLOSED, pairs((7, 0)), None, id="of nothing there is no share"),
        pytest.param(
            derived("both", Sum.SUM, "sold", "shown", type_=FieldType.COUNT),
            pairs((7, 20)), 27, id="a sum of counts is a count",
        ),
        pytest.param(
            derived("both", Sum.SUM, "sold", "shown", length=2), pairs((1, 2), (7, 20)), 30.0,
            id="or a number, as the file says",
        ),
        pytest.param(
            derived("lost", Sum.DIFFERENCE, "shown", "sold"), pairs((7, 20)), 13.0,
            id="a difference",
        ),
        pytest.param(
            derived("lost", Sum.DIFFERENCE, "sold", "shown", minimum=0), pairs((7, 20)), None,
            id="outside its range it is not known",
        ),
        pytest.param(
            derived("closed", Sum.RATIO, "sold", "shown", type_=FieldType.COUNT),
            pairs((7, 20)), None, id="a count is whole",
        ),
    ],
)  # fmt: skip
def test_a_field_is_derived(
    look: Look, made: Field, history: tuple[Fact, ...], expected: float | None
) -> None:
    found = look(kind_of(WEEK, made), (), history, after(history))
    assert found.get(made.name) == expected
    assert type(found.get(made.name)) is type(expected)
    assert {**found, made.name: None} == {**history[-1].values, made.name: None}


def test_features_stand_on_derived_fields_that_stand_on_derived_fields(look: Look) -> None:
    top = derived("top", Sum.DIFFERENCE, "closed", "rate", length=2)
    # Declared before its input: the order of the file does not matter.
    kind = kind_of(WEEK, top, CLOSED_2)
    asked = feature(top, Aggregate.CHANGE, 1)
    history = tuple(
        fact(WEEK, FIRST[WEEK] + place, {"sold": sold, "shown": 10, "rate": 0.1})
        for place, sold in enumerate((1, 3, 5, 9))
    )
    at = after(history)
    assert look(kind, (asked,), history, at)["top"] == 0.9  # (4/10 + 7/10… over two weeks) - 0.2
    assert look(kind, (asked,), history, at)[asked.id] == 0.5
    assert asked.id not in look(kind, (asked,), history[:3], after(history[:3]))


@pytest.mark.parametrize(
    ("asked_after", "left"),
    [
        pytest.param(48, {"rate", "sold", "shown", "closed", "run", "most"}, id="48 hours old"),
        pytest.param(48.001, {"rate", "shown", "run"}, id="older: with all that is made of it"),
        pytest.param(72.001, {"shown"}, id="and the next one"),
    ],
)
def test_what_is_too_old_is_left_out(look: Look, asked_after: float, left: set[str]) -> None:
    rate = field("rate", max_age=72 * 3600.0)
    sold = field("sold", FieldType.COUNT, max_age=48 * 3600.0)
    closed = derived("closed", Sum.RATIO, "sold", "shown")
    kind = FactKind(name="k", label=rate.label, fields=(rate, sold, SHOWN, closed), period=WEEK)
    run = feature(rate, Aggregate.RUN, 2, clause(rate, Operator.BELOW, 0.8))
    most = feature(closed, Aggregate.MOST, 1)
    history = (fact(WEEK, FIRST[WEEK], {"rate": 0.7, "sold": 1, "shown": 2}),)
    found = look(kind, (run, most), history, after(history, asked_after))
    names = {run.id: "run", most.id: "most"}
    assert {names.get(name, name) for name in found} == left
