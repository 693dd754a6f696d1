"""What the ranker sees of each candidate: one row each, in the order of `FEATURES`.

The same rows for training and for ranking. NaN: not known, such as whom an event touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.rca.causes.candidates import candidates
from models.rca.causes.cohorts import cohorts
from models.rca.causes.experience import Experience
from models.rca.causes.graph_features import graph_features
from models.rca.causes.overlap_features import overlap_features
from models.rca.causes.tallies import daily, exposed_rows, tallies
from models.rca.causes.time_features import time_features
from models.rca.causes.timed_features import timed_features
from models.rca.causes.type_features import type_features

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.rca.causes.candidates import Candidate
    from models.rca.causes.cohorts import Cohorts
    from models.rca.causes.evidence import EvidenceDag
    from models.rca.causes.incident import Incident
    from models.rca.causes.tallies import Tallies

    Floats = NDArray[np.float64]

#: Name → sign of the monotone constraint (0: free).
SIGNS: dict[str, int] = {
    # What the exposed deals did.
    "share": 0,
    "did": 0,
    "did_z": 0,
    "did_rank": 0,
    "did_behind": 0,
    "break_z": 0,
    "break_rank": 0,
    "break_behind": 0,
    "between_z": 0,
    "others_z": 0,
    "early_z": 0,
    "others_early_z": 0,
    "others_since_z": 0,
    "shortfall_share": 0,
    "lift": 0,
    "odds_z": 0,
    "later_z": 0,
    "own_nats_behind": 0,
    # Overlap with cells, segments and other candidates.
    "precision": 0,
    "recall": 0,
    "jaccard": 0,
    "joint_z": 0,
    "joint_rank": 0,
    "pair_z": 0,
    "pair_beats": 0,
    "timed_pair_z": 0,
    "timed_nats_behind": 0,
    "helped_nats_behind": 0,
    "dose_max": 0,
    "dose_mean": 0,
    "twins": 0,
    # When.
    "lead": 0,
    "precedes": 1,
    "lag_miss": 0,
    "own_lag_miss": 0,
    "own_onset": 0,
    "first_of_twins": 0,
    "stream_z": 0,
    "stream_after_z": 0,
    "season_z": 0,
    "season_after_z": 0,
    "stream_rise": 0,
    # Place in the graph.
    "is_cell": 0,
    "depth": 0,
    "is_sink": 0,
    "provenance": 0,
    "ancestors": 0,
    "ancestors_z": 0,
    "ancestors_overlap": 0,
    "descendants": 0,
    "descendants_z": 0,
    "descendants_stream": 0,
    "descendants_overlap": 0,
    "descendants_later": 0,
    "descendants_jaccard": 0,
    "descendants_score": 0,
    "ancestors_score": 0,
    "children_jaccard": 0,
    "children_behind": 0,
    "candidates": 0,
    # What is known of its type beforehand, and what customers said.
    "confirmed": 1,
    "is_new": 0,
    "topics_for": 1,
    "topics_against": -1,
}
FEATURES = tuple(SIGNS)
#: What reasons speak of: every feature belongs to one theme.
THEMES = {
    "effect": (
        "share",
        "did",
        "did_z",
        "did_rank",
        "did_behind",
        "break_z",
        "break_rank",
        "break_behind",
        "others_z",
        "shortfall_share",
        "lift",
        "odds_z",
        "own_nats_behind",
        "joint_z",
        "joint_rank",
    ),
    "timing": (
        "between_z",
        "early_z",
        "others_early_z",
        "others_since_z",
        "timed_pair_z",
        "timed_nats_behind",
        "helped_nats_behind",
        "lead",
        "precedes",
        "lag_miss",
        "own_lag_miss",
        "own_onset",
    ),
    "overlap": (
        "precision",
        "recall",
        "jaccard",
        "pair_z",
        "pair_beats",
        "dose_max",
        "dose_mean",
        "twins",
        "first_of_twins",
    ),
    "chain": (
        "depth",
        "is_sink",
        "ancestors",
        "ancestors_z",
        "ancestors_overlap",
        "descendants",
        "descendants_z",
        "descendants_stream",
        "descendants_overlap",
        "descendants_later",
        "descendants_jaccard",
        "descendants_score",
        "ancestors_score",
        "children_jaccard",
        "children_behind",
    ),
    "stream": ("stream_z", "stream_after_z", "season_z", "season_after_z", "stream_rise"),
    "delay": ("later_z",),
    "record": ("is_cell", "provenance", "candidates"),
    "verdicts": ("confirmed",),
    "novelty": ("is_new",),
    "topics": ("topics_for", "topics_against"),
}

#: Of a ranker that was told nothing of types.
NO_EXPERIENCE = Experience()


@dataclass(frozen=True, slots=True, kw_only=True)
class Featured:
    """An incident's candidates with their tallies and rows (candidates × `FEATURES`)."""

    found: tuple[Candidate, ...]
    told: Tallies
    exposed: Floats
    rows: Floats


