"""Answers about a PDF signature, put into words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.readers.pyhanko.cases import ROWS
from verification.readers.pyhanko.cases_more import MORE_ROWS
from verification.reasons import reason_of
from verification.sentences import answer

if TYPE_CHECKING:
    from verification.values import Evidence, Judgement

__all__ = ["judge", "reason_of"]

_ALL = {**ROWS, **MORE_ROWS}


def judge(case: str, evidence: tuple[Evidence, ...] = (), /, **facts: object) -> Judgement:
    """Answer one question by the row `case`; `facts` fill the gaps of its sentences."""
    return answer(_ALL[case], evidence, facts)
