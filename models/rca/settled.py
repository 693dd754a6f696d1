"""What is news after a fall that people have closed: a further fall, or another once it recovered.

Deals that entered before the closed fall and those that entered since are two kinds: the first may
convert as usual, and of the second the older ones fall short by more than the young ones do. So
each kind has a level of its own, from the days up to the closing; of the second it is a share of
deals, not of hazards.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from models.rca.cusum import alarm_of, evidence_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.rca.cusum import Flow

    Floats = NDArray[np.float64]

#: Levels are those of so many days before the closing.
LEVEL_DAYS = 14
#: At this level a fall has recovered: half way (by ratios) from .7 to what is usual.
RECOVERED = 0.7**0.5
#: Standard deviations that levels are taken lower by (one side of 95 %), and the least level.
DOUBT, LEAST_LEVEL = 1.645, 0.05
MOST_HALVINGS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A fall that people have closed; days are places in the flow."""

    onset: int
    #: The day of the closing: what was seen by then is no news.
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How days are watched: from when, how much more they vary than chance, and the alarm."""

    first: int
    over: float
    threshold: float
    #: The fall that the sum is quickest at.
    fall: float


def after(settled: Settled, seen: Flow, hazard: Floats, watch: Watch) -> tuple[int, Floats]:
    """Give the first day on which a fall is news, and the hazards that it is one against.

    As long as the closed fall goes on they are those of its levels, taken low, for these are
    uncertain; once a second sum says that it recovered, deals that enter from then on are usual.
    """
    first = max(watch.first, settled.until + 1)
    known = _Known(settled, seen, hazard)
    if known.level(known.came_by(1.0)) >= RECOVERED:
        return first, hazard
    low = hazard * known.ratios(doubt=DOUBT * sqrt(watch.over), most=1.0)
    fell = alarm_of(evidence_of(seen, low, watch.fall)[first:] / watch.over, watch.threshold)
    # Held against a fall that is no deeper than `fall`: few days may make it look so.
    usual = known.ratios(doubt=0.0, most=RECOVERED, least=watch.fall)
    rise = -evidence_of(seen, hazard, usual)[first:] / watch.over
    rose = alarm_of(rise, watch.threshold)
    if rose is None or (fell is not None and fell <= rose):
        return first, low
    is_after = known.entered >= first + _began(rise, rose)
    return first + rose + 1, np.where(is_after, hazard, low)


def _began(evidence: Floats, alarm: int) -> int:
    """Give the first day of the sum that alarmed."""
    total, began = 0.0, 0
    for day, one in enumerate(evidence[: alarm + 1].tolist()):
        total = max(0.0, total + one)
        if total <= 0:
            began = day + 1
    return began


class _Known:
    """What was seen of a closed fall, by the two kinds of deals."""

    def __init__(self, settled: Settled, seen: Flow, hazard: Floats) -> None:
        days, ages = hazard.shape
        #: Days × ages: the day that those deals entered on.
        self.entered = np.arange(days)[:, None] - np.arange(ages)
        self._is_since = self.entered >= settled.onset
        end = settled.until + 1
        rows = slice(max(settled.onset, end - LEVEL_DAYS, 0), end)
        since = self._is_since[rows]
        owed = seen.at_risk[rows] * hazard[rows]
        self._owed_since = (owed * since).sum(axis=0)
        self._owed_before = float((owed * ~since).sum())
        self._came = float((seen.converted[rows] * since).sum())
        self._came_before = float((seen.converted[rows] * ~since).sum())
        by_age = hazard.mean(axis=0)
        #: Of 1 deal, converted before an age.
        self._before = 1 - np.append(1.0, np.cumprod(1 - by_age)[:-1])

    def level(self, came: float) -> float:
        """Give the level at which so many conversions were due of deals since; 0 to 1."""
        low, high = 0.0, 1.0
        for _ in range(MOST_HALVINGS):
            middle = (low + high) / 2
            is_under = float((self._owed_since * self._ratio(middle)).sum()) < came
            low, high = (middle, high) if is_under else (low, middle)
        return high

    def _ratio(self, level: float) -> Floats:
        """Give hazards by age over the usual ones, where that share of deals converts."""
        return np.asarray(level * (1 - self._before) / (1 - level * self._before))

    def came_by(self, doubt: float) -> float:
        """Give the conversions of deals since, so many standard deviations less."""
        return max(self._came - doubt * sqrt(self._came + 1), 0.0)

    def ratios(self, *, doubt: float, most: float, least: float = LEAST_LEVEL) -> Floats:
        """Give days × ages: hazards over the usual ones, by so many standard deviations less."""
        since = self.level(self.came_by(doubt))
        came = self._came_before - doubt * sqrt(self._came_before + 1)
        before = came / max(self._owed_before, 1e-9)
        ratio = self._ratio(float(np.clip(since, least, most)))
        return np.where(self._is_since, ratio, float(np.clip(before, least, most)))