def featured(
    incident: Incident, dag: EvidenceDag, experience: Experience = NO_EXPERIENCE
) -> Featured:
    """Give the rows of an incident's candidates. Raises IncidentRefused for unknown types."""
    found = candidates(incident, dag)
    seen = cohorts(incident)
    exposed = exposed_rows(found, len(incident.deals))
    told = tallies(found, daily(exposed, seen), seen)
    table = _effects(told, len(found))
    unknown = np.array([one.members is None for one in found])
    tops = [one.item is not None and not dag.by_id[one.item.type].caused_by for one in found]
    peers = np.array(tops) & ~unknown
    overlap = overlap_features(incident, seen, exposed, peers)
    overlap |= timed_features(found, exposed, seen, peers)
    table |= {name: np.where(unknown, np.nan, values) for name, values in overlap.items()}
    table["joint_rank"] = rank_of(table["joint_z"])
    table |= time_features(incident, found, dag, told=told, exposed=exposed)
    table |= graph_features(found, dag, table, exposed[:, seen.after])
    table |= type_features(found, dag, experience)
    table["later_z"] = _later(exposed, seen)
    rows = np.column_stack([table[name] for name in FEATURES])
    return Featured(found=found, told=told, exposed=exposed, rows=rows)


def rank_of(values: Floats) -> Floats:
    """Give 0 for the least value to 1 for the largest; NaN ranks last."""
    filled = np.where(np.isnan(values), np.inf, values)
    order = np.argsort(np.argsort(filled, kind="stable"), kind="stable")
    return np.asarray(order / max(len(values) - 1, 1), dtype=np.float64)


def _effects(told: Tallies, count: int) -> dict[str, Floats]:
    deals, short, variance = told.whole
    share = told.deals_after / max(deals, 1.0)
    part = told.shortfall / max(short, np.sqrt(max(variance, 1.0)))
    kept = told.deals_after - told.won_after
    odds = _odds_z(told.won_after, kept, deals)
    best = np.nanmin(told.did_z) if not np.isnan(told.did_z).all() else 0.0
    broken = np.nanmin(told.break_z) if not np.isnan(told.break_z).all() else 0.0
    nats = np.nanmax(told.own_nats) if not np.isnan(told.own_nats).all() else 0.0
    return {
        "share": share,
        "did": told.did,
        "did_z": told.did_z,
        "did_rank": rank_of(told.did_z),
        "did_behind": told.did_z - best,
        "break_z": told.break_z,
        "break_rank": rank_of(told.break_z),
        "break_behind": told.break_z - broken,
        "between_z": told.between_z,
        "others_z": told.others_z,
        "early_z": told.early_z,
        "others_early_z": told.others_early_z,
        "others_since_z": told.others_since_z,
        "shortfall_share": np.clip(part, -3.0, 3.0),
        "lift": np.clip(part / np.maximum(share, 0.01), -20.0, 20.0),
        "odds_z": odds,
        "own_nats_behind": nats - told.own_nats,
        "candidates": np.full(count, float(count)),
    }


def _odds_z(won: Floats, kept: Floats, deals: float) -> Floats:
    """Give the z of the odds ratio of not converting, exposed beside not, as products show it."""
    all_won, all_kept = np.nanmax(won, initial=0.0), np.nanmax(kept, initial=0.0)
    other_won = np.maximum(all_won - won, 0.0)
    other_kept = np.maximum(max(all_kept, deals - all_won) - kept, 0.0)
    parts = [kept + 0.5, won + 0.5, other_kept + 0.5, other_won + 0.5]
    log_odds = np.log(parts[0] / parts[1]) - np.log(parts[2] / parts[3])
    return np.asarray(log_odds / np.sqrt(sum(1 / one for one in parts)), dtype=np.float64)


def _later(exposed: Floats, seen: Cohorts) -> Floats:
    """Give the z of how much later exposed deals convert since the onset than before.

    Each is held against what is usual at its age: of those who entered yesterday only the quick
    have come, which is no haste. Above 0: they still come, but later (hazard against cure).
    """
    sides = []
    for side in (seen.after, ~seen.after):
        came = exposed @ (seen.came & side).astype(np.float64)
        shift = (exposed @ (seen.later * side)) / np.maximum(came, 1.0)
        # A day is the finest that is known: some spread is left where all came at once.
        doubt = (exposed @ (seen.later_variance * side) + 0.25 * came) / np.maximum(came, 1.0) ** 2
        sides.append((shift, doubt, came))
    (now, now_doubt, n_now), (was, was_doubt, n_was) = sides
    enough = (n_now > 4) & (n_was > 4)  # noqa: PLR2004 - a mean of fewer says nothing
    doubt = np.where(enough, now_doubt + was_doubt, 1.0)
    return np.where(enough, (now - was) / np.sqrt(doubt), 0.0)
