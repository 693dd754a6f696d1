"""Every time that a file claims, brought onto one line: interval, contradictions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Replaced by the reconciliation proper."""
