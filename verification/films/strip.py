"""A film at an even pace: five small pictures a second, and some large ones, spread over it.

Films are known again by how they move, so more pictures are needed than the checks look at. They
are decoded one after the other and made small at once. Beyond the budget of a long film runs of
neighbours, spread over it, and single key frames stand for all of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

from verification.films.forms import (
    A_SECOND,
    HIGH,
    LONGEST,
    MOST_STEPS,
    MOST_VIEWS,
    VIEW_SIDE,
    WIDE,
)
from verification.readers import opencv_film
from verification.readers.film_tables import FilmTrack, film_of, film_track
from verification.readers.isobmff import BoxError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from verification.readers.opencv_film import Frame

    Grey = NDArray[np.uint8]

#: Pixels that may be decoded: 385 frames of 1080p, or 3,470 of 640 × 360.
_DECODED = 800_000_000
_MOST_FRAMES = 7_200
#: Seconds of a run, and the share of the budget that goes into single key frames.
_RUN_SECONDS, _ALONE = 1.3, 0.15
#: Seconds around a moment in which its picture is sought; samples by which it may be put off.
_AROUND, _REORDERED = 0.25, 8
_BOXES = frozenset({"mp4", "mov", "3gp", "m4v"})


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Strip:
    """What was seen of a film, in the order of time; empty where nothing can be decoded."""

    #: Pixels, as the film is shown.
    width: int = 0
    height: int = 0
    #: Milliseconds since its first picture, rising, and the small picture of each.
    times: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    smalls: Grey = field(default_factory=lambda: np.zeros((0, HIGH, WIDE), np.uint8), repr=False)
    #: Milliseconds, and a grey picture.
    views: tuple[tuple[int, Grey], ...] = field(default=(), repr=False)


def strip(data: bytes, form: str | None) -> Strip:
    """Look through a film. Raises nothing for a broken one."""
    film, most = data, None
    if form in _BOXES:
        try:
            track = film_track(data)
        except BoxError:
            return Strip()
        if track is None:
            return Strip()
        if len(track.sizes):
            chosen = _of_track(data, track)
            if not chosen:
                return Strip()
            film, most = film_of(data, track, chosen), len(chosen)
    head = opencv_film.header(film)
    if head is None:
        return Strip()
    most = min(_budget(head.width * head.height), most or _MOST_FRAMES)
    return _gathered(opencv_film.frames(film, _Beat(), most))


def frame_at(data: bytes, form: str | None, at: float) -> Frame | None:
    """Give the picture nearest to a time in seconds; None where it lies beyond the budget."""
    film, most = data, _MOST_FRAMES
    if form in _BOXES:
        try:
            track = film_track(data)
        except BoxError:
            return None
        if track is not None and len(track.sizes):
            chosen = _up_to(data, track, at)
            if not chosen:
                return None
            film, most = film_of(data, track, chosen), len(chosen)
    head = opencv_film.header(film)
    if head is None:
        return None
    most = min(most, _budget(head.width * head.height))
    nearest: Frame | None = None
    for one in opencv_film.frames(film, lambda _, now: now >= at - _AROUND, most):
        if nearest is not None and abs(one.at - at) >= abs(nearest.at - at):
            break
        nearest = one
    return nearest


def _up_to(data: bytes, track: FilmTrack, at: float) -> list[int]:
    """Give the samples from the last key frame before a time to a few after it."""
    whole = _whole(data, track)
    if not whole:
        return []
    shown = (track.shown[whole] - track.shown[whole].min()) / track.timescale
    nearest = whole[int(np.argmin(np.abs(shown - at)))]
    first = max((int(one) for one in track.keys if one <= nearest), default=whole[0])
    # With the first picture, for times are told from that on.
    return [one for one in whole if one == whole[0] or first <= one <= nearest + _REORDERED]


class _Beat:
    """Wants the first picture of each fifth of a second."""

    def __init__(self) -> None:
        self._last = -1

    def __call__(self, number: int, at: float) -> bool:
        del number
        beat = int(at * A_SECOND + 1e-3)
        if beat == self._last:
            return False
        self._last = beat
        return True


def _budget(pixels: int) -> int:
    return max(8, min(_MOST_FRAMES, _DECODED // max(1, pixels)))


def _whole(data: bytes, track: FilmTrack) -> list[int]:
    """Give the samples that lie in the file, up to the first that does not."""
    inside = (track.offsets + track.sizes <= len(data)).cumprod().sum()
    first = int(track.keys[0]) if len(track.keys) else 0
    return list(range(first, int(inside)))


def _of_track(data: bytes, track: FilmTrack) -> list[int]:
    """Give the samples to decode: all, or runs of neighbours and single key frames."""
    whole = _whole(data, track)
    if not whole:
        return []
    last = int(track.decoded[whole[0]]) + LONGEST * track.timescale
    whole = [one for one in whole if track.decoded[one] < last]
    head = opencv_film.header(film_of(data, track, whole[:1]))
    budget = _budget(head.width * head.height) if head else 0
    if len(whole) <= budget:
        return whole
    end = whole[-1] + 1
    starts = [int(one) for one in track.keys if one < end]
    ends = [*starts[1:], end]
    rate = len(whole) / max(track.seconds, 0.1)
    length = max(2, round(rate * _RUN_SECONDS))
    runs = max(1, int(budget * (1 - _ALONE)) // length)
    chosen: set[int] = set()
    for one in _spread(len(starts), runs):
        chosen.update(range(starts[one], min(ends[one], starts[one] + length)))
    alone = _spread(len(starts), max(1, budget - len(chosen)))
    return sorted(chosen | {starts[one] for one in alone})[:budget]


def _spread(count: int, few: int) -> list[int]:
    if count <= few:
        return list(range(count))
    return [int(one) for one in np.linspace(0, count - 1, few).round()]


def _gathered(frames: Iterable[Frame]) -> Strip:
    times: list[int] = []
    smalls: list[Grey] = []
    views: list[tuple[int, Grey]] = []
    apart = 1
    size: tuple[int, int] | None = None
    for one in frames:
        grey = np.asarray(cv2.cvtColor(one.pixels, cv2.COLOR_BGR2GRAY), np.uint8)
        at = round(one.at * 1000)
        size = size or (grey.shape[0], grey.shape[1])
        if grey.shape != size or (times and at <= times[-1]):
            continue
        if at > LONGEST * 1000:
            break
        if len(times) % apart == 0:
            views.append((at, _shrunk(grey)))
        times.append(at)
        smalls.append(np.asarray(cv2.resize(grey, (WIDE, HIGH), interpolation=cv2.INTER_AREA)))
        if len(views) > 2 * MOST_VIEWS:
            views, apart = views[::2], 2 * apart
        if len(times) == MOST_STEPS:
            break
    if size is None:
        return Strip()
    kept = [views[one] for one in _spread(len(views), MOST_VIEWS)]
    return Strip(
        width=size[1],
        height=size[0],
        times=np.array(times, np.int64),
        smalls=np.stack(smalls),
        views=tuple(kept),
    )


def _shrunk(grey: Grey) -> Grey:
    scale = VIEW_SIDE / max(grey.shape)
    if scale >= 1:
        return grey
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
