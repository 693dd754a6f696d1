"""The whole lesson: pages drawn side by side, crops of them, steps of the learner."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np

from training.marks import clutter, pages, scan
from training.marks.learning import Aim, Learner, aim_at
from training.marks.supplies import gather

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.random import Generator

    from training.marks.pages import Supplies
    from training.marks.scan import Sample
    from verification.marks.network import Weights

#: Side of the crops, how many make a batch, how many drawn pages they are cut from.
CROP, BATCH, SHELF = 288, 6, 500
#: Share of crops that are laid around a signature.
_AROUND = 0.55
#: Share of the others that are laid at the top, where letterheads are.
_TOP = 0.4
_held: list[Supplies] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be learnt, and from what."""

    fonts: tuple[Path, ...]
    signatures: Path | None
    seed: int
    steps: int
    #: Weights to go on from; None: none.
    start: tuple[Weights, ...] | None = None
    rate: float = 1.3e-3
    #: Steps for which one more page is drawn.
    steps_a_page: float = 1.0


def teach(plan: Plan, tell: Callable[[int, float, Learner], None]) -> tuple[Weights, ...]:
    """Learn; the same plan on the same machine gives the same weights."""
    rng = np.random.default_rng((plan.seed, 1))
    learner = Learner(rng, plan.start)
    shelf: deque[Sample] = deque(maxlen=SHELF)
    with get_context("spawn").Pool(1, _begin, (plan.fonts, plan.signatures)) as pool:
        count = int(plan.steps / plan.steps_a_page) + 24
        drawn = pool.imap(_draw, ((plan.seed, 2, i) for i in range(count)), chunksize=4)
        due = 24.0
        for step in range(plan.steps):
            due += 1 / plan.steps_a_page
            while due >= 1:
                shelf.append(next(drawn))
                due -= 1
            views, aim = _batch(rng, shelf)
            rate = plan.rate * _pace(step / plan.steps)
            tell(step, learner.step(views, aim, rate), learner)
    return learner.learnt()


def _pace(done: float) -> float:
    """Begin slowly, then slow down along a cosine."""
    return float(min(1.0, done / 0.03 + 0.05) * (0.01 + 0.99 * (1 + np.cos(np.pi * done)) / 2))


def _begin(fonts: tuple[Path, ...], signatures: Path | None) -> None:
    _held.append(gather(fonts, signatures))


def _draw(seed: tuple[int, int, int]) -> Sample:
    return sample(np.random.default_rng(seed), _held[0])


def sample(rng: Generator, supplies: Supplies) -> Sample:
    """Draw and scan one page."""
    return scan.scan(rng, pages.draw(rng, supplies, clutter.add))


def samples(seed: int, supplies: Supplies, count: int) -> Iterator[Sample]:
    """Draw pages that no lesson holds."""
    for i in range(count):
        yield sample(np.random.default_rng((seed, 3, i)), supplies)


def _batch(rng: Generator, shelf: deque[Sample]) -> tuple[np.ndarray, Aim]:
    views = np.zeros((BATCH, CROP, CROP), np.float32)
    aims = []
    for i in range(BATCH):
        chosen = shelf[rng.integers(len(shelf))]
        x, y = _corner(rng, chosen)
        part = chosen.view[y : y + CROP, x : x + CROP]
        views[i, : part.shape[0], : part.shape[1]] = part
        move = np.array([x, y, x, y])
        near, cut = _kept(chosen.signatures - move)
        aims.append(aim_at((CROP, CROP), near, np.concatenate([cut, chosen.doubtful - move])))
    label = np.stack([aim.label for aim in aims])
    return views, Aim(label, np.stack([aim.reach for aim in aims]))


def _corner(rng: Generator, chosen: Sample) -> tuple[int, int]:
    high, wide = (max(1, side - CROP + 1) for side in chosen.view.shape)
    if chosen.signatures.size and rng.random() < _AROUND:
        x0, y0, x1, y1 = chosen.signatures[rng.integers(len(chosen.signatures))]
        x = (x0 + x1) / 2 - CROP * rng.uniform(0.35, 0.65)
        y = (y0 + y1) / 2 - CROP * rng.uniform(0.1, 0.9)
        return int(np.clip(x, 0, wide - 1)) // 4 * 4, int(np.clip(y, 0, high - 1)) // 4 * 4
    top = rng.random() < _TOP
    return int(rng.integers(wide)), 0 if top else int(rng.integers(high))


def _kept(boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Part boxes into those that lie mostly inside the crop, cut to it, and the others."""
    if not boxes.size:
        return boxes, boxes
    inside = boxes.clip(0, CROP)
    area = (inside[:, 2] - inside[:, 0]) * (inside[:, 3] - inside[:, 1])
    whole = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    mostly = area > 0.6 * whole
    return inside[mostly], boxes[~mostly]
