"""The rules in force, and whoever brings them up to date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rules.ageing import ageing
from rules.executors.python import PythonExecutor
from rules.first_look import FirstLook
from rules.form import rule_set as rule_set_of
from rules.kinds import Gate, Mode
from rules.machine import at_rest, whole
from rules.second_look import second_looks
from rules.watching import watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime

    from rules.ageing import Ageing
    from rules.evaluation import Evaluator
    from rules.facts import FactKind
    from rules.form import AnyRule, RuleSet, Section
    from rules.history import Observed
    from rules.second_look import SecondLook
    from rules.states import RuleState
    from verification.values import Text


class Glance:
    """Most facts concern no rule: nothing that begins matches, and every state is at rest.

    Asked with the generated code, which agrees with every other executor row by row.
    """

    def __init__(self, rule_set: RuleSet) -> None:
        self._executor = PythonExecutor(rule_set)
        asked = watch(rule_set.rules)
        self._begins = frozenset(one.begin_row for one in asked)
        self._first_look = FirstLook(rule_set, self._begins)
        blind = self._first_look.blind
        self._but_for_the_past = FirstLook(rule_set, self._begins - blind) if blind else None
        self._second_looks = second_looks(rule_set, blind)
        #: Kinds with rules that must be asked of every fact.
        self._always = frozenset(
            one.rule.on for one in asked if one.eager or one.tells_lack or one.whole
        )

    def second_look(self, kind: str) -> SecondLook | None:
        """Give what must agree besides that a fact concerns no rule; None: `ruling_out` does."""
        return None if kind in self._always else self._second_looks.get(kind)

    def ruling_out(self, kind: str, at: datetime) -> Callable[[Observed], bool]:
        """Give what says of facts, without their history, that each concerns no rule.

        That is so if every state of its subject is at rest, and `second_look` agrees.
        """
        if kind in self._always:
            return lambda _: False
        if self._but_for_the_past is not None and kind in self._second_looks:
            return self._but_for_the_past.of(kind, at)
        return self._first_look.of(kind, at)

    def concerns(self, kind: str, fact: Mapping[str, object], states: Iterable[RuleState]) -> bool:
        """Say whether a rule must be asked; `states` are those of the fact's subject."""
        if kind in self._always or not all(map(at_rest, states)):
            return True
        return not self._begins.isdisjoint(self._executor.match(kind, fact))


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """One compiled rule set, made of all files; it stays whole while somebody uses it."""

    rule_set: RuleSet
    evaluator: Evaluator
    #: Tells at little cost that a fact concerns no rule, so that nobody need be asked.
    glance: Glance
    #: Every kind of which facts are taken, whether or not a rule looks at it.
    kinds: Mapping[str, FactKind]
    rules: Mapping[str, AnyRule]
    #: Rule → name of its file.
    files: Mapping[str, str]
    sections: Mapping[str, Section]
    #: Kind → the live gates that are asked of its facts.
    gates: Mapping[str, tuple[Gate, ...]]
    #: Kind → hash of its declaration and of all rules that look at it.
    versions: Mapping[str, str]
    #: Kind → what time alone changes of its facts, as rules look at them.
    ageing: Mapping[str, Ageing]
    #: Rules whose firings are only recorded.
    shadows: frozenset[str]
    #: Kinds that a rule looks at over several subjects at once.
    whole: frozenset[str]
    since: datetime
    #: Whether the change of one subject may concern another one.
    inhibits: bool


def in_force(
    rule_set: RuleSet, evaluator: Evaluator, *, files: Mapping[str, str], since: datetime
) -> InForce:
    """Put together what is asked of a compiled rule set."""
    return InForce(
        rule_set=rule_set,
        evaluator=evaluator,
        glance=Glance(rule_set),
        kinds={kind.name: kind for kind in rule_set.kinds},
        rules={rule.id: rule for rule in rule_set.rules},
        files=files,
        sections={section.kind.name: section for section in rule_set.sections},
        gates={section.kind.name: gates_of(rule_set, section) for section in rule_set.sections},
        versions={section.kind.name: _version(rule_set, section) for section in rule_set.sections},
        ageing=ageing(rule_set),
        shadows=shadows_of(rule_set),
        whole=whole_of(rule_set),
        inhibits=any(getattr(rule, "inhibited_by", ()) for rule in rule_set.rules),
        since=since,
    )


def gates_of(rule_set: RuleSet, section: Section) -> tuple[Gate, ...]:
    """Give the live gates that are asked of facts of one kind."""
    return tuple(
        rule
        for rule in rule_set.rules
        if isinstance(rule, Gate) and rule.on == section.kind.name and rule.mode is Mode.LIVE
    )


def _version(known: RuleSet, section: Section) -> str:
    looking = tuple(rule for rule in known.rules if rule.on == section.kind.name)
    return rule_set_of((section.kind,), looking, (section,)).version


def shadows_of(rule_set: RuleSet) -> frozenset[str]:
    """Name the rules in shadow mode."""
    return frozenset(rule.id for rule in rule_set.rules if rule.mode is Mode.SHADOW)


def whole_of(rule_set: RuleSet) -> frozenset[str]:
    """Name the kinds of fact that a rule looks at over several subjects at once."""
    asked = (rule for rule in rule_set.rules if rule.mode is not Mode.OFF)
    return frozenset(rule.on for rule in asked if whole(rule))


class RuleBook(Protocol):
    def using(self) -> AbstractContextManager[InForce]:
        """Hold on to the rules in force for the length of the block."""

    @property
    def trouble(self) -> Text | None:
        """Why the files as they are now are not in force; None: they are."""

    def refresh(self) -> tuple[RuleSet, RuleSet] | None:
        """Look at the files again; gives the rules before and after where others are in force now.

        What is wrong with them is told by `trouble` and in the log, and the running rules stay.
        """

    def close(self) -> None: ...
