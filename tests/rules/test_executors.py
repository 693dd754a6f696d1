"""The executors agree with one another, with the clauses as read, and keep inside the envelope."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from rules import EngineError, executors, load_rule_set, pack
from rules.executors import envelope
from rules.executors.python import PythonExecutor, source
from rules.facts import FieldType
from rules.form import Comparison, Needs, Operator, Row
from rules.names import normal
from tests.rules.files import OTHER_KIND, rule, rule_file
from tests.rules.fuzz import random_fact, random_rule_set

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.form import Clause, Gate, RuleSet, Section

durable = pytest.importorskip("rules.executors.durable", reason="no C module of durable-rules")

#: Nightly runs give more seeds; each one is a rule set and 250 facts.
SEEDS = int(os.environ.get("COUNTERMARK_FUZZ_SEEDS", "48"))
FACTS_A_SEED = 250


def holds(clause: Clause, fact: Mapping[str, object]) -> bool:
    """Judge a clause straight from the fact, as a person would: the oracle."""
    value = fact.get(clause.field.name)
    if value is None:
        return False
    if clause.field.type is FieldType.TEXT:
        value = normal(str(value))
    numeric = clause.field.type in {FieldType.COUNT, FieldType.NUMBER}
    if clause.operator is Operator.IN and not numeric:
        return value in clause.operands
    if clause.operator in {Operator.EQUAL, Operator.OTHER}:
        return (value == clause.operands[0]) is (clause.operator is Operator.EQUAL)
    assert isinstance(value, int | float)
    ends = [float(operand) for operand in clause.operands]
    return {
        Operator.BELOW: value < ends[0],
        Operator.AT_MOST: value <= ends[0],
        Operator.ABOVE: value > ends[0],
        Operator.AT_LEAST: value >= ends[0],
        Operator.IN: ends[0] <= value <= ends[-1],
    }[clause.operator]


def expected(gate: Gate, fact: Mapping[str, object]) -> list[str]:
    """Give the rows of a gate that should match."""
    if not all(holds(clause, fact) for clause in gate.when):
        return []
    rows, open_ = [gate.asked], True
    for item in gate.require:
        held = [holds(clause, fact) for clause in item.clauses]
        pairs = zip(item.clauses, held, strict=True)
        rows += [gate.met(item, clause) for clause, met in pairs if met]
        open_ = open_ and (all(held) if item.needs is Needs.ALL else any(held))
    return [*rows, gate.unlock] if open_ else rows


@pytest.mark.parametrize("seed", range(SEEDS))
def test_durable_python_and_oracle_agree(seed: int) -> None:
    rng = Random(seed)  # noqa: S311 - a seeded test, not a secret
    rule_set = random_rule_set(rng, gates_a_kind=30)
    with PythonExecutor(rule_set) as python, durable.DurableExecutor(rule_set) as engine:
        for _ in range(FACTS_A_SEED):
            kind = rng.choice(rule_set.kinds)
            fact = random_fact(rng, kind)
            gates = [gate for gate in rule_set.gates if gate.on == kind.name]
            wanted = tuple(row for gate in gates for row in expected(gate, fact))
            assert python.match(kind.name, fact) == wanted, fact
            assert engine.match(kind.name, fact) == wanted, fact


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
from tests.rules.fuzz import random_fact, random_rule_set
rng = Random(7)
rule_set = random_rule_set(rng, gates_a_kind=30)
with executors.default(rule_set) as chosen:
    print(rule_set.version)
    for _ in range(50):
        kind = rng.choice(rule_set.kinds)
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
        rows = chosen.match("stage", {"stage": stage, f"{item}.counted": 3})
        return rows[:2] == (f"stage.{stage}/asked", f"stage.{stage}/met/{item}/{item}.counted")

    with executors.default(rule_set) as chosen, ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(4_000)))


def test_the_same_fact_again_gets_the_same_answer() -> None:
    """The engine remembers no fact: it would refuse an id that it has observed before."""
    fact = {"stage": "compare", "quotes.counted": 3}
    with executors.default(software()) as chosen:
        answers = {chosen.match("stage", fact) for _ in range(1_000)}
        assert answers == {
            (
                "stage.compare/asked",
                "stage.compare/met/quotes/quotes.counted",
                "stage.compare/unlock",
            )
        }


def test_two_executors_of_one_rule_set_do_not_meet() -> None:
    fact = {"stage": "cost", "roi_sheet.counted": 1}
    with executors.default(software()) as one:
        with executors.default(software()) as other:
            assert other.match("stage", fact) == one.match("stage", fact)
        assert len(one.match("stage", fact)) == 3


def test_a_closed_executor_says_so_and_closes_twice() -> None:
    rule_set = software()
    for chosen in (PythonExecutor(rule_set), durable.DurableExecutor(rule_set)):
        chosen.close()
        chosen.close()
        with pytest.raises(EngineError):
            chosen.match("stage", {"stage": "cost"})


def test_a_kind_that_no_rule_looks_at_matches_nothing() -> None:
    text = rule_file().replace("rules:", f"{OTHER_KIND}rules:")
    rule_set = load_rule_set(text, "a.yaml")
    for chosen in (PythonExecutor(rule_set), durable.DurableExecutor(rule_set)):
        with chosen:
            assert chosen.match("other", {"a": 1}) == ()


def test_an_engine_that_failed_says_so_and_starts_afresh() -> None:
    (shard,) = envelope.deal(software().sections)
    handle = durable.Handle(shard)
    (part,) = shard.parts.values()
    wanted = handle.match(envelope.write_fact(part, (1, None, None, None, None, None)))
    for broken in ('{"kind":', "[]", '{"id":"f","kind":1e-05}', ""):
        with pytest.raises(EngineError):
            handle.match(broken)
    again = handle.match(envelope.write_fact(part, (1, None, None, None, None, None)))
    assert again == wanted == [0]
    handle.close()


# The envelope: what reaches the C engine, and in what quantities.


def section(rows: int, *, conditions: int = 1) -> Section:
    """Give a section of so many rows with so many different conditions each."""
    (base,) = load_rule_set(rule_file(rule(needs='all: {stock: "> 1"}')), "a.yaml").sections
    made = tuple(
        Row(
            id=f"r{number}",
            alternatives=(
                tuple(
                    Comparison(field="stock", operator=Operator.ABOVE, value=float(number + extra))
                    for extra in range(conditions)
                ),
            ),
        )
        for number in range(rows)
    )
    return replace(base, rows=made)


SIZES = [
    pytest.param(section(60), 1, id="60 rows fit one handle"),
    pytest.param(section(61), 2, id="65 thresholds true at once would lose the fact"),
    pytest.param(section(513), 9, id="513 sibling conditions would never return"),
    pytest.param(section(40, conditions=30), 2, id="conditions count too"),
]


@pytest.mark.parametrize(("wide", "handles"), SIZES)
def test_rows_are_dealt_out_within_the_limits(wide: Section, handles: int) -> None:
    shards = envelope.deal([wide])
    assert len(shards) == handles
    rules = [one for shard in shards for part in shard.parts.values() for one in part.rules]
    assert [one.row for one in rules] == list(range(len(wide.rows)))
    for shard in shards:
        envelope.define(shard)


def test_513_rows_that_all_match_give_513_matches() -> None:
    rule_set = replace(software(), kinds=(section(1).kind,), sections=(section(513),))
    with durable.DurableExecutor(rule_set) as engine:
        assert len(engine.match("week", {"stock": 9_999})) == 513


def test_300_rows_on_one_condition_all_match() -> None:
    wide = section(1)
    rows = tuple(replace(wide.rows[0], id=f"r{number}") for number in range(300))
    rule_set = replace(software(), kinds=(wide.kind,), sections=(replace(wide, rows=rows),))
    with durable.DurableExecutor(rule_set) as engine:
        assert engine.match("week", {"stock": 1}) == tuple(f"r{number}" for number in range(300))


def test_many_kinds_are_dealt_to_several_handles() -> None:
    one = section(1)
    kinds = [replace(one.kind, name=f"k{number}") for number in range(600)]
    shards = envelope.deal([replace(one, kind=kind) for kind in kinds])
    assert [len(shard.parts) for shard in shards] == [250, 250, 100]


OUTSIDE = [
    pytest.param("rules", id="more rules than the limit"),
    pytest.param("columns", id="more columns than the limit"),
    pytest.param("code", id="the sentinel's own kind"),
    pytest.param("kinds", id="more kinds than the limit"),
    pytest.param("sum", id="more rules in all than the limit"),
]


@pytest.mark.parametrize("what", OUTSIDE)
def test_a_definition_outside_the_envelope_is_never_made(what: str) -> None:
    (shard,) = envelope.deal([section(1)])
    (part,) = shard.parts.values()
    wrong = {
        "rules": [replace(part, rules=part.rules * 61)],
        "columns": [replace(part, columns={f"f{n}": n for n in range(201)})],
        "code": [replace(part, code=envelope.SENTINEL_KIND)],
        "kinds": [replace(part, kind=f"k{n}") for n in range(251)],
        "sum": [replace(part, kind=f"k{n}", rules=part.rules * 60) for n in range(34)],
    }[what]
    parts = {one.kind: one for one in wrong}
    rules = sum(len(one.rules) for one in wrong)
    with pytest.raises(envelope.OutsideEnvelope):
        envelope.define(envelope.Shard(parts=parts, rules=rules))


NUMBERS = [
    pytest.param(0, "0", id="zero"),
    pytest.param(True, "1", id="a flag"),
    pytest.param(2**53 - 1, "9007199254740991", id="the largest whole number"),
    pytest.param(1e-05, "1.0e-05", id="the exponent that the parser loses"),
    pytest.param(1e16, "1.0e+16", id="a large exponent"),
    pytest.param(1.5e-07, "1.5e-07", id="an exponent with a point"),
    pytest.param(-0.25, "-0.25", id="a negative number"),
    pytest.param(46.0, "46.0", id="a whole float"),
]


@pytest.mark.parametrize(("value", "text"), NUMBERS)
def test_a_number_is_written_as_the_engine_reads_it(value: float, text: str) -> None:
    assert envelope.write_number(value) == text
    assert json.loads(text) == value


@pytest.mark.parametrize("value", [2**53, -(2**63), float("nan"), float("inf")])
def test_a_number_that_the_engine_would_misread_is_never_written(value: float) -> None:
    with pytest.raises(envelope.OutsideEnvelope):
        envelope.write_number(value)


def test_nothing_that_a_person_wrote_is_in_a_definition_a_fact_or_generated_code() -> None:
    text = rule_file(
        rule('note: "= 秘密Zq", region: "= 华东"', id="gate.Zq", locked_as="Zq")
    ).replace("visits", "visitsZq")
    rule_set = load_rule_set(text, "a.yaml")
    (shard,) = envelope.deal(rule_set.sections)
    (part,) = shard.parts.values()
    written = [
        envelope.define(shard)[0],
        envelope.write_fact(part, (1, 1, 7)),
        *(source(one)[0] for one in rule_set.sections),
    ]
    for one in written:
        assert one.isascii()
        assert "Zq" not in one
        assert "visits" not in one


def test_every_rule_has_one_pattern_guarded_by_its_kind() -> None:
    (shard,) = envelope.deal(software().sections)
    definition = json.loads(envelope.define(shard)[0])
    sentinel = definition.pop(envelope.SENTINEL)
    assert sentinel == {"all": [{"m": {"kind": 0}}]}
    for rule_of_engine in definition.values():
        ((pattern,),) = (rule_of_engine["all"],)
        assert pattern["m"]["$and"][0] == {"kind": 1}
        assert rule_of_engine.keys() == {"all"}


def keys_of(definition: object) -> set[str]:
    """Give every key of a definition, however deep."""
    if isinstance(definition, dict):
        return set(definition).union(*map(keys_of, definition.values()))
    return set().union(*map(keys_of, definition)) if isinstance(definition, list) else set()


@pytest.mark.parametrize("seed", range(12))
def test_a_definition_uses_nothing_that_was_not_measured(seed: int) -> None:
    """No joins, OR, counts, patterns of text, arrays, arithmetic or timers: 20 of the traps."""
    rule_set = random_rule_set(Random(seed), gates_a_kind=30)  # noqa: S311 - a seeded test
    allowed = {"all", "m", "kind", "$and", "$neq", "$lt", "$lte", "$gt", "$gte", envelope.SENTINEL}
    for shard in envelope.deal(rule_set.sections):
        written = envelope.define(shard)[0]
        keys = keys_of(json.loads(written))
        assert {key for key in keys if not re.fullmatch(r"[rc]\d+", key)} <= allowed
        # Every value is a number.
        assert not re.search(r':\s*"', written)


def fnv_1a(name: str) -> int:
    """Hash as the engine does: it looks properties up by this alone."""
    value = 2166136261
    for byte in name.encode():
        value = (value ^ byte) * 16777619 % 2**32
    return value


def test_no_two_names_that_the_engine_sees_share_a_hash() -> None:
    names = ["id", "sid", "kind", "$s", *(f"c{number}" for number in range(2_000))]
    hashes = sorted(map(fnv_1a, names))
    assert all(one != other for one, other in pairwise(hashes))
    assert fnv_1a("liquid") == fnv_1a("costarring")  # the known pair: the hash is the engine's


RELOADS = """
import resource, os
from rules import load_rule_set
from rules.executors.durable import DurableExecutor
from tests.rules.files import rule, rule_file

def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

text = rule_file(*(
    rule(id=f"g{n}", needs='all: {stock: "> %d", visits: ">= %d"}' % (n, n + 1)) for n in range(50)
))
rule_set = load_rule_set(text, "a.yaml")
assert sum(len(section.rows) for section in rule_set.sections) == 200

def reload():
    with DurableExecutor(rule_set) as engine:
        for number in range(20):
            engine.match("week", {"region": "east", "stock": number, "visits": number})

for _ in range(20):
    reload()
before = resident()
for _ in range(300):
    reload()
print(abs(resident() - before) / 2**20)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux's /proc")
def test_300_reloads_of_200_rows_leave_memory_flat() -> None:
    assert float(run(RELOADS)) < 5  # MiB
