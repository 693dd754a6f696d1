"""The one font that pages are drawn in: MuPDF's own, in memory, so that no file is opened."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import ImageFont

from verification.readers.pymupdf_pages import cjk_font

#: Text that is smaller or larger is not drawn: in pixels.
LEAST, MOST = 2, 1_500


@lru_cache(maxsize=64)
def font_of(size: int) -> ImageFont.FreeTypeFont:
    """Give the font so many pixels high."""
    return ImageFont.truetype(
        io.BytesIO(cjk_font()), max(LEAST, min(size, MOST)), layout_engine=ImageFont.Layout.BASIC
    )
