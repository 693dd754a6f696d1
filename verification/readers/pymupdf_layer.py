"""The text layer of a PDF page, letter by letter, with how each came to be there.

What a program reads out is taken from where programs read it (that knows `ActualText` too); font,
glyph and order of drawing are taken from the drawing itself.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pymupdf

from verification.readers.opencv_pages import grey_of
from verification.readers.pymupdf import open_pdf
from verification.readers.pymupdf_hints import COVERED, covers_of
from verification.readers.pymupdf_unseen import INVISIBLE, key_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from verification.readers.pymupdf_unseen import Key

Box = tuple[float, float, float, float]
#: A font by its name, a glyph of it and what it means; the last tells apart fonts of one name.
Kind = tuple[str, int, str, int]

#: Of a page, and of a line, which is cut there: a page made to keep a reader busy is not read on.
_MOST_LETTERS, _MOST_COVERS, _MOST_LINES, _LONGEST = 12_000, 300, 800, 120
#: More than runs are drawn on a page.
_RUNS = 1_000_000
_LEAST_SIZE, _LEAST_OPACITY, _NEARLY_WHITE = 6.0, 0.1, 0.95
#: Letters in one row have feet no further apart than this, as a share of their size; a gap of the
#: second share parts two cells; letters nearer than the third were struck twice to look bold.
_ROW, _CELL, _STRUCK_TWICE = 0.3, 0.7, 0.12
#: Between words there is more than this, in their size.
_BLANK = 0.18
#: The middle of a small letter lies so far above its foot, in its size.
_MIDDLE = 0.3
#: MuPDF keeps so many bytes of a font's name; a subset's begins with a tag of so many signs.
_LONGEST_NAME, _TAG = 31, 7
#: Dots a point, and the most of a page; colours of a place where nothing is differ by less.
_ZOOM, _MOST_PIXELS, _FLAT = 200 / 72, 9_000_000, 12
#: Above and below its foot a letter reaches so far, in its size.
_ABOVE, _BELOW, _BESIDE = 1.0, 0.32, 0.12


@dataclass(frozen=True, slots=True)
class Letter:
    sign: str
    box: Box
    size: float
    foot: float
    #: The same is drawn the same wherever it stands; None: the sign is said, and drawn by nothing.
    kind: Kind | None
    #: False: it is laid under or over a picture, and nobody sees it.
    drawn: bool
    #: Something opaque was laid over it.
    covered: bool
    #: What it means was guessed: its font is embedded and does not say.
    guessed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Letters that stand side by side, from the left."""

    letters: tuple[Letter, ...]
    box: Box
    #: Others lie on it, and a picture of it shows both.
    tangled: bool = False

    @property
    def text(self) -> str:
        return "".join(letter.sign for letter in self.letters)


class Sheet:
    """One page, drawn when somebody looks."""

    def __init__(self, page: pymupdf.Page) -> None:
        self.number: int = page.number + 1
        self.size = (float(page.rect.width), float(page.rect.height))
        self._page = page
        self._pixels: NDArray[np.uint8] | None = None
        self._grey: NDArray[np.uint8] | None = None
        area = max(1.0, page.rect.width * page.rect.height)
        self._zoom = min(_ZOOM, (_MOST_PIXELS / area) ** 0.5)
        letters = _letters(page)
        drawn = [one for one in letters if one.drawn]
        self.drawn = _lines(drawn)
        self.laid = tuple(_not_replaced(_lines([one for one in letters if not one.drawn]), drawn))

    def strip(self, line: Line) -> NDArray[np.uint8]:
        """Give RGB of a line; it may be empty."""
        letters = line.letters
        size = max(one.size for one in letters)
        foot = float(np.median([one.foot for one in letters]))
        beside = _BESIDE * size
        return self.cut(
            (line.box[0] - beside, foot - _ABOVE * size, line.box[2] + beside, foot + _BELOW * size)
        )

    def cut(self, box: Box) -> NDArray[np.uint8]:
        """Give RGB of what stands in a box; it may be empty."""
        pixels = self._draw()
        left, top = (max(0, round(edge * self._zoom)) for edge in box[:2])
        right, bottom = (max(0, round(edge * self._zoom)) for edge in box[2:])
        return np.ascontiguousarray(pixels[top:bottom, left:right])

    def grey(self, box: Box) -> NDArray[np.uint8]:
        """Give the same in grey, to be looked at and not to be kept."""
        if self._grey is None:
            self._grey = grey_of(self._draw())
        left, top, right, bottom = (max(0, round(edge * self._zoom)) for edge in box)
        return self._grey[top:bottom, left:right]

    def is_bare(self, box: Box) -> bool:
        """Say whether nothing is to be seen in a box that is wide enough to hold something."""
        spot = self.cut(box)
        if min(spot.shape[:2]) < 3:  # noqa: PLR2004 - nothing can be told of so little
            return False
        return int(spot.max()) - int(spot.min()) <= _FLAT

    def _draw(self) -> NDArray[np.uint8]:
        if self._pixels is None:
            drawn = self._page.get_pixmap(
                matrix=pymupdf.Matrix(self._zoom, self._zoom), colorspace=pymupdf.csRGB, alpha=False
            )
            self._pixels = np.frombuffer(drawn.samples, np.uint8).reshape(
                drawn.height, drawn.width, 3
            )
        return self._pixels


