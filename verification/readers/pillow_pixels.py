"""Pictures to pixels with Pillow: an allow-list of formats, and caps by header before decoding."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from PIL import Image, ImageFile, UnidentifiedImageError

from verification.limits import LimitExceeded, Limits
from verification.pages.picture import CannotRender, Picture, Size, Wanted
from verification.readers.picture_blocks import BlockError, read_blocks
from verification.readers.pillow import ExifError, read_orientation

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP")

#: Whose EXIF tells how to turn them, by their first bytes.
_TURNABLE = {b"\xff\xd8": "jpg", b"\x89PNG": "png", b"RIFF": "webp"}

_WHITE = (255, 255, 255, 255)

_MARKER, _START_OF_SCAN, _END_OF_IMAGE = 0xFF, 0xDA, 0xD9
#: JPEG markers that stand alone: no length follows (ITU-T T.81, table B.1).
_BARE = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})


def render(data: bytes, wanted: Wanted) -> Picture:
    """Give a frame as it is stored; an EXIF orientation is left to the viewer, so boxes fit."""
    with open_picture(data, wanted.limits) as image:
        _go_to(image, wanted.page, wanted.limits)
        side = min(wanted.max_side, wanted.limits.render_side_px)
        if wanted.clip is None:
            image.draft("RGB", (side, side))
            area: Image.Image = image
        else:
            left, top, right, bottom = wanted.clip
            box = (max(0, left), max(0, top), min(image.width, right), min(image.height, bottom))
            if box[0] >= box[2] or box[1] >= box[3]:
                raise CannotRender("nothing_to_show")
            area = image.crop(tuple(round(edge) for edge in box))  # type: ignore[arg-type]  # four edges
        if 0 in area.size:
            raise CannotRender("nothing_to_show")
        flat = _flatten(area, side)
    return Picture(width=flat.width, height=flat.height, rgb=flat.tobytes())


def sizes(data: bytes, limits: Limits) -> tuple[Size, ...]:
    """Give the size of each frame in pixels; raises LimitExceeded where there are too many."""
    with open_picture(data, limits) as image:
        found: list[Size] = [(float(image.width), float(image.height))]
        while _has_frame(image, len(found)):
            found.append((float(image.width), float(image.height)))
            if len(found) > limits.image_frames:
                raise LimitExceeded(
                    "image_frames", seen=f"> {limits.image_frames}", allowed=limits.image_frames
                )
        return tuple(found[: limits.pdf_pages])


def orientation(data: bytes) -> int:
    """Give how EXIF says a viewer is to turn the picture, 1 (not at all) to 8.

    A TIFF is turned already when Pillow has decoded it.
    """
    file_format = next((name for mark, name in _TURNABLE.items() if data.startswith(mark)), None)
    if file_format is None:
        return 1
    try:
        blocks = read_blocks(data, file_format).exif
        return read_orientation(blocks[0]) if blocks else 1
    except (BlockError, ExifError):
        return 1


def open_picture(data: bytes, limits: Limits) -> ImageFile.ImageFile:
    """Open a picture of an allowed format, its caps compared; raises CannotRender for others."""
    try:
        with warnings.catch_warnings(action="ignore"):
            image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise LimitExceeded("image_pixels", seen="more", allowed=limits.image_pixels) from error
    except UnidentifiedImageError as error:
        raise CannotRender("format") from error
    _check_size(image, limits)
    if image.format == "JPEG":
        scans = sum(1 for _ in _scans(data))
        if scans > limits.jpeg_scans:
            raise LimitExceeded("jpeg_scans", seen=scans, allowed=limits.jpeg_scans)
    return image


def _check_size(image: Image.Image, limits: Limits) -> None:
    pixels = image.width * image.height
    if pixels > limits.image_pixels:
        raise LimitExceeded("image_pixels", seen=pixels, allowed=limits.image_pixels)


def _scans(data: bytes) -> Iterator[int]:
    """Give the place of every start of scan. Each scan decodes the whole picture once more."""
    at = 2
    while 0 <= at < len(data) - 3:
        if data[at] != _MARKER or data[at + 1] in _BARE or data[at + 1] == _MARKER:
            at = data.find(b"\xff", at + 1)  # inside the coded data of a scan
            continue
        if data[at + 1] == _START_OF_SCAN:
            yield at
        elif data[at + 1] == _END_OF_IMAGE:
            return
        at += 2 + int.from_bytes(data[at + 2 : at + 4])


def _go_to(image: ImageFile.ImageFile, page: int, limits: Limits) -> None:
    most = limits.image_frames
    if page < 1 or not _has_frame(image, min(page - 1, most)):
        raise CannotRender("no_such_page")
    if page > most:
        raise LimitExceeded("image_frames", seen=page, allowed=most)
    _check_size(image, limits)


def _has_frame(image: ImageFile.ImageFile, frame: int) -> bool:
    try:
        image.seek(frame)
    except EOFError:
        return False
    return True


def _flatten(image: Image.Image, side: int) -> Image.Image:
    """Shrink to `side` and put on white what is transparent."""
    if image.mode.startswith("I;16"):
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode == "P" or image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, _WHITE)
        image = Image.alpha_composite(paper, image)
    image = image.convert("RGB")
    image.thumbnail((side, side), Image.Resampling.BOX, reducing_gap=2.0)
    return image


def samples() -> dict[str, bytes]:
    """Give a few pixels in every format, by file name."""
    made = {}
    for name in FORMATS:
        stream = io.BytesIO()
        Image.new("RGB", (8, 8)).save(stream, name)
        made[f"a.{name.lower()}"] = stream.getvalue()
    return made
