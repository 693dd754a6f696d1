"""The pictures of a model card, as SVG that we write ourselves: the same bytes each time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WIDTH, HEIGHT = 420, 320
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 44, 48
BINS = 10
#: Slices drawn at most, a line each.
MOST_SLICES = 20
SLICE_HEIGHT, NAME_WIDTH, MOST_NAME = 22, 130, 14
_INK, _QUIET, _BLUE, _RED = "#24292f", "#d0d7de", "#1f6feb", "#cf222e"
_STYLE = "text{font:12px system-ui,'Noto Sans CJK SC',sans-serif;fill:#24292f}"
_PERCENT = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(slots=True, kw_only=True)
class _Sheet:
    """A frame with two axes; what is drawn is in units of these."""

    across: tuple[float, float]
    up: tuple[float, float]
    left: int = LEFT
    height: int = HEIGHT
    drawn: list[str] = field(default_factory=list)

    def x(self, value: float) -> float:
        return _between(value, self.across, (self.left, WIDTH - RIGHT))

    def y(self, value: float) -> float:
        return _between(value, self.up, (self.height - BOTTOM, TOP))

    def line(self, points: Sequence[tuple[float, float]], look: str) -> None:
        path = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in points)
        self.drawn.append(f'<polyline points="{path}" fill="none" {look}/>')

    def dot(self, x: float, y: float, colour: str = _BLUE) -> None:
        self.drawn.append(
            f'<circle cx="{self.x(x):.1f}" cy="{self.y(y):.1f}" r="4" fill="{colour}"/>'
        )

    def box(self, x: tuple[float, float], y: tuple[float, float], colour: str) -> None:
        left, right, low, high = self.x(x[0]), self.x(x[1]), self.y(y[0]), self.y(y[1])
        self.drawn.append(
            f'<rect x="{left:.1f}" y="{high:.1f}" width="{right - left:.1f}" '
            f'height="{low - high:.1f}" fill="{colour}"/>'
        )

    def write(self, x: float, y: float, text: str, anchor: str = "middle") -> None:
        self.drawn.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
        )

    def ticks(self, across: Sequence[float], up: Sequence[float], form: str = "{:.0%}") -> None:
        for value in across:
            self.line([(value, self.up[0]), (value, self.up[1])], f'stroke="{_QUIET}"')
            self.write(self.x(value), self.height - BOTTOM + 16, form.format(value))
        for value in up:
            self.line([(self.across[0], value), (self.across[1], value)], f'stroke="{_QUIET}"')
            self.write(self.left - 6, self.y(value) + 4, form.format(value), "end")

    def named(self, title: str, across: str) -> str:
        self.write(self.left, TOP - 16, title, "start")
        self.write((self.left + WIDTH - RIGHT) / 2, self.height - 10, across)
        return "\n".join(
            [
                (
                    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height}" '
                    f'role="img" aria-label="{escape(title)}"><style>{_STYLE}</style>'
                ),
                f'<rect width="{WIDTH}" height="{self.height}" fill="#fff"/>',
                *self.drawn,
                "</svg>\n",
            ]
        )


def calibration(won: NDArray[np.bool_], chance: NDArray[np.float64]) -> str:
    """Draw observed against expected wins in bins of as many leads each, with two standard errors.

    A bin that lies off the diagonal by more than that is red.
    """
    sheet = _Sheet(across=(0, 1), up=(0, 1))
    sheet.ticks(_PERCENT, _PERCENT)
    sheet.line([(0, 0), (1, 1)], f'stroke="{_INK}" stroke-dasharray="4"')
    order = np.argsort(chance, kind="stable")
    for part in np.array_split(order, min(BINS, order.size)):
        expected, seen = float(chance[part].mean()), float(won[part].mean())
        doubt = 2 * float(np.sum(chance[part] * (1 - chance[part]))) ** 0.5 / part.size
        colour = _RED if abs(seen - expected) > doubt else _BLUE
        ends = [(expected, max(0.0, seen - doubt)), (expected, min(1.0, seen + doubt))]
        sheet.line(ends, f'stroke="{colour}"')
        sheet.dot(expected, seen, colour)
    return sheet.named("实际赢单 · won", "预期 · expected")


def coverage(below: NDArray[np.float64]) -> str:
    """Draw the share of values below each promised quantile."""
    sheet = _Sheet(across=(0, 1), up=(0, 1))
    sheet.ticks(_PERCENT, _PERCENT)
    sheet.line([(0, 0), (1, 1)], f'stroke="{_INK}" stroke-dasharray="4"')
    shares = np.linspace(0.05, 0.95, 19)
    points = [(float(share), float((below <= share).mean())) for share in shares]
    sheet.line(points, f'stroke="{_BLUE}"')
    for x, y in points:
        sheet.dot(x, y)
    return sheet.named("实际覆盖 · covered", "承诺 · promised")


def slices(ratios: Sequence[tuple[str, float, float]]) -> str:
    """Draw observed over expected wins of each slice (name, ratio, two standard errors)."""
    shown = ratios[:MOST_SLICES]
    height = TOP + BOTTOM + SLICE_HEIGHT * len(shown)
    sheet = _Sheet(across=(0.5, 1.5), up=(len(shown), 0), left=NAME_WIDTH, height=height)
    sheet.ticks((0.5, 0.75, 1.0, 1.25, 1.5), (), "{:.2f}")
    for place, (name, ratio, doubt) in enumerate(shown):
        row = place + 0.5
        low, high, at = (min(1.5, max(0.5, one)) for one in (ratio - doubt, ratio + doubt, ratio))
        colour = _RED if abs(ratio - 1) > doubt else _BLUE
        sheet.line([(low, row), (high, row)], f'stroke="{colour}"')
        sheet.dot(at, row, colour)
        short = name if len(name) <= MOST_NAME else name[: MOST_NAME - 1] + "…"
        sheet.write(NAME_WIDTH - 8, sheet.y(row) + 4, short or "–", "end")
    return sheet.named("各细分 · by segment", "实际 / 预期 · observed / expected")


def stability(before: NDArray[np.int64], after: NDArray[np.int64], bands: int) -> str:
    """Draw how many leads of each band come to lie in which when leads are drawn again."""
    counts = np.zeros((bands, bands))
    np.add.at(counts, (before, after), 1)
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    sheet = _Sheet(across=(0, bands), up=(0, bands))
    for own, row in enumerate(shares):
        for other, share in enumerate(row):
            sheet.box((own, own + 1), (other, other + 1), _shade(float(share)))
            if counts[own].any():
                sheet.write(sheet.x(own + 0.5), sheet.y(other + 0.5) + 4, f"{share:.0%}")
        sheet.write(sheet.x(own + 0.5), HEIGHT - BOTTOM + 16, str(own))
        sheet.write(LEFT - 6, sheet.y(own + 0.5) + 4, str(own), "end")
    return sheet.named("重抽样后所在档 · band when drawn again", "难度档 · band")


def _between(value: float, of: tuple[float, float], to: tuple[float, float]) -> float:
    return to[0] + (value - of[0]) / (of[1] - of[0]) * (to[1] - to[0])


def _shade(share: float) -> str:
    """Give white to blue."""
    red, green, blue = (round(255 - (255 - part) * 0.75 * share) for part in (31, 111, 235))
    return f"#{red:02x}{green:02x}{blue:02x}"
