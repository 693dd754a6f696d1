"""A small rule file that tests take apart, and the kinds that it declares."""

from __future__ import annotations

HEAD = """\
schema: countermark/v1
facts:
  week:
    label: {zh: 周报, en: Weekly report}
    fields:
      region:
        type: choice
        label: {zh: 大区, en: Region}
        values: {east: {zh: 华东, en: East}, north: {zh: 华北, en: North}, no: {zh: 无, en: none}}
      rate: {type: number, label: {zh: 达成率, en: Achievement}, range: [0, 2]}
      stock: {type: number, label: {zh: 库存天数, en: Days of stock}}
      signed: {type: flag, label: {zh: 已签字, en: Signed}}
      note: {type: text, label: {zh: 备注, en: Note}}
      visits: {type: count, label: {zh: 拜访次数, en: Visits}}
"""
#: One more kind, to be put in front of the rules.
OTHER_KIND = """\
  other: {label: {zh: 它, en: It}, fields: {a: {type: count, label: {zh: 甲, en: A}}}}
"""
RULES = "rules:\n"
#: Stands in a text where a problem is to be found; taken out before the text is read.
HERE = "▲"


def rule(when: str = '大区: "= 华东"', needs: str = 'all: {visits: ">= 1"}', **other: str) -> str:
    """Give one gate as text; `other` replaces or adds a key."""
    keys = {
        "id": "gate.one",
        "name": "{zh: 一, en: one}",
        "kind": "gate",
        "on": "week",
        "when": f"{{{when}}}" if ":" in when else when,
        "locked_as": "待补全",
        "require": f"[{{item: i, name: {{zh: 项, en: item}}, {needs}}}]",
    } | other
    lines = [f"{key}: {value}" for key, value in keys.items()]
    return "  - " + "\n    ".join(lines) + "\n"


def rule_file(*rules: str) -> str:
    return HEAD + RULES + "".join(rules or (rule(),))


def found_at(text: str) -> tuple[str, int, int]:
    """Give the text without the mark, and the line and column where the mark stood."""
    before = text.partition(HERE)[0]
    return text.replace(HERE, ""), before.count("\n") + 1, len(before) - before.rfind("\n")
