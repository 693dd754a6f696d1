"""Which settings are tried, by Optuna's sampler; this module alone loads it.

The same seed and losses give the same settings: the study is kept in memory, nothing is written,
nothing runs at once, and no clock ends it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import optuna
from optuna.distributions import FloatDistribution, IntDistribution

from training.coefficient.boosting import Setting
from training.coefficient.tried import Tried

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: Wide around the fixed numbers of all three ways; written down before any set was looked at.
SPACE: dict[str, FloatDistribution | IntDistribution] = {
    "rounds": IntDistribution(100, 600, step=50),
    "learning_rate": FloatDistribution(0.01, 0.1, log=True),
    "num_leaves": IntDistribution(4, 48, log=True),
    "min_data_in_leaf": IntDistribution(10, 200, log=True),
    "lambda_l2": FloatDistribution(0.5, 50.0, log=True),
    "feature_fraction": FloatDistribution(0.3, 1.0),
    "bagging_fraction": FloatDistribution(0.5, 1.0),
}
#: Digits that a number keeps: the last bits of a logarithm are another machine's other bits.
_DIGITS = 3


def tried(
    fixed: Setting, tries: int, seed: int, loss: Callable[[Setting], float]
) -> tuple[Tried, ...]:
    """Give the fixed setting and `tries` others, in order, each with its loss."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    numbers = fixed.numbers
    study.enqueue_trial({name: numbers[name] for name in SPACE})
    found = []
    for _ in range(tries + 1):
        trial = study.ask({**SPACE})
        setting = _setting(fixed, trial.params)
        one = Tried(setting=setting, loss=loss(setting))
        study.tell(trial, one.loss)
        found.append(one)
    return tuple(found)


def _setting(fixed: Setting, numbers: Mapping[str, Any]) -> Setting:
    short: dict[str, Any] = {
        name: one if isinstance(one, int) else float(f"{one:.{_DIGITS}g}")
        for name, one in numbers.items()
    }
    return Setting(way=fixed.way, **short)
