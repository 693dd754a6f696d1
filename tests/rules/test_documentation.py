"""The pages about rules are true: examples run, tables hold, and they leave nothing out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import pytest
from typer.testing import CliRunner

from rules import cases, check, executors, features, load_rule_set, packs
from rules.conditions import Aggregate, Join, Operator
from rules.facts import FieldType, Period, Sum
from rules.kinds import Missing, Mode, Needs, WarningRule
from rules.language import (
    award_rule,
    breaker_rule,
    case_file,
    declarations,
    expectations,
    field,
    gate_rule,
    render,
    rule_parts,
    warning_rule,
)
from service.cli import app
from service.registered import registry
from tests.rules.pages import AT, PAGES, ROOT, blocks, comparisons, history, rule_files, table

if TYPE_CHECKING:
    from pathlib import Path

    from rules.conditions import Clause
    from rules.form import RuleSet
    from tests.rules.pages import Comparison

FILES = [
    pytest.param(text, beside, id=f"{page} {number}")
    for page in PAGES
    for number, (text, beside) in enumerate(rule_files(page), 1)
]
COMPARISONS = [
    pytest.param(row, form, id=f"{row.page}: {row.field} {form}")
    for page in PAGES
    for row in comparisons(page)
    for form in dict.fromkeys((row.english, row.chinese))
]
LANGUAGES: dict[str, Literal["zh", "en"]] = {"rules.md": "en", "rules.zh.md": "zh"}
PROGRAMS = [
    pytest.param(text, id=f"{page} {number}")
    for page in PAGES
    for number, text in enumerate(blocks(page, "python"), 1)
]
#: Declares the fields that the table of comparisons speaks of.
OWN = next(text for text, _ in rule_files("rules.md") if "visit_plan:" in text)


def asking(row: Comparison, form: str) -> RuleSet:
    """Give a warning on the page's own facts that asks one comparison."""
    head = OWN.partition("\nrules:")[0]
    rule = "{id: a, name: {zh: 甲, en: a}, kind: warning, on: visit_plan, level: red, when: "
    return load_rule_set(f"{head}\nrules:\n  - {rule}{{{row.field}: '{form}'}}}}\n", row.page)


def clause_of(rule_set: RuleSet) -> Clause:
    (rule,) = rule_set.rules
    assert isinstance(rule, WarningRule)
    (clause,) = rule.when.clauses()
    return clause


@pytest.mark.parametrize(("text", "beside"), FILES)
def test_a_rule_file_of_a_page_has_no_problem_and_its_cases_pass_and_cover_it(
    text: str, beside: str | None
) -> None:
    assert beside is not None
    # As `countermark rules check` asks it: with the actions, roles and deliverables of the service.
    found = check(text, "page", registry=registry())
    assert [render(problem) for problem in found] == []
    report = cases.run(load_rule_set(text, "page"), beside, "page")
    assert [result for result in report.results if not result.passed] == []
    assert (report.summary.coverage, report.summary.uncovered) == (1.0, ())


@pytest.mark.parametrize(("row", "form"), COMPARISONS)
def test_a_comparison_of_a_page_holds_as_it_says(row: Comparison, form: str) -> None:
    rule_set = asking(row, form)
    kept = next(one.type for one in rule_set.kinds[0].fields if one.name == row.field)
    section = rule_set.sections[0]
    with executors.default(rule_set) as executor:
        held = [
            "a/enter" in executor.match("visit_plan", features.enrich(
                section.kind, section.features, history("visit_plan", row.field, kept, values), AT
            ))
            for values in (row.holds, row.fails)
        ]  # fmt: skip
    assert held == [True, False]


def test_both_pages_have_the_same_examples() -> None:
    english, chinese = (
        [(row.field, row.english, row.chinese) for row in comparisons(page)] for page in PAGES
    )
    assert english == chinese
    assert blocks("rules.md", "yaml") == blocks("rules.zh.md", "yaml")


def test_the_table_shows_every_comparison_of_every_type_of_field_and_every_look_back() -> None:
    clauses = [clause_of(asking(row, row.english)) for row in comparisons("rules.md")]
    shown = {(one.field.type, one.operator) for one in clauses if one.feature is None}
    some = {Operator.EQUAL, Operator.OTHER, Operator.IN}
    every = {FieldType.COUNT: set(Operator), FieldType.TEXT: some, FieldType.CHOICE: some}
    every[FieldType.FLAG] = {Operator.EQUAL}
    for kind, operators in every.items():
        assert {operator for one, operator in shown if one is kind} == operators
    assert {one.feature.aggregate for one in clauses if one.feature} == set(Aggregate)


