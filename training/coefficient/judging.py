"""The candidate before its judges: leads that nothing was learnt from, scored as they would be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.coefficient.calibration import chances
from models.coefficient.offset import START, Offset, Outcomes
from training.coefficient import rolling
from training.coefficient.metrics import QUANTILES, coverage_error, pinball

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.coefficient.value import Residuals
    from training.coefficient.leads import Leads
    from training.coefficient.values import ValueModel
    from training.coefficient.win import Chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedChances:
    """Chances of the judges, one each, by the candidate and by those beside it."""

    #: The learners' rate of winning.
    prior: float
    boosted: NDArray[np.float64]
    logistic: NDArray[np.float64]
    #: The chosen model without the rolling offset.
    still: NDArray[np.float64]
    #: As it is scored: with the rolling offset where leads have times.
    scored: NDArray[np.float64]
    #: The state after the last judge.
    offset: Offset


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedValues:
    """Pinball losses in ln(value)."""

    count: int
    pinball: float
    unconditional: float
    #: Largest |coverage - promise| of the residuals that learned, and of the rolling ones.
    still_error: float
    scored_error: float
    #: F(v | x) of each judge, as scored.
    below: NDArray[np.float64]
    residuals: Residuals


def judged_chances(chosen: Chosen, learn: Leads, judge: Leads) -> JudgedChances:
    log_odds = chosen.model.log_odds(judge.rows)
    moved, offset = np.zeros(judge.count), START
    if learn.dated and judge.dated:
        outcomes = Outcomes(
            log_odds=np.concatenate([chosen.out_of_fold, log_odds]),
            won=np.concatenate([learn.won, judge.won]),
            known_at=np.concatenate([learn.known_at, judge.known_at]),
        )
        moved, offset = rolling.offsets(outcomes, learn.count, judge.assigned_at)
    return JudgedChances(
        prior=float(learn.won.mean()),
        boosted=chances(chosen.boosted.log_odds(judge.rows)),
        logistic=chances(chosen.logistic.log_odds(judge.rows)),
        still=chances(log_odds),
        scored=chances(log_odds + moved),
        offset=offset,
    )


def judged_values(model: ValueModel, learn: Leads, judge: Leads) -> JudgedValues:
    """Judge the value model on won orders with a value."""
    own = model.standardised(judge)
    location, log_scale = model.location.raw(judge.rows), model.scale.raw(judge.rows)
    still = model.residuals.below(own)
    below, states = still, [(np.arange(judge.count), model.residuals)]
    if learn.dated and judge.dated:
        left = np.concatenate([model.out_of_fold, own])
        closed = np.concatenate([learn.known_at, judge.known_at])
        below, states = rolling.shares_below(left, closed, learn.count, judge.assigned_at)
    quantiles = [np.zeros(judge.count) for _ in QUANTILES]
    for block, state in states:
        for share, quantile in zip(QUANTILES, quantiles, strict=True):
            quantile[block] = location[block] + state.at(share) * np.exp(log_scale[block])
    logs, known = np.log(judge.value), np.log(learn.value)
    flat = [np.full(judge.count, np.quantile(known, share)) for share in QUANTILES]
    return JudgedValues(
        count=judge.count,
        pinball=pinball(logs, quantiles),
        unconditional=pinball(logs, flat),
        still_error=coverage_error(still),
        scored_error=coverage_error(below),
        below=below,
        residuals=states[-1][1],
    )
