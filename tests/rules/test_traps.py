"""Each known way to crash, hang or mislead the C engine cannot be said by our driver.

Everything that the driver says is held against one strict protocol, over random rule sets and facts
(:mod:`tests.rules.protocol`); each trap, as a conversation, breaks that protocol. A child process
shows that traps are real, so that an upgrade of the engine is noticed.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from random import Random
from typing import Any

import pytest

from rules import FactError, RuleFileError, load_rule_set, pack
from rules.executors.python import PythonExecutor
from tests.rules.files import rule, rule_file
from tests.rules.fuzz import random_fact, random_rule_set, seen_kinds
from tests.rules.lies import LIES, LIMITS, VALUES
from tests.rules.protocol import RETRACTION, SENTINEL, OutOfProtocol, Protocol, Watched
from tests.rules.traps import HANDLE, HANG, HANGS, KILLED, KILLS, STATE, Trap

durable = pytest.importorskip("rules.executors.durable", reason="no C module of durable-rules")

TRAPS = [*KILLS, *HANG, *LIES, *VALUES, *LIMITS]
SENTENCES = [trap.sentence for trap in TRAPS]
#: A rule set and its sentinel, as our driver makes them.
DEFINITION = (
    '{"s":{"all":[{"m":{"kind":0}}]},'
    '"r0":{"all":[{"m":{"$and":[{"kind":1},{"$gt":{"c0":1}},{"$lte":{"c0":3}},{"c1":1}]}}]}}'
)
COLLECT = (
    ("start_action_for_state", HANDLE, STATE),
    ("complete_and_start_action", HANDLE, STATE),
    ("retract_fact", HANDLE, RETRACTION),
)
BEGIN = (
    ("create_ruleset", "rules0", DEFINITION),
    ("assert_fact", HANDLE, SENTINEL),
    *COLLECT,
)


def play(calls: Any) -> None:
    """Hold a conversation against the protocol; each fact is supposed to match."""
    protocol = Protocol()
    stands_for = {HANDLE: 1, STATE: 1}
    for name, *arguments in calls:
        said = tuple(stands_for.get(one, one) for one in arguments)
        protocol.before(name, said)
        protocol.after(name, said, (0, 1) if name == "assert_fact" else 1)


@pytest.mark.parametrize("trap", TRAPS, ids=SENTENCES)
def test_our_driver_has_no_way_to_say(trap: Trap) -> None:
    with pytest.raises(OutOfProtocol):
        play(trap.calls)


@pytest.mark.parametrize("trap", TRAPS, ids=SENTENCES)
def test_nor_in_a_conversation_that_began_as_ours_do(trap: Trap) -> None:
    rest = [call for call in trap.calls if call[0] != "create_ruleset"]
    if len(rest) < len(trap.calls):
        rest = [("create_ruleset", "rules1", *call[2:]) for call in trap.calls[:1]] + rest
    with pytest.raises(OutOfProtocol):
        play((*BEGIN, *rest))


SAID = [
    pytest.param(BEGIN, id="a definition and its sentinel"),
    pytest.param(
        (*BEGIN, ("assert_fact", HANDLE, '{"id":"f","kind":1,"c0":2,"c1":120}'), *COLLECT),
        id="a fact that matches",
    ),
    pytest.param((*BEGIN, ("delete_state", HANDLE, "0"), ("delete_ruleset", HANDLE)), id="the end"),
]
NOT_SAID = [
    pytest.param((*BEGIN, *BEGIN), id="one name twice"),
    pytest.param((*BEGIN, ("assert_fact", HANDLE, SENTINEL)), id="the sentinel again"),
    pytest.param((BEGIN[0], ("delete_state", HANDLE, "0")), id="the end before the sentinel"),
    pytest.param((*BEGIN, ("delete_ruleset", HANDLE)), id="the session stays behind"),
    pytest.param(
        (*BEGIN, ("assert_fact", HANDLE, '{"id":"f","kind":1,"c0":121}')), id="a rank too high"
    ),
    pytest.param(
        (*BEGIN, ("assert_fact", HANDLE, '{"id":"f","kind":1,"c0":-1}')), id="a negative rank"
    ),
    pytest.param(
        (*BEGIN, ("assert_fact", HANDLE, '{"id":"f","kind":1,"c0":1.5}')), id="a fraction"
    ),
    pytest.param(
        (*BEGIN, ("assert_fact", HANDLE, '{"id":"f","kind":1,"c200":1}')), id="a column too many"
    ),
    pytest.param(
        (*BEGIN, ("assert_fact", HANDLE, '{"id":"f","kind":1}\n')), id="anything after a fact"
    ),
]


@pytest.mark.parametrize("calls", SAID)
def test_the_protocol_allows(calls: Any) -> None:
    play(calls)


@pytest.mark.parametrize("calls", NOT_SAID)
def test_the_protocol_does_not_allow(calls: Any) -> None:
    with pytest.raises(OutOfProtocol):
        play(calls)


@pytest.mark.parametrize("seed", range(40))
def test_all_that_reaches_the_module_keeps_to_the_protocol(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Watched(durable.engine)
    monkeypatch.setattr(durable, "engine", watched)
    rng = Random(1_000 + seed)  # noqa: S311 - a seeded test
    rule_set = random_rule_set(rng, rules_a_kind=40)
    kinds = seen_kinds(rule_set)
    with durable.DurableExecutor(rule_set, remembers=False) as engine:
        for _ in range(150):
            kind = rng.choice(kinds)
            engine.match(kind.name, random_fact(rng, kind))
    assert watched.calls["assert_fact"] > 100
    assert watched.calls["create_ruleset"] == watched.calls["delete_ruleset"]
    assert watched.calls["delete_ruleset"] == watched.calls["delete_state"]


POSTED = [
    pytest.param({"stock": 1e-05}, True, id="1e-05 is above 0.000005"),
    pytest.param({"stock": 5e-06}, False, id="0.000005 is not"),
    pytest.param({"stock": 1e16}, True, id="1e+16 is above"),
    pytest.param({"stock": 1e308}, True, id="the largest floats are above"),
    pytest.param({"stock": 2**53 - 1}, True, id="a whole number of 16 digits is above"),
    pytest.param({"stock": 5e-324}, False, id="the smallest float is below"),
    pytest.param({"note": "liquid"}, True, id="a word"),
    pytest.param({"note": "costarring"}, False, id="its twin by hash"),
    pytest.param({"note": "\x00"}, False, id="NUL"),
    pytest.param({"note": "\ud800"}, False, id="half a character"),
    pytest.param({"note": '","kind":0,"c0":1,"x":"'}, False, id="text that closes the quotes"),
    pytest.param({"note": "5"}, False, id="a number as text"),
]


@pytest.mark.parametrize(("fact", "matches"), POSTED)
def test_what_a_person_may_post_is_answered_right(fact: dict[str, Any], *, matches: bool) -> None:
    text = rule_file(rule(f"{next(iter(fact))}: " + LINES[next(iter(fact))]))
    rule_set = load_rule_set(text, "a.yaml")
    for executor in (durable.DurableExecutor, PythonExecutor):
        with executor(rule_set) as chosen:
            assert bool(chosen.match("week", fact)) is matches


LINES = {"stock": '"> 0.000005"', "note": '"= liquid"'}
NESTED: Any = 1
for _ in range(100_000):
    NESTED = [NESTED]
REFUSED = [
    pytest.param("stock", float("nan"), id="not a number"),
    pytest.param("stock", float("inf"), id="infinity"),
    pytest.param("stock", 2**70, id="2^70"),
    pytest.param("stock", True, id="true for 1"),
    pytest.param("stock", None, id="null"),
    pytest.param("stock", NESTED, id="100,000 lists"),
    pytest.param("note", "a" * 65_536, id="64 KB of text"),
    pytest.param("note", "a" * 9_000_000, id="9 MB of text"),
    pytest.param("sid", "s1", id="a session"),
    pytest.param("id", "a" * 9_000_000, id="an id of 9 MB"),
    pytest.param("a" * 9_000_000, {"y": 1}, id="a name of 9 MB"),
    pytest.param("$s", 1, id="the engine's own mark"),
    pytest.param("stock.x", 1, id="a field within a field"),
]


@pytest.mark.parametrize(("field", "value"), REFUSED)
def test_what_a_person_may_not_post_is_refused(field: str, value: object) -> None:
    rule_set = load_rule_set(rule_file(), "a.yaml")
    with durable.DurableExecutor(rule_set) as chosen, pytest.raises(FactError):
        chosen.match("week", {field: value})


WRITTEN = [
    pytest.param('stock: "matches [一-龥]+"', id="a regular expression"),
    pytest.param('stock: "$gt 1"', id="an operator of the engine"),
    pytest.param('stock: {"$or": [1]}', id="an object of the engine"),
    pytest.param('stock: "> stock"', id="another field"),
    pytest.param('stock: "> 1e-05"', id="an exponent"),
    pytest.param('stock: "> 99999999999999999999"', id="more digits than a float holds"),
    pytest.param('stock: "> .inf"', id="infinity"),
    pytest.param('stock: "> .nan"', id="not a number"),
]


@pytest.mark.parametrize("line", WRITTEN)
def test_what_a_person_may_not_write_is_refused(line: str) -> None:
    with pytest.raises(RuleFileError):
        load_rule_set(rule_file(rule(line)), "a.yaml")


def test_the_helpers_of_the_package_are_never_loaded() -> None:
    """`Host` swallows exceptions, locks sessions after 10 s and starts threads."""
    program = """
