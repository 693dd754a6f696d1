"""What reaches the C engine, in what quantities, and what never does."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

import pytest

from rules import EngineError, load_rule_set, pack
from rules.conditions import Operator
from rules.executors import envelope
from rules.executors.cells import Cells, narrowed
from rules.executors.plain import source
from rules.executors.python import rules_source
from rules.facts import Encoder
from rules.form import Comparison, Row
from tests.rules.files import rule, rule_file
from tests.rules.fuzz import random_rule_set

if TYPE_CHECKING:
    from rules.form import Section

durable = pytest.importorskip("rules.executors.durable", reason="no C module of durable-rules")

SOFTWARE = load_rule_set(pack("software"), "software.yaml")


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
    rule_set = replace(SOFTWARE, kinds=(section(1).kind,), sections=(section(513),))
    with durable.DurableExecutor(rule_set) as engine:
        assert len(engine.match("week", {"stock": 9_999})) == 513


def test_300_rows_on_one_condition_all_match() -> None:
    wide = section(1)
    rows = tuple(replace(wide.rows[0], id=f"r{number}") for number in range(300))
    rule_set = replace(SOFTWARE, kinds=(wide.kind,), sections=(replace(wide, rows=rows),))
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
        "columns": [replace(part, columns={f"f{n}": part.columns["stock"] for n in range(201)})],
        "code": [replace(part, code=envelope.SENTINEL_KIND)],
        "kinds": [replace(part, kind=f"k{n}") for n in range(251)],
        "sum": [replace(part, kind=f"k{n}", rules=part.rules * 60) for n in range(34)],
    }[what]
    parts = {one.kind: one for one in wrong}
    rules = sum(len(one.rules) for one in wrong)
    with pytest.raises(envelope.OutsideEnvelope):
        envelope.define(envelope.Shard(parts=parts, rules=rules))


def written(constants: tuple[float, ...], value: float | None) -> str:
    """Give what the engine is told of a value whose column is compared with these constants."""
    wide = section(1)
    rows = tuple(
        Row(
            id=f"r{number}",
            alternatives=((Comparison(field="stock", operator=Operator.BELOW, value=constant),),),
        )
        for number, constant in enumerate(constants)
    )
    wide = replace(wide, rows=rows)
    (shard,) = envelope.deal([wide])
    part = shard.parts["week"]
    cells = Cells(wide, Encoder(wide.kind, wide.columns))
    row = tuple(value if column.field == "stock" else None for column in wide.columns)
    narrow = cells.narrowed(part.constants)
    assert narrow is not None  # no rule looks at the other columns
    return envelope.writer(part)(narrowed(cells.of({}, row), narrow))


RANKS = [
    pytest.param(-1e308, 0, id="far below"),
    pytest.param(0.0, 1, id="the first constant"),
    pytest.param(-0.0, 1, id="minus zero is zero"),
    pytest.param(5e-324, 2, id="the smallest number is not zero"),
    pytest.param(3e-06, 2, id="an exponent that the engine's parser loses"),
    pytest.param(1e-05, 3, id="a constant that it loses"),
    pytest.param(1.0000000000000002e-05, 4, id="its neighbour"),
    pytest.param(45, 5, id="a whole number where a float is named"),
    pytest.param(2**53 - 2, 6, id="just below the largest whole number"),
    pytest.param(2**53 - 1, 7, id="the largest whole number"),
    pytest.param(2.0**53 - 1, 7, id="as a float"),
    pytest.param(1e308, 8, id="far above"),
    pytest.param(True, 4, id="a flag is 1"),
]


@pytest.mark.parametrize(("value", "rank"), RANKS)
def test_the_engine_is_given_the_rank_of_a_number(value: float, rank: int) -> None:
    constants = (45.0, 0.0, 1e-05, 2**53 - 1)
    assert written(constants, value) == f'{{"id":"f","kind":1,"c0":{rank}}}'


@pytest.mark.parametrize("value", [None, float("nan")])
@pytest.mark.parametrize("constants", [(1.0,), (1.0, 2.0)])
def test_what_is_absent_or_has_no_rank_is_never_written(
    value: float | None, constants: tuple[float, ...]
) -> None:
    assert written(constants, value) == '{"id":"f","kind":1}'


def test_nothing_that_a_person_wrote_is_in_a_definition_a_fact_or_generated_code() -> None:
    text = rule_file(
        rule('note: "= 秘密Zq", region: "= 华东"', id="gate.Zq", locked_as="Zq")
    ).replace("visits", "visitsZq")
    rule_set = load_rule_set(text, "a.yaml")
    (shard,) = envelope.deal(rule_set.sections)
    (part,) = shard.parts.values()
    written = [
        envelope.define(shard)[0],
        envelope.writer(part)((1, 1, 2)),
        *("".join(rules_source(one)) for one in rule_set.sections),
        *(source(one.kind, one.columns, ()) for one in rule_set.sections),
    ]
    for one in written:
        assert one.isascii()
        assert "Zq" not in one
        assert "visits" not in one


def test_every_rule_has_one_pattern_guarded_by_its_kind() -> None:
    (shard,) = envelope.deal(SOFTWARE.sections)
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
    rule_set = random_rule_set(Random(seed), rules_a_kind=30)  # noqa: S311 - a seeded test
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


def test_an_engine_that_failed_says_so_and_starts_afresh() -> None:
    (shard,) = envelope.deal(SOFTWARE.sections)
    handle = durable.Handle(shard)
    (part,) = shard.parts.values()
    fact = envelope.writer(part)((2, 0, 0, 0, 0, 0))
    wanted = handle.match(fact)
    for broken in ('{"kind":', "[]", '{"id":"f","kind":1e-05}', ""):
        with pytest.raises(EngineError):
            handle.match(broken)
    assert handle.match(fact) == wanted == [0]
    handle.close()
