"""How the deals of a breaker's scope do since a step of its release began, against before the fall.

Nothing is asked of detection: it looks at the last weeks, and a fall of long ago is its usual.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.rca.causes.candidates import members
from models.rca.causes.cohorts import cohorts
from models.rca.causes.incident import Incident, Onset
from service.causes.snapshot import read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Deals that came on later days than a step began on."""

    deals: int
    #: Conversions that history owes at their age, and those that came.
    due: float
    came: int
    #: What they convert at, by what they count for, against the same before the fall.
    rate: float | None
    usual: float | None


def cohort(
    snapshot: bytes, scope: Sequence[Mapping[str, Any]], *, fell: date, began: date
) -> Cohort:
    """Look at the deals of a scope that entered after a day; `fell`: since when it was told to.

    None where no deal is known from before the fall.
    """
    seen = read(snapshot)
    deals = seen.deals
    if not (deals.entered < fell.toordinal()).any():
        return Cohort(deals=0, due=0.0, came=0, rate=None, usual=None)
    weighed = cohorts(
        Incident(
            id=seen.asked.stage,
            stage=seen.asked.stage,
            onset=Onset(at=fell, first=fell, last=fell),
            seen_until=seen.asked.seen_until,
            deals=deals,
            cells=(),
            items=(),
        )
    )
    inside = np.zeros(len(deals), dtype=np.bool_)
    for cell in scope:
        inside |= members(deals, tuple((name, str(value)) for name, value in cell.items()))
    chosen = inside & (deals.entered > began.toordinal())
    before = inside & (weighed.day < 0)
    due, came = float(weighed.owed[chosen].sum()), int(weighed.won[chosen].sum())
    usual = float(weighed.owed[before].mean()) if before.any() else None
    rate = usual * came / due if usual is not None and due > 0 else None
    return Cohort(deals=int(chosen.sum()), due=due, came=came, rate=rate, usual=usual)
