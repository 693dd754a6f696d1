"""The evaluator: what it asks, in which order, what it refuses, and what edits of rules do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rules import EngineError, FactError
from rules.evaluation import NOTHING, Evaluator, retired
from rules.executors.python import PythonExecutor
from rules.kinds import WHOLE, Missing, Mode, Scope
from rules.looked_at import LookedAt
from rules.states import Event, Phase
from tests.rules import timed_rules as t

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.evaluation import Outcome
    from rules.form import AnyRule, RuleSet
    from rules.states import RuleState

LOW = t.warning("low", t.asks(t.WEEKLY, rate="< 85%"), t.asks(t.WEEKLY, rate=">= 88%"))
LOWER = t.warning("lower", t.asks(t.WEEKLY, rate="< 80%"))


class Counting(PythonExecutor):
    """Counts how often it is asked, and may be told to lie."""

    def __init__(self, rule_set: RuleSet) -> None:
        super().__init__(rule_set)
        self.asked = 0
        self.answer: tuple[str, ...] | None = None

    def match(self, kind: str, fact: Mapping[str, object]) -> tuple[str, ...]:
        self.asked += 1
        matched = super().match(kind, fact)
        return matched if self.answer is None else self.answer


def look(fact: dict[str, object], subject: str = "华东", kind: str = "weekly") -> LookedAt:
    return LookedAt(kind=kind, subject=subject, fact=fact, fact_ids=("f1",), period=t.WEEK_1)


def by_key(outcome: Outcome) -> dict[tuple[str, str], RuleState]:
    return {(one.rule, one.subject): one for one in outcome.states}


def observe(listed: RuleSet, fact: dict[str, object], states: object = None) -> Outcome:
    with Evaluator(listed, PythonExecutor(listed)) as evaluator:
        return evaluator.observe(look(fact), states or {}, t.START)  # type: ignore[arg-type]  # as given


def test_the_executor_is_asked_once_and_what_concerns_nobody_makes_nothing() -> None:
    listed = t.rules(LOW, LOWER, t.award("subject"), t.gate())
    executor = Counting(listed)
    with Evaluator(listed, executor) as evaluator:
        assert evaluator.observe(look({"rate": 0.9, "visits": 1}), {}, t.START) is NOTHING
        assert executor.asked == 1
        outcome = evaluator.observe(look({"rate": 0.7}), {}, t.START)
        assert executor.asked == 2
    assert [one.rule for one in outcome.firings] == ["low", "lower"]


def test_firings_come_in_the_order_of_the_rules_whoever_is_asked_first() -> None:
    yellow = replace(LOW, id="yellow", inhibited_by=("red",))
    red = replace(LOWER, id="red")
    for listed in ((yellow, red), (red, yellow)):
        rule_set = t.rules(*listed)
        active = by_key(observe(rule_set, {"rate": 0.7}))
        assert active["yellow", "华东"].phase is Phase.INHIBITED
        with Evaluator(rule_set, PythonExecutor(rule_set)) as evaluator:
            ended = evaluator.observe(look({"rate": 0.95}), active, t.START)
            again = evaluator.observe(look({"rate": 0.82}), active, t.START)
        assert [one.rule for one in ended.firings] == ["red"]
        assert [one.rule for one in again.firings] == [one.id for one in listed]


@pytest.mark.parametrize(
    ("answer", "states"),
    [
        pytest.param((), "active", id="a row that holds was not matched"),
        pytest.param(("low/enter", "low/clear"), "none", id="a row that fails was matched"),
    ],
)
def test_an_executor_that_differs_from_the_reference_decides_nothing(
    answer: tuple[str, ...], states: str
) -> None:
    listed = t.rules(LOW)
    executor = Counting(listed)
    with Evaluator(listed, executor) as evaluator:
        active = by_key(evaluator.observe(look({"rate": 0.8}), {}, t.START))
        executor.answer = answer
        with pytest.raises(EngineError):
            evaluator.observe(look({"rate": 0.8}), active if states == "active" else {}, t.START)


def test_another_version_of_the_rules_is_refused() -> None:
    with pytest.raises(EngineError), PythonExecutor(t.rules(LOWER)) as executor:
        Evaluator(t.rules(LOW), executor)


def test_a_fact_that_is_not_as_declared_is_refused() -> None:
    with pytest.raises(FactError):
        observe(t.rules(LOW), {"rate": "viel"})


def test_a_closed_evaluator_has_closed_its_executor() -> None:
    listed = t.rules(LOW)
    executor = PythonExecutor(listed)
    with Evaluator(listed, executor):
        pass
    with pytest.raises(EngineError):
        executor.match("weekly", {})


EDITS = [
    pytest.param(replace(LOW, level="other"), {"rate": 0.84}, [], id="another level: it goes on"),
    pytest.param(
        replace(LOW, when=t.asks(t.WEEKLY, rate="< 70%"), until=t.asks(t.WEEKLY, rate=">= 75%")),
        {"rate": 0.84},
        [Event.CLEARED],
        id="another line: asked anew at the next fact",
    ),
    pytest.param(
        t.award("subject", when=t.asks(t.WEEKLY, rate="< 85%"), id="low"),
        {"rate": 0.84},
        [Event.AWARDED],
        id="another kind of rule starts anew",
    ),
]


@pytest.mark.parametrize(("edited", "fact", "events"), EDITS)
def test_a_rule_that_is_edited_keeps_its_episode(
    edited: AnyRule, fact: dict[str, object], events: list[Event]
) -> None:
    before = by_key(observe(t.rules(LOW), {"rate": 0.8}))
    outcome = observe(t.rules(edited), fact, before)
    assert [one.event for one in outcome.firings] == events
    assert all(one.episode >= 1 for one in outcome.states)


RETIRED = [
    pytest.param(LOW, None, id="unchanged"),
    pytest.param(replace(LOW, level="other"), None, id="edited"),
    pytest.param(None, "was withdrawn", id="gone"),
    pytest.param(replace(LOW, mode=Mode.OFF), "was switched off", id="switched off"),
    pytest.param(replace(LOW, mode=Mode.SHADOW), "mode was changed", id="on trial only"),
    pytest.param(replace(LOW, scope=Scope.ANY), "mode was changed", id="over other subjects"),
    pytest.param(t.award("subject", id="low"), "mode was changed", id="another kind of rule"),
]


@pytest.mark.parametrize(("later", "reason"), RETIRED)
def test_what_a_new_rule_set_ends_and_why(later: AnyRule | None, reason: str | None) -> None:
    events = [] if reason is None else [Event.CLEARED]
    old = t.rules(LOW, LOWER)
    states = by_key(observe(old, {"rate": 0.82}))
    outcome = retired(old, t.rules(*([later] if later else []), LOWER), states, t.START)
    assert [one.event for one in outcome.firings] == events
    assert [one.name for firing in outcome.firings for one in firing.actions] == [
        "then low" for _ in events
    ]
    assert [one.phase for one in outcome.states] == [Phase.CLEAR for _ in events]
    assert all(str(reason) in one.sentence.en for one in outcome.firings)
    assert all(one.sentence.zh.endswith("因此结束。") for one in outcome.firings)


def test_a_withdrawn_breaker_gives_back_what_it_suspended() -> None:
    old = t.rules(t.breaker())
    with Evaluator(old, PythonExecutor(old)) as evaluator:
        states = by_key(evaluator.observe(look({"rate": 0.1}, kind="funnel"), {}, t.START))
    (firing,) = retired(old, t.rules(LOW), states, t.START).firings
    assert (firing.event, [one.name for one in firing.actions]) == (Event.CLOSED, ["resume"])


def test_a_circle_of_inhibitors_which_no_checker_lets_by_hangs_nothing() -> None:
    one = replace(LOW, id="one", inhibited_by=("two",))
    two = replace(LOW, id="two", inhibited_by=("one",))
    assert len(observe(t.rules(one, two), {"rate": 0.8}).firings) == 1


def test_states_of_rules_that_are_unknown_are_left_alone() -> None:
    states = by_key(observe(t.rules(LOW), {"rate": 0.8}))
    listed = t.rules(LOWER)
    with Evaluator(listed, PythonExecutor(listed)) as evaluator:
        assert evaluator.tick(states, t.START + t.DAY) is NOTHING
        assert evaluator.observe(look({"rate": 0.9}), states, t.START) is NOTHING
        assert evaluator.due(states["low", "华东"]) is None


def test_a_lack_of_data_is_seen_although_nothing_matches() -> None:
    listed = t.rules(replace(LOW, missing=Missing.WARN))
    outcome = observe(listed, {"stock": 1})
    assert [one.event for one in outcome.firings] == [Event.NO_DATA]
    assert observe(listed, {"stock": 1}, by_key(outcome)) is NOTHING
    assert [one.no_data for one in observe(listed, {"rate": 0.9}, by_key(outcome)).states] == [
        False
    ]


def test_an_inhibitor_that_is_no_longer_in_force_inhibits_nothing() -> None:
    """Its episode may still stand, until the next tick ends it."""
    red = replace(LOWER, id="red", on="funnel", when=t.asks(t.FUNNEL, rate="< 80%"))
    red = replace(red, effective_to=t.START + t.DAY)
    listed = t.rules(replace(LOW, inhibited_by=("red",)), red)
    with Evaluator(listed, PythonExecutor(listed)) as evaluator:
        states = by_key(evaluator.observe(look({"rate": 0.1}, kind="funnel"), {}, t.START))
        silent = evaluator.observe(look({"rate": 0.8}), states, t.START)
        told = evaluator.observe(look({"rate": 0.8}), states, t.START + t.DAY)
    assert (silent.firings, [one.rule for one in told.firings]) == ((), ["low"])


def test_what_is_asked_and_stays_at_rest_makes_no_row() -> None:
    assert observe(t.rules(replace(LOW, scope=Scope.ANY)), {"rate": 0.9}) is NOTHING


def test_the_firing_says_rule_set_facts_clauses_and_sentences() -> None:
    listed = t.rules(LOW)
    (firing,) = observe(listed, {"rate": 0.84}).firings
    assert (firing.rule_set, firing.facts, firing.level) == (listed.version, ("f1",), "low")
    (result,) = firing.explanation
    assert (result.part, result.field, result.value, result.passed) == ("when", "rate", 0.84, True)
    assert firing.sentence.zh == "华东：low触发（low）。周达成率为 84%，满足“小于 85%”。"
    assert firing.sentence.en == "华东: low began (low). Rate is 84%, which is below 85%."
    (action,) = firing.actions
    assert (action.name, action.parameters) == ("do low", {"to": "all"})
    assert len({firing.key, action.key}) == 2


def test_over_subjects_every_one_is_named() -> None:
    listed = t.rules(t.breaker(scope=Scope.EVERY))
    looked_at = replace(
        look({"rate": 0.1}, kind="funnel"), others={"华北": {"rate": 0.2}, "东北": {"rate": 0.3}}
    )
    with Evaluator(listed, PythonExecutor(listed)) as evaluator:
        (firing,) = evaluator.observe(looked_at, {}, t.START).firings
    assert firing.subject == WHOLE
    assert [(one.value, one.fact) for one in firing.explanation] == [
        (0.1, "f1"),
        (0.3, None),
        (0.2, None),
    ]
    assert "华北：演示转报价率为 20%" in firing.sentence.zh


def test_of_many_subjects_the_sentence_says_some_and_how_many_more() -> None:
    listed = t.rules(t.breaker(scope=Scope.EVERY))
    others: dict[str, dict[str, object]] = {f"区{number}": {"rate": 0.2} for number in range(50)}
    looked_at = replace(look({"rate": 0.1}, kind="funnel"), others=others)
    with Evaluator(listed, PythonExecutor(listed)) as evaluator:
        (firing,) = evaluator.observe(looked_at, {}, t.START).firings
    assert len(firing.explanation) == 31
    assert firing.sentence.zh.count("满足") == 8
    assert firing.sentence.zh.endswith("另有 23 条。")
    assert firing.sentence.en.endswith("And 23 more.")
