"""The rows that models are fitted on: one lead a row, its features as of its assignment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.coefficient.features import FeatureContract


@dataclass(frozen=True, slots=True, kw_only=True)
class Leads:
    """Columns of one length; times in seconds since 1970, NaN where there are none."""

    features: FeatureContract
    rows: NDArray[np.float64]
    won: NDArray[np.bool_]
    #: Assignment, t0.
    assigned_at: NDArray[np.float64]
    #: When the label was known: closing, or the horizon's end.
    known_at: NDArray[np.float64]
    #: What the lead counts for: 1, or what open leads of its kind put upon it.
    weight: NDArray[np.float64]
    #: Minor units of a won order; NaN where none is known.
    value: NDArray[np.float64]
    #: Who the customer is, as a number: no customer is in two folds.
    customer: NDArray[np.int64]
    #: Segment, as a number: slices are judged one by one.
    segment: NDArray[np.int64]
    segments: tuple[str, ...]
    #: Audit groups, by name; judged by, never learnt from.
    audit: dict[str, NDArray[np.int64]]

    @property
    def count(self) -> int:
        return int(self.won.size)

    @property
    def dated(self) -> bool:
        """Whether every lead says when it was assigned."""
        return bool((self.assigned_at == self.assigned_at).all()) and self.count > 0

    def taken(self, places: NDArray[np.int64] | NDArray[np.bool_]) -> Leads:
        """Give some of the rows, in the order of `places`."""
        return Leads(
            features=self.features,
            rows=self.rows[places],
            won=self.won[places],
            assigned_at=self.assigned_at[places],
            known_at=self.known_at[places],
            weight=self.weight[places],
            value=self.value[places],
            customer=self.customer[places],
            segment=self.segment[places],
            segments=self.segments,
            audit={name: group[places] for name, group in self.audit.items()},
        )
