"""Another reader of clocks in films: PP-OCR (extra `ocr`) finds the line once and reads it on."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from verification.films import lines
from verification.films.reading import NO_DAY
from verification.readers.rapidocr import read_line, read_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from verification.readers.opencv_film import Frame


@dataclass
class Peer:
    """What the other reader came to."""

    films: int = 0
    exact: int = 0
    seconds: float = 0.0
    frames: int = 0
    read: list[tuple[float, datetime]] = field(default_factory=list)

    def reads(self, frames: Sequence[Frame]) -> list[tuple[float, datetime]]:
        """Find the clock's line on the first frame that shows one; read it on all frames."""
        start = time.process_time()
        read = _read(frames)
        self.seconds += time.process_time() - start
        self.frames += len(frames)
        self.films += 1
        return read


def _read(frames: Sequence[Frame]) -> list[tuple[float, datetime]]:
    for frame in frames[:: max(1, len(frames) // 3)][:3]:
        colour = _rgb(frame.pixels)
        lines = read_page(colour, size="tiny")
        box = next((one.box for one in lines if said(one.text)), None)
        if box is not None:
            return [
                (one.at, moment) for one in frames if (moment := _of(one.pixels, box)) is not None
            ]
    return []


def _of(pixels: NDArray[np.uint8], box: tuple[float, float, float, float]) -> datetime | None:
    left, top, right, bottom = (round(edge) for edge in box)
    room = max(4, (bottom - top) // 4)
    piece = pixels[max(0, top - room) : bottom + room, max(0, left - 2 * room) : right + 2 * room]
    read = read_line(_rgb(piece), size="tiny")
    return said(read[0]) if read else None


def said(text: str) -> datetime | None:
    """Read a clock's text; None where it is none."""
    told = lines.said(text)
    if told is None or told[0].year > 1:
        return told[0] if told else None
    return datetime.combine(NO_DAY, told[0].time())


def _rgb(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(pixels[:, :, ::-1])
