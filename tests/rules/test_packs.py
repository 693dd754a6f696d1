"""The packs that ship: each passes its cases, covers all of its rules, and holds its figures."""

from __future__ import annotations

import re
from functools import cache

import pytest

from rules import RuleFileError, cases, check, executors, load_rule_set, pack, pack_cases
from rules.executors.python import PythonExecutor
from rules.language import render
from rules.packs import names
from service import paths, registered

#: A comparison, or what an action or a breaker counts in.
LINE = re.compile(
    r'(?<=: ")[^"\n]+(?=")|\b(?:amount|hours|within|half_open_after|every): \d+', re.MULTILINE
)
FIGURE = re.compile(r"\d+(?:\.\d+)?")


@cache
def text_of(name: str) -> str:
    return pack(name)


@pytest.mark.parametrize("name", names())
def test_a_pack_has_no_problem_and_orders_only_what_is_registered(name: str) -> None:
    problems = check(text_of(name), f"{name}.yaml", registry=registered.registry())
    assert [render(problem) for problem in problems] == []


@pytest.mark.parametrize("make", [PythonExecutor, executors.default])
@pytest.mark.parametrize("name", names())
def test_a_pack_passes_its_cases_and_they_cover_it(name: str, make: type[PythonExecutor]) -> None:
    rule_set = load_rule_set(text_of(name), f"{name}.yaml")
    with make(rule_set) as executor:
        report = cases.run(rule_set, pack_cases(name), f"{name}.cases.yaml", executor=executor)
    assert [result for result in report.results if not result.passed] == []
    assert (report.summary.coverage, report.summary.uncovered) == (1.0, ())


def figures() -> list[object]:
    """Give every figure of a pack by the place where it stands, to be raised and lowered."""
    found = [
        (name, line.group(), line.start() + figure.start())
        for name in names()
        for line in LINE.finditer(pack(name))
        for figure in FIGURE.finditer(line.group())
    ]
    return [
        pytest.param(name, start, by, id=f"{name} {start}: {line} {by:+}")
        for name, line, start in found
        for by in (1, -1)
    ]


def changed(text: str, start: int, by: int) -> str:
    """Give the text with the figure at a place changed by one in its last digit."""
    found = FIGURE.match(text, start)
    assert found is not None
    places = len(found.group().partition(".")[2])
    return f"{text[:start]}{float(found.group()) + by / 10**places:g}{text[found.end() :]}"


@pytest.mark.parametrize(("name", "start", "by"), figures())
def test_no_figure_of_a_pack_changes_without_a_refusal_or_a_case_that_fails(
    name: str, start: int, by: int
) -> None:
    try:
        rule_set = load_rule_set(changed(text_of(name), start, by), name)
    except RuleFileError:
        return
    with PythonExecutor(rule_set) as executor:
        report = cases.run(rule_set, pack_cases(name), "cases", executor=executor)
    assert report.summary.failed


SEED = [
    pytest.param("targets", "target.weekly.yellow", ["< 85%"], id="T4: yellow below 85 %"),
    pytest.param("targets", "target.weekly.red", ["连续 2 周 < 80%"], id="T4: two weeks"),
    pytest.param("targets", "target.weekly.red", ["新品配额", "next_month"], id="T4: quota frozen"),
    pytest.param("targets", "target.reset", ["连续 2 周 < 80%", "> 45"], id="T5: and stock"),
    pytest.param(
        "targets",
        "target.reset",
        ["[区域总监, 总部销售VP]", "need: all", "within: 72h"],
        id="T5: both approve within 72 h",
    ),
    pytest.param("breakers", "funnel.demo_to_quote", ["every", "< 35%"], id="F1: below 35 %"),
    pytest.param("breakers", "funnel.quote_to_sign", ["every", "<= 28%"], id="F1: fell to 28 %"),
    pytest.param(
        "breakers",
        "funnel.demo_to_quote",
        ["财务审批", "应急演示包", "hours: 2", "exam: yes", "read_confirm"],
        id="F4: what the breaker does",
    ),
    pytest.param("behaviours", "award.live_stream", ["amount: 50", "within: 2h"], id="I3: 50"),
    pytest.param("behaviours", "award.partner_signed", ["amount: 2000"], id="I3: 2000"),
    pytest.param("behaviours", "award.trial_booked", ["预约试听", "CRM客户"], id="I4: keyword"),
    pytest.param("health", "health.target_deviation", ["> 15%", "< -15%"], id="D1: ±15 %"),
    pytest.param("health", "health.completeness", ["< 85%"], id="D1: completeness 85 %"),
    pytest.param("health", "health.timely_credit", ["< 99.5%"], id="D1: timely credit 99.5 %"),
    pytest.param("health", "health.newcomers", ["< 30%"], id="D1: newcomers 30 %"),
    pytest.param("health", "health.contacts", ["< 2"], id="D1: two contacts"),
]


@pytest.mark.parametrize(("name", "rule", "figures"), SEED)
def test_a_rule_has_the_figures_of_the_seed(name: str, rule: str, figures: list[str]) -> None:
    written = text_of(name).partition(f"- id: {rule}\n")[2].partition("- id: ")[0]
    assert [figure for figure in figures if figure not in written] == []


@pytest.mark.parametrize("name", paths.names())
def test_the_gates_of_a_path_ask_for_what_its_stages_collect(name: str) -> None:
    rule_set = load_rule_set(text_of(name), f"{name}.yaml")
    gates = {
        gate.id: [(item.item, item.clauses[0].operands) for item in gate.require]
        for gate in rule_set.gates
    }
    assert gates == {
        f"{name}.{stage.key}": [(need.item, (need.needed,)) for need in stage.requirements]
        for stage in paths.load(name).stages
    }
    assert len(gates) >= 4


def test_there_is_a_path_for_each_of_the_six_industries_and_each_has_its_pack() -> None:
    assert len(paths.names()) == 6
    assert set(paths.names()) < set(names())
