"""What became of the rows of a batch, and why a good fact may still have to wait."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from rules import periods
from rules.facts import Period
from service.actions.fact_rows import Fault
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.facts import FactKind
    from service.actions.fact_rows import Candidate

#: In one transaction.
MOST_ROWS = 1000
#: Facts of other kinds may come in any order.
IN_ORDER = frozenset({Period.DAY, Period.WEEK, Period.MONTH})


class Late(StrEnum):
    """What becomes of a fact about a period that is past: told of already, or passed over."""

    HOLD = "hold"
    ACCEPT = "accept"


class Fate(StrEnum):
    ACCEPTED = "accepted"
    #: The same fact is there already; nothing is to be done.
    DUPLICATE = "duplicate"
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    kind: str
    #: As JSON has them: subject, period, values.
    rows: Sequence[Mapping[str, Any]]
    late: Late = Late.HOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFate:
    """What became of one row; `row` counts from 1."""

    row: int
    fate: Fate
    fact: str | None = None
    held: str | None = None
    code: str | None = None
    where: str | None = None
    reason: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """In the order of the rows."""

    fates: tuple[RowFate, ...]
    #: Ids of the firings that followed at once.
    firings: tuple[str, ...]

    def count(self, fate: Fate) -> int:
        return sum(one.fate is fate for one in self.fates)


def as_sent(kind: FactKind, candidate: Candidate) -> dict[str, Any]:
    """Give a row as a sender writes it."""
    period = periods.text(kind.period, candidate.period)
    return {"subject": candidate.subject, "period": period, "values": candidate.values}


def late_fault(
    kind: FactKind, candidate: Candidate, numbers: Sequence[int], *, corrects: bool
) -> Fault | None:
    """Say what a fact does to what was told: it corrects, or comes after later ones."""
    said = periods.text(kind.period, candidate.period)
    if corrects:
        return Fault(
            "correction",
            "/period",
            Text(
                zh=f"{candidate.subject} 在 {said} 已有另一条事实。若确为更正，请接受这一行。",
                en=f"{candidate.subject} has another fact for {said}. Accept this row if it "
                "corrects that one.",
            ),
        )
    if kind.period not in IN_ORDER or not numbers or candidate.period > numbers[-1]:
        return None
    latest = periods.text(kind.period, numbers[-1])
    return Fault(
        "out-of-order",
        "/period",
        Text(
            zh=f"{candidate.subject} 已有 {latest} 的事实，{said} 更早。若为补报，请接受这一行。",
            en=f"{candidate.subject} has a fact for {latest}, and {said} comes before. Accept "
            "this row if it was late.",
        ),
    )


def foreign(subject: str) -> Fault:
    """Say that somebody speaks of what is not theirs."""
    return Fault(
        "not-yours",
        "/subject",
        Text(
            zh=f"subject：{subject} 不在您的范围内。请由负责该范围的人提交。",
            en=f"subject: {subject} is not within your reach. Leave it to those who answer for it.",
        ),
    )
