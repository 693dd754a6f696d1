"""What a recent past says of the few rows that no fact by itself says anything of.

"A mean of 7 days below 80 %" rules no fact out by itself (:mod:`rules.first_look`), but it asks for
one field of seven facts, and everything else about them can stay where it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from rules.executors.python import PythonExecutor
from rules.features.order import Fields
from rules.features.plan import Plan
from rules.form import Section

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from rules.facts import FactKind
    from rules.features.reach import Reach
    from rules.form import RuleSet


class Seen(NamedTuple):
    """As much of a fact as a look needs; looks are taken at thousands at a time."""

    period: int
    #: Aware.
    at: datetime
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLook:
    """Says of facts of one kind, with their past, that none of some rows matches."""

    #: Fields that it reads, as they are sent.
    names: frozenset[str]
    _plan: Plan
    _section: Section
    _executor: PythonExecutor

    @property
    def reach(self) -> Reach:
        return self._plan.reach

    def seen(self, period: int, at: datetime, values: Mapping[str, Any]) -> Seen:
        """Give what it sees of a fact."""
        names = self.names
        return Seen(period, at, {name: values[name] for name in names if name in values})

    def cannot_match(self, history: Sequence[Seen], at: datetime) -> bool:
        """Say that none of the rows matches the last fact of a history that is long enough."""
        return not self._executor.match(self._section.kind.name, self._plan.enrich(history, at))


def second_looks(rule_set: RuleSet, rows: Collection[str]) -> dict[str, SecondLook]:
    """Give the looks for these rows by kind, of kinds that have some of them.

    None for what did not change for so long: how far back that looks depends on the facts.
    """
    kinds = {kind.name: kind for kind in rule_set.kinds}
    found = {}
    for section in rule_set.sections:
        asked = tuple(row for row in section.rows if row.id in rows)
        if asked:
            own = kinds[section.kind.name]
            look = _second_look(rule_set, own, replace(section, rows=asked))
            if not look.reach.one_before:
                found[own.name] = look
    return found


def _second_look(rule_set: RuleSet, kind: FactKind, section: Section) -> SecondLook:
    used = {
        comparison.field
        for row in section.rows
        for conjunction in row.alternatives
        for comparison in conjunction
    }
    features = tuple(one for one in section.features if one.id in used)
    fields = Fields(kind)
    roots = [one.field for one in features]
    roots += [field for field in kind.fields if field.name in used]
    made_of = frozenset().union(*(fields.made_of(field) for field in roots))
    narrow = replace(kind, fields=tuple(one for one in kind.fields if one.name in made_of))
    known = made_of | {one.id for one in features}
    asked = Section(
        kind=replace(kind, fields=tuple(one for one in section.kind.fields if one.name in known)),
        columns=tuple(one for one in section.columns if one.field in used),
        rows=section.rows,
    )
    return SecondLook(
        names=frozenset(one.name for one in narrow.fields if one.derived is None),
        _plan=Plan(narrow, features),
        _section=asked,
        _executor=PythonExecutor(replace(rule_set, rules=(), sections=(asked,))),
    )
