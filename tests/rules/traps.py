"""How durable-rules 2.0.28 crashes, hangs or misleads: what has to be said to it, and what follows.

Each row is a conversation with its C module, as data: a name and arguments, where HANDLE and STATE
stand for what it answered last. Where the outcome is certain and cheap to see, it is named, and a
child process shows that the trap is real. What gives wrong answers is in :mod:`tests.rules.lies`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

HANDLE, STATE = "<handle>", "<state>"
KILLED, HANGS = "killed", "hangs"

Call = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    sentence: str
    calls: tuple[Call, ...]
    #: KILLED by a signal, HANGS, or text that the child prints; None: not shown here.
    outcome: str | None = None


def rules(**definition: Any) -> Call:
    return ("create_ruleset", "rules0", json.dumps(definition, ensure_ascii=False))


def one(condition: Any) -> Call:
    """Give a rule set of one rule of one pattern."""
    return rules(r={"all": [{"m": condition}]})


def fact(text: str) -> Call:
    return ("assert_fact", HANDLE, text)


def event(text: str) -> Call:
    return ("assert_event", HANDLE, text)


def fired() -> tuple[Call, ...]:
    """Ask what matched."""
    return (("start_action_for_state", HANDLE, STATE), ("complete_and_start_action", HANDLE, STATE))


def named(length: int) -> str:
    return "x" * length


ANY = one({"$ex": {"x": 1}})
ABOVE = one({"$gt": {"x": 1}})
JOIN = rules(r={"all": [{"a": {"k": 1}}, {"b": {"$and": [{"k": 2}, {"$gt": {"v": {"a": "v"}}}]}}]})
DIVIDED = {"$gt": {"a": {"$div": {"$l": {"$m": "b"}, "$r": {"$m": "c"}}}}}
ADDED = '{"$add":{"$l":{"$m":"x"},"$r":' * 20_000 + "1" + "}}" * 20_000
PATTERNS = rules(r={"all": [{f"m{n}": {"k": n}} for n in range(16)]})
SIBLINGS = rules(**{f"r{n}": {"all": [{"m": {"$gt": {f"x{n}": 1}}}]} for n in range(513)})
#: 256 rules that ask for the same one thing.
ALIKE = rules(**{f"r{n}": {"all": [{"m": {"x": 1}}]} for n in range(257)})

KILLS = (
    Trap(
        sentence="a division by a field that is 0",
        calls=(one(DIVIDED), fact('{"id":"1","a":1,"b":10,"c":0}')),
        outcome=KILLED,
    ),
    Trap(
        sentence="an empty batch gives a state that is no state",
        calls=(ANY, ("assert_events", HANDLE, "[]"), *fired()),
    ),
    Trap(
        sentence="the same session again after 1,024 sessions",
        calls=(
            ANY,
            *(event(f'{{"id":"{n}","sid":"s{n}","x":1}}') for n in range(1_030)),
            *(event(f'{{"id":"z{n}","sid":"s{n}","x":1}}') for n in range(1_020, 1_030)),
        ),
        outcome=KILLED,
    ),
    Trap(
        sentence="a session is deleted that has never run an action",
        calls=(ABOVE, fact('{"id":"f","x":0}'), ("delete_state", HANDLE, "0")),
    ),
    Trap(
        sentence="some of several sessions are deleted, then timers are asked for",
        calls=(
            ANY,
            *(event(f'{{"id":"{n}","sid":"{n}","x":1}}') for n in range(5)),
            ("delete_state", HANDLE, "1"),
            ("delete_state", HANDLE, "2"),
            ("assert_timers", HANDLE),
            ("start_action", HANDLE),
        ),
    ),
    Trap(
        sentence="the name of a session has 3 MB",
        calls=(ANY, event(f'{{"id":"1","sid":"{named(3_000_000)}","x":1}}')),
    ),
    Trap(
        sentence="the name of a session has 9 MB",
        calls=(ANY, event(f'{{"id":"1","sid":"{named(9_000_000)}","x":1}}')),
        outcome=KILLED,
    ),
    Trap(
        sentence="the id of a fact has 9 MB",
        calls=(ANY, fact(f'{{"id":"{named(9_000_000)}","x":1}}')),
        outcome=KILLED,
    ),
    Trap(
        sentence="the name of a field that holds an object has 9 MB",
        calls=(ANY, fact(f'{{"id":"1","{named(9_000_000)}":{{"y":1}}}}')),
        outcome=KILLED,
    ),
    Trap(
        sentence="a fact is nested 200,000 objects deep",
        calls=(ANY, fact('{"id":"1","x":' + '{"x":' * 200_000 + "1" + "}" * 200_001)),
        outcome=KILLED,
    ),
    Trap(
        sentence="a fact is nested 200,000 lists deep",
        calls=(ANY, fact('{"id":"1","x":' + "[" * 200_000 + "]" * 200_000 + "}")),
        outcome=KILLED,
    ),
    Trap(
        sentence="a definition is nested 100,000 deep",
        calls=(
            (
                "create_ruleset",
                "rules0",
                '{"r":{"all":[{"m":' + '{"$and":[' * 100_000 + '{"x":1}' + "]}" * 100_000 + "}]}}",
            ),
        ),
        outcome=KILLED,
    ),
    Trap(
        sentence="a rule of 16 patterns",
        calls=(PATTERNS, *(fact(f'{{"id":"{n}","k":{n}}}') for n in range(16))),
    ),
    Trap(
        sentence="a pattern of text with a class that is not ASCII",
        calls=(one({"$mt": {"x": "[一-龥]+"}}),),
        outcome=KILLED,
    ),
    Trap(
        sentence="a state that the engine never gave",
        calls=(ANY, ("start_action_for_state", HANDLE, 123_456)),
        outcome=KILLED,
    ),
    Trap(
        sentence="a join on a field that holds a list",
        calls=(JOIN, fact('{"id":"1","k":1,"v":[1]}'), fact('{"id":"2","k":2,"v":3}'), *fired()),
    ),
    Trap(
        sentence="a join on a field that holds null",
        calls=(JOIN, fact('{"id":"1","k":1,"v":null}'), fact('{"id":"2","k":2,"v":3}'), *fired()),
    ),
    Trap(
        sentence="257 rules on one condition",
        calls=(ALIKE, fact('{"id":"1","x":1}'), *fired()),
    ),
)

HANG = (
    Trap(sentence="513 conditions side by side", calls=(SIBLINGS,), outcome=HANGS),
    Trap(
        sentence="a rule that asks only for what is absent fires on the engine's own message",
        calls=(one({"$nex": {"x": 1}}), event('{"id":"1","x":1}'), fired()[0]),
        outcome='"$s":1',
    ),
    Trap(
        sentence="a sum nested 20,000 deep",
        calls=(
            ("create_ruleset", "rules0", f'{{"r":{{"all":[{{"m":{{"$gt":{{"a":{ADDED}}}}}}}]}}}}'),
        ),
        outcome=HANGS,
    ),
)
