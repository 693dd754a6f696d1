"""What is known of a candidate's type beforehand, and what customers said that it may explain.

Columns (items that are not evidence have 0 in all):

- ``confirmed``: nats; how much more often its type was the confirmed root than others are
  (`Experience.lift`). 0 where nobody gave a verdict, as for the ranker that ships.
- ``is_new``: 1 where training never met its type, so that its lag and its place in the graph are
  a declaration that nothing was held against; else 0.
- ``topics_for``, ``topics_against``: counts of topics of customers' answers that came no earlier
  than it; those that its type is declared to bring about, and the others. 0 and 0 where its type
  declares no topics, or nobody asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.rca.causes.candidates import Candidate
    from models.rca.causes.evidence import EvidenceDag
    from models.rca.causes.experience import Experience

    Floats = NDArray[np.float64]


def type_features(
    found: Sequence[Candidate], dag: EvidenceDag, experience: Experience
) -> dict[str, Floats]:
    """Give the columns."""
    kinds = [None if one.item is None else one.item.type for one in found]
    topics = np.array([_topics(one, found, dag) for one in found]).reshape(len(found), 2)
    return {
        "confirmed": np.array([0.0 if one is None else experience.lift(one) for one in kinds]),
        "is_new": np.array([float(one is not None and experience.is_new(one)) for one in kinds]),
        "topics_for": topics[:, 0],
        "topics_against": topics[:, 1],
    }


def _topics(one: Candidate, found: Sequence[Candidate], dag: EvidenceDag) -> tuple[float, float]:
    declared = () if one.item is None else dag.by_id[one.item.type].topics
    if not declared:
        return 0.0, 0.0
    # Who answered before it happened did not speak of it.
    said = {
        other.item.topic
        for other in found
        if other.item is not None and other.item.topic is not None and other.lead <= one.lead
    }
    held = len(said & set(declared))
    return float(held), float(len(said) - held)
