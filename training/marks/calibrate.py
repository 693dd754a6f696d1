"""`python -m training.marks.calibrate`: how the confidence of a box follows from its log-odds.

Fitted over the boxes on the tuning half of `$COUNTERMARK_CORPORA/signature-pages`; the two numbers
that are printed are `_STRETCH` and `_MOVE` of `verification.marks.handwritten`.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from training.marks.scans import is_tuning, judged, read
from verification.marks import handwritten
from verification.marks.network import Network
from verification.marks.weights import read as read_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from training.marks.scans import Page

#: A box is right from this share of the union with a true one on: it shows whose name is meant.
RIGHT = 0.3
#: Boxes that get less are left out, as in `benchmarks.signature_pages`.
_LEAST = 0.005
_ROUNDS, _STILL = 100, 1e-9


def fitted(odds: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[float, float]:
    """Give `stretch` and `move` of the logistic curve through what was right, by Newton's steps.

    Raises ValueError where log-odds tell right boxes from wrong ones without exception: no curve
    is the best then.
    """
    if not right.any() or right.all() or odds[right].min() > odds[~right].max():
        raise ValueError("no curve fits boxes that are all right, all wrong or wholly apart")
    columns = np.stack([odds, np.ones_like(odds)], axis=1)
    curve = np.array([1.0, 0.0])
    for _ in range(_ROUNDS):
        share = 1 / (1 + np.exp(-(columns @ curve).clip(-30, 30)))
        bend = columns.T @ (columns * (share * (1 - share))[:, None])
        step = np.linalg.solve(bend, columns.T @ (right - share))
        curve = curve + step
        if np.abs(step).max() < _STILL:
            break
    return float(curve[0]), float(curve[1])


def rows(
    pages: Sequence[Page], network: Network | None
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Give the log-odds of every box that is told on the pages, and whether it is right."""
    told = [
        one
        for page in pages
        for one in judged(page, handwritten.proposed(page.grey, network, least=_LEAST), RIGHT)
    ]
    odds = [handwritten.odds_of(one.confidence) for one, _ in told]
    return np.array(odds), np.array([right for _, right in told])


def main() -> int:
    """Fit and print; 2 without the corpora."""
    parser = argparse.ArgumentParser(prog="python -m training.marks.calibrate", description=__doc__)
    parser.add_argument("--weights", type=Path, help="a .json; else those that ship")
    line = parser.parse_args()
    root = os.environ.get("COUNTERMARK_CORPORA")
    if not root:
        sys.stderr.write("COUNTERMARK_CORPORA is not set: there are no pages to fit on\n")
        return 2
    network = Network(read_weights(line.weights.read_text("ascii"))) if line.weights else None
    pages = [page for page in read(Path(root) / "signature-pages") if is_tuning(page.name)]
    odds, right = rows(pages, network)
    stretch, move = fitted(odds, right)
    sys.stdout.write(
        f"_STRETCH, _MOVE = {stretch:.3f}, {move:.3f}"
        f"  # {len(pages)} pages, {len(odds)} boxes, {int(right.sum())} right\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
