"""The trained ranker: rows of an incident to chances of being the root, and why.

1. raw scores, by a checked booster; 2. a softmax over the incident's candidates, at a temperature;
3. isotonic calibration of that share; 4. the tie set: the fewest candidates whose shares reach
what was found to cover the root often enough.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from models.boosters.evaluation import Evaluated
from models.rca.causes.experience import Confirmed, Experience
from models.rca.causes.features import FEATURES, NO_EXPERIENCE, SIGNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.boosters.trees import Booster

    Floats = NDArray[np.float64]

FORMAT = "ranker/v2"
OBJECTIVE = "lambdarank"
MOST_KNOTS = 200
MOST_TYPES, MOST_JUDGED = 1000, 10**9
_KEYS = frozenset(
    {"format", "features", "temperature", "shares", "chances", "tie_share", "types", "confirmed"}
)


class RankerRefused(ValueError):
    """A text that is no ranker, or one of other features."""


class RawScores(Protocol):
    """Raw scores of rows, and their exact contributions (a column a feature, and the mean)."""

    def rows(self, rows: Floats) -> Floats: ...

    def contributions(self, rows: Floats) -> Floats: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RankerScale:
    """From raw scores to chances. `shares` and `chances` rise, both in 0..1."""

    temperature: float
    shares: tuple[float, ...]
    chances: tuple[float, ...]
    #: Candidates of a tie set hold this share of the softmax together.
    tie_share: float
    #: What it met in training: the same is told to it of the types that it ranks.
    experience: Experience = NO_EXPERIENCE

    def to_json(self) -> str:
        told = {
            "format": FORMAT,
            "features": list(FEATURES),
            "temperature": self.temperature,
            "shares": list(self.shares),
            "chances": list(self.chances),
            "tie_share": self.tie_share,
            "types": None if self.experience.types is None else sorted(self.experience.types),
            "confirmed": {
                name: [one.judged, one.roots] for name, one in self.experience.confirmed.items()
            },
        }
        return json.dumps(told, indent=1, sort_keys=True, allow_nan=False) + "\n"

    def softmax(self, raw: Floats) -> Floats:
        """Give the candidates' shares; they add up to 1."""
        scaled = np.exp((raw - raw.max()) / self.temperature)
        return np.asarray(scaled / scaled.sum(), dtype=np.float64)

    def calibrated(self, shares: Floats) -> Floats:
        return np.interp(shares, self.shares, self.chances)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One incident's candidates, as the ranker sees them."""

    raw: Floats
    shares: Floats
    #: Calibrated: they need not add up to 1.
    chances: Floats
    #: Candidates × features and the mean, in raw scores; None where no library gives them.
    contributions: Floats | None


@dataclass(frozen=True, kw_only=True)
class Ranker:
    """A ranker that is ready; `scores` come from the booster's library, or from numpy."""

    scale: RankerScale
    scores: RawScores | Evaluated

    def scored(self, rows: Floats) -> Scored:
        """Score the rows of one incident."""
        raw = self.scores.rows(rows)
        shares = self.scale.softmax(raw)
        why = None if isinstance(self.scores, Evaluated) else self.scores.contributions(rows)
        return Scored(
            raw=raw, shares=shares, chances=self.scale.calibrated(shares), contributions=why
        )


def scale_from_json(text: str) -> RankerScale:
    """Read what `to_json` wrote. Raises RankerRefused for anything else."""
    try:
        told = json.loads(text)
        if not isinstance(told, dict) or told.keys() != _KEYS or told["format"] != FORMAT:
            raise RankerRefused(f"this is not {FORMAT} with {', '.join(sorted(_KEYS))}")
        if told["features"] != list(FEATURES):
            raise RankerRefused("other features than this version computes: train it anew")
        found = RankerScale(
            temperature=_number(told["temperature"], 1e-6, 1e6),
            shares=_rising(told["shares"]),
            chances=_rising(told["chances"]),
            tie_share=_number(told["tie_share"], 0.0, 1.0),
            experience=_experience(told["types"], told["confirmed"]),
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise RankerRefused(str(error)) from error
    if len(found.shares) != len(found.chances):
        raise RankerRefused(f"{len(found.shares)} shares for {len(found.chances)} chances")
    return found


def check_booster(booster: Booster) -> None:
    """Raise RankerRefused unless it ranks by these features, with the promised signs."""
    if booster.objective != OBJECTIVE:
        raise RankerRefused(f"objective {booster.objective}, expected {OBJECTIVE}")
    names = tuple(f"f{place}" for place in range(len(FEATURES)))
    if booster.names != names:
        raise RankerRefused(f"{len(booster.names)} features, expected {len(names)}: f0 …")
    signs = tuple(SIGNS.values())
    if booster.monotone != signs:
        raise RankerRefused(f"monotone {booster.monotone}, expected {signs}")
    if any(codes is not None for codes in booster.categories):
        raise RankerRefused("a category, expected numbers")


def _number(value: Any, least: float, most: float) -> float:
    if type(value) is not float or not math.isfinite(value) or not least <= value <= most:
        raise RankerRefused(f"{value!r}, expected a number {least:g}..{most:g}")
    return value


def _experience(types: Any, confirmed: Any) -> Experience:
    if not (types is None or (isinstance(types, list) and len(types) <= MOST_TYPES)):
        raise RankerRefused(f"types, expected null or {MOST_TYPES} at most")
    if any(not isinstance(one, str) for one in types or ()):
        raise RankerRefused("a type that is no text")
    if not isinstance(confirmed, dict) or len(confirmed) > MOST_TYPES:
        raise RankerRefused(f"confirmed, expected an object of {MOST_TYPES} types at most")
    return Experience(
        types=None if types is None else frozenset(types),
        confirmed={name: _counts(name, pair) for name, pair in confirmed.items()},
    )


def _counts(name: str, pair: Any) -> Confirmed:
    if (
        isinstance(pair, list)
        and len(pair) == 2  # noqa: PLR2004 - judged and roots
        and all(type(one) is int for one in pair)
        and 0 <= pair[1] <= pair[0] <= MOST_JUDGED
    ):
        return Confirmed(judged=pair[0], roots=pair[1])
    raise RankerRefused(f"confirmed.{name}: {pair!r}, expected [judged, roots], whole numbers")


def _rising(value: Any) -> tuple[float, ...]:
    if not isinstance(value, list) or not 2 <= len(value) <= MOST_KNOTS:  # noqa: PLR2004 - two ends
        raise RankerRefused(f"knots, expected 2..{MOST_KNOTS} numbers")
    found = tuple(_number(one, 0.0, 1.0) for one in value)
    if any(one > other for one, other in pairwise(found)):
        raise RankerRefused("knots that fall, expected rising ones")
    return found
