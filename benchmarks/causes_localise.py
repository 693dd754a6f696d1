"""Which cells a funnel's fall is laid to, where they are known (about two minutes).

Labelled tables of three densities (COUNTERMARK_CORPORA/funnel), in two halves: settings were chosen
on the one alone. Then worlds from fresh seeds, with nulls (half with a shift of the mix) and falls
of everything. F1 is micro, over causes; an answer counts where it equals a label. The peers are
told how many causes there are; wise-pizza is one where it is installed.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks._funnel_peers import chi_square, greedy_drop
from benchmarks._funnel_wise import is_here, wise_pizza
from benchmarks._funnel_worlds import DEALS, NAMES, SIZES, World, world
from benchmarks.promise import record
from models.rca import Cell, FunnelCase, localise, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AIMS = {"FD": 0.97, "FM": 0.92, "FS": 0.80}
#: Seeds below 1000 were looked at while settings were chosen.
SEEDS = range(1000, 1100)
FEW_SEEDS = range(1000, 1030)

Truth = frozenset[Cell]


@dataclass(frozen=True, slots=True)
class Labelled:
    case: FunnelCase
    #: The empty cell where everything fell; empty where nothing did.
    truth: Truth


def main() -> int:
    """Print every profile's rows by half, then fresh seeds; 1 where a promise is missed."""
    if not is_here():
        print("no wise-pizza here: one peer less")
    met = [_promise(profile, *_halves(profile)) for profile in DEALS]
    met += [_fresh(profile) for profile in DEALS]
    met += [_nulls(profile) for profile in DEALS]
    return 0 if all(met) else 1


def _own(case: FunnelCase, causes: int) -> Truth:
    del causes
    return frozenset(tuple(sorted(one.cell)) for one in localise(case).causes)


METHODS: dict[str, Callable[[FunnelCase, int], Truth]] = {
    "countermark": _own,
    "greedy drop (told k)": greedy_drop,
    "chi-square (told k)": chi_square,
}
if is_here():
    METHODS["wise-pizza (told k)"] = wise_pizza


def _halves(profile: str) -> tuple[list[Labelled], list[Labelled]]:
    folder = Path(os.environ["COUNTERMARK_CORPORA"]) / "funnel"
    labels = json.loads((folder / f"{profile}_labels.json").read_text("utf-8"))
    halves: tuple[list[Labelled], list[Labelled]] = ([], [])
    for place, name in enumerate(sorted(labels)):
        case = read(gzip.decompress((folder / f"{name}.csv.gz").read_bytes()))
        truth = frozenset(_parsed(label) for label in labels[name]["label"])
        halves[place % 2].append(Labelled(case, truth))
    return halves


def _parsed(label: str) -> Cell:
    if label == "*":
        return ()
    pairs = (one.partition("=") for one in label.split("&"))
    return tuple(sorted((name, value) for name, _, value in pairs))


def _promise(profile: str, tuned: list[Labelled], reported: list[Labelled]) -> bool:
    _rows(f"{profile}, half that settings were chosen on", tuned)
    scores = _rows(f"{profile}, half kept back", reported)
    return _record(f"causes.localise_{profile.lower()}", scores, AIMS[profile], _caused(reported))


def _fresh(profile: str) -> bool:
    worlds = [labelled(world(profile, "cells", seed)) for seed in FEW_SEEDS]
    scores = _rows(f"{profile}, fresh seeds", worlds)
    name = f"causes.localise_{profile.lower()}_fresh"
    return _record(name, scores, AIMS[profile], _caused(worlds))


def _caused(cases: list[Labelled]) -> int:
    return sum(bool(one.truth) and () not in one.truth for one in cases)


def _record(name: str, scores: dict[str, float], aim: float, n: int) -> bool:
    peer = max((one for one in scores if one != "countermark"), key=lambda one: scores[one])
    return record(
        id=name,
        value=scores["countermark"],
        unit="F1",
        better="higher",
        aim=aim,
        peer=peer,
        peer_value=scores[peer],
        own_value=scores["countermark"],
        n=n,
    )


def _rows(title: str, cases: list[Labelled]) -> dict[str, float]:
    found = [one for one in cases if one.truth and () not in one.truth]
    scores = {name: _f1(found, method) for name, method in METHODS.items()}
    print(f"{title} ({len(found)} cases with causes)")
    for name, score in scores.items():
        print(f"  {name:24} F1 {score:.3f}")
    for kind, chosen in (("nothing fell", frozenset()), ("everything fell", frozenset({()}))):
        exact = [_own(one.case, 0) == chosen for one in cases if one.truth == chosen]
        if exact:
            print(f"  {kind}: answered exactly in {sum(exact)} of {len(exact)}")
    return scores


def _f1(cases: list[Labelled], method: Callable[[FunnelCase, int], Truth]) -> float:
    hits = told = true = 0
    for one in cases:
        answer = frozenset(tuple(sorted(cell)) for cell in method(one.case, len(one.truth)))
        hits += len(answer & one.truth)
        told += len(answer)
        true += len(one.truth)
    return 2 * hits / (told + true)


def labelled(made: World) -> Labelled:
    """Give a made table as a case with its truth."""
    values = tuple(tuple(f"{name}{code}" for code in range(size)) for name, size in _axes())
    case = FunnelCase(
        dimensions=NAMES,
        values=values,
        codes=made.codes,
        entered_before=made.entered_before,
        converted_before=made.converted_before,
        entered=made.entered,
        converted=made.converted,
    )
    truth = frozenset(
        tuple(sorted((NAMES[axis], values[axis][code]) for axis, code in cause.items()))
        for cause in made.causes
    )
    return Labelled(case, truth)


def _axes() -> Iterator[tuple[str, int]]:
    yield from zip(NAMES, SIZES, strict=True)


def _nulls(profile: str) -> bool:
    flagged = [bool(_own(labelled(world(profile, "null", seed)).case, 0)) for seed in SEEDS]
    exact = [
        _own(labelled(world(profile, "global", seed)).case, 0) == frozenset({()}) for seed in SEEDS
    ]
    quiet = record(
        id=f"causes.null_{profile.lower()}",
        value=sum(flagged) / len(flagged),
        unit="share of nulls with a cell flagged",
        better="lower",
        aim=0.05,
        peer="none",
        peer_value=None,
        own_value=sum(flagged) / len(flagged),
        n=len(flagged),
    )
    whole = record(
        id=f"causes.global_{profile.lower()}",
        value=sum(exact) / len(exact),
        unit="share answered exactly all",
        better="higher",
        aim=0.99,
        peer="none",
        peer_value=None,
        own_value=sum(exact) / len(exact),
        n=len(exact),
    )
    return quiet and whole


if __name__ == "__main__":
    sys.exit(main())
