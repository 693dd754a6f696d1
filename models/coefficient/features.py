"""What the models see of a lead: named features in an order, categories as codes.

One home for training and for scoring, and a part of the artefact.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

FORMAT = "features/v1"
#: Of a category that training never saw, or too seldom to learn from.
UNSEEN = 0


class FeatureKind(StrEnum):
    NUMBER = "number"
    CATEGORY = "category"


class FeaturesRefused(ValueError):
    """A text that is no feature contract of ours, or a row that does not keep to one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    name: str
    kind: FeatureKind
    #: 1: the chance never falls as this rises; -1: it never rises; 0: free. Numbers only.
    monotone: int = 0
    #: A category's code is its place here, from 1; a blank cell is the category "" where it stands.
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FeatureContract:
    """The columns of the matrix, in order."""

    features: tuple[Feature, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.features)

    @property
    def monotone(self) -> tuple[int, ...]:
        return tuple(one.monotone for one in self.features)

    @property
    def category_places(self) -> tuple[int, ...]:
        return tuple(
            place for place, one in enumerate(self.features) if one.kind is FeatureKind.CATEGORY
        )

    def unlearned(self, row: NDArray[np.float64]) -> tuple[str, ...]:
        """Name the categories whose word in a row training never saw, or too seldom."""
        return tuple(
            self.features[place].name for place in self.category_places if row[place] == UNSEEN
        )

    @cached_property
    def _codes(self) -> tuple[Mapping[str, int] | None, ...]:
        return tuple(
            {word: code for code, word in enumerate(one.categories, start=1)}
            if one.kind is FeatureKind.CATEGORY
            else None
            for one in self.features
        )

    @cached_property
    def _named_codes(self) -> tuple[tuple[str, Mapping[str, int] | None], ...]:
        return tuple(zip(self.names, self._codes, strict=True))

    def row(self, values: Mapping[str, float | str | None]) -> NDArray[np.float64]:
        """Give one lead's row. Raises FeaturesRefused for a name that is missing or of no kind.

        None is a blank cell: NaN of a number, the category "" of a word.
        """
        found: list[float] = []
        for name, codes in self._named_codes:
            if name not in values:
                raise FeaturesRefused(f"the row has no {name}")
            value = values[name]
            if codes is None and not isinstance(value, str):
                found.append(value if value is not None and math.isfinite(value) else math.nan)
            elif codes is not None and (value is None or isinstance(value, str)):
                found.append(codes.get(value or "", UNSEEN))
            else:
                kind = FeatureKind.NUMBER if codes is None else FeatureKind.CATEGORY
                raise FeaturesRefused(f"{name}: {value!r} is no {kind}")
        return np.array(found, dtype=np.float64)

    def matrix(
        self, columns: Mapping[str, NDArray[np.float64] | Sequence[str]]
    ) -> NDArray[np.float64]:
        """Give the rows of whole columns; a blank word is ""."""
        found = []
        for one, codes in zip(self.features, self._codes, strict=True):
            if one.name not in columns:
                raise FeaturesRefused(f"there is no column {one.name}")
            column = columns[one.name]
            if codes is not None:
                found.append(np.array([codes.get(str(word), UNSEEN) for word in column], float))
            else:
                numbers = np.asarray(column, dtype=np.float64)
                found.append(np.where(np.isfinite(numbers), numbers, np.nan))
        return np.column_stack(found) if found else np.zeros((0, 0))

    def to_json(self) -> str:
        told = {"format": FORMAT, "features": [asdict(one) for one in self.features]}
        return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> FeatureContract:
        """Raises FeaturesRefused for anything that `to_json` would not have written."""
        try:
            told = json.loads(text)
            features = tuple(_feature(one) for one in told["features"])
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise FeaturesRefused(f"no feature contract: {error}") from error
        names = [one.name for one in features]
        if told.get("format") != FORMAT or not names or len(set(names)) != len(names):
            raise FeaturesRefused(f"{told.get('format')!r} with {len(names)} names, not {FORMAT}")
        return cls(features=features)


def _feature(told: dict[str, object]) -> Feature:
    name, kind = told["name"], FeatureKind(str(told["kind"]))
    monotone, categories = told["monotone"], told["categories"]
    if not (isinstance(name, str) and name and isinstance(categories, list)):
        raise FeaturesRefused(f"the feature {name!r} has no name or no categories")
    if type(monotone) is not int or monotone not in {-1, 0, 1}:
        raise FeaturesRefused(f"{name}: monotone is {monotone!r}, not -1, 0 or 1")
    words = tuple(word for word in categories if isinstance(word, str))
    if len(set(words)) != len(categories) or (kind is FeatureKind.NUMBER and words):
        raise FeaturesRefused(f"{name}: its categories are no list of different words")
    return Feature(name=name, kind=kind, monotone=monotone, categories=words)
