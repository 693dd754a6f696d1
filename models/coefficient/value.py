"""The distribution of an order's value: location and scale by two models, residuals by what closed.

F(v | x) = share of residuals below (ln v - location) / scale: monotone in v by construction.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT = "residuals/v1"
#: The last closes that a rolling state looks back upon.
WINDOW = 1000
#: With fewer residuals the tail is guesswork.
FEWEST = 50
#: A file keeps so many points of a larger distribution.
MOST_POINTS = 2001


class ResidualsRefused(ValueError):
    """A text that is no distribution of residuals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Residuals:
    """Standardised residuals, ascending; each point stands for an equal share."""

    points: NDArray[np.float64]
    #: The share of residuals up to each point.
    shares: NDArray[np.float64] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        count = self.points.size
        object.__setattr__(self, "shares", (np.arange(count) + 1) / (count + 1))

    def below(self, standardised: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the share of residuals that lie below, in 0..1; straight between points."""
        return np.interp(standardised, self.points, self.shares, left=0.0, right=1.0)

    def below_one(self, standardised: float) -> float:
        """Give the same of one residual, the same bits."""
        return float(np.interp(standardised, self.points, self.shares, left=0.0, right=1.0))

    def at(self, share: float) -> float:
        """Give the residual that `share` (0..1) lie below, as split conformal prediction does.

        It divides the count plus one; the largest stands for all above.
        """
        count = self.points.size
        place = min(max(share * (count + 1) - 1, 0.0), count - 1.0)
        return float(np.interp(place, np.arange(count), self.points))

    def to_json(self) -> str:
        told = {"format": FORMAT, "points": [float(one) for one in self.points]}
        return json.dumps(told, indent=1, sort_keys=True, allow_nan=False) + "\n"


def residuals(standardised: NDArray[np.float64]) -> Residuals:
    """Give the distribution of residuals, thinned to `MOST_POINTS`. Raises ValueError for few."""
    if standardised.size < FEWEST or not np.isfinite(standardised).all():
        raise ResidualsRefused(f"{standardised.size} finite residuals, at least {FEWEST} expected")
    points = np.sort(standardised)
    if points.size > MOST_POINTS:
        points = np.quantile(points, np.linspace(0, 1, MOST_POINTS))
    return Residuals(points=points)


def newest(
    standardised: NDArray[np.float64],
    closed_at: NDArray[np.float64],
    *,
    at: float,
    window: int = WINDOW,
) -> Residuals:
    """Give the rolling state: the last `window` residuals of orders closed before `at`."""
    known = np.flatnonzero(closed_at < at)
    last = known[np.argsort(closed_at[known], kind="stable")][-window:]
    return residuals(standardised[last])


def standardised(
    value: NDArray[np.float64], location: NDArray[np.float64], log_scale: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Standardise values (above 0, any unit that the models were fitted in)."""
    return np.asarray((np.log(value) - location) / np.exp(log_scale), dtype=np.float64)


def from_json(text: str) -> Residuals:
    """Raises ResidualsRefused for anything that `to_json` would not have written."""
    try:
        told = json.loads(text)
        points = [float(one) for one in told["points"] if not isinstance(one, bool)]
        sound = told["format"] == FORMAT and FEWEST <= len(points) <= MOST_POINTS
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ResidualsRefused(f"no residuals: {error}") from error
    ascending = all(map(math.isfinite, points)) and points == sorted(points)
    if not (sound and ascending and len(points) == len(told["points"])):
        raise ResidualsRefused("not so many finite points in ascending order as expected")
    return Residuals(points=np.array(points))
