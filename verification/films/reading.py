"""One reading of a film's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    Box = tuple[float, float, float, float]

#: A film without a day in its clock is given this one.
NO_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the clock shows on one frame."""

    #: Seconds since the film's first picture.
    at: float
    #: On `NO_DAY` where the clock shows no day.
    shown: datetime
    box: Box
    sure: float
    #: Month and day could be the other way round.
    ambiguous: bool = False
    #: AM or PM was read beside it.
    half: bool = False
    #: How many figures say it: of two readings of one clock, that with fewer has lost some.
    figures: int = 0
