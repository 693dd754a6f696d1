"""Where a candidate stands in the declared graph, and what of its causes and effects is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.rca.causes.evidence import Provenance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from models.rca.causes.candidates import Candidate
    from models.rca.causes.evidence import EvidenceDag, EvidenceType

    Floats = NDArray[np.float64]

#: Events of a chain lie within so many days of each other.
CHAIN_DAYS = 14
#: A type that may be caused stands beside its causes only where the z of its fall shows one.
SHOWN_Z = -2.0
MOST_WEIGHT = 8.0


def graph_features(
    found: Sequence[Candidate], dag: EvidenceDag, table: Mapping[str, Floats], late: Floats
) -> dict[str, Floats]:
    """Give the columns; `late` are exposed deals since the onset, candidates × deals."""
    items = [one.item for one in found]
    kinds = [None if one is None else dag.by_id[one.type] for one in items]
    order = list(Provenance)
    above = _links(found, dag)
    z = np.nan_to_num(table["did_z"])
    shown = (z < SHOWN_Z).astype(np.float64)
    stream = np.nan_to_num(np.fmax(table["stream_z"], table["stream_after_z"]))
    shared, alike = _containment(late)
    # A link weighs as much as the two share, and as the other end fell.
    weight = alike * np.clip(-z, 0.0, MOST_WEIGHT)[None, :]
    return {
        "is_cell": np.array([float(one is None) for one in items]),
        "depth": np.array([-1.0 if one is None else float(dag.depths[one.id]) for one in kinds]),
        "is_sink": np.array([float(one is not None and dag.is_sink(one.id)) for one in kinds]),
        "provenance": np.array(
            [-1.0 if one is None else float(order.index(one.provenance)) for one in kinds]
        ),
        "ancestors": (above * shown[None, :]).sum(axis=1),
        "ancestors_z": _least(above, z),
        "ancestors_overlap": (above * shared).max(axis=1),
        "descendants": (above.T * shown[None, :]).sum(axis=1),
        "descendants_z": _least(above.T, z),
        "descendants_stream": (above.T * stream[None, :]).max(axis=1),
        "descendants_overlap": (above.T * shared).max(axis=1),
        "descendants_later": above.T.sum(axis=1),
        "descendants_jaccard": (above.T * alike).max(axis=1),
        "descendants_score": (above.T * weight).sum(axis=1),
        "ancestors_score": (above * weight).sum(axis=1),
        **_children(above * _steps(kinds), alike, weight),
    }


def _children(direct: Floats, alike: Floats, weight: Floats) -> dict[str, Floats]:
    """Give what of a candidate's direct effects is there, without anything between declared.

    ``children_jaccard`` (0..1): the most deals that it shares with one. ``children_behind`` (≥ 0):
    the sum of those shares, each times -z of the other's fall, less than the best candidate's.
    """
    sums = (direct.T * weight).sum(axis=1)
    return {
        "children_jaccard": (direct.T * alike).max(axis=1),
        "children_behind": sums.max() - sums,
    }


def _links(found: Sequence[Candidate], dag: EvidenceDag) -> Floats:
    """Give candidates × candidates: 1 where the second may have caused the first.

    Its type may cause the other's, it came no later, and not long before.
    """
    count = len(found)
    links = np.zeros((count, count))
    for place, one in enumerate(found):
        if one.item is None:
            continue
        causes = dag.ancestors(one.item.type)
        for other, cause in enumerate(found):
            if cause.item is None or cause.item.type not in causes:
                continue
            links[place, other] = 0 <= cause.lead - one.lead <= CHAIN_DAYS
    return links


def _steps(kinds: Sequence[EvidenceType | None]) -> Floats:
    """Give candidates × candidates: 1 where the second's type may cause the first's directly."""
    steps = [
        [one is not None and other is not None and other.id in one.caused_by for other in kinds]
        for one in kinds
    ]
    return np.array(steps, dtype=np.float64).reshape(len(kinds), len(kinds))


def _least(links: Floats, z: Floats) -> Floats:
    return np.asarray(np.where(links > 0, z[None, :], 0.0).min(axis=1), dtype=np.float64)


def _containment(rows: Floats) -> tuple[Floats, Floats]:
    """Give candidates × candidates: shared deals of the smaller one's, and of either's."""
    both = rows @ rows.T
    sizes = np.diag(both)
    smaller = np.minimum(sizes[:, None], sizes[None, :])
    either = sizes[:, None] + sizes[None, :] - both
    return both / np.maximum(smaller, 1.0), both / np.maximum(either, 1.0)
