"""Why nothing is known of a page's words."""

from __future__ import annotations

from typing import Literal

#: Why nothing is known of a page's words: the extra `ocr` is not installed, the file has no such
#: page or none that we draw, or nothing stands there that we can read.
Silence = Literal["no_ocr", "not_drawn", "nothing_read"]
