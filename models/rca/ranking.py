"""Which of the candidates brought the fall about: one table of events and segments together.

1. candidates and their deals; 2. what those deals did; 3. a score each, by the trained ranker or
by hand; 4. chances that add up to 1; 5. tie sets; 6. roles by the declared graph; 7. reasons.
The same incident gives the same answer, byte for byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from models.rca.candidates import candidates
from models.rca.cohorts import cohorts
from models.rca.figures import Figures, figures
from models.rca.reasons import rule_reasons
from models.rca.roles import Role, Standing, roles_of
from models.rca.tallies import exposed_rows, tallies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.rca.candidates import Candidate
    from models.rca.evidence import EvidenceDag
    from models.rca.incident import Incident
    from models.rca.tallies import Tallies
    from models.text import Text

    Floats = NDArray[np.float64]

#: Candidates of the tie set hold this share of the chance together.
TIE_SHARE = 0.9
#: The scores by hand are on no scale; a step of 1 is taken for a nat.
RULE_SCALE = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedCause:
    """One row of the table."""

    #: Of the item of evidence; a cell's is `*` or ``region=north&channel=web``.
    id: str
    kind: Literal["evidence", "cell"]
    #: From 1.
    rank: int
    role: Role
    #: The chances of all candidates of an incident add up to 1. Not calibrated where `by` is rule.
    p_root: float
    #: Ids of others that the data cannot tell from it.
    tie: tuple[str, ...]
    reasons: tuple[Text, ...]
    by: Literal["model", "rule"]
    #: Of evidence.
    type: str | None
    figures: Figures


class Ranker(Protocol):
    """Scores candidates of one incident."""


def rank_causes(
    incident: Incident, dag: EvidenceDag, ranker: Ranker | None = None
) -> tuple[RankedCause, ...]:
    """Rank what may have caused it, the likeliest root first; () where there are no candidates.

    Raises IncidentRefused for evidence of a type that the graph does not declare.
    """
    del ranker  # by hand until one is trained
    # 1. candidates
    found = candidates(incident, dag)
    if not found:
        return ()
    # 2. what their deals did
    seen = cohorts(incident)
    rows = exposed_rows(found, len(incident.deals))
    told = tallies(found, rows, seen)
    # 3. and 4. scores and chances
    scores = _by_hand(found, rows, told, dag)
    chances = np.exp((scores - scores.max()) * RULE_SCALE)
    chances /= chances.sum()
    order = sorted(range(len(found)), key=lambda one: (-chances[one], found[one].id))
    # 5. to 7.
    ties = _ties(order, chances)
    roles = roles_of(Standing(found, order, chances, told), dag)
    return tuple(
        RankedCause(
            id=found[place].id,
            kind=found[place].kind,
            rank=rank,
            role=roles[place],
            p_root=float(chances[place]),
            tie=tuple(found[other].id for other in ties if other != place and place in ties),
            reasons=rule_reasons(found[place], figures(found[place], told, place), dag),
            by="rule",
            type=None if (item := found[place].item) is None else item.type,
            figures=figures(found[place], told, place),
        )
        for rank, place in enumerate(order, 1)
    )


def _by_hand(found: Sequence[Candidate], rows: Floats, told: Tallies, dag: EvidenceDag) -> Floats:
    """Break z × overlap with the cells × precedes, less for every step down the graph."""
    cells = [place for place, one in enumerate(found) if one.kind == "cell"]
    overlap = np.ones(len(found))
    if cells:
        shared = rows @ rows[cells].T
        sizes = rows.sum(axis=1)
        either = sizes[:, None] + sizes[cells][None, :] - shared
        overlap = (shared / np.maximum(either, 1.0)).max(axis=1)
    fall = np.maximum(-np.nan_to_num(told.break_z), 0.0)
    precedes = np.array([1.0 if one.lead >= 0 else 0.2 for one in found])
    depth = np.array([0.0 if one.item is None else dag.depths[one.item.type] for one in found])
    # A cell holds its own deals perfectly: it waits behind any event that explains as much.
    is_cell = np.array([0.5 if one.kind == "cell" else 1.0 for one in found])
    return np.asarray(fall * overlap * precedes * is_cell / (1 + 0.5 * depth), dtype=np.float64)


def _ties(order: Sequence[int], chances: Floats) -> tuple[int, ...]:
    """Give the fewest candidates that hold the share of the chance together."""
    total, found = 0.0, []
    for place in order:
        found.append(place)
        total += float(chances[place])
        if total >= TIE_SHARE:
            break
    return tuple(found)
