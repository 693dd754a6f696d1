"""Twelve mistakes planted in one file give twelve messages in their places, in both languages."""

from __future__ import annotations

import re

import pytest

from rules.language import check, render
from service.registered import registry

#: ▲ stands where a mistake is to be found; it is taken out before the file is read.
PLANTED = """\
schema: countermark/v1
rules:
  - id: target.yellow
    name: {zh: 黄色提醒, en: Yellow}
    kind: warning
    on: weekly
    when: {▲周达成绿: "< 85%"}
    level: yellow

  - id: target.red
    name: {zh: 红色预警, en: Red}
    kind: warning
    on: weekly
    when: {周达成率: ▲"< 80% for 2 days", 库存周转天数: ▲"> 4500"}
    ▲untl: {周达成率: ">= 88%"}
    level: red
    inhibited_by: [▲target.rot]
    do:
      - ▲notfy: {to: [区域经理], template: weekly_red}
      - notify: {to: [▲区域经里], template: weekly_red}

  - id: ▲target.red
    name: {zh: 又一条, en: Again}
    kind: warning
    on: weekly
    when:
      all:
        - {周达成率: "< 80%"}
        - {▲周达成率: ">= 90%"}
    level: red

  - id: funnel.demo
    name: {zh: 漏斗, en: Funnel}
    kind: ▲braker
    on: funnel

  - id: funnel.quote
    name: {zh: 报价, en: Quotes}
    kind: breaker
    on: funnel
    open_when: {scope: ▲every shop, 演示转报价率_7日: "< 35%"}
    close_when: {演示转报价率_7日: ▲">= 4５"}
"""
CODES = [
    "UNKNOWN_FIELD", "WINDOW", "NEVER", "UNKNOWN_KEY", "UNKNOWN_RULE", "UNKNOWN_ACTION",
    "UNKNOWN_ROLE", "DUPLICATE_ID", "CONTRADICTION", "UNKNOWN_WORD", "SCOPE", "NEVER",
]  # fmt: skip
BREAKER = """\
kind: breaker
    on: funnel
    open_when: {demos: "< 1"}
    close_when: {demos: "> 3"}
"""
#: What a reader must be told of each, in Chinese and in English.
TOLD = [
    ("是不是“周达成率”", "Did you mean '周达成率'"),
    ("2 days", "2 days"),
    ("4500", "4500"),
    ("是不是“until”", "Did you mean 'until'"),
    ("是不是“target.red”", "Did you mean 'target.red'"),
    ("是不是“notify”", "Did you mean 'notify'"),
    ("是不是“区域经理”", "Did you mean '区域经理'"),
    ("第 10 行", "line 10"),
    ("第 28 行", "line 28"),
    ("是不是“breaker”", "Did you mean 'breaker'"),
    ("every region", "every region"),
    ("[0, 10]", "[0, 10]"),
]


def planted() -> tuple[str, list[tuple[int, int]]]:
    """Give the file without its marks, and where they stood."""
    places = []
    for number, line in enumerate(PLANTED.splitlines(), 1):
        found = [match.start() for match in re.finditer("▲", line)]
        places += [(number, column + 1 - earlier) for earlier, column in enumerate(found)]
    return PLANTED.replace("▲", ""), places


def test_twelve_mistakes_give_twelve_messages_in_their_places() -> None:
    text, places = planted()
    problems = check(text, "planted.yaml", registry=registry())
    shown = "\n".join(render(problem) for problem in problems)
    assert [(one.line, one.column) for one in problems] == places, shown
    assert [one.code for one in problems] == CODES, shown
    assert len(problems) == 12


@pytest.mark.parametrize(("locale", "place"), [("zh", 0), ("en", 1)])
def test_each_is_told_in_either_language_with_the_place_and_a_caret(
    locale: str, place: int
) -> None:
    text, places = planted()
    problems = check(text, "planted.yaml", registry=registry())
    for problem, told, (line, column) in zip(problems, TOLD, places, strict=True):
        shown = render(problem, locale)
        assert shown.startswith(f"planted.yaml:{line}:{column}: ")
        assert told[place] in shown
        assert shown.endswith("^")
        assert text.splitlines()[line - 1].strip()[:20] in shown


def test_without_the_mistakes_there_is_no_message() -> None:
    right = planted()[0]
    for wrong, meant in (
        ("周达成绿", "周达成率"), ("2 days", "2 weeks"), ("4500", "45"), ("untl", "until"),
        ("[target.rot]", "[target.yellow]"), ("notfy", "notify"), ("区域经里", "区域经理"),
        ("id: target.red\n    name: {zh: 又", "id: target.three\n    name: {zh: 又"),
        ('">= 90%"', '">= 10%"'), ("every shop", "every region"), ('">= 4５"', '">= 4５%"'),
        ("kind: braker\n    on: funnel\n", BREAKER),
    ):  # fmt: skip
        assert wrong in right
        right = right.replace(wrong, meant)
    assert check(right, "planted.yaml", registry=registry()) == ()
