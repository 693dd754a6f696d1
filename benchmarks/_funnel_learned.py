"""An order of cells that is learned from labelled incidents of other streams."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from itertools import chain
from math import log
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from benchmarks._funnel_real import Incident
    from models.rca import Cell

    Floats = NDArray[np.float64]

BAGS, ROUNDS = 4, 60
SETTINGS = {
    "objective": "lambdarank",
    "num_leaves": 6,
    "learning_rate": 0.05,
    "min_data_in_leaf": 8,
    "lambda_l2": 3.0,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "num_threads": 1,
    "deterministic": True,
    "verbosity": -1,
}
#: Labels that what is usual everywhere weighs as much as, for a dimension and for a set of them.
DIMENSION_PRIOR, SET_PRIOR = 4.0, 3.0


@dataclass(frozen=True, slots=True)
class Known:
    incident: Incident
    cells: Sequence[Cell]
    #: Cells × features.
    features: Floats

    @property
    def labels(self) -> Floats:
        is_true = [tuple(sorted(cell)) in self.incident.truth for cell in self.cells]
        return np.array(is_true, dtype=np.float64)


def kept_back(stream: str) -> bool:
    """Tell whether a stream's incidents were kept from the choice of features."""
    return hashlib.sha256(stream.encode()).digest()[-1] % 2 == 1


def reranked(trained: Sequence[Known], asked: Sequence[Known]) -> list[Sequence[Cell]]:
    """Give the cells of some incidents in the order learned from others."""
    import lightgbm  # noqa: PLC0415 - where it is not installed no order is learned

    rows = np.concatenate([_rows(trained, one) for one in trained])
    labels = np.concatenate([one.labels for one in trained])
    groups = [len(one.cells) for one in trained]
    wanted = [_rows(trained, one) for one in asked]
    scores = [np.zeros(len(one.cells)) for one in asked]
    for seed in range(BAGS):
        data = lightgbm.Dataset(rows, labels, group=groups)
        model = lightgbm.train({**SETTINGS, "seed": seed}, data, ROUNDS)
        for at, own in enumerate(wanted):
            scores[at] += np.asarray(model.predict(own))
    return [
        [one.cells[place] for place in np.argsort(-score, kind="stable")]
        for one, score in zip(asked, scores, strict=True)
    ]


def _rows(trained: Sequence[Known], one: Known) -> Floats:
    # Its own stream tells nothing, so that what is learned from is as what is asked about.
    others = [two.incident for two in trained if two.incident.stream != one.incident.stream]
    return np.hstack([one.features, _usual(others, one)])


def _usual(others: Sequence[Incident], one: Known) -> Floats:
    """Tell how usual a cell's dimensions are in labels: all alone, the least, together."""
    names = one.incident.case.dimensions
    odds = _shares(others, names)
    sets = [frozenset(name for name, _ in cell) for cell in one.cells]
    alone = [sum(log(odds[name] / (1 - odds[name])) for name in own) for own in sets]
    whole = sum(np.exp(list(dict(zip(sets, alone, strict=True)).values())))
    seen: defaultdict[frozenset[str], float] = defaultdict(float)
    for label, weight in chain.from_iterable(map(_labels, others)):
        if label <= set(names):
            seen[label] += weight
    total = sum(seen.values()) + SET_PRIOR
    together = [
        log((seen[own] + SET_PRIOR * np.exp(each) / whole) / total)
        for own, each in zip(sets, alone, strict=True)
    ]
    least = [min(odds[name] for name in own) for own in sets]
    return np.array([alone, least, together]).T


def _shares(others: Sequence[Incident], names: Sequence[str]) -> dict[str, float]:
    """Give how often each dimension is one of a label's, where tables have it."""
    told = [
        (name in label, weight, name)
        for one in others
        for label, weight in _labels(one)
        for name in one.case.dimensions
    ]
    usual = sum(hit * weight for hit, weight, _ in told) / sum(weight for _, weight, _ in told)
    shares = {}
    for name in names:
        own = [(hit * weight, weight) for hit, weight, of in told if of == name]
        hits, had = (sum(column) for column in zip(*own, strict=True)) if own else (0.0, 0.0)
        shares[name] = (hits + DIMENSION_PRIOR * usual) / (had + DIMENSION_PRIOR)
    return shares


def _labels(one: Incident) -> list[tuple[frozenset[str], float]]:
    """Give the dimensions of each of an incident's labels, and the label's share of it."""
    return [(frozenset(name for name, _ in cell), 1 / len(one.truth)) for cell in one.truth]
