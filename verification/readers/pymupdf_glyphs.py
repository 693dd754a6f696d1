"""Letters and figures that a page draws otherwise than its text says.

Every kind of letter of a page is drawn large, as a viewer draws it, and laid over the letters of
plain faces. Where it is nothing like what it means and just like another, the font lies: people
read the one, and whoever copies, searches or computes gets the other (Markwood et al., PDF Mirage,
USENIX Security 2017).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pymupdf

from verification.readers.pymupdf import open_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

Box = tuple[float, float, float, float]

_FIGURES = "0123456789"
_SIGNS = _FIGURES + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_FACES = (
    *("helv", "hebo", "heit", "hebi", "tiro", "tibo", "tiit", "tibi"),
    *("cour", "cobo", "coit", "cobi"),
)
#: Signs that one cannot tell apart by their shape alone, in one face or another.
_ALIKE = (
    *("0OoQD", "1lIi|jtf7", "cCGe", "sS5", "vVyY", "wW", "xX", "zZ2", "pP", "uUVJ", "kK", "8BR3S"),
    *("6bG", "9gqa", "mMnr", "hbn", "EF", "PR", "4A", "yY", "dao"),
)
#: Signs that any upright stroke is like.
_STROKES = frozenset("lIijtfr")
_SIDE, _INK, _TRACE = 20, 0.4, 0.08
#: A letter of ten points is some thirty dots high; larger pages are drawn smaller.
_ZOOM, _MOST_PIXELS = 3.0, 5_000_000
#: Like another by more than this, like what it means by less than the second, and by so much more
#: than that: for a letter alone, and for one of several in a font.
_ALONE, _TOGETHER = (0.88, 0.82, 0.1), (0.88, 0.88, 0.05)
#: So many kinds of letters of one font that all look alike are no letters: bars, dots, boxes.
_BARS = 4
_MOST_PAGES, _MOST_LETTERS, _MOST_KINDS, _MOST_TOLD = 5, 12_000, 400, 8
_MOST_TRIED = 3
_LEAST_SIZE = 6.0


@dataclass(frozen=True, slots=True)
class Disguised:
    """A letter that looks like another; where it stands first."""

    page: int
    box: Box
    meant: str
    drawn: str
    font: str
    #: It is told by itself; else only beside another of its font.
    alone: bool = True


@dataclass(frozen=True, slots=True)
class _Kind:
    font: str
    sign: str
    glyph: int


def disguised_letters(data: bytes) -> tuple[Disguised, ...]:
    """Find letters that look like others. Raises what MuPDF raises."""
    found: list[Disguised] = []
    known: set[_Kind] = set()
    left = _MOST_LETTERS
    with open_pdf(data) as document:
        for number in range(min(document.page_count, _MOST_PAGES)):
            page = document[number]
            letters = list(_letters(page))[:left]
            left -= len(letters)
            fresh = _first_of_each(letters, known)
            known |= fresh.keys()
            found += _judge(page, number + 1, fresh)
            if left <= 0 or len(known) > _MOST_KINDS:
                break
    return tuple(_told(found)[:_MOST_TOLD])


def figures(data: bytes) -> Iterator[tuple[str, str, NDArray[np.float32]]]:
    """Give font, figure and look of every kind of figure on the first pages. Raises as above."""
    with open_pdf(data) as document:
        pages = [document[number] for number in range(min(document.page_count, 3))]
        yield from (
            (kind.font, kind.sign, look)
            for page in pages
            for kind, _, look in _looks(page, _first_of_each(list(_letters(page)), set()))
            if kind.sign in _FIGURES
        )


def _first_of_each(letters: list[tuple[_Kind, Box]], known: set[_Kind]) -> dict[_Kind, Box]:
    """Give a place of every kind of letter that was not seen before, where no other lies on it."""
    boxes = np.array([box for _, box in letters]).reshape(-1, 4)
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    fresh: dict[_Kind, Box] = {}
    tried: Counter[_Kind] = Counter()
    for kind, (left, top, right, bottom) in letters:
        if kind in known or kind in fresh or tried[kind] >= _MOST_TRIED:
            continue
        tried[kind] += 1
        inside = (x > left) & (x < right) & (y > top) & (y < bottom)
        if int(inside.sum()) == 1:
            fresh[kind] = (left, top, right, bottom)
    return fresh


def _letters(page: pymupdf.Page) -> Iterator[tuple[_Kind, Box]]:
    width, height = page.rect.width, page.rect.height
    for run in page.get_texttrace():
        seen = run["type"] in {0, 1, 2} and run["opacity"] > 0.1  # noqa: PLR2004 - a watermark has more
        if not seen or run["size"] < _LEAST_SIZE or run["dir"][0] < 0.99:  # noqa: PLR2004 - a cosine
            continue
        following = [*(char[1] for char in run["chars"][1:]), 0]
        for (code, glyph, _, box), then in zip(run["chars"], following, strict=True):
            sign = chr(code)
            # What follows a ligature's first letter has no glyph of its own.
            inside = 0 <= box[0] < box[2] <= width and 0 <= box[1] < box[3] <= height
            if then >= 0 and inside and sign in _SIGNS:
                yield _Kind(str(run["font"]), sign, int(glyph)), box


def _judge(page: pymupdf.Page, number: int, fresh: dict[_Kind, Box]) -> Iterator[Disguised]:
    for kind, box, look in _looks(page, fresh):
        other = taken_for(look, kind.sign)
        if other is not None:
            drawn, alone = other
            yield Disguised(number, box, kind.sign, drawn, kind.font, alone)


def _looks(
    page: pymupdf.Page, fresh: dict[_Kind, Box]
) -> Iterator[tuple[_Kind, Box, NDArray[np.float32]]]:
    """Draw the page once, and give what stands in each box, where anything does."""
    if not fresh:
        return
    x0, y0, x1, y1 = np.array(list(fresh.values())).T
    part = pymupdf.Rect(x0.min(), y0.min(), x1.max(), y1.max())
    zoom = min(_ZOOM, (_MOST_PIXELS / max(1.0, part.width * part.height)) ** 0.5)
    pixels = page.get_pixmap(
        matrix=pymupdf.Matrix(zoom, zoom), colorspace=pymupdf.csGRAY, clip=part
    )
    grey = np.frombuffer(pixels.samples_mv, np.uint8).reshape(pixels.height, pixels.width)
    for kind, box in fresh.items():
        left, right = (max(0, round(edge * zoom) - pixels.x) for edge in box[::2])
        top, bottom = (max(0, round(edge * zoom) - pixels.y) for edge in box[1::2])
        cut = grey[top:bottom, left:right]
        look = _reduced(cut) if cut.size else None
        if look is not None:
            yield kind, box, look


def _reduced(grey: NDArray[np.uint8]) -> NDArray[np.float32] | None:
    """Give the ink of a drawing in a square of fixed size, its shape kept; None without any."""
    edge = np.concatenate([grey[0], grey[-1]]).astype(np.int16)
    ink = np.abs(grey.astype(np.int16) - int(np.median(edge))).astype(np.float32)
    if ink.max(initial=0) < 60:  # noqa: PLR2004 - of 255: nothing is to be seen
        return None
    ink /= ink.max()
    ink = _main(ink)
    if max(ink[0].max(), ink[-1].max()) > _INK:
        return None  # It goes on beyond its box: the half of a letter is another one.
    rows = np.nonzero(ink.max(axis=1) > _INK)[0]
    ink = ink[rows[0] : rows[-1] + 1]
    height, width = ink.shape
    if height < 4 or width < 2:  # noqa: PLR2004 - a stroke or a dot
        return None
    scale = (_SIDE - 2) / max(height, width)
    tall, wide = max(1, round(height * scale)), max(1, round(width * scale))
    down = _shares(height, tall) @ ink @ _shares(width, wide).T
    square = np.zeros((_SIDE, _SIDE), np.float32)
    top, left = (_SIDE - tall) // 2, (_SIDE - wide) // 2
    square[top : top + tall, left : left + wide] = down
    soft = (square + np.roll(square, 1, 0) + np.roll(square, -1, 0)) / 3
    soft = (soft + np.roll(soft, 1, 1) + np.roll(soft, -1, 1)) / 3
    soft -= soft.mean()
    norm = float(np.linalg.norm(soft))
    return (soft / norm).ravel().astype(np.float32) if norm else None


def _main(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Keep the widest piece without a gap: what is beside it belongs to the neighbours."""
    columns = np.nonzero(ink.max(axis=0) > _TRACE)[0]
    pieces = np.split(columns, np.nonzero(np.diff(columns) > 1)[0] + 1)
    piece = max(pieces, key=len)
    dark = piece[ink[:, piece].max(axis=0) > _INK]
    return ink[:, dark[0] : dark[-1] + 1] if len(dark) else ink


