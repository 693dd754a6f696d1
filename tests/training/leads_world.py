"""A small world of leads for these tests: three features that matter, one that does not."""

from __future__ import annotations

import numpy as np

from models.coefficient.features import Feature, FeatureContract, FeatureKind
from training.coefficient.leads import Leads

DAY = 86_400.0
FEATURES = FeatureContract(
    features=(
        Feature(name="size", kind=FeatureKind.NUMBER, monotone=1),
        Feature(name="noise", kind=FeatureKind.NUMBER),
        Feature(name="source", kind=FeatureKind.CATEGORY, categories=("ad", "event", "referral")),
    )
)


def world(count: int, *, seed: int = 1, dated: bool = True, drift: float = 0.0) -> Leads:
    """`drift`: how much the log-odds fall over the whole time."""
    rng = np.random.default_rng(seed)
    size, noise = rng.normal(size=count), rng.normal(size=count)
    source = rng.integers(1, 4, count)
    day = np.sort(rng.uniform(0, 400, count))
    log_odds = 0.9 * size + 0.8 * (source - 2) - 0.5 - drift * day / 400
    value = np.exp(8 + 0.5 * size + rng.normal(size=count) * np.where(source == 1, 0.3, 0.9))
    return Leads(
        features=FEATURES,
        rows=np.column_stack([size, noise, source.astype(float)]),
        won=rng.random(count) < 1 / (1 + np.exp(-log_odds)),
        assigned_at=1.6e9 + day * DAY if dated else np.full(count, np.nan),
        known_at=1.6e9 + (day + rng.exponential(10, count)) * DAY,
        weight=np.ones(count),
        value=value,
        customer=np.arange(count),
        segment=(source - 1).astype(np.int64),
        segments=("ad", "event", "referral"),
        audit={"site": rng.integers(0, 2, count), "size_band": (size > 0).astype(np.int64)},
    )
