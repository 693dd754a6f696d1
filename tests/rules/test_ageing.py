"""When time alone changes what rules see of a subject: to the microsecond, and at no other time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import explain, features, load_rule_set
from rules.ageing import ageing
from rules.facts import Period
from rules.history import Fact
from rules.periods import MICROSECOND, number

if TYPE_CHECKING:
    from rules.form import RuleSet

START = datetime(2026, 1, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KIND = """schema: countermark/v1
facts:
  plans:
    label: {zh: 计划, en: Plans}
    period: moment
    subject: {zh: 客户, en: customer}
    fields:
      stage: {type: choice, label: {zh: 阶段, en: stage}, values: [a, b]}
      due: {type: time, label: {zh: 到期, en: due}}
      rate: {type: number, label: {zh: 达成, en: rate}, range: [0, 9], max_age: 3d}
      other: {type: number, label: {zh: 其他, en: other}, range: [0, 9], max_age: 1d}
rules:
"""
RULE = """  - id: r{}
    kind: warning
    name: {{zh: 规则, en: Rule}}
    on: plans
    when: {{{}}}
    level: red
"""


def made(*lines: str) -> RuleSet:
    listed = (RULE.format(place, line) for place, line in enumerate(lines))
    return load_rule_set(KIND + "".join(listed), "plans.yaml")


def fact(hours: float, **values: Any) -> Fact:
    at = START + hours * HOUR
    return Fact(
        id=f"{hours}",
        kind="plans",
        subject="甲",
        period=number(Period.MOMENT, at),
        at=at,
        known_at=at,
        values=values,
    )


def following(known: RuleSet, *history: Fact, at: timedelta = timedelta()) -> timedelta | None:
    """Say how long after START something changes next, asked at `at` after START."""
    found = ageing(known)["plans"].following(history, START + at)
    return None if found is None else found - START


NEXT = [
    pytest.param(
        'rate: "< 5"', {"rate": 1}, 3 * DAY + MICROSECOND, id="a field outlives its max_age"
    ),
    pytest.param('rate: "< 5"', {}, 3 * DAY + MICROSECOND, id="one that is absent: harmless"),
    pytest.param('stage: "= a"', {"rate": 1}, None, id="a field that no rule asks about"),
    pytest.param('rate: "mean of 2h < 5"', {"rate": 1}, 3 * DAY + MICROSECOND, id="a mean of it"),
    pytest.param(
        'due: "older than 30d"', {"due": START}, 30 * DAY + MICROSECOND, id="more than 30 days"
    ),
    pytest.param(
        'due: "newer than 10min"',
        {"due": START + DAY},
        DAY + HOUR / 6 + MICROSECOND,
        id="no longer newer than 10 minutes",
    ),
    pytest.param('due: "older than 30d"', {}, None, id="no time there"),
    pytest.param(
        'stage: "not changed within 10d"',
        {"stage": "a"},
        10 * DAY + MICROSECOND,
        id="unchanged for longer",
    ),
]


@pytest.mark.parametrize(("line", "values", "wanted"), NEXT)
def test_the_next_change(line: str, values: dict[str, Any], wanted: timedelta | None) -> None:
    assert following(made(line), fact(0, **values)) == wanted


def test_after_the_last_change_there_is_none() -> None:
    known = made('rate: "< 5"', 'due: "older than 5d"')
    only = fact(0, rate=1, due=START)
    assert following(known, only, at=3 * DAY) == 3 * DAY + MICROSECOND
    assert following(known, only, at=3 * DAY + MICROSECOND) == 5 * DAY + MICROSECOND
    assert following(known, only, at=5 * DAY + MICROSECOND) is None


def test_a_rule_that_is_off_has_nobody_looked_at_again() -> None:
    known = load_rule_set(KIND + RULE.format(0, 'rate: "< 5"') + "    mode: off\n", "plans.yaml")
    assert not ageing(known)["plans"].passes
    assert ageing(known)["plans"].version is None


def test_the_version_is_that_of_the_ages_alone() -> None:
    versions = [
        ageing(made(line))["plans"].version
        for line in ('rate: "< 5"', 'rate: "> 6"', 'due: "older than 5d"', 'due: "older than 6d"')
    ]
    assert versions[0] == versions[1]
    assert len(set(versions)) == 3


LINES = (
    'rate: "< 5"',
    'rate: "sum of 5h < 5"',
    'due: "older than 7h"',
    'due: "newer than 100min"',
    'stage: "changed within 30h"',
    'stage: "not changed within 50h"',
)
HOURS = st.floats(0, 80, allow_nan=False).map(lambda hours: round(hours, 3))
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "rate": st.integers(0, 9),
        "stage": st.sampled_from("ab"),
        "due": HOURS.map(lambda hours: START + hours * HOUR),
    },
)


@given(
    lines=st.lists(st.sampled_from(LINES), min_size=1, unique=True),
    facts=st.dictionaries(HOURS, VALUES, min_size=1, max_size=5),
    waits=st.lists(st.floats(0, 1, exclude_max=True, allow_nan=False), min_size=1, max_size=8),
)
def test_until_then_every_line_of_every_rule_says_the_same(
    lines: list[str], facts: dict[float, dict[str, Any]], waits: list[float]
) -> None:
    """From change to change: at no moment in between does any rule see anything else."""
    known = made(*lines)
    history = [fact(hours, **values) for hours, values in sorted(facts.items())]
    at = history[-1].at
    for wait in waits:
        then = ageing(known)["plans"].following(history, at)
        end = at + 400 * DAY if then is None else then
        last = end - MICROSECOND
        between = [min(at + (end - at) * wait, last), last]
        assert all(seen(known, history, one) == seen(known, history, at) for one in between)
        if then is None:
            break
        at = then


def seen(known: RuleSet, history: list[Fact], at: datetime) -> list[bool | None]:
    (section,) = known.sections
    enriched = features.enrich(known.kinds[0], section.features, history, at)
    return [explain.truth(explain.parts(rule)[0][1], enriched) for rule in known.rules]
