"""LightGBM with fixed, conservative parameters: the same rows give the same text, byte for byte."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import lightgbm
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.coefficient.features import FeatureContract

#: Measured beside a minute of automatic search: no worse, in less than a second.
PARAMETERS: dict[str, Any] = {
    "learning_rate": 0.03,
    "num_leaves": 15,
    "min_data_in_leaf": 50,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "feature_fraction": 0.8,
    "lambda_l2": 5.0,
    "cat_smooth": 20.0,
    "deterministic": True,
    "force_col_wise": True,
    "verbose": -1,
}


class Way(StrEnum):
    """How trees are grown; `SMALL_WAYS` are tried on small histories, the nearer is taken."""

    STEADY = "steady"
    #: Smaller steps by smaller trees that see fewer columns each: further off on large histories.
    CAREFUL = "careful"
    #: The same with one word against all others, never sets of words: near where single words
    #: tell much and most are rare.
    WORD_BY_WORD = "word_by_word"


SMALL_WAYS = (Way.CAREFUL, Way.WORD_BY_WORD)
_CAREFUL: dict[str, Any] = {
    "learning_rate": 0.02,
    "num_leaves": 10,
    "bagging_fraction": 0.9,
    "feature_fraction": 0.4,
    "cat_l2": 5.0,
}
WAYS: dict[Way, dict[str, Any]] = {
    Way.STEADY: {},
    Way.CAREFUL: _CAREFUL,
    Way.WORD_BY_WORD: {**_CAREFUL, "max_cat_to_onehot": 64, "min_data_in_leaf": 20},
}
ROUNDS = 300
ROUNDS_OF = {Way.STEADY: ROUNDS, Way.CAREFUL: 450, Way.WORD_BY_WORD: 450}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Numbers that a search may put in a way's place; all others stay as the way has them."""

    way: Way
    rounds: int
    learning_rate: float
    num_leaves: int
    min_data_in_leaf: int
    lambda_l2: float
    feature_fraction: float
    bagging_fraction: float

    @property
    def numbers(self) -> dict[str, Any]:
        """Give what a search moves, by LightGBM's names, and the rounds."""
        told = asdict(self)
        del told["way"]
        return told


#: How trees are grown.
Growth = Way | Setting


def setting_of(growth: Growth) -> Setting:
    """Give a way's own numbers."""
    if isinstance(growth, Setting):
        return growth
    whole = {**PARAMETERS, **WAYS[growth], "way": growth, "rounds": ROUNDS_OF[growth]}
    return Setting(**{field.name: whole[field.name] for field in fields(Setting)})


def _own(growth: Growth) -> dict[str, Any]:
    if isinstance(growth, Way):
        return WAYS[growth]
    numbers = growth.numbers
    del numbers["rounds"]
    return {**WAYS[growth.way], **numbers}


#: Beside an objective's name; the median stands firmer in heavy tails than the mean.
OBJECTIVES: dict[str, dict[str, Any]] = {
    "binary": {"objective": "binary"},
    "median": {"objective": "quantile", "alpha": 0.5},
    #: Of distances above a location: where most of them end.
    "upper": {"objective": "quantile", "alpha": 0.7},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Boosted:
    """A fitted booster and its text, which is what an artefact holds."""

    booster: lightgbm.Booster

    @property
    def text(self) -> str:
        text = str(self.booster.model_to_string())
        # The trees do not depend on the threads that grew them; the text shall not either.
        return re.sub(r"^\[num_threads: \d+\]$", "[num_threads: 1]", text, flags=re.MULTILINE)

    def raw(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give log-odds, or a regression's values."""
        return np.asarray(self.booster.predict(rows, raw_score=True, num_threads=1), np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What to fit: `objective` is a name of `OBJECTIVES`."""

    objective: str
    seed: int
    rounds: int = ROUNDS
    threads: int = 1
    monotone: bool = True
    way: Growth = Way.STEADY


def boosted(
    features: FeatureContract,
    rows: NDArray[np.float64],
    target: NDArray[Any],
    recipe: Recipe,
    *,
    weight: NDArray[np.float64] | None = None,
) -> Boosted:
    """Fit one booster."""
    parameters = {
        **PARAMETERS,
        **_own(recipe.way),
        **OBJECTIVES[recipe.objective],
        "seed": recipe.seed,
        "num_threads": recipe.threads,
    }
    if recipe.monotone and any(features.monotone):
        # "advanced" has open defects (LightGBM #5358, #6155, #6841); "intermediate" breaks its
        # signs where another cell is blank (decision 0018), and such a booster is refused.
        parameters["monotone_constraints"] = list(features.monotone)
        parameters["monotone_constraints_method"] = "basic"
    table = lightgbm.Dataset(
        rows,
        label=np.asarray(target, dtype=np.float64),
        weight=weight,
        feature_name=[f"f{place}" for place in range(rows.shape[1])],
        categorical_feature=list(features.category_places),
        params={"verbose": -1},
    )
    return Boosted(booster=lightgbm.train(parameters, table, num_boost_round=recipe.rounds))
