"""Facts held against the trail: each batch by its digest, each fact by its own hash."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from service.actions.fact_hashes import batch_snapshot, fact_hash, values_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from service.ports.records import Unit
    from service.rule_records import FactRow

#: Facts read at a time.
PAGE = 1000


def batches(unit: Unit, begun: Collection[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give, for facts that were taken together, the first one's id and what the trail must say.

    By the trail batches begin with the ids `begun`: two of one kind may be of one instant.
    """
    latest: dict[tuple[str, datetime], list[FactRow]] = {}
    known: list[list[FactRow]] = []
    for fact in _all(unit):
        key = fact.kind, fact.known_at
        if key not in latest or fact.id in begun:
            latest[key] = []
            known.append(latest[key])
        latest[key].append(fact)
    for facts in known:
        first = facts[0]
        digest = sha256("".join(fact.hash for fact in facts).encode()).hexdigest()
        yield first.id, batch_snapshot(first.kind, first.known_at, len(facts), digest)


def altered(unit: Unit) -> Iterator[str]:
    """Give the ids of facts whose values do not have their hash."""
    hashes: dict[str, str] = {}
    for fact in _all(unit):
        hashes[fact.id] = fact.hash
        corrected = "" if fact.corrects is None else hashes.get(fact.corrects, "")
        if fact.hash != fact_hash(values_text(fact.values), corrected):
            yield fact.id


def _all(unit: Unit) -> Iterator[FactRow]:
    page = unit.rules.facts.walk(after="", limit=PAGE)
    while page:
        yield from page
        page = unit.rules.facts.walk(after=page[-1].id, limit=PAGE)
