"""Rows of root causes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from service.cause_records import (
        EvidenceRow,
        Examination,
        Incident,
        IncidentBreaker,
        StageEvent,
        Verdict,
    )
    from service.ports.rows import Rows


class CauseRecords(Protocol):
    stage_events: Rows[StageEvent]
    evidence: Rows[EvidenceRow]
    incidents: Rows[Incident]
    examinations: Rows[Examination]
    verdicts: Rows[Verdict]
    breakers: Rows[IncidentBreaker]

    def add_stage_events(self, events: Sequence[StageEvent]) -> None:
        """Insert many at once. Raises AlreadyThere where a source's id is taken."""

    def events_between(self, first: datetime, before: datetime) -> tuple[StageEvent, ...]:
        """Give the events from one moment to before another, in no order."""
