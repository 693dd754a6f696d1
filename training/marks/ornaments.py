"""Engraved frames and rosettes, as certificates and bonds carry them: fine curves, and no hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from training.marks.pages import WIDTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.marks.pages import Scribe


def frame(scribe: Scribe) -> None:
    """Draw bands of waves that cross each other, and rules along them, around the page."""
    rng, tall = scribe.rng, scribe.tall
    edge, deep = int(rng.integers(15, 70)), int(rng.integers(14, 60))
    period, lines = rng.uniform(14, 60), int(rng.integers(2, 6))
    for inner in (edge, edge + deep) if rng.random() < 0.8 else (edge,):
        cv2.rectangle(
            scribe.page.sheet,
            (inner, inner),
            (WIDTH - inner, tall - inner),
            1.0,
            int(rng.integers(1, 5)),
        )
    for line in range(lines):
        phase = 2 * np.pi * line / lines
        for long, across in ((WIDTH, False), (tall, True)):
            along = np.arange(edge, long - edge, 2.0)
            wave = edge + deep / 2 * (1 + np.sin(2 * np.pi * along / period + phase))
            for side in (wave, (tall, WIDTH)[across] - wave):
                pair = (side, along) if across else (along, side)
                _curve(scribe.page.sheet, np.stack(pair, axis=1), 1)


def rosette(scribe: Scribe, x: int, y: int) -> None:
    """Draw a guilloche: a curve that turns many times between two rings; sometimes with rays."""
    rng = scribe.rng
    radius = float(rng.integers(40, 130))
    turn = np.linspace(0, 2 * np.pi * int(rng.integers(5, 17)), 1400)
    reach = radius * (0.65 + 0.35 * np.sin(turn * rng.uniform(1.1, 7.9)))
    dots = np.stack([x + reach * np.cos(turn), y + reach * np.sin(turn)], axis=1)
    _curve(scribe.page.sheet, dots, int(rng.integers(1, 3)))
    if rng.random() < 0.5:
        rays = np.arange(0, 2 * np.pi, np.pi / int(rng.integers(12, 40)))
        far = radius * np.where(np.arange(rays.size) % 2, 1.0, 1.18)
        star = np.stack([x + far * np.cos(rays), y + far * np.sin(rays)], axis=1)
        _curve(scribe.page.sheet, np.concatenate([star, star[:1]]), int(rng.integers(1, 4)))


def _curve(sheet: NDArray[np.float32], dots: NDArray[np.float64], thick: int) -> None:
    cv2.polylines(sheet, [dots.astype(np.int32)], False, 1.0, thick)  # noqa: FBT003 - OpenCV's own order
