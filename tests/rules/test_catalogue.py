"""The metrics catalogue: what it may declare, what is refused, and that rule files stand on it."""

from __future__ import annotations

import pytest

from rules import RuleFileError, check, load_rule_set
from rules.executors.encoding import Kinds
from rules.facts import Derived, Period, Sum, Window
from rules.features import plan
from rules.language import check_catalogue, load_catalogue, render
from rules.language.catalogue import shipped
from tests.rules.files import found_at, rule_file

HEAD = """\
schema: countermark-metrics/v1
kinds:
  shop:
    label: {zh: 门店日报, en: Shop by day}
    period: day
    subject: {zh: 门店, en: shop}
    subjects: [一店, 二店]
    fields:
      sold: {type: count, label: {zh: 销量, en: Sold}, unit: pieces, max_age: 2d}
      seen: {type: count, label: {zh: 客流, en: Visitors}}
      name: {type: text, label: {zh: 店名, en: Name}}
"""
RATE = "type: number, label: {zh: 率, en: Rate}, unit: ratio, range: [0, 1]"


def field(declared: str) -> str:
    return f"{HEAD}      {declared}\n"


def chain(length: int) -> str:
    """Give so many fields, each derived from the one before it."""
    lines = [
        f"      f{number}: {{type: count, label: {{zh: 字段{number}, en: F{number}}}, "
        f"derived: {{sum: [{'sold' if number == 1 else f'f{number - 1}'}]}}}}\n"
        for number in range(1, length + 1)
    ]
    return HEAD + "".join(lines)


def test_a_catalogue_says_all_that_facts_need() -> None:
    text = field(f"rate: {{{RATE}, source: {{zh: 收银, en: Till}}, "
                 "derived: {ratio: [销量, Visitors], over: 1 week}}")  # fmt: skip
    (kind,) = load_catalogue(text, "m.yaml").kinds
    assert (kind.period, kind.subject.zh, kind.subjects) == (Period.DAY, "门店", ("一店", "二店"))
    sold, *_, rate = kind.fields
    assert (sold.unit, sold.max_age) == ("pieces", 172_800)
    assert rate.source is not None
    assert rate.source.en == "Till"
    window = Window(length=7, unit=Period.DAY)
    assert rate.derived == Derived(sum=Sum.RATIO, inputs=("sold", "seen"), window=window)


SHARED = """\
    groups:
      - items: {x: {zh: 物, en: X}}
        fields: {n: {type: count, label: {zh: 数, en: n}, ▲derived: {sum: [sold]}}}
"""

