"""Films as a site camera makes them: a machine at work, and the camera's clock in the picture."""

from __future__ import annotations

import struct
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageDraw

from service.demo.documents import photo
from service.demo.documents.brief import Draft

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from numpy.typing import NDArray

    from service.demo.documents.brief import Brief

    Pixels = NDArray[np.uint8]

MP4 = "video/mp4"
WIDTH, HEIGHT = 320, 240
#: Frames a second: few, for the demo makes and judges many films.
RATE = 4
SECONDS = 10
#: Of the clock: how large, how thick, and its colours (blue, green, red).
SCALE, THICK = 0.62, 2
BAR, LIGHT = (12, 12, 12), (248, 248, 248)
#: What is said of time in an MP4 counts seconds from 1904 (ISO/IEC 14496-12).
FROM_1904_TO_1970 = 2_082_844_800
#: The boxes that say when the film, its track and its pictures were made.
DATED = (b"mvhd", b"tkhd", b"mdhd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a film; a film without any is as it was taken."""

    seconds: int = SECONDS
    #: So many seconds were cut out of the middle.
    cut_out: float = 0
    clock_stands: bool = False
    #: The clock in the picture is so many days slow.
    days_slow: int = 0
    #: The file's own times are so much earlier than when it was taken.
    dated_back: timedelta = timedelta()


HONEST = Fault()


def write(brief: Brief, name: str, fault: Fault = HONEST) -> Draft:
    """Film a machine from `brief.made_at` on."""
    return _draft(brief, name, _pictures(brief, fault, brief), fault)


def resaved(brief: Brief, theirs: Brief, name: str) -> Draft:
    """Take a film of `theirs`, burn a clock of one's own in, and date it as one's own."""
    return _draft(brief, name, _pictures(brief, HONEST, theirs), HONEST)


def _draft(brief: Brief, name: str, pictures: Iterator[Pixels], fault: Fault) -> Draft:
    data = _dated(_coded(pictures), brief.made_at - fault.dated_back)
    return Draft(name=f"{brief.customer.name}_{name}.mp4", media_type=MP4, data=data)


def _pictures(brief: Brief, fault: Fault, of: Brief) -> Iterator[Pixels]:
    hall = photo.scene(of, 0).resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    work = _work(of)
    for number in range(fault.seconds * RATE):
        at = number / RATE
        if at >= fault.seconds / 2:
            at += fault.cut_out
        picture = hall.copy()
        _machine(ImageDraw.Draw(picture), at, work)
        shown = brief.made_at - timedelta(days=fault.days_slow)
        shown += timedelta(seconds=0 if fault.clock_stands else at)
        pixels = np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])
        _clock(pixels, shown)
        yield pixels


@dataclass(frozen=True, slots=True)
class _Work:
    """What the machine does on one day: no two customers see the same."""

    #: Where each box lies on the belt at first, how wide it is, and how high.
    boxes: tuple[tuple[int, int, int], ...]
    #: Where the arm reaches, second by second.
    reaches: tuple[int, ...]


def _work(brief: Brief) -> _Work:
    rng = brief.rng("film")
    boxes, left = [], WIDTH
    while left > -40 * SECONDS:
        boxes.append((left, rng.randrange(20, 44), rng.randrange(14, 40)))
        left -= rng.randrange(52, 100)
    return _Work(tuple(boxes), tuple(rng.randrange(-70, 71) for _ in range(SECONDS * 8)))


def _machine(draw: ImageDraw.ImageDraw, at: float, work: _Work) -> None:
    """Boxes on a belt, 22 pixels a second, and an arm that goes to where it is needed."""
    draw.rectangle([0, 176, WIDTH, 184], fill=(70, 72, 78))
    for first, wide, high in work.boxes:
        left = first + round(22 * at)
        draw.rectangle(
            [left, 175 - high, left + wide, 175], fill=(176, 132, 84), outline=(96, 70, 40)
        )
    reach = round(float(np.interp(at, np.arange(len(work.reaches)), work.reaches)))
    draw.line([(160, 90), (160 + reach, 130)], fill=(206, 112, 36), width=7)


def _clock(picture: Pixels, shown: datetime) -> None:
    """Burn it in, low on the left, light on a dark bar."""
    text, face = f"{shown:%Y-%m-%d %H:%M:%S}", cv2.FONT_HERSHEY_SIMPLEX
    (wide, high), _ = cv2.getTextSize(text, face, SCALE, THICK)
    left, bottom = 12, HEIGHT - 14
    cv2.rectangle(picture, (left - 6, bottom - high - 6), (left + wide + 6, bottom + 6), BAR, -1)
    cv2.putText(picture, text, (left, bottom), face, SCALE, LIGHT, THICK, cv2.LINE_AA)


def _coded(pictures: Iterator[Pixels]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        code = cv2.VideoWriter.fourcc(*"mp4v")
        out = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, code, RATE, (WIDTH, HEIGHT))
        for picture in pictures:
            out.write(picture)
        out.release()
        return path.read_bytes()


def _dated(film: bytes, when: datetime) -> bytes:
    """Write when it was taken, which the coder leaves out."""
    dated = bytearray(film)
    seconds = int(when.timestamp()) + FROM_1904_TO_1970
    start = film.index(b"moov")
    for name in DATED:
        place = film.index(name, start) + 8
        struct.pack_into(">II", dated, place, seconds, seconds)
    return bytes(dated)
