"""`ports.cause_records.CauseRecords`, and its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from service.adapters.database.columns import columns
from service.adapters.database.rows import TableRows, plain
from service.adapters.database.tables import METADATA
from service.cause_records import (
    EvidenceRow,
    Examination,
    Incident,
    IncidentBreaker,
    StageEvent,
    Verdict,
)
from service.errors import AlreadyThere
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from service.adapters.database.scope import Scope
    from service.ports.rows import Rows

STAGE_EVENTS = sa.Table(
    "stage_events",
    METADATA,
    *columns(StageEvent),
    sa.UniqueConstraint("source", "source_id"),
    sa.Index(None, "at"),
)
EVIDENCE = sa.Table(
    "evidence_items",
    METADATA,
    *columns(EvidenceRow),
    sa.UniqueConstraint("source", "source_id"),
    sa.Index(None, "day"),
)
INCIDENTS = sa.Table(
    "incidents",
    METADATA,
    *columns(Incident),
    # Two detections at once open one incident.
    sa.Index(
        "uq_incidents_open_stage",
        "stage",
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    ),
)
EXAMINATIONS = sa.Table(
    "examinations",
    METADATA,
    *columns(Examination),
    sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"]),
    sa.UniqueConstraint("incident_id", "turn"),
)
VERDICTS = sa.Table(
    "cause_verdicts",
    METADATA,
    *columns(Verdict),
    sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"]),
    sa.ForeignKeyConstraint(["examination_id"], ["examinations.id"]),
    sa.Index(None, "incident_id"),
)
BREAKERS = sa.Table(
    "incident_breakers",
    METADATA,
    *columns(IncidentBreaker),
    sa.ForeignKeyConstraint(["id"], ["incidents.id"]),
)


class TableCauses:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self.stage_events: Rows[StageEvent] = TableRows(scope, STAGE_EVENTS, StageEvent)
        self.evidence: Rows[EvidenceRow] = TableRows(scope, EVIDENCE, EvidenceRow)
        self.incidents: Rows[Incident] = TableRows(scope, INCIDENTS, Incident)
        self.examinations: Rows[Examination] = TableRows(scope, EXAMINATIONS, Examination)
        self.verdicts: Rows[Verdict] = TableRows(scope, VERDICTS, Verdict)
        self.breakers: Rows[IncidentBreaker] = TableRows(scope, BREAKERS, IncidentBreaker)

    def add_stage_events(self, events: Sequence[StageEvent]) -> None:
        if not events:
            return
        try:
            self._scope.connection.execute(
                sa.insert(STAGE_EVENTS), [plain(event) for event in events]
            )
        except sa.exc.IntegrityError as error:
            raise AlreadyThere(
                Text(
                    zh="其中一条阶段事件刚由他人提交。",
                    en="One of these stage events has just been sent by somebody else.",
                ),
                remedy=Text(zh="请重新提交，已有的不会重复。", en="Send them again."),
            ) from error

    def events_between(self, first: datetime, before: datetime) -> tuple[StageEvent, ...]:
        at = STAGE_EVENTS.c.at
        query = sa.select(STAGE_EVENTS).where(
            at >= sa.literal(first, at.type), at < sa.literal(before, at.type)
        )
        rows = self._scope.connection.execute(query)
        names = STAGE_EVENTS.c.keys()
        return tuple(StageEvent(**dict(zip(names, row, strict=True))) for row in rows)