KEYS = {
    "schema", "facts", "rules", "label", "item", "items", "key", "episode", "steps", "every",
    "columns", "rows", "from", "to", "over", "type",
    *gate_rule.REQUIRED, *warning_rule.REQUIRED, *warning_rule.OPTIONAL, *breaker_rule.REQUIRED,
    *breaker_rule.OPTIONAL, *award_rule.REQUIRED, *declarations.OPTIONAL, *field.OPTIONAL,
    *case_file.REQUIRED, *case_file.OVER_TIME, *expectations.OPTIONAL, *Needs, *Sum, *Join,
}  # fmt: skip
WORDS = {*FieldType, *Period, *Missing, *Mode, *rule_parts.EPISODES}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("key", sorted(KEYS))
def test_every_key_is_in_a_table_of_a_page_and_in_an_example(key: str, page: str) -> None:
    assert f"| `{key}` |" in PAGES[page]
    examples = "".join(blocks(page, "yaml"))
    assert re.search(rf"(?<![\w.]){key}:(?: |$)", examples, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("word", sorted(WORDS))
def test_every_word_that_a_key_takes_is_on_a_page(word: str, page: str) -> None:
    assert re.search(rf"`[^`]*\b{word}\b[^`]*`", PAGES[page])


@pytest.mark.parametrize("page", PAGES)
def test_every_event_is_on_a_page_in_both_languages(page: str) -> None:
    for spelled in expectations.EVENTS.values():
        for chinese, event in spelled.items():
            assert f"`{event}` {chinese}" in PAGES[page]


@pytest.mark.parametrize(("page", "head"), [("rules.md", "Code"), ("rules.zh.md", "代码")])
def test_every_code_of_a_problem_is_on_a_page_and_no_other(page: str, head: str) -> None:
    sources = "".join(
        path.read_text("utf-8") for path in (ROOT / "rules" / "language").glob("*.py")
    )
    words = set(re.findall(r'"([A-Z][A-Z_]+)"', sources))
    # YAML's word for nothing, names of constants, the widths of characters.
    known = words - {"NULL", "SCHEMA", "WF", "OPEN", "MOST_ALTERNATIVES", "MOST_COMPARISONS"}
    assert set(re.findall(r"`([A-Z][A-Z_]+)`", table(page, head))) == known


@pytest.mark.parametrize(("page", "head"), [("rules.md", "Pack"), ("rules.zh.md", "规则包")])
def test_every_pack_is_on_a_page_and_no_other(page: str, head: str) -> None:
    assert sorted(re.findall(r"`(\w+)`", table(page, head))) == list(packs.names())


@pytest.mark.parametrize("text", PROGRAMS)
def test_a_program_of_a_page_runs(text: str) -> None:
    exec(compile(text, "page", "exec"), {})  # noqa: S102 - our own page


@pytest.mark.parametrize(("page", "language"), LANGUAGES.items())
def test_the_refusal_of_a_page_is_what_is_printed(page: str, language: Literal["zh", "en"]) -> None:
    shown = blocks(page, "text")[-1]
    text = rule_files(page)[0][0].replace('库存周转天数: "> 45"', '库存周转天: "> 45"')
    (problem,) = check(text, "stock.yaml")
    assert render(problem, language) + "\n" == shown


@pytest.fixture
def first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Save the first rule as the page says, and go where it is."""
    text, beside = rule_files("rules.md")[0]
    (tmp_path / "stock.yaml").write_text(text, "utf-8")
    (tmp_path / "stock.cases.yaml").write_text(beside or "", "utf-8")
    (tmp_path / "stock.csv").write_text(blocks("rules.md", "csv")[0], "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("page", "language"), LANGUAGES.items())
@pytest.mark.usefixtures("first")
def test_the_three_commands_of_a_page_run_and_say_what_it_shows(page: str, language: str) -> None:
    (lines,) = blocks(page, "sh")
    commands = lines.splitlines()
    done = [
        CliRunner().invoke(app, command.split()[1:], env={"LC_ALL": f"{language}.UTF-8"})
        for command in commands
    ]
    assert len(commands) == 3
    assert [one.exit_code for one in done] == [0, 0, 0], [one.output for one in done]
    assert done[-1].output == blocks(page, "text")[0]


def test_another_figure_shows_in_the_cases_as_the_page_says(first: Path) -> None:
    file = first / "stock.yaml"
    file.write_text(file.read_text("utf-8").replace("> 45", "> 46"), "utf-8")
    done = CliRunner().invoke(app, ["rules", "test", "stock.yaml"], env={"LC_ALL": "C"})
    assert done.exit_code == 1
    assert "2026-W03 fires\n  - stock.high entered\n  + nothing\n" in done.output


@pytest.mark.usefixtures("first")
def test_why_of_a_table_leaves_out_what_is_older_than_its_max_age() -> None:
    ask = ["rules", "why", "stock.high", "stock.yaml", "--facts", "stock.csv", "--subject", "华东"]
    told = [
        CliRunner().invoke(app, [*ask, "--at", f"{day}T00:00:00+08:00"], env={"LC_ALL": "C"}).output
        for day in ("2026-02-09", "2026-02-10")
    ]
    # Week 3 ends on 19 January; 21 days later it still counts, after that it does not.
    assert ["is not known" in one for one in told] == [False, True]
