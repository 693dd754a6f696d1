"""Seals drawn where StampAnnot puts them, from the picture inside the sealed data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import ImageChops

from verification.readers.gm.der import DerError
from verification.readers.ofd.integrity import VALUE_BYTES
from verification.readers.ofd.listing import entries, read_file
from verification.readers.ofd.package import PartError
from verification.readers.ofd.ses import is_message, read_sealed
from verification.readers.pillow_ofd.pictures import rgba_picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    from verification.limits import Limits
    from verification.readers.ofd.document import Page
    from verification.readers.ofd.listing import StampAnnot
    from verification.readers.pillow_ofd.painter import Painter
    from verification.readers.pillow_ofd.style import Resources

    #: From an OFD to its first page, so many pixels wide or high.
    DrawOfd = Callable[[bytes, Limits, int], Image.Image | None]

MOST_SEALS = 50
#: A seal that is an OFD itself is drawn so large, in pixels.
_SEAL_SIDE = 600


def draw_seals(
    resources: Resources, page: Page, painter: Painter, *, limits: Limits, draw_ofd: DrawOfd
) -> None:
    """Draw the seals of one page; what cannot be read is not drawn."""
    package = resources.package
    listed, _ = entries(package, [resources.document])
    for entry in listed[:MOST_SEALS]:
        try:
            file = read_file(package, entry)
            stamps = [stamp for stamp in file.stamps if stamp.page == page.id]
            raw = package.read(file.value, VALUE_BYTES) if stamps else b""
            if not stamps or is_message(raw):
                continue
            seal = read_sealed(raw).seal
        except (PartError, DerError):
            continue
        if seal.picture.type == "ofd":
            image = draw_ofd(seal.picture.data, limits, _SEAL_SIDE)
        else:
            image = _scanned(seal.picture.data, limits)
        if image is not None:
            for stamp in stamps:
                _stamp(painter, image, stamp)


def _scanned(data: bytes, limits: Limits) -> Image.Image | None:
    image = rgba_picture(data, limits)
    return None if image is None else _without_paper(image)


def _without_paper(image: Image.Image) -> Image.Image:
    """Make white clear where a seal was scanned on paper: nothing may hide under it."""
    if image.getchannel("A").getextrema() != (255, 255):
        return image
    red, green, blue, _ = image.split()
    lightest = ImageChops.darker(ImageChops.darker(red, green), blue)
    image.putalpha(ImageChops.invert(lightest))
    return image


def _stamp(painter: Painter, image: Image.Image, stamp: StampAnnot) -> None:
    """Draw a seal in its box, or the part of it that `Clip` leaves (seals across page edges)."""
    if stamp.box is None or not (stamp.box[2] > 0 and stamp.box[3] > 0):
        return
    left, top, width, height = stamp.box
    if stamp.clip is not None and stamp.clip[2] > 0 and stamp.clip[3] > 0:
        x, y, wide, high = stamp.clip
        across, down = image.width / width, image.height / height
        box = (x * across, y * down, (x + wide) * across, (y + high) * down)
        image = image.crop(tuple(round(edge) for edge in box))  # type: ignore[arg-type]  # four edges
        left, top, width, height = left + x, top + y, wide, high
    if image.width and image.height:
        painter.picture(image, (width, 0, 0, height, left, top))
