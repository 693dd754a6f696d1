"""Facts held against the trail: each batch by its digest, each fact by its own hash."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from service.actions.fact_hashes import batch_snapshot, fact_hash, values_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from service.ports.records import Unit
    from service.rule_records import FactRow

#: Facts read at a time.
PAGE = 1000


def batches(unit: Unit) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give, for facts that were taken together, the first one's id and what the trail must say."""
    known: dict[tuple[str, datetime], tuple[str, list[str]]] = {}
    for fact in _all(unit):
        known.setdefault((fact.kind, fact.known_at), (fact.id, []))[1].append(fact.hash)
    for (kind, known_at), (first, hashes) in known.items():
        digest = sha256("".join(hashes).encode()).hexdigest()
        yield first, batch_snapshot(kind, known_at, len(hashes), digest)


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
