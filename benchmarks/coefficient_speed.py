"""How fast a card is tried on a million orders, and a model trained through its gates (a minute).

Both in seconds of CPU: the machines that this runs on are shared, so seconds by the clock are told
beside. Peers in the same run: the same what-if order by order; LightGBM as it is delivered, fitted
once on the same rows, without folds, gates, values, redrawn models, seal and trial.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import lightgbm
import numpy as np

from benchmarks.promise import record
from models.coefficient import shipped_card
from models.coefficient.high_value import Orders
from models.origin import Origin
from tests.models.artefacts import OURS
from training.card_cost import Placed, tried
from training.contract import contract_file
from training.contract.table import from_csv
from training.run import imported, trained
from training.sealing import Workshop, sealed
from training.simulate.exports import CONTRACT, ended, leads_csv
from training.simulate.world import world

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.coefficient.card import RateCard

ORDERS, DEALS, RUNS = 1_000_000, 400_000, 7
#: The peer goes order by order over this many, and is told for a million.
SLOWLY = 50_000
#: Rows of the history that the aim speaks of.
LEADS, SEED = 43_000, 101


def main() -> int:
    """Print both; 1 where a promise is missed."""
    return 0 if all([_what_if(), _retrain()]) else 1


def _what_if() -> bool:
    rng, card = np.random.default_rng(1), shipped_card()
    orders = Orders(
        value=np.exp(rng.normal(12, 1.2, ORDERS)).astype(np.int64),
        commission=np.exp(rng.normal(9, 1.2, ORDERS)).astype(np.int64),
        customer_period=np.concatenate(
            [np.arange(DEALS), rng.integers(0, DEALS, ORDERS - DEALS)]
        ).astype(np.int64),
    )
    placed = Placed(
        origin=rng.integers(0, 3, ORDERS, dtype=np.uint8),
        difficulty_band=rng.integers(0, len(card.difficulty_from) + 1, ORDERS, dtype=np.uint8),
        value_band=rng.integers(0, len(card.value_from) + 1, ORDERS, dtype=np.uint8),
    )
    cpu, wall = _fastest(lambda: tried(orders, placed, card))
    slow, _ = _fastest(lambda: _one_by_one(orders, placed, card), runs=1)
    told = tried(orders, placed, card)
    assert told.cost is not None
    return record(
        id="coefficient.what_if_million_ms",
        value=cpu * 1000,
        unit="ms of CPU",
        better="lower",
        aim=100,
        peer="the same order by order",
        peer_value=slow * 1000 * ORDERS / SLOWLY,
        own_value=wall * 1000,
        n=RUNS,
        note=f"{told.deals} deals, both readings of the floor and the card's cost "
        f"({told.cost.share:.1%}); the fastest run; own value: ms by the clock",
    )


def _one_by_one(orders: Orders, placed: Placed, card: RateCard) -> float:
    """Give what the card adds, as a loop would that knows the sums already."""
    sums = np.bincount(orders.customer_period, weights=orders.value)
    limit = float(sums.mean()) * card.high_value.multiple
    origins, added = tuple(Origin), 0.0
    for place in range(SLOWLY):
        origin = origins[placed.origin[place]]
        rate = card.rate(origin, placed.difficulty_band[place], placed.value_band[place])
        high = sums[orders.customer_period[place]] >= limit
        paid = min(max(rate, card.high_value.weight if high else 1.0), card.cap)
        added += (paid - 1) * float(orders.commission[place])
    return added


def _fastest(call: Callable[[], object], *, runs: int = RUNS) -> tuple[float, float]:
    """Give seconds of CPU and by the clock of the run that took least CPU."""
    spent = []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        call()
        spent.append((time.process_time() - cpu, time.perf_counter() - wall))
    return min(spent)


def _retrain() -> bool:
    made = world(SEED, leads=LEADS)
    data, at = leads_csv(made).encode(), ended(made).timestamp()
    wall, cpu = time.perf_counter(), time.process_time()
    held = imported(from_csv(data), contract_file.read(CONTRACT), at=at)
    assert held.snapshot is not None
    result = trained(held.snapshot, at=at)
    workshop = Workshop(author="benchmark", code="benchmark", software={}, signer=OURS)
    archive = None if result.refused else sealed(held, result, workshop)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    failed = [gate.id for gate in result.gates if gate.passed is False]
    said = "sealed" if archive else f"refused by {', '.join(failed)}"
    print(f"{LEADS} leads: {wall:.1f} s, {cpu:.1f} s of CPU in this process; {said}")
    learn = result.candidate.learn
    table = lightgbm.Dataset(learn.rows, learn.won.astype(float), params={"verbose": -1})
    settings = {"objective": "binary", "verbose": -1, "num_threads": 1}
    peer, _ = _fastest(lambda: lightgbm.train(settings, table), runs=1)
    return record(
        id="coefficient.retrain_43k_s",
        value=cpu,
        unit="s of CPU",
        better="lower",
        aim=15,
        peer="one fit of LightGBM as it is delivered",
        peer_value=peer,
        own_value=wall,
        n=1,
        note=f"from CSV through all gates to the seal ({said}); own value: s by the clock, with "
        "the trial in a process of its own",
    )


if __name__ == "__main__":
    raise SystemExit(main())