import sys, threading
from rules import load_rule_set, pack
from rules.executors.durable import DurableExecutor
with DurableExecutor(load_rule_set(pack("software"), "a.yaml")) as engine:
    engine.match("software_stage", {"stage": "cost"})
print([name for name in sys.modules if name.split(".")[0] == "durable"], threading.active_count())
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == ["[]", "1"]
    assert pack("software")


#: Says a conversation to the real module and prints what it answers.
CHILD = """
import json, sys
import durable_rules_engine as engine
handle = state = None
for name, *arguments in json.load(sys.stdin):
    stands_for = {"<handle>": handle, "<state>": state}
    said = [stands_for.get(one, one) if isinstance(one, str) else one for one in arguments]
    try:
        answer = getattr(engine, name)(*said)
    except Exception as error:
        answer = error
    if name == "create_ruleset":
        handle = answer
    elif isinstance(answer, tuple) and isinstance(answer[0], int):
        state = answer[1]
    print(answer, flush=True)
"""


def limited() -> None:
    """Let a hang cost one second of CPU, and a crash no file."""
    resource.setrlimit(resource.RLIMIT_CPU, (1, 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


SHOWN = [trap for trap in TRAPS if trap.outcome]


@pytest.mark.parametrize("trap", SHOWN, ids=[trap.sentence for trap in SHOWN])
def test_the_trap_is_real(trap: Trap) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", CHILD],
        input=json.dumps(trap.calls),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=limited,
        env={"MALLOC_PERTURB_": "165"},
    )
    if trap.outcome == KILLED:
        assert done.returncode in {-4, -6, -7, -8, -11}, (done.stdout[-300:], done.stderr[-300:])
    elif trap.outcome == HANGS:
        assert done.returncode in {-9, -24}, done.stdout[-300:]
    else:
        assert trap.outcome
        assert trap.outcome in done.stdout.splitlines()[-1], done.stdout[-300:]
