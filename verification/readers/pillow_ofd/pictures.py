"""Pictures inside an OFD, opened under the same caps as pictures that come by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.limits import LimitExceeded
from verification.pages.picture import CannotRender
from verification.readers.pillow_pixels import open_picture

if TYPE_CHECKING:
    from PIL import Image

    from verification.limits import Limits


def rgba_picture(data: bytes, limits: Limits) -> Image.Image | None:
    """Give a picture as RGBA; None where it is of no kind that we draw, too large or broken."""
    try:
        with open_picture(data, limits) as image:
            return image.convert("RGBA")
    except (CannotRender, LimitExceeded, OSError, ValueError, SyntaxError):
        return None
