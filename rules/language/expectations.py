"""`expect:` of a case: what must have fired and how things must stand at given times."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from rules.kinds import WHOLE, Award, Breaker, Gate, Scope, WarningRule
from rules.language.case_table import EVERYONE
from rules.language.case_times import read_time
from rules.language.common_keys import NO_LEVEL
from rules.language.gate_rule import OPEN
from rules.language.scenario import Expectation, ExpectedAction, ExpectedLevels
from rules.language.tree import Mapping, Scalar, Sequence
from rules.names import normal
from rules.states import Event, Phase
from rules.text import Text

if TYPE_CHECKING:
    from rules.form import AnyRule, RuleSet
    from rules.language.reading import Reader
    from rules.language.scenario import Written
    from rules.language.tree import Node

OPTIONAL = ("subject", "fires", "not", "states", "level", "actions", "missing")
#: Words for: no warning is in force.
_NO_TIME = datetime.min.replace(tzinfo=UTC)

#: How a rule of each kind begins (what a bare id under `fires` means), and what else it may tell.
EVENTS: dict[type, dict[str, Event]] = {
    WarningRule: {
        "进入": Event.ENTERED,
        "重复": Event.REPEATED,
        "解除": Event.CLEARED,
        "缺数据": Event.NO_DATA,
    },
    Gate: {"锁定": Event.LOCKED, "打开": Event.UNLOCKED, "缺数据": Event.NO_DATA},
    Breaker: {
        "断开": Event.OPENED,
        "半开": Event.HALF_OPENED,
        "放开": Event.RELEASED,
        "再断开": Event.REOPENED,
        "恢复": Event.CLOSED,
        "缺数据": Event.NO_DATA,
    },
    Award: {"发放": Event.AWARDED, "缺数据": Event.NO_DATA},
}
PHASES: dict[type, dict[str, Phase]] = {
    WarningRule: {"未触发": Phase.CLEAR, "生效": Phase.ACTIVE, "被抑制": Phase.INHIBITED},
    Gate: {"锁定": Phase.LOCKED, "打开": Phase.UNLOCKED, OPEN: Phase.UNLOCKED},
    Breaker: {"闭合": Phase.CLOSED, "断开": Phase.OPEN, "半开": Phase.HALF_OPEN},
    Award: {"未发放": Phase.NOT_GIVEN, "已发放": Phase.GIVEN},
}


def events_of(rule: AnyRule) -> dict[str, Event]:
    """Give every spelling of what a rule may tell; the first is how it begins."""
    spelled = EVENTS[type(rule)]
    return spelled | {event.value: event for event in spelled.values()}


def phases_of(rule: AnyRule) -> dict[str, Phase]:
    """Give every spelling of where a rule may be."""
    spelled = PHASES[type(rule)]
    own = {rule.locked_as: Phase.LOCKED} if isinstance(rule, Gate) else {}
    return spelled | own | {phase.value: phase for phase in spelled.values()}


class Expectations:
    """Reads what cases expect of a rule set."""

    def __init__(self, reader: Reader, rule_set: RuleSet) -> None:
        self._reader = reader
        self._rules = {rule.id: rule for rule in rule_set.rules}
        self._declared = {one for kind in rule_set.kinds for one in kind.subjects}
        self._subjects: frozenset[str] = frozenset()

    def read(self, node: Node, subjects: frozenset[str]) -> tuple[Expectation, ...]:
        """Read the list; `subjects` are those that the tables of the case speak of."""
        self._subjects = subjects
        read = [self._expectation(one) for one in self._reader.sequence(node) or ()]
        found = [one for one in read if one is not None]
        for earlier, (later, place) in pairwise(found):
            if later.at < earlier[0].at:
                self._out_of_order(place, later, earlier[0])
        return tuple(expectation for expectation, _ in found)

    def _expectation(self, node: Node) -> tuple[Expectation, Node] | None:
        parts = self._reader.fields(node, required=("at",), optional=OPTIONAL)
        when = read_time(self._reader, parts["at"]) if "at" in parts else None
        subject = self._subject(parts["subject"]) if "subject" in parts else None
        # Everything is read, so that all problems of an entry are told at once.
        expectation = Expectation(
            at=when[1] if when else _NO_TIME,
            written=when[0] if when else "",
            subject=subject,
            fires=self._fires(parts),
            quiet=self._quiet(parts),
            states=self._states(parts["states"], subject) if "states" in parts else (),
            levels=self._levels(parts),
            actions=self._actions(parts),
            missing=self._missing(parts),
        )
        return (expectation, parts["at"]) if when else None

    def _subject(self, node: Node) -> str | None:
        scalar = self._reader.scalar(node)
        if scalar is None:
            return None
        subject = WHOLE if scalar.text in EVERYONE else normal(scalar.text)
        known = self._subjects | self._declared | {WHOLE}
        if subject not in known:
            self._reader.unknown("UNKNOWN_SUBJECT", scalar, sorted(known))
        return subject

    def _listed(self, parts: dict[str, Node], key: str) -> tuple[Node, ...] | None:
        """Give the entries of a list that may be empty; None where there is none."""
        node = parts.get(key)
        if node is None or (isinstance(node, Sequence) and not node.nodes):
            return None if node is None else ()
        return self._reader.sequence(node)

    def _rule(self, scalar: Scalar) -> AnyRule | None:
        rule = self._rules.get(normal(scalar.text))
        if rule is None:
            self._reader.unknown("UNKNOWN_RULE", scalar, self._rules)
        return rule

    def _fires(self, parts: dict[str, Node]) -> tuple[tuple[str, Event], ...]:
        read = [self._firing(node) for node in self._listed(parts, "fires") or ()]
        return tuple(firing for firing in read if firing is not None)

    def _firing(self, node: Node) -> tuple[str, Event] | None:
        """Read ``RULE`` or ``RULE EVENT``."""
        scalar = self._reader.scalar(node)
        if scalar is None:
            return None
        name, _, said = normal(scalar.text).partition(" ")
        rule = self._rule(Scalar(name, scalar.place))
        if rule is None:
            return None
        events = events_of(rule)
        if not said:
            return rule.id, next(iter(events.values()))
        if said.strip() not in events:
            self._reader.unknown("UNKNOWN_WORD", Scalar(said.strip(), scalar.place), events)
            return None
        return rule.id, events[said.strip()]

    def _quiet(self, parts: dict[str, Node]) -> tuple[str, ...]:
        scalars = [self._reader.scalar(node) for node in self._listed(parts, "not") or ()]
        found = [self._rule(scalar) for scalar in scalars if scalar is not None]
        return tuple(rule.id for rule in found if rule is not None)

    def _states(self, node: Node, subject: str | None) -> tuple[tuple[str, Phase], ...]:
        mapping = self._reader.mapping(node)
        states: list[tuple[str, Phase]] = []
        for key, value in mapping.pairs if mapping else ():
            rule, scalar = self._rule(key), self._reader.scalar(value)
            if rule is None or scalar is None:
                continue
            if rule.scope is Scope.EACH and subject is None and len(self._subjects) > 1:
                self._whose(key)
            phases = phases_of(rule)
            word = self._reader.word(scalar, phases)
            if word is not None:
                states.append((rule.id, phases[word]))
        return tuple(states)

    def _levels(self, parts: dict[str, Node]) -> tuple[ExpectedLevels, ...]:
        """Read ``LEVEL``, a list of them, or either for each subject by name."""
        node = parts.get("level")
        if node is None:
            return ()
        if not isinstance(node, Mapping):
            return (ExpectedLevels(subject=None, levels=self._level(node)),)
        if "subject" in parts:
            self._whose_level(node)
        mapping = self._reader.mapping(node)
        found = [(self._subject(key), value) for key, value in (mapping.pairs if mapping else ())]
        return tuple(ExpectedLevels(subject=one, levels=self._level(value)) for one, value in found)

    def _level(self, node: Node) -> tuple[str, ...]:
        known = [rule.level for rule in self._rules.values() if isinstance(rule, WarningRule)]
        if isinstance(node, Sequence):
            # A list has levels only: an empty one says that there is none.
            words = [self._reader.word(one, dict.fromkeys(known)) for one in node.nodes]
        else:
            words = [self._reader.word(node, dict.fromkeys((*known, *NO_LEVEL)))]
        return tuple(sorted({word for word in words if word is not None and word not in NO_LEVEL}))

    def _actions(self, parts: dict[str, Node]) -> tuple[ExpectedAction, ...] | None:
        nodes = self._listed(parts, "actions")
        if nodes is None:
            return None
        read = [self._action(node) for node in nodes]
        return tuple(action for action in read if action is not None)

    def _action(self, node: Node) -> ExpectedAction | None:
        """Read ``NAME``, or ``{NAME: {PARAMETER: value}}``."""
        if not isinstance(node, Mapping):
            name = self._reader.word(node, self._ordered())
            return ExpectedAction(name=name) if name else None
        pairs = node.pairs[:1]
        if len(node.pairs) != 1:
            self._reader.mapping(Mapping((), node.place))
        for key, value in pairs:
            name = self._reader.word(key, self._ordered())
            mapping = self._reader.mapping(value)
            named = mapping.pairs if mapping else ()
            written = [(key.text, self._written(one)) for key, one in named]
            parameters = tuple((key, one) for key, one in written if one is not None)
            return ExpectedAction(name=name, parameters=parameters) if name else None
        return None

    def _written(self, node: Node) -> Written | None:
        if isinstance(node, Sequence):
            scalars = [self._reader.scalar(one) for one in node.nodes]
            return tuple(normal(one.text) for one in scalars if one is not None)
        scalar = self._reader.scalar(node)
        return normal(scalar.text) if scalar else None

    def _ordered(self) -> tuple[str, ...]:
        """Give the names of all actions that the rules order."""
        rules = [rule for rule in self._rules.values() if not isinstance(rule, Gate)]
        orders = [
            order
            for rule in rules
            for order in (*rule.do, *(() if isinstance(rule, Award) else rule.then))
        ]
        return tuple(dict.fromkeys(order.name for order in orders))

    def _missing(self, parts: dict[str, Node]) -> tuple[str, ...] | None:
        nodes = self._listed(parts, "missing")
        if nodes is None:
            return None
        gates = [rule for rule in self._rules.values() if isinstance(rule, Gate)]
        items = dict.fromkeys(item.item for gate in gates for item in gate.require)
        words = [self._reader.word(node, items) for node in nodes]
        return tuple(word for word in words if word is not None)

    def _whose(self, key: Scalar) -> None:
        listed = ", ".join(sorted(self._subjects))
        message = Text(
            zh=f"表里有几个对象（{listed}），请用 subject 说明“{key.text}”是谁的状态。",
            en=f"The tables speak of several ({listed}): say by 'subject' whose state "
            f"'{key.text}' is.",
        )
        self._reader.findings.add("MISSING_KEY", key.place, message, expected="subject")

    def _whose_level(self, node: Node) -> None:
        message = Text(
            zh="这一条已用 subject 说明是谁，level 里不能再按对象分写。请去掉其中一个。",
            en="This entry says by 'subject' whom it speaks of, so 'level' cannot name subjects. "
            "Take one of the two away.",
        )
        self._reader.findings.add("OUT_OF_PLACE", node.place, message, expected="level: red")

    def _out_of_order(self, node: Node, later: Expectation, earlier: Expectation) -> None:
        message = Text(
            zh=f"“{later.written}”早于前一条的“{earlier.written}”。请按时间先后排列。",
            en=f"'{later.written}' is before '{earlier.written}' of the entry above. "
            "Put them in order of time.",
        )
        self._reader.findings.add("ORDER", node.place, message, seen=later.written)
