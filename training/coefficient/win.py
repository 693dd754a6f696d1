"""P(win): LightGBM and logistic regression side by side, the simpler unless the other is better.

1. Both predict every lead from models that never saw its customer; of a small history LightGBM is
   fitted in three ways, and the nearer one stands for it.
2. LightGBM is chosen where its gain in log-loss is above 0 with its whole 95 % interval.
3. A calibration is kept only where it improves log-loss and calibration error on later leads.
4. The chosen model is fitted on all leads that learn.

Where it is asked for, a search (`training.coefficient.search`) comes after the ways.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.coefficient.calibration import NONE, Calibration, chances
from training.coefficient.boosting import (
    SMALL_WAYS,
    Boosted,
    Recipe,
    Way,
    boosted,
    setting_of,
)
from training.coefficient.metrics import Interval, ece, interval, log_loss, losses
from training.coefficient.regression import regression
from training.coefficient.search import searched, unsearched
from training.coefficient.split import folds

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from models.coefficient.logistic import Logistic
    from training.coefficient.boosting import Growth, Setting
    from training.coefficient.leads import Leads
    from training.coefficient.search import Model, Search, Searched

FOLDS = 5
#: With fewer wins or losses trees learn by heart.
FEWEST_FOR_TREES = 500
#: A history of fewer leads has every way of growing trees tried.
SMALL = 12_000
_STEPS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class WinModel:
    """The model of P(win) as it is scored: log-odds, calibrated."""

    model: Boosted | Logistic
    calibration: Calibration = NONE

    @property
    def is_boosted(self) -> bool:
        return isinstance(self.model, Boosted)

    def log_odds(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give log-odds without any rolling offset."""
        model = self.model
        raw = model.raw(rows) if isinstance(model, Boosted) else model.log_odds(rows)
        return self.calibration.of(raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The model that is the candidate, both rivals, and how it was chosen."""

    model: WinModel
    boosted: WinModel
    logistic: WinModel
    #: Of LightGBM over logistic regression, in nats a lead, out of fold.
    gain: Interval
    #: Log-odds of the chosen kind out of fold, calibrated; one for each lead that learned.
    out_of_fold: NDArray[np.float64]
    #: Which way of growing trees was nearer out of fold, or the setting of a search.
    way: Growth
    #: None where no search was asked for.
    searched: Searched | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What a fit is told from outside."""

    seed: int = 20
    threads: int = 1
    #: Settings that are tried for P(win) beside the fixed one.
    search: int = 0


def chosen(learn: Leads, training: Training, search: Search | None = None) -> Chosen:
    """Fit both on the leads that learn, and choose."""
    lines = _left_out(learn, training, fitted_logistic)
    way: Growth
    trees, way = _grown(learn, training)
    told = None if search is None else _searched(learn, training, way, search)
    if told is not None and told.taken:
        way = told.used
        trees = _left_out(learn, training, lambda leads: fitted_boosted(leads, training, way))
    gain = interval(losses(learn.won, chances(lines)) - losses(learn.won, chances(trees)))
    both = fitted_boosted(learn, training, way), fitted_logistic(learn)
    best, raw = (both[0], trees) if _enough(learn) and gain.low > 0 else (both[1], lines)
    calibration = helpful(learn, raw)
    return Chosen(
        model=replace(best, calibration=calibration),
        boosted=both[0],
        logistic=both[1],
        gain=gain,
        out_of_fold=calibration.of(raw),
        way=way,
        searched=told,
    )


def _enough(learn: Leads) -> bool:
    return min(int(learn.won.sum()), int((~learn.won).sum())) >= FEWEST_FOR_TREES


def _searched(learn: Leads, training: Training, way: Growth, search: Search) -> Searched:
    if not _enough(learn):
        return unsearched(search, setting_of(way))

    def fit(leads: Leads, own: Setting) -> Model:
        return fitted_boosted(leads, training, own).log_odds

    return searched(learn, setting_of(way), search, fit)


def _grown(learn: Leads, training: Training) -> tuple[NDArray[np.float64], Way]:
    """Give log-odds of trees out of fold, and the way they were grown."""
    ways = [Way.STEADY, *(SMALL_WAYS if learn.count < SMALL else ())]
    if not learn.features.category_places and Way.WORD_BY_WORD in ways:
        ways.remove(Way.WORD_BY_WORD)

    def left_out(way: Way) -> NDArray[np.float64]:
        return _left_out(learn, training, lambda leads: fitted_boosted(leads, training, way))

    found = {way: left_out(way) for way in ways}
    nearest = min(ways, key=lambda way: log_loss(learn.won, chances(found[way])))
    return found[nearest], nearest


def _left_out(
    learn: Leads, training: Training, fit: Callable[[Leads], WinModel]
) -> NDArray[np.float64]:
    """Give each lead's log-odds by a model that never saw its customer."""
    fold = folds(learn, count=FOLDS, seed=training.seed)
    found = np.zeros(learn.count)
    for held in range(FOLDS):
        own = fold == held
        found[own] = fit(learn.taken(~own)).log_odds(learn.rows[own])
    return found


def fitted_boosted(leads: Leads, training: Training, way: Growth) -> WinModel:
    recipe = Recipe(
        objective="binary",
        seed=training.seed,
        rounds=setting_of(way).rounds,
        threads=training.threads,
        way=way,
    )
    return WinModel(
        model=boosted(leads.features, leads.rows, leads.won, recipe, weight=leads.weight)
    )


def fitted_logistic(leads: Leads) -> WinModel:
    return WinModel(model=regression(leads.features, leads.rows, leads.won, weight=leads.weight))


def helpful(learn: Leads, raw: NDArray[np.float64]) -> Calibration:
    """Give a calibration, fitted on the older half, that helps on the newer one; else none."""
    order = np.argsort(learn.assigned_at, kind="stable") if learn.dated else np.arange(raw.size)
    older, newer = np.array_split(order, 2)
    found = platt(raw[older], learn.won[older])
    before, after = chances(raw[newer]), chances(found.of(raw[newer]))
    won = learn.won[newer]
    helps = log_loss(won, after) < log_loss(won, before) and ece(won, after) < ece(won, before)
    whole = platt(raw, learn.won)
    return whole if helps and min(found.slope, whole.slope) > 0 else NONE


def platt(raw: NDArray[np.float64], won: NDArray[np.bool_]) -> Calibration:
    """Give slope and shift that explain the outcomes best, by Newton's method."""
    table = np.column_stack([raw, np.ones(raw.size)])
    weights = np.array([1.0, 0.0])
    for _ in range(_STEPS):
        chance = chances(table @ weights)
        slope = table.T @ (won - chance)
        bend = (table * (chance * (1 - chance))[:, None]).T @ table + 1e-9 * np.eye(2)
        step = np.clip(np.linalg.solve(bend, slope), -1.0, 1.0)
        weights = weights + step
        if float(np.abs(step).max()) < 1e-10:  # noqa: PLR2004 - the digits of the numbers
            break
    return Calibration(slope=float(weights[0]), shift=float(weights[1]))
