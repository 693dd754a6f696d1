"""How well boxes answer to boxes: AUC of pages, average precision of boxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verification.marks.handwritten import overlap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from verification.marks.handwritten import Detection

__all__ = ["Page", "auc", "average_precision", "overlap"]


@dataclass(frozen=True, slots=True)
class Page:
    """A page and where on it people signed."""

    name: str
    grey: NDArray[np.uint8]
    boxes: NDArray[np.float64]


def auc(pages: Sequence[Page], answers: Sequence[Sequence[Detection]]) -> float:
    """Give the chance that a signed page gets more than an unsigned one."""
    score = np.array([max((one.confidence for one in found), default=0.0) for found in answers])
    signed = np.array([len(page.boxes) > 0 for page in pages])
    more = score[signed][:, None] - score[~signed][None]
    return float(((more > 0) + 0.5 * (more == 0)).mean())


def average_precision(
    pages: Sequence[Page], answers: Sequence[Sequence[Detection]], least: float
) -> float:
    """Give the area under precision over recall, a box being right from `least` overlap on."""
    rows: list[tuple[float, bool]] = []
    for page, found in zip(pages, answers, strict=True):
        free = set(range(len(page.boxes)))
        for one in sorted(found, key=lambda one: -one.confidence):
            hit = _hit(one, page.boxes, free, least)
            free -= {hit}
            rows.append((one.confidence, hit is not None))
    rows.sort(key=lambda row: -row[0])
    right = np.cumsum([row[1] for row in rows])
    recall = right / max(1, sum(len(page.boxes) for page in pages))
    precision = right / np.arange(1, len(rows) + 1)
    best = np.maximum.accumulate(precision[::-1])[::-1]
    return float((np.diff(recall, prepend=0.0) * best).sum())


def _hit(one: Detection, boxes: NDArray[np.float64], free: set[int], least: float) -> int | None:
    if not free:
        return None
    shared = overlap(np.array(one.box), boxes)
    best = max(free, key=lambda i: shared[i])
    return best if shared[best] >= least else None