@cache
def _shares(many: int, few: int) -> NDArray[np.float32]:
    """Give the matrix that averages `many` dots into `few`, or spreads them."""
    edges = np.linspace(0, many, few + 1)
    starts = np.arange(many)
    inside = np.minimum(edges[1:, None], starts + 1) - np.maximum(edges[:-1, None], starts)
    shares = np.clip(inside, 0, None)
    parts: NDArray[np.float32] = (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)
    return parts


@cache
def _plain() -> tuple[NDArray[np.float32], str]:
    """Draw the letters of the plain faces that MuPDF carries; the signs in the same order."""
    looks, signs = [], []
    for face in _FACES:
        with pymupdf.open() as document:
            page = document.new_page(width=60 * len(_SIGNS) / _ZOOM, height=80 / _ZOOM)
            boxes = {}
            for index, sign in enumerate(_SIGNS):
                place = ((60 * index + 10) / _ZOOM, 55 / _ZOOM)
                page.insert_text(place, sign, fontname=face, fontsize=40 / _ZOOM)
                left, right = 60 * index / _ZOOM, (60 * index + 60) / _ZOOM
                boxes[_Kind(face, sign, 0)] = (left, 10 / _ZOOM, right, 70 / _ZOOM)
            for kind, _, look in _looks(page, boxes):
                looks.append(look)
                signs.append(kind.sign)
    return np.stack(looks), "".join(signs)


