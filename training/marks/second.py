"""`python -m training.marks.second`: train the second look at a box, and write its weights."""

from __future__ import annotations

import argparse
import os
import sys
import time
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

# Sums in one thread come out the same every time.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402 - reads the lines above
import torch  # noqa: E402 - as above
from torch import nn  # noqa: E402 - as above

from training.marks.glances import drawn  # noqa: E402 - as above
from training.marks.lesson import groups, pace  # noqa: E402 - as above
from training.marks.model import Model, average  # noqa: E402 - as above
from training.marks.supplies import gather  # noqa: E402 - as above
from verification.marks.second import FORMAT, LAYERS  # noqa: E402 - as above
from verification.marks.weights import read, write  # noqa: E402 - as above

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

#: Steps after which it is told how far the lesson is, and what was learnt is written.
_OFTEN = 200
#: So much of each right answer is taken for chance: labels are by what was drawn, not seen.
_DOUBT = 0.03
#: Windows are moved by up to so many dots.
_ASIDE = 5
#: So many windows tell the scales of weights that are gone on from.
_MEASURED = 256
#: Gradients longer than this are shortened to it.
_STEEPEST = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is learnt, and how fast."""

    seed: int
    steps: int
    batch: int = 48
    rate: float = 2e-3
    #: Weights that an earlier lesson wrote, to go on from; None: nothing.
    start: Path | None = None


def teach(
    windows: NDArray[np.uint8],
    kinds: NDArray[np.int64],
    plan: Plan,
    tell: Callable[[int, float, Model], None],
) -> Model:
    """Learn; gives the model whose weights are the average of the last steps."""
    torch.manual_seed(plan.seed)
    rng = np.random.default_rng((plan.seed, 6))
    model = Model(LAYERS).to(memory_format=torch.channels_last)
    nn.init.zeros_(model.layers[-1].kernel.bias)  # no kind is rare
    if plan.start:
        learnt = read(plan.start.read_text("ascii"), LAYERS, FORMAT)
        model.take(learnt, torch.from_numpy(_varied(rng, windows[:_MEASURED])))
    kept: Model = deepcopy(model).eval()
    moves = torch.optim.AdamW(groups(model), lr=plan.rate)
    for step in range(plan.steps):
        for group in moves.param_groups:
            group["lr"] = plan.rate * pace(step / plan.steps)
        chosen = rng.integers(len(windows), size=plan.batch)
        seen = torch.from_numpy(_varied(rng, windows[chosen]))
        lost = _step(model, moves, seen, torch.from_numpy(kinds[chosen]))
        with torch.no_grad():
            average(
                [*kept.state_dict().values()],
                [*model.state_dict().values()],
                min(0.995, step / (step + 20)),
            )
        tell(step, lost, kept)
    return kept


def _step(
    model: Model, moves: torch.optim.Optimizer, seen: torch.Tensor, kinds: torch.Tensor
) -> float:
    model.train()
    odds = model(seen.contiguous(memory_format=torch.channels_last)).mean(dim=(2, 3))
    lost = nn.functional.cross_entropy(odds, kinds, label_smoothing=_DOUBT)
    moves.zero_grad(set_to_none=True)
    lost.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), _STEEPEST)
    moves.step()
    return float(lost.detach())


def _varied(rng: np.random.Generator, windows: NDArray[np.uint8]) -> Floats:
    """Move windows aside and change how dark they are: (count, 1, rows, columns)."""
    dark = windows.astype(np.float32) * np.float32(1 / 255)
    bow = rng.uniform(0.75, 1.35, (len(dark), 1, 1)).astype(np.float32)
    dark = (dark**bow * rng.uniform(0.75, 1.1, (len(dark), 1, 1))).clip(0, 1)
    for one in dark:
        down, across = rng.integers(-_ASIDE, _ASIDE + 1, 2)
        one[:] = np.roll(one, (down, across), (0, 1))
    return np.ascontiguousarray(dark[:, None], np.float32)


def asked() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m training.marks.second", description=__doc__)
    parser.add_argument("--fonts", type=Path, action="append", required=True)
    parser.add_argument("--signatures", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--windows", type=int, default=24_000, help="drawn before the first step")
    parser.add_argument("--steps", type=int, default=2200)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--start", type=Path, help="a .json that an earlier lesson wrote")
    parser.add_argument("--out", type=Path, required=True, help="the .json")
    return parser.parse_args()


def main() -> int:
    """Train as the command line says."""
    line = asked()
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    made = {"seed": line.seed, "steps": line.steps, "windows": line.windows,
            "program": "python -m training.marks.second"}  # fmt: skip
    supplies = gather(line.fonts, line.signatures, typed_names=True)
    windows, kinds = drawn(line.seed, supplies, line.windows)
    lost: list[float] = []
    began = time.monotonic()

    def tell(step: int, loss: float, model: Model) -> None:
        lost.append(loss)
        if (step + 1) % _OFTEN == 0:
            mean, spent = sum(lost[-_OFTEN:]) / _OFTEN, time.monotonic() - began
            sys.stdout.write(f"{step + 1}: {mean:.4f}, {spent:.0f} s\n")
            sys.stdout.flush()
            line.out.write_text(write(model.weights(), made, LAYERS, FORMAT), "ascii")

    plan = Plan(seed=line.seed, steps=line.steps, rate=line.rate, start=line.start)
    model = teach(windows, kinds, plan, tell)
    line.out.write_text(write(model.weights(), made, LAYERS, FORMAT), "ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