REFUSED = {
    "a ratio without range": (
        field("▲rate: {type: number, label: {zh: 率, en: Rate}, unit: ratio}"), "RANGE", None,
    ),
    "an unknown input": (
        field(f"rate: {{{RATE}, derived: {{ratio: [▲sole, seen]}}}}"), "UNKNOWN_FIELD", "sold",
    ),
    "an input that is no number": (
        field(f"rate: {{{RATE}, derived: {{ratio: [▲name, seen]}}}}"), "DERIVED", None,
    ),
    "a ratio of three": (
        field(f"rate: {{{RATE}, derived: {{ratio: ▲[sold, seen, sold]}}}}"), "DERIVED", None,
    ),
    "two sums at once": (
        field(f"rate: {{{RATE}, derived: ▲{{ratio: [sold, seen], sum: [sold]}}}}"), "DERIVED", None,
    ),
    "no sum at all": (field(f"rate: {{{RATE}, derived: ▲{{over: 7d}}}}"), "DERIVED", None),
    "months of days": (
        field(f"rate: {{{RATE}, derived: {{ratio: [sold, seen], over: ▲2 months}}}}"),
        "WINDOW", None,
    ),
    "derived from itself": (
        field(f"▲rate: {{{RATE}, derived: {{ratio: [rate, seen]}}}}"), "CYCLE", None,
    ),
    "nine steps": (chain(9).replace("f9:", "▲f9:"), "TOO_DEEP", None),
    "a derived word": (
        field("a: {type: text, label: {zh: 甲, en: A}, derived: ▲{sum: [sold]}}"),
        "OUT_OF_PLACE", None,
    ),
    "an age without unit": (
        field("a: {type: text, label: {zh: 甲, en: A}, max_age: ▲2}"), "DURATION", None,
    ),
    "an unknown period": (HEAD.replace("period: day", "period: ▲daily"), "UNKNOWN_WORD", "day"),
    "a subject twice": (HEAD.replace("二店", "▲一店"), "DUPLICATE_WORD", None),
    "another schema": (HEAD.replace("countermark-metrics/v1", "▲countermark/v1"),
                       "UNKNOWN_WORD", "countermark-metrics/v1"),
    "a derived field that items share": (
        HEAD + SHARED, "OUT_OF_PLACE", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", REFUSED.values(), ids=REFUSED)
def test_is_refused_in_its_place(row: tuple[str, str, str | None]) -> None:
    text, line, column = found_at(row[0])
    problems = check_catalogue(text, "m.yaml")
    found = [(one.code, one.line, one.column, one.suggestion) for one in problems]
    assert found == [(row[1], line, column, row[2])], "\n".join(map(render, problems))
    with pytest.raises(RuleFileError):
        load_catalogue(text, "m.yaml")


def test_eight_steps_are_taken() -> None:
    assert check_catalogue(chain(8), "m.yaml") == ()


def test_a_circle_of_two_is_told_of_both() -> None:
    other = RATE.replace("率", "另率").replace("Rate", "Other")
    text = field(f"a: {{{RATE}, derived: {{sum: [b]}}}}")
    text += f"      b: {{{other}, derived: {{sum: [a]}}}}\n"
    assert [(one.code, one.seen) for one in check_catalogue(text, "m.yaml")] == [
        ("CYCLE", "a → b → a"), ("CYCLE", "b → a → b"),
    ]  # fmt: skip


def test_every_kind_that_ships_can_be_computed() -> None:
    for kind in shipped().kinds:
        plan(kind, ())  # it refuses what cannot be
        assert all(field.source or field.derived for field in kind.fields)


ON_SHOP = """\
schema: countermark/v1
rules:
  - id: w
    name: {zh: 一, en: one}
    kind: warning
    on: shop
    when: {销量: "7 天合计 < 20", seen: "> 3"}
    level: red
"""


def test_a_rule_file_stands_on_the_catalogue_it_is_given() -> None:
    catalogue = load_catalogue(HEAD, "m.yaml")
    rule_set = load_rule_set(ON_SHOP, "a.yaml", catalogue=catalogue)
    assert [kind.name for kind in rule_set.kinds] == ["shop"]
    (section,) = rule_set.sections
    assert [feature.id for feature in section.features] == ["sold#sum[7 day]"]
    assert section.kind.fields[-1].name == "sold#sum[7 day]"
    encoded = Kinds(rule_set).encode("shop", {"sold": 3, "seen": 4, "sold#sum[7 day]": 19})
    assert list(encoded) == [4, 19]
    assert [one.code for one in check(ON_SHOP, "a.yaml")] == ["UNKNOWN_KIND"]


def test_kinds_that_no_rule_uses_are_no_part_of_the_version() -> None:
    more = (
        HEAD
        + "  other: {label: {zh: 它, en: It}, fields: {a: {type: flag, label: {zh: 甲, en: A}}}}\n"
    )
    versions = {
        load_rule_set(ON_SHOP, "a", catalogue=load_catalogue(one, "m")).version
        for one in (HEAD, more)
    }
    assert len(versions) == 1


def test_a_kind_is_declared_in_one_place_only() -> None:
    text = rule_file().replace("  week:", "  weekly:").replace("on: week\n", "on: weekly\n")
    (problem,) = check(text, "a.yaml")
    assert (problem.code, problem.line, problem.column) == ("DUPLICATE_KIND", 3, 3)
