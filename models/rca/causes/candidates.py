"""What may have caused it: each item of evidence, and each cell that was localised, with its deals.

A cell stands for "something there that nobody recorded". It touches its deals from the onset on.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

import numpy as np

from models.rca.causes.incident import IncidentRefused
from models.rca.causes.json_fields import wrong
from models.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.rca.causes.evidence import EvidenceDag, EvidenceItem, Exposure
    from models.rca.causes.incident import Deals, Incident
    from models.rca.localise import Cell

    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """`members` tells each deal's exposure; None: nobody knows which."""

    id: str
    kind: Literal["evidence", "cell"]
    #: Of evidence; else None.
    item: EvidenceItem | None
    #: Days from the event to the onset; below 0: it came after.
    lead: int
    members: Bools | None


def candidates(incident: Incident, dag: EvidenceDag) -> tuple[Candidate, ...]:
    """Give items by their ids, then cells in their order.

    Raises IncidentRefused for types that are not declared.
    """
    _check_types(incident, dag)
    deals, onset = incident.deals, incident.onset.at
    places = _places(incident)
    found = [
        Candidate(
            id=item.id,
            kind="evidence",
            item=item,
            lead=(onset - item.at).days,
            members=_touched(deals, item.exposure, places),
        )
        for item in sorted(incident.items, key=lambda one: one.id)
    ]
    for one in incident.cells:
        inside = members(deals, one.cell)
        found.append(Candidate(id=one.name, kind="cell", item=None, lead=0, members=inside))
    return tuple(found)


def _places(incident: Incident) -> dict[str, int]:
    """Give the places of deals that some item names; of those that are none, nothing."""
    listed: set[str] = set()
    for one in incident.items:
        if one.exposure is not None:
            listed |= one.exposure.deals
    ids = incident.deals.ids
    # Few are named of many: they are sought, for deals are in the order of their ids.
    found = {name: bisect_left(ids, name) for name in listed}
    return {name: place for name, place in found.items() if ids[place : place + 1] == (name,)}


def _check_types(incident: Incident, dag: EvidenceDag) -> None:
    problems = []
    for place, item in enumerate(incident.items):
        if item.type in dag.by_id:
            continue
        near = get_close_matches(item.type, dag.by_id, n=1)
        names = near or sorted(dag.by_id)
        expected = Text(
            zh=f"已声明的类型：{', '.join(names)}；或在证据类型文件里加上它",
            en=f"a declared type: {', '.join(names)}; or add it to the file of evidence types",
        )
        problems.append(wrong(f"evidence[{place}].type", item.type, expected))
    if problems:
        raise IncidentRefused(problems)


def members(deals: Deals, cell: Cell) -> Bools:
    """Tell which deals lie in a cell; a value that no deal has holds none."""
    inside = np.ones(len(deals), dtype=np.bool_)
    for dimension, value in cell:
        place = deals.dimensions.index(dimension)
        values = deals.values[place]
        code = values.index(value) if value in values else -1
        inside &= deals.codes[:, place] == code
    return inside


def _touched(deals: Deals, exposure: Exposure | None, places: dict[str, int]) -> Bools | None:
    if exposure is None or not exposure.is_known:
        return None
    if exposure.everything:
        return np.ones(len(deals), dtype=np.bool_)
    found = np.zeros(len(deals), dtype=np.bool_)
    for cell in exposure.cells:
        found |= members(deals, cell)
    if exposure.reps:
        found |= np.array([rep in exposure.reps for rep in deals.reps], dtype=np.bool_)[
            deals.rep_codes
        ]
    if exposure.deals:
        found[[places[one] for one in exposure.deals if one in places]] = True
    return found
