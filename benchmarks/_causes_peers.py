"""Other ways to rank dated evidence, on the same incidents; they rank events alone, no cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.rca.causes.features import FEATURES
from models.rca.causes.ranking import by_hand

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from models.rca.causes.incident import Incident
    from training.rca.lesson import Example

    Floats = NDArray[np.float64]

_PLACES = {name: place for place, name in enumerate(FEATURES)}


def _column(one: Example, name: str) -> Floats:
    return np.nan_to_num(one.rows[:, _PLACES[name]], nan=-np.inf)


def odds_ratio(one: Example, incident: Incident) -> Floats:
    """Give the z of the odds ratio since the onset, as product analytics show it."""
    del incident
    return _column(one, "odds_z")


def difference(one: Example, incident: Incident) -> Floats:
    """Give the z of the difference in differences."""
    del incident
    return np.nan_to_num(-one.rows[:, _PLACES["did_z"]], nan=-np.inf)


def recency(one: Example, incident: Incident) -> Floats:
    """Give the last event before the onset the most; what came after it the least."""
    del incident
    lead = one.rows[:, _PLACES["lead"]]
    return np.where(lead >= 0, -lead, -1000.0)


def robust_z(one: Example, incident: Incident) -> Floats:
    """Give the largest robust z of the stream since the onset, as BARO's scorer does."""
    found = {}
    for item in incident.items:
        if item.stream is None:
            found[item.id] = -np.inf
            continue
        onset = (incident.onset.at - item.stream.first_day).days
        counts = np.array(item.stream.counts)
        before, after = counts[: max(onset, 0)], counts[max(onset, 0) :]
        if before.size < 3 or not after.size:
            found[item.id] = -np.inf
            continue
        low, middle, high = np.quantile(before, (0.25, 0.5, 0.75))
        found[item.id] = float((np.abs(after - middle) / max(high - low, 1.0)).max())
    return np.array([found.get(name, -np.inf) for name in one.ids])


def hand(one: Example, incident: Incident) -> Floats:
    """Give the rule by hand: break z × overlap × precedes, less down the graph."""
    del incident
    return by_hand(one.rows)


PEERS: dict[str, Callable[[Example, Incident], Floats]] = {
    "odds ratio": odds_ratio,
    "DiD z": difference,
    "robust z": robust_z,
    "recency": recency,
    "rule by hand": hand,
}


def hits(scores: Floats, one: Example, among: int) -> bool:
    """Tell whether the root is among the first; cells are left out, equals in the order given."""
    events = np.array([name != "*" and "=" not in name for name in one.ids])
    order = np.argsort(np.where(events, -scores, np.inf), kind="stable")
    return one.root in order[:among]
