"""Letters of a PDF page that nobody sees: they are text to a program and none to a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pymupdf

from verification.readers.pymupdf_hints import (
    COVERED,
    ZOOM,
    covers_of,
    is_flat,
    pieces_of,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

#: A letter by its code and where it stands, in tenths of a point.
Key = tuple[int, int, int]

#: Text render mode 3 (ISO 32000-1, table 106): neither filled nor stroked, as OCR lays it
#: under a scan.
INVISIBLE = 3
#: Letters that are smaller, in points, or let more through, are seen by nobody.
_LEAST_SIZE, _LEAST_OPACITY = 2.0, 0.1
#: More pieces of text than a page holds, and more areas than are laid over one another.
_MOST_PIECES, _MOST_COVERS = 30_000, 300
#: In square points; no letter is smaller.
_SPECK = 1e-6
#: A picture of this share of its page is a scan.
_SCAN = 0.5


def key_of(letter: str, origin: Iterable[float]) -> Key:
    """Name a letter so that two ways of reading one page agree on it."""
    x, y = origin
    return ord(letter[:1] or " "), round(x * 10), round(y * 10)


def unseen(page: pymupdf.Page, *, scanned: bool) -> frozenset[Key]:
    """Name the letters of which nothing is seen.

    Of a `scanned` document what OCR laid under a picture of the page counts as seen.
    """
    runs = page.get_texttrace()
    if not runs:
        return frozenset()
    scanned = scanned and _is_scan(page)
    hidden, told = set[Key](), list[dict[str, Any]]()
    for run in runs:
        if _is_hidden(run, scanned=scanned):
            hidden.update(_keys(run))
        elif run["type"] != INVISIBLE:
            told += pieces_of(run)
    for piece in told[_MOST_PIECES:]:
        hidden.update(_keys(piece))
    seen = set[Key]()
    for piece, shows in _drawn(page, told[:_MOST_PIECES]):
        (seen if shows else hidden).update(_keys(piece))
    # What is written twice in one place is seen where either is.
    return frozenset(hidden - seen)


def _drawn(
    page: pymupdf.Page, pieces: list[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any], bool]]:
    """Say of each piece whether something of it is seen on the page as it is drawn."""
    covers = _rows(
        (at, (box.x0, box.y0, box.x1, box.y1)) for at, box in covers_of(page)[:_MOST_COVERS]
    )
    written = _rows((piece["seqno"], piece["bbox"]) for piece in pieces)
    pixels = page.get_pixmap(
        matrix=pymupdf.Matrix(ZOOM, ZOOM), colorspace=pymupdf.csGRAY, alpha=False
    )
    for piece, row in zip(pieces, written, strict=True):
        box = pymupdf.Rect(piece["bbox"])
        if not text_of(piece) or not page.rect.contains(box):
            yield piece, True
        elif is_flat(pixels, box):
            yield piece, False
        else:
            yield piece, not _is_replaced(row, covers, written)


def _rows(items: Iterable[tuple[int, Iterable[float]]]) -> NDArray[np.float64]:
    """Give places in the order of drawing with their boxes, one a row."""
    return np.array([(at, *box) for at, box in items], np.float64).reshape(-1, 5)


def _is_replaced(
    row: NDArray[np.float64], covers: NDArray[np.float64], written: NDArray[np.float64]
) -> bool:
    """Say whether something opaque was laid over the words, and others were written on that."""
    over = covers[(covers[:, 0] > row[0]) & (_shares(row, covers) >= COVERED), 0]
    if not over.size:
        return False
    later = (written[:, 0] > over.min()) & (_shares(row, written) > 1 - COVERED)
    return bool(later.any())


def _shares(row: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give how much of one box lies under each other one, 0 to 1."""
    _, x0, y0, x1, y1 = row
    width = np.minimum(x1, others[:, 3]) - np.maximum(x0, others[:, 1])
    height = np.minimum(y1, others[:, 4]) - np.maximum(y0, others[:, 2])
    area = max((x1 - x0) * (y1 - y0), _SPECK)
    shares: NDArray[np.float64] = width.clip(0) * height.clip(0) / area
    return shares


def _is_hidden(run: dict[str, Any], *, scanned: bool) -> bool:
    if run["type"] == INVISIBLE:
        return not scanned
    return bool(run["opacity"] <= _LEAST_OPACITY or run["size"] < _LEAST_SIZE)


def _keys(run: dict[str, Any]) -> Iterator[Key]:
    for code, _glyph, origin, _box in run["chars"]:
        yield key_of(chr(code), origin)


def _is_scan(page: pymupdf.Page) -> bool:
    whole = abs(page.rect)
    pictures = (pymupdf.Rect(box) for kind, box, *_ in page.get_bboxlog() if "image" in kind)
    return any(abs(box & page.rect) >= _SCAN * whole for box in pictures)
