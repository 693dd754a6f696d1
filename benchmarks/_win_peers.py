"""Peers of P(win), as they are delivered: logistic regression, LightGBM, HistGradientBoosting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import lightgbm
import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from training.coefficient.leads import Leads

MOST_OF_HIST = 255


def logistic(learn: Leads, judge: Leads) -> NDArray[np.float64]:
    words = list(learn.features.category_places)
    numbers = [place for place in range(learn.rows.shape[1]) if place not in words]
    columns = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), words),
        (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
    )
    model = make_pipeline(columns, LogisticRegression(max_iter=1000))
    model.fit(learn.rows, learn.won)
    return np.asarray(model.predict_proba(judge.rows)[:, 1], np.float64)


def lightgbm_default(learn: Leads, judge: Leads) -> NDArray[np.float64]:
    table = lightgbm.Dataset(
        learn.rows,
        label=learn.won.astype(np.float64),
        categorical_feature=list(learn.features.category_places),
        params={"verbose": -1},
    )
    settings = {"objective": "binary", "verbose": -1, "num_threads": 1}
    return np.asarray(lightgbm.train(settings, table).predict(judge.rows), np.float64)


def hist_gradient_boosting(learn: Leads, judge: Leads) -> NDArray[np.float64]:
    words = [
        place
        for place in learn.features.category_places
        if len(learn.features.features[place].categories) < MOST_OF_HIST
    ]
    model = HistGradientBoostingClassifier(categorical_features=words, random_state=0)
    model.fit(learn.rows, learn.won)
    return np.asarray(model.predict_proba(judge.rows)[:, 1], np.float64)


PEERS: dict[str, Callable[[Leads, Leads], NDArray[np.float64]]] = {
    "logistic": logistic,
    "lightgbm": lightgbm_default,
    "histgb": hist_gradient_boosting,
}
