"""docs/rules.md is true: its examples run, its tables hold, and it leaves nothing out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rules import cases, check, executors, load_rule_set
from rules.facts import FieldType
from rules.kinds import Needs
from rules.language import case_file, gate_rule, render

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rules.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
RULE_FILES = [text for kind, text in BLOCKS if kind == "yaml" and "cases/v1" not in text]
CASE_FILES = [text for kind, text in BLOCKS if kind == "yaml" and "cases/v1" in text]
PYTHON = [text for kind, text in BLOCKS if kind == "python"]
COMPARISONS = re.findall(r"^\| (\w+) \| `(.+?)` \| `(.+?)` \| `(.+?)` \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("text", RULE_FILES)
def test_a_rule_file_of_the_page_has_no_problem(text: str) -> None:
    assert [render(problem) for problem in check(text, "page")] == []


def test_the_cases_of_the_page_pass_and_cover_their_rules() -> None:
    (text,) = CASE_FILES
    report = cases.run(load_rule_set(RULE_FILES[-1], "page"), text, "page")
    assert (report.summary.failed, report.summary.coverage) == (0, 1.0)


@pytest.mark.parametrize(("field", "comparison", "right", "wrong"), COMPARISONS)
def test_a_comparison_of_the_page_holds_as_it_says(
    *, field: str, comparison: str, right: str, wrong: str
) -> None:
    text = RULE_FILES[0].replace('{阶段: "= 定稿"}', f'{{{field}: "{comparison}"}}')
    rule_set = load_rule_set(text, "page")
    with executors.default(rule_set) as executor:
        asked = [
            "plan.final/asked" in executor.match("visit_plan", {field: json.loads(value)})
            for value in (right, wrong)
        ]
    assert asked == [True, False]


def test_the_table_shows_every_comparison_of_every_type_of_field() -> None:
    kinds = {field.name: field for field in load_rule_set(RULE_FILES[0], "page").kinds[0].fields}
    shown = {(kinds[row[0]].type, row[1].split()[0]) for row in COMPARISONS}
    signs = {"=", "!=", "in"}
    assert {sign for kind, sign in shown if kind is FieldType.COUNT} == signs | {
        "<",
        "<=",
        ">",
        ">=",
    }
    assert {sign for kind, sign in shown if kind is FieldType.TEXT} == signs
    assert {sign for kind, sign in shown if kind is FieldType.CHOICE} == signs
    assert {sign for kind, sign in shown if kind is FieldType.FLAG} == {"="}


@pytest.mark.parametrize("text", PYTHON)
def test_the_program_of_the_page_runs(text: str) -> None:
    exec(compile(text, "docs/rules.md", "exec"), {})  # noqa: S102 - our own page


def test_the_refusal_of_the_page_is_what_is_printed() -> None:
    (shown,) = [text for kind, text in BLOCKS if kind == "text"]
    lines = RULE_FILES[0].splitlines()
    start = lines.index('    when: {阶段: "= 定稿"}')
    lines[start] = '    when: {拜方次数: "> 1"}'
    (problem,) = check("\n".join(lines), "plan.yaml")
    assert render(problem) + "\n" == shown


KEYS = {
    "schema", "facts", "rules", "label", "fields", "groups", "items", "type", "values", "range",
    "item", "name", "missing", *gate_rule.REQUIRED, *case_file.REQUIRED, *Needs, *FieldType,
}  # fmt: skip


@pytest.mark.parametrize("key", sorted(KEYS))
def test_every_key_is_on_the_page(key: str) -> None:
    assert f"`{key}`" in PAGE


def test_every_code_of_a_problem_is_on_the_page_and_no_other() -> None:
    sources = "".join(
        path.read_text("utf-8") for path in (ROOT / "rules" / "language").glob("*.py")
    )
    words = set(re.findall(r'"([A-Z][A-Z_]+)"', sources))
    # YAML's word for nothing, the name of a constant, the widths of characters.
    known = words - {"NULL", "SCHEMA", "WF"}
    table = PAGE.partition("| Code |")[2].partition("\n## ")[0]
    assert set(re.findall(r"`([A-Z][A-Z_]+)`", table)) == known
