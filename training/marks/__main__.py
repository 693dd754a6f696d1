"""`python -m training.marks`: train the detector of signatures by hand, and write its weights."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

# Sums in one thread come out the same every time.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

from training.marks.lesson import Plan, teach  # noqa: E402 - numpy reads the lines above
from verification.marks.weights import read, write  # noqa: E402 - as above

if TYPE_CHECKING:
    from training.marks.learning import Learner


def main() -> int:
    """Train as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m training.marks", description=__doc__)
    parser.add_argument("--fonts", type=Path, action="append", required=True)
    parser.add_argument("--signatures", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=900)
    parser.add_argument("--start", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    plan = Plan(
        fonts=tuple(asked.fonts),
        signatures=asked.signatures,
        seed=asked.seed,
        steps=asked.steps,
        start=read(asked.start.read_text("ascii")) if asked.start else None,
    )
    made = {"seed": plan.seed, "steps": plan.steps, "program": "python -m training.marks"}
    losses: list[float] = []

    def tell(step: int, loss: float, learner: Learner) -> None:
        losses.append(loss)
        if step % 50 == 49:
            sys.stdout.write(f"{step + 1}: {sum(losses[-50:]) / 50:.4f}\n")
            sys.stdout.flush()
            asked.out.write_text(write(learner.learnt(), made), "ascii")

    asked.out.write_text(write(teach(plan, tell), made), "ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
