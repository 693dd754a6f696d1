"""What it costs to say which cells fell, beside pandas' group-by of the same cuboids (two minutes).

Process CPU; the group-by sums four counts (an amount and its forecast) over each cuboid and does
nothing else. The large table has a million leaves of ten dimensions, to a depth of three.
"""

from __future__ import annotations

import sys
import time
from itertools import combinations
from statistics import median
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from benchmarks._amount_worlds import world as amount_world
from benchmarks._funnel_peers import group_by
from benchmarks._funnel_worlds import world
from benchmarks.causes_localise import labelled
from benchmarks.promise import record
from models.rca import FunnelCase, localise
from models.rca.amounts import AmountCase, localise_amounts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T", AmountCase, FunnelCase)

SEEDS = range(1000, 1015)
LARGE, DIMENSIONS, VALUES, DEPTH = 1_000_000, 10, 16, 3
#: The cell that fell in it.
FELL = {2: 3, 5: 4}


def main() -> int:
    """Print a row a table; 1 where a promise is missed."""
    funnels = [labelled(world("FD", "cells", seed)).case for seed in SEEDS]
    met = [_row("fd", 4.0, (localise, group_by), funnels)]
    for profile, aim in (("21,600 leaves", 2.0), ("48,000 leaves", 5.0)):
        amounts = [amount_world(profile, 0.03, seed).case for seed in SEEDS]
        met.append(_row(profile.partition(",")[0] + "k", aim, (localise_amounts, _sums), amounts))
    met.append(_row("million", 500.0, (localise, group_by), [_large()] * 3))
    return 0 if all(met) else 1


def _row(
    name: str,
    aim: float,
    works: tuple[Callable[[T], object], Callable[[T], object]],
    cases: list[T],
) -> bool:
    ours, theirs = works
    own = median(_ms(ours, case) for case in cases)
    try:
        peer = median(_ms(theirs, case) for case in cases[: 1 if len(cases) < len(SEEDS) else 5])
    except ImportError:
        print("no pandas here: CPU without a peer")
        peer = None
    if peer is not None:
        print(f"  {name}: {own:.1f} ms, {own / peer:.3f} of pandas' group-by of the same cuboids")
    return record(
        id=f"causes.cpu_{name}",
        value=own,
        unit="ms CPU a case",
        better="lower",
        aim=aim,
        peer="pandas group-by",
        peer_value=peer,
        own_value=own,
        n=len(cases),
        note="" if peer is None else f"{own / peer:.3f} of pandas' group-by of the same cuboids",
    )


def _ms(work: Callable[[T], object], case: T) -> float:
    started = time.process_time()
    work(case)
    return 1000 * (time.process_time() - started)


def _sums(case: AmountCase) -> None:
    import pandas as pd  # noqa: PLC0415 - where it is not installed there is no such peer

    codes = case.codes
    names = [f"d{place}" for place in range(codes.shape[1])]
    frame = pd.DataFrame(codes, columns=names)
    frame["forecast"], frame["observed"] = case.forecast, case.observed
    for chosen in _cuboids(names):
        frame.groupby(chosen, sort=False)[["forecast", "observed"]].sum()


def _cuboids(names: Sequence[str]) -> list[list[str]]:
    return [
        list(chosen) for depth in range(1, len(names) + 1) for chosen in combinations(names, depth)
    ]


def _large() -> FunnelCase:
    draw = np.random.default_rng(0)
    codes = draw.integers(0, VALUES, (LARGE, DIMENSIONS))
    before = draw.poisson(60 * np.exp(draw.normal(0, 1, LARGE)))
    entered = draw.poisson(before / 12)
    logit = -0.2 + sum(draw.normal(0, 0.3, VALUES)[column] for column in codes.T)
    is_in = np.all([codes[:, axis] == value for axis, value in FELL.items()], axis=0)
    rates = [1 / (1 + np.exp(-one)) for one in (logit, logit - is_in)]
    return FunnelCase(
        dimensions=tuple(f"d{place}" for place in range(DIMENSIONS)),
        values=(tuple(f"v{code:02}" for code in range(VALUES)),) * DIMENSIONS,
        codes=codes,
        entered_before=before.astype(float),
        converted_before=draw.binomial(before, rates[0]).astype(float),
        entered=entered.astype(float),
        converted=draw.binomial(entered, rates[1]).astype(float),
    )


if __name__ == "__main__":
    sys.exit(main())
