"""Hashes of facts and of batches: what makes a repeat the same fact, and what the trail records."""

from __future__ import annotations

from datetime import UTC
from hashlib import sha256
from json import JSONEncoder
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

#: Values as JSON, in one form for hash and column.
values_text = JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def fact_hash(text: str, corrected: str) -> str:
    """Give the hash of a fact: its values, and the hash of the fact that it corrects, or ""."""
    return sha256(f"{text}{corrected}".encode()).hexdigest()


def batch_snapshot(kind: str, known_at: datetime, count: int, digest: str) -> dict[str, Any]:
    """Give what the trail records of facts that were taken together; `digest` is over hashes."""
    return {
        "kind": kind,
        "known_at": known_at.astimezone(UTC).isoformat(),
        "accepted": count,
        "digest": digest,
    }
