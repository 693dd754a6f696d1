"""What the `facts:` section may declare, and what is refused in its place."""

from __future__ import annotations

import pytest

from rules import check, load_rule_set
from rules.language import render
from tests.rules.files import HEAD, found_at, rule, rule_file

DECLARED = {
    "no label": ("▲{type: count}", "MISSING_KEY", None),
    "type": ("{type: ▲coun, label: {zh: 甲, en: A}}", "UNKNOWN_WORD", "count"),
    "no words to choose from": (
        "{type: choice, label: {zh: 甲, en: A}, values: ▲[]}",
        "SHAPE",
        None,
    ),
    "word twice": (
        "{type: choice, label: {zh: 甲, en: A}, values: [b, ▲b]}",
        "DUPLICATE_WORD",
        None,
    ),
    "range of words": (
        "{type: choice, label: {zh: 甲, en: A}, values: [b], range: ▲[0, 1]}",
        "OUT_OF_PLACE",
        None,
    ),
    "words of a count": (
        "{type: count, label: {zh: 甲, en: A}, values: ▲[b]}",
        "OUT_OF_PLACE",
        None,
    ),
    "range with its ends swapped": (
        "{type: number, label: {zh: 甲, en: A}, range: ▲[2, 1]}",
        "RANGE",
        None,
    ),
    "exponents in a range": (
        "{type: number, label: {zh: 甲, en: A}, range: ▲[1e3, 2e3]}",
        "RANGE",
        None,
    ),
    "key of tomorrow": ("{type: count, label: {zh: 甲, en: A}, ▲colour: 红}", "UNKNOWN_KEY", None),
}


@pytest.mark.parametrize("row", DECLARED.values(), ids=DECLARED)
def test_a_declaration_is_refused_in_its_place(row: tuple[str, str, str | None]) -> None:
    declared = f"{HEAD}      new: {row[0]}\n" + rule_file()[len(HEAD) :]
    text, line, column = found_at(declared)
    problems = check(text, "a.yaml")
    found = [(one.code, one.line, one.column, one.suggestion) for one in problems]
    assert found == [(row[1], line, column, row[2])], "\n".join(map(render, problems))


@pytest.mark.parametrize(
    ("declaration", "code"),
    [
        pytest.param("{type: choice, label: {zh: 甲, en: A}}", "MISSING_KEY", id="no values"),
        pytest.param(
            "{type: count, label: {zh: 大区, en: A}}", "DUPLICATE_FIELD", id="label taken"
        ),
    ],
)
def test_a_declaration_is_refused_at_its_name(declaration: str, code: str) -> None:
    text = f"{HEAD}      new: {declaration}\n" + rule_file()[len(HEAD) :]
    (problem,) = check(text, "a.yaml")
    assert (problem.code, problem.line, problem.column) == (code, HEAD.count("\n") + 1, 7)


GROUPS = """\
    groups:
      - items: {a: {zh: 甲, en: A}, b: {zh: 乙, en: B}}
        fields: {sent: {type: count, label: {zh: 已发, en: sent}}}
"""


def test_a_group_declares_its_fields_for_each_item() -> None:
    text = HEAD + GROUPS + "rules:\n" + rule('a.sent: "> 1", 乙·已发: "> 2"')
    (gate,) = load_rule_set(text, "a.yaml").gates
    assert [clause.field.name for clause in gate.when] == ["a.sent", "b.sent"]
    assert [clause.field.label.en for clause in gate.when] == ["A: sent", "B: sent"]


DECLARED_TWICE = {
    "an item of two groups": (
        (
            f"{HEAD}{GROUPS}      - items: {{▲a: {{zh: 丙, en: C}}}}\n"
            "        fields: {got: {type: count, label: {zh: 已收, en: got}}}\nrules:\n"
        ),
        "DUPLICATE_ITEM",
    ),
    "a field of a group that stands alone too": (
        (
            f"{HEAD}      a.sent: {{type: flag, label: {{zh: 已, en: x}}}}\n"
            f"{GROUPS.replace('{a:', '{▲a:')}rules:\n"
        ),
        "DUPLICATE_FIELD",
    ),
    "a kind, once full-width": (
        (
            f"{HEAD}  ▲ｗeek: {{label: {{zh: 周, en: w}}, fields: {{x: {{type: flag, "
            "label: {zh: 已, en: x}}}}\nrules:\n"
        ),
        "DUPLICATE_KIND",
    ),
}


@pytest.mark.parametrize("row", DECLARED_TWICE.values(), ids=DECLARED_TWICE)
def test_what_is_declared_twice_is_refused(row: tuple[str, str]) -> None:
    text, line, column = found_at(row[0] + rule())
    found = [(one.code, one.line, one.column) for one in check(text, "a.yaml")]
    assert found == [(row[1], line, column)]


def test_a_field_with_a_bad_declaration_brings_no_further_complaint() -> None:
    text = HEAD + "      new: {type: cout, label: {zh: 新, en: New}}\nrules:\n"
    text += rule('new: "> 1"')
    assert [one.code for one in check(text, "a.yaml")] == ["UNKNOWN_WORD"]
