"""Hashes of facts and of batches: what makes a repeat the same fact, and what the trail records."""

from __future__ import annotations

from datetime import UTC
from hashlib import sha256
from json import JSONEncoder
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from rules.facts import FieldType
from service.records import AuditDraft

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from rules.facts import FactKind
    from service.rule_records import FactRow, NewFact

NUMBERS = frozenset({FieldType.COUNT, FieldType.NUMBER})
#: Of a single field `itemgetter` gives no tuple.
FEW = 2
#: Values as JSON, in one form for hash and column.
values_text = JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def writer_of(kind: FactKind) -> Callable[[Mapping[str, Any]], str]:
    """Give what writes checked values of a kind as `values_text` does, numbers alone sooner."""
    if len(kind.fields) < FEW or any(field.type not in NUMBERS for field in kind.fields):
        return values_text
    names = sorted(field.name for field in kind.fields)
    pick = itemgetter(*names)
    members = (f"{values_text(name)}:".replace("%", "%%") + "%s" for name in names)
    form = "{" + ",".join(members) + "}"

    def write(values: Mapping[str, Any]) -> str:
        if len(values) != len(names):
            return values_text(values)
        # Several times as fast, with the same shortest digits.
        numbers = to_json(pick(values))
        if b"e" in numbers or b"0.0000" in numbers:
            # Python writes others as 1e-05.
            return values_text(values)
        return form % tuple(numbers[1:-1].decode().split(","))

    return write


def fact_hash(text: str, corrected: str) -> str:
    """Give the hash of a fact: its values, and the hash of the fact that it corrects, or ""."""
    return sha256(f"{text}{corrected}".encode()).hexdigest()


def batch_draft(facts: Sequence[FactRow | NewFact], *, reason: str | None = None) -> AuditDraft:
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
