"""What frames have in common: black, standing still, shown twice; seen on small grey copies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from verification.readers.opencv_film import Frame

    Small = NDArray[np.float32]
    Box = tuple[float, float, float, float]

_WIDE, _HIGH = 160, 90
#: Mean and spread of grey below which a frame is black.
_BLACK, _EVEN = 20.0, 8.0
#: The largest difference, of 255, and the mean one between frames of a picture that stands still:
#: what coding leaves. A camera that moves makes it 60 and more.
_STILL, _STILL_MEAN = 8.0, 1.0
#: Mean difference of one picture coded twice, and of neighbours that differ.
_TWICE, _MOVED = 2.2, 5.0
#: Lags that differ by less are one, in seconds.
_LAG = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From one frame to another, in seconds."""

    start: float
    end: float


def black(frames: Sequence[Frame]) -> bool:
    """Say whether nearly all frames are black."""
    dark = [_is_black(one) for one in frames]
    return sum(dark) >= 0.9 * len(dark)


def still(frames: Sequence[Frame], clock: Box | None, least: float) -> Span | None:
    """Find the longest stretch of at least `least` seconds in which nothing moves but the clock."""
    smalls = _smalls(frames, clock)
    best: Span | None = None
    start = 0
    for number in range(1, len(frames)):
        apart = np.abs(smalls[number] - smalls[start])
        if float(apart.max()) > _STILL or float(apart.mean()) > _STILL_MEAN:
            start = number
            continue
        span = Span(start=frames[start].at, end=frames[number].at)
        if span.end - span.start >= least and (
            best is None or span.end - span.start > best.end - best.start
        ):
            best = span
    return best


def repeated(frames: Sequence[Frame], clock: Box | None) -> tuple[Span, Span] | None:
    """Find a stretch that is shown again: at least three frames that come back at one lag."""
    smalls = _smalls(frames, clock)
    moves = [
        number
        for number in range(len(frames) - 1)
        if float(np.abs(smalls[number] - smalls[number + 1]).mean()) > _MOVED
    ]
    found = [
        (frames[one].at, frames[other].at)
        for one in moves
        for other in range(one + 2, len(frames))
        if float(np.abs(smalls[one] - smalls[other]).mean()) < _TWICE
    ]
    for at, again in found:
        same = [pair for pair in found if abs(pair[1] - pair[0] - (again - at)) <= _LAG]
        if len({pair[0] for pair in same}) >= 3:  # noqa: PLR2004 - a camera comes back once by chance
            firsts, seconds = [pair[0] for pair in same], [pair[1] for pair in same]
            return (
                Span(start=min(firsts), end=max(firsts)),
                Span(start=min(seconds), end=max(seconds)),
            )
    return None


def _is_black(frame: Frame) -> bool:
    small = _small(frame)
    return float(np.median(small)) < _BLACK and float(np.percentile(small, 90)) < _BLACK + _EVEN


def _small(frame: Frame) -> Small:
    grey = cv2.cvtColor(frame.pixels, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(grey, (_WIDE, _HIGH), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def _smalls(frames: Sequence[Frame], clock: Box | None) -> list[Small]:
    smalls = [_small(one) for one in frames]
    if clock is not None and frames:
        high, wide = frames[0].pixels.shape[:2]
        room = (clock[3] - clock[1]) * 0.6
        left, right = ((clock[0] - 2 * room) / wide, (clock[2] + 2 * room) / wide)
        top, bottom = ((clock[1] - room) / high, (clock[3] + room) / high)
        for small in smalls:
            small[
                max(0, int(top * _HIGH)) : int(bottom * _HIGH) + 2,
                max(0, int(left * _WIDE)) : int(right * _WIDE) + 2,
            ] = 0
    return smalls
