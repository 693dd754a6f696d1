"""How the deals of a breaker's scope do since a step of its release began."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.rca.causes.candidates import members
from models.rca.causes.cohorts import cohorts
from service.causes.export import incident_of
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
    snapshot: bytes, answer: bytes, scope: Sequence[Mapping[str, Any]], began: date
) -> Cohort:
    """Look at the deals of a scope that entered after a day; none where the stage did not fall."""
    told = json.loads(answer)
    if told["status"] != "fell":
        return Cohort(deals=0, due=0.0, came=0, rate=None, usual=None)
    seen = read(snapshot)
    incident = incident_of(seen, told)
    deals, weighed = seen.deals, cohorts(incident)
    inside = np.zeros(len(deals), dtype=np.bool_)
    for cell in scope:
        inside |= members(deals, tuple((name, str(value)) for name, value in cell.items()))
    chosen = inside & (deals.entered > began.toordinal())
    before = inside & (weighed.day < 0)
    due, came = float(weighed.owed[chosen].sum()), int(weighed.won[chosen].sum())
    usual = float(weighed.owed[before].mean()) if before.any() else None
    rate = usual * came / due if usual is not None and due > 0 else None
    return Cohort(deals=int(chosen.sum()), due=due, came=came, rate=rate, usual=usual)
