"""The gate answers: open, or locked with the list of what is missing and why.

1. The executor gives the rows that match the fact.
2. A gate is asked when its `asked` row matched; no gate asked is an error, never an open gate.
3. A clause is met when its own row matched; a clause that no row speaks for is not met.
4. A gate is open when its `unlock` row matched. That must agree with 3, else nobody answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.clauses import clause_holds
from rules.errors import EngineError, FactError, NoGate
from rules.facts import shown
from rules.kinds import Needs, TimeNeeds
from rules.language.gate_rule import OPEN
from rules.sentences import unmet
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from rules.conditions import Clause, Operator
    from rules.executors import Executor
    from rules.form import RuleSet
    from rules.kinds import Gate, GateItem


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedClause:
    """A line of a rule that the fact does not satisfy."""

    field: str
    label: Text
    operator: Operator
    #: As the file writes it: ``3``, ``80%``, ``[1, 5]``.
    threshold: str
    #: What the fact has; None where it does not say.
    value: float | str | None
    sentence: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingItem:
    item: str
    name: Text
    #: Whether all of the clauses would have to hold, or any one of them.
    needs: Needs
    clauses: tuple[FailedClause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateState:
    """How one gate stands."""

    gate: str
    name: Text
    #: ``open``, or the word that the rule gives for locked.
    state: str
    missing: tuple[MissingItem, ...]

    @property
    def open(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True, kw_only=True)
class GateAnswer:
    """What all gates say that look at a fact; at least one does."""

    #: Version of the rule set that answered.
    version: str
    gates: tuple[GateState, ...]

    @property
    def open(self) -> bool:
        return all(gate.open for gate in self.gates)

    @property
    def state(self) -> str:
        """``open``, or the word of the first gate that is locked."""
        return next((gate.state for gate in self.gates if not gate.open), OPEN)

    @property
    def missing(self) -> tuple[MissingItem, ...]:
        """What is missing anywhere, in the order of the file."""
        return tuple(item for gate in self.gates for item in gate.missing)


def evaluate(
    rule_set: RuleSet, executor: Executor, fact: Mapping[str, object], *, kind: str | None = None
) -> GateAnswer:
    """Ask every gate whose `when` holds for the fact.

    `kind` may be left out where the gates of the set look at one kind only. Raises FactError for a
    fact that is not as declared, NoGate when no gate is asked, EngineError when no answer can be
    trusted.
    """
    if executor.version != rule_set.version:
        raise _contradiction(f"{executor.version[:12]} ≠ {rule_set.version[:12]}")
    kind = kind or _only_kind(rule_set)
    matched = frozenset(executor.match(kind, fact))
    asked = [gate for gate in rule_set.gates if gate.on == kind and gate.asked in matched]
    if not asked:
        raise _no_gate(rule_set, kind, fact)
    states = tuple(stand(gate, matched, fact) for gate in asked)
    return GateAnswer(version=rule_set.version, gates=states)


def time_needs(gates: Iterable[Gate], item: str) -> TimeNeeds:
    """Give what gates ask of the times of an item's files: the strictest of each."""
    asked = [one.time for gate in gates for one in gate.require if one.item == item and one.time]
    return TimeNeeds(
        best_class=max((one.best_class for one in asked if one.best_class), default=None),
        contradictions_below_s=min(
            (one.contradictions_below_s for one in asked if one.contradictions_below_s),
            default=None,
        ),
        within_days=min((one.within_days for one in asked if one.within_days), default=None),
    )


def stand(gate: Gate, matched: frozenset[str], fact: Mapping[str, object]) -> GateState:
    """Say how a gate stands whose `asked` row matched. Raises EngineError."""
    missing = tuple(
        item for item in (_missing(gate, item, matched, fact) for item in gate.require) if item
    )
    if (gate.unlock in matched) == bool(missing):
        raise _contradiction(gate.id)
    return GateState(
        gate=gate.id,
        name=gate.name,
        state=gate.locked_as if missing else OPEN,
        missing=missing,
    )


def recalled(gate: Gate, missing: Collection[str], fact: Mapping[str, object]) -> GateState:
    """Say how a gate stands of which the items that it lacks are known; why, the fact tells."""
    items = tuple(
        _lacking(
            item,
            [one for one in item.clauses if not clause_holds(one, fact.get(one.field.name))],
            fact,
        )
        for item in gate.require
        if item.item in missing
    )
    return GateState(
        gate=gate.id, name=gate.name, state=gate.locked_as if items else OPEN, missing=items
    )


def _missing(
    gate: Gate, item: GateItem, matched: frozenset[str], fact: Mapping[str, object]
) -> MissingItem | None:
    failed = [clause for clause in item.clauses if gate.met(item, clause) not in matched]
    enough = not failed if item.needs is Needs.ALL else len(failed) < len(item.clauses)
    return None if enough else _lacking(item, failed, fact)


def _lacking(item: GateItem, failed: Sequence[Clause], fact: Mapping[str, object]) -> MissingItem:
    return MissingItem(
        item=item.item,
        name=item.name,
        needs=item.needs,
        clauses=tuple(_failed(clause, fact) for clause in failed),
    )


def _failed(clause: Clause, fact: Mapping[str, object]) -> FailedClause:
    value = fact.get(clause.field.name)
    return FailedClause(
        field=clause.field.name,
        label=clause.field.label,
        operator=clause.operator,
        threshold=clause.threshold,
        # The executor has accepted the fact, so this is what its field declares.
        value=value if isinstance(value, int | float | str) else None,
        sentence=unmet(clause, value),
    )


def _only_kind(rule_set: RuleSet) -> str:
    kinds = dict.fromkeys(gate.on for gate in rule_set.gates)
    if len(kinds) == 1:
        return next(iter(kinds))
    listed = ", ".join(kinds)
    message = Text(
        zh=f"这套规则针对多种事实（{listed}），请用 kind 说明是哪一种。",
        en=f"The rule set looks at several kinds of fact ({listed}): say which by kind.",
    )
    raise FactError(message, kind="", field=None, seen="no kind", expected=listed)


def _no_gate(rule_set: RuleSet, kind: str, fact: Mapping[str, object]) -> NoGate:
    fields = dict.fromkeys(
        clause.field.name for gate in rule_set.gates if gate.on == kind for clause in gate.when
    )
    seen = ", ".join(f"{name} = {shown(fact.get(name))}" for name in fields) or kind
    return NoGate(
        Text(
            zh=f"没有哪条门槛规则适用于这条事实（{seen}），因此不能视为打开。请检查规则的 when。",
            en=f"No gate is asked by this fact ({seen}), so it is not open. Look at `when:` of "
            "the rules.",
        )
    )


def _contradiction(seen: str) -> EngineError:
    return EngineError(
        Text(
            zh=f"规则执行器的结果自相矛盾（{seen}），本次不作结论。请重新加载规则并报告此问题。",
            en=f"The executor contradicts the rules ({seen}); nothing was decided. Load the rules "
            "again and report this.",
        )
    )
