"""Tables of amounts against a forecast, with known cells that fell short."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from models.rca.amounts import AmountCase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.rca import Cell

#: By name of the profile: values of each dimension, and causes at most.
PROFILES = {
    "21,600 leaves": ((10, 12, 10, 18), 3),
    "48,000 leaves": ((10, 10, 8, 10, 6), 3),
    "36,000 leaves, deep": ((10, 12, 15, 20), 1),
}
#: Shares of the forecast that cells fall short by.
LEAST_SHORT, MOST_SHORT = 0.2, 0.9
#: A cause forecasts so much of the whole at least.
LEAST_SHARE = 0.001


@dataclass(frozen=True, slots=True)
class World:
    case: AmountCase
    truth: frozenset[Cell]


def world(profile: str, noise: float, seed: int) -> World:
    """Draw one table; forecasts are off by `noise` (a share), observed amounts are whole."""
    sizes, most = PROFILES[profile]
    draw = np.random.default_rng([seed, *sizes])
    codes = np.stack(np.unravel_index(np.arange(prod(sizes)), sizes), axis=1)
    scale = np.exp(draw.normal(3.0, 1.2, len(codes)))
    scale[draw.random(len(codes)) < 0.1] = 0
    causes = _causes(draw, codes, (scale, most, "deep" in profile))
    observed = scale * np.exp(draw.normal(0, noise, len(codes)))
    for cause in causes:
        observed[_inside(codes, cause)] *= 1 - draw.uniform(LEAST_SHORT, MOST_SHORT)
    names = tuple("abcde"[: len(sizes)])
    values = tuple(
        tuple(f"{name}{code}" for code in range(size))
        for name, size in zip(names, sizes, strict=True)
    )
    case = AmountCase(
        dimensions=names,
        values=values,
        codes=codes.astype(np.int64),
        forecast=scale,
        observed=np.rint(observed),
    )
    truth = frozenset(
        tuple((names[axis], values[axis][code]) for axis, code in sorted(cause.items()))
        for cause in causes
    )
    return World(case, truth)


def _inside(codes: NDArray[np.int64], cause: dict[int, int]) -> NDArray[np.bool_]:
    inside = np.ones(len(codes), dtype=np.bool_)
    for dimension, value in cause.items():
        inside &= codes[:, dimension] == value
    return inside


def _causes(
    draw: np.random.Generator,
    codes: NDArray[np.int64],
    wanted: tuple[NDArray[np.float64], int, bool],
) -> list[dict[int, int]]:
    scale, most, deep = wanted
    causes: list[dict[int, int]] = []
    number = int(draw.integers(1, most + 1))
    while len(causes) < number:
        depth = int(draw.integers(2 if deep else 1, 4))
        chosen = draw.choice(codes.shape[1], depth, replace=False)
        cause = {int(one): int(draw.integers(codes[:, one].max() + 1)) for one in sorted(chosen)}
        is_large = scale[_inside(codes, cause)].sum() > LEAST_SHARE * scale.sum()
        nested = any(
            cause.items() <= other.items() or other.items() <= cause.items() for other in causes
        )
        if is_large and not nested:
            causes.append(cause)
    return causes
