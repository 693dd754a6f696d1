"""The named peer: connected components, sixteen measures of each, and a forest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from sklearn.ensemble import RandomForestClassifier

from benchmarks._signature_scores import Page, overlap
from verification.marks.handwritten import Detection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: How far ink is smeared before components are taken, across and down.
_SMEARS = ((9, 3), (17, 5), (25, 9))


def candidates(grey: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give boxes of smeared components, and what is measured of each."""
    ink = (grey < min(200, cv2.threshold(grey, 0, 255, cv2.THRESH_OTSU)[0])).astype(np.uint8)
    boxes, measures = [], []
    for across, down in _SMEARS:
        smeared = cv2.dilate(ink, np.ones((down, across), np.uint8))
        count, _, stats, _ = cv2.connectedComponentsWithStats(smeared)
        for x, y, wide, tall, _ in stats[1:count]:
            if 25 <= wide <= 360 and 10 <= tall <= 170:
                boxes.append((x, y, x + wide, y + tall))
                measures.append(_measures(ink, (x, y, wide, tall), across))
    return np.array(boxes, float).reshape(-1, 4), np.array(measures, float).reshape(-1, 16)


def _measures(ink: NDArray[np.uint8], box: tuple[int, int, int, int], smear: int) -> list[float]:
    x, y, wide, tall = box
    part = ink[y : y + tall, x : x + wide]
    count, _, stats, _ = cv2.connectedComponentsWithStats(part)
    heights = stats[1:count, cv2.CC_STAT_HEIGHT] if count > 1 else np.zeros(1)
    areas = stats[1:count, cv2.CC_STAT_AREA] if count > 1 else np.ones(1)
    rows, columns = part.mean(axis=1), part.mean(axis=0)
    thick = cv2.distanceTransform(part, cv2.DIST_L2, 3)
    strokes = thick[part > 0] if part.any() else np.zeros(1)
    return [
        wide, tall, wide / tall, float(part.mean()), count, float(heights.max()),
        float(heights.std()), float(areas.max() / areas.sum()), float(rows.std()),
        float(columns.std()), float(strokes.mean()), float(strokes.std()),
        x / ink.shape[1], y / ink.shape[0], float(np.abs(np.diff(part, axis=1)).mean()), smear,
    ]  # fmt: skip


def answers(pages: Sequence[Page], folds: int = 5) -> list[tuple[Detection, ...]]:
    """Judge each page by a forest that learnt from the other folds of the same pages."""
    found = [candidates(page.grey) for page in pages]
    answers: list[tuple[Detection, ...]] = [()] * len(pages)
    for fold in range(folds):
        learnt = [i for i in range(len(pages)) if i % folds != fold and len(found[i][0])]
        known = np.concatenate([found[i][1] for i in learnt])
        right = np.concatenate([_right(found[i][0], pages[i].boxes) for i in learnt])
        forest = RandomForestClassifier(
            200, min_samples_leaf=3, class_weight="balanced", random_state=fold, n_jobs=1
        ).fit(known, right)
        for i in range(fold, len(pages), folds):
            boxes, measures = found[i]
            if len(boxes):
                answers[i] = _kept(boxes, forest.predict_proba(measures)[:, 1])
    return answers


def _right(boxes: NDArray[np.float64], true: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.array([len(true) > 0 and overlap(box, true).max() >= 0.5 for box in boxes])


def _kept(boxes: NDArray[np.float64], sure: NDArray[np.float64]) -> tuple[Detection, ...]:
    kept: list[Detection] = []
    left = sure.argsort(kind="stable")[::-1]
    while left.size and len(kept) < 30:
        kept.append(Detection(tuple(boxes[left[0]].tolist()), float(sure[left[0]])))
        left = left[overlap(boxes[left[0]], boxes[left]) <= 0.3]
    return tuple(kept)
