"""Frames of films, decoded by the FFmpeg inside OpenCV, from memory and in one thread.

No name is opened, so no protocol is reached (docs/decisions/0015-films.md).
"""

from __future__ import annotations

import io
import math
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

#: No film of a phone or a screen has more pixels; beyond that one frame fills the memory.
MOST_PIXELS = 40_000_000

#: What is wrong with a film is told as a finding, not on stderr.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Frame:
    """One picture of a film as a viewer sees it, upright: blue, green, red."""

    #: Seconds since the film's first picture, by its container.
    at: float
    pixels: Pixels = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmHeader:
    """What the decoder says of the film before it decodes."""

    width: int
    height: int
    #: Pictures a second, and how many there are; 0: not said.
    rate: float
    count: int


def header(data: bytes) -> FilmHeader | None:
    """Read what the container says; None where there is no film in it that we decode."""
    with _opened(data) as film:
        return None if film is None else _header(film)


def frames(
    data: bytes, wanted: Callable[[int, float], bool], most: int, start: int = 0
) -> Iterator[Frame]:
    """Decode at most `most` frames from number `start` on; give those that are wanted.

    `wanted` is asked for each with its number and time. A frame that is broken ends it.
    """
    with _opened(data) as film:
        if film is None or _header(film) is None:
            return
        if start and not film.set(cv2.CAP_PROP_POS_FRAMES, start):
            return
        for number in range(start, start + most):
            if not film.grab():
                return
            at = film.get(cv2.CAP_PROP_POS_MSEC) / 1000
            if not math.isfinite(at) or not wanted(number, at):
                continue
            there, pixels = film.retrieve()
            if not there or pixels.ndim != 3:  # noqa: PLR2004 - colour
                return
            yield Frame(at=at, pixels=np.asarray(pixels, np.uint8))


def _header(film: cv2.VideoCapture) -> FilmHeader | None:
    width, height = (
        int(film.get(one)) for one in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
    )
    if width < 1 or height < 1 or width * height > MOST_PIXELS:
        return None
    rate, count = film.get(cv2.CAP_PROP_FPS), film.get(cv2.CAP_PROP_FRAME_COUNT)
    return FilmHeader(
        width=width,
        height=height,
        rate=rate if 0 < rate < 1e4 else 0.0,  # noqa: PLR2004 - no film is faster
        count=int(count) if 0 < count < 1e9 else 0,  # noqa: PLR2004 - a year of film
    )


@contextmanager
def _opened(data: bytes) -> Iterator[cv2.VideoCapture | None]:
    # It must outlive the film. OpenCV's own stubs do not count it among their readers.
    stream: Any = io.BytesIO(data)
    cv2.setNumThreads(1)  # a confined child may start no thread
    try:
        film = cv2.VideoCapture(stream, cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    except cv2.error:
        yield None
        return
    try:
        yield film if film.isOpened() else None
    finally:
        film.release()
        stream.close()
