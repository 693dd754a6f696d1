"""Keys: the same thing, the same key, whoever makes it; another thing, another key."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from rules.evaluation import Evaluator
from rules.executors.python import PythonExecutor
from rules.kinds import Dedupe, Mode
from rules.looked_at import LookedAt
from rules.machine import keys
from tests.rules import timed_rules as t

if TYPE_CHECKING:
    from rules.evaluation import Outcome
    from rules.form import AnyRule
    from rules.states import RuleState

LOW = t.warning("low", t.asks(t.WEEKLY, rate="< 85%"), repeat=3600.0)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

SAME = [
    pytest.param(3, 3.0, True, id="a whole number is one however it is held"),
    pytest.param(3, 3.5, False, id="another number"),
    pytest.param(1, True, False, id="a flag is no number"),
    pytest.param("ＰＯＣ", "POC", True, id="one text in two widths"),
    pytest.param("POC", "poc", False, id="another text"),
    pytest.param("1", 1, False, id="a text is no number"),
    pytest.param(
        NOON, NOON.astimezone(timezone(timedelta(hours=8))), True, id="one moment in two zones"
    ),
]


@pytest.mark.parametrize(("one", "other", "same"), SAME)
def test_values_that_are_equal_make_equal_keys(one: object, other: object, *, same: bool) -> None:
    found = [
        keys.digest(keys.values(Dedupe(key=("x",)), "甲", 1, {"x": value}) or ())
        for value in (one, other)
    ]
    assert (found[0] == found[1]) is same


def test_the_words_subject_and_period_are_no_fields_and_a_field_of_that_name_is_one() -> None:
    key = Dedupe(key=("subject", "period"))
    assert keys.values(key, "甲", 7, {}) == ("甲", 7)
    assert keys.values(key, "甲", 7, {"subject": "丙"}) == ("丙", 7)
    assert keys.values(Dedupe(key=("order",)), "甲", 7, {}) is None


def look(
    fact: dict[str, object], subject: str = "甲", period: int = 1, name: str = "f"
) -> LookedAt:
    return LookedAt(kind="weekly", subject=subject, fact=fact, fact_ids=(name,), period=period)


def observe(rule: AnyRule, looked_at: LookedAt) -> Outcome:
    listed = t.rules(rule)
    with Evaluator(listed, PythonExecutor(listed)) as evaluator:
        return evaluator.observe(looked_at, {}, t.START)


BASE = look({"rate": 0.8, "visits": 3, "stage": "a"})
FIRINGS = [
    pytest.param(LOW, replace(BASE, fact_ids=("g",), period=2), True, id="of whatever fact"),
    pytest.param(LOW, replace(BASE, subject="乙"), False, id="of another subject"),
    pytest.param(replace(LOW, id="other"), BASE, False, id="of another rule"),
    pytest.param(replace(LOW, level="other", do=()), BASE, True, id="of a rule that was edited"),
    pytest.param(
        replace(LOW, mode=Mode.SHADOW), BASE, True, id="on trial (kept apart by a column)"
    ),
    pytest.param(
        replace(LOW, dedupe=Dedupe(key=("subject", "stage"))), BASE, False, id="by another key"
    ),
]


@pytest.mark.parametrize(("rule", "looked_at", "same"), FIRINGS)
def test_the_key_of_a_firing(rule: AnyRule, looked_at: LookedAt, *, same: bool) -> None:
    (base,) = observe(LOW, BASE).firings
    (other,) = observe(rule, looked_at).firings
    assert (base.key == other.key) is same


def test_two_processes_that_start_from_one_state_make_one_key() -> None:
    """Both see that a repeat is due, a second apart: one of the two is dropped."""
    listed = t.rules(LOW)
    with Evaluator(listed, PythonExecutor(listed)) as evaluator:
        first = evaluator.observe(BASE, {}, t.START)
        states: dict[tuple[str, str], RuleState] = {("low", "甲"): first.states[0]}
        ticks = [
            evaluator.tick(states, t.START + t.HOUR + timedelta(seconds=late)) for late in (0, 1)
        ]
        (one,), (other,) = (tick.firings for tick in ticks)
        assert (one.key, one.actions[0].key) == (other.key, other.actions[0].key)
        later = evaluator.tick({("low", "甲"): ticks[0].states[0]}, t.START + t.HOUR + t.HOUR)
    assert len({first.firings[0].key, one.key, later.firings[0].key}) == 3


def test_actions_of_one_firing_have_keys_of_their_own() -> None:
    rule = replace(LOW, do=(*t.act("notify"), *t.act("notify")))
    (firing,) = observe(rule, BASE).firings
    assert len({firing.key, *(action.key for action in firing.actions)}) == 3
