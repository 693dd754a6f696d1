"""Where a PDF page's text is not what is seen, and where one number is set in two ways.

Text, paths and pictures carry the order in which they are drawn; what is drawn later lies on top.
The page is also drawn, and only words of which nothing can be seen count as hidden.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

import pymupdf

from verification.printed import MOST_PAGES
from verification.readers.pymupdf import open_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator

Box = tuple[float, float, float, float]

#: Drawn so fine that a letter of six points is seven pixels high.
ZOOM = 1.2
#: Colours of a place where something is written differ by more than this, of 255.
_FLAT = 12
#: Letters smaller than this are seen by nobody, in any colour.
_LEAST_SIZE = 3.0
#: Letters of one line stand on one foot, in points.
_SAME_FOOT = 0.5
#: So much of the words must lie under what covers them.
COVERED = 0.8
_MOST_FOUND, _MOST_RUNS = 20, 5_000
_NEARLY_WHITE = 0.95
#: Letters of one number: sizes differ by less than this share, feet stand within that of a line.
_SIZE_SLACK, _FOOT_SLACK = 0.04, 0.06
#: Feet of letters in one row are no further apart than this share of their size.
_ROW_SLACK = 0.3
#: A raised figure of this share is a note or a power.
_SMALL = 0.8
_NUMBER = re.compile(r"\d[\d.,]*\d")


@dataclass(frozen=True, slots=True)
class Spot:
    """Words at a place of a page; `why` tells how they come to be told."""

    page: int
    box: Box
    text: str
    #: ``covered`` by something drawn later, ``replaced`` by other words there, ``unseen``; or
    #: ``font``, ``size``, ``foot`` for a number.
    why: str


def hidden_words(data: bytes) -> tuple[Spot, ...]:
    """Find words that the file holds and nobody sees. Raises what MuPDF raises."""
    found: list[Spot] = []
    with open_pdf(data) as document:
        for number in range(min(document.page_count, MOST_PAGES)):
            found += _hidden(document[number], number + 1)
            if len(found) >= _MOST_FOUND:
                break
    return tuple(found[:_MOST_FOUND])


def mixed_numbers(data: bytes) -> tuple[Spot, ...]:
    """Find numbers of which one figure has another font, size or foot. Raises as above."""
    found: list[Spot] = []
    with open_pdf(data) as document:
        for number in range(min(document.page_count, MOST_PAGES)):
            found += _mixed(document[number], number + 1)
            if len(found) >= _MOST_FOUND:
                break
    return tuple(found[:_MOST_FOUND])


def _hidden(page: pymupdf.Page, number: int) -> Iterator[Spot]:
    written = (run for run in page.get_texttrace() if run["dir"][0] > 0.99)  # noqa: PLR2004 - a cosine
    pieces = (piece for run in written for piece in pieces_of(run) if _is_written(piece))
    runs = list(islice(pieces, _MOST_RUNS))
    if not runs:
        return
    covers = covers_of(page)
    pixels = page.get_pixmap(
        matrix=pymupdf.Matrix(ZOOM, ZOOM), colorspace=pymupdf.csGRAY, alpha=False
    )
    for run in runs:
        box = pymupdf.Rect(run["bbox"])
        if not page.rect.contains(box):
            continue
        over = next(
            (c for at, c in covers if at > run["seqno"] and _share(box, c) >= COVERED), None
        )
        if is_flat(pixels, box):
            yield Spot(number, _points(box), text_of(run), "covered" if over else "unseen")
        elif over is not None and any(
            later["seqno"] > run["seqno"] and _share(box, pymupdf.Rect(later["bbox"])) > 1 - COVERED
            for later in runs
        ):
            yield Spot(number, _points(box), text_of(run), "replaced")


def pieces_of(run: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Cut what was written in one go where a line ends or a gap is wider than a letter."""
    piece: list[Any] = []
    for char in run["chars"]:
        if piece:
            (left, foot), (_left, _top, right, _bottom) = char[2], piece[-1][3]
            if abs(foot - piece[-1][2][1]) > _SAME_FOOT or left - right > run["size"]:
                yield _piece(run, piece)
                piece = []
        piece.append(char)
    if piece:
        yield _piece(run, piece)


