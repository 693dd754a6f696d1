"""A gate's answer: passed, failed, or not asked, which is told and is no pass."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.text import Text


class Answer(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    #: What it asks about is not there (no card, no champion): somebody has to ask it later.
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """`value` and `limit` are None where nothing was asked."""

    id: str
    name: Text
    answer: Answer
    value: float | None
    limit: float | None
    #: What was seen, and where it failed what to do.
    told: Text

    @property
    def passed(self) -> bool | None:
        return None if self.answer is Answer.NOT_ASKED else self.answer is Answer.PASSED


def judged(name: str, title: Text, value: float, limit: float, *, ok: bool, told: Text) -> Gate:
    return Gate(
        id=name,
        name=title,
        answer=Answer.PASSED if ok else Answer.FAILED,
        value=value,
        limit=limit,
        told=told,
    )


def not_asked(name: str, title: Text, told: Text) -> Gate:
    return Gate(id=name, name=title, answer=Answer.NOT_ASKED, value=None, limit=None, told=told)
