"""What a score costs: one order, a million orders, and the first import (about two minutes).

The models are as large as training makes them.
Peers in the same run: scikit-learn's interface of LightGBM on a DataFrame of one row, which gives
the chance alone, and the import of LightGBM's package. Machines are shared: ratios count.
"""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median
from typing import TYPE_CHECKING

import lightgbm
import numpy as np
import pandas as pd

from benchmarks.promise import record
from models.artefact.opening import Artefact, open_artefact
from models.artefact.packing import Examples, pack
from models.coefficient import shipped_card
from models.coefficient.features import Feature, FeatureContract, FeatureKind
from models.coefficient.offset import START
from models.coefficient.scored import Scores, coefficient
from models.coefficient.segments import SegmentRates
from models.coefficient.value import residuals
from models.origin import Origin, Traced
from tests.models.artefacts import ORIGIN, OURS, TRUSTED
from training.coefficient.boosting import PARAMETERS, ROUNDS
from training.coefficient.values import LOCATION_ROUNDS, SCALE_ROUNDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

LEADS, NUMBERS, ORDERS, CHUNK = 20_000, 18, 1_000_000, 100_000
SINGLE_RUNS, IMPORTS = 400, 5
_OURS_IMPORTED = (
    "import models.artefact.opening; from models.boosters.library import library; library()"
)
_PEER_IMPORTED = "import lightgbm"
_TIMED = (
    "import time; w, c = time.perf_counter(), time.process_time(); {}; "
    "print(time.perf_counter() - w, time.process_time() - c)"
)
FEATURES = FeatureContract(
    features=(
        *(Feature(name=f"n{place}", kind=FeatureKind.NUMBER) for place in range(NUMBERS)),
        Feature(name="source", kind=FeatureKind.CATEGORY, categories=tuple("abcdefghij")),
        Feature(name="region", kind=FeatureKind.CATEGORY, categories=tuple("abcdef")),
    )
)