def _piece(run: dict[str, Any], chars: list[Any]) -> dict[str, Any]:
    boxes = [char[3] for char in chars]
    around = (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
    return {**run, "chars": chars, "bbox": around}


def _is_written(run: dict[str, Any]) -> bool:
    """Tell words that are to be seen: filled, not tiny, level, not transparent."""
    seen = run["type"] in {0, 1, 2} and run["opacity"] > 0.1  # noqa: PLR2004 - a watermark has more
    return seen and run["size"] >= _LEAST_SIZE and run["dir"][0] > 0.99 and len(text_of(run)) > 1  # noqa: PLR2004 - a cosine


def text_of(run: dict[str, Any]) -> str:
    letters = (chr(char[0]) for char in run["chars"][:80])
    return "".join(letter for letter in letters if letter.isprintable() and not letter.isspace())


def covers_of(page: pymupdf.Page) -> list[tuple[int, pymupdf.Rect]]:
    """Give opaque white areas and pictures with their place in the order of drawing."""
    areas = [
        (int(path["seqno"]), pymupdf.Rect(path["rect"]))
        for path in page.get_drawings()
        if path.get("fill")
        and min(path["fill"]) >= _NEARLY_WHITE
        and (path.get("fill_opacity") or 0) >= _NEARLY_WHITE
    ]
    pictures = [
        (at, pymupdf.Rect(entry[1]))
        for at, entry in enumerate(page.get_bboxlog())
        if entry[0] == "fill-image"
    ]
    return areas + pictures


def _share(box: pymupdf.Rect, cover: pymupdf.Rect) -> float:
    area = abs(box)
    return abs(box & cover) / area if area else 0.0


def is_flat(pixels: pymupdf.Pixmap, box: pymupdf.Rect) -> bool:
    left, top = max(0, int(box.x0 * ZOOM)), max(0, int(box.y0 * ZOOM))
    right = min(pixels.width, int(box.x1 * ZOOM) + 1)
    bottom = min(pixels.height, int(box.y1 * ZOOM) + 1)
    if right - left < 3 or bottom - top < 3:  # noqa: PLR2004 - nothing can be told of so little
        return False
    low, high = 255, 0
    samples = pixels.samples_mv
    for row in range(top, bottom):
        line = bytes(samples[row * pixels.stride + left : row * pixels.stride + right])
        low, high = min(low, *line), max(high, *line)
    return high - low <= _FLAT


def _points(box: pymupdf.Rect) -> Box:
    return (float(box.x0), float(box.y0), float(box.x1), float(box.y1))


@dataclass(frozen=True, slots=True)
class _Figure:
    letter: str
    box: Box
    font: str
    size: float
    foot: float


def _mixed(page: pymupdf.Page, number: int) -> Iterator[Spot]:
    flags = pymupdf.TEXTFLAGS_RAWDICT & ~pymupdf.TEXT_PRESERVE_IMAGES
    figures = [
        figure
        for block in page.get_text("rawdict", flags=flags)["blocks"]
        for line in block.get("lines", ())
        if line["dir"][0] > 0.99  # noqa: PLR2004 - a cosine
        for figure in _figures(line)
    ]
    for row in _rows(figures):
        yield from _in_line(row, number)


def _rows(figures: list[_Figure]) -> Iterator[list[_Figure]]:
    """Put letters that stand at one height side by side, also those that were written later."""
    row: list[_Figure] = []
    for figure in sorted(figures, key=lambda one: one.foot):
        if row and figure.foot - row[0].foot > _ROW_SLACK * row[0].size:
            yield from _runs(row)
            row = []
        row.append(figure)
    yield from _runs(row)


def _runs(row: list[_Figure]) -> Iterator[list[_Figure]]:
    """Cut a row where letters stand further apart than in one number."""
    run: list[_Figure] = []
    for figure in sorted(row, key=lambda one: one.box[0]):
        if run and figure.box[0] - run[-1].box[2] >= 0.5 * run[-1].size:
            yield run
            run = []
        run.append(figure)
    if run:
        yield run


def _figures(line: dict[str, Any]) -> Iterator[_Figure]:
    for span in line["spans"]:
        for char in span["chars"]:
            left, top, right, bottom = map(float, char["bbox"])
            foot = float(char["origin"][1])
            yield _Figure(
                str(char["c"]),
                (left, top, right, bottom),
                str(span["font"]),
                float(span["size"]),
                foot,
            )


def _in_line(figures: list[_Figure], number: int) -> Iterator[Spot]:
    for found in _NUMBER.finditer("".join(one.letter[:1] or " " for one in figures)):
        run = [one for one in figures[found.start() : found.end()] if one.letter.isdigit()]
        why = _difference(run) if len(run) >= 3 and _is_tight(run) else None  # noqa: PLR2004 - an amount
        if why is not None:
            box = (run[0].box[0], run[0].box[1], run[-1].box[2], run[-1].box[3])
            yield Spot(number, box, found[0][:40], why)


def _is_tight(run: list[_Figure]) -> bool:
    """Tell one number from two that stand next to each other, or one upon the other."""
    gaps = ((two.box[0] - one.box[2]) / one.size for one, two in pairwise(run))
    return all(-0.25 < gap < 0.5 for gap in gaps)  # noqa: PLR2004 - kerning, and a comma's width


def _difference(run: list[_Figure]) -> str | None:
    largest = max(one.size for one in run)
    if any(one.size < _SMALL * largest for one in run):
        return None
    if len({one.font for one in run}) > 1:
        return "font"
    if largest - min(one.size for one in run) > _SIZE_SLACK * largest:
        return "size"
    feet = [one.foot for one in run]
    return "foot" if max(feet) - min(feet) > _FOOT_SLACK * largest else None
