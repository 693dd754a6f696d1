"""What is no YAML is told in the reader's language: why, and where."""

from __future__ import annotations

import re

import pytest

from rules import check

BROKEN = {
    "two colons in a line": ("a: b: c\n", "多了一个冒号", "mapping values are not allowed"),
    "a comparison without quotes": ("a: >= 3\n", "换行", "comment or line break"),
    "a quotation mark left open": ('a: "b\n', "还没有关上", "unexpected end of stream"),
    "a bracket left open": ("a: [b, c\nd: e\n", "右方括号", "',' or ']'"),
    "a brace left open": ("a: {b: c\nd: e\n", "右花括号", "',' or '}'"),
    "a list item among keys": ("a: 1\n- b\n", "这里应该是一个键", "expected key"),
    "a key among list items": ("- a\nb: 1\n", "“-”", "'-' indicator"),
    "a key without a colon": ("a: 1\nb\nc: 2\n", "缺少冒号", "expected ':'"),
    "a value that begins with a percent sign": ("a: %b\n", "请加引号", "cannot start any token"),
    "an unknown escape": ('a: "\\q"\n', "反斜杠", "unknown escape"),
}


@pytest.mark.parametrize(("text", "zh", "en"), BROKEN.values(), ids=BROKEN)
def test_broken_yaml_is_told_in_both_languages(text: str, zh: str, en: str) -> None:
    (problem,) = check(text, "rules.yaml")
    assert problem.code == "YAML"
    assert zh in problem.message.zh
    assert en in problem.message.en
    assert re.findall("[A-Za-z]{2,}", problem.message.zh) == ["YAML"]
