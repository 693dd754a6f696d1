"""What evidence and localised cells name that no deal of the incident has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.rca.causes.incident import IncidentProblem
from models.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.rca.causes.evidence import Exposure
    from models.rca.causes.incident import Deals, Incident
    from models.rca.localise import Cell

_CELL = Text(zh="至少一个商机有的取值", en="a value that one of the deals has")
_CELLS = Text(zh="至少一个商机在其中的单元", en="a cell that one of the deals is in")
_DEAL = Text(zh="deals 中的编号", en="an id of deals")
_REP = Text(zh="deals 中的销售", en="a rep of deals")


def unmet(incident: Incident, more: Sequence[str] = ()) -> tuple[IncidentProblem, ...]:
    """Give what is named and no deal has: a slip of the pen, or a region without deals.

    Nobody but its author knows which, so it is told and ranked as touching none. `more`: where the
    last items of evidence stood, if not in the incident's own JSON.
    """
    own = len(incident.items) - len(more)
    places = [*(f"evidence[{place}]" for place in range(own)), *more]
    found: list[IncidentProblem] = []
    for place, one in enumerate(incident.cells):
        found += _cell(one.cell, incident.deals, f"cells[{place}].cell")
    for where, item in zip(places, incident.items, strict=True):
        if item.exposure is not None:
            found += _unknown(item.exposure, incident.deals, f"{where}.exposure")
    return tuple(found)


def _unknown(exposure: Exposure, deals: Deals, where: str) -> Iterator[IncidentProblem]:
    for place, cell in enumerate(exposure.cells):
        yield from _cell(cell, deals, f"{where}.cells[{place}]")
    for name in sorted(exposure.deals.difference(deals.ids)):
        yield IncidentProblem(path=f"{where}.deals", seen=name, expected=_DEAL)
    for name in sorted(exposure.reps.difference(deals.reps)):
        yield IncidentProblem(path=f"{where}.reps", seen=name, expected=_REP)


def _cell(cell: Cell, deals: Deals, where: str) -> list[IncidentProblem]:
    """Give the values of a cell that no deal has, or the cell where no deal has them together."""
    places = {name: place for place, name in enumerate(deals.dimensions)}
    absent = [(name, value) for name, value in cell if value not in deals.values[places[name]]]
    if absent:
        return [
            IncidentProblem(path=f"{where}.{name}", seen=value, expected=_CELL)
            for name, value in absent
        ]
    inside = np.ones(len(deals), dtype=np.bool_)
    for name, value in cell:
        at = places[name]
        inside &= deals.codes[:, at] == deals.values[at].index(value)
    if inside.any():
        return []
    told = "&".join(f"{name}={value}" for name, value in cell)
    return [IncidentProblem(path=where, seen=told, expected=_CELLS)]
