"""What the gates ask of the times of an item's files: the strictest of each."""

from __future__ import annotations

import pytest

import rules
from rules.gates import time_needs
from rules.kinds import TimeNeeds
from tests.rules.files import rule, rule_file


def gate(number: int, item: str, time: str) -> str:
    asked = f", time: {time}" if time else ""
    named = f'{{item: {item}, name: {{zh: 项, en: item}}, all: {{visits: "> 1"}}{asked}}}'
    return rule(id=f"gate.{number}", require=f"[{named}]")


@pytest.mark.parametrize(
    ("gates", "expected"),
    [
        pytest.param([("a", "")], TimeNeeds(), id="nothing is asked"),
        pytest.param([("b", "{class: T5}")], TimeNeeds(), id="of another item"),
        pytest.param(
            [("a", "{class: T3, contradictions: 1d, within: 2w}")],
            TimeNeeds(best_class="T3", contradictions_below_s=86_400, within_days=14),
            id="all three",
        ),
        pytest.param(
            [("a", "{class: T3, within: 7天}"), ("a", "{class: T2, contradictions: 2h}")],
            TimeNeeds(best_class="T3", contradictions_below_s=7_200, within_days=7),
            id="the strictest of two gates",
        ),
    ],
)
def test_the_strictest_is_asked(gates: list[tuple[str, str]], expected: TimeNeeds) -> None:
    text = rule_file(*(gate(number, *one) for number, one in enumerate(gates)))
    assert time_needs(rules.load_rule_set(text, "a.yaml").gates, "a") == expected


def test_a_changed_need_is_another_version_of_the_rules() -> None:
    loose, strict = (
        rules.load_rule_set(rule_file(gate(1, "a", f"{{class: {name}}}")), "a.yaml")
        for name in ("T2", "T3")
    )
    assert loose.version != strict.version
