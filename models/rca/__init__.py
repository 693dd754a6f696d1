"""Why a funnel fell: when, and in which cells. Counts in, answers out; nothing else is known."""

from __future__ import annotations

from models.rca.case import CaseProblem, CaseRefused, FunnelCase, read
from models.rca.causes.dag_file import DagRefused, catalogue, read_dag
from models.rca.causes.evidence import EvidenceDag, EvidenceItem, EvidenceType, Exposure, Stream
from models.rca.causes.incident import (
    Deal,
    Deals,
    Incident,
    IncidentRefused,
    LocalisedCell,
    Onset,
)
from models.rca.causes.incident_json import read_incident
from models.rca.causes.ranking import RankedCause, rank_causes
from models.rca.localise import Answer, Cause, Cell, Change, localise

__all__ = [
    "Answer",
    "CaseProblem",
    "CaseRefused",
    "Cause",
    "Cell",
    "Change",
    "DagRefused",
    "Deal",
    "Deals",
    "EvidenceDag",
    "EvidenceItem",
    "EvidenceType",
    "Exposure",
    "FunnelCase",
    "Incident",
    "IncidentRefused",
    "LocalisedCell",
    "Onset",
    "RankedCause",
    "Stream",
    "catalogue",
    "localise",
    "rank_causes",
    "read",
    "read_dag",
    "read_incident",
]
