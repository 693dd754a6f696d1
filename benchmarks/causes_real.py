"""Which cell real incidents are laid to, 68 of them that operators labelled (about a minute).

AC@k: the share of incidents with a label among the first k cells. Our order is the evidence that
cells fell alone; beside it a lambdarank over the candidates' features is trained on nine tenths of
the streams and asked about the last, for three ways to split them. Nothing of it ships.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

from benchmarks._funnel_peers import chi_square, greedy_drop
from benchmarks._funnel_real import Incident, incidents
from benchmarks.promise import record
from models.rca.cell_features import candidates, ranked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from models.rca import Cell, FunnelCase

    Floats = NDArray[np.float64]

AIMS = {1: 0.87, 3: 0.96}
FOLDS, SPLITS, BAGS, ROUNDS = 10, 3, 4, 60
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


def main() -> int:
    """Print AC@1, AC@3 and AC@5 of each order; 1 where a promise is missed."""
    seen = incidents()
    own = _shares(seen, [ranked(one.case) for one in seen])
    found = [tuple(each.cell for each in candidates(one.case)) for one in seen]
    orders = {
        "countermark": own,
        "evidence alone": _shares(seen, found),
        "chi-square a cell": _shares(seen, [_told(chi_square, one) for one in seen]),
        "greedy drop": _shares(seen, [_told(greedy_drop, one) for one in seen]),
    }
    try:
        orders["lambdarank, streams held out"] = _cross_validated(seen)
    except ImportError:
        print("no lightgbm here: no order that is learned")
    for name, shares in orders.items():
        print(f"  {name:30} " + ", ".join(f"AC@{k} {share:.3f}" for k, share in shares.items()))
    best = orders.get("lambdarank, streams held out", own)
    met = [_record(k, aim, (best, own, orders["chi-square a cell"])) for k, aim in AIMS.items()]
    return 0 if all(met) else 1


def _record(k: int, aim: float, shares: tuple[dict[int, float], ...]) -> bool:
    learned, own, peer = shares
    return record(
        id=f"causes.real_ac{k}",
        value=learned[k],
        unit=f"AC@{k}, learned, streams held out",
        better="higher",
        aim=aim,
        peer="chi-square a cell",
        peer_value=peer[k],
        own_value=learned[k],
        n=68,
        note=f"{own[k]:.3f} as shipped",
    )


def _told(method: Callable[[FunnelCase, int], frozenset[Cell]], one: Incident) -> tuple[Cell, ...]:
    """Give a peer's cells in order: what it adds when it is told of one cause more."""
    cells: list[Cell] = []
    for causes in range(1, 6):
        cells += sorted(method(one.case, causes) - set(cells))
    return tuple(cells)


def _shares(seen: Sequence[Incident], orders: Sequence[Sequence[Cell]]) -> dict[int, float]:
    hits = [
        [tuple(sorted(cell)) in one.truth for cell in order[:5]]
        for one, order in zip(seen, orders, strict=True)
    ]
    return {k: sum(any(hit[:k]) for hit in hits) / len(seen) for k in (1, 3, 5)}


def _cross_validated(seen: Sequence[Incident]) -> dict[int, float]:
    listed = [candidates(one.case) for one in seen]
    features = [np.array([each.features for each in found]) for found in listed]
    labels = [
        np.array([tuple(sorted(each.cell)) in one.truth for each in found], dtype=np.float64)
        for one, found in zip(seen, listed, strict=True)
    ]
    streams = sorted({one.stream for one in seen})
    shares = []
    for split in range(SPLITS):
        order = np.random.default_rng(split).permutation(len(streams)) % FOLDS
        fold_of = dict(zip(streams, order, strict=True))
        folds = np.array([fold_of[one.stream] for one in seen])
        orders: list[Sequence[Cell]] = [()] * len(seen)
        for fold in range(FOLDS):
            trained = [at for at in range(len(seen)) if folds[at] != fold]
            held = [int(at) for at in np.flatnonzero(folds == fold)]
            scores = _scores([(features[at], labels[at]) for at in trained], features, held)
            for at, score in zip(held, scores, strict=True):
                orders[at] = [listed[at][place].cell for place in np.argsort(-score, kind="stable")]
        shares.append(_shares(seen, orders))
    return {k: float(np.mean([one[k] for one in shares])) for k in (1, 3, 5)}


def _scores(
    known: list[tuple[Floats, Floats]], features: list[Floats], held: list[int]
) -> list[Floats]:
    import lightgbm  # noqa: PLC0415 - where it is not installed no order is learned

    rows, labels = (np.concatenate(part) for part in zip(*known, strict=True))
    groups = [len(each) for _, each in known]
    scores = [np.zeros(len(features[at])) for at in held]
    for seed in range(BAGS):
        data = lightgbm.Dataset(rows, labels, group=groups)
        model = lightgbm.train({**SETTINGS, "seed": seed}, data, ROUNDS)
        for place, at in enumerate(held):
            scores[place] += np.asarray(model.predict(features[at]))
    return scores


if __name__ == "__main__":
    sys.exit(main())
