"""A moment of a film as a picture: the frame that was looked at, with a box around what it shows.

A film has no pages. Its moments are numbered instead: number n is n - 1 milliseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from verification.films.sampling import sampled
from verification.films.strip import frame_at
from verification.pages.picture import CannotRender, Picture

if TYPE_CHECKING:
    from verification.limits import Limits
    from verification.pages.picture import Box, Size, Wanted
    from verification.readers.opencv_film import Frame, Pixels

#: How files that hold films begin: (where, what, form).
_BEGIN = ((4, b"ftyp", "mp4"), (4, b"moov", "mov"), (0, b"\x1a\x45\xdf\xa3", "mkv"))
#: Brands of pictures, which begin as films do.
_PICTURES = frozenset({b"avif", b"avis", b"heic", b"heix", b"hevc", b"mif1", b"msf1"})
_RED = (40, 40, 230)
#: Seconds by which the frame that is shown may miss.
_NEAR = 0.05


def is_film(data: bytes) -> bool:
    """Say whether the first bytes are those of a film."""
    return _form(data) is not None


def render(data: bytes, wanted: Wanted) -> Picture:
    """Give the whole frame nearest to the moment; `clip` is the box that is drawn into it.

    Raises CannotRender where there is none.
    """
    form, at = _form(data), (wanted.page - 1) / 1000
    nearest = _nearest(data, form, at)
    side = min(wanted.max_side, wanted.limits.render_side_px)
    pixels = _small(nearest.pixels, wanted.clip, side)
    rgb = np.ascontiguousarray(pixels[:, :, ::-1])
    return Picture(width=rgb.shape[1], height=rgb.shape[0], rgb=rgb.tobytes())


def sizes(data: bytes, limits: Limits) -> tuple[Size, ...]:
    """Raise CannotRender: a film is not looked through page by page."""
    del data, limits
    raise CannotRender("format")


def _nearest(data: bytes, form: str | None, at: float) -> Frame:
    """Give one of the frames that the checks look at, or, where none is near, the moment's own."""
    frames = sampled(data, form).frames
    if not frames:
        raise CannotRender("broken")
    nearest = min(frames, key=lambda one: abs(one.at - at))
    if abs(nearest.at - at) > _NEAR:
        nearer = frame_at(data, form, at)
        if nearer is not None and abs(nearer.at - at) < abs(nearest.at - at):
            return nearer
    return nearest


def _small(pixels: Pixels, box: Box | None, side: int) -> Pixels:
    high, wide = pixels.shape[:2]
    scale = min(1.0, side / max(high, wide))
    size = (max(1, int(wide * scale)), max(1, int(high * scale)))
    out = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    if box is not None:
        left, top, right, bottom = (round(min(edge, 1e6) * scale) for edge in box)
        cv2.rectangle(out, (left - 4, top - 4), (right + 4, bottom + 4), _RED, 2)
    return out


def _form(data: bytes) -> str | None:
    if data[:4] == b"RIFF" and data[8:12] == b"AVI ":
        return "avi"
    if data[4:8] == b"ftyp" and data[8:12] in _PICTURES:
        return None
    return next((form for at, mark, form in _BEGIN if data[at : at + len(mark)] == mark), None)
