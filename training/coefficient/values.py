"""F(value | lead): a booster for the location of ln(value), one for its scale, and residuals.

Residuals come from models that never saw the customer, so that they are as large as new ones. The
scale is learnt from values above their location alone: a card pays by where a value lies among the
larger ones, and how far small ones scatter says little of that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.coefficient.value import Residuals, residuals, standardised
from training.coefficient.boosting import Boosted, Recipe, boosted
from training.coefficient.split import folds

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from training.coefficient.leads import Leads
    from training.coefficient.win import Training

    Fit = Callable[[Leads, NDArray[np.float64]], Boosted]

FOLDS = 3
#: Fewer won orders with a value teach no distribution.
FEWEST = 500
#: Half of all lie above their median; fewer than this come of values that are nearly the same.
FEWEST_ABOVE = FEWEST // 4
LOCATION_ROUNDS, SCALE_ROUNDS = 300, 150
#: A residual of nothing, in ln(value): its logarithm has to end somewhere.
_NOTHING = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueModel:
    location: Boosted
    #: Of the logarithm of the scale.
    scale: Boosted
    residuals: Residuals
    #: Standardised, out of fold; one for each order that learned.
    out_of_fold: NDArray[np.float64]

    def standardised(self, leads: Leads) -> NDArray[np.float64]:
        """Give the residuals of leads with values."""
        return standardised(leads.value, self.location.raw(leads.rows), self.scale.raw(leads.rows))


def fitted(orders: Leads, training: Training) -> ValueModel:
    """Fit on won orders, each with a value above 0."""
    logs = np.log(orders.value)
    fold = folds(orders, count=FOLDS, seed=training.seed)

    def fit(objective: str, rounds: int) -> Fit:
        # Signs in the contract are those of the chance, not of the value.
        recipe = Recipe(
            objective=objective,
            seed=training.seed,
            rounds=rounds,
            threads=training.threads,
            monotone=False,
        )
        return lambda leads, target: boosted(leads.features, leads.rows, target, recipe)

    locate, scale = fit("median", LOCATION_ROUNDS), fit("upper", SCALE_ROUNDS)
    located = _out_of_fold(orders, logs, fold, locate)
    spread = np.log(np.abs(logs - located) + _NOTHING)
    above = logs > located
    if above.sum() < FEWEST_ABOVE:  # one price for all: nothing lies above it
        above[:] = True
    scaled = _out_of_fold(orders, spread, fold, scale, learn=above)
    left = standardised(orders.value, located, scaled)
    return ValueModel(
        location=locate(orders, logs),
        scale=scale(orders.taken(above), spread[above]),
        residuals=residuals(left),
        out_of_fold=left,
    )


def _out_of_fold(
    orders: Leads,
    target: NDArray[np.float64],
    fold: NDArray[np.int64],
    fit: Fit,
    *,
    learn: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """Give what models of other folds say; `learn`: who may teach them."""
    found = np.zeros(orders.count)
    for held in range(FOLDS):
        own = fold == held
        others = ~own if learn is None else ~own & learn
        found[own] = fit(orders.taken(others), target[others]).raw(orders.rows[own])
    return found
