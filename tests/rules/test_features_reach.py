"""How far features look, what a late fact touches, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from rules import periods
from rules.conditions import Aggregate, Operator
from rules.facts import FactKind, Field, Period, Sum
from rules.features import EVER, WrongFeature, affected, current, enrich, plan, reach
from tests.rules.histories import (
    FIRST,
    NOTE,
    RATE,
    after,
    clause,
    derived,
    fact,
    feature,
    kind_of,
    weeks,
)
from tests.rules.looks import LOOKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.conditions import Feature
    from rules.history import Fact
    from tests.rules.looks import Look

WEEK = Period.WEEK
A_WEEK = 604_800
RUN_2 = feature(RATE, Aggregate.RUN, 2, clause(RATE, Operator.BELOW, 0.8))
RUN_4 = feature(RATE, Aggregate.RUN, 4, clause(RATE, Operator.BELOW, 0.8))
MEAN_3 = feature(RATE, Aggregate.MEAN, 3)
CHANGE_2 = feature(RATE, Aggregate.CHANGE, 2)
RELATIVE_2 = feature(RATE, Aggregate.RELATIVE, 2)
CLOSED = derived("closed", Sum.RATIO, "sold", "shown")
CLOSED_2 = derived("closed", Sum.RATIO, "sold", "shown", length=2)


@pytest.fixture(params=LOOKS, ids=["online", "columns"])
def look(request: pytest.FixtureRequest) -> Look:
    found: Look = request.param
    return found


ALL = (RUN_2, MEAN_3, CHANGE_2, RELATIVE_2)


def by_week(facts: Sequence[Fact]) -> dict[int, dict[str, object]]:
    """Give what every week looks like, each as the last one of its history."""
    known = current(facts)
    return {
        one.period: enrich(kind_of(WEEK), ALL, known[: place + 1], one.at)
        for place, one in enumerate(known)
    }


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(
            fact(WEEK, FIRST[WEEK] + 4, {"rate": 0.2}, late=timedelta(days=9)), id="a correction"
        ),
        pytest.param(
            fact(WEEK, FIRST[WEEK] + 7, {"rate": 0.2}, late=timedelta(days=9)), id="a late fact"
        ),
        pytest.param(
            fact(WEEK, FIRST[WEEK] + 4, {}, late=timedelta(days=9)), id="a value taken back"
        ),
    ],
)
def test_a_late_fact_touches_what_its_windows_reach_and_nothing_else(changed: Fact) -> None:
    facts = weeks("rate", 0.9, 0.7, 0.6, 0.75, 0.9, 0.79, 0.81, ..., 0.7, 0.78, 0.9, 0.85)
    before, now = by_week(facts), by_week([*facts, changed])
    differing = {week for week in now if before.get(week) != now[week]}
    last = affected(kind_of(WEEK), ALL, changed.period)
    assert last == changed.period + 2
    assert changed.period in differing
    assert max(differing) == last
    assert min(differing) == changed.period


def test_only_what_was_known_then_counts() -> None:
    first = fact(WEEK, FIRST[WEEK], {"rate": 0.7})
    second = fact(WEEK, FIRST[WEEK], {"rate": 0.9}, late=timedelta(days=2))
    assert current([second, first]) == (second,)
    assert current([second, first], as_of=first.at + timedelta(days=1)) == (first,)
    assert current([second], as_of=first.at) == ()


@pytest.mark.parametrize(
    ("features", "period", "expected"),
    [
        pytest.param((), WEEK, (0, False, 0), id="nothing asked"),
        pytest.param((RUN_4,), WEEK, (-3, False, 3), id="a run of 4 looks 3 back"),
        pytest.param((MEAN_3, RUN_2), WEEK, (-2, False, 2), id="the longest window counts"),
        pytest.param((CHANGE_2,), WEEK, (-2, False, 2), id="a change over 2 looks 2 back"),
        pytest.param((RELATIVE_2,), WEEK, (-2, False, 2), id="a window before this one"),
        pytest.param(
            (feature(RATE, Aggregate.UNCHANGED, A_WEEK),), WEEK, (-1, True, EVER),
            id="a change within a week, and the one before",
        ),
        pytest.param(
            (feature(RATE, Aggregate.SUM, 2),), Period.MOMENT, (-1_999_999, False, 1_999_999),
            id="two seconds, half open",
        ),
        pytest.param(
            (feature(RATE, Aggregate.RELATIVE, 2),), Period.MOMENT, (-2_000_000, False, 2_000_000),
            id="two seconds before this one",
        ),
    ],
)  # fmt: skip
def test_how_far_features_reach(
    features: tuple[Feature, ...], period: Period, expected: tuple[int, bool, int]
) -> None:
    """Back from a fact, whether the one before counts too, and forward from a fact."""
    start, one_before, last = expected
    number = 2_000 if period is WEEK else 10**15
    found = reach(kind_of(period), features)
    assert found.start(number, periods.end(period, number)) == number + start
    assert found.one_before is one_before
    felt = affected(kind_of(period), features, number)
    assert felt == (EVER if last == EVER else number + last)


def test_windows_upon_windows_reach_further() -> None:
    kind = kind_of(WEEK, CLOSED_2)
    asked = (feature(CLOSED_2, Aggregate.CHANGE, 3),)
    assert reach(kind, asked).back == 4
    changed = (feature(CLOSED_2, Aggregate.UNCHANGED, A_WEEK),)
    assert reach(kind, changed).beyond == 1


def test_a_change_of_a_derived_field_is_seen_as_far_back_as_it_is_made_of(look: Look) -> None:
    """The last fact before the window is compared too, and it stands on two weeks itself."""
    kind = kind_of(WEEK, CLOSED_2)
    asked = feature(CLOSED_2, Aggregate.UNCHANGED, A_WEEK)
    history = tuple(fact(WEEK, FIRST[WEEK] + place, {"sold": 1, "shown": 2}) for place in range(6))
    assert look(kind, (asked,), history, after(history))[asked.id] == 336.0


RING = (derived("a", Sum.SUM, "b"), derived("b", Sum.SUM, "a"))


def chain(length: int) -> tuple[Field, ...]:
    names = ["rate", *(f"d{number}" for number in range(length))]
    return tuple(derived(name, Sum.SUM, under) for under, name in pairwise(names))


@pytest.mark.parametrize(
    ("kind", "features"),
    [
        pytest.param(kind_of(WEEK, *RING), (), id="fields derived from one another"),
        pytest.param(kind_of(WEEK, *chain(9)), (), id="nine steps deep"),
        pytest.param(kind_of(WEEK, derived("a", Sum.SUM, "nowhere")), (), id="an unknown input"),
        pytest.param(kind_of(WEEK, derived("a", Sum.SUM, "note")), (), id="an input of words"),
        pytest.param(kind_of(WEEK, derived("a", Sum.RATIO, "sold")), (), id="half a ratio"),
        pytest.param(kind_of(WEEK), (feature(NOTE, Aggregate.MEAN, 2),), id="a mean of words"),
        pytest.param(kind_of(WEEK), (feature(RATE, Aggregate.AGE),), id="the age of a number"),
        pytest.param(kind_of(WEEK), (feature(RATE, Aggregate.MEAN),), id="no window"),
        pytest.param(kind_of(WEEK), (feature(RATE, Aggregate.RUN, 2),), id="a run of nothing"),
        pytest.param(kind_of(Period.MOMENT), (RUN_2,), id="a run of moments"),
        pytest.param(kind_of(WEEK), (feature(CLOSED, Aggregate.MEAN, 2),), id="a field elsewhere"),
    ],
)
def test_what_makes_no_sense_is_refused(
    look: Look, kind: FactKind, features: tuple[Feature, ...]
) -> None:
    history = weeks("rate", 1)
    with pytest.raises(WrongFeature):
        look(kind, features, history, after(history))


def test_eight_steps_are_not_too_deep(look: Look) -> None:
    history = weeks("rate", 0.5)
    assert look(kind_of(WEEK, *chain(8)), (), history, after(history))["d7"] == 0.5


def test_a_history_out_of_order_is_refused() -> None:
    history = weeks("rate", 0.5, 0.6, 0.7)
    for wrong in ((), (history[1], history[0], history[2]), (history[2], history[2])):
        with pytest.raises(ValueError, match="histor"):
            enrich(kind_of(WEEK), (MEAN_3,), wrong, after(history))


def test_the_same_features_are_compiled_once() -> None:
    kind, features = kind_of(WEEK), (MEAN_3,)
    assert plan(kind, features) is plan(kind, features)
    assert plan(kind, features) is not plan(kind, (RUN_2,))
    several = [MEAN_3]
    first = plan(kind, several)
    several.append(RUN_2)
    assert plan(kind, several) is not first


def test_looking_at_one_fact_loads_no_numpy() -> None:
    script = "import sys, rules, rules.features; print('numpy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "False"
