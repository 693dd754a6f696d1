"""Answers about a seal, put into words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.readers.ofd import cases, cases_trust
from verification.sentences import NAME_CHARS, answer
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.values import Evidence, Judgement

ROWS = {**cases.ROWS, **cases_trust.ROWS}
#: So many parts are named in a sentence; the rest is counted.
NAMED_PARTS = 3


def judge(case: str, evidence: tuple[Evidence, ...] = (), /, **facts: object) -> Judgement:
    """Answer one question by the row `case`; `facts` fill the gaps of its sentences."""
    return answer(ROWS[case], evidence, facts)


def some(parts: Sequence[str]) -> Text:
    """Name a few parts and count the others."""
    rest = len(parts) - NAMED_PARTS
    most = NAME_CHARS // (NAMED_PARTS + 1)
    named = [part if len(part) <= most else f"…{part[1 - most :]}" for part in parts[:NAMED_PARTS]]
    return Text(
        zh="、".join(named) + (f" 等 {len(parts)} 项" if rest > 0 else ""),
        en=", ".join(named) + (f" and {rest} more" if rest > 0 else ""),
    )
