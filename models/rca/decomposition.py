"""A change of a rate in parts that add up: by mix and rate within a dimension, and by stage.

Within a dimension: Δ = Σ(Δw·mean rate + mean w·Δr), symmetric and exact. Along a chain of stages
the whole rate is their product, and Δ = Σ L·ln(r1/r0) with the logarithmic mean L of the whole
(LMDI, Ang 2004): exact too.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose, log
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.rca.case import FunnelCase

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a value of a dimension adds to the change of the whole rate."""

    value: str
    mix: float
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ByDimension:
    """Parts of all values; their mixes and rates add up to the change of the whole rate."""

    dimension: str
    parts: tuple[Part, ...]

    @property
    def mix(self) -> float:
        return float(sum(one.mix for one in self.parts))

    @property
    def rate(self) -> float:
        return float(sum(one.rate for one in self.parts))


def by_dimension(case: FunnelCase) -> tuple[ByDimension, ...]:
    """Split the change by each dimension alone; a value that one window lacks is all mix."""
    found = []
    for place, (name, values) in enumerate(zip(case.dimensions, case.values, strict=True)):
        sums = [
            np.bincount(case.codes[:, place], one, len(values)).astype(np.float64)
            for one in (case.entered_before, case.converted_before, case.entered, case.converted)
        ]
        mix, rate = _split(*sums)
        parts = tuple(
            Part(value=value, mix=float(mix[at]), rate=float(rate[at]))
            for at, value in enumerate(values)
        )
        found.append(ByDimension(dimension=name, parts=parts))
    return tuple(found)


def _split(
    before: Floats, won_before: Floats, now: Floats, won_now: Floats
) -> tuple[Floats, Floats]:
    w0, w1 = before / before.sum(), now / now.sum()
    r0, r1 = won_before / np.maximum(before, 1e-12), won_now / np.maximum(now, 1e-12)
    r0, r1 = np.where(before > 0, r0, r1), np.where(now > 0, r1, r0)
    total = float((w0 * r0).sum() + (w1 * r1).sum()) / 2
    # Beside the mean rate: a value that grew at the usual rate changes nothing.
    mix = (w1 - w0) * ((r0 + r1) / 2 - total)
    return mix, (w0 + w1) / 2 * (r1 - r0)


def chain(before: Sequence[float], now: Sequence[float]) -> tuple[float, ...]:
    """Give what each stage adds to the change of the product of all rates (above 0, up to 1).

    Raises ValueError for a rate of 0: its logarithm says nothing.
    """
    if len(before) != len(now) or min((*before, *now), default=0.0) <= 0:
        raise ValueError(f"rates {tuple(before)} and {tuple(now)}, expected as many, above 0")
    whole, then = float(np.prod(now)), float(np.prod(before))
    mean = then if isclose(whole, then) else (whole - then) / log(whole / then)
    return tuple(mean * log(one / other) for one, other in zip(now, before, strict=True))
