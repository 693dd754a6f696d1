"""`python -m training.marks`: train the detector of signatures by hand, and write its weights."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

# Sums in one thread come out the same every time.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import torch  # noqa: E402 - reads the lines above

from training.marks.lesson import Plan, teach  # noqa: E402 - as above
from verification.marks.weights import write  # noqa: E402 - as above

if TYPE_CHECKING:
    from training.marks.model import Model

#: Steps after which it is told how far the lesson is, and what was learnt is written.
_OFTEN = 100


def asked() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m training.marks", description=__doc__)
    parser.add_argument("--fonts", type=Path, action="append", required=True)
    parser.add_argument("--signatures", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=2400)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--start", type=Path, help="a .pt or .json that an earlier lesson wrote")
    parser.add_argument("--pages", type=float, default=1.0, help="pages drawn for each step")
    parser.add_argument(
        "--typed-names", action="store_true", help="names in fonts stand where one signs"
    )
    parser.add_argument("--out", type=Path, required=True, help="the .json; a .pt lies beside it")
    return parser.parse_args()


def main() -> int:
    """Train as the command line says."""
    line = asked()
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    plan = Plan(
        fonts=tuple(line.fonts),
        signatures=line.signatures,
        seed=line.seed,
        steps=line.steps,
        rate=line.rate,
        start=line.start,
        pages_a_step=line.pages,
        typed_names=line.typed_names,
    )
    made = {"seed": plan.seed, "steps": plan.steps, "program": "python -m training.marks"}
    lost: list[tuple[float, float]] = []
    began = time.monotonic()

    def tell(step: int, loss: tuple[float, float], model: Model) -> None:
        lost.append(loss)
        if (step + 1) % _OFTEN == 0:
            found, fit = (sum(one) / _OFTEN for one in zip(*lost[-_OFTEN:], strict=True))
            spent = time.monotonic() - began
            sys.stdout.write(f"{step + 1}: found {found:.4f}, fit {fit:.4f}, {spent:.0f} s\n")
            sys.stdout.flush()
            _write(model, line.out, made)

    _write(teach(plan, tell), line.out, made)
    return 0


def _write(model: Model, out: Path, made: dict[str, object]) -> None:
    torch.save(model.state_dict(), out.with_suffix(".pt"))
    out.write_text(write(model.weights(), made), "ascii")


if __name__ == "__main__":
    sys.exit(main())
