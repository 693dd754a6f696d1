"""What a ranker learns from: incidents as rows with gains and weights, drawn or judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.rca.causes.features import featured
from training.rca.injecting import injected
from training.rca.quiet import simulated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from models.rca.causes.evidence import EvidenceDag
    from training.rca.injecting import Labelled
    from training.rca.profiles import Profile
    from training.rca.quiet import Quiet

    Floats = NDArray[np.float64]

#: How much it gains to have a role at the top; others gain nothing.
GAINS = {"root": 3, "mediator": 1, "contributing": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One incident's candidates: rows, ids, gains, and whom the truth (or the reviewer) names."""

    rows: Floats
    ids: tuple[str, ...]
    gains: tuple[int, ...]
    #: Place of the root as told: by the truth where it is known.
    root: int
    weight: float = 1.0

    @property
    def count(self) -> int:
        return len(self.ids)


def example(labelled: Labelled) -> Example:
    """Give an incident as a reviewer labels it; `root` is the truth."""
    seen = featured(labelled.incident, labelled.house.told, labelled.house.experience)
    ids = tuple(one.id for one in seen.found)
    gains = [GAINS.get(labelled.roles[one], 0) for one in ids]
    if labelled.verdict != labelled.root:
        gains[ids.index(labelled.root)] = 0
        gains[ids.index(labelled.verdict)] = GAINS["root"]
    return Example(rows=seen.rows, ids=ids, gains=tuple(gains), root=ids.index(labelled.root))


def drawn(
    dag: EvidenceDag,
    profiles: Sequence[Profile],
    count: int,
    *,
    seed: int,
    quiet: Callable[[np.random.Generator], Quiet] = simulated,
    progress: Callable[[int], None] = lambda _done: None,
) -> list[Example]:
    """Draw incidents, the profiles in turns; each has a seed of its own: more change none."""
    found = []
    for place in range(count):
        draw = np.random.default_rng([seed, place])
        profile = profiles[place % len(profiles)]
        found.append(example(injected(quiet(draw), dag, profile, draw)))
        progress(place + 1)
    return found
