"""Plays a case over time and holds what came of it against what the case expects, line by line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rules import simulation
from rules.kinds import WHOLE, Gate, Scope, WarningRule
from rules.language.durations import read_duration
from rules.language.numbers import NUMBER
from rules.names import normal
from rules.states import Phase
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rules.executors import Executor
    from rules.form import AnyRule, RuleSet
    from rules.language.scenario import Expectation, ExpectedAction, Scenario, Written
    from rules.simulation import Timeline
    from rules.states import Firing, OrderedAction, RuleState

#: What is expected, or came, where there is none.
NOTHING = "nothing"
FIRES = Text(zh="触发", en="fires")
LEVEL = Text(zh="级别", en="level")
ACTIONS = Text(zh="动作", en="actions")
MISSING = Text(zh="缺少", en="missing")
_IN_FORCE = {Phase.ACTIVE, Phase.LOCKED, Phase.OPEN, Phase.HALF_OPEN}
_YES = {True: ("yes", "true", "是"), False: ("no", "false", "否")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that a case expects, and what came instead or as expected."""

    #: The time as the case writes it, and the subject where the case names one.
    where: str
    #: ``fires``, ``not RULE``, ``state of RULE``, ``level``, ``actions``, ``missing``.
    #: None: about a single fact there is one question only.
    asked: Text | None
    expected: str
    got: str
    #: What the firings of this line say to people.
    told: tuple[Text, ...] = ()

    @property
    def right(self) -> bool:
        return self.expected == self.got


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    timeline: Timeline
    lines: tuple[Line, ...]


def play(rule_set: RuleSet, executor: Executor, scenario: Scenario) -> Played:
    """Play the facts of a case. Raises RulesError where no answer can be trusted."""
    last = max(scenario.expectations[-1].at, *(fact.known_at for fact in scenario.facts))
    timeline = simulation.run(rule_set, executor, scenario.facts, until=last)
    return Played(timeline=timeline, lines=tuple(_Comparison(rule_set, timeline).lines(scenario)))


class _Comparison:
    """Holds one timeline against the expectations of its case."""

    def __init__(self, rule_set: RuleSet, timeline: Timeline) -> None:
        self._rules = {rule.id: rule for rule in rule_set.rules}
        self._timeline = timeline
        #: What no expectation has spoken of yet.
        self._open = list(timeline.firings)

    def lines(self, scenario: Scenario) -> Iterable[Line]:
        for expectation in scenario.expectations:
            yield from self._at(expectation)
        for firing in self._open:
            yield Line(
                where=f"{firing.at:%Y-%m-%d %H:%M} {firing.subject}",
                asked=FIRES,
                expected=NOTHING,
                got=_fired(firing),
                told=(firing.sentence,),
            )

    def _at(self, expectation: Expectation) -> Iterable[Line]:
        fired: list[Firing] = []
        still_open: list[Firing] = []
        for firing in self._open:
            (fired if _concerns(expectation, firing) else still_open).append(firing)
        self._open = still_open
        states = self._timeline.states_at(expectation.at)
        yield _line(
            expectation,
            FIRES,
            _listed(f"{rule} {event.value}" for rule, event in expectation.fires),
            _listed(_fired(firing) for firing in fired),
            told=tuple(firing.sentence for firing in fired),
        )
        yield from self._quiet(expectation, fired, states)
        yield from self._states(expectation, states)
        for one in expectation.levels:
            named = (
                expectation if one.subject is None else replace(expectation, subject=one.subject)
            )
            got = _listed(self._levels(named, states))
            yield _line(named, LEVEL, _listed(one.levels), got)
        if expectation.actions is not None:
            yield _ordered(expectation, [one for firing in fired for one in firing.actions])
        if expectation.missing is not None:
            got = _listed(self._missing(expectation, states))
            yield _line(expectation, MISSING, _listed(expectation.missing), got)

    def _quiet(
        self,
        expectation: Expectation,
        fired: list[Firing],
        states: Mapping[tuple[str, str], RuleState],
    ) -> Iterable[Line]:
        for rule_id in expectation.quiet:
            told = tuple(firing for firing in fired if firing.rule == rule_id)
            mine = [
                state.phase.value
                for state in self._of(self._rules[rule_id], expectation, states)
                if state.phase in _IN_FORCE
            ]
            got = _listed([*(_fired(one) for one in told), *mine])
            sentences = tuple(firing.sentence for firing in told)
            asked = Text(zh=f"不应触发 {rule_id}", en=f"not {rule_id}")
            yield _line(expectation, asked, NOTHING, got, told=sentences)

    def _states(
        self, expectation: Expectation, states: Mapping[tuple[str, str], RuleState]
    ) -> Iterable[Line]:
        for rule_id, phase in expectation.states:
            rule = self._rules[rule_id]
            got = [state.phase.value for state in self._of(rule, expectation, states)]
            at_rest = [phase.value] if phase in _AT_REST else [NOTHING]
            asked = Text(zh=f"{rule_id} 的状态", en=f"state of {rule_id}")
            yield _line(expectation, asked, phase.value, _listed(got or at_rest))

    def _of(
        self,
        rule: AnyRule,
        expectation: Expectation,
        states: Mapping[tuple[str, str], RuleState],
    ) -> list[RuleState]:
        """Give the rows of a rule that an expectation speaks of."""
        subject = expectation.subject if rule.scope is Scope.EACH else WHOLE
        return [
            state
            for (row, whose), state in states.items()
            if row == rule.id and subject in {None, whose}
        ]

    def _levels(
        self, expectation: Expectation, states: Mapping[tuple[str, str], RuleState]
    ) -> set[str]:
        rules = [rule for rule in self._rules.values() if isinstance(rule, WarningRule)]
        return {
            rule.level
            for rule in rules
            for state in self._of(rule, expectation, states)
            if state.phase is Phase.ACTIVE
        }

    def _missing(
        self, expectation: Expectation, states: Mapping[tuple[str, str], RuleState]
    ) -> list[str]:
        return [
            item
            for rule in self._rules.values()
            if isinstance(rule, Gate)
            for state in self._of(rule, expectation, states)
            for item in state.missing
        ]


