"""Cases over time are played strictly: what is not expected fails, and is told line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rules import cases, executors, load_rule_set
from rules.executors.python import PythonExecutor

if TYPE_CHECKING:
    from collections.abc import Mapping

RULES = """\
schema: countermark/v1
rules:
  - id: low
    name: {zh: 低, en: Low}
    kind: warning
    on: weekly
    when: {周达成率: "< 80%"}
    until: {周达成率: ">= 85%"}
    level: yellow
    inhibited_by: [very.low]
    do:
      - notify: {to: [区域经理], template: plain}
      - freeze: {what: 配额}
  - id: very.low
    name: {zh: 很低, en: Very low}
    kind: warning
    on: weekly
    when: {周达成率: "< 50%"}
    level: red
  - id: stop
    name: {zh: 停, en: Stop}
    kind: breaker
    on: weekly
    scope: every region
    open_when: {周达成率: "< 30%"}
    close_when: {周达成率: ">= 40%"}
    do:
      - propose: {what: 重置, approvers: [区域总监, 总部销售VP], within: 72h}
"""
RULE_SET = load_rule_set(RULES, "a.yaml")


def case_file(rows: str, *expect: str, columns: str = "[大区, 周, 周达成率]") -> str:
    """Give one case with rows of the weekly table."""
    listed = "\n".join(f"      - {{{one}}}" for one in expect)
    return (
        "schema: countermark-cases/v1\ncases:\n  - case: 一\n    given:\n      weekly:\n"
        f"        columns: {columns}\n        rows: [{rows}]\n    expect:\n{listed}\n"
    )


def played(rows: str, *expect: str, columns: str = "[大区, 周, 周达成率]") -> cases.CaseReport:
    text = case_file(rows, *expect, columns=columns)
    with PythonExecutor(RULE_SET) as executor:
        return cases.run(RULE_SET, text, "a.cases.yaml", executor=executor)


LOW = "[华东, 2026-W02, 79%]"
OVER = "[华东, 2026-W02, 79%], [华东, 2026-W03, 85%]"
BOTH = "[[华东, 华北], 2026-W02, 79%]"
WORSE = "[华东, 2026-W02, 79%], [华东, 2026-W03, 49%]"
MIXED = "[华东, 2026-W02, 79%], [华北, 2026-W02, 49%]"
ALL = "[全部, 2026-W02, 29%]"
PASSES = [
    pytest.param(LOW, ["at: 2026-W02, fires: [low]"], id="a warning enters"),
    pytest.param(LOW, ["at: 2026-W02, fires: [low 进入]"], id="an event in Chinese"),
    pytest.param(OVER, ["at: 2026-W02, fires: [low]", "at: 2026-W03, fires: [low cleared]"],
                 id="each entry speaks of what came since the one before"),
    pytest.param(OVER, ["at: 2026-W03, fires: [low, low cleared]"],
                 id="one entry may speak of several weeks"),
    pytest.param(BOTH, ["at: 2026-W02, subject: 华东, fires: [low]",
                        "at: 2026-W02, subject: 华北, fires: [low]"], id="each subject apart"),
    pytest.param(BOTH, ["at: 2026-W02, fires: [low, low]"], id="all subjects together"),
    pytest.param(LOW, ["at: 2026-W01, fires: [], not: [low]", "at: 2026-W02, fires: [low]"],
                 id="nothing yet"),
    pytest.param(LOW, ["at: 2026-W01, fires: [], states: {low: clear}, level: none",
                       "at: 2026-W02, fires: [low], states: {low: 生效}, level: yellow"],
                 id="states and levels, before and after"),
    pytest.param(WORSE, ["at: 2026-W02, fires: [low]",
                         "at: 2026-W03, fires: [very.low], states: {low: inhibited}, level: red"],
                 id="an inhibited warning gives no level"),
    pytest.param(MIXED, ["at: 2026-W02, fires: [low, very.low], level: [red, yellow]"],
                 id="two levels at once, in any order"),
    pytest.param(MIXED, [("at: 2026-W02, fires: [low, very.low], "
                          "level: {华东: yellow, 华北: [red], 华南: none, 华中: []}")],
                 id="levels subject by subject"),
    pytest.param(LOW, ["at: 2026-W02, fires: [low], actions: [notify, freeze: {what: 配额}]"],
                 id="actions in order, with the parameter that matters"),
    pytest.param(ALL, [("at: 2026-W02, subject: 全部, fires: [stop], states: {stop: open}, "
                       "actions: [propose: {approvers: [区域总监, 总部销售VP], within: 72h}]"),
                       *(f"at: 2026-W02, subject: {one}, fires: [very.low]" for one in
                         ("华东", "华北", "华南", "华中", "西南", "西北", "东北"))],
                 id="a rule about every region has the subject 全部"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expect"), PASSES)
def test_a_case_passes(rows: str, expect: list[str]) -> None:
    report = played(rows, *expect)
    assert report.results[0].passed, report.results[0].got
    assert report.differences == ((),)


FAILS = [
    pytest.param(LOW, ["at: 2026-W02, fires: []"], ("2026-W02", "fires", "nothing", "low entered"),
                 id="fired and not listed"),
    pytest.param(LOW, ["at: 2026-W02, level: yellow"],
                 ("2026-W02", "fires", "nothing", "low entered"), id="fires left out is nothing"),
    pytest.param(OVER, ["at: 2026-W02, fires: [low]"],
                 ("2026-01-19 00:00 华东", "fires", "nothing", "low cleared"),
                 id="fired after the last entry"),
    pytest.param(BOTH, ["at: 2026-W02, subject: 华东, fires: [low]"],
                 ("2026-01-12 00:00 华北", "fires", "nothing", "low entered"),
                 id="fired for somebody of whom nothing is said"),
    pytest.param(BOTH, ["at: 2026-W02, fires: [low]"],
                 ("2026-W02", "fires", "low entered", "low entered × 2"), id="fired twice"),
    pytest.param(LOW, ["at: 2026-W02, fires: [low, very.low]"],
                 ("2026-W02", "fires", "low entered, very.low entered", "low entered"),
                 id="listed and not fired"),
    pytest.param(LOW, ["at: 2026-W02, fires: [low cleared]"],
                 ("2026-W02", "fires", "low cleared", "low entered"), id="another event"),
    pytest.param(OVER, ["at: 2026-W02, fires: [low], not: [low]",
                        "at: 2026-W03, fires: [low cleared]"],
                 ("2026-W02", "not low", "nothing", "active, low entered"), id="not quiet"),
    pytest.param(LOW, ["at: 2026-W02, fires: [low]", "at: 2026-W03, fires: [], not: [low]"],
                 ("2026-W03", "not low", "nothing", "active"), id="quiet, but still in force"),
    pytest.param(LOW, ["at: 2026-W02, fires: [low], states: {low: clear}"],
                 ("2026-W02", "state of low", "clear", "active"), id="another state"),
    pytest.param(LOW, ["at: 2026-W01, fires: [], states: {low: active}",
                       "at: 2026-W02, fires: [low]"],
                 ("2026-W01", "state of low", "active", "nothing"), id="no state yet"),
    pytest.param(LOW, ["at: 2026-W02, fires: [low], level: red"],
                 ("2026-W02", "level", "red", "yellow"), id="another level"),
    pytest.param(MIXED, ["at: 2026-W02, fires: [low, very.low], level: yellow"],
                 ("2026-W02", "level", "yellow", "red, yellow"), id="one level of two"),
    pytest.param(MIXED, ["at: 2026-W02, fires: [low, very.low], level: {华北: [red, yellow]}"],
                 ("2026-W02 华北", "level", "red, yellow", "red"), id="a level of another subject"),
    pytest.param(MIXED, ["at: 2026-W02, fires: [low, very.low], level: []"],
                 ("2026-W02", "level", "nothing", "red, yellow"), id="levels where there is none"),
    pytest.param(LOW, ["at: 2026-W02, fires: [low], actions: [notify]"],
                 ("2026-W02", "actions", "notify", "notify, freeze"), id="an action too many"),
    pytest.param(LOW, ["at: 2026-W02, fires: [low], actions: [freeze, notify]"],
                 ("2026-W02", "actions", "freeze, notify", "notify, freeze"), id="another order"),
    pytest.param(LOW, ["at: 2026-W02, fires: [low], actions: [notify, freeze: {what: 价格}]"],
                 ("2026-W02", "actions", "notify, freeze {what: 价格}",
                  "notify, freeze {what: 配额}"),
                 id="another parameter"),
    pytest.param(LOW, ["at: 2026-W02, fires: [low], actions: [notify, freeze: {until: 月底}]"],
                 ("2026-W02", "actions", "notify, freeze {until: 月底}",
                  "notify, freeze {until: None}"), id="a parameter that is not there"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expect", "line"), FAILS)
def test_a_case_fails_by_one_line(rows: str, expect: list[str], line: tuple[str, ...]) -> None:
    report = played(rows, *expect)
    assert not report.results[0].passed
    ((wrong,),) = report.differences
    assert wrong.asked is not None
    assert (wrong.where, wrong.asked.en, wrong.expected, wrong.got) == line


def test_what_fired_is_told_as_a_sentence() -> None:
    ((line,),) = played(LOW, "at: 2026-W02, fires: []").differences
    assert [sentence.zh for sentence in line.told] == [
        "华东：低触发（yellow）。周达成率为 79%，满足“小于 80%”。"
    ]


def test_expected_and_got_are_whole_texts_for_programs() -> None:
    (result,) = played(LOW, "at: 2026-W02, subject: 华东, fires: [], level: yellow").results
    assert result.expected == "2026-W02 华东 fires: nothing\n2026-W02 华东 level: yellow"
    assert result.got == "2026-W02 华东 fires: low entered\n2026-W02 华东 level: yellow"


def test_late_facts_count_from_when_they_are_known() -> None:
    rows = "[华东, 2026-W02, 79%, 2026-01-20 09:00]"
    report = played(
        rows,
        "at: 2026-W02, fires: []",
        "at: 2026-01-20 09:00, fires: [low]",
        columns="[大区, 周, 周达成率, 得知]",
    )
    assert report.results[0].passed, report.results[0].got


COVERS = [
    pytest.param(LOW, "at: 2026-W02, fires: [low]", {"low/held", "low/cleared"}, id="entered"),
    pytest.param("[华东, 2026-W02, 79%], [华东, 2026-W03, 84%]", "at: 2026-W03, fires: [low]",
                 {"low/cleared"}, id="entered and held"),
    pytest.param(OVER, "at: 2026-W03, fires: [low, low cleared]", {"low/held"},
                 id="entered and cleared"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expect", "unshown"), COVERS)
def test_coverage_counts_entered_held_and_cleared(
    rows: str, expect: str, unshown: set[str]
) -> None:
    uncovered = played(rows, expect).summary.uncovered
    points = {"low/entered", "low/held", "low/cleared"}
    assert points & set(uncovered) == unshown


def test_coverage_counts_each_clause_true_and_false_and_a_missing_field_as_neither() -> None:
    uncovered = played("[华东, 2026-W02, ~]", "at: 2026-W02, fires: []").summary.uncovered
    assert {"low/when/attainment < 80%/true", "low/when/attainment < 80%/false"} <= set(uncovered)
    uncovered = played(LOW, "at: 2026-W02, fires: [low]").summary.uncovered
    assert "low/when/attainment < 80%/true" not in uncovered
    assert "low/when/attainment < 80%/false" in uncovered


def test_a_rule_that_is_off_needs_no_case() -> None:
    rule_set = load_rule_set(RULES.replace("level: red", "level: red\n    mode: off"), "a")
    text = case_file("[华东, 2026-W02, 79%]", "at: 2026-W02, fires: [low]")
    uncovered = cases.run(rule_set, text, "a").summary.uncovered
    assert [point for point in uncovered if point.startswith("very.low/")] == []


class _Blind(PythonExecutor):
    """Never sees the row that clears."""

    def match(self, kind: str, fact: Mapping[str, object]) -> tuple[str, ...]:
        return tuple(row for row in super().match(kind, fact) if not row.endswith("/clear"))


@pytest.mark.parametrize("fires", ["low, low cleared", "low"])
def test_every_executor_is_asked_and_one_that_differs_fails_the_case(
    fires: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "default", _Blind)
    text = case_file(OVER, f"at: 2026-W03, fires: [{fires}]")
    (result,) = cases.run(RULE_SET, text, "a").results
    assert not result.passed