def sheets(data: bytes, most: int) -> Iterator[Sheet]:
    """Give the first pages, each turned as its reader sees it. Raises what MuPDF raises."""
    with open_pdf(data) as document:
        for number in range(min(document.page_count, most)):
            page = document[number]
            if page.rotation:
                page.remove_rotation()
            yield Sheet(page)


@dataclass(frozen=True, slots=True)
class _Ink:
    """How one letter is drawn."""

    run: dict[str, Any]
    glyph: int
    box: Box


def _letters(page: pymupdf.Page) -> list[Letter]:
    inks = _inks(page)
    if not inks:
        return []
    bearers, guessed = _fonts(page)
    covered, hidden = _hidden(page, inks)
    flags = pymupdf.TEXTFLAGS_RAWDICT & ~pymupdf.TEXT_PRESERVE_IMAGES
    chars = islice(_chars(page.get_text("rawdict", flags=flags)), _MOST_LETTERS)
    found: list[Letter] = []
    for span, char in chars:
        sign, font = str(char["c"]), str(span["font"])
        key = key_of(sign, char["origin"])
        ink = inks.get(key)
        left, top, right, bottom = map(float, char["bbox"])
        found.append(
            Letter(
                sign=sign,
                box=(left, top, right, bottom),
                size=float(span["size"]),
                foot=float(char["origin"][1]),
                kind=(font, ink.glyph, sign, _bearer(page, bearers.get(font), ink))
                if ink
                else None,
                drawn=key not in hidden,
                covered=key in covered,
                guessed=guessed.get(font, False),
            )
        )
    return found


def _bearer(page: pymupdf.Page, fonts: set[int] | None, ink: _Ink) -> int:
    """Name the font that bears a name; where it may be one of several, the run is named."""
    if fonts is not None and len(fonts) <= 1:
        return max(fonts, default=0)
    return -1 - int(page.number) * _RUNS - int(ink.run["seqno"])


