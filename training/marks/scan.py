"""What a scanner, a fax or a phone does to a page, down to the size the network sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from verification.marks.view import SIDE

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from training.marks.pages import Box, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A page as it is seen: darkness 0..255, and what is where."""

    view: NDArray[np.uint8]
    signatures: NDArray[np.float64]
    doubtful: NDArray[np.float64]
    decoys: NDArray[np.float64]


def scan(rng: Generator, page: Page) -> Sample:
    """Turn, spoil and shrink a page."""
    sheet = page.sheet
    tall, wide = sheet.shape
    square = rng.random() < 0.55
    shape = 1.0 if square else tall / wide
    high = int(SIDE * shape**0.5 * rng.uniform(0.92, 1.08)) // 8 * 8
    across = int(SIDE * shape**-0.5 * rng.uniform(0.92, 1.08)) // 8 * 8
    turn = np.deg2rad(rng.normal(0, 0.8))
    shrink = rng.uniform(0.8, 1) if rng.random() < 0.15 else 1.0
    fit = np.array([[across / wide * shrink, 0.0], [0.0, high / tall * shrink]])
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    matrix = 2 * fit @ spin
    shift = np.array([across, high]) - matrix @ np.array([wide / 2, tall / 2])
    warp = np.concatenate([matrix, shift[:, None]], axis=1)
    turned = cv2.warpAffine(sheet, warp, (2 * across, 2 * high), flags=cv2.INTER_LINEAR)
    fine = np.asarray(turned, np.float32)
    if not page.clean:
        fine = spoil(rng, fine)
    view = cv2.resize(fine, (across, high), interpolation=cv2.INTER_AREA)
    return Sample(
        view=expose(rng, np.asarray(view, np.float32)),
        signatures=_moved(page.signatures, warp / 2),
        doubtful=_moved(page.doubtful, warp / 2),
        decoys=_moved(page.decoys, warp / 2),
    )


def spoil(rng: Generator, fine: NDArray[np.float32]) -> NDArray[np.float32]:
    """Blur it, copy it in black and white, strew it with specks."""
    if rng.random() < 0.3:
        fine = np.asarray(cv2.GaussianBlur(fine, (0, 0), float(rng.uniform(0.5, 1.6))), np.float32)
    if rng.random() < 0.6:
        grain = rng.normal(0, rng.uniform(0.02, 0.25), fine.shape).astype(np.float32)
        fine = (fine + grain > rng.uniform(0.25, 0.6)).astype(np.float32)
    if rng.random() < 0.3:
        dots = rng.random(fine.shape) < rng.choice([0.0005, 0.003, 0.02])
        fine = np.where(dots, 1 - fine, fine).astype(np.float32)
    if rng.random() < 0.1:
        ramp = np.linspace(0, 1, fine.shape[0], dtype=np.float32)[:, None] ** 4 * 0.3
        fine = np.maximum(fine, (rng.random(fine.shape) < ramp).astype(np.float32))
    return fine


def expose(rng: Generator, view: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Paper that is not white, light that falls off, the blocks of JPEG."""
    if rng.random() < 0.3:
        rough = rng.uniform(0, rng.uniform(0.05, 0.5), (3, 3)).astype(np.float32)
        shade = cv2.resize(rough, view.shape[::-1], interpolation=cv2.INTER_LINEAR)
        view = shade + view * (1 - shade) * rng.uniform(0.5, 1)
    if rng.random() < 0.3:
        view = view + rng.normal(0, rng.uniform(0.01, 0.06), view.shape).astype(np.float32)
    grey = np.round((1 - view).clip(0, 1) * 255).astype(np.uint8)
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 96))]
    coded = cv2.imdecode(cv2.imencode(".jpg", grey, quality)[1], cv2.IMREAD_GRAYSCALE)
    if coded is None:
        raise RuntimeError("a JPEG that was just written cannot be read")
    return np.asarray(255 - coded, np.uint8)


def _moved(boxes: list[Box], warp: NDArray[np.float64]) -> NDArray[np.float64]:
    corners = np.array([[(b[i], b[j], 1.0) for i in (0, 2) for j in (1, 3)] for b in boxes])
    if not boxes:
        return np.zeros((0, 4))
    there = corners @ warp.T
    return np.concatenate([there.min(axis=1), there.max(axis=1)], axis=1)
