"""Frames of a film, decoded by OpenCV's FFmpeg from memory: no name, no network, one thread."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

import cv2
import numpy as np

#: Wider, higher or longer than a film that is handed in; what it says of itself is not believed.
_MOST_SIDE, _MOST_FRAMES = 8192, 10_000_000


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a film, and when it is shown, in milliseconds from the start."""

    t_ms: int
    #: Height, width, blue-green-red.
    pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def sample(data: bytes, wanted: int) -> tuple[Frame, ...]:
    """Decode up to `wanted` frames spread evenly; none where nothing can be decoded.

    Runs in the sandbox: a crash of FFmpeg ends the process.
    """
    film = cv2.VideoCapture(io.BytesIO(data), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])  # type: ignore[call-overload] # any buffered stream does
    try:
        if not film.isOpened() or not _plausible(film):
            return ()
        count = film.get(cv2.CAP_PROP_FRAME_COUNT)
        total = int(count) if math.isfinite(count) else 0
        return _spread(film, min(max(total, 1), _MOST_FRAMES), wanted)
    except cv2.error:
        return ()
    finally:
        film.release()


def _plausible(film: cv2.VideoCapture) -> bool:
    sides = (film.get(cv2.CAP_PROP_FRAME_WIDTH), film.get(cv2.CAP_PROP_FRAME_HEIGHT))
    return all(0 < side <= _MOST_SIDE for side in sides)


def _spread(film: cv2.VideoCapture, total: int, wanted: int) -> tuple[Frame, ...]:
    found: dict[int, Frame] = {}
    for number in sorted({int((index + 0.5) * total / wanted) for index in range(wanted)}):
        film.set(cv2.CAP_PROP_POS_FRAMES, number)
        seen, pixels = film.read()
        at = film.get(cv2.CAP_PROP_POS_MSEC)
        if seen and math.isfinite(at):
            found.setdefault(int(at), Frame(int(at), np.asarray(pixels, np.uint8)))
    return tuple(found.values())
