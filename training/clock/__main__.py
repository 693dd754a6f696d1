"""Draw digits of many looks, learn them, and write `verification/films/digits.json`.

Needs scikit-learn (extra `train`), Noto Sans CJK as Debian installs it (for what is no digit), and
a folder with the typefaces that `training/clock/faces.py` names.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from training.clock import faces
from training.clock.glyphs import Drawn, drawn
from verification.films import digits

if TYPE_CHECKING:
    from numpy.typing import NDArray


def lesson(
    count: int, seed: int, known: tuple[Path, ...]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Draw pieces and what they are."""
    random = np.random.default_rng(seed)
    pieces: list[NDArray[np.float32]] = []
    answers: list[int] = []
    while len(pieces) < count:
        one: Drawn | None = drawn(random, known)
        if one is not None:
            pieces.append(digits.normal(one.grey, one.ink))
            answers.append(one.answer)
    return np.stack(pieces).reshape(count, -1), np.array(answers)


def main() -> int:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--count", type=int, default=240_000)
    given.add_argument("--rounds", type=int, default=24)
    given.add_argument("--out", type=Path, default=Path("verification/films/digits.json"))
    given.add_argument("--faces", type=Path, required=True, help="folder of unpacked packages")
    options = given.parse_args()
    from sklearn.neural_network import MLPClassifier  # noqa: PLC0415 - an extra

    cv2.setNumThreads(1)
    known = faces.learned_from(options.faces) + faces.drawn_in_pixels(options.faces)
    pieces, answers = lesson(options.count, 1, known)
    net = MLPClassifier(
        (192, 64), max_iter=options.rounds, random_state=1, batch_size=256, alpha=3e-5,
        learning_rate_init=1.5e-3, early_stopping=False, verbose=True,
    )  # fmt: skip
    net.fit(pieces, answers)
    fresh, right = lesson(options.count // 10, 2, known)
    share = float((net.predict(fresh) == right).mean())
    layers = list(zip(net.coefs_, net.intercepts_, strict=True))
    made = {
        "by": "python -m training.clock", "drawn": options.count, "right_on_fresh": share,
        "faces": len(known), "faces_sha256": faces.fingerprint(known),
    }  # fmt: skip
    options.out.write_text(digits.write(layers, made), "ascii")
    sys.stdout.write(f"{share:.4f} of {len(right)} fresh pieces; {options.out}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