def _chars(text: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    lines = (line for block in text["blocks"] for line in block.get("lines", ()))
    level = (line for line in lines if line["dir"][0] > 0.99 and not line["wmode"])  # noqa: PLR2004 - a cosine
    for span in (span for line in level for span in line["spans"]):
        if span["size"] >= _LEAST_SIZE:
            yield from ((span, char) for char in span["chars"] if not char["c"].isspace())


def _inks(page: pymupdf.Page) -> dict[Key, _Ink]:
    """Give every letter by what it means and where it stands; what is seen goes first."""
    inks: dict[Key, _Ink] = {}
    for run in page.get_texttrace():
        for code, glyph, origin, box in run["chars"]:
            key = key_of(chr(code), origin)
            if key not in inks or run["type"] != INVISIBLE:
                inks[key] = _Ink(run, int(glyph), box)
    return inks


def _fonts(page: pymupdf.Page) -> tuple[dict[str, set[int]], dict[str, bool]]:
    """Give the embedded fonts of each name, and whether one of them says not what it means."""
    bearers = defaultdict[str, set[int]](set)
    guessed: dict[str, bool] = {}
    for xref, ending, _kind, name, *_ in page.get_fonts(full=True):
        bare = _as_spans_have_it(name)
        embedded = ending != "n/a"
        bearers[bare] |= {xref} if embedded else set()
        says = xref <= 0 or page.parent.xref_get_key(xref, "ToUnicode")[0] == "xref"
        guessed[bare] = guessed.get(bare, False) or (embedded and not says)
    return dict(bearers), guessed


def _as_spans_have_it(name: str) -> str:
    """Give a font's name as MuPDF does where letters stand: cut off, and without a subset's tag."""
    cut = name.encode()[:_LONGEST_NAME].decode(errors="ignore")
    return cut[_TAG:] if cut[_TAG - 1 : _TAG] == "+" else cut


def _hidden(page: pymupdf.Page, inks: dict[Key, _Ink]) -> tuple[frozenset[Key], frozenset[Key]]:
    """Name the letters on which something was laid, and all that nobody sees."""
    covers = covers_of(page)[:_MOST_COVERS]
    pictures = [entry[1] for entry in page.get_bboxlog() if "image" in entry[0]][:_MOST_COVERS]
    boxes = np.array([ink.box for ink in inks.values()], np.float64).reshape(-1, 4)
    order = np.array([ink.run["seqno"] for ink in inks.values()])
    white = np.array([_is_white(ink.run) for ink in inks.values()])
    covered = np.zeros(len(inks), bool)
    hidden = np.array([_is_unseen(ink.run) for ink in inks.values()])
    for at, cover in covers:
        under = _under(boxes, (cover.x0, cover.y0, cover.x1, cover.y1)) >= COVERED
        covered |= (order < at) & under
    for box in pictures:
        hidden |= white & (_under(boxes, box) >= COVERED)
    return _those(inks, covered), _those(inks, covered | hidden)


def _those(inks: dict[Key, _Ink], chosen: NDArray[np.bool_]) -> frozenset[Key]:
    return frozenset(key for key, is_so in zip(inks, chosen, strict=True) if is_so)


def _is_unseen(run: dict[str, Any]) -> bool:
    return bool(run["type"] == INVISIBLE or run["opacity"] <= _LEAST_OPACITY)


def _is_white(run: dict[str, Any]) -> bool:
    parts = run["color"]
    if len(parts) == 4:  # noqa: PLR2004 - cyan, magenta, yellow and black
        return bool(max(parts) <= 1 - _NEARLY_WHITE)
    return bool(min(parts, default=0.0) >= _NEARLY_WHITE)


def _under(boxes: NDArray[np.float64], cover: Box) -> NDArray[np.float64]:
    """Give how much of each box lies under a cover, 0 to 1."""
    width = np.minimum(boxes[:, 2], cover[2]) - np.maximum(boxes[:, 0], cover[0])
    height = np.minimum(boxes[:, 3], cover[3]) - np.maximum(boxes[:, 1], cover[1])
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    shares: NDArray[np.float64] = width.clip(0) * height.clip(0) / areas.clip(1e-6)
    return shares


def _lines(letters: list[Letter]) -> tuple[Line, ...]:
    """Put letters that stand at one height side by side, and cut where a gap is wide."""
    lines: list[Line] = []
    row: list[Letter] = []
    for letter in sorted(letters, key=lambda one: one.foot):
        if row and letter.foot - row[0].foot > _ROW * min(row[0].size, letter.size):
            lines += _cells(row)
            row = []
        row.append(letter)
    lines += _cells(row)
    return tuple(_tangled(lines[:_MOST_LINES]))


def _cells(row: list[Letter]) -> Iterator[Line]:
    cell: list[Letter] = []
    end = 0.0
    for letter in sorted(row, key=lambda one: one.box[0]):
        gap = letter.box[0] - end
        if cell and (gap > _widest(cell[-1]) * letter.size or len(cell) >= _LONGEST):
            yield _line(cell)
            cell = []
        if cell and _is_struck_twice(cell[-1], letter):
            continue
        if cell and gap > _BLANK * letter.size:
            cell.append(_blank(end, letter))
        cell.append(letter)
        end = max(end, letter.box[2]) if len(cell) > 1 else letter.box[2]
    if cell:
        yield _line(cell)


def _widest(letter: Letter) -> float:
    """Give the widest gap after a letter, in its size; what is said and not drawn has no width."""
    return _CELL + (letter.kind is None and letter.box[2] <= letter.box[0])


def _is_struck_twice(one: Letter, other: Letter) -> bool:
    near = _STRUCK_TWICE * one.size
    return (
        one.sign == other.sign
        and abs(one.box[0] - other.box[0]) < near
        and other.box[2] > other.box[0]
    )


def _blank(end: float, letter: Letter) -> Letter:
    left, top, _right, bottom = letter.box
    return replace(letter, sign=" ", box=(end, top, left, bottom), kind=None)


def _line(cell: list[Letter]) -> Line:
    boxes = [letter.box for letter in cell]
    around = (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
    return Line(tuple(cell), around)


def _tangled(lines: list[Line]) -> Iterator[Line]:
    """Mark lines on which letters of others lie, or their own on one another."""
    x, y = _middles([letter for line in lines for letter in line.letters])
    of = np.repeat(np.arange(len(lines)), [len(line.letters) for line in lines])
    for number, line in enumerate(lines):
        size = max(one.size for one in line.letters)
        foot = line.letters[0].foot
        inside = (x > line.box[0]) & (x < line.box[2]) & (y > foot - size) & (y < foot)
        crossed = bool((inside & (of != number)).any())
        yield Line(line.letters, line.box, tangled=crossed or _overlap(line.letters))


def _middles(letters: list[Letter]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give where letters are, and not their boxes, which reach beyond what is drawn."""
    x = np.array([(one.box[0] + one.box[2]) / 2 for one in letters])
    return x, np.array([one.foot - _MIDDLE * one.size for one in letters])


def _not_replaced(lines: tuple[Line, ...], drawn: list[Letter]) -> Iterator[Line]:
    """Leave out words on which other words were laid, of which `hint.hidden` tells."""
    x, y = _middles(drawn)
    for line in lines:
        left, top, right, bottom = line.box
        inside = (left < x) & (x < right) & (top < y) & (y < bottom)
        if not (inside.any() and all(one.covered for one in line.letters)):
            yield line


def _overlap(letters: tuple[Letter, ...]) -> bool:
    wide = [one for one in letters if one.sign != " " and one.box[2] > one.box[0]]
    return any(
        one.box[2] - other.box[0] > 0.5 * min(one.box[2] - one.box[0], other.box[2] - other.box[0])
        for one, other in pairwise(wide)
    )
