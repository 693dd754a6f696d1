"""Decision tables: each row a rule, the first that holds counts, none is out of reach."""

from __future__ import annotations

import pytest

from rules.kinds import Action, WarningRule
from rules.language import check, load_rule_set, render
from tests.rules.files import found_at

HEAD = """\
schema: countermark/v1
rules:
  - id: t
    name: {zh: 表, en: Table}
    kind: warning
    on: weekly
"""
COLUMNS = "    table:\n      columns: [周达成率, 库存周转天数, level, do]\n      rows:\n"
ROWS = """\
        - ["连续 2 周 < 80%", "> 45", red, {freeze: {what: 新品配额}}]
        - ["< 85%", "-", yellow, "-"]
        - ["", "> 300", blue, [tell, {push: {what: 包}}]]
"""


def table(rows: str = ROWS, more: str = "") -> str:
    return HEAD + more + COLUMNS + rows


def rules_of(text: str) -> tuple[WarningRule, ...]:
    rules = load_rule_set(text, "t.yaml").rules
    return tuple(rule for rule in rules if isinstance(rule, WarningRule))


def test_rows_become_rules_and_earlier_ones_inhibit_later_ones() -> None:
    first, second, third = rules_of(table())
    assert [first.id, second.id, third.id] == ["t.1", "t.2", "t.3"]
    assert [one.level for one in (first, second, third)] == ["red", "yellow", "blue"]
    assert (first.inhibited_by, third.inhibited_by) == ((), ("t.1", "t.2"))
    assert [len(one.when.clauses()) for one in (first, second, third)] == [2, 1, 1]
    assert first.name.zh == "表（第 1 行）"
    assert first.do == (Action(name="freeze", parameters=(("what", "新品配额"),)),)
    assert [action.name for action in third.do] == ["tell", "push"]


def test_what_a_row_leaves_open_the_rule_says() -> None:
    rows = '        - ["< 85%", "-", "-", "-"]\n'
    more = (
        "    level: yellow\n    do: [tell]\n"
        '    when: {周达成率: "> 10%"}\n'
        '    until: {周达成率: ">= 88%"}\n'
    )  # fmt: skip
    (rule,) = rules_of(table(rows, more))
    assert (rule.level, rule.do) == ("yellow", (Action(name="tell"),))
    assert rule.until is not None
    assert [clause.threshold for clause in rule.when.clauses()] == ["10%", "85%"]


REFUSED = {
    "a row that is never reached": (
        table(ROWS + '        - ▲["< 84%", "-", red, ""]\n'), "UNREACHABLE",
    ),
    "a row that two others take together": (
        table('        - ["< 50%", "-", red, ""]\n        - ["<= 80%", "-", red, ""]\n'
              '        - ▲["in [20%, 70%]", "-", red, ""]\n'),
        "UNREACHABLE",
    ),
    "a row that asks nothing": (table(ROWS + '        - ▲["-", "-", red, ""]\n'), "TABLE"),
    "a cell too few": (table(ROWS + '        - ▲["-", "> 3", red]\n'), "TABLE"),
    "no level anywhere": (table('        - ▲["< 84%", "-", "-", ""]\n'), "TABLE"),
    "a cell that cannot be read": (table('        - [▲"84%", "-", red, ""]\n'), "COMPARISON"),
    "an unknown column": (table().replace("[周达成率,", "[▲周达标率,"), "UNKNOWN_FIELD"),
    "no field among the columns": (
        HEAD + "    table: {columns: ▲[level], rows: [[red]]}\n", "TABLE",
    ),
    "an id that a row takes": (
        table().replace("- id: t", "- {id: t.2, name: {zh: 一, en: one}, kind: warning, "
                        'on: weekly, when: {周达成率: "< 9%"}, level: red}\n  - id: ▲t'),
        "DUPLICATE_ID",
    ),
    "a table that is to inhibit as a whole": (
        table() + "  - {id: x, name: {zh: 一, en: one}, kind: warning, on: weekly, "
        'when: {周达成率: "< 9%"}, level: red, inhibited_by: [▲t]}\n',
        "UNKNOWN_RULE",
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", REFUSED.values(), ids=REFUSED)
def test_is_refused_in_its_place(row: tuple[str, str]) -> None:
    text, line, column = found_at(row[0])
    problems = check(text, "t.yaml")
    found = [(one.code, one.line, one.column) for one in problems]
    assert found == [(row[1], line, column)], "\n".join(map(render, problems))


def test_a_row_and_a_rule_that_wait_for_one_another_are_told() -> None:
    text = table(more="    inhibited_by: [x]\n") + (
        "  - {id: x, name: {zh: 一, en: one}, kind: warning, on: weekly, "
        'when: {周达成率: "< 9%"}, level: red, inhibited_by: [t.2]}\n'
    )
    assert {one.code for one in check(text, "t.yaml")} == {"CYCLE"}


def test_a_row_may_be_named_by_others() -> None:
    text = table() + (
        "  - {id: x, name: {zh: 一, en: one}, kind: warning, on: weekly, "
        'when: {周达成率: "< 9%"}, level: red, inhibited_by: [t.1]}\n'
    )
    assert check(text, "t.yaml") == ()
