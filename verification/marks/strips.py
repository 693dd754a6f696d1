"""The name in a seal's ring, read by whoever reads text from pixels here, if anybody does."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Its home; it stands only where the extra `ocr` is built in.
_READER = "verification.readers.rapidocr"
#: Of its models, the one for regions that decide something.
_SIZE = "small"


@cache
def _reader() -> Any:
    try:
        return import_module(_READER)
    except ImportError:
        return None


def can_read() -> bool:
    """Say whether text can be read from pixels here."""
    reader = _reader()
    return reader is not None and bool(reader.available())


def read_strip(strip: NDArray[np.uint8]) -> tuple[str, float] | None:
    """Read one line, dark on white; None where nothing is read or nobody can."""
    if not can_read():
        return None
    reader = _reader()
    try:
        read: tuple[str, float] | None = reader.read_line(np.dstack([strip] * 3), size=_SIZE)
    except (reader.CannotRead, OSError):  # a confined child opens no model that was not warmed
        return None
    return read
