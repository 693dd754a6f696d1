"""durable-rules, generated Python and numpy columns give the same answers, and the right ones.

CI compares on 100,000 facts; COUNTERMARK_NIGHTLY=10 makes ten times as many from further seeds.
"""

from __future__ import annotations

import os
from random import Random
from typing import TYPE_CHECKING

import pytest

from benchmarks._rules_workload import Workload, workloads
from rules.executors.columns import ColumnsExecutor
from rules.executors.python import PythonExecutor
from rules.kinds import Award, Breaker, Gate, WarningRule
from tests.rules.fuzz import random_fact, random_rule_set, seen_kinds
from tests.rules.oracle import expected

if TYPE_CHECKING:
    from rules.form import RuleSet

durable = pytest.importorskip("rules.executors.durable", reason="no C module of durable-rules")

#: Each seed is a rule set and so many facts.
SEEDS = 100 * int(os.environ.get("COUNTERMARK_NIGHTLY", "1"))
FACTS_A_SEED = 1_000


def made(seed: int) -> tuple[RuleSet, dict[str, list[dict[str, object]]]]:
    """Give a rule set and facts by their kind."""
    rng = Random(seed)  # noqa: S311 - a seeded test, not a secret
    rule_set = random_rule_set(rng, rules_a_kind=30)
    kinds = seen_kinds(rule_set)
    facts: dict[str, list[dict[str, object]]] = {kind.name: [] for kind in kinds}
    for _ in range(FACTS_A_SEED):
        kind = rng.choice(kinds)
        facts[kind.name].append(random_fact(rng, kind))
    return rule_set, facts


@pytest.mark.parametrize("seed", range(SEEDS))
def test_all_executors_and_the_oracle_agree(seed: int) -> None:
    rule_set, facts = made(seed)
    with (
        PythonExecutor(rule_set) as python,
        durable.DurableExecutor(rule_set, remembers=False) as engine,
        durable.DurableExecutor(rule_set) as remembering,
        ColumnsExecutor(rule_set) as columns,
    ):
        for kind, some in facts.items():
            rules = [rule for rule in rule_set.rules if rule.on == kind]
            right = [tuple(row for rule in rules for row in expected(rule, fact)) for fact in some]
            assert columns.match_facts(kind, some) == right
            assert [python.match(kind, fact) for fact in some] == right
            assert [engine.match(kind, fact) for fact in some] == right
            assert [remembering.match(kind, fact) for fact in some] == right


@pytest.mark.parametrize("workload", workloads(), ids=lambda workload: str(workload.name))
def test_the_workloads_of_the_benchmark_are_answered_right(workload: Workload) -> None:
    right = workload.expected()
    rule_set = workload.rule_set()
    for executor in (durable.DurableExecutor, PythonExecutor):
        with executor(rule_set) as chosen:
            assert [chosen.match(kind, fact) for kind, fact in workload.facts] == right


def test_the_seeds_reach_everything_that_rows_are_made_of() -> None:
    """The comparison above would prove little where rows never match or a kind is missing."""
    found: set[str] = set()
    kinds: set[type] = set()
    rows = features = 0
    for seed in range(20):
        rule_set, facts = made(seed)
        kinds |= {type(rule) for rule in rule_set.rules}
        features += sum(len(section.features) for section in rule_set.sections)
        rows += sum(len(section.rows) for section in rule_set.sections)
        with PythonExecutor(rule_set) as python:
            for kind, some in facts.items():
                found |= {f"{seed}/{row}" for fact in some for row in python.match(kind, fact)}
    assert kinds == {Gate, WarningRule, Breaker, Award}
    assert features > 100
    # Rows that no fact matches are there too: `x < 3` and `x > 5`.
    assert 0.6 * rows < len(found) < rows
