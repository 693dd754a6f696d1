"""Cases over time: tables and expectations are read strictly, and each mistake has its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rules import load_rule_set, periods
from rules.facts import Period
from rules.language.case_file import check_cases, load_cases
from rules.language.scenario import Scenario
from tests.rules.files import found_at, rule, rule_file

if TYPE_CHECKING:
    from rules.history import Fact

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
    "unknown level in a list": (expecting("{at: 2026-01-12, level: [▲none]}"), "UNKNOWN_WORD"),
    "level of an unknown subject": (
        expecting("{at: 2026-01-12, level: {▲B: none}}"),
        "UNKNOWN_SUBJECT",
    ),
    "levels of subjects beside subject": (
        expecting("{at: 2026-01-12, subject: A, level: ▲{A: none}}"),
        "OUT_OF_PLACE",
    ),
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


CATALOGUE = load_rule_set(
    """\
schema: countermark/v1
rules:
  - {id: a, name: {zh: 甲, en: a}, kind: warning, on: funnel, when: {演示数: "< 3"}, level: low}
  - {id: b, name: {zh: 乙, en: b}, kind: warning, on: weekly, when: {周达成率: "< 80%"}, level: low}
  - id: c
    name: {zh: 丙, en: c}
    kind: award
    on: chat
    when: {有客户手机号: "= 是"}
    dedupe: {key: [CRM客户]}
    do: [{award: {what: points, amount: 1}}]
""",
    "b.yaml",
)


def facts_of(columns: str, row: str, kind: str) -> list[Fact]:
    expect = "[{at: 2026-03-01, fires: []}]"
    (read,) = load_cases(CATALOGUE, over_time(columns, f"[{row}]", expect, kind), "b")
    assert isinstance(read, Scenario)
    return list(read.facts)


def test_a_range_of_days_is_a_fact_of_each_of_them_known_at_its_end() -> None:
    facts = facts_of("[大区, 日期, 演示数]", "[华东, 2026-01-30..2026-02-01, 5]", "funnel")
    assert [fact.at.isoformat() for fact in facts] == [
        "2026-01-31T00:00:00+08:00",
        "2026-02-01T00:00:00+08:00",
        "2026-02-02T00:00:00+08:00",
    ]
    assert [fact.known_at for fact in facts] == [fact.at for fact in facts]
    assert [fact.period for fact in facts] == [
        periods.number(Period.DAY, fact.at) - 1 for fact in facts
    ]


@pytest.mark.parametrize("word", ["全部", "all", '"*"'])
def test_one_row_may_speak_of_every_subject_that_is_declared(word: str) -> None:
    facts = facts_of("[大区, 周, 周达成率]", f"[{word}, 2026-W02, 79%]", "weekly")
    assert tuple(fact.subject for fact in facts) == (
        "华东", "华北", "华南", "华中", "西南", "西北", "东北"
    )  # fmt: skip


READ = [
    pytest.param("weekly", "周达成率", "79%", 0.79, id="a ratio with %"),
    pytest.param("weekly", "attainment", "79 %", 0.79, id="a blank before %"),
    pytest.param("weekly", "Weekly attainment", "0.79", 0.79, id="a ratio without %"),
    pytest.param("funnel", "演示数", "５", 5, id="full-width digits"),
    pytest.param("chat", "有客户手机号", "是", True, id="yes"),
    pytest.param("chat", "有客户手机号", "no", False, id="no"),
    pytest.param("chat", "命中关键词", "预约试听", "trial_lesson", id="a label of a choice"),
    pytest.param("chat", "CRM客户", '"007"', "007", id="text of digits"),
]
HEADS = {"weekly": "周, 2026-W02", "funnel": "日期, 2026-01-12", "chat": "时间, 2026-01-12 09:00"}


@pytest.mark.parametrize(("kind", "column", "cell", "value"), READ)
def test_a_cell_is_read_as_its_field_declares(
    kind: str, column: str, cell: str, value: object
) -> None:
    head, _, when = HEADS[kind].partition(", ")
    (fact,) = facts_of(f"[subject, {head}, {column}]", f"[华东, {when}, {cell}]", kind)
    assert list(fact.values.values()) == [value]


WRONG = {
    "computed column": ("[大区, 日期, ▲演示数_7日]", "[华东, 2026-01-12, 5]", "COMPUTED"),
    "unknown region": ("[大区, 日期, 演示数]", "[▲华冬, 2026-01-12, 5]", "UNKNOWN_SUBJECT"),
    "a range backwards": ("[大区, 日期, 演示数]", "[华东, ▲2026-02-01..2026-01-30, 5]", "TIME"),
    "a range of years": ("[大区, 日期, 演示数]", "[华东, ▲2020-01-01..2026-01-30, 5]", "TIME"),
    "half a range": ("[大区, 日期, 演示数]", "[华东, ▲2026-02-01.., 5]", "TIME"),
    "a week for a day": ("[大区, 日期, 演示数]", "[华东, ▲2026-W02, 5]", "TIME"),
}


@pytest.mark.parametrize("row", WRONG.values(), ids=WRONG)
def test_a_table_of_the_catalogue_is_refused_in_its_place(row: tuple[str, str, str]) -> None:
    columns, cells, code = row
    expect = "[{at: 2026-03-01, fires: []}]"
    text, line, column = found_at(over_time(columns, f"[{cells}]", expect, "funnel"))
    found = [(one.code, one.line, one.column) for one in check_cases(CATALOGUE, text, "b")]
    assert found == [(code, line, column)]


def test_a_share_of_days_is_no_cell() -> None:
    """45 % of days would be taken for 0.45 days, and the warning would never come."""
    quiet = "[{at: 2026-W02, fires: []}]"
    rows = "[[华东, 2026-W02, ▲45%]]"
    text, line, column = found_at(over_time("[大区, 周, 库存周转天数]", rows, quiet, "weekly"))
    (found,) = check_cases(CATALOGUE, text, "b")
    assert (found.code, found.line, found.column) == ("UNIT", line, column)
    assert found.suggestion == "45"


def test_more_facts_than_people_write_are_refused() -> None:
    rows = ", ".join(f"[全部, {year}-01-01..{year}-12-31, {year}]" for year in range(2000, 2010))
    found = check_cases(
        CATALOGUE, over_time("[大区, 日期, 演示数]", f"[{rows}]", kind="funnel"), "b"
    )
    assert [one.code for one in found if one.code != "UNKNOWN_RULE"] == ["TOO_MANY_FACTS"] * 3
