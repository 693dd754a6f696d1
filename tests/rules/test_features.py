"""What each feature is, in a history that fulfils it beside one that does not; online and bulk."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from rules import periods
from rules.conditions import Aggregate, Operator
from rules.facts import LARGEST_WHOLE, Period
from tests.rules.histories import (
    DUE,
    FIRST,
    LIGHT,
    NOTE,
    RATE,
    SIGNED,
    SOLD,
    after,
    clause,
    fact,
    feature,
    kind_of,
    moments,
    series,
    weeks,
)
from tests.rules.looks import LOOKS

if TYPE_CHECKING:
    from rules.conditions import Feature
    from rules.history import Fact
    from tests.rules.looks import Look

WEEK = Period.WEEK
A_DAY, A_WEEK = 86_400, 604_800
BELOW = clause(RATE, Operator.BELOW, 0.8)
RUN_2 = feature(RATE, Aggregate.RUN, 2, BELOW)
RUN_4 = feature(RATE, Aggregate.RUN, 4, BELOW)
MEAN_3 = feature(RATE, Aggregate.MEAN, 3)
CHANGE_1 = feature(RATE, Aggregate.CHANGE, 1)
CHANGE_2 = feature(RATE, Aggregate.CHANGE, 2)
RELATIVE_2 = feature(RATE, Aggregate.RELATIVE, 2)


@pytest.fixture(params=LOOKS, ids=["online", "columns"])
def look(request: pytest.FixtureRequest) -> Look:
    found: Look = request.param
    return found


@pytest.mark.parametrize(
    ("asked", "history", "expected"),
    [
        pytest.param(RUN_2, weeks("rate", 0.79, 0.78), 2, id="two weeks running"),
        pytest.param(RUN_2, weeks("rate", 0.79, 0.8, 0.78), 1, id="a week between held not"),
        pytest.param(RUN_2, weeks("rate", 0.78, 0.8), 0, id="this week does not hold"),
        pytest.param(RUN_2, weeks("rate", *[0.7] * 9), 2, id="counted up to what is asked"),
        pytest.param(RUN_4, weeks("rate", *[0.7] * 9), 4, id="which may be more"),
        pytest.param(RUN_4, weeks("rate", 0.7, ..., 0.7), 1, id="a missing week ends the run"),
        pytest.param(RUN_4, weeks("rate", 0.7, None, 0.7), 1, id="so does an absent value"),
        pytest.param(RUN_4, weeks("rate", 0.7, None), None, id="absent now: nobody knows"),
        pytest.param(
            feature(LIGHT, Aggregate.RUN, 3, clause(LIGHT, Operator.IN, "red", "amber")),
            weeks("light", "green", "amber", "red"), 2, id="a run of words",
        ),
        pytest.param(
            feature(LIGHT, Aggregate.RUN, 3, clause(LIGHT, Operator.OTHER, "green")),
            weeks("light", "red", "red", "green"), 0, id="a word that ends it",
        ),
        pytest.param(
            feature(SIGNED, Aggregate.RUN, 3, clause(SIGNED, Operator.EQUAL, 0)),
            weeks("signed", *[True, False, False]), 2, id="a run of flags",
        ),
        pytest.param(
            feature(NOTE, Aggregate.RUN, 3, clause(NOTE, Operator.EQUAL, "POC1")),
            weeks("note", "POC1", "ＰＯＣ１ "), 2, id="a run of texts that look the same",
        ),
        pytest.param(
            feature(SOLD, Aggregate.RUN, 3, clause(SOLD, Operator.IN, 3, 5)),
            weeks("sold", 2, 3, 5), 2, id="both ends of a range belong to it",
        ),
        pytest.param(MEAN_3, weeks("rate", 9, 0.7, 0.8, 0.9), 0.8, id="the mean of three weeks"),
        pytest.param(MEAN_3, weeks("rate", 0.7, 0.8), None, id="two weeks have no mean of three"),
        pytest.param(MEAN_3, weeks("rate", 0.7, ..., 0.8, 0.9), None, id="a gap has no mean"),
        pytest.param(MEAN_3, weeks("rate", 0.7, None, 0.9), None, id="an absent value has none"),
        pytest.param(
            feature(RATE, Aggregate.MEAN, 2), weeks("rate", 0.8, 0.9), 0.85,
            id="80 % and 90 % are 85 %, not a hair above",
        ),
        pytest.param(
            feature(SIGNED, Aggregate.MEAN, 4), weeks("signed", *[True, False, False, False]), 0.25,
            id="the mean of flags is a share",
        ),
        pytest.param(
            feature(SOLD, Aggregate.SUM, 3), weeks("sold", 9, 1, 2, 3), 6, id="a sum of counts"
        ),
        pytest.param(
            feature(RATE, Aggregate.SUM, 3), weeks("rate", 0.1, 0.2, -0.3), 0.0,
            id="what cancels out is nothing, not 5.6e-17",
        ),
        pytest.param(
            feature(SOLD, Aggregate.SUM, 2), weeks("sold", LARGEST_WHOLE - 1, 1), LARGEST_WHOLE,
            id="the largest sum of counts",
        ),
        pytest.param(
            feature(SOLD, Aggregate.SUM, 2), weeks("sold", LARGEST_WHOLE, 1), None,
            id="a sum that no float holds",
        ),
        pytest.param(
            feature(RATE, Aggregate.SUM, 2), weeks("rate", 1e308, 1e308), None,
            id="a sum that is not finite",
        ),
        pytest.param(
            feature(RATE, Aggregate.LEAST, 3), weeks("rate", 0.1, 0.7, 0.5, 0.9), 0.5, id="least"
        ),
        pytest.param(
            feature(RATE, Aggregate.LEAST, 3), weeks("rate", 0.7, None, 0.9), None,
            id="no least with one of them absent",
        ),
        pytest.param(
            feature(SOLD, Aggregate.MOST, 3), weeks("sold", 99, 7, 9, 8), 9, id="the greatest"
        ),
        pytest.param(
            feature(RATE, Aggregate.MOST, 2), weeks("rate", -1.0, ..., -2.0), None,
            id="no greatest over a gap",
        ),
        pytest.param(CHANGE_1, weeks("rate", 0.8, 0.85), 0.05, id="5 points more"),
        pytest.param(CHANGE_1, weeks("rate", 1000.0, 1000.1), 0.1, id="0.1 more, and no dust"),
        pytest.param(CHANGE_1, weeks("rate", 0.8, ..., 0.85), None, id="no week before"),
        pytest.param(CHANGE_2, weeks("rate", 0.8, ..., 0.7), -0.1, id="the week between may be"),
        pytest.param(CHANGE_2, weeks("rate", 0.8, 0.9, None), None, id="absent now has no change"),
        pytest.param(CHANGE_2, weeks("rate", None, 0.9, 0.8), None, id="absent then has none"),
        pytest.param(CHANGE_2, weeks("rate", 0.9, 0.8), None, id="there was no then"),
        pytest.param(
            feature(SOLD, Aggregate.CHANGE, 1), weeks("sold", 5, 2), -3, id="three sold less"
        ),
        pytest.param(RELATIVE_2, weeks("rate", 0.5, 0.7, 0.3), 0.5, id="half the mean before"),
        pytest.param(RELATIVE_2, weeks("rate", 0.0, 0.0, 0.3), None, id="a mean of 0"),
        pytest.param(RELATIVE_2, weeks("rate", 0.1, -0.1, 0.3), None, id="a mean that is 0"),
        pytest.param(RELATIVE_2, weeks("rate", 0.7, 0.3), None, id="no two weeks before"),
        pytest.param(RELATIVE_2, weeks("rate", 0.5, 0.7, ..., 0.3), None, id="a gap just before"),
        pytest.param(RELATIVE_2, weeks("rate", 0.5, ..., 0.7, 0.3), None, id="a gap in the mean"),
        pytest.param(RELATIVE_2, weeks("rate", 0.5, 0.7, None), None, id="no value now"),
    ],
)  # fmt: skip
def test_what_a_feature_is(
    look: Look, asked: Feature, history: tuple[Fact, ...], expected: float | None
) -> None:
    found = look(kind_of(WEEK), (asked,), history, after(history)).get(asked.id)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("asked", "history", "expected"),
    [
        pytest.param(
            feature(RATE, Aggregate.SUM, A_DAY),
            moments("rate", (0, 1.0), (1, 2.0), (24.5, 4.0)), 6.0, id="the last 24 hours",
        ),
        pytest.param(
            feature(RATE, Aggregate.SUM, A_DAY), moments("rate", (0, 1.0), (24, 4.0)), 4.0,
            id="24 hours ago is no longer in them",
        ),
        pytest.param(
            feature(RATE, Aggregate.MEAN, A_DAY), moments("rate", (0, 1.0), (1, None), (2, 4.0)),
            2.5, id="of moments, only those with a value count",
        ),
        pytest.param(
            feature(RATE, Aggregate.MEAN, A_DAY), moments("rate", (0, 1.0), (2, None)), 1.0,
            id="this one need have none",
        ),
        pytest.param(
            feature(RATE, Aggregate.MEAN, A_DAY), moments("rate", (0, 1.0), (30, None)), None,
            id="but one must",
        ),
        pytest.param(
            feature(RATE, Aggregate.LEAST, A_DAY),
            moments("rate", (0, 1.0), (20, 3.0), (21, 2.0), (30, 4.0)), 2.0,
            id="the least of a day",
        ),
        pytest.param(
            feature(SOLD, Aggregate.MOST, A_DAY),
            moments("sold", (0, 9), (20, 3), (21, 2), (30, 1)), 3, id="the greatest of a day",
        ),
        pytest.param(
            feature(RATE, Aggregate.RELATIVE, A_DAY),
            moments("rate", (0, 1.0), (1, 3.0), (24, 1.0)), 0.5,
            id="against the day before, which begins 24 hours ago",
        ),
        pytest.param(
            feature(RATE, Aggregate.RELATIVE, A_DAY), moments("rate", (0, 1.0), (24.5, 1.0)), None,
            id="nothing in the day before",
        ),
    ],
)  # fmt: skip
def test_windows_over_moments_are_durations(
    look: Look, asked: Feature, history: tuple[Fact, ...], expected: float | None
) -> None:
    found = look(kind_of(Period.MOMENT), (asked,), history, after(history)).get(asked.id)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("history", "asked_after", "expected"),
    [
        pytest.param(moments("rate", (0, 1), (5, 2), (9, 2)), 3, 7.0, id="changed 7 hours ago"),
        pytest.param(moments("rate", (0, 1), (5, 1)), 3, 8.0, id="the first ever is a change"),
        pytest.param(moments("rate", (0, 1), (70, 1)), 3, 73.0, id="older than 72 h: not within"),
        pytest.param(moments("rate", (0, 1), (70, 1)), 2, 72.0, id="72 hours are within 72 h"),
        pytest.param(
            moments("rate", (0, 1), (10, 1)), 72, 82.0,
            id="a fact of 72 hours ago is compared with the one before",
        ),
        pytest.param(
            moments("rate", (0, 1), (5, 1), (80, 1), (90, 1)), 0, 85.0,
            id="nobody looks beyond the last fact before the window",
        ),
        pytest.param(moments("rate", (0, 1), (5, 2)), 99, 99.0, id="the only fact is too old"),
        pytest.param(moments("rate", (0, 1), (5, None)), 0, None, id="absent now"),
        pytest.param(moments("rate", (0, 1), (5, None), (9, 1)), 0, None, id="absent in between"),
        pytest.param(
            moments("rate", (0, 1), (5, None), (9, 1), (90, 1)), 0, 81.0,
            id="absent before the window does not matter",
        ),
        pytest.param(moments("rate", (5, 2)), -1, 0.0, id="a fact of a time to come is new"),
    ],
)  # fmt: skip
def test_hours_since_a_change(
    look: Look, history: tuple[Fact, ...], asked_after: float, expected: float | None
) -> None:
    asked = feature(RATE, Aggregate.UNCHANGED, 3 * A_DAY)
    at = after(history, asked_after)
    assert look(kind_of(Period.MOMENT), (asked,), history, at).get(asked.id) == expected


@pytest.mark.parametrize(
    ("history", "hours"),
    [
        pytest.param(weeks("light", "red", "green", "green"), 168.0, id="words"),
        pytest.param(weeks("note", "ａ", "a", "b"), 0.0, id="texts"),
        pytest.param(weeks("note", "b", "ａ", "a"), 168.0, id="texts that look the same"),
        pytest.param(weeks("signed", *[False, True, True]), 168.0, id="flags"),
        pytest.param(weeks("sold", 1, 2, ..., 2), 336.0, id="a missing week is no change"),
    ],
)
def test_whatever_can_differ_can_change(
    look: Look, history: tuple[Fact, ...], hours: float
) -> None:
    kind = kind_of(WEEK)
    changed = next(one for one in kind.fields if one.name in history[0].values)
    asked = feature(changed, Aggregate.UNCHANGED, 4 * A_WEEK)
    assert look(kind, (asked,), history, after(history))[asked.id] == hours


@pytest.mark.parametrize("period", Period)
def test_an_age_needs_no_history(look: Look, period: Period) -> None:
    asked = feature(DUE, Aggregate.AGE)
    number = FIRST.get(period, 1_767_000_000_000_000)
    due = periods.end(period, number)
    for hours in (36.5, -36.5):
        one = fact(period, number, {"due": due})
        found = look(kind_of(period), (asked,), (one,), due + timedelta(hours=hours))
        assert found == {"due": due, asked.id: hours}


def test_leap_weeks_and_year_ends_are_no_gaps(look: Look) -> None:
    numbers = [periods.read(WEEK, week) for week in ("2026-W52", "2026-W53", "2027-W01")]
    history = tuple(fact(WEEK, one[0], {"rate": 0.7}) for one in numbers if one)
    assert look(kind_of(WEEK), (RUN_4,), history, after(history))[RUN_4.id] == 3
    months = series(Period.MONTH, "rate", *[0.7] * 13)[11:]
    assert look(kind_of(Period.MONTH), (RUN_4,), months, after(months))[RUN_4.id] == 2
