"""Logistic regression as plain numbers: text in the artefact, a dot product at scoring."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.coefficient.features import FeatureKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.coefficient.features import FeatureContract

FORMAT = "logistic/v1"


class LogisticRefused(ValueError):
    """A text that is no logistic model, or one for other features."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberTerm:
    """`weight` for each `scale` above `centre`; a blank cell counts as `centre` plus `if_blank`."""

    centre: float
    scale: float
    weight: float
    if_blank: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryTerm:
    """A weight for each code; the first is that of unseen words."""

    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    intercept: float
    #: One for each feature of the contract, in its order.
    terms: tuple[NumberTerm | CategoryTerm, ...]

    def log_odds(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the log-odds of winning for rows of the feature matrix."""
        total = np.full(len(rows), self.intercept)
        for column, term in zip(rows.T, self.terms, strict=True):
            if isinstance(term, CategoryTerm):
                total += np.asarray(term.weights)[column.astype(np.int64)]
                continue
            blank = np.isnan(column)
            steps = np.where(blank, 0.0, (column - term.centre) / term.scale)
            total += steps * term.weight + blank * term.if_blank
        return total

    def to_json(self) -> str:
        terms = [asdict(term) for term in self.terms]
        told = {"format": FORMAT, "intercept": self.intercept, "terms": terms}
        return json.dumps(told, indent=1, sort_keys=True, allow_nan=False) + "\n"


def from_json(text: str, features: FeatureContract) -> Logistic:
    """Read a model for these features. Raises LogisticRefused for anything else."""
    try:
        told = json.loads(text)
        if told["format"] != FORMAT:
            raise LogisticRefused(f"{told['format']!r} is not {FORMAT}")
        terms = tuple(_term(one) for one in told["terms"])
        model = Logistic(intercept=_number(told["intercept"]), terms=terms)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise LogisticRefused(f"no logistic model: {error}") from error
    if [_shape(term) for term in terms] != [
        len(one.categories) + 1 if one.kind is FeatureKind.CATEGORY else 0
        for one in features.features
    ]:
        raise LogisticRefused("its terms are not those of the features")
    return model


def _term(told: dict[str, object]) -> NumberTerm | CategoryTerm:
    weights = told.get("weights")
    if isinstance(weights, list):
        return CategoryTerm(weights=tuple(_number(one) for one in weights))
    term = NumberTerm(**{name: _number(value) for name, value in told.items()})
    if term.scale <= 0:
        raise LogisticRefused(f"a scale of {term.scale}")
    return term


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise LogisticRefused(f"{value!r} is no finite number")
    return float(value)


def _shape(term: NumberTerm | CategoryTerm) -> int:
    return len(term.weights) if isinstance(term, CategoryTerm) else 0
