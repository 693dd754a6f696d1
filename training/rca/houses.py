"""Whose incident it is: what its roots are, what its people confirmed, which types are new there.

No type is likelier than another over all houses: a simulator shall not say which types are roots.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.rca.causes.evidence import EvidenceDag
from models.rca.causes.experience import Confirmed, Experience

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.rca.causes.evidence import EvidenceType
    from training.rca.profiles import Profile

    Floats = NDArray[np.float64]

#: How unlike houses are in what their roots are: the parameter of a Dirichlet distribution.
UNLIKE = 0.8
#: So many incidents were judged, and such a share of them wrongly.
JUDGED, WRONG = (3, 80), 0.1
#: Bystanders of a judged incident, and how often a type that may be caused stood in it.
BYSTANDERS, CAUSED = 8.0, 0.15
#: So many types are new in a house that has any; of what is declared of them such a share of the
#: causes and topics is missing, and the last day of the lag is off by such a factor.
NEW, MISSING, LAG_OFF = (1, 5), 0.3, (0.2, 3.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """`told` is the graph as people declared it; the truth may differ for types that are new."""

    told: EvidenceDag
    experience: Experience
    #: Chance of each type without a cause to be the root, in the order of the graph; None: as the
    #: profile has it.
    weights: Floats | None


def house(dag: EvidenceDag, profile: Profile, draw: np.random.Generator) -> House:
    """Draw the house of one incident."""
    new: frozenset[str] = frozenset()
    told, weights, confirmed = dag, None, {}
    if draw.random() < profile.new_types:
        count = int(draw.integers(*NEW))
        new = frozenset(draw.choice([one.id for one in dag.types], count, replace=False).tolist())
        told = EvidenceDag(
            types=tuple(_declared(one, draw) if one.id in new else one for one in dag.types)
        )
    if draw.random() < profile.judged:
        causes = [one.id for one in dag.types if not one.caused_by]
        weights = draw.dirichlet(np.full(len(causes), UNLIKE))
        confirmed = _confirmed(dag, dict(zip(causes, weights, strict=True)), new, draw)
    types = frozenset(dag.by_id) - new
    return House(
        told=told, experience=Experience(types=types, confirmed=confirmed), weights=weights
    )


def _declared(one: EvidenceType, draw: np.random.Generator) -> EvidenceType:
    """Give a type as people declare it who have not seen much of it."""
    first, last = one.lag_days
    causes = tuple(name for name in one.caused_by if draw.random() >= MISSING)
    return replace(
        one,
        # A consequence without any cause would be a cause: one is left.
        caused_by=causes or one.caused_by[:1],
        lag_days=(first, max(first, round(last * float(draw.uniform(*LAG_OFF))))),
        topics=tuple(name for name in one.topics if draw.random() >= MISSING),
    )


def _confirmed(
    dag: EvidenceDag, weights: dict[str, float], new: frozenset[str], draw: np.random.Generator
) -> dict[str, Confirmed]:
    names = list(dag.by_id)
    count = int(draw.integers(*JUDGED))
    chances = np.array([weights.get(name, 0.0) for name in names])
    chances = (1 - WRONG) * chances / chances.sum() + WRONG / len(names)
    roots = draw.multinomial(count, chances)
    seen = np.array([BYSTANDERS / len(names) + CAUSED * bool(one.caused_by) for one in dag.types])
    others = draw.poisson(count * seen)
    return {
        name: Confirmed(judged=int(root + other), roots=int(root))
        for name, root, other in zip(names, roots, others, strict=True)
        if name not in new and root + other
    }
