"""Drawings of things, by hand or along a ruler: parts with arrows, plans, sections, graphs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from training.marks import signing, words
from training.marks.pages import WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from training.marks.pages import Scribe

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pencil:
    """What a sketch is drawn with; `shake` is 0 along a ruler."""

    scribe: Scribe
    thick: int
    shake: float
    dark: float

    def along(self, dots: ArrayLike) -> None:
        """Draw through the dots, with the tremor of the hand."""
        knots = np.asarray(dots, np.float64)
        rng = self.scribe.rng
        if self.shake:
            way = np.concatenate([[0.0], np.hypot(*np.diff(knots, axis=0).T).cumsum()])
            at = np.linspace(0, way[-1], max(2, int(way[-1] / 14)))
            knots = np.stack([np.interp(at, way, knots[:, i]) for i in (0, 1)], axis=1)
            knots = knots + rng.normal(0, self.shake, knots.shape) + rng.normal(0, self.shake, 2)
        line = [knots.astype(np.int32)]
        cv2.polylines(self.scribe.page.sheet, line, False, self.dark, self.thick)  # noqa: FBT003 - OpenCV's own order

    def box(self, low: Floats, high: Floats) -> None:
        """Draw a rectangle, side after side."""
        right, left = np.array([high[0], low[1]]), np.array([low[0], high[1]])
        for one, other in pairwise((low, right, high, left, low)):
            self.along([one, other])

    def ring(self, middle: Floats, reach: Floats) -> None:
        """Draw an ellipse; a hand does not quite close it."""
        turn = np.linspace(0, 2 * np.pi + 0.15 * self.shake, 40)
        self.along(middle + np.stack([np.cos(turn), np.sin(turn)], axis=1) * reach)

    def arrow(self, one: Floats, other: Floats) -> None:
        """Draw a line with a head."""
        self.along([one, other])
        way = (other - one) / max(1.0, float(np.hypot(*(other - one))))
        across = np.array([-way[1], way[0]])
        long = self.scribe.rng.uniform(8, 22)
        for side in (-0.45, 0.45):
            self.along([other, other - long * (way + side * across)])

    def label(self, at: Floats, text: str = "") -> None:
        """Write a word or a measure beside what is drawn, by hand or in print."""
        rng, scribe = self.scribe.rng, self.scribe
        measure = f"{int(rng.integers(1, 400))}{scribe.one_of(('', ' mm', '%', chr(34)))}"
        said = text or scribe.one_of((scribe.one_of(words.ENGLISH), measure))
        x, y = (int(value) for value in at)
        if self.shake and rng.random() < 0.85:
            signing.jot(scribe, said, (x, y), int(rng.integers(16, 40)))
        elif 0 <= y < scribe.tall:
            scribe.write(said, max(0, x), y, size=int(rng.integers(13, 24)))


def sketch(scribe: Scribe) -> None:
    """Draw one sketch where it lies on no signature; where that is not found, none."""
    rng = scribe.rng
    size = np.array([rng.uniform(180, 900), rng.uniform(140, 620)])
    room = np.maximum([WIDTH - size[0] - 30, scribe.tall - size[1] - 30], 10)
    for _ in range(6):
        low = rng.uniform(10, room)
        high = low + size
        if not any(
            low[0] < b[2] and b[0] < high[0] and low[1] < b[3] and b[1] < high[1]
            for b in scribe.page.signatures
        ):
            draw(scribe, low, high)
            return


def draw(scribe: Scribe, low: Floats, high: Floats) -> None:
    """Draw a sketch of some kind between two corners."""
    rng = scribe.rng
    pencil = Pencil(
        scribe=scribe,
        thick=int(rng.integers(1, 5)),
        shake=float(rng.choice([0.0, rng.uniform(0.3, 1), rng.uniform(0.8, 2.2)])),
        dark=float(rng.uniform(0.5, 1)),
    )
    KINDS[int(rng.integers(len(KINDS)))](pencil, low, high)


def _parts(pencil: Pencil, low: Floats, high: Floats) -> None:
    """Draw boxes and rings with words in them, and arrows from one to the next."""
    rng = pencil.scribe.rng
    places = [rng.uniform(low, high) for _ in range(int(rng.integers(2, 8)))]
    for place in places:
        reach = np.array([rng.uniform(20, 90), rng.uniform(14, 50)])
        if rng.random() < 0.6:
            pencil.box(place - reach, place + reach)
        else:
            pencil.ring(place, reach)
        if rng.random() < 0.7:
            pencil.label(place - [reach[0] * 0.7, 0])
    for one, other in pairwise(places):
        pencil.arrow(one, other)


def _plan(pencil: Pencil, low: Floats, high: Floats) -> None:
    """Draw outlines within each other, with lines of measure beside them."""
    rng = pencil.scribe.rng
    inner_low, inner_high = low + 40, high - 40
    for _ in range(int(rng.integers(1, 4))):
        pencil.box(inner_low, inner_high)
        if rng.random() < 0.5:
            middle = (inner_low + inner_high) / 2
            pencil.ring(middle, (inner_high - inner_low) * rng.uniform(0.1, 0.5))
        shrink = rng.uniform(0.05, 0.3) * (inner_high - inner_low)
        inner_low, inner_high = inner_low + shrink, inner_high - shrink * rng.uniform(0.2, 1)
    for start, stop in (
        ([low[0] + 40, low[1] + 12], [high[0] - 40, low[1] + 12]),
        ([low[0] + 12, low[1] + 40], [low[0] + 12, high[1] - 40]),
    ):
        one, other = np.array(start), np.array(stop)
        pencil.arrow((one + other) / 2, other)
        pencil.arrow((one + other) / 2, one)
        pencil.label((one + other) / 2 + 6)


def _graph(pencil: Pencil, low: Floats, high: Floats) -> None:
    """Draw axes, marks along them and some curves."""
    rng = pencil.scribe.rng
    foot = np.array([low[0], high[1]])
    pencil.arrow(foot, high)
    pencil.arrow(foot, low)
    for share in np.linspace(0.1, 0.9, int(rng.integers(3, 12))):
        x = low[0] + share * (high[0] - low[0])
        pencil.along([[x, high[1] - 6], [x, high[1] + 6]])
    for _ in range(int(rng.integers(1, 4))):
        share = np.linspace(0, 1, int(rng.integers(5, 30)))
        rough = np.cumsum(rng.normal(0, 1, share.size))
        y = (rough - rough.min()) / max(1e-6, float(np.ptp(rough)))
        pencil.along(foot + np.stack([share, -0.1 - 0.8 * y], axis=1) * (high - low))
    pencil.label(high + np.array([-60.0, 26.0]))
    pencil.label(low + np.array([10.0, 4.0]))


def _section(pencil: Pencil, low: Floats, high: Floats) -> None:
    """Draw an outline that bends, and hatch it."""
    rng = pencil.scribe.rng
    turn = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(4, 10))))
    reach = rng.uniform(0.4, 1, turn.size)[:, None] * (high - low) / 2
    outline = (low + high) / 2 + np.stack([np.cos(turn), np.sin(turn)], axis=1) * reach
    pencil.along([*outline, outline[0]])
    cover = np.zeros(pencil.scribe.page.sheet.shape, np.uint8)
    cv2.fillPoly(cover, [outline.astype(np.int32)], 1)
    x, step = low[0] - (high[1] - low[1]), rng.uniform(9, 40)
    while x < high[0]:
        _hatch(pencil, cover, np.array([x, high[1]]), np.array([x + high[1] - low[1], low[1]]))
        x += step
    if rng.random() < 0.7:
        place = rng.uniform(low, high)
        pencil.arrow(place, (low + high) / 2)
        pencil.label(place)


def _hatch(pencil: Pencil, cover: NDArray[np.uint8], one: Floats, other: Floats) -> None:
    """Draw what of a line lies inside the outline."""
    dots = np.linspace(one, other, 60).astype(int)
    limit = np.array(cover.shape)[::-1] - 1
    dots = dots[((dots >= 0) & (dots <= limit)).all(axis=1)]
    inside = dots[cover[dots[:, 1], dots[:, 0]] > 0]
    if len(inside) > 1:
        pencil.along([inside[0], inside[-1]])


def _wires(pencil: Pencil, low: Floats, high: Floats) -> None:
    """Draw wires at right angles, with zigzags and rings in them."""
    rng = pencil.scribe.rng
    for _ in range(int(rng.integers(2, 7))):
        here = rng.uniform(low, high)
        for turn in range(int(rng.integers(2, 6))):
            there = here.copy()
            axis = turn % 2
            there[axis] = rng.uniform(low[axis], high[axis])
            pencil.along(_zigzag(here, there) if rng.random() < 0.3 else [here, there])
            here = there
        if rng.random() < 0.5:
            pencil.ring(here, np.array([12.0, 12.0]))
        if rng.random() < 0.5:
            pencil.label(here + 8)


def _zigzag(one: Floats, other: Floats) -> Sequence[Floats]:
    way = other - one
    across = np.array([-way[1], way[0]]) / max(1.0, float(np.hypot(*way))) * 9
    middle = [one + way * (0.4 + 0.03 * i) + across * (-1) ** i for i in range(7)]
    return [one, one + way * 0.38, *middle, one + way * 0.62, other]


def _views(pencil: Pencil, low: Floats, high: Floats) -> None:
    """Draw round parts as seen from above: rings about one middle, spokes, a measure across."""
    rng = pencil.scribe.rng
    for _ in range(int(rng.integers(1, 6))):
        middle, reach = rng.uniform(low, high), rng.uniform(16, 110)
        for share in (1.0, *rng.uniform(0.15, 0.9, int(rng.integers(0, 3)))):
            pencil.ring(middle, np.array([reach, reach]) * share)
        first, spokes = rng.uniform(0, np.pi), int(rng.choice([0, 2, 3, 4, 6]))
        for turn in first + 2 * np.pi * np.arange(spokes) / max(spokes, 1):
            way = np.array([np.cos(turn), np.sin(turn)]) * reach
            pencil.along([middle + way * rng.uniform(0, 0.4), middle + way])
        if rng.random() < 0.6:
            side = middle + np.array([reach + 12, 0.0])
            pencil.arrow(side, side - np.array([0.0, reach]))
            pencil.arrow(side, side + np.array([0.0, reach]))
            pencil.label(side + np.array([4.0, 0.0]))


KINDS = (_parts, _plan, _graph, _section, _wires, _views)
