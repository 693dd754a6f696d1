"""Everything that our driver may say to the C module, and in which order: nothing else is safe.

The whole language is here, as a strict grammar with its limits. What is said to the real module is
held against it over random rule sets; each known way to crash, hang or mislead the module is held
against it, too, and must not be sayable.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from rules.executors import envelope

_COLUMN = r'"c(\d|[1-9]\d|1\d\d)":(\d|[1-9]\d|1[01]\d|120)'
_TERM = rf'(\{{{_COLUMN}\}}|\{{"\$(neq|lt|lte|gt|gte)":\{{{_COLUMN}\}}\}})'
_TERMS = rf'\{{"kind":[1-9]\d*\}}(,{_TERM}){{1,60}}'
_RULE = rf'"r\d{{1,4}}":\{{"all":\[\{{"m":\{{"\$and":\[{_TERMS}\]\}}\}}\]\}}'
DEFINITION = re.compile(rf'\{{"s":\{{"all":\[\{{"m":\{{"kind":0\}}\}}\]\}}(,{_RULE})*\}}', re.ASCII)
FACT = re.compile(rf'\{{"id":"f","kind":[1-9]\d*(,{_COLUMN})*\}}', re.ASCII)
SENTINEL, RETRACTION = '{"id":"f","kind":0}', '{"id":"f"}'
NAME = re.compile(r"rules\d+", re.ASCII)

#: What the module answers to a fact.
MATCHED, NOT_MATCHED = 0, 1


class OutOfProtocol(AssertionError):
    """The driver would say something that nothing here allows."""


@dataclass(slots=True)
class Handle:
    """How far one rule set of the module is."""

    #: `new` → `ready` ⇄ `asked` → `deleted` (its session) → gone.
    phase: str = "new"
    state: int | None = None
    #: Whether the rules of the fact are being gone through.
    started: bool = False


class Protocol:
    """Follows a conversation with the C module. Raises OutOfProtocol."""

    def __init__(self) -> None:
        self._handles: dict[int, Handle] = {}
        self._names: set[str] = set()

    def before(self, name: str, arguments: tuple[Any, ...]) -> None:
        """Check what is about to be said."""
        check = getattr(self, f"_{name}", None)
        if check is None:
            raise OutOfProtocol(f"{name} is never called")
        if name == "create_ruleset":
            check(*arguments)
            return
        handle = self._handles.get(arguments[0]) if arguments else None
        if handle is None:
            raise OutOfProtocol(f"{name}: no such handle")
        check(handle, *arguments[1:])

    def after(self, name: str, arguments: tuple[Any, ...], answer: Any) -> None:
        """Note what was answered."""
        if name == "create_ruleset":
            self._handles[answer] = Handle()
        elif name == "assert_fact":
            status, state = answer
            handle = self._handles[arguments[0]]
            if status == MATCHED:
                handle.phase, handle.state, handle.started = "asked", state, False
        elif name == "delete_ruleset":
            del self._handles[arguments[0]]

    def _create_ruleset(self, name: str, text: str) -> None:
        _allow(NAME.fullmatch(name) is not None and name not in self._names, f"the name {name}")
        self._names.add(name)
        _allow(DEFINITION.fullmatch(text) is not None, f"the definition {text[:80]}")
        _within_limits(text)

    def _assert_fact(self, handle: Handle, text: str) -> None:
        first = handle.phase == "new"
        _allow(first or handle.phase == "ready", f"a fact to a handle that is {handle.phase}")
        right = text == SENTINEL if first else FACT.fullmatch(text) is not None
        _allow(right, f"the fact {text[:80]}")

    def _start_action_for_state(self, handle: Handle, state: int) -> None:
        _allow(handle.phase == "asked" and not handle.started, "a start without a match")
        _allow(state == handle.state, f"the state {state}")
        handle.started = True

    def _complete_and_start_action(self, handle: Handle, state: int) -> None:
        _allow(handle.started and state == handle.state, "an end without a start")

    def _retract_fact(self, handle: Handle, text: str) -> None:
        _allow(handle.phase == "asked" and handle.started, "a retraction of nothing")
        _allow(text == RETRACTION, f"the retraction {text[:80]}")
        handle.phase, handle.state, handle.started = "ready", None, False

    def _delete_state(self, handle: Handle, session: str) -> None:
        _allow(handle.phase == "ready" and session == "0", f"to delete {session}: {handle.phase}")
        handle.phase = "deleted"

    def _delete_ruleset(self, handle: Handle) -> None:
        _allow(handle.phase == "deleted", "to delete a rule set before its session")


def _allow(allowed: bool, what: str) -> None:  # noqa: FBT001 - an assertion with a message
    if not allowed:
        raise OutOfProtocol(f"not allowed: {what}")


def _within_limits(text: str) -> None:
    """Hold the definition against the quantities that the module is safe with."""
    rules: dict[int, int] = {}
    conditions: dict[int, set[str]] = {}
    for name, rule in json.loads(text).items():
        if name == envelope.SENTINEL:
            continue
        kind, *terms = rule["all"][0]["m"]["$and"]
        rules[kind["kind"]] = rules.get(kind["kind"], 0) + 1
        conditions.setdefault(kind["kind"], set()).update(map(json.dumps, terms))
    _allow(len(rules) <= 250, f"{len(rules)} kinds")
    _allow(sum(rules.values()) <= 2_000, f"{sum(rules.values())} rules")
    # 65 matches of one fact lose it; each rule matches at most once.
    _allow(max(rules.values(), default=0) <= 60, "more than 60 rules a kind")
    # 513 conditions side by side never return.
    widest = max(map(len, conditions.values()), default=0)
    _allow(widest <= 60, f"{widest} conditions a kind")


class Watched:
    """The real C module, with someone who listens."""

    def __init__(self, module: Any) -> None:
        self._module = module
        self._protocol = Protocol()
        #: How often each function was called.
        self.calls: dict[str, int] = {}

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any) -> Any:
            self._protocol.before(name, arguments)
            answer = getattr(self._module, name)(*arguments)
            self._protocol.after(name, arguments, answer)
            self.calls[name] = self.calls.get(name, 0) + 1
            return answer

        return call
