"""Answers about a seal, put into words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from verification.readers.ofd import cases, cases_trust
from verification.values import Judgement, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.values import Evidence

ROWS = {**cases.ROWS, **cases_trust.ROWS}
#: Names come from the file: longer ones are cut before they reach a sentence.
FACT_CHARS = 160
#: So many parts are named in a sentence; the rest is counted.
NAMED_PARTS = 4


def judge(case: str, evidence: tuple[Evidence, ...] = (), /, **facts: object) -> Judgement:
    """Answer one question by the row `case`; `facts` fill the gaps of its sentences.

    A fact that is a Text is told in the language of its sentence.
    """
    row = ROWS[case]
    zh = {name: _show(value, "zh") for name, value in facts.items()}
    en = {name: _show(value, "en") for name, value in facts.items()}
    return Judgement(
        question=row.question,
        status=row.status,
        sub_indication=row.sub_indication,
        message=Text(zh=row.zh.format(**zh), en=row.en.format(**en)),
        remedy=row.remedy,
        evidence=evidence,
    )


def some(parts: Sequence[str]) -> Text:
    """Name a few parts and count the others."""
    rest = len(parts) - NAMED_PARTS
    named = [part[-FACT_CHARS // NAMED_PARTS :] for part in parts[:NAMED_PARTS]]
    return Text(
        zh="、".join(named) + (f" 等 {len(parts)} 项" if rest > 0 else ""),
        en=", ".join(named) + (f" and {rest} more" if rest > 0 else ""),
    )


def _show(value: object, language: Literal["zh", "en"]) -> str:
    if isinstance(value, Text):
        value = value.zh if language == "zh" else value.en
    text = "".join(c for c in str(value) if c.isprintable())
    return text if len(text) <= FACT_CHARS else text[: FACT_CHARS - 1] + "…"
