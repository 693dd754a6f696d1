"""What goes into an evidence pack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from verification.evidence.places import Place
    from verification.terms import Request
    from verification.values import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """A part of a page as PNG."""

    place: Place
    png: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Everything that goes into a pack."""

    report: Report
    request: Request
    crops: tuple[Crop, ...]
    made_at: datetime
    #: Name of a program or library → its version.
    software: Mapping[str, str]
