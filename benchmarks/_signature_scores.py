"""How well boxes answer to boxes: AUC of pages, average precision of boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from training.marks.scans import Page, judged
from verification.marks.handwritten import overlap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.marks.handwritten import Detection

__all__ = ["Page", "auc", "average_precision", "overlap"]


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
        rows += [(one.confidence, right) for one, right in judged(page, found, least)]
    rows.sort(key=lambda row: -row[0])
    right = np.cumsum([row[1] for row in rows])
    recall = right / max(1, sum(len(page.boxes) for page in pages))
    precision = right / np.arange(1, len(rows) + 1)
    best = np.maximum.accumulate(precision[::-1])[::-1]
    return float((np.diff(recall, prepend=0.0) * best).sum())