#: Where a rule is that has no row yet.
_AT_REST = {Phase.CLEAR, Phase.CLOSED, Phase.NOT_GIVEN}


def _concerns(expectation: Expectation, firing: Firing) -> bool:
    return firing.at <= expectation.at and expectation.subject in {None, firing.subject}


def _fired(firing: Firing) -> str:
    return f"{firing.rule} {firing.event.value}"


def _line(
    expectation: Expectation, asked: Text, expected: str, got: str, *, told: tuple[Text, ...] = ()
) -> Line:
    where = " ".join(one for one in (expectation.written, expectation.subject) if one)
    return Line(where=where, asked=asked, expected=expected, got=got, told=told)


def _listed(words: Iterable[str]) -> str:
    """Give words in one order, so that equal lists are equal texts; how often each is there."""
    counted = Counter(words)
    listed = sorted(f"{word} × {count}" if count > 1 else word for word, count in counted.items())
    return ", ".join(listed) or NOTHING


def _ordered(expectation: Expectation, got: list[OrderedAction]) -> Line:
    """Compare actions in order; of their parameters only those that the case names."""
    expected = expectation.actions or ()
    seen = [
        _action(action.name, _shown(asked, action) if asked.name == action.name else {})
        for asked, action in zip(expected, got, strict=False)
    ]
    seen += [action.name for action in got[len(expected) :]]
    wanted = [_action(one.name, dict(one.parameters)) for one in expected]
    return _line(expectation, ACTIONS, ", ".join(wanted) or NOTHING, ", ".join(seen) or NOTHING)


def _action(name: str, parameters: Mapping[str, Written]) -> str:
    listed = ", ".join(f"{key}: {_text(value)}" for key, value in parameters.items())
    return f"{name} {{{listed}}}" if listed else name


def _text(written: Written) -> str:
    return written if isinstance(written, str) else f"[{', '.join(written)}]"


def _shown(asked: ExpectedAction, action: OrderedAction) -> dict[str, Written]:
    """Give each parameter that the case names: as it names it where it is that, else as it is."""
    return {
        key: written
        if _is(written, action.parameters.get(key))
        else str(action.parameters.get(key))
        for key, written in asked.parameters
    }


def _is(written: Written, value: object) -> bool:
    """Tell whether a parameter is what the case writes: `72h` is 259200 seconds, `是` true."""
    if isinstance(value, list | tuple):
        wanted = (written,) if isinstance(written, str) else written
        return len(wanted) == len(value) and all(map(_is, wanted, value))
    if not isinstance(written, str):
        return False
    if isinstance(value, bool):
        return written.lower() in _YES[value]
    if isinstance(value, int | float):
        return _number(written) == value
    return normal(str(value)) == written


def _number(written: str) -> float | None:
    found = NUMBER.fullmatch(written)
    if found is not None:
        number = float(found["digits"])
        return number / 100 if found["percent"] else number
    length = read_duration(written)
    return length if isinstance(length, int) else None
