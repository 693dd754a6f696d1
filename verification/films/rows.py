"""Rows of digits in one grey picture: pieces of ink, alike in height, side by side."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

import cv2
import numpy as np

from verification.films import digits, layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from verification.films.layout import Said

    Pixels = NDArray[np.uint8]
    Box = tuple[int, int, int, int]

#: Heights of digits in pixels; the upper one as a share of the picture's height.
LEAST_HIGH, _MOST_HIGH = 9, 0.16
#: A picture that is lower is a strip cut out of one.
_STRIP = 200
#: Pieces of one picture that are looked at.
_MOST_PIECES = 2_500
#: Digits, of the number of a camera, that may stand beside a time alone.
_MOST_BEFORE = 2
#: How sure a piece must be a digit.
_SURE = 0.5
#: A row ends where so many heights of a digit are empty or hold something else.
_BREAK = 6.0
#: A day or a time has no fewer digits.
_LEAST_DIGITS = 5
#: Digits of a day, and of a day and a time.
_DAY, _WHOLE = 8, 14
#: Without ink a gap of so many heights may be a space, or stand beside a thin 1; or surely is one.
_GAP_MAYBE, _GAP_SURE = 0.3, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A digit: its box, which it is, and how sure."""

    box: Box
    digit: int
    sure: float

    @property
    def high(self) -> int:
        """Give its height."""
        return self.box[3] - self.box[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Digits that say a day, a time, or both."""

    said: Said
    box: tuple[float, float, float, float]
    #: 0 to 1, as sure as the least sure of its digits.
    sure: float
    text: str
    #: Digits on the same row that are no part of it.
    left_over: int
    pieces: tuple[Piece, ...] = field(repr=False)


def rows(grey: Pixels, masks: Iterable[tuple[Pixels, bool]]) -> list[Row]:
    """Find rows by each mask of ink (with whether the ink is darker than what is around)."""
    found: list[Row] = []
    for mask, dark in masks:
        light = np.asarray(255 - grey, np.uint8) if dark else grey
        found += _of_mask(light, mask)
    return found


def masks_of(grey: Pixels, *, fine: bool = False) -> Iterator[tuple[Pixels, bool]]:
    """Cut ink out: at some levels, and by what is around it; `fine` for a small piece."""
    joined = np.ones((5, 5) if fine else (3, 3), np.uint8)
    lights = (215, 165, 235, 190, 140, 115) if fine else (225, 185)
    darks = (70, 100, 40, 130) if fine else (60,)
    arounds = ((31, 22), (61, 45), (31, 45), (61, 22)) if fine else ((51, 30),)
    for light, dark, around in zip_longest(lights, darks, arounds):
        if light is not None:
            mask = (grey >= light).astype(np.uint8)
            yield mask, False
            yield _closed(mask, joined), False
        if dark is not None:
            mask = (grey <= dark).astype(np.uint8)
            yield _closed(mask, joined), True
        if around is not None:
            ground = cv2.blur(grey, (around[0], around[0])).astype(np.int16)
            yield (grey > ground + around[1]).astype(np.uint8), False
            yield (grey < ground - around[1]).astype(np.uint8), True


def _closed(mask: Pixels, joined: Pixels) -> Pixels:
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, joined), np.uint8)


def _of_mask(light: Pixels, mask: Pixels) -> Iterator[Row]:
    count, labels, told, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    stats = np.asarray(told, np.int32)
    if count < _LEAST_DIGITS:
        return
    whole = mask.shape[0] > _STRIP
    top = max(LEAST_HIGH + 1, mask.shape[0] * (_MOST_HIGH if whole else 1.0))
    x, y, wide, high, area = (stats[:, number] for number in range(5))
    fits = (high >= LEAST_HIGH) & (high <= top) & (wide <= high * 1.05) & (wide > 1)
    fits &= (area >= 0.12 * wide * high) & (wide * 9 >= high)
    fits[0] = False
    numbers = company(np.nonzero(fits)[0], stats)[:_MOST_PIECES]
    cut = []
    for number in numbers:
        a, b, w, h = (int(one[number]) for one in (x, y, wide, high))
        ink = (labels[b : b + h, a : a + w] == number).astype(np.uint8)
        cut.append(digits.normal(light[b : b + h, a : a + w], ink))
    shares = digits.told(cut)
    pieces = []
    for number, share in zip(numbers, shares, strict=True):
        best = int(share[:10].argmax())
        if float(share[best]) >= _SURE:
            a, b, w, h = (int(one[number]) for one in (x, y, wide, high))
            pieces.append(Piece(box=(a, b, a + w, b + h), digit=best, sure=float(share[best])))
    yield from _lined_up(pieces, mask)


def company(numbers: NDArray[np.int64], stats: NDArray[np.int32]) -> NDArray[np.int64]:
    """Keep pieces that have at least four others of their height beside them."""
    if len(numbers) < _LEAST_DIGITS:
        return numbers[:0]
    own = stats[numbers].astype(np.float32)
    kept = []
    for start in range(0, len(numbers), 500):
        some = own[start : start + 500]
        tall = some[:, 3:4]
        alike = np.abs(own[None, :, 3] - tall) <= np.maximum(2, 0.15 * tall)
        level = np.abs(own[None, :, 1] - some[:, 1:2]) <= np.maximum(2, 0.2 * tall)
        near = np.abs(own[None, :, 0] - some[:, 0:1]) <= 22 * tall
        kept.append((alike & level & near).sum(axis=1) >= _LEAST_DIGITS)
    company: NDArray[np.int64] = numbers[np.concatenate(kept)]
    return company


def _lined_up(pieces: list[Piece], mask: Pixels) -> Iterator[Row]:
    left = sorted(pieces, key=lambda one: one.box[0])
    while len(left) >= _LEAST_DIGITS:
        row = [left[0]]
        for one in left[1:]:
            if _follows(row[-1], one):
                row.append(one)
        left = [one for one in left if one not in row] if len(row) > 1 else left[1:]
        if len(row) >= _LEAST_DIGITS:
            yield from _says(row, mask)


def _follows(one: Piece, other: Piece) -> bool:
    high = max(one.high, other.high)
    gap = other.box[0] - one.box[2]
    level = abs(one.box[1] + one.box[3] - other.box[1] - other.box[3]) <= 0.36 * high
    return (
        level
        and abs(one.high - other.high) <= max(2, 0.18 * high)
        and (-0.1 * high <= gap <= _BREAK * high)
    )


def _says(row: list[Piece], mask: Pixels) -> Iterator[Row]:
    said, row = _read(row, mask)
    if said is None:
        return
    if said.day is None and len(row) - (said.last - said.first + 1) > _MOST_BEFORE:
        return  # a time cut out of what could not be read whole
    own = tuple(row[said.first : said.last + 1])
    yield Row(
        said=said,
        box=_around(own),
        sure=min(one.sure for one in own),
        text="".join(str(one.digit) for one in own),
        left_over=len(row) - len(own),
        pieces=own,
    )


def _read(row: list[Piece], mask: Pixels) -> tuple[Said | None, list[Piece]]:
    """Read a row; where it does not say a day and a time, without one piece between them.

    The S of Sat is taken for a 5. Within the day it may be the J of Jan.
    """
    said = _layout(row, mask)
    if len(row) > _WHOLE and (said is None or said.whole is None):
        rest = row[:_DAY] + row[_DAY + 1 :]
        again = _layout(rest, mask)
        if again is not None and again.whole and (again.first, again.last) == (0, _WHOLE - 1):
            return again, rest
    return said, row


def _layout(row: list[Piece], mask: Pixels) -> Said | None:
    text = "".join(str(one.digit) for one in row)
    return layout.said(text, [_ends_here(one, other, mask) for one, other in pairwise(row)])


def _ends_here(one: Piece, other: Piece, mask: Pixels) -> float:
    """Give how surely a field ends between two digits: by ink between them, or by the gap."""
    high = (one.high + other.high) / 2
    gap = other.box[0] - one.box[2]
    top, bottom = min(one.box[1], other.box[1]), max(one.box[3], other.box[3])
    if gap >= 0.25 * high:
        between = mask[top:bottom, one.box[2] + 1 : other.box[0] - 1]
        inked = int(np.count_nonzero(between))
        if between.size and inked >= 0.008 * high * high and inked > 1:
            return 0.95
    if gap < _GAP_MAYBE * high:
        return 0.05
    return 0.5 if gap < _GAP_SURE * high else 0.9


def _around(pieces: Iterable[Piece]) -> tuple[float, float, float, float]:
    boxes = np.array([one.box for one in pieces])
    left, top = boxes[:, :2].min(axis=0)
    right, bottom = boxes[:, 2:].max(axis=0)
    return float(left), float(top), float(right), float(bottom)
