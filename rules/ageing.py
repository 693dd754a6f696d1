"""When a subject must be looked at again although no fact came: its facts have grown older.

Three things that rules see change by time alone: a field outlives its `max_age`; the age of a time
passes what a rule asks of it; what did not change has not changed for longer. Windows do not move:
they end with the fact that is looked at.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from math import floor
from typing import TYPE_CHECKING

from rules import explain
from rules.clauses import clause_holds
from rules.conditions import Aggregate
from rules.features.figures import MICROSECONDS_AN_HOUR
from rules.features.order import Fields
from rules.features.plan import stale_after
from rules.kinds import Award, Mode
from rules.periods import MICROSECOND, microseconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rules.conditions import Clause, Feature
    from rules.facts import FactKind
    from rules.form import AnyRule, RuleSet
    from rules.history import Observed

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000


class Ageing:
    """What time alone changes of the facts of one kind, as the rules look at them."""

    def __init__(
        self, kind: FactKind, features: Sequence[Feature], rules: Iterable[AnyRule]
    ) -> None:
        asked = [rule for rule in rules if rule.mode is not Mode.OFF]
        clauses = [
            clause
            for rule in asked
            for _, condition in explain.parts(rule)
            for clause in condition.clauses()
        ]
        names = {clause.field.name for clause in clauses}
        names.update(key for rule in asked if isinstance(rule, Award) for key in rule.dedupe.key)
        #: Ages of the latest fact, in microseconds, at which fields are too old.
        self._stale = sorted(
            {limit + 1 for limit, made in stale_after(Fields(kind), features) if names & set(made)}
        )
        ages: dict[str, set[int]] = {}
        unchanged: set[int] = set()
        for clause in clauses:
            if clause.feature is None:
                continue
            if clause.feature.aggregate is Aggregate.AGE:
                ages.setdefault(clause.feature.field.name, set()).update(_turns(clause))
            if clause.feature.aggregate is Aggregate.UNCHANGED:
                unchanged.update((*_turns(clause), *_leaves(clause.feature)))
        #: Field that holds a time → its ages at which a clause turns.
        self._ages = {name: sorted(turns) for name, turns in sorted(ages.items())}
        #: Ages of any fact at which a clause about what did not change may turn.
        self._unchanged = sorted(unchanged)

    @property
    def passes(self) -> bool:
        """Whether time alone changes anything at all."""
        return bool(self._stale or self._ages or self._unchanged)

    @property
    def looks_back(self) -> bool:
        """Whether more than the latest fact decides when something changes."""
        return bool(self._unchanged)

    @property
    def version(self) -> str | None:
        """A hash of all that `following` depends on beside the facts; None: it gives nothing."""
        content = json.dumps((self._stale, self._ages, self._unchanged))
        return sha256(content.encode()).hexdigest() if self.passes else None

    def following(self, history: Sequence[Observed], at: datetime) -> datetime | None:
        """Say when, after `at`, time alone changes something next; None: never again.

        `history` is one subject's, ascending, the fact that is looked at last; it reaches back as
        far as :func:`rules.features.reach` says.
        """
        if not history or not self.passes:
            return None
        asked = microseconds(at)
        found = min((one for one in self._instants(history) if one > asked), default=None)
        return None if found is None else _EPOCH + found * MICROSECOND

    def _instants(self, history: Sequence[Observed]) -> Iterator[int]:
        last = history[-1]
        of_last = microseconds(last.at)
        yield from (of_last + age for age in self._stale)
        for name, turns in self._ages.items():
            value = last.values.get(name)
            if isinstance(value, datetime):
                held = microseconds(value)
                yield from (held + turn for turn in turns)
        if self._unchanged:
            for fact in history:
                of_fact = microseconds(fact.at)
                yield from (of_fact + turn for turn in self._unchanged)


def ageing(rule_set: RuleSet) -> dict[str, Ageing]:
    """Give what time alone changes, by kind of fact; of kinds that a rule looks at."""
    kinds = {kind.name: kind for kind in rule_set.kinds}
    return {
        section.kind.name: Ageing(
            kinds[section.kind.name],
            section.features,
            [rule for rule in rule_set.rules if rule.on == section.kind.name],
        )
        for section in rule_set.sections
    }


def _turns(clause: Clause) -> Iterator[int]:
    """Give the ages in microseconds at which a clause about hours turns true or false.

    Found by asking it, so that they are exact to the microsecond however hours are rounded.
    """
    for operand in clause.operands:
        near = floor(float(operand) * MICROSECONDS_AN_HOUR)
        for age in range(near - 1, near + 3):
            before, after = (
                clause_holds(clause, one / MICROSECONDS_AN_HOUR) for one in (age - 1, age)
            )
            if before is not after:
                yield age


def _leaves(feature: Feature) -> Iterator[int]:
    """Give the age at which a fact leaves the window of what did not change."""
    if feature.window is not None:
        yield feature.window.length * _SECOND + 1
