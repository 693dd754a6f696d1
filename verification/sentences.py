"""Answers about a signature, put into words: a row a case, both languages, facts in the gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from verification.reasons import reason_of
from verification.values import Judgement, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verification.values import Evidence, Question, Status

__all__ = ["NAME_CHARS", "Row", "answer", "reason_of"]

#: Names come from the file: longer ones are cut before they reach a sentence.
NAME_CHARS = 120


@dataclass(frozen=True, slots=True)
class Row:
    """A case: which question it answers, how, and what a person reads."""

    question: Question
    status: Status
    sub_indication: str | None
    zh: str
    en: str
    remedy: Text | None = None


def answer(row: Row, evidence: tuple[Evidence, ...], facts: Mapping[str, object]) -> Judgement:
    """Answer one question by a row; `facts` fill the gaps of its sentences.

    A fact that is a Text is told in the language of its sentence.
    """
    zh = {name: _show(value, "zh") for name, value in facts.items()}
    en = {name: _show(value, "en") for name, value in facts.items()}
    return Judgement(
        question=row.question,
        status=row.status,
        sub_indication=row.sub_indication.format(**en) if row.sub_indication else None,
        message=Text(zh=row.zh.format(**zh), en=row.en.format(**en)),
        remedy=row.remedy,
        evidence=evidence,
    )


def _show(value: object, language: Literal["zh", "en"]) -> str:
    if isinstance(value, Text):
        value = value.zh if language == "zh" else value.en
    text = "".join(c for c in str(value) if c.isprintable())
    return text if len(text) <= NAME_CHARS else text[: NAME_CHARS - 1] + "…"
