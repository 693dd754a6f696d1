"""Two small pictures for a model card, as SVG that we write ourselves: the same bytes each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE, EDGE = 320, 40
BINS = 10
_STYLE = "font: 12px sans-serif; fill: #333"


def calibration(won: NDArray[np.bool_], chance: NDArray[np.float64]) -> str:
    """Draw observed against expected wins in bins of as many leads each."""
    order = np.argsort(chance, kind="stable")
    points = [
        (float(chance[part].mean()), float(won[part].mean()))
        for part in np.array_split(order, min(BINS, order.size))
    ]
    return _square("expected / 预期", "won / 实际赢单", points)


def coverage(below: NDArray[np.float64]) -> str:
    """Draw the share of values below each promised quantile."""
    shares = np.linspace(0.05, 0.95, 19)
    points = [(float(share), float((below <= share).mean())) for share in shares]
    return _square("promised / 承诺", "covered / 实际覆盖", points)


def _square(across: str, up: str, points: list[tuple[float, float]]) -> str:
    """Draw points of the unit square, with the line that they should lie on."""
    inner = SIDE - 2 * EDGE

    def place(x: float, y: float) -> str:
        return f"{EDGE + x * inner:.1f},{SIDE - EDGE - y * inner:.1f}"

    marks = "".join(
        '<circle cx="{}" cy="{}" r="4" fill="#1f6feb"/>'.format(*place(x, y).split(","))
        for x, y in points
    )
    path = " ".join(place(x, y) for x, y in points)
    frame = f'<rect x="{EDGE}" y="{EDGE}" width="{inner}" height="{inner}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" role="img">\n'
        f'{frame} fill="none" stroke="#999"/>\n'
        f'<polyline points="{place(0, 0)} {place(1, 1)}" stroke="#999" stroke-dasharray="4"/>\n'
        f'<polyline points="{path}" fill="none" stroke="#1f6feb"/>{marks}\n'
        f'<text x="{SIDE / 2}" y="{SIDE - 10}" text-anchor="middle" style="{_STYLE}">'
        f'{across}</text>\n<text x="{EDGE}" y="{EDGE - 12}" style="{_STYLE}">'
        f"{up} (0..1)</text>\n</svg>\n"
    )
