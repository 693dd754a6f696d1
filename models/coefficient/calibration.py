"""Calibration of chances: two numbers on the log-odds, and none where they do not help."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT = "calibration/v1"


class CalibrationRefused(ValueError):
    """A text that is no calibration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Log-odds become `slope` times themselves plus `shift`; the slope is above 0."""

    slope: float = 1.0
    shift: float = 0.0

    def of(self, log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.slope * log_odds + self.shift

    def to_json(self) -> str:
        told = {"format": FORMAT, **asdict(self)}
        return json.dumps(told, indent=1, sort_keys=True, allow_nan=False) + "\n"


NONE = Calibration()


def chances(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give probabilities for log-odds."""
    return 1 / (1 + np.exp(-np.clip(log_odds, -500.0, 500.0)))


def from_json(text: str) -> Calibration:
    """Raises CalibrationRefused for anything that `to_json` would not have written."""
    try:
        told = json.loads(text)
        if told.pop("format") != FORMAT:
            raise CalibrationRefused(f"this is not {FORMAT}")
        found = Calibration(**told)
        sound = 0 < found.slope < math.inf and math.isfinite(found.shift)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise CalibrationRefused(f"no calibration: {error}") from error
    if not sound:
        raise CalibrationRefused(f"{found} is not monotone")
    return found
