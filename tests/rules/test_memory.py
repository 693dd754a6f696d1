"""A worker that lives for weeks: a million facts and hundreds of reloads leave memory as it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("durable_rules_engine", reason="no C module of durable-rules")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux's /proc"),
]

#: Each program prints by how many MiB it grew and shrank at most after it had warmed up.
COMMON = """
import gc, os
from rules import load_rule_set
from rules.executors.durable import DurableExecutor
from tests.rules.files import HEAD

RULE = '''
  - id: w{n}
    name: {{zh: 一, en: one}}
    kind: warning
    on: week
    level: yellow
    when: {{stock: "> {n}.5"}}'''
text = HEAD + "rules:" + "".join(RULE.format(n=n * 5) for n in range(200))
rule_set = load_rule_set(text, "a.yaml")
assert sum(len(section.rows) for section in rule_set.sections) == 200
facts = [
    {"region": "east", "stock": number * 0.1, "visits": number, "note": "每周", "signed": True}
    for number in range(500)
]

def resident():
    gc.collect()
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

def drift(step, times, warm_up):
    for _ in range(warm_up):
        step()
    before = resident()
    seen = []
    for number in range(times):
        step()
        if number % (times // 20) == 0:
            seen.append(resident() - before)
    seen.append(resident() - before)
    return max(map(abs, seen))
"""
FACTS = """
with DurableExecutor(rule_set) as engine:
    def step():
        for fact in facts:
            engine.match("week", fact)
    print(drift(step, 2_000, 100))
"""
RELOADS = """
def step():
    with DurableExecutor(rule_set) as engine:
        for fact in facts[:50]:
            engine.match("week", fact)
print(drift(step, 300, 20))
"""


def grown(program: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", COMMON + program],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return float(done.stdout)


def test_a_million_facts_leave_memory_flat() -> None:
    assert grown(FACTS) < 5


def test_300_reloads_of_200_rules_leave_memory_flat() -> None:
    assert grown(RELOADS) < 5
