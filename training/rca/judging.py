"""How good a ranker is on incidents that it never saw: one set of figures a profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.rca.causes.ranking import tied

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from models.rca.causes.ranker import RankerScale
    from training.rca.lesson import Example

    Floats = NDArray[np.float64]

BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Shares in 0..1, over `count` incidents."""

    count: int
    #: Share of incidents with the root first, and among the first three; mean of 1 / rank.
    first: float
    three: float
    reciprocal: float
    #: Expected calibration error of the first candidate's chance, and of all candidates'.
    ece_first: float
    #: What 95 of 100 draws stay below where the first's chances are true.
    ece_by_chance: float
    ece_all: float
    covered: float
    tie_size: float
    #: A bool an incident: the root came first.
    hits: NDArray[np.bool_]


def judged(
    examples: Sequence[Example], raw: Callable[[Floats], Floats], scale: RankerScale
) -> Judged:
    """Hold a ranker's raw scores of each incident against its root."""
    ranks, covered, sizes = [], [], []
    chances, truths, firsts, first_truths = [], [], [], []
    for one in examples:
        shares = scale.softmax(raw(one.rows))
        order = np.argsort(-shares, kind="stable")
        chance = scale.calibrated(shares)
        ranks.append(int(np.flatnonzero(order == one.root)[0]) + 1)
        ties = tied(order.tolist(), shares, scale.tie_share)
        covered.append(one.root in ties)
        sizes.append(len(ties))
        chances.append(chance)
        truths.append(np.arange(one.count) == one.root)
        firsts.append(float(chance[order[0]]))
        first_truths.append(bool(order[0] == one.root))
    places = np.array(ranks)
    return Judged(
        count=len(examples),
        first=float((places == 1).mean()),
        three=float((places <= 3).mean()),  # noqa: PLR2004 - as its name says
        reciprocal=float((1 / places).mean()),
        ece_first=ece(np.array(firsts), np.array(first_truths)),
        ece_by_chance=by_chance(np.array(firsts)),
        ece_all=ece(np.concatenate(chances), np.concatenate(truths)),
        covered=float(np.mean(covered)),
        tie_size=float(np.mean(sizes)),
        hits=places == 1,
    )


def by_chance(chances: Floats, draws: int = 100, seed: int = 20) -> float:
    """Give the error that 95 of 100 draws stay below where the chances are true."""
    rng = np.random.default_rng(seed)
    found = [ece(chances, rng.random(chances.size) < chances) for _ in range(draws)]
    return float(np.quantile(found, 0.95))


def ece(chances: Floats, truths: NDArray[np.bool_]) -> float:
    """Give the mean distance of chance and share of truths, over ten bins of equal width."""
    at = np.minimum((chances * BINS).astype(np.int64), BINS - 1)
    gaps = np.bincount(at, chances - truths, BINS)
    return float(np.abs(gaps).sum() / max(len(chances), 1))
