"""The whole lesson: pages drawn side by side, crops of them, steps of the learner."""

from __future__ import annotations

from collections import deque
from copy import deepcopy
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np
import torch

from training.marks.drawing import begin, draw_many
from training.marks.model import Model, average, loss
from verification.marks.network import CELL, planes
from verification.marks.weights import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from training.marks.scan import Sample

    Floats = NDArray[np.float32]

#: Pages that lie ready to be cut from.
SHELF = 4000
#: Share of crops that are laid around a signature, or what is none where one signs.
_AROUND = 0.5
#: Share of the others that are laid at the top, where letterheads are.
_TOP = 0.35
#: Pages that lie ready before the first step.
_FIRST = 40
#: Gradients longer than this are shortened to it.
_STEEPEST = 5.0


#: Half the bits are twice as fast where the processor knows them, elsewhere 3 to 10 times as slow.
_HALF = bool(torch.cpu.get_capabilities().get("avx512_bf16"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be learnt, and from what."""

    fonts: tuple[Path, ...]
    signatures: Path | None
    seed: int
    steps: int
    crop: int = 320
    batch: int = 12
    #: What an earlier lesson left, or weights as they ship, to go on from; None: nothing.
    start: Path | None = None
    rate: float = 2e-3
    #: Pages drawn for each step.
    pages_a_step: float = 1.0
    #: Names in fonts, dates and remarks stand where one signs, on slips and elsewhere.
    typed_names: bool = False


def teach(plan: Plan, tell: Callable[[int, tuple[float, float], Model], None]) -> Model:
    """Learn; gives the model whose weights are the average of the last steps."""
    torch.manual_seed(plan.seed)
    rng = np.random.default_rng((plan.seed, 1))
    model = Model().to(memory_format=torch.channels_last)
    shelf: deque[Sample] = deque(maxlen=SHELF)
    count = int(plan.steps * plan.pages_a_step) + _FIRST
    given = plan.fonts, plan.signatures, plan.typed_names
    with get_context("spawn").Pool(1, begin, given) as pool:
        drawn = draw_many(pool, plan.seed, count)
        shelf.extend(next(drawn) for _ in range(_FIRST))
        if plan.start:
            _go_on(model, plan.start, _batch(rng, shelf, replace(plan, batch=_FIRST))[0])
        kept: Model = deepcopy(model).eval()
        moves = torch.optim.AdamW(groups(model), lr=plan.rate)
        due = 0.0
        for step in range(plan.steps):
            while due >= 1:
                shelf.append(next(drawn))
                due -= 1
            due += plan.pages_a_step
            for group in moves.param_groups:
                group["lr"] = plan.rate * pace(step / plan.steps)
            lost = _step(model, moves, _batch(rng, shelf, plan))
            with torch.no_grad():
                average(
                    [*kept.state_dict().values()],
                    [*model.state_dict().values()],
                    min(0.998, step / (step + 20)),
                )
            tell(step, lost, kept)
    return kept


def _go_on(model: Model, start: Path, views: Floats) -> None:
    """Read what an earlier lesson left; of a .json the scales are gone and are measured anew."""
    if start.suffix == ".json":
        model.take(read(start.read_text("ascii")), torch.from_numpy(views))
    else:
        model.load_state_dict(torch.load(start, weights_only=True))


def groups(model: Model) -> list[dict[str, object]]:
    """Kernels are kept small; biases and scales are left alone."""
    kernels = [one for one in model.parameters() if one.ndim == 4]
    others = [one for one in model.parameters() if one.ndim != 4]
    return [{"params": kernels, "weight_decay": 0.02}, {"params": others, "weight_decay": 0.0}]


def pace(done: float) -> float:
    """Begin slowly, then slow down along a cosine."""
    return float(min(1.0, done / 0.03 + 0.05) * (0.01 + 0.99 * (1 + np.cos(np.pi * done)) / 2))


def _step(
    model: Model, moves: torch.optim.Optimizer, batch: tuple[Floats, Floats, Floats]
) -> tuple[float, float]:
    views, label, reach = (torch.from_numpy(one) for one in batch)
    model.train()
    with torch.autocast("cpu", torch.bfloat16, enabled=_HALF):
        said = model(views.contiguous(memory_format=torch.channels_last))
    found, fit = loss(said.float(), label, reach)
    moves.zero_grad(set_to_none=True)
    (found + fit).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), _STEEPEST)
    moves.step()
    return float(found.detach()), float(fit.detach())


def _batch(
    rng: np.random.Generator, shelf: deque[Sample], plan: Plan
) -> tuple[Floats, Floats, Floats]:
    cut = [_crop(rng, shelf[int(rng.integers(len(shelf)))], plan.crop) for _ in range(plan.batch)]
    return (
        np.stack([one[0] for one in cut]),
        np.stack([one[1] for one in cut]),
        np.stack([one[2] for one in cut]),
    )


def _crop(rng: np.random.Generator, chosen: Sample, side: int) -> tuple[Floats, Floats, Floats]:
    """Cut a square out of a page; what lies outside the page is paper."""
    x, y = _corner(rng, chosen, side)
    view = chosen.view.astype(np.float32) / np.float32(255)
    view = (view * np.float32(rng.uniform(0.85, 1.1))).clip(0, 1)
    both = planes(view)[:, y : y + side, x : x + side]
    square = np.zeros((2, side, side), np.float32)
    square[1] = 1.0
    square[:, : both.shape[1], : both.shape[2]] = both
    move = np.array([x, y, x, y])
    near, cut = _kept(chosen.signatures - move, side)
    return square, *aim_at((side, side), near, np.concatenate([cut, chosen.doubtful - move]))


def _corner(rng: np.random.Generator, chosen: Sample, side: int) -> tuple[int, int]:
    high, wide = (max(1, whole - side + 1) for whole in chosen.view.shape)
    places = np.concatenate([chosen.signatures, chosen.decoys])
    if places.size and rng.random() < _AROUND:
        x0, y0, x1, y1 = places[rng.integers(len(places))]
        x = (x0 + x1) / 2 - side * rng.uniform(0.3, 0.7)
        y = (y0 + y1) / 2 - side * rng.uniform(0.1, 0.9)
        return int(np.clip(x, 0, wide - 1)), int(np.clip(y, 0, high - 1))
    top = rng.random() < _TOP
    return int(rng.integers(wide)), 0 if top else int(rng.integers(high))


def _kept(boxes: NDArray[np.float64], side: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Part boxes into those that lie mostly inside the crop, cut to it, and the others."""
    if not boxes.size:
        return boxes, boxes
    inside = boxes.clip(0, side)
    area = (inside[:, 2] - inside[:, 0]) * (inside[:, 3] - inside[:, 1])
    whole = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    mostly = area > 0.7 * whole
    return inside[mostly], boxes[~mostly]


def aim_at(
    shape: tuple[int, int], signatures: NDArray[np.float64], doubtful: NDArray[np.float64]
) -> tuple[Floats, Floats]:
    """Say what the network should say of each cell, as `model.loss` takes it."""
    high, wide = (side // CELL for side in shape)
    label = np.zeros((high, wide), np.float32)
    reach = np.ones((4, high, wide), np.float32)
    y, x = np.mgrid[:high, :wide] * CELL + CELL / 2
    for x0, y0, x1, y1 in doubtful:
        label[(x > x0) & (x < x1) & (y > y0) & (y < y1)] = -1
    order = np.argsort([-(b[2] - b[0]) * (b[3] - b[1]) for b in signatures])
    for x0, y0, x1, y1 in signatures[order] if len(signatures) else ():
        inside = (x > x0) & (x < x1) & (y > y0) & (y < y1)
        off_x, off_y = abs(x - (x0 + x1) / 2), abs(y - (y0 + y1) / 2)
        middle = (off_x <= max(0.22 * (x1 - x0), CELL / 2)) & (
            off_y <= max(0.25 * (y1 - y0), CELL / 2)
        )
        label[inside & ~middle & (label != 1)] = -1
        label[middle] = 1
        for side, far in enumerate((x - x0, y - y0, x1 - x, y1 - y)):
            reach[side][middle] = np.maximum(far, 1.0)[middle]
    return label, reach
