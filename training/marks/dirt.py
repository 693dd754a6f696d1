"""Dirt of scanners and copiers: clouds of toner, soiled edges, speckle that thickens to a blot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from training.marks.pages import WIDTH

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from training.marks.pages import Scribe


def soil(scribe: Scribe) -> None:
    """Leave a few clouds of dirt, mostly along one edge of the page."""
    rng = scribe.rng
    edge = int(rng.choice(4, p=[0.55, 0.15, 0.15, 0.15]))
    for _ in range(int(rng.integers(1, 6))):
        long, deep = int(rng.integers(60, 520)), int(rng.integers(24, 170))
        if edge < 2:
            wide, tall = long, deep
            x = int(rng.integers(0, WIDTH - wide))
            off = int(abs(rng.normal(0, 60)))
            y = scribe.tall - tall - off if edge == 0 else off
        else:
            wide, tall = deep, long
            y = int(rng.integers(0, scribe.tall - tall))
            off = int(abs(rng.normal(0, 40)))
            x = WIDTH - wide - off if edge == 2 else off
        if rng.random() < 0.15:
            x, y = int(rng.integers(0, WIDTH - wide)), int(rng.integers(0, scribe.tall - tall))
        scribe.stamp(cloud(rng, wide, tall), x, y, float(rng.uniform(0.6, 1)))


def cloud(rng: Generator, wide: int, tall: int) -> NDArray[np.float32]:
    """Give specks that stand the closer the nearer they are to the middle of something."""
    where = rng.random((max(2, tall // 24), max(2, wide // 24))).astype(np.float32)
    thick = cv2.resize(where, (wide, tall), interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[-1 : 1 : tall * 1j, -1 : 1 : wide * 1j]
    inside = (1 - x**2).clip(0) ** rng.uniform(0.2, 1) * (1 - y**2).clip(0) ** rng.uniform(0.2, 1)
    grain = rng.normal(0, 1, (tall, wide)).astype(np.float32)
    across, down = rng.uniform(0.5, 2.2), rng.uniform(0.5, 2.2)
    fine = np.asarray(cv2.GaussianBlur(grain, (0, 0), across, None, down), np.float32)
    share = float(rng.uniform(0.05, 0.7)) * inside * thick.clip(0, 1)
    low, high = np.quantile(fine, [0.5, 0.995])
    rank = ((fine - low) / max(float(high - low), 1e-6)).clip(0, 1)
    return (rank > 1 - share).astype(np.float32)
