"""Scores of leads and orders by the models of an artefact: one row at a time, or whole columns.

Both ways give the same bits. What the scores are worth in money is the card's, not decided here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from models.coefficient.calibration import NONE, Calibration, chances
from models.coefficient.logistic import CategoryTerm, Logistic
from models.coefficient.offset import START, Offset
from models.coefficient.value import Residuals, standardised

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.coefficient.features import FeatureContract

#: So many reasons are told of one chance.
REASONS = 3
#: Log-odds that `chances` cuts off.
_EXTREME = 500.0


class RawScores(Protocol):
    """A booster that is ready to score."""

    def row(self, row: NDArray[np.float64], /) -> float: ...

    def rows(self, rows: NDArray[np.float64], /) -> NDArray[np.float64]: ...

    def contributions(self, rows: NDArray[np.float64], /) -> NDArray[np.float64]:
        """Give a column for each feature and one for the mean; they add up to the raw score."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one feature adds to the log-odds of winning, beside the typical lead."""

    feature: str
    log_odds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WinModel:
    """P(win): a booster or a logistic regression, calibrated, moved by the rolling offset."""

    features: FeatureContract
    model: RawScores | Logistic
    calibration: Calibration = NONE
    offset: Offset = START

    def raw(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the model's own log-odds, neither calibrated nor moved."""
        if isinstance(self.model, Logistic):
            return self.model.log_odds(rows)
        return self.model.rows(rows)

    def log_odds(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give calibrated log-odds without the offset: what the next offset is fitted on."""
        return self.calibration.of(self.raw(rows))

    def p_win(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the chance of each row of the feature matrix, in 0..1."""
        return chances(self.log_odds(rows) + self.offset.value)

    def p_win_of(self, row: NDArray[np.float64]) -> float:
        """Give the chance of one row: the same bits as `p_win`, in microseconds."""
        if isinstance(self.model, Logistic):
            return float(self.p_win(row[None, :])[0])
        known = self.calibration
        odds = known.slope * self.model.row(row) + known.shift + self.offset.value
        if abs(odds) > _EXTREME:
            return float(chances(np.array([odds]))[0])
        # numpy's exponential, Python's arithmetic: the same bits, without numpy's scalars.
        return 1 / (1 + float(np.exp(-odds)))

    def contributions(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give what each feature adds to the calibrated log-odds, and the rest as last column.

        A row adds up to its log-odds with the offset. Exact TreeSHAP of a booster; of a logistic
        regression its own terms.
        """
        if isinstance(self.model, Logistic):
            found = _terms(self.model, rows)
        else:
            found = self.model.contributions(rows)
        found = found * self.calibration.slope
        found[:, -1] += self.calibration.shift + self.offset.value
        return found

    def reasons(self, row: NDArray[np.float64], *, most: int = REASONS) -> tuple[Contribution, ...]:
        """Give the features that moved one lead's chance most, largest first."""
        return self.largest(self.contributions(row[None, :])[0, :-1], most=most)

    def largest(
        self, added: NDArray[np.float64], *, most: int = REASONS
    ) -> tuple[Contribution, ...]:
        """Give the largest of one row's contributions, the rest left out; none that is 0."""
        order = np.argsort(-np.abs(added), kind="stable")[:most]
        names = self.features.names
        return tuple(
            Contribution(feature=names[place], log_odds=float(added[place]))
            for place in order
            if added[place] != 0
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueModel:
    """F(value | lead): location and scale of ln(value), and the residuals of what closed."""

    features: FeatureContract
    location: RawScores
    #: Of the logarithm of the scale.
    scale: RawScores
    residuals: Residuals

    def quantiles(
        self, rows: NDArray[np.float64], values: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Give for each row the share 0..1 of comparable orders whose value lies below.

        NaN for a value that is none: 0, less, or not finite.
        """
        right = np.isfinite(values) & (values > 0)
        known = np.where(right, values, 1.0)
        left = standardised(known, self.location.rows(rows), self.scale.rows(rows))
        return np.where(right, self.residuals.below(left), np.nan)

    def quantile_of(self, row: NDArray[np.float64], value: float) -> float:
        """Give the share for one order: the same bits as `quantiles`."""
        if not (math.isfinite(value) and value > 0):
            return math.nan
        # numpy's scale: one so small that it is 0 divides to infinity, and raises nothing.
        scale = np.exp(self.scale.row(row))
        left = (float(np.log(value)) - self.location.row(row)) / scale
        return self.residuals.below_one(float(left))


def _terms(model: Logistic, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    found = np.empty((len(rows), len(model.terms) + 1))
    for place, (column, term) in enumerate(zip(rows.T, model.terms, strict=True)):
        if isinstance(term, CategoryTerm):
            found[:, place] = np.asarray(term.weights)[column.astype(np.int64)]
            continue
        blank = np.isnan(column)
        steps = np.where(blank, 0.0, (column - term.centre) / term.scale)
        found[:, place] = steps * term.weight + blank * term.if_blank
    found[:, -1] = model.intercept
    return found
