"""The executors agree with one another, with the clauses as read, and keep inside the envelope."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from rules import EngineError, executors, load_rule_set, pack
from rules.executors.python import PythonExecutor
from tests.rules.files import OTHER_KIND, rule_file

if TYPE_CHECKING:
    from rules.form import RuleSet

durable = pytest.importorskip("rules.executors.durable", reason="no C module of durable-rules")


def test_the_default_is_durable_where_its_c_module_is() -> None:
    with executors.default(software()) as chosen:
        assert isinstance(chosen, durable.DurableExecutor)


def software() -> RuleSet:
    return load_rule_set(pack("software"), "software.yaml")


def run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_without_the_c_module_the_answers_are_the_same() -> None:
    program = """
import sys
sys.modules["durable_rules_engine"] = None
import rules
from rules import cases, executors
rule_set = rules.load_rule_set(rules.pack("software"), "software.yaml")
with executors.default(rule_set) as chosen:
    print(type(chosen).__name__)
report = cases.run(rule_set, rules.pack_cases("software"), "software.cases.yaml")
print(report.summary.cases > 0, report.summary.failed, report.summary.coverage)
"""
    assert run(program).split() == ["PythonExecutor", "True", "0", "1.0"]


def test_importing_the_room_loads_no_engine_and_checking_a_file_neither() -> None:
    program = """
import sys
import rules
from rules import cases, executors, gates
assert rules.check(rules.pack("software"), "software.yaml") == ()
heavy = {"durable_rules_engine", "durable", "numpy", "flask", "lightgbm", "cv2", "pymupdf"}
print(sorted(heavy & set(sys.modules)))
"""
    assert run(program) == "[]"


def test_without_libyaml_a_file_reads_the_same() -> None:
    program = """
import sys
sys.modules["yaml._yaml"] = None
import yaml
import rules
from tests.rules.files import found_at
from tests.rules.test_language import REFUSED
assert not yaml.__with_libyaml__
print(rules.load_rule_set(rules.pack("software"), "software.yaml").version)
for row in REFUSED.values():
    text, line, column = found_at(row[0])
    found = [(one.code, one.line, one.column) for one in rules.check(text, "a.yaml")]
    assert row[1] == "YAML" or found == [(row[1], line, column)], (row, found)
"""
    assert run(program) == software().version


def test_matches_come_in_the_order_of_the_file_whatever_the_hash_seed() -> None:
    program = """
from random import Random
from rules import executors
from tests.rules.fuzz import random_fact, random_rule_set, seen_kinds
rng = Random(7)
rule_set = random_rule_set(rng, rules_a_kind=30)
with executors.default(rule_set) as chosen:
    print(rule_set.version)
    for _ in range(50):
        kind = rng.choice(seen_kinds(rule_set))
        print(chosen.match(kind.name, random_fact(rng, kind)))
"""
    outputs = set()
    for seed in ("0", "1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1


def test_eight_threads_on_one_executor_get_their_own_answers() -> None:
    rule_set = software()
    stages = {"tech_eval": "poc_report", "cost": "roi_sheet", "compare": "quotes"}

    def ask(number: int) -> bool:
        stage, item = list(stages.items())[number % 3]
        rows = chosen.match("software_stage", {"stage": stage, f"{item}.counted": 3})
        return rows[:2] == (
            f"software.{stage}/asked",
            f"software.{stage}/met/{item}/{item}.counted",
        )

    with executors.default(rule_set) as chosen, ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(4_000)))


def test_the_same_fact_again_gets_the_same_answer() -> None:
    """The engine remembers no fact: it would refuse an id that it has observed before."""
    fact = {"stage": "compare", "quotes.counted": 3}
    with executors.default(software()) as chosen:
        answers = {chosen.match("software_stage", fact) for _ in range(1_000)}
        assert answers == {
            (
                "software.compare/asked",
                "software.compare/met/quotes/quotes.counted",
                "software.compare/unlock",
            )
        }


def test_two_executors_of_one_rule_set_do_not_meet() -> None:
    fact = {"stage": "cost", "roi_sheet.counted": 1}
    with executors.default(software()) as one:
        with executors.default(software()) as other:
            assert other.match("software_stage", fact) == one.match("software_stage", fact)
        assert len(one.match("software_stage", fact)) == 3


def test_a_closed_executor_says_so_and_closes_twice() -> None:
    rule_set = software()
    for chosen in (PythonExecutor(rule_set), durable.DurableExecutor(rule_set)):
        chosen.close()
        chosen.close()
        with pytest.raises(EngineError):
            chosen.match("software_stage", {"stage": "cost"})


def test_a_kind_that_no_rule_looks_at_matches_nothing() -> None:
    text = rule_file().replace("rules:", f"{OTHER_KIND}rules:")
    rule_set = load_rule_set(text, "a.yaml")
    for chosen in (PythonExecutor(rule_set), durable.DurableExecutor(rule_set)):
        with chosen:
            assert chosen.match("other", {"a": 1}) == ()