def leads(count: int, seed: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    numbers = rng.gamma(2.0, size=(count, NUMBERS)).round(2)
    numbers[rng.random((count, NUMBERS)) < 0.05] = np.nan
    codes = np.column_stack([rng.integers(0, 11, count), rng.integers(0, 7, count)])
    return np.column_stack([numbers, codes])


def trained() -> tuple[Artefact, NDArray[np.float64], NDArray[np.bool_]]:
    """Give an artefact as training makes it, and what it learned from."""
    rows, rng = leads(LEADS, 1), np.random.default_rng(2)
    known = np.nan_to_num(rows)
    lift = known[:, 0] - known[:, 1] * known[:, 2] / 3 + known[:, 18] % 3 - 0.5
    won = lift + rng.logistic(size=LEADS) > 0
    value = 8 + known[:, 3] / 2 + known[:, 19] % 2 + rng.normal(size=LEADS)
    spread = np.log(np.abs(value - value.mean()) + 0.001)

    def fit(objective: str, rounds: int, target: NDArray[np.float64]) -> bytes:
        names = [f"f{place}" for place in range(rows.shape[1])]
        codes = list(FEATURES.category_places)
        table = lightgbm.Dataset(rows, target, feature_name=names, categorical_feature=codes)
        settings = {**PARAMETERS, "objective": objective, "seed": 1, "num_threads": 1}
        text = str(lightgbm.train(settings, table, num_boost_round=rounds).model_to_string())
        return text.encode()

    parts = {
        "win.lgb.txt": fit("binary", ROUNDS, won.astype(np.float64)),
        "value_loc.lgb.txt": fit("regression", LOCATION_ROUNDS, value),
        "value_scale.lgb.txt": fit("regression", SCALE_ROUNDS, spread),
        "residual_cdf.json": residuals(rng.normal(size=1000)).to_json().encode(),
        "features.json": FEATURES.to_json().encode(),
        "segments.json": SegmentRates(field="region", overall=0.4, rates={}).to_json().encode(),
        "offset.json": START.to_json().encode(),
        "metrics.json": b"{}\n",
        "MODEL_CARD.md": b"# Benchmark\n",
    }
    examples = Examples(rows=rows[:64], values=np.exp(value[:64]))
    made = pack(parts, ORIGIN, examples, OURS)
    started = time.perf_counter()
    opened = open_artefact(made, trusted=TRUSTED)
    print(f"opened with all checks in {time.perf_counter() - started:.2f} s")
    return opened, rows, won


def microseconds(call: Callable[[int], object]) -> float:
    """Give the median of single runs."""
    spent = []
    for number in range(SINGLE_RUNS):
        started = time.perf_counter_ns()
        call(number)
        spent.append(time.perf_counter_ns() - started)
    return median(spent) / 1000


def single(model: Artefact, rows: NDArray[np.float64], won: NDArray[np.bool_]) -> bool:
    """Score one order: features, chance, value, card and reasons, beside the peer's chance."""
    assert model.value is not None
    value, card = model.value, shipped_card()
    traced = Traced(order="o1", origin=Origin.HARD_WON, evidence=("e1",), answered_days=3)
    words = [one.categories for one in FEATURES.features]
    cells = [
        {
            one.name: (None if np.isnan(cell) else cell)
            if one.kind is FeatureKind.NUMBER
            else ("?", *known)[int(cell)]
            for one, known, cell in zip(FEATURES.features, words, row, strict=True)
        }
        for row in rows[:SINGLE_RUNS]
    ]

    def order(number: int) -> object:
        row = FEATURES.row(cells[number])
        scores = Scores(
            p_win=model.win.p_win_of(row),
            p_segment=0.4,
            value_quantile=value.quantile_of(row, 5000.0),
        )
        return coefficient(traced, scores, card, qualifies=False)

    ours = microseconds(order)
    chance = microseconds(lambda number: model.win.p_win_of(rows[number]))
    told = microseconds(lambda number: model.win.reasons(rows[number]))
    print(f"one order {ours:.1f} us, its chance alone {chance:.1f} us, contributions {told:.0f} us")
    frame = pd.DataFrame(rows, columns=list(FEATURES.names))
    worded = frame.astype(dict.fromkeys(("source", "region"), "category"))
    beside = [
        _beside(f"LGBMClassifier on {kind}", peer(table, won), (ours, chance), name)
        for name, kind, table in (
            ("scoring.single_order_ratio", "a DataFrame of numbers", frame),
            ("scoring.single_order_ratio_categories", "a DataFrame with categories", worded),
        )
    ]
    return all(beside)


def peer(frame: pd.DataFrame, won: NDArray[np.bool_]) -> float:
    """Give the median microseconds of scikit-learn's interface: the chance of one row alone."""
    settings = {key: one for key, one in PARAMETERS.items() if key != "seed"}
    model = lightgbm.LGBMClassifier(n_estimators=ROUNDS, n_jobs=1, **settings)
    model.fit(frame, won)
    singles = [frame.iloc[[number]] for number in range(SINGLE_RUNS)]
    return microseconds(lambda number: model.predict_proba(singles[number]))


def _beside(name: str, theirs: float, own: tuple[float, float], promise: str) -> bool:
    ours, chance = own
    return record(
        id=promise,
        value=theirs / ours,
        unit="times as fast",
        better="higher",
        aim=8,
        peer=f"{name} (chance alone)",
        peer_value=theirs,
        own_value=ours,
        n=SINGLE_RUNS,
        note=f"median us; the chance alone {theirs / chance:.1f} times as fast",
    )


def batch(model: Artefact) -> bool:
    """Score a million orders with all three boosters on one thread."""
    assert model.value is not None
    block, values = leads(CHUNK, 3), np.full(CHUNK, 5000.0)
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(ORDERS // CHUNK):
        model.win.p_win(block)
        model.value.quantiles(block, values)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    trees = ROUNDS + LOCATION_ROUNDS + SCALE_ROUNDS
    each = cpu * 1e9 / ORDERS / trees
    print(f"{ORDERS} orders: {wall:.1f} s, {cpu:.1f} s of CPU, {each:.0f} ns a tree and order")
    return record(
        id="scoring.million_orders_s",
        value=cpu,
        unit="s of CPU",
        better="lower",
        aim=15,
        peer="none",
        peer_value=None,
        own_value=wall,
        n=ORDERS,
        note=f"{trees} trees, one thread; own value: s by the clock",
    )


def _seconds(script: str) -> tuple[float, float]:
    """Give seconds by the clock and of CPU."""
    done = subprocess.run(
        [sys.executable, "-c", _TIMED.format(script)], capture_output=True, check=True
    )
    wall, cpu = done.stdout.split()
    return float(wall), float(cpu)


def cold_import() -> bool:
    """Import the scoring path and load LightGBM's library, each time in a new process."""
    ours, theirs = (
        min(_seconds(script) for _ in range(IMPORTS)) for script in (_OURS_IMPORTED, _PEER_IMPORTED)
    )
    return record(
        id="scoring.cold_import_s",
        value=ours[1],
        unit="s of CPU",
        better="lower",
        aim=0.5,
        peer="import lightgbm",
        peer_value=theirs[1],
        own_value=ours[0],
        n=IMPORTS,
        note=f"own value: s by the clock, the fastest of {IMPORTS}; the peer's {theirs[0]:.2f}",
    )


def main() -> int:
    """Print all three; 1 where a promise is missed."""
    model, rows, won = trained()
    kept = [cold_import(), single(model, rows, won), batch(model)]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
