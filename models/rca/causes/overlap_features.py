"""How a candidate's deals lie to the localised cells, to segments, and to other candidates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.rca.causes.candidates import members

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.rca.causes.cohorts import Cohorts
    from models.rca.causes.incident import Deals, Incident

    Floats = NDArray[np.float64]

#: A ridge on shifts of the joint fit: as if each had a variance of .5 logit².
JOINT_RIDGE = 2.0
#: Two candidates that share more (Jaccard) touch the same deals.
SAME = 0.98
#: Segments with less variance since the onset say nothing of a dose.
LEAST_SEGMENT = 2.0


def overlap_features(
    incident: Incident, seen: Cohorts, exposed: Floats, peers: NDArray[np.bool_]
) -> dict[str, Floats]:
    """Give the columns. `peers`: known events that nothing declared may have caused."""
    after = seen.after
    late = exposed[:, after]
    precision, recall, jaccard = _with_cells(incident, after, late)
    shared = jaccards(late)
    joint = _joint_z(late, seen.gap[after], seen.variance[after])
    dose_max, dose_mean = _doses(incident.deals, seen, late)
    twins = (shared > SAME).sum(axis=1) - 1.0
    table = {
        "precision": precision,
        "recall": recall,
        "jaccard": jaccard,
        "joint_z": joint,
        "dose_max": dose_max,
        "dose_mean": dose_mean,
        "twins": twins,
    }
    return table | pair_features(late, seen.gap[after], seen.variance[after], peers)


def jaccards(late: Floats) -> Floats:
    """Give candidates × candidates: shared deals of those that either touches; 1 for itself."""
    both = late @ late.T
    sizes = np.diag(both)
    either = sizes[:, None] + sizes[None, :] - both
    found = both / np.maximum(either, 1.0)
    np.fill_diagonal(found, 1.0)
    return np.asarray(found, dtype=np.float64)


def _with_cells(
    incident: Incident, after: NDArray[np.bool_], late: Floats
) -> tuple[Floats, Floats, Floats]:
    """Give precision, recall and Jaccard with the cells together; those of a single, if better."""
    sizes = late.sum(axis=1)
    if not incident.cells:
        blank = np.full(len(late), np.nan)
        return blank, blank, blank
    inside = np.stack(
        [members(incident.deals, one.cell)[after].astype(np.float64) for one in incident.cells]
    )
    union = inside.max(axis=0)
    both = late @ union
    either = np.maximum(sizes + union.sum() - both, 1.0)
    single = late @ inside.T
    single /= np.maximum(sizes[:, None] + inside.sum(axis=1)[None, :] - single, 1.0)
    jaccard = np.maximum(both / either, single.max(axis=1))
    return both / np.maximum(sizes, 1.0), both / max(float(union.sum()), 1.0), jaccard


def _joint_z(late: Floats, gap: Floats, variance: Floats) -> Floats:
    """Give the z of each candidate's shift with all others in the same (ridge) fit."""
    weighted = late * variance
    matrix = weighted @ late.T + JOINT_RIDGE * np.eye(len(late))
    inverse = np.linalg.inv(matrix)
    return np.asarray((inverse @ (late @ gap)) / np.sqrt(np.diag(inverse)), dtype=np.float64)


def pair_features(
    late: Floats, gap: Floats, variance: Floats, peers: NDArray[np.bool_]
) -> dict[str, Floats]:
    """Hold each candidate against each peer alone: what is left of its fall beside the other's.

    `pair_z`: the least that is left (above -0 where nothing is); `pair_beats`: share of the peers
    that explain less beyond it than it does beyond them. Peers with the same deals are left out.
    """
    cross = (late * variance) @ late.T
    own = np.diag(cross)
    owed = late @ gap
    left = owed[:, None] - cross / (own + JOINT_RIDGE)[None, :] * owed[None, :]
    room = own[:, None] - cross**2 / (own + JOINT_RIDGE)[None, :] + JOINT_RIDGE
    z = left / np.sqrt(np.maximum(room, JOINT_RIDGE / 2))
    rival = peers[None, :] & (jaccards(late) <= SAME)
    count = np.maximum(rival.sum(axis=1), 1)
    beats = ((z < z.T) & rival).sum(axis=1) / count
    alone = owed / np.sqrt(own + JOINT_RIDGE)
    worst = np.where(rival, z, -np.inf).max(axis=1)
    return {
        "pair_z": np.where(np.isinf(worst), alone, worst),
        "pair_beats": np.where(rival.any(axis=1), beats, 1.0),
    }


def _doses(deals: Deals, seen: Cohorts, late: Floats) -> tuple[Floats, Floats]:
    """Give the correlation of a segment's exposed share with its fall: largest and mean.

    Segments are a dimension's values, and reps; weighed by what they owed.
    """
    after = seen.after
    columns = [(deals.codes[after, place], len(one)) for place, one in enumerate(deals.values)]
    columns.append((deals.rep_codes[after], len(deals.reps)))
    found = [_dose(code, size, seen, late) for code, size in columns]
    table = np.stack(found)
    return table.max(axis=0), table.mean(axis=0)


def _dose(code: NDArray[np.int64], size: int, seen: Cohorts, late: Floats) -> Floats:
    after = seen.after
    variance = np.bincount(code, seen.variance[after], size)
    fall = -np.bincount(code, seen.gap[after], size) / (variance + 1.0)
    entered = np.maximum(np.bincount(code, minlength=size), 1)
    weight = np.where(variance >= LEAST_SEGMENT, variance, 0.0)
    total = weight.sum()
    if not total:
        return np.zeros(len(late))
    share = np.stack([np.bincount(code, one, size) for one in late]) / entered
    fall -= (fall * weight).sum() / total
    share -= ((share * weight).sum(axis=1) / total)[:, None]
    cross = (share * fall * weight).sum(axis=1)
    scale = np.sqrt((share**2 * weight).sum(axis=1) * (fall**2 * weight).sum())
    return np.asarray(cross / np.maximum(scale, 1e-9), dtype=np.float64)
