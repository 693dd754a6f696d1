"""When a candidate was: before the fall or after it, as its type's lag has it, and its stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.rca.causes.overlap_features import SAME, jaccards
from models.rca.causes.stream_features import stream_figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.rca.causes.candidates import Candidate
    from models.rca.causes.evidence import EvidenceDag
    from models.rca.causes.incident import Incident
    from models.rca.causes.tallies import Tallies

    Floats = NDArray[np.float64]

MOST_DAYS = 60.0
#: An event may come so many days before what its type's lag has as usual.
LATE_DAYS = 3.0


def time_features(
    incident: Incident,
    found: Sequence[Candidate],
    dag: EvidenceDag,
    *,
    told: Tallies,
    exposed: Floats,
) -> dict[str, Floats]:
    """Give the columns."""
    lead = np.array([float(one.lead) for one in found])
    onset = incident.onset
    # The onset is an interval: an event inside it is neither early nor late.
    slack_early = float((onset.at - onset.first).days)
    slack_late = float((onset.last - onset.at).days)
    lags = np.array(
        [(0, 0) if one.item is None else dag.by_id[one.item.type].lag_days for one in found]
    )
    early = np.maximum(lags[:, 0] - (lead + slack_late), 0.0)
    late = np.maximum((lead - slack_early) - lags[:, 1], 0.0)
    own = lead + told.own_onset
    own_miss = np.maximum(lags[:, 0] - own, 0.0) + np.maximum(own - lags[:, 1], 0.0)
    streams = [stream_figures(one, incident) for one in found]
    return {
        "lead": np.clip(lead, -MOST_DAYS, MOST_DAYS),
        "precedes": (lead + slack_late >= 0).astype(np.float64),
        "lag_miss": np.minimum(early + late, MOST_DAYS),
        "own_lag_miss": np.minimum(own_miss, MOST_DAYS),
        "own_onset": told.own_onset,
        # Whoever came too long before for its type is nobody's forerunner.
        "first_of_twins": _first_of_twins(lead, late <= LATE_DAYS, exposed, incident),
        "stream_z": np.array([one.plain for one in streams]),
        "stream_after_z": np.array([one.plain_after for one in streams]),
        "season_z": np.array([one.season for one in streams]),
        "season_after_z": np.array([one.season_after for one in streams]),
        "stream_rise": np.array([one.rise for one in streams]),
    }


def _first_of_twins(
    lead: Floats, in_time: NDArray[np.bool_], exposed: Floats, incident: Incident
) -> Floats:
    """Give how many days earlier the first candidate with the same deals was; 0: it is the first.

    Only those that may have led to it count: one of a month before is nobody's forerunner.
    """
    after = incident.deals.entered >= incident.onset.at.toordinal()
    same = jaccards(exposed[:, after]) > SAME
    first = np.where(same & in_time[None, :], lead[None, :], lead[:, None]).max(axis=1)
    return np.asarray(np.clip(first - lead, 0.0, MOST_DAYS), dtype=np.float64)
