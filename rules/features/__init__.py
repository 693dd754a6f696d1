"""Time, computed away: what rules ask of histories becomes plain fields of the fact looked at.

``enrich(kind, features, history, at)`` gives one subject's last fact with derived fields and
features; :mod:`rules.features.columns` gives the same, to the last bit, for all facts at once.
Both know only numbers of periods and the facts known last, so neither the order in which facts
arrive nor a restart changes anything. What each figure is, and when it is absent, stands in
:class:`rules.conditions.Aggregate` and :class:`rules.facts.Sum`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.features.order import WrongFeature
from rules.features.plan import Plan
from rules.features.reach import EVER, Reach, affected, reach

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from rules.conditions import Feature
    from rules.facts import FactKind
    from rules.history import Fact

__all__ = [
    "EVER",
    "Plan",
    "Reach",
    "WrongFeature",
    "affected",
    "current",
    "enrich",
    "plan",
    "reach",
]

#: Compiled plans by the identity of what they were compiled from, which is kept beside them.
_PLANS: dict[tuple[int, int], tuple[FactKind, Sequence[Feature], Plan]] = {}
_MOST_PLANS = 256


def enrich(
    kind: FactKind, features: Sequence[Feature], history: Sequence[Fact], at: datetime
) -> dict[str, object]:
    """Give the last fact of a history as rules see it at a moment.

    `history` is what :func:`current` gives for one subject: ascending, each period once, at least
    as far back as :func:`reach` says. What is in it before that changes nothing. The answer holds
    the fields of the last fact, derived fields and features; what has no value is left out, and so
    is a field that is older than its `max_age`, with everything that is computed from it.

    Raises ValueError for an empty history or one out of order, WrongFeature for a feature that the
    checker must not let through.
    """
    return plan(kind, features).enrich(history, at)


def plan(kind: FactKind, features: Sequence[Feature]) -> Plan:
    """Give the compiled plan; the same kind and tuple of features give the same one again."""
    key = id(kind), id(features)
    known = _PLANS.get(key)
    if known is not None and known[0] is kind and known[1] is features:
        return known[2]
    compiled = Plan(kind, features)
    # A list may change under us.
    if isinstance(features, tuple):
        if len(_PLANS) >= _MOST_PLANS:
            _PLANS.clear()
        _PLANS[key] = (kind, features, compiled)
    return compiled


def current(facts: Iterable[Fact], *, as_of: datetime | None = None) -> tuple[Fact, ...]:
    """Give the facts of one subject that count: the one known last for each period, ascending.

    `as_of` leaves out what was not known then. Among facts that were known at the same time the
    greatest id counts, so the order in which they are given does not matter.
    """
    counting: dict[int, Fact] = {}
    for fact in facts:
        if as_of is not None and fact.known_at > as_of:
            continue
        other = counting.get(fact.period)
        if other is None or (other.known_at, other.id) < (fact.known_at, fact.id):
            counting[fact.period] = fact
    return tuple(counting[period] for period in sorted(counting))
