"""How long a rule file is checked and compiled: `make bench ONLY=rules_check`.

The file has rules of every kind with thresholds that all differ, so that nothing is read twice.
"""

from __future__ import annotations

import sys
from statistics import median
from time import process_time
from typing import TYPE_CHECKING

import yaml

from benchmarks.promise import record
from rules import check, load_rule_set
from rules.executors.durable import DurableExecutor
from rules.executors.python import PythonExecutor
from rules.language.catalogue import shipped
from rules.language.lowering import lower

if TYPE_CHECKING:
    from collections.abc import Callable

    from rules.form import RuleSet

RUNS = 5
RULES_TO_CHECK, RULES_TO_COMPILE = 2_000, 10_000


def rule(number: int) -> str:
    """Give one rule; every fourth is a breaker or an award, every fourth looks back in time."""
    name = f"name: {{zh: 规则{number}, en: Rule {number}}}"
    share = f"{30 + number / 200:.3f}%"
    if number % 8 == 0:
        return (
            f"  - id: r{number}\n    {name}\n    kind: breaker\n    on: funnel\n"
            f'    scope: every region\n    open_when: {{演示转报价率_7日: "< {share}", '
            f'演示数_7日: ">= {number + 1}"}}\n    close_when: {{演示转报价率_7日: ">= 85%"}}\n'
            "    do:\n      - notify: {to: [区域经理], template: weekly_red}\n"
        )
    if number % 8 == 4:
        return (
            f"  - id: r{number}\n    {name}\n    kind: award\n    on: live_stream\n"
            f'    when: {{有效: "= 是", 有效时长: ">= {number / 10}"}}\n'
            "    dedupe: {key: [直播编号]}\n    do:\n      - award: {what: points}\n"
        )
    line = f"< {share} for 2 weeks" if number % 4 == 2 else f"< {share}"
    return (
        f"  - id: r{number}\n    {name}\n    kind: warning\n    on: weekly\n"
        f'    when: {{周达成率: "{line}", 库存周转天数: "> {1 + number / 100:.2f}"}}\n'
        f'    until: {{周达成率: ">= 88%"}}\n    level: yellow\n'
        "    do:\n      - notify: {to: [区域经理], template: weekly_yellow}\n"
    )


def rule_file(size: int) -> str:
    return "schema: countermark/v1\nrules:\n" + "".join(rule(number) for number in range(size))


def seconds(run: Callable[[], object]) -> float:
    """Give the median of the CPU time of some runs."""
    taken = []
    for _ in range(RUNS):
        start = process_time()
        run()
        taken.append(process_time() - start)
    return median(taken)


def compose(text: str) -> object:
    return yaml.compose(text, Loader=yaml.CSafeLoader)


def compiled(rule_set: RuleSet) -> None:
    """Lower all rules and compile them for the executor that runs online."""
    for section in rule_set.sections:
        lower(section.kind, [one for one in rule_set.rules if one.on == section.kind.name])
    DurableExecutor(rule_set).close()


def main() -> int:
    """Measure and record both promises."""
    shipped()
    text = rule_file(RULES_TO_CHECK)
    assert check(text, "bench.yaml") == ()
    own, peer = seconds(lambda: check(text, "bench.yaml")), seconds(lambda: compose(text))
    note = f"CPU; PyYAML's C compose alone; {len(text.encode()) / 1024:.0f} KB"
    met = record(
        id="rules.check_2000",
        value=own,
        unit="s",
        better="lower",
        aim=1,
        peer=f"PyYAML {yaml.__version__}",
        peer_value=peer,
        own_value=own,
        n=RUNS,
        note=note,
    )
    rule_set = load_rule_set(rule_file(RULES_TO_COMPILE), "bench.yaml")
    durable = seconds(lambda: compiled(rule_set))
    python = seconds(lambda: PythonExecutor(rule_set).close())
    met &= record(
        id="rules.compile_10000",
        value=durable,
        unit="s",
        better="lower",
        aim=1,
        peer="generated Python, same rules",
        peer_value=python,
        own_value=durable,
        n=RUNS,
        note="CPU; checked rules → rows → handles of durable-rules, reading not included",
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
