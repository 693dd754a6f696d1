"""Why a funnel fell: when, and in which cells. Counts in, answers out; nothing else is known."""

from __future__ import annotations

from models.rca.case import CaseProblem, CaseRefused, FunnelCase, read
from models.rca.localise import Answer, Cause, Cell, Change, localise

__all__ = [
    "Answer",
    "CaseProblem",
    "CaseRefused",
    "Cause",
    "Cell",
    "Change",
    "FunnelCase",
    "localise",
    "read",
]
