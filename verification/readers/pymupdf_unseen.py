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
from verification.readers.pymupdf_overlays import Overlay, is_scan, overlays

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
#: Ink is as good as white, and a place as bright as paper, of 1 and of 255.
_NEARLY_WHITE, _PAPER = 0.9, 215
#: Cyan, magenta, yellow and black.
_INKS = 4


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
    hidden, told = _sorted_out(page, runs, scanned=scanned and is_scan(page))
    for piece in told[_MOST_PIECES:]:
        hidden.update(_keys(piece))
    seen = set[Key]()
    for piece, shows in _drawn(page, told[:_MOST_PIECES]):
        (seen if shows else hidden).update(_keys(piece))
    # What is written twice in one place is seen where either is.
    return frozenset(hidden - seen)


def _sorted_out(
    page: pymupdf.Page, runs: list[dict[str, Any]], *, scanned: bool
) -> tuple[set[Key], list[dict[str, Any]]]:
    """Give letters that are not drawn or lie under a scan, and the pieces that may be seen."""
    hidden, told = set[Key](), list[dict[str, Any]]()
    pictures = overlays(page)
    for run in runs:
        if _is_hidden(run, scanned=scanned):
            hidden.update(_keys(run))
            continue
        if run["type"] == INVISIBLE:
            continue
        for piece in pieces_of(run):
            if not _is_under(piece, pictures):
                told.append(piece)
            elif not scanned:
                hidden.update(_keys(piece))
    return hidden, told


def laid_and_drawn(page: pymupdf.Page) -> tuple[int, int]:
    """Count letters that lie under a picture of their page or are not drawn, and all others."""
    laid = drawn = 0
    pictures = overlays(page)
    for run in page.get_texttrace():
        if run["type"] == INVISIBLE:
            laid += len(run["chars"])
            continue
        drawn += len(run["chars"])
        if pictures:
            under = sum(len(one["chars"]) for one in pieces_of(run) if _is_under(one, pictures))
            laid, drawn = laid + under, drawn - under
    return laid, drawn


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
        elif is_flat(pixels, box) or (_is_white(piece) and _is_bright(pixels, box)):
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


def _is_under(piece: dict[str, Any], pictures: list[Overlay]) -> bool:
    """Say whether pictures were laid over words, one or several side by side."""
    over = (one.hides(piece["bbox"]) for one in pictures if one.at > piece["seqno"])
    return sum(over) >= COVERED


def _is_white(piece: dict[str, Any]) -> bool:
    parts = piece["color"]
    if len(parts) == _INKS:
        return bool(max(parts) <= 1 - _NEARLY_WHITE)
    return bool(min(parts, default=0.0) >= _NEARLY_WHITE)


def _is_bright(pixels: pymupdf.Pixmap, box: pymupdf.Rect) -> bool:
    """Say whether most of a place is as white as paper: white letters do not show on it."""
    grey = np.frombuffer(pixels.samples_mv, np.uint8).reshape(pixels.height, pixels.stride)
    left, top = max(0, int(box.x0 * ZOOM)), max(0, int(box.y0 * ZOOM))
    spot = grey[top : int(box.y1 * ZOOM) + 1, left : min(pixels.width, int(box.x1 * ZOOM) + 1)]
    return bool(spot.size) and float(np.median(spot)) >= _PAPER
