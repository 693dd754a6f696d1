"""Cases over time: tables and expectations are read strictly, and each mistake has its place."""

from __future__ import annotations

import pytest

from rules import load_rule_set
from rules.language.case_file import check_cases, load_cases
from rules.language.scenario import Scenario
from tests.rules.files import found_at, rule, rule_file

RULE_SET = load_rule_set(
    rule_file(rule(needs='all: {visits: ">= 1"}'), rule('大区: "= 华北"', id="gate.two")), "a.yaml"
)
COLUMNS = "[对象, 时间, 大区, visits]"
ROWS = "[[A, 2026-01-12 09:00, 华东, 0]]"
EXPECT = "[{at: 2026-01-12, fires: [gate.one]}]"


def over_time(
    columns: str = COLUMNS, rows: str = ROWS, expect: str = EXPECT, kind: str = "week"
) -> str:
    """Give a file with one case over time."""
    return (
        "schema: countermark-cases/v1\ncases:\n  - case: 一\n    given:\n"
        f"      {kind}:\n        columns: {columns}\n        rows: {rows}\n    expect: {expect}\n"
    )


def expecting(entry: str) -> str:
    return over_time(expect=f"[{entry}]")


REFUSED = {
    "unknown kind of fact": (over_time(kind="▲weak"), "UNKNOWN_KIND"),
    "unknown column": (over_time("[对象, 时间, ▲大曲, visits]"), "UNKNOWN_FIELD"),
    "column twice": (
        over_time("[对象, 时间, 大区, ▲region]", "[[A, 2026-01-12 09:00, 华东, ~]]"),
        "DUPLICATE_FIELD",
    ),
    "no column of subjects": (over_time("▲[时间, 大区, visits]"), "MISSING_KEY"),
    "no column of times": (over_time("▲[对象, 大区, visits]"), "MISSING_KEY"),
    "a cell too few": (over_time(rows="[▲[A, 2026-01-12 09:00, 华东]]"), "ROW"),
    "a cell too many": (over_time(rows="[▲[A, 2026-01-12 09:00, 华东, 0, 1]]"), "ROW"),
    "no time": (over_time(rows="[[A, ▲昨天, 华东, 0]]"), "TIME"),
    "a week where a moment belongs": (over_time(rows="[[A, ▲2026-W03, 华东, 0]]"), "TIME"),
    "a day that does not exist": (over_time(rows="[[A, ▲2026-02-30 09:00, 华东, 0]]"), "TIME"),
    "unknown word": (over_time(rows="[[A, 2026-01-12 09:00, ▲华冬, 0]]"), "VALUE"),
    "no number": (over_time(rows="[[A, 2026-01-12 09:00, 华东, ▲many]]"), "NUMBER"),
    "out of range": (
        over_time("[对象, 时间, rate]", "[[A, 2026-01-12 09:00, ▲300%]]"),
        "VALUE",
    ),
    "the same fact twice": (
        over_time(rows="[[A, 2026-01-12 09:00, 华东, 0], [▲A, 2026-01-12 09:00, 华东, 1]]"),
        "DUPLICATE_FACT",
    ),
    "unknown key of an expectation": (expecting("{at: 2026-01-12, ▲fire: []}"), "UNKNOWN_KEY"),
    "no time of an expectation": (expecting("▲{fires: [gate.one]}"), "MISSING_KEY"),
    "unknown rule": (expecting("{at: 2026-01-12, fires: [▲gate.on]}"), "UNKNOWN_RULE"),
    "unknown rule that must be quiet": (
        expecting("{at: 2026-01-12, fires: [gate.one], not: [▲gate.thre]}"),
        "UNKNOWN_RULE",
    ),
    "event of another kind of rule": (
        expecting("{at: 2026-01-12, fires: [▲gate.one opened]}"),
        "UNKNOWN_WORD",
    ),
    "state of another kind of rule": (
        expecting("{at: 2026-01-12, states: {gate.one: ▲active}}"),
        "UNKNOWN_WORD",
    ),
    "unknown subject": (expecting("{at: 2026-01-12, subject: ▲B, fires: []}"), "UNKNOWN_SUBJECT"),
    "unknown item": (expecting("{at: 2026-01-12, missing: [▲j]}"), "UNKNOWN_WORD"),
    "unknown level": (expecting("{at: 2026-01-12, level: ▲red}"), "UNKNOWN_WORD"),
    "unknown action": (expecting("{at: 2026-01-12, actions: [▲freeze]}"), "UNKNOWN_WORD"),
    "times out of order": (
        expecting("{at: 2026-01-13, fires: []}, {at: ▲2026-01-12, fires: []}"),
        "ORDER",
    ),
    "state of whom": (
        over_time(
            rows="[[[A, B], 2026-01-12 09:00, 华东, 0]]",
            expect="[{at: 2026-01-12, states: {▲gate.one: locked}}]",
        ),
        "MISSING_KEY",
    ),
}


@pytest.mark.parametrize("row", REFUSED.values(), ids=REFUSED)
def test_a_case_over_time_is_refused_in_its_place(row: tuple[str, str]) -> None:
    text, line, column = found_at(row[0])
    found = [(one.code, one.line, one.column) for one in check_cases(RULE_SET, text, "a")]
    assert found == [(row[1], line, column)]


def scenario(text: str) -> Scenario:
    (read,) = load_cases(RULE_SET, text, "a")
    assert isinstance(read, Scenario)
    return read


def test_a_row_with_several_subjects_is_a_fact_of_each() -> None:
    facts = scenario(over_time(rows="[[[A, B], 2026-01-12 09:00, 华东, ~]]")).facts
    assert [(fact.subject, dict(fact.values)) for fact in facts] == [
        ("A", {"region": "east"}),
        ("B", {"region": "east"}),
    ]


def test_facts_come_in_the_order_in_which_they_became_known() -> None:
    rows = "[[A, 2026-01-12 09:00, 1, 2026-01-20], [A, 2026-01-13 09:00, 2, ~]]"
    facts = scenario(over_time("[对象, 时间, visits, 得知]", rows)).facts
    assert [fact.values["visits"] for fact in facts] == [2, 1]
    assert facts[1].at < facts[0].at < facts[1].known_at
