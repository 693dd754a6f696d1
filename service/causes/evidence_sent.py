"""Evidence as it is sent, before it is checked and kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvidence:
    """An item as it was sent; `exposure` and `stream` are those of an incident's JSON."""

    source: str
    source_id: str
    type: str
    at: str
    until: str | None = None
    title: Mapping[str, str]
    exposure: Mapping[str, Any] | None = None
    stream: Mapping[str, Any] | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)
