"""Which of the candidates brought the fall about: one table of events and segments together.

1. candidates, their deals, and what those did; 2. a score each, by the trained ranker or by hand;
3. chances; 4. the tie set; 5. roles by the declared graph; 6. reasons with their figures.
The same incident gives the same answer, byte for byte.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from models.rca.causes.features import FEATURES, NO_EXPERIENCE, Featured, featured
from models.rca.causes.figures import Figures, figures
from models.rca.causes.incident import LocalisedCell
from models.rca.causes.reasons import Standpoint, Teller, beside_mean, learned_reasons, rule_reasons
from models.rca.causes.roles import Role, Standing, roles_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.rca.causes.evidence import EvidenceDag
    from models.rca.causes.incident import Incident
    from models.rca.causes.ranker import Ranker, Scored
    from models.text import Text

    Floats = NDArray[np.float64]

#: By hand, candidates of the tie set hold this share of the chance together.
RULE_TIE_SHARE = 0.9
#: Scores are equal that no machine tells apart in another order of adding.
SAME = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedCause:
    """One row of the table."""

    #: Of the item of evidence; a cell's is `*` or ``region=north&channel=web``.
    id: str
    kind: Literal["evidence", "cell"]
    #: From 1.
    rank: int
    role: Role
    #: 0..1. By the model: calibrated, each for itself. By the rule: shares that add up to 1.
    p_root: float
    #: Ids of others that the data cannot tell from it.
    tie: tuple[str, ...]
    reasons: tuple[Text, ...]
    by: Literal["model", "rule"]
    #: Of evidence.
    type: str | None
    figures: Figures


def rank_causes(
    incident: Incident, dag: EvidenceDag, ranker: Ranker | None = None
) -> tuple[RankedCause, ...]:
    """Rank what may have caused it, the likeliest root first; () where there are no candidates.

    Raises IncidentRefused for evidence of a type that the graph does not declare.
    """
    if not (incident.items or incident.cells):
        return ()
    # 1. candidates and rows
    experience = NO_EXPERIENCE if ranker is None else ranker.scale.experience
    seen = featured(_with_a_cell(incident), dag, experience)
    # 2. and 3. scores and chances
    scored = None if ranker is None else ranker.scored(seen.rows)
    shares = by_hand(seen.rows) if scored is None else scored.shares
    chances = shares if scored is None else scored.chances
    order = _order(shares, [one.id for one in seen.found])
    # 4. the tie set
    tie_share = RULE_TIE_SHARE if ranker is None else ranker.scale.tie_share
    ties = tied(order, shares, tie_share)
    # 5. roles
    roles = roles_of(Standing(seen.found, order, chances, seen.told), dag)
    # 6. reasons
    why = None if scored is None else _beside(scored)
    teller = Teller(dag, experience)
    return tuple(
        RankedCause(
            id=seen.found[place].id,
            kind=seen.found[place].kind,
            rank=rank,
            role=roles[place],
            p_root=float(chances[place]),
            tie=tuple(seen.found[one].id for one in ties if one != place and place in ties),
            reasons=_reasons(seen, place, teller, why),
            by="rule" if ranker is None else "model",
            type=None if (item := seen.found[place].item) is None else item.type,
            figures=figures(seen.found[place], seen.told, place),
        )
        for rank, place in enumerate(order, 1)
    )


def _with_a_cell(incident: Incident) -> Incident:
    """Let everything stand for a cause that nobody recorded, where no cell was localised.

    Else an item that stands alone would be sure of itself.
    """
    if incident.cells:
        return incident
    return replace(incident, cells=(LocalisedCell(cell=(), p=0.0),))


def tied(order: Sequence[int], shares: Floats, tie_share: float) -> tuple[int, ...]:
    """Give the first places whose shares reach so much together; all, where they never do."""
    reached = np.cumsum(shares[list(order)])
    count = int(np.searchsorted(reached, tie_share - SAME)) + 1
    return tuple(order[:count])


def _order(shares: Floats, names: Sequence[str]) -> list[int]:
    return sorted(range(len(names)), key=lambda one: (-round(float(shares[one]), 9), names[one]))


def _beside(scored: Scored) -> Sequence[Floats] | None:
    return None if scored.contributions is None else beside_mean(scored.contributions)


def _reasons(
    seen: Featured, place: int, teller: Teller, why: Sequence[Floats] | None
) -> tuple[Text, ...]:
    one = seen.found[place]
    shown = figures(one, seen.told, place)
    point = Standpoint(one=one, figures=shown, row=seen.rows[place], teller=teller)
    return rule_reasons(point) if why is None else learned_reasons(point, why[place])


def by_hand(table: Floats) -> Floats:
    """Give shares by break z × overlap with the cells × precedes, less for steps down the graph."""
    rows = dict(zip(FEATURES, table.T, strict=True))
    fall = np.maximum(-np.nan_to_num(rows["break_z"]), 0.0)
    overlap = np.nan_to_num(rows["jaccard"], nan=1.0)
    precedes = np.where(rows["lead"] >= 0, 1.0, 0.2)
    # A cell holds its own deals perfectly: it waits behind any event that explains as much.
    is_cell = np.where(rows["is_cell"] > 0, 0.5, 1.0)
    depth = np.maximum(rows["depth"], 0.0)
    scores = fall * overlap * precedes * is_cell / (1 + 0.5 * depth)
    # A step of 1 is taken for a nat: the scores are on no scale.
    shares = np.exp(scores - scores.max())
    return np.asarray(shares / shares.sum(), dtype=np.float64)