def taken_for(look: NDArray[np.float32], meant: str) -> tuple[str, bool] | None:
    """Name the sign that a look is like, where it is not like what it means.

    Also whether that is told by itself, and not only beside another of its font.
    """
    plain, signs = _plain()
    likeness = plain @ look
    own = _alike(meant)
    mine = np.array([sign in own for sign in signs])
    best = int(np.argmax(np.where(mine, -1, likeness)))
    like, known = float(likeness[best]), float(likeness[mine].max())
    if signs[best] in _STROKES:
        return None
    # An odd letter is a matter of taste, and its neighbours may reach into its box.
    ways = ((True, _ALONE), (False, _TOGETHER)) if meant.isdigit() else ((False, _ALONE),)
    for alone, (least, most, lead) in ways:
        if like >= least and known < most and like - known > lead:
            return signs[best], alone
    return None


@cache
def _alike(sign: str) -> frozenset[str]:
    groups = "".join(group for group in _ALIKE if sign in group)
    # Figures are never taken for one another by readers, so neither here.
    others = (one for one in groups if not (sign.isdigit() and one.isdigit()))
    return frozenset([sign, sign.upper(), sign.lower(), *others])


def _told(found: list[Disguised]) -> list[Disguised]:
    """Keep what is certain enough, by itself or together; leave out fonts of bars and boxes."""
    fonts: dict[str, list[Disguised]] = {}
    for one in found:
        fonts.setdefault(one.font, []).append(one)
    told: list[Disguised] = []
    for letters in fonts.values():
        meant = {one.meant for one in letters}
        drawn = {one.drawn for one in letters}
        is_lettering = len(drawn) * _BARS > len(meant)
        if is_lettering and (len(meant) > 1 or letters[0].alone):
            told += letters
    return told


def warm() -> None:
    """Draw the plain faces, so that nobody waits for them later."""
    _plain()
