"""Lambdarank over candidates, and the way from its scores to chances and tie sets.

Temperature, calibration and tie share are found on scores that each incident got from a ranker
which had not seen it (five folds); the ranker that ships has seen all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import lightgbm
import numpy as np
from sklearn.isotonic import IsotonicRegression

from models.rca.causes.features import FEATURES, SIGNS
from models.rca.causes.ranker import MOST_KNOTS, RankerScale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from training.rca.lesson import Example

    Floats = NDArray[np.float64]

PARAMETERS: dict[str, Any] = {
    "objective": "lambdarank",
    "learning_rate": 0.09,
    "num_leaves": 15,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 20.0,
    "lambdarank_truncation_level": 3,
    # Who is first is what counts: a mediator in the second place is worth no tree.
    "label_gain": [0, 0, 0, 7],
    "deterministic": True,
    "force_col_wise": True,
    "verbose": -1,
}
#: Of few incidents a mediator's place says something as well.
PARAMETERS_FEW: dict[str, Any] = {
    "learning_rate": 0.06,
    "lambda_l2": 5.0,
    "lambdarank_truncation_level": 5,
    "label_gain": [0, 1, 2, 7],
}
FOLDS = 5
#: Fewer incidents make shorter trees' leaves and fewer of them.
ROUNDS, ROUNDS_FEW, FEW = 150, 60, 300
LEAF_ROWS, LEAF_ROWS_FEW = 20, 5
TEMPERATURES = np.geomspace(0.1, 10.0, 60)
#: Tie sets are made to cover the root so often, in incidents that were not learned from.
COVERED = 0.96


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """The ranker's text and scale, and the raw scores of incidents it had not seen."""

    text: str
    scale: RankerScale
    unseen: tuple[Floats, ...]


def fitted(examples: Sequence[Example], *, seed: int, threads: int = 1) -> Fitted:
    """Fit on all, scale on what each fold had not seen."""
    unseen: list[Floats] = [np.zeros(0)] * len(examples)
    folds = np.arange(len(examples)) % FOLDS
    for fold in range(FOLDS):
        learn = [one for one, at in zip(examples, folds, strict=True) if at != fold]
        model = boosted(learn, seed=seed, threads=threads)
        for place in np.flatnonzero(folds == fold).tolist():
            unseen[place] = raw(model, examples[place].rows)
    whole = boosted(examples, seed=seed, threads=threads)
    roots = [one.root for one in examples]
    weights = np.array([one.weight for one in examples])
    scale = scaled(unseen, roots, weights)
    return Fitted(text=text_of(whole), scale=scale, unseen=tuple(unseen))


def boosted(examples: Sequence[Example], *, seed: int, threads: int = 1) -> lightgbm.Booster:
    """Fit one booster; the same examples give the same trees, whatever the threads."""
    is_few = len(examples) < FEW
    parameters = {
        **PARAMETERS,
        **(PARAMETERS_FEW if is_few else {}),
        "min_data_in_leaf": LEAF_ROWS_FEW if is_few else LEAF_ROWS,
        "seed": seed,
        "num_threads": threads,
        "monotone_constraints": list(SIGNS.values()),
        "monotone_constraints_method": "basic",
    }
    table = lightgbm.Dataset(
        np.concatenate([one.rows for one in examples]),
        label=np.concatenate([one.gains for one in examples]),
        group=[one.count for one in examples],
        weight=np.concatenate([np.full(one.count, one.weight) for one in examples]),
        feature_name=[f"f{place}" for place in range(len(FEATURES))],
        params={"verbose": -1},
    )
    rounds = ROUNDS_FEW if is_few else ROUNDS
    return lightgbm.train(parameters, table, num_boost_round=rounds)


def text_of(model: lightgbm.Booster) -> str:
    text = str(model.model_to_string())
    # The trees do not depend on the threads that grew them; the text shall not either.
    return re.sub(r"^\[num_threads: \d+\]$", "[num_threads: 1]", text, flags=re.MULTILINE)


def raw(model: lightgbm.Booster, rows: Floats) -> Floats:
    return np.asarray(model.predict(rows, raw_score=True, num_threads=1), dtype=np.float64)


def scaled(scores: Sequence[Floats], roots: Sequence[int], weights: Floats) -> RankerScale:
    """Find the temperature, the calibration and the tie share."""
    losses = [_loss(scores, roots, weights, float(one)) for one in TEMPERATURES]
    temperature = float(TEMPERATURES[int(np.argmin(losses))])
    plain = RankerScale(
        temperature=temperature, shares=(0.0, 1.0), chances=(0.0, 1.0), tie_share=1.0
    )
    shares = [plain.softmax(one) for one in scores]
    knots = _isotonic(shares, roots, weights)
    return RankerScale(
        temperature=temperature,
        shares=knots[0],
        chances=knots[1],
        tie_share=_tie_share(shares, roots),
    )


def _loss(scores: Sequence[Floats], roots: Sequence[int], weights: Floats, heat: float) -> float:
    nats = 0.0
    for raw_scores, root, weight in zip(scores, roots, weights, strict=True):
        warm = raw_scores / heat
        top = warm.max()
        nats += weight * (top + np.log(np.exp(warm - top).sum()) - warm[root])
    return float(nats)


def _isotonic(
    shares: Sequence[Floats], roots: Sequence[int], weights: Floats
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Give the knots of a rising curve from shares to how often they were the root."""
    truth = np.concatenate(
        [np.arange(len(one)) == root for one, root in zip(shares, roots, strict=True)]
    )
    each = np.concatenate(
        [np.full(len(one), weight) for one, weight in zip(shares, weights, strict=True)]
    )
    fit = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip")
    fit.fit(np.concatenate(shares), truth.astype(np.float64), each)
    ends = np.asarray(fit.X_thresholds_, np.float64), np.asarray(fit.y_thresholds_, np.float64)
    if len(ends[0]) < 2:  # noqa: PLR2004 - one level has no curve
        return (0.0, 1.0), (float(ends[1][0]), float(ends[1][0]))
    kept = np.unique(np.linspace(0, len(ends[0]) - 1, MOST_KNOTS).astype(np.int64))
    # Nothing is certain: no chance is told as 0 or 1 beyond what so many incidents show.
    least = 0.5 / max(len(roots), 1)
    levels = np.clip(ends[1][kept], least / 10, 1 - least)
    return tuple(map(float, ends[0][kept])), tuple(map(float, levels))


def _tie_share(shares: Sequence[Floats], roots: Sequence[int]) -> float:
    """Give the share that a tie set has to reach so that it holds the root often enough.

    The set stops with the first candidate that reaches it: the share before the root counts.
    """
    before = []
    for one, root in zip(shares, roots, strict=True):
        ahead = one > one[root]
        before.append(float(one[ahead].sum()))
    return float(np.clip(np.quantile(before, COVERED, method="higher") + 1e-9, 0.0, 1.0))
