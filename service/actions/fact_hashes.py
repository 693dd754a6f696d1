"""Hashes of facts and of batches: what makes a repeat the same fact, and what the trail records."""

from __future__ import annotations

from datetime import UTC
from hashlib import sha256
from json import JSONEncoder
from typing import TYPE_CHECKING, Any

from service.records import AuditDraft

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from service.rule_records import FactRow

#: Values as JSON, in one form for hash and column.
values_text = JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def fact_hash(text: str, corrected: str) -> str:
    """Give the hash of a fact: its values, and the hash of the fact that it corrects, or ""."""
    return sha256(f"{text}{corrected}".encode()).hexdigest()


def batch_draft(facts: Sequence[FactRow], *, reason: str | None = None) -> AuditDraft:
    """Give the entry for facts of one kind that were taken together; it covers every one."""
    hashes = sha256("".join(fact.hash for fact in facts).encode())
    first = facts[0]
    return AuditDraft(
        action="facts.add",
        object_kind="facts",
        object_id=first.id,
        after=batch_snapshot(first.kind, first.known_at, len(facts), hashes.hexdigest()),
        reason=reason,
    )


def batch_snapshot(kind: str, known_at: datetime, count: int, digest: str) -> dict[str, Any]:
    """Give what the trail records of facts that were taken together; `digest` is over hashes."""
    return {
        "kind": kind,
        "known_at": known_at.astimezone(UTC).isoformat(),
        "accepted": count,
        "digest": digest,
    }
