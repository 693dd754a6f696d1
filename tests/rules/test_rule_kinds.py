"""Warnings, breakers and awards: what their keys say, and what is refused in its place."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from rules.conditions import Clause, Condition, Join
from rules.kinds import (
    Action,
    Award,
    Breaker,
    Dedupe,
    Gate,
    Missing,
    Mode,
    Release,
    Scope,
    WarningRule,
)
from rules.language import Checked, check, check_files, load_rule_set, render
from rules.registry import ActionType, Parameter, ParameterType, Registry
from rules.text import Text
from tests.rules.files import found_at

LABEL = Text(zh="动作", en="action")
REGISTRY = Registry(
    actions=(
        ActionType(
            name="notify",
            label=LABEL,
            parameters=(
                Parameter(name="to", type=ParameterType.ROLES, required=True),
                Parameter(name="template", type=ParameterType.TEMPLATE),
                Parameter(name="within", type=ParameterType.DURATION),
                Parameter(name="times", type=ParameterType.COUNT),
                Parameter(name="share", type=ParameterType.NUMBER),
                Parameter(name="exam", type=ParameterType.FLAG),
                Parameter(name="need", type=ParameterType.CHOICE, choices=("all", "any")),
                Parameter(name="where", type=ParameterType.CONDITION),
                Parameter(name="who", type=ParameterType.ROLE),
            ),
        ),
    ),
    roles=frozenset({"区域经理", "Regional manager"}),
    templates=frozenset({"plain"}),
    requirements=frozenset({"paper"}),
)


def rule_file(*rules: dict[str, str]) -> str:
    texts = ("\n    ".join(f"{key}: {value}" for key, value in one.items()) for one in rules)
    return "schema: countermark/v1\nrules:\n" + "".join(f"  - {text}\n" for text in texts)


def warning(**other: str) -> dict[str, str]:
    keys = {
        "id": "w.one",
        "name": "{zh: 一, en: one}",
        "kind": "warning",
        "on": "weekly",
        "when": '{周达成率: "< 80%"}',
        "level": "red",
    } | other
    return {key: value for key, value in keys.items() if value}


def breaker(**other: str) -> dict[str, str]:
    keys = {
        "id": "b.one",
        "name": "{zh: 一, en: one}",
        "kind": "breaker",
        "on": "funnel",
        "open_when": '{演示转报价率_7日: "< 35%"}',
        "close_when": '{演示转报价率_7日: ">= 45%"}',
    } | other
    return {key: value for key, value in keys.items() if value}


def award(**other: str) -> dict[str, str]:
    keys = {
        "id": "a.one",
        "name": "{zh: 一, en: one}",
        "kind": "award",
        "on": "live_stream",
        "when": '{有效: "= 是"}',
        "dedupe": "{key: [直播编号]}",
        "do": "[{notify: {to: 区域经理}}]",
    } | other
    return {key: value for key, value in keys.items() if value}


def only_warning(**other: str) -> WarningRule:
    (rule,) = load_rule_set(rule_file(warning(**other)), "a.yaml", registry=REGISTRY).rules
    assert isinstance(rule, WarningRule)
    return rule


def test_a_warning_has_what_its_file_says() -> None:
    rule = only_warning(
        until='{周达成率: ">= 88%"}',
        mode="shadow",
        missing="false",
        owner="区域总监",
        severity="high",
        repeat="24h",
        dedupe="{key: [大区, 周, attainment], episode: never}",
        effective="{from: 2026-01-05, to: 2026-03-01T08:00:00+00:00}",
        do="[{notify: {to: [区域经理, regional manager], template: plain, within: 72h, "
        "times: 2, share: 5%, exam: yes, need: all, where: 报价单.已验证 = no, who: 区域经理}}]",
        then="[{notify: {to: 区域经理}}]",
    )
    zone = timezone(timedelta(hours=8))
    assert (rule.mode, rule.missing, rule.owner, rule.severity, rule.repeat) == (
        Mode.SHADOW, Missing.FALSE, "区域总监", "high", 86_400,
    )  # fmt: skip
    assert rule.dedupe == Dedupe(key=("subject", "period", "attainment"), until_clear=False)
    assert rule.effective_from == datetime(2026, 1, 5, tzinfo=zone)
    assert rule.effective_to == datetime(2026, 3, 1, 16, tzinfo=zone)
    assert dict(rule.do[0].parameters) == {
        "to": ("区域经理", "Regional manager"),
        "template": "plain",
        "within": 259_200,
        "times": 2,
        "share": 0.05,
        "exam": True,
        "need": "all",
        "where": "报价单.已验证 = no",
        "who": "区域经理",
    }
    assert rule.then == (Action(name="notify", parameters=(("to", ("区域经理",)),)),)


def test_a_breaker_has_what_its_file_says() -> None:
    text = rule_file(
        breaker(
            open_when='{scope: every 大区, 演示转报价率_7日: "< 35%"}',
            half_open_after="24h",
            release="{steps: [25%, 0.5], every: 2 天}",
        )
    )
    (rule,) = load_rule_set(text, "a.yaml").rules
    assert isinstance(rule, Breaker)
    assert (rule.scope, rule.half_open_after) == (Scope.EVERY, 86_400)
    assert rule.release == Release(steps=(0.25, 0.5), every=172_800)


def test_an_award_is_once_a_key() -> None:
    (rule,) = load_rule_set(rule_file(award()), "a.yaml").rules
    assert isinstance(rule, Award)
    assert rule.dedupe == Dedupe(key=("stream",), until_clear=False)


def test_any_all_and_not_are_read_as_written() -> None:
    rule = only_warning(
        when='{any: [{周达成率: "< 50%"}, {周达成率: "< 80%", 库存周转天数: "> 45"}], '
        'not: {库存周转天数: "> 300", 周达成率: "> 20%"}}'
    )
    any_, not_ = rule.when.parts
    assert isinstance(any_, Condition)
    assert isinstance(not_, Condition)
    first, second = any_.parts
    assert (any_.join, not_.join) == (Join.ANY, Join.NOT)
    assert isinstance(first, Clause)
    assert isinstance(second, Condition)
    (inside,) = not_.parts
    assert isinstance(inside, Condition)
    assert (second.join, inside.join, len(inside.parts)) == (Join.ALL, Join.ALL, 2)


NOT_ALL = [
    pytest.param({"attainment": 0.5, "stock_days": 50.0}, False, id="both hold"),
    pytest.param({"attainment": 0.9, "stock_days": 50.0}, True, id="one does not hold"),
    pytest.param({"attainment": 0.9}, True, id="one does not hold, the other is absent"),
    pytest.param({"attainment": 0.5}, False, id="one holds, the other is absent"),
    pytest.param({}, False, id="nothing is known"),
]


@pytest.mark.parametrize(("fact", "expected"), NOT_ALL)
def test_not_holds_where_not_all_of_it_holds(*, fact: dict[str, object], expected: bool) -> None:
    from rules.executors.python import PythonExecutor  # noqa: PLC0415 - only here

    text = rule_file(warning(when='{not: {周达成率: "< 80%", 库存周转天数: "> 45"}}'))
    with PythonExecutor(load_rule_set(text, "a.yaml")) as executor:
        assert ("w.one/enter" in executor.match("weekly", fact)) is expected


SCOPES = {
    "each": Scope.EACH, "every region": Scope.EVERY, "every 大区": Scope.EVERY, "any": Scope.ANY,
    "所有大区": Scope.EVERY, "任一大区": Scope.ANY, "Every Region": None, "every shop": None,
}  # fmt: skip


@pytest.mark.parametrize(("written", "scope"), SCOPES.items(), ids=SCOPES)
def test_scope(written: str, scope: Scope | None) -> None:
    codes = [one.code for one in check(rule_file(warning(scope=written)), "a.yaml")]
    assert codes == ([] if scope else ["SCOPE"])
    if scope:
        assert only_warning(scope=written).scope is scope


@pytest.mark.parametrize("scope", ["every", "each"])
def test_every_needs_to_know_all_subjects(scope: str) -> None:
    own = (
        "facts:\n  own:\n    label: {zh: 自报, en: Own}\n    period: week\n"
        "    fields: {visits: {type: count, label: {zh: 拜访, en: Visits}}}\n"
    )
    ruled = warning(on="own", scope=scope, when='{visits: "< 3"}', dedupe="{key: [subject]}")
    text = rule_file(ruled).replace("rules:\n", f"{own}rules:\n", 1)
    assert [one.code for one in check(text, "a.yaml")] == (["SUBJECTS"] if scope == "every" else [])


_EACH = ", ".join(f'{{周达成率: "< {number}%"}}' for number in range(1, 61))
SIXTY = f"{{any: [{_EACH}]}}"

REFUSED = {
    "no level": (rule_file(warning(level="")).replace("- id", "- ▲id"), "MISSING_KEY"),
    "a level called none": (rule_file(warning(level="▲None")), "NAME"),
    "a level called 无": (rule_file(warning(level="▲无")), "NAME"),
    "a gate's key": (rule_file(warning(**{"▲locked_as": "x"})), "UNKNOWN_KEY"),
    "misspelled mode": (rule_file(warning(mode="▲shdow")), "UNKNOWN_WORD"),
    "repeat without unit": (rule_file(warning(repeat="▲24")), "DURATION"),
    "an end before the start": (
        rule_file(warning(effective="{from: 2026-02-01, to: ▲2026-01-01}")), "EFFECTIVE",
    ),
    "a day that is none": (rule_file(warning(effective="{from: ▲2026-02-30}")), "EFFECTIVE"),
    "a time without its zone": (
        rule_file(warning(effective="{from: ▲2026-02-01T08:00:00}")), "EFFECTIVE",
    ),
    "an unknown field as key": (rule_file(warning(dedupe="{key: [▲大曲]}")), "UNKNOWN_FIELD"),
    "another period as key": (rule_file(warning(dedupe="{key: [▲day]}")), "UNKNOWN_FIELD"),
    "unknown episode": (rule_file(warning(dedupe="{episode: ▲always}")), "UNKNOWN_WORD"),
    "two scopes": (
        rule_file(warning(scope="every region", when='{scope: ▲any, 周达成率: "< 80%"}')), "SCOPE",
    ),
    "unknown action": (rule_file(warning(do="[{▲notfy: {to: 区域经理}}]")), "UNKNOWN_ACTION"),
    "unknown parameter": (
        rule_file(warning(do="[{notify: {to: 区域经理, ▲tempalte: plain}}]")), "UNKNOWN_PARAMETER",
    ),
    "missing parameter": (
        rule_file(warning(do="[{▲notify: {template: plain}}]")), "MISSING_PARAMETER",
    ),
    "no parameters at all": (rule_file(warning(do="[▲notify]")), "MISSING_PARAMETER"),
    "unknown role": (rule_file(warning(do="[{notify: {to: [▲店长]}}]")), "UNKNOWN_ROLE"),
    "unknown template": (
        rule_file(warning(do="[{notify: {to: 区域经理, template: ▲plane}}]")), "UNKNOWN_TEMPLATE",
    ),
    "a duration that is none": (
        rule_file(warning(do="[{notify: {to: 区域经理, within: ▲soon}}]")), "DURATION",
    ),
    "half a count": (
        rule_file(warning(do="[{notify: {to: 区域经理, times: ▲0.5}}]")), "NUMBER",
    ),
    "a flag called on": (rule_file(warning(do="[{notify: {to: 区域经理, exam: ▲on}}]")), "VALUE"),
    "a condition without a sign": (
        rule_file(warning(do="[{notify: {to: 区域经理, where: ▲verified}}]")), "VALUE",
    ),
    "a word that may not be chosen": (
        rule_file(warning(do="[{notify: {to: 区域经理, need: ▲both}}]")), "UNKNOWN_WORD",
    ),
    "two actions in one entry": (
        rule_file(warning(do="[{notify: {to: 区域经理}, ▲push: {}}]")), "ACTION",
    ),
    "inhibited by nobody": (rule_file(warning(inhibited_by="[▲w.two]")), "UNKNOWN_RULE"),
    "inhibited by itself": (rule_file(warning(inhibited_by="[▲w.one]")), "CYCLE"),
    "inhibited by a breaker": (
        rule_file(breaker(), warning(inhibited_by="[▲b.one]")), "UNKNOWN_RULE",
    ),
    "breaker without an end": (
        rule_file(breaker(close_when="")).replace("- id", "- ▲id"), "MISSING_KEY",
    ),
    "steps that fall": (
        rule_file(breaker(half_open_after="1h", release="{steps: ▲[50%, 25%], every: 1h}")),
        "RELEASE",
    ),
    "a step of everything": (
        rule_file(breaker(half_open_after="1h", release="{steps: ▲[100%], every: 1h}")), "RELEASE",
    ),
    "steps without half-open": (
        rule_file(breaker(release="▲{steps: [50%], every: 1h}")), "RELEASE",
    ),
    "an award with episodes": (
        rule_file(award(dedupe="▲{key: [stream], episode: until_clear}")), "DEDUPE",
    ),
    "an award for nothing": (rule_file(award(do="▲[]")), "SHAPE"),
    "five deep": (
        rule_file(warning(when='{not: {not: {not: {▲not: {周达成率: "< 80%"}}}}}')), "TOO_DEEP",
    ),
    "any that is no list": (rule_file(warning(when='{any: ▲{周达成率: "< 80%"}}')), "SHAPE"),
    "a field twice in one mapping": (
        rule_file(warning(when='{周达成率: "< 80%", ▲attainment: "> 20%"}')), "DUPLICATE_FIELD",
    ),
    "two that never hold together": (
        rule_file(warning(when='{all: [{周达成率: "< 80%"}, {▲周达成率: "> 90%"}]}')),
        "CONTRADICTION",
    ),
    "a run and what it excludes": (
        rule_file(warning(when='{all: [{周达成率: "< 80% for 2 weeks"}, {▲周达成率: "> 90%"}]}')),
        "CONTRADICTION",
    ),
    "every alternative empty": (
        rule_file(warning(when='{周达成率: "> 90%", any: [{▲周达成率: "< 80%", stock_days: "> 9"}, '
                          '{周达成率: "< 70%"}]}')),
        "CONTRADICTION",
    ),
    "alternatives that leave nothing out": (
        rule_file(warning(when='▲{any: [{周达成率: "< 80%"}, {周达成率: ">= 70%"}]}')), "ALWAYS",
    ),
    "60 alternatives": (rule_file(warning(id="▲w.one", when=SIXTY)), "TOO_WIDE"),
}  # fmt: skip


@pytest.mark.parametrize("row", REFUSED.values(), ids=REFUSED)
def test_is_refused_in_its_place(row: tuple[str, str]) -> None:
    text, line, column = found_at(row[0])
    problems = check(text, "a.yaml", registry=REGISTRY)
    found = [(one.code, one.line, one.column) for one in problems]
    assert found == [(row[1], line, column)], "\n".join(map(render, problems))
    assert all(one.message.zh and one.message.en for one in problems)


WARNED = {
    "a name in one language": ({"name": "红色"}, "ONE_LANGUAGE", Text(zh="红色", en="红色")),
    "no name": ({"name": ""}, "NO_NAME", Text(zh="w.one", en="w.one")),
}  # fmt: skip


@pytest.mark.parametrize("row", WARNED.values(), ids=WARNED)
def test_a_name_may_be_short_but_is_noted(row: tuple[dict[str, str], str, Text]) -> None:
    other, code, name = row
    (problem,) = check(rule_file(warning(**other)), "a.yaml")
    assert (problem.code, problem.severity) == (code, "warning")
    assert only_warning(**other).name == name


def test_rules_that_inhibit_come_first_and_the_rest_stays() -> None:
    text = rule_file(
        warning(id="yellow", inhibited_by="[red]"),
        warning(id="other"),
        warning(id="blue", inhibited_by="[yellow, red]"),
        warning(id="red"),
    )
    rules = load_rule_set(text, "a.yaml").rules
    assert [rule.id for rule in rules] == ["red", "yellow", "other", "blue"]


def test_circles_are_told_wherever_they_are_entered() -> None:
    text = rule_file(
        warning(id="a", inhibited_by="[c]"),
        warning(id="b", inhibited_by="[a]"),
        warning(id="c", inhibited_by="[b]"),
        warning(id="d", inhibited_by="[a]"),
    )
    assert [(one.code, one.seen) for one in check(text, "a.yaml")] == [
        ("CYCLE", "a → c → b → a"), ("CYCLE", "b → a → c → b"), ("CYCLE", "c → b → a → c"),
    ]  # fmt: skip


def test_rules_of_files_that_are_checked_together_may_name_one_another() -> None:
    red, yellow = rule_file(warning(id="red")), rule_file(warning(inhibited_by="[red]"))
    assert check_files([("a", red), ("b", yellow)]) == (Checked(problems=(), rules=1),) * 2
    assert [one.code for one in check(yellow, "b")] == ["UNKNOWN_RULE"]
    assert check(yellow, "b", others={"red": "warning"}) == ()
    circle = rule_file(warning(id="red", inhibited_by="[w.one]"))
    codes = [
        [one.code for one in found.problems]
        for found in check_files([("a", circle), ("b", yellow)])
    ]
    assert codes == [["CYCLE"], ["CYCLE"]]


def test_a_gate_takes_the_common_keys_and_looks_back_in_time() -> None:
    text = rule_file(
        {
            "id": "g", "name": "{zh: 一, en: one}", "kind": "gate", "on": "weekly",
            "mode": "shadow", "owner": "x", "when": '{周达成率: "连续 2 周 < 80%"}',
            "locked_as": "待补全",
            "require": '[{item: paper, name: {zh: 文, en: p}, all: {stock_days: "< 9"}}]',
        }
    )  # fmt: skip
    rule_set = load_rule_set(text, "a.yaml", registry=REGISTRY)
    (gate,) = rule_set.rules
    assert isinstance(gate, Gate)
    assert (gate.mode, gate.owner) == (Mode.SHADOW, "x")
    assert [one.id for one in rule_set.sections[0].features] == ["attainment#run[2 week <0.8]"]
    strange = text.replace("item: paper", "item: papre")
    assert [one.code for one in check(strange, "a.yaml", registry=REGISTRY)] == [
        "UNKNOWN_REQUIREMENT"
    ]
