"""From a file of any kind to its words; None where none can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.printed import Cell, Printed, rows_of
from verification.printed.seen import MOST_SCANNED, held_against
from verification.readers.docx_text import read_docx
from verification.readers.opc import PackageError
from verification.readers.pillow import PILLOW_FORMATS
from verification.readers.pymupdf_text import read_text
from verification.readers.workbook import BookError
from verification.readers.workbook_text import read_workbook
from verification.values import ImageBox, PageBox
from verification.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.examination import Context
    from verification.limits import Limits

_PICTURES = frozenset({*PILLOW_FORMATS, "heic", "avif"})
_WORD = frozenset({"docx", "docm", "dotx"})
_WORKBOOK = frozenset({"xlsx", "xlsm", "xltx"})


def read(context: Context, words: Words | None = None, *, use_layer: bool = True) -> Printed | None:
    """Read what is written in the file; None for a format, or a file, without words.

    Pages without text are recognised, as `words` has them. Words that somebody laid under a
    picture may be others than the picture's: they are held against it, or, with `use_layer`
    off, left out of account. Raises LimitExceeded.
    """
    data, kind = context.submission.data, context.file_type.format
    printed = written(context)
    if printed is not None and printed.origin == "text":
        return printed
    words = words or context.words or Words(data, context.limits)
    if printed is not None and use_layer:
        return held_against(printed, words)
    if kind in {"pdf", "ofd"} | _PICTURES:
        return _recognised(words, picture=kind in _PICTURES)
    return None


def written(context: Context) -> Printed | None:
    """Read what the file holds as text; None where there is none. Raises LimitExceeded."""
    return text_of(context.submission.data, context.file_type.format, context.limits)


def text_of(data: bytes, kind: str | None, limits: Limits) -> Printed | None:
    """Read what a file of that format holds as text, as `written` does."""
    printed = None
    if kind == "pdf":
        try:
            printed = read_text(data)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - MuPDF raises a dozen kinds; other checks tell what is wrong
            printed = None
    elif kind in _WORD | _WORKBOOK:
        try:
            read_package = read_docx if kind in _WORD else read_workbook
            printed = read_package(data, limits)
        except (PackageError, BookError):
            printed = None
    return printed if printed is not None and printed.rows else None


def _recognised(words: Words, *, picture: bool) -> Printed | None:
    cells = list(_cells(words, picture=picture))
    return Printed(rows=rows_of(cells), origin="ocr") if cells else None


def _cells(words: Words, *, picture: bool) -> Iterator[Cell]:
    for page in range(1, min(words.count(), MOST_SCANNED) + 1):
        for line in words.drawn(page):
            box = (line.box[0], line.box[1], line.box[2], line.box[3])
            yield Cell(
                text=line.text,
                page=page,
                box=box,
                where=ImageBox(box=box) if picture else PageBox(page=page, box=box),
                size=box[3] - box[1],
            )
