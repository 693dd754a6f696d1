"""The part that each candidate played, by the declared graph and what its deals did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.rca.causes.candidates import Candidate
    from models.rca.causes.evidence import EvidenceDag
    from models.rca.causes.tallies import Tallies

    Floats = NDArray[np.float64]

Role = Literal["root", "contributing", "mediator", "symptom", "coincident"]

#: With a chance below this the first is no root.
LEAST_ROOT = 0.1
#: From this z on a fall of the exposed is no chance.
SUPPORTED_Z = -2.5
#: From this z on they did better than the others.
CONTRADICTED_Z = 1.0
#: Events that led to the same lie within so many days.
NEAR_DAYS = 7


@dataclass(frozen=True, slots=True)
class Standing:
    """Candidates with their order (places, the likeliest root first), chances and tallies."""

    found: Sequence[Candidate]
    order: Sequence[int]
    chances: Floats
    told: Tallies


def roles_of(standing: Standing, dag: EvidenceDag) -> dict[int, Role]:
    """Give each place its role."""
    first = standing.order[0]
    roles: dict[int, Role] = {one: _role(standing, one, dag) for one in standing.order[1:]}
    roles[first] = "root" if standing.chances[first] >= LEAST_ROOT else "contributing"
    return roles


def _role(standing: Standing, place: int, dag: EvidenceDag) -> Role:
    item, top = standing.found[place].item, standing.found[standing.order[0]].item
    if item is None:
        # The segment where it fell: what the root did, seen by place.
        return "symptom"
    if _was_over(standing.found[place], dag):
        return "coincident"
    below = frozenset() if top is None else dag.descendants(top.type)
    if dag.is_sink(item.type):
        return "symptom" if item.type in below or top is None else "coincident"
    if item.type in below:
        return "mediator"
    return "contributing" if _contributes(standing, place, dag) else "coincident"


def _was_over(one: Candidate, dag: EvidenceDag) -> bool:
    """Tell whether it was over before the fall for longer than its type takes, and a week more.

    What its deals did since has other reasons; one that lasts is over when it ends.
    """
    if one.item is None:
        return False
    lasted = max(((one.item.until or one.item.at) - one.item.at).days, 0)
    return one.lead - lasted > dag.by_id[one.item.type].lag_days[1] + NEAR_DAYS


def _contributes(standing: Standing, place: int, dag: EvidenceDag) -> bool:
    """Tell whether it made the fall worse.

    Its deals fell more than the others; or it leads to the same as the root does, came at that
    time, and its deals did no better.
    """
    one, top = standing.found[place], standing.found[standing.order[0]]
    z = float(np.nan_to_num(standing.told.did_z[place]))
    if z < SUPPORTED_Z:
        return True
    if one.item is None or top.item is None or one.members is None:
        return False
    both = dag.descendants(one.item.type) & dag.descendants(top.item.type)
    shared = any(
        other.item is not None and other.item.type in both and not dag.is_sink(other.item.type)
        for other in standing.found
    )
    return shared and abs(one.lead - top.lead) <= NEAR_DAYS and z < CONTRADICTED_Z
