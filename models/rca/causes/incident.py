"""An incident: one stage that fell, its deals, the cells that were localised, dated evidence.

What is read from JSON is checked by `incident_json`; whoever builds one from rows of their own uses
`Deals.of`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from models.rca.causes.evidence import EvidenceItem
    from models.rca.localise import Cell
    from models.text import Text

    Ints = NDArray[np.int64]

#: In place of a dimension's value that a deal does not tell.
UNKNOWN = "unknown"
#: More mistakes than these are counted, not listed.
MOST_TOLD = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentProblem:
    """What is wrong at a path such as ``deals[3].entered``, and what was expected there."""

    path: str
    seen: str
    expected: Text


class IncidentRefused(ValueError):
    """An incident with mistakes; nothing of it is used."""

    def __init__(self, problems: Sequence[IncidentProblem]) -> None:
        self.problems = tuple(problems[:MOST_TOLD])
        #: So many more are not listed.
        self.untold = max(0, len(problems) - MOST_TOLD)
        super().__init__(
            "; ".join(
                f"{one.path}: seen {one.seen!r}, expected {one.expected.en}"
                for one in self.problems
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """A deal in the stage. Days are those of the organisation's calendar."""

    id: str
    rep: str
    entered: date
    #: None: not yet, or never.
    converted: date | None
    #: Dimension → value, as they were when it entered.
    dims: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deals:
    """Deals by columns, in the order of their ids; days are proleptic ordinals."""

    ids: tuple[str, ...]
    #: Who; codes are places in it.
    reps: tuple[str, ...]
    rep_codes: Ints
    entered: Ints
    #: -1: not yet.
    converted: Ints
    dimensions: tuple[str, ...]
    #: For each dimension its values, sorted.
    values: tuple[tuple[str, ...], ...]
    #: Deals × dimensions, places in `values`.
    codes: Ints

    @classmethod
    def of(cls, rows: Sequence[Deal], dimensions: Sequence[str]) -> Deals:
        """Give the columns of rows. Their order does not matter; ids are taken for different."""
        rows = sorted(rows, key=lambda one: one.id)
        columns = [[one.dims.get(name, UNKNOWN) for one in rows] for name in dimensions]
        reps, rep_codes = _coded([one.rep for one in rows])
        coded = [_coded(column) for column in columns]
        codes = np.zeros((len(rows), len(columns)), dtype=np.int64)
        for place, (_, found) in enumerate(coded):
            codes[:, place] = found
        return cls(
            ids=tuple(one.id for one in rows),
            reps=reps,
            rep_codes=rep_codes,
            entered=np.array([one.entered.toordinal() for one in rows], dtype=np.int64),
            converted=np.array(
                [-1 if one.converted is None else one.converted.toordinal() for one in rows],
                dtype=np.int64,
            ),
            dimensions=tuple(dimensions),
            values=tuple(values for values, _ in coded),
            codes=codes,
        )

    def __len__(self) -> int:
        return len(self.ids)


def _coded(column: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
    values = sorted(set(column))
    place = {value: code for code, value in enumerate(values)}
    return tuple(values), np.array([place[value] for value in column], dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Onset:
    """The likeliest first day of the fall, and the first and last that are likely."""

    at: date
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalisedCell:
    """A cell that fell; an empty one is everything. `llr` in nats, `p` in 0..1."""

    cell: Cell
    llr: float = 0.0
    p: float = 1.0

    @property
    def name(self) -> str:
        """Give `*`, or ``region=north&channel=web``: the id of the candidate."""
        return "&".join(f"{dimension}={value}" for dimension, value in self.cell) or "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Everything that ranking looks at; the same incident gives the same ranking."""

    id: str
    stage: str
    onset: Onset
    #: The last day that the deals and the evidence are known for.
    seen_until: date
    deals: Deals
    #: Where it fell, the likeliest first; empty: not localised.
    cells: tuple[LocalisedCell, ...]
    items: tuple[EvidenceItem, ...]
