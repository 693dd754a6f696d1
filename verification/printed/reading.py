"""From a file of any kind to its words; None where none can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.readers.docx_text import read_docx
from verification.readers.opc import PackageError
from verification.readers.pymupdf_text import read_text

if TYPE_CHECKING:
    from verification.examination import Context
    from verification.printed import Printed

_WORD = frozenset({"docx", "docm", "dotx"})


def read(context: Context) -> Printed | None:
    """Read what is written in the file; None for a format, or a file, without words.

    Raises LimitExceeded.
    """
    data, kind = context.submission.data, context.file_type.format
    printed = None
    if kind == "pdf":
        try:
            printed = read_text(data)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - MuPDF raises a dozen kinds; other checks tell what is wrong
            printed = None
    elif kind in _WORD:
        try:
            printed = read_docx(data, context.limits)
        except PackageError:
            printed = None
    return printed if printed is not None and printed.rows else None
