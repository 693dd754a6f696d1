"""Photographs of sheets that are bowed, from a seed."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

#: Pixels of dark table around a sheet that is flat.
TABLE = 160


def photographed(page: Image.Image, bow: float, seed: int) -> Image.Image:
    """Take a photo of a sheet that is bowed about its upright axis."""
    chance = np.random.default_rng(seed)
    # However far it bends, all of the sheet is in the picture.
    table = TABLE + round(1.2 * abs(bow) * page.height)
    wide, high = page.width + 2 * table, page.height + 2 * table
    off = chance.uniform(-0.35, 0.35, (4, 2)) * TABLE
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * [page.width, page.height] + table + off
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    back = cv2.getPerspectiveTransform(corners.astype(np.float32), unit)
    x, y = np.meshgrid(np.arange(wide), np.arange(high))
    seen = back @ np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    u, v = (seen[:2] / seen[2]).reshape(2, high, wide)
    # Rows bend towards the one who looks, those that are nearer a little more.
    v = v + bow * (4 * u * (1 - u)) * (0.8 + 0.4 * v)
    u = u + 0.6 * bow * np.sin(2 * np.pi * u) / np.pi
    inside = (u >= 0) & (u <= 1) & (v >= 0) & (v <= 1)
    ink = cv2.remap(
        np.asarray(page.convert("RGB")), (u * page.width).astype(np.float32),
        (v * page.height).astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE,
    ).astype(np.float32)  # fmt: skip
    light = (0.95 - 0.25 * x / wide) * (1 - 4 * bow * np.abs(u.clip(0, 1) - 0.5))
    lit = np.where(inside[:, :, None], ink * light[:, :, None], np.array([46, 40, 36]))
    grain = chance.normal(0, 4, (high, wide, 1))
    return Image.fromarray((lit + grain).clip(0, 255).astype(np.uint8))
