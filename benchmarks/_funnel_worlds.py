"""Funnel tables with a known cause: three densities, over-dispersion, mix shifts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

NAMES = ("region", "channel", "product", "segment", "cohort")
SIZES = (8, 6, 12, 4, 5)
WINDOWS = 12
#: Deals that enter in a window.
DEALS = {"FD": 2_000_000, "FM": 60_000, "FS": 4_000}
#: Of the deals that enter, in the smallest cell that is made to fall.
LEAST_SHARE = {"FD": 0.005, "FM": 0.005, "FS": 0.02}

Kind = Literal["cells", "global", "null"]


@dataclass(frozen=True, slots=True)
class World:
    """Codes and counts of leaves that hold deals, and what was done to them."""

    codes: Ints
    entered_before: Floats
    converted_before: Floats
    entered: Floats
    converted: Floats
    #: Dimension → value of each cause; one empty dict where everything fell.
    causes: tuple[dict[int, int], ...]


def world(profile: str, kind: Kind, seed: int) -> World:
    """Draw one table; the same seed gives the same table."""
    draw = np.random.default_rng([seed, DEALS[profile], len(kind)])
    codes = np.stack(np.unravel_index(np.arange(np.prod(SIZES)), SIZES), axis=1)
    weight = np.exp(draw.normal(0, 1.0, len(codes)))
    for dimension, size in enumerate(SIZES):
        weight *= np.exp(draw.normal(0, 0.8, size))[codes[:, dimension]]
    logit = _logits(draw, codes)
    now_weight = weight * np.where(draw.random() < 0.5, _mix(draw, codes), 1.0)
    before = draw.poisson(WINDOWS * DEALS[profile] * weight / weight.sum())
    entered = draw.poisson(DEALS[profile] * now_weight / now_weight.sum())
    now = logit + draw.normal(0, draw.uniform(0, 0.12), len(codes))
    for dimension, size in enumerate(SIZES):
        now += draw.normal(0, 0.04, size)[codes[:, dimension]]
    causes = _causes(draw, kind, profile, (codes, entered))
    for cause in causes:
        now[_inside(codes, cause)] -= draw.uniform(0.6, 1.6)
    told = (before + entered) > 0
    converted = draw.binomial(entered, 1 / (1 + np.exp(-now)))
    converted_before = draw.binomial(before, 1 / (1 + np.exp(-logit)))
    return World(
        codes[told],
        before[told].astype(float),
        converted_before[told].astype(float),
        entered[told].astype(float),
        converted[told].astype(float),
        causes,
    )


def _logits(draw: np.random.Generator, codes: Ints) -> Floats:
    logit = np.full(len(codes), draw.uniform(-0.8, 0.4))
    for dimension, size in enumerate(SIZES):
        logit += draw.normal(0, 0.4, size)[codes[:, dimension]]
    for one, other in combinations(range(len(SIZES)), 2):
        effects = draw.normal(0, 0.12, (SIZES[one], SIZES[other]))
        logit += effects[codes[:, one], codes[:, other]]
    return logit


def _mix(draw: np.random.Generator, codes: Ints) -> Floats:
    dimension = int(draw.integers(len(SIZES)))
    value = int(draw.integers(SIZES[dimension]))
    return np.asarray(np.where(codes[:, dimension] == value, draw.uniform(1.5, 3.0), 1.0))


def _inside(codes: Ints, cause: dict[int, int]) -> NDArray[np.bool_]:
    inside = np.ones(len(codes), dtype=np.bool_)
    for dimension, value in cause.items():
        inside &= codes[:, dimension] == value
    return inside


def _causes(
    draw: np.random.Generator, kind: Kind, profile: str, table: tuple[Ints, Ints]
) -> tuple[dict[int, int], ...]:
    codes, entered = table
    if kind != "cells":
        return ({},) if kind == "global" else ()
    causes: list[dict[int, int]] = []
    wanted = 1 if draw.random() < 0.65 else int(draw.integers(2, 4))
    while len(causes) < wanted:
        depth = int(draw.choice([1, 2, 3], p=[0.5, 0.35, 0.15]))
        chosen = draw.choice(len(SIZES), depth, replace=False)
        cause = {int(one): int(draw.integers(SIZES[one])) for one in sorted(chosen)}
        share = entered[_inside(codes, cause)].sum() / entered.sum()
        nested = any(
            cause.items() <= other.items() or other.items() <= cause.items() for other in causes
        )
        if share > LEAST_SHARE[profile] and not nested:
            causes.append(cause)
    return tuple(causes)
