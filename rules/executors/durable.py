"""durable-rules, driven through its C module: the executor that is used online.

The engine holds nothing between two calls: a fact is asserted, its matches are collected, and it
is retracted. Handles must be made in the process that uses them, after any fork.
"""

from __future__ import annotations

from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Self

import durable_rules_engine as engine

from rules.errors import EngineError
from rules.executors import envelope
from rules.executors.cells import Cells, narrowed
from rules.executors.encoding import Kinds, closed
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.executors.cells import Cell, Narrow
    from rules.executors.envelope import Part, Shard
    from rules.facts import Encoder
    from rules.form import RuleSet, Section

#: The one session of a handle; no fact carries a session of its own.
SESSION = "0"
#: What the engine says after a fact; 2 is "observed before", which nothing here may cause.
MATCHED, NOT_MATCHED = 0, 1

RETRACTION = envelope.write_retraction()

#: Names for the engine only: each handle needs one of its own.
_NAMES = count()


#: How many answers an executor remembers, shared out among what it asks.
MOST_REMEMBERED, LEAST_REMEMBERED = 16_384, 64


class DurableExecutor:
    """Compiles a rule set to as many handles of the engine as the envelope asks for.

    Facts that no rule can tell apart get one answer: the engine gives it for the first of them,
    and it is remembered. Where `remembers` is False, the engine is asked about every fact.
    """

    def __init__(self, rule_set: RuleSet, *, remembers: bool = True) -> None:
        self._version = rule_set.version
        self._kinds = Kinds(rule_set)
        self._handles = [Handle(shard) for shard in envelope.deal(rule_set.sections)]
        parts: dict[str, list[tuple[Handle, Part]]] = {}
        for handle in self._handles:
            for part in handle.shard.parts.values():
                parts.setdefault(part.kind, []).append((handle, part))
        shared = MOST_REMEMBERED // max(sum(map(len, parts.values())), 1)
        most = max(shared, LEAST_REMEMBERED) if remembers else 0
        #: By the kind of fact; none when closed.
        self._asked = {
            section.kind.name: _Asked(
                section, self._kinds.encoder(section.kind.name), parts[section.kind.name], most
            )
            for section in rule_set.sections
            if section.kind.name in parts
        }
        self._closed = False

    @property
    def version(self) -> str:
        return self._version

    def match(self, kind: str, fact: Mapping[str, object]) -> tuple[str, ...]:
        asked = self._asked.get(kind)
        if asked is not None:
            return asked.match(fact)
        if self._closed:
            raise closed()
        self._kinds.encode(kind, fact)
        return ()

    def close(self) -> None:
        self._closed = True
        self._asked = {}
        while self._handles:
            self._handles.pop().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Asked:
    """Whom to ask about facts of one kind."""

    def __init__(
        self, section: Section, encoder: Encoder, parts: Sequence[tuple[Handle, Part]], most: int
    ) -> None:
        cells = Cells(section, encoder)
        self._cell = cells.of
        self._ids = tuple([row.id for row in section.rows])
        self._parts = [
            _AskedPart(handle, part, cells.narrowed(part.constants), most) for handle, part in parts
        ]

    def match(self, fact: Mapping[str, object]) -> tuple[str, ...]:
        cell = self._cell(fact, None)
        found: tuple[int, ...] = ()
        for part in self._parts:
            own = cell if part.narrow is None else narrowed(cell, part.narrow)
            rows = part.known.get(own)
            found += part.ask(own) if rows is None else rows
        if not found:
            return ()
        # One row may be several rules of the engine; it matches once, in its place.
        ids = self._ids
        return tuple([ids[number] for number in sorted(set(found))])


class _AskedPart:
    """What one handle says of one kind of fact, and what it said before."""

    __slots__ = ("_handle", "_most", "_write", "known", "narrow")

    def __init__(self, handle: Handle, part: Part, narrow: Narrow | None, most: int) -> None:
        self._handle, self._most = handle, most
        self._write = envelope.writer(part)
        #: How this part tells cells apart; None: as they are.
        self.narrow = narrow
        #: Cell → numbers of the matched rows.
        self.known: dict[Cell, tuple[int, ...]] = {}

    def ask(self, cell: Cell) -> tuple[int, ...]:
        """Ask the engine, and remember. Raises EngineError."""
        rows = tuple(self._handle.match(self._write(cell)))
        if self._most:
            if len(self.known) >= self._most:
                # Begun anew, rather than kept by age: cells come again soon or never.
                self.known.clear()
            self.known[cell] = rows
        return rows


class Handle:
    """One rule set inside the engine, and the lock that makes a fact one step."""

    def __init__(self, shard: Shard) -> None:
        self.shard = shard
        self._definition, self._rows = envelope.define(shard)
        self._lock = Lock()
        self._number: int | None = None
        self._load()

    def match(self, fact: str) -> Sequence[int]:
        """Assert, collect, retract; give the numbers of the matched rows.

        `fact` is text of :func:`envelope.writer`. After an error the handle starts afresh,
        because what the engine then still holds is not known. Raises EngineError.
        """
        with self._lock:
            if self._number is None:
                raise closed()
            try:
                names = _fire(self._number, fact)
            except Exception as error:
                self._unload()
                self._load()
                raise _failed(error) from error
        return [self._rows[int(name[1:])] for name in names] if names else ()

    def close(self) -> None:
        with self._lock:
            self._unload()

    def _load(self) -> None:
        number = engine.create_ruleset(f"rules{next(_NAMES)}", self._definition)
        # A session that has never run an action cannot be deleted safely: run one now.
        fired = _fire(number, envelope.write_sentinel())
        if fired != [envelope.SENTINEL]:
            raise envelope.OutsideEnvelope(f"the sentinel did not fire, but {fired}")
        self._number = number

    def _unload(self) -> None:
        """Delete session and rule set, in this order: the second alone leaks the first."""
        if self._number is not None:
            engine.delete_state(self._number, SESSION)
            engine.delete_ruleset(self._number)
            self._number = None


def _fire(number: int, fact: str) -> list[str]:
    """Give the names of the rules that match; nothing of the fact is kept."""
    status, state = engine.assert_fact(number, fact)
    if status == NOT_MATCHED:
        # The engine keeps a fact only for rules that it matches: nothing to take back.
        return []
    if status != MATCHED:
        raise envelope.OutsideEnvelope(f"status {status} for {fact}")
    names: list[str] = []
    started = engine.start_action_for_state(number, state)
    result = started[1] if started else None
    while result:
        # {"r12":{"m":{…}}}: the name is our own, between the first two quotes.
        names.append(result[2 : result.index('"', 2)])
        result = engine.complete_and_start_action(number, state)
    engine.retract_fact(number, RETRACTION)
    return names


def _failed(error: Exception) -> EngineError:
    return EngineError(
        Text(
            zh=f"规则引擎出错（{error}），本次没有得出结果。引擎已重启，请重试。",
            en=f"The rule engine failed ({error}); nothing was decided. It was started afresh: "
            "try again.",
        )
    )
