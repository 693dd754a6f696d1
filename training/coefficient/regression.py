"""Logistic regression by scikit-learn, taken out of it as plain numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression

from models.coefficient.features import FeatureKind
from models.coefficient.logistic import CategoryTerm, Logistic, NumberTerm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.coefficient.features import FeatureContract

STRENGTH = 1.0
_STEPS = 1000


def regression(
    features: FeatureContract,
    rows: NDArray[np.float64],
    won: NDArray[np.bool_],
    *,
    weight: NDArray[np.float64] | None = None,
) -> Logistic:
    """Fit on standardised numbers, a mark where one is blank, and a column for each category."""
    columns: list[NDArray[np.float64]] = []
    scaling: list[tuple[float, float]] = []
    for column, one in zip(rows.T, features.features, strict=True):
        if one.kind is FeatureKind.CATEGORY:
            codes = np.arange(len(one.categories) + 1)
            columns.append((column[:, None] == codes).astype(np.float64))
            scaling.append((0.0, 1.0))
            continue
        blank = np.isnan(column)
        centre = float(np.median(column[~blank])) if not blank.all() else 0.0
        scale = float(np.where(blank, centre, column).std()) or 1.0
        filled = np.where(blank, 0.0, (column - centre) / scale)
        columns.append(np.column_stack([filled, blank.astype(np.float64)]))
        scaling.append((centre, scale))
    model = LogisticRegression(C=STRENGTH, max_iter=_STEPS)
    model.fit(np.hstack(columns), won, sample_weight=weight)
    weights = np.split(model.coef_[0], np.cumsum([part.shape[1] for part in columns])[:-1])
    return Logistic(
        intercept=float(model.intercept_[0]),
        terms=tuple(
            CategoryTerm(weights=tuple(map(float, part)))
            if one.kind is FeatureKind.CATEGORY
            else NumberTerm(
                centre=centre, scale=scale, weight=float(part[0]), if_blank=float(part[1])
            )
            for one, part, (centre, scale) in zip(features.features, weights, scaling, strict=True)
        ),
    )
