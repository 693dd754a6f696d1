"""Records as the audit trail keeps them: JSON, without what must not be kept twice."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

#: Secrets, and bulk that is stored elsewhere under its own hash.
LEFT_OUT = frozenset({"password_hash", "secret_hash", "csrf", "report"})


def snapshot(record: DataclassInstance) -> dict[str, Any]:
    """Give the JSON form of a record for `before` and `after` of an audit entry."""
    return {
        field.name: _plain(getattr(record, field.name))
        for field in fields(record)
        if field.name not in LEFT_OUT
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
